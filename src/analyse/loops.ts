import type { ComputeNode } from '../program/compute.js';
import type { Node } from '../program/program.js';
import type { Place } from '../text/script.js';
import { evaluateArithmetic, isNonZero } from './arithmetic.js';
import { assignTo } from './assigning.js';
import { ask, isEmpty, isPrivate, known, type Question } from './constraints.js';
import { evaluate, listOf, madeOf } from './evaluate.js';
import { split } from './expressions.js';
import { mergeStates } from './joining.js';
import { assign, decideByStatus, ended, endedBy, type Machine, siteName } from './machine.js';
import { record, type State, status, success } from './state.js';
import { lacksOf, type Thing, unknownThing } from './things.js';
import { hole, nameOf, union, type Value } from './values.js';
import { anyNumberOfRounds, type Round } from './widening.js';
import { expandFields } from './words.js';

/** Rounds of a loop that are followed one by one; after that what the loop changes is taken to be unknown. */
export const MAX_ROUNDS = 64;
/** Rounds of a loop whose end is not known. */
const OPEN_ROUNDS = 2;

/** Runs `body` inside one more loop; `break` and `continue` of it are used up, or passed on to the loop around. */
function inRound(states: State[]): Round {
  const round: Round = { next: [], left: [], gone: [] };
  for (const state of states) {
    const { flow } = state;
    if (!flow) round.next.push(state);
    else if (!('levels' in flow)) round.gone.push(state);
    else if (flow.levels > 1) {
      state.flow = { ...flow, levels: flow.levels - 1 };
      round.gone.push(state);
    } else {
      state.flow = null;
      (flow.kind === 'break' ? round.left : round.next).push(state);
    }
  }
  return round;
}

/** Adds the outcomes of one path's round to those of the others. */
function addTo(all: Round, one: Round): void {
  all.next.push(...one.next);
  all.left.push(...one.left);
  all.gone.push(...one.gone);
}

function leaveLoop(left: State[], gone: State[], before: { loops: number; route: string }): State[] {
  for (const state of left) {
    state.route = before.route;
    state.loops = before.loops;
  }
  // A `break 2` is still in the loop around.
  for (const state of gone) state.loops = before.loops;
  return [...gone, ...mergeStates(left)];
}

// --- for ------------------------------------------------------------------------------------------------

type For = Extract<Node, { kind: 'for' }>;

export function runFor(node: For, state: State, exempt: boolean, machine: Machine): State[] {
  if (!node.items) return runItems(node, state.positional, new Set(), state, exempt, machine);
  return expandFields(node.items, state, machine).flatMap((items) => {
    if (items.state.flow) return [items.state];
    if (items.loose.size === 0) {
      const outcome = items.fields.length === 0 ? 'no item' : 'items';
      decideItems(items.state, node, node.items?.[0]?.at ?? node.at, outcome, items.lacks);
    }
    return runItems(node, items.fields, items.loose, items.state, exempt, machine);
  });
}

function decideItems(
  state: State,
  site: object,
  where: Place,
  outcome: 'items' | 'no item',
  lacks: readonly string[],
  question?: Question,
): void {
  const open = question?.answer === 'unknown';
  const chance = question !== undefined && isPrivate(question);
  record(state, { kind: 'decision', site, where, outcome, lacks, because: null, open, private: chance });
}

