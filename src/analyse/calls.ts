import { lowerShellWords } from '../program/lower/shell.js';
import type { Call, Node, Program } from '../program/program.js';
import type { Source } from '../text/source.js';
import { builtinOf } from './builtins.js';
import { isUnheard, runExternal } from './commands.js';
import { ask, isEmpty, known, resolve } from './constraints.js';
import { DECLARATIONS, declare, runAssignment } from './declarations.js';
import { mergeStates } from './joining.js';
import {
  abort,
  assignmentStatus,
  emit,
  ended,
  endedBy,
  literalText,
  type Machine,
  OutOfBudget,
  placeId,
  siteName,
  workKey,
} from './machine.js';
import { forgetFiles, withRedirects, writeFile, writtenText } from './redirects.js';
import {
  currentDirectory,
  fileAt,
  interpreterOf,
  languageOfCommand,
  MAX_SCRIPT_DEPTH,
  type Script,
  scriptAt,
  workspacePath,
} from './scripts.js';
import {
  addWork,
  decide,
  fork,
  noOptions,
  type Options,
  record,
  type State,
  setVariable,
  status,
  success,
} from './state.js';
import { inSubshell } from './subshell.js';
import { runLanguageCommand, runProgramFile } from './programs.js';
import { settle } from './traps.js';
import { concat, constant, emptyValue, textOf, union, unknownValue, type Value } from './values.js';
import { expandFields, type Fields, settleLoose } from './words.js';

/** Calls within calls. */
const MAX_CALL_DEPTH = 24;

/** Runs a simple command with its redirections. */
export function runCall(call: Call, state: State, exempt: boolean, plain: Machine): State[] {
  const machine = exempt === (plain.exempt ?? false) ? plain : { ...plain, exempt };
  // No `$(…)` of this command has run yet.
  state.substitution = null;
  const stays = call.words.length === 1 && literalText(call.words[0]) === 'exec';
  return withRedirects(
    call.redirects,
    state,
    machine,
    (inner) => runSimple(call, inner, exempt, machine),
    (refused) => {
      const name = literalText(call.words[0]);
      if (refused.flow) {
        // bash opens the files of a program in the process that becomes the program.
        const isProgram = name !== null && !refused.functions.has(name) && builtinOf(name) === null;
        if (machine.dash || !isProgram || DECLARATIONS.includes(name)) return [refused];
        refused.flow = null;
        return [refused];
      }
      if (machine.dash && name !== null && SPECIAL.has(name)) abort(refused, call.at, machine, []);
      return [refused];
    },
    stays,
  ).flatMap((end) => {
    if (machine.tracksPipeStatus) end.pipeStatus = [end.status];
    return settle(end, call.at, exempt, machine);
  });
}

function runSimple(call: Call, state: State, exempt: boolean, machine: Machine): State[] {
  if (call.words.length === 0) return assignAll(call, state, machine);
  const head = literalText(call.words[0]);
  if (head !== null && DECLARATIONS.includes(head) && !state.functions.has(head)) {
    return assignAll(call, state, machine).flatMap((path) =>
      path.flow ? [path] : declare(head, call, path, machine),
    );
  }
  return expandFields(call.words, state, machine)
    .flatMap((expanded) => {
      if (!needsFields(expanded)) return [{ expanded, several: false }];
      const several = isTest(expanded.fields) && [...expanded.loose].some(mayBeSeveral);
      return settleLoose(expanded).flatMap((one) => {
        const open = several && one.fields.length === expanded.fields.length;
        return open
          ? [
              { expanded: one, several: false },
              { expanded: { ...one, state: fork(one.state) }, several },
            ]
          : [{ expanded: one, several: false }];
      });
    })
    .flatMap(({ expanded, several }) => {
      const { state: path, fields } = expanded;
      if (path.flow) return [path];
      // `[ -n $X ]` with several words in X: too many arguments.
      if (several) return ended(path, status(2));
      const lost = path.substitution?.because ?? null;
      if (fields.length === 0) return assignAll(call, path, machine);
      const name = fields[0] ? textOf(fields[0]) : null;
      const stays = machine.dash && name !== null && SPECIAL.has(name);
      return withAssignments(call, path, stays, machine, (inner, lacks) =>
        dispatch(fields, union(expanded.lacks, lacks), call, inner, exempt, machine),
      ).map((end) => {
        if (lost && !end.status.because)
          record(end, { kind: 'mask', failure: lost, where: call.at, by: '$(…)' });
        return end;
      });
    });
}

/** Special builtins: in dash an assignment before one stays. */
const SPECIAL: ReadonlySet<string> = new Set(
  ': . break continue eval exec exit export readonly return set shift times trap unset'.split(' '),
);

