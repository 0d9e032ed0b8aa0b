import { PersistentMap } from './persistent.js';
import { type Hole, nameOf, type Piece, soleHole, textOf, type Value } from './values.js';

/**
 * What one path has assumed about unknowns: the text that a hole turned out to be, and yes/no facts by name.
 * Immutable. Facts about equality are named `<hole id>=<text>`, so that two paths that decided the same
 * question differently are seen to exclude each other.
 */
export interface Constraints {
  readonly texts: PersistentMap<string>;
  readonly facts: PersistentMap<boolean>;
}

/**
 * Marks ids of unknowns that exist only in a missing world, because a command that lacked the secret made them.
 * What is assumed about them says nothing of the environment.
 */
export const PRIVATE = '\u2298';

/** Begins the ids of what commands printed that lacked nothing. */
export const OUTPUT = 'out ';

export const unconstrained: Constraints = { texts: PersistentMap.empty(), facts: PersistentMap.empty() };

export type Answer = boolean | 'unknown';

/** A yes/no question about unknowns; `assume` says what is known once it is answered. */
export interface Question {
  readonly answer: Answer;
  /** What the answer hangs on; empty where it needs no assumption. */
  readonly fact: string;
  /** True where yes means that the fact does not hold. */
  readonly negated: boolean;
  /** The hole that the fact, when it holds, pins down to `text`. */
  readonly pins: { readonly hole: string; readonly text: string } | null;
}

const yes: Question = { answer: true, fact: '', negated: false, pins: null };
const no: Question = { answer: false, fact: '', negated: false, pins: null };

/** A known answer. */
export function known(answer: boolean): Question {
  return answer ? yes : no;
}

/** A question that only its name identifies. */
export function ask(constraints: Constraints, fact: string): Question {
  return again(constraints, { answer: 'unknown', fact, negated: false, pins: null });
}

/** The same question, put to a path that may know the answer by now. */
export function again(constraints: Constraints, question: Question): Question {
  if (question.answer !== 'unknown') return question;
  const holds = constraints.facts.get(question.fact);
  // The fact stays in the answer: it tells whose assumption the answer rests on.
  return holds === undefined ? question : { ...question, answer: holds !== question.negated };
}

/** Does the answer hang on what a command said that lacked the secret? Then it is chance, not the secret's doing. */
export function isPrivate(question: Question): boolean {
  return question.fact.includes(PRIVATE);
}

/** The opposite question. */
export function negate(question: Question): Question {
  const negated = !question.negated;
  return { ...question, negated, answer: question.answer === 'unknown' ? 'unknown' : !question.answer };
}

/** The most assumptions that a path remembers. */
export const MAX_FACTS = 192;

/** The constraints after the question was answered this way. */
export function assume(constraints: Constraints, question: Question, answer: boolean): Constraints {
  if (question.answer !== 'unknown') return constraints;
  const holds = answer !== question.negated;
  // What was assumed longest ago is forgotten first: a path then allows for more, which is never wrong.
  const facts = constraints.facts.with(question.fact, holds).atMost(MAX_FACTS);
  if (!holds || !question.pins) return { texts: constraints.texts, facts };
  return { texts: constraints.texts.with(question.pins.hole, question.pins.text), facts };
}

/** The value with every hole replaced whose text the path knows. */
export function resolve(constraints: Constraints, value: Value): Value {
  if (!holdsKnown(constraints, value)) return value;
  const pieces: Piece[] = [];
  for (const piece of value.pieces) {
    const text = knownText(constraints, piece);
    if (text === undefined) {
      pieces.push(piece);
      continue;
    }
    const last = pieces.at(-1);
    if (typeof last === 'string') pieces[pieces.length - 1] = last + text;
    else if (text !== '') pieces.push(text);
  }
  return { pieces, lacks: value.lacks };
}

/** Does it hold an unknown whose text the path knows? */
function holdsKnown(constraints: Constraints, { pieces }: Value): boolean {
  for (const piece of pieces) {
    if (typeof piece !== 'string' && knownText(constraints, piece) !== undefined) return true;
  }
  return false;
}

function knownText(constraints: Constraints, piece: Piece): string | undefined {
  if (typeof piece === 'string') return piece;
  if (!piece.asks) return constraints.texts.get(piece.id);
  const { answer } = again(constraints, piece.asks);
  return answer === 'unknown' ? undefined : String(answer);
}

/** Is the value the empty string? */
export function isEmpty(constraints: Constraints, raw: Value): Question {
  const value = resolve(constraints, raw);
  if (value.pieces.length === 0) return yes;
  for (const piece of value.pieces) {
    if (typeof piece === 'string' || piece.nonEmpty || piece.prefix !== '') return no;
    if (piece.excludes !== 'all' && piece.excludes.includes('')) return no;
  }
  const sole = soleHole(value);
  if (sole) return holeEquals(constraints, sole, '', false);
  return ask(constraints, `${nameOf(value)}=`);
}

/** Is the value this very text? `ignoreCase` is how expressions compare (semantics 4.4); shells do not. */
export function equalsText(
  constraints: Constraints,
  raw: Value,
  text: string,
  ignoreCase: boolean,
): Question {
  const value = resolve(constraints, raw);
  const whole = textOf(value);
  if (whole !== null) return known(ignoreCase ? whole.toLowerCase() === text.toLowerCase() : whole === text);
  if (text === '') return isEmpty(constraints, value);
  return equalsPieces(constraints, value.pieces, text, ignoreCase);
}

