import { spawnSync } from 'node:child_process';
import type { Answer } from './host.js';
import { tooLarge } from './node-host.js';
import { refusal } from './refusal.js';

/** Names of branches, tags and commits, with `~1` and `^` behind them; nothing that git could take for an option. */
const revisionName = /^[A-Za-z0-9_][A-Za-z0-9_./@{}~^+-]*$/;
const objectId = /^[0-9a-f]{40,64}$/;

type Environment = Readonly<Record<string, string | undefined>>;

/** As `readRevision` of a Host, and waits for git. */
type ReadRevision = (top: string, revision: string, path: string, maxBytes: number) => Answer<Uint8Array>;

/**
 * What reads revisions, by git, which is given the variables. Plumbing commands only: they run no hook, filter, pager
 * or helper, and fetch nothing.
 */
export function gitRevisions(env: Environment): { readonly readRevision: ReadRevision } {
  const commits = new Map<string, Answer<string>>();
  return {
    readRevision(top, revision, path, maxBytes) {
      const repository = { top, env };
      // Asked once: all files of a run are those of one commit, whatever moves meanwhile.
      const key = `${top}\0${revision}`;
      const commit = commits.get(key) ?? commitOf(repository, revision);
      commits.set(key, commit);
      return commit.ok ? readBlob(repository, commit.value, { revision, path, maxBytes }) : commit;
    },
  };
}

interface Repository {
  readonly top: string;
  readonly env: Environment;
}

/** The id of the commit that a revision names. */
function commitOf(repository: Repository, revision: string): Answer<string> {
  if (!revisionName.test(revision) || revision.includes('..')) {
    return refusal(`cannot be read: '${revision}' is not the name of one revision`);
  }
  const commit = git(repository, [...verify, `${revision}^{commit}`], 1024);
  if (commit.error) return refusal(`cannot be read: git cannot be run (${commit.error.message})`);
  const id = commit.stdout.toString('latin1').trim();
  if (commit.status !== 0 || !objectId.test(id)) {
    const said = commit.stderr.toString('utf8').trim();
    return refusal(
      `cannot be read: ${said === '' ? `there is no revision '${revision}' here` : `git says: ${said}`}`,
    );
  }
  return { ok: true, value: id };
}

function readBlob(
  repository: Repository,
  id: string,
  {
    revision,
    path,
    maxBytes,
  }: { readonly revision: string; readonly path: string; readonly maxBytes: number },
): Answer<Uint8Array> {
  const blob = git(repository, [...verify, `${id}:${path}`], 1024);
  const blobId = blob.stdout.toString('latin1').trim();
  if (blob.status !== 0 || !objectId.test(blobId)) {
    return { ok: false, missing: true, reason: `is not in ${revision}` };
  }
  const read = git(repository, ['cat-file', 'blob', blobId], maxBytes);
  if (read.error && 'code' in read.error && read.error.code === 'ENOBUFS') return tooLarge(maxBytes);
  if (read.error || read.status !== 0) return refusal(`cannot be read from ${revision}: it is no file there`);
  return { ok: true, value: read.stdout };
}

const verify: readonly string[] = ['rev-parse', '--verify', '--quiet', '--end-of-options'];

function git({ top, env }: Repository, args: readonly string[], maxBuffer: number) {
  return spawnSync('git', ['--no-pager', '-C', top, ...args], {
    maxBuffer,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A partial clone would go and fetch what it lacks.
    env: { ...env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
  });
}
