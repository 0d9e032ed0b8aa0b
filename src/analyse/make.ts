import { type MakeRequest, makeRequest } from '../facts/make.js';
import { lowerMake, type MakeProgram, type MakeTarget, type RecipeProgram } from '../program/lower/make.js';
import type { Source } from '../text/source.js';
import { resolve } from './constraints.js';
import { notFollowed, runShellScript, type Shell } from './following.js';
import { readFlags } from './fresh-shell.js';
import type { Invocation } from './invocation.js';
import { emit, type Machine, siteName } from './machine.js';
import { currentDirectory, directoryName, pathBelow, workspacePath } from './scripts.js';
import { fork, record, type State, setVariable, success, type Variable } from './state.js';
import { constant, emptyValue, textOf, unknownValue, type Value } from './values.js';
import { expandSingle } from './words.js';

/** One run of make. */
interface Run {
  readonly program: MakeProgram;
  readonly request: MakeRequest;
  readonly shell: Shell;
  readonly directory: string;
  readonly invocation: Invocation;
  readonly machine: Machine;
  /** The targets that are made, in the order in which make does it. */
  readonly order: readonly MakeTarget[];
}

/** `make x`: the recipes of a Makefile, each line in a shell of its own. null where it is not followed. */
export function runMake(invocation: Invocation, state: State, machine: Machine): State[] | null {
  const refuse = (reason: string): null => notFollowed(reason, invocation, state, machine);
  const request = makeRequest(invocation.args.map((arg) => wordOf(resolve(state.constraints, arg))));
  if (request === null) return null;
  if (typeof request === 'string') return refuse(request);
  if (machine.windows) return refuse('on Windows make runs its recipes with a shell that is not known');
  if (state.vars.get('MAKEFLAGS')?.exported) return refuse('make is given options by another make');
  const directory = directoryOf(request, invocation.args, state, machine);
  if (directory === null) return refuse('make runs in a directory that is not known');
  const source = makefileAt(directory, request.file, machine);
  if (typeof source === 'string') return refuse(source);
  const program = lowerMake(source, [...request.variables.keys()]);
  const shell = shellOf(program);
  if (shell === null) return refuse(`${source.path} chooses a shell that is not modelled`);
  const order = orderOf(program, request.goals, (name) => exists(directory, name, machine));
  if (typeof order === 'string') return refuse(`${source.path} ${order}`);
  return make({ program, request, shell, directory, invocation, machine, order }, state);
}

/** The text of a word; of `NAME=value` the name is enough. */
function wordOf(value: Value): string | null {
  const [head] = value.pieces;
  return textOf(value) ?? (typeof head === 'string' ? (/^\w+:{0,3}=/.exec(head)?.[0] ?? null) : null);
}

function directoryOf(
  { directories }: MakeRequest,
  args: readonly Value[],
  state: State,
  machine: Machine,
): string | null {
  let directory = currentDirectory(state, machine);
  for (const given of directories) {
    const value = 'word' in given ? args[given.word] : constant(given.text);
    if (!value) return null;
    const text = textOf(resolve(state.constraints, value));
    if (text === null || text.startsWith('/')) directory = workspacePath(value, state, machine);
    else directory = directory === null ? null : pathBelow(directory, text);
  }
  return directory;
}

function join(directory: string, name: string): string | null {
  return name.startsWith('/') ? null : pathBelow(directory, name);
}

/** The Makefile; why there is none. */
function makefileAt(directory: string, given: string | null, machine: Machine): Source | string {
  for (const name of given === null ? ['GNUmakefile', 'makefile', 'Makefile'] : [given]) {
    const path = join(directory, name);
    if (path === null) return 'the Makefile is outside of the repository';
    const source = machine.checkout.read(path);
    if (source) return source.text.includes('\r') ? `${source.path} has Windows line ends (CRLF)` : source;
    const why = machine.checkout.refusal(path);
    if (why !== null) return why;
  }
  return `${given ?? 'Makefile'} is not in the repository`;
}

function exists(directory: string, name: string, machine: Machine): boolean {
  const path = join(directory, name);
  if (path === null) return false;
  return machine.checkout.read(path) !== null || machine.checkout.refusal(path) !== null;
}

function shellOf({ shell, flags }: MakeProgram): Shell | null {
  if (shell === null || flags === null) return null;
  const words = shell.trim().split(/\s+/);
  if (/(^|\/)env$/.test(words[0] ?? '')) words.shift();
  const [name = '', ...more] = words;
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (more.length > 0 || !['sh', 'bash', 'dash'].includes(base)) return null;
  const read = readFlags(flags.trim().split(/\s+/));
  return read.understood && read.inline ? { options: read.options, dash: base !== 'bash' } : null;
}

