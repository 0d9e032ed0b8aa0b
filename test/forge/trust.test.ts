import { describe, expect, it } from 'vitest';
import { eventContexts } from '../../src/forge/events.js';
import { forges } from '../../src/forge/forge.js';
import { contextNames, defaultTrust, type Trust, withTrust } from '../../src/forge/trust.js';

const triggers = [
  { event: 'push', body: null },
  { event: 'pull_request', body: null },
];

function trusted(trust: Partial<Trust>): string[] {
  const contexts = withTrust(eventContexts(triggers, 'github'), { ...defaultTrust, ...trust });
  return contexts.filter((context) => context.trusted).map(({ name }) => name);
}

describe('trust', () => {
  it('is by default what the forge does', () => {
    expect(trusted({})).toEqual(['push', 'pull_request:same-repo', 'unknown']);
  });

  it('is given and taken by name', () => {
    expect(trusted({ trusted: ['pull_request:fork'] })).toEqual([
      'push',
      'pull_request:same-repo',
      'pull_request:fork',
      'unknown',
    ]);
    expect(trusted({ untrusted: ['push'] })).toEqual(['pull_request:same-repo', 'unknown']);
    expect(trusted({ untrusted: ['pull_request'] })).toEqual(trusted({}));
  });

  it('of the event that nobody listed ends where no listed one has it', () => {
    expect(trusted({ untrusted: ['push', 'pull_request:same-repo'] })).toEqual([]);
  });

  it('is what the forge then says of the secrets', () => {
    const source = (trust: Trust) =>
      withTrust(eventContexts(triggers, 'github'), trust).map(({ known }) => known('secret_source'));
    const constant = (value: string) => ({ kind: 'constant', value });
    expect(source(defaultTrust).map((known) => known)).toEqual(
      ['Actions', 'Actions', 'None', 'Dependabot', 'Actions'].map(constant),
    );
    expect(source({ trusted: ['pull_request:fork'], untrusted: ['push'] })).toEqual(
      ['None', 'Actions', 'Actions', 'Dependabot', 'Actions'].map(constant),
    );
    const gitea = withTrust(eventContexts(triggers, 'gitea'), {
      trusted: ['pull_request:fork'],
      untrusted: [],
    });
    expect(gitea.map(({ known }) => known('secret_source'))).toEqual(gitea.map(() => constant('')));
  });
});

describe('the names of contexts', () => {
  const names = contextNames();

  it('are those that events have on some forge, and not the event that nobody listed', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'push',
        'pull_request:fork',
        'pull_request:dependabot',
        'issue_comment:fork',
        'workflow_call',
      ]),
    );
    expect(names).not.toContain('unknown');
    expect(names).not.toContain('pull_request');
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('can each be trusted and untrusted', () => {
    for (const name of names) {
      const event = name.split(':')[0] ?? '';
      const found = forges
        .flatMap((forge) => eventContexts([{ event, body: null }], forge))
        .filter((one) => one.name === name);
      expect(found.length).toBeGreaterThan(0);
      const states = [true, false].map((entitled) =>
        withTrust(
          found,
          entitled ? { trusted: [name], untrusted: [] } : { trusted: [], untrusted: [name] },
        ).map((one) => one.trusted),
      );
      expect(states).toEqual([found.map(() => true), found.map(() => false)]);
    }
  });
});
