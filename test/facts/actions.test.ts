import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionFacts } from '../../src/facts/action-table.js';
import { actionEffect, actionFact } from '../../src/facts/actions.js';

describe('the table', () => {
  it('names each action once', () => {
    const seen = actionFacts.map((fact) => fact.action);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(120);
  });

  it.each(actionFacts.map((fact) => [fact.action, fact] as const))('%s is well formed', (_, fact) => {
    expect(fact.action).toMatch(/^[a-z0-9_.-]+(\/[a-z0-9_.-]+)*(\/\*)?$/);
    expect(fact.action).toContain('/');
    expect(fact.source.trim()).not.toBe('');
    const inputs = [...fact.credentials, ...fact.alwaysAvailable];
    for (const input of inputs) expect(input).toBe(input.toLowerCase());
    for (const input of fact.alwaysAvailable) expect(fact.credentials).toContain(input);
    for (const name of fact.tolerates ?? []) expect([...fact.credentials, ...fact.env]).toContain(name);
    for (const name of fact.env) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    for (const rule of [...(fact.rehearsal ?? []), ...(fact.unneededIf ?? [])]) {
      expect(rule.input).toBe(rule.input.toLowerCase());
    }
  });

  it.each(actionFacts.map((fact) => fact.action))('%s is found by its own name', (action) => {
    const uses = `${action.replace('*', 'some-action')}@v1`;
    expect(actionFact(uses)?.action).toBe(action);
  });
});

describe('actionFact', () => {
  it.each([
    'codecov/codecov-action@v4',
    'Codecov/Codecov-Action@8f2c1a',
    'codecov/codecov-action',
    'https://github.com/codecov/codecov-action@v5',
    'https://data.forgejo.org/codecov/codecov-action@v5',
    'https://github.com/codecov/codecov-action.git@v5',
    '  codecov/codecov-action@refs/heads/main ',
  ])('knows %j', (uses) => {
    expect(actionFact(uses)).toMatchObject({
      action: 'codecov/codecov-action',
      whenMissing: { softUnless: { input: 'fail_ci_if_error', value: 'true' } },
      credentials: ['token'],
    });
  });

  it.each([
    './.github/actions/deploy',
    '../x/y',
    'docker://alpine:3',
    'https://github.com',
    'nobody/knows-this@v1',
    'codecov',
    '',
    '@v4',
    'a/b/c/d/e/f/g/h',
  ])('knows nothing of %j', (uses) => {
    expect(actionFact(uses)).toBeNull();
  });

  it('prefers the exact name to a glob, and the narrow glob to the wide one', () => {
    expect(actionFact('snyk/actions/setup@master')?.action).toBe('snyk/actions/setup');
    expect(actionFact('snyk/actions/node@master')?.action).toBe('snyk/actions/*');
    expect(actionFact('netlify/actions/cli@master')?.action).toBe('netlify/actions/*');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z./:@*-]{0,40}$/)), (uses) => {
        actionFact(uses);
        actionEffect(uses);
      }),
    );
    expect(actionFact('a/'.repeat(300_000))).toBeNull();
    expect(actionFact(`${'/'.repeat(300_000)}a/b`)).toBeNull();
  });
});

describe('actionEffect', () => {
  it.each([
    'actions/checkout@v4',
    'https://code.forgejo.org/actions/checkout@v4',
    'actions/setup-node@v4',
    'actions/cache@v4',
    'actions/cache/restore@v4',
    'actions/upload-artifact@v4',
    'actions/download-artifact@v4',
    'docker/login-action@v3',
    'docker/setup-buildx-action@v3',
    'docker/metadata-action@v5',
    'aws-actions/configure-aws-credentials@v4',
    'google-github-actions/auth@v2',
    'google-github-actions/setup-something-new@v2',
    'webfactory/ssh-agent@v0.9.0',
    'pnpm/action-setup@v4',
    'taiki-e/install-action@v2',
    'superfly/flyctl-actions/setup-flyctl@master',
    'gradle/actions/setup-gradle@v4',
    'somebody/setup-tool@v1',
  ])('%s prepares', (uses) => {
    expect(actionEffect(uses)).toBe('prepares');
  });

  it.each([
    'docker/build-push-action@v6',
    'codecov/codecov-action@v4',
    'superfly/flyctl-actions@1.5',
    'google-github-actions/deploy-cloudrun@v2',
    'gradle/actions/wrapper-validation@v4',
    'peter-evans/create-pull-request@v6',
    'setup-owner/deploy@v1',
    'nobody/knows-this@v1',
    './.github/actions/setup',
    'docker://alpine:3',
  ])('%s is work', (uses) => {
    expect(actionEffect(uses)).toBe('work');
  });
});
