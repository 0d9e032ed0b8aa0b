import { inputName } from '../../analyse/secrets.js';
import type { Action, Env, Job, Step, Template, Workflow } from '../../model/model.js';
import { contextPath, type Expr } from '../../parse/expression.js';
import { isWorkflow } from '../callers.js';

/** How a variable says whether a secret is there. */
export interface Binding {
  /** The secret, upper case, or `inputs.name`. */
  readonly secret: string;
  /** `value`: the variable holds it. `there`, `absent`: it holds `true` where the secret is, or is not, there. */
  readonly kind: 'value' | 'there' | 'absent';
}

/** The `env:` maps that a step sees, the nearest first. */
export function environments(file: Workflow | Action, job: Job, step: Step | null): Env[] {
  const maps: Env[] = [];
  for (let at = step; at; at = at.caller) maps.push(at.env);
  const { part } = job;
  const workflow = part?.kind === 'inside' ? part.call.workflow : file;
  return [...maps, job.env, ...(isWorkflow(workflow) ? [workflow.env] : [])];
}

/** What a variable of the step's environment says of a secret; null where it says nothing, or something else too. */
export function bindingOf(variable: string, maps: readonly Env[]): Binding | null {
  for (const map of maps) {
    if (map.some(({ name }) => name === '*')) return null;
    const entry = map.findLast(({ name }) => name === variable);
    if (entry) return bindingOfTemplate(entry.value);
  }
  return null;
}

/** The name of a variable that holds the secret itself, seen from the step; null where none does. */
export function variableOf(secret: string, maps: readonly Env[]): string | null {
  for (const { name } of maps.flat()) {
    const binding = /^\w+$/.test(name) ? bindingOf(name, maps) : null;
    if (binding?.kind === 'value' && isSame(binding.secret, secret)) return name;
  }
  return null;
}

/** Runners ignore the case of names. */
export function isSame(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

export function bindingOfTemplate({ parts }: Template): Binding | null {
  const [part] = parts;
  return parts.length === 1 && part?.kind === 'expression' && part.expr ? bindingOfExpr(part.expr) : null;
}

/** What an expression says of a secret, where it is nothing but the secret or a test whether it is there. */
export function bindingOfExpr(expr: Expr): Binding | null {
  const secret = secretNamed(expr);
  if (secret !== null) return { secret, kind: 'value' };
  if (expr.kind === 'not') {
    const inner = bindingOfExpr(expr.operand);
    return inner && { ...inner, kind: inner.kind === 'absent' ? 'there' : 'absent' };
  }
  if (expr.kind !== 'compare' || (expr.operator !== '==' && expr.operator !== '!=')) return null;
  const named = secretNamed(expr.left) ?? secretNamed(expr.right);
  const isEmpty = [expr.left, expr.right].some((side) => side.kind === 'literal' && side.value === '');
  return named !== null && isEmpty
    ? { secret: named, kind: expr.operator === '==' ? 'absent' : 'there' }
    : null;
}

function secretNamed(expr: Expr): string | null {
  const [context, name, ...more] = contextPath(expr)?.split('.') ?? [];
  if (name === undefined || more.length > 0) return null;
  if (context === 'secrets') return name.toUpperCase();
  return context === 'inputs' ? inputName(name) : null;
}
