import type { Block, Node, Part } from '../program/program.js';
import { mergeStates } from './joining.js';
import { ended, type Machine, siteName } from './machine.js';
import { openInput } from './redirects.js';
import { fork, record, type State, type Status, success } from './state.js';
import { finishShell, invert, settle } from './traps.js';
import { concat, emptyValue, hole, lacking, type Value } from './values.js';
import type { PartResult } from './words.js';

/** A path that runs a subshell: changes to variables and options end with it. */
export function enterSubshell(state: State): State {
  const inner = fork(state);
  const errorTrap = state.options.errtrace ? state.traps.get('ERR') : undefined;
  inner.traps = errorTrap ? new Map([['ERR', errorTrap]]) : new Map();
  inner.loops = 0;
  inner.background = null;
  return inner;
}

/**
 * Puts back what a subshell cannot change; effects, files, assumptions, the status, what was printed and how
 * much of the input was read stay.
 */
export function leaveSubshell(inner: State, outer: State): void {
  inner.vars = outer.vars;
  inner.varsShared = true;
  outer.varsShared = true;
  inner.functions = outer.functions;
  inner.options = outer.options;
  inner.positional = outer.positional;
  inner.frames = outer.frames;
  inner.traps = outer.traps;
  inner.cwd = outer.cwd;
  inner.route = outer.route;
  inner.opened = outer.opened;
  inner.loops = outer.loops;
  inner.sourced = outer.sourced;
  inner.callers = outer.callers;
  inner.background = outer.background;
  inner.pipeStatus = outer.pipeStatus;
  inner.errexitOff = outer.errexitOff;
  inner.data = outer.data;
  inner.cells = outer.cells;
  inner.handling = outer.handling;
  inner.flow = null;
}

/** Runs something in a subshell of its own, to the end of its `EXIT` trap. */
export function inSubshell(
  state: State,
  machine: Machine,
  run: (inner: State) => State[],
  exempt = false,
): State[] {
  return finishShell(run(enterSubshell(state)), machine, exempt).map((end) => {
    leaveSubshell(end, state);
    return end;
  });
}

