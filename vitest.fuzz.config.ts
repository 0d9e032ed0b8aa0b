import { defineConfig } from 'vitest/config';

// `npm run fuzz` and `npm run fuzz:shell`: what test/fuzz.test.ts and test/soundness.test.ts do for much longer, with
// a seed of its own.
export default defineConfig({
  test: {
    include: ['scripts/fuzz.ts', 'scripts/fuzz-shell.ts'],
    testTimeout: 24 * 60 * 60 * 1000,
    disableConsoleIntercept: true,
  },
});
