import fc from 'fast-check';
import type { Forge } from '../../src/forge/forge.js';
import { guards, hardGuards } from './generate-guards.js';
import { type MaskShape, masks } from './generate-masks.js';
import { programs, unrunnable } from './generate-programs.js';
import {
  environment,
  in1,
  inputOf,
  items,
  type Jobs,
  type Shape,
  type Style,
  secretTests,
} from './generate-shape.js';

// Random workflows that skip their work when a secret is missing, in the ways that people write. The work is the
// command `deploy`; `build` runs always. Little else is called but builtins, so that they can be run.

export interface GeneratedWorkflow {
  readonly forge: Forge;
  /** Where the workflow lies that events start. */
  readonly path: string;
  /** All the files, by their paths: workflows, actions and the scripts that they call. */
  readonly files: Readonly<Record<string, string>>;
  /** Whether pull requests of forks run it, and pass without the secret. */
  readonly onPullRequests: boolean;
  /** The secrets of the repository that it needs. */
  readonly secrets: readonly string[];
  /** What they are called where they are missed. */
  readonly names: readonly string[];
  /** How the work is guarded, for messages. */
  readonly guard: string;
  /** True where the failure is there and not heard: it need not be told in other words. */
  readonly isMask: boolean;
  /** False where nothing here can run the language of its scripts. */
  readonly runs: boolean;
}

/** How the workflow that events start comes to the steps. */
type Way = 'direct' | 'workflow' | 'renaming-workflow' | 'action';

interface Given extends MaskShape {
  readonly way: Way;
}

const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0);

const common = {
  forge: fc.constantFrom<Forge>('gitea', 'github', 'forgejo'),
  events: fc.subarray(['push', 'schedule', 'workflow_dispatch', 'release'], { minLength: 1 }),
  onPullRequests: fc.boolean(),
  secrets: fc.constantFrom(['DEPLOY_KEY'], ['DEPLOY_KEY'], ['DEPLOY_USER', 'DEPLOY_KEY']),
  where: fc.constantFrom<Shape['where']>('step', 'job', 'workflow'),
  test: fc.constantFrom<Shape['test']>('z', 'z-default', 'double', 'equals', 'test', 'not-n', 'pasted'),
  style: fc.constantFrom<Style>('literal', 'literal', 'literal-strip', 'folded', 'plain', 'single'),
  feeding: fc.constantFrom<MaskShape['feeding']>(
    'argument',
    'argument',
    'option',
    'assignment',
    'input',
    'pasted',
  ),
  says: fc.boolean(),
  comments: fc.boolean(),
  before: rarely,
  after: rarely,
  strict: fc.boolean(),
  crlf: rarely,
  place: fc.constant<Shape['place']>('workflow'),
};

const guardNames: readonly (keyof typeof guards)[] = [
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
  'soft-on-pull-requests',
  'soft-on-unlisted-events',
  'step-if',
  'step-if-with-more',
  'step-if-or-else',
  'step-if-by-flag',
  'step-if-secrets',
  'job-if-secrets',
  'probe',
  'probe-job',
  'output-of-a-job',
  'called-shell',
];

/** Every workflow whose shell scripts or conditions skip the work for want of a secret. */
export const failOpenWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  guards,
  fc.constantFrom(...guardNames),
  fc.constant<Way>('direct'),
);

/** The same behind the call of another workflow, or in a composite action. */
export const callingWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  guards,
  fc.constantFrom(...guardNames),
  fc.constantFrom<Way>('workflow', 'renaming-workflow', 'action', 'action'),
);

/** Every workflow with a guard that names what it misses, and fails for pull requests of forks too. */
export const blockingWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  hardGuards,
  fc.constantFrom(...keysOf(hardGuards)),
  fc.constant<Way>('direct'),
  { says: true, onPullRequests: true },
);

/** Every workflow with a guard that fails where it should, and does not say for want of what. */
export const vagueWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  hardGuards,
  fc.constantFrom(...keysOf(hardGuards)),
  fc.constant<Way>('direct'),
  { says: false, onPullRequests: false },
);