/** `( … )`. */
export function runSubshell(
  node: Extract<Node, { kind: 'subshell' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  // In bash a `!` in front of all that is in the parentheses does not keep `errexit` out, and turns around the
  // status that it ends the subshell with.
  const { body } = node;
  const inverted = body.kind === 'not' && !machine.dash;
  const inside = inverted ? body.body : body;
  const run = (inner: State): State[] =>
    machine.run(inside, inner, exempt).map((end) => {
      const own = !end.flow || (end.flow.kind === 'exit' && end.flow.errexit === true);
      if (inverted && own) end.status = invert(end, body.at);
      return end;
    });
  return inSubshell(state, machine, run).flatMap((end) => {
    end.pipeStatus = [end.status];
    return settle(end, node.at, exempt, machine);
  });
}

/** Runs `$(…)` in a subshell and gives what it prints, less the newlines at its end. */
export function substitute(
  part: Extract<Part, { kind: 'command' }>,
  state: State,
  machine: Machine,
): PartResult[] {
  const { out, status: before } = state;
  const exempt = !machine.dash && (machine.exempt ?? false);
  const run = (inner: State): State[] => {
    inner.out = emptyValue;
    // bash switches `errexit` off in there; dash leaves it on, even in a condition.
    if (!machine.dash && !inner.options.inheritErrexit) inner.options = { ...inner.options, errexit: false };
    if (part.body.length === 0) return ended(inner, success);
    return printFile(part.body, inner, machine) ?? machine.runBlock(part.body, inner, exempt);
  };
  return inSubshell(state, machine, run, exempt).map((end) => {
    const printed = trimEnd(end.out ?? emptyValue);
    end.out = out;
    const { status } = end;
    end.substitution = status;
    // In dash `$?` stays what it was until the command around it has ended.
    if (machine.dash) end.status = before;
    return { state: end, values: [lacking(printed, status.because?.lacks ?? [])] };
  });
}

/** `$(<file)` prints the file. */
function printFile(body: Block, state: State, machine: Machine): State[] | null {
  const [only, ...more] = body;
  if (machine.dash || only?.kind !== 'call' || more.length > 0) return null;
  const [redirect, ...others] = only.redirects;
  const alone = only.words.length === 0 && only.assignments.length === 0 && others.length === 0;
  if (!alone || redirect?.operator !== '<') return null;
  return openInput(redirect, state, machine).map((path) => {
    if (path.flow) return path;
    path.out = path.input;
    path.status = success;
    return path;
  });
}

/** `<(…)` and `>(…)`: a file whose text is what the commands print. Nobody sees their status. */
export function processSubstitution(
  part: Extract<Part, { kind: 'process' }>,
  state: State,
  machine: Machine,
): PartResult[] {
  const name = `process ${siteName(part.at, state, machine)}`;
  const { out, input, status } = state;
  return inSubshell(state, machine, (inner) => {
    inner.out = emptyValue;
    if (part.direction === '>') inner.input = null;
    return machine.runBlock(part.body, inner, true);
  }).map((end) => {
    const printed = end.out ?? emptyValue;
    const lacks = end.status.because?.lacks ?? printed.lacks;
    end.out = out;
    end.input = input;
    end.status = status;
    end.files = new Map(end.files).set(name, lacking(printed, lacks));
    return { state: end, values: [{ pieces: [hole(name, { nonEmpty: true })], lacks }] };
  });
}

function trimEnd(value: Value): Value {
  const last = value.pieces.at(-1);
  if (typeof last !== 'string' || !last.endsWith('\n')) return value;
  let end = last.length;
  while (end > 0 && last[end - 1] === '\n') end--;
  const rest = value.pieces.slice(0, -1);
  return { pieces: end === 0 ? rest : [...rest, last.slice(0, end)], lacks: value.lacks };
}

/** `a | b`: every stage in a subshell of its own, each reading what the one before printed. */
export function runPipeline(
  node: Extract<Node, { kind: 'pipeline' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const last = node.stages.length - 1;
  const { out } = state;
  let open: { state: State; statuses: readonly Status[]; input: Value | null }[] = [
    { state: fork(state), statuses: [], input: state.input },
  ];
  const gone: State[] = [];
  node.stages.forEach((stage, index) => {
    const next: typeof open = [];
    for (const { state: path, statuses, input } of open) {
      const printed = path.out;
      if (index > 0) path.input = printed;
      path.out = index < last ? emptyValue : out;
      const run = (inner: State) => machine.run(stage, inner, exempt);
      const stays = index === last && state.options.lastpipe && !machine.dash;
      for (const end of stays ? run(path) : inSubshell(path, machine, run)) {
        // Only the first stage reads what the pipeline as a whole is given.
        const rest = index === 0 ? end.input : input;
        if (end.flow) gone.push(end);
        else next.push({ state: end, statuses: [...statuses, end.status], input: rest });
      }
    }
    open = next;
  });
  for (const path of open) {
    const { state: end, statuses } = path;
    end.input = path.input;
    const failing = statuses.findLast((stage) => stage.code !== 0);
    end.status = (end.options.pipefail ? failing : statuses.at(-1)) ?? success;
    end.pipeStatus = statuses;
    for (const stage of statuses.slice(0, -1)) {
      if (stage.because && end.status.because !== stage.because)
        record(end, { kind: 'mask', failure: stage.because, where: node.at, by: '|' });
    }
  }
  return [
    ...gone,
    ...mergeStates(open.map((path) => path.state)).flatMap((end) => settle(end, node.at, exempt, machine)),
  ];
}

/** `cmd &`: runs beside the rest, without input; its status is what `wait` gives. */
export function runBackground(
  node: Extract<Node, { kind: 'background' }>,
  state: State,
  machine: Machine,
): State[] {
  const { input, out } = state;
  const name = `job ${siteName(node.at, state, machine)}`;
  return inSubshell(state, machine, (inner) => {
    inner.input = emptyValue;
    return machine.run(node.body, inner, false);
  }).map((end) => {
    if (end.status.because)
      record(end, { kind: 'mask', failure: end.status.because, where: node.body.at, by: '&' });
    const statuses = new Map(end.background?.statuses).set(name, end.status);
    end.background = { statuses, last: name };
    // When it prints is not known.
    if (out && end.out !== out) end.out = concat([out, { pieces: [hole(`printed by ${name}`)], lacks: [] }]);
    end.input = input;
    end.status = success;
    return end;
  });
}
