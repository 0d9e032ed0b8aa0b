// Functions and classes that are defined by name.

import { childrenOf, type PythonNode } from '../../../parse/python.js';
import type { Place } from '../../../text/script.js';
import type { ClassValue, Expression, FunctionValue, ParameterSlot, Target } from '../../compute.js';
import type { Block } from '../../program.js';
import { isExpression, lowerArguments, lowerExpression, unknown } from './expressions.js';
import { lowerFunction } from './functions.js';
import { innerScope, placeOfNode, type Scope, slotOf, textOfNode } from './scope.js';
import { assign, lowerStatements } from './statements.js';

export function lowerDefinition(
  scope: Scope,
  node: PythonNode,
  at: Place,
  decorators: readonly PythonNode[],
): Block {
  const name = childrenOf(node).find((child) => child.name === 'VariableName');
  if (!name) return [];
  const target: Target = { kind: 'variable', slot: slotOf(scope, textOfNode(scope, name)).slot, at };
  const words = decorators.map((decorator) => nameOfDecorator(scope, decorator));
  const isMember = scope.kind === 'class';
  if (isMember && words.some((word) => PROPERTIES.has(word)))
    return [assign(target, { ...lowerFunction(scope, node), property: true }, at)];
  if (isMember && words.some((word) => word.endsWith('.setter'))) {
    // What it keeps, and where, is not followed.
    const body: Block = [{ kind: 'return', value: unknown([], at), at }];
    return [assign(target, { ...lowerFunction(scope, node), body, property: true }, at)];
  }
  const definition = lowerFunction(scope, node, decorators.length > 0);
  if (isMember && words.includes('staticmethod'))
    return [assign(target, { ...definition, self: 'none' }, at)];
  if (isMember && words.includes('classmethod'))
    return [assign(target, { ...definition, self: 'class' }, at)];
  return [assign(target, definition, at)];
}

const PROPERTIES: ReadonlySet<string> = new Set([
  'property',
  'cached_property',
  'functools.cached_property',
  'abc.abstractproperty',
]);

/** `@a.b(…)`: the text in front of its arguments. */
function nameOfDecorator(scope: Scope, decorator: PythonNode): string {
  return childrenOf(decorator)
    .filter((child) => child.name !== 'ArgList' && child.name !== 'At')
    .map((child) => textOfNode(scope, child))
    .join('')
    .trim();
}

export function lowerClass(
  outer: Scope,
  node: PythonNode,
  at: Place,
  decorators: readonly PythonNode[],
): Block {
  const children = childrenOf(node);
  const name = children.find((child) => child.name === 'VariableName');
  const list = children.find((child) => child.name === 'ArgList');
  const body = children.find((child) => child.name === 'Body');
  if (!name || !body) return [];
  const bases = list
    ? lowerArguments(outer, list).flatMap((arg) => (arg.name === null ? [arg.value] : []))
    : [];
  const scope = innerScope(outer, 'class', node, body, [], bases);
  const members: { name: string; value: Expression }[] = [...scope.own].map(([member, slot]) => ({
    name: member,
    value: { kind: 'variable', slot, library: null, at },
  }));
  const words = decorators.map((decorator) => nameOfDecorator(outer, decorator));
  const isTuple = bases.length === 1 && bases.every(isNamedTuple);
  const isData = bases.length === 0 && words.some((word) => DATA_CLASSES.has(word));
  if ((isTuple || isData) && !scope.own.has('__init__'))
    members.push({ name: '__init__', value: makerOfData(scope, node, body, at) });
  const value: ClassValue = {
    kind: 'class',
    name: textOfNode(outer, name),
    bases,
    members,
    maker: '__init__',
    at,
  };
  const target: Target = { kind: 'variable', slot: slotOf(outer, value.name).slot, at };
  return [...lowerStatements(scope, body), assign(target, value, at)];
}

function isNamedTuple(base: Expression): boolean {
  if (base.kind === 'variable') return base.library === 'NamedTuple' || base.library === 'typing.NamedTuple';
  return base.kind === 'member' && base.name === 'NamedTuple';
}

/** Decorators that make `__init__` of the fields that are written with a type. */
const DATA_CLASSES: ReadonlySet<string> = new Set([
  'dataclass',
  'dataclasses.dataclass',
  'attrs.define',
  'attrs.frozen',
  'attr.define',
  'attr.frozen',
  'define',
]);

/** The `__init__` that a data class is given: a parameter for each of its fields. */
function makerOfData(scope: Scope, node: PythonNode, body: PythonNode, at: Place): FunctionValue {
  const slot = `${scope.shared.prefix}(self)@${node.from}`;
  const self: Expression = { kind: 'variable', slot, library: null, at };
  const first: ParameterSlot = {
    name: 'self',
    target: { kind: 'variable', slot, at },
    initial: null,
    rest: null,
  };
  const last: Expression = {
    kind: 'invoke',
    callee: { kind: 'member', object: self, name: '__post_init__', optional: false, at },
    args: [],
    at,
  };
  return {
    kind: 'function',
    name: '__init__',
    parameters: [first, ...childrenOf(body).flatMap((field) => fieldOf(scope, field, self))],
    locals: [slot],
    body: scope.own.has('__post_init__') ? [{ kind: 'evaluate', expression: last, at }] : [],
    generator: false,
    at,
  };
}

/** `name: type`, `name: type = value`. */
function fieldOf(scope: Scope, node: PythonNode, object: Expression): ParameterSlot[] {
  const [name, type, , value] = childrenOf(node);
  if (node.name !== 'AssignStatement' || name?.name !== 'VariableName' || type?.name !== 'TypeDef') return [];
  const [, written] = childrenOf(type);
  // A class variable is no field.
  if (written && CLASS_VARIABLE.test(textOfNode(scope, written))) return [];
  const text = textOfNode(scope, name);
  const target: Target = { kind: 'member', object, name: text, at: placeOfNode(scope, name) };
  const initial = value && isExpression(value) ? initialOf(scope, value) : null;
  return [{ name: text, target, initial, rest: null }];
}

const CLASS_VARIABLE = /^(typing\.)?ClassVar\b/;

/** What a field is where nothing is given: of `field(…)` its default. */
function initialOf(scope: Scope, value: PythonNode): Expression {
  const [callee, list] = childrenOf(value);
  const isField = value.name === 'CallExpression' && callee && FIELDS.has(textOfNode(scope, callee));
  if (!isField || !list) return lowerExpression(scope, value);
  const at = placeOfNode(scope, value);
  const args = lowerArguments(scope, list);
  const given = args.find((arg) => arg.name === 'default');
  if (given) return given.value;
  const factory = args.find((arg) => arg.name === 'default_factory' || arg.name === 'factory');
  return factory ? { kind: 'invoke', callee: factory.value, args: [], at } : unknown([], at);
}

const FIELDS: ReadonlySet<string> = new Set(['field', 'dataclasses.field', 'attrs.field', 'attr.field']);
