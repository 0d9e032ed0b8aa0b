import type { Env, Job, Step, Template, Workflow } from '../model/model.js';
import type { Expr } from '../parse/expression.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';

/** One place where a secret is named. `name` is upper case; `*` stands for all of them (`toJSON(secrets)`, `secrets[x]`). */
export interface SecretUse {
  readonly name: string;
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

/** The secrets that an expression names. */
export function secretsOfExpr(expr: Expr): SecretUse[] {
  const uses: SecretUse[] = [];
  const indexed = new Set<Expr>();
  walkExpr(expr, (node) => {
    if (node.kind === 'index' && node.object.kind === 'context' && node.object.name === 'secrets') {
      indexed.add(node.object);
      const { key } = node;
      const name = key.kind === 'literal' && typeof key.value === 'string' ? key.value.toUpperCase() : '*';
      uses.push({ name, span: spanOf(node.at) });
    } else if (node.kind === 'context' && node.name === 'secrets' && !indexed.has(node)) {
      uses.push({ name: '*', span: spanOf(node.at) });
    }
  });
  return uses;
}

/** The secrets that a text names in its expressions. */
export function secretsOfTemplate(template: Template | null): SecretUse[] {
  if (!template) return [];
  return template.parts.flatMap((part) =>
    part.kind === 'expression' && part.expr ? secretsOfExpr(part.expr) : [],
  );
}

export function secretsOfEnv(env: Env): SecretUse[] {
  return env.flatMap((entry) => secretsOfTemplate(entry.value));
}

/** The secrets that a step itself names. */
export function secretsOfStep(step: Step): SecretUse[] {
  return [
    ...secretsOfEnv(step.env),
    ...secretsOfTemplate(step.run),
    ...secretsOfTemplate(step.if?.template ?? null),
    ...step.with.flatMap((entry) => secretsOfTemplate(entry.value)),
    ...secretsOfTemplate(step.continueOnError?.template ?? null),
  ];
}

/** The secrets that a job names, its steps included. */
export function secretsOfJob(job: Job): SecretUse[] {
  return [
    ...secretsOfEnv(job.env),
    ...secretsOfTemplate(job.if?.template ?? null),
    ...job.steps.flatMap(secretsOfStep),
    ...secretsOfEnv(job.outputs),
    ...job.with.flatMap((entry) => secretsOfTemplate(entry.value)),
    ...(job.secrets === 'inherit' ? [] : job.secrets.flatMap((entry) => secretsOfTemplate(entry.value))),
  ];
}

/** All secrets of a workflow. */
export function secretsOfWorkflow(workflow: Workflow): SecretUse[] {
  return [...secretsOfEnv(workflow.env), ...workflow.jobs.flatMap(secretsOfJob)];
}

/** The distinct names, in order of appearance, without `*`. */
export function secretNames(uses: readonly SecretUse[]): string[] {
  return [...new Set(uses.map((use) => use.name))].filter((name) => name !== '*');
}
