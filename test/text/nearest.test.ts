import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../src/text/nearest.js';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['explian', 'explain', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  const word = fc.string({ maxLength: 12 });

  it('is the same in both directions, and 0 only between equal words', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(editDistance(from, to)).toBe(editDistance(to, from));
        expect(editDistance(from, to) === 0).toBe(from === to);
      }),
    );
  });

  it('is at least the difference in length and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        expect(editDistance(from, to)).toBeGreaterThanOrEqual(Math.abs(from.length - to.length));
        expect(editDistance(from, to)).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});

describe('the nearest name', () => {
  it.each([
    ['missing-secret-exit-zero', 'missing-secret-exits-zero'],
    ['Missing-Secret-Exits-Zero', 'missing-secret-exits-zero'],
    ['missing-secret-skip-job', 'missing-secret-skips-job'],
    ['banana', null],
    ['', null],
    ['m'.repeat(100_000), null],
  ])('of %.30s is %s', (typed, name) => {
    const names = ['missing-secret-exits-zero', 'missing-secret-skips-step', 'missing-secret-skips-job'];
    expect(nearest(typed, names)).toBe(name);
  });
});
