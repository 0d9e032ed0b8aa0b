import type { Node } from '../program/program.js';
import type { Place } from '../text/script.js';
import type { Span } from '../text/source.js';
import { assume, type Constraints, common, type Question, unconstrained } from './constraints.js';
import { type Hole, hole, sameValue, union, type Value } from './values.js';

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
    }
  /** The script, a function or a loop is left before its last line. */
  | {
      readonly kind: 'leave';
      readonly how: 'exit' | 'return' | 'break' | 'continue' | 'exec' | 'error';
      readonly site: object;
      readonly where: Where;
      /** Whether it leaves with status 0. */
      readonly green: boolean;
    }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** A failure that a missing secret caused is swallowed here. */
  | { readonly kind: 'mask'; readonly failure: Failure; readonly where: Where; readonly by: string }
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
  readonly exported: boolean;
  /** True where the step's own `env:` gave it. */
  readonly fromStep: boolean;
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
}

export const success: Status = { code: 0, because: null, lacks: [] };

/** A status that no missing secret had a hand in. */
export function status(code: number | null, lacks: readonly string[] = [], open = false): Status {
  return open ? { code, because: null, lacks, open } : { code, because: null, lacks };
}

export type Flow =
  | { readonly kind: 'exit' }
  | { readonly kind: 'return' }
  | { readonly kind: 'break'; readonly levels: number }
  | { readonly kind: 'continue'; readonly levels: number };

export interface Options {
  readonly errexit: boolean;
  readonly nounset: boolean;
  readonly pipefail: boolean;
  /** bash's `inherit_errexit`, or dash, where `$(…)` keeps `-e`. */
  readonly inheritErrexit: boolean;
}

/** What `trap` set up: the text to run, and the command that set it. */
export interface Trap {
  readonly handler: string;
  readonly where: Place;
}

export interface FunctionDefinition {
  readonly body: Node;
}

/** The state of one path through a job. Changed in place between forks: fork before you change a shared one. */
export interface State {
  constraints: Constraints;
  trace: Trace | null;
  done: ReadonlyMap<string, Done>;

  // The shell.
  vars: Map<string, Variable>;
  varsShared: boolean;
  functions: ReadonlyMap<string, FunctionDefinition>;
  options: Options;
  positional: readonly Value[];
  status: Status;
  flow: Flow | null;
  /** What was written to files in this job, by path. */
  files: ReadonlyMap<string, Value>;
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
  background: Status | null;
  /** Status of the last `$(…)` of the command being expanded; null where it had none. */
  substitution: Status | null;
  cwd: string | null;
  /** Which calls and loop rounds led here: tells the visits of one place apart. */
  route: string;

  // The job.
  /** Environment set through `$GITHUB_ENV`. */
  jobEnv: ReadonlyMap<string, Value>;
  steps: ReadonlyMap<number, StepResult>;
  failed: boolean;
}

export type Outcome = 'success' | 'failure' | 'skipped';

export interface StepResult {
  readonly outcome: Outcome;
  readonly conclusion: Outcome;
  readonly outputs: ReadonlyMap<string, Value>;
  /** True where outputs that were not seen written may exist. */
  readonly openOutputs: boolean;
  readonly lacks: readonly string[];
}

export function initialState(): State {
  return {
    constraints: unconstrained,
    trace: null,
    done: new Map(),
    vars: new Map(),
    varsShared: false,
    functions: new Map(),
    options: { errexit: false, nounset: false, pipefail: false, inheritErrexit: false },
    positional: [],
    status: success,
    flow: null,
    files: new Map(),
    out: null,
    input: null,
    traps: new Map(),
    errexitOff: null,
    frames: [],
    pipeStatus: [],
    background: null,
    substitution: null,
    cwd: null,
    route: '',
    jobEnv: new Map(),
    steps: new Map(),
    failed: false,
  };
}

/** A copy that can go its own way. */
export function fork(state: State): State {
  state.varsShared = true;
  return { ...state, varsShared: true };
}

export function setVariable(state: State, name: string, variable: Variable | null): void {
  if (state.varsShared) {
    state.vars = new Map(state.vars);
    state.varsShared = false;
  }
  if (variable) state.vars.set(name, variable);
  else state.vars.delete(name);
}

