import type { Statement, Expression as Tree } from '../../../parse/javascript/tree.js';
import type { Place } from '../../../text/script.js';
import type { Expression, Target } from '../../compute.js';
import type { Block, Node } from '../../program.js';
import { call, library, lowerExpression, nothing, placed } from './expressions.js';
import { lowerClass, lowerFunction } from './functions.js';
import { exportPath, isRelative } from './modules.js';
import {
  declareName,
  exportsSlot,
  type Loop,
  type Lowering,
  meaningOf,
  unsupported,
  within,
} from './scopes.js';
import { lowerSwitch } from './switch.js';
import { declareBinding, lowerBinding, namesIn } from './targets.js';

/** Lowers the statements of a program or of a function, whose own scope the lowering is in. */
export function lowerBody(body: readonly Statement[], lowering: Lowering): Block {
  for (const name of body.flatMap(variablesIn)) declareName(name, lowering);
  return lowerHere(body, lowering);
}

/** The names that `var` gives to the function, however deep within it. */
function variablesIn(statement: Statement): string[] {
  switch (statement.kind) {
    case 'export':
      return variablesIn(statement.body);
    case 'declare':
      return statement.how === 'var' ? statement.bindings.flatMap(({ target }) => namesIn(target)) : [];
    case 'if':
      return [statement.then, ...(statement.otherwise ? [statement.otherwise] : [])].flatMap(variablesIn);
    case 'for':
      return [...(statement.initialise ? [statement.initialise] : []), statement.body].flatMap(variablesIn);
    case 'each':
    case 'while':
    case 'do':
    case 'labelled':
      return variablesIn(statement.body);
    case 'block':
      return statement.body.flatMap(variablesIn);
    case 'switch':
      return statement.cases.flatMap((one) => one.body.flatMap(variablesIn));
    case 'try':
      return [...statement.body, ...(statement.handler?.body ?? []), ...(statement.last ?? [])].flatMap(
        variablesIn,
      );
    default:
      return [];
  }
}

/** Lowers the statements of a block in a scope of its own. */
export function lowerBlock(body: readonly Statement[], lowering: Lowering): Block {
  return lowerHere(body, within(lowering));
}

/** Modules are loaded first, and a function may be called before it stands there. */
function lowerHere(body: readonly Statement[], lowering: Lowering): Block {
  for (const statement of body) declareStatement(statement, lowering);
  return [0, 1, 2].flatMap((turn) =>
    body
      .filter((statement) => turnOf(statement) === turn)
      .flatMap((statement) => lowerStatement(statement, lowering)),
  );
}

function turnOf(statement: Statement): 0 | 1 | 2 {
  if (statement.kind === 'export') return turnOf(statement.body);
  return statement.kind === 'import' ? 0 : statement.kind === 'function' ? 1 : 2;
}

/** Makes the names that a statement declares variables of its block. */
function declareStatement(statement: Statement, lowering: Lowering): void {
  switch (statement.kind) {
    case 'declare':
      if (statement.how !== 'var')
        for (const { target } of statement.bindings) declareBinding(target, lowering);
      return;
    case 'function':
    case 'class':
      declareName(statement.name, lowering);
      return;
    case 'export':
      declareStatement(statement.body, lowering);
      return;
    case 'import':
      for (const { imported, local } of statement.names) {
        if (isRelative(statement.source)) {
          declareName(local, lowering);
          continue;
        }
        const path = exportPath(statement.source, imported);
        lowering.scope.names.set(local, { kind: 'library', path });
      }
      return;
    default:
      return;
  }
}

