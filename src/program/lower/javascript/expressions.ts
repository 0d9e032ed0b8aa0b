import { cookText } from '../../../parse/javascript/text.js';
import type { Expression as Tree } from '../../../parse/javascript/tree.js';
import type { Place } from '../../../text/script.js';
import type { Argument, Expression, RecordEntry } from '../../compute.js';
import { type Insert, insertIn, placeOf } from '../frame.js';
import { inherited, lowerCall, lowerExecutor } from './calls.js';
import { lowerClass, lowerFunction } from './functions.js';
import { isRelative, modulePath } from './modules.js';
import { exportsSlot, type Lowering, meaningOf } from './scopes.js';
import { lowerAssignment, lowerUpdate } from './targets.js';

export function placed(tree: { start: number; end: number }, { frame }: Lowering): Place {
  return placeOf(frame, tree.start, tree.end);
}

export function nothing(at: Place): Expression {
  return { kind: 'literal', value: undefined, at };
}

export function library(path: string, at: Place): Expression {
  return { kind: 'library', path, at };
}

/** A module by its name: a package, or a file beside the program. `wanted`: which of its exports. */
export function loaded(source: Tree, wanted: readonly string[], at: Place, lowering: Lowering): Expression {
  const isWritten = source.kind === 'text' && !insertIn(lowering.frame, source.start, source.end);
  if (isWritten && !isRelative(source.value)) return library(modulePath(source.value), at);
  const exported = wanted.map((name) => keyText(name, at));
  return call(library('module.load', at), [lowerExpression(source, lowering), ...exported], at);
}

/** A call without names for its arguments. */
export function call(callee: Expression, args: readonly Expression[], at: Place): Expression {
  return {
    kind: 'invoke',
    callee,
    args: args.map((value) => ({ name: null, value, spread: null })),
    at,
  };
}

/** Evaluated for what it does; its value may be anything. */
export function unknown(parts: readonly Expression[], at: Place): Expression {
  return { kind: 'unknown', parts, at };
}

/** Lowers an expression to one that gives its value. */
export function lowerExpression(tree: Tree, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const sub = (inner: Tree): Expression => lowerExpression(inner, lowering);
  switch (tree.kind) {
    case 'name':
      return lowerName(tree.name, tree, lowering);
    case 'text':
      return lowerText(tree, tree.value, 1, lowering);
    case 'template':
      return {
        kind: 'text',
        parts: tree.texts.flatMap((text, index) => {
          const inner = tree.expressions[index];
          return [lowerText(text, text.value, 0, lowering), ...(inner ? [sub(inner)] : [])];
        }),
        at,
      };
    case 'tagged':
      return call(sub(tree.tag), [sub(tree.template)], at);
    case 'number':
    case 'boolean':
      return { kind: 'literal', value: tree.value, at };
    case 'null':
      return { kind: 'literal', value: null, at };
    case 'pattern':
      return call(library('RegExp', at), [{ kind: 'literal', value: tree.source, at }], at);
    case 'array':
      return {
        kind: 'list',
        items: tree.elements.map((element) => {
          if (element?.kind === 'spread') return { value: sub(element.operand), spread: true };
          return { value: element ? sub(element) : nothing(at), spread: false };
        }),
        at,
      };
    case 'object':
      return { kind: 'record', entries: tree.members.map((one) => lowerEntry(one, at, lowering)), at };
    case 'function':
      return lowerFunction(tree, { self: lowering.self }, lowering);
    case 'class':
      return lowerClass(tree, lowering);
    case 'unary':
      return lowerUnary(tree, lowering);
    case 'update':
      return lowerUpdate(tree, lowering);
    case 'binary':
      return lowerBinary(tree, lowering);
    case 'logical': {
      const kind = tree.operator === '&&' ? 'and' : tree.operator === '||' ? 'or' : 'coalesce';
      return { kind, left: sub(tree.left), right: sub(tree.right), at };
    }
    case 'conditional':
      return {
        kind: 'choose',
        test: sub(tree.test),
        then: sub(tree.then),
        otherwise: sub(tree.otherwise),
        at,
      };
    case 'assign':
      return lowerAssignment(tree, lowering);
    case 'call':
      return lowerCall(tree, lowering);
    case 'new':
      return lowerNew(tree, lowering);
    case 'member':
      return lowerMember(tree, lowering);
    case 'await':
      return sub(tree.operand);
    case 'sequence':
      return { kind: 'several', parts: tree.expressions.map(sub), at };
    case 'spread':
      return sub(tree.operand);
    case 'import':
      return loaded(tree.source, ['*'], at, lowering);
    case 'other':
      return unknown([], at);
  }
}

