import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/lint/fix/apply.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { inputsOf } from '../../support/repository.js';

const path = '.github/workflows/x.yml';

/** The text that the fix of the only finding with one makes; the workflow as it is where there is none. */
async function mended(text: string): Promise<string> {
  const { findings, errors } = await lintWithLanguages(inputsOf({ [path]: text }), {
    rules: null,
    forge: null,
    fixes: true,
  });
  expect(errors).toEqual([]);
  const [only, ...more] = findings;
  expect(more).toEqual([]);
  return (only?.fix && applyFixes([only.fix]).texts.get(path)) ?? text;
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

  it('is not mistaken for one where other text is in it', async () => {
    const test = '[ -z "$USER_NAME$HOME" ]';
    const text = workflow(test, ['exit 1']);
    expect(await mended(text)).toBe(text);
  });
});
