import type { PsArm, PsBlock, PsExpr, PsScript, PsStatement } from '../../../parse/powershell.js';
import type { Place } from '../../../text/script.js';
import type { Expression, FunctionValue, Handler } from '../../compute.js';
import type { Block, Node } from '../../program.js';
import { castTo, lowerExpr, lowerFunction, lowerParameters, typeName } from './expressions.js';
import { type Frame, inLoop, literal, placeOf, refuse } from './frame.js';
import { lowerPipelineStatement, lowerValue, once, putOut, truth } from './pipelines.js';
import { functionSlot, isOutcome, lowerTarget, PIPED } from './variables.js';

export function lowerBlock(frame: Frame, body: PsBlock): Block {
  return body.flatMap((statement) => lowerStatement(frame, statement));
}

/** The script itself, where its parameters have no caller that gives them values, and as a function of them. */
export function lowerScript(
  frame: Frame,
  script: PsScript,
  at: Place,
): { readonly body: Block; readonly callable: FunctionValue } {
  const parameters = lowerParameters(frame, script);
  const initial = parameters.map(({ target, initial }): Node => {
    const value = initial ?? literal(null, target.at);
    return { kind: 'evaluate', expression: { kind: 'assign', target, value, at: target.at }, at: target.at };
  });
  const blocks = script.blocks.flatMap((block) => lowerBlock(frame, block.body));
  const body = [...blocks, ...lowerBlock(frame, script.body)];
  const locals = [...(frame.assigned ?? [])];
  const callable: FunctionValue = {
    kind: 'function',
    name: '',
    parameters,
    locals,
    body,
    generator: false,
    at,
  };
  return { body: [...initial, ...body], callable };
}

function sequence(body: Block, at: Place): Node {
  return { kind: 'sequence', body, at };
}

/** A condition. */
function test(frame: Frame, statement: PsStatement): Node {
  const at = placeOf(frame, statement);
  return { kind: 'test', condition: { kind: 'truth', value: lowerValue(frame, statement), at }, at };
}

export function lowerStatement(frame: Frame, statement: PsStatement): Block {
  const at = placeOf(frame, statement);
  switch (statement.kind) {
    case 'pipeline':
      return [lowerPipelineStatement(frame, statement, at)];
    case 'chain': {
      const success = truth({ kind: 'outcome', what: 'success', at: placeOf(frame, statement.operatorAt) });
      const right = sequence(lowerStatement(frame, statement.right), placeOf(frame, statement.right));
      const nothing = sequence([], at);
      const [then, otherwise] = statement.operator === '&&' ? [right, null] : [nothing, right];
      return [
        ...lowerStatement(frame, statement.left),
        { kind: 'branch', test: success, then, otherwise, at },
      ];
    }
    case 'assign':
      return [lowerAssignment(frame, statement, at)];
    case 'if':
      return [lowerIf(frame, statement, 0, at)];
    case 'switch':
      return lowerSwitch(frame, statement, at);
    case 'foreach':
      return [
        {
          kind: 'each',
          target: lowerTarget(frame, statement.variable, (expr) => lowerExpr(frame, expr)),
          source: {
            kind: 'as-list',
            value: lowerValue(frame, statement.items),
            at: placeOf(frame, statement.items),
          },
          body: lowerBlock(inLoop(frame), statement.body),
          otherwise: null,
          at,
        },
      ];
    case 'for': {
      const step = statement.update ? lowerStatement(inLoop(frame), statement.update) : [];
      const body = [...lowerBlock(inLoop(frame, step), statement.body), ...step];
      const condition = statement.test ? test(frame, statement.test) : truth(literal(true, at));
      return [
        ...(statement.initialise ? lowerStatement(frame, statement.initialise) : []),
        { kind: 'while', until: false, test: condition, body: sequence(body, at), at },
      ];
    }
    case 'while': {
      const body = lowerBlock(inLoop(frame), statement.body);
      const { until } = statement;
      const loop: Node = {
        kind: 'while',
        until,
        test: test(frame, statement.test),
        body: sequence(body, at),
        at,
      };
      // The first round of `do` comes before the test: a loop of one round stands around it for its `break`.
      return statement.bodyFirst ? [once(body, at), loop] : [loop];
    }
    case 'try':
      return [lowerTry(frame, statement, at)];
    case 'throw':
      return [
        {
          kind: 'throw',
          value: statement.value ? lowerValue(frame, statement.value) : null,
          at,
        },
      ];
    case 'return':
      return [
        ...(statement.value ? [putOut(lowerValue(frame, statement.value), null, at)] : []),
        frame.loops === null
          ? { kind: 'return', value: null, at: placeOf(frame, statement.keyword) }
          : {
              kind: 'jump',
              how: 'continue',
              levels: frame.loops + 1,
              at: placeOf(frame, statement.keyword),
            },
      ];
    case 'exit':
      return [
        { kind: 'exit', value: statement.value ? lowerValue(frame, statement.value) : literal(0, at), at },
      ];
    case 'break':
    case 'continue':
      if (statement.label !== null)
        refuse(frame, `'${statement.kind}' to a label is not modelled`, statement);
      return [
        ...(statement.kind === 'continue' ? frame.step : []),
        { kind: 'jump', how: statement.kind, levels: 1, at },
      ];
    case 'function': {
      const value = lowerFunction(frame, statement.name, statement.body, at);
      const target = { kind: 'variable', slot: functionSlot(statement.name), at } as const;
      return [{ kind: 'evaluate', expression: { kind: 'assign', target, value, at }, at }];
    }
    case 'other':
      // A type that the script defines is only met as a type that nothing is known of.
      if (statement.keyword !== 'class' && statement.keyword !== 'enum')
        refuse(frame, `'${statement.keyword}' is not modelled`, statement);
      return [];
  }
}

