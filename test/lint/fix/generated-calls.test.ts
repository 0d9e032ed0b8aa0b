import { callingWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards behind calls of workflows and actions', callingWorkflow, { seed: 2189, numRuns: 100 });
