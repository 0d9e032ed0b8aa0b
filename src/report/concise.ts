import type { LintResult } from '../lint/finding.js';
import type { RenderOptions } from './options.js';
import { errorsInOrder, inReadingOrder, placeName } from './order.js';
import { summaryLine } from './summary.js';
import { visible, withoutCommands } from './text.js';
import { acceptance, shownSuppressed } from './words.js';

/** One line per finding, `file:line:column: severity[rule] message`, as editors and problem matchers read it. */
export function renderConcise(result: LintResult, options: RenderOptions): string {
  const lines: string[] = [];
  for (const finding of inReadingOrder(result.findings)) {
    lines.push(`${placeName(finding.span)}: ${finding.severity}[${finding.rule}] ${finding.message}`);
  }
  for (const accepted of shownSuppressed(result, options)) {
    const { span, rule, message } = accepted.finding;
    lines.push(`${placeName(span)}: accepted[${rule}] ${message} (${acceptance(accepted)})`);
  }
  for (const error of errorsInOrder(result.errors)) {
    lines.push(`${error.span ? placeName(error.span) : error.file}: error: ${error.message}`);
  }
  lines.push(summaryLine(result, options.failOn));
  return withoutCommands(`${lines.map(visible).join('\n')}\n`);
}