/** The targets in the order in which they are made; why that is not known, after the name of the Makefile. */
function orderOf(
  program: MakeProgram,
  goals: readonly string[],
  isFile: (name: string) => boolean,
): readonly MakeTarget[] | string {
  const order: MakeTarget[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const waiting: { readonly name: string; readonly leaves: boolean }[] = [];
  const wanted = goals.length > 0 ? goals : program.defaultGoal === null ? [] : [program.defaultGoal];
  if (wanted.length === 0) return 'has no target';
  const push = (names: readonly string[]) => {
    for (const name of [...names].reverse()) waiting.push({ name, leaves: false });
  };
  push(wanted);
  // Every target is entered and left once: linear in the targets and what they name.
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { name, leaves } = next;
    const target = program.targets.get(name);
    if (leaves && target) {
      state.set(name, 'done');
      order.push(target);
      continue;
    }
    // A target that needs itself is dropped by make, with a warning.
    if (state.has(name)) continue;
    if (!target) {
      if (isFile(name) && !wanted.includes(name)) continue;
      return `${program.open ? `${program.open}: it may have the target` : 'has no target'} '${name}'`;
    }
    if (target.refusal !== null) return `has a target '${name}' that ${target.refusal}`;
    if (!target.phony && target.recipe.length > 0 && isFile(name))
      return `makes '${name}', which may be up to date`;
    state.set(name, 'open');
    waiting.push({ name, leaves: true });
    push(target.prerequisites);
  }
  return order;
}

function make(run: Run, state: State): State[] | null {
  const { order, invocation, machine } = run;
  const { vars } = state;
  const start = fork(state);
  // The commands are printed before they are run.
  if (start.out) emit(start, unknownValue(`echo of ${siteName(invocation.call.at, state, machine)}`));
  let open = enterEnvironment(run, start);
  const failed: State[] = [];
  for (const target of order) {
    for (const line of target.recipe) {
      const next: State[] = [];
      for (const path of open) {
        const ends = runLine(run, target, line, path);
        if (!ends) return null;
        for (const end of ends) (goesOn(end, line, run) ? next : failed).push(end);
      }
      open = next;
    }
  }
  for (const end of open) end.status = success;
  return [...failed, ...open].map((end) => {
    end.vars = vars;
    return end;
  });
}

function runLine(run: Run, target: MakeTarget, line: RecipeProgram, state: State): State[] | null {
  const { program, shell, directory, invocation, machine } = run;
  const { source } = program;
  const { name, start, end } = target;
  const script = {
    callee: { source, title: `the target '${name}' of ${source.path}`, body: { source, start, end } },
    program: line.program,
    shell,
    name: constant('sh'),
    args: [],
    ...(directory === currentDirectory(state, machine) ? {} : { cwd: directoryName(directory) }),
  };
  return runShellScript(script, invocation, state, machine);
}

/** Does make go on after the line? It gives up with status 2 where the line has failed, unless that is ignored. */
function goesOn(end: State, { ignores }: RecipeProgram, { request, invocation: { call } }: Run): boolean {
  if (end.status.code === 0) return true;
  const where = ignores ?? (request.ignoresErrors ? call.at : null);
  if (where) {
    if (end.status.because) record(end, { kind: 'mask', failure: end.status.because, where, by: '-' });
    return true;
  }
  record(end, { kind: 'leave', how: 'error', site: call, where: call.at, green: false });
  end.status = { ...end.status, code: end.status.code === null ? null : 2 };
  return false;
}

/** The variables of the command line and those that the Makefile exports, and the texts that are not known. */
function enterEnvironment({ program, request, invocation, machine }: Run, state: State): State[] {
  const variable = (value: Value): Variable => {
    return { value, elements: null, exact: true, exported: true, fromStep: false };
  };
  for (const [name, word] of request.variables) {
    const arg = invocation.args[word] ?? emptyValue;
    setVariable(state, name, variable(valueBehind(arg)));
  }
  if (request.variables.size > 0)
    setVariable(state, 'MAKEFLAGS', variable(unknownValue('MAKEFLAGS', [], true)));
  for (const name of program.unknowns)
    setVariable(state, name, variable(unknownValue(`make ${program.source.path} ${name}`)));
  let open: State[] = [state];
  for (const { name, value, always, overrides } of program.exports) {
    open = open.flatMap((path) => {
      const old = path.vars.get(name);
      const inherited = old?.exported ?? false;
      if (!always && !inherited) return [path];
      if (inherited && !overrides) return [path];
      return expandSingle(value, path, machine).map((result) => {
        setVariable(result.state, name, { ...variable(result.value), fromStep: old?.fromStep ?? false });
        return result.state;
      });
    });
  }
  return open;
}

/** What stands behind the `=` of a word. */
function valueBehind({ pieces: [head, ...rest], lacks }: Value): Value {
  const text = typeof head === 'string' ? head.replace(/^\w+:{0,3}=/, '') : '';
  return text === '' ? { pieces: rest, lacks } : { pieces: [text, ...rest], lacks };
}
