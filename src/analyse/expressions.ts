import type { ConditionText, Template } from '../model/model.js';
import type { Expr, TemplatePart } from '../parse/expression.js';
import {
  again,
  ask,
  assume,
  equalsValue,
  isEmpty,
  known,
  negate,
  type Question,
  resolve,
} from './constraints.js';
import { certainlyFull, fewerByChance } from './joining.js';
import { fork, type State } from './state.js';
import {
  concat,
  constant,
  derived,
  emptyValue,
  hole,
  lacking,
  nameOf,
  sameValue,
  textOf,
  union,
  unknownValue,
  type Value,
} from './values.js';
import { knownValue, type World } from './world.js';

/** What an expression evaluates to. `lacks`: the missing secrets that the outcome hangs on. */
export type Datum =
  | { readonly kind: 'null'; readonly lacks: readonly string[] }
  | { readonly kind: 'boolean'; readonly question: Question; readonly lacks: readonly string[] }
  | { readonly kind: 'number'; readonly value: number; readonly lacks: readonly string[] }
  | { readonly kind: 'string'; readonly value: Value }
  /** Of no known type; `id` names it. */
  | { readonly kind: 'unknown'; readonly id: string; readonly lacks: readonly string[] }
  | { readonly kind: 'object'; readonly id: string; readonly lacks: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly Datum[]; readonly lacks: readonly string[] }
  | { readonly kind: 'error'; readonly message: string; readonly lacks: readonly string[] };

export interface Evaluated {
  readonly state: State;
  readonly datum: Datum;
}

/** Where an expression is evaluated: what it may name, and what those names hold on this path. */
export interface Scope {
  readonly world: World;
  /** The value of `context.keys…` (all lower case; `*` for a star) other than `github` and `secrets`; null: not available here. */
  lookup(context: string, keys: readonly string[], state: State): Datum | null;
  /** `success()`, `failure()`, `cancelled()` and `always()` on this path. */
  status(name: 'success' | 'failure' | 'cancelled' | 'always', state: State): Question;
  /** The value of `secrets.<name>`. */
  secret(name: string): Value;
  /** `github.action_path`; null outside of actions. */
  readonly actionPath: Value | null;
  /** The secrets that `secrets[key]` may name. */
  secretsBy(key: Expr): readonly string[];
  /** Contexts that this key may name. */
  readonly available: ReadonlySet<string>;
}

const none: readonly string[] = [];
export const nullDatum: Datum = { kind: 'null', lacks: none };

export function stringDatum(value: Value): Datum {
  return { kind: 'string', value };
}

export function booleanDatum(answer: boolean | Question, lacks: readonly string[] = none): Datum {
  return { kind: 'boolean', question: typeof answer === 'boolean' ? known(answer) : answer, lacks };
}

export function unknownDatum(id: string, lacks: readonly string[] = none): Datum {
  return { kind: 'unknown', id, lacks };
}

export function lacksOf(datum: Datum): readonly string[] {
  return datum.kind === 'string' ? datum.value.lacks : datum.lacks;
}

/** What the expression evaluates to on this path; several outcomes where unknowns decide which operand is taken. */
export function evaluate(expr: Expr, state: State, scope: Scope): Evaluated[] {
  switch (expr.kind) {
    case 'literal':
      return [{ state, datum: literalDatum(expr.value) }];
    case 'context':
      return [{ state, datum: access(expr.name, [], state, scope) }];
    case 'index':
      return evaluateIndex(expr, state, scope);
    case 'call':
      return evaluateCall(expr, state, scope);
    case 'not':
      return evaluate(expr.operand, state, scope).map((result) => {
        if (result.datum.kind === 'error') return result;
        const question = negate(truth(result.datum, result.state, scope));
        return { state: result.state, datum: booleanDatum(question, lacksOf(result.datum)) };
      });
    case 'compare':
      return evaluateAll([expr.left, expr.right], state, scope, ([left, right], at) =>
        left && right ? compare(expr.operator, left, right, at, scope) : nullDatum,
      );
    case 'and':
    case 'or':
      return evaluateLogical(expr, state, scope);
  }
}

