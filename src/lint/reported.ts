import type { Unjudged } from '../analyse/unjudged.js';
import type { Step } from '../model/model.js';
import type { Span } from '../text/source.js';
import type { Finding, NotJudged, StepRef } from './finding.js';
import { spanOfUnjudged } from './places.js';
import { isPluginRule } from './plugin.js';
import type { Report, RuleMeta, Subject } from './rule.js';
import { rawText } from './words.js';

/**
 * Where a directive for the whole step stands: its first line, or the key of its script. For a job it is the job's key. What
 * is found in a script that steps call is no one step's own: a directive for it stands in the script.
 */
export function headsOf({ job, step, span }: Subject): Span[] {
  const heads = step
    ? [step.headSpan, ...(step.run ? [step.run.scalar.span] : [])]
    : job
      ? [job.key.span]
      : [];
  return heads.filter((head) => head.source.path === span.source.path);
}

/** Where the page of a rule lies in the package; a plugin's rule has none there. */
export function pageOf(rule: string): string {
  return isPluginRule(rule) ? '' : `rules/${rule}/README.md`;
}

/** What a rule reports, as a finding. The fingerprint comes later, when all of a run are known. */
export function findingOf(meta: RuleMeta, report: Report): Finding {
  const { about, message } = report;
  return {
    rule: meta.id,
    messageId: report.messageId,
    severity: report.severity ?? meta.severity,
    confidence: report.confidence ?? about.confidence,
    message: message.message,
    help: message.help,
    url: meta.url ?? pageOf(meta.id),
    span: about.span,
    job: about.job?.id || null,
    step: about.step && stepRef(about.step),
    secrets: about.secrets,
    forge: about.forge,
    contexts: about.contexts,
    witness: about.witness,
    fix: report.fix ?? null,
    fingerprint: '',
  };
}

function stepRef(step: Step): StepRef {
  return { index: step.place, name: rawText(step.name), id: step.id };
}

/** A step that the analysis gave up on, as results show it. */
export function notJudgedOf(entry: Unjudged): NotJudged {
  return {
    span: spanOfUnjudged(entry),
    job: entry.job.id || null,
    step: entry.step && stepRef(entry.step),
    reason: entry.reason,
  };
}
