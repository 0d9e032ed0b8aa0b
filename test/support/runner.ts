import { fileURLToPath } from 'node:url';
import { buildAction, buildWorkflow } from '../../src/model/build.js';
import { callDeclarationOf } from '../../src/model/call.js';
import type { Action, Flag, Job, Step, Template, Workflow } from '../../src/model/model.js';
import { contextPath, type Expr } from '../../src/parse/expression.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { type RealRun, runRealBatch, type Stub } from './oracle.js';
import { isEqual, isSameName, isTrue, textOf, type Value } from './runner-values.js';

// A runner, for workflows of our own making only: jobs one after the other, `run` steps in a real shell, `if:`, `env:`,
// outputs of steps and jobs, called workflows, composite actions and `actions/github-script`. It knows the few functions
// and contexts that those use, and throws on any other.

export interface RunCase {
  readonly path: string;
  /** The shell of steps that name none. */
  readonly shell: Shell;
  /** Upper case names; others are missing. */
  readonly secrets: Readonly<Record<string, string>>;
  /** By lower case path: `event_name`, `repository`, `event.pull_request.head.repo.full_name`. */
  readonly github: Readonly<Record<string, string>>;
  /** The workflow, what it calls, and the scripts of the steps, by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

type Shell = Pick<RealRun, 'shell' | 'flags'>;

export interface WorkflowOutcome {
  readonly isRed: boolean;
  /** Every call of a stub with its arguments, in order. */
  readonly calls: readonly string[];
  readonly stdout: string;
}

type Result = 'success' | 'failure' | 'skipped';

/** A job, with the call of its workflow that it is part of. */
interface PlacedJob {
  readonly job: Job;
  readonly workflow: Workflow;
  /** What the ids of its workflow begin with. */
  readonly prefix: string;
  readonly caller: PlacedJob | null;
  readonly steps: readonly PlacedStep[];
}

/** A step, with the call of the action that it is part of. */
interface PlacedStep {
  readonly step: Step;
  readonly within: { readonly caller: PlacedStep; readonly action: Action } | null;
}

interface Running {
  readonly given: RunCase;
  readonly jobs: readonly PlacedJob[];
  readonly calls: string[];
  readonly results: Map<string, Result>;
  readonly jobOutputs: Map<string, Map<string, Value>>;
  stdout: string;
  isRed: boolean;
  job: number;
  step: number;
  failed: boolean;
  outputs: Map<string, ReadonlyMap<string, string>>;
  env: Map<string, string>;
}

/** What an expression sees. */
interface View {
  readonly running: Running;
  readonly placed: PlacedJob;
  readonly step: PlacedStep | null;
}

const harness = fileURLToPath(new URL('./node-harness.mjs', import.meta.url));

/** Runs them all, each to its end; the steps of all that stand at the same point go through the shell together. */
export async function runWorkflows(
  cases: readonly RunCase[],
  commands: readonly Stub[],
): Promise<readonly WorkflowOutcome[]> {
  const all = cases.map(
    (given): Running => ({
      given,
      jobs: placedJobs(given, workflowIn(given, given.path), '', null),
      calls: [],
      results: new Map(),
      jobOutputs: new Map(),
      stdout: '',
      isRed: false,
      job: 0,
      step: 0,
      failed: false,
      outputs: new Map(),
      env: new Map(),
    }),
  );
  for (;;) {
    const due = all.flatMap((running) => nextStep(running) ?? []);
    if (due.length === 0) break;
    const outcomes = await runRealBatch(due.map(realRunOf), commands, 60_000);
    for (const [index, view] of due.entries()) {
      const { running, step } = view;
      const outcome = outcomes[index];
      if (!outcome) throw new Error(`a step did not end: ${step.step.run?.scalar.text.text}`);
      running.calls.push(...outcome.calls.map((call) => call.join(' ')));
      running.stdout += outcome.stdout;
      if (step.step.id !== null) running.outputs.set(outputKey(step), outcome.outputs);
      for (const [name, value] of outcome.env) running.env.set(name, value);
      if (outcome.status !== 0 && !isForgiven(view)) running.failed = true;
      running.step++;
    }
  }
  return all.map(({ isRed, calls, stdout }) => ({ isRed, calls, stdout }));
}

// --- the files --------------------------------------------------------------------------------------------

function textIn({ files }: RunCase, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`there is no file ${path}`);
  return text;
}

function workflowIn(given: RunCase, path: string): Workflow {
  return buildWorkflow(parseYaml({ path, text: textIn(given, path) }));
}

function placedJobs(
  given: RunCase,
  workflow: Workflow,
  prefix: string,
  caller: PlacedJob | null,
): PlacedJob[] {
  return workflow.jobs.flatMap((job) => {
    const placed = { job, workflow, prefix, caller, steps: placedSteps(given, job.steps, null) };
    if (!job.uses) return [placed];
    const called = workflowIn(given, job.uses.scalar.text.text.slice('./'.length));
    return [...placedJobs(given, called, `${prefix}${job.id}/`, placed), placed];
  });
}

