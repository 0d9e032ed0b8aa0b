import type { Condition, Word } from '../program/program.js';
import type { Place } from '../text/script.js';
import { compareNumbers, evaluateText, NUMERIC } from './arithmetic.js';
import { ask, isEmpty, known, negate, type Question, resolve } from './constraints.js';
import { testTruth } from './evaluate.js';
import { split } from './expressions.js';
import { fileQuestion } from './file-tests.js';
import { assignElements, type Machine, placeId, readVariable } from './machine.js';
import { matches, patternLacks } from './patterns.js';
import { matchRegex } from './regex.js';
import { isShells } from './shell-variables.js';
import { lacksOfVariable, type State } from './state.js';
import { derived, nameOf, textOf, union, type Value } from './values.js';
import { expandPattern, expandSingle } from './words.js';

/** A condition judged on one path. */
export interface Tested {
  readonly state: State;
  readonly question: Question;
  /** The missing secrets that the operands lack. */
  readonly lacks: readonly string[];
  /** The test is an error: not true, also behind `!`. */
  readonly failed?: boolean;
}

/** Judges `[[ … ]]`; several results where an operand of `&&` or `||` parts the paths. */
export function testCondition(condition: Condition, state: State, machine: Machine): Tested[] {
  switch (condition.kind) {
    case 'truth':
      return testTruth(condition.value, state, machine);
    case 'not':
      return testCondition(condition.operand, state, machine).map((tested) => ({
        ...tested,
        question: tested.failed ? tested.question : negate(tested.question),
      }));
    case 'and':
    case 'or':
      return testLogical(condition, state, machine);
    case 'unary':
      return testUnary(condition, state, machine);
    case 'binary':
      return testBinary(condition, state, machine);
  }
}

function testLogical(
  condition: Extract<Condition, { kind: 'and' | 'or' }>,
  state: State,
  machine: Machine,
): Tested[] {
  const conjunction = condition.kind === 'and';
  let open: Tested[] = [{ state, question: known(conjunction), lacks: [] }];
  const closed: Tested[] = [];
  condition.operands.forEach((operand, index) => {
    const next: Tested[] = [];
    for (const path of open) {
      for (const tested of testCondition(operand, path.state, machine)) {
        const lacks = union(path.lacks, tested.lacks);
        if (tested.failed || tested.state.flow) {
          closed.push({ ...tested, lacks });
          continue;
        }
        if (index === condition.operands.length - 1) {
          closed.push({ ...tested, lacks });
          continue;
        }
        for (const branch of split(tested.question, tested.state)) {
          const result = { state: branch.state, question: known(branch.answer), lacks };
          (branch.answer === conjunction ? next : closed).push(result);
        }
      }
    }
    open = next;
  });
  return closed;
}

function testUnary(
  condition: Extract<Condition, { kind: 'unary' }>,
  state: State,
  machine: Machine,
): Tested[] {
  return expandSingle(condition.operand, state, machine).map((result) => ({
    state: result.state,
    ...unaryQuestion(condition.operator, result.value, result.state, machine),
  }));
}

function testBinary(
  condition: Extract<Condition, { kind: 'binary' }>,
  state: State,
  machine: Machine,
): Tested[] {
  const { operator, left, right } = condition;
  return expandSingle(left, state, machine).flatMap((first): Tested[] => {
    if (first.state.flow) return [{ state: first.state, question: known(false), lacks: [] }];
    if (operator === '==' || operator === '=' || operator === '!=') {
      return expandPattern(right, first.state, machine).map((second) => {
        const { ignoreCase } = second.state.options;
        const question = matches(second.state.constraints, first.value, second.pattern, ignoreCase);
        const lacks = union(first.value.lacks, patternLacks(second.pattern));
        return { state: second.state, question: operator === '!=' ? negate(question) : question, lacks };
      });
    }
    if (operator === '=~') return testRegex(first.value, right, first.state, machine);
    return expandSingle(right, first.state, machine).flatMap((second): Tested[] => {
      const lacks = union(first.value.lacks, second.value.lacks);
      if (second.state.flow) return [{ state: second.state, question: known(false), lacks }];
      const numeric = NUMERIC[operator];
      if (!numeric)
        return [
          {
            state: second.state,
            question: orderQuestion(operator, first.value, second.value, second.state),
            lacks,
          },
        ];
      return compareComputed(numeric, first.value, second.value, condition.at, second.state, machine).map(
        (tested) => ({ ...tested, lacks }),
      );
    });
  });
}

