import {
  isPackageManager,
  type PackageManager,
  type ScriptRequest,
  scriptRequest,
} from '../facts/package-managers.js';
import {
  listedPackages,
  type PackageFile,
  type PackageScript,
  packageFileOf,
} from '../model/package-file.js';
import { lowerShell } from '../program/lower/shell.js';
import type { Program } from '../program/program.js';
import type { MappedText } from '../text/script.js';
import { resolve } from './constraints.js';
import { notFollowed, runShellScript } from './following.js';
import type { Invocation } from './invocation.js';
import { emit, ended, type Machine, siteName } from './machine.js';
import { currentDirectory, directoryName, pathBelow, workspacePath } from './scripts.js';
import { fork, noOptions, type State, success } from './state.js';
import { constant, textOf, unknownValue, type Value } from './values.js';

/** A `package.json`, and the directory that it stands in. */
interface Package {
  readonly file: PackageFile;
  readonly directory: string;
}

/**
 * `npm run x`, `yarn x` and their kin: the scripts of a `package.json`, each in a shell of its own. null for what runs
 * none of them, and where they are not followed.
 */
export function runPackageManager(invocation: Invocation, state: State, machine: Machine): State[] | null {
  const { name, args } = invocation;
  if (!isPackageManager(name)) return null;
  const request = scriptRequest(
    name,
    args.map((arg) => textOf(resolve(state.constraints, arg))),
  );
  if (request === null) return null;
  const refuse = (reason: string): null => notFollowed(reason, invocation, state, machine);
  if (request.kind === 'unclear') return refuse(request.reason);
  const found = packageOf(request, args, state, machine);
  if (typeof found === 'string') return refuse(found);
  const { file, directory } = found;
  if (!file.scripts.has(request.script)) {
    if (request.ifPresent) return ended(state, success);
    return request.orProgram ? null : refuse(`${file.source.path} has no script '${request.script}'`);
  }
  if (machine.windows)
    return refuse(`on Windows ${name} runs its scripts with cmd.exe, which is not modelled`);
  if (name === 'yarn' && isModernYarn(found, machine))
    return refuse('yarn 2 and newer run scripts with a shell of their own, which is not modelled');
  return runScripts(request, file, directory, invocation, state, machine);
}

/** The script with those before and after it, each only where the one before it has succeeded. */
function runScripts(
  request: ScriptRequest,
  file: PackageFile,
  directory: string,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const { script, manager } = request;
  const hooks = request.hooks && hasHooks(manager, file);
  const sequence = hooks ? [`pre${script}`, script, `post${script}`] : [script];
  const start = fork(state);
  if (start.out && !request.silent) {
    // The manager says first what it runs.
    emit(start, unknownValue(`banner ${siteName(invocation.call.at, state, machine)}`, [], true));
  }
  let open: State[] = [start];
  const failed: State[] = [];
  for (const name of sequence) {
    const found = file.scripts.get(name);
    if (!found) continue;
    const args = name === script ? request.args.flatMap((index) => invocation.args[index] ?? []) : [];
    const program = programOf(found.text, args.length > 0);
    const title = `the script '${name}' of ${file.source.path}`;
    if (program.unreadable)
      return notFollowed(`${title} cannot be read: ${program.unreadable.reason}`, invocation, state, machine);
    const next: State[] = [];
    for (const path of open) {
      const ends = runOne(found, title, program, args, { manager, directory }, invocation, path, machine);
      if (!ends) return null;
      for (const end of ends) (end.status.code === 0 ? next : failed).push(end);
    }
    open = next;
  }
  return [...failed, ...open];
}

function runOne(
  { span }: PackageScript,
  title: string,
  program: Program,
  args: readonly Value[],
  { manager, directory }: { readonly manager: PackageManager; readonly directory: string },
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const script = {
    callee: { source: span.source, title, body: span },
    program,
    // bun takes bash where there is one, the others take `sh`.
    shell: { options: noOptions, dash: manager !== 'bun' },
    name: constant('sh'),
    args,
    ofPackage: true,
    ...(directory === currentDirectory(state, machine) ? {} : { cwd: directoryName(directory) }),
  };
  return runShellScript(script, invocation, state, machine);
}

