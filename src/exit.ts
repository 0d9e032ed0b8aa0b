import { type LintResult, type Severity, severities } from './lint/finding.js';

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
      readonly failOn: Severity;
    };

export type ExitStatus = 0 | 1 | 2 | 3;

/**
 * The one place that chooses the exit status: 0 clean, 1 findings at or above `failOn`, 2 refused,
 * 3 incomplete. Incomplete wins over findings: a list that lacks a file is not a verdict.
 */
export function exitStatus(facts: RunFacts): ExitStatus {
  switch (facts.outcome) {
    case 'answered':
      return 0;
    case 'refused':
      return 2;
    case 'broken':
      return 3;
    case 'linted': {
      const { result, failOn } = facts;
      if (result.inputs === 0 || result.errors.length > 0) return 3;
      return result.findings.some((finding) => reaches(finding.severity, failOn)) ? 1 : 0;
    }
  }
}

function reaches(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