function literalDatum(value: null | boolean | number | string): Datum {
  if (value === null) return nullDatum;
  if (typeof value === 'boolean') return booleanDatum(value);
  if (typeof value === 'number') return { kind: 'number', value, lacks: none };
  return stringDatum(constant(value));
}

/**
 * `vars.X || 'default'`: where X may be empty the result is one unknown text, which needs no two paths, and with '' as the
 * default it is X. null: the expression is of another shape, or it is known which operand is taken.
 */
function evaluateDefault(expr: Logical, state: State, scope: Scope): Evaluated | null {
  const [first, second] = expr.operands;
  if (expr.kind !== 'or' || expr.operands.length !== 2 || first?.kind !== 'index') return null;
  if (second?.kind !== 'literal' || typeof second.value !== 'string') return null;
  const [given, other] = evaluate(first, fork(state), scope);
  if (!given || other || (given.datum.kind !== 'unknown' && given.datum.kind !== 'string')) return null;
  if (truth(given.datum, given.state, scope).answer !== 'unknown') return null;
  if (second.value === '') {
    // What is no text, like `false`, would become another one.
    return given.datum.kind === 'string' ? { state, datum: given.datum } : null;
  }
  const value = derived('||', [textValue(given.datum), constant(second.value)], true);
  return { state, datum: stringDatum(value) };
}

type Logical = Extract<Expr, { kind: 'and' | 'or' }>;

/** `a && b` gives an operand, not a boolean (semantics 4.6). */
function evaluateLogical(expr: Logical, state: State, scope: Scope): Evaluated[] {
  const byDefault = evaluateDefault(expr, state, scope);
  if (byDefault) return [byDefault];
  let open: Evaluated[] = [{ state, datum: booleanDatum(expr.kind === 'and') }];
  const closed: Evaluated[] = [];
  let lacks: readonly string[] = none;
  expr.operands.forEach((operand, index) => {
    const next: Evaluated[] = [];
    for (const { state: at } of open) {
      for (const result of evaluate(operand, at, scope)) {
        const last = index === expr.operands.length - 1;
        if (result.datum.kind === 'error') closed.push(result);
        else if (last) closed.push({ state: result.state, datum: dependsOn(result.datum, lacks) });
        else
          for (const branch of split(truth(result.datum, result.state, scope), result.state)) {
            if (branch.answer === (expr.kind === 'and'))
              next.push({ state: branch.state, datum: result.datum });
            else closed.push({ state: branch.state, datum: dependsOn(result.datum, lacks) });
          }
        // What was passed over still decided: `secrets.X && 'a' || 'b'` hangs on X whichever is taken.
        lacks = union(lacks, lacksOf(result.datum));
      }
    }
    open = next;
  });
  return closed;
}

/** The datum, hanging on these secrets too. Text keeps its own: only what it is made of counts there. */
function dependsOn(datum: Datum, lacks: readonly string[]): Datum {
  if (lacks.length === 0 || datum.kind === 'string') return datum;
  return { ...datum, lacks: union(datum.lacks, lacks) };
}

/** One path for each possible answer. */
export function split(question: Question, state: State): { state: State; answer: boolean }[] {
  const current = again(state.constraints, question);
  if (current.answer !== 'unknown') return [{ state, answer: current.answer }];
  const other = fork(state);
  state.constraints = assume(state.constraints, current, true);
  other.constraints = assume(other.constraints, current, false);
  return [
    { state, answer: true },
    { state: other, answer: false },
  ];
}

function evaluateAll(
  exprs: readonly Expr[],
  state: State,
  scope: Scope,
  combine: (data: readonly Datum[], at: State) => Datum,
): Evaluated[] {
  let partial: { state: State; data: Datum[] }[] = [{ state, data: [] }];
  for (const expr of exprs) {
    const next: { state: State; data: Datum[] }[] = [];
    for (const { state: at, data } of partial) {
      for (const result of evaluate(expr, at, scope))
        next.push({ state: result.state, data: [...data, result.datum] });
    }
    partial = next;
  }
  return partial.map(({ state: at, data }) => ({
    state: at,
    datum: data.find((datum) => datum.kind === 'error') ?? combine(data, at),
  }));
}

