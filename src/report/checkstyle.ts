import type { LintResult, Severity } from '../lint/finding.js';
import { positionAt, type Span } from '../text/source.js';
import { inReadingOrder } from './order.js';
import { problemsOf } from './summary.js';
import { element, type XmlElement, xmlDocument } from './xml.js';

const severityOf: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'info' };

/** Checkstyle's XML; what made the run incomplete is an error from `hardfail.incomplete`. */
export function renderCheckstyle(result: LintResult): string {
  const byFile = new Map<string, XmlElement[]>();
  const add = (file: string, span: Span | null, attributes: XmlElement['attributes']): void => {
    const { line, column } = span ? positionAt(span.source, span.start) : { line: 1, column: 1 };
    const error = element('error', { line, column, ...attributes });
    const known = byFile.get(file);
    if (known) known.push(error);
    else byFile.set(file, [error]);
  };
  for (const { span, severity, rule, message } of inReadingOrder(result.findings)) {
    add(span.source.path, span, { severity: severityOf[severity], message, source: `hardfail.${rule}` });
  }
  for (const { file, span, message } of problemsOf(result)) {
    add(file, span, { severity: 'error', message, source: 'hardfail.incomplete' });
  }
  const files = [...byFile].map(([name, errors]) => element('file', { name }, errors));
  return xmlDocument(element('checkstyle', { version: '8.0' }, files));
}
