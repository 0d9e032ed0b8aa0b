import { describe, expect, it } from 'vitest';
import { onlyFixOf } from '../../support/fixing.js';

const path = '.github/workflows/x.yml';

/** The text that the fix of the only finding makes. */
async function mended(text: string): Promise<string | undefined> {
  return (await onlyFixOf({ [path]: text })).texts[path];
}

const workflow = (test: string, body: readonly string[]) => `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    env:
      USER_NAME: \${{ secrets.USER_NAME }}
      PASSWORD: \${{ secrets.PASSWORD }}
    steps:
      - run: |
          if ${test}; then
${body.map((line) => `            ${line}\n`).join('')}          fi
          ./ship "$USER_NAME" "$PASSWORD"
`;

// One test on several secrets, put together into one text: it is empty where all of them are.
const joined = [
  '[ -z "$USER_NAME$PASSWORD" ]',
  '[ -z "${USER_NAME:-}${PASSWORD:-}" ]',
  '[[ -z $USER_NAME$PASSWORD ]]',
  '[ "$USER_NAME$PASSWORD" = "" ]',
  '[ -z "${{ secrets.USER_NAME }}${{ secrets.PASSWORD }}" ]',
];

describe('a guard on several secrets in one text', () => {
  it.each(joined)('fails in its branch: %s', async (test) => {
    expect(await mended(workflow(test, ['echo "nothing to do"', 'exit 0']))).toBe(
      workflow(test, [
        'echo "nothing to do"',
        `echo "::error::USER_NAME or PASSWORD is missing: provision it in the repository's secrets"`,
        'exit 1',
      ]),
    );
  });

  it.each(joined)('names them where it fails without a word: %s', async (test) => {
    expect(await mended(workflow(test, ['exit 1']))).toBe(
      workflow(test, [
        `echo "::error::PASSWORD or USER_NAME is missing: provision it in the repository's secrets"`,
        'exit 1',
      ]),
    );
  });

  it('is not mistaken for one where other text is in it: the secret is asked for by itself', async () => {
    const test = '[ -z "$USER_NAME${{ vars.LABEL }}" ]';
    expect(await mended(workflow(test, ['exit 0']))).toBe(
      workflow(test, [
        'if [ -z "$USER_NAME" ]; then',
        `  echo "::error::USER_NAME is missing: provision it in the repository's secrets"`,
        '  exit 1',
        'fi',
        'exit 0',
      ]),
    );
  });
});
