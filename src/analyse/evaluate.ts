// The values of expressions: what a language computes that has more than texts.

import type { Argument, CollectClause, Expression, ValueRules } from '../program/compute.js';
import type { Place } from '../text/script.js';
import { assignTo } from './assigning.js';
import { evaluateCommanding } from './commanding.js';
import { compareThings, containsItem, hasItemsOf, isNothing, isNumeric, isPlain } from './comparing.js';
import { isEmpty, isPrivate, known, negate, PRIVATE, type Question, resolve } from './constraints.js';
import { split, textValue } from './expressions.js';
import { type Args, callInherited, inheritedMember, invoke, memberOf, memberValue } from './functions.js';
import { libraryItem, libraryValue } from './library.js';
import { type Machine, siteName } from './machine.js';
import { joinResults, type Result, raise } from './raising.js';
import { record, type State } from './state.js';
import {
  allocate,
  booleanThing,
  type Cell,
  cellOf,
  changeCell,
  joinedThing,
  knownText,
  type ListCell,
  lacksOf,
  listCell,
  nothing,
  noValue,
  numberThing,
  type RecordCell,
  recordCell,
  someList,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  truthOf,
  unknownThing,
  withSomeEntry,
} from './things.js';
import { concat, constant, derived, textOf, union, unknownValue, type Value } from './values.js';

/** Evaluates an expression on one path. A result whose state has `flow` set did not come to a value. */
export function evaluate(expression: Expression, state: State, machine: Machine): Result[] {
  switch (expression.kind) {
    case 'literal':
      return [{ state, thing: literalThing(expression.value) }];
    case 'text':
      return evaluateAll(expression.parts, state, machine, (parts, path) => [
        {
          state: path,
          thing: joinedThing(parts.map((part) => textOfThing(part, path, machine.rules))),
        },
      ]);
    case 'paste':
      return evaluatePaste(expression, state, machine);
    case 'variable': {
      const thing = state.data.get(expression.slot);
      if (thing) return [{ state, thing }];
      if (expression.library !== null)
        return [{ state, thing: libraryValue(expression.library, state, machine, expression.at) }];
      return [
        { state, thing: unknownThing(`${expression.slot} ${siteName(expression.at, state, machine)}`) },
      ];
    }
    case 'library':
      return [{ state, thing: libraryValue(expression.path, state, machine, expression.at) }];
    case 'list':
      return evaluateList(expression, state, machine);
    case 'record':
      return evaluateRecord(expression, state, machine);
    case 'member':
      return after(evaluate(expression.object, state, machine), (object, path) => {
        if (expression.optional && object.kind === 'nothing')
          return [{ state: path, thing: skipped(object) }];
        return memberOf(object, expression.name, expression.at, path, machine);
      });
    case 'item':
      return after(evaluate(expression.object, state, machine), (object, path) => {
        if (expression.optional && object.kind === 'nothing')
          return [{ state: path, thing: skipped(object) }];
        return after(evaluate(expression.index, path, machine), (index, end) =>
          itemOf(object, index, expression.at, end, machine),
        );
      });
    case 'invoke':
      return evaluateCall(expression, state, machine);
    case 'inherited':
      return evaluateAll([expression.self, ...expression.bases], state, machine, ([self, ...bases], path) => {
        const inherited = self ? inheritedMember(bases, self, expression.name) : null;
        const id = `inherited ${expression.name} ${siteName(expression.at, path, machine)}`;
        return inherited
          ? memberValue(inherited, expression.at, path, machine)
          : [{ state: path, thing: unknownThing(id) }];
      });
    case 'not':
      return after(evaluate(expression.operand, state, machine), (thing, path) => [
        {
          state: path,
          thing: booleanThing(negate(truthOf(thing, path, machine.rules)), lacksOf(thing, path)),
        },
      ]);
    case 'and':
    case 'or':
    case 'coalesce':
      return evaluateLogical(expression, state, machine);
    case 'choose':
      return after(evaluate(expression.test, state, machine), (test, path) =>
        decideTruth(test, expression, expression.test.at, path, machine).flatMap((branch) =>
          evaluate(branch.answer ? expression.then : expression.otherwise, branch.state, machine).map(
            (result) => chosen(result, lacksOf(test, path)),
          ),
        ),
      );
    case 'compare':
      return evaluateBoth(expression.left, expression.right, state, machine, (left, right, path) => {
        const rules = expression.caseSensitive ? { ...machine.rules, ignoresCase: false } : machine.rules;
        const question = compareThings(expression.operator, left, right, path, rules);
        return [
          { state: path, thing: booleanThing(question, union(lacksOf(left, path), lacksOf(right, path))) },
        ];
      });
    case 'contains':
      return evaluateBoth(expression.item, expression.container, state, machine, (item, container, path) => {
        const lacks = union(lacksOf(item, path), lacksOf(container, path));
        return [{ state: path, thing: booleanThing(containsItem(container, item, path, machine), lacks) }];
      });
    case 'operate':
      return evaluateBoth(expression.left, expression.right, state, machine, (left, right, path) => {
        const { operator, at } = expression;
        const lacks = union(lacksOf(left, path), lacksOf(right, path));
        if (operator === '+' && machine.rules.language === 'python' && !addable(left, right))
          return raiseError('TypeError', lacks, at, path);
        return [{ state: path, thing: operate(operator, left, right, at, path, machine) }];
      });
    case 'assign':
      return after(evaluate(expression.value, state, machine), (thing, path) =>
        assignTo(expression.target, thing, path, machine).map((end) => ({ state: end, thing })),
      );
    case 'collect':
      return evaluateCollect(expression, state, machine);
    case 'function':
      return [{ state, thing: { kind: 'function', definition: expression, self: null } }];
    case 'class':
      return evaluateAll(
        [...expression.bases, ...expression.members.map((member) => member.value)],
        state,
        machine,
        (things, path) => {
          const count = expression.bases.length;
          const members = new Map<string, Thing>();
          for (const [index, { name }] of expression.members.entries()) {
            const thing = things[count + index];
            if (thing) members.set(name, thing);
          }
          return [
            {
              state: path,
              thing: { kind: 'class', definition: expression, bases: things.slice(0, count), members },
            },
          ];
        },
      );
    case 'several':
      return evaluateAll(expression.parts, state, machine, (things, path) => [
        { state: path, thing: things.at(-1) ?? nothing },
      ]);
    case 'command':
    case 'outcome':
    case 'gather':
    case 'as-list':
    case 'matches':
    case 'is-empty':
      return evaluateCommanding(expression, state, machine);
    case 'unknown':
      return evaluateAll(expression.parts, state, machine, (things, path) => {
        const lacks = things.reduce<readonly string[]>((all, thing) => union(all, lacksOf(thing, path)), []);
        return [
          {
            state: path,
            thing: unknownThing(madeOf('unknown', things, siteName(expression.at, path, machine)), lacks),
          },
        ];
      });
  }
}

