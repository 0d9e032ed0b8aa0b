import type { ShellLine } from '../forge/dialects.js';
import type { ComputeNode, ValueRules } from '../program/compute.js';
import { lowerShellText, shellRules } from '../program/lower/shell.js';
import type { Arm, Block, Node, Program } from '../program/program.js';
import type { MappedText, Place } from '../text/script.js';
import type { Source } from '../text/source.js';
import { evaluateArithmetic, isNonZero } from './arithmetic.js';
import { watched } from './asking.js';
import { runCall } from './calls.js';
import { runCommanding } from './commanding.js';
import { testCondition } from './conditions.js';
import { ask } from './constraints.js';
import { evaluate } from './evaluate.js';
import { split } from './expressions.js';
import { forgetUnnamed } from './forgetting.js';
import { mergeStates } from './joining.js';
import { exclude, spendOn } from './ledger.js';
import { runCount, runEach, runFor, runWhile } from './loops.js';
import {
  decideByStatus,
  ended,
  endedAsForced,
  endedBy,
  MAX_NESTED_COMMANDS,
  type Machine,
  OutOfBudget,
  siteName,
} from './machine.js';
import { leaveWithOutcome } from './outcome.js';
import { matches } from './patterns.js';
import { fewerPaths, finishProgram, runReturn, runThrow, runTry } from './raising.js';
import { withRedirects } from './redirects.js';
import { fork, noOptions, record, type State, status, success } from './state.js';
import { runBackground, runPipeline, runSubshell } from './subshell.js';
import { finishShell, invert, settle } from './traps.js';
import type { Value } from './values.js';
import { expandPattern, expandSingle } from './words.js';

/** Nodes that may be run for one script in one world and context. */
export const MAX_NODES = 60_000;

/** The languages whose runs are remembered. */
const REMEMBERED: ReadonlySet<string> = new Set(['python']);

/** What a node of a program costs against one of a shell script: its runs are remembered for other worlds. */
const PROGRAM_NODE = 0.4;

/** Where questions are noted, with those who began to note before. */
interface Asked {
  readonly questions: Set<string>;
  readonly around: Asked | null;
}

/** What the interpreter of one script is made from; see `Machine` for the rest. */
export type Surroundings = Pick<
  Machine,
  | 'world'
  | 'job'
  | 'step'
  | 'toll'
  | 'forgiven'
  | 'paste'
  | 'ambient'
  | 'windows'
  | 'legacyPowerShell'
  | 'checkout'
  | 'notJudged'
  | 'handsOn'
>;

/**
 * Runs a script on one path under the forge's shell line (null for a language that is no shell) and gives every path that it can end on, each with
 * its status. Variables of `start` that are exported are the script's environment. Throws `OutOfBudget`.
 */
export function runScript(
  program: Program,
  shell: Extract<ShellLine, { kind: 'posix' }> | null,
  start: State,
  surroundings: Surroundings,
): State[] {
  let budget = MAX_NODES;
  let nested = 0;
  let tracksPipeStatus = program.text.text.includes('PIPESTATUS');
  const ledger = surroundings.checkout.ledger;
  const around: Source[] = [];
  let asked: Asked | null = null;
  const note = (question: string) => {
    for (let at = asked; at; at = at.around) at.questions.add(question);
  };
  const world = watched(surroundings.world, note);
  const ambient = (name: string) => {
    note(`ambient ${name}`);
    return surroundings.ambient(name);
  };
  const noting = <T>(questions: Set<string>, run: () => T): T => {
    const before = asked;
    asked = { questions, around: before };
    try {
      return run();
    } finally {
      asked = before;
    }
  };
  let inScripts = 0;
  const machineFor = (rules: ValueRules, dash: boolean, forgiven = surroundings.forgiven): Machine => {
    const machine: Machine = {
      ...surroundings,
      source: program.text.source,
      rules,
      dash,
      forgiven,
      world,
      ambient,
      noting,
      runBlock: (block, state, exempt) => runBlock(block, state, exempt, machine),
      runLines: (block, state, exempt, whole) => runLines(block, state, exempt, machine, whole),
      run: (node, state, exempt, negated) => runNode(node, state, exempt, machine, negated),
      reparse,
      shell: (inDash, unheard) => machineFor(shellRules, inDash, unheard),
      program: (others, unheard) => machineFor(others, false, unheard),
      tracksPipeStatus: () => tracksPipeStatus,
      follow: (source, run) => {
        if (ledger?.closed || ledger?.excluded.has(source)) return null;
        tracksPipeStatus ||= source.text.includes('PIPESTATUS');
        around.push(source);
        try {
          return run();
        } catch (error) {
          if (error instanceof OutOfBudget && ledger) exclude(source, ledger);
          throw error;
        } finally {
          around.pop();
        }
      },
      nest: (name, run) => {
        if (nested >= MAX_NESTED_COMMANDS) throw new OutOfBudget(`${name} runs ${name} too deeply`);
        nested++;
        try {
          return run();
        } finally {
          nested--;
        }
      },
      spend: () => {
        surroundings.toll();
        const script = around.at(-1);
        const cost = REMEMBERED.has(rules.language) ? PROGRAM_NODE : 1;
        if (script && ledger) {
          inScripts += cost;
          spendOn(script, cost, inScripts, ledger);
        } else if (--budget < 0) throw new OutOfBudget('the script has too many paths');
      },
    };
    return machine;
  };
  start.options = shell
    ? { ...noOptions, errexit: shell.errexit, nounset: shell.nounset, pipefail: shell.pipefail }
    : noOptions;
  start.status = success;
  start.flow = null;
  start.loops = 0;
  start.sourced = 0;
  start.callers = [];
  const machine = machineFor(program.rules, shell?.program === 'sh');
  if (!shell) return finishShell(runProgram(program, start, machine), machine);
  return finishShell(machine.runLines(program.body, start, false, program), machine);
}

