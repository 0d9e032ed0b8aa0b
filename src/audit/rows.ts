import { type Verdict, verdicts } from '../analyse/verdicts.js';
import type { Finding, Suppressed, TracedFate } from '../lint/finding.js';
import type { OptionalSecret } from '../lint/settings.js';
import type { Replay } from '../replay/result.js';
import { placeKey, positionAt } from '../text/source.js';
import type { Acceptance, Cell, Evidence, Row } from './audit.js';
import { evidenceOf } from './evidence.js';

/** What is known besides the fates themselves. */
export interface Around {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** Secrets that the owners call optional. */
  readonly optional: readonly OptionalSecret[];
  /** What came of the findings that were replayed. */
  readonly replays: ReadonlyMap<Finding, Replay>;
  /** The paths of the files that their forge never runs. */
  readonly dead: ReadonlySet<string>;
}

/** One row for each secret in each job, in the order of the files; a place that several callers show has the worst verdict. */
export function rowsOf(fates: readonly TracedFate[], around: Around): Row[] {
  const byRow = new Map<string, Map<string, TracedFate>>();
  for (const fate of fates) {
    const key = JSON.stringify([fileOf(fate), fate.job.id, fate.secret]);
    const cells = byRow.get(key) ?? new Map<string, TracedFate>();
    byRow.set(key, cells);
    const known = cells.get(fate.context);
    if (!known || badness(fate) > badness(known)) cells.set(fate.context, fate);
  }
  const reports = reportsByPlace(around);
  const rows = [...byRow.values()].map((cells) => rowOf([...cells.values()], reports, around));
  return rows.sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      compare(a.job ?? '', b.job ?? '') ||
      compare(a.secret, b.secret),
  );
}

function fileOf({ job }: TracedFate): string {
  return job.key.span.source.path;
}

function badness({ verdict, confidence }: TracedFate): number {
  return 2 * (verdicts.length - verdicts.indexOf(verdict)) + (confidence === 'proved' ? 1 : 0);
}

/** The worst of some verdicts. */
export function worstOf(found: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => found.includes(verdict)) ?? 'not-judged';
}

function rowOf(fates: readonly TracedFate[], reports: Reports, around: Around): Row {
  const [first] = fates;
  if (!first) throw new Error('a row has at least one cell');
  const evidence: Evidence[] = [];
  const keys = new Map<string, number>();
  const cells = fates.map((fate) => {
    const shown = evidenceOf(fate.witness);
    const key = JSON.stringify(shown);
    const index = keys.get(key) ?? evidence.length;
    if (index === evidence.length) evidence.push(shown);
    keys.set(key, index);
    return cellOf(fate, index, reports, around);
  });
  const { span } = first.job.key;
  return {
    secret: first.secret,
    file: fileOf(first),
    job: first.job.id || null,
    line: positionAt(span.source, span.start).line,
    forge: first.forge,
    verdict: worstOf(cells.map(({ verdict }) => verdict)),
    dead: around.dead.has(fileOf(first)),
    cells,
    evidence,
  };
}

/** Findings and accepted ones by the place where a person would edit. */
type Reports = ReadonlyMap<string, readonly Report[]>;

interface Report {
  readonly finding: Finding;
  readonly accepted: Acceptance | null;
}

function reportsByPlace({ findings, suppressed }: Around): Reports {
  const byPlace = new Map<string, Report[]>();
  const add = (report: Report) => {
    const key = placeKey(report.finding.span);
    const known = byPlace.get(key);
    if (known) known.push(report);
    else byPlace.set(key, [report]);
  };
  for (const finding of findings) add({ finding, accepted: null });
  for (const one of suppressed) add({ finding: one.finding, accepted: acceptanceOf(one) });
  return byPlace;
}

/** Who accepted a finding, and why. */
export function acceptanceOf({ by, reason, until }: Suppressed): Acceptance {
  return { by, reason, until };
}

function cellOf(fate: TracedFate, evidence: number, reports: Reports, { optional, replays }: Around): Cell {
  const { context, trusted, confidence, together } = fate;
  const about = (fate.place ? (reports.get(placeKey(fate.place)) ?? []) : []).filter(({ finding }) =>
    finding.secrets.includes(fate.secret),
  );
  const meant = optional.find(({ name }) => name === fate.secret.toUpperCase());
  const isOptional = meant !== undefined && doesWithout.has(fate.verdict);
  const replay = about
    .flatMap(({ finding }) => replays.get(finding)?.contexts ?? [])
    .find((one) => one.context === context);
  const accepted = about.every((report) => report.accepted !== null) ? about[0]?.accepted : null;
  return {
    context,
    trusted,
    verdict: isOptional ? 'optional' : fate.verdict,
    confidence: isOptional ? 'proved' : confidence,
    reason: isOptional ? `the configuration calls it optional: ${meant.reason}` : fate.reason,
    together,
    evidence,
    findings: about.map(({ finding }) => finding.fingerprint),
    accepted: isOptional ? null : (accepted ?? null),
    ...(replay ? { replay: { verdict: replay.verdict, reason: replay.reason } } : {}),
  };
}

/** What is as it should be where the owners say that the secret may be missing. */
const doesWithout: ReadonlySet<Verdict> = new Set(['fails-open', 'masked', 'not-judged']);

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
