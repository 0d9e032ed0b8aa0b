import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

// What an expression comes to, seen in a script that ends green where it is that text and red where it is another one: a hole
// is proved only where the interpreter knows the text. GitHub's own evaluator says the same of those that need no context.

/** Whether the interpreter knows that the expression is pasted as this text, or with `!=` that it is not. */
function isKnownAs(
  expression: string,
  text: string,
  operator: '=' | '!=' = '=',
  forge: 'github' | 'gitea' = 'github',
  on = 'push',
): boolean {
  const workflow = `on: ${on}
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
            if [ "\${{ ${expression} }}" ${operator} ${JSON.stringify(text)} ]; then exit 0; fi
            exit 1
          fi
          ./deploy "$TOKEN"
`;
  const source = { path: `.${forge}/workflows/ci.yml`, text: workflow };
  const result = lint([{ source, kind: 'workflow', forge }], {
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

describe('of what is not known, an expression says only what holds whatever it is', () => {
  it.each([
    ['vars.X == vars.X', 'true'],
    ['vars.X != vars.X', 'false'],
    ["vars.X == 'a' || vars.X != 'a'", 'true'],
    ["vars.X == 'a' && vars.X == 'b'", 'false'],
    ["!(vars.X == 'a') == (vars.X != 'a') || true", 'true'],
    ['github.actor == github.actor', 'true'],
    ["hashFiles('a', 'b') == hashFiles('a', 'b')", 'true'],
    ["(vars.X == 'a') == true || vars.X != 'a'", 'true'],
    ["(vars.X == 'a') == false || vars.X == 'a'", 'true'],
    ["true == (vars.X == 'a') || vars.X != 'a'", 'true'],
    ["(vars.X == 'a') == 1 || vars.X != 'a'", 'true'],
    ["0 == (vars.X == 'a') || vars.X == 'a'", 'true'],
    ["(vars.X == 'a') == null || vars.X == 'a'", 'true'],
    ["(vars.X == 'a') == 2", 'false'],
    ["'x' == (vars.X == 'a')", 'false'],
    ["startsWith(vars.X, '')", 'true'],
    ["endsWith(vars.X, '')", 'true'],
    ["contains(format('pre-{0}-post', vars.X), 'PRE')", 'true'],
    ["contains(format('pre-{0}-post', vars.X), 'ost')", 'true'],
    ["startsWith(format('pre-{0}', vars.X), 'PR')", 'true'],
    ["startsWith(format('pre-{0}', vars.X), 'pre-')", 'true'],
    ["startsWith(format('pre-{0}', vars.X), 'post')", 'false'],
    ["startsWith(format('pre-{0}', vars.X), 'pro-long')", 'false'],
    ["endsWith(format('{0}-end', vars.X), 'END')", 'true'],
    ["endsWith(format('{0}-end', vars.X), 'and')", 'false'],
    ["endsWith(format('{0}-end', vars.X), 'a long_end')", 'false'],
    ["startsWith(github.ref, 'refs/')", 'true'],
    ["startsWith(github.ref, 'main')", 'false'],
    ["format('{0}', vars.X) == vars.X || true", 'true'],
    ['toJSON(null)', 'null'],
    ["toJSON(github) && 'text' || 'none'", 'text'],
    ["github && 'there' || 'not'", 'there'],
    ["secrets && 'there' || 'not'", 'there'],
    ["fromJSON('[]') && 'there' || 'not'", 'there'],
    ["github == 'github'", 'false'],
    ['github == github', 'true'],
    ["format('{0}', env) == ''", 'false'],
    ["format('{0}', steps) == ''", 'false'],
    ["format('{0}', steps.one) == ''", 'false'],
    ["format('{0}', steps.one.outputs) == ''", 'false'],
    ["steps.one && 'there' || 'not'", 'there'],
    ["0 == format('{0}', vars.X) || vars.X != ''", 'true'],
    ["format('{0}', vars.X) == null || vars.X != ''", 'true'],
    ["format('{0}', github) == ''", 'false'],
    ["join(fromJSON('[[]]')) == ''", 'false'],
    ["vars.X == 'yes' && vars.X == true", 'false'],
    ['github == github.event', 'false'],
    ['fromJSON(\'["a"]\') == fromJSON(\'["b"]\')', 'false'],
    ["fromJSON('[\"a\"]') == 'a'", 'false'],
    ['github < 1', 'false'],
    ["github['event_name']", 'push'],
    ["github['EVENT_NAME']", 'push'],
    ["github[format('event_{0}', 'name')]", 'push'],
    ["env[format('{0}', 'MODE')]", 'fast'],
    ["secrets['TOKEN']", ''],
    ["secrets[format('TO{0}', 'KEN')]", ''],
    ['contains(fromJSON(\'["a","b"]\'), \'c\')', 'false'],
    ['contains(fromJSON(\'["a","b"]\'), 1)', 'false'],
    ["contains(fromJSON('[1,2]'), '2')", 'true'],
    ['always()', 'true'],
    ['failure()', 'false'],
    ['cancelled()', 'false'],
    ['success()', 'true'],
  ])('%s is %j', (expression, text) => {
    expect(isKnownAs(expression, text)).toBe(true);
    expect(isKnownAs(expression, `${text}-other`)).toBe(false);
  });

  it.each([
    ['vars.X', 'a'],
    ['vars.X', ''],
    ["vars.X == 'a'", 'true'],
    ["vars.X != ''", 'false'],
    ['!vars.X', 'true'],
    ['vars.X == vars.Y', 'true'],
    ['vars.X == 1', 'true'],
    ['vars.X < 2', 'true'],
    ["vars.X < 'b'", 'false'],
    ["'a_' < 'ab'", 'true'],
    ["(vars.X == 'a') == (vars.Y == 'a')", 'true'],
    ["(vars.X == 'a') == 1", 'true'],
    ["(vars.X == 'a') == 0", 'true'],
    ["(vars.X == 'a') == vars.Y", 'true'],
    ['vars.X == null', 'true'],
    ['vars.X == false', 'true'],
    ["vars.X || 'default'", 'default'],
    ['vars.X || vars.Y', 'a'],
    ["format('{0}', vars.X)", 'a'],
    ["format('x{0}', vars.X)", 'xa'],
    ["format(vars.X, 'a')", 'a'],
    ["contains(vars.X, 'a')", 'true'],
    ["contains('abc', vars.X)", 'true'],
    ["contains(format('pre-{0}', vars.X), 'other')", 'true'],
    ["startsWith(vars.X, 'a')", 'true'],
    ["startsWith('abc', vars.X)", 'true'],
    ["startsWith(format('pre-{0}', vars.X), 'pre-long')", 'true'],
    ["endsWith(format('{0}-end', vars.X), 'long-end')", 'true'],
    ["endsWith(vars.X, 'a')", 'true'],
    ['contains(fromJSON(\'["a"]\'), vars.X)', 'true'],
    ["contains(github, 'push')", 'true'],
    ["contains(github.event.commits.*.message, 'a')", 'true'],
    ["contains(fromJSON(vars.X), 'a')", 'true'],
    ["join(github.event.commits.*.message, ',')", 'a'],
    ['toJSON(vars.X)', '"a"'],
    ["hashFiles('a')", ''],
    ["hashFiles('a')", 'a'],
    ["hashFiles('a') == hashFiles('b')", 'true'],
    ['env[vars.X]', 'fast'],
    ['github[vars.X]', 'push'],
    ['github.actor', 'a'],
    ['github.event.head_commit.message', 'a'],
    ['runner.name', 'a'],
    ['job.container.id', 'a'],
    ['fromJSON(vars.X).a', 'a'],
    ['steps.one.outputs[vars.X]', 'yes'],
    ['matrix[vars.X]', 'linux'],
    ['fromJSON(\'["a"]\') == fromJSON(\'["a"]\')', 'true'],
  ])('%s may be %j and may be another text', (expression, text) => {
    expect(isKnownAs(expression, text)).toBe(false);
    expect(isKnownAs(expression, text, '!=')).toBe(false);
  });
});

describe('an act runner makes another thing of what is null or no text', () => {
  it.each([
    ['null == null', 'true'],
    ['null != null', 'true'],
    ['null < null', 'true'],
    ['gitea.event_name', 'push'],
    ["gitea['event_name']", 'push'],
    ['gitea.event_name == github.event_name', 'true'],
    ["github && 'there' || 'not'", 'not'],
    ["fromJSON('[]') && 'there' || 'not'", 'there'],
    ["'a' == 'A'", 'true'],
    ['secrets.TOKEN', ''],
    ["secrets.TOKEN && 'set' || 'unset'", 'unset'],
  ])('%s is %j', (expression, text) => {
    expect(isKnownAs(expression, text, '=', 'gitea')).toBe(true);
    expect(isKnownAs(expression, `${text}-other`, '=', 'gitea')).toBe(false);
  });
});

describe('an input of a run that somebody starts is what its declaration lets it be', () => {
  const inputs = [
    'workflow_dispatch:',
    '    inputs:',
    '      name: {type: string, required: true}',
    '      mode: {type: choice, options: [fast, slow], default: fast}',
    '      flag: {type: boolean, default: false}',
    '      target: {type: environment}',
    '      count: {type: number, default: 3}',
    '      plain: {description: a text}',
  ].join('\n');
  const on = `\n  ${inputs}`;

  it.each([
    ["inputs.mode == 'other'", 'false'],
    ["inputs.mode && 'given' || 'none'", 'given'],
    ['inputs.name == inputs.name', 'true'],
    ['inputs.flag == true || inputs.flag == false', 'true'],
    ['github.event_name', 'workflow_dispatch'],
    ['inputs.nowhere', ''],
  ])('%s is %j', (expression, text) => {
    expect(isKnownAs(expression, text, '=', 'github', on)).toBe(true);
    expect(isKnownAs(expression, `${text}-other`, '=', 'github', on)).toBe(false);
  });
});
