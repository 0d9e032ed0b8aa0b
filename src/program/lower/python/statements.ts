import { childrenOf, type PythonNode } from '../../../parse/python.js';
import type { Place } from '../../../text/script.js';
import type { Argument, Expression, Handler, Target } from '../../compute.js';
import type { Block, Node } from '../../program.js';
import { deeper } from '../frame.js';
import { lowerClass, lowerDefinition } from './classes.js';
import {
  isExpression,
  lowerArguments,
  lowerExpression,
  lowerTarget,
  lowerTargets,
  lowerValues,
} from './expressions.js';
import { WANTS } from './modules.js';
import {
  type Imported,
  importsOf,
  notUnderstood,
  placeOfNode,
  type Scope,
  slotOf,
  textOfNode,
} from './scope.js';

/** Lowers the statements of a script or a body. */
export function lowerStatements(scope: Scope, body: PythonNode): Block {
  const nodes: Node[] = [];
  for (const child of childrenOf(body)) if (child.name !== ':') nodes.push(...lowerStatement(scope, child));
  return nodes;
}

function lowerStatement(scope: Scope, node: PythonNode): Block {
  const at = placeOfNode(scope, node);
  return deeper(
    scope.shared.frame,
    1,
    at,
    (): Block => [],
    () => lowerHere(scope, node, at),
  );
}

function evaluate(expression: Expression, at: Place): Node {
  return { kind: 'evaluate', expression, at };
}

export function assign(target: Target, value: Expression, at: Place): Node {
  return evaluate({ kind: 'assign', target, value, at }, at);
}

function sequence(body: Block, at: Place): Node {
  return { kind: 'sequence', body, at };
}

/** A test of whether a value counts as true. */
function truth(value: Expression): Node {
  return { kind: 'test', condition: { kind: 'truth', value, at: value.at }, at: value.at };
}

function lowerHere(scope: Scope, node: PythonNode, at: Place): Block {
  const children = childrenOf(node);
  switch (node.name) {
    case 'ExpressionStatement': {
      const value = lowerValues(scope, children, at);
      return value.kind === 'literal' ? [] : [evaluate(value, at)];
    }
    case 'StatementGroup':
      return children.flatMap((child) => (child.name === ';' ? [] : lowerStatement(scope, child)));
    case 'AssignStatement':
      return lowerAssignment(scope, children, at);
    case 'UpdateStatement':
      return lowerUpdate(scope, children, at);
    case 'IfStatement':
      return [lowerIf(scope, children, at)];
    case 'WhileStatement':
      return lowerWhile(scope, node, children, at);
    case 'ForStatement':
      return lowerFor(scope, children, at);
    case 'TryStatement':
      return [lowerTry(scope, children, at)];
    case 'WithStatement':
      return lowerWith(scope, children, at);
    case 'MatchStatement':
      return lowerMatch(scope, node, children, at);
    case 'FunctionDefinition':
      return lowerDefinition(scope, node, at, []);
    case 'ClassDefinition':
      return lowerClass(scope, node, at, []);
    case 'DecoratedStatement': {
      const decorators = children.filter((child) => child.name === 'Decorator');
      const defined = children.at(-1);
      if (defined?.name === 'FunctionDefinition') return lowerDefinition(scope, defined, at, decorators);
      return defined ? lowerClass(scope, defined, placeOfNode(scope, defined), decorators) : [];
    }
    case 'ReturnStatement': {
      const values = children.slice(1);
      return [{ kind: 'return', value: values.length > 0 ? lowerValues(scope, values, at) : null, at }];
    }
    case 'RaiseStatement': {
      const [, value] = children;
      return [{ kind: 'throw', value: value ? lowerExpression(scope, value) : null, at }];
    }
    case 'AssertStatement': {
      const [, test, , message] = children;
      if (!test) return [];
      const error: Expression = { kind: 'library', path: 'AssertionError', at };
      const args = message ? [{ name: null, value: lowerExpression(scope, message), spread: null }] : [];
      const otherwise: Node = { kind: 'throw', value: { kind: 'invoke', callee: error, args, at }, at };
      return [
        { kind: 'branch', test: truth(lowerExpression(scope, test)), then: sequence([], at), otherwise, at },
      ];
    }
    case 'BreakStatement':
      return [{ kind: 'jump', how: 'break', levels: 1, at }];
    case 'ContinueStatement':
      return [{ kind: 'jump', how: 'continue', levels: 1, at }];
    case 'ImportStatement':
      return importsOf(children, scope.shared.frame.source).map((imported) =>
        lowerImport(scope, imported, at),
      );
    case 'DeleteStatement':
      return lowerDelete(scope, children.slice(1), at);
    case 'YieldStatement':
      return children
        .slice(1)
        .filter(isExpression)
        .map((child) => evaluate(lowerExpression(scope, child), at));
    case 'PassStatement':
    case 'ScopeStatement':
    case 'TypeDefinition':
    case ';':
      return [];
    case 'PrintStatement':
      notUnderstood(scope, node, "a 'print' of Python 2");
      return [];
    default:
      notUnderstood(scope, node, `'${node.name}'`);
      return [];
  }
}

