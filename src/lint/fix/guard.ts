import type { Job, Step } from '../../model/model.js';
import type { ShellAny } from '../../parse/shell-path.js';
import { conditionsOf, nodesAround } from '../../parse/shell-path.js';
import { spanOf } from '../../text/script.js';
import type { Span } from '../../text/source.js';
import { listed } from '../words.js';
import { type Asked, askedOnTheWay, impliedBy } from './asked.js';
import { bindingOf, environments, isSame, variableOf } from './bindings.js';
import { asksForAll } from './condition.js';
import { probesOf } from './residue.js';
import { fileEdits, offsetInScript, type ScriptEdit, type ScriptText, scriptText } from './script-text.js';
import {
  braced,
  failing,
  ifBlock,
  inserted,
  insertedAfter,
  insertedBranch,
  placeOfList,
} from './shell-lines.js';
import { forkVariableOf, type Mend, runsShell, type Scope, scriptAt } from './subject.js';

/**
 * The ways to mend a guard in a shell script, the best first: the branch that is taken without the secret fails, or a
 * test of its own stands in front. Pull requests of forks keep the author's branch.
 */
export function* guardMends(scope: Scope): Iterable<Mend> {
  const { hole } = scope;
  const tests = hole.tests.toReversed();
  const leave = targetAt(scope, hole.span);
  if (leave) yield* presentOf(leavingMended(leave));
  for (const test of tests) {
    const target = targetAt(scope, test);
    if (target) yield* presentOf(branchMended(target));
  }
  yield* fronts(scope, [hole.span, ...tests]);
}

/** A test of its own in front of what goes without the secret. */
export function frontMends(scope: Scope): Iterable<Mend> {
  const { span, tests } = scope.hole;
  return fronts(scope, [span, ...tests.toReversed()]);
}

function* fronts(scope: Scope, places: readonly Span[]): Iterable<Mend> {
  for (const place of places) {
    const target = targetAt(scope, place);
    if (target) yield* presentOf(frontMended(target));
  }
}

function presentOf(mend: Mend | null): Mend[] {
  return mend ? [mend] : [];
}

/** An annotation in front of the command that fails, which says what is missing. */
export function namingMends(scope: Scope): Mend[] {
  const target = targetAt(scope, scope.hole.span);
  if (!target || !decidingBy(target)) return [];
  const said = failing(scope.hole.secrets).slice(0, -1);
  const written = fileEdits(target.script, inFrontOfEnd(target, said) ?? []);
  return written ? [{ edits: written }] : [];
}

/** A way out for pull requests of forks in front of the command that fails. */
export function softeningMends(scope: Scope): Mend[] {
  const target = targetAt(scope, scope.hole.span);
  const decided = target && decidingBy(target);
  if (!target || !decided) return [];
  const soft = softness({ ...target, hole: { ...target.hole, soft: ['pull_request:fork'] } });
  if (!soft?.fork) return [];
  const warned = `echo "::warning::pull requests from forks cannot have ${listed(decided.secrets, 'or')}: skipped"`;
  const edits = inFrontOfEnd(target, ifBlock(soft.fork, [warned, 'exit 0']), true);
  const mend = edits && soft.finished(edits);
  return mend ? [mend] : [];
}

/** The lines in front of the `exit` that a place is, or of all of its list; null where it is none. */
function inFrontOfEnd(
  { path, script }: Target,
  lines: readonly string[],
  atTop = false,
): ScriptEdit[] | null {
  const command = path.findLast((node): node is Command => node.type === 'Command');
  const name = command?.name?.value;
  if (!command || (name !== 'exit' && name !== 'return')) return null;
  const found = statementAround(path);
  if (!found) return null;
  if (found.statement.command === command) {
    const [first = found.statement] = atTop ? found.list.commands : [];
    return inserted(script, placeOfList(script, found.list, first), lines);
  }
  const written = script.text.text.slice(command.pos, command.end);
  return [{ start: command.pos, end: command.end, text: braced([...lines, written]) }];
}

/** The innermost list that a place stands in, and the statement of it. */
function statementAround(
  path: readonly ShellAny[],
): { readonly list: List; readonly statement: Statement } | null {
  const at = path.findLastIndex((node) => node.type === 'CompoundList' || node.type === 'Script');
  const list = path[at];
  const statement = path[at + 1];
  if (list?.type !== 'CompoundList' && list?.type !== 'Script') return null;
  return statement?.type === 'Statement' && !statement.background ? { list, statement } : null;
}

