import {
  commandEffect,
  consumption,
  curlBehaviour,
  curlBodyFile,
  curlFormat,
  holdsStatus,
  isPlainData,
  isRehearsal,
  jqLine,
  REFUSED_STATUS,
  wgetBehaviour,
  writtenParts,
} from '../facts/commands.js';
import type { Call } from '../program/program.js';
import { ask, isEmpty, PRIVATE, resolve } from './constraints.js';
import { split } from './expressions.js';
import { filterOutcome, isAnswer, lastFailure, printed, readBy } from './filters.js';
import { keepCredentials, keptLacks, lacksOfNamedFiles } from './kept.js';
import { emit, type Machine, mayWriteOutputs, siteName, workKey } from './machine.js';
import { fileText, writeFile } from './redirects.js';
import { addWork, type Failure, fork, record, type State, status, success } from './state.js';
import { concat, constant, emptyValue, nameOf, textOf, union, unknownValue, type Value } from './values.js';

/** A command that the shell starts: not a builtin, not a function. */
export interface External {
  /** Its base name; null where it is computed. */
  readonly name: string | null;
  /** True for a script of the repository (`./x`, `tools/x`), which only shares its name with a known command. */
  readonly local: boolean;
  readonly args: readonly Value[];
  /** Missing secrets that its words and assignment prefixes lack. */
  readonly lacks: readonly string[];
  readonly call: Call;
  /** Does a status that is not 0 go without notice here: a condition, the left of `||`, or `set +e`. */
  readonly exempt: boolean;
}

/**
 * What an external command does to a path. In a world where all that it needs is there it succeeds (the
 * ordinary day), unless its status is what is asked for; a command that is given a missing secret fails,
 * unless a fact says that it goes on.
 */
export function runExternal(external: External, state: State, machine: Machine): State[] {
  machine.spend();
  const texts = external.args.map((arg) => textOf(resolve(state.constraints, arg)));
  const name = external.name ?? '';
  const effect =
    external.name === null
      ? 'work'
      : external.local
        ? 'work'
        : commandEffect(name, texts, machine.world.facts);
  const lacks = handedLacks(external, texts, state);
  const site = siteName(external.call.at, state, machine);
  const fromEnvironment = lacks.length === 0 ? environmentLacks(external, texts, state, machine) : [];
  const missing = union(lacks, fromEnvironment);
  const known = external.name === null || external.local ? null : external.name;
  const named = known ? lacksOfNamedFiles(external.args, state) : [];
  if (known) keepCredentials(known, texts, union(missing, named), state);

  if (missing.length > 0) {
    const behaviour = withoutSecret(external, texts, effect, machine);
    const silent = behaviour === 'goes-on-silently';
    const failure = failureOf(external, missing, silent, state, machine);
    if (behaviour === 'fails') return [fail(state, failure)];
    if (silent) {
      record(state, { kind: 'failure', failure });
      const answer = unknownValue(`${PRIVATE}${site}`, missing);
      const file = external.args[name === 'curl' ? curlBodyFile(texts) : -1];
      if (file) writeFile(state, file, answer, false);
      emit(state, name === 'curl' ? saidByCurl(texts, answer, site) : answer);
      state.status = success;
      return [state];
    }
    return finish(external, effect, texts, state, machine, site, missing);
  }
  if (effect !== 'none') handOn(state, machine);
  const needed = named.length > 0 && withoutSecret(external, texts, effect, machine) === 'fails' ? named : [];
  const kept = known ? union(keptLacks(known, texts, state), needed) : [];
  if (kept.length > 0) return [fail(state, failureOf(external, kept, false, state, machine))];
  const perhaps = perhapsNeeds(external, effect, state, machine);
  if (perhaps.length === 0) return finish(external, effect, texts, state, machine, site, []);
  const failing = fork(state);
  const failure = failureOf(external, perhaps, false, state, machine);
  return [...finish(external, effect, texts, state, machine, site, []), fail(failing, failure)];
}

/** What a refused `curl` prints: the body, unless that goes elsewhere, and what `-w` asks for. */
function saidByCurl(texts: readonly (string | null)[], body: Value, site: string): Value {
  const format = curlFormat(texts);
  if (format === null) return body;
  const written = writtenParts(format).map((part): Value => {
    if (part.kind === 'text') return constant(part.text, body.lacks);
    if (holdsStatus(part.name)) return constant(REFUSED_STATUS, body.lacks);
    return unknownValue(`${PRIVATE}${part.name} ${site}`, body.lacks);
  });
  return concat(curlBehaviour(texts).output === 'stdout' ? [body, ...written] : written);
}

