import type { Env, Job, Step, Template, Workflow } from '../model/model.js';
import type { Expr } from '../parse/expression.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { secretsByMatrix } from './matrix.js';

/** One place where a secret is named. `name` is upper case; `*` stands for all of them (`toJSON(secrets)`, `secrets[x]`). */
export interface SecretUse {
  readonly name: string;
  /** The name as it is written there. */
  readonly written: string;
  readonly span: Span;
}

/** Calls `visit` for the expression and everything in it. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  switch (expr.kind) {
    case 'literal':
    case 'context':
      return;
    case 'index':
      walkExpr(expr.object, visit);
      if (expr.key.kind !== 'star') walkExpr(expr.key, visit);
      return;
    case 'call':
      for (const arg of expr.args) walkExpr(arg, visit);
      return;
    case 'not':
      walkExpr(expr.operand, visit);
      return;
    case 'compare':
      walkExpr(expr.left, visit);
      walkExpr(expr.right, visit);
      return;
    case 'and':
    case 'or':
      for (const operand of expr.operands) walkExpr(operand, visit);
      return;
  }
}

/** The name that an input goes by where it stands for a secret: in an action that nobody calls. */
export function inputName(name: string): string {
  return `inputs.${name.toLowerCase()}`;
}

/** The secrets that an expression names, and the inputs, which stand for secrets in an action that nobody calls. */
export function secretsOfExpr(expr: Expr, job: Job | null = null): SecretUse[] {
  const uses: SecretUse[] = [];
  const indexed = new Set<Expr>();
  walkExpr(expr, (node) => {
    if (node.kind === 'index' && node.object.kind === 'context' && node.object.name === 'secrets') {
      indexed.add(node.object);
      const { key } = node;
      const literal = key.kind === 'literal' && typeof key.value === 'string' ? [key.value] : [];
      const byMatrix = job && key.kind !== 'literal' && key.kind !== 'star' ? secretsByMatrix(key, job) : [];
      const names = [...literal, ...byMatrix];
      for (const written of names.length > 0 ? names : ['*'])
        uses.push({ name: written.toUpperCase(), written, span: spanOf(node.at) });
    } else if (node.kind === 'index' && node.object.kind === 'context' && node.object.name === 'inputs') {
      const { key } = node;
      if (key.kind === 'literal') {
        const name = inputName(String(key.value));
        uses.push({ name, written: name, span: spanOf(node.at) });
      }
    } else if (node.kind === 'context' && node.name === 'secrets' && !indexed.has(node)) {
      uses.push({ name: '*', written: '*', span: spanOf(node.at) });
    }
  });
  return uses;
}

/** The secrets that a text names in its expressions. */
export function secretsOfTemplate(template: Template | null, job: Job | null = null): readonly SecretUse[] {
  if (!template) return [];
  // Only the matrix of a job can make it other names than elsewhere.
  return job
    ? usesOfTemplate(template, job)
    : remembered(usesAnywhere, template, () => usesOfTemplate(template, null));
}

function usesOfTemplate(template: Template, job: Job | null): SecretUse[] {
  return template.parts.flatMap((part) =>
    part.kind === 'expression' && part.expr ? secretsOfExpr(part.expr, job) : [],
  );
}

export function secretsOfEnv(env: Env, job: Job | null = null): SecretUse[] {
  return env.flatMap((entry) => secretsOfTemplate(entry.value, job));
}

const usesAnywhere = new WeakMap<Template, readonly SecretUse[]>();
const usesOfStep = new WeakMap<Step, readonly SecretUse[]>();
const usesWithoutJob = new WeakMap<Step, readonly SecretUse[]>();
const usesOfJob = new WeakMap<Job, readonly SecretUse[]>();

/** Looks a thing's uses up, or finds them out once: every world and context asks again. */
function remembered<Thing extends object>(
  known: WeakMap<Thing, readonly SecretUse[]>,
  thing: Thing,
  find: () => readonly SecretUse[],
): readonly SecretUse[] {
  const uses = known.get(thing) ?? find();
  known.set(thing, uses);
  return uses;
}

/** The secrets that a step itself names; `job` is the one it stands in, whose matrix may tell names; null in an action. */
export function secretsOfStep(step: Step, job: Job | null): readonly SecretUse[] {
  return remembered(job ? usesOfStep : usesWithoutJob, step, () => [
    ...secretsOfEnv(step.env, job),
    ...secretsOfTemplate(step.run, job),
    ...secretsOfTemplate(step.if?.template ?? null, job),
    ...step.with.flatMap((entry) => secretsOfTemplate(entry.value, job)),
    ...secretsOfTemplate(step.continueOnError?.template ?? null, job),
  ]);
}

/** The secrets that a job names, its steps included. */
export function secretsOfJob(job: Job): readonly SecretUse[] {
  return remembered(usesOfJob, job, () => [
    ...secretsOfEnv(job.env, job),
    ...secretsOfTemplate(job.if?.template ?? null),
    ...job.steps.flatMap((step) => secretsOfStep(step, job)),
    ...secretsOfEnv(job.outputs),
    ...job.with.flatMap((entry) => secretsOfTemplate(entry.value, job)),
    ...(job.secrets === 'inherit' ? [] : job.secrets.flatMap((entry) => secretsOfTemplate(entry.value, job))),
  ]);
}

/** Can a secret, or what was made of one, reach this job? */
export function mayCarrySecret(workflow: Workflow, job: Job): boolean {
  return (
    job.needs.length > 0 ||
    job.secrets === 'inherit' ||
    secretsOfJob(job).length > 0 ||
    secretsOfEnv(workflow.env).length > 0
  );
}

/** All secrets of a workflow. */
export function secretsOfWorkflow(workflow: Workflow): SecretUse[] {
  return [...secretsOfEnv(workflow.env), ...workflow.jobs.flatMap(secretsOfJob)];
}

/** Is this the name of an input? */
export function isInput(name: string): boolean {
  return name.startsWith('inputs.');
}

/** The distinct names of secrets, in order of appearance, without `*`. */
export function secretNames(uses: readonly SecretUse[]): string[] {
  return [...new Set(uses.map((use) => use.name))].filter((name) => name !== '*' && !isInput(name));
}
