import type { Dialect } from '../forge/dialects.js';
import { type EventContext, eventContexts } from '../forge/events.js';
import { type Trust, withTrust } from '../forge/trust.js';
import type { Job, Workflow } from '../model/model.js';
import type { Node } from '../program/program.js';
import type { Repository } from '../text/repository.js';
import type { Knowledge } from './analyse.js';
import { type JobEnd, type NeedEntry, runJob } from './job.js';
import { FORCED } from './machine.js';
import { followingFiles } from './restarting.js';
import { initialState } from './state.js';
import { newNotes } from './unjudged.js';
import { emptyValue, type Value } from './values.js';
import type { Forced, World } from './world.js';

/**
 * Would nobody hear of it if these commands of a job ended so? The names of the trusted contexts in which every path that
 * comes by one of them is green. All secrets are there, and the jobs that it needs have succeeded.
 */
export function greenDespite(
  workflow: Workflow,
  job: Job,
  forced: ReadonlyMap<Node, Forced>,
  dialect: Dialect,
  { trust, facts }: Pick<Knowledge, 'trust' | 'facts'>,
  repository: Repository | null = null,
): readonly string[] {
  const colours = coloursGiven(workflow, job, forced, dialect, { trust, facts }, repository);
  return [...colours].flatMap(([context, colour]) => (colour === 'green' ? [context] : []));
}

/**
 * What becomes of a job if these commands ended so, by the names of the trusted contexts in which some path comes by one of
 * them: whether all such paths are green, or all red, or some of them. `repository`: for commands in scripts of it, which are
 * followed then.
 */
export function coloursGiven(
  workflow: Workflow,
  job: Job,
  forced: ReadonlyMap<Node, Forced>,
  dialect: Dialect,
  { trust, facts }: Pick<Knowledge, 'trust' | 'facts'>,
  repository: Repository | null = null,
): ReadonlyMap<string, 'green' | 'red' | 'mixed'> {
  const needs = job.needs.map((need) => endedAs(need.job, 'success'));
  const colours = new Map<string, 'green' | 'red' | 'mixed'>();
  for (const context of trustedContexts(workflow, dialect, trust)) {
    const world = { ...worldOf(context, dialect, facts), forced };
    const ends = followingFiles(repository, (files) =>
      runJob(workflow, job, world, needs, initialState(), files, newNotes()),
    );
    const passing = ends.filter((end) => end.state.done.get(FORCED) !== undefined);
    if (passing.length === 0) continue;
    const green = passing.filter((end) => end.result === 'success').length;
    colours.set(context.name, green === 0 ? 'red' : green === passing.length ? 'green' : 'mixed');
  }
  return colours;
}

/** How a job ends when the jobs that it needs have ended so: those that are not named have succeeded. */
export function endsAfter(
  workflow: Workflow,
  job: Job,
  results: ReadonlyMap<string, NeedEntry['result']>,
  context: EventContext,
  dialect: Dialect,
  { facts }: Pick<Knowledge, 'facts'>,
): JobEnd[] {
  const needs = job.needs.map((need) => endedAs(need.job, results.get(need.job) ?? 'success'));
  return runJob(workflow, job, worldOf(context, dialect, facts), needs, initialState(), null, newNotes());
}

/** How a job ends when all jobs that it needs have succeeded, and those that are named have these outputs. */
export function endsGiven(
  workflow: Workflow,
  job: Job,
  outputs: ReadonlyMap<string, ReadonlyMap<string, Value>>,
  context: EventContext,
  dialect: Dialect,
  { facts }: Pick<Knowledge, 'facts'>,
): JobEnd[] {
  const needs = job.needs.map((need): NeedEntry => {
    const entry = endedAs(need.job, 'success');
    return { ...entry, outputs: outputs.get(need.job) ?? entry.outputs };
  });
  return runJob(workflow, job, worldOf(context, dialect, facts), needs, initialState(), null, newNotes());
}

/** The events of the workflow in which the secrets are due. */
export function trustedContexts(workflow: Workflow, dialect: Dialect, trust: Trust): EventContext[] {
  return withTrust(eventContexts(workflow.triggers, dialect.forge), trust).filter(
    (context) => context.trusted && context.event !== null,
  );
}

/** A job that ended so. Its outputs are not known where it has succeeded; one that was skipped has none (semantics 7.8). */
function endedAs(job: string, result: NeedEntry['result']): NeedEntry {
  const outputs = new Map(result === 'skipped' ? [] : [['*', emptyValue]]);
  return { job, result, outputs, ends: [], state: initialState() };
}

/** The world of one context in which nothing is missing. */
function worldOf(context: EventContext, dialect: Dialect, facts: Knowledge['facts']): World {
  return { forge: dialect.forge, dialect, context, missing: new Set(), credentials: new Set(), facts };
}
