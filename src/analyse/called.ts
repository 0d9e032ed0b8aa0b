// What goes into a workflow that a job calls, and what comes out of it. The jobs of the called workflow are run like
// any others; see `expand.ts`.

import { isAutomaticToken } from '../forge/dialects.js';
import type { CallDeclaration, CallInput, Job, Workflow, WorkflowCall } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import { both, type Constraints, common, compatible, unconstrained } from './constraints.js';
import { interpolateEnv } from './environment.js';
import {
  booleanDatum,
  type Datum,
  interpolate,
  interpolateInput,
  type Scope,
  stringDatum,
  unknownDatum,
} from './expressions.js';
import type { JobEnd, NeedEntry } from './job.js';
import { inputName, type SecretUse, secretsOfEnv, secretsOfJob, walkExpr } from './secrets.js';
import { addWork, type State } from './state.js';
import { constant, emptyValue, nameOf, soleHole, textOf, type Value } from './values.js';
import { secretValue, type World } from './world.js';

/** The call whose workflow a job is written in; null for a job of the workflow that is judged. */
export function callAround({ part }: Job): WorkflowCall | null {
  switch (part?.kind) {
    case 'inside':
      return part.call;
    case 'entry':
    case 'exit':
      return part.call.within;
    case 'broken':
    case 'not-followed':
    case undefined:
      return null;
  }
}

/** The workflow that a job is written in. */
export function workflowOf(workflow: Workflow, job: Job): Workflow {
  return callAround(job)?.workflow ?? workflow;
}

/** A job as it stands in its own file. */
export function asWritten(job: Job): Job {
  const { part } = job;
  if (part?.kind === 'entry') return part.call.caller;
  const call = callAround(job);
  return call ? { ...job, id: job.id.slice(call.prefix.length) } : job;
}

/** Does a job stand for the call of a workflow, and do nothing by itself? */
export function isExit(job: Job): boolean {
  return job.part?.kind === 'exit';
}

// --- what goes in ---------------------------------------------------------------------------------------

// The values that go in are handed to the called jobs as outputs of the job that stands for the call.
const INPUT = 'input:';
const SECRET = 'secret:';

/** The output under which the job that stands for a call has an input. */
export function inputKey(name: string): string {
  return `${INPUT}${name}`;
}

/** The same for a secret. */
export function secretKey(name: string): string {
  return `${SECRET}${name.toUpperCase()}`;
}

/** Set where every secret of the repository is passed on. */
export const EVERY_SECRET = 'secrets';

/** The call takes place: its inputs and secrets are worked out in the calling file. `from`: what goes into that file. */
export function enterCall(
  job: Job,
  call: WorkflowCall,
  start: State,
  needs: readonly NeedEntry[],
  scope: Scope,
): JobEnd[] {
  addWork(start, {
    key: 'call',
    name: job.uses?.scalar.text.text.trim() ?? job.id,
    where: job.uses?.scalar.span ?? job.key.span,
    step: -1,
    rehearsal: false,
  });
  const { dialect } = scope.world;
  let open: { state: State; outputs: Map<string, Value> }[] = [{ state: start, outputs: new Map() }];
  const add = (key: string, find: (state: State) => readonly { state: State; value: Value }[]) => {
    open = open.flatMap((path) =>
      find(path.state).map(({ state, value }) => ({
        state,
        outputs: new Map(path.outputs).set(key, value),
      })),
    );
  };
  const withScope: Scope = { ...scope, available: dialect.contexts['call-with'] };
  for (const input of call.declared.inputs) {
    const name = input.name.toLowerCase();
    const given = job.with.find((entry) => entry.name.toLowerCase() === name)?.value ?? input.default;
    add(inputKey(name), (state) =>
      given
        ? interpolateInput(given, state, withScope, `${call.prefix}inputs.${name}`).map((result) => ({
            state: result.state,
            value: result.value ?? emptyValue,
          }))
        : [{ state, value: unsetInput(input) }],
    );
  }
  if (job.secrets === 'inherit') {
    for (const [key, value] of inherited(job, needs)) add(key, (state) => [{ state, value }]);
  } else {
    const secretScope: Scope = { ...scope, available: dialect.contexts['call-secrets'] };
    for (const entry of job.secrets) {
      add(secretKey(entry.name), (state) =>
        interpolate(entry.value, state, secretScope).map((result) => ({
          state: result.state,
          value: result.value ?? emptyValue,
        })),
      );
    }
  }
  return open.map(({ state, outputs }) => ({
    state,
    result: 'success',
    skippedBy: null,
    outputs,
    from: needs,
  }));
}

function unsetInput({ type }: CallInput): Value {
  if (type === 'string') return emptyValue;
  return constant(type === 'boolean' ? 'false' : '0');
}

