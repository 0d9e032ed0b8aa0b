import type { Expression, Statement } from '../../../parse/javascript/tree.js';
import { parseJavaScript } from '../../../parse/javascript.js';
import type { MappedText } from '../../../text/script.js';
import { eachNode, isListed, nodesTo, type ProgramPlaces, rangeOf, type StatementPlace } from '../places.js';

/** The statements around a place of a script; none of one that cannot be read. */
export function placesInJavaScript({ text, source }: MappedText, at: number): ProgramPlaces {
  const { body, problem } = parseJavaScript(text, /\.[mc]?tsx?$/.test(source.path));
  const around: StatementPlace[] = [];
  const path = problem ? [] : nodesTo({ body }, at);
  for (const [index, one] of path.entries()) {
    const parent = path[index - 1];
    const range = rangeOf(one.node);
    if (!parent || !range) continue;
    const listed = isListed(parent.node, one);
    const branch = branchOf(path.slice(0, index + 1).map(({ node }) => node));
    if (!listed && branch?.then !== one.node) continue;
    around.unshift({
      ...range,
      leaves: isStatement(one.node) && leaves(one.node),
      wants: branch && wantedBy(branch.test, body),
      listed,
    });
  }
  return { language: 'javascript', reader: null, around };
}

/** The `if` whose first branch the last of the nodes is, or stands in the block of. */
function branchOf(path: readonly object[]): Extract<Statement, { kind: 'if' }> | null {
  const [node, parent, outer] = path.toReversed();
  if (parent && isIf(parent) && parent.then === node) return parent;
  return parent && outer && isIf(outer) && outer.then === parent ? outer : null;
}

function isStatement(node: object): node is Statement {
  return 'kind' in node && 'start' in node;
}

function isIf(node: object): node is Extract<Statement, { kind: 'if' }> {
  return 'kind' in node && node.kind === 'if' && 'test' in node;
}

function leaves(statement: Statement): boolean {
  if (statement.kind === 'return') return true;
  if (statement.kind !== 'expression' || statement.expression.kind !== 'call') return false;
  const { callee, args } = statement.expression;
  const [status] = args;
  return pathOf(callee) === 'process.exit' && (!status || (status.kind === 'number' && status.value === 0));
}

/** The variable of the environment that a test is true without: `!KEY`, `KEY === ''`. */
function wantedBy(test: Expression, body: readonly Statement[]): string | null {
  if (test.kind === 'unary' && test.operator === '!') return variableIn(test.operand, body);
  if (test.kind !== 'binary' || (test.operator !== '===' && test.operator !== '==')) return null;
  return test.right.kind === 'text' && test.right.value === '' ? variableIn(test.left, body) : null;
}

/** The variable that an expression is the value of: itself, or a constant that holds it. */
function variableIn(expression: Expression, body: readonly Statement[]): string | null {
  if (expression.kind !== 'name') return variableRead(expression);
  const values: (Expression | null)[] = [];
  eachNode({ body }, (node) => {
    if (!isStatement(node) || node.kind !== 'declare') return;
    for (const { target, value } of node.bindings) {
      const isIt = target.kind === 'name' && target.name === expression.name;
      if (isIt) values.push(node.how === 'const' ? value : null);
    }
  });
  const [only, ...more] = values;
  return only && more.length === 0 ? variableRead(only) : null;
}

/** `process.env.KEY`, with the empty text in its place where it is not set, or trimmed. */
function variableRead(expression: Expression): string | null {
  if (expression.kind === 'logical' && expression.operator !== '&&') {
    const { left, right } = expression;
    return right.kind === 'text' && right.value === '' ? variableRead(left) : null;
  }
  if (expression.kind === 'call') {
    const { callee, args } = expression;
    const isTrimmed = callee.kind === 'member' && callee.property === 'trim' && args.length === 0;
    return isTrimmed ? variableRead(callee.object) : null;
  }
  const [, name] = /^process\.env\.(\w+)$/.exec(pathOf(expression) ?? '') ?? [];
  return name ?? null;
}

/** `a.b.c`; null for what is no path of names. */
function pathOf(expression: Expression): string | null {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member') return null;
  const { object, property } = expression;
  const key = typeof property === 'string' ? property : property.kind === 'text' ? property.value : null;
  const outer = pathOf(object);
  return key === null || outer === null ? null : `${outer}.${key}`;
}
