import type { ShellLine } from '../forge/dialects.js';
import { lowerShellText, lowerShellWords } from '../program/lower/shell.js';
import type { Block, Call, Node, Program, Redirect, Word } from '../program/program.js';
import type { MappedText, Place } from '../text/script.js';
import { evaluateArithmetic, isNonZero } from './arithmetic.js';
import { builtinOf, DECLARATIONS, declare, ended, endedBy, hasOpenField, runAssignment } from './builtins.js';
import { runExternal } from './commands.js';
import { testCondition } from './conditions.js';
import { ask, isEmpty, known, resolve } from './constraints.js';
import { split } from './expressions.js';
import { assign, emit, type Machine, OutOfBudget, siteName } from './machine.js';
import { matches } from './patterns.js';
import {
  addWork,
  decide,
  fork,
  mergeStates,
  record,
  type State,
  setVariable,
  success,
  type Trap,
  type Variable,
} from './state.js';
import {
  concat,
  constant,
  emptyValue,
  hole,
  nameOf,
  soleHole,
  textOf,
  union,
  unknownValue,
  type Value,
} from './values.js';
import {
  assignmentStatus,
  beginCommand,
  enterSubshell,
  expandFields,
  expandPattern,
  expandSingle,
  leaveSubshell,
} from './words.js';

/** Rounds of a loop that are followed one by one; after that what the loop changes is taken to be unknown. */
export const MAX_ROUNDS = 64;
/** Rounds of a loop whose end is not known. */
const OPEN_ROUNDS = 2;
/** Calls within calls. */
const MAX_CALL_DEPTH = 24;
/** Nodes that may be run for one script in one world and context. */
export const MAX_NODES = 60_000;

/** What the interpreter of one script is made from; see `Machine` for the rest. */
export type Surroundings = Pick<Machine, 'world' | 'step' | 'forgiven' | 'paste' | 'ambient'>;

/**
 * Runs a script on one path under the forge's shell line and gives every path that it can end on, each with
 * its status. Variables of `start` that are exported are the script's environment. Throws `OutOfBudget`.
 */
export function runScript(
  program: Program,
  shell: Extract<ShellLine, { kind: 'posix' }>,
  start: State,
  surroundings: Surroundings,
): State[] {
  let budget = MAX_NODES;
  const machine: Machine = {
    ...surroundings,
    dash: shell.program === 'sh',
    runBlock: (block, state, exempt) => runBlock(block, state, exempt, machine),
    run: (node, state, exempt) => runNode(node, state, exempt, machine),
    reparse,
    spend: () => {
      if (--budget < 0) throw new OutOfBudget('the script has too many paths');
    },
  };
  start.options = {
    errexit: shell.errexit,
    nounset: shell.nounset,
    pipefail: shell.pipefail,
    inheritErrexit: false,
  };
  start.status = success;
  start.flow = null;
  return finishShell(runBlock(program.body, start, false, machine), machine);
}

const reparsed = new WeakMap<MappedText, Map<string, Program>>();

/** Parses text found in a script once, so that its nodes are the same ones in every world. */
function reparse(text: string, at: Place): Program {
  const known = reparsed.get(at.text) ?? new Map<string, Program>();
  reparsed.set(at.text, known);
  const key = `${at.start} ${text}`;
  const program = known.get(key) ?? lowerShellText(text, at);
  known.set(key, program);
  return program;
}

const evaluated = new WeakMap<Call, Program>();

function reparseWords(call: Call): Program {
  const program = evaluated.get(call) ?? lowerShellWords(call.words.slice(1), call.words[1]?.at ?? call.at);
  evaluated.set(call, program);
  return program;
}

/** The end of a shell: an `EXIT` trap runs, and its own `exit` decides. */
function finishShell(states: State[], machine: Machine): State[] {
  return mergeStates(states).flatMap((state) => {
    state.flow = null;
    const trap = state.traps.get('EXIT');
    if (!trap) return [state];
    state.traps = new Map();
    const before = state.status;
    const at = trap.where;
    return machine.runBlock(machine.reparse(trap.handler, at).body, state, true).map((end) => {
      if (end.flow?.kind === 'exit') {
        if (end.status.code === 0 && before.because)
          record(end, { kind: 'mask', failure: before.because, where: at, by: 'trap EXIT' });
      } else end.status = before;
      end.flow = null;
      return end;
    });
  });
}

