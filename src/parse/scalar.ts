import type { MappedText } from '../text/script.js';
import type { Source } from '../text/source.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A scalar as it stands in a file. Offsets are UTF-16 units of the file, `end` is exclusive. */
export interface ScalarShape {
  readonly style: ScalarStyle;
  /** The first character: the opening quote, or the `|` or `>` of a block scalar. */
  readonly start: number;
  /** One past the last character: quotes included, a block scalar's trailing line ends included. */
  readonly end: number;
  /** The indentation of the collection around a block scalar, from which its indentation indicator counts. */
  readonly parentIndent: number;
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;

/**
 * The decoded text of a scalar with the way back to the file, of which `lines` is the text with lone CRs
 * replaced (`breakLoneReturns`). The map is built when it is first asked for.
 * A character that an escape makes points at the start of the escape, the blank that a folded line end makes
 * points at the line end, and a line end points at its `\n` (a lone CR points at itself).
 * An offset that is asked for outside of the text points at the scalar's start or end.
 */
export function mapScalar(source: Source, lines: string, shape: ScalarShape, text: string): MappedText {
  let offsets: readonly number[] | null = null;
  const quote = shape.style === 'single' || shape.style === 'double' ? 1 : 0;
  const verbatimStart = shape.start + quote;
  const verbatim =
    shape.end - shape.start - 2 * quote === text.length && lines.startsWith(text, verbatimStart);
  return {
    source,
    text,
    offsetOf(index) {
      if (index < 0 || text.length === 0) return shape.start;
      if (index >= text.length) return shape.end;
      if (verbatim) return verbatimStart + index;
      offsets ??= scalarOffsets(lines, shape);
      return offsets[index] ?? shape.end;
    },
  };
}

/** YAML takes a lone CR for a line end, the `yaml` package does not. Every offset stays what it was. */
export function breakLoneReturns(text: string): string {
  return text.replace(/\r(?!\n)/g, '\n');
}

/**
 * For each UTF-16 unit of the decoded scalar the offset it comes from, strictly increasing. `text` is the
 * file with lone CRs replaced. A line end that is missing at the end of the file gets no entry.
 */
export function scalarOffsets(text: string, shape: ScalarShape): readonly number[] {
  switch (shape.style) {
    case 'plain':
      return foldedFlow(text, shape.start, shape.end, '');
    case 'single':
      return foldedFlow(text, shape.start + 1, shape.end - 1, "'");
    case 'double':
      return foldedFlow(text, shape.start + 1, shape.end - 1, '"');
    case 'literal':
    case 'folded':
      return block(text, shape);
  }
}

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/** The offset of the `\n` of a line end that starts at `at`, or -1 where none does. */
function lineEndAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === lineFeed) return at;
  return code === carriageReturn && text.charCodeAt(at + 1) === lineFeed ? at + 1 : -1;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Plain and quoted scalars: the blanks around a line end vanish, one line end is a blank, n+1 are n. */
function foldedFlow(text: string, start: number, end: number, quote: string): number[] {
  const offsets: number[] = [];
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      const after = skipBlanks(text, at, end);
      if (after >= end || lineEndAt(text, after) < 0) for (; at < after; at++) offsets.push(at);
      at = after;
    } else if (lineEndAt(text, at) >= 0) {
      at = foldLineEnds(text, at, end, offsets);
    } else if (quote === '"' && text[at] === '\\') {
      at = takeEscape(text, at, end, offsets);
    } else {
      offsets.push(at);
      at += quote === "'" && text[at] === "'" && text[at + 1] === "'" ? 2 : 1;
    }
  }
  return offsets;
}

/** Takes the line ends at `from` with the blanks between and after them; returns where the text goes on. */
function foldLineEnds(text: string, from: number, end: number, offsets: number[]): number {
  const first = lineEndAt(text, from);
  let at = skipBlanks(text, first + 1, end);
  let count = 0;
  for (let next = lineEndAt(text, at); at < end && next >= 0; next = lineEndAt(text, at)) {
    offsets.push(next);
    count++;
    at = skipBlanks(text, next + 1, end);
  }
  if (count === 0) offsets.push(first);
  return at;
}

