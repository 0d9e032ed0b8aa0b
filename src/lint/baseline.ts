import type { Span } from '../text/source.js';
import type { Finding, Suppressed } from './finding.js';
import { isReason } from './reason.js';

/** A finding that was there when the baseline was written, and that is accepted for a reason. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** Relative to the top of the repository. */
  readonly file: string;
  /** The job and the step, for people. */
  readonly where: string;
  readonly reason: string;
  /** The day on which it was written down, `2026-11-22`. */
  readonly since: string;
  /** Its fingerprint in the file. */
  readonly span: Span;
  /** Its reason in the file. */
  readonly reasonSpan: Span;
}

export interface Baseline {
  /** What is accepted: the entries of the baseline, or of that of another revision. */
  readonly accepted: readonly BaselineEntry[];
  /** The entries of the file in the work tree: each must still have its finding, and a reason. */
  readonly kept: readonly BaselineEntry[];
}

export type BaselineProblem = 'stale' | 'no-reason' | 'twice';

export interface FaultyEntry {
  readonly entry: BaselineEntry;
  readonly problem: BaselineProblem;
}

/** What a run can say of entries. */
export interface Coverage {
  /** Whether the rule was asked about that file. */
  ran(rule: string, file: string): boolean;
  /** Whether everything was judged that could show a finding in that file. */
  covers(file: string): boolean;
}

/** Takes the accepted ones out of the findings. A reasonless entry accepts nothing. `pathOf`: as entries name files. */
export function withoutAccepted(
  findings: readonly Finding[],
  accepted: readonly BaselineEntry[],
  pathOf: (path: string) => string,
): { open: Finding[]; suppressed: Suppressed[] } {
  const entries = new Map<string, BaselineEntry>();
  for (const entry of accepted) if (isReason(entry.reason)) entries.set(keyOfEntry(entry), entry);
  const open: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const entry = entries.get(keyOfFinding(finding, pathOf));
    if (entry) suppressed.push({ finding, by: 'baseline', reason: entry.reason, until: null });
    else open.push(finding);
  }
  return { open, suppressed };
}

/** What is wrong with the entries of the work tree. `findings`: those that nothing else has suppressed. */
export function faultyEntries(
  entries: readonly BaselineEntry[],
  findings: readonly Finding[],
  pathOf: (path: string) => string,
  coverage: Coverage,
): FaultyEntry[] {
  const found = new Set(findings.map((finding) => keyOfFinding(finding, pathOf)));
  const seen = new Set<string>();
  const faulty: FaultyEntry[] = [];
  for (const entry of entries) {
    const key = keyOfEntry(entry);
    if (seen.has(key)) faulty.push({ entry, problem: 'twice' });
    else if (!found.has(key) && coverage.ran(entry.rule, entry.file) && coverage.covers(entry.file)) {
      faulty.push({ entry, problem: 'stale' });
    } else if (!isReason(entry.reason)) faulty.push({ entry, problem: 'no-reason' });
    seen.add(key);
  }
  return faulty;
}

/** Rule and file are in it, so that an entry cannot say that it is about something else. */
function keyOfEntry({ fingerprint, rule, file }: BaselineEntry): string {
  return `${fingerprint} ${rule} ${file}`;
}

function keyOfFinding({ fingerprint, rule, span }: Finding, pathOf: (path: string) => string): string {
  return `${fingerprint} ${rule} ${pathOf(span.source.path)}`;
}
