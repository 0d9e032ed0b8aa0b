// What comes of calls: answers to requests, errors of a program's own making, results that are handed on.

import { REFUSED_STATUS } from '../facts/commands.js';
import type { Meaning } from '../facts/library.js';
import { compareThings } from './comparing.js';
import { ask, known, negate, type Question } from './constraints.js';
import { decideQuestion, withEntriesOf } from './evaluate.js';
import { type MeaningOf, operands } from './library-call.js';
import { addToEnvironment } from './library-changes.js';
import { emit, type Machine, siteName } from './machine.js';
import { raise, raiseThing } from './raising.js';
import type { State } from './state.js';
import {
  booleanThing,
  cellOf,
  changeCell,
  lacksOf,
  nothing,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  truthOf,
  unknownThing,
} from './things.js';
import { concat, constant, derived, hole, textOf, union, type Value } from './values.js';

type ResultMeaning = 'accepted' | 'status-code' | 'reject' | 'assert' | 'serialise' | 'annotate' | 'assign';

/** `response.ok`: not where the request was refused; else the ordinary day decides, which is not known. */
const accepted: MeaningOf = ({ receiver }, state) => {
  if (receiver?.kind !== 'unknown') return [{ state, thing: unknownThing('an answer') }];
  const question: Question = receiver.refused
    ? known(false)
    : ask(state.constraints, `${receiver.id} is accepted`);
  return [{ state, thing: booleanThing(question, receiver.lacks) }];
};

/** `response.status`: the one that says so where the request was refused. */
const statusCode: MeaningOf = ({ receiver }, state) => {
  if (receiver?.kind !== 'unknown') return [{ state, thing: unknownThing('a status') }];
  const value = receiver.refused
    ? constant(REFUSED_STATUS, receiver.lacks)
    : { pieces: [hole(`status of ${receiver.id}`, { nonEmpty: true, atLeast: 100 })], lacks: receiver.lacks };
  return [{ state, thing: { kind: 'number', value } }];
};

const reject: MeaningOf = (call, state, machine) => {
  raiseThing(operands(call)[0] ?? nothing, call.at, call.at, state, machine);
  return [{ state, thing: nothing }];
};

/** `assert(x)`, `assert.equal(a, b)`: an error where it does not hold. */
const assert: MeaningOf = (call, state, machine) => {
  const [left = nothing, right = nothing] = call.args.positional;
  const question = asserted(call.path, left, right, state, machine);
  const lacks = union(lacksOf(left, state), lacksOf(right, state));
  return decideQuestion(question, lacks, call.at, call.at, state).flatMap((branch) =>
    branch.answer
      ? [{ state: branch.state, thing: nothing }]
      : raise(branch.state, { types: call.fact.raises, lacks, how: 'exit', site: call.at, where: call.at }),
  );
};

function asserted(path: string, left: Thing, right: Thing, state: State, { rules }: Machine): Question {
  const compared = /^assert\.(not)?(deep)?(strict)?equal$/i.exec(path);
  if (!compared) return truthOf(left, state, rules);
  const [, not, deep, strict] = compared;
  const isCell = left.kind === 'cell' && right.kind === 'cell';
  // What is in lists and records is not compared here.
  const equal =
    deep && isCell
      ? ask(state.constraints, `${thingName(left)} holds what ${thingName(right)} holds`)
      : compareThings(strict ? 'same' : 'like', left, right, state, rules);
  return not ? negate(equal) : equal;
}

/** An entry that is `undefined` is left out (ECMA-262, SerializeJSONObject). */
function isWritten([, entry]: readonly [string, Thing]): boolean {
  return entry.kind !== 'nothing' || entry.which === 'null';
}

/** A value as JSON text. */
export function jsonOf(thing: Thing, state: State, machine: Machine): Value {
  switch (thing.kind) {
    case 'nothing':
      return constant('null', thing.lacks);
    case 'text': {
      const text = textOf(thing.value);
      if (text !== null) return constant(JSON.stringify(text), thing.value.lacks);
      return concat([constant('"'), thing.value, constant('"')]);
    }
    case 'cell': {
      const cell = cellOf(thing, state);
      if (!cell?.exact) break;
      const parts =
        cell.kind === 'list'
          ? cell.items.map((item) => jsonOf(item, state, machine))
          : [...cell.entries]
              .filter(isWritten)
              .map(([key, entry]) =>
                concat([constant(`${JSON.stringify(key)}:`), jsonOf(entry, state, machine)]),
              );
      const [open, close] = cell.kind === 'list' ? ['[', ']'] : ['{', '}'];
      const between = parts.flatMap((part, i) => (i === 0 ? [part] : [constant(','), part]));
      return concat([constant(open, cell.lacks), ...between, constant(close)]);
    }
    case 'number':
    case 'boolean':
      return textOfThing(thing, state, machine.rules);
    default:
      break;
  }
  return derived(`JSON of ${thingName(thing)}`, [textOfThing(thing, state, machine.rules)], true);
}

export const resultMeanings: Readonly<Record<ResultMeaning & Meaning, MeaningOf>> = {
  accepted,
  'status-code': statusCode,
  reject,
  assert,
  serialise: (call, state, machine) => {
    const [thing, ...more] = call.args.positional;
    // Of `undefined` comes no text (ECMA-262, JSON.stringify).
    const isText = thing?.kind !== 'nothing' || thing.which === 'null';
    if (!thing || !isText) return [{ state, thing: thing ?? nothing }];
    // What is left out of it, and how it is set out.
    if (more.length > 0)
      return [
        {
          state,
          thing: textThing(derived(`JSON of ${thingName(thing)}`, [jsonOf(thing, state, machine)], true)),
        },
      ];
    return [{ state, thing: textThing(jsonOf(thing, state, machine)) }];
  },
  annotate: (call, state, machine) => {
    const [message] = call.args.positional;
    const text = message ? textOfThing(message, state, machine.rules) : constant('');
    emit(state, concat([constant('::error::'), text, constant('\n')]));
    return [{ state, thing: nothing }];
  },
  assign: (call, state, machine) => {
    const [target = nothing, ...sources] = call.args.positional;
    const id = `assigned ${siteName(call.at, state, machine)}`;
    addToEnvironment(target, sources, call, state, machine);
    changeCell(target, state, (old) =>
      old.kind === 'record'
        ? sources.reduce((cell, source) => withEntriesOf(cell, source, id, state), old)
        : old,
    );
    return [{ state, thing: target }];
  },
};
