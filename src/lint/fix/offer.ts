import type { Repository } from '../../text/repository.js';
import type { Extent, Source } from '../../text/source.js';
import type { Finding, Fix, LintResult } from '../finding.js';
import { type LintInput, type LintOptions, lint } from '../lint.js';
import { applyFixes } from './apply.js';
import { isProposal, type Proposal } from './propose.js';

/**
 * Judges texts like `lint`, and offers with each finding the fix that was tried: with it the file was judged again, the
 * finding was gone and nothing else had come. The help of one without says why there is none. Pure and synchronous, as
 * `lint` is.
 */
export function lintWithFixes(inputs: readonly LintInput[], options: LintOptions): LintResult {
  const calls = new Map<string, readonly string[]>();
  const result = lint(inputs, {
    ...options,
    fixes: true,
    calls: (input, called) => calls.set(input, called),
  });
  const ground: Ground = { before: result, inputs, options, calls };
  const trials = new Map<Finding, Trial>();
  for (const group of groupsOf(result.findings)) {
    for (const [finding, trial] of tried(group, ground)) trials.set(finding, trial);
  }
  const findings = result.findings.map((finding) => withTrial(finding, trials.get(finding)));
  const suppressed = result.suppressed.map((one) => ({ ...one, finding: { ...one.finding, fix: null } }));
  return { ...result, findings, suppressed };
}

/** The fix that held, or why none did. */
type Trial = Fix | string;

function withTrial(finding: Finding, trial: Trial | undefined): Finding {
  const { fix: proposal, help } = finding;
  if (typeof trial === 'object') return { ...finding, fix: trial };
  if (!proposal || !isProposal(proposal)) return { ...finding, fix: null };
  return { ...finding, fix: null, help: `${help}\nno fix is offered: ${trial ?? proposal.lacking}` };
}

/** What fixes are tried on. */
interface Ground {
  readonly before: LintResult;
  readonly inputs: readonly LintInput[];
  readonly options: LintOptions;
  /** The called files that were looked into for each input. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
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
    if (!proposal || !isProposal(proposal) || proposal.edits.length === 0) continue;
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

const tooMany =
  'trying it takes too long beside the other fixes of the same files; apply these and run again';

/** Each by itself, the best way first: whoever applies one only is to find it gone. */
function tried(group: readonly Candidate[], ground: Ground): Map<Finding, Trial> {
  const trials = new Map<Finding, Trial>();
  let nodes = 0;
  const counting: Ground = {
    ...ground,
    options: { ...ground.options, count: (more) => (nodes += more) },
  };
  for (const [index, { finding, proposal }] of group.entries()) {
    for (let way: Proposal | null = proposal; way; way = way.otherwise) {
      if (index >= MAX_TRIALS || nodes >= MAX_TRIED_NODES) {
        if (!trials.has(finding)) trials.set(finding, tooMany);
        break;
      }
      const fault = faultOf({ finding, proposal: way }, counting);
      if (fault !== null) {
        // The best way says best what stands against it.
        if (!trials.has(finding)) trials.set(finding, `what would mend it was tried, and ${fault}`);
        continue;
      }
      trials.set(finding, plain(way));
      break;
    }
  }
  return trials;
}

function plain({ applicability, edits, group }: Fix): Fix {
  return { applicability, edits, group };
}

/** Why a fix does not hold: the finding stays, or something else comes with it. null where all is well. */
function faultOf(
  { finding, proposal }: Candidate,
  { before, inputs, options, calls }: Ground,
): string | null {
  const { texts } = applyFixes([proposal]);
  const asked = inputsOf([...texts.keys()], { inputs, calls });
  const after = lint(withTexts(asked, texts), {
    ...options,
    changed: placesOf(asked, texts),
    baseline: null,
    complete: false,
    fates: false,
    fixes: false,
  });
  const unread = ({ file, message }: LintResult['errors'][number]) => `${file} ${message}`;
  if (!isLess(after.errors.map(unread), before.errors.map(unread)))
    return 'the file could not be read with it';
  const left = ({ span, reason }: LintResult['notJudged'][number]) => `${span.source.path} ${reason}`;
  if (!isLess(after.notJudged.map(left), before.notJudged.map(left)))
    return 'a step could not be judged any more with it';
  const allowed = counted(allOf(before).map(keyOf));
  add(allowed, keyOf(finding), -1);
  for (const one of allOf(after)) {
    const key = keyOf(one);
    if ((allowed.get(key) ?? 0) > 0) add(allowed, key, -1);
    else return key === keyOf(finding) ? 'the finding stays' : `it brings ${one.rule} with it`;
  }
  return null;
}

/**
 * Where one workflow differs from what it was, if nothing else is judged again: what became of its other jobs is known. Not
 * where it has directives, of which it is told which of them are of no use.
 */
function placesOf(
  asked: readonly LintInput[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, Extent> {
  const [only, ...more] = asked;
  const text = only ? texts.get(only.source.path) : undefined;
  if (!only || text === undefined || more.length > 0 || texts.size > 1 || DIRECTIVE.test(text))
    return new Map();
  const before = only.source.text;
  let start = 0;
  while (start < before.length && before[start] === text[start]) start++;
  let left = 0;
  const most = Math.min(before.length, text.length) - start;
  while (left < most && before[before.length - 1 - left] === text[text.length - 1 - left]) left++;
  return new Map([[only.source.path, { start, end: text.length - left }]]);
}

const DIRECTIVE = /hardfail/i;

/** The inputs whose judgement may change with the files: what neither is one of them nor calls one comes to the same as before. */
function inputsOf(
  paths: readonly string[],
  { inputs, calls }: Pick<Ground, 'inputs' | 'calls'>,
): readonly LintInput[] {
  const hangs = ({ source }: LintInput, path: string) =>
    source.path === path || calls.get(source.path)?.includes(path) === true;
  const isKnown = paths.every((path) => inputs.some((input) => hangs(input, path)));
  return isKnown ? inputs.filter((input) => paths.some((path) => hangs(input, path))) : inputs;
}

/** Is there nothing in the one that is not in the other, as often? */
function isLess(found: readonly string[], known: readonly string[]): boolean {
  const counts = counted(known);
  return [...counted(found)].every(([key, count]) => count <= (counts.get(key) ?? 0));
}

function allOf({ findings, suppressed }: LintResult): Finding[] {
  return [...findings, ...suppressed.map(({ finding }) => finding)];
}

/** The same for a finding that an edit has moved. */
export function keyOf({ rule, messageId, span, job, secrets }: Finding): string {
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
