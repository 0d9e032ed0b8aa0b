import type { Machine } from './machine.js';
import type { State } from './state.js';
import { cellOf, type Thing, textOfThing } from './things.js';
import { concat, constant, type Value } from './values.js';

/** The text that a value is printed or written as: a list on a line for each item. */
export function linesOf(thing: Thing, state: State, machine: Machine): Value {
  const cell = cellOf(thing, state);
  const items = cell?.kind === 'list' && cell.exact ? cell.items : [thing];
  const lines = items.flatMap((item) => [textOfThing(item, state, machine.rules), constant('\n')]);
  return concat(lines);
}
