// Calling: functions and classes of the program itself, and whatever else a call may mean.

import { libraryFact } from '../facts/library.js';
import type { FunctionValue, ParameterSlot } from '../program/compute.js';
import type { Place } from '../text/script.js';
import { assignTo } from './assigning.js';
import { setErrorEntries, typesOf } from './error-things.js';
import { after, evaluate, madeOf, noMember, originOf } from './evaluate.js';
import { callLibrary, callUnknown, libraryItem, typeMember } from './library.js';
import { type Machine, OutOfBudget, placeId, siteName } from './machine.js';
import { joinResults, RETURNED, type Result } from './raising.js';
import type { State } from './state.js';
import {
  allocate,
  type Cell,
  cellOf,
  lacksOf,
  listCell,
  memberOfBases,
  memberOfClass,
  nothing,
  recordCell,
  someList,
  type Thing,
  thingName,
  unknownThing,
} from './things.js';

/** What a call is given. `open`: there may be more arguments than are known. */
export interface Args {
  readonly positional: readonly Thing[];
  readonly named: ReadonlyMap<string, Thing>;
  readonly open: boolean;
}

export const noArgs: Args = { positional: [], named: new Map(), open: false };

/** The argument at a position, or by one of its names. */
export function argument(args: Args, index: number, ...names: readonly string[]): Thing | undefined {
  for (const name of names) {
    const thing = args.named.get(name);
    if (thing) return thing;
  }
  return index < 0 ? undefined : args.positional[index];
}

export function argumentsOf(args: Args): readonly Thing[] {
  return args.named.size === 0 ? args.positional : [...args.positional, ...args.named.values()];
}

/** Calls within calls. */
const MAX_CALL_DEPTH = 24;

/** Calls a thing. */
export function invoke(target: Thing, args: Args, at: Place, state: State, machine: Machine): Result[] {
  switch (target.kind) {
    case 'function':
      return callFunction(target.definition, target.self, args, at, state, machine);
    case 'class':
      return makeInstance(target, args, at, state, machine);
    case 'library':
      return callLibrary(target.path, null, args, at, state, machine);
    case 'method':
      return callMethod(target.receiver, target.name, args, at, state, machine);
    case 'nothing':
      return noMember(target, at, state);
    case 'cell': {
      const own = ownMember(target, '__call__', state, machine);
      return own ? invoke(own, args, at, state, machine) : callUnknown(target, args, at, state, machine);
    }
    default:
      return callUnknown(target, args, at, state, machine);
  }
}

function callMethod(
  receiver: Thing,
  name: string,
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): Result[] {
  if (receiver.kind === 'nothing') return noMember(receiver, at, state);
  const own = ownMember(receiver, name, state, machine);
  if (own)
    return after(memberValue(own, at, state, machine), (one, path) => invoke(one, args, at, path, machine));
  const path = typeMember(receiver, name, state, machine);
  if (path !== null) return callLibrary(path, receiver, args, at, state, machine);
  return callUnknown({ kind: 'method', receiver, name }, args, at, state, machine);
}

/** A member that the program itself has given the thing; null where it has none of the name. */
function ownMember(thing: Thing, name: string, state: State, machine: Machine): Thing | null {
  if (thing.kind === 'class') {
    const member = memberOfClass(thing, name);
    const takesClass = member?.kind === 'function' && member.definition.self === 'class';
    return takesClass ? { ...member, self: thing } : member;
  }
  if (thing.kind === 'module') return state.data.get(`${thing.prefix}${name}`) ?? null;
  const cell = cellOf(thing, state);
  if (cell?.kind !== 'record') return null;
  const member = cell.type ? memberOfClass(cell.type, name) : null;
  const isProperty = member?.kind === 'function' && member.definition.property === true;
  if (!isProperty && (cell.type || cell.origin !== null || machine.rules.entriesAreMembers)) {
    const entry = cell.entries.get(name);
    if (entry) return entry;
  }
  // What a base of the library makes of the values of the class is not known (`pydantic.BaseSettings` reads the environment).
  if (member && member.kind !== 'function' && cell.type && !cell.exact && isOpen(cell.type, state, machine))
    return null;
  return member && boundTo(member, thing, cell.type);
}

/** Is there a base of the library of which it is not known what it makes of an instance? */
function isOpen(type: Thing, state: State, machine: Machine): boolean {
  return rootsOf(type).some((root) => {
    if (root.kind === 'library' && PLAIN_BASES.has(root.path)) return false;
    return typesOf(root, state, machine) === null;
  });
}

