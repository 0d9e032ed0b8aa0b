import { lowerShellWords } from '../program/lower/shell.js';
import type { Call, Program } from '../program/program.js';
import { runExternal } from './commands.js';
import { resolve } from './constraints.js';
import { sourceScript } from './following.js';
import type { Invocation } from './invocation.js';
import { ended, MAX_CALL_DEPTH, type Machine, OutOfBudget, workKey } from './machine.js';
import { writtenText } from './redirects.js';
import { addWork, type State, success } from './state.js';
import { textOf } from './values.js';

export function runEval(invocation: Invocation, state: State, machine: Machine): State[] {
  const { args, call, exempt } = invocation;
  const texts = args.map((arg) => textOf(resolve(state.constraints, arg)));
  const whole = call.words.slice(1);
  const program = texts.every((text) => text !== null)
    ? machine.reparse(texts.join(' '), whole[0]?.at ?? call.at)
    : reparseWords(call);
  if (program.unreadable) return runExternal({ ...invocation, local: false, lacks: [] }, state, machine);
  if (program.body.length === 0) return ended(state, success);
  return machine.runLines(program.body, state, exempt);
}

/**
 * A file that the job wrote, or that the repository has, is run as it is. Any other may set variables and define functions that are not seen;
 * it is taken to succeed.
 */
export function runSource(invocation: Invocation, state: State, machine: Machine): State[] {
  const { args, call, exempt } = invocation;
  const [file] = args;
  const text = file && writtenText(state, file);
  const program = text && machine.reparse(text, call.at);
  if (program && !program.unreadable) {
    if (state.sourced >= MAX_CALL_DEPTH) throw new OutOfBudget('a file sources itself too deeply');
    const { positional, sourced } = state;
    if (args.length > 1) state.positional = args.slice(1);
    state.sourced++;
    return machine.runLines(program.body, state, exempt).map((end) => {
      if (args.length > 1) end.positional = positional;
      end.sourced = sourced;
      if (end.flow?.kind === 'return') end.flow = null;
      return end;
    });
  }
  const ends = file && sourceScript(file, args.slice(1), invocation, state, machine);
  if (ends) return ends;
  state.opened = true;
  // A library that is not seen often says `set -e`, and then no failure in the called script is swallowed.
  if (state.callers.some((caller) => !caller.sourced)) state.options = { ...state.options, errexit: true };
  // What lies outside the repository (`/etc/os-release`, a tool's profile) only tells about the machine.
  if (file && textOf(file)?.startsWith('/')) return ended(state, success);
  addWork(state, {
    key: workKey(call.at, state, machine),
    name: file ? (textOf(file) ?? 'a script') : 'a script',
    where: call.at,
    step: machine.step,
    rehearsal: false,
  });
  return ended(state, success);
}

const evaluated = new WeakMap<Call, Program>();

function reparseWords(call: Call): Program {
  const program = evaluated.get(call) ?? lowerShellWords(call.words.slice(1), call.words[1]?.at ?? call.at);
  evaluated.set(call, program);
  return program;
}
