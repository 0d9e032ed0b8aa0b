import { failOns } from './command.js';
import { forges } from './forge/forge.js';
import { auditFormatNames } from './report/audits.js';
import { formatNames } from './report/index.js';

export type CommandName =
  | 'lint'
  | 'audit'
  | 'rules'
  | 'explain'
  | 'init'
  | 'baseline'
  | 'replay'
  | 'completion'
  | 'help';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** How help names the value; null for a flag that takes none. */
  readonly value: string | null;
  readonly choices?: readonly string[];
  /** Which of the choices a command has is checked where the command is known. */
  readonly choicesDiffer?: true;
  /** For a flag without a value: what may stand behind an equals sign all the same. */
  readonly variants?: readonly string[];
  readonly repeatable?: true;
  /** Flags that say the opposite. */
  readonly contradicts?: readonly string[];
  readonly commands: readonly CommandName[];
  /** What a shell completes its value to, where it has no choices. */
  readonly completes?: 'file' | 'rule' | 'output';
  /** Not in `--help`, which must fit on a screen, but in `hardfail help`. */
  readonly rare?: true;
  /** One line. */
  readonly help: string;
}

const everywhere: readonly CommandName[] = [
  'lint',
  'audit',
  'rules',
  'explain',
  'init',
  'baseline',
  'replay',
  'completion',
  'help',
];
const printing: readonly CommandName[] = ['lint', 'audit', 'rules', 'explain'];
const lintOnly: readonly CommandName[] = ['lint'];
/** What a configuration may have a say in. */
const configured: readonly CommandName[] = ['lint', 'audit', 'baseline', 'replay', 'rules', 'explain'];
const auditOnly: readonly CommandName[] = ['audit'];
const reporting: readonly CommandName[] = ['lint', 'audit'];
const judging: readonly CommandName[] = ['lint', 'audit', 'baseline', 'replay'];
const baselined: readonly CommandName[] = ['lint', 'baseline'];

/** The formats of every command. */
export const everyFormat: readonly string[] = [...new Set<string>([...formatNames, ...auditFormatNames])];

