import type { TemplatePart } from '../../parse/expression.js';
import { type ParsedShell, parseShell } from '../../parse/shell.js';
import { namesAssigned } from '../../parse/shell-path.js';
import type { YamlScalar } from '../../parse/yaml.js';
import { framedText } from '../../program/lower/frame.js';
import type { MappedText } from '../../text/script.js';
import { lineStarts, positionAt, type Source } from '../../text/source.js';
import type { Edit } from '../finding.js';
import type { PastesIn } from './asked.js';

/** A replacement in a script: 0-based offsets of the decoded text; lines of `text` end with `\n`. */
export interface ScriptEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A script with the way back to the file. */
export interface ScriptPlace {
  readonly text: MappedText;
  /** The scalar that it is written in; null for a file that is nothing but the script. */
  readonly scalar: YamlScalar | null;
}

/** A shell script that has been read. */
export interface ScriptText extends ScriptPlace {
  readonly parsed: ParsedShell;
  readonly pastesIn: PastesIn;
  /** The names that it gives values to. */
  readonly assigned: ReadonlySet<string>;
  /** Whether an edit may add lines. */
  readonly hasLines: boolean;
}

const scripts = new WeakMap<object, ScriptText | null>();

/**
 * The script of a step, or of a file that a step calls. null where it is no shell script that can be read. Read once
 * however many findings stand in it.
 */
export function scriptText(
  text: MappedText,
  scalar: YamlScalar | null,
  fences: readonly TemplatePart[] | null,
): ScriptText | null {
  const owner = scalar ?? text.source;
  const known = scripts.get(owner);
  if (known !== undefined) return known;
  const script = readScript(text, scalar, fences);
  scripts.set(owner, script);
  return script;
}

function readScript(
  text: MappedText,
  scalar: YamlScalar | null,
  fences: readonly TemplatePart[] | null,
): ScriptText | null {
  const { source, inserts } = framedText(text, fences);
  const parsed = parseShell(source);
  if (parsed.problems.length > 0) return null;
  const pastesIn: PastesIn = (start, end) => {
    const found: TemplatePart[] = [];
    for (let at = start; at < end; ) {
      const insert = inserts.find((one) => one.start === at && one.end <= end);
      const fence = insert && fences?.find((one) => one.at.start === insert.start);
      if (!insert || !fence) return null;
      found.push(fence);
      at = insert.end;
    }
    return found.length > 0 ? found : null;
  };
  const assigned = namesAssigned(parsed.script);
  return { text, scalar, parsed, pastesIn, assigned, hasLines: scalar?.style !== 'folded' };
}

/** The offset in the script of a place in the file; -1 where the script does not come from there. */
export function offsetInScript({ text }: ScriptPlace, offset: number): number {
  return offsetInText(text, offset);
}

/** As `offsetInScript`. */
export function offsetInText(text: MappedText, offset: number): number {
  let low = 0;
  let high = text.text.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = text.offsetOf(middle);
    if (at === offset) return middle;
    if (at < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** How lines end in a file. */
export function lineEndOf({ text }: Source): string {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/**
 * The edits of the file that come to those of the script, which do not overlap. A plain or quoted text on one line
 * becomes a block, unless something only goes. null where the text cannot hold them.
 */
export function fileEdits(script: ScriptPlace, edits: readonly ScriptEdit[]): Edit[] | null {
  const { text, scalar } = script;
  const { source } = text;
  const lineEnd = lineEndOf(source);
  if (scalar === null || scalar.style === 'literal') {
    const indent = scalar === null ? '' : blockIndent(text);
    return indent === null ? null : edits.map((edit) => placed(text, edit, lineEnd + indent));
  }
  if (scalar.style === 'folded') {
    const broken = edits.some(
      ({ start, end, text: added }) => added.includes('\n') || isFolded(text, start, end),
    );
    return broken ? null : edits.map((edit) => placed(text, edit, ''));
  }
  const written = source.text.slice(scalar.span.start, scalar.span.end);
  const onlyGoes = edits.every((edit) => edit.text === '' && edit.start > 0);
  // What is left begins as before, and has nothing in it that was not there.
  if (onlyGoes && !/[\r\n\\]/.test(written)) return edits.map((edit) => placed(text, edit, ''));
  return asBlock(script, scalar, edits, lineEnd);
}

function isFolded({ source, offsetOf, text }: MappedText, start: number, end: number): boolean {
  if (text.length === 0) return true;
  const last = Math.max(start, end - 1);
  return source.text.slice(offsetOf(start), offsetOf(last) + 1).includes('\n');
}

function placed(text: MappedText, { start, end, text: added }: ScriptEdit, newLine: string): Edit {
  const { source } = text;
  const at = start < text.text.length ? text.offsetOf(start) : pastLast(text);
  // A line end of two characters is one in the script, and its place is the second.
  const from = source.text.startsWith('\r\n', at - 1) ? at - 1 : at;
  const to = end > start ? text.offsetOf(end - 1) + 1 : from;
  return { span: { source, start: from, end: to }, text: added.replaceAll('\n', newLine) };
}

function pastLast(text: MappedText): number {
  return text.text.length === 0 ? text.offsetOf(0) : text.offsetOf(text.text.length - 1) + 1;
}

/** What stands in front of the lines of a block and is no part of the script. */
function blockIndent(text: MappedText): string | null {
  const first = text.text.search(/\S/);
  if (first < 0) return null;
  const line = text.text.lastIndexOf('\n', first) + 1;
  const { source } = text;
  const at = text.offsetOf(line);
  const start = lineStartOf(source, at);
  const indent = source.text.slice(start, at);
  return /^ *$/.test(indent) ? indent : null;
}

/** The offset at which the line of an offset begins. */
export function lineStartOf(source: Source, offset: number): number {
  return lineStarts(source)[positionAt(source, offset).line - 1] ?? 0;
}

/** The offset at which the text of a line ends. */
export function lineTextEnd({ text }: Source, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

function asBlock(
  { text }: ScriptPlace,
  { span }: YamlScalar,
  edits: readonly ScriptEdit[],
  lineEnd: string,
): Edit[] | null {
  const { source } = span;
  const written = source.text.slice(span.start, span.end);
  if (/[\r\n]/.test(written) || text.text.includes('\n') || /^\s/.test(text.text)) return null;
  const start = lineStartOf(source, span.start);
  const key = /^( *(?:- +)*)[\w-]+: *$/.exec(source.text.slice(start, span.start));
  const end = lineTextEnd(source, span.end);
  if (!key || !/^\s*(#.*)?$/.test(source.text.slice(span.end, end))) return null;
  const newLine = `${lineEnd}${' '.repeat((key[1] ?? '').length + 2)}`;
  const lines = applyToText(text.text, edits).split('\n');
  return [
    { span, text: '|' },
    { span: { source, start: end, end }, text: `${newLine}${lines.join(newLine)}` },
  ];
}

function applyToText(text: string, edits: readonly ScriptEdit[]): string {
  let result = '';
  let done = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return result + text.slice(done);
}
