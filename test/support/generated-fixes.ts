import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { applyFixes } from '../../src/lint/fix/apply.js';
import { fixToFixedPoint } from '../../src/lint/fix/fixed-point.js';
import { withTexts } from '../../src/lint/fix/offer.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import { asking, expectKept, expectToMend } from './fixing.js';
import type { GeneratedWorkflow } from './generate-workflow.js';
import { stub } from './oracle.js';
import { type Files, inputsOf } from './repository.js';
import { type RunCase, runWorkflows, type WorkflowOutcome } from './runner.js';
import { share } from './share.js';

// Workflows are run as they are and as their fixes mend them, in real shells.

const all = ['safe', 'unsafe'] as const;

/** It fails for want of what it is given to say who it is. */
const deploy = stub('deploy', {
  before: [
    '[ -n "$' + '{DEPLOY_TOKEN-not asked for}" ] || exit 1',
    'for word in "$@"; do',
    '  [ -n "$word" ] || exit 1',
    '  [ "$word" != --password-stdin ] || { read -r line; [ -n "$line" ] || exit 1; }',
    'done',
  ],
});

/** A server's 401 is an answer like any other, unless it is told to fail for one. */
const curl = stub('curl', {
  before: [
    'strict=false; refused=false',
    'for word in "$@"; do',
    '  case "$word" in --fail*|-f) strict=true ;; "Authorization: Bearer ") refused=true ;; esac',
    'done',
    'if $refused && $strict; then exit 22; fi',
  ],
});

export const commands = [deploy, curl, stub('build'), stub('tee', { reads: true })];

const events = {
  push: { event_name: 'push', repository: 'team/app' },
  sameRepository: {
    event_name: 'pull_request',
    repository: 'team/app',
    'event.pull_request.head.repo.full_name': 'team/app',
  },
  fork: {
    event_name: 'pull_request',
    repository: 'team/app',
    'event.pull_request.head.repo.full_name': 'someone/app',
  },
  unlisted: { event_name: 'some_new_event', repository: 'team/app' },
} as const;

interface Mended {
  readonly workflow: GeneratedWorkflow;
  readonly before: Files;
  readonly after: Files;
}

export function caseOf(
  { forge, secrets, path }: GeneratedWorkflow,
  files: Files,
  event: keyof typeof events,
  isPresent: boolean,
): RunCase {
  const flags = forge === 'github' ? ['-e'] : ['--noprofile', '--norc', '-e', '-o', 'pipefail'];
  return {
    path,
    files,
    shell: { shell: 'bash', flags },
    secrets: isPresent ? Object.fromEntries(secrets.map((name) => [name, `value of ${name}`])) : {},
    github: events[event],
  };
}

/** A trusted event that the workflow lists. */
export function listed({ onPullRequests }: GeneratedWorkflow): keyof typeof events {
  return onPullRequests ? 'sameRepository' : 'push';
}

export function deploys({ calls }: WorkflowOutcome): boolean {
  return calls.some((call) => /^(deploy|curl)\b/.test(call));
}

/** The calls as they were before curl was told to fail, without the order: some run beside one another. */
export function callsOf({ calls }: WorkflowOutcome): string[] {
  return calls.map((call) => call.replace(/^curl --fail-with-body /, 'curl ')).sort();
}

function shown(files: Files): string {
  return Object.entries(files)
    .map(([path, text]) => `--- ${path}\n${text}`)
    .join('\n');
}

/** Applies the fixes of a workflow, and expects that nothing is found any more. */
export async function expectMended(workflow: GeneratedWorkflow): Promise<Mended> {
  const inputs = inputsOf(workflow.files);
  const { findings, errors } = await lintWithLanguages(inputs, asking);
  expect(errors).toEqual([]);
  expect(findings.length, shown(workflow.files)).toBeGreaterThan(0);
  expect(findings.map(summary), shown(workflow.files)).toEqual(
    findings.map(() => expect.stringContaining('unsafe')),
  );
  const [only, ...more] = findings;
  // A single fix by itself is all of them together.
  if (more.length > 0) for (const finding of findings) await expectToMend(inputs, findings, finding);
  const fixes = only?.fix ? [only.fix] : [];
  const { texts } = more.length > 0 ? await fixToFixedPoint(inputs, asking, all) : applyFixes(fixes);
  if (only?.fix && more.length === 0) expectKept(only.fix, texts);
  // Nothing is found, so nothing would be mended a second time.
  const left = await lintWithLanguages(withTexts(inputs, texts), asking);
  const after = { ...workflow.files, ...Object.fromEntries(texts) };
  expect(left.errors).toEqual([]);
  expect(left.findings.map(summary), shown(after)).toEqual([]);
  return { workflow, before: workflow.files, after };
}

