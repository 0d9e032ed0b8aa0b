import { lineText, positionAt, type Source, type Span } from '../text/source.js';
import { type Glyph, glyphsOf, tabStop, visible, widthOf, wrap } from './text.js';

/** A place in a file that a frame underlines. */
export interface Mark {
  readonly span: Span;
  /** What is said about it; may be empty. */
  readonly text: string;
  /** True for the one place that a person would edit. */
  readonly primary: boolean;
}

/** How the parts of a frame are coloured: each returns its argument, with or without ANSI around it. */
export interface Paint {
  readonly rail: (text: string) => string;
  readonly primary: (text: string) => string;
  readonly secondary: (text: string) => string;
}

/** A mark and the line that it is drawn under. `start` and `end` are 0-based UTF-16 offsets in that line. */
interface Underline {
  readonly mark: Mark;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The last line of a span of several lines, else null. */
  readonly lastLine: number | null;
}

/** What the frame shows of a source line. */
interface View {
  readonly text: string;
  /** The first and one past the last UTF-16 offset of the line that can be seen. */
  readonly from: number;
  readonly to: number;
  /** The cell, counted from the left edge of the frame, of an offset between the two. */
  cellOf(offset: number): number;
}

/** How many digits the line numbers of the marks need. */
export function gutterWidth(marks: readonly Mark[]): number {
  return Math.max(1, ...marks.map((mark) => String(underlineOf(mark).line).length));
}

/**
 * The source lines that the marks stand on, in the order of the file, with each mark underlined below its line; marks
 * on one line keep the order in which they are given. All marks must lie in one source. `gutter` is the width of the
 * line numbers and `columns` that of the whole frame.
 */
export function frameLines(marks: readonly Mark[], gutter: number, columns: number, paint: Paint): string[] {
  const underlines = marks.map(underlineOf).sort((a, b) => a.line - b.line);
  const source = underlines[0]?.mark.span.source;
  if (!source) return [];
  const rows: string[] = [];
  const addRow = (number: string, text: string) => {
    rows.push(`  ${paint.rail(`│ ${number.padStart(gutter)} │`)} ${text}`.trimEnd());
  };

  const width = Math.max(20, columns - gutter - 7);
  const lines = shownLines(underlines);
  const dedent = commonIndent(source, lines);
  let previous = lines[0]?.line ?? 1;
  for (const { line, underlines } of lines) {
    if (line > previous + 1) addRow('⋯', '');
    previous = line;
    const text = lineText(source, line);
    let view = viewOf(text, underlines[0] ?? null, dedent, width);
    addRow(String(line), view.text);
    for (const underline of underlines) {
      if (underline.start < view.from || underline.start > view.to) {
        view = viewOf(text, underline, dedent, width);
        addRow(String(line), view.text);
      }
      for (const row of underlineRows(underline, view, width, paint)) addRow('', row);
    }
  }
  return rows;
}

/** The lines of a frame. A line alone between two marked ones is shown too: it takes no more room than its elision. */
function shownLines(underlines: readonly Underline[]): { line: number; underlines: Underline[] }[] {
  const lines: { line: number; underlines: Underline[] }[] = [];
  for (const underline of underlines) {
    const last = lines.at(-1);
    if (last?.line === underline.line) {
      last.underlines.push(underline);
      continue;
    }
    if (last?.line === underline.line - 2) lines.push({ line: underline.line - 1, underlines: [] });
    lines.push({ line: underline.line, underlines: [underline] });
  }
  return lines;
}

function underlineOf(mark: Mark): Underline {
  const { source, start, end } = mark.span;
  // A span that begins with blanks or a line end is shown where its text begins.
  const first = skipBlanks(source.text, start, end);
  const from = positionAt(source, first);
  const to = positionAt(source, Math.max(first, end - 1));
  const several = to.line > from.line;
  const offset = from.column - 1;
  return {
    mark,
    line: from.line,
    start: offset,
    end: several ? lineText(source, from.line).trimEnd().length : offset + Math.max(0, end - first),
    lastLine: several ? to.line : null,
  };
}

function skipBlanks(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at === end ? start : at;
}