/** `secrets: inherit` hands on what the calling file has itself. */
function inherited(job: Job, needs: readonly NeedEntry[]): [string, Value][] {
  const around = callAround(job);
  const entry = around && entryOf(around, needs);
  if (!entry) return [[EVERY_SECRET, constant('inherit')]];
  return [...entry.outputs].filter(([key]) => key.startsWith(SECRET) || key === EVERY_SECRET);
}

function entryOf(call: WorkflowCall, needs: readonly NeedEntry[]): NeedEntry | null {
  return needs.find((need) => need.job === call.entry) ?? null;
}

/** Does the call that a job is part of take place? It does not where the calling job is skipped, or fails before it. */
export function isEntered(call: WorkflowCall, needs: readonly NeedEntry[]): boolean {
  return entryOf(call, needs)?.result === 'success';
}

/** Is the run red already when the call takes place? */
export function isEnteredInAlarm(call: WorkflowCall, needs: readonly NeedEntry[]): boolean {
  return entryOf(call, needs)?.ends.every((end) => end.state.alarm) ?? false;
}

/** What `secrets.<name>` is inside of a call (semantics 2.11): what is not passed is ''. */
export function secretInside(
  call: WorkflowCall,
  needs: readonly NeedEntry[],
  world: World,
  name: string,
): Value {
  const upper = name.toUpperCase();
  if (isAutomaticToken(world.forge, upper)) return secretValue(world, upper);
  const outputs = entryOf(call, needs)?.outputs;
  if (outputs?.has(EVERY_SECRET)) return secretValue(world, upper);
  return outputs?.get(secretKey(upper)) ?? emptyValue;
}

/** `inputs.<name>` inside of a call, by its declared type. */
export function inputInside(call: WorkflowCall, needs: readonly NeedEntry[], keys: readonly string[]): Datum {
  const [name] = keys;
  if (name === undefined || name === '*') return { kind: 'object', id: `${call.prefix}inputs`, lacks: [] };
  const value = entryOf(call, needs)?.outputs.get(inputKey(name));
  const declared = call.declared.inputs.find((input) => input.name.toLowerCase() === name);
  if (!value || !declared) return stringDatum(emptyValue);
  return typed(value, declared);
}

function typed(value: Value, { type }: CallInput): Datum {
  const text = textOf(value);
  if (type === 'boolean') {
    const asks = soleHole(value)?.asks ?? null;
    if (text === 'true' || text === 'false') return booleanDatum(text === 'true', value.lacks);
    return asks ? booleanDatum(asks, value.lacks) : unknownDatum(nameOf(value), value.lacks);
  }
  if (type === 'number') {
    const number = text === null || text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(number)) return { kind: 'number', value: number, lacks: value.lacks };
    return unknownDatum(nameOf(value), value.lacks);
  }
  return stringDatum(value);
}

/** What of that which goes into a call is another than before; `all` where whether it takes place is another. */
export type Changes = ReadonlySet<string> | 'all';

/** What goes in is told apart by name: most called jobs use little of it. */
export function changesOf(before: readonly JobEnd[], after: readonly JobEnd[]): Changes {
  if (before.some(({ result }) => result !== 'success') || after.some(({ result }) => result !== 'success'))
    return 'all';
  const texts = (ends: readonly JobEnd[], key: string) =>
    ends
      .map(({ outputs }) => {
        const value = outputs.get(key);
        return value ? `${nameOf(value)} ${value.lacks.join()}` : '';
      })
      .sort()
      .join('\n');
  const keys = new Set([...before, ...after].flatMap(({ outputs }) => [...outputs.keys()]));
  return new Set([...keys].filter((key) => texts(before, key) !== texts(after, key)));
}

/** Can a job that is part of the call see one of the changes? */
export function seesChange(job: Job, changes: Changes): boolean {
  if (changes === 'all' || job.part?.kind === 'exit') return true;
  const names = new Set(usesOfJob(job).map((use) => use.name));
  return [...changes].some((key) => {
    if (!key.startsWith(SECRET)) return names.has(inputName(key.slice(INPUT.length)));
    return names.has('*') || names.has(key.slice(SECRET.length)) || job.secrets === 'inherit';
  });
}

/** The secrets that a job names, and those that the called workflow in which it stands names for all its jobs. */
export function usesOfJob(job: Job): readonly SecretUse[] {
  const call = callAround(job);
  return call ? [...secretsOfEnv(call.workflow.env), ...secretsOfJob(job)] : secretsOfJob(job);
}

// --- what comes out -------------------------------------------------------------------------------------

/** What the called jobs did together, as far as the calling file can see it. */
export interface Combination {
  readonly needs: readonly NeedEntry[];
  readonly constraints: Constraints;
}

/** The most ways in which the jobs of a called workflow can have ended together that are told apart. */
const MAX_WAYS = 24;

/**
 * Every way in which the called jobs can end together. Ways that look alike to the calling file, which sees whether
 * one failed, whether all were skipped, and the outputs that are handed on, are one.
 */