function lowerImport(scope: Scope, { slotName, module, wanted, path }: Imported, at: Place): Node {
  const name = typeof wanted === 'string' ? WANTS[wanted] : wanted.name;
  const value: Expression = {
    kind: 'invoke',
    callee: { kind: 'library', path: 'import', at },
    args: [module, name, path].map((text) => ({
      name: null,
      value: { kind: 'literal', value: text, at },
      spread: null,
    })),
    at,
  };
  if (slotName === null) return evaluate(value, at);
  return assign({ kind: 'variable', slot: slotOf(scope, slotName).slot, at }, value, at);
}

function lowerAssignment(scope: Scope, children: readonly PythonNode[], at: Place): Block {
  const groups: PythonNode[][] = [[]];
  for (const child of children) {
    if (child.name === 'AssignOp') groups.push([]);
    else if (child.name !== 'TypeDef') groups.at(-1)?.push(child);
  }
  const values = groups.pop();
  // `x: int` only declares.
  if (!values || groups.length === 0) return [];
  let value = lowerValues(scope, values, at);
  for (const group of groups.toReversed())
    value = { kind: 'assign', target: lowerTargets(scope, group), value, at };
  return [evaluate(value, at)];
}

function lowerUpdate(scope: Scope, [target, operator, ...values]: readonly PythonNode[], at: Place): Block {
  if (!target || !operator) return [];
  const left = lowerExpression(scope, target);
  const right = lowerValues(scope, values, at);
  const value: Expression = {
    kind: 'operate',
    operator: textOfNode(scope, operator).slice(0, -1),
    left,
    right,
    at,
  };
  return [assign(lowerTarget(scope, target), value, at)];
}

function bodyOf(scope: Scope, node: PythonNode | undefined): Node {
  if (!node) return sequence([], { text: scope.shared.frame.text, start: 0, end: 0 });
  return sequence(lowerStatements(scope, node), placeOfNode(scope, node));
}

/** `if`, with an `elif` as a branch within the `else`. */
function lowerIf(scope: Scope, children: readonly PythonNode[], at: Place): Node {
  const [, test, then, ...rest] = children;
  const [word, ...more] = rest;
  if (!test) return sequence([], at);
  let otherwise: Node | null = null;
  if (word?.name === 'elif')
    otherwise = deeper(
      scope.shared.frame,
      1,
      at,
      () => sequence([], at),
      () => lowerIf(scope, rest, { ...at, start: placeOfNode(scope, word).start }),
    );
  else if (word?.name === 'else') otherwise = bodyOf(scope, more[0]);
  return {
    kind: 'branch',
    test: truth(lowerExpression(scope, test)),
    then: bodyOf(scope, then),
    otherwise,
    at,
  };
}

function lowerWhile(scope: Scope, node: PythonNode, children: readonly PythonNode[], at: Place): Block {
  const [, test, body, otherwise] = children;
  if (otherwise) notUnderstood(scope, node, "'while' with an 'else'");
  if (!test) return [];
  const value = lowerExpression(scope, test);
  return [{ kind: 'while', until: false, test: truth(value), body: bodyOf(scope, body), at }];
}

function lowerFor(scope: Scope, whole: readonly PythonNode[], at: Place): Block {
  const children = whole.filter((child) => child.name !== 'async');
  const into = children.findIndex((child) => child.name === 'in');
  const body = children.findIndex((child) => child.name === 'Body');
  const otherwise = children.findLast((child, index) => child.name === 'Body' && index > body);
  const block = children[body];
  if (into < 0 || !block) return [];
  return [
    {
      kind: 'each',
      target: lowerTargets(scope, children.slice(1, into)),
      source: lowerValues(
        scope,
        children.slice(into + 1, body),
        placeOfNode(scope, children[into + 1] ?? block),
      ),
      body: lowerStatements(scope, block),
      otherwise: otherwise ? lowerStatements(scope, otherwise) : null,
      at,
    },
  ];
}

function lowerTry(scope: Scope, children: readonly PythonNode[], at: Place): Node {
  const handlers: Handler[] = [];
  let body: Block = [];
  let otherwise: Block | null = null;
  let last: Block | null = null;
  for (let i = 0; i < children.length; i++) {
    const word = children[i];
    if (!word || word.name === 'Body') continue;
    const end = children.findIndex((child, index) => index > i && child.name === 'Body');
    const block = children[end];
    if (!block) break;
    const statements = lowerStatements(scope, block);
    if (word.name === 'try') body = statements;
    else if (word.name === 'else') otherwise = statements;
    else if (word.name === 'finally') last = statements;
    else if (word.name === 'except')
      handlers.push(handlerOf(scope, word, children.slice(i + 1, end), statements));
    i = end;
  }
  return { kind: 'try', body, handlers, otherwise, finally: last, at };
}

