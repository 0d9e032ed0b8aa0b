import {
  commandEffect,
  consumption,
  curlBehaviour,
  isPlainData,
  isRehearsal,
  wgetBehaviour,
} from '../facts/commands.js';
import type { Call } from '../program/program.js';
import { ask, isEmpty, PRIVATE, resolve } from './constraints.js';
import { split } from './expressions.js';
import { emit, type Machine, siteName, workKey } from './machine.js';
import { addWork, type Failure, fork, record, type State, status, success } from './state.js';
import { constant, derived, emptyValue, nameOf, textOf, union, unknownValue, type Value } from './values.js';
import { knownValue } from './world.js';

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

/** Filters: what they print is made of what they read, and nothing of nothing. */
const FILTERS = [
  'cat',
  'tr',
  'sed',
  'grep',
  'egrep',
  'fgrep',
  'head',
  'tail',
  'cut',
  'sort',
  'uniq',
  'awk',
  'jq',
  'yq',
  'base64',
  'xargs',
  'tee',
  'rev',
  'tac',
  'fold',
  'column',
];

/**
 * What an external command does to a path. In a world where all that it needs is there it succeeds (the
 * ordinary day), unless its status is what is asked for; a command that is given a missing secret fails,
 * unless a fact says that it goes on.
 */
export function runExternal(external: External, state: State, machine: Machine): State[] {
  machine.spend();
  const texts = external.args.map((arg) => textOf(resolve(state.constraints, arg)));
  const name = external.name ?? '';
  const effect = external.name === null ? 'work' : external.local ? 'work' : commandEffect(name, texts);
  const lacks = handedLacks(external, texts, state);
  const site = siteName(external.call.at, state, machine);
  const fromEnvironment = lacks.length === 0 ? environmentLacks(external, texts, state) : [];
  const missing = union(lacks, fromEnvironment);

  if (missing.length > 0) {
    const behaviour = withoutSecret(external, texts, effect);
    const failure: Failure = {
      where: external.call.at,
      work: workKey(external.call.at, state, machine),
      name: name || 'the command',
      lacks: missing,
      silent: behaviour === 'goes-on-silently',
      guessed: true,
    };
    if (behaviour === 'fails') return [fail(state, failure)];
    if (behaviour === 'goes-on-silently') {
      record(state, { kind: 'failure', failure });
      emit(state, unknownValue(`${PRIVATE}${site}`, missing));
      state.status = success;
      return [state];
    }
    return finish(external, effect, texts, state, machine, site, missing);
  }
  const perhaps = perhapsNeeds(external, effect, state, machine);
  if (perhaps.length === 0) return finish(external, effect, texts, state, machine, site, []);
  const failing = fork(state);
  const failure: Failure = {
    where: external.call.at,
    work: workKey(external.call.at, state, machine),
    name: name || 'the command',
    lacks: perhaps,
    silent: false,
    guessed: true,
  };
  return [...finish(external, effect, texts, state, machine, site, []), fail(failing, failure)];
}

function fail(state: State, failure: Failure): State {
  record(state, { kind: 'failure', failure });
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
): readonly string[] {
  const fact = external.name === null || external.local ? null : consumption(external.name, texts);
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

function isAnswer(value: Value): boolean {
  return value.pieces.some((piece) => typeof piece !== 'string' && piece.id.includes(PRIVATE));
}

type Behaviour = 'fails' | 'goes-on' | 'goes-on-silently';

function withoutSecret(
  external: External,
  texts: readonly (string | null)[],
  effect: 'none' | 'prepares' | 'work',
): Behaviour {
  if (external.name === null) return 'fails';
  if (external.name === 'curl' || external.name === 'wget') {
    const behaviour = external.name === 'curl' ? curlBehaviour(texts) : wgetBehaviour(texts);
    return behaviour.url === 'empty' || behaviour.fails !== false ? 'fails' : 'goes-on-silently';
  }
  const fact = external.local ? null : consumption(external.name, texts);
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
  if (effect !== 'work' || machine.world.missing.size === 0) return [];
  if (!isUnheard(external.exempt, state, machine)) return [];
  const ofPackage = state.callers.at(-1)?.ofPackage ?? false;
  if (!external.local && !ofPackage && (external.name === null || !RUNNERS.has(external.name))) return [];
  let lacks: readonly string[] = [];
  for (const variable of state.vars.values()) {
    if (variable.fromStep && variable.exported && variable.value && variable.value.lacks.length > 0)
      lacks = union(lacks, variable.value.lacks);
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
  emit(state, printed(external, state, machine, site, lacks));
  // After `set +e` the script goes on and may look at `$?`.
  if (!external.exempt && (state.options.errexit || state.errexitOff === null)) {
    state.status = success;
    return [state];
  }
  return unknownStatus(external, effect, state, site, lacks);
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

/** `jq -r .pull_request.head.repo.fork "$GITHUB_EVENT_PATH"`: the payload is what the event is known to be (semantics 6.11). */
function payloadField(external: External, machine: Machine): Value | null {
  const file = external.args.at(-1);
  if (external.name !== 'jq' || !file || !isPayloadPath(file)) return null;
  const filter = external.args.map(textOf).find((text) => text !== null && /^(\.[a-zA-Z_]\w*)+$/.test(text));
  if (!filter) return null;
  const path = `event${filter.toLowerCase()}`;
  const known = machine.world.context.known(path);
  if (!known) return unknownValue(`github.${path}`);
  if (known.kind === 'constant') return constant(String(known.value));
  return known.kind === 'symbol' ? knownValue(known) : null;
}

function isPayloadPath(value: Value): boolean {
  return ['github.event_path', 'environment GITHUB_EVENT_PATH'].includes(nameOf(value));
}

/** Filters that print something wherever they read something. */
const KEEPS_TEXT = ['cat', 'tr', 'sort', 'uniq', 'base64', 'rev', 'tac', 'fold', 'tee', 'column'];

/** A jq filter that only picks a field: it prints `null` where there is none. */
function isFieldFilter(arg: Value): boolean {
  return /^(\.[\w-]+|\.?\["[\w-]+"\])+$/.test(textOf(arg) ?? '');
}

function printed(
  external: External,
  state: State,
  machine: Machine,
  site: string,
  lacks: readonly string[],
): Value {
  if (!state.out) return emptyValue;
  const { name } = external;
  const payload = payloadField(external, machine);
  if (payload) return payload;
  const input = state.input;
  if (name !== null && FILTERS.includes(name)) {
    if (name === 'cat' && external.args.length === 0 && input) return input;
    const files =
      name === 'cat'
        ? external.args.map((arg) => state.files.get(nameOf(resolve(state.constraints, arg))))
        : [];
    const [file] = files;
    if (file && files.length === 1) return file;
    if (input) {
      if (textOf(resolve(state.constraints, input))?.trim() === '') return constant('', input.lacks);
      // An error answer is JSON too, and a field that it lacks is printed as the text `null`.
      const picks = name === 'jq' && isAnswer(input) && external.args.some(isFieldFilter);
      const full = picks || (KEEPS_TEXT.includes(name) && isEmpty(state.constraints, input).answer === false);
      const operation = `${lacks.length > 0 ? PRIVATE : ''}${name} ${external.args.map(nameOf).join(' ')}`;
      return derived(operation, [input], full);
    }
  }
  return unknownValue(`${lacks.length > 0 ? PRIVATE : ''}out ${site}`, lacks);
}
