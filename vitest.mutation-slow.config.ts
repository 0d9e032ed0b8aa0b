import { defineConfig } from 'vitest/config';

// `npm run mutation`, second stage: the tests that start real shells, draw many inputs or see the analysis through what stands
// upon it, for the mutants that the quick ones left. They draw a fifth of what `npm test` has them draw.
export default defineConfig({
  test: {
    include: [
      'test/{audit,model,replay}/**/*.test.ts',
      'test/{audit-command,precision,soundness,testing}.test.ts',
      'test/lint/inlining.test.ts',
      'test/lint/fix/{fixtures,generated-*}.test.ts',
      'test/report/{audit,ci-formats,json,sarif,text}.test.ts',
    ],
    exclude: ['test/lint/fix/generated-[2-5].test.ts'],
    env: { SHARE_OF_DRAWS: '0.2' },
    isolate: false,
    testTimeout: 120_000,
  },
});
