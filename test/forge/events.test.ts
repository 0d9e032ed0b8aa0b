import { describe, expect, test } from 'vitest';
import { type EventContext, type EventTrigger, eventContexts, type Known } from '../../src/forge/events.js';
import { type Forge, forges } from '../../src/forge/forge.js';
import { parseYaml, type YamlNode } from '../../src/parse/yaml.js';

function body(text: string): YamlNode | null {
  return parseYaml({ path: 'on.yml', text }).root;
}

function triggers(...names: string[]): EventTrigger[] {
  return names.map((event) => ({ event, body: null }));
}

function contexts(forge: Forge, ...names: string[]): readonly EventContext[] {
  return eventContexts(triggers(...names), forge);
}

function contextNamed(forge: Forge, name: string, filters: string | null = null): EventContext {
  const event = name.split(':')[0] ?? '';
  const trigger = { event, body: filters === null ? null : body(filters) };
  const found = eventContexts([trigger], forge).find((context) => context.name === name);
  if (found === undefined) throw new Error(`no context ${name} on ${forge}`);
  return found;
}

function value(known: Known | undefined): unknown {
  return known?.kind === 'constant' ? known.value : known?.kind;
}

/** What `left == right` comes to by what is known; null where that decides nothing. */
function equal(left: Known | undefined, right: Known | undefined): boolean | null {
  if (left === undefined || right === undefined) return null;
  if (left.kind === 'constant' && right.kind === 'constant') return left.value === right.value;
  if (left.kind === 'symbol' && right.kind === 'symbol') {
    if (left.name === right.name) return true;
    return left.differsFrom.includes(right.name) || right.differsFrom.includes(left.name) ? false : null;
  }
  const constant = left.kind === 'constant' ? left : right;
  const symbol = left.kind === 'symbol' ? left : right;
  if (constant.kind !== 'constant' || symbol.kind !== 'symbol') return false;
  // null becomes 0 beside a string, and no repository is called that (semantics 4.4, 6.10).
  if (constant.value === null) return false;
  return symbol.excludes === 'all' || symbol.excludes.some((text) => text === constant.value) ? false : null;
}

const nameOfHead = 'event.pull_request.head.repo.full_name';

describe('who is entitled to secrets (semantics 6.1)', () => {
  const T = true;
  const F = false;
  test.each([
    // context, on GitHub, on Gitea, on Forgejo; null: never fires there
    ['push', T, T, T],
    ['create', T, T, T],
    ['release', T, T, T],
    ['issues', T, T, T],
    ['schedule', T, T, T],
    ['workflow_dispatch', T, T, T],
    ['workflow_run', T, T, T],
    ['repository_dispatch', T, null, null],
    ['deployment_status', T, null, null],
    ['merge_group', T, null, null],
    ['pull_request:same-repo', T, T, T],
    ['pull_request:fork', F, F, F],
    ['pull_request:dependabot', F, null, null],
    ['pull_request_target', T, T, T],
    ['pull_request_review:same-repo', T, T, T],
    ['pull_request_review:fork', F, T, T],
    ['pull_request_review_comment:fork', F, T, T],
    ['issue_comment', T, T, T],
    ['issue_comment:fork', T, F, T],
    ['pull_request_comment:fork', null, F, T],
    ['workflow_call', T, T, T],
  ] as const)('%s', (name, github, gitea, forgejo) => {
    const event = name.split(':')[0] ?? '';
    const trusted = (forge: Forge) => {
      // A known event beside it, so that an unknown one is left out.
      const found = contexts(forge, 'push', event).find((context) => context.name === name);
      return found?.trusted ?? null;
    };
    expect([trusted('github'), trusted('gitea'), trusted('forgejo')]).toEqual([github, gitea, forgejo]);
  });

  test.each(forges)('on %s the list ends with one trusted unknown event', (forge) => {
    const names = contexts(forge, 'push', 'push', 'pull_request').map(({ name }) => name);
    expect(names.at(-1)).toBe('unknown');
    expect(new Set(names).size).toBe(names.length);
    const unknown = contexts(forge).at(-1);
    expect(unknown).toMatchObject({ name: 'unknown', event: null, trusted: true });
    expect(unknown?.known('event_name')).toMatchObject({ kind: 'symbol', excludes: 'all', nonEmpty: true });
  });

  test('a file of events that the forge does not know is judged all the same', () => {
    expect(contexts('gitea', 'merge_group').map(({ name, trusted }) => [name, trusted])).toEqual([
      ['merge_group', true],
      ['unknown', true],
    ]);
  });
});

