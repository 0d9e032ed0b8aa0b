// What statements put out: to whoever gathers it, else to the log.

import type { Place } from '../text/script.js';
import { listOf } from './evaluate.js';
import { linesOf } from './lines.js';
import { emit, type Machine, siteName } from './machine.js';
import type { Result } from './raising.js';
import type { State } from './state.js';
import { allocate, cellOf, lacksOf, listCell, nothing, setSlot, someList, type Thing } from './things.js';
import { union } from './values.js';

/** What the statements of a `gather` have put out so far. No variable can have that name. */
const OUTPUT = '(output)';

/** The value of a statement goes to whoever gathers, or to the log. */
export function putOut(thing: Thing, at: Place, state: State, machine: Machine): State {
  if (thing.kind === 'nothing') return state;
  const before = state.data.get(OUTPUT);
  if (!before) {
    emit(state, linesOf(thing, state, machine));
    return state;
  }
  if (before.kind === 'nothing') {
    setSlot(state, OUTPUT, thing);
    return state;
  }
  const [old, more] = [before, thing].map((one) => listOfOne(one, state));
  if (!old || !more) return state;
  const lacks = union(old.lacks, more.lacks);
  const all =
    old.exact && more.exact ? listCell([...old.items, ...more.items], lacks) : someList(true, lacks);
  setSlot(state, OUTPUT, allocate(all, siteName(at, state, machine), state));
  return state;
}

/** The items of a value that is put out: a list falls apart into its own. */
function listOfOne(thing: Thing, state: State): ReturnType<typeof listOf> {
  const cell = cellOf(thing, state);
  if (cell?.kind === 'list') return cell;
  const one = listCell([thing], lacksOf(thing, state));
  return one.kind === 'list' ? one : listOf(thing, state);
}

/** Runs something and gives what it puts out. */
export function gather(state: State, run: (state: State) => State[]): Result[] {
  const before = state.data.get(OUTPUT);
  setSlot(state, OUTPUT, nothing);
  return run(state).map((end) => {
    const thing = end.data.get(OUTPUT) ?? nothing;
    end.data = before ? end.data.with(OUTPUT, before) : end.data.without(OUTPUT);
    return { state: end, thing };
  });
}
