import { nearest } from '../text/nearest.js';
import { lineText, positionAt, type Span, spanText } from '../text/source.js';
import { isDay, isReason } from './reason.js';

/** A comment that asks not to report something: `# hardfail: ignore[rule] reason`, in JavaScript after `//`. */
export interface Directive {
  /** The whole comment. */
  readonly span: Span;
  /** As written; never empty. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** The last day on which it holds, `2027-01-31`; null where it holds for good. */
  readonly until: string | null;
  /** The 1-based line that it speaks of: its own, or where it stands alone the next one that is more than a comment. */
  readonly line: number;
}

/** Why a directive ignores nothing. */
export type DirectiveProblem =
  /** It begins as a directive and is none. */
  | { readonly kind: 'malformed'; readonly found: string }
  | { readonly kind: 'no-rule' }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'bad-day'; readonly day: string }
  | { readonly kind: 'expired'; readonly until: string; readonly today: string | null }
  | { readonly kind: 'unknown-rule'; readonly rule: string; readonly near: string | null }
  /** Findings of this rule cannot be ignored. */
  | { readonly kind: 'unignorable'; readonly rule: string }
  /** None of these rules reports anything there. */
  | { readonly kind: 'unused'; readonly rules: readonly string[] };

export interface FaultyDirective {
  readonly span: Span;
  readonly problem: DirectiveProblem;
}

export interface Directives {
  readonly sound: readonly Directive[];
  readonly faulty: readonly FaultyDirective[];
}

/** What a directive may name, and the clock. */
export interface DirectiveRules {
  /** Every rule there is, whether it runs or not. */
  readonly known: readonly string[];
  /** Whether there may be such a rule, though it is not known. */
  readonly mayExist?: (rule: string) => boolean;
  readonly unignorable: readonly string[];
  /** null where nobody knows: what has an end has ended then. */
  readonly today: string | null;
}

/** The directives among the comments of one file, which come in the order of the file. */
export function readDirectives(comments: readonly Span[], rules: DirectiveRules): Directives {
  const sound: Directive[] = [];
  const faulty: FaultyDirective[] = [];
  const lines = linesSpokenOf(comments);
  for (const [index, span] of comments.entries()) {
    const text = directiveText(spanText(span));
    if (text === null) continue;
    const read = readDirective(text, rules);
    if ('kind' in read) faulty.push({ span, problem: read });
    else sound.push({ span, ...read, line: lines[index] ?? 0 });
  }
  return { sound, faulty };
}

/**
 * How the comments of the languages begin, and what ends those that do not end with their line. One that means to be a
 * directive begins as `begins` says, at its first mark or at a later one.
 */
const marks: readonly { readonly opening: string; readonly begins: RegExp; readonly closing?: string }[] = [
  {
    opening: '<#',
    begins: /(?:^|\s)<#+[ \t]*(?=hardfail(?:[ \t]*:|-(?:ignore|disable)|[ \t]+(?:ignore|disable)\b))/i,
    closing: '#>',
  },
  {
    opening: '/*',
    begins: /(?:^|\s)\/\*+[ \t]*(?=hardfail(?:[ \t]*:|-(?:ignore|disable)|[ \t]+(?:ignore|disable)\b))/i,
    closing: '*/',
  },
  {
    opening: '//',
    begins: /(?:^|\s)\/\/+[ \t]*(?=hardfail(?:[ \t]*:|-(?:ignore|disable)|[ \t]+(?:ignore|disable)\b))/i,
  },
  {
    opening: '#',
    begins: /(?:^|\s)#+[ \t]*(?=hardfail(?:[ \t]*:|-(?:ignore|disable)|[ \t]+(?:ignore|disable)\b))/i,
  },
];

/** A directive in the midst of a comment is none, but whoever wrote it means it to be one. */
const buried = /\bhardfail[ \t]*:[ \t]*ignore[ \t]*\[/i;

/** The text of a comment that is or means to be a directive, from `hardfail` on where it is at its place; else null. */
function directiveText(comment: string): string | null {
  const mark = marks.find(({ opening }) => comment.startsWith(opening));
  const match = mark?.begins.exec(comment);
  if (!mark || !match) return buried.test(comment) ? comment.trim() : null;
  const end = mark.closing && comment.endsWith(mark.closing) ? -mark.closing.length : comment.length;
  return comment.slice(match.index + match[0].length, end).trim();
}

function readDirective(
  text: string,
  rules: DirectiveRules,
): Pick<Directive, 'rules' | 'reason' | 'until'> | DirectiveProblem {
  const form = /^hardfail:[ \t]*ignore\[([^\]]*)\](.*)$/s.exec(text);
  if (!form) return { kind: 'malformed', found: text };
  const [, list = '', rest = ''] = form;
  const named = list
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '');
  if (named.length === 0) return { kind: 'no-rule' };
  for (const rule of named) {
    if (rules.mayExist?.(rule)) continue;
    if (!rules.known.includes(rule)) return { kind: 'unknown-rule', rule, near: nearest(rule, rules.known) };
    if (rules.unignorable.includes(rule)) return { kind: 'unignorable', rule };
  }
  const [end, ...more] = rest.matchAll(/(?:^|\s)until\s+(\d[^\s.,;:)]*)/g);
  if (more.length > 0) return { kind: 'malformed', found: text };
  const until = end?.[1] ?? null;
  if (until !== null && !isDay(until)) return { kind: 'bad-day', day: until };
  const reason = end ? `${rest.slice(0, end.index)} ${rest.slice(end.index + end[0].length)}` : rest;
  const trimmed = reason
    .replace(/\s+/g, ' ')
    .replace(/^[\s:;,.–—-]+/, '')
    .trim();
  if (!isReason(trimmed)) return { kind: 'no-reason' };
  const { today } = rules;
  if (until !== null && (today === null || today > until)) return { kind: 'expired', until, today };
  return { rules: named, reason: trimmed, until };
}

/** For each comment the line that it speaks of. Comments below one that stands alone are passed over. */
function linesSpokenOf(comments: readonly Span[]): number[] {
  const lines: number[] = [];
  let below: { readonly line: number; readonly alone: boolean; readonly target: number } | null = null;
  for (const { source, start, end } of comments.toReversed()) {
    const { line, column } = positionAt(source, start);
    const last = positionAt(source, end);
    // The dash of a list may stand on a line of its own before the comment.
    const alone =
      /^[\s-]*$/.test(lineText(source, line).slice(0, column - 1)) &&
      lineText(source, last.line)
        .slice(last.column - 1)
        .trim() === '';
    const next: number = below?.line === last.line + 1 && below.alone ? below.target : last.line + 1;
    below = { line, alone, target: alone ? next : line };
    lines.push(below.target);
  }
  return lines.reverse();
}
