import { inputName, isInput, secretsOfExpr, walkExpr } from '../../analyse/secrets.js';
import { eventContexts } from '../../forge/events.js';
import type { ConditionText, Env, Job, Step, Template } from '../../model/model.js';
import { contextPath, type Expr } from '../../parse/expression.js';
import type { Place } from '../../text/script.js';
import { spanText } from '../../text/source.js';
import { isWorkflow } from '../callers.js';
import type { Edit } from '../finding.js';
import { FORK_TEST, listed } from '../words.js';
import {
  type Binding,
  bindingOf,
  bindingOfExpr,
  bindingOfTemplate,
  environments,
  isSame,
  variableOf,
} from './bindings.js';
import { FORK_VARIABLE, forkVariable } from './fork-variable.js';
import { lineEndOf } from './script-text.js';
import { told } from './shell-lines.js';
import { keepsForks, type Mend, runsShell, type Scope } from './subject.js';
import { keyRemoved, mapWith, placeBeforeItem, variableAdded } from './yaml-edits.js';

/** A condition taken apart at its `&&`: what hangs on the secret, and what is asked besides. */
interface Parted {
  /** True where nothing but the presence of secrets of the hole is asked in what hangs on them. */
  readonly plain: boolean;
  /** The other operands, as written. */
  readonly rest: readonly string[];
}

/** The ways to mend a condition that skips a step: a step in front of it fails where the secret is due. */
export function stepConditionMends(scope: Scope): Mend[] {
  const { step } = scope.hole;
  if (!step?.if) return [];
  const parted = partsOf(scope, step.if);
  if (!parted || !isCovered(scope)) return [];
  const forks = keepsForks(scope);
  const guard = guardStep(scope, step, parted.rest, forks);
  if (!guard) return [];
  // With forks about, the condition is what keeps their way; else it has nothing left to say.
  const spare = parted.plain && parted.rest.length === 0 && !forks;
  const removed = spare ? conditionsLike(scope, step, step.if) : [];
  const group = groupOf(scope);
  return [{ edits: [...guard, ...removed], group }, ...(removed.length > 0 ? [{ edits: guard, group }] : [])];
}

/** What is left of the condition of a step without what asks for the secret alone; null where that is not all that hangs on it. */
export function conditionWithout(scope: Scope): Edit | null {
  const { step } = scope.hole;
  const parted = step?.if ? partsOf(scope, step.if) : null;
  const map = step?.if ? mapWith('if', step.if.span) : null;
  if (!step?.if || !parted?.plain || !map || keepsForks(scope)) return null;
  if (parted.rest.length === 0) return keyRemoved(map, 'if');
  const { style } = step.if.template.scalar;
  if (style === 'literal' || style === 'folded') return null;
  return { span: step.if.span, text: `\${{ ${parted.rest.join(' && ')} }}` };
}

/** The conditions of the job that ask for the same in the same words. */
function conditionsLike({ hole }: Scope, step: Step, { span }: ConditionText): Edit[] {
  const text = spanText(span);
  return hole.job.steps.flatMap((other) => {
    if (!other.if || other.index < step.index || spanText(other.if.span) !== text) return [];
    const map = mapWith('if', other.if.span);
    return (map && keyRemoved(map, 'if')) ?? [];
  });
}

/** The ways to mend a condition that skips a job: its first step fails, and only forks skip it. */
export function jobConditionMends(scope: Scope): Mend[] {
  const { hole, file } = scope;
  const { job } = hole;
  const [first] = job.steps;
  if (!job.if || !first || first.caller || job.part || !isWorkflow(file) || !isCovered(scope)) return [];
  const parted = partsOf(scope, job.if);
  if (
    !parted?.plain ||
    job.if.template.scalar.style === 'literal' ||
    job.if.template.scalar.style === 'folded'
  )
    return [];
  const forks = keepsForks(scope);
  const guard = guardStep(scope, first, [], false);
  const left = [...(forks ? [`!(${FORK_TEST})`] : []), ...parted.rest];
  const map = mapWith('if', job.if.span);
  if (!guard || !map) return [];
  const condition =
    left.length === 0 ? keyRemoved(map, 'if') : { span: job.if.span, text: `\${{ ${left.join(' && ')} }}` };
  return condition ? [{ edits: [condition, ...guard] }] : [];
}

