import { readPipelineChain, readWord } from './commands.js';
import { beginsExpression, readExpression, readPostfix } from './expressions.js';
import { LONGEST_ATTRIBUTE, readParameters, skipsAttribute } from './parameters.js';
import {
  accept,
  deeper,
  expect,
  fail,
  isNewline,
  keywordAt,
  peek,
  type Reader,
  shown,
  skip,
  skipSeparators,
  startsWith,
  wordAt,
} from './reader.js';
import { readVariable } from './strings.js';
import type { PsArm, PsBlock, PsCatch, PsExpr, PsParameter, PsScript, PsStatement } from './tree.js';
/** The statements up to `close`, which is read over; with `''` up to the end of the text. */
export function readBlock(reader: Reader, close: string, opened: number): PsBlock {
  return deeper(reader, () => {
    const body: PsStatement[] = [];
    for (;;) {
      skipSeparators(reader);
      if (close === '' ? reader.at >= reader.text.length : accept(reader, close)) return body;
      if (reader.at >= reader.text.length)
        fail(reader, `expected '${close}', found the end of the script`, opened);
      body.push(readStatement(reader));
      skip(reader, false);
      const next = peek(reader);
      if (
        next !== '' &&
        !isNewline(next) &&
        next !== ';' &&
        (close === '' || next !== close) &&
        !followsBlock(body)
      )
        fail(reader, `expected the end of a statement, found ${shown(reader)}`);
    }
  });
}

/** A statement that ends with a block needs nothing between it and the next. */
function followsBlock(body: readonly PsStatement[]): boolean {
  const kind = body.at(-1)?.kind;
  return (
    kind !== 'pipeline' &&
    kind !== 'chain' &&
    kind !== 'assign' &&
    kind !== 'throw' &&
    kind !== 'return' &&
    kind !== 'exit'
  );
}

function readBraces(reader: Reader, after: string): PsBlock {
  skip(reader, true);
  const { at } = reader;
  expect(reader, '{', after);
  return readBlock(reader, '}', at);
}

/** A script or a script block up to `close`: parameters, then statements or `begin`, `process` and `end` blocks. */
export function readScript(reader: Reader, close: string, opened: number): PsScript {
  const { at: start } = reader;
  skipSeparators(reader);
  const before = reader.at;
  while (peek(reader) === '[' && skipsAttribute(reader, LONGEST_ATTRIBUTE)) skip(reader, true);
  let parameters: PsParameter[] | null = null;
  if (keywordAt(reader) === 'param') {
    reader.at += 'param'.length;
    parameters = readParameters(reader);
  } else reader.at = before;
  skipSeparators(reader);
  const blocks: { name: string; body: PsBlock }[] = [];
  while (BLOCKS.has(keywordAt(reader)) && opensBlock(reader)) {
    const name = keywordAt(reader);
    reader.at += name.length;
    blocks.push({ name, body: readBraces(reader, `after '${name}'`) });
    skipSeparators(reader);
  }
  const body = readBlock(reader, close, opened);
  return { parameters, body, blocks, start, end: reader.at };
}

const BLOCKS: ReadonlySet<string> = new Set(['begin', 'process', 'end', 'clean', 'dynamicparam']);

function opensBlock(reader: Reader): boolean {
  const { at } = reader;
  reader.at += wordAt(reader).length;
  skip(reader, true);
  const opens = peek(reader) === '{';
  reader.at = at;
  return opens;
}

export function readStatement(reader: Reader): PsStatement {
  return deeper(reader, () => {
    if (peek(reader) === ':' && /[A-Za-z_]/.test(peek(reader, 1))) {
      reader.at++;
      reader.at += wordAt(reader).length;
      skip(reader, true);
    }
    const keyword = keywordAt(reader);
    const read = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    if (!read) return readAssignmentOrPipeline(reader);
    const { at: start } = reader;
    reader.at += keyword.length;
    return read(reader, start, keyword);
  });
}

const ASSIGNMENTS = ['??=', '+=', '-=', '*=', '/=', '%=', '='];

function readAssignmentOrPipeline(reader: Reader): PsStatement {
  const { at: start } = reader;
  if (reader.pastes.has(start) || !beginsExpression(reader)) return readPipelineChain(reader, null);
  const target = readExpression(reader);
  if (isTarget(target)) {
    skip(reader, false);
    const operator = ASSIGNMENTS.find((one) => startsWith(reader, one));
    if (operator !== undefined && !(operator === '=' && peek(reader, 1) === '=')) {
      reader.at += operator.length;
      skip(reader, true);
      const value = readStatement(reader);
      return { kind: 'assign', target, operator, value, start, end: value.end };
    }
  }
  return readPipelineChain(reader, target);
}

