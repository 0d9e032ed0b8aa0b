import type { Node } from 'acorn';
import type { Range } from './tree.js';

/** How many nodes stand around the one that is read. */
export interface Reading {
  depth: number;
}

/** Thrown where expressions or statements are nested deeper than anybody writes. */
export class TooDeep extends Error {}

/** Far above real scripts, and low enough for whoever walks the tree recursively. */
const MAX_DEPTH = 250;

export function deeper<T>(reading: Reading, build: () => T): T {
  if (reading.depth >= MAX_DEPTH) throw new TooDeep('it is nested too deeply');
  reading.depth++;
  const built = build();
  reading.depth--;
  return built;
}

export function rangeOf({ start, end }: Range): Range {
  return { start, end };
}

/** A field of a node that the parser's own types do not know (TypeScript's). */
export function field(node: Node, name: string): unknown {
  return Object.entries(node).find(([key]) => key === name)?.[1];
}

export function nodeIn(node: Node, name: string): Node | null {
  const found = field(node, name);
  return isNode(found) ? found : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}
