import { rules as allRules } from '../../rules/index.js';
import { type Analysis, analyseAction, analyseWorkflow, type Guard, type Hole } from '../analyse/analyse.js';
import { constantConditions, type Outcome } from '../analyse/constant.js';
import { deathsOf, type Surroundings } from '../analyse/dead.js';
import { emptyScripts } from '../analyse/empty-script.js';
import type { Unjudged } from '../analyse/unjudged.js';
import { type Forge, forges } from '../forge/forge.js';
import { buildAction, buildWorkflow } from '../model/build.js';
import type { Action, Step, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import { NotLoaded } from '../program/lower/languages.js';
import type { Repository } from '../text/repository.js';
import { placeKey, type Source, spanText } from '../text/source.js';
import type { Finding, InputError, LintResult, NotJudged, StepRef } from './finding.js';
import { fingerprintOf } from './fingerprint.js';
import type { Report, Rule, RuleContext, Subject } from './rule.js';
import { rawText } from './words.js';

export interface LintInput {
  readonly source: Source;
  readonly kind: 'workflow' | 'action';
  /** The forge whose root the file lies under; null for a file of no known root. */
  readonly forge: Forge | null;
  /** Reads the scripts that its steps call; without it such a script is a command like any other. */
  readonly repository?: Repository | null;
}

export interface LintOptions {
  /** Only these rules; null for all. Ids are known to be valid. */
  readonly rules: readonly string[] | null;
  /** Judge every file as this forge's; null goes by each file's root. */
  readonly forge: Forge | null;
  /** The paths of other files that lie in the forges' roots and are not to be judged now. */
  readonly neighbours?: readonly string[];
}

/** A script that several workflows or jobs call has one hole in each place, whoever shows it. */
function oncePerScript(findings: readonly Finding[], inputs: readonly string[]): Finding[] {
  const own = new Set(inputs);
  const known = new Map<string, Finding>();
  for (const [index, finding] of findings.entries()) {
    const isOwn = own.has(finding.span.source.path);
    const key = isOwn ? String(index) : `${finding.rule} ${finding.messageId} ${placeKey(finding.span)}`;
    const first = known.get(key);
    if (!first) known.set(key, finding);
    else
      known.set(key, {
        ...first,
        secrets: [...new Set([...first.secrets, ...finding.secrets])],
        contexts: [...new Set([...first.contexts, ...finding.contexts])],
      });
  }
  return [...known.values()];
}

/** What one file contributes to the result. */
interface FileResult {
  readonly jobs: number;
  readonly steps: number;
  readonly findings: readonly Finding[];
  readonly notJudged: readonly NotJudged[];
  readonly errors: readonly InputError[];
}

/**
 * Judges texts: pure and synchronous. What could not be judged is in the result, never passed over. Throws
 * `NotLoaded` where a script is in a language whose front-end is not loaded; `lintWithLanguages` loads it.
 */
export function lint(inputs: readonly LintInput[], options: LintOptions): LintResult {
  const rules = allRules.filter((rule) => options.rules === null || options.rules.includes(rule.meta.id));
  const paths = inputs.map(({ source }) => source.path);
  const around: Surroundings = {
    files: [...paths, ...(options.neighbours ?? [])],
    forgeIsGiven: options.forge !== null,
  };
  const results = inputs.map((input) => lintFile(input, rules, options, around));
  const steps = results.reduce((sum, result) => sum + result.steps, 0);
  const notJudged = results.flatMap((result) => result.notJudged);
  return {
    inputs: inputs.length,
    jobs: results.reduce((sum, result) => sum + result.jobs, 0),
    steps: { judged: steps - notJudged.length, notJudged: notJudged.length },
    findings: oncePerScript(
      results.flatMap((result) => result.findings),
      paths,
    ),
    suppressed: [],
    notJudged,
    errors: results.flatMap((result) => result.errors),
  };
}

function lintFile(
  input: LintInput,
  rules: readonly Rule[],
  options: LintOptions,
  around: Surroundings,
): FileResult {
  const { source } = input;
  const file = parseYaml(source);
  const broken = file.problems.map((problem) => errorAt(source, problem));
  const forge = options.forge ?? input.forge;
  const candidates = forge ? [forge] : forges;
  if (input.kind === 'action') return lintAction(buildAction(file), candidates, rules, broken);
  const workflow = buildWorkflow(file);
  const errors = [...broken, ...workflow.problems.map((problem) => errorAt(source, problem))];
  const steps = workflow.jobs.reduce((sum, job) => sum + job.steps.length, 0);
  const readable = broken.length === 0 ? candidates : [];
  const analyse = (forge: Forge): Analysis => {
    const analysis = analyseWorkflow(workflow, forge, input.repository ?? null);
    return broken.length > 0 ? doubted(analysis) : analysis;
  };
  const judged = judge(source, analyse, candidates, rules, {
    ...aboutText(workflow, readable),
    deaths: () => worstPerPlace(readable.flatMap((forge) => deathsOf(workflow, forge, around))),
  });
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

/** What is seen in a file with broken YAML waits behind the error: it is likely once that is mended, and not proved today. */
function doubted(analysis: Analysis): Analysis {
  return {
    ...analysis,
    holes: analysis.holes.map((hole) => ({ ...hole, confidence: 'likely' })),
    guards: analysis.guards.map((guard) => ({ ...guard, confidence: 'likely' })),
    forkGuards: analysis.forkGuards.map((guard) => ({ ...guard, confidence: 'likely' })),
  };
}

function judge(
  source: Source,
  analyse: (forge: Forge) => Analysis,
  candidates: readonly Forge[],
  rules: readonly Rule[],
  text: TextAnswers,
): { findings: Finding[]; notJudged: NotJudged[]; errors: InputError[] } {
  const errors: InputError[] = [];
  const holes: Hole[] = [];
  const guards: Guard[] = [];
  const forkGuards: Guard[] = [];
  const unjudged = new Map<Step, Unjudged>();
  for (const forge of candidates) {
    try {
      const analysis = analyse(forge);
      holes.push(...analysis.holes);
      guards.push(...analysis.guards);
      forkGuards.push(...analysis.forkGuards);
      for (const entry of analysis.notJudged) if (!unjudged.has(entry.step)) unjudged.set(entry.step, entry);
    } catch (fault) {
      if (fault instanceof NotLoaded) throw fault;
      errors.push(faultIn(source, 'the analysis', fault));
    }
  }
  const told = apply(rules, source, {
    ...aboutHoles(worstPerPlace(holes, rank)),
    guards: () => worstPerPlace(guards),
    forkGuards: () => worstPerPlace(forkGuards),
    ...text,
  });
  return {
    findings: told.findings,
    notJudged: [...unjudged.values()].map(notJudgedOf),
    errors: [...errors, ...told.errors],
  };
}

/** What the rules say of one file. */
function apply(
  rules: readonly Rule[],
  source: Source,
  context: RuleContext,
): { findings: Finding[]; errors: InputError[] } {
  const findings: Finding[] = [];
  const errors: InputError[] = [];
  for (const rule of rules) {
    try {
      for (const report of rule.check(context)) findings.push(findingOf(rule, report));
    } catch (fault) {
      errors.push(faultIn(source, `rule ${rule.meta.id}`, fault));
    }
  }
  return { findings: numbered(findings), errors };
}

function aboutHoles(holes: readonly Hole[]): Pick<RuleContext, 'holes' | 'tooWide' | 'alarms'> {
  return {
    holes: (kind) => holes.filter((hole) => hole.kind === kind && !hole.tooWide && !hole.alarm),
    tooWide: () => holes.filter((hole) => hole.tooWide),
    alarms: () => holes.filter((hole) => hole.alarm),
  };
}

/** What the text of a file tells without running it. */
type TextAnswers = Pick<RuleContext, 'file' | 'constantConditions' | 'emptyScripts' | 'deaths'>;

/** The tree of a file with broken YAML is a guess, so that nothing is said of its text: `candidates` is empty then. */
function aboutText(file: Workflow | Action, candidates: readonly Forge[]): Omit<TextAnswers, 'deaths'> {
  return {
    file,
    constantConditions: () =>
      worstPerPlace(
        candidates.flatMap((forge) => constantConditions(file, forge)),
        (condition) => badness[condition.outcome],
      ),
    emptyScripts: () => worstPerPlace(candidates.flatMap((forge) => emptyScripts(file, forge))),
  };
}

/** A condition that is never true hides work in silence; what fails is seen. */
const badness: Readonly<Record<Outcome, number>> = {
  'always-false': 3,
  'always-true': 2,
  fails: 1,
  'invalid-file': 0,
};

/** A file of no known root is judged as each forge's; the worst verdict on a place is the one that is told. */
function worstPerPlace<Answer extends Subject>(
  answers: readonly Answer[],
  badnessOf: (answer: Answer) => number = () => 0,
): Answer[] {
  const byPlace = new Map<string, Answer>();
  for (const answer of answers) {
    const key = `${answer.job?.id ?? ''} ${answer.step?.index ?? ''} ${placeKey(answer.span)}`;
    const known = byPlace.get(key);
    if (!known || badnessOf(answer) > badnessOf(known)) byPlace.set(key, answer);
  }
  return [...byPlace.values()];
}

function rank(hole: Hole): number {
  if (hole.alarm) return -1;
  return (hole.kind === 'masked' ? 0 : 2) + (hole.confidence === 'proved' ? 1 : 0);
}

function findingOf(rule: Rule, report: Report): Finding {
  const { about, message } = report;
  return {
    rule: rule.meta.id,
    messageId: report.messageId,
    severity: rule.meta.severity,
    confidence: report.confidence ?? about.confidence,
    message: message.message,
    help: message.help,
    url: `rules/${rule.meta.id}/README.md`,
    span: about.span,
    job: about.job?.id || null,
    step: about.step && stepRef(about.step),
    secrets: about.secrets,
    forge: about.forge,
    contexts: about.contexts,
    witness: about.witness,
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
  return {
    span: entry.step.headSpan,
    job: entry.job.id || null,
    step: stepRef(entry.step),
    reason: entry.reason,
  };
}

/** A composite action is judged by itself: what its own inputs do when they come empty. */
function lintAction(
  action: Action,
  candidates: readonly Forge[],
  rules: readonly Rule[],
  broken: readonly InputError[],
): FileResult {
  const text = { ...aboutText(action, broken.length === 0 ? candidates : []), deaths: () => [] };
  const judged = judge(action.source, (forge) => analyseAction(action, forge), candidates, rules, text);
  const problems = action.problems.map((problem) => errorAt(action.source, problem));
  return {
    jobs: 0,
    steps: action.steps?.length ?? 0,
    findings: judged.findings,
    notJudged: judged.notJudged,
    errors: [...broken, ...problems, ...judged.errors],
  };
}
