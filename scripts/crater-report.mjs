// @ts-check
// What `npm run crater` makes of the answers it got: arguments, outcomes, sums, samples, and the lines to print.
// Pure: no file, process or clock. May hold text of strangers in any line; making it safe to print is the caller's.

import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';

/**
 * @typedef {{ line: number, column: number }} Position 1-based; columns count UTF-16 units.
 * @typedef {{ file: string, start: Position }} Place
 * @typedef {Place & { text: string }} WitnessStep
 * @typedef {Place & {
 *   rule: string, severity: string, confidence: string, message: string, job: string | null, forge: string,
 *   secrets: string[], contexts: string[], witness: WitnessStep[], fingerprint: string,
 * }} Finding
 * @typedef {Place & {
 *   job: string | null, step: { index: number, name: string | null } | null, reason: string,
 * }} NotJudged
 * @typedef {{ file: string, start: Position | null, message: string }} InputError
 * @typedef {{
 *   version: 1,
 *   summary: {
 *     inputs: number, jobs: number, steps: { judged: number, notJudged: number }, incomplete: boolean,
 *   },
 *   findings: Finding[], notJudged: NotJudged[], errors: InputError[],
 * }} Report The part of `--format json` that is read here.
 */

/**
 * @typedef {{
 *   status: number | null, signal: string | null, timedOut: boolean, tooMuch: boolean,
 *   stdout: string, stderr: string, seconds: number,
 * }} Run How one process of the tool ended; `tooMuch` where it printed more than anybody keeps.
 * @typedef {'complete' | 'incomplete' | 'crashed' | 'hung'} Outcome
 * @typedef {{
 *   name: string, seconds: number, outcome: Outcome, reasons: string[], report: Report | null,
 * }} Result One repository. A report may stand beside `crashed`: the tool caught a fault of its own in one file.
 */

/**
 * @typedef {{
 *   folder: string, sample: number, notJudged: number, seed: string, json: string | null, jobs: number,
 *   timeout: number, tool: string | null,
 * }} Options `timeout` in seconds; `tool` null for the build beside these scripts.
 */

export const usage = [
  'usage: npm run crater -- DIR [flags]      DIR: a folder of checked out repositories',
  '',
  '  --sample N         print N findings to read (default 0)',
  '  --not-judged N     print N not judged steps to read (default 0)',
  '  --seed TEXT        chooses the samples (default 1)',
  '  --json FILE        write everything there',
  '  --jobs N           repositories at the same time (default 2)',
  '  --timeout SECONDS  for each repository (default 60)',
  '  --tool FILE        the hardfail to run (default dist/bin/hardfail.cjs)',
  '  --help             print this and exit',
  '',
  'Exit status: 0 every repository was answered, 1 something crashed or hung, 2 usage.',
].join('\n');

const flagNames = ['sample', 'not-judged', 'seed', 'json', 'jobs', 'timeout', 'tool'];
/** Timers of Node hold no more than 2³¹ milliseconds; a day is ample. */
const longestTimeout = 86_400;
const mostJobs = 64;

/**
 * Reads the command line: what to do, `help`, or an error with a sentence for the user.
 * @param {readonly string[]} args
 * @returns {{ kind: 'options', options: Options } | { kind: 'help' } | { kind: 'error', message: string }}
 */
