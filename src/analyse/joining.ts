// Joining paths that need not be told apart any more: the states they ended in become one.

import { beyond, type Constraints, common, unconstrained } from './constraints.js';
import {
  type Flow,
  type FunctionDefinition,
  type Jobs,
  lacksOfVariable,
  type Options,
  record,
  type State,
  type StepResult,
  setVariable,
  type Variable,
} from './state.js';
import { forgetDifferingData, sameData } from './things.js';
import {
  type Hole,
  hole,
  isPerhapsWritten,
  perhapsWritten,
  sameNames,
  sameValue,
  union,
  type Value,
} from './values.js';

/** The most paths that are followed at once; beyond it paths are joined even where they differ. */
export const MAX_PATHS = 48;

/** Joins paths that can no longer be told apart by what happens next. Order is kept. */
export function mergeStates(states: State[]): State[] {
  if (states.length < 2) return states;
  const merged: State[][] = [];
  const buckets = new Map<string, State[][]>();
  for (const state of states) {
    const key = bucketOf(state);
    const bucket = buckets.get(key);
    const twins = bucket?.find(([twin]) => twin && sameFuture(twin, state));
    if (twins) {
      twins.push(state);
      continue;
    }
    const alone = [state];
    merged.push(alone);
    if (bucket) bucket.push(alone);
    else buckets.set(key, [alone]);
  }
  const joined = merged.flatMap(joinAll);
  return joined.length > MAX_PATHS ? widen(joined) : joined;
}

/**
 * Makes one path of several. Neighbours first: they have most in common, and joining one after the other into a
 * path that differs from all of them would cost the square of their number.
 */
function joinAll(states: readonly State[]): State[] {
  for (let apart = 1; apart < states.length; apart *= 2) {
    for (let i = 0; i + apart < states.length; i += 2 * apart) {
      const [into, other] = [states[i], states[i + apart]];
      if (into && other) join(into, other);
    }
  }
  return states.slice(0, 1);
}

/** The significant past of a path: what must not be forgotten by joining it with another. */
function bucketOf(state: State): string {
  const { flow, status, options } = state;
  const leave = leaveKey(flow);
  return `${leave}|${status.code}|${status.because?.name ?? ''}|${optionsKey(options)}|${jobKey(state)}|${isOver(state) ? '' : state.vars.digest}|${state.trace?.marks ?? 0}`;
}

/** Equal for paths on which the job stands alike. */
function jobKey({ failed, alarm }: State): string {
  return `${failed} ${alarm}`;
}

function leaveKey(flow: Flow | null): string {
  if (!flow) return '';
  if ('levels' in flow) return `${flow.kind}${flow.levels}`;
  if (flow.kind === 'exit') return `exit ${flow.resumes} ${flow.errexit} ${flow.aborted}`;
  if (flow.kind !== 'throw') return flow.kind;
  const { types, because, how, status } = flow.thrown;
  return `throw ${types?.join() ?? '?'} ${because?.name ?? ''} ${how} ${status.code}`;
}

/** Equal for options that are. */
function optionsKey(options: Options): number {
  const { errexit, nounset, pipefail, inheritErrexit, errtrace, ignoreCase, lastpipe } = options;
  let key = 0;
  for (const option of [errexit, nounset, pipefail, inheritErrexit, errtrace, ignoreCase, lastpipe])
    key = 2 * key + Number(option);
  return key;
}

function sameJobs(a: Jobs | null, b: Jobs | null): boolean {
  if (a === b) return true;
  return (
    a !== null &&
    b !== null &&
    a.last === b.last &&
    sameMap(a.statuses, b.statuses, (x, y) => x.code === y.code)
  );
}

function sameFrame(
  a: ReadonlyMap<string, Variable | undefined>,
  b: ReadonlyMap<string, Variable | undefined>,
): boolean {
  return sameMap(a, b, (x, y) => x === y || (x !== undefined && y !== undefined && sameVariable(x, y)));
}

