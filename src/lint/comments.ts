import { runsOnWindows } from '../analyse/platform.js';
import { inlineScript } from '../facts/inline-scripts.js';
import { dialects, shellOf } from '../forge/dialects.js';
import type { Forge } from '../forge/forge.js';
import type { Action, Job, Step, Template, Workflow } from '../model/model.js';
import type { TemplatePart } from '../parse/expression.js';
import { shellComments } from '../parse/shell-comments.js';
import { yamlComments } from '../parse/yaml-comments.js';
import type { Language } from '../program/compute.js';
import { loweringOf } from '../program/lower/languages.js';
import { type MappedText, spanOf } from '../text/script.js';
import type { Source, Span } from '../text/source.js';

/** Looking for comments takes a reading of the file, so that only those are read that have this word. */
const marker = /hardfail/i;

/**
 * The comments of a workflow or an action and of the scripts in it, in the order of the file; none where no directive can
 * be among them. Throws `NotLoaded`, as `loweringOf` does.
 */
export function commentsOf(file: Workflow | Action, forge: Forge): Span[] {
  if (!marker.test(file.source.text)) return [];
  const comments = yamlComments(file.source);
  const seen = new Set<Step>();
  for (const { step, shell, job } of scriptsOf(file)) {
    // An alias makes one step stand in several places.
    if (seen.has(step)) continue;
    seen.add(step);
    const given = scriptGiven(step);
    const script = step.run ?? given?.script;
    if (!script) continue;
    const language = given ? given.language : languageOf(shell, job, forge);
    comments.push(...commentsOfScript(script.scalar.text, script.parts, language));
  }
  return comments.sort((a, b) => a.start - b.start);
}

/** The comments of a file that a step calls, where it is in a language whose comments are known. Throws `NotLoaded`. */
export function commentsOfCalled(source: Source): Span[] {
  if (!marker.test(source.text)) return [];
  return commentsOfScript(
    { source, text: source.text, offsetOf: (index) => index },
    [],
    languageOfFile(source),
  );
}

/** The scripts of a file, each with the shell that it names and its job; null in an action. */
function scriptsOf(file: Workflow | Action): { step: Step; shell: Template | null; job: Job | null }[] {
  if (!('triggers' in file))
    return (file.steps ?? []).map((step) => ({ step, shell: step.shell, job: null }));
  return file.jobs.flatMap((job) =>
    job.steps.map((step) => ({
      step,
      shell: step.shell ?? job.defaults.shell ?? file.defaults.shell,
      job,
    })),
  );
}

/** The script that a step hands to an action which runs it; null where it hands on none. */
function scriptGiven(step: Step): { readonly script: Template; readonly language: Language } | null {
  const action = step.uses?.scalar.text.text.trim().split('@', 1)[0]?.toLowerCase();
  if (action === undefined || step.run) return null;
  const isJavaScript = action === 'actions/github-script';
  const input = isJavaScript ? 'script' : inlineScript(action)?.input;
  const script = step.with.find(({ name }) => name.toLowerCase() === input)?.value;
  return script ? { script, language: isJavaScript ? 'javascript' : 'shell' } : null;
}

/** null for a shell that an expression chooses, and for one whose scripts are in no language that has a name here. */
function languageOf(shell: Template | null, job: Job | null, forge: Forge): Language | null {
  if (shell?.parts.some((part) => part.kind === 'expression')) return null;
  const request = {
    shell: shell?.scalar.text.text ?? null,
    container: job?.container ?? false,
    runsOnWindows: job !== null && runsOnWindows(job),
  };
  switch (shellOf(dialects[forge], request).kind) {
    case 'posix':
      return 'shell';
    case 'python':
      return 'python';
    case 'node':
      return 'javascript';
    case 'pwsh':
    case 'powershell':
      return 'powershell';
    default:
      return null;
  }
}

const languagesByEnding: ReadonlyMap<string, Language> = new Map([
  ['sh', 'shell'],
  ['bash', 'shell'],
  ['ksh', 'shell'],
  ['py', 'python'],
  ['js', 'javascript'],
  ['mjs', 'javascript'],
  ['cjs', 'javascript'],
  ['ts', 'javascript'],
  ['mts', 'javascript'],
  ['cts', 'javascript'],
  ['ps1', 'powershell'],
]);

/** By its first line, else by its name; one without an ending is for the shell that reads it. */
function languageOfFile({ path, text }: Source): Language | null {
  if (text.startsWith('#!')) {
    if (/^#![^\n]*\b(?:ba|da|k|a)?sh\b/.test(text)) return 'shell';
    if (/^#![^\n]*\bpython/.test(text)) return 'python';
    if (/^#![^\n]*\b(?:node|deno|bun|tsx|ts-node)\b/.test(text)) return 'javascript';
    return /^#![^\n]*\bpwsh\b/.test(text) ? 'powershell' : null;
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? 'shell' : (languagesByEnding.get(name.slice(dot + 1)) ?? null);
}

/** Expressions are no script: a word stands in for each, and is never longer or shorter than what it stands for. */
function commentsOfScript(
  text: MappedText,
  parts: readonly TemplatePart[],
  language: Language | null,
): Span[] {
  if (language === null || !marker.test(text.text)) return [];
  let script = '';
  for (const part of parts) {
    if (part.kind !== 'expression') continue;
    script += text.text.slice(script.length, part.at.start) + '_'.repeat(part.at.end - part.at.start);
  }
  script += text.text.slice(script.length);
  const comments =
    language === 'shell' ? shellComments(script) : (loweringOf(language)?.comments?.(script) ?? []);
  return comments.map(({ start, end }) => spanOf({ text, start, end }));
}
