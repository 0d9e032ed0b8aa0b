import type { PsBlock, PsExpr, PsPart, PsScript, PsStatement } from '../../../parse/powershell.js';
import type { Place } from '../../../text/script.js';
import type { Expression, FunctionValue, ParameterSlot } from '../../compute.js';
import type { Block } from '../../program.js';
import { type Frame, literal, placeOf, refuse, unknown } from './frame.js';
import { lowerValue } from './pipelines.js';
import { lowerBlock } from './statements.js';
import { lowerStatic } from './static.js';
import { ENVIRONMENT, lowerKey, lowerTarget, lowerVariable } from './variables.js';

export function lowerExpr(frame: Frame, expr: PsExpr): Expression {
  const at = placeOf(frame, expr);
  switch (expr.kind) {
    case 'string':
      return lowerString(frame, expr.parts, at);
    case 'number':
      return literal(expr.value, at);
    case 'variable':
      return lowerVariable(frame, expr);
    case 'type':
      return { kind: 'library', path: typeName(expr.name), at };
    case 'cast':
      return lowerCast(frame, expr, at);
    case 'member':
    case 'method':
      return lowerMember(frame, expr, at);
    case 'index':
      return {
        kind: 'item',
        object: lowerExpr(frame, expr.object),
        index: lowerKey(lowerExpr(frame, expr.index)),
        optional: false,
        at,
      };
    case 'array':
      return {
        kind: 'list',
        items: expr.items.map((item) => ({ value: lowerExpr(frame, item), spread: false })),
        at,
      };
    case 'list':
      return lowerListOf(frame, expr.body, at);
    case 'sub':
    case 'paren':
      return lowerBody(frame, expr.body, at);
    case 'hash':
      return {
        kind: 'record',
        entries: expr.entries.map(({ key, value }) => ({
          key: lowerKey(lowerExpr(frame, key)),
          value: lowerValue(frame, value),
        })),
        at,
      };
    case 'block':
      return lowerFunction(frame, '', expr.script, at);
    case 'unary':
      return lowerUnary(frame, expr, at);
    case 'binary':
      return lowerBinary(frame, expr, at);
    case 'ternary':
      return {
        kind: 'choose',
        test: lowerExpr(frame, expr.test),
        then: lowerExpr(frame, expr.then),
        otherwise: lowerExpr(frame, expr.otherwise),
        at,
      };
    case 'paste':
      // What is pasted there is code.
      return unknown([{ kind: 'paste', expr: frame.pastes[expr.paste] ?? null, at }], at);
  }
}

export function lowerString(frame: Frame, parts: readonly PsPart[], at: Place): Expression {
  const [only, ...more] = parts;
  if (!only) return literal('', at);
  if (only.kind === 'text' && more.length === 0) return literal(only.text, at);
  return { kind: 'text', parts: parts.map((part) => lowerPart(frame, part)), at };
}

function lowerPart(frame: Frame, part: PsPart): Expression {
  const at = placeOf(frame, part);
  switch (part.kind) {
    case 'text':
      return literal(part.text, at);
    case 'expr':
      return lowerExpr(frame, part.expr);
    case 'paste':
      return { kind: 'paste', expr: frame.pastes[part.paste] ?? null, at };
  }
}

/** A type's name as facts know it: lower case, without `System.`. */
export function typeName(name: string): string {
  return name.toLowerCase().replace(/^system\./, '');
}

function lowerMember(
  frame: Frame,
  expr: Extract<PsExpr, { kind: 'member' | 'method' }>,
  at: Place,
): Expression {
  const args = expr.kind === 'method' ? expr.args.map((arg) => lowerExpr(frame, arg)) : null;
  const { name } = expr;
  if (name === null) return unknown([lowerExpr(frame, expr.object), ...(args ?? [])], at);
  if (expr.isStatic && expr.object.kind === 'type')
    return lowerStatic(typeName(expr.object.name), name, args, at);
  const object = lowerExpr(frame, expr.object);
  const member: Expression = { kind: 'member', object, name, optional: true, at };
  if (!args) return member;
  return {
    kind: 'invoke',
    callee: member,
    args: args.map((value) => ({ name: null, value, spread: null })),
    at,
  };
}

