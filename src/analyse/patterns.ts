import {
  ask,
  type Constraints,
  equalsValue,
  isEmpty,
  known,
  type Question,
  resolve,
  unconstrained,
} from './constraints.js';
import { concat, constant, derived, lacking, nameOf, textOf, union, type Value } from './values.js';

/** A piece of a shell pattern: a literal value, or a glob. */
export type PatternPiece =
  | { readonly value: Value }
  /** `open`: its text is not all known. */
  | { readonly glob: string; readonly lacks: readonly string[]; readonly open?: boolean };
/** A shell pattern: its pieces in order. */
export type Pattern = readonly PatternPiece[];

/** The missing secrets that shaped the pattern. */
export function patternLacks(pattern: Pattern): readonly string[] {
  return pattern.reduce<readonly string[]>(
    (all, piece) => union(all, 'value' in piece ? piece.value.lacks : piece.lacks),
    [],
  );
}

/** Does the value match the pattern as a whole? `ignoreCase` is bash's `nocasematch`. */
export function matches(
  constraints: Constraints,
  raw: Value,
  pattern: Pattern,
  ignoreCase: boolean,
): Question {
  const value = resolve(constraints, raw);
  if (ignoreCase) return matchesIgnoringCase(constraints, value, pattern);
  if (pattern.every((piece) => 'value' in piece)) {
    const literal = resolve(constraints, concat(pattern.map((piece) => piece.value)));
    return equalsValue(constraints, value, literal, false);
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
  if (text !== null && source !== null) return known(matchGlob(text, source));
  if (cannotMatch(value, pattern)) return known(false);
  return ask(
    constraints,
    `${nameOf(value)} matches ${source ? source.map((t) => (t.wild ? t.text : JSON.stringify(t.text))).join('') : patternName(pattern)}`,
  );
}

function matchesIgnoringCase(constraints: Constraints, value: Value, pattern: Pattern): Question {
  const text = textOf(value);
  const source = globSource(constraints, pattern);
  if (text === null || source === null)
    return ask(constraints, `${nameOf(value)} matches, ignoring case, ${patternName(pattern)}`);
  const lower = source.map((token) => ({ ...token, text: token.text.toLowerCase() }));
  return known(matchGlob(text.toLowerCase(), lower));
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
    const inner = piece.open ? null : tokenise(piece.glob);
    if (!inner) return null;
    tokens.push(...inner);
  }
  return tokens;
}

function tokenise(glob: string): GlobToken[] | null {
  const tokens: GlobToken[] = [];
  for (let i = 0; i < glob.length; i++) {
    const character = glob.charAt(i);
    if (character === '\\') {
      if (i + 1 < glob.length) tokens.push({ wild: false, text: glob.charAt(++i) });
    } else if (character === '*' || character === '?') tokens.push({ wild: true, text: character });
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

/** Linear in text × pattern, with the usual single point of return for `*`. */
function matchGlob(text: string, tokens: readonly GlobToken[]): boolean {
  const characters = [...text];
  let at = 0;
  let token = 0;
  let star = -1;
  let mark = 0;
  for (let character = characters[at]; character !== undefined; character = characters[at]) {
    const current = tokens[token];
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
    const low = set.charAt(i);
    if (set[i + 1] === '-' && i + 2 < set.length) {
      const high = set.charAt(i + 2);
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

/** The longest text that a pattern is looked for in: it is tried at every place. */
const MAX_SEARCHED = 4096;

/** `${X#pattern}` and its kin: exact for known text and a pattern that is understood, else an unknown named after both. */
export function removeAffix(value: Value, operator: '#' | '##' | '%' | '%%', pattern: Pattern): Value {
  const text = textOf(value);
  if (text === '') return value;
  const source = globSource(unconstrained, pattern);
  if (text === null || !source || text.length > MAX_SEARCHED)
    return lacking(derived(`${operator}${patternName(pattern)}`, [value]), patternLacks(pattern));
  const front = operator.startsWith('#');
  const greedy = operator.length === 2;
  for (let i = 0; i <= text.length; i++) {
    const length = greedy ? text.length - i : i;
    const affix = front ? text.slice(0, length) : text.slice(text.length - length);
    if (matchGlob(affix, source))
      return constant(front ? text.slice(length) : text.slice(0, text.length - length), value.lacks);
  }
  return value;
}

/** `${X/pattern/by}` and its kin: exact for known text and a pattern without wildcards, else an unknown. */
export function replacePattern(
  value: Value,
  operator: '/' | '//' | '/#' | '/%',
  pattern: Pattern,
  by: Value,
): Value {
  const text = textOf(value);
  const find = literalOf(pattern);
  const replacement = textOf(by);
  if (text === '' && find !== '') return value;
  // An unquoted `&` in the replacement is the matched text, from bash 5.2 on.
  if (text === null || !find || replacement === null || replacement.includes('&'))
    return lacking(derived(`${operator}${patternName(pattern)}`, [value, by]), patternLacks(pattern));
  return constant(replaceText(text, find, replacement, operator), union(value.lacks, by.lacks));
}

/** The pattern's text where it has no wildcard. */
function literalOf(pattern: Pattern): string | null {
  const source = globSource(unconstrained, pattern);
  return source?.every((token) => !token.wild) ? source.map((token) => token.text).join('') : null;
}

function replaceText(text: string, find: string, by: string, operator: '/' | '//' | '/#' | '/%'): string {
  if (operator === '//') return text.split(find).join(by);
  if (operator === '/#') return text.startsWith(find) ? by + text.slice(find.length) : text;
  if (operator === '/%') return text.endsWith(find) ? text.slice(0, text.length - find.length) + by : text;
  const at = text.indexOf(find);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + find.length);
}
