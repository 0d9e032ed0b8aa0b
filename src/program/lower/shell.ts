// lower/: one lowering per script language, from text to the little language. May not evaluate or judge.

import type { TemplatePart } from '../../parse/expression.js';
import { parseShell, type ShellProblem } from '../../parse/shell.js';
import type { MappedText, Place } from '../../text/script.js';
import type { ValueRules } from '../compute.js';
import type { Part, Program, Word } from '../program.js';
import {
  constantMap,
  emptyMap,
  type Frame,
  framedText,
  framedWords,
  type Insert,
  newProgress,
  placeholder,
  placeOf,
  STAND_IN,
  unclosedFence,
} from './frame.js';
import { lowerStatements, TOO_DEEP } from './shell/statements.js';

/** In a shell every value is a text, and one that is not set reads as none. */
export const shellRules: ValueRules = {
  language: 'shell',
  emptyIsFalse: true,
  oneCountsAsItself: false,
  absent: 'nothing',
  entriesAreMembers: false,
  ignoresCase: false,
  handler: 'catch',
  words: { nothing: '', yes: 'true', no: 'false' },
};

/**
 * Lowers a shell script, read as bash. `fences` are the template parts of the same text (null where the
 * runner pastes nothing); each `${{ … }}` comes out as a `paste` part wherever text may stand. Never throws:
 * `unreadable` says what is wrong, and `body` is then what could be made of it.
 */
export function lowerShell(text: MappedText, fences: readonly TemplatePart[] | null): Program {
  const program = lowerFrame(framedText(text, fences));
  return { ...program, unreadable: unclosedFence(fences?.at(-1)) ?? program.unreadable };
}

/**
 * Lowers static shell text that stands in another script (`eval '…'`, `bash -c '…'`, a trap's handler). Places
 * are exact where the text stands in `at` as it is, and all of `at` elsewhere.
 */
export function lowerShellText(text: string, at: Place): Program {
  const written = at.text.text.slice(at.start, at.end);
  const offset = text === '' ? -1 : written.indexOf(text);
  const map = constantMap(text.length, at);
  if (offset >= 0) {
    for (let i = 0; i < text.length; i++) {
      map.starts[i] = at.start + offset + i;
      map.ends[i] = at.start + offset + i + 1;
    }
  }
  return lowerFrame({ source: text, inserts: [], text: at.text, map, progress: newProgress() });
}

/**
 * Lowers the script that words make when they are joined with blanks and read as shell again: the arguments of
 * `eval`, the one after `bash -c`. Expansions, pastes and substitutions in them come out as the same parts
 * wherever text may stand, quoted as the inner script quotes them. `at` is where all of it stands.
 */
export function lowerShellWords(words: readonly Word[], at: Place): Program {
  return lowerFrame(framedWords(words, at));
}

/** A piece of shell text that another text makes. `start` and `end` say where in that it stands. */
export type ShellPiece =
  /** As long as its place, each character stands for itself; else all of them stand for all of the place. */
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  /** What is put there before the shell reads the text. */
  | { readonly kind: 'insert'; readonly start: number; readonly end: number; part(quoted: boolean): Part };

/** Lowers the script that pieces make when they are joined. Places are given in `text`. */
export function lowerShellPieces(pieces: readonly ShellPiece[], text: MappedText): Program {
  const inserts: Insert[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    const shown = piece.kind === 'text' ? piece.text : placeholder(inserts.length + 1, STAND_IN);
    if (piece.kind === 'insert')
      inserts.push({ start: length, end: length + STAND_IN, part: (quoted) => piece.part(quoted) });
    texts.push(shown);
    length += shown.length;
  }
  const map = emptyMap(length);
  let done = 0;
  for (const [index, { kind, start, end }] of pieces.entries()) {
    const count = texts[index]?.length ?? 0;
    const exact = kind === 'text' && end - start === count;
    for (let i = 0; i < count; i++) {
      map.starts[done + i] = exact ? start + i : start;
      map.ends[done + i] = exact ? start + i + 1 : end;
    }
    done += count;
  }
  return lowerFrame({ source: texts.join(''), inserts, text, map, progress: newProgress() });
}

function lowerFrame(frame: Frame): Program {
  const { script, problems } = parseShell(frame.source);
  const body = lowerStatements(frame, script.commands);
  return { text: frame.text, rules: shellRules, body, unreadable: unreadable(frame, problems[0]) };
}

function unreadable(frame: Frame, problem: ShellProblem | undefined): Program['unreadable'] {
  if (problem) {
    const reason = `shell syntax: ${withInserts(frame, problem.message)}`;
    return { reason, at: placeOf(frame, problem.start, problem.end) };
  }
  const at = frame.progress.tooDeep;
  return at && { reason: TOO_DEEP, at };
}

/** A message in the user's words: it may quote a placeholder. */
function withInserts(frame: Frame, message: string): string {
  let text = message;
  for (const insert of frame.inserts) {
    const shown = frame.source.slice(insert.start, insert.end);
    if (!text.includes(shown)) continue;
    const { start, end } = placeOf(frame, insert.start, insert.end);
    text = text.replaceAll(shown, () => frame.text.text.slice(start, end));
  }
  return text;
}
