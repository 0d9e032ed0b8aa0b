import { actionFact } from '../facts/actions.js';
import type { ConditionText, Job, Step, Workflow } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import { spanOf } from '../text/script.js';
import { placeKey, type Span } from '../text/source.js';
import { callAround, isExit, workflowOf } from './called.js';
import { both, type Constraints, compatible, sameEnvironment, unconstrained } from './constraints.js';
import type { JobEnd, NeedEntry } from './job.js';
import {
  type SecretUse,
  secretsOfEnv,
  secretsOfJob,
  secretsOfStep,
  secretsOfTemplate,
  walkExpr,
} from './secrets.js';
import {
  type Done,
  type Event,
  eventsOf,
  type Failure,
  meetsIn,
  outcomesOf,
  type Taken,
  type Where,
  type Work,
} from './state.js';
import { endsAfterward, type WorkflowRun } from './workflow.js';

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

function spanOfWhere(where: Where): Span {
  return 'text' in where ? spanOf(where) : where;
}

/**
 * Compares what a job does in the two worlds of one context. `present` and `missing` are the runs of the whole
 * workflow; the job is green-but-empty where an end of the missing world is green and lacks work that an end of
 * the present world does in the same environment.
 */
export function findFailOpens(
  workflow: Workflow,
  job: Job,
  present: WorkflowRun,
  missing: WorkflowRun,
  secrets: readonly string[],
): FailOpen[] {
  const before = present.get(job.id) ?? [];
  const after = missing.get(job.id) ?? [];
  const found = new Map<string, FailOpen>();
  for (const end of after) {
    if (end.result === 'skipped' && end.skippedBy === 'needs') continue;
    // A job that is red for want of the secret says so: there is nothing to find.
    if (end.result === 'failure' && (eventsOf(end.state.trace).some(isFailure) || failsLater(end))) continue;
    if (isClosedLater(workflow, job, end, missing)) continue;
    for (const full of closest(end, before)) {
      for (const hole of compareEnds(workflow, job, end, full, before, after, secrets)) {
        if (
          hole.failure &&
          !hole.alarm &&
          mayBeNoticed(hole) &&
          isNoticed(workflow, hole.failure, end, after, hole.by === '&')
        )
          continue;
        const confidence =
          hole.confidence === 'proved' && alwaysGreen(end, full, after, before) ? 'proved' : 'likely';
        const key = `${hole.kind} ${hole.alarm} ${hole.step?.index ?? ''} ${placeKey(hole.span)}`;
        const known = found.get(key);
        if (!known) found.set(key, { ...hole, confidence });
        else found.set(key, mergeHoles(known, { ...hole, confidence }));
      }
    }
  }
  const holes = onePerFailure([...found.values()]);
  // What a failed job leaves out is only told where the ordinary run does not leave it out too.
  return holes.filter(
    (hole) =>
      !hole.alarm || !holes.some((other) => !other.alarm && placeKey(other.span) === placeKey(hole.span)),
  );
}

function isFailure(event: Event): boolean {
  return event.kind === 'failure';
}

/** Does a guard fail for want of the secret behind the step that failed the job, where alarms are? */
function failsLater({ state }: JobEnd): boolean {
  const { failedAt } = state;
  if (failedAt === null) return false;
  let step = -1;
  let isAsked = false;
  for (const event of eventsOf(state.trace)) {
    if (event.kind === 'step') {
      step = event.index;
      isAsked = false;
    } else if (event.kind === 'decision') isAsked ||= event.lacks.length > 0 && 'text' in event.where;
    else if (event.kind === 'leave' && !event.green && step > failedAt && isAsked) return true;
  }
  return false;
}

/** One swallowed failure is one hole: of several places that show it the one with the longest story is kept. */
function onePerFailure(holes: readonly FailOpen[]): FailOpen[] {
  const byFailure = new Map<string, FailOpen>();
  for (const hole of holes) {
    const work = hole.failure?.work;
    const key = work ? `${hole.step?.index} ${work}` : `${hole.kind} ${placeKey(hole.span)} ${hole.alarm}`;
    const known = byFailure.get(key);
    if (!known || hole.witness.length > known.witness.length) byFailure.set(key, hole);
  }
  return [...byFailure.values()];
}

