import type { Redirect } from '../program/program.js';
import { ask, isEmpty, type Question, resolve } from './constraints.js';
import { split } from './expressions.js';
import { bounded, type Machine } from './machine.js';
import { type State, status, success } from './state.js';
import { concat, constant, emptyValue, hole, nameOf, textOf, type Value } from './values.js';
import { expandFields, expandSingle } from './words.js';

/** A path whose redirections are being set up. */
interface Opening {
  readonly state: State;
  /** The file that standard output goes to; null: where it went before. */
  readonly target: Value | null;
  readonly append: boolean;
  /** Standard output goes nowhere that anything is read from. */
  readonly discards: boolean;
  /** A file that cannot be opened: the command does not run. */
  readonly failed: boolean;
}

/**
 * Runs `body` with redirections in force, and takes them off again unless `stays` (`exec > file`). Where a file
 * cannot be opened the command fails without being run: `refused` says what comes of that, and of an expansion that ended the shell.
 */
export function withRedirects(
  redirects: readonly Redirect[],
  state: State,
  machine: Machine,
  body: (state: State) => State[],
  refused: (state: State) => State[],
  stays = false,
): State[] {
  if (redirects.length === 0) return body(state);
  const { input, out } = state;
  const reads = redirects.some(({ operator, descriptor }) => operator.startsWith('<') && descriptor === 0);
  return openAll(redirects, state, machine).flatMap((path) => {
    if (path.state.flow) return refused(path.state);
    if (path.failed) {
      path.state.input = input;
      path.state.status = status(machine.dash ? 2 : 1);
      return refused(path.state);
    }
    const { target } = path;
    if (target) path.state.out = emptyValue;
    else if (path.discards) path.state.out = null;
    return body(path.state).map((end) => {
      if (stays) return stay(end, target);
      if (target) writeFile(end, target, end.out ?? emptyValue, path.append);
      if (target || path.discards) end.out = out;
      if (reads) end.input = input;
      return end;
    });
  });
}

/** `exec > file`: what is printed from now on goes to a file whose text is then not known. */
function stay(state: State, target: Value | null): State {
  if (!target) return state;
  const name = fileName(state, target);
  const text = { pieces: [hole(`content of ${name}`)], lacks: [] };
  if (name !== NOWHERE) state.files = state.files.with(name, text);
  state.out = null;
  return state;
}

function openAll(redirects: readonly Redirect[], state: State, machine: Machine): Opening[] {
  let open: Opening[] = [{ state, target: null, append: false, discards: false, failed: false }];
  for (const redirect of redirects) {
    open = open.flatMap((path) =>
      path.state.flow || path.failed ? [path] : openOne(redirect, path, machine),
    );
  }
  return open;
}

function openOne(redirect: Redirect, path: Opening, machine: Machine): Opening[] {
  const { operator } = redirect;
  if (operator === '<<' || operator === '<<<' || operator === '<&' || operator === '>&') {
    return expandSingle(redirect.target, path.state, machine).map((result) => {
      const opening = { ...path, state: result.state };
      if (!result.state.flow) return connect(redirect, result.value, opening);
      // dash expands a here-document while it opens files, where an error only fails the command.
      if (!machine.dash || operator !== '<<') return opening;
      result.state.flow = null;
      return { ...opening, failed: true };
    });
  }
  return fileNames(redirect, path.state, machine).flatMap((result): Opening[] => {
    if (result.state.flow || result.name === null) return [{ ...path, state: result.state, failed: true }];
    const name = result.name;
    return split(refuses(name, result.state, machine), result.state).map((branch) =>
      branch.answer
        ? { ...path, state: branch.state, failed: true }
        : connect(redirect, name, { ...path, state: branch.state }),
    );
  });
}

