import type { Job, Step } from '../model/model.js';
import type { Repository } from '../text/repository.js';
import type { Ledger } from './ledger.js';
import { type Checkout, pathBelow, workspaceDirectory } from './scripts.js';
import { textOf, type Value } from './values.js';

/** The files that the steps of a workflow can call, and what following them has cost. */
export interface Files {
  readonly repository: Repository;
  readonly ledger: Ledger;
  /** What following actions has cost. */
  readonly actions: Ledger;
}

/** Where the steps before this one have put a repository. */
export interface Mount {
  /** The directory below the workspace; null where an expression decides it. */
  readonly directory: string | null;
  /** False where it is another repository than the workflow's own. */
  readonly own: boolean;
}

/** Nothing is known of any file, for one reason. */
export function blindCheckout(reason: string): Checkout {
  return { read: () => null, refusal: () => reason, ledger: null, top: null, directory: null };
}

/** What a step can call: the files of its own repository, where the steps before it have checked that out. */
export function checkoutOf(files: Files | null, job: Job, step: Step, workingDirectory: Value): Checkout {
  const mounts = mountsBefore(step.index, job.steps);
  const directory = directoryOf(workingDirectory);
  const blind = (reason: string): Checkout => ({ ...blindCheckout(reason), directory });
  if (!files) return blind('the repository around the file is not known');
  // Without a checkout the script is not there, or came in a way that is not seen: nothing is known of it.
  if (mounts.length === 0) return blind('it calls a script, and no step before it checks the repository out');
  if (mounts.some((mount) => mount.directory === null))
    return blind('an expression decides where the repository is checked out');
  const { repository, ledger } = files;
  return {
    read: (path) => {
      const inside = pathInOwn(path, mounts);
      return inside === null ? null : repository.read(inside);
    },
    refusal: (path) => {
      const inside = pathInOwn(path, mounts);
      return inside === null ? 'it calls a script of another repository' : repository.refusal(inside);
    },
    ledger,
    top: mounts.length > 1 ? null : (mounts[0]?.directory ?? ''),
    directory,
  };
}

function directoryOf(value: Value): string | null {
  const text = textOf(value);
  if (text !== null) return text.startsWith('/') ? null : pathBelow('', text);
  const below = workspaceDirectory(value);
  return below === null ? null : pathBelow('', below.slice(below.indexOf(':') + 1));
}

/** A path of the workspace as one of the repository; null where what lies there is another one's, or nobody's. */
export function pathInOwn(path: string, mounts: readonly Mount[]): string | null {
  let innermost: { directory: string; own: boolean } | null = null;
  for (const { directory, own } of mounts) {
    const holds = directory === '' || directory === path || path.startsWith(`${directory}/`);
    if (directory === null || !holds) continue;
    if (!innermost || directory.length >= innermost.directory.length) innermost = { directory, own };
  }
  if (!innermost?.own) return null;
  return innermost.directory === '' ? path : path.slice(innermost.directory.length + 1);
}

const allMounts = new WeakMap<readonly Step[], readonly { readonly at: number; readonly mount: Mount }[]>();

/** Where the first `count` of the steps put repositories, in order. The steps are looked through once. */
export function mountsBefore(count: number, steps: readonly Step[]): Mount[] {
  let all = allMounts.get(steps);
  if (!all) {
    all = steps.flatMap((step, at) => mountsOf(step).map((mount) => ({ at, mount })));
    allMounts.set(steps, all);
  }
  const mounts: Mount[] = [];
  for (const { at, mount } of all) if (at < count) mounts.push(mount);
  return mounts;
}

/** Where a step puts a repository; empty for one that does nothing of the kind. */
export function mountsOf(step: Step): Mount[] {
  if (!/(^|\/)actions\/checkout(@|$)/.test(step.uses?.scalar.text.text.trim() ?? '')) return [];
  const input = (name: string) =>
    step.with.find((entry) => entry.name.toLowerCase() === name)?.value.scalar.text.text.trim() ?? '';
  const path = input('path');
  const own = /^(\$\{\{\s*\w+\.repository\s*\}\})?$/.test(input('repository'));
  return [{ directory: path.includes('${{') ? null : pathBelow('', path), own }];
}