/** Every workflow that does not hear how a command fails for want of a secret. */
export const maskedWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  masks,
  fc.constantFrom(...keysOf(masks)),
  fc.constantFrom<Way>('direct', 'direct', 'direct', 'workflow', 'action'),
);

/** Every workflow with such a guard in a program of another language. */
export const programWorkflow: fc.Arbitrary<GeneratedWorkflow> = kindsOf(
  programs,
  fc.constantFrom(...keysOf(programs)),
  fc.constantFrom<Way>('direct', 'direct', 'workflow'),
);

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  const isKey = (key: string): key is Key => key in table;
  return Object.keys(table).filter(isKey);
}

function kindsOf<Key extends string>(
  table: Readonly<Record<Key, (shape: MaskShape) => Jobs>>,
  kind: fc.Arbitrary<Key>,
  way: fc.Arbitrary<Way>,
  fixed: Partial<Given> = {},
): fc.Arbitrary<GeneratedWorkflow> {
  return fc.record({ given: fc.record<Given>({ ...common, way }), kind }).map(({ given, kind: one }) => {
    const shape = { ...fitting(given, one), ...fixed };
    return written(shape, table[one](shape), one);
  });
}

/** Kinds that are about one secret. */
const ofOne: ReadonlySet<string> = new Set([
  'brace',
  'case',
  'curl',
  'curl-lines',
  'curl-answer',
  'curl-fail-or',
]);
/** Kinds of which an action has none: what is asked for belongs to a job. */
const ofJobs: ReadonlySet<string> = new Set(
  'probe-job output-of-a-job job-if-secrets step-if-by-flag continue-on-error-of-the-job called-shell called-or'.split(
    ' ',
  ),
);

/** What the kind can be written with. */
function fitting(given: Given, kind: string): Given {
  const isOne = ofOne.has(kind) || (kind in masks && given.feeding !== 'argument');
  // Only GitHub forgives jobs, and it has no secrets in conditions.
  const forge =
    kind === 'continue-on-error-of-the-job'
      ? 'github'
      : /-if-secrets$/.test(kind) && given.forge === 'github'
        ? 'forgejo'
        : given.forge;
  const way = given.way === 'action' && ofJobs.has(kind) ? 'workflow' : given.way;
  // On GitHub a job's own condition cannot see env, but a step's can see that of its job.
  const needsEnv = /^step-if(-with-more|-or-else|-by-flag)?$/.test(kind);
  return {
    ...given,
    forge,
    way,
    onPullRequests: given.onPullRequests || kind.startsWith('soft-on-'),
    place: way === 'action' ? 'action' : 'workflow',
    where: way === 'action' ? 'step' : needsEnv && given.where === 'step' ? 'job' : given.where,
    secrets: isOne ? given.secrets.slice(-1) : given.secrets,
  };
}

function written(shape: Given, jobs: Jobs, kind: string): GeneratedWorkflow {
  const { forge, onPullRequests, way, crlf } = shape;
  const path = `.${forge}/workflows/generated.yml`;
  const callee = `.${forge}/workflows/called.yml`;
  const own = way === 'renaming-workflow' ? shape.secrets.map((name) => `TEAM_${name}`) : shape.secrets;
  const texts: Record<string, readonly string[]> =
    way === 'direct'
      ? { [path]: workflowLines(shape, eventLines(shape), jobs, kind) }
      : way === 'action'
        ? {
            [path]: workflowLines(shape, eventLines(shape), callOfAction(shape), 'action'),
            [`.${forge}/actions/ship/action.yml`]: actionLines(shape, jobs),
          }
        : {
            [path]: callerLines(shape, callee, own),
            [callee]: workflowLines(shape, declarationLines(shape), jobs, kind),
          };
  const ended = Object.entries(texts).map(([file, lines]) => [file, lines.join(crlf ? '\r\n' : '\n')]);
  return {
    forge,
    path,
    files: { ...Object.fromEntries(ended), ...jobs.files },
    onPullRequests,
    secrets: own,
    names: shape.place === 'action' ? shape.secrets.map(inputOf) : shape.secrets,
    guard: way === 'direct' ? kind : `${kind} by ${way}`,
    isMask: kind in masks || kind === 'python-without-check',
    runs: !unrunnable.includes(kind),
  };
}

