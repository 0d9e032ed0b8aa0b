// A hole: a place where a job is green without its work, and the words in which its parts are told.

import type { Job, Step, Workflow } from '../model/model.js';
import { spanOf } from '../text/script.js';
import { placeKey, type Span } from '../text/source.js';
import type { JobEnd } from './job.js';
import type { Done, Event, Failure, Taken, Where } from './state.js';

export type FailOpenKind = 'exits-zero' | 'skips-step' | 'skips-job' | 'masked';

export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** One way in which a job is green in a world where a secret is missing, and its work is not done. */
export interface FailOpen {
  readonly kind: FailOpenKind;
  readonly job: Job;
  /** null where the whole job is skipped. */
  readonly step: Step | null;
  /** Where a person would edit. */
  readonly span: Span;
  readonly confidence: 'proved' | 'likely';
  /** Names of the work that is not done, in order, without repetition. */
  readonly lost: readonly string[];
  /** What swallows the failure, for `masked`: `||`, `continue-on-error` … */
  readonly by: string | null;
  /** The command or action that fails, for `masked`; null for a guard that fails by itself. */
  readonly failure: Failure | null;
  /** The path from the secret to the green end. */
  readonly witness: readonly Label[];
  /** True where the job has already failed for another reason, and this is what would have told of it. */
  readonly alarm: boolean;
  /** Secrets whose absence the deciding tests show; empty where they do not say. */
  readonly lacks: readonly string[];
  /** The tests in scripts that the missing secret decided, in order. */
  readonly tests: readonly Span[];
}

export function spanOfWhere(where: Where): Span {
  return 'text' in where ? spanOf(where) : where;
}

/** Is the job red already, so that what is left undone can only be telling of it? */
export function isAlarm(end: JobEnd): boolean {
  return end.state.alarm || end.result === 'failure';
}

/** Is it a file whose steps the workflow runs, and no script that one of them calls? */
export function isStepText(workflow: Workflow, path: string): boolean {
  if (path === workflow.source.path) return true;
  return workflow.jobs.some((job) => job.steps.some((step) => step.headSpan.source.path === path));
}

/** Where the failure of the whole job is swallowed. */
export function jobMaskOf({ job, mine }: Story): Mask | undefined {
  const flag = job.continueOnError;
  return mine.findLast(
    (event): event is Mask => flag !== null && event.kind === 'mask' && isAt(event, flag.span),
  );
}

export function isAt(mask: Mask, span: Span): boolean {
  return placeKey(spanOfWhere(mask.where)) === placeKey(span);
}

/** The steps that call the action in which a step stands, innermost first. */
export function callersOf(step: Step): Step[] {
  const callers: Step[] = [];
  for (let at = step.caller; at; at = at.caller) callers.push(at);
  return callers;
}

export interface Story {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly end: JobEnd;
  readonly mine: readonly Event[];
  readonly theirs: readonly Event[];
  readonly secrets: readonly string[];
  readonly differing: readonly Decision[];
  /** Every question that the other path may have asked, on whichever of the paths that were joined into it. */
  readonly asked: ReadonlyMap<object, Taken>;
}

export type Decision = Extract<Event, { kind: 'decision' }>;

/** The events of one step on a path. */
export function segmentOf(
  events: readonly Event[],
  index: number,
): { events: readonly Event[]; skipped: boolean } {
  const from = events.findIndex((event) => event.kind === 'step' && event.index === index);
  const head = events[from];
  if (from < 0 || head?.kind !== 'step') return { events: [], skipped: true };
  const next = events.findIndex((event, at) => at > from && event.kind === 'step');
  // The `if:` of the next step is decided before that step's own event; what is decided in a script has a place in it.
  const own = events
    .slice(from + 1, next < 0 ? events.length : next)
    .filter((event) => event.kind !== 'decision' || 'text' in event.where);
  return { events: own, skipped: head.what === 'skipped' };
}