/** Lowers a statement in the scope that it stands in. */
export function lowerStatement(statement: Statement, lowering: Lowering): Block {
  const at = placed(statement, lowering);
  switch (statement.kind) {
    case 'expression':
      noteUnawaited(statement.expression, at, lowering);
      return [{ kind: 'evaluate', expression: lowerExpression(statement.expression, lowering), at }];
    case 'declare':
      return statement.bindings.flatMap(({ target, value }): Block => {
        if (!value && statement.how === 'var') return [];
        const meaning = target.kind === 'name' ? meaningOf(target.name, lowering) : null;
        if (meaning?.kind === 'slot' && value?.kind === 'function' && value.async)
          lowering.shared.asynchronous.add(meaning.slot);
        const given = value ? lowerExpression(value, lowering) : nothing(at);
        return [assigned(lowerBinding(target, lowering), given, at)];
      });
    case 'function': {
      if (statement.value.async) lowering.shared.asynchronous.add(declareName(statement.name, lowering));
      const target: Target = { kind: 'variable', slot: declareName(statement.name, lowering), at };
      return [assigned(target, lowerFunction(statement.value, { self: null }, lowering), at)];
    }
    case 'class': {
      const target: Target = { kind: 'variable', slot: declareName(statement.name, lowering), at };
      const value: Expression = statement.value
        ? lowerClass(statement.value, lowering)
        : { kind: 'unknown', parts: [], at };
      return [assigned(target, value, at)];
    }
    case 'if':
      return [
        {
          kind: 'branch',
          test: testOf(lowerExpression(statement.test, lowering)),
          then: inner(statement.then, lowering),
          otherwise: statement.otherwise && inner(statement.otherwise, lowering),
          at,
        },
      ];
    case 'for':
      return lowerFor(statement, null, lowering);
    case 'each':
      return lowerEach(statement, null, lowering);
    case 'while':
    case 'do':
      return lowerWhile(statement, null, lowering);
    case 'switch':
      return lowerSwitch(statement, null, lowering);
    case 'try':
      return [lowerTry(statement, lowering)];
    case 'throw':
      return [{ kind: 'throw', value: lowerExpression(statement.value, lowering), at }];
    case 'return': {
      const value = statement.value && lowerExpression(statement.value, lowering);
      return [{ kind: 'return', value, at }];
    }
    case 'break':
    case 'continue':
      return lowerJump(statement, lowering);
    case 'block':
      return [sequence(lowerBlock(statement.body, lowering), at)];
    case 'labelled':
      return lowerLabelled(statement, lowering);
    case 'import':
      return isRelative(statement.source) ? lowerImport(statement, at, lowering) : [];
    case 'export':
      return lowerExport(statement, at, lowering);
    case 'nothing':
      return [];
    case 'other':
      unsupported(`'${statement.what}' is not modelled`, at, lowering);
      return [];
  }
}

/** Names of a file beside the program; without any it is loaded all the same. */
function lowerImport(
  { source, names }: Extract<Statement, { kind: 'import' }>,
  at: Place,
  lowering: Lowering,
): Block {
  const load = (imported: string): Expression =>
    call(library('module.load', at), [textAt(source, at), textAt(imported, at)], at);
  if (names.length === 0) return [{ kind: 'evaluate', expression: load('*'), at }];
  return names.map(({ imported, local }) => {
    const target: Target = { kind: 'variable', slot: declareName(local, lowering), at };
    return assigned(target, load(imported), at);
  });
}

function textAt(value: string, at: Place): Expression {
  return { kind: 'literal', value, at };
}

function lowerExport(
  { body, names }: Extract<Statement, { kind: 'export' }>,
  at: Place,
  lowering: Lowering,
): Block {
  const given = names ?? declaredBy(body).map((name) => ({ local: name, exported: name }));
  const object: Expression = { kind: 'variable', slot: exportsSlot(lowering), library: null, at };
  return [
    ...lowerStatement(body, lowering),
    ...given.map(({ local, exported }) => {
      const value = lowerExpression({ kind: 'name', name: local, start: 0, end: 0 }, lowering);
      return assigned({ kind: 'member', object, name: exported, at }, { ...value, at }, at);
    }),
  ];
}

function declaredBy(statement: Statement): string[] {
  if (statement.kind === 'declare') return statement.bindings.flatMap(({ target }) => namesIn(target));
  return statement.kind === 'function' || statement.kind === 'class' ? [statement.name] : [];
}

/** `try { main(); } catch …`: an error of an asynchronous function is not caught where nobody waits for it. */
function noteUnawaited(expression: Tree, at: Place, lowering: Lowering): void {
  if (!lowering.guarded || expression.kind !== 'call' || expression.callee.kind !== 'name') return;
  const { name } = expression.callee;
  const meaning = meaningOf(name, lowering);
  if (meaning?.kind === 'slot' && lowering.shared.asynchronous.has(meaning.slot))
    unsupported(`the call of '${name}' is not awaited within a 'try'`, at, lowering);
}

export function assigned(target: Target, value: Expression, at: Place): Node {
  return { kind: 'evaluate', expression: { kind: 'assign', target, value, at }, at };
}

export function sequence(body: Block, at: Place): Node {
  return { kind: 'sequence', body, at };
}

/** A test for a branch or a loop: does the value count as true? */
export function testOf(value: Expression): Node {
  const { at } = value;
  return { kind: 'test', condition: { kind: 'truth', value, at }, at };
}

/** The one statement that an `if` or a loop runs. */
function inner(statement: Statement, lowering: Lowering): Node {
  const body = statement.kind === 'block' ? statement.body : [statement];
  return sequence(lowerBlock(body, lowering), placed(statement, lowering));
}

/** The same lowering within a loop. */
export function inLoop(loop: Loop, lowering: Lowering): Lowering {
  return { ...lowering, loops: [...lowering.loops, loop] };
}

