// What the library does with lists and records, and with functions that go through them.

import type { Meaning } from '../facts/library.js';
import { ask } from './constraints.js';
import { after, decideTruth, itemOf, keyOf, listOf, madeOf } from './evaluate.js';
import { argument, invoke, noArgs } from './functions.js';
import { type LibraryCall, type MeaningOf, operand, operands } from './library-call.js';
import { type Machine, siteName } from './machine.js';
import { joinResults, type Result } from './raising.js';
import { fork, type State } from './state.js';
import {
  allocate,
  booleanThing,
  type Cell,
  cellOf,
  knownText,
  type ListCell,
  lacksOf,
  listCell,
  nothing,
  numberThing,
  recordCell,
  recordOf,
  someList,
  type Thing,
  textThing,
  thingName,
  unknownThing,
} from './things.js';
import { constant, textOf, union } from './values.js';

type ListMeaning =
  | 'list'
  | 'distinct'
  | 'record'
  | 'sorted'
  | 'reversed'
  | 'enumerate'
  | 'zip'
  | 'range'
  | 'from-entries'
  | 'get'
  | 'keys'
  | 'values'
  | 'items'
  | 'concat'
  | 'filter'
  | 'map'
  | 'flat-map'
  | 'some'
  | 'every'
  | 'find'
  | 'for-each'
  | 'call'
  | 'all'
  | 'any';

function listThing(cell: Cell, call: LibraryCall, state: State, machine: Machine): Result[] {
  return [{ state, thing: allocate(cell, siteName(call.at, state, machine), state) }];
}

/** The `index`th of several lists that one call makes. */
function pairThing(
  items: readonly Thing[],
  index: number,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Thing {
  return allocate(listCell(items), `${siteName(call.at, state, machine)} #${index}`, state);
}

const list: MeaningOf = (call, state, machine) => {
  const [thing, use] = operands(call);
  // `Array.from(items, f)`, and `Array.from({ length: 3 })`: what has a length is no list for that.
  if (use) return map(call, state, machine);
  const isShape = machine.rules.language === 'javascript' && cellOf(thing, state)?.kind === 'record';
  if (isShape) return listThing(someList(false), call, state, machine);
  return listThing(listGiven(call, state), call, state, machine);
};

/** What the call is given as a list; nothing makes an empty one. */
function listGiven(call: LibraryCall, state: State): ListCell {
  const thing = operand(call, 0);
  return thing.kind === 'nothing' ? listCell([], thing.lacks) : listOf(thing, state);
}

const distinct: MeaningOf = (call, state, machine) =>
  listThing(withoutRepetition(listGiven(call, state)), call, state, machine);

/** What has the same name is the same, and counts once. Of two that have not, one unknown may be the other. */
export function withoutRepetition(cell: ListCell): ListCell {
  if (!cell.exact) return cell;
  const items = new Map<string, Thing>();
  for (const item of cell.items) {
    const name = `${item.kind} ${thingName(item)}`;
    items.set(name, items.get(name) ?? item);
  }
  const members = [...items.values()];
  const told = members.length < 2 || members.every(isWritten);
  return told ? listCell(members, cell.lacks) : someList(true, cell.lacks);
}

/** Is it a text or a number that is known? */
function isWritten(thing: Thing): boolean {
  return (thing.kind === 'text' || thing.kind === 'number') && textOf(thing.value) !== null;
}

const record: MeaningOf = (call, state, machine) => {
  const [thing] = operands(call);
  const old = cellOf(thing, state);
  if (old?.kind === 'list' && call.args.named.size === 0) return fromEntries(call, state, machine);
  const entries = new Map(old?.kind === 'record' ? old.entries : []);
  for (const [name, value] of call.args.named) entries.set(name, value);
  const exact = thing === undefined ? !call.args.open : old?.kind === 'record' && old.exact;
  // A copy of the environment is taken for the environment.
  if (thing?.kind === 'library' && call.args.named.size === 0) return [{ state, thing }];
  return listThing(recordCell(entries, { exact }), call, state, machine);
};

/** A new list in the order of the texts, or of the texts that its items begin with; of other items the order is not known. */
const sorted: MeaningOf = (call, state, machine) => {
  const cell = listGiven(call, state);
  if (!cell.exact) return listThing(cell, call, state, machine);
  const keyed = cell.items.map((item) => ({ item, key: sortKey(item, state) }));
  const keys = keyed.map(({ key }) => key);
  const told = operands(call).length === 1 && !keys.includes(null) && new Set(keys).size === keys.length;
  if (cell.items.length > 1 && !told) return listThing(someList(true, cell.lacks), call, state, machine);
  const items = keyed.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1)).map(({ item }) => item);
  return listThing(listCell(items, cell.lacks), call, state, machine);
};

