import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { type Files, lintRepository, placeOf, told } from '../support/repository.js';

beforeAll(() => loadLanguage('python'));

const CI = '.github/workflows/ci.yml';
const ACTION = '.github/actions/deploy/action.yml';

/** A job that checks out and calls the action with the token. */
function caller(call: string, { on = 'push', before = '- uses: actions/checkout@v4' } = {}): string {
  return `on: ${on}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      ${before}
${call.replace(/^/gm, '      ')}
`;
}

const CALL = `- name: Ship
  uses: ./.github/actions/deploy
  with:
    token: \${{ secrets.DEPLOY_TOKEN }}`;

/** A composite action; line 9 is the way out of SOFT, line 10 the last of its guard. */
function action(steps: string, head = ''): string {
  return `name: Deploy
inputs:
  token: { description: what it deploys with }
${head}runs:
  using: composite
  steps:
${steps.replace(/^/gm, '    ')}
`;
}

const SOFT = `- shell: bash
  env: { TOKEN: "\${{ inputs.token }}" }
  run: |
    if [ -z "$TOKEN" ]; then
      echo skipped
      exit 0
    fi
    curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api`;
const HARD = SOFT.replace('exit 0', 'exit 1');

const both = (call: string, steps: string, head = ''): Files => ({
  [CI]: caller(call),
  [ACTION]: action(steps, head),
});

