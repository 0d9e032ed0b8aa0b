import picocolors from 'picocolors';
import type { Audit, Row, Verdict } from '../../audit/audit.js';
import type { AuditOptions } from '../audits.js';
import { plural, visible, widthOf, withoutCommands, wrap } from '../text.js';
import {
  contradictionsOf,
  eventsLine,
  isTold,
  jobTitle,
  notJudgedByReason,
  problemsOf,
  reasonOf,
  replayLine,
  scopeLine,
  secretTitle,
  totalsLine,
  trendLine,
  verdictTitles,
  worstRows,
} from './words.js';

type Colors = ReturnType<typeof picocolors.createColors>;

/** So much room the events need to have a column of their own. */
const MIN_EVENTS = 36;
const GAP = '  ';

/** What becomes of each job without its secrets, as a table for a terminal, the worst first. */
export function renderAuditPretty(audit: Audit, { color, columns }: AuditOptions): string {
  const colors = picocolors.createColors(color);
  const width = Math.min(Math.max(columns, 60), 240);
  const blocks = [
    table(audit, width, colors),
    section('contradicted by a replay, which is a bug of hardfail', contradictedLines(audit), width, colors),
    section(`accepted findings`, acceptedLines(audit), width, colors),
    section('steps that are not judged', notJudgedLines(audit), width, colors),
    section('workflows that never run', deadLines(audit), width, colors),
    section('incomplete', problemLines(audit), width, colors),
    totals(audit, width, colors),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return withoutCommands(`${text.join('\n\n')}\n`);
}

const headings = ['VERDICT', 'SECRET', 'WORKFLOW AND JOB'] as const;

function table(audit: Audit, width: number, colors: Colors): string[] {
  const groups = audit.repositories.filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return [];
  const limits = width < 140 ? { secret: 28, place: 44 } : { secret: 40, place: 64 };
  const columnsOf = (row: Row): readonly string[] => [
    verdictTitles[row.verdict],
    cut(visible(secretTitle(row.secret)), limits.secret),
    cutLeft(visible(placeOf(row)), limits.place),
  ];
  const all = groups.flatMap(({ rows }) => rows.map(columnsOf));
  const widths = headings.map((heading, index) =>
    all.reduce((most, columns) => Math.max(most, widthOf(columns[index] ?? '')), heading.length),
  );
  const before = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  // Where there is too little room for a column of events they come below.
  const below = width - before < MIN_EVENTS;
  const indent = below ? 4 : before;
  const padded = (columns: readonly string[]) =>
    columns.map((column, index) => pad(column, widths[index] ?? 0));
  const lines = [colors.dim([...padded(headings), ...(below ? [] : ['EVENTS'])].join(GAP).trimEnd())];
  for (const group of groups) {
    if (audit.repositories.length > 1) lines.push('', ...wrap(group.name, width).map(colors.bold));
    for (const row of worstRows(group)) {
      const [verdict = '', ...others] = padded(columnsOf(row));
      const [first = '', ...more] = wrap(eventsLine(row), width - indent);
      const events = below ? [first, ...more] : more;
      lines.push(
        [paint(row.verdict, colors)(verdict), ...others, ...(below ? [] : [first])].join(GAP).trimEnd(),
      );
      for (const line of events) lines.push(' '.repeat(indent) + line);
      if (isTold(row))
        for (const line of wrap(reasonOf(row), width - 4)) lines.push(`    ${colors.dim(line)}`);
    }
  }
  return lines;
}

function placeOf(row: Row): string {
  return `${row.file}:${row.line} ${jobTitle(row)}${row.dead ? ' (never runs)' : ''}`;
}

function paint(verdict: Verdict, colors: Colors): (text: string) => string {
  switch (verdict) {
    case 'fails-open':
      return (text) => colors.red(colors.bold(text));
    case 'masked':
      return colors.yellow;
    case 'not-judged':
      return colors.magenta;
    case 'soft-on-forks':
      return colors.blue;
    case 'optional':
      return colors.cyan;
    case 'fails-closed':
      return colors.green;
    case 'unused':
      return colors.dim;
  }
}

function section(title: string, entries: readonly string[], width: number, colors: Colors): string[] {
  if (entries.length === 0) return [];
  return [colors.bold(title), ...entries.flatMap((entry) => wrap(`  ${entry}`, width))];
}

function contradictedLines(audit: Audit): string[] {
  const several = audit.repositories.length > 1;
  return contradictionsOf(audit).map(
    ({ repository, place, message }) => `${several ? `${repository}/` : ''}${place} ${message}`,
  );
}

function acceptedLines({ repositories }: Audit): string[] {
  return repositories.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, file, start, accepted }) => {
      if (!accepted) return [];
      const until = accepted.until === null ? '' : ` until ${accepted.until}`;
      const where = `${repositories.length > 1 ? `${name}/` : ''}${file}:${start.line}`;
      return [`${where} ${rule}${until}: ${accepted.reason}`];
    }),
  );
}

function notJudgedLines(audit: Audit): string[] {
  return notJudgedByReason(audit).map(({ reason, places }) => {
    const [first = '', ...more] = places;
    return `${reason}: ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  });
}

function deadLines({ repositories }: Audit): string[] {
  return repositories.flatMap(({ name, dead }) =>
    dead.map(({ file, message }) => `${repositories.length > 1 ? `${name}/` : ''}${file}: ${message}`),
  );
}

function problemLines(audit: Audit): string[] {
  return problemsOf(audit).map(({ repository, place, message }) =>
    [audit.repositories.length > 1 && repository ? `${repository}: ` : '', place, ': ', message].join(''),
  );
}

function totals(audit: Audit, width: number, colors: Colors): string[] {
  const { summary, trend } = audit;
  const open = summary.rows['fails-open'] + summary.rows.masked;
  const replayed = replayLine(audit);
  const emphasis = summary.incomplete || open > 0 ? colors.bold : colors.green;
  return [
    ...wrap(totalsLine(audit), width).map(emphasis),
    ...(replayed === null ? [] : wrap(replayed, width)),
    ...(trend ? wrap(trendLine(trend, audit), width) : []),
    ...wrap(scopeLine(audit), width).map(summary.incomplete ? colors.bold : (text) => text),
    ...(summary.findings.error + summary.findings.warning + summary.findings.note > 0
      ? [colors.dim(`${findings(audit)}: hardfail shows each with its path`)]
      : []),
  ];
}

function findings({ summary: { findings } }: Audit): string {
  return (['error', 'warning', 'note'] as const)
    .filter((severity) => findings[severity] > 0)
    .map((severity) => plural(findings[severity], severity))
    .join(', ');
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function cutLeft(text: string, most: number): string {
  return text.length > most ? `…${text.slice(1 - most)}` : text;
}
