import type { Choices, LintCommand } from './command.js';
import type { Config } from './config/config.js';
import { absolutePath, pathFromTop, repositoryOf } from './discover/paths.js';
import { ConfigError, UsageError } from './errors.js';
import type { Forge } from './forge/forge.js';
import type { Host } from './host.js';
import type { Base } from './lint/base.js';
import type { Baseline } from './lint/baseline.js';
import type { FailOn, Finding, InputError, LintResult, PluginRef } from './lint/finding.js';
import type { LintInput, LintOptions } from './lint/lint.js';
import type { RuleMeta } from './lint/rule.js';
import type { SentOptions } from './plugin-service.js';
import type { Plugins } from './plugins.js';
import { nearest } from './text/nearest.js';
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
  /** The words of every rule, those of plugins among them. */
  readonly rules: readonly RuleMeta[];
  /** null where there are none to load. */
  readonly plugins: Plugins | null;
  /** Plugins that are named and not loaded. */
  readonly absent: readonly PluginRef[];
}

/** Reads the configuration; the command line wins over it. Throws a ConfigError. */
export async function setUp(choices: Choices, host: Host): Promise<Setup> {
  const top = topOf(host);
  const builtIn = await loadRules();
  const { config, plugins } = await configOf(choices, top, host, builtIn);
  const refs = plugins?.refs ?? config.plugins.map(({ from }) => ({ from, name: null }));
  const absent = refs.filter(({ name }) => name === null);
  const rules = [...builtIn, ...(plugins?.metas ?? [])];
  if (choices.rules) checkRules(choices.rules, rules, absent.length > 0);
  const forge = choices.forge ?? config.forge ?? 'auto';
  return {
    top,
    config,
    forge: forge === 'auto' ? null : forge,
    failOn: choices.failOn ?? config.failOn ?? 'warning',
    // It is that of the configured forge and of no other.
    version: forge === config.forge ? config.forgeVersion : null,
    rules,
    plugins,
    absent,
  };
}

/** The top of the repository around the working directory; that directory, where there is none. */
export function topOf(host: Host): string {
  return repositoryOf(host, host.cwd) ?? host.cwd;
}

async function configOf(
  choices: Choices,
  top: string,
  host: Host,
  builtIn: readonly RuleMeta[],
): Promise<{ readonly config: Config; readonly plugins: Plugins | null }> {
  const { findConfig, loadConfig } = await import('./config/load.js');
  const { noConfig } = await import('./config/config.js');
  const path =
    choices.config === false || choices.config === null
      ? (choices.config ?? findConfig(host, top))
      : absolutePath(host, choices.config);
  if (path === null || path === false) return { config: noConfig, plugins: null };
  const boundary = choices.config === null ? top : null;
  let plugins: Plugins | null = null;
  const config = await loadConfig(host, path, boundary, builtIn, async (entries) => {
    if (!choices.plugins) return { rules: [], all: false };
    const { loadPlugins } = await import('./plugins.js');
    plugins = await loadPlugins(entries, { config: path, boundary }, host);
    return { rules: plugins.metas, all: plugins.faults.length === 0 };
  });
  return { config, plugins };
}

/** Throws a UsageError for a rule that does not exist. */
function checkRules(ids: readonly string[], rules: readonly RuleMeta[], open: boolean): void {
  const known = rules.map(({ id }) => id);
  for (const id of ids) {
    // A plugin that is not loaded may have it, and that it is not is told anyway.
    if (known.includes(id) || (open && id.includes('/'))) continue;
    const near = nearest(id, known);
    throw new UsageError(
      `unknown rule '${id}'`,
      near ? `did you mean ${near}?` : 'hardfail rules lists the rules',
    );
  }
}

/** The words of the rules that are built in. */
export async function loadRules(): Promise<readonly RuleMeta[]> {
  const { rules } = await import('../rules/index.js');
  return rules.map(({ meta }) => meta);
}

