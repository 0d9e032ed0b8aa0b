// A call of the library, as its meanings see it.

import type { LibraryFact } from '../facts/library.js';
import type { Place } from '../text/script.js';
import { madeOf } from './evaluate.js';
import { type Args, argumentsOf } from './functions.js';
import { type Machine, siteName } from './machine.js';
import type { Result } from './raising.js';
import type { State } from './state.js';
import { lacksOf, nothing, type Thing, textOfThing, thingName, unknownThing, walkThing } from './things.js';
import { union, type Value } from './values.js';

/** A call of the library that is about to run. */
export interface LibraryCall {
  /** The name as facts know it. */
  readonly path: string;
  readonly fact: LibraryFact;
  /** What it is a member of, where that is a value. */
  readonly receiver: Thing | null;
  readonly args: Args;
  readonly at: Place;
}

export type MeaningOf = (call: LibraryCall, state: State, machine: Machine) => Result[];

/** All that the call is given, its receiver first. */
export function operands({ receiver, args }: LibraryCall): readonly Thing[] {
  return receiver ? [receiver, ...argumentsOf(args)] : argumentsOf(args);
}

/** One of them, by its 0-based place; nothing where fewer are given. */
export function operand(call: LibraryCall, place: number): Thing {
  return operands(call)[place] ?? nothing;
}

/** The same as a text. */
export function operandText(call: LibraryCall, place: number, state: State, machine: Machine): Value {
  return textOfThing(operand(call, place), state, machine.rules);
}

/** The missing secrets that shaped anything that the call is given. */
export function lacksGiven(call: LibraryCall, state: State): readonly string[] {
  let lacks: readonly string[] = [];
  for (const thing of operands(call))
    walkThing(thing, state, (inner) => {
      lacks = union(lacks, lacksOf(inner, state));
    });
  return lacks;
}

/** The longest name of a value that is made of others. */
const MAX_NAME = 240;

/** Some value that is made of what the call is given: equal calls give equal values. */
export function computed(call: LibraryCall, state: State, machine: Machine, full = false): Thing {
  const things = operands(call);
  const site = siteName(call.at, state, machine);
  const name = `${call.path}(${things.map(thingName).join(',')})`;
  const steady =
    things.length > 0 && name.length <= MAX_NAME && !things.some((thing) => thing.kind === 'cell');
  const id = steady ? name : madeOf(call.path, things, site);
  return unknownThing(id, lacksGiven(call, state), { full, origin: call.fact.gives ?? `${call.path}()` });
}
