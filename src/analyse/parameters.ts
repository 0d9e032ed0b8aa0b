import type { Parameter, ParameterOperation, Word } from '../program/program.js';
import type { Place } from '../text/script.js';
import { evaluateText, integerOf } from './arithmetic.js';
import { ask, isEmpty, resolve } from './constraints.js';
import { split } from './expressions.js';
import {
  abort,
  assign,
  assignElements,
  literalText,
  type Machine,
  placeId,
  readVariable,
  siteName,
  statusText,
} from './machine.js';
import { removeAffix, replacePattern } from './patterns.js';
import { shellVariable } from './shell-variables.js';
import { joiner } from './splitting.js';
import { lacksOfVariable, type State } from './state.js';
import {
  concat,
  constant,
  derived,
  emptyValue,
  hole,
  lacking,
  nameOf,
  textOf,
  unknownValue,
  type Value,
} from './values.js';
import { expandFields, expandPattern, expandSingle, joinValues, type PartResult } from './words.js';

const none: readonly string[] = [];
const NAME = /^[A-Za-z_]\w*$/;

/** `$@`, `$*`, `${A[@]}`: `open` where how many there are, and which, is not known. */
interface List {
  readonly values: readonly Value[];
  readonly open: boolean;
}

/**
 * Expands `$X` in all its forms. `splits`: it stands where words are split into fields, so that unquoted text
 * of a default value is split as well, and only that.
 */
export function expandParameter(
  part: Parameter,
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  const { operation } = part;
  if (machine.dash && isBashOnly(part)) {
    abort(state, part.at, machine, none);
    return [{ state, values: [] }];
  }
  if (operation?.kind === 'names')
    return [{ state, values: [unknownValue(`names ${part.name}${state.route}`)], open: true }];
  const list = listOf(part, state, machine);
  if (part.length) return lengthOf(part, list, state, machine);
  if (list) {
    const results = part.indirect
      ? keysOf(part, list, state, machine)
      : operateOnList(part, list, state, machine, splits);
    return isOneWord(part) ? results.map((result) => asOneWord(result, machine)) : results;
  }
  if (part.indirect) return indirect(part, state, machine, splits);
  if (part.index) return element(part, part.index, state, machine, splits);
  return operate(part, readParameter(part.name, state, machine, part.at), state, machine, splits);
}

function isBashOnly({ index, indirect, operation }: Parameter): boolean {
  if (index || indirect) return true;
  return operation !== null && operation.kind !== 'default' && operation.kind !== 'remove';
}

function listOf(part: Parameter, state: State, machine: Machine): List | null {
  const index = indexOf(part);
  if (index !== '@' && index !== '*') return null;
  const list = elementsOf(part, state, machine);
  // Whether there is anything is asked of the whole, where the whole is one word.
  if (!isOneWord(part) || part.operation?.kind !== 'default' || list.values.length === 0) return list;
  return { values: [joined(list.values, state, machine)], open: false };
}

function indexOf({ name, index }: Parameter): string | null {
  return name === '@' || name === '*' ? name : literalIndex(index);
}

/** Within quotes `*` makes one word of all. */
function isOneWord(part: Parameter): boolean {
  return part.quoted && indexOf(part) === '*';
}

function asOneWord({ state, values }: PartResult, machine: Machine): PartResult {
  return { state, values: state.flow ? [] : [joined(values, state, machine)] };
}

function joined(values: readonly Value[], state: State, machine: Machine): Value {
  return joinValues(values, joiner(readVariable('IFS', state, machine)));
}

/** The text of a subscript, where `*` and `@` may stand as globs. */
function literalIndex(index: Word | null): string | null {
  const [only, ...more] = index?.parts ?? [];
  if (only?.kind === 'glob' && more.length === 0) return only.text;
  return literalText(index ?? undefined);
}

