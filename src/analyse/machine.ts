import type { Expr } from '../parse/expression.js';
import type { ValueRules } from '../program/compute.js';
import type { Block, Node, Program, Word } from '../program/program.js';
import type { Place } from '../text/script.js';
import type { Source } from '../text/source.js';
import { type Question, resolve } from './constraints.js';
import { type Datum, split } from './expressions.js';
import type { Checkout } from './scripts.js';
import {
  addWork,
  lacksOfVariable,
  record,
  type State,
  type Status,
  setVariable,
  status,
  success,
} from './state.js';
import { concat, constant, emptyValue, hole, nameOf, unknownValue, type Value } from './values.js';
import type { Forced, World } from './world.js';

/** What the interpreter of one script needs from outside; the pieces of the interpreter reach each other through it. */
export interface Machine {
  readonly world: World;
  /** What values mean in the language that runs. */
  readonly rules: ValueRules;
  /** `sh` is dash: `$(…)` keeps `-e`, no arrays, no `[[`. */
  readonly dash: boolean;
  /** Words are expanded for a command whose status is not looked at by `errexit`. */
  readonly exempt?: boolean;
  /** How many variables that hold arithmetic are being read one through the other. */
  readonly arithmeticDepth?: number;
  /** Id of the job. */
  readonly job: string;
  /** Index of the step. */
  readonly step: number;
  /** Called for every node that is run; throws `Restart` where an action costs too much to follow. */
  toll(): void;
  /** The file that the step stands in. */
  readonly source: Source;
  /** True on a runner of Windows. */
  readonly windows: boolean;
  /** True in Windows PowerShell 5.1, for scripts in that language. */
  readonly legacyPowerShell: boolean;
  /** The files that the step can call. */
  readonly checkout: Checkout;
  /** Says that a part of the step on which its verdict could hang is not seen, and why. */
  notJudged(reason: string): void;
  /** Says that a program of which nothing is seen is started with what lacks these secrets in its environment. */
  handsOn(lacks: readonly string[]): void;
  /** True where the step's failure would be swallowed by `continue-on-error`. */
  readonly forgiven: boolean;
  /** Evaluates a `${{ }}` that stands in the script. */
  paste(expr: Expr, state: State): { state: State; datum: Datum }[];
  /** What the runner or the machine puts into the environment; null for a name that nobody sets. */
  ambient(name: string): Value | null;
  /** Runs statements on one path. `exempt`: a status that is not 0 does not end the script (semantics 1.8). */
  runBlock(block: Block, state: State, exempt: boolean): State[];
  /**
   * The same for what the shell reads line by line: a script, or the text of `eval`. `whole`: the program that the
   * statements are, where nobody reads its variables after it.
   */
  runLines(block: Block, state: State, exempt: boolean, whole?: Program): State[];
  /** `negated`: a `!` stands in front of it. */
  run(node: Node, state: State, exempt: boolean, negated?: boolean): State[];
  /** The program that static text found in the script makes. */
  reparse(text: string, at: Place): Program;
  /** The same machine for a shell that the script starts. `forgiven`: nobody looks at how that shell ends. */
  shell(dash: boolean, forgiven?: boolean): Machine;
  /** The same machine for a program of another language. */
  program(rules: ValueRules, forgiven?: boolean): Machine;
  /** Notes in `questions`, while `run` runs, what is asked of the event and of what the runner puts into the environment. */
  noting<T>(questions: Set<string>, run: () => T): T;
  /** What following a file of the repository gives; null for one that was found to cost too much. Throws `Restart`. */
  follow<T>(source: Source, run: () => T[]): T[] | null;
  /** False where nothing in the script asks for the statuses of a pipeline. */
  tracksPipeStatus(): boolean;
  /** Runs what a command runs in its place or within it; throws `OutOfBudget` where such commands stand in one another without end. */
  nest<T>(name: string, run: () => T): T;
  /** Counts one step of work; throws `OutOfBudget` when the script costs too much to follow. */
  spend(): void;
}

/** Thrown when a script has more paths than the analysis is willing to follow. */
export class OutOfBudget extends Error {}

/** Commands that only run other commands (`sudo`, `eval`), one within the other: far above what anybody writes. */
export const MAX_NESTED_COMMANDS = 100;

/** Functions that call functions, and files that source files. */
export const MAX_CALL_DEPTH = 24;

