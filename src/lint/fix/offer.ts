import type { Repository } from '../../text/repository.js';
import type { Source } from '../../text/source.js';
import type { Finding, Fix, LintResult } from '../finding.js';
import { type LintInput, type LintOptions, lint } from '../lint.js';
import { applyFixes } from './apply.js';
import { isProposal, type Proposal } from './propose.js';

/**
 * Judges texts like `lint`, and offers with each finding the fix that was tried: with it the file was judged again, the
 * finding was gone and nothing else had come. Pure and synchronous, as `lint` is.
 */
export function lintWithFixes(inputs: readonly LintInput[], options: LintOptions): LintResult {
  const result = lint(inputs, { ...options, fixes: true });
  const offered = new Map<Finding, Fix>();
  for (const group of groupsOf(result.findings)) {
    for (const [finding, fix] of tried(group, result, inputs, options)) offered.set(finding, fix);
  }
  const findings = result.findings.map((finding) => ({ ...finding, fix: offered.get(finding) ?? null }));
  const suppressed = result.suppressed.map((one) => ({ ...one, finding: { ...one.finding, fix: null } }));
  return { ...result, findings, suppressed };
}

/** A finding with what may mend it. */
interface Candidate {
  readonly finding: Finding;
  readonly proposal: Proposal;
}

/** Those that edit the same files belong together. */
function groupsOf(findings: readonly Finding[]): Candidate[][] {
  const groups: { paths: Set<string>; candidates: Candidate[] }[] = [];
  for (const finding of findings) {
    const { fix: proposal } = finding;
    if (!proposal || !isProposal(proposal)) continue;
    const paths = new Set(pathsOf(proposal));
    const candidates: Candidate[] = [];
    for (const group of groups.filter((one) => [...one.paths].some((path) => paths.has(path)))) {
      candidates.push(...group.candidates);
      for (const path of group.paths) paths.add(path);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push({ paths, candidates: [...candidates, { finding, proposal }] });
  }
  return groups.map(({ candidates }) => candidates);
}

function pathsOf(proposal: Proposal): string[] {
  const paths: string[] = [];
  for (let at: Proposal | null = proposal; at; at = at.otherwise)
    paths.push(...at.edits.map(({ span }) => span.source.path));
  return paths;
}

/** The most findings of one group that are tried: each try is another judgement of the files. */
const MAX_TRIALS = 24;

/**
 * Nodes of scripts that the tries of one group may take: a file whose judgement takes long would be judged so a hundred
 * times. The try that begins within them is finished.
 */
export const MAX_TRIED_NODES = 500_000;

/** Each by itself, the best way first: whoever applies one only is to find it gone. */
function tried(
  group: readonly Candidate[],
  before: LintResult,
  inputs: readonly LintInput[],
  options: LintOptions,
): Map<Finding, Fix> {
  const offered = new Map<Finding, Fix>();
  let nodes = 0;
  const counting: LintOptions = { ...options, count: (more) => (nodes += more) };
  for (const { finding, proposal } of group.slice(0, MAX_TRIALS)) {
    for (let way: Proposal | null = proposal; way && nodes < MAX_TRIED_NODES; way = way.otherwise) {
      if (!holds({ finding, proposal: way }, before, inputs, counting)) continue;
      offered.set(finding, plain(way));
      break;
    }
  }
  return offered;
}

function plain({ applicability, edits, group }: Fix): Fix {
  return { applicability, edits, group };
}

/** Is the finding gone with the fix, and has nothing else come? */
function holds(
  { finding, proposal }: Candidate,
  before: LintResult,
  inputs: readonly LintInput[],
  options: LintOptions,
): boolean {
  const { texts } = applyFixes([proposal]);
  const own = new Set(inputs.map(({ source }) => source.path));
  const alone = [...texts.keys()].every((path) => own.has(path));
  const asked = alone ? inputs.filter(({ source }) => texts.has(source.path)) : inputs;
  const after = lint(withTexts(asked, texts), {
    ...options,
    baseline: null,
    complete: false,
    fates: false,
    fixes: false,
  });
  const allowed = counted(allOf(before).map(keyOf));
  add(allowed, keyOf(finding), -1);
  const isLess = (found: ReadonlyMap<string, number>, known: ReadonlyMap<string, number>) =>
    [...found].every(([key, count]) => count <= (known.get(key) ?? 0));
  const unread = ({ file, message }: LintResult['errors'][number]) => `${file} ${message}`;
  const left = ({ span, reason }: LintResult['notJudged'][number]) => `${span.source.path} ${reason}`;
  return (
    isLess(counted(allOf(after).map(keyOf)), allowed) &&
    isLess(counted(after.errors.map(unread)), counted(before.errors.map(unread))) &&
    isLess(counted(after.notJudged.map(left)), counted(before.notJudged.map(left)))
  );
}

function allOf({ findings, suppressed }: LintResult): Finding[] {
  return [...findings, ...suppressed.map(({ finding }) => finding)];
}

/** The same for a finding that an edit has moved. */
function keyOf({ rule, messageId, span, job, secrets }: Finding): string {
  return [rule, messageId, span.source.path, job ?? '', ...secrets.toSorted()].join('\0');
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) add(counts, key, 1);
  return counts;
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The inputs with other texts; what they call is read with them too. `texts`: by the paths that findings show. */
export function withTexts<Input extends LintInput>(
  inputs: readonly Input[],
  texts: ReadonlyMap<string, string>,
): Input[] {
  const repositories = new Map<Repository, Repository>();
  const edited = new Map<Source, Source>();
  const sourceOf = (source: Source): Source => {
    const text = texts.get(source.path);
    if (text === undefined) return source;
    const known = edited.get(source) ?? { path: source.path, text };
    edited.set(source, known);
    return known;
  };
  return inputs.map((input) => {
    const { repository } = input;
    if (!repository) return { ...input, source: sourceOf(input.source) };
    const around = repositories.get(repository) ?? {
      files: () => repository.files(),
      read: (path: string) => {
        const source = repository.read(path);
        return source && sourceOf(source);
      },
      refusal: (path: string) => repository.refusal(path),
    };
    repositories.set(repository, around);
    return { ...input, source: sourceOf(input.source), repository: around };
  });
}
