import type { Call } from '../program/program.js';
import { builtinOf } from './builtins.js';
import { isUnheard } from './commands.js';
import { ask } from './constraints.js';
import { DECLARATIONS } from './declarations.js';
import { becomeShell, readFlags } from './fresh-shell.js';
import type { Invocation } from './invocation.js';
import { endedBy, literalText, type Machine, placeId, siteName } from './machine.js';
import { interpreterOf, MAX_SCRIPT_DEPTH, type Script, scriptAt } from './scripts.js';
import { fork, type Options, record, type State, success } from './state.js';
import { inSubshell } from './subshell.js';
import type { Value } from './values.js';

/** The shell that runs a script: what its flags say, and whether it is dash. */
interface Shell {
  readonly options: Options;
  readonly dash: boolean;
}

/**
 * `./x.sh`, a file of the repository that is called by its own name: its first line says who runs it. null where
 * it is not followed.
 */
export function callByName(
  file: Value,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const script = scriptAt(file, state, machine);
  const interpreter = script && interpreterOf(script.source, machine);
  const flags = interpreter && readFlags(interpreter.flags);
  if (!flags?.understood || flags.inline) return null;
  const shell = { options: flags.options, dash: interpreter?.program !== 'bash' };
  return script && runScript(script, shell, file, invocation.args, invocation, state, machine);
}

/** `bash x.sh`: a file of the repository in a shell of its own, with arguments; null where it is not followed. */
export function callScript(
  file: Value,
  args: readonly Value[],
  shell: Shell,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const script = scriptAt(file, state, machine);
  return script && runScript(script, shell, file, args, invocation, state, machine);
}

function runScript(
  script: Script,
  shell: Shell,
  name: Value,
  args: readonly Value[],
  { call, exempt }: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  if (state.callers.length >= MAX_SCRIPT_DEPTH) return null;
  return machine.follow(script, () => {
    const own = machine.shell(shell.dash, isUnheard(exempt, state, machine));
    return inSubshell(state, own, (inner) => {
      becomeShell(inner, shell.options, args);
      inner.sourced = 0;
      inner.errexitOff = null;
      enterScript(inner, script, name, call, false, machine);
      const ends = own.runLines(script.program.body, inner, false);
      return exempt ? ends.flatMap((end) => orFails(end, script, call, machine)) : ends;
    });
  });
}

/** `source x.sh`: a file of the repository in this shell; null where it is not followed. */
export function sourceScript(
  file: Value,
  args: readonly Value[],
  { call, exempt }: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const script = scriptAt(file, state, machine);
  if (!script || state.callers.length >= MAX_SCRIPT_DEPTH) return null;
  const { positional, sourced, callers, route } = state;
  return machine.follow(script, () => {
    const inner = fork(state);
    if (args.length > 0) inner.positional = args;
    inner.sourced++;
    inner.status = success;
    enterScript(inner, script, file, call, true, machine);
    return machine.runLines(script.program.body, inner, exempt).map((end) => {
      if (args.length > 0) end.positional = positional;
      end.sourced = sourced;
      end.callers = callers;
      end.route = route;
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    });
  });
}

function enterScript(
  inner: State,
  { source }: Script,
  name: Value,
  call: Call,
  sourced: boolean,
  machine: Machine,
): void {
  const site = placeId(call.at, machine);
  inner.callers = [...inner.callers, { site, name, sourced }];
  inner.route = `${inner.route}/${source.path}@${site}`;
  record(inner, { kind: 'call', where: call.at, script: source });
}

/** A script whose status is asked for and that ends as its last program does: how that ends is not known. */
function orFails(end: State, { program }: Script, call: Call, machine: Machine): State[] {
  let last = program.body.at(-1);
  if (last?.kind === 'pipeline') last = last.stages.at(-1);
  if (end.flow || end.status.code !== 0 || last?.kind !== 'call') return [end];
  const name = literalText(last.words[0]);
  const isProgram =
    last.words.length > 0 &&
    (name === null || (!end.functions.has(name) && builtinOf(name) === null && !DECLARATIONS.includes(name)));
  if (!isProgram) return [end];
  return endedBy(end, ask(end.constraints, `ok ${name ?? ''} ${siteName(call.at, end, machine)}`), []);
}
