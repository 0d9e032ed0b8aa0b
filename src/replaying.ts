import { UsageError } from './errors.js';
import type { Host } from './host.js';
import type { Finding } from './lint/finding.js';
import type { LintInput } from './lint/lint.js';
import type { ReplayFile } from './replay/replay.js';
import type { Replay } from './replay/result.js';
import type { Sandbox } from './replay/sandbox.js';

/**
 * Runs findings in the sandbox, one after the other. `paths`: what was judged; `version`: the release of the forge, null
 * for the newest. Throws a UsageError where there is no sandbox.
 */
export async function replayAll(
  findings: readonly Finding[],
  paths: readonly string[],
  version: string | null,
  host: Host,
): Promise<ReadonlyMap<Finding, Replay>> {
  const sandbox = await startSandbox(host);
  const replays = new Map<Finding, Replay>();
  try {
    const { replay } = await import('./replay/replay.js');
    const files = await filesOf(paths, host);
    for (const finding of findings) replays.set(finding, await replay(finding, files, { sandbox, version }));
  } finally {
    sandbox.close();
  }
  return replays;
}

async function startSandbox(host: Host): Promise<Sandbox> {
  const sandbox = await host.startSandbox();
  if (sandbox) return sandbox;
  throw new UsageError(
    'a replay runs scripts in just-bash, which is not installed beside hardfail',
    'install it where hardfail is installed: npm i -D just-bash',
  );
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
