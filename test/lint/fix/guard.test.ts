import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/lint/finding.js';
import { applyFixes } from '../../../src/lint/fix/apply.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import type { LintInput } from '../../../src/lint/lint.js';
import { forkTest, provision } from '../../support/fixing.js';
import { type Files, repositoryOf } from '../../support/repository.js';

/** The files with every fix that is offered for them; throws where a finding that is no note offers none. */
async function mended(files: Files, forge: 'gitea' | 'github' = 'gitea'): Promise<Record<string, string>> {
  const { repository } = repositoryOf(files);
  const inputs = Object.entries(files)
    .filter(([path]) => /\.ya?ml$/.test(path))
    .map(
      ([path, text]): LintInput => ({
        source: repository.read(path) ?? { path, text },
        kind: path.includes('/workflows/') ? 'workflow' : 'action',
        forge,
        repository,
      }),
    );
  const { findings, errors } = await lintWithLanguages(inputs, { rules: null, forge: null, fixes: true });
  expect(errors).toEqual([]);
  const bare = findings.filter(({ fix, severity }) => fix === null && severity !== 'note');
  expect(bare.map(({ message }: Finding) => message)).toEqual([]);
  const { texts } = applyFixes(findings.flatMap(({ fix }) => (fix ? [fix] : [])));
  return { ...files, ...Object.fromEntries(texts) };
}

async function mendedText(text: string, forge: 'gitea' | 'github' = 'gitea'): Promise<string> {
  const path = `.${forge}/workflows/x.yml`;
  return (await mended({ [path]: text }, forge))[path] ?? '';
}

/** A workflow with one step. */
function workflow(script: string, on = 'push'): string {
  const lines = script.trimEnd().split('\n');
  return `on: ${on}
jobs:
  one:
    runs-on: ubuntu-latest
    env:
      KEY: \${{ secrets.KEY }}
    steps:
      - run: |
${lines.map((line) => (line === '' ? '' : `          ${line}`)).join('\n')}
`;
}

/** The workflow with the files of the repository there. */
function calling(text: string): string {
  return text.replace('    steps:\n', '    steps:\n      - uses: actions/checkout@v4\n');
}

describe('a guard where no fork comes', () => {
  it.each([
    [
      'says what is missing and ends with 1',
      'if [ -z "$KEY" ]; then\n  exit 0\nfi\n./ship --key "$KEY"',
      `if [ -z "$KEY" ]; then\n  echo "::error::KEY ${provision}"\n  exit 1\nfi\n./ship --key "$KEY"`,
    ],
    [
      'keeps comments where they are, and the words of the author',
      'if [ -z "$KEY" ]; then # no key\n  # said once\n  echo "skipping"   # why not\n\n  # and out\n  exit 0 # green\nfi\n./ship --key "$KEY"',
      `if [ -z "$KEY" ]; then # no key\n  # said once\n  echo "skipping"   # why not\n\n  echo "::error::KEY ${provision}"\n  # and out\n  exit 1 # green\nfi\n./ship --key "$KEY"`,
    ],
    [
      'stays on its line where it is on one',
      '[ -n "$KEY" ] || exit 0\n./ship --key "$KEY"',
      `[ -n "$KEY" ] || { echo "::error::KEY ${provision}"; exit 1; }\n./ship --key "$KEY"`,
    ],
    [
      'leaves a function by ending the script',
      'ship() {\n\t[[ $KEY ]] || {\n\t\techo none\n\t\treturn\n\t}\n\t./ship --key "$KEY"\n}\nship',
      `ship() {\n\t[[ $KEY ]] || {\n\t\techo none\n\t\techo "::error::KEY ${provision}"\n\t\texit 1\n\t}\n\t./ship --key "$KEY"\n}\nship`,
    ],
    [
      'gets an else where it has none, indented as the script is',
      'if [ -n "$KEY" ]; then\n    ./ship --key "$KEY"\nfi',
      `if [ -n "$KEY" ]; then\n    ./ship --key "$KEY"\nelse\n    echo "::error::KEY ${provision}"\n    exit 1\nfi`,
    ],
    [
      'asks for the secret itself where something else leads to its end too',
      'if [ -z "$KEY" ] || [ "$QUIET" = 1 ]; then\n  exit 0\nfi\n./ship --key "$KEY"',
      `if [ -z "$KEY" ] || [ "$QUIET" = 1 ]; then\n  if [ -z "$KEY" ]; then\n    echo "::error::KEY ${provision}"\n    exit 1\n  fi\n  exit 0\nfi\n./ship --key "$KEY"`,
    ],
    [
      'asks in front only where the list would have come to the secret',
      'if [ "$GITHUB_REF_NAME" = main ] && [ -n "$KEY" ]; then\n  ./ship --key "$KEY"\nfi',
      `if [ "$GITHUB_REF_NAME" = main ] && [ -z "$KEY" ]; then\n  echo "::error::KEY ${provision}"\n  exit 1\nfi\nif [ "$GITHUB_REF_NAME" = main ] && [ -n "$KEY" ]; then\n  ./ship --key "$KEY"\nfi`,
    ],
    [
      'is the arm of a case that only the empty text takes',
      'case "$KEY" in\n  "") exit 0 ;;\nesac\n./ship --key "$KEY"',
      `case "$KEY" in\n  "") echo "::error::KEY ${provision}"; exit 1 ;;\nesac\n./ship --key "$KEY"`,
    ],
  ])('%s', async (_, before, after) => {
    expect(await mendedText(workflow(before))).toBe(workflow(after));
  });
});

