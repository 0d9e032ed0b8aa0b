import { defineConfig } from 'vitest/config';

// `npm run mutation`: the tests that judge the analysis, without those that start real shells or run for long, because
// they are run once for every mutant.
export default defineConfig({
  test: {
    include: ['test/{analyse,fixtures,lint,program,rules}/**/*.test.ts', 'test/flow-endings.test.ts'],
    exclude: ['test/lint/fix/{fixtures,generated-*}.test.ts', 'test/lint/{hostile-scripts,inlining}.test.ts'],
    isolate: false,
    testTimeout: 120_000,
  },
});
