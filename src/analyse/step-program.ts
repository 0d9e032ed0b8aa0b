// The program that the text of a step is.

import type { Template } from '../model/model.js';
import type { Language } from '../program/compute.js';
import { type Host, loweringOf } from '../program/lower/languages.js';
import { lowerShell } from '../program/lower/shell.js';
import type { Program } from '../program/program.js';

const programs = new WeakMap<Template, Map<Language, Program>>();

/** The step's script, parsed once in a language however often it is run; null where there is no front-end for it. */
export function programOf(run: Template, language: Language, host?: Host): Program | null {
  const known = programs.get(run) ?? new Map<Language, Program>();
  programs.set(run, known);
  const { scalar, parts } = run;
  const program =
    known.get(language) ??
    (language === 'shell'
      ? lowerShell(scalar.text, parts)
      : (loweringOf(language)?.lower(scalar.text, parts, host) ?? null));
  if (program) known.set(language, program);
  return program;
}
