import { readNumber } from './numbers.js';
import {
  accept,
  acceptPaste,
  deeper,
  expect,
  fail,
  isLetter,
  isNewline,
  isWordCharacter,
  keywordAt,
  peek,
  type Reader,
  shown,
  skip,
  skipSeparators,
  startsWith,
  wordAt,
} from './reader.js';
import { readBlock, readScript, readStatement } from './statements.js';
import {
  DOUBLE_QUOTES,
  readDoubleQuoted,
  readHereString,
  readSingleQuoted,
  readSubexpression,
  readVariable,
  SINGLE_QUOTES,
} from './strings.js';
import type { PsEntry, PsExpr } from './tree.js';

/** Binary operators and how tightly they bind (about_Operator_Precedence); a comma binds tighter than all. */
const BINDING: ReadonlyMap<string, number> = new Map([
  ...['and', 'or', 'xor'].map((name) => [name, 1] as const),
  ...['band', 'bor', 'bxor'].map((name) => [name, 2] as const),
  ...[
    ...[
      'eq',
      'ne',
      'gt',
      'ge',
      'lt',
      'le',
      'like',
      'notlike',
      'match',
      'notmatch',
      'contains',
      'notcontains',
    ],
    ...['in', 'notin', 'is', 'isnot', 'as', 'replace', 'split', 'join', 'shl', 'shr'],
  ].map((name) => [name, 3] as const),
  ['??', 4],
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['%', 6],
  ['f', 7],
  ['..', 8],
]);

const UNARY: ReadonlySet<string> = new Set(['not', 'bnot', 'split', 'isplit', 'csplit', 'join']);

