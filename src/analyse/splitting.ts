import { textOf, type Value } from './values.js';

/** What `IFS` is where nobody set it. */
export const DEFAULT_IFS = ' \t\n';

/** Cuts text at the characters of `IFS`, as a shell splits an unquoted expansion or a line that is read. */
export interface Cutter {
  /** True where the character ends a field. */
  readonly separates: (character: string) => boolean;
  /** True for the white space of `IFS`, of which any run counts once and none at the ends. */
  readonly isBlank: (character: string) => boolean;
}

export function cutterOf(ifs: string): Cutter {
  return {
    separates: (character) => ifs.includes(character),
    isBlank: (character) => DEFAULT_IFS.includes(character) && ifs.includes(character),
  };
}

/** The first character of `IFS`, which `"$*"` joins with. */
export function joiner(ifs: Value | null): string {
  const text = ifs ? textOf(ifs) : DEFAULT_IFS;
  return text === null ? ' ' : text.slice(0, 1);
}

/** Where one field of a line begins and ends; `next` is where the field after it begins. */
interface Cut {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function cutAt(text: string, from: number, cutter: Cutter): Cut {
  let end = from;
  while (end < text.length && !cutter.separates(text.charAt(end))) end++;
  let next = end;
  while (next < text.length && cutter.isBlank(text.charAt(next))) next++;
  if (next < text.length && cutter.separates(text.charAt(next))) {
    next++;
    while (next < text.length && cutter.isBlank(text.charAt(next))) next++;
  }
  return { start: from, end, next };
}

/** All fields of a text. */
export function fieldsOf(text: string, ifs: string): string[] {
  const cutter = cutterOf(ifs);
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && cutter.isBlank(text.charAt(at))) at++;
  while (at < text.length) {
    const cut = cutAt(text, at, cutter);
    fields.push(text.slice(cut.start, cut.end));
    at = cut.next;
  }
  return fields;
}

/** The fields that `read` gives to `count` names: the last has all the rest of the line. */
export function fieldsFor(text: string, ifs: string, count: number): string[] {
  const cutter = cutterOf(ifs);
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && cutter.isBlank(text.charAt(at))) at++;
  while (fields.length < count - 1 && at < text.length) {
    const cut = cutAt(text, at, cutter);
    fields.push(text.slice(cut.start, cut.end));
    at = cut.next;
  }
  if (fields.length === count - 1) fields.push(lastField(text, at, cutter));
  while (fields.length < count) fields.push('');
  return fields;
}

/** The rest without blanks at its end; a single field also loses the separator that ends it. */
function lastField(text: string, from: number, cutter: Cutter): string {
  let end = text.length;
  while (end > from && cutter.isBlank(text.charAt(end - 1))) end--;
  const cut = cutAt(text, from, cutter);
  return text.slice(from, cut.next >= text.length ? cut.end : end);
}
