import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jqLine, jqOnRefusal, type RefusalOutcome } from '../../src/facts/commands.js';

function outcome(...args: (string | null)[]): RefusalOutcome | null {
  const line = jqLine(args);
  return line && jqOnRefusal(line);
}

describe('jqLine', () => {
  it('finds the filter behind options and their values', () => {
    expect(jqLine(['-r', '--arg', 'v', null, '.x', 'a.json'])).toMatchObject({ filter: '.x', files: [5] });
    expect(jqLine(['--indent', '2', '.', null])).toMatchObject({ filter: '.', files: [3] });
    expect(jqLine(['-er', '.x'])).toMatchObject({ filter: '.x', exitStatus: true, reshapes: false });
    expect(jqLine(['-n', '{a: 1}'])).toMatchObject({ reshapes: true });
    expect(jqLine(['-f', 'x.jq', 'a.json'])).toMatchObject({ filter: null });
  });

  it('gives up where an unknown argument may be the filter, and where there is none', () => {
    expect(jqLine([null, '.x'])).toBeNull();
    expect(jqLine(['-r'])).toBeNull();
  });
});

describe('jqOnRefusal: the answer is an object without the fields that were asked for', () => {
  it.each([
    '.items[]',
    '.items[].name',
    '.data.items[] | .id',
    '.items[]\n | select(.age > 5)\n | {id, name}',
    '[.items[] | .id]',
    '.items | map(.id)',
    '.items | sort_by(.at) | last',
    '.items | add',
    '.[0].id',
    '.[] | .name',
    '.[].name',
    'map(.name)',
    'sort_by(.id)',
    '.token | split(".")',
    '.count | tonumber',
    '.["items"][]',
    'select(.items[] == 1)',
    '(.items[])',
    '.a, .items[]',
  ])('%s fails', (filter) => {
    expect(outcome('-r', filter)).toBe('fails');
  });

  it.each<[string, RefusalOutcome]>([
    ['.token', 'prints'],
    ['.data.token', 'prints'],
    ['.items[0].id', 'prints'],
    ['.items[]?', 'nothing'],
    ['.items[]?.name', 'nothing'],
    ['.items[]?.name?', 'nothing'],
    ['.token // empty', 'nothing'],
    ['.a.b // .c // empty', 'nothing'],
    ['.items | length', 'prints'],
    ['.token | values', 'nothing'],
    ['(.a // .b)', 'prints'],
  ])('%s: %s', (filter, expected) => {
    expect(outcome('-r', filter)).toBe(expected);
  });

  it.each([
    '.',
    '.message',
    '.errors[]',
    '.errors[].message',
    '.[]',
    'keys',
    'length',
    '.token // "none"',
    '.items[] // empty',
    '..',
    'if .items then .items[] else empty end',
    'try .items[] catch "x"',
    '.items as $x | $x[]',
    '.a == .b',
    '{id: .id}',
    '.a.b == 1 and .c',
    '@base64',
    '"text | with, all // of it"',
  ])('%s is not known', (filter) => {
    expect(outcome('-r', filter)).toBe('unknown');
  });

  it('fails with --exit-status where there is no output but null', () => {
    expect(outcome('-e', '.token')).toBe('fails');
    expect(outcome('-er', '.token // empty')).toBe('fails');
    expect(outcome('--exit-status', '.items[]?')).toBe('fails');
    expect(outcome('-e', '.message')).toBe('unknown');
    expect(outcome('-e', '.')).toBe('unknown');
  });

  it('is not known where the input is read in another way', () => {
    expect(outcome('-n', '.items[]')).toBe('unknown');
    expect(outcome('-s', '.[0].items[]')).toBe('unknown');
    expect(outcome('-Rr', '@uri')).toBe('unknown');
  });

  it('takes any text for a filter', () => {
    const pieces = fc.constantFrom(
      '.',
      '[',
      ']',
      '(',
      ')',
      '{',
      '"',
      '|',
      ',',
      '//',
      '?',
      'a',
      ' ',
      '\\',
      '=',
      '0',
      '-',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (words) => {
        expect(['fails', 'prints', 'nothing', 'unknown', null]).toContain(outcome('-r', words.join('')));
      }),
    );
    for (const deep of [
      '('.repeat(4000),
      '.a?'.repeat(1300),
      '.a//'.repeat(1000),
      '.a|'.repeat(1300),
      '?'.repeat(4000),
    ])
      expect(outcome('-r', deep)).not.toBeNull();
  });
});
