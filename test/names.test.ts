import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { readFixtures } from './support/fixtures.js';
import { loadAllLanguages } from './support/fuzzing.js';
import { memoryHost } from './support/memory-host.js';
import { lintRepository } from './support/repository.js';

// A file may name its secrets, jobs, variables and all the rest after what every object of JavaScript has. Verdicts
// must be those of any other name.

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
/** A name like no other, to which the inherited one is put back. */
const neutral = 'xneutral';

beforeAll(loadAllLanguages);

/** All that is said, without its places, in the words of the neutral name. */
function verdict(text: string, name: string, path = '.github/workflows/ci.yml'): string[] {
  const { findings, notJudged, errors } = lintRepository({ [path]: text });
  return [
    ...findings.map(({ rule, confidence, job, step, secrets, contexts, message, help, witness }) =>
      JSON.stringify([
        [rule, confidence, job, step, [...secrets].sort(), contexts, message, help],
        witness.map((place) => place.text),
      ]),
    ),
    ...notJudged.map(({ job, step, reason }) => JSON.stringify([job, step, reason])),
    ...errors.map(({ message }) => message),
  ]
    .map((line) => line.replaceAll(new RegExp(name, 'gi'), neutral))
    .sort();
}

/** Workflows in which a thing of every kind has the name. */
const workflows: readonly (readonly [string, (name: string) => string])[] = [
  [
    'a secret and its variable',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          if [ -z "$${name}" ]; then exit 0; fi\n          make\n        env:\n          ${name}: \${{ secrets.${name} }}\n`,
  ],
  [
    'jobs, steps and outputs',
    (name) =>
      `on: push\njobs:\n  ${name}:\n    runs-on: x\n    outputs:\n      ${name}: \${{ steps.${name}.outputs.${name} }}\n    steps:\n      - id: ${name}\n        run: |\n          if [ -n "$T" ]; then echo "${name}=yes" >> "$GITHUB_OUTPUT"; fi\n        env:\n          T: \${{ secrets.T }}\n  b:\n    needs: ${name}\n    if: needs.${name}.outputs.${name} == 'yes'\n    runs-on: x\n    steps:\n      - run: make\n`,
  ],
  [
    'a job that is named and is not there',
    (name) =>
      `on: push\njobs:\n  b:\n    needs: ${name}\n    runs-on: x\n    if: needs.${name}.result == 'success' && steps.${name}.outputs.x == ''\n    steps:\n      - run: make\n        env: { T: "\${{ secrets.T }}" }\n`,
  ],
  [
    'inputs and values of a matrix',
    (name) =>
      `on:\n  workflow_dispatch:\n    inputs:\n      ${name}:\n        type: string\n  workflow_call:\n    inputs:\n      ${name}:\n        type: string\n    secrets:\n      ${name}:\n        required: false\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n        ${name}: [a, b]\n    steps:\n      - if: matrix.${name} == 'a' && inputs.${name} != '' && env.${name} == ''\n        run: make\n      - if: env.T != ''\n        run: make\n        env:\n          T: \${{ secrets.${name} }}\n`,
  ],
  [
    'functions, variables and commands of a shell',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          ${name}() { [ -n "$1" ] || exit 0; }\n          ${name} "$T"\n          make\n        env:\n          T: \${{ secrets.T }}\n      - run: |\n          ${name} --flag || true\n          declare -A map\n          map[${name}]="$T"\n          ${name}=\${map[${name}]}\n          [ -z "$${name}" ] && exit 0\n          ${name} | ${name} > ${name}\n          [ "$T" ${name} x ] && exit 0\n          [[ -${name} x ]] && set -o ${name}\n        env:\n          T: \${{ secrets.T }}\n`,
  ],
  [
    'actions, their inputs and versions',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ${name}/${name}@${name}\n        with:\n          ${name}: x\n      - uses: actions/checkout@v4\n        with:\n          ${name}: x\n      - if: github.${name} == 'a' && runner.${name} == 'b'\n        run: make\n      - run: '[ -z "$T" ] && exit 0; make'\n        env: { T: "\${{ secrets.T }}" }\n`,
  ],
  [
    'events, shells and languages',
    (name) =>
      `on: [push, ${name}]\ndefaults:\n  run:\n    shell: bash\njobs:\n  a:\n    runs-on: ${name}\n    container: ${name}\n    steps:\n      - shell: ${name} {0}\n        run: exit 0\n        env: { T: "\${{ secrets.T }}" }\n      - run: git ${name} && npm ${name} && docker ${name} && curl --${name} x && jq .${name} x\n        env: { T: "\${{ secrets.T }}" }\n`,
  ],
  [
    'Python',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - shell: python\n        run: |\n          import os, sys, subprocess\n          ${name} = {"${name}": os.environ.get("${name}")}\n          if not ${name}["${name}"]:\n              sys.exit(0)\n          subprocess.run(["make", ${name}["${name}"]], check=True)\n        env:\n          ${name}: \${{ secrets.${name} }}\n`,
  ],
  [
    'JavaScript',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/github-script@v7\n        with:\n          script: |\n            const values = { "${name}": 1 };\n            if (!process.env.${name}) return;\n            await exec.exec('make');\n            values.${name} = core.getInput('${name}');\n        env:\n          ${name}: \${{ secrets.${name} }}\n`,
  ],
  [
    'PowerShell',
    (name) =>
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - shell: pwsh\n        run: |\n          function ${name}($x) { if (-not $x) { exit 0 } }\n          $table = @{ ${name} = $env:${name} }\n          ${name} $table.${name}\n          make\n        env:\n          ${name}: \${{ secrets.${name} }}\n`,
  ],
];

