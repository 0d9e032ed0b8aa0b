import { expect } from 'vitest';
import type { Finding, Fix } from '../../src/lint/finding.js';
import { applyFixes } from '../../src/lint/fix/apply.js';
import { withTexts } from '../../src/lint/fix/offer.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { LintInput } from '../../src/lint/lint.js';

export const asking = { rules: null, forge: null, fixes: true } as const;

/** What stays the same of a finding when lines move. */
function nameOf({ rule, job, secrets }: Finding): string {
  return `${rule} ${job} ${[...secrets].sort().join()}`;
}

/** What the findings of the text have and those of the other have not. */
export function more(found: readonly Finding[], known: readonly Finding[]): string[] {
  const left = known.map(nameOf);
  return found.map(nameOf).filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Applies one fix by itself and expects that its finding is gone, and nothing but it has changed. */
export async function expectToMend(
  inputs: readonly LintInput[],
  findings: readonly Finding[],
  finding: Finding,
): Promise<void> {
  if (!finding.fix) throw new Error('the finding offers no fix');
  const { fix } = finding;
  const { texts } = applyFixes([fix]);
  const after = await lintWithLanguages(withTexts(inputs, texts), { rules: null, forge: null });
  const others = findings.filter((other) => other !== finding);
  expect(after.errors.map(({ message }) => message)).toEqual([]);
  expect(more(after.findings, others)).toEqual([]);
  expectKept(fix, texts);
}

/** Nothing is changed but what the edits of a fix say, in any file. */
export function expectKept({ edits }: Fix, texts: ReadonlyMap<string, string>): void {
  for (const [path, text] of texts) {
    const own = edits.filter(({ span }) => span.source.path === path);
    expectOthersKept(own[0]?.span.source.text ?? '', own, text);
  }
}

/** Every line that no edit touches is in the new text as it was, in the same order; line ends are of one kind. */
function expectOthersKept(before: string, edits: Fix['edits'], after: string): void {
  let at = 0;
  let from = 0;
  for (const { span, text } of edits) {
    const kept = before.slice(from, span.start);
    expect(after.slice(at, at + kept.length)).toBe(kept);
    expect(after.slice(at + kept.length, at + kept.length + text.length)).toBe(text);
    at += kept.length + text.length;
    from = span.end;
  }
  expect(after.slice(at)).toBe(before.slice(from));
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  else expect(after).not.toContain('\r');
}
