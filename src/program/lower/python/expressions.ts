import { childrenOf, type LogicToken, logicTokens, type PythonNode } from '../../../parse/python.js';
import type { Argument, CollectClause, Expression, ListItem, RecordEntry, Target } from '../../compute.js';
import { deeper, insertIn } from '../frame.js';
import { lowerFunction } from './functions.js';
import { innerScope, notUnderstood, placeOfNode, type Scope, slotOf, superOf, textOfNode } from './scope.js';
import { lowerString } from './strings.js';

/** Lowers an expression; what is not understood comes out as unknown. */
export function lowerExpression(scope: Scope, node: PythonNode): Expression {
  const at = placeOfNode(scope, node);
  return deeper(
    scope.shared.frame,
    1,
    at,
    () => unknown([], at),
    () => lowerHere(scope, node, at),
  );
}

type At = Expression['at'];

/** What is not understood: the parts are evaluated for what they do. */
export function unknown(parts: readonly Expression[], at: At): Expression {
  return { kind: 'unknown', parts, at };
}

function lowerHere(scope: Scope, node: PythonNode, at: At): Expression {
  const tokens = logicTokens(node);
  if (tokens) return lowerLogic(scope, tokens, at);
  switch (node.name) {
    case 'VariableName':
      return lowerName(scope, node, at);
    case 'None':
      return { kind: 'literal', value: null, at };
    case 'Boolean':
      return { kind: 'literal', value: textOfNode(scope, node) === 'True', at };
    case 'Number': {
      const value = Number(textOfNode(scope, node).replaceAll('_', ''));
      // Larger whole numbers are exact in Python only.
      const isOurs = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
      return isOurs ? { kind: 'literal', value, at } : unknown([], at);
    }
    case 'String':
    case 'FormatString':
    case 'ContinuedString':
      return lowerString(scope, node, (inner) => lowerExpression(scope, inner));
    case 'ParenthesizedExpression': {
      const [, inner] = childrenOf(node);
      return inner ? lowerExpression(scope, inner) : unknown([], at);
    }
    case 'TupleExpression':
    case 'ArrayExpression':
      return lowerSequence(scope, childrenOf(node).slice(1, -1), at);
    case 'SetExpression':
      return setOf(lowerSequence(scope, childrenOf(node).slice(1, -1), at), at);
    case 'DictionaryExpression':
      return lowerDictionary(scope, node, at);
    case 'MemberExpression':
      return lowerMember(scope, node, at);
    case 'CallExpression':
      return lowerCall(scope, node, at);
    case 'BinaryExpression':
      return lowerBinary(scope, node, at);
    case 'UnaryExpression': {
      const [operator, operand] = childrenOf(node);
      if (!operator || !operand) return unknown([], at);
      const value = lowerExpression(scope, operand);
      if (value.kind === 'literal' && typeof value.value === 'number' && textOfNode(scope, operator) === '-')
        return { kind: 'literal', value: -value.value, at };
      return unknown([value], at);
    }
    case 'ConditionalExpression': {
      const [then, , test, , otherwise] = childrenOf(node);
      if (!then || !test || !otherwise) return unknown([], at);
      return {
        kind: 'choose',
        test: lowerExpression(scope, test),
        then: lowerExpression(scope, then),
        otherwise: lowerExpression(scope, otherwise),
        at,
      };
    }
    case 'NamedExpression': {
      const [target, , value] = childrenOf(node);
      if (!target || !value) return unknown([], at);
      return { kind: 'assign', target: lowerTarget(scope, target), value: lowerExpression(scope, value), at };
    }
    case 'AwaitExpression': {
      const inner = childrenOf(node).at(-1);
      return inner ? lowerExpression(scope, inner) : unknown([], at);
    }
    case 'LambdaExpression':
      return lowerFunction(scope, node);
    case 'SetComprehensionExpression':
      return setOf(lowerComprehension(scope, node, childrenOf(node).slice(1, -1), at), at);
    case 'ArrayComprehensionExpression':
    case 'ComprehensionExpression':
    case 'DictionaryComprehensionExpression':
      return lowerComprehension(scope, node, childrenOf(node).slice(1, -1), at);
    default:
      return {
        kind: 'unknown',
        parts: childrenOf(node)
          .filter(isExpression)
          .map((child) => lowerExpression(scope, child)),
        at,
      };
  }
}

