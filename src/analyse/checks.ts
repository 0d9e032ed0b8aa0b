import type { Protection } from '../forge/facts.js';
import type { Forge } from '../forge/forge.js';
import type { Job, Workflow } from '../model/model.js';
import type { YamlPair } from '../parse/yaml.js';

/** One status that a job posts: the text that a branch protection names it by. */
export interface Check {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly event: string;
  /** null where an expression decides it. */
  readonly context: string | null;
  /** What the context begins with, as far as it is known; the matrix of the job may add to it. */
  readonly stem: string;
}

/** The events after which the forges of the act family post a status (semantics 4.21). */
const posting: ReadonlySet<string> = new Set([
  'push',
  'pull_request',
  'pull_request_target',
  'release',
  'pull_request_review',
]);

/**
 * The statuses that the jobs of a workflow post. GitHub names one by its job; Gitea and Forgejo by the workflow, the job
 * and the event, and post none for a job that only calls another workflow.
 */
export function checksOf(workflow: Workflow, forge: Forge): Check[] {
  return workflow.jobs.flatMap((job): Check[] => {
    const name = fixed(job.name) ?? (job.name ? null : job.id);
    const stem = name ?? beginning(job.name) ?? '';
    const isOpen = name === null || job.strategy !== null || job.uses !== null;
    if (forge === 'github') {
      // One check for all events: a protection asks for it on pull requests.
      return [{ workflow, job, event: '', context: isOpen ? null : stem, stem }];
    }
    const title = fixed(workflow.name) ?? fileName(workflow);
    return workflow.triggers
      .filter(({ event }) => posting.has(event))
      .map(({ event }) => ({
        workflow,
        job,
        event,
        context: isOpen ? null : `${title} / ${stem} (${event})`,
        stem: `${title} / ${stem}`,
      }));
  });
}

function fixed(template: Job['name']): string | null {
  if (!template || template.parts.some((part) => part.kind === 'expression')) return null;
  return template.scalar.text.text.trim();
}

function beginning(template: Job['name']): string | null {
  const [part] = template?.parts ?? [];
  return part?.kind === 'text' ? part.text : null;
}

function fileName({ source: { path } }: Workflow): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Is it the check that the protection means? One whose name is not known in full may be. */
export function meets(check: Check, required: string, forge: Forge): 'yes' | 'perhaps' | 'no' {
  if (check.context !== null) return fits(required, check.context, forge) ? 'yes' : 'no';
  return required.startsWith(check.stem) || (forge !== 'github' && required.includes('*')) ? 'perhaps' : 'no';
}

/** Gitea and Forgejo read `*` in a required context as any text; GitHub as itself. */
function fits(required: string, context: string, forge: Forge): boolean {
  if (forge === 'github' || !required.includes('*')) return required === context;
  const [first = '', ...rest] = required.split('*');
  if (!context.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return context.length - part.length >= at && context.endsWith(part);
    const found = context.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** The contexts that merges need on a forge: those that the owner names, and those of the protections. */
export function requiredContexts(
  forge: Forge,
  named: readonly string[],
  protections: readonly Protection[],
): readonly string[] {
  const own = protections.filter(
    (protection) => protection.forge === (forge === 'github' ? 'github' : 'gitea'),
  );
  return [...new Set([...named, ...own.flatMap(({ contexts }) => contexts)])];
}

/** The filters by which a workflow stays away from some pull requests and pushes (`paths`, `paths-ignore`). */
export function pathFilters({ triggers }: Workflow): { readonly event: string; readonly pair: YamlPair }[] {
  return triggers.flatMap(({ event, body }) =>
    body?.kind === 'map' && pullRequests.has(event)
      ? body.pairs
          .filter(({ key }) => key.text.text === 'paths' || key.text.text === 'paths-ignore')
          .map((pair) => ({ event, pair }))
      : [],
  );
}

const pullRequests: ReadonlySet<string> = new Set(['pull_request', 'pull_request_target']);