function placedSteps(given: RunCase, steps: readonly Step[], within: PlacedStep['within']): PlacedStep[] {
  return steps.flatMap((step) => {
    const placed = { step, within };
    const uses = step.uses?.scalar.text.text ?? '';
    if (!uses.startsWith('./')) return [placed];
    const path = `${uses.slice('./'.length)}/action.yml`;
    const action = buildAction(parseYaml({ path, text: textIn(given, path) }));
    return placedSteps(given, action.steps ?? [], { caller: placed, action });
  });
}

/** Ids of steps within an action are its own. */
function outputKey({ step, within }: PlacedStep): string {
  return `${within ? `${outputKey(within.caller)}/` : ''}${step.id?.toLowerCase()}`;
}

// --- the order --------------------------------------------------------------------------------------------

type Due = View & { readonly step: PlacedStep };

/** The step that runs next, with jobs begun and ended on the way to it; null at the end of the workflow. */
function nextStep(running: Running): Due | null {
  for (let placed = running.jobs[running.job]; placed; placed = running.jobs[running.job]) {
    if (running.step === 0 && !isMet(running, placed)) {
      endJob(running, placed, 'skipped');
      continue;
    }
    const step = placed.steps[running.step];
    if (!step) {
      endJob(running, placed, running.failed || hasFailedPart(running, placed) ? 'failure' : 'success');
      continue;
    }
    const view = { running, placed, step };
    if (isRun(step.step) && !running.failed && isWanted(view)) return view;
    running.step++;
  }
  return null;
}

function isRun({ run, uses }: Step): boolean {
  return run !== null || isGithubScript(uses);
}

function isGithubScript(uses: Template | null): boolean {
  return uses?.scalar.text.text.startsWith('actions/github-script@') === true;
}

/** May the job run, by what it needs and asks for, and by what the calls around it do? */
function isMet(running: Running, placed: PlacedJob): boolean {
  if (placed.caller && !isMet(running, placed.caller)) return false;
  const { job, prefix } = placed;
  const needed = job.needs.map((need) => running.results.get(prefix + need.job));
  if (!needed.every((result) => result === 'success')) return false;
  return holds(job.if?.template ?? null, { running, placed, step: null });
}

function isWanted({ running, placed, step }: Due): boolean {
  const caller = step.within?.caller;
  if (caller && !isWanted({ running, placed, step: caller })) return false;
  return holds(step.step.if?.template ?? null, { running, placed, step });
}

function isForgiven(view: Due): boolean {
  const { step, within } = view.step;
  if (isForgivenBy(step.continueOnError, view)) return true;
  return within !== null && isForgiven({ ...view, step: within.caller });
}

function isForgivenBy(flag: Flag | null, view: View): boolean {
  return flag !== null && interpolated(flag.template, view) === 'true';
}

/** Has a job of the workflow that it calls failed? */
function hasFailedPart({ results }: Running, { job, prefix }: PlacedJob): boolean {
  return [...results].some(([id, result]) => id.startsWith(`${prefix}${job.id}/`) && result === 'failure');
}

function endJob(running: Running, placed: PlacedJob, result: Result): void {
  const { job, prefix } = placed;
  const view = { running, placed, step: null };
  const isRed = result === 'failure' && !isForgivenBy(job.continueOnError, view);
  if (isRed) running.isRed = true;
  running.results.set(prefix + job.id, result === 'failure' && !isRed ? 'success' : result);
  const outputs = new Map<string, Value>();
  if (result !== 'skipped')
    for (const { name, value } of job.outputs) outputs.set(name.toLowerCase(), interpolated(value, view));
  running.jobOutputs.set(prefix + job.id.toLowerCase(), outputs);
  running.job++;
  running.step = 0;
  running.failed = false;
  running.outputs = new Map();
  running.env = new Map();
}

// --- what the shell is given ------------------------------------------------------------------------------

function realRunOf(view: Due): Omit<RealRun, 'commands' | 'tools'> {
  const { running, placed, step } = view;
  const { files, shell } = running.given;
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: running.given.github.event_name ?? '',
    ...Object.fromEntries(variablesOf(view)),
  };
  if (isGithubScript(step.step.uses)) {
    const script = step.step.with.find(({ name }) => name === 'script');
    const text = interpolated(script?.value ?? null, view);
    return {
      shell: 'node',
      flags: [harness],
      files,
      script: text,
      env: { ...env, ORACLE_HOST: 'github-script' },
    };
  }
  const named = step.step.shell ?? (step.within ? null : placed.job.defaults.shell);
  return {
    ...(named ? shellNamed(named.scalar.text.text) : shell),
    files,
    script: interpolated(step.step.run, view),
    env,
  };
}