function sameFuture(a: State, b: State): boolean {
  return (
    (isOver(a) || sameShell(a, b)) &&
    a.files.equals(b.files, sameValue) &&
    sameOptional(a.out, b.out) &&
    sameOptional(a.input, b.input) &&
    sameMap(a.traps, b.traps, (x, y) => x.handler === y.handler) &&
    sameMap(a.jobEnv, b.jobEnv, sameValue) &&
    sameMap(a.steps, b.steps, sameStep) &&
    a.cwd === b.cwd &&
    a.loops === b.loops &&
    a.sourced === b.sourced &&
    a.frames.length === b.frames.length
  );
}

/** Has the shell exited, with no trap to run? Then nobody reads its variables any more. */
function isOver(state: State): boolean {
  return state.flow?.kind === 'exit' && state.traps.size === 0;
}

/** Would two shells that still run do the same? */
function sameShell(a: State, b: State): boolean {
  return (
    a.vars.equals(b.vars, sameVariable) &&
    sameData(a, b) &&
    a.handling === b.handling &&
    sameValues(a.positional, b.positional) &&
    a.functions.equals(b.functions, sameBody) &&
    a.opened === b.opened &&
    sameJobs(a.background, b.background) &&
    a.frames.every((frame, i) => sameFrame(frame, b.frames[i] ?? new Map())) &&
    a.pipeStatus.length === b.pipeStatus.length &&
    a.pipeStatus.every((status, i) => status.code === b.pipeStatus[i]?.code)
  );
}

function sameBody(a: FunctionDefinition, b: FunctionDefinition): boolean {
  return a.body === b.body;
}

export function sameVariable(x: Variable, y: Variable): boolean {
  return (
    x.exported === y.exported &&
    x.integer === y.integer &&
    x.fixed === y.fixed &&
    sameOptional(x.value, y.value) &&
    (x.elements === y.elements ||
      (x.elements !== null &&
        y.elements !== null &&
        x.exact === y.exact &&
        sameNames(x.perhaps ?? [], y.perhaps ?? []) &&
        sameValues(x.elements, y.elements)))
  );
}

function sameStep(a: StepResult, b: StepResult): boolean {
  return (
    a.outcome === b.outcome &&
    a.conclusion === b.conclusion &&
    a.openOutputs === b.openOutputs &&
    sameNames(a.lacks, b.lacks) &&
    sameMap(a.outputs, b.outputs, sameValue)
  );
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
    if (other === value && b.has(key)) continue;
    if (other === undefined || !same(value, other)) return false;
  }
  return true;
}

/**
 * Makes `into` stand for both paths. The trace of the one that did more is kept, to be compared with paths that did
 * less; of equals the shorter, which has less beside the point.
 */
export function join(into: State, other: State): void {
  const shared = common(into.constraints, other.constraints);
  const more = other.done.size - into.done.size;
  const shorter = (other.trace?.length ?? 0) < (into.trace?.length ?? 0);
  const [kept, left] =
    more > 0 || (more === 0 && shorter) ? [other.trace, into.trace] : [into.trace, other.trace];
  into.trace = kept;
  if (kept !== left) {
    const mine = beyond(unconstrained, into.constraints, shared);
    const theirs = beyond(unconstrained, other.constraints, shared);
    const [when, otherwise] = kept === other.trace ? [mine, theirs] : [theirs, mine];
    record(into, { kind: 'alternative', trace: left, when, otherwise });
  }
  into.done = joinWork(into, other, shared);
  into.constraints = shared;
}

function joinWork(a: State, b: State, shared: Constraints): State['done'] {
  let joined = a.done;
  for (const { key, mine, theirs } of a.done.differences(b.done)) {
    if (mine && theirs) {
      const when = eitherWhen(mine.when, theirs.when);
      if (when !== mine.when) joined = joined.with(key, { work: mine.work, when });
      continue;
    }
    const [only, own] = mine ? [mine, a] : [theirs, b];
    if (!only) continue;
    const when = onOnePath(key, beyond(only.when, own.constraints, shared));
    joined = joined.with(key, { work: only.work, when });
  }
  return joined;
}

