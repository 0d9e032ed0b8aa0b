import { acceptPaste, fail, isNewline, isWordCharacter, PASTED, peek, type Reader } from './reader.js';
import { readBlock } from './statements.js';
import type { PsExpr, PsPart } from './tree.js';

/** Quotes and here-strings open with one of these; PowerShell takes typographic quotes for plain ones. */
export const SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b";
export const DOUBLE_QUOTES = '"\u201c\u201d\u201e';

/** Collects the parts of a text: what is read goes in as characters, and comes out as few parts. */
export interface Collector {
  add(text: string, start: number, end: number): void;
  push(part: PsPart): void;
  readonly parts: PsPart[];
}

export function newCollector(): Collector {
  const parts: PsPart[] = [];
  return {
    parts,
    push: (part) => parts.push(part),
    add(text, start, end) {
      const last = parts.at(-1);
      if (last?.kind === 'text') parts[parts.length - 1] = { ...last, text: last.text + text, end };
      else parts.push({ kind: 'text', text, start, end });
    },
  };
}

/** `'…'`: only `''` is not what it looks like. */
export function readSingleQuoted(reader: Reader): PsExpr {
  const start = reader.at;
  const collector = newCollector();
  reader.at++;
  for (;;) {
    const character = peek(reader);
    if (character === '') fail(reader, 'a quoted text is never closed', start);
    if (SINGLE_QUOTES.includes(character)) {
      if (peek(reader, 1) === '' || !SINGLE_QUOTES.includes(peek(reader, 1))) break;
      collector.add(character, reader.at, reader.at + 2);
      reader.at += 2;
    } else if (!readPaste(reader, collector)) addCharacter(reader, collector);
  }
  reader.at++;
  return { kind: 'string', parts: collector.parts, bare: false, start, end: reader.at };
}

/** `"…"`: variables, `$( … )` and backtick escapes are read. */
export function readDoubleQuoted(reader: Reader): PsExpr {
  const start = reader.at;
  const collector = newCollector();
  reader.at++;
  for (;;) {
    const character = peek(reader);
    if (character === '') fail(reader, 'a quoted text is never closed', start);
    if (DOUBLE_QUOTES.includes(character)) {
      if (peek(reader, 1) === '' || !DOUBLE_QUOTES.includes(peek(reader, 1))) break;
      collector.add(character, reader.at, reader.at + 2);
      reader.at += 2;
    } else readExpandable(reader, collector);
  }
  reader.at++;
  return { kind: 'string', parts: collector.parts, bare: false, start, end: reader.at };
}

/** `@'` and `@"`, to a line that begins with the closing mark. */
export function readHereString(reader: Reader): PsExpr {
  const start = reader.at;
  const expandable = DOUBLE_QUOTES.includes(peek(reader, 1));
  const quotes = expandable ? DOUBLE_QUOTES : SINGLE_QUOTES;
  reader.at += 2;
  while (peek(reader) === ' ' || peek(reader) === '\t') reader.at++;
  if (!isNewline(peek(reader))) fail(reader, 'nothing may follow the opening mark of a here-string');
  skipNewline(reader);
  const collector = newCollector();
  let lineStart = true;
  for (;;) {
    const character = peek(reader);
    if (character === '') fail(reader, 'a here-string is never closed', start);
    if (lineStart && quotes.includes(character) && peek(reader, 1) === '@') break;
    if (isNewline(character)) {
      const from = reader.at;
      skipNewline(reader);
      // The last end of line belongs to the closing mark.
      const closes = peek(reader) !== '' && quotes.includes(peek(reader)) && peek(reader, 1) === '@';
      if (!closes) collector.add('\n', from, reader.at);
      lineStart = true;
      continue;
    }
    lineStart = false;
    if (expandable) readExpandable(reader, collector);
    else if (!readPaste(reader, collector)) addCharacter(reader, collector);
  }
  reader.at += 2;
  return { kind: 'string', parts: collector.parts, bare: false, start, end: reader.at };
}

