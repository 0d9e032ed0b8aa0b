import { type ExprVisitor, Star, type Expr as Tree } from '@actions/expressions/ast';
import { ExpressionError } from '@actions/expressions/errors';
import { Lexer, type Token, TokenType } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';
import type { MappedText, Place } from '../text/script.js';
import { quoted } from './quoted.js';

/** A parsed `${{ }}` expression. Every node knows its place in the decoded text of the scalar it stands in. */
export type Expr =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string; readonly at: Place }
  /** A context by its lower-cased name: `github`, `secrets`, `steps` … */
  | { readonly kind: 'context'; readonly name: string; readonly at: Place }
  /** `object.key` and `object[key]`; `*` is the string-free `star` node. */
  | {
      readonly kind: 'index';
      readonly object: Expr;
      readonly key: Expr | { readonly kind: 'star' };
      readonly at: Place;
    }
  /** A function by its lower-cased name. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly at: Place }
  | { readonly kind: 'not'; readonly operand: Expr; readonly at: Place }
  | {
      readonly kind: 'compare';
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
      readonly left: Expr;
      readonly right: Expr;
      readonly at: Place;
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expr[]; readonly at: Place };

/** A piece of a text in which `${{ }}` may stand. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly at: Place }
  /** `at` covers the whole fence `${{ … }}`. `expr` is null where the text between is no expression: see `error`. */
  | {
      readonly kind: 'expression';
      readonly expr: Expr | null;
      readonly error: string | null;
      readonly at: Place;
    };

/** GitHub's own bound; the library stops there too. */
const longest = 21_000;
/** The library bounds brackets at 50, but not chains such as `a == b == c`. */
const deepest = 100;

/**
 * Parses a bare expression: the whole of a place, such as an `if:` without `${{`, on one line or several.
 * Exactly one of `expr` and `error` is null. Unknown contexts, unknown functions and any number of arguments
 * give a tree: what they mean is the forge's to say. Never throws; linear in the place.
 */
export function parseExpression(place: Place): { expr: Expr | null; error: string | null } {
  const words = place.text.text.slice(place.start, place.end);
  if (words.trim() === '') return failed('the expression is empty: write a value, such as true');
  if (words.length > longest) {
    return failed(`the expression has ${words.length} characters, but may have ${longest}: shorten it`);
  }
  const lexed = lex(words);
  if (typeof lexed === 'string') return failed(lexed);
  const tree = parse(lexed);
  if (typeof tree === 'string') return failed(tree);
  if (isDeeper(tree, deepest)) return failed(tooDeep);
  return { expr: convert(tree, lexed, place), error: null };
}

/**
 * Splits a text at its `${{ … }}`. The parts cover the whole text in its order, and no text part is empty; an
 * empty text has no parts. A `${{` that is never closed makes an expression part up to the end of the text.
 */
export function parseTemplate(text: MappedText): readonly TemplatePart[] {
  const words = text.text;
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < words.length) {
    const found = words.indexOf('${{', at);
    const start = found < 0 ? words.length : found;
    if (start > at)
      parts.push({ kind: 'text', text: words.slice(at, start), at: { text, start: at, end: start } });
    if (found < 0) break;
    const { end, error } = closeFence(words, start + 3);
    const parsed = error === null ? parseExpression({ text, start: start + 3, end: end - 2 }) : failed(error);
    parts.push({ kind: 'expression', ...parsed, at: { text, start, end } });
    at = end;
  }
  return parts;
}

/**
 * The lower-cased path of a context access with constant keys only, whichever way it is written:
 * `github.event.pull_request.head.repo['full_name']` gives `github.event.pull_request.head.repo.full_name`.
 * null for every other expression, and for a key with a dot in it, which would read as two.
 */
export function contextPath(expr: Expr): string | null {
  const keys: string[] = [];
  let object = expr;
  while (object.kind === 'index') {
    const { key } = object;
    if (key.kind !== 'literal' || (typeof key.value !== 'string' && typeof key.value !== 'number'))
      return null;
    const name = String(key.value);
    if (name.includes('.')) return null;
    keys.push(name.toLowerCase());
    object = object.object;
  }
  return object.kind === 'context' ? [object.name, ...keys.reverse()].join('.') : null;
}

const tooDeep = 'the expression is nested too deep: split it into several';

