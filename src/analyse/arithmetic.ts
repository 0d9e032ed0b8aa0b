import type { Arithmetic } from '../program/program.js';
import type { Place } from '../text/script.js';
import { ask, known, negate, type Question } from './constraints.js';
import { split } from './expressions.js';
import { abort, assign, assignElements, type Machine, siteName, statusText } from './machine.js';
import { shellVariable } from './shell-variables.js';
import type { State } from './state.js';
import { constant, derived, emptyValue, nameOf, soleHole, textOf, union, type Value } from './values.js';
import { expandSingle } from './words.js';

export interface Computed {
  readonly state: State;
  /** A whole number as text, or an unknown. */
  readonly value: Value;
  /** The expression is an error: no number came out, and nothing after it was evaluated. */
  readonly failed: boolean;
}

const ASSIGNING = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
const COMPARING = ['==', '!=', '<', '<=', '>', '>='];

/** How many variables may name one another before the last holds a number. */
const MAX_NAMES = 16;

/**
 * Evaluates shell arithmetic; assignments in it change the state. Paths on which an expansion ended the shell
 * have `flow` set.
 */
export function evaluateArithmetic(expression: Arithmetic, state: State, machine: Machine): Computed[] {
  switch (expression.kind) {
    case 'number':
      return [numberOf(state, constant(String(expression.value)))];
    case 'variable':
      return readOperand(expression, state, machine);
    case 'word':
      return expandSingle(expression.word, state, machine).flatMap((result) =>
        result.state.flow
          ? [failed(result.state, result.value)]
          : evaluateText(result.value, expression.at, result.state, machine, true),
      );
    case 'unary':
      return unary(expression, state, machine);
    case 'binary':
      return binary(expression, state, machine);
    case 'ternary':
      return after(evaluateArithmetic(expression.test, state, machine), (test) =>
        split(isNonZero(test.value, test.state), test.state).flatMap((branch) =>
          evaluateArithmetic(branch.answer ? expression.then : expression.otherwise, branch.state, machine),
        ),
      );
    case 'unknown':
      return [numberOf(state, derived(`arithmetic ${siteName(expression.at, state, machine)}`, [], true))];
  }
}

function numberOf(state: State, value: Value): Computed {
  return { state, value, failed: false };
}

function failed(state: State, value: Value = emptyValue): Computed {
  return { state, value: { pieces: [], lacks: value.lacks }, failed: true };
}

/** Goes on where a number came out. */
function after(results: Computed[], next: (result: Computed) => Computed[]): Computed[] {
  return results.flatMap((result) => (result.failed || result.state.flow ? [result] : next(result)));
}

/**
 * The number that a text stands for in arithmetic: an empty one is 0; bash evaluates what a variable holds as
 * an expression of its own, dash (and `written` text of neither) wants a number.
 */
