import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli.js';
import { factsFrom } from '../../src/config/forge-facts.js';
import { ConfigError } from '../../src/errors.js';
import { memoryHost } from '../support/memory-host.js';

const none = { protections: [], issues: [] };

describe('the answers of an API are told by their shape', () => {
  it.each<[name: string, answer: unknown, facts: unknown]>([
    [
      'the protection of a branch on GitHub',
      {
        url: 'https://api.github.com/repos/acme/tool/branches/main/protection',
        required_status_checks: {
          strict: true,
          contexts: ['unit'],
          checks: [
            { context: 'unit', app_id: 1 },
            { context: 'lint', app_id: null },
          ],
        },
        enforce_admins: { enabled: true },
      },
      { ...none, protections: [{ file: 'f', forge: 'github', branch: 'main', contexts: ['unit', 'lint'] }] },
    ],
    [
      'its required checks alone',
      { strict: false, contexts: ['unit'], checks: [] },
      { ...none, protections: [{ file: 'f', forge: 'github', branch: null, contexts: ['unit'] }] },
    ],
    [
      'a protected branch of GitHub that needs no check',
      { url: 'https://x/repos/a/b/branches/main/protection', enforce_admins: { enabled: false } },
      { ...none, protections: [{ file: 'f', forge: 'github', branch: 'main', contexts: [] }] },
    ],
    [
      'the rules for a branch of GitHub',
      [
        { type: 'deletion', ruleset_id: 1 },
        {
          type: 'required_status_checks',
          ruleset_id: 1,
          parameters: { required_status_checks: [{ context: 'unit' }] },
        },
      ],
      { ...none, protections: [{ file: 'f', forge: 'github', branch: null, contexts: ['unit'] }] },
    ],
    [
      'the protections of Gitea',
      [
        {
          rule_name: 'main',
          branch_name: 'main',
          enable_status_check: true,
          status_check_contexts: ['ci / unit (pull_request)'],
        },
        {
          rule_name: 'release/*',
          branch_name: '',
          enable_status_check: false,
          status_check_contexts: ['old'],
        },
      ],
      {
        ...none,
        protections: [
          { file: 'f', forge: 'gitea', branch: 'main', contexts: ['ci / unit (pull_request)'] },
          { file: 'f', forge: 'gitea', branch: 'release/*', contexts: [] },
        ],
      },
    ],
    [
      'issues of either',
      [
        {
          number: 7,
          state: 'open',
          created_at: '2026-11-01T10:00:00Z',
          repository_url: 'https://api.github.com/repos/Acme/Tool',
        },
        {
          number: 8,
          state: 'closed',
          created_at: '2026-11-02T10:00:00Z',
          repository: { full_name: 'acme/other' },
        },
      ],
      {
        ...none,
        issues: [
          { number: 7, repository: 'acme/tool', open: true, opened: '2026-11-01' },
          { number: 8, repository: 'acme/other', open: false, opened: '2026-11-02' },
        ],
      },
    ],
  ])('%s', (_, answer, facts) => {
    expect(factsFrom(answer, 'f')).toEqual(facts);
  });

  it.each<[answer: unknown, said: string]>([
    [[], 'holds an empty list'],
    [
      { message: 'Not Found', documentation_url: 'https://docs' },
      'is the answer to a request that failed: "Not Found"',
    ],
    [
      { message: 'token is required', url: 'https://x/api/swagger' },
      'is the answer to a request that failed: "token is required"',
    ],
    [{ name: 'main' }, 'is no answer that is known here'],
    ['text', 'is no answer that is known here'],
    [null, 'is no answer that is known here'],
    [
      [{ number: 1, state: 'open', created_at: '2026-01-01' }, 3],
      'has at [1] what is no answer that is known here',
    ],
    [{ enable_status_check: 'yes' }, 'enable_status_check is not true or false'],
    [{ enable_status_check: true, status_check_contexts: [1] }, 'status_check_contexts[0] is not a text'],
    [{ required_status_checks: [] }, 'required_status_checks is not an object'],
    [{ required_status_checks: { checks: [{}] } }, 'required_status_checks.checks[0].context is not a text'],
    [{ number: 1, state: 'OPEN', created_at: '2026-01-01' }, 'state is not open or closed'],
    [{ number: 1, state: 'open', created_at: 'soon' }, 'created_at is not a date'],
  ])('anything else is refused: %j', (answer, said) => {
    const refusal = () => factsFrom(answer, 'f.json');
    expect(refusal).toThrow(ConfigError);
    expect(refusal).toThrow(`--facts f.json: ${said}`);
  });
});

