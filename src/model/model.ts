// model/: trees to Workflow, Job, Step with places. Knows the shape of workflow files, not what they mean
// when run; may not read files.

import type { TemplatePart } from '../parse/expression.js';
import type { YamlNode, YamlScalar } from '../parse/yaml.js';
import type { Source, Span } from '../text/source.js';

/** A scalar in which `${{ }}` may stand. */
export interface Template {
  readonly scalar: YamlScalar;
  readonly parts: readonly TemplatePart[];
}

/** An `if:`. The bare form `if: a == b` has one expression part; mixed text keeps all its parts (semantics 4.2). */
export interface ConditionText {
  readonly template: Template;
  /** True where the file has no `${{` at all, so that the whole text is one expression. */
  readonly bare: boolean;
  /** The value as written, for findings: the place that a person would edit. */
  readonly span: Span;
}

export interface EnvEntry {
  readonly name: string;
  readonly key: YamlScalar;
  readonly value: Template;
}

/**
 * `env:` and other maps of texts, in source order. Where one expression stands for the whole map, the list holds
 * that expression as its only entry, under the name `*`: it may set any name.
 */
export type Env = readonly EnvEntry[];

export interface Trigger {
  /** Event name as written, lower case. */
  readonly event: string;
  readonly key: YamlScalar;
  /** What stands below the event: filters, inputs, types; null where nothing does. */
  readonly body: YamlNode | null;
}

export interface Defaults {
  readonly shell: Template | null;
  readonly workingDirectory: Template | null;
}

/** `continue-on-error:`, `with:` values and the like: a literal or an expression. */
export interface Flag {
  readonly template: Template;
  /** The literal value; null where it is an expression. */
  readonly literal: boolean | null;
  readonly span: Span;
}

export interface WithEntry {
  readonly name: string;
  readonly key: YamlScalar;
  readonly value: Template;
}

export interface Step {
  /** 0-based place in `steps`. */
  readonly index: number;
  readonly id: string | null;
  readonly name: Template | null;
  readonly if: ConditionText | null;
  readonly env: Env;
  readonly run: Template | null;
  readonly uses: Template | null;
  readonly with: readonly WithEntry[];
  readonly shell: Template | null;
  readonly workingDirectory: Template | null;
  readonly continueOnError: Flag | null;
  /** The whole step. */
  readonly span: Span;
  /** Where a finding about the step as such points: its first key. */
  readonly headSpan: Span;
}

export interface SecretEntry {
  readonly name: string;
  readonly key: YamlScalar;
  readonly value: Template;
}

export interface Job {
  readonly id: string;
  readonly key: YamlScalar;
  readonly name: Template | null;
  readonly needs: readonly { readonly job: string; readonly span: Span }[];
  readonly if: ConditionText | null;
  readonly env: Env;
  readonly defaults: Defaults;
  readonly runsOn: YamlNode | null;
  /** True where the job has a `container:` (semantics 1.1). */
  readonly container: boolean;
  readonly environment: YamlNode | null;
  readonly strategy: YamlNode | null;
  readonly continueOnError: Flag | null;
  readonly outputs: Env;
  readonly steps: readonly Step[];
  /** A job that calls a reusable workflow. */
  readonly uses: Template | null;
  readonly with: readonly WithEntry[];
  readonly secrets: readonly SecretEntry[] | 'inherit';
  readonly span: Span;
}

export interface Workflow {
  readonly source: Source;
  readonly name: Template | null;
  readonly triggers: readonly Trigger[];
  readonly env: Env;
  readonly defaults: Defaults;
  readonly jobs: readonly Job[];
  /** What is wrong with the file's shape (not with its YAML): an error finding each. */
  readonly problems: readonly { readonly span: Span; readonly message: string }[];
}

export interface ActionInput {
  readonly name: string;
  readonly key: YamlScalar;
  readonly description: string | null;
  readonly required: boolean;
  readonly default: Template | null;
}

/** A composite `action.yml` (others have no steps). */
export interface Action {
  readonly source: Source;
  readonly inputs: readonly ActionInput[];
  readonly outputs: Env;
  /** null for an action that is not composite. */
  readonly steps: readonly Step[] | null;
  readonly problems: readonly { readonly span: Span; readonly message: string }[];
}