function elementsOf(part: Parameter, state: State, machine: Machine): List {
  if (part.name === '@' || part.name === '*') return { values: state.positional, open: false };
  if (part.name === 'PIPESTATUS') {
    if (state.pipeStatus.length === 0)
      return {
        values: [unknownValue(`stages ${siteName(part.at, state, machine)}`, none, true)],
        open: true,
      };
    return {
      values: state.pipeStatus.map((stage, i) => statusText(stage, `stage ${i}${state.route}`)),
      open: false,
    };
  }
  const [outermost] = state.callers;
  if (part.name === 'BASH_SOURCE' && outermost)
    return { values: state.callers.map((caller) => caller.name).reverse(), open: false };
  const variable = state.vars.get(part.name);
  if (!variable) {
    const ambient = shellVariable(part.name, part.at, state, machine);
    return { values: ambient ? [ambient] : [], open: ambient !== null };
  }
  if (!variable.elements) return { values: variable.value ? [variable.value] : [], open: false };
  if (variable.exact) return { values: variable.elements, open: false };
  const full = variable.elements.some((value) =>
    value.pieces.some((piece) => typeof piece === 'string' || piece.nonEmpty),
  );
  const id = `elements of ${part.name}${siteName(part.at, state, machine)}`;
  return { values: [unknownValue(id, lacksOfVariable(variable), full)], open: true };
}

/** Applies an operation to each of the values, as bash does for `${A[@]…}`. */
function operateOnList(
  part: Parameter,
  list: List,
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  const { operation } = part;
  const all = list.values;
  if (!operation) return [{ state, values: all, open: list.open }];
  if (operation.kind === 'default') {
    const value = all.length === 0 ? null : joinValues(all, ' ');
    if (list.open) return [{ state, values: [derived('list', all)], open: true }];
    const kept = operation.operator.endsWith('+') ? [] : all;
    return withDefault(part, operation, value, kept, state, machine, splits);
  }
  if (list.open) return [{ state, values: all, open: true }];
  if (operation.kind === 'slice') return sliceList(part, operation, all, state, machine);
  let open: { state: State; values: Value[] }[] = [{ state, values: [] }];
  for (const value of all) {
    open = open.flatMap((path) =>
      operate(part, value, path.state, machine, splits).map((result) => ({
        state: result.state,
        values: [...path.values, ...result.values],
      })),
    );
  }
  return open;
}

function sliceList(
  part: Parameter,
  operation: Extract<ParameterOperation, { kind: 'slice' }>,
  all: readonly Value[],
  state: State,
  machine: Machine,
): PartResult[] {
  // Positional parameters count from 1, and `$0` stands before them.
  const positional = part.name === '@' || part.name === '*';
  const values = positional ? [unknownValue('$0', none, true), ...all] : all;
  return numbers([operation.offset, operation.length], state, machine).map(
    ({ state: path, values: bounds }) => {
      const [offset, length] = bounds;
      if (path.flow) return { state: path, values: [] };
      if (offset === null || offset === undefined || length === null)
        return { state: path, values: [derived('slice', all)], open: true };
      const from = offset < 0 ? values.length + offset : offset;
      if (from < 0) return { state: path, values: [] };
      const to = length === undefined ? values.length : from + Math.max(0, length);
      return { state: path, values: values.slice(from, to) };
    },
  );
}

/** Words read as arithmetic: undefined for a word that is not there, null for a number that is not known. */
function numbers(
  words: readonly (Word | null)[],
  state: State,
  machine: Machine,
): { state: State; values: (number | null | undefined)[] }[] {
  let open: { state: State; values: (number | null | undefined)[] }[] = [{ state, values: [] }];
  for (const word of words) {
    open = open.flatMap((path) => {
      if (word === null || path.state.flow) return [{ ...path, values: [...path.values, undefined] }];
      return expandSingle(word, path.state, machine).flatMap((single) => {
        if (single.state.flow) return [{ state: single.state, values: path.values }];
        return evaluateText(single.value, word.at, single.state, machine, true).map((result) => {
          if (result.failed && !result.state.flow) abort(result.state, word.at, machine, none, 'arithmetic');
          return { state: result.state, values: [...path.values, integerOf(result.value)] };
        });
      });
    });
  }
  return open;
}

/** `${!A[@]}`: the subscripts of an array. */
function keysOf(part: Parameter, list: List, state: State, machine: Machine): PartResult[] {
  if (list.open)
    return [{ state, values: [unknownValue(`keys ${siteName(part.at, state, machine)}`)], open: true }];
  return [{ state, values: list.values.map((_, index) => constant(String(index))) }];
}

