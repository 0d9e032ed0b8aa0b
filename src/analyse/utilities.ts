import { resolve } from './constraints.js';
import type { Invocation } from './invocation.js';
import { emit, ended, type Machine, siteName } from './machine.js';
import { writeFile } from './redirects.js';
import { currentDirectory, workspacePath } from './scripts.js';
import { shellVariable } from './shell-variables.js';
import { type State, success } from './state.js';
import { concat, constant, emptyValue, textOf, unknownValue, type Value } from './values.js';

/** `tee file`: what it reads goes to the files and on. */
export function runTee({ args, lacks, call }: Invocation, state: State, machine: Machine): State[] {
  const text = state.input ?? unknownValue(`input ${siteName(call.at, state, machine)}`, lacks);
  const append = args.some((arg) => textOf(arg) === '-a' || textOf(arg) === '--append');
  for (const arg of args) {
    if (!textOf(arg)?.startsWith('-')) writeFile(state, arg, text, append);
  }
  emit(state, text);
  return ended(state, success);
}

/** `dirname x`, `pwd`, `realpath x` and others that print a path, where what they print is known; null elsewhere. */
export function runPathCommand(invocation: Invocation, state: State, machine: Machine): State[] | null {
  const printed = pathPrinted(invocation, state, machine);
  if (!printed) return null;
  emit(state, concat([printed, constant('\n')]));
  return ended(state, success);
}

function inWorkspace(path: string | null): Value | null {
  if (path === null) return null;
  const workspace = unknownValue('github.workspace', [], true);
  return path === '' ? workspace : concat([workspace, constant(`/${path}`)]);
}

function pathPrinted({ name, args, call }: Invocation, state: State, machine: Machine): Value | null {
  const [path, suffix, ...more] = textOf(args[0] ?? emptyValue) === '--' ? args.slice(1) : args;
  const texts = args.map((arg) => textOf(arg));
  if (name === 'git') {
    const asks = texts.join(' ') === 'rev-parse --show-toplevel' && currentDirectory(state, machine) !== null;
    return asks ? inWorkspace(machine.checkout.top) : null;
  }
  if (name === 'pwd') {
    const plain = texts.every((text) => text === '-P' || text === '-L');
    if (!plain) return null;
    return inWorkspace(currentDirectory(state, machine)) ?? shellVariable('PWD', call.at, state, machine);
  }
  if (name === 'realpath' || name === 'readlink') {
    const file = name === 'realpath' ? args[0] : args[1];
    const known = args.length === (name === 'realpath' ? 1 : 2) && (name === 'realpath' || texts[0] === '-f');
    return known && file ? inWorkspace(workspacePath(file, state, machine)) : null;
  }
  if (!path || more.length > 0 || (suffix && name === 'dirname')) return null;
  const { pieces, lacks } = resolve(state.constraints, path);
  const whole = textOf({ pieces, lacks });
  if (whole !== null) {
    const ending = suffix ? textOf(suffix) : '';
    if (whole.startsWith('-') || ending === null) return null;
    return constant(name === 'basename' ? lastPart(whole, ending) : folderOf(whole), lacks);
  }
  const tail = pieces.at(-1);
  if (suffix || typeof tail !== 'string' || tail.endsWith('/')) return null;
  const slash = tail.lastIndexOf('/');
  if (slash < 0) return null;
  if (name === 'basename') return constant(tail.slice(slash + 1), lacks);
  const folder = withoutSlashes(tail.slice(0, slash));
  return { pieces: folder === '' ? pieces.slice(0, -1) : [...pieces.slice(0, -1), folder], lacks };
}

/** What `basename` prints of a known path. */
function lastPart(path: string, ending: string): string {
  const end = withoutSlashes(path);
  if (end === '') return path === '' ? '' : '/';
  const last = end.slice(end.lastIndexOf('/') + 1);
  return last !== ending && last.endsWith(ending) ? last.slice(0, last.length - ending.length) : last;
}

/** What `dirname` prints of a known path. */
function folderOf(path: string): string {
  const end = withoutSlashes(path);
  if (end === '') return path === '' ? '.' : '/';
  const slash = end.lastIndexOf('/');
  return slash < 0 ? '.' : withoutSlashes(end.slice(0, slash)) || '/';
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}
