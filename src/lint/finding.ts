// lint/: the rule contract, findings, fingerprints. Rules ask the analysis; nothing here analyses or prints.

import type { Fate } from '../analyse/fates.js';
import type { Forge } from '../forge/forge.js';
import type { Span } from '../text/source.js';

export const severities = ['note', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

/** From which severity on findings fail a run. */
export type FailOn = Severity | 'never';

/** Whether a finding of this severity fails the run. */
export function reaches(severity: Severity, failOn: FailOn): boolean {
  return failOn !== 'never' && severities.indexOf(severity) >= severities.indexOf(failOn);
}

export type Confidence = 'proved' | 'likely';

/** One labelled place on the way from the secret to the green end. */
export interface WitnessStep {
  readonly span: Span;
  readonly text: string;
}

export interface StepRef {
  /** 0-based place in `steps`. */
  readonly index: number;
  readonly name: string | null;
  readonly id: string | null;
}

/** One replacement in one file. An insertion has an empty span. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** `safe`: what CI does stays the same. `unsafe`: it turns red where it was green, which is what it is for. */
export type Applicability = 'safe' | 'unsafe';

/** Edits that make a finding go away, all of them or none. */
export interface Fix {
  readonly applicability: Applicability;
  /** In the order of their files and places, none of them overlapping another. */
  readonly edits: readonly Edit[];
  /** Fixes that name the same thing may do each other's work: one of them is applied at a time. null: no other does. */
  readonly group: string | null;
}

export interface Finding {
  readonly rule: string;
  readonly messageId: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly help: string;
  readonly url: string;
  /** The place that a person would edit. */
  readonly span: Span;
  /** null in an action that is judged without a caller, and for findings about the file. */
  readonly job: string | null;
  readonly step: StepRef | null;
  readonly secrets: readonly string[];
  readonly forge: Forge;
  readonly contexts: readonly string[];
  readonly witness: readonly WitnessStep[];
  /** null where none is offered. One that is offered has been tried: the file was judged again with it. */
  readonly fix: Fix | null;
  readonly fingerprint: string;
}

/** Who accepted a finding, so that it is no longer reported as one. */
export type SuppressedBy = 'directive' | 'baseline' | 'optional-secret' | 'override';

/** A finding that somebody accepted. It never decides the exit status, and it is counted wherever findings are. */
export interface Suppressed {
  readonly finding: Finding;
  readonly by: SuppressedBy;
  /** In the words of who accepted it; never empty. */
  readonly reason: string;
  /** The last day on which that holds, `2027-01-31`; null where it holds for good. */
  readonly until: string | null;
}

/** A step that the analysis cannot judge, and why. */
export interface NotJudged {
  readonly span: Span;
  readonly job: string | null;
  readonly step: StepRef | null;
  readonly reason: string;
}

/** A rule that asks for something that the run was not given, and what that is. */
export interface RuleNotJudged {
  readonly rule: string;
  readonly reason: string;
}

/** A file, or part of one, that could not be read or parsed, or a rule that failed on it: the run is incomplete. */
export interface InputError {
  readonly file: string;
  /** 0-based UTF-16 span where it is known; null for a file that could not be read at all. */
  readonly span: Span | null;
  readonly message: string;
}

/** A plugin that the configuration names. */
export interface PluginRef {
  /** As the configuration has it: a path or the name of a package. */
  readonly from: string;
  /** What it calls itself, and its rules begin with; null where it was not loaded. */
  readonly name: string | null;
}

/** What becomes of a job without a secret, on one forge. */
export interface TracedFate extends Fate {
  readonly forge: Forge;
}

/** Everything that a run found out; every report format is made from this and nothing else. */
export interface LintResult {
  readonly inputs: number;
  readonly jobs: number;
  readonly steps: { readonly judged: number; readonly notJudged: number };
  /** Those that count: none of them is in `suppressed`. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly notJudged: readonly NotJudged[];
  /** Rules that were to run and could say nothing, each reason once. */
  readonly rulesNotJudged: readonly RuleNotJudged[];
  readonly plugins: readonly PluginRef[];
  /** Of every job that a secret reaches; only where it was asked for. */
  readonly fates?: readonly TracedFate[];
  readonly errors: readonly InputError[];
}

/** True where the run did not do its whole job: nothing to lint, or something that could not be read or judged. */
export function isIncomplete({ inputs, errors }: Pick<LintResult, 'inputs' | 'errors'>): boolean {
  return inputs === 0 || errors.length > 0;
}