/** Did it take chance, after the secret had parted the worlds, to come to this end? Another answer may be red. */
export function byChance(story: Story): boolean {
  const [first] = story.differing;
  if (!first) return false;
  const after = story.mine.slice(story.mine.indexOf(first) + 1);
  return after.some(
    (event) => event.kind === 'decision' && event.open === true && !story.asked.has(event.site),
  );
}

/** Did the path come this far only because a command is assumed to fail without the secret? */
export function guessedBefore(story: Story): boolean {
  return story.mine.some((event) => event.kind === 'failure' && event.failure.guessed);
}

/** Where the shell left because of an emptiness, and no branch was taken: `${X:?}`, or `test -n "$X"` alone on its line. */
export function failedGuard(events: readonly Event[], theirs: readonly Event[]): Leave | null {
  const known = new Set(theirs.map((event) => (event.kind === 'leave' ? event.site : null)));
  return (
    events.find(
      (event): event is Leave =>
        event.kind === 'leave' && !event.green && !known.has(event.site) && asksFor(event).length > 0,
    ) ?? null
  );
}

export function asksFor({ lacks = [], asked = [] }: Leave): readonly string[] {
  return lacks.length > 0 ? lacks : asked;
}

export type Mask = Extract<Event, { kind: 'mask' }>;

export function endText({ how, where }: Leave, story: Story): string {
  const { source } = spanOfWhere(where);
  if (!isStepText(story.workflow, source.path) && how === 'exit') return 'the script ends here with status 0';
  const outcome = outcomeOf(story);
  switch (how) {
    case 'exit':
      return `the step ends here with status 0, and ${outcome}`;
    case 'return':
      return `returns here with status 0, and ${outcome}`;
    case 'exec':
      return `the script is replaced here, and ${outcome}`;
    default:
      return `leaves the loop here, and ${outcome}`;
  }
}

/** What becomes of the job, as a label says it: work that only tells of a failure is lost in a red job. */
export function outcomeOf(story: Story): string {
  return isAlarm(story.end) ? 'this step says nothing of the failure' : 'the job is green';
}

export function shape(
  story: Story,
  step: Step,
  kind: FailOpenKind,
  span: Span,
  lost: readonly Done[],
  witness: readonly Label[],
  by: string | null,
  decisions: readonly Decision[],
): FailOpen {
  return {
    kind,
    job: story.job,
    step,
    span,
    confidence: 'proved',
    lost: namesOf(lost),
    by,
    witness,
    lacks: lacksOf(decisions),
    tests: testsOf(story.differing),
    failure: null,
    alarm: isAlarm(story.end),
  };
}

export type Leave = Extract<Event, { kind: 'leave' }>;

/** The last early end of the step that the other path does not take; an `exit` before all else. */
export function lastLeave(events: readonly Event[], theirs: readonly Event[]): Leave | null {
  const known = new Set(theirs.map((event) => (event.kind === 'leave' ? event.site : null)));
  const leaves = events.filter(
    (event): event is Leave => event.kind === 'leave' && event.green && !known.has(event.site),
  );
  return leaves.findLast((leave) => leave.how === 'exit' || leave.how === 'exec') ?? leaves.at(-1) ?? null;
}

export function namesOf(lost: readonly Done[]): string[] {
  return [...new Set(lost.map((done) => done.work.name))];
}

export function lacksOf(decisions: readonly Decision[]): string[] {
  return [...new Set(decisions.flatMap((decision) => decision.lacks))];
}

/** The most tests that are kept of a path, the last ones: those before have ever less to do with its end. */
const MAX_TESTS = 64;

export function testsOf(decisions: readonly Decision[]): Span[] {
  return decisions.slice(-MAX_TESTS).flatMap(({ where }) => ('text' in where ? [spanOf(where)] : []));
}

export const GUARD_TRUE = 'true when it is missing';

export const GUARD_FALSE = 'false when it is missing';
