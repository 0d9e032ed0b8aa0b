import type { Finding, InputError, LintResult, NotJudged } from '../lint/finding.js';
import type { OptionalSecret } from '../lint/settings.js';
import type { Replay } from '../replay/result.js';
import { positionAt, type Span } from '../text/source.js';
import type {
  Acceptance,
  AuditError,
  AuditFinding,
  DeadWorkflow,
  NotJudgedStep,
  Position,
  RepositoryAudit,
} from './audit.js';
import { acceptanceOf, rowsOf } from './rows.js';

/** The rule whose findings tell of workflows that never run. */
const DEAD = 'dead-workflow';

/**
 * What a run found out about one repository, as data that outlives the texts. `name` tells it from the others; `replays`
 * has what came of the findings that were replayed.
 */
export function repositoryAudit(
  name: string,
  result: LintResult,
  optional: readonly OptionalSecret[],
  replays: ReadonlyMap<Finding, Replay> = new Map(),
): RepositoryAudit {
  const { findings, suppressed, fates = [] } = result;
  const all = [...findings, ...suppressed.map(({ finding }) => finding)];
  const dead = all.filter(({ rule }) => rule === DEAD);
  const around = {
    findings,
    suppressed,
    optional,
    replays,
    dead: new Set(dead.map(({ span }) => span.source.path)),
  };
  return {
    name,
    files: result.inputs,
    jobs: result.jobs,
    steps: result.steps,
    rows: rowsOf(fates, around),
    findings: [
      ...findings.map((finding) => findingOf(finding, null, replays.get(finding))),
      ...suppressed.map((one) => findingOf(one.finding, acceptanceOf(one))),
    ],
    notJudged: result.notJudged.map(stepOf),
    dead: dead.map(deadOf),
    errors: result.errors.map(errorOf),
  };
}

/** A repository of which nothing is known but why. */
export function failedAudit(name: string, errors: readonly AuditError[]): RepositoryAudit {
  const steps = { judged: 0, notJudged: 0 };
  return { name, files: 0, jobs: 0, steps, rows: [], findings: [], notJudged: [], dead: [], errors };
}

function findingOf(finding: Finding, accepted: Acceptance | null, replay?: Replay): AuditFinding {
  const { rule, severity, confidence, message, span, job, secrets, fingerprint } = finding;
  return {
    rule,
    severity,
    confidence,
    message,
    file: span.source.path,
    start: startOf(span),
    job,
    secrets,
    fingerprint,
    accepted,
    ...(replay ? { replay: { verdict: replay.verdict, reason: replay.reason } } : {}),
  };
}

function stepOf({ span, job, step, reason }: NotJudged): NotJudgedStep {
  const name = step && (step.name ?? step.id ?? `step ${step.index + 1}`);
  return { file: span.source.path, start: startOf(span), job, step: name, reason };
}

function deadOf({ span, message }: Finding): DeadWorkflow {
  return { file: span.source.path, message };
}

function errorOf({ file, span, message }: InputError): AuditError {
  return { file, start: span && startOf(span), message };
}

function startOf({ source, start }: Span): Position {
  return positionAt(source, start);
}
