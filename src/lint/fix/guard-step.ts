import { isInput, secretsOfExpr } from '../../analyse/secrets.js';
import type { Env, Step, Workflow } from '../../model/model.js';
import type { Expr } from '../../parse/expression.js';
import type { Source } from '../../text/source.js';
import { isWorkflow } from '../callers.js';
import type { Edit } from '../finding.js';
import { listed } from '../words.js';
import { environments, isSame, variableOf } from './bindings.js';
import { type ForkVariable, forkVariable } from './fork-variable.js';
import { lineEndOf } from './script-text.js';
import { told } from './shell-lines.js';
import { runsShell, type Scope } from './subject.js';
import { itemAdded, mapWith, placeBeforeItem, placeBeforeKey, variableAdded } from './yaml-edits.js';

/**
 * A step that fails where a secret of the hole is missing, in front of another one, with what it needs. `due`: an
 * expression that says when; null for always. `forks`: whether pull requests of forks pass it. null where the file has
 * no place for it, or nobody can say what it would ask for.
 */
export function guardStep(
  scope: Scope,
  before: Step,
  due: string | null,
  forks: boolean,
): readonly Edit[] | null {
  const { hole, file } = scope;
  const place = placeBeforeItem(before.headSpan);
  if (!place || before.headSpan.source.path !== file.source.path || !canAsk(scope, before)) return null;
  const isInJob = isWorkflow(file) && !before.caller;
  const around = isInJob ? environments(file, hole.job, null) : [];
  const job = scope.shared && isInJob ? mapWith('steps', before.headSpan) : null;
  const wanted = variablesFor(scope, around, forks, (name, value) =>
    job ? variableAdded(job, name, value, 'steps') : null,
  );
  const lines = stepLines(scope, wanted, [
    ...(due === null ? [] : [`if: \${{ ${due} }}`]),
    ...(isInJob && runsShell(file, hole.job, { ...before, shell: null }) ? [] : ['shell: bash']),
    ...(hasWorkingDirectory(hole.job.defaults, file) ? ["working-directory: '.'"] : []),
  ]);
  const { source } = before.headSpan;
  const step = linesAt(source, place, lines);
  return wanted.fork?.edit ? [wanted.fork.edit, step] : [step];
}

/**
 * A job that does nothing but fail where a secret of the hole is missing, in front of that of the hole, which needs it
 * from then on. As `guardStep`. What decides when it is due is asked by its step: a job that is skipped would skip the
 * other one too.
 */
export function guardJob(
  scope: Scope,
  file: Workflow,
  due: string | null,
  forks: boolean,
): readonly Edit[] | null {
  const { hole } = scope;
  const { job } = hole;
  const { span } = job.key;
  const place = placeBeforeKey(span);
  const id = `require-${nameOf(hole.secrets[0] ?? '')
    .toLowerCase()
    .replaceAll('_', '-')}`;
  const isTaken = file.jobs.some((other) => other.id.toLowerCase() === id);
  const map = job.if && mapWith('if', job.if.span);
  const needs = map && itemAdded(map, 'needs', id, 'if');
  if (!place || !needs || span.source.path !== file.source.path || isTaken || !canAsk(scope, null))
    return null;
  const wanted = variablesFor(scope, [file.env], forks, () => null);
  const needed = job.needs.map((need) => need.job).filter((other) => due?.includes(`needs.${other}.`));
  const step = stepLines(scope, wanted, [
    ...(due === null ? [] : [`if: \${{ ${due} }}`]),
    ...(file.defaults.shell === null ? [] : ['shell: bash']),
  ]);
  const lines = [
    `${id}:`,
    ...(needed.length > 0 ? [`  needs: [${needed.join(', ')}]`] : []),
    `  runs-on: ${runnerOf(file, hole.forge)}`,
    '  steps:',
    ...step.map((line) => `    ${line}`),
  ];
  return [linesAt(span.source, place, lines), needs];
}

/** The runner that another job of the file has, or the one that every forge knows by that name. */
function runnerOf({ jobs }: Workflow, forge: Scope['hole']['forge']): string {
  for (const { runsOn } of jobs) {
    if (runsOn?.kind === 'scalar' && /^[\w.-]+$/.test(runsOn.text.text)) return runsOn.text.text;
  }
  return forge === 'forgejo' ? 'docker' : 'ubuntu-latest';
}

/** Can a step of its own ask whether the secrets are there? Not where something else may stand in for one. */
function canAsk(scope: Scope, before: Step | null): boolean {
  return !scope.hole.secrets.includes('*') && !hasStandIns(scope, before);
}

/** May something else stand in for a secret of the hole where the step runs? */
export function hasStandIns({ hole, file }: Scope, step: Step | null = hole.step): boolean {
  return hole.secrets.some((secret) => hasStandIn(secret, environments(file, hole.job, step)));
}

/** The variables that a guard asks for. */
interface Variables {
  readonly names: readonly string[];
  readonly fork: ForkVariable | null;
  /** null where pull requests of forks fail too. */
  readonly forkName: string | null;
  /** Those that it brings itself, as lines of YAML. */
  readonly env: readonly string[];
}

function variablesFor(
  { hole }: Scope,
  around: readonly Env[],
  forks: boolean,
  addFork: (name: string, value: string) => Edit | null,
): Variables {
  const env: string[] = [];
  const names = hole.secrets.map((secret) => {
    const known = variableOf(secret, around);
    if (known !== null) return known;
    const name = nameOf(secret);
    env.push(`${name}: \${{ ${isInput(secret) ? secret : `secrets.${secret}`} }}`);
    return name;
  });
  let forkName: string | null = null;
  const fork = !forks
    ? null
    : forkVariable(around, (name, value) => {
        forkName = name;
        const added = addFork(name, value);
        if (!added) env.push(`${name}: ${value}`);
        return added;
      });
  return { names, fork, forkName: fork?.name ?? forkName, env };
}

/** The name of a variable for a secret. */
function nameOf(secret: string): string {
  return secret
    .replace(/^inputs\./, '')
    .replace(/\W/g, '_')
    .toUpperCase();
}

function stepLines({ hole }: Scope, { names, forkName, env }: Variables, keys: readonly string[]): string[] {
  const joined = names.map((name) => `[ -z "$${name}" ]`).join(hole.together ? ' && ' : ' || ');
  const both = forkName !== null && names.length > 1 && !hole.together ? `{ ${joined}; }` : joined;
  return [
    `- name: Require ${listed(hole.secrets, hole.together ? 'or' : 'and')}`,
    ...keys.map((line) => `  ${line}`),
    ...(env.length > 0 ? ['  env:', ...env.map((line) => `    ${line}`)] : []),
    '  run: |',
    `    if ${forkName === null ? both : `${both} && [ "$${forkName}" != true ]`}; then`,
    `      echo "${told(hole.secrets)}"`,
    '      exit 1',
    '    fi',
  ];
}

/** Whole lines in front of a line, with a blank one behind them where blank lines stand apart what is there. */
function linesAt(
  source: Source,
  { at, indent }: { readonly at: number; readonly indent: string },
  lines: readonly string[],
): Edit {
  const end = lineEndOf(source);
  const apart = source.text.slice(0, at).endsWith(`${end}${end}`) ? end : '';
  const text = lines.map((line) => `${indent}${line}${end}`).join('') + apart;
  return { span: { source, start: at, end: at }, text };
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