/** One hole seen twice: the better proof, and all that is lost by either. */
function mergeHoles(known: FailOpen, other: FailOpen): FailOpen {
  const better = known.confidence === 'likely' && other.confidence === 'proved' ? other : known;
  return { ...better, lost: [...new Set([...known.lost, ...other.lost])] };
}

/**
 * The ends of the present world to compare with: in the same environment, and with the fewest differences that
 * the missing secret did not force. What an end does differently by mere chance, its closest twin does too.
 */
function closest(end: JobEnd, candidates: readonly JobEnd[]): JobEnd[] {
  const mine = eventsOf(end.state.trace);
  let least = Number.POSITIVE_INFINITY;
  let near: JobEnd[] = [];
  for (const full of candidates) {
    if (full.result === 'skipped' && end.result === 'skipped') continue;
    if (!endsAlike(full, end)) continue;
    if (!compatible(end.state.constraints, full.state.constraints)) continue;
    const distance = differingDecisions(mine, eventsOf(full.state.trace)).filter(
      (decision) => decision.open,
    ).length;
    if (distance < least) near = [];
    least = Math.min(least, distance);
    if (distance === least) near.push(full);
  }
  return near.filter((full) => full.result !== 'skipped');
}

/**
 * The decisions of a missing end that the present world never takes in the environment in which it does the work:
 * what the missing secret brought about, and nothing else could. In order.
 */
function forcedDecisions(
  end: JobEnd,
  full: JobEnd,
  before: readonly JobEnd[],
  when: Constraints,
): Decision[] {
  const environment = both(both(full.state.constraints, when), end.state.constraints);
  const theirs = outcomesOf(full.state.trace, environment);
  const mine = outcomesOf(end.state.trace, environment);
  const alike = before
    .filter(
      (other) =>
        other !== full &&
        // What a step skips because another one has failed, no missing secret makes it skip.
        (other.result === 'failure') === (end.result === 'failure') &&
        endsAlike(other, end) &&
        compatible(other.state.constraints, environment),
    )
    .map((other) => outcomesOf(other.state.trace, environment));
  return eventsOf(end.state.trace).filter((event): event is Decision => {
    if (event.kind !== 'decision') return false;
    const taken = theirs.get(event.site);
    if (!taken || taken.outcomes.has(event.outcome)) return false;
    if (!mine.get(event.site)?.outcomes.has(event.outcome)) return false;
    // What is left to chance in both worlds is not the secret's doing.
    if (event.private || (event.open && taken.open)) return false;
    return !alike.some((history) => history.get(event.site)?.outcomes.has(event.outcome));
  });
}

/** A green end compares with any; a red one only with an end that is red for the same reason. */
function endsAlike(full: JobEnd, end: JobEnd): boolean {
  if (full.state.alarm !== end.state.alarm) return false;
  // Where it takes one more failed job to bring the end about, it is that job which the secret turns red.
  if (end.state.alarm && !sameFailures(full.from, end.from)) return false;
  return (
    end.result !== 'failure' || (full.result === 'failure' && full.state.failedAt === end.state.failedAt)
  );
}

/** Did the same needed jobs fail before both ends? */
function sameFailures(theirs: readonly NeedEntry[], mine: readonly NeedEntry[]): boolean {
  return mine.every(
    ({ job, result }) =>
      (result === 'failure') === theirs.some((entry) => entry.job === job && entry.result === 'failure'),
  );
}

/** Is the job red already, so that what is left undone can only be telling of it? */
function isAlarm(end: JobEnd): boolean {
  return end.state.alarm || end.result === 'failure';
}

