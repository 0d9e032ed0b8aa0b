import type { Dialect } from '../forge/dialects.js';
import type { Job, Workflow } from '../model/model.js';
import { type Answer, answerAt } from './answer.js';
import { type Check, checksOf } from './checks.js';

/** A job that posts its status under the name that another job posts its own under: the later one hides the earlier. */
export interface SharedStatus extends Answer {
  readonly job: Job;
  readonly context: string;
  /** Where the other one is: the path of its file as findings show it, and its id. */
  readonly other: { readonly path: string; readonly job: string };
}

/**
 * The jobs of a workflow whose status another job of the same folder posts too. Each pair is told once, at the one that
 * comes later in the order of the paths. Nothing on GitHub, where each run keeps its own checks.
 */
export function sharedStatuses(
  workflow: Workflow,
  workflows: readonly Workflow[],
  dialect: Dialect,
): SharedStatus[] {
  if (dialect.forge === 'github') return [];
  const folder = folderOf(workflow);
  const others = workflows.filter(
    (one) => folderOf(one) === folder && one.source.path <= workflow.source.path,
  );
  const byContext = new Map<string, Check>();
  const found = new Map<Job, SharedStatus>();
  for (const one of others.toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1))) {
    for (const check of checksOf(one, dialect.forge)) {
      if (check.context === null) continue;
      const known = byContext.get(check.context);
      if (!known) byContext.set(check.context, check);
      else if (one === workflow && known.job !== check.job && !found.has(check.job))
        found.set(check.job, sharedBy(check, known, check.context, dialect));
    }
  }
  return [...found.values()];
}

function sharedBy({ job }: Check, known: Check, context: string, dialect: Dialect): SharedStatus {
  const answer = answerAt(dialect.forge, job.name?.scalar.span ?? job.key.span, 'posted under this name', {
    job,
  });
  const theirs = known.job.name?.scalar.span ?? known.job.key.span;
  const witness = [...answer.witness, { span: theirs, text: 'and under the same name here' }];
  return { ...answer, job, context, witness, other: { path: known.workflow.source.path, job: known.job.id } };
}

function folderOf({ source: { path } }: Workflow): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
