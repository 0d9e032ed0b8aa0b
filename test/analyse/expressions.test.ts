import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraints } from '../../src/analyse/constraints.js';
import { known } from '../../src/analyse/constraints.js';
import {
  type Datum,
  evaluate,
  type Interpolated,
  interpolate,
  interpolateInput,
  judgeCondition,
  lacksOf,
  type Scope,
  textValue,
} from '../../src/analyse/expressions.js';
import { certainlyFull } from '../../src/analyse/joining.js';
import { initialState } from '../../src/analyse/state.js';
import { constant, nameOf, type Piece } from '../../src/analyse/values.js';
import type { Template } from '../../src/model/model.js';
import { parseExpression, parseTemplate } from '../../src/parse/expression.js';
import type { Source, Span } from '../../src/text/source.js';
import { analysedWorld } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// Whatever the variables hold, what GitHub makes of an expression is among what the interpreter says of it.

const scope: Scope = {
  world: analysedWorld(['TOKEN']),
  lookup: () => null,
  status: (name) => known(name === 'always' || name === 'success'),
  secret: () => constant('', ['TOKEN']),
  actionPath: null,
  secretsBy: () => [],
  available: new Set(['vars', 'secrets', 'github']),
};

function outcomesOf(expression: string) {
  const text = wholeText(expression);
  const { expr, error } = parseExpression({ text, start: 0, end: expression.length });
  if (!expr) throw new Error(`expected an expression, found ${expression}: ${error}`);
  return evaluate(expr, initialState(), scope).map(({ state, datum }) => ({
    constraints: state.constraints,
    datum,
  }));
}

type Variables = Readonly<Record<'x' | 'y', string>>;

/** What GitHub's own library makes of it; null where it refuses to. */
function real(expression: string, vars: Variables): string | null {
  const dictionary = JSON.parse(JSON.stringify({ vars, secrets: {} }), data.reviver);
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, ['vars', 'secrets'], []).parse();
  try {
    return new Evaluator(tree, dictionary).evaluate().coerceString();
  } catch {
    return null;
  }
}

const held = (hole: string, vars: Variables): string | undefined =>
  hole === 'vars.x' ? vars.x : hole === 'vars.y' ? vars.y : undefined;

/** Whether an assumption holds in that run; null where it is about something else. */
function holds(fact: string, vars: Variables): boolean | null {
  if (fact === 'vars.x==vars.y') return vars.x.toLowerCase() === vars.y.toLowerCase();
  if (fact.includes('==')) return null;
  const truthy = held(fact.replace(/^truthy /, ''), vars);
  if (fact.startsWith('truthy ') && truthy !== undefined) return truthy !== '';
  const at = fact.indexOf('=');
  const own = held(fact.slice(0, at), vars);
  return own === undefined ? null : own.toLowerCase() === fact.slice(at + 1).toLowerCase();
}

function mayHold({ facts, texts }: Constraints, vars: Variables): boolean {
  for (const [fact, answer] of facts) if (holds(fact, vars) === !answer) return false;
  for (const [hole, text] of texts) {
    const own = held(hole, vars);
    if (own !== undefined && own.toLowerCase() !== text.toLowerCase()) return false;
  }
  return true;
}

function mayBe(pieces: readonly Piece[], vars: Variables): RegExp {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const patterns = pieces.map((piece) => {
    if (typeof piece === 'string') return escaped(piece);
    const own = held(piece.id, vars);
    if (own !== undefined) return escaped(own);
    if (!piece.asks) return piece.nonEmpty ? '[^]+' : '[^]*';
    const answer = holds(piece.asks.fact, vars);
    return answer === null ? '(true|false)' : String(answer !== piece.asks.negated);
  });
  return new RegExp(`^${patterns.join('')}$`, 'i');
}