/**
 * The ways to let the step fail that finds out whether the secret is there, where its answer is all that a condition
 * asks: what asks for more than the secret may do without it where the step that answers would fail.
 */
export function probeMends(scope: Scope): Iterable<Mend> {
  const { hole } = scope;
  if (!asksForAll(scope)) return [];
  const tests = probesOf(scope).flatMap(({ job, step }) => conditionsIn(scope, job, step));
  return tests.length === 0 ? [] : guardMends({ ...scope, hole: { ...hole, tests } });
}

/** The places of the conditions in the script of a step; that of its first command where it has none. */
function conditionsIn({ file }: Scope, job: Job, step: Step): Span[] {
  const { run } = step;
  if (!run || !runsShell(file, job, step)) return [];
  const script = scriptText(run.scalar.text, run.scalar, run.parts);
  if (!script) return [];
  const { text } = script;
  const conditions = conditionsOf(script.parsed.script);
  const [first] = script.parsed.script.commands;
  const asked = conditions.length === 0 && first ? [first] : conditions;
  return asked.map(({ pos, end }) => spanOf({ text, start: pos, end }));
}

/** A test of its own at the top of the script of the step. */
export function startMends(scope: Scope): Mend[] {
  const { step, job } = scope.hole;
  const [first] = step ? statementsIn(scope, job, step).slice(0, 1) : [];
  const target = first && targetAt(scope, first);
  const mend = target && frontMended(target);
  return mend ? [mend] : [];
}

function statementsIn({ file }: Scope, job: Job, step: Step): Span[] {
  const { run } = step;
  if (!run || !runsShell(file, job, step)) return [];
  const script = scriptText(run.scalar.text, run.scalar, run.parts);
  if (!script) return [];
  const { text } = script;
  return script.parsed.script.commands.map(({ pos, end }) => spanOf({ text, start: pos, end }));
}

/** A place in a shell script, with all that a mend of it needs to know. */
interface Target extends Scope {
  readonly job: Job;
  readonly step: Step;
  readonly script: ScriptText;
  /** The nodes around the place, from the script inwards. */
  readonly path: readonly ShellAny[];
}

function targetAt(scope: Scope, span: Span): Target | null {
  const found = scriptAt(scope, span);
  if (!found) return null;
  const start = offsetInScript(found.script, span.start);
  const end = offsetInScript(found.script, span.end - 1);
  if (start < 0 || end < start) return null;
  return { ...scope, ...found, path: nodesAround(found.script.parsed.script, start, end + 1) };
}

type Command = Extract<ShellAny, { type: 'Command' }>;
type Statement = Extract<ShellAny, { type: 'Statement' }>;
type List = Extract<ShellAny, { type: 'CompoundList' | 'Script' }>;

/** Does the command end the script or the function, in a way that is not known to fail? */
function isLeaving({ name, suffix }: Command): boolean {
  const [first] = suffix;
  const word = first?.type === 'Word' ? first.value : null;
  if (name?.value === 'exec') return word === 'true' || word === ':';
  return (name?.value === 'exit' || name?.value === 'return') && (word === null || !/^[1-9]/.test(word));
}

function leavingMended(target: Target): Mend | null {
  const { path, script } = target;
  const command = path.findLast((node): node is Command => node.type === 'Command');
  if (!command || !isLeaving(command)) return null;
  const found = statementAround(path);
  if (!found) return null;
  const { list, statement } = found;
  const direct = statement.command === command;
  const decided = deciding(target);
  if (!decided) return null;
  const { test, secrets } = decided;
  const soft = softness(target);
  if (!soft) return null;
  const fails = failing(secrets);
  if (!direct) {
    const inner = guarded(fails, [test, soft.trusted]);
    const written = script.text.text.slice(command.pos, command.end);
    const text = inner === fails ? braced(fails) : braced([...inner, written]);
    return soft.finished([{ start: command.pos, end: command.end, text }]);
  }
  if (test === null && soft.trusted === null) {
    return soft.finished([
      ...inserted(script, placeOfList(script, list, statement), fails.slice(0, -1)),
      { start: command.pos, end: command.end, text: 'exit 1' },
    ]);
  }
  // A test of its own may stand at the way out; else all of the branch is for forks.
  const place = placeOfList(script, list, test === null ? (list.commands[0] ?? statement) : statement);
  return soft.finished(inserted(script, place, guarded(fails, [test, soft.trusted])));
}

