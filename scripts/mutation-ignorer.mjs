// @ts-check
// Stryker's plugins for `npm run mutation`. A range of a file holds every mutant in it, of which a sample wants only some; and what
// no test finds is said at once, as a run is long.

import process from 'node:process';
import { isLeft, liesWithin, lineOf, zeroBased } from './mutation-sample.mjs';

/** @typedef {import('./mutation-sample.mjs').Place} Place */
/** @typedef {{ end?: number | null, loc?: Place | null }} Node */

/** @type {ReadonlyMap<number, readonly Place[]> | null} */
let kept = null;

/**
 * From here on, leaves out every place that holds none of these; lines and columns are 0-based. Stryker does not say of which file
 * a node is, so files are told apart by their length.
 * @param {ReadonlyMap<number, readonly Place[]>} placesByLength
 */
export function keepOnly(placesByLength) {
  kept = placesByLength;
}

/**
 * Stryker asks with a path of Babel's tree, whose lines are 1-based. What is left out is so with all that is in it.
 * @param {{ node: Node, scope: { getProgramParent(): { block: Node } } }} path
 */
function shouldIgnore({ node: { loc }, scope }) {
  if (!kept || !loc) return undefined;
  const places = kept.get(scope.getProgramParent().block.end ?? -1);
  const place = {
    start: { line: loc.start.line - 1, column: loc.start.column },
    end: { line: loc.end.line - 1, column: loc.end.column },
  };
  return !places || places.some((inner) => liesWithin(inner, place)) ? undefined : 'not drawn';
}

class Survivors {
  /** @param {import('@stryker-mutator/api/core').MutantResult} result */
  onMutantTested(result) {
    if (isLeft(result)) process.stdout.write(`${lineOf(zeroBased(result))}\n`);
  }
}

export const strykerPlugins = [
  { kind: 'Ignore', name: 'not-drawn', value: { shouldIgnore } },
  { kind: 'Reporter', name: 'survivors', injectableClass: Survivors },
];
