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
  const [path, suffix] = textOf(args[0] ?? emptyValue) === '--' ? args.slice(1) : args;
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
  if (!path || suffix) return null;
  const { pieces, lacks } = resolve(state.constraints, path);
  const tail = pieces.at(-1);
  if (typeof tail !== 'string' || tail === '' || tail.endsWith('/')) return null;
  const slash = tail.lastIndexOf('/');
  if (name === 'basename') {
    return slash >= 0 || pieces.length === 1 ? constant(tail.slice(slash + 1), lacks) : null;
  }
  if (slash < 0) return pieces.length === 1 ? constant('.', lacks) : null;
  let end = slash;
  while (end > 0 && tail[end - 1] === '/') end--;
  const folder = tail.slice(0, end);
  if (pieces.length === 1) return constant(folder || '/', lacks);
  return { pieces: folder === '' ? pieces.slice(0, -1) : [...pieces.slice(0, -1), folder], lacks };
}
