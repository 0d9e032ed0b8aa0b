// Which things are alike, which one is nothing, and what is in another.

import type { Expression, ValueRules } from '../program/compute.js';
import { compareNumbers } from './arithmetic.js';
import {
  again,
  ask,
  equalsText,
  equalsValue,
  isEmpty,
  known,
  negate,
  type Question,
  resolve,
} from './constraints.js';
import { libraryItem } from './library.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import {
  type Cell,
  cellOf,
  hasItems,
  knownText,
  type Thing,
  textOfThing,
  thingName,
  truthOf,
} from './things.js';
import { textOf, type Value } from './values.js';

/** Is it None, null or undefined? */
export function isNothing(thing: Thing, state: State): Question {
  if (thing.kind === 'nothing') return known(true);
  if (thing.kind === 'text' && thing.lines) return isEmpty(state.constraints, thing.value);
  if (thing.kind !== 'unknown' || thing.full) return known(false);
  return ask(state.constraints, `${thing.id} is nothing`);
}

/** Does a default take its place? Not that of a `null`. */
export function isLeftOut(thing: Thing, state: State): Question {
  return thing.kind === 'nothing' && thing.which === 'null' ? known(false) : isNothing(thing, state);
}

export function isNumeric({ kind }: Thing): boolean {
  return kind === 'number' || kind === 'boolean';
}

export function compareThings(
  operator: Extract<Expression, { kind: 'compare' }>['operator'],
  left: Thing,
  right: Thing,
  state: State,
  rules: ValueRules,
): Question {
  if (operator === 'same' || operator === 'like') return sameness(operator, left, right, state, rules);
  if (left.kind === 'number' && right.kind === 'number')
    return compareNumbers(
      operator,
      resolve(state.constraints, left.value),
      resolve(state.constraints, right.value),
      state,
    );
  return ask(state.constraints, `${thingName(left)} ${operator} ${thingName(right)}`);
}

/** Is it the same nothing? JavaScript has two; where it is not known which one a thing is, it counts as undefined. */
function sameNothing(
  one: Extract<Thing, { kind: 'nothing' }>,
  other: Thing,
  state: State,
  { language }: ValueRules,
): Question {
  const some = isNothing(other, state);
  if (language !== 'javascript' || some.answer === false) return some;
  const theirs = other.kind === 'nothing' ? other.which : undefined;
  if (one.which && theirs) return known(one.which === theirs);
  const isNull = ask(state.constraints, `${thingName(other)} is null, as ${thingName(one)}`);
  return (one.which ?? theirs) === 'null' ? isNull : some;
}

function sameness(
  operator: 'same' | 'like',
  left: Thing,
  right: Thing,
  state: State,
  rules: ValueRules,
): Question {
  if (right.kind === 'nothing' && operator === 'same') return sameNothing(right, left, state, rules);
  if (left.kind === 'nothing' && operator === 'same') return sameNothing(left, right, state, rules);
  if (left.kind === 'text' && right.kind === 'text')
    return equalsValue(state.constraints, left.value, right.value, rules.ignoresCase);
  if (left.kind === 'number' && right.kind === 'number')
    return compareNumbers(
      '==',
      resolve(state.constraints, left.value),
      resolve(state.constraints, right.value),
      state,
    );
  if (left.kind === 'boolean' && right.kind === 'boolean') {
    const { answer } = truthOf(right, state, rules);
    if (answer !== 'unknown')
      return answer ? truthOf(left, state, rules) : negate(truthOf(left, state, rules));
  }
  const asked = ask(state.constraints, `${thingName(left)} == ${thingName(right)}`);
  if (left.kind === 'unknown' || right.kind === 'unknown') {
    // Which of an unknown's texts it is tells more than that it is some text.
    return thingName(left) === thingName(right) && left.kind === right.kind ? known(true) : asked;
  }
  if (left.kind === 'cell' || right.kind === 'cell') {
    const [one, other] = left.kind === 'cell' ? [left, right] : [right, left];
    if (one.kind === 'cell' && other.kind === 'cell') {
      if (one.id === other.id) return known(true);
      // What was made at another place is another one; only Python compares what is in it.
      if (rules.language === 'javascript') return known(false);
      if (rules.language === 'powershell') return asked;
      const [mine, theirs] = [cellOf(one, state), cellOf(other, state)];
      if (mine?.kind !== theirs?.kind) return known(false);
      const empty = (cell: Cell | null) => cell?.exact && hasItemsOf(cell) === false;
      if (empty(theirs)) return negate(hasItems(one.id, state));
      return empty(mine) ? negate(hasItems(other.id, state)) : asked;
    }
    return operator === 'same' ? known(false) : asked;
  }
  if (operator === 'same') {
    // `1 == True` in Python.
    if (isNumeric(left) && isNumeric(right) && rules.language !== 'javascript') return asked;
    if (left.kind !== right.kind && isPlain(left) && isPlain(right)) return known(false);
    return thingName(left) === thingName(right) ? known(true) : asked;
  }
  return likeness(left, right, asked, state, rules);
}

