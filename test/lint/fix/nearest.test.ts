import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/lint/fix/apply.js';
import { fixToFixedPoint } from '../../../src/lint/fix/fixed-point.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { inputsOf } from '../../support/repository.js';

const path = '.gitea/workflows/x.yml';
const asking = { rules: null, forge: null, fixes: true } as const;
const told = `echo "::error::KEY is missing: provision it in the repository's secrets"`;

const guarded = `      - name: Guarded
        run: |
          if [ -z "$KEY" ]; then
            exit 0
          fi
          ./ship "$KEY"
`;
const flow = `      - {name: Flow, run: 'test -n "$KEY" || exit 0; ./ship "$KEY"'}\n`;
const forgiven = `      - name: Forgiven
        continue-on-error: true
        run: ./mirror "$KEY"
`;
const masked = `      - name: Masked
        run: |
          ./mirror "$KEY" || echo "not mirrored"
`;

const workflow = (steps: readonly string[], on = 'push') => `on: ${on}
jobs:
  one:
    runs-on: ubuntu-latest
    env:
      KEY: \${{ secrets.KEY }}
    steps:
${steps.join('')}`;

const inFront = (test: string) => `      - name: Require KEY
        run: |
          if ${test}; then
            ${told}
            exit 1
          fi
`;
const forkLine =
  "      FORK_PR: ${{ github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository }}\n";

/** What the fix of the finding in a step makes of the file. */
async function mended(text: string, step: string): Promise<string | undefined> {
  const { findings } = await lintWithLanguages(inputsOf({ [path]: text }), asking);
  const found = findings.filter(({ message }) => message.includes(`"${step}"`));
  expect(found.length).toBe(1);
  const fix = found[0]?.fix;
  return fix ? applyFixes([fix]).texts.get(path) : undefined;
}

describe('a fix', () => {
  it('stands at the step of its finding where an earlier step asks for the secret too', async () => {
    const text = workflow([guarded, flow]);
    expect(await mended(text, 'Flow')).toBe(workflow([guarded, inFront('[ -z "$KEY" ]'), flow]));
  });

  it('stands in front of a forgiven step, and in no later one', async () => {
    const text = workflow([forgiven, guarded], '[push, pull_request]');
    const front = inFront('[ -z "$KEY" ] && [ "$FORK_PR" != true ]');
    expect(await mended(text, 'Forgiven')).toBe(
      text.replace('    steps:\n', `${forkLine}    steps:\n${front}`),
    );
  });
});

describe('the fixes of a file together', () => {
  it('close a job once for each secret', async () => {
    const text = workflow([guarded, flow, forgiven, masked]);
    const { texts, count, result } = await fixToFixedPoint(inputsOf({ [path]: text }), asking, ['unsafe']);
    expect(texts.get(path)).toBe(
      text.replace('            exit 0\n', `            ${told}\n            exit 1\n`),
    );
    expect(result.findings).toEqual([]);
    expect(count).toBe(4);
  });

  it('close what one guard leaves open', async () => {
    const later = masked.replace('        run:', "        if: github.ref == 'refs/heads/main'\n        run:");
    const apart = guarded.replace(
      '        run:',
      "        if: github.ref == 'refs/heads/next'\n        run:",
    );
    const text = workflow([later, apart, forgiven]);
    const { texts, count, result } = await fixToFixedPoint(inputsOf({ [path]: text }), asking, ['unsafe']);
    expect(result.findings).toEqual([]);
    expect(count).toBe(3);
    expect(texts.get(path)).not.toContain('exit 0');
    expect(texts.get(path)).not.toContain('continue-on-error');
  });
});
