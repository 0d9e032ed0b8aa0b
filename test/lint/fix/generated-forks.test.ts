import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/lint/fix/apply.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { asking, expectKept } from '../../support/fixing.js';
import { blockingWorkflow, type GeneratedWorkflow, vagueWorkflow } from '../../support/generate-workflow.js';
import { callsOf, caseOf, commands, deploys, listed } from '../../support/generated-fixes.js';
import { type Files, inputsOf } from '../../support/repository.js';
import { runWorkflows } from '../../support/runner.js';
import { share } from '../../support/share.js';

interface Mended {
  readonly workflow: GeneratedWorkflow;
  readonly after: Files;
}

/** Applies the fix of the only finding, which is a note of the rule, and expects that nothing is found any more. */
async function mended(workflow: GeneratedWorkflow, rule: string, applicability: string): Promise<Mended> {
  const { findings } = await lintWithLanguages(inputsOf(workflow.files), asking);
  const text = workflow.files[workflow.path];
  expect(
    findings.map((one) => `${one.rule} ${one.severity} ${one.fix?.applicability}`),
    text,
  ).toEqual([`${rule} note ${applicability}`]);
  const fix = findings[0]?.fix;
  if (!fix) throw new Error('the finding offers no fix');
  const { texts } = applyFixes([fix]);
  expectKept(fix, texts);
  const after = { ...workflow.files, ...Object.fromEntries(texts) };
  const left = await lintWithLanguages(inputsOf(after), asking);
  expect(
    [...left.findings, ...left.errors].map(({ message }) => message),
    after[workflow.path],
  ).toEqual([]);
  return { workflow, after };
}

/** What becomes of each workflow, as it is and as it is mended. */
async function runs(all: readonly Mended[], event: 'listed' | 'fork' | 'unlisted', isPresent: boolean) {
  const outcomes = await runWorkflows(
    all.flatMap(({ workflow, after }) => {
      const name = event === 'listed' ? listed(workflow) : event;
      return [workflow.files, after].map((files) => caseOf(workflow, files, name, isPresent));
    }),
    commands,
  );
  return all.map((one, index) => {
    const [before, after] = outcomes.slice(2 * index, 2 * index + 2);
    if (!before || !after) throw new Error('expected two outcomes for each workflow');
    return { ...one, text: one.after[one.workflow.path], before, now: after };
  });
}

describe('generated guards that fail for pull requests of forks too', () => {
  const given = fc.sample(blockingWorkflow, { numRuns: share(50), seed: 2_189 });
  const all: Mended[] = [];

  it('are mended', { timeout: 300_000 }, async () => {
    for (const workflow of given) all.push(await mended(workflow, 'fork-guard-missing', 'unsafe'));
  });

  it('let forks pass with a warning, and nobody else', { timeout: 300_000 }, async () => {
    for (const { text, before, now } of await runs(all, 'fork', false)) {
      expect([before.isRed, now.isRed, deploys(now)], text).toEqual([true, false, false]);
      expect(now.stdout, text).toMatch(/^::warning::/m);
    }
    for (const event of ['listed', 'unlisted'] as const)
      for (const { text, before, now } of await runs(all, event, false)) expect(now, text).toEqual(before);
    for (const { text, before, now } of await runs(all, 'listed', true)) {
      expect(callsOf(now), text).toEqual(callsOf(before));
      expect([deploys(now), now.isRed], text).toEqual([true, before.isRed]);
    }
    expect(all.length).toBe(given.length);
  });
});

describe('generated guards that fail without a word', () => {
  const given = fc.sample(vagueWorkflow, { numRuns: share(50), seed: 2_189 });
  const all: Mended[] = [];

  it('are mended', { timeout: 300_000 }, async () => {
    for (const workflow of given) all.push(await mended(workflow, 'vague-missing-secret', 'safe'));
  });

  it('say what they miss, and do what they did', { timeout: 300_000 }, async () => {
    for (const { workflow, text, before, now } of await runs(all, 'listed', false)) {
      expect([before.isRed, now.isRed, deploys(now)], text).toEqual([true, true, false]);
      expect(now.stdout, text).toMatch(/^::error::.*is missing/m);
      expect(now.stdout).toContain(workflow.names[0]);
    }
    for (const { text, before, now } of await runs(all, 'listed', true)) expect(now, text).toEqual(before);
    expect(all.length).toBe(given.length);
  });
});