/** What is not read or called of nothing is `undefined`, also of `null`. */
function skipped(thing: Thing): Thing {
  return { ...nothing, lacks: thing.kind === 'nothing' ? thing.lacks : [] };
}

/** An id for what is computed from things; it tells when one of them is the answer to a refused request. */
export function madeOf(what: string, things: readonly Thing[], site: string): string {
  const mark = things.some((thing) => thingName(thing).includes(PRIVATE)) ? PRIVATE : '';
  return `${mark}${what} ${site}`;
}

export function after(results: readonly Result[], next: (thing: Thing, state: State) => Result[]): Result[] {
  return results.flatMap((result) => (result.state.flow ? [result] : next(result.thing, result.state)));
}

function evaluateBoth(
  left: Expression,
  right: Expression,
  state: State,
  machine: Machine,
  next: (left: Thing, right: Thing, state: State) => Result[],
): Result[] {
  return after(evaluate(left, state, machine), (one, path) =>
    after(evaluate(right, path, machine), (other, end) => next(one, other, end)),
  );
}

/** Evaluates expressions from left to right, and then `next` with what they came to. */
export function evaluateAll(
  expressions: readonly Expression[],
  state: State,
  machine: Machine,
  next: (things: readonly Thing[], state: State) => Result[],
): Result[] {
  let open: { state: State; things: readonly Thing[] }[] = [{ state, things: [] }];
  const gone: Result[] = [];
  for (const expression of expressions) {
    open = open.flatMap((path) =>
      evaluate(expression, path.state, machine).flatMap((result) => {
        if (!result.state.flow) return [{ state: result.state, things: [...path.things, result.thing] }];
        gone.push(result);
        return [];
      }),
    );
  }
  return [...gone, ...open.flatMap((path) => next(path.things, path.state))];
}

