// Commands that are expressions, and statements whose values are put out (PowerShell).

import type { CommandExpression, CommandingExpression, CommandingNode } from '../program/commanding.js';
import type { Expression } from '../program/compute.js';
import { cmdletNamed, runCmdlet } from './cmdlets.js';
import { ask, isEmpty, known, negate, type Question, resolve } from './constraints.js';
import { after, evaluate, evaluateAll } from './evaluate.js';
import { callFunction } from './functions.js';
import { gather, putOut } from './gathering.js';
import { linesOf } from './lines.js';
import { type Machine, siteName } from './machine.js';
import { outcomeOf, runExit, runSetOutcome } from './outcome.js';
import { matches } from './patterns.js';
import { argumentsFor } from './ps-arguments.js';
import { runProgram } from './ps-programs.js';
import { callPsScript } from './ps-scripts.js';
import type { Result } from './raising.js';
import { writeFile } from './redirects.js';
import { matchRegex } from './regex.js';
import type { State } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  hasItems,
  knownText,
  type ListCell,
  lacksOf,
  listCell,
  nothing,
  someList,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  truthOf,
} from './things.js';
import { constant, nameOf, textOf, union, type Value } from './values.js';

export function evaluateCommanding(
  expression: CommandingExpression,
  state: State,
  machine: Machine,
): Result[] {
  switch (expression.kind) {
    case 'command':
      return evaluateCommand(expression, state, machine);
    case 'outcome':
      return [{ state, thing: outcomeOf(expression, state) }];
    case 'gather':
      return gather(state, (inner) => machine.runBlock(expression.body, inner, false));
    case 'as-list':
      return after(evaluate(expression.value, state, machine), (thing, path) => [
        { state: path, thing: asList(thing, siteName(expression.at, path, machine), path) },
      ]);
    case 'matches':
      return evaluateAll([expression.value, expression.pattern], state, machine, ([value, pattern], path) => {
        if (!value || !pattern) return [];
        const question = matchQuestion(expression, value, pattern, path, machine);
        return [
          { state: path, thing: booleanThing(question, union(lacksOf(value, path), lacksOf(pattern, path))) },
        ];
      });
    case 'is-empty':
      return after(evaluate(expression.value, state, machine), (thing, path) => [
        {
          state: path,
          thing: booleanThing(emptiness(thing, expression.blank, path, machine), lacksOf(thing, path)),
        },
      ]);
  }
}

export function runCommanding(node: CommandingNode, state: State, machine: Machine): State[] {
  switch (node.kind) {
    case 'put-out':
      return evaluate(node.value, state, machine).flatMap((result) => {
        if (result.state.flow) return [result.state];
        return node.file
          ? putInFile(result.thing, node.file, result.state, machine)
          : [putOut(result.thing, node.at, result.state, machine)];
      });
    case 'exit':
      return runExit(node, state, machine);
    case 'set-outcome':
      return runSetOutcome(node, state, machine);
  }
}

function putInFile(
  thing: Thing,
  file: { readonly path: Expression; readonly append: boolean },
  state: State,
  machine: Machine,
): State[] {
  return evaluate(file.path, state, machine).map((result) => {
    const { state: path } = result;
    if (path.flow || result.thing.kind === 'nothing') return path;
    const name = textOfThing(result.thing, path, machine.rules);
    writeFile(path, name, linesOf(thing, path, machine), file.append);
    return path;
  });
}

function asList(thing: Thing, site: string, state: State): Thing {
  const cell = cellOf(thing, state);
  if (cell?.kind === 'list') return thing;
  if (thing.kind === 'nothing') return allocate(listCell([], thing.lacks), site, state);
  if (thing.kind === 'unknown') return allocate(someList(thing.full, thing.lacks), site, state);
  if (thing.kind === 'text' && thing.lines) return allocate(linesOfProgram(thing.value, state), site, state);
  return allocate(listCell([thing], lacksOf(thing, state)), site, state);
}

/** What a program printed, line by line. */
function linesOfProgram(printed: Value, state: State): ListCell {
  const text = textOf(resolve(state.constraints, printed));
  if (text === null) return someList(isEmpty(state.constraints, printed).answer === false, printed.lacks);
  const lines = text === '' ? [] : text.split('\n');
  return listCell(
    lines.map((line) => textThing(constant(line, printed.lacks))),
    printed.lacks,
  );
}

// --- conditions -------------------------------------------------------------------------------------------------

function emptiness(thing: Thing, blank: boolean, state: State, machine: Machine): Question {
  switch (thing.kind) {
    case 'nothing':
      return known(true);
    case 'text': {
      const text = textOf(resolve(state.constraints, thing.value));
      if (blank && text !== null) return known(text.trim() === '');
      return isEmpty(state.constraints, thing.value);
    }
    case 'unknown':
      return negate(truthOf(thing, state, machine.rules));
    case 'cell':
      return negate(hasItems(thing.id, state));
    default:
      return known(false);
  }
}

