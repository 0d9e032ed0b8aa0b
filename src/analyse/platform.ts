import type { Job } from '../model/model.js';
import { contextPath, parseTemplate, type TemplatePart } from '../parse/expression.js';
import type { YamlNode } from '../parse/yaml.js';
import { equalsText, resolve } from './constraints.js';
import { type Datum, interpolateParts, type Scope, split, stringDatum } from './expressions.js';
import { entryOf } from './matrix.js';
import { walkExpr } from './secrets.js';
import { fork, type State } from './state.js';
import { constant, textOf, unknownValue, type Value } from './values.js';

/** The system that a job runs on, as `runner.os` names it; null where its labels do not tell. */
export type System = 'Linux' | 'Windows' | 'macOS' | null;

/** What `runs-on:` says of a job's system. */
type Labels =
  | { readonly kind: 'fixed'; readonly system: System }
  /** The labels hang on the leg of the matrix: `legs` are the texts of the keys that they are made of. */
  | {
      readonly kind: 'legs';
      readonly labels: readonly (readonly TemplatePart[])[];
      readonly legs: readonly Leg[];
    };

/** Texts by path (`matrix.os`). */
type Leg = ReadonlyMap<string, string>;

/** More legs than these are not told apart. */
const MAX_LEGS = 24;

const known = new WeakMap<Job, Labels>();

function labelsOf(job: Job): Labels {
  const before = known.get(job);
  if (before) return before;
  const labels = readLabels(job);
  known.set(job, labels);
  return labels;
}

function readLabels(job: Job): Labels {
  const { runsOn } = job;
  const nodes = runsOn?.kind === 'list' ? runsOn.items : [runsOn];
  const labels = nodes.flatMap((node) => (node?.kind === 'scalar' ? [parseTemplate(node.text)] : []));
  const paths = matrixPaths(labels);
  const legs = paths.length > 0 ? legsOf(job, paths) : [];
  if (legs.length > 0 && legs.length <= MAX_LEGS) return { kind: 'legs', labels, legs };
  const texts = labels.flatMap((parts) => parts.map((part) => (part.kind === 'text' ? part.text : '\0')));
  return { kind: 'fixed', system: systemOf(texts) };
}

/** What the labels of a runner say. One of its own making, without any of these words, says nothing. */
function systemOf(labels: readonly string[]): System {
  if (labels.some((label) => /(^|[-_ ])windows([-_ ]|$)/i.test(label))) return 'Windows';
  if (labels.some((label) => /(^|[-_ ])macos([-_ ]|$)/i.test(label))) return 'macOS';
  return labels.some((label) => /(^|[-_ ])(ubuntu|linux)([-_ ]|$)/i.test(label)) ? 'Linux' : null;
}

function matrixPaths(labels: readonly (readonly TemplatePart[])[]): string[] {
  const paths = new Set<string>();
  for (const part of labels.flat()) {
    if (part.kind !== 'expression' || !part.expr) continue;
    walkExpr(part.expr, (expr) => {
      const path = contextPath(expr);
      if (path?.startsWith('matrix.')) paths.add(path);
    });
  }
  // `matrix.os.value` also names `matrix.os` on its way.
  return [...paths].filter((path) => ![...paths].some((other) => other.startsWith(`${path}.`)));
}

