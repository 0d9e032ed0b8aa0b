// What variables of a language hold that has more than texts: lists, records, functions, nothing at all.

import type { ClassValue, FunctionValue, ValueRules } from '../program/compute.js';
import { isNonZero } from './arithmetic.js';
import { again, ask, isEmpty, known, type Question, resolve } from './constraints.js';
import type { Failure, State } from './state.js';
import {
  concat,
  constant,
  derived,
  hole,
  lacking,
  nameOf,
  sameNames,
  sameValue,
  textOf,
  union,
  unknownValue,
  type Value,
} from './values.js';

export type Thing =
  /** `lacks`: it would be something if these secrets were there. `which`: the one that it is in JavaScript, where that is known. */
  | { readonly kind: 'nothing'; readonly lacks: readonly string[]; readonly which?: 'null' | 'undefined' }
  | { readonly kind: 'boolean'; readonly question: Question; readonly lacks: readonly string[] }
  /** The value is the number's text. */
  | { readonly kind: 'number'; readonly value: Value }
  /**
   * `parts`: the texts that it was put together from, where that is known. `lines`: it is what a program printed, which
   * PowerShell has as nothing, a text or a list, as there are lines.
   */
  | { readonly kind: 'text'; readonly value: Value; readonly parts?: readonly Value[]; readonly lines?: true }
  /** A list or a record: what it holds is in `State.cells`, since several variables may hold the same one. */
  | { readonly kind: 'cell'; readonly id: string }
  | { readonly kind: 'function'; readonly definition: FunctionValue; readonly self: Thing | null }
  | {
      readonly kind: 'class';
      readonly definition: ClassValue;
      readonly bases: readonly Thing[];
      readonly members: ReadonlyMap<string, Thing>;
    }
  /** Something of the language's library: a function, a module, an object. */
  | { readonly kind: 'library'; readonly path: string }
  /** A member of a value, to be called. */
  | { readonly kind: 'method'; readonly receiver: Thing; readonly name: string }
  /** A module of the program itself: its members are the slots whose names begin with the prefix. */
  | { readonly kind: 'module'; readonly prefix: string }
  /** A file that was opened. */
  | { readonly kind: 'file'; readonly path: Value; readonly append: boolean }
  | Unknown;

/** Anything else. Two unknowns with one id are the same thing, in every path and in both worlds. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly id: string;
  /** True where it counts as true for certain. */
  readonly full: boolean;
  readonly lacks: readonly string[];
  /** What of the library made it, to look its members up: `requests.get()`. */
  readonly origin: string | null;
  /** Set for the answer to a request that was refused for want of a secret. */
  readonly refused: Failure | null;
}

export type Cell =
  /** Where it is not `exact`, the items are not known; `full`: there is one at least. */
  | {
      readonly kind: 'list';
      readonly items: readonly Thing[];
      readonly exact: boolean;
      readonly full: boolean;
      readonly lacks: readonly string[];
    }
  /** Where it is not `exact`, there may be other entries. `type`: the class that it is an instance of. */
  | {
      readonly kind: 'record';
      readonly entries: ReadonlyMap<string, Thing>;
      readonly exact: boolean;
      readonly lacks: readonly string[];
      readonly type: Thing | null;
      /** What of the library made it. */
      readonly origin: string | null;
    };

export type ListCell = Extract<Cell, { kind: 'list' }>;
export type RecordCell = Extract<Cell, { kind: 'record' }>;

const none: readonly string[] = [];

export const nothing: Extract<Thing, { kind: 'nothing' }> = { kind: 'nothing', lacks: none };
/** `null`, of which JavaScript knows that it is not `undefined`. */
export const noValue: Thing = { ...nothing, which: 'null' };

export function booleanThing(answer: boolean | Question, lacks: readonly string[] = none): Thing {
  return { kind: 'boolean', question: typeof answer === 'boolean' ? known(answer) : answer, lacks };
}

export function numberThing(value: number, lacks: readonly string[] = none): Thing {
  return { kind: 'number', value: constant(String(value), lacks) };
}

export function textThing(value: Value): Thing {
  return { kind: 'text', value };
}

