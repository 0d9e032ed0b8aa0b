// @ts-check
// The sums of `npm run mutation`: which mutants are drawn, what to keep of a place, and the score with its sampling error.

/** Lines and columns are 0-based. @typedef {{ line: number, column: number }} Position */
/** @typedef {{ start: Position, end: Position }} Place */
/** @typedef {{ fileName: string, location: Place, mutatorName: string, replacement?: string | undefined }} Mutant */
/** The tests of a stage are run on what those of the stage before it left. @typedef {'quick' | 'slow'} Stage */
/** @typedef {Mutant & { status: string }} Judged */
/** With the stage that said so last. @typedef {Judged & { stage: Stage }} Staged */

/**
 * Places drawn at random, each as likely as any other, with all their mutants, until there are `count` of these; the same ones for the
 * same seed. The mutants of a place are drawn together because Stryker judges them together.
 * @template {Mutant} T
 * @param {readonly T[]} mutants
 * @param {number} count
 * @param {number} seed
 */
export function draw(mutants, count, seed) {
  const random = randomFrom(seed);
  const places = [...groupBy(mutants, rangeOf).values()];
  /** @type {T[]} */
  const drawn = [];
  while (places.length > 0 && drawn.length < count) {
    const index = Math.floor(random() * places.length);
    const last = places.pop() ?? [];
    drawn.push(...(places[index] ?? last));
    if (index < places.length) places[index] = last;
  }
  return drawn;
}

/**
 * @template T, K
 * @param {readonly T[]} items
 * @param {(item: T) => K} keyOf
 * @returns {Map<K, T[]>}
 */
export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
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
 * A mutant as Stryker reports it, with lines and columns from 0.
 * @param {Judged} mutant
 * @returns {Judged}
 */
export function zeroBased({ fileName, location: { start, end }, mutatorName, replacement, status }) {
  const less = (/** @type {Position} */ { line, column }) => ({ line: line - 1, column: column - 1 });
  return {
    fileName: fileName.replace(/^.*[/\\](?=src[/\\])/, ''),
    location: { start: less(start), end: less(end) },
    mutatorName,
    replacement,
    status,
  };
}

/**
 * What both stages say together: a mutant that the quick tests left counts as found where a slow one found it.
 * @param {readonly Judged[]} quick
 * @param {readonly Judged[]} slow
 * @returns {readonly Staged[]}
 */
export function withSecondStage(quick, slow) {
  const found = new Map(slow.filter(isFound).map((mutant) => [keyOf(mutant), mutant]));
  return quick.map((mutant) => {
    const later = isLeft(mutant) ? found.get(keyOf(mutant)) : undefined;
    return later ? { ...later, stage: 'slow' } : { ...mutant, stage: 'quick' };
  });
}

/** @param {Mutant} mutant */
function keyOf(mutant) {
  return [rangeOf(mutant), mutant.mutatorName, mutant.replacement].join(' ');
}

/**
 * Whether no test found it.
 * @param {{ readonly status: string }} mutant
 */
export function isLeft({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

/**
 * Whether a test found it, or its time limit did.
 * @param {{ status: string }} mutant
 */
function isFound({ status }) {
  return status === 'Killed' || status === 'Timeout';
}

/** @param {Judged} mutant */
export function lineOf(mutant) {
  const text = (mutant.replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 120);
  return `  ${mutant.status === 'Survived' ? 'survived' : 'no test '}  ${rangeOf(mutant)}  ${mutant.mutatorName}: ${text}`;
}

/**
 * The score in per cent of the mutants that count: found by a test (or by its time limit), of all that are not left out. `low` and
 * `high` are Wilson's bounds, between which the score of all mutants lies with 95 % certainty where these are a random sample. They
 * count places, since the mutants of a place tend to fall together.
 * @param {readonly Judged[]} mutants
 */
export function scoreOf(mutants) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { status } of mutants) counts[status] = (counts[status] ?? 0) + 1;
  const judged = mutants.filter((mutant) => isLeft(mutant) || isFound(mutant));
  const found = judged.filter(isFound).length;
  const all = judged.length;
  if (all === 0) return { counts, all, score: 0, low: 0, high: 100 };
  const places = new Set(judged.map(rangeOf)).size;
  const z = 1.96;
  const share = found / all;
  const middle = share + z ** 2 / (2 * places);
  const reach = z * Math.sqrt((share * (1 - share)) / places + z ** 2 / (4 * places ** 2));
  const whole = 1 + z ** 2 / places;
  const [low, high] = [(100 * (middle - reach)) / whole, (100 * (middle + reach)) / whole];
  return { counts, all, score: 100 * share, low, high };
}

/**
 * The report: the mutants that no test found, by file, how many each stage found, and the score.
 * @param {readonly Staged[]} mutants
 */
export function render(mutants) {
  const { counts, all, score, low, high } = scoreOf(mutants);
  const left = mutants
    .filter(isLeft)
    .sort(
      (one, two) =>
        one.fileName.localeCompare(two.fileName) || one.location.start.line - two.location.start.line,
    );
  const counted = Object.entries(counts).map(([status, count]) => `${status} ${count}`);
  const foundBy = (/** @type {Stage} */ stage) =>
    mutants.filter((mutant) => isFound(mutant) && mutant.stage === stage).length;
  const [quick, slow] = [foundBy('quick'), foundBy('slow')];
  return [
    ...left.map(lineOf),
    counted.join(', '),
    `the quick tests found ${quick} of ${all} mutants, the slow ones ${slow} of the ${all - quick} that were left`,
    `score ${score.toFixed(1)} % of ${all} mutants; as a sample, ${low.toFixed(1)} % to ${high.toFixed(1)} % with 95 % certainty`,
    '',
  ].join('\n');
}
