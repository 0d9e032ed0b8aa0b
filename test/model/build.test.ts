import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAction, buildWorkflow } from '../../src/model/build.js';
import type { Action, ConditionText, Job, Step, Template, Workflow } from '../../src/model/model.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { positionAt, spanText } from '../../src/text/source.js';

function workflow(text: string): Workflow {
  return buildWorkflow(parseYaml({ path: 'w.yml', text }));
}

function action(text: string): Action {
  return buildAction(parseYaml({ path: 'action.yml', text }));
}

/** The only job of a workflow whose job has these keys. */
function job(keys: string): Job {
  const indented = keys.replace(/^/gm, '    ');
  const built = workflow(`on: push\njobs:\n  build:\n${indented}\n`);
  expect(built.problems).toEqual([]);
  const [only] = built.jobs;
  if (only === undefined) throw new Error('no job');
  return only;
}

/** The only step of a job whose step has these keys. */
function step(keys: string): Step {
  const [only] = job(`steps:\n  -\n${keys.replace(/^/gm, '    ')}`).steps;
  if (only === undefined) throw new Error('no step');
  return only;
}

function condition(text: string): ConditionText {
  const built = step(`${text}\nrun: x`).if;
  if (built === null) throw new Error('no condition');
  return built;
}

function textOf(template: Template | null | undefined): string | null {
  return template?.scalar.text.text ?? null;
}

function entries(list: readonly { name: string; value: Template }[]): unknown {
  return list.map(({ name, value }) => [name, textOf(value)]);
}

function complaints(built: Workflow | Action): readonly string[] {
  return built.problems.map(({ span, message }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `${line}:${column} ${message}`;
  });
}

describe('triggers', () => {
  test.each([
    ['on: push', ['push']],
    ['on: [push, Pull_Request]', ['push', 'pull_request']],
    ['"on": push', ['push']],
    ["'on':\n  push:\n  schedule:\n    - cron: '0 3 * * *'", ['push', 'schedule']],
  ])('%j', (text, expected) => {
    const built = workflow(`${text}\njobs: {}\n`);
    expect(built.triggers.map(({ event }) => event)).toEqual(expected);
    expect(built.problems).toEqual([]);
  });

  test('what stands below an event comes with it, nothing and null are the same', () => {
    const { triggers } = workflow(
      'on:\n  push:\n    branches: [main]\n  schedule:\n  create: null\njobs: {}\n',
    );
    expect(triggers.map(({ body }) => body?.kind ?? null)).toEqual(['map', null, null]);
  });

  test('an event points at its own name', () => {
    const spans = workflow('on: [push, release]\njobs: {}\n').triggers.map(({ key }) => spanText(key.span));
    expect(spans).toEqual(['push', 'release']);
  });
});

describe('conditions', () => {
  test.each([
    "if: github.ref == 'x'",
    "if: |\n  github.ref ==\n  'x'\n",
    'if: "github.ref"',
    'if: true',
    'if: 0',
  ])('without a fence the whole text is one expression: %j', (text) => {
    const { bare, template } = condition(text);
    expect(bare).toBe(true);
    expect(template.parts).toMatchObject([{ kind: 'expression', error: null }]);
  });

  test('blanks and newlines around a bare expression are not part of it', () => {
    const { template } = condition('if: |\n\n  github.ref\n');
    const [part] = template.parts;
    if (part === undefined) throw new Error('no part');
    expect(part.at.text.text.slice(part.at.start, part.at.end)).toBe('github.ref');
    expect(template.scalar.text.text).toMatch(/\n$/);
  });

  test.each([
    ['if: ${{ github.ref }}', ['expression']],
    ["if: ${{ github.ref }} == 'x'", ['expression', 'text']],
    ['if: "!${{ github.ref }}"', ['text', 'expression']],
    // Semantics 4.2: the newline that a block leaves makes the condition always true.
    ['if: |\n  ${{ github.ref }}', ['expression', 'text']],
    ['if: >-\n  ${{ github.ref }}', ['expression']],
  ])('with a fence every character counts: %j', (text, kinds) => {
    const { bare, template } = condition(text);
    expect(bare).toBe(false);
    expect(template.parts.map(({ kind }) => kind)).toEqual(kinds);
  });

  test.each(['if:', 'if: ""', 'if: null', 'if: "  "'])('%j is no condition', (text) => {
    expect(step(`${text}\nrun: x`).if).toBeNull();
  });

  test('an expression that cannot be parsed is kept with its error', () => {
    expect(condition('if: a b').template.parts).toMatchObject([{ kind: 'expression', expr: null }]);
  });

  test('a finding points at the value as written', () => {
    expect(spanText(condition('if: "${{ github.ref }}"').span)).toBe('"${{ github.ref }}"');
  });

  test('one scalar that serves as a condition and as a value is read in both ways', () => {
    const built = step('if: &x github.ref\nenv:\n  X: *x\nrun: x');
    expect(built.if?.template.parts).toMatchObject([{ kind: 'expression' }]);
    expect(built.env[0]?.value.parts).toMatchObject([{ kind: 'text' }]);
  });
});

