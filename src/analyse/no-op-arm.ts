import { commandEffect } from '../facts/effects.js';
import type { Dialect } from '../forge/dialects.js';
import type { EventContext } from '../forge/events.js';
import type { ConditionText, Env, Job, Step, Workflow } from '../model/model.js';
import { contextPath } from '../parse/expression.js';
import { fixedText, walkShell } from '../program/walk.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import type { JobEnd } from './job.js';
import { walkExpr } from './secrets.js';
import { type ShellScript, shellScripts } from './shell-scripts.js';
import { constant, type Value } from './values.js';
import { endsGiven, trustedContexts } from './what-if.js';

/** A job that is green without its work where another one, which looks at what has changed, says that nothing has. */
export interface NoOpArm extends Answer {
  readonly job: Job;
  /** The id of the job that looks. */
  readonly detector: string;
  /** The step that stands in for the work; null where there is none, and all steps are left out. */
  readonly arm: Step | null;
  /** Whether it does none of its work then, or only leaves some out. */
  readonly whole: boolean;
  /** What is left out. */
  readonly lost: readonly string[];
}

/**
 * The no-op arms of a workflow for pull requests. `detectors`: the commands, by their first words, and the actions that tell what has
 * changed.
 */
export function noOpArms(
  workflow: Workflow,
  dialect: Dialect,
  detectors: readonly string[],
  knowledge: Knowledge,
): NoOpArm[] {
  const context = trustedContexts(workflow, dialect, knowledge.trust).find(
    ({ event }) => event === 'pull_request' || event === 'pull_request_target',
  );
  if (!context) return [];
  const scripts = shellScripts(workflow, dialect);
  const found = workflow.jobs.filter((job) => tellsChanges(job, scripts, detectors));
  if (found.length === 0) return [];
  return workflow.jobs.flatMap((job) =>
    found
      .filter((detector) => asksFor(job, detector))
      .flatMap((detector) => armsOf({ workflow, job, detector, scripts, context, dialect, knowledge })),
  );
}

// --- who tells what has changed --------------------------------------------------------------------------

/** Does it look at the changes in one of its steps, and hand on what steps of it say? */
function tellsChanges(job: Job, scripts: readonly ShellScript[], detectors: readonly string[]): boolean {
  if (
    !job.outputs.some(({ value }) =>
      value.parts.some((part) => part.kind === 'expression' && namesStep(part.expr)),
    )
  )
    return false;
  const commands = detectors.map((one) => one.split(' '));
  return (
    job.steps.some(({ uses }) => uses && isAction(uses.scalar.text.text, detectors)) ||
    scripts.some((script) => script.job === job && runs(script, commands))
  );
}

function namesStep(expr: Parameters<typeof contextPath>[0] | null): boolean {
  return expr !== null && (contextPath(expr)?.startsWith('steps.') ?? false);
}

function isAction(uses: string, detectors: readonly string[]): boolean {
  const name = uses.trim().split('@', 1)[0]?.toLowerCase();
  return detectors.some((detector) => detector.toLowerCase() === name);
}

function runs({ program }: ShellScript, commands: readonly (readonly string[])[]): boolean {
  let found = false;
  walkShell(program.body, (node) => {
    if (node.kind !== 'call') return;
    const words = node.words.map(fixedText);
    found ||= commands.some((names) => names.every((name, index) => words[index] === name));
  });
  return found;
}

// --- who takes its word -----------------------------------------------------------------------------------

/** Does a step of the job ask for an output of the other, which it needs? */
function asksFor(job: Job, detector: Job): boolean {
  return (
    job.needs.some((need) => need.job === detector.id) &&
    job.steps.some((step) => step.if !== null && namesOutputs(step.if, detector.outputs, detector.id))
  );
}

function namesOutputs({ template }: ConditionText, outputs: Env, id: string): boolean {
  let names = false;
  for (const part of template.parts) {
    if (part.kind !== 'expression' || !part.expr) continue;
    walkExpr(part.expr, (expr) => {
      const path = contextPath(expr);
      names ||= outputs.some(({ name }) => path === `needs.${id}.outputs.${name}`.toLowerCase());
    });
  }
  return names;
}

interface Asked {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly detector: Job;
  readonly scripts: readonly ShellScript[];
  readonly context: EventContext;
  readonly dialect: Dialect;
  readonly knowledge: Knowledge;
}

function armsOf(asked: Asked): NoOpArm[] {
  const { job, detector, dialect } = asked;
  const idle = endsWhere(asked, job, 'false');
  if (!idle.every(({ result }) => result === 'success')) return [];
  const busy = endsWhere(asked, job, 'true');
  const left = worksOf(idle);
  const lost = [...worksOf(busy)].filter(([key]) => !left.has(key)).map(([, name]) => name);
  if (lost.length === 0) return [];
  const arm = job.steps.find((step) => isArm(step, asked)) ?? null;
  const whole = left.size === 0;
  if (!whole && !arm) return [];
  const place =
    arm ??
    job.steps.find(
      ({ if: condition }) => condition && namesOutputs(condition, detector.outputs, detector.id),
    );
  const span = place?.if?.span ?? place?.headSpan ?? job.key.span;
  const text = arm ? 'runs in the place of the work' : 'false where nothing has changed';
  const answer = answerAt(dialect.forge, span, text, { job, step: place ?? null }, 'likely');
  const witness = [{ span: detector.key.span, text: 'looks at what has changed' }, ...answer.witness];
  return [{ ...answer, witness, job, detector: detector.id, arm, whole, lost: [...new Set(lost)] }];
}

/** How the job ends where all outputs of the detector have the text. */
function endsWhere(
  { workflow, detector, context, dialect, knowledge }: Asked,
  job: Job,
  text: string,
): JobEnd[] {
  const outputs = new Map(detector.outputs.map(({ name }): [string, Value] => [name, constant(text)]));
  return endsGiven(workflow, job, new Map([[detector.id, outputs]]), context, dialect, knowledge);
}

function worksOf(ends: readonly JobEnd[]): Map<string, string> {
  const works = new Map<string, string>();
  for (const { state } of ends)
    for (const { work } of state.done.values()) if (!work.rehearsal) works.set(work.key, work.name);
  return works;
}

/** A step that does nothing, and runs where nothing has changed and nowhere else. */
function isArm(step: Step, asked: Asked): boolean {
  const { job, detector, scripts, knowledge } = asked;
  if (!step.if || step.uses || !namesOutputs(step.if, detector.outputs, detector.id)) return false;
  const script = scripts.find((one) => one.step === step);
  if (!script || !isInert(script, knowledge)) return false;
  // The condition alone, as if it were that of the job.
  const asJob: Job = { ...job, if: step.if, steps: [], uses: null };
  const runsWhere = (text: string) =>
    endsWhere(asked, asJob, text).every(({ result }) => result === 'success');
  return runsWhere('false') && !runsWhere('true');
}

function isInert({ program }: ShellScript, { facts }: Knowledge): boolean {
  let inert = true;
  walkShell(program.body, (node) => {
    if (node.kind === 'opaque') inert = false;
    if (node.kind !== 'call') return;
    const [head, ...args] = node.words.map(fixedText);
    if (head === undefined) return;
    inert &&= head !== null && commandEffect(head, args, facts) === 'none';
  });
  return inert;
}
