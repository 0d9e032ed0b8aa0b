import type { Condition, Word } from '../program/program.js';
import { compareNumbers } from './arithmetic.js';
import {
  ask,
  equalsText,
  equalsValue,
  isEmpty,
  known,
  negate,
  type Question,
  resolve,
} from './constraints.js';
import { split } from './expressions.js';
import { elementLacks, type Machine, readVariable } from './machine.js';
import { matches } from './patterns.js';
import { matchRegex } from './regex.js';
import type { State } from './state.js';
import { constant, nameOf, textOf, union, type Value } from './values.js';
import { expandPattern, expandSingle } from './words.js';

/** A condition judged on one path. */
export interface Tested {
  readonly state: State;
  readonly question: Question;
  /** The missing secrets that the operands lack. */
  readonly lacks: readonly string[];
}

/** Judges `[[ … ]]`; several results where an operand of `&&` or `||` parts the paths. */
export function testCondition(condition: Condition, state: State, machine: Machine): Tested[] {
  switch (condition.kind) {
    case 'not':
      return testCondition(condition.operand, state, machine).map((tested) => ({
        ...tested,
        question: negate(tested.question),
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
  return expandSingle(left, state, machine).flatMap((first) => {
    if (operator === '==' || operator === '=' || operator === '!=') {
      return expandPattern(right, first.state, machine).map((second) => {
        const question = matches(second.state.constraints, first.value, second.pattern);
        const lacks = second.pattern.reduce(
          (all, piece) => ('value' in piece ? union(all, piece.value.lacks) : all),
          first.value.lacks,
        );
        return { state: second.state, question: operator === '!=' ? negate(question) : question, lacks };
      });
    }
    if (operator === '=~') return testRegex(first.value, right, first.state, machine);
    return expandSingle(right, first.state, machine).map((second) => ({
      state: second.state,
      ...binaryQuestion(operator, first.value, second.value, second.state),
    }));
  });
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
    const answer = text !== null && source !== null ? matchRegex(source, text) : null;
    const question =
      answer === null
        ? ask(
            result.state.constraints,
            `${nameOf(subject)} =~ ${source ?? `${machine.step}:${right.at.start}`}`,
          )
        : known(answer);
    return { state: result.state, question, lacks: value.lacks };
  });
}

const FILE_TESTS = [
  '-a',
  '-b',
  '-c',
  '-d',
  '-e',
  '-f',
  '-g',
  '-h',
  '-k',
  '-p',
  '-r',
  '-s',
  '-u',
  '-w',
  '-x',
  '-G',
  '-L',
  '-N',
  '-O',
  '-S',
];

/** The answer to a unary test on a text. */
export function unaryQuestion(
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
      return { question: ask(state.constraints, `-o ${nameOf(value)}`), lacks };
  }
  if (!FILE_TESTS.includes(operator))
    return { question: ask(state.constraints, `${operator} ${nameOf(value)}`), lacks };
  return { question: fileQuestion(operator, value, state), lacks };
}

function isSet(
  value: Value,
  state: State,
  machine: Machine,
): { question: Question; lacks: readonly string[] } {
  const name = textOf(value);
  if (name === null) return { question: ask(state.constraints, `-v ${nameOf(value)}`), lacks: value.lacks };
  const variable = state.vars.get(name);
  if (variable?.elements)
    return { question: known(variable.elements.length > 0), lacks: elementLacks(variable) };
  const found = readVariable(name, state, machine);
  return { question: known(found !== null), lacks: found?.lacks ?? [] };
}

function fileQuestion(operator: string, path: Value, state: State): Question {
  if (path.pieces.length === 0) return known(false);
  const written = state.files.get(nameOf(resolve(state.constraints, path)));
  if (written && (operator === '-f' || operator === '-e')) return known(true);
  if (written && operator === '-s') return negate(isEmpty(state.constraints, written));
  return ask(state.constraints, `${operator} ${nameOf(path)}`);
}

const NUMERIC: Readonly<Record<string, string>> = {
  '-eq': '==',
  '-ne': '!=',
  '-lt': '<',
  '-le': '<=',
  '-gt': '>',
  '-ge': '>=',
};

/** The answer to a binary test on two texts; `=` compares literally, as `[` does. */
export function binaryQuestion(
  operator: string,
  left: Value,
  right: Value,
  state: State,
): { question: Question; lacks: readonly string[] } {
  const lacks = union(left.lacks, right.lacks);
  const numeric = NUMERIC[operator];
  if (numeric) {
    // A text that is no number makes `[` fail with status 2, which is "false" for whoever tests it.
    if (isNoNumber(left) || isNoNumber(right)) return { question: known(false), lacks };
    return { question: compareNumbers(numeric, trimmed(left), trimmed(right), state), lacks };
  }
  const rightText = textOf(resolve(state.constraints, right));
  const equal =
    rightText === null
      ? equalsValue(state.constraints, left, right, false)
      : equalsText(state.constraints, left, rightText, false);
  switch (operator) {
    case '=':
    case '==':
      return { question: equal, lacks };
    case '!=':
      return { question: negate(equal), lacks };
    default:
      return { question: ask(state.constraints, `${nameOf(left)} ${operator} ${nameOf(right)}`), lacks };
  }
}

function isNoNumber(value: Value): boolean {
  const text = textOf(value);
  return text !== null && !/^\s*[+-]?\d+\s*$/.test(text);
}

function trimmed(value: Value): Value {
  const text = textOf(value);
  return text === null ? value : constant(String(Number(text)), value.lacks);
}

/**
 * `[ … ]` and `test …` over expanded fields, by the rules of POSIX for one to four arguments and by
 * precedence beyond. A wrong number of arguments is an error (status 2): `syntax` is then true.
 */
export function testFields(
  fields: readonly Value[],
  state: State,
  machine: Machine,
): { question: Question; lacks: readonly string[]; syntax: boolean } {
  const reader: Reader = { fields, at: 0, lacks: [], syntax: false, state, machine };
  if (fields.length === 0) return { question: known(false), lacks: [], syntax: false };
  const question = readOr(reader);
  if (reader.at < fields.length) reader.syntax = true;
  return { question: reader.syntax ? known(false) : question, lacks: reader.lacks, syntax: reader.syntax };
}

interface Reader {
  readonly fields: readonly Value[];
  at: number;
  lacks: readonly string[];
  syntax: boolean;
  readonly state: State;
  readonly machine: Machine;
}

function peek(reader: Reader, ahead = 0): string | null {
  const field = reader.fields[reader.at + ahead];
  return field ? textOf(field) : null;
}

function readOr(reader: Reader): Question {
  let left = readAnd(reader);
  while (peek(reader) === '-o' && reader.at + 1 < reader.fields.length) {
    reader.at++;
    left = either(left, readAnd(reader), reader);
  }
  return left;
}

function readAnd(reader: Reader): Question {
  let left = readNot(reader);
  while (peek(reader) === '-a' && reader.at + 1 < reader.fields.length) {
    reader.at++;
    left = negate(either(negate(left), negate(readNot(reader)), reader));
  }
  return left;
}

/** `a || b` of two answers without parting the path. */
function either(a: Question, b: Question, reader: Reader): Question {
  if (a.answer === true || b.answer === true) return known(true);
  if (a.answer === false) return b;
  if (b.answer === false) return a;
  return ask(
    reader.state.constraints,
    `${a.negated ? '!' : ''}${a.fact} or ${b.negated ? '!' : ''}${b.fact}`,
  );
}

const BINARY = ['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef'];

function readNot(reader: Reader): Question {
  const left = reader.fields.length - reader.at;
  if (left > 1 && peek(reader) === '!' && !BINARY.includes(peek(reader, 1) ?? '')) {
    reader.at++;
    return negate(readNot(reader));
  }
  return readPrimary(reader);
}

function readPrimary(reader: Reader): Question {
  const first = reader.fields[reader.at];
  if (!first) {
    reader.syntax = true;
    return known(false);
  }
  const second = reader.fields[reader.at + 1];
  const third = reader.fields[reader.at + 2];
  const operator = second ? textOf(second) : null;
  if (operator !== null && third && BINARY.includes(operator)) {
    reader.at += 3;
    const result = binaryQuestion(operator, first, third, reader.state);
    reader.lacks = union(reader.lacks, result.lacks);
    return result.question;
  }
  const head = textOf(first);
  if (head === '(' && reader.fields.length - reader.at > 2) {
    reader.at++;
    const inner = readOr(reader);
    if (peek(reader) !== ')') reader.syntax = true;
    reader.at++;
    return inner;
  }
  if (head !== null && second && /^-[a-zA-Z]$/.test(head) && operator !== '-a' && operator !== '-o') {
    reader.at += 2;
    const result = unaryQuestion(head, second, reader.state, reader.machine);
    reader.lacks = union(reader.lacks, result.lacks);
    return result.question;
  }
  reader.at++;
  reader.lacks = union(reader.lacks, first.lacks);
  return negate(isEmpty(reader.state.constraints, first));
}
