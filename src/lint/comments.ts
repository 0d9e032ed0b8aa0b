import { dialects, shellOf } from '../forge/dialects.js';
import type { Forge } from '../forge/forge.js';
import type { Action, Step, Template, Workflow } from '../model/model.js';
import { shellComments } from '../parse/shell-comments.js';
import { yamlComments } from '../parse/yaml-comments.js';
import { type MappedText, spanOf } from '../text/script.js';
import type { Source, Span } from '../text/source.js';

/** Looking for comments takes a reading of the file, so that only those are read that have this word. */
const marker = /hardfail/i;

/**
 * The comments of a workflow or an action and of the shell scripts in it, in the order of the file; none where no
 * directive can be among them.
 */
export function commentsOf(file: Workflow | Action, forge: Forge): Span[] {
  if (!marker.test(file.source.text)) return [];
  const comments = yamlComments(file.source);
  const seen = new Set<Step>();
  for (const { step, shell } of scriptsOf(file)) {
    // An alias makes one step stand in several places.
    if (!step.run || seen.has(step) || !isShell(shell, forge)) continue;
    seen.add(step);
    comments.push(...commentsOfScript(step.run.scalar.text, step.run));
  }
  return comments.sort((a, b) => a.start - b.start);
}

/** The comments of a file that a step calls, as far as it is a shell script. */
export function commentsOfCalled(source: Source): Span[] {
  if (!marker.test(source.text) || !looksLikeShell(source)) return [];
  return commentsOfScript({ source, text: source.text, offsetOf: (index) => index }, null);
}

function scriptsOf(file: Workflow | Action): { step: Step; shell: Template | null }[] {
  if (!('triggers' in file)) return (file.steps ?? []).map((step) => ({ step, shell: step.shell }));
  return file.jobs.flatMap((job) =>
    job.steps.map((step) => ({ step, shell: step.shell ?? job.defaults.shell ?? file.defaults.shell })),
  );
}

/** A shell that an expression chooses is none that is known. */
function isShell(shell: Template | null, forge: Forge): boolean {
  if (shell?.parts.some((part) => part.kind === 'expression')) return false;
  const request = { shell: shell?.scalar.text.text ?? null, container: false, runsOnWindows: false };
  return shellOf(dialects[forge], request).kind === 'posix';
}

function looksLikeShell({ path, text }: Source): boolean {
  if (text.startsWith('#!')) return /^#![^\n]*\b(?:ba|da|k|a)?sh\b/.test(text);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.lastIndexOf('.') <= 0 || /\.(?:sh|bash|ksh)$/.test(name);
}

/** Expressions are no shell: a word stands in for each, and is never longer or shorter than what it stands for. */
function commentsOfScript(text: MappedText, template: Template | null): Span[] {
  let script = '';
  for (const part of template?.parts ?? []) {
    if (part.kind !== 'expression') continue;
    script += text.text.slice(script.length, part.at.start) + '_'.repeat(part.at.end - part.at.start);
  }
  script += text.text.slice(script.length);
  return shellComments(script).map(({ start, end }) => spanOf({ text, start, end }));
}
