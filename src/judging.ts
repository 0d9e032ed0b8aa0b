import type { Choices, LintCommand } from './args.js';
import type { Config } from './config/config.js';
import { absolutePath, pathFromTop, repositoryOf } from './discover/paths.js';
import { ConfigError } from './errors.js';
import type { Forge } from './forge/forge.js';
import type { Host } from './host.js';
import type { Baseline } from './lint/baseline.js';
import type { FailOn, LintResult } from './lint/finding.js';
import type { RuleMeta } from './lint/rule.js';
import type { Phase } from './timing.js';

/** What decides about findings besides the files that are linted. */
export interface Setup {
  /** The top of the repository around the working directory, or that directory. */
  readonly top: string;
  readonly config: Config;
  /** null goes by each file's root. */
  readonly forge: Forge | null;
  readonly failOn: FailOn;
  /** The release of the forge; null for the newest that is known. */
  readonly version: string | null;
}

/** Reads the configuration; the command line wins over it. Throws a ConfigError. */
export async function setUp(choices: Choices, host: Host): Promise<Setup> {
  const top = topOf(host);
  const config = await configOf(choices, top, host);
  const forge = choices.forge ?? config.forge ?? 'auto';
  return {
    top,
    config,
    forge: forge === 'auto' ? null : forge,
    failOn: choices.failOn ?? config.failOn ?? 'warning',
    // It is that of the configured forge and of no other.
    version: forge === config.forge ? config.forgeVersion : null,
  };
}

/** The top of the repository around the working directory; that directory, where there is none. */
export function topOf(host: Host): string {
  return repositoryOf(host, host.cwd) ?? host.cwd;
}

async function configOf(choices: Choices, top: string, host: Host): Promise<Config> {
  const { findConfig, loadConfig } = await import('./config/load.js');
  const { noConfig } = await import('./config/config.js');
  if (choices.config === false) return noConfig;
  const path = choices.config === null ? findConfig(host, top) : absolutePath(host, choices.config);
  if (path === null) return noConfig;
  return loadConfig(host, path, choices.config === null ? top : null, await loadRules());
}

/** Every rule's own words. */
export async function loadRules(): Promise<readonly RuleMeta[]> {
  const { rules } = await import('../rules/index.js');
  return rules.map(({ meta }) => meta);
}

export interface Judging extends Pick<LintCommand, 'paths' | 'stdinFilename' | 'ignores'> {
  readonly choices: Choices;
  readonly setup: Setup;
  readonly baseline: Baseline | null;
  /** Told what is begun. */
  readonly enter?: (phase: Phase) => void;
  /** Asked before anything is judged: the paths of the inputs as findings show them. */
  readonly beforehand?: (inputs: readonly string[]) => void;
}

/** Finds, reads and judges what the paths name. */
export async function judge(judging: Judging, host: Host): Promise<LintResult> {
  const { paths, setup, choices } = judging;
  judging.enter?.('read');
  const { discover } = await import('./discover/discover.js');
  const { inputs, errors } = await discover(host, paths, { stdinFilename: judging.stdinFilename });
  judging.beforehand?.(inputs.map(({ source }) => source.path));
  judging.enter?.('load');
  const { lintWithLanguages } = await import('./lint/languages.js');
  const { neighboursOf, repositoriesOf } = await import('./discover/repository.js');
  const { settings, trust, facts } = setup.config;
  const judged = await lintWithLanguages(repositoriesOf(host, inputs), {
    rules: choices.rules,
    forge: setup.forge,
    neighbours: paths.length === 0 ? [] : neighboursOf(host, inputs),
    settings,
    knowledge: { trust, facts, version: setup.version },
    baseline: judging.baseline,
    ignores: judging.ignores,
    today: host.today,
    complete: errors.length === 0 && isWhole(paths, setup.top, host),
    pathInRepository: (path) => pathFromTop(host, setup.top, path),
    ...(judging.enter ? { enter: judging.enter } : {}),
  });
  const unread = errors.map((error) => ({ ...error, span: null }));
  return { ...judged, errors: [...unread, ...judged.errors] };
}

/** Whether the paths name all of the repository. */
function isWhole(paths: readonly string[], top: string, host: Host): boolean {
  return paths.length === 0 || paths.some((path) => path !== '-' && absolutePath(host, path) === top);
}

/** The baseline that counts; null where there is none. Throws a ConfigError for one that cannot be used. */
export async function baselineFor(
  { file, revision }: LintCommand['baseline'],
  top: string,
  host: Host,
): Promise<Baseline | null> {
  const { baselineName, readBaseline, readBaselineOf } = await import('./config/baseline-file.js');
  const path = file === null ? `${top}/${baselineName}` : absolutePath(host, file);
  const kept = await readBaseline(host, path, file === null ? top : null);
  if (revision !== null) {
    if (repositoryOf(host, host.cwd) === null) {
      throw new ConfigError([
        {
          message: `--baseline-from ${revision} needs a git repository, and there is none around ${host.cwd}`,
          hint: 'run it in a clone, or name a file with --baseline',
          span: null,
        },
      ]);
    }
    return { accepted: await readBaselineOf(host, top, revision, path), kept: kept ?? [] };
  }
  if (kept === null && file !== null) {
    const hint = 'hardfail baseline write makes one';
    throw new ConfigError([{ message: `there is no baseline ${file}`, hint, span: null }]);
  }
  return kept && { accepted: kept, kept };
}