// --- contexts -----------------------------------------------------------------------------------------

function evaluateIndex(expr: Extract<Expr, { kind: 'index' }>, state: State, scope: Scope): Evaluated[] {
  const path: (Expr | { readonly kind: 'star' })[] = [];
  let root: Expr = expr;
  while (root.kind === 'index') {
    path.unshift(root.key);
    root = root.object;
  }
  const keys = path.filter((key): key is Expr => key.kind !== 'star');
  // What is in the value of a call is not known, but where the call cannot be evaluated the whole cannot.
  const before = root.kind === 'context' ? [] : [root];
  return evaluateAll([...before, ...keys], state, scope, (data, at) => {
    const names: string[] = [];
    let next = before.length;
    for (const key of path) {
      if (key.kind === 'star') names.push('*');
      else {
        const datum = data[next++];
        const text = datum ? keyText(datum, at) : null;
        if (text === null && root.kind === 'context' && root.name === 'secrets') return secretsBy(key, scope);
        if (text === null) return unknownDatum(`${describe(root)}[${datum ? idOf(datum) : '?'}]`);
        names.push(text.toLowerCase());
      }
    }
    if (root.kind !== 'context') return unknownDatum(`${describe(root)}.${names.join('.')}`);
    return access(root.name, names, at, scope);
  });
}

/** `secrets[key]` with a key that only the matrix knows: '' where any leg's secret is missing. */
function secretsBy(key: Expr, scope: Scope): Datum {
  const names = scope.secretsBy(key);
  const lacks = names.reduce<readonly string[]>((all, name) => union(all, scope.secret(name).lacks), none);
  if (lacks.length > 0) return { kind: 'null', lacks };
  return stringDatum({
    pieces: [hole(`secrets.[${describe(key)}]`, { nonEmpty: names.length > 0 })],
    lacks: none,
  });
}

function describe(expr: Expr): string {
  return expr.at.text.text.slice(expr.at.start, expr.at.end);
}

function keyText(datum: Datum, state: State): string | null {
  if (datum.kind === 'number') return String(datum.value);
  return datum.kind === 'string' ? textOf(resolve(state.constraints, datum.value)) : null;
}

function access(context: string, keys: readonly string[], state: State, scope: Scope): Datum {
  const { world } = scope;
  if (!scope.available.has(context)) {
    return { kind: 'error', message: `the ${context} context is not available here`, lacks: none };
  }
  if (context === 'github' || world.dialect.githubAliases.includes(context)) {
    const inAction = scope.actionPath && keys.length === 1 && keys[0] === 'action_path';
    return inAction ? stringDatum(scope.actionPath) : githubDatum(keys, world);
  }
  if (context === 'secrets') {
    const name = keys[0];
    if (name === undefined || name === '*') {
      // The whole context: some object; what hangs on it hangs on every missing secret.
      return { kind: 'object', id: 'secrets', lacks: [...world.missing] };
    }
    const value = scope.secret(name);
    // An absent secret is null, which only becomes '' in text (semantics 2.1, 4.10a).
    return value.pieces.length === 0 ? { kind: 'null', lacks: value.lacks } : stringDatum(value);
  }
  const datum = scope.lookup(context, keys, state);
  if (datum) return datum;
  const id = [context, ...keys].join('.');
  // A variable is a text, or null, which counts as the empty one wherever it is compared.
  return context === 'vars' && keys.length === 1 ? stringDatum(unknownValue(id)) : unknownDatum(id);
}

function githubDatum(keys: readonly string[], world: World): Datum {
  if (keys.length === 0) return { kind: 'object', id: 'github', lacks: none };
  const path = keys.join('.');
  // The forge's own token, under its other name: never missing (semantics 2.7).
  if (path === 'token')
    return stringDatum({ pieces: [hole('github.token', { nonEmpty: true })], lacks: none });
  const fact = world.context.known(path);
  if (!fact)
    return path.startsWith('event.')
      ? unknownDatum(`github.${path}`)
      : stringDatum(unknownValue(`github.${path}`));
  if (fact.kind === 'object') return { kind: 'object', id: `github.${path}`, lacks: none };
  if (fact.kind === 'constant' && typeof fact.value !== 'string') return literalDatum(fact.value);
  return stringDatum(knownValue(fact));
}

