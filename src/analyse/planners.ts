import type { ConditionText, Env, Template } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import type { FailOpen } from './hole.js';
import { walkExpr } from './secrets.js';

/**
 * Leaves out steps that are only skipped together with the job for which they plan: where the outputs of the step feed the
 * condition of another job that is skipped for the same secrets, that job is the hole.
 */
export function withoutPlanners<Hole extends FailOpen & { readonly secrets: readonly string[] }>(
  holes: readonly Hole[],
): Hole[] {
  const jobs = holes.filter((hole) => hole.kind === 'skips-job');
  return holes.filter((hole) => {
    if (hole.kind !== 'skips-step' || !isAlone(hole)) return true;
    const fed = outputsFedBy(hole);
    return !jobs.some((other) => sameSecrets(hole, other) && fed.some((path) => reads(other.job.if, path)));
  });
}

/** Is it the only step of its job with that condition? */
function isAlone({ job, step }: FailOpen): boolean {
  const text = step?.if?.template.scalar.text.text.trim();
  return job.steps.filter((other) => other.if?.template.scalar.text.text.trim() === text).length === 1;
}

function sameSecrets(a: { secrets: readonly string[] }, b: { secrets: readonly string[] }): boolean {
  return a.secrets.every((name) => b.secrets.includes(name));
}

/** The outputs of the job, as others name them, that are made of outputs of the step. */
function outputsFedBy({ job, step }: FailOpen): string[] {
  const id = step?.id?.toLowerCase();
  if (id === undefined) return [];
  const outputs: Env = job.outputs;
  return outputs
    .filter(({ value }) => pathsOf(value).some((path) => path.startsWith(`steps.${id}.`)))
    .map(({ name }) => `needs.${job.id}.outputs.${name}`.toLowerCase());
}

function reads(condition: ConditionText | null, path: string): boolean {
  return condition !== null && pathsOf(condition.template).includes(path);
}

/** The context paths that a text names, lower case. */
function pathsOf(template: Template): string[] {
  const paths: string[] = [];
  for (const part of template.parts) {
    if (part.kind !== 'expression' || !part.expr) continue;
    walkExpr(part.expr, (expr) => {
      const path = contextPath(expr);
      if (path !== null) paths.push(path);
    });
  }
  return paths;
}
