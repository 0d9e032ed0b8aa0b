import {
  type AuditCommand,
  type AuditReport,
  type BaselineCommand,
  type Choices,
  type Command,
  type Fixing,
  type ForgeChoice,
  failOns,
  type LintCommand,
  type ListFormat,
  type MergeCommand,
  type Output,
  type ReplayCommand,
  replayFormats,
  type Shard,
  shells,
} from './command.js';
import { UsageError } from './errors.js';
import { type CommandName, commands } from './flags.js';
import { forges } from './forge/forge.js';
import { auditFormatNames } from './report/audits.js';
import { type Format, formatNames } from './report/index.js';
import { nearest } from './text/nearest.js';
import { chosen, flagNamed, listed, notAmong, readTokens, seeHelp, type Values } from './tokens.js';

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