function lengthOf(part: Parameter, list: List | null, state: State, machine: Machine): PartResult[] {
  if (list && (part.name === '@' || part.name === '*'))
    return [{ state, values: [constant(String(state.positional.length))] }];
  if (list) {
    const { values, open } = elementsOf(part, state, machine);
    if (!open) return [{ state, values: [constant(String(values.length), concat(values).lacks)] }];
    const known = state.vars.get(part.name)?.elements?.length ?? 0;
    const id = `count of ${part.name} ${siteName(part.at, state, machine)}`;
    const count = hole(id, { nonEmpty: true, atLeast: Math.min(known, 1) });
    return [{ state, values: [{ pieces: [count], lacks: concat(values).lacks }] }];
  }
  const results = part.index
    ? element({ ...part, length: false }, part.index, state, machine, false)
    : operate(
        { ...part, length: false },
        readParameter(part.name, state, machine, part.at),
        state,
        machine,
        false,
      );
  return results.map((result) => ({
    state: result.state,
    values: result.state.flow ? [] : [lengthOfText(concat(result.values), result.state)],
  }));
}

function lengthOfText(value: Value, state: State): Value {
  const text = textOf(value);
  // Beyond ASCII it depends on the locale what counts as one character.
  if (text !== null && /^[\0-\x7f]*$/.test(text)) return constant(String(text.length), value.lacks);
  const full = isEmpty(state.constraints, value).answer === false;
  const count = hole(`length(${nameOf(value)})`, {
    nonEmpty: true,
    atLeast: full ? 1 : 0,
    excludes: full ? ['0'] : [],
  });
  return { pieces: [count], lacks: value.lacks };
}

