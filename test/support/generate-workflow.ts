import fc from 'fast-check';
import type { Forge } from '../../src/forge/forge.js';

// Random workflows that skip their work when a secret is missing, in the ways that people write. The work is the
// command `deploy`; `build` runs always. Nothing else is called but builtins, so that they can be run.

export interface GeneratedWorkflow {
  readonly forge: Forge;
  readonly text: string;
  /** The scripts that it calls, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether pull requests of forks run it, and pass without the secret. */
  readonly onPullRequests: boolean;
  /** The secrets that it names. */
  readonly secrets: readonly string[];
  /** How the work is guarded, for messages. */
  readonly guard: string;
}

/** How a script is written in YAML. */
type Style = 'literal' | 'literal-strip' | 'folded' | 'plain' | 'single';

interface Shape {
  readonly forge: Forge;
  readonly events: readonly string[];
  readonly onPullRequests: boolean;
  readonly secrets: readonly string[];
  readonly where: 'step' | 'job' | 'workflow';
  readonly test: 'z' | 'z-default' | 'double' | 'equals' | 'test' | 'not-n' | 'pasted';
  readonly guard: keyof typeof guards;
  readonly style: Style;
  readonly says: boolean;
  readonly comments: boolean;
  readonly before: boolean;
  readonly after: boolean;
  readonly strict: boolean;
  readonly crlf: boolean;
}

const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0);

/** Every workflow that skips for want of a secret. */
export const failOpenWorkflow: fc.Arbitrary<GeneratedWorkflow> = fc
  .record<Shape>({
    forge: fc.constantFrom('gitea', 'github', 'forgejo'),
    events: fc.subarray(['push', 'schedule', 'workflow_dispatch', 'release'], { minLength: 1 }),
    onPullRequests: fc.boolean(),
    secrets: fc.constantFrom(['DEPLOY_KEY'], ['DEPLOY_KEY'], ['DEPLOY_USER', 'DEPLOY_KEY']),
    where: fc.constantFrom('step', 'job', 'workflow'),
    test: fc.constantFrom('z', 'z-default', 'double', 'equals', 'test', 'not-n', 'pasted'),
    guard: fc.constantFrom(
      'exit',
      'exit',
      'exit-in-one-line',
      'brace',
      'or-exit',
      'inverted',
      'else',
      'then-and-else',
      'function',
      'flag',
      'case',
      'and-work',
      'step-if',
      'step-if-with-more',
      'step-if-or-else',
      'step-if-by-flag',
      'probe',
      'probe-job',
      'output-of-a-job',
      'called-shell',
      'called-python',
    ),
    style: fc.constantFrom<Style>('literal', 'literal', 'literal-strip', 'folded', 'plain', 'single'),
    says: fc.boolean(),
    comments: fc.boolean(),
    before: rarely,
    after: rarely,
    strict: fc.boolean(),
    crlf: rarely,
  })
  .map(written);

/** The test that is true without the secrets. */
function missingTest({ test, secrets }: Shape): string {
  const one = (name: string) => {
    switch (test) {
      case 'z':
        return `[ -z "$${name}" ]`;
      case 'z-default':
        return `[ -z "\${${name}:-}" ]`;
      case 'double':
        return `[[ -z $${name} ]]`;
      case 'equals':
        return `[ "$${name}" = "" ]`;
      case 'test':
        return `test -z "$${name}"`;
      case 'not-n':
        return `! [ -n "$${name}" ]`;
      case 'pasted':
        return `[ -z "\${{ secrets.${name} }}" ]`;
    }
  };
  return secrets.map(one).join(' || ');
}

/** The test that is true with the secrets. */
function presentTest({ test, secrets }: Shape): string {
  const one = (name: string) => (test === 'double' ? `[[ -n $${name} ]]` : `[ -n "$${name}" ]`);
  return secrets.map(one).join(' && ');
}

function work({ secrets }: Shape): string {
  return `deploy ${secrets.map((name) => `"$${name}"`).join(' ')}`;
}

function told({ says, secrets }: Shape): string[] {
  return says ? [`echo "::warning::${secrets[0]} is not there, nothing is deployed"`] : [];
}

/** The steps of the job, or of several. */
interface Jobs {
  readonly probe?: readonly string[];
  readonly steps: readonly (readonly string[])[];
  readonly condition?: string;
  /** The output of the probing job, where none of its steps gives it. */
  readonly output?: string;
  /** The scripts that the steps call. */
  readonly files?: Readonly<Record<string, string>>;
}

