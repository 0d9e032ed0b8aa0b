import type { Guard, Hole, Knowledge } from '../analyse/analyse.js';
import type { ConstantCondition } from '../analyse/constant.js';
import type { DeadFile } from '../analyse/dead.js';
import type { EmptyScript } from '../analyse/empty-script.js';
import type { FailOpenKind } from '../analyse/hole.js';
import type { Dialect } from '../forge/dialects.js';
import type { ForgeFacts } from '../forge/facts.js';
import type { Forge } from '../forge/forge.js';
import type { Action, Job, Step, Workflow } from '../model/model.js';
import type { Repository } from '../text/repository.js';
import type { Span } from '../text/source.js';
import type { BaseFile } from './base.js';
import type { FaultyEntry } from './baseline.js';
import type { FaultyDirective } from './directives.js';
import type { Confidence, Severity, WitnessStep } from './finding.js';
import type { Proposal } from './fix/propose.js';
import type { OptionSchemas, RuleOptions } from './options.js';
import type { OptionalSecret, Preset } from './settings.js';

/** What a rule says of itself. */
export interface RuleMeta {
  /** Also the name of its folder: `rules/<id>/`. */
  readonly id: string;
  /** What its findings have unless the configuration says otherwise. */
  readonly severity: Severity;
  /** One line: what it flags. */
  readonly summary: string;
  /** The preset that it takes to run it, unless it is asked for by its name; without one it runs always. */
  readonly preset?: Preset;
  /** It compares with another revision: where one is given it runs, whatever the preset. */
  readonly compares?: true;
  /** What the configuration may say to it besides a severity. */
  readonly options?: OptionSchemas;
  /** The address of its page, for a rule of a plugin; the pages of the others are in the package. */
  readonly url?: string;
  /** True where no comment, baseline or setting may silence it: it judges these themselves. */
  readonly unignorable?: true;
}

/** The words of one finding: what is wrong, and the smallest edit that mends it. */
export interface Message {
  readonly message: string;
  readonly help: string;
}

/** What a report is about: every answer of the analysis says this much of itself. */
export interface Subject {
  readonly forge: Forge;
  /** null in an action, and where it concerns the whole file. */
  readonly job: Job | null;
  readonly step: Step | null;
  /** The place that a person would edit. */
  readonly span: Span;
  readonly confidence: Confidence;
  readonly secrets: readonly string[];
  /** Empty where it holds in every event. */
  readonly contexts: readonly string[];
  readonly witness: readonly WitnessStep[];
}

/** Something that a rule reports, in words. */
export interface Report {
  readonly messageId: string;
  readonly about: Subject;
  readonly message: Message;
  readonly confidence?: Confidence;
  /** Where this message weighs less than the rule's others; the configuration still decides. */
  readonly severity?: Severity;
  /** What may mend it; null where nothing is known to. */
  readonly fix?: Proposal | null;
}

/** What may mend something, or why nothing is known to; null where nobody asks for fixes. */
export interface Proposals {
  hole(hole: Hole): Proposal | null;
  /** A guard that does not say what is missing. */
  vague(guard: Guard): Proposal | null;
  /** A guard that fails the pull requests of forks. */
  blockedForks(guard: Guard): Proposal | null;
  condition(condition: ConstantCondition): Proposal | null;
}

/** A step as it is written, and the job that it is written in; null in an action. */
export interface StepPlace {
  readonly job: Job | null;
  readonly step: Step;
}

/** A place where a secret is named, in an expression. */
export interface SecretPlace {
  /** As written; `*` where all of them are meant (`toJSON(secrets)`, `secrets[x]`). */
  readonly name: string;
  readonly span: Span;
  /** null in the `env` of the workflow, and in an action. */
  readonly job: Job | null;
  /** null where it is the job's. */
  readonly step: Step | null;
}

/** A command in a script that a POSIX shell runs, wherever it stands: in a condition, a pipeline, a substitution. */
export interface CommandUse extends StepPlace {
  /** Without its folder; null where it is not written down (`$TOOL push`). */
  readonly name: string | null;
  /** In their order; null for each that is not written down. */
  readonly args: readonly (string | null)[];
  readonly span: Span;
  /** What the tables and the facts of the configuration say that it does; what nobody knows is work. */
  readonly effect: 'none' | 'prepares' | 'work';
}

/** An event with who triggers it, in which the file runs. */
export interface RunContext {
  readonly forge: Forge;
  /** As findings show it: `push`, `pull_request:fork` … */
  readonly name: string;
  /** Whether it is entitled to the secrets: what they are needed for has to be done in it. */
  readonly trusted: boolean;
}

/**
 * What a rule may ask. Nothing of it may be changed. The first questions are about what is written in the file, and nothing is
 * told of a file with broken YAML. The others are about what the analysis found: it has run each job in two worlds, with and
 * without each secret, in every context, and tells what differs.
 */
