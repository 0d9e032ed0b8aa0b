import type { ShellArithmetic, ShellArithmeticWord, ShellPart } from '../../../parse/shell.js';
import type { Place } from '../../../text/script.js';
import type { Arithmetic, Part, Word } from '../../program.js';
import { deeper, type Frame, insertIn, placeOf } from '../frame.js';
import { DOUBLE, lowerQuotedParts, lowerStretch, PLAIN, substituted } from './words.js';

/** Lowers what stands in `$((…))` or `((…))`, whose place is `around`; nothing at all counts as 0. */
export function lowerArithmetic(
  frame: Frame,
  expression: ShellArithmetic | undefined,
  around: Place,
): Arithmetic {
  if (expression === undefined) return { kind: 'number', value: 0, at: around };
  const at = placeOf(frame, expression.pos, expression.end);
  return deeper<Arithmetic>(
    frame,
    1,
    at,
    () => ({ kind: 'unknown', at }),
    () => lowerExpression(frame, expression, at),
  );
}

function lowerExpression(frame: Frame, expression: ShellArithmetic, at: Place): Arithmetic {
  const lower = (inner: ShellArithmetic) => lowerArithmetic(frame, inner, at);
  switch (expression.type) {
    case 'ArithmeticBinary': {
      const { operator } = expression;
      return { kind: 'binary', operator, left: lower(expression.left), right: lower(expression.right), at };
    }
    case 'ArithmeticUnary': {
      const { operator, prefix } = expression;
      return { kind: 'unary', operator, prefix, operand: lower(expression.operand), at };
    }
    case 'ArithmeticTernary':
      return {
        kind: 'ternary',
        test: lower(expression.test),
        then: lower(expression.consequent),
        otherwise: lower(expression.alternate),
        at,
      };
    case 'ArithmeticGroup':
      return lower(expression.expression);
    case 'ArithmeticCommandExpansion': {
      const part: Part = { kind: 'command', body: substituted(frame, expression), quoted: true, at };
      return { kind: 'word', word: wordOf([part], at), at };
    }
    case 'ArithmeticWord':
      return lowerLeaf(frame, expression, at);
  }
}

function wordOf(parts: readonly Part[], at: Place): Word {
  return { kind: 'word', parts, assignment: null, at };
}

/** A number, a variable, or a word that is put together before it is read as arithmetic. */
function lowerLeaf(frame: Frame, leaf: ShellArithmeticWord, at: Place): Arithmetic {
  const { pos, end } = leaf;
  const element = lowerElement(frame, leaf, leaf.parts ?? [], at);
  if (element !== null) return element;
  if (leaf.parts === undefined) {
    if (insertIn(frame, pos, end) === null) return lowerPlainLeaf(leaf.value, at) ?? { kind: 'unknown', at };
    return { kind: 'word', word: wordOf(lowerStretch(frame, pos, end, DOUBLE), at), at };
  }
  const parts = lowerQuotedParts(frame, leaf.parts, leaf);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    if (only.kind === 'text') return lowerPlainLeaf(only.text, at) ?? { kind: 'unknown', at };
    if (only.kind === 'arithmetic') return only.expression;
    if (only.kind === 'parameter' && !only.indirect && !only.length && only.operation === null) {
      return { kind: 'variable', name: only.name, index: only.index, at };
    }
  }
  return { kind: 'word', word: wordOf(parts, at), at };
}

/** A number, a name, `$name` or `$1`; the parser leaves all of them as text. */
function lowerPlainLeaf(text: string, at: Place): Arithmetic | null {
  if (/^[0-9]/.test(text)) {
    const value = numberOf(text);
    // A digit that is none in base 8: read as any other text, it is the error that it is.
    if (value === null && /^0\d+$/.test(text))
      return { kind: 'word', word: wordOf([{ kind: 'text', text, quoted: false, at }], at), at };
    return value === null ? null : { kind: 'number', value, at };
  }
  const name = /^\$?([A-Za-z_]\w*)$/.exec(text)?.[1] ?? /^\$([0-9@*#?$!-])$/.exec(text)?.[1];
  return name === undefined ? null : { kind: 'variable', name, index: null, at };
}

/** The value of a shell number: decimal, `017`, `0xff` or `base#digits`; null for anything else. */
function numberOf(text: string): number | null {
  const based = /^([0-9]{1,2})#([0-9A-Za-z@_]+)$/.exec(text);
  if (based) return inBase(based[2] ?? '', Number(based[1]));
  if (/^0[xX][0-9A-Fa-f]+$/.test(text)) return inBase(text.slice(2), 16);
  if (/^0[0-7]*$/.test(text)) return inBase(text, 8);
  return /^[1-9][0-9]*$/.test(text) ? safe(Number(text)) : null;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

function inBase(digits: string, base: number): number | null {
  let value = 0;
  for (const digit of digits) {
    // Up to base 36 the case of a letter does not matter.
    const worth = DIGITS.indexOf(base <= 36 ? digit.toLowerCase() : digit);
    if (worth < 0 || worth >= base) return null;
    value = value * base + worth;
  }
  return safe(value);
}

/** Shell numbers are 64 bits wide; one that a double cannot hold exactly is no known number here. */
function safe(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}

/** `a[i+1]`: the parser leaves the subscript as text, with its expansions if it has any. */
function lowerElement(
  frame: Frame,
  leaf: ShellArithmeticWord,
  parts: readonly ShellPart[],
  at: Place,
): Arithmetic | null {
  const name = /^([A-Za-z_]\w*)\[/.exec(leaf.value)?.[1];
  if (name === undefined || !leaf.value.endsWith(']')) return null;
  const from = leaf.pos + name.length + 1;
  const to = leaf.end - 1;
  if (insertIn(frame, leaf.pos, from) !== null) return null;
  const index: Part[] = [];
  let done = from;
  for (const part of parts) {
    if (part.type === 'Literal') continue;
    index.push(...lowerStretch(frame, done, part.pos, PLAIN));
    index.push(...lowerQuotedParts(frame, [part], leaf));
    done = part.end;
  }
  index.push(...lowerStretch(frame, done, to, PLAIN));
  return { kind: 'variable', name, index: wordOf(index, placeOf(frame, from, to)), at };
}