/** Runs a script of a language that is no shell, to its end. */
function runProgram(program: Program, start: State, machine: Machine): State[] {
  const ends = machine.runBlock(program.body, start, false);
  return finishProgram(program.rules.language === 'powershell' ? ends.flatMap(leaveWithOutcome) : ends);
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

function runBlock(block: Block, state: State, exempt: boolean, machine: Machine): State[] {
  let open: State[] = [state];
  let gone: State[] = [];
  for (const node of block) {
    const next: State[] = [];
    for (const path of open) {
      for (const end of runNode(node, path, exempt, machine)) (end.flow ? gone : next).push(end);
    }
    if (next.length === 0) return gone;
    const merged = mergeStates(next);
    open = machine.rules.language === 'shell' ? merged : fewerPaths(merged);
    gone = fewer(gone);
  }
  return [...gone, ...open];
}

/** So many paths may have left a block before they are joined: each keeps all that it assumed alive. */
const MANY_GONE = 64;

function fewer(gone: State[]): State[] {
  return gone.length > MANY_GONE ? mergeStates(gone) : gone;
}

/** Statements that a shell reads line by line: after an error that drops a line it goes on with the next one. */
function runLines(block: Block, state: State, exempt: boolean, machine: Machine, whole?: Program): State[] {
  let open: State[] = [state];
  let gone: State[] = [];
  /** What the statements before this one were the last to name is forgotten. */
  let kept = 0;
  for (let from = 0; from < block.length && open.length > 0; ) {
    let to = from + 1;
    while (to < block.length && onOneLine(block[to - 1], block[to])) to++;
    const line = block.slice(from, to);
    const next: State[] = [];
    for (const path of open) {
      for (const end of runBlock(line, path, exempt, machine)) {
        if (end.flow?.kind === 'exit' && end.flow.resumes) end.flow = null;
        (end.flow ? gone : next).push(end);
      }
    }
    if (whole) kept = forgetUnnamed(next, whole, kept, to);
    open = mergeStates(next);
    gone = fewer(gone);
    from = to;
  }
  return [...gone, ...open];
}

function onOneLine(a: Node | undefined, b: Node | undefined): boolean {
  if (!a || !b) return false;
  return !a.at.text.text.slice(a.at.end, b.at.start).includes('\n');
}

/**
 * Runs one node. `negated`: a `!` stands in front of it, so that nothing hears of its own end; what runs inside of a
 * compound command is heard of.
 */
function runNode(node: Node, state: State, exempt: boolean, machine: Machine, negated = false): State[] {
  machine.spend();
  switch (node.kind) {
    case 'call':
      return runCall(node, state, exempt, machine, exempt || negated);
    case 'sequence':
      return runBlock(node.body, state, exempt, machine);
    case 'and':
    case 'or':
      return runLogical(node, state, exempt, machine);
    case 'not': {
      // bash spares all that runs within it only where errexit is on when the `!` comes; dash always.
      const spared = exempt || machine.dash || state.options.errexit;
      const ends = runNode(node.body, state, spared, machine, true);
      return ends.map((end) => {
        if (!end.flow) end.status = invert(end, node.at);
        return end;
      });
    }
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
      return runPipeline(node, state, exempt, machine, negated);
    case 'subshell':
      return runSubshell(node, state, exempt, machine, negated);
    case 'redirected':
      return withRedirects(
        node.redirects,
        state,
        machine,
        (inner) => runNode(node.body, inner, exempt, machine, negated),
        (refused) => settle(refused, node.at, exempt || negated, machine),
      );
    case 'background':
      return runBackground(node, state, exempt, machine);
    case 'define':
      state.functions = state.functions.with(node.name, { body: node.body });
      return ended(state, success);
    case 'test': {
      const forced = machine.world.forced?.get(node);
      if (forced !== undefined)
        return endedAsForced(forced, node, state, machine).flatMap((end) =>
          settled(end, node.at, exempt || negated, machine),
        );
      return testCondition(node.condition, state, machine)
        .flatMap((tested) => {
          if (tested.state.flow) return [tested.state];
          return tested.failed
            ? ended(tested.state, status(1, tested.lacks))
            : endedBy(tested.state, tested.question, tested.lacks);
        })
        .flatMap((end) => orNotFound(end, machine))
        .flatMap((end) => settled(end, node.at, exempt || negated, machine));
    }
    case 'arithmetic':
      return evaluateArithmetic(node.expression, state, machine)
        .flatMap((result) => {
          if (result.state.flow) return [result.state];
          if (result.failed) return ended(result.state, status(1, result.value.lacks));
          return endedBy(result.state, isNonZero(result.value, result.state), result.value.lacks);
        })
        .flatMap((end) => settled(end, node.at, exempt || negated, machine));
    case 'evaluate':
    case 'each':
    case 'try':
    case 'throw':
    case 'return':
    case 'jump':
    case 'put-out':
    case 'exit':
    case 'set-outcome':
      return runComputing(node, state, machine);
    case 'opaque':
      // Anything may have happened in it: its status is not known.
      return endedBy(state, ask(state.constraints, `opaque ${siteName(node.at, state, machine)}`), []);
  }
}

/** Statements of languages with values that are more than texts: one that has ended well has status 0. */
function runComputing(node: ComputeNode, state: State, machine: Machine): State[] {
  switch (node.kind) {
    case 'evaluate':
      return evaluate(node.expression, state, machine).map((result) => {
        if (!result.state.flow) result.state.status = success;
        return result.state;
      });
    case 'each':
      return runEach(node, state, machine);
    case 'try':
      return runTry(node, state, machine);
    case 'throw':
      return runThrow(node, state, machine);
    case 'return':
      return runReturn(node, state, machine);
    case 'jump':
      state.flow = { kind: node.how, levels: node.levels };
      record(state, { kind: 'leave', how: node.how, site: node, where: node.at, green: true });
      return [state];
    case 'put-out':
    case 'exit':
    case 'set-outcome':
      return runCommanding(node, state, machine);
  }
}

function settled(state: State, at: Place, exempt: boolean, machine: Machine): State[] {
  if (machine.tracksPipeStatus()) state.pipeStatus = [state.status];
  return settle(state, at, exempt, machine);
}

/** Not every `sh` knows `[[`: dash does not find such a command. */
function orNotFound(state: State, machine: Machine): State[] {
  if (!machine.dash || state.flow) return [state];
  const without = fork(state);
  without.status = status(127);
  return [state, without];
}

function isEmptyBody(node: Node): boolean {
  return node.kind === 'sequence' && node.body.length === 0;
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
    decideByStatus(left, node, node.left.at);
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

function runBranch(
  node: Extract<Node, { kind: 'branch' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  return runNode(node.test, state, true, machine).flatMap((tested) => {
    if (tested.flow) return [tested];
    const taken = tested.status.code === 0;
    decideByStatus(tested, node, node.test.at);
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
    return runArms(node, 0, null, subject.value, subject.state, exempt, machine);
  });
}

/**
 * Tries the arms from `index` on. `before` is how the arm before ended: with `;&` this body runs untested, after
 * `;;&` the status stays where no other arm matches.
 */
function runArms(
  node: Extract<Node, { kind: 'match' }>,
  index: number,
  before: Arm['then'] | null,
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
    return before === null ? ended(state, success) : [state];
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
    if (isEmptyBody(arm.body)) path.status = success;
    return runNode(arm.body, path, exempt, machine).flatMap((end) => {
      if (end.flow || arm.then === 'stop') return [end];
      return index + 1 < node.arms.length
        ? runArms(node, index + 1, arm.then, subject, end, exempt, machine)
        : [end];
    });
  };
  if (before === 'fall') return enter(state);
  const stays = before === 'continue' ? before : null;
  let open: State[] = [state];
  const ends: State[] = [];
  for (const pattern of arm.patterns) {
    const next: State[] = [];
    for (const path of open) {
      for (const expanded of expandPattern(pattern, path, machine)) {
        if (expanded.state.flow) ends.push(expanded.state);
        else
          for (const branch of split(
            matches(expanded.state.constraints, subject, expanded.pattern, expanded.state.options.ignoreCase),
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
    ...open.flatMap((path) => runArms(node, index + 1, stays, subject, path, exempt, machine)),
  ];
}
