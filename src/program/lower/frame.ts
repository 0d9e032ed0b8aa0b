import type { TemplatePart } from '../../parse/expression.js';
import type { MappedText, Place } from '../../text/script.js';
import type { Part, Program, Word } from '../program.js';

/**
 * How deep the lowered tree may get. Far above real scripts, and low enough for whoever walks a program
 * recursively; the parser has the same bound for its own nesting.
 */
export const MAX_DEPTH = 256;

/** A range of the parsed text that stands for something else: the parser sees an identifier there. */
export interface Insert {
  readonly start: number;
  readonly end: number;
  /** What is lowered in its place. */
  part(quoted: boolean): Part;
}

/** A text that the parser's offsets index, and the way from there to the script. */
export interface Frame {
  /** With a placeholder for every insert. */
  readonly source: string;
  /** In order, apart from one another. */
  readonly inserts: readonly Insert[];
  /** The text that places are given in. */
  readonly text: MappedText;
  /** Where each character of `source` starts and ends in `text`; null where the offsets are the same. */
  readonly map: OffsetMap | null;
  readonly progress: Progress;
}

export interface OffsetMap {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface Progress {
  depth: number;
  /** The first place that was too deep to be lowered. */
  tooDeep: Place | null;
}

export function newProgress(): Progress {
  return { depth: 0, tooDeep: null };
}

/** The place of a range of the frame's source, clamped into it. */
export function placeOf(frame: Frame, start: number, end: number): Place {
  const { text, map, source } = frame;
  const from = Math.max(0, Math.min(start, source.length));
  const to = Math.max(from, Math.min(end, source.length));
  if (map === null) return { text, start: from, end: to };
  if (source.length === 0) return { text, start: 0, end: 0 };
  if (from === to) {
    const at = map.starts[from] ?? map.ends[source.length - 1] ?? 0;
    return { text, start: at, end: at };
  }
  const first = map.starts[from] ?? 0;
  return { text, start: first, end: Math.max(first, map.ends[to - 1] ?? first) };
}

/** Runs `build` `levels` deeper; where that is too deep, notes it and takes `fallback`. */
export function deeper<T>(frame: Frame, levels: number, at: Place, fallback: () => T, build: () => T): T {
  const { progress } = frame;
  if (progress.depth + levels > MAX_DEPTH) {
    progress.tooDeep ??= at;
    return fallback();
  }
  progress.depth += levels;
  const built = build();
  progress.depth -= levels;
  return built;
}

/** The index of the first insert that ends after `offset`. */
export function insertAfter(frame: Frame, offset: number): number {
  const { inserts } = frame;
  let low = 0;
  let high = inserts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((inserts[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first insert that has a character in the range, if any. */
export function insertIn(frame: Frame, start: number, end: number): Insert | null {
  const insert = frame.inserts[insertAfter(frame, start)];
  return insert && insert.start < end ? insert : null;
}

/** A name or pattern as the script has it: with the `${{ … }}` that the parser saw a placeholder for. */
export function writtenText(frame: Frame, start: number, end: number, parsed: string): string {
  if (insertIn(frame, start, end) === null) return parsed;
  const at = placeOf(frame, start, end);
  return at.text.text.slice(at.start, at.end);
}

/**
 * The frame of a text that was made from a range of another one's source by leaving characters out (the
 * escapes within backquotes).
 */
export function innerFrame(outer: Frame, start: number, end: number, source: string): Frame {
  const { text, progress } = outer;
  const offsets = alignSubsequence(outer.source.slice(start, end), source);
  if (offsets === null) {
    return {
      source,
      inserts: [],
      text,
      progress,
      map: constantMap(source.length, placeOf(outer, start, end)),
    };
  }
  const map = emptyMap(source.length);
  for (const [index, offset] of offsets.entries()) {
    const at = placeOf(outer, start + offset, start + offset + 1);
    map.starts[index] = at.start;
    map.ends[index] = at.end;
  }
  const inserts: Insert[] = [];
  for (let i = insertAfter(outer, start); i < outer.inserts.length; i++) {
    const insert = outer.inserts[i];
    if (insert === undefined || insert.end > end) break;
    const from = indexOfSorted(offsets, insert.start - start);
    if (from < 0) continue;
    inserts.push({
      start: from,
      end: from + insert.end - insert.start,
      part: (quoted) => insert.part(quoted),
    });
  }
  return { source, inserts, text, progress, map };
}

/**
 * A script as a parser is given it: `fences` are the template parts of the same text (null where the runner pastes
 * nothing), and each `${{ … }}` is an insert.
 */
export function framedText(text: MappedText, fences: readonly TemplatePart[] | null): Frame {
  const written = text.text;
  const inserts: Insert[] = [];
  const numbers = new Map<string, number>();
  let source = '';
  let done = 0;
  for (const fence of fences ?? []) {
    if (fence.kind !== 'expression') continue;
    const { at, expr } = fence;
    const raw = written.slice(at.start, at.end);
    const number = numbers.get(raw) ?? numbers.size;
    numbers.set(raw, number);
    source += written.slice(done, at.start) + placeholder(number, raw.length);
    done = at.end;
    inserts.push({
      start: at.start,
      end: at.end,
      part: (quoted) => ({ kind: 'paste', expr, quoted, at: { text, start: at.start, end: at.end } }),
    });
  }
  source += written.slice(done);
  return { source, inserts, text, map: null, progress: newProgress() };
}

/** An expression that is never closed takes all the rest of the script with it. */
export function unclosedFence(last: TemplatePart | undefined): Program['unreadable'] {
  if (last?.kind !== 'expression' || last.error === null) return null;
  const raw = last.at.text.text.slice(last.at.start, last.at.end);
  const closed = raw.endsWith('}}') && raw.split("'").length % 2 === 1;
  return closed ? null : { reason: last.error, at: last.at };
}

/** The length of what stands for an expansion in a text that is put together from words. */
export const STAND_IN = 10;

/**
 * The text that words make when they are joined with blanks. What is no text in them is an insert, quoted as the
 * script in the text quotes it. `at` is where all of it stands.
 */
export function framedWords(words: readonly Word[], at: Place): Frame {
  const pieces: { readonly text: string; readonly map: OffsetMap }[] = [];
  const inserts: Insert[] = [];
  let length = 0;
  const add = (text: string, map: OffsetMap) => {
    pieces.push({ text, map });
    length += text.length;
  };
  for (const [index, word] of words.entries()) {
    if (index > 0) add(' ', constantMap(1, word.at));
    for (const part of word.parts) {
      if (part.kind === 'text') add(part.text, textMap(part.text, part.at));
      else if (part.kind === 'glob' || part.kind === 'brace' || part.kind === 'home') {
        add(part.text, constantMap(part.text.length, part.at));
      } else {
        inserts.push({ start: length, end: length + STAND_IN, part: (quoted) => requoted(part, quoted) });
        add(placeholder(inserts.length, STAND_IN), constantMap(STAND_IN, part.at));
      }
    }
  }
  const source = pieces.map((piece) => piece.text).join('');
  const map = emptyMap(length);
  let done = 0;
  for (const piece of pieces) {
    map.starts.set(piece.map.starts, done);
    map.ends.set(piece.map.ends, done);
    done += piece.text.length;
  }
  return { source, inserts, text: at.text, map, progress: newProgress() };
}

function requoted(part: Part, quoted: boolean): Part {
  return 'quoted' in part ? { ...part, quoted } : part;
}

/** Text parts have lost their backslashes and tabs: each character is looked up in what was written. */
function textMap(text: string, at: Place): OffsetMap {
  const map = constantMap(text.length, at);
  const offsets = alignSubsequence(at.text.text.slice(at.start, at.end), text);
  for (const [index, offset] of offsets?.entries() ?? []) {
    map.starts[index] = at.start + offset;
    map.ends[index] = at.start + offset + 1;
  }
  return map;
}

export function emptyMap(length: number): OffsetMap {
  return { starts: new Int32Array(length), ends: new Int32Array(length) };
}

/** A map that sends every character to one place. */
export function constantMap(length: number, at: Place): OffsetMap {
  return { starts: new Int32Array(length).fill(at.start), ends: new Int32Array(length).fill(at.end) };
}

/** For every character of `kept` its offset in `full`; null where `kept` is not `full` with some left out. */
export function alignSubsequence(full: string, kept: string): Int32Array | null {
  const offsets = new Int32Array(kept.length);
  let at = 0;
  for (let i = 0; i < kept.length; i++) {
    while (at < full.length && full.charCodeAt(at) !== kept.charCodeAt(i)) at++;
    if (at === full.length) return null;
    offsets[i] = at++;
  }
  return offsets;
}

function indexOfSorted(values: Int32Array, wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = values[middle] ?? 0;
    if (value === wanted) return middle;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * An identifier of the given length (at least 3) that stands for an insert while the text is parsed. Equal
 * numbers make equal identifiers, so that a heredoc delimiter with an expression in it still finds its end.
 */
export function placeholder(number: number, length: number): string {
  const digits = number.toString(36);
  return `_${digits.slice(0, length - 1)}`.padEnd(length, '_');
}
