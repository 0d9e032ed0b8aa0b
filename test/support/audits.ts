import { assembled, type Occasion } from '../../src/audit/assemble.js';
import type { Audit, Cell, RepositoryAudit, Row, Verdict } from '../../src/audit/audit.js';

// Audits that are made by hand, for tests of what is made from them.

export const occasion: Occasion = {
  toolVersion: '0.1.0',
  date: '2026-11-22',
  shards: null,
  merging: false,
  since: null,
};

export function cell(verdict: Verdict, more: Partial<Cell> = {}): Cell {
  return {
    context: 'push',
    trusted: true,
    verdict,
    confidence: 'proved',
    reason: 'the step is skipped, and the job is green',
    together: [],
    evidence: 0,
    findings: [],
    accepted: null,
    ...more,
  };
}

export function row(verdict: Verdict, more: Partial<Row> = {}): Row {
  return {
    secret: 'DEPLOY_TOKEN',
    file: '.gitea/workflows/deploy.yml',
    job: 'publish',
    line: 4,
    forge: 'gitea',
    verdict,
    dead: false,
    cells: [cell(verdict)],
    evidence: [
      {
        witness: [
          {
            file: '.gitea/workflows/deploy.yml',
            start: { line: 8, column: 18 },
            end: { line: 8, column: 42 },
            text: "the secret enters here; missing, it is ''",
          },
          {
            file: '.gitea/workflows/deploy.yml',
            start: { line: 11, column: 13 },
            end: { line: 11, column: 19 },
            text: 'the step ends here with status 0, and the job is green',
          },
        ],
        code: [
          {
            file: '.gitea/workflows/deploy.yml',
            lines: [
              { number: 8, text: '          TOKEN: ${{ secrets.DEPLOY_TOKEN }}' },
              { number: 9, text: '        run: |' },
              { number: 11, text: '            exit 0' },
            ],
          },
        ],
      },
    ],
    ...more,
  };
}

export function repository(
  name: string,
  rows: readonly Row[],
  more: Partial<RepositoryAudit> = {},
): RepositoryAudit {
  const steps = { judged: 5, notJudged: 1 };
  return { name, files: 1, jobs: 2, steps, rows, findings: [], notJudged: [], dead: [], errors: [], ...more };
}

export function audit(repositories: readonly RepositoryAudit[], more: Partial<Occasion> = {}): Audit {
  return assembled(repositories, { ...occasion, ...more });
}