function lowerCast(frame: Frame, expr: Extract<PsExpr, { kind: 'cast' }>, at: Place): Expression {
  return castTo(typeName(expr.type), lowerExpr(frame, expr.operand), at);
}

/** A value as one of another type. */
export function castTo(type: string, operand: Expression, at: Place): Expression {
  switch (type) {
    case 'string':
      return { kind: 'text', parts: [operand], at };
    case 'bool':
    case 'boolean':
    case 'switch':
      return { kind: 'not', operand: { kind: 'not', operand, at }, at };
    case 'array':
    case 'object[]':
    case 'string[]':
      return { kind: 'as-list', value: operand, at };
    case 'void':
    case 'object':
    case 'psobject':
    case 'pscustomobject':
    case 'ordered':
    case 'hashtable':
    case 'scriptblock':
    case 'collections.arraylist':
      return operand;
    case 'int':
    case 'int32':
    case 'long':
    case 'double':
      return operand.kind === 'literal' && typeof operand.value === 'number'
        ? operand
        : unknown([operand], at);
    default:
      return unknown([operand], at);
  }
}

/** `@( … )`. */
function lowerListOf(frame: Frame, body: PsBlock, at: Place): Expression {
  const items: Expression[] = [];
  for (const statement of body) {
    const expr = plainValue(statement);
    if (expr?.kind === 'array') items.push(...expr.items.map((item) => lowerExpr(frame, item)));
    else if (expr?.kind === 'string' || expr?.kind === 'hash') items.push(lowerExpr(frame, expr));
    else return { kind: 'as-list', value: lowerBody(frame, body, at), at };
  }
  return { kind: 'list', items: items.map((value) => ({ value, spread: false })), at };
}

/** The expression that a statement is; null for any other statement. */
export function plainValue(statement: PsStatement): PsExpr | null {
  if (statement.kind !== 'pipeline' || statement.elements.length !== 1 || statement.background) return null;
  const [element] = statement.elements;
  return element?.kind === 'value' && element.redirects.length === 0 ? element.expr : null;
}

/** `( … )` and `$( … )`. */
function lowerBody(frame: Frame, body: PsBlock, at: Place): Expression {
  const [only, ...more] = body;
  if (only && more.length === 0) return lowerValue(frame, only);
  return { kind: 'gather', body: lowerBlock(frame, body), at };
}

function lowerUnary(frame: Frame, expr: Extract<PsExpr, { kind: 'unary' }>, at: Place): Expression {
  const operand = lowerExpr(frame, expr.operand);
  switch (expr.operator) {
    case 'not':
      return { kind: 'not', operand, at };
    case '+':
      return operand;
    case '-':
      if (operand.kind === 'literal' && typeof operand.value === 'number') return literal(-operand.value, at);
      return { kind: 'operate', operator: '-', left: literal(0, at), right: operand, at };
    case '++':
    case '--': {
      const changed = lowerChange(frame, expr, at);
      if (expr.start < expr.operand.start) return changed;
      // Behind the variable, the operator gives what was there before (about_Operators).
      const back = expr.operator === '++' ? '-' : '+';
      return { kind: 'operate', operator: back, left: changed, right: literal(1, at), at };
    }
    case 'join':
      return lowerJoin(operand, literal('', at), at);
    default:
      return unknown([operand], at);
  }
}

/** `$n++` and `--$n`, whose value is what the variable then holds. */
export function lowerChange(
  frame: Frame,
  { operator, operand }: Extract<PsExpr, { kind: 'unary' }>,
  at: Place,
): Expression {
  const target = lowerTarget(frame, operand, (inner) => lowerExpr(frame, inner));
  const left = lowerExpr(frame, operand);
  const sign = operator === '++' ? '+' : '-';
  const value: Expression = { kind: 'operate', operator: sign, left, right: literal(1, at), at };
  return { kind: 'assign', target, value, at };
}