/** Is every end that the missing world can have in this environment green, as far as the secret has a say in it? */
function alwaysGreen(end: JobEnd, full: JobEnd, all: readonly JobEnd[], before: readonly JobEnd[]): boolean {
  return all.every(
    (other) =>
      other === end ||
      other.result !== 'failure' ||
      other.state.alarm ||
      !sameEnvironment(other.state.constraints, end.state.constraints) ||
      !compatible(other.state.constraints, full.state.constraints) ||
      failsAnyway(other, before),
  );
}

/** Does the job fail at a step in which the secret has no part, as it may with the secret there? */
function failsAnyway(end: JobEnd, before: readonly JobEnd[]): boolean {
  const { failedAt } = end.state;
  if (failedAt === null) return false;
  const events = eventsOf(end.state.trace);
  if (events.some((event) => event.kind === 'failure')) return false;
  const { events: own } = segmentOf(events, failedAt);
  if (own.some((event) => event.kind === 'decision' && event.lacks.length > 0)) return false;
  if (own.some((event) => event.kind === 'leave' && (event.lacks?.length ?? 0) > 0)) return false;
  return before.some((full) => full.result === 'failure');
}

/** A command that went on without the secret, or in the background, may be asked about later. */
function mayBeNoticed(hole: FailOpen): boolean {
  return hole.failure?.silent === true || hole.by === '&';
}

/**
 * Does the script look at the answer of the command that went on without the secret? It does where the same
 * failure ends red on another path; `anywhere`: whatever else that path assumes, since what it waits for may be
 * what the command in the background does.
 */
function isNoticed(
  workflow: Workflow,
  failure: Failure,
  end: JobEnd,
  all: readonly JobEnd[],
  anywhere: boolean,
): boolean {
  return all.some(
    (other) =>
      other.result === 'failure' &&
      !other.state.alarm &&
      (anywhere || sameEnvironment(other.state.constraints, end.state.constraints)) &&
      (anywhere || !isByChance(other, all)) &&
      !failsInOtherScript(workflow, failure, eventsOf(other.state.trace)) &&
      meetsIn(
        other.state.trace,
        anywhere ? unconstrained : end.state.constraints,
        (event) => event.kind === 'failure' && event.failure.work === failure.work,
      ),
  );
}

/**
 * Is there a green path too that comes to the same answers wherever something is asked that the missing secret has a
 * say in? Then it is not for want of the secret that this one is red: a `failed=1` of a loop whose rounds were joined.
 */
function isByChance(red: JobEnd, all: readonly JobEnd[]): boolean {
  const events = eventsOf(red.state.trace);
  if (events.some((event) => event.kind === 'leave' && !event.green && asksFor(event).length > 0))
    return false;
  const mine = outcomesOf(red.state.trace, unconstrained);
  const asked = events.filter(
    (event) => event.kind === 'decision' && (event.lacks.length > 0 || event.private || event.because),
  );
  return all.some((green) => {
    if (green.result !== 'success' || !compatible(green.state.constraints, red.state.constraints))
      return false;
    const theirs = outcomesOf(green.state.trace, unconstrained);
    return asked.every(
      (event) => event.kind === 'decision' && sameOutcomes(mine.get(event.site), theirs.get(event.site)),
    );
  });
}

function sameOutcomes(a: Taken | undefined, b: Taken | undefined): boolean {
  if (!a || !b || a.outcomes.size !== b.outcomes.size) return false;
  return [...a.outcomes].every((outcome) => b.outcomes.has(outcome));
}

/** Does the path end red by what a called script comes to that is neither the step's text nor where the failure was? */
function failsInOtherScript(workflow: Workflow, failure: Failure, events: readonly Event[]): boolean {
  let at = events.findLastIndex((event) => event.kind === 'leave' && !event.green);
  // The script leaves, and then the step for its status.
  for (let before = events[at - 1]; before?.kind === 'leave' && !before.green; before = events[at - 1]) at--;
  const first = events[at];
  if (first?.kind !== 'leave') return false;
  const { path } = spanOfWhere(first.where).source;
  return !isStepText(workflow, path) && path !== spanOfWhere(failure.where).source.path;
}