/** `loose` items are unknown text that may be no item at all, or several. */
function runItems(
  node: For,
  items: readonly Value[],
  loose: ReadonlySet<Value>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const before = { loops: state.loops, route: state.route };
  if (items.length === 0) state.status = success;
  state.loops++;
  let paths: State[] = [state];
  const left: State[] = [];
  const gone: State[] = [];
  const run = (path: State, value: Value, name: string): Round => {
    path.route = `${before.route}/${name}`;
    assign(path, node.variable, value);
    return inRound(machine.run(node.body, path, exempt));
  };
  const runAll = (starts: State[], value: Value, name: string): State[] => {
    const all: Round = { next: [], left, gone };
    for (const path of starts) addTo(all, run(path, value, name));
    return mergeStates(all.next);
  };
  const further = (starts: State[], value: Value, name: string): State[] => {
    const result = anyNumberOfRounds(
      starts,
      (path) => run(path, value, name),
      siteName(node.at, state, machine),
    );
    left.push(...result.left);
    gone.push(...result.gone);
    return mergeStates(result.heads);
  };
  items.slice(0, MAX_ROUNDS).forEach((item, index) => {
    if (!loose.has(item)) {
      paths = runAll(paths, item, String(index));
      return;
    }
    const full: State[] = [];
    const none: State[] = [];
    for (const path of paths) {
      const question = isEmpty(path.constraints, item);
      for (const branch of split(question, path)) {
        decideItems(branch.state, node, node.at, branch.answer ? 'no item' : 'items', item.lacks, question);
        if (branch.answer && items.length === 1) branch.state.status = success;
        (branch.answer ? none : full).push(branch.state);
      }
    }
    const one = runAll(full, itemOf(item, 'item'), String(index));
    paths = mergeStates([...none, ...further(one, itemOf(item, 'another item'), `${index}+`)]);
  });
  const rest = items.slice(MAX_ROUNDS);
  if (rest.length > 0) {
    const lacks = rest.reduce<readonly string[]>((all, item) => union(all, item.lacks), []);
    const any = { pieces: [hole(`item beyond ${MAX_ROUNDS} ${siteName(node.at, state, machine)}`)], lacks };
    paths = further(paths, any, '+');
  }
  return leaveLoop([...paths, ...left], gone, before);
}

function itemOf(text: Value, which: string): Value {
  return { pieces: [hole(`${which} of ${nameOf(text)}`, { nonEmpty: true })], lacks: text.lacks };
}

// --- each -----------------------------------------------------------------------------------------------

type Each = Extract<ComputeNode, { kind: 'each' }>;

/** Goes through a list, the keys of a record, or what is not known: that may be nothing, or any number of things. */
export function runEach(node: Each, state: State, machine: Machine): State[] {
  return evaluate(node.source, state, machine).flatMap(({ state: path, thing }) =>
    path.flow ? [path] : runThrough(node, listOf(thing, path), thing, path, machine),
  );
}

function runThrough(
  node: Each,
  cell: ReturnType<typeof listOf>,
  source: Thing,
  state: State,
  machine: Machine,
): State[] {
  const before = { loops: state.loops, route: state.route };
  const lacks = union(cell.lacks, lacksOf(source, state));
  const site = siteName(node.at, state, machine);
  const where = node.source.at;
  state.status = success;
  state.loops++;
  const left: State[] = [];
  const gone: State[] = [];
  const run = (path: State, thing: Thing, name: string): Round => {
    path.route = `${before.route}/${name}`;
    return inRound(
      assignTo(node.target, thing, path, machine).flatMap((start) =>
        start.flow ? [start] : machine.runBlock(node.body, start, false),
      ),
    );
  };
  const take = (round: Round): State[] => {
    left.push(...round.left);
    gone.push(...round.gone);
    return mergeStates(round.next);
  };
  const further = (starts: State[]): State[] => {
    const item = unknownThing(madeOf('another item', [source], site), lacks);
    const result = anyNumberOfRounds(starts, (path) => run(path, item, '+'), site);
    left.push(...result.left);
    gone.push(...result.gone);
    return mergeStates(result.heads);
  };
  let paths: State[] = [state];
  if (cell.exact) {
    decideItems(state, node, where, cell.items.length === 0 ? 'no item' : 'items', lacks);
    cell.items.slice(0, MAX_ROUNDS).forEach((item, index) => {
      paths = mergeStates(paths.flatMap((path) => take(run(path, item, String(index)))));
    });
    if (cell.items.length > MAX_ROUNDS) paths = further(paths);
  } else {
    const question = cell.full
      ? known(true)
      : ask(state.constraints, `${madeOf('items', [source], site)} are some`);
    paths = split(question, state).flatMap((branch) => {
      decideItems(branch.state, node, where, branch.answer ? 'items' : 'no item', lacks, question);
      if (!branch.answer) return [branch.state];
      const item = unknownThing(madeOf('item', [source], site), lacks);
      return further(take(run(branch.state, item, '0')));
    });
  }
  const { otherwise } = node;
  for (const path of paths) path.loops = before.loops;
  const ends = otherwise
    ? paths.flatMap((path) => {
        path.route = before.route;
        return machine.runBlock(otherwise, path, false);
      })
    : paths;
  const stayed = ends.filter((end) => !end.flow);
  return leaveLoop([...stayed, ...left], [...gone, ...ends.filter((end) => end.flow)], before);
}

