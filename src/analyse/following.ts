import type { LoadedLanguage } from '../program/lower/languages.js';
import type { Program } from '../program/program.js';
import type { Source } from '../text/source.js';
import { builtinOf } from './builtins.js';
import { handOn, isUnheard } from './commands.js';
import { ask } from './constraints.js';
import { DECLARATIONS } from './declarations.js';
import { becomeShell, readFlags } from './fresh-shell.js';
import type { Invocation } from './invocation.js';
import { endedBy, literalText, type Machine, placeId, siteName } from './machine.js';
import { runProgram } from './programs.js';
import { writtenText } from './redirects.js';
import {
  type Callee,
  interpreterOf,
  languageOfCommand,
  MAX_SCRIPT_DEPTH,
  programOf,
  type Target,
  targetOf,
} from './scripts.js';
import { type Caller, fork, type Options, record, type State, success } from './state.js';
import { inSubshell } from './subshell.js';
import type { Value } from './values.js';

/** The shell that runs a script: what its flags say, and whether it is dash. */
export interface Shell {
  readonly options: Options;
  readonly dash: boolean;
}

/** A script with what runs it. */
export interface ShellScript {
  readonly callee: Callee;
  readonly program: Program;
  readonly shell: Shell;
  /** Its `$0`. */
  readonly name: Value;
  readonly args: readonly Value[];
  /** Where it runs, as `State.cwd` has it; undefined: where it is called. */
  readonly cwd?: string;
  /** True where the programs of its package are found by their bare names. */
  readonly ofPackage?: boolean;
}

/**
 * `./x.sh`, a file that is called by its own name: its first line says who runs it. null where it is not followed, or
 * no file of the repository.
 */
export function callByName(
  file: Value,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const written = writtenText(state, file);
  const target: Target =
    written === null
      ? targetOf(file, false, state, machine)
      : { kind: 'file', source: { path: 'a script that the job writes', text: written } };
  if (target.kind === 'program') return null;
  if (target.kind === 'unseen') return notFollowed(target.reason, invocation, state, machine);
  const { source } = target;
  const interpreter = interpreterOf(source, machine);
  if (!interpreter)
    return notFollowed(`${source.path} does not say what runs it`, invocation, state, machine);
  const { program } = interpreter;
  const language = languageOfCommand(program);
  if (language && written === null)
    return callProgramFile(source, language, file, invocation.args, invocation, state, machine);
  if (!SHELLS.has(program)) {
    return notFollowed(
      `${source.path} is run by ${program}, which is not modelled`,
      invocation,
      state,
      machine,
    );
  }
  const flags = readFlags(interpreter.flags);
  if (!flags.understood || flags.inline || flags.fromInput) {
    const reason = `${source.path} is run by ${[program, ...interpreter.flags].join(' ')}, which is not modelled`;
    return notFollowed(reason, invocation, state, machine);
  }
  const shell = { options: flags.options, dash: program !== 'bash' };
  if (written !== null) return runWritten(written, shell, file, invocation.args, invocation, state, machine);
  return callFile(source, shell, file, invocation.args, invocation, state, machine);
}

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'dash']);

/** `bash x.sh`: a file of the repository in a shell of its own, with arguments; null where it is not followed. */
export function callScript(
  file: Value,
  args: readonly Value[],
  shell: Shell,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const written = writtenText(state, file);
  if (written !== null) return runWritten(written, shell, file, args, invocation, state, machine);
  const target = targetOf(file, true, state, machine);
  if (target.kind === 'program') return null;
  if (target.kind === 'unseen') return notFollowed(target.reason, invocation, state, machine);
  return callFile(target.source, shell, file, args, invocation, state, machine);
}

function callFile(
  source: Callee['source'],
  shell: Shell,
  name: Value,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const program = programOf(source);
  if (typeof program === 'string') return notFollowed(program, invocation, state, machine);
  return runShellScript({ callee: wholeOf(source), program, shell, name, args }, invocation, state, machine);
}

/** A script that the job wrote itself. Where it was written is not known any more: it stands where it is called. */
function runWritten(
  text: string,
  shell: Shell,
  name: Value,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const { call, exempt } = invocation;
  const program = machine.reparse(text, call.at);
  if (program.unreadable)
    return notFollowed(
      `a script that the job writes cannot be read: ${program.unreadable.reason}`,
      invocation,
      state,
      machine,
    );
  handOn(state, machine);
  if (state.callers.length >= MAX_SCRIPT_DEPTH)
    return notFollowed('a script that the job writes calls itself', invocation, state, machine);
  const own = machine.shell(shell.dash, isUnheard(exempt, state, machine));
  return inSubshell(state, own, (inner) => {
    becomeShell(inner, shell.options, args);
    inner.sourced = 0;
    inner.errexitOff = null;
    const site = placeId(call.at, machine);
    inner.callers = [...inner.callers, { site, name, sourced: false, ofPackage: false }];
    inner.route = `${inner.route}/written@${site}`;
    const ends = own.runLines(program.body, inner, false, program);
    return exempt ? ends.flatMap((end) => orFails(end, program, invocation, machine)) : ends;
  });
}

