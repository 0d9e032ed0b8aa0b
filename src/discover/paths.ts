import { dirname, join, normalize, relative } from 'node:path/posix';
import type { FileHost } from '../host.js';

/** A path as the user wrote it, made absolute; a drive letter counts as absolute too. */
export function absolutePath(host: FileHost, path: string): string {
  const absolute = /^(?:[A-Za-z]:)?\//.test(path) ? normalize(path) : join(host.cwd, path);
  return absolute.length > 1 && absolute.endsWith('/') ? absolute.slice(0, -1) : absolute;
}

/** An absolute path as findings show it: relative to the working directory. */
export function shownPath(host: FileHost, path: string): string {
  return relative(host.cwd, path) || '.';
}

/** The nearest directory, from this one upward, that has a `.git` (a folder, or a file in a worktree or submodule). */
export function repositoryOf(host: FileHost, directory: string): string | null {
  for (let at = directory; ; at = dirname(at)) {
    if (host.stat(join(at, '.git')).ok) return at;
    if (at === dirname(at)) return null;
  }
}

/** The working directory as seen from the top of the repository around it; `''` at the top, or where there is none. */
export function folderInRepository(host: FileHost): string {
  const top = repositoryOf(host, host.cwd);
  return top === null ? '' : relative(top, host.cwd);
}

/** A path as findings show it, made relative to the top of a repository. What is no path (`<stdin>`) stays as it is. */
export function pathFromTop(host: FileHost, top: string, shown: string): string {
  return shown.startsWith('<') ? shown : relative(top, absolutePath(host, shown));
}

/** Whether a path is the directory or lies in it; both absolute with links resolved. */
export function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