/** The branch that a test on the secret takes without it, where nothing in it ends the script. */
function branchMended(target: Target): Mend | null {
  const { path, script } = target;
  const at = path.findLastIndex((node) => node.type === 'If' || node.type === 'Elif');
  const node = path[at];
  if ((node?.type !== 'If' && node?.type !== 'Elif') || path[at + 1] !== node.clause) return null;
  const whole = node.type === 'If' ? node : path[at - 1];
  if (whole?.type !== 'If') return null;
  const soft = softness(target);
  if (!soft) return null;
  const around = path.slice(0, at + 1);
  const then = decidingBy({ ...target, path: [...around, node.then] });
  if (then) return listMended(script, node.then, failing(then.secrets), soft);
  const otherwise = elseOf(whole, node);
  const decided = otherwise === undefined ? null : decidingBy({ ...target, path: [...around, endOf(node)] });
  if (!decided) return null;
  const fails = failing(decided.secrets);
  if (otherwise) return listMended(script, otherwise, fails, soft);
  const head = soft.trusted === null ? 'else' : `elif ${soft.trusted}; then`;
  return soft.finished(insertedBranch(script, whole, head, fails));
}

/** A branch that is only taken without the secret: what it says stays, and it fails. */
function listMended(
  script: ScriptText,
  list: Extract<ShellAny, { type: 'CompoundList' }>,
  fails: readonly string[],
  soft: Softness,
): Mend | null {
  const [first] = list.commands;
  const last = list.commands.at(-1);
  if (!first || !last || last.background) return null;
  if (soft.trusted !== null) {
    const lines = ifBlock(soft.trusted, fails);
    return soft.finished(inserted(script, placeOfList(script, list, first), lines));
  }
  if (last.command.type === 'Command' && isLeaving(last.command)) {
    const { pos, end } = last.command;
    const place = placeOfList(script, list, last);
    return soft.finished([
      ...inserted(script, place, fails.slice(0, -1)),
      { start: pos, end, text: 'exit 1' },
    ]);
  }
  const edits = insertedAfter(script, last, fails);
  return edits && soft.finished(edits);
}

/** Stands for the `else` that is not there, on the way that a condition takes when it is false. */
function endOf(node: Extract<ShellAny, { type: 'If' | 'Elif' }>): ShellAny {
  return { type: 'CompoundList', pos: node.end, end: node.end, commands: [] };
}

/** What runs where the condition is false: null for nothing, undefined where another condition comes first. */
function elseOf(
  whole: Extract<ShellAny, { type: 'If' }>,
  node: Extract<ShellAny, { type: 'If' | 'Elif' }>,
): Extract<ShellAny, { type: 'CompoundList' }> | null | undefined {
  const isLast = node.type === 'If' ? whole.elif.length === 0 : whole.elif.at(-1) === node;
  return isLast ? (whole.else ?? null) : undefined;
}

/** A test of its own in front of the command that asks for the secret. */
function frontMended(target: Target): Mend | null {
  const { path, script } = target;
  const at = path.findLastIndex((node) => node.type === 'CompoundList' || node.type === 'Script');
  // The list of a condition is no place for it: what it ends in decides.
  const outer = outOfConditions(path, at);
  const list = path[outer];
  const statement = path[outer + 1];
  if ((list?.type !== 'CompoundList' && list?.type !== 'Script') || statement?.type !== 'Statement')
    return null;
  const test = emptinessTest(target);
  const others = otherTests(target);
  const soft = softness(target);
  if (test === null || others === null || !soft) return null;
  const lines = guarded(failing(target.hole.secrets), [...others, test, soft.trusted]);
  return soft.finished(inserted(script, placeOfList(script, list, statement), lines));
}

/** What a list of tests asks besides, so that the front asks it too; null where commands stand in front of the test. */
function otherTests({ path, script }: Target): string[] | null {
  const others: string[] = [];
  for (const [index, node] of path.entries()) {
    const inner = path[index + 1];
    if (node.type !== 'AndOr') continue;
    const at = node.commands.findIndex((command) =>
      inner ? command.pos === inner.pos : impliedBy(command, false, script.pastesIn) !== null,
    );
    if (at < 0) continue;
    for (const [place, command] of node.commands.entries()) {
      if (place === at) continue;
      const isTest = command.type === 'TestCommand' || (command.type === 'Command' && isTestName(command));
      if (!isTest && place < at) return null;
      if (!isTest) break;
      if (node.operators.some((operator) => operator === '||')) continue;
      if (!impliedBy(command, false, script.pastesIn))
        others.push(script.text.text.slice(command.pos, command.end));
    }
  }
  return others;
}