/** Every flag: parsing, help, shell completion and "did you mean" are all made from this table. */
export const flags: readonly Flag[] = [
  {
    name: 'format',
    value: 'FORMAT',
    choices: everyFormat,
    choicesDiffer: true,
    commands: [...printing, 'replay'],
    help: 'pretty (default), concise, json, sarif, github, …',
  },
  {
    name: 'output',
    value: 'FORMAT=FILE',
    repeatable: true,
    completes: 'output',
    commands: reporting,
    help: 'write a report to a file as well; may be repeated',
  },
  {
    name: 'forge',
    value: 'FORGE',
    choices: ['auto', ...forges],
    commands: judging,
    help: 'auto (default: by folder), gitea, forgejo or github',
  },
  {
    name: 'fail-on',
    value: 'SEVERITY',
    choices: failOns,
    commands: reporting,
    help: 'fail from: error, warning (default), note or never',
  },
  {
    name: 'fix',
    value: null,
    variants: ['optional'],
    commands: lintOnly,
    help: 'apply safe fixes; =optional declares the secrets',
  },
  {
    name: 'unsafe-fixes',
    value: null,
    commands: lintOnly,
    help: 'apply those too that turn CI red, as it should be',
  },
  {
    name: 'diff',
    value: null,
    contradicts: ['format'],
    rare: true,
    commands: lintOnly,
    help: 'print what fixes would change, and write nothing',
  },
  {
    name: 'rule',
    value: 'ID',
    repeatable: true,
    completes: 'rule',
    commands: lintOnly,
    help: 'run only this rule; may be repeated',
  },
  {
    name: 'show-suppressed',
    value: null,
    rare: true,
    commands: lintOnly,
    help: 'show findings that somebody accepted too',
  },
  {
    name: 'config',
    value: 'FILE',
    contradicts: ['no-config'],
    completes: 'file',
    commands: configured,
    help: 'the configuration (default: hardfail.yml)',
  },
  {
    name: 'facts',
    value: 'FILE',
    repeatable: true,
    completes: 'file',
    rare: true,
    // It is of one repository.
    commands: baselined,
    help: "an answer of the forge's API: protection, issues",
  },
  {
    name: 'base',
    value: 'REF',
    rare: true,
    commands: lintOnly,
    help: 'what has changed since a git revision: masked jobs',
  },
  { name: 'no-config', value: null, rare: true, commands: configured, help: 'no configuration' },
  {
    name: 'no-plugins',
    value: null,
    rare: true,
    commands: configured,
    help: 'load no plugins: for code that you do not trust',
  },
  {
    name: 'print-config',
    value: 'FILE',
    completes: 'file',
    rare: true,
    commands: lintOnly,
    help: 'print what is configured for a file, and exit',
  },
  {
    name: 'no-ignores',
    value: null,
    rare: true,
    contradicts: ['baseline', 'baseline-from'],
    commands: reporting,
    help: 'report also what is ignored or accepted',
  },
  {
    name: 'baseline',
    value: 'FILE',
    completes: 'file',
    rare: true,
    commands: baselined,
    help: 'the baseline (default: hardfail-baseline.json)',
  },
  {
    name: 'baseline-from',
    value: 'REF',
    rare: true,
    commands: lintOnly,
    help: 'the baseline of a git revision',
  },
  {
    name: 'reason',
    value: 'TEXT',
    rare: true,
    commands: ['baseline'],
    help: 'why the new entries of a baseline may stay',
  },
  {
    name: 'all',
    value: null,
    rare: true,
    commands: ['replay'],
    help: 'replay every finding',
  },
  {
    name: 'write',
    value: null,
    rare: true,
    commands: ['init'],
    help: 'write hardfail.yml, unless there is one',
  },
  {
    name: 'since',
    value: 'FILE',
    completes: 'file',
    rare: true,
    commands: auditOnly,
    help: 'audit: what has changed since that JSON report',
  },
  {
    name: 'replay',
    value: null,
    rare: true,
    commands: auditOnly,
    help: 'audit: run each finding in the sandbox too',
  },
  {
    name: 'shard',
    value: 'I/N',
    rare: true,
    commands: auditOnly,
    help: 'audit: only one of N parts of the directories',
  },
  {
    name: 'stdin-filename',
    value: 'NAME',
    completes: 'file',
    rare: true,
    commands: lintOnly,
    help: 'the name that the text of - goes by',
  },
  {
    name: 'cache',
    value: null,
    rare: true,
    commands: lintOnly,
    help: 'recall the verdict, as long as nothing has changed',
  },
  {
    name: 'cache-location',
    value: 'DIR',
    completes: 'file',
    rare: true,
    commands: lintOnly,
    help: 'where --cache keeps it (default: ~/.cache/hardfail)',
  },
  {
    name: 'timing',
    value: null,
    rare: true,
    commands: lintOnly,
    help: 'print what took how long, on standard error',
  },
  {
    name: 'color',
    value: null,
    contradicts: ['no-color'],
    rare: true,
    commands: printing,
    help: 'colours, even when piped',
  },
  {
    name: 'no-color',
    value: null,
    rare: true,
    commands: printing,
    help: 'no colours, even on a terminal',
  },
  { name: 'help', short: 'h', value: null, commands: everywhere, help: 'print this and exit' },
  { name: 'version', short: 'V', value: null, commands: everywhere, help: 'print the version and exit' },
];

export interface Usage {
  readonly name: CommandName;
  readonly usage: string;
  /** What its argument may be; none for paths. */
  readonly completes?: 'rule' | 'shell' | 'baseline' | 'directory' | 'file';
  /** As of a flag. */
  readonly rare?: true;
  readonly help: string;
  /** Another form of it, which help only lists where it lists everything. */
  readonly more?: { readonly usage: string; readonly help: string };
}

/** Every command, `lint` being what happens where none is named. */
export const commands: readonly Usage[] = [
  {
    name: 'lint',
    usage: 'hardfail [paths…]',
    help: 'files, folders, globs or -; none: the repository',
  },
  {
    name: 'audit',
    usage: 'hardfail audit [dirs…]',
    completes: 'directory',
    help: 'what happens without each secret, in every job',
    more: { usage: 'hardfail audit merge FILES…', help: 'one report from the JSON reports of several runs' },
  },
  { name: 'rules', usage: 'hardfail rules', help: 'list the rules' },
  {
    name: 'explain',
    usage: 'hardfail explain RULE',
    completes: 'rule',
    help: 'what a rule flags, why, and what to write instead',
  },
  { name: 'init', usage: 'hardfail init', rare: true, help: 'print a configuration to begin with' },
  {
    name: 'baseline',
    usage: 'hardfail baseline ACTION',
    completes: 'baseline',
    rare: true,
    help: 'write: accept what there is; prune: drop the gone',
  },
  {
    name: 'replay',
    usage: 'hardfail replay FILE:LINE',
    completes: 'file',
    rare: true,
    help: 'run a finding in a sandbox (--all: every finding)',
  },
  {
    name: 'completion',
    usage: 'hardfail completion SHELL',
    completes: 'shell',
    rare: true,
    help: 'command-line completion for bash, zsh or fish',
  },
  { name: 'help', usage: 'hardfail help', help: 'every command and flag' },
];
