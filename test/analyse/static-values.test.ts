import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { describe, expect, it } from 'vitest';
import { type Possible, truths } from '../../src/analyse/possible.js';
import { possibilities } from '../../src/analyse/static.js';
import { dialects } from '../../src/forge/dialects.js';
import type { Forge } from '../../src/forge/forge.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseExpression } from '../../src/parse/expression.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { wholeText } from '../support/shell.js';

// What an expression can come to as far as the file tells; GitHub's own evaluator comes to one of these.

const file = buildWorkflow(
  parseYaml({
    path: '.github/workflows/w.yml',
    text: `on:
  workflow_dispatch:
    inputs:
      word: {type: string}
      mode: {type: choice, options: [fast, slow]}
jobs:
  last:
    steps:
      - {id: one, run: make}
      - {run: make}
`,
  }),
);

function told(expression: string, forge: Forge): string {
  const [job] = file.jobs;
  const step = job?.steps.at(-1);
  const text = wholeText(expression);
  const { expr } = parseExpression({ text, start: 0, end: expression.length });
  if (!job || !step || !expr) throw new Error(`expected an expression, found ${expression}`);
  return possibilities(expr, {
    dialect: dialects[forge],
    site: 'step-if',
    file,
    job,
    steps: job.steps,
    step,
    afterSuccess: false,
  })
    .map(shown)
    .sort()
    .join(', ');
}

function shown(value: Possible): string {
  switch (value.kind) {
    case 'boolean':
    case 'number':
      return String(value.value);
    case 'text':
      return `'${value.text}'`;
    case 'some-text':
      return `${value.prefix}…${truths(value).includes(false) ? '' : ' (not empty)'}`;
    case 'error':
      return `error: ${value.message}`;
    default:
      return value.kind;
  }
}

/** What GitHub's evaluator makes of an expression without contexts, in the same words. */
function evaluated(expression: string): string {
  const { tokens } = new Lexer(expression).lex();
  const value = new Evaluator(new Parser(tokens, [], []).parse(), new data.Dictionary()).evaluate();
  if (value.kind === data.Kind.String) return `'${value.coerceString()}'`;
  if (value.kind === data.Kind.Null) return 'null';
  if (value.kind === data.Kind.Array) return 'list';
  return value.kind === data.Kind.Dictionary ? 'structure' : value.coerceString();
}

describe('an expression without contexts is what GitHub makes of it', () => {
  it.each([
    '1 < 2',
    '2 < 2',
    '3 < 2',
    '1 <= 2',
    '2 <= 2',
    '3 <= 2',
    '1 > 2',
    '2 > 2',
    '3 > 2',
    '1 >= 2',
    '2 >= 2',
    '3 >= 2',
    "'2' > 1",
    "1 < '2'",
    'null < 1',
    'null >= 0',
    'true > 0',
    'false < true',
    "'x' < 1",
    "'x' > 1",
    'null == 0',
    'null != 0',
    'true == 1',
    'false == 0',
    "'' == 0",
    "'abc' == 0",
    "'ABC' == 'abc'",
    "'a' != 'b'",
    "null == ''",
    "true == 'true'",
    "1 == '1.0'",
    "'0x10' == 16",
    "' 7 ' == 7",
    'NaN == NaN',
    'Infinity > 1',
    '-Infinity < 1',
    "fromJSON('[]') == 1",
    "fromJSON('{}') == 1",
    "1 == fromJSON('[]')",
    "fromJSON('[]') == ''",
    "fromJSON('{}') == null",
    "fromJSON('[1]') < 1",
    "fromJSON('{}') >= 1",
    '!1',
    '!0',
    "!''",
    "!'a'",
    '!null',
    "!fromJSON('[]')",
    "!fromJSON('{}')",
    '!NaN',
    '1 && 2',
    '0 && 2',
    "'' || 'a'",
    "'a' || 'b'",
    "null || '' || 3",
    "1 && 'a' && false",
    "'' && 1 || 2",
    "fromJSON('[]') && 1",
    "contains(fromJSON('[1,2]'), 3)",
    "contains('abc', 'B')",
    "contains('abc', 'd')",
    "contains('abc', '')",
    'contains(12, 2)',
    "contains('', '')",
    "contains(true, 'RU')",
    "contains(null, 'a')",
    "startsWith('abc', 'AB')",
    "startsWith('abc', 'b')",
    'startsWith(123, 12)',
    "startsWith('', '')",
    "startsWith('abc', null)",
    "endsWith('abc', 'BC')",
    "endsWith('abc', 'b')",
    "endsWith(true, 'ue')",
    "endsWith('abc', '')",
    "format('abc')",
    "format('')",
    'format(12)',
    'format(null)',
    'format(true)',
    "fromJSON('1')",
    "fromJSON('true')",
    "fromJSON('null')",
    `fromJSON('"a"')`,
    "fromJSON('[1]')",
    "fromJSON('{}')",
    "fromJSON(' 2 ')",
  ])('%s', (expression) => {
    expect(told(expression, 'github')).toBe(evaluated(expression));
  });
});