function literalThing(value: null | undefined | boolean | number | string): Thing {
  if (value === null) return noValue;
  if (value === undefined) return { ...nothing, which: 'undefined' };
  if (typeof value === 'boolean') return booleanThing(value);
  if (typeof value === 'number') return numberThing(value);
  return textThing(constant(value));
}

function evaluatePaste(
  { expr, at }: Extract<Expression, { kind: 'paste' }>,
  state: State,
  machine: Machine,
): Result[] {
  if (!expr) return [{ state, thing: textThing(unknownValue(`paste ${siteName(at, state, machine)}`)) }];
  return machine
    .paste(expr, state)
    .map((result) => ({ state: result.state, thing: textThing(textValue(result.datum)) }));
}

// --- truth ------------------------------------------------------------------------------------------------

/** Parts the paths by whether the thing counts as true, and records what was decided. */
export function decideTruth(
  thing: Thing,
  site: object,
  where: Place,
  state: State,
  machine: Machine,
): { state: State; answer: boolean }[] {
  return decideQuestion(truthOf(thing, state, machine.rules), lacksOf(thing, state), site, where, state);
}

export function decideQuestion(
  question: Question,
  lacks: readonly string[],
  site: object,
  where: Place,
  state: State,
): { state: State; answer: boolean }[] {
  const open = question.answer === 'unknown';
  return split(question, state).map((branch) => {
    const outcome = String(branch.answer);
    record(branch.state, {
      kind: 'decision',
      site,
      where,
      outcome,
      lacks,
      because: null,
      open,
      private: isPrivate(question),
    });
    return branch;
  });
}

function evaluateLogical(
  expression: Extract<Expression, { kind: 'and' | 'or' | 'coalesce' }>,
  state: State,
  machine: Machine,
): Result[] {
  return after(evaluate(expression.left, state, machine), (left, path) => {
    const lacks = lacksOf(left, path);
    const question =
      expression.kind === 'coalesce' ? negate(isNothing(left, path)) : truthOf(left, path, machine.rules);
    return decideQuestion(question, lacks, expression, expression.left.at, path).flatMap((branch) => {
      const goesOn = branch.answer === (expression.kind === 'and');
      if (!goesOn) return [{ state: branch.state, thing: left }];
      return evaluate(expression.right, branch.state, machine).map((result) => ({
        state: result.state,
        thing: dependingOn(result.thing, lacks),
      }));
    });
  });
}

/** `headers = {…} if token else {}`: a record that was chosen for want of a secret lacks what it would have had. */
function chosen(result: Result, lacks: readonly string[]): Result {
  const { state, thing } = result;
  changeCell(thing, state, (cell) =>
    cell.kind === 'record' ? { ...cell, lacks: union(cell.lacks, lacks) } : cell,
  );
  return result;
}

/** The thing, which would be another one if these secrets were there. */
export function dependingOn(thing: Thing, lacks: readonly string[]): Thing {
  if (lacks.length === 0) return thing;
  if (thing.kind === 'boolean' || thing.kind === 'nothing')
    return { ...thing, lacks: union(thing.lacks, lacks) };
  return thing;
}

// --- computing --------------------------------------------------------------------------------------------

function operate(
  operator: string,
  left: Thing,
  right: Thing,
  at: Place,
  state: State,
  machine: Machine,
): Thing {
  const site = siteName(at, state, machine);
  const lacks = union(lacksOf(left, state), lacksOf(right, state));
  if (operator === '+') {
    const sum = added(left, right, site, state, machine);
    if (sum) return sum;
  }
  if (left.kind === 'number' && right.kind === 'number') {
    const number = calculated(operator, left.value, right.value);
    if (number !== null) return numberThing(number, lacks);
    const value = derived(operator, [left.value, right.value], true);
    return { kind: 'number', value };
  }
  if (left.kind === 'text' && operator === '/' && machine.rules.language === 'python') {
    const path = textOfThing(right, state, machine.rules);
    // What begins with a slash begins anew.
    return textOf(path)?.startsWith('/') ? right : textThing(concat([left.value, constant('/'), path]));
  }
  return unknownThing(madeOf(operator, [left, right], site), lacks);
}

