// What is assigned goes to a variable, a member, an item, or to several of them.

import type { Target } from '../program/compute.js';
import type { Place } from '../text/script.js';
import { isLeftOut, isPlain } from './comparing.js';
import {
  decideQuestion,
  evaluate,
  evaluateAll,
  keyOf,
  listOf,
  madeOf,
  noMember,
  raiseError,
} from './evaluate.js';
import { memberOf } from './functions.js';
import { isEnvironment, setLibraryItem } from './library.js';
import { type Machine, siteName } from './machine.js';
import type { State } from './state.js';
import {
  allocate,
  cellOf,
  changeEntry,
  lacksOf,
  listCell,
  nothing,
  recordCell,
  setCell,
  setSlot,
  someList,
  type Thing,
  textThing,
  unknownThing,
  withSomeEntry,
} from './things.js';
import { unknownValue } from './values.js';

/** Assigns on one path; several paths where what the target names parts them. */
export function assignTo(target: Target, thing: Thing, state: State, machine: Machine): State[] {
  switch (target.kind) {
    case 'variable':
      setSlot(state, target.slot, bounded(thing, target.slot));
      return [state];
    case 'member':
      return evaluate(target.object, state, machine).map((object) => {
        if (!object.state.flow) setEntry(object.thing, target.name, thing, target.at, object.state, machine);
        return object.state;
      });
    case 'item':
      return evaluateAll([target.object, target.index], state, machine, ([object, index], path) => {
        const isNoText = thing.kind !== 'text' && (isPlain(thing) || thing.kind === 'cell');
        if (machine.rules.absent === 'throws' && object && isEnvironment(object, machine) && isNoText)
          return raiseError('TypeError', lacksOf(thing, path), target.at, path);
        if (object && index) setEntry(object, keyOf(index, path), thing, target.at, path, machine);
        return [{ state: path, thing }];
      }).map((result) => result.state);
    case 'list':
      return assignList(target, thing, state, machine);
    case 'record':
      return assignRecord(target, thing, state, machine);
    case 'default':
      return decideQuestion(isLeftOut(thing, state), lacksOf(thing, state), target, target.at, state).flatMap(
        (branch) => {
          if (!branch.answer) return assignTo(target.target, thing, branch.state, machine);
          return evaluate(target.value, branch.state, machine).flatMap((result) =>
            result.state.flow ? [result.state] : assignTo(target.target, result.thing, result.state, machine),
          );
        },
      );
    case 'unknown':
      return [state];
  }
}

/** The longest text that a variable is known to hold. */
const MAX_TEXT = 65_536;

function bounded(thing: Thing, slot: string): Thing {
  if (thing.kind !== 'text') return thing;
  let length = 0;
  for (const piece of thing.value.pieces) length += typeof piece === 'string' ? piece.length : 1;
  if (length <= MAX_TEXT) return thing;
  return textThing(unknownValue(`long text of ${slot}, ${length}`, thing.value.lacks, true));
}

function assignAll(targets: readonly (readonly [Target, Thing])[], state: State, machine: Machine): State[] {
  let open: State[] = [state];
  for (const [target, thing] of targets)
    open = open.flatMap((path) => (path.flow ? [path] : assignTo(target, thing, path, machine)));
  return open;
}

function assignList(
  target: Extract<Target, { kind: 'list' }>,
  thing: Thing,
  state: State,
  machine: Machine,
): State[] {
  const site = siteName(target.at, state, machine);
  if (isPlain(thing) && thing.kind !== 'text' && machine.rules.language !== 'powershell')
    return noMember(thing, target.at, state).map((result) => result.state);
  const cell = listOf(thing, state);
  if (cell.exact && machine.rules.absent === 'throws' && !fits(target, cell.items.length))
    return raiseError('ValueError', cell.lacks, target.at, state).map((result) => result.state);
  const item = (index: number, name = `part ${index}`): Thing =>
    cell.exact ? (cell.items[index] ?? nothing) : unknownThing(madeOf(name, [thing], site), cell.lacks);
  const { targets, last = [] } = target;
  const pairs = targets.map((one, index): readonly [Target, Thing] => [one, item(index)]);
  if (!target.rest) return assignAll(pairs, state, machine);
  const end = cell.exact ? Math.max(targets.length, cell.items.length - last.length) : targets.length;
  const rest = cell.exact ? listCell(cell.items.slice(targets.length, end)) : someList(false, cell.lacks);
  const behind = last.map((one, index): readonly [Target, Thing] => [
    one,
    item(end + index, `part ${index} behind the rest`),
  ]);
  return assignAll([...pairs, [target.rest, allocate(rest, site, state)], ...behind], state, machine);
}

/** Are there as many things as names for them? */
function fits({ targets, rest, last = [] }: Extract<Target, { kind: 'list' }>, count: number): boolean {
  const wanted = targets.length + last.length;
  return rest ? count >= wanted : count === wanted;
}

function assignRecord(
  target: Extract<Target, { kind: 'record' }>,
  thing: Thing,
  state: State,
  machine: Machine,
): State[] {
  const site = siteName(target.at, state, machine);
  const keys = target.entries.map((entry) => entry.key);
  let open: { state: State; pairs: readonly (readonly [Target, Thing])[] }[] = [{ state, pairs: [] }];
  for (const entry of target.entries) {
    open = open.flatMap((path) =>
      path.state.flow
        ? [path]
        : memberOf(thing, entry.key, target.at, path.state, machine).map((result) => ({
            state: result.state,
            pairs: [...path.pairs, [entry.target, result.thing] as const],
          })),
    );
  }
  return open.flatMap((path) => {
    if (path.state.flow) return [path.state];
    if (!target.rest) return assignAll(path.pairs, path.state, machine);
    const cell = cellOf(thing, path.state);
    const left = cell?.kind === 'record' ? [...cell.entries].filter(([key]) => !keys.includes(key)) : [];
    const rest = recordCell(new Map(left), { exact: cell?.exact ?? false });
    return assignAll([...path.pairs, [target.rest, allocate(rest, site, path.state)]], path.state, machine);
  });
}

export function setEntry(
  object: Thing,
  name: string | null,
  thing: Thing,
  at: Place,
  state: State,
  machine: Machine,
): void {
  if (object.kind === 'library') {
    if (name !== null) setLibraryItem(object.path, name, thing, state, machine);
    return;
  }
  if (object.kind === 'module' && name !== null) setSlot(state, `${object.prefix}${name}`, thing);
  const cell = cellOf(object, state);
  if (!cell || object.kind !== 'cell') return;
  if (cell.kind === 'list' && name === 'length') {
    const length = Number(keyOf(thing, state) ?? Number.NaN);
    const isCut = cell.exact && length <= cell.items.length;
    setCell(
      state,
      object.id,
      isCut ? listCell(cell.items.slice(0, length), cell.lacks) : someList(length > 0, cell.lacks),
    );
    return;
  }
  if (cell.kind === 'record') {
    if (name === null) setCell(state, object.id, withSomeEntry(cell, siteName(at, state, machine)));
    else changeEntry(object, name, thing, state);
    return;
  }
  if (name !== null && Object.hasOwn(cell.items, name))
    setCell(state, object.id, { ...cell, items: cell.items.with(Number(name), thing) });
  // What has another name is no item.
  else setCell(state, object.id, someList(cell.full || name === null || /^\d/.test(name), cell.lacks));
}
