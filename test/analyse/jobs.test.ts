import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

// What the `if:` of a job that needs another one comes to, seen in a script that ends green without its secret: a hole where
// the job runs, none where it does not.

type Answer = 'runs' | 'may run' | 'does not run';

function answer(condition: string | null, first = 'make', forge: 'github' | 'gitea' = 'github'): Answer {
  const text = `on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {made: '\${{ steps.make.outputs.made }}', text: 'yes', secret: '\${{ secrets.OTHER }}'}
    steps:
      - id: make
        run: ${JSON.stringify(first)}
  last:
    needs: first
    ${condition === null ? '' : `if: ${JSON.stringify(condition)}`}
    runs-on: ubuntu-latest
    env: {TOKEN: '\${{ secrets.TOKEN }}'}
    steps:
      - run: |
          if [ -z "$TOKEN" ]; then
            exit 0
          fi
          deploy "$TOKEN"
`;
  const source = { path: `.${forge}/workflows/ci.yml`, text };
  const result = lint([{ source, kind: 'workflow', forge }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  expect(result.errors).toEqual([]);
  const [finding] = result.findings;
  if (!finding) return 'does not run';
  return finding.confidence === 'proved' ? 'runs' : 'may run';
}

describe('a job behind one that succeeds', () => {
  it.each<[string | null, Answer]>([
    [null, 'runs'],
    ['success()', 'runs'],
    ['always()', 'runs'],
    ['!cancelled()', 'runs'],
    ['!failure()', 'runs'],
    ['cancelled()', 'does not run'],
    ['true', 'runs'],
    ['false', 'does not run'],
    ["needs.first.result == 'success'", 'runs'],
    ["needs.FIRST.result == 'success'", 'runs'],
    ["needs.first.result != 'success'", 'does not run'],
    ["needs.first.result == 'failure'", 'does not run'],
    ["always() && needs.first.result == 'skipped'", 'does not run'],
    ["contains(needs.*.result, 'success')", 'runs'],
    ["contains(needs.*.result, 'failure')", 'does not run'],
    ["needs.first.outputs.text == 'yes'", 'runs'],
    ["needs.first.outputs.TEXT == 'yes'", 'runs'],
    ["needs.first.outputs.text == 'no'", 'does not run'],
    ["needs.first.outputs.none == ''", 'runs'],
    ["needs.none.result == ''", 'runs'],
    ["needs.none.outputs.text == ''", 'runs'],
    ["needs.first.outputs.made == 'yes'", 'runs'],
    ["needs.first.outputs.secret == ''", 'runs'],
    ['needs.first', 'runs'],
    ['needs.first.outputs', 'runs'],
    ['!needs.first', 'does not run'],
    ["format('{0}', needs.first.outputs) == ''", 'does not run'],
    ["format('{0}', needs.first) == ''", 'does not run'],
    ["contains(needs.first.outputs.*, 'yes')", 'runs'],
    ["!contains(needs.first.outputs.*, 'yes')", 'runs'],
    ["inputs.mode == ''", 'runs'],
    ["github.event_name == 'push'", 'runs'],
    ["github.event_name == 'schedule'", 'does not run'],
    ["vars.MODE == 'x'", 'runs'],
    ["fromJSON('')", 'does not run'],
  ])('with if: %s %s', (condition, expected) => {
    expect(answer(condition, 'echo "made=yes" >> "$GITHUB_OUTPUT"')).toBe(expected);
  });
});

describe('a job behind one that fails', () => {
  it.each<[string | null, Answer]>([
    [null, 'does not run'],
    ['true', 'does not run'],
    ['success()', 'does not run'],
    ["needs.first.result == 'failure'", 'does not run'],
    ['!failure()', 'does not run'],
    ["always() && needs.first.result == 'success'", 'does not run'],
  ])('with if: %s %s', (condition, expected) => {
    expect(answer(condition, 'exit 1')).toBe(expected);
  });
});

it('an output with a secret in it is dropped on GitHub alone', () => {
  const condition = "needs.first.outputs.secret != ''";
  expect(answer(condition)).toBe('does not run');
  expect(answer(condition, 'make', 'gitea')).toBe('runs');
});
