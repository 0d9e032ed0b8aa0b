import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  draw,
  type Judged,
  keyOf,
  liesWithin,
  type Place,
  rangeOf,
  render,
  scoreOf,
} from '../../scripts/mutation-sample.mjs';

function place(fromLine: number, fromColumn: number, toLine: number, toColumn: number): Place {
  return { start: { line: fromLine, column: fromColumn }, end: { line: toLine, column: toColumn } };
}

function mutant(status: string, about: Partial<Judged> = {}): Judged {
  const location = place(9, 4, 9, 12);
  return {
    fileName: 'src/analyse/a.ts',
    location,
    mutatorName: 'Conditional',
    replacement: 'true',
    status,
    ...about,
  };
}

function mutants(counts: Readonly<Record<string, number>>): readonly Judged[] {
  return Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, () => mutant(status)),
  );
}

describe('a sample', () => {
  const items = Array.from({ length: 1_000 }, (_, index) => index);

  it('holds as many items as were asked for, each once and in order', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(80), fc.integer(), (length, count, seed) => {
        const drawn = draw(items.slice(0, length), count, seed);
        expect(drawn).toHaveLength(Math.min(length, count));
        expect(drawn).toEqual([...new Set(drawn)].sort((one, two) => one - two));
      }),
    );
  });

  it('is the same for the same seed only', () => {
    expect(draw(items, 50, 7)).toEqual(draw(items, 50, 7));
    expect(draw(items, 50, 7)).not.toEqual(draw(items, 50, 8));
  });

  it('favours no item', () => {
    const times = items.slice(0, 10).map(() => 0);
    for (let seed = 0; seed < 4_000; seed++) {
      for (const item of draw(items.slice(0, 10), 3, seed)) times[item] = (times[item] ?? 0) + 1;
    }
    for (const count of times) expect(count / 4_000).toBeCloseTo(0.3, 1);
  });
});

describe('the score', () => {
  it('counts what a test or its time limit found, of all that was judged', () => {
    const { score, all } = scoreOf(
      mutants({ Killed: 7, Timeout: 1, Survived: 1, NoCoverage: 1, Ignored: 30 }),
    );
    expect({ score, all }).toEqual({ score: 80, all: 10 });
  });

  it('comes with bounds that close in on it as the sample grows', () => {
    const small = scoreOf(mutants({ Killed: 8, Survived: 2 }));
    const large = scoreOf(mutants({ Killed: 800, Survived: 200 }));
    // Wilson's interval as in any table of it.
    expect([small.low, small.high].map(Math.round)).toEqual([49, 94]);
    expect([large.low, large.high].map(Math.round)).toEqual([77, 82]);
  });

  it('says nothing where nothing was judged', () => {
    expect(scoreOf(mutants({ Ignored: 3 }))).toMatchObject({ all: 0, low: 0, high: 100 });
  });
});

describe('a place', () => {
  it.each([
    [place(3, 2, 3, 9), place(3, 2, 3, 9), true],
    [place(3, 2, 3, 9), place(2, 30, 4, 0), true],
    [place(3, 2, 3, 9), place(3, 3, 3, 9), false],
    [place(3, 2, 3, 9), place(3, 2, 3, 8), false],
    [place(2, 5, 3, 9), place(3, 0, 4, 0), false],
    [place(3, 2, 5, 0), place(3, 0, 4, 9), false],
  ])('%o within %o: %s', (inner, outer, expected) => {
    expect(liesWithin(inner, outer)).toBe(expected);
  });

  it('is written as Stryker takes it', () => {
    expect(rangeOf(mutant('Killed'))).toBe('src/analyse/a.ts:10:4-10:12');
  });
});

it('mutants of one place are told apart', () => {
  const keys = [
    {},
    { replacement: 'false' },
    { mutatorName: 'Equality' },
    { fileName: 'b.ts' },
    { location: place(9, 4, 9, 13) },
  ];
  expect(new Set(keys.map((about) => keyOf(mutant('Killed', about)))).size).toBe(keys.length);
});

it('the report names what no test found, by file and line, and the score', () => {
  const later = place(20, 0, 21, 1);
  const text = render([
    mutant('Survived', { fileName: 'src/program/b.ts' }),
    mutant('NoCoverage', { location: later, replacement: '{\n  x\n}' }),
    mutant('Survived'),
    mutant('Killed'),
    mutant('Ignored'),
  ]);
  expect(text.split('\n')).toEqual([
    '  survived  src/analyse/a.ts:10:4-10:12  Conditional: true',
    '  no test   src/analyse/a.ts:21:0-22:1  Conditional: { x }',
    '  survived  src/program/b.ts:10:4-10:12  Conditional: true',
    'Survived 2, NoCoverage 1, Killed 1, Ignored 1',
    'score 25.0 % of 4 mutants; as a sample, 4.6 % to 69.9 % with 95 % certainty',
    '',
  ]);
});
