import {
  glueWords,
  type ShellAssignment,
  type ShellWord,
  type ShellWordPieces,
} from '../../../parse/shell.js';
import type { Place } from '../../../text/script.js';
import type { ArrayLiteral, Assignment, Part, Word } from '../../program.js';
import { type Frame, placeOf, writtenText } from '../frame.js';
import { FIELD, lowerPieces, lowerWord, PLAIN, VALUE } from './words.js';

/** Lowers `X=…`; `rest` is what is glued to the end of the value. */
export function lowerAssignment(
  frame: Frame,
  assignment: ShellAssignment,
  rest: readonly ShellWord[],
): Assignment {
  const { index, value, pos } = assignment;
  const name = writtenText(frame, pos, pos + assignment.name.length, assignment.name);
  const end = rest.at(-1)?.end ?? assignment.end;
  return {
    name,
    index: index ? lowerWord(frame, index, PLAIN) : null,
    append: assignment.append === true,
    value:
      value.type === 'Word'
        ? lowerPieces(frame, [value, ...rest], VALUE)
        : {
            kind: 'array',
            elements: glueWords(value.elements).map((element) => lowerElement(frame, name, element)),
            at: placeOf(frame, value.pos, value.end),
          },
    at: placeOf(frame, pos, end),
  };
}

function lowerElement(frame: Frame, array: string, pieces: ShellWordPieces): Word {
  const word = lowerPieces(frame, pieces, FIELD);
  return { ...word, assignment: elementAssignment(array, word) };
}

/** `[key]=value` in an array literal. */
function elementAssignment(array: string, word: Word): Assignment | null {
  const [first] = word.parts;
  if (first?.kind !== 'text' || first.quoted || !first.text.startsWith('[')) return null;
  for (const [at, part] of word.parts.entries()) {
    if (part.kind !== 'text' || part.quoted) continue;
    const close = /\](\+?)=/.exec(part.text);
    if (close === null) continue;
    const [before, after] = cutParts(word.parts, at, close.index, close[0].length);
    const [, key] = cutParts(before, 0, 0, 1);
    const value = wordOf(after, word.at);
    return { name: array, index: wordOf(key, word.at), append: close[1] === '+', value, at: word.at };
  }
  return null;
}

/** The word that an assignment makes as an argument of a declaration command. */
export function assignmentWord(assignment: Assignment): Word {
  const { name, index, append, value, at } = assignment;
  const head: Part[] = [...textPart(name, at)];
  if (index !== null) head.push(...textPart('[', at), ...index.parts, ...textPart(']', at));
  head.push(...textPart(append ? '+=' : '=', at));
  const parts = value.kind === 'word' ? value.parts : arrayParts(value);
  return { kind: 'word', parts: [...head, ...parts], assignment, at };
}

function textPart(text: string, at: Place): readonly Part[] {
  return [{ kind: 'text', text, quoted: false, at }];
}

function arrayParts(array: ArrayLiteral): readonly Part[] {
  const parts: Part[] = [...textPart('(', array.at)];
  for (const [index, element] of array.elements.entries()) {
    if (index > 0) parts.push(...textPart(' ', element.at));
    parts.push(...element.parts);
  }
  parts.push(...textPart(')', array.at));
  return parts;
}

/** `export "X=$y"`: an argument of a declaration command that assigns although it is quoted. */
export function wordAssignment(word: Word): Assignment | null {
  const [first] = word.parts;
  if (first?.kind !== 'text') return null;
  const head = /^([A-Za-z_]\w*)(\+?)=/.exec(first.text);
  if (head === null) return null;
  const [, value] = cutParts(word.parts, 0, 0, head[0].length);
  return {
    name: head[1] ?? '',
    index: null,
    append: head[2] === '+',
    value: wordOf(value, word.at),
    at: word.at,
  };
}

function wordOf(parts: readonly Part[], around: Place): Word {
  const first = parts[0]?.at;
  const last = parts.at(-1)?.at;
  const at = first && last ? { text: around.text, start: first.start, end: last.end } : emptyEnd(around);
  return { kind: 'word', parts, assignment: null, at };
}

function emptyEnd(at: Place): Place {
  return { text: at.text, start: at.end, end: at.end };
}

/** The parts before and after `length` characters at `offset` of the text part at `index`. */
function cutParts(
  parts: readonly Part[],
  index: number,
  offset: number,
  length: number,
): readonly [readonly Part[], readonly Part[]] {
  const part = parts[index];
  if (part?.kind !== 'text') return [parts, []];
  const before = [...parts.slice(0, index), ...slicePart(part, 0, offset)];
  const after = [...slicePart(part, offset + length, part.text.length), ...parts.slice(index + 1)];
  return [before, after];
}

function slicePart(part: Part & { readonly kind: 'text' }, start: number, end: number): readonly Part[] {
  if (start >= end) return [];
  const { at, text } = part;
  const verbatim = at.end - at.start === text.length;
  const place = verbatim ? { text: at.text, start: at.start + start, end: at.start + end } : at;
  return [{ ...part, text: text.slice(start, end), at: place }];
}
