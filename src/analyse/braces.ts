import type { Part } from '../program/program.js';

/** The most words that the brace expansions of a word are followed into: each one multiplies those before it. */
const MAX_BRACE_WORDS = 64;

/**
 * The parts of each word that the first brace expansion makes; null where there is none that can be read, and where
 * all of them together make too many.
 */
export function braceAlternatives(parts: readonly Part[]): Part[][] | null {
  const index = parts.findIndex((part) => part.kind === 'brace');
  const brace = parts[index];
  if (brace?.kind !== 'brace' || brace.inner.length > 0) return null;
  const texts = braceTexts(brace.text);
  if (!texts || wordsOf(parts) > MAX_BRACE_WORDS) return null;
  return texts.map((text) => [
    ...parts.slice(0, index),
    ...(text === '' ? [] : [{ kind: 'text', text, quoted: false, at: brace.at } as const]),
    ...parts.slice(index + 1),
  ]);
}

/** How many words the braces make together; those that cannot be read make one. */
function wordsOf(parts: readonly Part[]): number {
  let words = 1;
  for (const part of parts) {
    if (part.kind !== 'brace' || part.inner.length > 0) continue;
    words *= braceTexts(part.text)?.length ?? 1;
    if (words > MAX_BRACE_WORDS) break;
  }
  return words;
}

function braceTexts(text: string): string[] | null {
  const inner = text.slice(1, -1);
  if (/[{}$`'"\\]/.test(inner)) return null;
  const [, first = '', last = '', step = '1'] =
    /^(-?\d{1,15}|[a-zA-Z])\.\.(-?\d{1,15}|[a-zA-Z])(?:\.\.(-?\d{1,9}))?$/.exec(inner) ?? [];
  if (first !== '') return sequence(first, last, Math.abs(Number(step)) || 1);
  if (!inner.includes(',')) return null;
  const words = inner.split(',');
  return words.length > MAX_BRACE_WORDS ? null : words;
}

/** `{1..9}`, `{01..10}`, `{a..e}`; null where it is none of these or too long. */
function sequence(first: string, last: string, step: number): string[] | null {
  if (isLower(first) && isLower(last)) return letters(first, last, step);
  if (isUpper(first) && isUpper(last)) return letters(first, last, step);
  if (/[a-zA-Z]/.test(first + last)) return null;
  const padded = [first, last].some((text) => /^-?0\d/.test(text));
  const width = padded ? Math.max(first.length, last.length) : 0;
  return (
    steps(Number(first), Number(last), step)?.map((n) =>
      n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0'),
    ) ?? null
  );
}

function letters(first: string, last: string, step: number): string[] | null {
  return (
    steps(first.charCodeAt(0), last.charCodeAt(0), step)?.map((code) => String.fromCharCode(code)) ?? null
  );
}

function steps(from: number, to: number, step: number): number[] | null {
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  if (count > MAX_BRACE_WORDS) return null;
  return Array.from({ length: count }, (_, i) => (from <= to ? from + i * step : from - i * step));
}

const isLower = (text: string) => /^[a-z]$/.test(text);
const isUpper = (text: string) => /^[A-Z]$/.test(text);