/** A program is started: whatever a missing secret shaped in its environment, it may ask for. */
export function handOn(state: State, machine: Machine): void {
  for (const [, { exported, value }] of state.vars.notable())
    if (exported && value) machine.handsOn(value.lacks);
}

function failureOf(
  { name, call }: External,
  lacks: readonly string[],
  silent: boolean,
  state: State,
  machine: Machine,
): Failure {
  const work = workKey(call.at, state, machine);
  return { where: call.at, work, name: name || 'the command', lacks, silent, guessed: true };
}

function fail(state: State, failure: Failure): State {
  record(state, { kind: 'failure', failure });
  return failFor(state, failure);
}

function failFor(state: State, failure: Failure): State {
  // That it printed nothing is for want of the secret, too.
  emit(state, constant('', failure.lacks));
  state.status = { code: null, because: failure, lacks: failure.lacks };
  return state;
}

/**
 * The missing secrets that it is known to read from its environment. Of variables that stand for each other
 * (GH_TOKEN or GITHUB_TOKEN) those count that the job sets at all, and one that is there is enough.
 */
function environmentLacks(
  external: External,
  texts: readonly (string | null)[],
  state: State,
  machine: Machine,
): readonly string[] {
  const { facts } = machine.world;
  const fact = external.name === null || external.local ? null : consumption(external.name, texts, facts);
  if (!fact || fact.workDone) return [];
  let lacks: readonly string[] = [];
  for (const group of fact.anyOf) {
    const given = group
      .map((name) => state.vars.get(name))
      .filter((variable) => variable?.exported && variable.value);
    const values = given.map((variable) => variable?.value ?? emptyValue);
    if (values.some((value) => isEmpty(state.constraints, value).answer !== true)) continue;
    for (const value of values) lacks = union(lacks, value.lacks);
  }
  return lacks;
}

/** The missing secrets that are handed to the command: in its words, before its name, on its standard input. */
function handedLacks(external: External, texts: readonly (string | null)[], state: State): readonly string[] {
  if (external.lacks.length === 0 && (state.input?.lacks.length ?? 0) === 0) return [];
  if (external.name !== 'curl' && external.name !== 'wget') {
    // The answer of a command that went on without its secret is some text: what it does to others is not known.
    const answers = [...external.args, state.input ?? emptyValue]
      .filter(isAnswer)
      .flatMap((value) => value.lacks);
    const plain = [...external.args, state.input ?? emptyValue]
      .filter((value) => !isAnswer(value))
      .flatMap((value) => value.lacks);
    return union(external.lacks, state.input?.lacks ?? []).filter(
      (name) => plain.includes(name) || !answers.includes(name),
    );
  }
  // What a request says in its body is no credential, unless it is named like one.
  const said = external.args.filter((_, index) => isPlainData(texts, index)).flatMap((arg) => arg.lacks);
  const shown = external.args.filter((_, index) => !isPlainData(texts, index)).flatMap((arg) => arg.lacks);
  return external.lacks.filter((name) => shown.includes(name) || !said.includes(name));
}

type Behaviour = 'fails' | 'goes-on' | 'goes-on-silently';

function withoutSecret(
  external: External,
  texts: readonly (string | null)[],
  effect: 'none' | 'prepares' | 'work',
  machine: Machine,
): Behaviour {
  if (external.name === null) return 'fails';
  if (external.name === 'curl' || external.name === 'wget') {
    const behaviour = external.name === 'curl' ? curlBehaviour(texts) : wgetBehaviour(texts);
    return behaviour.url === 'empty' || behaviour.fails !== false ? 'fails' : 'goes-on-silently';
  }
  const fact = external.local ? null : consumption(external.name, texts, machine.world.facts);
  if (!fact) return effect === 'work' ? 'fails' : 'goes-on';
  if (fact.whenMissing === 'fails') return 'fails';
  return effect === 'work' && !fact.workDone ? 'goes-on-silently' : 'goes-on';
}

/** Commands that run a program of the repository, which may need anything that the step's `env:` holds. */
const RUNNERS: ReadonlySet<string> = new Set([
  'npm',
  'npx',
  'yarn',
  'pnpm',
  'bun',
  'bunx',
  'node',
  'deno',
  'tsx',
  'python',
  'python3',
  'uv',
  'poetry',
  'ruby',
  'bundle',
  'rake',
  'make',
  'just',
  'task',
  'go',
  'cargo',
  'mvn',
  'mvnw',
  'gradle',
  'gradlew',
  'php',
  'composer',
  'java',
  'dotnet',
  'bash',
  'sh',
  'nx',
  'turbo',
]);

