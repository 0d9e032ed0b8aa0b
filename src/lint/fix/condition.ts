import { eventContexts } from '../../forge/events.js';
import type { ConditionText, Step } from '../../model/model.js';
import { spanText } from '../../text/source.js';
import { isWorkflow } from '../callers.js';
import type { Edit } from '../finding.js';
import { FORK_TEST } from '../words.js';
import { guardJob, guardStep } from './guard-step.js';
import { dueOf, negated, type Parted, partsOf, probesOf, wordsOf } from './residue.js';
import { keepsForks, type Mend, type Scope } from './subject.js';
import { keyRemoved, mapWith } from './yaml-edits.js';

/** The ways to mend a condition that skips a step: a step in front of it fails where the secret is due. */
export function stepConditionMends(scope: Scope): Mend[] {
  const { step } = scope.hole;
  if (!step?.if || !isCovered(scope)) return [];
  const forks = keepsForks(scope);
  const group = groupOf(scope);
  const mends: Mend[] = [];
  for (const parted of partsOf(scope, step.if)) {
    const guard = guardStep(scope, step, dueOf(parted), forks);
    if (!guard) continue;
    // With forks about, the condition is what keeps their way; else it has nothing left to say.
    const spare = parted.plain && parted.there === true && parted.missing === false && !forks;
    const removed = spare ? conditionsLike(scope, step, step.if) : [];
    if (removed.length > 0) mends.push({ edits: [...guard, ...removed], group });
    mends.push({ edits: guard, group });
  }
  return mends;
}

/** What is left of the condition of a step without what asks for the secret alone; null where that is not all that hangs on it. */
export function conditionWithout(scope: Scope): Edit | null {
  const { step } = scope.hole;
  const [parted] = step?.if ? partsOf(scope, step.if) : [];
  const map = step?.if ? mapWith('if', step.if.span) : null;
  if (!step?.if || !parted?.plain || parted.missing !== false || !map || keepsForks(scope)) return null;
  if (parted.there === true) return keyRemoved(map, 'if');
  const { style } = step.if.template.scalar;
  if (style === 'literal' || style === 'folded') return null;
  return { span: step.if.span, text: `\${{ ${joined(parted.there)} }}` };
}

/** The conditions of the job that ask for the same in the same words. */
function conditionsLike({ hole }: Scope, step: Step, { span }: ConditionText): Edit[] {
  const text = spanText(span);
  return hole.job.steps.flatMap((other) => {
    if (!other.if || other.index < step.index || spanText(other.if.span) !== text) return [];
    const map = mapWith('if', other.if.span);
    return (map && keyRemoved(map, 'if')) ?? [];
  });
}

/** The ways to mend a condition that skips a job: its first step fails, and only forks skip it. */
export function jobConditionMends(scope: Scope): Mend[] {
  const { hole, file } = scope;
  const { job } = hole;
  const [first] = job.steps;
  if (!job.if || !first || first.caller || job.part || !isWorkflow(file) || !isCovered(scope)) return [];
  const { style } = job.if.template.scalar;
  const map = mapWith('if', job.if.span);
  const [parted] = partsOf(scope, job.if);
  if (!parted?.plain || parted.missing === true || !map || style === 'literal' || style === 'folded')
    return [];
  const due = typeof parted.missing === 'boolean' ? null : negated(parted.missing);
  const guard = guardStep(scope, first, due, false);
  if (!guard) return [];
  const left = [
    ...(keepsForks(scope) ? [`!(${FORK_TEST})`] : []),
    ...(parted.there === true ? [] : [joined(parted.there)]),
  ];
  const condition =
    left.length === 0 ? keyRemoved(map, 'if') : { span: job.if.span, text: `\${{ ${left.join(' && ')} }}` };
  return condition ? [{ edits: [condition, ...guard] }] : [];
}

/** A job beside one that is skipped, which fails where the secret is due: it can stand beside the call of a workflow too. */
export function jobBesideMends(scope: Scope): Mend[] {
  const { hole, file } = scope;
  const { job } = hole;
  if (!job.if || !isWorkflow(file) || !isCovered(scope)) return [];
  return partsOf(scope, job.if).flatMap((parted) => {
    const edits = guardJob(scope, file, dueOf(parted), keepsForks(scope));
    return edits ? [{ edits, group: groupOf(scope) }] : [];
  });
}

/** A step in front of one that cannot fail by itself: what it cannot do itself is done before it. */
export function stepBeforeMends(scope: Scope): Mend[] {
  const { hole } = scope;
  const { step } = hole;
  if (!step || !isCovered(scope)) return [];
  const condition = step.if ? wordsOf(step.if) : null;
  if (step.if && condition === null) return [];
  const guard = guardStep(scope, step, condition, keepsForks(scope));
  return guard ? [{ edits: guard, group: groupOf(scope) }] : [];
}

/** A step in front of the one that finds out whether the secret is there, where its answer is all that a condition asks. */
export function probeStepMends(scope: Scope): Mend[] {
  if (!asksForAll(scope) || !isCovered(scope)) return [];
  return probesOf(scope).flatMap(({ job, step }) => {
    const condition = step.if ? wordsOf(step.if) : null;
    if (step.caller || (step.if && condition === null)) return [];
    const guard = guardStep({ ...scope, hole: { ...scope.hole, job } }, step, condition, keepsForks(scope));
    return guard ? [{ edits: guard }] : [];
  });
}

/**
 * Does the condition of the hole ask for nothing but what hangs on the secret, or does it ask in every event that the
 * workflow is trusted in?
 */
export function asksForAll(scope: Scope): boolean {
  const { hole, file } = scope;
  const condition = hole.step ? hole.step.if : hole.job.if;
  const parted = condition ? partsOf(scope, condition) : [];
  if (parted.some(({ there, missing }) => there === true && missing === false)) return true;
  if (parted.length === 0 || !isWorkflow(file)) return false;
  return eventContexts(file.triggers, hole.forge)
    .filter(({ trusted, name }) => trusted && name !== 'unknown')
    .every(({ name }) => hole.contexts.includes(name));
}

/** One step in front may do for all of the job that asks for the same. */
function groupOf({ hole }: Scope): string {
  return ['step in front', hole.job.key.span.source.path, hole.job.id, ...hole.secrets].join(' ');
}

/** Does a test for pull requests of forks tell all that may go without the secret from those that must not? */
export function isCovered({ hole }: Scope): boolean {
  return hole.soft.every((name) => /^pull_request:|^workflow_call$/.test(name));
}

function joined(left: Parted['there']): string {
  return typeof left === 'boolean' ? String(left) : left.join(' && ');
}
