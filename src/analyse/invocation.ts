import type { Call } from '../program/program.js';
import type { State } from './state.js';
import type { Value } from './values.js';

/** A command about to run: its fields after its name, and the call that it stands in. */
export interface Invocation {
  readonly name: string;
  readonly args: readonly Value[];
  readonly call: Call;
  /** Missing secrets that its words and assignment prefixes lack. */
  readonly lacks: readonly string[];
  /** True where a status that is not 0 goes without notice. */
  readonly exempt: boolean;
}

/** Runs a command that another one names. `program`: neither functions nor the shell's own commands are meant. */
export type Launch = (
  fields: readonly Value[],
  lacks: readonly string[],
  state: State,
  program: boolean,
) => State[];
