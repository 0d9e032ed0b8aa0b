import { describe, expect, it } from 'vitest';
import type { LintResult } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';

function resultOf(text: string): LintResult {
  const source = { path: '.github/workflows/a.yml', text };
  return lint([{ source, kind: 'workflow', forge: 'github' }], { rules: null, forge: null });
}

/** The names of the steps that are not judged. */
function notJudged(steps: string, env = ''): (string | null | undefined)[] {
  const text = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n${env}    steps:\n${steps}`;
  const result = resultOf(text);
  expect(result.steps.judged + result.steps.notJudged).toBe(text.split('- name:').length - 1);
  return result.notJudged.map(({ step }) => step?.name);
}

const ELSEWHERE = `      - name: elsewhere
        run: deploy --key "\${{ secrets.KEY }}"
`;

describe('a step that cannot be modelled is not judged', () => {
  it('where a missing secret reaches it', () => {
    const steps = `      - name: by its environment
        shell: cmd
        env:
          KEY: \${{ secrets.KEY }}
        run: deploy.bat
      - name: by its text
        shell: cmd
        run: deploy.bat \${{ secrets.KEY }}
`;
    expect(notJudged(steps)).toEqual(['by its environment', 'by its text']);
  });

  it('where it is handed to a program that the repository says in another language', () => {
    const steps = `      - name: by its environment
        env:
          KEY: \${{ secrets.KEY }}
        run: just deploy
      - name: by an argument
        run: bundle exec rake deploy["\${{ secrets.KEY }}"]
      - name: by neither
        run: just build
      - name: to a program of the machine
        env:
          KEY: \${{ secrets.KEY }}
        run: deploy
`;
    expect(notJudged(steps)).toEqual(['by its environment', 'by an argument']);
  });

  it('where the environment of the job holds the secret', () => {
    const steps = `      - name: by the job
        shell: cmd
        run: deploy.bat
`;
    expect(notJudged(steps, '    env:\n      KEY: ${{ secrets.KEY }}\n')).toEqual(['by the job']);
  });

  it('but judged where none does', () => {
    const unreached = `      - name: with the automatic token
        shell: cmd
        env:
          TOKEN: \${{ secrets.GITHUB_TOKEN }}
        run: deploy.bat
      - name: without anything
        shell: cmd
        run: build.bat
`;
    expect(notJudged(unreached)).toEqual([]);
    expect(notJudged(`${unreached}${ELSEWHERE}`)).toEqual([]);
  });

  it('but judged where the job has failed for want of the secret before', () => {
    const guard = `      - name: guard
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -z "$KEY" ]; then echo "::error::KEY is missing"; exit 1; fi
      - name: behind the guard
        shell: cmd
        env:
          KEY: \${{ secrets.KEY }}
        run: deploy.bat
`;
    expect(notJudged(guard)).toEqual([]);
  });

  it('where its secrets are more than can be taken away in groups', () => {
    const steps = Array.from(
      { length: 35 },
      (_, at) => `      - name: step ${at}
        env:
          A: \${{ secrets.A${at} }}
          B: \${{ secrets.B${at} }}
        run: |
          [ -n "$A$B" ] || exit 0
          deploy
`,
    ).join('');
    expect(notJudged(steps)).toEqual(['step 32', 'step 33', 'step 34']);
  });
});

describe('a job that needs many others', () => {
  const chancy = (id: string) => `  ${id}:
    runs-on: ubuntu-latest
    steps:
      - run: if [ "$(date +%u)" = 5 ]; then exit 1; fi
`;
  const others = Array.from({ length: 12 }, (_, at) => `chancy${at}`);
  const workflow = (collector: string) => `on: push
jobs:
${others.map(chancy).join('')}  tests:
    runs-on: ubuntu-latest
    outputs:
      ran: \${{ steps.tests.outputs.ran }}
    env:
      KEY: \${{ secrets.KEY }}
    steps:
      - id: tests
        run: |
          [ -n "$KEY" ] || exit 0
          ./tests
          echo "ran=yes" >> "$GITHUB_OUTPUT"
  collector:
    needs: [${others.join(', ')}, tests]
    if: always()
    runs-on: ubuntu-latest
    steps:
${collector}`;

  it('is asked whether it notices, though not all that the others can do together is tried', () => {
    const strict = `      - if: contains(needs.*.result, 'failure') || needs.tests.outputs.ran != 'yes'
        run: exit 1
`;
    expect(resultOf(workflow(strict)).findings).toEqual([]);
    const lenient = `      - if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')
        run: exit 1
`;
    expect(resultOf(workflow(lenient)).findings.map(({ rule }) => rule)).toEqual([
      'missing-secret-exits-zero',
    ]);
  });

  it('is not judged where a secret reaches it', () => {
    const collector = `      - env:
          KEY: \${{ secrets.KEY }}
        run: ./collect --key "$KEY"
`;
    const { notJudged } = resultOf(workflow(collector));
    expect(notJudged.map(({ job, reason }) => `${job}: ${reason}`)).toEqual([
      'collector: the jobs that its job needs can end in too many ways',
    ]);
  });
});