function lowerIf(
  frame: Frame,
  statement: Extract<PsStatement, { kind: 'if' }>,
  index: number,
  at: Place,
): Node {
  const clause = statement.clauses[index];
  if (!clause) return sequence(statement.otherwise ? lowerBlock(frame, statement.otherwise) : [], at);
  const last = index + 1 === statement.clauses.length && statement.otherwise === null;
  return {
    kind: 'branch',
    test: test(frame, clause.test),
    then: sequence(lowerBlock(frame, clause.body), at),
    otherwise: last ? null : lowerIf(frame, statement, index + 1, at),
    at,
  };
}

/** Every arm that fits runs, unless one leaves by `break`; `default` where none has: a loop over the subject's items. */
function lowerSwitch(frame: Frame, statement: Extract<PsStatement, { kind: 'switch' }>, at: Place): Block {
  if (statement.mode === 'file') refuse(frame, 'a switch over the lines of a file', statement);
  const matched = { kind: 'variable', slot: `(matched ${statement.start})`, at } as const;
  const set = (value: boolean): Node => ({
    kind: 'evaluate',
    expression: { kind: 'assign', target: matched, value: literal(value, at), at },
    at,
  });
  const arms = statement.arms.map((arm): Node => {
    const condition: Expression = arm.pattern
      ? fits(frame, statement, arm.pattern, placeOf(frame, arm))
      : { kind: 'not', operand: { ...matched, library: null }, at: placeOf(frame, arm) };
    const body = [...(arm.pattern ? [set(true)] : []), ...lowerBlock(inLoop(frame), arm.body)];
    return {
      kind: 'branch',
      test: truth(condition),
      then: sequence(body, at),
      otherwise: null,
      at: placeOf(frame, arm),
    };
  });
  const source: Expression = {
    kind: 'as-list',
    value: lowerValue(frame, statement.subject),
    at: placeOf(frame, statement.subject),
  };
  const target = { kind: 'variable', slot: PIPED, at } as const;
  return [
    {
      kind: 'each',
      target,
      source,
      body: [set(false), ...defaultLast(statement.arms, arms)],
      otherwise: null,
      at,
    },
  ];
}

function defaultLast(arms: readonly PsArm[], nodes: readonly Node[]): Node[] {
  const isDefault = (_: Node, index: number) => arms[index]?.pattern === null;
  return [...nodes.filter((node, index) => !isDefault(node, index)), ...nodes.filter(isDefault)];
}

function fits(
  frame: Frame,
  { mode, caseSensitive }: Extract<PsStatement, { kind: 'switch' }>,
  pattern: PsExpr,
  at: Place,
): Expression {
  const value: Expression = { kind: 'variable', slot: PIPED, library: null, at };
  if (pattern.kind === 'block') return { kind: 'gather', body: lowerBlock(frame, pattern.script.body), at };
  const right = lowerExpr(frame, pattern);
  if (mode === 'wildcard' || mode === 'regex')
    return { kind: 'matches', by: mode, caseSensitive, value, pattern: right, at };
  return { kind: 'compare', operator: 'like', caseSensitive, left: value, right, at };
}

function lowerTry(frame: Frame, statement: Extract<PsStatement, { kind: 'try' }>, at: Place): Node {
  const handlers = statement.catches.map((one): Handler => {
    const where = placeOf(frame, one);
    const types = one.types.map(typeName);
    const all = types.length === 0 || types.includes('exception');
    return {
      types: all ? null : types.map((path): Expression => ({ kind: 'library', path, at: where })),
      binds: { kind: 'variable', slot: PIPED, at: where },
      body: lowerBlock(frame, one.body),
      at: where,
    };
  });
  return {
    kind: 'try',
    body: lowerBlock(frame, statement.body),
    handlers,
    otherwise: null,
    finally: statement.last ? lowerBlock(frame, statement.last) : null,
    at,
  };
}

export function lowerAssignment(
  frame: Frame,
  { target, operator, value }: Extract<PsStatement, { kind: 'assign' }>,
  at: Place,
): Node {
  const given = lowerValue(frame, value);
  if (changesDefaults(target, given))
    refuse(frame, '$PSDefaultParameterValues changes what commands do', target);
  if (isOutcome(target)) return { kind: 'set-outcome', value: given, at };
  const to = lowerTarget(frame, target, (expr) => lowerExpr(frame, expr));
  const old = operator === '=' ? null : lowerExpr(frame, target);
  const result: Expression = !old
    ? given
    : operator === '??='
      ? { kind: 'coalesce', left: old, right: given, at }
      : { kind: 'operate', operator: operator.slice(0, -1), left: old, right: given, at };
  const stored = target.kind === 'cast' ? castTo(typeName(target.type), result, at) : result;
  return { kind: 'evaluate', expression: { kind: 'assign', target: to, value: stored, at }, at };
}

/** `$PSDefaultParameterValues[…] = …`, unless it only says what holds already, or how texts are encoded. */
function changesDefaults(target: PsExpr, value: Expression): boolean {
  const object = target.kind === 'index' ? target.object : target;
  if (object.kind !== 'variable' || object.name !== 'psdefaultparametervalues') return false;
  const [key] = target.kind === 'index' && target.index.kind === 'string' ? target.index.parts : [];
  if (key?.kind === 'text' && /:encoding$/i.test(key.text)) return false;
  return value.kind !== 'literal' || !/^stop$/i.test(String(value.value));
}
