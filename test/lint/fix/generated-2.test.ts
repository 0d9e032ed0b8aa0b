import { testGenerated } from '../../support/generated-fixes.js';

testGenerated(2);
