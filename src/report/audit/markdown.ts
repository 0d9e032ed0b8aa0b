import type { Audit, RepositoryAudit, Row } from '../../audit/audit.js';
import { byteLength, code, maxBytes, text } from '../markdown-text.js';
import {
  contradictionsOf,
  eventsLine,
  jobTitle,
  notJudgedByReason,
  problemsOf,
  reasonOf,
  replayLine,
  scopeLine,
  secretTitle,
  totalsLine,
  trendLine,
  verdictSigns,
  verdictTitles,
  worstFirst,
} from './words.js';

/** The audit as a page of Markdown: totals, the table, what is accepted, not judged or never runs. */
export function renderAuditMarkdown(audit: Audit): string {
  const several = audit.repositories.length > 1;
  const head = ['## hardfail audit', text(totalsLine(audit))];
  const replayed = replayLine(audit);
  if (replayed !== null) head.push(text(replayed));
  if (audit.trend) head.push(text(trendLine(audit.trend, audit)));
  head.push(text(scopeLine(audit)));
  const lines = [
    ...list(
      'Incomplete',
      problemsOf(audit).map(({ repository, place, message }) =>
        [several && repository ? `${code(repository)} ` : '', code(place), ' ', text(message)].join(''),
      ),
    ),
    ...table(audit, several),
    ...list(
      'Contradicted by a replay, which is a bug of hardfail',
      contradictionsOf(audit).map(
        ({ repository, place, message }) => `${code(placeIn(repository, place, several))} ${text(message)}`,
      ),
    ),
    ...list('Accepted findings', accepted(audit, several)),
    ...list('Steps that are not judged', notJudged(audit)),
    ...list(
      'Workflows that never run',
      audit.repositories.flatMap(({ name, dead }) =>
        dead.map(({ file, message }) => `${code(placeIn(name, file, several))} ${text(message)}`),
      ),
    ),
  ];
  let report = `${head.join('\n\n')}\n`;
  let bytes = byteLength(report);
  for (const [index, line] of lines.entries()) {
    bytes += byteLength(line) + 1;
    if (bytes > maxBytes)
      return `${report}\n${lines.length - index} more lines do not fit on this page: --format html has them.\n`;
    report += `${line}\n`;
  }
  return report;
}

function table(audit: Audit, several: boolean): string[] {
  const rows = worstFirst(audit);
  if (rows.length === 0) return [];
  const columns = [
    'Verdict',
    'Secret',
    ...(several ? ['Repository'] : []),
    'Workflow and job',
    'Events',
    'Why',
  ];
  return [
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => ' --- |').join('')}`,
    ...rows.map(({ repository, row }) => `| ${cells(repository, row, several).join(' | ')} |`),
  ];
}

function cells(repository: RepositoryAudit, row: Row, several: boolean): string[] {
  const dead = row.dead ? ' (never runs)' : '';
  return [
    `${verdictSigns[row.verdict]} ${text(verdictTitles[row.verdict])}`,
    code(secretTitle(row.secret)),
    ...(several ? [text(repository.name)] : []),
    `${code(`${row.file}:${row.line}`)} ${text(jobTitle(row))}${dead}`,
    text(eventsLine(row)),
    text(reasonOf(row)),
  ];
}

function list(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ['', `### ${title}`, '', ...entries.map((entry) => `- ${entry}`)];
}

function accepted({ repositories }: Audit, several: boolean): string[] {
  return repositories.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, file, start, accepted }) => {
      if (!accepted) return [];
      const until = accepted.until === null ? '' : ` until ${accepted.until}`;
      const place = code(placeIn(name, `${file}:${start.line}`, several));
      return [`${place} ${code(rule)}${until}: ${text(accepted.reason)}`];
    }),
  );
}

function notJudged(audit: Audit): string[] {
  return notJudgedByReason(audit).map(({ reason, places }) => {
    const shown = places.slice(0, 3).map(code).join(', ');
    const more = places.length > 3 ? ` and ${places.length - 3} more` : '';
    return `${text(reason)}: ${shown}${more}`;
  });
}

function placeIn(name: string, place: string, several: boolean): string {
  return several ? `${name}/${place}` : place;
}
