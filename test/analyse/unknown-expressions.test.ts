import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

// Two values of expressions that nobody knows are not taken for the same, however alike they are named; one value is the same
// each time that it is read. The forge is GitHub, the event a push.

type Answer = 'always' | 'never' | 'perhaps';

/** Whether the step is green without its secret where it holds: that is proved, likely, or not so. */
function truth(expression: string): Answer {
  const text = `on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {one: '\${{ steps.make.outputs.one }}', two: '\${{ steps.make.outputs.two }}'}
    steps:
      - {id: make, uses: acme/make@v1}
  other:
    runs-on: ubuntu-latest
    outputs: {one: '\${{ steps.make.outputs.one }}'}
    steps:
      - {id: make, uses: acme/make@v1}
  job:
    needs: [first, other]
    runs-on: ubuntu-latest
    strategy: {matrix: {include: '\${{ fromJSON(vars.LIST) }}'}}
    env: {ONE: '\${{ vars.ONE }}', TWO: '\${{ vars.TWO }}'}
    steps:
      - {id: made, uses: acme/make@v1}
      - {id: more, uses: acme/make@v1}
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then
            if [ "\${{ ${expression} }}" = "true" ]; then exit 0; fi
            exit 1
          fi
          ./deploy "$TOKEN"
`;
  const source = { path: '.github/workflows/ci.yml', text };
  const { findings, errors } = lint([{ source, kind: 'workflow', forge: 'github' }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  expect(errors).toEqual([]);
  const [finding] = findings;
  if (!finding) return 'never';
  return finding.confidence === 'proved' ? 'always' : 'perhaps';
}

const sameKind: readonly (readonly [string, string])[] = [
  ['vars.A', 'vars.B'],
  ['matrix.os', 'matrix.arch'],
  ['matrix.os.name', 'matrix.os.version'],
  ['runner.name', 'runner.arch'],
  ['strategy.job-index', 'strategy.job-total'],
  ['github.sha', 'github.ref_name'],
  ['github.actor', 'github.repository_owner'],
  ['github.run_id', 'github.run_number'],
  ['github.event.head_commit.message', 'github.event.head_commit.id'],
  ['github.event.a', 'github.event.b'],
  ['job.container.id', 'job.container.network'],
  ['job.services.db.id', 'job.services.web.id'],
  ['steps.made.outputs.a', 'steps.made.outputs.b'],
  ['steps.made.outputs.a', 'steps.more.outputs.a'],
  ['needs.first.outputs.one', 'needs.first.outputs.two'],
  ['needs.first.outputs.one', 'needs.other.outputs.one'],
  ['env.ONE', 'env.TWO'],
  ['vars[vars.A]', 'vars[vars.B]'],
  ['vars[github.actor]', 'env[github.actor]'],
  ['fromJSON(vars.A)', 'fromJSON(vars.B)'],
  ['fromJSON(vars.A).x', 'fromJSON(vars.A).y'],
  ['fromJSON(vars.A).x', 'fromJSON(vars.B).x'],
  ['fromJSON(vars.A)[0]', 'fromJSON(vars.A)[1]'],
  ['fromJSON(vars.A)[vars.X]', 'fromJSON(vars.A)[vars.Y]'],
  ['toJSON(github.event.a)', 'toJSON(github.event.b)'],
  ['toJSON(vars.A)', 'toJSON(vars.B)'],
  ["format('{0}-x', vars.A)", "format('{0}-x', vars.B)"],
  ['format(vars.A, 1)', 'format(vars.B, 1)'],
  ["format(vars.A, 'x')", "format(vars.A, 'y')"],
  ['join(github.event.a)', 'join(github.event.b)'],
  ["join(github.event.a, '-')", "join(github.event.a, '+')"],
  ['join(github.event.*.a)', 'join(github.event.*.b)'],
  ["hashFiles('a')", "hashFiles('b')"],
  ["startsWith(vars.A, 'x')", "startsWith(vars.A, 'y')"],
  ["endsWith(vars.A, 'x')", "startsWith(vars.A, 'x')"],
  ["contains(vars.A, 'x')", "contains(vars.B, 'x')"],
  ["(vars.A || 'x')", "(vars.B || 'x')"],
  ["(vars.A || 'x')", "(vars.A || 'y')"],
  ["(vars.A && 'x')", "(vars.B && 'x')"],
  ["(vars.A == 'x')", "(vars.B == 'x')"],
  ['(vars.A > 1)', '(vars.B > 1)'],
  ['secrets.OTHER', 'secrets.ANOTHER'],
  ['github.token', 'secrets.OTHER'],
  ['secrets[vars.A]', 'secrets[vars.B]'],
];

describe('two values that nobody knows', () => {
  it.each(sameKind)('%s and %s may be the same or not', (left, right) => {
    expect(truth(`${left} == ${right}`)).toBe('perhaps');
  });

  it.each([...new Set(sameKind.flat())])('%s is the same twice', (value) => {
    expect(truth(`format('{0}', ${value}) == format('{0}', ${value})`)).toBe('always');
  });
});

describe('a value that nobody knows', () => {
  it.each<[string, Answer]>([
    ["vars.A == ''", 'perhaps'],
    ["matrix.os == ''", 'perhaps'],
    ["runner.name == ''", 'perhaps'],
    ["runner.os == ''", 'never'],
    ["runner.temp == ''", 'perhaps'],
    ["github.sha == ''", 'never'],
    ["github.ref == ''", 'never'],
    ["github.actor == ''", 'never'],
    ["github.event.head_commit.message == ''", 'perhaps'],
    ["github.head_ref == ''", 'always'],
    ["github.token == ''", 'never'],
    ["github.run_id == ''", 'never'],
    ["github.workspace == ''", 'never'],
    ["steps.made.outputs.a == ''", 'perhaps'],
    ["steps.none.outputs.a == ''", 'always'],
    ["steps.made.outcome == 'success'", 'always'],
    ["needs.first.outputs.one == ''", 'perhaps'],
    ["needs.first.result == 'success'", 'always'],
    ["env.ONE == ''", 'perhaps'],
    // An action may have set it.
    ["env.NONE == ''", 'perhaps'],
    ["toJSON(vars.A) == ''", 'never'],
    ["format('{0}', vars.A) == ''", 'perhaps'],
    ["format('{0}x', vars.A) == ''", 'never'],
    ["hashFiles('a') == ''", 'perhaps'],
    ["join(github.event.a, '') == ''", 'perhaps'],
    ["fromJSON(vars.A) == ''", 'perhaps'],
    ["(vars.A || 'x') == ''", 'never'],
    ['vars.A == vars.A', 'always'],
    ['vars.A != vars.A', 'never'],
    ['matrix.os == matrix.os', 'always'],
    ['github.event.a == github.event.a', 'always'],
  ])('%s: %s', (expression, answer) => {
    expect(truth(expression)).toBe(answer);
  });
});
