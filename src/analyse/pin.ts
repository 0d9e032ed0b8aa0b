import type { Repository } from '../text/repository.js';
import { sha256 } from '../text/sha256.js';
import type { Source, Span } from '../text/source.js';

/** A digest that a file of the repository must have, and where it is written. */
export interface Pin {
  /** The path of the file, relative to the top of the repository. */
  readonly file: string;
  /** The digest itself, or the file that holds it and the text around it there, with `{sha256}` in its place. */
  readonly digest: string | { readonly file: string; readonly pattern: string };
}

export type PinVerdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'differs'; readonly span: Span; readonly expected: string; readonly found: string }
  /** Nothing can be compared: the reason, as a sentence. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The place of the digest in a pattern. */
export const DIGEST = '{sha256}';

/** Compares a file of the repository with its pin. Reads nothing outside of the repository. */
export function checkPin(pin: Pin, repository: Repository): PinVerdict {
  const file = read(pin.file, repository);
  if (typeof file === 'string') return { kind: 'unreadable', reason: file };
  const found = sha256(file.text);
  if (typeof pin.digest === 'string') return verdict(pin.digest, found, wholeOf(file));
  const holder = read(pin.digest.file, repository);
  if (typeof holder === 'string') return { kind: 'unreadable', reason: holder };
  const written = digestIn(holder, pin.digest.pattern);
  if (!written) {
    const reason = `${pin.digest.file} holds no SHA-256 where the pattern '${pin.digest.pattern}' expects one`;
    return { kind: 'unreadable', reason };
  }
  return verdict(holder.text.slice(written.start, written.end), found, written);
}

function verdict(expected: string, found: string, span: Span): PinVerdict {
  if (expected.toLowerCase() === found) return { kind: 'holds' };
  return { kind: 'differs', span, expected: expected.toLowerCase(), found };
}

function wholeOf(source: Source): Span {
  return { source, start: 0, end: 0 };
}

/** The file; why it cannot be read. */
function read(path: string, repository: Repository): Source | string {
  const names = path.replace(/^(\.\/)+/, '').split('/');
  if (path.startsWith('/') || names.includes('..')) return `${path} leads out of the repository`;
  const inside = names.filter((name) => name !== '' && name !== '.').join('/');
  return (
    repository.read(inside) ?? repository.refusal(inside) ?? `there is no file ${path} in the repository`
  );
}

/** The first digest that stands between the texts of the pattern; any white space in them stands for any other. */
function digestIn(source: Source, pattern: string): Span | null {
  const at = pattern.indexOf(DIGEST);
  if (at < 0) return null;
  const before = words(pattern.slice(0, at));
  const after = words(pattern.slice(at + DIGEST.length));
  for (const match of source.text.matchAll(/(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])/g)) {
    const start = match.index;
    const end = start + 64;
    const from = Math.max(0, start - MAX_AROUND);
    const isThere =
      words(source.text.slice(from, start)).endsWith(before) &&
      words(source.text.slice(end, end + MAX_AROUND)).startsWith(after);
    if (isThere) return { source, start, end };
  }
  return null;
}

/** So much of the text around a digest is looked at. */
const MAX_AROUND = 400;

function words(text: string): string {
  return text.replace(/\s+/g, ' ');
}