/** Does Python add the two? It turns nothing into a text by itself. */
function addable(left: Thing, right: Thing): boolean {
  if (!isPlain(left) || !isPlain(right)) return true;
  return (left.kind === 'text' && right.kind === 'text') || (isNumeric(left) && isNumeric(right));
}

function added(left: Thing, right: Thing, site: string, state: State, machine: Machine): Thing | null {
  const { rules } = machine;
  const a = cellOf(left, state);
  const b = cellOf(right, state);
  const single = rules.language === 'powershell' ? listCell([right]) : null;
  const more = b?.kind === 'list' ? b : single;
  // JavaScript makes texts of both.
  if (a?.kind === 'list' && more && rules.language !== 'javascript')
    return allocate(joinedLists(a, more), site, state);
  // `1 + '1'` is 2 in PowerShell, where what stands on the left decides.
  if (left.kind === 'number' && rules.language === 'powershell') return null;
  if (left.kind === 'text' || right.kind === 'text')
    return joinedThing([...partsOf(left, state, rules), ...partsOf(right, state, rules)]);
  return null;
}

function partsOf(thing: Thing, state: State, rules: ValueRules): readonly Value[] {
  return (thing.kind === 'text' ? thing.parts : null) ?? [textOfThing(thing, state, rules)];
}

function joinedLists(a: ListCell, b: ListCell): ListCell {
  const lacks = union(a.lacks, b.lacks);
  if (a.exact && b.exact) return listCell([...a.items, ...b.items], lacks);
  return someList(hasItemsOf(a) || hasItemsOf(b), lacks);
}

function calculated(operator: string, left: Value, right: Value): number | null {
  const a = textOf(left);
  const b = textOf(right);
  if (a === null || b === null) return null;
  const result = {
    '+': Number(a) + Number(b),
    '-': Number(a) - Number(b),
    '*': Number(a) * Number(b),
    '%': Number(b) > 0 && Number(a) >= 0 ? Number(a) % Number(b) : Number.NaN,
  }[operator];
  return result !== undefined && Number.isSafeInteger(result) ? result : null;
}

// --- lists and records ------------------------------------------------------------------------------------

function evaluateList(
  expression: Extract<Expression, { kind: 'list' }>,
  state: State,
  machine: Machine,
): Result[] {
  return evaluateAll(
    expression.items.map((item) => item.value),
    state,
    machine,
    (things, path) => {
      let cell = listCell([]);
      things.forEach((thing, index) => {
        const one = expression.items[index]?.spread ? listOf(thing, path) : listCell([thing]);
        cell = joinedLists(cell, one);
      });
      return [{ state: path, thing: allocate(cell, siteName(expression.at, path, machine), path) }];
    },
  );
}

/** The elements of what is gone through as a list: of a record its keys, of a text nothing that is known. */
export function listOf(thing: Thing, state: State): ListCell {
  const cell = cellOf(thing, state);
  if (cell?.kind === 'list') return cell;
  const lacks = lacksOf(thing, state);
  if (cell?.kind === 'record' && cell.exact && !cell.type) {
    const keys = [...cell.entries.keys()].map((key) => textThing(constant(key)));
    return listCell(keys, lacks);
  }
  if (knownText(thing, state) === '') return listCell([], lacks);
  const full = thing.kind === 'text' && isEmpty(state.constraints, thing.value).answer === false;
  return someList(full, lacks);
}

function evaluateRecord(
  expression: Extract<Expression, { kind: 'record' }>,
  state: State,
  machine: Machine,
): Result[] {
  const parts = expression.entries.flatMap((entry) => (entry.key ? [entry.key, entry.value] : [entry.value]));
  return evaluateAll(parts, state, machine, (things, path) => {
    const site = siteName(expression.at, path, machine);
    let cell = recordCell(new Map());
    let at = 0;
    for (const entry of expression.entries) {
      const thing = things[at++];
      if (!entry.key) {
        cell = withEntriesOf(cell, thing, site, path);
        continue;
      }
      const value = things[at++];
      const name = thing && keyOf(thing, path);
      cell =
        value && typeof name === 'string'
          ? { ...cell, entries: new Map(cell.entries).set(name, value) }
          : withSomeEntry(cell, site);
    }
    return [{ state: path, thing: allocate(cell, site, path) }];
  });
}

