import {
  type Audit,
  type Cell,
  type RepositoryAudit,
  type Row,
  type Shards,
  type Trend,
  type Verdict,
  verdicts,
} from '../../audit/audit.js';
import type { ReplayVerdict } from '../../replay/result.js';
import { plural } from '../text.js';

/** How a verdict is called, of a job. */
export const verdictTitles: Readonly<Record<Verdict, string>> = {
  'fails-open': 'fails open',
  masked: 'masked',
  'not-judged': 'not judged',
  'soft-on-forks': 'soft on forks only',
  optional: 'optional',
  'fails-closed': 'fails closed',
  unused: 'unused',
};

/** The same of one event: that it is soft there says nothing of the others. */
export function cellTitle(verdict: Verdict): string {
  return verdict === 'soft-on-forks' ? 'soft on forks' : verdictTitles[verdict];
}

/** What a verdict means, in one line. */
export const verdictMeanings: Readonly<Record<Verdict, string>> = {
  'fails-open': 'the job is green and its work is not done',
  masked: 'what fails without it is swallowed',
  'not-judged': 'nothing is shown, either way',
  'soft-on-forks': 'left out on pull requests of forks, which cannot have it, and on nothing else',
  optional: 'the job does without it, or the configuration says that it may',
  'fails-closed': 'the run is red wherever it is missed',
  unused: 'it reaches the job, and nothing there can read it',
};

/** A sign for each verdict, so that none is told by colour alone. */
export const verdictSigns: Readonly<Record<Verdict, string>> = {
  'fails-open': '✕',
  masked: '◐',
  'not-judged': '?',
  'soft-on-forks': '◇',
  optional: '○',
  'fails-closed': '●',
  unused: '–',
};

/** How a secret is called: `*` stands for every one. */
export function secretTitle(secret: string): string {
  return secret === '*' ? 'any secret' : secret;
}

/** How a job is called. */
export function jobTitle({ job }: Pick<Row, 'job'>): string {
  return job ?? '(action)';
}

/** The rows of a repository, the worst first, then as they stand. */
export function worstRows({ rows }: RepositoryAudit): Row[] {
  return [...rows].sort((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
}

/** The rows of all repositories, the worst first. */
export function worstFirst(audit: Audit): { readonly repository: RepositoryAudit; readonly row: Row }[] {
  return audit.repositories
    .flatMap((repository) => repository.rows.map((row) => ({ repository, row })))
    .sort((a, b) => verdicts.indexOf(a.row.verdict) - verdicts.indexOf(b.row.verdict));
}

/** The cells of a row by verdict, the worst first: `push, schedule` and then what differs. */
export function cellsByVerdict({
  cells,
}: Row): { readonly verdict: Verdict; readonly cells: readonly Cell[] }[] {
  return verdicts.flatMap((verdict) => {
    const own = cells.filter((cell) => cell.verdict === verdict);
    return own.length === 0 ? [] : [{ verdict, cells: own }];
  });
}

/** `push, schedule · soft on forks only: pull_request:fork`. */
export function eventsLine(row: Row): string {
  return cellsByVerdict(row)
    .map(({ verdict, cells }) => {
      const contexts = cells.map(({ context }) => context).join(', ');
      return verdict === row.verdict ? contexts : `${cellTitle(verdict)}: ${contexts}`;
    })
    .join(' · ');
}

/** Why the row is what it is: of its worst cell. */
export function reasonOf(row: Row): string {
  const cell = row.cells.find(({ verdict }) => verdict === row.verdict);
  if (!cell) return '';
  const together = cell.together.length === 0 ? '' : `, where ${cell.together.join(', ')} is missing too`;
  const accepted = cell.accepted ? ` (accepted: ${cell.accepted.reason})` : '';
  return `${cell.reason}${together}${replayClause(cell)}${accepted}`;
}

const replayTitles: Readonly<Record<ReplayVerdict, string>> = {
  confirmed: 'confirmed in the sandbox',
  contradicted: 'CONTRADICTED in the sandbox',
  'not-replayable': 'not replayable',
};

/** What a replay says, to stand behind a reason; nothing where there was none. */
export function replayClause({ replay }: Pick<Cell, 'replay'>): string {
  if (!replay) return '';
  const why = replay.verdict === 'confirmed' ? '' : `: ${replay.reason}`;
  return `; ${replayTitles[replay.verdict]}${why}`;
}

/** `7 findings replayed: 5 confirmed · …`; null where none was. */
export function replayLine({ summary: { replays } }: Audit): string | null {
  if (!replays) return null;
  const { confirmed, contradicted } = replays;
  const all = confirmed + contradicted + replays['not-replayable'];
  return `${plural(all, 'finding')} replayed: ${confirmed} confirmed · ${contradicted} contradicted · ${replays['not-replayable']} not replayable`;
}

/** The findings that a replay shows to be wrong: bugs of hardfail or of the sandbox. */
export function contradictionsOf(
  audit: Audit,
): { readonly repository: string; readonly place: string; readonly message: string }[] {
  return audit.repositories.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, file, start, replay }) =>
      replay?.verdict === 'contradicted'
        ? [{ repository: name, place: `${file}:${start.line}`, message: `${rule}: ${replay.reason}` }]
        : [],
    ),
  );
}

