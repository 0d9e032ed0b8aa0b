// Programs that run commands: what is known of the commands of a shell holds for them there as well.

import type { Meaning } from '../facts/library.js';
import { after, listOf } from './evaluate.js';
import { split } from './expressions.js';
import { runForeign } from './foreign.js';
import { argument, invoke, noArgs } from './functions.js';
import { commandAt, runFields, runPieces, runText } from './launching.js';
import { type LibraryCall, type MeaningOf, operands } from './library-call.js';
import { type Machine, siteName, statusText } from './machine.js';
import { type Result, raise } from './raising.js';
import { record, type State, setVariable } from './state.js';
import {
  allocate,
  cellOf,
  changeEntry,
  entryOf,
  knownText,
  noValue,
  recordCell,
  type Thing,
  textOfThing,
  textThing,
  truthOf,
  unknownThing,
} from './things.js';
import { constant, emptyValue, textOf, type Value } from './values.js';

type CommandMeaning =
  | 'command'
  | 'command-checked'
  | 'command-piped'
  | 'command-streamed'
  | 'command-status'
  | 'command-output'
  | 'command-process';

/** Runs the command that a call names; null where it is not known what that is. */
function runCommand(call: LibraryCall, checked: boolean, state: State, machine: Machine): State[] | null {
  const thing = argument(call.args, 0, 'args');
  const more = call.args.positional.slice(1);
  const cell = cellOf(thing, state);
  if (!thing) return null;
  if (thing.kind === 'text') {
    const rest = more.map((one) => cellOf(one, state)).find((one) => one?.kind === 'list');
    const text = textOf(textOfThing(thing, state, machine.rules));
    if (!rest) {
      if (text !== null && thing.value.lacks.length === 0)
        return runText(text, commandAt(call.at), state, checked, machine);
      return runPieces(thing.parts ?? [thing.value], commandAt(call.at), state, checked, machine);
    }
    if (rest.kind !== 'list' || !rest.exact) return null;
    const words = rest.items.map((item) => textOfThing(item, state, machine.rules));
    return runFields([thing.value, ...words], commandAt(call.at), state, checked, machine);
  }
  if (!cell) return null;
  const list = listOf(thing, state);
  if (!list.exact) return null;
  const fields: Value[] = list.items.map((item) => textOfThing(item, state, machine.rules));
  return runFields(fields, commandAt(call.at), state, checked, machine);
}

function isTrue(thing: Thing | undefined, state: State, machine: Machine): boolean {
  return thing !== undefined && truthOf(thing, state, machine.rules).answer === true;
}

/** An option of a call: a named argument, or an entry of the record that comes last. */
function option(call: LibraryCall, name: string, state: State): Thing | undefined {
  return call.args.named.get(name) ?? entryOf(call.args.positional.at(-1), name, state);
}

/** Is the call told not to mind how the command ends? */
function isIgnored(call: LibraryCall, state: State): boolean {
  const says = (name: string, answer: boolean) => {
    const thing = option(call, name, state);
    return thing?.kind === 'boolean' && thing.question.answer === answer;
  };
  return says('ignoreReturnCode', true) || says('reject', false) || says('nothrow', true);
}

/** Runs with the variables that the call gives to the command alone. */
function withEnvironment(
  call: LibraryCall,
  state: State,
  machine: Machine,
  run: () => State[] | null,
): State[] | null {
  const cell = cellOf(option(call, 'env', state), state);
  if (cell?.kind !== 'record' || cell.entries.size === 0) return run();
  const before = state.vars;
  for (const [name, thing] of cell.entries) {
    const value = textOfThing(thing, state, machine.rules);
    setVariable(state, name, { value, elements: null, exact: true, exported: true, fromStep: false });
  }
  const ends = run();
  for (const end of ends ?? [state])
    for (const name of cell.entries.keys()) setVariable(end, name, before.get(name) ?? null);
  return ends;
}

type Answer = 'output' | 'process' | 'status';

/** Does the call ask for what the command prints? */
function isAskedFor({ fact, args: { named } }: LibraryCall, state: State, machine: Machine): boolean {
  return (
    (fact.raises !== null && named.size === 0) ||
    isTrue(named.get('capture_output'), state, machine) ||
    named.has('stdout')
  );
}

function running(
  answer: Answer,
  checks: (call: LibraryCall, state: State, machine: Machine) => boolean,
  captures: (call: LibraryCall, state: State, machine: Machine) => boolean = isAskedFor,
): MeaningOf {
  return (call, state, machine) => {
    machine.spend();
    const checked = checks(call, state, machine) && !isIgnored(call, state);
    const captured = answer === 'output' || captures(call, state, machine);
    const { out } = state;
    if (captured) state.out = emptyValue;
    const ends = withEnvironment(call, state, machine, () => runCommand(call, checked, state, machine));
    if (!ends) {
      state.out = out;
      return unknownCommand(call, checked, state, machine);
    }
    return ends.flatMap((end): Result[] => {
      const printed = end.out ?? emptyValue;
      end.out = out;
      const { because, code, lacks } = end.status;
      if (code !== 0 && checked) {
        // What a handler is given knows the status.
        const value = answered('process', printed, captured, call, end, machine);
        const { at } = call;
        return raise(end, {
          types: call.fact.raises,
          value,
          because,
          lacks,
          how: 'error',
          site: at,
          where: at,
        });
      }
      if (because) record(end, { kind: 'mask', failure: because, where: call.at, by: call.path });
      return [{ state: end, thing: answered(answer, printed, captured, call, end, machine) }];
    });
  };
}

