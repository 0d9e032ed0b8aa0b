import type { Job, Workflow } from '../model/model.js';
import type { Beginnings } from './beginnings.js';
import { type Changes, type Combination, changesOf, seesChange, waysOut } from './called.js';
import type { Files } from './checkout.js';
import { both, compatible, unconstrained } from './constraints.js';
import { namesStatusFunction } from './expressions.js';
import { type JobEnd, type NeedEntry, needEntries, runJob, sameOutputs } from './job.js';
import { join } from './joining.js';
import { entriesFor } from './needs.js';
import { initialState, type State } from './state.js';
import type { StepNotes } from './unjudged.js';
import type { World } from './world.js';

/** The most combinations of what needed jobs did that a job is run for, unless some are left out. */
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

/** The run of the world where every secret is there, and the jobs that name one of those that are missing now. */
interface Reuse {
  readonly present: WorkflowRun;
  readonly affected: ReadonlySet<string>;
}

/** Neither names the job a missing secret, nor has anything that it needs changed as far as it can see. */
function behavesAsBefore(job: Job, reuse: Reuse, changed: ReadonlyMap<string, Changes>): boolean {
  if (reuse.affected.has(job.id)) return false;
  return !job.needs.some((need) => {
    const changes = changed.get(need.job);
    return changes !== undefined && seesChange(job, changes);
  });
}

/** Can a job that needs this one see no difference between the two sets of ends? */
function sameFromOutside(a: readonly JobEnd[], b: readonly JobEnd[]): boolean {
  const sees = (ends: readonly JobEnd[], end: JobEnd) =>
    ends.some((other) => other.result === end.result && sameOutputs(other.outputs, end.outputs));
  return a.every((end) => sees(b, end)) && b.every((end) => sees(a, end));
}

/**
 * Runs the jobs in one world. A job that the missing secrets cannot reach is taken from the run of the world
 * where they are there. `beginnings` is one for all worlds of an event, the first of which has all secrets.
 */
export function runWorkflow(
  workflow: Workflow,
  world: World,
  order: readonly Job[],
  reuse: Reuse | null,
  files: Files | null,
  notes: StepNotes,
  beginnings: Beginnings,
): WorkflowRun {
  const run = new Map<string, readonly JobEnd[]>();
  const entries = new Map<string, readonly NeedEntry[]>();
  const changed = new Map<string, Changes>();
  for (const job of order) {
    const known = reuse && behavesAsBefore(job, reuse, changed) ? reuse.present.get(job.id) : undefined;
    const ends = known ?? runOne(workflow, job, world, entries, files, notes, beginnings);
    run.set(job.id, ends);
    entries.set(job.id, needEntries(job, ends));
    const before = reuse?.present.get(job.id);
    if (before && ends !== before && !sameFromOutside(ends, before))
      changed.set(job.id, job.part?.kind === 'entry' ? changesOf(before, ends) : 'all');
  }
  return run;
}

function runOne(
  workflow: Workflow,
  job: Job,
  world: World,
  entries: ReadonlyMap<string, readonly NeedEntry[]>,
  files: Files | null,
  notes: StepNotes,
  beginnings: Beginnings,
): JobEnd[] {
  const ends: JobEnd[] = [];
  const { part } = job;
  const { list, whole } =
    part?.kind === 'exit'
      ? { list: waysOut(job, part.call, entries), whole: true }
      : combinations(job, entries);
  if (!whole)
    for (const step of job.steps)
      notes.cannotFollow(job, step, 'the jobs that its job needs can end in too many ways');
  for (const combination of list) {
    const start: State = initialState();
    start.constraints = combination.constraints;
    ends.push(...runJob(workflow, job, world, combination.needs, start, files, notes, beginnings));
  }
  return joinEnds(ends);
}

/** Ends beyond this number are joined where nothing that a secret decided tells them apart. */
const MANY_ENDS = 8;

/** Joins ends that look alike to the jobs that need this one and that no missing secret has a part in telling apart. */
function joinEnds(ends: JobEnd[]): JobEnd[] {
  if (ends.length <= MANY_ENDS) return ends;
  const joined: JobEnd[] = [];
  for (const end of ends) {
    const twin = joined.find((other) => looksLike(other, end));
    if (twin) join(twin.state, end.state);
    else joined.push(end);
  }
  return joined;
}