function sortKey(item: Thing, state: State): string | null {
  const cell = cellOf(item, state);
  const first = cell?.kind === 'list' && cell.exact ? cell.items[0] : item;
  return first?.kind === 'text' ? knownText(first, state) : null;
}

const reversed: MeaningOf = (call, state, machine) => {
  const cell = listGiven(call, state);
  if (!cell.exact) return listThing(cell, call, state, machine);
  return listThing(listCell(cell.items.toReversed(), cell.lacks), call, state, machine);
};

function ofRecord(pick: (key: string, value: Thing) => Thing | readonly Thing[]): MeaningOf {
  return (call, state, machine) => {
    const thing = operand(call, 0);
    const cell = recordOf(thing, state);
    if (!cell?.exact)
      return listThing(someList((cell?.entries.size ?? 0) > 0, lacksOf(thing, state)), call, state, machine);
    const picked = [...cell.entries].map(([key, value], i) => {
      const one = pick(key, value);
      return 'kind' in one ? one : pairThing(one, i, call, state, machine);
    });
    return listThing(listCell(picked, cell.lacks), call, state, machine);
  };
}

/** `new Map(pairs)`, `Object.fromEntries(pairs)`. */
const fromEntries: MeaningOf = (call, state, machine) => {
  const [pairs = nothing] = call.args.positional;
  const entries = new Map<string, Thing>();
  const given = cellOf(pairs, state);
  let exact = pairs.kind === 'nothing' || given?.exact === true;
  if (given?.kind === 'record') for (const [name, thing] of given.entries) entries.set(name, thing);
  for (const pair of given?.kind === 'list' ? given.items : []) {
    const cell = cellOf(pair, state);
    const [key, value] = cell?.kind === 'list' && cell.exact ? cell.items : [];
    const name = key ? keyOf(key, state) : null;
    if (name === null || !value) exact = false;
    else entries.set(name, value);
  }
  const cell = recordCell(entries, { exact, lacks: lacksOf(pairs, state), origin: call.fact.gives });
  return [{ state, thing: allocate(cell, siteName(call.at, state, machine), state) }];
};

export const get: MeaningOf = (call, state, machine) => {
  const { args, at } = call;
  const receiver = operand(call, 0);
  const key = argument(args, 0) ?? nothing;
  const cell = recordOf(receiver, state);
  const name = knownText(key, state);
  if (cell?.exact && name !== null && !cell.entries.has(name))
    return [{ state, thing: argument(args, 1) ?? { kind: 'nothing', lacks: cell.lacks } }];
  return itemOf(receiver, key, at, state, machine);
};

const enumerate: MeaningOf = (call, state, machine) => {
  const cell = listGiven(call, state);
  if (!cell.exact) return listThing(cell, call, state, machine);
  const start = argument(call.args, call.receiver ? 0 : 1, 'start') ?? numberThing(0);
  const from = start.kind === 'number' ? textOf(start.value) : null;
  if (from === null) return listThing(someList(cell.full, cell.lacks), call, state, machine);
  const pairs = cell.items.map((item, i) =>
    pairThing([numberThing(Number(from) + i), item], i, call, state, machine),
  );
  return listThing(listCell(pairs, cell.lacks), call, state, machine);
};

const zip: MeaningOf = (call, state, machine) => {
  const cells = operands(call).map((thing) => listOf(thing, state));
  if (cells.length === 0 || cells.some((cell) => !cell.exact))
    return listThing(someList(false), call, state, machine);
  const count = Math.min(...cells.map((cell) => cell.items.length));
  const rows = Array.from({ length: count }, (_, i) =>
    pairThing(
      cells.map((cell) => cell.items[i] ?? nothing),
      i,
      call,
      state,
      machine,
    ),
  );
  return listThing(listCell(rows), call, state, machine);
};

const range: MeaningOf = (call, state, machine) => {
  const bounds = operands(call).map((thing) =>
    thing.kind === 'number' ? Number(textOf(thing.value) ?? Number.NaN) : Number.NaN,
  );
  const [from, to] = bounds.length > 1 ? bounds : [0, bounds[0]];
  if (
    from === undefined ||
    to === undefined ||
    !Number.isInteger(from) ||
    !Number.isInteger(to) ||
    bounds.length > 2 ||
    to - from > 64
  )
    return listThing(
      // A step may go the other way.
      someList(bounds.length < 3 && to !== undefined && from !== undefined && to > from),
      call,
      state,
      machine,
    );
  const numbers = Array.from({ length: Math.max(0, to - from) }, (_, i) => numberThing(from + i));
  return listThing(listCell(numbers), call, state, machine);
};

// --- with a function ---------------------------------------------------------------------------------------

