import type { Hole } from '../../analyse/analyse.js';
import { runsOnWindows } from '../../analyse/platform.js';
import { isInput } from '../../analyse/secrets.js';
import type { Action, Job, Step, Workflow } from '../../model/model.js';
import type { Span } from '../../text/source.js';
import { isWorkflow } from '../callers.js';
import type { Edit } from '../finding.js';
import { namesIn, namesInJob, rawText } from '../words.js';
import { environments, variableOf } from './bindings.js';
import { type ForkVariable, forkVariable } from './fork-variable.js';
import { type ScriptText, scriptText } from './script-text.js';
import { mapWith, variableAdded } from './yaml-edits.js';

/** What mends need to know of a hole, or of a guard. */
export type Wanted = Pick<
  Hole,
  'job' | 'step' | 'span' | 'forge' | 'secrets' | 'together' | 'contexts' | 'soft' | 'tests'
>;

/** What a mend is made for. */
export interface Scope {
  readonly hole: Wanted;
  /** The file that is judged. */
  readonly file: Workflow | Action;
  /** True where other steps of the job will ask for the fork test too. */
  readonly shared: boolean;
}

/** Edits that may mend a hole. */
export interface Mend {
  readonly edits: readonly Edit[];
  /** As of a fix. */
  readonly group?: string | null;
}

/** The scope with the secrets as they are called where the hole is: in an action they are inputs, in a called workflow its own. */
export function inItsWords(scope: Scope): Scope {
  const { hole } = scope;
  const inWords = (secret: string): string[] => {
    const one = { job: hole.job, secrets: [secret] };
    return hole.step ? namesIn(hole.step, one) : namesInJob(one);
  };
  const secrets = hole.secrets.map((secret) => (isInput(secret) ? secret : (inWords(secret)[0] ?? secret)));
  return { ...scope, hole: { ...hole, secrets } };
}

/** The shell script that a place stands in, and the step that runs it; null where it is none that can be edited. */
export function scriptAt(
  { hole, file }: Scope,
  span: Span,
): { readonly job: Job; readonly step: Step; readonly script: ScriptText } | null {
  for (const { job, step } of stepsToSearch(hole, file)) {
    const { run } = step;
    if (!run || !holds(run.scalar.span, span)) continue;
    if (!runsShell(file, job, step)) return null;
    const script = scriptText(run.scalar.text, run.scalar, run.parts);
    return script && { job, step, script };
  }
  const { source } = span;
  const { step } = hole;
  if (!step || source.path === step.headSpan.source.path || !isShellFile(source.path, source.text))
    return null;
  const text = { source, text: source.text, offsetOf: (index: number) => index };
  const script = scriptText(text, null, null);
  return script && { job: hole.job, step, script };
}

function stepsToSearch(hole: Wanted, file: Workflow | Action): { job: Job; step: Step }[] {
  const own = [...(hole.step ? [hole.step] : []), ...hole.job.steps].map((step) => ({ job: hole.job, step }));
  if (!isWorkflow(file)) return own;
  return [...own, ...file.jobs.flatMap((job) => job.steps.map((step) => ({ job, step })))];
}

/** The scope without the tests of other steps. Those of a called script stay. */
export function withinItsStep(scope: Scope): Scope {
  const { hole } = scope;
  const { step } = hole;
  if (!step) return scope;
  const isOwn = (test: Span) => test.source !== step.span.source || holds(step.span, test);
  return { ...scope, hole: { ...hole, tests: hole.tests.filter(isOwn) } };
}

/** Does a variable of the step hold each of the secrets? */
export function isBound({ hole, file }: Scope): boolean {
  const maps = environments(file, hole.job, hole.step);
  return hole.secrets.every((secret) => variableOf(secret, maps) !== null);
}

export function holds(outer: Span, inner: Span): boolean {
  return outer.source === inner.source && outer.start <= inner.start && inner.end <= outer.end;
}

/** Is the script of a step read by a shell that knows `if`, `[` and `exit`? */
export function runsShell(file: Workflow | Action, job: Job, step: Step): boolean {
  const defaults = isWorkflow(file) ? file.defaults.shell : null;
  const shell = rawText(step.shell ?? (step.caller ? null : (job.defaults.shell ?? defaults)));
  return shell === null ? !runsOnWindows(job) : /^(bash|sh|dash)\b/.test(shell);
}

function isShellFile(path: string, text: string): boolean {
  return /\.(sh|bash)$/.test(path) || /^#!.*\b(bash|sh|dash)\b/.test(text);
}

/** Whether pull requests of forks are to keep the way that they have. */
export function keepsForks({ hole, file }: Scope): boolean {
  if (hole.soft.length > 0 || !isWorkflow(file) || hole.job.part?.kind === 'inside') return true;
  return file.triggers.some(({ event }) => event === 'workflow_call');
}

/** The contexts that the fork test tells from the trusted ones, or that no fork's work is lost in. */
const covered: readonly string[] = ['pull_request:fork', 'pull_request:dependabot', 'workflow_call'];

/**
 * The variable by which a script tells that a fork's pull request runs it; null where none does. `not-covered` where
 * the variable cannot be brought in, or others than pull requests of forks go without the secret too.
 */
export function forkVariableOf(
  scope: Scope & { readonly job: Job; readonly step: Step },
): ForkVariable | 'not-covered' | null {
  if (!keepsForks(scope)) return null;
  const { hole, file, job: own, step } = scope;
  if (hole.soft.some((name) => !covered.includes(name))) return 'not-covered';
  const maps = environments(file, own, step);
  return (
    forkVariable(maps, (name, value) => {
      const before = step.run ? 'run' : 'with';
      const map = mapWith(before, step.headSpan);
      const job = scope.shared && !step.caller ? mapWith('steps', step.headSpan) : null;
      if (job && isWorkflow(file)) return variableAdded(job, name, value, 'steps');
      return map && variableAdded(map, name, value, before);
    }) ?? 'not-covered'
  );
}
