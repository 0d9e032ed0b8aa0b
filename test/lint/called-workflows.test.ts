import { describe, expect, it } from 'vitest';
import { type Files, lintRepository, placeOf, told } from '../support/repository.js';

const CI = '.github/workflows/ci.yml';
const DEPLOY = '.github/workflows/deploy.yml';

/** A workflow whose job `ship` calls the other one; the call begins on line 4. */
function caller(
  keys: string,
  { on = 'push', uses = './.github/workflows/deploy.yml', more = '' } = {},
): string {
  return `on: ${on}
jobs:
  ship:
    uses: ${uses}
${keys.replace(/^/gm, '    ')}
${more}`;
}

const PASS = 'secrets:\n  token: ${{ secrets.DEPLOY_TOKEN }}';

/** A workflow that can be called; its steps begin on line 14. */
function callee(steps: string, { keys = '', jobKeys = '', required = false } = {}): string {
  return `on:
  workflow_call:
    inputs:
      target: { type: string, default: staging }
      dry: { type: boolean, default: false }
    secrets:
      token: { required: ${required} }
${keys || '# nothing more is declared'}
jobs:
  push:
    runs-on: ubuntu-latest
    env: { TOKEN: "\${{ secrets.token }}" }
${jobKeys ? jobKeys.replace(/^/gm, '    ') : '    # no other keys'}
    steps:
${steps.replace(/^/gm, '      ')}
`;
}

const SOFT = `- name: Push
  run: |
    if [ -z "$TOKEN" ]; then
      exit 0
    fi
    curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api`;
const HARD = SOFT.replace('exit 0', 'exit 1');
const IN_CALLEE = `missing-secret-exits-zero ${DEPLOY}:18`;

