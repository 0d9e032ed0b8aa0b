// What the library changes: lists and records that a call leaves different from what they were.

import type { Meaning } from '../facts/library.js';
import { setEntry } from './assigning.js';
import { after, keyOf, listOf, raiseError, withEntriesOf } from './evaluate.js';
import { argument } from './functions.js';
import { computed, type LibraryCall, type MeaningOf, operand } from './library-call.js';
import { get, withoutRepetition } from './library-lists.js';
import { type Machine, siteName } from './machine.js';
import type { Result } from './raising.js';
import type { State } from './state.js';
import {
  booleanThing,
  type Cell,
  changeCell,
  changeEntry,
  knownText,
  type ListCell,
  listCell,
  nothing,
  type RecordCell,
  recordCell,
  recordOf,
  someList,
  type Thing,
} from './things.js';
import { textOf, union } from './values.js';

type ChangeMeaning =
  | 'append'
  | 'extend'
  | 'update'
  | 'reorder'
  | 'shrink'
  | 'clear'
  | 'take'
  | 'delete'
  | 'set-default';

/** The list that a method is called on, with a way to change it. */
function changed(call: LibraryCall, state: State, change: (cell: ListCell) => Cell): Result[] {
  changeCell(call.receiver, state, (cell) => (cell.kind === 'list' ? change(cell) : cell));
  return [{ state, thing: nothing }];
}

const append: MeaningOf = (call, state, machine) => {
  const { rules } = machine;
  changed(call, state, (cell) => {
    const { positional, open } = call.args;
    const path = call.path.toLowerCase();
    if (!cell.exact || open) return someList(true, cell.lacks);
    // Elsewhere `add` is a method of sets.
    if (path.endsWith('add') && rules.language !== 'powershell')
      return withoutRepetition(listCell([...cell.items, ...positional], cell.lacks));
    if (path.endsWith('unshift')) return listCell([...positional, ...cell.items], cell.lacks);
    if (!path.endsWith('insert')) return listCell([...cell.items, ...positional], cell.lacks);
    const [index, item] = positional;
    if (!item || index?.kind !== 'number' || textOf(index.value) !== '0') return someList(true, cell.lacks);
    return listCell([item, ...cell.items], cell.lacks);
  });
  if (rules.language !== 'javascript') return [{ state, thing: nothing }];
  // A set gives itself, a list how long it is.
  const thing = call.path.endsWith('add') ? call.receiver : null;
  return [{ state, thing: thing ?? computed(call, state, machine) }];
};

/** The list or record that a method is called on is another one afterwards, and so is what the method gives. */
function reshaped(change: (cell: Cell) => Cell): MeaningOf {
  return (call, state, machine) => {
    const thing = computed(call, state, machine);
    changeCell(call.receiver, state, change);
    return [{ state, thing }];
  };
}

const reorder: MeaningOf = (call, state, machine) => {
  changed(call, state, (cell) => someList(cell.full, cell.lacks));
  return [{ state, thing: call.receiver ?? computed(call, state, machine) }];
};

const shrink = reshaped((cell) =>
  cell.kind === 'list' ? someList(false, cell.lacks) : { ...cell, entries: new Map(), exact: false },
);

const clear = reshaped((cell) =>
  cell.kind === 'list' ? listCell([], cell.lacks) : { ...cell, entries: new Map(), exact: true },
);

/** `record.pop(key)`: what it holds at that key, which is gone then. */
const take: MeaningOf = (call, state, machine) => {
  const { receiver, args } = call;
  const name = knownText(argument(args, 0), state);
  const cell = recordOf(receiver, state);
  if (!cell) return [{ state, thing: computed(call, state, machine) }];
  if (name === null) return shrink(call, state, machine);
  const { rules } = machine;
  if (rules.absent === 'throws' && cell.exact && !cell.entries.has(name) && !argument(args, 1))
    return raiseError('KeyError', cell.lacks, call.at, state);
  return after(get(call, state, machine), (thing, path) => {
    changeEntry(receiver, name, null, path);
    return [{ state: path, thing }];
  });
};

/** `delete record.key`; where it may be there by another name, or in a list, it reads as nothing. */
const deleteEntry: MeaningOf = (call, state, machine) => {
  const object = operand(call, 0);
  const name = keyOf(operand(call, 1), state);
  if (name !== null && recordOf(object, state)?.exact) changeEntry(object, name, null, state);
  else setEntry(object, name, nothing, call.at, state, machine);
  return [{ state, thing: booleanThing(true) }];
};

/** `record.setdefault(key, value)`: what it holds at that key, or else the value, which it holds from then on. */
const setDefault: MeaningOf = (call, state, machine) => {
  const { receiver, args } = call;
  const name = knownText(argument(args, 0), state);
  const cell = recordOf(receiver, state);
  if (!cell) return [{ state, thing: computed(call, state, machine) }];
  const held = name === null ? undefined : cell.entries.get(name);
  if (held) return [{ state, thing: held }];
  if (name === null || !cell.exact) return shrink(call, state, machine);
  const value = argument(args, 1) ?? nothing;
  changeEntry(receiver, name, value, state);
  return [{ state, thing: value }];
};

const extend: MeaningOf = (call, state) =>
  changed(call, state, (cell) => {
    const cells = [cell, ...call.args.positional.map((thing) => listOf(thing, state))];
    const lacks = cells.reduce<readonly string[]>((all, one) => union(all, one.lacks), []);
    if (!cells.every((one) => one.exact))
      return someList(
        cells.some((one) => one.full),
        lacks,
      );
    const whole = listCell(
      cells.flatMap((one) => one.items),
      lacks,
    );
    // Only sets have an `update`.
    return call.path.endsWith('update') ? withoutRepetition(whole) : whole;
  });

/** Sets the variables of the environment that the records hold, where the target stands for it. */
export function addToEnvironment(
  target: Thing,
  sources: readonly (Thing | RecordCell)[],
  call: LibraryCall,
  state: State,
  machine: Machine,
): void {
  if (target.kind !== 'library') return;
  for (const source of sources) {
    const cell = source.kind === 'record' ? source : recordOf(source, state);
    for (const [name, thing] of cell?.entries ?? []) setEntry(target, name, thing, call.at, state, machine);
  }
}

const update: MeaningOf = (call, state, machine) => {
  const { receiver, args } = call;
  const site = siteName(call.at, state, machine);
  const { gives } = call.fact;
  const sources = [...args.positional, recordCell(args.named)];
  if (gives !== null) addToEnvironment({ kind: 'library', path: gives }, sources, call, state, machine);
  changeCell(receiver, state, (mine) => {
    if (mine.kind !== 'record') return mine;
    const more = args.positional.reduce((cell, thing) => withEntriesOf(cell, thing, site, state), mine);
    const entries = new Map([...more.entries, ...args.named]);
    return { ...more, entries, lacks: mine.lacks, exact: more.exact && !args.open };
  });
  return [{ state, thing: receiver ?? nothing }];
};

export const changeMeanings: Readonly<Record<ChangeMeaning & Meaning, MeaningOf>> = {
  append,
  extend,
  update,
  reorder,
  shrink,
  clear,
  take,
  delete: deleteEntry,
  'set-default': setDefault,
};
