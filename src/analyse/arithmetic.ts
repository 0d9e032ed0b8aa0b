import type { Arithmetic } from '../program/program.js';
import { ask, known, negate, type Question } from './constraints.js';
import { split } from './expressions.js';
import { assign, type Machine, readVariable } from './machine.js';
import type { State } from './state.js';
import { concat, constant, derived, nameOf, soleHole, textOf, union, type Value } from './values.js';
import { expandSingle } from './words.js';

export interface Computed {
  readonly state: State;
  /** A whole number as text, or an unknown. */
  readonly value: Value;
}

const ASSIGNING = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];

/** Evaluates shell arithmetic; assignments in it change the state. */
export function evaluateArithmetic(expression: Arithmetic, state: State, machine: Machine): Computed[] {
  switch (expression.kind) {
    case 'number':
      return [{ state, value: constant(String(expression.value)) }];
    case 'variable':
      return [{ state, value: numeric(readNumber(expression.name, state, machine)) }];
    case 'word':
      return expandSingle(expression.word, state, machine).map((result) => ({
        state: result.state,
        value: numeric(result.value),
      }));
    case 'unary':
      return unary(expression, state, machine);
    case 'binary':
      return binary(expression, state, machine);
    case 'ternary':
      return evaluateArithmetic(expression.test, state, machine).flatMap((test) =>
        split(isNonZero(test.value, test.state), test.state).flatMap((branch) =>
          evaluateArithmetic(branch.answer ? expression.then : expression.otherwise, branch.state, machine),
        ),
      );
    case 'unknown':
      return [
        { state, value: derived(`arithmetic ${machine.step}:${expression.at.start}${state.route}`, []) },
      ];
  }
}

function readNumber(name: string, state: State, machine: Machine): Value {
  if (/^\d+$/.test(name)) return state.positional[Number(name) - 1] ?? constant('');
  if (name === '?') return constant(state.status.code === null ? '1' : String(state.status.code));
  if (name === '#') return constant(String(state.positional.length));
  return readVariable(name, state, machine) ?? constant('');
}

/** The number that a text stands for in arithmetic: an empty one is 0, a word names a variable (not followed). */
function numeric(value: Value): Value {
  const text = textOf(value)?.trim() ?? null;
  if (text === '') return constant('0', value.lacks);
  if (text === null || /^-?\d+$/.test(text)) return text === null ? value : constant(text, value.lacks);
  const number = Number(text);
  return Number.isInteger(number) ? constant(String(number), value.lacks) : derived('number', [value]);
}

/** The whole number that a value is; null where it is not known. */
export function integerOf(value: Value): number | null {
  const text = textOf(value);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Is the number different from 0? */
export function isNonZero(value: Value, state: State): Question {
  return compareNumbers('!=', value, constant('0'), state);
}

/** Compares two numbers; `operator` is one of `== != < <= > >=`. */
export function compareNumbers(operator: string, left: Value, right: Value, state: State): Question {
  const a = integerOf(left);
  const b = integerOf(right);
  if (a !== null && b !== null) return known(holds(operator, a, b));
  const leastA = soleHole(left)?.atLeast ?? null;
  const leastB = soleHole(right)?.atLeast ?? null;
  if (leastA !== null && b !== null && leastA > b) return known(['!=', '>', '>='].includes(operator));
  if (leastA !== null && b !== null && leastA === b && (operator === '>=' || operator === '<'))
    return known(operator === '>=');
  if (leastB !== null && a !== null && leastB > a) return known(['!=', '<', '<='].includes(operator));
  if (operator === '!=') return negate(ask(state.constraints, `${nameOf(left)} == ${nameOf(right)}`));
  // One name for each pair of opposites, so that asking twice gives one answer.
  if (operator === '>=') return negate(ask(state.constraints, `${nameOf(left)} < ${nameOf(right)}`));
  if (operator === '>') return negate(ask(state.constraints, `${nameOf(left)} <= ${nameOf(right)}`));
  return ask(state.constraints, `${nameOf(left)} ${operator} ${nameOf(right)}`);
}

function holds(operator: string, a: number, b: number): boolean {
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
  return evaluateArithmetic(operand, state, machine).flatMap((result): Computed[] => {
    const number = integerOf(result.value);
    if (operator === '++' || operator === '--') {
      const next =
        number === null
          ? derived(operator, [result.value])
          : constant(String(operator === '++' ? number + 1 : number - 1), result.value.lacks);
      if (operand.kind === 'variable') assign(result.state, operand.name, next);
      return [{ state: result.state, value: expression.prefix ? next : result.value }];
    }
    if (operator === '!') {
      return split(isNonZero(result.value, result.state), result.state).map((branch) => ({
        state: branch.state,
        value: constant(branch.answer ? '0' : '1', result.value.lacks),
      }));
    }
    if (number === null) return [{ state: result.state, value: derived(operator, [result.value]) }];
    const computed = operator === '-' ? -number : operator === '~' ? ~number : number;
    return [{ state: result.state, value: constant(String(computed), result.value.lacks) }];
  });
}

function binary(
  expression: Extract<Arithmetic, { kind: 'binary' }>,
  state: State,
  machine: Machine,
): Computed[] {
  const { operator, left, right } = expression;
  if (operator === '&&' || operator === '||') {
    return evaluateArithmetic(left, state, machine).flatMap((first) =>
      split(isNonZero(first.value, first.state), first.state).flatMap((branch) => {
        if (branch.answer !== (operator === '&&'))
          return [{ state: branch.state, value: constant(branch.answer ? '1' : '0', first.value.lacks) }];
        return evaluateArithmetic(right, branch.state, machine).flatMap((second) =>
          split(isNonZero(second.value, second.state), second.state).map((end) => ({
            state: end.state,
            value: constant(end.answer ? '1' : '0', union(first.value.lacks, second.value.lacks)),
          })),
        );
      }),
    );
  }
  if (ASSIGNING.includes(operator)) {
    return evaluateArithmetic(right, state, machine).map((result) => {
      const old =
        left.kind === 'variable' ? numeric(readNumber(left.name, result.state, machine)) : constant('0');
      const value = operator === '=' ? result.value : combine(operator.slice(0, -1), old, result.value);
      if (left.kind === 'variable') assign(result.state, left.name, value);
      return { state: result.state, value };
    });
  }
  return evaluateArithmetic(left, state, machine).flatMap((first) =>
    evaluateArithmetic(right, first.state, machine).flatMap((second): Computed[] => {
      if (operator === ',') return [second];
      if (['==', '!=', '<', '<=', '>', '>='].includes(operator)) {
        const lacks = union(first.value.lacks, second.value.lacks);
        return split(compareNumbers(operator, first.value, second.value, second.state), second.state).map(
          (branch) => ({
            state: branch.state,
            value: constant(branch.answer ? '1' : '0', lacks),
          }),
        );
      }
      return [{ state: second.state, value: combine(operator, first.value, second.value) }];
    }),
  );
}

function combine(operator: string, left: Value, right: Value): Value {
  const a = integerOf(left);
  const b = integerOf(right);
  const computed = a === null || b === null ? null : calculate(operator, a, b);
  if (computed === null || !Number.isSafeInteger(computed)) return atLeastSum(operator, left, right);
  return constant(String(computed), concat([left, right]).lacks);
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

function calculate(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? null : Math.trunc(a / b);
    case '%':
      return b === 0 ? null : a % b;
    case '**':
      return b < 0 ? null : a ** b;
    case '<<':
      return a * 2 ** b;
    case '>>':
      return Math.floor(a / 2 ** b);
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
