import {
  decodeAnsiC,
  rewrittenText,
  type ShellCommandExpansion,
  type ShellHeredoc,
  type ShellParameter,
  type ShellParameterOperation,
  type ShellPart,
  type ShellWord,
  type ShellWordPieces,
} from '../../../parse/shell.js';
import type { Block, Parameter, ParameterOperation, Part, Word } from '../../program.js';
import { type Frame, innerFrame, insertAfter, insertIn, placeOf, writtenText } from '../frame.js';
import { lowerArithmetic } from './arithmetic.js';
import { lowerStatements } from './statements.js';

/** How the text of a word is read: it depends on what the word is for and on the quotes around it. */
export interface Style {
  /** Text and expansions are quoted by something around them. */
  readonly quoted: boolean;
  /**
   * What a backslash escapes. `bare`: any character; `double`: as in double quotes; `operand`: as in
   * `"${X:-…}"`; `heredoc`: as in a here-document; `raw`: nothing.
   */
  readonly escapes: 'bare' | 'double' | 'operand' | 'heredoc' | 'raw';
  /** Where `~` is a home directory: nowhere, at the word's start, or also after every `:`. */
  readonly home: 'never' | 'start' | 'colons';
  /** Whether patterns are read (or become file names), and whether braces make several words. */
  readonly globs: boolean;
  readonly braces: boolean;
  /** `<<-`: tabs at the start of lines are not part of the text. */
  readonly dropTabs: boolean;
}

/** A word of a command, a loop or an array. */
export const FIELD: Style = {
  quoted: false,
  escapes: 'bare',
  home: 'start',
  globs: true,
  braces: true,
  dropTabs: false,
};
/** The value of an assignment. */
export const VALUE: Style = { ...FIELD, home: 'colons', globs: false, braces: false };
/** One text that is neither split nor globbed: a `case` subject, a here-string, an operand of `[[`. */
export const SINGLE: Style = { ...FIELD, globs: false, braces: false };
export const PATTERN: Style = { ...FIELD, braces: false };
/** Subscripts, slices and regular expressions: no home directories, no patterns. */
export const PLAIN: Style = { ...SINGLE, home: 'never' };
/** In double quotes, and in arithmetic, which is read as if it stood in them. */
export const DOUBLE: Style = { ...PLAIN, quoted: true, escapes: 'double' };
const OPERAND_IN_QUOTES: Style = { ...DOUBLE, escapes: 'operand' };
const REPLACEMENT_IN_QUOTES: Style = { ...DOUBLE, escapes: 'bare' };
const VERBATIM: Style = { ...DOUBLE, escapes: 'raw' };

interface Bounds {
  readonly pos: number;
  readonly end: number;
}

export function lowerWord(frame: Frame, word: ShellWord, style: Style): Word {
  return lowerPieces(frame, [word], style);
}

/** Lowers the pieces of one word (see `commandItems`). */
export function lowerPieces(frame: Frame, pieces: ShellWordPieces, style: Style): Word {
  const bounds = { pos: pieces[0].pos, end: (pieces.at(-1) ?? pieces[0]).end };
  const parts: Part[] = [];
  for (const piece of pieces) lowerPiece(frame, piece, style, bounds, parts);
  return { kind: 'word', parts, assignment: null, at: placeOf(frame, bounds.pos, bounds.end) };
}

function lowerPiece(frame: Frame, piece: ShellWord, style: Style, bounds: Bounds, parts: Part[]): void {
  if (piece.parts === undefined) lowerText(frame, piece.pos, piece.end, style, bounds, parts);
  else for (const part of piece.parts) lowerPart(frame, part, style, bounds, parts);
}

/** The body of a here-document; one without any text still is a (quoted, empty) text. */
export function lowerHeredocBody(frame: Frame, heredoc: ShellHeredoc): Word {
  const { body, delimiter } = heredoc;
  const dropTabs = heredoc.operator === '<<-';
  const style: Style = { ...DOUBLE, escapes: delimiter?.quoted ? 'raw' : 'heredoc', dropTabs };
  const parts: Part[] = [];
  if (body.parts === undefined) lowerText(frame, body.pos, body.end, style, body, parts);
  else for (const part of body.parts) lowerPart(frame, part, style, body, parts);
  if (parts.length === 0) pushText(frame, body.pos, body.pos, '', true, parts);
  return { kind: 'word', parts, assignment: null, at: placeOf(frame, body.pos, body.end) };
}

