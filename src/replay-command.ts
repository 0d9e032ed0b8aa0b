import type { ReplayCommand } from './args.js';
import { absolutePath, folderInRepository, shownPath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { RunFacts } from './exit.js';
import type { Host } from './host.js';
import { baselineFor, judge, setUp } from './judging.js';
import type { Finding, LintResult } from './lint/finding.js';
import type { LintInput } from './lint/lint.js';
import type { ReplayFile } from './replay/replay.js';
import type { Replay } from './replay/result.js';
import type { Sandbox } from './replay/sandbox.js';
import { formats } from './report/index.js';
import type { RenderOptions } from './report/options.js';
import { positionAt } from './text/source.js';
import { version } from './version.js';

/** Finds what there is to find, runs it in the sandbox, and tells of both. */
export async function replayFindings(command: ReplayCommand, host: Host): Promise<RunFacts> {
  const setup = await setUp(command.choices, host);
  const paths = command.place ? [command.place.path] : command.paths;
  // What somebody accepted is replayed where it is asked for by its place.
  const ignores = command.place === null;
  const baseline = ignores ? await baselineFor({ file: null, revision: null }, setup.top, host) : null;
  const linted = await judge(
    { paths, stdinFilename: null, ignores, choices: command.choices, setup, baseline },
    host,
  );
  const chosen = command.place ? findingsAt(command.place, linted, host) : linted.findings;
  const result: LintResult = { ...linted, findings: chosen };
  const sandbox = await startSandbox(host);
  const replays = new Map<Finding, Replay>();
  try {
    const { replay } = await import('./replay/replay.js');
    const files = await filesOf(paths, host);
    for (const finding of chosen)
      replays.set(finding, await replay(finding, files, { sandbox, version: setup.version }));
  } finally {
    sandbox.close();
  }
  const options: RenderOptions = {
    color: false,
    columns: host.columns,
    failOn: setup.failOn,
    showSuppressed: false,
    toolVersion: version,
    folder: folderInRepository(host),
    rules: [],
    replays,
  };
  if (command.format === 'pretty') {
    const { renderReplays } = await import('./report/replay.js');
    host.writeOut(renderReplays(result, options));
  } else {
    const render = await formats[command.format]();
    host.writeOut(render(result, options));
  }
  const contradicted = [...replays.values()].some(({ verdict }) => verdict === 'contradicted');
  return { outcome: 'replayed', result, contradicted };
}

async function startSandbox(host: Host): Promise<Sandbox> {
  const sandbox = await host.startSandbox();
  if (sandbox) return sandbox;
  throw new UsageError(
    'hardfail replay runs scripts in just-bash, which is not installed beside hardfail',
    'install it where hardfail is installed: npm i -D just-bash',
  );
}

/** The findings that begin at the line, else those whose place or witness covers it. Throws a UsageError for none. */
function findingsAt(
  { path, line }: NonNullable<ReplayCommand['place']>,
  { findings, errors }: LintResult,
  host: Host,
): Finding[] {
  const file = shownPath(host, absolutePath(host, path));
  const covers = ({ source, start, end }: Finding['span']) =>
    source.path === file &&
    positionAt(source, start).line <= line &&
    positionAt(source, Math.max(start, end - 1)).line >= line;
  const own = findings.filter(
    ({ span }) => span.source.path === file && positionAt(span.source, span.start).line === line,
  );
  if (own.length > 0) return own;
  const touched = findings.filter(({ span, witness }) =>
    [span, ...witness.map((one) => one.span)].some(covers),
  );
  if (touched.length > 0 || errors.length > 0) return touched;
  const lines = findings.flatMap(({ span }) =>
    span.source.path === file ? [positionAt(span.source, span.start).line] : [],
  );
  const hint =
    lines.length === 0
      ? `hardfail finds nothing in ${file}`
      : `${file} has findings on line ${[...new Set(lines)].sort((a, b) => a - b).join(', ')}`;
  throw new UsageError(`there is no finding at ${path}:${line}`, hint);
}

/** The workflows that may lead to a finding: the inputs, and those beside them that may call one. */
async function filesOf(paths: readonly string[], host: Host): Promise<ReplayFile[]> {
  const { discover } = await import('./discover/discover.js');
  const { repositoriesOf } = await import('./discover/repository.js');
  const { inputs } = await discover(host, paths, { stdinFilename: null });
  const own: LintInput[] = repositoriesOf(host, inputs);
  const files = new Map<string, ReplayFile>();
  for (const { source, kind, forge, repository = null } of own) {
    if (kind === 'workflow') files.set(source.path, { source, forge, repository });
    for (const other of repository?.files() ?? []) {
      if (other.kind !== 'workflow' || files.has(other.shown)) continue;
      const read = repository?.read(other.path);
      if (read) files.set(other.shown, { source: read, forge, repository });
    }
  }
  return [...files.values()];
}