/** A record with the entries of another thing as well; what is not known of that may stand for any of its own. */
export function withEntriesOf(
  cell: RecordCell,
  thing: Thing | undefined,
  site: string,
  state: State,
): RecordCell {
  // `{ ...null }` adds nothing.
  if (!thing || thing.kind === 'nothing') return cell;
  const other = cellOf(thing, state);
  const lacks = union(cell.lacks, lacksOf(thing, state));
  if (other?.kind !== 'record') return { ...withSomeEntry(cell, site), lacks };
  const base = other.exact ? cell : withSomeEntry(cell, site);
  return { ...base, entries: new Map([...base.entries, ...other.entries]), lacks };
}

/** The name of an entry; null where it is not known. */
export function keyOf(thing: Thing, state: State): string | null {
  if (thing.kind === 'text' || thing.kind === 'number')
    return textOf(resolve(state.constraints, thing.value));
  return null;
}

export function itemOf(object: Thing, index: Thing, at: Place, state: State, machine: Machine): Result[] {
  const name = keyOf(index, state);
  const site = siteName(at, state, machine);
  const lacks = lacksOf(object, state);
  const absent = (): Result[] => {
    if (machine.rules.absent === 'nothing')
      return [{ state, thing: { kind: 'nothing', lacks, which: 'undefined' } }];
    const type =
      object.kind === 'library' || cellOf(object, state)?.kind === 'record' ? 'KeyError' : 'IndexError';
    return raise(state, {
      types: [type, 'LookupError', 'Exception', 'BaseException'],
      lacks,
      how: 'error',
      site: at,
      where: at,
    });
  };
  if (object.kind === 'library') {
    const thing = name === null ? null : libraryItem(object.path, name, state, machine);
    if (!thing)
      return [
        {
          state,
          thing: unknownThing(madeOf(`item of ${object.path}`, [index], site), lacksOf(index, state)),
        },
      ];
    return thing.kind === 'nothing' ? absent() : [{ state, thing }];
  }
  if (object.kind === 'nothing') return noMember(object, at, state);
  const cell = cellOf(object, state);
  if (cell?.kind === 'record' && name !== null) {
    const entry = cell.entries.get(name);
    if (entry) return [{ state, thing: entry }];
    // What an object of a Python class has more is what its methods make of it.
    if (cell.exact && (!cell.type || machine.rules.entriesAreMembers)) return absent();
  }
  const isIndex = name !== null && /^-?\d{1,9}$/.test(name);
  // `list[-1]` is the last item elsewhere, and no item in JavaScript.
  const place =
    isIndex && !(name.startsWith('-') && machine.rules.language === 'javascript') ? Number(name) : null;
  if (cell?.kind === 'list' && cell.exact && isIndex) {
    const item = place === null ? undefined : cell.items.at(place);
    return item ? [{ state, thing: item }] : absent();
  }
  const text = knownText(object, state);
  if (text !== null && isIndex) {
    const letter = place === null ? undefined : lettersOf(text, machine.rules).at(place);
    return letter === undefined ? absent() : [{ state, thing: textThing(constant(letter, lacks)) }];
  }
  const id = madeOf('item', [object, index], site);
  return [{ state, thing: unknownThing(id, lacks, originOf(object, '[]')) }];
}

/** Python counts characters, other languages the 16-bit units of them. */
export function lettersOf(text: string, { language }: ValueRules): readonly string[] {
  return language === 'python' ? [...text] : text.split('');
}

/** What of the library an unknown's member is. */
export function originOf(object: Thing, member: string): { origin: string | null } {
  if (object.kind === 'unknown')
    return { origin: object.origin === null ? null : `${object.origin}${member}` };
  return { origin: null };
}

