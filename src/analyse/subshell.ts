import type { Block, Node, Part, Redirect } from '../program/program.js';
import { mergeStates } from './joining.js';
import { abort, ended, literalText, type Machine, siteName } from './machine.js';
import { openInput } from './redirects.js';
import { fork, record, type State, type Status, success } from './state.js';
import { finishShell, invert, settle } from './traps.js';
import { concat, derived, emptyValue, hole, lacking, type Piece, type Value } from './values.js';
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

/**
 * Runs a part of a pipeline or a job in the background. Where an error in an expansion ends a simple command there,
 * bash has not yet made a shell of its own of it, and the `EXIT` trap of the script runs.
 */
function runBeside(node: Node, state: State, exempt: boolean, machine: Machine, negated = false): State[] {
  const outer = state.traps.get('EXIT');
  return inSubshell(state, machine, (inner) =>
    machine.run(node, inner, exempt, negated).map((end) => {
      const early = node.kind === 'call' && !machine.dash && end.flow?.kind === 'exit' && end.flow.aborted;
      if (early && outer) end.traps = new Map(end.traps).set('EXIT', outer);
      return end;
    }),
  );
}

/** `( … )`. `negated`: a `!` stands in front of it, and nothing hears of a status that is not 0 at its end. */
export function runSubshell(
  node: Extract<Node, { kind: 'subshell' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
  negated = false,
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
    return settle(end, node.at, exempt || negated, machine);
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
    const ends = printFile(part.body, inner, machine) ?? machine.runBlock(part.body, inner, exempt);
    return machine.dash ? ends : ends.flatMap((end) => perhapsWithoutTrap(end, part.body));
  };
  return inSubshell(state, machine, run, exempt).flatMap((end) => {
    const printed = trimEnd(end.out ?? emptyValue);
    end.out = out;
    const { status } = end;
    end.substitution = status;
    // In dash `$?` stays what it was until the command around it has ended.
    if (machine.dash) end.status = before;
    const result = { state: end, values: [lacking(printed, status.because?.lacks ?? [])] };
    const unread = status.code !== 0 && state.options.errexit && soleInput(part.body, machine) !== null;
    return unread ? [result, { ...result, state: endedUnread(end, part, machine) }] : [result];
  });
}

/**
 * bash 5.2 reads the file of `$(<file)` itself: under `errexit` a file that cannot be read ends the shell, in a
 * condition too. Other versions only fail the substitution.
 */
function endedUnread(state: State, part: Extract<Part, { kind: 'command' }>, machine: Machine): State {
  const gone = fork(state);
  abort(gone, part.at, machine, state.status.lacks);
  return gone;
}

/**
 * Where a call is the last thing in a `$(…)` or `<(…)`, bash 5.2 starts the last program of the function in its own
 * place, and an `EXIT` trap that the function set does not run; other versions run it.
 */
function perhapsWithoutTrap(state: State, body: Block): State[] {
  if (state.flow || !state.traps.has('EXIT') || !endsInCall(body.at(-1), state)) return [state];
  const without = fork(state);
  without.traps = new Map([...state.traps].filter(([name]) => name !== 'EXIT'));
  return [state, without];
}

/** Is the last command a function, as far as can be told? */
function endsInCall(node: Node | undefined, state: State): boolean {
  switch (node?.kind) {
    case 'call': {
      const name = literalText(node.words[0]);
      return name === null || state.functions.has(name);
    }
    case 'and':
    case 'or':
      return endsInCall(node.right, state);
    case 'sequence':
      return endsInCall(node.body.at(-1), state);
    default:
      return false;
  }
}

/** `$(<file)` prints the file. */
function printFile(body: Block, state: State, machine: Machine): State[] | null {
  const redirect = soleInput(body, machine);
  if (!redirect) return null;
  const { input } = state;
  return openInput(redirect, state, machine).map((path) => {
    if (path.flow) return path;
    path.out = path.input;
    path.input = input;
    return path;
  });
}

/** The redirection that is all of `$(<file)`; null for any other body, and in dash, which does not know it. */
function soleInput(body: Block, machine: Machine): Redirect | null {
  const [only, ...more] = body;
  if (machine.dash || only?.kind !== 'call' || more.length > 0) return null;
  const [redirect, ...others] = only.redirects;
  const alone = only.words.length === 0 && only.assignments.length === 0 && others.length === 0;
  return alone && redirect?.operator === '<' ? redirect : null;
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
    return machine.runBlock(part.body, inner, true).flatMap((end) => perhapsWithoutTrap(end, part.body));
  }).map((end) => {
    const printed = end.out ?? emptyValue;
    const lacks = end.status.because?.lacks ?? printed.lacks;
    end.out = out;
    end.input = input;
    end.status = status;
    end.files = end.files.with(name, lacking(printed, lacks));
    return { state: end, values: [{ pieces: [hole(name, { nonEmpty: true })], lacks }] };
  });
}

/** Less the newlines at its end, which may stand in front of something unknown that is empty. */
export function trimEnd(value: Value): Value {
  const { pieces, lacks } = value;
  let from = pieces.length;
  while (from > 0 && mayBeTrimmed(pieces[from - 1])) from--;
  const text = pieces[from - 1];
  const kept = typeof text === 'string' ? text.slice(0, lengthWithoutNewlines(text)) : '';
  const head = typeof text === 'string' ? [...pieces.slice(0, from - 1), kept] : pieces.slice(0, from);
  const newlines = typeof text === 'string' ? text.slice(kept.length) : '';
  const tail = newlines === '' ? pieces.slice(from) : [newlines, ...pieces.slice(from)];
  if (!tail.some((piece) => typeof piece === 'string')) return value;
  if (tail.every((piece) => typeof piece === 'string')) return { pieces: head, lacks };
  return concat([{ pieces: head, lacks }, derived('without newlines at its end', [{ pieces: tail, lacks }])]);
}

/** May all of it be newlines, or nothing? */
function mayBeTrimmed(piece: Piece | undefined): boolean {
  if (typeof piece === 'string') return lengthWithoutNewlines(piece) === 0;
  return piece !== undefined && !piece.nonEmpty;
}

function lengthWithoutNewlines(text: string): number {
  let length = text.length;
  while (length > 0 && text[length - 1] === '\n') length--;
  return length;
}

/**
 * `a | b`: every stage in a subshell of its own, each reading what the one before printed. `negated`: a `!` stands in
 * front of it, which spares the commands that are a stage, and the end of the pipeline unless that is a subshell.
 */
export function runPipeline(
  node: Extract<Node, { kind: 'pipeline' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
  negated = false,
): State[] {
  const spared = exempt || (negated && node.stages.at(-1)?.kind !== 'subshell');
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
      const stays = index === last && state.options.lastpipe && !machine.dash;
      const single = negated && stage.kind === 'call';
      const ends = stays
        ? machine.run(stage, path, exempt, single)
        : runBeside(stage, path, exempt, machine, single);
      for (const end of ends) {
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
    ...mergeStates(open.map((path) => path.state)).flatMap((end) => settle(end, node.at, spared, machine)),
  ];
}

/** `cmd &`: runs beside the rest, without input; its status is what `wait` gives. */
export function runBackground(
  node: Extract<Node, { kind: 'background' }>,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const { input, out } = state;
  const name = `job ${siteName(node.at, state, machine)}`;
  state.input = emptyValue;
  // In bash it inherits of a condition that a status ends nothing, in dash it does not.
  return runBeside(node.body, state, exempt && !machine.dash, machine).map((end) => {
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