const workflow = `on:
  pull_request:
    paths: [src]
jobs:
  unit:
    continue-on-error: true  # until #7
    runs-on: x
    steps: [{ run: make }]
`;

async function linted(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const host = memoryHost({
    '/repo/.git/': '',
    '/repo/.gitea/workflows/ci.yml': workflow,
    ...files,
  });
  const status = await run([...args, '--format', 'concise'], host);
  return { status, out: host.out(), err: host.err() };
}

const protection = JSON.stringify([
  {
    rule_name: 'main',
    enable_status_check: true,
    status_check_contexts: ['ci.yml / unit (pull_request)', 'ci.yml / units (pull_request)'],
  },
]);
const issues = JSON.stringify([{ number: 7, state: 'closed', created_at: '2026-01-01T00:00:00Z' }]);

describe('--facts', () => {
  it('lets the rules judge that ask for what the forge knows', async () => {
    const rules = ['filtered', 'forgiven', 'missing'].flatMap((name) => ['--rule', `required-check-${name}`]);
    const files = { '/repo/p.json': protection, '/repo/i.json': issues };
    const { status, out } = await linted(
      files,
      ...rules,
      '--rule',
      'untracked-continue-on-error',
      '--facts',
      'p.json',
      '--facts',
      'i.json',
    );
    expect(out.match(/\w+\[[\w-]+\]/g)?.toSorted()).toEqual([
      'warning[required-check-filtered]',
      'warning[required-check-forgiven]',
      'warning[required-check-missing]',
      'warning[untracked-continue-on-error]',
    ]);
    expect(out).not.toContain('not judged');
    expect(out).toContain('until #7, and that is closed');
    expect(status).toBe(1);
  });

  it('is asked for once, in the summary, by rules that run without it', async () => {
    const one = await linted({}, '--rule', 'required-check-missing');
    expect(one.status).toBe(0);
    expect(one.out.trimEnd()).toBe(
      'no findings · 1 file · 1 job · 1 step judged · rule required-check-missing not judged: which checks are required is told by --facts, or by the option contexts',
    );
    const two = await linted({}, '--rule', 'required-check-missing', '--rule', 'required-check-filtered');
    expect(two.out).toContain('2 rules not judged: which checks');
    expect((await linted({})).out).not.toContain('rule');
    const part = await linted({}, '--rule', 'required-check-missing', '.gitea/workflows/ci.yml');
    expect(part.out).toContain(
      'required-check-missing not judged: what no workflow posts is only seen where all',
    );
    const docker = await linted({}, '--rule', 'docker-on-any-runner');
    expect(docker.out).toContain('docker-on-any-runner not judged: which runners have docker');
    expect({ part: part.status, docker: docker.status }).toEqual({ part: 0, docker: 0 });
  });

  it.each<[files: Readonly<Record<string, string>>, said: string]>([
    [{}, '--facts p.json: '],
    [{ '/repo/p.json': 'on: push' }, '--facts p.json: is not JSON'],
    [{ '/repo/p.json': '[]' }, '--facts p.json: holds an empty list'],
  ])('that cannot be used ends the run with status 2: %j', async (files, said) => {
    const { status, err, out } = await linted(files, '--facts', 'p.json');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(said);
  });
});