/** `or` is weaker than `and`, and `and` than `not`; both begin on the left. */
function lowerLogic(scope: Scope, tokens: readonly LogicToken[], at: At): Expression {
  for (const operator of ['or', 'and'] as const) {
    const last = tokens.lastIndexOf(operator);
    if (last <= 0) continue;
    const left = lowerLogic(scope, tokens.slice(0, last), at);
    const right = lowerLogic(scope, tokens.slice(last + 1), at);
    return { kind: operator, left, right, at: { ...at, start: left.at.start, end: right.at.end } };
  }
  const [first, ...rest] = tokens;
  if (first === 'not') {
    const operand = lowerLogic(scope, rest, at);
    return { kind: 'not', operand, at: { ...at, end: operand.at.end } };
  }
  if (first === undefined || first === 'and' || first === 'or') return unknown([], at);
  return lowerExpression(scope, first);
}

/** Is the node something that has a value, and no token? */
export function isExpression({ name }: PythonNode): boolean {
  return /(Expression|String|Name|Number|Boolean|None)$/.test(name) && name !== 'PropertyName';
}

function lowerName(scope: Scope, node: PythonNode, at: At): Expression {
  // The value that the runner pastes stands there as code.
  if (insertIn(scope.shared.frame, node.from, node.to)) return unknown([], at);
  const name = textOfNode(scope, node);
  if (name === '__name__') return { kind: 'library', path: '__name__', at };
  return { kind: 'variable', ...slotOf(scope, name), at };
}

/** Elements between commas; `*x` takes those of x. */
export function lowerItems(scope: Scope, nodes: readonly PythonNode[]): ListItem[] {
  const items: ListItem[] = [];
  let spread = false;
  for (const node of nodes) {
    if (node.name === '*') spread = true;
    else if (isExpression(node)) {
      items.push({ value: lowerExpression(scope, node), spread });
      spread = false;
    }
  }
  return items;
}

/** One value, or the list that several with commas between them make. */
export function lowerSequence(scope: Scope, nodes: readonly PythonNode[], at: At): Expression {
  return { kind: 'list', items: lowerItems(scope, nodes), at };
}

/** The value of `a` or of `a, b`. */
export function lowerValues(scope: Scope, nodes: readonly PythonNode[], at: At): Expression {
  const [only] = nodes;
  const several = nodes.some((node) => node.name === ',' || node.name === '*');
  if (only && !several) return lowerExpression(scope, only);
  return lowerSequence(scope, nodes, at);
}

function lowerDictionary(scope: Scope, node: PythonNode, at: At): Expression {
  const entries: RecordEntry[] = [];
  let key: Expression | null = null;
  let spread = false;
  for (const child of childrenOf(node)) {
    if (child.name === '**') spread = true;
    if (!isExpression(child)) continue;
    const value = lowerExpression(scope, child);
    if (spread) {
      entries.push({ key: null, value });
      spread = false;
    } else if (key) {
      entries.push({ key, value });
      key = null;
    } else key = value;
  }
  return { kind: 'record', entries, at };
}

function lowerMember(scope: Scope, node: PythonNode, at: At): Expression {
  const [object, , ...rest] = childrenOf(node);
  if (!object) return unknown([], at);
  const [first, ...more] = rest;
  const inherited = lowerInherited(scope, object, first, at);
  if (inherited) return inherited;
  const value = lowerExpression(scope, object);
  if (first?.name === 'PropertyName')
    return { kind: 'member', object: value, name: textOfNode(scope, first), optional: false, at };
  if (first && isExpression(first) && more.every((child) => child.name === ']'))
    return { kind: 'item', object: value, index: lowerExpression(scope, first), optional: false, at };
  // A slice is some part of it.
  const bounds = rest.filter(isExpression).map((child) => lowerExpression(scope, child));
  return unknown([value, ...bounds], at);
}