function indirect(part: Parameter, state: State, machine: Machine, splits: boolean): PartResult[] {
  const target = readParameter(part.name, state, machine, part.at);
  if (target === null && state.vars.get(part.name)?.declared)
    return operate(part, null, state, machine, splits);
  const name = target ? textOf(target) : '';
  if (name === null) {
    const isName = ask(state.constraints, `name ${nameOf(target ?? emptyValue)}`);
    return split(isName, state).map((branch) => {
      if (!branch.answer) abort(branch.state, part.at, machine, none, 'expansion');
      return { state: branch.state, values: [derived('indirect', target ? [target] : [])] };
    });
  }
  if (name === '*' || name === '@')
    return operate(part, derived('positional', state.positional), state, machine, splits);
  if (!NAME.test(name) && !/^(\d+|[#?$!-])$/.test(name)) {
    if (/^[A-Za-z_]\w*\[.*\]$/.test(name))
      return [{ state, values: [unknownValue(`element ${siteName(part.at, state, machine)}`)], open: true }];
    abort(state, part.at, machine, target?.lacks ?? none, 'expansion');
    return [{ state, values: [] }];
  }
  return operate({ ...part, name }, readParameter(name, state, machine, part.at), state, machine, splits);
}

function element(
  part: Parameter,
  index: Word,
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  return expandSingle(index, state, machine).flatMap((subscript) => {
    if (subscript.state.flow) return [{ state: subscript.state, values: [] }];
    const variable = subscript.state.vars.get(part.name);
    if (variable?.elements && !variable.exact) {
      const id = `${part.name}[${nameOf(subscript.value)}] ${siteName(part.at, subscript.state, machine)}`;
      return [{ state: subscript.state, values: [unknownValue(id, lacksOfVariable(variable))] }];
    }
    return evaluateText(subscript.value, part.at, subscript.state, machine, true).flatMap((result) => {
      if (result.failed && !result.state.flow) abort(result.state, part.at, machine, none, 'arithmetic');
      if (result.state.flow) return [{ state: result.state, values: [] }];
      const at = integerOf(result.value);
      const elements = elementsOf({ ...part, name: part.name }, result.state, machine);
      if (at === null || elements.open) {
        const id = `${part.name}[…] ${siteName(part.at, result.state, machine)}`;
        return [{ state: result.state, values: [unknownValue(id, concat(elements.values).lacks)] }];
      }
      return operate(part, elements.values.at(at) ?? null, result.state, machine, splits);
    });
  });
}

/** The value of a parameter; null when it is unset. */
function readParameter(name: string, state: State, machine: Machine, at: Place): Value | null {
  switch (name) {
    case '?':
      return statusText(state.status, siteName(at, state, machine));
    case '#':
      return constant(String(state.positional.length));
    case '!':
      return state.background ? unknownValue(state.background.last, none, true) : null;
    case '0':
      return (
        state.callers.findLast((caller) => !caller.sourced)?.name ?? unknownValue(`$${name}`, none, true)
      );
    case 'BASH_SOURCE':
      return (
        state.callers.at(-1)?.name ??
        unknownValue(`environment BASH_SOURCE ${siteName(at, state, machine)}`, none, true)
      );
    case '$':
    case '-':
      return unknownValue(`$${name}`, none, true);
    case '_':
      return unknownValue(`$_ ${siteName(at, state, machine)}`);
    case 'PIPESTATUS':
      return state.pipeStatus[0]
        ? statusText(state.pipeStatus[0], `stage 0${state.route}`)
        : unknownValue(`stage ${siteName(at, state, machine)}`, none, true);
  }
  if (/^\d+$/.test(name)) {
    const value = state.positional[Number(name) - 1];
    return value ? resolve(state.constraints, value) : null;
  }
  return shellVariable(name, at, state, machine);
}

function operate(
  part: Parameter,
  value: Value | null,
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  const { operation } = part;
  if (operation?.kind === 'default')
    return withDefault(part, operation, value, value ? [value] : [], state, machine, splits);
  if (value === null) {
    if (state.options.nounset) {
      abort(state, part.at, machine, none);
      return [{ state, values: [] }];
    }
    return [{ state, values: [emptyValue] }];
  }
  if (!operation) return [{ state, values: [value] }];
  switch (operation.kind) {
    case 'remove':
      return expandPattern(operation.pattern, state, machine).map((result) => ({
        state: result.state,
        values: [removeAffix(value, operation.operator, result.pattern)],
      }));
    case 'replace':
      return expandPattern(operation.pattern, state, machine).flatMap((found) =>
        expandSingle(operation.replacement, found.state, machine).map((by) => ({
          state: by.state,
          values: [replacePattern(value, operation.operator, found.pattern, by.value)],
        })),
      );
    case 'slice':
      return numbers([operation.offset, operation.length], state, machine).map((result) => {
        const sliced = result.state.flow ? emptyValue : slice(value, result.values);
        if (sliced === null) abort(result.state, part.at, machine, value.lacks, 'expansion');
        return { state: result.state, values: [sliced ?? emptyValue] };
      });
    case 'case':
      return [{ state, values: [changeCase(value, operation.operator)] }];
    case 'transform':
    case 'unknown':
    case 'names':
      return [{ state, values: [derived(`${operation.kind} ${placeId(part.at, machine)}`, [value])] }];
  }
}

/**
 * `${X:-w}` and its kin. With the colon an empty value counts as unset. `kept` is what comes out where the
 * value is taken.
 */
function withDefault(
  part: Parameter,
  operation: Extract<ParameterOperation, { kind: 'default' }>,
  value: Value | null,
  kept: readonly Value[],
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  const colon = operation.operator.startsWith(':');
  const lacks = value?.lacks ?? none;
  if (value && colon && isEmpty(state.constraints, value).answer === 'unknown') {
    const plain =
      /[-=]$/.test(operation.operator) && operation.operand.parts.every((one) => one.kind === 'text');
    if (plain) return [orElse(part, operation, value, state, machine)];
    return split(isEmpty(state.constraints, value), state).flatMap((branch) =>
      chosen(part, operation, branch.answer, kept, lacks, branch.state, machine, splits),
    );
  }
  const absent = value === null || (colon && isEmpty(state.constraints, value).answer === true);
  return chosen(part, operation, absent, kept, lacks, state, machine, splits);
}

/** What comes out once it is known whether the parameter counts as unset. */
function chosen(
  part: Parameter,
  { operator, operand }: Extract<ParameterOperation, { kind: 'default' }>,
  absent: boolean,
  kept: readonly Value[],
  lacks: readonly string[],
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  switch (operator) {
    case '-':
    case ':-':
      if (!absent) return [{ state, values: kept }];
      // An empty default changes nothing: what is missing is still the secret.
      return operandOf(part, operand, state, machine, splits).map((result) => ({
        ...result,
        values:
          result.values.length === 0 && lacks.length > 0
            ? [lacking(emptyValue, lacks)]
            : result.values.map((v) => (v.pieces.length === 0 ? lacking(v, lacks) : v)),
      }));
    case '=':
    case ':=':
      if (!absent) return [{ state, values: kept }];
      return expandSingle(operand, state, machine).map((result) => {
        if (!result.state.flow) setDefault(part, result.value, result.state, machine);
        return { state: result.state, values: [result.value] };
      });
    case '+':
    case ':+':
      if (absent) return [{ state, values: [lacking(emptyValue, lacks)] }];
      return operandOf(part, operand, state, machine, splits);
    case '?':
    case ':?':
      if (!absent) return [{ state, values: kept }];
      abort(state, part.at, machine, lacks);
      return [{ state, values: [] }];
  }
}

function setDefault(part: Parameter, value: Value, state: State, machine: Machine): void {
  if (part.index) assignElements(state, part.name, [value], false);
  else if (NAME.test(part.name)) assign(state, part.name, value);
  else abort(state, part.at, machine, none, 'expansion');
}

/** An unquoted operand is split where it stands unquoted itself: `${X:+--flag "$X"}` is two words. */
function operandOf(
  part: Parameter,
  operand: Word,
  state: State,
  machine: Machine,
  splits: boolean,
): PartResult[] {
  if (part.quoted || !splits)
    return expandSingle(operand, state, machine).map((result) => ({
      state: result.state,
      values: [result.value],
    }));
  return expandFields(splitWords(operand), state, machine).map((result) => ({
    state: result.state,
    values: result.fields,
    open: result.loose.size > 0,
    cut: true,
  }));
}

/** The words that the blanks in the unquoted text of an operand make of it. */
function splitWords(operand: Word): Word[] {
  const words: Word['parts'][number][][] = [[]];
  for (const part of operand.parts) {
    if (part.kind !== 'text' || part.quoted) {
      words.at(-1)?.push(part);
      continue;
    }
    part.text.split(/[ \t\n]+/).forEach((text, index) => {
      if (index > 0) words.push([]);
      if (text !== '') words.at(-1)?.push({ ...part, text });
    });
  }
  return words.filter((parts) => parts.length > 0).map((parts) => ({ ...operand, parts }));
}

/** `${X:-text}` where it is not known whether X is empty: one value for both, so that paths do not part. */
function orElse(
  part: Parameter,
  { operator, operand }: Extract<ParameterOperation, { kind: 'default' }>,
  value: Value,
  state: State,
  machine: Machine,
): PartResult {
  const text = literalText(operand) ?? '';
  const result = text === '' ? value : derived(':-', [value, constant(text)], true);
  if (operator.endsWith('=')) setDefault(part, result, state, machine);
  return { state, values: [result] };
}

/** The characters from an offset on; null where the length is an error. */
function slice(value: Value, [offset, length]: readonly (number | null | undefined)[]): Value | null {
  const text = textOf(value);
  if (text === '') return value;
  if (text === null || offset === null || offset === undefined || length === null)
    return derived('slice', [value]);
  const start = offset < 0 ? text.length + offset : offset;
  if (start < 0 || start > text.length) return constant('', value.lacks);
  const end = length === undefined ? text.length : length < 0 ? text.length + length : start + length;
  return end < start ? null : constant(text.slice(start, end), value.lacks);
}

function changeCase(value: Value, operator: '^' | '^^' | ',' | ',,'): Value {
  const text = textOf(value);
  if (text === null)
    return derived(
      operator,
      [value],
      value.pieces.some((piece) => typeof piece === 'string' || piece.nonEmpty),
    );
  switch (operator) {
    case '^^':
      return constant(text.toUpperCase(), value.lacks);
    case ',,':
      return constant(text.toLowerCase(), value.lacks);
    case '^':
      return constant(text.slice(0, 1).toUpperCase() + text.slice(1), value.lacks);
    case ',':
      return constant(text.slice(0, 1).toLowerCase() + text.slice(1), value.lacks);
  }
}