export interface Judging extends Pick<LintCommand, 'paths' | 'stdinFilename' | 'ignores'> {
  readonly choices: Choices;
  readonly setup: Setup;
  readonly baseline: Baseline | null;
  /** As in `LintOptions`. */
  readonly fates?: boolean;
  /** Told what is begun. */
  readonly enter?: (phase: Phase) => void;
  /** Whether findings are to carry their fixes. */
  readonly fixes?: boolean;
  /** Asked before anything is judged: the paths of the inputs as findings show them. */
  readonly beforehand?: (inputs: readonly string[]) => void;
}

/** What the paths name, read, with all that its judgement needs. */
export interface Gathered {
  readonly inputs: readonly LintInput[];
  /** For the rules of hardfail alone. */
  readonly options: LintOptions;
  /** What can be sent to the thread of the plugins. */
  readonly sent: SentOptions;
  /** What could not be read. */
  readonly unread: readonly InputError[];
}

/** Finds, reads and judges what the paths name. */
export async function judge(judging: Judging, host: Host): Promise<LintResult> {
  return judgeGathered(await gather(judging, host), judging.setup);
}

/** Judges what has been read, with the rules of the plugins too. */
export async function judgeGathered(gathered: Gathered, { plugins, top }: Setup): Promise<LintResult> {
  const { inputs, options, sent, unread } = gathered;
  const { lintWithLanguages } = await import('./lint/languages.js');
  if (!plugins) {
    const judged = await lintWithLanguages(inputs, options);
    return { ...judged, errors: [...unread, ...judged.errors] };
  }
  const judged = await plugins.lint(inputs, sent, top);
  const findings = options.fixes ? await withOwnFixes(judged.findings, gathered) : judged.findings;
  return { ...judged, findings, errors: [...unread, ...plugins.faults, ...judged.errors] };
}

/** A thread of plugins has a limit to its time, which trying fixes would use up: only hardfail's own rules offer any. */
async function withOwnFixes(findings: readonly Finding[], { inputs, options }: Gathered): Promise<Finding[]> {
  const { lintWithLanguages } = await import('./lint/languages.js');
  const own = await lintWithLanguages(inputs, options);
  const known = new Map(own.findings.map((finding) => [finding.fingerprint, finding]));
  return findings.map((finding) => {
    const { fix = null, help = finding.help } = known.get(finding.fingerprint) ?? {};
    return { ...finding, fix, help };
  });
}

/** Finds and reads what the paths name. */
export async function gather(judging: Judging, host: Host): Promise<Gathered> {
  const { paths, setup, choices } = judging;
  judging.enter?.('read');
  const { discover } = await import('./discover/discover.js');
  const { inputs, errors } = await discover(host, paths, { stdinFilename: judging.stdinFilename });
  judging.beforehand?.(inputs.map(({ source }) => source.path));
  judging.enter?.('load');
  const { neighboursOf, repositoriesOf } = await import('./discover/repository.js');
  const { readForgeFacts } = await import('./config/forge-facts.js');
  const { settings, trust, facts } = setup.config;
  const sent: SentOptions = {
    rules: choices.rules,
    forge: setup.forge,
    neighbours: paths.length === 0 ? [] : neighboursOf(host, inputs),
    settings,
    knowledge: { trust, facts, version: setup.version },
    forgeFacts: readForgeFacts(host, choices.facts),
    baseline: judging.baseline,
    absent: setup.absent,
    ignores: judging.ignores,
    today: host.today,
    base: await baseFor(choices.base, inputs, setup.top, host),
    fates: judging.fates ?? false,
    complete: errors.length === 0 && isWhole(paths, setup.top, host),
  };
  const options: LintOptions = {
    ...sent,
    pathInRepository: (path) => pathFromTop(host, setup.top, path),
    fixes: judging.fixes ?? false,
    ...(judging.enter ? { enter: judging.enter } : {}),
  };
  const unread = errors.map((error) => ({ ...error, span: null }));
  return { inputs: repositoriesOf(host, inputs), options, sent, unread };
}

async function baseFor(
  revision: string | null,
  inputs: readonly LintInput[],
  top: string,
  host: Host,
): Promise<Base | null> {
  if (revision === null) return null;
  const { readBase } = await import('./config/base-revision.js');
  return readBase(
    host,
    top,
    revision,
    inputs.map(({ source }) => source.path),
  );
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
