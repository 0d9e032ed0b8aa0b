import type { Job, Step } from '../model/model.js';
import { type Budget, budgetOnce } from './budget.js';
import type { Memory } from './recall.js';

/** A step that cannot be modelled. */
export interface Unjudged {
  readonly job: Job;
  /** null where it is the job itself, which calls a workflow. */
  readonly step: Step | null;
  readonly reason: string;
}

/** What the runs of all worlds say of the steps that they cannot follow. */
export interface StepNotes {
  /** The step is not modelled, or not to its end. */
  cannotFollow(job: Job, step: Step | null, reason: string): void;
  /** The step, or the job that calls a workflow, is given something that a missing secret shaped. */
  isReached(step: Step | Job): void;
  /** A program of which nothing is seen is started in the step, with what lacks these secrets in its environment. */
  handsOn(job: string, step: number, lacks: readonly string[]): void;
  isHandedOn(job: Job, step: Step, secret: string): boolean;
  /** The steps of which nothing is known although a missing secret reaches them: what none reaches needs no judgement. */
  unjudged(): readonly Unjudged[];
  /** What the scripts of the steps came to that were run before. What is noted of a step is not noted again. */
  readonly memory: Memory;
  readonly budget: Budget;
}

export function newNotes(budget: Budget = budgetOnce()): StepNotes {
  const lost = new Map<Step | Job, Unjudged>();
  const reached = new Set<Step | Job>();
  const handed = new Set<string>();
  const keyOf = (job: string, step: number, secret: string) => `${step} ${secret} ${job}`;
  return {
    memory: new Map(),
    budget,
    cannotFollow(job, step, reason) {
      if (!lost.has(step ?? job)) lost.set(step ?? job, { job, step, reason });
    },
    isReached(step) {
      reached.add(step);
    },
    handsOn(job, step, lacks) {
      for (const secret of lacks) handed.add(keyOf(job, step, secret));
    },
    isHandedOn(job, step, secret) {
      return handed.has(keyOf(job.id, step.index, secret));
    },
    unjudged() {
      return [...lost.values()].filter(({ job, step }) => reached.has(step ?? job));
    },
  };
}
