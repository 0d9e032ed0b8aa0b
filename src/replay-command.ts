import type { ReplayCommand } from './command.js';
import { absolutePath, folderInRepository, shownPath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { RunFacts } from './exit.js';
import type { Host } from './host.js';
import { baselineFor, judge, setUp } from './judging.js';
import type { Finding, LintResult } from './lint/finding.js';
import { replayAll } from './replaying.js';
import { formats } from './report/index.js';
import type { RenderOptions } from './report/options.js';
import { positionAt } from './text/source.js';
import { version } from './version.js';

/** Finds what there is to find, runs it in the sandbox, and tells of both. */
export async function replayFindings(command: ReplayCommand, host: Host): Promise<RunFacts> {
  refuseDirectory(command.place, host);
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
  const replays = await replayAll(chosen, paths, setup.version, host);
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

function refuseDirectory(place: ReplayCommand['place'], host: Host): void {
  if (place === null) return;
  const kind = host.stat(absolutePath(host, place.path));
  if (!kind.ok || kind.value !== 'directory') return;
  const hint = `write hardfail replay --all ${place.path} for all findings in it`;
  throw new UsageError(`'${place.path}' is a directory, expected a file and a line`, hint);
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