/** Lowers the parts of something that stands in arithmetic. */
export function lowerQuotedParts(frame: Frame, from: readonly ShellPart[], bounds: Bounds): Part[] {
  const parts: Part[] = [];
  for (const part of from) lowerPart(frame, part, DOUBLE, bounds, parts);
  return parts;
}

/** Lowers a stretch of plain text, with whatever inserts stand in it. */
export function lowerStretch(frame: Frame, start: number, end: number, style: Style): Part[] {
  const parts: Part[] = [];
  lowerText(frame, start, end, style, { pos: start, end }, parts);
  return parts;
}

function lowerPart(frame: Frame, part: ShellPart, style: Style, bounds: Bounds, parts: Part[]): void {
  const { pos, end } = part;
  switch (part.type) {
    case 'Literal':
      lowerText(frame, pos, end, style, bounds, parts);
      return;
    case 'SingleQuoted':
      // In `${X:-'a'}` within a here-document they are no quotes, though the parser takes them for some.
      if (style.escapes === 'operand') lowerText(frame, pos, end, style, bounds, parts);
      else lowerSingleQuoted(frame, pos, end, parts);
      return;
    case 'AnsiCQuoted':
      lowerAnsiC(frame, pos, end, part.value, parts);
      return;
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inside: Part[] = [];
      for (const child of part.parts) lowerPart(frame, child, DOUBLE, bounds, inside);
      if (inside.length === 0) pushText(frame, pos, end, '', true, parts);
      for (const child of inside) push(child, parts);
      return;
    }
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion': {
      const kind = part.type === 'BraceExpansion' ? 'brace' : 'glob';
      const inside: Part[] = [];
      lowerCovered(frame, part, style, bounds, inside);
      if (kind === 'brace' ? style.braces : style.globs) {
        const inner = inside.filter(isComputed);
        const text = writtenText(frame, pos, end, part.text);
        parts.push({ kind, text, inner, at: placeOf(frame, pos, end) });
      } else for (const child of inside) push(child, parts);
      return;
    }
    case 'SimpleExpansion':
      lowerSimpleExpansion(frame, pos, end, style, bounds, parts);
      return;
    case 'ParameterExpansion':
      parts.push(lowerParameter(frame, part, style));
      return;
    case 'CommandExpansion': {
      const { quoted } = style;
      parts.push({ kind: 'command', body: substituted(frame, part), quoted, at: placeOf(frame, pos, end) });
      return;
    }
    case 'ProcessSubstitution': {
      const body = lowerStatements(frame, part.script?.commands ?? []);
      parts.push({ kind: 'process', direction: part.operator, body, at: placeOf(frame, pos, end) });
      return;
    }
    case 'ArithmeticExpansion': {
      const at = placeOf(frame, pos, end);
      const expression = lowerArithmetic(frame, part.expression, at);
      parts.push({ kind: 'arithmetic', expression, quoted: style.quoted, at });
      return;
    }
  }
}

function isComputed(part: Part): boolean {
  return part.kind !== 'text' && part.kind !== 'glob' && part.kind !== 'home';
}

/** A part with a text of its own and some parts in it: what stands between those is text. */
function lowerCovered(
  frame: Frame,
  part: ShellPart & { readonly parts?: readonly ShellPart[] | undefined },
  style: Style,
  bounds: Bounds,
  parts: Part[],
): void {
  let at = part.pos;
  for (const child of part.parts ?? []) {
    lowerText(frame, at, child.pos, style, bounds, parts);
    lowerPart(frame, child, style, bounds, parts);
    at = child.end;
  }
  lowerText(frame, at, part.end, style, bounds, parts);
}

function lowerSingleQuoted(frame: Frame, pos: number, end: number, parts: Part[]): void {
  const open = pos + 1;
  const close = Math.max(open, end - 1);
  if (close === open) pushText(frame, pos, end, '', true, parts);
  else lowerText(frame, open, close, VERBATIM, { pos: open, end: close }, parts);
}

