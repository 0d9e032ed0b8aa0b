import { basename, dirname, join } from 'node:path/posix';
import type { Forge } from '../forge/forge.js';

/** Where a forge looks for workflows. */
export interface Root {
  /** The folder at the top of a repository; the workflows lie in its `workflows` folder. */
  readonly folder: string;
  readonly forge: Forge;
  /** Whether the forge reads the folders below `workflows` too. */
  readonly recursive: boolean;
}

/** A fixed table, so that a repository cannot turn the scan away from what its forge runs. */
export const roots: readonly Root[] = [
  { folder: '.gitea', forge: 'gitea', recursive: true },
  { folder: '.forgejo', forge: 'forgejo', recursive: true },
  { folder: '.github', forge: 'github', recursive: false },
];

/**
 * The innermost root folder that an absolute path is or lies in, and that folder's path. Only the part of the
 * path inside `repository` counts (all of it, where that is null): a clone kept below somebody's `.github` is
 * still judged by its own folders.
 */
export function rootOf(path: string, repository: string | null): { root: Root; path: string } | null {
  for (let at = path; at !== repository && at !== dirname(at); at = dirname(at)) {
    const name = basename(at);
    const root = roots.find((candidate) => candidate.folder === name);
    if (root) return { root, path: at };
  }
  return null;
}

/** What a file is to the forge, by its path inside the root (`workflows/ci.yml`); null for what it never reads. */
export function roleInRoot(root: Root, inside: string): 'workflow' | 'action' | null {
  if (!inside.endsWith('.yml') && !inside.endsWith('.yaml')) return null;
  const depth = inside.split('/').length;
  if (inside.startsWith('workflows/')) {
    if (depth === 2) return 'workflow';
    if (isActionName(inside)) return 'action';
    return root.recursive ? 'workflow' : null;
  }
  return isActionName(inside) ? 'action' : null;
}

/** What a file is that the user named. An `action.yml` directly in a workflows folder is a workflow to every forge. */
export function namedRole(path: string): 'workflow' | 'action' {
  const inWorkflows = roots.some((root) => dirname(path).endsWith(join('/', root.folder, 'workflows')));
  return isActionName(path) && !inWorkflows ? 'action' : 'workflow';
}

function isActionName(path: string): boolean {
  const name = basename(path);
  return name === 'action.yml' || name === 'action.yaml';
}
