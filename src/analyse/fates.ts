import type { Job, Step, Workflow } from '../model/model.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { asWritten, usesOfJob, workflowOf } from './called.js';
import { compareWork, isClosedLater } from './fail-open.js';
import type { FailOpen, Label } from './hole.js';
import type { JobEnd } from './job.js';
import { anyNamed, HANDED_ON, hasStandIn, namesIn, type Place, reaches, readerOf } from './reach.js';
import { secretsOfEnv, secretsOfJob, secretsOfStep } from './secrets.js';
import type { Event, Trace, Where } from './state.js';
import type { StepNotes, Unjudged } from './unjudged.js';
import { type Verdict, verdicts } from './verdicts.js';
import type { WorkflowRun } from './workflow.js';

// What becomes of each job without each secret: the same worlds that show the holes, asked about every job that a
// secret reaches.

/** What becomes of one job without one secret in one event context. */
export interface Fate {
  /** Upper case; `*` where any secret may be meant. */
  readonly secret: string;
  readonly job: Job;
  readonly context: string;
  readonly trusted: boolean;
  readonly verdict: Verdict;
  /** `likely` where it rests on what a command is assumed to do, or holds on some path only. */
  readonly confidence: 'proved' | 'likely';
  /** Why, as a clause: `the step is skipped, and the job is green`. */
  readonly reason: string;
  /** The others that have to be missing too. */
  readonly together: readonly string[];
  /** Where a person would edit, for a hole; null for all else. */
  readonly place: Span | null;
  readonly witness: readonly Label[];
}

/** One job in one context, in the world where the secret is there and in the one where it is missing. */
export interface Scene extends Place {
  readonly context: { readonly name: string; readonly trusted: boolean };
  readonly present: WorkflowRun;
  readonly missing: WorkflowRun;
  /** The ways of this job to be green without its work that these two worlds show. */
  readonly holes: readonly FailOpen[];
  readonly notes: StepNotes;
}

/** null where the job does not run in that context, or the secret does not reach it. */
export function fateOf(scene: Scene): Fate | null {
  const { workflow, job, present, missing } = scene;
  const before = present.get(job.id) ?? [];
  const after = missing.get(job.id) ?? [];
  const [hole] = [...scene.holes].sort((a, b) => weight(b) - weight(a));
  if (hole) return ofHole(scene, hole);
  if (job.part?.kind === 'entry' || before.every((end) => end.result === 'skipped')) return null;
  const seeing = after.filter((end) => eventsOnIt(end.state.trace).length > 0);
  if (seeing.length === 0) return reaches(scene) ? unseen(scene, after) : null;
  const red = seeing.filter((end) => runIsRed(end) || isClosedLater(workflow, job, end, missing));
  const green = seeing.filter((end) => !red.includes(end));
  const works = green.map((end) => compareWork(end, before, after));
  if (red.length > 0 && green.every((end, index) => !works[index]?.lost || isNoticed(end, red)))
    return closed(scene, red);
  const at = testOn(green[0] ?? null);
  if (works.every(({ lost }) => !lost)) {
    // That it is asked for says nothing of who else asks for it.
    const handed = job.steps.find((step) => scene.notes.isHandedOn(job, step, scene.secret));
    if (handed) return fate(scene, 'not-judged', HANDED_ON, handed.headSpan, UNKNOWN);
    return fate(scene, 'optional', 'the job does all its work without it', at, 'it is asked for here');
  }
  if (works.every(({ lost, instead }) => !lost || instead))
    return fate(scene, 'optional', 'the job does other work in its place', at, 'it is asked for here');
  const reason = 'work is left out on some path, and it is not shown that the secret decides it';
  return fate(scene, 'not-judged', reason, at, 'it is asked for here');
}

const UNKNOWN = 'whether this needs it is not known';

function weight(hole: FailOpen): number {
  return (hole.alarm ? 0 : 4) + (hole.kind === 'masked' ? 0 : 2) + (hole.confidence === 'proved' ? 1 : 0);
}

const reasons: Readonly<Record<FailOpen['kind'], string>> = {
  'exits-zero': 'the step ends with status 0, and its work is not done',
  'skips-step': 'the step is skipped, and the job is green',
  'skips-job': 'the job is skipped, and skipped counts as passed',
  masked: 'what fails without it is swallowed, and the job is green',
};

function ofHole({ job, secret, context }: Scene, hole: FailOpen): Fate {
  const open: Verdict = hole.kind === 'masked' || hole.alarm ? 'masked' : 'fails-open';
  return {
    secret,
    job,
    context: context.name,
    trusted: context.trusted,
    verdict: context.trusted ? open : 'soft-on-forks',
    confidence: hole.confidence,
    reason: hole.alarm ? 'nothing tells of a job that failed' : reasons[hole.kind],
    together: [],
    place: hole.span,
    witness: hole.witness,
  };
}

