import type { ConditionText, Flag, Job, Workflow } from '../model/model.js';
import { type Beginning, type Beginnings, begin, beginningOf, keepBefore } from './beginnings.js';
import {
  callAround,
  enterCall,
  inputInside,
  isEntered,
  isEnteredInAlarm,
  leaveCall,
  outputOf,
  secretInside,
  workflowOf,
} from './called.js';
import type { Files } from './checkout.js';
import { common, known } from './constraints.js';
import { interpolateEnv } from './environment.js';
import {
  type Datum,
  interpolate,
  judgeCondition,
  namesStatusFunction,
  nullDatum,
  type Scope,
  stringDatum,
  unknownDatum,
} from './expressions.js';
import { boundSteps, mergeStates } from './joining.js';
import { matrixDatum } from './matrix-values.js';
import { takesInputs } from './references.js';
import { inputName, mayCarrySecret } from './secrets.js';
import { addWork, decide, fork, initialState, record, type State } from './state.js';
import { type JobRun, runStep, stepScope } from './step.js';
import type { StepNotes } from './unjudged.js';
import { constant, emptyValue, nameOf, sameValue, type Value } from './values.js';
import { inputValue, secretValue, type World } from './world.js';

export type JobResult = 'success' | 'failure' | 'skipped';

/** One way a job can end. */
export interface JobEnd {
  readonly state: State;
  readonly result: JobResult;
  /** Why it was skipped: its own `if:`, or a job that it needs; null when it ran. */
  readonly skippedBy: 'if' | 'needs' | null;
  readonly outputs: ReadonlyMap<string, Value>;
  /** What the jobs that it needs did on this path. */
  readonly from: readonly NeedEntry[];
}

/** The ends of a needed job that look alike from outside. */
export interface NeedEntry {
  readonly job: string;
  /** Nothing that is run here ends as cancelled: it stands for a job that ran out of time. */
  readonly result: JobResult | 'cancelled';
  readonly outputs: ReadonlyMap<string, Value>;
  readonly ends: readonly JobEnd[];
  readonly state: Pick<State, 'constraints' | 'trace'>;
}

/** Groups the ends of a job by what its dependents can see of them. */
export function needEntries(job: Job, ends: readonly JobEnd[]): NeedEntry[] {
  const entries: { result: JobResult; outputs: ReadonlyMap<string, Value>; ends: JobEnd[] }[] = [];
  for (const end of ends) {
    const twin = entries.find(
      (entry) =>
        entry.result === end.result &&
        sameOutputs(entry.outputs, end.outputs) &&
        (job.part?.kind !== 'entry' || entry.ends[0]?.state.alarm === end.state.alarm),
    );
    if (twin) twin.ends.push(end);
    else entries.push({ result: end.result, outputs: end.outputs, ends: [end] });
  }
  return entries.map((entry) => {
    let constraints = entry.ends[0]?.state.constraints;
    for (const end of entry.ends)
      constraints = constraints ? common(constraints, end.state.constraints) : end.state.constraints;
    const trace = entry.ends[0]?.state.trace ?? null;
    return {
      job: job.id,
      ...entry,
      state: { constraints: constraints ?? initialState().constraints, trace },
    };
  });
}

/** Are the outputs of two ends the same values? */
export function sameOutputs(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (!other || !sameValue(value, other)) return false;
  }
  return true;
}