function lowerLabelled(
  { label, body, ...at }: Extract<Statement, { kind: 'labelled' }>,
  lowering: Lowering,
): Block {
  switch (body.kind) {
    case 'for':
      return lowerFor(body, label, lowering);
    case 'each':
      return lowerEach(body, label, lowering);
    case 'while':
    case 'do':
      return lowerWhile(body, label, lowering);
    case 'switch':
      return lowerSwitch(body, label, lowering);
    default:
      unsupported('a label on what is no loop is not modelled', placed(at, lowering), lowering);
      return [];
  }
}

function lowerJump(statement: Extract<Statement, { kind: 'break' | 'continue' }>, lowering: Lowering): Block {
  const { kind, label } = statement;
  const at = placed(statement, lowering);
  const index = lowering.loops.findLastIndex(
    (loop) => (kind === 'break' ? loop.breaks : loop.continues) && (label === null || loop.label === label),
  );
  if (index < 0) {
    unsupported(`'${kind}' out of no loop is not modelled`, at, lowering);
    return [];
  }
  const step = kind === 'continue' ? (lowering.loops[index]?.step ?? []) : [];
  return [...step, { kind: 'jump', how: kind, levels: lowering.loops.length - index, at }];
}

function lowerFor(
  statement: Extract<Statement, { kind: 'for' }>,
  label: string | null,
  outer: Lowering,
): Block {
  const at = placed(statement, outer);
  const lowering = within(outer);
  const { initialise, test, update } = statement;
  if (initialise) declareStatement(initialise, lowering);
  const first = initialise ? lowerStatement(initialise, lowering) : [];
  const step: Block = update
    ? [{ kind: 'evaluate', expression: lowerExpression(update, lowering), at: placed(update, lowering) }]
    : [];
  const body = inner(statement.body, inLoop({ label, breaks: true, continues: true, step }, lowering));
  const condition: Expression = test ? lowerExpression(test, lowering) : { kind: 'literal', value: true, at };
  const loop: Node = {
    kind: 'while',
    until: false,
    test: testOf(condition),
    body: sequence([body, ...step], at),
    at,
  };
  return [sequence([...first, loop], at)];
}

function lowerEach(
  statement: Extract<Statement, { kind: 'each' }>,
  label: string | null,
  outer: Lowering,
): Block {
  const at = placed(statement, outer);
  const lowering = within(outer);
  const source = lowerExpression(statement.iterable, lowering);
  if (statement.declares) declareBinding(statement.target, lowering);
  return [
    {
      kind: 'each',
      target: lowerBinding(statement.target, lowering),
      source: statement.over === 'keys' ? call(library('Object.keys', at), [source], source.at) : source,
      body: [inner(statement.body, inLoop({ label, breaks: true, continues: true }, lowering))],
      otherwise: null,
      at,
    },
  ];
}

function lowerWhile(
  statement: Extract<Statement, { kind: 'while' | 'do' }>,
  label: string | null,
  lowering: Lowering,
): Block {
  const at = placed(statement, lowering);
  const test = testOf(lowerExpression(statement.test, lowering));
  if (statement.kind === 'while') {
    const body = inner(statement.body, inLoop({ label, breaks: true, continues: true }, lowering));
    return [{ kind: 'while', until: false, test, body, at }];
  }
  // `continue` goes on with the test: it leaves a loop of one round within the other.
  const around = inLoop({ label, breaks: true, continues: false }, lowering);
  const body = inner(statement.body, inLoop({ label, breaks: false, continues: true }, around));
  const leave: Node = { kind: 'jump', how: 'break', levels: 1, at: test.at };
  const round: Block = [
    once([body], at),
    { kind: 'branch', test, then: sequence([], at), otherwise: leave, at: test.at },
  ];
  const always = testOf({ kind: 'literal', value: true, at });
  return [{ kind: 'while', until: false, test: always, body: sequence(round, at), at }];
}

/** A loop of one round: what may be left by a jump. */
export function once(body: Block, at: Place): Node {
  const source: Expression = { kind: 'list', items: [{ value: nothing(at), spread: false }], at };
  return { kind: 'each', target: { kind: 'unknown', at }, source, body, otherwise: null, at };
}

function lowerTry(statement: Extract<Statement, { kind: 'try' }>, lowering: Lowering): Node {
  const { handler } = statement;
  const scope = within(lowering);
  if (handler?.error) declareBinding(handler.error, scope);
  return {
    kind: 'try',
    body: lowerBlock(statement.body, handler ? { ...lowering, guarded: true } : lowering),
    handlers: handler
      ? [
          {
            types: null,
            binds: handler.error && lowerBinding(handler.error, scope),
            body: lowerBlock(handler.body, scope),
            at: placed(handler, lowering),
          },
        ]
      : [],
    otherwise: null,
    finally: statement.last && lowerBlock(statement.last, lowering),
    at: placed(statement, lowering),
  };
}
