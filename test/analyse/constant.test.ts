import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConstantCondition, constantConditions } from '../../src/analyse/constant.js';
import type { Forge } from '../../src/forge/forge.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

/** The verdict on one condition of the last step of a job that needs two others. */
function judge(condition: string, forge: Forge = 'github'): ConstantCondition | undefined {
  const text = `on:
  workflow_dispatch:
    inputs:
      flag: {type: boolean}
      word: {type: string}
jobs:
  build:
    outputs: {made: '\${{ steps.x.outputs.made }}'}
    steps:
      - run: make
  test:
    steps:
      - run: make
  last:
    needs: [build, test]
    steps:
      - {id: one, run: make}
      - {id: two, run: make, continue-on-error: true}
      - if: ${JSON.stringify(condition)}
        run: make
`;
  const source = { path: '.github/workflows/w.yml', text };
  const file = parseYaml(source);
  expect(file.problems).toEqual([]);
  return constantConditions(buildWorkflow(file), forge)[0];
}

describe('a condition', () => {
  it.each([
    // condition, outcome, reason
    ["${{ github.ref_name }} == 'main'", 'always-true', 'text-around'],
    ['${{ always() && github.ref_name }} \n', 'always-true', 'text-around'],
    ["'false'", 'always-true', 'text-is-true'],
    ["inputs.flag == 'true'", 'always-false', 'unlike'],
    ["inputs.flag != 'false'", 'always-true', 'unlike'],
    ["always() && needs.test.result == 'failed'", 'always-false', 'never-holds'],
    ["!(needs.test.result == 'failed')", 'always-true', 'never-holds'],
    ["github.ref == 'main'", 'always-false', 'never-holds'],
    ["steps.three.outputs.x == 'y'", 'always-false', 'absent'],
    ["needs.other.result == 'success'", 'always-false', 'absent'],
    ["needs.build.outputs.mode == 'fast'", 'always-false', 'absent'],
    ["inputs.flags == 'x'", 'always-false', 'absent'],
    ["github.actor == 'a' && github.actor == 'b'", 'always-false', 'contradiction'],
    ["inputs.flag && (github.actor == 'a' && github.actor == 'b')", 'always-false', 'contradiction'],
    ["steps.one.outcome == 'failure'", 'always-false', 'implied-success'],
    ["contains(github.ref, '')", 'always-true', 'empty-needle'],
    ["'a' == 'b'", 'always-false', 'literals'],
    ["secrets.A != ''", 'invalid-file', 'context'],
    ['false && nothing.here', 'invalid-file', 'context'],
    ['lower(github.ref)', 'invalid-file', 'function'],
    ['github.ref = 1', 'invalid-file', 'unreadable'],
    ["fromJSON('')", 'fails', 'error'],
    ["fromJSON('').key", 'fails', 'error'],
    ["contains(steps.three.outputs.x, 'y')", 'always-false', 'absent'],
    ["contains(steps.*.outcome, 'failed')", 'always-false', 'never-holds'],
    ["contains(steps.*.conclusion, 'failed')", 'always-false', 'never-holds'],
  ])('%s is %s: %s', (condition, outcome, reason) => {
    const found = judge(condition);
    expect(found && [found.outcome, found.reason.kind]).toEqual([outcome, reason]);
  });

  it.each([
    'true',
    'false',
    "'true'",
    'always()',
    '!cancelled()',
    '${{ always() }}\n',
    'false && inputs.flag',
    'inputs.flag || true',
    'inputs.flag == true',
    "inputs.word == 'x'",
    "steps.two.outcome == 'failure'",
    "steps.one.outcome != 'failure'",
    "failure() && steps.one.outcome == 'failure'",
    "contains(needs.*.result, 'failure')",
    "needs.test.result == 'failure'",
    "needs.build.outputs.made == 'yes'",
    "github.ref == 'refs/heads/main'",
    "github.event_name == 'schedule'",
    'github.event.pull_request.head.repo.fork == false',
    "fromJSON(steps.one.outputs.list)[0] == 'x'",
    'fromJSON(needs.build.outputs.made).a',
    "matrix.a == 'x' || matrix[github.ref] == 'y'",
    "(inputs.word || 'x') == 'x'",
  ])('%s says nothing', (condition) => {
    expect(judge(condition)?.reason).toBeUndefined();
  });

  it('is only likely where a text that is not known is compared with true', () => {
    expect(judge('steps.one.outputs.x == true')?.confidence).toBe('likely');
    expect(judge("inputs.flag == 'true'")?.confidence).toBe('proved');
  });

  it('differs by forge', () => {
    const outcome = (condition: string, forge: Forge) => judge(condition, forge)?.outcome;
    expect(outcome('secrets.A != null', 'gitea')).toBe('always-true');
    expect(outcome("secrets.A != ''", 'gitea')).toBeUndefined();
    expect(outcome('lower(github.ref)', 'gitea')).toBe('fails');
    expect(outcome('lower(github.ref)', 'forgejo')).toBe('invalid-file');
    expect(outcome('false && nothing.here', 'gitea')).toBeUndefined();
    expect(outcome("inputs.flag == 'true'", 'gitea')).toBeUndefined();
    expect(outcome("github.ref == 'main'", 'gitea')).toBeUndefined();
  });

  it.each([
    ["${{ github.ref_name }} == 'main'", "github.ref_name == 'main'"],
    ["'${{ github.ref_name }}' == 'main'", "github.ref_name == 'main'"],
    ["${{ github.ref_name == 'a' }} && ${{ inputs.flag }}", "(github.ref_name == 'a') && inputs.flag"],
    ['!${{ inputs.flag }}', '!inputs.flag'],
    ["${{ github.ref_name == 'a' || inputs.flag }}\n", "github.ref_name == 'a' || inputs.flag"],
    ['yes ${{ inputs.flag }}', null],
  ])('with text around it is mended: %s', (condition, mended) => {
    expect(judge(condition)?.reason).toMatchObject({ kind: 'text-around', mended });
  });
});

