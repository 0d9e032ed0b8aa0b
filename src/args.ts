import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { forges } from './forge/forge.js';
import { type Applicability, type FailOn, severities } from './lint/finding.js';
import { type AuditFormat, auditFormatNames } from './report/audits.js';
import { type Format, formatNames } from './report/index.js';
import { nearest } from './text/nearest.js';

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

type CommandName =
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

const failOns: readonly FailOn[] = [...severities, 'never'];

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

const examples: readonly string[] = [
  'hardfail --output sarif=hardfail.sarif',
  'hardfail audit --output html=secrets.html',
  'hardfail --format json - --stdin-filename .gitea/workflows/ci.yml < ci.yml',
];

const seeHelp = 'hardfail help lists the flags';

/** Reads the command line. Throws a UsageError for what does not exist, is repeated or contradicts itself. */
export function parseCommand(args: readonly string[]): Command {
  const { values, words, paths } = readTokens(args);
  if (values.has('help')) return { name: 'help', all: false };
  if (values.has('version')) return { name: 'version' };

  const command = commands.find(({ name }) => name === words[0] && name !== 'lint')?.name ?? 'lint';
  for (const name of values.keys()) {
    if (flagNamed(name)?.commands.includes(command)) continue;
    throw new UsageError(`--${name} means nothing to hardfail ${command}`, seeHelp);
  }
  switch (command) {
    case 'lint': {
      const file = values.get('print-config')?.[0];
      if (file === undefined) return lintCommand(values, [...words, ...paths]);
      const [extra] = [...words, ...paths];
      if (extra === undefined) return { name: 'print-config', choices: choicesOf(values), path: file };
      throw new UsageError(`--print-config lints nothing, found '${extra}'`, `leave out '${extra}'`);
    }
    case 'audit':
      return words[1] === 'merge'
        ? mergeCommand(values, [...words.slice(2), ...paths])
        : auditCommand(values, [...words.slice(1), ...paths]);
    case 'init':
      refuseArguments(command, [...words.slice(1), ...paths]);
      return { name: 'init', write: values.has('write') };
    case 'baseline':
      return baselineCommand(values, [...words.slice(1), ...paths]);
    case 'replay':
      return replayCommand(values, [...words.slice(1), ...paths]);
    case 'rules':
      refuseArguments(command, [...words.slice(1), ...paths]);
      return { name: 'rules', format: listFormat(values, command), choices: choicesOf(values) };
    case 'help':
      refuseArguments(command, [...words.slice(1), ...paths]);
      return { name: 'help', all: true };
    case 'explain': {
      const rule = onlyArgument(
        command,
        'one rule',
        [...words.slice(1), ...paths],
        'hardfail rules lists the rules',
      );
      return { name: 'explain', rule, format: listFormat(values, command), choices: choicesOf(values) };
    }
    case 'completion': {
      const hint = `write hardfail completion ${shells[0]}`;
      const asked = onlyArgument(command, 'one shell', [...words.slice(1), ...paths], hint);
      const shell = shells.find((known) => known === asked);
      if (shell) return { name: 'completion', shell };
      const near = nearest(asked, shells);
      throw new UsageError(
        `hardfail completion knows ${listed(shells, 'and')}, found '${asked}'`,
        near ? `did you mean ${near}?` : hint,
      );
    }
  }
}

function baselineCommand(values: Values, given: readonly string[]): BaselineCommand {
  const hint = 'write hardfail baseline write or hardfail baseline prune';
  const action = onlyArgument('baseline', 'write or prune', given, hint);
  if (action !== 'write' && action !== 'prune') {
    const near = nearest(action, ['write', 'prune']);
    throw new UsageError(
      `hardfail baseline knows write and prune, found '${action}'`,
      near ? `did you mean hardfail baseline ${near}?` : hint,
    );
  }
  const reason = values.get('reason')?.[0] ?? null;
  if (reason !== null && action === 'prune') {
    throw new UsageError('--reason means nothing to hardfail baseline prune', 'it adds no entries');
  }
  return {
    name: 'baseline',
    action,
    choices: choicesOf(values),
    file: values.get('baseline')?.[0] ?? null,
    reason,
  };
}

