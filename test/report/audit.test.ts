import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audit } from '../../src/audit/audit.js';
import { repositoryAudit } from '../../src/audit/repository.js';
import { lint } from '../../src/lint/lint.js';
import { renderAuditHtml } from '../../src/report/audit/html.js';
import { renderAuditJson } from '../../src/report/audit/json.js';
import { renderAuditMarkdown } from '../../src/report/audit/markdown.js';
import { renderAuditPretty } from '../../src/report/audit/pretty.js';
import { audit, cell, repository, row } from '../support/audits.js';

const plain = { color: false, columns: 100 };

const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync('audit.schema.json', 'utf8')),
);

function schemaErrors(whole: Audit): string[] {
  if (validate(JSON.parse(renderAuditJson(whole)))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const accepted = { by: 'directive', reason: 'the server comes in spring', until: '2027-01-31' } as const;
const start = { line: 3, column: 1 };

/** Everything that an audit can hold. */
const full = audit(
  [
    repository(
      'one',
      [
        row('fails-open', {
          cells: [
            cell('fails-open', { together: ['OTHER'], accepted }),
            cell('soft-on-forks', { context: 'pull_request:fork', trusted: false }),
          ],
        }),
        row('not-judged', {
          secret: '*',
          job: null,
          dead: true,
          cells: [cell('not-judged', { reason: 'which secret is meant is computed', confidence: 'likely' })],
        }),
      ],
      {
        findings: [
          {
            rule: 'missing-secret-exits-zero',
            severity: 'error',
            confidence: 'proved',
            message: 'step "Deploy" passes without DEPLOY_TOKEN',
            file: '.gitea/workflows/deploy.yml',
            start,
            job: 'publish',
            secrets: ['DEPLOY_TOKEN'],
            fingerprint: '0123456789abcdef',
            accepted,
          },
        ],
        notJudged: [
          { file: 'a.yml', start, job: 'x', step: 'Ruby', reason: 'ruby scripts are not modelled' },
        ],
        dead: [{ file: '.github/workflows/old.yml', message: 'Gitea never runs this workflow' }],
      },
    ),
    repository('two', [row('fails-closed')], { errors: [{ file: 'b.yml', start, message: 'broken' }] }),
  ],
  {
    since: audit([repository('one', [row('masked')])], { date: '2026-10-01' }),
    shards: { of: 2, held: [1] },
  },
);

describe('the audit as JSON', () => {
  it('is what its schema says', () => {
    expect(schemaErrors(full)).toEqual([]);
    expect(schemaErrors(audit([]))).toEqual([]);
  });

  it('is what its schema says where it was made from a workflow', () => {
    const text = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
    const source = { path: '.gitea/workflows/sync.yml', text };
    const result = lint([{ source, kind: 'workflow', forge: 'gitea' }], {
      rules: null,
      forge: null,
      fates: true,
    });
    const whole = audit([repositoryAudit('it', result, [])]);
    expect(whole.summary.rows['fails-open']).toBe(1);
    expect(schemaErrors(whole)).toEqual([]);
  });

  it('is refused by its schema with anything more or less', () => {
    const { trend, ...less } = full;
    expect(trend).not.toBeNull();
    expect(validate(less)).toBe(false);
    expect(validate({ ...full, more: 1 })).toBe(false);
    expect(validate({ ...full, repositories: [{ ...full.repositories[0], rows: [{}] }] })).toBe(false);
  });
});

describe('the audit for a terminal', () => {
  it('has everything that it holds', () => {
    expect(renderAuditPretty(full, plain)).toMatchInlineSnapshot(`
      "VERDICT       SECRET        WORKFLOW AND JOB

      one
      fails open    DEPLOY_TOKEN  .gitea/workflows/deploy.yml:4 publish
          push · soft on forks: pull_request:fork
          the step is skipped, and the job is green, where OTHER is missing too (accepted: the server
          comes in spring)
      not judged    any secret    …orkflows/deploy.yml:4 (action) (never runs)
          push
          which secret is meant is computed

      two
      fails closed  DEPLOY_TOKEN  .gitea/workflows/deploy.yml:4 publish
          push

      accepted findings
        one/.gitea/workflows/deploy.yml:3 missing-secret-exits-zero until 2027-01-31: the server comes in
        spring

      steps that are not judged
        ruby scripts are not modelled: one/a.yml:3

      workflows that never run
        one/.github/workflows/old.yml: Gitea never runs this workflow

      incomplete
        two: b.yml:3:1: broken

      1 fails open · 1 not judged · 1 fails closed
      since 2026-10-01: fails open 0 → 1 (+1) · masked 1 → 0 (−1) · not judged 0 → 1 (+1) · fails closed 0
      → 1 (+1) · 0 newly open, 0 open no more
      incomplete (1 problem) · part 1 of 2 · 2 repositories · 2 files · 4 jobs · 3 secrets · 1 accepted ·
      10 steps judged, 2 not judged
      "
    `);
  });

  it('is not wider than the terminal, and puts events below where they have no room', () => {
    for (const columns of [60, 80, 120, 200]) {
      const lines = renderAuditPretty(full, { color: false, columns }).split('\n');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 110));
    }
  });

  it('is coloured only where it is asked to be', () => {
    expect(renderAuditPretty(full, plain)).not.toContain('\u001b');
    expect(renderAuditPretty(full, { ...plain, color: true })).toContain('\u001b[31m');
  });
});

