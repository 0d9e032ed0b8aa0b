import type * as acorn from 'acorn';
import { asExpression, readExpression, readKey } from './expressions.js';
import { deeper, nodeIn, type Reading, rangeOf } from './reading.js';
import type { Binding, Expression, Parameter } from './tree.js';

/** What a declaration, a parameter or the left of an assignment binds. */
export function readBinding(node: acorn.Pattern, reading: Reading): Binding {
  return deeper(reading, (): Binding => {
    const at = rangeOf(node);
    switch (node.type) {
      case 'Identifier':
        return { kind: 'name', name: node.name, ...at };
      case 'ObjectPattern':
        return readObject(node, reading);
      case 'ArrayPattern':
        return readArray(node, reading);
      case 'AssignmentPattern':
        return readBinding(node.left, reading);
      case 'RestElement':
        return readBinding(node.argument, reading);
      default:
        return { kind: 'place', expression: readExpression(asExpression(node), reading), ...at };
    }
  });
}

interface Slot {
  readonly target: Binding;
  readonly fallback: Expression | null;
}

/** One element of a pattern, with the value that it takes where there is none. */
function readSlot(node: acorn.Pattern, reading: Reading): Slot {
  if (node.type !== 'AssignmentPattern') return { target: readBinding(node, reading), fallback: null };
  return { target: readBinding(node.left, reading), fallback: readExpression(node.right, reading) };
}

function readObject(node: acorn.ObjectPattern, reading: Reading): Binding {
  const members: (Slot & { key: string | Expression })[] = [];
  let rest: Binding | null = null;
  for (const property of node.properties) {
    if (property.type === 'RestElement') rest = readBinding(property.argument, reading);
    else
      members.push({
        key: readKey(property.key, property.computed, reading),
        ...readSlot(property.value, reading),
      });
  }
  return { kind: 'object', members, rest, ...rangeOf(node) };
}

function readArray(node: acorn.ArrayPattern, reading: Reading): Binding {
  const elements: (Slot | null)[] = [];
  let rest: Binding | null = null;
  for (const element of node.elements) {
    if (element?.type === 'RestElement') rest = readBinding(element.argument, reading);
    else elements.push(element && readSlot(element, reading));
  }
  return { kind: 'array', elements, rest, ...rangeOf(node) };
}

export function readParameters(nodes: readonly acorn.Pattern[], reading: Reading): Parameter[] {
  return nodes.flatMap((node) => {
    // TypeScript: `constructor(private x: string)`.
    const inner = nodeIn(node, 'parameter');
    const pattern = inner ? asPattern(inner) : node;
    // TypeScript: `this` as a parameter is a type alone.
    if (pattern.type === 'Identifier' && pattern.name === 'this') return [];
    return [{ ...readSlot(pattern, reading), rest: pattern.type === 'RestElement', field: inner !== null }];
  });
}

function asPattern(node: acorn.Node): acorn.Pattern {
  return node as acorn.Pattern;
}