function lowerAnsiC(frame: Frame, pos: number, end: number, value: string, parts: Part[]): void {
  const open = pos + 2;
  const close = Math.max(open, end - 1);
  if (insertIn(frame, open, close) === null) {
    const [from, to] = close === open ? [pos, end] : [open, close];
    pushText(frame, from, to, value, true, parts);
    return;
  }
  let at = open;
  for (let i = insertAfter(frame, open); i < frame.inserts.length; i++) {
    const insert = frame.inserts[i];
    if (insert === undefined || insert.start >= close) break;
    pushAnsiC(frame, at, insert.start, parts);
    parts.push(insert.part(true));
    at = Math.min(insert.end, close);
  }
  pushAnsiC(frame, at, close, parts);
}

function pushAnsiC(frame: Frame, start: number, end: number, parts: Part[]): void {
  if (end <= start) return;
  const body = frame.source.slice(start, end);
  pushText(frame, start, end, decodeAnsiC(body) ?? body, true, parts);
}

function pushText(
  frame: Frame,
  start: number,
  end: number,
  text: string,
  quoted: boolean,
  parts: Part[],
): void {
  push({ kind: 'text', text, quoted, at: placeOf(frame, start, end) }, parts);
}

/** Adds a part; text is joined to the text before it where that is quoted alike. */
function push(part: Part, parts: Part[]): void {
  const last = parts.at(-1);
  if (part.kind === 'text' && last?.kind === 'text' && last.quoted === part.quoted) {
    const at = { text: last.at.text, start: last.at.start, end: Math.max(last.at.end, part.at.end) };
    parts[parts.length - 1] = { ...last, text: last.text + part.text, at };
  } else parts.push(part);
}

const ESCAPED_IN = {
  raw: '',
  bare: '',
  double: '$`"\\',
  operand: '$`"\\}',
  heredoc: '$`\\',
} as const;

/** Lowers text without expansions: takes off backslashes, and cuts out inserts and home directories. */
function lowerText(
  frame: Frame,
  start: number,
  end: number,
  style: Style,
  bounds: Bounds,
  parts: Part[],
): void {
  const { source, inserts } = frame;
  let next = insertAfter(frame, start);
  let done = start;
  let i = start;
  let lineStart = start === bounds.pos;
  const flush = (upTo: number) => {
    if (upTo > done) pushText(frame, done, upTo, source.slice(done, upTo), style.quoted, parts);
  };
  while (i < end) {
    const insert = inserts[next];
    if (insert !== undefined && insert.start <= i) {
      flush(i);
      parts.push(insert.part(style.quoted));
      i = Math.min(Math.max(i, insert.end), end);
      done = i;
      next++;
      lineStart = false;
      continue;
    }
    const character = source[i];
    if (character === '\t' && lineStart && style.dropTabs) {
      flush(i);
      i++;
      done = i;
      continue;
    }
    if (character === '~' && style.home !== 'never' && startsHome(source, i, style, bounds)) {
      const stop = homeEnd(source, i, end);
      if (insertIn(frame, i, stop) === null && endsHome(source, stop, end, style, bounds)) {
        flush(i);
        parts.push({ kind: 'home', text: source.slice(i, stop), at: placeOf(frame, i, stop) });
        i = stop;
        done = i;
        continue;
      }
    }
    lineStart = character === '\n';
    if (character !== '\\' || style.escapes === 'raw' || i + 1 >= end) {
      i++;
      continue;
    }
    const escaped = source.charAt(i + 1);
    if (escaped === '\n') {
      flush(i);
      i += 2;
      done = i;
      continue;
    }
    if (style.escapes !== 'bare') {
      if (ESCAPED_IN[style.escapes].includes(escaped)) {
        flush(i);
        pushText(frame, i, i + 2, escaped, true, parts);
        i += 2;
        done = i;
      } else i++;
      continue;
    }
    flush(i);
    // The runner pastes before the shell reads: the backslash belongs to whatever the value starts with.
    if (insert !== undefined && insert.start === i + 1) {
      i++;
      done = i;
      continue;
    }
    const whole = String.fromCodePoint(source.codePointAt(i + 1) ?? 0);
    const stop = Math.min(i + 1 + whole.length, end);
    pushText(frame, i, stop, source.slice(i + 1, stop), true, parts);
    i = stop;
    done = i;
  }
  flush(end);
}

