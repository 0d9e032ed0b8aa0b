import { type Dialect, type ShellLine, shellOf } from '../forge/dialects.js';
import type { Action, Job, Step, Template, Workflow } from '../model/model.js';
import type { Program } from '../program/program.js';
import { runsOnWindows } from './platform.js';
import { programOf } from './step-program.js';

/** A script of a step that a POSIX shell runs. */
export interface ShellScript {
  /** null in an action. */
  readonly job: Job | null;
  readonly step: Step;
  readonly program: Program;
  readonly shell: Extract<ShellLine, { kind: 'posix' }>;
}

/**
 * The scripts of a file that a POSIX shell runs and that can be read, in order; none of a shell that an expression chooses.
 * `isMeant`: tells by a script's text, which `canName` looks into, whether it can be of interest: that saves reading the others.
 */
export function shellScripts(
  file: Workflow | Action,
  dialect: Dialect,
  isMeant: (text: string) => boolean = () => true,
): ShellScript[] {
  const isLookedAt = ({ run }: Step) => run !== null && isMeant(run.scalar.text.text);
  if (!('triggers' in file))
    return (file.steps ?? []).filter(isLookedAt).flatMap((step) => scriptOf(null, step, null, dialect));
  return file.jobs.flatMap((job) =>
    job.steps
      .filter((step) => !step.caller && isLookedAt(step))
      .flatMap((step) => scriptOf(job, step, job.defaults.shell ?? file.defaults.shell, dialect)),
  );
}

/** Can a word of the text be the name? A part of it may be quoted, stand on the next line, or be written in numbers. */
export function canName(name: string, text: string): boolean {
  return text.includes(name) || text.includes("$'") || text.replace(/['"\\\r\n]/g, '').includes(name);
}

function scriptOf(
  job: Job | null,
  step: Step,
  fallback: Template | null,
  dialect: Dialect,
): readonly ShellScript[] {
  if (!step.run) return [];
  const given = step.shell ?? fallback;
  if (given?.parts.some((part) => part.kind === 'expression')) return [];
  const shell = shellOf(dialect, {
    shell: given?.scalar.text.text ?? null,
    container: job?.container ?? false,
    runsOnWindows: job ? runsOnWindows(job) : false,
  });
  if (shell.kind !== 'posix') return [];
  const program = programOf(step.run, 'shell');
  return program && !program.unreadable ? [{ job, step, program, shell }] : [];
}
