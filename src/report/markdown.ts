import type { Finding, InputError, LintResult, Suppressed, WitnessStep } from '../lint/finding.js';
import { lineText, positionAt, type Span } from '../text/source.js';
import { byteLength, code, maxBytes, text } from './markdown-text.js';
import type { RenderOptions } from './options.js';
import { inReadingOrder } from './order.js';
import { fromTop } from './paths.js';
import { problemsOf, summaryLine } from './summary.js';
import { acceptance, circumstances, shownSuppressed } from './words.js';

const maxLine = 200;

/** A summary of the run in Markdown, for the page of a CI job; whatever texts hold, they are nothing but text in it. */
export function renderMarkdown(result: LintResult, options: RenderOptions): string {
  const findings = inReadingOrder(result.findings);
  const blocks = [
    ...problemsOf(result).map((problem) => problemBlock(problem, options)),
    ...findings.map((finding) => findingBlock(finding, options)),
    ...shownSuppressed(result, options).map((accepted) => acceptedBlock(accepted, options)),
  ];
  let report = `## hardfail\n\n${text(summaryLine(result, options.failOn))}\n`;
  let bytes = byteLength(report);
  for (const [index, block] of blocks.entries()) {
    bytes += byteLength(block);
    if (bytes > maxBytes) {
      return `${report}\n${blocks.length - index} more: they do not fit on this page, the log of the step has them.\n`;
    }
    report += block;
  }
  return report;
}

function problemBlock({ file, span, message }: InputError, options: RenderOptions): string {
  const place = span ? placeIn(span, options) : code(fromTop(options.folder, file));
  return `\n### incomplete: ${text(message)}\n\n${place}\n`;
}

function findingBlock(finding: Finding, options: RenderOptions): string {
  const { severity, rule, message, span, witness, help } = finding;
  const path = witness.map((step, index) => `${index + 1}. ${witnessItem(step, options)}\n`).join('');
  const details = [path, help === '' ? '' : `<pre>${help.split('\n').map(text).join('\n')}</pre>\n`].filter(
    Boolean,
  );
  const folded =
    details.length === 0
      ? ''
      : `\n<details><summary>the path, and what to do</summary>\n\n${details.join('\n')}\n</details>\n`;
  return `\n### ${severity}: ${text(message)}\n\n${placeIn(span, options)} · ${code(rule)} · ${text(circumstances(finding))}\n${folded}`;
}

function acceptedBlock(accepted: Suppressed, options: RenderOptions): string {
  const { message, rule, span } = accepted.finding;
  return `\n### accepted: ${text(message)}\n\n${placeIn(span, options)} · ${code(rule)} · ${text(acceptance(accepted))}\n`;
}

function witnessItem({ span, text: words }: WitnessStep, options: RenderOptions): string {
  const { line } = positionAt(span.source, span.start);
  return `${placeIn(span, options)} ${text(words)}<br>${code(shortened(lineText(span.source, line).trim()))}`;
}

function shortened(line: string): string {
  return line.length > maxLine ? `${line.slice(0, maxLine)}…` : line;
}

function placeIn(span: Span, { folder }: RenderOptions): string {
  const { line, column } = positionAt(span.source, span.start);
  return code(`${fromTop(folder, span.source.path)}:${line}:${column}`);
}
