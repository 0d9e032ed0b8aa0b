// Where worlds part: what a job does before the first of its steps that names a missing secret it does in every world,
// and it is run once.

import type { Job, Step, Workflow } from '../model/model.js';
import { type SecretUse, secretsOfEnv, secretsOfStep, secretsOfTemplate } from './secrets.js';
import { fork, type State } from './state.js';
import type { World } from './world.js';

/** The paths in front of the steps of a job, by their index, for each way in which its steps are begun, in order. */
type Starts = Map<number, readonly State[]>[];

/** What the jobs have done in the world where nothing is missing, in one event. */
export type Beginnings = Map<string, Starts>;

/** How the beginning of a job is run. */
export type Beginning =
  /** Nothing is missing: what is reached in front of a step that names a secret is kept. */
  | { readonly kind: 'kept'; readonly starts: Starts }
  /** It is the kept one, up to the step with the index. */
  | { readonly kind: 'known'; readonly starts: Starts; readonly first: number; begun: number };

/** null for a job that has to be run from its start. Whatever it needs may be another thing in another world. */
export function beginningOf(
  job: Job,
  workflow: Workflow,
  { missing }: World,
  beginnings: Beginnings,
): Beginning | null {
  if (job.needs.length > 0 || job.part !== null) return null;
  if (missing.size === 0) {
    const starts: Starts = [];
    beginnings.set(job.id, starts);
    return { kind: 'kept', starts };
  }
  const starts = beginnings.get(job.id);
  const isMissing = ({ name }: SecretUse) => name === '*' || missing.has(name);
  const around = [
    ...secretsOfEnv(workflow.env),
    ...secretsOfEnv(job.env, job),
    ...secretsOfTemplate(job.if?.template ?? null),
  ];
  if (!starts || around.some(isMissing)) return null;
  const first = job.steps.find((step) => !step.caller && namedBy(step, job).some(isMissing));
  return first ? { kind: 'known', starts, first: first.index, begun: 0 } : null;
}

function namedBy(step: Step, job: Job): readonly SecretUse[] {
  return [
    ...secretsOfStep(step, job),
    ...secretsOfTemplate(step.shell, job),
    ...secretsOfTemplate(step.workingDirectory, job),
  ];
}

/** From where the steps are run, and on which paths: where the beginning is known, from the step that it ends in front of. */
export function begin(
  start: State,
  beginning: Beginning | null,
): { readonly from: number; readonly open: State[] } {
  const whole = { from: 0, open: [start] };
  if (beginning?.kind === 'kept') beginning.starts.push(new Map());
  if (beginning?.kind !== 'known') return whole;
  const known = beginning.starts[beginning.begun++]?.get(beginning.first);
  return known ? { from: beginning.first, open: known.map(fork) } : whole;
}

/** Keeps the paths in front of a step that names a secret. */
export function keepBefore(step: Step, job: Job, open: readonly State[], beginning: Beginning | null): void {
  if (beginning?.kind !== 'kept' || namedBy(step, job).length === 0) return;
  beginning.starts.at(-1)?.set(step.index, open.map(fork));
}
