// What the hole is that left work of a job undone: its place, its kind, and how sure that is.

import type { Step } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import { placeKey } from '../text/source.js';
import {
  byChance,
  callersOf,
  type FailOpen,
  failedGuard,
  guessedBefore,
  isAlarm,
  isAt,
  jobMaskOf,
  type Label,
  lacksOf,
  type Mask,
  namesOf,
  outcomeOf,
  type Story,
  segmentOf,
  shape,
  spanOfWhere,
  testsOf,
} from './hole.js';
import { insideStep } from './hole-in-step.js';
import { closing, opening } from './hole-witness.js';
import { walkExpr } from './secrets.js';
import type { Done, Event, Failure } from './state.js';

export function holesOf(story: Story, lost: readonly Done[]): FailOpen[] {
  const { job, mine, differing } = story;
  if (story.end.result === 'skipped') {
    const hole = skippedJob(story, lost);
    return hole ? [hole] : [];
  }
  const holes: FailOpen[] = [];
  const bySkip = new Map<string, Done[]>();
  const behind: Done[] = [];
  for (const [index, works] of groupByStep(lost)) {
    const step = job.steps[index];
    if (!step) continue;
    const segment = segmentOf(mine, index);
    if (!segment.skipped) {
      holes.push(...insideStep(story, step, works, [...segment.events, ...masksAround(mine, step)]));
      continue;
    }
    const owner = skippedOwner(mine, step);
    if (!differing.some((decision) => decision.site === owner.if)) {
      const hole = forgivenCall(story, step, works);
      if (hole) holes.push(hole);
      else behind.push(...works);
      continue;
    }
    // Steps with the same condition are skipped by the same hole.
    const key = `${owner.caller?.index ?? ''} ${owner.if?.template.scalar.text.text.trim() ?? ''}`;
    bySkip.set(key, [...(bySkip.get(key) ?? []), ...works]);
  }
  for (const works of bySkip.values()) {
    const hole = skippedSteps(story, works);
    if (hole && !followsForgiven(hole, holes)) holes.push(hole);
  }
  const forgiven = behind.length > 0 && !holes.some(({ kind }) => kind === 'masked');
  const hole = forgiven ? forgivenJob(story, behind) : null;
  return hole ? [...holes, hole] : holes;
}

/** Steps that are left out because an earlier one has failed for want of the secret, in a job that is forgiven. */
function forgivenJob(story: Story, lost: readonly Done[]): FailOpen | null {
  const { job, mine, end, differing } = story;
  const step = job.steps[end.state.failedAt ?? -1];
  const mask = jobMaskOf(story);
  if (!step || !mask) return null;
  const { events } = segmentOf(mine, step.index);
  const inStep = differing.filter((decision) => events.includes(decision) && decision.lacks.length > 0);
  const failure = events.find((event) => event.kind === 'failure')?.failure ?? null;
  if (inStep.length === 0 && !failure && !failedGuard(events, story.theirs)) return null;
  const span = spanOfWhere(mask.where);
  const labels: Label[] = [
    ...opening(story, step, inStep.at(-1)),
    ...(failure ? [{ span: spanOfWhere(failure.where), text: `${failure.name} fails without it` }] : []),
    { span, text: `but the failure of the job is swallowed, and ${outcomeOf(story)}` },
    ...closing(lost),
  ];
  const hole = shape(story, step, 'masked', span, lost, labels, 'continue-on-error', inStep);
  return failure ? { ...hole, confidence: 'likely', failure } : hole;
}

/** The step whose own condition skipped this one: itself, or a step that calls the action in which it stands. */
function skippedOwner(events: readonly Event[], step: Step): Step {
  let owner = step;
  for (let at = step.caller; at; at = at.caller) {
    const { index } = at;
    if (events.some((event) => event.kind === 'step' && event.index === index && event.what === 'skipped'))
      owner = at;
  }
  return owner;
}

/** Where the failure of an action, of which this step is a part, is swallowed by the step that calls. */
function masksAround(events: readonly Event[], step: Step): Mask[] {
  const places = new Set<string>();
  for (let at = step.caller; at; at = at.caller)
    if (at.continueOnError) places.add(placeKey(at.continueOnError.span));
  if (places.size === 0) return [];
  return events.filter(
    (event): event is Mask => event.kind === 'mask' && places.has(placeKey(spanOfWhere(event.where))),
  );
}

