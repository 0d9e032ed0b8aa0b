import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { allFormats } from '../test/report/results.js';
import { loadAllLanguages, mutant, seedlings } from '../test/support/fuzzing.js';
import { brokenPromises } from '../test/support/promises.js';

// Changes the fixtures at random and looks for a promise that hardfail breaks: it throws, hangs, points outside of
// a file, has no report, or says another thing of the same workflow written differently. FUZZ_MINUTES and FUZZ_SEED
// choose how long and where to start; FUZZ_FROM the first mutant, so that one that was found can be looked at again.

const { FUZZ_MINUTES, FUZZ_SEED, FUZZ_FROM } = process.env;
const minutes = Number(FUZZ_MINUTES ?? 10);
const seed = Number(FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const first = Number(FUZZ_FROM ?? 0);
/** In milliseconds of processor time: far above the two seconds that a judgement may take. */
const patience = 30_000;
const mostShown = 20;

it('hardfail keeps its promises on whatever it is given', async () => {
  await loadAllLanguages();
  const renderers = await allFormats();
  const corpus = seedlings();
  const number = new SharedArrayBuffer(4);
  const watcher = new Worker(new URL('./fuzz-watch.mjs', import.meta.url), {
    workerData: { number, seed, patience },
  });
  watcher.unref();
  const current = new Int32Array(number);
  const end = Date.now() + minutes * 60_000;
  let broken = 0;
  let at = first;
  for (; Date.now() < end; at++) {
    Atomics.store(current, 0, at);
    const { name, files, changes } = mutant(seed, at, corpus);
    const promises = brokenPromises(files, renderers);
    if ((at - first) % 1_000 === 999) {
      const heap = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
      process.stdout.write(
        `seed ${seed}: ${at - first + 1} mutants, ${broken} that break a promise, a heap of ${heap} MiB\n`,
      );
    }
    if (promises.length === 0) continue;
    broken++;
    if (broken > mostShown) continue;
    process.stdout.write(
      [
        `\nFUZZ_SEED=${seed} FUZZ_FROM=${at}: ${name}, changed by ${changes.join(', ')}`,
        ...promises.map((promise) => `  ${promise}`),
        JSON.stringify(files),
        '',
      ].join('\n'),
    );
  }
  await watcher.terminate();
  process.stdout.write(`seed ${seed}: ${at - first} mutants, ${broken} that break a promise\n`);
  expect(at).toBeGreaterThan(first);
  expect(broken).toBe(0);
});
