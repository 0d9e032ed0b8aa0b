import { dialects, type ExpressionSite } from '../forge/dialects.js';
import type { Forge } from '../forge/forge.js';
import type { Action, ConditionText, Job, Step, Workflow } from '../model/model.js';
import { type Expr, parseExpression, type TemplatePart } from '../parse/expression.js';
import { type MappedText, spanOf, type Place as TextPlace } from '../text/script.js';
import type { Span } from '../text/source.js';
import { namesStatusFunction, parseNumber } from './expressions.js';
import type { Label } from './hole.js';
import type { NameNote, Place } from './names.js';
import { type CompareOperator, type Possible, verdict } from './possible.js';
import { walkExpr } from './secrets.js';
import { isAvailable, nameOf, pathOf, possibilities } from './static.js';

/** What a condition comes to, whatever happens. */
export type Outcome =
  | 'always-true'
  | 'always-false'
  /** Evaluating it is an error, so that the step or job fails (semantics 4.13). */
  | 'fails'
  /** The forge refuses the whole file for it (semantics 3.2, 3.4). */
  | 'invalid-file';

/** Why a condition is constant. Texts are as the file has them. */
export type Reason =
  /** Text stands around `${{ }}` (semantics 4.2). `mended` has the whole as one expression; null if that is none. */
  | {
      readonly kind: 'text-around';
      readonly only: 'line-break' | 'blank' | 'text';
      readonly mended: string | null;
    }
  /** A text that is not empty counts as true (semantics 4.3). `mended`: the comparison that was left out. */
  | { readonly kind: 'text-is-true'; readonly text: string; readonly mended: string | null }
  /** A text compared with true or false, or a boolean with a text (semantics 4.4). */
  | { readonly kind: 'unlike'; readonly mended: string | null }
  /** A text that the other side never holds. */
  | {
      readonly kind: 'never-holds';
      readonly name: string;
      readonly text: string;
      readonly note: Exclude<NameNote, { kind: 'absent' }>;
    }
  | { readonly kind: 'absent'; readonly path: string; readonly note: Extract<NameNote, { kind: 'absent' }> }
  /** `a == 'x' && a == 'y'`, or `a != 'x' || a != 'y'`. */
  | {
      readonly kind: 'contradiction';
      readonly name: string;
      readonly texts: readonly [string, string];
      readonly operator: '&&' | '||';
    }
  /** It asks for a failure, which the implied `success()` rules out (semantics 4.1). */
  | { readonly kind: 'implied-success'; readonly condition: string }
  /** Two nulls compare as true with every operator (semantics 4.10a). */
  | { readonly kind: 'null-comparison'; readonly name: string; readonly secret: boolean }
  /** Everything contains the empty text (semantics 4.7). */
  | { readonly kind: 'empty-needle'; readonly call: string }
  /** Both sides are written down. */
  | { readonly kind: 'literals' }
  | { readonly kind: 'context'; readonly context: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly error: string }
  | { readonly kind: 'error'; readonly message: string };

/** An `if:` that comes to the same in every run. */
export interface ConstantCondition {
  readonly forge: Forge;
  readonly job: Job | null;
  /** null for the condition of a job. */
  readonly step: Step | null;
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly span: Span;
  readonly confidence: 'proved' | 'likely';
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
  readonly witness: readonly Label[];
}

/** The part that decides a condition. */
interface Culprit {
  readonly at: TextPlace;
  readonly reason: Reason;
  readonly likely?: true;
}

/** The conditions of a file that are constant on the forge, save those that are so on purpose, such as `if: false`. */
export function constantConditions(file: Workflow | Action, forge: Forge): ConstantCondition[] {
  const found: ConstantCondition[] = [];
  const dialect = dialects[forge];
  const judge = (
    condition: ConditionText | null,
    site: ExpressionSite,
    job: Job | null,
    step: Step | null,
  ) => {
    if (!condition) return;
    const steps = job ? job.steps : 'triggers' in file ? [] : (file.steps ?? []);
    const place: Place = { dialect, site, file, job, steps, step, afterSuccess: false };
    const result = judgeCondition(condition, place);
    if (!result) return;
    const { outcome, culprit } = result;
    found.push({
      forge,
      job,
      step,
      outcome,
      reason: culprit.reason,
      span: condition.span,
      confidence: culprit.likely ? 'likely' : 'proved',
      secrets: [],
      contexts: [],
      witness: [{ span: spanOf(culprit.at), text: labelOf(outcome, culprit.reason) }],
    });
  };
  if (!('triggers' in file)) {
    for (const step of file.steps ?? []) judge(step.if, 'composite-step', null, step);
    return found;
  }
  for (const job of file.jobs) {
    judge(job.if, 'job-if', job, null);
    for (const step of job.steps) judge(step.if, 'step-if', job, step);
  }
  return found;
}

