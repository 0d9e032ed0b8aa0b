import {
  type FailOn,
  type Finding,
  type InputError,
  isIncomplete,
  type LintResult,
  type PluginRef,
  type RuleNotJudged,
  reaches,
  type Severity,
  type Suppressed,
  type SuppressedBy,
  severities,
} from '../lint/finding.js';
import { errorsInOrder } from './order.js';
import { plural, visible, withoutCommands } from './text.js';

/** How many findings there are of each severity. */
export function countFindings(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { note: 0, warning: 0, error: 0 };
  for (const finding of findings) counts[finding.severity]++;
  return counts;
}

/** What made the run incomplete, in reading order, so that a format which only lists things never lists none then. */
export function problemsOf(result: LintResult): InputError[] {
  if (result.errors.length > 0 || !isIncomplete(result)) return errorsInOrder(result.errors);
  return [{ file: '.', span: null, message: 'nothing was linted' }];
}

/**
 * The line that every report for people ends with: findings, what they were looked for in, and what was left out. A
 * clean run and a run over nothing must not look alike.
 */
export function summaryLine(result: LintResult, failOn: FailOn): string {
  const { inputs, jobs, steps, errors } = result;
  const problems = errors.length === 0 ? '' : ` (${plural(errors.length, 'problem')} above)`;
  if (inputs === 0) return `incomplete${problems} · nothing was linted · 0 files`;
  const notJudged = steps.notJudged === 0 ? '' : `, ${steps.notJudged} not judged (--format json lists them)`;
  const parts = [
    ...(isIncomplete(result) ? [`incomplete${problems}`] : []),
    findingCounts(result.findings, failOn),
    ...suppressedCounts(result.suppressed),
    plural(inputs, 'file'),
    plural(jobs, 'job'),
    `${plural(steps.judged, 'step')} judged${notJudged}`,
    ...rulesNotJudged(result.rulesNotJudged),
    ...pluginNames(result.plugins),
  ];
  return parts.join(' · ');
}

/** `rule x not judged: …`: the reason of one, the number of several. */
function rulesNotJudged(rules: readonly RuleNotJudged[]): string[] {
  const names = [...new Set(rules.map(({ rule }) => rule))];
  const [first, ...others] = names;
  if (first === undefined) return [];
  const reasons = [...new Set(rules.map(({ reason }) => reason))];
  const subject = others.length === 0 ? `rule ${shown(first)}` : `${names.length} rules`;
  const why = reasons.length === 1 ? `: ${shown(reasons[0] ?? '')}` : ' (--format json says why)';
  return [`${subject} not judged${why}`];
}

/** On one line, and no command to a runner wherever it stands. */
function shown(text: string): string {
  return withoutCommands(visible(text));
}

/** `plugin acme`: code of others had a say in this. */
function pluginNames(plugins: readonly PluginRef[]): string[] {
  const names = plugins.flatMap(({ name }) => name ?? []);
  const absent = plugins.length - names.length;
  return [
    ...(names.length === 0 ? [] : [`${names.length === 1 ? 'plugin' : 'plugins'} ${names.join(', ')}`]),
    ...(absent === 0 ? [] : [`${plural(absent, 'plugin')} not loaded`]),
  ];
}

const suppressors: readonly (readonly [SuppressedBy, string])[] = [
  ['directive', 'ignored'],
  ['override', 'off by override'],
  ['optional-secret', 'of optional secrets'],
  ['baseline', 'in the baseline'],
];

/** `2 ignored, 3 in the baseline`: what was found and accepted by somebody. */
function suppressedCounts(suppressed: readonly Suppressed[]): string[] {
  const parts = suppressors.flatMap(([by, words]) => {
    const count = suppressed.filter((one) => one.by === by).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  return parts.length === 0 ? [] : [parts.join(', ')];
}

function findingCounts(findings: readonly Finding[], failOn: FailOn): string {
  if (findings.length === 0) return 'no findings';
  const counts = countFindings(findings);
  const shown = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => plural(counts[severity], severity))
    .reverse()
    .join(', ');
  if (findings.some((finding) => reaches(finding.severity, failOn))) return shown;
  return `${shown} (${failOn === 'never' ? '' : 'below '}--fail-on ${failOn})`;
}