/** Bases that give an instance nothing (Python library reference, `abc`, `typing`). */
const PLAIN_BASES: ReadonlySet<string> = new Set(
  'object abc.ABC typing.Protocol typing.NamedTuple typing.Generic'.split(' '),
);

/** A member of a class as that of an instance. */
function boundTo(member: Thing, self: Thing, type: Thing | null): Thing {
  if (member.kind !== 'function' || member.definition.self === 'none') return member;
  return { ...member, self: member.definition.self === 'class' ? type : self };
}

/** What asking for a member gives: a property is computed. */
export function memberValue(member: Thing, at: Place, state: State, machine: Machine): Result[] {
  const isProperty =
    member.kind === 'function' && member.definition.property === true && member.self !== null;
  return isProperty ? invoke(member, noArgs, at, state, machine) : [{ state, thing: member }];
}

/** `super.name`; null where no base of the program has it. */
export function inheritedMember(bases: readonly Thing[], self: Thing, name: string): Thing | null {
  const member = memberOfBases(bases, name);
  return member && boundTo(member, self, self);
}

/** `super(…)`, `super.name(…)`. */
export function callInherited(
  { bases, self, name }: { readonly bases: readonly Thing[]; readonly self: Thing; readonly name: string },
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): Result[] {
  const member = inheritedMember(bases, self, name);
  if (member)
    return after(memberValue(member, at, state, machine), (one, path) =>
      invoke(one, args, at, path, machine),
    );
  if (!MAKERS.has(name))
    return callUnknown({ kind: 'method', receiver: self, name }, args, at, state, machine);
  makeByLibrary(self, bases.flatMap(rootsOf), args, at, state, machine);
  return [{ state, thing: nothing }];
}

/** What makes an instance of a class, by the languages' names for it. */
const MAKERS: ReadonlySet<string> = new Set(['constructor', '__init__']);

/** What a base of the library does where an instance is made: of errors it is known. */
function makeByLibrary(
  self: Thing,
  bases: readonly Thing[],
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): void {
  for (const base of bases)
    if (base.kind === 'library' && typesOf(base, state, machine))
      setErrorEntries(self, base.path, args, at, state, machine);
}

/** What `with` binds: what the object gives on being entered; most give themselves. */
export function enterContext(thing: Thing, at: Place, state: State, machine: Machine): Result[] {
  const own = ownMember(thing, '__enter__', state, machine);
  return own ? invoke(own, noArgs, at, state, machine) : [{ state, thing }];
}

/** `object.name`, where it is not called at once. */
export function memberOf(object: Thing, name: string, at: Place, state: State, machine: Machine): Result[] {
  if (object.kind === 'library') {
    const item = machine.rules.entriesAreMembers ? libraryItem(object.path, name, state, machine) : null;
    if (item) return [{ state, thing: item }];
    return evaluate({ kind: 'library', path: `${object.path}.${name}`, at }, state, machine);
  }
  if (object.kind === 'nothing') return noMember(object, at, state);
  const own = ownMember(object, name, state, machine);
  if (own) return memberValue(own, at, state, machine);
  const path = typeMember(object, name, state, machine);
  const cell = cellOf(object, state);
  const isEntry = cell?.kind === 'record' && !cell.type && machine.rules.entriesAreMembers;
  // A method that is not called is no value that scripts ask for: what is meant is an entry.
  const isMethod = path !== null && !libraryFact(machine.rules.language, path)?.property;
  if (path !== null && !(isEntry && isMethod)) return callLibrary(path, object, null, at, state, machine);
  if (cell?.kind === 'record' && (isEntry || cell.type)) {
    if (cell.exact && machine.rules.absent === 'nothing')
      return [{ state, thing: { kind: 'nothing', lacks: cell.lacks, which: 'undefined' } }];
    const id = `${thingName(object)}.${name} ${siteName(at, state, machine)}`;
    return [{ state, thing: unknownThing(id, cell.lacks) }];
  }
  if (object.kind !== 'unknown') return [{ state, thing: { kind: 'method', receiver: object, name } }];
  const id = madeOf(`.${name}`, [object], siteName(at, state, machine));
  return [{ state, thing: unknownThing(`${object.id} ${id}`, object.lacks, originOf(object, `.${name}`)) }];
}

