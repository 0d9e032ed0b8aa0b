import { noFacts, type OwnFacts } from '../facts/own.js';
import type { Dialect } from '../forge/dialects.js';
import { type EventContext, eventContexts } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import { defaultTrust, type Trust, withTrust } from '../forge/trust.js';
import { dialectOf } from '../forge/versions.js';
import { libraryOf } from '../model/library.js';
import type { Action, Job, Step, Workflow, WorkflowCall } from '../model/model.js';
import type { Repository } from '../text/repository.js';
import { placeKey, type Source } from '../text/source.js';
import { isCredential, workflowAround } from './action.js';
import type { Beginnings } from './beginnings.js';
import { type Budget, newBudget, withinBudget } from './budget.js';
import { asWritten, callAround, isExit, usesOfJob, workflowOf } from './called.js';
import type { Files } from './checkout.js';
import { type Expansion, expand } from './expand.js';
import { findFailOpens } from './fail-open.js';
import { anySecret, type Fate, fateOf, withDependents, withGroups, withUnjudged } from './fates.js';
import { focusOn, type Subject, surroundingsOf } from './focus.js';
import { findHardFailures, type HardFailure } from './hard-failure.js';
import type { FailOpen } from './hole.js';
import { withoutPlanners } from './planners.js';
import { contextKeyOf } from './references.js';
import { followingFiles } from './restarting.js';
import {
  inputName,
  type SecretUse,
  secretNames,
  secretsOfEnv,
  secretsOfJob,
  secretsOfStep,
  secretsOfWorkflow,
} from './secrets.js';
import { newNotes, type StepNotes, type Unjudged } from './unjudged.js';
import { inOrder, runWorkflow, type WorkflowRun } from './workflow.js';
import { mayBeMissing, type World } from './world.js';

/** A fail-open with everything that it holds for. */
export interface Hole extends FailOpen {
  readonly forge: Forge;
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
  /** True where it takes the absence of all of them together; false where any one of them is enough. */
  readonly together: boolean;
  /** True where the way out is there for pull requests from forks, and some trusted contexts close it while these do not. */
  readonly tooWide: boolean;
  /** The untrusted contexts that take the same way out, as they may. */
  readonly soft: readonly string[];
}

/** A guard that fails the job, with everything that it holds for. */
export interface Guard extends HardFailure {
  readonly forge: Forge;
  readonly secrets: readonly string[];
  /** True where it takes the absence of all of them together; false where any one of them is enough. */
  readonly together: boolean;
  readonly contexts: readonly string[];
  readonly confidence: 'proved' | 'likely';
  readonly witness: readonly [];
}

/** What is known of one workflow on one forge. */
export interface Analysis {
  readonly forge: Forge;
  readonly holes: readonly Hole[];
  /** Guards that fail closed in a trusted context. */
  readonly guards: readonly Guard[];
  /** Guards that fail the pull requests of forks, which cannot have the secret. */
  readonly forkGuards: readonly Guard[];
  readonly notJudged: readonly Unjudged[];
  /** What becomes of each job without each secret that reaches it; empty where nobody asks. */
  readonly fates: readonly Fate[];
  /** True where the forge refuses the file until a called one is mended, whose text cannot be read today. */
  readonly behindError?: boolean;
  /** The files that its steps call and that were looked into. */
  readonly scripts: readonly Source[];
  /** How many nodes of scripts were run for it. */
  readonly cost: number;
}

/** What the owners of a repository know better than the tables. */
export interface Knowledge {
  readonly trust: Trust;
  readonly facts: OwnFacts;
  /** The release of the forge; null for the newest that is known. */
  readonly version: string | null;
}

/** What is wanted beyond the holes. */
interface Wanted extends Knowledge {
  readonly fates: boolean;
}

export const noKnowledge: Knowledge = { trust: defaultTrust, facts: noFacts, version: null };

/**
 * Judges a workflow as one forge would run it, with what it calls. `repository` has the files that it may call. Where
 * `isCalled`, another workflow of the repository calls this one: what it does then is judged there. `withFates` asks
 * for the fates too, for which every context is run with every secret. `only`: for whose sake alone
 * the workflow is judged; null where it is for its own. `budget`: what its scripts may cost.
 */
