// What the hole is where a step was begun, and its work is not done.

import { actionFact } from '../facts/actions.js';
import type { Step } from '../model/model.js';
import {
  asksFor,
  byChance,
  type Decision,
  endText,
  type FailOpen,
  failedGuard,
  guessedBefore,
  isAlarm,
  jobMaskOf,
  type Label,
  type Leave,
  lastLeave,
  type Mask,
  outcomeOf,
  type Story,
  shape,
  spanOfWhere,
  testsOf,
} from './hole.js';
import { pipeMaskOf } from './hole-shapes.js';
import { closing, enters, opening } from './hole-witness.js';
import type { Done, Event, Failure } from './state.js';

/** Did the missing secret leave no choice at the last test of the step that went another way? */
function isForced(story: Story, events: readonly Event[]): boolean {
  const last = story.differing.findLast((decision) => events.includes(decision));
  return last !== undefined && !last.open;
}

export function insideStep(
  story: Story,
  step: Step,
  lost: readonly Done[],
  events: readonly Event[],
): FailOpen[] {
  const failures = events.filter((event) => event.kind === 'failure').map((event) => event.failure);
  const tried = lost.filter((done) => failures.some((failure) => failure.work === done.work.key));
  const never = lost.filter((done) => !tried.includes(done));
  // An alarm that fails for want of its secret is heard: the step says so.
  if (isAlarm(story.end) && (tried.length > 0 || endsRed(events))) return [];
  const undone = never.length > 0 ? leftUndone(story, step, never, events) : null;
  // A way out that a test on the emptiness takes is the hole, whatever was swallowed before it.
  if (undone?.kind === 'exits-zero' && (tried.length === 0 || isForced(story, events))) return [undone];
  const holes: FailOpen[] = [];
  for (const done of tried) {
    const failure = failures.find((candidate) => candidate.work === done.work.key);
    if (failure) holes.push(maskedWork(story, step, done, failure, events));
  }
  // What was never reached because a command had failed is the same hole as that failure.
  if (undone && holes.length === 0) holes.push(undone);
  return holes;
}

/** Does the step leave with a status that is not 0? */
function endsRed(events: readonly Event[]): boolean {
  const last = events.findLast(
    (event) => event.kind === 'leave' && (event.how === 'exit' || event.how === 'error'),
  );
  return last?.kind === 'leave' && !last.green;
}

function maskedWork(
  story: Story,
  step: Step,
  done: Done,
  failure: Failure,
  events: readonly Event[],
): FailOpen {
  const at = maskOf(failure, events) ?? (failure.silent ? null : jobMaskOf(story)) ?? null;
  const leave = at && at.by !== 'continue-on-error' ? lastLeave(events, story.theirs) : null;
  const span = spanOfWhere(leave?.where ?? at?.where ?? failure.where);
  const silent = failure.silent;
  const cause: Label = {
    span: spanOfWhere(failure.where),
    text: silent
      ? `${failure.name} is refused without it, and still ends with status 0`
      : `${failure.name} fails without it`,
  };
  const swallowed: Label[] = at
    ? [{ span: spanOfWhere(at.where), text: `its failure is swallowed here (${at.by})` }]
    : [];
  const left: Label[] = leave ? [{ span: spanOfWhere(leave.where), text: endText(leave, story) }] : [];
  return {
    kind: 'masked',
    job: story.job,
    step,
    span,
    confidence: 'likely',
    lost: [done.work.name],
    by: at?.by ?? (silent ? failure.name : null),
    witness: [...enters(story, step), cause, ...swallowed, ...left],
    lacks: failure.lacks,
    tests: testsOf(story.differing),
    failure,
    alarm: isAlarm(story.end),
  };
}

