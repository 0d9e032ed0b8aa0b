import { credentialRows } from '../facts/credentials.js';
import type { Dialect } from '../forge/dialects.js';
import type { Action, Env, FollowedAction, Step, Template } from '../model/model.js';
import type { Call } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { interpolateEnv } from './environment.js';
import { hangsOnSecret, interpolate, type Scope } from './expressions.js';
import { boundSteps, mergeStates } from './joining.js';
import { languageOfCommand } from './scripts.js';
import { secretsOfEnv, secretsOfStep, walkExpr } from './secrets.js';
import type { Failure, State, Trace } from './state.js';
import { type Frame, finishStep, type JobRun, type runStep, stepScope } from './step.js';
import { programOf } from './step-program.js';
import { emptyValue, type Value } from './values.js';

/** Paths between two steps of an action, and out of it, beyond which those that no missing secret tells apart are joined. */
const MAX_ACTION_PATHS = 8;
const MAX_WAYS_OUT = 4;

/**
 * Runs the steps of an action inside of the step that calls it, on one path, and gives every path on which that step
 * can end. `inputs` are those of the call, by lower-cased name; `run` runs one step.
 */
export function runComposite(
  step: Step,
  { action, directory, steps }: FollowedAction,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
  runOne: typeof runStep,
): State[] {
  const nothing = { because: null, outputs: new Map<string, Value>(), open: false, lacks: [] };
  if (isRefused(action, run.world.dialect)) return finishStep(step, state, run, { ...nothing, failed: true });
  return withDefaults(action, inputs, state, stepScope(run, 'step-field')).flatMap((start) => {
    const frame: Frame = { step, inputs: start.values, env: environment, directory, source: action.source };
    const inner: JobRun = { ...run, frame };
    const { failed, failedAt, steps: known } = start.state;
    const before = start.state.trace;
    // Semantics 9.6: success() and failure() of its steps ask for the action's own status.
    start.state.failed = false;
    let open = [start.state];
    for (const one of steps)
      open = boundSteps(mergeStates(open.flatMap((path) => runOne(one, path, inner))), MAX_ACTION_PATHS);
    const ends = mergeStates(
      open.flatMap((path) =>
        interpolateOutputs(action.outputs, path, stepScope(inner, 'step-field')).flatMap((end) => {
          const within = end.state.failed ? end.state.failedAt : null;
          const because = end.state.failed ? lastFailure(end.state.trace, before, within) : null;
          end.state.failed = failed;
          end.state.failedAt = failedAt;
          // Nobody outside of the action can ask how its steps ended.
          end.state.steps = known;
          end.state.stepEnv = environment;
          return finishStep(step, end.state, run, {
            ...nothing,
            failed: within !== null,
            failedAt: within,
            because,
            outputs: end.values,
          });
        }),
      ),
    );
    return boundSteps(ends, MAX_WAYS_OUT);
  });
}

/**
 * Can a secret reach what the action does, or what an earlier step or job made of one? An action that none can reach
 * does the same in every world, and is work like any other action.
 */
export function isReachedAction(
  step: Step,
  follows: FollowedAction,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): boolean {
  if (step.with.some((entry) => asksOthers(entry.value))) return true;
  if ([...inputs.values()].some(hangsOnSecret)) return true;
  // What an earlier step sets for later ones, it may set in one world only.
  const earlier = run.job.steps.slice(0, step.index);
  if (earlier.some((other) => other.run?.scalar.text.text.includes('_ENV'))) return true;
  for (const [name, value] of [...environment, ...state.jobEnv]) {
    if (!hangsOnSecret(value)) continue;
    // Scripts of the repository are not seen here.
    if (name === '*' || credentialVariables.has(name)) return true;
    if (actionMentions(follows, name) || asksUnnamed(follows)) return true;
  }
  return false;
}

const asking = new WeakMap<Template, boolean>();

/** Does the text hold anything that earlier steps, jobs or callers can have made of a secret? */
function asksOthers(template: Template): boolean {
  const known = asking.get(template);
  if (known !== undefined) return known;
  let asks = false;
  for (const part of template.parts) {
    if (part.kind !== 'expression' || !part.expr) continue;
    walkExpr(part.expr, (expr) => {
      if (expr.kind === 'context') asks ||= others.has(expr.name);
    });
  }
  asking.set(template, asks);
  return asks;
}

const others: ReadonlySet<string> = new Set(['secrets', 'steps', 'needs', 'env', 'inputs']);

const mentioned = new WeakMap<FollowedAction, Map<string, boolean>>();

/** Does a step of the action, or of one that it calls, name the variable? */
export function actionMentions(action: FollowedAction, name: string): boolean {
  const byName = mentioned.get(action) ?? new Map<string, boolean>();
  mentioned.set(action, byName);
  const known = byName.get(name);
  if (known !== undefined) return known;
  const answer = action.steps.some(
    (step) =>
      textsOf(step).some((text) => mentions(text, name)) ||
      (step.follows?.kind === 'followed' && actionMentions(step.follows, name)),
  );
  byName.set(name, answer);
  return answer;
}

