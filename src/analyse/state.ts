import type { Node } from '../program/program.js';
import type { Place } from '../text/script.js';
import type { Span } from '../text/source.js';
import {
  assume,
  type Constraints,
  compatible,
  isPrivate,
  type Question,
  sameEnvironment,
  unconstrained,
} from './constraints.js';
import { PersistentMap } from './persistent.js';
import type { Callee } from './scripts.js';
import type { Cell, Thing } from './things.js';
import { union, type Value } from './values.js';

/** Where something happens: in a script, or in the workflow file itself. */
export type Where = Place | Span;

/** A command, action or job that failed (or went on silently) because these secrets are missing. */
export interface Failure {
  readonly where: Where;
  /** The key of the work that it would have done; '' where it is no one command's. */
  readonly work: string;
  /** What failed, as a person would name it: `curl`, `codecov/codecov-action`. */
  readonly name: string;
  readonly lacks: readonly string[];
  /** True where it ends with status 0 although it did nothing (a fact about the command). */
  readonly silent: boolean;
  /** True where that it fails is likely, not certain. */
  readonly guessed: boolean;
}

/** What happened on a path, in order; only what a witness or the comparison of two paths needs. */
export type Event =
  /** `site` identifies the question; the same site may be asked again in a loop. */
  | {
      readonly kind: 'decision';
      readonly site: object;
      readonly where: Where;
      readonly outcome: string;
      readonly lacks: readonly string[];
      /** The failure that decided it, where its status was what was tested. */
      readonly because: Failure | null;
      /** True where the other outcome was possible too. */
      readonly open?: boolean;
      /** True where it hangs on what a command said that lacked the secret. */
      readonly private?: boolean;
    }
  /** The script, a function or a loop is left before its last line. */
  | {
      readonly kind: 'leave';
      readonly how: 'exit' | 'return' | 'break' | 'continue' | 'exec' | 'error';
      readonly site: object;
      readonly where: Where;
      /** Whether it leaves with status 0. */
      readonly green: boolean;
      /** The missing secrets for want of which the shell itself gave up (`${X:?}`). */
      readonly lacks?: readonly string[];
      /** The missing secrets that a command asked for whose status made `errexit` leave: `test -n "$X"`. */
      readonly asked?: readonly string[];
    }
  /** An `::error::` line is printed. */
  | { readonly kind: 'annotate'; readonly text: string }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** A failure that a missing secret caused is swallowed here. */
  | { readonly kind: 'mask'; readonly failure: Failure; readonly where: Where; readonly by: string }
  /** Another path was joined into this one here: what it did is done on this one, too. */
  | {
      readonly kind: 'alternative';
      readonly trace: Trace | null;
      /** What the joined path assumed that this one did not, and the other way round. */
      readonly when: Constraints;
      readonly otherwise: Constraints;
    }
  /** A script of the repository is entered. */
  | { readonly kind: 'call'; readonly where: Place; readonly callee: Callee }
  | { readonly kind: 'step'; readonly index: number; readonly what: 'skipped' | 'ran' }
  /** A value that a later `if:` may read is written. */
  | { readonly kind: 'write'; readonly where: Where; readonly name: string };

export interface Trace {
  readonly event: Event;
  readonly previous: Trace | null;
  readonly length: number;
  /** A digest of the events that must not be forgotten by joining this path with another. */
  readonly marks: number;
}

/** An effect that the job had. */
export interface Work {
  /** Identity across paths and worlds. */
  readonly key: string;
  readonly name: string;
  readonly where: Where;
  /** Index of the step. */
  readonly step: number;
  readonly rehearsal: boolean;
}

/** Work done on a path; `when` holds the assumptions of the branches that did it, where paths were joined. */
export interface Done {
  readonly work: Work;
  readonly when: Constraints;
}

/** A shell variable. */
export interface Variable {
  /** null: declared but unset. */
  readonly value: Value | null;
  /** Elements where it is an array. */
  readonly elements: readonly Value[] | null;
  /** False where the number or order of the elements is not known. */
  readonly exact: boolean;
  /** Missing secrets that shaped elements which are perhaps there, beside those that certainly are. */
  readonly perhaps?: readonly string[];
  readonly exported: boolean;
  /** True where the step's own `env:` gave it. */
  readonly fromStep: boolean;
  /** `declare -i`: what is assigned is arithmetic. */
  readonly integer?: boolean;
  /** `readonly`. */
  readonly fixed?: boolean;
  /** Declared without a value (`local x`): the name is known, unlike after `unset`. */
  readonly declared?: boolean;
}