function skipNewline(reader: Reader): void {
  reader.at += peek(reader) === '\r' && peek(reader, 1) === '\n' ? 2 : 1;
}

/** One character, paste, escape or expansion of an expandable text. */
export function readExpandable(reader: Reader, collector: Collector): void {
  if (readPaste(reader, collector)) return;
  const character = peek(reader);
  if (character === '`') readEscape(reader, collector);
  else if (character === '$') readExpansion(reader, collector);
  else addCharacter(reader, collector);
}

export function readPaste(reader: Reader, collector: Collector): boolean {
  const start = reader.at;
  const paste = acceptPaste(reader);
  if (paste === null) return false;
  collector.push({ kind: 'paste', paste, start, end: reader.at });
  return true;
}

export function addCharacter(reader: Reader, collector: Collector): void {
  collector.add(peek(reader), reader.at, reader.at + 1);
  reader.at++;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

export function readEscape(reader: Reader, collector: Collector): void {
  const start = reader.at;
  const escaped = peek(reader, 1);
  if (escaped === PASTED || escaped === '') {
    // The runner pastes first: the backtick belongs to whatever the value starts with.
    reader.at++;
    return;
  }
  const unicode =
    escaped === 'u' ? /^\{([0-9a-fA-F]{1,6})\}/.exec(reader.text.slice(start + 2, start + 10)) : null;
  if (unicode?.[1]) {
    reader.at += 2 + unicode[0].length;
    const point = Number.parseInt(unicode[1], 16);
    collector.add(point > 0x10ffff ? '' : String.fromCodePoint(point), start, reader.at);
    return;
  }
  reader.at += 2;
  collector.add(ESCAPES[escaped] ?? escaped, start, reader.at);
}

/** `$x`, `${x}` and `$( … )` in a text; any other `$` is itself. */
function readExpansion(reader: Reader, collector: Collector): void {
  const start = reader.at;
  const expr = peek(reader, 1) === '(' ? readSubexpression(reader) : readVariable(reader, true);
  if (expr) collector.push({ kind: 'expr', expr, start, end: reader.at });
  else addCharacter(reader, collector);
}

export function readSubexpression(reader: Reader): PsExpr {
  const start = reader.at;
  reader.at += 2;
  const body = readBlock(reader, ')', start);
  return { kind: 'sub', body, start, end: reader.at };
}

/** `$x`, `$env:X`, `${any name}`, `$_`, `$?`; null where the `$` begins no variable. */
export function readVariable(reader: Reader, inText: boolean): PsExpr | null {
  const { text, at: start } = reader;
  const next = peek(reader, 1);
  if (next === '{') {
    const end = text.indexOf('}', start);
    if (end < 0) fail(reader, "the name that '${' opens is never closed");
    reader.at = end + 1;
    return variable(text.slice(start + 2, end), start, reader.at);
  }
  if (next !== '' && '$?^'.includes(next) && !(inText && next === '$')) {
    reader.at += 2;
    return variable(next, start, reader.at);
  }
  let end = start + 1;
  while (isVariableCharacter(text[end] ?? '')) end++;
  if (end === start + 1) return null;
  // `$env:X`, but `::` follows a type's name, and `"$x: …"` is no drive.
  if (text[end] === ':' && text[end + 1] !== ':' && isVariableCharacter(text[end + 1] ?? '')) {
    end++;
    while (isVariableCharacter(text[end] ?? '')) end++;
  }
  reader.at = end;
  return variable(text.slice(start + 1, end), start, end);
}

function isVariableCharacter(character: string): boolean {
  return character === '?' || isWordCharacter(character);
}

function variable(name: string, start: number, end: number): PsExpr {
  const colon = name.indexOf(':');
  const written = name.slice(colon + 1);
  const drive = colon < 0 ? '' : name.slice(0, colon).toLowerCase();
  return { kind: 'variable', drive, name: written.toLowerCase(), written, splat: false, start, end };
}
