import { failOpenWorkflow } from '../../support/generate-workflow.js';
import { testGenerated } from '../../support/generated-fixes.js';

testGenerated('guards, part 2 of 5', failOpenWorkflow, { seed: 2191, numRuns: 100 });