describe('a step', () => {
  test('has its keys, its place in the list, and the text as a runner gets it', () => {
    const { steps } = job(
      [
        'steps:',
        '  - uses: actions/checkout@v4',
        '    with: { token: "${{ secrets.X }}", fetch-depth: 1.10 }',
        '  - id: fetch',
        '    name: Fetch ${{ github.ref }}',
        '    shell: bash',
        '    working-directory: sub',
        '    env:',
        '      X: ${{ secrets.X }}',
        '      EMPTY:',
        '      NONE: null',
        '      YES: yes',
        '    run: |',
        '      echo one',
        '      echo two',
      ].join('\n'),
    );
    expect(steps.map(({ index }) => index)).toEqual([0, 1]);
    expect(entries(steps[0]?.with ?? [])).toEqual([
      ['token', '${{ secrets.X }}'],
      ['fetch-depth', '1.10'],
    ]);
    const [, fetch] = steps;
    expect(fetch?.id).toBe('fetch');
    expect(textOf(fetch?.name)).toBe('Fetch ${{ github.ref }}');
    expect(textOf(fetch?.shell)).toBe('bash');
    expect(textOf(fetch?.workingDirectory)).toBe('sub');
    expect(textOf(fetch?.run)).toBe('echo one\necho two\n');
    expect(entries(fetch?.env ?? [])).toEqual([
      ['X', '${{ secrets.X }}'],
      ['EMPTY', ''],
      ['NONE', ''],
      ['YES', 'yes'],
    ]);
    expect(fetch?.uses).toBeNull();
    expect(fetch && spanText(fetch.headSpan)).toBe('id');
    expect(fetch && spanText(fetch.span)).toMatch(/^id: fetch[\s\S]*echo two/);
  });

  test.each([
    ['true', true],
    ['false', false],
    ['"true"', true],
    ['${{ github.ref }}', null],
  ])('continue-on-error: %s', (text, literal) => {
    expect(step(`continue-on-error: ${text}\nrun: x`).continueOnError).toMatchObject({ literal });
  });

  test('an expression in place of a map may set any name', () => {
    expect(entries(step('env: ${{ fromJSON(vars.ENV) }}\nrun: x').env)).toEqual([
      ['*', '${{ fromJSON(vars.ENV) }}'],
    ]);
  });

  test('an alias is a step like any other, and the same node is built once', () => {
    const { steps } = job('steps:\n  - &a\n    env: { X: 1 }\n    run: x\n  - *a');
    expect(steps.map(({ index, run }) => [index, textOf(run)])).toEqual([
      [0, 'x'],
      [1, 'x'],
    ]);
    expect(steps[1]?.env).toBe(steps[0]?.env);
  });
});

