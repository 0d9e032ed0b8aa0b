import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/audit/audit.js';
import { repositoryAudit } from '../../src/audit/repository.js';
import { type LintOptions, lint } from '../../src/lint/lint.js';
import type { OptionalSecret } from '../../src/lint/settings.js';
import type { ReplayVerdict } from '../../src/replay/result.js';

const path = '.gitea/workflows/ci.yml';

const soft = `on: [push, pull_request]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: Deploy
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then
            exit 0
          fi
          curl -fsS -H "Authorization: $TOKEN" https://example.org/deploy
`;

function auditOf(
  texts: Readonly<Record<string, string>>,
  options: Partial<LintOptions> = {},
  optional: readonly OptionalSecret[] = [],
) {
  const inputs = Object.entries(texts).map(
    ([path, text]) => ({ source: { path, text }, kind: 'workflow', forge: 'gitea' }) as const,
  );
  const result = lint(inputs, { rules: null, forge: null, today: '2026-11-22', fates: true, ...options });
  return repositoryAudit('it', result, optional);
}

function told({ rows }: { readonly rows: readonly Row[] }): string[] {
  return rows.map(
    ({ secret, file, job, verdict, cells }) =>
      `${secret} ${file} ${job} ${verdict}: ${cells.map((cell) => `${cell.context} ${cell.verdict}`).join(', ')}`,
  );
}