const ORDER: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = { lt: '<', le: '<=', gt: '>', ge: '>=' };

function lowerBinary(frame: Frame, expr: Extract<PsExpr, { kind: 'binary' }>, at: Place): Expression {
  const left = lowerExpr(frame, expr.left);
  const right = lowerExpr(frame, expr.right);
  const { operator, caseSensitive } = expr;
  const not = (operand: Expression): Expression => ({ kind: 'not', operand, at });
  const order = ORDER[operator];
  if (order) return { kind: 'compare', operator: order, left, right, at };
  const negative = /^not(like|match|contains|in)$/.exec(operator)?.[1];
  if (negative) return not(lowerBinary(frame, { ...expr, operator: negative }, at));
  switch (operator) {
    case 'and':
    case 'or':
      return { kind: operator, left, right, at };
    case '??':
      return { kind: 'coalesce', left, right, at };
    case 'eq':
    case 'ne': {
      const isNull = (one: Expression) => one.kind === 'literal' && one.value === null;
      const kind = isNull(left) || isNull(right) ? 'same' : 'like';
      const equal = orDropped(
        { kind: 'compare', operator: kind, caseSensitive, left, right, at },
        isNull(left) ? right : left,
      );
      return operator === 'eq' ? equal : not(equal);
    }
    case 'like':
    case 'match':
      return {
        kind: 'matches',
        by: operator === 'like' ? 'wildcard' : 'regex',
        caseSensitive,
        value: left,
        pattern: right,
        at,
      };
    case 'contains':
      return { kind: 'contains', item: right, container: { kind: 'as-list', value: left, at: left.at }, at };
    case 'in':
      return { kind: 'contains', item: left, container: { kind: 'as-list', value: right, at: right.at }, at };
    case 'as': {
      const type = expr.right.kind === 'type' ? typeName(expr.right.name) : '';
      // What cannot be converted is `$null` (about_Type_Operators): any value can be a text or a truth value.
      return /^(string|bool|boolean)$/.test(type) ? castTo(type, left, at) : unknown([left], at);
    }
    case 'join':
      return lowerJoin(left, right, at);
    case 'split':
    case 'replace':
      return lowerCut(operator, caseSensitive, left, right, at);
    case 'f':
      return lowerFormat(left, right, at);
    case '..':
      return lowerRange(left, right, at);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { kind: 'operate', operator, left, right, at };
    default:
      return unknown([left, right], at);
  }
}

/** `$null -eq $env:X`: also where X is empty, on a host that does not hand on such a variable. */
function orDropped(equal: Extract<Expression, { kind: 'compare' }>, other: Expression): Expression {
  const { at } = equal;
  const ofEnvironment =
    other.kind === 'item' && other.object.kind === 'library' && other.object.path === ENVIRONMENT;
  if (equal.operator !== 'same' || !ofEnvironment) return equal;
  const dropped: Expression = { kind: 'library', path: 'empty-variables.are-dropped', at };
  const right: Expression = { kind: 'and', left: { kind: 'not', operand: other, at }, right: dropped, at };
  return { kind: 'or', left: equal, right, at };
}

function lowerJoin(list: Expression, separator: Expression, at: Place): Expression {
  const object: Expression = { kind: 'as-list', value: list, at: list.at };
  const callee: Expression = { kind: 'member', object, name: 'join', optional: false, at };
  return { kind: 'invoke', callee, args: [{ name: null, value: separator, spread: null }], at };
}

