import { visible } from './text.js';

// A character reference is never markup (CommonMark 6.2), which holds for HTML, links and mentions too. Marks that
// mean something at the start of a line only are left, since no text of an input stands there; so is `_` in a word.
const markup = /[\\`*[\]<>#|~&@$]|:(?=[:/])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=www)\./gi;

/** A text as Markdown in which nothing of it is markup. */
export function text(content: string): string {
  return visible(content).replace(markup, (character) => `&#${character.charCodeAt(0)};`);
}

export function code(content: string): string {
  return `<code>${text(content)}</code>`;
}

/** The most of a summary that GitHub takes is 1 MiB, so that a long one is cut here. */
export const maxBytes = 1_000_000;

export function byteLength(block: string): number {
  return new TextEncoder().encode(block).length;
}
