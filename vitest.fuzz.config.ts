import { defineConfig } from 'vitest/config';

// `npm run fuzz:shell`: the property of test/soundness.test.ts for much longer, with a seed of its own.
export default defineConfig({
  test: {
    include: ['scripts/fuzz-shell.ts'],
    testTimeout: 24 * 60 * 60 * 1000,
    disableConsoleIntercept: true,
  },
});