describe('a guard that pull requests of forks come to', () => {
  it('keeps their way with the warning of the author, for them alone', async () => {
    const text = workflow(
      'if [ -z "$KEY" ]; then\n  echo "::warning::no key"\n  exit 0\nfi\n./ship',
      '[push, pull_request]',
    );
    expect(await mendedText(text)).toBe(
      text
        .replace('      - run: |', `      - env:\n          FORK_PR: ${forkTest}\n        run: |`)
        .replace(
          '            echo "::warning::no key"',
          `            if [ "$FORK_PR" != true ]; then\n              echo "::error::KEY ${provision}"\n              exit 1\n            fi\n            echo "::warning::no key"`,
        ),
    );
  });

  it('gets an elif where it has no else', async () => {
    const text = workflow('if [ -n "$KEY" ]; then\n  ./ship\nfi', 'pull_request');
    expect(await mendedText(text)).toContain(
      `          elif [ "$FORK_PR" != true ]; then\n            echo "::error::KEY ${provision}"\n            exit 1\n          fi\n`,
    );
  });

  const twoSteps = `on: pull_request
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - name: First
        env: { KEY: "\${{ secrets.KEY }}" }
        run: '[ -n "$KEY" ] || exit 0; ./first'
      - name: Second
        env: { OTHER: "\${{ secrets.OTHER }}" }
        run: '[ -n "$OTHER" ] || exit 0; ./second'
`;

  it('brings one variable into the job where several steps ask for it', async () => {
    const text = await mendedText(twoSteps);
    expect(text.match(/FORK_PR:/g)).toHaveLength(1);
    expect(text).toContain(`    env:\n      FORK_PR: ${forkTest}\n    steps:\n`);
  });

  it('takes the variable of the author where there is one', async () => {
    const text = workflow('[ -n "$KEY" ] || exit 0\n./ship', 'pull_request').replace(
      '      KEY:',
      `      IS_FORK: ${forkTest.replace('${{ ', '${{').replace(' }}', '}}')}\n      KEY:`,
    );
    expect(await mendedText(text)).not.toContain('FORK_PR');
    expect(await mendedText(text)).toContain('if [ "$IS_FORK" != true ]; then');
  });

  it('goes into an env that is written in braces', async () => {
    const text = twoSteps.slice(0, twoSteps.indexOf('      - name: Second'));
    expect(await mendedText(text)).toContain(`env: { FORK_PR: "${forkTest}", KEY: "\${{ secrets.KEY }}" }`);
  });
});

describe('files that are called', () => {
  const caller = calling(workflow('bash ci/ship.sh'));

  it('are mended where the guard stands', async () => {
    const files = {
      '.gitea/workflows/x.yml': caller,
      'ci/ship.sh': '#!/bin/bash\nif [ -z "${KEY:-}" ]; then\n  exit 0\nfi\n./ship\n',
    };
    expect(await mended(files)).toEqual({
      ...files,
      'ci/ship.sh': `#!/bin/bash\nif [ -z "\${KEY:-}" ]; then\n  echo "::error::KEY ${provision}"\n  exit 1\nfi\n./ship\n`,
    });
  });

  it('are mended together with the step that gives them the fork test', async () => {
    const files = {
      '.gitea/workflows/x.yml': calling(workflow('bash ci/ship.sh', '[push, pull_request]')),
      'ci/ship.sh': '[ -n "$KEY" ] || exit 0\n./ship\n',
    };
    const after = await mended(files);
    expect(after['.gitea/workflows/x.yml']).toContain(`FORK_PR: ${forkTest}`);
    expect(after['ci/ship.sh']).toBe(
      `[ -n "$KEY" ] || { if [ "\${FORK_PR:-}" != true ]; then echo "::error::KEY ${provision}"; exit 1; fi; exit 0; }\n./ship\n`,
    );
  });
});

describe('a step that is no shell script', () => {
  it('gets one in front of it, under its own condition and apart from it as others are', async () => {
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4

      # Tells everybody.
      - uses: actions/github-script@v7
        if: github.ref == 'refs/heads/main'
        env:
          KEY: \${{ secrets.KEY }}
        with:
          script: |
            if (!'\${{ secrets.KEY }}') return;
            await github.rest.issues.create({ owner: 'a', repo: 'b', title: process.env.KEY });
`;
    const guard = `      - name: Require KEY
        if: \${{ github.ref == 'refs/heads/main' }}
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -z "$KEY" ]; then
            echo "::error::KEY ${provision}"
            exit 1
          fi

`;
    expect(await mendedText(text, 'github')).toBe(
      text.replace('      # Tells everybody.', `${guard}      # Tells everybody.`),
    );
  });
});
