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

/** Is it a file beside the program, and no package? */
export function isRelative(source: string): boolean {
  return source.startsWith('.') || source.startsWith('/');
}

/** What the name of the slot ends with that holds what a module gives to others. */
export const EXPORTS = '(exports)';

/** What the slots of a file begin with: a module runs among the variables of the program that loads it. */
export function slotPrefix(path: string): string {
  return /\.[cm]?[jt]sx?$/.test(path) ? `${path}:` : '';
}

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
