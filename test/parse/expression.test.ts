import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextPath, type Expr, parseExpression, parseTemplate } from '../../src/parse/expression.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { type MappedText, type Place, spanOf } from '../../src/text/script.js';
import { spanText } from '../../src/text/source.js';

function mapped(text: string): MappedText {
  return { source: { path: 'a.yml', text }, text, offsetOf: (index) => index };
}

function parse(text: string) {
  return parseExpression({ text: mapped(text), start: 0, end: text.length });
}

function exprOf(text: string): Expr {
  const { expr, error } = parse(text);
  expect(error).toBeNull();
  if (expr === null) throw new Error(`no expression in ${text}`);
  return expr;
}

function words(at: Place): string {
  return at.text.text.slice(at.start, at.end);
}

/** The tree with every operation in brackets of its own. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return JSON.stringify(expr.value) ?? 'undefined';
    case 'context':
      return expr.name;
    case 'index':
      return `${shape(expr.object)}[${expr.key.kind === 'star' ? '*' : shape(expr.key)}]`;
    case 'call':
      return `${expr.name}(${expr.args.map(shape).join(', ')})`;
    case 'not':
      return `!${shape(expr.operand)}`;
    case 'compare':
      return `(${shape(expr.left)} ${expr.operator} ${shape(expr.right)})`;
    case 'and':
    case 'or':
      return `(${expr.operands.map(shape).join(` ${expr.kind} `)})`;
  }
}

/** Every node of a tree, parents before their children. */
function nodesOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'context':
      return [expr];
    case 'index':
      return [expr, ...nodesOf(expr.object), ...(expr.key.kind === 'star' ? [] : nodesOf(expr.key))];
    case 'call':
      return [expr, ...expr.args.flatMap(nodesOf)];
    case 'not':
      return [expr, ...nodesOf(expr.operand)];
    case 'compare':
      return [expr, ...nodesOf(expr.left), ...nodesOf(expr.right)];
    case 'and':
    case 'or':
      return [expr, ...expr.operands.flatMap(nodesOf)];
  }
}