export function analyseWorkflow(
  workflow: Workflow,
  forge: Forge,
  repository: Repository | null = null,
  knowledge: Knowledge = noKnowledge,
  isCalled = false,
  withFates = false,
  only: Subject | null = null,
  budget: Budget = newBudget(),
): Analysis {
  const triggers = isCalled
    ? workflow.triggers.filter(({ event }) => event !== 'workflow_call')
    : workflow.triggers;
  if (isCalled && triggers.length === 0) return nothingOn(forge);
  const dialect = dialectOf(forge, knowledge.version);
  const { workflow: whole, refusal, behindError } = expansionOf(workflow, dialect, repository);
  if (refusal) {
    const reason = `${dialect.title} refuses the file: ${refusal.reason}`;
    return { ...nothingOn(forge), notJudged: [{ job: refusal.job, step: null, reason }] };
  }
  const { workflow: part, upstream } = only ? focusOn(whole, only) : { workflow: whole, upstream: whole };
  const sets = secretSets(upstream, forge);
  const wanted = { ...knowledge, fates: withFates };
  const analysis = analyse({ ...part, triggers }, forge, sets, new Set(), repository, wanted, budget);
  return { ...spelled(analysis, secretsOfWorkflow(whole)), behindError };
}

/** The analysis with the names of secrets as the file has them: runners ignore their case, readers do not. */
function spelled(analysis: Analysis, uses: readonly SecretUse[]): Analysis {
  const written = new Map<string, string>();
  for (const use of uses) if (!written.has(use.name)) written.set(use.name, use.written);
  const spell = <Answer extends { readonly secrets: readonly string[] }>(answer: Answer): Answer => ({
    ...answer,
    secrets: answer.secrets.map((name) => written.get(name) ?? name),
  });
  return {
    ...analysis,
    holes: analysis.holes.map(spell),
    guards: analysis.guards.map(spell),
    forkGuards: analysis.forkGuards.map(spell),
    fates: analysis.fates.map((fate) => ({
      ...fate,
      secret: written.get(fate.secret) ?? fate.secret,
      together: fate.together.map((name) => written.get(name) ?? name),
    })),
  };
}

/** The paths, as findings show them, of the files of the repository that a workflow calls, directly or not. */
export function calledBy(
  workflow: Workflow,
  forge: Forge,
  repository: Repository | null,
): ReadonlySet<string> {
  return expansionOf(workflow, dialectOf(forge, null), repository).called;
}

/** As `calledBy`, for an action that is judged by itself. */
export function calledByAction(
  action: Action,
  forge: Forge,
  repository: Repository | null,
): ReadonlySet<string> {
  const workflow = workflowAround(action);
  return workflow ? calledBy(workflow, forge, repository) : new Set();
}

const expansions = new WeakMap<Workflow, Map<Dialect, Expansion>>();

/** The workflow with what it calls; made once for each release of a forge. */
function expansionOf(workflow: Workflow, dialect: Dialect, repository: Repository | null): Expansion {
  if (!repository) return { workflow, called: new Set(), refusal: null, behindError: false };
  const known = expansions.get(workflow) ?? new Map<Dialect, Expansion>();
  expansions.set(workflow, known);
  const expansion = known.get(dialect) ?? expand(workflow, dialect, libraryOf(repository));
  known.set(dialect, expansion);
  return expansion;
}

function nothingOn(forge: Forge): Analysis {
  return { forge, holes: [], guards: [], forkGuards: [], notJudged: [], fates: [], scripts: [], cost: 0 };
}

/**
 * Judges a composite action that nobody calls, as one forge would run it in a job of its own: each input that is
 * a credential by its name or description stands for a secret.
 */
export function analyseAction(
  action: Action,
  forge: Forge,
  repository: Repository | null = null,
  knowledge: Knowledge = noKnowledge,
  withFates = false,
): Analysis {
  const credentials = action.inputs.filter(isCredential).map((input) => inputName(input.name));
  const around = workflowAround(action);
  const workflow = around && expansionOf(around, dialectOf(forge, knowledge.version), repository).workflow;
  const sets = credentials.map((name) => [name]);
  if (credentials.length > 1) sets.push(credentials);
  const analysis = analyse(
    workflow,
    forge,
    { sets: workflow ? sets : [], left: [] },
    new Set(credentials),
    repository,
    { ...knowledge, fates: withFates },
  );
  // Which events an action runs on is for its callers to say.
  return {
    ...analysis,
    holes: analysis.holes.map((hole) => ({ ...hole, contexts: [] })),
    fates: analysis.fates.map((fate) => ({ ...fate, context: 'any' })),
  };
}

