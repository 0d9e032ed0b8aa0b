import { type LoadedLanguage, loadLanguage, NotLoaded } from '../program/lower/languages.js';
import type { LintResult } from './finding.js';
import { lintWithFixes } from './fix/offer.js';
import { type LintInput, type LintOptions, lint } from './lint.js';

/** What a workflow says that has scripts of a language: a hint that saves judging it twice, no more. */
const hints: readonly (readonly [RegExp, LoadedLanguage])[] = [
  [/python|\.py\b/, 'python'],
  [/github-script|\b(node|deno run|tsx|ts-node)\s+[-.\w/"'$<{]|\.[cm]?[jt]s\b/, 'javascript'],
  [/pwsh|powershell|\.ps1\b|windows/i, 'powershell'],
];

/** Judges texts like `lint`, and waits for the front-ends of the languages that their scripts are in. */
export async function lintWithLanguages(
  inputs: readonly LintInput[],
  options: LintOptions,
): Promise<LintResult> {
  // Jobs without any secret are not run, so that nothing need be read in them.
  const telling = inputs.filter(({ source, kind }) => kind === 'action' || /secrets/i.test(source.text));
  for (const [hint, language] of hints) {
    if (telling.some(({ source }) => hint.test(source.text))) await loadLanguage(language);
  }
  for (;;) {
    try {
      return options.fixes ? lintWithFixes(inputs, options) : lint(inputs, options);
    } catch (missing) {
      if (!(missing instanceof NotLoaded)) throw missing;
      options.enter?.('load');
      await loadLanguage(missing.language);
    }
  }
}