/** A step in front of one that is no shell script: what it cannot do itself is done before it. */
export function stepBeforeMends(scope: Scope): Mend[] {
  const { hole } = scope;
  const { step } = hole;
  if (!step || !isCovered(scope) || hole.span.source !== step.headSpan.source) return [];
  const rest = step.if ? operandsOf(step.if)?.map(textOf) : [];
  const guard = rest && guardStep(scope, step, rest, keepsForks(scope));
  return guard ? [{ edits: guard, group: groupOf(scope) }] : [];
}

/**
 * Does the condition of the hole ask for nothing but what hangs on the secret, or does it ask in every event that the
 * workflow is trusted in?
 */
export function asksForAll(scope: Scope): boolean {
  const { hole, file } = scope;
  const condition = hole.step ? hole.step.if : hole.job.if;
  const parted = condition && partsOf(scope, condition);
  if (!parted) return false;
  if (parted.rest.length === 0) return true;
  if (!isWorkflow(file)) return false;
  return eventContexts(file.triggers, hole.forge)
    .filter(({ trusted, name }) => trusted && name !== 'unknown')
    .every(({ name }) => hole.contexts.includes(name));
}

/** One step in front may do for all of the job that asks for the same. */
function groupOf({ hole }: Scope): string {
  return ['step in front', hole.job.key.span.source.path, hole.job.id, ...hole.secrets].join(' ');
}

function isCovered({ hole }: Scope): boolean {
  return hole.soft.every((name) => /^pull_request:|^workflow_call$/.test(name));
}

function partsOf(scope: Scope, condition: ConditionText): Parted | null {
  const operands = operandsOf(condition);
  if (!operands) return null;
  const kinds = operands.map((operand) => ({ operand, kind: kindOf(scope, operand) }));
  const sure = kinds.filter(({ kind }) => kind !== 'other' && kind !== 'may hang');
  const open = sure.length > 0 ? sure : kinds.filter(({ kind }) => kind === 'may hang');
  if (open.some(({ kind }) => kind === 'mixed')) return null;
  // A status function decides whether the rest is asked at all.
  if (open.length === 0 || open.some(({ operand }) => namesStatus(operand))) return null;
  return {
    plain: open.every(({ kind }) => kind === 'there'),
    rest: kinds.filter((one) => !open.includes(one)).map(({ operand }) => textOf(operand)),
  };
}

/** The operands of the `&&` that a condition is; null where it is no single expression. */
function operandsOf({ template }: ConditionText): readonly Expr[] | null {
  const [part] = template.parts;
  if (template.parts.length !== 1 || part?.kind !== 'expression' || !part.expr) return null;
  const { expr } = part;
  return expr.kind === 'and' ? expr.operands : [expr];
}

/** The operand as written, so that it can stand between others. */
function textOf(expr: Expr): string {
  const { text, start, end }: Place = expr.at;
  const words = text.text.slice(start, end).trim();
  return expr.kind === 'or' && !words.startsWith('(') ? `(${words})` : words;
}

/**
 * `there`: true where a secret of the hole is there, and false where it is not. `hangs`: it hangs on one in some way.
 * `may hang`: on what a step has written, perhaps. `mixed`: on the secret and on something else, so that nobody can say
 * when it is due.
 */
