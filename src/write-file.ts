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
import type { Answer } from './host.js';
import { attempt, refusal } from './refusal.js';

/**
 * Puts a text in the place of a file, or makes the file: it is there as a whole or not at all. The text goes into a
 * new file in the same folder first, so that a full disk leaves what was there before. Only a regular file is
 * replaced, and a link is replaced itself: in a repository that nobody vouches for it may lead anywhere.
 */
export function replaceFile(path: string, text: string): Answer<null> {
  const folder = dirname(path);
  const before = attempt(() => lstatSync(path, { throwIfNoEntry: false }), { ENOTDIR: 'is below a file' });
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
