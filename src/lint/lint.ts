import { rules as builtIn } from '../../rules/index.js';
import {
  type Analysis,
  analyseAction,
  analyseWorkflow,
  type Guard,
  type Hole,
  type Knowledge,
  noKnowledge,
} from '../analyse/analyse.js';
import { deathsOf, type Surroundings } from '../analyse/dead.js';
import { secretNames, secretsOfWorkflow } from '../analyse/secrets.js';
import type { Unjudged } from '../analyse/unjudged.js';
import { type ForgeFacts, noForgeFacts } from '../forge/facts.js';
import { type Forge, forges } from '../forge/forge.js';
import { dialectOf } from '../forge/versions.js';
import { buildAction, buildWorkflow } from '../model/build.js';
import type { Action, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import { NotLoaded } from '../program/lower/languages.js';
import type { Repository } from '../text/repository.js';
import type { Source } from '../text/source.js';
import { type Asking, apply, faultIn, noting, type Questions, sourcesOf, type Watch } from './asking.js';
import { type Base, baseFileOf } from './base.js';
import type { Baseline } from './baseline.js';
import { type Callers, findCallers, isWorkflow, type Judgeable } from './callers.js';
import { commentsOf } from './comments.js';
import type {
  Finding,
  InputError,
  LintResult,
  NotJudged,
  PluginRef,
  RuleNotJudged,
  TracedFate,
} from './finding.js';
import { fingerprinted } from './fingerprint.js';
import { blockedForksProposal, fenceProposal, holeProposal, vagueProposal } from './fix/propose.js';
import { freezeAll } from './frozen.js';
import { optionsIn } from './options.js';
import { type Answers, distribute, firstPerPlace, type Judged, together, worstPerPlace } from './places.js';
import { isPluginRule, type LoadedPlugin, rulesOf } from './plugin.js';
import { aboutHoles, aboutParts, aboutText } from './questions.js';
import { findingOf, notJudgedOf } from './reported.js';
import type { AnyRule, Leftovers, Proposals, Rule, RuleMeta } from './rule.js';
import { noSettings, runsIn, type Settings, wanting } from './settings.js';
import { type JudgedFile, settle, severityOf } from './settle.js';

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
  /** The path of a source relative to the top of the repository, for patterns and fingerprints; else it is as shown. */
  readonly pathInRepository?: (path: string) => string;
  /** Told which called files were looked into for an input, by the paths that findings show. */
  readonly calls?: (input: string, called: readonly string[]) => void;
  /** Told how many nodes of scripts were run, which is what takes long. */
  readonly count?: (nodes: number) => void;
  /** Told what is begun, for who wants to know what takes how long. */
  readonly enter?: (phase: 'load' | 'parse' | 'analyse' | 'rules') => void;
}

/** What one file contributes to the result. */
interface FileResult extends JudgedFile {
  readonly jobs: number;
  readonly steps: number;
  readonly notJudged: readonly NotJudged[];
  readonly rulesNotJudged: readonly RuleNotJudged[];
  readonly errors: readonly InputError[];
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
  const paths = inputs.map(({ source }) => source.path);
  const around: Surroundings = {
    files: [...paths, ...(options.neighbours ?? [])],
    forgeIsGiven: options.forge !== null,
    version: options.knowledge?.version ?? null,
  };
  options.enter?.('parse');
  const files = inputs.map((input) => readInput(input, options));
  options.enter?.('analyse');
  const callers = findCallers(files, options.forge);
  const { knowledge } = options;
  const ask = { knowledge, fates: options.fates ?? false, only: null };
  const own = files.map((file) => judge(file, callers, file.broken.length > 0, ask));
  for (const { path, scripts } of own)
    options.calls?.(
      path,
      scripts.map((script) => script.path),
    );
  // Those are judged only for what they call.
  const asked = { ...ask, only: new Set(paths) };
  const others = callers.others.map((file) => judge(file, callers, false, asked));
  options.count?.([...own, ...others].reduce((sum, { cost }) => sum + cost, 0));
  const shared = distribute([...own, ...others], paths, callers);
  const beside = {
    workflows: files.flatMap(({ model, broken }) =>
      isWorkflow(model) && broken.length === 0 ? [model] : [],
    ),
    knowledge: knowledge ?? noKnowledge,
    forgeFacts: options.forgeFacts ?? noForgeFacts,
    today: options.today ?? null,
    complete: options.complete ?? false,
  };
  const sources = sourcesOf([...files, ...callers.others], [...own, ...others]);
  if (plugins.length > 0) {
    const seen = new WeakSet();
    for (const given of [files.map(({ model }) => model), [...shared.values()], beside])
      freezeAll(given, seen);
  }
  options.enter?.('rules');
  const results = files.map((file, index) => {
    const judged = own[index];
    if (!judged) throw new Error('every input is judged');
    const path = pathInRepository(file.path);
    const asked = rules.filter((rule) => ran(rule, path));
    const optionsOf = (rule: RuleMeta) => optionsIn(settings, rule, path);
    return resultOf(
      file,
      judged,
      shared,
      asked,
      around,
      { ...beside, base },
      {
        optionsOf,
        sources,
        authorOf: (rule) =>
          plugins.find(({ name }) => isPluginRule(rule.id) && rule.id.startsWith(`${name}/`))?.from ?? null,
        watch: options.watch ?? null,
        fixes: options.fixes ?? false,
      },
    );
  });
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
    fates: [...own, ...others]
      .flatMap((judged) => judged.fates)
      .filter(({ job }) => paths.includes(job.key.span.source.path)),
    errors: [...results.flatMap((result) => result.errors), ...others.flatMap((judged) => judged.errors)],
  };
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

