import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../src/lint/fix/apply.js';
import { fixToFixedPoint } from '../../src/lint/fix/fixed-point.js';
import { withTexts } from '../../src/lint/fix/offer.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { LintInput } from '../../src/lint/lint.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { asking, expectKept, expectToMend } from './fixing.js';
import { failOpenWorkflow, type GeneratedWorkflow } from './generate-workflow.js';
import { stub } from './oracle.js';
import { repositoryOf } from './repository.js';
import { type RunCase, runWorkflows, type WorkflowOutcome } from './runner.js';

// 500 workflows, in parts that run beside one another. They are run as they are and as they are mended, in real bash.

const parts = 5;
const perPart = 100;
const all = ['safe', 'unsafe'] as const;
const commands = [stub('deploy'), stub('build')];

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

function inputOf({ forge, text, files }: GeneratedWorkflow): LintInput {
  const path = `.${forge}/workflows/generated.yml`;
  const { repository } = repositoryOf({ ...files, [path]: text });
  return { source: repository.read(path) ?? { path, text }, kind: 'workflow', forge, repository };
}

/** The scripts as they are where the input is read. */
function filesOf({ files }: GeneratedWorkflow, { repository }: LintInput): Record<string, string> {
  return Object.fromEntries(Object.keys(files).map((path) => [path, repository?.read(path)?.text ?? '']));
}

function caseOf(
  workflow: GeneratedWorkflow,
  input: LintInput,
  event: keyof typeof events,
  isPresent: boolean,
): RunCase {
  const { forge, secrets } = workflow;
  const files = filesOf(workflow, input);
  const flags = forge === 'github' ? ['-e'] : ['--noprofile', '--norc', '-e', '-o', 'pipefail'];
  return {
    workflow: buildWorkflow(parseYaml(input.source)),
    ...(Object.keys(files).length > 0 ? { files } : {}),
    shell: { shell: 'bash', flags },
    secrets: isPresent ? Object.fromEntries(secrets.map((name) => [name, `value of ${name}`])) : {},
    github: events[event],
  };
}

/** A trusted event that the workflow lists. */
function listed({ onPullRequests }: GeneratedWorkflow): keyof typeof events {
  return onPullRequests ? 'sameRepository' : 'push';
}

function deploys({ calls }: WorkflowOutcome): boolean {
  return calls.some((call) => call.startsWith('deploy'));
}

/** Tests one part of the workflows, from 1 on: each part is another file. */
export function testGenerated(part: number): void {
  describe(`generated workflows, part ${part} of ${parts}`, () => {
    const given = fc.sample(failOpenWorkflow, { numRuns: perPart, seed: 2_189 + part });
    const mended: { workflow: GeneratedWorkflow; before: LintInput; after: LintInput }[] = [];

    it(`are mended by their fixes, each by itself and all together`, { timeout: 300_000 }, async () => {
      for (const workflow of given) {
        const before = inputOf(workflow);
        const { findings, errors } = await lintWithLanguages([before], asking);
        expect(errors).toEqual([]);
        expect(
          findings.map(({ severity, fix }) => `${severity} ${fix?.applicability ?? 'no fix'}`),
          workflow.text,
        ).toEqual(findings.map(() => 'error unsafe'));
        expect(findings.length, workflow.text).toBeGreaterThan(0);
        const [only, ...more] = findings;
        // A single fix by itself is all of them together.
        if (more.length > 0) for (const finding of findings) await expectToMend(before, findings, finding);
        const fixes = only?.fix ? [only.fix] : [];
        const { texts } = more.length > 0 ? await fixToFixedPoint([before], asking, all) : applyFixes(fixes);
        if (only?.fix && more.length === 0) expectKept(only.fix, texts);
        const [after = before] = withTexts([before], texts);
        // Nothing is found, so nothing would be mended a second time.
        const left = await lintWithLanguages([after], asking);
        expect(left.errors).toEqual([]);
        expect(
          left.findings.map(({ message }) => message),
          workflow.text,
        ).toEqual([]);
        mended.push({ workflow, before, after });
      }
    });

    it('run as they did where the secret is there', { timeout: 300_000 }, async () => {
      const cases = mended.flatMap(({ workflow, before, after }) => [
        caseOf(workflow, before, listed(workflow), true),
        caseOf(workflow, after, listed(workflow), true),
      ]);
      const outcomes = await runWorkflows(cases, commands);
      for (const [index, { after }] of mended.entries()) {
        const [old, now] = [outcomes[2 * index], outcomes[2 * index + 1]];
        expect(old && deploys(old), after.source.text).toBe(true);
        expect(now?.calls, after.source.text).toEqual(old?.calls);
        expect(now?.isRed, after.source.text).toBe(old?.isRed);
      }
    });

    it('are red without it in every trusted event, and say what is missing', {
      timeout: 300_000,
    }, async () => {
      const cases = mended.flatMap(({ workflow, after }) => [
        caseOf(workflow, after, listed(workflow), false),
        caseOf(workflow, after, 'unlisted', false),
      ]);
      const outcomes = await runWorkflows(cases, commands);
      for (const [index, { workflow, after }] of mended.entries()) {
        for (const outcome of outcomes.slice(2 * index, 2 * (index + 1))) {
          expect(outcome.isRed, after.source.text).toBe(true);
          expect(outcome.stdout).toMatch(/^::error::.*is missing/m);
          expect(outcome.stdout).toContain(workflow.secrets[0]);
          expect(deploys(outcome)).toBe(false);
        }
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
        expect(now, after.source.text).toEqual(old);
        expect(now?.isRed, after.source.text).toBe(false);
      }
      expect(soft.length).toBeGreaterThan(perPart / 4);
    });
  });
}