export interface Status {
  /** 0–255; null: some number that is not 0. */
  readonly code: number | null;
  /** The missing-secret failure behind a status that is not 0. */
  readonly because: Failure | null;
  /** The missing secrets that decided it, where a test did. */
  readonly lacks: readonly string[];
  /** True where the other answer was possible too. */
  readonly open?: boolean;
  /** True where it hangs on what a command said that lacked the secret. */
  readonly private?: boolean;
}

export const success: Status = { code: 0, because: null, lacks: [] };

/** A status that no missing secret had a hand in. */
export function status(code: number | null, lacks: readonly string[] = [], question?: Question): Status {
  const decided: Status = { code, because: null, lacks };
  if (!question?.fact) return decided;
  return { ...decided, open: question.answer === 'unknown', private: isPrivate(question) };
}

export type Flow =
  /**
   * `resumes`: bash drops the command and goes on with the next line of the script. `errexit`: no `exit` stands
   * there, the option made it. `aborted`: an error in an expansion made it.
   */
  | {
      readonly kind: 'exit';
      readonly resumes?: boolean;
      readonly errexit?: boolean;
      readonly aborted?: boolean;
    }
  | { readonly kind: 'return' }
  /** An error on its way to whoever catches it. */
  | { readonly kind: 'throw'; readonly thrown: Thrown }
  | { readonly kind: 'break'; readonly levels: number }
  | { readonly kind: 'continue'; readonly levels: number };

/** An error of a language that has such: what a `try` may catch, else the end of the script. */
export interface Thrown {
  /** Its type and those that this is one of, most special first; null where that is not known. */
  readonly types: readonly string[] | null;
  readonly value: Thing;
  /** The missing-secret failure that it is. */
  readonly because: Failure | null;
  readonly lacks: readonly string[];
  /** The status that the script ends with where nobody catches it. */
  readonly status: Status;
  /** `exit` where a statement raised it, `error` where the language did. */
  readonly how: 'exit' | 'error';
  readonly site: object;
  readonly where: Place;
}

export interface Options {
  readonly errexit: boolean;
  readonly nounset: boolean;
  readonly pipefail: boolean;
  /** bash's `inherit_errexit`, or dash, where `$(…)` keeps `-e`. */
  readonly inheritErrexit: boolean;
  /** Functions and subshells inherit the `ERR` trap (`set -E`). */
  readonly errtrace: boolean;
  /** bash's `nocasematch`. */
  readonly ignoreCase: boolean;
  /** bash's `lastpipe`: the last stage of a pipeline runs in the shell itself. */
  readonly lastpipe: boolean;
}

export const noOptions: Options = {
  errexit: false,
  nounset: false,
  pipefail: false,
  inheritErrexit: false,
  errtrace: false,
  ignoreCase: false,
  lastpipe: false,
};

/** Jobs sent to the background that nobody waited for yet, by the name that `$!` gave them. */
export interface Jobs {
  readonly statuses: ReadonlyMap<string, Status>;
  readonly last: string;
}

/** What `trap` set up: the text to run, and the command that set it. */
export interface Trap {
  readonly handler: string;
  readonly where: Place;
}

/** A script that stands around what is run, called by another. */
export interface Caller {
  /** Names the place of the call. */
  readonly site: string;
  /** The script as the call names it. */
  readonly name: Value;
  /** False for a process of its own. */
  readonly sourced: boolean;
  /** True where bare names mean the programs of a package (`npm run`). */
  readonly ofPackage: boolean;
}

export interface FunctionDefinition {
  readonly body: Node;
}

/** The state of one path through a job. Changed in place between forks: fork before you change a shared one. */
export interface State {
  constraints: Constraints;
  trace: Trace | null;
  done: PersistentMap<Done>;