function analyse(
  workflow: Workflow | null,
  forge: Forge,
  sets: SecretSets,
  credentials: ReadonlySet<string>,
  repository: Repository | null,
  wanted: Wanted,
  budget: Budget = newBudget(),
): Analysis {
  if (!workflow) return nothingOn(forge);
  const scripts = new Map<string, Source | null>();
  return followingFiles(repository && remembering(repository, scripts), (files) =>
    withinBudget(budget, () =>
      analyseOnce(workflow, forge, sets, credentials, files, scripts, wanted, budget),
    ),
  );
}

function analyseOnce(
  workflow: Workflow,
  forge: Forge,
  { sets, left }: SecretSets,
  credentials: ReadonlySet<string>,
  files: Files | null,
  scripts: ReadonlyMap<string, Source | null>,
  { trust, facts, version, fates: withFates }: Wanted,
  budget: Budget,
): Analysis {
  const dialect = dialectOf(forge, version);
  const sorted = inOrder(workflow);
  const affectedBy = new Map(sets.map((secrets) => [secrets, affectedJobs(workflow, sorted, secrets)]));
  const touched = withFates ? null : jobsThatMatter(workflow, [...affectedBy.values()]);
  const order = touched ? sorted.filter(({ id }) => touched.has(id)) : sorted;
  // What is remembered there is not noted again, and these are new notes.
  files?.ledger.memory.clear();
  const notes = newNotes(budget);
  for (const { job, step } of left) {
    notes.cannotFollow(
      job,
      step,
      `more than ${MAX_GROUPS} groups of secrets meet in the steps of the workflow`,
    );
    notes.isReached(step);
  }
  const contexts = withTrust(eventContexts(workflow.triggers, forge), trust);
  const trusted = contexts.filter((context) => context.trusted);
  /** `allowance`: the nodes after which no more secrets are taken away. */
  const see = (
    context: EventContext,
    wanted: readonly (readonly string[])[],
    allowance = Number.POSITIVE_INFINITY,
  ): Seen => {
    const most = budget.total + allowance;
    const world = (missing: readonly string[]): World => ({
      forge,
      dialect,
      context,
      missing: new Set(missing),
      credentials,
      facts,
    });
    const beginnings: Beginnings = new Map();
    const present = runWorkflow(workflow, world([]), order, null, files, notes, beginnings);
    const guards: SeenGuard[] = [];
    const fates: Fate[] = withFates ? anySecret(order, context, present) : [];
    const taken: (readonly string[])[] = [];
    const found = wanted.flatMap((secrets) => {
      if (budget.total > most) return [];
      taken.push(secrets);
      const affected = affectedBy.get(secrets) ?? new Set();
      const missing = runWorkflow(
        workflow,
        world(secrets),
        order,
        { present, affected },
        files,
        notes,
        beginnings,
      );
      for (const job of order) {
        if (!isExit(job) && missing.get(job.id) !== present.get(job.id))
          guards.push(...guardsIn(job, present, missing, context, secrets));
      }
      const sighted = sightings(workflow, context, secrets, present, missing);
      const [secret] = secrets;
      if (withFates && secret !== undefined && secrets.length === 1) {
        for (const job of order) {
          if (isExit(job) || missing.get(job.id) === present.get(job.id)) continue;
          const holes = sighted.filter(({ hole }) => hole.job === job).map(({ hole }) => hole);
          const fate = fateOf({ workflow, job, secret, context, present, missing, holes, notes });
          if (fate) fates.push(fate);
        }
      }
      return sighted;
    });
    return { context, present, taken, found, guards, fates };
  };
  const { contextVariables, githubAliases } = dialect;
  let keyOfContext = contextKeyOf(workflow, contextVariables, githubAliases, []);
  let read = 0;
  const judged: Seen[] = [];
  let due = trusted.length > 0 ? sets : [];
  // With no secret to miss, one context tells which steps cannot be judged.
  const looked = due.length > 0 ? trusted : [...trusted, ...contexts].slice(0, 1);
  const seen = looked.map((context) => {
    const key = keyOfContext(context);
    const twin = judged.find((one) => keyOfContext(one.context) === key);
    if (twin) return asSeenIn(twin, context);
    const first = judged.length === 0;
    const one = see(
      context,
      due,
      first ? budget.limits.secrets / new Set(looked.map(keyOfContext)).size : undefined,
    );
    judged.push(one);
    if (first) {
      // The events that are still to come cost about the same, and all are to be judged for the same secrets.
      noteLeft(workflow, due.slice(one.taken.length), notes);
      due = one.taken;
    }
    if (scripts.size > read) {
      // Contexts are also told apart by what the scripts ask for that were called in them.
      read = scripts.size;
      const texts = [...scripts.values()].flatMap((source) => (source ? [source.text] : []));
      keyOfContext = contextKeyOf(workflow, contextVariables, githubAliases, texts);
    }
    return one;
  });
  const open = seen.flatMap((one) => one.found);
  const forks = contexts.filter((context) => !context.trusted);
  // What a fork's pull request is let through with only matters where something else is let through too.
  const shown = new Set(open.map((sighting) => sighting.secrets));
  const wanted = sets.filter((secrets) => shown.has(secrets));
  const soft = wanted.length > 0 ? forks.flatMap((context) => see(context, wanted).found) : [];
  const closed = seen.flatMap((one) => one.guards);
  const told = new Set(telling(closed).map((guard) => guard.secrets));
  const guarded = sets.filter((secrets) => told.has(secrets));
  const hard = guarded.length > 0 ? forks.flatMap((context) => see(context, guarded).guards) : [];
  const holes = withoutPlanners(group(open, soft, seen, forge));
  const everywhere = withFates ? [...seen, ...forks.map((context) => see(context, due))] : [];
  return {
    forge,
    holes,
    fates: fatesOf(workflow, everywhere, holes, notes.unjudged()),
    guards: mergeGuards(closed, forge),
    forkGuards: mergeGuards(hard, forge),
    notJudged: notes.unjudged().map((entry) => ({ ...entry, job: asWritten(entry.job) })),
    scripts: [...scripts.values()].flatMap((source) => source ?? []),
    cost: budget.total,
  };
}