function runBlock(block: Block, state: State, exempt: boolean, machine: Machine): State[] {
  let open: State[] = [state];
  const gone: State[] = [];
  for (const node of block) {
    const next: State[] = [];
    for (const path of open) {
      for (const end of runNode(node, path, exempt, machine)) (end.flow ? gone : next).push(end);
    }
    if (next.length === 0) return gone;
    open = mergeStates(next);
  }
  return [...gone, ...open];
}

function runNode(node: Node, state: State, exempt: boolean, machine: Machine): State[] {
  machine.spend();
  switch (node.kind) {
    case 'call':
      return runCall(node, state, exempt, machine);
    case 'sequence':
      return runBlock(node.body, state, exempt, machine);
    case 'and':
    case 'or':
      return runLogical(node, state, exempt, machine);
    case 'not':
      return runNode(node.body, state, true, machine).map((end) => {
        if (end.flow) return end;
        if (end.status.because)
          record(end, { kind: 'mask', failure: end.status.because, where: node.at, by: '!' });
        end.status = { code: end.status.code === 0 ? 1 : 0, because: null, lacks: end.status.lacks };
        return end;
      });
    case 'branch':
      return runBranch(node, state, exempt, machine);
    case 'match':
      return runMatch(node, state, exempt, machine);
    case 'for':
      return runFor(node, state, exempt, machine);
    case 'while':
      return runWhile(node, state, exempt, machine);
    case 'count':
      return runCount(node, state, exempt, machine);
    case 'pipeline':
      return runPipeline(node, state, exempt, machine);
    case 'subshell':
      return runSubshell(node.body, state, exempt, machine).flatMap((end) =>
        settle(end, node.at, exempt, machine),
      );
    case 'redirected':
      return withRedirects(node.redirects, state, machine, (inner) =>
        runNode(node.body, inner, exempt, machine),
      );
    case 'background':
      return runSubshell(node.body, state, false, machine).map((end) => {
        if (end.status.because)
          record(end, { kind: 'mask', failure: end.status.because, where: node.body.at, by: '&' });
        end.background = end.status;
        end.status = success;
        return end;
      });
    case 'define':
      state.functions = new Map(state.functions).set(node.name, { body: node.body });
      return ended(state, success);
    case 'test':
      return testCondition(node.condition, state, machine)
        .flatMap((tested) =>
          tested.state.flow ? [tested.state] : endedBy(tested.state, tested.question, tested.lacks),
        )
        .flatMap((end) => settle(end, node.at, exempt, machine));
    case 'arithmetic':
      return evaluateArithmetic(node.expression, state, machine)
        .flatMap((result) =>
          result.state.flow
            ? [result.state]
            : endedBy(result.state, isNonZero(result.value, result.state), result.value.lacks),
        )
        .flatMap((end) => settle(end, node.at, exempt, machine));
    case 'opaque':
      // Anything may have happened in it: its status is not known.
      return endedBy(state, ask(state.constraints, `opaque ${siteName(node.at, state, machine)}`), []);
  }
}

/**
 * What `errexit` makes of a status: outside a condition a status that is not 0 ends the script (semantics 1.8).
 * Where it does not, a failure that a missing secret caused is swallowed.
 */
function settle(state: State, at: Place, exempt: boolean, machine: Machine): State[] {
  if (state.flow || state.status.code === 0 || exempt) return [state];
  if (state.options.errexit) {
    record(state, { kind: 'leave', how: 'error', site: at, where: at, green: false });
    state.flow = { kind: 'exit' };
  }
  const trap = state.traps.get('ERR');
  if (!trap) {
    if (!state.flow && state.status.because)
      record(state, {
        kind: 'mask',
        failure: state.status.because,
        where: state.errexitOff ?? at,
        by: 'set +e',
      });
    return [state];
  }
  return runErrorTrap(trap, state, machine);
}

function runErrorTrap({ handler, where: at }: Trap, state: State, machine: Machine): State[] {
  const { status: before, flow, traps } = state;
  state.flow = null;
  state.traps = new Map([...traps].filter(([name]) => name !== 'ERR'));
  return machine.runBlock(machine.reparse(handler, at).body, state, true).map((end) => {
    if (end.flow?.kind === 'exit') {
      if (end.status.code === 0 && before.because)
        record(end, { kind: 'mask', failure: before.because, where: at, by: 'trap ERR' });
      return end;
    }
    end.status = before;
    end.flow = flow;
    end.traps = traps;
    return end;
  });
}

// --- lists and branches -------------------------------------------------------------------------------

