import type { Job, Step, Template, Workflow } from '../../src/model/model.js';
import { contextPath, type Expr } from '../../src/parse/expression.js';
import { type RealRun, runRealBatch, type Stub } from './oracle.js';

// A runner, for workflows of our own making only: jobs one after the other, `run` steps in a real shell, `if:`, `env:`,
// outputs of steps and jobs. It knows the few functions and contexts that those use, and throws on any other.

export interface RunCase {
  readonly workflow: Workflow;
  readonly shell: Pick<RealRun, 'shell' | 'flags'>;
  /** Upper case names; others are missing. */
  readonly secrets: Readonly<Record<string, string>>;
  /** By lower case path: `event_name`, `repository`, `event.pull_request.head.repo.full_name`. */
  readonly github: Readonly<Record<string, string>>;
  /** Scripts that the steps call, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface WorkflowOutcome {
  readonly isRed: boolean;
  /** Every call of a stub with its arguments, in order. */
  readonly calls: readonly string[];
  readonly stdout: string;
}

type Value = string | number | boolean | null;

interface Running {
  readonly given: RunCase;
  readonly calls: string[];
  readonly results: Map<string, 'success' | 'failure' | 'skipped'>;
  readonly jobOutputs: Map<string, Map<string, Value>>;
  stdout: string;
  job: number;
  step: number;
  failed: boolean;
  outputs: Map<string, ReadonlyMap<string, string>>;
  env: Map<string, string>;
}

/** Runs them all, each to its end; the steps of all that stand at the same point go through the shell together. */
export async function runWorkflows(
  cases: readonly RunCase[],
  commands: readonly Stub[],
): Promise<readonly WorkflowOutcome[]> {
  const all = cases.map(
    (given): Running => ({
      given,
      calls: [],
      results: new Map(),
      jobOutputs: new Map(),
      stdout: '',
      job: 0,
      step: 0,
      failed: false,
      outputs: new Map(),
      env: new Map(),
    }),
  );
  for (;;) {
    const due = all.flatMap((running) => {
      const step = nextStep(running);
      return step ? [{ running, step }] : [];
    });
    if (due.length === 0) break;
    const outcomes = await runRealBatch(
      due.map(({ running, step }) => ({
        ...running.given.shell,
        ...(running.given.files ? { files: running.given.files } : {}),
        script: interpolated(step.run, running),
        env: { ...Object.fromEntries(variablesOf(running, step)), GITHUB_ACTIONS: 'true' },
      })),
      commands,
      60_000,
    );
    for (const [index, { running, step }] of due.entries()) {
      const outcome = outcomes[index];
      if (!outcome) throw new Error(`a step did not end: ${step.run?.scalar.text.text}`);
      running.calls.push(...outcome.calls.map((call) => call.join(' ')));
      running.stdout += outcome.stdout;
      if (step.id !== null) running.outputs.set(step.id.toLowerCase(), outcome.outputs);
      for (const [name, value] of outcome.env) running.env.set(name, value);
      if (outcome.status !== 0) running.failed = true;
      running.step++;
    }
  }
  return all.map(({ results, calls, stdout }) => ({
    isRed: [...results.values()].includes('failure'),
    calls,
    stdout,
  }));
}

/** The step that runs next, with jobs begun and ended on the way to it; null at the end of the workflow. */
function nextStep(running: Running): Step | null {
  const { jobs } = running.given.workflow;
  for (let job = jobs[running.job]; job; job = jobs[running.job]) {
    const needed = job.needs.map((need) => running.results.get(need.job));
    const met = needed.every((result) => result === 'success');
    if (running.step === 0 && !(met && holds(job.if?.template ?? null, running))) {
      endJob(running, job, 'skipped');
      continue;
    }
    const step = job.steps[running.step];
    if (!step) {
      endJob(running, job, running.failed ? 'failure' : 'success');
      continue;
    }
    if (step.run && !running.failed && holds(step.if?.template ?? null, running)) return step;
    running.step++;
  }
  return null;
}

function endJob(running: Running, job: Job, result: 'success' | 'failure' | 'skipped'): void {
  running.results.set(job.id, result);
  const outputs = new Map<string, Value>();
  if (result !== 'skipped')
    for (const { name, value } of job.outputs) outputs.set(name.toLowerCase(), interpolated(value, running));
  running.jobOutputs.set(job.id.toLowerCase(), outputs);
  running.job++;
  running.step = 0;
  running.failed = false;
  running.outputs = new Map();
  running.env = new Map();
}

function variablesOf(running: Running, step: Step | null): Map<string, string> {
  const { workflow } = running.given;
  const job = workflow.jobs[running.job];
  const variables = new Map<string, string>();
  for (const { name, value } of [...workflow.env, ...(job?.env ?? [])])
    variables.set(name, interpolated(value, running));
  for (const [name, value] of running.env) variables.set(name, value);
  for (const { name, value } of step?.env ?? []) variables.set(name, interpolated(value, running));
  return variables;
}

function interpolated(template: Template | null, running: Running): string {
  return (template?.parts ?? [])
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (!part.expr) throw new Error(`not an expression: ${part.error}`);
      return textOf(evaluate(part.expr, running));
    })
    .join('');
}

function holds(condition: Template | null, running: Running): boolean {
  const [part, ...more] = condition?.parts ?? [];
  if (!part) return true;
  if (part.kind !== 'expression' || !part.expr || more.length > 0) throw new Error('not one expression');
  return isTrue(evaluate(part.expr, running));
}

function evaluate(expr: Expr, running: Running): Value {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'not':
      return !isTrue(evaluate(expr.operand, running));
    case 'and': {
      let value: Value = true;
      for (const operand of expr.operands) {
        value = evaluate(operand, running);
        if (!isTrue(value)) return value;
      }
      return value;
    }
    case 'or': {
      let value: Value = false;
      for (const operand of expr.operands) {
        value = evaluate(operand, running);
        if (isTrue(value)) return value;
      }
      return value;
    }
    case 'compare': {
      const same = isEqual(evaluate(expr.left, running), evaluate(expr.right, running));
      if (expr.operator === '==') return same;
      if (expr.operator === '!=') return !same;
      throw new Error(`the runner does not know ${expr.operator}`);
    }
    default:
      return lookedUp(expr, running);
  }
}

function lookedUp(expr: Expr, running: Running): Value {
  const path = contextPath(expr);
  if (path === null) throw new Error(`the runner does not know a ${expr.kind}`);
  const [context, ...names] = path.split('.');
  const [name = ''] = names;
  switch (context) {
    case 'secrets':
      return running.given.secrets[name.toUpperCase()] ?? null;
    case 'github':
      return running.given.github[names.join('.')] ?? null;
    case 'env': {
      for (const [variable, value] of variablesOf(running, null))
        if (variable.toLowerCase() === name) return value;
      return null;
    }
    case 'steps':
      return running.outputs.get(name)?.get(names[2] ?? '') ?? null;
    case 'needs':
      return running.jobOutputs.get(name)?.get(names[2] ?? '') ?? null;
    default:
      throw new Error(`the runner does not know ${path}`);
  }
}

/** Unlike types are compared as numbers (semantics 4.4); texts without regard to case. */
function isEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string')
    return left.toLowerCase() === right.toLowerCase();
  if (typeof left === typeof right) return left === right;
  return numberOf(left) === numberOf(right);
}

function numberOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : value === '' ? 0 : Number(value);
}

function isTrue(value: Value): boolean {
  return value !== null && value !== '' && value !== false && value !== 0;
}

function textOf(value: Value): string {
  return value === null ? '' : String(value);
}