const covers = (datum: Datum, text: string | null, vars: Variables): boolean =>
  datum.kind === 'error' || text === null
    ? datum.kind === 'error' && text === null
    : mayBe(textValue(datum).pieces, vars).test(text);

// --- expressions -------------------------------------------------------------------------------------------

const words = ['', 'a', 'B', 'ab', '1', '2', 'x1'] as const;
const literal = fc.constantFrom(...words).map((word) => `'${word}'`);
const variable = fc.constantFrom('vars.x', 'vars.y', "vars['X']");
const number = fc.constantFrom('1', '2', '1.5');
const { expression } = fc.letrec<{ expression: string; text: string; truth: string }>((tie) => ({
  // A text whatever happens: a variable that is nothing but a name may be of any type.
  text: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    literal,
    variable.map((name) => `format('{0}', ${name})`),
    fc.tuple(variable, literal).map(([name, other]) => `format('{0}-{1}', ${name}, ${other})`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `format('{1}{0}', ${a}, ${b})`),
    fc.tuple(tie('truth'), tie('text'), tie('text')).map(([a, b, c]) => `(${a} && ${b} || ${c})`),
    fc.tuple(variable, literal).map(([a, b]) => `(${a} || ${b})`),
    fc.tuple(variable, tie('text')).map(([a, b]) => `(${a} || ${b})`),
    tie('text').map((a) => `join(fromJSON('["a", 1, null]'), ${a})`),
  ),
  truth: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.tuple(tie('text'), fc.constantFrom('==', '!='), tie('text')).map((of) => `(${of.join(' ')})`),
    fc.tuple(variable, fc.constantFrom('==', '!='), tie('text')).map((of) => `(${of.join(' ')})`),
    fc.tuple(literal, fc.constantFrom('==', '!='), variable).map((of) => `(${of.join(' ')})`),
    fc
      .tuple(tie('text'), fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number)
      .map((of) => `(${of.join(' ')})`),
    fc.tuple(literal, fc.constantFrom('<', '<=', '>', '>='), tie('text')).map((of) => `(${of.join(' ')})`),
    fc.tuple(tie('truth'), fc.constantFrom('==', '!='), tie('truth')).map((of) => `(${of.join(' ')})`),
    fc
      .tuple(tie('truth'), fc.constantFrom('==', '!='), fc.constantFrom('0', '1', '2', 'null', "'true'"))
      .map((of) => `(${of.join(' ')})`),
    fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map((of) => `(${of.join(' ')})`),
    fc.oneof(tie('text'), tie('truth'), variable).map((a) => `!${a}`),
    fc
      .tuple(fc.constantFrom('contains', 'startsWith', 'endsWith'), tie('text'), tie('text'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    tie('text').map((a) => `contains(fromJSON('["a", "b", 1, true, null]'), ${a})`),
    tie('text').map((a) => `contains(fromJSON('["a", "b"]'), ${a})`),
  ),
  expression: fc.oneof(tie('text'), tie('truth')),
}));

