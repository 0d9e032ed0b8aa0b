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
  const first = firstPosters(workflows, folderOf(workflow), dialect.forge);
  const found = new Map<Job, SharedStatus>();
  for (const check of checksOf(workflow, dialect.forge)) {
    const known = check.context === null ? undefined : first.get(check.context);
    if (check.context === null || !known || isSameJob(known, check) || found.has(check.job)) continue;
    found.set(check.job, sharedBy(check, known, check.context, dialect));
  }
  return [...found.values()];
}

/** The workflows may have been read again. */
function isSameJob(one: Check, other: Check): boolean {
  return one.workflow.source.path === other.workflow.source.path && one.job.id === other.job.id;
}

const posters = new WeakMap<readonly Workflow[], Map<string, ReadonlyMap<string, Check>>>();

/** Who posts a status of each name first, in the order of the paths: found out once, or the time would grow with the square of the files. */
function firstPosters(
  workflows: readonly Workflow[],
  folder: string,
  forge: Dialect['forge'],
): ReadonlyMap<string, Check> {
  const byFolder = posters.get(workflows) ?? new Map<string, ReadonlyMap<string, Check>>();
  posters.set(workflows, byFolder);
  const key = `${forge} ${folder}`;
  const before = byFolder.get(key);
  if (before) return before;
  const first = new Map<string, Check>();
  const inOrder = workflows
    .filter((one) => folderOf(one) === folder)
    .toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1));
  for (const one of inOrder) {
    for (const check of checksOf(one, forge))
      if (check.context !== null && !first.has(check.context)) first.set(check.context, check);
  }
  byFolder.set(key, first);
  return first;
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