function isTest([head]: readonly Value[]): boolean {
  const name = head ? textOf(head) : null;
  return name === '[' || name === 'test';
}

/** Text with blanks in it is several words; a secret or a number is taken to be one. */
function mayBeSeveral(field: Value): boolean {
  return field.pieces.some(
    (piece) => typeof piece !== 'string' && piece.atLeast === null && !piece.id.startsWith('secrets.'),
  );
}

/** Does it matter to the command how many words an unknown text makes? */
function needsFields({ state, fields, loose }: Fields): boolean {
  if (state.flow || loose.size === 0) return false;
  const [head] = fields;
  const name = head && !loose.has(head) ? textOf(head) : null;
  return name !== null && (isTest(fields) || name === 'set' || state.functions.has(name));
}

/** Assignments without a command: the status is that of the last `$(…)`, else 0. */
function assignAll(call: Call, state: State, machine: Machine): State[] {
  let open: State[] = [state];
  for (const assignment of call.assignments) {
    open = open.flatMap((path) => (path.flow ? [path] : runAssignment(assignment, path, machine)));
  }
  for (const path of open) if (!path.flow) path.status = assignmentStatus(path);
  return open;
}

/** `X=1 cmd`: the assignments hold for the command alone, unless they stay. */
function withAssignments(
  call: Call,
  state: State,
  stays: boolean,
  machine: Machine,
  body: (state: State, lacks: readonly string[]) => State[],
): State[] {
  if (call.assignments.length === 0) return body(state, []);
  const before = state.vars;
  state.varsShared = true;
  let open: State[] = [state];
  for (const assignment of call.assignments) {
    open = open.flatMap((path) =>
      path.flow ? [path] : runAssignment(assignment, path, machine, { exported: true }),
    );
  }
  return open.flatMap((path) => {
    if (path.flow) return [path];
    let lacks: readonly string[] = [];
    for (const assignment of call.assignments)
      lacks = union(lacks, path.vars.get(assignment.name)?.value?.lacks ?? []);
    return body(path, lacks).map((end) => {
      if (stays) return end;
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

/** What a wrapper that is a program of its own can run without leaving the model: no shell builtins, no functions. */
const PROGRAMS: ReadonlySet<string> = new Set(
  'test [ true false echo printf sleep tee xargs bash sh dash env sudo nohup nice timeout time stdbuf setsid ionice which'.split(
    ' ',
  ),
);

/** Runs a command by its name. `program`: neither functions nor the shell's own commands are meant. */
function dispatch(
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
  const external = (base: string | null, local: boolean): State[] =>
    runExternal({ name: base, local, args, lacks, call, exempt }, state, machine).map((end) => {
      if (base === null || !READERS.has(base)) forgetFiles(end, args, siteName(call.at, end, machine));
      return end;
    });
  if (head && (name === null || name.includes('/'))) {
    const source = fileAt(head, state, machine);
    const ends = source && runByName(source, head, args, call, state, exempt, machine);
    if (ends) return ends;
  }
  if (name === null) return external(null, false);
  const definition = program ? undefined : state.functions.get(name);
  if (definition) return callFunction(name, definition.body, args, call, state, exempt, machine);
  if (!program || PROGRAMS.has(name)) {
    const own = runOwn(name, args, lacks, call, state, exempt, machine);
    if (own) return own;
  }
  const base = name.slice(name.lastIndexOf('/') + 1);
  const local =
    base !== name && !/^\/(usr\/|bin\/|sbin\/|opt\/)/.test(name) && !name.includes('node_modules/.bin/');
  return external(base, local);
}

/** Commands that leave the files that they are given as they are. */
const READERS: ReadonlySet<string> = new Set(
  'cat grep egrep fgrep head tail cut sort uniq wc diff cmp jq base64 sha256sum md5sum ls stat basename dirname source'.split(
    ' ',
  ),
);

/** Commands that are modelled here; null for every other. */
function runOwn(
  name: string,
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] | null {
  switch (name) {
    case 'eval':
      return runEval(args, call, state, exempt, machine);
    case 'exec':
      return runExec(args, lacks, call, state, exempt, machine);
    case 'source':
    case '.':
      return runSource(args, call, state, exempt, machine);
    case 'tee':
      return runTee(args, lacks, call, state, machine);
    case 'xargs':
      return runXargs(args, lacks, call, state, exempt, machine);
    case 'env':
      return runEnv(args, lacks, call, state, exempt, machine);
    case 'dirname':
    case 'basename':
    case 'pwd':
    case 'realpath':
    case 'readlink':
      return runPathCommand(name, args, state, machine);
    case 'git':
      // Only `git rev-parse --show-toplevel` prints what is known.
      return runPathCommand(name, args, state, machine);
    case 'bash':
    case 'sh':
    case 'dash':
      return runShellCommand(name, args, call, state, exempt, machine);
  }
  const language = languageOfCommand(name);
  if (language) return runLanguageCommand(language, args, call, state, exempt, machine);
  if (name === 'command' && /^-[vV]/.test(textOf(args[0] ?? emptyValue) ?? '')) {
    return builtinOf('type')?.({ name, args, call, lacks, exempt }, state, machine) ?? [state];
  }
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (!wrapper) return builtinOf(name)?.({ name, args, call, lacks, exempt }, state, machine) ?? null;
  const rest = unwrapped(args, wrapper);
  if (rest.length === 0) return ended(state, success);
  if (name !== 'command' && name !== 'builtin')
    return dispatch(rest, lacks, call, state, exempt, machine, name !== 'time');
  // Functions are passed over, the shell's own commands are not.
  const { functions } = state;
  state.functions = new Map([...functions].filter(([known]) => known !== textOf(rest[0] ?? emptyValue)));
  return dispatch(rest, lacks, call, state, exempt, machine).map((end) => {
    end.functions = functions;
    return end;
  });
}

/** `env A=b cmd`: the assignments hold for the command alone. */
function runEnv(
  args: readonly Value[],
  lacks: readonly string[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const before = state.vars;
  state.varsShared = true;
  const names: string[] = [];
  let rest = unwrapped(args, { valued: 'uCS', words: 0 });
  for (let [first] = rest; first; [first] = rest) {
    const [head, ...more] = first.pieces;
    const equals = typeof head === 'string' ? head.indexOf('=') : -1;
    if (typeof head !== 'string' || equals <= 0 || !/^\w+$/.test(head.slice(0, equals))) break;
    const text = head.slice(equals + 1);
    names.push(head.slice(0, equals));
    const value = { pieces: text === '' ? more : [text, ...more], lacks: first.lacks };
    setVariable(state, head.slice(0, equals), {
      value,
      elements: null,
      exact: true,
      exported: true,
      fromStep: false,
    });
    rest = rest.slice(1);
  }
  if (rest.length === 0) return ended(state, success);
  return dispatch(rest, lacks, call, state, exempt, machine, true).map((end) => {
    for (const name of names) setVariable(end, name, before.get(name) ?? null);
    return end;
  });
}

/** The words after the options of a wrapper. */
function unwrapped(args: readonly Value[], wrapper: { valued: string; words: number }): readonly Value[] {
  let at = 0;
  while (at < args.length) {
    const text = textOf(args[at] ?? emptyValue);
    if (!text?.startsWith('-') || text.length === 1) break;
    at += text.length === 2 && wrapper.valued.includes(text[1] ?? '') ? 2 : 1;
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
  if (program.body.length === 0) return ended(state, success);
  return machine.runLines(program.body, state, exempt);
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
  return dispatch(args, lacks, call, state, exempt, machine, true).map((end) => {
    if (end.flow) return end;
    end.flow = { kind: 'exit' };
    // The program takes the shell's place: nobody is left to run its trap.
    end.traps = new Map();
    record(end, { kind: 'leave', how: 'exec', site: call, where: call.at, green: end.status.code === 0 });
    return end;
  });
}

/**
 * A file that the job wrote, or that the repository has, is run as it is. Any other may set variables and define functions that are not seen;
 * it is taken to succeed.
 */
function runSource(
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] {
  const [file] = args;
  const text = file && writtenText(state, file);
  const program = text && machine.reparse(text, call.at);
  if (program && !program.unreadable) {
    if (state.sourced >= MAX_CALL_DEPTH) throw new OutOfBudget('a file sources itself too deeply');
    const { positional, sourced } = state;
    if (args.length > 1) state.positional = args.slice(1);
    state.sourced++;
    return machine.runLines(program.body, state, exempt).map((end) => {
      if (args.length > 1) end.positional = positional;
      end.sourced = sourced;
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    });
  }
  const script = file && scriptAt(file, state, machine);
  const ends = script && runSourcedScript(script, file, args.slice(1), call, state, exempt, machine);
  if (ends) return ends;
  state.opened = true;
  // A library that is not seen often says `set -e`, and then no failure in the called script is swallowed.
  if (state.callers.some((caller) => !caller.sourced)) state.options = { ...state.options, errexit: true };
  // What lies outside the repository (`/etc/os-release`, a tool's profile) only tells about the machine.
  if (file && textOf(file)?.startsWith('/')) return ended(state, success);
  addWork(state, {
    key: workKey(call.at, state, machine),
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
  const rest = unwrapped(args, { valued: 'nPLdIsE', words: 0 });
  if (rest.length === 0) return ended(state, success);
  return dispatch(
    [...rest, unknownValue(`argument ${siteName(call.at, state, machine)}`, state.input?.lacks ?? [])],
    union(lacks, state.input?.lacks ?? []),
    call,
    { ...fork(state), input: null },
    exempt,
    machine,
    true,
  );
}

/** What the words before a script say: `bash -eu -o pipefail x.sh`. */
interface ShellFlags {
  readonly options: Options;
  /** `-c`: the next word is the script itself. */
  readonly inline: boolean;
  /** The number of words that were read. */
  readonly count: number;
  /** False for what is not modelled: `-n` runs nothing, `--rcfile` takes a word. */
  readonly understood: boolean;
}

function readFlags(texts: readonly (string | null)[]): ShellFlags {
  let options = noOptions;
  let inline = false;
  let understood = true;
  let at = 0;
  for (; at < texts.length; at++) {
    const text = texts[at];
    if (!text || !/^[-+]/.test(text)) break;
    if (text === '--') {
      at++;
      break;
    }
    if (text.startsWith('--')) {
      if (text === '--rcfile' || text === '--init-file' || text === '--version') understood = false;
      continue;
    }
    const on = text.startsWith('-');
    for (const flag of text.slice(1)) {
      if (flag === 'e') options = { ...options, errexit: on };
      else if (flag === 'u') options = { ...options, nounset: on };
      else if (flag === 'c') inline = true;
      else if (flag === 'n' || flag === 's') understood = false;
      else if (flag === 'o') {
        at++;
        const name = texts[at];
        if (name === 'pipefail' || name === 'errexit' || name === 'nounset')
          options = { ...options, [name]: on };
        else if (name === 'noexec') understood = false;
      }
    }
  }
  return { options, inline, count: at, understood };
}

/**
 * `bash x.sh`, `bash -c '…'` and `sh -ec '…'`: a shell of its own, with only what is exported; null where it runs a
 * file that is not known.
 */
function runShellCommand(
  name: string,
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] | null {
  const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
  const { options, inline, count, understood } = readFlags(texts);
  const file = args[count];
  if (!inline && file) {
    const script = understood ? scriptAt(file, state, machine) : null;
    const interpreter = { options, dash: name !== 'bash' };
    return (
      script && runScriptFile(script, interpreter, file, args.slice(count + 1), call, state, exempt, machine)
    );
  }
  let program: Program | null = null;
  if (inline) {
    const text = texts[count];
    if (text !== null && text !== undefined)
      program = machine.reparse(text, call.words.find((word) => literalText(word) === text)?.at ?? call.at);
  } else {
    const input = state.input && textOf(resolve(state.constraints, state.input));
    if (input) program = machine.reparse(input, call.at);
  }
  if (!program || program.unreadable) return null;
  const { body } = program;
  const shell = machine.shell(name !== 'bash', machine.forgiven);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, options, inline ? args.slice(count + 2) : []);
    if (!inline) inner.input = emptyValue;
    return shell.runBlock(body, inner, false);
  });
}

/** A shell that was just started knows what is exported and nothing else. */
export function becomeShell(inner: State, options: Options, positional: readonly Value[]): void {
  const before = inner.vars;
  inner.options = options;
  inner.functions = new Map();
  inner.traps = new Map();
  inner.frames = [];
  inner.status = success;
  inner.positional = positional;
  for (const [variable, { exported }] of before) if (!exported) setVariable(inner, variable, null);
}

/** Runs the command of these words, as a program of another language starts one. `heard`: its failure is. */
export function runFields(
  fields: readonly Value[],
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] {
  const shell = machine.shell(false, machine.forgiven);
  const lacks = fields.reduce<readonly string[]>((all, field) => union(all, field.lacks), []);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, { ...noOptions, errexit: heard }, []);
    return dispatch(fields, lacks, call, inner, !heard, shell, true);
  });
}

/** Runs the text of a command in a shell of its own. */
export function runText(
  text: string,
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] | null {
  const program = machine.reparse(text, call.at);
  if (program.unreadable) return null;
  const shell = machine.shell(true, machine.forgiven);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, noOptions, []);
    return shell.runBlock(program.body, inner, !heard);
  });
}

