import { beforeAll, describe, expect, it } from 'vitest';
import { cookText } from '../../src/parse/javascript/text.js';
import type { Expression, Statement } from '../../src/parse/javascript/tree.js';
import { loadJavaScript, parseJavaScript } from '../../src/parse/javascript.js';

beforeAll(() => loadJavaScript(true));

function statementOf(text: string, withTypes = false): Statement {
  const { body, problem } = parseJavaScript(text, withTypes);
  if (problem) throw new Error(`expected '${text}' to be read, found ${problem.message}`);
  const [first] = body;
  if (!first) throw new Error(`expected a statement in '${text}', found none`);
  return first;
}

function expressionOf(text: string, withTypes = false): Expression {
  const statement = statementOf(text, withTypes);
  if (statement.kind !== 'expression') throw new Error(`expected an expression, found ${statement.kind}`);
  return statement.expression;
}

/** The tree without places. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'start' && key !== 'end')
      .map(([key, inner]) => [key, bare(inner)]),
  );
}

const name = (text: string) => ({ kind: 'name', name: text });

describe('an expression', () => {
  it.each([
    [
      'a?.b.c',
      {
        kind: 'member',
        object: { kind: 'member', object: name('a'), property: 'b', optional: true },
        property: 'c',
        optional: true,
      },
    ],
    [
      '(a?.b).c',
      {
        kind: 'member',
        object: { kind: 'member', object: name('a'), property: 'b', optional: true },
        property: 'c',
        optional: true,
      },
    ],
    ["a['b']", { kind: 'member', object: name('a'), property: 'b', optional: false }],
    ['a[b]', { kind: 'member', object: name('a'), property: name('b'), optional: false }],
    ['!a', { kind: 'unary', operator: '!', operand: name('a') }],
    ['a ?? b', { kind: 'logical', operator: '??', left: name('a'), right: name('b') }],
    ['a ||= b', { kind: 'assign', operator: '||=', target: name('a'), value: name('b') }],
    [
      'f(...a)',
      { kind: 'call', callee: name('f'), args: [{ kind: 'spread', operand: name('a') }], optional: false },
    ],
    ['/a+/gi', { kind: 'pattern', source: 'a+', flags: 'gi' }],
    ["'\\u{41}\\n'", { kind: 'text', value: 'A\n' }],
    ['import.meta.url', { kind: 'member', object: name('import.meta'), property: 'url', optional: false }],
  ])('%s', (text, tree) => {
    expect(bare(expressionOf(text))).toEqual(tree);
  });

  it.each(['a as B', 'a!', '(a satisfies B)', '<B>a', '(a as unknown) as B'])(
    '%s is what it casts',
    (text) => {
      expect(bare(expressionOf(text, true))).toEqual(name('a'));
    },
  );

  it('keeps the texts of a template with their places', () => {
    const template = expressionOf('`a${b}c\\n`');
    expect(template).toMatchObject({
      kind: 'template',
      texts: [
        { value: 'a', start: 1, end: 2 },
        { value: 'c\n', start: 6, end: 9 },
      ],
      expressions: [{ name: 'b', start: 4 }],
    });
  });

  it('knows what an arrow function takes and gives', () => {
    expect(bare(expressionOf('async ({ a = 1, ...b } = {}, [c], ...d) => c'))).toEqual({
      kind: 'function',
      name: null,
      parameters: [
        {
          target: {
            kind: 'object',
            members: [{ key: 'a', target: name('a'), fallback: { kind: 'number', value: 1 } }],
            rest: name('b'),
          },
          fallback: { kind: 'object', members: [] },
          rest: false,
          field: false,
        },
        {
          target: { kind: 'array', elements: [{ target: name('c'), fallback: null }], rest: null },
          fallback: null,
          rest: false,
          field: false,
        },
        { target: name('d'), fallback: null, rest: true, field: false },
      ],
      body: name('c'),
      async: true,
      generator: false,
    });
  });
});

describe('a statement', () => {
  it.each([
    ['const { A, B: c } = process.env', 'declare'],
    ['if (a) b(); else return', 'if'],
    ['for (const k of [1]) {}', 'each'],
    ['for (;;) break', 'for'],
    ['try { a() } catch {}', 'try'],
    ['switch (a) { case 1: default: b() }', 'switch'],
    ["import a, { b as c } from 'd' with { type: 'json' }", 'import'],
    ['export default async function main() {}', 'export'],
    ['export default () => 1', 'export'],
    ['export const a = 1', 'export'],
    ['export { a as b }; const a = 1', 'export'],
    ["export * from './a.js'", 'import'],
    ['#!/usr/bin/env node\na()', 'expression'],
    ['return await a()', 'return'],
    ['with (a) b()', 'other'],
  ])('%s', (text, kind) => {
    expect(statementOf(text).kind).toBe(kind);
  });

  it.each([
    'type A = string',
    'interface A { a: string }',
    'declare const a: string',
    "import type { A } from 'a'",
    'export type A = string',
    'function a(b: string): void',
  ])('%s says nothing at run time', (text) => {
    expect(statementOf(text, true).kind).toBe('nothing');
  });

  it('leaves the types of names that are imported out', () => {
    expect(statementOf("import { type A, b } from 'a'", true)).toMatchObject({
      names: [{ imported: 'b', local: 'b' }],
    });
  });
});

describe('a text that cannot be read', () => {
  it.each([
    ['const = 1', 'Unexpected token', 6],
    ['a(', 'Unexpected token', 2],
    ["'a", 'Unterminated string constant', 0],
  ])('%s', (text, message, start) => {
    expect(parseJavaScript(text, false)).toMatchObject({ body: [], problem: { message, start } });
  });

  it.each([
    ['brackets', '('.repeat(50_000)],
    ['blocks', '{'.repeat(50_000)],
    ['a long chain', `a${'.b'.repeat(50_000)}`],
    ['a long sum', `a${' + b'.repeat(30_000)}`],
    ['nested blocks', `${'{'.repeat(1_000)}${'}'.repeat(1_000)}`],
  ])('is told where it is %s', (_, text) => {
    expect(parseJavaScript(text, false).problem).not.toBeNull();
  });

  it('does not take for ever where the plugin for types tries one reading within another', () => {
    const { problem } = parseJavaScript(`${'f<T<U>>('.repeat(40)}1`, true);
    expect(problem?.message).toBe('it takes too long to read');
  });

  it('is a bundle', () => {
    expect(parseJavaScript('a;'.repeat(110_000), false).problem?.message).toContain('longer than');
  });
});

describe('cookText', () => {
  it.each([
    ['a', 'a'],
    ['\\n\\t\\\\', '\n\t\\'],
    ['\\x41\\u0042\\u{43}', 'ABC'],
    ['a\\\nb', 'ab'],
    ['\\0', '\0'],
    ['\\1', null],
    ['\\xZ', null],
    ['\\u{110000}', null],
    ['\\', null],
  ])('%j', (raw, cooked) => {
    expect(cookText(raw)).toBe(cooked);
  });
});
