import { inputName, secretsOfTemplate, walkExpr } from '../../analyse/secrets.js';
import type { ConditionText, Job, Step, Template } from '../../model/model.js';
import { contextPath, type Expr, type TemplatePart } from '../../parse/expression.js';
import type { Place } from '../../text/script.js';
import { isWorkflow } from '../callers.js';
import {
  type Binding,
  bindingOf,
  bindingOfExpr,
  bindingOfTemplate,
  environments,
  isSame,
} from './bindings.js';
import type { Scope } from './subject.js';

/** What a part of a condition comes to: true or false for certain, or what is still asked, as an expression. */
type Residue = boolean | string;

/** What a condition comes to: true or false for certain, or what still has to hold, each part good between `&&`. */
type Left = boolean | readonly string[];

/** What a condition comes to with the secrets of the hole, and without them. */
export interface Parted {
  /** True where what hangs on the secrets is no more than whether they are there. */
  readonly plain: boolean;
  readonly there: Left;
  readonly missing: Left;
}

/** How a part of a condition that is no `&&`, `||` or `!` hangs on the secrets of the hole. */
type Hanging =
  /** It is true with one, and false without it. */
  | 'there'
  | 'absent'
  /** It asks for something else of one. */
  | 'value'
  /** It asks what a step has written, which may hang on one. */
  | 'output'
  /** It asks for a variable that a step may have written. */
  | 'variable'
  | 'not';

/** The readings of a condition, the surest first; none where something is asked that only the runner can answer. */
export function partsOf(scope: Scope, condition: ConditionText): Parted[] {
  const expr = exprOf(condition);
  if (!expr) return [];
  const leaves = leavesOf(expr);
  const found = new Set(leaves.map((leaf) => hangingOf(scope, leaf).kind));
  const isSure = found.has('there') || found.has('absent') || found.has('value');
  const readings: Hanging[][] = [];
  if (isSure) readings.push(['there', 'absent', 'value']);
  if (found.has('output')) readings.push(['there', 'absent', 'value', 'output']);
  if (readings.length === 0) readings.push(['variable']);
  return readings.flatMap((answered) => {
    const asked = leaves.map((leaf) => hangingOf(scope, leaf)).filter(({ kind }) => answered.includes(kind));
    if (asked.length === 0 || asked.some(({ mixed }) => mixed)) return [];
    const residueWith = (there: boolean) =>
      leftOf(expr, (leaf, positive) => {
        const { kind } = hangingOf(scope, leaf);
        if (!answered.includes(kind)) return null;
        return kind === 'there' ? there : kind === 'absent' ? !there : there === positive;
      });
    const [there, missing] = [residueWith(true), residueWith(false)];
    // Where the secret changes nothing it is not what the condition waits for.
    if (there === false || missing === true || (missing !== false && String(there) === String(missing)))
      return [];
    return [{ plain: asked.every(({ kind }) => kind === 'there' || kind === 'absent'), there, missing }];
  });
}

/** When the secret is due: an expression that is true where only its absence turns the condition false; null for always. */
export function dueOf({ there, missing }: Parted): string | null {
  const asked = conjunctsOf(there);
  // What is asked in both cases need not be denied.
  const denied = conjunctsOf(missing).filter((words) => !asked.includes(words));
  const due = [...asked, ...(denied.length === 0 ? [] : [negated(denied)])];
  return due.length === 0 ? null : due.join(' && ');
}

/** The opposite of all of the parts together. */
export function negated(parts: readonly string[]): string {
  const words = parts.join(' && ');
  return /^[\w.-]+$/.test(words) ? `!${words}` : `!(${words})`;
}

function conjunctsOf(left: Left): readonly string[] {
  return typeof left === 'boolean' ? [] : left;
}

/** The parts of a condition with some of its leaves answered. */
function leftOf(expr: Expr, answer: (leaf: Expr, positive: boolean) => boolean | null): Left {
  const left: string[] = [];
  for (const operand of expr.kind === 'and' ? expr.operands : [expr]) {
    const residue = residueOf(operand, true, answer);
    if (residue === false) return false;
    if (typeof residue === 'string') left.push(isList(residue) ? `(${residue})` : residue);
  }
  return left.length === 0 ? true : left;
}

function isList(words: string): boolean {
  return words.includes('||');
}

/** The single expression that a condition is; null where it is none. */
function exprOf({ template }: ConditionText): Expr | null {
  const [part] = template.parts;
  return template.parts.length === 1 && part?.kind === 'expression' ? part.expr : null;
}

/** A condition as it is written, for another one; null where it is no single expression. */
export function wordsOf(condition: ConditionText): string | null {
  const expr = exprOf(condition);
  return expr && textOf(expr);
}

function leavesOf(expr: Expr): Expr[] {
  if (expr.kind === 'and' || expr.kind === 'or') return expr.operands.flatMap(leavesOf);
  return expr.kind === 'not' ? leavesOf(expr.operand) : [expr];
}

/**
 * What an expression comes to where some of its leaves are answered; what is not is kept as it is written. `positive`:
 * under an even number of negations.
 */