function isTestName({ name }: Command): boolean {
  return name?.value === '[' || name?.value === 'test';
}

function outOfConditions(path: readonly ShellAny[], from: number): number {
  for (let at = from; at > 0; at--) {
    const node = path[at];
    const around = path[at - 1];
    if (node?.type !== 'CompoundList' && node?.type !== 'Script') continue;
    if (around && 'clause' in around && around.clause === node) continue;
    if (around?.type === 'CommandExpansion' || around?.type === 'ProcessSubstitution') continue;
    // Once is enough.
    if (around?.type === 'For' || around?.type === 'While' || around?.type === 'Select') continue;
    return at;
  }
  return 0;
}

/** What has to be asked in the branch besides, and the secrets that it is about. */
interface Deciding {
  /** null where the branch is only ever taken without the secret. */
  readonly test: string | null;
  readonly secrets: readonly string[];
}

/** What decides that a command is reached; with a test of its own where the way to it does not say it all. */
function deciding(target: Target): Deciding | null {
  const known = decidingBy(target);
  if (known) return known;
  const test = emptinessTest(target);
  return test === null ? null : { test, secrets: target.hole.secrets };
}

/** What decides, where the tests on the way ask for the secrets of the hole and for nothing else. */
function decidingBy(target: Target): Deciding | null {
  for (const asked of askedOnTheWay(target.path, target.script.pastesIn).toReversed()) {
    const secrets = asked.map((one) => secretAsked(target, one));
    const named = secrets.filter((name) => name !== null);
    if (named.length === 0 || named.length < secrets.length) continue;
    return { test: null, secrets: target.hole.together ? target.hole.secrets : [...new Set(named)] };
  }
  return null;
}

/** The secret of the hole, as it is written there, whose absence a test asks for. */
function secretAsked({ hole, file, job, step, script }: Target, asked: Asked): string | null {
  const binding =
    asked.kind === 'paste' ? asked.binding : bindingOf(asked.name, environments(file, job, step));
  if (!binding) return null;
  const wanted = { value: 'empty', there: 'false', absent: 'true' }[binding.kind];
  if (asked.is !== wanted) return null;
  if (asked.kind === 'variable' && script.assigned.has(asked.name)) return null;
  return hole.secrets.find((name) => isSame(name, binding.secret)) ?? null;
}

/** A shell test that is true where a secret of the hole is missing; null where no variable holds one. */
function emptinessTest({ hole, file, job, step, script }: Target): string | null {
  const maps = environments(file, job, step);
  const tests: string[] = [];
  for (const secret of hole.secrets) {
    const name = variableOf(secret, maps);
    if (name === null || script.assigned.has(name)) return null;
    tests.push(script.scalar ? `[ -z "$${name}" ]` : `[ -z "\${${name}:-}" ]`);
  }
  return tests.join(hole.together ? ' && ' : ' || ');
}

/** The lines behind all the tests that are not null. */
function guarded(lines: readonly string[], tests: readonly (string | null)[]): readonly string[] {
  const real = tests.filter((test) => test !== null);
  if (real.length === 0) return lines;
  const joined = real.map((test) => (real.length > 1 && test.includes(' || ') ? `{ ${test}; }` : test));
  return ifBlock(joined.join(' && '), lines);
}

/** How the soft path of forks is kept. */
interface Softness {
  /** True in a trusted event; null where no fork's pull request comes here. */
  readonly trusted: string | null;
  /** True for a fork's pull request. */
  readonly fork: string | null;
  finished(edits: readonly ScriptEdit[]): Mend | null;
}

function softness(target: Target): Softness | null {
  const { script } = target;
  const fork = forkVariableOf(target);
  if (fork === 'not-covered') return null;
  const name = fork?.name ?? '';
  const value = script.scalar ? `$${name}` : `\${${name}:-}`;
  return {
    trusted: fork ? `[ "${value}" != true ]` : null,
    fork: fork ? `[ "${value}" = true ]` : null,
    finished: (edits) => {
      const written = fileEdits(script, edits);
      return written && { edits: fork?.edit ? [...written, fork.edit] : written };
    },
  };
}
