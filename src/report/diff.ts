import { visible } from './text.js';

/** One line of a difference: kept, taken out or put in. Without its line end. */
export interface DiffLine {
  readonly kind: 'same' | 'old' | 'new';
  readonly text: string;
}

/** A run of lines that differ, with some that do not around them. */
export interface Hunk {
  /** 1-based lines of the two texts at which it begins. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly DiffLine[];
}

/** So many lines may differ before the shortest way is no longer looked for: it takes the square of them. */
const MOST_DIFFERENCES = 2_000;

/** The hunks between two texts, each with `context` lines around it. Line ends count as parts of their lines. */
export function hunksBetween(before: string, after: string, context: number): Hunk[] {
  const start = linesAlike(before, after, context);
  const rest = linesAlikeAtEnd(before, after, start, context);
  const lines = differences(
    linesOf(before.slice(start, before.length - rest)),
    linesOf(after.slice(start, after.length - rest)),
  );
  const hunks: Hunk[] = [];
  let open: { oldStart: number; newStart: number; lines: DiffLine[]; quiet: number } | null = null;
  let oldLine = 1 + count(before, start);
  let newLine = oldLine;
  const recent: DiffLine[] = [];
  for (const line of lines) {
    if (line.kind !== 'same') {
      open ??= {
        oldStart: oldLine - recent.length,
        newStart: newLine - recent.length,
        lines: [...recent],
        quiet: 0,
      };
      open.lines.push(line);
      open.quiet = 0;
    } else if (open) {
      open.lines.push(line);
      open.quiet++;
      if (open.quiet > 2 * context) {
        hunks.push(closed(open, context));
        open = null;
      }
    }
    if (line.kind !== 'new') oldLine++;
    if (line.kind !== 'old') newLine++;
    recent.push(line);
    if (line.kind !== 'same') recent.length = 0;
    else if (recent.length > context) recent.shift();
  }
  if (open) hunks.push(closed(open, context));
  return hunks;
}

function closed({ lines, quiet, ...start }: Hunk & { readonly quiet: number }, context: number): Hunk {
  return { ...start, lines: lines.slice(0, lines.length - Math.max(0, quiet - context)) };
}

/** A patch in the unified format of `diff -u`, as `git apply` and `patch` read it; `''` where the texts are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const hunks = hunksBetween(before, after, 3);
  if (hunks.length === 0) return '';
  const from = before === '' ? '/dev/null' : nameInPatch(`a/${path}`);
  const text = [`--- ${from}\n`, `+++ ${nameInPatch(`b/${path}`)}\n`];
  for (const { oldStart, newStart, lines } of hunks) {
    const oldCount = lines.filter(({ kind }) => kind !== 'new').length;
    const newCount = lines.filter(({ kind }) => kind !== 'old').length;
    text.push(`@@ -${range(oldStart, oldCount)} +${range(newStart, newCount)} @@\n`);
    for (const line of lines) {
      const whole = line.text.endsWith('\n');
      text.push(`${signs[line.kind]}${line.text}${whole ? '' : '\n\\ No newline at end of file\n'}`);
    }
  }
  return text.join('');
}

/**
 * A name as git writes it, which for one that holds more than what is seen is between quotes, with octal digits for its
 * bytes: a line feed in it would end the line, and a terminal or a runner might obey it.
 */
function nameInPatch(name: string): string {
  if (visible(name) === name && !/["\\]|##\[/.test(name)) return name;
  const bytes = [...new TextEncoder().encode(name)];
  const shown = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 ./_-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${shown.join('')}"`;
}

export const signs = { same: ' ', old: '-', new: '+' } as const;

/** A range of no lines names the line before it. */
function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}

/** The offset up to which both texts have the same lines, but for the last `context` of them. */
function linesAlike(before: string, after: string, context: number): number {
  let end = 0;
  while (end < before.length && end < after.length && before[end] === after[end]) end++;
  for (let line = 0; line <= context && end > 0; line++) end = before.lastIndexOf('\n', end - 1);
  return end <= 0 ? 0 : end + 1;
}

/** The length of the end that both texts have alike, whole lines but for the first `context` of them, after `start`. */
function linesAlikeAtEnd(before: string, after: string, start: number, context: number): number {
  const most = Math.min(before.length, after.length) - start;
  let length = 0;
  while (length < most && before.at(-1 - length) === after.at(-1 - length)) length++;
  let begin = before.length - length;
  for (let line = 0; line <= context && begin < before.length; line++) {
    const end = before.indexOf('\n', begin);
    begin = end < 0 ? before.length : end + 1;
  }
  return before.length - begin;
}

/** The line feeds before an offset. */
function count(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** With their line ends. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(at, next));
    at = next;
  }
  return lines;
}

function differences(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...before.slice(0, start).map(same),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** The shortest edit script (E. Myers, "An O(ND) difference algorithm and its variations"). */
function shortest(before: readonly string[], after: readonly string[]): DiffLine[] {
  const reached: Map<number, number>[] = [];
  let ends = new Map<number, number>([[1, 0]]);
  for (let steps = 0; steps <= Math.min(before.length + after.length, MOST_DIFFERENCES); steps++) {
    const next = new Map<number, number>(ends);
    reached.push(ends);
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const isDown =
        diagonal === -steps ||
        (diagonal !== steps && (next.get(diagonal - 1) ?? -1) < (next.get(diagonal + 1) ?? -1));
      let x = isDown ? (next.get(diagonal + 1) ?? 0) : (next.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return traced(before, after, reached);
    }
    ends = next;
  }
  return [
    ...before.map((text): DiffLine => ({ kind: 'old', text })),
    ...after.map((text): DiffLine => ({ kind: 'new', text })),
  ];
}

function traced(
  before: readonly string[],
  after: readonly string[],
  reached: readonly ReadonlyMap<number, number>[],
): DiffLine[] {
  const lines: DiffLine[] = [];
  let x = before.length;
  let y = after.length;
  for (let steps = reached.length - 1; steps >= 0; steps--) {
    const ends = reached[steps] ?? new Map<number, number>();
    const diagonal = x - y;
    const isDown =
      diagonal === -steps ||
      (diagonal !== steps && (ends.get(diagonal - 1) ?? -1) < (ends.get(diagonal + 1) ?? -1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = ends.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY) {
      lines.push({ kind: 'same', text: before[x - 1] ?? '' });
      x--;
      y--;
    }
    if (steps === 0) break;
    if (isDown) lines.push({ kind: 'new', text: after[y - 1] ?? '' });
    else lines.push({ kind: 'old', text: before[x - 1] ?? '' });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}
