import type { Workflow } from '../model/model.js';
import type { Repository } from '../text/repository.js';
import { type SandboxFiles, workspace } from './sandbox.js';

/** The most files of a repository that a machine gets, and the most of their text together (UTF-16 units). */
const MAX_FILES = 200;
const MAX_TEXT = 4 * 1024 * 1024;

const made = new WeakMap<Workflow, SandboxFiles>();

/**
 * The files of the repository that a workflow, the scripts it calls, and those that they call, seem to name. A file too
 * many does no harm; one too few is stood in for.
 */
export function filesFor(workflow: Workflow, repository: Repository | null): SandboxFiles {
  const known = made.get(workflow);
  if (known) return known;
  const files: Record<string, string> = {};
  let room = MAX_TEXT;
  const open: { readonly text: string; readonly folder: string }[] = [
    { text: workflow.source.text, folder: '' },
  ];
  for (const { text, folder } of open) {
    for (const name of namesIn(text)) {
      for (const path of new Set([normal(name), normal(`${folder}/${name}`)])) {
        if (path === null || `${workspace}/${path}` in files || Object.keys(files).length >= MAX_FILES)
          continue;
        const source = repository?.read(path);
        if (!source || source.text.length > room) continue;
        room -= source.text.length;
        files[`${workspace}/${path}`] = source.text;
        open.push({ text: source.text, folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))) });
      }
    }
  }
  made.set(workflow, files);
  return files;
}

/** The words of a text that look like paths. */
function namesIn(text: string): Set<string> {
  const words = text.split(/[\s"'`;|&()<>=,:]+/);
  const paths = words.flatMap((word) => {
    // `"$(dirname "$0")/lib.sh"`, `$GITHUB_WORKSPACE/ci/check.sh`
    const start = word.startsWith('$') || word.startsWith('/') ? word.indexOf('/') + 1 : 0;
    const path = word.slice(start);
    return path.length > 2 && path.length < 200 && /^[\w./@+-]+$/.test(path) && /[./]/.test(path.slice(1))
      ? [path]
      : [];
  });
  return new Set(paths);
}

/** The path without `.` and `..`; null where it leads out of the repository. */
function normal(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}
