import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glyphsOf, plural, visible, widthOf, withoutCommands, wrap } from '../../src/report/text.js';

describe('the width of a string in terminal cells', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['한국어', 6],
    ['\u1112\u1161\u11ab', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝｶｸ', 4],
    ['🔑', 2],
    ['👩‍💻', 2],
    ['👍🏽', 2],
    ['🇩🇪', 2],
    ['1️⃣', 2],
    ['❤️', 2],
    ['→', 1],
    ['𝒳', 1],
    ['𠮷', 2],
    ['\u001b', 1],
    ['\u200b', '\\u{200b}'.length],
    ['\ud800', '\\u{d800}'.length],
  ])('of %j is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it.each([
    ['\tx', 4],
    ['a\tx', 4],
    ['abc\tx', 4],
    ['abcd\tx', 8],
    ['漢\tx', 4],
    ['\t\tx', 8],
  ])('counts tab stops of four in the source line %j', (text, before) => {
    const glyphs = glyphsOf(text).slice(0, -1);
    expect(glyphs.reduce((sum, glyph) => sum + glyph.width, 0)).toBe(before);
  });
});

describe('a line of Latin letters, dashes, arrows and boxes', () => {
  it('has the glyphs that a segmenter finds in it', () => {
    const ranges = ['\x20~', '\xa1\xac', '\xae\u024f', '\u2010\u2027', '\u2190\u21ff', '\u2500\u257f'];
    const character = fc
      .constantFrom(...ranges)
      .chain(([first = '', last = '']) =>
        fc
          .integer({ min: first.charCodeAt(0), max: last.charCodeAt(0) })
          .map((code) => String.fromCharCode(code)),
      );
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.array(character, { maxLength: 20 }), (characters) => {
        const line = characters.join('').replaceAll('##[', '');
        expect(glyphsOf(line).map(({ text }) => text)).toEqual(
          [...segmenter.segment(line)].map(({ segment }) => segment),
        );
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('is not taken for simple where something joins its letters', () => {
    expect(glyphsOf('e\u0301…').map(({ text }) => text)).toEqual(['e\u0301', '…']);
    expect(glyphsOf('↔\ufe0f…').map(({ width }) => width)).toEqual([2, 1]);
  });
});

describe('what is shown of characters that cannot be seen', () => {
  it.each([
    ['a\u001b[31mb', 'a␛[31mb'],
    ['a\u0000\u0007\u007fb', 'a␀␇␡b'],
    ['a\tb\r\nc', 'a␉b␍␊c'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u202eabc\u2069', '\\u{202e}abc\\u{2069}'],
    ['\ufeffa\u200bb\u2060c\u00add', '\\u{feff}a\\u{200b}b\\u{2060}c\\u{ad}d'],
    ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['a\udc00b', 'a\\u{dc00}b'],
    ['a\u{e0041}b', 'a\\u{e0041}b'],
    ['a\u3164b', 'a\\u{3164}b'],
    ['a\u200db', 'a\\u{200d}b'],
    ['👩‍💻 ❤️ é 漢', '👩‍💻 ❤️ é 漢'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visible(shown)).toBe(shown);
  });
});

describe('a workflow command in a report', () => {
  it.each([
    ['::error::x', '\\::error::x'],
    ['  \t::set-output name=a::b', '  \t\\::set-output name=a::b'],
    ['\u00a0::x', '\u00a0\\::x'],
    ['a\n::x\n::y', 'a\n\\::x\n\\::y'],
    ['a ##[error]b', 'a ##\\[error]b'],
    ['###[x', '###\\[x'],
    ['echo "::error::x"', 'echo "::error::x"'],
    ['a::b', 'a::b'],
  ])('%j is broken as %j', (text, broken) => {
    expect(withoutCommands(text)).toBe(broken);
  });
});

describe('wrapped text', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one', 7, ['one']],
    ['', 7, ['']],
    ['abcdefghij kl', 4, ['abcd', 'efgh', 'ij', 'kl']],
    ['漢字漢字 漢字', 4, ['漢字', '漢字', '漢字']],
    ['a\n  b c d', 5, ['a', '  b c', '  d']],
    ['a  b', 9, ['a  b']],
  ])('%j at %i cells is %j', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('never passes the width, and loses nothing but blanks', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '漢', 'e\u0301', '\u200b', '-', '\n'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 30 }), (given, width) => {
        const lines = wrap(given, width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(
          visible(given.replaceAll('\n', '')).replaceAll(' ', ''),
        );
      }),
    );
  });
});

it.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
])('%i is counted as %j', (count, words) => {
  expect(plural(count, 'file')).toBe(words);
});
