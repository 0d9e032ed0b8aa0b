import * as justBash from 'just-bash';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import { sandboxOf } from '../../src/replay/just-bash.js';
import { type ReplayFile, replay } from '../../src/replay/replay.js';
import type { Replay } from '../../src/replay/result.js';
import type { Source } from '../../src/text/source.js';
import { positionAt } from '../../src/text/source.js';
import { readFixtures, readRepositories } from '../support/fixtures.js';
import { inputsOf, repositoryOf } from '../support/repository.js';

const sandbox = sandboxOf(justBash);
const options = { sandbox, version: null };

function placeOf({ span, rule }: Finding): string {
  return `${span.source.path}:${positionAt(span.source, span.start).line} ${rule}`;
}

/** The rules whose findings say something of a run. */
const running: readonly string[] = [
  'missing-secret-exits-zero',
  'missing-secret-skips-step',
  'missing-secret-skips-job',
  'missing-secret-masked',
  'missing-secret-mutes-alarm',
  'fork-guard-too-wide',
  'fork-guard-missing',
  'vague-missing-secret',
];

describe('what is proved in a fixture is confirmed in the sandbox, or cannot be run there', () => {
  const verdicts: { readonly finding: Finding; readonly told: Replay }[] = [];

  it.each(readFixtures().filter(({ expectations }) => expectations.length > 0))(
    '$name',
    async ({ input }) => {
      const { findings } = await lintWithLanguages([input], { rules: null, forge: null });
      for (const finding of findings) {
        if (finding.confidence !== 'proved' || !running.includes(finding.rule)) continue;
        const told = await replay(finding, [{ ...input, repository: null }], options);
        verdicts.push({ finding, told });
        expect(told, placeOf(finding)).not.toMatchObject({ verdict: 'contradicted' });
      }
    },
  );

  it('and most of it can be run', () => {
    const confirmed = verdicts.filter(({ told }) => told.verdict === 'confirmed');
    expect(confirmed.length).toBeGreaterThan(150);
    // Python, PowerShell and JavaScript are what it cannot run.
    expect(confirmed.length / verdicts.length).toBeGreaterThan(0.75);
  });

  it('and nothing that was confirmed rests on a table alone where a guard is all there is', () => {
    const guards = verdicts.filter(
      ({ finding, told }) => finding.rule === 'missing-secret-exits-zero' && told.verdict === 'confirmed',
    );
    const independent = guards.filter(({ told }) =>
      told.contexts.every(({ restsOn }) => restsOn.length === 0),
    );
    expect(independent.length / guards.length).toBeGreaterThan(0.9);
  });
});

describe('what one file of a repository calls is run with it', () => {
  for (const [name, fixtures] of readRepositories()) {
    it(name, async () => {
      const texts = Object.fromEntries(fixtures.map(({ input }) => [input.source.path, input.source.text]));
      const { repository } = repositoryOf(texts);
      const inputs = fixtures.map(({ input }) => ({
        ...input,
        source: repository.read(input.source.path) ?? input.source,
        repository,
      }));
      const { findings } = await lintWithLanguages(inputs, { rules: null, forge: null });
      const files = inputs.filter(({ kind }) => kind === 'workflow');
      for (const finding of findings) {
        if (finding.confidence !== 'proved' || !running.includes(finding.rule)) continue;
        const told = await replay(finding, files, options);
        expect(told, placeOf(finding)).not.toMatchObject({ verdict: 'contradicted' });
      }
    });
  }
});

const open = `on: [push, workflow_dispatch]
jobs:
  publish:
    runs-on: ubuntu-latest
    env:
      TOKEN: \${{ secrets.TOKEN }}
    steps:
      - name: Publish
        run: |
          if [ -z "$TOKEN" ]; then
            echo "::warning::no token"
            exit 0
          fi
          ./publish --token "$TOKEN"
`;

const path = '.github/workflows/ci.yml';

async function only(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ finding: Finding; file: ReplayFile }> {
  const { repository } = repositoryOf({ [path]: text, ...files });
  const source = repository.read(path);
  if (!source) throw new Error('the workflow is in the repository');
  const inputs = inputsOf({ [path]: text, ...files });
  const { findings } = await lintWithLanguages(inputs, { rules: null, forge: 'github' });
  const [finding] = findings.filter(({ rule }) => running.includes(rule));
  if (!finding) throw new Error('expected a finding, found none');
  return { finding, file: { source, forge: 'github', repository } };
}

/** The finding of one text, replayed on another: what a finding that is wrong would come to. */
async function elsewhere(text: string, other: string): Promise<Replay> {
  const { finding, file } = await only(text);
  const source: Source = { path: file.source.path, text: other };
  return replay(finding, [{ ...file, source }], options);
}