/** Work that is not certain on one of the paths is not certain on both together. */
function eitherWhen(a: Constraints, b: Constraints): Constraints {
  const shared = common(a, b);
  if (shared.facts.size > 0) return shared;
  return a.facts.size > 0 ? a : b;
}

/**
 * Work that only one of two joined paths did is never certain: a path that stands for several may have
 * forgotten what told it apart from the other.
 */
function onOnePath(key: string, when: Constraints): Constraints {
  if (when.facts.size > 0) return when;
  return { texts: when.texts, facts: when.facts.with(`some path does ${key}`, true) };
}

/**
 * Too many paths: joins those that leave in the same way, and forgets the values in which they differ.
 * Sound, since an unknown covers every text; what it costs is precision.
 */
function widen(states: State[]): State[] {
  const kept: State[] = [];
  const groups: Shapes = new Map();
  for (const state of states) {
    const leave = leaveKey(state.flow);
    const key = `${leave}|${state.status.code === 0}|${jobKey(state)}|${lostSoFar(state)}`;
    const twin = shapedLike(state, key, groups);
    if (twin === state) {
      kept.push(state);
      continue;
    }
    forgetDifferences(twin, state);
    join(twin, state);
  }
  return kept;
}

/**
 * Joins paths although they differ in what chance has decided, where the secrets have decided the same on both:
 * what differs is forgotten. `key` tells apart what has to stay so.
 */
export function condense(states: State[], key: (state: State) => string): State[] {
  const kept: State[] = [];
  const groups: Shapes = new Map();
  for (const state of states) {
    const name = [
      leaveKey(state.flow),
      state.status.code === 0,
      jobKey(state),
      state.trace?.marks ?? 0,
      key(state),
    ].join('|');
    const twin = shapedLike(state, name, groups);
    if (twin === state) {
      kept.push(state);
      continue;
    }
    forgetDifferences(twin, state);
    join(twin, state);
  }
  return kept;
}

/**
 * Keeps small the number of paths that only chance tells apart, where each carries something: those with the same `key`,
 * which says what the secrets have decided, are joined, and `one` makes what is carried from then on.
 */
export function fewerByChance<Path extends { readonly state: State }>(
  paths: Path[],
  key: (path: Path) => string,
  one: (first: Path, others: readonly Path[]) => Path,
): Path[] {
  if (paths.length <= MAX_PATHS) return paths;
  const groups = new Map<string, Path[]>();
  for (const path of paths) {
    const name = `${path.state.trace?.marks ?? 0}|${key(path)}`;
    const group = groups.get(name);
    if (group) group.push(path);
    else groups.set(name, [path]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group;
    if (!first || others.length === 0) return group;
    joinAll(group.map(({ state }) => state));
    return [one(first, others)];
  });
}

/**
 * Keeps the number of paths between two steps small. Beyond the limit paths are joined although steps ended
 * differently on them: how they ended is then not known.
 */
export function boundSteps(states: State[], limit = MAX_PATHS): State[] {
  if (states.length <= limit) return states;
  const kept = new Map<string, State>();
  for (const state of states) {
    const key = `${jobKey(state)}|${state.failedAt}|${state.trace?.marks ?? 0}`;
    const twin = kept.get(key);
    if (!twin) {
      kept.set(key, state);
      continue;
    }
    forgetDifferencesOfJob(twin, state);
    join(twin, state);
  }
  return [...kept.values()];
}

/** Paths by a name and by all of their shape that is short; each with its variables as they were then. */
export type Shapes = Map<string, (Pick<State, 'vars' | 'functions'> & { readonly path: State })[]>;

/**
 * The first path that was asked for by this name and has the shape of this one: itself where none has. The shape is what
 * an unknown value cannot stand for: which variables are set and which are arrays, options, traps, functions, how steps
 * ended, and how many positional parameters, locals, loops and background jobs there are.
 */