export function waysOut(
  job: Job,
  call: WorkflowCall,
  entries: ReadonlyMap<string, readonly NeedEntry[]>,
): Combination[] {
  const reads = jobsRead(call.declared);
  let open: (Combination & { readonly told: string })[] = [
    { needs: [], constraints: unconstrained, told: '' },
  ];
  for (const need of job.needs) {
    const options = entries.get(need.job);
    if (!options) continue;
    const isRead = reads === 'all' || reads.has(need.job.slice(call.prefix.length).toLowerCase());
    const next = new Map<string, (typeof open)[number]>();
    for (const path of open) {
      for (const [index, option] of options.entries()) {
        if (!compatible(path.constraints, option.state.constraints)) continue;
        const needs = [...path.needs, option];
        const constraints = both(path.constraints, option.state.constraints);
        const told = isRead ? `${path.told},${index}` : path.told;
        const key = `${told} ${sightOf(call, needs)}`;
        const known = next.get(key);
        if (!known) next.set(key, { needs, constraints, told });
        else
          next.set(key, {
            needs: [...known.needs, ...needs.filter((entry) => !known.needs.includes(entry))],
            constraints: common(known.constraints, constraints),
            told,
          });
      }
    }
    open = [...next.values()].slice(0, MAX_WAYS);
  }
  return open;
}

/** What is seen of a way from outside, but for the outputs. */
function sightOf(call: WorkflowCall, needs: readonly NeedEntry[]): string {
  const entry = entryOf(call, needs)?.result ?? '';
  const called = needs.filter((need) => need.job !== call.entry);
  return `${entry} ${called.some((need) => need.result === 'failure')} ${called.some((need) => need.result !== 'skipped')}`;
}

/** The called jobs whose outputs the called workflow hands on, by lower-cased id. */
function jobsRead(declared: CallDeclaration): ReadonlySet<string> | 'all' {
  const ids = new Set<string>();
  let all = false;
  for (const { value } of declared.outputs) {
    for (const part of value.parts) {
      if (part.kind !== 'expression' || !part.expr) continue;
      walkExpr(part.expr, (expr) => {
        if (expr.kind !== 'index' || expr.object.kind !== 'context' || expr.object.name !== 'jobs') return;
        const path = contextPath(expr);
        if (path === null) all = true;
        else ids.add(path.slice('jobs.'.length));
      });
    }
  }
  return all ? 'all' : ids;
}

/** How the calling job ends, given one way in which the called jobs ended. */
export function leaveCall(
  call: WorkflowCall,
  start: State,
  needs: readonly NeedEntry[],
  scope: Scope,
): JobEnd[] {
  const entry = entryOf(call, needs);
  const called = needs.filter((need) => need !== entry);
  const end = (result: JobEnd['result']): JobEnd => ({
    state: start,
    result,
    skippedBy: result === 'skipped' ? 'needs' : null,
    outputs: new Map(),
    from: needs,
  });
  if (entry?.result !== 'success') return [end(entry?.result === 'failure' ? 'failure' : 'skipped')];
  const failed = called.some((need) => need.result === 'failure');
  const ran = called.length === 0 || called.some((need) => need.result !== 'skipped');
  const idle = scope.world.dialect.calledAllSkipped;
  const result = failed ? 'failure' : ran ? 'success' : idle;
  const outScope: Scope = {
    ...scope,
    available: new Set([...scope.world.dialect.contexts['job-outputs'], 'jobs']),
    lookup: (context, keys, state) => {
      if (context === 'inputs') return inputInside(call, needs, keys);
      return context === 'jobs' ? jobDatum(call, called, keys) : scope.lookup(context, keys, state);
    },
  };
  return interpolateEnv(call.declared.outputs, new Map(), start, outScope).map(({ state, values }) => ({
    ...end(result),
    state,
    outputs: values,
  }));
}

function jobDatum(call: WorkflowCall, called: readonly NeedEntry[], keys: readonly string[]): Datum {
  const [id, what, name] = keys;
  const entry = called.find((need) => need.job.toLowerCase() === `${call.prefix}${id}`.toLowerCase());
  if (!entry) return stringDatum(emptyValue);
  if (what === 'result') return stringDatum(constant(entry.result));
  if (what !== 'outputs' || name === undefined || name === '*')
    return unknownDatum(`${call.prefix}jobs.${keys.join('.')}`);
  return outputOf(entry, name) ?? unknownDatum(`${call.prefix}jobs.${keys.join('.')}`);
}

/** The output of a needed job by its lower-cased name; null where it may be anything. */
export function outputOf(entry: NeedEntry, name: string): Datum | null {
  for (const [output, value] of entry.outputs) if (output.toLowerCase() === name) return stringDatum(value);
  return entry.outputs.has('*') ? null : stringDatum(emptyValue);
}