/** What a program printed, without the newlines at its end. */
export function linesThing(value: Value): Thing {
  return { kind: 'text', value, lines: true };
}

/** The texts one after the other, still told apart. */
export function joinedThing(parts: readonly Value[]): Thing {
  return { kind: 'text', value: concat(parts), parts };
}

export function unknownThing(
  id: string,
  lacks: readonly string[] = none,
  more: Partial<Pick<Unknown, 'full' | 'origin' | 'refused'>> = {},
): Unknown {
  return { kind: 'unknown', id, lacks, full: false, origin: null, refused: null, ...more };
}

/** The list or record that a thing is; null for anything else. */
export function cellOf(thing: Thing | null | undefined, state: State): Cell | null {
  return thing?.kind === 'cell' ? (state.cells.get(thing.id) ?? null) : null;
}

/** The same, where it is a record. */
export function recordOf(thing: Thing | null | undefined, state: State): RecordCell | null {
  const cell = cellOf(thing, state);
  return cell?.kind === 'record' ? cell : null;
}

/** What a record holds under a name; undefined where it holds nothing there, or the thing is no record. */
export function entryOf(thing: Thing | null | undefined, name: string, state: State): Thing | undefined {
  return recordOf(thing, state)?.entries.get(name);
}

/** Puts another in the place of the list or record that the thing is; of anything else nothing changes. */
export function changeCell(
  thing: Thing | null | undefined,
  state: State,
  change: (cell: Cell) => Cell,
): void {
  const cell = cellOf(thing, state);
  if (thing?.kind === 'cell' && cell) setCell(state, thing.id, change(cell));
}

/** Sets one entry of a record, or takes it away where there is no thing; of anything else nothing changes. */
export function changeEntry(
  record: Thing | null | undefined,
  name: string,
  thing: Thing | null,
  state: State,
): void {
  changeCell(record, state, (cell) => {
    if (cell.kind !== 'record') return cell;
    const entries = new Map(cell.entries);
    if (thing) entries.set(name, thing);
    else entries.delete(name);
    return { ...cell, entries };
  });
}

/** Does it count as true? */
export function truthOf(thing: Thing, state: State, rules: ValueRules): Question {
  switch (thing.kind) {
    case 'nothing':
      return known(false);
    case 'boolean':
      return again(state.constraints, thing.question);
    case 'number':
      return isNonZero(resolve(state.constraints, thing.value), state);
    case 'text': {
      const empty = isEmpty(state.constraints, thing.value);
      return {
        ...empty,
        negated: !empty.negated,
        answer: empty.answer === 'unknown' ? 'unknown' : !empty.answer,
      };
    }
    case 'unknown':
      return thing.full ? known(true) : ask(state.constraints, `${thing.id} is true`);
    case 'cell': {
      const only = rules.oneCountsAsItself ? onlyIn(thing.id, state) : null;
      if (only) return truthOf(only, state, rules);
      return rules.emptyIsFalse ? hasItems(thing.id, state) : known(true);
    }
    default:
      return known(true);
  }
}

/** What a list of one thing holds, unless that is a list or record itself. */
function onlyIn(id: string, state: State): Thing | null {
  const cell = state.cells.get(id);
  const [only, ...more] = cell?.kind === 'list' && cell.exact ? cell.items : [];
  return only && only.kind !== 'cell' && more.length === 0 ? only : null;
}

/** Is there anything in the list or record? */
export function hasItems(id: string, state: State): Question {
  const cell = state.cells.get(id);
  if (!cell) return ask(state.constraints, `${id} has items`);
  if (cell.kind === 'record') {
    if (cell.type) {
      const asks = ['__bool__', '__len__'].some((name) => cell.type && memberOfClass(cell.type, name));
      return asks ? ask(state.constraints, `${id} is true`) : known(true);
    }
    if (cell.entries.size > 0) return known(true);
    return cell.exact ? known(false) : ask(state.constraints, `${id} has entries`);
  }
  if (cell.full || cell.items.length > 0) return known(true);
  return cell.exact ? known(false) : ask(state.constraints, `${id} has items`);
}

