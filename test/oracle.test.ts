import { describe, expect, it } from 'vitest';
import {
  endingText,
  expectedFromReal,
  type FlowFixture,
  type Outcome,
  parseFlowFixture,
  presentValue,
  readFlowFixtures,
  type World,
} from './support/flow-fixtures.js';
import {
  type AbstractWorld,
  allows,
  answerText,
  interpret,
  isStarved,
  judgedWorlds,
  plainWorlds,
} from './support/interpret.js';
import { parseFileCommands, type RealRun, runReal, runRealBatch, stub } from './support/oracle.js';

const fixtures = readFlowFixtures();

describe('every flow fixture ends under a real shell as its header says', () => {
  it.concurrent.each(fixtures)('$name', async (fixture) => {
    for (const { shell, world, outcomes } of await expectedFromReal(fixture)) {
      const promised = fixture.promised[world];
      const exact = promised.every(({ status }) => status !== null);
      const text = (outcome: Outcome) => endingText(outcome, exact);
      expect(
        [...new Set(outcomes.map(text))].sort(),
        `${world}, ${[shell.name, ...shell.flags].join(' ')}`,
      ).toEqual(promised.map(text).sort());
    }
  });
});

describe('the interpreter allows every real ending of a flow fixture', () => {
  it.concurrent.each(fixtures)('$name', async (fixture) => {
    for (const { shell, world: kind, outcomes } of await expectedFromReal(fixture)) {
      for (const world of worldsOf(fixture, kind)) {
        const { script, secrets, env } = fixture;
        const answer = interpret({ script, shell, secrets, env, world });
        // A stub that is given the missing secret succeeds; the tool takes a command to fail then.
        const lenient = world !== plainWorlds[kind] && fixture.consumers.length === 0 && isStarved(answer);
        const left = outcomes.filter((outcome) => !lenient && !allows(answer, outcome));
        expect(
          left.map((outcome) => endingText(outcome, true)),
          `${world.name}, ${[shell.name, ...shell.flags].join(' ')}:\n${answerText(answer)}`,
        ).toEqual([]);
        expect(answer.kind, answerText(answer)).toBe('endings');
      }
    }
  });
});

/** Where a command needs the secret, only the judged world says so; elsewhere plain text must do as well. */
function worldsOf({ consumers, secrets }: FlowFixture, kind: World): readonly AbstractWorld[] {
  const judged = judgedWorlds(secrets)[kind];
  return consumers.length > 0 ? [judged] : [judged, plainWorlds[kind]];
}

describe('the interpreter does not allow everything', () => {
  const answerTo = (script: string, world: AbstractWorld) =>
    interpret({ script, shell: { name: 'bash', flags: ['-e'] }, secrets: ['TOKEN'], env: {}, world });
  const green = { status: 0, reached: ['deploy'], outputs: [], env: [] };

  it('tells statuses, calls and outputs apart', () => {
    const answer = answerTo('[ -n "$TOKEN" ]\ndeploy\n', plainWorlds.present);
    expect(allows(answer, green)).toBe(true);
    expect(allows(answer, { ...green, status: 1 })).toBe(false);
    expect(allows(answer, { ...green, reached: [] })).toBe(false);
    expect(allows(answer, { ...green, reached: ['deploy', 'check'] })).toBe(false);
    expect(allows(answer, { ...green, outputs: ['a=b'] })).toBe(false);
    expect(allows(answerTo('[ -n "$TOKEN" ]\ndeploy\n', plainWorlds.missing), green)).toBe(false);
  });

  it('knows what is written', () => {
    const script = 'deploy\necho "a=x$TOKEN" >> "$GITHUB_OUTPUT"\n';
    const answer = answerTo(script, judgedWorlds(['TOKEN']).present);
    expect(allows(answer, { ...green, outputs: [`a=x${presentValue}`] })).toBe(true);
    expect(allows(answer, { ...green, outputs: ['a=x'] })).toBe(false);
    expect(allows(answer, green)).toBe(false);
  });
});

