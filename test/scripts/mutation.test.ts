import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  draw,
  type Judged,
  liesWithin,
  type Place,
  rangeOf,
  render,
  scoreOf,
  withSecondStage,
  zeroBased,
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

/** So many mutants of each status, at a place of their own each. */
function mutants(counts: Readonly<Record<string, number>>): readonly Judged[] {
  const statuses = Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, () => status),
  );
  return statuses.map((status, line) => mutant(status, { location: place(line, 0, line, 1) }));
}

/** Places in a column of their own each, with so many mutants at each. */
function atPlaces(sizes: readonly number[]): readonly Judged[] {
  return sizes.flatMap((size, column) =>
    Array.from({ length: size }, () => mutant('Killed', { location: place(0, column, 0, column + 1) })),
  );
}

describe('a sample', () => {
  const columns = (drawn: readonly Judged[]) => drawn.map(({ location }) => location.start.column);
  const single = atPlaces(Array.from({ length: 1_000 }, () => 1));

  it('takes whole places, each once, until it holds as many mutants as were asked for', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.nat(90), fc.integer(), (sizes, count, seed) => {
        const all = atPlaces(sizes);
        const drawn = draw(all, count, seed);
        expect(drawn.length).toBeGreaterThanOrEqual(Math.min(count, all.length));
        expect(drawn.length).toBeLessThan(count + 4);
        const taken = new Set(columns(drawn));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn).toHaveLength(all.filter((_, index) => taken.has(columns(all)[index] ?? -1)).length);
      }),
    );
  });

  it('is the same for the same seed only', () => {
    expect(draw(single, 50, 7)).toEqual(draw(single, 50, 7));
    expect(columns(draw(single, 50, 7))).not.toEqual(columns(draw(single, 50, 8)));
  });

  it('favours no place', () => {
    const times = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 4_000; seed++) {
      for (const column of columns(draw(single.slice(0, 10), 3, seed)))
        times[column] = (times[column] ?? 0) + 1;
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

  it('counts places in its bounds, as the mutants of a place fall together', () => {
    const apart = scoreOf(mutants({ Killed: 16, Survived: 4 }));
    const together = scoreOf([
      ...mutants({ Killed: 8, Survived: 2 }),
      ...mutants({ Killed: 8, Survived: 2 }),
    ]);
    expect(together.score).toBe(apart.score);
    expect(together.low).toBeLessThan(apart.low);
    expect(together.high).toBeGreaterThan(apart.high);
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

it('a mutant of a report loses its folder, and its lines and columns count from 0', () => {
  const reported = mutant('Killed', {
    fileName: '/home/me/src/hardfail/src/analyse/a.ts',
    location: place(10, 5, 10, 13),
  });
  expect(zeroBased(reported)).toEqual(mutant('Killed'));
  expect(zeroBased({ ...reported, fileName: 'src/analyse/a.ts' })).toEqual(mutant('Killed'));
});

describe('the two stages', () => {
  const [one, two, three] = mutants({ Survived: 2, NoCoverage: 1 });
  if (!one || !two || !three) throw new Error('expected three mutants');
  const killed = mutant('Killed', { location: place(90, 0, 90, 1) });

  it.each([
    ['left by both', two, [two], 'Survived', 'quick'],
    ['found by the slow tests', two, [{ ...two, status: 'Killed' }], 'Killed', 'slow'],
    ['found by their time limit', two, [{ ...two, status: 'Timeout' }], 'Timeout', 'slow'],
    ['reached by the slow tests only', three, [{ ...three, status: 'Killed' }], 'Killed', 'slow'],
    ['not reached by the slow tests', two, [{ ...two, status: 'NoCoverage' }], 'Survived', 'quick'],
    [
      'another one at its place found',
      two,
      [{ ...two, replacement: 'false', status: 'Killed' }],
      'Survived',
      'quick',
    ],
    ['another place found', two, [{ ...one, status: 'Killed' }], 'Survived', 'quick'],
    ['found at once and left later', killed, [{ ...killed, status: 'Survived' }], 'Killed', 'quick'],
    ['found by both', killed, [killed], 'Killed', 'quick'],
  ])('%s', (_, quick, slow, status, stage) => {
    expect(withSecondStage([quick], slow)).toEqual([{ ...quick, status, stage }]);
  });

  it('judge each mutant once', () => {
    expect(withSecondStage([one, two, killed], [one, two, three])).toHaveLength(3);
  });
});

it('the report names what no test found, by file and line, what each stage found, and the score', () => {
  const later = place(20, 0, 21, 1);
  const slow = mutant('Survived', { location: place(40, 0, 40, 1) });
  const quick = [
    mutant('Survived', { fileName: 'src/program/b.ts' }),
    mutant('NoCoverage', { location: later, replacement: '{\n  x\n}' }),
    mutant('Survived'),
    mutant('Killed', { location: place(30, 0, 30, 1) }),
    mutant('Ignored'),
    slow,
  ];
  const text = render(withSecondStage(quick, [{ ...slow, status: 'Timeout' }]));
  expect(text.split('\n')).toEqual([
    '  survived  src/analyse/a.ts:10:4-10:12  Conditional: true',
    '  no test   src/analyse/a.ts:21:0-22:1  Conditional: { x }',
    '  survived  src/program/b.ts:10:4-10:12  Conditional: true',
    'Survived 2, NoCoverage 1, Killed 1, Ignored 1, Timeout 1',
    'the quick tests found 1 of 5 mutants, the slow ones 1 of the 4 that were left',
    'score 40.0 % of 5 mutants; as a sample, 11.8 % to 76.9 % with 95 % certainty',
    '',
  ]);
});
