import type { Guard, Hole } from '../analyse/analyse.js';
import type { Unjudged } from '../analyse/unjudged.js';
import type { Step } from '../model/model.js';
import { placeKey, type Source, type Span } from '../text/source.js';
import type { Callers } from './callers.js';
import type { InputError, TracedFate } from './finding.js';
import type { Subject } from './rule.js';

// One hole is one finding, in the file where a person would mend it, however many callers show it.

/** What was found out by running something. */
export interface Answers {
  readonly holes: readonly Hole[];
  readonly guards: readonly Guard[];
  readonly forkGuards: readonly Guard[];
  readonly notJudged: readonly Unjudged[];
}

/** What the runs of one file show, of itself and of what it calls. */
export interface Judged extends Answers {
  readonly path: string;
  /** What became of the jobs without their secrets, where that was asked. */
  readonly fates: readonly TracedFate[];
  /** The files that its steps call and that were looked into. */
  readonly scripts: readonly Source[];
  /** How many nodes of scripts were run for it. */
  readonly cost: number;
  readonly errors: readonly InputError[];
}

/** What is told of each input, by its path: what all its callers show together. */
export function distribute(
  judged: readonly Judged[],
  inputs: readonly string[],
  callers: Callers,
): ReadonlyMap<string, Answers> {
  const own = new Set(inputs);
  const holes = new Map<string, Hole[]>();
  const guards = new Map<string, Guard[]>();
  const forkGuards = new Map<string, Guard[]>();
  const notJudged = new Map<string, Unjudged[]>();
  for (const { path: root, ...answers } of judged) {
    /** The input that tells of a place; null where it lies in a neighbour that nobody asked for. */
    const teller = ({ source }: Span): string | null => {
      if (own.has(source.path)) return source.path;
      return own.has(root) && !callers.neighbours.has(source.path) ? root : null;
    };
    for (const hole of answers.holes) put(holes, teller(hole.span), hole);
    for (const guard of answers.guards) put(guards, teller(guard.span), guard);
    for (const guard of answers.forkGuards) put(forkGuards, teller(guard.span), guard);
    for (const entry of answers.notJudged) {
      const at = teller(spanOfUnjudged(entry));
      put(notJudged, at, at === root ? inCaller(entry, root) : entry);
    }
  }
  return new Map(
    inputs.map((path) => [
      path,
      {
        holes: together(holes.get(path) ?? [], (hole) => `${hole.kind} ${hole.alarm}`),
        guards: together(guards.get(path) ?? []),
        forkGuards: together(forkGuards.get(path) ?? []),
        notJudged: once(notJudged.get(path) ?? []),
      },
    ]),
  );
}

function put<Thing>(lists: Map<string, Thing[]>, path: string | null, thing: Thing): void {
  if (path === null) return;
  const list = lists.get(path);
  if (list) list.push(thing);
  else lists.set(path, [thing]);
}

/**
 * Names a place that several jobs may lead to. In a file that is called it is the same whoever calls; in a script, and
 * in what an alias repeats, each job and step is told of.
 */
export function siteOf(answer: Subject): string {
  const { path } = answer.span.source;
  const { job, step } = answer;
  const ownJob = job && (job.key.span.source.path === path || !isIn(step, path)) ? job.id : '';
  const ownStep = !step ? '' : isIn(step, path) ? step.place : step.index;
  return `${ownJob} ${ownStep} ${placeKey(answer.span)}`;
}

function isIn(step: Step | null, path: string): boolean {
  return step?.headSpan.source.path === path;
}

/** The answers, those of one place as one: the best proof, with the secrets and contexts of all. */
export function together<Answer extends Subject>(
  answers: readonly Answer[],
  kindOf: (answer: Answer) => string = () => '',
): Answer[] {
  const byPlace = new Map<string, Answer>();
  for (const answer of answers) {
    const key = `${kindOf(answer)} ${siteOf(answer)}`;
    const known = byPlace.get(key);
    byPlace.set(key, known ? merged(known, answer) : answer);
  }
  return [...byPlace.values()];
}

function merged<Answer extends Subject>(known: Answer, other: Answer): Answer {
  const best = known.confidence === 'likely' && other.confidence === 'proved' ? other : known;
  return {
    ...best,
    secrets: [...new Set([...known.secrets, ...other.secrets])],
    contexts: [...new Set([...known.contexts, ...other.contexts])],
  };
}

/** A file of no known root is judged as each forge's; the worst verdict on a place is the one that is told. */
export function worstPerPlace<Answer extends Subject>(
  answers: readonly Answer[],
  badnessOf: (answer: Answer) => number = () => 0,
): Answer[] {
  const byPlace = new Map<string, Answer>();
  for (const answer of answers) {
    const key = siteOf(answer);
    const known = byPlace.get(key);
    if (!known || badnessOf(answer) > badnessOf(known)) byPlace.set(key, answer);
  }
  return [...byPlace.values()];
}

/** What the first forge shows on a place stands for the others. */
export function firstPerPlace<Answer extends Subject>(lists: readonly (readonly Answer[])[]): Answer[] {
  const told = new Set<string>();
  return lists.flatMap((answers) => {
    const fresh = answers.filter((answer) => !told.has(siteOf(answer)));
    for (const answer of fresh) told.add(siteOf(answer));
    return fresh;
  });
}

// --- what is not judged ---------------------------------------------------------------------------------

/** The step that is not judged, or the call of a workflow. */
export function spanOfUnjudged({ job, step }: Unjudged): Span {
  return step?.headSpan ?? job.uses?.scalar.span ?? job.key.span;
}

/** A step of an action that is no input counts with the step that calls the action. */
function inCaller(entry: Unjudged, root: string): Unjudged {
  let { step } = entry;
  const path = step?.headSpan.source.path;
  if (!step || path === undefined || path === root) return entry;
  while (step.caller && step.headSpan.source.path !== root) step = step.caller;
  return { ...entry, step, reason: `${entry.reason} (in ${path})` };
}

function once(entries: readonly Unjudged[]): Unjudged[] {
  const byPlace = new Map<string, Unjudged>();
  for (const entry of entries) {
    const place = placeKey(spanOfUnjudged(entry));
    if (!byPlace.has(place)) byPlace.set(place, entry);
  }
  return [...byPlace.values()];
}
