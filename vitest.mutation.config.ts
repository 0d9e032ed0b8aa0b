import { defineConfig } from 'vitest/config';

// `npm run mutation`, first stage: the quick tests of the analysis, which are run once for every mutant. What they do not find is
// judged by vitest.mutation-slow.config.ts.
export default defineConfig({
  test: {
    include: ['test/{analyse,fixtures,lint,program,rules}/**/*.test.ts', 'test/flow-endings.test.ts'],
    exclude: [
      'test/lint/fix/{fixtures,generated-*}.test.ts',
      'test/lint/{hostile-scripts,inlining}.test.ts',
      // It puts a module in another one's place, which takes a process of its own.
      'test/analyse/recall.test.ts',
    ],
    isolate: false,
    testTimeout: 120_000,
  },
});