/** Whether the reason is worth a line: that a run is red, or that nothing reads a secret, says all by itself. */
export function isTold({ verdict }: Row): boolean {
  return verdict !== 'fails-closed' && verdict !== 'unused' && verdict !== 'soft-on-forks';
}

/** `3 fails open · 1 masked · …`, without those that are none. */
export function totalsLine({ summary }: Audit): string {
  const parts = verdicts
    .filter((verdict) => summary.rows[verdict] > 0)
    .map((verdict) => `${summary.rows[verdict]} ${verdictTitles[verdict]}`);
  return parts.length === 0 ? 'no secret reaches a job' : parts.join(' · ');
}

/** What has changed since an earlier audit, in one line. */
export function trendLine({ since, before, opened, closed }: Trend, { summary }: Audit): string {
  const changes = (['fails-open', 'masked', 'not-judged', 'fails-closed'] as const).map((verdict) => {
    const [then, now] = [before[verdict], summary.rows[verdict]];
    const difference = now === then ? '±0' : now > then ? `+${now - then}` : `−${then - now}`;
    return `${verdictTitles[verdict]} ${then} → ${now} (${difference})`;
  });
  return `since ${since}: ${changes.join(' · ')} · ${opened.length} newly open, ${closed.length} open no more`;
}

/** What the audit looked at, and whether at all of it. */
export function scopeLine(audit: Audit): string {
  const { repositories, files, jobs, steps, secrets, incomplete, accepted } = audit.summary;
  const count = repositories === 1 ? '1 repository' : `${repositories} repositories`;
  const shards = audit.shards ? [partsOf(audit.shards)] : [];
  const ignored = accepted === 0 ? [] : [`${accepted} accepted`];
  return [
    ...(incomplete ? [`incomplete (${plural(problemsOf(audit).length, 'problem')})`] : []),
    ...shards,
    count,
    plural(files, 'file'),
    plural(jobs, 'job'),
    plural(secrets, 'secret'),
    ...ignored,
    `${plural(steps.judged, 'step')} judged, ${steps.notJudged} not judged`,
  ].join(' · ');
}

function partsOf({ held, of }: Shards): string {
  return held.length === of ? plural(of, 'part') : `part ${held.join(', ')} of ${of}`;
}

export interface Problem {
  readonly repository: string;
  readonly place: string;
  readonly message: string;
}

/** Why the audit is incomplete. */
export function problemsOf({ repositories, shards, summary }: Audit): Problem[] {
  const problems = repositories.flatMap(({ name, errors }) =>
    errors.map(({ file, start, message }) => ({
      repository: name,
      place: start ? `${file}:${start.line}:${start.column}` : file,
      message,
    })),
  );
  if (!summary.incomplete || problems.length > 0) return problems;
  const missing = shards
    ? Array.from({ length: shards.of }, (_, at) => at + 1).filter((part) => !shards.held.includes(part))
    : [];
  const message =
    missing.length > 0 ? `part ${missing.join(', ')} of ${shards?.of} is missing` : 'nothing was audited';
  return [{ repository: '', place: '.', message }];
}

/** The steps that are not judged, by reason, the most frequent first. */
export function notJudgedByReason({
  repositories,
}: Audit): { readonly reason: string; readonly places: string[] }[] {
  const byReason = new Map<string, string[]>();
  for (const { name, notJudged } of repositories) {
    for (const { file, start, reason } of notJudged) {
      const place = `${repositories.length > 1 ? `${name}/` : ''}${file}:${start.line}`;
      const known = byReason.get(reason);
      if (known) known.push(place);
      else byReason.set(reason, [place]);
    }
  }
  return [...byReason]
    .map(([reason, places]) => ({ reason, places }))
    .sort((a, b) => b.places.length - a.places.length);
}
