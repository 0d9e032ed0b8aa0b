import { commandEffect, consumption, curlBehaviour, isRehearsal, wgetBehaviour } from '../facts/commands.js';
import type { Call } from '../program/program.js';
import { ask, isEmpty, resolve } from './constraints.js';
import { split } from './expressions.js';
import { emit, type Machine, siteName } from './machine.js';
import { addWork, type Failure, fork, record, type State, status, success } from './state.js';
import { constant, derived, emptyValue, nameOf, textOf, union, unknownValue, type Value } from './values.js';

/** A command that the shell starts: not a builtin, not a function. */
export interface External {
  /** Its base name; null where it is computed. */
  readonly name: string | null;
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
  const effect = external.name === null ? 'work' : commandEffect(name, texts);
  const input = state.input;
  const lacks = union(external.lacks, input?.lacks ?? []);
  const site = siteName(external.call.at, state, machine);
  const fromEnvironment = lacks.length === 0 ? environmentLacks(external, texts, state) : [];
  const missing = union(lacks, fromEnvironment);

  if (missing.length > 0) {
    const behaviour = withoutSecret(external, texts, effect, fromEnvironment.length > 0);
    const failure: Failure = {
      where: external.call.at,
      name: name || 'the command',
      lacks: missing,
      silent: behaviour === 'goes-on-silently',
      guessed: true,
    };
    if (behaviour === 'fails') return [fail(state, failure)];
    if (behaviour === 'goes-on-silently') {
      record(state, { kind: 'failure', failure });
      emit(state, unknownValue(`!${site}`, missing));
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

/** The missing secrets that it is known to read from its environment. */
function environmentLacks(
  external: External,
  texts: readonly (string | null)[],
  state: State,
): readonly string[] {
  if (external.name === null) return [];
  const fact = consumption(external.name, texts);
  if (!fact || fact.whenMissing !== 'fails') return [];
  let lacks: readonly string[] = [];
  let present = false;
  for (const variable of fact.reads) {
    const found = state.vars.get(variable);
    if (!found?.exported || !found.value) continue;
    if (found.value.lacks.length > 0 && isEmpty(state.constraints, found.value).answer === true)
      lacks = union(lacks, found.value.lacks);
    else present = true;
  }
  // One of several variables is enough (GH_TOKEN or GITHUB_TOKEN) unless all that are given are empty.
  return present ? [] : lacks;
}

type Behaviour = 'fails' | 'goes-on' | 'goes-on-silently';

function withoutSecret(
  external: External,
  texts: readonly (string | null)[],
  effect: 'none' | 'prepares' | 'work',
  known: boolean,
): Behaviour {
  if (known || external.name === null) return 'fails';
  if (external.name === 'curl' || external.name === 'wget') {
    const behaviour = external.name === 'curl' ? curlBehaviour(texts) : wgetBehaviour(texts);
    return behaviour.url === 'empty' || behaviour.fails !== false ? 'fails' : 'goes-on-silently';
  }
  const fact = consumption(external.name, texts);
  if (fact)
    return fact.whenMissing === 'fails' ? 'fails' : effect === 'work' ? 'goes-on-silently' : 'goes-on';
  return effect === 'work' ? 'fails' : 'goes-on';
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
  if (!external.exempt && state.options.errexit && !machine.forgiven) return [];
  if (external.name !== null && consumption(external.name, [])) return [];
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
      key: `${machine.step}:${external.call.at.start}${rehearsal ? ':rehearsal' : ''}`,
      name: external.name ?? 'a command',
      where: external.call.at,
      step: machine.step,
      rehearsal,
    });
  }
  emit(state, printed(external, state, site, lacks));
  if (!external.exempt) {
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
  const fact = lacks.length > 0 ? `!ok ${site}` : `ok ${external.name ?? ''} ${site}`;
  return split(ask(state.constraints, fact), state).map((branch) => {
    branch.state.status = branch.answer ? success : status(null, lacks);
    return branch.state;
  });
}

function printed(external: External, state: State, site: string, lacks: readonly string[]): Value {
  if (!state.out) return emptyValue;
  const { name } = external;
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
      return derived(`${lacks.length > 0 ? '!' : ''}${name} ${external.args.map(nameOf).join(' ')}`, [input]);
    }
  }
  return unknownValue(`${lacks.length > 0 ? '!' : ''}out ${site}`, lacks);
}
