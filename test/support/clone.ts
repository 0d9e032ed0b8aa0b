import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** The environment without what a hook or a runner around the tests says of its own repository. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:GIT_|GITHUB_|GITEA_|FORGEJO_|INPUT_)/.test(name)),
);
export const environment: Readonly<Record<string, string | undefined>> = {
  ...clean,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'a test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  // What npm has fetched once need not come over the network again.
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

export interface Ran {
  readonly status: number | null;
  /** Both streams, one behind the other. */
  readonly output: string;
}

/** Runs a program; throws where there is none of that name. */
export function runIn(
  folder: string,
  command: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Ran {
  const env = { ...environment, ...extra };
  const ran = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (ran.error)
    throw new Error(`${command} cannot be run; on Debian: apt-get install ${command}`, { cause: ran.error });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}

/** Like `runIn`, for what must succeed. Gives the output. */
export function mustRun(...args: Parameters<typeof runIn>): string {
  const { status, output } = runIn(...args);
  if (status !== 0) throw new Error(`${args[1]} ${args[2].join(' ')} ended with ${status}:\n${output}`);
  return output;
}

/** A repository of its own with one commit: this project as it stands, uncommitted changes included. Gives the commit. */
export function cloneOfThis(folder: string): string {
  const listed = mustRun('.', 'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const path of listed.split('\0').filter((name) => name !== '')) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(path, join(folder, path));
  }
  return commitAll(folder);
}

/** Makes a repository of the folder where it is none, and commits everything in it, hooks or not. Gives the commit. */
export function commitAll(folder: string): string {
  mustRun(folder, 'git', ['init', '-q']);
  mustRun(folder, 'git', ['add', '-A']);
  mustRun(folder, 'git', ['commit', '-q', '--no-verify', '-m', 'everything']);
  return mustRun(folder, 'git', ['rev-parse', 'HEAD']).trim();
}

/** Writes files, their folders included. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
