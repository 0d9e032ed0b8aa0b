import type { Call, Program, Word } from '../program/program.js';
import { resolve } from './constraints.js';
import { callScript } from './following.js';
import { becomeShell, readFlags } from './fresh-shell.js';
import type { Invocation } from './invocation.js';
import { literalText, type Machine } from './machine.js';
import type { State } from './state.js';
import { inSubshell } from './subshell.js';
import { emptyValue, textOf } from './values.js';

/**
 * `bash x.sh`, `bash -c '…'` and `sh -ec '…'`: a shell of its own, with only what is exported; null where it runs a
 * file that is not known.
 */
export function runShellCommand(invocation: Invocation, state: State, machine: Machine): State[] | null {
  const { name, args, call } = invocation;
  const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
  const { options, inline, fromInput, count, understood } = readFlags(texts);
  if (!understood) return null;
  const file = fromInput ? undefined : args[count];
  if (!inline && file) {
    const shell = { options, dash: name !== 'bash' };
    return callScript(file, args.slice(count + 1), shell, invocation, state, machine);
  }
  let program: Program | null = null;
  if (inline) {
    const text = texts[count];
    if (text !== null && text !== undefined)
      program = machine.reparse(text, scriptWord(call, text)?.at ?? call.at);
  } else {
    const input = state.input && textOf(resolve(state.constraints, state.input));
    if (input) program = machine.reparse(input, call.at);
  }
  if (!program || program.unreadable) return null;
  const { body } = program;
  const shell = machine.shell(name !== 'bash', machine.forgiven);
  return inSubshell(state, shell, (inner) => {
    becomeShell(inner, options, args.slice(inline ? count + 2 : count));
    if (!inline) inner.input = emptyValue;
    const ends = shell.runBlock(body, inner, false);
    return inline && !shell.dash ? ends.map(afterError) : ends;
  });
}

/** An error in an expansion ends `bash -c` with 127, or with 1 under `errexit`, and not with 1 as it ends a script. */
function afterError(end: State): State {
  if (end.flow?.kind === 'exit' && end.flow.aborted) end.status = { ...end.status, code: null };
  return end;
}

function scriptWord(call: Call, text: string): Word | undefined {
  return call.words.find((word) => literalText(word) === text);
}
