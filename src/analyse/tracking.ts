import type { Workflow } from '../model/model.js';
import { yamlComments } from '../parse/yaml-comments.js';
import { positionAt, type Source, type Span, spanText } from '../text/source.js';

/** A mention of an issue in a comment. */
export interface IssueMention {
  readonly number: number;
  /** `owner/name`, lower case, where it stands before the number; else null. */
  readonly repository: string | null;
  readonly span: Span;
}

/** The place of the number in the text around it. */
export const NUMBER = '{number}';

/**
 * The mentions of issues in the comments of a file, by the 1-based line that each stands on. A pattern is the text around a
 * number, such as `#{number}`.
 */
export function issueMentions(
  { source }: Pick<Workflow, 'source'>,
  patterns: readonly string[],
): ReadonlyMap<number, readonly IssueMention[]> {
  const byLine = new Map<number, IssueMention[]>();
  for (const comment of yamlComments(source)) {
    const text = spanText(comment);
    for (const pattern of patterns) {
      for (const mention of mentionsIn(text, pattern, comment.start, source)) {
        const { line } = positionAt(source, mention.span.start);
        byLine.set(line, [...(byLine.get(line) ?? []), mention]);
      }
    }
  }
  return byLine;
}

function mentionsIn(text: string, pattern: string, offset: number, source: Source): IssueMention[] {
  const at = pattern.indexOf(NUMBER);
  if (at < 0) return [];
  const before = pattern.slice(0, at);
  const after = pattern.slice(at + NUMBER.length);
  const found: IssueMention[] = [];
  for (const match of text.matchAll(/\d{1,9}/g)) {
    const [digits] = match;
    const start = match.index;
    const end = start + digits.length;
    const isWhole = !isDigit(text[start - 1]) && !isDigit(text[end]);
    if (!isWhole || !text.startsWith(after, end) || !text.slice(0, start).endsWith(before)) continue;
    const from = start - before.length;
    const repository = before === '#' ? ownerBefore(text, from) : null;
    const span = { source, start: offset + from, end: offset + end + after.length };
    found.push({ number: Number(digits), repository, span });
  }
  return found;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** `owner/name` right before `#12`. */
function ownerBefore(text: string, end: number): string | null {
  let start = end;
  while (start > 0 && end - start < 200 && /[\w./-]/.test(text[start - 1] ?? '')) start--;
  const name = text.slice(start, end);
  return /^[\w.-]+\/[\w.-]+$/.test(name) ? name.toLowerCase() : null;
}