describe.each(inherited)('the name %s', (name) => {
  it.each(workflows)('is one like any other: %s', (_, workflow) => {
    const expected = verdict(workflow(neutral), neutral);
    expect(expected.length).toBeGreaterThan(0);
    expect(verdict(workflow(name), name)).toEqual(expected);
  });

  it('is an unknown key of a configuration like any other', async () => {
    const told = async (key: string, config: (key: string) => string) => {
      const files = {
        '/repo/.git/': '',
        '/repo/.github/workflows/ci.yml': 'on: push\njobs: {}\n',
        '/repo/hardfail.yml': config(key),
      };
      const host = memoryHost(files, { columns: 400 });
      const status = await run([], host);
      return { status, said: (host.out() + host.err()).replaceAll(key, neutral).replace(/━+/g, '━') };
    };
    for (const config of [
      (key: string) => `${key}: 1\n`,
      (key: string) => `rules:\n  ${key}: off\n`,
      (key: string) => `rules:\n  missing-secret-masked: ${key}\n`,
      (key: string) => `facts:\n  ${key}: {}\n`,
      (key: string) => `optional-secrets:\n  - ${key}\n`,
    ]) {
      const known = await told(neutral, config);
      expect(known.status).toBe(2);
      expect(await told(name, config)).toEqual(known);
    }
  });
});

it('secrets of fixtures may have such names, in every third of them', () => {
  let renamed = 0;
  for (const [index, { name: fixture, input }] of readFixtures().entries()) {
    const { text, path } = input.source;
    const secret = /secrets\.([A-Z][A-Z0-9_]+)/.exec(text)?.[1];
    if (index % 3 > 0 || secret === undefined || secret === 'GITHUB_TOKEN') continue;
    const name = inherited[renamed % inherited.length] ?? '';
    const called = (other: string) => text.replaceAll(new RegExp(`\\b${secret}\\b`, 'g'), other);
    expect(verdict(called(name), name, path), fixture).toEqual(verdict(called(neutral), neutral, path));
    renamed++;
  }
  expect(renamed).toBeGreaterThan(30);
});
