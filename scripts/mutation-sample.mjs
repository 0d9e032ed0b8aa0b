// @ts-check
// The sums of `npm run mutation`: which mutants are drawn, what to keep of a place, and the score with its sampling error.

/** Lines and columns are 0-based. @typedef {{ line: number, column: number }} Position */
/** @typedef {{ start: Position, end: Position }} Place */
/** @typedef {{ fileName: string, location: Place, mutatorName: string, replacement?: string | undefined }} Mutant */
/** @typedef {Mutant & { status: string }} Judged */

/**
 * `count` of the items, each as likely as any other, in their order; the same ones for the same seed. All, where there are no more.
 * @template T
 * @param {readonly T[]} items
 * @param {number} count
 * @param {number} seed
 */
export function draw(items, count, seed) {
  const random = randomFrom(seed);
  /** @type {T[]} */
  const drawn = [];
  for (const [index, item] of items.entries()) {
    if (random() * (items.length - index) < count - drawn.length) drawn.push(item);
  }
  return drawn;
}

/**
 * Numbers from 0 to below 1 by the generator "mulberry32".
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What tells a mutant from every other one.
 * @param {Mutant} mutant
 */
export function keyOf({ fileName, location: { start, end }, mutatorName, replacement }) {
  return JSON.stringify([fileName, start.line, start.column, end.line, end.column, mutatorName, replacement]);
}

/**
 * A mutant's place as Stryker and `npm run mutation --` take it: lines are 1-based there, columns 0-based.
 * @param {Mutant} mutant
 */
export function rangeOf({ fileName, location: { start, end } }) {
  return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
}

/**
 * Whether one place lies within another one, or is the same.
 * @param {Place} inner
 * @param {Place} outer
 */
export function liesWithin(inner, outer) {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

/** @param {Position} one @param {Position} two */
function isBefore(one, two) {
  return one.line === two.line ? one.column < two.column : one.line < two.line;
}

/**
 * The score in per cent of the mutants that count: found by a test (or by its time limit), of all that are not left out. `low` and
 * `high` are Wilson's bounds, between which the score of all mutants lies with 95 % certainty where these are a random sample.
 * @param {readonly Judged[]} mutants
 */
export function scoreOf(mutants) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const found = (counts.Killed ?? 0) + (counts.Timeout ?? 0);
  const all = found + (counts.Survived ?? 0) + (counts.NoCoverage ?? 0);
  if (all === 0) return { counts, all, score: 0, low: 0, high: 100 };
  const z = 1.96;
  const share = found / all;
  const middle = share + z ** 2 / (2 * all);
  const reach = z * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2));
  const whole = 1 + z ** 2 / all;
  return {
    counts,
    all,
    score: 100 * share,
    low: (100 * (middle - reach)) / whole,
    high: (100 * (middle + reach)) / whole,
  };
}

/**
 * The report: the score, and the mutants that no test found, by file.
 * @param {readonly Judged[]} mutants
 */
export function render(mutants) {
  const { counts, all, score, low, high } = scoreOf(mutants);
  const left = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .sort(
      (one, two) =>
        one.fileName.localeCompare(two.fileName) || one.location.start.line - two.location.start.line,
    );
  const lines = left.map((mutant) => {
    const text = (mutant.replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 120);
    return `  ${mutant.status === 'Survived' ? 'survived' : 'no test '}  ${rangeOf(mutant)}  ${mutant.mutatorName}: ${text}`;
  });
  const counted = Object.entries(counts).map(([status, count]) => `${status} ${count}`);
  return [
    ...lines,
    `${counted.join(', ')}`,
    `score ${score.toFixed(1)} % of ${all} mutants; as a sample, ${low.toFixed(1)} % to ${high.toFixed(1)} % with 95 % certainty`,
    '',
  ].join('\n');
}
