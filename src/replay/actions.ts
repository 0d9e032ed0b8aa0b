import { actionEffect, actionFact } from '../facts/actions.js';
import { inlineScript } from '../facts/inline-scripts.js';
import type { Library } from '../model/library.js';
import type { Action, Step, Template } from '../model/model.js';
import { type ExpressionData, fillInAsForge, lazily, memberOf, type Scope, text } from './evaluate.js';
import { NotReplayable } from './guesses.js';
import { type Done, type JobState, stepScope } from './job-state.js';
import { workspace } from './sandbox.js';
import { type PosixShell, runText } from './scripts.js';
import { givenTo, guessText, noteStrings, secretsIn, stepKey } from './simulation.js';

/** Runs the steps of an action, as those of a job are run. */
export type StepsRunner = (steps: readonly Step[], state: JobState) => Promise<void>;

export async function runAction(
  step: Step,
  uses: Template,
  state: JobState,
  stepEnv: ReadonlyMap<string, string>,
  scope: Scope,
  runSteps: StepsRunner,
): Promise<Done> {
  const { simulation } = state;
  const name = uses.scalar.text.text.trim();
  const inputs = new Map<string, string>();
  for (const entry of step.with) {
    noteStrings(entry.value, simulation);
    inputs.set(entry.name.toLowerCase(), fillInAsForge(entry.value, scope));
  }
  const own = ownAction(name, simulation.library);
  if (own?.steps) return runComposite(own, name, inputs, state, stepEnv, scope, runSteps);
  const [plainName = name] = name.split('@');
  const inline = inlineScript(plainName);
  const words = inline && step.with.find((entry) => entry.name.toLowerCase() === inline.input);
  if (inline && words && !inline.unless.some((one) => inputs.has(one)))
    return runText(step, fillInAsForge(words.value, scope), bashOfAnAction, state, stepEnv, scope);
  const key = stepKey(state.name, step);
  const given = givenTo(key, simulation);
  for (const [input, value] of inputs) if (secretsIn(value).length > 0) given.inputs.add(input);
  for (const { name: variable } of step.env)
    if (secretsIn(stepEnv.get(variable) ?? '').length > 0) given.variables.add(variable);
  const lacks = lacksOf(name, inputs, stepEnv, given);
  const effect = actionEffect(name);
  return {
    failed: lacks === 'fails',
    status: null,
    // One that goes on without its credential leaves its work undone.
    work: effect === 'work' && lacks === null && !rehearses(name, inputs) ? [name] : [],
    output: (output) => (lacks === null ? guessText(`${key}: outputs.${output}`, simulation) : ''),
    starved: lacks === null ? [] : [name],
    ...(inputs.has('script')
      ? { notRun: `it hands a script to ${name}, which the sandbox does not run` }
      : {}),
  };
}

/** `bash -c`, without errexit. */
const bashOfAnAction: PosixShell = {
  kind: 'posix',
  program: 'bash',
  errexit: false,
  nounset: false,
  pipefail: false,
};

/** The action of the repository that `./path` names; null for every other. */
export function ownAction(name: string, library: Library | null): Action | null {
  if (!name.startsWith('./')) return null;
  const looked = library?.actionIn(name.slice(2).replace(/\/$/, ''));
  return looked?.kind === 'found' ? looked.file : null;
}

function rehearses(name: string, inputs: ReadonlyMap<string, string>): boolean {
  const fact = actionFact(name);
  return fact?.rehearsal?.some((one) => inputs.get(one.input)?.toLowerCase() === one.value) ?? false;
}

/** What an action does for want of a secret that it is given where it is there; null where it lacks none. */
function lacksOf(
  name: string,
  inputs: ReadonlyMap<string, string>,
  env: ReadonlyMap<string, string>,
  given: { readonly inputs: ReadonlySet<string>; readonly variables: ReadonlySet<string> },
): 'fails' | 'goes-on' | null {
  const fact = actionFact(name);
  const tolerated = new Set(fact?.tolerates?.map((one) => one.toLowerCase()));
  const emptyInputs = [...given.inputs].filter((one) => secretsIn(inputs.get(one) ?? '').length === 0);
  const emptyVariables = [...given.variables].filter((one) => secretsIn(env.get(one) ?? '').length === 0);
  const lacking = [
    ...emptyInputs.filter((one) => !fact || fact.credentials.includes(one)),
    ...emptyVariables.filter((one) => !fact || fact.env.includes(one)),
  ].filter((one) => !tolerated.has(one.toLowerCase()));
  if (lacking.length === 0) return null;
  if (!fact) return 'fails';
  const has = (one: { readonly input: string; readonly value: string }) =>
    (inputs.get(one.input) ?? '').toLowerCase() === one.value.toLowerCase();
  if (fact.unneededIf?.some(has)) return null;
  if (fact.softIf && has(fact.softIf)) return 'goes-on';
  if (typeof fact.whenMissing === 'object') return has(fact.whenMissing.softUnless) ? 'fails' : 'goes-on';
  return fact.whenMissing === 'goes-on' ? 'goes-on' : 'fails';
}

/** Actions within actions: GitHub stops there too. */
const MAX_DEPTH = 10;

async function runComposite(
  action: Action,
  name: string,
  given: ReadonlyMap<string, string>,
  state: JobState,
  stepEnv: ReadonlyMap<string, string>,
  scope: Scope,
  runSteps: StepsRunner,
): Promise<Done> {
  const depth = (state.frame?.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) throw new NotReplayable('actions call actions too deep');
  const inputs = new Map(
    action.inputs.map((input) => {
      const key = input.name.toLowerCase();
      return [key, given.get(key) ?? (input.default ? fillInAsForge(input.default, scope) : '')] as const;
    }),
  );
  const inner: JobState = {
    ...state,
    scope: {
      ...state.scope,
      context: (context) =>
        context === 'github' || state.simulation.dialect.githubAliases.includes(context)
          ? actionGithub(name, context, state)
          : state.scope.context(context),
    },
    steps: new Map(),
    failed: false,
    frame: { inputs, env: stepEnv, directory: name, depth },
  };
  await runSteps(action.steps ?? [], inner);
  const outputs = new Map(
    action.outputs.map((entry) => [
      entry.name.toLowerCase(),
      fillInAsForge(entry.value, stepScope(inner, new Map())),
    ]),
  );
  return {
    failed: inner.failed,
    status: null,
    work: [],
    output: (output) => outputs.get(output) ?? '',
  };
}

/** `github` inside an action, where `github.action_path` says where the action lies. */
function actionGithub(name: string, context: string, state: JobState): ExpressionData {
  const path = `${workspace}/${name.slice(2)}`;
  return lazily('github', (key) =>
    key === 'action_path' ? text(path) : memberOf(state.scope.context(context), key),
  );
}
