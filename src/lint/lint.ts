import { rules as builtIn } from '../../rules/index.js';
import type { Knowledge } from '../analyse/analyse.js';
import type { ForgeFacts } from '../forge/facts.js';
import type { Forge } from '../forge/forge.js';
import type { Repository } from '../text/repository.js';
import type { Extent, Source } from '../text/source.js';
import type { Watch } from './asking.js';
import type { Base } from './base.js';
import type { Baseline } from './baseline.js';
import { looksAlone } from './callers.js';
import { judgeAll, type Run } from './files.js';
import type { Finding, LintResult, PluginRef, RuleNotJudged } from './finding.js';
import { fingerprinted } from './fingerprint.js';
import { optionsIn } from './options.js';
import { isPluginRule, type LoadedPlugin, rulesOf } from './plugin.js';
import { findingOf } from './reported.js';
import type { AnyRule, Leftovers, Rule } from './rule.js';
import { noSettings, runsIn, type Settings, wanting } from './settings.js';
import { settle, severityOf } from './settle.js';

export interface LintInput {
  readonly source: Source;
  readonly kind: 'workflow' | 'action';
  /** The forge whose root the file lies under; null for a file of no known root. */
  readonly forge: Forge | null;
  /** Reads the scripts that its steps call; without it such a script is a command like any other. */
  readonly repository?: Repository | null;
}

export interface LintOptions {
  /** Only these rules; null for all. Ids are known to be valid. */
  readonly rules: readonly string[] | null;
  /** Judge every file as this forge's; null goes by each file's root. */
  readonly forge: Forge | null;
  /** The paths of other files that lie in the forges' roots and are not to be judged now. */
  readonly neighbours?: readonly string[];
  /** What the owners of the repository decided; without them every rule has its own severity. */
  readonly settings?: Settings;
  /** What they know of their forge, their commands and their actions. */
  readonly knowledge?: Knowledge;
  readonly baseline?: Baseline | null;
  /** Rules of others. They run in this thread and may do what they like, so that whoever gives them vouches for them. */
  readonly plugins?: readonly LoadedPlugin[];
  /** Plugins that are not loaded: of a rule with a `/` in its id nobody can say then that it does not exist. */
  readonly absent?: readonly PluginRef[];
  /** Is told which rule of a plugin is asked about which file, by its path as shown, and when that is over. */
  readonly watch?: Watch;
  /** False: nothing is suppressed, by whatever means. */
  readonly ignores?: boolean;
  /** What the owner had the forge say of the repository. */
  readonly forgeFacts?: ForgeFacts;
  /** What the inputs were in another revision; rules that compare with one run where it is given. */
  readonly base?: Base | null;
  /** The day, `2026-11-22`. Without it a directive that has an end has ended. */
  readonly today?: string | null;
  /** True: findings carry what may mend them, untried. `lintWithFixes` tries it. */
  readonly fixes?: boolean;
  /** True where the inputs are all the workflows and actions of the repository: only then what they lack is told. */
  readonly complete?: boolean;
  /** True where the result is to say what becomes of each job without each secret, which costs further runs. */
  readonly fates?: boolean;
  /**
   * Where workflows were changed since they were last judged, by their paths: of one that was changed within a job only
   * that job is judged, with all that hangs together with it.
   */
  readonly changed?: ReadonlyMap<string, Extent>;
  /** The path of a source relative to the top of the repository, for patterns and fingerprints; else it is as shown. */
  readonly pathInRepository?: (path: string) => string;
  /** Told which called files were looked into for an input, by the paths that findings show. */
  readonly calls?: (input: string, called: readonly string[]) => void;
  /** Told how many nodes of scripts were run, which is what takes long. */
  readonly count?: (nodes: number) => void;
  /** Told what is begun, for who wants to know what takes how long. */
  readonly enter?: (phase: 'load' | 'parse' | 'analyse' | 'rules') => void;
}

/**
 * Judges texts: pure and synchronous. What could not be judged is in the result, never passed over. Throws
 * `NotLoaded` where a script is in a language whose front-end is not loaded; `lintWithLanguages` loads it.
 */
