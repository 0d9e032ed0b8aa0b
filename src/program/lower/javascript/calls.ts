import type { Expression as Tree } from '../../../parse/javascript/tree.js';
import type { Place } from '../../../text/script.js';
import type { Argument, Expression, FunctionValue, Inherited } from '../../compute.js';
import type { Block } from '../../program.js';
import { call, loaded, lowerArguments, lowerExpression, nothing, placed, unknown } from './expressions.js';
import { declareName, type Lowering, localsOf, newOwner, within } from './scopes.js';

/** Lowers a call. What is awaited, or goes on in `then`, is taken to run at once. */
export function lowerCall(tree: Extract<Tree, { kind: 'call' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const { callee, args } = tree;
  if (callee.kind === 'member' && typeof callee.property === 'string') {
    const chained = lowerChain(callee.property, callee.object, args, at, lowering);
    if (chained) return chained;
  }
  if (callee.kind === 'name' && callee.name === 'super')
    return superCall(lowerArguments(args, lowering), at, lowering);
  const target = lowerExpression(callee, lowering);
  const [first] = args;
  if (target.kind === 'library' && isRequire(target.path) && first) return loaded(first, [], at, lowering);
  const { optional } = tree;
  return { kind: 'invoke', callee: target, optional, args: lowerArguments(args, lowering), at };
}

/** `super(…)`: the base makes the instance, which gets its fields then. */
export function superCall(args: readonly Argument[], at: Place, lowering: Lowering): Expression {
  const callee = inherited('constructor', at, lowering);
  if (!callee || !lowering.derived)
    return unknown(
      args.map(({ value }) => value),
      at,
    );
  const made: Expression = { kind: 'invoke', callee, args, at };
  return { kind: 'several', parts: [made, ...lowering.derived.setFields(lowering), nothing(at)], at };
}

/** `super.name`; null where nothing is known of the base. */
export function inherited(name: string, at: Place, lowering: Lowering): Inherited | null {
  const { derived, self: slot } = lowering;
  if (!derived || slot === null) return null;
  const self: Expression = { kind: 'variable', slot, library: null, at };
  return { kind: 'inherited', bases: [lowerExpression(derived.base, lowering)], self, name, at };
}

function isRequire(path: string): boolean {
  return path === 'require' || path === '__original_require__';
}

/** `x.then(f, g)`, `x.catch(g)`, `x.finally(f)`, and what `Promise` makes of several; null for any other call. */
function lowerChain(
  name: string,
  object: Tree,
  args: readonly Tree[],
  at: Place,
  lowering: Lowering,
): Expression | null {
  const [first, second] = args;
  switch (name) {
    case 'then': {
      if (!first) return null;
      const value = lowerExpression(object, lowering);
      if (!second) return call(lowerExpression(first, lowering), [value], at);
      return guarded(value, isNothing(first) ? null : first, second, at, lowering);
    }
    case 'catch':
      return first ? guarded(lowerExpression(object, lowering), null, first, at, lowering) : null;
    case 'finally': {
      if (!first) return null;
      const body: Block = [{ kind: 'return', value: lowerExpression(object, lowering), at }];
      const last: Block = [
        { kind: 'evaluate', expression: call(lowerExpression(first, lowering), [], at), at },
      ];
      return calledAtOnce([{ kind: 'try', body, handlers: [], otherwise: null, finally: last, at }], [], at);
    }
    case 'allSettled':
      // Nothing that is given to it leaves as an error.
      return object.kind === 'name' && object.name === 'Promise' && first
        ? settledAll(lowerExpression(first, lowering), at)
        : null;
    default:
      return null;
  }
}

function isNothing(tree: Tree): boolean {
  return tree.kind === 'null' || (tree.kind === 'name' && tree.name === 'undefined');
}

/** The value, or what the handler makes of the error on the way to it; `next` gets the value and is not guarded. */
function guarded(
  value: Expression,
  next: Tree | null,
  handler: Tree,
  at: Place,
  lowering: Lowering,
): Expression {
  const owner = newOwner();
  const inner = within(lowering, owner);
  const error = declareName('(error)', inner);
  const handlerAt = placed(handler, lowering);
  const caught = call(
    lowerExpression(handler, inner),
    [{ kind: 'variable', slot: error, library: null, at: handlerAt }],
    handlerAt,
  );
  const slot = declareName('(value)', inner);
  const kept: Expression = {
    kind: 'assign',
    target: { kind: 'variable', slot, at },
    value,
    at: value.at,
  };
  const read: Expression = { kind: 'variable', slot, library: null, at };
  return calledAtOnce(
    [
      {
        kind: 'try',
        body: [{ kind: 'evaluate', expression: kept, at: value.at }],
        handlers: [
          {
            types: null,
            binds: { kind: 'variable', slot: error, at: handlerAt },
            body: [{ kind: 'return', value: caught, at: handlerAt }],
            at: handlerAt,
          },
        ],
        otherwise: null,
        finally: null,
        at,
      },
      { kind: 'return', value: next ? call(lowerExpression(next, inner), [read], at) : read, at },
    ],
    localsOf(owner),
    at,
  );
}

function settledAll(value: Expression, at: Place): Expression {
  const empty: Expression = { kind: 'unknown', parts: [], at };
  return calledAtOnce(
    [
      {
        kind: 'try',
        body: [{ kind: 'return', value, at }],
        handlers: [{ types: null, binds: null, body: [{ kind: 'return', value: empty, at }], at }],
        otherwise: null,
        finally: null,
        at,
      },
    ],
    [],
    at,
  );
}

/** Statements where an expression stands. */
function calledAtOnce(body: Block, locals: readonly string[], at: Place): Expression {
  const definition: FunctionValue = {
    kind: 'function',
    name: 'promise',
    parameters: [],
    locals,
    body,
    generator: false,
    at,
  };
  return call(definition, [], at);
}

/** `new Promise((resolve, reject) => …)`: what it resolves to, or the error that it rejects with. */
export function lowerExecutor(executor: Tree, at: Place, lowering: Lowering): Expression {
  const owner = newOwner();
  const inner = within(lowering, owner);
  const result = declareName('(resolved)', inner);
  const settler = (body: (slot: string) => Block): Expression => {
    const own = newOwner();
    const slot = declareName('(given)', within(inner, own));
    return {
      kind: 'function',
      name: 'promise',
      parameters: [
        { name: 'value', target: { kind: 'variable', slot, at }, initial: nothing(at), rest: null },
      ],
      locals: localsOf(own),
      body: body(slot),
      generator: false,
      at,
    };
  };
  const read = (slot: string): Expression => ({ kind: 'variable', slot, library: null, at });
  const resolve = settler((slot) => [
    {
      kind: 'evaluate',
      expression: { kind: 'assign', target: { kind: 'variable', slot: result, at }, value: read(slot), at },
      at,
    },
  ]);
  const reject = settler((slot) => [{ kind: 'throw', value: read(slot), at }]);
  return calledAtOnce(
    [
      { kind: 'evaluate', expression: call(lowerExpression(executor, inner), [resolve, reject], at), at },
      { kind: 'return', value: read(result), at },
    ],
    [],
    at,
  );
}
