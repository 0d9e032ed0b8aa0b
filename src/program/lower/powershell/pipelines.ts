import type { PsCommand, PsElement, PsExpr, PsRedirect, PsStatement } from '../../../parse/powershell.js';
import type { Place } from '../../../text/script.js';
import type { CommandArgument } from '../../commanding.js';
import type { Expression } from '../../compute.js';
import type { Block, Node } from '../../program.js';
import { lowerChange, lowerExpr, lowerString, plainValue, typeName } from './expressions.js';
import { type Frame, literal, placeOf, unknown } from './frame.js';
import { lowerAssignment, lowerBlock, lowerStatement } from './statements.js';
import { PIPED } from './variables.js';

/** A statement that puts a value out; `file`: where it is written instead. */
export function putOut(value: Expression, file: Extract<Node, { kind: 'put-out' }>['file'], at: Place): Node {
  return { kind: 'put-out', value, file, at };
}

/** A loop of one round, which its body may leave. */
export function once(body: Block, at: Place): Node {
  const source: Expression = { kind: 'list', items: [{ value: literal(null, at), spread: false }], at };
  return { kind: 'each', target: { kind: 'unknown', at }, source, body, otherwise: null, at };
}

/** The test of whether a value counts as true. */
export function truth(value: Expression): Node {
  return { kind: 'test', condition: { kind: 'truth', value, at: value.at }, at: value.at };
}

/** The value of a statement: of a pipeline what it puts out. */
export function lowerValue(frame: Frame, statement: PsStatement): Expression {
  if (statement.kind === 'pipeline' && !statement.background && !writesFile(statement.elements.at(-1)))
    return lowerPipeline(frame, statement.elements, placeOf(frame, statement));
  if (statement.kind === 'assign') {
    const node = lowerAssignment(frame, statement, placeOf(frame, statement));
    if (node.kind === 'evaluate') return node.expression;
  }
  return { kind: 'gather', body: lowerStatement(frame, statement), at: placeOf(frame, statement) };
}

/** The redirection that takes what is put out to a file, if there is one. */
function outputRedirect(element: PsElement | undefined): (PsRedirect & { readonly to: PsExpr }) | null {
  for (const redirect of element?.redirects ?? []) {
    const { to } = redirect;
    if (typeof to !== 'number' && redirect.from <= 1) return { ...redirect, to };
  }
  return null;
}

function writesFile(element: PsElement | undefined): boolean {
  return outputRedirect(element) !== null;
}

export function lowerPipelineStatement(
  frame: Frame,
  statement: Extract<PsStatement, { kind: 'pipeline' }>,
  at: Place,
): Node {
  const { elements } = statement;
  const last = elements.at(-1);
  const expr = plainValue(statement);
  if (expr && isSilent(expr)) {
    const expression = expr.kind === 'unary' ? lowerChange(frame, expr, at) : lowerExpr(frame, expr);
    return { kind: 'evaluate', expression, at };
  }
  const value = lowerPipeline(frame, elements, at);
  // A job in the background: how it ends is not seen.
  if (statement.background) return { kind: 'evaluate', expression: unknown([value], at), at };
  const redirect = outputRedirect(last);
  const file = redirect && { path: lowerExpr(frame, redirect.to), append: redirect.append };
  return putOut(value, file, at);
}

/** Expressions that put nothing out where they are statements. */
function isSilent(expr: PsExpr): boolean {
  if (expr.kind === 'unary') return expr.operator === '++' || expr.operator === '--';
  return expr.kind === 'cast' && typeName(expr.type) === 'void';
}

export function lowerPipeline(frame: Frame, elements: readonly PsElement[], at: Place): Expression {
  let value: Expression | null = null;
  for (const element of elements) {
    if (element.kind === 'value') value = lowerExpr(frame, element.expr);
    else value = (value && lowerForEach(frame, element, value)) ?? lowerCommand(frame, element, value);
  }
  return value ?? literal(null, at);
}

const FOR_EACH: ReadonlySet<string> = new Set(['foreach-object', 'foreach', '%']);
const WHERE: ReadonlySet<string> = new Set(['where-object', 'where', '?']);

/** `… | ForEach-Object { … }` and `… | Where-Object { … }`: loops over what comes in; null for any other command. */
function lowerForEach(frame: Frame, command: PsCommand, input: Expression): Expression | null {
  const at = placeOf(frame, command);
  const [part] = command.name.kind === 'string' ? command.name.parts : [];
  const name = part?.kind === 'text' ? part.text.toLowerCase() : '';
  const [first, second, ...more] = command.args;
  const given =
    first?.kind === 'parameter' && ['process', 'filterscript'].includes(first.name.toLowerCase())
      ? second
      : first;
  const isOnly = given === second ? more.length === 0 : second === undefined;
  if (given?.kind !== 'value' || given.expr.kind !== 'block' || !isOnly) return null;
  const inner: Frame = { ...frame, loops: 0, step: [] };
  const statements = [
    ...given.expr.script.blocks.flatMap((block) => lowerBlock(inner, block.body)),
    ...lowerBlock(inner, given.expr.script.body),
  ];
  const target = { kind: 'variable', slot: PIPED, at } as const;
  const source: Expression = { kind: 'as-list', value: input, at: input.at };
  const loop = (body: Block): Expression => ({
    kind: 'gather',
    body: [{ kind: 'each', target, source, body, otherwise: null, at }],
    at,
  });
  if (FOR_EACH.has(name)) return loop(statements);
  if (!WHERE.has(name)) return null;
  const passed = putOut({ ...target, library: null }, null, at);
  // What the block gives by `return` is asked too: a `return` leaves the block alone, not the loop over what comes in.
  const block = once(statements, placeOf(frame, given));
  const holds = truth({ kind: 'gather', body: [block], at: placeOf(frame, given) });
  return loop([{ kind: 'branch', test: holds, then: passed, otherwise: null, at }]);
}

function lowerCommand(frame: Frame, command: PsCommand, input: Expression | null): Expression {
  const at = placeOf(frame, command);
  const { name } = command;
  return {
    kind: 'command',
    name:
      name.kind === 'string' ? lowerString(frame, name.parts, placeOf(frame, name)) : lowerExpr(frame, name),
    sourced: command.invocation === '.',
    asked: frame.asked,
    args: command.args.map((arg): CommandArgument => {
      if (arg.kind === 'value') {
        const spread = arg.expr.kind === 'variable' && arg.expr.splat;
        return { kind: 'value', value: lowerExpr(frame, arg.expr), spread };
      }
      const value = arg.value ? lowerExpr(frame, arg.value) : null;
      return { kind: 'named', name: arg.name.toLowerCase(), written: `-${arg.name}`, value };
    }),
    input,
    at,
  };
}
