// What proves a hole: the places on the path from the secret to the green end.

import type { ConditionText, Job, Step, Workflow } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import { spanOf } from '../text/script.js';
import { placeKey, type Span } from '../text/source.js';
import { callAround, workflowOf } from './called.js';
import {
  callersOf,
  type Decision,
  type FailOpen,
  GUARD_FALSE,
  GUARD_TRUE,
  isStepText,
  type Label,
  namesOf,
  type Story,
  spanOfWhere,
} from './hole.js';
import {
  type SecretUse,
  secretsOfEnv,
  secretsOfJob,
  secretsOfStep,
  secretsOfTemplate,
  walkExpr,
} from './secrets.js';
import type { Done, Event } from './state.js';

/**
 * Where the secret enters, and what is decided on it up to `until`. Where `until` tests the secret itself, it says
 * all; else what was decided before tells how the secret came to decide it.
 */
export function opening(
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
export function withCalls(
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

export function closing(lost: readonly Done[]): Label[] {
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
export function enters(story: Story, step: Step | null, condition: ConditionText | null = null): Label[] {
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