function lowerName(name: string, tree: Tree, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const insert = insertIn(lowering.frame, tree.start, tree.end);
  if (insert) return lowerPastedCode(insert, at, lowering);
  if (name === 'undefined') return nothing(at);
  if (name === 'this') {
    return lowering.self === null
      ? unknown([], at)
      : { kind: 'variable', slot: lowering.self, library: null, at };
  }
  const meaning = meaningOf(name, lowering);
  if (meaning?.kind === 'slot') return { kind: 'variable', slot: meaning.slot, library: null, at };
  if (!meaning && name === 'exports') return exportsOf(at, lowering);
  return library(meaning?.path ?? name, at);
}

/** `${{ … }}` where code is read: what is pasted is a number, `true`, JSON; of nothing at all comes a syntax error. */
function lowerPastedCode(insert: Insert, at: Place, lowering: Lowering): Expression {
  return call(library('JSON.parse', at), [pasteOf(insert, lowering)], at);
}

function pasteOf(insert: Insert, { frame }: Lowering): Expression {
  const part = insert.part(true);
  const at = placeOf(frame, insert.start, insert.end);
  return part.kind === 'paste' ? { kind: 'paste', expr: part.expr, at } : unknown([], at);
}

/** Text between quotes, with what the runner pastes into it; `edge` is the length of a quote. */
function lowerText(
  tree: { start: number; end: number },
  value: string,
  edge: number,
  lowering: Lowering,
): Expression {
  const { frame } = lowering;
  const at = placed(tree, lowering);
  if (!insertIn(frame, tree.start, tree.end)) return { kind: 'literal', value, at };
  const parts: Expression[] = [];
  let from = tree.start + edge;
  const end = tree.end - edge;
  const addText = (to: number) => {
    if (to <= from) return;
    const piece = placeOf(frame, from, to);
    const cooked = cookText(frame.source.slice(from, to));
    parts.push(cooked === null ? unknown([], piece) : { kind: 'literal', value: cooked, at: piece });
  };
  for (const insert of frame.inserts) {
    if (insert.end <= from || insert.start >= end) continue;
    addText(insert.start);
    parts.push(pasteOf(insert, lowering));
    from = insert.end;
  }
  addText(end);
  return { kind: 'text', parts, at };
}

/** A key of a record, or the index of an item. */
export function keyText(key: string, at: Place): Expression {
  return { kind: 'literal', value: key, at };
}

function lowerEntry(
  member: Extract<Tree, { kind: 'object' }>['members'][number],
  at: Place,
  lowering: Lowering,
): RecordEntry {
  if (member.kind === 'spread') return { key: null, value: lowerExpression(member.operand, lowering) };
  const { key, value } = member;
  return {
    key: typeof key === 'string' ? keyText(key, at) : lowerExpression(key, lowering),
    value: lowerExpression(value, lowering),
  };
}