/** Makes a record of the class and runs its maker on it. */
function makeInstance(
  type: Extract<Thing, { kind: 'class' }>,
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): Result[] {
  // What a base of the library gives it is not known.
  const exact = isWhole(type, state, machine);
  const self = allocate(recordCell(new Map(), { type, exact }), siteName(at, state, machine), state);
  const maker = memberOfClass(type, type.definition.maker);
  // Python gives an error its arguments before its maker runs (`BaseException.__new__`).
  if (maker?.kind !== 'function' || machine.rules.language === 'python')
    makeByLibrary(self, rootsOf(type), args, at, state, machine);
  if (maker?.kind !== 'function') return [{ state, thing: self }];
  return after(invoke({ ...maker, self }, args, at, state, machine), (_, path) => [
    { state: path, thing: self },
  ]);
}

/** The bases that are no classes of the program, in the order in which they are asked. */
function rootsOf(type: Thing): Thing[] {
  return type.kind === 'class' ? type.bases.flatMap(rootsOf) : [type];
}

function isWhole(type: Thing, state: State, machine: Machine): boolean {
  if (type.kind === 'class') return type.bases.every((base) => isWhole(base, state, machine));
  return machine.rules.language === 'javascript' && typesOf(type, state, machine) !== null;
}

/** Runs the body of a function of the program. */
export function callFunction(
  definition: FunctionValue,
  self: Thing | null,
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): Result[] {
  const { frames, route, loops, handling } = state;
  if (frames.length >= MAX_CALL_DEPTH) throw new OutOfBudget(`${definition.name} calls itself too deeply`);
  const site = siteName(at, state, machine);
  if (definition.generator) {
    const lacks = args.positional.flatMap((thing) => lacksOf(thing, state));
    return [{ state, thing: allocate(someList(false, lacks), site, state) }];
  }
  const saved = definition.locals.map((slot) => [slot, state.data.get(slot)] as const);
  state.frames = [...frames, new Map()];
  state.loops = 0;
  state.route = `${route}/${definition.name}@${placeId(at, machine)}`;
  const given = self ? { ...args, positional: [self, ...args.positional] } : args;
  const ends = bindParameters(definition.parameters, given, state, machine).flatMap((start) =>
    start.flow ? [start] : machine.runBlock(definition.body, start, false),
  );
  return joinResults(
    ends.map((end) => {
      const thing = end.flow?.kind === 'return' ? (end.data.get(RETURNED) ?? nothing) : nothing;
      if (end.flow?.kind === 'return') end.flow = null;
      end.frames = frames;
      end.route = route;
      end.loops = loops;
      end.handling = handling;
      restore(end, saved);
      return { state: end, thing };
    }),
  );
}

function restore(state: State, saved: readonly (readonly [string, Thing | undefined])[]): void {
  let data = state.data.without(RETURNED);
  for (const [slot, thing] of saved) data = thing ? data.with(slot, thing) : data.without(slot);
  state.data = data;
}

function bindParameters(
  parameters: readonly ParameterSlot[],
  args: Args,
  state: State,
  machine: Machine,
): State[] {
  let open: State[] = [state];
  let next = 0;
  const used = new Set<string>();
  for (const parameter of parameters) {
    if (parameter.rest) {
      const cell = restCell(parameter.rest, args, next, used);
      // What comes after it can only be given by name.
      if (parameter.rest === 'list') next = args.positional.length;
      open = open.flatMap((path) =>
        assignTo(
          parameter.target,
          allocate(cell, siteName(parameter.target.at, path, machine), path),
          path,
          machine,
        ),
      );
      continue;
    }
    used.add(parameter.name);
    const named = args.named.get(parameter.name);
    const thing = named ?? args.positional[next];
    if (!named) next++;
    open = open.flatMap((path) => bindOne(parameter, thing, args, path, machine));
  }
  return open;
}

function bindOne(
  { target, initial, name }: ParameterSlot,
  thing: Thing | undefined,
  args: Args,
  state: State,
  machine: Machine,
): State[] {
  if (state.flow) return [state];
  if (thing) return assignTo(target, thing, state, machine);
  if (args.open) {
    const id = `${name} ${siteName(target.at, state, machine)}`;
    return assignTo(target, unknownThing(id), state, machine);
  }
  if (!initial) return assignTo(target, nothing, state, machine);
  return evaluate(initial, state, machine).flatMap((result) =>
    result.state.flow ? [result.state] : assignTo(target, result.thing, result.state, machine),
  );
}

function restCell(kind: 'list' | 'record', args: Args, from: number, used: ReadonlySet<string>): Cell {
  if (kind === 'list') return args.open ? someList(false) : listCell(args.positional.slice(from));
  const left = [...args.named].filter(([name]) => !used.has(name));
  return recordCell(new Map(left), { exact: !args.open });
}