function residueOf(
  expr: Expr,
  positive: boolean,
  answer: (leaf: Expr, positive: boolean) => boolean | null,
): Residue {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const deciding = expr.kind === 'or';
      const left: string[] = [];
      for (const operand of expr.operands) {
        const residue = residueOf(operand, positive, answer);
        if (residue === deciding) return deciding;
        if (typeof residue === 'string') left.push(residue);
      }
      if (left.length === 0) return !deciding;
      const [only = '', ...more] = left;
      if (more.length === 0) return only;
      if (deciding) return left.join(' || ');
      return left.map((words) => (isList(words) ? `(${words})` : words)).join(' && ');
    }
    case 'not': {
      const residue = residueOf(expr.operand, !positive, answer);
      if (typeof residue === 'boolean') return !residue;
      return residue === textOf(expr.operand) ? textOf(expr) : `!(${residue})`;
    }
    default:
      return answer(expr, positive) ?? textOf(expr);
  }
}

/** The expression as written, without the brackets around it. */
function textOf({ at }: Expr): string {
  const { text, start, end }: Place = at;
  return text.text.slice(start, end).trim();
}

function hangingOf(scope: Scope, leaf: Expr): { readonly kind: Hanging; readonly mixed: boolean } {
  const { hole, file } = scope;
  const maps = environments(file, hole.job, hole.step);
  const isOurs = (secret: string) => hole.secrets.some((name) => isSame(name, secret));
  const direct = bindingOfExpr(leaf) ?? tested(scope, leaf);
  if (direct && isOurs(direct.secret)) {
    return { kind: direct.kind === 'absent' ? 'absent' : 'there', mixed: false };
  }
  const found = new Set<Hanging>();
  walkExpr(leaf, (node) => {
    const [context, name = ''] = contextPath(node)?.split('.') ?? [];
    if (context === undefined || name === '') return;
    if (context === 'secrets' && isOurs(name)) found.add('value');
    else if (context === 'inputs' && isOurs(inputName(name))) found.add('value');
    else if (context === 'steps' || context === 'needs') found.add('output');
    else if (context === 'env') {
      const known = maps.flat().find((entry) => entry.name.toLowerCase() === name);
      const isHeld = secretsOfTemplate(known?.value ?? null).some((use) => isOurs(use.name));
      found.add(isHeld ? 'value' : known?.value.parts.some(asksForOutput) ? 'output' : 'variable');
    } else found.add('not');
  });
  const order: readonly Hanging[] = ['value', 'output', 'variable'];
  return { kind: order.find((kind) => found.has(kind)) ?? 'not', mixed: found.has('not') };
}

function asksForOutput(part: TemplatePart): boolean {
  let asks = false;
  if (part.kind !== 'expression' || !part.expr) return false;
  walkExpr(part.expr, (node) => {
    if (node.kind === 'context' && (node.name === 'steps' || node.name === 'needs')) asks = true;
  });
  return asks;
}

/** What a comparison of a variable, or of a job's output, says of a secret: `env.X != ''`, `env.X`, `needs.x.outputs.y == 'true'`. */
function tested(scope: Scope, expr: Expr): Binding | null {
  const own = boundTo(scope, expr);
  if (own) return own.kind === 'value' ? { ...own, kind: 'there' } : null;
  if (expr.kind !== 'compare') return null;
  const bound = boundTo(scope, expr.left) ?? boundTo(scope, expr.right);
  const literal = [expr.left, expr.right].find((side) => side.kind === 'literal');
  if (!bound || literal?.kind !== 'literal') return null;
  if (bound.kind === 'value')
    return expr.operator === '!=' && literal.value === '' ? { ...bound, kind: 'there' } : null;
  return expr.operator === '==' && literal.value === 'true' ? bound : null;
}

/** What the variable or the output says that an expression is. */
function boundTo({ hole, file }: Scope, expr: Expr): Binding | null {
  if (expr.kind !== 'index') return null;
  // The name as it is written: that of a variable has its case.
  const { object, key } = expr;
  if (object.kind === 'context' && object.name === 'env' && key.kind === 'literal')
    return bindingOf(String(key.value), environments(file, hole.job, hole.step));
  const output = outputOf(file, expr);
  return output && bindingOfTemplate(output.value);
}

/** The output of another job that an expression names. */
function outputOf(file: Scope['file'], expr: Expr): { readonly job: Job; readonly value: Template } | null {
  const [context, id, what, name] = contextPath(expr)?.split('.') ?? [];
  if (context !== 'needs' || what !== 'outputs' || !isWorkflow(file)) return null;
  const job = file.jobs.find((one) => one.id.toLowerCase() === id);
  const entry = job?.outputs.find((one) => one.name.toLowerCase() === name);
  return job && entry ? { job, value: entry.value } : null;
}

/** The steps whose outputs a condition asks for, in its own job or by way of another's outputs. */
export function probesOf({ hole, file }: Scope): { readonly job: Job; readonly step: Step }[] {
  const condition = hole.step ? hole.step.if : hole.job.if;
  const found: { job: Job; step: Step }[] = [];
  const addFrom = (template: Template, job: Job, caller: Step | null) => {
    for (const part of template.parts) {
      if (part.kind !== 'expression' || !part.expr) continue;
      walkExpr(part.expr, (node) => {
        const [context, id] = contextPath(node)?.split('.') ?? [];
        const step = job.steps.find((one) => one.caller === caller && one.id?.toLowerCase() === id);
        if (context === 'steps' && step && !found.some((one) => one.step === step)) found.push({ job, step });
        const output = outputOf(file, node);
        if (output && output.job !== job) addFrom(output.value, output.job, null);
      });
    }
  };
  if (condition) addFrom(condition.template, hole.job, hole.step?.caller ?? null);
  return found;
}