/** `[[ a -eq b ]]` reads both sides as arithmetic; what is none is an error, with status 1. */
function compareComputed(
  operator: string,
  left: Value,
  right: Value,
  at: Place,
  state: State,
  machine: Machine,
): { state: State; question: Question; failed?: boolean }[] {
  return evaluateText(left, at, state, machine, true).flatMap((a) => {
    if (a.failed || a.state.flow) return [{ state: a.state, question: known(false), failed: true }];
    return evaluateText(right, at, a.state, machine, true).map((b) =>
      b.failed || b.state.flow
        ? { state: b.state, question: known(false), failed: true }
        : { state: b.state, question: compareNumbers(operator, a.value, b.value, b.state) },
    );
  });
}

/** `<` and `>` compare texts; `-nt` and its kin compare files. */
function orderQuestion(operator: string, left: Value, right: Value, state: State): Question {
  const a = textOf(left);
  const b = textOf(right);
  // Beyond ASCII letters of one case the order is the locale's.
  if (a !== null && b !== null && /^[a-z0-9]*$/.test(a + b)) {
    if (operator === '<') return known(a < b);
    if (operator === '>') return known(a > b);
  }
  return ask(state.constraints, `${nameOf(left)} ${operator} ${nameOf(right)}`);
}

/** `=~`: quoted text in the regular expression is literal. */
function testRegex(value: Value, right: Word, state: State, machine: Machine): Tested[] {
  return expandPattern(right, state, machine).map((result) => {
    const subject = resolve(result.state.constraints, value);
    let source: string | null = '';
    right.parts.forEach((part, index) => {
      const piece = result.pattern[index];
      if (!piece || source === null) return;
      const text = 'value' in piece ? textOf(piece.value) : piece.glob;
      const literal = 'quoted' in part && part.quoted;
      source = text === null ? null : source + (literal ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : text);
    });
    const text = textOf(subject);
    const plain = !result.state.options.ignoreCase && !result.pattern.some((piece) => 'open' in piece);
    const answer = plain && text !== null && source !== null ? matchRegex(source, text) : null;
    assignElements(result.state, 'BASH_REMATCH', [derived('match', [subject])], false);
    const question =
      answer === null
        ? ask(
            result.state.constraints,
            `${nameOf(subject)} =~ ${source ?? `${machine.job}:${machine.step}:${placeId(right.at, machine)}`}`,
          )
        : known(answer);
    return { state: result.state, question, lacks: union(value.lacks, patternLacks(result.pattern)) };
  });
}

/** The answer to a unary test on a text. */
function unaryQuestion(
  operator: string,
  value: Value,
  state: State,
  machine: Machine,
): { question: Question; lacks: readonly string[] } {
  const { lacks } = value;
  switch (operator) {
    case '-z':
      return { question: isEmpty(state.constraints, value), lacks };
    case '-n':
      return { question: negate(isEmpty(state.constraints, value)), lacks };
    case '-v':
      return isSet(value, state, machine);
    case '-t':
      // A step has no terminal.
      return { question: known(false), lacks };
    case '-o':
    case '-R':
    case 'unknown':
      return { question: ask(state.constraints, `${operator} ${nameOf(value)}`), lacks };
    default:
      return { question: fileQuestion(operator, value, state), lacks };
  }
}

/** `-v`: a variable by name, or an element of an array. */
export function isSet(
  value: Value,
  state: State,
  machine: Machine,
): { question: Question; lacks: readonly string[] } {
  const name = textOf(value);
  if (name === null) return { question: ask(state.constraints, `-v ${nameOf(value)}`), lacks: value.lacks };
  if (!/^[A-Za-z_]\w*$/.test(name))
    return { question: ask(state.constraints, `-v ${name}${state.route}`), lacks: value.lacks };
  const variable = state.vars.get(name);
  if (variable?.elements && !variable.exact)
    return { question: ask(state.constraints, `-v ${name}${state.route}`), lacks: lacksOfVariable(variable) };
  const found = readVariable(name, state, machine);
  return { question: known(found !== null || isShells(name)), lacks: found?.lacks ?? [] };
}
