import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { sep } from 'node:path';
import type { Answer, Entry, Host, Kind, Refusal } from './host.js';
import { attempt, refusal } from './refusal.js';
import { replaceFile } from './write-file.js';

/** The part of a Host that deals with files, on this machine. `packageRoot` ends with `/`. */
export function nodeFiles(
  packageRoot: string,
): Pick<Host, 'stat' | 'list' | 'realPath' | 'readFile' | 'readShipped' | 'replaceFile'> {
  return {
    stat: (path) =>
      flatten(
        attempt((): Answer<Kind> => {
          const stats = statSync(path, { throwIfNoEntry: false });
          return stats ? { ok: true, value: kindOf(stats) } : nothingThere;
        }),
      ),
    list: (path) =>
      attempt(() =>
        readdirSync(path, { withFileTypes: true }).map((entry): Entry => {
          const kind = entry.isSymbolicLink() ? 'symlink' : kindOf(entry);
          return { name: entry.name, kind };
        }),
      ),
    realPath: (path) => attempt(() => withSlashes(realpathSync.native(path))),
    readFile,
    replaceFile,
    readShipped: (path) => {
      const read = readFile(`${packageRoot}${path}`, Number.MAX_SAFE_INTEGER);
      return read.ok ? { ok: true, value: new TextDecoder().decode(read.value) } : read;
    },
  };
}

/** Names are separated by `/` everywhere in hardfail. */
export function withSlashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}

/** The refusal for something that is longer than it may be. */
export function tooLarge(maxBytes: number): Refusal {
  const limit = maxBytes / (1024 * 1024);
  return { ok: false, missing: false, reason: `is larger than the limit of ${limit} MiB; it is not read` };
}

function readFile(path: string, maxBytes: number): Answer<Uint8Array> {
  return flatten(
    attempt(() => {
      // A FIFO without a writer would block an ordinary open for ever; the flag does nothing to a regular file.
      const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        return readOpened(file, maxBytes);
      } finally {
        closeSync(file);
      }
    }, own),
  );
}

function readOpened(file: number, maxBytes: number): Answer<Uint8Array> {
  const stats = fstatSync(file);
  if (stats.isDirectory()) return refusal('is a directory, not a file');
  if (!stats.isFile()) return refusal('is not a regular file; it is not read');
  if (stats.size > maxBytes) return tooLarge(maxBytes);
  const bytes = Buffer.alloc(stats.size);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  const after = fstatSync(file);
  if (length < stats.size || after.size !== stats.size || after.mtimeMs !== stats.mtimeMs)
    return refusal('was changed while it was read; run hardfail again');
  return { ok: true, value: bytes };
}

function kindOf(stats: Pick<Stats, 'isFile' | 'isDirectory'>): Kind {
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'directory' : 'other';
}

function flatten<T>(answer: Answer<Answer<T>>): Answer<T> {
  return answer.ok ? answer.value : answer;
}

const nothingThere: Refusal = { ok: false, missing: true, reason: 'no such file or directory' };

const own = { ENXIO: 'is not a regular file; it is not read' };
