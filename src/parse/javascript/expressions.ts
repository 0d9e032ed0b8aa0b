import type * as acorn from 'acorn';
import { readBinding, readParameters } from './bindings.js';
import { deeper, nodeIn, type Reading, rangeOf } from './reading.js';
import { readBlock } from './statements.js';
import type { ClassExpression, Expression, FunctionExpression, ObjectMember } from './tree.js';

type Listed = acorn.Expression | acorn.SpreadElement | acorn.Super | acorn.PrivateIdentifier;

export function readExpression(node: Listed, reading: Reading): Expression {
  return deeper(reading, () => readOne(node, reading));
}

function other(node: acorn.Node): Expression {
  return { kind: 'other', what: node.type, ...rangeOf(node) };
}

function readOne(node: Listed, reading: Reading): Expression {
  const at = rangeOf(node);
  const sub = (child: Listed): Expression => readExpression(child, reading);
  switch (node.type) {
    case 'Identifier':
      return { kind: 'name', name: node.name, ...at };
    case 'ThisExpression':
      return { kind: 'name', name: 'this', ...at };
    case 'Super':
      return { kind: 'name', name: 'super', ...at };
    case 'MetaProperty':
      return { kind: 'name', name: `${node.meta.name}.${node.property.name}`, ...at };
    case 'Literal':
      return readLiteral(node);
    case 'TemplateLiteral':
      return {
        kind: 'template',
        texts: node.quasis.map((text) => ({ value: text.value.cooked ?? '', ...rangeOf(text) })),
        expressions: node.expressions.map(sub),
        ...at,
      };
    case 'ArrayExpression':
      return { kind: 'array', elements: node.elements.map((element) => element && sub(element)), ...at };
    case 'ObjectExpression':
      return { kind: 'object', members: node.properties.map((one) => readMember(one, reading)), ...at };
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return readFunction(node, reading);
    case 'ClassExpression':
      return readClass(node, reading);
    case 'UnaryExpression':
      return { kind: 'unary', operator: node.operator, operand: sub(node.argument), ...at };
    case 'UpdateExpression':
      return {
        kind: 'update',
        operator: node.operator,
        prefix: node.prefix,
        operand: sub(node.argument),
        ...at,
      };
    case 'BinaryExpression':
      return readBinary(node, reading);
    case 'LogicalExpression': {
      const [left, right] = [sub(node.left), sub(node.right)];
      return { kind: 'logical', operator: node.operator, left, right, ...at };
    }
    case 'ConditionalExpression':
      return {
        kind: 'conditional',
        test: sub(node.test),
        then: sub(node.consequent),
        otherwise: sub(node.alternate),
        ...at,
      };
    case 'AssignmentExpression':
      return {
        kind: 'assign',
        operator: node.operator,
        target: readBinding(node.left, reading),
        value: sub(node.right),
        ...at,
      };
    case 'CallExpression': {
      const callee = sub(node.callee);
      return { kind: 'call', callee, args: node.arguments.map(sub), optional: node.optional, ...at };
    }
    case 'NewExpression':
      return { kind: 'new', callee: sub(node.callee), args: node.arguments.map(sub), ...at };
    case 'MemberExpression':
      return readAccess(node, reading);
    case 'ChainExpression':
      return sub(node.expression);
    case 'AwaitExpression':
      return { kind: 'await', operand: sub(node.argument), ...at };
    case 'SequenceExpression':
      return { kind: 'sequence', expressions: node.expressions.map(sub), ...at };
    case 'SpreadElement':
      return { kind: 'spread', operand: sub(node.argument), ...at };
    case 'ImportExpression':
      return { kind: 'import', source: sub(node.source), ...at };
    case 'ParenthesizedExpression':
      return sub(node.expression);
    case 'TaggedTemplateExpression':
      return { kind: 'tagged', tag: sub(node.tag), template: sub(node.quasi), ...at };
    case 'YieldExpression':
    case 'PrivateIdentifier':
      return other(node);
    default:
      return readTyped(node, reading);
  }
}

/** Wherever a chain may stop at `a?.b`, what follows in it is not read either. */
function skips(object: Expression): boolean {
  let inner = object;
  while (inner.kind === 'call' && !inner.optional) inner = inner.callee;
  return (inner.kind === 'member' || inner.kind === 'call') && inner.optional;
}

