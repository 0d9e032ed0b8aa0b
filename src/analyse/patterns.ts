import {
  ask,
  type Constraints,
  equalsText,
  equalsValue,
  isEmpty,
  known,
  type Question,
  resolve,
} from './constraints.js';
import { concat, constant, derived, nameOf, textOf, type Value } from './values.js';

/** A shell pattern: literal values and globs in order. */
export type PatternPiece = { readonly value: Value } | { readonly glob: string };
export type Pattern = readonly PatternPiece[];

/** Does the value match the pattern as a whole? */
export function matches(constraints: Constraints, raw: Value, pattern: Pattern): Question {
  const value = resolve(constraints, raw);
  if (pattern.every((piece) => 'value' in piece)) {
    const literal = resolve(
      constraints,
      concat(pattern.map((piece) => ('value' in piece ? piece.value : constant('')))),
    );
    const text = textOf(literal);
    return text === null
      ? equalsValue(constraints, value, literal, false)
      : equalsText(constraints, value, text, false);
  }
  if (pattern.every((piece) => 'glob' in piece && piece.glob === '*')) return known(true);
  if (
    pattern.every((piece) => 'glob' in piece && (piece.glob === '?' || piece.glob === '*')) &&
    pattern.filter((p) => 'glob' in p && p.glob === '?').length === 1
  ) {
    const empty = isEmpty(constraints, value);
    if (empty.answer === true) return known(false);
    if (empty.answer === false && pattern.some((p) => 'glob' in p && p.glob === '*')) return known(true);
  }
  const source = globSource(constraints, pattern);
  const text = textOf(value);
  if (text !== null && source !== null) {
    const answer = matchGlob(text, source);
    if (answer !== null) return known(answer);
  }
  if (cannotMatch(value, pattern)) return known(false);
  return ask(
    constraints,
    `${nameOf(value)} matches ${source ? source.map((t) => (t.wild ? t.text : JSON.stringify(t.text))).join('') : patternName(pattern)}`,
  );
}

function patternName(pattern: Pattern): string {
  return pattern.map((piece) => ('value' in piece ? nameOf(piece.value) : piece.glob)).join('');
}

interface GlobToken {
  readonly wild: boolean;
  readonly text: string;
}

/** Tokens of the pattern; null where a piece of it is unknown or too clever to be matched here. */
function globSource(constraints: Constraints, pattern: Pattern): GlobToken[] | null {
  const tokens: GlobToken[] = [];
  for (const piece of pattern) {
    if ('value' in piece) {
      const text = textOf(resolve(constraints, piece.value));
      if (text === null) return null;
      for (const character of text) tokens.push({ wild: false, text: character });
      continue;
    }
    const inner = tokenise(piece.glob);
    if (!inner) return null;
    tokens.push(...inner);
  }
  return tokens;
}

function tokenise(glob: string): GlobToken[] | null {
  const tokens: GlobToken[] = [];
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i] ?? '';
    if (character === '*' || character === '?') tokens.push({ wild: true, text: character });
    else if (character === '[') {
      const end = glob.indexOf(']', glob[i + 1] === '!' || glob[i + 1] === '^' ? i + 3 : i + 2);
      if (end < 0 || glob.slice(i, end).includes('[:')) return null;
      tokens.push({ wild: true, text: glob.slice(i, end + 1) });
      i = end;
    } else if ('@+!'.includes(character) && glob[i + 1] === '(') return null;
    else if (character === '(' || character === '|' || character === ')') return null;
    else tokens.push({ wild: false, text: character });
  }
  return tokens;
}

/** Linear in text × pattern, with the usual single point of return for `*`. null: the pattern is not understood. */
function matchGlob(text: string, tokens: readonly GlobToken[]): boolean | null {
  const characters = [...text];
  let at = 0;
  let token = 0;
  let star = -1;
  let mark = 0;
  while (at < characters.length) {
    const current = tokens[token];
    const character = characters[at] ?? '';
    if (current?.wild && current.text === '*') {
      star = token++;
      mark = at;
    } else if (current && matchesOne(character, current)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++mark;
    } else return false;
  }
  while (tokens[token]?.wild && tokens[token]?.text === '*') token++;
  return token === tokens.length;
}

function matchesOne(character: string, token: GlobToken): boolean {
  if (!token.wild) return token.text === character;
  if (token.text === '?') return true;
  const negated = token.text[1] === '!' || token.text[1] === '^';
  const set = token.text.slice(negated ? 2 : 1, -1);
  let found = false;
  for (let i = 0; i < set.length; i++) {
    const low = set[i] ?? '';
    if (set[i + 1] === '-' && i + 2 < set.length) {
      const high = set[i + 2] ?? '';
      if (character >= low && character <= high) found = true;
      i += 2;
    } else if (low === character) found = true;
  }
  return found !== negated;
}

/** True where the known beginning of the value rules the pattern out. */
function cannotMatch(value: Value, pattern: Pattern): boolean {
  const first = value.pieces[0];
  const literal = typeof first === 'string' ? first : (first?.prefix ?? '');
  const head = pattern[0];
  const wanted = head && 'value' in head ? textOf(head.value) : null;
  if (!wanted || literal === '') return value.pieces.length === 0 && wanted !== null && wanted !== '';
  const length = Math.min(literal.length, wanted.length);
  return literal.slice(0, length) !== wanted.slice(0, length);
}

/** `${X#pattern}` and its kin: exact for known text and a pattern without wildcards, else an unknown named after both. */
export function removeAffix(value: Value, operator: '#' | '##' | '%' | '%%', pattern: Pattern): Value {
  const text = textOf(value);
  if (text === '') return value;
  const source = globSource({ texts: new Map(), facts: new Map() }, pattern);
  if (text === null || !source) return derived(`${operator}${patternName(pattern)}`, [value]);
  const front = operator.startsWith('#');
  const greedy = operator.length === 2;
  const lengths = Array.from({ length: text.length + 1 }, (_, i) => (greedy ? text.length - i : i));
  for (const length of lengths) {
    const affix = front ? text.slice(0, length) : text.slice(text.length - length);
    if (matchGlob(affix, source))
      return constant(front ? text.slice(length) : text.slice(0, text.length - length), value.lacks);
  }
  return value;
}