function equalsPieces(
  constraints: Constraints,
  pieces: readonly Piece[],
  text: string,
  ignoreCase: boolean,
): Question {
  const fold = (s: string) => (ignoreCase ? s.toLowerCase() : s);
  const first = pieces[0];
  const last = pieces.at(-1);
  let rest = fold(text);
  let from = 0;
  let to = pieces.length;
  if (typeof first === 'string') {
    if (!rest.startsWith(fold(first))) return no;
    rest = rest.slice(first.length);
    from = 1;
  }
  if (typeof last === 'string' && to > from) {
    if (!rest.endsWith(fold(last))) return no;
    rest = rest.slice(0, rest.length - last.length);
    to--;
  }
  const sole = pieces[from];
  if (to - from === 1 && sole !== undefined && typeof sole !== 'string')
    return holeEquals(constraints, sole, rest, ignoreCase);
  return ask(constraints, `${nameOf({ pieces, lacks: [] })}=${fold(text)}`);
}

/** Has the path found out that the hole is not this text? */
function isExcluded({ facts }: Constraints, { id }: Hole, text: string): boolean {
  return facts.get(`${id}=${text}`) === false || facts.get(`${id}=${text.toLowerCase()}`) === false;
}

/** `text` is in lower case where `ignoreCase` is set. */
function holeEquals(constraints: Constraints, unknown: Hole, text: string, ignoreCase: boolean): Question {
  if (unknown.asks) {
    if (text === 'true') return again(constraints, unknown.asks);
    return text === 'false' ? negate(again(constraints, unknown.asks)) : no;
  }
  if (unknown.excludes === 'all' && text !== '') return no;
  if (unknown.excludes !== 'all' && unknown.excludes.includes(text)) return no;
  if (text === '' && unknown.nonEmpty) return no;
  if (!text.startsWith(unknown.prefix)) return no;
  if (unknown.among) {
    const left = unknown.among.filter((one) => !isExcluded(constraints, unknown, one));
    if (!left.some((one) => one === text || (ignoreCase && one.toLowerCase() === text))) return no;
    if (left.length === 1) return yes;
  }
  const fact = `${unknown.id}=${text}`;
  return again(constraints, {
    answer: 'unknown',
    fact,
    negated: false,
    pins: { hole: unknown.id, text },
  });
}

/** Are the two values the same text? */
export function equalsValue(
  constraints: Constraints,
  left: Value,
  right: Value,
  ignoreCase: boolean,
): Question {
  const a = resolve(constraints, left);
  const b = resolve(constraints, right);
  if (leftEmpty(a) && isOutput(b)) return no;
  if (leftEmpty(b) && isOutput(a)) return no;
  const aText = textOf(a);
  const bText = textOf(b);
  if (bText !== null) return equalsText(constraints, a, bText, ignoreCase);
  if (aText !== null) return equalsText(constraints, b, aText, ignoreCase);
  const aName = nameOf(a);
  const bName = nameOf(b);
  if (aName === bName) return yes;
  const aHole = soleHole(a);
  const bHole = soleHole(b);
  if (aHole && bHole && (aHole.differsFrom.includes(bHole.id) || bHole.differsFrom.includes(aHole.id)))
    return no;
  return ask(constraints, aName < bName ? `${aName}==${bName}` : `${bName}==${aName}`);
}

/** Is it empty because a secret is missing? */
function leftEmpty(value: Value): boolean {
  return value.pieces.length === 0 && value.lacks.length > 0;
}

/**
 * Is it what a command printed that needed no missing secret? On the ordinary day that is some text: that it happens to
 * be empty, like the one for which a secret is missing, is not the way out that a script leaves open.
 */
function isOutput(value: Value): boolean {
  return (
    value.lacks.length === 0 &&
    value.pieces.some(
      (piece) =>
        typeof piece !== 'string' && (piece.id.startsWith(OUTPUT) || piece.id.includes(`(${OUTPUT}`)),
    )
  );
}

/** Can both sets of assumptions hold in one run? */
export function compatible(a: Constraints, b: Constraints): boolean {
  return a.facts.agreesWith(b.facts) && a.texts.agreesWith(b.texts);
}

/** Can both happen in one environment, whatever commands that lack the secret may answer? */
export function sameEnvironment(a: Constraints, b: Constraints): boolean {
  return a.facts.agreesWith(b.facts, isPublic) && a.texts.agreesWith(b.texts, isPublic);
}

function isPublic(name: string): boolean {
  return !name.includes(PRIVATE);
}

/** What holds in both: the constraints after two paths were joined; the first ones where the second hold more. */
export function common(a: Constraints, b: Constraints): Constraints {
  const facts = sharedBy(a.facts, b.facts);
  const texts = sharedBy(a.texts, b.texts);
  return facts === a.facts && texts === a.texts ? a : { texts, facts };
}

function sharedBy<V>(a: PersistentMap<V>, b: PersistentMap<V>): PersistentMap<V> {
  let shared = a;
  for (const { key, mine } of a.differences(b)) if (mine !== undefined) shared = shared.without(key);
  return shared;
}

/** Everything that either assumed; the two must be compatible. */
export function both(a: Constraints, b: Constraints): Constraints {
  return { texts: joined(a.texts, b.texts), facts: joined(a.facts, b.facts) };
}

function joined<V>(a: PersistentMap<V>, b: PersistentMap<V>): PersistentMap<V> {
  let all = a;
  for (const { key, theirs } of a.differences(b)) if (theirs !== undefined) all = all.with(key, theirs);
  return all;
}

/** What `own` assumes beyond `shared`, added to `when`. */
export function beyond(when: Constraints, own: Constraints, shared: Constraints): Constraints {
  let { facts } = when;
  for (const { key, mine, theirs } of own.facts.differences(shared.facts))
    if (mine !== undefined && theirs === undefined) facts = facts.with(key, mine);
  return { texts: when.texts, facts };
}