/** The missing secrets that shaped the thing itself: what is in a list or record does not count, that it is there does. */
export function lacksOf(thing: Thing, state: State): readonly string[] {
  switch (thing.kind) {
    case 'nothing':
    case 'boolean':
    case 'unknown':
      return thing.lacks;
    case 'number':
    case 'text':
      return thing.value.lacks;
    case 'file':
      return thing.path.lacks;
    case 'cell':
      return state.cells.get(thing.id)?.lacks ?? none;
    case 'method':
      return lacksOf(thing.receiver, state);
    default:
      return none;
  }
}

/** How deep lists within lists are looked into. */
const MAX_DEPTH = 12;

/** Calls `visit` for the thing and all that is in it; `key` is the name of the entry that holds it. */
export function walkThing(
  thing: Thing,
  state: State,
  visit: (thing: Thing, key: string | null) => void,
  key: string | null = null,
  depth = 0,
): void {
  visit(thing, key);
  if (depth > MAX_DEPTH) return;
  if (thing.kind === 'method') walkThing(thing.receiver, state, visit, null, depth + 1);
  const cell = cellOf(thing, state);
  if (cell?.kind === 'list') for (const item of cell.items) walkThing(item, state, visit, key, depth + 1);
  if (cell?.kind === 'record')
    for (const [name, entry] of cell.entries) walkThing(entry, state, visit, name, depth + 1);
}

/** A name that equal things share. */
export function thingName(thing: Thing): string {
  switch (thing.kind) {
    case 'nothing':
      return thing.which ?? 'nothing';
    case 'boolean': {
      const { answer, fact, negated } = thing.question;
      return answer === 'unknown' ? `${negated ? 'not ' : ''}${fact}` : String(answer);
    }
    case 'number':
    case 'text':
      return nameOf(thing.value);
    case 'cell':
    case 'unknown':
      return thing.id;
    case 'function':
      return `function ${thing.definition.at.start}`;
    case 'class':
      return `class ${thing.definition.at.start}`;
    case 'library':
      return thing.path;
    case 'module':
      return `module ${thing.prefix}`;
    case 'method':
      return `${thingName(thing.receiver)}.${thing.name}`;
    case 'file':
      return `file ${nameOf(thing.path)}`;
  }
}

/** The thing as a text, as far as it is known. */
export function textOfThing(thing: Thing, state: State, rules: ValueRules): Value {
  const { words } = rules;
  switch (thing.kind) {
    case 'text':
    case 'number':
      return resolve(state.constraints, thing.value);
    case 'nothing':
      // Of the two that JavaScript has, both read as their names.
      return constant(
        thing.which && rules.language === 'javascript' ? thing.which : words.nothing,
        thing.lacks,
      );
    case 'boolean': {
      const { answer } = again(state.constraints, thing.question);
      if (answer !== 'unknown') return constant(answer ? words.yes : words.no, thing.lacks);
      const id = `text of ${thingName(thing)}`;
      // What the text says can be asked later where it is the words that the model knows.
      const asks = words.yes === 'true' && words.no === 'false' ? thing.question : null;
      return { pieces: [hole(id, { nonEmpty: true, asks })], lacks: thing.lacks };
    }
    case 'unknown':
      return unknownValue(`text of ${thing.id}`, thing.lacks, thing.full);
    case 'cell': {
      const told = toldByError(thing, state, rules);
      if (told) return textOfThing(told, state, rules);
      const parts: Value[] = [];
      walkThing(thing, state, (inner) => {
        if (inner.kind === 'text' || inner.kind === 'number') parts.push(inner.value);
      });
      const lacks = parts.reduce((all, part) => union(all, part.lacks), lacksOf(thing, state));
      return lacking(derived(`text of ${thing.id}`, parts, hasItems(thing.id, state).answer === true), lacks);
    }
    default:
      return unknownValue(`text of ${thingName(thing)}`, lacksOf(thing, state), true);
  }
}

