// Which secrets come to a job, under which names, and what there may read them: as the text has it, not as it runs.

import { actionFact } from '../facts/actions.js';
import type { Env, Job, Step, Template, Workflow, WorkflowCall } from '../model/model.js';
import type { Expr } from '../parse/expression.js';
import type { Span } from '../text/source.js';
import { callAround, usesOfJob, workflowOf } from './called.js';
import { mentions } from './composite.js';
import {
  type SecretUse,
  secretsOfEnv,
  secretsOfExpr,
  secretsOfJob,
  secretsOfStep,
  secretsOfTemplate,
} from './secrets.js';
import type { StepNotes } from './unjudged.js';

export const HANDED_ON = 'a program that is not looked into has it in its environment';

/** One secret, by its upper-case name, and a job. */
export interface Place {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly secret: string;
}

/** The names that a secret of the repository goes by where the job stands: by names of their own in a called workflow. */
export function namesIn(job: Job, secret: string): readonly string[] {
  const calls: WorkflowCall[] = [];
  for (let call = callAround(job); call; call = call.within) calls.unshift(call);
  let names: readonly string[] = [secret];
  for (const { caller } of calls) {
    if (caller.secrets === 'inherit') continue;
    names = caller.secrets
      .filter((entry) => anyNamed(secretsOfTemplate(entry.value), names))
      .map((entry) => entry.name.toUpperCase());
  }
  return names;
}

export function anyNamed(uses: readonly SecretUse[], names: readonly string[]): boolean {
  return uses.some((use) => names.includes(use.name));
}

/** Does the secret come to the job at all, under whatever name? */
export function reaches({ workflow, job, secret }: Place): boolean {
  const names = namesIn(job, secret);
  const around = callAround(job) ? [] : secretsOfEnv(workflow.env);
  return anyNamed([...around, ...usesOfJob(job)], names);
}

/** Is the secret only asked for where something else is taken in its place (`secrets.A || secrets.B`)? */
export function hasStandIn({ workflow, job, secret }: Place): boolean {
  const names = namesIn(job, secret);
  const templates = templatesOf(workflowOf(workflow, job), job).filter((template) =>
    anyNamed(secretsOfTemplate(template, job), names),
  );
  return (
    templates.length > 0 &&
    templates.every((template) =>
      template.parts.every(
        (part) =>
          part.kind !== 'expression' ||
          !part.expr ||
          !anyNamed(secretsOfExpr(part.expr, job), names) ||
          standsIn(part.expr, names, job),
      ),
    )
  );
}

function standsIn(expr: Expr, names: readonly string[], job: Job): boolean {
  if (expr.kind !== 'or') return false;
  const last = expr.operands.at(-1);
  if (!last || anyNamed(secretsOfExpr(last, job), names)) return false;
  return last.kind !== 'literal' || (last.value !== '' && last.value !== null && last.value !== false);
}

/** The texts of a job in which a secret may be named. */
function templatesOf(workflow: Workflow, job: Job): Template[] {
  const all: (Template | null)[] = [
    ...[...workflow.env, ...job.env, ...job.outputs, ...job.with].map(({ value }) => value),
    ...(job.secrets === 'inherit' ? [] : job.secrets.map(({ value }) => value)),
    job.if?.template ?? null,
    ...job.steps.flatMap((step) => [
      ...[...step.env, ...step.with].map(({ value }) => value),
      step.run,
      step.if?.template ?? null,
      step.continueOnError?.template ?? null,
    ]),
  ];
  return all.flatMap((template) => template ?? []);
}

export interface Reader {
  readonly span: Span;
  readonly reason: string;
}

/** Something in the job that may read the secret; null where there is nothing. */
export function readerOf({ workflow, job, secret }: Place, notes: StepNotes): Reader | null {
  const names = namesIn(job, secret);
  const holds = (template: Template | null) => anyNamed(secretsOfTemplate(template, job), names);
  const handed = (uses: readonly SecretUse[]): Reader | null => {
    const use = uses.find((candidate) => names.includes(candidate.name));
    return use
      ? { span: use.span, reason: 'it is handed on, and what becomes of it there is not seen' }
      : null;
  };
  if (job.uses) return handed(secretsOfJob(job));
  const outside = handed([
    ...secretsOfEnv(job.outputs),
    ...secretsOfTemplate(job.if?.template ?? null),
    ...job.with.flatMap((entry) => secretsOfTemplate(entry.value)),
  ]);
  if (outside) return outside;
  const variables = (env: Env) => env.flatMap((entry) => (holds(entry.value) ? [entry.name] : []));
  const everywhere = [...variables(job.env), ...variables(workflowOf(workflow, job).env)];
  for (const step of job.steps) {
    const inText = handed(secretsOfStep({ ...step, env: [] }, job));
    if (inText) return inText;
    const held = [...everywhere, ...environmentOf(step).flatMap(variables)];
    if (held.length === 0) continue;
    const texts = [step.run, step.if?.template ?? null, ...step.with.map(({ value }) => value)];
    const naming = texts.find((text) => held.some((name) => text && mentions(text.scalar.text.text, name)));
    if (naming) return { span: naming.scalar.span, reason: 'what becomes of it in the script is not seen' };
    if (step.uses && step.follows?.kind !== 'followed' && mayRead(step.uses, held))
      return { span: step.uses.scalar.span, reason: 'an action has it in its environment' };
    if (notes.isHandedOn(job, step, secret)) return { span: step.headSpan, reason: HANDED_ON };
  }
  return null;
}

/** May the action ask for one of the variables? One that only prepares does not, where it is known what it asks for. */
function mayRead(uses: Template, names: readonly string[]): boolean {
  const fact = actionFact(uses.scalar.text.text.trim());
  return !fact || fact.effect === 'work' || names.some((name) => fact.env.includes(name));
}

/** The `env:` of a step and of the steps that call the action in which it stands. */
function environmentOf(step: Step): Env[] {
  const environments: Env[] = [];
  for (let at: Step | null = step; at; at = at.caller) environments.push(at.env);
  return environments;
}