describe('a replay', () => {
  it('runs each context of the finding in both worlds', async () => {
    const { finding, file } = await only(open);
    const told = await replay(finding, [file], options);
    expect(told).toMatchObject({
      verdict: 'confirmed',
      reason: 'without the secret the job is green and does not run ./publish',
      contexts: [
        { context: 'push', verdict: 'confirmed', secrets: ['TOKEN'], restsOn: [], notRun: [], assumed: [] },
        { context: 'workflow_dispatch', verdict: 'confirmed' },
        { context: 'unknown', verdict: 'confirmed' },
      ].slice(0, finding.contexts.length),
    });
    const [push] = told.contexts;
    expect(push?.present[0]).toMatchObject({ ended: 'success (status 0)', work: ['./publish'] });
    expect(push?.missing[0]).toMatchObject({ ended: 'success (status 0)', work: [] });
    expect(push?.script?.env).toMatchObject({ TOKEN: '', GITHUB_ACTIONS: 'true' });
  });

  it.each([
    ['the guard fails', open.replace('exit 0', 'exit 1'), 'job publish fails without the secret'],
    [
      'the work is done all the same',
      open.replace('            exit 0\n', '').replace(' --token "$TOKEN"', ''),
      'the same work is done',
    ],
    ['a later step fails', `${open}      - run: '[ -n "$TOKEN" ]'\n`, 'job publish fails without the secret'],
    [
      'a job that needs it fails',
      `${open}  check:\n    needs: publish\n    runs-on: ubuntu-latest\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n      - run: test -n "$TOKEN"\n`,
      'job check fails without the secret',
    ],
  ])('contradicts a finding where %s', async (_, text, reason) => {
    const told = await elsewhere(open, text);
    expect(told.verdict).toBe('contradicted');
    expect(told.reason).toContain(reason);
    expect(told.contexts[0]?.script?.text).toContain('$TOKEN');
  });

  it.each([
    [
      'it is no shell',
      open.replace('run: |', 'shell: python\n        run: |'),
      'the script is one of python',
    ],
    [
      'the sandbox refuses the script',
      open.replace('run: |\n', "run: |\n          trap 'exit 0' ERR\n"),
      'trap',
    ],
    [
      'the work is never reached',
      open.replace('          ./publish', '          exit 3\n          ./publish'),
      'fails in the sandbox',
    ],
    ['the job is gone', open.replace('publish:', 'other:').replace('run: |', 'run: |\n          false'), ''],
  ])('is not possible where %s', async (_, text, reason) => {
    const told = await elsewhere(open, text);
    expect(told.verdict).toBe('not-replayable');
    expect(told.reason).toContain(reason);
  });

  it('says which facts a confirmation rests on', async () => {
    const { finding, file } = await only(
      open
        .replace('exit 0', ':')
        .replace(
          './publish --token "$TOKEN"',
          'curl -sS -H "Authorization: Bearer $TOKEN" https://x.test/up | tee log',
        ),
    );
    expect(finding.rule).toBe('missing-secret-masked');
    const told = await replay(finding, [file], options);
    expect(told).toMatchObject({ verdict: 'confirmed', contexts: [{ restsOn: ['curl'] }, {}] });
  });

  it('finds what nobody knows that leads to the work, and says what it assumed', async () => {
    const text = open
      .replace(
        '      - name: Publish\n',
        "      - name: Publish\n        if: vars.CHANNEL == 'stable' && github.ref == 'refs/heads/main'\n",
      )
      .replace('          ./publish', '          git diff --cached --quiet && exit 0\n          ./publish');
    const { finding, file } = await only(text);
    const told = await replay(finding, [file], options);
    expect(told.verdict).toBe('confirmed');
    const [push] = told.contexts;
    expect(push?.assumed).toEqual([
      'vars.channel: stable',
      'github.ref: refs/heads/main',
      expect.stringContaining('git in publish'),
    ]);
  });

  it('evaluates conditions with the evaluator of GitHub, and with the null of the act family where that differs', async () => {
    const text = (forge: string) =>
      open.replace('[ -z "$TOKEN" ]', `[ "\${{ secrets.NEVER != null && '${forge}' || 'x' }}" = x ]`);
    const told = await elsewhere(open, text('set'));
    // `''` is not null: the guard never fires, so that the work is done.
    expect(told.verdict).toBe('contradicted');
  });

  it('lets a step end well that is given no secret and only misses what a runner would have', async () => {
    const own = '    env:\n      TOKEN: ${{ secrets.TOKEN }}\n';
    const text = open
      .replace(own, '')
      .replace('    steps:\n', '    steps:\n      - name: Look\n        run: test -f dist/app.js\n')
      .replace('        run: |', '        env:\n          TOKEN: ${{ secrets.TOKEN }}\n        run: |');
    const { finding, file } = await only(text);
    const told = await replay(finding, [file], options);
    expect(told.verdict).toBe('confirmed');
    expect(told.contexts[0]?.assumed.join()).toContain("how the step 'Look' ends");
  });

  it('looks first at what has failed first: nothing behind it was run', async () => {
    const asking = Array.from(
      { length: 30 },
      (_, index) => `      - if: always() && vars.N${index} == 'yes'\n        run: ./look ${index}\n`,
    );
    const before = `    steps:\n      - run: test -f dist/app.js\n${asking.join('')}`;
    const text = open.replace('    steps:\n', before);
    const { finding, file } = await only(text);
    expect(await replay(finding, [file], options)).toMatchObject({ verdict: 'confirmed' });
  });

  it('has a day for every way to write one', async () => {
    const script = `          day=$(date -u -d '14 days ago' +%F) && [ -n "$day" ] || exit 3\n          ./publish`;
    const { finding, file } = await only(open.replace('          ./publish', script));
    expect(await replay(finding, [file], options)).toMatchObject({
      verdict: 'confirmed',
      contexts: [{ assumed: [] }, { assumed: [] }],
    });
  });

  it('says nothing where a program lacks an option here that it has on a runner', async () => {
    const hosts = `          printf '%s' "$TOKEN" | xargs -I HOST --max-procs 2 ./publish --host HOST\n`;
    const text = open.slice(0, open.indexOf('          if [ ')) + hosts;
    const { finding, file } = await only(text);
    expect(await replay(finding, [file], options)).toMatchObject({
      verdict: 'not-replayable',
      reason: expect.stringContaining('it runs xargs, which the sandbox does not'),
    });
  });

  it('lets one end well that is given another secret alone', async () => {
    const step = `      - name: Dump
        env:
          OTHER: \${{ secrets.OTHER }}
        run: |
          ./dump "$OTHER" > dump.sql
          [ "$(wc -c < dump.sql)" -gt 1024 ]
      - name: Publish`;
    const { finding, file } = await only(open.replace('      - name: Publish', step));
    expect(finding.secrets).toEqual(['TOKEN']);
    const told = await replay(finding, [file], options);
    expect(told.verdict).toBe('confirmed');
    expect(told.contexts[0]?.assumed.join()).toContain("how the step 'Dump' ends");
  });

  const behind = (
    script: string,
  ) => `${open.replace('      - name: Publish', '      - name: Publish\n        id: publish')}\
          echo "number=1" >> "$GITHUB_OUTPUT"
      - name: Check
        env:
          NUMBER: \${{ steps.publish.outputs.number }}
        run: ${script}
`;

  it('lets one end well that fails in the same way in both worlds', async () => {
    const { finding, file } = await only(behind('test -f "dist/app.js"'));
    const told = await replay(finding, [file], options);
    expect(told.verdict).toBe('confirmed');
    expect(told.contexts[0]?.assumed.join()).toContain("how the step 'Check' ends");
  });

  it('says nothing where one fails in both worlds, in different ways', async () => {
    const other = behind('test -f dist/app.js || exit "2$NUMBER"');
    const told = await elsewhere(open, other);
    expect(told.verdict).toBe('not-replayable');
    expect(told.reason).toContain('in different ways');
  });

  it('takes what a program of another language has written for unknown, alike in both worlds', async () => {
    const steps = `      - id: plan
        run: python3 ci/plan.py >> "$GITHUB_OUTPUT"
      - name: Publish
        if: steps.plan.outputs.go == 'yes'`;
    const { finding, file } = await only(open.replace('      - name: Publish', steps));
    const told = await replay(finding, [file], options);
    expect(told.verdict).toBe('confirmed');
    expect(told.contexts[0]?.assumed.join()).toContain('outputs.go: yes');
    expect(told.contexts[0]?.notRun.join()).toContain('python3');
  });

  it.each([
    ['a day before today', 'since=$(date -d "-14 days" +%Y-%m-%d)\n          [ -n "$since" ]'],
    ['a day, in the other spelling', '[ -n "$(date -u --date=\'2 weeks ago\' +%s)" ]'],
    ['the number of the commit', 'printf "%d" "0x${GITHUB_SHA:0:4}"'],
  ])('has a stand-in for %s', async (_, command) => {
    const step = `      - run: |\n          set -eu\n          ${command}\n      - name: Publish`;
    const { finding, file } = await only(open.replace('      - name: Publish', step));
    expect(await replay(finding, [file], options)).toMatchObject({ verdict: 'confirmed' });
  });

  it('follows scripts, actions and workflows of the repository', async () => {
    const script =
      '#!/usr/bin/env bash\nset -euo pipefail\n. "$(dirname "$0")/lib.sh"\nneed TOKEN || exit 0\n./publish "$TOKEN"\n';
    const files = { 'ci/publish.sh': script, 'ci/lib.sh': 'need() { [ -n "${!1:-}" ]; }\n' };
    const text = `${open.slice(0, open.indexOf('      - name'))}      - uses: actions/checkout@v4\n      - run: ci/publish.sh\n`;
    const { finding, file } = await only(text, files);
    expect(finding.span.source.path).toBe('ci/publish.sh');
    const told = await replay(finding, [file], options);
    expect(told.reason).toContain('./publish');
    expect(told.verdict).toBe('confirmed');
  });

  it('never claims to have run what only the text tells', async () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - if: "${{ false }} "\n        run: make\n';
    const path = '.github/workflows/ci.yml';
    const input = { source: { path, text }, kind: 'workflow', forge: 'github' } as const;
    const { findings } = await lintWithLanguages([input], { rules: null, forge: null });
    const [finding] = findings;
    if (!finding) throw new Error('expected a finding, found none');
    const told = await replay(finding, [{ ...input, repository: null }], options);
    expect(told).toMatchObject({ verdict: 'not-replayable', contexts: [] });
    expect(told.reason).toContain('constant-condition');
  });
});