/** Operators that come in a form that minds case (`-ceq`) and one that says that it does not (`-ieq`). */
const CASED: ReadonlySet<string> = new Set([
  ...['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'notlike', 'match', 'notmatch', 'contains', 'notcontains'],
  ...['in', 'notin', 'replace', 'split'],
]);

/** A whole expression. */
export function readExpression(reader: Reader): PsExpr {
  return deeper(reader, () => {
    const test = readBinary(reader, 1);
    skip(reader, false);
    if (peek(reader) !== '?' || peek(reader, 1) === '?') return test;
    reader.at++;
    skip(reader, true);
    const then = readExpression(reader);
    skip(reader, true);
    expect(reader, ':', "after the first value of '?'");
    skip(reader, true);
    const otherwise = readExpression(reader);
    return { kind: 'ternary', test, then, otherwise, start: test.start, end: otherwise.end };
  });
}

interface Operator {
  readonly name: string;
  readonly caseSensitive: boolean;
  readonly end: number;
  readonly binding: number;
}

function operatorAt(reader: Reader): Operator | null {
  const { text, at } = reader;
  const found = (name: string, length: number, caseSensitive = false): Operator | null => {
    const binding = BINDING.get(name);
    return binding === undefined ? null : { name, caseSensitive, end: at + length, binding };
  };
  if (peek(reader) === '-' && isLetter(peek(reader, 1))) {
    let end = at + 1;
    while (isWordCharacter(text[end] ?? '')) end++;
    const word = text.slice(at + 1, end).toLowerCase();
    const bare = word.slice(1);
    if (BINDING.has(word)) return found(word, end - at);
    if (CASED.has(bare) && (word[0] === 'c' || word[0] === 'i'))
      return found(bare, end - at, word[0] === 'c');
    return null;
  }
  if (startsWith(reader, '??')) return peek(reader, 2) === '=' ? null : found('??', 2);
  if (startsWith(reader, '..')) return found('..', 2);
  const character = peek(reader);
  // `+=`, `--`, `*>` and their kin are no binary operators.
  if (!'+-*/%'.includes(character) || character === '') return null;
  const next = peek(reader, 1);
  const isOther =
    next === '=' || ('+-'.includes(character) && next === character) || (character === '*' && next === '>');
  return isOther ? null : found(character, 1);
}

function readBinary(reader: Reader, least: number): PsExpr {
  let left = readList(reader);
  for (;;) {
    skip(reader, false);
    const operator = operatorAt(reader);
    if (!operator || operator.binding < least) return left;
    reader.at = operator.end;
    skip(reader, true);
    const right = deeper(reader, () => readBinary(reader, operator.binding + 1));
    const { name, caseSensitive } = operator;
    left = { kind: 'binary', operator: name, caseSensitive, left, right, start: left.start, end: right.end };
  }
}

/** `a, b, c`. */
function readList(reader: Reader): PsExpr {
  const { at: start } = reader;
  if (accept(reader, ',')) {
    skip(reader, true);
    const only = readUnary(reader);
    return { kind: 'array', items: [only], start, end: only.end };
  }
  const first = readUnary(reader);
  return readItems(reader, first, readUnary);
}

/** The items after the first one, where a comma follows it. */
export function readItems(reader: Reader, first: PsExpr, read: (reader: Reader) => PsExpr): PsExpr {
  const items = [first];
  for (;;) {
    const { at } = reader;
    skip(reader, false);
    if (!accept(reader, ',')) {
      reader.at = at;
      break;
    }
    skip(reader, true);
    items.push(read(reader));
  }
  const end = items.at(-1)?.end ?? first.end;
  return items.length === 1 ? first : { kind: 'array', items, start: first.start, end };
}

function readUnary(reader: Reader): PsExpr {
  return deeper(reader, () => {
    const { at: start } = reader;
    const operator = unaryAt(reader);
    if (operator === null) return readPostfix(reader);
    skip(reader, false);
    // `-join $a, $b` takes the whole list.
    const takesList = operator === 'join' || operator === 'split';
    const operand = takesList ? readList(reader) : readUnary(reader);
    return { kind: 'unary', operator, operand, start, end: operand.end };
  });
}

/** The unary operator that stands here, read over. */
function unaryAt(reader: Reader): string | null {
  if (startsWith(reader, '++') || startsWith(reader, '--')) {
    const operator = reader.text.slice(reader.at, reader.at + 2);
    reader.at += 2;
    return operator;
  }
  if (peek(reader) === '!') {
    reader.at++;
    return 'not';
  }
  const character = peek(reader);
  if (character !== '-' && character !== '+') return null;
  if (!isLetter(peek(reader, 1))) {
    reader.at++;
    return character;
  }
  reader.at++;
  const word = wordAt(reader);
  if (!UNARY.has(word))
    fail(reader, `'-${word}' is no operator that an expression may begin with`, reader.at - 1);
  reader.at += word.length;
  return word === 'isplit' || word === 'csplit' ? 'split' : word;
}

/** A value with its members, indices and calls. */
export function readPostfix(reader: Reader): PsExpr {
  let value = readPrimary(reader);
  for (;;) {
    const character = peek(reader);
    if (character === '[') {
      reader.at++;
      skip(reader, true);
      const index = readExpression(reader);
      skip(reader, true);
      expect(reader, ']', 'after an index');
      value = { kind: 'index', object: value, index, start: value.start, end: reader.at };
    } else if (startsWith(reader, '::') && isMemberStart(reader, 2)) {
      value = readMember(reader, value, 2, true);
    } else if (character === '.' && peek(reader, 1) !== '.' && isMemberStart(reader, 1)) {
      value = readMember(reader, value, 1, false);
    } else if (character === '?' && peek(reader, 1) === '.' && isMemberStart(reader, 2)) {
      value = readMember(reader, value, 2, false);
    } else if ((startsWith(reader, '++') || startsWith(reader, '--')) && value.kind === 'variable') {
      const operator = reader.text.slice(reader.at, reader.at + 2);
      reader.at += 2;
      value = { kind: 'unary', operator, operand: value, start: value.start, end: reader.at };
    } else return value;
  }
}

function isMemberStart(reader: Reader, ahead: number): boolean {
  // The name may stand on the next line.
  if (isNewline(peek(reader, ahead)))
    return /^\s*[A-Za-z_]/.test(reader.text.slice(reader.at + ahead, reader.at + ahead + 200));
  const character = peek(reader, ahead);
  return character !== '' && (isWordCharacter(character) || `$('"`.includes(character));
}

function readMember(reader: Reader, object: PsExpr, length: number, isStatic: boolean): PsExpr {
  reader.at += length;
  if (isNewline(peek(reader))) skip(reader, true);
  const { start } = object;
  let name: string | null = null;
  const word = wordAt(reader);
  if (word !== '') {
    name = word;
    reader.at += word.length;
  } else {
    const computed = readPrimary(reader);
    const [only, ...more] = computed.kind === 'string' ? computed.parts : [];
    if (only?.kind === 'text' && more.length === 0) name = only.text.toLowerCase();
  }
  // `$list.ForEach{ … }`
  if (peek(reader) === '{') {
    const args = [readPrimary(reader)];
    return { kind: 'method', object, name, isStatic, args, start, end: reader.at };
  }
  if (peek(reader) !== '(') return { kind: 'member', object, name, isStatic, start, end: reader.at };
  const args = readArguments(reader);
  return { kind: 'method', object, name, isStatic, args, start, end: reader.at };
}

/** The arguments of a method: here a comma only parts them. */
function readArguments(reader: Reader): PsExpr[] {
  reader.at++;
  const args: PsExpr[] = [];
  for (;;) {
    skip(reader, true);
    if (accept(reader, ')')) return args;
    if (args.length > 0) {
      expect(reader, ',', 'between the arguments of a method');
      skip(reader, true);
    }
    args.push(readArgument(reader));
  }
}

function readArgument(reader: Reader): PsExpr {
  const whole = deeper(reader, () => readBinaryWithoutList(reader, 1));
  return whole;
}

/** As `readBinary`, in a place where a comma ends the expression. */
function readBinaryWithoutList(reader: Reader, least: number): PsExpr {
  let left = readUnary(reader);
  for (;;) {
    skip(reader, true);
    const operator = operatorAt(reader);
    if (!operator || operator.binding < least) return left;
    reader.at = operator.end;
    skip(reader, true);
    const right = deeper(reader, () => readBinaryWithoutList(reader, operator.binding + 1));
    const { name, caseSensitive } = operator;
    left = { kind: 'binary', operator: name, caseSensitive, left, right, start: left.start, end: right.end };
  }
}

export function readPrimary(reader: Reader): PsExpr {
  const { at: start } = reader;
  const character = peek(reader);
  const paste = acceptPaste(reader);
  if (paste !== null) return { kind: 'paste', paste, start, end: reader.at };
  if (character !== '' && SINGLE_QUOTES.includes(character)) return readSingleQuoted(reader);
  if (character !== '' && DOUBLE_QUOTES.includes(character)) return readDoubleQuoted(reader);
  switch (character) {
    case '$': {
      if (peek(reader, 1) === '(') return readSubexpression(reader);
      return readVariable(reader, false) ?? fail(reader, "'$' begins no variable here");
    }
    case '@':
      return readAt(reader);
    case '(': {
      reader.at++;
      const body = readBlock(reader, ')', start);
      return { kind: 'paren', body, start, end: reader.at };
    }
    case '{': {
      reader.at++;
      const script = readScript(reader, '}', start);
      return { kind: 'block', script, start, end: reader.at };
    }
    case '[':
      return readType(reader);
  }
  const number = readNumber(reader);
  if (number) return number;
  return fail(reader, `expected a value, found ${shown(reader)}`);
}

function readAt(reader: Reader): PsExpr {
  const { at: start } = reader;
  const next = peek(reader, 1);
  if (next === '(') {
    reader.at += 2;
    const body = readBlock(reader, ')', start);
    return { kind: 'list', body, start, end: reader.at };
  }
  if (next === '{') return readHash(reader);
  if (next !== '' && (SINGLE_QUOTES.includes(next) || DOUBLE_QUOTES.includes(next)))
    return readHereString(reader);
  const variable = readVariable(reader, false);
  if (variable?.kind !== 'variable') return fail(reader, "'@' begins nothing here");
  return { ...variable, splat: true };
}

function readHash(reader: Reader): PsExpr {
  const { at: start } = reader;
  reader.at += 2;
  const entries: PsEntry[] = [];
  for (;;) {
    skipSeparators(reader);
    if (accept(reader, '}')) return { kind: 'hash', entries, start, end: reader.at };
    if (peek(reader) === '') fail(reader, "the '@{' is never closed", start);
    const key = readKey(reader);
    skip(reader, false);
    expect(reader, '=', "after a key in '@{ }'");
    skip(reader, true);
    entries.push({ key, value: deeper(reader, () => readStatement(reader)) });
  }
}

/** A key is a name as it stands, or any value. */
function readKey(reader: Reader): PsExpr {
  const { at: start } = reader;
  const word = wordAt(reader);
  if (word === '' || /^\d/.test(word)) return readUnary(reader);
  let { at } = reader;
  while (isWordCharacter(reader.text[at] ?? '') || reader.text[at] === '-') at++;
  reader.at = at;
  const parts = [{ kind: 'text', text: reader.text.slice(start, at), start, end: at } as const];
  return { kind: 'string', parts, bare: true, start, end: at };
}

/** `[T]`, and `[T]value`. */
function readType(reader: Reader): PsExpr {
  const { at: start, text } = reader;
  let level = 0;
  let end = start;
  do {
    const character = text[end] ?? '';
    if (character === '[') level++;
    else if (character === ']') level--;
    else if (!isWordCharacter(character) && (character === '' || !'., +`&*'.includes(character)))
      fail(reader, "what '[' opens is no type");
    end++;
  } while (level > 0);
  reader.at = end;
  const name = text
    .slice(start + 1, end - 1)
    .trim()
    .toLowerCase();
  const beginsValue = peek(reader) !== '' && !startsWith(reader, '::') && beginsOperand(reader);
  if (!beginsValue) return { kind: 'type', name, start, end };
  skip(reader, false);
  const operand = readUnary(reader);
  return { kind: 'cast', type: name, operand, start, end: operand.end };
}

/** Does the operand of a cast stand here? A type that stands alone is followed by an operator or an end. */
function beginsOperand(reader: Reader): boolean {
  const { at } = reader;
  skip(reader, false);
  const character = peek(reader);
  const digit = character >= '0' && character <= '9';
  const begins = character !== '' && (`$@("'{[`.includes(character) || digit || reader.pastes.has(reader.at));
  reader.at = at;
  return begins;
}

/** Does an expression begin a pipeline here, or the name of a command? */
export function beginsExpression(reader: Reader): boolean {
  const character = peek(reader);
  if (character === '') return false;
  if (
    `$@("'{[!,`.includes(character) ||
    SINGLE_QUOTES.includes(character) ||
    DOUBLE_QUOTES.includes(character)
  )
    return true;
  if ((character >= '0' && character <= '9') || (character === '.' && /\d/.test(peek(reader, 1)))) {
    const { at } = reader;
    const number = readNumber(reader);
    const next = peek(reader);
    reader.at = at;
    return number !== null && (next === '' || /[\s;|)}\],.+*/%<>=&-]/.test(next) || isNewline(next));
  }
  if (character !== '-' && character !== '+') return false;
  const next = peek(reader, 1);
  if (next === character || /[\d$(.]/.test(next)) return true;
  if (character === '+') return false;
  reader.at++;
  const word = keywordAt(reader);
  reader.at--;
  return UNARY.has(word);
}
