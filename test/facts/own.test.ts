import { describe, expect, it } from 'vitest';
import { actionEffect, actionFact } from '../../src/facts/actions.js';
import { commandEffect, consumption } from '../../src/facts/commands.js';
import type { OwnAction, OwnCommand, OwnFacts } from '../../src/facts/own.js';

function command(changes: Partial<OwnCommand>): OwnFacts {
  const fact: OwnCommand = {
    command: 'ship',
    words: [],
    effect: null,
    reads: [],
    whenMissing: null,
    reason: 'manual',
    ...changes,
  };
  return { commands: [fact], actions: [] };
}

function action(changes: Partial<OwnAction>): OwnFacts {
  const fact: OwnAction = {
    action: 'acme/notify',
    effect: null,
    credentials: null,
    reason: 'manual',
    ...changes,
  };
  return { commands: [], actions: [fact] };
}

describe("a fact about a command of one's own", () => {
  it('says what it does, also behind wrappers', () => {
    const own = command({ effect: 'none' });
    expect(commandEffect('ship', [])).toBe('work');
    expect(commandEffect('ship', [], own)).toBe('none');
    expect(commandEffect('sudo', ['-u', 'x', 'timeout', '60', 'ship', 'it'], own)).toBe('none');
    expect(commandEffect('shipper', [], own)).toBe('work');
  });

  it('comes before the tables', () => {
    expect(commandEffect('echo', ['x'], command({ command: 'echo', effect: 'work' }))).toBe('work');
    expect(
      consumption('gh', ['pr', 'list'], command({ command: 'gh', whenMissing: 'goes-on' })),
    ).toMatchObject({ whenMissing: 'goes-on', reads: [] });
  });

  it('holds for its words only, options between them or not', () => {
    const own = command({ effect: 'prepares', words: ['registry', 'login'] });
    expect(commandEffect('ship', ['registry', 'login', 'x'], own)).toBe('prepares');
    expect(commandEffect('ship', ['--verbose', 'registry', '-q', 'login'], own)).toBe('prepares');
    expect(commandEffect('ship', ['registry', 'push'], own)).toBe('work');
    expect(commandEffect('ship', ['registry', null], own)).toBe('work');
    expect(commandEffect('ship', [], own)).toBe('work');
  });

  it('says what it reads, and what it does without', () => {
    expect(consumption('ship', [], command({ effect: 'work' }))).toBeNull();
    expect(consumption('ship', [], command({ reads: ['A', 'B'] }))).toMatchObject({
      reads: ['A', 'B'],
      anyOf: [['A', 'B']],
      whenMissing: 'fails',
      reason: 'fails without it, as the configuration says: manual',
    });
    expect(consumption('ship', [], command({ whenMissing: 'goes-on' }))).toMatchObject({
      anyOf: [],
      whenMissing: 'goes-on',
    });
  });

  it('that does not answer the question leaves it to the next, and to the tables', () => {
    const facts: OwnFacts = {
      commands: [...command({ reads: ['A'] }).commands, ...command({ effect: 'none' }).commands],
      actions: [],
    };
    expect(commandEffect('ship', [], facts)).toBe('none');
    expect(commandEffect('echo', [], command({ command: 'echo', reads: ['A'] }))).toBe('none');
  });
});

describe("a fact about an action of one's own", () => {
  const soft = { credentials: ['token'], env: ['ACME'], whenMissing: 'goes-on' } as const;

  it('says what it does, at any version and host', () => {
    const own = action({ effect: 'prepares' });
    expect(actionEffect('acme/notify@v1')).toBe('work');
    expect(actionEffect('Acme/Notify@v1', own)).toBe('prepares');
    expect(actionEffect('https://example.org/acme/notify@main', own)).toBe('prepares');
    expect(actionEffect('acme/notify/sub@v1', own)).toBe('work');
    expect(actionFact('acme/notify@v1', own)).toBeNull();
  });

  it('says what it does without its credential', () => {
    expect(actionFact('acme/notify@v1', action({ credentials: soft }))).toMatchObject({
      ...soft,
      effect: 'work',
      action: 'acme/notify',
    });
    expect(actionFact('acme/notify@v1', action({ credentials: soft, effect: 'prepares' }))).toMatchObject({
      effect: 'prepares',
    });
  });

  it('can be about all actions of an owner, and the narrower one counts', () => {
    const all = action({ action: 'acme/*', effect: 'prepares' });
    const own: OwnFacts = { commands: [], actions: [...all.actions, ...action({ effect: 'work' }).actions] };
    expect(actionEffect('acme/build@v1', own)).toBe('prepares');
    expect(actionEffect('acme/notify@v1', own)).toBe('work');
  });

  it('adds to what the tables know, and corrects it', () => {
    const own = action({ action: 'codecov/codecov-action', credentials: { ...soft, whenMissing: 'fails' } });
    const known = actionFact('codecov/codecov-action@v4');
    expect(known?.unneededIf).toBeDefined();
    expect(actionFact('codecov/codecov-action@v4', own)).toMatchObject({
      whenMissing: 'fails',
      unneededIf: known?.unneededIf,
    });
  });

  it('is about no action of the repository', () => {
    expect(actionEffect('./acme/notify', action({ effect: 'prepares' }))).toBe('work');
  });
});
