import type { Verdict } from '../analyse/verdicts.js';
import type { Severity } from '../lint/finding.js';
import type { ReplayVerdict } from '../replay/result.js';
import type {
  Audit,
  AuditFinding,
  Counts,
  RepositoryAudit,
  Row,
  RowName,
  Shards,
  Summary,
  Trend,
} from './audit.js';

/** What stays the same for all repositories of an audit. */
export interface Occasion {
  readonly toolVersion: string;
  /** `2026-11-22`. */
  readonly date: string;
  readonly shards: Shards | null;
  /** True where parts are put together: then all of them have to be there. */
  readonly merging: boolean;
  /** An earlier audit to compare with. */
  readonly since: Audit | null;
}

/** The whole of it: repositories in the order of their names, totals, and what has changed. */
export function assembled(repositories: readonly RepositoryAudit[], occasion: Occasion): Audit {
  const inOrder = [...repositories].sort((a, b) => (a.name < b.name ? -1 : 1));
  const { toolVersion, date, shards, since } = occasion;
  return {
    version: 1,
    kind: 'audit',
    tool: { name: 'hardfail', version: toolVersion },
    date,
    shards,
    summary: summaryOf(inOrder, occasion),
    trend: since && trendOf(since.repositories, inOrder, since.date),
    repositories: inOrder,
  };
}

function summaryOf(repositories: readonly RepositoryAudit[], { shards, merging }: Occasion): Summary {
  const rows = repositories.flatMap((repository) => repository.rows);
  const findings = repositories.flatMap((repository) => repository.findings);
  const sum = (count: (repository: RepositoryAudit) => number) =>
    repositories.reduce((total, repository) => total + count(repository), 0);
  const open = findings.filter(({ accepted }) => accepted === null);
  const files = sum((one) => one.files);
  return {
    repositories: repositories.length,
    files,
    jobs: sum((one) => one.jobs),
    steps: { judged: sum((one) => one.steps.judged), notJudged: sum((one) => one.steps.notJudged) },
    secrets: sum((one) => new Set(one.rows.map(({ secret }) => secret.toUpperCase())).size),
    rows: verdictCounts(rows),
    cells: verdictCounts(rows.flatMap(({ cells }) => cells)),
    findings: severityCounts(open),
    accepted: findings.length - open.length,
    ...replaysOf(findings),
    incomplete:
      files === 0 ||
      repositories.some(({ errors }) => errors.length > 0) ||
      missingShards(shards, merging).length > 0,
  };
}

function missingShards(shards: Shards | null, merging: boolean): number[] {
  if (!shards || !merging) return [];
  return Array.from({ length: shards.of }, (_, index) => index + 1).filter((n) => !shards.held.includes(n));
}

function verdictCounts(found: readonly { readonly verdict: Verdict }[]): Counts<Verdict> {
  const counts: Record<Verdict, number> = {
    'fails-open': 0,
    masked: 0,
    'not-judged': 0,
    'soft-on-forks': 0,
    optional: 0,
    'fails-closed': 0,
    unused: 0,
  };
  for (const { verdict } of found) counts[verdict]++;
  return counts;
}

/** Nothing where none was replayed. */
function replaysOf(findings: readonly AuditFinding[]): Pick<Summary, 'replays'> {
  const replays: Record<ReplayVerdict, number> = { confirmed: 0, contradicted: 0, 'not-replayable': 0 };
  const replayed = findings.flatMap(({ replay }) => replay ?? []);
  for (const { verdict } of replayed) replays[verdict]++;
  return replayed.length > 0 ? { replays } : {};
}

function severityCounts(found: readonly { readonly severity: Severity }[]): Counts<Severity> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  for (const { severity } of found) counts[severity]++;
  return counts;
}

// --- what has changed -----------------------------------------------------------------------------------

const open: ReadonlySet<Verdict> = new Set(['fails-open', 'masked']);

function trendOf(
  before: readonly RepositoryAudit[],
  after: readonly RepositoryAudit[],
  since: string,
): Trend {
  const earlier = openRows(before);
  const now = openRows(after);
  return {
    since,
    before: verdictCounts(before.flatMap(({ rows }) => rows)),
    opened: [...now].filter(([key]) => !earlier.has(key)).map(([, name]) => name),
    closed: [...earlier].filter(([key]) => !now.has(key)).map(([, name]) => name),
  };
}

function openRows(repositories: readonly RepositoryAudit[]): Map<string, RowName> {
  const rows = new Map<string, RowName>();
  for (const repository of repositories) {
    for (const row of repository.rows) {
      if (!open.has(row.verdict)) continue;
      const name = nameOf(repository.name, row);
      rows.set(JSON.stringify(Object.values(name)), name);
    }
  }
  return rows;
}

function nameOf(repository: string, { secret, file, job }: Row): RowName {
  return { repository, secret, file, job };
}

// --- putting parts together -----------------------------------------------------------------------------

/** Why audits cannot be put together. */
export interface MergeProblem {
  readonly message: string;
  readonly hint: string;
}

/** The repositories and shards of several audits, which are named for messages. */
export function merged(
  parts: readonly { readonly name: string; readonly audit: Audit }[],
):
  | { readonly ok: true; readonly repositories: readonly RepositoryAudit[]; readonly shards: Shards | null }
  | { readonly ok: false; readonly problem: MergeProblem } {
  const refuse = (message: string, hint: string) => ({ ok: false, problem: { message, hint } }) as const;
  const from = new Map<string, string>();
  const heldBy = new Map<number, string>();
  let of: number | null = null;
  for (const { name, audit } of parts) {
    for (const repository of audit.repositories) {
      const other = from.get(repository.name);
      if (other !== undefined)
        return refuse(`${name} and ${other} both have the repository '${repository.name}'`, 'give each once');
      from.set(repository.name, name);
    }
    if (!audit.shards) continue;
    if (of !== null && of !== audit.shards.of)
      return refuse(
        `${name} is a part of ${audit.shards.of}, and one before it a part of ${of}`,
        'merge the parts of one audit',
      );
    of = audit.shards.of;
    for (const shard of audit.shards.held) {
      const other = heldBy.get(shard);
      if (other !== undefined)
        return refuse(`${name} and ${other} are both part ${shard}/${of}`, 'give each once');
      heldBy.set(shard, name);
    }
  }
  const held = [...heldBy.keys()].sort((a, b) => a - b);
  return {
    ok: true,
    repositories: parts.flatMap(({ audit }) => audit.repositories),
    shards: of === null ? null : { of, held },
  };
}
