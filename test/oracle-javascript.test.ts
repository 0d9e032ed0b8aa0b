import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../src/program/lower/languages.js';
import { endingText, type Outcome } from './support/flow-fixtures.js';
import { lowerFixture, readJavaScriptFixtures, runNode } from './support/flow-javascript.js';
import {
  allows,
  answerText,
  interpretProgram,
  isStarved,
  judgedWorlds,
  plainWorlds,
} from './support/interpret.js';

const fixtures = readJavaScriptFixtures();
const worlds = ['missing', 'present'] as const;

beforeAll(() => loadLanguage('javascript'));

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

describe('the interpreter allows every ending that a fixture has, and no other', () => {
  it.each(fixtures)('$name', (fixture) => {
    const program = lowerFixture(fixture);
    for (const kind of worlds) {
      const { secrets, env, consumers } = fixture;
      const judged = judgedWorlds(secrets)[kind];
      for (const world of consumers.length > 0 ? [judged] : [judged, plainWorlds[kind]]) {
        const answer = interpretProgram(program, null, { secrets, env, world });
        const message = `${world.name}:\n${answerText(answer)}`;
        expect(answer.kind, message).toBe('endings');
        // What is given the missing secret succeeds here; the tool takes it to fail then.
        const lenient = world !== plainWorlds[kind] && consumers.length === 0 && isStarved(answer);
        const left = fixture.promised[kind].filter((outcome) => !lenient && !allows(answer, outcome));
        expect(
          left.map((outcome) => endingText(outcome, true)),
          message,
        ).toEqual([]);
        const red = fixture.promised[kind].every(({ status }) => status !== 0);
        const green = fixture.promised[kind].every(({ status }) => status === 0);
        if (answer.kind !== 'endings' || lenient) continue;
        if (red)
          expect(
            answer.endings.filter(({ code }) => code === 0),
            message,
          ).toEqual([]);
        if (green)
          expect(
            answer.endings.filter(({ code }) => code !== 0),
            message,
          ).toEqual([]);
      }
    }
  });
});
