import type { PsExpr, PsRange } from '../../../parse/powershell.js';
import type { Place } from '../../../text/script.js';
import type { Expression, Target } from '../../compute.js';
import { type Frame, literal, placeOf } from './frame.js';

type PsVariable = Extract<PsExpr, { kind: 'variable' }>;

/** The library's name for the environment, and for a variable that was never set. */
export const ENVIRONMENT = 'env';
const UNSET = 'variable.unset';

/** The slot that holds a function of the script. */
export function functionSlot(name: string): string {
  return `function:${name}`;
}

/** What the variable of a pipeline (`$_`) is kept in. */
export const PIPED = '_';

/** Variables that PowerShell sets itself (about_Automatic_Variables), whose value is not known here. */
const AUTOMATIC: ReadonlySet<string> = new Set([
  ...[
    'args',
    'error',
    'event',
    'executioncontext',
    'foreach',
    'home',
    'host',
    'input',
    'matches',
    'myinvocation',
  ],
  ...[
    'nestedpromptlevel',
    'pid',
    'profile',
    'psboundparameters',
    'pscmdlet',
    'pscommandpath',
    'psculture',
    'psedition',
  ],
  ...[
    'pshome',
    'psscriptroot',
    'psuiculture',
    'psversiontable',
    'pwd',
    'sender',
    'shellid',
    'stacktrace',
    'switch',
  ],
  ...['iswindows', 'islinux', 'ismacos', 'iscoreclr', 'this', '$', '^', 'outputencoding'],
]);

/** Scopes: the analysis knows one variable of a name, wherever it is. */
const SCOPES: ReadonlySet<string> = new Set([
  '',
  'script',
  'global',
  'local',
  'private',
  'using',
  'variable',
]);

export function lowerVariable(frame: Frame, expr: PsVariable): Expression {
  const at = placeOf(frame, expr);
  const { drive, name } = expr;
  if (drive === 'env')
    return {
      kind: 'item',
      object: { kind: 'library', path: ENVIRONMENT, at },
      index: literal(expr.written, at),
      optional: false,
      at,
    };
  if (drive === 'function') return { kind: 'variable', slot: functionSlot(name), library: UNSET, at };
  if (!SCOPES.has(drive)) return { kind: 'unknown', parts: [], at };
  if (name === 'null') return literal(null, at);
  if (name === 'true' || name === 'false') return literal(name === 'true', at);
  if (name === 'lastexitcode') return { kind: 'outcome', what: 'status', at };
  if (name === '?') return { kind: 'outcome', what: 'success', at };
  if (AUTOMATIC.has(name)) return { kind: 'variable', slot: name, library: `automatic.${name}`, at };
  return { kind: 'variable', slot: slotOf(name), library: UNSET, at };
}

function slotOf(name: string): string {
  return name === 'psitem' ? PIPED : name;
}

/** The target of an assignment. */
export function lowerTarget(frame: Frame, expr: PsExpr, lower: (expr: PsExpr) => Expression): Target {
  const at = placeOf(frame, expr);
  switch (expr.kind) {
    case 'cast':
      return lowerTarget(frame, expr.operand, lower);
    case 'array':
      return {
        kind: 'list',
        targets: expr.items.map((item) => lowerTarget(frame, item, lower)),
        rest: null,
        at,
      };
    case 'variable':
      return variableTarget(frame, expr, at);
    case 'member':
      if (expr.isStatic || expr.name === null) return { kind: 'unknown', at };
      return { kind: 'member', object: lower(expr.object), name: expr.name, at };
    case 'index':
      return { kind: 'item', object: lower(expr.object), index: lowerKey(lower(expr.index)), at };
    default:
      return { kind: 'unknown', at };
  }
}

function variableTarget(frame: Frame, expr: PsVariable, at: Place): Target {
  const { drive, name } = expr;
  if (drive === 'env')
    return {
      kind: 'item',
      object: { kind: 'library', path: ENVIRONMENT, at },
      index: literal(expr.written, at),
      at,
    };
  if (drive === 'function') return { kind: 'variable', slot: functionSlot(name), at };
  if (!SCOPES.has(drive)) return { kind: 'unknown', at };
  return slotTarget(frame, expr, at);
}

/** A variable as a target: within a function it is one of the function's own, unless a scope says otherwise. */
export function slotTarget(frame: Frame, expr: PsVariable & PsRange, at: Place): Target {
  const slot = slotOf(expr.name);
  if (expr.drive !== 'script' && expr.drive !== 'global') frame.assigned?.add(slot);
  return { kind: 'variable', slot, at };
}

/** `$LASTEXITCODE` as a target. */
export function isOutcome(expr: PsExpr): boolean {
  return expr.kind === 'variable' && expr.name === 'lastexitcode' && SCOPES.has(expr.drive);
}

/** Keys of a hashtable ignore case. */
export function lowerKey(key: Expression): Expression {
  return key.kind === 'literal' && typeof key.value === 'string'
    ? { ...key, value: key.value.toLowerCase() }
    : key;
}