/** The fates with what only shows where several secrets are missing together. `grouped`: which, and the hole. */
export function withGroups(
  fates: readonly Fate[],
  grouped: readonly {
    readonly hole: FailOpen;
    readonly context: string;
    readonly secrets: readonly string[];
  }[],
): Fate[] {
  return fates.map((known) => {
    const shown = grouped.find(
      ({ hole, context, secrets }) =>
        hole.job === known.job && context === known.context && secrets.includes(known.secret),
    );
    if (!shown) return known;
    const { hole, secrets } = shown;
    const open: Verdict = hole.kind === 'masked' || hole.alarm ? 'masked' : 'fails-open';
    if (verdicts.indexOf(known.verdict) <= verdicts.indexOf(open)) return known;
    return {
      ...known,
      verdict: known.trusted ? open : 'soft-on-forks',
      confidence: hole.confidence,
      reason: reasons[hole.kind],
      together: secrets.filter((name) => name !== known.secret),
      place: hole.span,
      witness: hole.witness,
    };
  });
}

/**
 * A job that goes on without the secret and tells another one so, which then leaves its work out, has a part in that: it
 * is what has to fail.
 */
export function withDependents(fates: readonly Fate[]): Fate[] {
  const keyOf = ({ secret, context }: Fate) => `${context} ${secret}`;
  const open = new Map<string, Fate[]>();
  for (const fate of fates) {
    if (fate.place === null || fate.verdict === 'masked') continue;
    open.set(keyOf(fate), [...(open.get(keyOf(fate)) ?? []), fate]);
  }
  return fates.map((known) => {
    if (known.verdict !== 'optional' && known.verdict !== 'not-judged') return known;
    const dependent = open
      .get(keyOf(known))
      ?.find(
        ({ job, witness }) =>
          job.needs.some((need) => need.job === known.job.id) &&
          witness.some(({ span }) => isWithin(span, known.job.span)),
      );
    if (!dependent) return known;
    const { verdict, confidence, place, witness, job } = dependent;
    const reason = `what it finds makes job ${asWritten(job).id} leave out its work, and the run is green`;
    return { ...known, verdict, confidence, place, witness, reason };
  });
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.source === outer.source && outer.start <= inner.start && inner.end <= outer.end;
}

/** A step on which it may hang and that is not judged leaves nothing to say but that. */
export function withUnjudged(
  workflow: Workflow,
  fates: readonly Fate[],
  unjudged: readonly Unjudged[],
): Fate[] {
  return fates.map((known) => {
    if (!['optional', 'unused', 'not-judged'].includes(known.verdict)) return known;
    const entry = unjudged.find(({ job, step }) => job === known.job && isGiven(workflow, known, step));
    if (!entry) return known;
    const span = entry.step?.headSpan ?? known.job.uses?.scalar.span ?? known.job.key.span;
    const witness = [...known.witness.slice(0, 1), { span, text: 'this is not judged' }];
    return { ...known, verdict: 'not-judged', confidence: 'likely', reason: entry.reason, witness };
  });
}

function isGiven(workflow: Workflow, { job, secret }: Fate, step: Step | null): boolean {
  if (!step) return true;
  const names = namesIn(job, secret);
  const around = [...secretsOfEnv(job.env, job), ...secretsOfEnv(workflowOf(workflow, job).env)];
  if (anyNamed(around, names)) return true;
  for (let at: Step | null = step; at; at = at.caller)
    if (anyNamed(secretsOfStep(at, job), names)) return true;
  return false;
}

/** Jobs that hand every secret there is to what is not seen, or ask for one by a name that is computed. */
export function anySecret(
  jobs: readonly Job[],
  context: { readonly name: string; readonly trusted: boolean },
  present: WorkflowRun,
): Fate[] {
  return jobs.flatMap((job) => {
    const runs = present.get(job.id)?.some((end) => end.result !== 'skipped') ?? false;
    const computed = usesOfJob(job).find(({ name }) => name === '*');
    const handsOn = job.secrets === 'inherit' && job.uses && job.part?.kind !== 'entry';
    const span = computed?.span ?? (handsOn ? job.uses?.scalar.span : undefined);
    if (!runs || !span) return [];
    return {
      secret: '*',
      job,
      context: context.name,
      trusted: context.trusted,
      verdict: 'not-judged',
      confidence: 'likely',
      reason: computed
        ? 'which secret is meant is computed'
        : 'every secret is handed to a workflow that is not here',
      together: [],
      place: null,
      witness: [{ span, text: 'any secret may be meant here' }],
    };
  });
}

// --- what the missing world saw of it -------------------------------------------------------------------

/** The events of a path, and of those joined into it, in which a missing secret has a part; newest first. */
function eventsOnIt(trace: Trace | null): Event[] {
  const found: Event[] = [];
  const seen = new Set<Trace>();
  const waiting: (Trace | null)[] = [trace];
  while (waiting.length > 0) {
    for (let link = waiting.pop() ?? null; link && !seen.has(link); link = link.previous) {
      seen.add(link);
      const { event } = link;
      if (event.kind === 'alternative') waiting.push(event.trace);
      else if (isOnIt(event)) found.push(event);
    }
  }
  return found;
}

function isOnIt(event: Event): boolean {
  switch (event.kind) {
    case 'decision':
      return event.lacks.length > 0;
    case 'leave':
      return (event.lacks?.length ?? 0) > 0;
    case 'failure':
      return event.failure.lacks.length > 0;
    // What is swallowed has failed before, or was decided: that is told by its own event.
    default:
      return false;
  }
}

