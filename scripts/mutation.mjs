// @ts-check
// What `npm run mutation` runs: Stryker over src/analyse and src/program, over a random sample of the mutants there, or over
// the places that are named. Must not change a source: the mutants live in a copy of the project that Stryker removes again.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { keepOnly } from './mutation-ignorer.mjs';
import { draw, groupBy, rangeOf, render, zeroBased } from './mutation-sample.mjs';

/** @typedef {import('@stryker-mutator/api/core').PartialStrykerOptions} Options */

const usage = `usage: npm run mutation                            every mutant of src/analyse and src/program: that takes days
       npm run mutation -- --sample N [--seed S]  N of them, drawn at random (seed: 1)
       npm run mutation -- FILE[:FROM-TO]...      the mutants of these files, or of these lines (LINE or LINE:COLUMN) of them
`;
const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src/analyse', 'src/program'];

/** @type {Options} */
const options = {
  testRunner: 'vitest',
  plugins: [
    '@stryker-mutator/vitest-runner',
    fileURLToPath(new URL('mutation-ignorer.mjs', import.meta.url)),
  ],
  ignorers: ['not-drawn'],
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // A table that is built when its module is loaded is judged by every test there is: hours for a handful of mutants.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 10_000,
  // Vitest needs no types, and Stryker cannot read a tsconfig.json with TypeScript 7.
  disableTypeChecks: false,
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', 'bench', 'docs', 'reports'],
  reporters: ['survivors', 'progress-append-only', 'html', 'json'],
  htmlReporter: { fileName: 'reports/mutation.html' },
  jsonReporter: { fileName: 'reports/mutation.json' },
  allowConsoleColors: false,
  checkers: [],
  thresholds: { high: 80, low: 80, break: null },
};

/** Every mutant of the two folders, as Stryker makes them, and how long a file is: lines and columns are 0-based. */
async function everyMutant() {
  const files = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const contents = new Map(files.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
  const { mutants } = await new Instrumenter(silent).instrument(
    [...contents].map(([name, content]) => ({ name, mutate: true, content })),
    { plugins: null, excludedMutations: [], ignorers: [], noHeader: true },
  );
  return { mutants, lengthOf: (/** @type {string} */ name) => contents.get(name)?.length ?? 0 };
}

const off = () => false;
const nothing = () => {};
const silent = {
  isTraceEnabled: off,
  isDebugEnabled: off,
  isInfoEnabled: off,
  isWarnEnabled: off,
  isErrorEnabled: off,
  isFatalEnabled: off,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};

/** @param {readonly string[]} mutate */
async function judge(mutate) {
  const results = await new Stryker({ ...options, mutate: [...mutate] }).runMutationTest();
  return results.map(zeroBased);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
  });
  const count = Number(values.sample ?? 0);
  const seed = Number(values.seed);
  if (
    !Number.isSafeInteger(count) ||
    count < 0 ||
    !Number.isSafeInteger(seed) ||
    (count > 0 && positionals.length > 0)
  ) {
    process.stderr.write(usage);
    return 2;
  }
  process.chdir(root);
  if (count === 0) {
    const mutate = positionals.length > 0 ? positionals : folders.map((folder) => `${folder}/**/*.ts`);
    process.stdout.write(render(await judge(mutate)));
    return 0;
  }
  const { mutants, lengthOf } = await everyMutant();
  const drawn = draw(mutants, count, seed);
  const ranges = new Set(drawn.map(rangeOf));
  const byLength = groupBy(drawn, ({ fileName }) => lengthOf(fileName));
  keepOnly(new Map([...byLength].map(([length, of]) => [length, of.map(({ location }) => location)])));
  const judged = await judge([...ranges]);
  process.stdout.write(`${drawn.length} of ${mutants.length} mutants, seed ${seed}\n`);
  // Stryker also judges what lies around a drawn place and within another one.
  process.stdout.write(render(judged.filter((mutant) => ranges.has(rangeOf(mutant)))));
  return 0;
}

process.exitCode = await main();
