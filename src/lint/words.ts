import type { Guard, Hole } from '../analyse/analyse.js';
import { runsOnWindows } from '../analyse/platform.js';
import { inputName, isInput, secretsOfTemplate } from '../analyse/secrets.js';
import { dialects } from '../forge/dialects.js';
import type { Forge } from '../forge/forge.js';
import type { Action, Env, Job, Step, Template, Workflow, WorkflowCall } from '../model/model.js';

/** The step as messages name it. */
export function stepTitle(step: Step | null): string {
  if (!step) return 'a step';
  const name = rawText(step.name);
  if (name) return `step "${name}"`;
  if (step.id) return `step "${step.id}"`;
  const uses = rawText(step.uses);
  return uses ? `step ${step.place + 1} (${uses})` : `step ${step.place + 1}`;
}

/** The job as messages name it. */
export function jobTitle(hole: Hole): string {
  return `job "${rawText(hole.job.name) ?? hole.job.id}"`;
}

/** A step or the job itself as messages name them: whose condition it is. */
export function ownerTitle({ job, step }: { readonly job: Job | null; readonly step: Step | null }): string {
  if (step || !job) return stepTitle(step);
  return `job "${rawText(job.name) ?? job.id}"`;
}

/** The forge as people write it. */
export function forgeTitle(forge: Forge): string {
  return dialects[forge].title;
}

/** The text of a template as written; null where there is none. */
export function rawText(template: Template | null): string | null {
  const text = template?.scalar.text.text.trim();
  return text ? text : null;
}

/** `A`, `A and B`, `A, B and C`, or the same with another word. */
export function listed(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

/** `'a', 'b' and 'c'`. */
export function quotedList(texts: readonly string[]): string {
  return listed(texts.filter((text) => text !== '').map((text) => `'${text}'`));
}

/** The secrets without which it happens, to stand after "without": `A or B` where the absence of either is enough. */
export function secretsOf(subject: Hole | Guard): string {
  return listed(subject.secrets, subject.together ? 'and' : 'or');
}

/** The variables that hold one of the secrets, and the inputs of an action that do. */
function envNamesOf(guard: Guard, file: Workflow | Action): string[] {
  const { part, env } = guard.job;
  const workflow = part?.kind === 'inside' ? part.call.workflow : file;
  const around = 'triggers' in workflow ? workflow.env : [];
  const held = [...envHolding([...around, ...env], namesInJob(guard))];
  for (let at: Step | null = guard.step; at; at = at.caller)
    held.push(...envHolding(at.env, namesIn(at, guard)));
  const inputs = guard.step.caller
    ? namesIn(guard.step, guard).map((name) => name.replace('inputs.', ''))
    : [];
  return [...held.map((entry) => entry.name), ...inputs];
}

/** Does an annotation of the guard name the secret, by one of its names or by the variable that it stands in? */
export function isNamed(guard: Guard, file: Workflow | Action): boolean {
  const names = [...guard.secrets, ...namesInJob(guard), ...envNamesOf(guard, file)].map((name) =>
    name.toLowerCase(),
  );
  return guard.said.some((text) => names.some((name) => text.toLowerCase().includes(name)));
}

function envHolding(env: Env, names: readonly string[]): Env {
  return env.filter((entry) => secretsOfTemplate(entry.value).some((use) => names.includes(use.name)));
}

/**
 * What the secrets go by where a step stands: by names of their own in a called workflow, as inputs in an action. Empty
 * where none of them is handed on by its name.
 */
export function namesIn(step: Step, guard: Pick<Guard, 'job' | 'secrets'>): string[] {
  if (!step.caller) return namesInJob(guard);
  const outside = namesIn(step.caller, guard);
  return envHolding(step.caller.with, outside).map((entry) => inputName(entry.name));
}

/** As `namesIn`, for the job itself. */
export function namesInJob({ job: { part }, secrets }: Pick<Guard, 'job' | 'secrets'>): string[] {
  let names = secrets.map((name) => name.toUpperCase());
  const calls: WorkflowCall[] = [];
  for (let call = part?.kind === 'inside' ? part.call : null; call; call = call.within) calls.unshift(call);
  for (const { caller } of calls) {
    if (caller.secrets === 'inherit') continue;
    names = envHolding(caller.secrets, names).map((entry) => entry.name.toUpperCase());
  }
  return names;
}

/** Work that is named in a message: the first few. */
export function lostOf(hole: Hole): string {
  const shown = hole.lost.slice(0, 3);
  const more = hole.lost.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : listed(shown);
}

/** `curl never runs`, `curl and diff never run`. */
export function neverRuns(hole: Hole): string {
  return `${lostOf(hole)} never ${hole.lost.length === 1 ? 'runs' : 'run'}`;
}

/** `curl is not done`, `curl and diff are not done`. */
export function notDone(hole: Hole): string {
  return `${lostOf(hole)} ${hole.lost.length === 1 ? 'is' : 'are'} not done`;
}

/** The languages that a help can speak. */
export type ScriptLanguage = 'shell' | 'powershell' | 'javascript' | 'python';

/** The language of the script that a hole stands in: by the name of its file, by what runs the step, or by the runner. */
export function scriptLanguage({ span, step, job }: Pick<Hole, 'span' | 'step' | 'job'>): ScriptLanguage {
  const { path } = span.source;
  if (path.endsWith('.ps1')) return 'powershell';
  if (path.endsWith('.py')) return 'python';
  const uses = rawText(step?.uses ?? null)?.toLowerCase() ?? '';
  if (/\.[cm]?[jt]sx?$/.test(path) || /(^|\/)actions\/github-script@/.test(uses)) return 'javascript';
  const shell = rawText(step?.shell ?? job.defaults.shell);
  if (shell === null) return runsOnWindows(job) ? 'powershell' : 'shell';
  if (/^(pwsh|powershell)\b/.test(shell)) return 'powershell';
  if (/^python/.test(shell)) return 'python';
  return /^node\b/.test(shell) ? 'javascript' : 'shell';
}

/** What ends a help text: the other honest way out. Nothing for an input, which the configuration cannot call optional. */
export function orOptional({ secrets }: { readonly secrets: readonly string[] }): string {
  if (secrets.some(isInput)) return '';
  return '\nor call it optional, with a reason, in hardfail.yml';
}

/** The test that is true for a pull request from a fork and for nothing else (semantics 6.10). */
export const FORK_TEST =
  "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository";

/** Whether the workflow runs on pull requests, so that the honest soft path is worth telling. */
export function runsOnPullRequests(hole: Hole): boolean {
  return hole.contexts.some((context) => context.startsWith('pull_request:'));
}
