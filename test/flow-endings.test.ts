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

/** Scripts of which the interpreter allows a color that no run showed, by what it does not know. */
const undecided: ReadonlyMap<string, string> = new Map([
  ['command-v.sh', 'which commands are on PATH'],
  ['error-trap-and-functions.sh', 'the status of the last command, which is that of the script'],
  ['exit-beside-an-error-that-drops-a-line.sh', 'what a command prints'],
  ['getopts-loop.sh', 'the arguments of the script'],
  ['input-from-another-descriptor.sh', 'what a descriptor other than 0 reads'],
  ['mapfile-of-some-lines.sh', 'what an option of mapfile other than -t does'],
  ['nested-condition-lists.sh', 'the status of a command before &&'],
  ['python-elif-chain.py', 'what a text times a number is'],
  ['python-values-not-followed.py', 'what they come to'],
  ['status-at-the-start-of-a-loop.sh', 'the status of the last command, which is that of the script'],
  ['status-of-an-empty-case.sh', 'the status of the last command, which is that of the script'],
  ['values-not-followed.mjs', 'what they come to'],
  ['while-status-is-the-bodys.sh', 'the status of the last command, which is that of the script'],
]);

describe('the interpreter allows every ending that a script of fixtures/flow promises, and no other color', () => {
  it.each(readFlowFixtures())('$name', (fixture) => {
    const { name, script, secrets, env } = fixture;
    const others: string[] = [];
    const answers: (readonly [where: string, answer: Answer])[] = [];
    for (const shell of fixture.shells) {
      for (const kind of kinds) {
        for (const world of worldsOf(fixture, kind)) {
          const answer = interpret({ script, shell, secrets, env, world });
          answers.push([`${[shell.name, ...shell.flags].join(' ')}, ${world.name}`, answer]);
          const lenient = isLenient(fixture, world, answer);
          const where = `${[shell.name, ...shell.flags].join(' ')}, ${world.name}`;
          expectAllowed(answer, fixture.promised[kind], lenient, where);
          // A secret that is there may be any text, of which a run shows one.
          const exact = !lenient && (kind === 'missing' || world === plainWorlds[kind]);
          if (exact && hasOtherColor(answer, fixture.promised[kind]))
            others.push(`${where}:\n${answerText(answer)}`);
        }
      }
    }
    if (undecided.has(name)) expect(others, `${name} is decided by now`).not.toEqual([]);
    else expect(others).toEqual([]);
    expect(answersText(answers)).toMatchSnapshot();
  });
});

describe('the interpreter allows every ending that a script of fixtures/flow-javascript promises, and no other color', () => {
  it.each(readJavaScriptFixtures())('$name', (fixture) => {
    const { name } = fixture;
    const program = lowerFixture(fixture);
    const answers: (readonly [where: string, answer: Answer])[] = [];
    for (const kind of kinds) {
      const { secrets, env } = fixture;
      const promised = fixture.promised[kind];
      for (const world of worldsOf(fixture, kind)) {
        const answer = interpretProgram(program, null, { secrets, env, world });
        answers.push([world.name, answer]);
        const lenient = isLenient(fixture, world, answer);
        expectAllowed(answer, promised, lenient, world.name);
        if (lenient) continue;
        expect(hasOtherColor(answer, promised), `${world.name}:\n${answerText(answer)}`).toBe(
          undecided.has(name),
        );
      }
    }
    expect(answersText(answers)).toMatchSnapshot();
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

/** What the interpreter says, each answer once with all the shells and worlds that it holds in. */
function answersText(answers: readonly (readonly [where: string, answer: Answer])[]): string {
  const places = new Map<string, string[]>();
  for (const [where, answer] of answers) {
    // The numbers count what was made before, in other tests too.
    const lines = linesOf(answer).map((line) => line.replace(/#\d+/g, '#n'));
    const text = [...new Set(lines)].sort().join('\n  ');
    places.set(text, [...(places.get(text) ?? []), where]);
  }
  return [...places].map(([text, where]) => `${where.join(' · ')}\n  ${text}`).join('\n');
}

/** A line for each ending, and how it comes about where there are few enough to be read. */
function linesOf(answer: Answer): string[] {
  const endings = answerText(answer).split('\n');
  if (answer.kind === 'not judged' || answer.endings.length > 4) return endings;
  return endings.map((line, index) =>
    [line, answer.endings[index]?.path().slice(0, 600)].filter(Boolean).join('\n    '),
  );
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

/** Whether the answer has a red ending where every promised one is green, or a green one where every one is red. */
function hasOtherColor(answer: Answer, promised: readonly Outcome[]): boolean {
  if (answer.kind === 'not judged') return false;
  const isGreen = promised.some(({ status }) => status === 0);
  const isRed = promised.some(({ status }) => status !== 0);
  return answer.endings.some(({ code }) => (code === 0 ? !isGreen : !isRed));
}
