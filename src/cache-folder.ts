import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Answer, CacheFolder } from './host.js';
import { attempt, refusal } from './refusal.js';

const linked = 'is a link, which somebody may turn elsewhere';

/** What a folder is given up to: entries, and their bytes. */
export interface CacheLimits {
  readonly entries: number;
  readonly bytes: number;
}

const usualLimits: CacheLimits = { entries: 200, bytes: 64 * 1024 * 1024 };

/** One entry takes at most this part of the folder, so that a single one cannot push out all others. */
const partOfOne = 1 / 4;

/** Of names of entries, and of what a run leaves behind that ends while it writes one. */
const entryName = /^[0-9a-f]{64}\.json$/;
const unfinishedName = /^\.[0-9a-f]{64}\.\w+\.tmp$/;

/** After that nobody is still writing it. */
const unfinishedFor = 60 * 60 * 1000;

/** The bits of a mode by which others than the owner may write. */
const writableByOthers = 0o022;

/** Whose folder it is. */
export interface CacheOwner {
  /** The file that tells this build of hardfail from every other. */
  readonly build: string;
  /** What runs it. */
  readonly machine: string;
  /** null where there are no users. */
  readonly user: number | null;
}

/**
 * The folder at an absolute path, which is made where there is none. Whoever can put a file into it decides verdicts, so
 * it is refused unless it is a folder of this user alone that no link leads to.
 */
export function openCacheFolder(
  path: string,
  { build, machine, user }: CacheOwner,
  limits: CacheLimits = usualLimits,
): Answer<CacheFolder> {
  const id = attempt(() => readFileSync(build, 'utf8'));
  if (!id.ok)
    return refusal('is for finished builds: verdicts of this one could not be told from those of others');
  const made = attempt(() => makeFolder(path), { ENOTDIR: 'is below a file' });
  if (!made.ok) return made;
  const real = attempt(() => {
    const stats = lstatSync(path);
    const fault = faultOf(stats, user);
    return fault === null ? { ok: true as const, value: realpathSync.native(path) } : refusal(fault);
  });
  if (!real.ok) return real;
  if (!real.value.ok) return real.value;
  const folder = real.value.value;
  return {
    ok: true,
    value: {
      path: folder,
      build: `${id.value} ${machine}`,
      digest: (content) => hash('sha256', content),
      read: (name) => readEntry(join(folder, `${name}.json`), user, limits),
      write: (name, text) => writeEntry(folder, name, text, limits),
    },
  };
}

/**
 * A folder, and those that it lies in. Node's own recursive mode does not come to an end where the system goes on saying
 * that a folder is missing which is there, as it does below /proc.
 */
function makeFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another run has just made it.
    if (!lstatSync(path, { throwIfNoEntry: false })) throw error;
  }
}

function faultOf(stats: Stats, user: number | null): string | null {
  if (stats.isSymbolicLink()) return linked;
  if (!stats.isDirectory()) return 'is not a folder';
  if (user === null) return null;
  if (stats.uid !== user) return 'belongs to another user';
  if ((stats.mode & writableByOthers) !== 0) return 'can be written by other users; chmod go-w mends it';
  return null;
}

function readEntry(path: string, user: number | null, limits: CacheLimits): Answer<string> {
  const read = attempt(
    (): Answer<string> => {
      // Neither a link nor a FIFO has been put there by hardfail.
      const file = openSync(
        path,
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      );
      try {
        const stats = fstatSync(file);
        if (!stats.isFile()) return refusal('is not a regular file');
        if (user !== null && stats.uid !== user) return refusal('belongs to another user');
        if (stats.size > limits.bytes * partOfOne) return refusal('is larger than any entry');
        return { ok: true, value: readFileSync(file, 'utf8') };
      } finally {
        closeSync(file);
      }
    },
    { ELOOP: linked },
  );
  const answer = read.ok ? read.value : read;
  // What is used is not the oldest. In a folder that cannot be written it does not matter.
  if (answer.ok) attempt(() => utimesSync(path, new Date(), new Date()));
  return answer;
}

function writeEntry(folder: string, name: string, text: string, limits: CacheLimits): Answer<null> {
  const size = Buffer.byteLength(text);
  if (size > limits.bytes * partOfOne) return refusal('it would be larger than an entry may be');
  const temporary = join(folder, `.${name}.${Math.random().toString(36).slice(2)}.tmp`);
  const written = attempt(() => {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, join(folder, `${name}.json`));
    return null;
  });
  if (!written.ok) attempt(() => unlinkSync(temporary));
  else attempt(() => giveUpOldest(folder, limits));
  return written;
}

/** Another run may do the same: what is gone already is no fault. */
function giveUpOldest(folder: string, limits: CacheLimits): void {
  const entries: { readonly path: string; readonly size: number; readonly used: number }[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isEntry = entryName.test(name);
    if (!isEntry && !unfinishedName.test(name)) continue;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    if (isEntry) entries.push({ path, size: stats.size, used: stats.mtimeMs });
    else if (Date.now() - stats.mtimeMs > unfinishedFor) attempt(() => unlinkSync(path));
  }
  entries.sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const [index, { path, size }] of entries.entries()) {
    bytes += size;
    if (index >= limits.entries || bytes > limits.bytes) attempt(() => unlinkSync(path));
  }
}
