import { shellOf } from '../forge/dialects.js';
import { callDeclarationOf } from '../model/call.js';
import type { Job, Workflow } from '../model/model.js';
import type { YamlNode } from '../parse/yaml.js';
import {
  EvaluationFailed,
  type ExpressionData,
  fillInAsForge,
  holds,
  lazily,
  namesStatus,
  nothing,
  record,
  type Scope,
  text,
  truth,
} from './evaluate.js';
import { NotReplayable } from './guesses.js';
import { type JobState, stepScope } from './job-state.js';
import {
  type Conclusion,
  commonContext,
  guessText,
  noteStrings,
  type Simulation,
  type Surroundings,
} from './simulation.js';
import { runSteps } from './steps.js';

/** What a job's dependents see of it. */
interface Ended {
  readonly result: Conclusion;
  readonly output: (name: string) => string;
  readonly work?: readonly string[];
}

/** Calls of workflows within workflows: forges stop earlier. */
const MAX_DEPTH = 10;

/** Runs the jobs of a workflow that are wanted, in the order in which they need one another. */
export async function runWorkflow(
  simulation: Simulation,
  around: Surroundings,
  wanted: (job: Job) => boolean,
  depth = 0,
): Promise<ReadonlyMap<string, Ended>> {
  const { workflow } = around;
  if (depth > MAX_DEPTH) throw new NotReplayable('workflows call workflows too deep');
  const ended = new Map<string, Ended>();
  for (const job of inOrder(workflow)) {
    if (!wanted(job)) continue;
    const run = await runJob(job, simulation, around, ended, depth);
    const one: Ended = isTroubled(job, simulation, around) ? { ...run, result: 'failure' } : run;
    ended.set(job.id.toLowerCase(), one);
    simulation.jobs.push({
      job: `${around.prefix}${job.id}`,
      result: one.result,
      needs: job.needs.map((need) => `${around.prefix}${need.job}`),
      work: one.work ?? [],
    });
  }
  return ended;
}

function isTroubled({ id }: Job, { trouble }: Simulation, { prefix }: Surroundings): boolean {
  return trouble?.kind === 'job' && prefix === '' && trouble.id === id;
}

/** The jobs, each behind those that it needs; jobs that need one another in a circle are left out. */
export function inOrder({ jobs }: Workflow): Job[] {
  const order: Job[] = [];
  let left = [...jobs];
  while (left.length > 0) {
    const ready = left.filter((job) => job.needs.every((need) => order.some(({ id }) => id === need.job)));
    if (ready.length === 0) break;
    order.push(...ready);
    left = left.filter((job) => !ready.includes(job));
  }
  return order;
}

async function runJob(
  job: Job,
  simulation: Simulation,
  around: Surroundings,
  ended: ReadonlyMap<string, Ended>,
  depth: number,
): Promise<Ended> {
  const skipped: Ended = { result: 'skipped', output: () => '' };
  const failed: Ended = { result: 'failure', output: () => '' };
  const results = job.needs.map((need) => ended.get(need.job.toLowerCase())?.result ?? 'skipped');
  const wellDone = results.every((result) => result === 'success');
  if (!wellDone && !(job.if && namesStatus(job.if))) return skipped;
  const leg = legOf(job, simulation, around);
  const context = (name: string): ExpressionData | undefined => {
    switch (name) {
      case 'needs':
        return lazilyNeeds(job, ended);
      case 'matrix':
        return leg;
      case 'strategy':
        return lazily('strategy', (key) => text(guessText(`${job.id}: strategy.${key}`, simulation)));
      case 'runner':
        return lazily('runner', (key) =>
          text(key === 'os' ? systemOf(job) : guessText(`runner.${key}`, simulation)),
        );
      default:
        return commonContext(name, simulation, around);
    }
  };
  const scope: Scope = {
    dialect: simulation.dialect,
    context,
    hash: () => guessText('hashFiles()', simulation),
    status(name) {
      if (name === 'always') return true;
      if (name === 'cancelled') return false;
      return name === 'failure' ? results.includes('failure') : wellDone;
    },
  };
  noteStrings(job.if?.template ?? null, simulation);
  try {
    if (job.if && !holds(job.if, environmentless(scope, around, simulation))) return skipped;
    if (job.uses) return await callWorkflow(job, simulation, around, scope, depth);
    const state = await startOf(job, simulation, around, scope);
    await runSteps(job.steps, state);
    return endOf(job, state, simulation);
  } catch (error) {
    if (error instanceof EvaluationFailed) return failed;
    throw error;
  }
}