/** Tells of the steps that are given secrets which are not taken away. */
function noteLeft(workflow: Workflow, left: readonly (readonly string[])[], notes: StepNotes): void {
  if (left.length === 0) return;
  const names = new Set(left.flat());
  const isLeft = (uses: readonly SecretUse[]) => uses.some(({ name }) => names.has(name));
  const inEnv = isLeft(secretsOfEnv(workflow.env));
  for (const job of workflow.jobs) {
    const around = inEnv || isLeft(secretsOfEnv(job.env, job));
    for (const step of job.steps) {
      if (!around && !isLeft(secretsOfStep(step, job))) continue;
      notes.cannotFollow(job, step, 'its workflow takes too long to follow without each of its secrets');
      notes.isReached(step);
    }
  }
}

/** The same files, each read once and remembered. */
function remembering(repository: Repository, known: Map<string, Source | null>): Repository {
  return {
    files: () => repository.files(),
    read(path) {
      const before = known.get(path);
      if (before !== undefined) return before;
      const source = repository.read(path);
      known.set(path, source);
      return source;
    },
    refusal: (path) => repository.refusal(path),
  };
}

/** All that became of the jobs. An event that nobody listed is only told of where it is itself a hole. */
function fatesOf(
  workflow: Workflow,
  seen: readonly Seen[],
  holes: readonly Hole[],
  unjudged: readonly Unjudged[],
): Fate[] {
  const found = seen.flatMap((one) => one.found);
  const alone = new Set(found.filter(({ secrets }) => secrets.length === 1).map(({ hole }) => keyOf(hole)));
  const grouped = found
    .filter(({ hole, secrets }) => secrets.length > 1 && !alone.has(keyOf(hole)))
    .map((sighting) => ({ ...sighting, secrets: secretsOf([sighting]) }));
  const told = new Set(holes.flatMap((hole) => hole.contexts));
  const fates = seen
    .flatMap((one) => one.fates)
    .filter(({ context }) => context !== 'unknown' || told.has(context) || workflow.triggers.length === 0);
  const whole = withUnjudged(workflow, withDependents(withGroups(fates, grouped)), unjudged);
  return whole.map((fate) => ({
    ...fate,
    job: asWritten(fate.job),
  }));
}

/** What one context showed. */
interface Seen {
  readonly context: EventContext;
  readonly present: WorkflowRun;
  /** The sets of secrets that were taken away. */
  readonly taken: readonly (readonly string[])[];
  readonly found: readonly Sighting[];
  readonly guards: readonly SeenGuard[];
  readonly fates: readonly Fate[];
}

function guardsIn(
  job: Job,
  present: WorkflowRun,
  missing: WorkflowRun,
  context: EventContext,
  secrets: readonly string[],
): SeenGuard[] {
  return findHardFailures(job, present, missing).map((failure) => ({
    ...failure,
    secrets,
    contexts: [context.name],
    confidence: failure.always ? 'proved' : 'likely',
    witness: [],
  }));
}

