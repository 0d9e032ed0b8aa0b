// Running a program once where worlds, and ways in which needed jobs can end, do not differ in what it is given.

import type { Program } from '../program/program.js';
import type { Constraints } from './constraints.js';
import { type Machine, OutOfBudget, readVariable } from './machine.js';
import { fork, linked, type State, type Trace } from './state.js';
import { nameOf, type Value } from './values.js';

/** What a run came to, and all that it can hang on. */
interface Run {
  readonly start: State;
  /** In words where the program costs too much to be followed. */
  readonly ends: readonly State[] | string;
  /** What it has asked of its surroundings, with the answers. */
  readonly asked: ReadonlyMap<string, string>;
}

/** What is remembered of a program. */
interface Remembered {
  /** Runs by what they were given whether they ask for it or not. */
  readonly runs: Map<string, Run[]>;
  /** How often a run was found that is equal to one before. */
  found: number;
  /** Runs that were looked for in vain. */
  missed: number;
  /** True where it is run faster than a run of it is looked up. */
  cheap: boolean;
}

export type Memory = Map<Program, Remembered>;

/** The most runs of one program that are remembered for what they were given. */
const MAX_RUNS = 64;
/** A run of fewer nodes is done again. */
const WORTHWHILE = 4;
/** After so many runs that were all different, the next is not expected to be like one of them. */
const MAX_MISSES = 32;

/** The question for all variables at once. */
export const EVERY_VARIABLE = '*';

/**
 * Runs a program, or gives what an equal run came to before. `start` is the path on which the program begins, `given`
 * all that it is given besides; `run` adds every question that it puts to its surroundings to a set, and `answer`
 * gives the answer that it gets on a path. `spent`: how many nodes that took. Throws `OutOfBudget`.
 */
export function recalled(
  program: Program,
  start: State,
  given: () => string,
  memory: Memory,
  answer: (question: string, state: State) => string,
  run: (start: State, questions: Set<string>) => State[],
  spent: () => number,
): State[] {
  const known: Remembered = memory.get(program) ?? { runs: new Map(), found: 0, missed: 0, cheap: false };
  memory.set(program, known);
  if (known.cheap || (known.found === 0 && known.missed > MAX_MISSES)) return run(start, new Set());
  const key = given();
  const runs = known.runs.get(key) ?? [];
  const answers = new Map<string, string>();
  const answerNow = (question: string): string => {
    const told = answers.get(question) ?? answer(question, start);
    answers.set(question, told);
    return told;
  };
  const equal = runs.find(({ asked }) => {
    for (const [question, before] of asked) if (answerNow(question) !== before) return false;
    return true;
  });
  if (equal) {
    known.found++;
    return graft(equal, start);
  }
  known.missed++;
  const before = fork(start);
  const questions = new Set<string>();
  const remember = (ends: readonly State[] | string) => {
    known.cheap = spent() < WORTHWHILE;
    if (known.cheap || runs.length >= MAX_RUNS) return;
    known.runs.set(key, runs);
    const asked = new Map([...questions].map((question) => [question, answer(question, before)]));
    // What runs next changes the ends: the ones that are remembered are copies.
    runs.push({ start: before, ends: typeof ends === 'string' ? ends : ends.map(fork), asked });
  };
  try {
    const ends = run(start, questions);
    remember(ends);
    return ends;
  } catch (error) {
    if (error instanceof OutOfBudget) remember(error.message);
    throw error;
  }
}

/** What a variable holds, as the answer to a question. */
export function heldBy(name: string, state: State, machine: Machine): string {
  return name === EVERY_VARIABLE ? environmentOf(state) : keyOf(readVariable(name, state, machine));
}

export function keyOf(value: Value | null): string {
  return value ? `${nameOf(value)} ${value.lacks.join()}` : '-';
}

export function environmentOf({ vars }: State): string {
  return [...vars]
    .map(([name, { value, exported, fromStep }]) => `${exported}${fromStep}${name}=${keyOf(value)}`)
    .join('\n');
}

/** All that a run hangs on besides the environment and what it asks for, as one text. */
export function givenTo(
  state: State,
  { job, step, forgiven }: Pick<Machine, 'job' | 'step' | 'forgiven'>,
): string {
  const { constraints, positional, input, out, files, cwd, route, callers } = state;
  return JSON.stringify([
    job,
    step,
    forgiven,
    route,
    callers.map((caller) => [caller.site, keyOf(caller.name)]),
    cwd,
    positional.map(keyOf),
    keyOf(input),
    keyOf(out),
    [...files].map(([name, text]) => [name, keyOf(text)]),
    textOfConstraints(constraints),
  ]);
}

const texts = new WeakMap<Constraints, string>();

function textOfConstraints(constraints: Constraints): string {
  const text = texts.get(constraints) ?? JSON.stringify([[...constraints.facts], [...constraints.texts]]);
  texts.set(constraints, text);
  return text;
}

/** The ends of a run as they would have come from another start that is equal in all that counts. */
function graft({ start, ends }: Run, onto: State): State[] {
  if (typeof ends === 'string') throw new OutOfBudget(ends);
  const moved = new Map<Trace, Trace | null>();
  return ends.map((end) => {
    let { done } = onto;
    for (const { key, mine } of end.done.differences(start.done)) if (mine) done = done.with(key, mine);
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