function kindOf(scope: Scope, expr: Expr): 'there' | 'hangs' | 'may hang' | 'mixed' | 'other' {
  const { hole, file } = scope;
  const maps = environments(file, hole.job, hole.step);
  const isOurs = (secret: string) => hole.secrets.some((name) => isSame(name, secret));
  const direct = bindingOfExpr(expr) ?? tested(scope, expr);
  if (direct && direct.kind !== 'absent' && isOurs(direct.secret)) return 'there';
  let hangs = false;
  let may = false;
  let mixed = false;
  walkExpr(expr, (node) => {
    const [context, name = ''] = contextPath(node)?.split('.') ?? [];
    if (context === undefined || name === '') return;
    if (context === 'steps' || context === 'needs' || (context === 'secrets' && isOurs(name))) hangs = true;
    else if (context === 'inputs' && isOurs(inputName(name))) hangs = true;
    else if (context === 'env') {
      const known = maps.flat().find((entry) => entry.name.toLowerCase() === name);
      if (known?.value.parts.some((one) => one.kind === 'expression')) hangs = true;
      // A step may have written it, and what it wrote hang on anything.
      else may = true;
    } else mixed = true;
  });
  if (!hangs) return may && !mixed ? 'may hang' : 'other';
  return mixed ? 'mixed' : 'hangs';
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

function namesStatus(expr: Expr): boolean {
  let found = false;
  walkExpr(expr, (node) => {
    if (node.kind === 'call' && ['always', 'success', 'failure', 'cancelled'].includes(node.name))
      found = true;
  });
  return found;
}

/** A step that fails where a secret of the hole is missing, in front of another one, with what it needs. */
function guardStep(
  scope: Scope,
  before: Step,
  rest: readonly string[],
  forks: boolean,
): readonly Edit[] | null {
  const { hole, file } = scope;
  const place = placeBeforeItem(before.headSpan);
  if (!place || before.headSpan.source !== file.source || hole.secrets.includes('*')) return null;
  if (hole.secrets.some((secret) => hasStandIn(secret, environments(file, hole.job, before)))) return null;
  const around = environments(file, hole.job, null);
  const env: string[] = [];
  const variables = hole.secrets.map((secret) => {
    const known = variableOf(secret, around);
    if (known !== null) return known;
    const name = secret
      .replace(/^inputs\./, '')
      .replace(/\W/g, '_')
      .toUpperCase();
    env.push(`${name}: \${{ ${isInput(secret) ? secret : `secrets.${secret}`} }}`);
    return name;
  });
  const job = scope.shared && !before.caller ? mapWith('steps', before.headSpan) : null;
  const fork = !forks
    ? null
    : forkVariable(around, (name, value) => {
        if (job && isWorkflow(file)) return variableAdded(job, name, value, 'steps');
        env.push(`${name}: ${value}`);
        return null;
      });
  const tests = variables.map((variable) => `[ -z "$${variable}" ]`);
  const joined = tests.join(hole.together ? ' && ' : ' || ');
  const both = forks && tests.length > 1 && !hole.together ? `{ ${joined}; }` : joined;
  const lines = [
    `- name: Require ${listed(hole.secrets, hole.together ? 'or' : 'and')}`,
    ...(rest.length > 0 ? [`  if: \${{ ${rest.join(' && ')} }}`] : []),
    ...(isWorkflow(file) && runsShell(file, hole.job, { ...before, shell: null }) ? [] : ['  shell: bash']),
    ...(hasWorkingDirectory(hole.job.defaults, file) ? ["  working-directory: '.'"] : []),
    ...(env.length > 0 ? ['  env:', ...env.map((line) => `    ${line}`)] : []),
    '  run: |',
    `    if ${forks ? `${both} && [ "$${fork?.name ?? FORK_VARIABLE}" != true ]` : both}; then`,
    `      echo "${told(hole.secrets)}"`,
    '      exit 1',
    '    fi',
  ];
  const { source } = before.headSpan;
  const end = lineEndOf(source);
  // Where blank lines stand between the steps, one more does.
  const apart = source.text.slice(0, place.at).endsWith(`${end}${end}`) ? end : '';
  const text = lines.map((line) => `${place.indent}${line}${end}`).join('') + apart;
  const step: Edit = { span: { source, start: place.at, end: place.at }, text };
  return fork?.edit ? [fork.edit, step] : [step];
}

/** Does a variable take something else where the secret is missing: `env.KEY || secrets.KEY`? */
function hasStandIn(secret: string, maps: readonly Env[]): boolean {
  const isOurs = (expr: Expr) => secretsOfExpr(expr).some(({ name }) => isSame(name, secret));
  return maps
    .flat()
    .some(({ value }) =>
      value.parts.some(
        (part) =>
          part.kind === 'expression' &&
          part.expr?.kind === 'or' &&
          isOurs(part.expr) &&
          part.expr.operands.some((operand) => operand.kind !== 'literal' && !isOurs(operand)),
      ),
    );
}

function hasWorkingDirectory(
  { workingDirectory }: { readonly workingDirectory: unknown },
  file: Scope['file'],
): boolean {
  return workingDirectory !== null || (isWorkflow(file) && file.defaults.workingDirectory !== null);
}
