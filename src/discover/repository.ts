import { dirname, join, relative } from 'node:path/posix';
import type { FileHost } from '../host.js';
import type { Repository, RepositoryFile } from '../text/repository.js';
import type { Source } from '../text/source.js';
import type { Input } from './found.js';
import { absolutePath, isInside, repositoryOf, shownPath } from './paths.js';
import { stdinName } from './read.js';
import { rootOf, roots } from './roots.js';
import { walkRoot } from './walk.js';

/** A script that a person wrote is far below it. */
const maxScriptBytes = 1024 * 1024;

/** The inputs, each with the files of the repository that it lies in; null for one that lies in none. */
export function repositoriesOf<I extends Input>(
  host: FileHost,
  inputs: readonly I[],
): (I & { readonly repository: Repository | null })[] {
  const folders = new Map<string, string | null>();
  const repositories = new Map<string, Repository>();
  return inputs.map((input) => {
    const top = input.source.path === stdinName ? null : topOf(host, input.source.path, folders);
    if (top === null) return { ...input, repository: null };
    const repository = repositories.get(top) ?? repositoryAt(host, top);
    repositories.set(top, repository);
    return { ...input, repository };
  });
}

/**
 * The files of the forges' roots in the repositories around the inputs, as findings show them: what a forge runs may
 * depend on which others there are. Their texts are not read, and what is wrong with them is not told.
 */
export function neighboursOf(host: FileHost, inputs: readonly Input[]): string[] {
  const folders = new Map<string, string | null>();
  const tops = new Set<string>();
  for (const { source } of inputs) {
    const top = source.path === stdinName ? null : topOf(host, source.path, folders);
    if (top !== null) tops.add(top);
  }
  return [...tops].flatMap((top) =>
    roots.flatMap((root) => {
      const folder = join(top, root.folder);
      return walkRoot(host, root, folder, folder, top).files.map(({ path }) => shownPath(host, path));
    }),
  );
}

/** The top of the repository around a file: it has a `.git`, or the folder that the forge reads. */
function topOf(host: FileHost, shown: string, known: Map<string, string | null>): string | null {
  const path = absolutePath(host, shown);
  const folder = dirname(path);
  const before = known.get(folder);
  if (before !== undefined) return before;
  const root = rootOf(path, null);
  const top = repositoryOf(host, folder) ?? (root && dirname(root.path));
  known.set(folder, top);
  return top;
}

function repositoryAt(host: FileHost, top: string): Repository {
  const known = new Map<string, Source | string | null>();
  let files: readonly RepositoryFile[] | null = null;
  const look = (path: string): Source | string | null => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = readScript(host, top, path);
    known.set(path, found);
    return found;
  };
  return {
    files: () => {
      files ??= filesOf(host, top);
      return files;
    },
    read(path) {
      const found = look(path);
      return typeof found === 'object' ? found : null;
    },
    refusal(path) {
      const found = look(path);
      return typeof found === 'string' ? found : null;
    },
  };
}

function filesOf(host: FileHost, top: string): readonly RepositoryFile[] {
  const files = roots.flatMap((root) => {
    const at = join(top, root.folder);
    return walkRoot(host, root, at, at, top).files.map(({ path, kind }) => ({
      path: relative(top, path),
      shown: shownPath(host, path),
      kind,
      folder: root.folder,
    }));
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The file; why it cannot be read; null where nothing stands at the path. */
function readScript(host: FileHost, top: string, path: string): Source | string | null {
  const at = join(top, path);
  const shown = shownPath(host, at);
  const real = host.realPath(at);
  const limit = host.realPath(top);
  if (!real.ok) return real.missing ? null : `${shown} cannot be read: ${real.reason}`;
  if (!limit.ok || !isInside(real.value, limit.value)) return `${shown} leads out of the repository`;
  const bytes = host.readFile(real.value, maxScriptBytes);
  if (!bytes.ok) return `${shown} cannot be read: ${bytes.reason}`;
  try {
    return {
      path: shown,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value),
    };
  } catch {
    return `${shown} is not UTF-8 text`;
  }
}
