import { rules as allRules } from '../../rules/index.js';
import { analyseWorkflow, type Hole, type Unjudged } from '../analyse/analyse.js';
import { type Forge, forges } from '../forge/forge.js';
import { buildAction, buildWorkflow } from '../model/build.js';
import type { Action, Step, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import { type Source, spanText } from '../text/source.js';
import type { Finding, InputError, LintResult, NotJudged, StepRef } from './finding.js';
import { fingerprintOf } from './fingerprint.js';
import type { Report, Rule } from './rule.js';
import { rawText } from './words.js';

export interface LintInput {
  readonly source: Source;
  readonly kind: 'workflow' | 'action';
  /** The forge whose root the file lies under; null for a file of no known root. */
  readonly forge: Forge | null;
}

export interface LintOptions {
  /** Only these rules; null for all. Ids are known to be valid. */
  readonly rules: readonly string[] | null;
  /** Judge every file as this forge's; null goes by each file's root. */
  readonly forge: Forge | null;
}

/** What one file contributes to the result. */
interface FileResult {
  readonly jobs: number;
  readonly steps: number;
  readonly findings: readonly Finding[];
  readonly notJudged: readonly NotJudged[];
  readonly errors: readonly InputError[];
}

/** Judges texts: pure and synchronous. What could not be judged is in the result, never passed over. */
export function lint(inputs: readonly LintInput[], options: LintOptions): LintResult {
  const rules = allRules.filter((rule) => options.rules === null || options.rules.includes(rule.meta.id));
  const results = inputs.map((input) => lintFile(input, rules, options));
  const steps = results.reduce((sum, result) => sum + result.steps, 0);
  const notJudged = results.flatMap((result) => result.notJudged);
  return {
    inputs: inputs.length,
    jobs: results.reduce((sum, result) => sum + result.jobs, 0),
    steps: { judged: steps - notJudged.length, notJudged: notJudged.length },
    findings: results.flatMap((result) => result.findings),
    notJudged,
    errors: results.flatMap((result) => result.errors),
  };
}

function lintFile(input: LintInput, rules: readonly Rule[], options: LintOptions): FileResult {
  const { source } = input;
  const file = parseYaml(source);
  const broken = file.problems.map((problem) => errorAt(source, problem));
  if (input.kind === 'action') return lintAction(buildAction(file), broken);
  const workflow = buildWorkflow(file);
  const errors = [...broken, ...workflow.problems.map((problem) => errorAt(source, problem))];
  const forge = options.forge ?? input.forge;
  const steps = workflow.jobs.reduce((sum, job) => sum + job.steps.length, 0);
  const judged = judge(workflow, forge ? [forge] : forges, rules);
  return {
    jobs: workflow.jobs.length,
    steps,
    findings: judged.findings,
    notJudged: judged.notJudged,
    errors: [...errors, ...judged.errors],
  };
}

function errorAt(
  source: Source,
  problem: { readonly span: InputError['span']; readonly message: string },
): InputError {
  return { file: source.path, span: problem.span, message: problem.message };
}

/** What a fault of ours while judging a file becomes: the run is incomplete, and says where. */
function faultIn(source: Source, what: string, fault: unknown): InputError {
  const text = fault instanceof Error ? fault.message : String(fault);
  return {
    file: source.path,
    span: null,
    message: `${what} failed on this file, which is a bug in hardfail: ${text}`,
  };
}

function judge(
  workflow: Workflow,
  candidates: readonly Forge[],
  rules: readonly Rule[],
): { findings: Finding[]; notJudged: NotJudged[]; errors: InputError[] } {
  const errors: InputError[] = [];
  const holes: Hole[] = [];
  const unjudged = new Map<Step, Unjudged>();
  for (const forge of candidates) {
    try {
      const analysis = analyseWorkflow(workflow, forge);
      holes.push(...analysis.holes);
      for (const entry of analysis.notJudged) if (!unjudged.has(entry.step)) unjudged.set(entry.step, entry);
    } catch (fault) {
      errors.push(faultIn(workflow.source, 'the analysis', fault));
    }
  }
  const distinct = worstPerPlace(holes);
  const findings: Finding[] = [];
  for (const rule of rules) {
    try {
      const context = {
        workflow,
        holes: (kind: Hole['kind']) => distinct.filter((hole) => hole.kind === kind),
      };
      for (const report of rule.check(context)) findings.push(findingOf(rule, report));
    } catch (fault) {
      errors.push(faultIn(workflow.source, `rule ${rule.meta.id}`, fault));
    }
  }
  return { findings: numbered(findings), notJudged: [...unjudged.values()].map(notJudgedOf), errors };
}

/** A file of no known root is judged as each forge's; the worst verdict on a place is the one that is told. */
function worstPerPlace(holes: readonly Hole[]): Hole[] {
  const byPlace = new Map<string, Hole>();
  for (const hole of holes) {
    const key = `${hole.job.id} ${hole.step?.index ?? ''} ${hole.span.start}`;
    const known = byPlace.get(key);
    if (!known || rank(hole) > rank(known)) byPlace.set(key, hole);
  }
  return [...byPlace.values()];
}

function rank(hole: Hole): number {
  return (hole.kind === 'masked' ? 0 : 2) + (hole.confidence === 'proved' ? 1 : 0);
}

function findingOf(rule: Rule, report: Report): Finding {
  const { hole, message } = report;
  return {
    rule: rule.meta.id,
    messageId: report.messageId,
    severity: rule.meta.severity,
    confidence: report.confidence ?? hole.confidence,
    message: message.message,
    help: message.help,
    url: `rules/${rule.meta.id}/README.md`,
    span: hole.span,
    job: hole.job.id,
    step: hole.step && stepRef(hole.step),
    secrets: hole.secrets,
    forge: hole.forge,
    contexts: hole.contexts,
    witness: hole.witness,
    fingerprint: '',
  };
}

/** Gives findings their fingerprints: never from a line number, so that they outlive edits elsewhere in the file. */
function numbered(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const step = finding.step?.id ?? finding.step?.name ?? '';
    const parts = [
      finding.rule,
      finding.span.source.path,
      finding.job ?? '',
      step,
      spanText(finding.span).replace(/\s+/g, ' '),
    ];
    const key = parts.join('\0');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return { ...finding, fingerprint: fingerprintOf([...parts, String(ordinal)]) };
  });
}

function stepRef(step: Step): StepRef {
  return { index: step.index, name: rawText(step.name), id: step.id };
}

function notJudgedOf(entry: Unjudged): NotJudged {
  return { span: entry.step.headSpan, job: entry.job.id, step: stepRef(entry.step), reason: entry.reason };
}

/** A composite action's steps are judged through no caller yet: those that get a credential are counted as not judged. */
function lintAction(action: Action, broken: readonly InputError[]): FileResult {
  const credentials = action.inputs.filter((input) =>
    /token|secret|password|passwd|key|credential/i.test(`${input.name} ${input.description ?? ''}`),
  );
  const steps = action.steps ?? [];
  const notJudged = steps
    .filter((step) =>
      credentials.some((input) =>
        spanText(step.span).toLowerCase().includes(`inputs.${input.name.toLowerCase()}`),
      ),
    )
    .map(
      (step): NotJudged => ({
        span: step.headSpan,
        job: null,
        step: stepRef(step),
        reason: 'steps of composite actions are not judged yet',
      }),
    );
  const errors = [...broken, ...action.problems.map((problem) => errorAt(action.source, problem))];
  return { jobs: 0, steps: steps.length, findings: [], notJudged, errors };
}
