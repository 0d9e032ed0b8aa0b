import type * as acorn from 'acorn';
import { TooDeep } from './javascript/reading.js';
import { readBlock } from './javascript/statements.js';
import type { Range, Statement } from './javascript/tree.js';

// The only door to `acorn` and its TypeScript plugin. Their tree is handed on as that of `javascript/tree.ts`.

/** A syntax error, in offsets of the text. */
export interface JavaScriptProblem extends Range {
  readonly message: string;
}

export interface ParsedJavaScript {
  /** Empty where there is a problem. */
  readonly body: readonly Statement[];
  /** The first syntax error; null where the text is well-formed. */
  readonly problem: JavaScriptProblem | null;
}

declare module 'acorn' {
  interface Parser {
    /** Reads the next token; what plugins hook into, though the types leave it out. */
    nextToken(): void;
  }
}

/** Longer texts are bundles that nobody wrote. */
const MAX_LENGTH = 200_000;

let plain: typeof acorn.Parser | null = null;
let typed: typeof acorn.Parser | null = null;

/** Loads the parser; only a run that meets a script in this language pays for it. `withTypes`: TypeScript, too. */
export async function loadJavaScript(withTypes: boolean): Promise<void> {
  const { Parser } = await import('acorn');
  plain ??= Parser.extend(bounded);
  if (!withTypes || typed) return;
  const { tsPlugin } = await import('@sveltejs/acorn-typescript');
  typed = Parser.extend(tsPlugin(), bounded);
}

/** Thrown by a parser that goes over the text again and again. */
class TooLong extends Error {}

/** Where `<` may be read in two ways the plugin tries both, within one another: real texts take a token for three characters. */
function bounded(Base: typeof acorn.Parser): typeof acorn.Parser {
  return class extends Base {
    private tokens = 0;

    override nextToken(): void {
      if (++this.tokens > 3 * this.input.length + 1_000) throw new TooLong('it takes too long to read');
      super.nextToken();
    }
  };
}

/**
 * Parses a script or module; `withTypes` reads it as TypeScript. Never throws on what the text says. The parser
 * must have been loaded: without it every text is one that cannot be read.
 */
export function parseJavaScript(text: string, withTypes: boolean): ParsedJavaScript {
  const parser = withTypes ? typed : plain;
  if (!parser) return unreadable(text, 'the parser was not loaded');
  if (text.length > MAX_LENGTH) return unreadable(text, `it is longer than ${MAX_LENGTH} characters`);
  try {
    return { body: readBlock(parseEither(parser, text).body, { depth: 0 }), problem: null };
  } catch (error) {
    if (error instanceof TooDeep || error instanceof TooLong) return unreadable(text, error.message);
    if (error instanceof RangeError) return unreadable(text, 'it is nested too deeply');
    if (!(error instanceof SyntaxError)) throw error;
    const at = 'pos' in error && typeof error.pos === 'number' ? Math.min(error.pos, text.length) : 0;
    // The parser ends its messages with a line and column of the text that it was given.
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    return { body: [], problem: { message, start: at, end: Math.min(at + 1, text.length) } };
  }
}

/**
 * The comments of a script, TypeScript or not, in order; none of one that cannot be read. Never throws; the parser must
 * have been loaded.
 */
export function javaScriptComments(text: string): Range[] {
  if (text.length > MAX_LENGTH) return [];
  for (const parser of [plain, typed]) {
    if (!parser) continue;
    const ends = new Map<number, number>();
    try {
      parseEither(parser, text, (_isBlock, _text, start, end) => void ends.set(start, end));
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TooLong || error instanceof RangeError) continue;
      throw error;
    }
    // A place that can be read in two ways is read twice.
    return [...ends].map(([start, end]) => ({ start, end })).sort((a, b) => a.start - b.start);
  }
  return [];
}

type CommentReader = (isBlock: boolean, text: string, start: number, end: number) => void;

/** Which of the two a file is, hangs on its name, on other files, and in Node on which of them it can be. */
function parseEither(parser: typeof acorn.Parser, text: string, onComment?: CommentReader): acorn.Program {
  const options = {
    ecmaVersion: 'latest',
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowHashBang: true,
    // The plugin asks for them.
    locations: parser === typed,
    ...(onComment ? { onComment } : {}),
  } as const;
  try {
    return parser.parse(text, { ...options, sourceType: 'module' });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    try {
      return parser.parse(text, { ...options, sourceType: 'script' });
    } catch {
      throw error;
    }
  }
}

function unreadable(text: string, message: string): ParsedJavaScript {
  return { body: [], problem: { message, start: 0, end: text.length } };
}
