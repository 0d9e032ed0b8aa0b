import type { Job, Workflow } from '../model/model.js';
import { callAround } from './called.js';

// A workflow that is judged only for a part of it: what matters to that, and what that matters to.

/** For whose sake alone a workflow is judged: the files of these paths that it calls, or one of its own jobs. */
export type Subject =
  | { readonly kind: 'files'; readonly paths: ReadonlySet<string> }
  | { readonly kind: 'job'; readonly id: string };

/** The part of a workflow that matters to a subject. */
export interface Focus {
  /** The workflow without the jobs that have nothing to do with it. */
  readonly workflow: Workflow;
  /** The workflow with only the jobs in which a missing secret can change what the subject does. */
  readonly upstream: Workflow;
}

/** The workflow is as `expand` gives it. */
export function focusOn(workflow: Workflow, subject: Subject): Focus {
  const jobs =
    subject.kind === 'job'
      ? workflow.jobs.filter(({ id }) => id === subject.id)
      : workflow.jobs.filter((job) => standsIn(job, subject.paths));
  const within = jobs.map((job) => job.id);
  const { upstream, all } = surroundingsOf(workflow, within);
  const only = (ids: ReadonlySet<string>): Workflow => ({
    ...workflow,
    jobs: workflow.jobs.filter(({ id }) => ids.has(id)),
  });
  return { workflow: only(all), upstream: only(upstream) };
}

/** What jobs need, and all that can notice what they left undone: ids of jobs, those of the given ones among them. */
export function surroundingsOf(
  workflow: Workflow,
  jobs: readonly string[],
): { readonly upstream: ReadonlySet<string>; readonly all: ReadonlySet<string> } {
  const dependents = new Map<string, string[]>();
  for (const job of workflow.jobs) {
    for (const { job: need } of job.needs) {
      const known = dependents.get(need);
      if (known) known.push(job.id);
      else dependents.set(need, [job.id]);
    }
  }
  const needs = new Map(workflow.jobs.map((job) => [job.id, job.needs.map((need) => need.job)]));
  const needed = (id: string) => needs.get(id) ?? [];
  const upstream = reached(jobs, needed);
  // Whether a job notices what another one left undone is seen in all that it needs.
  const downstream = reached(jobs, (id) => dependents.get(id) ?? []);
  return { upstream, all: reached([...upstream, ...downstream], needed) };
}

/** Is the job, or one of its steps, written in one of the files, or does it hand something to a job that is? */
function standsIn(job: Job, paths: ReadonlySet<string>): boolean {
  const { part } = job;
  const around = part?.kind === 'entry' || part?.kind === 'exit' ? part.call : callAround(job);
  for (let call = around; call; call = call.within) if (paths.has(call.workflow.source.path)) return true;
  return job.steps.some((step) => paths.has(step.headSpan.source.path));
}

/** What the steps lead to, one after the other, from where they begin. */
function reached(from: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const id of found) for (const other of next(id)) found.add(other);
  return found;
}
