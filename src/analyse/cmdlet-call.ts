// A call of a cmdlet: its arguments by name, and what becomes of its errors.

import { type Cmdlet, positionalNames, takesValue } from '../facts/powershell.js';
import type { Commanded } from './commanding.js';

import { PRIVATE } from './constraints.js';
import { type Machine, workKey } from './machine.js';
import { setSuccess } from './outcome.js';
import { stopsOnError } from './ps-programs.js';
import { type Result, raise } from './raising.js';
import { type Failure, record, type State } from './state.js';
import {
  booleanThing,
  knownText,
  lacksOf,
  nothing,
  type Thing,
  textOfThing,
  thingName,
  truthOf,
  walkThing,
} from './things.js';
import { textOf, union } from './values.js';

/** A cmdlet with its arguments by name. */
export interface Bound {
  readonly cmdlet: Cmdlet;
  /** As the script calls it. */
  readonly written: string;
  /** By lower-case name; true for a switch. */
  readonly named: ReadonlyMap<string, Thing>;
  /** What has no name. */
  readonly rest: readonly Thing[];
  readonly input: Thing | null;
  readonly command: Commanded;
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['ea', 'erroraction'],
  ['wa', 'warningaction'],
  ['pspath', 'literalpath'],
]);

export function bind(cmdlet: Cmdlet, written: string, command: Commanded): Bound {
  const named = new Map<string, Thing>();
  const rest: Thing[] = [];
  const free = positionalNames(cmdlet).filter(
    (name) => !command.args.some((arg) => arg.kind === 'named' && arg.name === name),
  );
  for (let i = 0; i < command.args.length; i++) {
    const arg = command.args[i];
    if (!arg) break;
    if (arg.kind === 'value') {
      const name = free.shift();
      if (name === undefined) rest.push(arg.thing);
      else named.set(name, arg.thing);
      continue;
    }
    const name = SHORT_NAMES.get(arg.name) ?? arg.name;
    const next = command.args[i + 1];
    if (arg.thing) named.set(name, arg.thing);
    else if (next?.kind === 'value' && takesValue(name, cmdlet.name)) {
      named.set(name, next.thing);
      i++;
    } else named.set(name, booleanThing(true));
  }
  return { cmdlet, written, named, rest, input: command.input, command };
}

/** Does an error of this cmdlet end the script, unless something catches it? */
export function stops(bound: Bound, state: State, machine: Machine): boolean {
  const given = bound.named.get('erroraction');
  if (!given) return stopsOnError(state);
  const action = textOf(textOfThing(given, state, machine.rules))?.toLowerCase();
  return action === 'stop' || action === 'inquire';
}

/** An error of the cmdlet; where it ends nothing, the failure behind it is swallowed. */
export function failWith(bound: Bound, failure: Failure | null, state: State, machine: Machine): Result[] {
  const { at } = bound.command.expression;
  if (stops(bound, state, machine))
    return raise(state, { types: null, because: failure, how: 'error', site: at, where: at });
  setSuccess(state, false, failure?.lacks);
  const by = bound.named.has('erroraction') ? '-ErrorAction' : '$ErrorActionPreference';
  if (failure) record(state, { kind: 'mask', failure, where: at, by });
  return [{ state, thing: { kind: 'nothing', lacks: failure?.lacks ?? [] } }];
}

export function failureOf(
  bound: Bound,
  lacks: readonly string[],
  silent: boolean,
  state: State,
  machine: Machine,
): Failure {
  const { at } = bound.command.expression;
  return { where: at, work: workKey(at, state, machine), name: bound.written, lacks, silent, guessed: true };
}

export function isOn(thing: Thing | undefined, state: State, machine: Machine): boolean {
  return thing !== undefined && truthOf(thing, state, machine.rules).answer === true;
}

export function pathOf({ named }: Bound): Thing {
  return named.get('path') ?? named.get('filepath') ?? named.get('literalpath') ?? nothing;
}

/** `env:X` and `variable:x`. */
export function driveOf(path: Thing, state: State): { drive: string; name: string } | null {
  const [, drive, name] =
    /^(env|variable|function):[\\/]*([\w?]+)$/i.exec(knownText(path, state) ?? '') ?? [];
  return drive !== undefined && name !== undefined ? { drive: drive.toLowerCase(), name } : null;
}

export function allLacks(things: readonly Thing[], state: State): readonly string[] {
  let lacks: readonly string[] = [];
  for (const thing of things)
    walkThing(thing, state, (inner) => {
      // What the answer to a refused request does to others is not known.
      if (!thingName(inner).includes(PRIVATE)) lacks = union(lacks, lacksOf(inner, state));
    });
  return lacks;
}
