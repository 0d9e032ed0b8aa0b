// The public API: `lint()` is pure, so it runs wherever the texts come from.

export type { Knowledge } from './analyse/analyse.js';
export type { OwnAction, OwnCommand, OwnFacts } from './facts/own.js';
export { type Forge, forges } from './forge/forge.js';
export type { Trust } from './forge/trust.js';
export type { Baseline, BaselineEntry } from './lint/baseline.js';
export {
  type Confidence,
  type Finding,
  type InputError,
  type LintResult,
  type NotJudged,
  type Severity,
  type StepRef,
  type Suppressed,
  type SuppressedBy,
  severities,
  type WitnessStep,
} from './lint/finding.js';
export { lintWithLanguages as lint } from './lint/languages.js';
export type { LintInput, LintOptions } from './lint/lint.js';
export type { Level, OptionalSecret, Override, Settings } from './lint/settings.js';
export type { Repository } from './text/repository.js';
export { type Position, positionAt, type Source, type Span } from './text/source.js';
export { version } from './version.js';