function lowerUnary(tree: Extract<Tree, { kind: 'unary' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const { operand } = tree;
  switch (tree.operator) {
    case '!':
      return { kind: 'not', operand: lowerExpression(operand, lowering), at };
    case '-':
      if (operand.kind === 'number') return { kind: 'literal', value: -operand.value, at };
      return {
        kind: 'operate',
        operator: '-',
        left: { kind: 'literal', value: 0, at },
        right: lowerExpression(operand, lowering),
        at,
      };
    case '+':
      return call(library('Number', at), [lowerExpression(operand, lowering)], at);
    case 'void':
      return { kind: 'several', parts: [lowerExpression(operand, lowering), nothing(at)], at };
    case 'typeof':
      return call(library('typeof', at), [lowerExpression(operand, lowering)], at);
    case 'delete':
      return lowerDelete(operand, at, lowering);
    default:
      return unknown([lowerExpression(operand, lowering)], at);
  }
}

function lowerDelete(operand: Tree, at: Place, lowering: Lowering): Expression {
  if (operand.kind !== 'member') return unknown([lowerExpression(operand, lowering)], at);
  const object = lowerExpression(operand.object, lowering);
  const index =
    typeof operand.property === 'string'
      ? keyText(operand.property, at)
      : lowerExpression(operand.property, lowering);
  if (object.kind === 'library' && object.path === ENVIRONMENT)
    return call(library(`delete.${ENVIRONMENT}`, at), [index], at);
  return call(library('delete', at), [object, index], at);
}

function lowerBinary(tree: Extract<Tree, { kind: 'binary' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const { operator } = tree;
  switch (operator) {
    case '===':
    case '!==':
    case '==':
    case '!=': {
      const equal = lowerEquality(tree, lowering);
      return operator.startsWith('!') ? { kind: 'not', operand: equal, at } : equal;
    }
    case 'in': {
      const item = lowerExpression(tree.left, lowering);
      return { kind: 'contains', item, container: lowerExpression(tree.right, lowering), at };
    }
    case 'instanceof':
      return call(
        library('instanceof', at),
        [lowerExpression(tree.left, lowering), lowerExpression(tree.right, lowering)],
        at,
      );
  }
  const left = lowerExpression(tree.left, lowering);
  const right = lowerExpression(tree.right, lowering);
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=')
    return { kind: 'compare', operator, left, right, at };
  return { kind: 'operate', operator, left, right, at };
}

function lowerEquality(tree: Extract<Tree, { kind: 'binary' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const [type, text] = tree.left.kind === 'unary' ? [tree.left, tree.right] : [tree.right, tree.left];
  if (
    type.kind === 'unary' &&
    type.operator === 'typeof' &&
    text.kind === 'text' &&
    text.value === 'undefined'
  ) {
    const left = lowerExpression(type.operand, lowering);
    // Whether a name that the program does not declare is there, hangs on what runs it.
    if (left.kind === 'library') return unknown([], at);
    return { kind: 'compare', operator: 'same', left, right: nothing(at), at };
  }
  if (asksForMain(tree.left, tree.right) || asksForMain(tree.right, tree.left))
    return library('module.isMain', at);
  return {
    kind: 'compare',
    operator: tree.operator.length === 3 ? 'same' : 'like',
    left: lowerExpression(tree.left, lowering),
    right: lowerExpression(tree.right, lowering),
    at,
  };
}

/** `process.argv[1] === fileURLToPath(import.meta.url)`, `require.main === module`: is this the program, or a module of another? */
function asksForMain(left: Tree, right: Tree): boolean {
  if (right.kind === 'name' && right.name === 'module') return pathOf(left) === 'require.main';
  return within(left, 'process.argv') && (within(right, 'import.meta') || within(right, '__filename'));
}

/** A chain of names as it is written; null for anything else. */
function pathOf(tree: Tree): string | null {
  if (tree.kind === 'name') return tree.name;
  if (tree.kind !== 'member' || typeof tree.property !== 'string') return null;
  const object = pathOf(tree.object);
  return object === null ? null : `${object}.${tree.property}`;
}

/** Is a value made of what has this name? */
function within(tree: Tree, name: string): boolean {
  if (pathOf(tree) === name) return true;
  switch (tree.kind) {
    case 'member':
      return within(tree.object, name);
    case 'call':
      return within(tree.callee, name) || tree.args.some((arg) => within(arg, name));
    case 'new':
      return tree.args.some((arg) => within(arg, name));
    case 'template':
      return tree.expressions.some((inner) => within(inner, name));
    case 'logical':
      return within(tree.left, name) || within(tree.right, name);
    default:
      return false;
  }
}

function lowerMember(tree: Extract<Tree, { kind: 'member' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const { property, optional } = tree;
  if (tree.object.kind === 'name' && tree.object.name === 'super' && typeof property === 'string')
    return inherited(property, at, lowering) ?? unknown([], at);
  const object = lowerExpression(tree.object, lowering);
  if (typeof property !== 'string')
    return { kind: 'item', object, index: lowerExpression(property, lowering), optional, at };
  if (object.kind === 'library') {
    if (GLOBALS.has(object.path)) return library(property, at);
    // A module's default is taken for the module.
    if (property === 'default') return object;
    if (object.path === ENVIRONMENT)
      return { kind: 'item', object, index: keyText(property, at), optional, at };
    if (object.path === 'import.meta' && property === 'main') return library('module.isMain', at);
    if (object.path === 'module' && property === 'exports') return exportsOf(at, lowering);
    if (object.path === 'process' || object.path === 'import.meta')
      return library(`${object.path}.${property}`, at);
  }
  return { kind: 'member', object, name: property, optional, at };
}

function exportsOf(at: Place, lowering: Lowering): Expression {
  return { kind: 'variable', slot: exportsSlot(lowering), library: null, at };
}

/** The variables of the environment: members of it are items of a record that is not the program's own. */
const ENVIRONMENT = 'process.env';
const GLOBALS: ReadonlySet<string> = new Set(['globalThis', 'global']);

export function lowerArguments(args: readonly Tree[], lowering: Lowering): Argument[] {
  return args.map((arg) =>
    arg.kind === 'spread'
      ? { name: null, value: lowerExpression(arg.operand, lowering), spread: 'list' }
      : { name: null, value: lowerExpression(arg, lowering), spread: null },
  );
}

function lowerNew(tree: Extract<Tree, { kind: 'new' }>, lowering: Lowering): Expression {
  const at = placed(tree, lowering);
  const callee = lowerExpression(tree.callee, lowering);
  if (callee.kind === 'library' && callee.path === 'Promise') {
    const [executor] = tree.args;
    return executor ? lowerExecutor(executor, at, lowering) : nothing(at);
  }
  const named = callee.kind === 'library' ? library(`new.${callee.path}`, at) : callee;
  return { kind: 'invoke', callee: named, args: lowerArguments(tree.args, lowering), makes: true, at };
}