export function hasItemsOf(cell: Cell): boolean {
  return cell.kind === 'list' ? cell.full || cell.items.length > 0 : cell.entries.size > 0;
}

export function isPlain({ kind }: Thing): boolean {
  return kind === 'text' || kind === 'number' || kind === 'boolean' || kind === 'nothing';
}

/** Equality across types: `'' == 0`, `null == undefined`, `$env:X -eq $null`. */
function likeness(left: Thing, right: Thing, asked: Question, state: State, rules: ValueRules): Question {
  if (left.kind === 'nothing' || right.kind === 'nothing') {
    const other = left.kind === 'nothing' ? right : left;
    return isNothing(other, state);
  }
  if (left.kind === 'text' || right.kind === 'text') {
    const [text, other] = left.kind === 'text' ? [left, right] : [right, left];
    if (text.kind !== 'text') return asked;
    if (isNumeric(other) && (rules.language === 'javascript' || left.kind === 'number'))
      return likeNumber(text.value, other, asked, state);
    // What stands on the left decides in PowerShell: `$true -eq $text` asks whether there is any.
    if (left.kind === 'boolean') {
      const { answer } = truthOf(left, state, rules);
      const truth = truthOf(right, state, rules);
      if (answer === 'unknown') return asked;
      return answer ? truth : negate(truth);
    }
    const written = textOf(textOfThing(other, state, rules));
    // Which of the two is turned into the other's type is the language's, and shows where one is blank.
    if (isNumeric(other) && textOf(text.value)?.trim() === '') return asked;
    if (written !== null) return equalsText(state.constraints, text.value, written, true);
  }
  return asked;
}

/** `'05' == 5`, `'1' == true`: JavaScript makes numbers of both, PowerShell of what stands on the right of one. */
function likeNumber(text: Value, other: Thing, asked: Question, state: State): Question {
  const written = textOf(resolve(state.constraints, text));
  if (written === null) return asked;
  if (other.kind === 'number') {
    const number = textOf(resolve(state.constraints, other.value));
    return number === null ? asked : known(Number(written) === Number(number));
  }
  const { answer } = other.kind === 'boolean' ? again(state.constraints, other.question) : asked;
  return answer === 'unknown' ? asked : known(Number(written) === Number(answer));
}

/** Is the item in the container? */
export function containsItem(container: Thing, item: Thing, state: State, machine: Machine): Question {
  const { rules } = machine;
  const name = knownText(item, state);
  if (container.kind === 'library') {
    const thing = name === null ? null : libraryItem(container.path, name, state, machine);
    if (thing) return negate(isNothing(thing, state));
  }
  const cell = cellOf(container, state);
  if (cell?.kind === 'record' && name !== null) {
    if (cell.entries.has(name)) return known(true);
    if (cell.exact && (!cell.type || rules.entriesAreMembers)) return known(false);
  }
  if (cell?.kind === 'list' && cell.exact) {
    let unsure = false;
    for (const one of cell.items) {
      const { answer } = sameness('same', one, item, state, rules);
      if (answer === true) return known(true);
      if (answer === 'unknown') unsure = true;
    }
    if (!unsure) return known(false);
  }
  if (container.kind === 'text' && item.kind === 'text') {
    const whole = textOf(resolve(state.constraints, container.value));
    const part = textOf(resolve(state.constraints, item.value));
    if (part === '') return known(true);
    if (whole !== null && part !== null)
      return known(
        rules.ignoresCase ? whole.toLowerCase().includes(part.toLowerCase()) : whole.includes(part),
      );
    if (whole === '' && isEmpty(state.constraints, item.value).answer === false) return known(false);
  }
  return ask(state.constraints, `${thingName(item)} in ${thingName(container)}${cell ? state.route : ''}`);
}
