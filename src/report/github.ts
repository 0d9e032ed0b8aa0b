import type { Finding, InputError, LintResult, Severity } from '../lint/finding.js';
import { positionAt, type Span } from '../text/source.js';
import type { RenderOptions } from './options.js';
import { inReadingOrder, placeName } from './order.js';
import { fromTop } from './paths.js';
import { problemsOf, summaryLine } from './summary.js';
import { visible } from './text.js';
import { circumstances, visibleLines } from './words.js';

/**
 * Workflow commands: GitHub shows them beside the lines of a pull request (ten of each kind for a step). Runners of
 * Gitea and Forgejo print them into the log, so that each begins with its place.
 */
export function renderGithub(result: LintResult, options: RenderOptions): string {
  const lines = [
    ...inReadingOrder(result.findings).map((finding) => findingCommand(finding, options)),
    ...problemsOf(result).map((problem) => problemCommand(problem, options)),
    summaryLine(result, options.failOn),
  ];
  return `${lines.join('\n')}\n`;
}

function findingCommand(finding: Finding, options: RenderOptions): string {
  const { severity, rule, span, help } = finding;
  const text = [`${placeName(span)}: ${finding.message}`, circumstances(finding), help]
    .filter(Boolean)
    .join('\n');
  return command(commandOf[severity], { ...placeOf(span, options), title: `hardfail: ${rule}` }, text);
}

function problemCommand({ file, span, message }: InputError, options: RenderOptions): string {
  const place = span ? placeOf(span, options) : { file: fromTop(options.folder, file) };
  const text = `${span ? placeName(span) : file}: ${message}`;
  return command('error', { ...place, title: 'hardfail is incomplete' }, text);
}

const commandOf: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

function placeOf(span: Span, { folder }: RenderOptions): Record<string, string | number> {
  const start = positionAt(span.source, span.start);
  const end = positionAt(span.source, span.end);
  // GitHub refuses columns for a place of several lines.
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  return { file: fromTop(folder, span.source.path), line: start.line, endLine: end.line, ...columns };
}

function command(name: string, properties: Readonly<Record<string, string | number>>, text: string): string {
  const shown = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${name} ${shown.join(',')}::${escapedData(visibleLines(text))}`;
}

/** What the runner turns back (`%25`, `%0A`), and `##[`, which older ones obey in the middle of a line. */
function escapedData(text: string): string {
  return text
    .replaceAll('##[', '##\\[')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