describe('a workflow is judged in the workflows that call it', () => {
  const cases: readonly [why: string, files: Files, expected: string[]][] = [
    ['a soft guard', { [CI]: caller(PASS), [DEPLOY]: callee(SOFT) }, [`${IN_CALLEE} DEPLOY_TOKEN`]],
    ['a hard guard', { [CI]: caller(PASS), [DEPLOY]: callee(HARD) }, []],
    [
      'required: true, which asks for the name only (semantics 2.11)',
      { [CI]: caller(PASS), [DEPLOY]: callee(SOFT, { required: true }) },
      [`${IN_CALLEE} DEPLOY_TOKEN`],
    ],
    [
      'secrets: inherit',
      { [CI]: caller('secrets: inherit'), [DEPLOY]: callee(SOFT) },
      [`${IN_CALLEE} token`],
    ],
    ['no secrets at all', { [CI]: caller('with: { target: live }'), [DEPLOY]: callee(SOFT) }, []],
    [
      'the token of the forge',
      { [CI]: caller(PASS.replace('DEPLOY_TOKEN', 'GITHUB_TOKEN')), [DEPLOY]: callee(SOFT) },
      [],
    ],
    [
      'a fallback in the call',
      { [CI]: caller(PASS.replace('DEPLOY_TOKEN', 'DEPLOY_TOKEN || github.token')), [DEPLOY]: callee(SOFT) },
      [],
    ],
    [
      'an input that switches the work off',
      {
        [CI]: caller(`${PASS}\nwith: { dry: true }`),
        [DEPLOY]: callee(SOFT, { jobKeys: 'if: ${{ !inputs.dry }}' }),
      },
      [],
    ],
    [
      'the default of that input',
      { [CI]: caller(PASS), [DEPLOY]: callee(SOFT, { jobKeys: 'if: ${{ !inputs.dry }}' }) },
      [`${IN_CALLEE} DEPLOY_TOKEN`],
    ],
    [
      'a condition on the calling job',
      {
        [CI]: `on: push
jobs:
  check:
    runs-on: ubuntu-latest
    outputs: { has: "\${{ steps.c.outputs.has }}" }
    steps:
      - id: c
        run: if [ -n "\${{ secrets.DEPLOY_TOKEN }}" ]; then echo "has=true" >> "$GITHUB_OUTPUT"; fi
  ship:
    needs: check
    if: needs.check.outputs.has == 'true'
    uses: ./.github/workflows/deploy.yml
    secrets:
      token: \${{ secrets.DEPLOY_TOKEN }}
`,
        [DEPLOY]: callee(HARD),
      },
      [`missing-secret-skips-job ${CI}:11 DEPLOY_TOKEN`],
    ],
    [
      'a flag handed in, which the called job asks for',
      {
        [CI]: `on: push
jobs:
  check:
    runs-on: ubuntu-latest
    outputs: { has: "\${{ steps.c.outputs.has }}" }
    steps:
      - id: c
        run: if [ -z "\${{ secrets.DEPLOY_TOKEN }}" ]; then echo "dry=true" >> "$GITHUB_OUTPUT"; else echo "dry=false" >> "$GITHUB_OUTPUT"; fi
  ship:
    needs: check
    uses: ./.github/workflows/deploy.yml
    with:
      dry: \${{ needs.check.outputs.has == 'true' }}
    secrets:
      token: \${{ secrets.DEPLOY_TOKEN }}
`.replace('outputs.has }}" }\n', 'outputs.dry }}" }\n'),
        [DEPLOY]: callee(HARD, { jobKeys: 'if: ${{ !inputs.dry }}' }),
      },
      [`missing-secret-skips-job ${DEPLOY}:13 DEPLOY_TOKEN`],
    ],
  ];
  it.each(cases)('%s', (_why, files, expected) => {
    expect(told(lintRepository(files))).toEqual(expected);
  });

  it('says which job calls it, on whose events', () => {
    const [finding] = lintRepository({
      [CI]: caller(PASS, { on: '[schedule, workflow_dispatch]' }),
      [DEPLOY]: callee(SOFT),
    }).findings;
    expect(finding?.job).toBe('push');
    expect(finding?.contexts).toEqual(['schedule', 'workflow_dispatch']);
    expect(finding?.witness.map((label) => `${placeOf(label)} ${label.text}`)).toEqual([
      `${CI}:6 the secret enters here; missing, it is ''`,
      `${CI}:4 job ship calls this workflow here`,
      `${DEPLOY}:17 true when it is missing`,
      `${DEPLOY}:18 the step ends here with status 0, and the job is green`,
      `${DEPLOY}:20 never reached: curl`,
    ]);
  });

  it('keeps the soft path that only forks take', () => {
    const guard = SOFT.replace(
      'if [ -z "$TOKEN" ]',
      'if [ -z "$TOKEN" ] && [ "${{ github.event_name }}" = pull_request ] && [ "${{ github.event.pull_request.head.repo.full_name }}" != "${{ github.repository }}" ]',
    );
    expect(
      told(lintRepository({ [CI]: caller(PASS, { on: 'pull_request' }), [DEPLOY]: callee(guard) })),
    ).toEqual([]);
  });

  it('tells of one hole once, whoever calls, and of its own events too', () => {
    const other = '.github/workflows/nightly.yml';
    const result = lintRepository({
      [CI]: caller(PASS),
      [other]: caller(PASS.replace('DEPLOY_TOKEN', 'OTHER_TOKEN'), { on: 'schedule' }),
      [DEPLOY]: callee(SOFT).replace('on:\n', 'on:\n  workflow_dispatch:\n'),
    });
    expect(result.findings.map((finding) => placeOf(finding))).toEqual([`${DEPLOY}:19`]);
    expect([...(result.findings[0]?.secrets ?? [])].sort()).toEqual(['DEPLOY_TOKEN', 'OTHER_TOKEN', 'token']);
    expect([...(result.findings[0]?.contexts ?? [])].sort()).toEqual([
      'push',
      'schedule',
      'workflow_dispatch',
    ]);
  });

  it('is judged by the secrets that it declares where nobody calls it', () => {
    const result = lintRepository({ [DEPLOY]: callee(SOFT) });
    expect(told(result)).toEqual([`${IN_CALLEE} token`]);
    expect(result.findings[0]?.contexts).toEqual(['workflow_call']);
  });

  it('hands outputs and results to the jobs that need the call', () => {
    const keys = '    outputs: { done: { value: "${{ jobs.push.outputs.done }}" } }';
    const jobKeys = 'outputs: { done: "${{ steps.p.outputs.done }}" }';
    const steps = `- id: p
  run: |
    if [ -n "$TOKEN" ]; then echo "done=yes" >> "$GITHUB_OUTPUT"; fi`;
    const more = (condition: string, script: string) => `  after:
    needs: ship
    if: ${condition}
    runs-on: ubuntu-latest
    steps:
      - run: ${script}
`;
    const files = (condition: string, script: string, of = steps): Files => ({
      [CI]: caller(PASS, { more: more(condition, script) }),
      [DEPLOY]: callee(of, { keys, jobKeys }),
    });
    expect(told(lintRepository(files("needs.ship.outputs.done == 'yes'", 'make announce')))).toEqual([
      `missing-secret-skips-job ${CI}:9 DEPLOY_TOKEN`,
    ]);
    // A later job that fails on what the call left undone closes it.
    const soft = SOFT.replace('- name: Push', '- id: p').replace(
      'exit 0\n    fi',
      'exit 0\n    fi\n    echo done=yes >> "$GITHUB_OUTPUT"',
    );
    expect(
      told(lintRepository(files('always()', 'test "${{ needs.ship.outputs.done }}" = yes', soft))),
    ).toEqual([]);
    expect(
      told(lintRepository(files('always()', 'test "${{ needs.ship.result }}" = success', soft))),
    ).toHaveLength(1);
  });

  it('follows calls in called workflows', () => {
    const middle = '.github/workflows/middle.yml';
    const files: Files = {
      [CI]: caller('secrets: inherit', { uses: './.github/workflows/middle.yml' }),
      [middle]: caller(PASS, { on: 'workflow_call' }),
      [DEPLOY]: callee(SOFT),
    };
    const result = lintRepository(files);
    expect(told(result)).toEqual([`${IN_CALLEE} DEPLOY_TOKEN`]);
    expect(result.findings[0]?.contexts).toEqual(['push']);
    expect(result.findings[0]?.witness.slice(0, 4).map((label) => placeOf(label))).toEqual([
      `${CI}:4`,
      `${middle}:6`,
      `${middle}:4`,
      `${DEPLOY}:17`,
    ]);
  });
});