/** Can the file not be opened? bash opens a connection under the name `/dev/tcp/HOST/PORT`, which nobody may answer. */
function refuses(name: Value, state: State, machine: Machine): Question {
  const [head] = resolve(state.constraints, name).pieces;
  if (!machine.dash && typeof head === 'string' && /^\/dev\/(tcp|udp)\//.test(head))
    return ask(state.constraints, `${nameOf(name)} is closed ${state.route}`);
  return isEmpty(state.constraints, name);
}

/** The file named by a redirection; null where bash finds no single word (an unquoted empty variable). */
function fileNames(
  redirect: Redirect,
  state: State,
  machine: Machine,
): { state: State; name: Value | null }[] {
  if (machine.dash)
    return expandSingle(redirect.target, state, machine).map((result) => ({
      state: result.state,
      name: result.value,
    }));
  return expandFields([redirect.target], state, machine).map((result) => {
    const [name, ...more] = result.fields;
    return { state: result.state, name: more.length === 0 ? (name ?? null) : null };
  });
}

function connect(redirect: Redirect, value: Value, path: Opening): Opening {
  const { state } = path;
  const { descriptor, operator } = redirect;
  switch (operator) {
    case '<<':
      if (descriptor === 0) state.input = value;
      return path;
    case '<<<':
      if (descriptor === 0) state.input = concat([value, constant('\n')]);
      return path;
    case '<':
    case '<>':
      if (descriptor === 0) state.input = contentOf(state, value);
      return path;
    case '>&': {
      const text = textOf(value);
      if (descriptor !== 1 || text === '1') return path;
      if (text !== null && /^\d+$|^-$/.test(text)) return { ...path, discards: true, target: null };
      return { ...path, target: value, append: false };
    }
    case '<&':
      // What another descriptor reads is not known.
      if (descriptor === 0) state.input = null;
      return path;
    case '>':
    case '>|':
    case '>>':
      if (descriptor === 1) return { ...path, target: value, append: operator === '>>' };
      makeFile(state, value);
      return path;
    case '&>':
    case '&>>':
      return { ...path, target: value, append: operator === '&>>' };
  }
}

/** What other descriptors are led to is there from now on, and what it holds is not known. */
function makeFile(state: State, path: Value): void {
  const name = fileName(state, path);
  if (name === NOWHERE || name.startsWith('path in ')) return;
  const text = { pieces: [hole(`errors in ${name}`)], lacks: state.files.get(name)?.lacks ?? [] };
  state.files = state.files.with(name, text);
}

/** Opens one file for reading: its text is the path's input then. A path has status 1 where that cannot be, else 0. */
export function openInput(redirect: Redirect, state: State, machine: Machine): State[] {
  return openAll([redirect], state, machine).map((path) => {
    if (path.state.flow) return path.state;
    if (path.failed) path.state.input = emptyValue;
    path.state.status = path.failed ? status(1) : success;
    return path.state;
  });
}

const NOWHERE = '"/dev/null"';

/** The name that a file of the job goes by. */
export function fileName(state: State, path: Value): string {
  const given = resolve(state.constraints, path);
  const [head, ...rest] = given.pieces;
  const plain = typeof head === 'string' && head.startsWith('./');
  const resolved = plain ? { pieces: [head.slice(2), ...rest], lacks: given.lacks } : given;
  const [first] = resolved.pieces;
  // A relative name means another file in another directory.
  const relative = typeof first === 'string' && !first.startsWith('/') && state.cwd !== null;
  return relative && state.cwd !== ''
    ? nameOf(concat([constant(`${state.cwd}/`), resolved]))
    : nameOf(resolved);
}

/** What a file holds: what this job wrote to it, else something unknown. */
function contentOf(state: State, path: Value): Value {
  const name = fileName(state, path);
  if (name === NOWHERE) return emptyValue;
  return state.files.get(name) ?? { pieces: [hole(`content of ${name}`)], lacks: path.lacks };
}

/** What a file holds, where the job has written to it; null elsewhere. */
export function fileText(state: State, path: Value): Value | null {
  const name = fileName(state, path);
  return name === NOWHERE ? emptyValue : (state.files.get(name) ?? null);
}

/** The text of a file, where the job wrote all of it. */
export function writtenText(state: State, path: Value): string | null {
  const written = state.files.get(fileName(state, path));
  return written ? textOf(resolve(state.constraints, written)) : null;
}

/** Writes text to a file of the job. */
export function writeFile(state: State, path: Value, text: Value, append: boolean): void {
  const name = fileName(state, path);
  if (name === NOWHERE) return;
  // The runner's files are empty when the step starts; of others it is not known what was in them.
  const before = name.startsWith('path in ') ? emptyValue : contentOf(state, path);
  const old = append ? (state.files.get(name) ?? before) : emptyValue;
  state.files = state.files.with(name, bounded(concat([old, text]), name));
}