function summary({ rule, help, fix }: Finding): string {
  return `${rule} ${fix?.applicability ?? help.split('\n').at(-1)}`;
}

/** Tests workflows of one kind, drawn by `seed`; those that nothing here can run are only judged. */
export function testGenerated(
  what: string,
  workflows: fc.Arbitrary<GeneratedWorkflow>,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
): void {
  describe(`generated workflows with ${what}`, () => {
    const given = fc.sample(workflows, { numRuns: share(numRuns), seed });
    const runnable = given.filter(({ runs }) => runs);
    const others = given.filter(({ runs }) => !runs);
    const mended: Mended[] = [];

    it('are mended by their fixes, each by itself and all together', { timeout: 300_000 }, async () => {
      for (const workflow of runnable) mended.push(await expectMended(workflow));
    });

    if (others.length > 0) {
      it('are mended in PowerShell too, which is judged and not run', { timeout: 300_000 }, async () => {
        for (const workflow of others) await expectMended(workflow);
      });
    }

    it('run as they did where the secret is there', { timeout: 300_000 }, async () => {
      const cases = mended.flatMap(({ workflow, before, after }) => [
        caseOf(workflow, before, listed(workflow), true),
        caseOf(workflow, after, listed(workflow), true),
      ]);
      const outcomes = await runWorkflows(cases, commands);
      for (const [index, { after }] of mended.entries()) {
        const [old, now] = [outcomes[2 * index], outcomes[2 * index + 1]];
        expect(old && deploys(old), shown(after)).toBe(true);
        expect(now && callsOf(now), shown(after)).toEqual(old && callsOf(old));
        expect(now?.isRed, shown(after)).toBe(old?.isRed);
      }
      expect(outcomes.length).toBe(2 * runnable.length);
    });

    it('are green without it as they are, and red in every trusted event when they are mended', {
      timeout: 300_000,
    }, async () => {
      const cases = mended.flatMap(({ workflow, before, after }) => [
        caseOf(workflow, before, listed(workflow), false),
        caseOf(workflow, after, listed(workflow), false),
        caseOf(workflow, after, 'unlisted', false),
      ]);
      const outcomes = await runWorkflows(cases, commands);
      for (const [index, { workflow, after }] of mended.entries()) {
        const [old, ...now] = outcomes.slice(3 * index, 3 * (index + 1));
        expect(old?.isRed, shown(workflow.files)).toBe(false);
        for (const outcome of now) expectRed(outcome, workflow, after);
      }
    });

    it('stay green for pull requests of forks, with the warning of the author', {
      timeout: 300_000,
    }, async () => {
      const soft = mended.filter(({ workflow }) => workflow.onPullRequests);
      const cases = soft.flatMap(({ workflow, before, after }) => [
        caseOf(workflow, before, 'fork', false),
        caseOf(workflow, after, 'fork', false),
      ]);
      const outcomes = await runWorkflows(cases, commands);
      for (const [index, { after }] of soft.entries()) {
        const [old, now] = [outcomes[2 * index], outcomes[2 * index + 1]];
        expect({ ...now, calls: now && callsOf(now) }, shown(after)).toEqual({
          ...old,
          calls: old && callsOf(old),
        });
        expect(now?.isRed, shown(after)).toBe(false);
      }
      expect(soft.length).toBeGreaterThan(runnable.length / 4);
    });
  });
}

/** Red, with a word on what is missing: that of the fix, or that of the command which is heard now. */
export function expectRed(
  outcome: WorkflowOutcome,
  { isMask, names }: GeneratedWorkflow,
  after: Files,
): void {
  expect(outcome.isRed, shown(after)).toBe(true);
  if (isMask && deploys(outcome)) return;
  expect(outcome.stdout, shown(after)).toMatch(/^::error::.*is (missing|empty)/m);
  expect(outcome.stdout).toContain(names[0]);
  expect(deploys(outcome)).toBe(false);
}