function textsOf(step: Step): string[] {
  const templates = [step.run, step.if?.template, ...[...step.env, ...step.with].map((entry) => entry.value)];
  return templates.flatMap((template) => (template ? [template.scalar.text.text] : []));
}

/** Does the text name the variable, and not only a longer one with that name in it? */
export function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isInWord(text[at - 1]) && !isInWord(text[at + name.length])) return true;
  }
  return false;
}

function isInWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}

const unnamed = new WeakMap<FollowedAction, boolean>();

/** May a script of the action ask for a variable that it does not name: in a file that it runs, or by a name that it computes? */
function asksUnnamed(action: FollowedAction): boolean {
  const known = unnamed.get(action);
  if (known !== undefined) return known;
  const answer = action.steps.some(
    (step) =>
      (step.run !== null && scriptAsksUnnamed(step.run, step.shell)) ||
      (step.follows?.kind === 'followed' && asksUnnamed(step.follows)),
  );
  unnamed.set(action, answer);
  return answer;
}

function scriptAsksUnnamed(run: Template, shell: Template | null): boolean {
  if (!/^(ba|da)?sh\b/.test(shell?.scalar.text.text ?? '')) return true;
  const program = programOf(run, 'shell');
  if (!program || program.unreadable) return true;
  let asks = false;
  walkShell(
    program.body,
    (node) => {
      if (node.kind === 'call') asks ||= runsOthers(node);
    },
    (part) => {
      if (part.kind === 'parameter') asks ||= part.indirect;
    },
  );
  return asks;
}

const RUNNERS: ReadonlySet<string> = new Set(
  'bash sh dash eval source . env printenv npm yarn pnpm bun make gmake'.split(' '),
);

/** Does a command run a file of the repository, or one that its text does not tell, or show all variables? */
function runsOthers({ words }: Call): boolean {
  if (words.length === 0) return false;
  const name = fixedText(words[0]);
  if (name === null || name.includes('/')) return true;
  // Behind `timeout 60` and the like it is any word.
  return words.some((word) => {
    const text = fixedText(word) ?? '';
    return RUNNERS.has(text) || languageOfCommand(text) !== null;
  });
}

const credentialVariables: ReadonlySet<string> = new Set(
  credentialRows.flatMap((row) => (row.anyOf ?? []).flatMap((group) => group.split(' '))),
);

/** Semantics 9.4: a default counts only where the call does not give the input at all. */
function withDefaults(
  action: Action,
  inputs: ReadonlyMap<string, Value>,
  state: State,
  scope: Scope,
): { state: State; values: Map<string, Value> }[] {
  let open = [{ state, values: new Map(inputs) }];
  for (const input of action.inputs) {
    const name = input.name.toLowerCase();
    if (inputs.has(name)) continue;
    open = open.flatMap((path) => {
      if (!input.default) return [path];
      const results = interpolate(input.default, path.state, scope);
      return results.map((result) => ({
        state: result.state,
        values: new Map(path.values).set(name, result.value ?? emptyValue),
      }));
    });
  }
  return open;
}

/** Semantics 9.7: what the action gives back is worked out when its last step has run. */
function interpolateOutputs(
  outputs: Env,
  state: State,
  scope: Scope,
): { state: State; values: Map<string, Value> }[] {
  return outputs.length === 0
    ? [{ state, values: new Map() }]
    : interpolateEnv(outputs, new Map(), state, scope);
}

/** The failure for want of a secret that made this step fail, among what happened since `before`; null where there was none. */
function lastFailure(trace: Trace | null, before: Trace | null, step: number | null): Failure | null {
  let last: Failure | null = null;
  for (let link = trace; link && link !== before; link = link.previous) {
    const { event } = link;
    if (event.kind === 'failure') last ??= event.failure;
    if (event.kind === 'step' && event.index === step) return last;
    if (event.kind === 'step') last = null;
  }
  return null;
}

const refused = new WeakMap<Action, { readonly noShell: boolean; readonly secrets: boolean }>();

/** Does the forge refuse to load the action (semantics 9.1, 9.2)? */
function isRefused(action: Action, dialect: Dialect): boolean {
  const steps = action.steps ?? [];
  const known = refused.get(action) ?? {
    noShell: steps.some((step) => step.run && !step.shell),
    secrets: [...steps.flatMap((step) => secretsOfStep(step, null)), ...secretsOfEnv(action.outputs)].some(
      ({ name }) => !name.startsWith('inputs.'),
    ),
  };
  refused.set(action, known);
  return (
    (known.noShell && dialect.shellInComposite === 'required') ||
    (known.secrets && dialect.secretsInComposite === 'load-error')
  );
}
