import {
  type PsBlock,
  type PsExpr,
  type PsScript,
  type PsStatement,
  parsePowerShell,
} from '../../../parse/powershell.js';
import type { MappedText } from '../../../text/script.js';
import { eachNode, isListed, nodesTo, type ProgramPlaces, rangeOf, type StatementPlace } from '../places.js';

/** The statements around a place of a script; none of one that cannot be read. */
export function placesInPowerShell({ text }: MappedText, at: number): ProgramPlaces {
  const { script } = parsePowerShell(text, []);
  const around: StatementPlace[] = [];
  const path = script ? nodesTo(script, at) : [];
  for (const [index, one] of path.entries()) {
    const parent = path[index - 1]?.node;
    const range = rangeOf(one.node);
    if (!script || !parent || !range || !isListed(parent, one)) continue;
    around.unshift({
      ...range,
      leaves: leaves(one.node),
      wants: wantedIn(parent, path[index - 2]?.node ?? null, script),
      listed: true,
    });
  }
  return { language: 'powershell', reader: null, around };
}

function leaves(node: object): boolean {
  if (!isStatement(node)) return false;
  if (node.kind === 'return') return true;
  if (node.kind !== 'exit') return false;
  const status = node.value && expressionOf(node.value);
  return status === null || (status.kind === 'number' && status.value === 0);
}

function isStatement(node: object): node is PsStatement {
  return 'kind' in node && 'start' in node;
}

/** The variable without which the first branch of an `if` is taken. */
function wantedIn(clause: object, statement: object | null, script: PsScript): string | null {
  if (!statement || !isStatement(statement) || statement.kind !== 'if') return null;
  const [first] = statement.clauses;
  const test = first === clause ? expressionOf(first.test) : null;
  return test && wantedBy(test, script);
}

function wantedBy(test: PsExpr, script: PsScript): string | null {
  if (test.kind === 'unary' && test.operator === 'not') return variableIn(test.operand, script);
  if (test.kind === 'paren') return onlyOf(test.body, (inner) => wantedBy(inner, script));
  if (test.kind === 'binary' && test.operator === 'eq') {
    const isEmpty = test.right.kind === 'string' && test.right.parts.length === 0;
    return isEmpty ? variableIn(test.left, script) : null;
  }
  if (test.kind !== 'method' || !test.isStatic || test.object.kind !== 'type') return null;
  const [asked, ...more] = test.args;
  const isAsked = /^isnullor(empty|whitespace)$/i.test(test.name ?? '') && more.length === 0;
  return isAsked && asked ? variableIn(asked, script) : null;
}

/** The variable of the environment that an expression is the value of: itself, or one that is given it once. */
function variableIn(expression: PsExpr, script: PsScript): string | null {
  if (expression.kind === 'paren') return onlyOf(expression.body, (inner) => variableIn(inner, script));
  if (expression.kind !== 'variable') return null;
  if (expression.drive === 'env') return expression.written;
  const values: (PsExpr | null)[] = [];
  eachNode(script, (node) => {
    if (!isStatement(node) || node.kind !== 'assign') return;
    const { target } = node;
    if (target.kind === 'variable' && target.name === expression.name && target.drive !== 'env')
      values.push(expressionOf(node.value));
  });
  const [only, ...more] = values;
  return only?.kind === 'variable' && only.drive === 'env' && more.length === 0 ? only.written : null;
}

function onlyOf(body: PsBlock, ask: (inner: PsExpr) => string | null): string | null {
  const [only, ...more] = body;
  const inner = only && more.length === 0 ? expressionOf(only) : null;
  return inner && ask(inner);
}

/** The expression that a statement is nothing but. */
function expressionOf(statement: PsStatement): PsExpr | null {
  if (statement.kind !== 'pipeline') return null;
  const [only, ...more] = statement.elements;
  return only?.kind === 'value' && more.length === 0 ? only.expr : null;
}
