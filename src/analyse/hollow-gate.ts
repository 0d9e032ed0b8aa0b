import type { Dialect } from '../forge/dialects.js';
import type { Job, Workflow } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import type { Span } from '../text/source.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import { namesStatusFunction } from './expressions.js';
import type { NeedEntry } from './job.js';
import { walkExpr } from './secrets.js';
import { endsAfter, trustedContexts } from './what-if.js';

/**
 * A job that collects the results of others and is red when one of them has failed, yet green when one has not run, though
 * nobody meant it not to.
 */
export type HollowGate = Answer & {
  /** The jobs that it needs and that may not have run while it is green. */
  readonly needs: readonly string[];
} & (
    | { readonly kind: 'cancelled' }
    /** `failed` are jobs that `needs` need, directly or not, and of which the gate does not hear. */
    | { readonly kind: 'hides-failure'; readonly failed: readonly string[] }
    /** Their own conditions leave them out. */
    | { readonly kind: 'conditional' }
  );

/** Jobs that need more are not looked into: each need is tried by itself. */
const MAX_NEEDS = 60;

/** The gates of a workflow that stand open. */
export function hollowGates(workflow: Workflow, dialect: Dialect, knowledge: Knowledge): HollowGate[] {
  const contexts = trustedContexts(workflow, dialect, knowledge.trust);
  const context = contexts.find(({ event }) => event === 'pull_request') ?? contexts[0];
  if (!context) return [];
  return workflow.jobs.flatMap((job): HollowGate[] => {
    if (!mayCollect(job)) return [];
    const ends = (needs: readonly string[], result: NeedEntry['result']) => {
      const results = new Map(needs.map((need) => [need, result]));
      return endsAfter(workflow, job, results, context, dialect, knowledge).map((end) => end.result);
    };
    const isRed = (needs: readonly string[]) => ends(needs, 'failure').every((end) => end === 'failure');
    const isGreen = (needs: readonly string[], result: 'skipped' | 'cancelled') =>
      ends(needs, result).every((end) => end !== 'failure');
    const needs = [...new Set(job.needs.map((need) => need.job))];
    // A job that does its own work, whatever became of the others, is no gate.
    if (!isRed(needs) || isRed([])) return [];
    const heard = needs.filter((need) => isRed([need]));
    const answer = answerOf(job, dialect);
    const found: HollowGate[] = [];
    const hidden = [...skippedWith(workflow, job, needs, heard)].filter(
      ([, lost]) => lost.some((need) => heard.includes(need)) && isGreen(lost, 'skipped'),
    );
    if (hidden.length > 0) {
      const lost = [...new Set(hidden.flatMap(([, list]) => list))];
      found.push({ ...answer, kind: 'hides-failure', needs: lost, failed: hidden.map(([id]) => id) });
    }
    const cancelled = heard.filter((need) => isGreen([need], 'cancelled'));
    if (cancelled.length > 0) found.push({ ...answer, kind: 'cancelled', needs: cancelled });
    const conditional = heard.filter((need) => isConditional(workflow, need) && isGreen([need], 'skipped'));
    if (conditional.length > 0) found.push({ ...answer, kind: 'conditional', needs: conditional });
    return found;
  });
}

/** Does it run whatever became of the jobs that it needs, and ask for their results? */
function mayCollect(job: Job): boolean {
  const { if: condition, needs } = job;
  if (!condition || job.uses || needs.length === 0 || needs.length > MAX_NEEDS) return false;
  return namesStatusFunction(condition) && asksForResults(job);
}

function asksForResults({ steps, env }: Job): boolean {
  const templates = steps.flatMap((step) => [
    step.run,
    step.if?.template ?? null,
    ...step.env.map(({ value }) => value),
    ...step.with.map(({ value }) => value),
  ]);
  for (const template of [...templates, ...env.map(({ value }) => value)]) {
    for (const part of template?.parts ?? []) {
      if (part.kind !== 'expression' || !part.expr) continue;
      let asks = false;
      walkExpr(part.expr, (expr) => {
        if (expr.kind === 'context' && expr.name === 'needs') asks = true;
        if (contextPath(expr)?.startsWith('needs.')) asks = true;
      });
      if (asks) return true;
    }
  }
  return false;
}

function answerOf(job: Job, dialect: Dialect): Answer {
  const step = job.steps.find((one) => asksForResults({ ...job, env: [], steps: [one] })) ?? null;
  const span: Span = step?.if?.span ?? step?.headSpan ?? job.key.span;
  return answerAt(dialect.forge, span, 'asks what became of the others', { job, step }, 'likely');
}

/** The jobs of which the gate does not hear, each with those of its needs that are skipped when that job fails. */
function skippedWith(
  workflow: Workflow,
  gate: Job,
  needs: readonly string[],
  heard: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const byId = new Map(workflow.jobs.map((job) => [job.id, job]));
  const lost = new Map<string, string[]>();
  for (const need of needs) {
    const seen = new Set<string>([gate.id]);
    const waiting = [need];
    for (const id of waiting) {
      const job = byId.get(id);
      if (!job || seen.has(id)) continue;
      seen.add(id);
      // One whose failure is forgiven takes nobody along.
      if (id !== need && !heard.includes(id) && job.continueOnError === null)
        lost.set(id, [...(lost.get(id) ?? []), need]);
      if (!job.if || !namesStatusFunction(job.if)) waiting.push(...job.needs.map((one) => one.job));
    }
  }
  return lost;
}

function isConditional({ jobs }: Workflow, need: string): boolean {
  return jobs.some((job) => job.id === need && job.if !== null);
}