/** Runs a job in one world, given one combination of what the jobs that it needs did. */
export function runJob(
  workflow: Workflow,
  job: Job,
  world: World,
  needs: readonly NeedEntry[],
  start: State,
  files: Files | null,
  notes: StepNotes,
  beginnings: Beginnings | null = null,
): JobEnd[] {
  const around = callAround(job);
  const run: JobRun = {
    workflow: workflowOf(workflow, job),
    job,
    world,
    files: mayCarrySecret(workflow, job) ? files : null,
    notes,
    secret: (name) => (around ? secretInside(around, needs, world, name) : secretValue(world, name)),
    frame: null,
    lookUp: (context, keys) =>
      context === 'inputs' && !around && !takesInputs(workflow, world.context)
        ? nullDatum
        : lookUpInJob(run, needs, context, keys),
  };
  if (job.part?.kind === 'exit') return leaveCall(job.part.call, start, needs, stepScope(run, 'step-field'));
  if (around && !isEntered(around, needs)) return [skipped(start, 'needs', needs)];
  // A job that runs although one that it needs has failed: the run is red whatever it does.
  start.alarm =
    needs.some((entry) => entry.result === 'failure') || (around !== null && isEnteredInAlarm(around, needs));
  const condition = job.if;
  const needsSucceeded = needs.every((entry) => entry.result === 'success');
  if (!needsSucceeded && !(condition && namesStatusFunction(condition)))
    return [skipped(start, 'needs', needs)];
  const entered: JobEnd[] = [];
  const beginning = beginnings && beginningOf(job, run.workflow, world, beginnings);
  for (const path of enterEnvironment(run, start)) {
    if (!condition) {
      entered.push(...runSteps(run, path, needs, beginning));
      continue;
    }
    for (const judged of judgeCondition(condition, path, jobScope(run, needs))) {
      if (judged.truth === 'error') {
        entered.push({
          state: judged.state,
          result: 'failure',
          skippedBy: null,
          outputs: new Map(),
          from: needs,
        });
        continue;
      }
      const site: ConditionText = condition;
      for (const branch of decide(judged.state, judged.truth, {
        site,
        where: condition.span,
        lacks: judged.lacks,
      })) {
        if (branch.answer) entered.push(...runSteps(run, branch.state, needs, beginning));
        else entered.push(skipped(branch.state, 'if', needs));
      }
    }
  }
  return entered;
}

function skipped(state: State, by: 'if' | 'needs', from: readonly NeedEntry[]): JobEnd {
  return { state, result: 'skipped', skippedBy: by, outputs: new Map(), from };
}

function jobScope(run: JobRun, needs: readonly NeedEntry[]): Scope {
  const fields = stepScope(run, 'step-field');
  return {
    ...fields,
    available: run.world.dialect.contexts['job-if'],
    status: (name) => {
      if (name === 'always') return known(true);
      if (name === 'cancelled') return known(false);
      const failed = needs.some((entry) => entry.result === 'failure');
      return known(name === 'failure' ? failed : needs.every((entry) => entry.result === 'success'));
    },
  };
}

function lookUpInJob(
  { job, world }: JobRun,
  needs: readonly NeedEntry[],
  context: string,
  keys: readonly string[],
): Datum | null {
  if (context === 'matrix' || context === 'strategy' || context === 'runner') {
    const known = context === 'matrix' ? matrixDatum(job, keys) : null;
    return known ?? unknownDatum([`${job.id}:${context}`, ...keys].join('.'));
  }
  const around = callAround(job);
  if (context === 'inputs') {
    if (around) return inputInside(around, needs, keys);
    const input = keys.length === 1 ? inputValue(world, inputName(keys[0] ?? '')) : null;
    return input && stringDatum(input);
  }
  if (context !== 'needs') return null;
  const [id, what, key] = keys;
  const own = needs.filter((entry) => entry.job !== around?.entry);
  if (id === '*' && what === 'result')
    return { kind: 'list', items: own.map((entry) => stringDatum(constant(entry.result))), lacks: [] };
  const name = `${around?.prefix ?? ''}${id}`.toLowerCase();
  const entry = own.find((candidate) => candidate.job.toLowerCase() === name);
  if (!entry) {
    // A job that is not among the needs: null (semantics 7.8).
    return job.needs.some((need) => need.job.toLowerCase() === name) ? null : stringDatum(emptyValue);
  }
  if (what === 'result') return stringDatum(constant(entry.result));
  if (what !== 'outputs' || key === undefined)
    return { kind: 'object', id: `needs.${keys.join('.')}`, lacks: [] };
  if (key === '*') return unknownDatum(`needs.${keys.join('.')}`);
  return outputOf(entry, key) ?? unknownDatum(`needs.${keys.join('.')}`);
}

/** Puts the workflow's and the job's `env:` into the state; the job's wins (semantics 7.5). */
function enterEnvironment(run: JobRun, start: State): State[] {
  const scope = stepScope(run, 'step-field');
  return interpolateEnv(run.workflow.env, start.jobEnv, start, scope)
    .flatMap((outer) => interpolateEnv(run.job.env, outer.values, outer.state, scope))
    .map(({ state, values }) => {
      state.jobEnv = values;
      return state;
    });
}