describe('a job that is skipped for what another one found out', () => {
  const text = `on: push
jobs:
  look:
    runs-on: ubuntu-latest
    outputs:
      ready: \${{ steps.look.outputs.ready }}
    steps:
      - id: look
        run: |
          if [ -n "\${{ secrets.TOKEN }}" ]; then
            echo "ready=true" >> "$GITHUB_OUTPUT"
          fi
  publish:
    needs: look
    if: needs.look.outputs.ready == 'true'
    runs-on: ubuntu-latest
    steps:
      - run: ./publish --token "\${{ secrets.TOKEN }}"
`;

  it('is confirmed to be skipped', async () => {
    const { finding, file } = await only(text);
    expect(finding.rule).toBe('missing-secret-skips-job');
    expect(await replay(finding, [file], options)).toMatchObject({
      verdict: 'confirmed',
      reason: 'without the secret the job is green and does not run ./publish',
    });
  });

  it('contradicts the finding where it runs all the same', async () => {
    const other = text.replace("    if: needs.look.outputs.ready == 'true'\n", '').replace(/ --token.*/, '');
    expect(await elsewhere(text, other)).toMatchObject({ verdict: 'contradicted' });
  });
});

describe('an alarm of a failed job', () => {
  const inItsJob = (condition: string) => `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      TOKEN: \${{ secrets.TOKEN }}
    steps:
      - run: make
      - name: Tell
        if: ${condition}
        run: ./tell "$TOKEN"
`;
  const inAnother = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: if [ "$(./state)" != ready ]; then exit 1; fi
  tell:
    needs: test
    if: failure()
    runs-on: ubuntu-latest
    steps:
      - name: Tell
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then
            exit 0
          fi
          ./tell "$TOKEN"
`;
  const inAnAction = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make
      - uses: ./.github/actions/tell
        if: failure()
        with:
          token: \${{ secrets.TOKEN }}
`;
  const action = `name: tell
inputs:
  token:
    required: true
runs:
  using: composite
  steps:
    - shell: bash
      env:
        TOKEN: \${{ inputs.token }}
      run: |
        if [ -z "$TOKEN" ]; then
          exit 0
        fi
        ./tell "$TOKEN"
`;
  it.each([
    ['behind a step', inItsJob("failure() && env.TOKEN != ''"), {}],
    ['in a job behind another', inAnother, {}],
    ['in an action', inAnAction, { '.github/actions/tell/action.yml': action }],
  ])('is confirmed to be mute: %s', async (_, text, files) => {
    const { finding, file } = await only(text, files);
    expect(finding.rule).toBe('missing-secret-mutes-alarm');
    expect(await replay(finding, [file], options)).toMatchObject({
      verdict: 'confirmed',
      reason: 'without the secret the job has failed, and nothing runs ./tell',
    });
  });

  it.each([
    ['that speaks', inItsJob('failure()').replace(' "$TOKEN"', ''), 'the same is told'],
    [
      'that fails, and so is heard',
      inItsJob('failure()').replace('run: ./tell', 'run: test -n "$TOKEN" && ./tell'),
      'the step fails, and so tells of the failure',
    ],
  ])('contradicts the finding of one %s', async (_, other, reason) => {
    const told = await elsewhere(inItsJob("failure() && env.TOKEN != ''"), other);
    expect(told.verdict).toBe('contradicted');
    expect(told.reason).toContain(reason);
  });
});
