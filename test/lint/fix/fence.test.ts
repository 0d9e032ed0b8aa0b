import { describe, expect, it } from 'vitest';
import { onlyFixOf } from '../../support/fixing.js';

const path = '.github/workflows/x.yml';

const workflow = (condition: string) => `on:
  push:
  workflow_dispatch:
    inputs:
      deploy:
        type: boolean
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - id: changes
        run: ./list-changes >> "$GITHUB_OUTPUT"
      - if: ${condition}
        run: make
`;

/** What the fix of the only finding makes of the condition; null where it has none. */
async function mended(condition: string): Promise<string | null> {
  const { texts } = await onlyFixOf({ [path]: workflow(condition) }, ['constant-condition']);
  return /- if: (.*)\n/.exec(texts[path] ?? '')?.[1] ?? null;
}

describe('a condition that compares unlike things', () => {
  it.each([
    ["inputs.deploy == 'true'", 'inputs.deploy == true'],
    [
      "github.ref_name == 'main' && inputs.deploy == 'true'",
      "github.ref_name == 'main' && inputs.deploy == true",
    ],
    ['steps.changes.outputs.src == true', "steps.changes.outputs.src == 'true'"],
    [
      '${{ steps.changes.outputs.src == true }}  # only then',
      "${{ steps.changes.outputs.src == 'true' }}  # only then",
    ],
    ['"steps.changes.outputs.src == true"', `"steps.changes.outputs.src == 'true'"`],
    ["contains(github.ref, 'release') == 'true'", "contains(github.ref, 'release') == true"],
  ])('%s compares like with like', async (condition, after) => {
    expect(await mended(condition)).toBe(after);
  });

  it('is left alone where the quotes of YAML would end in it', async () => {
    expect(await mended("'steps.changes.outputs.src == true'")).toBeNull();
  });
});

describe('a text that stands for itself', () => {
  it('is compared again', async () => {
    expect(await mended("github.ref_name == 'main' || 'release'")).toBe(
      "github.ref_name == 'main' || github.ref_name == 'release'",
    );
  });

  it('is left alone where nothing tells what with', async () => {
    expect(await mended("${{ 'release' || github.ref_name == 'main' }}")).toBeNull();
  });
});
