import type { Binding, Expression as Tree } from '../../../parse/javascript/tree.js';
import type { Expression, Target } from '../../compute.js';
import { lowerExpression, nothing, placed } from './expressions.js';
import { declareName, type Lowering, meaningOf } from './scopes.js';

/** Makes the names of a pattern variables of the scope. */
export function declareBinding(binding: Binding, lowering: Lowering): void {
  for (const name of namesIn(binding)) declareName(name, lowering);
}

/** The names that a pattern binds. */
export function namesIn(binding: Binding): string[] {
  switch (binding.kind) {
    case 'name':
      return [binding.name];
    case 'object':
      return [
        ...binding.members.map((member) => member.target),
        ...(binding.rest ? [binding.rest] : []),
      ].flatMap(namesIn);
    case 'array':
      return [
        ...binding.elements.flatMap((element) => (element ? [element.target] : [])),
        ...(binding.rest ? [binding.rest] : []),
      ].flatMap(namesIn);
    case 'place':
      return [];
  }
}

export function lowerBinding(binding: Binding, lowering: Lowering): Target {
  const at = placed(binding, lowering);
  switch (binding.kind) {
    case 'name': {
      const meaning = meaningOf(binding.name, lowering);
      // A name that nobody declares becomes a variable of the whole program.
      const slot = meaning?.kind === 'slot' ? meaning.slot : binding.name;
      return { kind: 'variable', slot, at };
    }
    case 'object':
      return {
        kind: 'record',
        entries: binding.members.map(({ key, target, fallback }) => {
          const inner = withFallback(target, fallback, lowering);
          if (typeof key === 'string') return { key, target: inner };
          return { key: '', target: { kind: 'unknown', at: placed(key, lowering) } };
        }),
        rest: binding.rest && lowerBinding(binding.rest, lowering),
        at,
      };
    case 'array':
      return {
        kind: 'list',
        targets: binding.elements.map((element) =>
          element ? withFallback(element.target, element.fallback, lowering) : { kind: 'unknown', at },
        ),
        rest: binding.rest && lowerBinding(binding.rest, lowering),
        at,
      };
    case 'place':
      return lowerPlace(binding.expression, lowering);
  }
}

/** A target with the value that it takes where it is given nothing. */
export function withFallback(binding: Binding, fallback: Tree | null, lowering: Lowering): Target {
  const target = lowerBinding(binding, lowering);
  if (!fallback) return target;
  return {
    kind: 'default',
    target,
    value: lowerExpression(fallback, lowering),
    at: placed(binding, lowering),
  };
}

function lowerPlace(tree: Tree, lowering: Lowering): Target {
  const at = placed(tree, lowering);
  const place = lowerExpression(tree, lowering);
  if (place.kind === 'variable') return { kind: 'variable', slot: place.slot, at };
  if (place.kind === 'member') return { kind: 'member', object: place.object, name: place.name, at };
  if (place.kind === 'item') return { kind: 'item', object: place.object, index: place.index, at };
  if (place.kind === 'library') {
    const dot = place.path.lastIndexOf('.');
    if (dot > 0) {
      const object: Expression = { kind: 'library', path: place.path.slice(0, dot), at };
      return { kind: 'member', object, name: place.path.slice(dot + 1), at };
    }
  }
  return { kind: 'unknown', at };
}

/** `a = b`, `a += b`, `a ||= b`. */
export function lowerAssignment(tree: Extract<Tree, { kind: 'assign' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const value = lowerExpression(tree.value, lowering);
  if (tree.target.kind === 'place' && isExitCode(tree.target.expression))
    return {
      kind: 'invoke',
      callee: { kind: 'library', path: 'process.exitCode.set', at },
      args: [{ name: null, value, spread: null }],
      at,
    };
  const target = lowerBinding(tree.target, lowering);
  if (tree.operator === '=') return { kind: 'assign', target, value, at };
  const read = readTarget(tree.target, lowering);
  const kind = LOGICAL[tree.operator];
  if (kind) return { kind, left: read, right: { kind: 'assign', target, value, at }, at };
  const sum: Expression = {
    kind: 'operate',
    operator: tree.operator.slice(0, -1),
    left: read,
    right: value,
    at,
  };
  return { kind: 'assign', target, value: sum, at };
}

const LOGICAL: Readonly<Record<string, 'and' | 'or' | 'coalesce'>> = {
  '&&=': 'and',
  '||=': 'or',
  '??=': 'coalesce',
};

/** `process.exitCode = n` is asked for when the script ends. */
function isExitCode(tree: Tree): boolean {
  return (
    tree.kind === 'member' &&
    tree.property === 'exitCode' &&
    tree.object.kind === 'name' &&
    tree.object.name === 'process'
  );
}

function readTarget(binding: Binding, lowering: Lowering): Expression {
  const { start, end } = binding;
  if (binding.kind === 'name')
    return lowerExpression({ kind: 'name', name: binding.name, start, end }, lowering);
  if (binding.kind === 'place') return lowerExpression(binding.expression, lowering);
  return nothing(placed(binding, lowering));
}

/** `++x` is the new value, `x++` the old one. */
export function lowerUpdate(tree: Extract<Tree, { kind: 'update' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const { operand, start, end } = tree;
  const binding: Binding =
    operand.kind === 'name'
      ? { kind: 'name', name: operand.name, start, end }
      : { kind: 'place', expression: operand, start, end };
  const one: Expression = { kind: 'literal', value: 1, at };
  const [operator, back] = tree.operator === '++' ? ['+', '-'] : ['-', '+'];
  const left = readTarget(binding, lowering);
  const stepped: Expression = {
    kind: 'assign',
    target: lowerBinding(binding, lowering),
    value: { kind: 'operate', operator, left, right: one, at },
    at,
  };
  return tree.prefix ? stepped : { kind: 'operate', operator: back, left: stepped, right: one, at };
}
