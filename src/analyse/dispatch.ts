import { unfollowedProgram } from '../facts/unfollowed.js';
import type { Call, Node } from '../program/program.js';
import { builtinOf } from './builtins.js';
import { runExternal } from './commands.js';
import { resolve } from './constraints.js';
import { runEval, runSource } from './evaluating.js';
import { forgetFiles, takeFiles } from './file-tests.js';
import { callByName, notFollowed } from './following.js';
import type { Invocation, Launch } from './invocation.js';
import { mergeStates } from './joining.js';
import { bunRunsFile, runLanguageCommand } from './language-command.js';
import { endedAsForced, MAX_CALL_DEPTH, type Machine, OutOfBudget, placeId, siteName } from './machine.js';
import { runMake } from './make.js';
import { runPackageManager } from './package-scripts.js';
import { languageOfCommand } from './scripts.js';
import { runShellCommand } from './shell-command.js';
import { type State, setVariable } from './state.js';
import { runPathCommand, runTee } from './utilities.js';
import { emptyValue, textOf, type Value } from './values.js';
import { runEnv, runExec, runWrapper } from './wrapping.js';
import { runXargs } from './xargs.js';

/** What a wrapper that is a program of its own can run without leaving the model: no shell builtins, no functions. */
const PROGRAMS: ReadonlySet<string> = new Set(
  'test [ true false echo printf sleep tee xargs bash sh dash env sudo nohup nice timeout time stdbuf setsid ionice which npm yarn pnpm bun make gmake'.split(
    ' ',
  ),
);

/**
 * Runs a command by its name: a function, a command that is modelled, a script of the repository, or some program.
 * `program`: neither functions nor the shell's own commands are meant.
 */
export function dispatch(
  fields: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
  program = false,
): State[] {
  const [head, ...args] = fields;
  const name = head ? textOf(resolve(state.constraints, head)) : '';
  const invocation: Invocation = { name: name ?? '', args, call, lacks, exempt };
  const forced = machine.world.forced?.get(call);
  if (forced !== undefined) return endedAsForced(forced, call, state, machine);
  const external = (base: string | null, local: boolean): State[] =>
    runExternal({ ...invocation, name: base, local }, state, machine).map((end) => {
      if (base !== null && READERS.has(base)) return end;
      const site = siteName(call.at, end, machine);
      forgetFiles(end, args, site);
      if (base !== null) takeFiles(base, end, args, site);
      return end;
    });
  if (head && (name === null || name.includes('/'))) {
    const ends = callByName(head, invocation, state, machine);
    if (ends) return ends;
  }
  if (name === null) return external(null, false);
  const definition = program ? undefined : state.functions.get(name);
  if (definition) return callFunction(definition.body, invocation, state, machine);
  if (!program || PROGRAMS.has(name) || languageOfCommand(name)) {
    const own = runOwn(invocation, state, machine);
    if (own) return own;
  }
  const base = name.slice(name.lastIndexOf('/') + 1);
  const local =
    base !== name && !/^\/(usr\/|bin\/|sbin\/|opt\/)/.test(name) && !name.includes('node_modules/.bin/');
  if (!local) {
    const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
    const reason = unfollowedProgram(base, texts);
    if (reason !== null) notFollowed(reason, invocation, state, machine);
  }
  return external(base, local);
}

/** Commands that leave the files that they are given as they are. */
const READERS: ReadonlySet<string> = new Set(
  'cat grep egrep fgrep head tail cut sort uniq wc diff cmp jq base64 sha256sum md5sum ls stat basename dirname source chmod chown'.split(
    ' ',
  ),
);

/** Commands that are modelled here; null for every other. */
function runOwn(invocation: Invocation, state: State, machine: Machine): State[] | null {
  const { name, args, call, exempt } = invocation;
  const launch: Launch = (fields, lacks, path, program) =>
    machine.nest(name, () => dispatch(fields, lacks, call, path, exempt, machine, program));
  switch (name) {
    case 'eval':
      return machine.nest(name, () => runEval(invocation, state, machine));
    case 'exec':
      return runExec(invocation, state, launch);
    case 'source':
    case '.':
      return runSource(invocation, state, machine);
    case 'tee':
      return runTee(invocation, state, machine);
    case 'xargs':
      return runXargs(invocation, state, machine, launch);
    case 'env':
    case 'cross-env':
      return runEnv(invocation, state, launch);
    case 'dirname':
    case 'basename':
    case 'pwd':
    case 'realpath':
    case 'readlink':
      return runPathCommand(invocation, state, machine);
    case 'git':
      // Only `git rev-parse --show-toplevel` prints what is known.
      return runPathCommand(invocation, state, machine);
    case 'npm':
    case 'yarn':
    case 'pnpm':
    case 'bun':
      if (name === 'bun' && bunRunsFile(args))
        return runLanguageCommand('javascript', invocation, state, machine);
      return runPackageManager(invocation, state, machine);
    case 'make':
    case 'gmake':
      return runMake(invocation, state, machine);
    case 'bash':
    case 'sh':
    case 'dash':
      return runShellCommand(invocation, state, machine);
  }
  const language = languageOfCommand(name);
  if (language) return runLanguageCommand(language, invocation, state, machine);
  if (name === 'command' && /^-[vV]/.test(textOf(args[0] ?? emptyValue) ?? '')) {
    return builtinOf('type')?.(invocation, state, machine) ?? [state];
  }
  return runWrapper(invocation, state, launch) ?? builtinOf(name)?.(invocation, state, machine) ?? null;
}

/** A function of the shell. */
function callFunction(
  body: Node,
  { name, args, call, exempt }: Invocation,
  state: State,
  machine: Machine,
): State[] {
  if (state.frames.length >= MAX_CALL_DEPTH) throw new OutOfBudget(`${name} calls itself too deeply`);
  const { positional, frames, route, loops, sourced } = state;
  const errorTrap = state.traps.get('ERR');
  if (errorTrap && !state.options.errtrace)
    state.traps = new Map([...state.traps].filter(([signal]) => signal !== 'ERR'));
  state.loops = 0;
  state.sourced = 0;
  state.positional = args;
  state.frames = [...frames, new Map()];
  state.route = `${route}/${name}@${placeId(call.at, machine)}`;
  return mergeStates(
    machine.run(body, state, exempt).map((end) => {
      for (const [variable, old] of end.frames.at(-1) ?? []) setVariable(end, variable, old ?? null);
      end.frames = frames;
      end.positional = positional;
      end.route = route;
      end.loops = loops;
      end.sourced = sourced;
      // One that the function set itself stays.
      if (errorTrap && !end.traps.has('ERR')) end.traps = new Map(end.traps).set('ERR', errorTrap);
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    }),
  );
}