/** What an error of Python reads as: the one thing that it was made with. null for anything else. */
function toldByError(thing: Thing, state: State, { language }: ValueRules): Thing | null {
  const cell = language === 'python' ? cellOf(thing, state) : null;
  if (cell?.kind !== 'record' || !cell.type || memberOfClass(cell.type, '__str__')) return null;
  const args = cellOf(cell.entries.get('args'), state);
  const [only, ...more] = args?.kind === 'list' && args.exact ? args.items : [];
  // A KeyError shows its key with quotes.
  const isPlain = cell.type.kind === 'library' && cell.type.path !== 'KeyError';
  return only && more.length === 0 && only.kind !== 'cell' && (isPlain || cell.type.kind === 'class')
    ? only
    : null;
}

/** The member of a class or of one of its bases; null where no class of the program has it. */
export function memberOfClass(type: Thing, name: string): Thing | null {
  if (type.kind !== 'class') return null;
  return type.members.get(name) ?? memberOfBases(type.bases, name);
}

export function memberOfBases(bases: readonly Thing[], name: string): Thing | null {
  for (const base of bases) {
    const inherited = memberOfClass(base, name);
    if (inherited) return inherited;
  }
  return null;
}

/** The text of a thing that is one; null for anything else, and for a text that is not known. */
export function knownText(thing: Thing | undefined, state: State): string | null {
  return thing?.kind === 'text' ? textOf(resolve(state.constraints, thing.value)) : null;
}

/**
 * Gives a list or record a place of its own; `site` names where and on which visit. What was made there on an
 * earlier visit of the same name gives way, once nothing holds it any more: else a loop would make ever more.
 */
export function allocate(cell: Cell, site: string, state: State): Thing {
  let id = `cell ${site}`;
  if (state.cells.has(id)) {
    const held = cellsHeld(state);
    for (let count = 2; held.has(id); count++) id = `cell ${site} ${count}`;
  }
  setCell(state, id, cell);
  return { kind: 'cell', id };
}

/** The lists and records that a variable leads to. */
function cellsHeld(state: State): ReadonlySet<string> {
  const held = new Set<string>();
  const pending = [...state.data.values()];
  for (let thing = pending.pop(); thing; thing = pending.pop()) {
    if (thing.kind === 'method') pending.push(thing.receiver);
    if (thing.kind === 'function' && thing.self) pending.push(thing.self);
    if (thing.kind !== 'cell' || held.has(thing.id)) continue;
    held.add(thing.id);
    const cell = state.cells.get(thing.id);
    pending.push(...(cell?.kind === 'list' ? cell.items : (cell?.entries.values() ?? [])));
  }
  return held;
}

export function setCell(state: State, id: string, cell: Cell): void {
  state.cells = state.cells.with(id, cell);
}

/** The most items that a list is known to hold. */
const MAX_ITEMS = 1024;

export function listCell(items: readonly Thing[], lacks: readonly string[] = none): ListCell {
  if (items.length > MAX_ITEMS) return someList(true, lacks);
  return { kind: 'list', items, exact: true, full: items.length > 0, lacks };
}

/** A list of which at most is known that it has items. */
export function someList(full: boolean, lacks: readonly string[] = none): ListCell {
  return { kind: 'list', items: [], exact: false, full, lacks };
}

export function recordCell(
  entries: ReadonlyMap<string, Thing>,
  more: { exact?: boolean; lacks?: readonly string[]; type?: Thing | null; origin?: string | null } = {},
): RecordCell {
  const { exact = true, lacks = none, type = null, origin = null } = more;
  return { kind: 'record', entries, exact, lacks, type, origin };
}

/** A record of which one entry, no one knows which, is another one or new; `site` names where. */
export function withSomeEntry(cell: RecordCell, site: string): RecordCell {
  const entries = [...cell.entries.keys()].map(
    (key) => [key, unknownThing(`${key} or another ${site}`)] as const,
  );
  return { ...cell, entries: new Map(entries), exact: false };
}

export function setSlot(state: State, slot: string, thing: Thing): void {
  state.data = state.data.with(slot, thing);
}

// --- comparing and joining the variables of two paths -------------------------------------------------------

type Holdings = Pick<State, 'data' | 'cells'>;

