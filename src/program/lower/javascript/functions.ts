import type { ClassExpression, FunctionExpression } from '../../../parse/javascript/tree.js';
import type { ClassValue, Expression, FunctionValue, ParameterSlot } from '../../compute.js';
import type { Block } from '../../program.js';
import { lowerExpression, placed, unknown } from './expressions.js';
import { declareName, type Lowering, localsOf, newOwner, within } from './scopes.js';
import { lowerBody } from './statements.js';
import { declareBinding, withFallback } from './targets.js';

interface How {
  /** The slot of `this` within; null where nothing is known of it. */
  readonly self: string | null;
  /** Statements that run before the body. */
  readonly first?: (lowering: Lowering) => Block;
  /** True for a member of a class: `this` is what it is called on. */
  readonly method?: boolean;
}

export function lowerFunction(tree: FunctionExpression, how: How, outer: Lowering): FunctionValue {
  const at = placed(tree, outer);
  const owner = newOwner();
  const scope: Lowering = { ...within(outer, owner), loops: [], guarded: false, self: how.self };
  const own = how.method ? declareName('this', scope) : null;
  const lowering: Lowering = own === null ? scope : { ...scope, self: own };
  for (const parameter of tree.parameters) declareBinding(parameter.target, lowering);
  const parameters: ParameterSlot[] = own === null ? [] : [selfParameter(own, at)];
  for (const { target, fallback, rest } of tree.parameters) {
    parameters.push({
      name: target.kind === 'name' ? target.name : '',
      target: withFallback(target, fallback, lowering),
      initial: null,
      rest: rest ? 'list' : null,
    });
  }
  const before = how.first?.(lowering) ?? [];
  const body: Block =
    'kind' in tree.body
      ? [{ kind: 'return', value: lowerExpression(tree.body, lowering), at: placed(tree.body, lowering) }]
      : lowerBody(tree.body, within(lowering));
  return {
    kind: 'function',
    name: tree.name ?? 'function',
    parameters,
    body: [...before, ...body],
    locals: localsOf(owner),
    generator: tree.generator,
    at,
  };
}

function selfParameter(slot: string, at: FunctionValue['at']): ParameterSlot {
  return { name: 'this', target: { kind: 'variable', slot, at }, initial: null, rest: null };
}

/** A class: its fields are set when an instance is made, before its constructor runs. */
export function lowerClass(tree: ClassExpression, outer: Lowering): Expression {
  const at = placed(tree, outer);
  const members: { name: string; value: Expression }[] = [];
  const fields: { name: string; value: Expression }[] = [];
  let maker: FunctionExpression | null = null;
  for (const { name, shared, value, what } of tree.members) {
    if (name === null || value === null || !('kind' in value)) continue;
    if (what === 'method' && value.kind === 'function') {
      if (name === 'constructor') maker = value;
      // A static one is called on the class, which is no instance.
      else members.push({ name, value: lowerFunction(value, { self: null, method: !shared }, outer) });
    } else if (what === 'accessor') members.push({ name, value: unknown([], at) });
    else if (shared) members.push({ name, value: lowerExpression(value, outer) });
  }
  const setFields = (lowering: Lowering): Block => {
    const slot = lowering.self;
    for (const { name, shared, value, what } of tree.members) {
      if (what !== 'field' || shared || name === null || value === null || !('kind' in value)) continue;
      fields.push({ name, value: lowerExpression(value, lowering) });
    }
    if (slot === null) return [];
    return fields.map(({ name, value }) => ({
      kind: 'evaluate',
      expression: {
        kind: 'assign',
        target: { kind: 'member', object: { kind: 'variable', slot, library: null, at }, name, at },
        value,
        at,
      },
      at,
    }));
  };
  const hasFields = tree.members.some((member) => member.what === 'field' && !member.shared && member.value);
  if (maker || (hasFields && !tree.base)) {
    const { start, end } = tree;
    const empty: FunctionExpression = {
      kind: 'function',
      name: 'constructor',
      parameters: [],
      body: [],
      async: false,
      generator: false,
      start,
      end,
    };
    const value = lowerFunction(maker ?? empty, { self: null, method: true, first: setFields }, outer);
    members.push({ name: 'constructor', value });
  }
  const value: ClassValue = {
    kind: 'class',
    name: tree.name ?? 'class',
    bases: tree.base ? [lowerExpression(tree.base, outer)] : [],
    members,
    maker: 'constructor',
    at,
  };
  return value;
}
