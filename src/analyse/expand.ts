// Calls between files, before anything is run: the steps of the actions that a job calls are put among its own, and
// the jobs of the workflows that a workflow calls are put beside its own.

import type { Dialect } from '../forge/dialects.js';
import { callDeclarationOf } from '../model/call.js';
import type { Library, Looked } from '../model/library.js';
import type {
  Action,
  BrokenCall,
  CallDeclaration,
  FollowedAction,
  Job,
  NotFollowed,
  Step,
  Template,
  Workflow,
  WorkflowCall,
} from '../model/model.js';
import { ACTION_JOB } from './action.js';
import { type Mount, mountsOf, pathInOwn } from './checkout.js';
import { pathBelow } from './scripts.js';
import { mayCarrySecret } from './secrets.js';

/** Actions that call actions: the depth at which GitHub stops, too. */
export const MAX_ACTION_DEPTH = 10;
/** Steps of a job, those of the actions that it calls counted with them. */
export const MAX_STEPS = 400;
/** Jobs of a workflow, those of the workflows that it calls counted with them. */
export const MAX_JOBS = 300;

/** A workflow with everything of the repository that it calls. */
export interface Expansion {
  readonly workflow: Workflow;
  /** The paths, as findings show them, of the files that it calls, directly or not. */
  readonly called: ReadonlySet<string>;
  /** The call for which the forge refuses the whole file; null where it refuses none. */
  readonly refusal: { readonly job: Job; readonly reason: string } | null;
  /** True where it refuses the file until a called one is mended, whose text cannot be read today. */
  readonly behindError: boolean;
}

interface Expanding {
  readonly dialect: Dialect;
  readonly library: Library;
  readonly called: Set<string>;
  readonly jobs: Job[];
  refusal: Expansion['refusal'];
  behindError: boolean;
}

/** The workflow as one forge runs it, with what it calls in the repository. Never throws, and ends for calls in a circle. */
export function expand(workflow: Workflow, dialect: Dialect, library: Library): Expansion {
  const expanding: Expanding = {
    dialect,
    library,
    called: new Set(),
    jobs: [],
    refusal: null,
    behindError: false,
  };
  expandJobs(workflow, null, [workflow.source.path], expanding);
  const { called, jobs, refusal, behindError } = expanding;
  // A file that never runs calls nobody.
  if (refusal) return { workflow, called: new Set(), refusal, behindError };
  const changed = jobs.length !== workflow.jobs.length || jobs.some((job, i) => job !== workflow.jobs[i]);
  return { workflow: changed ? { ...workflow, jobs } : workflow, called, refusal: null, behindError };
}

// --- workflows that are called --------------------------------------------------------------------------

/** `chain` holds the paths of the files that stand around, outermost first. */
function expandJobs(
  workflow: Workflow,
  within: WorkflowCall | null,
  chain: readonly string[],
  expanding: Expanding,
): void {
  for (const job of workflow.jobs) {
    const own = within ? insideCall(job, within) : job;
    if (!job.uses) expanding.jobs.push(withActions(workflow, own, expanding));
    else expandCall(workflow, own, job, job.uses, within, chain, expanding);
  }
}

/** A job of a called workflow: nobody outside needs it, and it needs that the call takes place. */
function insideCall(job: Job, call: WorkflowCall): Job {
  const needs = job.needs.map((need) => ({ ...need, job: `${call.prefix}${need.job}` }));
  return {
    ...job,
    id: `${call.prefix}${job.id}`,
    needs: [{ job: call.entry, span: job.key.span }, ...needs],
    part: { kind: 'inside', call },
  };
}

function expandCall(
  workflow: Workflow,
  own: Job,
  caller: Job,
  uses: Template,
  within: WorkflowCall | null,
  chain: readonly string[],
  expanding: Expanding,
): void {
  const { dialect, jobs } = expanding;
  const target = targetOf(uses, caller, chain, expanding);
  if (target.kind === 'remote') {
    jobs.push(own);
    return;
  }
  if (target.kind === 'broken' && dialect.brokenCall === 'invalid-file')
    expanding.refusal ??= { job: outermost(caller, within), reason: target.reason };
  if (target.kind !== 'found') {
    jobs.push({ ...own, part: target });
    return;
  }
  const { path } = target.workflow.source;
  expanding.called.add(path);
  const call: WorkflowCall = {
    caller,
    workflow: target.workflow,
    declared: target.declared,
    entry: `${own.id} (call)`,
    prefix: `${own.id} / `,
    within,
  };
  const from = jobs.length;
  jobs.push({ ...own, id: call.entry, part: { kind: 'entry', call } });
  expandJobs(target.workflow, call, [...chain, path], expanding);
  const inside = jobs.filter((job) => job.part?.kind !== 'entry' && isDirectlyIn(job, call));
  if (!within && !mayCarrySecret(workflow, caller)) {
    // Nothing that is missing can reach it, and it is as it was.
    jobs.splice(from, jobs.length - from, own);
    return;
  }
  jobs.push({
    ...own,
    if: null,
    with: [],
    secrets: [],
    needs: [call.entry, ...inside.map((job) => job.id)].map((job) => ({ job, span: uses.scalar.span })),
    part: { kind: 'exit', call },
  });
}