export function shapedLike(state: State, name: string, groups: Shapes): State {
  const key = `${name}|${outlineOf(state)}`;
  const group = groups.get(key) ?? [];
  const twin = group.find(
    (other) => other.vars.equals(state.vars, sameKind) && other.functions.equals(state.functions, sameBody),
  );
  if (twin) return twin.path;
  group.push({ vars: state.vars, functions: state.functions, path: state });
  groups.set(key, group);
  return state;
}

function sameKind(a: Variable, b: Variable): boolean {
  return (
    (a.value === null) === (b.value === null) &&
    (a.elements === null) === (b.elements === null) &&
    a.exported === b.exported &&
    (a.integer ?? false) === (b.integer ?? false) &&
    (a.fixed ?? false) === (b.fixed ?? false)
  );
}

function outlineOf(state: State): string {
  const traps = [...state.traps].map(([name, { handler }]) => `${name} ${handler}`);
  const frames = state.frames.map((frame) =>
    [...frame].map(([name, old]) => `${name}${old?.value ? '' : '-'}${old?.elements ? '@' : ''}`),
  );
  const steps = [...state.steps].map(([index, { outcome, conclusion }]) => `${index}${outcome}${conclusion}`);
  const jobs = [...(state.background?.statuses ?? [])].map(([name, { code }]) => `${name}=${code}`);
  return [
    optionsKey(state.options),
    state.positional.length,
    frames.length,
    frames.join('/'),
    state.loops,
    state.sourced,
    traps.join(),
    jobs.join(),
    steps.join(),
    state.out === null,
    state.input === null,
    state.opened,
    state.cwd,
    state.handling?.where.start ?? '',
  ].join('|');
}

function lostSoFar(state: State): string {
  const names: string[] = [];
  for (let link = state.trace; link; link = link.previous) {
    if (link.event.kind === 'failure') names.push(link.event.failure.name);
  }
  return names.join();
}

let widenings = 0;

/** Forgets in what two paths of one shape differ. */
function forgetDifferences(into: State, other: State): void {
  for (const { key, mine, theirs } of into.vars.differences(other.vars)) {
    if (mine && theirs && !sameVariable(mine, theirs)) setVariable(into, key, forgotten(mine, theirs));
  }
  forgetDifferingData(into, other, `#${++widenings}`);
  into.positional = into.positional.map((value, i) => joinValue(value, other.positional[i] ?? value));
  if (into.input && other.input) into.input = joinValue(into.input, other.input);
  if (into.out && other.out) into.out = joinValue(into.out, other.out);
  if (into.pipeStatus.some((stage, i) => stage.code !== other.pipeStatus[i]?.code)) into.pipeStatus = [];
  into.frames = into.frames.map((frame, i) => joinFrames(frame, other.frames[i] ?? frame));
  if (into.status.code !== other.status.code)
    into.status = { code: null, because: into.status.because, lacks: into.status.lacks };
  forgetDifferencesOfJob(into, other);
}

/** Forgets in what two paths differ that outlives the shell of a step. */
function forgetDifferencesOfJob(into: State, other: State): void {
  into.files = joinFiles(into.files, other.files);
  into.jobEnv = joinValues(into.jobEnv, other.jobEnv);
  into.steps = joinSteps(into.steps, other.steps);
}

/** A variable that stands for two of one kind. */
function forgotten(mine: Variable, theirs: Variable): Variable {
  const id = `joined#${++widenings}`;
  const either = { ...mine, fromStep: mine.fromStep && theirs.fromStep };
  if (mine.elements && theirs.elements) return { ...either, ...someElements(id, mine, theirs) };
  if (!mine.value || !theirs.value) return either;
  const nonEmpty = certainlyFull(mine.value) && certainlyFull(theirs.value);
  const lacks = union(mine.value.lacks, theirs.value.lacks);
  return { ...either, value: { pieces: [hole(id, { nonEmpty })], lacks } };
}

