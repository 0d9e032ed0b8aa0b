import { describe, expect, it } from 'vitest';
import { lintWithLanguages } from '../../src/lint/languages.js';
import { noSettings } from '../../src/lint/settings.js';
import { positionAt } from '../../src/text/source.js';
import { type Files, inputsOf } from '../support/repository.js';

// A gate whose work is done elsewhere than in the script of its step.

const path = '.gitea/workflows/sync-providers-yaml.yml';

const gate = (step: string) => `on: { schedule: [{ cron: '17 5 * * *' }], push: {} }
jobs:
  compare:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - env: { TOKEN: '\${{ secrets.TOKEN }}' }
        ${step}
`;

const script = `#!/usr/bin/env bash
set -euo pipefail
: "\${TOKEN:?provision it}"
theirs=$(mktemp)
curl -fsS -H "Authorization: token $TOKEN" -o "$theirs" "$1"
diff "$theirs" "\${2:-data/providers.yaml}"
`;

/** `messageId path:line` of what the rule finds, and why it cannot judge. */
async function told(step: string, files: Files): Promise<string[]> {
  const all = { [path]: gate(step), ...files };
  const result = await lintWithLanguages(inputsOf(all, [path]), { rules: ['sync-providers'], forge: null });
  expect(result.errors).toEqual([]);
  return [
    ...result.findings.map(
      ({ messageId, span }) => `${messageId} ${span.source.path}:${positionAt(span.source, span.start).line}`,
    ),
    ...result.rulesNotJudged.map(({ reason }) => `not judged: ${reason}`),
  ];
}

const url = 'https://git.example.com/raw/providers.yaml';

describe('a gate in a shell script of the repository', () => {
  const calls = [
    `run: bash ci/compare.sh ${url} data/providers.yaml`,
    `run: ./ci/compare.sh ${url}`,
    `run: . ci/compare.sh ${url}`,
    `run: sh -e ci/compare.sh ${url} 2>&1 | tee log`,
  ];

  it.each(calls)('keeps the contract: %s', async (call) => {
    expect(await told(call, { 'ci/compare.sh': script })).toEqual([]);
  });

  it.each<[clause: string, from: string, to: string, said: string[]]>([
    [
      'a difference is heard of',
      'diff "$theirs" "${2:-data/providers.yaml}"',
      'diff "$theirs" "$2" || true',
      ['differenceUnheard ci/compare.sh:6'],
    ],
    ['a refusal is heard of', 'curl -fsS', 'curl -sS', ['downloadIgnoresErrors ci/compare.sh:5']],
    ['the download is heard of', '"$1"\ndiff', '"$1" || exit 0\ndiff', ['downloadUnheard ci/compare.sh:5']],
    [
      'a missing token is not green',
      ': "${TOKEN:?provision it}"',
      '[ -n "$TOKEN" ] || exit 0',
      ['missingTokenPasses ci/compare.sh:3'],
    ],
    [
      'something is compared',
      'diff "$theirs" "${2:-data/providers.yaml}"',
      'cat "$theirs"',
      [`comparesNothing ${path}:3`],
    ],
  ])('%s', async (_, from, to, said) => {
    expect(script).toContain(from);
    const files = { 'ci/compare.sh': script.replace(from, to) };
    expect(await told(`run: bash ci/compare.sh ${url} data/providers.yaml`, files)).toEqual(said);
  });

  it('is heard of by the step that calls it', async () => {
    expect(await told(`run: ./ci/compare.sh ${url} || true`, { 'ci/compare.sh': script })).toContain(
      'differenceUnheard ci/compare.sh:6',
    );
  });

  it('is followed from script to script, and not for ever', async () => {
    const files = { 'ci/a.sh': 'bash ci/a.sh "$@"\nbash ci/compare.sh "$@"\n', 'ci/compare.sh': script };
    expect(
      await told(`run: bash ci/a.sh ${url}`, { ...files, 'ci/a.sh': `bash ci/compare.sh ${url}\n` }),
    ).toEqual([]);
    expect(await told(`run: bash ci/a.sh ${url}`, files)).toEqual([]);
  });
});

describe('a gate by name that is none', () => {
  const options = async (given: object, text = gate('run: make'), complete = true) => {
    const result = await lintWithLanguages(inputsOf({ [path]: text }, [path]), {
      rules: ['sync-providers'],
      forge: null,
      complete,
      settings: { ...noSettings, options: new Map([['sync-providers', { ...given }]]) },
    });
    return [
      ...result.findings.map(({ messageId }) => messageId),
      ...result.rulesNotJudged.map(({ reason }) => reason),
    ];
  };

  it('is told where nothing in it has the token of the configuration', async () => {
    expect(await options({ token: 'OTHER' })).toEqual(['tokenNotGiven']);
    expect(await options({ token: 'TOKEN' })).toEqual([expect.stringContaining('is not seen')]);
  });

  it('is not judged where nothing in it has any', async () => {
    const text = gate('run: make').replace(/.*env: .*\n *run/, '      - run');
    expect(await options({}, text)).toEqual([
      'no job of sync-providers-yaml.yml has a secret, or compares what it downloads',
    ]);
  });

  it('is not judged where no workflow has the name', async () => {
    const missing = 'no workflow is called mirror.yml, as its option workflows has it';
    expect(await options({ workflows: ['mirror.yml'] })).toEqual([missing]);
    expect(await options({ workflows: ['mirror.yml'] }, gate('run: make'), false)).toEqual([]);
  });
});

describe('a gate that is not seen is not judged, and says where it may be', () => {
  it.each<[step: string, files: Files, where: string]>([
    ['run: python3 ci/compare.py', { 'ci/compare.py': 'print(1)\n' }, 'python3 ci/compare.py'],
    ['run: make compare', {}, 'make compare'],
    ['run: node ci/compare.mjs', { 'ci/compare.mjs': '' }, 'node ci/compare.mjs'],
    [
      'uses: ./ci/compare',
      { 'ci/compare/action.yml': 'runs: { using: composite, steps: [] }\n' },
      './ci/compare',
    ],
    ['uses: actions/github-script@v7', {}, 'actions/github-script@v7'],
    ['shell: python\n        run: print(1)', {}, 'a script in another language'],
    ['run: bash ci/gone.sh', {}, 'bash ci/gone.sh'],
  ])('%s', async (step, files, where) => {
    expect(await told(step, files)).toEqual([
      `not judged: what job compare of sync-providers-yaml.yml compares is not seen: it may be in ${where}`,
    ]);
  });
});
