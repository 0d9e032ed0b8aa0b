import type { LintResult, Severity } from '../lint/finding.js';
import { fingerprintOf } from '../lint/fingerprint.js';
import { positionAt, type Span } from '../text/source.js';
import { jsonText } from './json.js';
import type { RenderOptions } from './options.js';
import { inReadingOrder } from './order.js';
import { fromTop } from './paths.js';
import { problemsOf } from './summary.js';
import { visible } from './text.js';

const severityOf: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', note: 'info' };

/** GitLab's code quality report: what made the run incomplete is in it too, since it has nowhere else to say so. */
export function renderGitlab(result: LintResult, options: RenderOptions): string {
  const findings = inReadingOrder(result.findings).map((finding) => ({
    description: visible(finding.message),
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: severityOf[finding.severity],
    location: locationOf(finding.span.source.path, finding.span, options),
  }));
  const problems = problemsOf(result).map(({ file, span, message }) => ({
    description: visible(`the run is incomplete: ${message}`),
    check_name: 'incomplete',
    fingerprint: fingerprintOf(['incomplete', file, message]),
    severity: 'blocker',
    location: locationOf(file, span, options),
  }));
  return jsonText(withOwnFingerprints([...findings, ...problems]));
}

function locationOf(file: string, span: Span | null, { folder }: RenderOptions) {
  const begin = span ? positionAt(span.source, span.start).line : 1;
  const end = span ? positionAt(span.source, span.end).line : 1;
  return { path: fromTop(folder, file), lines: { begin, end } };
}

/** GitLab keeps one of those that share a fingerprint. */
function withOwnFingerprints<T extends { readonly fingerprint: string }>(entries: readonly T[]): T[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const before = seen.get(entry.fingerprint) ?? 0;
    seen.set(entry.fingerprint, before + 1);
    return before === 0
      ? entry
      : { ...entry, fingerprint: fingerprintOf([entry.fingerprint, String(before)]) };
  });
}
