import type { EventContext } from '../forge/events.js';
import type { Action, Env, Job, Step, Template, Workflow } from '../model/model.js';
import { contextPath, type Expr } from '../parse/expression.js';
import { walkExpr } from './secrets.js';

// What the expressions of a workflow refer to: what nothing refers to need not be remembered.

function templatesOfEnv(env: Env): Template[] {
  return env.map((entry) => entry.value);
}

function templatesOfStep(step: Step): (Template | null)[] {
  return [
    step.name,
    step.if?.template ?? null,
    step.run,
    step.shell,
    step.workingDirectory,
    step.continueOnError?.template ?? null,
    ...templatesOfEnv(step.env),
    ...step.with.map((entry) => entry.value),
    ...(step.follows?.kind === 'followed' ? templatesOfAction(step.follows.action) : []),
  ];
}

/** What an action says beside its steps, which stand among those of the job. */
function templatesOfAction(action: Action): (Template | null)[] {
  return [...templatesOfEnv(action.outputs), ...action.inputs.map((input) => input.default)];
}

/** What a called workflow says beside its jobs, which stand among those of the workflow that calls. */
function templatesOfCall({ part }: Job): (Template | null)[] {
  if (part?.kind !== 'entry') return [];
  const { workflow, declared } = part.call;
  return [
    ...templatesOfEnv(workflow.env),
    workflow.defaults.shell,
    ...templatesOfEnv(declared.outputs),
    ...declared.inputs.map((input) => input.default),
  ];
}

function templatesOfJob(job: Job): (Template | null)[] {
  return [
    job.if?.template ?? null,
    job.continueOnError?.template ?? null,
    job.defaults.shell,
    job.uses,
    ...templatesOfEnv(job.env),
    ...templatesOfEnv(job.outputs),
    ...job.with.map((entry) => entry.value),
    ...(job.secrets === 'inherit' ? [] : job.secrets.map((entry) => entry.value)),
    ...job.steps.flatMap(templatesOfStep),
    ...templatesOfCall(job),
  ];
}

function expressionsOf(templates: readonly (Template | null)[]): Expr[] {
  return templates.flatMap((template) =>
    (template?.parts ?? []).flatMap((part) => (part.kind === 'expression' && part.expr ? [part.expr] : [])),
  );
}

/** Every expression of a job, those of its steps and of the called workflow that it is written in included. */
export function expressionsOfJob(job: Job): Expr[] {
  const around = job.part?.kind === 'inside' ? job.part.call.workflow : null;
  const outside = around ? [...templatesOfEnv(around.env), around.defaults.shell] : [];
  return expressionsOf([...templatesOfJob(job), ...outside]);
}

/** What a job says of its own steps. */
export interface StepReferences {
  /** Indexes of the steps whose outputs, outcome or conclusion an expression of the job may read. */
  readonly read: ReadonlySet<number>;
  /** The index of the last step whose script holds a text: which files of earlier steps it names; -1 where none does. */
  readonly lastHolding: (text: string) => number;
}

const stepReferences = new WeakMap<Job, StepReferences>();

export function referencesOf(job: Job): StepReferences {
  const known = stepReferences.get(job);
  if (known) return known;
  const ids = new Set<string>();
  let all = false;
  for (const expr of expressionsOf(templatesOfJob(job))) {
    walkExpr(expr, (node) => {
      if (node.kind !== 'index' || node.object.kind !== 'context' || node.object.name !== 'steps') return;
      if (node.key.kind === 'literal' && typeof node.key.value === 'string')
        ids.add(node.key.value.toLowerCase());
      else all = true;
    });
  }
  const read = new Set(
    job.steps
      .filter((step) => step.id !== null && (all || ids.has(step.id.toLowerCase())))
      .map((step) => step.index),
  );
  const references = { read, lastHolding: lastHolding(job) };
  stepReferences.set(job, references);
  return references;
}

function lastHolding({ steps }: Job): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let last = known.get(text);
    if (last === undefined) {
      last = steps.findLast(({ run }) => run?.scalar.text.text.includes(text))?.index ?? -1;
      known.set(text, last);
    }
    return last;
  };
}

/**
 * `scripts` are the texts that the steps call. A key that is equal for two contexts in which the workflow cannot tell which of them it runs in: nothing that
 * it names of the `github` context, in expressions or as an environment variable, differs.
 */
export function contextKeyOf(
  workflow: Workflow,
  variables: ReadonlyMap<string, string>,
  aliases: readonly string[],
  scripts: readonly string[],
): (context: EventContext) => string {
  const paths = new Set<string>();
  let whole = false;
  let inputs = false;
  const templates = [
    ...templatesOfEnv(workflow.env),
    workflow.defaults.shell,
    ...workflow.jobs.flatMap(templatesOfJob),
  ];
  for (const expr of expressionsOf(templates)) {
    walkExpr(expr, (node) => {
      if (node.kind === 'context' && node.name === 'inputs') inputs = true;
      if (node.kind === 'context' && isGithub(node.name, aliases)) whole ||= !isIndexed(expr, node);
      const path = node.kind === 'index' ? contextPath(node) : null;
      const dot = path?.indexOf('.') ?? -1;
      if (path && isGithub(path.slice(0, dot), aliases)) paths.add(path.slice(dot + 1));
      else if (
        node.kind === 'index' &&
        node.object.kind === 'context' &&
        isGithub(node.object.name, aliases) &&
        path === null
      )
        whole = true;
    });
  }
  const steps = workflow.jobs.flatMap((job) => job.steps.map((step) => step.run?.scalar.text.text ?? ''));
  for (const text of [...steps, ...scripts]) {
    for (const [name, field] of variables) if (text.includes(name)) paths.add(field);
  }
  return (context) =>
    whole
      ? `${context.name} ${JSON.stringify(context.known('event_name') ?? null)}`
      : [
          inputs && takesInputs(workflow, context),
          ...[...paths].map((path) => JSON.stringify(context.known(path) ?? null)),
        ].join('|');
}

/** May the `inputs` context hold anything in this event? Only who dispatches or calls a workflow gives it inputs. */
export function takesInputs({ triggers }: Workflow, { event }: EventContext): boolean {
  // An action that stands alone has no events: its inputs come from whoever uses it.
  const isAction = triggers.length === 0;
  return (
    isAction || event === 'workflow_dispatch' || triggers.some((trigger) => trigger.event === 'workflow_call')
  );
}

function isGithub(name: string, aliases: readonly string[]): boolean {
  return name === 'github' || aliases.includes(name);
}

/** Is this use of a context the object of an index somewhere in the expression? */
function isIndexed(expr: Expr, context: Expr): boolean {
  let indexed = false;
  walkExpr(expr, (node) => {
    if (node.kind === 'index' && node.object === context) indexed = true;
  });
  return indexed;
}