/** In a job's `if:` the act family sees the `env:` of the workflow too (semantics 3.3). */
function environmentless(scope: Scope, { workflow }: Surroundings, { dialect }: Simulation): Scope {
  if (!dialect.contexts['job-if'].has('env')) return scope;
  const entries = workflow.env.map((entry) => [entry.name, text(fillInAsForge(entry.value, scope))] as const);
  return { ...scope, context: (name) => (name === 'env' ? record(entries) : scope.context(name)) };
}

function lazilyNeeds(job: Job, ended: ReadonlyMap<string, Ended>): ExpressionData {
  const one = (id: string): ExpressionData | undefined => {
    const known = job.needs.some((need) => need.job.toLowerCase() === id) ? ended.get(id) : undefined;
    if (!known) return undefined;
    const outputs = lazily('the outputs of a job', (key) => text(known.output(key)));
    return record([
      ['result', text(known.result)],
      ['outputs', outputs],
    ]);
  };
  return record(job.needs.map((need) => [need.job, one(need.job.toLowerCase()) ?? nothing]));
}

async function startOf(
  job: Job,
  simulation: Simulation,
  around: Surroundings,
  scope: Scope,
): Promise<JobState> {
  const env = new Map<string, string>();
  for (const entry of [...around.workflow.env, ...job.env]) {
    if (entry.name === '*') throw new NotReplayable('its env is one expression');
    noteStrings(entry.value, simulation);
    env.set(
      entry.name,
      fillInAsForge(entry.value, { ...scope, context: (name) => withEnv(name, env, scope) }),
    );
  }
  return {
    simulation,
    around,
    job,
    name: `${around.prefix}${job.id}`,
    scope,
    machine: await simulation.sandbox.machine(simulation.files),
    env,
    fileEnv: new Map(),
    steps: new Map(),
    failed: false,
    frame: null,
    shellOf: (shell) =>
      shellOf(simulation.dialect, {
        shell,
        container: job.container,
        runsOnWindows: systemOf(job) === 'Windows',
      }),
    count: { next: 0 },
  };
}

/** Outer values are seen by the inner ones of the act family only; none of them names itself. */
function withEnv(name: string, env: ReadonlyMap<string, string>, scope: Scope): ExpressionData | undefined {
  return name === 'env' ? record([...env].map(([key, value]) => [key, text(value)])) : scope.context(name);
}

function endOf(job: Job, state: JobState, simulation: Simulation): Ended {
  const outputs = new Map<string, string>();
  for (const entry of job.outputs) {
    noteStrings(entry.value, simulation);
    const value = fillInAsForge(entry.value, stepScope(state, new Map()));
    // Semantics 7.7: GitHub drops an output that holds a secret.
    const dropped = simulation.dialect.dropsSecretOutputs && value.includes('hardfail-secret-');
    outputs.set(entry.name.toLowerCase(), dropped ? '' : value);
  }
  const forgiven =
    job.continueOnError?.literal === true && simulation.dialect.jobContinueOnError === 'evaluated';
  return {
    result: state.failed && !forgiven ? 'failure' : 'success',
    output: (name) => outputs.get(name.toLowerCase()) ?? '',
  };
}