/** `./x.sh`: its first line says who runs it; null for what is no script that can be followed. */
function runByName(
  source: Source,
  head: Value,
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] | null {
  const interpreter = interpreterOf(source, machine);
  if (!interpreter) return null;
  const script = scriptAt(head, state, machine, interpreter.language);
  if (!script) return null;
  if (interpreter.language !== 'shell') return runProgramFile(script, head, args, call, state, exempt, machine);
  const flags = readFlags(interpreter.flags);
  if (!flags.understood || flags.inline) return null;
  const how = { options: flags.options, dash: interpreter.program !== 'bash' };
  return runScriptFile(script, how, head, args, call, state, exempt, machine);
}

/** Runs a script of the repository in a shell of its own; null where it is not followed. */
function runScriptFile(
  script: Script,
  interpreter: { readonly options: Options; readonly dash: boolean },
  name: Value,
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] | null {
  if (state.callers.length >= MAX_SCRIPT_DEPTH) return null;
  const { body } = script.program;
  return machine.follow(script, () => {
    const shell = machine.shell(interpreter.dash, isUnheard(exempt, state, machine));
    return inSubshell(state, shell, (inner) => {
      becomeShell(inner, interpreter.options, args);
      inner.sourced = 0;
      inner.errexitOff = null;
      enterScript(inner, script, name, call, false, machine);
      const ends = shell.runLines(body, inner, false);
      return exempt ? ends.flatMap((end) => orFails(end, script, call, machine)) : ends;
    });
  });
}

