import type { Program } from '../program/program.js';
import { isUnheard } from './commands.js';
import { becomeShell } from './fresh-shell.js';
import type { Machine } from './machine.js';
import { finishProgram } from './raising.js';
import { noOptions, type State } from './state.js';
import { inSubshell } from './subshell.js';
import type { Value } from './values.js';

/** Runs a program in a process of its own, to its end. `enter` prepares the path for it. */
export function runProgram(
  { rules, body }: Program,
  args: readonly Value[],
  state: State,
  exempt: boolean,
  machine: Machine,
  enter: (inner: State) => void,
): State[] {
  const runner = machine.program(rules, isUnheard(exempt, state, machine));
  return inSubshell(state, runner, (inner) => {
    becomeShell(inner, noOptions, args);
    inner.sourced = 0;
    inner.errexitOff = null;
    inner.data = new Map();
    inner.cells = new Map();
    inner.handling = null;
    enter(inner);
    return finishProgram(runner.runBlock(body, inner, false));
  });
}
