// Errors as things: what the program gives them, what the library does, and of which types a thing is.

import { errorTypes } from '../facts/library.js';
import type { Place } from '../text/script.js';
import { known, type Question } from './constraints.js';
import { type Args, argument, argumentsOf } from './functions.js';
import { type Machine, siteName } from './machine.js';
import type { State } from './state.js';
import {
  allocate,
  cellOf,
  changeEntry,
  entryOf,
  lacksOf,
  listCell,
  recordCell,
  type Thing,
  textOfThing,
  textThing,
  unknownThing,
} from './things.js';
import { constant, union } from './values.js';

/** The type of an error, or of a class of errors, and those that it is one of; null where nothing is known of it. */
export function typesOf(thing: Thing, state: State, machine: Machine): readonly string[] | null {
  const { language } = machine.rules;
  switch (thing.kind) {
    case 'library':
      return errorTypes(language, thing.path);
    case 'class': {
      const own = `${thing.definition.name}@${thing.definition.at.start}`;
      const bases = thing.bases.map((base) => typesOf(base, state, machine));
      return [own, ...bases.flatMap((types) => types ?? [])];
    }
    case 'cell': {
      const cell = cellOf(thing, state);
      return cell?.kind === 'record' && cell.type ? typesOf(cell.type, state, machine) : null;
    }
    case 'unknown':
      return thing.origin?.endsWith('()') ? errorTypes(language, thing.origin.slice(0, -2)) : null;
    default:
      return null;
  }
}

/** Makes an error that is not raised yet; what the program sets on it stays. `type`: its name in the library. */
export function makeError(type: string, args: Args, at: Place, state: State, machine: Machine): Thing {
  const lacks = argumentsOf(args).reduce<readonly string[]>(
    (all, thing) => union(all, lacksOf(thing, state)),
    [],
  );
  const exact = machine.rules.absent === 'nothing';
  const self = allocate(
    recordCell(new Map(), { exact, lacks, type: { kind: 'library', path: type } }),
    siteName(at, state, machine),
    state,
  );
  setErrorEntries(self, type, args, at, state, machine);
  return self;
}

/** Gives an error what the language gives each: `message`, `name` and `stack`, or `args`. */
export function setErrorEntries(
  self: Thing,
  type: string,
  args: Args,
  at: Place,
  state: State,
  machine: Machine,
): void {
  const set = (name: string, thing: Thing) => changeEntry(self, name, thing, state);
  const site = siteName(at, state, machine);
  if (machine.rules.language === 'python') {
    const list = args.open
      ? unknownThing(`args ${site}`)
      : allocate(listCell(args.positional), `args ${site}`, state);
    set('args', list);
  } else {
    const message = argument(args, 0);
    const isThere = message && message.kind !== 'nothing';
    set('message', textThing(isThere ? textOfThing(message, state, machine.rules) : constant('')));
    set('name', textThing(constant(type)));
    set('stack', unknownThing(`stack ${site}`, [], { full: true }));
    const cause = entryOf(argument(args, 1), 'cause', state);
    if (cause) set('cause', cause);
  }
}

/** What every error is one of, and what only a way to leave is not. */
const ANY = 'BaseException';
const ORDINARY = 'Exception';

/** Is an error of some types one of the wanted type? null where that is not known. */
export function isOfType(types: readonly string[] | null, wanted: readonly string[] | null): boolean | null {
  const [type] = wanted ?? [];
  if (type === ANY || (type === ORDINARY && types === null)) return true;
  if (type === undefined || types === null) return null;
  if (types.includes(type)) return true;
  // Of types of other libraries it is not known what they are made from.
  return isForeign(type) && types.some(isForeign) ? null : false;
}

function isForeign(type: string): boolean {
  return type.includes('.') && !type.includes('@');
}

/** What the names of types mean that the languages have themselves; of a number it is not known which kind it is. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['str', ['text']],
  ['bool', ['boolean']],
  ['dict', ['record']],
  ['list', ['list']],
  ['tuple', ['list']],
  ['set', ['list']],
  ['int', ['number', 'boolean']],
  ['float', ['number']],
  ['Array', ['list']],
]);
/** Types that are all of what is modelled in one way. */
const WHOLE: ReadonlySet<string> = new Set(['str', 'bool', 'dict', 'Array']);

/** `isinstance(thing, wanted)`, `thing instanceof wanted`; `unknown` asks where it is not known. */
export function isInstance(
  thing: Thing,
  wanted: Thing,
  state: State,
  machine: Machine,
  unknown: () => Question,
): Question {
  const list = cellOf(wanted, state);
  if (list?.kind === 'list') {
    const answers = list.items.map((one) => isInstance(thing, one, state, machine, unknown));
    if (answers.some(({ answer }) => answer === true)) return known(true);
    return list.exact && answers.every(({ answer }) => answer === false) ? known(false) : unknown();
  }
  const cell = cellOf(thing, state);
  const isTyped = cell?.kind === 'record' && cell.type !== null;
  if (isTyped) {
    const types = typesOf(thing, state, machine);
    const answer =
      wanted.kind === 'class' || typesOf(wanted, state, machine)
        ? isOfType(types, typesOf(wanted, state, machine))
        : null;
    return answer === null ? unknown() : known(answer);
  }
  if (wanted.kind !== 'library') return unknown();
  const kinds = KINDS.get(wanted.path);
  const kind = kindOf(thing, state);
  if (!kinds || kind === null) return unknown();
  if (!kinds.includes(kind)) return known(false);
  return WHOLE.has(wanted.path) ? known(true) : unknown();
}

function kindOf(thing: Thing, state: State): string | null {
  switch (thing.kind) {
    case 'text':
    case 'number':
    case 'boolean':
    case 'nothing':
      return thing.kind;
    case 'cell': {
      const cell = cellOf(thing, state);
      return cell && !(cell.kind === 'record' && cell.origin !== null) ? cell.kind : null;
    }
    default:
      return null;
  }
}
