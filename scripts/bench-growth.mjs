// @ts-check
// How the time of a judgement grows with its input, for `npm run bench -- --growth`: the time for each unit must stay
// flat. Runs in this process, over and over, so that neither its start nor the warming up of Node is measured.

import process from 'node:process';

/**
 * What grows, and the input that has `size` of it.
 * @type {readonly (readonly [string, readonly number[], (size: number) => string])[]}
 */
const inputs = [
  [
    'lines of a script',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => workflow([step('echo "$HOME"\n'.repeat(size))]),
  ],
  [
    'commands of a script',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step('./tools/check "$HOME"\n'.repeat(size))]),
  ],
  [
    'conditions of a script',
    [10, 100, 1_000],
    (size) => workflow([step('if ./check; then x=1; else x=2; fi\n'.repeat(size))]),
  ],
  [
    'conditions that set a variable each',
    [10, 100, 1_000],
    (size) => workflow([step(lines(size, (index) => `if ./check; then x${index}=1; else x${index}=2; fi`))]),
  ],
  [
    'cases of three arms',
    [10, 100, 1_000],
    (size) =>
      workflow([
        step(
          lines(
            size,
            (index) => `case "$(uname)" in L*) a${index}=1;; D*) a${index}=2;; *) a${index}=3;; esac`,
          ),
        ),
      ]),
  ],
  [
    'commands that may fail with the secret',
    [10, 100, 1_000],
    (size) => workflow([step('check "$TOKEN" || true\n'.repeat(size))]),
  ],
  [
    'requests with a fallback',
    [10, 100, 1_000],
    (size) => workflow([step(lines(size, (index) => `c${index}=$(curl -s "$TOKEN" || echo 000)`))]),
  ],
  [
    'assignments',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(lines(size, (index) => `v${index}="$(date) $TOKEN"`))]),
  ],
  [
    'functions, each called',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(lines(size, (index) => `f${index}() { check "$TOKEN"; }\nf${index}`))]),
  ],
  [
    'loops',
    [10, 100, 1_000],
    (size) => workflow([step('for file in *.txt; do check "$file" "$TOKEN"; done\n'.repeat(size))]),
  ],
  [
    'words of a command',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(`make ${'"$HOME" '.repeat(size)}`)]),
  ],
  [
    'characters of a line',
    [1_000, 10_000, 100_000, 1_000_000],
    (size) => workflow([step(`echo ${'x'.repeat(size)}`)]),
  ],
  [
    'nested conditions',
    [5, 10, 20, 40],
    (size) => workflow([step(`${'if ./check; then '.repeat(size)}make${'; fi'.repeat(size)}`)]),
  ],
  ['functions that call one another', [3, 6, 12, 24], (size) => workflow([step(calls(size))])],
  ['steps', [10, 100, 1_000], (size) => workflow(Array.from({ length: size }, () => step(guard)))],
  ['jobs', [1, 10, 100, 1_000], (size) => jobs(size, () => [])],
  [
    'jobs in a chain of needs',
    [1, 10, 100, 1_000],
    (size) => jobs(size, (index) => (index === 0 ? [] : [index - 1])),
  ],
  [
    'needs of a job',
    [1, 10, 100],
    (size) => jobs(size + 1, (index) => (index < size ? [] : [...Array(size).keys()])),
  ],
  ['values of a matrix', [1, 10, 100, 1_000], matrix],
  ['secrets, each with a guard', [1, 10, 100, 1_000], secrets],
  [
    'keys of a mapping',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => `on: push\nenv:\n${lines(size, (index) => `  K${index}: x`)}jobs: {}\n`,
  ],
  [
    'comments',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => `${'# A line of a comment.\n'.repeat(size)}on: push\njobs: {}\n`,
  ],
];

const guard = 'if [ -z "$TOKEN" ]; then exit 0; fi\ncurl -fsS -H "Authorization: $TOKEN" https://ci.example';

/** @param {number} count @param {(index: number) => string} line */
function lines(count, line) {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

/** @param {string} script */
function step(script) {
  return `      - run: |\n${script.trimEnd().replaceAll(/^/gm, '          ')}\n`;
}

/** @param {readonly string[]} steps */
function workflow(steps) {
  return `on: [push, pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${steps.join('')}`;
}

/** @param {number} depth */
function calls(depth) {
  return `${lines(depth, (index) => `f${index}() { f${index + 1}; }`)}f${depth}() { make; }\nf0`;
}

/** @param {number} count @param {(index: number) => readonly number[]} needs */
function jobs(count, needs) {
  const job = (/** @type {number} */ index) =>
    `  j${index}:\n    runs-on: ubuntu-latest\n    needs: [${needs(index).map((other) => `j${other}`)}]\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${step(guard).trimEnd()}`;
  return `on: [push, pull_request]\njobs:\n${lines(count, job)}`;
}

/** @param {number} size */
function matrix(size) {
  const values = Array.from({ length: size }, (_, index) => `v${index}`);
  return `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        part: [${values}]\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${step(`${guard}/\${{ matrix.part }}`)}`;
}

/** @param {number} count */
function secrets(count) {
  const env = lines(count, (index) => `      S${index}: \${{ secrets.S${index} }}`);
  const script = lines(count, (index) => `if [ -z "$S${index}" ]; then exit 0; fi`);
  return `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n${env}    steps:\n${step(`${script}make`)}`;
}

/** Rounds at most, and processor time in milliseconds after which no more are run. */
const mostRounds = 7;
const enough = 3_000;

/**
 * By what the time of the last step would grow for one doubling of its size: 2 where a unit takes as long as before.
 * @param {readonly number[]} sizes @param {readonly number[]} times
 */
function perDoubling(sizes, times) {
  const [before = 1, size = 1] = sizes.slice(-2);
  const [earlier = 1, time = 1] = times.slice(-2);
  return (time / earlier) ** (1 / Math.log2(size / before));
}

/** The rows of the table: what grows, and for each size the microseconds that a unit takes. */
export async function growth() {
  const { lint } = await import(new URL('../dist/src/index.js', import.meta.url).href);
  const judged = async (/** @type {string} */ text) => {
    const before = process.cpuUsage();
    const source = { path: '.github/workflows/ci.yml', text };
    await lint([{ source, kind: 'workflow', forge: 'github' }], { rules: null, forge: null });
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const rows = [['growth of', '× per doubling', 'size: µs of CPU a unit …']];
  for (const [name, sizes, make] of inputs) {
    const cells = [];
    const times = [];
    for (const size of sizes) {
      const text = make(size);
      let least = Number.POSITIVE_INFINITY;
      let spent = 0;
      for (let round = 0; round < mostRounds && spent < enough * 1_000; round++) {
        const time = await judged(text);
        least = Math.min(least, time);
        spent += time;
      }
      times.push(least);
      cells.push(`${size}: ${(least / size).toFixed(least / size < 10 ? 1 : 0)}`);
    }
    rows.push([name, perDoubling(sizes, times).toFixed(2), cells.join('   ')]);
  }
  return rows;
}