function readLiteral(node: acorn.Literal): Expression {
  const at = rangeOf(node);
  if (node.regex) return { kind: 'pattern', source: node.regex.pattern, flags: node.regex.flags, ...at };
  if (node.value === null) return { kind: 'null', ...at };
  switch (typeof node.value) {
    case 'string':
      return { kind: 'text', value: node.value, ...at };
    case 'number':
      return { kind: 'number', value: node.value, ...at };
    case 'boolean':
      return { kind: 'boolean', value: node.value, ...at };
    default:
      return other(node);
  }
}

function readBinary(node: acorn.BinaryExpression, reading: Reading): Expression {
  return {
    kind: 'binary',
    operator: node.operator,
    left: readExpression(node.left, reading),
    right: readExpression(node.right, reading),
    ...rangeOf(node),
  };
}

function readAccess(node: acorn.MemberExpression, reading: Reading): Expression {
  const object = readExpression(node.object, reading);
  const optional = node.optional || skips(object);
  const at = rangeOf(node);
  const { property } = node;
  if (property.type === 'PrivateIdentifier')
    return { kind: 'member', object, property: `#${property.name}`, optional, ...at };
  if (!node.computed && property.type === 'Identifier')
    return { kind: 'member', object, property: property.name, optional, ...at };
  const computed = readExpression(property, reading);
  const name = computed.kind === 'text' ? computed.value : computed;
  return { kind: 'member', object, property: name, optional, ...at };
}

/** TypeScript's casts say nothing at run time. */
function readTyped(node: acorn.Node, reading: Reading): Expression {
  const inner = /^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/.test(node.type)
    ? nodeIn(node, 'expression')
    : null;
  return inner ? readExpression(asExpression(inner), reading) : other(node);
}

/** What the parser puts where an expression belongs is one; `readOne` has an answer for every other node too. */
export function asExpression(node: acorn.Node): acorn.Expression {
  return node as acorn.Expression;
}

/** The name before `:`, `(` or `=`: a text, or the expression that computes it. */
export function readKey(
  key: acorn.Expression | acorn.PrivateIdentifier,
  computed: boolean,
  reading: Reading,
): string | Expression {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (!computed && key.type === 'Identifier') return key.name;
  const read = readExpression(key, reading);
  if (read.kind === 'text') return read.value;
  return read.kind === 'number' ? String(read.value) : read;
}

function readMember(node: acorn.Property | acorn.SpreadElement, reading: Reading): ObjectMember {
  if (node.type === 'SpreadElement')
    return { kind: 'spread', operand: readExpression(node.argument, reading) };
  const key = readKey(node.key, node.computed, reading);
  return {
    kind: 'property',
    key,
    value: node.kind === 'init' ? readExpression(node.value, reading) : other(node),
  };
}

export function readFunction(
  node: (acorn.Function & { body: acorn.Function['body'] }) | acorn.FunctionDeclaration,
  reading: Reading,
): FunctionExpression {
  return {
    kind: 'function',
    name: node.id?.name ?? null,
    parameters: readParameters(node.params, reading),
    body:
      node.body.type === 'BlockStatement'
        ? readBlock(node.body.body, reading)
        : readExpression(node.body, reading),
    async: node.async,
    generator: node.generator,
    ...rangeOf(node),
  };
}

export function readClass(node: acorn.Class, reading: Reading): ClassExpression {
  return {
    kind: 'class',
    name: node.id?.name ?? null,
    base: node.superClass ? readExpression(node.superClass, reading) : null,
    members: node.body.body.flatMap((member) => readClassMember(member, reading)),
    ...rangeOf(node),
  };
}

function readClassMember(
  member: acorn.MethodDefinition | acorn.PropertyDefinition | acorn.StaticBlock,
  reading: Reading,
): ClassExpression['members'][number][] {
  switch (member.type) {
    case 'StaticBlock':
      return [{ name: null, shared: true, what: 'block', value: readBlock(member.body, reading) }];
    case 'MethodDefinition':
      return [
        {
          name: nameOf(readKey(member.key, member.computed, reading)),
          shared: member.static,
          what: member.kind === 'get' ? 'getter' : member.kind === 'set' ? 'setter' : 'method',
          value: readExpression(member.value, reading),
        },
      ];
    case 'PropertyDefinition':
      return [
        {
          name: nameOf(readKey(member.key, member.computed, reading)),
          shared: member.static,
          what: 'field',
          value: member.value ? readExpression(member.value, reading) : null,
        },
      ];
    default:
      // Abstract methods, index signatures and overloads are types.
      return [];
  }
}

function nameOf(key: string | Expression): string | null {
  return typeof key === 'string' ? key : null;
}