describe('a job', () => {
  test.each([
    ['needs: a', ['a']],
    ['needs: [a, b]', ['a', 'b']],
    ['needs:', []],
    ['runs-on: x', []],
  ])('%j', (text, expected) => {
    expect(job(`${text}\nsteps: []`).needs.map((need) => need.job)).toEqual(expected);
  });

  test.each([
    ['container: node:20', true],
    ['container: { image: node }', true],
    ['container: ${{ matrix.image }}', true],
    ['container: ""', false],
    ['container:', false],
    ['runs-on: x', false],
  ])('%j has a container: %s', (text, expected) => {
    expect(job(`${text}\nsteps: []`).container).toBe(expected);
  });

  test('has defaults of its own beside those of the workflow', () => {
    const built = workflow(
      'on: push\ndefaults: { run: { shell: sh } }\njobs:\n  a:\n    defaults: { run: { working-directory: d } }\n',
    );
    expect(textOf(built.defaults.shell)).toBe('sh');
    expect(built.jobs[0]?.defaults.shell).toBeNull();
    expect(textOf(built.jobs[0]?.defaults.workingDirectory)).toBe('d');
  });

  test('can call a workflow', () => {
    const call = job('uses: ./.github/workflows/x.yml\nwith: { a: 1 }\nsecrets: { T: "${{ secrets.X }}" }');
    expect(textOf(call.uses)).toBe('./.github/workflows/x.yml');
    expect(entries(call.with)).toEqual([['a', '1']]);
    expect(call.secrets !== 'inherit' && entries(call.secrets)).toEqual([['T', '${{ secrets.X }}']]);
    expect(job('uses: ./x.yml\nsecrets: inherit').secrets).toBe('inherit');
    expect(job('uses: ./x.yml').secrets).toEqual([]);
  });

  test('has outputs, environment and strategy', () => {
    const built = job(
      'outputs: { has: "${{ steps.x.outputs.has }}" }\nenvironment: prod\nstrategy: { matrix: {} }',
    );
    expect(entries(built.outputs)).toEqual([['has', '${{ steps.x.outputs.has }}']]);
    expect(built.environment?.kind).toBe('scalar');
    expect(built.strategy?.kind).toBe('map');
  });
});

describe('an action', () => {
  test('a composite one has inputs, outputs and steps', () => {
    const built = action(
      [
        'inputs:',
        '  token: { description: the token, required: true }',
        '  mode: { default: soft }',
        '  bare:',
        'outputs:',
        '  has: { value: "${{ steps.x.outputs.has }}" }',
        'runs:',
        '  using: composite',
        '  steps:',
        '    - run: x',
        '      shell: bash',
      ].join('\n'),
    );
    expect(built.problems).toEqual([]);
    expect(built.inputs.map((input) => [input.name, input.required, textOf(input.default)])).toEqual([
      ['token', true, null],
      ['mode', false, 'soft'],
      ['bare', false, null],
    ]);
    expect(built.inputs[0]?.description).toBe('the token');
    expect(entries(built.outputs)).toEqual([['has', '${{ steps.x.outputs.has }}']]);
    expect(built.steps?.map(({ run }) => textOf(run))).toEqual(['x']);
  });

  test('one of another kind has no steps', () => {
    expect(
      action('runs: { using: node20, main: index.js }\noutputs: { a: { description: d } }'),
    ).toMatchObject({
      steps: null,
      outputs: [],
      problems: [],
    });
  });
});