export function record(state: State, event: Event): void {
  const { trace } = state;
  const mark = markOf(event);
  const marks = mark === '' ? (trace?.marks ?? 0) : digest(trace?.marks ?? 0, mark);
  state.trace = { event, previous: trace, length: (trace?.length ?? 0) + 1, marks };
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

/** The events of a path, oldest first. */
export function eventsOf(trace: Trace | null): Event[] {
  const events: Event[] = [];
  for (let link = trace; link; link = link.previous) events.push(link.event);
  return events.reverse();
}

export function addWork(state: State, work: Work): void {
  const known = state.done.get(work.key);
  if (known && known.when.facts.size === 0) return;
  const done = new Map(state.done);
  done.set(work.key, { work, when: unconstrained });
  state.done = done;
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

/** The most paths that are followed at once; beyond it paths are joined even where they differ. */
export const MAX_PATHS = 48;

/** Joins paths that can no longer be told apart by what happens next. Order is kept. */
export function mergeStates(states: State[]): State[] {
  if (states.length < 2) return states;
  const merged: State[] = [];
  const buckets = new Map<string, State[]>();
  for (const state of states) {
    const key = bucketOf(state);
    const bucket = buckets.get(key);
    const twin = bucket?.find((other) => sameFuture(other, state));
    if (twin) {
      join(twin, state);
      continue;
    }
    merged.push(state);
    if (bucket) bucket.push(state);
    else buckets.set(key, [state]);
  }
  return merged.length > MAX_PATHS ? widen(merged) : merged;
}

/** The significant past of a path: what must not be forgotten by joining it with another. */
function bucketOf(state: State): string {
  const { flow, status, options } = state;
  const leave = flow ? `${flow.kind}${'levels' in flow ? flow.levels : ''}` : '';
  return `${leave}|${status.code}|${status.because?.name ?? ''}|${options.errexit}${options.pipefail}${options.nounset}|${state.failed}|${state.vars.size}|${state.trace?.marks ?? 0}`;
}

function sameFuture(a: State, b: State): boolean {
  return (
    sameVariables(a.vars, b.vars) &&
    sameValues(a.positional, b.positional) &&
    sameMap(a.functions, b.functions, (x, y) => x.body === y.body) &&
    sameMap(a.files, b.files, sameValue) &&
    sameOptional(a.out, b.out) &&
    sameOptional(a.input, b.input) &&
    sameMap(a.traps, b.traps, (x, y) => x.handler === y.handler) &&
    sameMap(a.jobEnv, b.jobEnv, sameValue) &&
    sameMap(a.steps, b.steps, sameStep) &&
    a.cwd === b.cwd &&
    a.background?.code === b.background?.code &&
    a.pipeStatus.length === b.pipeStatus.length &&
    a.pipeStatus.every((status, i) => status.code === b.pipeStatus[i]?.code)
  );
}

function sameVariables(a: ReadonlyMap<string, Variable>, b: ReadonlyMap<string, Variable>): boolean {
  return sameMap(
    a,
    b,
    (x, y) =>
      x.exported === y.exported &&
      sameOptional(x.value, y.value) &&
      (x.elements === y.elements ||
        (x.elements !== null &&
          y.elements !== null &&
          x.exact === y.exact &&
          sameValues(x.elements, y.elements))),
  );
}

function sameStep(a: StepResult, b: StepResult): boolean {
  return a.outcome === b.outcome && a.conclusion === b.conclusion && sameMap(a.outputs, b.outputs, sameValue);
}

function sameOptional(a: Value | null, b: Value | null): boolean {
  return a === b || (a !== null && b !== null && sameValue(a, b));
}

function sameValues(a: readonly Value[], b: readonly Value[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((value, i) => sameOptional(value, b[i] ?? null));
}

function sameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, same: (x: V, y: V) => boolean): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || (other !== value && !same(value, other))) return false;
  }
  return true;
}

/** Makes `into` stand for both paths. The shorter trace is kept: it is the one with less beside the point. */
function join(into: State, other: State): void {
  const shared = common(into.constraints, other.constraints);
  into.done = joinWork(into, other, shared);
  into.constraints = shared;
  if ((other.trace?.length ?? 0) < (into.trace?.length ?? 0)) into.trace = other.trace;
}

