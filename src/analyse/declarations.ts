import type { ArrayLiteral, Assignment, Call, Word } from '../program/program.js';
import { evaluateText, integerOf } from './arithmetic.js';
import { abort, assign, assignElements, ended, type Machine, OutOfBudget, readVariable } from './machine.js';
import { record, type State, setVariable, status, success } from './state.js';
import { concat, constant, derived, emptyValue, lacking, textOf, type Value } from './values.js';
import { expandFields, expandSingle } from './words.js';

export const DECLARATIONS: readonly string[] = ['export', 'local', 'declare', 'typeset', 'readonly'];

/** What the options of a declaration say about the variables that it names; null: nothing, a variable keeps what it has. */
interface Attributes {
  readonly exported: boolean | null;
  readonly local: boolean;
  readonly integer: boolean | null;
  readonly fixed: boolean;
  readonly array: 'indexed' | 'associative' | null;
}

/** `export`, `local`, `declare`, `typeset`, `readonly`: their status is 0 whatever a `$(…)` in them returned. */
export function declare(name: string, call: Call, state: State, machine: Machine): State[] {
  const inFunction = state.frames.length > 0;
  let open: Declared[] = [
    {
      state,
      refused: false,
      attributes: {
        exported: name === 'export' || null,
        local: name === 'local' || ((name === 'declare' || name === 'typeset') && inFunction),
        integer: null,
        fixed: name === 'readonly',
        array: null,
      },
    },
  ];
  for (const word of call.words.slice(1)) {
    open = open.flatMap((path) =>
      path.state.flow
        ? [path]
        : declareWord(name, word, path.state, path.attributes, machine).map((next) => ({
            ...next,
            refused: next.refused || path.refused,
          })),
    );
  }
  for (const { state: path, refused } of open) {
    if (path.flow) continue;
    const lost = path.substitution?.because;
    if (lost) record(path, { kind: 'mask', failure: lost, where: call.at, by: name });
    path.status = refused ? status(1) : success;
    if (name !== 'local' || inFunction) continue;
    // Outside a function `local` is an error: of the builtin in bash, of the shell in dash.
    if (machine.dash) abort(path, call.at, machine, []);
    else path.status = status(1);
  }
  return open.map((path) => path.state);
}

/** `refused`: one of the variables is readonly. */
type Declared = { state: State; attributes: Attributes; refused: boolean };

function declareWord(
  name: string,
  word: Word,
  state: State,
  attributes: Attributes,
  machine: Machine,
): Declared[] {
  const same = (ends: State[]): Declared[] => ends.map((end) => ({ state: end, attributes, refused: false }));
  const outside = name === 'local' && state.frames.length === 0;
  if (word.assignment && !outside) {
    const { assignment } = word;
    const begin = (path: State) => prepare(path, assignment.name, attributes, machine);
    if (isFixed(assignment.name, state, machine) && !machine.dash && !state.options.errexit) {
      // The builtin fails then, and the shell goes on; under errexit bash gives up, even on the left of a `||`.
      const kept = state.vars.get(assignment.name) ?? null;
      setVariable(state, assignment.name, kept && { ...kept, fixed: false });
      return runAssignment(assignment, state, machine).map((end) => {
        if (!end.flow) setVariable(end, assignment.name, kept);
        return { state: end, attributes, refused: !end.flow };
      });
    }
    const ends = runAssignment(assignment, state, machine, { ...attributes, before: begin });
    for (const end of ends) if (!end.flow) finish(end, assignment.name, attributes, machine);
    return same(ends);
  }
  const results = machine.dash
    ? expandFields([word], state, machine)
    : expandSingle(word, state, machine).map((one) => ({ state: one.state, fields: [one.value] }));
  return results.map((result) => {
    let now = attributes;
    for (const field of result.fields) {
      const text = textOf(field);
      if (result.state.flow || outside || text === null) continue;
      if (text.startsWith('-') || text.startsWith('+')) now = withFlags(now, text);
      else declareText(text, field, result.state, now, machine);
    }
    return { state: result.state, attributes: now, refused: false };
  });
}

function withFlags(attributes: Attributes, text: string): Attributes {
  const on = text.startsWith('-');
  let changed = attributes;
  for (const flag of text.slice(1)) {
    if (flag === 'x') changed = { ...changed, exported: on };
    else if (flag === 'n' && changed.exported) changed = { ...changed, exported: false };
    else if (flag === 'g') changed = { ...changed, local: false };
    else if (flag === 'i') changed = { ...changed, integer: on };
    else if (flag === 'r') changed = { ...changed, fixed: on };
    else if (flag === 'a') changed = { ...changed, array: 'indexed' };
    else if (flag === 'A') changed = { ...changed, array: 'associative' };
    else if ('nul'.includes(flag)) throw new OutOfBudget(`'declare -${flag}' is not modelled`);
  }
  return changed;
}

function declareText(
  text: string,
  field: Value,
  state: State,
  attributes: Attributes,
  machine: Machine,
): void {
  const equals = text.indexOf('=');
  const name = equals > 0 ? text.slice(0, equals) : text;
  prepare(state, name, attributes, machine);
  const old = state.vars.get(name);
  if (equals > 0) assign(state, name, constant(text.slice(equals + 1), field.lacks));
  else if (attributes.array && !old?.elements)
    assignElements(state, name, old?.value ? [old.value] : [], attributes.array === 'indexed');
  finish(state, name, attributes, machine);
}

