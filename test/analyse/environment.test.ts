import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

/** A workflow whose `env:` has so many entries of this expression (`N` is the number), and one step with a guard. */
function workflow(count: number, expression: string, rest: { readonly env?: string; readonly run: string }) {
  const entries = Array.from({ length: count }, (_, n) => `  V${n}: ${expression.replaceAll('N', `${n}`)}\n`);
  const script = rest.run.replaceAll('\n', '\n          ');
  return `on: push\nenv:\n${entries.join('')}${rest.env ?? '  T: ${{ secrets.T }}\n'}jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          ${script}\n`;
}

function found(text: string) {
  const source = { path: '.github/workflows/a.yml', text };
  const { findings, errors, steps } = lint([{ source, kind: 'workflow', forge: 'github' }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  return { errors, steps, findings: findings.map(({ messageId, secrets }) => ({ messageId, secrets })) };
}

const guard = 'if [ -z "$T" ]; then exit 0; fi\ndeploy';
const expected = {
  errors: [],
  steps: { judged: 1, notJudged: 0 },
  findings: [{ messageId: 'exitsZero', secrets: ['T'] }],
};

describe('an environment whose values are a matter of chance', () => {
  // Followed one by one, the ways in which 60 entries can come out would never end.
  it.each(["${{ vars.AN && 'x' || 'y' }}", "${{ vars.AN || '' }}", '${{ vars.AN || vars.BN }}'])(
    'is judged with 60 entries of %s as with two',
    (expression) => {
      for (const count of [2, 60])
        expect(found(workflow(count, expression, { run: guard }))).toEqual(expected);
    },
  );

  it('is judged with 60 expressions in one text as with two', () => {
    for (const count of [2, 60]) {
      const text = "${{ vars.AN && 'x' || 'y' }}";
      const all = Array.from({ length: count }, (_, n) => text.replace('N', `${n}`)).join(' ');
      expect(found(workflow(1, all, { run: guard }))).toEqual(expected);
    }
  });

  it.each([2, 60])('keeps what a secret has decided, beside %i that it has not', (count) => {
    const env = "  HAS: ${{ secrets.T != '' && 'yes' || 'no' }}\n";
    const run = 'if [ "$HAS" = no ]; then exit 0; fi\ndeploy';
    expect(found(workflow(count, "${{ vars.AN && 'x' || 'y' }}", { env, run }))).toEqual(expected);
  });

  it('knows that what stands first still may be empty', () => {
    const env = "  T: ${{ secrets.T || '' }}\n";
    expect(found(workflow(1, "${{ vars.AN || '' }}", { env, run: guard }))).toEqual(expected);
  });
});

describe('a variable that no workflow sets', () => {
  const ends = (name: string): string => {
    const run = `if [ -z "$T" ]; then\n  if [ -n "$${name}" ]; then exit 0; fi\n  exit 1\nfi\ndeploy`;
    const source = {
      path: '.github/workflows/a.yml',
      text: workflow(0, '', { run }),
    };
    const { findings, errors } = lint([{ source, kind: 'workflow', forge: 'github' }], {
      rules: ['missing-secret-exits-zero'],
      forge: null,
    });
    expect(errors).toEqual([]);
    return findings[0]?.confidence ?? 'none';
  };

  it.each(['HOME', 'PATH', 'PWD', 'BASH_VERSION', 'UID', 'CI', 'GITHUB_REF'])('%s: has a text', (name) => {
    expect(ends(name)).toBe('proved');
  });

  it.each(['TMPDIR', 'OLDPWD', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'RUNNER_TEMP'])(
    '%s: may have one',
    (name) => {
      expect(ends(name)).toBe('likely');
    },
  );

  it.each(['NOBODY_SETS_IT', 'HOMES'])('%s: has none', (name) => {
    expect(ends(name)).toBe('none');
  });
});