/** The job of the file that is read which begins the row of calls: what is said of that file stands there. */
function outermost(caller: Job, within: WorkflowCall | null): Job {
  let job = caller;
  for (let call = within; call; call = call.within) job = call.caller;
  return job;
}

function isDirectlyIn({ part }: Job, call: WorkflowCall): boolean {
  if (part?.kind === 'inside') return part.call === call;
  return part?.kind === 'exit' && part.call.within === call;
}

type Target =
  | { readonly kind: 'found'; readonly workflow: Workflow; readonly declared: CallDeclaration }
  | { readonly kind: 'remote' }
  | NotFollowed
  | BrokenCall;

function targetOf(uses: Template, caller: Job, chain: readonly string[], expanding: Expanding): Target {
  const { dialect, library } = expanding;
  const text = uses.scalar.text.text.trim();
  if (!text.startsWith('./') || text.includes('${{')) return { kind: 'remote' };
  const path = pathBelow('', text);
  if (path === null) return broken(`'${text}' leads out of the repository`);
  const looked = library.workflowAt(path);
  const strict = dialect.brokenCall === 'invalid-file';
  if (looked.kind === 'missing') return broken(`'${text}' is not in the repository`);
  if (looked.kind === 'broken') {
    const reason = `'${text}' cannot be read as a workflow`;
    if (!strict) return broken(reason);
    // The error in that file is told of there; what is seen in this one waits behind it.
    expanding.behindError = true;
    return notFollowed(reason);
  }
  const workflow = looked.file;
  if (chain.includes(workflow.source.path)) return broken(`'${text}' calls itself`);
  if (chain.length >= dialect.callDepth)
    return broken(`'${text}' is called more than ${dialect.callDepth} workflows deep`);
  if (expanding.jobs.length + workflow.jobs.length > MAX_JOBS)
    return notFollowed(`with '${text}' there are more than ${MAX_JOBS} jobs to follow`);
  const declared = callDeclarationOf(workflow);
  if (!declared) {
    const reason = `'${text}' has no 'on: workflow_call'`;
    // What the runners of the act family make of that is not known.
    return strict ? broken(reason) : notFollowed(reason);
  }
  const mismatch = strict ? mismatchOf(caller, declared, dialect) : null;
  return mismatch ? broken(`'${text}' ${mismatch}`) : { kind: 'found', workflow, declared };
}

/** What is wrong with the names that the call gives, where the forge looks at that (semantics 2.11); null for nothing. */
function mismatchOf(caller: Job, declared: CallDeclaration, dialect: Dialect): string | null {
  const given = new Set(caller.with.map((entry) => entry.name.toLowerCase()));
  if (!given.has('*')) {
    const missing = declared.inputs.find(
      (input) => input.required && !input.default && !given.has(input.name.toLowerCase()),
    );
    if (missing) return `requires the input '${missing.name}', which the call does not give`;
    const known = new Set(declared.inputs.map((input) => input.name.toLowerCase()));
    const extra = caller.with.find((entry) => !known.has(entry.name.toLowerCase()));
    if (extra) return `declares no input '${extra.name}'`;
  }
  if (caller.secrets === 'inherit') return null;
  const passed = new Set(caller.secrets.map((entry) => entry.name.toUpperCase()));
  if (passed.has('*')) return null;
  const missing = declared.secrets.find(
    (secret) => secret.required && !passed.has(secret.name.toUpperCase()),
  );
  if (missing) return `requires the secret '${missing.name}', which the call does not pass`;
  const known = new Set([
    ...declared.secrets.map((secret) => secret.name.toUpperCase()),
    ...dialect.automaticTokens,
  ]);
  const extra = caller.secrets.find((entry) => !known.has(entry.name.toUpperCase()));
  return extra ? `declares no secret '${extra.name}'` : null;
}

function broken(reason: string): BrokenCall {
  return { kind: 'broken', reason };
}

function notFollowed(reason: string): NotFollowed {
  return { kind: 'not-followed', reason };
}

// --- actions that are called ----------------------------------------------------------------------------

type Mutable<Thing> = { -readonly [Key in keyof Thing]: Thing[Key] };

interface Flattening {
  readonly expanding: Expanding;
  /** Every step so far, in the order in which they run. */
  readonly flat: Step[];
  /** How often each action was called so far. */
  readonly calls: Map<Action, number>;
}

