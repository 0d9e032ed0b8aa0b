import { beginsExpression, readExpression, readItems, readPostfix } from './expressions.js';
import { readNumber } from './numbers.js';
import {
  accept,
  fail,
  isBlank,
  isLetter,
  isNewline,
  isWordCharacter,
  keywordAt,
  peek,
  type Reader,
  shown,
  skip,
  startsWith,
} from './reader.js';
import { readStatement } from './statements.js';
import {
  addCharacter,
  DOUBLE_QUOTES,
  newCollector,
  readEscape,
  readExpandable,
  readPaste,
  readVariable,
  SINGLE_QUOTES,
} from './strings.js';
import type { PsArgument, PsCommand, PsElement, PsExpr, PsRedirect, PsStatement } from './tree.js';

/** What may stand behind `&&` and `||` besides a pipeline. */
const LEAVES: ReadonlySet<string> = new Set(['throw', 'return', 'exit', 'break', 'continue']);

/** `first` is an expression that was read already. Pipelines joined by `&&` and `||`, with the `&` that sends them to the background. */
export function readPipelineChain(reader: Reader, first: PsExpr | null): PsStatement {
  let left = readPipeline(reader, first);
  for (;;) {
    skip(reader, false);
    const operator = startsWith(reader, '&&') ? '&&' : startsWith(reader, '||') ? '||' : null;
    if (operator === null) break;
    const operatorAt = { start: reader.at, end: reader.at + 2 };
    reader.at += 2;
    skip(reader, true);
    const right = LEAVES.has(keywordAt(reader)) ? readStatement(reader) : readPipeline(reader, null);
    left = { kind: 'chain', operator, left, right, operatorAt, start: left.start, end: right.end };
  }
  if (left.kind === 'pipeline' && peek(reader) === '&') {
    reader.at++;
    left = { ...left, background: true, end: reader.at };
  }
  return left;
}

/** `a | b | c`; a lone expression is a pipeline of one element. */
function readPipeline(reader: Reader, first: PsExpr | null): PsStatement {
  const elements: PsElement[] = [first ? readValue(reader, first) : readElement(reader)];
  for (;;) {
    const { at } = reader;
    skip(reader, false);
    if (isNewline(peek(reader))) {
      // A `|` may begin the next line.
      skip(reader, true);
      if (peek(reader) !== '|' || peek(reader, 1) === '|') reader.at = at;
    }
    if (peek(reader) !== '|' || peek(reader, 1) === '|') break;
    reader.at++;
    skip(reader, true);
    elements.push(readCommand(reader));
  }
  const start = elements[0]?.start ?? reader.at;
  return { kind: 'pipeline', elements, background: false, start, end: elements.at(-1)?.end ?? start };
}

function readElement(reader: Reader): PsElement {
  const isValue = !reader.pastes.has(reader.at) && beginsExpression(reader);
  return isValue ? readValue(reader, readExpression(reader)) : readCommand(reader);
}

function readValue(reader: Reader, expr: PsExpr): PsElement {
  const redirects: PsRedirect[] = [];
  for (;;) {
    const { at } = reader;
    skip(reader, false);
    const redirect = readRedirect(reader);
    if (!redirect) {
      reader.at = at;
      break;
    }
    redirects.push(redirect);
  }
  return { kind: 'value', expr, redirects, start: expr.start, end: redirects.at(-1)?.end ?? expr.end };
}

function readCommand(reader: Reader): PsCommand {
  const { at: start } = reader;
  let invocation: PsCommand['invocation'] = '';
  const character = peek(reader);
  if (character === '&' && peek(reader, 1) !== '&') invocation = '&';
  else if (character === '.' && !/[\w.\\/]/.test(peek(reader, 1))) invocation = '.';
  if (invocation !== '') {
    reader.at++;
    skip(reader, false);
  }
  const name = readOperand(reader, invocation === '');
  let end = reader.at;
  const args: PsArgument[] = [];
  const redirects: PsRedirect[] = [];
  for (;;) {
    skip(reader, false);
    const redirect = readRedirect(reader);
    if (redirect) redirects.push(redirect);
    else {
      const arg = readArgument(reader);
      if (!arg) break;
      args.push(...arg);
    }
    end = reader.at;
  }
  return { kind: 'command', invocation, name, args, redirects, start, end };
}

/** `> file`, `2>&1`, `*>> file`; null where none stands here. */
function readRedirect(reader: Reader): PsRedirect | null {
  const { at: start } = reader;
  const digit = /^[1-6*]$/.test(peek(reader)) ? 1 : 0;
  if (peek(reader, digit) !== '>') return null;
  const stream = peek(reader);
  const from = digit === 0 ? 1 : stream === '*' ? 0 : Number(stream);
  reader.at += digit + 1;
  const append = accept(reader, '>');
  if (!append && peek(reader) === '&' && /\d/.test(peek(reader, 1))) {
    const to = Number(peek(reader, 1));
    reader.at += 2;
    return { from, append, to, start, end: reader.at };
  }
  skip(reader, false);
  const to = readOperand(reader, false);
  return { from, append, to, start, end: reader.at };
}

/** Characters that end a word of a command. */
function endsWord(character: string): boolean {
  return character === '' || isBlank(character) || isNewline(character) || '(){};,|&>'.includes(character);
}

