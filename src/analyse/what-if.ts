import type { Dialect } from '../forge/dialects.js';
import { eventContexts } from '../forge/events.js';
import { withTrust } from '../forge/trust.js';
import type { Job, Workflow } from '../model/model.js';
import type { Node } from '../program/program.js';
import type { Knowledge } from './analyse.js';
import { runJob } from './job.js';
import { FORCED } from './machine.js';
import { initialState } from './state.js';
import { newNotes } from './unjudged.js';
import { emptyValue } from './values.js';
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
): readonly string[] {
  const contexts = withTrust(eventContexts(workflow.triggers, dialect.forge), trust);
  const needs = job.needs.map((need) => ({
    job: need.job,
    result: 'success' as const,
    outputs: new Map([['*', emptyValue]]),
    ends: [],
    state: initialState(),
  }));
  const silent: string[] = [];
  for (const context of contexts) {
    if (!context.trusted || context.event === null) continue;
    const world: World = {
      forge: dialect.forge,
      dialect,
      context,
      missing: new Set(),
      credentials: new Set(),
      facts,
      forced,
    };
    const ends = runJob(workflow, job, world, needs, initialState(), null, newNotes());
    const passing = ends.filter((end) => end.state.done.get(FORCED) !== undefined);
    if (passing.length > 0 && passing.every((end) => end.result === 'success')) silent.push(context.name);
  }
  return silent;
}