/** An error of Python's that every language calls so, or that only Python has. */
export function raiseError(type: string, lacks: readonly string[], at: Place, state: State): Result[] {
  const types = [type, 'Exception', 'BaseException'];
  return raise(state, { types, lacks, how: 'error', site: at, where: at });
}

/** `None.strip()`: nothing has no members. */
export function noMember(object: Thing, at: Place, state: State): Result[] {
  const types = ['AttributeError', 'TypeError', 'Exception', 'BaseException'];
  return raise(state, { types, lacks: lacksOf(object, state), how: 'error', site: at, where: at });
}

function evaluateCollect(
  expression: Extract<Expression, { kind: 'collect' }>,
  state: State,
  machine: Machine,
): Result[] {
  const site = siteName(expression.at, state, machine);
  const { route } = state;
  const found = allocate(expression.key ? recordCell(new Map()) : listCell([]), site, state);
  const starts: Gathering[] = [{ state, known: true, lacks: [] }];
  const ends = gather(expression, 0, found, starts, machine);
  return joinResults(
    ends.map((end) => {
      end.state.route = route;
      changeCell(found, end.state, (cell) => ({
        ...cell,
        lacks: union(cell.lacks, end.lacks),
        exact: cell.exact && end.known,
      }));
      return { state: end.state, thing: found };
    }),
  );
}

/** A path that collects; `known`: all that there is to go through was gone through. */
interface Gathering {
  readonly state: State;
  readonly known: boolean;
  readonly lacks: readonly string[];
}

function gather(
  expression: Extract<Expression, { kind: 'collect' }>,
  index: number,
  found: Thing,
  starts: readonly Gathering[],
  machine: Machine,
): Gathering[] {
  const clause = expression.clauses[index];
  if (!clause) return starts.flatMap((start) => gatherOne(expression, found, start, machine));
  return starts.flatMap((start) => {
    if (start.state.flow) return [start];
    return evaluate(clause.source, start.state, machine).flatMap((source) => {
      if (source.state.flow) return [{ ...start, state: source.state }];
      const cell = listOf(source.thing, source.state);
      const lacks = union(start.lacks, cell.lacks);
      if (!cell.exact) {
        // What the conditions are asked of is not known: none of it may be left, or all.
        const all = clause.conditions.length === 0 && expression.clauses.length === 1 && cell.full;
        changeCell(found, source.state, (whole) =>
          whole.kind === 'list' ? { ...whole, full: whole.full || all } : whole,
        );
        return [{ state: source.state, known: false, lacks }];
      }
      let open: Gathering[] = [{ state: source.state, known: start.known, lacks }];
      cell.items.forEach((item, round) => {
        open = open.flatMap((path) =>
          gatherItem(expression, clause, index, found, item, round, path, machine),
        );
      });
      return open;
    });
  });
}

function gatherItem(
  expression: Extract<Expression, { kind: 'collect' }>,
  clause: CollectClause,
  index: number,
  found: Thing,
  item: Thing,
  round: number,
  path: Gathering,
  machine: Machine,
): Gathering[] {
  if (path.state.flow) return [path];
  machine.spend();
  const { route } = path.state;
  path.state.route = `${route}/${round}`;
  let open: Gathering[] = assignTo(clause.target, item, path.state, machine).map((state) => ({
    ...path,
    state,
  }));
  const passed: Gathering[] = [];
  for (const condition of clause.conditions) {
    open = open.flatMap((one) => {
      if (one.state.flow) return [one];
      return evaluate(condition, one.state, machine).flatMap((tested) => {
        if (tested.state.flow) return [{ ...one, state: tested.state }];
        const lacks = union(one.lacks, lacksOf(tested.thing, tested.state));
        return decideTruth(tested.thing, condition, condition.at, tested.state, machine).flatMap((branch) => {
          const next = { ...one, state: branch.state, lacks };
          if (branch.answer) return [next];
          passed.push(next);
          return [];
        });
      });
    });
  }
  const all = [...passed, ...gather(expression, index + 1, found, open, machine)];
  for (const one of all) if (!one.state.flow) one.state.route = route;
  return all;
}