/** Runs a script of the repository in this shell; null where it is not followed. */
function runSourcedScript(
  script: Script,
  name: Value,
  args: readonly Value[],
  call: Call,
  state: State,
  exempt: boolean,
  machine: Machine,
): State[] | null {
  if (state.callers.length >= MAX_SCRIPT_DEPTH) return null;
  const { positional, sourced, callers, route } = state;
  return machine.follow(script, () => {
    const inner = fork(state);
    if (args.length > 0) inner.positional = args;
    inner.sourced++;
    inner.status = success;
    enterScript(inner, script, name, call, true, machine);
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

export function enterScript(
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

/** `dirname x`, `pwd`, `realpath x` and others that print a path, where what they print is known; null elsewhere. */
function runPathCommand(
  name: string,
  args: readonly Value[],
  state: State,
  machine: Machine,
): State[] | null {
  const printed = pathPrinted(name, args, state, machine);
  if (!printed) return null;
  emit(state, concat([printed, constant('\n')]));
  return ended(state, success);
}

function inWorkspace(path: string | null): Value | null {
  if (path === null) return null;
  const workspace = unknownValue('github.workspace', [], true);
  return path === '' ? workspace : concat([workspace, constant(`/${path}`)]);
}

function pathPrinted(name: string, args: readonly Value[], state: State, machine: Machine): Value | null {
  const [path, suffix] = textOf(args[0] ?? emptyValue) === '--' ? args.slice(1) : args;
  const texts = args.map((arg) => textOf(arg));
  if (name === 'git') {
    const asks = texts.join(' ') === 'rev-parse --show-toplevel' && currentDirectory(state, machine) !== null;
    return asks ? inWorkspace(machine.checkout?.top ?? null) : null;
  }
  if (name === 'pwd') {
    const plain = texts.every((text) => text === '-P' || text === '-L');
    return plain ? inWorkspace(currentDirectory(state, machine)) : null;
  }
  if (name === 'realpath' || name === 'readlink') {
    const file = name === 'realpath' ? args[0] : args[1];
    const known = args.length === (name === 'realpath' ? 1 : 2) && (name === 'realpath' || texts[0] === '-f');
    return known && file ? inWorkspace(workspacePath(file, state, machine)) : null;
  }
  if (!path || suffix) return null;
  const { pieces, lacks } = resolve(state.constraints, path);
  const tail = pieces.at(-1);
  if (typeof tail !== 'string' || tail === '' || tail.endsWith('/')) return null;
  const slash = tail.lastIndexOf('/');
  if (name === 'basename') {
    return slash >= 0 || pieces.length === 1 ? constant(tail.slice(slash + 1), lacks) : null;
  }
  if (slash < 0) return pieces.length === 1 ? constant('.', lacks) : null;
  if (pieces.length === 1) return constant(tail.slice(0, slash) || '/', lacks);
  return {
    pieces: slash === 0 ? pieces.slice(0, -1) : [...pieces.slice(0, -1), tail.slice(0, slash)],
    lacks,
  };
}

const evaluated = new WeakMap<Call, Program>();

function reparseWords(call: Call): Program {
  const program = evaluated.get(call) ?? lowerShellWords(call.words.slice(1), call.words[1]?.at ?? call.at);
  evaluated.set(call, program);
  return program;
}
