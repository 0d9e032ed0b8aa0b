import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { forges } from './forge/forge.js';
import { type Severity, severities } from './lint/finding.js';
import { nearest } from './nearest.js';

export const formatNames = ['pretty', 'concise', 'json'] as const;
export type FormatName = (typeof formatNames)[number];

export type ForgeChoice = 'auto' | (typeof forges)[number];

/** What the command line asks for. Rule ids are as typed: whether they exist is for the caller to check. */
export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'rules'; readonly format: FormatName }
  | { readonly name: 'explain'; readonly rule: string; readonly format: FormatName }
  | LintCommand;

export interface LintCommand {
  readonly name: 'lint';
  /** As typed; `-` is standard input. */
  readonly paths: readonly string[];
  readonly format: FormatName;
  readonly forge: ForgeChoice;
  readonly failOn: Severity;
  /** null for all rules. */
  readonly rules: readonly string[] | null;
  readonly stdinFilename: string | null;
  /** null where no flag decides. */
  readonly color: boolean | null;
}

type CommandName = 'lint' | 'rules' | 'explain';

interface Flag {
  readonly name: string;
  readonly short?: string;
  /** How help names the value; null for a flag that takes none. */
  readonly value: string | null;
  readonly choices?: readonly string[];
  readonly repeatable?: true;
  /** A flag that says the opposite. */
  readonly contradicts?: string;
  readonly commands: readonly CommandName[];
  readonly help: string;
}

const everywhere: readonly CommandName[] = ['lint', 'rules', 'explain'];
const lintOnly: readonly CommandName[] = ['lint'];

/** Every flag: parsing, help and "did you mean" are all made from this table. */
const flags: readonly Flag[] = [
  {
    name: 'format',
    value: 'FORMAT',
    choices: formatNames,
    commands: everywhere,
    help: 'pretty (default), concise or json',
  },
  {
    name: 'forge',
    value: 'FORGE',
    choices: ['auto', ...forges],
    commands: lintOnly,
    help: 'auto (default: by folder), gitea, forgejo or github',
  },
  {
    name: 'fail-on',
    value: 'SEVERITY',
    choices: severities,
    commands: lintOnly,
    help: 'fail from: error, warning (default) or note',
  },
  {
    name: 'rule',
    value: 'ID',
    repeatable: true,
    commands: lintOnly,
    help: 'run only this rule; may be repeated',
  },
  {
    name: 'stdin-filename',
    value: 'NAME',
    commands: lintOnly,
    help: 'the name that the text of - goes by',
  },
  {
    name: 'color',
    value: null,
    contradicts: 'no-color',
    commands: everywhere,
    help: 'colours, even when piped',
  },
  { name: 'no-color', value: null, commands: everywhere, help: 'no colours, even on a terminal' },
  { name: 'help', short: 'h', value: null, commands: everywhere, help: 'print this and exit' },
  { name: 'version', short: 'V', value: null, commands: everywhere, help: 'print the version and exit' },
];

interface Usage {
  readonly name: CommandName;
  readonly usage: string;
  readonly help: string;
}

const commands: readonly Usage[] = [
  {
    name: 'lint',
    usage: 'hardfail [paths…]',
    help: 'files, folders, globs or -; none: the repository',
  },
  { name: 'rules', usage: 'hardfail rules', help: 'list the rules' },
  {
    name: 'explain',
    usage: 'hardfail explain RULE',
    help: 'what a rule flags, why, and what to write instead',
  },
];

const examples: readonly string[] = [
  'hardfail',
  "hardfail --forge gitea 'ci/**/*.yml'",
  'hardfail --format json - --stdin-filename .gitea/workflows/ci.yml < ci.yml',
];

const seeHelp = 'hardfail --help lists the flags';

