import type { Binary } from '@actions/expressions/ast';
import { Dictionary } from '@actions/expressions/data/dictionary';
import { type ExpressionData, Kind } from '@actions/expressions/data/expressiondata';
import { BooleanData, Null, StringData } from '@actions/expressions/data/index';
import { ExpressionError } from '@actions/expressions/errors';
import { Evaluator } from '@actions/expressions/evaluator';
import { Lexer, TokenType } from '@actions/expressions/lexer';
import { Parser } from '@actions/expressions/parser';
import { truthy } from '@actions/expressions/result';
import type { Dialect } from '../forge/dialects.js';
import type { ConditionText, Template } from '../model/model.js';
import type { TemplatePart } from '../parse/expression.js';
import { NotReplayable } from './guesses.js';

export type { ExpressionData };

/** An expression that the forge cannot evaluate. */
export class EvaluationFailed extends Error {}

/** What an expression is evaluated with. GitHub's own evaluator does it: nothing of the analysis has a part in it. */
export interface Scope {
  readonly dialect: Dialect;
  /** A context by its lower-cased name; undefined for one that there is not. */
  context(name: string): ExpressionData | undefined;
  /** The status functions of the place. */
  status(name: 'success' | 'failure' | 'always' | 'cancelled'): boolean;
  /** What `hashFiles` gives. */
  readonly hash: () => string;
}

export function text(value: string): ExpressionData {
  return new StringData(value);
}

export function truth(value: boolean): ExpressionData {
  return new BooleanData(value);
}

export const nothing: ExpressionData = new Null();

/** An object whose members are looked up when they are asked for. Throws NotReplayable where all of it is asked for. */
export function lazily(name: string, look: (key: string) => ExpressionData | undefined): ExpressionData {
  return new LazyObject(name, look);
}

/** An object with these members. */
export function record(entries: Iterable<readonly [string, ExpressionData]>): ExpressionData {
  return new Dictionary(...[...entries].map(([key, value]) => ({ key, value })));
}

/** A member of an object; undefined where it is none, or has none of that name. */
export function memberOf(object: ExpressionData | undefined, key: string): ExpressionData | undefined {
  return object instanceof Dictionary ? object.get(key) : undefined;
}

class LazyObject extends Dictionary {
  readonly #name: string;
  readonly #look: (key: string) => ExpressionData | undefined;

  constructor(name: string, look: (key: string) => ExpressionData | undefined) {
    super();
    this.#name = name;
    this.#look = look;
  }

  override get(key: string): ExpressionData | undefined {
    return this.#look(key.toLowerCase());
  }

  override values(): ExpressionData[] {
    throw new NotReplayable(`an expression asks for everything in ${this.#name}`);
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    throw new NotReplayable(`an expression asks for everything in ${this.#name}`);
  }
}

/** GitHub's evaluator, with what the act family does otherwise (semantics 4.10). */
class ForgeEvaluator extends Evaluator {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect, ...rest: ConstructorParameters<typeof Evaluator>) {
    super(...rest);
    this.#dialect = dialect;
  }

  override visitBinary(binary: Binary): ExpressionData {
    const left = binary.left.accept(this);
    const right = binary.right.accept(this);
    if (left.kind === right.kind) {
      if (left.kind === Kind.Null && this.#dialect.nullComparison === 'always-true') return truth(true);
      if (!left.primitive && this.#dialect.objectComparison === 'error')
        throw new EvaluationFailed('two objects are compared');
    }
    return super.visitBinary(binary);
  }
}

const statusFunctions = ['success', 'failure', 'always', 'cancelled'] as const;

/** The value of one expression. Throws EvaluationFailed, and NotReplayable. */
export function evaluate(words: string, scope: Scope): ExpressionData {
  const functions = new Map(
    [
      ...statusFunctions.map((name) => ({
        name,
        minArgs: 0,
        maxArgs: 255,
        call: () => truth(scope.status(name)),
      })),
      { name: 'hashfiles', minArgs: 1, maxArgs: 255, call: () => text(scope.hash()) },
    ].map((one) => [one.name, one]),
  );
  const contexts = new Map<string, ExpressionData>();
  try {
    const { tokens } = new Lexer(words).lex();
    for (const token of tokens) {
      if (token.type !== TokenType.IDENTIFIER) continue;
      const value = scope.context(token.lexeme.toLowerCase());
      if (value) contexts.set(token.lexeme, value);
    }
    const tree = new Parser(tokens, [...contexts.keys()], [...functions.values()]).parse();
    return new ForgeEvaluator(scope.dialect, tree, asDictionary(contexts), functions).evaluate();
  } catch (error) {
    if (error instanceof NotReplayable || error instanceof EvaluationFailed) throw error;
    if (error instanceof ExpressionError || error instanceof Error) throw new EvaluationFailed(error.message);
    throw error;
  }
}

function asDictionary(contexts: ReadonlyMap<string, ExpressionData>): Dictionary {
  return new Dictionary(...[...contexts].map(([key, value]) => ({ key, value })));
}

/** The text of a template with its expressions filled in. Throws EvaluationFailed, and NotReplayable. */
export function fillIn(template: Template, scope: Scope): string {
  return template.parts
    .map((part) => (part.kind === 'text' ? part.text : partValue(part, scope).coerceString()))
    .join('');
}

/** As `fillIn`, with the forge's own answer to an expression that cannot be evaluated: to fail, or to go on with ''. */
export function fillInAsForge(template: Template, scope: Scope): string {
  try {
    return fillIn(template, scope);
  } catch (error) {
    if (error instanceof EvaluationFailed && scope.dialect.interpolationError === 'blanks') return '';
    throw error;
  }
}

/** Whether a condition holds, with the `success()` that is implied where it names no status function (semantics 4.1, 4.2). */
export function holds(condition: ConditionText | null, scope: Scope): boolean {
  if (!condition) return scope.status('success');
  const implied = namesStatus(condition) || scope.status('success');
  if (!implied) return false;
  const { parts } = condition.template;
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return truthy(partValue(only, scope));
  return fillIn(condition.template, scope) !== '';
}

function partValue(part: Extract<TemplatePart, { kind: 'expression' }>, scope: Scope): ExpressionData {
  return evaluate(wordsOf(part), scope);
}

function wordsOf({ at }: TemplatePart): string {
  const raw = at.text.text.slice(at.start, at.end);
  return raw.startsWith('${{') ? raw.slice(3, -2) : raw;
}

/** Does a condition name one of the status functions? */
export function namesStatus({ template }: ConditionText): boolean {
  return template.parts.some((part) => {
    if (part.kind === 'text') return false;
    try {
      const { tokens } = new Lexer(wordsOf(part)).lex();
      return tokens.some(
        (token, at) =>
          statusFunctions.some((name) => name === token.lexeme.toLowerCase()) &&
          tokens[at + 1]?.type === TokenType.LEFT_PAREN,
      );
    } catch {
      return false;
    }
  });
}

/** The strings that stand in the expressions of a template. */
export function stringsIn(template: Template): string[] {
  return template.parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    try {
      const { tokens } = new Lexer(wordsOf(part)).lex();
      return tokens.flatMap((token) =>
        token.type === TokenType.STRING ? [token.lexeme.slice(1, -1).replaceAll("''", "'")] : [],
      );
    } catch {
      return [];
    }
  });
}
