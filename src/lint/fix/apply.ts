import type { Source } from '../../text/source.js';
import type { Edit, Fix } from '../finding.js';

/** The texts that fixes make of files, by their paths, and the fixes that went into them. */
export interface Applied {
  readonly texts: ReadonlyMap<string, string>;
  readonly fixes: readonly Fix[];
}

/**
 * Applies fixes, each as a whole or not at all: one that overlaps an earlier one waits for the next round. What two
 * fixes ask for alike is done once.
 */
export function applyFixes(fixes: readonly Fix[]): Applied {
  const byFile = new Map<string, { readonly source: Source; readonly edits: Edit[] }>();
  const applied: Fix[] = [];
  const groups = new Set<string>();
  for (const fix of fixes) {
    if (fix.group !== null && groups.has(fix.group)) continue;
    const fresh = fix.edits.filter((edit) => !known(byFile, edit));
    if (fresh.some((edit) => collides(byFile, edit))) continue;
    for (const edit of fresh) {
      const { source } = edit.span;
      const file = byFile.get(source.path) ?? { source, edits: [] };
      file.edits.push(edit);
      byFile.set(source.path, file);
    }
    if (fix.group !== null) groups.add(fix.group);
    applied.push(fix);
  }
  const texts = [...byFile].map(([path, { source, edits }]): [string, string] => [
    path,
    edited(source.text, edits),
  ]);
  return { texts: new Map(texts), fixes: applied };
}

type Files = ReadonlyMap<string, { readonly edits: readonly Edit[] }>;

function known(files: Files, edit: Edit): boolean {
  return (files.get(edit.span.source.path)?.edits ?? []).some(
    (other) =>
      other.span.start === edit.span.start && other.span.end === edit.span.end && other.text === edit.text,
  );
}

/** Do two edits touch the same text, or put different texts in the same place? */
function collides(files: Files, { span }: Edit): boolean {
  return (files.get(span.source.path)?.edits ?? []).some(({ span: other }) => {
    const isEmpty = span.start === span.end;
    const otherIsEmpty = other.start === other.end;
    if (isEmpty && otherIsEmpty) return span.start === other.start;
    return span.start < other.end && other.start < span.end;
  });
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let done = 0;
  for (const { span, text: added } of inOrder(edits)) {
    result += text.slice(done, span.start) + added;
    done = span.end;
  }
  return result + text.slice(done);
}

/** In the order of the file; what is put in front of a place comes before what takes that place. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted(
    (a, b) =>
      (a.span.source.path < b.span.source.path ? -1 : a.span.source.path > b.span.source.path ? 1 : 0) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end,
  );
}