/** Do the variables of two paths hold the same? */
export function sameData(a: Holdings, b: Holdings): boolean {
  if (a.data === b.data && a.cells === b.cells) return true;
  const seen = new Set<string>();
  if (!a.data.equals(b.data, (mine, theirs) => sameThing(mine, theirs, a, b, seen))) return false;
  if (a.cells.differences(b.cells).every(({ key }) => sameCell(key, a, b, new Set()))) return true;
  // What one variable leads to may differ although it holds one and the same list on both.
  for (const [slot, mine] of a.data) {
    const theirs = b.data.get(slot);
    if (!theirs || !sameThing(mine, theirs, a, b, seen)) return false;
  }
  return true;
}

function sameThing(x: Thing, y: Thing, a: Holdings, b: Holdings, seen: Set<string>): boolean {
  if (x === y && x.kind !== 'cell' && x.kind !== 'method' && x.kind !== 'function') return true;
  switch (x.kind) {
    case 'cell':
      return y.kind === 'cell' && x.id === y.id && sameCell(x.id, a, b, seen);
    case 'text':
      return y.kind === 'text' && x.lines === y.lines && sameValue(x.value, y.value);
    case 'number':
      return y.kind === 'number' && sameValue(x.value, y.value);
    case 'method':
      return y.kind === 'method' && x.name === y.name && sameThing(x.receiver, y.receiver, a, b, seen);
    case 'function':
      return (
        y.kind === 'function' && x.definition === y.definition && sameOptional(x.self, y.self, a, b, seen)
      );
    case 'class':
      return y.kind === 'class' && x.definition === y.definition;
    case 'file':
      return y.kind === 'file' && sameValue(x.path, y.path);
    case 'library':
      return y.kind === 'library' && x.path === y.path;
    case 'module':
      return y.kind === 'module' && x.prefix === y.prefix;
    default:
      return y.kind === x.kind && thingName(x) === thingName(y) && sameNames(x.lacks, y.lacks);
  }
}

function sameOptional(
  x: Thing | null,
  y: Thing | null,
  a: Holdings,
  b: Holdings,
  seen: Set<string>,
): boolean {
  return x && y ? sameThing(x, y, a, b, seen) : x === y;
}

function sameCell(id: string, a: Holdings, b: Holdings, seen: Set<string>): boolean {
  if (seen.has(id)) return true;
  seen.add(id);
  const x = a.cells.get(id);
  const y = b.cells.get(id);
  if (x === undefined || y === undefined) return x === y;
  if (x.exact !== y.exact || !sameNames(x.lacks, y.lacks)) return false;
  if (x.kind === 'list')
    return (
      y.kind === 'list' &&
      x.full === y.full &&
      x.items.length === y.items.length &&
      x.items.every((item, i) => {
        const other = y.items[i];
        return other !== undefined && sameThing(item, other, a, b, seen);
      })
    );
  if (y.kind !== 'record' || x.entries.size !== y.entries.size) return false;
  for (const [key, entry] of x.entries) {
    const other = y.entries.get(key);
    if (!other || !sameThing(entry, other, a, b, seen)) return false;
  }
  return sameOptional(x.type, y.type, a, b, seen);
}

/**
 * Makes the variables of `into` stand for those of `other` as well: what differs becomes unknown. Gives whether
 * anything had to be forgotten. `site` names the unknowns, so that joining again at one place is no news.
 */
export function forgetDifferingData(into: State, other: State, site: string): boolean {
  if (into.data === other.data && into.cells === other.cells) return false;
  let grew = false;
  let { data } = into;
  for (const { key: slot, mine, theirs } of into.data.differences(other.data)) {
    if (mine && theirs && sameThing(mine, theirs, into, other, new Set())) continue;
    const wide = general(mine, theirs, into, other, `${slot} ${site}`);
    if (
      mine &&
      wide.kind === mine.kind &&
      thingName(wide) === thingName(mine) &&
      sameNames(lacksOf(wide, into), lacksOf(mine, into))
    )
      continue;
    data = data.with(slot, wide);
    grew = true;
  }
  let { cells } = into;
  for (const { key: id, mine, theirs } of into.cells.differences(other.cells)) {
    if (!theirs) continue;
    if (!mine) {
      cells = cells.with(id, theirs);
      continue;
    }
    if (sameCell(id, into, other, new Set())) continue;
    const wide = generalCell(mine, theirs, into, other, `${id} ${site}`);
    if (wide === mine || sameShape(wide, mine)) continue;
    cells = cells.with(id, wide);
    grew = true;
  }
  into.data = data;
  into.cells = cells;
  return grew;
}

