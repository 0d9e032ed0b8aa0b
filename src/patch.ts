import { pathFromTop, shownPath } from './discover/paths.js';
import type { Host } from './host.js';

/** What is to become of a file; the path is as findings show it. */
export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Prints the changes as a patch in the order of their paths, and gives where `git apply` takes it, as a notice says it:
 * the working directory (`''`), or the top of the repository where a file lies outside of that, as git refuses it then.
 */
export async function printPatch(changes: readonly Change[], top: string, host: Host): Promise<string> {
  const { unifiedDiff } = await import('./report/diff.js');
  const leadsOut = changes.some(({ path }) => path.startsWith('../'));
  const ordered = [...changes].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, before, after } of ordered) {
    host.writeOut(unifiedDiff(leadsOut ? pathFromTop(host, top, path) : path, before, after));
  }
  return leadsOut ? `; it is a patch for ${shownPath(host, top)}` : '';
}
