// audit/: the inventory of secrets as data: what becomes of each job without each secret. May read results and sources; does
// not judge, read files or print. `report/` renders it, and `audit.schema.json` at the top describes it as JSON.

import type { Verdict } from '../analyse/verdicts.js';

import type { Forge } from '../forge/forge.js';
import type { Confidence, Severity, SuppressedBy } from '../lint/finding.js';
import type { ReplayVerdict } from '../replay/result.js';

export { type Verdict, verdicts } from '../analyse/verdicts.js';

/** 1-based; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One labelled place on the way to a verdict; `end` is exclusive. */
export interface Mark {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/** The source lines on which the marks of one file stand, and those around them. */
export interface Excerpt {
  readonly file: string;
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** What shows a verdict, in order; with its code, so that a report needs no other file. */
export interface Evidence {
  readonly witness: readonly Mark[];
  readonly code: readonly Excerpt[];
}

/** Somebody has accepted it. */
export interface Acceptance {
  readonly by: SuppressedBy;
  readonly reason: string;
  /** The last day on which that holds; null where it holds for good. */
  readonly until: string | null;
}

/** What a run in the sandbox says, where there was one. */
export interface Replayed {
  readonly verdict: ReplayVerdict;
  /** A sentence without a full stop. */
  readonly reason: string;
}

/** One event context. */
export interface Cell {
  readonly context: string;
  readonly trusted: boolean;
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  /** Why, as a clause. */
  readonly reason: string;
  /** The other secrets that have to be missing too. */
  readonly together: readonly string[];
  /** Index into the row's `evidence`. */
  readonly evidence: number;
  /** The findings that report it, by their fingerprints. */
  readonly findings: readonly string[];
  /** null where nobody has accepted what it shows. */
  readonly accepted: Acceptance | null;
  /** Of the findings that report it, in this event. */
  readonly replay?: Replayed;
}

/** One secret in one job. */
export interface Row {
  /** As written in the file; `*` where any may be meant. */
  readonly secret: string;
  /** Paths are relative to the repository's directory. */
  readonly file: string;
  /** null in an action that no workflow of the repository calls. */
  readonly job: string | null;
  readonly line: number;
  readonly forge: Forge;
  /** The worst of its cells. */
  readonly verdict: Verdict;
  /** True where the forge never runs the file. */
  readonly dead: boolean;
  readonly cells: readonly Cell[];
  readonly evidence: readonly Evidence[];
}

export interface AuditFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly file: string;
  readonly start: Position;
  readonly job: string | null;
  readonly secrets: readonly string[];
  readonly fingerprint: string;
  readonly accepted: Acceptance | null;
  readonly replay?: Replayed;
}

export interface NotJudgedStep {
  readonly file: string;
  readonly start: Position;
  readonly job: string | null;
  readonly step: string | null;
  readonly reason: string;
}

/** A workflow that its forge never runs. */
export interface DeadWorkflow {
  readonly file: string;
  readonly message: string;
}

/** Why the audit of a repository is incomplete. */
export interface AuditError {
  readonly file: string;
  readonly start: Position | null;
  readonly message: string;
}

export interface RepositoryAudit {
  /** Distinct within an audit. */
  readonly name: string;
  readonly files: number;
  readonly jobs: number;
  readonly steps: { readonly judged: number; readonly notJudged: number };
  readonly rows: readonly Row[];
  readonly findings: readonly AuditFinding[];
  readonly notJudged: readonly NotJudgedStep[];
  readonly dead: readonly DeadWorkflow[];
  readonly errors: readonly AuditError[];
}

export type Counts<Key extends string> = Readonly<Record<Key, number>>;

/** What all repositories come to. */
export interface Summary {
  readonly repositories: number;
  readonly files: number;
  readonly jobs: number;
  readonly steps: { readonly judged: number; readonly notJudged: number };
  /** Distinct secrets, each counted once in a repository. */
  readonly secrets: number;
  /** Rows by their verdicts. */
  readonly rows: Counts<Verdict>;
  readonly cells: Counts<Verdict>;
  /** Those that count. */
  readonly findings: Counts<Severity>;
  readonly accepted: number;
  /** The findings that were replayed, by what came of it; only where that was asked for. */
  readonly replays?: Counts<ReplayVerdict>;
  /** True where the audit did not do its whole job: what it does not show may be there all the same. */
  readonly incomplete: boolean;
}

/** How an audit differs from an earlier one. */
export interface Trend {
  /** The day of the earlier one. */
  readonly since: string;
  /** The rows of the earlier one by their verdicts. */
  readonly before: Counts<Verdict>;
  /** Rows that fail open or are masked now and did not, or were not there. */
  readonly opened: readonly RowName[];
  /** Rows that failed open or were masked and do so no more, or are gone. */
  readonly closed: readonly RowName[];
}

/** What tells a row from all others. */
export interface RowName {
  readonly repository: string;
  readonly secret: string;
  readonly file: string;
  readonly job: string | null;
}

/** The parts of an audit that were made on several machines: `held` of `of` are in this one. */
export interface Shards {
  readonly of: number;
  /** 1-based, in order. */
  readonly held: readonly number[];
}

export interface Audit {
  readonly version: 1;
  readonly kind: 'audit';
  readonly tool: { readonly name: 'hardfail'; readonly version: string };
  /** The day on which it was made, `2026-11-22`. */
  readonly date: string;
  /** null where it was made in one go. */
  readonly shards: Shards | null;
  readonly summary: Summary;
  readonly trend: Trend | null;
  readonly repositories: readonly RepositoryAudit[];
}
