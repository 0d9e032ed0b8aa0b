import type { Part, Word } from '../program/program.js';
import { evaluateArithmetic } from './arithmetic.js';
import { braceAlternatives } from './braces.js';
import { isEmpty, resolve } from './constraints.js';
import { split, textValue } from './expressions.js';
import { abort, literalText, type Machine, OutOfBudget, readVariable, siteName } from './machine.js';
import { expandParameter } from './parameters.js';
import type { Pattern, PatternPiece } from './patterns.js';
import { cutterOf, DEFAULT_IFS, joiner } from './splitting.js';
import type { State } from './state.js';
import { processSubstitution, substitute } from './subshell.js';
import { concat, constant, lacking, textOf, union, unknownValue, type Value } from './values.js';

/** A word expanded to fields, as for arguments. `lacks` also counts what vanished: an unquoted empty secret leaves no field. */
export interface Fields {
  readonly state: State;
  readonly fields: readonly Value[];
  /** Those of the fields that are only unquoted unknown text: there may be none of it, or several. */
  readonly loose: ReadonlySet<Value>;
  readonly lacks: readonly string[];
}

/** A word expanded to one string, as on the right of an assignment. */
export interface Single {
  readonly state: State;
  readonly value: Value;
}

/** Values of one part: several for `"$@"` and arrays, none where they are empty. */
export interface PartResult {
  readonly state: State;
  readonly values: readonly Value[];
  /** How many values there are is not known. */
  readonly open?: boolean;
  /** They are fields already: nothing is left to split. */
  readonly cut?: boolean;
}

const none: readonly string[] = [];
const notLoose: ReadonlySet<Value> = new Set();

/** Expands words to fields, left to right. A path on which an expansion fails has `flow` set and must not go on. */
export function expandFields(words: readonly Word[], state: State, machine: Machine): Fields[] {
  let open: Collected[] = [{ state, fields: [], loose: notLoose, lacks: none }];
  for (const word of words) {
    const plain = plainField(word);
    if (plain) {
      for (const path of open) if (!path.state.flow) path.fields.push(plain);
      continue;
    }
    const next: Collected[] = [];
    for (const path of open) {
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      const results = expandWord(word, path.state, machine);
      // Only paths that part need fields of their own: copying them for each word is quadratic in a long command.
      for (const result of results) next.push(withWord(path, result, results.length > 1));
    }
    open = next;
  }
  return open;
}

/** Fields as they are collected, on one path. */
interface Collected extends Fields {
  readonly fields: Value[];
}

const plainFields = new WeakMap<Word, Value | null>();

/** What a word is in every state, where nothing of it is expanded; null for any other. */
function plainField(word: Word): Value | null {
  const known = plainFields.get(word);
  if (known !== undefined) return known;
  const text = literalText(word);
  const field = text === null || word.parts.length === 0 ? null : constant(text);
  plainFields.set(word, field);
  return field;
}

function withWord(path: Collected, word: Fields, copied: boolean): Collected {
  const fields = copied ? [...path.fields] : path.fields;
  for (const field of word.fields) fields.push(field);
  const loose = word.loose.size > 0 ? new Set([...path.loose, ...word.loose]) : path.loose;
  return { state: word.state, fields, loose, lacks: union(path.lacks, word.lacks) };
}

/** Each loose field may double the paths. */
const MAX_LOOSE_PATHS = 256;

/**
 * The fields on paths where each of the loose ones is known to be there (and is then taken to be one field) or
 * to be none. Throws `OutOfBudget` where those are too many paths.
 */
export function settleLoose({ state, fields, loose, lacks }: Fields): Fields[] {
  let open: { state: State; fields: readonly Value[] }[] = [{ state, fields }];
  for (const field of loose) {
    open = open.flatMap((path) =>
      split(isEmpty(path.state.constraints, field), path.state).map((branch) => ({
        state: branch.state,
        fields: branch.answer ? path.fields.filter((other) => other !== field) : path.fields,
      })),
    );
    if (open.length > MAX_LOOSE_PATHS)
      throw new OutOfBudget('a command has many arguments that may be there or not');
  }
  return open.map((path) => ({ ...path, loose: notLoose, lacks }));
}