// --- truth, text, comparison --------------------------------------------------------------------------

/** Is the datum truthy (semantics 4.3)? */
export function truth(datum: Datum, state: State, scope: Scope): Question {
  switch (datum.kind) {
    case 'null':
    case 'error':
      return known(false);
    case 'boolean':
      return again(state.constraints, datum.question);
    case 'number':
      return known(datum.value !== 0 && !Number.isNaN(datum.value));
    case 'string':
      return negate(isEmpty(state.constraints, datum.value));
    case 'unknown':
      return ask(state.constraints, `truthy ${datum.id}`);
    case 'object':
      // A structured context is not truthy in the act family (semantics 4.3).
      return known(scope.world.dialect.nullComparison === 'by-value' || datum.id !== 'github');
    case 'list':
      return known(true);
  }
}

/** The datum as text put into a string (semantics 2.1, 4.8). */
export function textValue(datum: Datum): Value {
  switch (datum.kind) {
    case 'null':
    case 'error':
      return lackingNothing(datum.lacks);
    case 'boolean':
      if (datum.question.answer !== 'unknown') return constant(String(datum.question.answer));
      return {
        pieces: [
          hole(`?${datum.question.negated ? '!' : ''}${datum.question.fact}`, {
            nonEmpty: true,
            asks: datum.question,
          }),
        ],
        lacks: none,
      };
    case 'number':
      return constant(String(datum.value));
    case 'string':
      return datum.value;
    case 'unknown':
      return unknownValue(datum.id, datum.lacks);
    case 'object':
    case 'list':
      return unknownValue(`text of ${idOf(datum)}`, datum.lacks, true);
  }
}

function lackingNothing(lacks: readonly string[]): Value {
  return lacks.length === 0 ? emptyValue : { pieces: [], lacks };
}

function idOf(datum: Datum): string {
  switch (datum.kind) {
    case 'unknown':
    case 'object':
      return datum.id;
    case 'list':
      return `[${datum.items.map(idOf).join()}]`;
    case 'string':
      return nameOf(datum.value);
    case 'boolean':
      return datum.question.answer === 'unknown'
        ? `${datum.question.negated ? '!' : ''}${datum.question.fact}`
        : String(datum.question.answer);
    case 'number':
      return String(datum.value);
    case 'null':
    case 'error':
      return datum.kind;
  }
}

type CompareOperator = Extract<Expr, { kind: 'compare' }>['operator'];

function compare(operator: CompareOperator, left: Datum, right: Datum, state: State, scope: Scope): Datum {
  const lacks = union(lacksOf(left), lacksOf(right));
  const { dialect } = scope.world;
  if (left.kind === 'null' && right.kind === 'null' && dialect.nullComparison === 'always-true')
    return booleanDatum(true, lacks);
  if (
    (left.kind === 'object' || left.kind === 'list') &&
    left.kind === right.kind &&
    dialect.objectComparison === 'error'
  ) {
    return { kind: 'error', message: 'two objects cannot be compared here', lacks };
  }
  if (operator === '==' || operator === '!=') {
    const question = equalData(left, right, state);
    return booleanDatum(operator === '==' ? question : negate(question), lacks);
  }
  const [a, b] =
    left.kind === 'string' && right.kind === 'string'
      ? [orderedText(left.value, state), orderedText(right.value, state)]
      : [numberOf(left, state), numberOf(right, state)];
  if (a === null || b === null) {
    return booleanDatum(ask(state.constraints, `${idOf(left)}${operator}${idOf(right)}`), lacks);
  }
  const answers = { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b };
  return booleanDatum(answers[operator], lacks);
}