function auditCommand(values: Values, directories: readonly string[]): AuditCommand {
  const shard = values.get('shard')?.[0];
  return {
    name: 'audit',
    ...auditReport(values),
    directories,
    shard: shard === undefined ? null : shardOf(shard),
    // What is audited is not trusted to bring code along.
    choices: { ...choicesOf(values), plugins: false },
    ignores: !values.has('no-ignores'),
    replay: values.has('replay'),
  };
}

/** These say how a repository is judged, and what is merged has been judged. */
const notOfMerge: readonly string[] = ['forge', 'config', 'no-config', 'no-ignores', 'shard', 'replay'];

function mergeCommand(values: Values, files: readonly string[]): MergeCommand {
  const odd = notOfMerge.find((name) => values.has(name));
  if (odd) throw new UsageError(`--${odd} means nothing to hardfail audit merge`, seeHelp);
  if (files.length === 0) {
    const hint = 'write, for example, hardfail audit merge part-1.json part-2.json';
    throw new UsageError('hardfail audit merge takes the JSON reports of audits, found none', hint);
  }
  return { name: 'merge', ...auditReport(values), files };
}

function auditReport(values: Values): AuditReport {
  return {
    format: formatFor(values, auditFormatNames),
    outputs: (values.get('output') ?? []).map((value) => outputOf(value, auditFormatNames, 'html')),
    failOn: chosen(values, 'fail-on', failOns) ?? null,
    since: values.get('since')?.[0] ?? null,
    color: colorOf(values),
  };
}

/** The most parts that an audit is split into. */
const MAX_SHARDS = 10_000;

