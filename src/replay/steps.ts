import type { Step } from '../model/model.js';
import { runAction } from './actions.js';
import { EvaluationFailed, fillIn, fillInAsForge, holds, type Scope } from './evaluate.js';
import { NotReplayable } from './guesses.js';
import { type Done, type JobState, noOutput, stepScope } from './job-state.js';
import { runScript } from './scripts.js';
import { type Conclusion, noteStrings } from './simulation.js';

/** Runs the steps, one after the other, and remembers what became of each. */
export async function runSteps(steps: readonly Step[], state: JobState): Promise<void> {
  const { trouble } = state.simulation;
  for (const step of steps) {
    if (trouble?.kind === 'step' && state.frame === null && trouble.isBefore(state.name, step))
      state.failed = true;
    const done = await runStep(step, state);
    const forgiven = done.outcome === 'failure' && forgives(step, state);
    const conclusion: Conclusion = forgiven ? 'success' : done.outcome;
    if (conclusion === 'failure') state.failed = true;
    if (step.id !== null)
      state.steps.set(step.id.toLowerCase(), { outcome: done.outcome, conclusion, output: done.output });
    const { calls = [], starved = [], notRun = null, script = null, stderr = '', status, work } = done;
    const { outcome } = done;
    state.simulation.steps.push({
      job: state.name,
      step,
      outcome,
      conclusion,
      status,
      work,
      calls,
      starved,
      notRun,
      script,
      stderr,
    });
  }
}

async function runStep(step: Step, state: JobState): Promise<Done & { readonly outcome: Conclusion }> {
  const env = new Map(state.frame?.env);
  const scope = stepScope(state, env);
  noteStrings(step.if?.template ?? null, state.simulation);
  try {
    const own: [string, string][] = [];
    for (const entry of step.env) {
      if (entry.name === '*') throw new NotReplayable('the env of a step is one expression');
      noteStrings(entry.value, state.simulation);
      own.push([entry.name, fillInAsForge(entry.value, scope)]);
    }
    for (const [name, value] of own) env.set(name, value);
    if (!holds(step.if, stepScope(state, env)))
      return { failed: false, status: null, work: [], output: noOutput, outcome: 'skipped' };
    const done = await enter(step, state, env, stepScope(state, env));
    return { ...done, outcome: done.failed ? 'failure' : 'success' };
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    return {
      failed: true,
      status: null,
      work: [],
      output: noOutput,
      outcome: 'failure',
      stderr: error.message,
    };
  }
}

function enter(
  step: Step,
  state: JobState,
  env: ReadonlyMap<string, string>,
  scope: Scope,
): Promise<Done> | Done {
  if (step.run) return runScript(step, step.run, state, env, scope);
  if (step.uses) return runAction(step, step.uses, state, env, scope, runSteps);
  return { failed: false, status: null, work: [], output: noOutput };
}

function forgives(step: Step, state: JobState): boolean {
  const flag = step.continueOnError;
  if (!flag) return false;
  if (flag.literal !== null) return flag.literal;
  return fillIn(flag.template, stepScope(state, new Map(state.frame?.env))).toLowerCase() === 'true';
}
