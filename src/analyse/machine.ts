import type { Expr } from '../parse/expression.js';
import type { Block, Node, Program } from '../program/program.js';
import type { Place } from '../text/script.js';
import { resolve } from './constraints.js';
import type { Datum } from './expressions.js';
import { record, type State, type Status, setVariable, type Variable } from './state.js';
import { concat, constant, emptyValue, hole, nameOf, unknownValue, type Value } from './values.js';
import type { World } from './world.js';

/** What the interpreter of one script needs from outside; the pieces of the interpreter reach each other through it. */
export interface Machine {
  readonly world: World;
  /** `sh` is dash: `$(…)` keeps `-e`, no arrays, no `[[`. */
  readonly dash: boolean;
  /** Index of the step. */
  readonly step: number;
  /** True where the step's failure would be swallowed by `continue-on-error`. */
  readonly forgiven: boolean;
  /** Evaluates a `${{ }}` that stands in the script. */
  paste(expr: Expr, state: State): { state: State; datum: Datum }[];
  /** What the runner or the machine puts into the environment; null for a name that nobody sets. */
  ambient(name: string): Value | null;
  /** Runs statements on one path. `exempt`: a status that is not 0 does not end the script (semantics 1.8). */
  runBlock(block: Block, state: State, exempt: boolean): State[];
  run(node: Node, state: State, exempt: boolean): State[];
  /** The program that static text found in the script makes. */
  reparse(text: string, at: Place): Program;
  /** Counts one step of work; throws `OutOfBudget` when the script costs too much to follow. */
  spend(): void;
}

/** Thrown when a script has more paths than the analysis is willing to follow. */
export class OutOfBudget extends Error {}

/** Names a place of the script for ids: same place and same visit, same name. */
export function siteName(at: Place, state: State, machine: Machine): string {
  return `${machine.step}:${at.start}${state.route}`;
}

/** A variable as the script sees it; null when it is unset. */
export function readVariable(name: string, state: State, machine: Machine): Value | null {
  const variable = state.vars.get(name);
  if (variable) {
    const value = variable.elements ? (variable.elements[0] ?? null) : variable.value;
    if (variable.elements && !variable.exact)
      return unknownValue(`element of ${name}${state.route}`, elementLacks(variable));
    return value && resolve(state.constraints, value);
  }
  return machine.ambient(name);
}

export function elementLacks(variable: Variable): readonly string[] {
  return concat([...(variable.elements ?? []), variable.value ?? emptyValue]).lacks;
}

/** Gives a variable a string value; it stays exported if it was. */
export function assign(state: State, name: string, value: Value, exported = false): void {
  const old = state.vars.get(name);
  setVariable(state, name, {
    value,
    elements: null,
    exact: true,
    exported: exported || (old?.exported ?? false),
    fromStep: false,
  });
}

/** Gives a variable an array. */
export function assignElements(state: State, name: string, elements: readonly Value[], exact: boolean): void {
  const old = state.vars.get(name);
  setVariable(state, name, {
    value: null,
    elements,
    exact,
    exported: old?.exported ?? false,
    fromStep: false,
  });
}

/** The text `$?` stands for. */
export function statusText(current: Status, id: string): Value {
  if (current.code !== null) return constant(String(current.code), current.because?.lacks ?? []);
  return {
    pieces: [hole(`status ${id}`, { nonEmpty: true, excludes: ['0'], atLeast: 1 })],
    lacks: current.because?.lacks ?? [],
  };
}

/** Ends the script (or the subshell) with a status that is not 0, as the shell itself does on an error. */
export function abort(state: State, at: Place, code: number, lacks: readonly string[]): void {
  state.status = { code, because: null, lacks };
  state.flow = { kind: 'exit' };
  record(state, { kind: 'leave', how: 'error', site: at, where: at, green: false });
}

/** Writes to standard output: where it is captured, or to the log, which the runner reads commands from. */
export function emit(state: State, text: Value): void {
  if (state.out) state.out = concat([state.out, text]);
  else obeyLogCommand(state, text);
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
  state.files = new Map(state.files).set(path, concat([old, { pieces: [line, ...rest], lacks: text.lacks }]));
}