/** Is it a file whose steps the workflow runs, and no script that one of them calls? */
function isStepText(workflow: Workflow, path: string): boolean {
  if (path === workflow.source.path) return true;
  return workflow.jobs.some((job) => job.steps.some((step) => step.headSpan.source.path === path));
}

/** Does a job that needs this one fail on what this end left behind? */
export function isClosedLater(workflow: Workflow, job: Job, end: JobEnd, missing: WorkflowRun): boolean {
  const later = endsAfterward(end, missing);
  if (later.size === 0) return false;
  return workflow.jobs.some((other) => {
    if (other === job || isExit(other)) return false;
    // One that is skipped because a job has failed has nothing to notice: the run is red.
    const following = (later.get(other.id) ?? []).filter(({ skippedBy }) => skippedBy !== 'needs');
    return following.length > 0 && following.every((candidate) => candidate.result === 'failure');
  });
}

/** The work of `full` that `end` does not do; `after` are all ends of the missing world. */
function lostWork(end: JobEnd, full: JobEnd, after: readonly JobEnd[]): Done[] {
  const lost: Done[] = [];
  for (const [key, done] of full.state.done) {
    if (done.work.rehearsal || !compatible(done.when, end.state.constraints)) continue;
    const mine = end.state.done.get(key);
    if (!mine && !isLeftToChance(done, end, after)) lost.push(done);
  }
  return lost;
}

/** Work that the present world only perhaps does, and that the missing one tries where it comes to it: the secret does not decide that. */
function isLeftToChance({ work, when }: Done, end: JobEnd, after: readonly JobEnd[]): boolean {
  if (when.facts.size === 0 || triesInVain(end, work)) return false;
  return after.some((other) => other.state.alarm === end.state.alarm && triesInVain(other, work));
}

function triesInVain({ state }: JobEnd, { key }: Work): boolean {
  return eventsOf(state.trace).some((event) => event.kind === 'failure' && event.failure.work === key);
}

/** Work that only the missing world does: it did something else in place of what it could not do. */
function insteadWork(end: JobEnd, full: JobEnd): Work[] {
  const instead: Work[] = [];
  for (const [key, done] of end.state.done) {
    if (!done.work.rehearsal && !full.state.done.has(key)) instead.push(done.work);
  }
  return instead;
}

/**
 * How the work of one end of the missing world compares with that of the ends of the present world which are most like it:
 * whether some of theirs is lost, and whether other work is done in its place. `after`: all ends of the missing world.
 */
export function compareWork(
  end: JobEnd,
  before: readonly JobEnd[],
  after: readonly JobEnd[],
): { readonly lost: boolean; readonly instead: boolean } {
  const near = closest(end, before);
  return {
    lost: near.some((full) => lostWork(end, full, after).length > 0),
    instead: near.some((full) => insteadWork(end, full).length > 0),
  };
}

function compareEnds(
  workflow: Workflow,
  job: Job,
  end: JobEnd,
  full: JobEnd,
  before: readonly JobEnd[],
  after: readonly JobEnd[],
  secrets: readonly string[],
): FailOpen[] {
  // After a failure only what comes later can tell of it.
  const from = end.result === 'failure' ? (end.state.failedAt ?? -1) : -1;
  const lost = lostWork(end, full, after).filter((done) => done.work.step > from || done.work.step < 0);
  if (lost.length === 0 || insteadWork(end, full).length > 0) return [];
  const mine = eventsOf(end.state.trace);
  const theirs = eventsOf(full.state.trace);
  const asked = outcomesOf(full.state.trace, full.state.constraints);
  const holes: FailOpen[] = [];
  for (const [count, works] of groupByEnvironment(lost).entries()) {
    // Further work that is lost by the same hole only makes the message longer.
    if (count >= MANY_ENVIRONMENTS && holes.length > 0) break;
    const when = works[0]?.when ?? unconstrained;
    const differing = forcedDecisions(end, full, before, when);
    for (const hole of holesOf({ workflow, job, end, mine, theirs, secrets, differing, asked }, works))
      holes.push({
        ...hole,
        witness: withCalls(hole.witness, { workflow, job, step: hole.step }, [...mine, ...theirs]),
      });
  }
  return withRoots(holes);
}

