import { failOpenWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards, part 1 of 5', failOpenWorkflow, { seed: 2190, numRuns: 100 });