// --- a constant verdict holds in every run --------------------------------------------------------------

const words = ['', 'true', 'false', 'success', 'failure', 'main', 'refs/heads/main', 'acme/widget', 'push'];
const result = fc.constantFrom('success', 'failure', 'cancelled', 'skipped');
const output = fc.constantFrom(undefined, ...words, '0', '7');

/** What one run holds. */
const run = fc.record({
  ref: fc.constantFrom('', 'refs/heads/main', 'refs/tags/v1', 'refs/pull/7/merge'),
  event: fc.constantFrom('push', 'schedule', 'pull_request'),
  flag: fc.constantFrom(true, false, undefined),
  draft: fc.constantFrom(true, false, undefined),
  one: result,
  test: result,
  made: output,
  out: output,
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

const name = fc.constantFrom(
  'github.ref',
  'github.event_name',
  'github.repository',
  'github.event.pull_request.draft',
  'inputs.flag',
  'steps.one.outcome',
  'steps.one.outputs.out',
  'steps.none.outputs.out',
  'needs.test.result',
  'needs.build.outputs.made',
  'needs.build.outputs.none',
  'needs.none.result',
);
const literal = fc.oneof(
  fc.constantFrom(...words).map((word) => `'${word}'`),
  fc.constantFrom('true', 'false', 'null', '0', '1'),
);
const { condition } = fc.letrec<{ condition: string; value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    name,
    literal,
    fc.tuple(tie('value'), fc.constantFrom('&&', '||'), tie('value')).map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(tie('value'), fc.constantFrom('==', '!='), tie('value')).map(([a, o, b]) => `(${a} ${o} ${b})`),
    tie('value').map((a) => `!${a}`),
    fc
      .tuple(fc.constantFrom('contains', 'startsWith', 'endsWith'), tie('value'), tie('value'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie('value').map((a) => `contains(needs.*.result, ${a})`),
    tie('value').map((a) => `contains(fromJSON('["push", "failure", ""]'), ${a})`),
    tie('value').map((a) => `format('{0}', ${a})`),
  ),
  condition: tie('value'),
}));

/** What GitHub's own library makes of the condition in that run. */
function truthIn(expression: string, values: Run): boolean {
  const contexts = JSON.stringify({
    github: {
      ref: values.ref,
      event_name: values.event,
      repository: 'acme/widget',
      event: { pull_request: { draft: values.draft } },
    },
    inputs: { flag: values.flag },
    steps: { one: { outcome: values.one, outputs: { out: values.out } } },
    needs: {
      build: { result: 'success', outputs: { made: values.made } },
      test: { result: values.test, outputs: {} },
    },
  });
  const dictionary = JSON.parse(contexts, data.reviver);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, ['github', 'inputs', 'steps', 'needs'], []).parse();
  const value = new Evaluator(tree, dictionary).evaluate();
  if (value.kind === data.Kind.Boolean) return value.value;
  if (value.kind === data.Kind.Number) return value.value !== 0 && !Number.isNaN(value.value);
  if (value.kind === data.Kind.String) return value.value !== '';
  return value.kind !== data.Kind.Null;
}

it.each([
  ["${{ github.ref_name }} == 'main'", 'text'],
  ['${{ github.ref_name }} ', 'blank'],
  ['${{ github.ref_name }}\n', 'line-break'],
])('what stands around the fence of %j is told: %s', (around, only) => {
  expect(judge(around)?.reason).toMatchObject({ only });
});

it('a constant verdict is what GitHub comes to in every run', () => {
  let verdicts = 0;
  fc.assert(
    fc.property(condition, fc.array(run, { minLength: 4, maxLength: 4 }), (expression, runs) => {
      // A status function keeps the implied success() out of it.
      const answer = { 'always-true': true, 'always-false': false } as const;
      for (const open of [`(${expression}) && success()`, `(${expression}) || failure()`]) {
        const outcome = judge(open)?.outcome;
        if (outcome !== 'always-true' && outcome !== 'always-false') continue;
        verdicts++;
        for (const values of runs) if (truthIn(expression, values) !== answer[outcome]) return false;
      }
      return true;
    }),
    { numRuns: 1000 },
  );
  expect(verdicts).toBeGreaterThan(100);
});
