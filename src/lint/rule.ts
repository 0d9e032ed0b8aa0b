import type { Hole } from '../analyse/analyse.js';
import type { FailOpenKind } from '../analyse/fail-open.js';
import type { Workflow } from '../model/model.js';
import type { Confidence, Severity } from './finding.js';

/** What a rule says of itself. */
export interface RuleMeta {
  /** Also the name of its folder: `rules/<id>/`. */
  readonly id: string;
  /** What its findings have unless the configuration says otherwise. */
  readonly severity: Severity;
  /** One line: what it flags. */
  readonly summary: string;
}

/** The words of one finding: what is wrong, and the smallest edit that mends it. */
export interface Message {
  readonly message: string;
  readonly help: string;
}

/** A hole that a rule reports, in words. */
export interface Report {
  readonly messageId: string;
  readonly hole: Hole;
  readonly message: Message;
  readonly confidence?: Confidence;
}

/** What a rule may ask. */
export interface RuleContext {
  readonly workflow: Workflow;
  /** The fail-opens of one kind that the analysis found, one for each place. */
  holes(kind: FailOpenKind): readonly Hole[];
}

/** A rule asks the analysis and puts the answer into words; it does not analyse. */
export interface Rule {
  readonly meta: RuleMeta;
  check(context: RuleContext): readonly Report[];
}