/** An input that has been read. */
interface Read extends Judgeable {
  readonly source: Source;
  /** What is wrong with its YAML; with its shape, too, for what is shown. */
  readonly broken: readonly InputError[];
  readonly errors: readonly InputError[];
}

function readInput(input: LintInput, options: LintOptions): Read {
  const { source } = input;
  const file = parseYaml(source);
  const broken = file.problems.map((problem) => errorAt(source, problem));
  const model = input.kind === 'action' ? buildAction(file) : buildWorkflow(file);
  const forge = options.forge ?? input.forge;
  return {
    source,
    path: source.path,
    model,
    repository: input.repository ?? null,
    candidates: forge ? [forge] : forges,
    broken,
    errors: [...broken, ...model.problems.map((problem) => errorAt(source, problem))],
  };
}

/** What is wanted of a file. */
interface Ask {
  readonly knowledge: Knowledge | undefined;
  readonly fates: boolean;
  /** The paths of the files for whose sake alone it is judged; null where it is for its own. */
  readonly only: ReadonlySet<string> | null;
}

/** What the runs of one file show, of itself and of what it calls. */
function judge(
  { path, model, candidates, repository }: Judgeable,
  callers: Callers,
  isBroken: boolean,
  { knowledge, fates: withFates, only }: Ask,
): Judged {
  const isCalled = callers.called.has(path);
  const holes: Hole[] = [];
  const guards: Guard[] = [];
  const forkGuards: Guard[] = [];
  const notJudged: Unjudged[] = [];
  const fates: TracedFate[] = [];
  const scripts = new Set<Source>();
  const errors: InputError[] = [];
  let cost = 0;
  // What a called action does is for its callers to show.
  const asked = isCalled && !isWorkflow(model) ? [] : candidates;
  for (const forge of asked) {
    try {
      const analysed = isWorkflow(model)
        ? analyseWorkflow(model, forge, repository, knowledge, isCalled, withFates, only)
        : analyseAction(model, forge, repository, knowledge, withFates);
      const analysis = isBroken || analysed.behindError ? doubted(analysed) : analysed;
      holes.push(...together(analysis.holes, kindOf));
      guards.push(...together(analysis.guards));
      forkGuards.push(...together(analysis.forkGuards));
      notJudged.push(...analysis.notJudged);
      fates.push(...analysis.fates.map((fate) => ({ ...fate, forge })));
      for (const script of analysis.scripts) scripts.add(script);
      cost += analysis.cost;
    } catch (fault) {
      if (fault instanceof NotLoaded) throw fault;
      errors.push(faultIn(model.source, 'the analysis', fault));
    }
  }
  return {
    path,
    holes: worstPerPlace(holes, rank),
    guards: worstPerPlace(guards),
    forkGuards: worstPerPlace(forkGuards),
    notJudged,
    fates,
    scripts: [...scripts],
    cost,
    errors,
  };
}

function kindOf(hole: Hole): string {
  return `${hole.kind} ${hole.alarm}`;
}