/** `$x`, `[T]$x`, `$x.y`, `$x[0]` and lists of those. */
function isTarget(expr: PsExpr): boolean {
  switch (expr.kind) {
    case 'variable':
    case 'member':
    case 'index':
      return true;
    case 'cast':
      return isTarget(expr.operand);
    case 'array':
      return expr.items.every(isTarget);
    default:
      return false;
  }
}

type ReadStatement = (reader: Reader, start: number, keyword: string) => PsStatement;

/** `( … )` after a keyword. */
function readTest(reader: Reader, keyword: string): PsStatement {
  skip(reader, true);
  expect(reader, '(', `after '${keyword}'`);
  skip(reader, true);
  const test = readStatement(reader);
  skip(reader, true);
  expect(reader, ')', `after the condition of '${keyword}'`);
  return test;
}

/** Does `keyword` go on after a block, on this line or a later one? Reads over it where it does. */
function continues(reader: Reader, keyword: string): boolean {
  const { at } = reader;
  skip(reader, true);
  if (keywordAt(reader) === keyword) {
    reader.at += keyword.length;
    return true;
  }
  reader.at = at;
  return false;
}

const readIf: ReadStatement = (reader, start) => {
  const clauses: { test: PsStatement; body: PsBlock }[] = [];
  let otherwise: PsBlock | null = null;
  do clauses.push({ test: readTest(reader, 'if'), body: readBraces(reader, 'after the condition') });
  while (continues(reader, 'elseif'));
  if (continues(reader, 'else')) otherwise = readBraces(reader, "after 'else'");
  return { kind: 'if', clauses, otherwise, start, end: reader.at };
};

const readSwitch: ReadStatement = (reader, start) => {
  let mode: Extract<PsStatement, { kind: 'switch' }>['mode'] = 'exact';
  let caseSensitive = false;
  for (;;) {
    skip(reader, true);
    if (!accept(reader, '-')) break;
    const option = wordAt(reader);
    reader.at += option.length;
    if (option !== '' && 'wildcard'.startsWith(option)) mode = 'wildcard';
    else if (option !== '' && 'regex'.startsWith(option)) mode = 'regex';
    else if (option !== '' && 'file'.startsWith(option)) mode = 'file';
    else if (option !== '' && 'casesensitive'.startsWith(option)) caseSensitive = true;
  }
  const subject = mode === 'file' && peek(reader) !== '(' ? readFileName(reader) : readTest(reader, 'switch');
  skip(reader, true);
  const opened = reader.at;
  expect(reader, '{', 'after the subject of a switch');
  const arms: PsArm[] = [];
  for (;;) {
    skipSeparators(reader);
    if (accept(reader, '}')) break;
    if (reader.at >= reader.text.length) fail(reader, 'the switch is never closed', opened);
    const { at } = reader;
    let pattern: PsExpr | null = null;
    if (keywordAt(reader) === 'default') reader.at += 'default'.length;
    else pattern = beginsExpression(reader) ? readExpression(reader) : readWord(reader);
    const body = readBraces(reader, 'after a pattern');
    arms.push({ pattern, body, start: at, end: pattern?.end ?? at + 'default'.length });
  }
  return { kind: 'switch', mode, caseSensitive, subject, arms, start, end: reader.at };
};

function readFileName(reader: Reader): PsStatement {
  const expr = beginsExpression(reader) ? readPostfix(reader) : readWord(reader);
  const { start, end } = expr;
  return {
    kind: 'pipeline',
    elements: [{ kind: 'value', expr, redirects: [], start, end }],
    background: false,
    start,
    end,
  };
}

const readForeach: ReadStatement = (reader, start) => {
  skip(reader, true);
  while (accept(reader, '-')) {
    reader.at += wordAt(reader).length;
    skip(reader, true);
    const { at } = reader;
    while (/\d/.test(peek(reader))) reader.at++;
    if (reader.at > at) skip(reader, true);
  }
  expect(reader, '(', "after 'foreach'");
  skip(reader, true);
  const variable = peek(reader) === '$' ? readVariable(reader, false) : null;
  if (!variable) return fail(reader, `expected a variable after 'foreach (', found ${shown(reader)}`);
  skip(reader, true);
  if (keywordAt(reader) !== 'in') fail(reader, `expected 'in', found ${shown(reader)}`);
  reader.at += 'in'.length;
  skip(reader, true);
  const items = readStatement(reader);
  skip(reader, true);
  expect(reader, ')', "after the items of 'foreach'");
  const body = readBraces(reader, "after 'foreach ( )'");
  return { kind: 'foreach', variable, items, body, start, end: reader.at };
};