describe('parseExpression', () => {
  it.each([
    ['a context', 'github', 'github'],
    ['contexts are lower-cased', 'GitHub', 'github'],
    ['every forge’s name for the same context', 'gitea || forge || forgejo', '(gitea or forge or forgejo)'],
    ['an unknown context', 'whatever.x', 'whatever["x"]'],
    ['keys keep their case', 'secrets.My_Token', 'secrets["My_Token"]'],
    ['a key in brackets', "secrets['My_Token']", 'secrets["My_Token"]'],
    ['a computed key', 'secrets[matrix.name]', 'secrets[matrix["name"]]'],
    ['a number as a key', 'a.b[0]', 'a["b"][0]'],
    ['a star', 'needs.*.result', 'needs[*]["result"]'],
    ['a star in brackets', 'a[*].b', 'a[*]["b"]'],
    ['a keyword as a key', 'a.true.null', 'a["true"]["null"]'],
    ['a dash in a name', 'steps.my-step.outputs', 'steps["my-step"]["outputs"]'],
    ['words', 'true && false || null', '((true and false) or null)'],
    ['a number', '42 == -1.5', '(42 == -1.5)'],
    ['a hexadecimal number', '0xff', '255'],
    ['a string', "'abc'", '"abc"'],
    ['an empty string', "''", '""'],
    ['each quote of a string', "'it''s ''x'''", "\"it's 'x'\""],
    ['a string over lines', "'a\nb' == x.y", '("a\\nb" == x["y"])'],
    ['a fence in a string', "'}}'", '"}}"'],
    ['a function', 'Contains(a, b)', 'contains(a, b)'],
    [
      'functions without arguments',
      'success() && !failure() && always() && cancelled()',
      '(success() and !failure() and always() and cancelled())',
    ],
    ['hashFiles', "hashFiles('a', 'b', 'c')", 'hashfiles("a", "b", "c")'],
    ['an unknown function', 'whatever(1, 2, 3)', 'whatever(1, 2, 3)'],
    ['a function named like a property of an object', 'constructor(1)', 'constructor(1)'],
    ['too few arguments', 'contains(a)', 'contains(a)'],
    ['too many arguments', 'toJSON(a, b)', 'tojson(a, b)'],
    ['an even number of arguments of case', 'case(a, b)', 'case(a, b)'],
    ['a key of a function’s result', 'fromJSON(a).b', 'fromjson(a)["b"]'],
    ['every comparison', 'a == b != c', '((a == b) != c)'],
    ['order binds tighter than equality', 'a < b == c >= d', '((a < b) == (c >= d))'],
    ['the other orders', 'a <= b || a > b', '((a <= b) or (a > b))'],
    ['and binds tighter than or', 'a || b && c || d', '(a or (b and c) or d)'],
    ['not binds tightest', '!a == b', '(!a == b)'],
    ['not twice', '!!a', '!!a'],
    ['brackets', '(a || b) && c', '((a or b) and c)'],
    ['a key of brackets', '(a || b).c', '(a or b)["c"]'],
    ['blanks and line ends', '\n  a\r\n\t&& b\n', '(a and b)'],
    ['no blanks', "a=='b'&&!c", '((a == "b") and !c)'],
  ])('%s', (_, text, expected) => {
    expect(shape(exprOf(text))).toBe(expected);
  });

  it('NaN and Infinity are numbers', () => {
    expect(exprOf('NaN')).toMatchObject({ kind: 'literal', value: Number.NaN });
    expect(exprOf('Infinity')).toMatchObject({ kind: 'literal', value: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['a == b', ['a == b', 'a', 'b']],
    ['!(a || b )', ['!(a || b )', 'a || b', 'a', 'b']],
    ["( a ).b['c']", ["( a ).b['c']", '( a ).b', 'a', 'b', "'c'"]],
    ['f( a , b.* )', ['f( a , b.* )', 'a', 'b.*', 'b']],
    ["'x\n\ny' == a && c", ["'x\n\ny' == a && c", "'x\n\ny' == a", "'x\n\ny'", 'a', 'c']],
  ])('every node of %j has its place', (text, expected) => {
    expect(nodesOf(exprOf(text)).map((node) => words(node.at))).toEqual(expected);
  });

  it('places count from the start of the whole text', () => {
    const text = 'before a == b after';
    const { expr } = parseExpression({ text: mapped(text), start: 7, end: 13 });
    expect(expr?.at).toMatchObject({ start: 7, end: 13 });
    expect(expr?.kind === 'compare' && words(expr.right.at)).toBe('b');
  });

  it('places lead through a folded scalar to the file', () => {
    const file = parseYaml({ path: 'a.yml', text: "if: >-\n  github.ref == 'x'\n  && secrets.TOKEN\n" });
    const value = file.root?.kind === 'map' ? file.root.pairs[0]?.value : null;
    if (value?.kind !== 'scalar') throw new Error('no scalar');
    const { text } = value;
    const { expr } = parseExpression({ text, start: 0, end: text.text.length });
    if (expr?.kind !== 'and') throw new Error('no and');
    expect(expr.operands.map((operand) => spanText(spanOf(operand.at)))).toEqual([
      "github.ref == 'x'",
      'secrets.TOKEN',
    ]);
  });

  it.each([
    ['', 'the expression is empty: write a value, such as true'],
    [' \n ', 'the expression is empty: write a value, such as true'],
    ['a b', 'the expression has an unexpected "b" after "a": check the operators and brackets there'],
    ['a)', 'the expression has an unexpected ")" after "a": check the operators and brackets there'],
    ['== a', 'the expression has an unexpected "==" at its start: check the operators and brackets there'],
    ['f(a,)', 'the expression has an unexpected ")" after ",": check the operators and brackets there'],
    ['a.0', 'the expression has an unexpected "0" after ".": check the operators and brackets there'],
    ['a &&', 'the expression ends too early, after "&&": complete it, or remove what is left over'],
    ['!', 'the expression ends too early, after "!": complete it, or remove what is left over'],
    ['f(a', 'the expression ends too early, after "a": complete it, or remove what is left over'],
    ['(a', 'the expression ends too early, after "a": complete it, or remove what is left over'],
    ['a[', 'the expression ends too early, after "[": complete it, or remove what is left over'],
    ['a.', 'the expression ends too early, after ".": complete it, or remove what is left over'],
    ['a = b', '"=" is no operator: compare with "=="'],
    ['a & b', '"&" is no operator: write "&&"'],
    ['a | b', '"|" is no operator: write "||"'],
    ['a == "b"', 'the string "b" has double quotes: strings in an expression take single quotes'],
    [
      "a == 'b",
      'the string that begins with "\'b" is never closed: add "\'" (a "\'" inside is written "\'\'")',
    ],
    ['$x', '"$x" has no meaning in an expression: remove it, or put it in single quotes'],
    ['a + b', '"+" has no meaning in an expression: remove it, or put it in single quotes'],
    ["a == 'x' ${{ b", '"${{" has no meaning in an expression: remove it, or put it in single quotes'],
  ])('%j is an error', (text, error) => {
    expect(parse(text)).toEqual({ expr: null, error });
  });

  it.each([
    ['brackets', `${'('.repeat(10_000)}a`],
    ['closed brackets', `${'('.repeat(60)}a${')'.repeat(60)}`],
    ['nots', `${'!'.repeat(10_000)}a`],
    ['keys', `a${'.b'.repeat(5_000)}`],
    ['computed keys', `${'a['.repeat(100)}b${']'.repeat(100)}`],
    ['calls', `${'f('.repeat(100)}b${')'.repeat(100)}`],
    ['comparisons', `a${' == a'.repeat(4_000)}`],
    ['orders', `a${' < a'.repeat(4_000)}`],
  ])('%s nested too deep are an error', (_, text) => {
    expect(parse(text)).toEqual({
      expr: null,
      error: 'the expression is nested too deep: split it into several',
    });
  });

  it('a long chain of && is one node', () => {
    const expr = exprOf(`a${' && a'.repeat(3_000)}`);
    expect(expr.kind === 'and' && expr.operands.length).toBe(3_001);
  });

  it('an expression longer than any forge takes is an error', () => {
    expect(parse(`a${' '.repeat(21_000)}`).error).toBe(
      'the expression has 21001 characters, but may have 21000: shorten it',
    );
  });
});

describe('parseTemplate', () => {
  function parts(text: string) {
    return parseTemplate(mapped(text)).map((part) =>
      part.kind === 'text'
        ? part.text
        : { written: words(part.at), means: part.expr === null ? part.error : shape(part.expr) },
    );
  }

  it.each([
    ['nothing', '', []],
    ['a text', 'abc', ['abc']],
    ['a fence', '${{ a }}', [{ written: '${{ a }}', means: 'a' }]],
    ['a fence without blanks', '${{a}}', [{ written: '${{a}}', means: 'a' }]],
    [
      'fences and texts',
      'x ${{ a }}y${{ b }}${{ c }}\n',
      [
        'x ',
        { written: '${{ a }}', means: 'a' },
        'y',
        { written: '${{ b }}', means: 'b' },
        { written: '${{ c }}', means: 'c' },
        '\n',
      ],
    ],
    ['the line end after a fence', '${{ a }}\n', [{ written: '${{ a }}', means: 'a' }, '\n']],
    ['a fence over lines', '${{\n  a\n}}', [{ written: '${{\n  a\n}}', means: 'a' }]],
    ['a fence’s end in a string', "${{ '}}' }}!", [{ written: "${{ '}}' }}", means: '"}}"' }, '!']],
    [
      'a quote and a fence’s end in a string',
      "${{ 'it''s }}' }}!",
      [{ written: "${{ 'it''s }}' }}", means: '"it\'s }}"' }, '!'],
    ],
    ['a dollar and braces that open no fence', '${x} $ {{ a }}', ['${x} $ {{ a }}']],
    [
      'an empty fence',
      'a${{ }}b',
      ['a', { written: '${{ }}', means: 'the expression is empty: write a value, such as true' }, 'b'],
    ],
    [
      'a broken fence between whole ones',
      '${{ a }}${{ b c }}${{ d }}',
      [
        { written: '${{ a }}', means: 'a' },
        {
          written: '${{ b c }}',
          means: 'the expression has an unexpected "c" after "b": check the operators and brackets there',
        },
        { written: '${{ d }}', means: 'd' },
      ],
    ],
    [
      'a fence that is never closed',
      'a ${{ b } c',
      ['a ', { written: '${{ b } c', means: '"${{" is never closed: add "}}"' }],
    ],
    [
      'a fence whose string is never closed',
      "${{ 'a }} b",
      [
        {
          written: "${{ 'a }} b",
          means:
            'the string that begins with "\'a }} b" is never closed: add "\'" (a "\'" inside is written "\'\'")',
        },
      ],
    ],
    ['a fence that only opens', '${{', [{ written: '${{', means: '"${{" is never closed: add "}}"' }]],
  ])('%s', (_, text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  it('many fences are read', () => {
    expect(parseTemplate(mapped('${{ a }} '.repeat(20_000)))).toHaveLength(40_000);
    expect(parseTemplate(mapped('${{ '.repeat(20_000)))).toHaveLength(1);
  });

  const piece = fc.constantFrom(
    ...[
      '${{',
      '}}',
      "'",
      "''",
      '"',
      ' ',
      '\n',
      '(',
      ')',
      '[',
      ']',
      '.',
      ',',
      '*',
      '!',
      '==',
      '<',
      '&&',
      '||',
    ],
    ...[
      'a',
      'b',
      'true',
      'null',
      '1',
      '-',
      '0x',
      'f(',
      'contains(',
      '=',
      '&',
      '{',
      '}',
      '$',
      'é',
      '😀',
      '\0',
    ],
  );

  it('never throws, its parts cover the text, and every node lies inside of its parent', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let at = 0;
        for (const part of parseTemplate(mapped(text))) {
          expect(part.at.start).toBe(at);
          expect(part.at.end).toBeGreaterThan(at);
          at = part.at.end;
          if (part.kind === 'text') expect(part.text).toBe(words(part.at));
          else {
            expect(part.expr === null).toBe(part.error !== null);
            if (part.expr !== null) expectInside(part.expr, part.at);
          }
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads between the fences what parseExpression reads', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const inside = pieces.join('');
        const alone = parse(inside);
        fc.pre(alone.expr !== null);
        const [part, ...rest] = parseTemplate(mapped(`\${{${inside}}}`));
        expect(rest).toEqual([]);
        expect(part?.kind === 'expression' && part.expr && shape(part.expr)).toBe(
          alone.expr && shape(alone.expr),
        );
      }),
      { numRuns: 500 },
    );
  });
});

function expectInside(expr: Expr, outer: Place): void {
  expect(expr.at.start).toBeGreaterThanOrEqual(outer.start);
  expect(expr.at.end).toBeLessThanOrEqual(outer.end);
  for (const node of nodesOf(expr)) {
    expect(node.at.end).toBeGreaterThan(node.at.start);
    for (const inner of nodesOf(node)) {
      expect(inner.at.start).toBeGreaterThanOrEqual(node.at.start);
      expect(inner.at.end).toBeLessThanOrEqual(node.at.end);
    }
  }
}

describe('contextPath', () => {
  it.each([
    ["github.event.pull_request.head.repo['full_name']", 'github.event.pull_request.head.repo.full_name'],
    ['github', 'github'],
    ['Secrets.My_Token', 'secrets.my_token'],
    ["(github).event['Number']", 'github.event.number'],
    ['github.event.commits[0].id', 'github.event.commits.0.id'],
    ['steps.a-b.outputs.c', 'steps.a-b.outputs.c'],
  ])('%s is %s', (text, expected) => {
    expect(contextPath(exprOf(text))).toBe(expected);
  });

  it.each([
    ['a computed key', 'secrets[matrix.name]'],
    ['a star', 'needs.*.result'],
    ['a key of a call', 'fromJSON(a).b'],
    ['a call', 'success()'],
    ['a literal', "'github.ref'"],
    ['a comparison', 'a == b'],
    ['a key with a dot, which would read as two', "github['event.action']"],
    ['a word as a key', 'a[true]'],
  ])('%s has none', (_, text) => {
    expect(contextPath(exprOf(text))).toBeNull();
  });
});