function eventLines({ events, onPullRequests }: Shape): string[] {
  return [
    ...events.flatMap((event) =>
      event === 'schedule' ? ['  schedule:', "    - cron: '17 5 * * *'"] : [`  ${event}:`],
    ),
    ...(onPullRequests ? ['  pull_request:'] : []),
  ];
}

function declarationLines({ secrets }: Shape): string[] {
  const declared = secrets.flatMap((name) => [`      ${name}:`, '        required: false']);
  return ['  workflow_call:', '    secrets:', ...declared];
}

function callerLines(shape: Shape, callee: string, own: readonly string[]): string[] {
  const isRenamed = own[0] !== shape.secrets[0];
  const passed = shape.secrets.map((name, index) => `      ${name}: \${{ secrets.${own[index]} }}`);
  return [
    'name: generated',
    'on:',
    ...eventLines(shape),
    'jobs:',
    '  ship:',
    ...(shape.comments ? ['    # Others call it too.'] : []),
    `    uses: ./${callee}`,
    ...(isRenamed || shape.says ? ['    secrets:', ...passed] : ['    secrets: inherit']),
    '',
  ];
}

/** A job that calls the action, which is given the secrets. */
function callOfAction(shape: Shape): Jobs {
  const call = [
    'name: Ship',
    `uses: ./.${shape.forge}/actions/ship`,
    'with:',
    ...shape.secrets.map((name) => `  ${inputOf(name)}: \${{ secrets.${name} }}`),
  ];
  return { steps: [['uses: actions/checkout@v4'], call] };
}

function actionLines(shape: Shape, { steps }: Jobs): string[] {
  return [
    'name: Ship',
    'description: Deploys what was built',
    'inputs:',
    ...shape.secrets.flatMap((name) => [`  ${inputOf(name)}:`, '    description: Needed to deploy']),
    'runs:',
    '  using: composite',
    '  steps:',
    ...items(steps, '    '),
    '',
  ];
}

function workflowLines(shape: Shape, events: readonly string[], jobs: Jobs, kind: string): string[] {
  const isCall = kind === 'action';
  const jobEnv = [
    ...(shape.where === 'job' && !isCall ? environment(shape) : []),
    ...(kind === 'step-if-by-flag' ? [`READY: \${{ ${secretTests(shape)} }}`] : []),
  ];
  return [
    'name: generated',
    ...(shape.comments ? ['', '# Deploys what was built.'] : []),
    'on:',
    ...events,
    ...(shape.where === 'workflow' ? ['env:', ...environment(shape).map(in1)] : []),
    'jobs:',
    ...(jobs.probe ? probeLines(shape, jobs.probe, jobs.output ?? null) : []),
    '  deploy:',
    ...(jobs.probe ? ['    needs: look', `    if: ${jobs.condition}`] : []),
    ...(jobs.keys ?? []).map((key) => `    ${key}`),
    '    runs-on: ubuntu-latest',
    ...(jobEnv.length > 0 ? ['    env:', ...jobEnv.map((line) => `      ${line}`)] : []),
    '    steps:',
    ...(shape.before ? ['      - run: build before', ...(shape.comments ? [''] : [])] : []),
    ...jobs.steps.flatMap((one) => [
      ...(shape.comments ? ['      # This one needs the key.'] : []),
      ...items([one], '      '),
    ]),
    ...(shape.after ? ['      - name: After', '        run: build after  # always'] : []),
    '',
  ];
}

function probeLines(shape: Shape, probe: readonly string[], output: string | null): string[] {
  return [
    '  look:',
    '    runs-on: ubuntu-latest',
    '    outputs:',
    `      ready: \${{ ${output ?? 'steps.look.outputs.ready'} }}`,
    ...(shape.where === 'job' ? ['    env:', ...environment(shape).map((line) => `      ${line}`)] : []),
    '    steps:',
    ...items([probe], '      '),
  ];
}
