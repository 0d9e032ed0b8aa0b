import { programWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards in programs', programWorkflow, { seed: 2189, numRuns: 100 });