/** Elements that stand for those of two arrays: of unknown number and order, but one at least where both have one. */
export function someElements(
  id: string,
  mine: Variable,
  theirs: Variable,
): Pick<Variable, 'elements' | 'exact' | 'perhaps'> {
  const lacks = union(lacksOfVariable(mine), lacksOfVariable(theirs));
  if (!mine.elements?.length || !theirs.elements?.length)
    return { elements: [], exact: false, perhaps: lacks };
  const nonEmpty = mine.elements.some(certainlyFull) && theirs.elements.some(certainlyFull);
  return { elements: [{ pieces: [hole(id, { nonEmpty })], lacks }], exact: false, perhaps: [] };
}

function joinFrames(
  a: Map<string, Variable | undefined>,
  b: ReadonlyMap<string, Variable | undefined>,
): Map<string, Variable | undefined> {
  const joined = new Map(a);
  for (const [name, mine] of a) {
    const theirs = b.get(name);
    if (mine && theirs && !sameVariable(mine, theirs)) joined.set(name, forgotten(mine, theirs));
  }
  return joined;
}

function joinSteps(
  a: ReadonlyMap<number, StepResult>,
  b: ReadonlyMap<number, StepResult>,
): ReadonlyMap<number, StepResult> {
  if (a === b) return a;
  const joined = new Map(a);
  for (const [index, mine] of a) {
    const theirs = b.get(index);
    if (theirs && sameStep(mine, theirs)) continue;
    if (!theirs) {
      joined.set(index, { ...mine, outcome: 'unknown', conclusion: 'unknown', openOutputs: true });
      continue;
    }
    joined.set(index, {
      outcome: mine.outcome === theirs.outcome ? mine.outcome : 'unknown',
      conclusion: mine.conclusion === theirs.conclusion ? mine.conclusion : 'unknown',
      outputs: joinValues(mine.outputs, theirs.outputs),
      openOutputs: mine.openOutputs || theirs.openOutputs,
      lacks: union(mine.lacks, theirs.lacks),
    });
  }
  for (const [index, theirs] of b) {
    if (!a.has(index))
      joined.set(index, { ...theirs, outcome: 'unknown', conclusion: 'unknown', openOutputs: true });
  }
  return joined;
}

/** A value that stands for both: an unknown one where they differ. */
function joinValue(mine: Value, theirs: Value): Value {
  return sameValue(mine, theirs) ? mine : forgottenValue(mine, theirs);
}

function forgottenValue(a: Value, b: Value): Value {
  return { pieces: [hole(`joined#${++widenings}`)], lacks: union(a.lacks, b.lacks) };
}

function joinValues<K>(a: ReadonlyMap<K, Value>, b: ReadonlyMap<K, Value>): ReadonlyMap<K, Value> {
  if (sameMap(a, b, sameValue)) return a;
  const joined = new Map(a);
  for (const [key, theirs] of b) {
    const mine = a.get(key);
    joined.set(key, mine ? joinValue(mine, theirs) : forgottenValue(theirs, theirs));
  }
  for (const [key, mine] of a) if (!b.has(key)) joined.set(key, forgottenValue(mine, mine));
  return joined;
}

function joinFiles(a: State['files'], b: State['files']): State['files'] {
  let joined = a;
  for (const { key, mine, theirs } of a.differences(b)) {
    const [own, other] = [mine ?? theirs, theirs ?? mine];
    if (!own || !other || (mine && theirs && sameValue(mine, theirs))) continue;
    const certain = mine && theirs && !isPerhapsWritten(mine) && !isPerhapsWritten(theirs);
    const text = forgottenValue(own, other);
    joined = joined.with(key, certain ? text : perhapsWritten(text));
  }
  return joined;
}

export function certainlyFull(value: Value | null | undefined): boolean {
  if (!value) return false;
  return value.pieces.some((piece: string | Hole) => typeof piece === 'string' || piece.nonEmpty);
}
