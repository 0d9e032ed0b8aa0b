import { describe, expect, it } from 'vitest';
import { type Files, lintRepository, told } from '../support/repository.js';

const CI = '.github/workflows/ci.yml';
const DEPLOY = '.github/workflows/deploy.yml';

/** A job whose step ends green without its token: where it is found, the job runs. */
const SOFT = `    runs-on: ubuntu-latest
    steps:
      - env: { TOKEN: "\${{ secrets.token }}" }
        run: |
          [ -n "$TOKEN" ] || exit 0
          curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api
`;

const caller = (keys: string, uses = DEPLOY, on = 'push') =>
  `on: ${on}\njobs:\n  ship:\n    uses: ./${uses}\n    secrets: { token: "\${{ secrets.TOKEN }}" }\n    ${keys}\n`;

describe('an input of a called workflow is what its type makes of it (semantics 2.11)', () => {
  const cases: readonly [input: string, given: string | null, condition: string, runs: boolean][] = [
    ['type: string', null, "inputs.it == ''", true],
    ['type: string', null, "inputs.it != ''", false],
    ['type: string, default: live', null, "inputs.it == 'live'", true],
    ['type: string, default: live', 'test', "inputs.it == 'live'", false],
    ['type: string', 'live', "inputs['it'] == 'live'", true],
    ['type: string', 'live', "contains(toJSON(inputs), 'live')", true],
    ['type: boolean', null, 'inputs.it', false],
    ['type: boolean', null, 'inputs.it == false', true],
    ['type: boolean', null, '!inputs.it', true],
    ['type: boolean, default: true', null, 'inputs.it', true],
    ['type: boolean', 'true', 'inputs.it', true],
    ['type: boolean', 'true', '!inputs.it', false],
    ['type: boolean', "${{ github.event_name == 'push' }}", 'inputs.it', true],
    ['type: boolean', "${{ github.event_name == 'push' }}", '!inputs.it', false],
    ['type: boolean', '${{ vars.X }}', 'inputs.it', true],
    ['type: boolean', '${{ vars.X }}', '!inputs.it', true],
    ['type: number', null, 'inputs.it', false],
    ['type: number', null, 'inputs.it == 0', true],
    ['type: number, default: 5', null, 'inputs.it == 5', true],
    ['type: number', '3', 'inputs.it > 2', true],
    ['type: number', '3', 'inputs.it < 2', false],
    ['type: number', "${{ fromJSON('3') }}", 'inputs.it == 3.0', true],
    ['type: number', '${{ github.run_number }}', 'inputs.it > 2', true],
    ['type: number', '${{ github.run_number }}', 'inputs.it < 2', true],
  ];
  it.each(cases)('{ %s } given %s: %s', (input, given, condition, runs) => {
    const deploy = `on:
  workflow_call:
    inputs: { it: { ${input} } }
    secrets: { token: {} }
jobs:
  push:
    if: \${{ ${condition} }}
${SOFT}`;
    const files: Files = {
      [CI]: caller(given === null ? '# nothing is given' : `with: { it: ${JSON.stringify(given)} }`),
      [DEPLOY]: deploy,
    };
    expect(told(lintRepository(files))).toEqual(runs ? [`missing-secret-exits-zero ${DEPLOY}:12 TOKEN`] : []);
  });
});

describe('a secret that is handed on', () => {
  const deploy = `on: { workflow_call: { secrets: { token: {} } } }\njobs:\n  push:\n${SOFT}`;
  const MIDDLE = '.github/workflows/middle.yml';
  const middle = (secrets: string) =>
    `on: { workflow_call: { secrets: { token: {} } } }\njobs:\n  on:\n    uses: ./${DEPLOY}\n    ${secrets}\n`;
  const cases: readonly [why: string, files: Files, expected: readonly string[]][] = [
    [
      'by inherit is what the file in the middle was given',
      { [CI]: caller('# nothing more', MIDDLE), [MIDDLE]: middle('secrets: inherit'), [DEPLOY]: deploy },
      [`missing-secret-exits-zero ${DEPLOY}:8 TOKEN`],
    ],
    [
      'by nobody is empty in both worlds',
      { [CI]: caller('# nothing more', MIDDLE), [MIDDLE]: middle('# no secrets'), [DEPLOY]: deploy },
      [],
    ],
    [
      'by name is the one of that name',
      {
        [CI]: caller('# nothing more', MIDDLE),
        [MIDDLE]: middle('secrets: { token: "${{ secrets.TOKEN }}" }'),
        [DEPLOY]: deploy,
      },
      [`missing-secret-exits-zero ${DEPLOY}:8 TOKEN`],
    ],
    [
      'under a name that the file in the middle does not have is empty in both worlds',
      {
        [CI]: caller('# nothing more', MIDDLE),
        [MIDDLE]: middle('secrets: { token: "${{ secrets.OTHER }}" }'),
        [DEPLOY]: deploy,
      },
      [],
    ],
  ];
  it.each(cases)('%s', (_why, files, expected) => {
    expect(told(lintRepository(files))).toEqual(expected);
  });
});

