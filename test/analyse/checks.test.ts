import { describe, expect, it } from 'vitest';
import { checksOf, meets, requiredContexts } from '../../src/analyse/checks.js';
import type { Forge } from '../../src/forge/forge.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

function checks(job: string, forge: Forge, head = 'name: CI\n') {
  const text = `${head}on: [pull_request, schedule]\njobs:\n  test:\n    runs-on: x\n    steps: []\n    ${job}\n`;
  return checksOf(buildWorkflow(parseYaml({ path: '.github/workflows/ci.yml', text })), forge);
}

describe('the statuses that a job posts', () => {
  it.each<[string, Forge, string | null, string]>([
    ['', 'github', 'test', 'test'],
    ['name: All tests', 'github', 'All tests', 'All tests'],
    ['name: Test ${{ matrix.os }}', 'github', null, 'Test '],
    ['name: ${{ matrix.os }}', 'github', null, ''],
    ['strategy: {matrix: {os: [a]}}', 'github', null, 'test'],
    ['', 'gitea', 'CI / test (pull_request)', 'CI / test'],
    ['name: All tests', 'forgejo', 'CI / All tests (pull_request)', 'CI / All tests'],
    ['name: Test ${{ matrix.os }}', 'gitea', null, 'CI / Test '],
  ])('%s on %s', (job, forge, context, stem) => {
    expect(checks(job, forge).map((check) => [check.context, check.stem])).toEqual([[context, stem]]);
  });

  it('are named by the file where the workflow has no name', () => {
    expect(checks('', 'gitea', '').map(({ context }) => context)).toEqual(['ci.yml / test (pull_request)']);
  });
});

describe('a context that is required is met', () => {
  it.each<[string, string, Forge, string]>([
    ['', 'test', 'github', 'yes'],
    ['', 'tests', 'github', 'no'],
    ['', '*', 'github', 'no'],
    ['name: Test ${{ matrix.os }}', 'Test linux', 'github', 'perhaps'],
    ['name: Test ${{ matrix.os }}', 'Build linux', 'github', 'no'],
    ['name: Test ${{ matrix.os }}', '*', 'github', 'no'],
    ['', 'CI / test (pull_request)', 'gitea', 'yes'],
    ['', 'CI / test (push)', 'gitea', 'no'],
    ['', '*', 'gitea', 'yes'],
    ['', 'CI*', 'gitea', 'yes'],
    ['', 'CI / *', 'gitea', 'yes'],
    ['', 'CD / *', 'gitea', 'no'],
    ['', '* (pull_request)', 'gitea', 'yes'],
    ['', '* (push)', 'gitea', 'no'],
    ['', 'CI*test*request)', 'gitea', 'yes'],
    ['', 'CI*request*test*', 'gitea', 'no'],
    ['', 'CI*nowhere*)', 'gitea', 'no'],
    ['', 'CI / test (pull_request)*)', 'gitea', 'no'],
    ['', 'CI*CI*', 'gitea', 'no'],
    ['name: Test ${{ matrix.os }}', 'CI / *', 'gitea', 'perhaps'],
    ['name: Test ${{ matrix.os }}', 'CI / Test a (pull_request)', 'gitea', 'perhaps'],
    ['name: Test ${{ matrix.os }}', 'CD / Test a', 'gitea', 'no'],
  ])('by %s where it is %s on %s: %s', (job, required, forge, expected) => {
    const [check] = checks(job, forge);
    expect(check && meets(check, required, forge)).toBe(expected);
  });
});

it('what merges need is what the owner names and what the protections of the forge do', () => {
  const protections = [
    { file: 'a.json', forge: 'github', branch: null, contexts: ['a', 'b'] },
    { file: 'b.json', forge: 'gitea', branch: 'main', contexts: ['c'] },
  ] as const;
  expect(requiredContexts('github', ['b', 'z'], protections)).toEqual(['b', 'z', 'a']);
  expect(requiredContexts('gitea', [], protections)).toEqual(['c']);
  expect(requiredContexts('forgejo', [], protections)).toEqual(['c']);
});