describe('a call that cannot be followed', () => {
  const reasons = (files: Files) => lintRepository(files, [CI]).notJudged.map(({ reason }) => reason);
  const soft = {
    more: `  other:\n    runs-on: ubuntu-latest\n    steps:\n${SOFT.replace(/^/gm, '      ').replace('- name: Push', '- env: { TOKEN: "${{ secrets.T }}" }')}\n`,
  };
  const refused: readonly [why: string, files: Files, reason: string][] = [
    ['the file is not there', { [CI]: caller(PASS, soft) }, 'is not in the repository'],
    [
      'it cannot be called',
      { [CI]: caller(PASS, soft), [DEPLOY]: callee(SOFT).replace('workflow_call', 'workflow_dispatch') },
      "has no 'on: workflow_call'",
    ],
    [
      'it requires a secret that is not passed',
      { [CI]: caller('secrets: {}', soft), [DEPLOY]: callee(SOFT, { required: true }) },
      "requires the secret 'token', which the call does not pass",
    ],
    [
      'it declares no such secret',
      { [CI]: caller(PASS.replace('token:', 'tokn:'), soft), [DEPLOY]: callee(SOFT) },
      "declares no secret 'tokn'",
    ],
    [
      'it declares no such input',
      { [CI]: caller(`${PASS}\nwith: { where: here }`, soft), [DEPLOY]: callee(SOFT) },
      "declares no input 'where'",
    ],
    [
      'it calls itself',
      { [CI]: caller(PASS, { ...soft, on: '[push, workflow_call]', uses: './.github/workflows/ci.yml' }) },
      'calls itself',
    ],
  ];
  it.each(refused)('makes GitHub refuse the whole file: %s', (_why, files, reason) => {
    const found = reasons(files);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^GitHub refuses the file: '\.\/\.github\/workflows\/\w+\.yml' /);
    expect(found[0]).toContain(reason);
    expect(told(lintRepository(files, [CI]))).toEqual([]);
  });

  it('doubts what is seen in a file that calls one with broken YAML, as it doubts the broken file', () => {
    const result = lintRepository({ [CI]: caller(PASS, soft), [DEPLOY]: 'on: [' }, [CI]);
    expect(result.findings.map(({ rule, confidence }) => [rule, confidence])).toEqual([
      ['missing-secret-exits-zero', 'likely'],
    ]);
    expect(result.notJudged.map(({ reason }) => reason)).toEqual([
      "'./.github/workflows/deploy.yml' cannot be read as a workflow",
    ]);
  });

  it('leaves a workflow that only such a file calls to be judged by itself', () => {
    const files: Files = { [CI]: caller(`${PASS}\nwith: { where: here }`), [DEPLOY]: callee(SOFT) };
    expect(told(lintRepository(files))).toEqual([`${IN_CALLEE} token`]);
  });

  it('fails only the calling job on Gitea, where the runner reads the called file', () => {
    const path = CI.replace('.github', '.gitea');
    const result = lintRepository({ [path]: caller(PASS, soft) });
    expect(result.notJudged.map(({ reason }) => reason)).toEqual([
      "'./.github/workflows/deploy.yml' is not in the repository",
    ]);
    expect(told(result)).toHaveLength(1);
  });

  it('counts a workflow of another repository as not judged where it is given a secret', () => {
    const uses = 'other/tools/.github/workflows/deploy.yml@v1';
    const result = lintRepository({ [CI]: caller(PASS, { uses }) });
    expect(result.notJudged).toMatchObject([
      { job: 'ship', step: null, reason: `the workflow '${uses}' is not in the repository` },
    ]);
    expect(result.steps).toEqual({ judged: 0, notJudged: 1 });
    expect(lintRepository({ [CI]: caller('with: { a: b }', { uses }) }).steps).toEqual({
      judged: 1,
      notJudged: 0,
    });
  });
});