export interface RuleContext<Options = RuleOptions> {
  /** A workflow has `triggers` and `jobs`, a composite action has `steps`. Every part knows its place in the text. */
  readonly file: Workflow | Action;
  /** The jobs of a workflow, in order; none of an action. */
  jobs(): readonly Job[];
  /** The steps of all jobs, or of the action, in order. */
  steps(): readonly StepPlace[];
  /** Where secrets are named. */
  secrets(): readonly SecretPlace[];
  /** The commands of all scripts that a POSIX shell runs and that can be read. */
  commands(): readonly CommandUse[];
  /** The event contexts in which a workflow runs, on each forge that it is judged for; none of an action. */
  contexts(): readonly RunContext[];
  /** What an action does, by the text of its `uses:`. */
  actionEffect(uses: string): 'prepares' | 'work';
  /** Whose the file is judged as: one forge, or each of them for a file of no known root. */
  readonly forges: readonly Forge[];
  /** Its own options, as they hold for this file. */
  readonly options: Options;
  /** The workflows of the run whose YAML can be read, of which one has the path of this file. They are read for who asks. */
  workflows(): readonly Workflow[];
  /** The paths of all workflows of the run. */
  readonly workflowPaths: readonly string[];
  /** Whether it is the first of those workflows: for what is to be told once. */
  readonly first: boolean;
  /** True where they are all that the repository has. */
  readonly complete: boolean;
  /** What the owners of the repository know of their forge, their commands and their actions. */
  readonly knowledge: Knowledge;
  /** What the owner had the forge say of the repository. */
  readonly forgeFacts: ForgeFacts;
  /** The day, `2026-11-22`; null where it is not known. */
  readonly today: string | null;
  /** The file as it stood in the revision to compare with. */
  base(): BaseFile;
  /** The files around it; null where they are not known. */
  readonly repository: Repository | null;
  /** Asks about each forge that the file is judged as; of several answers on one place the first is told. Nothing is asked of broken YAML. */
  onEachForge<Answer extends Subject>(ask: (dialect: Dialect) => readonly Answer[]): readonly Answer[];
  /** The fail-opens of one kind that the analysis found, one for each place, less those of the next two. */
  holes(kind: FailOpenKind): readonly Hole[];
  /** Ways out that are there for forks and that a trusted context takes too. */
  tooWide(): readonly Hole[];
  /** Steps that would have told of a failed job and do not, for want of a secret. */
  alarms(): readonly Hole[];
  /** Guards that fail closed where the secret is due. */
  guards(): readonly Guard[];
  /** Guards that fail the pull requests of forks, which cannot have the secret. */
  forkGuards(): readonly Guard[];
  /** Conditions that come to the same in every run. */
  constantConditions(): readonly ConstantCondition[];
  /** Scripts that the forge turns into nothing. */
  emptyScripts(): readonly EmptyScript[];
  /** Why the forge never runs the file; empty where it does. */
  deaths(): readonly DeadFile[];
  /** Says why the rule cannot judge the file; a reason is told once in a run. */
  notJudged(reason: string): void;
  readonly fix: Proposals;
}

/** What a rule says of a place. What is left out is nothing in particular: no job, no step, no secrets, every event. */
export type Place = Pick<Subject, 'span'> & Partial<Subject>;

/** One thing that a rule reports: which of its messages, what that message is made from, and what it is about. */
export interface Telling<Id = string, Data = unknown> {
  readonly messageId: Id;
  readonly data: Data;
  readonly about: Place;
  /** Where this message weighs less than the rule's others; the configuration still decides. */
  readonly severity?: Severity;
  /** What may mend it, from `fix`; null where nothing is known to. */
  readonly fix?: Proposal | null;
}

/** Makes the words of a message from its data. */
interface Teller {
  tell(data: unknown): Message;
}

/** A rule asks the analysis and puts the answer into words; it does not analyse. `defineRule` gives one its types. */
export interface Rule {
  readonly meta: RuleMeta;
  readonly messages: Readonly<Record<string, Teller['tell']>>;
  check(context: RuleContext & { report(telling: Telling): void }): void;
}

/** What is left when all findings are known: what was to silence some and does not. */
export interface Leftovers {
  readonly directives: readonly (Subject & FaultyDirective)[];
  readonly entries: readonly (Subject & FaultyEntry)[];
  /** Those that no file names. */
  readonly optionalSecrets: readonly (Subject & { readonly secret: OptionalSecret })[];
}

/** A rule about what was to silence findings: it is asked once, when every file has been judged. */
export interface ClosingRule {
  readonly meta: RuleMeta;
  close(leftovers: Leftovers): readonly Report[];
}

export type AnyRule = Rule | ClosingRule;
