import { expect } from 'vitest';
import type { Finding, Fix } from '../../src/lint/finding.js';
import { applyFixes } from '../../src/lint/fix/apply.js';
import { withTexts } from '../../src/lint/fix/offer.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { LintInput } from '../../src/lint/lint.js';
import { type Files, inputsOf } from './repository.js';

export const asking = { rules: null, forge: null, fixes: true } as const;

/** What tells a pull request of a fork, as fixes write it. */
export const forkTest =
  "${{ github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository }}";

/** What a fix says behind the name of a secret. */
export const provision = "is missing: provision it in the repository's secrets";

/** A finding, and the texts that its own fix makes; none where it offers none. */
export interface Mended {
  readonly rule: string;
  readonly help: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** The findings of a repository, each with what its own fix makes. */
export async function fixesOf(
  files: Files,
  rules: readonly string[] | null = null,
): Promise<readonly Mended[]> {
  const { findings, errors } = await lintWithLanguages(inputsOf(files), { ...asking, rules });
  expect(errors).toEqual([]);
  return findings.map(({ rule, help, fix }) => ({
    rule,
    help,
    texts: fix ? Object.fromEntries(applyFixes([fix]).texts) : {},
  }));
}

/** The only finding of a repository. */
export async function onlyFixOf(files: Files, rules: readonly string[] | null = null): Promise<Mended> {
  const [only, ...others] = await fixesOf(files, rules);
  if (!only) throw new Error('nothing is found');
  expect(others).toEqual([]);
  return only;
}

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
