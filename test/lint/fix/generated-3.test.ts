import { failOpenWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards, part 3 of 5', failOpenWorkflow, { seed: 2192, numRuns: 100 });
