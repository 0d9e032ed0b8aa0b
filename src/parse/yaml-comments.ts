import { CST, Lexer } from 'yaml';
import type { Source, Span } from '../text/source.js';
import { breakLoneReturns } from './scalar.js';

/**
 * The comments of a YAML file, each from its `#` to the end of its line, in order. A `#` inside of a text, quoted or
 * not, is none; those of a script in a block text are the script's own. Broken YAML is no obstacle. Linear.
 */
export function yamlComments(source: Source): Span[] {
  const comments: Span[] = [];
  let at = 0;
  let isContent = false;
  for (const lexeme of new Lexer().lex(breakLoneReturns(source.text))) {
    const type: CST.TokenType | null = isContent ? null : CST.tokenType(lexeme);
    // The lexer's own marks stand in no file; after the one for a plain or block text comes the text itself.
    isContent = type === 'scalar';
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') continue;
    const end = at + lexeme.length;
    if (type === 'comment') comments.push({ source, start: at, end });
    at = end;
  }
  return comments;
}