// --- while, until and the counting loop -----------------------------------------------------------------

export function runWhile(
  node: Extract<Node, { kind: 'while' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const test = (path: State): State[] =>
    machine.run(node.test, path, true).map((tested) => {
      if (!tested.flow && node.until)
        tested.status = { ...tested.status, code: tested.status.code === 0 ? 1 : 0 };
      return tested;
    });
  return runRounds(node, node.test.at, test, node.body, null, state, exempt, machine);
}

export function runCount(
  node: Extract<Node, { kind: 'count' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const { initialise, test, update } = node;
  const compute = (expression: NonNullable<typeof test>, path: State): State[] =>
    evaluateArithmetic(expression, path, machine).flatMap((result) => {
      if (result.state.flow) return [result.state];
      if (result.failed) return ended(result.state, status(1));
      return endedBy(result.state, isNonZero(result.value, result.state), result.value.lacks);
    });
  const go = (path: State): State[] => (test ? compute(test, path) : ended(path, success));
  const step = update ? (path: State): State[] => compute(update, path) : null;
  const { status: before } = state;
  const starts = initialise ? compute(initialise, state) : [state];
  return starts.flatMap((start) => {
    if (start.flow) return [start];
    start.status = before;
    return runRounds(node, node.at, go, node.body, step, start, exempt, machine);
  });
}

function runRounds(
  node: Node,
  where: Place,
  test: (path: State) => State[],
  body: Node,
  step: ((path: State) => State[]) | null,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const before = { loops: state.loops, route: state.route };
  state.loops++;
  const left: State[] = [];
  const gone: State[] = [];
  const round = (path: State, name: string): Round & { parted: boolean } => {
    path.route = `${before.route}/${name}`;
    // The loop ends with the status of its last round.
    const { status: held } = path;
    const last = name === '0' ? success : held;
    const all: Round = { next: [], left: [], gone: [] };
    const tested = inRound(test(path));
    addTo(all, { next: [], left: tested.left, gone: tested.gone });
    for (const end of tested.next) {
      // Every loop ends: only whether it is entered at all tells two paths apart.
      if (name === '0') decideByStatus(end, node, where);
      if (end.status.code === 0) {
        // The arithmetic of a counting loop leaves `$?` as it was.
        if (node.kind === 'count') end.status = held;
        const after = inRound(machine.run(body, end, exempt));
        const next = step ? after.next.flatMap((path2) => stepped(path2, step)) : after.next;
        addTo(all, { ...after, next: next.filter((path2) => !path2.flow) });
        all.gone.push(...next.filter((path2) => path2.flow));
        continue;
      }
      if (end.status.because) record(end, { kind: 'mask', failure: end.status.because, where, by: 'while' });
      end.status = last;
      all.left.push(end);
    }
    return { ...all, parted: tested.next.length > 1 };
  };
  let open: State[] = [state];
  let openEnded = 0;
  for (let index = 0; open.length > 0 && openEnded < OPEN_ROUNDS && index < MAX_ROUNDS; index++) {
    const next: State[] = [];
    let parted = false;
    for (const path of open) {
      const one = round(path, String(index));
      next.push(...one.next);
      left.push(...one.left);
      gone.push(...one.gone);
      parted ||= one.parted;
    }
    if (parted) openEnded++;
    open = mergeStates(next);
  }
  if (open.length > 0) {
    const result = anyNumberOfRounds(open, (path) => round(path, '+'), siteName(node.at, state, machine));
    left.push(...result.left);
    gone.push(...result.gone);
  }
  return leaveLoop(left, gone, before);
}

/** The update of a counting loop leaves the status of the body alone. */
function stepped(path: State, step: (path: State) => State[]): State[] {
  const { status: last } = path;
  return step(path).map((end) => {
    if (!end.flow) end.status = last;
    return end;
  });
}