describe('what a call hands out', () => {
  /** `outputs` of a called workflow whose first job says `yes` where it has the token, and a job that asks for it. */
  const files = (output: string, condition: string): Files => ({
    [CI]: `${caller('# nothing more')}  after:
    needs: ship
    if: \${{ ${condition} }}
    runs-on: ubuntu-latest
    steps: [{ run: make announce }]
`,
    [DEPLOY]: `on:
  workflow_call:
    secrets: { token: {} }
    outputs: { it: { value: "\${{ ${output} }}" } }
jobs:
  push:
    runs-on: ubuntu-latest
    outputs: { done: "\${{ steps.p.outputs.done }}" }
    steps:
      - id: p
        env: { TOKEN: "\${{ secrets.token }}" }
        run: if [ -n "$TOKEN" ]; then echo "done=yes" >> "$GITHUB_OUTPUT"; fi
  then:
    needs: push
    if: needs.push.outputs.done == 'yes'
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`,
  });
  const skipped = [`missing-secret-skips-job ${CI}:9 TOKEN`];
  it.each([
    ['jobs.push.outputs.done', "needs.ship.outputs.it == 'yes'", skipped],
    ["jobs['push'].outputs['done']", "needs.ship.outputs.it == 'yes'", skipped],
    ['jobs.push.outputs.done', "needs.ship.outputs.it != 'yes'", []],
    ['jobs.push.result', "needs.ship.outputs.it == 'success'", []],
    ['jobs.then.result', "needs.ship.outputs.it == 'success'", skipped],
    ['jobs.then.result', "needs.ship.result == 'success'", []],
    ['jobs.push.outputs.none', "needs.ship.outputs.it == ''", []],
    ['jobs.none.outputs.done', "needs.ship.outputs.it == ''", []],
    ["'fixed'", "needs.ship.outputs.it == 'fixed'", []],
  ])('%s, asked for by %s', (output, condition, expected) => {
    expect(told(lintRepository(files(output, condition)))).toEqual(expected);
  });
});

describe('a call that GitHub refuses', () => {
  const reasons = (files: Files) => lintRepository(files, [CI]).notJudged.map(({ reason }) => reason);
  const deploy = (more: string) =>
    `on: { workflow_call: { secrets: { token: {} }${more} } }\njobs:\n  push:\n${SOFT}`;
  /** Workflows that call each other in a row; the last one does the work. */
  const chain = (length: number): Files =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => {
        const path = i === 0 ? CI : `.github/workflows/w${i}.yml`;
        const called = '{ workflow_call: { secrets: { token: {} } } }';
        const next = caller('# nothing more', `.github/workflows/w${i + 1}.yml`, i === 0 ? 'push' : called);
        return [path, i === length - 1 ? deploy('') : next];
      }),
    );

  it('for an input that it requires', () => {
    const required = ', inputs: { it: { type: string, required: true } }';
    expect(reasons({ [CI]: caller('# none'), [DEPLOY]: deploy(required) })).toEqual([
      expect.stringContaining("requires the input 'it', which the call does not give"),
    ]);
    expect(reasons({ [CI]: caller('with: { it: x }'), [DEPLOY]: deploy(required) })).toEqual([]);
  });

  it('for a path out of the repository', () => {
    expect(reasons({ [CI]: caller('# none', '../x.yml') })).toEqual([
      expect.stringContaining("'./../x.yml' leads out of the repository"),
    ]);
  });

  it('for too many calls within each other', () => {
    expect(reasons(chain(10))).toEqual([]);
    expect(told(lintRepository(chain(10), [CI, '.github/workflows/w9.yml']))).toHaveLength(1);
    expect(reasons(chain(11))).toEqual([
      expect.stringContaining("'./.github/workflows/w10.yml' is called more than 10 workflows deep"),
    ]);
  });
});
