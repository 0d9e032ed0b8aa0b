import type { InputError, Suppressed } from '../lint/finding.js';
import { positionAt, type Span } from '../text/source.js';

/** Findings (or other things with a span) in the order in which people read: by file, line and column. */
export function inReadingOrder<T extends { readonly span: Span; readonly rule?: string }>(
  items: readonly T[],
): T[] {
  return [...items].sort(
    (a, b) =>
      compare(a.span.source.path, b.span.source.path) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compare(a.rule ?? '', b.rule ?? ''),
  );
}

/** Accepted findings in the order in which people read. */
export function suppressedInOrder(suppressed: readonly Suppressed[]): Suppressed[] {
  const places = suppressed.map((one) => ({ one, span: one.finding.span, rule: one.finding.rule }));
  return inReadingOrder(places).map(({ one }) => one);
}

/** Input errors in reading order; those that have no place come first in their file. */
export function errorsInOrder(errors: readonly InputError[]): InputError[] {
  return [...errors].sort((a, b) => compare(a.file, b.file) || (a.span?.start ?? -1) - (b.span?.start ?? -1));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `path:line:column` of where a span starts. */
export function placeName(span: Span): string {
  const { line, column } = positionAt(span.source, span.start);
  return `${span.source.path}:${line}:${column}`;
}
