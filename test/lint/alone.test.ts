import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forge } from '../../src/forge/forge.js';
import { looksAlone } from '../../src/lint/callers.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { LintInput, LintOptions } from '../../src/lint/lint.js';
import { renderJson } from '../../src/report/json.js';
import type { Repository } from '../../src/text/repository.js';

// Most workflows are judged by themselves, and with a plugin all are judged together: it has to come to the same.

const hole = 'if [ -z "$T" ]; then exit 0; fi; deploy "$T"';
const env = `env: { T: "\${{ secrets.T }}" }`;
const job = (step: string) =>
  `on: push\njobs:\n  a:\n    runs-on: x\n    ${env}\n    steps:\n      - uses: actions/checkout@v4\n      - ${step}\n`;
const callable = job(`run: '${hole}'`).replace('on: push', 'on: { workflow_call: { secrets: { T: {} } } }');
const call = (uses: string) => `on: push\njobs:\n  b:\n    ${uses}\n    secrets: inherit\n`;

const texts = [
  job(`run: '${hole}'`),
  job('run: bash ci/shared.sh'),
  job('uses: ./.github/actions/a'),
  job('run: bash .github/workflows/w1.yml'),
  callable,
  call('uses: ./.github/workflows/w1.yml'),
  call('uses: ./.github/workflows/w2.yml'),
  // None of these looks as if it called another.
  call('uses: "\\x2e/.github/workflows/w1.yml"'),
  call(`x: &call ./.github/workflows/w2.yml\n    ${' '.repeat(60)}uses:${' '.repeat(60)}*call`),
  'on: push\njobs: [\n',
  'on: push\njobs: {}\n',
  job(`# hardfail: ignore[missing-secret-exits-zero] it is known, see #1\n        run: '${hole}'`),
];

const shared = { 'ci/shared.sh': `${hole}\n` };
const action = `name: a\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: '${hole}'\n`;

async function report(
  files: Readonly<Record<string, string>>,
  inputs: readonly string[],
  options: Partial<LintOptions>,
  forge: Forge = 'github',
) {
  const sources = new Map(Object.entries(files).map(([path, text]) => [path, { path, text }]));
  const repository: Repository = {
    read: (path) => sources.get(path) ?? null,
    refusal: () => null,
    files: () =>
      Object.keys(files)
        .filter((path) => path.endsWith('.yml'))
        .map((path) => ({
          path,
          shown: path,
          kind: path.endsWith('action.yml') ? 'action' : 'workflow',
          folder: path.slice(0, path.indexOf('/')),
        })),
  };
  const given = inputs.map((path): LintInput => {
    const kind = path.endsWith('action.yml') ? 'action' : 'workflow';
    return { source: { path, text: files[path] ?? '' }, kind, forge, repository };
  });
  const result = await lintWithLanguages(given, { rules: null, forge: null, complete: true, ...options });
  const shown = { ...result, plugins: [] };
  return renderJson(shown, {
    color: false,
    columns: 80,
    failOn: 'warning',
    showSuppressed: false,
    toolVersion: 'x',
    folder: '',
    rules: [],
  });
}

const plugins: LintOptions['plugins'] = [{ from: 'x', name: 'x', rules: [] }];

describe('a workflow that is judged by itself', () => {
  it('comes to what it does among the others', async () => {
    let findings = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        async (chosen, withAction, whole) => {
          const files: Record<string, string> = { ...shared };
          for (const [index, text] of chosen.entries()) files[`.github/workflows/w${index}.yml`] = text;
          if (withAction) files['.github/actions/a/action.yml'] = action;
          const all = Object.keys(files).filter((path) => path.endsWith('.yml'));
          const inputs = whole ? all : all.slice(0, 2);
          const alone = await report(files, inputs, {});
          expect(alone).toBe(await report(files, inputs, { plugins }));
          findings += JSON.parse(alone).findings.length;
        },
      ),
      { numRuns: 120, seed: 5 },
    );
    expect(findings).toBeGreaterThan(50);
  }, 60_000);

  it('is compared with the others all the same, on Gitea with hundreds of them', async () => {
    const named = (name: string) => `name: ${name}\n${job(`run: '${hole}'`)}`;
    const files: Record<string, string> = { '.gitea/workflows/z.yml': named('w7') };
    for (let index = 0; index < 310; index++) files[`.gitea/workflows/w${index}.yml`] = named(`w${index}`);
    const inputs = Object.keys(files).sort();
    const alone = await report(files, inputs, {}, 'gitea');
    expect(alone).toBe(await report(files, inputs, { plugins }, 'gitea'));
    const { findings, errors } = JSON.parse(alone);
    expect(errors).toEqual([]);
    const shared = findings.filter(({ rule }: { rule: string }) => rule === 'shared-status');
    expect(shared.map(({ file }: { file: string }) => file)).toEqual(['.gitea/workflows/z.yml']);
  }, 60_000);

  it.each<[string, boolean]>([
    [job('run: ./ci.sh'), true],
    [job('uses: actions/setup-node@v4\n      - run: ./x'), true],
    [job('uses: ./.github/actions/a'), false],
    [job('"uses" :  "./.github/actions/a"'), false],
    [job('uses: >-\n          ./.github/actions/a'), false],
    [call('uses: ./.github/workflows/w1.yml'), false],
    [callable, false],
  ])('%#: looks as it should', (text, expected) => {
    expect(looksAlone(text)).toBe(expected);
  });
});
