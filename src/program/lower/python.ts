import type { TemplatePart } from '../../parse/expression.js';
import { parsePython, pythonComments } from '../../parse/python.js';
import type { MappedText, Place } from '../../text/script.js';
import type { ValueRules } from '../compute.js';
import type { Program, Word } from '../program.js';
import { type Frame, framedText, framedWords, placeOf, unclosedFence } from './frame.js';
import type { Lowering } from './languages.js';
import { placesInPython } from './python/places.js';
import { moduleScope } from './python/scope.js';
import { lowerStatements } from './python/statements.js';

const rules: ValueRules = {
  language: 'python',
  emptyIsFalse: true,
  oneCountsAsItself: false,
  absent: 'throws',
  entriesAreMembers: false,
  ignoresCase: false,
  handler: 'except',
  words: { nothing: 'None', yes: 'True', no: 'False' },
};

/** Python, from text to the little language. */
export const python: Lowering = {
  lower,
  lowerWord,
  comments: (text) => (text.length > MAX_LENGTH ? [] : pythonComments(text)),
  places: placesInPython,
};

function lower(text: MappedText, fences: readonly TemplatePart[] | null): Program {
  const program = lowerFrame(framedText(text, fences));
  return { ...program, unreadable: unclosedFence(fences?.at(-1)) ?? program.unreadable };
}

function lowerWord(word: Word, at: Place): Program | null {
  // What the shell computes into the text is not known before it runs.
  if (word.parts.some((part) => part.kind !== 'text' && part.kind !== 'paste')) return null;
  return lowerFrame(framedWords([word], at));
}

/** The longest script that is read; the parser is slow on long nonsense. */
const MAX_LENGTH = 262_144;

function lowerFrame(frame: Frame): Program {
  if (frame.source.length > MAX_LENGTH) {
    const unreadable = { reason: 'python: the script is too long', at: placeOf(frame, 0, 0) };
    return { text: frame.text, rules, body: [], unreadable };
  }
  const { script, problem } = parsePython(frame.source);
  if (problem) {
    const at = placeOf(frame, problem.start, problem.end);
    return { text: frame.text, rules, body: [], unreadable: { reason: problem.message, at } };
  }
  const scope = moduleScope(frame, script);
  const body = lowerStatements(scope, script);
  const { tooDeep } = frame.progress;
  const deep = tooDeep && { reason: 'nested too deeply', at: tooDeep };
  return { text: frame.text, rules, body, unreadable: deep ?? scope.shared.unreadable };
}
