// Commands that a program of another language starts.

import type { Call } from '../program/program.js';
import { dispatch } from './dispatch.js';
import { becomeShell } from './fresh-shell.js';
import type { Machine } from './machine.js';
import { noOptions, type State } from './state.js';
import { inSubshell } from './subshell.js';
import { union, type Value } from './values.js';

/** Runs the command of these words, as a program of another language starts one. `heard`: its failure is. */
export function runFields(
  fields: readonly Value[],
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] {
  const shell = machine.shell(false, machine.forgiven);
  const lacks = fields.reduce<readonly string[]>((all, field) => union(all, field.lacks), []);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, { ...noOptions, errexit: heard }, []);
    return dispatch(fields, lacks, call, inner, !heard, shell, true);
  });
}

/** Runs the text of a command in a shell of its own; null for a text that is none. */
export function runText(
  text: string,
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] | null {
  const program = machine.reparse(text, call.at);
  if (program.unreadable) return null;
  const shell = machine.shell(true, machine.forgiven);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, noOptions, []);
    return shell.runBlock(program.body, inner, !heard);
  });
}
