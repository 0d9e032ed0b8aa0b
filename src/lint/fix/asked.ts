import type { TemplatePart } from '../../parse/expression.js';
import type { ShellCommand, ShellTest, ShellWord } from '../../parse/shell.js';
import type { ShellAny } from '../../parse/shell-path.js';
import { type Binding, bindingOfExpr } from './bindings.js';

/** What a test in a script asks about. */
export type Asked =
  | { readonly kind: 'variable'; readonly name: string; readonly is: 'empty' | 'true' | 'false' }
  /** An expression that the runner pastes into the script. */
  | { readonly kind: 'paste'; readonly binding: Binding; readonly is: 'empty' | 'true' | 'false' };

/** Finds the `${{ }}`, one or several beside one another, that are all of a range of the script; null where it holds anything else. */
export type PastesIn = (start: number, end: number) => readonly TemplatePart[] | null;

/**
 * The variables of which at least one must be empty (or hold what `is` says) where a condition comes to `outcome`; null
 * where it may come to that with none of them so.
 */
export function impliedBy(node: ShellAny, outcome: boolean, pastesIn: PastesIn): readonly Asked[] | null {
  switch (node.type) {
    case 'Statement':
      return node.background ? null : impliedBy(node.command, outcome, pastesIn);
    case 'CompoundList': {
      const last = node.commands.at(-1);
      return last && node.commands.length === 1 ? impliedBy(last, outcome, pastesIn) : null;
    }
    case 'Pipeline': {
      const [only, ...more] = node.commands;
      if (!only || more.length > 0) return null;
      const negations = node.prefixes.filter(({ type }) => type === 'Negation').length;
      return impliedBy(only, negations % 2 === 0 ? outcome : !outcome, pastesIn);
    }
    case 'AndOr':
      return impliedByList(node.commands, node.operators, outcome, pastesIn);
    case 'BraceGroup':
      return impliedBy(node.body, outcome, pastesIn);
    case 'Command':
      return impliedByCommand(node, outcome, pastesIn);
    case 'TestCommand':
      return impliedByTest(node.expression, outcome, pastesIn);
    default:
      return null;
  }
}

/** As `impliedBy`, for a list of commands with `&&` and `||`, which bind alike and from the left. */
export function impliedByList(
  commands: readonly ShellAny[],
  operators: readonly string[],
  outcome: boolean,
  pastesIn: PastesIn,
): readonly Asked[] | null {
  const last = commands.at(-1);
  if (!last) return null;
  const own = impliedBy(last, outcome, pastesIn);
  if (commands.length === 1) return own;
  const before = impliedByList(commands.slice(0, -1), operators.slice(0, -1), outcome, pastesIn);
  return (operators.at(commands.length - 2) === '&&') === outcome ? (before ?? own) : either(before, own);
}

function either(one: readonly Asked[] | null, other: readonly Asked[] | null): readonly Asked[] | null {
  return one && other && [...one, ...other];
}

function impliedByTest(test: ShellTest, outcome: boolean, pastesIn: PastesIn): readonly Asked[] | null {
  switch (test.type) {
    case 'TestGroup':
      return impliedByTest(test.expression, outcome, pastesIn);
    case 'TestNot':
      return impliedByTest(test.operand, test.negations.length % 2 === 0 ? outcome : !outcome, pastesIn);
    case 'TestLogical': {
      const each = test.operands.map((operand) => impliedByTest(operand, outcome, pastesIn));
      if ((test.operator === '&&') === outcome) return each.find((asked) => asked !== null) ?? null;
      return each.reduce(either);
    }
    case 'TestUnary':
      return unary(test.operator, test.operand, outcome, pastesIn);
    case 'TestBinary':
      return binary(test.left, test.operator, test.right, outcome, pastesIn);
  }
}

function impliedByCommand(
  command: ShellCommand,
  outcome: boolean,
  pastesIn: PastesIn,
): readonly Asked[] | null {
  const name = command.name?.value;
  if ((name !== '[' && name !== 'test') || command.prefix.length > 0) return null;
  const words: ShellWord[] = [];
  for (const word of command.suffix) {
    if (word.type !== 'Word') return null;
    words.push(word);
  }
  if (name === '[' && words.pop()?.value !== ']') return null;
  let wanted = outcome;
  while (words.length > 1 && words[0]?.value === '!') {
    words.shift();
    wanted = !wanted;
  }
  const [first, second, third] = words;
  if (first && words.length === 1) return unary('-n', first, wanted, pastesIn);
  if (first && second && words.length === 2) return unary(first.value, second, wanted, pastesIn);
  if (first && second && third && words.length === 3)
    return binary(first, second.value, third, wanted, pastesIn);
  return null;
}

