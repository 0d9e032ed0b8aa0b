import { childrenOf, type PythonNode } from '../../../parse/python.js';
import type { Expression, FunctionValue, ParameterSlot } from '../../compute.js';
import type { Block } from '../../program.js';
import { isExpression, lowerExpression } from './expressions.js';
import { innerScope, placeOfNode, type Scope, slotOf, textOfNode } from './scope.js';
import { lowerStatements } from './statements.js';

/** Lowers a `def` or a `lambda`. `decorated`: what callers give it may be something else. */
export function lowerFunction(outer: Scope, node: PythonNode, decorated = false): FunctionValue {
  const at = placeOfNode(outer, node);
  const children = childrenOf(node);
  const list = children.find((child) => child.name === 'ParamList');
  const body = children.find((child) => child.name === 'Body') ?? null;
  const name = children.find((child) => child.name === 'VariableName');
  const written = list ? parametersOf(outer, list) : [];
  const scope = innerScope(
    outer,
    'function',
    node,
    body,
    written.map((parameter) => parameter.name),
  );
  const parameters = written.map((parameter): ParameterSlot => {
    const target = { kind: 'variable', slot: slotOf(scope, parameter.name).slot, at: parameter.at } as const;
    const unknown: Expression | null = decorated ? { kind: 'unknown', parts: [], at: parameter.at } : null;
    return { name: parameter.name, target, initial: parameter.initial ?? unknown, rest: parameter.rest };
  });
  const block = body ? lowerStatements(scope, body) : lambdaBody(scope, children.at(-1));
  const locals = [...scope.own.values()].filter((slot) => !scope.captured.has(slot));
  return {
    kind: 'function',
    name: name && node.name === 'FunctionDefinition' ? textOfNode(outer, name) : 'lambda',
    parameters,
    locals,
    body: block,
    generator: body !== null && yields(body),
    at,
  };
}

function lambdaBody(scope: Scope, value: PythonNode | undefined): Block {
  if (!value) return [];
  return [{ kind: 'return', value: lowerExpression(scope, value), at: placeOfNode(scope, value) }];
}

interface Written extends Pick<ParameterSlot, 'name' | 'initial' | 'rest'> {
  readonly at: Expression['at'];
}

function parametersOf(outer: Scope, list: PythonNode): Written[] {
  const written: Written[] = [];
  let rest: ParameterSlot['rest'] = null;
  const children = childrenOf(list);
  for (let i = 0; i < children.length; i++) {
    const child = children[i];
    if (!child) continue;
    if (child.name === ',') rest = null;
    else if (child.name === '*') rest = 'list';
    else if (child.name === '**') rest = 'record';
    else if (child.name === 'VariableName')
      written.push({ name: textOfNode(outer, child), initial: null, rest, at: placeOfNode(outer, child) });
    else if (child.name === 'AssignOp') {
      const value = children[i + 1];
      const last = written.pop();
      // Defaults are evaluated where the function is defined; here they are where it is called, which only tells in odd code.
      if (last && value && isExpression(value))
        written.push({ ...last, initial: lowerExpression(outer, value) });
      i++;
    }
  }
  return written;
}

function yields(body: PythonNode): boolean {
  const pending: PythonNode[] = [body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.name === 'YieldStatement' || node.name === 'YieldExpression') return true;
    for (const child of childrenOf(node))
      if (!['FunctionDefinition', 'ClassDefinition', 'LambdaExpression'].includes(child.name))
        pending.push(child);
  }
  return false;
}
