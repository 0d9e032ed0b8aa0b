import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const look = '{ id: look, run: "git diff --quiet origin/main || echo code=true >> $GITHUB_OUTPUT" }';

interface Given {
  readonly on?: string;
  readonly look?: string;
  readonly outputs?: string;
  readonly job?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What is said of a job `unit` with these steps, which stand from line 11 on. */
function told(steps: readonly string[], given: Given = {}): string[] {
  const text = `on: ${given.on ?? 'pull_request'}
jobs:
  changes:
    runs-on: ubuntu-latest
    outputs: { ${given.outputs ?? 'Code: "${{ steps.look.outputs.code }}"'} }
    steps: [${given.look ?? look}]
  unit:
    needs: changes
    ${given.job ?? 'runs-on: ubuntu-latest'}
    steps:
${steps.map((step) => `      - { ${step} }`).join('\n')}
`;
  return toldBy('no-op-arm', text, { path: '.github/workflows/ci.yml', options: given.options ?? {} });
}

const yes = "if: needs.changes.outputs.code == 'true'";
const no = "if: needs.changes.outputs.code != 'true'";
const arm = `${no}, run: echo nothing to do`;
const work = `${yes}, run: make test`;

describe('a job behind a look at the changes', () => {
  it.each<[why: string, steps: readonly string[], said: string[]]>([
    ['does nothing, and says so', [arm, work], ['emptyJob:11']],
    ['does nothing', ['uses: actions/checkout@v4', work], ['emptyJob:12']],
    [
      'does nothing but make ready',
      ['uses: actions/setup-node@v4', 'uses: docker/login-action@v3', work],
      ['emptyJob:13'],
    ],
    ['does nothing in several steps', [work, `${yes}, uses: codecov/codecov-action@v5`], ['emptyJob:11']],
    ['has a step that stands in', ['run: make lint', arm, work], ['standIn:12']],
    [
      'has another negative',
      ["if: needs.changes.outputs.code == 'false', run: ':'", 'run: make lint', work],
      ['standIn:11'],
    ],
    [
      'has an expression for it',
      ["if: '${{ !(needs.changes.outputs.code == ''true'') }}', run: exit 0", 'run: make lint', work],
      ['standIn:11'],
    ],
    ['does the rest of its work', ['run: make lint', work], []],
    ['does other work in its place', [`${no}, run: make smoke`, work], []],
    ['fails in its place', [`${no}, run: exit 1`, work], []],
    ['works in any case', [arm, 'run: make test'], []],
    ['goes by the event', ["if: github.event_name == 'push', run: make test"], []],
    ['goes by another job', ["if: needs.other.outputs.code == 'true', run: make test"], []],
  ])('that %s', (_, steps, said) => {
    expect(told(steps)).toEqual(said);
  });

  it.each<[why: string, given: Given, said: string[]]>([
    ['where there is no pull request', { on: 'push' }, []],
    ['where it is one by pull_request_target', { on: 'pull_request_target' }, ['emptyJob:11']],
    [
      'where the other job does not look at the changes',
      { look: '{ id: look, run: echo code=true >> $GITHUB_OUTPUT }' },
      [],
    ],
    ['where the output is no step’s', { outputs: 'Code: "${{ github.ref_name }}"' }, []],
    ['where an action looks', { look: '{ id: look, uses: dorny/paths-filter@v3 }' }, ['emptyJob:11']],
    ['where a script looks that nobody has named', { look: '{ id: look, run: bash tools/changed.sh }' }, []],
    [
      'where a script looks that is named',
      {
        look: '{ id: look, run: bash tools/changed.sh x }',
        options: { detectors: ['bash tools/changed.sh'] },
      },
      ['emptyJob:11'],
    ],
    ['where the job is left out as a whole', { job: `${yes}\n    runs-on: ubuntu-latest` }, []],
  ])('%s', (_, given, said) => {
    expect(told([arm, work], given)).toEqual(said);
  });
});