/** `super().name`; null for anything else. */
function lowerInherited(
  scope: Scope,
  object: PythonNode,
  name: PythonNode | undefined,
  at: At,
): Expression | null {
  const [callee] = object.name === 'CallExpression' ? childrenOf(object) : [];
  const known = callee && textOfNode(scope, callee) === 'super' ? superOf(scope) : null;
  if (!known || name?.name !== 'PropertyName') return null;
  const { slot } = slotOf(scope, known.self);
  const self: Expression = { kind: 'variable', slot, library: null, at };
  return { kind: 'inherited', bases: known.bases, self, name: textOfNode(scope, name), at };
}

function lowerCall(scope: Scope, node: PythonNode, at: At): Expression {
  const [callee, list] = childrenOf(node);
  if (!callee) return unknown([], at);
  return {
    kind: 'invoke',
    callee: lowerExpression(scope, callee),
    args: list ? lowerArguments(scope, list) : [],
    at,
  };
}

export function lowerArguments(scope: Scope, list: PythonNode): Argument[] {
  const inside = childrenOf(list).slice(1, -1);
  // `any(x for x in xs)` needs no parentheses of its own.
  if (inside.some((child) => child.name === 'for'))
    return [
      { name: null, value: lowerComprehension(scope, list, inside, placeOfNode(scope, list)), spread: null },
    ];
  const args: Argument[] = [];
  let spread: Argument['spread'] = null;
  for (let i = 0; i < inside.length; i++) {
    const child = inside[i];
    if (!child) continue;
    if (child.name === '*') spread = 'list';
    else if (child.name === '**') spread = 'record';
    else if (inside[i + 1]?.name === 'AssignOp') {
      const value = inside[i + 2];
      if (value)
        args.push({ name: textOfNode(scope, child), value: lowerExpression(scope, value), spread: null });
      i += 2;
    } else if (isExpression(child)) {
      args.push({ name: null, value: lowerExpression(scope, child), spread });
      spread = null;
    }
  }
  return args;
}

const COMPARISONS: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function lowerBinary(scope: Scope, node: PythonNode, at: At): Expression {
  const children = childrenOf(node);
  const left = children[0];
  const right = children.at(-1);
  const operators = children.slice(1, -1);
  const operator = operators.map((child) => textOfNode(scope, child)).join(' ');
  if (!left || !right) return unknown([], at);
  if (!isComparison(operator))
    return {
      kind: 'operate',
      operator,
      left: lowerExpression(scope, left),
      right: lowerExpression(scope, right),
      at,
    };
  const value = lowerExpression(scope, right);
  // `a < b < c` compares b twice.
  const chained = left.name === 'BinaryExpression' && isComparison(operatorOf(scope, left));
  const middle = chained ? childrenOf(left).at(-1) : left;
  const compared = compare(operator, middle ? lowerExpression(scope, middle) : value, value, at);
  return chained ? { kind: 'and', left: lowerExpression(scope, left), right: compared, at } : compared;
}

function operatorOf(scope: Scope, node: PythonNode): string {
  return childrenOf(node)
    .slice(1, -1)
    .map((child) => textOfNode(scope, child))
    .join(' ');
}

function isComparison(operator: string): boolean {
  return ['==', '!=', 'is', 'is not', 'in', 'not in', '<>'].includes(operator) || operator in COMPARISONS;
}

function compare(operator: string, left: Expression, right: Expression, at: At): Expression {
  const order = COMPARISONS[operator];
  if (order) return { kind: 'compare', operator: order, left, right, at };
  const positive: Expression = operator.endsWith('in')
    ? { kind: 'contains', item: left, container: right, at }
    : { kind: 'compare', operator: 'same', left, right, at };
  return ['!=', '<>', 'is not', 'not in'].includes(operator)
    ? { kind: 'not', operand: positive, at }
    : positive;
}

/** Braces make a set, as `set(…)` does. */
function setOf(value: Expression, at: At): Expression {
  return {
    kind: 'invoke',
    callee: { kind: 'library', path: 'set', at },
    args: [{ name: null, value, spread: null }],
    at,
  };
}

