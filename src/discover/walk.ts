import { join, relative } from 'node:path/posix';
import type { FileHost } from '../host.js';
import type { DiscoveryError, Found, FoundFile } from './found.js';
import { isInside, shownPath } from './paths.js';
import { type Root, roleInRoot } from './roots.js';

/** Folders that hold other people's files and never a root's own. */
const neverEntered: ReadonlySet<string> = new Set(['node_modules', '.git']);

/**
 * The workflows and actions of one root, from `start` downward (`start` is the root's path or lies in it).
 * Nothing where it does not exist. A directory is entered once however many links lead to it, so links
 * that run in circles end; one that leads out of `boundary` is an error and is not followed.
 */
export function walkRoot(
  host: FileHost,
  root: Root,
  rootPath: string,
  start: string,
  boundary: string,
): Found {
  const files: FoundFile[] = [];
  const errors: DiscoveryError[] = [];
  const fail = (path: string, message: string): void => {
    errors.push({ file: shownPath(host, path), message });
  };
  const top = host.stat(start);
  if (!top.ok) {
    if (!top.missing) fail(start, top.reason);
    return { files, errors };
  }
  if (top.value !== 'directory') return { files, errors };

  const limit = host.realPath(boundary);
  const entered = new Set<string>();
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const real = host.realPath(at);
    if (!real.ok || !limit.ok) {
      fail(at, real.ok ? 'cannot tell where its repository lies' : real.reason);
      continue;
    }
    if (!isInside(real.value, limit.value)) {
      fail(at, 'is a link that leads out of the repository; it is not followed');
      continue;
    }
    if (entered.has(real.value)) continue;
    entered.add(real.value);
    const entries = host.list(at);
    if (!entries.ok) {
      fail(at, entries.reason);
      continue;
    }
    const folders: string[] = [];
    for (const entry of [...entries.value].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      const role = roleInRoot(root, relative(rootPath, path));
      const target = entry.kind === 'symlink' ? host.stat(path) : ({ ok: true, value: entry.kind } as const);
      if (target.ok && target.value === 'directory') {
        if (role) fail(path, `is a directory, not ${role === 'action' ? 'an action' : 'a workflow'} file`);
        if (!neverEntered.has(entry.name)) folders.push(path);
      } else if (role && !target.ok && target.missing) {
        fail(path, 'is a link that leads nowhere');
      } else if (role) {
        files.push({ path, kind: role, forge: root.forge, boundary });
      }
    }
    waiting.push(...folders.reverse());
  }
  return { files, errors };
}