describe('what is not known of an expression is told apart from what is', () => {
  it.each([
    ["'a' < 'b'", 'false, true'],
    ['inputs.word == 1', 'false, true'],
    ["inputs.mode == 'FAST'", 'false, true'],
    ["inputs.mode == 'other'", 'false, true'],
    ["inputs.mode || 'x'", "'x', … (not empty)"],
    ['github.ref', "'', refs/… (not empty)"],
    ["github.ref == fromJSON('[]')", 'false'],
    ["fromJSON('{}') == github.ref", 'false'],
    ['github.ref == null', 'false, true'],
    ['github.ref == true', 'false'],
    ['true == github.sha', 'false, true'],
    ['github.sha == false', 'false, true'],
    ["fromJSON('{}') == fromJSON('{}')", 'false, true'],
    ["fromJSON('[]') == fromJSON('[]')", 'false, true'],
    ["fromJSON('[]') == fromJSON('{}')", 'false, true'],
    [`contains(fromJSON('["a"]'), 'A')`, 'false, true'],
    ["contains(github.event, 'x')", 'false, true'],
    ["contains(github.ref, '')", 'true'],
    ["contains(fromJSON('{}'), 'x')", 'false, true'],
    ["contains('a', github.ref)", 'false, true'],
    ["startsWith(github.ref, '')", 'true'],
    ["startsWith(github.ref, 'main')", 'false'],
    ["startsWith(github.ref, 'refs/')", 'false, true'],
    ["startsWith(github.ref, 'ref')", 'false, true'],
    ["startsWith(github.ref, 'refs/heads/x')", 'false, true'],
    ["startsWith('refs/heads', github.ref)", 'false, true'],
    ["endsWith(github.ref, 'x')", 'false, true'],
    ['startsWith(github.ref)', 'anything'],
    ['contains()', 'anything'],
    ['format()', 'anything'],
    ['fromJSON()', 'anything'],
    ['toJSON(github)', '… (not empty)'],
    ["join(github.event, ',')", '…'],
    ["hashFiles('x')", '…'],
    ["format('a{0}', github.ref)", '… (not empty)'],
    ["format('{0}{1}', github.ref, 1)", '…'],
    ["format('{0}{{', github.ref)", '… (not empty)'],
    ["format('{{')", '… (not empty)'],
    ["format('}')", '… (not empty)'],
    ['format(github.ref)', "'', …"],
    ["format(fromJSON('[1]'))", '…'],
    ["format('{1}', 'a')", 'error: format() has no argument for {1}'],
    ["format('{0}')", 'error: format() has no argument for {0}'],
    ["!format('{1}', 'a')", 'error: format() has no argument for {1}'],
    ["1 == format('{1}', 'a')", 'error: format() has no argument for {1}'],
    ["format('{1}', 'a') < 1", 'error: format() has no argument for {1}'],
    ["contains(format('{1}', 'a'), 'x')", 'error: format() has no argument for {1}'],
    ["format('{1}', 'a') || 1", 'error: format() has no argument for {1}'],
    ["1 || format('{1}', 'a')", '1'],
    ["0 && format('{1}', 'a')", '0'],
    ["0 || format('{1}', 'a')", 'error: format() has no argument for {1}'],
    ["github[format('{1}', 'a')]", 'error: format() has no argument for {1}'],
    ["github[format('{0}', 'a')]", 'anything'],
    ['github.event.*.x', 'anything'],
    ["fromJSON('')", 'error: fromJSON() of an empty text'],
    ['fromJSON(null)', 'error: fromJSON() of an empty text'],
    ["fromJSON('x')", 'anything'],
    ['fromJSON(github.ref)', 'anything, error: fromJSON() of an empty text'],
    ['fromJSON(1)', 'anything'],
    ['always()', 'true'],
    ['success()', 'false, true'],
    ['lower(1)', 'error: there is no function lower()'],
    ['nothing.here', 'error: the nothing context is not available here'],
    ["github.ref && 'x'", "'', 'x'"],
    ["inputs.word && 'x'", "'', 'x', null"],
    ["inputs.word || 'x'", "'x', … (not empty)"],
    ['!inputs.word', 'false, true'],
  ])('%s: %s', (expression, expected) => {
    expect(told(expression, 'github')).toBe(expected);
  });

  it.each([
    ["fromJSON('{}') == fromJSON('{}')", 'error: two objects cannot be compared here'],
    ["fromJSON('[]') != fromJSON('[]')", 'error: two objects cannot be compared here'],
    ["fromJSON('[]') == fromJSON('{}')", 'false, true'],
    ['null == null', 'true'],
    ['null != null', 'true'],
    ["fromJSON('x')", 'error: fromJSON() of text that is no JSON'],
  ])('on Gitea %s: %s', (expression, expected) => {
    expect(told(expression, 'gitea')).toBe(expected);
  });
});
