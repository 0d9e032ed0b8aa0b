import type { Stats } from 'node:fs';
import type { Options } from 'globby';
import type { Entry, Host } from '../host.js';
import type { DiscoveryError } from './found.js';
import { absolutePath, shownPath } from './paths.js';

/** Whether an argument that names no existing path is to be expanded. */
export function isGlob(argument: string): boolean {
  return /[*?[\]{}()]/.test(argument);
}

/**
 * The absolute paths, of files and directories alike, that match a pattern under the working directory, sorted.
 * Links are matched but not entered, so that circles end. A directory that cannot be listed is an error,
 * and the others are still searched.
 */
export async function expandGlob(
  host: Host,
  pattern: string,
): Promise<{ readonly matches: readonly string[]; readonly errors: readonly DiscoveryError[] }> {
  // Loading globby takes longer than linting a repository, so only those who use a glob pay for it.
  const { globby } = await import('globby');
  const errors: DiscoveryError[] = [];
  const matches = await globby(pattern, {
    cwd: host.cwd,
    fs: globFiles(host, (path, reason) => errors.push({ file: shownPath(host, path), message: reason })),
    dot: true,
    onlyFiles: false,
    expandDirectories: false,
    expandNegationOnlyPatterns: false,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
  });
  return { matches: matches.map((match) => absolutePath(host, match)).sort(), errors };
}

/** The part of `node:fs` that globby walks with, answered by the host. */
function globFiles(
  host: Host,
  unreadable: (path: string, reason: string) => void,
): NonNullable<Options['fs']> {
  const stat = (path: string, callback: (error: Error | null, stats: Stats) => void): void => {
    const kind = host.stat(path);
    const error = kind.ok ? null : Object.assign(new Error(kind.reason), { code: 'ENOENT' });
    // The walk asks a file's Stats for its kind and for nothing else.
    const stats = kindTests('', kind.ok ? kind.value : 'other') as unknown as Stats;
    queueMicrotask(() => callback(error, stats));
  };
  const readdir = (path: string, ...rest: readonly unknown[]): void => {
    const callback = rest.at(-1);
    if (typeof callback !== 'function') return;
    const entries = host.list(path);
    if (!entries.ok && !entries.missing) unreadable(path, entries.reason);
    const found = entries.ok ? entries.value.map((entry) => kindTests(entry.name, entry.kind)) : [];
    queueMicrotask(() => callback(null, found));
  };
  return { stat, lstat: stat, readdir };
}

function kindTests(name: string, kind: Entry['kind']) {
  const no = () => false;
  return {
    name,
    isFile: () => kind === 'file',
    isDirectory: () => kind === 'directory',
    isSymbolicLink: () => kind === 'symlink',
    isBlockDevice: no,
    isCharacterDevice: no,
    isFIFO: no,
    isSocket: no,
  };
}