/** Two texts are ordered as texts, whatever their case; where what stands between the cases in ASCII goes is the forge's. */
function orderedText(value: Value, state: State): string | null {
  const text = textOf(resolve(state.constraints, value));
  return text === null || /[[\\\]^_`]/.test(text) ? null : text.toUpperCase();
}

function equalData(left: Datum, right: Datum, state: State): Question {
  if (left.kind === 'string' && right.kind === 'string')
    return equalsValue(state.constraints, left.value, right.value, true);
  if (left.kind === 'unknown') return equalUnknown(left, right, state);
  if (right.kind === 'unknown') return equalUnknown(right, left, state);
  if (left.kind === 'boolean' && right.kind === 'boolean') {
    const a = again(state.constraints, left.question);
    const b = again(state.constraints, right.question);
    if (b.answer !== 'unknown') return b.answer ? a : negate(a);
    if (a.answer !== 'unknown') return a.answer ? b : negate(b);
    return ask(state.constraints, `${idOf(left)}==${idOf(right)}`);
  }
  // A structure compares by reference, and as a number it is NaN (semantics 4.4).
  if (left.kind === 'object' || right.kind === 'object' || left.kind === 'list' || right.kind === 'list') {
    if (left.kind !== right.kind || idOf(left) !== idOf(right)) return known(false);
    // Two lists that look alike may be two lists.
    return left.kind === 'object' ? known(true) : ask(state.constraints, `${idOf(left)}==${idOf(right)}`);
  }
  if (left.kind === 'boolean' && left.question.answer === 'unknown')
    return booleanAgainstNumber(left.question, numberOf(right, state), state);
  if (right.kind === 'boolean' && right.question.answer === 'unknown')
    return booleanAgainstNumber(right.question, numberOf(left, state), state);
  const a = numberOf(left, state);
  const b = numberOf(right, state);
  if (a !== null && b !== null) return known(a === b);
  // An unknown string against null, false or 0: equal when it is empty (or a zero, which nobody writes).
  const [text, number] =
    left.kind === 'string' ? [left.value, b] : right.kind === 'string' ? [right.value, a] : [null, null];
  if (text && number === 0) return isEmpty(state.constraints, text);
  return ask(state.constraints, `${idOf(left)}==${idOf(right)}`);
}

function booleanAgainstNumber(question: Question, number: number | null, state: State): Question {
  const current = again(state.constraints, question);
  if (number === 1) return current;
  if (number === 0) return negate(current);
  return number === null ? ask(state.constraints, `${question.fact}==number`) : known(false);
}

function equalUnknown(unknown: Extract<Datum, { kind: 'unknown' }>, other: Datum, state: State): Question {
  if (other.kind === 'unknown') {
    return unknown.id === other.id
      ? known(true)
      : ask(state.constraints, [unknown.id, other.id].sort().join('=='));
  }
  if (other.kind === 'string')
    return equalsValue(state.constraints, unknownValue(unknown.id), other.value, true);
  if (other.kind === 'boolean') {
    const current = again(state.constraints, other.question);
    const isTruthy = ask(state.constraints, `truthy ${unknown.id}`);
    if (current.answer === true) return isTruthy;
    if (current.answer === false) return negate(isTruthy);
  }
  if (other.kind === 'null') return isEmpty(state.constraints, unknownValue(unknown.id));
  return ask(state.constraints, `${unknown.id}==${idOf(other)}`);
}

/** Number by the coercion of semantics 4.4; null where it is not known. */
function numberOf(datum: Datum, state: State): number | null {
  switch (datum.kind) {
    case 'null':
      return 0;
    case 'number':
      return datum.value;
    case 'boolean': {
      const { answer } = again(state.constraints, datum.question);
      return answer === 'unknown' ? null : Number(answer);
    }
    case 'string': {
      const text = textOf(resolve(state.constraints, datum.value));
      return text === null ? null : parseNumber(text);
    }
    case 'object':
    case 'list':
      return Number.NaN;
    case 'unknown':
    case 'error':
      return null;
  }
}

/** The number that a text is read as in a comparison with another kind (semantics 4.4); NaN for most. */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '') return 0;
  if (/^[+-]?Infinity$/.test(trimmed)) return Number(trimmed);
  return /^(0x[\da-f]+|0o[0-7]+|[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?)$/i.test(trimmed)
    ? Number(trimmed)
    : Number.NaN;
}

// --- functions ----------------------------------------------------------------------------------------

function evaluateCall(expr: Extract<Expr, { kind: 'call' }>, state: State, scope: Scope): Evaluated[] {
  switch (expr.name) {
    case 'success':
    case 'failure':
    case 'cancelled':
    case 'always':
      return [{ state, datum: booleanDatum(scope.status(expr.name, state)) }];
    case 'hashfiles':
      // Unknown whether a file matches; the same patterns give the same answer all through the run.
      return [{ state, datum: stringDatum(unknownValue(describe(expr))) }];
    default:
      return evaluateAll(expr.args, state, scope, (args, at) => callFunction(expr, args, at));
  }
}

function callFunction(expr: Extract<Expr, { kind: 'call' }>, args: readonly Datum[], state: State): Datum {
  const lacks = args.reduce<readonly string[]>((all, arg) => union(all, lacksOf(arg)), none);
  const [first, second] = args;
  switch (expr.name) {
    case 'contains':
      return first && second ? booleanDatum(contains(first, second, state), lacks) : arity(expr, lacks);
    case 'startswith':
    case 'endswith':
      return first && second
        ? booleanDatum(affix(expr.name, first, second, state), lacks)
        : arity(expr, lacks);
    case 'format':
      return first ? format(first, args.slice(1), state, lacks) : arity(expr, lacks);
    case 'join':
      return first ? join(first, second) : arity(expr, lacks);
    case 'tojson':
      if (first?.kind === 'null') return stringDatum(constant('null', lacks));
      return stringDatum(unknownValue(`json of ${args.map(idOf).join()}`, lacks, true));
    case 'fromjson':
      return first ? fromJson(first, state, lacks) : arity(expr, lacks);
    default:
      return unknownDatum(`${expr.name}(${args.map(idOf).join()})`, lacks);
  }
}

function arity(expr: Extract<Expr, { kind: 'call' }>, lacks: readonly string[]): Datum {
  return { kind: 'error', message: `${expr.name}() has too few arguments`, lacks };
}

function contains(haystack: Datum, needle: Datum, state: State): Question {
  if (haystack.kind === 'list') {
    const answers = haystack.items.map((item) => equalData(item, needle, state));
    if (answers.some((question) => question.answer === true)) return known(true);
    if (answers.every((question) => question.answer === false)) return known(false);
    return ask(state.constraints, `contains(${idOf(haystack)},${idOf(needle)})`);
  }
  if (haystack.kind === 'object' || haystack.kind === 'unknown') {
    return ask(state.constraints, `contains(${idOf(haystack)},${idOf(needle)})`);
  }
  const inner = textOf(resolve(state.constraints, textValue(needle)));
  // Everything contains the empty string (semantics 4.7).
  if (inner === '') return known(true);
  const outer = resolve(state.constraints, textValue(haystack));
  const whole = textOf(outer);
  if (inner !== null && whole !== null) return known(whole.toLowerCase().includes(inner.toLowerCase()));
  if (
    inner !== null &&
    outer.pieces.some(
      (piece) => typeof piece === 'string' && piece.toLowerCase().includes(inner.toLowerCase()),
    )
  ) {
    return known(true);
  }
  return ask(state.constraints, `contains(${nameOf(outer)},${idOf(needle)})`);
}

function affix(name: 'startswith' | 'endswith', subject: Datum, part: Datum, state: State): Question {
  const inner = textOf(resolve(state.constraints, textValue(part)))?.toLowerCase() ?? null;
  if (inner === '') return known(true);
  const value = resolve(state.constraints, textValue(subject));
  const whole = textOf(value)?.toLowerCase() ?? null;
  if (inner !== null && whole !== null)
    return known(name === 'startswith' ? whole.startsWith(inner) : whole.endsWith(inner));
  const edge = name === 'startswith' ? value.pieces[0] : value.pieces.at(-1);
  const literal = (
    typeof edge === 'string' ? edge : name === 'startswith' ? (edge?.prefix ?? '') : ''
  ).toLowerCase();
  if (inner !== null && literal !== '') {
    const length = Math.min(literal.length, inner.length);
    const [a, b] =
      name === 'startswith'
        ? [literal.slice(0, length), inner.slice(0, length)]
        : [literal.slice(-length), inner.slice(-length)];
    if (a !== b) return known(false);
    if (literal.length >= inner.length) return known(true);
  }
  return ask(state.constraints, `${name}(${nameOf(value)},${idOf(part)})`);
}

function format(template: Datum, args: readonly Datum[], state: State, lacks: readonly string[]): Datum {
  const text = textOf(resolve(state.constraints, textValue(template)));
  if (text === null) return stringDatum(derived('format', [textValue(template), ...args.map(textValue)]));
  const values: Value[] = [];
  let literal = '';
  for (let i = 0; i < text.length; i++) {
    const pair = text.slice(i, i + 2);
    if (pair === '{{' || pair === '}}') {
      literal += pair[0];
      i++;
      continue;
    }
    const end = text[i] === '{' ? text.indexOf('}', i) : -1;
    const index = end < 0 ? Number.NaN : Number(text.slice(i + 1, end));
    if (!Number.isInteger(index)) {
      literal += text[i];
      continue;
    }
    const arg = args[index];
    if (!arg) return { kind: 'error', message: `format() has no argument ${index}`, lacks };
    values.push(constant(literal), textValue(arg));
    literal = '';
    i = end;
  }
  return stringDatum(concat([...values, constant(literal)]));
}

function join(list: Datum, separator: Datum | undefined): Datum {
  if (list.kind === 'null') return stringDatum(emptyValue);
  const comma = separator ? textValue(separator) : constant(',');
  // It may be a list.
  if (list.kind === 'unknown') return stringDatum(derived('join', [textValue(list), comma]));
  if (list.kind !== 'list') return stringDatum(textValue(list));
  return stringDatum(
    concat(list.items.flatMap((item, i) => (i === 0 ? [textValue(item)] : [comma, textValue(item)]))),
  );
}

function fromJson(source: Datum, state: State, lacks: readonly string[]): Datum {
  const value = resolve(state.constraints, textValue(source));
  const text = textOf(value);
  if (text === null) return unknownDatum(`fromjson(${nameOf(value)})`, lacks);
  try {
    return jsonDatum(JSON.parse(text), lacks);
  } catch {
    // Also for '' (semantics 4.8).
    return { kind: 'error', message: 'fromJSON() of text that is no JSON', lacks };
  }
}

function jsonDatum(json: unknown, lacks: readonly string[]): Datum {
  if (json === null) return { kind: 'null', lacks };
  if (typeof json === 'boolean') return booleanDatum(json, lacks);
  if (typeof json === 'number') return { kind: 'number', value: json, lacks };
  if (typeof json === 'string') return stringDatum(constant(json, lacks));
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item) => jsonDatum(item, lacks)), lacks };
  return { kind: 'object', id: JSON.stringify(json), lacks };
}

// --- templates and conditions -------------------------------------------------------------------------

export interface Interpolated {
  readonly state: State;
  /** null where an expression in it cannot be evaluated: the forge decides what that does (semantics 4.16). */
  readonly value: Value | null;
}

/** The text with its expressions evaluated. */
export function interpolate(template: Template, state: State, scope: Scope): Interpolated[] {
  return interpolateParts(template.parts, state, scope);
}

export function interpolateParts(parts: readonly TemplatePart[], state: State, scope: Scope): Interpolated[] {
  let partial: PartialText[] = [{ state, values: [] }];
  for (const part of parts) {
    const next: PartialText[] = [];
    for (const { state: at, values } of partial) {
      if (values === null) next.push({ state: at, values });
      else if (part.kind === 'text') next.push({ state: at, values: [...values, constant(part.text)] });
      else if (!part.expr) next.push({ state: at, values: null });
      else
        for (const result of evaluate(part.expr, at, scope)) {
          const failed = result.datum.kind === 'error';
          next.push({ state: result.state, values: failed ? null : [...values, textValue(result.datum)] });
        }
    }
    partial = fewerTexts(next, part);
  }
  return partial.map(({ state: at, values }) => ({ state: at, value: values && concat(values) }));
}

interface PartialText {
  readonly state: State;
  readonly values: Value[] | null;
}

/** Where expressions can come out in too many ways, their text is one unknown text for all that lack the same secrets. */
function fewerTexts(texts: PartialText[], last: TemplatePart): PartialText[] {
  const id = `text up to ${last.at.text.source.path}:${last.at.text.offsetOf(last.at.end)}`;
  return fewerByChance(
    texts,
    ({ values }) => (values ? concat(values).lacks.join() : 'error'),
    (one, others) => {
      const lacks = concat(one.values ?? []).lacks;
      const isFull = [one, ...others].every(({ values }) => values?.some(certainlyFull));
      return { ...one, values: one.values && [unknownValue(id, lacks, isFull)] };
    },
  );
}

/**
 * The text that is handed to a called file. Where chance alone decides between several, it is one unknown text by the
 * name of `id`: who reads it asks again, and most of what is handed over is never asked for.
 */
export function interpolateInput(template: Template, state: State, scope: Scope, id: string): Interpolated[] {
  const results = inputTexts(template, fork(state), scope);
  const [first, ...others] = results;
  if (!first?.value || others.length === 0) return results;
  const { value } = first;
  if (others.every((other) => other.value && sameValue(other.value, value))) return [{ state, value }];
  if (results.some((result) => !result.value || hangsOnSecret(result.value))) return results;
  return [{ state, value: unknownValue(id) }];
}

/** A truth keeps the secrets that it hangs on, which its text would not tell. */
function inputTexts(template: Template, start: State, scope: Scope): Interpolated[] {
  const [only] = template.parts;
  if (template.parts.length !== 1 || only?.kind !== 'expression' || !only.expr)
    return interpolate(template, start, scope);
  return evaluate(only.expr, start, scope).map(({ state, datum }) => ({
    state,
    value: datum.kind === 'error' ? null : lacking(textValue(datum), lacksOf(datum)),
  }));
}

/** Is it, or would it be, made of a secret? */
export function hangsOnSecret(value: Value): boolean {
  return (
    value.lacks.length > 0 ||
    value.pieces.some((piece) => typeof piece !== 'string' && piece.id.startsWith('secrets.'))
  );
}

export interface Judged {
  readonly state: State;
  /** `error`: the condition cannot be evaluated, which fails the step or job (semantics 4.13). */
  readonly truth: Question | 'error';
  readonly lacks: readonly string[];
}

/**
 * The truth of an `if:` without the implicit `success()`. Text around `${{ }}` makes one string of it, which
 * is true unless it is empty (semantics 4.2).
 */
export function judgeCondition(condition: ConditionText, state: State, scope: Scope): Judged[] {
  const { parts } = condition.template;
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') {
    if (!only.expr) return [{ state, truth: 'error', lacks: none }];
    return evaluate(only.expr, state, scope).map((result) => ({
      state: result.state,
      truth: result.datum.kind === 'error' ? 'error' : truth(result.datum, result.state, scope),
      lacks: lacksOf(result.datum),
    }));
  }
  return interpolateParts(parts, state, scope).map((result) => ({
    state: result.state,
    truth: result.value ? negate(isEmpty(result.state.constraints, result.value)) : 'error',
    lacks: result.value?.lacks ?? none,
  }));
}

const STATUS_FUNCTIONS: readonly string[] = ['success', 'failure', 'cancelled', 'always'];

/** Does any status function stand in the condition (semantics 4.1)? */
export function namesStatusFunction(condition: ConditionText, names = STATUS_FUNCTIONS): boolean {
  return condition.template.parts.some(
    (part) => part.kind === 'expression' && part.expr !== null && callsStatus(part.expr, names),
  );
}

function callsStatus(expr: Expr, names: readonly string[]): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'context':
      return false;
    case 'index':
      return callsStatus(expr.object, names) || (expr.key.kind !== 'star' && callsStatus(expr.key, names));
    case 'call':
      return names.includes(expr.name) || expr.args.some((arg) => callsStatus(arg, names));
    case 'not':
      return callsStatus(expr.operand, names);
    case 'compare':
      return callsStatus(expr.left, names) || callsStatus(expr.right, names);
    case 'and':
    case 'or':
      return expr.operands.some((operand) => callsStatus(operand, names));
  }
}
