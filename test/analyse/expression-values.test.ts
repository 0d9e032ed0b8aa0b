import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

// What an expression comes to, seen in a script that ends green where it is that text and red where it is another one: a hole
// is proved only where the interpreter knows the text. GitHub's own evaluator says the same of those that need no context.

/** Whether the interpreter knows that the expression is pasted as this text. */
function isKnownAs(expression: string, text: string): boolean {
  const workflow = `on: push
jobs:
  job:
    runs-on: ubuntu-latest
    env: {MODE: fast, NUMBER: '7', EMPTY: ''}
    strategy: {matrix: {os: [linux]}}
    steps:
      - id: one
        run: echo "made=yes" >> "$GITHUB_OUTPUT"
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then
            if [ "\${{ ${expression} }}" = ${JSON.stringify(text)} ]; then exit 0; fi
            exit 1
          fi
          ./deploy "$TOKEN"
`;
  const source = { path: '.github/workflows/ci.yml', text: workflow };
  const result = lint([{ source, kind: 'workflow', forge: 'github' }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  expect(result.errors).toEqual([]);
  return result.findings.some(({ confidence }) => confidence === 'proved');
}

/** What GitHub's own evaluator makes of it. */
function evaluated(expression: string): string {
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, [], []).parse();
  return new Evaluator(tree, new data.Dictionary()).evaluate().coerceString();
}

describe('an expression without contexts is what GitHub makes of it', () => {
  it.each([
    "'text'",
    "'it''s'",
    '1',
    '-1.5',
    '0x1f',
    '1e3',
    'true',
    'false',
    'null',
    '!true',
    '!false',
    "!''",
    "!'x'",
    '!null',
    '!0',
    '!1',
    "'' || 'other'",
    "'one' || 'other'",
    "'one' && 'other'",
    "'' && 'other'",
    "null || 'other'",
    "0 || 'other'",
    "false && 'x' || 'y'",
    "true && 'x' || 'y'",
    "true && '' || 'y'",
    "'a' == 'a'",
    "'a' == 'A'",
    "'a' == 'b'",
    "'a' != 'b'",
    "'a' != 'A'",
    '1 == 1.0',
    "1 == '1'",
    "'1' == 1",
    "'' == 0",
    "null == ''",
    'null == 0',
    'null == false',
    'true == 1',
    "true == 'true'",
    "false == ''",
    "'x' == 0",
    '1 < 2',
    '2 < 1',
    '2 <= 2',
    '3 <= 2',
    '3 > 2',
    '2 > 2',
    '2 >= 2',
    '1 >= 2',
    "'a' < 'b'",
    "'B' > 'a'",
    "'a' <= 'A'",
    "'10' < '9'",
    "'b' > 'a1'",
    "'b' < 'A'",
    "'10' > 9",
    "'x' > 1",
    "'x' < 1",
    '(1 == 2) == false',
    '(1 == 1) == (2 == 2)',
    "contains('Hello', 'hell')",
    "contains('Hello', 'x')",
    "contains('', '')",
    "contains('abc', '')",
    'contains(123, 2)',
    "startsWith('Hello', 'he')",
    "startsWith('Hello', 'lo')",
    "startsWith('Hello', '')",
    "endsWith('Hello', 'LO')",
    "endsWith('Hello', 'he')",
    "format('{0} is {1}', 'a', 2)",
    "format('{1}{0}{1}', 'a', 'b')",
    "format('{{{0}}}', 'a')",
    "format('none')",
    "join('a', ',')",
    'join(fromJSON(\'["a","b"]\'), \'-\')',
    'join(fromJSON(\'["a","b"]\'))',
    "join(fromJSON('[]'), '-')",
    "fromJSON('1')",
    "fromJSON('true')",
    'fromJSON(\'"x"\')',
    "fromJSON('null')",
    'contains(fromJSON(\'["a","b"]\'), \'B\')',
    "contains(fromJSON('[\"ab\"]'), 'a')",
    "contains(fromJSON('[]'), 'a')",
    "!contains('abc', 'b') && 'x' || 'y'",
    "(1 == 2 || 'a') == 'a'",
  ])('%s', (expression) => {
    const text = evaluated(expression);
    expect(isKnownAs(expression, text), `is it ${JSON.stringify(text)}?`).toBe(true);
    expect(isKnownAs(expression, `${text}-other`)).toBe(false);
  });
});

describe('nothing wrong is said of an expression that is not followed', () => {
  it.each([
    'fromJSON(\'{"a":"b"}\').a',
    'fromJSON(\'{"a":"b"}\').z',
    'fromJSON(\'{"a":{"b":"c"}}\').a.b',
    'fromJSON(\'["a","b"]\')[1]',
    'fromJSON(\'["a","b"]\')[9]',
    'toJSON(1)',
    "toJSON('x') == '\"x\"'",
  ])('%s', (expression) => {
    for (const text of ['', 'a', 'b', 'true', 'false', '1', '2', 'x']) {
      if (text !== evaluated(expression)) expect(isKnownAs(expression, text), text).toBe(false);
    }
  });
});

describe('an expression with contexts is what the runner makes of it', () => {
  it.each([
    ['env.MODE', 'fast'],
    ['env.mode', 'fast'],
    ["env['MODE']", 'fast'],
    ['env.NOWHERE', ''],
    ['env.EMPTY', ''],
    ["env.NUMBER == 7 && 'seven'", 'seven'],
    ["env.MODE == 'FAST' && 'x' || 'y'", 'x'],
    ["format('{0}-{1}', env.MODE, env.NUMBER)", 'fast-7'],
    ['matrix.os', 'linux'],
    ['matrix.nowhere', ''],
    ['steps.one.outputs.made', 'yes'],
    ['steps.one.outputs.other', ''],
    ['steps.one.outcome', 'success'],
    ['steps.one.conclusion', 'success'],
    ['steps.none.outputs.made', ''],
    ["steps['one'].outputs['made']", 'yes'],
    ['github.event_name', 'push'],
    ['github.head_ref', ''],
    ['github.event.pull_request.number', ''],
    ["github.event_name == 'push' && 'pushed' || 'other'", 'pushed'],
    ["startsWith(github.event_name, 'pu') && 'x' || 'y'", 'x'],
    ['secrets.TOKEN', ''],
    ["secrets.TOKEN && 'set' || 'unset'", 'unset'],
    ["secrets.TOKEN == '' && 'gone'", 'gone'],
    ['!secrets.TOKEN', 'true'],
    ["format('Bearer {0}', secrets.TOKEN)", 'Bearer '],
    ["contains(secrets.TOKEN, 'x')", 'false'],
    ['inputs.nowhere', ''],
    ["contains(fromJSON('[\"push\",\"schedule\"]'), github.event_name) && 'in' || 'out'", 'in'],
    ["runner.os && 'known' || 'unknown'", 'known'],
    ["github.token && 'there' || 'not'", 'there'],
    ["secrets.GITHUB_TOKEN && 'there' || 'not'", 'there'],
    ['job.status', 'success'],
  ])('%s is %j', (expression, text) => {
    expect(isKnownAs(expression, text)).toBe(true);
    expect(isKnownAs(expression, `${text}-other`)).toBe(false);
  });
});
