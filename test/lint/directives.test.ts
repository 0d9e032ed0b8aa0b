import { describe, expect, it } from 'vitest';
import { type DirectiveRules, readDirectives } from '../../src/lint/directives.js';
import { isDay } from '../../src/lint/reason.js';
import { yamlComments } from '../../src/parse/yaml-comments.js';

const rules: DirectiveRules = {
  known: ['one-rule', 'other-rule', 'faulty-ignore'],
  unignorable: ['faulty-ignore'],
  today: '2026-11-22',
};

function read(text: string, given: DirectiveRules = rules) {
  return readDirectives(yamlComments({ path: 'a.yml', text }), given);
}

/** The directives of the one comment of a script. */
function readComment(text: string) {
  const source = { path: 'a.js', text };
  const start = text.search(/\/\/|\/\*|<#/);
  const block = /(?:\*\/|#>)/.exec(text);
  const end = block ? block.index + block[0].length : text.length;
  return readDirectives([{ source, start, end }], rules);
}

/** The only directive of a text. */
function sound(text: string) {
  const { sound: found, faulty } = read(text);
  expect(faulty).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a directive', () => {
  it.each([
    ['# hardfail: ignore[one-rule] it is known', ['one-rule'], 'it is known', null],
    ['# hardfail:ignore[one-rule]it is known', ['one-rule'], 'it is known', null],
    ['#hardfail: ignore[ one-rule , other-rule ] see #71', ['one-rule', 'other-rule'], 'see #71', null],
    ['## hardfail: ignore[one-rule]: known', ['one-rule'], 'known', null],
    ['# hardfail: ignore[one-rule] -- known', ['one-rule'], 'known', null],
    ['# shellcheck disable=SC2086 # hardfail: ignore[one-rule] known', ['one-rule'], 'known', null],
    ['# hardfail: ignore[one-rule] until 2027-01-31 it is down', ['one-rule'], 'it is down', '2027-01-31'],
    ['# hardfail: ignore[one-rule] it is down until 2027-01-31', ['one-rule'], 'it is down', '2027-01-31'],
    [
      '# hardfail: ignore[one-rule] down until 2027-01-31, they say',
      ['one-rule'],
      'down , they say',
      '2027-01-31',
    ],
    ['# hardfail: ignore[one-rule] until 2026-11-22 today still', ['one-rule'], 'today still', '2026-11-22'],
    ['# hardfail: ignore[one-rule] until the mirror is back', ['one-rule'], 'until the mirror is back', null],
  ])('%j', (text, named, reason, until) => {
    expect(sound(`x: 1 ${text}\n`)).toMatchObject({ rules: named, reason, until });
  });

  it.each([
    ['# hardfail: ignore[] known', { kind: 'no-rule' }],
    ['# hardfail: ignore[ , ] known', { kind: 'no-rule' }],
    ['# hardfail: ignore[one-rule]', { kind: 'no-reason' }],
    ['# hardfail: ignore[one-rule] --', { kind: 'no-reason' }],
    ['# hardfail: ignore[one-rule] TODO', { kind: 'no-reason' }],
    ['# hardfail: ignore[one-rule] #71', { kind: 'no-reason' }],
    ['# hardfail: ignore[one-rule] until 2027-01-31', { kind: 'no-reason' }],
    ['# hardfail: ignore[one-rule] until 2027-02-29 known', { kind: 'bad-day', day: '2027-02-29' }],
    ['# hardfail: ignore[one-rule] until 31/1/2027 known', { kind: 'bad-day', day: '31/1/2027' }],
    [
      '# hardfail: ignore[one-rule] until 2026-11-21 known',
      { kind: 'expired', until: '2026-11-21', today: '2026-11-22' },
    ],
    ['# hardfail: ignore[one-rul] known', { kind: 'unknown-rule', rule: 'one-rul', near: 'one-rule' }],
    ['# hardfail: ignore[one-rule, banana] known', { kind: 'unknown-rule', rule: 'banana', near: null }],
    ['# hardfail: ignore[faulty-ignore] known', { kind: 'unignorable', rule: 'faulty-ignore' }],
    ['# hardfail: ignore one-rule', { kind: 'malformed', found: 'hardfail: ignore one-rule' }],
    [
      '# hardfail: disable[one-rule] known',
      { kind: 'malformed', found: 'hardfail: disable[one-rule] known' },
    ],
    ['# hardfail ignore[one-rule] known', { kind: 'malformed', found: 'hardfail ignore[one-rule] known' }],
    ['# hardfail-ignore one-rule', { kind: 'malformed', found: 'hardfail-ignore one-rule' }],
    ['# Hardfail: ignore[one-rule] known', { kind: 'malformed', found: 'Hardfail: ignore[one-rule] known' }],
    [
      '# see hardfail: ignore[one-rule] known',
      { kind: 'malformed', found: '# see hardfail: ignore[one-rule] known' },
    ],
    ['# hardfail: ignore[one-rule] until 2027-01-01 x until 2027-01-02', { kind: 'malformed' }],
  ])('ignores nothing, and why: %j', (text, problem) => {
    const { sound: found, faulty } = read(`x: 1 ${text}\n`);
    expect(found).toEqual([]);
    expect(faulty).toMatchObject([{ problem }]);
  });

  it.each([
    '# hardfail lints this',
    '# as hardfail says',
    '# ignore[one-rule] x',
    '# the hardfail-baseline.json',
  ])('is no comment that only speaks of it: %j', (text) => {
    expect(read(`x: 1 ${text}\n`)).toEqual({ sound: [], faulty: [] });
  });

  it.each([
    ['// hardfail: ignore[one-rule] known', 'known'],
    ['//hardfail:ignore[one-rule] known', 'known'],
    ['/* hardfail: ignore[one-rule] known */', 'known'],
    ['/** hardfail: ignore[one-rule] known */', 'known'],
    ['<# hardfail: ignore[one-rule] known #>', 'known'],
    ['// biome-ignore lint: x // hardfail: ignore[one-rule] known', 'known'],
    ['// hardfail: ignore[one-rule] see # hardfail: ignore', 'see # hardfail: ignore'],
  ])('is read in the comments of other languages: %j', (text, reason) => {
    expect(readComment(text).sound).toMatchObject([{ rules: ['one-rule'], reason }]);
  });

  it.each(['// # hardfail: ignore[one-rule] known', '/* hardfail: ignore one-rule */'])(
    'is malformed after the mark of another language: %j',
    (text) => {
      expect(readComment(text)).toMatchObject({ sound: [], faulty: [{ problem: { kind: 'malformed' } }] });
    },
  );

  it.each([
    ['/* hardfail: ignore[one-rule] known */ exit()', 1],
    ['/* hardfail: ignore[one-rule]\n * known\n */\nexit()', 4],
    ['exit() /* hardfail: ignore[one-rule]\n known */', 1],
  ])('of a block speaks of the line after its end only where it stands alone: %j', (text, line) => {
    expect(readComment(text).sound).toMatchObject([{ line }]);
  });

  it('with an end has ended where nobody knows the day', () => {
    const text = '# hardfail: ignore[one-rule] until 2999-01-01 known\n';
    expect(read(text, { ...rules, today: null }).faulty).toMatchObject([{ problem: { kind: 'expired' } }]);
  });

  it.each([
    ['x: 1 # hardfail: ignore[one-rule] known\ny: 2\n', 1],
    ['# hardfail: ignore[one-rule] known\nx: 1\n', 2],
    ['  # hardfail: ignore[one-rule] known\n# more\n  # and more\nx: 1\n', 4],
    ['# hardfail: ignore[one-rule] known\nx: 1 # more\ny: 2\n', 2],
    ['# hardfail: ignore[one-rule] known\n\nx: 1\n', 2],
    ['- # hardfail: ignore[one-rule] known\n  x: 1\n', 2],
  ])('speaks of its own line, or alone of the next that is more than a comment: %j', (text, line) => {
    expect(sound(text)?.line).toBe(line);
  });

  it('is read in a row of many in no more time than they are long', () => {
    const text = '# hardfail: ignore[one-rule] known\n'.repeat(20_000);
    const { sound: found } = read(text);
    expect(found).toHaveLength(20_000);
    expect(found[0]?.line).toBe(20_001);
  });
});

it.each([
  ['2026-11-22', true],
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-13-01', false],
  ['2027-00-10', false],
  ['2027-1-1', false],
  ['20270101', false],
])('%s is a day: %j', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
