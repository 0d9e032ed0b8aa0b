import { isInput } from '../../analyse/secrets.js';
import type { ShellAny } from '../../parse/shell-path.js';
import { listed } from '../words.js';
import type { ScriptEdit, ScriptText } from './script-text.js';

// Lines of shell that are put into a script: on lines of their own as the lines around them are indented, or on the
// line that is there. A tab at the start of a line is one step of indentation.

type Node = Pick<ShellAny, 'pos' | 'end'>;

/** Tells what is missing and what to do about it, and fails. */
export function failing(secrets: readonly string[]): readonly string[] {
  return [`echo "${told(secrets)}"`, 'exit 1'];
}

/** The annotation that names what is missing. */
export function told(secrets: readonly string[]): string {
  const names = listed(secrets, 'or');
  return secrets.every(isInput)
    ? `::error::${names} is empty: pass it to this action`
    : `::error::${names} is missing: provision it in the repository's secrets`;
}

export function ifBlock(test: string, lines: readonly string[]): readonly string[] {
  return [`if ${test}; then`, ...lines.map((line) => `\t${line}`), 'fi'];
}

/** The lines as one command. */
export function braced(lines: readonly string[]): string {
  return `{ ${onOneLine(lines)}; }`;
}

function onOneLine(lines: readonly string[]): string {
  let text = '';
  for (const line of lines.map((one) => one.trim())) {
    const glue = text === '' ? '' : /\b(then|else)$/.test(text) ? ' ' : '; ';
    text += glue + line;
  }
  return text;
}

/** Where lines can be put in front of a statement. `indent`: null where it shares its line. */
export interface LinePlace {
  readonly at: number;
  readonly indent: string | null;
}

/** In front of a statement of a list, and of the comment above it. */
export function placeOfList(
  script: ScriptText,
  list: { readonly commands: readonly Node[] } & Node,
  statement: Node,
): LinePlace {
  const { text } = script.text;
  const indent = indentOf(script, statement.pos);
  if (indent === null) return { at: statement.pos, indent };
  const before = list.commands[list.commands.indexOf(statement) - 1];
  let at = statement.pos;
  for (;;) {
    const line = lineStart(text, at);
    const above = lineStart(text, line - 1);
    const comment = text.slice(above, Math.max(above, line - 1));
    const isComment = line > 0 && comment.trimStart().startsWith('#') && !comment.startsWith('#!');
    if (!isComment || above <= (before?.end ?? list.pos)) return { at, indent: indentOf(script, at) };
    at = above + comment.length - comment.trimStart().length;
  }
}

/** The lines in front of a place. */
export function inserted(
  script: ScriptText,
  { at, indent }: LinePlace,
  lines: readonly string[],
): ScriptEdit[] {
  const text = indent === null ? `${onOneLine(lines)}; ` : `${onLines(script, lines, indent)}\n${indent}`;
  return [{ start: at, end: at, text }];
}

/** The lines at the end of a list, behind its last statement; none where that cannot be told. */
export function insertedAfter(script: ScriptText, last: Node, lines: readonly string[]): ScriptEdit[] | null {
  const { text } = script.text;
  const end = lineEnd(text, last.end);
  // The text of a here-document stands behind its command.
  if (text.slice(last.pos, last.end).includes('<<')) return null;
  const indent = indentOf(script, last.pos);
  const rest = text.slice(last.end, end);
  if (indent === null || !/^\s*(;\s*)?(#.*)?$/.test(rest))
    return [{ start: last.end, end: last.end, text: `; ${onOneLine(lines)}` }];
  return [{ start: end, end, text: `\n${indent}${onLines(script, lines, indent)}` }];
}

/** A further branch in front of the `fi` of an `if`. */
export function insertedBranch(
  script: ScriptText,
  whole: Node,
  head: string,
  lines: readonly string[],
): ScriptEdit[] {
  const at = whole.end - 'fi'.length;
  const indent = indentOf(script, at);
  const text =
    indent === null
      ? `${head} ${onOneLine(lines)}; `
      : `${onLines(script, [head, ...lines.map((line) => `\t${line}`)], indent)}\n${indent}`;
  return [{ start: at, end: at, text }];
}

function onLines(script: ScriptText, lines: readonly string[], indent: string): string {
  const step = indentStep(script);
  return lines.map((line) => line.replace(/^\t+/, (tabs) => step.repeat(tabs.length))).join(`\n${indent}`);
}

/** One step of indentation as the script has it. */
function indentStep({ text }: ScriptText): string {
  let least: string | null = null;
  for (const [, blanks = ''] of text.text.matchAll(/^([ \t]+)\S/gm)) {
    if (blanks.startsWith('\t')) return '\t';
    if (least === null || blanks.length < least.length) least = blanks;
  }
  return least !== null && least.length <= 8 ? least : '  ';
}

/** The blanks in front of a place that is the first of its line; null where other text is, or no lines may be added. */
function indentOf({ text: { text }, hasLines }: ScriptText, at: number): string | null {
  if (!hasLines) return null;
  const before = text.slice(lineStart(text, at), at);
  return before.trim() === '' ? before : null;
}

function lineStart(text: string, at: number): number {
  return at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}
