// Commands that a program of another language starts.

import { lowerShellWords } from '../program/lower/shell.js';
import type { Call, Part, Program } from '../program/program.js';
import type { Place } from '../text/script.js';
import { dispatch } from './dispatch.js';
import { becomeShell } from './fresh-shell.js';
import type { Machine } from './machine.js';
import { noOptions, type State, setVariable } from './state.js';
import { inSubshell } from './subshell.js';
import { textOf, union, type Value } from './values.js';

const calls = new WeakMap<Place, Call>();

/** The place of a call as a command of its own, the same one in every world. */
export function commandAt(at: Place): Call {
  const known = calls.get(at);
  if (known) return known;
  const call: Call = { kind: 'call', assignments: [], words: [], redirects: [], at };
  calls.set(at, call);
  return call;
}

const shells = new WeakMap<Machine, Machine>();

/** The shell in which a program starts its commands: one for all of them. */
function shellOf(machine: Machine): Machine {
  const known = shells.get(machine) ?? machine.shell(false, machine.forgiven);
  shells.set(machine, known);
  return known;
}

/** Runs the command of these words in a process of its own. `heard`: its failure is. */
export function runFields(
  fields: readonly Value[],
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] {
  const shell = shellOf(machine);
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

/**
 * Runs the command that texts make together in a shell of its own. Those that are not known, or lack a secret, stand
 * where the command has them.
 */
export function runPieces(
  pieces: readonly Value[],
  call: Call,
  state: State,
  heard: boolean,
  machine: Machine,
): State[] | null {
  const program = programOfPieces(pieces, call);
  if (program.unreadable) return null;
  const shell = machine.shell(true, machine.forgiven);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, noOptions, []);
    pieces.forEach((value, index) => {
      if (isPlain(value)) return;
      setVariable(inner, pieceName(index), {
        value,
        elements: null,
        exact: true,
        exported: false,
        fromStep: false,
      });
    });
    return shell.runBlock(program.body, inner, !heard);
  });
}

function isPlain(value: Value): boolean {
  return textOf(value) !== null && value.lacks.length === 0;
}

/** A name that no script can give to a variable. */
function pieceName(index: number): string {
  return `(piece ${index})`;
}

const pieced = new WeakMap<Call, Map<string, Program>>();

/** The same nodes in every world where the same pieces are known. */
function programOfPieces(pieces: readonly Value[], call: Call): Program {
  const { at } = call;
  const known = pieced.get(call) ?? new Map<string, Program>();
  pieced.set(call, known);
  const parts = pieces.map((value, index): Part => {
    const text = isPlain(value) ? textOf(value) : null;
    if (text !== null) return { kind: 'text', text, quoted: false, at };
    return {
      kind: 'parameter',
      name: pieceName(index),
      quoted: false,
      indirect: false,
      length: false,
      index: null,
      operation: null,
      at,
    };
  });
  const key = JSON.stringify(parts.map((part) => (part.kind === 'text' ? part.text : null)));
  const program = known.get(key) ?? lowerShellWords([{ kind: 'word', parts, assignment: null, at }], at);
  known.set(key, program);
  return program;
}
