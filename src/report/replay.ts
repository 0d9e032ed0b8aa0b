import type { Finding, LintResult } from '../lint/finding.js';
import type { ContextReplay, Replay, ReplayVerdict } from '../replay/result.js';
import type { RenderOptions } from './options.js';
import { errorsInOrder, inReadingOrder, placeName } from './order.js';
import { plural, visible, withoutCommands } from './text.js';
import { eventsInWords } from './words.js';

const words: Readonly<Record<ReplayVerdict, string>> = {
  confirmed: 'confirmed',
  contradicted: 'CONTRADICTED',
  'not-replayable': 'not replayable',
};

/** What came of the replays, for people: a block for each finding, and for a contradiction all that a report of it needs. */
export function renderReplays(result: LintResult, { replays }: RenderOptions): string {
  const lines: string[] = [];
  for (const finding of inReadingOrder(result.findings)) {
    const replay = replays?.get(finding);
    if (replay) lines.push(...blockOf(finding, replay), '');
  }
  for (const { file, span, message } of errorsInOrder(result.errors))
    lines.push(`${span ? placeName(span) : file}: error: ${message}`);
  lines.push(summaryOf(result, replays ?? new Map()));
  return withoutCommands(`${lines.map(visible).join('\n')}\n`);
}

function blockOf(finding: Finding, replay: Replay): string[] {
  const step = finding.step
    ? ` step "${finding.step.name ?? finding.step.id ?? finding.step.index + 1}"`
    : '';
  const where = `${placeName(finding.span)}  ${finding.rule}  ${finding.forge}, ${finding.confidence}`;
  const job = finding.job === null ? '' : `  job ${finding.job}${step}`;
  const lines = [`${words[replay.verdict]}  ${where}${job}`];
  for (const [reason, contexts] of byReason(replay)) {
    const events = contexts.map(({ context }) => context);
    const on = events.length > 0 ? `${eventsInWords({ ...finding, contexts: events })}: ` : '';
    lines.push(`  ${on}${reason}`);
  }
  lines.push(...footnotes(replay));
  for (const context of replay.contexts)
    if (context.verdict === 'contradicted') lines.push(...evidence(context));
  return lines;
}

/** The contexts of which the same is to be said, together. */
function byReason({ contexts, reason }: Replay): ReadonlyMap<string, readonly ContextReplay[]> {
  if (contexts.length === 0) return new Map([[reason, []]]);
  const groups = new Map<string, ContextReplay[]>();
  for (const context of contexts) {
    const said = `${context.verdict === 'confirmed' ? '' : `${words[context.verdict]}: `}${context.reason}`;
    groups.set(said, [...(groups.get(said) ?? []), context]);
  }
  return groups;
}

function footnotes({ contexts }: Replay): string[] {
  const all = (pick: (context: ContextReplay) => readonly string[]) => [...new Set(contexts.flatMap(pick))];
  const facts = all(({ restsOn }) => restsOn);
  const passed = all((context) => (context.verdict === 'confirmed' ? context.notRun : []));
  const assumed = all((context) => (context.verdict === 'confirmed' ? context.assumed : []));
  return [
    ...(facts.length > 0
      ? [`  not run but looked up: that ${facts.join(', ')} fails, or is refused, without the secret`]
      : []),
    ...passed.map((one) => `  passed over, and taken to succeed: ${one}`),
    ...assumed.map((one) => `  assumed in both worlds: ${one}`),
  ];
}

/** Both runs, line by line, and the script with its environment. */
function evidence({ context, secrets, present, missing, assumed, script, notRun }: ContextReplay): string[] {
  const run = (lines: ContextReplay['present']) =>
    lines.map(
      ({ what, ended, work }) =>
        `      ${what}: ${ended}${work.length > 0 ? `; ran ${work.join(', ')}` : ''}`,
    );
  return [
    '  This is a bug of hardfail or of the sandbox. Please report it with all that follows (the secrets are made up):',
    `    event ${context}, missing ${secrets.join(', ')}`,
    ...assumed.map((one) => `    assumed: ${one}`),
    ...notRun.map((one) => `    passed over: ${one}`),
    '    with the secret there:',
    ...run(present),
    '    with the secret missing:',
    ...run(missing),
    ...(script
      ? [
          '    the environment:',
          ...Object.entries(script.env).map(([name, value]) => `      ${name}=${JSON.stringify(value)}`),
          '    the script:',
          ...script.text.split('\n').map((line) => `      | ${line}`),
        ]
      : []),
  ];
}

function summaryOf(result: LintResult, replays: ReadonlyMap<Finding, Replay>): string {
  if (result.inputs === 0) return 'incomplete · nothing was linted · 0 files';
  const count = (verdict: ReplayVerdict) =>
    [...replays.values()].filter((replay) => replay.verdict === verdict).length;
  return [
    ...(result.errors.length > 0 ? [`incomplete (${plural(result.errors.length, 'problem')} above)`] : []),
    `${plural(replays.size, 'finding')} replayed`,
    `${count('confirmed')} confirmed`,
    `${count('contradicted')} contradicted`,
    `${count('not-replayable')} not replayable`,
  ].join(' · ');
}
