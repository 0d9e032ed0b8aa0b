import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../src/program/lower/languages.js';
import { endingText, type Outcome, readFlowFixtures, type World } from './support/flow-fixtures.js';
import { lowerFixture, readJavaScriptFixtures } from './support/flow-javascript.js';
import {
  type AbstractWorld,
  type Answer,
  allows,
  answerText,
  interpret,
  interpretProgram,
  isStarved,
  judgedWorlds,
  plainWorlds,
} from './support/interpret.js';

// What the headers of the flow fixtures promise, which the oracle tests have found to be true of real programs, asked of
// the interpreter. Nothing is started here, so `npm run mutation` can ask it once for every mutant.

const kinds: readonly World[] = ['missing', 'present'];

beforeAll(() => loadLanguage('javascript'));

describe('the interpreter allows every ending that a script of fixtures/flow promises', () => {
  it.each(readFlowFixtures())('$name', (fixture) => {
    const { script, secrets, env } = fixture;
    for (const shell of fixture.shells) {
      for (const kind of kinds) {
        for (const world of worldsOf(fixture, kind)) {
          const answer = interpret({ script, shell, secrets, env, world });
          const where = `${[shell.name, ...shell.flags].join(' ')}, ${world.name}`;
          expectAllowed(answer, fixture.promised[kind], isLenient(fixture, world, answer), where);
        }
      }
    }
  });
});

describe('the interpreter allows every ending that a script of fixtures/flow-javascript promises, and no other', () => {
  it.each(readJavaScriptFixtures())('$name', (fixture) => {
    const program = lowerFixture(fixture);
    for (const kind of kinds) {
      const { secrets, env } = fixture;
      const promised = fixture.promised[kind];
      for (const world of worldsOf(fixture, kind)) {
        const answer = interpretProgram(program, null, { secrets, env, world });
        const lenient = isLenient(fixture, world, answer);
        expectAllowed(answer, promised, lenient, world.name);
        if (!lenient) expectSameColor(answer, promised, world.name);
      }
    }
  });
});

interface Fixture {
  readonly secrets: readonly string[];
  readonly consumers: readonly string[];
}

/** Where a command needs the secret, only the judged world says so; elsewhere plain text must do as well. */
function worldsOf({ consumers, secrets }: Fixture, kind: World): readonly AbstractWorld[] {
  const judged = judgedWorlds(secrets)[kind];
  return consumers.length > 0 ? [judged] : [judged, plainWorlds[kind]];
}

/** A stub that is given the missing secret succeeds; the tool takes a command to fail then. */
function isLenient({ consumers }: Fixture, world: AbstractWorld, answer: Answer): boolean {
  const plain = world === plainWorlds.missing || world === plainWorlds.present;
  return !plain && consumers.length === 0 && isStarved(answer);
}

function expectAllowed(answer: Answer, promised: readonly Outcome[], lenient: boolean, where: string): void {
  const message = `${where}:\n${answerText(answer)}`;
  expect(answer.kind, message).toBe('endings');
  const refused = lenient ? [] : promised.filter((outcome) => !allows(answer, outcome));
  expect(
    refused.map((outcome) => endingText(outcome, true)),
    message,
  ).toEqual([]);
}

/** Where every promised ending is green, or every one red, so is every ending of the answer. */
function expectSameColor(answer: Answer, promised: readonly Outcome[], where: string): void {
  if (answer.kind !== 'endings') return;
  const green = promised.filter(({ status }) => status === 0).length;
  if (green > 0 && green < promised.length) return;
  const other = answer.endings.filter(({ code }) => (code === 0) !== green > 0);
  expect(other, `${where}:\n${answerText(answer)}`).toEqual([]);
}
