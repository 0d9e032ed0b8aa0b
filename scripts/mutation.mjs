// @ts-check
// What `npm run mutation` runs: Stryker over src/analyse and src/program, over a random sample of the mutants there, or over
// the places that are named; the quick tests first, and the slow ones on what these leave. Must not change a source: the mutants
// live in a copy of the project that Stryker removes again.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { keepOnly } from './mutation-ignorer.mjs';
import { draw, groupBy, isLeft, rangeOf, render, withSecondStage, zeroBased } from './mutation-sample.mjs';

/** @typedef {import('@stryker-mutator/api/core').PartialStrykerOptions} Options */
/** @typedef {import('./mutation-sample.mjs').Mutant} Mutant */
/** @typedef {import('./mutation-sample.mjs').Stage} Stage */

const usage = `usage: npm run mutation                            every mutant of src/analyse and src/program: that takes days
       npm run mutation -- --sample N [--seed S]  N of them, drawn at random (seed: 1)
       npm run mutation -- FILE[:FROM-TO]...      the mutants of these files, or of these lines (LINE or LINE:COLUMN) of them
`;
const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src/analyse', 'src/program'];
/** The tests of each stage. @type {Readonly<Record<Stage, string>>} */
const configs = { quick: 'vitest.mutation.config.ts', slow: 'vitest.mutation-slow.config.ts' };

/** @type {Options} */
const options = {
  testRunner: 'vitest',
  plugins: [
    '@stryker-mutator/vitest-runner',
    fileURLToPath(new URL('mutation-ignorer.mjs', import.meta.url)),
  ],
  ignorers: ['not-drawn'],
  coverageAnalysis: 'perTest',
  // A table that is built when its module is loaded is judged by every test there is: hours for a handful of mutants.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 10_000,
  // Vitest needs no types, and Stryker cannot read a tsconfig.json with TypeScript 7.
  disableTypeChecks: false,
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', 'bench', 'docs', 'reports'],
  allowConsoleColors: false,
  checkers: [],
  thresholds: { high: 80, low: 80, break: null },
};

/** Every mutant of the two folders, as Stryker makes them: lines and columns are 0-based. */
async function everyMutant() {
  const files = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const { mutants } = await new Instrumenter(silent).instrument(
    files.map((name) => ({ name, mutate: true, content: textOf(name) })),
    { plugins: null, excludedMutations: [], ignorers: [], noHeader: true },
  );
  return mutants;
}

/** @param {string} name */
function textOf(name) {
  return readFileSync(join(root, name), 'utf8');
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

/**
 * @param {readonly string[]} mutate
 * @param {Stage} stage
 */
async function judge(mutate, stage) {
  process.stdout.write(`stage ${stage}: the tests of ${configs[stage]}\n`);
  const stryker = new Stryker({
    ...options,
    mutate: [...mutate],
    vitest: { configFile: configs[stage], related: false },
    htmlReporter: { fileName: `reports/mutation-${stage}.html` },
    jsonReporter: { fileName: `reports/mutation-${stage}.json` },
    // What the first stage leaves is news; the second one is also given what is at the same places.
    reporters: [...(stage === 'quick' ? ['survivors'] : []), 'progress-append-only', 'html', 'json'],
  });
  return (await stryker.runMutationTest()).map(zeroBased);
}

/**
 * Judges just these mutants, each with all that are at its place.
 * @param {readonly Mutant[]} mutants
 * @param {Stage} stage
 */
async function judgePlaces(mutants, stage) {
  const ranges = new Set(mutants.map(rangeOf));
  const byLength = groupBy(mutants, ({ fileName }) => textOf(fileName).length);
  keepOnly(new Map([...byLength].map(([length, of]) => [length, of.map(({ location }) => location)])));
  // Stryker also judges what lies around such a place and within another one.
  return (await judge([...ranges], stage)).filter((mutant) => ranges.has(rangeOf(mutant)));
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
  const mutate = positionals.length > 0 ? positionals : folders.map((folder) => `${folder}/**/*.ts`);
  const all = count > 0 ? await everyMutant() : [];
  const drawn = draw(all, count, seed);
  const quick = count > 0 ? await judgePlaces(drawn, 'quick') : await judge(mutate, 'quick');
  const left = quick.filter(isLeft);
  const slow = left.length > 0 ? await judgePlaces(left, 'slow') : [];
  if (count > 0) process.stdout.write(`${drawn.length} of ${all.length} mutants, seed ${seed}\n`);
  process.stdout.write(render(withSecondStage(quick, slow)));
  return 0;
}

process.exitCode = await main();