it('what GitHub makes of an expression is among what is said of it, whatever the variables hold', () => {
  const run = fc.record({ x: fc.constantFrom(...words), y: fc.constantFrom(...words) });
  fc.assert(
    fc.property(expression, fc.array(run, { minLength: 3, maxLength: 3 }), (written, runs) => {
      const outcomes = outcomesOf(written);
      for (const vars of runs) {
        const text = real(written, vars);
        const among = outcomes.some(
          ({ constraints, datum }) => mayHold(constraints, vars) && covers(datum, text, vars),
        );
        expect(among, `${written} with ${JSON.stringify(vars)} is ${JSON.stringify(text)}`).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

describe('an expression that cannot be evaluated', () => {
  it.each([
    ["contains('a')", 'contains() has too few arguments'],
    ["startsWith('a')", 'startswith() has too few arguments'],
    ["endsWith('a')", 'endswith() has too few arguments'],
    ['format()', 'format() has too few arguments'],
    ['join()', 'join() has too few arguments'],
    ['fromJSON()', 'fromjson() has too few arguments'],
    ["fromJSON('{')", 'fromJSON() of text that is no JSON'],
    ['fromJSON(secrets.TOKEN)', 'fromJSON() of text that is no JSON'],
    ["format('{1}', 'a')", 'format() has no argument 1'],
    ['nowhere.x', 'the nowhere context is not available here'],
    ['fromJSON(nowhere.x)[0]', 'the nowhere context is not available here'],
    ['!nowhere.x', 'the nowhere context is not available here'],
    ["nowhere.x || 'a'", 'the nowhere context is not available here'],
    ["vars[nowhere.x] == 'a'", 'the nowhere context is not available here'],
  ])('%s: %s', (written, message) => {
    expect(outcomesOf(written).map(({ datum }) => datum)).toMatchObject([{ kind: 'error', message }]);
  });

  it('does no harm where it is passed over', () => {
    expect(outcomesOf("'a' || nowhere.x").map(({ datum }) => datum)).toEqual([
      { kind: 'string', value: constant('a') },
    ]);
    const kinds = outcomesOf('vars.x && nowhere.x').map(({ datum }) => datum.kind);
    expect(kinds.sort()).toEqual(['error', 'string']);
  });
});

describe('what an expression comes to hangs on the missing secret', () => {
  it.each([
    ['secrets.TOKEN', ['TOKEN']],
    ["secrets.TOKEN && 'a' || 'b'", []],
    ['!secrets.TOKEN', ['TOKEN']],
    ["secrets.TOKEN != ''", ['TOKEN']],
    ['secrets.TOKEN && true || false', ['TOKEN']],
    ["contains(secrets.TOKEN, 'a')", ['TOKEN']],
    ["startsWith('a', secrets.TOKEN)", ['TOKEN']],
    ["format('{0}', secrets.TOKEN)", ['TOKEN']],
    ["vars.x == 'a'", []],
    ['secrets.TOKEN == vars.x', ['TOKEN']],
    ['secrets.TOKEN < 1', ['TOKEN']],
    ['secrets', ['TOKEN']],
  ])('%s: %j', (written, lacks) => {
    for (const { datum } of outcomesOf(written)) expect([...lacksOf(datum)]).toEqual(lacks);
  });
});

// --- texts with expressions in them ------------------------------------------------------------------------

function templateOf(written: string): Template {
  const text = wholeText(written);
  return {
    scalar: { kind: 'scalar', text, value: written, style: 'plain', span: whole(text.source, written) },
    parts: parseTemplate(text),
  };
}

const whole = (source: Source, written: string): Span => ({ source, start: 0, end: written.length });

/** The texts that it may come to, without what each assumes. */
const textsOf = (results: readonly Interpolated[]) =>
  results.map(({ value }) => value && { name: nameOf(value), lacks: value.lacks });

describe('a text with expressions in it', () => {
  const texts = (written: string) => textsOf(interpolate(templateOf(written), initialState(), scope));

  it.each([
    ['plain', '"plain"', []],
    ['', '', []],
    ["a ${{ 'b' }} c", '"a b c"', []],
    ['key=${{ secrets.TOKEN }}', '"key="', ['TOKEN']],
    ['${{ vars.x }}-${{ vars.x }}', 'vars.x+"-"+vars.x', []],
  ])('%s', (written, name, lacks) => {
    expect(texts(written)).toEqual([{ name, lacks }]);
  });

  it.each(["a ${{ fromJSON('') }} b", 'a ${{ nowhere.x }}', 'a ${{ 1 + }} b', '${{ vars.x'])(
    'cannot be evaluated: %s',
    (written) => {
      expect(texts(written)).toEqual([null]);
    },
  );

  it('is one for each way in which it can come out', () => {
    expect(texts("${{ vars.x && 'a' || 'b' }}${{ vars.x && 'c' || 'd' }}")).toEqual([
      { name: '"ac"', lacks: [] },
      { name: '"bd"', lacks: [] },
    ]);
  });

  it('is some text where there are too many of them, told apart by what they lack', () => {
    const choices = (count: number) =>
      Array.from({ length: count }, (_, i) => `\${{ vars.v${i} && 'a' || 'b' }}`).join('');
    const shaped = (written: string) =>
      interpolate(templateOf(written), initialState(), scope).map(({ value }) => [
        value?.lacks.join() ?? 'error',
        certainlyFull(value),
      ]);
    expect(shaped(choices(7)).length).toBeLessThan(4);
    expect(shaped(choices(7))).toContainEqual(['', true]);
    const either = shaped(`\${{ vars.w && format('{0}', secrets.TOKEN) }}${choices(6)}`);
    expect(either.length).toBeLessThan(8);
    expect(either).toContainEqual(['', true]);
    expect(either).toContainEqual(['TOKEN', true]);
    const perhaps = shaped(choices(6).replaceAll(" || 'b'", ''));
    expect(perhaps.length).toBeLessThan(8);
    expect(perhaps).toContainEqual(['', false]);
    const broken = shaped(`\${{ vars.w && fromJSON('') }}${choices(6)}`);
    expect(broken).toContainEqual(['error', false]);
    expect(broken).toContainEqual(['', true]);
  });
});

describe('a text that is handed to a called file', () => {
  const input = (written: string) =>
    textsOf(interpolateInput(templateOf(written), initialState(), scope, 'the input'));

  it.each([
    ["${{ vars.x && 'a' || 'b' }}", [{ name: 'the input', lacks: [] }]],
    ["${{ vars.x && 'a' || 'a' }}", [{ name: '"a"', lacks: [] }]],
    ["${{ vars.x && 'a' || fromJSON('') }}", [{ name: '"a"', lacks: [] }, null]],
    ["${{ vars.x && fromJSON('') || 'a' }}", [null, { name: '"a"', lacks: [] }]],
    ['${{ vars.x && secrets.TOKEN || vars.y }}', [{ name: 'vars.y', lacks: [] }]],
    [
      "${{ vars.x && format('k{0}', secrets.TOKEN) || 'a' }}",
      [
        { name: '"k"', lacks: ['TOKEN'] },
        { name: '"a"', lacks: [] },
      ],
    ],
    ["${{ secrets.TOKEN != '' }}", [{ name: '"false"', lacks: ['TOKEN'] }]],
    ["a ${{ secrets.TOKEN != '' }}", [{ name: '"a false"', lacks: [] }]],
    ['${{ nowhere.x }}', [null]],
  ])('%s', (written, expected) => {
    expect(input(written)).toEqual(expected);
  });
});

describe('a condition', () => {
  const truths = (written: string, given = initialState()) => {
    const template = templateOf(written);
    const { span } = template.scalar;
    return judgeCondition({ template, bare: false, span }, given, scope).map(({ truth, lacks }) =>
      truth === 'error' ? truth : [truth.answer, ...lacks],
    );
  };

  it.each([
    ['${{ true }}', [[true]]],
    ["${{ 'a' }}", [[true]]],
    ["${{ '' }}", [[false]]],
    ['${{ vars.x }}', [['unknown']]],
    ['${{ secrets.TOKEN }}', [[false, 'TOKEN']]],
    ['${{ false }} ', [[true]]],
    ['a${{ false }}', [[true]]],
    ['${{ secrets.TOKEN }}${{ vars.x }}', [['unknown', 'TOKEN']]],
    ['${{ 1 + }}', ['error']],
    ['${{ 1 + }} a', ['error']],
    ["${{ fromJSON('') }}", ['error']],
    ["a ${{ fromJSON('') }}", ['error']],
    ['', [[false]]],
  ])('%s', (written, expected) => {
    expect(truths(written)).toEqual(expected);
  });
});