describe('wrong shapes are named with place and remedy, and the rest is built', () => {
  test.each([
    ['', ["1:1 the file must be a map with 'on' and 'jobs', found nothing"]],
    ['- a\n', ["1:1 the file must be a map with 'on' and 'jobs', found a list"]],
    ['jobs: {}\n', ["1:1 the workflow names no event: add 'on:', for example 'on: push'"]],
    ['on: push\n', ["1:1 the workflow has no job: add 'jobs:' with at least one"]],
    [
      'on: [push, { a: b }]\njobs: {}\n',
      ["1:12 an event in the list of 'on' must be a name (filters need a map below 'on'), found a map"],
    ],
    ['on: push\njobs: [a]\n', ["2:7 'jobs' must be a map, found a list"]],
    [
      'on: push\njobs:\n  a: run it\n  b: {}\n',
      ["3:6 job 'a' must be a map with 'runs-on' and 'steps', or 'uses', found 'run it'"],
    ],
    [
      'on: push\njobs:\n  a:\n',
      ["3:3 job 'a' must be a map with 'runs-on' and 'steps', or 'uses', found nothing"],
    ],
    [
      'on: push\njobs:\n  a:\n    steps: { run: x }\n',
      ["4:12 'steps' must be a list, each step behind a '- ', found a map"],
    ],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - echo hi\n      - run: x\n',
      ["5:9 step 1 must be a map with 'run' or 'uses', found 'echo hi'"],
    ],
    ['on: push\nenv: [A=b]\njobs: {}\n', ["2:6 'env' must be a map of 'NAME: value' lines, found a list"]],
    ['on: push\nenv: { A: [b] }\njobs: {}\n', ["2:11 'A' must be a string, found a list"]],
    [
      'on: push\njobs:\n  a:\n    continue-on-error: often\n    if: [x]\n    needs: [{ a: b }]\n',
      [
        "4:24 'continue-on-error' must be true, false or an expression in '${{ }}', found 'often'",
        "5:9 'if' must be an expression, found a list",
        "6:13 'needs' must be a job id or a list of job ids, found a map",
      ],
    ],
    [
      'on: push\njobs:\n  a:\n    uses: ./x.yml\n    secrets: all\n',
      ["5:14 'secrets' must be 'inherit' or a map of 'NAME: value' lines, found 'all'"],
    ],
  ])('%j', (text, expected) => {
    expect(complaints(workflow(text))).toEqual(expected);
  });

  test('a sound step after a wrong one keeps its place', () => {
    const built = workflow('on: push\njobs:\n  a:\n    steps:\n      - echo\n      -\n      - run: x\n');
    expect(built.jobs[0]?.steps.map(({ index }) => index)).toEqual([2]);
    expect(built.problems.map(({ message }) => message)).toHaveLength(2);
  });

  test('a node that many aliases name is complained about once', () => {
    const built = workflow('on: push\nenv: &e [x]\njobs:\n  a: { env: *e }\n  b: { env: *e }\n');
    expect(built.problems).toHaveLength(1);
  });

  test('long values are cut in messages', () => {
    const [message] = complaints(workflow(`on: push\nenv: ${'x'.repeat(1000)}\njobs: {}\n`));
    expect(message?.length).toBeLessThan(120);
  });

  test('the shape of broken YAML is not complained about', () => {
    const file = parseYaml({ path: 'w.yml', text: 'on: push\njobs: {a: [\n' });
    expect(file.problems).not.toEqual([]);
    expect(buildWorkflow(file).problems).toEqual([]);
  });
});

describe('hostile files', () => {
  const scalar = fc.oneof(
    fc.constantFrom('push', '${{ secrets.X }}', '${{', 'true', 'null', '~', '"', '*a', '&a x', 'inherit'),
    fc.string({ maxLength: 8 }),
  );
  const key = fc.constantFrom(
    'on',
    'jobs',
    'env',
    'steps',
    'if',
    'needs',
    'run',
    'with',
    'defaults',
    'runs',
    'using',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium' },
      scalar,
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));

  test('any tree builds, and every complaint has a place in the file', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const file = parseYaml({ path: 'w.yml', text: JSON.stringify(value) });
        for (const built of [buildWorkflow(file), buildAction(file)]) {
          for (const { span } of built.problems) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeLessThanOrEqual(file.source.text.length);
          }
        }
      }),
    );
  });

  test('any text builds', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 20 }), (pieces) => {
        const file = parseYaml({ path: 'w.yml', text: pieces.join('\n') });
        expect(buildWorkflow(file).source).toBe(file.source);
        expect(buildAction(file).source).toBe(file.source);
      }),
    );
  });
});