function unary(
  operator: string,
  operand: ShellWord,
  outcome: boolean,
  pastesIn: PastesIn,
): readonly Asked[] | null {
  return (operator === '-z' && outcome) || (operator === '-n' && !outcome)
    ? valueIn(operand, 'empty', pastesIn)
    : null;
}

function binary(
  left: ShellWord,
  operator: string,
  right: ShellWord,
  outcome: boolean,
  pastesIn: PastesIn,
): readonly Asked[] | null {
  const equal = operator === '=' || operator === '==';
  if (!equal && operator !== '!=') return null;
  const same = equal === outcome;
  const literal = literalOf(right) ?? literalOf(left);
  const asked = literalOf(right) === null ? right : left;
  if (literal === '' && same) return valueIn(asked, 'empty', pastesIn);
  // What holds `true` or `false` and not the one holds the other.
  if (literal === 'true') return valueIn(asked, same ? 'true' : 'false', pastesIn);
  if (literal === 'false') return valueIn(asked, same ? 'false' : 'true', pastesIn);
  return null;
}

function literalOf(word: ShellWord): string | null {
  const plain = (word.parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every(({ type }) => type === 'Literal')),
  );
  return plain ? word.value : null;
}

/** The variables, or what is pasted, that are all of a word. Several are empty together, and only so. */
function valueIn(word: ShellWord, is: Asked['is'], pastesIn: PastesIn): readonly Asked[] | null {
  const quote = /^["']/.test(word.text) ? 1 : 0;
  const pastes = pastesIn(word.pos + quote, word.end - quote);
  const asked = pastes
    ? pastes.map((part) => pastedBy(part, is))
    : partsOf(word).map((part) => heldBy(part, is));
  const known = asked.filter((one) => one !== null);
  if (known.length === 0 || known.length < asked.length) return null;
  return known.length === 1 || is === 'empty' ? known : null;
}

function pastedBy(part: TemplatePart, is: Asked['is']): Asked | null {
  const binding = part.kind === 'expression' && part.expr ? bindingOfExpr(part.expr) : null;
  return binding && { kind: 'paste', binding, is };
}

type WordPart = NonNullable<ShellWord['parts']>[number];

/** The parts of a word, or of what stands between its quotes. */
function partsOf({ parts = [] }: ShellWord): readonly WordPart[] {
  const [outer, ...more] = parts;
  return outer?.type === 'DoubleQuoted' && more.length === 0 ? outer.parts : parts;
}

function heldBy(part: WordPart, is: Asked['is']): Asked | null {
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1);
    return /^[A-Za-z_]\w*$/.test(name) ? { kind: 'variable', name, is } : null;
  }
  if (part.type !== 'ParameterExpansion' || part.prefix || part.index) return null;
  const { operation } = part;
  const bare =
    !operation ||
    (operation.type === 'Default' && /^:?-$/.test(operation.operator) && operation.operand.text === '');
  return bare ? { kind: 'variable', name: part.parameter, is } : null;
}

/** The arm of a `case` that only the empty text takes. */
function impliedByArm(
  { word, items }: Extract<ShellAny, { type: 'Case' }>,
  arm: Extract<ShellAny, { type: 'CaseItem' }>,
  pastesIn: PastesIn,
): readonly Asked[] | null {
  const before = items[items.indexOf(arm) - 1];
  const fallsIn = before?.terminator === ';&' || before?.terminator === ';;&';
  const isEmpty = arm.pattern.every((pattern) => literalOf(pattern) === '');
  return isEmpty && !fallsIn ? valueIn(word, 'empty', pastesIn) : null;
}

/** What is asked on the way to the innermost of the nodes: outermost test first, each as `impliedBy` has it. */
export function askedOnTheWay(path: readonly ShellAny[], pastesIn: PastesIn): (readonly Asked[])[] {
  const found: (readonly Asked[])[] = [];
  const add = (asked: readonly Asked[] | null) => {
    if (asked) found.push(asked);
  };
  for (const [index, node] of path.entries()) {
    const inner = path[index + 1];
    if (!inner) break;
    if (node.type === 'AndOr') {
      const at = node.commands.findIndex(({ pos }) => pos === inner.pos);
      if (at > 0) {
        const taken = node.operators[at - 1] === '&&';
        add(impliedByList(node.commands.slice(0, at), node.operators.slice(0, at - 1), taken, pastesIn));
      }
    }
    if (node.type === 'If') {
      if (inner !== node.clause) add(impliedBy(node.clause, inner === node.then, pastesIn));
      for (const elif of node.elif) {
        if (elif === inner) break;
        if (inner !== node.clause && inner !== node.then) add(impliedBy(elif.clause, false, pastesIn));
      }
    }
    if (node.type === 'Elif' && inner !== node.clause)
      add(impliedBy(node.clause, inner === node.then, pastesIn));
    if (node.type === 'Case' && inner.type === 'CaseItem') add(impliedByArm(node, inner, pastesIn));
  }
  return found;
}