function runSteps(
  run: JobRun,
  start: State,
  needs: readonly NeedEntry[],
  beginning: Beginning | null,
): JobEnd[] {
  const { part } = run.job;
  if (part?.kind === 'entry')
    return enterCall(run.job, part.call, start, needs, stepScope(run, 'step-field'));
  if (run.job.uses) return callUnseen(run, start, needs);
  const alarm = firstAlarm(run.job);
  const failed = alarm < 0 || start.alarm ? null : failedElsewhere(start);
  const begun = begin(start, beginning);
  let { open } = begun;
  for (const step of run.job.steps) {
    // The steps of an action are run by the step that calls it.
    if (step.caller || step.index < begun.from) continue;
    keepBefore(step, run.job, open, beginning);
    if (failed && step.index === alarm) open.push(failed);
    open = boundSteps(mergeStates(open.flatMap((path) => runStep(step, path, run))));
  }
  return open.flatMap((path) => finishJob(run, path, needs));
}

/** The first step that asks whether the job has failed; -1 where none does. */
function firstAlarm(job: Job): number {
  return job.steps.findIndex((step) => !step.caller && step.if && namesStatusFunction(step.if, ['failure']));
}

/** The path on which an earlier step has failed for a reason that no secret has part in. */
function failedElsewhere(start: State): State {
  const state = fork(start);
  state.failed = true;
  state.alarm = true;
  return state;
}

/** A called workflow that is not seen: it does its work, and what it gives back is unknown. */
function callUnseen(run: JobRun, state: State, needs: readonly NeedEntry[]): JobEnd[] {
  const { uses, part, secrets } = run.job;
  if (!uses) return [];
  const name = uses.scalar.text.text.trim();
  const isGiven = part !== null || secrets === 'inherit' || secrets.length > 0;
  const why =
    part?.kind === 'not-followed' || part?.kind === 'broken'
      ? part.reason
      : `the workflow '${name}' is not in the repository`;
  run.notes.cannotFollow(run.job, null, why);
  if (isGiven) run.notes.isReached(run.job);
  if (part?.kind === 'broken')
    return [{ state, result: 'failure', skippedBy: null, outputs: new Map(), from: needs }];
  addWork(state, { key: 'call', name, where: uses.scalar.span, step: -1, rehearsal: false });
  const outputs = new Map([['*', emptyValue]]);
  return [{ state, result: 'success', skippedBy: null, outputs, from: needs }];
}

function finishJob(run: JobRun, state: State, needs: readonly NeedEntry[]): JobEnd[] {
  let open: { state: State; outputs: Map<string, Value> }[] = [{ state, outputs: new Map() }];
  const scope = stepScope(run, 'step-field');
  for (const entry of run.job.outputs) {
    const next: typeof open = [];
    for (const path of open) {
      for (const result of interpolate(entry.value, path.state, scope)) {
        const outputs = new Map(path.outputs).set(entry.name, dropped(result.value ?? emptyValue, run.world));
        next.push({ state: result.state, outputs });
      }
    }
    open = next;
  }
  return open.map((path) => {
    let result: JobResult = path.state.failed ? 'failure' : 'success';
    const flag = run.job.continueOnError;
    if (path.state.failed && flag && isForgiven(flag, run, path.state, needs)) {
      if (run.world.missing.size > 0) {
        const failure = {
          where: run.job.key.span,
          work: '',
          name: 'the job',
          lacks: [...run.world.missing],
          silent: false,
          guessed: false,
        };
        record(path.state, { kind: 'mask', failure, where: flag.span, by: 'continue-on-error' });
      }
      result = 'success';
    }
    return { state: path.state, result, skippedBy: null, outputs: path.outputs, from: needs };
  });
}

/** Is the failure of the job forgiven? Not where that hangs on what nobody knows: of several jobs one may be red. */
function isForgiven(flag: Flag, run: JobRun, state: State, needs: readonly NeedEntry[]): boolean {
  if (run.world.dialect.jobContinueOnError === 'ignored') return false;
  if (flag.literal !== null) return flag.literal;
  const condition = { template: flag.template, bare: false, span: flag.span };
  const judged = judgeCondition(condition, fork(state), jobScope(run, needs));
  return judged.every((one) => one.truth !== 'error' && one.truth.answer === true);
}

/** GitHub drops a job output that holds a secret (semantics 7.7). */
function dropped(value: Value, world: World): Value {
  if (!world.dialect.dropsSecretOutputs) return value;
  return nameOf(value).includes('secrets.') &&
    value.pieces.some((piece) => typeof piece !== 'string' && !piece.asks)
    ? emptyValue
    : value;
}