function labelOf(outcome: Outcome, reason: Reason): string {
  if (reason.kind === 'text-around')
    return reason.only === 'text' ? 'this is text, outside ${{ }}' : 'there is more text behind or before it';
  return labels[outcome];
}

const labels: Readonly<Record<Outcome, string>> = {
  'always-true': 'always true',
  'always-false': 'never true',
  fails: 'cannot be evaluated',
  'invalid-file': 'refused',
};

interface Judged {
  readonly outcome: Outcome;
  readonly culprit: Culprit;
}

function judgeCondition(condition: ConditionText, place: Place): Judged | null {
  const { parts } = condition.template;
  const refused = refusal(parts, place);
  if (refused) return { outcome: 'invalid-file', culprit: refused };
  const [only] = parts;
  if (parts.length !== 1 || only?.kind !== 'expression') {
    const culprit = textAround(parts, place);
    return culprit && { outcome: 'always-true', culprit };
  }
  const { expr } = only;
  if (!expr) return null;
  const answer = verdict(possibilities(expr, place)) ?? contradicts(expr);
  if (answer === 'error') return { outcome: 'fails', culprit: errorIn(expr, place) };
  if (answer !== null) {
    const culprit = culpritOf(expr, answer, place, true);
    return culprit && { outcome: answer ? 'always-true' : 'always-false', culprit };
  }
  return namesStatusFunction(condition) ? null : afterSuccess(expr, place);
}

// --- what a forge refuses -----------------------------------------------------------------------------

/** The first name that makes the forge refuse the file, wherever in the condition it stands; null for none. */
function refusal(parts: readonly TemplatePart[], place: Place): Culprit | null {
  if (place.dialect.contextNotAvailable !== 'invalid-file') return null;
  for (const part of parts) {
    if (part.kind !== 'expression') continue;
    if (!part.expr) {
      // How exactly the act family reads an expression is its own affair.
      if (place.dialect.forge !== 'github') continue;
      return { at: part.at, reason: { kind: 'unreadable', error: part.error ?? 'it cannot be read' } };
    }
    const unknown = unknownName(part.expr, place);
    if (unknown) return unknown;
  }
  return null;
}

/** The first context or function in the expression that the forge does not know in this place. */
export function unknownName(expr: Expr, place: Place): Culprit | null {
  let found: Culprit | null = null;
  walkExpr(expr, (node) => {
    if (found) return;
    if (node.kind === 'call' && !place.dialect.functions.has(node.name))
      found = { at: node.at, reason: { kind: 'function', name: node.name } };
    if (node.kind === 'context' && !isAvailable(node.name, place))
      found = { at: node.at, reason: { kind: 'context', context: node.name } };
  });
  return found;
}

function errorIn(expr: Expr, place: Place): Culprit {
  const unknown = unknownName(expr, place);
  if (unknown) return unknown;
  const error = possibilities(expr, place).find((value) => value.kind === 'error');
  const message = error?.kind === 'error' ? error.message : 'it cannot be evaluated';
  return { at: expr.at, reason: { kind: 'error', message } };
}

// --- text around ${{ }} ---------------------------------------------------------------------------------

function textAround(parts: readonly TemplatePart[], place: Place): Culprit | null {
  const texts = parts.filter((part) => part.kind === 'text');
  const [text] = texts;
  // Two expressions side by side can both be empty.
  if (!text || parts.length === texts.length) return null;
  const blank = texts.every((part) => part.text.trim() === '');
  const joined = joinedExpression(parts);
  const expr = joined === null ? null : parsed(joined, text.at.text);
  // `always()` with a newline behind it comes to what it says.
  if (expr && verdict(possibilities(expr, place)) === true) return null;
  const longest = texts.reduce((best, part) =>
    part.text.trim().length > best.text.trim().length ? part : best,
  );
  const only = !blank ? 'text' : texts.some((part) => part.text.includes('\n')) ? 'line-break' : 'blank';
  return {
    at: blank ? wholeOf(parts, text.at) : trimmed(longest.at),
    reason: { kind: 'text-around', only, mended: expr ? joined : null },
  };
}

