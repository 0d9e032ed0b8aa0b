import { beforeAll, describe, expect, it } from 'vitest';
import { allFormats } from './report/results.js';
import { loadAllLanguages, mutant, seedlings } from './support/fuzzing.js';
import { brokenPromises } from './support/promises.js';

// A short run of what `npm run fuzz` does for as long as one likes.

const seed = 20261122;
const mutantsPerTest = 40;
const corpus = seedlings();
const renderers = await allFormats();

beforeAll(loadAllLanguages);

describe('a mutant of a fixture breaks no promise', () => {
  it.each(Array.from({ length: 5 }, (_, index) => index * mutantsPerTest))('from number %i on', (first) => {
    for (let number = first; number < first + mutantsPerTest; number++) {
      const { name, files, changes } = mutant(seed, number, corpus);
      const broken = brokenPromises(files, renderers);
      expect(broken, `mutant ${number} of ${name} (${changes}):\n${JSON.stringify(files)}`).toEqual([]);
    }
  });
});
