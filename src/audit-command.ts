import { assembled, merged, type Occasion } from './audit/assemble.js';
import type { AuditError, RepositoryAudit, Shards } from './audit/audit.js';
import { failedAudit, repositoryAudit } from './audit/repository.js';
import { wantsColor } from './color.js';
import type { AuditCommand, AuditReport, MergeCommand, Shard } from './command.js';
import { readAudit } from './config/audit-file.js';
import { absolutePath, repositoryOf } from './discover/paths.js';
import { ConfigError, InputError, UsageError } from './errors.js';
import type { RunFacts } from './exit.js';
import type { Host } from './host.js';
import { baselineFor, judge, setUp } from './judging.js';
import { checkOutputs, inFiles, writeOutputs } from './output.js';
import { progressOn } from './progress.js';
import { auditFormats } from './report/audits.js';
import { plural } from './report/text.js';
import { positionAt } from './text/source.js';
import { version } from './version.js';

/** Judges each directory as a repository and reports what becomes of every job without its secrets. */
export async function auditRepositories(command: AuditCommand, host: Host): Promise<RunFacts> {
  const { shard } = command;
  const { config } = command.choices;
  const choices =
    typeof config === 'string' ? { ...command.choices, config: absolutePath(host, config) } : command.choices;
  const since = command.since === null ? null : readAudit(host, command.since);
  const places = placesOf(command.directories, host);
  const own = shard ? partOf(places, shard) : places;
  checkOutputs(command.outputs, command.since === null ? [] : [command.since], host);
  const progress = progressOn(host);
  const repositories: RepositoryAudit[] = [];
  for (const [index, place] of own.entries()) {
    const count = own.length > 1 ? `[${index + 1}/${own.length}] ` : '';
    const show = (what: string) => progress.show(`hardfail: ${count}${place.name}${what}`);
    show('');
    const at = { ...host, cwd: place.path };
    const beforehand = (inputs: readonly string[]) => {
      checkOutputs(
        command.outputs,
        inputs.map((path) => absolutePath(at, path)),
        host,
      );
      show(` · ${plural(inputs.length, 'file')}`);
    };
    repositories.push(await auditOf(place, { ...command, choices }, at, beforehand));
  }
  progress.clear();
  const shards: Shards | null = shard && { of: shard.of, held: [shard.index] };
  return report(repositories, command, { shards, merging: false, since }, host);
}

/** Puts the JSON reports of several audits together. */
export async function mergeAudits(command: MergeCommand, host: Host): Promise<RunFacts> {
  const read = command.since === null ? command.files : [...command.files, command.since];
  checkOutputs(command.outputs, read, host);
  const since = command.since === null ? null : readAudit(host, command.since);
  const parts = command.files.map((name) => ({ name, audit: readAudit(host, name) }));
  const whole = merged(parts);
  if (!whole.ok) throw new UsageError(whole.problem.message, whole.problem.hint);
  return report(whole.repositories, command, { shards: whole.shards, merging: true, since }, host);
}

// --- the directories ------------------------------------------------------------------------------------

interface Place {
  /** Absolute. */
  readonly path: string;
  /** What the report calls it. */
  readonly name: string;
  /** What is looked through, as `judge` takes it. */
  readonly paths: readonly string[];
}

function placesOf(directories: readonly string[], host: Host): Place[] {
  if (directories.length === 0) {
    const path = repositoryOf(host, host.cwd) ?? host.cwd;
    return [{ path, name: shortNames([path])[0] ?? path, paths: [] }];
  }
  for (const typed of directories) {
    const kind = host.stat(absolutePath(host, typed));
    if (kind.ok && kind.value !== 'directory') {
      throw new UsageError(
        `'${typed}' is no directory`,
        'hardfail audit takes directories: of one file, lint it',
      );
    }
    if (!kind.ok) throw new UsageError(`${typed}: ${kind.reason}`, 'name the directories of repositories');
  }
  const paths = [...new Set(directories.map((directory) => absolutePath(host, directory)))];
  const names = shortNames(paths);
  return paths.map((path, index) => ({ path, name: names[index] ?? path, paths: ['.'] }));
}

/** The end of each path, as long as it takes to tell it from the others. */
function shortNames(paths: readonly string[]): string[] {
  const split = paths.map((path) => path.split('/').filter((part) => part !== ''));
  const most = Math.max(1, ...split.map((parts) => parts.length));
  for (let length = 1; length <= most; length++) {
    const names = split.map((parts) => parts.slice(-length).join('/') || '/');
    if (new Set(names).size === names.length) return names;
  }
  return [...paths];
}

function partOf(places: readonly Place[], { index, of }: Shard): Place[] {
  if (of > places.length) {
    throw new UsageError(
      `--shard asks for ${of} parts of ${places.length} ${places.length === 1 ? 'directory' : 'directories'}`,
      'a part would be empty, and an empty audit says nothing: ask for fewer parts',
    );
  }
  return places.filter((_, at) => at % of === index - 1);
}

// --- one repository -------------------------------------------------------------------------------------

async function auditOf(
  { name, paths }: Place,
  { choices, ignores, replay }: AuditCommand,
  host: Host,
  beforehand: (inputs: readonly string[]) => void,
): Promise<RepositoryAudit> {
  try {
    const setup = await setUp(choices, host);
    const baseline = ignores ? await baselineFor({ file: null, revision: null }, setup.top, host) : null;
    const judging = {
      paths,
      stdinFilename: null,
      ignores,
      choices,
      setup,
      baseline,
      fates: true,
      beforehand,
    };
    const optional = ignores ? setup.config.settings.optionalSecrets : [];
    const result = await judge(judging, host);
    if (!replay) return repositoryAudit(name, result, optional);
    const { replayAll } = await import('./replaying.js');
    const replays = await replayAll(result.findings, paths, setup.version, host);
    return repositoryAudit(name, result, optional, replays);
  } catch (error) {
    // What is wrong in one repository leaves the others to be told of.
    if (error instanceof ConfigError) return failedAudit(name, error.problems.map(errorOf));
    if (error instanceof InputError)
      return failedAudit(name, [{ file: '.', start: null, message: error.message }]);
    throw error;
  }
}

function errorOf({ message, span }: ConfigError['problems'][number]): AuditError {
  const file = span?.source.path ?? '.';
  return { file, start: span && positionAt(span.source, span.start), message };
}

// --- the report -----------------------------------------------------------------------------------------

async function report(
  repositories: readonly RepositoryAudit[],
  command: AuditReport,
  occasion: Pick<Occasion, 'shards' | 'merging' | 'since'>,
  host: Host,
): Promise<RunFacts> {
  const audit = assembled(repositories, { ...occasion, toolVersion: version, date: host.today });
  const written = await writeOutputs(
    command.outputs,
    async (format) => (await auditFormats[format]())(audit, inFiles),
    host,
  );
  const render = await auditFormats[command.format]();
  const color = wantsColor(command.color, host.env, host.isTTY);
  host.writeOut(render(audit, { color, columns: host.columns }));
  return {
    outcome: 'audited',
    incomplete: audit.summary.incomplete,
    contradicted: (audit.summary.replays?.contradicted ?? 0) > 0,
    findings: audit.repositories
      .flatMap(({ findings }) => findings)
      .filter(({ accepted }) => accepted === null),
    failOn: command.failOn ?? 'never',
    written,
  };
}
