import type { TemplatePart } from '../../parse/expression.js';
import type { FunctionExpression } from '../../parse/javascript/tree.js';
import { javaScriptComments, loadJavaScript, parseJavaScript } from '../../parse/javascript.js';
import type { MappedText, Place } from '../../text/script.js';
import type { ValueRules } from '../compute.js';
import type { Block, Program, Word } from '../program.js';
import { type Frame, framedText, framedWords, placeOf, unclosedFence } from './frame.js';
import { call, library } from './javascript/expressions.js';
import { lowerFunction } from './javascript/functions.js';
import { slotPrefix } from './javascript/modules.js';
import { placesInJavaScript } from './javascript/places.js';
import { type Lowering as Context, exportsSlot, newOwner } from './javascript/scopes.js';
import { assigned, lowerBody } from './javascript/statements.js';
import type { Host, Lowering } from './languages.js';

export const javascriptRules: ValueRules = {
  language: 'javascript',
  emptyIsFalse: false,
  oneCountsAsItself: false,
  absent: 'nothing',
  entriesAreMembers: true,
  ignoresCase: false,
  handler: 'catch',
  words: { nothing: 'undefined', yes: 'true', no: 'false' },
};

/** Loads the parser and gives the front-end. */
export async function javascript(): Promise<Lowering> {
  await loadJavaScript(true);
  return {
    lower: (text, fences, host) => lowerScript(text, fences, host ?? null),
    lowerWord,
    comments: javaScriptComments,
    places: placesInJavaScript,
  };
}

function lowerScript(text: MappedText, fences: readonly TemplatePart[] | null, host: Host | null): Program {
  const program = lowerFrame(framedText(text, fences), /\.[mc]?tsx?$/.test(text.source.path), host);
  return { ...program, unreadable: unclosedFence(fences?.at(-1)) ?? program.unreadable };
}

function lowerWord(word: Word, at: Place): Program | null {
  // What the shell computes into the text is not known before it runs.
  if (word.parts.some((part) => part.kind !== 'text' && part.kind !== 'paste')) return null;
  return lowerFrame(framedWords([word], at), false, null);
}

function lowerFrame(frame: Frame, typed: boolean, host: Host | null): Program {
  const { text, source } = frame;
  const { body, problem } = parseJavaScript(source, typed);
  const whole = placeOf(frame, 0, source.length);
  const parts = { text, rules: javascriptRules };
  if (problem) {
    const at = placeOf(frame, problem.start, problem.end);
    return { ...parts, body: [], unreadable: { reason: `JavaScript syntax: ${problem.message}`, at } };
  }
  const context: Context = {
    frame,
    scope: { names: new Map(), outer: null, owner: newOwner() },
    loops: [],
    guarded: false,
    self: null,
    derived: null,
    shared: {
      prefix: slotPrefix(text.source.path),
      scopes: 0,
      asynchronous: new Set(),
      exports: false,
      unsupported: null,
    },
  };
  const lowered: Block = host === null ? lowerBody(body, context) : lowerHandler(body, whole, context);
  const given: Block = context.shared.exports ? [emptyExports(whole, context)] : [];
  return { ...parts, body: [...given, ...lowered], unreadable: context.shared.unsupported };
}

function emptyExports(at: Place, context: Context): Block[number] {
  const target = { kind: 'variable', slot: exportsSlot(context), at } as const;
  return assigned(target, { kind: 'record', entries: [], at }, at);
}

/** The body of an async function, whose result becomes the output `result`. */
function lowerHandler(body: FunctionExpression['body'], at: Place, context: Context): Block {
  const handler: FunctionExpression = {
    kind: 'function',
    name: 'script',
    parameters: [],
    body,
    async: true,
    generator: false,
    start: 0,
    end: context.frame.source.length,
  };
  const result = call(lowerFunction(handler, { self: null }, context), [], at);
  return [{ kind: 'evaluate', expression: call(library('github-script.result', at), [result], at), at }];
}