function gatherOne(
  expression: Extract<Expression, { kind: 'collect' }>,
  found: Thing,
  start: Gathering,
  machine: Machine,
): Gathering[] {
  if (start.state.flow) return [start];
  const parts = expression.key ? [expression.key, expression.element] : [expression.element];
  return evaluateAll(parts, start.state, machine, (things, state) => {
    const site = siteName(expression.at, state, machine);
    changeCell(found, state, (cell) => withOne(cell, things, site, state));
    return [{ state, thing: nothing }];
  }).map((result) => ({ ...start, state: result.state }));
}

/** With one more: of a list that and nothing else is given, of a record its key and what it holds. */
function withOne(cell: Cell, things: readonly Thing[], site: string, state: State): Cell {
  if (cell.kind === 'list') return joinedLists(cell, listCell(things, cell.lacks));
  const [key = nothing, value = nothing] = things;
  const name = keyOf(key, state);
  if (name === null) return withSomeEntry(cell, site);
  return { ...cell, entries: new Map(cell.entries).set(name, value) };
}

// --- calls ------------------------------------------------------------------------------------------------

function evaluateCall(
  expression: Extract<Expression, { kind: 'invoke' }>,
  state: State,
  machine: Machine,
): Result[] {
  machine.spend();
  const { callee, args, at, optional = false } = expression;
  const call = (target: Thing, path: State): Result[] =>
    withArguments(args, path, machine, (given, end) => invoke(target, given, at, end, machine));
  if (callee.kind === 'inherited') {
    return evaluateAll([callee.self, ...callee.bases], state, machine, ([self, ...bases], path) =>
      withArguments(args, path, machine, (given, end) =>
        self ? callInherited({ bases, self, name: callee.name }, given, at, end, machine) : [],
      ),
    );
  }
  if (callee.kind === 'member') {
    return after(evaluate(callee.object, state, machine), (object, path) => {
      if (callee.optional && object.kind === 'nothing') return [{ state: path, thing: skipped(object) }];
      if (object.kind === 'library')
        return call({ kind: 'library', path: `${object.path}.${callee.name}` }, path);
      const method: Thing = { kind: 'method', receiver: object, name: callee.name };
      if (!optional) return call(method, path);
      return after(memberOf(object, callee.name, at, path, machine), (member, end) =>
        member.kind === 'nothing' ? [{ state: end, thing: skipped(member) }] : call(method, end),
      );
    });
  }
  return after(evaluate(callee, state, machine), (target, path) => {
    if (optional && target.kind === 'nothing') return [{ state: path, thing: skipped(target) }];
    const results = call(target, path);
    if (!expression.makes || target.kind !== 'function') return results;
    const id = `made ${siteName(at, path, machine)}`;
    return after(results, (_, made) => [{ state: made, thing: unknownThing(id, [], { full: true }) }]);
  });
}

function withArguments(
  args: readonly Argument[],
  state: State,
  machine: Machine,
  next: (given: Args, state: State) => Result[],
): Result[] {
  return evaluateAll(
    args.map((arg) => arg.value),
    state,
    machine,
    (things, path) => {
      const positional: Thing[] = [];
      const named = new Map<string, Thing>();
      let open = false;
      things.forEach((thing, index) => {
        const arg = args[index];
        if (!arg) return;
        if (arg.spread === 'list') {
          const cell = listOf(thing, path);
          positional.push(...cell.items);
          open ||= !cell.exact;
          // What is not known of it may still be what a secret shaped.
          if (!cell.exact) positional.push(thing);
        } else if (arg.spread === 'record') {
          const cell = cellOf(thing, path);
          if (cell?.kind === 'record') for (const [name, entry] of cell.entries) named.set(name, entry);
          open ||= cell?.kind !== 'record' || !cell.exact;
        } else if (arg.name !== null) named.set(arg.name, thing);
        else positional.push(thing);
      });
      return next({ positional, named, open }, path);
    },
  );
}

/** The question that a condition asks. */
export function testTruth(
  value: Expression,
  state: State,
  machine: Machine,
): { state: State; question: Question; lacks: readonly string[] }[] {
  return evaluate(value, state, machine).map((result) => ({
    state: result.state,
    question: result.state.flow ? known(false) : truthOf(result.thing, result.state, machine.rules),
    lacks: result.state.flow ? [] : lacksOf(result.thing, result.state),
  }));
}
