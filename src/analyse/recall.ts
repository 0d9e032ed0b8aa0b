// Running a program once where worlds do not differ in what it is given: most secrets are none of its business.

import type { Program } from '../program/program.js';
import { type Machine, readVariable } from './machine.js';
import { fork, linked, type State, type Trace } from './state.js';
import { nameOf, type Value } from './values.js';

/** What a run came to, and all that it can hang on. */
interface Run {
  readonly start: State;
  readonly ends: readonly State[];
  /** The variables that it has read, each with what it held; null where it may have read any. */
  readonly read: ReadonlyMap<string, string> | null;
  readonly environment: string;
}

/** Runs by program and by what they were given besides the environment. */
export type Memory = Map<Program, Map<string, Run[]>>;

/** The most runs of one program that are remembered. */
const MAX_RUNS = 64;

/**
 * Runs a program, or gives what an equal run came to before. `start` is the path in the program's own process;
 * `run` notes in `reads` which variables it asks for.
 */
export function recalled(
  program: Program,
  start: State,
  machine: Machine,
  memory: Memory,
  run: (start: State, reads: Set<string>) => State[],
): State[] {
  const given = givenTo(start, machine);
  const byGiven = memory.get(program) ?? new Map<string, Run[]>();
  memory.set(program, byGiven);
  const runs = byGiven.get(given) ?? [];
  byGiven.set(given, runs);
  const environment = environmentOf(start);
  const equal = runs.find((one) =>
    one.read
      ? [...one.read].every(([name, held]) => heldBy(name, start, machine) === held)
      : one.environment === environment,
  );
  if (equal) return graft(equal, start);
  const before = fork(start);
  const reads = new Set<string>();
  const ends = run(start, reads);
  if (runs.length < MAX_RUNS) {
    const read = reads.has('*')
      ? null
      : new Map([...reads].map((name) => [name, heldBy(name, before, machine)]));
    // What runs next changes the ends: the ones that are remembered are copies.
    runs.push({ start: before, ends: ends.map(fork), read, environment });
  }
  return ends;
}

function keyOf(value: Value | null): string {
  return value ? `${nameOf(value)} ${value.lacks.join()}` : '-';
}

function heldBy(name: string, state: State, machine: Machine): string {
  return keyOf(readVariable(name, state, machine));
}

function environmentOf({ vars }: State): string {
  return [...vars].map(([name, { value, exported }]) => `${exported}${name}=${keyOf(value)}`).join('\n');
}

/** All that a run hangs on besides the environment, as one text. */
function givenTo(state: State, machine: Machine): string {
  const { constraints, positional, input, out, files, cwd, route, callers } = state;
  return JSON.stringify([
    machine.world.context.name,
    machine.world.forge,
    machine.forgiven,
    route,
    callers.map((caller) => [caller.site, keyOf(caller.name)]),
    cwd,
    positional.map(keyOf),
    keyOf(input),
    keyOf(out),
    [...files].map(([name, text]) => [name, keyOf(text)]),
    [...constraints.facts],
    [...constraints.texts],
  ]);
}

/** The ends of a run as they would have come from another start that is equal in all that counts. */
function graft({ start, ends }: Run, onto: State): State[] {
  const moved = new Map<Trace, Trace | null>();
  return ends.map((end) => {
    let { done } = onto;
    for (const [key, work] of end.done) if (start.done.get(key) !== work) done = done.with(key, work);
    return { ...fork(end), trace: rooted(end.trace, start.trace, onto.trace, moved), done, ...jobOf(onto) };
  });
}

/** What belongs to the job and not to the program. */
function jobOf({ jobEnv, stepEnv, steps, failed, failedAt, alarm }: State) {
  return { jobEnv, stepEnv, steps, failed, failedAt, alarm };
}

/** The history with what came before `from` replaced by `to`, that of the paths joined into it as well. */
function rooted(
  trace: Trace | null,
  from: Trace | null,
  to: Trace | null,
  moved: Map<Trace, Trace | null>,
): Trace | null {
  const links: Trace[] = [];
  let at = trace;
  while (at && at !== from && !moved.has(at)) {
    links.push(at);
    at = at.previous;
  }
  let root = at === from ? to : at ? (moved.get(at) ?? null) : null;
  for (const link of links.reverse()) {
    const { event } = link;
    const own =
      event.kind === 'alternative' ? { ...event, trace: rooted(event.trace, from, to, moved) } : event;
    root = linked(root, own);
    moved.set(link, root);
  }
  return root;
}