function answered(
  answer: Answer,
  printed: Value,
  captured: boolean,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Thing {
  const site = siteName(call.at, state, machine);
  const code: Thing = { kind: 'number', value: statusText(state.status, site) };
  if (answer === 'output') {
    // `subprocess.getoutput`, which minds no status, takes the last line end away.
    const text = call.fact.raises === null ? textOf(printed) : null;
    return textThing(text?.endsWith('\n') ? constant(text.slice(0, -1), printed.lacks) : printed);
  }
  if (answer === 'status') return code;
  const entries = new Map<string, Thing>([
    ...['returncode', 'status', 'code', 'exitCode'].map((name): [string, Thing] => [name, code]),
    ['stdout', captured ? textThing(printed) : noValue],
    ['stderr', unknownThing(`errors ${site}`)],
  ]);
  return allocate(recordCell(entries, { exact: false, origin: 'process' }), site, state);
}

/** A command that is computed: it does some work, and what is known of it is what it is given. */
function unknownCommand(call: LibraryCall, checked: boolean, state: State, machine: Machine): Result[] {
  const { path, fact, receiver, args, at } = call;
  const name = operands(call).length > 0 ? path : 'a command';
  const ends = runForeign(
    { name, effect: 'work', refused: 'fails', raises: fact.raises, gives: 'process', receiver, args, at },
    state,
    machine,
  );
  if (checked) return ends;
  return ends.map((end) => {
    const { flow } = end.state;
    if (flow?.kind !== 'throw' || !flow.thrown.because) return end;
    record(end.state, { kind: 'mask', failure: flow.thrown.because, where: at, by: path });
    end.state.flow = null;
    return end;
  });
}

const checkedCommand = running('status', () => true);
const uncheckedCommand = running('process', () => false);

/** Node's `stdio`: does what the command prints go to the program? null: that is not known. */
function isPiped(call: LibraryCall, state: State): boolean | null {
  const stdio = option(call, 'stdio', state);
  if (!stdio) return true;
  const cell = cellOf(stdio, state);
  const said = knownText(cell?.kind === 'list' && cell.exact ? cell.items[1] : stdio, state);
  if (said === 'pipe') return true;
  return said === 'inherit' || said === 'ignore' ? false : null;
}

const pipedCommand = running(
  'process',
  () => false,
  (call, state) => isPiped(call, state) === true,
);

/** Runs it with another `stdout` in its result. */
function runWithOutput(output: Thing, call: LibraryCall, state: State, machine: Machine): Result[] {
  return after(uncheckedCommand(call, state, machine), (made, path) => {
    changeEntry(made, 'stdout', output, path);
    return [{ state: path, thing: made }];
  });
}

/** `exec(command, (error, stdout, stderr) => …)`: nothing is thrown, the function is told. */
function runWithCallback(call: LibraryCall, use: Thing, state: State, machine: Machine): Result[] {
  const positional = call.args.positional.filter((thing) => thing !== use);
  const results = uncheckedCommand({ ...call, args: { ...call.args, positional } }, state, machine);
  return after(results, (made, path) => {
    const entry = (name: string) => entryOf(made, name, path) ?? made;
    const failed = truthOf(entry('code'), path, machine.rules);
    return split(failed, path).flatMap((branch) => {
      const error = branch.answer ? made : noValue;
      const args = { ...noArgs, positional: [error, entry('stdout'), entry('stderr')] };
      return after(invoke(use, args, call.at, branch.state, machine), (_, end) => [
        { state: end, thing: made },
      ]);
    });
  });
}

export const commandMeanings: Readonly<Record<CommandMeaning & Meaning, MeaningOf>> = {
  command: (call, state, machine) => {
    const use = call.args.positional.findLast((thing) => thing.kind === 'function');
    return use ? runWithCallback(call, use, state, machine) : checkedCommand(call, state, machine);
  },
  'command-checked': running('process', (call, state, machine) =>
    isTrue(call.args.named.get('check'), state, machine),
  ),
  'command-piped': (call, state, machine) =>
    isPiped(call, state) === null
      ? runWithOutput(unknownThing(`output ${siteName(call.at, state, machine)}`), call, state, machine)
      : pipedCommand(call, state, machine),
  'command-streamed': (call, state, machine) => {
    const full = isPiped(call, state);
    if (full === false) return uncheckedCommand(call, state, machine);
    const stream = unknownThing(`stream ${siteName(call.at, state, machine)}`, [], { full: full === true });
    return runWithOutput(stream, call, state, machine);
  },
  'command-status': running('status', () => false),
  'command-process': running('process', () => true),
  'command-output': running('output', (call) => call.fact.raises !== null),
};