  // The shell.
  vars: PersistentMap<Variable>;
  functions: PersistentMap<FunctionDefinition>;
  options: Options;
  positional: readonly Value[];
  status: Status;
  flow: Flow | null;
  /** What was written to files in this job, by path. */
  files: PersistentMap<Value>;
  /** Standard output while it is captured; null where it goes to the log. */
  out: Value | null;
  /** Standard input where something is known of it. */
  input: Value | null;
  traps: ReadonlyMap<string, Trap>;
  /** Where `errexit` was last switched off. */
  errexitOff: Where | null;
  /** Variables that `local` hides, one table a function call, innermost last. */
  frames: readonly Map<string, Variable | undefined>[];
  pipeStatus: readonly Status[];
  /** The scripts that stand around, outermost first; empty in the step's own text. */
  callers: readonly Caller[];
  /** How many sourced files stand around, within the function or script that runs. */
  sourced: number;
  /** How many loops stand around, within the function or script that runs. */
  loops: number;
  background: Jobs | null;
  /** Status of the last `$(…)` of the command being expanded; null where it had none. */
  substitution: Status | null;
  cwd: string | null;
  /** True after code that is not seen (a sourced file, a computed `eval`) may have set variables. */
  opened: boolean;

  // Languages with values that are more than texts.
  /** Their variables, by slot. */
  data: PersistentMap<Thing>;
  /** What lists and records hold. */
  cells: PersistentMap<Cell>;
  /** The error that a handler is dealing with. */
  handling: Thrown | null;

  /** Which calls and loop rounds led here: tells the visits of one place apart. */
  route: string;

  // The job.
  /** Environment set through `$GITHUB_ENV`. */
  jobEnv: ReadonlyMap<string, Value>;
  /** The `env:` of the step that is being run; empty between steps. */
  stepEnv: ReadonlyMap<string, Value>;
  steps: ReadonlyMap<number, StepResult>;
  failed: boolean;
  /** Index of the step that failed first; null while none has, or where it is no step of this job. */
  failedAt: number | null;
  /** True on the paths of a job that has failed for some reason of its own, with all its secrets there or not. */
  alarm: boolean;
}

export type Outcome = 'success' | 'failure' | 'skipped';

/** How a step ended; `unknown` where paths were joined on which it ended in different ways. */
export interface StepResult {
  readonly outcome: Outcome | 'unknown';
  readonly conclusion: Outcome | 'unknown';
  readonly outputs: ReadonlyMap<string, Value>;
  /** True where outputs that were not seen written may exist. */
  readonly openOutputs: boolean;
  readonly lacks: readonly string[];
}

export function initialState(): State {
  return {
    constraints: unconstrained,
    trace: null,
    done: PersistentMap.empty(),
    vars: noVariables,
    functions: PersistentMap.empty(),
    options: noOptions,
    positional: [],
    status: success,
    flow: null,
    files: noFiles,
    out: null,
    input: null,
    traps: new Map(),
    errexitOff: null,
    frames: [],
    pipeStatus: [],
    loops: 0,
    callers: [],
    sourced: 0,
    background: null,
    substitution: null,
    cwd: null,
    opened: false,
    data: PersistentMap.empty(),
    cells: PersistentMap.empty(),
    handling: null,
    route: '',
    jobEnv: new Map(),
    stepEnv: new Map(),
    steps: new Map(),
    failed: false,
    failedAt: null,
    alarm: false,
  };
}

/** A copy that can go its own way. */
export function fork(state: State): State {
  return { ...state };
}

export function setVariable(state: State, name: string, variable: Variable | null): void {
  state.vars = variable ? state.vars.with(name, variable) : state.vars.without(name);
}

/**
 * The variables of a shell that has none. Tables that differ in values are told apart by their digests; notable are those
 * that a missing secret shaped.
 */
export const noVariables: PersistentMap<Variable> = PersistentMap.empty<Variable>({
  digest: variableDigest,
  isNotable: ({ value }) => value !== null && value.lacks.length > 0,
});

/** The files of a job that has written none; notable are those that a missing secret shaped. */
const noFiles: PersistentMap<Value> = PersistentMap.empty<Value>({
  isNotable: ({ lacks }) => lacks.length > 0,
});

/** The missing secrets that shaped the variable, whichever it is: a text or an array. */
export function lacksOfVariable({ value, elements, perhaps }: Variable): readonly string[] {
  let lacks = union(value?.lacks ?? [], perhaps ?? []);
  for (const element of elements ?? []) lacks = union(lacks, element.lacks);
  return lacks;
}

function variableDigest(name: string, { elements, value }: Variable): number {
  const values = elements ?? (value ? [value] : []);
  let sum = digest(values.length, name);
  for (const { pieces } of values) {
    for (const piece of pieces) sum = digest(sum, typeof piece === 'string' ? piece.slice(0, 80) : piece.id);
  }
  return sum;
}

