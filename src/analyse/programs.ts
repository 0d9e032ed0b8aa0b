import type { Program } from '../program/program.js';
import { machineAnswer } from './asking.js';
import { handOn, isUnheard } from './commands.js';
import { becomeShell } from './fresh-shell.js';
import type { Machine } from './machine.js';
import { PersistentMap } from './persistent.js';
import { runPsProcess } from './ps-scripts.js';
import { finishProgram } from './raising.js';
import { givenTo, recalled } from './recall.js';
import { noOptions, type State } from './state.js';
import { inSubshell } from './subshell.js';
import type { Value } from './values.js';

/** Runs a program in a process of its own, to its end. `enter` prepares the path for it. */
export function runProgram(
  program: Program,
  args: readonly Value[],
  state: State,
  exempt: boolean,
  machine: Machine,
  enter: (inner: State) => void,
): State[] {
  const { rules, body } = program;
  const forgiven = isUnheard(exempt, state, machine);
  handOn(state, machine);
  const runner = machine.program(rules, forgiven);
  return inSubshell(state, runner, (inner) => {
    becomeShell(inner, noOptions, args);
    inner.sourced = 0;
    inner.errexitOff = null;
    inner.data = PersistentMap.empty();
    inner.cells = PersistentMap.empty();
    inner.handling = null;
    enter(inner);
    // What stands in the command itself is no file that was entered.
    const isText = inner.callers === state.callers;
    if (rules.language === 'powershell')
      return finishProgram(runPsProcess(program, args, isText, inner, runner));
    const run = (start: State): State[] => finishProgram(runner.runBlock(body, start, false));
    const memory = rules.language === 'python' ? machine.checkout.ledger?.memory : undefined;
    if (!memory) return run(inner);
    return recalled(
      program,
      inner,
      () => givenTo(inner, runner),
      memory,
      (question) => machineAnswer(question, runner),
      (start, questions) => runner.noting(questions, () => run(start)),
      // A process of its own takes long enough to start.
      () => Number.POSITIVE_INFINITY,
    );
  });
}