function resultOf(
  { source, model, candidates, broken, errors, repository }: Read,
  judged: Judged,
  shared: ReadonlyMap<string, Answers>,
  rules: readonly Rule[],
  around: Surroundings,
  { base, ...beside }: Beside & { readonly base: Base | null },
  asking: Asking,
): FileResult {
  const readable = broken.length === 0 ? candidates : [];
  const own = shared.get(source.path);
  const questions: Questions = {
    ...beside,
    base: () => baseFileOf(source, isWorkflow(model), base),
    repository: repository && noting(repository, asking.sources),
    onEachForge: (ask) => firstPerPlace(readable.map((forge) => ask(dialectOf(forge, around.version)))),
    ...aboutHoles(own?.holes ?? []),
    guards: () => own?.guards ?? [],
    forkGuards: () => own?.forkGuards ?? [],
    ...aboutText(model, readable),
    ...aboutParts(model, readable, beside.knowledge),
    forges: candidates,
    fix: asking.fixes ? proposalsFor(model, own) : noProposals,
    deaths: () =>
      isWorkflow(model) ? worstPerPlace(readable.flatMap((forge) => deathsOf(model, forge, around))) : [],
  };
  const told = apply(rules, source, questions, asking);
  const all = [...errors, ...judged.errors, ...told.errors];
  return {
    ...aboutFile(model, candidates, all),
    scripts: judged.scripts,
    jobs: isWorkflow(model) ? model.jobs.length : 0,
    steps: stepsOf(model),
    sightings: told.sightings,
    notJudged: (own?.notJudged ?? []).map(notJudgedOf),
    rulesNotJudged: told.unjudged,
    errors: all,
  };
}

const noProposals: Proposals = {
  hole: () => null,
  vague: () => null,
  blockedForks: () => null,
  condition: () => null,
};

function proposalsFor(model: Workflow | Action, own: Answers | undefined): Proposals {
  return {
    hole: (hole) => holeProposal(hole, model, isShared(hole, own)),
    vague: (guard) => vagueProposal(guard, model),
    blockedForks: (guard) => blockedForksProposal(guard, model),
    condition: (condition) => fenceProposal(condition),
  };
}

/** Do other steps of the job have a hole that forks are let through? */
function isShared({ job, step }: Hole, answers: Answers | undefined): boolean {
  return (answers?.holes ?? []).some(
    (other) => other.soft.length > 0 && other.job.key === job.key && other.step?.place !== step?.place,
  );
}

/** A job that calls a workflow counts as a step: it is judged, or not, like one. */
function stepsOf(model: Workflow | Action): number {
  if (!isWorkflow(model)) return model.steps?.length ?? 0;
  return model.jobs.reduce((sum, job) => sum + (job.uses ? 1 : job.steps.length), 0);
}

function aboutFile(
  file: Workflow | Action,
  candidates: readonly Forge[],
  errors: readonly InputError[],
): Pick<JudgedFile, 'source' | 'forge' | 'comments' | 'secrets' | 'whole'> {
  const forge = candidates[0] ?? 'github';
  return {
    source: file.source,
    forge,
    comments: commentsOf(file, forge),
    secrets: 'triggers' in file ? secretsNamedIn(file) : [],
    whole: errors.length === 0,
  };
}

/** null where the names do not say it all. */
function secretsNamedIn(workflow: Workflow): readonly string[] | null {
  const uses = secretsOfWorkflow(workflow);
  if (workflow.jobs.some((job) => job.secrets === 'inherit') || uses.some(({ name }) => name === '*'))
    return null;
  return secretNames(uses);
}

function errorAt(
  source: Source,
  problem: { readonly span: InputError['span']; readonly message: string },
): InputError {
  return { file: source.path, span: problem.span, message: problem.message };
}

/** What is seen in a file with broken YAML waits behind the error: it is likely once that is mended, and not proved today. */
function doubted(analysis: Analysis): Analysis {
  return {
    ...analysis,
    holes: analysis.holes.map((hole) => ({ ...hole, confidence: 'likely' })),
    guards: analysis.guards.map((guard) => ({ ...guard, confidence: 'likely' })),
    fates: analysis.fates.map((fate) => ({ ...fate, confidence: 'likely' })),
    forkGuards: analysis.forkGuards.map((guard) => ({ ...guard, confidence: 'likely' })),
  };
}

/** What is the same for all files of a run. */
type Beside = Pick<Questions, 'workflows' | 'knowledge' | 'forgeFacts' | 'today' | 'complete'>;

/** Each rule and reason once. */
function distinct(all: readonly RuleNotJudged[]): RuleNotJudged[] {
  const told = new Map(all.map((one) => [`${one.rule} ${one.reason}`, one]));
  return [...told.values()].toSorted((a, b) => (a.rule < b.rule ? -1 : 1));
}
function rank(hole: Hole): number {
  if (hole.alarm) return -1;
  return (hole.kind === 'masked' ? 0 : 2) + (hole.confidence === 'proved' ? 1 : 0);
}