function lowerComprehension(
  outer: Scope,
  node: PythonNode,
  inside: readonly PythonNode[],
  at: At,
): Expression {
  const first = inside.findIndex((child) => child.name === 'for');
  const head = inside.slice(0, first).filter((child) => child.name !== 'async');
  const names = boundBy(outer, inside.slice(first));
  const scope = innerScope(outer, 'comprehension', node, null, names);
  const clauses: { target: Target; source: Expression; conditions: Expression[] }[] = [];
  for (let i = first; i < inside.length; i++) {
    const child = inside[i];
    if (child?.name === 'for') {
      const into = inside.findIndex((other, index) => index > i && other.name === 'in');
      const source = inside[into + 1];
      if (into < 0 || !source) break;
      // The first source is evaluated outside.
      const around = clauses.length === 0 ? outer : scope;
      const target = lowerTargets(scope, inside.slice(i + 1, into));
      clauses.push({ target, source: lowerExpression(around, source), conditions: [] });
      i = into + 1;
    } else if (child?.name === 'if') {
      const condition = inside[i + 1];
      if (condition) clauses.at(-1)?.conditions.push(lowerExpression(scope, condition));
      i++;
    }
  }
  const colon = head.findIndex((child) => child.name === ':');
  const values = head.filter(isExpression).map((child) => lowerExpression(scope, child));
  const [key, value] = colon >= 0 ? values : [null, values[0]];
  if (!value || (colon >= 0 && !key)) return unknown([], at);
  const all: readonly CollectClause[] = clauses;
  return { kind: 'collect', key: key ?? null, element: value, clauses: all, at };
}

function boundBy(scope: Scope, inside: readonly PythonNode[]): string[] {
  const names: string[] = [];
  let binding = false;
  const add = (node: PythonNode): void => {
    if (node.name === 'VariableName') names.push(textOfNode(scope, node));
    else for (const child of childrenOf(node)) add(child);
  };
  for (const child of inside) {
    if (child.name === 'for') binding = true;
    else if (child.name === 'in') binding = false;
    else if (binding) add(child);
  }
  return names;
}

// --- targets ----------------------------------------------------------------------------------------------

/** What `a`, `a, b` or `a, *b` on the left of an assignment mean. */
export function lowerTargets(scope: Scope, nodes: readonly PythonNode[]): Target {
  const [only] = nodes;
  return only && nodes.length === 1 ? lowerTarget(scope, only) : lowerTargetList(scope, nodes);
}

function lowerTargetList(scope: Scope, nodes: readonly PythonNode[]): Target {
  const targets: Target[] = [];
  const behind: Target[] = [];
  let rest: Target | null = null;
  let takesRest = false;
  for (const node of nodes) {
    if (node.name === '*') takesRest = true;
    else if (node.name !== ',') {
      const target = lowerTarget(scope, node);
      if (takesRest) rest = target;
      else if (rest) behind.push(target);
      else targets.push(target);
      takesRest = false;
    }
  }
  const [first] = nodes;
  const last = nodes.at(-1);
  const start = first ? placeOfNode(scope, first) : null;
  if (!first || !last || !start)
    return { kind: 'unknown', at: { text: scope.shared.frame.text, start: 0, end: 0 } };
  return { kind: 'list', targets, rest, last: behind, at: { ...start, end: placeOfNode(scope, last).end } };
}

export function lowerTarget(scope: Scope, node: PythonNode): Target {
  const at = placeOfNode(scope, node);
  switch (node.name) {
    case 'VariableName':
      return { kind: 'variable', slot: slotOf(scope, textOfNode(scope, node)).slot, at };
    case 'ParenthesizedExpression':
      return lowerTargets(scope, childrenOf(node).slice(1, -1));
    case 'TupleExpression':
    case 'ArrayExpression':
      // `[a] = xs` takes the only item, where `(a) = xs` takes it all.
      return lowerTargetList(scope, childrenOf(node).slice(1, -1));
    case 'MemberExpression': {
      const value = lowerMember(scope, node, at);
      if (value.kind === 'member') return { kind: 'member', object: value.object, name: value.name, at };
      if (value.kind === 'item') return { kind: 'item', object: value.object, index: value.index, at };
      return { kind: 'unknown', at };
    }
    default:
      notUnderstood(scope, node, 'this assignment');
      return { kind: 'unknown', at };
  }
}
