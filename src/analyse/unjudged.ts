import type { Job, Step } from '../model/model.js';

/** A step that cannot be modelled. */
export interface Unjudged {
  readonly job: Job;
  readonly step: Step;
  readonly reason: string;
}

/** What the runs of all worlds say of the steps that they cannot follow. */
export interface StepNotes {
  /** The step is not modelled, or not to its end. */
  cannotFollow(job: Job, step: Step, reason: string): void;
  /** The step is given something that a missing secret shaped. */
  isReached(step: Step): void;
  /** The steps of which nothing is known although a missing secret reaches them: what none reaches needs no judgement. */
  unjudged(): readonly Unjudged[];
}

export function newNotes(): StepNotes {
  const lost = new Map<Step, Unjudged>();
  const reached = new Set<Step>();
  return {
    cannotFollow(job, step, reason) {
      if (!lost.has(step)) lost.set(step, { job, step, reason });
    },
    isReached(step) {
      reached.add(step);
    },
    unjudged() {
      return [...lost.values()].filter(({ step }) => reached.has(step));
    },
  };
}
