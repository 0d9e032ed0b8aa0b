import { spanText } from '../text/source.js';
import type { Finding } from './finding.js';

/**
 * Gives findings their fingerprints: never from a line number, so that they outlive edits elsewhere in the file. Those
 * that are alike in all else are numbered in the order of the file. `isInput`: whether a path is that of a workflow or
 * an action; a script that these call is one place, whichever step calls it. `pathOf`: the path that goes into it.
 */
export function fingerprinted(
  findings: readonly Finding[],
  isInput: (path: string) => boolean,
  pathOf: (path: string) => string,
): Finding[] {
  const seen = new Map<string, number>();
  const fingerprints = new Map<Finding, string>();
  for (const finding of findings.toSorted((a, b) => a.span.start - b.span.start)) {
    const { path } = finding.span.source;
    const { job, step } = isInput(path) ? finding : { job: null, step: null };
    const parts = [
      finding.rule,
      pathOf(path),
      job ?? '',
      step?.id ?? step?.name ?? '',
      spanText(finding.span).replace(/\s+/g, ' '),
    ];
    const key = parts.join('\0');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    fingerprints.set(finding, fingerprintOf([...parts, String(ordinal)]));
  }
  return findings.map((finding) => ({ ...finding, fingerprint: fingerprints.get(finding) ?? '' }));
}

/**
 * A short stable digest of the parts: 16 hexadecimal digits. Not for security; two 32-bit multiplicative hashes
 * with different seeds (the scheme known as cyrb53).
 */
export function fingerprintOf(parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hex(a) + hex(b);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