/** A step of an action that never runs because an earlier one failed, for want of the secret, where the caller forgives. */
function forgivenCall(story: Story, step: Step, lost: readonly Done[]): FailOpen | null {
  const [mask] = masksAround(story.mine, step);
  const caller =
    mask && callersOf(step).find((at) => at.continueOnError && isAt(mask, at.continueOnError.span));
  if (!mask || !caller || !story.differing.some((decision) => decision.lacks.length > 0)) return null;
  const last = story.differing.findLast((decision) => decision.lacks.length > 0);
  const span = spanOfWhere(mask.where);
  const text = `its failure is swallowed, and ${outcomeOf(story)}`;
  const labels = [...opening(story, step, last), { span, text }, ...closing(lost)];
  return shape(story, caller, 'masked', span, lost, labels, 'continue-on-error', story.differing);
}

/** Is the step skipped for the outcome of a step whose failure is swallowed, which is the hole to mend? */
function followsForgiven(hole: FailOpen, holes: readonly FailOpen[]): boolean {
  const paths = new Set<string | null>();
  for (const part of hole.step?.if?.template.parts ?? []) {
    if (part.kind === 'expression' && part.expr) walkExpr(part.expr, (expr) => paths.add(contextPath(expr)));
  }
  return holes.some((other) => {
    const id = other.step?.id?.toLowerCase();
    return other.kind === 'masked' && id !== undefined && paths.has(`steps.${id}.outcome`);
  });
}

function groupByStep(lost: readonly Done[]): Map<number, Done[]> {
  const groups = new Map<number, Done[]>();
  for (const done of lost) {
    const group = groups.get(done.work.step);
    if (group) group.push(done);
    else groups.set(done.work.step, [done]);
  }
  return groups;
}

function skippedJob(story: Story, lost: readonly Done[]): FailOpen | null {
  const { job } = story;
  const decision = story.differing.find((candidate) => candidate.site === job.if);
  if (!job.if || !decision) return null;
  const text = 'false when it is missing: the job is skipped, and skipped counts as passed';
  return {
    kind: 'skips-job',
    job,
    step: null,
    span: job.if.span,
    confidence: decision.open ? 'likely' : 'proved',
    lost: namesOf(lost),
    by: null,
    witness: [...opening(story, null, decision, job.if), { span: job.if.span, text }, ...closing(lost)],
    lacks: lacksOf(story.differing),
    tests: testsOf(story.differing),
    failure: null,
    alarm: isAlarm(story.end),
  };
}

function skippedSteps(story: Story, lost: readonly Done[]): FailOpen | null {
  const indexes = [...new Set(lost.map((done) => done.work.step))].sort((a, b) => a - b);
  const owners = indexes.flatMap((index) => {
    const step = story.job.steps[index];
    return step ? [skippedOwner(story.mine, step)] : [];
  });
  const steps = [...new Set(owners)];
  const [first] = steps;
  if (!first?.if) return null;
  const decision = story.differing.find((candidate) => candidate.site === first.if);
  const others: Label[] = steps
    .slice(1)
    .flatMap((step) => (step.if ? [{ span: step.if.span, text: 'skipped by the same condition' }] : []));
  const text = `false when it is missing: the step is skipped, and ${outcomeOf(story)}`;
  return {
    kind: 'skips-step',
    job: story.job,
    step: first,
    span: first.if.span,
    confidence:
      guessedBefore(story) ||
      byChance(story) ||
      story.differing.some((decision) => decision.site === first.if && decision.open)
        ? 'likely'
        : 'proved',
    lost: namesOf(lost),
    by: null,
    witness: [
      ...opening(story, first, decision, first.if),
      { span: first.if.span, text },
      ...others,
      ...closing(lost),
    ],
    lacks: lacksOf(story.differing),
    tests: testsOf(story.differing),
    failure: null,
    alarm: isAlarm(story.end),
  };
}

export function pipeMaskOf(failure: Failure, events: readonly Event[]): Mask | undefined {
  return events.findLast(
    (event): event is Mask => event.kind === 'mask' && event.failure === failure && event.by === '|',
  );
}