/** Before a declared variable gets its value: a local one hides the one outside, and is exported if that is. */
function prepare(state: State, name: string, attributes: Attributes, machine: Machine): void {
  if (!attributes.local) return;
  const frame = state.frames.at(-1);
  if (!frame || frame.has(name)) return;
  const old = state.vars.get(name);
  const own = new Map(frame).set(name, old);
  state.frames = [...state.frames.slice(0, -1), own];
  // In dash a local variable begins with the value of the one outside.
  if (machine.dash && readVariable(name, state, machine) !== null) return;
  setVariable(state, name, {
    value: null,
    elements: null,
    exact: true,
    exported: old?.exported ?? false,
    fromStep: false,
    integer: attributes.integer ?? false,
    declared: true,
  });
}

/** After it has its value, if any. */
function finish(state: State, name: string, attributes: Attributes, machine: Machine): void {
  const old = state.vars.get(name);
  const { exported, integer, fixed } = attributes;
  if (!old) {
    if (exported || integer || fixed)
      setVariable(state, name, {
        // What the runner sets stays set.
        value: readVariable(name, state, machine),
        elements: null,
        exact: true,
        exported: exported ?? false,
        fromStep: false,
        integer: integer ?? false,
        fixed,
        declared: true,
      });
    return;
  }
  setVariable(state, name, {
    ...old,
    exported: exported ?? old.exported,
    integer: integer ?? old.integer ?? false,
    fixed: fixed || (old.fixed ?? false),
  });
}

interface How {
  /** Called when the value is known and before the variable changes. */
  readonly before?: (state: State) => void;
  readonly exported?: boolean | null;
  readonly integer?: boolean | null;
  readonly array?: 'indexed' | 'associative' | null;
}

/** Runs one assignment. */
export function runAssignment(
  assignment: Assignment,
  state: State,
  machine: Machine,
  how: How = {},
): State[] {
  const { value, name, index } = assignment;
  if (value.kind === 'array') return assignArray(assignment, value, state, machine, how);
  return expandSingle(value, state, machine).flatMap((result) => {
    const path = result.state;
    if (path.flow) return [path];
    if (isFixed(name, path, machine)) return refuse(assignment, path, machine);
    how.before?.(path);
    const old = path.vars.get(name);
    if (old?.integer || how.integer) return assignNumber(assignment, result.value, path, machine, how);
    if (index) return assignElement(assignment, index, result.value, path, machine);
    if (assignment.append && old?.elements) {
      const [first = emptyValue, ...rest] = old.elements;
      assignElements(path, name, [concat([first, result.value]), ...rest], old.exact, old.perhaps);
    } else if (old?.elements) {
      assignElements(path, name, [result.value, ...old.elements.slice(1)], old.exact, old.perhaps);
    } else {
      const previous = assignment.append ? (readVariable(name, path, machine) ?? emptyValue) : emptyValue;
      assign(path, name, concat([previous, result.value]), how.exported ?? false);
    }
    return [path];
  });
}

function isFixed(name: string, state: State, machine: Machine): boolean {
  return state.vars.get(name)?.fixed === true || (!machine.dash && (name === 'UID' || name === 'EUID'));
}

/** A readonly variable cannot be assigned again. */
function refuse(assignment: Assignment, state: State, machine: Machine): State[] {
  abort(state, assignment.at, machine, [], 'expansion');
  return [state];
}

function assignNumber(
  { name, append, at }: Assignment,
  value: Value,
  state: State,
  machine: Machine,
  how: How,
): State[] {
  return evaluateText(value, at, state, machine, true).flatMap((result) => {
    if (result.failed && !result.state.flow) abort(result.state, at, machine, value.lacks, 'arithmetic');
    if (result.state.flow) return [result.state];
    const old = append ? (readVariable(name, result.state, machine) ?? constant('0')) : constant('0');
    const a = integerOf(old);
    const b = integerOf(result.value);
    const sum = a === null || b === null ? derived('+', [old, result.value], true) : constant(String(a + b));
    assign(
      result.state,
      name,
      lacking(append ? sum : result.value, result.value.lacks),
      how.exported ?? false,
    );
    return [result.state];
  });
}

function assignElement(
  { name, append }: Assignment,
  index: Word,
  value: Value,
  state: State,
  machine: Machine,
): State[] {
  return expandSingle(index, state, machine).map((result) => {
    if (result.state.flow) return result.state;
    const old = result.state.vars.get(name);
    const elements = old?.elements ?? (old?.value ? [old.value] : []);
    const at = integerOf(result.value);
    const exact = (old?.exact ?? true) && at !== null && at >= 0 && at <= elements.length;
    if (!exact || at === null) assignElements(result.state, name, [...elements, value], false, old?.perhaps);
    else if (at === elements.length) assignElements(result.state, name, [...elements, value], true);
    else {
      const now = append ? concat([elements[at] ?? emptyValue, value]) : value;
      assignElements(result.state, name, elements.with(at, now), true);
    }
    return result.state;
  });
}

function assignArray(
  assignment: Assignment,
  { elements }: ArrayLiteral,
  state: State,
  machine: Machine,
  how: How,
): State[] {
  const { name, append } = assignment;
  return expandFields(elements, state, machine).flatMap((result) => {
    const path = result.state;
    if (path.flow) return [path];
    if (isFixed(name, path, machine)) return refuse(assignment, path, machine);
    const before = path.vars.get(name);
    how.before?.(path);
    const old = append ? path.vars.get(name) : undefined;
    const associative = how.array === 'associative' || (before?.elements != null && !before.exact && !append);
    const keyed = elements.some((element) => element.assignment !== null);
    const exact = !associative && !keyed && result.loose.size === 0 && (old?.exact ?? true);
    const first = old?.elements ?? (old?.value ? [old.value] : []);
    assignElements(path, name, [...first, ...result.fields], exact, old?.perhaps);
    return ended(path, path.status);
  });
}