describe('the header of a flow fixture', () => {
  it('is refused where it cannot be read', () => {
    const whole = [
      '# shell: sh -e',
      '# secret: A',
      '# missing: exits 0, reaches nothing',
      '# present: exits 0, reaches nothing',
    ];
    expect(parseFlowFixture('f.sh', whole.join('\n')).secrets).toEqual(['A']);
    for (const [index, line] of whole.entries()) {
      expect(() => parseFlowFixture('f.sh', whole.toSpliced(index, 1).join('\n')), line).toThrow('f.sh');
    }
    expect(() => parseFlowFixture('f.sh', ['# stub: a', ...whole].join('\n'))).toThrow('stub');
    expect(() => parseFlowFixture('f.sh', ['# missing: ends with 0', ...whole].join('\n'))).toThrow(
      'ends with 0',
    );
    expect(() => parseFlowFixture('f.sh', ['# shell: zsh', ...whole].join('\n'))).toThrow('zsh');
  });
});

describe('the oracle', () => {
  const plain: RealRun = { script: '', shell: 'bash', flags: ['-e'], env: {}, commands: [], tools: [] };

  it('knows the status, the calls and what was written', async () => {
    const outcome = await runReal({
      ...plain,
      script:
        'deploy "$X" "a b"\nnotify\necho "k=v" >> "$GITHUB_OUTPUT"\necho "e=1" >> "$GITHUB_ENV"\nexit 7\n',
      env: { X: 'two\nlines' },
      commands: [stub('deploy'), stub('notify')],
    });
    expect(outcome.status).toBe(7);
    expect(outcome.calls).toEqual([['deploy', 'two\nlines', 'a b'], ['notify']]);
    expect([...outcome.outputs, ...outcome.env]).toEqual([
      ['k', 'v'],
      ['e', '1'],
    ]);
  });

  it('gives a stub the status asked for', async () => {
    const script = 'check || notify\n';
    const outcome = await runReal({
      ...plain,
      script,
      commands: [stub('check', { status: 3 }), stub('notify')],
    });
    expect(outcome.reached).toEqual(['check', 'notify']);
    expect(
      (await runReal({ ...plain, script: 'check', commands: [stub('check', { status: 3 })] })).status,
    ).toBe(3);
  });

  it('offers nothing on PATH that was not asked for', async () => {
    expect((await runReal({ ...plain, script: 'cat < /dev/null\n' })).status).toBe(127);
    expect((await runReal({ ...plain, script: 'cat < /dev/null\n', tools: ['cat'] })).status).toBe(0);
    await expect(runReal({ ...plain, tools: ['curl'] })).rejects.toThrow("'curl' is not one of the tools");
  });

  it('hands on nothing of its own environment', async () => {
    const script = 'for v in NODE_ENV VITEST USER; do [ -z "${!v+x}" ] || exit 9; done\n';
    expect((await runReal({ ...plain, script })).status).toBe(0);
  });

  it('runs the rest of a batch when one of its scripts does not end', async () => {
    const batch = ['exit 3\n', 'while :; do :; done\n', 'exit 4\n'].map((script) => ({ ...plain, script }));
    const outcomes = await runRealBatch(batch, [], 1_000);
    expect(outcomes.map((outcome) => outcome?.status ?? null)).toEqual([3, null, 4]);
  });
});

describe('the files that a runner reads', () => {
  it('hold pairs and blocks, and the last write wins', () => {
    expect([...parseFileCommands('a=1\n\nb<<END\nx\ny=z\nEND\na=2=3\nc=\n')]).toEqual([
      ['a', '2=3'],
      ['b', 'x\ny=z'],
      ['c', ''],
    ]);
  });

  it('make a runner fail where they hold something else', () => {
    expect(() => parseFileCommands('just words\n')).toThrow('just words');
    expect(() => parseFileCommands('a<<END\nx\n')).toThrow('END');
  });
});