describe('which findings are shown', () => {
  const other = '.github/workflows/other.yml';
  const files: Files = {
    [CI]: caller(PASS, {
      more: `  own:\n    runs-on: ubuntu-latest\n    steps:\n${SOFT.replace(/^/gm, '      ').replace('- name: Push', '- env: { TOKEN: "${{ secrets.T }}" }')}\n`,
    }),
    [DEPLOY]: callee(SOFT),
    [other]: caller('with: { target: live }'),
  };
  const own = `missing-secret-exits-zero ${CI}:13 T`;
  const cases: readonly [why: string, named: readonly string[], expected: string[]][] = [
    ['of both files', [CI, DEPLOY], [own, `${IN_CALLEE} DEPLOY_TOKEN`]],
    ['of the calling file', [CI], [own]],
    [
      'of the called file, which is judged through callers that are not named',
      [DEPLOY],
      [`${IN_CALLEE} DEPLOY_TOKEN`],
    ],
    ['of a file without any', [other], []],
  ];
  it.each(cases)('only those %s', (_why, named, expected) => {
    expect(told(lintRepository(files, named))).toEqual(expected);
  });

  it('those of an action that lies in no folder of a forge are shown with its caller', () => {
    const action = 'tools/deploy/action.yml';
    const text = `inputs: { token: {} }
runs:
  using: composite
  steps:
    - shell: bash
      env: { TOKEN: "\${{ inputs.token }}" }
      run: |
        if [ -z "$TOKEN" ]; then
          exit 0
        fi
        curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api
`;
    const workflow = `on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./tools/deploy
        with: { token: "\${{ secrets.T }}" }
`;
    const hole = [`missing-secret-exits-zero ${action}:9 T`];
    expect(told(lintRepository({ [CI]: workflow, [action]: text }))).toEqual(hole);
    expect(told(lintRepository({ [CI]: workflow, [action]: text }, [action]))).toEqual(hole);
  });

  it('an action that nobody calls is judged by its inputs, one that is called is not', () => {
    const action = '.github/actions/deploy/action.yml';
    const text = `inputs: { token: {} }
runs:
  using: composite
  steps:
    - if: inputs.token != ''
      shell: bash
      run: make deploy TOKEN="\${{ inputs.token }}"
`;
    expect(told(lintRepository({ [action]: text }))).toEqual([
      `missing-secret-skips-step ${action}:5 inputs.token`,
    ]);
    const workflow = `on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/deploy
        with: { token: "\${{ github.token }}" }
`;
    expect(told(lintRepository({ [action]: text, [CI]: workflow }, [action]))).toEqual([]);
  });
});
