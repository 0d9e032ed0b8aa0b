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
  /**
   * The order in which the steps of a job come, those of the actions that it calls counted with them; the 0-based
   * place in `steps` where no action of the repository is called.
   */
  readonly index: number;
  /** 0-based place in the `steps` that it is written in. */
  readonly place: number;
  /** The step that calls the action in which this one is written; null for a step of the job itself. */
  readonly caller: Step | null;
  /** The action of the repository that it calls; null for a step that calls none. */
  readonly follows: FollowedAction | NotFollowed | null;
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
  /** `timeout-minutes:`. */
  readonly timeout: Template | null;
  /** The whole step. */
  readonly span: Span;
  /** Where a finding about the step as such points: its first key. */
  readonly headSpan: Span;
}

/** A file of the repository that is called and not looked into, and why, so that `it is not judged: …` reads well. */
export interface NotFollowed {
  readonly kind: 'not-followed';
  readonly reason: string;
}

/** A composite action of the repository as one step calls it. */
export interface FollowedAction {
  readonly kind: 'followed';
  readonly action: Action;
  /** Where the action lies, relative to the workspace; '' for the workspace itself. */
  readonly directory: string;
  /** Its steps, each with the calling step as its `caller`; they stand among those of the job too. */
  readonly steps: readonly Step[];
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
  /** `timeout-minutes:`. */
  readonly timeout: Template | null;
  readonly outputs: Env;
  readonly steps: readonly Step[];
  /** A job that calls a reusable workflow. */
  readonly uses: Template | null;
  readonly with: readonly WithEntry[];
  readonly secrets: readonly SecretEntry[] | 'inherit';
  /** Its part in the call of a workflow of the repository; null for a job like any other. */
  readonly part: CallPart | NotFollowed | BrokenCall | null;
  readonly span: Span;
}

/**
 * A job that calls a workflow of the repository, taken apart: what goes in (its `if`, `with` and `secrets`), the jobs
 * of the called workflow, and what comes out, which is what the jobs that need it see.
 */
export interface CallPart {
  readonly kind: 'entry' | 'inside' | 'exit';
  readonly call: WorkflowCall;
}

/** A call that the forge cannot follow either: the job fails. */
export interface BrokenCall {
  readonly kind: 'broken';
  readonly reason: string;
}

/** One call of a workflow of the repository by a job. */
export interface WorkflowCall {
  /** The job as it is written in the calling file. */
  readonly caller: Job;
  /** The called workflow. */
  readonly workflow: Workflow;
  readonly declared: CallDeclaration;
  /** The id of the job that stands for what goes in. */
  readonly entry: string;
  /** What the ids of the called jobs begin with. */
  readonly prefix: string;
  /** The call that the calling file itself is part of; null where nobody calls it. */
  readonly within: WorkflowCall | null;
}

/** What a workflow says below `on.workflow_call`. */
export interface CallDeclaration {
  readonly inputs: readonly CallInput[];
  readonly secrets: readonly { readonly name: string; readonly required: boolean }[];
  readonly outputs: Env;
}

export interface CallInput {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly required: boolean;
  readonly default: Template | null;
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
