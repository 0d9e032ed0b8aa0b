import type { Job, Step } from '../model/model.js';
import { spanOf } from '../text/script.js';
import { placeKey, type Span } from '../text/source.js';
import { compatible } from './constraints.js';
import type { JobEnd } from './job.js';
import { type Event, eventsOf } from './state.js';
import type { WorkflowRun } from './workflow.js';

/** A guard that fails the job when a secret is missing, as it should. */
export interface HardFailure {
  readonly job: Job;
  readonly step: Step;
  /** The command that ends the step. */
  readonly span: Span;
  /** What the step has said in `::error::` lines before it ends. */
  readonly said: readonly string[];
  /** True where the shell itself names the variable (`${X:?}`). */
  readonly selfExplaining: boolean;
  /** True where every end of the job in this world is red. */
  readonly always: boolean;
  /** The missing secrets that the guard asks for. */
  readonly lacks: readonly string[];
}

type Leave = Extract<Event, { kind: 'leave' }>;

/** The guards that fail the job in the missing world, where the present world goes on. */
export function findHardFailures(job: Job, present: WorkflowRun, missing: WorkflowRun): HardFailure[] {
  const before = present.get(job.id) ?? [];
  const after = missing.get(job.id) ?? [];
  const always = after.length > 0 && after.every((end) => end.result === 'failure');
  const found = new Map<string, HardFailure>();
  for (const end of after) {
    const failure = guardOf(job, end, before);
    if (!failure) continue;
    const place = placeKey(failure.span);
    if (!found.has(place)) found.set(place, { ...failure, always });
  }
  return [...found.values()];
}

function guardOf(job: Job, end: JobEnd, before: readonly JobEnd[]): Omit<HardFailure, 'always'> | null {
  const { failedAt, trace, alarm } = end.state;
  const step = failedAt === null ? undefined : job.steps[failedAt];
  if (end.result !== 'failure' || alarm || !step) return null;
  const events = stepEvents(eventsOf(trace), step.index);
  if (events.some((event) => event.kind === 'failure')) return null;
  const leave = events.findLast((event): event is Leave => event.kind === 'leave' && !event.green);
  if (!leave || !('text' in leave.where)) return null;
  const lacks = [...new Set(leave.how === 'error' ? leave.lacks : events.flatMap(lacksDeciding))];
  if (lacks.length === 0) return null;
  // That an earlier step may have failed by itself tells nothing of this one.
  const elsewhere = before.some(
    ({ state }) =>
      !state.alarm && compatible(state.constraints, end.state.constraints) && state.failedAt !== failedAt,
  );
  if (!elsewhere) return null;
  const said = events.flatMap((event) => (event.kind === 'annotate' ? [event.text] : []));
  return { job, step, span: spanOf(leave.where), said, selfExplaining: leave.how === 'error', lacks };
}

/** The secrets whose absence left the test no choice: what a step that lacked one may have answered is no test on it. */
function lacksDeciding(event: Event): readonly string[] {
  return event.kind === 'decision' && !event.open && !event.private ? event.lacks : [];
}

function stepEvents(events: readonly Event[], index: number): readonly Event[] {
  const from = events.findIndex((event) => event.kind === 'step' && event.index === index);
  const next = events.findIndex((event, at) => at > from && event.kind === 'step');
  return events
    .slice(from + 1, next < 0 ? events.length : next)
    .filter((event) => event.kind !== 'decision' || 'text' in event.where);
}