/** The cells of indentation that all the lines share; no mark's own text is ever counted as indentation. */
function commonIndent(source: Source, lines: ReturnType<typeof shownLines>): number {
  let common = Number.POSITIVE_INFINITY;
  for (const { line, underlines } of lines) {
    const text = lineText(source, line);
    if (underlines.length === 0 && text.trim() === '') continue;
    const limit = Math.min(text.length, ...underlines.map((each) => each.start));
    let cells = 0;
    for (let at = 0; at < limit && cells < common; at++) {
      const character = text.charAt(at);
      if (character === ' ') cells++;
      else if (character === '\t') cells += tabStop - (cells % tabStop);
      else break;
    }
    common = Math.min(common, cells);
  }
  return common;
}

/** The part of a line, around a mark if there is one, that fits `width` cells, without `dedent` cells of indentation. */
function viewOf(line: string, around: Underline | null, dedent: number, width: number): View {
  const { start, end } = around ?? { start: 0, end: 0 };
  // Lines may be megabytes long: only what could come into view is looked at.
  const reach = 4 * width;
  const base = start > reach ? boundary(line, start - reach) : 0;
  const limit = boundary(line, Math.min(line.length, Math.max(start, base) + reach));

  let cell = base === 0 ? -dedent : 0;
  const glyphs: { glyph: Glyph; cell: number }[] = [];
  for (const glyph of glyphsOf(line.slice(base, limit))) {
    if (cell >= 0) glyphs.push({ glyph, cell });
    else if (cell + glyph.width > 0) glyphs.push({ glyph: partOfTab(glyph, cell + glyph.width), cell: 0 });
    cell += glyph.width;
  }
  const cellAt = (offset: number) => glyphs.find(({ glyph }) => base + glyph.at >= offset)?.cell ?? cell;
  const left = base > 0 || cell > width ? leftEdge(cellAt(start), cellAt(end), width, base > 0) : 0;

  const cutLeft = base > 0 || left > 0;
  let rest = glyphs.filter((each) => each.cell >= left);
  const shift = (rest[0]?.cell ?? left) - (cutLeft ? 1 : 0);
  const room = shift + width;
  const cutRight = limit < line.length || cell > room;
  if (cutRight) rest = rest.filter((each) => each.cell + each.glyph.width <= room - 1);
  const last = rest.at(-1);
  const edge = last ? last.cell + last.glyph.width : shift;
  const text = rest.map(({ glyph }) => glyph.text).join('');
  // Where one glyph fills all the room, nothing but the mark itself is in view.
  const from = rest[0] ? base + rest[0].glyph.at : start;
  const lastSeen = last ? base + last.glyph.at : start;
  const to = cutRight ? lastSeen : line.length;
  return {
    text: `${cutLeft ? '…' : ''}${text}${cutRight ? '…' : ''}`,
    from: cutLeft ? from : 0,
    to,
    cellOf: (offset) => Math.min(cellAt(offset), edge) - shift,
  };
}

/** The cell at which a cut line begins, so that its mark is seen with something before and after it. */
function leftEdge(start: number, end: number, width: number, cut: boolean): number {
  if (!cut && end < width) return 0;
  const spare = Math.max(0, width - (end - start) - 2);
  return Math.max(0, start - Math.min(spare, width >> 2));
}

/** An offset at or before `at` that does not split a surrogate pair. */
function boundary(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function partOfTab(glyph: Glyph, width: number): Glyph {
  return { ...glyph, text: ' '.repeat(width), width };
}

function underlineRows(underline: Underline, view: View, width: number, paint: Paint): string[] {
  const { mark, start, end, lastLine } = underline;
  const color = mark.primary ? paint.primary : paint.secondary;
  const cell = view.cellOf(start);
  const size = Math.max(1, view.cellOf(end) - cell);
  const bar = `${' '.repeat(cell)}${color((mark.primary ? '━' : '─').repeat(size))}`;
  const more = lastLine === null ? '' : `(to line ${lastLine})`;
  const label = [visible(mark.text).trim(), more].filter((part) => part !== '').join(' ');
  if (label === '') return [bar];
  if (cell + size + 2 + widthOf(label) <= width) return [`${bar}  ${color(label)}`];
  const indent = Math.min(cell, Math.max(0, width - 48));
  return [bar, ...wrap(label, width - indent).map((line) => `${' '.repeat(indent)}${color(line)}`)];
}
