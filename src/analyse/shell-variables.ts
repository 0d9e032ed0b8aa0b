import type { Place } from '../text/script.js';
import { type Machine, readVariable, siteName } from './machine.js';
import { DEFAULT_IFS } from './splitting.js';
import type { State } from './state.js';
import { constant, hole, unknownValue, type Value } from './values.js';

// What a shell sets by itself (bash manual, «Bash Variables»; dash(1), «Special Variables»), which no program that it
// starts sees, and the directory, which it follows.

/** Another number each time that they are read. */
const counters: ReadonlySet<string> = new Set(['RANDOM', 'SRANDOM', 'LINENO', 'SECONDS', 'EPOCHSECONDS']);

/** Another text each time that they are read: in a subshell, or after another command. */
const changing: ReadonlySet<string> = new Set(['BASHPID', 'BASH_COMMAND', 'BASH_SUBSHELL', 'EPOCHREALTIME']);

/** The same text all the time. */
const steady: ReadonlySet<string> = new Set([
  'BASH',
  'BASHOPTS',
  'BASH_VERSINFO',
  'BASH_VERSION',
  'EUID',
  'GROUPS',
  'HOSTNAME',
  'HOSTTYPE',
  'MACHTYPE',
  'OSTYPE',
  'PPID',
  'PS4',
  'SHELLOPTS',
  'SHLVL',
  'UID',
]);

/** What every shell that goes by the name of `sh` sets; Debian builds its dash without `LINENO`. */
const everywhere: ReadonlySet<string> = new Set(['PPID', 'PS4']);

/** Does bash set the variable by itself? */
export function isShells(name: string): boolean {
  return counters.has(name) || changing.has(name) || steady.has(name) || name === 'IFS';
}

/**
 * A variable as a shell has it at this place of a script: one that the script or the environment has set, or that the
 * shell sets by itself; null where it is unset. `sh` is some shell: what only bash sets may be empty there.
 */
export function shellVariable(name: string, at: Place, state: State, machine: Machine): Value | null {
  if (state.vars.has(name)) return readVariable(name, state, machine);
  if (name === 'IFS') return constant(DEFAULT_IFS);
  if (state.cwd !== null && (name === 'PWD' || name === 'OLDPWD'))
    return unknownValue(`${name} in ${state.cwd}`, [], true);
  const nonEmpty = !machine.dash || everywhere.has(name);
  const site = () => siteName(at, state, machine);
  if (counters.has(name)) {
    const count = hole(`${name} ${site()}`, { nonEmpty, ...(nonEmpty ? { atLeast: 0 } : {}) });
    return { pieces: [count], lacks: [] };
  }
  if (changing.has(name)) return unknownValue(`${name} ${site()}`, [], nonEmpty);
  if (steady.has(name)) return unknownValue(`shell's ${name}`, [], nonEmpty);
  return readVariable(name, state, machine);
}