describe('the audit of a repository', () => {
  it('says of each event what a replay in that event has shown', () => {
    const inputs = [{ source: { path, text: soft }, kind: 'workflow', forge: 'gitea' } as const];
    const result = lint(inputs, { rules: null, forge: null, fates: true });
    const nothing = {
      secrets: [],
      restsOn: [],
      notRun: [],
      assumed: [],
      present: [],
      missing: [],
      script: null,
    };
    const shown = (context: string, verdict: ReplayVerdict) => ({
      ...nothing,
      context,
      verdict,
      reason: verdict,
    });
    const contexts = [shown('push', 'confirmed'), shown('pull_request:same-repo', 'not-replayable')];
    const [finding] = result.findings;
    if (!finding) throw new Error('expected a finding');
    const replays = new Map([[finding, { verdict: 'confirmed', reason: 'it is', contexts } as const]]);
    const { rows, findings } = repositoryAudit('it', result, [], replays);
    expect(rows[0]?.cells.map(({ context, replay }) => [context, replay?.verdict])).toEqual([
      ['push', 'confirmed'],
      ['pull_request:same-repo', 'not-replayable'],
      ['pull_request:fork', undefined],
    ]);
    expect(findings[0]?.replay).toEqual({ verdict: 'confirmed', reason: 'it is' });
  });

  it('has a row for each secret in each job, with a cell for each event', () => {
    expect(told(auditOf({ [path]: soft }))).toEqual([
      `TOKEN ${path} deploy fails-open: push fails-open, pull_request:same-repo fails-open, pull_request:fork soft-on-forks`,
    ]);
  });

  it('brings the code along that a verdict is seen in, once for all events that show the same', () => {
    const [row] = auditOf({ [path]: soft }).rows;
    expect(row?.evidence).toHaveLength(1);
    expect(row?.cells.map(({ evidence }) => evidence)).toEqual([0, 0, 0]);
    const [evidence] = row?.evidence ?? [];
    expect(evidence?.witness[0]).toEqual({
      file: path,
      start: { line: 8, column: 22 },
      end: { line: 8, column: 35 },
      text: "the secret enters here; missing, it is ''",
    });
    expect(evidence?.code[0]?.lines.map(({ number }) => number)).toEqual([7, 8, 9, 10, 11, 12, 13]);
    expect(evidence?.code[0]?.lines[1]?.text).toBe('          TOKEN: ${{ secrets.TOKEN }}');
  });

  it('names the findings that report a cell', () => {
    const { rows, findings } = auditOf({ [path]: soft });
    const [cell] = rows[0]?.cells ?? [];
    const hole = findings.find(({ rule }) => rule === 'missing-secret-exits-zero');
    expect(cell?.findings).toEqual([hole?.fingerprint]);
    expect(cell?.accepted).toBeNull();
  });

  it('keeps the verdict of what is ignored, and says who ignored it and why', () => {
    const ignored = soft.replace('exit 0', 'exit 0 # hardfail: ignore[missing-secret-exits-zero] see #71');
    const { rows, findings } = auditOf({ [path]: ignored });
    const accepted = { by: 'directive', reason: 'see #71', until: null };
    expect(rows[0]?.cells[0]).toMatchObject({ verdict: 'fails-open', accepted });
    expect(findings.filter((finding) => finding.accepted !== null)).toMatchObject([
      { rule: 'missing-secret-exits-zero', accepted },
    ]);
  });

  it('calls optional what the configuration calls so, and nothing that fails closed', () => {
    const span = { source: { path: 'hardfail.yml', text: '' }, start: 0, end: 0 };
    const optional = [{ name: 'TOKEN', reason: 'it is advisory', span }];
    const reason = 'the configuration calls it optional: it is advisory';
    const [row] = auditOf({ [path]: soft }, {}, optional).rows;
    expect(row?.cells[0]).toMatchObject({ verdict: 'optional', reason, accepted: null });
    const hard = auditOf({ [path]: soft.replace('exit 0', 'exit 1') }, {}, optional);
    expect(hard.rows[0]?.cells[0]).toMatchObject({ verdict: 'fails-closed' });
  });

  it('tells of workflows that never run, and marks what is in them', () => {
    const dead = '.github/workflows/old.yml';
    const { rows, dead: found } = auditOf({ [path]: soft, [dead]: soft }, { forge: 'gitea' });
    expect(found.map(({ file }) => file)).toEqual([dead]);
    expect(rows.map((row) => [row.file, row.dead])).toEqual([
      [path, false],
      [dead, true],
    ]);
  });

  it('tells which steps are not judged, and what could not be read', () => {
    const ruby = soft.replace('        run', '        shell: ruby {0}\n        run');
    expect(auditOf({ [path]: ruby }).notJudged).toEqual([
      {
        file: path,
        start: { line: 6, column: 9 },
        job: 'deploy',
        step: 'Deploy',
        reason: 'ruby {0} scripts are not modelled',
      },
    ]);
    const { errors } = auditOf({ [path]: 'on: [push' });
    expect(errors[0]).toMatchObject({ file: path, start: { line: 1 } });
  });

  it('counts jobs of called workflows in their own file, with the worst that their callers show', () => {
    const called = '.gitea/workflows/called.yml';
    const inside = `on: workflow_call
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
          STRICT: \${{ inputs.strict }}
        run: |
          if [ -z "$TOKEN" ]; then
            if [ "$STRICT" = yes ]; then exit 1; fi
            exit 0
          fi
          ./deploy
`.replace('workflow_call', '\n  workflow_call:\n    inputs:\n      strict:\n        type: string');
    const call = (strict: string) => `on: push
jobs:
  call:
    uses: ./${called}
    with:
      strict: "${strict}"
    secrets: inherit
`;
    const texts: Record<string, string> = {
      '.gitea/workflows/a.yml': call('yes'),
      '.gitea/workflows/b.yml': call('no'),
      [called]: inside,
    };
    const files = Object.keys(texts).map((path) => {
      return { path, shown: path, kind: 'workflow', folder: '.gitea' } as const;
    });
    const sources = new Map(Object.entries(texts).map(([path, text]) => [path, { path, text }]));
    const repository = {
      files: () => files,
      read: (name: string) => sources.get(name) ?? null,
      refusal: () => null,
    };
    const inputs = [...sources.values()].map((source) => {
      return { source, kind: 'workflow', forge: 'gitea', repository } as const;
    });
    const result = lint(inputs, { rules: null, forge: null, fates: true });
    expect(told(repositoryAudit('it', result, []))).toEqual([
      `TOKEN ${called} work fails-open: push fails-open`,
    ]);
  });
});
