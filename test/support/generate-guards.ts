import {
  envTests,
  in1,
  inputOf,
  missingTest,
  oneStep,
  presentTest,
  runOf,
  type Script,
  type Shape,
  secretTests,
  step,
  told,
  work,
} from './generate-shape.js';

// The ways in which scripts and conditions go without a secret that they ask for.

export const guards = {
  exit: (s: Shape) =>
    oneStep(s, [`if ${missingTest(s)}; then`, ...told(s).map(in1), '  exit 0', 'fi', work(s)]),
  'exit-in-one-line': (s: Shape) =>
    oneStep(s, [`if ${missingTest(s)}; then ${[...told(s), 'exit 0'].join('; ')}; fi`, work(s)]),
  brace: (s: Shape) =>
    oneStep(s, [
      `${s.secrets.map((name) => `[ -z "$${name}" ]`)[0]} && { ${[...told(s), 'exit 0'].join('; ')}; }`,
      work({ ...s, secrets: s.secrets.slice(0, 1) }),
    ]),
  'or-exit': (s: Shape) => oneStep(s, [`${presentTest(s)} || exit 0`, work(s)]),
  inverted: (s: Shape) => oneStep(s, [`if ${presentTest(s)}; then`, `  ${work(s)}`, 'fi']),
  else: (s: Shape) =>
    oneStep(s, [`if ${presentTest(s)}; then`, `  ${work(s)}`, 'else', '  echo "nothing is deployed"', 'fi']),
  'then-and-else': (s: Shape) =>
    oneStep(s, [`if ${missingTest(s)}; then`, '  echo "nothing is deployed"', 'else', `  ${work(s)}`, 'fi']),
  function: (s: Shape) =>
    oneStep(s, [
      'ship() {',
      `  if ${missingTest(s)}; then`,
      ...told(s).map((line) => in1(in1(line))),
      '    return 0',
      '  fi',
      `  ${work(s)}`,
      '}',
      'ship',
    ]),
  flag: (s: Shape) =>
    oneStep(s, [
      'ready=true',
      `if ${missingTest(s)}; then ready=false; fi`,
      'if [ "$ready" != true ]; then',
      ...told(s).map(in1),
      '  exit 0',
      'fi',
      work(s),
    ]),
  case: (s: Shape) =>
    oneStep(s, [`case "$${s.secrets[0]}" in`, '  "") exit 0 ;;', `  *) ${work(s)} ;;`, 'esac']),
  'and-work': (s: Shape) => oneStep(s, [`${presentTest(s)} && ${work(s)}`, 'echo "done"']),
  // Soft for more than forks: for every pull request, or for every event that nobody has thought of.
  'soft-on-pull-requests': (s: Shape) =>
    oneStep(s, [
      `if ${missingTest(s)}; then`,
      '  if [ "$GITHUB_EVENT_NAME" = pull_request ]; then',
      ...told(s).map((line) => in1(in1(line))),
      '    exit 0',
      '  fi',
      ...fails(s).map(in1),
      'fi',
      work(s),
    ]),
  'soft-on-unlisted-events': (s: Shape) =>
    oneStep(s, [
      `if ${missingTest(s)}; then`,
      '  case "$GITHUB_EVENT_NAME" in',
      '    push | schedule | workflow_dispatch | release)',
      ...fails(s).map((line) => `      ${line}`),
      '      ;;',
      '    *)',
      ...told(s).map((line) => `      ${line}`),
      '      exit 0',
      '      ;;',
      '  esac',
      'fi',
      work(s),
    ]),
  'step-if': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], [`if: ${envTests(s)}`])],
  }),
  'step-if-with-more': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], [`if: ${envTests(s)} && github.repository == 'team/app'`])],
  }),
  'step-if-or-else': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], [`if: (${envTests(s)}) || github.repository == 'team/other'`])],
  }),
  'step-if-by-flag': (s: Shape) => ({
    steps: [
      [
        'name: Deploy',
        "if: env.READY == 'true' && github.repository != 'team/other'",
        ...(s.comments ? ['# What is deployed is seen by everybody.'] : []),
        ...runOf(s, [work(s)]),
      ],
    ],
  }),
  // Only the act family knows secrets in a condition; in an action they are inputs, and so they are everywhere.
  'step-if-secrets': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], [`if: ${secretTests(s)}`])],
  }),
  'job-if-secrets': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)])],
    keys: [`if: ${secretTests(s)}`],
  }),
  probe: (s: Shape) => ({
    steps: [
      step(s, null, probeScript(s), ['id: look']),
      step(s, 'Deploy', [work(s)], ["if: steps.look.outputs.ready == 'true'"]),
    ],
  }),
  'probe-job': (s: Shape) => ({
    probe: step(s, null, probeScript(s), ['id: look']),
    steps: [step(s, 'Deploy', [work(s)])],
    condition: "needs.look.outputs.ready == 'true'",
  }),
  'output-of-a-job': (s: Shape) => ({
    probe: step(s, null, ['build nothing']),
    output: secretTests(s),
    steps: [step(s, 'Deploy', [work(s)])],
    condition: "needs.look.outputs.ready == 'true'",
  }),
  'called-shell': (s: Shape) => ({
    steps: [['uses: actions/checkout@v4'], step({ ...s, strict: false }, 'Deploy', ['bash ci/deploy.sh'])],
    files: {
      'ci/deploy.sh': [
        '#!/usr/bin/env bash',
        ...(s.strict ? ['set -eu'] : []),
        `if ${missingTest({ ...s, test: 'z-default' })}; then`,
        ...told(s).map(in1),
        '  exit 0',
        'fi',
        work(s),
        '',
      ].join('\n'),
    },
  }),
};

/** What a guard says and does that fails as it should. */
function fails({ secrets, place }: Shape): Script {
  const names = place === 'action' ? secrets.map(inputOf) : secrets;
  return [`echo "::error::${names.join(' or ')} is missing"`, 'exit 1'];
}

/** Guards that fail without the secret: for forks too, or without a word. */
export const hardGuards = {
  exit: (s: Shape) => oneStep(s, [`if ${missingTest(s)}; then`, ...ends(s).map(in1), 'fi', work(s)]),
  'exit-in-one-line': (s: Shape) =>
    oneStep(s, [`if ${missingTest(s)}; then ${ends(s).join('; ')}; fi`, work(s)]),
  'or-brace': (s: Shape) => oneStep(s, [`${presentTest(s)} || { ${ends(s).join('; ')}; }`, work(s)]),
  else: (s: Shape) =>
    oneStep(s, [`if ${presentTest(s)}; then`, `  ${work(s)}`, 'else', ...ends(s).map(in1), 'fi']),
  function: (s: Shape) =>
    oneStep(s, [
      'ship() {',
      `  if ${missingTest(s)}; then`,
      ...ends(s).map((line) => in1(in1(line))),
      '  fi',
      `  ${work(s)}`,
      '}',
      'ship',
    ]),
};

/** `says`: whether the guard names what it misses. */
function ends(s: Shape): Script {
  return s.says ? fails(s) : ['echo "cannot deploy"', 'exit 1'];
}

function probeScript(shape: Shape): Script {
  return [
    `if ${presentTest(shape)}; then`,
    '  echo "ready=true" >> "$GITHUB_OUTPUT"',
    'else',
    ...told(shape).map(in1),
    '  echo "ready=false" >> "$GITHUB_OUTPUT"',
    'fi',
  ];
}
