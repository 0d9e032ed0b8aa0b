// text/: source text, spans and line tables. May not read files and knows nothing of YAML or of findings.

/** One input file: its path as findings show it (relative to the working directory, `/`) and its whole text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets (0-based). */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** An extent in one source. */
export interface Span extends Extent {
  readonly source: Source;
}

/** A 1-based line and a 1-based column that counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineTables = new WeakMap<Source, readonly number[]>();

/** The offsets at which lines start; computed once per source. A line ends at LF, CRLF or a lone CR. */
export function lineStarts(source: Source): readonly number[] {
  const known = lineTables.get(source);
  if (known) return known;
  const starts = [0];
  const { text } = source;
  // Nearly all files have line feeds alone, which are found ten times as fast.
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    lineTables.set(source, starts);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  lineTables.set(source, starts);
  return starts;
}

/** The 1-based position of an offset; an offset outside the text is clamped into it. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  const at = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** The text of a 1-based line without its line end; `''` for a line that does not exist. */
export function lineText(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const end = starts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/\r?\n?$/, '');
}

/** The smallest span that holds both; the two must lie in one source. */
export function joinSpans(first: Span, second: Span): Span {
  return {
    source: first.source,
    start: Math.min(first.start, second.start),
    end: Math.max(first.end, second.end),
  };
}

/** Equal for spans that start at one place. */
export function placeKey(span: Span): string {
  return `${span.start} ${span.source.path}`;
}

/** The source text that a span covers. */
export function spanText(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}