/** Does it run a program of which nothing is seen? */
function runsProgram({ name, local }: External): boolean {
  return local || name === null || RUNNERS.has(name);
}

/** Does a failure of a command here go without notice? */
export function isUnheard(exempt: boolean, state: State, machine: Machine): boolean {
  if (exempt || machine.forgiven) return true;
  if (state.options.errexit) return false;
  // A script that never says `set -e` has not asked to be ended: what its programs may need is too weak a guess there.
  return state.errexitOff !== null || !state.callers.some((caller) => !caller.sourced);
}

/**
 * Secrets of the step's own `env:` that an unknown command may need. Only asked where its failure would go
 * without notice: there a missing secret may be what is hidden.
 */
function perhapsNeeds(
  external: External,
  effect: 'none' | 'prepares' | 'work',
  state: State,
  machine: Machine,
): readonly string[] {
  if (effect !== 'work') return [];
  if (!isUnheard(external.exempt, state, machine)) return [];
  const ofPackage = state.callers.at(-1)?.ofPackage ?? false;
  if (!ofPackage && (external.name === null || !runsProgram(external))) return [];
  let lacks: readonly string[] = [];
  for (const [, { fromStep, exported, value }] of state.vars.notable()) {
    if (fromStep && exported && value) lacks = union(lacks, value.lacks);
  }
  return lacks;
}

function finish(
  external: External,
  effect: 'none' | 'prepares' | 'work',
  texts: readonly (string | null)[],
  state: State,
  machine: Machine,
  site: string,
  lacks: readonly string[],
): State[] {
  if (effect === 'work') {
    const rehearsal = external.name !== null && isRehearsal(external.name, texts);
    addWork(state, {
      // A rehearsal is other work than the performance.
      key: `${workKey(external.call.at, state, machine)}${rehearsal ? ':rehearsal' : ''}`,
      name: external.name ?? 'a command',
      where: external.call.at,
      step: machine.step,
      rehearsal,
    });
  }
  if (effect === 'work' && runsProgram(external)) mayWriteOutputs(state, site, machine);
  const read = readBy(external, texts, state);
  const outcome = read && filterOutcome(external, texts, read, state);
  if (outcome?.kind === 'refused') {
    // It fails for what the request failed for.
    const failure = lastFailure(state, outcome.lacks, true);
    if (!failure) return [fail(state, failureOf(external, outcome.lacks, false, state, machine))];
    return [failFor(state, failure)];
  }
  emit(state, outcome?.printed ?? printed(external, read, state, machine, site, lacks));
  if (outcome?.kind === 'ends') {
    state.status = outcome.status;
    return [state];
  }
  const told = answersRead(external, read, state);
  const looks = told.length > 0 && external.name !== null && looksAtInput(external.name, texts);
  // After `set +e` the script goes on and may look at `$?`.
  if (!looks && !external.exempt && (state.options.errexit || state.errexitOff === null)) {
    state.status = success;
    return [state];
  }
  return unknownStatus(external, effect, state, site, union(lacks, told));
}

/** Commands whose status says what they think of what they read. */
const LOOKS: ReadonlySet<string> = new Set(['grep', 'egrep', 'fgrep', 'diff', 'cmp']);

/** `jq --exit-status` tells by its status whether the last thing it printed was null or false. */
function looksAtInput(name: string, texts: readonly (string | null)[]): boolean {
  return LOOKS.has(name) || (name === 'jq' && jqLine(texts)?.exitStatus === true);
}

/** The secrets for want of which a request was refused whose answer the command reads. */
function answersRead(external: External, read: Value | null, state: State): readonly string[] {
  let lacks = read && isAnswer(read) ? read.lacks : [];
  for (const arg of external.args) {
    const file = fileText(state, arg);
    if (file && isAnswer(file)) lacks = union(lacks, file.lacks);
  }
  return lacks;
}

/** In a condition the status of a command is not known, save where it was given a secret that is there. */
function unknownStatus(
  external: External,
  effect: 'none' | 'prepares' | 'work',
  state: State,
  site: string,
  lacks: readonly string[],
): State[] {
  const usesSecret =
    effect === 'work' && lacks.length === 0 && external.args.some((arg) => nameOf(arg).includes('secrets.'));
  if (usesSecret || external.name === 'true') {
    state.status = success;
    return [state];
  }
  const fact = lacks.length > 0 ? `${PRIVATE}ok ${site}` : `ok ${external.name ?? ''} ${site}`;
  const question = ask(state.constraints, fact);
  return split(question, state).map((branch) => {
    branch.state.status = status(branch.answer ? 0 : null, lacks, question);
    return branch.state;
  });
}
