import type { Source, Span } from './source.js';

/**
 * Text that was decoded from a source (a YAML scalar, a script file) and still knows where each of its
 * characters stands in that source.
 */
export interface MappedText {
  readonly source: Source;
  /** The decoded text, as a runner would see it. */
  readonly text: string;
  /** The offset in the source of decoded character `index` (0 ≤ index < text.length). */
  offsetOf(index: number): number;
}

/** A range of a mapped text: half-open, in UTF-16 offsets of the decoded text. */
export interface Place {
  readonly text: MappedText;
  readonly start: number;
  readonly end: number;
}

/**
 * The span in the source that a place covers. An empty place gets an empty span. The end is one past
 * the last character's own place, so that a span never swallows the indentation of the line after it.
 */
export function spanOf(place: Place): Span {
  const { text, start, end } = place;
  const { source } = text;
  if (text.text.length === 0) return { source, start: text.offsetOf(0), end: text.offsetOf(0) };
  const last = text.text.length - 1;
  const from = text.offsetOf(Math.min(start, last));
  if (end <= start) return { source, start: from, end: from };
  return { source, start: from, end: Math.max(from, text.offsetOf(Math.min(end - 1, last)) + 1) };
}