export function evaluateText(
  value: Value,
  at: Place,
  state: State,
  machine: Machine,
  written = false,
): Computed[] {
  const depth = machine.arithmeticDepth ?? 0;
  const whole = textOf(value);
  // An unknown text is taken to be a number: what scripts compute with are counts. Known text around it is a computation.
  if (whole === null)
    return [numberOf(state, soleHole(value) ? value : derived('arithmetic', [value], true))];
  const text = whole.trim();
  if (text === '') return [numberOf(state, constant('0', value.lacks))];
  if (/^[-+]?(0|[1-9]\d{0,17})$/.test(text))
    return [numberOf(state, constant(String(BigInt(text)), value.lacks))];
  if (machine.dash && !written && !/^[-+]?(0[0-7]*|0[xX][0-9a-fA-F]+)$/.test(text))
    return [failed(state, value)];
  if (depth > MAX_NAMES) return [failed(state, value)];
  const { body, unreadable } = machine.reparse(`((${text}))`, at);
  const [node] = body;
  if (node?.kind !== 'arithmetic' || unreadable || /[()]{2}|[;\n`$]/.test(text))
    return [failed(state, value)];
  if (hasUnknown(node.expression)) return [failed(state, value)];
  const inner: Machine = { ...machine, arithmeticDepth: depth + 1 };
  return evaluateArithmetic(node.expression, state, inner).map((result) => ({
    ...result,
    value: withLacks(result.value, value.lacks),
  }));
}

/** The parser takes words side by side for something it does not know: the shell takes it for an error. */
function hasUnknown(expression: Arithmetic): boolean {
  switch (expression.kind) {
    case 'unknown':
      return true;
    case 'unary':
      return hasUnknown(expression.operand);
    case 'binary':
      return hasUnknown(expression.left) || hasUnknown(expression.right);
    case 'ternary':
      return hasUnknown(expression.test) || hasUnknown(expression.then) || hasUnknown(expression.otherwise);
    case 'number':
    case 'variable':
    case 'word':
      return false;
  }
}

function withLacks(value: Value, lacks: readonly string[]): Value {
  return { pieces: value.pieces, lacks: union(value.lacks, lacks) };
}

function unbound(at: Place, state: State, machine: Machine): Computed[] {
  abort(state, at, machine, []);
  return [failed(state)];
}

type Variable = Extract<Arithmetic, { kind: 'variable' }>;

function readOperand(operand: Variable, state: State, machine: Machine): Computed[] {
  const { name, index, at } = operand;
  if (index !== null) return readElement(name, index, at, state, machine);
  const value = readRaw(name, at, state, machine);
  // dash reads a name that is not set as 0 even under `nounset`.
  if (value === null && state.options.nounset && !machine.dash) return unbound(at, state, machine);
  return evaluateText(value ?? emptyValue, at, state, machine);
}

function readRaw(name: string, at: Place, state: State, machine: Machine): Value | null {
  if (/^\d+$/.test(name)) return state.positional[Number(name) - 1] ?? null;
  if (name === '?') return statusText(state.status, siteName(at, state, machine));
  if (name === '#') return constant(String(state.positional.length));
  return shellVariable(name, at, state, machine);
}

function readElement(
  name: string,
  index: NonNullable<Variable['index']>,
  at: Place,
  state: State,
  machine: Machine,
): Computed[] {
  return expandSingle(index, state, machine).flatMap((result) => {
    if (result.state.flow) return [failed(result.state)];
    const variable = result.state.vars.get(name);
    const unknown = derived(`${name}[${siteName(at, result.state, machine)}]`, [], true);
    if (variable?.elements && !variable.exact) return [numberOf(result.state, unknown)];
    return after(evaluateText(result.value, at, result.state, machine), ({ state: path, value }) => {
      const place = integerOf(value);
      const elements = variable?.elements ?? (variable?.value ? [variable.value] : []);
      if (place === null) return [numberOf(path, unknown)];
      return evaluateText(elements.at(place) ?? emptyValue, at, path, machine);
    });
  });
}

function store(target: Arithmetic, value: Value, state: State): void {
  if (target.kind !== 'variable') return;
  const old = state.vars.get(target.name);
  if (target.index === null && !old?.elements) assign(state, target.name, value);
  else assignElements(state, target.name, [...(old?.elements ?? []), value], false);
}

/** The whole number that a value is; null where it is not known, or too big to be exact. */
export function integerOf(value: Value): number | null {
  const text = textOf(value);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The comparisons of `test` that are about numbers, as arithmetic writes them. */
export const NUMERIC: Readonly<Record<string, string>> = {
  '-eq': '==',
  '-ne': '!=',
  '-lt': '<',
  '-le': '<=',
  '-gt': '>',
  '-ge': '>=',
};

/** Is the number different from 0? */
export function isNonZero(value: Value, state: State): Question {
  return compareNumbers('!=', value, constant('0'), state);
}

/** Compares two numbers; `operator` is one of `== != < <= > >=`. */
export function compareNumbers(operator: string, left: Value, right: Value, state: State): Question {
  const a = bigOf(left);
  const b = bigOf(right);
  if (a !== null && b !== null) return known(holds(operator, a, b));
  const leastA = soleHole(left)?.atLeast ?? null;
  const leastB = soleHole(right)?.atLeast ?? null;
  if (leastA !== null && b !== null && leastA > b && ['==', '!=', '>', '>=', '<', '<='].includes(operator))
    return known(['!=', '>', '>='].includes(operator));
  if (leastA !== null && b !== null && BigInt(leastA) === b && (operator === '>=' || operator === '<'))
    return known(operator === '>=');
  if (leastB !== null && a !== null && leastB > a) return known(['!=', '<', '<='].includes(operator));
  if (nameOf(left) === nameOf(right)) return known(['==', '<=', '>='].includes(operator));
  if (operator === '!=') return negate(ask(state.constraints, `${nameOf(left)} == ${nameOf(right)}`));
  // One name for each pair of opposites, so that asking twice gives one answer.
  if (operator === '>=') return negate(ask(state.constraints, `${nameOf(left)} < ${nameOf(right)}`));
  if (operator === '>') return negate(ask(state.constraints, `${nameOf(left)} <= ${nameOf(right)}`));
  return ask(state.constraints, `${nameOf(left)} ${operator} ${nameOf(right)}`);
}

function bigOf(value: Value): bigint | null {
  const text = textOf(value);
  return text !== null && /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
}

function holds(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function unary(
  expression: Extract<Arithmetic, { kind: 'unary' }>,
  state: State,
  machine: Machine,
): Computed[] {
  const { operator, operand } = expression;
  return after(evaluateArithmetic(operand, state, machine), (result) => {
    if (operator === '++' || operator === '--') {
      // dash has neither, nor has bash for what is no variable: before an operand they are two signs then.
      if (operand.kind !== 'variable' || machine.dash)
        return [expression.prefix ? result : failed(result.state)];
      const next = computed(operator === '++' ? '+' : '-', result.value, constant('1'));
      store(operand, next, result.state);
      return [numberOf(result.state, expression.prefix ? next : result.value)];
    }
    if (operator === '!') {
      return split(isNonZero(result.value, result.state), result.state).map((branch) =>
        numberOf(branch.state, constant(branch.answer ? '0' : '1', result.value.lacks)),
      );
    }
    const number = bigOf(result.value);
    if (number === null) return [numberOf(result.state, derived(operator, [result.value], true))];
    const signed = operator === '-' ? -number : operator === '~' ? ~number : number;
    return [numberOf(result.state, constant(String(BigInt.asIntN(64, signed)), result.value.lacks))];
  });
}

function binary(
  expression: Extract<Arithmetic, { kind: 'binary' }>,
  state: State,
  machine: Machine,
): Computed[] {
  const { operator, left, right } = expression;
  if (operator === '&&' || operator === '||') return logical(operator, left, right, state, machine);
  if (ASSIGNING.includes(operator)) {
    return after(evaluateArithmetic(right, state, machine), (result) => {
      if (operator === '=') {
        store(left, result.value, result.state);
        return [result];
      }
      return after(evaluateArithmetic(left, result.state, machine), (old) => {
        const value = combine(operator.slice(0, -1), old.value, result.value);
        if (value === null) return [failed(old.state)];
        store(left, value, old.state);
        return [numberOf(old.state, value)];
      });
    });
  }
  return after(evaluateArithmetic(left, state, machine), (first) =>
    after(evaluateArithmetic(right, first.state, machine), (second) => {
      if (operator === ',') return [second];
      if (COMPARING.includes(operator)) {
        const lacks = union(first.value.lacks, second.value.lacks);
        return split(compareNumbers(operator, first.value, second.value, second.state), second.state).map(
          (branch) => numberOf(branch.state, constant(branch.answer ? '1' : '0', lacks)),
        );
      }
      const value = combine(operator, first.value, second.value);
      return [value === null ? failed(second.state) : numberOf(second.state, value)];
    }),
  );
}

function logical(
  operator: '&&' | '||',
  left: Arithmetic,
  right: Arithmetic,
  state: State,
  machine: Machine,
): Computed[] {
  return after(evaluateArithmetic(left, state, machine), (first) =>
    split(isNonZero(first.value, first.state), first.state).flatMap((branch) => {
      if (branch.answer !== (operator === '&&'))
        return [numberOf(branch.state, constant(branch.answer ? '1' : '0', first.value.lacks))];
      return after(evaluateArithmetic(right, branch.state, machine), (second) =>
        split(isNonZero(second.value, second.state), second.state).map((end) =>
          numberOf(end.state, constant(end.answer ? '1' : '0', union(first.value.lacks, second.value.lacks))),
        ),
      );
    }),
  );
}

/** The result of an operator; null where it is an error (a division by 0, a negative power). */
function combine(operator: string, left: Value, right: Value): Value | null {
  const b = bigOf(right);
  if (b === 0n && (operator === '/' || operator === '%')) return null;
  if (operator === '**' && b !== null && b < 0n) return null;
  return computed(operator, left, right);
}

/** The result of an operator that is no error. */
function computed(operator: string, left: Value, right: Value): Value {
  const a = bigOf(left);
  const b = bigOf(right);
  const number = a === null || b === null ? null : calculate(operator, a, b);
  if (number === null) return atLeastSum(operator, left, right);
  return constant(String(BigInt.asIntN(64, number)), union(left.lacks, right.lacks));
}

/** An unknown result; a sum of numbers that have a least value has one too (counters only grow). */
function atLeastSum(operator: string, left: Value, right: Value): Value {
  const result = derived(operator, [left, right], true);
  const least = (value: Value) => integerOf(value) ?? soleHole(value)?.atLeast ?? null;
  const a = least(left);
  const b = least(right);
  const unknown = soleHole(result);
  if (operator !== '+' || a === null || b === null || !unknown) return result;
  return { pieces: [{ ...unknown, atLeast: a + b }], lacks: result.lacks };
}

/** 64-bit whole numbers; null for what is not defined or not known here. */
function calculate(operator: string, a: bigint, b: bigint): bigint | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return b <= 64n ? a ** b : null;
    case '<<':
      return b >= 0n && b < 64n ? a << b : null;
    case '>>':
      return b >= 0n && b < 64n ? a >> b : null;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    default:
      return null;
  }
}
