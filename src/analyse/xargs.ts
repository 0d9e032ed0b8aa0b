import { isEmpty, known, resolve } from './constraints.js';
import type { Invocation, Launch } from './invocation.js';
import { emit, ended, type Machine, siteName } from './machine.js';
import { decide, fork, type State, success } from './state.js';
import { trimEnd } from './subshell.js';
import { concat, constant, derived, emptyValue, textOf, union, unknownValue, type Value } from './values.js';

/** An `xargs` line, read: GNU findutils manual, «xargs options». */
interface Line {
  /** The command with its own words; empty where `xargs` has none, and echoes. */
  readonly command: readonly Value[];
  /** What stands in front of it. */
  readonly options: readonly Value[];
  /** What stands for the argument in those words (`-I{}`); null where it is put behind them. */
  readonly mark: string | null;
  /** Where there is nothing to read, nothing is run: `-r`, and wherever each line is an argument of its own (`-I`). */
  readonly runsOnNothing: boolean;
}

const VALUED = 'nPLdIsEaJRS';
const LONG_VALUED: ReadonlySet<string> = new Set([
  '--arg-file',
  '--delimiter',
  '--max-args',
  '--max-chars',
  '--max-procs',
  '--process-slot-var',
]);
/** Options whose value, if they have one, is part of the same word. */
const ATTACHED = 'ile';

function readLine(args: readonly Value[]): Line {
  let mark: string | null = null;
  let runsOnNothing = true;
  let at = 0;
  for (; at < args.length; at++) {
    const text = textOf(args[at] ?? emptyValue);
    if (!text?.startsWith('-') || text.length === 1) break;
    if (text === '--') {
      at++;
      break;
    }
    if (text.startsWith('--')) {
      if (text === '--no-run-if-empty') runsOnNothing = false;
      else if (text === '--replace') mark = '{}';
      else if (text.startsWith('--replace=')) mark = text.slice('--replace='.length);
      else if (LONG_VALUED.has(text)) at++;
      continue;
    }
    for (let letter = 1; letter < text.length; letter++) {
      const name = text.charAt(letter);
      if (name === 'r') runsOnNothing = false;
      if (!VALUED.includes(name) && !ATTACHED.includes(name)) continue;
      const attached = text.slice(letter + 1);
      if (name === 'i') mark = attached || '{}';
      else if (name === 'I') mark = attached || textOf(args[at + 1] ?? emptyValue);
      if (attached === '' && VALUED.includes(name)) at++;
      break;
    }
  }
  return {
    command: args.slice(at),
    options: args.slice(0, at),
    mark,
    runsOnNothing: runsOnNothing && mark === null,
  };
}

/** `xargs -r cmd`: nothing to read, nothing to do. */
export function runXargs({ args, call, lacks }: Invocation, state: State, machine: Machine, launch: Launch) {
  const line = readLine(args);
  const { input } = state;
  if (!input || line.runsOnNothing) return runOnce(line, call, lacks, state, machine, launch);
  const text = textOf(resolve(state.constraints, input));
  const empty = text === null ? isEmpty(state.constraints, input) : known(text.trim() === '');
  return decide(state, empty, { site: call, where: call.at, lacks: input.lacks }).flatMap((branch) =>
    branch.answer ? ended(branch.state, success) : runOnce(line, call, lacks, branch.state, machine, launch),
  );
}

function runOnce(
  { command, options, mark }: Line,
  call: Invocation['call'],
  lacks: readonly string[],
  state: State,
  machine: Machine,
  launch: Launch,
): State[] {
  const site = siteName(call.at, state, machine);
  if (command.length === 0) {
    emit(state, echoed(state.input, options, state, site));
    return ended(state, success);
  }
  const given = state.input?.lacks ?? [];
  const item = unknownValue(`argument ${site}`, given);
  const read = state.input && textOf(resolve(state.constraints, state.input));
  const rest = read?.trim() === '' ? [] : [item];
  const words = mark === null ? [...command, ...rest] : command.map((word) => replaced(word, mark, item));
  return launch(words, union(lacks, given), { ...fork(state), input: null }, true);
}

/** The word with the argument wherever its mark stands. */
function replaced(word: Value, mark: string, item: Value): Value {
  if (mark === '' || !word.pieces.some((piece) => typeof piece === 'string' && piece.includes(mark)))
    return word;
  return concat(
    word.pieces.flatMap((piece): Value[] => {
      if (typeof piece !== 'string') return [{ pieces: [piece], lacks: word.lacks }];
      const texts = piece.split(mark).map((text) => constant(text, word.lacks));
      return texts.flatMap((text, index) => (index === 0 ? [text] : [item, text]));
    }),
  );
}

/** What `xargs` alone prints: the words of what it reads on a line, by `echo` (POSIX, xargs). `options` may ask for several lines. */
function echoed(input: Value | null, options: readonly Value[], state: State, site: string): Value {
  if (!input) return unknownValue(`words ${site}`);
  const text = textOf(resolve(state.constraints, input));
  const words = text?.split(/\s+/).filter((word) => word !== '') ?? [];
  const isOneLine = options.every((option) => /^(-r|--no-run-if-empty)$/.test(textOf(option) ?? ''));
  // What begins with a dash may be an option of `echo`.
  if (text !== null && isOneLine && !/["'\\]/.test(text) && !words[0]?.startsWith('-'))
    return constant(`${words.join(' ')}\n`, input.lacks);
  const full = isEmpty(state.constraints, trimEnd(input)).answer === false;
  return concat([derived('xargs', [input, ...options], full), constant('\n')]);
}