const redRuns = new WeakMap<JobEnd, boolean>();

/** Is the run red on this path: by the job itself, or by one that it needs? */
function runIsRed(end: JobEnd): boolean {
  const known = redRuns.get(end);
  if (known !== undefined) return known;
  const red =
    end.result === 'failure' ||
    end.from.some((entry) => entry.ends.length > 0 && entry.ends.every((other) => runIsRed(other)));
  redRuns.set(end, red);
  return red;
}

/** Does the same failure that this path goes on after end red on another? Then the script looks at it. */
function isNoticed(end: JobEnd, red: readonly JobEnd[]): boolean {
  const mine = failuresOf(end);
  return red.some((other) => [...failuresOf(other)].some((work) => mine.has(work)));
}

function failuresOf(end: JobEnd): Set<string> {
  return new Set(
    eventsOnIt(end.state.trace).flatMap((event) =>
      event.kind === 'failure' && event.failure.work !== '' ? [event.failure.work] : [],
    ),
  );
}

function testOn(end: JobEnd | null): Span | null {
  const events = end ? eventsOnIt(end.state.trace) : [];
  const test = events.findLast((event) => event.kind === 'decision') ?? events[0];
  return test ? placeOf(test) : null;
}

function placeOf(event: Event): Span | null {
  switch (event.kind) {
    case 'decision':
    case 'leave':
      return spanOfWhere(event.where);
    case 'failure':
      return spanOfWhere(event.failure.where);
    default:
      return null;
  }
}

function spanOfWhere(where: Where): Span {
  return 'text' in where ? spanOf(where) : where;
}

/** The job, or one after it, fails. It is proved where no command is only assumed to fail without the secret. */
function closed(scene: Scene, red: readonly JobEnd[]): Fate {
  const guessed = (end: JobEnd) =>
    eventsOnIt(end.state.trace).some((event) => event.kind === 'failure' && event.failure.guessed);
  const told = red.find((end) => !guessed(end)) ?? red[0];
  const events = told ? eventsOnIt(told.state.trace) : [];
  const failure = events.find((event) => event.kind === 'failure');
  const leave = told ? lastLeave(told.state.trace) : null;
  const confidence = red.some(guessed) ? 'likely' : 'proved';
  if (told && told.result !== 'failure') {
    const reason = 'the job goes on, and one that is needed or needs it fails';
    return { ...fate(scene, 'fails-closed', reason, testOn(told), 'it is missed here'), confidence };
  }
  if (failure?.kind === 'failure') {
    const { name, where } = failure.failure;
    const text = `${name} is given nothing here, and fails`;
    return {
      ...fate(scene, 'fails-closed', `${name} fails without it`, spanOfWhere(where), text),
      confidence,
    };
  }
  const test = testOn(told ?? null);
  const closing: Label[] = leave
    ? [{ span: spanOfWhere(leave.where), text: 'the step fails here, and the job is red' }]
    : [];
  const found = fate(scene, 'fails-closed', 'a guard fails the job', test, 'it is asked for here');
  return { ...found, confidence, witness: [...found.witness, ...closing] };
}

function lastLeave(trace: Trace | null): Extract<Event, { kind: 'leave' }> | null {
  for (let link = trace; link; link = link.previous)
    if (link.event.kind === 'leave' && !link.event.green) return link.event;
  return null;
}

function fate(scene: Scene, verdict: Verdict, reason: string, at: Span | null, text: string): Fate {
  const { secret, job, context } = scene;
  return {
    secret,
    job,
    context: context.name,
    trusted: context.trusted,
    verdict,
    confidence: verdict === 'fails-closed' || verdict === 'unused' ? 'proved' : 'likely',
    reason,
    together: [],
    place: null,
    witness: [...entering(scene), ...(at ? [{ span: at, text }] : [])],
  };
}

function entering({ workflow, job, secret }: Scene): Label[] {
  const names = namesIn(job, secret);
  const uses = [...secretsOfJob(job), ...secretsOfEnv(workflowOf(workflow, job).env)];
  const use = uses.find((candidate) => names.includes(candidate.name));
  return use ? [{ span: use.span, text: "the secret enters here; missing, it is ''" }] : [];
}

/** No path of the missing world shows that it is missing: nothing asks for it, or nobody sees what does. */
function unseen(scene: Scene, after: readonly JobEnd[]): Fate {
  if (after.length > 0 && after.every((end) => end.skippedBy === 'needs')) {
    const red = after.every(runIsRed);
    const reason = 'a job that it needs does not succeed without it';
    return fate(scene, red ? 'fails-closed' : 'not-judged', reason, null, '');
  }
  if (hasStandIn(scene)) return fate(scene, 'optional', 'another value stands in for it', null, '');
  const reader = readerOf(scene, scene.notes);
  if (!reader) return fate(scene, 'unused', 'nothing in the job can read it', null, '');
  return fate(scene, 'not-judged', reader.reason, reader.span, UNKNOWN);
}