/** One argument, or two where `-Name.rest` falls apart; null at the end of the command. */
function readArgument(reader: Reader): PsArgument[] | null {
  const { at: start } = reader;
  const character = peek(reader);
  if (character === '' || isNewline(character) || ')};|&'.includes(character)) return null;
  if (startsWith(reader, '--%')) return [readVerbatim(reader)];
  if (character === '-' && (isLetter(peek(reader, 1)) || peek(reader, 1) === '?'))
    return [readParameter(reader)];
  if (accept(reader, ',')) fail(reader, "an argument is missing before ','", start);
  if (character === '<') fail(reader, "'<' is no redirection that PowerShell knows");
  const first = readOperand(reader, false);
  const expr = readItems(reader, first, (inner) => readOperand(inner, false));
  return [{ kind: 'value', expr, start, end: reader.at }];
}

/** After `--%` all the rest of the line is handed on as it stands. */
function readVerbatim(reader: Reader): PsArgument {
  reader.at += 3;
  const start = reader.at;
  const collector = newCollector();
  while (peek(reader) !== '' && !isNewline(peek(reader)) && peek(reader) !== '|') {
    if (!readPaste(reader, collector)) addCharacter(reader, collector);
  }
  const expr: PsExpr = { kind: 'string', parts: collector.parts, bare: true, start, end: reader.at };
  return { kind: 'value', expr, start, end: reader.at };
}

/** `-Name`, `-Name:value`. A name may be any option of a program: `-DFOO=$x` is one as it stands, without expansion. */
function readParameter(reader: Reader): PsArgument {
  const { at: start } = reader;
  let end = start + 1;
  const { text } = reader;
  while (!isParameterEnd(text[end] ?? '')) end++;
  // A quote or a paste in it: it is a word like any other.
  const next = text[end] ?? '';
  if (
    reader.pastes.has(end) ||
    (next !== '' && (DOUBLE_QUOTES.includes(next) || SINGLE_QUOTES.includes(next)))
  ) {
    const expr = readWord(reader);
    return { kind: 'value', expr, start, end: reader.at };
  }
  const name = text.slice(start + 1, end);
  reader.at = end;
  if (!accept(reader, ':')) return { kind: 'parameter', name, value: null, start, end };
  skip(reader, false);
  const value =
    endsWord(peek(reader)) && peek(reader) !== '(' && peek(reader) !== '{'
      ? null
      : readOperand(reader, false);
  return { kind: 'parameter', name, value, start, end: reader.at };
}

function isParameterEnd(character: string): boolean {
  return (
    endsWord(character) ||
    ':.[\uE000'.includes(character) ||
    DOUBLE_QUOTES.includes(character) ||
    SINGLE_QUOTES.includes(character)
  );
}

/** The name of a command, an argument, or the file of a redirection. `bareOnly`: in the place of a command's name. */
export function readOperand(reader: Reader, bareOnly: boolean): PsExpr {
  const character = peek(reader);
  if (character !== '' && !bareOnly && !reader.pastes.has(reader.at)) {
    if (character === '$') {
      const variable = variableWord(reader);
      if (variable) return variable;
    } else if (
      `({`.includes(character) ||
      SINGLE_QUOTES.includes(character) ||
      DOUBLE_QUOTES.includes(character) ||
      (character === '@' && peek(reader, 1) !== '' && !endsWord(peek(reader, 1)) && isAt(peek(reader, 1))) ||
      (character === '@' && `({`.includes(peek(reader, 1)))
    )
      return readPostfix(reader);
    else if (character === '[' && /^\[[\w.]+\]::/.test(reader.text.slice(reader.at, reader.at + 80))) {
      // `[T]::x` alone is a word for a command; in parentheses it is a value.
      return readWord(reader);
    }
  }
  const { at } = reader;
  const number = bareOnly ? null : readNumber(reader);
  if (number && endsWord(peek(reader))) return number;
  reader.at = at;
  if (endsWord(character)) fail(reader, `expected a command or an argument, found ${shown(reader)}`);
  return readWord(reader);
}

function isAt(character: string): boolean {
  return isWordCharacter(character) || SINGLE_QUOTES.includes(character) || DOUBLE_QUOTES.includes(character);
}

/** `$x`, `$x.y` and `$x[0]` are values; `$x/y` is a word that begins with one, and null is given. */
function variableWord(reader: Reader): PsExpr | null {
  const { at } = reader;
  if (peek(reader, 1) === '(') return readPostfix(reader);
  if (!readVariable(reader, false)) {
    reader.at = at;
    return null;
  }
  const next = peek(reader);
  reader.at = at;
  return endsWord(next) || next === '.' || next === '[' || (next === ':' && startsWith(reader, '::'))
    ? readPostfix(reader)
    : null;
}

/** A word without quotes around it; quotes in it (`--x="a b"`) only keep its blanks together. */
export function readWord(reader: Reader): PsExpr {
  const { at: start } = reader;
  const collector = newCollector();
  for (;;) {
    if (readPaste(reader, collector)) continue;
    const character = peek(reader);
    if (endsWord(character)) break;
    if (DOUBLE_QUOTES.includes(character)) readQuotedInWord(reader, collector, DOUBLE_QUOTES);
    else if (SINGLE_QUOTES.includes(character)) readQuotedInWord(reader, collector, SINGLE_QUOTES);
    else if (character === '`') {
      if (isNewline(peek(reader, 1))) break;
      readEscape(reader, collector);
    } else readExpandable(reader, collector);
  }
  return { kind: 'string', parts: collector.parts, bare: true, start, end: reader.at };
}

function readQuotedInWord(reader: Reader, collector: ReturnType<typeof newCollector>, quotes: string): void {
  const { at: start } = reader;
  reader.at++;
  for (;;) {
    const character = peek(reader);
    if (character === '') fail(reader, 'a quoted text is never closed', start);
    if (quotes.includes(character)) break;
    if (quotes === DOUBLE_QUOTES) readExpandable(reader, collector);
    else if (!readPaste(reader, collector)) addCharacter(reader, collector);
  }
  reader.at++;
}
