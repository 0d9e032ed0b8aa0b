import type { Applicability, Fix, LintResult } from '../finding.js';
import { lintWithLanguages } from '../languages.js';
import type { LintInput, LintOptions } from '../lint.js';
import { applyFixes } from './apply.js';
import { withTexts } from './offer.js';

/** What is left when fixes have been applied over and over. */
export interface Fixed {
  /** What is found in the texts as they are now. */
  readonly result: LintResult;
  /** The texts that are not what they were, by the paths that findings show. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the same files held at first. */
  readonly before: ReadonlyMap<string, string>;
  /** How many findings were mended by a fix of their own. */
  readonly count: number;
}

/** A fix may uncover a finding that has one too. None of them brings one back, so this is never reached. */
const MAX_ROUNDS = 20;

/** Applies the fixes of the kinds that are allowed, judges the texts again, and so on until there is none left. */
export async function fixToFixedPoint(
  inputs: readonly LintInput[],
  options: LintOptions,
  allowed: readonly Applicability[],
): Promise<Fixed> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  let count = 0;
  for (let round = 0; ; round++) {
    const result = await lintWithLanguages(withTexts(inputs, texts), { ...options, fixes: true });
    const wanted = result.findings.flatMap(({ fix }): Fix[] =>
      fix && allowed.includes(fix.applicability) ? [fix] : [],
    );
    const applied = applyFixes(wanted);
    if (applied.fixes.length === 0 || round === MAX_ROUNDS) return { result, texts, before, count };
    for (const { span } of applied.fixes.flatMap(({ edits }) => edits))
      if (!before.has(span.source.path)) before.set(span.source.path, span.source.text);
    for (const [path, text] of applied.texts) texts.set(path, text);
    count += applied.fixes.length;
  }
}