/** The job with the steps of the actions that it calls; the job itself where it calls none, or no secret can reach it. */
function withActions(workflow: Workflow, job: Job, expanding: Expanding): Job {
  if (!job.steps.some((step) => localPath(step) !== null)) return job;
  const flattening: Flattening = { expanding, flat: [], calls: new Map() };
  // An action that is judged by itself was called by somebody who had checked it out.
  const mounts: readonly Mount[] = job.id === ACTION_JOB ? [{ directory: '', own: true }] : [];
  flatten(job.steps, null, [], mounts, flattening);
  return mayCarrySecret(workflow, job) ? { ...job, steps: flattening.flat } : job;
}

function flatten(
  steps: readonly Step[],
  caller: Step | null,
  chain: readonly Action[],
  mounts: readonly Mount[],
  flattening: Flattening,
): Step[] {
  const { flat } = flattening;
  const level: Step[] = [];
  for (const step of steps) {
    const own: Mutable<Step> = { ...step, index: flat.length, caller };
    const path = localPath(step);
    const called =
      path === null ? null : lookUp(path, chain, [...mounts, ...flat.flatMap(mountsOf)], flattening);
    flat.push(own);
    level.push(own);
    if (!called) continue;
    own.follows = called.kind === 'not-followed' ? called : follow(own, called, chain, mounts, flattening);
  }
  return level;
}

interface LocalAction {
  readonly kind: 'action';
  readonly action: Action;
  readonly steps: readonly Step[];
  readonly directory: string;
}

function follow(
  own: Step,
  { action, steps: written, directory }: LocalAction,
  chain: readonly Action[],
  mounts: readonly Mount[],
  flattening: Flattening,
): FollowedAction {
  const count = flattening.calls.get(action) ?? 0;
  flattening.calls.set(action, count + 1);
  const steps = flatten(stepsOf(action, written, count), own, [...chain, action], mounts, flattening);
  return { kind: 'followed', action, directory, steps };
}

/** The path of a local action as written; null for a step that calls none. */
function localPath(step: Step): string | null {
  const text = step.uses?.scalar.text.text.trim() ?? '';
  return text.startsWith('./') && !text.includes('${{') ? text : null;
}

function lookUp(
  text: string,
  chain: readonly Action[],
  mounts: readonly Mount[],
  { expanding, flat }: Flattening,
): LocalAction | NotFollowed {
  const path = pathBelow('', text);
  if (path === null) return notFollowed(`its action '${text}' lies outside the workspace`);
  if (mounts.length === 0)
    return notFollowed(`its action '${text}' is called before the repository is checked out`);
  if (mounts.some((mount) => mount.directory === null))
    return notFollowed(
      `where the repository of its action '${text}' is checked out is decided by an expression`,
    );
  const inside = pathInOwn(path, mounts);
  const looked: Looked<Action> = inside === null ? { kind: 'missing' } : expanding.library.actionIn(inside);
  if (looked.kind !== 'found')
    return notFollowed(
      looked.kind === 'missing'
        ? `its action '${text}' is not in the repository`
        : `its action '${text}' cannot be read`,
    );
  const action = looked.file;
  expanding.called.add(action.source.path);
  if (!action.steps) return notFollowed(`its action '${text}' is no composite action`);
  if (chain.includes(action)) return notFollowed(`its action '${text}' calls itself`);
  if (chain.length >= MAX_ACTION_DEPTH)
    return notFollowed(`its action '${text}' is called more than ${MAX_ACTION_DEPTH} actions deep`);
  if (flat.length + action.steps.length > MAX_STEPS)
    return notFollowed(`with its action '${text}' the job has more than ${MAX_STEPS} steps to follow`);
  return { kind: 'action', action, steps: action.steps, directory: path };
}

const copies = new WeakMap<Action, (readonly Step[])[]>();

/**
 * The steps of an action for its nth call in a job. What one call decides must not be taken for what another one does,
 * so that each has conditions and scripts of its own.
 */
function stepsOf(action: Action, steps: readonly Step[], call: number): readonly Step[] {
  if (call === 0) return steps;
  const known = copies.get(action) ?? [];
  copies.set(action, known);
  const made = known[call - 1] ?? steps.map(copyOfStep);
  known[call - 1] = made;
  return made;
}

function copyOfStep(step: Step): Step {
  const { run, continueOnError } = step;
  return {
    ...step,
    if: step.if && { ...step.if },
    run: run && copyOfTemplate(run),
    continueOnError: continueOnError && { ...continueOnError },
  };
}

function copyOfTemplate({ scalar, parts }: Template): Template {
  return { scalar, parts: parts.map((part) => ({ ...part })) };
}