/** Names a place for ids: one in a script that the step calls does not go by the name of one in the step's own text. */
export function placeId(at: Place, machine: Machine): string {
  const { source } = at.text;
  // Several scripts may stand in one file (`package.json`).
  return source.path === machine.source.path
    ? `${at.start}`
    : `${source.path}:${at.text.offsetOf(0) + at.start}`;
}

/** Names a place of the script for ids: same place and same visit, same name. Two jobs know nothing of each other's. */
export function siteName(at: Place, state: State, machine: Machine): string {
  return `${machine.job}:${machine.step}:${placeId(at, machine)}${state.route}`;
}

/** Names the work that a command does: the same command of a script that is called twice does two things. */
export function workKey(at: Place, state: State, machine: Machine): string {
  const calls = state.callers.map((caller) => `${caller.site}>`).join('');
  return `${machine.step}:${calls}${placeId(at, machine)}`;
}

/** A variable as the script sees it; null when it is unset. */
export function readVariable(name: string, state: State, machine: Machine): Value | null {
  const variable = state.vars.get(name);
  if (variable) {
    const value = variable.elements ? (variable.elements[0] ?? null) : variable.value;
    if (variable.elements && !variable.exact)
      return unknownValue(`element of ${name}${state.route}`, lacksOfVariable(variable));
    return value && resolve(state.constraints, value);
  }
  const ambient = machine.ambient(name);
  // A file that was sourced unseen may have set any name.
  return ambient ?? (state.opened ? unknownValue(`sourced ${name}`) : null);
}

/** The longest text that a variable or a file is known to hold; a longer one is some text. */
const MAX_TEXT = 65_536;

/** The value, or some unknown text where it is too long to be carried along. */
export function bounded(value: Value, id: string): Value {
  let length = value.pieces.length;
  for (const piece of value.pieces) if (typeof piece === 'string') length += piece.length;
  return length > MAX_TEXT ? unknownValue(`long text of ${id}`, value.lacks, true) : value;
}

/** Gives a variable a string value; it stays exported if it was. Throws `OutOfBudget` for a readonly one. */
export function assign(state: State, name: string, value: Value, exported = false): void {
  const old = state.vars.get(name);
  if (old?.fixed) throw new OutOfBudget(`'${name}' is readonly and assigned again`);
  setVariable(state, name, {
    value: bounded(value, `${name}${state.route}`),
    elements: null,
    exact: true,
    exported: exported || (old?.exported ?? false),
    fromStep: false,
    ...(old?.integer ? { integer: true } : {}),
  });
}

/** The most elements that an array is known to hold. */
const MAX_ELEMENTS = 1024;

/** Gives a variable an array; `perhaps`: the missing secrets that shaped further elements which it perhaps has. */
export function assignElements(
  state: State,
  name: string,
  elements: readonly Value[],
  exact: boolean,
  perhaps?: readonly string[],
): void {
  const old = state.vars.get(name);
  if (old?.fixed) throw new OutOfBudget(`'${name}' is readonly and assigned again`);
  setVariable(state, name, {
    value: null,
    elements: elements.slice(0, MAX_ELEMENTS),
    exact: exact && elements.length <= MAX_ELEMENTS,
    exported: old?.exported ?? false,
    fromStep: false,
    ...(perhaps ? { perhaps } : {}),
    ...(old?.integer ? { integer: true } : {}),
  });
}

/** Gives the path a status. */
export function ended(state: State, value: Status): State[] {
  state.status = value;
  return [state];
}

/** The key of the work that a command counts as whose outcome is decided: it tells which paths come by it. */
export const FORCED = 'forced';

/** Ends a command or a test as its world says. */
export function endedAsForced(forced: Forced, node: Node, state: State, machine: Machine): State[] {
  const { at } = node;
  addWork(state, { key: FORCED, name: 'a command', where: at, step: machine.step, rehearsal: false });
  const site = siteName(at, state, machine);
  emit(state, forced.prints === 'nothing' ? emptyValue : unknownValue(`output ${site}`, [], true));
  return ended(state, status(forced.status));
}

/** One path for each possible answer, with status 0 for yes and 1 for no. */
export function endedBy(state: State, question: Question, lacks: readonly string[]): State[] {
  return split(question, state).map((branch) => {
    branch.state.status = status(branch.answer ? 0 : 1, lacks, question);
    return branch.state;
  });
}

/** Records which way a command's status has decided. */
export function decideByStatus(state: State, site: object, where: Place): void {
  const { code, lacks, because, open = false, private: chance = false } = state.status;
  const outcome = String(code === 0);
  record(state, { kind: 'decision', site, where, outcome, lacks, because, open, private: chance });
}

