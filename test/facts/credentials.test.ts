import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consumption } from '../../src/facts/commands.js';
import { credentialRows } from '../../src/facts/credentials.js';

function of(text: string) {
  const [name = '', ...args] = text.split(' ');
  return consumption(
    name,
    args.map((arg) => (arg === '?' ? null : arg)),
  );
}

describe('the table', () => {
  it.each(credentialRows.map((row) => [row.commands.join(' '), row] as const))('%s is complete', (_, row) => {
    expect(row.commands.length).toBeGreaterThan(0);
    expect(row.source.trim()).not.toBe('');
    expect(row.reason.trim()).not.toBe('');
    for (const command of row.commands) expect(command).toBe(command.toLowerCase());
    for (const group of row.anyOf ?? []) {
      for (const variable of group.split(' ')) expect(variable).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    }
  });

  it('says that the work is done only where the command goes on', () => {
    expect(credentialRows.filter((row) => row.workDone === true && row.whenMissing === 'fails')).toEqual([]);
  });

  it('has no row that an earlier one hides', () => {
    const seen = new Set<string>();
    for (const row of credentialRows) {
      for (const command of row.commands) {
        expect(seen, `${command} after a row for the whole command`).not.toContain(command);
        const narrow = row.words ?? row.except ?? row.flags ?? row.unlessFlags;
        if (narrow === undefined) seen.add(command);
      }
    }
  });
});

describe('consumption', () => {
  it.each([
    ['gh pr create', 'GH_TOKEN'],
    ['npm publish', 'NODE_AUTH_TOKEN'],
    ['npm --prefix x publish', 'NPM_TOKEN'],
    ['npx semantic-release', 'NPM_TOKEN'],
    ['pnpm changeset publish', 'NPM_TOKEN'],
    ['yarn npm publish', 'YARN_NPM_AUTH_TOKEN'],
    ['aws s3 sync a b', 'AWS_SECRET_ACCESS_KEY'],
    ['python -m twine upload x', 'TWINE_PASSWORD'],
    ['cargo publish', 'CARGO_REGISTRY_TOKEN'],
    ['gem push x', 'GEM_HOST_API_KEY'],
    ['fly deploy', 'FLY_API_TOKEN'],
    ['flyctl deploy', 'FLY_API_TOKEN'],
    ['npx vercel@latest deploy', 'VERCEL_TOKEN'],
    ['npx wrangler deploy', 'CLOUDFLARE_API_TOKEN'],
    ['pulumi up', 'PULUMI_ACCESS_TOKEN'],
    ['sentry-cli releases new x', 'SENTRY_AUTH_TOKEN'],
    ['snyk test', 'SNYK_TOKEN'],
    ['sonar-scanner', 'SONAR_TOKEN'],
    ['psql -c x', 'PGPASSWORD'],
    ['terraform apply', 'ARM_CLIENT_SECRET'],
    ['eas build', 'EXPO_TOKEN'],
    ['firebase deploy', 'FIREBASE_TOKEN'],
    ['vault kv get x', 'VAULT_TOKEN'],
    ['goreleaser release', 'GITHUB_TOKEN'],
    ['docker push x', undefined],
    ['docker compose -f x push', undefined],
    ['ssh host', undefined],
    ['git push', undefined],
  ])('%s fails without %s', (text, variable) => {
    const fact = of(text);
    expect(fact?.whenMissing).toBe('fails');
    if (variable === undefined) expect(fact?.reads).toEqual([]);
    else expect(fact?.reads).toContain(variable);
  });

  it.each([
    ['codecov upload-process', false],
    ['percy exec -- npm test', false],
    ['redis-cli ping', false],
    ['http POST x', false],
    ['docker build --build-arg X=?', true],
    ['turbo run build', true],
  ])('%s goes on', (text, workDone) => {
    expect(of(text)).toMatchObject({ whenMissing: 'goes-on', workDone });
  });

  it.each([
    ['codecov upload-process --fail-on-error', 'fails'],
    ['codecov -Z', 'fails'],
    ['redis-cli -e ping', 'fails'],
    ['http --check-status x', 'fails'],
    ['coveralls --no-fail', 'goes-on'],
    ['docker buildx build --push .', 'fails'],
    ['aws configure set x ?', 'goes-on'],
    ['percy build:finalize', 'fails'],
  ] as const)('%s: %s', (text, whenMissing) => {
    expect(of(text)?.whenMissing).toBe(whenMissing);
  });

  it.each([
    'curl https://x',
    'gh version',
    'gh --version',
    'aws --version',
    'aws s3 ls --no-sign-request s3://x',
    'npm ci',
    'npm publish --dry-run',
    'goreleaser release --snapshot',
    'docker pull x',
    'cypress run',
    'semgrep ci --config auto',
    'helm template x',
    './deploy.sh',
    '? x',
    'npm ?',
  ])('nothing is known of %s', (text) => {
    expect(of(text)).toBeNull();
  });

  it('keeps alternatives apart from what is needed together', () => {
    expect(of('aws s3 ls')?.anyOf).toEqual([['AWS_ACCESS_KEY_ID'], ['AWS_SECRET_ACCESS_KEY']]);
    expect(of('gh pr list')?.anyOf).toHaveLength(1);
  });

  it('never throws', () => {
    const name = fc.oneof(fc.constantFrom(...credentialRows.flatMap((row) => row.commands)), fc.string());
    fc.assert(
      fc.property(name, fc.array(fc.option(fc.string(), { nil: null })), (command, args) => {
        const fact = consumption(command, args);
        if (fact) expect(fact.reads).toEqual(fact.anyOf.flat());
      }),
    );
  });
});
