import { pathFromTop, repositoryOf } from '../discover/paths.js';
import { decodeSource, maxInputBytes } from '../discover/read.js';
import { ConfigError } from '../errors.js';
import type { Host } from '../host.js';
import type { Base } from '../lint/base.js';

/**
 * The files as they stand in a revision of the repository whose top is given; `paths` are as findings show them. Throws a
 * ConfigError where one cannot be read: what is not compared must not look like what has not changed.
 */
export async function readBase(
  host: Host,
  top: string,
  revision: string,
  paths: readonly string[],
): Promise<Base> {
  if (repositoryOf(host, host.cwd) === null) {
    throw unusable(
      `--base ${revision} needs a git repository, and there is none around ${host.cwd}`,
      'run it in a clone',
    );
  }
  const files = new Map<string, string>();
  for (const path of paths) {
    const inside = pathFromTop(host, top, path);
    if (inside.startsWith('<') || inside.startsWith('../')) {
      throw unusable(
        `--base ${revision}: ${path} is no file of the repository`,
        inside.startsWith('<') ? 'say which one it is: --stdin-filename' : 'lint it without --base',
      );
    }
    const bytes = await host.readRevision(top, revision, inside, maxInputBytes);
    if (!bytes.ok) {
      if (bytes.missing) continue;
      throw unusable(
        `--base ${revision}: ${inside} ${bytes.reason}`,
        'in CI, have the revision fetched: git fetch --depth=1 origin BRANCH, and name it origin/BRANCH or FETCH_HEAD',
      );
    }
    const read = decodeSource(path, bytes.value);
    if (!read.ok)
      throw unusable(`--base ${revision}: ${inside} ${read.error.message}`, 'mend it there first');
    files.set(path, read.source.text);
  }
  return { revision, files };
}

function unusable(message: string, hint: string): ConfigError {
  return new ConfigError([{ message, hint, span: null }]);
}
