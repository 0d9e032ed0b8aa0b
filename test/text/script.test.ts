import { describe, expect, it } from 'vitest';
import { type MappedText, spanOf } from '../../src/text/script.js';
import { spanText } from '../../src/text/source.js';

/** The lines of a block whose indentation is two: decoded, each line starts two characters later. */
const file = 'run: |\n  if x\n  fi\n';
const decoded: MappedText = {
  source: { path: 'a.yml', text: file },
  text: 'if x\nfi\n',
  offsetOf: (index) => (index < 5 ? 9 + index : 11 + index),
};

function span(start: number, end: number): string {
  return spanText(spanOf({ text: decoded, start, end }));
}

describe('spanOf', () => {
  it.each([
    ['a word', 0, 2, 'if'],
    ['a word of the second line', 5, 7, 'fi'],
    ['a range over lines holds the indentation between them', 3, 7, 'x\n  fi'],
    ['a range up to a line end leaves out the indentation after it', 0, 5, 'if x\n'],
    ['the whole text', 0, 8, 'if x\n  fi\n'],
    ['nothing', 3, 3, ''],
    ['a range past the end stops at the end', 5, 99, 'fi\n'],
  ])('%s', (_, start, end, expected) => {
    expect(span(start, end)).toBe(expected);
  });

  it('gives an empty place an empty span where it stands', () => {
    expect(spanOf({ text: decoded, start: 5, end: 5 })).toEqual({
      source: decoded.source,
      start: 16,
      end: 16,
    });
  });

  it('gives a place in an empty text an empty span', () => {
    const empty: MappedText = { source: decoded.source, text: '', offsetOf: () => 5 };
    expect(spanOf({ text: empty, start: 0, end: 0 })).toEqual({ source: decoded.source, start: 5, end: 5 });
  });
});