function expandWord(word: Word, state: State, machine: Machine): Fields[] {
  const alternatives = machine.dash ? null : braceAlternatives(word.parts);
  if (alternatives) {
    const words = alternatives.map((parts) => ({ ...word, parts }));
    return expandFields(words, state, machine);
  }
  let open: Assembly[] = [newAssembly(state)];
  for (const part of word.parts) {
    const next: Assembly[] = [];
    for (const path of open) {
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      const results = expandPart(part, path.state, machine, true);
      for (const result of results)
        next.push(addPart(results.length === 1 ? path : copyOf(path), part, result, machine));
    }
    open = next;
  }
  return open.map((path) => {
    finishField(path);
    return { state: path.state, fields: path.fields, loose: path.loose, lacks: path.lacks };
  });
}

/** The fields of a word as they are put together. */
interface Assembly {
  state: State;
  fields: Value[];
  loose: ReadonlySet<Value>;
  /** The field that is being put together; it is one only once it has `started`. */
  current: Value[];
  started: boolean;
  /** True while the field consists of unquoted unknown text alone. */
  isLoose: boolean;
  lacks: readonly string[];
}

function newAssembly(state: State): Assembly {
  return { state, fields: [], loose: notLoose, current: [], started: false, isLoose: true, lacks: none };
}

function copyOf(path: Assembly): Assembly {
  return { ...path, fields: [...path.fields], current: [...path.current] };
}

function addPart(path: Assembly, part: Part, result: PartResult, machine: Machine): Assembly {
  path.state = result.state;
  const quoted = !('quoted' in part) || part.quoted;
  result.values.forEach((value, index) => {
    path.lacks = union(path.lacks, value.lacks);
    if (index > 0) finishField(path);
    if (quoted || part.kind === 'text' || result.cut) {
      path.current.push(value);
      path.started = true;
      if (!result.open) path.isLoose = false;
    } else addUnquoted(path, value, machine);
  });
  return path;
}

function finishField(path: Assembly): void {
  if (path.started) {
    const field = concat(path.current);
    // A value of its own: equal unknowns in two places are two fields.
    const own = path.isLoose && path.loose.has(field) ? { ...field } : field;
    if (path.isLoose) path.loose = new Set(path.loose).add(own);
    path.fields.push(own);
  }
  path.current = [];
  path.started = false;
  path.isLoose = true;
}