export function record(state: State, event: Event): void {
  state.trace = linked(state.trace, event);
}

/** A history with one more event. */
export function linked(previous: Trace | null, event: Event): Trace {
  const mark = markOf(event);
  const marks = mark === '' ? (previous?.marks ?? 0) : digest(previous?.marks ?? 0, mark);
  return { event, previous, length: (previous?.length ?? 0) + 1, marks };
}

function markOf(event: Event): string {
  if (event.kind === 'failure' || event.kind === 'mask') return `${event.kind} ${event.failure.name}`;
  if (event.kind === 'decision' && (event.lacks.length > 0 || event.because)) return event.outcome;
  return '';
}

function digest(seed: number, text: string): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return (Math.imul(hash, 31) + 7) | 0;
}

/**
 * Every decision that the path may have taken in an environment, by its site: those of the paths that were joined
 * into it as well, where they can have happened there.
 */
export function outcomesOf(trace: Trace | null, environment: Constraints): ReadonlyMap<object, Taken> {
  const taken = new Map<object, { outcomes: Set<string>; open: boolean }>();
  someEvent(
    trace,
    (assumed) => compatible(assumed, environment),
    (event) => {
      if (event.kind !== 'decision') return false;
      const known = taken.get(event.site) ?? { outcomes: new Set(), open: false };
      known.outcomes.add(event.outcome);
      known.open ||= event.open ?? false;
      taken.set(event.site, known);
      return false;
    },
  );
  return taken;
}

/**
 * Did the path meet such an event, on a way that can be gone in an environment, whatever commands that lack the secret
 * may answer? What is left of the assumptions of joined paths is only what they share: each of them is asked.
 */
export function meetsIn(
  trace: Trace | null,
  environment: Constraints,
  wanted: (event: Event) => boolean,
): boolean {
  return someEvent(trace, (assumed) => sameEnvironment(assumed, environment), wanted);
}

/** Visits the events of a path and of the paths that were joined into it under assumptions that `holds`, until one is `wanted`. */
function someEvent(
  trace: Trace | null,
  holds: (assumed: Constraints) => boolean,
  wanted: (event: Event) => boolean,
): boolean {
  const seen = new Set<Trace>();
  const waiting: (Trace | null)[] = [trace];
  while (waiting.length > 0) {
    for (let link = waiting.pop() ?? null; link && !seen.has(link); link = link.previous) {
      seen.add(link);
      const { event } = link;
      if (event.kind === 'alternative') {
        if (holds(event.when)) waiting.push(event.trace);
        if (!holds(event.otherwise)) break;
      }
      if (wanted(event)) return true;
    }
  }
  return false;
}

/** What was decided at one site; `open` where another outcome was possible there. */
export interface Taken {
  readonly outcomes: ReadonlySet<string>;
  readonly open: boolean;
}

/** The events of a path, oldest first. */
export function eventsOf(trace: Trace | null): Event[] {
  const events: Event[] = [];
  for (let link = trace; link; link = link.previous) events.push(link.event);
  return events.reverse();
}

export function addWork(state: State, work: Work): void {
  const known = state.done.get(work.key);
  if (known && known.when.facts.size === 0) return;
  state.done = state.done.with(work.key, { work, when: unconstrained });
}

/**
 * Answers a question on this path: one state when the answer is known, else a fork for each answer. The
 * decision is recorded in each.
 */
export function decide(
  state: State,
  question: Question,
  decision: { site: object; where: Where; lacks: readonly string[]; because?: Failure | null },
): { state: State; answer: boolean }[] {
  const note = (target: State, answer: boolean) =>
    record(target, {
      kind: 'decision',
      site: decision.site,
      where: decision.where,
      outcome: String(answer),
      lacks: decision.lacks,
      because: decision.because ?? null,
      open: question.answer === 'unknown',
      private: isPrivate(question),
    });
  if (question.answer !== 'unknown') {
    note(state, question.answer);
    return [{ state, answer: question.answer }];
  }
  const negative = fork(state);
  state.constraints = assume(state.constraints, question, true);
  negative.constraints = assume(negative.constraints, question, false);
  note(state, true);
  note(negative, false);
  return [
    { state, answer: true },
    { state: negative, answer: false },
  ];
}