/** What is gone through, where each item of it stands, and the function that is called, in whichever order the language has them. */
function listAndFunction(
  call: LibraryCall,
  state: State,
): { cell: ListCell; placeOf: (index: number) => Thing; use: Thing | null } {
  const things = operands(call);
  const at = things.findIndex((thing) =>
    ['function', 'library', 'nothing', 'class', 'method'].includes(thing.kind),
  );
  const use = things[at] ?? null;
  const map = recordOf(call.receiver, state);
  if (map) {
    // A map hands on its values, each with its key.
    const keys = [...map.entries.keys()];
    const values = listCell([...map.entries.values()], map.lacks);
    const placeOf = (index: number) => textThing(constant(keys[index] ?? ''));
    return { cell: map.exact ? values : someList(false, map.lacks), placeOf, use };
  }
  const [whole, ...others] = things.filter((_, index) => index !== at);
  // `map(f, xs, ys)` goes through several at once.
  const isOne = call.receiver !== null || others.length === 0;
  const cell = whole ? listOf(whole, state) : listCell([]);
  return { cell: isOne ? cell : someList(false, cell.lacks), placeOf: numberThing, use };
}

/** Calls the function with an item; without one the item itself is the answer. `place`: null where it is not known. */
function apply(
  use: Thing | null,
  item: Thing,
  place: Thing | null,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Result[] {
  if (!use || use.kind === 'nothing') return [{ state, thing: item }];
  machine.spend();
  // JavaScript tells its functions where they are, too; of others than the program's own it is the item that counts.
  const told = machine.rules.language === 'javascript' && use.kind === 'function';
  const site = siteName(call.at, state, machine);
  const more = [place ?? unknownThing(`place ${site}`), call.receiver ?? unknownThing(`list ${site}`)];
  const args = { ...noArgs, positional: told ? [item, ...more] : [item], open: place === null };
  return invoke(use, args, call.at, state, machine);
}

/** What goes through a list item by item, with what each gives; `stop` ends it early with a result. */
function through(
  call: LibraryCall,
  state: State,
  machine: Machine,
  each: (
    given: Thing,
    item: Thing,
    kept: readonly Thing[],
    state: State,
  ) => { state: State; kept: readonly Thing[]; result: Thing | null }[],
  atEnd: (kept: readonly Thing[], lacks: readonly string[], state: State) => Result[],
  unsure: (cell: ListCell, state: State) => Result[],
): Result[] {
  const { cell, placeOf, use } = listAndFunction(call, state);
  const { route } = state;
  if (!cell.exact) return unsure(cell, state);
  let open: { state: State; kept: readonly Thing[]; lacks: readonly string[] }[] = [
    { state, kept: [], lacks: cell.lacks },
  ];
  const done: Result[] = [];
  cell.items.forEach((item, index) => {
    open = open.flatMap((path) => {
      path.state.route = `${route}/${index}`;
      return apply(use, item, placeOf(index), call, path.state, machine).flatMap((given) => {
        if (given.state.flow) {
          done.push(given);
          return [];
        }
        const lacks = union(path.lacks, lacksOf(given.thing, given.state));
        return each(given.thing, item, path.kept, given.state).flatMap((next) => {
          if (!next.result) return [{ state: next.state, kept: next.kept, lacks }];
          done.push({ state: next.state, thing: next.result });
          return [];
        });
      });
    });
  });
  const ends = [...done, ...open.flatMap((path) => atEnd(path.kept, path.lacks, path.state))];
  for (const end of ends) end.state.route = route;
  return joinResults(ends);
}

function unknownAnswer(call: LibraryCall, machine: Machine): (cell: ListCell, state: State) => Result[] {
  return (cell, state) => {
    const things = operands(call);
    const id = madeOf(call.path, things, siteName(call.at, state, machine));
    return [
      {
        state,
        thing: booleanThing(ask(state.constraints, `${id} ${things.map(thingName).join()}`), cell.lacks),
      },
    ];
  };
}

function quantifier(stopsOn: boolean): MeaningOf {
  return (call, state, machine) =>
    through(
      call,
      state,
      machine,
      (given, _, kept, path) =>
        decideTruth(given, call.at, call.at, path, machine).map((branch) => ({
          state: branch.state,
          kept,
          result: branch.answer === stopsOn ? booleanThing(stopsOn, lacksOf(given, branch.state)) : null,
        })),
      (_, lacks, path) => [{ state: path, thing: booleanThing(!stopsOn, lacks) }],
      unknownAnswer(call, machine),
    );
}

const filter: MeaningOf = (call, state, machine) =>
  through(
    call,
    state,
    machine,
    (given, item, kept, path) =>
      decideTruth(given, call.at, call.at, path, machine).map((branch) => ({
        state: branch.state,
        kept: branch.answer ? [...kept, item] : kept,
        result: null,
      })),
    (kept, lacks, path) => listThing(listCell(kept, lacks), call, path, machine),
    (cell, path) => listThing(someList(false, cell.lacks), call, path, machine),
  );

const map: MeaningOf = (call, state, machine) =>
  through(
    call,
    state,
    machine,
    (given, _, kept, path) => [{ state: path, kept: [...kept, given], result: null }],
    (kept, lacks, path) => listThing(listCell(kept, lacks), call, path, machine),
    (cell, path) =>
      onUnknownItem(call, path, machine, (end) =>
        listThing(someList(cell.full, cell.lacks), call, end, machine),
      ),
  );

/** As `map`, with the items of each list that it makes in the place of that list. */
const flatMap: MeaningOf = (call, state, machine) =>
  map(call, state, machine).map((result) => {
    const cell = cellOf(result.thing, result.state);
    if (cell?.kind !== 'list' || !cell.exact) return result;
    const parts = cell.items.map((item) => flatItems(item, result.state));
    const whole = parts.every((part) => part !== null);
    const items = parts.flatMap((part) => part ?? []);
    const flat = whole ? listCell(items, cell.lacks) : someList(items.length > 0, cell.lacks);
    const site = `${siteName(call.at, result.state, machine)} flat`;
    return { state: result.state, thing: allocate(flat, site, result.state) };
  });

/** The items of a list, or a thing that is none; null where that is not known. */
function flatItems(item: Thing, state: State): readonly Thing[] | null {
  const cell = cellOf(item, state);
  if (cell?.kind === 'list') return cell.exact ? cell.items : null;
  return item.kind === 'unknown' ? null : [item];
}

const find: MeaningOf = (call, state, machine) =>
  through(
    call,
    state,
    machine,
    (given, item, kept, path) =>
      decideTruth(given, call.at, call.at, path, machine).map((branch) => ({
        state: branch.state,
        kept,
        result: branch.answer ? item : null,
      })),
    (_, lacks, path) => [{ state: path, thing: { kind: 'nothing', lacks } }],
    (cell, path) => [
      {
        state: path,
        thing: unknownThing(madeOf(call.path, [], siteName(call.at, path, machine)), cell.lacks),
      },
    ],
  );

const forEach: MeaningOf = (call, state, machine) =>
  through(
    call,
    state,
    machine,
    (_, __, kept, path) => [{ state: path, kept, result: null }],
    (_, __, path) => [{ state: path, thing: nothing }],
    (_, path) => onUnknownItem(call, path, machine, (end) => [{ state: end, thing: nothing }]),
  );

/** A list of which nothing is known: the function may run on some item of it, or never. */
function onUnknownItem(
  call: LibraryCall,
  state: State,
  machine: Machine,
  then: (end: State) => Result[],
): Result[] {
  const { use, cell } = listAndFunction(call, state);
  const item = unknownThing(`item ${siteName(call.at, state, machine)}`, cell.lacks);
  const without = fork(state);
  const ran = after(apply(use, item, null, call, fork(state), machine), (_, end) => then(end));
  return [...ran, ...then(without)];
}

const CALLABLE: ReadonlySet<Thing['kind']> = new Set(['function', 'class', 'method', 'library']);

export const listMeanings: Readonly<Record<ListMeaning & Meaning, MeaningOf>> = {
  list,
  distinct,
  record,
  sorted,
  reversed,
  enumerate,
  zip,
  range,
  get,
  'from-entries': fromEntries,
  keys: ofRecord((key) => textThing(constant(key))),
  values: ofRecord((_, value) => value),
  items: ofRecord((key, value) => [textThing(constant(key)), value]),
  concat: (call, state, machine) => {
    const cells = operands(call).map((thing) => {
      const items = flatItems(thing, state);
      return items ? listCell(items) : listOf(thing, state);
    });
    const exact = cells.every((cell) => cell.exact);
    const whole = exact
      ? listCell(cells.flatMap((cell) => cell.items))
      : someList(cells.some((cell) => cell.full));
    return listThing(whole, call, state, machine);
  },
  filter,
  map,
  'flat-map': flatMap,
  some: quantifier(true),
  every: quantifier(false),
  find,
  'for-each': forEach,
  call: (call, state, machine) => {
    const target = operands(call).find((thing) => CALLABLE.has(thing.kind));
    if (!target) return [{ state, thing: nothing }];
    // `f.call(this, x)`; any other gives its function no arguments that are known.
    const args =
      target === call.receiver ? { ...call.args, positional: call.args.positional.slice(1) } : noArgs;
    return invoke(target, args, call.at, state, machine);
  },
  all: quantifier(false),
  any: quantifier(true),
};