export function lint(inputs: readonly LintInput[], options: LintOptions): LintResult {
  const { pathInRepository = (path) => path, base = null } = options;
  const plugins = options.plugins ?? [];
  const absent = options.absent ?? [];
  const allRules: readonly AnyRule[] = [...builtIn, ...plugins.flatMap(rulesOf)];
  const comparing = base ? allRules.filter(({ meta }) => meta.compares) : [];
  const settings = wanting(
    options.settings ?? noSettings,
    comparing.map(({ meta }) => meta.id),
  );
  const ran = ({ meta }: AnyRule, path: string) =>
    options.rules?.includes(meta.id) ?? runsIn(settings, meta, path);
  const rules = allRules.filter(isChecking);
  const run: Run = {
    options,
    around: {
      files: [...inputs.map(({ source }) => source.path), ...(options.neighbours ?? [])],
      forgeIsGiven: options.forge !== null,
      version: options.knowledge?.version ?? null,
    },
    workflowPaths: inputs.flatMap(({ source, kind }) => (kind === 'workflow' ? [source.path] : [])),
    sources: new Set(inputs.map(({ source }) => source)),
    paths: new Set(inputs.map(({ source }) => source.path)),
    repositories: new Set(inputs.flatMap(({ repository }) => repository ?? [])),
    forge: options.forge,
    rulesFor: (path) => rules.filter((rule) => ran(rule, pathInRepository(path))),
    optionsOf: (rule, path) => optionsIn(settings, rule, pathInRepository(path)),
  };
  // What plugins are given is kept and frozen for all of the run.
  const alone = plugins.length > 0 ? [] : inputs.filter((input) => mayBeAlone(input, inputs.length, options));
  const judged = judgeAll(inputs, new Set(alone), run) ?? judgeAll(inputs, new Set(), run);
  if (!judged) throw new Error('inputs can be judged together');
  const { results, others, cost } = judged;
  options.count?.(cost);
  const metas = allRules.map(({ meta }) => meta);
  const settled = settle(results, {
    settings,
    baseline: options.baseline ?? null,
    ignores: options.ignores ?? true,
    complete: options.complete ?? false,
    rules: metas,
    ran: (id, path) => allRules.some((rule) => rule.meta.id === id && ran(rule, path)),
    directiveRules: {
      known: metas.map(({ id }) => id),
      mayExist: (rule) => absent.length > 0 && isPluginRule(rule),
      unignorable: metas.filter(({ unignorable }) => unignorable).map(({ id }) => id),
      today: options.today ?? null,
    },
    pathOf: pathInRepository,
  });
  const closing = closingFindings(settled.leftovers, settings, pathInRepository);
  const steps = results.reduce((sum, result) => sum + result.steps, 0);
  const notJudged = results.flatMap((result) => result.notJudged);
  return {
    inputs: inputs.length,
    jobs: results.reduce((sum, result) => sum + result.jobs, 0),
    steps: { judged: steps - notJudged.length, notJudged: notJudged.length },
    findings: [...settled.findings, ...closing.filter(({ rule }) => options.rules?.includes(rule) ?? true)],
    suppressed: settled.suppressed,
    notJudged,
    rulesNotJudged: distinct(results.flatMap((result) => result.rulesNotJudged)),
    plugins: [...plugins.map(({ from, name }) => ({ from, name })), ...absent],
    fates: [...results, ...others]
      .flatMap(({ fates }) => fates)
      .filter(({ job }) => run.paths.has(job.key.span.source.path)),
    errors: [...results, ...others].flatMap(({ errors }) => errors),
  };
}

/** Beyond that reading files twice costs less than keeping all that has been found out about them. */
const MANY_INPUTS = 300;

/** Whether to try and judge an input by itself. But on GitHub each workflow is compared with the others, which are kept for it. */
function mayBeAlone({ source, kind, forge }: LintInput, count: number, options: LintOptions): boolean {
  if (kind !== 'workflow' || !looksAlone(source.text)) return false;
  return (options.forge ?? forge) === 'github' || count > MANY_INPUTS;
}

function isChecking(rule: AnyRule): rule is Rule {
  return 'check' in rule;
}

/** What the rules say that are asked last. */
function closingFindings(
  leftovers: Leftovers,
  settings: Settings,
  pathOf: (path: string) => string,
): Finding[] {
  const findings = builtIn.flatMap((rule) =>
    isChecking(rule) ? [] : rule.close(leftovers).map((report) => findingOf(rule.meta, report)),
  );
  const levelled = findings.map((finding) => ({
    ...finding,
    severity: severityOf(finding, { settings, pathOf }),
  }));
  return fingerprinted(levelled, () => true, pathOf);
}

/** Each rule and reason once. */
function distinct(all: readonly RuleNotJudged[]): RuleNotJudged[] {
  const told = new Map(all.map((one) => [`${one.rule} ${one.reason}`, one]));
  return [...told.values()].toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
}