function leftUndone(
  story: Story,
  step: Step,
  lost: readonly Done[],
  events: readonly Event[],
): FailOpen | null {
  const inStep = story.differing.filter((decision) => events.includes(decision));
  const forgiven = events.find(
    (event): event is Mask => event.kind === 'mask' && event.by === 'continue-on-error',
  );
  const leave = lastLeave(events, story.theirs);
  const last = inStep.at(-1);
  const guard = failedGuard(events, story.theirs);
  const guarded = inStep.length > 0 || guard !== null;
  // A login, or whatever else only prepares, is no work that is lost, but what it was to prepare is.
  // An action that does not even begin without it leaves nowhere.
  const red = endsRed(events);
  const failed = events
    .flatMap((event) => (event.kind === 'failure' ? [event.failure] : []))
    .findLast((candidate) => red || candidate === forgiven?.failure);
  const failure = last?.because ?? (guarded ? undefined : failed);
  if (forgiven && (guarded || failure)) {
    const span = spanOfWhere(forgiven.where);
    const fails = failure && { where: failure.where, text: `${failure.name} fails without it` };
    const left = leave && { where: leave.where, text: 'the step fails here, as it should' };
    const unmet =
      guard && !last ? { where: guard.where, text: 'fails when it is missing, as it should' } : null;
    const cause = fails ?? left ?? unmet;
    const labels: Label[] = [
      ...(fails ? enters(story, step) : opening(story, step, last)),
      ...(cause ? [{ span: spanOfWhere(cause.where), text: cause.text }] : []),
      { span, text: `but its failure is swallowed, and ${outcomeOf(story)}` },
      ...(fails ? closing(lost) : []),
    ];
    const hole = shape(story, step, 'masked', span, lost, labels, 'continue-on-error', inStep);
    return failure ? { ...hole, confidence: 'likely', failure } : hole;
  }
  if (!last) return guard ? behindGuard(story, step, lost, guard, events) : rehearsed(story, step, lost);
  const because = last.because ?? emptied(last, events);
  if (because) {
    // What ran on the left of a pipeline tells by what it did not print, and not by its status.
    const piped = pipeMaskOf(because, events);
    const mask = piped ?? (last.because ? undefined : maskOf(because, events));
    const span = spanOfWhere(leave?.where ?? mask?.where ?? last.where);
    const end = piped ? 'its failure is swallowed here (|)' : 'its failure is taken for an answer here';
    const labels: Label[] = [
      ...enters(story, step),
      { span: spanOfWhere(because.where), text: `${because.name} fails without it` },
      { span, text: leave ? endText(leave, story) : end },
      ...closing(lost),
    ];
    return {
      ...shape(story, step, 'masked', span, lost, labels, piped ? '|' : 'if', inStep),
      confidence: 'likely',
      failure: because,
    };
  }
  const span = spanOfWhere(leave?.where ?? last.where);
  const ending: Label[] = leave ? [{ span, text: endText(leave, story) }] : [];
  const hole = shape(
    story,
    step,
    'exits-zero',
    span,
    lost,
    [...opening(story, step, last), ...ending, ...closing(lost)],
    null,
    inStep,
  );
  return guessedBefore(story) || last.open || byChance(story) ? { ...hole, confidence: 'likely' } : hole;
}

/** A guard fails as it should, in a subshell that nobody asks, or in front of a trap that ends with 0. */
function behindGuard(
  story: Story,
  step: Step,
  lost: readonly Done[],
  guard: Leave,
  events: readonly Event[],
): FailOpen {
  const later = events.slice(events.indexOf(guard));
  const trap = later.findLast((event) => event.kind === 'leave' && event.green && event.how === 'exit');
  const at = spanOfWhere(guard.where);
  const ending: Label[] =
    trap?.kind === 'leave' ? [{ span: spanOfWhere(trap.where), text: endText(trap, story) }] : [];
  const guardText = 'fails when it is missing';
  const labels: Label[] = [
    ...enters(story, step),
    { span: at, text: trap ? guardText : `${guardText}, which nothing hears of, and ${outcomeOf(story)}` },
    ...ending,
    ...closing(lost),
  ];
  const hole = shape(story, step, 'exits-zero', ending[0]?.span ?? at, lost, labels, null, []);
  return { ...hole, lacks: asksFor(guard), confidence: guessedBefore(story) ? 'likely' : 'proved' };
}

/** A loop that goes through what a failed command did not print: the failure is what empties it. */
function emptied(last: Decision, events: readonly Event[]): Failure | null {
  if (last.outcome !== 'no item') return null;
  const before = events.slice(0, events.indexOf(last));
  const failed = before.findLast((event) => event.kind === 'failure');
  return failed?.kind === 'failure' ? failed.failure : null;
}

function maskOf(failure: Failure, events: readonly Event[]): Mask | undefined {
  return events.findLast((event): event is Mask => event.kind === 'mask' && event.failure === failure);
}

/** An action whose own input, set by the secret, turns it into a rehearsal (`push: false`). */
function rehearsed(story: Story, step: Step, lost: readonly Done[]): FailOpen | null {
  const rehearses = [...story.end.state.done.values()].some(
    (done) => done.work.step === step.index && done.work.rehearsal,
  );
  // The present world does not rehearse, so that it is the input, however the secret comes to it, that differs.
  const deciding = actionFact(step.uses?.scalar.text.text.trim() ?? '')?.rehearsal ?? [];
  const input = step.with.find(({ name }) => deciding.some((entry) => entry.input === name.toLowerCase()));
  if (!rehearses || !input) return null;
  const { span } = input.value.scalar;
  const labels: Label[] = [
    ...enters(story, step),
    { span, text: `false when it is missing: the action only rehearses, and ${outcomeOf(story)}` },
  ];
  return shape(story, step, 'skips-step', span, lost, labels, null, []);
}
