import { describe, expect, it } from 'vitest';
import { endingText, type Outcome } from './support/flow-fixtures.js';
import { readJavaScriptFixtures, runNode } from './support/flow-javascript.js';

const fixtures = readJavaScriptFixtures();
const worlds = ['missing', 'present'] as const;

describe('every flow fixture ends under a real Node as its header says', () => {
  it.concurrent.each(fixtures)('$name', async (fixture) => {
    for (const world of worlds) {
      const real = await runNode(fixture, world);
      const exact = fixture.promised[world].every(({ status }) => status !== null);
      const text = (outcome: Outcome) => endingText(outcome, exact);
      expect(fixture.promised[world].map(text), world).toContain(text(real));
    }
  });
});
