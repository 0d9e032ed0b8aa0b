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
import type { Subject } from '../analyse/focus.js';
import { secretNames, secretsOfWorkflow } from '../analyse/secrets.js';
import type { Unjudged } from '../analyse/unjudged.js';
import { noForgeFacts } from '../forge/facts.js';
import { type Forge, forges } from '../forge/forge.js';
import { dialectOf } from '../forge/versions.js';
import { buildAction, buildWorkflow } from '../model/build.js';
import type { Action, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import { NotLoaded } from '../program/lower/languages.js';
import type { Extent, Source } from '../text/source.js';
import { type Asking, apply, faultIn, noting, type Questions, sourcesOf } from './asking.js';
import { baseFileOf } from './base.js';
import { type Callers, findCallers, isWorkflow, type Judgeable, type Known, standsAlone } from './callers.js';
import { commentsOf } from './comments.js';
import type { InputError, NotJudged, RuleNotJudged, TracedFate } from './finding.js';
import { blockedForksProposal, fenceProposal, holeProposal, vagueProposal } from './fix/propose.js';
import { freezeAll } from './frozen.js';
import type { LintInput, LintOptions } from './lint.js';
import type { RuleOptions } from './options.js';
import {
  type Answers,
  distribute,
  firstPerPlace,
  type Judged,
  spanOfUnjudged,
  together,
  worstPerPlace,
} from './places.js';
import { isPluginRule } from './plugin.js';
import { aboutHoles, aboutParts, aboutText } from './questions.js';
import { notJudgedOf } from './reported.js';
import type { Proposals, Rule, RuleMeta } from './rule.js';
import type { JudgedFile } from './settle.js';

// What is told of each file. A file that has to do with no other is judged by itself and forgotten but for what is told
// of it: so memory does not grow with the number of files.

/** What one file contributes to the result. */
export interface FileResult extends JudgedFile {
  readonly jobs: number;
  readonly steps: number;
  readonly notJudged: readonly NotJudged[];
  readonly rulesNotJudged: readonly RuleNotJudged[];
  readonly fates: readonly TracedFate[];
  readonly errors: readonly InputError[];
}

/** What is the same for all files of a run. */
export interface Run extends Known {
  readonly options: LintOptions;
  readonly around: Surroundings;
  /** The paths of the inputs that are workflows. */
  readonly workflowPaths: readonly string[];
  /** The texts that may be reported on: those of the inputs, and what was found to belong to them. */
  readonly sources: Set<Source>;
  /** The rules that are asked about a file, by its path as shown. */
  rulesFor(path: string): readonly Rule[];
  optionsOf(rule: RuleMeta, path: string): RuleOptions;
}

/** What the files of a run come to. */
export interface Results {
  /** In the order of the inputs. */
  readonly results: readonly FileResult[];
  /** Of workflows beside the inputs that call one: only what nobody else tells. */
  readonly others: readonly Pick<FileResult, 'fates' | 'errors'>[];
  /** How many nodes of scripts were run. */
  readonly cost: number;
}

/**
 * Judges the inputs, each of `alone` by itself and the rest together. null where one of them has to do with another after
 * all: an input that calls others may hide it.
 */
export function judgeAll(
  inputs: readonly LintInput[],
  alone: ReadonlySet<LintInput>,
  run: Run,
): Results | null {
  const { options } = run;
  const related = inputs.filter((input) => !alone.has(input));
  const reading = newReading(inputs, options, new Set(related));
  options.enter?.('parse');
  const files = related.map(reading.take);
  options.enter?.('analyse');
  const callers = findCallers(files, run);
  const ask = { knowledge: options.knowledge, fates: options.fates ?? false, only: null };
  const askOf = ({ path }: Read): Ask => ({ ...ask, changed: options.changed?.get(path) });
  const own = files.map((file) => judge(file, callers, file.broken.length > 0, askOf(file)));
  // Those are judged only for what they call.
  const asked = { ...ask, only: run.paths };
  const others = callers.others.map((file) => judge(file, callers, false, asked));
  const results = new Map<LintInput, FileResult>();
  for (const [index, result] of told(files, own, others, { callers, run, reading }).entries()) {
    const input = related[index];
    if (input) results.set(input, result);
  }
  let cost = costOf(own) + costOf(others);
  for (const input of alone) {
    options.enter?.('parse');
    const file = reading.take(input);
    if (!standsAlone(file, callers)) return null;
    options.enter?.('analyse');
    const judged = judge(file, callers, file.broken.length > 0, askOf(file));
    if (pointsElsewhere(judged, run.paths)) return null;
    const [result] = told([file], [judged], [], { callers, run, reading });
    if (result) results.set(input, result);
    cost += judged.cost;
  }
  return {
    results: inputs.map((input) => {
      const result = results.get(input);
      if (!result) throw new Error('every input is judged');
      return result;
    }),
    others,
    cost,
  };
}

function costOf(judged: readonly Judged[]): number {
  return judged.reduce((sum, { cost }) => sum + cost, 0);
}

/** Whether something would be told in another input. */
function pointsElsewhere(
  { path, holes, guards, forkGuards, notJudged }: Judged,
  paths: ReadonlySet<string>,
): boolean {
  const spans = [
    ...[...holes, ...guards, ...forkGuards].map(({ span }) => span),
    ...notJudged.map(spanOfUnjudged),
  ];
  return spans.some(({ source }) => source.path !== path && paths.has(source.path));
}

/** The inputs, each read when it is asked for. */
interface Reading {
  take(input: LintInput): Read;
  /** The path of the first workflow whose YAML can be read. */
  first(): string | null;
  /** All workflows whose YAML can be read, the same list each time. */
  workflows(): readonly Workflow[];
}

/** Of `kept` the same input is the same file each time, which takes the memory of all of them. */
function newReading(
  inputs: readonly LintInput[],
  options: LintOptions,
  kept: ReadonlySet<LintInput>,
): Reading {
  const known = new Map<LintInput, Read>();
  const readable = new Map<LintInput, boolean>();
  const take = (input: LintInput): Read => {
    const file = known.get(input) ?? readInput(input, options);
    if (kept.has(input)) known.set(input, file);
    readable.set(input, isWorkflow(file.model) && file.broken.length === 0);
    return file;
  };
  const isReadable = (input: LintInput): boolean => {
    if (!readable.has(input)) take(input);
    return readable.get(input) ?? false;
  };
  let all: readonly Workflow[] | null = null;
  return {
    take,
    first: () => inputs.find((input) => input.kind === 'workflow' && isReadable(input))?.source.path ?? null,
    workflows() {
      all ??= inputs
        .filter(isReadable)
        .map((input) => take(input).model)
        .filter((model) => isWorkflow(model));
      return all;
    },
  };
}

/** What is told of files that have been judged, in their order. */
function told(
  files: readonly Read[],
  own: readonly Judged[],
  others: readonly Judged[],
  { callers, run, reading }: { readonly callers: Callers; readonly run: Run; readonly reading: Reading },
): FileResult[] {
  const { options } = run;
  const plugins = options.plugins ?? [];
  for (const { path, scripts } of own)
    options.calls?.(
      path,
      scripts.map((script) => script.path),
    );
  const shared = distribute(
    [...own, ...others],
    files.map(({ path }) => path),
    callers,
  );
  const beside = {
    knowledge: options.knowledge ?? noKnowledge,
    forgeFacts: options.forgeFacts ?? noForgeFacts,
    today: options.today ?? null,
    complete: options.complete ?? false,
  };
  const { sources } = run;
  for (const source of sourcesOf([...files, ...callers.others], [...own, ...others])) sources.add(source);
  if (plugins.length > 0) {
    const seen = new WeakSet();
    for (const given of [files.map(({ model }) => model), [...shared.values()], beside])
      freezeAll(given, seen);
  }
  options.enter?.('rules');
  return files.map((file, index) => {
    const judged = own[index];
    if (!judged) throw new Error('every file is judged');
    const context = {
      ...beside,
      workflows: reading.workflows,
      workflowPaths: run.workflowPaths,
      first: reading.first() === file.path,
    };
    return resultOf(file, judged, shared, run, context, {
      optionsOf: (rule) => run.optionsOf(rule, file.path),
      sources,
      authorOf: (rule) =>
        plugins.find(({ name }) => isPluginRule(rule.id) && rule.id.startsWith(`${name}/`))?.from ?? null,
      watch: options.watch ?? null,
      fixes: options.fixes ?? false,
    });
  });
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
  /** The place for whose sake alone it is judged. */
  readonly changed?: Extent | undefined;
}

/** What the runs of one file show, of itself and of what it calls. */
function judge(
  { path, model, candidates, repository }: Judgeable,
  callers: Callers,
  isBroken: boolean,
  { knowledge, fates: withFates, only, changed }: Ask,
): Judged {
  const subject: Subject | null = only
    ? { kind: 'files', paths: only }
    : changed && isWorkflow(model)
      ? jobAround(changed, model)
      : null;
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
        ? analyseWorkflow(model, forge, repository, knowledge, isCalled, withFates, subject)
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

/** The job with steps of its own in which a place lies; null where it lies in none. */
function jobAround({ start, end }: Extent, { jobs }: Workflow): Subject | null {
  const job = jobs.find(({ span }) => span.start <= start && end <= span.end);
  return job && !job.uses ? { kind: 'job', id: job.id } : null;
}

function kindOf(hole: Hole): string {
  return `${hole.kind} ${hole.alarm}`;
}

function resultOf(
  { source, model, candidates, broken, errors, repository }: Read,
  judged: Judged,
  shared: ReadonlyMap<string, Answers>,
  { around, options, rulesFor }: Run,
  beside: Beside,
  asking: Asking,
): FileResult {
  const readable = broken.length === 0 ? candidates : [];
  const own = shared.get(source.path);
  const questions: Questions = {
    ...beside,
    base: () => baseFileOf(source, isWorkflow(model), options.base ?? null),
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
  const told = apply(rulesFor(source.path), source, questions, asking);
  const all = [...errors, ...judged.errors, ...told.errors];
  return {
    ...aboutFile(model, candidates, all),
    scripts: judged.scripts,
    jobs: isWorkflow(model) ? model.jobs.length : 0,
    steps: stepsOf(model),
    sightings: told.sightings,
    notJudged: (own?.notJudged ?? []).map(notJudgedOf),
    rulesNotJudged: told.unjudged,
    fates: judged.fates,
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

/** What does not hang on what the file says. */
type Beside = Pick<
  Questions,
  'workflows' | 'workflowPaths' | 'first' | 'knowledge' | 'forgeFacts' | 'today' | 'complete'
>;

function rank(hole: Hole): number {
  if (hole.alarm) return -1;
  return (hole.kind === 'masked' ? 0 : 2) + (hole.confidence === 'proved' ? 1 : 0);
}
