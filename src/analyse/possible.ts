import type { Dialect } from '../forge/dialects.js';
import { parseNumber } from './expressions.js';

/** One thing that an expression can evaluate to, as far as a file alone tells. */
export type Possible =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | SomeText
  | { readonly kind: 'structure' }
  /** An array; `items` is what its members can be. */
  | { readonly kind: 'list'; readonly items: readonly Possible[] }
  | { readonly kind: 'anything' }
  /** It cannot be evaluated: for a name that the forge does not know, or for the values it is given. */
  | { readonly kind: 'error'; readonly cause: 'name' | 'values'; readonly message: string };

/** A text that the file does not tell. */
export interface SomeText {
  readonly kind: 'some-text';
  /** What it is known to begin with, lower case; `''` when nothing is known. */
  readonly prefix: string;
  /** Whether it can be this text, given in lower case. */
  readonly may: (text: string) => boolean;
}

/** Everything that an expression can evaluate to; never empty. */
export type Possibles = readonly Possible[];

export const anything: Possibles = [{ kind: 'anything' }];
export const nullOnly: Possibles = [{ kind: 'null' }];
const trueOrFalse: Possibles = [
  { kind: 'boolean', value: true },
  { kind: 'boolean', value: false },
];

/** A text of which nothing is known, or of which only this is known. */
export function someText(may: (text: string) => boolean = () => true, prefix = ''): Possible {
  return { kind: 'some-text', prefix, may };
}

/** One of these texts. */
export function oneOf(texts: readonly string[]): Possibles {
  return texts.map((text) => ({ kind: 'text', text }));
}

/** A yes or no that is not known, or that is. */
export function flag(value: boolean | null): Possibles {
  return value === null ? trueOrFalse : [{ kind: 'boolean', value }];
}

/** What a value in the file is. */
export function literal(value: null | boolean | number | string): Possible {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return { kind: 'number', value };
  return { kind: 'text', text: value };
}

/** Whether the value can count as true, and whether it can count as false (semantics 4.3). */
export function truths(value: Possible): readonly boolean[] {
  switch (value.kind) {
    case 'null':
      return [false];
    case 'boolean':
      return [value.value];
    case 'number':
      return [value.value !== 0 && !Number.isNaN(value.value)];
    case 'text':
      return [value.text !== ''];
    case 'some-text':
      return value.prefix === '' && value.may('') ? [true, false] : [true];
    case 'structure':
    case 'list':
      return [true];
    case 'anything':
      return [true, false];
    case 'error':
      return [];
  }
}

/** The one answer that all possibilities give; `error` where none can be evaluated, null where they differ. */
export function verdict(values: Possibles): boolean | 'error' | null {
  if (values.every((value) => value.kind === 'error')) return 'error';
  if (values.some((value) => value.kind === 'error')) return null;
  const answers = new Set(values.flatMap(truths));
  const [only] = answers;
  return answers.size === 1 && only !== undefined ? only : null;
}

/** The most possibilities that are kept apart; more become `anything`. */
const MAX_POSSIBILITIES = 24;

/** The same possibilities, each once where that is easy to see. */
export function simplified(values: Possibles): Possibles {
  const seen = new Set<string>();
  const kept: Possible[] = [];
  for (const value of values) {
    if (value.kind === 'anything') return values.some(({ kind }) => kind === 'error') ? values : anything;
    const key = keyOf(value);
    if (key !== null && seen.has(key)) continue;
    if (key !== null) seen.add(key);
    kept.push(value);
  }
  return kept.length > MAX_POSSIBILITIES ? anything : kept;
}

function keyOf(value: Possible): string | null {
  switch (value.kind) {
    case 'null':
    case 'structure':
      return value.kind;
    case 'boolean':
    case 'number':
      return `${value.kind} ${value.value}`;
    case 'text':
      return `text ${value.text}`;
    case 'error':
      return `error ${value.message}`;
    default:
      return null;
  }
}

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What the comparison can give. */
export function compared(
  operator: CompareOperator,
  left: Possibles,
  right: Possibles,
  dialect: Dialect,
): Possibles {
  const results: Possible[] = [];
  for (const a of left) for (const b of right) results.push(...comparedOnce(operator, a, b, dialect));
  return simplified(results);
}

function comparedOnce(operator: CompareOperator, a: Possible, b: Possible, dialect: Dialect): Possibles {
  if (a.kind === 'error') return [a];
  if (b.kind === 'error') return [b];
  // Semantics 4.10a.
  if (a.kind === 'null' && b.kind === 'null' && dialect.nullComparison === 'always-true') return flag(true);
  const structured = a.kind === 'structure' || a.kind === 'list';
  if (structured && a.kind === b.kind && dialect.objectComparison === 'error')
    return [{ kind: 'error', cause: 'values', message: 'two objects cannot be compared here' }];
  if (operator === '==') return flag(equal(a, b));
  if (operator === '!=') {
    const same = equal(a, b);
    return flag(same === null ? null : !same);
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x === null || y === null || (a.kind === 'text' && b.kind === 'text')) return trueOrFalse;
  return flag(ordered(operator, x, y));
}

function ordered(operator: '<' | '<=' | '>' | '>=', x: number, y: number): boolean {
  if (operator === '<') return x < y;
  if (operator === '<=') return x <= y;
  return operator === '>' ? x > y : x >= y;
}

/** Whether the two are equal (semantics 4.4); null where that is not known. */
export function equal(a: Possible, b: Possible): boolean | null {
  if (a.kind === 'anything' || b.kind === 'anything') return null;
  if (a.kind === 'text' && b.kind === 'text') return a.text.toLowerCase() === b.text.toLowerCase();
  if (a.kind === 'some-text') return equalsSomeText(a, b);
  if (b.kind === 'some-text') return equalsSomeText(b, a);
  // By reference; as a number a structure is NaN.
  if (isStructured(a) || isStructured(b)) return isStructured(a) && isStructured(b) ? null : false;
  const x = numberOf(a);
  const y = numberOf(b);
  return x === null || y === null ? null : x === y;
}

function equalsSomeText(some: SomeText, other: Possible): boolean | null {
  switch (other.kind) {
    case 'text': {
      const text = other.text.toLowerCase();
      return text.startsWith(some.prefix) && some.may(text) ? null : false;
    }
    case 'null':
      return truths(some).includes(false) ? null : false;
    case 'boolean':
      // Only the text `1` equals true, and nobody writes that where true or false is meant.
      return !other.value && truths(some).includes(false) ? null : false;
    case 'structure':
    case 'list':
      return false;
    default:
      return null;
  }
}

function isStructured(value: Possible): boolean {
  return value.kind === 'structure' || value.kind === 'list';
}

function numberOf(value: Possible): number | null {
  switch (value.kind) {
    case 'null':
      return 0;
    case 'boolean':
      return Number(value.value);
    case 'number':
      return value.value;
    case 'text':
      return parseNumber(value.text);
    case 'structure':
    case 'list':
      return Number.NaN;
    case 'some-text':
    case 'anything':
    case 'error':
      return null;
  }
}

/** The text that a value becomes in a string function; null where it is not known. */
export function textOfPossible(value: Possible): string | null {
  switch (value.kind) {
    case 'null':
      return '';
    case 'boolean':
    case 'number':
      return String(value.value);
    case 'text':
      return value.text;
    default:
      return null;
  }
}