/** Reads the command line. Throws a UsageError for what does not exist, is repeated or contradicts itself. */
export function parseCommand(args: readonly string[]): Command {
  const { values, words, paths } = readTokens(args);
  if (values.has('help')) return { name: 'help' };
  if (values.has('version')) return { name: 'version' };

  const command = words[0] === 'rules' || words[0] === 'explain' ? words[0] : 'lint';
  for (const name of values.keys()) {
    if (flagNamed(name)?.commands.includes(command)) continue;
    throw new UsageError(`--${name} means nothing to hardfail ${command}`, seeHelp);
  }
  switch (command) {
    case 'lint':
      return lintCommand(values, [...words, ...paths]);
    case 'rules': {
      const extra = [...words.slice(1), ...paths][0];
      if (extra !== undefined) {
        const hint = 'to lint a folder of that name: hardfail ./rules';
        throw new UsageError(`hardfail rules takes no arguments, found '${extra}'`, hint);
      }
      return { name: 'rules', format: listFormat(values, command) };
    }
    case 'explain': {
      const asked = [...words.slice(1), ...paths];
      const rule = asked[0];
      if (rule === undefined || asked.length > 1) {
        const hint = 'hardfail rules lists the rules';
        throw new UsageError(`hardfail explain takes one rule, found ${asked.length}`, hint);
      }
      return { name: 'explain', rule, format: listFormat(values, command) };
    }
  }
}

/** The command that a word which names no file was most likely meant to be; null where it is like none. */
export function commandTypo(word: string): string | null {
  if (!/^[A-Za-z]{3,}$/.test(word)) return null;
  return nearest(
    word,
    commands.map((command) => command.name).filter((name) => name !== 'lint'),
  );
}

/** The text of `--help`, at most 80 columns wide. */
export function helpText(): string {
  const flagRows = flags.map((flag): [string, string] => {
    const short = flag.short ? `-${flag.short}, ` : '    ';
    return [`${short}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`, flag.help];
  });
  return [
    'hardfail: a missing secret must turn CI red; this finds where it turns green.',
    '',
    ...columns(commands.map((command) => [command.usage, command.help])),
    '',
    ...columns(flagRows),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    'Exit status: 0 clean, 1 findings, 2 usage or configuration, 3 incomplete.',
    '',
  ].join('\n');
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
    if (!one.contradicts || !values.has(one.name) || !values.has(one.contradicts)) continue;
    throw new UsageError(`--${one.name} and --${one.contradicts} contradict each other`, 'give one of them');
  }
}

function checkValue(flag: Flag, typed: string, value: string | undefined): string {
  if (flag.value === null) {
    if (value === undefined) return '';
    throw new UsageError(`${typed} takes no value, found '${value}'`, seeHelp);
  }
  if (value === undefined || value === '' || /^-./.test(value)) {
    const found = value ? `, found the flag ${value}` : '';
    throw new UsageError(`${typed} needs a value${found}`, `write ${typed} ${flag.value}`);
  }
  if (flag.choices && !flag.choices.includes(value)) {
    const near = nearest(value, flag.choices);
    throw new UsageError(
      `${typed} is '${value}', expected ${listed(flag.choices)}`,
      near ? `did you mean ${near}?` : seeHelp,
    );
  }
  return value;
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
  return {
    name: 'lint',
    paths,
    format: chosen(values, 'format', formatNames) ?? 'pretty',
    forge: chosen(values, 'forge', ['auto', ...forges]) ?? 'auto',
    failOn: chosen(values, 'fail-on', severities) ?? 'warning',
    rules: values.get('rule') ?? null,
    stdinFilename,
    color: values.has('color') ? true : values.has('no-color') ? false : null,
  };
}

function listFormat(values: Values, command: CommandName): FormatName {
  const format = chosen(values, 'format', formatNames) ?? 'pretty';
  if (format !== 'concise') return format;
  throw new UsageError(`hardfail ${command} prints pretty or json, not concise`, 'leave --format out');
}

/** The value of a flag as one of its choices (it has been checked to be one); undefined where it is not given. */
function chosen<T extends string>(values: Values, name: string, choices: readonly T[]): T | undefined {
  const value = values.get(name)?.[0];
  return choices.find((choice) => choice === value);
}

function flagNamed(name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name);
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
