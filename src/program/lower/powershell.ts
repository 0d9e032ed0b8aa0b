import type { TemplatePart } from '../../parse/expression.js';
import { parsePowerShell, powerShellComments } from '../../parse/powershell.js';
import { isStackOverflow } from '../../text/overflow.js';
import type { MappedText, Place } from '../../text/script.js';
import type { ValueRules } from '../compute.js';
import type { Program, Word } from '../program.js';
import type { Lowering } from './languages.js';
import type { Frame } from './powershell/frame.js';
import { asksForOutcome } from './powershell/mentions.js';
import { placesInPowerShell } from './powershell/places.js';
import { lowerScript } from './powershell/statements.js';

const rules: ValueRules = {
  language: 'powershell',
  emptyIsFalse: true,
  oneCountsAsItself: true,
  absent: 'nothing',
  entriesAreMembers: true,
  ignoresCase: true,
  handler: 'catch',
  words: { nothing: '', yes: 'True', no: 'False' },
};

/** The front-end for PowerShell: what it reads, and what it refuses, is in `parse/powershell.ts`. */
export const powershell: Lowering = {
  lower: (text, fences) => lowerText(text, fences ?? []),
  lowerWord: (word, at) => lowerWord(word, at),
  comments: powerShellComments,
  places: placesInPowerShell,
};

function lowerText(text: MappedText, fences: readonly TemplatePart[]): Program {
  const whole: Place = { text, start: 0, end: text.text.length };
  const pastes = fences.flatMap((fence) => (fence.kind === 'expression' ? [fence] : []));
  const open = pastes.find((paste) => paste.expr === null && paste.error !== null);
  const { script, problem } = parsePowerShell(
    text.text,
    pastes.map(({ at }) => at),
  );
  if (!script) {
    const at = { text, start: problem.start, end: Math.min(problem.start + 1, text.text.length) };
    return { text, rules, body: [], unreadable: { reason: problem.message, at } };
  }
  const frame: Frame = {
    text,
    pastes: pastes.map(({ expr }) => expr),
    assigned: new Set(),
    loops: null,
    step: [],
    asked: asksForOutcome(script),
    refusals: [],
  };
  const lowered = loweredScript(frame, script, whole);
  if (lowered === null) {
    const at = { text, start: 0, end: Math.min(1, text.text.length) };
    return { text, rules, body: [], unreadable: { reason: 'it is nested too deeply', at } };
  }
  const { body, callable } = lowered;
  const [refusal] = frame.refusals;
  const broken = open?.error ? { reason: open.error, at: open.at } : null;
  return { text, rules, body, callable, unreadable: broken ?? refusal ?? null };
}

/** null for a script whose chains of operators, of members or of `elseif` are longer than the stack reaches. */
function loweredScript(...given: Parameters<typeof lowerScript>): ReturnType<typeof lowerScript> | null {
  try {
    return lowerScript(...given);
  } catch (error) {
    if (isStackOverflow(error)) return null;
    throw error;
  }
}

/** A script in a word of another one: its text, where nothing in the word is computed. Places are those of the word. */
function lowerWord(word: Word, at: Place): Program | null {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  const inner: MappedText = {
    source: at.text.source,
    text,
    offsetOf: () => at.text.offsetOf(Math.min(at.start, Math.max(0, at.text.text.length - 1))),
  };
  return lowerText(inner, []);
}