/** The legs of a matrix that is written out, as far as these paths tell them apart; none where it is computed. */
function legsOf(job: Job, paths: readonly string[]): Leg[] {
  const matrix = job.strategy?.kind === 'map' ? entryOf(job.strategy, 'matrix') : null;
  if (matrix?.kind !== 'map') return [];
  let legs: Map<string, string>[] = [new Map()];
  for (const path of paths) {
    const [, key = '', ...rest] = path.split('.');
    const vector = entryOf(matrix, key);
    if (vector?.kind !== 'list') continue;
    const texts = vector.items.map((item) => textAt(item, rest));
    if (texts.includes(null)) return [];
    legs = legs.flatMap((leg) => texts.map((text) => new Map(leg).set(path, text ?? '')));
    if (legs.length > MAX_LEGS * 4) return [];
  }
  if (legs[0]?.size === 0) legs = [];
  const include = entryOf(matrix, 'include');
  if (include && include.kind !== 'list') return [];
  for (const item of include?.kind === 'list' ? include.items : []) {
    if (item?.kind !== 'map') return [];
    const leg = new Map<string, string>();
    for (const path of paths) {
      const [, key = '', ...rest] = path.split('.');
      const text = textAt(entryOf(item, key), rest);
      if (text !== null) leg.set(path, text);
    }
    // One that names none of the keys adds to legs that there are.
    if (leg.size === paths.length || (leg.size === 0 && legs.length === 0)) legs.push(leg);
    else if (leg.size > 0 && legs.length === 0) return [];
  }
  const byText = new Map(legs.map((leg) => [JSON.stringify([...leg]), leg]));
  return [...byText.values()];
}

function textAt(node: YamlNode | null, keys: readonly string[]): string | null {
  let at = node;
  for (const key of keys) at = at?.kind === 'map' ? entryOf(at, key) : null;
  if (at?.kind !== 'scalar' || at.text.text.includes('${{')) return null;
  return at.text.text;
}

/** `matrix.<path>` where the labels of the job hang on it: its text where there is but one, else one to be told apart. */
export function matrixDatum(job: Job, keys: readonly string[], state: State): Datum | null {
  const labels = labelsOf(job);
  const path = ['matrix', ...keys].join('.');
  if (labels.kind !== 'legs' || !labels.legs.every((leg) => leg.has(path))) return null;
  return stringDatum(resolve(state.constraints, legValue(path, labels.legs)));
}

function legValue(path: string, legs: readonly Leg[]): Value {
  const texts = new Set(legs.map((leg) => leg.get(path) ?? ''));
  const [only] = texts;
  if (texts.size === 1 && only !== undefined) return constant(only);
  return unknownValue(path, [], !texts.has(''));
}

/** Does the job run on Windows and nowhere else, as far as its labels tell without looking at the matrix? */
export function runsOnWindows(job: Job): boolean {
  const labels = labelsOf(job);
  return labels.kind === 'fixed' && labels.system === 'Windows';
}

/** The system that the job runs on, on this path; null where that is not known. */
export function systemAt(job: Job, state: State, scope: Scope): System {
  const labels = labelsOf(job);
  if (labels.kind === 'fixed') return labels.system;
  const texts = labels.labels.map((parts) => {
    const [first, second] = interpolateParts(parts, fork(state), scope);
    return first?.value && !second ? (textOf(resolve(first.state.constraints, first.value)) ?? '') : '';
  });
  return systemOf(texts);
}

/**
 * One path for each leg of the matrix where the job runs on Windows on one of them; else the path as it is. On each of
 * them `systemAt` answers.
 */
export function splitBySystem(job: Job, state: State, scope: Scope): State[] {
  const labels = labelsOf(job);
  if (labels.kind === 'fixed') return [state];
  const paths = labels.legs.flatMap((leg) => {
    const path = fork(state);
    return takesLeg(path, leg, labels.legs) ? [path] : [];
  });
  // On one path for several legs the labels, and so the system, are not known.
  return paths.some((path) => systemAt(job, path, scope) === 'Windows') ? paths : [state];
}

/** Assumes that the path is on that leg; false where it cannot be. */
function takesLeg(state: State, leg: Leg, legs: readonly Leg[]): boolean {
  for (const [path, text] of leg) {
    const question = equalsText(state.constraints, legValue(path, legs), text, true);
    const [taken] = split(question, state).filter((branch) => branch.answer);
    if (!taken) return false;
    state.constraints = taken.state.constraints;
  }
  return true;
}