/** Semantics 1.1. */
function shellNamed(name: string): Shell {
  switch (name) {
    case 'bash':
      return { shell: 'bash', flags: ['--noprofile', '--norc', '-e', '-o', 'pipefail'] };
    case 'sh':
      return { shell: 'sh', flags: ['-e'] };
    case 'bash {0}':
      return { shell: 'bash', flags: [] };
    case 'python':
      return { shell: 'python3', flags: [] };
    default:
      throw new Error(`the runner does not know the shell ${name}`);
  }
}

function variablesOf(view: View): Map<string, string> {
  const { running, placed } = view;
  const variables = new Map<string, string>();
  const outer = { ...view, step: null };
  for (const { name, value } of [...placed.workflow.env, ...placed.job.env])
    variables.set(name, interpolated(value, outer));
  for (const [name, value] of running.env) variables.set(name, value);
  for (const step of callersOf(view.step)) {
    const seen = { ...view, step };
    for (const { name, value } of step.step.env) variables.set(name, interpolated(value, seen));
  }
  return variables;
}

/** The step with those that call the actions which it is part of, the outermost first. */
function callersOf(step: PlacedStep | null): PlacedStep[] {
  return step ? [...callersOf(step.within?.caller ?? null), step] : [];
}

// --- expressions ------------------------------------------------------------------------------------------

function interpolated(template: Template | null, view: View): string {
  return (template?.parts ?? [])
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (!part.expr) throw new Error(`not an expression: ${part.error}`);
      return textOf(evaluate(part.expr, view));
    })
    .join('');
}

function holds(condition: Template | null, view: View): boolean {
  const [part, ...more] = condition?.parts ?? [];
  if (!part) return true;
  // Text around an expression makes a text of it all (semantics 4.2).
  if (more.length > 0) return isTrue(interpolated(condition, view));
  if (part.kind !== 'expression' || !part.expr) throw new Error('not an expression');
  return isTrue(evaluate(part.expr, view));
}

function evaluate(expr: Expr, view: View): Value {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'not':
      return !isTrue(evaluate(expr.operand, view));
    case 'and': {
      let value: Value = true;
      for (const operand of expr.operands) {
        value = evaluate(operand, view);
        if (!isTrue(value)) return value;
      }
      return value;
    }
    case 'or': {
      let value: Value = false;
      for (const operand of expr.operands) {
        value = evaluate(operand, view);
        if (isTrue(value)) return value;
      }
      return value;
    }
    case 'compare': {
      const same = isEqual(evaluate(expr.left, view), evaluate(expr.right, view));
      if (expr.operator === '==') return same;
      if (expr.operator === '!=') return !same;
      throw new Error(`the runner does not know ${expr.operator}`);
    }
    default:
      return lookedUp(expr, view);
  }
}

function lookedUp(expr: Expr, view: View): Value {
  const path = contextPath(expr);
  if (path === null) throw new Error(`the runner does not know a ${expr.kind}`);
  const { running, placed, step } = view;
  const [context, ...names] = path.split('.');
  const [name = ''] = names;
  switch (context) {
    case 'secrets':
      return secretOf(name, running, placed);
    case 'inputs':
      return inputIn(name, view);
    case 'github':
      return running.given.github[names.join('.')] ?? null;
    case 'env': {
      // A step sees the variables around it, and not its own.
      const around = step?.within?.caller ?? null;
      for (const [variable, value] of variablesOf({ ...view, step: around }))
        if (variable.toLowerCase() === name) return value;
      return null;
    }
    case 'steps': {
      const inside = step?.within ? `${outputKey(step.within.caller)}/` : '';
      return running.outputs.get(inside + name)?.get(names[2] ?? '') ?? null;
    }
    case 'needs':
      return running.jobOutputs.get(placed.prefix + name)?.get(names[2] ?? '') ?? null;
    default:
      throw new Error(`the runner does not know ${path}`);
  }
}

/** A secret as a job sees it: that of the repository, or what the call of its workflow hands on. */
function secretOf(name: string, running: Running, { workflow, caller }: PlacedJob): Value {
  if (!caller) return running.given.secrets[name.toUpperCase()] ?? null;
  const { secrets } = caller.job;
  if (secrets === 'inherit') return secretOf(name, running, caller);
  const declared = callDeclarationOf(workflow)?.secrets.some((one) => isSameName(one.name, name));
  const handed = secrets.find((one) => isSameName(one.name, name));
  return declared && handed ? interpolated(handed.value, { running, placed: caller, step: null }) : null;
}

function inputIn(name: string, { running, placed, step }: View): Value {
  if (!step?.within) throw new Error('the runner knows the inputs of actions only');
  const { caller, action } = step.within;
  const handed = caller.step.with.find((one) => isSameName(one.name, name));
  if (handed) return interpolated(handed.value, { running, placed, step: caller });
  const declared = action.inputs.find((one) => isSameName(one.name, name));
  return declared?.default ? interpolated(declared.default, { running, placed, step }) : null;
}
