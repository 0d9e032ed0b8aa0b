import { compareNumbers, NUMERIC } from './arithmetic.js';
import { isSet } from './conditions.js';
import { ask, equalsValue, isEmpty, known, negate, type Question, resolve } from './constraints.js';
import { FILE_TESTS, fileQuestion } from './file-tests.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { constant, nameOf, textOf, union, type Value } from './values.js';

/** What `[ … ]` finds. */
export interface TestResult {
  readonly question: Question;
  readonly lacks: readonly string[];
  /** It is no well-formed test, or compares what is no number: status 2, also behind `!`. */
  readonly failed: boolean;
}

interface Test {
  readonly fields: readonly Value[];
  readonly state: State;
  readonly machine: Machine;
}

const failure: TestResult = { question: known(false), lacks: [], failed: true };

/**
 * `[ … ]` and `test …` over expanded fields: by the number of arguments up to four, as POSIX has it, and by
 * precedence beyond that.
 */
export function testFields(fields: readonly Value[], state: State, machine: Machine): TestResult {
  const test = { fields, state, machine };
  const text = (index: number) => textAt(test, index);
  switch (fields.length) {
    case 0:
      return { question: known(false), lacks: [], failed: false };
    case 1:
      return isFull(test, 0);
    case 2:
      return two(test);
    case 3:
      return three(test);
    case 4:
      if (text(0) === '!') return not(three({ ...test, fields: fields.slice(1) }));
      if (text(0) === '(' && text(3) === ')') return two({ ...test, fields: fields.slice(1, 3) });
      return byPrecedence(test);
    default:
      return byPrecedence(test);
  }
}

function textAt({ fields, state }: Test, index: number): string | null {
  const field = fields[index];
  return field ? textOf(resolve(state.constraints, field)) : null;
}

function isFull({ fields, state }: Test, index: number): TestResult {
  const field = fields[index] ?? constant('');
  return { question: negate(isEmpty(state.constraints, field)), lacks: field.lacks, failed: false };
}

function not(result: TestResult): TestResult {
  return result.failed ? result : { ...result, question: negate(result.question) };
}

function two(test: Test): TestResult {
  const first = textAt(test, 0);
  if (first === '!') return not(isFull(test, 1));
  if (first !== null && isUnary(first, test.machine)) return unaryTest(test, first, 1);
  return first === null ? unknown(test) : failure;
}

function three(test: Test): TestResult {
  const middle = textAt(test, 1);
  if (middle !== null && BINARY.has(middle)) return binaryTest(test, middle, 0, 2);
  if (middle === '-a' || middle === '-o') return combine(middle, isFull(test, 0), isFull(test, 2), test);
  if (textAt(test, 0) === '!') return not(two({ ...test, fields: test.fields.slice(1) }));
  if (textAt(test, 0) === '(' && textAt(test, 2) === ')') return isFull(test, 1);
  return middle === null ? unknown(test) : failure;
}

/** What stands there is not known well enough to be read. */
function unknown({ fields, state }: Test): TestResult {
  const lacks = fields.reduce<readonly string[]>((all, field) => union(all, field.lacks), []);
  return { question: ask(state.constraints, `[ ${fields.map(nameOf).join(' ')} ]`), lacks, failed: false };
}

const BINARY = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

function isUnary(operator: string, machine: Machine): boolean {
  if (operator.length !== 2 || operator[0] !== '-') return false;
  const letter = operator.charAt(1);
  if (letter === 'z' || letter === 'n' || letter === 't') return true;
  if (machine.dash) return FILE_TESTS.has(letter) && letter !== 'a' && letter !== 'N';
  return FILE_TESTS.has(letter) || letter === 'v' || letter === 'o' || letter === 'R';
}

function unaryTest({ fields, state, machine }: Test, operator: string, at: number): TestResult {
  const value = fields[at] ?? constant('');
  const { lacks } = value;
  const found = (question: Question): TestResult => ({ question, lacks, failed: false });
  switch (operator) {
    case '-z':
      return found(isEmpty(state.constraints, value));
    case '-n':
      return found(negate(isEmpty(state.constraints, value)));
    case '-v': {
      const set = isSet(value, state, machine);
      return { ...set, failed: false };
    }
    case '-t':
      return machine.dash && isNoNumber(value) ? { ...failure, lacks } : found(known(false));
    case '-o':
    case '-R':
      return found(ask(state.constraints, `${operator} ${nameOf(value)}`));
    default:
      return found(fileQuestion(operator, value, state));
  }
}

