import { describe, expect, it } from 'vitest';
import { merged } from '../../src/audit/assemble.js';
import type { Audit } from '../../src/audit/audit.js';
import { audit, cell, repository, row } from '../support/audits.js';

const error = { file: 'ci.yml', start: null, message: 'broken' };

describe('the totals', () => {
  it('count rows by their worst cell, cells, and each secret once in a repository', () => {
    const { summary } = audit([
      repository('b', [
        row('fails-open', { cells: [cell('fails-open'), cell('soft-on-forks')] }),
        row('fails-closed', { secret: 'deploy_token' }),
      ]),
      repository('a', [row('fails-closed')]),
    ]);
    expect(summary).toMatchObject({
      repositories: 2,
      files: 2,
      jobs: 4,
      steps: { judged: 10, notJudged: 2 },
      secrets: 2,
      incomplete: false,
    });
    expect(summary.rows).toMatchObject({ 'fails-open': 1, 'fails-closed': 2, 'soft-on-forks': 0 });
    expect(summary.cells).toMatchObject({ 'fails-open': 1, 'fails-closed': 2, 'soft-on-forks': 1 });
  });

  it('count findings that somebody has accepted apart from those that count', () => {
    const finding = {
      rule: 'r',
      severity: 'error',
      confidence: 'proved',
      message: 'm',
      file: 'f',
      start: { line: 1, column: 1 },
      job: null,
      secrets: [],
      fingerprint: '0',
      accepted: null,
    } as const;
    const accepted = { by: 'baseline', reason: 'known', until: null } as const;
    const { summary } = audit([
      repository('a', [], {
        findings: [finding, { ...finding, accepted }, { ...finding, severity: 'note' }],
      }),
    ]);
    expect(summary.findings).toEqual({ error: 1, warning: 0, note: 1 });
    expect(summary.accepted).toBe(1);
  });

  it('are in the order of the names, whatever the order in which they come', () => {
    const names = (whole: Audit) => whole.repositories.map(({ name }) => name);
    expect(names(audit([repository('b', []), repository('a', [])]))).toEqual(['a', 'b']);
  });
});

describe('an audit is incomplete', () => {
  it.each<[string, Audit, boolean]>([
    ['with an error', audit([repository('a', [], { errors: [error] })]), true],
    ['with nothing to audit', audit([]), true],
    ['with no files', audit([repository('a', [], { files: 0 })]), true],
    ['not for a part alone', audit([repository('a', [])], { shards: { of: 3, held: [2] } }), false],
    [
      'for parts of which one is left out',
      audit([repository('a', [])], { shards: { of: 3, held: [1, 2] }, merging: true }),
      true,
    ],
    [
      'not for all parts',
      audit([repository('a', [])], { shards: { of: 2, held: [1, 2] }, merging: true }),
      false,
    ],
  ])('%s', (_title, whole, expected) => {
    expect(whole.summary.incomplete).toBe(expected);
  });
});

describe('the trend', () => {
  const before = audit([repository('a', [row('fails-open'), row('masked', { secret: 'GONE' })])], {
    date: '2026-10-01',
  });

  it('names what has opened and what has closed', () => {
    const now = audit([repository('a', [row('fails-closed'), row('masked', { secret: 'NEW', job: null })])], {
      since: before,
    });
    const name = { repository: 'a', file: '.gitea/workflows/deploy.yml', job: 'publish' };
    expect(now.trend).toMatchObject({
      since: '2026-10-01',
      before: { 'fails-open': 1, masked: 1, 'fails-closed': 0 },
      opened: [{ ...name, secret: 'NEW', job: null }],
      closed: [
        { ...name, secret: 'DEPLOY_TOKEN' },
        { ...name, secret: 'GONE' },
      ],
    });
  });

  it('is none between a hole and another kind of hole at one place', () => {
    const now = audit([repository('a', [row('masked'), row('fails-open', { secret: 'GONE' })])], {
      since: before,
    });
    expect(now.trend).toMatchObject({ opened: [], closed: [] });
  });

  it('is null without an earlier audit', () => {
    expect(before.trend).toBeNull();
  });
});

describe('parts', () => {
  const part = (name: string, index: number, of = 2) => ({
    name: `${index}.json`,
    audit: audit([repository(name, [])], { shards: { of, held: [index] } }),
  });

  it('are put together with all their repositories and shards', () => {
    const whole = merged([part('b', 2), part('a', 1)]);
    expect(whole).toMatchObject({ ok: true, shards: { of: 2, held: [1, 2] } });
    expect(whole.ok && whole.repositories.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('may be whole audits too', () => {
    const whole = merged([{ name: 'x.json', audit: audit([repository('x', [])]) }]);
    expect(whole).toMatchObject({ ok: true, shards: null });
  });

  it.each([
    ["2.json and 1.json both have the repository 'a'", [part('a', 1), part('a', 2)]],
    ['1.json and 1.json are both part 1/2', [part('a', 1), part('b', 1)]],
    ['2.json is a part of 3, and one before it a part of 2', [part('a', 1), part('b', 2, 3)]],
  ])('are refused: %s', (message, parts) => {
    expect(merged(parts)).toMatchObject({ ok: false, problem: { message } });
  });
});
