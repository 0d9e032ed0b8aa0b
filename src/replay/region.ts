import type { Dialect } from '../forge/dialects.js';
import type { EventContext } from '../forge/events.js';
import type { Finding } from '../lint/finding.js';
import type { Library } from '../model/library.js';
import type { Job, Workflow } from '../model/model.js';
import type { Sandbox, SandboxFiles } from './sandbox.js';
import type { JobTrace, StepTrace } from './simulation.js';

/**
 * What a finding says of the world where the secret is missing: the job passes, its work undone; or it fails; or nobody
 * is told of a job that has failed for another reason.
 */
export type Claim = 'passes' | 'fails' | 'silent';

/** Everything that is the same in all the runs of one finding in one event. */
export interface Scene {
  readonly finding: Finding;
  readonly claim: Claim;
  readonly workflow: Workflow;
  readonly event: EventContext;
  readonly dialect: Dialect;
  readonly sandbox: Sandbox;
  readonly library: Library | null;
  readonly files: SandboxFiles;
  /** The files that the finding points into. */
  readonly paths: ReadonlySet<string>;
}

/** What happened in one run of the scene. */
export interface Run {
  readonly steps: readonly StepTrace[];
  readonly jobs: readonly JobTrace[];
  readonly asked: ReadonlyMap<string, number>;
  readonly assumed: ReadonlyMap<string, string>;
}

/** The job of the finding, those that it needs, and those that need it; all of them where it stands in another file. */
export function wantedJobs({ finding, workflow }: Scene): (job: Job) => boolean {
  const own = workflow.jobs.find((job) => job.id === finding.job);
  if (!own || !isOf(finding, workflow)) return () => true;
  const wanted = new Set<string>();
  const needed = (job: Job) => {
    if (wanted.has(job.id)) return;
    wanted.add(job.id);
    for (const need of job.needs) for (const other of workflow.jobs) if (other.id === need.job) needed(other);
  };
  let behind = [own.id];
  while (behind.length > 0) {
    const next = behind;
    behind = workflow.jobs
      .filter(
        (job) =>
          !next.includes(job.id) && job.needs.some((need) => next.includes(need.job)) && !wanted.has(job.id),
      )
      .map(({ id }) => id);
    for (const job of workflow.jobs) if (next.includes(job.id)) needed(job);
  }
  return (job) => wanted.has(job.id);
}

function isOf({ span, witness }: Finding, { source }: Workflow): boolean {
  return span.source.path === source.path || witness.some((label) => label.span.source.path === source.path);
}

/** The id of a job as its own file has it. */
function lastOf(job: string): string {
  return job.split(' / ').at(-1) ?? job;
}

export function isTarget({ job, step }: Pick<StepTrace, 'job' | 'step'>, { finding, paths }: Scene): boolean {
  const { path } = step.headSpan.source;
  if (!finding.step || !paths.has(path)) return false;
  // A place in YAML is in the file of its step, and a step of the workflow may stand where one of an action does.
  const at = finding.span.source.path;
  if (/\.ya?ml$/.test(at) && at !== path) return false;
  if (finding.job !== null && finding.job !== lastOf(job) && !job.split(' / ').includes(finding.job))
    return false;
  return step.place === finding.step.index && step.id === finding.step.id;
}

/** The steps from the finding's own on, in its job and in those that follow from it. */
export function regionOf(
  { steps, jobs }: Run,
  scene: Scene,
): { readonly steps: readonly StepTrace[]; readonly jobs: ReadonlySet<string> } {
  const at = steps.findIndex((step) => isTarget(step, scene));
  const target = steps[at];
  const own = target
    ? new Set([target.job])
    : new Set(jobs.flatMap(({ job }) => (lastOf(job) === scene.finding.job ? [job] : [])));
  for (let before = -1; before !== own.size; ) {
    before = own.size;
    for (const job of jobs) if (job.needs.some((need) => own.has(need))) own.add(job.job);
    for (const job of jobs) {
      // A job of a called workflow is part of the job that calls, and its dependents are too.
      const parts = job.job.split(' / ');
      for (let count = 1; count < parts.length; count++)
        if (own.has(parts.slice(0, count).join(' / ')) && !target) own.add(job.job);
    }
    if (target) {
      const parts = target.job.split(' / ');
      for (let count = 1; count < parts.length; count++) own.add(parts.slice(0, count).join(' / '));
    }
  }
  return {
    jobs: own,
    steps: steps.filter((step, index) =>
      step.job === target?.job ? index >= at : own.has(step.job) && (!target || index > at),
    ),
  };
}