/** `-split` and `-replace` read their pattern as a regular expression: one that is plain text is only that. */
function lowerCut(
  operator: 'split' | 'replace',
  caseSensitive: boolean,
  left: Expression,
  right: Expression,
  at: Place,
): Expression {
  const args = right.kind === 'list' ? right.items.map((item) => item.value) : [right];
  const [pattern] = args;
  const text = pattern?.kind === 'literal' ? String(pattern.value) : '';
  const wanted = operator === 'split' ? 1 : 2;
  if (!/^[\w ,;:/=@%&"'<>~-]+$/.test(text) || args.length > wanted) return unknown([left, right], at);
  const object: Expression = { kind: 'text', parts: [left], at: left.at };
  // The method minds the case of letters, the operators do not.
  const name = operator === 'replace' && !caseSensitive ? '-replace' : operator;
  if (operator === 'split' && !caseSensitive && /[a-z]/i.test(text)) return unknown([left, right], at);
  const callee: Expression = { kind: 'member', object, name, optional: false, at };
  const all = args.length < wanted ? [...args, literal('', at)] : args;
  return { kind: 'invoke', callee, args: all.map((value) => ({ name: null, value, spread: null })), at };
}

/** `'{0} of {1}' -f $a, $b`. */
function lowerFormat(format: Expression, values: Expression, at: Place): Expression {
  const items = values.kind === 'list' ? values.items.map((item) => item.value) : [values];
  const text = format.kind === 'literal' && typeof format.value === 'string' ? format.value : null;
  if (text === null || /\{\{|\}\}/.test(text)) return unknown([format, ...items], at);
  const parts: Expression[] = [];
  for (const piece of text.split(/(\{\d{1,2}(?:[,:][^{}]*)?\})/)) {
    const index = /^\{(\d+)/.exec(piece)?.[1];
    const item = index === undefined ? undefined : items[Number(index)];
    // With a width or a format it is some other text.
    if (item) parts.push(/[,:]/.test(piece) ? unknown([item], at) : item);
    else if (piece !== '') parts.push(literal(piece, at));
  }
  return { kind: 'text', parts, at };
}

/** A number that steps of one reach: from another one, it is as far as a number holds such steps. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** The longest range whose numbers are written out. */
const MAX_RANGE = 64;

function lowerRange(left: Expression, right: Expression, at: Place): Expression {
  const from = left.kind === 'literal' ? left.value : null;
  const to = right.kind === 'literal' ? right.value : null;
  const isWritten = isWhole(from) && isWhole(to) && Math.abs(to - from) <= MAX_RANGE;
  if (!isWritten) return { kind: 'as-list', value: unknown([left, right], at), at };
  const step = from <= to ? 1 : -1;
  const items: { value: Expression; spread: boolean }[] = [];
  for (let number = from; number !== to + step; number += step)
    items.push({ value: literal(number, at), spread: false });
  return { kind: 'list', items, at };
}

/** A function of the script, or a block of it. */
export function lowerFunction(frame: Frame, name: string, script: PsScript, at: Place): FunctionValue {
  // A block that a command runs shares the variables around it.
  const assigned = name === '' ? frame.assigned : new Set<string>();
  const inner: Frame = { ...frame, assigned, loops: null, step: [] };
  const parameters = lowerParameters(inner, script);
  const body: Block = [
    ...script.blocks.flatMap((block) => lowerBlock(inner, block.body)),
    ...lowerBlock(inner, script.body),
  ];
  if (script.blocks.some((block) => block.name === 'dynamicparam'))
    refuse(frame, "a function with a 'dynamicparam' block", script);
  const locals = name === '' ? [] : [...(assigned ?? [])];
  return { kind: 'function', name, parameters, locals, body, generator: false, at };
}

export function lowerParameters(frame: Frame, script: PsScript): ParameterSlot[] {
  return (script.parameters ?? []).map((parameter) => {
    frame.assigned?.add(parameter.name);
    const at = placeOf(frame, parameter);
    const absent =
      parameter.type === 'switch' ? literal(false, at) : parameter.type === 'string' ? literal('', at) : null;
    return {
      name: parameter.name,
      target: { kind: 'variable', slot: parameter.name, at },
      initial: parameter.value ? lowerExpr(frame, parameter.value) : absent,
      rest: null,
    };
  });
}