describe('fork idioms (semantics 6.10)', () => {
  test.each([
    // context, event_name == 'pull_request', full_name == repository, head.repo.fork
    ['pull_request:same-repo', true, true, false],
    ['pull_request:fork', true, false, true],
    ['push', false, false, null],
    ['schedule', false, false, null],
    ['workflow_dispatch', false, false, null],
    ['unknown', false, false, null],
  ] as const)('%s', (name, isPullRequest, sameName, fork) => {
    for (const forge of forges) {
      const context = contexts(forge, 'push', 'schedule', 'workflow_dispatch', 'pull_request').find(
        (candidate) => candidate.name === name,
      );
      const event: Known = { kind: 'constant', value: 'pull_request' };
      expect(equal(context?.known('event_name'), event)).toBe(isPullRequest);
      expect(equal(context?.known(nameOfHead), context?.known('repository'))).toBe(sameName);
      expect(value(context?.known('event.pull_request.head.repo.fork'))).toBe(fork);
    }
  });

  test.each(forges)('the owner and the id tell a fork too, on %s', (forge) => {
    const same = contextNamed(forge, 'pull_request:same-repo');
    const fork = contextNamed(forge, 'pull_request:fork');
    const owner = 'event.pull_request.head.repo.owner.login';
    expect(equal(same.known(owner), same.known('repository_owner'))).toBe(true);
    expect(equal(fork.known(owner), fork.known('repository_owner'))).toBe(false);
    const [head, base] = ['event.pull_request.head.repo.id', 'event.pull_request.base.repo.id'];
    expect(equal(same.known(head), same.known(base))).toBe(true);
    expect(equal(fork.known(head), fork.known(base))).toBe(false);
  });

  test('the base of a pull request is the repository, in every pull request context', () => {
    for (const name of ['pull_request:same-repo', 'pull_request:fork', 'pull_request_target']) {
      const context = contextNamed('github', name);
      const base = context.known('event.pull_request.base.repo.full_name');
      expect(equal(base, context.known('repository'))).toBe(true);
    }
  });

  test('the head of a pull_request_target may be a fork or not', () => {
    const context = contextNamed('github', 'pull_request_target');
    expect(equal(context.known(nameOfHead), context.known('repository'))).toBeNull();
    expect(context.known('event.pull_request.head.repo.fork')).toBeUndefined();
  });

  test.each([
    ['push', 'Actions'],
    ['pull_request:same-repo', 'Actions'],
    ['pull_request:fork', 'None'],
    ['pull_request:dependabot', 'Dependabot'],
    ['pull_request_review:fork', 'None'],
  ])('secret_source of %s on GitHub is %s', (name, source) => {
    expect(value(contextNamed('github', name).known('secret_source'))).toBe(source);
  });

  test.each(['gitea', 'forgejo'] as const)('%s has no such fields', (forge) => {
    const context = contextNamed(forge, 'pull_request:fork');
    for (const field of ['secret_source', 'triggering_actor', 'repository_id', 'ref_protected']) {
      expect(value(context.known(field))).toBe('');
    }
  });

  test('Dependabot is one context, and nobody anywhere else', () => {
    const bot = 'dependabot[bot]';
    const dependabot = contextNamed('github', 'pull_request:dependabot');
    expect(value(dependabot.known('actor'))).toBe(bot);
    expect(value(dependabot.known('event.pull_request.user.login'))).toBe(bot);
    expect(equal(dependabot.known(nameOfHead), dependabot.known('repository'))).toBe(true);
    const botName: Known = { kind: 'constant', value: bot };
    for (const context of contexts('github', 'push', 'pull_request', 'pull_request_target')) {
      if (context === dependabot || context.name === 'pull_request:dependabot') continue;
      expect(equal(context.known('actor'), botName)).toBe(false);
      expect(equal(context.known('triggering_actor'), botName)).toBe(false);
      expect(equal(context.known('event.pull_request.user.login'), botName)).toBe(false);
    }
  });
});