/** What tells of a failed job: the step of the finding, or all of its job. */
function alarmOf(
  run: Run,
  scene: Scene,
): { readonly steps: readonly StepTrace[]; readonly jobs: readonly JobTrace[] } {
  const target = run.steps.find((step) => isTarget(step, scene));
  if (target) return { steps: [target], jobs: [] };
  return aroundOf(run, scene);
}

/** Does the step of the finding fail by itself? Then it says so. */
export function isHeard(run: Run, scene: Scene): boolean {
  return alarmOf(run, scene).steps.some(({ outcome }) => outcome === 'failure');
}

/** How near a run with the secrets there comes to doing the work of the finding. */
export function scoreOf(run: Run, scene: Scene): { readonly reached: boolean; readonly near: number } {
  if (scene.claim === 'silent') return alarmScore(run, scene);
  const { steps, jobs } = regionOf(run, scene);
  const isRed = run.jobs.some(({ job, result }) => jobs.has(job) && result === 'failure');
  const work = [...steps, ...run.jobs.filter(({ job }) => jobs.has(job))].flatMap(
    ({ work: done }) => done,
  ).length;
  const target = run.steps.find((step) => isTarget(step, scene));
  const ran = run.steps.filter(({ outcome }) => outcome === 'success').length;
  const targetRan = target ? target.outcome !== 'skipped' : work > 0;
  const reached = scene.claim === 'fails' ? !isRed && targetRan : !isRed && work > 0 && targetRan;
  // A condition that asks one question more has come one step further.
  const questions = Math.min(run.asked.size, 99) / 100;
  const near = ran + (targetRan ? 100 : 0) + Math.min(work, 50) * 2 - (isRed ? 60 : 0);
  return { reached, near: near + questions };
}

/** The same for a run in which a job has failed: what matters is whether that is told. */
function alarmScore(run: Run, scene: Scene): { readonly reached: boolean; readonly near: number } {
  const told = worksOf(run, scene).length;
  const target = run.steps.find((step) => isTarget(step, scene));
  const ran = target ? target.outcome !== 'skipped' : told > 0;
  const questions = Math.min(run.asked.size, 99) / 100;
  return {
    reached: ran && told > 0 && !isHeard(run, scene),
    near: (ran ? 100 : 0) + Math.min(told, 50) * 2 + questions,
  };
}

/** What the steps and jobs do that follow from the finding's place, each with where it is done. */
export function worksOf(run: Run, scene: Scene): string[] {
  const { steps, jobs } = scene.claim === 'silent' ? alarmOf(run, scene) : aroundOf(run, scene);
  return [
    ...steps.flatMap(workNames),
    ...jobs.flatMap(({ job, work }) => work.map((name) => `${job}\n${name}`)),
  ];
}

function aroundOf(
  run: Run,
  scene: Scene,
): { readonly steps: readonly StepTrace[]; readonly jobs: readonly JobTrace[] } {
  const { steps, jobs } = regionOf(run, scene);
  return { steps, jobs: run.jobs.filter(({ job }) => jobs.has(job)) };
}

function workNames({ job, step, work }: StepTrace): string[] {
  const place = `${job} ${step.headSpan.source.path}:${step.headSpan.start}`;
  return work.map((name) => `${place}\n${name}`);
}