function failed(error: string): { expr: null; error: string } {
  return { expr: null, error };
}

/** Where the fence whose inside begins at `from` ends, its `}}` included; the end of the text if it never does. */
function closeFence(words: string, from: number): { end: number; error: string | null } {
  // Both quotes of an escape '' toggle, which comes to the same as one quote inside the string.
  let stringStart = -1;
  for (let at = from; at < words.length; at++) {
    const character = words[at];
    if (character === "'") stringStart = stringStart < 0 ? at : -1;
    else if (stringStart < 0 && character === '}' && words[at + 1] === '}')
      return { end: at + 2, error: null };
  }
  const error =
    stringStart < 0 ? '"${{" is never closed: add "}}"' : unclosedString(words.slice(stringStart));
  return { end: words.length, error };
}

function unclosedString(words: string): string {
  return `the string that begins with ${quoted(words)} is never closed: add "'" (a "'" inside is written "''")`;
}

/** A token with its place in the expression. */
interface Located {
  readonly token: Token;
  readonly start: number;
  readonly end: number;
}

/** The tokens of an expression, the last one the end; or what is wrong with it. */
function lex(words: string): readonly Located[] | string {
  try {
    return locate(words, new Lexer(words).lex().tokens);
  } catch (error) {
    return lexicalError(words, error instanceof Error ? error.message : String(error));
  }
}

/** The library's columns are wrong after a string of several lines, so places are counted anew. */
function locate(words: string, tokens: readonly Token[]): readonly Located[] {
  const located: Located[] = [];
  let at = 0;
  for (const token of tokens) {
    while (at < words.length && ' \t\r\n'.includes(words[at] ?? '')) at++;
    located.push({ token, start: at, end: at + token.lexeme.length });
    at += token.lexeme.length;
  }
  return located;
}

/** `library` reads "Unexpected symbol: '…'. Located at position … within expression: …". */
function lexicalError(words: string, library: string): string {
  const head = library.slice(0, library.length - ` within expression: ${words}`.length);
  const position = /position (\d+)$/.exec(head)?.[1];
  if (position === undefined) return `the expression cannot be read: ${library.slice(0, 80)}`;
  const rest = words.slice(Number(position) - 1);
  const symbol = /^\S+/.exec(rest)?.[0] ?? rest;
  switch (rest[0]) {
    case "'":
      return unclosedString(rest);
    case '"':
      return `the string ${symbol.slice(0, 40)} has double quotes: strings in an expression take single quotes`;
    case '=':
      return '"=" is no operator: compare with "=="';
    case '&':
      return '"&" is no operator: write "&&"';
    case '|':
      return '"|" is no operator: write "||"';
    default:
      return `${quoted(symbol)} has no meaning in an expression: remove it, or put it in single quotes`;
  }
}

/** Stands for every function: the library knows the arguments of some, and refuses a wrong number. */
const anyFunction = { name: 'any-function', minArgs: 0, maxArgs: Number.POSITIVE_INFINITY };

/** The library's tree, or what is wrong. */
function parse(located: readonly Located[]): Tree | string {
  const contexts: string[] = [];
  const tokens: Token[] = [];
  for (const [index, { token }] of located.entries()) {
    const next = located[index + 1]?.token;
    // The library lets a comma end the arguments; no forge does.
    if (token.type === TokenType.COMMA && next?.type === TokenType.RIGHT_PAREN)
      return unexpected(located, index + 1);
    const isCall = token.type === TokenType.IDENTIFIER && next?.type === TokenType.LEFT_PAREN;
    tokens.push(isCall ? { ...token, lexeme: anyFunction.name } : token);
    if (token.type === TokenType.IDENTIFIER) contexts.push(token.lexeme);
  }
  try {
    return new Parser(tokens, contexts, [anyFunction]).parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) return `the expression cannot be read: ${String(error)}`;
    if (error.message.startsWith('Exceeded max expression depth')) return tooDeep;
    const index = tokens.findIndex((token) => token.range.start === error.pos);
    return unexpected(located, error.message.startsWith('Unexpected end') ? located.length - 1 : index);
  }
}