function runLogical(
  node: Extract<Node, { kind: 'and' | 'or' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const ends: State[] = [];
  for (const left of runNode(node.left, state, true, machine)) {
    if (left.flow) {
      ends.push(left);
      continue;
    }
    const zero = left.status.code === 0;
    decisionOn(left, node, node.left.at);
    if (zero !== (node.kind === 'and')) {
      // `a && b` with a failing a: the list fails, but `errexit` looks the other way.
      if (!zero && !exempt && left.status.because)
        record(left, { kind: 'mask', failure: left.status.because, where: node.operatorAt, by: '&&' });
      ends.push(left);
      continue;
    }
    const failure = left.status.because;
    for (const right of runNode(node.right, left, exempt, machine)) {
      const green =
        right.flow?.kind === 'exit' || right.flow?.kind === 'return'
          ? right.status.code === 0
          : !right.flow && right.status.code === 0;
      if (node.kind === 'or' && failure && green)
        record(right, { kind: 'mask', failure, where: node.operatorAt, by: '||' });
      ends.push(right);
    }
  }
  return ends;
}

function decisionOn(state: State, site: object, where: Place): void {
  record(state, {
    kind: 'decision',
    site,
    where,
    outcome: String(state.status.code === 0),
    lacks: state.status.lacks,
    because: state.status.because,
    open: state.status.open ?? false,
  });
}

function runBranch(
  node: Extract<Node, { kind: 'branch' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  return runNode(node.test, state, true, machine).flatMap((tested) => {
    if (tested.flow) return [tested];
    const taken = tested.status.code === 0;
    decisionOn(tested, node, node.test.at);
    const failure = tested.status.because;
    if (failure) record(tested, { kind: 'mask', failure, where: node.test.at, by: 'if' });
    if (taken) return runNode(node.then, tested, exempt, machine);
    if (node.otherwise) return runNode(node.otherwise, tested, exempt, machine);
    return ended(tested, success);
  });
}

function runMatch(
  node: Extract<Node, { kind: 'match' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  return expandSingle(node.subject, state, machine).flatMap((subject) => {
    if (subject.state.flow) return [subject.state];
    return runArms(node, 0, false, subject.value, subject.state, exempt, machine);
  });
}

/** Tries the arms from `index` on; `fallen`: the arm before ended with `;&`, so that this body runs untested. */
function runArms(
  node: Extract<Node, { kind: 'match' }>,
  index: number,
  fallen: boolean,
  subject: Value,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const arm = node.arms[index];
  if (!arm) {
    record(state, {
      kind: 'decision',
      site: node,
      where: node.subject.at,
      outcome: 'no arm',
      lacks: subject.lacks,
      because: null,
    });
    return ended(state, success);
  }
  const enter = (path: State): State[] => {
    record(path, {
      kind: 'decision',
      site: node,
      where: arm.at,
      outcome: `arm ${index}`,
      lacks: subject.lacks,
      because: null,
    });
    path.status = success;
    return runNode(arm.body, path, exempt, machine).flatMap((end) => {
      if (end.flow || arm.then === 'stop') return [end];
      return index + 1 < node.arms.length
        ? runArms(node, index + 1, arm.then === 'fall', subject, end, exempt, machine)
        : [end];
    });
  };
  if (fallen) return enter(state);
  let open: State[] = [state];
  const ends: State[] = [];
  for (const pattern of arm.patterns) {
    const next: State[] = [];
    for (const path of open) {
      for (const expanded of expandPattern(pattern, path, machine)) {
        if (expanded.state.flow) ends.push(expanded.state);
        else
          for (const branch of split(
            matches(expanded.state.constraints, subject, expanded.pattern),
            expanded.state,
          )) {
            if (branch.answer) ends.push(...enter(branch.state));
            else next.push(branch.state);
          }
      }
    }
    open = next;
  }
  return [
    ...ends,
    ...open.flatMap((path) => runArms(node, index + 1, false, subject, path, exempt, machine)),
  ];
}

// --- loops --------------------------------------------------------------------------------------------

/** Ends a round: `break` and `continue` are used up, or passed on to the loop around. */
function afterRound(states: State[]): { next: State[]; left: State[]; gone: State[] } {
  const next: State[] = [];
  const left: State[] = [];
  const gone: State[] = [];
  for (const state of states) {
    const { flow } = state;
    if (!flow) next.push(state);
    else if (flow.kind === 'exit' || flow.kind === 'return') gone.push(state);
    else if (flow.levels > 1) {
      state.flow = { ...flow, levels: flow.levels - 1 };
      gone.push(state);
    } else {
      state.flow = null;
      (flow.kind === 'break' ? left : next).push(state);
    }
  }
  return { next, left, gone };
}

function runFor(
  node: Extract<Node, { kind: 'for' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  if (!node.items) return runItems(node, state.positional, false, state, exempt, machine);
  return expandFields(node.items, state, machine).flatMap((items) => {
    if (items.state.flow) return [items.state];
    const open = hasOpenField(node.items ?? [], items.fields);
    if (!open) {
      const outcome = items.fields.length === 0 ? 'no item' : 'items';
      record(items.state, {
        kind: 'decision',
        site: node,
        where: node.items?.[0]?.at ?? node.at,
        outcome,
        lacks: items.lacks,
        because: null,
      });
    }
    return runItems(node, items.fields, open, items.state, exempt, machine);
  });
}

function runItems(
  node: Extract<Node, { kind: 'for' }>,
  items: readonly Value[],
  open: boolean,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const { route } = state;
  state.status = success;
  let paths: State[] = [state];
  const done: State[] = [];
  const gone: State[] = [];
  const round = (starts: State[], value: Value, name: string): State[] => {
    const ends: State[] = [];
    for (const path of starts) {
      path.route = `${route}/${name}`;
      assign(path, node.variable, value);
      const after = afterRound(runNode(node.body, path, exempt, machine));
      ends.push(...after.next);
      done.push(...after.left);
      gone.push(...after.gone);
    }
    return mergeStates(ends);
  };
  items.slice(0, MAX_ROUNDS).forEach((item, index) => {
    const sole = soleHole(item);
    if (!open || !sole) {
      paths = round(paths, item, String(index));
      return;
    }
    const full: State[] = [];
    const none: State[] = [];
    for (const path of paths) {
      for (const branch of split(isEmpty(path.constraints, item), path))
        (branch.answer ? none : full).push(branch.state);
    }
    for (const path of full)
      record(path, {
        kind: 'decision',
        site: node,
        where: node.at,
        outcome: 'items',
        lacks: item.lacks,
        because: null,
      });
    for (const path of none)
      record(path, {
        kind: 'decision',
        site: node,
        where: node.at,
        outcome: 'no item',
        lacks: item.lacks,
        because: null,
      });
    const one = round(
      full,
      { pieces: [hole(`item of ${nameOf(item)}`, { nonEmpty: true })], lacks: item.lacks },
      `${index}`,
    );
    const more = round(
      one.map((path) => forgetChanges(fork(path), state, `${node.at.start}`)),
      { pieces: [hole(`another item of ${nameOf(item)}`, { nonEmpty: true })], lacks: item.lacks },
      `${index}+`,
    );
    paths = mergeStates([...none, ...one, ...more]);
  });
  for (const path of [...paths, ...done]) path.route = route;
  return [...gone, ...mergeStates([...paths, ...done])];
}

/** Takes every variable that differs from what it was before the loop as unknown: one more round may change it again. */
function forgetChanges(state: State, before: State, site: string): State {
  for (const [name, variable] of state.vars) {
    const old = before.vars.get(name);
    if (old === variable) continue;
    setVariable(state, name, forgetVariable(variable, `${name} after loop ${site}`));
  }
  return state;
}

function forgetVariable(variable: Variable, id: string): Variable {
  if (variable.elements) return { ...variable, exact: false };
  const lacks = variable.value?.lacks ?? [];
  const number = variable.value ? textOf(variable.value) : null;
  const counter = number !== null && /^\d+$/.test(number);
  const full = (variable.value?.pieces.length ?? 0) > 0;
  return {
    ...variable,
    value: { pieces: [hole(id, { nonEmpty: full, atLeast: counter ? Number(number) : null })], lacks },
  };
}

function runWhile(
  node: Extract<Node, { kind: 'while' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const test = (path: State): State[] =>
    runNode(node.test, path, true, machine).map((tested) => {
      if (!tested.flow && node.until)
        tested.status = { ...tested.status, code: tested.status.code === 0 ? 1 : 0 };
      return tested;
    });
  return runRounds(node, node.test.at, test, node.body, null, state, exempt, machine);
}

function runCount(
  node: Extract<Node, { kind: 'count' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const starts = node.initialise
    ? evaluateArithmetic(node.initialise, state, machine).map((result) => result.state)
    : [state];
  const test = (path: State): State[] => {
    if (!node.test) return ended(path, success);
    return evaluateArithmetic(node.test, path, machine).flatMap((result) =>
      endedBy(result.state, isNonZero(result.value, result.state), result.value.lacks),
    );
  };
  const { update } = node;
  const step = update
    ? (path: State): State[] => evaluateArithmetic(update, path, machine).map((result) => result.state)
    : null;
  return starts.flatMap((start) => runRounds(node, node.at, test, node.body, step, start, exempt, machine));
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
  const { route } = state;
  const before = fork(state);
  let open: State[] = [state];
  const done: State[] = [];
  const gone: State[] = [];
  let openEnded = 0;
  let last = false;
  for (let round = 0; open.length > 0 && round <= MAX_ROUNDS; round++) {
    const entering: State[] = [];
    let parted = false;
    for (const path of open) {
      path.route = `${route}/${round}`;
      const tested = test(path);
      for (const end of tested) {
        if (end.flow) {
          gone.push(end);
          continue;
        }
        const goes = end.status.code === 0;
        // Every loop ends: only whether it is entered at all tells two paths apart.
        if (round === 0) decisionOn(end, node, where);
        if (goes) entering.push(end);
        else {
          if (end.status.because)
            record(end, { kind: 'mask', failure: end.status.because, where, by: 'while' });
          end.status = success;
          done.push(end);
        }
      }
      parted ||= tested.length > 1;
    }
    // The last round ran on forgotten values: what would go round again has been covered.
    if (last) break;
    if (parted) openEnded++;
    const next: State[] = [];
    for (const path of mergeStates(entering)) {
      const after = afterRound(runNode(body, path, exempt, machine));
      done.push(...after.left);
      gone.push(...after.gone);
      for (const end of after.next) next.push(...(step ? step(end) : [end]));
    }
    open = mergeStates(next);
    if (openEnded >= OPEN_ROUNDS || round === MAX_ROUNDS - 1) {
      const forgotten = open.map((path) => forgetChanges(fork(path), before, `${node.at.start}`));
      last = true;
      const more: State[] = [];
      for (const path of forgotten) {
        path.route = `${route}/+`;
        for (const end of test(path)) {
          if (end.flow) gone.push(end);
          else if (end.status.code !== 0) {
            end.status = success;
            done.push(end);
          } else {
            const after = afterRound(runNode(body, end, exempt, machine));
            done.push(...after.left);
            gone.push(...after.gone);
            more.push(...after.next.flatMap((path2) => (step ? step(path2) : [path2])));
          }
        }
      }
      open = mergeStates([...open, ...more]).map((path) => forgetChanges(path, before, `${node.at.start}`));
    }
  }
  for (const path of done) path.route = route;
  return [...gone, ...mergeStates(done)];
}

// --- subshells, pipelines, redirections ----------------------------------------------------------------

function runSubshell(body: Node, state: State, exempt: boolean, machine: Machine): State[] {
  const inner = enterSubshell(state);
  return runNode(body, inner, exempt, machine).map((end) => {
    const printed = end.out;
    leaveSubshell(end, state);
    end.out = printed;
    return end;
  });
}

function runPipeline(
  node: Extract<Node, { kind: 'pipeline' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const last = node.stages.length - 1;
  let open: { state: State; statuses: State['status'][] }[] = [{ state: enterSubshell(state), statuses: [] }];
  node.stages.forEach((stage, index) => {
    const next: typeof open = [];
    for (const { state: path, statuses } of open) {
      const inner = fork(path);
      inner.flow = null;
      inner.vars = state.vars;
      inner.varsShared = true;
      if (index > 0) inner.input = path.out;
      inner.out = index < last ? emptyValue : state.out;
      for (const end of runNode(stage, inner, exempt, machine)) {
        end.flow = null;
        next.push({ state: end, statuses: [...statuses, end.status] });
      }
    }
    open = next;
  });
  return mergeStates(
    open.map(({ state: end, statuses }) => {
      const printed = end.out;
      leaveSubshell(end, state);
      end.out = printed;
      const failing = statuses.findLast((stage) => stage.code !== 0);
      const final = statuses.at(-1) ?? success;
      end.status = state.options.pipefail ? (failing ?? success) : final;
      end.pipeStatus = statuses;
      for (const stage of statuses.slice(0, -1)) {
        if (stage.because && end.status.because !== stage.because)
          record(end, { kind: 'mask', failure: stage.because, where: node.at, by: '|' });
      }
      return end;
    }),
  ).flatMap((end) => settle(end, node.at, exempt, machine));
}

function withRedirects(
  redirects: readonly Redirect[],
  state: State,
  machine: Machine,
  body: (state: State) => State[],
): State[] {
  if (redirects.length === 0) return body(state);
  let open: { state: State; target: Value | null; append: boolean; discards: boolean }[] = [
    { state, target: null, append: false, discards: false },
  ];
  const { input, out } = state;
  const gone: State[] = [];
  for (const redirect of redirects) {
    const next: typeof open = [];
    for (const path of open) {
      for (const result of expandSingle(redirect.target, path.state, machine)) {
        if (result.state.flow) {
          gone.push(result.state);
          continue;
        }
        next.push(openRedirect(redirect, result.value, { ...path, state: result.state }));
      }
    }
    open = next;
  }
  return [
    ...gone,
    ...open.flatMap((path) => {
      const { target } = path;
      if (target) path.state.out = emptyValue;
      else if (path.discards) path.state.out = null;
      return body(path.state).map((end) => {
        if (target) writeFile(end, target, end.out ?? emptyValue, path.append);
        if (target || path.discards) end.out = out;
        end.input = redirects.some((redirect) => redirect.operator.startsWith('<')) ? input : end.input;
        return end;
      });
    }),
  ];
}

function openRedirect(
  redirect: Redirect,
  value: Value,
  path: { state: State; target: Value | null; append: boolean; discards: boolean },
): typeof path {
  const { state } = path;
  switch (redirect.operator) {
    case '<<':
      state.input = value;
      return path;
    case '<<<':
      state.input = concat([value, constant('\n')]);
      return path;
    case '<':
    case '<>':
      if (redirect.descriptor === 0) {
        const name = nameOf(resolve(state.constraints, value));
        state.input = state.files.get(name) ?? { pieces: [hole(`content of ${name}`)], lacks: value.lacks };
      }
      return path;
    case '>&': {
      const text = textOf(value);
      if (redirect.descriptor === 1 && text === '2') return { ...path, discards: true, target: null };
      return path;
    }
    case '<&':
      return path;
    case '>':
    case '>|':
    case '&>':
      if (redirect.descriptor !== 1 && redirect.operator !== '&>') return path;
      return { ...path, target: value, append: false };
    case '>>':
    case '&>>':
      if (redirect.descriptor !== 1 && redirect.operator !== '&>>') return path;
      return { ...path, target: value, append: true };
  }
}

/** Writes text to a file of the job. */
export function writeFile(state: State, path: Value, text: Value, append: boolean): void {
  const name = nameOf(resolve(state.constraints, path));
  if (name === '"/dev/null"') return;
  const old = append ? (state.files.get(name) ?? emptyValue) : emptyValue;
  state.files = new Map(state.files).set(name, concat([old, text]));
}

// --- commands -----------------------------------------------------------------------------------------

function runCall(call: Call, state: State, exempt: boolean, machine: Machine): State[] {
  beginCommand(state);
  return withRedirects(call.redirects, state, machine, (inner) =>
    runSimple(call, inner, exempt, machine),
  ).flatMap((end) => settle(end, call.at, exempt, machine));
}

function runSimple(call: Call, state: State, exempt: boolean, machine: Machine): State[] {
  if (call.words.length === 0) {
    let open: State[] = [state];
    for (const assignment of call.assignments) {
      open = open.flatMap((path) => (path.flow ? [path] : runAssignment(assignment, path, machine)));
    }
    for (const path of open) if (!path.flow) path.status = assignmentStatus(path);
    return open;
  }
  const head = staticText(call.words[0]);
  if (head !== null && DECLARATIONS.includes(head) && !state.functions.has(head))
    return declare(head, call, state, machine);
  return expandFields(call.words, state, machine).flatMap((expanded) => {
    const path = expanded.state;
    if (path.flow) return [path];
    const lost = path.substitution?.because ?? null;
    const fields = expanded.fields;
    if (fields.length === 0) {
      path.status = assignmentStatus(path);
      return [path];
    }
    return withAssignments(call, path, machine, (inner, lacks) =>
      dispatch(fields, union(expanded.lacks, lacks), call, inner, exempt, machine),
    ).map((end) => {
      if (lost && !end.status.because)
        record(end, { kind: 'mask', failure: lost, where: call.at, by: '$(…)' });
      return end;
    });
  });
}

function staticText(word: Word | undefined): string | null {
  if (!word) return null;
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return text;
}

/** `X=1 cmd`: the assignments hold for the command alone. */
function withAssignments(
  call: Call,
  state: State,
  machine: Machine,
  body: (state: State, lacks: readonly string[]) => State[],
): State[] {
  if (call.assignments.length === 0) return body(state, []);
  const before = state.vars;
  state.varsShared = true;
  let open: State[] = [state];
  for (const assignment of call.assignments) {
    open = open.flatMap((path) =>
      path.flow ? [path] : runAssignment(assignment, path, machine, () => {}, true),
    );
  }
  return open.flatMap((path) => {
    if (path.flow) return [path];
    let lacks: readonly string[] = [];
    for (const assignment of call.assignments)
      lacks = union(lacks, path.vars.get(assignment.name)?.value?.lacks ?? []);
    return body(path, lacks).map((end) => {
      for (const assignment of call.assignments)
        setVariable(end, assignment.name, before.get(assignment.name) ?? null);
      return end;
    });
  });
}

/** Commands that only run another command: how many of their own words come first. */
const WRAPPERS: Readonly<Record<string, { valued: string; words: number }>> = {
  sudo: { valued: 'ugpCDhRTU', words: 0 },
  env: { valued: 'uCS', words: 0 },
  command: { valued: '', words: 0 },
  builtin: { valued: '', words: 0 },
  nohup: { valued: '', words: 0 },
  time: { valued: 'fo', words: 0 },
  nice: { valued: 'n', words: 0 },
  ionice: { valued: 'cn', words: 0 },
  stdbuf: { valued: 'ioe', words: 0 },
  timeout: { valued: 'ks', words: 1 },
  setsid: { valued: '', words: 0 },
};

function dispatch(
  fields: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const [head, ...args] = fields;
  const name = head ? textOf(resolve(state.constraints, head)) : '';
  if (name === null)
    return runExternal({ name: null, local: false, args, lacks, call, exempt }, state, machine);
  const definition = state.functions.get(name);
  if (definition) return callFunction(name, definition.body, args, call, state, exempt, machine);
  switch (name) {
    case 'eval':
      return runEval(args, call, state, exempt, machine);
    case 'exec':
      return runExec(args, lacks, call, state, exempt, machine);
    case 'source':
    case '.':
      return runSource(args, call, state, machine);
    case 'tee':
      return runTee(args, lacks, call, state, machine);
    case 'xargs':
      return runXargs(args, lacks, call, state, exempt, machine);
  }
  if (name === 'command' && /^-[vV]/.test(textOf(args[0] ?? emptyValue) ?? '')) {
    return builtinOf('type')?.({ name, args, call, lacks, exempt }, state, machine) ?? [state];
  }
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (wrapper) {
    const rest = unwrapped(args, wrapper, name === 'env' ? state : null);
    if (rest.length > 0) return dispatch(rest, lacks, call, state, exempt, machine);
    return ended(state, success);
  }
  if (name === 'bash' || name === 'sh' || name === 'dash') {
    const inline = runShellCommand(args, call, state, machine);
    if (inline) return inline;
  }
  const builtin = builtinOf(name);
  if (builtin) return builtin({ name, args, call, lacks, exempt }, state, machine);
  const base = name.slice(name.lastIndexOf('/') + 1);
  const local =
    base !== name && !/^\/(usr\/|bin\/|sbin\/|opt\/)/.test(name) && !name.includes('node_modules/.bin/');
  return runExternal({ name: base, local, args, lacks, call, exempt }, state, machine);
}

/** The words after the options of a wrapper; `env A=b` gives its assignments to the state. */
function unwrapped(
  args: readonly Value[],
  wrapper: { valued: string; words: number },
  assigning: State | null,
): readonly Value[] {
  let at = 0;
  while (at < args.length) {
    const text = textOf(args[at] ?? emptyValue);
    if (text === null) break;
    if (text.startsWith('-') && text.length > 1) {
      at += text.length === 2 && wrapper.valued.includes(text[1] ?? '') ? 2 : 1;
      continue;
    }
    const equals = text.indexOf('=');
    if (assigning && equals > 0 && /^\w+$/.test(text.slice(0, equals))) {
      at++;
      continue;
    }
    break;
  }
  return args.slice(at + wrapper.words);
}

function callFunction(
  name: string,
  body: Node,
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  if (state.frames.length >= MAX_CALL_DEPTH) throw new OutOfBudget(`${name} calls itself too deeply`);
  const { positional, frames, route } = state;
  state.positional = args;
  state.frames = [...frames, new Map()];
  state.route = `${route}/${name}@${call.at.start}`;
  return mergeStates(
    runNode(body, state, exempt, machine).map((end) => {
      for (const [variable, old] of end.frames.at(-1) ?? []) setVariable(end, variable, old ?? null);
      end.frames = frames;
      end.positional = positional;
      end.route = route;
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    }),
  );
}

function runEval(
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
  const whole = call.words.slice(1);
  const program = texts.every((text) => text !== null)
    ? machine.reparse(texts.join(' '), whole[0]?.at ?? call.at)
    : reparseWords(call);
  if (program.unreadable)
    return runExternal({ name: 'eval', local: false, args, lacks: [], call, exempt }, state, machine);
  return machine.runBlock(program.body, state, exempt);
}

function runExec(
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  if (args.length === 0) return ended(state, success);
  return dispatch(args, lacks, call, state, exempt, machine).map((end) => {
    if (end.flow) return end;
    end.flow = { kind: 'exit' };
    record(end, { kind: 'leave', how: 'exec', site: call, where: call.at, green: end.status.code === 0 });
    return end;
  });
}

/** A sourced file may set variables and define functions that are not seen; it is taken to succeed. */
function runSource(args: readonly Value[], call: Call, state: State, machine: Machine): State[] {
  const [file] = args;
  addWork(state, {
    key: `${machine.step}:${call.at.start}`,
    name: file ? (textOf(file) ?? 'a script') : 'a script',
    where: call.at,
    step: machine.step,
    rehearsal: false,
  });
  return ended(state, success);
}

function runTee(
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  machine: Machine,
): State[] {
  const text = state.input ?? unknownValue(`input ${siteName(call.at, state, machine)}`, lacks);
  const append = args.some((arg) => textOf(arg) === '-a' || textOf(arg) === '--append');
  for (const arg of args) {
    if (!textOf(arg)?.startsWith('-')) writeFile(state, arg, text, append);
  }
  emit(state, text);
  return ended(state, success);
}

/** `xargs -r cmd`: nothing to read, nothing to do. */
function runXargs(
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const { input } = state;
  const texts = args.map((arg) => textOf(arg));
  if (!input || !texts.some((text) => text === '-r' || text === '--no-run-if-empty')) {
    return runXargsOnce(args, lacks, call, state, exempt, machine);
  }
  const text = textOf(resolve(state.constraints, input));
  const empty = text === null ? isEmpty(state.constraints, input) : known(text.trim() === '');
  return decide(state, empty, { site: call, where: call.at, lacks: input.lacks }).flatMap((branch) =>
    branch.answer
      ? ended(branch.state, success)
      : runXargsOnce(args, lacks, call, branch.state, exempt, machine),
  );
}

function runXargsOnce(
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const rest = unwrapped(args, { valued: 'nPLdIsE', words: 0 }, null);
  if (rest.length === 0) return ended(state, success);
  return dispatch(
    [...rest, unknownValue(`argument ${siteName(call.at, state, machine)}`, state.input?.lacks ?? [])],
    union(lacks, state.input?.lacks ?? []),
    call,
    { ...state, input: null },
    exempt,
    machine,
  );
}

/** `bash -c '…'` and `sh -ec '…'`: a shell of its own, with only what is exported; null where it runs a file. */
function runShellCommand(args: readonly Value[], call: Call, state: State, machine: Machine): State[] | null {
  const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
  const flag = texts.findIndex((text) => text !== null && /^-\w*c$/.test(text));
  let options = { errexit: false, nounset: false, pipefail: false, inheritErrexit: false };
  for (const [index, text] of texts.entries()) {
    if (text === null || !text.startsWith('-')) {
      if (texts[index - 1] !== '-o') break;
      if (text === 'pipefail') options = { ...options, pipefail: true };
      continue;
    }
    if (/^-\w*e/.test(text)) options = { ...options, errexit: true };
    if (/^-\w*u/.test(text)) options = { ...options, nounset: true };
    if (/^-\w*o$/.test(text) && texts[index + 1] === 'pipefail') options = { ...options, pipefail: true };
  }
  let program: Program | null = null;
  if (flag >= 0) {
    const text = texts[flag + 1];
    if (text !== null && text !== undefined)
      program = machine.reparse(text, scriptWord(call, text)?.at ?? call.at);
  } else if (texts.every((text) => text?.startsWith('-')) || texts.at(-1) === '-s') {
    const input = state.input && textOf(resolve(state.constraints, state.input));
    if (input) program = machine.reparse(input, call.at);
  }
  if (!program || program.unreadable) return null;
  const inner = enterSubshell(state);
  inner.options = options;
  inner.functions = new Map();
  inner.positional = flag >= 0 ? args.slice(flag + 3) : [];
  for (const [name, variable] of state.vars) if (!variable.exported) setVariable(inner, name, null);
  return finishShell(machine.runBlock(program.body, inner, false), machine).map((end) => {
    const printed = end.out;
    leaveSubshell(end, state);
    end.out = printed;
    return end;
  });
}

function scriptWord(call: Call, text: string): Word | undefined {
  return call.words.find((word) => staticText(word) === text);
}