function handlerOf(scope: Scope, word: PythonNode, head: readonly PythonNode[], body: Block): Handler {
  const as = head.findIndex((child) => child.name === 'as');
  const types = (as < 0 ? head : head.slice(0, as))
    .filter(isExpression)
    .map((child) => lowerExpression(scope, child));
  const name = as < 0 ? undefined : head[as + 1];
  const start = placeOfNode(scope, word);
  const last = head.at(-1);
  const at = last ? { ...start, end: placeOfNode(scope, last).end } : start;
  return { types: types.length > 0 ? types : null, binds: name ? lowerTarget(scope, name) : null, body, at };
}

/** What leaves a `with` block is not changed by it, save by `contextlib.suppress`. */
function lowerWith(scope: Scope, whole: readonly PythonNode[], at: Place): Block {
  const children = whole.filter((child) => child.name !== 'async');
  const last = children.at(-1);
  if (last?.name !== 'Body') return [];
  const head = children.slice(1, -1);
  const nodes: Node[] = [];
  const suppressed: Expression[] = [];
  head.forEach((child, i) => {
    if (!isExpression(child) || head[i - 1]?.name === 'as') return;
    const target = head[i + 1]?.name === 'as' ? head[i + 2] : undefined;
    suppressed.push(...suppressedBy(scope, child));
    const object: Argument = { name: null, value: lowerExpression(scope, child), spread: null };
    const callee: Expression = { kind: 'library', path: 'with.enter', at };
    const value: Expression = { kind: 'invoke', callee, args: [object], at };
    nodes.push(target ? assign(lowerTarget(scope, target), value, at) : evaluate(value, at));
  });
  const body = lowerStatements(scope, last);
  if (suppressed.length === 0) return [...nodes, ...body];
  const [first] = head;
  const where = first ? placeOfNode(scope, first) : at;
  const handler: Handler = { types: suppressed, binds: null, body: [], at: where };
  return [...nodes, { kind: 'try', body, handlers: [handler], otherwise: null, finally: null, at }];
}

function suppressedBy(scope: Scope, node: PythonNode): Expression[] {
  const [callee, list] = childrenOf(node);
  if (node.name !== 'CallExpression' || !callee || !list) return [];
  return /(^|\.)suppress$/.test(textOfNode(scope, callee))
    ? lowerArguments(scope, list).map((arg) => arg.value)
    : [];
}

/** `match` on texts, numbers and `_`; other patterns are not understood. */
function lowerMatch(
  scope: Scope,
  node: PythonNode,
  [, subject, body]: readonly PythonNode[],
  at: Place,
): Block {
  const clauses = body ? childrenOf(body).filter((child) => child.name === 'MatchClause') : [];
  if (!subject) return [];
  const slot = `${scope.shared.prefix}match@${node.from}`;
  const value: Expression = { kind: 'variable', slot, library: null, at: placeOfNode(scope, subject) };
  let otherwise: Node | null = null;
  for (const clause of clauses.toReversed()) {
    const [, pattern, ...rest] = childrenOf(clause);
    const block = rest.at(-1);
    const values = pattern ? patternValues(scope, pattern) : null;
    if (!pattern || !values || rest.length !== 1) {
      notUnderstood(scope, clause, "this pattern of a 'match'");
      return [];
    }
    const then = bodyOf(scope, block);
    if (values.length === 0) {
      otherwise = then;
      continue;
    }
    const where = placeOfNode(scope, pattern);
    const tests = values.map(
      (one): Expression => ({ kind: 'compare', operator: 'same', left: value, right: one, at: where }),
    );
    const test = tests.reduce((left, right): Expression => ({ kind: 'or', left, right, at: where }));
    otherwise = { kind: 'branch', test: truth(test), then, otherwise, at: placeOfNode(scope, clause) };
  }
  const given = assign({ kind: 'variable', slot, at }, lowerExpression(scope, subject), at);
  return otherwise ? [given, otherwise] : [given];
}

/** The values that a pattern stands for, none for `_`; null for any other pattern. */
function patternValues(scope: Scope, pattern: PythonNode): Expression[] | null {
  const children = childrenOf(pattern);
  if (pattern.name === 'CapturePattern') return textOfNode(scope, pattern) === '_' ? [] : null;
  if (pattern.name === 'LiteralPattern') {
    const [value] = children;
    return value && children.length === 1 ? [lowerExpression(scope, value)] : null;
  }
  if (pattern.name !== 'OrPattern') return null;
  const values = children
    .filter((child) => child.name !== 'LogicOp')
    .map((child) => patternValues(scope, child));
  return values.every((one) => one !== null && one.length > 0) ? values.flatMap((one) => one ?? []) : null;
}

// --- definitions ------------------------------------------------------------------------------------------

/** `del os.environ['X']` takes the variable out; of other things it is not known what is left. */
function lowerDelete(scope: Scope, nodes: readonly PythonNode[], at: Place): Block {
  return nodes.filter(isExpression).flatMap((node): Node[] => {
    const value = lowerExpression(scope, node);
    if (value.kind !== 'item') return [];
    const pop: Expression = { kind: 'member', object: value.object, name: 'pop', optional: false, at };
    return [
      evaluate(
        { kind: 'invoke', callee: pop, args: [{ name: null, value: value.index, spread: null }], at },
        at,
      ),
    ];
  });
}
