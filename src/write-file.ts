import {
  chmodSync,
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path/posix';
import type { Answer, Refusal } from './host.js';

/**
 * Puts a text in the place of a file, or makes the file: it is there as a whole or not at all. The text goes into a
 * new file in the same folder first, so that a full disk leaves what was there before. Only a regular file is
 * replaced, and a link is replaced itself: in a repository that nobody vouches for it may lead anywhere.
 */
export function replaceFile(path: string, text: string): Answer<null> {
  const folder = dirname(path);
  const before = attempt(() => lstatSync(path, { throwIfNoEntry: false }));
  if (!before.ok) return before;
  const target = attempt(() => statSync(path, { throwIfNoEntry: false }));
  if (target.ok && target.value?.isDirectory()) return refusal('is a directory');
  // Renaming over /dev/stdout would take the device away from everybody.
  if (target.ok && target.value && !target.value.isFile())
    return refusal('is not a regular file; it is not replaced');
  const parent = attempt(() => statSync(folder, { throwIfNoEntry: false }));
  if (!parent.ok) return parent;
  if (!parent.value?.isDirectory()) return refusal(`there is no folder ${folder}`);

  const temporary = join(folder, `.hardfail-${Math.random().toString(36).slice(2)}.tmp`);
  const written = attempt(() => writeWhole(temporary, text, before.value));
  const renamed = written.ok ? attempt(() => renameSync(temporary, path)) : written;
  if (renamed.ok) return { ok: true, value: null };
  attempt(() => unlinkSync(temporary));
  return renamed;
}

/** A new file (never one that is there already), on the disk when this returns, with the rights of the old one. */
function writeWhole(path: string, text: string, old: Stats | undefined): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (old?.isFile()) chmodSync(path, old.mode & 0o777);
}

function attempt<T>(action: () => T): Answer<T> {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const code = String(error.code);
    return refusal(reasons[code] ?? `cannot be written (${code})`);
  }
}

function refusal(reason: string): Refusal {
  return { ok: false, missing: false, reason };
}

/** What the system's error codes mean to somebody who reads a path and then this. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'cannot be written: the file system is read-only',
  ENOSPC: 'cannot be written: no space left on the disk',
  EDQUOT: 'cannot be written: the quota of the disk is used up',
  EFBIG: 'cannot be written: the file would be too large',
  ENAMETOOLONG: 'cannot be written: the name is too long',
  ENOTDIR: 'cannot be written: its folder is a file',
  ELOOP: 'is below a link that leads back to itself',
};
