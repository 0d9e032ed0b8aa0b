import { childrenOf, type PythonNode } from '../../../parse/python.js';
import type { Expression } from '../../compute.js';
import { insertAfter, placeOf } from '../frame.js';
import { placeOfNode, type Scope } from './scope.js';

/** Lowers a string: `'…'`, `f'…'`, or several one after the other. `inner` lowers what stands in `{…}`. */
export function lowerString(
  scope: Scope,
  node: PythonNode,
  inner: (node: PythonNode) => Expression,
): Expression {
  const at = placeOfNode(scope, node);
  const parts =
    node.name === 'ContinuedString'
      ? childrenOf(node).flatMap((child) => partsOf(scope, child, inner))
      : partsOf(scope, node, inner);
  const texts: Expression[] = [];
  for (const part of parts) {
    const last = texts.at(-1);
    if (isText(part) && last && isText(last))
      texts[texts.length - 1] = { ...last, value: `${last.value}${part.value}` };
    else texts.push(part);
  }
  const [only] = texts;
  if (!only) return { kind: 'literal', value: '', at };
  return texts.length === 1 && isText(only) ? { ...only, at } : { kind: 'text', parts: texts, at };
}

function isText(part: Expression): part is Extract<Expression, { kind: 'literal' }> {
  return part.kind === 'literal' && typeof part.value === 'string';
}

function partsOf(scope: Scope, node: PythonNode, inner: (node: PythonNode) => Expression): Expression[] {
  const { source } = scope.shared.frame;
  const [, prefix = '', quote = ''] =
    /^([A-Za-z]*)('''|"""|'|")/.exec(source.slice(node.from, node.from + 8)) ?? [];
  const raw = prefix.toLowerCase().includes('r');
  const formatted = node.name === 'FormatString';
  const parts: Expression[] = [];
  let from = node.from + prefix.length + quote.length;
  const end = Math.max(from, node.to - quote.length);
  const add = (to: number) => parts.push(...literalParts(scope, from, to, raw, formatted));
  for (const child of formatted ? childrenOf(node) : []) {
    add(child.from);
    parts.push(replacement(scope, child, inner));
    from = child.to;
  }
  add(end);
  return parts;
}

/** `{value!r:>8}`: with a conversion or a format the text is some other one. */
function replacement(scope: Scope, node: PythonNode, inner: (node: PythonNode) => Expression): Expression {
  const at = placeOfNode(scope, node);
  const [, value, ...more] = childrenOf(node);
  if (!value || value.name === '}') return { kind: 'literal', value: '', at };
  const expression = inner(value);
  return more.some((child) => child.name.startsWith('Format'))
    ? { kind: 'unknown', parts: [expression], at }
    : expression;
}

/** The text between two offsets, with `${{ … }}` in it as parts of their own. */
function literalParts(
  scope: Scope,
  from: number,
  to: number,
  raw: boolean,
  formatted: boolean,
): Expression[] {
  const { frame } = scope.shared;
  const parts: Expression[] = [];
  let start = from;
  const text = (end: number) => {
    if (end <= start) return;
    const written = frame.source.slice(start, end);
    const plain = formatted ? written.replaceAll('{{', '{').replaceAll('}}', '}') : written;
    parts.push({ kind: 'literal', value: raw ? plain : unescaped(plain), at: placeOf(frame, start, end) });
  };
  for (let i = insertAfter(frame, from); i < frame.inserts.length; i++) {
    const insert = frame.inserts[i];
    if (!insert || insert.start >= to) break;
    text(insert.start);
    const part = insert.part(true);
    if (part.kind === 'paste') parts.push({ kind: 'paste', expr: part.expr, at: part.at });
    start = insert.end;
  }
  text(to);
  return parts;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** The text that escapes stand for; one that Python does not know stays as it is written. */
function unescaped(written: string): string {
  if (!written.includes('\\')) return written;
  return written.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|N\{[^}]*\}|[\s\S])/g,
    (whole, code: string) => {
      const known = ESCAPES[code];
      if (known !== undefined) return known;
      if (/^[xuU]./.test(code)) return codePoint(Number.parseInt(code.slice(1), 16), whole);
      if (/^[0-7]/.test(code)) return codePoint(Number.parseInt(code, 8), whole);
      return whole;
    },
  );
}

function codePoint(point: number, written: string): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : written;
}