/** Field splitting of an unquoted expansion at the characters of `IFS`. */
function addUnquoted(path: Assembly, value: Value, machine: Machine): void {
  const ifs = readVariable('IFS', path.state, machine);
  const cutter = cutterOf((ifs ? textOf(ifs) : null) ?? DEFAULT_IFS);
  // After white space that ended a field another separator is part of the same gap.
  let inGap = false;
  for (const piece of value.pieces) {
    if (typeof piece !== 'string') {
      path.current.push({ pieces: [piece], lacks: value.lacks });
      path.started = true;
      inGap = false;
      continue;
    }
    let from = 0;
    for (let i = 0; i <= piece.length; i++) {
      const character = piece.charAt(i);
      if (i < piece.length && !cutter.separates(character)) continue;
      if (i > from) {
        path.current.push(constant(piece.slice(from, i), value.lacks));
        path.started = true;
        path.isLoose = false;
        inGap = false;
      }
      from = i + 1;
      if (i === piece.length) break;
      if (cutter.isBlank(character)) {
        if (path.started) {
          finishField(path);
          inGap = true;
        }
      } else if (inGap) inGap = false;
      else {
        path.started = true;
        path.isLoose = path.isLoose && path.current.length > 0;
        finishField(path);
      }
    }
  }
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
        values.push(joinValues(result.values, separatorOf(part, path.state, machine)));
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

/** `$*` is joined with the first character of `IFS`, `$@` with a blank. */
function separatorOf(part: Part, state: State, machine: Machine): string {
  return part.kind === 'parameter' && part.name === '*' ? joiner(readVariable('IFS', state, machine)) : ' ';
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
      if (path.state.flow) {
        next.push(path);
        continue;
      }
      if (part.kind === 'glob') {
        next.push(...globPattern(part, path, machine));
        continue;
      }
      const results = expandPart(part, path.state, machine);
      for (const result of results) {
        const pieces = results.length === 1 ? path.pieces : [...path.pieces];
        const value = joinValues(result.values, ' ');
        const text = textOf(value);
        // The text of an unquoted expansion is a pattern too.
        if (
          'quoted' in part &&
          !part.quoted &&
          part.kind !== 'text' &&
          text !== null &&
          /[*?[\\(|]/.test(text)
        ) {
          pieces.push({ glob: text, lacks: value.lacks });
        } else pieces.push({ value });
        next.push({ state: result.state, pieces });
      }
    }
    open = next;
  }
  return open.map((path) => ({ state: path.state, pattern: path.pieces }));
}

/** A glob with expansions in it (`[$x]`) is some pattern, shaped by what they lack. */
function globPattern(
  part: Extract<Part, { kind: 'glob' }>,
  path: { state: State; pieces: PatternPiece[] },
  machine: Machine,
): { state: State; pieces: PatternPiece[] }[] {
  if (part.inner.length === 0)
    return [{ state: path.state, pieces: [...path.pieces, { glob: part.text, lacks: none }] }];
  return expandInner(part.inner, path.state, machine).map(({ state, lacks }) => ({
    state,
    pieces: [...path.pieces, { glob: part.text, lacks, open: true }],
  }));
}

/** Runs the expansions that stand in a glob or a brace expansion, for their effects and for what they lack. */
function expandInner(
  parts: readonly Part[],
  state: State,
  machine: Machine,
): { state: State; lacks: readonly string[] }[] {
  let open: { state: State; lacks: readonly string[] }[] = [{ state, lacks: none }];
  for (const part of parts) {
    open = open.flatMap((path) =>
      path.state.flow
        ? [path]
        : expandPart(part, path.state, machine).map((result) => ({
            state: result.state,
            lacks: result.values.reduce((all, value) => union(all, value.lacks), path.lacks),
          })),
    );
  }
  return open;
}

/** The values one after the other, with a separator between them. */
export function joinValues(values: readonly Value[], separator: string): Value {
  const [only] = values;
  if (only && values.length === 1) return only;
  return concat(values.flatMap((value, i) => (i === 0 ? [value] : [constant(separator), value])));
}

/** `splits`: where words are split into fields. */
function expandPart(part: Part, state: State, machine: Machine, splits = false): PartResult[] {
  switch (part.kind) {
    case 'text':
      return [{ state, values: [constant(part.text)] }];
    case 'parameter':
      return expandParameter(part, state, machine, splits);
    case 'command':
      return substitute(part, state, machine);
    case 'process':
      return processSubstitution(part, state, machine);
    case 'arithmetic':
      return evaluateArithmetic(part.expression, state, machine).map((result) => {
        if (result.failed && !result.state.flow)
          abort(result.state, part.at, machine, result.value.lacks, 'arithmetic');
        return { state: result.state, values: [result.value] };
      });
    case 'paste':
      if (!part.expr)
        return [{ state, values: [unknownValue(`paste ${siteName(part.at, state, machine)}`)] }];
      return machine
        .paste(part.expr, state)
        .map((result) => ({ state: result.state, values: [textValue(result.datum)] }));
    case 'glob':
    case 'brace': {
      const plain = part.kind === 'brace' && part.inner.length === 0;
      if (plain && (machine.dash || !/,|\.\./.test(part.text)))
        return [{ state, values: [constant(part.text)] }];
      return expandInner(part.inner, state, machine).map((result) => ({
        state: result.state,
        values: [lacking(unknownValue(`files ${part.text}${result.state.route}`, none, true), result.lacks)],
      }));
    }
    case 'home':
      return [{ state, values: [unknownValue(`home ${part.text}`, none, true)] }];
  }
}
