// lower/: one lowering per script language, from text to the little language. May not evaluate or judge.

import type { TemplatePart } from '../../parse/expression.js';
import { parseShell, type ShellProblem } from '../../parse/shell.js';
import type { MappedText, Place } from '../../text/script.js';
import type { ValueRules } from '../compute.js';
import type { Part, Program, Word } from '../program.js';
import {
  alignSubsequence,
  constantMap,
  emptyMap,
  type Frame,
  type Insert,
  newProgress,
  type OffsetMap,
  placeholder,
  placeOf,
} from './frame.js';
import { lowerStatements, TOO_DEEP } from './shell/statements.js';

/** In a shell every value is a text, and one that is not set reads as none. */
export const shellRules: ValueRules = {
  language: 'shell',
  emptyIsFalse: true,
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
  const program = lowerFrame({ source, inserts, text, map: null, progress: newProgress() });
  return { ...program, unreadable: unclosedFence(fences?.at(-1)) ?? program.unreadable };
}

/** An expression that is never closed takes all the rest of the script with it. */
function unclosedFence(last: TemplatePart | undefined): Program['unreadable'] {
  if (last?.kind !== 'expression' || last.error === null) return null;
  const raw = last.at.text.text.slice(last.at.start, last.at.end);
  const closed = raw.endsWith('}}') && raw.split("'").length % 2 === 1;
  return closed ? null : { reason: last.error, at: last.at };
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

/** The length of what stands for an expansion in a text that is put together from words. */
const STAND_IN = 10;

/**
 * Lowers the script that words make when they are joined with blanks and read as shell again: the arguments of
 * `eval`, the one after `bash -c`. Expansions, pastes and substitutions in them come out as the same parts
 * wherever text may stand, quoted as the inner script quotes them. `at` is where all of it stands.
 */
export function lowerShellWords(words: readonly Word[], at: Place): Program {
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
  return lowerFrame({ source, inserts, text: at.text, map, progress: newProgress() });
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
