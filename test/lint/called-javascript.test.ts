import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { lintWith, WORKFLOW as PATH, place, workflow } from '../support/called.js';

beforeAll(() => loadLanguage('javascript'));

type Files = Readonly<Record<string, string>>;

function found(text: string, files: Files): string[] {
  const { findings, errors } = lintWith({ [PATH]: text }, files);
  expect(errors).toEqual([]);
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => `${finding.rule} ${place(finding)}`);
}

const exitsZero = (file: string, line: number) => `missing-secret-exits-zero ${file}:${line}`;

const SOFT = `import { execSync } from 'node:child_process';
if (!process.env.TOKEN) {
  console.log('no token');
  process.exit(0);
}
execSync('./deploy');
`;
const COMMON = SOFT.replace(/^import .*$/m, "const { execSync } = require('child_process');");
const TYPED = SOFT.replace('if (!process', 'if (!(process').replace(
  '.TOKEN)',
  '.TOKEN as string | undefined))',
);

describe('JavaScript of the repository is followed', () => {
  const forms: readonly [run: string, file: string, text: string, keys?: string][] = [
    ['node x.mjs', 'x.mjs', SOFT],
    ['node ./tools/x.js --now', 'tools/x.js', COMMON],
    ['node --enable-source-maps -r dotenv/config x.cjs', 'x.cjs', COMMON],
    ['cd tools && node x.mjs', 'tools/x.mjs', SOFT],
    ['node x.mjs', 'tools/x.mjs', SOFT, '        working-directory: tools\n'],
    ['npx tsx x.ts', 'x.ts', TYPED],
    ['npx --yes tsx x.ts', 'x.ts', TYPED],
    ['tsx x.ts', 'x.ts', TYPED],
    ['deno run --allow-all x.ts', 'x.ts', TYPED],
    ['bun x.ts', 'x.ts', TYPED],
    ['bun run x.ts', 'x.ts', TYPED],
    [
      './x.mjs',
      'x.mjs',
      SOFT.replace(/^import .*$/m, (line) => `#!/usr/bin/env node\n${line}`.replace('\n', '; // ')).replace(
        /^#!.*$/m,
        '#!/usr/bin/env node',
      ),
    ],
  ];
  it.each(forms)('%s', (run, file, text, keys) => {
    const line = text.split('\n').findIndex((one) => one.includes('process.exit(0)')) + 1;
    expect(found(workflow(run, keys), { [file]: text })).toEqual([exitsZero(file, line)]);
    expect(found(workflow(run, keys), { [file]: text.replace('exit(0)', 'exit(1)') })).toEqual([]);
  });
});

/** The status with which a program ends is the command's. */
describe('how a program ends is how the command ends', () => {
  const hard = SOFT.replace('exit(0)', 'exit(3)');
  it.each([
    ['node x.mjs || true', 'missing-secret-masked'],
    ['node x.mjs || echo failed', 'missing-secret-masked'],
    ['if ! node x.mjs; then echo failed; fi', 'missing-secret-exits-zero'],
  ])('%s', (run) => {
    expect(found(workflow(run), { 'x.mjs': hard })).not.toEqual([]);
  });

  it('is not lost where the shell looks at it', () => {
    expect(found(workflow('node x.mjs || exit 1'), { 'x.mjs': hard })).toEqual([]);
  });
});

describe('arguments', () => {
  const text = `const [, , token] = process.argv;
const rest = process.argv.slice(2);
if (!token || token === 'never') process.exit(0);
require('child_process').execSync('./deploy');
`;
  it('are those of the command line', () => {
    expect(found(workflow('node x.cjs "$TOKEN"'), { 'x.cjs': text })).toEqual([exitsZero('x.cjs', 3)]);
    expect(found(workflow('node x.cjs always "$TOKEN"'), { 'x.cjs': text })).toEqual([]);
  });

  it('begin after the interpreter where the script stands in the command', () => {
    const run = `node -e 'if (!process.argv[1]) process.exit(0); require("child_process").execSync("./deploy")' "$TOKEN"`;
    expect(found(workflow(run), {})).toEqual(
      [exitsZero(PATH, expect.anything())].map(() => expect.stringContaining(PATH)),
    );
  });
});

