import { ask, resolve } from './constraints.js';
import { split } from './expressions.js';
import { lastFailure } from './filters.js';
import type { Invocation } from './invocation.js';
import { assign, assignElements, ended, type Machine, readVariable, siteName } from './machine.js';
import { DEFAULT_IFS, fieldsFor, fieldsOf } from './splitting.js';
import { type State, type Status, status, success } from './state.js';
import { constant, derived, emptyValue, type Piece, textOf, unknownValue, type Value } from './values.js';

interface ReadOptions {
  readonly names: readonly string[];
  readonly array: string | null;
  /** What a line ends with; '' stands for NUL. */
  readonly delimiter: string | null;
  readonly raw: boolean;
  /** Options that take a part of a line, or read from elsewhere. */
  readonly otherwise: boolean;
}

function readOptions(args: readonly Value[]): ReadOptions | null {
  let array: string | null = null;
  let delimiter: string | null = '\n';
  let raw = false;
  let otherwise = false;
  let i = 0;
  for (; i < args.length; i++) {
    const text = textOf(args[i] ?? emptyValue);
    if (text === null) return null;
    if (text === '--') {
      i++;
      break;
    }
    if (!/^-[a-zA-Z]/.test(text)) break;
    for (let at = 1; at < text.length; at++) {
      const flag = text.charAt(at);
      if (flag === 'r') raw = true;
      if (!'adniNptu'.includes(flag)) continue;
      const value = text.slice(at + 1) || textOf(args[++i] ?? emptyValue);
      if (flag === 'a') array = value;
      else if (flag === 'd') delimiter = value === null ? null : value.slice(0, 1);
      else if ('nNu'.includes(flag)) otherwise = true;
      break;
    }
  }
  const names: string[] = [];
  for (const arg of args.slice(i)) {
    const text = textOf(arg);
    if (text === null) return null;
    names.push(text);
  }
  return { names, array, delimiter, raw, otherwise };
}

/** `read` takes one line of what is known of the standard input. */
export function read(invocation: Invocation, state: State, machine: Machine): State[] {
  const options = readOptions(invocation.args);
  const site = siteName(invocation.call.at, state, machine);
  if (!options) return unknownLine(null, site, state);
  if (machine.dash && options.names.length === 0) return ended(state, status(2));
  const plain = !options.otherwise && options.delimiter !== null;
  const line = plain ? takeLine(state, options.delimiter ?? '\n') : null;
  if (!line) return unknownLine(options, site, state);
  const text = textOf(line.value);
  if (!options.raw && (text === null || text.includes('\\'))) {
    // A backslash joins two lines, or vanishes.
    if (text !== null) return unknownLine(options, site, state);
  }
  give(options, line.value, state, machine);
  return ended(state, line.complete ? status(0, line.value.lacks) : atTheEnd(line.value, state));
}

/** The status of `read` without a whole line. Where there is nothing at all, a command had failed that should have printed something. */
function atTheEnd({ pieces, lacks }: Value, state: State): Status {
  const because = pieces.length === 0 ? lastFailure(state, lacks) : null;
  return { ...status(1, lacks), because };
}

function give({ names, array }: ReadOptions, line: Value, state: State, machine: Machine): void {
  const value = readVariable('IFS', state, machine);
  const ifs = value ? textOf(value) : DEFAULT_IFS;
  const text = textOf(line);
  if (array !== null) {
    const fields =
      text === null || ifs === null ? [line] : fieldsOf(text, ifs).map((one) => constant(one, line.lacks));
    assignElements(state, array, fields, text !== null && ifs !== null);
    return;
  }
  if (names.length === 0) {
    assign(state, 'REPLY', line);
    return;
  }
  if (text === null || ifs === null) {
    // An unknown secret is taken to be one word.
    names.forEach((name, i) => {
      assign(state, name, names.length === 1 ? line : derived(`field ${i}`, [line]));
    });
    return;
  }
  const fields = fieldsFor(text, ifs, names.length);
  names.forEach((name, i) => {
    assign(state, name, constant(fields[i] ?? '', line.lacks));
  });
}

/** Nothing is known of the input: a line, or its end, after which the names hold what was left. */
function unknownLine(options: ReadOptions | null, site: string, state: State): State[] {
  const lacks = state.input?.lacks ?? [];
  // It is not known how much was read.
  if (state.input && state.input.pieces.length > 0)
    state.input = { pieces: unknownValue(`rest after ${site}`).pieces, lacks };
  return split(ask(state.constraints, `line at ${site}`), state).map((branch) => {
    const value = unknownValue(`line ${site}${branch.answer ? '' : ' at the end'}`, lacks);
    const names = options?.names ?? [];
    if (options?.array) assignElements(branch.state, options.array, branch.answer ? [value] : [], false);
    else if (names.length === 0) assign(branch.state, 'REPLY', value);
    names.forEach((name, i) => {
      assign(branch.state, name, names.length === 1 ? value : derived(`field ${i}`, [value]));
    });
    branch.state.status = status(branch.answer ? 0 : 1);
    return branch.state;
  });
}

/** Takes the first line off the input; null where it is not known where that ends. */
function takeLine(state: State, delimiter: string): { value: Value; complete: boolean } | null {
  if (!state.input) return null;
  const input = resolve(state.constraints, state.input);
  const end = delimiter === '' ? '\0' : delimiter;
  const before: Piece[] = [];
  for (const [index, piece] of input.pieces.entries()) {
    // An unknown text may hold any number of lines. A secret is taken to be one.
    if (typeof piece !== 'string' && !piece.id.startsWith('secrets.')) return null;
    const at = typeof piece === 'string' ? piece.indexOf(end) : -1;
    if (typeof piece !== 'string' || at < 0) {
      before.push(piece);
      continue;
    }
    const head = piece.slice(0, at);
    const tail = piece.slice(at + 1);
    const rest = input.pieces.slice(index + 1);
    state.input = { pieces: tail === '' ? rest : [tail, ...rest], lacks: input.lacks };
    return {
      value: { pieces: head === '' ? before : [...before, head], lacks: input.lacks },
      complete: true,
    };
  }
  state.input = { pieces: [], lacks: input.lacks };
  return { value: { pieces: before, lacks: input.lacks }, complete: false };
}

/** `mapfile` and `readarray`: one element for each line. */
export function mapfile({ args }: Invocation, state: State): State[] {
  const texts = args.map(textOf);
  let at = 0;
  let trims = false;
  let plain = true;
  while (at < texts.length) {
    const text = texts[at];
    if (!text?.startsWith('-')) break;
    if (text === '-t') trims = true;
    else {
      plain = false;
      at++;
    }
    at++;
  }
  const target = at < texts.length ? texts[at] : 'MAPFILE';
  if (!target) return ended(state, success);
  const input = state.input && resolve(state.constraints, state.input);
  const text = input ? textOf(input) : null;
  if (text === null || !plain) {
    const some = input && input.pieces.length > 0 ? [input] : [];
    assignElements(state, target, some, false);
  } else {
    const lines = text.split(/(?<=\n)/);
    const elements = text === '' ? [] : lines.map((line) => (trims ? line.replace(/\n$/, '') : line));
    assignElements(
      state,
      target,
      elements.map((line) => constant(line, input?.lacks ?? [])),
      true,
    );
  }
  state.input = { pieces: [], lacks: input?.lacks ?? [] };
  return ended(state, success);
}
