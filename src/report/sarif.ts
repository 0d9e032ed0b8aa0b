import {
  type Edit,
  type Finding,
  type Fix,
  type InputError,
  isIncomplete,
  type LintResult,
  type NotJudged,
  type Severity,
  type Suppressed,
} from '../lint/finding.js';
import { positionAt, type Span, spanText } from '../text/source.js';
import { jsonText, replayJson } from './json.js';
import type { RenderOptions, RuleDoc } from './options.js';
import { inReadingOrder } from './order.js';
import { fromTop, isAbsolute, uriOf } from './paths.js';
import { problemsOf } from './summary.js';
import { acceptance, circumstances, shownSuppressed, visibleLines } from './words.js';

const rootId = '%SRCROOT%';
/** UTF-16 units: work that is never reached may be most of a script. */
const maxSnippet = 1000;

/**
 * A log of the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0) with one run. The witness is a code
 * flow; what was not read or not judged is a notification of the invocation; files are named from the top of the
 * repository.
 */
export function renderSarif(result: LintResult, options: RenderOptions): string {
  const suppressed = shownSuppressed(result, options);
  const told = [...result.findings, ...suppressed.map(({ finding }) => finding)];
  const rules = rulesOf(told, options.rules);
  const run = {
    tool: {
      driver: {
        name: 'hardfail',
        version: options.toolVersion,
        semanticVersion: options.toolVersion,
        rules: rules.map(ruleSarif),
      },
    },
    invocations: [
      {
        executionSuccessful: !isIncomplete(result),
        toolExecutionNotifications: [
          ...problemsOf(result).map((problem) => problemSarif(problem, options)),
          ...inReadingOrder(result.notJudged).map((entry) => notJudgedSarif(entry, options)),
        ],
      },
    ],
    // Where the repository lies on this machine is nobody's business, and the log is the same on every machine.
    originalUriBaseIds: { [rootId]: { description: { text: 'The top of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    results: [
      ...inReadingOrder(result.findings).map((finding) => resultSarif(finding, rules, options)),
      ...suppressed.map((accepted) => ({
        ...resultSarif(accepted.finding, rules, options),
        suppressions: [suppressionSarif(accepted)],
      })),
    ],
    properties: { inputs: result.inputs, jobs: result.jobs, steps: result.steps },
  };
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  });
}

/** The rules that ran, and those that findings name beside them. */
function rulesOf(findings: readonly Finding[], ran: readonly RuleDoc[]): RuleDoc[] {
  const byId = new Map(ran.map((rule) => [rule.id, rule]));
  for (const { rule, severity } of findings) {
    if (!byId.has(rule)) byId.set(rule, { id: rule, severity, summary: rule, page: null });
  }
  return [...byId.values()];
}

function ruleSarif({ id, severity, summary, page }: RuleDoc) {
  return {
    id,
    // SARIF wants a name in one word (3.49.7), GitHub a full description beside the short one.
    name: id.replace(/(?:^|[-/])([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: message(summary) },
    fullDescription: { text: message(summary) },
    defaultConfiguration: { level: severity },
    ...(page === null ? {} : { help: { text: message(page), markdown: page } }),
  };
}

function resultSarif(finding: Finding, rules: readonly RuleDoc[], options: RenderOptions) {
  const { rule, severity, witness, fingerprint, job, step } = finding;
  const replay = options.replays?.get(finding);
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: severity satisfies Severity,
    message: {
      text: message([finding.message, circumstances(finding), finding.help].filter(Boolean).join('\n')),
    },
    locations: [
      { ...place(finding.span, options), ...(job === null ? {} : { logicalLocations: [jobSarif(job)] }) },
    ],
    ...(witness.length === 0 ? {} : { codeFlows: [{ threadFlows: [{ locations: witness.map(flow) }] }] }),
    ...(finding.fix === null ? {} : { fixes: [fixSarif(finding.fix, options)] }),
    partialFingerprints: { 'hardfail/v1': fingerprint },
    properties: {
      messageId: finding.messageId,
      confidence: finding.confidence,
      forge: finding.forge,
      contexts: finding.contexts,
      secrets: finding.secrets,
      step,
      ...(replay ? { replay: replayJson(replay) } : {}),
    },
  };

  function flow({ span, text }: Finding['witness'][number]) {
    return { location: { ...place(span, options), message: { text: message(text) } } };
  }
}

/** The edits of one file after the other (3.55, 3.56). */
function fixSarif({ applicability, edits }: Fix, options: RenderOptions) {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) {
    const { path } = edit.span.source;
    files.set(path, [...(files.get(path) ?? []), edit]);
  }
  return {
    description: { text: `${applicability} fix` },
    artifactChanges: [...files].map(([path, own]) => ({
      artifactLocation: artifact(path, options),
      replacements: own.map(({ span, text }) => ({
        deletedRegion: regionOf(span),
        insertedContent: { text },
      })),
    })),
  };
}

function suppressionSarif(accepted: Suppressed) {
  const kind = accepted.by === 'directive' ? 'inSource' : 'external';
  return { kind, status: 'accepted', justification: visibleLines(acceptance(accepted)) };
}

function jobSarif(job: string) {
  return { name: job, kind: 'job' };
}

function problemSarif({ file, span, message: text }: InputError, options: RenderOptions) {
  const location = span
    ? place(span, options)
    : { physicalLocation: { artifactLocation: artifact(file, options) } };
  return {
    descriptor: { id: 'incomplete' },
    level: 'error',
    message: { text: message(text) },
    locations: [location],
  };
}

function notJudgedSarif({ span, reason }: NotJudged, options: RenderOptions) {
  return {
    descriptor: { id: 'not-judged' },
    level: 'note',
    message: { text: message(`this step is not judged: ${reason}`) },
    locations: [place(span, options)],
  };
}

function place(span: Span, options: RenderOptions) {
  const snippet = spanText(span);
  const region = {
    ...regionOf(span),
    ...(snippet.length > maxSnippet ? {} : { snippet: { text: snippet } }),
  };
  return { physicalLocation: { artifactLocation: artifact(span.source.path, options), region } };
}

function regionOf(span: Span) {
  const start = positionAt(span.source, span.start);
  const end = positionAt(span.source, span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function artifact(path: string, { folder }: RenderOptions) {
  const known = fromTop(folder, path);
  const uri = uriOf(known);
  return isAbsolute(known) ? { uri } : { uri, uriBaseId: rootId };
}

/** A plain text message; `[a](b)` would be a link in it (SARIF 3.11.6), wherever an input wants it to lead. */
function message(text: string): string {
  return visibleLines(text).replaceAll('](', '] (');
}
