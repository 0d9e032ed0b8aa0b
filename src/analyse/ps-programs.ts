// Programs that a PowerShell script runs: how they end goes to $LASTEXITCODE and ends nothing (semantics 1.9).

import type { Place } from '../text/script.js';
import type { Commanded } from './commanding.js';
import { ask } from './constraints.js';
import { split } from './expressions.js';
import { commandAt, runFields } from './launching.js';
import { type Machine, siteName } from './machine.js';
import { setOutcome } from './outcome.js';
import { type Result, raise } from './raising.js';
import { type State, status, type Trace } from './state.js';
import { trimEnd } from './subshell.js';
import { cellOf, knownText, linesThing, type Thing, textOfThing } from './things.js';
import { constant, emptyValue, lacking, nameOf, textOf, type Value } from './values.js';

/** Variables by which a script says what becomes of errors (about_Preference_Variables). */
const PREFERENCE = 'erroractionpreference';
const PROGRAMS_TOO = 'psnativecommanduseerroractionpreference';

/** Does an error end the script, unless something catches it? */
export function stopsOnError(state: State): boolean {
  const preference = state.data.get(PREFERENCE);
  const text = knownText(preference, state)?.toLowerCase();
  return text === undefined || text === 'stop' || text === 'inquire';
}

/** Runs a program with its words, and gives what it prints. */
export function runProgram(command: Commanded, state: State, machine: Machine): Result[] {
  const { at } = command.expression;
  const { out, input } = state;
  const fields = [textOfThing(command.name, state, machine.rules), ...words(command, state, machine)];
  state.out = emptyValue;
  state.input = command.input ? textOfThing(command.input, state, machine.rules) : emptyValue;
  const { trace } = state;
  return runFields(fields.map(asWord), commandAt(at), state, true, machine)
    .flatMap((end) => (command.expression.asked ? orFails(end, trace, fields, at, machine) : [end]))
    .flatMap((end): Result[] => {
      const { status: ended } = end;
      const printed = lacking(trimEnd(end.out ?? emptyValue), ended.because?.lacks ?? []);
      end.out = out;
      end.input = input;
      setOutcome(end, ended, at, machine);
      if (ended.code !== 0 && stopsOnError(end) && isOn(end.data.get(PROGRAMS_TOO)))
        return raise(end, {
          types: null,
          because: ended.because,
          lacks: ended.lacks,
          how: 'error',
          site: at,
          where: at,
        });
      return [
        {
          state: end,
          thing: textOf(printed) === '' ? { kind: 'nothing', lacks: printed.lacks } : linesThing(printed),
        },
      ];
    });
}

/**
 * Where the script asks how programs end, one that ended well may as well have failed, save where it was given a
 * secret that is there. How a script of the repository ends is known.
 */
function orFails(
  end: State,
  before: Trace | null,
  fields: readonly Value[],
  at: Place,
  machine: Machine,
): State[] {
  const usesSecret = fields.some((field) => nameOf(field).includes('secrets.'));
  if (end.flow || end.status.code !== 0 || usesSecret || entersScript(end.trace, before)) return [end];
  const question = ask(
    end.constraints,
    `ok ${nameOf(fields[0] ?? emptyValue)} ${siteName(at, end, machine)}`,
  );
  return split(question, end).map((branch) => {
    branch.state.status = status(branch.answer ? 0 : null, [], question);
    return branch.state;
  });
}

/** Was a script entered since? */
function entersScript(trace: Trace | null, before: Trace | null): boolean {
  for (let link = trace; link && link !== before; link = link.previous)
    if (link.event.kind === 'call') return true;
  return false;
}

function isOn(thing: Thing | undefined): boolean {
  return thing?.kind === 'boolean' && thing.question.answer === true;
}

/** A path is written with either slash; `x.exe` is no file that could be read. */
function asWord(value: Value, index: number): Value {
  const text = index === 0 ? textOf(value)?.replaceAll('\\', '/') : undefined;
  if (text === undefined) return value;
  const isBinary = /\.exe$/i.test(text);
  return constant(isBinary ? text.slice(text.lastIndexOf('/') + 1, -'.exe'.length) : text, value.lacks);
}

function words({ args }: Commanded, state: State, machine: Machine): Value[] {
  const { rules } = machine;
  return args.flatMap((arg): Value[] => {
    if (arg.kind === 'value') {
      const cell = cellOf(arg.thing, state);
      if (cell?.kind === 'list' && cell.exact)
        return cell.items.map((item) => textOfThing(item, state, rules));
      // Nothing is no argument at all.
      return arg.thing.kind === 'nothing' && arg.thing.lacks.length === 0
        ? []
        : [textOfThing(arg.thing, state, rules)];
    }
    if (!arg.thing) return [constant(arg.written)];
    const value = textOfThing(arg.thing, state, rules);
    return [{ pieces: [`${arg.written}:`, ...value.pieces], lacks: value.lacks }];
  });
}