describe('the audit as Markdown', () => {
  it('has everything that it holds', () => {
    expect(renderAuditMarkdown(full)).toMatchInlineSnapshot(`
      "## hardfail audit

      1 fails open · 1 not judged · 1 fails closed

      since 2026-10-01: fails open 0 → 1 (+1) · masked 1 → 0 (−1) · not judged 0 → 1 (+1) · fails closed 0 → 1 (+1) · 0 newly open, 0 open no more

      incomplete (1 problem) · part 1 of 2 · 2 repositories · 2 files · 4 jobs · 3 secrets · 1 accepted · 10 steps judged, 2 not judged

      ### Incomplete

      - <code>two</code> <code>b.yml:3:1</code> broken

      | Verdict | Secret | Repository | Workflow and job | Events | Why |
      | --- | --- | --- | --- | --- | --- |
      | ✕ fails open | <code>DEPLOY_TOKEN</code> | one | <code>.gitea/workflows/deploy.yml:4</code> publish | push · soft on forks: pull_request:fork | the step is skipped, and the job is green, where OTHER is missing too (accepted: the server comes in spring) |
      | ? not judged | <code>any secret</code> | one | <code>.gitea/workflows/deploy.yml:4</code> (action) (never runs) | push | which secret is meant is computed |
      | ● fails closed | <code>DEPLOY_TOKEN</code> | two | <code>.gitea/workflows/deploy.yml:4</code> publish | push | the step is skipped, and the job is green |

      ### Accepted findings

      - <code>one/.gitea/workflows/deploy.yml:3</code> <code>missing-secret-exits-zero</code> until 2027-01-31: the server comes in spring

      ### Steps that are not judged

      - ruby scripts are not modelled: <code>one/a.yml:3</code>

      ### Workflows that never run

      - <code>one/.github/workflows/old.yml</code> Gitea never runs this workflow
      "
    `);
  });

  it('is cut where a page would be too large, and says so', () => {
    const rows = Array.from({ length: 9_000 }, (_, index) =>
      row('fails-open', { secret: `SECRET_${index}` }),
    );
    const page = renderAuditMarkdown(audit([repository('a', rows)]));
    expect(Buffer.byteLength(page)).toBeLessThan(1_048_576);
    expect(page).toMatch(/\d+ more lines do not fit on this page: --format html has them\.\n$/);
  });
});

describe('whatever the texts of an input hold', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '<!--<script>',
      '\u001b[2J\u202e',
      '::error::x',
      '##[error]x',
      '| a | b |\n\n# head',
      '[x](javascript:alert)',
      '&lt;b&gt;',
      '\u2028\u2029',
    ),
  );
  /** An audit in which every text is one of these. */
  const auditFrom = ([a = '', b = '', c = '', d = '', e = '', f = '']: readonly string[]) => {
    const by = { ...accepted, reason: f };
    return audit([
      repository(
        a,
        [
          row('fails-open', {
            secret: b,
            file: c,
            job: d,
            cells: [cell('fails-open', { context: e, reason: f, together: [a], accepted: by })],
            evidence: [
              {
                witness: [{ file: c, start: { line: 1, column: 2 }, end: { line: 1, column: 5 }, text: b }],
                code: [{ file: c, lines: [{ number: 1, text: d }] }],
              },
            ],
          }),
        ],
        {
          notJudged: [{ file: c, start, job: d, step: e, reason: f }],
          dead: [{ file: c, message: d }],
          errors: [{ file: e, start, message: f }],
        },
      ),
      repository(`${a}2`, []),
    ]);
  };
  const audits = fc.array(hostile, { minLength: 6, maxLength: 6 }).map(auditFrom);
  const harmless = auditFrom(['x', 'x', 'x', 'x', 'x', 'x']);

  it('a terminal and a runner obey none of it', () => {
    fc.assert(
      fc.property(audits, (whole) => {
        const text = renderAuditPretty(whole, plain);
        expect(text).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u);
        expect(text).not.toMatch(/^\s*::/m);
        expect(text).not.toContain('##[');
      }),
    );
  });

  it('no element of the page comes from it', () => {
    const tags = (page: string) =>
      page
        .replaceAll('<wbr>', '')
        .match(/<[a-z!/][^>\s]*/gi)
        ?.join('\n');
    fc.assert(
      fc.property(audits, (whole) => {
        const page = renderAuditHtml(whole);
        // The data of the script has no angle bracket, and the rest has none but those of the page itself.
        const data = /<script type="application\/json" id="rows">(.*)<\/script>/.exec(page)?.[1] ?? '<';
        expect(data).not.toMatch(/[<>\u2028\u2029]/);
        expect(() => JSON.parse(data)).not.toThrow();
        expect(tags(page)).toBe(tags(renderAuditHtml(harmless)));
      }),
    );
  });

  it('no markup of the Markdown comes from it', () => {
    fc.assert(
      fc.property(audits, (whole) => {
        const page = renderAuditMarkdown(whole);
        expect(page.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(4);
        expect(page.match(/<(?!\/?code>)/g)).toBeNull();
        expect(page).not.toMatch(/\]\(/);
        expect(page.split('\n').filter((line) => line.startsWith('| ✕'))).toHaveLength(1);
      }),
    );
  });
});

describe('the page', () => {
  it('allows nothing but its own script and style, and nothing from elsewhere', () => {
    const page = renderAuditHtml(full);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[A-Za-z0-9+/=]{44}'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'$/,
    );
    expect(page).not.toMatch(/\b(src|href|action|srcset|on\w+|style)=/);
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/@import|url\(/);
  });
});
