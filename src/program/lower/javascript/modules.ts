// The names by which facts know what a program imports.

/** Packages that go by the name that `actions/github-script` gives them. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['@actions/core', 'core'],
  ['@actions/exec', 'exec'],
  ['@actions/io', 'io'],
  ['@actions/glob', 'glob'],
  ['@actions/github', 'actions-github'],
  ['process', 'process'],
  ['fs/promises', 'fs.promises'],
  ['timers/promises', 'timers.promises'],
  ['path/posix', 'path'],
  ['node-fetch', 'fetch'],
  ['undici', 'undici'],
]);

/** Modules whose default export is a function. */
const FUNCTIONS: ReadonlySet<string> = new Set(['fetch', 'assert', 'axios', 'got', 'ky', 'glob', 'execa']);

/** The library's name for a module: `node:fs/promises` is `fs.promises`. */
export function modulePath(source: string): string {
  const bare = source.replace(/^node:/, '');
  return ALIASES.get(bare) ?? bare;
}

/** The library's name for what is imported of a module by a name; `*` and `default` are the module itself. */
export function exportPath(source: string, imported: string): string {
  const path = modulePath(source);
  if (imported === '*' || imported === 'default') return path;
  return FUNCTIONS.has(path) && imported === path ? path : `${path}.${imported}`;
}