type Script = readonly string[];

function guardedScript(shape: Shape, script: Script): Jobs {
  return { steps: [step(shape, 'Deploy', script)] };
}

const guards = {
  exit: (s: Shape) =>
    guardedScript(s, [`if ${missingTest(s)}; then`, ...told(s).map(in1), '  exit 0', 'fi', work(s)]),
  'exit-in-one-line': (s: Shape) =>
    guardedScript(s, [`if ${missingTest(s)}; then ${[...told(s), 'exit 0'].join('; ')}; fi`, work(s)]),
  brace: (s: Shape) =>
    guardedScript(s, [
      `${s.secrets.map((name) => `[ -z "$${name}" ]`)[0]} && { ${[...told(s), 'exit 0'].join('; ')}; }`,
      work({ ...s, secrets: s.secrets.slice(0, 1) }),
    ]),
  'or-exit': (s: Shape) => guardedScript(s, [`${presentTest(s)} || exit 0`, work(s)]),
  inverted: (s: Shape) => guardedScript(s, [`if ${presentTest(s)}; then`, `  ${work(s)}`, 'fi']),
  else: (s: Shape) =>
    guardedScript(s, [
      `if ${presentTest(s)}; then`,
      `  ${work(s)}`,
      'else',
      '  echo "nothing is deployed"',
      'fi',
    ]),
  'then-and-else': (s: Shape) =>
    guardedScript(s, [
      `if ${missingTest(s)}; then`,
      '  echo "nothing is deployed"',
      'else',
      `  ${work(s)}`,
      'fi',
    ]),
  function: (s: Shape) =>
    guardedScript(s, [
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
    guardedScript(s, [
      'ready=true',
      `if ${missingTest(s)}; then ready=false; fi`,
      'if [ "$ready" != true ]; then',
      ...told(s).map(in1),
      '  exit 0',
      'fi',
      work(s),
    ]),
  case: (s: Shape) =>
    guardedScript(s, [`case "$${s.secrets[0]}" in`, '  "") exit 0 ;;', `  *) ${work(s)} ;;`, 'esac']),
  'and-work': (s: Shape) => guardedScript(s, [`${presentTest(s)} && ${work(s)}`, 'echo "done"']),
  'step-if': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], `if: ${envTests(s)}`)],
  }),
  'step-if-with-more': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], `if: ${envTests(s)} && github.repository == 'team/app'`)],
  }),
  'step-if-or-else': (s: Shape) => ({
    steps: [step(s, 'Deploy', [work(s)], `if: (${envTests(s)}) || github.repository == 'team/other'`)],
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
  probe: (s: Shape) => ({
    steps: [
      step(s, null, probeScript(s), 'id: look'),
      step(s, 'Deploy', [work(s)], "if: steps.look.outputs.ready == 'true'"),
    ],
  }),
  'probe-job': (s: Shape) => ({
    probe: step(s, null, probeScript(s), 'id: look'),
    steps: [step(s, 'Deploy', [work(s)])],
    condition: "needs.look.outputs.ready == 'true'",
  }),
  'output-of-a-job': (s: Shape) => ({
    probe: step(s, null, ['build nothing']),
    output: s.secrets.map((name) => `secrets.${name} != ''`).join(' && '),
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
  'called-python': (s: Shape) => ({
    steps: [['uses: actions/checkout@v4'], step({ ...s, strict: false }, 'Deploy', ['python3 ci/deploy.py'])],
    files: { 'ci/deploy.py': pythonProgram(s) },
  }),
};

/** A program that leaves for want of its secrets: at its top, or in a function. */
function pythonProgram({ secrets, strict, says, comments }: Shape): string {
  const read = secrets.map((name) => `${name.toLowerCase()} = os.environ.get("${name}", "")`);
  const missing = secrets.map((name) => `not ${name.toLowerCase()}`).join(' or ');
  const said = says ? [`    print("::warning::${secrets[0]} is not there, nothing is deployed")`] : [];
  const words = ['"deploy"', ...secrets.map((name) => name.toLowerCase())].join(', ');
  const body = [
    ...read,
    ...(comments ? ['# The key is needed for this.'] : []),
    `if ${missing}:`,
    ...said,
    strict ? '    return' : '    sys.exit(0)',
    `subprocess.run([${words}], check=True)`,
  ];
  const main = strict ? ['def main():', ...body.map((line) => `    ${line}`), '', '', 'main()'] : body;
  return ['import os', 'import subprocess', 'import sys', '', '', ...main, ''].join('\n');
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

function envTests({ secrets }: Shape): string {
  return secrets.map((name) => `env.${name} != ''`).join(' && ');
}

function in1(line: string): string {
  return `  ${line}`;
}

/** The lines of one step; the first has no dash yet. */
function step(shape: Shape, name: string | null, script: Script, key: string | null = null): string[] {
  const lines: string[] = [];
  if (name !== null) lines.push(`name: ${name}`);
  if (key !== null) lines.push(key);
  if (shape.where === 'step') lines.push('env:', ...environment(shape).map(in1));
  if (shape.comments) lines.push('# What is deployed is seen by everybody.');
  lines.push(...runOf(shape, script));
  return lines;
}

function environment({ secrets }: Shape): string[] {
  return secrets.map((name) => `${name}: \${{ secrets.${name} }}`);
}

function runOf({ style, comments, strict }: Shape, script: Script): string[] {
  const whole = strict && script.length > 1 ? ['set -eu', ...script] : script;
  const isOneLine = whole.length === 1;
  const line = whole[0] ?? '';
  if (isOneLine && style === 'plain' && !/: |#/.test(line) && !/^["'&*!|>{[%@`-]/.test(line))
    return [`run: ${line}`];
  if (isOneLine && style === 'single') return [`run: '${line.replaceAll("'", "''")}'`];
  // Folding joins lines, but not those that are indented further, nor those around them.
  if (style === 'folded') return ['run: >', ...whole.flatMap((one) => [`  ${one.trim()}`, ''])];
  const commented = comments ? ['# The key is needed for this.', ...whole] : whole;
  return [style === 'literal-strip' ? 'run: |-' : 'run: |', ...commented.map(in1)];
}

function written(given: Shape): GeneratedWorkflow {
  // On GitHub a job's own condition cannot see env, but a step's can see that of its job.
  const needsEnv = given.guard.startsWith('step-if');
  const flag = given.secrets.map((name) => `secrets.${name} != ''`).join(' && ');
  const shape: Shape = {
    ...given,
    where: needsEnv && given.where === 'step' ? 'job' : given.where,
    secrets: given.guard === 'brace' || given.guard === 'case' ? given.secrets.slice(0, 1) : given.secrets,
  };
  const jobs: Jobs = guards[shape.guard](shape);
  const jobEnv = [
    ...(shape.where === 'job' ? environment(shape) : []),
    ...(shape.guard === 'step-if-by-flag' ? [`READY: \${{ ${flag} }}`] : []),
  ];
  const lines = [
    'name: generated',
    ...(shape.comments ? ['', '# Deploys what was built.'] : []),
    'on:',
    ...shape.events.flatMap((event) =>
      event === 'schedule' ? ['  schedule:', "    - cron: '17 5 * * *'"] : [`  ${event}:`],
    ),
    ...(shape.onPullRequests ? ['  pull_request:'] : []),
    ...(shape.where === 'workflow' ? ['env:', ...environment(shape).map(in1)] : []),
    'jobs:',
    ...(jobs.probe
      ? [
          '  look:',
          '    runs-on: ubuntu-latest',
          '    outputs:',
          `      ready: \${{ ${jobs.output ?? 'steps.look.outputs.ready'} }}`,
          ...(shape.where === 'job'
            ? ['    env:', ...environment(shape).map((line) => `      ${line}`)]
            : []),
          '    steps:',
          ...item(jobs.probe),
        ]
      : []),
    '  deploy:',
    ...(jobs.probe ? ['    needs: look', `    if: ${jobs.condition}`] : []),
    '    runs-on: ubuntu-latest',
    ...(jobEnv.length > 0 ? ['    env:', ...jobEnv.map((line) => `      ${line}`)] : []),
    '    steps:',
    ...(shape.before ? ['      - run: build before', ...(shape.comments ? [''] : [])] : []),
    ...jobs.steps.flatMap((one) => [
      ...(shape.comments ? ['      # This one needs the key.'] : []),
      ...item(one),
    ]),
    ...(shape.after ? ['      - name: After', '        run: build after  # always'] : []),
    '',
  ];
  return {
    forge: shape.forge,
    text: lines.join(shape.crlf ? '\r\n' : '\n'),
    files: jobs.files ?? {},
    onPullRequests: shape.onPullRequests,
    secrets: shape.secrets,
    guard: shape.guard,
  };
}

function item(lines: readonly string[]): string[] {
  return lines.map((line, index) => (line === '' ? '' : `${index === 0 ? '      - ' : '        '}${line}`));
}