describe('a composite action is judged in the steps that call it', () => {
  it('that runs a program which reads the secret from the environment of the job', () => {
    const ci = caller('- uses: ./.github/actions/deploy').replace(
      '    steps:',
      '    env:\n      DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}\n    steps:',
    );
    const files = {
      [CI]: ci,
      [ACTION]: action('- shell: bash\n  run: make ship'),
      Makefile: 'ship:\n\t[ -n "$$DEPLOY_TOKEN" ] || exit 0; deploy "$$DEPLOY_TOKEN"\n',
    };
    expect(told(lintRepository(files))).toEqual(['missing-secret-exits-zero Makefile:2 DEPLOY_TOKEN']);
  });

  it('names a step by its place in the action, not in the job', () => {
    const { findings } = lintRepository(both(CALL, `- shell: bash\n  run: make build\n${SOFT}`));
    expect(findings.map(({ message }) => message)).toEqual([
      'step 2 passes without DEPLOY_TOKEN: curl never runs',
    ]);
  });

  const open: readonly [why: string, files: Files, expected: string[]][] = [
    ['a soft guard', both(CALL, SOFT), [`missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN`]],
    ['a hard guard', both(CALL, HARD), []],
    [
      'a hard guard whose failure the caller swallows',
      both(`${CALL}\n  continue-on-error: true`, HARD),
      [`missing-secret-masked ${CI}:11 DEPLOY_TOKEN`],
    ],
    [
      'a check step that fails, whose failure the caller swallows, before the step that works',
      both(
        `${CALL}\n  continue-on-error: true`,
        `- shell: bash\n  run: test -n "\${{ inputs.token }}" || exit 1\n- shell: bash\n  run: make deploy TOKEN="\${{ inputs.token }}"`,
      ),
      [`missing-secret-masked ${CI}:11 DEPLOY_TOKEN`],
    ],
    [
      'a condition on the input',
      both(CALL, `- if: inputs.token != ''\n  shell: bash\n  run: make deploy TOKEN="\${{ inputs.token }}"`),
      [`missing-secret-skips-step ${ACTION}:7 DEPLOY_TOKEN`],
    ],
    [
      'a condition on the output of a step of its own',
      both(
        CALL,
        `- id: check\n  shell: bash\n  run: |\n    if [ -n "\${{ inputs.token }}" ]; then echo "has=true" >> "$GITHUB_OUTPUT"; fi\n- if: steps.check.outputs.has == 'true'\n  shell: bash\n  run: make deploy TOKEN="\${{ inputs.token }}"`,
      ),
      [`missing-secret-skips-step ${ACTION}:11 DEPLOY_TOKEN`],
    ],
    [
      'continue-on-error inside',
      both(CALL, `${HARD}\n  continue-on-error: true`),
      [`missing-secret-masked ${ACTION}:15 DEPLOY_TOKEN`],
    ],
    [
      'a condition of the calling step',
      both(
        CALL.replace('  uses', `  if: env.T != ''\n  env: { T: "\${{ secrets.DEPLOY_TOKEN }}" }\n  uses`),
        HARD,
      ),
      [`missing-secret-skips-step ${CI}:8 DEPLOY_TOKEN`],
    ],
    [
      'a default, which counts only where the input is not given (semantics 2.5)',
      {
        [CI]: caller(CALL),
        [ACTION]: action(SOFT).replace('deploys with }', 'deploys with, default: anonymous }'),
      },
      [`missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN`],
    ],
    [
      'a default in place of the secret',
      {
        [CI]: caller(CALL.replace(/ {2}with:\n.*/, '')),
        [ACTION]: action(SOFT).replace('deploys with }', 'deploys with, default: anonymous }'),
      },
      [],
    ],
    [
      'a fallback that is always there',
      both(CALL.replace('secrets.DEPLOY_TOKEN', 'secrets.DEPLOY_TOKEN || github.token'), SOFT),
      [],
    ],
    ['a constant', both(CALL.replace('${{ secrets.DEPLOY_TOKEN }}', 'anonymous'), SOFT), []],
    [
      'a variable of the calling step',
      both(
        `- uses: ./.github/actions/deploy\n  env: { TOKEN: "\${{ secrets.DEPLOY_TOKEN }}" }`,
        SOFT.replace(/ {2}env: .*\n/, ''),
      ),
      [`missing-secret-exits-zero ${ACTION}:11 DEPLOY_TOKEN`],
    ],
    [
      'a variable that an earlier step of the action sets',
      both(
        CALL,
        `- shell: bash\n  run: echo "TOKEN=\${{ inputs.token }}" >> "$GITHUB_ENV"\n${SOFT.replace(/ {2}env: .*\n/, '')}`,
      ),
      [`missing-secret-exits-zero ${ACTION}:13 DEPLOY_TOKEN`],
    ],
  ];
  it.each(open)('%s', (_why, files, expected) => {
    expect(told(lintRepository(files))).toEqual(expected);
  });

  it('says which step calls it, and on which events that runs', () => {
    const [finding] = lintRepository({
      ...both(CALL, SOFT),
      [CI]: caller(CALL, { on: '[push, schedule]' }),
    }).findings;
    expect(finding?.contexts).toEqual(['push', 'schedule']);
    expect(finding?.witness.map((label) => `${placeOf(label)} ${label.text}`)).toEqual([
      `${CI}:10 the secret enters here; missing, it is ''`,
      `${CI}:8 the step calls this action here`,
      `${ACTION}:10 true when it is missing`,
      `${ACTION}:12 the step ends here with status 0, and the job is green`,
      `${ACTION}:14 never reached: curl`,
    ]);
  });

  it('tells of one hole once, with the secrets of all callers', () => {
    const other = '.github/workflows/other.yml';
    const result = lintRepository({
      ...both(CALL, SOFT),
      [other]: caller(CALL.replace('DEPLOY_TOKEN', 'OTHER_TOKEN'), { on: 'schedule' }),
    });
    expect(told(result)).toEqual([`missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN,OTHER_TOKEN`]);
    expect(result.findings[0]?.contexts).toEqual(['push', 'schedule']);
  });

  it('hands the outputs of the action to the steps and jobs that ask for them', () => {
    const outputs = 'outputs:\n  ready: { value: "${{ steps.check.outputs.has }}" }\n';
    const check = `- id: check
  shell: bash
  run: |
    if [ -n "\${{ inputs.token }}" ]; then echo "has=true" >> "$GITHUB_OUTPUT"; fi`;
    const use = `${CALL.replace('- name', '- id: gate\n  name')}
- if: steps.gate.outputs.ready == 'true'
  run: make deploy`;
    expect(told(lintRepository(both(use, check, outputs)))).toEqual([
      `missing-secret-skips-step ${CI}:12 DEPLOY_TOKEN`,
    ]);
    const closes = `${use.replace("== 'true'", "!= 'true'").replace('make deploy', 'exit 1')}\n- run: make deploy`;
    expect(told(lintRepository(both(closes, check, outputs)))).toEqual([]);
  });

  it('runs actions that actions call', () => {
    const inner = '.github/actions/inner/action.yml';
    const outer = `- uses: ./.github/actions/inner
  with:
    token: \${{ inputs.token }}`;
    const result = lintRepository({ ...both(CALL, outer), [inner]: action(SOFT) });
    expect(told(result)).toEqual([`missing-secret-exits-zero ${inner}:12 DEPLOY_TOKEN`]);
    expect(result.findings[0]?.witness.map((label) => `${placeOf(label)} ${label.text}`).slice(0, 3)).toEqual(
      [
        `${CI}:10 the secret enters here; missing, it is ''`,
        `${CI}:8 the step calls this action here`,
        `${ACTION}:7 the step calls this action here`,
      ],
    );
  });

  it('follows the scripts beside it', () => {
    const script = '.github/actions/deploy/run.sh';
    const text = `#!/usr/bin/env bash
if [ -z "$TOKEN" ]; then
  exit 0
fi
curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api
`;
    for (const path of ['$GITHUB_ACTION_PATH/run.sh', '${{ github.action_path }}/run.sh']) {
      const step = `- shell: bash\n  env: { TOKEN: "\${{ inputs.token }}" }\n  run: bash "${path}"`;
      expect(told(lintRepository({ ...both(CALL, step), [script]: text })), path).toEqual([
        `missing-secret-exits-zero ${script}:3 DEPLOY_TOKEN`,
      ]);
    }
  });

  it('takes a variable beside the call for used only where the action names it', () => {
    const call = `- uses: ./.github/actions/deploy
  continue-on-error: true
  env: { RESULT_TOKEN: "\${{ secrets.RESULT_TOKEN }}" }`;
    expect(told(lintRepository(both(call, '- shell: python\n  run: print("tests")')))).toEqual([]);
    expect(told(lintRepository(both(call, '- shell: bash\n  run: ./run-tests')))).toEqual([]);
    expect(
      told(
        lintRepository(
          both(call, '- shell: bash\n  run: curl -fsS -H "A: $RESULT_TOKEN" https://results.example'),
        ),
      ),
    ).toEqual([`missing-secret-masked ${CI}:8 RESULT_TOKEN`]);
  });

  it('knows that GitHub loads no action with a script without a shell, or that names secrets (semantics 9.1, 9.2)', () => {
    const bare = SOFT.replace('- shell: bash\n  env', '- env');
    const naming = SOFT.replace('inputs.token', 'secrets.DEPLOY_TOKEN');
    const gitea = (files: Files): Files =>
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [
          path.replace('.github', '.gitea'),
          text.replaceAll('./.github', './.gitea'),
        ]),
      );
    expect(told(lintRepository(both(CALL, bare)))).toEqual([]);
    expect(told(lintRepository(gitea(both(CALL, bare))))).toHaveLength(1);
    expect(told(lintRepository(both(CALL, naming)))).toEqual([]);
    // There it is '' with the secret and without.
    expect(told(lintRepository(gitea(both(CALL, naming))))).toEqual([]);
  });

  it('keeps two calls in one job apart', () => {
    const twice = `${CALL}\n${CALL.replace('DEPLOY_TOKEN', 'OTHER_TOKEN')}`;
    expect(told(lintRepository(both(twice, SOFT)))).toEqual([
      `missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN,OTHER_TOKEN`,
    ]);
    const constant = `${CALL}\n${CALL.replace('${{ secrets.DEPLOY_TOKEN }}', "''")}`;
    expect(told(lintRepository(both(constant, SOFT)))).toEqual([
      `missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN`,
    ]);
  });
});

