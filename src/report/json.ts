import {
  type Finding,
  type Fix,
  isIncomplete,
  type LintResult,
  type NotJudged,
  type StepRef,
  type Suppressed,
  type WitnessStep,
} from '../lint/finding.js';
import type { Replay } from '../replay/result.js';
import { type Position, positionAt, type Span } from '../text/source.js';
import type { RenderOptions } from './options.js';
import { errorsInOrder, inReadingOrder, suppressedInOrder } from './order.js';
import { countFindings } from './summary.js';

/**
 * The machine-readable report, version 1. Lines and columns are 1-based, columns count UTF-16 units, ends are
 * exclusive. Keys are never left out: what does not apply is null or empty; `replay` alone is there only where findings
 * were replayed.
 */
export function renderJson(result: LintResult, options: RenderOptions): string {
  const { error, warning, note } = countFindings(result.findings);
  const report = {
    version: 1,
    tool: { name: 'hardfail', version: options.toolVersion },
    summary: {
      inputs: result.inputs,
      jobs: result.jobs,
      steps: { judged: result.steps.judged, notJudged: result.steps.notJudged },
      findings: { error, warning, note },
      suppressed: result.suppressed.length,
      plugins: result.plugins.map(({ from, name }) => ({ from, name })),
      incomplete: isIncomplete(result),
    },
    findings: inReadingOrder(result.findings).map((finding) => {
      const replay = options.replays?.get(finding);
      return { ...findingJson(finding, null), ...(replay ? { replay: replayJson(replay) } : {}) };
    }),
    suppressed: suppressedInOrder(result.suppressed).map(({ finding, by, reason, until }) =>
      findingJson(finding, { by, reason, until }),
    ),
    notJudged: inReadingOrder(result.notJudged).map(notJudgedJson),
    rulesNotJudged: result.rulesNotJudged.map(({ rule, reason }) => ({ rule, reason })),
    errors: errorsInOrder(result.errors).map(({ file, span, message }) => ({
      file,
      start: span ? placeJson(span).start : null,
      message,
    })),
  };
  return jsonText(report);
}

/** A value as JSON in which nothing is a command to a terminal or a runner, whatever its strings hold. */
export function jsonText(value: unknown): string {
  return `${asciiWhereItMatters(JSON.stringify(value, null, 2))}\n`;
}

function findingJson(finding: Finding, suppressed: Omit<Suppressed, 'finding'> | null) {
  return {
    rule: finding.rule,
    messageId: finding.messageId,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    help: finding.help,
    url: finding.url,
    ...placeJson(finding.span),
    job: finding.job,
    step: stepJson(finding.step),
    secrets: finding.secrets,
    forge: finding.forge,
    contexts: finding.contexts,
    witness: finding.witness.map(witnessJson),
    fix: finding.fix && fixJson(finding.fix),
    fingerprint: finding.fingerprint,
    suppressed,
  };
}

function fixJson({ applicability, edits }: Fix) {
  return { applicability, edits: edits.map(({ span, text }) => ({ ...placeJson(span), text })) };
}

/** A replay as data: both runs and the script only where they contradict the finding. */
export function replayJson({ verdict, reason, contexts }: Replay) {
  return {
    verdict,
    reason,
    contexts: contexts.map(({ present, missing, script, ...told }) =>
      told.verdict === 'contradicted'
        ? { ...told, runs: { present, missing, script } }
        : { ...told, runs: null },
    ),
  };
}

function witnessJson(step: WitnessStep) {
  return { ...placeJson(step.span), text: step.text };
}

function notJudgedJson({ span, job, step, reason }: NotJudged) {
  return { ...placeJson(span), job, step: stepJson(step), reason };
}

function stepJson(step: StepRef | null) {
  return step && { index: step.index, name: step.name, id: step.id };
}

function placeJson({ source, start, end }: Span): { file: string; start: Position; end: Position } {
  return { file: source.path, start: positionAt(source, start), end: positionAt(source, end) };
}

// Everything outside strings is ASCII, so these can only stand in strings, where an escape means the same. Runners
// obey `##[` even in the middle of a line; terminals obey C1 controls and bidirectional overrides.
const unsafe = /##\[|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function asciiWhereItMatters(json: string): string {
  return json.replace(unsafe, (found) => {
    if (found === '\n') return found;
    if (found === '##[') return '\\u0023#[';
    let escaped = '';
    for (let i = 0; i < found.length; i++) {
      escaped += `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}
