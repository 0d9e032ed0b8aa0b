import { common } from './constraints.js';
import { certainlyFull, join, type Shapes, sameVariable, shapedLike, someElements } from './joining.js';
import { OutOfBudget } from './machine.js';
import { PersistentMap } from './persistent.js';
import { fork, noVariables, type State, setVariable, type Variable } from './state.js';
import { forgetDifferingData } from './things.js';
import {
  hole,
  isPerhapsWritten,
  perhapsWritten,
  sameValue,
  soleHole,
  textOf,
  union,
  type Value,
} from './values.js';

/** What one round of a loop makes of a path: it goes round again, leaves the loop, or leaves more than the loop. */
export interface Round {
  readonly next: State[];
  readonly left: State[];
  readonly gone: State[];
}

/** How often the rounds of a loop are run on ever fewer known values, before it is given up. */
const MAX_WIDENINGS = 16;

/**
 * Any number of further rounds, none included. What the rounds change is forgotten, until one more round
 * changes nothing that is still known; paths that unknown values cannot stand for together stay apart. `heads`
 * are the paths at the start of a round. Throws `OutOfBudget`.
 */
export function anyNumberOfRounds(
  starts: readonly State[],
  round: (head: State) => Round,
  site: string,
): { heads: State[]; left: State[]; gone: State[] } {
  const heads: State[] = [];
  const shapes: Shapes = new Map();
  const headOf = new Map<State, State>();
  let pending: readonly State[] = starts;
  let last: Round = { next: [], left: [], gone: [] };
  for (let widening = 0; widening < MAX_WIDENINGS; widening++) {
    let grew = false;
    for (const path of pending) {
      const first = shapedLike(path, String(path.status.code), shapes);
      const head = headOf.get(first);
      if (head) grew = absorb(head, path, site) || grew;
      else {
        const own = widening === 0 ? fork(path) : detached(path, starts, site);
        headOf.set(first, own);
        heads.push(own);
        grew = true;
      }
    }
    if (!grew) return { heads, left: last.left, gone: last.gone };
    // What came out of rounds on more known values is among what comes out of these.
    const result: Round = { next: [], left: [], gone: [] };
    for (const head of heads) {
      const one = round(fork(head));
      result.next.push(...one.next);
      result.left.push(...one.left);
      result.gone.push(...one.gone);
    }
    last = result;
    pending = result.next;
  }
  throw new OutOfBudget('a loop changes ever more');
}

/**
 * The path as the start of another round: what it learned and made in the rounds before must not be taken for
 * what this one learns and makes, which goes by the same names.
 */
function detached(path: State, starts: readonly State[], site: string): State {
  const head = fork(path);
  for (const start of starts) head.constraints = common(head.constraints, start.constraints);
  const [first] = starts;
  const renamed = (name: string, value: Value): Value =>
    textOf(value) === null && !isPerhapsWritten(value) ? anything(`${name} after ${site}`, value) : value;
  for (const { key: name, mine: variable, theirs: old } of head.vars.differences(
    first?.vars ?? noVariables,
  )) {
    if (!variable || (old && sameVariable(old, variable))) continue;
    const value = variable.value && renamed(name, variable.value);
    const elements = variable.elements?.map((element, i) => renamed(`${name}[${i}]`, element)) ?? null;
    setVariable(head, name, { ...variable, value, elements });
  }
  if (first) forgetDifferingData(head, first, `after ${site}`);
  head.positional = head.positional.map((value, i) => renamed(`$${i + 1}`, value));
  if (head.out) head.out = renamed('output', head.out);
  if (head.input) head.input = renamed('input', head.input);
  for (const { key: name, mine: text, theirs: old } of head.files.differences(
    first?.files ?? PersistentMap.empty(),
  )) {
    if (text && !(old && sameValue(old, text)))
      head.files = head.files.with(name, renamed(`content of ${name}`, text));
  }
  return head;
}

function anything(id: string, value: Value): Value {
  return {
    pieces: [hole(id, { nonEmpty: certainlyFull(value), atLeast: leastOf(value) })],
    lacks: value.lacks,
  };
}