describe('an action that cannot be followed', () => {
  const reasonOf = (files: Files) => lintRepository(files, [CI]).notJudged.map(({ reason }) => reason);
  const path = './.github/actions/deploy';
  const cases: readonly [why: string, files: Files, reason: string][] = [
    ['is not there', { [CI]: caller(CALL) }, `its action '${path}' is not in the repository`],
    [
      'lies outside',
      { [CI]: caller(CALL.replace(path, './../deploy')) },
      "its action './../deploy' lies outside the workspace",
    ],
    [
      'is called before the checkout',
      { ...both(CALL, SOFT), [CI]: caller(CALL, { before: '- run: make' }) },
      `its action '${path}' is called before the repository is checked out`,
    ],
    [
      'runs JavaScript',
      { [CI]: caller(CALL), [ACTION]: 'runs:\n  using: node20\n  main: index.js\n' },
      `its action '${path}' is no composite action`,
    ],
    ['is broken', { [CI]: caller(CALL), [ACTION]: 'runs: [' }, `its action '${path}' cannot be read`],
  ];
  it.each(cases)('%s: the step is not judged, and counted', (_why, files, reason) => {
    expect(reasonOf(files)).toEqual([reason]);
    expect(told(lintRepository(files, [CI]))).toEqual([]);
  });

  it('says nothing of it where no secret reaches it', () => {
    expect(
      reasonOf({
        [CI]: caller(`- uses: ${path}\n- run: curl -fsS -H "A: \${{ secrets.T }}" https://x.example`),
      }),
    ).toEqual([]);
  });

  it('that calls itself ends', () => {
    const itself = `- uses: ${path}\n  with: { token: "\${{ inputs.token }}" }`;
    const result = lintRepository(both(CALL, itself));
    expect(result.notJudged.map(({ reason }) => reason)).toEqual([`its action '${path}' calls itself`]);
  });

  it('is found where the repository was checked out', () => {
    const before = '- uses: actions/checkout@v4\n        with: { path: src }';
    const files = { ...both(CALL, SOFT), [CI]: caller(CALL.replace('./', './src/'), { before }) };
    expect(told(lintRepository(files))).toEqual([`missing-secret-exits-zero ${ACTION}:12 DEPLOY_TOKEN`]);
  });
});
