import { type FailOn, isIncomplete, type LintResult, reaches, type Severity } from './lint/finding.js';

/** How a run went, as far as its exit status is concerned. */
export type RunFacts =
  /** It printed what was asked for: help, the version, the rules. */
  | { readonly outcome: 'answered' }
  /** A usage, configuration or write error. */
  | { readonly outcome: 'refused' }
  /** It could not do its work: an unreadable file of its own, or a fault of hardfail. */
  | { readonly outcome: 'broken' }
  | {
      readonly outcome: 'linted';
      readonly result: Pick<LintResult, 'inputs' | 'findings' | 'errors'>;
      readonly failOn: FailOn;
      /** Whether every `--output` was written. */
      readonly written: boolean;
    }
  | {
      readonly outcome: 'audited';
      readonly incomplete: boolean;
      /** Whether a replay showed that some finding is wrong. */
      readonly contradicted: boolean;
      /** Those that nobody has accepted. */
      readonly findings: readonly { readonly severity: Severity }[];
      /** An audit reports; it only fails for what it finds where it is asked to. */
      readonly failOn: FailOn;
      readonly written: boolean;
    }
  | {
      readonly outcome: 'replayed';
      readonly result: Pick<LintResult, 'inputs' | 'errors'>;
      /** Whether some finding turned out to be wrong. */
      readonly contradicted: boolean;
    };

export type ExitStatus = 0 | 1 | 2 | 3;

/**
 * The one place that chooses the exit status: 0 clean, 1 findings at or above `failOn`, 2 refused,
 * 3 incomplete. Incomplete wins over everything: a list that lacks a file is not a verdict. A report that could not be
 * written wins over findings. A replay answers for itself alone: 1 is a finding that it contradicts, and findings that
 * it confirms are no failure of it.
 */
export function exitStatus(facts: RunFacts): ExitStatus {
  switch (facts.outcome) {
    case 'answered':
      return 0;
    case 'refused':
      return 2;
    case 'broken':
      return 3;
    case 'replayed':
      if (isIncomplete(facts.result)) return 3;
      return facts.contradicted ? 1 : 0;
    case 'linted': {
      const { result, failOn, written } = facts;
      if (isIncomplete(result)) return 3;
      if (!written) return 2;
      return result.findings.some((finding) => reaches(finding.severity, failOn)) ? 1 : 0;
    }
    case 'audited': {
      const { incomplete, contradicted, findings, failOn, written } = facts;
      if (incomplete) return 3;
      if (!written) return 2;
      return contradicted || findings.some((finding) => reaches(finding.severity, failOn)) ? 1 : 0;
    }
  }
}
