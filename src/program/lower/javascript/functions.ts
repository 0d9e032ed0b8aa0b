import type { ClassExpression, FunctionExpression } from '../../../parse/javascript/tree.js';
import type { ClassValue, Expression, FunctionValue, ParameterSlot } from '../../compute.js';
import type { Block } from '../../program.js';
import { superCall } from './calls.js';
import { lowerExpression, placed, unknown } from './expressions.js';
import { type Derived, declareName, type Lowering, localsOf, newOwner, within } from './scopes.js';
import { lowerBody } from './statements.js';
import { declareBinding, withFallback } from './targets.js';

interface How {
  /** The slot of `this` within; null where nothing is known of it. */
  readonly self: string | null;
  /** Statements that run before the body. */
  readonly first?: ((lowering: Lowering) => Block) | undefined;
  /** True for a member of a class: `this` is what it is called on. */
  readonly method?: boolean;
  readonly derived?: Derived | null;
}

export function lowerFunction(tree: FunctionExpression, how: How, outer: Lowering): FunctionValue {
  const at = placed(tree, outer);
  const owner = newOwner();
  const { self, derived = outer.derived } = how;
  const scope: Lowering = { ...within(outer, owner), loops: [], guarded: false, self, derived };
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
  const before = [...(how.first?.(lowering) ?? []), ...evaluated(parameterFields(tree, lowering))];
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

/** What sets the fields that are parameters too. */
function parameterFields({ parameters }: FunctionExpression, lowering: Lowering): Expression[] {
  const { self: slot } = lowering;
  return parameters.flatMap(({ target, field }): Expression[] => {
    if (!field || slot === null || target.kind !== 'name') return [];
    const at = placed(target, lowering);
    const object: Expression = { kind: 'variable', slot, library: null, at };
    const value = lowerExpression(target, lowering);
    return [{ kind: 'assign', target: { kind: 'member', object, name: target.name, at }, value, at }];
  });
}

/** What sets the fields of an instance. */
function fieldsOf(tree: ClassExpression, lowering: Lowering): Expression[] {
  const { self: slot } = lowering;
  if (slot === null) return [];
  const at = placed(tree, lowering);
  const object: Expression = { kind: 'variable', slot, library: null, at };
  return tree.members.flatMap(({ name, shared, value, what }): Expression[] => {
    if (what !== 'field' || shared || name === null || value === null || !('kind' in value)) return [];
    const target = { kind: 'member', object, name, at } as const;
    return [{ kind: 'assign', target, value: lowerExpression(value, lowering), at }];
  });
}

function evaluated(expressions: readonly Expression[]): Block {
  return expressions.map((expression) => ({ kind: 'evaluate', expression, at: expression.at }));
}

/** `constructor(...given) {}`. */
function emptyMaker({ start, end }: ClassExpression): FunctionExpression {
  const target = { kind: 'name', name: GIVEN, start, end } as const;
  return {
    kind: 'function',
    name: 'constructor',
    parameters: [{ target, fallback: null, rest: true, field: false }],
    body: [],
    async: false,
    generator: false,
    start,
    end,
  };
}

/** No name of a program. */
const GIVEN = '(given)';

/** A class: its fields are set before its constructor runs or, where it has a base, as soon as that has made the instance. */
export function lowerClass(tree: ClassExpression, outer: Lowering): Expression {
  const at = placed(tree, outer);
  const setFields = (lowering: Lowering) => fieldsOf(tree, lowering);
  const derived = tree.base && { base: tree.base, setFields };
  const how = { self: null, method: true, derived };
  const members: { name: string; value: Expression }[] = [];
  let maker: FunctionExpression | null = null;
  const setters = new Set(tree.members.map(({ what, name }) => (what === 'setter' ? name : null)));
  for (const { name, shared, value, what } of tree.members) {
    if (name === null || value === null || !('kind' in value)) continue;
    if (what === 'setter') {
      // What it keeps, and where, is not followed.
      const own = lowerFunction({ ...emptyMaker(tree), name }, how, outer);
      const body: Block = [{ kind: 'return', value: unknown([], at), at }];
      members.push({ name, value: { ...own, body, property: true } });
    } else if (what === 'getter' && value.kind === 'function') {
      if (setters.has(name)) continue;
      members.push({ name, value: { ...lowerFunction(value, how, outer), property: true } });
    } else if (what === 'method' && value.kind === 'function') {
      if (name === 'constructor') maker = value;
      // A static one is called on the class.
      else
        members.push({
          name,
          value: { ...lowerFunction(value, how, outer), ...(shared && { self: 'class' }) },
        });
    } else if (shared) members.push({ name, value: lowerExpression(value, outer) });
  }
  const hasFields = tree.members.some((member) => member.what === 'field' && !member.shared && member.value);
  if (maker) {
    const first = derived ? undefined : (lowering: Lowering) => evaluated(setFields(lowering));
    members.push({ name: 'constructor', value: lowerFunction(maker, { ...how, first }, outer) });
  } else if (hasFields) {
    // Without a constructor of its own a class hands all that it is given to its base.
    const first = (lowering: Lowering): Block => {
      if (!derived) return evaluated(setFields(lowering));
      const given = lowerExpression(
        { kind: 'name', name: GIVEN, start: tree.start, end: tree.end },
        lowering,
      );
      return evaluated([superCall([{ name: null, value: given, spread: 'list' }], at, lowering)]);
    };
    members.push({ name: 'constructor', value: lowerFunction(emptyMaker(tree), { ...how, first }, outer) });
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