function startsHome(source: string, at: number, style: Style, bounds: Bounds): boolean {
  return at === bounds.pos || (style.home === 'colons' && source[at - 1] === ':' && source[at - 2] !== '\\');
}

function homeEnd(source: string, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && /[\w.+-]/.test(source.charAt(stop))) stop++;
  return stop;
}

/** A `~` prefix must end in unquoted text: `~"x"` and `~$x` are no home directories. */
function endsHome(source: string, stop: number, end: number, style: Style, bounds: Bounds): boolean {
  if (stop >= end) return stop === bounds.end;
  return source[stop] === '/' || (style.home === 'colons' && source[stop] === ':');
}

/**
 * `$X`. A name that runs into an insert ends before it: the runner pastes a value after `$X`, it does not make
 * the name longer. A lone `$` before an insert is text.
 */
function lowerSimpleExpansion(
  frame: Frame,
  pos: number,
  end: number,
  style: Style,
  bounds: Bounds,
  parts: Part[],
): void {
  const insert = insertIn(frame, pos, end);
  const stop = insert === null ? end : Math.max(pos + 1, insert.start);
  const name = frame.source.slice(pos + 1, stop);
  if (name === '') pushText(frame, pos, stop, '$', style.quoted, parts);
  else parts.push(plainParameter(frame, name, style.quoted, pos, stop));
  if (insert !== null) lowerText(frame, stop, end, { ...style, home: 'never' }, bounds, parts);
}

function plainParameter(frame: Frame, name: string, quoted: boolean, pos: number, end: number): Parameter {
  return {
    kind: 'parameter',
    name,
    quoted,
    indirect: false,
    length: false,
    index: null,
    operation: null,
    at: placeOf(frame, pos, end),
  };
}

function lowerParameter(frame: Frame, part: ShellParameter, style: Style): Parameter {
  const { operation, index } = part;
  const name = writtenText(frame, part.parameterPos, part.parameterEnd, part.parameter);
  const pasted = name !== part.parameter;
  const lowered = operation ? lowerOperation(frame, operation, style) : null;
  return {
    ...plainParameter(frame, name, style.quoted, part.pos, part.end),
    indirect: part.prefix === '!' && operation?.type !== 'Names',
    length: part.prefix === '#',
    index: index ? lowerWord(frame, index, PLAIN) : null,
    operation: pasted ? { kind: 'unknown' } : lowered,
  };
}

function lowerOperation(frame: Frame, operation: ShellParameterOperation, style: Style): ParameterOperation {
  switch (operation.type) {
    case 'Default': {
      const within: Style = style.quoted ? OPERAND_IN_QUOTES : { ...style, escapes: 'bare', home: 'start' };
      const operand = lowerWord(frame, operation.operand, within);
      return { kind: 'default', operator: operation.operator, operand };
    }
    case 'Remove':
      // Quotes around the expansion do not quote the pattern.
      return {
        kind: 'remove',
        operator: operation.operator,
        pattern: lowerWord(frame, operation.operand, PATTERN),
      };
    case 'Replace':
      return {
        kind: 'replace',
        operator: operation.operator,
        pattern: lowerWord(frame, operation.pattern, PATTERN),
        replacement: lowerWord(frame, operation.replacement, style.quoted ? REPLACEMENT_IN_QUOTES : SINGLE),
      };
    case 'Slice':
      return {
        kind: 'slice',
        offset: lowerWord(frame, operation.offset, PLAIN),
        length: operation.length ? lowerWord(frame, operation.length, PLAIN) : null,
      };
    case 'CaseModification':
      if (operation.operand) return { kind: 'unknown' };
      return { kind: 'case', operator: operation.operator };
    case 'Transform':
      return { kind: 'transform', operator: operation.operand.value };
    case 'Names':
      return { kind: 'names' };
    case 'Unknown':
      return { kind: 'unknown' };
  }
}

/** The commands of a `$(…)` or backquotes; within backquotes escapes make a text of its own. */
export function substituted(
  frame: Frame,
  part: Pick<ShellCommandExpansion, 'script' | 'pos' | 'end'>,
): Block {
  const { script } = part;
  if (script === undefined) return [];
  const rewritten = rewrittenText(part);
  const inner = rewritten === null ? frame : innerFrame(frame, part.pos + 1, part.end - 1, rewritten);
  return lowerStatements(inner, script.commands);
}
