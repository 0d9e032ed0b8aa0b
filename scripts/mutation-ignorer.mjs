// @ts-check
// Stryker's plugin for `npm run mutation -- --sample`: a range of a file holds every mutant in it, of which only some are drawn.

import { liesWithin } from './mutation-sample.mjs';

/** @typedef {import('./mutation-sample.mjs').Place} Place */

/** @type {readonly Place[] | null} */
let kept = null;

/**
 * From here on, leaves out every place that holds none of these; lines and columns are 0-based.
 * @param {readonly Place[]} places
 */
export function keepOnly(places) {
  kept = places;
}

/**
 * Stryker asks with a node of Babel's tree, whose lines are 1-based, and does not say of which file. A place of another file may
 * therefore be kept, which costs time and nothing else: what was not drawn is not counted.
 * @param {{ node: { loc?: Place | null } }} path
 */
function shouldIgnore({ node: { loc } }) {
  if (!kept || !loc) return undefined;
  const place = {
    start: { line: loc.start.line - 1, column: loc.start.column },
    end: { line: loc.end.line - 1, column: loc.end.column },
  };
  return kept.some((inner) => liesWithin(inner, place)) ? undefined : 'not drawn';
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'not-drawn', value: { shouldIgnore } }];