/** Regular expressions that any text fits but the empty one. */
const SOMETHING: ReadonlySet<string> = new Set([
  '.',
  '.+',
  '^.+$',
  '\\S',
  '\\S+',
  '^.+',
  '\\w',
  '\\w+',
  '[^\\s]',
]);
/** … and those that only an empty text, or a blank one, fits. */
const NOTHING: ReadonlySet<string> = new Set(['^$', '^\\s*$']);

function matchQuestion(
  { by, caseSensitive }: Extract<CommandingExpression, { kind: 'matches' }>,
  value: Thing,
  pattern: Thing,
  state: State,
  machine: Machine,
): Question {
  const written = knownText(pattern, state);
  const open = () => ask(state.constraints, `${thingName(value)} ${by} ${thingName(pattern)}`);
  if (written === null || (value.kind !== 'text' && value.kind !== 'nothing')) return open();
  const text = textOfThing(value, state, machine.rules);
  if (by === 'wildcard')
    return matches(state.constraints, text, [{ glob: written, lacks: [] }], !caseSensitive);
  const whole = textOf(text);
  if (whole === null) {
    if (SOMETHING.has(written)) return negate(isEmpty(state.constraints, text));
    return NOTHING.has(written)
      ? isEmpty(state.constraints, text)
      : ask(state.constraints, `${nameOf(text)} -match ${written}`);
  }
  // Folding the case of a pattern changes what \S, \D and \W mean.
  if (!caseSensitive && whole !== '' && /\\[A-Z]/.test(written)) return open();
  const answer = caseSensitive
    ? matchRegex(written, whole)
    : matchRegex(whole === '' ? written : written.toLowerCase(), whole.toLowerCase());
  return answer === null ? open() : known(answer);
}

// --- commands -----------------------------------------------------------------------------------------------------

/** An argument whose value is known on this path. */
export type GivenArgument =
  | { readonly kind: 'value'; readonly thing: Thing }
  | { readonly kind: 'named'; readonly name: string; readonly written: string; readonly thing: Thing | null };

/** A command whose words are known on this path. */
export interface Commanded {
  readonly name: Thing;
  readonly args: readonly GivenArgument[];
  /** True where a list or a record of arguments is not known whole. */
  readonly open: boolean;
  readonly input: Thing | null;
  readonly expression: CommandExpression;
}

/** A command with its values costs as much as so many nodes of a shell. */
const COMMAND_COST = 4;

function evaluateCommand(expression: CommandExpression, state: State, machine: Machine): Result[] {
  for (let cost = 0; cost < COMMAND_COST; cost++) machine.spend();
  const { name, args, input } = expression;
  const values = args.flatMap((arg) => (arg.value ? [arg.value] : []));
  // What is piped in is computed first: on the left of the pipeline.
  const parts = [...(input ? [input] : []), name, ...values];
  return evaluateAll(parts, state, machine, (things, path) => {
    const rest = [...things];
    const piped = input ? (rest.shift() ?? nothing) : null;
    const called = rest.shift() ?? nothing;
    const { given, open } = givenArguments(args, rest, path);
    return runCommand({ name: called, args: given, open, input: piped, expression }, path, machine);
  });
}

function givenArguments(
  args: CommandExpression['args'],
  things: readonly Thing[],
  state: State,
): { given: GivenArgument[]; open: boolean } {
  const given: GivenArgument[] = [];
  let open = false;
  let next = 0;
  for (const arg of args) {
    const thing = arg.value ? (things[next++] ?? nothing) : null;
    if (arg.kind === 'named') given.push({ kind: 'named', name: arg.name, written: arg.written, thing });
    else if (thing && !arg.spread) given.push({ kind: 'value', thing });
    else if (thing) {
      const cell = cellOf(thing, state);
      open ||= !cell?.exact;
      if (cell?.kind === 'list')
        given.push(...cell.items.map((item) => ({ kind: 'value', thing: item }) as const));
      if (cell?.kind === 'record')
        for (const [name, entry] of cell.entries)
          given.push({ kind: 'named', name, written: `-${name}`, thing: entry });
      if (!cell) given.push({ kind: 'value', thing });
    }
  }
  return { given, open };
}

function runCommand(command: Commanded, state: State, machine: Machine): Result[] {
  const { name, expression } = command;
  const text = knownText(name, state);
  const defined =
    name.kind === 'function' ? name : text === null ? null : state.data.get(`function:${text.toLowerCase()}`);
  if (defined?.kind === 'function') {
    const { definition } = defined;
    const args = argumentsFor(definition.parameters, command);
    return gather(state, (inner) =>
      callFunction(definition, null, args, expression.at, inner, machine).map((result) => result.state),
    );
  }
  const script = callPsScript(command, state, machine);
  if (script) return script;
  const cmdlet = text === null ? null : cmdletNamed(text, machine);
  return cmdlet && text !== null
    ? runCmdlet(cmdlet, text, command, state, machine)
    : runProgram(command, state, machine);
}
