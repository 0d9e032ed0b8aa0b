import { dialects, shellOf } from '../forge/dialects.js';
import type { Forge } from '../forge/forge.js';
import type { Action, Job, Step, Template, Workflow } from '../model/model.js';
import type { TemplatePart } from '../parse/expression.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { unknownName } from './constant.js';
import type { Label } from './hole.js';
import type { Place } from './names.js';
import { verdict } from './possible.js';
import { possibilities } from './static.js';

/** A script that the forge never runs, in a step that passes all the same. */
export interface EmptyScript {
  readonly forge: Forge;
  /** null in an action, and for the defaults of a whole workflow. */
  readonly job: Job | null;
  /** null for the defaults of a job or workflow, which hold for several steps. */
  readonly step: Step | null;
  readonly reason: /** The expression cannot be evaluated, which blanks the whole script (semantics 4.16). */
    | { readonly kind: 'expression'; readonly text: string; readonly error: string }
    /** The shell gets no script (semantics 1.5). */
    | { readonly kind: 'shell'; readonly command: string };
  readonly span: Span;
  readonly confidence: 'proved' | 'likely';
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
  readonly witness: readonly Label[];
}

/** The scripts of a file that the forge turns into nothing. None on a forge that fails such a step. */
export function emptyScripts(file: Workflow | Action, forge: Forge): EmptyScript[] {
  const dialect = dialects[forge];
  const found: EmptyScript[] = [];
  const blank = (job: Job | null, steps: readonly Step[], step: Step) => {
    const site = job ? 'step-field' : 'composite-step';
    const place: Place = { dialect, site, file, job, steps, step, afterSuccess: false };
    const result = blankedScript(step, place);
    if (result) found.push({ ...result, forge, job, step });
  };
  const unread = (shell: Template | null, job: Job | null, step: Step | null) => {
    const result = shell && shellWithoutScript(shell, forge);
    if (result) found.push({ ...result, forge, job, step });
  };
  if (!('triggers' in file)) {
    const steps = file.steps ?? [];
    for (const step of steps) {
      if (!step.run) continue;
      unread(step.shell, null, step);
      blank(null, steps, step);
    }
    return found;
  }
  let defaultIsUsed = false;
  for (const job of file.jobs) {
    const scripts = job.steps.filter((step) => step.run);
    const bare = scripts.some((step) => !step.shell);
    if (bare) unread(job.defaults.shell, job, null);
    if (bare && !job.defaults.shell) defaultIsUsed = true;
    for (const step of scripts) {
      unread(step.shell, job, step);
      blank(job, job.steps, step);
    }
  }
  if (defaultIsUsed) unread(file.defaults.shell, null, null);
  return found;
}

type Empty = Omit<EmptyScript, 'forge' | 'job' | 'step'>;

const everywhere = { secrets: [], contexts: [] } as const;

function blankedScript(step: Step, place: Place): Empty | null {
  if (!step.run || place.dialect.interpolationError !== 'blanks') return null;
  for (const part of step.run.parts) {
    if (part.kind !== 'expression') continue;
    const error = errorOf(part, place);
    if (error === null) continue;
    const span = spanOf(part.at);
    const text = part.at.text.text.slice(part.at.start, part.at.end).replace(/\s+/g, ' ');
    return {
      reason: { kind: 'expression', text, error },
      span,
      confidence: 'proved',
      ...everywhere,
      witness: [{ span, text: 'cannot be evaluated, so the whole script becomes empty' }],
    };
  }
  return null;
}

/** Why the expression cannot be evaluated in any run, where that goes unnoticed; null if it can be. */
function errorOf(part: Extract<TemplatePart, { kind: 'expression' }>, place: Place): string | null {
  const { text, start, end } = part.at;
  // A forge that checks names and syntax beforehand fails the run.
  const checkedBefore = place.dialect.contextNotAvailable === 'invalid-file';
  if (!part.expr) {
    // An unclosed fence makes the runner crash, which is red (semantics 4.16).
    const isClosed = text.text.slice(start, end).endsWith('}}');
    return checkedBefore || !isClosed ? null : part.error;
  }
  const values = possibilities(part.expr, place);
  if (verdict(values) !== 'error') return null;
  const [error] = values;
  if (error?.kind !== 'error') return null;
  if (checkedBefore && unknownName(part.expr, place)) return null;
  return error.message;
}

/** Programs that take a script on standard input when they are given none, and end 0 as there is nothing to read. */
const interpreters: ReadonlySet<string> = new Set([
  'ash',
  'bash',
  'dash',
  'deno',
  'fish',
  'ksh',
  'node',
  'nodejs',
  'nu',
  'perl',
  'php',
  'python',
  'python2',
  'python3',
  'ruby',
  'sh',
  'zsh',
]);

function shellWithoutScript(shell: Template, forge: Forge): Empty | null {
  const command = shell.scalar.text.text.trim();
  if (command === '' || command.includes('{0}') || command.includes('${{')) return null;
  const line = shellOf(dialects[forge], { shell: command, container: false, runsOnWindows: false });
  if (line.kind !== 'runs-nothing') return null;
  const [program = '', ...options] = command.split(/\s+/);
  const name = program.slice(program.lastIndexOf('/') + 1);
  // `bash -c` without a command is an error, which is red.
  if (/^-\w*c$/.test(options.at(-1) ?? '')) return null;
  const isInterpreter = interpreters.has(name) && options.every((option) => option.startsWith('-'));
  const { span } = shell.scalar;
  return {
    reason: { kind: 'shell', command },
    span,
    confidence: isInterpreter ? 'proved' : 'likely',
    ...everywhere,
    witness: [{ span, text: 'without {0} it is started with nothing to read' }],
  };
}