/** The status an assignment without a command has: that of its last `$(…)`, else 0. */
export function assignmentStatus(state: State): Status {
  return state.substitution ?? success;
}

/** The text of a word that stands there as it is; null where anything in it is expanded. */
export function literalText(word: Word | undefined): string | null {
  if (!word) return null;
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return text;
}

/** The text `$?` stands for. */
export function statusText(current: Status, id: string): Value {
  if (current.code !== null) return constant(String(current.code), current.because?.lacks ?? []);
  return {
    pieces: [hole(`status ${id}`, { nonEmpty: true, excludes: ['0'], atLeast: 1 })],
    lacks: current.because?.lacks ?? [],
  };
}

/**
 * How bash takes an error: `fatal` ones (`${X:?}`, `nounset`) end the shell; after one of `arithmetic` it goes on
 * with the next line, even under `errexit`; after a bad `expansion` it does so where `errexit` is off.
 */
export type ErrorKind = 'fatal' | 'arithmetic' | 'expansion';

/** Ends the script (or the subshell) with a status that is not 0, as the shell itself does on an error. */
export function abort(
  state: State,
  at: Place,
  machine: Machine,
  lacks: readonly string[],
  kind: ErrorKind = 'fatal',
): void {
  const { code: before } = state.status;
  state.status = { code: machine.dash ? 2 : abortCode(before, kind, state), because: null, lacks };
  const resumes = kind === 'arithmetic' || (kind === 'expansion' && !state.options.errexit);
  if (resumes && !machine.dash) {
    state.flow = { kind: 'exit', resumes };
    return;
  }
  state.flow = { kind: 'exit', aborted: true };
  record(state, { kind: 'leave', how: 'error', site: at, where: at, green: false, lacks });
}

/** Under errexit bash gives up with the status that was there before, in functions only sometimes; else with 1. */
function abortCode(before: number | null, kind: ErrorKind, state: State): number | null {
  if (kind !== 'expansion' || !state.options.errexit || before === 0) return 1;
  return state.frames.length === 0 ? before : null;
}

/** Writes to standard output: where it is captured, or to the log, which the runner reads commands from. */
export function emit(state: State, text: Value): void {
  if (state.out) state.out = bounded(concat([state.out, text]), `output${state.route}`);
  else {
    noteAnnotation(state, text);
    obeyLogCommand(state, text);
  }
}

/** Remembers what an `::error::` line says, as far as it is known. */
function noteAnnotation(state: State, text: Value): void {
  const known = text.pieces.map((piece) => (typeof piece === 'string' ? piece : '')).join('');
  if (known.includes('::error')) record(state, { kind: 'annotate', text: known });
}

/** What the outputs go by of a program that is not seen. */
const OUTPUTS = 'outputs of ';

/** A program that is not seen may have set outputs of the step. */
export function mayWriteOutputs(state: State, site: string, machine: Machine): void {
  const [variable] = machine.world.dialect.fileCommands.output;
  if (variable === undefined) return;
  const path = nameOf({ pieces: [hole(`path in ${variable}`)], lacks: [] });
  const old = state.files.get(path) ?? emptyValue;
  const [before, last] = old.pieces.slice(-2);
  // That there may be outputs is known already.
  if (last === '\n' && typeof before === 'object' && before.id.startsWith(OUTPUTS)) return;
  const line = { pieces: [hole(`${OUTPUTS}${site}`, { nonEmpty: true }), '\n'], lacks: [] };
  state.files = state.files.with(path, bounded(concat([old, line]), path));
}

const SET_OUTPUT = '::set-output name=';

/** `::set-output name=k::v` still works everywhere (semantics 7.3). */
function obeyLogCommand(state: State, text: Value): void {
  const [head, ...rest] = text.pieces;
  if (typeof head !== 'string' || !head.startsWith(SET_OUTPUT)) return;
  const end = head.indexOf('::', SET_OUTPUT.length);
  if (end < 0) return;
  const line = `${head.slice(SET_OUTPUT.length, end)}=${head.slice(end + 2)}`;
  const path = nameOf({ pieces: [hole('path in GITHUB_OUTPUT')], lacks: [] });
  const old = state.files.get(path) ?? emptyValue;
  state.files = state.files.with(path, concat([old, { pieces: [line, ...rest], lacks: text.lacks }]));
}
