import type { Finding, LintResult, StepRef, TracedFate, WitnessStep } from '../../src/lint/finding.js';
import { positionAt, type Span, spanText } from '../../src/text/source.js';

// The whole answer for a fixture as text: what a person reads in a finding and in the audit, so that a change of either shows.
// Places are `line:column`, 1-based, `file:line:column` in another file than the fixture's own.

/** Everything that a run told about one file, or of several that were judged together (`path` null). */
export function proofText(result: LintResult, path: string | null): string {
  const { jobs, steps, findings, notJudged, rulesNotJudged, errors, fates = [] } = result;
  const place = (span: Span) => placeText(span, path);
  const known = new Map(
    findings.map(({ span, witness }) => [marksText(place(span), witness, place), `    as at ${place(span)}`]),
  );
  const short = (marks: string) => known.get(marks) ?? marks;
  return [
    `jobs ${jobs} · steps ${steps.judged} judged, ${steps.notJudged} not judged`,
    ...findings.map((finding) => findingText(finding, place)),
    ...notJudged.map(
      ({ span, job, step, reason }) => `not judged ${place(span)}${ownerText(job, step)}\n  ${reason}`,
    ),
    ...rulesNotJudged.map(({ rule, reason }) => `not judged ${rule}\n  ${reason}`),
    ...errors.map(({ span, message }) => `error ${span ? place(span) : '-'}\n  ${message}`),
    ...fateTexts(fates, place, short),
  ]
    .join('\n\n')
    .concat('\n');
}

type PlaceText = (span: Span) => string;

function placeText({ source, start }: Span, path: string | null): string {
  const { line, column } = positionAt(source, start);
  return `${source.path === path ? '' : `${source.path}:`}${line}:${column}`;
}

function ownerText(job: string | null, step: StepRef | null): string {
  if (job === null && !step) return '';
  return ` · ${job ?? '-'}${step ? ` · step ${step.index}${step.name === null ? '' : ` "${step.name}"`}` : ''}`;
}

function findingText(finding: Finding, place: PlaceText): string {
  const { rule, messageId, severity, confidence, message, span, job, step } = finding;
  const { secrets, contexts, witness } = finding;
  return [
    `${severity} ${confidence} ${rule}/${messageId} ${place(span)}${ownerText(job, step)}`,
    `  ${message}`,
    ...(secrets.length > 0 ? [`  secrets ${secrets.join(', ')}`] : []),
    ...(contexts.length > 0 ? [`  on ${contexts.join(', ')}`] : []),
    ...witness.map((mark) => markText(mark, place)),
  ].join('\n');
}

/** Where to edit, and what shows it. */
function marksText(at: string, witness: readonly WitnessStep[], place: PlaceText): string {
  return [`    edit ${at}`, ...witness.map((mark) => markText(mark, place))].join('\n');
}

function markText({ span, text }: WitnessStep, place: PlaceText): string {
  const [first = '', ...more] = spanText(span).split('\n');
  return `    ${place(span)} \`${first}${more.length > 0 ? ' …' : ''}\` ${text}`;
}

/** A paragraph for each job and secret: each verdict with the contexts that it holds in, those in brackets are not trusted. */
function fateTexts(
  fates: readonly TracedFate[],
  place: PlaceText,
  short: (marks: string) => string,
): string[] {
  const paragraphs = new Map<string, Map<string, string[]>>();
  for (const fate of fates) {
    const { secret, job, forge, context, trusted, verdict, confidence, reason, together, witness } = fate;
    const title = `fate of ${job.id} without ${secret} on ${forge}`;
    const verdicts = paragraphs.get(title) ?? new Map<string, string[]>();
    paragraphs.set(title, verdicts);
    const others = together.length > 0 ? ` together with ${together.join(', ')}` : '';
    const marks = fate.place
      ? short(marksText(place(fate.place), witness, place))
      : witness.map((mark) => markText(mark, place)).join('\n');
    const told = [`${verdict} ${confidence}${others}: ${reason}`, marks].filter(Boolean).join('\n');
    verdicts.set(told, [...(verdicts.get(told) ?? []), trusted ? context : `(${context})`]);
  }
  return [...paragraphs].map(([title, verdicts]) =>
    [title, ...[...verdicts].map(([told, contexts]) => `  on ${contexts.join(', ')}: ${told}`)].join('\n'),
  );
}
