import { failOpenWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards, part 4 of 5', failOpenWorkflow, { seed: 2193, numRuns: 100 });