const programs = new WeakMap<MappedText, Map<boolean, Program>>();

/** The shell text of a script; the words that it is given stand behind it. */
function programOf(text: MappedText, hasArgs: boolean): Program {
  const lowered = programs.get(text) ?? new Map<boolean, Program>();
  programs.set(text, lowered);
  const program = lowered.get(hasArgs) ?? lowerShell(hasArgs ? withArguments(text) : text, null);
  lowered.set(hasArgs, program);
  return program;
}

function withArguments(text: MappedText): MappedText {
  return {
    source: text.source,
    text: `${text.text} "$@"`,
    offsetOf: (index) => text.offsetOf(Math.min(index, text.text.length)),
  };
}

/** pnpm runs the scripts before and after another one since version 9 (pnpm.io/cli/run). */
function hasHooks(manager: PackageManager, { packageManager }: PackageFile): boolean {
  const version = /^pnpm@(\d+)/.exec(packageManager ?? '')?.[1];
  return manager !== 'pnpm' || version === undefined || Number(version) >= 9;
}

/** Is it yarn 2 or newer? The package says so, or one around it. */
function isModernYarn({ directory }: Package, machine: Machine): boolean {
  for (let at: string | null = directory; at !== null; at = parentOf(at)) {
    if (machine.checkout.read(join(at, '.yarnrc.yml'))) return true;
    const source = machine.checkout.read(join(at, 'package.json'));
    const manager = source && packageFileOf(source)?.packageManager;
    if (manager) return !/^yarn@[01]\b/.test(manager);
  }
  return false;
}

/** The package whose script is meant; why it is not known. */
function packageOf(
  request: ScriptRequest,
  args: readonly Value[],
  state: State,
  machine: Machine,
): Package | string {
  const given = request.directory;
  let directory = currentDirectory(state, machine);
  if (given) {
    const value = 'word' in given ? args[given.word] : constant(given.text);
    directory = value ? workspacePath(value, state, machine) : null;
  }
  if (directory === null) return `${request.manager} runs a script in a directory that is not known`;
  const around = nearestPackage(directory, machine);
  if (typeof around === 'string' || request.workspace === null) return around;
  return memberOf(directory, request.workspace, machine);
}

function nearestPackage(directory: string, machine: Machine): Package | string {
  for (let at: string | null = directory; at !== null; at = parentOf(at)) {
    const found = packageAt(at, machine);
    if (found !== null) return found;
  }
  return 'package.json is not in the repository';
}

/** The package in a directory; why its file cannot be read; null where there is none. */
function packageAt(directory: string, machine: Machine): Package | string | null {
  const path = join(directory, 'package.json');
  const source = machine.checkout.read(path);
  if (!source) return machine.checkout.refusal(path);
  const file = packageFileOf(source);
  return file ? { file, directory } : `${source.path} is not the JSON of a package`;
}

/** A package of the workspace around a directory, by its name or its path. */
function memberOf(directory: string, wanted: string, machine: Machine): Package | string {
  const bare = wanted.slice(wanted.lastIndexOf('/') + 1);
  for (let at: string | null = directory; at !== null; at = parentOf(at)) {
    const root = packageAt(at, machine);
    if (root === null || typeof root === 'string') continue;
    const list = machine.checkout.read(join(at, 'pnpm-workspace.yaml'));
    const patterns = [...root.file.workspaces, ...(list ? listedPackages(list) : [])];
    const candidates = [
      { path: wanted, name: null },
      ...patterns.map((pattern) => ({ path: pattern.replace(/(?<!\*)\*+$/, bare), name: wanted })),
    ];
    for (const { path, name } of candidates) {
      const below = path.includes('*') ? null : pathBelow(at, path);
      const member = below === null ? null : packageAt(below, machine);
      if (member === null || typeof member === 'string') continue;
      if (name === null || member.file.name === name) return member;
    }
  }
  return `the package '${wanted}' is not found among those of the workspace`;
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function parentOf(directory: string): string | null {
  if (directory === '') return null;
  const slash = directory.lastIndexOf('/');
  return slash < 0 ? '' : directory.slice(0, slash);
}
