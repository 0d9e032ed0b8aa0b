import type { Parameter, ParameterOperation, Part, Word } from '../program/program.js';
import type { Place } from '../text/script.js';
import { evaluateArithmetic } from './arithmetic.js';
import { isEmpty, resolve } from './constraints.js';
import { split, textValue } from './expressions.js';
import { abort, assign, elementLacks, type Machine, readVariable, siteName, statusText } from './machine.js';
import { type Pattern, type PatternPiece, removeAffix } from './patterns.js';
import { fork, type State, success } from './state.js';
import {
  concat,
  constant,
  derived,
  emptyValue,
  hole,
  lacking,
  soleHole,
  textOf,
  union,
  unknownValue,
  type Value,
} from './values.js';

/** A word expanded to fields, as for arguments. `lacks` also counts what vanished: an unquoted empty secret leaves no field. */
export interface Fields {
  readonly state: State;
  readonly fields: readonly Value[];
  readonly lacks: readonly string[];
}

/** A word expanded to one string, as on the right of an assignment. */
export interface Single {
  readonly state: State;
  readonly value: Value;
}

const none: readonly string[] = [];
const WHITESPACE = ' \t\n';

/** Expands words to fields, left to right. A path on which an expansion fails has `flow` set and must not go on. */
export function expandFields(words: readonly Word[], state: State, machine: Machine): Fields[] {
  let open: { state: State; fields: Value[]; lacks: readonly string[] }[] = [
    { state, fields: [], lacks: none },
  ];
  for (const word of words) {
    const next: typeof open = [];
    for (const path of open) {
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      const results = expandWord(word, path.state, machine);
      for (const result of results) {
        // The list is only copied where paths part.
        const fields = results.length === 1 ? path.fields : [...path.fields];
        fields.push(...result.fields);
        next.push({ state: result.state, fields, lacks: union(path.lacks, result.lacks) });
      }
    }
    open = next;
  }
  return open;
}

function expandWord(word: Word, state: State, machine: Machine): Fields[] {
  const alternatives = braceAlternatives(word.parts);
  if (alternatives) {
    const words = alternatives.map((parts) => ({ ...word, parts }));
    return expandFields(words, state, machine);
  }
  let open: Assembly[] = [{ state, fields: [], current: [], started: false, lacks: none }];
  for (const part of word.parts) {
    const next: Assembly[] = [];
    for (const path of open) {
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      const results = expandPart(part, path.state, machine);
      for (const result of results)
        next.push(addPart(results.length === 1 ? path : copyOf(path), part, result));
    }
    open = next;
  }
  return open.map((path) => ({
    state: path.state,
    fields: path.started ? [...path.fields, concat(path.current)] : path.fields,
    lacks: path.lacks,
  }));
}

interface Assembly {
  state: State;
  fields: Value[];
  current: Value[];
  started: boolean;
  lacks: readonly string[];
}

function copyOf(path: Assembly): Assembly {
  return { ...path, fields: [...path.fields], current: [...path.current] };
}

/** Values of one part: several for `"$@"` and arrays, none where they are empty. */
interface PartResult {
  readonly state: State;
  readonly values: readonly Value[];
}

function addPart(path: Assembly, part: Part, result: PartResult): Assembly {
  path.state = result.state;
  const quoted = !('quoted' in part) || part.quoted;
  result.values.forEach((value, index) => {
    path.lacks = union(path.lacks, value.lacks);
    if (index > 0) finishField(path);
    if (quoted || part.kind === 'text') {
      path.current.push(value);
      path.started = true;
    } else addUnquoted(path, value);
  });
  return path;
}

function finishField(path: Assembly): void {
  if (path.started) path.fields.push(concat(path.current));
  path.current = [];
  path.started = false;
}

