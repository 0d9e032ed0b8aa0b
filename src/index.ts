// The public API: `lint()` is pure, so it runs wherever the texts come from.

export type { Guard, Hole, Knowledge } from './analyse/analyse.js';
export type { OwnAction, OwnCommand, OwnFacts } from './facts/own.js';
export { type Forge, forges } from './forge/forge.js';
export type { Trust } from './forge/trust.js';
export type { Base, BaseFile } from './lint/base.js';
export type { Baseline, BaselineEntry } from './lint/baseline.js';
export { type DefinedContext, defineRule, type RuleDefinition } from './lint/define.js';
export {
  type Applicability,
  type Confidence,
  type Edit,
  type Finding,
  type Fix,
  type InputError,
  type LintResult,
  type NotJudged,
  type PluginRef,
  type Severity,
  type StepRef,
  type Suppressed,
  type SuppressedBy,
  severities,
  type WitnessStep,
} from './lint/finding.js';
export { lintWithLanguages as lint } from './lint/languages.js';
export type { LintInput, LintOptions } from './lint/lint.js';
export type { OptionSchemas, OptionsOf, RuleOptions } from './lint/options.js';
export { definePlugin, type LoadedPlugin, type Plugin } from './lint/plugin.js';
export type {
  CommandUse,
  Message,
  Place,
  Rule,
  RuleContext,
  RuleMeta,
  RunContext,
  SecretPlace,
  StepPlace,
  Subject,
  Telling,
} from './lint/rule.js';
export type { Schema } from './lint/schema.js';
export type { Level, OptionalSecret, Override, Preset, Settings } from './lint/settings.js';
export type { Action, Job, Step, Template, Trigger, Workflow } from './model/model.js';
export type { Repository } from './text/repository.js';
export { type MappedText, type Place as TextPlace, spanOf } from './text/script.js';
export { type Position, positionAt, type Source, type Span, spanText } from './text/source.js';
export { version } from './version.js';
