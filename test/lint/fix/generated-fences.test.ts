import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../src/lint/fix/apply.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { asking, expectKept } from '../../support/fixing.js';
import { fencedWorkflow, type GeneratedFence } from '../../support/generate-fences.js';
import { stub } from '../../support/oracle.js';
import { type Files, inputsOf } from '../../support/repository.js';
import { type RunCase, runWorkflows } from '../../support/runner.js';
import { share } from '../../support/share.js';

const events = ['push', 'pull_request'] as const;

function caseOf({ path }: GeneratedFence, files: Files, event: string): RunCase {
  const github = { event_name: event, repository: 'team/app' };
  return { path, files, shell: { shell: 'bash', flags: ['-e'] }, secrets: {}, github };
}

describe('generated workflows whose conditions are always true', () => {
  const given = fc.sample(fencedWorkflow, { numRuns: share(100), seed: 2_189 });
  const mended: { readonly workflow: GeneratedFence; readonly after: Files }[] = [];

  it('are mended, and nothing else is found or changed', { timeout: 300_000 }, async () => {
    for (const workflow of given) {
      const text = workflow.files[workflow.path] ?? '';
      const found = await lintWithLanguages(inputsOf(workflow.files), asking);
      const [only, ...more] = found.findings;
      expect([only?.rule, ...more], text).toEqual(['constant-condition']);
      expect(only?.fix?.applicability, text).toBe('unsafe');
      if (!only?.fix) continue;
      const { texts } = applyFixes([only.fix]);
      expectKept(only.fix, texts);
      const after = { ...workflow.files, ...Object.fromEntries(texts) };
      const left = await lintWithLanguages(inputsOf(after), asking);
      expect(
        [...left.findings, ...left.errors].map(({ message }) => message),
        after[workflow.path],
      ).toEqual([]);
      mended.push({ workflow, after });
    }
  });

  it('run where they were meant to, and did so everywhere', { timeout: 300_000 }, async () => {
    const cases = mended.flatMap(({ workflow, after }) =>
      events.flatMap((event) => [caseOf(workflow, workflow.files, event), caseOf(workflow, after, event)]),
    );
    const outcomes = await runWorkflows(cases, [stub('deploy')]);
    for (const [index, { workflow, after }] of mended.entries()) {
      const ran = outcomes.slice(4 * index, 4 * (index + 1)).map(({ calls }) => calls.length > 0);
      const [meantOnPush, meantOnPull] = events.map((event) => workflow.meant.includes(event));
      expect(ran, after[workflow.path]).toEqual([true, meantOnPush, true, meantOnPull]);
    }
    expect(mended.length).toBe(given.length);
  });
});