/** Field splitting of an unquoted expansion at white space; an unknown text is taken to be one field. */
function addUnquoted(path: Assembly, value: Value): void {
  for (const piece of value.pieces) {
    if (typeof piece !== 'string') {
      path.current.push({ pieces: [piece], lacks: value.lacks });
      path.started = true;
      continue;
    }
    const texts = splitText(piece);
    texts.forEach((text, index) => {
      if (index > 0) finishField(path);
      if (text === '') return;
      path.current.push(constant(text, value.lacks));
      path.started = true;
    });
  }
}

/** Splits at runs of white space; leading or trailing white space gives an empty first or last text. */
function splitText(text: string): string[] {
  const texts: string[] = [''];
  let inGap = false;
  for (const character of text) {
    if (WHITESPACE.includes(character)) {
      if (!inGap) texts.push('');
      inGap = true;
    } else {
      texts[texts.length - 1] += character;
      inGap = false;
    }
  }
  return texts;
}

/** Expands a word to one string: no splitting, no file names. */
export function expandSingle(word: Word, state: State, machine: Machine): Single[] {
  let open: { state: State; values: Value[] }[] = [{ state, values: [] }];
  for (const part of word.parts) {
    const next: typeof open = [];
    for (const path of open) {
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      const results = expandPart(part, path.state, machine);
      for (const result of results) {
        const values = results.length === 1 ? path.values : [...path.values];
        values.push(joinWith(result.values, ' '));
        next.push({ state: result.state, values });
      }
    }
    open = next;
  }
  return open.map((path) => ({
    state: path.state,
    value: resolve(path.state.constraints, concat(path.values)),
  }));
}

/** Expands words to one string each. */
export function expandSingles(
  words: readonly Word[],
  state: State,
  machine: Machine,
): { state: State; values: Value[] }[] {
  let open: { state: State; values: Value[] }[] = [{ state, values: [] }];
  for (const word of words) {
    const next: typeof open = [];
    for (const path of open) {
      const results = path.state.flow
        ? [{ state: path.state, value: emptyValue }]
        : expandSingle(word, path.state, machine);
      for (const result of results)
        next.push({ state: result.state, values: [...path.values, result.value] });
    }
    open = next;
  }
  return open;
}

