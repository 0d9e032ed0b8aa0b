import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSpans, lineStarts, lineText, positionAt, type Source, spanText } from '../../src/text/source.js';

function source(text: string): Source {
  return { path: 'a.yml', text };
}

const texts = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', '\r\n', 'é', '😀') });

describe('lineStarts', () => {
  it.each([
    ['an empty text has one line', '', [0]],
    ['LF ends a line', 'a\nb', [0, 2]],
    ['a last line end begins an empty line', 'a\n', [0, 2]],
    ['CRLF is one line end', 'a\r\nb', [0, 3]],
    ['a lone CR ends a line', 'a\rb', [0, 2]],
    ['CR CRLF are two line ends', 'a\r\r\nb', [0, 2, 4]],
    ['LF CR are two line ends', 'a\n\rb', [0, 2, 3]],
    ['columns count UTF-16 units', '😀\nb', [0, 3]],
  ])('%s', (_, text, starts) => {
    expect(lineStarts(source(text))).toEqual(starts);
  });

  it('is computed once for a source', () => {
    const one = source('a\nb');
    expect(lineStarts(one)).toBe(lineStarts(one));
  });
});

describe('positionAt', () => {
  it.each([
    ['the first character', 'ab\ncd', 0, 1, 1],
    ['the line end belongs to its line', 'ab\ncd', 2, 1, 3],
    ['the first character of the next line', 'ab\ncd', 3, 2, 1],
    ['the end of the text', 'ab\ncd', 5, 2, 3],
    ['past the end is clamped', 'ab\ncd', 99, 2, 3],
    ['before the start is clamped', 'ab\ncd', -1, 1, 1],
    ['the LF of a CRLF belongs to its line', 'a\r\nb', 2, 1, 3],
    ['a pair of surrogates is two columns', '😀b', 2, 1, 3],
    ['an empty text', '', 0, 1, 1],
  ])('%s', (_, text, offset, line, column) => {
    expect(positionAt(source(text), offset)).toEqual({ line, column });
  });

  it('tells every offset apart and leads back to it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const input = source(text);
        const starts = lineStarts(input);
        for (let offset = 0; offset <= text.length; offset++) {
          const { line, column } = positionAt(input, offset);
          expect((starts[line - 1] ?? Number.NaN) + column - 1).toBe(offset);
          expect(offset).toBeLessThan(starts[line] ?? text.length + 1);
        }
      }),
    );
  });
});

describe('lineText', () => {
  it.each([
    ['LF', 'a\nb\n', 2, 'b'],
    ['CRLF', 'a\r\nb\r\n', 1, 'a'],
    ['a lone CR', 'a\rb', 1, 'a'],
    ['an empty line', 'a\n\nb', 2, ''],
    ['the line after the last line end', 'a\n', 2, ''],
    ['no such line', 'a', 2, ''],
    ['line 0', 'a', 0, ''],
    ['blanks stay', ' a \n', 1, ' a '],
  ])('%s', (_, text, line, expected) => {
    expect(lineText(source(text), line)).toBe(expected);
  });

  it('gives the text back, line by line, without its line ends', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const input = source(text);
        const lines = lineStarts(input).map((_, index) => lineText(input, index + 1));
        expect(lines).toEqual(text.split(/\r\n|\r|\n/));
      }),
    );
  });
});

describe('spans', () => {
  const input = source('abcdef');
  const first = { source: input, start: 1, end: 3 };
  const second = { source: input, start: 2, end: 5 };

  it('joinSpans gives the smallest span that holds both, in either order', () => {
    expect(joinSpans(first, second)).toEqual({ source: input, start: 1, end: 5 });
    expect(joinSpans(second, first)).toEqual({ source: input, start: 1, end: 5 });
  });

  it('spanText gives the characters from start up to end', () => {
    expect(spanText(first)).toBe('bc');
    expect(spanText({ source: input, start: 2, end: 2 })).toBe('');
  });
});