function unexpected(located: readonly Located[], index: number): string {
  const previous = located[index - 1];
  const after = previous === undefined ? 'at its start' : `after ${quoted(previous.token.lexeme)}`;
  const token = located[index]?.token;
  if (token === undefined || token.type === TokenType.EOF) {
    return `the expression ends too early, ${after}: complete it, or remove what is left over`;
  }
  return `the expression has an unexpected ${quoted(token.lexeme)} ${after}: check the operators and brackets there`;
}

const childrenOf: ExprVisitor<readonly Tree[]> = {
  visitLiteral: () => [],
  visitContextAccess: () => [],
  visitUnary: (tree) => [tree.expr],
  visitBinary: (tree) => [tree.left, tree.right],
  visitLogical: (tree) => tree.args,
  visitGrouping: (tree) => [tree.group],
  visitIndexAccess: (tree) => [tree.expr, tree.index],
  visitFunctionCall: (tree) => tree.args,
};

/** Level by level, not by recursion: how deep the tree is, is the question. */
function isDeeper(tree: Tree, bound: number): boolean {
  let level: readonly Tree[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > bound) return true;
    level = level.flatMap((node) => (node instanceof Star ? [] : node.accept(childrenOf)));
  }
  return false;
}

/** The library's tree knows few places, so the tokens are walked along with it, in the same order. */
function convert(tree: Tree, located: readonly Located[], place: Place): Expr {
  let next = 0;
  const at = (first: number): Place => ({
    text: place.text,
    start: place.start + (located[first]?.start ?? 0),
    end: place.start + (located[next - 1]?.end ?? 0),
  });
  const key = (node: Tree): Expr | { readonly kind: 'star' } => {
    if (!(node instanceof Star)) return node.accept(build);
    next++;
    return { kind: 'star' };
  };
  const build: ExprVisitor<Expr> = {
    visitLiteral(node) {
      const first = next++;
      const { token } = located[first] ?? node;
      return { kind: 'literal', value: literalValue(token), at: at(first) };
    },
    visitContextAccess(node) {
      const first = next++;
      return { kind: 'context', name: node.name.lexeme.toLowerCase(), at: at(first) };
    },
    visitGrouping(node) {
      next++;
      const group = node.group.accept(build);
      next++;
      return group;
    },
    visitUnary(node) {
      const first = next++;
      const operand = node.expr.accept(build);
      return { kind: 'not', operand, at: at(first) };
    },
    visitBinary(node) {
      const first = next;
      const left = node.left.accept(build);
      next++;
      const right = node.right.accept(build);
      return { kind: 'compare', operator: comparison(node.operator), left, right, at: at(first) };
    },
    visitLogical(node) {
      const first = next;
      const operands = node.args.map((operand, index) => {
        if (index > 0) next++;
        return operand.accept(build);
      });
      return { kind: node.operator.type === TokenType.AND ? 'and' : 'or', operands, at: at(first) };
    },
    visitIndexAccess(node) {
      const first = next;
      const object = node.expr.accept(build);
      const isDot = located[next++]?.token.type === TokenType.DOT;
      const index = key(node.index);
      if (!isDot) next++;
      return { kind: 'index', object, key: index, at: at(first) };
    },
    visitFunctionCall(node) {
      const first = next;
      const name = (located[first]?.token ?? node.functionName).lexeme.toLowerCase();
      next += 2;
      const args = node.args.map((argument, index) => {
        if (index > 0) next++;
        return argument.accept(build);
      });
      next++;
      return { kind: 'call', name, args, at: at(first) };
    },
  };
  return tree.accept(build);
}

function literalValue(token: Token): null | boolean | number | string {
  switch (token.type) {
    case TokenType.TRUE:
      return true;
    case TokenType.FALSE:
      return false;
    case TokenType.NULL:
      return null;
    case TokenType.NUMBER:
      return Number(token.value);
    case TokenType.STRING:
      // The library mends only the first '' of a string.
      return token.lexeme.slice(1, -1).replaceAll("''", "'");
    default:
      // A key after a dot.
      return token.lexeme;
  }
}

function comparison(operator: Token): '==' | '!=' | '<' | '<=' | '>' | '>=' {
  switch (operator.type) {
    case TokenType.EQUAL_EQUAL:
      return '==';
    case TokenType.BANG_EQUAL:
      return '!=';
    case TokenType.LESS:
      return '<';
    case TokenType.LESS_EQUAL:
      return '<=';
    case TokenType.GREATER:
      return '>';
    default:
      return '>=';
  }
}
