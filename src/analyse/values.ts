// analyse/: the abstract interpreter: values, conditions, commands, step, job, workflow, worlds, witness.
// Knows what happens when a workflow runs; never decides what is worth reporting and never prints.

import { repositoryPath } from '../forge/events.js';
import type { Question } from './constraints.js';

/** An unknown but fixed string. Two holes with one id are equal, in every path and in both worlds. */
export interface Hole {
  readonly id: string;
  readonly nonEmpty: boolean;
  /** Constants that it is known not to equal; `'all'`: it equals no constant that anybody writes down. */
  readonly excludes: readonly string[] | 'all';
  /** The only texts that it can be; null where that is not known. */
  readonly among: readonly string[] | null;
  /** Ids of holes that it is known to differ from. */
  readonly differsFrom: readonly string[];
  /** What it is known to begin with; `''` when nothing is known. */
  readonly prefix: string;
  /** The least number that it can be, where it is known to be a whole number; null otherwise. */
  readonly atLeast: number | null;
  /** Set where the text is `true` or `false` by the answer to a question. */
  readonly asks: Question | null;
}

export type Piece = string | Hole;

/**
 * An abstract string: literal text and holes in order, no empty literal and no two literals side by side.
 * `lacks` names the missing secrets that shaped it: text that would be different if they were there.
 */
export interface Value {
  readonly pieces: readonly Piece[];
  readonly lacks: readonly string[];
}

const nothing: readonly string[] = [];

export const emptyValue: Value = { pieces: [], lacks: nothing };

/** A known text; `lacks` names missing secrets that it would otherwise have held. */
export function constant(text: string, lacks: readonly string[] = nothing): Value {
  return { pieces: text === '' ? [] : [text], lacks };
}

/** A fresh unknown. */
export function hole(id: string, options: Partial<Omit<Hole, 'id'>> = {}): Hole {
  return {
    id,
    nonEmpty: options.nonEmpty ?? false,
    excludes: options.excludes ?? nothing,
    among: options.among ?? null,
    differsFrom: options.differsFrom ?? nothing,
    prefix: options.prefix ?? '',
    atLeast: options.atLeast ?? null,
    asks: options.asks ?? null,
  };
}

/** Begins the ids of what files hold that only some of the paths have written that are one now. */
const PERHAPS = 'perhaps ';

/** What a file holds, if it is there at all. */
export function perhapsWritten(text: Value): Value {
  return { pieces: [hole(`${PERHAPS}${nameOf(text)}`)], lacks: text.lacks };
}

/** Is the file with this text perhaps not there? */
export function isPerhapsWritten(text: Value): boolean {
  return soleHole(text)?.id.startsWith(PERHAPS) === true;
}

/** The value that is just one unknown. */
export function unknownValue(id: string, lacks: readonly string[] = nothing, nonEmpty = false): Value {
  return { pieces: [hole(id, { nonEmpty })], lacks };
}

/** The union of two short lists, sharing storage where one holds the other. */
export function union(left: readonly string[], right: readonly string[]): readonly string[] {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const extra = right.filter((name) => !left.includes(name));
  return extra.length === 0 ? left : [...left, ...extra];
}

/** The values one after the other. */
export function concat(values: readonly Value[]): Value {
  const only = values[0];
  if (values.length === 1 && only) return only;
  const pieces: Piece[] = [];
  let lacks = nothing;
  for (const value of values) {
    lacks = union(lacks, value.lacks);
    for (const piece of value.pieces) {
      const last = pieces.at(-1);
      if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
      else pieces.push(piece);
      if (typeof piece !== 'string' && piece.id === repositoryPath.name) foldRepository(pieces);
    }
  }
  return { pieces, lacks };
}

/** Where the last pieces are `owner/name` of the repository, they are what `github.repository` is. */
function foldRepository(pieces: Piece[]): void {
  const [owner, slash] = pieces.slice(-3);
  if (slash !== '/' || owner === undefined || typeof owner === 'string') return;
  if (owner.id !== repositoryPath.owner) return;
  const { name, nonEmpty } = repositoryPath.whole;
  pieces.splice(-3, 3, hole(name, { nonEmpty }));
}

/** The text, where nothing of it is unknown; else null. */
export function textOf(value: Value): string | null {
  const [first, second] = value.pieces;
  if (first === undefined) return '';
  return typeof first === 'string' && second === undefined ? first : null;
}

/** The one hole that the value consists of; null for anything else. */
export function soleHole(value: Value): Hole | null {
  const [first, second] = value.pieces;
  return first !== undefined && typeof first !== 'string' && second === undefined ? first : null;
}

/** A name for the value that equal values share: used to build the ids of values derived from it. */
export function nameOf(value: Value): string {
  let name = '';
  for (const piece of value.pieces) {
    if (name !== '') name += '+';
    name += typeof piece === 'string' ? JSON.stringify(piece) : piece.id;
  }
  return name;
}

/** The same value, shaped by these missing secrets as well. */
export function lacking(value: Value, lacks: readonly string[]): Value {
  const all = union(value.lacks, lacks);
  return all === value.lacks ? value : { pieces: value.pieces, lacks: all };
}

/** An unknown that is computed from others by `operation`; its id says how, so that equal computations are equal. */
export function derived(operation: string, inputs: readonly Value[], nonEmpty = false): Value {
  let lacks = nothing;
  for (const input of inputs) lacks = union(lacks, input.lacks);
  return unknownValue(`${operation}(${inputs.map(nameOf).join(',')})`, lacks, nonEmpty);
}

export function sameValue(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left.pieces.length !== right.pieces.length) return false;
  for (let i = 0; i < left.pieces.length; i++) {
    const a = left.pieces[i];
    const b = right.pieces[i];
    if (a === b) continue;
    if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string' || a.id !== b.id)
      return false;
  }
  return sameNames(left.lacks, right.lacks);
}

/** Are they the same names, in whatever order? Neither names one twice. */
export function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((name) => right.includes(name)));
}