describe('what is known of the payload (semantics 6.9)', () => {
  test.each(['push', 'schedule', 'workflow_dispatch', 'release'])('%s has no pull request', (name) => {
    const context = contextNamed('gitea', name);
    expect(value(context.known('event.pull_request'))).toBeNull();
    expect(value(context.known('event.pull_request.head.repo.full_name'))).toBeNull();
    expect(value(context.known('head_ref'))).toBe('');
    expect(value(context.known('base_ref'))).toBe('');
    expect(value(context.known('event_name'))).toBe(name);
  });

  test('a path below an object is open, a path below nothing is null, the rest is open', () => {
    const push = contextNamed('github', 'push');
    expect(push.known('event')).toEqual({ kind: 'object' });
    expect(push.known('event.something.else')).toBeUndefined();
    expect(value(push.known('event.inputs.deploy'))).toBeNull();
    expect(value(push.known('repository.name'))).toBeNull();
    expect(push.known('nonsense')).toBeUndefined();
    const dispatch = contextNamed('github', 'workflow_dispatch');
    expect(dispatch.known('event.inputs.deploy')).toBeUndefined();
  });

  test('a comment on a fork says so', () => {
    const github = contextNamed('github', 'issue_comment:fork');
    expect(github.known('event.issue.pull_request')).toEqual({ kind: 'object' });
    expect(value(github.known('event.pull_request'))).toBeNull();
    expect(contextNamed('github', 'issue_comment').known('event.issue.pull_request')).toBeUndefined();
    expect(value(contextNamed('gitea', 'issue_comment:fork').known('event.is_pull'))).toBe(true);
  });

  test('a called workflow has its trusted callers, with a pull request or without', () => {
    const [plain, pullRequest] = eventContexts(triggers('workflow_call'), 'github');
    expect(plain?.known('event_name')).toMatchObject({ kind: 'symbol', nonEmpty: true });
    const event: Known = { kind: 'constant', value: 'pull_request' };
    expect(equal(plain?.known('event_name'), event)).toBe(false);
    expect(value(plain?.known('event.pull_request'))).toBeNull();
    expect(equal(pullRequest?.known('event_name'), event)).toBe(true);
    expect(equal(pullRequest?.known(nameOfHead), pullRequest?.known('repository'))).toBe(true);
  });

  test.each(['github', 'gitea'] as const)('the ref of a pull request equals no constant on %s', (forge) => {
    const context = contextNamed(forge, 'pull_request:fork');
    expect(context.known('ref')).toMatchObject({ kind: 'symbol', prefix: 'refs/pull/', excludes: 'all' });
    expect(context.known('ref_name')).toMatchObject({ kind: 'symbol', excludes: 'all' });
  });

  test('a scheduled run on GitHub runs on the default branch, with its cron line', () => {
    const context = contextNamed('github', 'schedule', '- cron: "0 3 * * *"');
    expect(context.known('ref')).toMatchObject({ prefix: 'refs/heads/' });
    expect(value(context.known('event.schedule'))).toBe('0 3 * * *');
    expect(value(context.known('event.head_commit.message'))).toBeNull();
    expect(context.known('event.repository.full_name')).toBeUndefined();
  });

  test('a scheduled run on Gitea carries the last push', () => {
    expect(contextNamed('gitea', 'schedule').known('event.head_commit.message')).toBeUndefined();
  });

  test('the server of Gitea and Forgejo is not GitHub', () => {
    const server: Known = { kind: 'constant', value: 'https://github.com' };
    expect(equal(contextNamed('gitea', 'push').known('server_url'), server)).toBe(false);
    expect(equal(contextNamed('github', 'push').known('server_url'), server)).toBeNull();
  });
});

describe('filters', () => {
  test.each([
    ['branches: [main]', 'refs/heads/main', 'main', 'branch'],
    ['branches: main', 'refs/heads/main', 'main', 'branch'],
    ['tags: [v1]', 'refs/tags/v1', 'v1', 'tag'],
  ])('push with %s', (filters, ref, name, type) => {
    const context = contextNamed('github', 'push', filters);
    expect(value(context.known('ref'))).toBe(ref);
    expect(value(context.known('event.ref'))).toBe(ref);
    expect(value(context.known('ref_name'))).toBe(name);
    expect(value(context.known('ref_type'))).toBe(type);
  });

  test.each([
    ['branches: [main, dev]', 'refs/heads/'],
    ['branches: ["release/*"]', 'refs/heads/'],
    ['branches-ignore: [wip]', 'refs/heads/'],
    ['tags: ["v*"]', 'refs/tags/'],
    ['tags-ignore: [old]', 'refs/tags/'],
    ['{ branches: [main], tags: ["v*"] }', 'refs/'],
    ['paths: [src]', 'refs/'],
  ])('push with %s leaves the ref open below %s', (filters, prefix) => {
    expect(contextNamed('gitea', 'push', filters).known('ref')).toMatchObject({ kind: 'symbol', prefix });
  });

  test('branches of a pull request are base branches', () => {
    for (const name of ['pull_request:same-repo', 'pull_request_target']) {
      const context = contextNamed('github', name, 'branches: [main]');
      expect(value(context.known('base_ref'))).toBe('main');
      expect(value(context.known('event.pull_request.base.ref'))).toBe('main');
    }
    const target = contextNamed('github', 'pull_request_target', 'branches: [main]');
    expect(value(target.known('ref'))).toBe('refs/heads/main');
  });

  test.each([
    ['github', 'types: [closed]', 'closed'],
    ['github', 'types: synchronize', 'synchronize'],
    ['github', 'types: [opened, closed]', undefined],
    ['github', null, undefined],
    ['gitea', 'types: [closed]', 'closed'],
    // Gitea calls it otherwise in the payload.
    ['gitea', 'types: [synchronize]', undefined],
  ] as const)('the action on %s with %s', (forge, filters, expected) => {
    expect(value(contextNamed(forge, 'pull_request:fork', filters).known('event.action'))).toBe(expected);
  });

  test('a push has no action', () => {
    expect(value(contextNamed('github', 'push').known('event.action'))).toBeNull();
  });
});
