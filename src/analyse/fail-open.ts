import type { Job, Workflow } from '../model/model.js';
import { placeKey } from '../text/source.js';
import { isExit } from './called.js';
import { both, type Constraints, compatible, sameEnvironment, unconstrained } from './constraints.js';
import {
  asksFor,
  type Decision,
  type FailOpen,
  GUARD_FALSE,
  GUARD_TRUE,
  isStepText,
  type Label,
  segmentOf,
  spanOfWhere,
} from './hole.js';
import { holesOf } from './hole-shapes.js';
import { withCalls } from './hole-witness.js';
import type { JobEnd, NeedEntry } from './job.js';
import {
  type Done,
  type Event,
  eventsOf,
  type Failure,
  meetsIn,
  outcomesOf,
  type Taken,
  type Work,
} from './state.js';
import { endsAfterward, type WorkflowRun } from './workflow.js';

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
