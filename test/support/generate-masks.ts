import { type Jobs, named, oneStep, type Shape, step, work } from './generate-shape.js';

// The ways in which a command that fails for want of a secret is not heard. It is `deploy`, or `curl`, which is content
// with any answer unless it is told otherwise.

/** How the command is given the secret. */
export type Feeding = 'argument' | 'option' | 'assignment' | 'input' | 'pasted';

/** A shape, with what the masks need besides. */
export interface MaskShape extends Shape {
  readonly feeding: Feeding;
}

const url = 'https://deploy.example.com/run';

/** The command that fails without the secret. */
function fails(shape: MaskShape): string {
  const { feeding, secrets } = shape;
  const [name = ''] = secrets;
  switch (feeding) {
    case 'argument':
      return work(shape);
    case 'option':
      return `deploy --quiet --key "\${${name}}"`;
    case 'assignment':
      return `DEPLOY_TOKEN="$${name}" deploy`;
    case 'input':
      return `echo "$${name}" | deploy --password-stdin`;
    case 'pasted':
      return `deploy "\${{ ${named(shape, name)} }}"`;
  }
}

/** A shell that does not hear of failures in pipelines: it is the default of GitHub alone, and no action has one. */
function withoutPipefail({ forge, place }: Shape): string[] {
  return forge === 'github' && place === 'workflow' ? [] : ['shell: sh'];
}

export const masks = {
  'or-true': (s: MaskShape) => oneStep(s, [`${fails(s)} || true`]),
  'or-colon': (s: MaskShape) => oneStep(s, [`${fails(s)} || :`, 'build after']),
  'or-echo': (s: MaskShape) => oneStep(s, [`${fails(s)} || echo "not deployed"`]),
  'or-block': (s: MaskShape) =>
    oneStep(s, [`${fails(s)} || {`, '  echo "::warning::not deployed"', '}', 'echo "done"']),
  'or-exit': (s: MaskShape) => oneStep(s, [`${fails(s)} || exit 0`, 'build after']),
  'subshell-or': (s: MaskShape) => oneStep(s, [`(${fails(s)}) || true`]),
  'function-or': (s: MaskShape) =>
    oneStep(s, ['ship() {', `  ${fails(s)}`, '  echo "deployed"', '}', 'ship || echo "not deployed"']),
  'if-not': (s: MaskShape) =>
    oneStep(s, [`if ! ${grouped(s)}; then`, '  echo "::warning::not deployed"', 'fi']),
  'if-else': (s: MaskShape) =>
    oneStep(s, [`if ${fails(s)}; then`, '  echo "deployed"', 'else', '  echo "not deployed"', 'fi']),
  'and-echo': (s: MaskShape) => oneStep(s, [`${fails(s)} && echo "deployed"`, 'echo "done"']),
  'errexit-off': (s: MaskShape) => oneStep(s, ['set +e', fails(s), 'echo "done"']),
  'errexit-off-and-on': (s: MaskShape) => oneStep(s, ['set +e', fails(s), 'set -e', 'build after']),
  'exit-zero': (s: MaskShape) => oneStep(s, ['set +e', fails(s), 'exit 0']),
  tee: (s: MaskShape) => oneStep(s, [`${fails(s)} | tee deploy.log`], withoutPipefail(s)),
  'tee-errors': (s: MaskShape) =>
    oneStep(s, ['echo "deploying"', `${fails(s)} 2>&1 | tee deploy.log`, 'echo "done"'], withoutPipefail(s)),
  'no-errexit': (s: MaskShape) =>
    oneStep({ ...s, strict: false }, [fails(s), 'echo "done"'], ['shell: bash {0}']),
  export: (s: MaskShape) => oneStep(s, [`export RESULT="$(${fails(s)})"`, 'echo "done"']),
  local: (s: MaskShape) =>
    oneStep(s, ['ship() {', `  local result="$(${fails(s)})"`, '  echo "result: $result"', '}', 'ship']),
  'in-an-argument': (s: MaskShape) => oneStep(s, [`echo "result: $(${fails(s)})"`]),
  background: (s: MaskShape) => oneStep(s, [`${fails(s)} &`, 'build after', 'wait']),
  'trap-exit': (s: MaskShape) => oneStep(s, ["trap 'exit 0' EXIT", fails(s)]),
  'trap-err': (s: MaskShape) => oneStep(s, ["trap 'exit 0' ERR", fails(s)]),
  'continue-on-error': (s: MaskShape) => oneStep(s, [fails(s)], ['continue-on-error: true']),
  'continue-on-error-last': (s: MaskShape): Jobs => ({
    steps: [[...step(s, 'Deploy', [fails(s)]), 'continue-on-error: true']],
  }),
  'continue-on-error-of-the-job': (s: MaskShape): Jobs => ({
    ...oneStep(s, [fails(s)]),
    keys: ['continue-on-error: true'],
  }),
  curl: (s: MaskShape) => oneStep(s, [curl(s, '-sS -X POST')]),
  'curl-lines': (s: MaskShape) =>
    oneStep(s, [
      `curl -X POST \\`,
      `  -H "Authorization: Bearer $${s.secrets[0]}" \\`,
      `  ${url}`,
      'echo "done"',
    ]),
  'curl-answer': (s: MaskShape) => oneStep(s, [`answer=$(${curl(s, '--silent')})`, 'echo "$answer"']),
  'curl-fail-or': (s: MaskShape) => oneStep(s, [`${curl(s, '-f')} || echo "not deployed"`]),
  'called-or': (s: MaskShape): Jobs => ({
    steps: [['uses: actions/checkout@v4'], step({ ...s, strict: false }, 'Deploy', ['./ci/deploy.sh'])],
    files: {
      'ci/deploy.sh': [
        '#!/usr/bin/env bash',
        ...(s.strict ? ['set -eu'] : []),
        `${work(s)} || echo "not deployed"`,
        '',
      ].join('\n'),
    },
  }),
};

function curl({ secrets }: Shape, options: string): string {
  return `curl ${options} -H "Authorization: Bearer $${secrets[0]}" ${url}`;
}

/** `!` is for a whole pipeline, and so needs no brackets: some put them there. */
function grouped(s: MaskShape): string {
  return s.says ? `(${fails(s)})` : fails(s);
}