/** A step that is skipped by the test which left work of an earlier step undone belongs to the hole of that step. */
function withRoots(holes: readonly FailOpen[]): FailOpen[] {
  const roots = holes.filter((hole) => hole.kind !== 'skips-step');
  for (const hole of holes) {
    if (hole.kind !== 'skips-step') continue;
    const at = roots.findIndex((other) => other.kind === 'exits-zero' && sharesGuard(hole, other));
    const root = roots[at];
    if (root) roots[at] = withSkipped(root, hole);
    else roots.push(hole);
  }
  return roots;
}

/** So many sets of assumptions under which work is lost are looked at one by one. */
const MANY_ENVIRONMENTS = 16;

/** Work that is done under the same assumptions, together; what is always done comes first. */
function groupByEnvironment(lost: readonly Done[]): Done[][] {
  const groups = new Map<string, Done[]>();
  for (const done of lost) {
    const key = JSON.stringify([...done.when.facts].sort());
    const group = groups.get(key);
    if (group) group.push(done);
    else groups.set(key, [done]);
  }
  return [...groups.values()].sort((a, b) => (a[0]?.when.facts.size ?? 0) - (b[0]?.when.facts.size ?? 0));
}

function holesOf(story: Story, lost: readonly Done[]): FailOpen[] {
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

/** Where the failure of the whole job is swallowed. */
function jobMaskOf({ job, mine }: Story): Mask | undefined {
  const flag = job.continueOnError;
  return mine.findLast(
    (event): event is Mask => flag !== null && event.kind === 'mask' && isAt(event, flag.span),
  );
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

function isAt(mask: Mask, span: Span): boolean {
  return placeKey(spanOfWhere(mask.where)) === placeKey(span);
}

/** The steps that call the action in which a step stands, innermost first. */
function callersOf(step: Step): Step[] {
  const callers: Step[] = [];
  for (let at = step.caller; at; at = at.caller) callers.push(at);
  return callers;
}

/** Does the test that left work of an earlier step undone also decide that this step is skipped? */
function sharesGuard(hole: FailOpen, earlier: FailOpen): boolean {
  if ((earlier.step?.index ?? 0) >= (hole.step?.index ?? 0)) return false;
  return hole.witness.some((label) =>
    earlier.witness.some(
      (other) => placeKey(other.span) === placeKey(label.span) && other.text === label.text && isGuard(label),
    ),
  );
}

function isGuard(label: Label): boolean {
  return label.text === GUARD_TRUE || label.text === GUARD_FALSE;
}

/** The earlier hole with the steps that it skips: mending it mends them. */
function withSkipped(first: FailOpen, hole: FailOpen): FailOpen {
  const skipped: Label = { span: hole.span, text: 'this step is skipped by it too' };
  return {
    ...first,
    lost: [...new Set([...first.lost, ...hole.lost])],
    witness: [...first.witness, skipped],
  };
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

/** Did the missing secret leave no choice at the last test of the step that went another way? */
function isForced(story: Story, events: readonly Event[]): boolean {
  const last = story.differing.findLast((decision) => events.includes(decision));
  return last !== undefined && !last.open;
}

interface Story {
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

type Decision = Extract<Event, { kind: 'decision' }>;

function groupByStep(lost: readonly Done[]): Map<number, Done[]> {
  const groups = new Map<number, Done[]>();
  for (const done of lost) {
    const group = groups.get(done.work.step);
    if (group) group.push(done);
    else groups.set(done.work.step, [done]);
  }
  return groups;
}

/** The decisions of a path that the other path took differently, in order. */
function differingDecisions(mine: readonly Event[], theirs: readonly Event[]): Decision[] {
  const outcomes = new Map<object, Set<string>>();
  for (const event of theirs) {
    if (event.kind !== 'decision') continue;
    const known = outcomes.get(event.site);
    if (known) known.add(event.outcome);
    else outcomes.set(event.site, new Set([event.outcome]));
  }
  return mine.filter((event): event is Decision => {
    if (event.kind !== 'decision') return false;
    const other = outcomes.get(event.site);
    return other !== undefined && !other.has(event.outcome);
  });
}

/** The events of one step on a path. */
function segmentOf(events: readonly Event[], index: number): { events: readonly Event[]; skipped: boolean } {
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

// --- the three shapes ---------------------------------------------------------------------------------

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

/** Did it take chance, after the secret had parted the worlds, to come to this end? Another answer may be red. */
function byChance(story: Story): boolean {
  const [first] = story.differing;
  if (!first) return false;
  const after = story.mine.slice(story.mine.indexOf(first) + 1);
  return after.some(
    (event) => event.kind === 'decision' && event.open === true && !story.asked.has(event.site),
  );
}

/** Did the path come this far only because a command is assumed to fail without the secret? */
function guessedBefore(story: Story): boolean {
  return story.mine.some((event) => event.kind === 'failure' && event.failure.guessed);
}

function insideStep(story: Story, step: Step, lost: readonly Done[], events: readonly Event[]): FailOpen[] {
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
  const forgiven = events.find((event) => event.kind === 'mask' && event.by === 'continue-on-error');
  const leave = lastLeave(events, story.theirs);
  const last = inStep.at(-1);
  const guard = failedGuard(events, story.theirs);
  const guarded = inStep.length > 0 || guard !== null;
  // A login, or whatever else only prepares, is no work that is lost, but what it was to prepare is.
  const failed = endsRed(events) ? events.findLast((event) => event.kind === 'failure')?.failure : undefined;
  const failure = last?.because ?? (guarded ? undefined : failed);
  if (forgiven?.kind === 'mask' && (guarded || failure)) {
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

/** Where the shell left because of an emptiness, and no branch was taken: `${X:?}`, or `test -n "$X"` alone on its line. */
function failedGuard(events: readonly Event[], theirs: readonly Event[]): Leave | null {
  const known = new Set(theirs.map((event) => (event.kind === 'leave' ? event.site : null)));
  return (
    events.find(
      (event): event is Leave =>
        event.kind === 'leave' && !event.green && !known.has(event.site) && asksFor(event).length > 0,
    ) ?? null
  );
}

function asksFor({ lacks = [], asked = [] }: Leave): readonly string[] {
  return lacks.length > 0 ? lacks : asked;
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

type Mask = Extract<Event, { kind: 'mask' }>;

function maskOf(failure: Failure, events: readonly Event[]): Mask | undefined {
  return events.findLast((event): event is Mask => event.kind === 'mask' && event.failure === failure);
}

function pipeMaskOf(failure: Failure, events: readonly Event[]): Mask | undefined {
  return events.findLast(
    (event): event is Mask => event.kind === 'mask' && event.failure === failure && event.by === '|',
  );
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

function endText({ how, where }: Leave, story: Story): string {
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
function outcomeOf(story: Story): string {
  return isAlarm(story.end) ? 'this step says nothing of the failure' : 'the job is green';
}

function shape(
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

type Leave = Extract<Event, { kind: 'leave' }>;

/** The last early end of the step that the other path does not take; an `exit` before all else. */
function lastLeave(events: readonly Event[], theirs: readonly Event[]): Leave | null {
  const known = new Set(theirs.map((event) => (event.kind === 'leave' ? event.site : null)));
  const leaves = events.filter(
    (event): event is Leave => event.kind === 'leave' && event.green && !known.has(event.site),
  );
  return leaves.findLast((leave) => leave.how === 'exit' || leave.how === 'exec') ?? leaves.at(-1) ?? null;
}

function namesOf(lost: readonly Done[]): string[] {
  return [...new Set(lost.map((done) => done.work.name))];
}

function lacksOf(decisions: readonly Decision[]): string[] {
  return [...new Set(decisions.flatMap((decision) => decision.lacks))];
}

/** The most tests that are kept of a path, the last ones: those before have ever less to do with its end. */
const MAX_TESTS = 64;

function testsOf(decisions: readonly Decision[]): Span[] {
  return decisions.slice(-MAX_TESTS).flatMap(({ where }) => ('text' in where ? [spanOf(where)] : []));
}

// --- the witness --------------------------------------------------------------------------------------

/**
 * Where the secret enters, and what is decided on it up to `until`. Where `until` tests the secret itself, it says
 * all; else what was decided before tells how the secret came to decide it.
 */
function opening(
  story: Story,
  step: Step | null,
  until: Decision | undefined,
  condition: ConditionText | null = null,
): Label[] {
  const labels = enters(story, step, condition);
  const end = until ? story.differing.indexOf(until) : story.differing.length;
  const inScript = until && 'text' in until.where ? [until] : [];
  if (until && until.lacks.length > 0) return [...labels, ...inScript.map(labelOf)];
  const before = story.differing.slice(0, end).filter((decision) => decision.lacks.length > 0);
  for (const decision of [...before.slice(-MAX_DECISIONS), ...inScript]) addLabel(labels, labelOf(decision));
  const write = step && inScript.length === 0 ? lastWrite(story, step) : null;
  if (write) labels.push(write);
  return labels;
}

function labelOf(decision: Decision): Label {
  return { span: spanOfWhere(decision.where), text: decisionText(decision) };
}

/** Adds a label unless its place is told already: a list and the `if` around it ask the same test. */
function addLabel(labels: Label[], label: Label): void {
  if (!labels.some((known) => placeKey(known.span) === placeKey(label.span))) labels.push(label);
}

/** The most decisions that a witness tells. */
const MAX_DECISIONS = 4;

const GUARD_TRUE = 'true when it is missing';
const GUARD_FALSE = 'false when it is missing';

function decisionText(decision: Decision): string {
  switch (decision.outcome) {
    case 'true':
      return GUARD_TRUE;
    case 'false':
      return GUARD_FALSE;
    case 'no item':
      return 'nothing to go through when it is missing';
    case 'blank':
      return 'cannot be evaluated when it is missing: this forge then runs an empty script';
    case 'no arm':
      return 'no arm of the case is taken when it is missing';
    default:
      return 'taken when it is missing';
  }
}

/** Where the actions and workflows are called in which a step stands, by their paths. */
function callsOfFiles(job: Job, step: Step | null): ReadonlyMap<string, Label> {
  const calls = new Map<string, Label>();
  for (const at of step ? [step, ...callersOf(step)] : []) {
    const span = at.caller?.uses?.scalar.span;
    if (span) calls.set(at.headSpan.source.path, { span, text: 'the step calls this action here' });
  }
  for (let call = callAround(job); call; call = call.within) {
    const span = call.caller.uses?.scalar.span;
    const text = `job ${call.caller.id} calls this workflow here`;
    if (span) calls.set(call.workflow.source.path, { span, text });
  }
  return calls;
}

/** The labels, with the places where files are called before the first label in each of those files. */
function withCalls(
  labels: readonly Label[],
  { workflow, job, step }: Pick<FailOpen, 'job' | 'step'> & { readonly workflow: Workflow },
  events: readonly Event[],
): Label[] {
  const fileCalls = callsOfFiles(job, step);
  const told = new Set<string>();
  const whole: Label[] = [];
  for (const label of labels) {
    const calls: Label[] = [];
    let at = label.span;
    while (at.source.path !== workflow.source.path) {
      const inside = at;
      const { path } = inside.source;
      const fileCall = fileCalls.get(path);
      if (fileCall) {
        if (told.has(path)) break;
        told.add(path);
        at = fileCall.span;
        calls.unshift(fileCall);
        continue;
      }
      const call = events.find((event) => event.kind === 'call' && holds(event.callee.body, inside));
      if (call?.kind !== 'call' || told.has(placeKey(call.callee.body))) break;
      told.add(placeKey(call.callee.body));
      at = spanOf(call.where);
      const who = isStepText(workflow, at.source.path) ? 'the step' : 'the script';
      calls.unshift({ span: at, text: `${who} calls ${call.callee.title} here` });
    }
    whole.push(...calls, label);
  }
  return whole;
}

function holds(outer: Span, inner: Span): boolean {
  return outer.source.path === inner.source.path && outer.start <= inner.start && inner.end <= outer.end;
}

function lastWrite(story: Story, step: Step): Label | null {
  const start = story.mine.findIndex((event) => event.kind === 'step' && event.index === step.index);
  const known = new Set(story.theirs.map((event) => (event.kind === 'write' ? event.where : null)));
  const write = story.mine
    .slice(0, start < 0 ? undefined : start)
    .findLast((event) => event.kind === 'write' && !known.has(event.where));
  return write?.kind === 'write'
    ? { span: spanOfWhere(write.where), text: `what is then written to ${write.name}` }
    : null;
}

function closing(lost: readonly Done[]): Label[] {
  const [first] = lost;
  if (!first) return [];
  return [{ span: spanOfWhere(first.work.where), text: `never reached: ${namesOf(lost).join(', ')}` }];
}

/** Where the secrets may enter, the nearest first. */
function* usesAround(
  story: Story,
  step: Step | null,
  condition: ConditionText | null,
): Iterable<readonly SecretUse[]> {
  const { job, workflow } = story;
  const callers = step ? callersOf(step).map((caller) => secretsOfStep(caller, job)) : [];
  const own = step ? [secretsOfEnv(step.env, job), secretsOfStep(step, job), ...callers] : [];
  const around = [secretsOfEnv(job.env, job), secretsOfEnv(workflowOf(workflow, job).env)];
  yield* condition ? [...readBy(condition, story, step), ...around, ...own] : [...own, ...around];
  for (const other of job.steps) yield secretsOfStep(other, job);
  yield* usesOfNeeds(story);
  for (const other of workflow.jobs) yield secretsOfJob(other);
}

/** The place where the missing secret comes in: where the condition reads it, else as near to the step as it can be found. */
function enters(story: Story, step: Step | null, condition: ConditionText | null = null): Label[] {
  for (const uses of usesAround(story, step, condition)) {
    const use = uses.find((candidate) => story.secrets.includes(candidate.name));
    if (use) return [{ span: use.span, text: "the secret enters here; missing, it is ''" }];
  }
  return [];
}

function usesOfNeeds({ job, workflow }: Story): (readonly SecretUse[])[] {
  return job.needs.flatMap((need) => {
    const needed = workflow.jobs.find((other) => other.id === need.job);
    return needed ? [secretsOfJob(needed)] : [];
  });
}

/** The secrets behind what a condition reads, nearest first: named in it, in a variable, a step's or a job's output. */
function readBy(condition: ConditionText, story: Story, step: Step | null): (readonly SecretUse[])[] {
  const { job, workflow } = story;
  const env = [...(step?.env ?? []), ...job.env, ...workflowOf(workflow, job).env];
  const prefix = callAround(job)?.prefix ?? '';
  const lists: (readonly SecretUse[])[] = [secretsOfTemplate(condition.template)];
  for (const part of condition.template.parts) {
    if (part.kind !== 'expression' || !part.expr) continue;
    walkExpr(part.expr, (expr) => {
      const [context, name] = contextPath(expr)?.split('.') ?? [];
      if (!name) return;
      if (context === 'env')
        lists.push(
          secretsOfEnv(
            env.filter((entry) => entry.name.toLowerCase() === name),
            job,
          ),
        );
      if (context === 'steps') {
        const caller = step?.caller ?? null;
        const read = job.steps.find((other) => other.caller === caller && other.id?.toLowerCase() === name);
        if (read) lists.push(secretsOfStep(read, job));
      }
      if (context === 'needs') {
        const read = workflow.jobs.find(
          (other) => other.id.toLowerCase() === `${prefix}${name}`.toLowerCase(),
        );
        if (read) lists.push(secretsOfJob(read));
      }
    });
  }
  return lists;
}
