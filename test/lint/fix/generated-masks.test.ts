import { maskedWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('masks', maskedWorkflow, { seed: 2189, numRuns: 100 });