/** A guard as one world shows it: `secrets` are those that were missing there. */
type SeenGuard = Omit<Guard, 'forge' | 'together'>;

/** The sightings that tell of a guard: what one secret alone shows needs no group of secrets to show it. */
function telling(found: readonly SeenGuard[]): SeenGuard[] {
  const alone = new Set(found.filter(({ secrets }) => secrets.length === 1).map(placeOfGuard));
  return found.filter((guard) => guard.secrets.length === 1 || !alone.has(placeOfGuard(guard)));
}

function placeOfGuard({ job, span }: SeenGuard): string {
  return `${job.id} ${placeKey(span)}`;
}

/** One guard once, with all the contexts and secrets that it was seen with. */
function mergeGuards(found: readonly SeenGuard[], forge: Forge): Guard[] {
  const byPlace = new Map<string, Guard>();
  for (const guard of telling(found)) {
    const key = placeOfGuard(guard);
    const known = byPlace.get(key);
    const together = guard.secrets.length > 1;
    const asked = together ? guard.secrets.filter((name) => guard.lacks.includes(name)) : guard.secrets;
    const contexts = [...new Set([...(known?.contexts ?? []), ...guard.contexts])];
    const secrets = [...new Set([...(known?.secrets ?? []), ...asked])];
    const confidence = known?.confidence === 'likely' ? 'likely' : guard.confidence;
    byPlace.set(key, { ...guard, job: asWritten(guard.job), forge, contexts, secrets, confidence, together });
  }
  return [...byPlace.values()].map((guard) => ({ ...guard, contexts: listedOf(guard.contexts) }));
}

/** The contexts without the event that nobody listed, which goes without saying where another one shows the same. */
function listedOf(contexts: readonly string[]): readonly string[] {
  const listed = contexts.filter((name) => name !== 'unknown');
  return listed.length > 0 ? listed : contexts;
}

/** What a context shows that the workflow cannot tell from one that was judged. */
function asSeenIn(twin: Seen, context: EventContext): Seen {
  return {
    ...twin,
    context,
    found: twin.found.map((sighting) => ({ ...sighting, context: context.name })),
    guards: twin.guards.map((guard) => ({ ...guard, contexts: [context.name] })),
    fates: twin.fates.map((fate) => ({ ...fate, context: context.name })),
  };
}

interface Sighting {
  readonly hole: FailOpen;
  readonly context: string;
  readonly secrets: readonly string[];
}

function sightings(
  workflow: Workflow,
  context: EventContext,
  secrets: readonly string[],
  present: WorkflowRun,
  missing: WorkflowRun,
): Sighting[] {
  return workflow.jobs
    .filter((job) => !isExit(job) && missing.get(job.id) !== present.get(job.id))
    .flatMap((job) =>
      findFailOpens(workflow, job, present, missing, secrets).map((hole) => ({
        hole,
        context: context.name,
        secrets,
      })),
    );
}

/** The most groups of secrets that are taken away together. */
export const MAX_GROUPS = 32;

interface SecretSets {
  readonly sets: readonly (readonly string[])[];
  /** Steps whose secrets are only taken away one by one. */
  readonly left: readonly { readonly job: Job; readonly step: Step }[];
}

/** Each secret alone, then those that meet in a step or in the `env:` of a job: some guards only fire when two are missing. */
function secretSets(workflow: Workflow, forge: Forge): SecretSets {
  const own = (uses: readonly SecretUse[]) => secretNames(uses).filter((name) => mayBeMissing(forge, name));
  // What a called workflow names is only a secret of the repository where all of those are handed on to it.
  const jobs = workflow.jobs.filter((job) => seesAllSecrets(callAround(job)));
  const all = own([...secretsOfEnv(workflow.env), ...jobs.flatMap(usesOfJob)]);
  const groups = new Map<string, string[]>();
  const left: { job: Job; step: Step }[] = [];
  const add = (uses: readonly SecretUse[], job: Job, step: Step | undefined) => {
    const sorted = own(uses).sort();
    if (sorted.length < 2 || groups.has(sorted.join())) return;
    if (groups.size < MAX_GROUPS) groups.set(sorted.join(), sorted);
    else if (step) left.push({ job, step });
  };
  for (const job of jobs) {
    const { env } = workflowOf(workflow, job);
    for (const step of job.steps) add(secretsOfStep(step, job), job, step);
    add([...secretsOfEnv(env), ...secretsOfEnv(job.env, job)], job, job.steps[0]);
    if (job.part?.kind === 'entry') add(secretsOfJob(job), job, undefined);
  }
  return { sets: [...all.map((name) => [name]), ...groups.values()], left };
}

