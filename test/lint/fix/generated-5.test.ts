import { failOpenWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards, part 5 of 5', failOpenWorkflow, { seed: 2194, numRuns: 100 });
