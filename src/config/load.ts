import { join } from 'node:path/posix';
import type { FoundFile } from '../discover/found.js';
import { shownPath } from '../discover/paths.js';
import { readSource } from '../discover/read.js';
import { roots } from '../discover/roots.js';
import { ConfigError } from '../errors.js';
import type { Host } from '../host.js';
import type { RuleMeta } from '../lint/rule.js';
import type { Config } from './config.js';
import type { AskPlugins } from './read.js';

export const configName = 'hardfail.yml';

/** The places, relative to the top of the repository, where a configuration may lie. */
export const configPlaces: readonly string[] = [
  configName,
  ...roots.map(({ folder }) => join(folder, configName)),
];

/** The absolute path of the configuration of a repository; null where there is none. Throws a ConfigError for two. */
export function findConfig(host: Host, top: string): string | null {
  const found = configPlaces.map((place) => join(top, place)).filter((path) => isThere(host, path));
  const [path, ...others] = found;
  if (others.length > 0) {
    const names = found.map((one) => shownPath(host, one)).join(' and ');
    throw oneProblem(
      `there are ${found.length} configurations: ${names}`,
      'keep one of them, or name it with --config',
    );
  }
  return path ?? null;
}

/** What refuses to be looked at is there, and is refused when it is read. */
function isThere(host: Host, path: string): boolean {
  const kind = host.stat(path);
  return kind.ok || !kind.missing;
}

/**
 * What a configuration at an absolute path says. `boundary`: the directory that a link there may not lead out of; null
 * where a person named the file. Throws a ConfigError for a file that cannot be used.
 */
export async function loadConfig(
  host: Host,
  path: string,
  boundary: string | null,
  rules: readonly RuleMeta[],
  askPlugins: AskPlugins,
): Promise<Config> {
  const file: FoundFile = { path, kind: 'workflow', forge: null, boundary };
  const read = readSource(host, file);
  if (!read.ok) {
    throw oneProblem(
      `the configuration ${read.error.file}: ${read.error.message}`,
      'name a file that can be read, or lint without one: --no-config',
    );
  }
  const { configFrom } = await import('./read.js');
  return configFrom(read.source, rules, askPlugins);
}

function oneProblem(message: string, hint: string): ConfigError {
  return new ConfigError([{ message, hint, span: null }]);
}