function looksLike(a: JobEnd, b: JobEnd): boolean {
  return (
    a.result === b.result &&
    a.skippedBy === b.skippedBy &&
    a.state.alarm === b.state.alarm &&
    a.state.failedAt === b.state.failedAt &&
    (a.state.trace?.marks ?? 0) === (b.state.trace?.marks ?? 0) &&
    sameOutputs(a.outputs, b.outputs) &&
    a.from.length === b.from.length &&
    a.from.every((entry, index) => entry === b.from[index])
  );
}

/**
 * The combinations of the needed jobs' ends that one run can show. Where there are too many, those in which at most one
 * job ends otherwise than the others would have it: `whole` is false then.
 */
function combinations(
  job: Job,
  entries: ReadonlyMap<string, readonly NeedEntry[]>,
): { readonly list: readonly Combination[]; readonly whole: boolean } {
  const options = job.needs.flatMap((need) => {
    const known = entries.get(need.job);
    return known ? [entriesFor(job, need.job, known)] : [];
  });
  const runsAnyway = job.if !== null && namesStatusFunction(job.if);
  // A job that asks for no status is skipped as soon as one of the others did not succeed, whichever it was.
  const counted = runsAnyway ? options : options.map((choices) => choices.filter((entry) => !isBad(entry)));
  let open: Combination[] = [{ needs: [], constraints: unconstrained }];
  for (const choices of counted) {
    open = open.flatMap((path) => choices.flatMap((choice) => joinedBy(choice, path)));
    if (open.length > MAX_COMBINATIONS) return { list: fewCombinations(options), whole: false };
  }
  if (!runsAnyway)
    for (const entry of options.flat()) if (isBad(entry)) open.push(...presentOf(completed(options, entry)));
  return { list: open, whole: true };
}

function presentOf<Thing>(thing: Thing | null): Thing[] {
  return thing === null ? [] : [thing];
}

function joinedBy(choice: NeedEntry, { needs, constraints }: Combination): Combination[] {
  if (!compatible(constraints, choice.state.constraints)) return [];
  return [{ needs: [...needs, choice], constraints: both(constraints, choice.state.constraints) }];
}

/** All needed jobs end well, and then one after the other ends in another way. */
function fewCombinations(options: readonly (readonly NeedEntry[])[]): Combination[] {
  const well = options.map((choices) => [...choices].sort((a, b) => Number(isBad(a)) - Number(isBad(b))));
  const usual = well.map((choices) => choices[0]);
  const chosen = [completed(well, null)];
  for (const [at, choices] of well.entries()) {
    for (const choice of choices) if (choice !== usual[at]) chosen.push(completed(well, choice));
  }
  return chosen.flatMap(presentOf).slice(0, 4 * MAX_COMBINATIONS);
}

function isBad(entry: NeedEntry): boolean {
  return entry.result !== 'success';
}

/** The combination of the first ends that go together, with this one among them; null where none goes with it. */
function completed(options: readonly (readonly NeedEntry[])[], fixed: NeedEntry | null): Combination | null {
  let path: Combination = { needs: [], constraints: fixed?.state.constraints ?? unconstrained };
  for (const choices of options) {
    const own = fixed && choices.includes(fixed) ? [fixed] : choices;
    const [next] = own.flatMap((choice) => joinedBy(choice, path));
    if (!next) return null;
    path = next;
  }
  return path;
}

/** The ends of other jobs that follow from this one, directly or not, by the id of their job. */
export function endsAfterward(end: JobEnd, run: WorkflowRun): ReadonlyMap<string, readonly JobEnd[]> {
  const next = followersIn(run);
  const byJob = new Map<string, JobEnd[]>();
  const seen = new Set<JobEnd>([end]);
  for (const from of seen) {
    for (const { job, follower } of next.get(from) ?? []) {
      if (seen.has(follower)) continue;
      seen.add(follower);
      const known = byJob.get(job);
      if (known) known.push(follower);
      else byJob.set(job, [follower]);
    }
  }
  return byJob;
}

interface Follower {
  readonly job: string;
  readonly follower: JobEnd;
}

const followers = new WeakMap<WorkflowRun, ReadonlyMap<JobEnd, readonly Follower[]>>();

/** The ends that follow from each end of a run at once. */
function followersIn(run: WorkflowRun): ReadonlyMap<JobEnd, readonly Follower[]> {
  const known = followers.get(run);
  if (known) return known;
  const all = new Map<JobEnd, Follower[]>();
  for (const [job, ends] of run) {
    for (const follower of ends) {
      for (const upstream of follower.from.flatMap((entry) => entry.ends)) {
        const list = all.get(upstream);
        if (list) list.push({ job, follower });
        else all.set(upstream, [{ job, follower }]);
      }
    }
  }
  followers.set(run, all);
  return all;
}
