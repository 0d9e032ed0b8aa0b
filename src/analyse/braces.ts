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
  const range = /^(-?\d{1,15})\.\.(-?\d{1,15})$/.exec(inner);
  if (range) return numbers(range[1] ?? '', range[2] ?? '');
  if (!inner.includes(',')) return null;
  const words = inner.split(',');
  return words.length > MAX_BRACE_WORDS ? null : words;
}

function numbers(first: string, last: string): string[] | null {
  // `{01..10}` pads with zeros.
  if (/^-?0\d/.test(first) || /^-?0\d/.test(last)) return null;
  const from = Number(first);
  const to = Number(last);
  const count = Math.abs(to - from) + 1;
  if (count > MAX_BRACE_WORDS) return null;
  return Array.from({ length: count }, (_, i) => String(from <= to ? from + i : from - i));
}