/** Are the secrets inside of a call those of the repository? */
function seesAllSecrets(call: WorkflowCall | null): boolean {
  for (let at = call; at; at = at.within) if (at.caller.secrets !== 'inherit') return false;
  return true;
}

/**
 * The jobs in which a missing secret can change anything, those that they need, and those that call another workflow, of
 * which it is told where that is not seen. The others do in every world what they do in the first.
 */
function jobsThatMatter(workflow: Workflow, affected: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const calling = workflow.jobs.filter(({ uses }) => uses !== null).map(({ id }) => id);
  return surroundingsOf(workflow, [...calling, ...affected.flatMap((ids) => [...ids])]).all;
}

/** The jobs that name one of the secrets. */
function affectedJobs(workflow: Workflow, order: readonly Job[], secrets: readonly string[]): Set<string> {
  const inEnv = secretsOfEnv(workflow.env).some((use) => use.name === '*' || secrets.includes(use.name));
  const affected = new Set<string>();
  for (const job of order) {
    const names = usesOfJob(job).some((use) => use.name === '*' || secrets.includes(use.name));
    if (inEnv || names) affected.add(job.id);
  }
  return affected;
}

/** One hole is one finding, whatever the number of events, secrets and aliases that show it. */
function group(
  open: readonly Sighting[],
  soft: readonly Sighting[],
  seen: readonly Seen[],
  forge: Forge,
): Hole[] {
  const groups = new Map<string, Sighting[]>();
  for (const sighting of open) {
    const key = keyOf(sighting.hole);
    const list = groups.get(key);
    if (list) list.push(sighting);
    else groups.set(key, [sighting]);
  }
  const softOf = new Map<string, Set<string>>();
  for (const { hole, context } of soft) {
    const key = keyOf(hole);
    softOf.set(key, (softOf.get(key) ?? new Set()).add(context));
  }
  const listed = seen.some((one) => one.context.name !== 'unknown');
  const holes = [...groups].map(([key, sightings]) => {
    // What one secret alone shows needs no group of secrets to show it.
    const alone = sightings.filter((sighting) => sighting.secrets.length === 1);
    const telling = alone.length > 0 ? alone : sightings;
    const best = telling.find((sighting) => sighting.hole.confidence === 'proved') ?? telling[0];
    if (!best) throw new Error('a group has at least one member');
    const named = [...new Set(telling.map((sighting) => sighting.context))];
    const closed = seen.filter(
      (one) => !named.includes(one.context.name) && doesWork(one.present, best.hole),
    );
    // An event that nobody listed is itself the hole only where the workflow tells events apart.
    const contexts = closed.length > 0 ? named : listedOf(named);
    const apart = best.hole.kind !== 'masked' && !best.hole.alarm && closed.length > 0;
    // The path is there for forks, or a test for forks that is the wrong way round has opened it to all the others.
    const tooWide = apart && (softOf.has(key) || named.every((name) => name.endsWith(':same-repo')));
    const together = alone.length === 0;
    return {
      ...best.hole,
      job: asWritten(best.hole.job),
      forge,
      secrets: secretsOf(telling),
      together,
      contexts,
      tooWide,
      soft: [...(softOf.get(key) ?? [])],
    };
  });
  // No such event comes to a workflow that lists its events: it only shows where a test for forks is too wide.
  return holes.filter((hole) => hole.tooWide || !listed || hole.contexts.some((name) => name !== 'unknown'));
}

function keyOf(hole: FailOpen): string {
  return `${hole.kind} ${hole.alarm} ${hole.job.id} ${placeKey(hole.span)}`;
}

/** Does the step, or the job, do anything at all in a context where nothing is missing? */
function doesWork(present: WorkflowRun, hole: FailOpen): boolean {
  return (present.get(hole.job.id) ?? []).some(
    (end) =>
      end.result !== 'skipped' &&
      [...end.state.done.values()].some((done) => hole.step === null || done.work.step === hole.step.index),
  );
}

function secretsOf(sightings: readonly Sighting[]): string[] {
  const names = new Set<string>();
  for (const { secrets, hole } of sightings) {
    const shown = hole.lacks.filter((name) => secrets.includes(name));
    for (const name of secrets.length > 1 && shown.length > 0 ? shown : secrets) names.add(name);
  }
  return [...names];
}
