import { readPostfix } from './expressions.js';
import { accept, expect, fail, peek, type Reader, shown, skip } from './reader.js';
import { readVariable } from './strings.js';
import type { PsExpr, PsParameter } from './tree.js';

/** Bounds the look ahead at a block that begins with `[`. */
export const LONGEST_ATTRIBUTE = 2000;

/** Reads over `[…]`, or `{…}`; false, and not moved, where it does not end within `limit` characters. */
export function skipsAttribute(reader: Reader, limit = reader.text.length): boolean {
  const { at, text } = reader;
  let level = 0;
  for (let i = at; i < Math.min(text.length, at + limit); i++) {
    const character = text[i] ?? '';
    if (character === "'" || character === '"') {
      const close = text.indexOf(character, i + 1);
      if (close < 0) return false;
      i = close;
    } else if ('[({'.includes(character)) level++;
    else if ('])}'.includes(character) && --level === 0) {
      reader.at = i + 1;
      return true;
    }
  }
  return false;
}

export function readParameters(reader: Reader): PsParameter[] {
  skip(reader, true);
  expect(reader, '(', "after 'param'");
  const parameters: PsParameter[] = [];
  for (;;) {
    skip(reader, true);
    if (accept(reader, ')')) return parameters;
    if (parameters.length > 0) {
      expect(reader, ',', 'between parameters');
      skip(reader, true);
    }
    parameters.push(readParameter(reader));
  }
}

function readParameter(reader: Reader): PsParameter {
  const { at: start, text } = reader;
  let type: string | null = null;
  let mandatory = false;
  for (let from = reader.at; peek(reader) === '['; from = reader.at) {
    if (!skipsAttribute(reader)) fail(reader, "the '[' is never closed");
    const inside = text.slice(from + 1, reader.at - 1);
    if (/^[\w.]+(\[\])?$/.test(inside)) type = inside.toLowerCase();
    else if (/\bMandatory\b(?!\s*=\s*\$false)/i.test(inside)) mandatory = true;
    skip(reader, true);
  }
  const variable = peek(reader) === '$' ? readVariable(reader, false) : null;
  if (variable?.kind !== 'variable')
    return fail(reader, `expected the name of a parameter, found ${shown(reader)}`);
  let value: PsExpr | null = null;
  skip(reader, true);
  if (accept(reader, '=')) {
    skip(reader, true);
    value = readDefault(reader);
  }
  return { name: variable.name, type, mandatory, value, start, end: reader.at };
}

/** A default value: a comma after it parts parameters. */
function readDefault(reader: Reader): PsExpr {
  const first = readPostfix(reader);
  skip(reader, true);
  return peek(reader) === ',' || peek(reader) === ')'
    ? first
    : fail(reader, 'the default of a parameter is too much of an expression to be read');
}