function wholeOf(parts: readonly TemplatePart[], fallback: TextPlace): TextPlace {
  return parts.find((part) => part.kind === 'expression')?.at ?? fallback;
}

function trimmed(at: TextPlace): TextPlace {
  const words = wordsOf(at);
  const start = at.start + (words.length - words.trimStart().length);
  return { text: at.text, start, end: start + words.trim().length };
}

/** All parts as one expression, without the fences and without quotes around them. */
function joinedExpression(parts: readonly TemplatePart[]): string | null {
  const pieces: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'text') {
      let { text } = part;
      const quote = text.at(-1);
      if (quote === undefined) continue;
      const next = parts[index + 2];
      if ((quote === "'" || quote === '"') && next?.kind === 'text' && next.text.startsWith(quote))
        text = text.slice(0, -1);
      const before = parts[index - 2];
      const first = text[0];
      if ((first === "'" || first === '"') && before?.kind === 'text' && before.text.endsWith(first))
        text = text.slice(1);
      pieces.push(text);
      continue;
    }
    if (!part.expr) return null;
    const inner = wordsOf(part.at).slice('${{'.length, -'}}'.length).trim();
    const simple = ['context', 'index', 'call', 'literal'].includes(part.expr.kind) || parts.length === 1;
    pieces.push(simple || onlyBlank(parts) ? inner : `(${inner})`);
  }
  return pieces.join('').replace(/\s+/g, ' ').trim();
}

function onlyBlank(parts: readonly TemplatePart[]): boolean {
  return (
    parts.filter((part) => part.kind === 'expression').length === 1 &&
    parts.every((part) => part.kind === 'expression' || part.text.trim() === '')
  );
}

function parsed(words: string, { source }: MappedText): Expr | null {
  return parseExpression({ text: { source, text: words, offsetOf: () => 0 }, start: 0, end: words.length })
    .expr;
}

function wordsOf(at: TextPlace): string {
  return at.text.text.slice(at.start, at.end);
}

// --- the implied success() ------------------------------------------------------------------------------

/** Without a status function it is only ever evaluated after success: is it never true then (semantics 4.1)? */
function afterSuccess(expr: Expr, place: Place): Judged | null {
  if (verdict(possibilities(expr, { ...place, afterSuccess: true })) !== false) return null;
  const condition = wordsOf(expr.at).replace(/\s+/g, ' ');
  return {
    outcome: 'always-false',
    culprit: { at: expr.at, reason: { kind: 'implied-success', condition } },
  };
}

// --- contradictions -------------------------------------------------------------------------------------

/** `a == 'x' && a == 'y'` is false and `a != 'x' || a != 'y'` is true, whatever `a` is. */
function contradicts(expr: Expr): boolean | null {
  return contradiction(expr) ? expr.kind === 'or' : null;
}

function contradiction(expr: Expr): Culprit | null {
  if (expr.kind !== 'and' && expr.kind !== 'or') return null;
  const operator = expr.kind === 'and' ? '==' : '!=';
  const texts = new Map<string, { text: string; at: TextPlace }>();
  for (const operand of flattened(expr)) {
    const test = textTest(operand, operator);
    if (!test) continue;
    const known = texts.get(test.path);
    if (!known) texts.set(test.path, { text: test.text, at: operand.at });
    else if (excludeEachOther(known.text, test.text)) {
      return {
        at: { text: operand.at.text, start: known.at.start, end: operand.at.end },
        reason: {
          kind: 'contradiction',
          name: test.name,
          texts: [known.text, test.text],
          operator: expr.kind === 'and' ? '&&' : '||',
        },
      };
    }
  }
  return null;
}

/** The operands, those in brackets with the same operator included. */
function flattened(expr: Extract<Expr, { kind: 'and' | 'or' }>): Expr[] {
  return expr.operands.flatMap((operand) =>
    (operand.kind === 'and' || operand.kind === 'or') && operand.kind === expr.kind
      ? flattened(operand)
      : [operand],
  );
}