function binaryTest(test: Test, operator: string, a: number, b: number): TestResult {
  const { fields, state } = test;
  const left = fields[a] ?? constant('');
  const right = fields[b] ?? constant('');
  const lacks = union(left.lacks, right.lacks);
  const found = (question: Question): TestResult => ({ question, lacks, failed: false });
  const numeric = NUMERIC[operator];
  if (numeric) {
    if (isNoNumber(resolve(state.constraints, left)) || isNoNumber(resolve(state.constraints, right)))
      return { ...failure, lacks };
    return found(compareNumbers(numeric, plainNumber(left, state), plainNumber(right, state), state));
  }
  const rightText = textOf(resolve(state.constraints, right));
  const equal = equalsValue(state.constraints, left, right, false);
  if (operator === '=' || operator === '==') return found(equal);
  if (operator === '!=') return found(negate(equal));
  const leftText = textOf(resolve(state.constraints, left));
  if (leftText !== null && rightText !== null && isAscii(leftText + rightText) && '<>'.includes(operator))
    return found(known(operator === '<' ? leftText < rightText : leftText > rightText));
  return found(ask(state.constraints, `${nameOf(left)} ${operator} ${nameOf(right)}`));
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function isNoNumber(value: Value): boolean {
  const text = textOf(value);
  return text !== null && !/^\s*[+-]?\d{1,18}\s*$/.test(text);
}

function plainNumber(value: Value, state: State): Value {
  const text = textOf(resolve(state.constraints, value));
  return text === null ? value : constant(String(BigInt(text.trim().replace(/^\+/, ''))), value.lacks);
}

/** `a && b` or `a || b` of two results without parting the path: both are looked at, as `[` does. */
function combine(operator: '-a' | '-o', a: TestResult, b: TestResult, { state }: Test): TestResult {
  const lacks = union(a.lacks, b.lacks);
  if (a.failed || b.failed) return { ...failure, lacks };
  const conjunction = operator === '-a';
  const found = (question: Question): TestResult => ({ question, lacks, failed: false });
  if (a.question.answer !== 'unknown')
    return a.question.answer === conjunction ? { ...b, lacks } : found(a.question);
  if (b.question.answer !== 'unknown')
    return b.question.answer === conjunction ? { ...a, lacks } : found(b.question);
  const name = ({ negated, fact }: Question) => `${negated ? '!' : ''}${fact}`;
  return found(ask(state.constraints, `(${name(a.question)}) ${operator} (${name(b.question)})`));
}

interface Reader extends Test {
  at: number;
  failed: boolean;
}

function byPrecedence(test: Test): TestResult {
  const reader: Reader = { ...test, at: 0, failed: false };
  const result = readOr(reader);
  if (reader.failed || reader.at < test.fields.length) return { ...failure, lacks: result.lacks };
  return result;
}

function readOr(reader: Reader): TestResult {
  let left = readAnd(reader);
  while (textAt(reader, reader.at) === '-o') {
    reader.at++;
    left = combine('-o', left, readAnd(reader), reader);
  }
  return left;
}

function readAnd(reader: Reader): TestResult {
  let left = readNot(reader);
  while (textAt(reader, reader.at) === '-a') {
    reader.at++;
    left = combine('-a', left, readNot(reader), reader);
  }
  return left;
}

function readNot(reader: Reader): TestResult {
  let negated = false;
  while (textAt(reader, reader.at) === '!' && reader.fields.length - reader.at > 1) {
    reader.at++;
    negated = !negated;
  }
  const result = readPrimary(reader);
  return negated ? not(result) : result;
}

function readPrimary(reader: Reader): TestResult {
  const { at, fields, machine } = reader;
  const left = fields.length - at;
  if (left <= 0) {
    reader.failed = true;
    return failure;
  }
  const first = textAt(reader, at);
  const operator = textAt(reader, at + 1);
  if (left >= 3 && operator !== null && BINARY.has(operator)) {
    reader.at += 3;
    return binaryTest(reader, operator, at, at + 2);
  }
  if (first === '(' && left >= 3) {
    reader.at++;
    const inner = readOr(reader);
    if (textAt(reader, reader.at) !== ')') reader.failed = true;
    reader.at++;
    return inner;
  }
  if (first !== null && left >= 2 && isUnary(first, machine) && first !== '-a' && first !== '-o') {
    reader.at += 2;
    return unaryTest(reader, first, at + 1);
  }
  reader.at++;
  return isFull(reader, at);
}
