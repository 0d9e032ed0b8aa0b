import type { Evidence, Excerpt, Mark, RepositoryAudit, Row, Verdict } from '../../audit/audit.js';
import { visible } from '../text.js';
import { cellTitle, jobTitle, replayClause, secretTitle, verdictSigns } from './words.js';

// What the script of the page is given: texts that only have to be put in their places, harmless to look at.

/** A piece of a source line; `mark` is the 1-based number of what is said of it, 0 for nothing. */
interface Piece {
  readonly text: string;
  readonly mark: number;
}

interface PageLine {
  readonly number: number;
  /** True where lines before it are left out. */
  readonly gap: boolean;
  readonly pieces: readonly Piece[];
  /** What is said of the marks that begin on it. */
  readonly labels: readonly { readonly mark: number; readonly text: string }[];
}

interface PageCode {
  readonly file: string;
  readonly lines: readonly PageLine[];
}

/** One row as the page knows it. */
export interface PageRow {
  readonly secret: string;
  readonly repository: string;
  readonly file: string;
  readonly job: string;
  /** What a search looks through, lower case. */
  readonly words: string;
  readonly verdict: Verdict;
  readonly cells: readonly {
    readonly context: string;
    readonly verdict: Verdict;
    readonly sign: string;
    readonly title: string;
    readonly confidence: string;
    readonly reason: string;
    readonly accepted: string;
    readonly evidence: number;
  }[];
  readonly evidence: readonly (readonly PageCode[])[];
}

export function pageRow(repository: RepositoryAudit, row: Row): PageRow {
  const cells = row.cells.map((cell) => {
    const { together, accepted } = cell;
    const others = together.length === 0 ? '' : `, where ${together.join(', ')} is missing too`;
    return {
      context: visible(cell.context),
      verdict: cell.verdict,
      sign: verdictSigns[cell.verdict],
      title: cellTitle(cell.verdict),
      confidence: cell.confidence,
      reason: visible(`${cell.reason}${others}${replayClause(cell)}`),
      accepted: accepted ? visible(`accepted (${accepted.by}): ${accepted.reason}`) : '',
      evidence: cell.evidence,
    };
  });
  const names = [secretTitle(row.secret), repository.name, row.file, jobTitle(row)].map(visible);
  const [secret = '', name = '', file = '', job = ''] = names;
  const reasons = [...new Set(cells.map(({ reason, title }) => `${title} ${reason}`))];
  return {
    secret,
    repository: name,
    file,
    job,
    words: [...names, ...reasons, ...cells.map(({ context }) => context)].join(' ').toLowerCase(),
    verdict: row.verdict,
    cells,
    evidence: row.evidence.map(codesOf),
  };
}

function codesOf({ witness, code }: Evidence): PageCode[] {
  const marks = witness.map((mark, index) => ({ ...mark, number: index + 1 }));
  return code.map((excerpt) => ({
    file: visible(excerpt.file),
    lines: linesOf(
      excerpt,
      marks.filter(({ file }) => file === excerpt.file),
    ),
  }));
}

type Numbered = Mark & { readonly number: number };

function linesOf({ lines }: Excerpt, marks: readonly Numbered[]): PageLine[] {
  const dedent = Math.min(...lines.map(({ text }) => indentOf(text)));
  return lines.map(({ number, text }, index) => ({
    number,
    gap: index > 0 && lines[index - 1]?.number !== number - 1,
    pieces: piecesOf(
      text,
      Math.min(dedent, text.length),
      marks.flatMap((mark) => rangeOn(mark, number, text)),
    ),
    labels: marks
      .filter(({ start }) => start.line === number)
      .map((mark) => ({ mark: mark.number, text: visible(mark.text) })),
  }));
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly mark: number;
}

/** The part of a line that a mark covers; of lines after its first, what comes after their indentation. */
function rangeOn({ start, end, number: mark }: Numbered, line: number, text: string): Range[] {
  if (line < start.line || line > end.line) return [];
  const from = line === start.line ? start.column - 1 : text.length - text.trimStart().length;
  const to = line === end.line ? end.column - 1 : text.length;
  return from < to && from < text.length ? [{ from, to: Math.min(to, text.length), mark }] : [];
}

/** Blank lines have no say in how far a text is indented. */
function indentOf(line: string): number {
  return line.trim() === '' ? Number.MAX_SAFE_INTEGER : line.length - line.trimStart().length;
}

/** The line without that much of its indentation, cut where marks begin and end; of several on one place the last, which says most, is shown. */
function piecesOf(text: string, indent: number, ranges: readonly Range[]): Piece[] {
  const cuts = [...new Set([indent, text.length, ...ranges.flatMap(({ from, to }) => [from, to])])].sort(
    (a, b) => a - b,
  );
  const shown = cuts.filter((at) => at >= indent);
  return shown.slice(1).map((to, index) => {
    const from = shown[index] ?? 0;
    const mark = ranges.findLast((range) => range.from <= from && to <= range.to)?.mark ?? 0;
    return { text: visible(text.slice(from, to).replaceAll('\t', '    ')), mark };
  });
}