/** `a == 'text'`, either way round. */
function textTest(
  expr: Expr,
  operator: CompareOperator,
): { path: string; name: string; text: string } | null {
  if (expr.kind !== 'compare' || expr.operator !== operator) return null;
  const [subject, other] = expr.right.kind === 'literal' ? [expr.left, expr.right] : [expr.right, expr.left];
  if (other.kind !== 'literal' || typeof other.value !== 'string') return null;
  const path = pathOf(subject);
  if (!path || path.includes('*')) return null;
  return { path: path.join('.'), name: wordsOf(subject.at), text: other.value };
}

function excludeEachOther(a: string, b: string): boolean {
  return a.toLowerCase() !== b.toLowerCase() && parseNumber(a) !== parseNumber(b);
}

// --- the part that decides ------------------------------------------------------------------------------

/** The part that makes the expression constant; null where that is meant, or cannot be said. */
function culpritOf(expr: Expr, answer: boolean, place: Place, whole: boolean): Culprit | null {
  switch (expr.kind) {
    case 'literal':
      return literalCulprit(expr, answer, whole);
    case 'not':
      return culpritOf(expr.operand, !answer, place, false);
    case 'and':
    case 'or':
      return operandCulprit(expr, answer, place);
    case 'compare':
      return compareCulprit(expr, place);
    case 'call':
      return callCulprit(expr, place);
    case 'context':
    case 'index':
      return nameCulprit(expr, place);
  }
}

function literalCulprit(
  expr: Extract<Expr, { kind: 'literal' }>,
  answer: boolean,
  whole: boolean,
): Culprit | null {
  if (typeof expr.value !== 'string' || !answer) return null;
  // A quoted 'true' says what it does.
  if (whole && expr.value.toLowerCase() === 'true') return null;
  return { at: expr.at, reason: { kind: 'text-is-true', text: expr.value, mended: null } };
}

/** One constant operand decides `a && b` that is false and `a || b` that is true; else all of them do. */
function operandCulprit(
  expr: Extract<Expr, { kind: 'and' | 'or' }>,
  answer: boolean,
  place: Place,
): Culprit | null {
  const oneDecides = answer === (expr.kind === 'or');
  let first: Culprit | null = null;
  for (const [index, operand] of expr.operands.entries()) {
    if (oneDecides && verdict(possibilities(operand, place)) !== answer) {
      const inner = contradictionIn(operand, answer);
      first ??= inner;
      continue;
    }
    const culprit = culpritOf(operand, answer, place, false);
    // An operand such as `false &&` or `|| true` is a switch, and is meant.
    if (!culprit && oneDecides) return null;
    first ??= culprit && withComparison(culprit, expr, index);
  }
  return first ?? (oneDecides ? contradiction(expr) : null);
}

function contradictionIn(expr: Expr, answer: boolean): Culprit | null {
  return contradicts(expr) === answer ? contradiction(expr) : null;
}

/** `a == 'x' || 'y'` lacks a comparison. */
function withComparison(
  culprit: Culprit,
  expr: Extract<Expr, { kind: 'and' | 'or' }>,
  index: number,
): Culprit {
  if (culprit.reason.kind !== 'text-is-true') return culprit;
  const compare = expr.operands
    .slice(0, index)
    .findLast((operand) => operand.kind === 'compare' && operand.operator === '==');
  const operand = expr.operands[index];
  if (compare?.kind !== 'compare' || operand?.kind !== 'literal') return culprit;
  const mended = `${wordsOf(compare.left.at)} == ${wordsOf(operand.at)}`;
  return { ...culprit, reason: { ...culprit.reason, mended } };
}

function nameCulprit(expr: Expr, place: Place): Culprit | null {
  const path = pathOf(expr);
  const note = path && nameOf(path, place).note;
  if (note?.kind !== 'absent') return null;
  return { at: expr.at, reason: { kind: 'absent', path: wordsOf(expr.at), note } };
}