/** Expands a word that is read as a pattern: quoted text is literal, unquoted globs are wild. */
export function expandPattern(
  word: Word,
  state: State,
  machine: Machine,
): { state: State; pattern: Pattern }[] {
  let open: { state: State; pieces: PatternPiece[] }[] = [{ state, pieces: [] }];
  for (const part of word.parts) {
    const next: typeof open = [];
    for (const path of open) {
      if (path.state.flow || part.kind === 'glob') {
        if (part.kind === 'glob') path.pieces.push({ glob: part.text });
        next.push(path);
        continue;
      }
      const results = expandPart(part, path.state, machine);
      for (const result of results) {
        const pieces = results.length === 1 ? path.pieces : [...path.pieces];
        const value = joinWith(result.values, ' ');
        const text = textOf(value);
        // The text of an unquoted expansion is a pattern too.
        if ('quoted' in part && !part.quoted && part.kind !== 'text' && text !== null && /[*?[]/.test(text)) {
          pieces.push({ glob: text });
        } else pieces.push({ value });
        next.push({ state: result.state, pieces });
      }
    }
    open = next;
  }
  return open.map((path) => ({ state: path.state, pattern: path.pieces }));
}

function joinWith(values: readonly Value[], separator: string): Value {
  const [only] = values;
  if (only && values.length === 1) return only;
  return concat(values.flatMap((value, i) => (i === 0 ? [value] : [constant(separator), value])));
}

// --- parts --------------------------------------------------------------------------------------------

function expandPart(part: Part, state: State, machine: Machine): PartResult[] {
  switch (part.kind) {
    case 'text':
      return [{ state, values: [constant(part.text)] }];
    case 'parameter':
      return expandParameter(part, state, machine);
    case 'command':
      return substitute(part, state, machine);
    case 'process':
      return processSubstitution(part, state, machine);
    case 'arithmetic':
      return evaluateArithmetic(part.expression, state, machine).map((result) => ({
        state: result.state,
        values: [result.value],
      }));
    case 'paste':
      if (!part.expr)
        return [{ state, values: [unknownValue(`paste ${siteName(part.at, state, machine)}`)] }];
      return machine
        .paste(part.expr, state)
        .map((result) => ({ state: result.state, values: [textValue(result.datum)] }));
    case 'glob':
      return [{ state, values: [unknownValue(`files ${part.text}`, none, true)] }];
    case 'brace':
      return [{ state, values: [constant(part.text)] }];
    case 'home':
      return [{ state, values: [unknownValue(`home ${part.text}`, none, true)] }];
  }
}

/** Runs `$(…)` in a subshell and gives what it prints, less the newlines at its end. */
function substitute(part: Extract<Part, { kind: 'command' }>, state: State, machine: Machine): PartResult[] {
  const inner = enterSubshell(state);
  inner.out = emptyValue;
  inner.input = null;
  if (!machine.dash && !inner.options.inheritErrexit) inner.options = { ...inner.options, errexit: false };
  return machine.runBlock(part.body, inner, false).map((end) => {
    const printed = trimEnd(end.out ?? emptyValue);
    leaveSubshell(end, state);
    end.substitution = end.status;
    return { state: end, values: [lacking(printed, end.status.because?.lacks ?? none)] };
  });
}

function processSubstitution(
  part: Extract<Part, { kind: 'process' }>,
  state: State,
  machine: Machine,
): PartResult[] {
  const inner = enterSubshell(state);
  inner.out = emptyValue;
  const name = `process ${siteName(part.at, state, machine)}`;
  return machine.runBlock(part.body, inner, true).map((end) => {
    const printed = end.out ?? emptyValue;
    const because = end.status.because;
    leaveSubshell(end, state);
    end.status = state.status;
    end.files = new Map(end.files).set(name, printed);
    // Nobody sees the status of a process substitution: a failure in it counts as shaping the text it gives.
    return {
      state: end,
      values: [{ pieces: [hole(name, { nonEmpty: true })], lacks: because?.lacks ?? printed.lacks }],
    };
  });
}

function trimEnd(value: Value): Value {
  const last = value.pieces.at(-1);
  if (typeof last !== 'string' || !last.endsWith('\n')) return value;
  let end = last.length;
  while (end > 0 && last[end - 1] === '\n') end--;
  const rest = value.pieces.slice(0, -1);
  return { pieces: end === 0 ? rest : [...rest, last.slice(0, end)], lacks: value.lacks };
}

/** A path that runs a subshell: changes to variables and options end with it. */
export function enterSubshell(state: State): State {
  const inner = fork(state);
  inner.traps = new Map();
  return inner;
}

/** Puts back what a subshell cannot change; effects, files, assumptions and the status stay. */
export function leaveSubshell(inner: State, outer: State): void {
  inner.vars = outer.vars;
  inner.varsShared = true;
  outer.varsShared = true;
  inner.functions = outer.functions;
  inner.options = outer.options;
  inner.positional = outer.positional;
  inner.frames = outer.frames;
  inner.traps = outer.traps;
  inner.cwd = outer.cwd;
  inner.route = outer.route;
  inner.out = outer.out;
  inner.input = outer.input;
  inner.flow = null;
}

// --- parameters ---------------------------------------------------------------------------------------

function expandParameter(part: Parameter, state: State, machine: Machine): PartResult[] {
  if (part.operation?.kind === 'names') {
    return [{ state, values: [unknownValue(`names ${part.name}`)] }];
  }
  const list = listOf(part, state);
  if (list && !part.length && !part.indirect && !part.operation) return [{ state, values: list }];
  if (part.length) return [{ state, values: [lengthOf(part, list, state, machine)] }];
  if (part.indirect) return indirect(part, state, machine);
  if (part.index && !list) return element(part, state, machine);
  const value = list
    ? list.length === 0
      ? null
      : joinWith(list, ' ')
    : readParameter(part.name, state, machine, part.at);
  return operate(part, value, state, machine);
}

/** The values of `$@`, `$*`, `${A[@]}`; null for everything else. */
function listOf(part: Parameter, state: State): readonly Value[] | null {
  if (part.name === '@' || part.name === '*') {
    return part.name === '*' && part.quoted ? [joinWith(state.positional, ' ')] : state.positional;
  }
  const index = part.index ? textOf(staticText(part.index)) : null;
  if (index !== '@' && index !== '*') return null;
  const variable = state.vars.get(part.name);
  if (!variable) return [];
  if (!variable.elements) return variable.value ? [variable.value] : [];
  const all = variable.exact
    ? variable.elements
    : [
        unknownValue(
          `elements of ${part.name}${state.route}`,
          elementLacks(variable),
          variable.elements.length > 0,
        ),
      ];
  return index === '*' && part.quoted ? [joinWith(all, ' ')] : all;
}

function staticText(word: Word): Value {
  return concat(
    word.parts.map((part) =>
      part.kind === 'text' || part.kind === 'glob' ? constant(part.text) : unknownValue('index', none, true),
    ),
  );
}

function lengthOf(part: Parameter, list: readonly Value[] | null, state: State, machine: Machine): Value {
  if (list) {
    const variable = state.vars.get(part.name);
    if (variable?.elements && !variable.exact) {
      return {
        pieces: [
          hole(`count of ${part.name}${state.route}`, {
            nonEmpty: true,
            atLeast: variable.elements.length > 0 ? 1 : 0,
          }),
        ],
        lacks: elementLacks(variable),
      };
    }
    return constant(String(list.length), concat(list).lacks);
  }
  const value = readParameter(part.name, state, machine, part.at) ?? emptyValue;
  const text = textOf(value);
  if (text !== null) return constant(String(text.length), value.lacks);
  const empty = isEmpty(state.constraints, value).answer;
  const count = derived('length', [value], true);
  return {
    pieces: [
      hole(soleHole(count)?.id ?? '', {
        nonEmpty: true,
        atLeast: empty === false ? 1 : 0,
        excludes: empty === false ? ['0'] : [],
      }),
    ],
    lacks: value.lacks,
  };
}

function indirect(part: Parameter, state: State, machine: Machine): PartResult[] {
  const target = readParameter(part.name, state, machine, part.at);
  const name = target && textOf(target);
  if (!name) return [{ state, values: [target ? derived('indirect', [target]) : emptyValue] }];
  return operate(part, readParameter(name, state, machine, part.at), state, machine);
}

function element(part: Parameter, state: State, machine: Machine): PartResult[] {
  const index = part.index;
  if (!index) return [];
  return expandSingle(index, state, machine).flatMap((result) => {
    const variable = result.state.vars.get(part.name);
    const at = Number(textOf(result.value) ?? Number.NaN);
    const elements = variable?.elements;
    let value: Value | null = null;
    if (elements && (!variable.exact || !Number.isInteger(at))) {
      value = unknownValue(
        `${part.name}[${siteName(part.at, result.state, machine)}]`,
        elementLacks(variable),
      );
    } else if (elements) value = elements[at < 0 ? elements.length + at : at] ?? null;
    else if (at === 0) value = readVariable(part.name, result.state, machine);
    else if (part.name === 'PIPESTATUS') value = pipeStatusText(result.state, at);
    return operate(part, value, result.state, machine);
  });
}

function pipeStatusText(state: State, index: number): Value | null {
  const stage = state.pipeStatus[index];
  return stage ? statusText(stage, `stage ${index}${state.route}`) : null;
}

/** The value of a parameter; null when it is unset. */
function readParameter(name: string, state: State, machine: Machine, at: Place): Value | null {
  switch (name) {
    case '?':
      return statusText(state.status, siteName(at, state, machine));
    case '#':
      return constant(String(state.positional.length));
    case '$':
    case '!':
    case '-':
    case '_':
      return unknownValue(`$${name}`, none, true);
    case '0':
      return unknownValue('$0', none, true);
    case '@':
    case '*':
      return joinWith(state.positional, ' ');
    case 'PIPESTATUS':
      return pipeStatusText(state, 0);
    case 'RANDOM':
    case 'LINENO':
    case 'SECONDS':
    case 'EPOCHSECONDS':
      return {
        pieces: [hole(`${name} ${siteName(at, state, machine)}`, { nonEmpty: true, atLeast: 0 })],
        lacks: none,
      };
  }
  if (/^\d+$/.test(name)) {
    const value = state.positional[Number(name) - 1];
    return value ? resolve(state.constraints, value) : null;
  }
  return readVariable(name, state, machine);
}

function operate(part: Parameter, value: Value | null, state: State, machine: Machine): PartResult[] {
  const { operation } = part;
  if (operation?.kind === 'default') return withDefault(part, operation, value, state, machine);
  if (value === null) {
    if (state.options.nounset && part.name !== '@' && part.name !== '*') {
      abort(state, part.at, machine.dash ? 2 : 1, none);
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
      return replace(operation, value, state, machine);
    case 'slice':
      return expandSingle(operation.offset, state, machine).map((result) => ({
        state: result.state,
        values: [slice(value, result.value, operation.length)],
      }));
    case 'case':
      return [{ state, values: [changeCase(value, operation.operator)] }];
    case 'transform':
    case 'unknown':
      return [{ state, values: [textOf(value) === '' ? value : derived(operation.kind, [value])] }];
    case 'names':
      return [{ state, values: [derived('names', [value])] }];
  }
}

/** `${X:-w}` and its kin. With the colon an empty value counts as unset. */
function withDefault(
  part: Parameter,
  operation: Extract<ParameterOperation, { kind: 'default' }>,
  value: Value | null,
  state: State,
  machine: Machine,
): PartResult[] {
  const colon = operation.operator.startsWith(':');
  const absent = value === null ? true : colon ? isEmpty(state.constraints, value).answer : false;
  const operand = () =>
    expandSingle(operation.operand, state, machine).map((result) => ({
      state: result.state,
      values: [result.value],
    }));
  const lacks = value?.lacks ?? none;
  switch (operation.operator) {
    case '-':
    case ':-':
      if (absent === true) {
        // An empty default changes nothing: what is missing is still the secret.
        return operand().map((result) => ({
          state: result.state,
          values: result.values.map((v) => (v.pieces.length === 0 ? lacking(v, lacks) : v)),
        }));
      }
      if (absent === false || !value) return [{ state, values: [value ?? emptyValue] }];
      return expandSingle(operation.operand, state, machine).map((result) => ({
        state: result.state,
        values: [orElse(value, result.value)],
      }));
    case '=':
    case ':=':
      if (absent === false && value) return [{ state, values: [value] }];
      return expandSingle(operation.operand, state, machine).map((result) => {
        const chosen = absent === true || !value ? result.value : orElse(value, result.value);
        assign(result.state, part.name, chosen);
        return { state: result.state, values: [chosen] };
      });
    case '+':
    case ':+':
      if (absent === true) return [{ state, values: part.quoted ? [emptyValue] : [] }];
      if (absent === false || !value) return operand();
      return split(isEmpty(state.constraints, value), state).flatMap((branch) =>
        branch.answer
          ? [{ state: branch.state, values: part.quoted ? [emptyValue] : [] }]
          : expandSingle(operation.operand, branch.state, machine).map((r) => ({
              state: r.state,
              values: [r.value],
            })),
      );
    case '?':
    case ':?':
      if (absent === false && value) return [{ state, values: [value] }];
      if (absent === true || !value) {
        abort(state, part.at, machine.dash ? 2 : 1, lacks);
        return [{ state, values: [] }];
      }
      return split(isEmpty(state.constraints, value), state).map((branch) => {
        if (branch.answer) abort(branch.state, part.at, machine.dash ? 2 : 1, lacks);
        return { state: branch.state, values: [value] };
      });
  }
}

function orElse(value: Value, fallback: Value): Value {
  if (textOf(fallback) === '') return value;
  const full = fallback.pieces.some((piece) => typeof piece === 'string' || piece.nonEmpty);
  return derived(':-', [value, fallback], full);
}

function replace(
  operation: Extract<ParameterOperation, { kind: 'replace' }>,
  value: Value,
  state: State,
  machine: Machine,
): PartResult[] {
  return expandPattern(operation.pattern, state, machine).flatMap(({ state: at, pattern }) =>
    expandSingle(operation.replacement, at, machine).map((result) => {
      const text = textOf(value);
      const find = patternText(pattern);
      const by = textOf(result.value);
      if (text === '') return { state: result.state, values: [value] };
      if (text === null || find === null || find === '' || by === null)
        return { state: result.state, values: [derived(operation.operator, [value, result.value])] };
      return {
        state: result.state,
        values: [constant(replaceText(text, find, by, operation.operator), value.lacks)],
      };
    }),
  );
}

/** The pattern's text where it has no wildcard. */
function patternText(pattern: Pattern): string | null {
  let text = '';
  for (const piece of pattern) {
    const known = 'value' in piece ? textOf(piece.value) : null;
    if (known === null) return null;
    text += known;
  }
  return text;
}

function replaceText(text: string, find: string, by: string, operator: '/' | '//' | '/#' | '/%'): string {
  if (operator === '//') return text.split(find).join(by);
  if (operator === '/#') return text.startsWith(find) ? by + text.slice(find.length) : text;
  if (operator === '/%') return text.endsWith(find) ? text.slice(0, text.length - find.length) + by : text;
  const at = text.indexOf(find);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + find.length);
}

function slice(value: Value, offset: Value, length: Word | null): Value {
  const text = textOf(value);
  const from = Number(textOf(offset) || Number.NaN);
  const lengthText = length ? textOf(staticText(length)) : '';
  const count = lengthText === '' ? null : Number(lengthText);
  if (text === '') return value;
  if (text === null || !Number.isInteger(from) || (count !== null && !Number.isInteger(count)))
    return derived('slice', [value, offset]);
  const start = from < 0 ? text.length + from : from;
  if (start < 0) return constant('', value.lacks);
  const end = count === null ? text.length : count < 0 ? text.length + count : start + count;
  return constant(text.slice(start, Math.max(start, end)), value.lacks);
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

// --- braces -------------------------------------------------------------------------------------------

/** The most words that one brace expansion is followed into. */
const MAX_BRACE_WORDS = 64;

/** The parts of each word that the first brace expansion makes; null where there is none that can be read. */
function braceAlternatives(parts: readonly Part[]): Part[][] | null {
  const index = parts.findIndex((part) => part.kind === 'brace');
  const brace = parts[index];
  if (!brace || brace.kind !== 'brace') return null;
  const texts = braceTexts(brace.text);
  if (!texts) return null;
  return texts.map((text) => [
    ...parts.slice(0, index),
    { kind: 'text', text, quoted: false, at: brace.at },
    ...parts.slice(index + 1),
  ]);
}

function braceTexts(text: string): string[] | null {
  const inner = text.slice(1, -1);
  if (/[{}$`'"\\]/.test(inner)) return null;
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner);
  if (!range) return inner.includes(',') ? inner.split(',').slice(0, MAX_BRACE_WORDS) : null;
  const from = Number(range[1]);
  const to = Number(range[2]);
  const count = Math.abs(to - from) + 1;
  if (count > MAX_BRACE_WORDS) return null;
  return Array.from({ length: count }, (_, i) => String(from <= to ? from + i : from - i));
}

/** Marks that the command being expanded has had no `$(…)` yet. */
export function beginCommand(state: State): void {
  state.substitution = null;
}

/** The status an assignment without a command has: that of its last `$(…)`, else 0. */
export function assignmentStatus(state: State): typeof success {
  return state.substitution ?? success;
}
