// Errors of languages that have such: where they are raised, who catches them, what is left at the end.

import type { ComputeNode, Handler } from '../program/compute.js';
import type { Place } from '../text/script.js';
import { assignTo } from './assigning.js';
import { ask, known } from './constraints.js';
import { isOfType, typesOf } from './error-things.js';
import { evaluate, evaluateAll, listOf } from './evaluate.js';
import { split } from './expressions.js';
import { invoke, noArgs } from './functions.js';
import { condense, mergeStates } from './joining.js';
import { type Machine, siteName } from './machine.js';
import { PersistentMap } from './persistent.js';
import { record, type State, type Status, status, success, type Thrown } from './state.js';
import { nothing, setSlot, type Thing, thingName, unknownThing } from './things.js';
import { textOf } from './values.js';

/** What an expression came to on one path; where the state's `flow` is set it did not. */
export interface Result {
  readonly state: State;
  readonly thing: Thing;
}

/** Slots that no variable can have: what a function returns, what is thrown, what results are joined by, a status for the end. */
export const RETURNED = '(returned)';
const JOINED = '(joined)';
const THROWN = '(thrown)';
export const PENDING_STATUS = '(status at the end)';

/** So many results of one call are followed one by one; of more, those that are the same thing are joined. */
const MANY_RESULTS = 4;

/** Joins results that can no longer be told apart. */
export function joinResults(results: readonly Result[]): Result[] {
  if (results.length < 2) return [...results];
  for (const { state, thing } of results) setSlot(state, JOINED, thing);
  const merged = mergeStates(results.map((result) => result.state));
  const few = merged.length > MANY_RESULTS ? condense(merged, resultName) : merged;
  return few.map((state) => {
    const thing = state.data.get(JOINED) ?? unknownThing('joined');
    dropSlot(state, JOINED);
    return { state, thing };
  });
}

function resultName(state: State): string {
  const thing = state.data.get(JOINED);
  return thing ? thingName(thing) : '';
}

/** So many paths of a body are followed at once; of more, those are joined that only chance has parted. */
const MANY_PATHS = 8;

/** Keeps the number of paths of a program small. */
export function fewerPaths(states: State[]): State[] {
  return states.length > MANY_PATHS ? condense(states, () => '') : states;
}

function dropSlot(state: State, slot: string): void {
  state.data = state.data.without(slot);
}

type Raised = Partial<Thrown> & Pick<Thrown, 'types' | 'how' | 'site' | 'where'>;

/** Raises an error: the path leaves to whoever catches it. */
export function raise(state: State, raised: Raised): Result[] {
  const lacks = raised.lacks ?? raised.because?.lacks ?? [];
  // The error of a refused request holds what the server answered.
  const origin = raised.because ? (raised.types?.[0] ?? null) : null;
  const refused = raised.because ?? null;
  const thrown: Thrown = {
    value: unknownThing(`error at ${raised.where.start}${state.route}`, lacks, {
      full: true,
      origin,
      refused,
    }),
    because: null,
    status: { code: 1, because: raised.because ?? null, lacks },
    ...raised,
    lacks,
  };
  state.flow = { kind: 'throw', thrown };
  // What is in it is a variable's as long as it is on its way: paths are told apart by it, and joined.
  if (thrown.value.kind === 'cell') setSlot(state, THROWN, thrown.value);
  return [{ state, thing: thrown.value }];
}

/** Runs a `throw` statement. */
export function runThrow(
  node: Extract<ComputeNode, { kind: 'throw' }>,
  state: State,
  machine: Machine,
): State[] {
  if (!node.value) {
    if (state.handling) state.flow = { kind: 'throw', thrown: state.handling };
    else raise(state, { types: null, how: 'exit', site: node, where: node.at });
    return [state];
  }
  return evaluate(node.value, state, machine)
    .flatMap((result) => {
      const { state: path, thing } = result;
      // `raise SystemExit`: a class stands for what calling it makes.
      const isClass = !path.flow && (thing.kind === 'library' || thing.kind === 'class');
      return isClass ? invoke(thing, noArgs, node.at, path, machine) : [result];
    })
    .map(({ state: path, thing }) => {
      if (!path.flow) raiseThing(thing, node, node.at, path, machine);
      return path;
    });
}

/** Raises what a program says is raised. */
export function raiseThing(thing: Thing, site: object, where: Place, state: State, machine: Machine): void {
  const { handling } = state;
  // The error that is being handled goes on, and is still the failure that it was.
  if (handling && thing === handling.value) {
    state.flow = { kind: 'throw', thrown: { ...handling, site, where } };
    return;
  }
  raise(state, { types: typesOf(thing, state, machine), value: thing, how: 'exit', site, where });
}

/** Runs a `return` statement. */
export function runReturn(
  node: Extract<ComputeNode, { kind: 'return' }>,
  state: State,
  machine: Machine,
): State[] {
  const results = node.value ? evaluate(node.value, state, machine) : [{ state, thing: nothing }];
  return results.map(({ state: path, thing }) => {
    if (path.flow) return path;
    setSlot(path, RETURNED, thing);
    path.flow = { kind: 'return' };
    path.status = success;
    const says = thing.kind === 'number' ? textOf(thing.value) === '0' : thing.kind === 'nothing';
    // A result is no way out: only a function that gives nothing, or a status, is left early by it.
    if (says) record(path, { kind: 'leave', how: 'return', site: node, where: node.at, green: true });
    return path;
  });
}