function compareCulprit(expr: Extract<Expr, { kind: 'compare' }>, place: Place): Culprit | null {
  const { left, right, at } = expr;
  const missing = absentIn(left, place) ?? absentIn(right, place);
  if (missing) return { at, reason: missing };
  if (left.kind === 'literal' && right.kind === 'literal') return literalsCulprit(left, right, at);
  const [subject, other] = right.kind === 'literal' ? [left, right] : [right, left];
  const path = pathOf(subject);
  if (other.kind !== 'literal' || !path) return innerCulprit(expr, place);
  const { values, note } = nameOf(path, place);
  const name = wordsOf(subject.at);
  if (other.value === null)
    return {
      at,
      reason: { kind: 'null-comparison', name, secret: path[0] === 'secrets' },
    };
  if (typeof other.value === 'string' && values.some(isFlag))
    return { at, reason: { kind: 'unlike', mended: unquoted(expr, name, other.value) } };
  if (typeof other.value === 'string' && note && note.kind !== 'absent')
    return { at, reason: { kind: 'never-holds', name, text: other.value, note } };
  if (typeof other.value === 'boolean' && values.some(isText)) {
    // Only the text `1` would be equal.
    return {
      at,
      reason: { kind: 'unlike', mended: `${name} ${expr.operator} '${other.value}'` },
      likely: true,
    };
  }
  return null;
}

function isFlag(value: Possible): boolean {
  return value.kind === 'boolean';
}

function isText(value: Possible): boolean {
  return value.kind === 'text' || value.kind === 'some-text';
}

function unquoted(expr: Extract<Expr, { kind: 'compare' }>, name: string, text: string): string | null {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? `${name} ${expr.operator} ${lower}` : null;
}

function literalsCulprit(
  left: Extract<Expr, { kind: 'literal' }>,
  right: Extract<Expr, { kind: 'literal' }>,
  at: TextPlace,
): Culprit | null {
  // `1 == 0` is a switch.
  if (typeof left.value !== 'string' && typeof right.value !== 'string') return null;
  if (typeof left.value === typeof right.value) return { at, reason: { kind: 'literals' } };
  return { at, reason: { kind: 'unlike', mended: null } };
}

function absentIn(expr: Expr, place: Place): Reason | null {
  const path = pathOf(expr);
  const note = path && nameOf(path, place).note;
  return note?.kind === 'absent' ? { kind: 'absent', path: wordsOf(expr.at), note } : null;
}

/** `contains(…) == true`: the call decides. */
function innerCulprit(expr: Extract<Expr, { kind: 'compare' }>, place: Place): Culprit | null {
  const [subject, other] = expr.right.kind === 'literal' ? [expr.left, expr.right] : [expr.right, expr.left];
  if (other.kind !== 'literal') return null;
  const inner = possibilities(subject, place);
  const answer = verdict(inner);
  if (typeof other.value === 'boolean' && inner.every(isFlag)) {
    return answer === null || answer === 'error' ? null : culpritOf(subject, answer, place, false);
  }
  if (typeof other.value === 'string' && inner.every(isFlag)) {
    const mended = unquoted(expr, wordsOf(subject.at), other.value);
    return { at: expr.at, reason: { kind: 'unlike', mended } };
  }
  return null;
}

function callCulprit(expr: Extract<Expr, { kind: 'call' }>, place: Place): Culprit | null {
  const [first, second] = expr.args;
  if (!first || !second) return null;
  const missing = absentIn(first, place) ?? absentIn(second, place);
  if (missing) return { at: expr.at, reason: missing };
  if (second.kind !== 'literal') return listCulprit(expr, first, second, place);
  if (second.value === '') return { at: expr.at, reason: { kind: 'empty-needle', call: wordsOf(expr.at) } };
  const path = pathOf(first);
  const note = path && nameOf(path, place).note;
  if (typeof second.value !== 'string') return null;
  if (note && note.kind !== 'absent') {
    const reason: Reason = { kind: 'never-holds', name: wordsOf(first.at), text: second.value, note };
    return { at: expr.at, reason };
  }
  return first.kind === 'literal' ? { at: expr.at, reason: { kind: 'literals' } } : null;
}

/** `contains(fromJSON('["a"]'), name)`, where the name never holds one of them. */
function listCulprit(
  expr: Extract<Expr, { kind: 'call' }>,
  first: Expr,
  second: Expr,
  place: Place,
): Culprit | null {
  const path = pathOf(second);
  const note = path && nameOf(path, place).note;
  if (!note || note.kind === 'absent' || first.kind !== 'call') return null;
  const [list] = first.args;
  if (list?.kind !== 'literal' || typeof list.value !== 'string') return null;
  const reason: Reason = { kind: 'never-holds', name: wordsOf(second.at), text: list.value, note };
  return { at: expr.at, reason };
}