/** Takes the escape at `at`; returns where the text goes on. */
function takeEscape(text: string, at: number, end: number, offsets: number[]): number {
  const lineEnd = lineEndAt(text, at + 1);
  if (lineEnd >= 0) return skipBlanks(text, lineEnd + 1, end);
  const digits = escapeDigits(text[at + 1] ?? '');
  const hex = digits === 0 ? '' : text.slice(at + 2, at + 2 + digits);
  offsets.push(at);
  // The second half of a surrogate pair gets a place of its own, so that no two units share one.
  if (hex !== '' && Number.parseInt(hex, 16) > 0xffff) offsets.push(at + 1);
  return at + 2 + digits;
}

function escapeDigits(letter: string): number {
  if (letter === 'x') return 2;
  if (letter === 'u') return 4;
  return letter === 'U' ? 8 : 0;
}

interface BlockLine {
  readonly start: number;
  /** The first character that is not a space. */
  readonly content: number;
  /** One past the last character before the line end. */
  readonly end: number;
  /** The `\n` that ends the line, or -1 at the end of the file. */
  readonly lineEnd: number;
}

function block(text: string, shape: ScalarShape): number[] {
  const headerEnd = text.indexOf('\n', shape.start);
  if (headerEnd < 0 || headerEnd >= shape.end) return [];
  const header = blockHeader(text, shape.start);
  const lines = blockLines(text, headerEnd + 1, shape.end);
  const firstText = lines.findIndex((line) => line.end > line.content);
  const offsets: number[] = [];
  if (firstText < 0) {
    if (header.keep) for (const line of lines) pushLineEnd(line, offsets);
    return offsets;
  }
  const indent = blockIndent(lines, firstText, shape.parentIndent, header.indent);
  let pending: BlockLine[] = [];
  let afterText = false;
  let afterMore = false;
  for (const line of lines) {
    const textStart = Math.min(line.start + indent, line.content);
    const more = line.content - line.start > indent || text.charCodeAt(line.content) === tab;
    if (textStart < line.end) {
      const fold = shape.style === 'folded' && afterText && !more && !afterMore;
      pushLineEnds(pending, fold, offsets);
      for (let at = textStart; at < line.end; at++) offsets.push(at);
      pending = [];
      afterText ||= line.content < line.end;
      afterMore = more;
    }
    pending.push(line);
  }
  if (header.keep) pushLineEnds(pending, false, offsets);
  else if (!header.strip) pushLineEnds(pending.slice(0, 1), false, offsets);
  return offsets;
}

function blockHeader(text: string, start: number): { indent: number; keep: boolean; strip: boolean } {
  let indent = 0;
  let at = start + 1;
  let chomp = '';
  for (; ; at++) {
    const character = text[at] ?? '';
    if (character === '-' || character === '+') chomp ||= character;
    else if (character >= '1' && character <= '9') indent ||= Number(character);
    else return { indent, keep: chomp === '+', strip: chomp === '-' };
  }
}

function blockLines(text: string, start: number, end: number): BlockLine[] {
  const lines: BlockLine[] = [];
  for (let at = start; at < end; ) {
    const found = text.indexOf('\n', at);
    const lineEnd = found < 0 || found >= end ? -1 : found;
    const past = lineEnd < 0 ? end : lineEnd;
    const lineText = past > at && text.charCodeAt(past - 1) === carriageReturn ? past - 1 : past;
    let content = at;
    while (content < lineText && text.charCodeAt(content) === space) content++;
    lines.push({ start: at, content, end: lineText, lineEnd });
    at = lineEnd < 0 ? end : lineEnd + 1;
  }
  return lines;
}

function blockIndent(
  lines: readonly BlockLine[],
  firstText: number,
  parentIndent: number,
  indicator: number,
): number {
  if (indicator > 0) return parentIndent + indicator;
  const line = lines[firstText];
  return line === undefined ? 0 : line.content - line.start;
}

function pushLineEnd(line: BlockLine, offsets: number[]): void {
  if (line.lineEnd >= 0) offsets.push(line.lineEnd);
}

function pushLineEnds(lines: readonly BlockLine[], fold: boolean, offsets: number[]): void {
  const kept = fold && lines.length > 1 ? lines.slice(1) : lines;
  for (const line of kept) pushLineEnd(line, offsets);
}