export function readArguments(args) {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(flagNames.map((name) => [name, { type: /** @type {const} */ ('string') }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  /** @type {Map<string, string>} */
  const values = new Map();
  /** @type {string[]} */
  const folders = [];
  for (const token of tokens) {
    if (token.kind === 'positional') folders.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.rawName === '--help' || token.rawName === '-h') return { kind: 'help' };
    if (!flagNames.includes(token.name)) return wrong(`unknown flag ${token.rawName}`);
    // A value that looks like a flag is one whose value was forgotten.
    const value = token.value ?? '';
    if (value === '' || value.startsWith('--')) return wrong(`${token.rawName} needs a value`);
    if (values.has(token.name)) return wrong(`${token.rawName} is given twice`);
    values.set(token.name, value);
  }
  const [folder] = folders;
  if (folder === undefined || folder === '') return wrong('expected a folder of repositories, found none');
  if (folders.length > 1) {
    return wrong(`expected one folder, found ${folders.map((one) => `'${one}'`).join(' and ')}`);
  }
  const sample = numberOf(values, 'sample', 0, wholeFrom(0));
  const notJudged = numberOf(values, 'not-judged', 0, wholeFrom(0));
  const jobs = numberOf(values, 'jobs', 2, (value) => wholeFrom(1)(value) && value <= mostJobs);
  const timeout = numberOf(values, 'timeout', 60, (value) => value > 0 && value <= longestTimeout);
  if (sample === null) return wrongNumber(values, 'sample', 'a whole number from 0');
  if (notJudged === null) return wrongNumber(values, 'not-judged', 'a whole number from 0');
  if (jobs === null) return wrongNumber(values, 'jobs', `a whole number from 1 to ${mostJobs}`);
  if (timeout === null)
    return wrongNumber(values, 'timeout', `seconds, more than 0, at most ${longestTimeout}`);
  const seed = values.get('seed') ?? '1';
  const json = values.get('json') ?? null;
  const tool = values.get('tool') ?? null;
  return { kind: 'options', options: { folder, sample, notJudged, seed, json, jobs, timeout, tool } };
}

/**
 * @param {string} message
 * @returns {{ kind: 'error', message: string }}
 */
function wrong(message) {
  return { kind: 'error', message };
}

/** @param {ReadonlyMap<string, string>} values @param {string} name @param {string} expected */
function wrongNumber(values, name, expected) {
  return wrong(`--${name} is '${values.get(name)}', expected ${expected}`);
}

/**
 * The number behind a flag; null where it is not a decimal number or not a permitted one.
 * @param {ReadonlyMap<string, string>} values
 * @param {string} name
 * @param {number} usual
 * @param {(value: number) => boolean} permitted
 */
function numberOf(values, name, usual, permitted) {
  const typed = values.get(name);
  if (typed === undefined) return usual;
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(typed)) return null;
  const value = Number(typed);
  return permitted(value) ? value : null;
}

/** @param {number} least @returns {(value: number) => boolean} */
function wholeFrom(least) {
  return (value) => Number.isInteger(value) && value >= least;
}

/** How the tool says that a rule or the analysis threw on one file (src/lint/lint.ts). */
export const faultWords = 'which is a bug in hardfail';

/**
 * What the end of a process means for its repository.
 * @param {string} name
 * @param {Run} run
 * @returns {Result}
 */
export function resultOf(name, run) {
  const { seconds } = run;
  if (run.timedOut) {
    const reasons = [`no answer in ${seconds.toFixed(1)} s`];
    return { name, seconds, outcome: 'hung', reasons, report: null };
  }
  const report = run.tooMuch ? null : readReport(run.stdout);
  // 0 clean, 1 findings, 3 incomplete; 2 would be a command line that the tool refuses.
  if (!report || (run.status !== 0 && run.status !== 1 && run.status !== 3)) {
    return { name, seconds, outcome: 'crashed', reasons: [crashReason(run, report)], report };
  }
  const reasons = report.errors.map(errorText);
  if (reasons.some((reason) => reason.includes(faultWords))) {
    return { name, seconds, outcome: 'crashed', reasons, report };
  }
  const incomplete = report.summary.incomplete || run.status === 3;
  return { name, seconds, outcome: incomplete ? 'incomplete' : 'complete', reasons, report };
}

/** @param {Run} run @param {Report | null} report */
function crashReason(run, report) {
  if (run.tooMuch) return 'printed too much';
  const lines = run.stderr.split('\n').filter((line) => line.trim() !== '');
  const told =
    lines.find((line) => /^(?:FATAL ERROR|\w*Error\b)/.test(line)) ?? lines[0] ?? 'nothing on stderr';
  const end = run.signal === null ? `status ${run.status}` : `signal ${run.signal}`;
  return `${end}${report ? '' : ', no report'}: ${told.trim()}`;
}

/** @param {InputError} error */
function errorText({ file, start, message }) {
  return `${file}${start ? `:${start.line}` : ''}: ${message}`;
}

/** @param {string} text @returns {Report | null} */
function readReport(text) {
  try {
    const report = JSON.parse(text);
    const lists = [report.findings, report.notJudged, report.errors];
    return report.version === 1 && lists.every(Array.isArray) && report.summary?.steps ? report : null;
  } catch {
    return null;
  }
}

/** @typedef {{ rule: string, proved: number, likely: number, repositories: number }} RuleCount */
/** @typedef {{ reason: string, steps: number, repositories: number }} ReasonCount */
/**
 * @typedef {{
 *   repositories: Record<Outcome, number>, files: number, jobs: number,
 *   steps: { judged: number, notJudged: number },
 *   findings: RuleCount[], notJudged: ReasonCount[], slowest: { name: string, seconds: number }[],
 * }} Totals Findings by rule id; reasons from the most frequent; repositories from the slowest.
 */

/**
 * @param {readonly Result[]} results
 * @returns {Totals}
 */
export function summarise(results) {
  const repositories = { complete: 0, incomplete: 0, crashed: 0, hung: 0 };
  const steps = { judged: 0, notJudged: 0 };
  let files = 0;
  let jobs = 0;
  /** @type {Map<string, RuleCount>} */
  const rules = new Map();
  /** @type {Map<string, ReasonCount>} */
  const reasons = new Map();
  for (const { outcome, report } of results) {
    repositories[outcome]++;
    if (!report) continue;
    files += report.summary.inputs;
    jobs += report.summary.jobs;
    steps.judged += report.summary.steps.judged;
    steps.notJudged += report.summary.steps.notJudged;
    for (const { rule, confidence } of report.findings) {
      const count = rules.get(rule) ?? { rule, proved: 0, likely: 0, repositories: 0 };
      if (confidence === 'proved') count.proved++;
      else count.likely++;
      rules.set(rule, count);
    }
    for (const { reason } of report.notJudged) {
      const count = reasons.get(reason) ?? { reason, steps: 0, repositories: 0 };
      count.steps++;
      reasons.set(reason, count);
    }
    for (const rule of new Set(report.findings.map((one) => one.rule))) add(rules.get(rule));
    for (const reason of new Set(report.notJudged.map((one) => one.reason))) add(reasons.get(reason));
  }
  return {
    repositories,
    files,
    jobs,
    steps,
    findings: [...rules.values()].sort((a, b) => compare(a.rule, b.rule)),
    notJudged: [...reasons.values()].sort((a, b) => b.steps - a.steps || compare(a.reason, b.reason)),
    slowest: results
      .map(({ name, seconds }) => ({ name, seconds }))
      .sort((a, b) => b.seconds - a.seconds || compare(a.name, b.name)),
  };
}

/** @param {{ repositories: number } | undefined} count */
function add(count) {
  if (count) count.repositories++;
}

/** By code units, so that the order is the same on every machine. @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @template T @typedef {{ repository: string, item: T }} Sampled */

/**
 * At most `count` of the findings, chosen by the seed.
 * @param {readonly Result[]} results
 * @param {number} count
 * @param {string} seed
 */
export function sampleFindings(results, count, seed) {
  return sample(
    results,
    (report) => report.findings,
    count,
    seed,
    ({ rule, fingerprint }) => [rule, fingerprint],
  );
}

/**
 * At most `count` of the steps that were not judged, chosen by the seed.
 * @param {readonly Result[]} results
 * @param {number} count
 * @param {string} seed
 */
export function sampleNotJudged(results, count, seed) {
  return sample(
    results,
    (report) => report.notJudged,
    count,
    seed,
    ({ job, step }) => [job ?? '', String(step?.index ?? '')],
  );
}

/**
 * Each item has its place in the draw from its own name alone. So a sample stays the same where results come in
 * another order, and nearly the same where a change of the tool takes some findings away.
 * @template {Place} T
 * @param {readonly Result[]} results
 * @param {(report: Report) => readonly T[]} itemsOf
 * @param {number} count
 * @param {string} seed
 * @param {(item: T) => string[]} nameOf
 * @returns {Sampled<T>[]}
 */
function sample(results, itemsOf, count, seed, nameOf) {
  if (count === 0) return [];
  const drawn = results.flatMap(({ name: repository, report }) =>
    (report ? itemsOf(report) : []).map((item) => {
      const { line, column } = item.start;
      const key = JSON.stringify([seed, repository, item.file, line, column, ...nameOf(item)]);
      return { repository, item, lot: createHash('sha256').update(key).digest('hex') };
    }),
  );
  drawn.sort((a, b) => compare(a.lot, b.lot));
  return drawn.slice(0, count).map(({ repository, item }) => ({ repository, item }));
}

/** The report names this many of each; `--json` has them all. */
const mostReasons = 40;
const mostSlowest = 10;
const mostPerRepository = 5;

/**
 * The report without its samples.
 * @param {readonly Result[]} results
 * @param {Totals} totals
 * @returns {string[]} lines
 */
export function renderTotals(results, totals) {
  const { complete, incomplete, crashed, hung } = totals.repositories;
  const { judged, notJudged } = totals.steps;
  return [
    `repositories  ${results.length}: ${complete} complete, ${incomplete} incomplete, ${crashed} crashed, ${hung} hung`,
    `files         ${totals.files}`,
    `jobs          ${totals.jobs}`,
    `steps         ${judged} judged, ${notJudged} not judged (${share(judged, judged + notJudged)} judged)`,
    ...renderOutcome(results, 'crashed'),
    ...renderOutcome(results, 'hung'),
    ...renderOutcome(results, 'incomplete'),
    ...section('findings', renderRules(totals.findings)),
    ...section(
      'not judged',
      firstOf(totals.notJudged, mostReasons, 'reasons').map((one) =>
        typeof one === 'string'
          ? one
          : `${String(one.steps).padStart(6)}  ${one.reason} (in ${one.repositories})`,
      ),
    ),
    ...section(
      'slowest',
      totals.slowest
        .slice(0, mostSlowest)
        .map((one) => `${one.seconds.toFixed(1).padStart(6)} s  ${one.name}`),
    ),
  ];
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
  if (whole === 0) return 'none to be';
  // Rounded down: 100 % must mean all of them.
  return `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}

/** @param {string} title @param {string[]} lines */
function section(title, lines) {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** @param {readonly Result[]} results @param {Outcome} outcome */
function renderOutcome(results, outcome) {
  const lines = results
    .filter((result) => result.outcome === outcome)
    .flatMap(({ name, reasons }) => {
      if (reasons.length === 1) return [`${name}: ${reasons[0]}`];
      return [name, ...firstOf(reasons, mostPerRepository, 'reasons').map((reason) => `  ${reason}`)];
    });
  return section(outcome, lines);
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {number} most
 * @param {string} noun
 * @returns {(T | string)[]}
 */
function firstOf(items, most, noun) {
  if (items.length <= most) return [...items];
  return [...items.slice(0, most), `… and ${items.length - most} more ${noun}`];
}

/** @param {readonly RuleCount[]} counts */
function renderRules(counts) {
  if (counts.length === 0) return ['none'];
  const all = { rule: 'all', proved: 0, likely: 0 };
  for (const { proved, likely } of counts) {
    all.proved += proved;
    all.likely += likely;
  }
  const rows = [
    ['', 'proved', 'likely', 'all', 'repositories'],
    ...counts.map((count) => cells(count, String(count.repositories))),
    cells(all, ''),
  ];
  const width = Math.max(...rows.map(([rule = '']) => rule.length));
  return rows.map(([rule = '', ...numbers]) =>
    `${rule.padEnd(width)}${numbers.map((text, at) => `  ${text.padStart(at === 3 ? 12 : 6)}`).join('')}`.trimEnd(),
  );
}

/** @param {{ rule: string, proved: number, likely: number }} count @param {string} repositories */
function cells({ rule, proved, likely }, repositories) {
  return [rule, String(proved), String(likely), String(proved + likely), repositories];
}

/** How many source lines are shown before and after the one of a sampled item. */
const surroundings = 8;
/** Workflows hold single lines of many thousand characters; nobody reads past this. */
const longestLine = 200;

/**
 * A sampled finding with all that it claims and the source it claims it of.
 * @param {Sampled<Finding>} sampled
 * @param {string} title such as `finding 3 of 20`
 * @param {readonly string[] | null} source the lines of its file; null where it cannot be read
 * @returns {string[]} lines
 */
export function renderFinding({ repository, item }, title, source) {
  const job = item.job === null ? '' : `job ${item.job} · `;
  return [
    '',
    `── ${title} · ${repository} · ${item.file}:${item.start.line}`,
    `${item.severity}[${item.rule}] ${item.confidence}: ${item.message}`,
    `${job}forge ${item.forge}`,
    `secrets: ${item.secrets.join(', ') || 'none'}`,
    `contexts: ${item.contexts.join(', ') || 'none'}`,
    ...item.witness.map((step, at) => {
      const file = step.file === item.file ? 'line ' : `${step.file}:`;
      return `  ${at + 1}. ${file}${step.start.line}: ${step.text}`;
    }),
    ...excerpt(source, item.start.line),
  ];
}

/**
 * A sampled step that was not judged.
 * @param {Sampled<NotJudged>} sampled
 * @param {string} title such as `not judged 3 of 20`
 * @param {readonly string[] | null} source the lines of its file; null where it cannot be read
 * @returns {string[]} lines
 */
export function renderNotJudged({ repository, item }, title, source) {
  return [
    '',
    `── ${title} · ${repository} · ${item.file}:${item.start.line}`,
    item.reason,
    ...excerpt(source, item.start.line),
  ];
}

/** @param {readonly string[] | null} source @param {number} line */
function excerpt(source, line) {
  if (source === null) return ['(its file cannot be read)'];
  const first = Math.max(1, line - surroundings);
  const last = Math.min(source.length, line + surroundings);
  const width = String(last).length;
  return source.slice(first - 1, last).map((text, at) => {
    const number = first + at;
    const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
    return `${number === line ? '>' : ' '} ${String(number).padStart(width)} │ ${shown}`;
  });
}
