import picocolors from 'picocolors';
import {
  type Finding,
  type Fix,
  type InputError,
  isIncomplete,
  type LintResult,
  type Severity,
  type Suppressed,
} from '../lint/finding.js';
import { applyFixes } from '../lint/fix/apply.js';
import type { Span } from '../text/source.js';
import { hunksBetween, signs } from './diff.js';
import { frameLines, gutterWidth, type Mark, type Paint } from './frame.js';
import type { RenderOptions } from './options.js';
import { errorsInOrder, inReadingOrder, placeName } from './order.js';
import { summaryLine } from './summary.js';
import { clipped, visible, withoutCommands, wrap } from './text.js';
import { acceptance, eventsInWords, shownSuppressed } from './words.js';

type Colors = ReturnType<typeof picocolors.createColors>;

const consequence = 'this makes the run incomplete';

/** What stays the same for all findings of a report. */
interface Page {
  readonly columns: number;
  readonly colors: Colors;
}

/** The report for people: each finding with the path that proves it, drawn on the source. */
export function renderPretty(result: LintResult, options: RenderOptions): string {
  const page = pageOf(options);
  const blocks = [
    ...inReadingOrder(result.findings).map((finding) => findingBlock(finding, page)),
    ...shownSuppressed(result, options).map((accepted) => acceptedBlock(accepted, page)),
    ...errorsInOrder(result.errors).map((error) => errorBlock(error, page)),
    [summary(result, options, page.colors)],
  ];
  return withoutCommands(`${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}

function pageOf({ columns, color }: Pick<RenderOptions, 'color' | 'columns'>): Page {
  return { columns: Math.min(Math.max(columns, 40), 200), colors: picocolors.createColors(color) };
}

function findingBlock(finding: Finding, page: Page): string[] {
  const { colors } = page;
  const color = severityColor(finding.severity, colors);
  const job = finding.job === null ? '' : `job ${finding.job} · `;
  return [
    ...header(`${finding.severity}[${finding.rule}]`, finding.message, color, page),
    ...frame(finding.span, marksOf(finding), `${job}${finding.confidence}`, footer(finding), color, page),
    ...help(finding, page),
  ];
}

/** In short: what there is to say of it, somebody has read. */
function acceptedBlock(accepted: Suppressed, page: Page): string[] {
  const { rule, message, span } = accepted.finding;
  const { dim, bold } = page.colors;
  const [start = '', ...rest] = wrap(acceptance(accepted), page.columns - 5);
  return [
    ...header(`accepted[${rule}]`, message, dim, page),
    `  ${dim('╭─')} ${bold(visible(placeName(span)))}`,
    `  ${dim('╰─')} ${start}`,
    ...rest.map((line) => `     ${line}`),
  ];
}

function errorBlock(error: InputError, page: Page): string[] {
  const color = severityColor('error', page.colors);
  const lines = header('error:', error.message, color, page);
  if (error.span) {
    const mark = { span: error.span, text: '', primary: true };
    return [...lines, ...frame(error.span, [mark], '', consequence, color, page)];
  }
  const { dim, bold } = page.colors;
  return [...lines, `  ${dim('╭─')} ${bold(visible(error.file))}`, `  ${dim('╰─')} ${consequence}`];
}

/** Something in a file about findings that stands in the way of a run. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
  /** null where it has no place. */
  readonly span: Span | null;
}

/** What stands in the way, for people, each problem drawn on its place; `effect` is what comes of it. */
export function renderProblems(
  problems: readonly Problem[],
  effect: string,
  options: Pick<RenderOptions, 'color' | 'columns'>,
): string {
  const page = pageOf(options);
  const color = severityColor('error', page.colors);
  const blocks = problems.map(({ message, hint, span }) => {
    const mark = span && { span, text: '', primary: true };
    return [
      ...header('hardfail:', message, color, page),
      ...(mark ? frame(mark.span, [mark], '', effect, color, page) : []),
      ...hintLines(hint, page),
    ];
  });
  return withoutCommands(`${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}

function header(kind: string, message: string, color: Paint['primary'], page: Page): string[] {
  const [first = '', ...rest] = wrap(`${visible(kind)} ${visible(message)}`, page.columns - 2);
  const { bold } = page.colors;
  const tag = visible(kind);
  const start = first.startsWith(tag) ? `${color(bold(tag))}${bold(first.slice(tag.length))}` : bold(first);
  return [start, ...rest.map((line) => `  ${bold(withoutCommands(line))}`)];
}

/** The witness as numbered marks; the finding's own place is added where no step of the story stands on it. */
function marksOf(finding: Finding): Mark[] {
  const { span, witness } = finding;
  const own = witness.findLastIndex((step) => sameStart(step.span, span));
  const marks = witness.map((step, index) => ({
    span: step.span,
    text: witness.length > 1 ? `${index + 1}. ${step.text}` : step.text,
    primary: index === own,
  }));
  return own >= 0 ? marks : [...marks, { span, text: '', primary: true }];
}

function sameStart(a: Span, b: Span): boolean {
  return a.source.path === b.source.path && a.start === b.start;
}

/** One frame over all files of the marks, the file of `span` first, the others in the order of the story. */
function frame(
  span: Span,
  marks: readonly Mark[],
  title: string,
  foot: string,
  color: Paint['primary'],
  page: Page,
): string[] {
  const { columns, colors } = page;
  const paint = {
    rail: colors.dim,
    primary: (text: string) => color(colors.bold(text)),
    secondary: colors.cyan,
  };
  const gutter = gutterWidth(marks);
  const byFile = new Map<string, Mark[]>([[span.source.path, []]]);
  for (const mark of marks) {
    const { path } = mark.span.source;
    const known = byFile.get(path);
    if (known) known.push(mark);
    else byFile.set(path, [mark]);
  }
  const lines: string[] = [];
  for (const group of byFile.values()) {
    const first = lines.length === 0;
    const place = first ? span : (group[0]?.span ?? span);
    const tail = first && title !== '' ? `   ${colors.dim(visible(title))}` : '';
    lines.push(`  ${colors.dim(first ? '╭─' : '├─')} ${colors.bold(visible(placeName(place)))}${tail}`);
    lines.push(...frameLines(group, gutter, columns, paint));
  }
  const [start = '', ...rest] = wrap(foot, columns - 5);
  lines.push(`  ${colors.dim('╰─')} ${start}`, ...rest.map((line) => `     ${line}`));
  return lines;
}

function help(finding: Finding, page: Page): string[] {
  return [
    ...hintLines(finding.help, page),
    ...(finding.fix ? fixLines(finding.fix, page) : []),
    `  ${page.colors.dim('more:')} hardfail explain ${visible(finding.rule)}`,
  ];
}

/** So many lines of a difference are shown; --diff shows them all. */
const mostFixLines = 24;

/** What the fix changes. */
function fixLines(fix: Fix, page: Page): string[] {
  const { colors, columns } = page;
  const flag = fix.applicability === 'safe' ? '--fix' : '--unsafe-fixes';
  const lines: string[] = [];
  for (const [path, after] of applyFixes([fix]).texts) {
    const source = fix.edits.find(({ span }) => span.source.path === path)?.span.source;
    for (const { oldStart, lines: changed } of hunksBetween(source?.text ?? '', after, 1)) {
      lines.push(colors.dim(visible(`@@ ${path}:${oldStart}`)));
      for (const { kind, text } of changed) {
        const line = clipped(`${signs[kind]} ${text.trimEnd()}`, columns - '  help: '.length);
        lines.push(
          kind === 'same' ? colors.dim(line) : kind === 'new' ? colors.green(line) : colors.red(line),
        );
      }
    }
  }
  const more = lines.length - mostFixLines;
  const shown = more > 1 ? [...lines.slice(0, mostFixLines), colors.dim(`… ${more} more lines`)] : lines;
  return [
    `  ${colors.green('fix:')}  hardfail ${flag} makes these changes`,
    ...shown.map((line) => `        ${line}`),
  ];
}

function hintLines(text: string, page: Page): string[] {
  const indent = '  help: '.length;
  const lines = text === '' ? [] : wrap(text, page.columns - indent);
  return lines.map((line, index) =>
    index === 0 ? `  ${page.colors.green('help:')} ${line}` : `${' '.repeat(indent)}${line}`,
  );
}

function footer(finding: Finding): string {
  return [eventsInWords(finding), finding.forge].filter((part) => part !== '').join(' · ');
}

function severityColor(severity: Severity, colors: Colors): Paint['primary'] {
  switch (severity) {
    case 'error':
      return colors.red;
    case 'warning':
      return colors.yellow;
    case 'note':
      return colors.blue;
  }
}

function summary(result: LintResult, { failOn }: RenderOptions, colors: Colors): string {
  const line = summaryLine(result, failOn);
  if (isIncomplete(result) || result.findings.length > 0) return colors.bold(line);
  return colors.green(line);
}