// --- try --------------------------------------------------------------------------------------------------

type Try = Extract<ComputeNode, { kind: 'try' }>;

export function runTry(node: Try, state: State, machine: Machine): State[] {
  const { handling } = state;
  const ends = machine.runBlock(node.body, state, false).flatMap((end): State[] => {
    if (end.flow?.kind === 'throw') return handle(node, 0, end.flow.thrown, end, machine);
    if (end.flow) return [end];
    if (node.handlers.length > 0) decided(node, node.at, 'no error', null, end);
    return node.otherwise ? machine.runBlock(node.otherwise, end, false) : [end];
  });
  const { finally: last } = node;
  return mergeStates(
    ends.flatMap((end) => {
      end.handling = handling;
      return last ? runFinally(last, end, machine) : [end];
    }),
  );
}

function decided(node: Try, where: Place, outcome: string, thrown: Thrown | null, state: State): void {
  record(state, {
    kind: 'decision',
    site: node,
    where,
    outcome,
    lacks: thrown?.lacks ?? [],
    because: thrown?.because ?? null,
  });
}

/** Tries the handlers from `index` on. */
function handle(node: Try, index: number, thrown: Thrown, state: State, machine: Machine): State[] {
  const handler = node.handlers[index];
  if (!handler) {
    decided(node, node.at, 'not caught', thrown, state);
    return [state];
  }
  return catches(handler, thrown, state, machine).flatMap(({ state: path, caught }) => {
    // What the handler names could not be told: an error of its own.
    if (caught === null) return [path];
    if (!caught) return handle(node, index + 1, thrown, path, machine);
    decided(node, handler.at, `handler ${index}`, thrown, path);
    path.flow = null;
    path.handling = thrown;
    const value = path.data.get(THROWN) ?? thrown.value;
    dropSlot(path, THROWN);
    const starts = handler.binds ? assignTo(handler.binds, value, path, machine) : [path];
    return starts
      .flatMap((start) => (start.flow ? [start] : machine.runBlock(handler.body, start, false)))
      .map((end) => {
        if (thrown.because && !endsRed(end))
          record(end, {
            kind: 'mask',
            failure: thrown.because,
            where: handler.at,
            by: machine.rules.handler,
          });
        return end;
      });
  });
}

function endsRed({ flow, status: { code } }: State): boolean {
  if (flow?.kind === 'throw') return flow.thrown.status.code !== 0;
  return flow?.kind === 'exit' && code !== 0;
}

function catches(
  handler: Handler,
  thrown: Thrown,
  state: State,
  machine: Machine,
): { state: State; caught: boolean | null }[] {
  if (!handler.types) return [{ state, caught: true }];
  const { flow } = state;
  state.flow = null;
  const named: { state: State; things: readonly Thing[] }[] = [];
  const gone = evaluateAll(handler.types, state, machine, (things, path) => {
    named.push({ state: path, things });
    return [];
  }).map((result) => ({ state: result.state, caught: null }));
  const told = named.flatMap(({ state: path, things }) => {
    const wanted = things.flatMap((thing) => (thing.kind === 'cell' ? listOf(thing, path).items : [thing]));
    const answers = wanted.map((thing) => isOfType(thrown.types, typesOf(thing, path, machine)));
    const unsure = answers.includes(null) && !answers.includes(true);
    const site = siteName(handler.at, path, machine);
    const question = unsure ? ask(path.constraints, `caught ${site}`) : known(answers.includes(true));
    return split(question, path).map((branch) => {
      branch.state.flow = flow;
      return { state: branch.state, caught: branch.answer };
    });
  });
  return [...gone, ...told];
}

function runFinally(block: Try['body'], state: State, machine: Machine): State[] {
  const { flow, status: before, handling } = state;
  // A process that ends at once runs nothing more.
  if (flow?.kind === 'exit') return [state];
  const returned = state.data.get(RETURNED);
  state.flow = null;
  return machine.runBlock(block, state, false).map((end) => {
    if (end.flow) return end;
    end.flow = flow;
    end.status = before;
    end.handling = handling;
    if (returned) setSlot(end, RETURNED, returned);
    return end;
  });
}

// --- the end of a program -----------------------------------------------------------------------------------

/** Makes the status of a program of how its paths end. */
export function finishProgram(states: readonly State[]): State[] {
  return states.map((state) => {
    const { flow } = state;
    if (flow?.kind === 'throw') leaveByError(flow.thrown, state);
    else if (flow?.kind !== 'exit') state.status = pendingStatus(state);
    state.flow = null;
    state.handling = null;
    state.data = PersistentMap.empty();
    state.cells = PersistentMap.empty();
    return state;
  });
}

function leaveByError(thrown: Thrown, state: State): void {
  state.status = thrown.status;
  const { how, site, where, lacks } = thrown;
  record(state, { kind: 'leave', how, site, where, green: thrown.status.code === 0, lacks });
}

/** The status that was set for the end, while the program went on (`process.exitCode = 1`). */
export function pendingStatus(state: State): Status {
  const pending = state.data.get(PENDING_STATUS);
  if (pending?.kind !== 'number') return success;
  const [code] = pending.value.pieces;
  if (code === undefined || code === '0') return success;
  return status(
    typeof code === 'string' && /^\d{1,3}$/.test(code) ? Number(code) : null,
    pending.value.lacks,
  );
}
