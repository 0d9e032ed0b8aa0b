import type { Job, Step, Workflow } from '../model/model.js';
import { both, compatible, unconstrained } from './constraints.js';
import { type JobEnd, type NeedEntry, needEntries, runJob } from './job.js';
import { initialState, type State } from './state.js';
import type { World } from './world.js';

/** The most combinations of what needed jobs did that a job is run for. */
export const MAX_COMBINATIONS = 24;

/** What every job of a workflow can do in one world. */
export type WorkflowRun = ReadonlyMap<string, readonly JobEnd[]>;

/** Jobs in an order in which every job comes after those that it needs; jobs on a cycle are left out. */
export function inOrder(workflow: Workflow): Job[] {
  const byId = new Map(workflow.jobs.map((job) => [job.id, job]));
  const waiting = new Map<string, number>();
  const dependents = new Map<string, Job[]>();
  for (const job of workflow.jobs) {
    const known = job.needs.filter((need) => byId.has(need.job));
    waiting.set(job.id, known.length);
    for (const need of known) {
      const list = dependents.get(need.job);
      if (list) list.push(job);
      else dependents.set(need.job, [job]);
    }
  }
  const order = workflow.jobs.filter((job) => waiting.get(job.id) === 0);
  for (const job of order) {
    for (const dependent of dependents.get(job.id) ?? []) {
      const left = (waiting.get(dependent.id) ?? 0) - 1;
      waiting.set(dependent.id, left);
      if (left === 0) order.push(dependent);
    }
  }
  return order;
}

/**
 * Runs the jobs in one world. Jobs outside `affected` behave as in `present`, the run of the world where every
 * secret is there, and are taken from it.
 */
export function runWorkflow(
  workflow: Workflow,
  world: World,
  order: readonly Job[],
  reuse: { readonly present: WorkflowRun; readonly affected: ReadonlySet<string> } | null,
  notJudged: (job: Job, step: Step, reason: string) => void,
): WorkflowRun {
  const run = new Map<string, readonly JobEnd[]>();
  const entries = new Map<string, readonly NeedEntry[]>();
  for (const job of order) {
    const known = reuse && !reuse.affected.has(job.id) ? reuse.present.get(job.id) : undefined;
    const ends = known ?? runOne(workflow, job, world, entries, notJudged);
    run.set(job.id, ends);
    entries.set(job.id, needEntries(job, ends));
  }
  return run;
}

function runOne(
  workflow: Workflow,
  job: Job,
  world: World,
  entries: ReadonlyMap<string, readonly NeedEntry[]>,
  notJudged: (job: Job, step: Step, reason: string) => void,
): JobEnd[] {
  const ends: JobEnd[] = [];
  for (const combination of combinations(job, entries)) {
    const start: State = initialState();
    start.constraints = combination.constraints;
    ends.push(
      ...runJob(workflow, job, world, combination.needs, start, (step, reason) =>
        notJudged(job, step, reason),
      ),
    );
  }
  return ends;
}

interface Combination {
  readonly needs: readonly NeedEntry[];
  readonly constraints: State['constraints'];
}

/** Every combination of the needed jobs' ends that one run can show. */
function combinations(job: Job, entries: ReadonlyMap<string, readonly NeedEntry[]>): Combination[] {
  let open: Combination[] = [{ needs: [], constraints: unconstrained }];
  for (const need of job.needs) {
    const options = entries.get(need.job);
    if (!options) continue;
    const next: Combination[] = [];
    for (const path of open) {
      for (const option of options) {
        if (!compatible(path.constraints, option.state.constraints)) continue;
        next.push({
          needs: [...path.needs, option],
          constraints: both(path.constraints, option.state.constraints),
        });
      }
    }
    open = next.slice(0, MAX_COMBINATIONS);
  }
  return open;
}

/** Does this end follow from that end of a job that it needs, directly or not? */
export function followsFrom(end: JobEnd, upstream: JobEnd): boolean {
  return end.from.some(
    (entry) => entry.ends.includes(upstream) || entry.ends.some((other) => followsFrom(other, upstream)),
  );
}