function general(mine: Thing | undefined, theirs: Thing | undefined, a: State, b: State, id: string): Thing {
  const lacks = union(mine ? lacksOf(mine, a) : none, theirs ? lacksOf(theirs, b) : none);
  if (mine?.kind === 'cell' && theirs?.kind === 'cell' && mine.id === theirs.id) return mine;
  const full = mine !== undefined && theirs !== undefined && certain(mine, a) && certain(theirs, b);
  if (mine?.kind === 'text' && theirs?.kind === 'text') {
    const value = { pieces: [hole(`joined ${id}`, { nonEmpty: full })], lacks };
    return mine.lines || theirs.lines ? linesThing(value) : textThing(value);
  }
  if (mine?.kind === 'number' && theirs?.kind === 'number')
    return { kind: 'number', value: { pieces: [hole(`joined ${id}`, { nonEmpty: true })], lacks } };
  return unknownThing(`joined ${id}`, lacks, { full });
}

/** Does it count as true in every language? */
function certain(thing: Thing, state: State): boolean {
  if (thing.kind === 'text') return isEmpty(state.constraints, thing.value).answer === false;
  if (thing.kind === 'cell') return hasItems(thing.id, state).answer === true;
  return !['nothing', 'boolean', 'number'].includes(thing.kind) && (thing.kind !== 'unknown' || thing.full);
}

/** A cell that covers both: of lists of one length and records with the same keys only what differs is forgotten. */
function generalCell(mine: Cell, theirs: Cell, a: State, b: State, id: string): Cell {
  const lacks = union(mine.lacks, theirs.lacks);
  const wider = (x: Thing, y: Thing, name: string): Thing =>
    sameThing(x, y, a, b, new Set()) ? x : general(x, y, a, b, `${name} ${id}`);
  if (mine.kind === 'list') {
    const alike =
      theirs.kind === 'list' && mine.exact && theirs.exact && mine.items.length === theirs.items.length;
    if (alike)
      return {
        ...mine,
        items: mine.items.map((item, i) => wider(item, theirs.items[i] ?? item, String(i))),
        lacks,
      };
    return someList(theirs.kind === 'list' && isFull(mine) && isFull(theirs), lacks);
  }
  const entries = new Map<string, Thing>();
  if (theirs.kind === 'record') {
    for (const [key, entry] of mine.entries) {
      const other = theirs.entries.get(key);
      if (other) entries.set(key, wider(entry, other, key));
    }
  }
  const exact =
    mine.exact &&
    theirs.exact &&
    theirs.kind === 'record' &&
    entries.size === mine.entries.size &&
    entries.size === theirs.entries.size;
  return { ...mine, entries, exact, lacks };
}

function isFull(cell: Extract<Cell, { kind: 'list' }>): boolean {
  return cell.full || cell.items.length > 0;
}

/** Is nothing more forgotten in the one than in the other? */
function sameShape(x: Cell, y: Cell): boolean {
  if (x.kind !== y.kind || x.exact !== y.exact || !sameNames(x.lacks, y.lacks)) return false;
  if (x.kind === 'list' && y.kind === 'list')
    return (
      x.full === y.full &&
      x.items.length === y.items.length &&
      x.items.every((item, i) => thingName(item) === thingName(y.items[i] ?? item))
    );
  if (x.kind !== 'record' || y.kind !== 'record' || x.entries.size !== y.entries.size) return false;
  return [...x.entries].every(([key, entry]) => {
    const other = y.entries.get(key);
    return other !== undefined && thingName(other) === thingName(entry);
  });
}
