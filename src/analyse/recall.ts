// Running a program once where worlds, and ways to come to it, do not differ in what it looks at.

import type { Program } from '../program/program.js';
import { MAX_FACTS } from './constraints.js';
import { sameVariable } from './joining.js';
import { type Machine, OutOfBudget } from './machine.js';
import { newWatch, type Watch } from './persistent.js';
import { fork, linked, type State, type Trace, type Variable } from './state.js';
import { nameOf, sameValue, type Value } from './values.js';

/** What a run came to, and all that it can hang on. */
interface Run {
  readonly start: State;
  /** In words where the program costs too much to be followed. */
  readonly ends: readonly State[] | string;
  /** What it has asked of its surroundings, with the answers. */
  readonly asked: ReadonlyMap<string, string>;
  readonly looked: Looked;
}

/** What a run has looked at of what the path holds that it began on. */
interface Looked {
  readonly vars: Watch;
  readonly files: Watch;
  readonly facts: Watch;
  readonly texts: Watch;
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

/**
 * Runs a program, or gives what an equal run came to before. `start` is the path on which the program begins, in a shell
 * or process of its own; what the run looks at of its variables, files and assumptions is noted. `given` is all else that
 * it is given; `run` adds every question that it puts to its surroundings to a set, and `answer` gives the answer that it
 * gets on a path. `spent`: how many nodes that took. Throws `OutOfBudget`.
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
  const equal = runs.find((before) => {
    if (!looksAlike(before, start)) return false;
    for (const [question, told] of before.asked) if (answerNow(question) !== told) return false;
    return true;
  });
  if (equal) {
    known.found++;
    return graft(equal, start);
  }
  known.missed++;
  const before = fork(start);
  const looked = { vars: newWatch(), files: newWatch(), facts: newWatch(), texts: newWatch() };
  watch(start, looked);
  const questions = new Set<string>();
  const remember = (ends: readonly State[] | string) => {
    known.cheap = spent() < WORTHWHILE;
    if (known.cheap || runs.length >= MAX_RUNS) return;
    known.runs.set(key, runs);
    const asked = new Map([...questions].map((question) => [question, answer(question, before)]));
    // What runs next changes the ends: the ones that are remembered are copies.
    runs.push({ start: before, ends: typeof ends === 'string' ? ends : ends.map(fork), asked, looked });
  };
  try {
    const ends = run(start, questions);
    for (const end of ends) watchLike(end, before);
    remember(ends);
    return ends;
  } catch (error) {
    if (error instanceof OutOfBudget) remember(error.message);
    throw error;
  }
}

/** Does a path hold the same as the one that a run began on, in all that the run has looked at? */
function looksAlike({ start, looked }: Run, { vars, files, constraints: { facts, texts } }: State): boolean {
  return (
    vars.answersLike(start.vars, looked.vars, sameSetting) &&
    files.answersLike(start.files, looked.files, sameValue) &&
    facts.answersLike(start.constraints.facts, looked.facts, Object.is) &&
    texts.answersLike(start.constraints.texts, looked.texts, Object.is)
  );
}

function sameSetting(a: Variable, b: Variable): boolean {
  return a.fromStep === b.fromStep && sameVariable(a, b);
}

function watch(state: State, looked: Looked): void {
  const { facts, texts } = state.constraints;
  state.vars = state.vars.watched(looked.vars);
  state.files = state.files.watched(looked.files);
  state.constraints = { facts: facts.watched(looked.facts), texts: texts.watched(looked.texts) };
}

/** Nobody notes any more what is asked, but who did so before. */
function watchLike(state: State, before: State): void {
  const { facts, texts } = state.constraints;
  state.vars = state.vars.watchedLike(before.vars);
  state.files = state.files.watchedLike(before.files);
  state.constraints = {
    facts: facts.watchedLike(before.constraints.facts),
    texts: texts.watchedLike(before.constraints.texts),
  };
}

export function keyOf(value: Value | null): string {
  return value ? `${nameOf(value)} ${value.lacks.join()}` : '-';
}

/** All that a run hangs on besides what is noted of it, as one text. */
export function givenTo(
  { positional, input, out, cwd, route, callers }: State,
  { job, step, forgiven }: Pick<Machine, 'job' | 'step' | 'forgiven'>,
): string {
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
  ]);
}

/** The ends of a run as they would have come from another start that is equal in all that counts. */
function graft({ start, ends }: Run, onto: State): State[] {
  if (typeof ends === 'string') throw new OutOfBudget(ends);
  const moved = new Map<Trace, Trace | null>();
  return ends.map((end) => ({
    ...fork(end),
    trace: rooted(end.trace, start.trace, onto.trace, moved),
    done: end.done.changesOnto(start.done, onto.done),
    // The shell or process has ended: nobody reads its variables.
    vars: onto.vars,
    files: end.files.changesOnto(start.files, onto.files),
    constraints: {
      facts: end.constraints.facts
        .changesOnto(start.constraints.facts, onto.constraints.facts)
        .atMost(MAX_FACTS),
      texts: end.constraints.texts.changesOnto(start.constraints.texts, onto.constraints.texts),
    },
    ...jobOf(onto),
  }));
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
