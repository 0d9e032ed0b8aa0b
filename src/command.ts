import type { forges } from './forge/forge.js';
import { type Applicability, type FailOn, severities } from './lint/finding.js';
import type { AuditFormat } from './report/audits.js';
import type { Format } from './report/index.js';

export type ForgeChoice = 'auto' | (typeof forges)[number];

/** What the command line asks for. Rule ids are as typed: whether they exist is for the caller to check. */
export type Command =
  /** `all` is every flag; else those that fit on a screen. */
  | { readonly name: 'help'; readonly all: boolean }
  | { readonly name: 'version' }
  | RulesCommand
  | ExplainCommand
  | { readonly name: 'completion'; readonly shell: Shell }
  /** `write`: into the file, else to standard output. */
  | { readonly name: 'init'; readonly write: boolean }
  | PrintConfigCommand
  | BaselineCommand
  | AuditCommand
  | MergeCommand
  | ReplayCommand
  | LintCommand;

export interface RulesCommand {
  readonly name: 'rules';
  readonly format: ListFormat;
  readonly choices: Choices;
}

export interface ExplainCommand {
  readonly name: 'explain';
  readonly rule: string;
  readonly format: ListFormat;
  readonly choices: Choices;
}

/** How a list or a page is printed that is no report. */
export type ListFormat = 'pretty' | 'json';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What `--fail-on` may be. */
export const failOns: readonly FailOn[] = [...severities, 'never'];

/** A report that goes into a file. */
export interface Output<Kind = Format> {
  readonly format: Kind;
  /** As typed. */
  readonly path: string;
}

/** What the command line says against, or beside, the configuration; null where no flag says anything. */
export interface Choices {
  readonly forge: ForgeChoice | null;
  readonly failOn: FailOn | null;
  /** Only these rules; null for all. */
  readonly rules: readonly string[] | null;
  /** As typed; null for the file of the repository, false for none. */
  readonly config: string | false | null;
  /** False: no code of others is loaded, whatever the configuration says. */
  readonly plugins: boolean;
  /** Files with answers of the forge's API, as typed. */
  readonly facts: readonly string[];
  /** The revision to compare with; null for none. */
  readonly base: string | null;
}

export interface PrintConfigCommand {
  readonly name: 'print-config';
  readonly choices: Choices;
  /** The path, as typed, that it is asked for. */
  readonly path: string;
}

export interface BaselineCommand {
  readonly name: 'baseline';
  readonly action: 'write' | 'prune';
  readonly choices: Choices;
  /** As typed; null for the file of the repository. */
  readonly file: string | null;
  /** For entries that have none yet; null where it is still to be given. */
  readonly reason: string | null;
}

/** How a report about secrets is made, whether from repositories or from reports. */
export interface AuditReport {
  readonly format: AuditFormat;
  readonly outputs: readonly Output<AuditFormat>[];
  /** null where nothing fails the run but its being incomplete. */
  readonly failOn: FailOn | null;
  /** The report to compare with, as typed. */
  readonly since: string | null;
  /** null where no flag decides. */
  readonly color: boolean | null;
}

/** One of several parts of the work: 1-based. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface AuditCommand extends AuditReport {
  readonly name: 'audit';
  /** As typed; none for the repository around. */
  readonly directories: readonly string[];
  readonly shard: Shard | null;
  readonly choices: Choices;
  /** False: no comment, setting or baseline accepts anything. */
  readonly ignores: boolean;
  /** Whether the findings are run in the sandbox too. */
  readonly replay: boolean;
}

export interface MergeCommand extends AuditReport {
  readonly name: 'merge';
  /** As typed; at least one. */
  readonly files: readonly string[];
}

export const replayFormats = ['pretty', 'json', 'sarif'] as const;

export interface ReplayCommand {
  readonly name: 'replay';
  readonly choices: Choices;
  /** The path as typed, and the 1-based line; null for every finding in `paths`. */
  readonly place: { readonly path: string; readonly line: number } | null;
  /** As typed; none for the repository. */
  readonly paths: readonly string[];
  readonly format: (typeof replayFormats)[number];
}

export interface LintCommand {
  readonly name: 'lint';
  /** As typed; `-` is standard input. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly outputs: readonly Output[];
  readonly choices: Choices;
  /** False: no comment, setting or baseline silences anything. */
  readonly ignores: boolean;
  readonly showSuppressed: boolean;
  readonly baseline: {
    /** As typed; null for the file of the repository. */
    readonly file: string | null;
    /** The revision whose baseline counts; null for the file in the work tree. */
    readonly revision: string | null;
  };
  readonly stdinFilename: string | null;
  /** null where no flag decides. */
  readonly color: boolean | null;
  /** Print on standard error what took how long. */
  readonly timing: boolean;
  /** null where nothing is to be mended. */
  readonly fix: Fixing | null;
  /** Whether the verdict of an earlier run may do, and this one is kept for later ones. */
  readonly cache: boolean;
  /** The folder for verdicts, as typed; null for the usual one. */
  readonly cacheLocation: string | null;
}

/** How findings are to be mended. */
export interface Fixing {
  /** `findings`: by their fixes. `optional`: by declaring the secrets optional, for somebody to say why. */
  readonly what: 'findings' | 'optional';
  readonly applicability: readonly Applicability[];
  /** Show what would be written, and write nothing. */
  readonly preview: boolean;
}
