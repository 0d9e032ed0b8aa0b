import { describe, expect, it } from 'vitest';
import { noKnowledge } from '../../src/analyse/analyse.js';
import { hollowGates } from '../../src/analyse/hollow-gate.js';
import { dialectOf } from '../../src/forge/versions.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

/** What is said of a job `gate` with `if: always()` behind `test`, which always runs, and `docs`, which runs for some events only. */
function gatesOf(steps: string, needs = '[test, docs]'): string[] {
  const text = `on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: ./test
  docs:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps:
      - run: ./docs
  gate:
    if: always()
    needs: ${needs}
    runs-on: ubuntu-latest
    steps:
${steps}`;
  const workflow = buildWorkflow(parseYaml({ path: '.github/workflows/a.yml', text }));
  return hollowGates(workflow, dialectOf('github', null), noKnowledge).map(
    (gate) => `${gate.kind} ${gate.needs.join()}`,
  );
}

const fails = (condition: string) => `      - if: ${condition}\n        run: exit 1\n`;

describe('a job that collects how others end', () => {
  it.each([
    [
      'hears of nothing but failures',
      fails("contains(needs.*.result, 'failure')"),
      ['cancelled test,docs', 'conditional docs'],
    ],
    [
      'hears of what was cancelled too',
      fails("contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')"),
      ['conditional docs'],
    ],
    [
      'asks each for its success',
      fails("needs.test.result != 'success' || needs.docs.result != 'success'"),
      [],
    ],
    [
      'lets the one that may be skipped be skipped',
      fails(
        'needs.test.result != \'success\' || contains(fromJSON(\'["failure", "cancelled"]\'), needs.docs.result)',
      ),
      ['conditional docs'],
    ],
    ['asks one of them alone', fails("needs.test.result != 'success'"), []],
    ['never fails', '      - run: echo done\n', []],
    ['always fails', '      - run: exit 1\n', []],
  ])('that %s', (_, steps, kinds) => {
    expect(gatesOf(steps)).toEqual(kinds);
  });

  it('is no gate where it needs nobody', () => {
    expect(gatesOf(fails("contains(needs.*.result, 'failure')"), '[]')).toEqual([]);
  });

  it('has nothing to hear of a condition where nobody has one', () => {
    expect(gatesOf(fails("contains(needs.*.result, 'failure')"), '[test]')).toEqual(['cancelled test']);
  });
});