function joinWork(a: State, b: State, shared: Constraints): ReadonlyMap<string, Done> {
  if (a.done === b.done) return a.done;
  const joined = new Map<string, Done>();
  for (const [key, mine] of a.done) {
    const theirs = b.done.get(key);
    if (theirs === mine) joined.set(key, mine);
    else if (theirs) joined.set(key, { work: mine.work, when: common(mine.when, theirs.when) });
    else joined.set(key, { work: mine.work, when: withWhen(mine.when, a.constraints, shared) });
  }
  for (const [key, theirs] of b.done) {
    if (!a.done.has(key))
      joined.set(key, { work: theirs.work, when: withWhen(theirs.when, b.constraints, shared) });
  }
  return joined;
}

/** `when` plus what the path assumed beyond what both paths share. */
function withWhen(when: Constraints, own: Constraints, shared: Constraints): Constraints {
  const facts = new Map(when.facts);
  for (const [fact, answer] of own.facts) if (shared.facts.get(fact) === undefined) facts.set(fact, answer);
  return { texts: when.texts, facts };
}

/**
 * Too many paths: joins those that leave in the same way, and forgets the values in which they differ.
 * Sound, since an unknown covers every text; what it costs is precision.
 */
function widen(states: State[]): State[] {
  const kept: State[] = [];
  const byKey = new Map<string, State>();
  for (const state of states) {
    const leave = state.flow ? state.flow.kind : '';
    const key = `${leave}|${state.status.code === 0}|${state.failed}|${lostSoFar(state)}`;
    const twin = byKey.get(key);
    if (!twin) {
      byKey.set(key, state);
      kept.push(state);
      continue;
    }
    forgetDifferences(twin, state);
    join(twin, state);
  }
  return kept;
}

function lostSoFar(state: State): string {
  const names: string[] = [];
  for (let link = state.trace; link; link = link.previous) {
    if (link.event.kind === 'failure') names.push(link.event.failure.name);
  }
  return names.join();
}

let widenings = 0;

function forgetDifferences(into: State, other: State): void {
  const names = new Set([...into.vars.keys(), ...other.vars.keys()]);
  for (const name of names) {
    const a = into.vars.get(name);
    const b = other.vars.get(name);
    if (a && b && sameOptional(a.value, b.value) && a.elements === b.elements) continue;
    setVariable(into, name, forgotten(a, b));
  }
  into.files = joinValues(into.files, other.files);
  into.jobEnv = joinValues(into.jobEnv, other.jobEnv);
  if (into.out && other.out && !sameValue(into.out, other.out))
    into.out = forgottenValue(into.out, other.out);
  if (into.status.code !== other.status.code)
    into.status = { code: null, because: into.status.because, lacks: into.status.lacks };
}

function forgotten(a: Variable | undefined, b: Variable | undefined): Variable {
  const nonEmpty =
    a?.value !== null && b?.value !== null && certainlyFull(a?.value) && certainlyFull(b?.value);
  return {
    value: {
      pieces: [hole(`joined#${++widenings}`, { nonEmpty })],
      lacks: union(a?.value?.lacks ?? [], b?.value?.lacks ?? []),
    },
    elements: a?.elements || b?.elements ? [] : null,
    exact: false,
    exported: (a?.exported ?? false) || (b?.exported ?? false),
    fromStep: (a?.fromStep ?? false) && (b?.fromStep ?? false),
  };
}

function forgottenValue(a: Value, b: Value): Value {
  return { pieces: [hole(`joined#${++widenings}`)], lacks: union(a.lacks, b.lacks) };
}

function joinValues<K>(a: ReadonlyMap<K, Value>, b: ReadonlyMap<K, Value>): ReadonlyMap<K, Value> {
  if (a === b) return a;
  const joined = new Map(a);
  for (const [key, theirs] of b) {
    const mine = a.get(key);
    if (mine === undefined) joined.set(key, theirs);
    else if (!sameValue(mine, theirs)) joined.set(key, forgottenValue(mine, theirs));
  }
  return joined;
}

function certainlyFull(value: Value | null | undefined): boolean {
  if (!value) return false;
  return value.pieces.some((piece: string | Hole) => typeof piece === 'string' || piece.nonEmpty);
}