/** A called workflow: one of the repository is run, any other does its work and gives back what nobody knows. */
async function callWorkflow(
  job: Job,
  simulation: Simulation,
  around: Surroundings,
  scope: Scope,
  depth: number,
): Promise<Ended> {
  const path = job.uses?.scalar.text.text.trim() ?? '';
  const looked = path.startsWith('./') ? simulation.library?.workflowAt(path.slice(2)) : undefined;
  if (path.startsWith('./') && looked?.kind !== 'found') throw new NotReplayable(`'${path}' cannot be read`);
  if (looked?.kind !== 'found') {
    const output = (name: string) => guessText(`${job.id}: outputs.${name}`, simulation);
    return { result: 'success', output, work: [path] };
  }
  const declared = callDeclarationOf(looked.file);
  if (!declared) throw new NotReplayable(`'${path}' cannot be called`);
  const given = new Map(
    job.with.map((entry) => [entry.name.toLowerCase(), fillInAsForge(entry.value, scope)]),
  );
  const passed =
    job.secrets === 'inherit'
      ? null
      : new Map(job.secrets.map((entry) => [entry.name.toUpperCase(), fillInAsForge(entry.value, scope)]));
  const automatic = new Set(simulation.dialect.automaticTokens);
  const inner: Surroundings = {
    workflow: looked.file,
    prefix: `${around.prefix}${job.id} / `,
    secret: (name) =>
      passed === null || automatic.has(name.toUpperCase())
        ? around.secret(name)
        : (passed.get(name.toUpperCase()) ?? ''),
    input(name) {
      const input = declared.inputs.find((one) => one.name.toLowerCase() === name);
      if (!input) return nothing;
      const value = given.get(name) ?? (input.default ? fillInAsForge(input.default, scope) : '');
      return input.type === 'boolean' ? truth(value.toLowerCase() === 'true') : text(value);
    },
  };
  const ended = await runWorkflow(simulation, inner, () => true, depth + 1);
  const results = [...ended.values()].map(({ result }) => result);
  const outputScope: Scope = {
    ...scope,
    context: (name) =>
      name === 'jobs'
        ? record(
            [...ended].map(([id, one]) => [
              id,
              record([
                ['result', text(one.result)],
                ['outputs', lazily('the outputs of a job', (key) => text(one.output(key)))],
              ]),
            ]),
          )
        : name === 'inputs'
          ? lazily('inputs', inner.input)
          : scope.context(name),
  };
  const outputs = new Map(
    declared.outputs.map((entry) => [entry.name.toLowerCase(), fillInAsForge(entry.value, outputScope)]),
  );
  const allSkipped = results.every((result) => result === 'skipped');
  const result: Conclusion = results.includes('failure')
    ? 'failure'
    : allSkipped
      ? simulation.dialect.calledAllSkipped
      : 'success';
  return { result, output: (name) => outputs.get(name.toLowerCase()) ?? '' };
}

// --- the matrix and the runner ----------------------------------------------------------------------------

/** What `runs-on:` says of the system; Linux where it says nothing. */
function systemOf({ runsOn }: Job): 'Linux' | 'Windows' | 'macOS' {
  const labels = (runsOn?.kind === 'list' ? runsOn.items : [runsOn]).flatMap((node) =>
    node?.kind === 'scalar' ? [node.text.text.toLowerCase()] : [],
  );
  if (labels.some((label) => label.startsWith('windows'))) return 'Windows';
  return labels.some((label) => label.startsWith('macos')) ? 'macOS' : 'Linux';
}

/** One leg of the job's matrix: which one is a guess. What is computed is guessed too. */
function legOf(job: Job, simulation: Simulation, around: Surroundings): ExpressionData {
  const matrix = child(job.strategy, 'matrix');
  const named = (key: string): ExpressionData => {
    const values = valuesOf(matrix, key);
    if (values.length === 0) return text(guessText(`${around.prefix}${job.id}: matrix.${key}`, simulation));
    return simulation.guesses.pick(
      `${around.prefix}${job.id}: matrix.${key}`,
      values,
      values.map((value) => value.coerceString()),
    );
  };
  return lazily('matrix', named);
}

function valuesOf(matrix: YamlNode | null, key: string): ExpressionData[] {
  const values = child(matrix, key);
  const include = child(matrix, 'include');
  const own = values?.kind === 'list' ? values.items : [];
  const added = include?.kind === 'list' ? include.items.map((item) => child(item, key)) : [];
  return [...own, ...added].flatMap((node) => (node ? [dataOf(node)] : [])).slice(0, 8);
}

function dataOf(node: YamlNode): ExpressionData {
  if (node.kind === 'map')
    return record(node.pairs.map(({ key, value }) => [key.text.text, value ? dataOf(value) : nothing]));
  if (node.kind === 'list') throw new NotReplayable('its matrix holds a list of lists');
  const words = node.text.text;
  if (words.includes('${{')) throw new NotReplayable('its matrix is computed');
  if (words === 'true' || words === 'false') return truth(words === 'true');
  return text(words);
}

function child(node: YamlNode | null | undefined, key: string): YamlNode | null {
  if (node?.kind !== 'map') return null;
  return node.pairs.find((pair) => pair.key.text.text.toLowerCase() === key.toLowerCase())?.value ?? null;
}