function shardOf(value: string): Shard {
  const [index, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(value)?.slice(1).map(Number) ?? [];
  if (index !== undefined && of !== undefined && index <= of && of <= MAX_SHARDS) return { index, of };
  throw new UsageError(`--shard is '${value}', expected I/N`, 'the second of three parts is --shard 2/3');
}

function colorOf(values: Values): boolean | null {
  if (values.has('color')) return true;
  return values.has('no-color') ? false : null;
}

function replayCommand(values: Values, given: readonly string[]): ReplayCommand {
  const asked = chosen<Format>(values, 'format', formatNames) ?? 'pretty';
  const format = replayFormats.find((name) => name === asked);
  if (!format) {
    throw new UsageError(
      `hardfail replay prints ${listed(replayFormats, 'or')}, found '${asked}'`,
      'leave out --format for a text that people read',
    );
  }
  const rest = { format, choices: choicesOf(values) };
  if (values.has('all')) return { name: 'replay', place: null, paths: given, ...rest };
  const place = onlyArgument('replay', 'one FILE:LINE, or --all', given, 'write hardfail replay FILE:LINE');
  // With the column behind the line it is as a report names it.
  const [, path, line] = /^(.+?):([1-9]\d{0,8})(?::[1-9]\d{0,8})?$/.exec(place) ?? [];
  if (path === undefined || line === undefined) {
    const file = place.replace(/:\d*$/, '');
    throw new UsageError(
      `hardfail replay takes FILE:LINE, found '${place}'`,
      `write ${file}:LINE, with a line from 1, or hardfail replay --all ${file} for all findings`,
    );
  }
  return { name: 'replay', place: { path, line: Number(line) }, paths: [], ...rest };
}

function choicesOf(values: Values): Choices {
  return {
    forge: chosen<ForgeChoice>(values, 'forge', ['auto', ...forges]) ?? null,
    failOn: chosen(values, 'fail-on', failOns) ?? null,
    rules: values.get('rule') ?? null,
    config: values.has('no-config') ? false : (values.get('config')?.[0] ?? null),
    plugins: !values.has('no-plugins'),
    facts: values.get('facts') ?? [],
    base: values.get('base')?.[0] ?? null,
  };
}

function refuseArguments(command: CommandName, given: readonly string[]): void {
  if (given[0] === undefined) return;
  const hint = `to lint a folder of that name: hardfail ./${command}`;
  throw new UsageError(`hardfail ${command} takes no arguments, found '${given[0]}'`, hint);
}

function onlyArgument(command: CommandName, wanted: string, given: readonly string[], hint: string): string {
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  throw new UsageError(`hardfail ${command} takes ${wanted}, found ${given.length}`, hint);
}

/** The command that a word which names no file was most likely meant to be; null where it is like none. */
export function commandTypo(word: string): string | null {
  if (!/^[A-Za-z]{3,}$/.test(word)) return null;
  // Hardly anybody mistypes the first letter, and `deploy` is more likely a folder than `replay`.
  const [first = ''] = word.toLowerCase();
  return nearest(
    word,
    commands.map((command) => command.name).filter((name) => name !== 'lint' && name.startsWith(first)),
  );
}

/** The text of `--help`, which fits on a terminal of 80 columns and 24 lines; `all` is not bound to the lines. */
export function helpText(all: boolean): string {
  const shown = <T extends { readonly rare?: true }>(entries: readonly T[]) =>
    entries.filter(({ rare }) => all || !rare);
  const flagRows = shown(flags).map((flag): [string, string] => {
    const short = flag.short ? `-${flag.short}, ` : '    ';
    return [`${short}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`, flag.help];
  });
  return [
    'hardfail: a missing secret must turn CI red; this finds where it turns green.',
    '',
    ...columns(
      shown(commands).flatMap((command) => (all ? usagesOf(command) : usagesOf(command).slice(0, 1))),
    ),
    '',
    ...columns(flagRows),
    '',
    ...(all ? [`Formats: ${formatNames.join(' ')}`, `Formats of audit: ${auditFormatNames.join(' ')}`] : []),
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    'Exit status: 0 clean, 1 findings, 2 usage or configuration, 3 incomplete.',
    '',
  ].join('\n');
}

function usagesOf({ usage, help, more }: Usage): [string, string][] {
  const rows: [string, string][] = [[usage, help]];
  if (more) rows.push([more.usage, more.help]);
  return rows;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Flags by name with their values (`''` for a flag that takes none); a repeatable one keeps them all. */
type Values = ReadonlyMap<string, readonly string[]>;

interface Tokens {
  readonly values: Values;
  /** What stands before `--`: the first may be a command. */
  readonly words: readonly string[];
  /** What stands after `--`: never a command or a flag. */
  readonly paths: readonly string[];
}

function readTokens(args: readonly string[]): Tokens {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      flags.map((flag) => [
        flag.name,
        { type: flag.value ? 'string' : 'boolean', ...(flag.short ? { short: flag.short } : {}) },
      ]),
    ),
    // Its own checks know nothing of near names, so all checking is done here.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const paths: string[] = [];
  let terminated = false;
  for (const token of tokens) {
    switch (token.kind) {
      case 'option-terminator':
        terminated = true;
        break;
      case 'positional':
        if (token.value === '') {
          throw new UsageError("'' is not a path", 'an empty argument often comes from an unset variable');
        }
        (terminated ? paths : words).push(token.value);
        break;
      case 'option':
        addValue(values, token.name, token.rawName, token.value);
        break;
    }
  }
  return { values, words, paths };
}

function addValue(
  values: Map<string, string[]>,
  name: string,
  typed: string,
  value: string | undefined,
): void {
  const flag = flagNamed(name);
  if (!flag) throw unknownFlag(typed);
  const checked = checkValue(flag, typed, value);
  const before = values.get(name);
  if (before && !flag.repeatable && before[0] !== checked) {
    throw new UsageError(`${typed} is given twice, as '${before[0]}' and '${checked}'`, 'give it once');
  }
  values.set(name, [...(before ?? []), checked]);
  for (const one of flags) {
    const other = values.has(one.name) && one.contradicts?.find((opposite) => values.has(opposite));
    if (other) throw new UsageError(`--${one.name} and --${other} contradict each other`, 'give one of them');
  }
}

function checkValue(flag: Flag, typed: string, value: string | undefined): string {
  if (flag.value === null) {
    if (value === undefined || flag.variants?.includes(value)) return value ?? '';
    const allowed = flag.variants ? `no value or ${flag.variants.join(', ')}` : 'no value';
    throw new UsageError(`${typed} takes ${allowed}, found '${value}'`, seeHelp);
  }
  if (value === undefined || value === '' || /^-./.test(value)) {
    const found = value ? `, found the flag ${value}` : '';
    throw new UsageError(`${typed} needs a value${found}`, `write ${typed} ${flag.value}`);
  }
  if (flag.choices && !flag.choicesDiffer && !flag.choices.includes(value)) {
    throw notAmong(typed, value, flag.choices);
  }
  return value;
}

function notAmong(typed: string, value: string, choices: readonly string[]): UsageError {
  const near = nearest(value, choices);
  return new UsageError(
    `${typed} is '${value}', expected ${listed(choices, 'or')}`,
    near ? `did you mean ${near}?` : seeHelp,
  );
}

function unknownFlag(typed: string): UsageError {
  const near = nearest(
    typed,
    flags.map((flag) => `--${flag.name}`),
  );
  return new UsageError(`unknown flag ${typed}`, near ? `did you mean ${near}?` : seeHelp);
}

function lintCommand(values: Values, paths: readonly string[]): LintCommand {
  const stdinFilename = values.get('stdin-filename')?.[0] ?? null;
  if (stdinFilename !== null && !paths.includes('-')) {
    throw new UsageError(
      '--stdin-filename is given, but nothing is read from standard input',
      'add the path -',
    );
  }
  if (values.has('cache-location') && !values.has('cache')) {
    throw new UsageError('--cache-location is given, but nothing is kept', 'add --cache');
  }
  return {
    name: 'lint',
    paths,
    format: formatFor(values, formatNames),
    outputs: (values.get('output') ?? []).map((value) => outputOf(value, formatNames, 'sarif')),
    choices: choicesOf(values),
    ignores: !values.has('no-ignores'),
    showSuppressed: values.has('show-suppressed'),
    baseline: {
      file: values.get('baseline')?.[0] ?? null,
      revision: values.get('baseline-from')?.[0] ?? null,
    },
    stdinFilename,
    color: colorOf(values),
    timing: values.has('timing'),
    fix: fixingOf(values, paths),
    cache: values.has('cache'),
    cacheLocation: values.get('cache-location')?.[0] ?? null,
  };
}

function fixingOf(values: Values, paths: readonly string[]): Fixing | null {
  const preview = values.has('diff');
  const fix = values.get('fix')?.[0];
  const unsafe = values.has('unsafe-fixes');
  if (fix === undefined && !unsafe && !preview) return null;
  if (fix === 'optional' && unsafe) {
    throw new UsageError('--fix=optional and --unsafe-fixes contradict each other', 'give one of them');
  }
  if (!preview && paths.includes('-')) {
    throw new UsageError('fixes are written to files, and - is none', 'show them with --diff');
  }
  // Asked for by itself, a preview shows all there is.
  const all = unsafe || (preview && fix === undefined);
  return {
    what: fix === 'optional' ? 'optional' : 'findings',
    applicability: all ? ['safe', 'unsafe'] : ['safe'],
    preview,
  };
}

/** Reads `FORMAT=FILE`. */
function outputOf<Kind extends string>(value: string, names: readonly Kind[], usual: Kind): Output<Kind> {
  const at = value.indexOf('=');
  const example = `write, for example, --output ${usual}=hardfail.${usual}`;
  if (at < 0) throw new UsageError(`--output is '${value}', expected FORMAT=FILE`, example);
  const typed = value.slice(0, at);
  const path = value.slice(at + 1);
  const format = names.find((name) => name === typed);
  if (!format) {
    const near = nearest(typed, names);
    throw new UsageError(
      `--output names the format '${typed}', expected ${listed(names, 'or')}`,
      near ? `did you mean ${near}?` : example,
    );
  }
  if (path === '') throw new UsageError(`--output is '${value}', which names no file`, example);
  if (path === '-') {
    throw new UsageError('--output writes files, and - is none', `for standard output: --format ${format}`);
  }
  return { format, path };
}

/** The format that is asked for, the first one where none is. */
function formatFor<Kind extends string>(values: Values, names: readonly Kind[]): Kind {
  const asked = values.get('format')?.[0] ?? names[0] ?? '';
  const format = names.find((name) => name === asked);
  if (format) return format;
  throw notAmong('--format', asked, names);
}

function listFormat(values: Values, command: CommandName): ListFormat {
  const format = values.get('format')?.[0] ?? 'pretty';
  if (format === 'pretty' || format === 'json') return format;
  throw new UsageError(`hardfail ${command} prints pretty or json, not ${format}`, 'leave --format out');
}

/** The value of a flag as one of its choices (it has been checked to be one); undefined where it is not given. */
function chosen<T extends string>(values: Values, name: string, choices: readonly T[]): T | undefined {
  const value = values.get(name)?.[0];
  return choices.find((choice) => choice === value);
}

function flagNamed(name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name);
}

function listed(words: readonly string[], last: 'and' | 'or'): string {
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