function script(text: string): string {
  const body = text
    .trim()
    .split('\n')
    .map((line) => `            ${line}\n`)
    .join('');
  return `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/github-script@v7
        env:
          TOKEN: \${{ secrets.TOKEN }}
        with:
          script: |
${body}`;
}

const MODULE = `const { optional } = require('./lib/env');
module.exports = async ({ github, core }) => {
  const token = optional('TOKEN');
  if (!token) return core.info('nothing to do');
  await github.rest.issues.create({ title: 'x', token });
};
`;
const ENV = `exports.optional = (name) => process.env[name] ?? '';
exports.required = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(\`\${name} is missing\`);
  return value;
};
`;

describe('modules of the repository are loaded', () => {
  const files = { 'ci/notify.js': MODULE, 'ci/lib/env.js': ENV };
  it.each([
    ["const run = require('./ci/notify.js');\nawait run({ github, core });"],
    ["const run = require('./ci/notify');\nawait run({ github, core });"],
    ['await require(`${process.env.GITHUB_WORKSPACE}/ci/notify.js`)({ github, core });'],
    [
      "const run = require('$" +
        "{{ github.workspace }}/ci/notify.js');\nreturn await run({ github, core });",
    ],
    ["const { default: run } = await import('./ci/notify.js');\nawait run({ github, core });"],
  ])('%s', (text) => {
    expect(found(script(text), files)).toEqual([exitsZero('ci/notify.js', 4)]);
    const honest = {
      ...files,
      'ci/notify.js': MODULE.replace("optional('TOKEN')", "required('TOKEN')").replace(
        '{ optional }',
        '{ required }',
      ),
    };
    expect(found(script(text), honest)).toEqual([]);
  });

  it('by what they export', () => {
    const text = `import run, { name as key } from './lib.mjs';
import { readFileSync } from 'node:fs';
import settings from './settings.json' with { type: 'json' };
if (settings.soft && !process.env[key]) process.exit(0);
run();
`;
    const library = `import { execSync } from 'node:child_process';
export default function run() { execSync('./deploy'); }
const secret = 'TOKEN';
export { secret as name };
if (process.argv[1] === import.meta.filename) process.exit(7);
`;
    const given = (soft: boolean) => ({
      'x.mjs': text,
      'lib.mjs': library,
      'settings.json': JSON.stringify({ soft }),
    });
    expect(found(workflow('node x.mjs'), given(true))).toEqual([exitsZero('x.mjs', 4)]);
    expect(found(workflow('node x.mjs'), given(false))).toEqual([]);
  });
});

describe('what is not seen', () => {
  const reasons = (text: string, files: Files) =>
    lintWith({ [PATH]: text }, files).notJudged.map(({ reason }) => reason);

  it.each([
    ["await require('./build/x.js')(github);", './build/x.js is a module that is not followed'],
    [
      'await require(core.getInput("module"))(github);',
      'a module whose path is computed is a module that is not followed',
    ],
    ['await github.rest.issues.create({', 'its script cannot be read: JavaScript syntax: Unexpected token'],
    [
      "const main = async () => { throw new Error('x') };\ntry { main(); } catch { core.info('x') }",
      "its script cannot be read: the call of 'main' is not awaited within a 'try'",
    ],
    ['with (core) info("x");', "its script cannot be read: 'WithStatement' is not modelled"],
  ])('%s is not judged', (text, reason) => {
    expect(reasons(script(text), {})).toEqual([reason]);
  });

  it('makes no finding', () => {
    expect(
      found(
        script(
          "const ok = require('./build/x.js')();\nif (!ok) return;\nawait github.rest.issues.create({});",
        ),
        {},
      ),
    ).toEqual([]);
  });
});
