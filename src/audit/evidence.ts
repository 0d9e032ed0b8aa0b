import type { WitnessStep } from '../lint/finding.js';
import { lineText, positionAt, type Source } from '../text/source.js';
import type { Evidence, Excerpt, Mark } from './audit.js';

/** So many lines are shown before and after each marked one. */
const AROUND = 1;
/** A line that is longer is cut: nobody reads it, and a report holds many. */
const MAX_LINE = 240;
/** The most lines of a span of several that are shown. */
const MAX_SPAN_LINES = 4;

/** The witness with the code that it speaks of. */
export function evidenceOf(witness: readonly WitnessStep[]): Evidence {
  const bySource = new Map<Source, Set<number>>();
  for (const { span } of witness) {
    const lines = bySource.get(span.source) ?? new Set<number>();
    bySource.set(span.source, lines);
    const first = positionAt(span.source, span.start).line;
    const last = positionAt(span.source, Math.max(span.start, span.end - 1)).line;
    const to = Math.min(last, first + MAX_SPAN_LINES - 1) + AROUND;
    for (let line = Math.max(1, first - AROUND); line <= to; line++) lines.add(line);
  }
  return {
    witness: witness.map(markOf),
    code: [...bySource].map(([source, lines]) => excerptOf(source, lines)),
  };
}

function markOf({ span: { source, start, end }, text }: WitnessStep): Mark {
  return { file: source.path, start: positionAt(source, start), end: positionAt(source, end), text };
}

function excerptOf(source: Source, lines: ReadonlySet<number>): Excerpt {
  // What comes after the last line end is no line.
  const last = positionAt(source, Math.max(0, source.text.length - 1)).line;
  const shown = [...lines].filter((line) => line <= last).sort((a, b) => a - b);
  return {
    file: source.path,
    lines: shown.map((number) => ({ number, text: cut(lineText(source, number)) })),
  };
}

function cut(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}