const readFor: ReadStatement = (reader, start) => {
  skip(reader, true);
  expect(reader, '(', "after 'for'");
  const part = (close: string): PsStatement | null => {
    skip(reader, true);
    const statement = peek(reader) === ';' || peek(reader) === ')' ? null : readStatement(reader);
    skip(reader, true);
    if (close === ')') expect(reader, ')', "after the parts of 'for'");
    else accept(reader, close);
    return statement;
  };
  const initialise = part(';');
  const test = part(';');
  const update = part(')');
  const body = readBraces(reader, "after 'for ( )'");
  return { kind: 'for', initialise, test, update, body, start, end: reader.at };
};

const readWhile: ReadStatement = (reader, start) => {
  const test = readTest(reader, 'while');
  const body = readBraces(reader, 'after the condition');
  return { kind: 'while', until: false, bodyFirst: false, test, body, start, end: reader.at };
};

const readDo: ReadStatement = (reader, start) => {
  const body = readBraces(reader, "after 'do'");
  const until = continues(reader, 'until');
  if (!until && !continues(reader, 'while')) fail(reader, "expected 'while' or 'until' after 'do { }'");
  const test = readTest(reader, until ? 'until' : 'while');
  return { kind: 'while', until, bodyFirst: true, test, body, start, end: reader.at };
};

const readTry: ReadStatement = (reader, start) => {
  const body = readBraces(reader, "after 'try'");
  const catches: PsCatch[] = [];
  let last: PsBlock | null = null;
  while (continues(reader, 'catch')) {
    const at = reader.at - 'catch'.length;
    const types: string[] = [];
    skip(reader, true);
    while (peek(reader) === '[') {
      const from = reader.at;
      if (!skipsAttribute(reader)) fail(reader, "the '[' is never closed");
      types.push(reader.text.slice(from + 1, reader.at - 1).trim());
      skip(reader, true);
      if (accept(reader, ',')) skip(reader, true);
    }
    catches.push({ types, body: readBraces(reader, "after 'catch'"), start: at, end: at + 'catch'.length });
  }
  if (continues(reader, 'finally')) last = readBraces(reader, "after 'finally'");
  if (catches.length === 0 && last === null) fail(reader, "a 'try' has neither 'catch' nor 'finally'", start);
  return { kind: 'try', body, catches, last, start, end: reader.at };
};

const readLeave: ReadStatement = (reader, start, keyword) => {
  const kind = keyword === 'throw' ? 'throw' : keyword === 'return' ? 'return' : 'exit';
  const at = { start, end: reader.at };
  skip(reader, false);
  const next = peek(reader);
  const value =
    next === '' || isNewline(next) || ';})|&'.includes(next) ? null : readPipelineChain(reader, null);
  return { kind, value, keyword: at, start, end: value?.end ?? at.end };
};

const readJump: ReadStatement = (reader, start, keyword) => {
  const kind = keyword === 'break' ? 'break' : 'continue';
  const { at: end } = reader;
  skip(reader, false);
  const label = wordAt(reader);
  if (label === '') reader.at = end;
  else reader.at += label.length;
  return { kind, label: label === '' ? null : label, start, end: reader.at };
};

const readFunction: ReadStatement = (reader, start) => {
  skip(reader, true);
  const from = reader.at;
  while (/[\w:.?-]/.test(peek(reader))) reader.at++;
  const name = reader.text.slice(from, reader.at).replace(/^(global|script|local|private):/i, '');
  if (name === '') fail(reader, `expected the name of a function, found ${shown(reader)}`);
  skip(reader, true);
  const own = peek(reader) === '(' ? readParameters(reader) : null;
  skip(reader, true);
  const opened = reader.at;
  expect(reader, '{', 'after the name of a function');
  const script = readScript(reader, '}', opened);
  const body = own ? { ...script, parameters: own } : script;
  return { kind: 'function', name: name.toLowerCase(), body, start, end: reader.at };
};

/** A construct that is read over to the end of its block. */
const readOther: ReadStatement = (reader, start, keyword) => {
  while (peek(reader) !== '{') {
    if (peek(reader) === '' || peek(reader) === ';') fail(reader, `a '${keyword}' has no block`, start);
    reader.at++;
  }
  if (!skipsAttribute(reader)) fail(reader, `the block of a '${keyword}' is never closed`, start);
  return { kind: 'other', keyword, start, end: reader.at };
};

const KEYWORDS: Readonly<Record<string, ReadStatement>> = {
  if: readIf,
  switch: readSwitch,
  foreach: readForeach,
  for: readFor,
  while: readWhile,
  do: readDo,
  try: readTry,
  throw: readLeave,
  return: readLeave,
  exit: readLeave,
  break: readJump,
  continue: readJump,
  function: readFunction,
  filter: readFunction,
  trap: readOther,
  class: readOther,
  enum: readOther,
  workflow: readOther,
  configuration: readOther,
  data: readOther,
};
