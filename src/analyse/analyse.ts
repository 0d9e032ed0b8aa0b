import { dialects } from '../forge/dialects.js';
import { type EventContext, eventContexts } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import type { Job, Step, Workflow } from '../model/model.js';
import { type FailOpen, findFailOpens } from './fail-open.js';
import { contextKeyOf } from './references.js';
import { secretNames, secretsOfEnv, secretsOfJob, secretsOfStep } from './secrets.js';
import { inOrder, runWorkflow, type WorkflowRun } from './workflow.js';
import { mayBeMissing, type World } from './world.js';

/** A fail-open with everything that it holds for. */
export interface Hole extends FailOpen {
  readonly forge: Forge;
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
  /** True where the way out is there for pull requests from forks, and some trusted contexts close it while these do not. */
  readonly tooWide: boolean;
}

export interface Unjudged {
  readonly job: Job;
  readonly step: Step;
  readonly reason: string;
}

/** What is known of one workflow on one forge. */
export interface Analysis {
  readonly forge: Forge;
  readonly holes: readonly Hole[];
  readonly notJudged: readonly Unjudged[];
}

/** Judges a workflow as one forge would run it. */
export function analyseWorkflow(workflow: Workflow, forge: Forge): Analysis {
  const order = inOrder(workflow);
  const notJudged = new Map<Step, Unjudged>();
  const note = (job: Job, step: Step, reason: string) => {
    if (!notJudged.has(step)) notJudged.set(step, { job, step, reason });
  };
  const sets = secretSets(workflow, forge);
  const contexts = eventContexts(workflow.triggers, forge);
  const trusted = contexts.filter((context) => context.trusted);
  const see = (context: EventContext, wanted: readonly string[][]): Seen => {
    const world = (missing: readonly string[]): World => ({
      forge,
      dialect: dialects[forge],
      context,
      missing: new Set(missing),
    });
    const present = runWorkflow(workflow, world([]), order, null, note);
    const found = wanted.flatMap((secrets) => {
      const affected = affectedJobs(workflow, order, secrets);
      const missing = runWorkflow(workflow, world(secrets), order, { present, affected }, note);
      return sightings(workflow, context, secrets, present, missing, affected);
    });
    return { context, present, found };
  };
  const keyOfContext = contextKeyOf(
    workflow,
    dialects[forge].contextVariables,
    dialects[forge].githubAliases,
  );
  const known = new Map<string, Seen>();
  const seen = (sets.length > 0 ? trusted : trusted.slice(0, 1)).map((context) => {
    const key = keyOfContext(context);
    const twin = known.get(key);
    if (twin) return asSeenIn(twin, context);
    const one = see(context, sets);
    known.set(key, one);
    return one;
  });
  const open = seen.flatMap((one) => one.found);
  // What a fork's pull request is let through with only matters where something else is let through too.
  const forks = open.length > 0 ? contexts.filter((context) => !context.trusted) : [];
  const wanted = sets.filter((secrets) => open.some((sighting) => sighting.secrets === secrets));
  const soft = forks.flatMap((context) => see(context, wanted).found);
  return { forge, holes: group(open, soft, seen, forge), notJudged: [...notJudged.values()] };
}

/** What one context showed. */
interface Seen {
  readonly context: EventContext;
  readonly present: WorkflowRun;
  readonly found: readonly Sighting[];
}

/** What a context shows that the workflow cannot tell from one that was judged. */
function asSeenIn(twin: Seen, context: EventContext): Seen {
  return { ...twin, context, found: twin.found.map((sighting) => ({ ...sighting, context: context.name })) };
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
  affected: ReadonlySet<string>,
): Sighting[] {
  return workflow.jobs
    .filter((job) => affected.has(job.id))
    .flatMap((job) =>
      findFailOpens(workflow, job, present, missing, secrets).map((hole) => ({
        hole,
        context: context.name,
        secrets,
      })),
    );
}

/** The most secrets that are taken away together as one group, and the most groups. */
const MAX_GROUPS = 12;

/** Each secret alone, then those that meet in a step or a job together: some guards only fire when two are missing. */
function secretSets(workflow: Workflow, forge: Forge): string[][] {
  const own = (names: string[]) => names.filter((name) => mayBeMissing(forge, name));
  const all = own(secretNames([...secretsOfEnv(workflow.env), ...workflow.jobs.flatMap(secretsOfJob)]));
  const groups = new Map<string, string[]>();
  const add = (names: string[]) => {
    const sorted = [...names].sort();
    if (sorted.length > 1) groups.set(sorted.join(), sorted);
  };
  for (const job of workflow.jobs) {
    for (const step of job.steps) add(own(secretNames(secretsOfStep(step))));
    add(own(secretNames(secretsOfJob(job))));
  }
  add(all);
  return [...all.map((name) => [name]), ...[...groups.values()].slice(0, MAX_GROUPS)];
}

/** The jobs that name one of the secrets, and those that need one of them. */
function affectedJobs(workflow: Workflow, order: readonly Job[], secrets: readonly string[]): Set<string> {
  const inEnv = secretsOfEnv(workflow.env).some((use) => use.name === '*' || secrets.includes(use.name));
  const affected = new Set<string>();
  for (const job of order) {
    const names = secretsOfJob(job).some((use) => use.name === '*' || secrets.includes(use.name));
    if (inEnv || names || job.needs.some((need) => affected.has(need.job))) affected.add(job.id);
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
  const softKeys = new Set(soft.map((sighting) => keyOf(sighting.hole)));
  return [...groups].map(([key, sightings]) => {
    // What one secret alone shows needs no group of secrets to show it.
    const alone = sightings.filter((sighting) => sighting.secrets.length === 1);
    const telling = alone.length > 0 ? alone : sightings;
    const best = telling.find((sighting) => sighting.hole.confidence === 'proved') ?? telling[0];
    if (!best) throw new Error('a group has at least one member');
    const named = [...new Set(telling.map((sighting) => sighting.context))];
    const closed = seen.filter(
      (one) => !named.includes(one.context.name) && doesWork(one.present, best.hole),
    );
    const listed = named.filter((name) => name !== 'unknown');
    // An event that nobody listed is itself the hole only where the workflow tells events apart.
    const contexts = listed.length === 0 || closed.length > 0 ? named : listed;
    const tooWide = best.hole.kind !== 'masked' && closed.length > 0 && softKeys.has(key);
    return { ...best.hole, forge, secrets: secretsOf(telling), contexts, tooWide };
  });
}

function keyOf(hole: FailOpen): string {
  return `${hole.kind} ${hole.job.id} ${hole.span.start}`;
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