/** Makes `head` stand for `path` as well; whether anything had to be forgotten for it. */
function absorb(head: State, path: State, site: string): boolean {
  let grew = false;
  const general = (name: string, mine: Value, theirs: Value): Value => {
    const wide = generalise(`${name} after ${site}`, mine, theirs);
    if (wide !== mine) grew = true;
    return wide;
  };
  for (const { key: name, mine, theirs } of head.vars.differences(path.vars)) {
    if (!mine || !theirs || sameVariable(mine, theirs)) continue;
    const wide = generaliseVariable(name, mine, theirs, general);
    if (wide !== mine) {
      grew = true;
      setVariable(head, name, wide);
    }
  }
  head.positional = mapValues(head.positional, path.positional, (mine, theirs, i) =>
    general(`$${i + 1}`, mine, theirs),
  );
  for (const { key: name, mine: known, theirs } of head.files.differences(path.files)) {
    const text = known ?? theirs;
    if (!text) continue;
    const id = `content of ${name}`;
    const wide = known && theirs ? general(id, known, theirs) : perhaps(`${id} after ${site}`, text);
    if (wide === known) continue;
    head.files = head.files.with(name, wide);
    grew = true;
  }
  if (head.out && path.out) head.out = general('output', head.out, path.out);
  if (head.input && path.input) head.input = general('input', head.input, path.input);
  if (forgetDifferingData(head, path, `after ${site}`)) grew = true;
  if (head.pipeStatus.some((stage, i) => stage.code !== path.pipeStatus[i]?.code)) head.pipeStatus = [];
  const before = head.constraints;
  join(head, path);
  return grew || head.constraints !== before;
}

/** What a file holds, if it is there at all; itself where that is what it says already. */
function perhaps(id: string, text: Value): Value {
  return isPerhapsWritten(text) ? text : perhapsWritten({ pieces: [hole(id)], lacks: text.lacks });
}

/** The values of `mine`, itself where nothing changed. */
function mapValues(
  mine: readonly Value[],
  theirs: readonly Value[],
  general: (mine: Value, theirs: Value, index: number) => Value,
): readonly Value[] {
  const wide = mine.map((value, i) => general(value, theirs[i] ?? value, i));
  return wide.some((value, i) => value !== mine[i]) ? wide : mine;
}

/** A value that covers both: `mine` where that does already, else an unknown that claims what holds for both. */
function generalise(id: string, mine: Value, theirs: Value): Value {
  if (sameValue(mine, theirs)) return mine;
  const own = soleHole(mine);
  const lacks = union(mine.lacks, theirs.lacks);
  if (isPerhapsWritten(mine))
    return lacks.length === mine.lacks.length ? mine : { pieces: mine.pieces, lacks };
  if (isPerhapsWritten(theirs)) return perhapsWritten({ pieces: [hole(id)], lacks });
  const nonEmpty = certainlyFull(mine) && certainlyFull(theirs);
  const least = leastOf(mine);
  const other = leastOf(theirs);
  // A number that may get smaller has no least value here.
  const atLeast = least !== null && other !== null && other >= least ? least : null;
  const covers = own?.id === id && own.nonEmpty === nonEmpty && own.atLeast === atLeast;
  if (covers) return lacks.length === mine.lacks.length ? mine : { pieces: mine.pieces, lacks };
  return { pieces: [hole(id, { nonEmpty, atLeast })], lacks };
}

function leastOf(value: Value): number | null {
  const text = textOf(value);
  if (text !== null) return /^\d{1,15}$/.test(text) ? Number(text) : null;
  return soleHole(value)?.atLeast ?? null;
}

function generaliseVariable(
  name: string,
  mine: Variable,
  theirs: Variable,
  general: (name: string, mine: Value, theirs: Value) => Value,
): Variable {
  if (mine.value && theirs.value) {
    const value = general(name, mine.value, theirs.value);
    return value === mine.value ? mine : { ...mine, value };
  }
  if (!mine.elements || !theirs.elements) return mine;
  const wide = { ...mine, ...someElements(`element of ${name}`, mine, theirs) };
  const covers = sameVariable(mine, wide) && isFull(mine.elements) === isFull(wide.elements);
  return covers ? mine : wide;
}

/** Is an element among them that is certainly some text? */
function isFull(elements: readonly Value[] | null): boolean {
  return elements?.some(certainlyFull) === true;
}