/** `python x.py`: a file of the repository in a process of its own, with arguments; null where it is not followed. */
export function callProgram(
  file: Value,
  language: LoadedLanguage,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const target = targetOf(file, true, state, machine);
  if (target.kind === 'program') return null;
  if (target.kind === 'unseen') return notFollowed(target.reason, invocation, state, machine);
  return callProgramFile(target.source, language, file, args, invocation, state, machine);
}

function callProgramFile(
  source: Source,
  language: LoadedLanguage,
  name: Value,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const program = programOf(source, language);
  if (typeof program === 'string') return notFollowed(program, invocation, state, machine);
  const callee = wholeOf(source);
  // Node has the script's name before its arguments.
  const given = language === 'javascript' ? [name, ...args] : args;
  return follow(callee, invocation, state, machine, () =>
    runProgram(program, given, state, invocation.exempt, machine, (inner) => {
      const site = placeId(invocation.call.at, machine);
      enter(inner, callee, { site, name, sourced: false, ofPackage: false }, invocation);
    }),
  );
}

export function wholeOf(source: Callee['source']): Callee {
  return { source, title: source.path, body: { source, start: 0, end: source.text.length } };
}

/** Runs a script in a shell of its own; null where it is not followed. */
export function runShellScript(
  { callee, program, shell, name, args, cwd, ofPackage }: ShellScript,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const { call, exempt } = invocation;
  return follow(callee, invocation, state, machine, () => {
    const own = machine.shell(shell.dash, isUnheard(exempt, state, machine));
    return inSubshell(state, own, (inner) => {
      becomeShell(inner, shell.options, args);
      inner.sourced = 0;
      inner.errexitOff = null;
      if (cwd !== undefined) inner.cwd = cwd;
      const site = placeId(call.at, machine);
      enter(inner, callee, { site, name, sourced: false, ofPackage: ofPackage ?? false }, invocation);
      const ends = own.runLines(program.body, inner, false, program);
      return exempt ? ends.flatMap((end) => orFails(end, program, invocation, machine)) : ends;
    });
  });
}

/** `source x.sh`: a file of the repository in this shell; null where it is not followed. */
export function sourceScript(
  file: Value,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const target = targetOf(file, true, state, machine);
  if (target.kind === 'program') return null;
  if (target.kind === 'unseen') return notFollowed(target.reason, invocation, state, machine);
  const program = programOf(target.source);
  if (typeof program === 'string') return notFollowed(program, invocation, state, machine);
  const callee = wholeOf(target.source);
  const { positional, sourced, callers, route } = state;
  return follow(callee, invocation, state, machine, () => {
    const inner = fork(state);
    if (args.length > 0) inner.positional = args;
    inner.sourced++;
    inner.status = success;
    const site = placeId(invocation.call.at, machine);
    const ofPackage = callers.at(-1)?.ofPackage ?? false;
    enter(inner, callee, { site, name: file, sourced: true, ofPackage }, invocation);
    return machine.runLines(program.body, inner, invocation.exempt).map((end) => {
      if (args.length > 0) end.positional = positional;
      end.sourced = sourced;
      end.callers = callers;
      end.route = route;
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    });
  });
}

/** Runs what is called within the bounds of following; null beyond them. */
function follow(
  { source, title }: Callee,
  invocation: Invocation,
  state: State,
  machine: Machine,
  run: () => State[],
): State[] | null {
  handOn(state, machine);
  if (state.callers.length >= MAX_SCRIPT_DEPTH)
    return notFollowed(
      `${title} is called by too many scripts that call each other`,
      invocation,
      state,
      machine,
    );
  return (
    machine.follow(source, run) ??
    notFollowed(`following ${title} costs too much: it has too many paths`, invocation, state, machine)
  );
}

export function enter(inner: State, callee: Callee, caller: Caller, { call }: Invocation): void {
  inner.callers = [...inner.callers, caller];
  inner.route = `${inner.route}/${callee.source.path}@${caller.site}`;
  record(inner, { kind: 'call', where: call.at, callee });
}

/**
 * A script that is not seen is a command like any other: null. Where a missing secret is handed to it the verdict
 * hangs on what it does, and the step is not judged.
 */
export function notFollowed(
  reason: string,
  { args, lacks }: Invocation,
  state: State,
  machine: Machine,
): null {
  const handed = lacks.length > 0 || args.some((arg) => arg.lacks.length > 0) || lacksInside(state);
  if (handed) machine.notJudged(reason);
  return null;
}

/** Does anything that a program is handed lack a secret: its environment, its input? */
export function lacksInside({ vars, input }: State): boolean {
  if (input && input.lacks.length > 0) return true;
  for (const [, { exported }] of vars.notable()) if (exported) return true;
  return false;
}

/** A script whose status is asked for and that ends as its last program does: how that ends is not known. */
function orFails(end: State, program: Program, { call }: Invocation, machine: Machine): State[] {
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
