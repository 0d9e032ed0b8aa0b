// discover/: which files are inputs, and their texts. May list and read through the Host; does not parse, and
// what a file is goes by its path alone.

import { dirname, join } from 'node:path/posix';
import type { Forge } from '../forge/forge.js';
import type { Host } from '../host.js';
import type { Discovery, DiscoveryError, Found, FoundFile, Input } from './found.js';
import { expandGlob, isGlob } from './glob.js';
import { absolutePath, repositoryOf, shownPath } from './paths.js';
import { readSource, readStdinSource } from './read.js';
import { namedRole, rootOf, roots } from './roots.js';
import { walkRoot } from './walk.js';

export interface DiscoverOptions {
  /** The name that the text of `-` goes by: it decides forge and kind. */
  readonly stdinFilename: string | null;
}

/**
 * Finds and reads the inputs. Without paths: the repository around the working directory. A path is a file
 * (read wherever it lies), a directory, a glob, or `-` for standard input. Every path must yield something:
 * one that does not is an error, so that "nothing found" never looks like "nothing wrong".
 */
export async function discover(
  host: Host,
  paths: readonly string[],
  options: DiscoverOptions,
): Promise<Discovery> {
  const files = new Map<string, FoundFile>();
  const errors: DiscoveryError[] = [];
  const inputs: Input[] = [];
  const collect = (found: Found): void => {
    for (const file of found.files) if (!files.has(file.path)) files.set(file.path, file);
    errors.push(...found.errors);
  };

  if (paths.length === 0) collect(findInDirectory(host, repositoryOf(host, host.cwd) ?? host.cwd));
  for (const path of new Set(paths)) {
    if (path !== '-') {
      collect(await findNamed(host, path));
      continue;
    }
    const read = await readStdinSource(host, options.stdinFilename);
    if (read.ok) inputs.push({ source: read.source, ...placeOfStdin(host, options.stdinFilename) });
    else errors.push(read.error);
  }

  for (const file of files.values()) {
    const read = readSource(host, file);
    if (read.ok) inputs.push({ source: read.source, kind: file.kind, forge: file.forge });
    else errors.push(read.error);
  }
  inputs.sort((a, b) => compare(a.source.path, b.source.path));
  errors.sort((a, b) => compare(a.file, b.file) || compare(a.message, b.message));
  return { inputs, errors };
}

async function findNamed(host: Host, argument: string): Promise<Found> {
  const path = absolutePath(host, argument);
  const kind = host.stat(path);
  if (kind.ok) return kind.value === 'directory' ? findInDirectory(host, path) : findFile(host, path);
  // What exists is a path even if its name looks like a glob; only what does not may be one.
  if (kind.missing && isGlob(argument)) return findByGlob(host, argument);
  return failure(host, path, kind.reason);
}

function findFile(host: Host, path: string): Found {
  const boundary = repositoryOf(host, dirname(path));
  return { files: [{ path, boundary, ...placeOf(path, boundary) }], errors: [] };
}

async function findByGlob(host: Host, pattern: string): Promise<Found> {
  const { matches, errors } = await expandGlob(host, pattern);
  const files: FoundFile[] = [];
  const all: DiscoveryError[] = [...errors];
  for (const path of matches) {
    const kind = host.stat(path);
    if (!kind.ok || kind.value !== 'directory') files.push(...findFile(host, path).files);
    else if (isYamlName(path)) all.push(error(host, path, 'is a directory, not a workflow file'));
  }
  if (files.length === 0 && all.length === 0) {
    const message = 'nothing to lint: no file matches this pattern (node_modules and .git are not searched)';
    all.push({ file: pattern, message });
  }
  return { files, errors: all };
}

/** A directory: itself where it lies in a forge's root, else the roots that it holds. */
function findInDirectory(host: Host, path: string): Found {
  const repository = repositoryOf(host, path);
  const boundary = repository ?? path;
  const own = rootOf(path, repository);
  const places = own ? [own] : roots.map((root) => ({ root, path: join(path, root.folder) }));
  const files: FoundFile[] = [];
  const errors: DiscoveryError[] = [];
  for (const place of places) {
    const found = walkRoot(host, place.root, place.path, own ? path : place.path, boundary);
    files.push(...found.files);
    errors.push(...found.errors);
  }
  if (files.length > 0 || errors.length > 0) return { files, errors };
  return failure(host, path, own ? nothingHere : nothingInRoots());
}

const nothingHere = 'nothing to lint: no workflow (*.yml, *.yaml) and no action.yml in this directory';

function nothingInRoots(): string {
  const folders = roots.map((root) => `${root.folder}/workflows`).join(', ');
  return `nothing to lint: looked for *.yml and *.yaml in ${folders}, and for action.yml beside them; name a file to lint it wherever it lies`;
}

function placeOfStdin(host: Host, name: string | null): { kind: Input['kind']; forge: Forge | null } {
  if (name === null) return { kind: 'workflow', forge: null };
  const path = absolutePath(host, name);
  return placeOf(path, repositoryOf(host, dirname(path)));
}

/** What a file named by the user is, by its path alone. */
function placeOf(path: string, repository: string | null): { kind: Input['kind']; forge: Forge | null } {
  return { kind: namedRole(path), forge: rootOf(path, repository)?.root.forge ?? null };
}

function isYamlName(path: string): boolean {
  return path.endsWith('.yml') || path.endsWith('.yaml');
}

function failure(host: Host, path: string, message: string): Found {
  return { files: [], errors: [error(host, path, message)] };
}

function error(host: Host, path: string, message: string): DiscoveryError {
  return { file: shownPath(host, path), message };
}

/** By code unit: the same order on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
