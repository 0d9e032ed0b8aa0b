import { dialects } from '../forge/dialects.js';
import { type EventContext, eventContexts } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import type { Job, Step, Workflow } from '../model/model.js';
import { type FailOpen, findFailOpens } from './fail-open.js';
import { secretNames, secretsOfEnv, secretsOfJob, secretsOfStep } from './secrets.js';
import { inOrder, runWorkflow, type WorkflowRun } from './workflow.js';
import { mayBeMissing, type World } from './world.js';

/** A fail-open with everything that it holds for. */
export interface Hole extends FailOpen {
  readonly forge: Forge;
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
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
  const found: Sighting[] = [];
  const contexts = eventContexts(workflow.triggers, forge).filter((context) => context.trusted);
  for (const context of sets.length > 0 ? contexts : contexts.slice(0, 1)) {
    const world = (missing: readonly string[]): World => ({
      forge,
      dialect: dialects[forge],
      context,
      missing: new Set(missing),
    });
    const present = runWorkflow(workflow, world([]), order, null, note);
    for (const secrets of sets) {
      const affected = affectedJobs(workflow, order, secrets);
      const missing = runWorkflow(workflow, world(secrets), order, { present, affected }, note);
      found.push(...sightings(workflow, context, secrets, present, missing, affected));
    }
  }
  return { forge, holes: group(found, forge), notJudged: [...notJudged.values()] };
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
const MAX_GROUPS = 24;

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

/** One hole is one finding, whatever the number of events and secrets that show it. */
function group(found: readonly Sighting[], forge: Forge): Hole[] {
  const groups = new Map<string, Sighting[]>();
  for (const sighting of found) {
    const { hole } = sighting;
    const key = `${hole.kind} ${hole.job.id} ${hole.step?.index ?? ''} ${hole.span.start}`;
    const list = groups.get(key);
    if (list) list.push(sighting);
    else groups.set(key, [sighting]);
  }
  return [...groups.values()].map((sightings) => {
    // What one secret alone shows needs no group of secrets to show it.
    const alone = sightings.filter((sighting) => sighting.secrets.length === 1);
    const telling = alone.length > 0 ? alone : sightings;
    const named = [...new Set(telling.map((sighting) => sighting.context))];
    const listed = named.filter((name) => name !== 'unknown');
    const contexts = listed.length > 0 ? listed : named;
    const best = telling.find((sighting) => sighting.hole.confidence === 'proved') ?? telling[0];
    if (!best) throw new Error('a group has at least one member');
    return { ...best.hole, forge, secrets: secretsOf(telling), contexts };
  });
}

function secretsOf(sightings: readonly Sighting[]): string[] {
  const names = new Set<string>();
  for (const { secrets, hole } of sightings) {
    const shown = hole.lacks.filter((name) => secrets.includes(name));
    for (const name of secrets.length > 1 && shown.length > 0 ? shown : secrets) names.add(name);
  }
  return [...names];
}
