import type { Applicability, Finding, Fix, LintResult } from '../finding.js';
import { lintWithLanguages } from '../languages.js';
import type { LintInput, LintOptions } from '../lint.js';
import { applyFixes } from './apply.js';
import { keyOf, withTexts } from './offer.js';

/** What is left when fixes have been applied over and over. */
export interface Fixed {
  /** What is found in the texts as they are now. */
  readonly result: LintResult;
  /** The texts that are not what they were, by the paths that findings show. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the same files held at first. */
  readonly before: ReadonlyMap<string, string>;
  /** How many findings are gone, each by a fix of its own or by that of another. */
  readonly count: number;
}

/** A fix may uncover a finding that has one too. None of them brings one back, so this is never reached. */
const MAX_ROUNDS = 20;

/**
 * Rounds in which the first finding of a job about the same secrets is mended alone: what a guard closes, those behind it
 * need not close again.
 */
const SPARING_ROUNDS = 2;

/** Applies the fixes of the kinds that are allowed, judges the texts again, and so on until there is none left. */
export async function fixToFixedPoint(
  inputs: readonly LintInput[],
  options: LintOptions,
  allowed: readonly Applicability[],
): Promise<Fixed> {
  const texts = new Map<string, string>();
  const before = new Map<string, string>();
  let count = 0;
  let known: readonly Finding[] = [];
  for (let round = 0; ; round++) {
    const result = await lintWithLanguages(withTexts(inputs, texts), { ...options, fixes: true });
    count += missingFrom(result.findings, known);
    known = result.findings;
    const wanted = result.findings.filter(({ fix }) => fix && allowed.includes(fix.applicability));
    const chosen = round < SPARING_ROUNDS ? onePerJob(wanted) : wanted;
    const applied = applyFixes(chosen.flatMap(({ fix }): Fix[] => (fix ? [fix] : [])));
    if (applied.fixes.length === 0 || round === MAX_ROUNDS) return { result, texts, before, count };
    for (const { span } of applied.fixes.flatMap(({ edits }) => edits))
      if (!before.has(span.source.path)) before.set(span.source.path, span.source.text);
    for (const [path, text] of applied.texts) texts.set(path, text);
  }
}

/** The first of each job about the same missing secrets, and all that are about something else. */
function onePerJob(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, span, job, secrets }) => {
    const key = JSON.stringify([span.source.path, job, secrets.toSorted()]);
    const isFirst = !rule.startsWith('missing-secret-') || !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** How many of the ones are not among the others. */
function missingFrom(others: readonly Finding[], ones: readonly Finding[]): number {
  const left = others.map(keyOf);
  return ones.filter((finding) => {
    const at = left.indexOf(keyOf(finding));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}
