import type { Call } from '../program/program.js';
import { evaluateText, integerOf, isNonZero } from './arithmetic.js';
import { ask, resolve } from './constraints.js';
import { split } from './expressions.js';
import type { Invocation } from './invocation.js';
import { abort, assign, emit, ended, endedBy, type Machine, OutOfBudget, siteName } from './machine.js';
import { echo, printf } from './printing.js';
import { mapfile, read } from './reading.js';
import { workspaceDirectory } from './scripts.js';
import { fork, record, type State, type Status, setVariable, status, success } from './state.js';
import { testFields } from './test-command.js';
import { constant, derived, emptyValue, soleHole, textOf, unknownValue, type Value } from './values.js';

type Builtin = (invocation: Invocation, state: State, machine: Machine) => State[];

function leave(how: 'exit' | 'return', { args, call }: Invocation, state: State, machine: Machine): State[] {
  const [first] = args;
  if (how === 'return' && state.frames.length === 0 && state.sourced === 0) {
    // bash only returns from functions and sourced files; dash ends the script.
    if (!machine.dash) return ended(state, status(2));
    how = 'exit';
  }
  const code = first ? givenStatus(first) : null;
  if (first && code === null) {
    if (textOf(first) !== null) state.status = status(2);
    else {
      // `exit "$rc"` with a status that is not known: 0 or not.
      const isZero = ask(state.constraints, `${siteName(call.at, state, machine)} exits 0`);
      return split(statusQuestion(first, state) ?? isZero, state).map((branch) =>
        leaveWith(how, branch.state, status(branch.answer ? 0 : null, first.lacks), call),
      );
    }
  } else if (code !== null) {
    const low = ((code % 256) + 256) % 256;
    // A status that was saved and handed on is still the failure that it was.
    const because =
      low !== 0 && state.status.because && state.status.code === null ? state.status.because : null;
    state.status = { code: low, because, lacks: first?.lacks ?? [] };
  }
  return [leaveWith(how, state, state.status, call)];
}

/** The number that `exit` or `return` is given: with a sign or with spaces around it shells take it too. */
function givenStatus(value: Value): number | null {
  const text = textOf(value);
  return text !== null && /^\s*[-+]?\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

function statusQuestion(value: Value, state: State): ReturnType<typeof ask> | null {
  const [piece] = value.pieces;
  if (piece === undefined || typeof piece === 'string' || piece.excludes === 'all') return null;
  return piece.excludes.includes('0') ? { ...ask(state.constraints, ''), answer: false } : null;
}

function leaveWith(how: 'exit' | 'return', state: State, value: Status, call: Call): State {
  state.status = value;
  state.flow = { kind: how };
  record(state, { kind: 'leave', how, site: call, where: call.at, green: value.code === 0 });
  return state;
}

function jump(kind: 'break' | 'continue', { args, call }: Invocation, state: State): State[] {
  const levels = Math.min(args[0] ? (integerOf(args[0]) ?? 1) : 1, state.loops);
  state.status = success;
  // Outside a loop there is nothing to leave, and that is no error.
  if (levels < 1) return [state];
  state.flow = { kind, levels };
  record(state, { kind: 'leave', how: kind, site: call, where: call.at, green: true });
  return [state];
}

const LETTERS: Readonly<Record<string, 'errexit' | 'nounset' | 'errtrace'>> = {
  e: 'errexit',
  u: 'nounset',
  E: 'errtrace',
};
/** Options that change nothing that is modelled. */
const OTHER_LETTERS = 'abefhkmnptuvxBCEHPT';
const OTHER_NAMES: ReadonlySet<string> = new Set(
  'allexport braceexpand emacs functrace hashall histexpand history ignoreeof interactive-comments keyword monitor noclobber noexec noglob nolog notify onecmd physical posix privileged verbose vi xtrace'.split(
    ' ',
  ),
);
const NAMED: readonly string[] = ['errexit', 'nounset', 'pipefail', 'errtrace'];

function setOptions({ args, call }: Invocation, state: State, machine: Machine): State[] {
  let { options } = state;
  let error = false;
  for (let i = 0; i < args.length; i++) {
    const text = textOf(args[i] ?? emptyValue);
    if (text === '--' || text === '-' || text === null || !/^[-+]/.test(text)) {
      if (text !== '-' || i + 1 < args.length)
        state.positional = args.slice(text === '--' || text === '-' ? i + 1 : i);
      break;
    }
    const on = text.startsWith('-');
    for (const flag of text.slice(1)) {
      const name = flag === 'o' ? textOf(args[++i] ?? emptyValue) : LETTERS[flag];
      if (name && NAMED.includes(name)) options = { ...options, [name]: on };
      else if (flag === 'o' ? name && !OTHER_NAMES.has(name) : !OTHER_LETTERS.includes(flag)) error = true;
    }
  }
  if (state.options.errexit && !options.errexit) state.errexitOff = call.at;
  state.options = options;
  // A special builtin that fails ends a POSIX shell.
  if (error && machine.dash) abort(state, call.at, machine, []);
  else state.status = status(error ? 2 : 0);
  return [state];
}

function shopt({ args }: Invocation, state: State): State[] {
  const texts = args.map(textOf);
  const on = texts.includes('-s');
  if (!on && !texts.includes('-u'))
    return endedBy(state, ask(state.constraints, `shopt ${texts.join()}`), []);
  for (const text of texts) {
    if (text === 'inherit_errexit') state.options = { ...state.options, inheritErrexit: on };
    if (text === 'nocasematch') state.options = { ...state.options, ignoreCase: on };
    if (text === 'lastpipe') state.options = { ...state.options, lastpipe: on };
  }
  return ended(state, success);
}

function unset({ args }: Invocation, state: State, machine: Machine): State[] {
  const texts = args.map(textOf);
  const onlyFunctions = texts[0] === '-f';
  for (const text of texts) {
    if (text === null || text.startsWith('-')) continue;
    const element = /^(\w+)\[/.exec(text)?.[1];
    if (element !== undefined) {
      const old = state.vars.get(element);
      // Which elements are left is not known; there may be none.
      if (old?.elements) setVariable(state, element, { ...old, elements: [], exact: false });
      continue;
    }
    // Without an option bash unsets a function where no variable has the name.
    const isVariable = state.vars.has(text) || machine.ambient(text) !== null;
    if (onlyFunctions || (!isVariable && texts[0] !== '-v')) state.functions = state.functions.without(text);
    if (onlyFunctions) continue;
    if (state.vars.get(text)?.fixed) return ended(state, status(1));
    // Unset, not merely unknown: the name must not fall back to what the runner sets.
    setVariable(state, text, {
      value: null,
      elements: null,
      exact: true,
      exported: false,
      fromStep: false,
    });
  }
  return ended(state, success);
}

function shift({ args, call }: Invocation, state: State, machine: Machine): State[] {
  const count = args[0] ? integerOf(args[0]) : 1;
  if (count === null || count < 0) throw new OutOfBudget("'shift' by a number that is not known");
  if (count > state.positional.length) {
    if (!machine.dash) return ended(state, status(1));
    abort(state, call.at, machine, []);
    return [state];
  }
  state.positional = state.positional.slice(count);
  return ended(state, success);
}

function trap({ args, call }: Invocation, state: State, machine: Machine): State[] {
  const texts = args.map((arg) => textOf(arg));
  const [first] = texts;
  if (args.length === 0 || (first?.startsWith('-') && first !== '-' && first !== '--'))
    return ended(state, success);
  const rest = first === '--' ? texts.slice(1) : texts;
  const [handler = ''] = rest;
  // A lone signal, or a number in the place of the handler: the signals are reset.
  const bare = rest.length === 1 || (handler !== null && /^\d+$/.test(handler));
  const resets = bare || handler === '-' || handler === '';
  const traps = new Map(state.traps);
  let error = false;
  for (const text of bare ? rest : rest.slice(1)) {
    if (text === null || text === undefined) continue;
    const name = signalNamed(text, machine);
    if (name === null) error = true;
    else if (resets) traps.delete(name);
    else if (handler !== null) traps.set(name, { handler, where: call.at });
    else if (name === 'EXIT' || name === 'ERR')
      throw new OutOfBudget(`what the ${name} trap runs is computed`);
  }
  state.traps = traps;
  // One word alone that is no signal is a wrong use of it.
  return ended(state, status(error ? (rest.length === 1 && !machine.dash ? 2 : 1) : 0));
}

const SIGNALS: ReadonlySet<string> = new Set(
  `HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG
  XCPU XFSZ VTALRM PROF WINCH IO PWR SYS EMT INFO`.split(/\s+/),
);
const OF_BASH: ReadonlySet<string> = new Set('ERR DEBUG RETURN'.split(' '));

/** A signal by its name or number; null for what is none. Only bash takes it with `SIG` before the name, and has traps of its own, which have none. */
function signalNamed(text: string, { dash }: Machine): string | null {
  const name = text.toUpperCase();
  if (/^\d{1,2}$/.test(name)) return Number(name) === 0 ? 'EXIT' : Number(name) <= 64 ? name : null;
  if (name === 'EXIT' || (!dash && OF_BASH.has(name))) return name;
  const signal = dash ? name : name.replace(/^SIG/, '');
  return SIGNALS.has(signal) || /^RT(MIN|MAX)/.test(signal) ? signal : null;
}

/** `wait` alone takes no notice of how jobs ended; `wait $!` ends as the job did. */
function wait({ args, call }: Invocation, state: State, machine: Machine): State[] {
  const jobs = state.background;
  if (args.length === 0) {
    if (!machine.dash) state.background = jobs && { ...jobs, statuses: new Map() };
    return ended(state, success);
  }
  const last = args.at(-1) ?? emptyValue;
  const name = soleHole(last)?.id;
  const found = name === undefined ? undefined : jobs?.statuses.get(name);
  if (found) return ended(state, found);
  const text = textOf(last);
  if (text !== null && /^\d+$/.test(text)) return ended(state, status(127));
  if (text !== null && !/^[-%]/.test(text)) return ended(state, status(machine.dash ? 2 : 1));
  const isGreen = ask(state.constraints, `job at ${siteName(call.at, state, machine)}`);
  return split(isGreen, state).map((branch) => {
    branch.state.status = status(branch.answer ? 0 : null);
    return branch.state;
  });
}

function cd({ args, call }: Invocation, state: State, machine: Machine): State[] {
  const words = args.filter((arg) => !/^-[LPe@-]$/.test(textOf(arg) ?? ''));
  const target = words[0] ? textOf(words[0]) : '~';
  const workspace = words[0] ? workspaceDirectory(resolve(state.constraints, words[0])) : null;
  const unknown = `somewhere ${siteName(call.at, state, machine)}`;
  if (workspace !== null) state.cwd = workspace;
  else if (target === null || target === '-') state.cwd = unknown;
  else if (target !== '') state.cwd = target.startsWith('/') ? target : `${state.cwd ?? '.'}/${target}`;
  return ended(state, success);
}

/** `[ … ]` and `test …`. */
function test({ name, args }: Invocation, state: State, machine: Machine): State[] {
  if (name === '[' && textOf(args.at(-1) ?? emptyValue) !== ']') return ended(state, status(2));
  const result = testFields(name === '[' ? args.slice(0, -1) : args, state, machine);
  if (result.failed) return ended(state, status(2, result.lacks));
  const equals = machine.dash && args.some((arg) => textOf(arg) === '==');
  // dash has no `==`; other shells that go by the name of sh have it.
  const without = equals ? [fork(state)] : [];
  for (const path of without) path.status = status(2, result.lacks);
  return [...endedBy(state, result.question, result.lacks), ...without];
}

function letBuiltin({ args, call }: Invocation, state: State, machine: Machine): State[] {
  if (args.length === 0) return ended(state, status(1));
  let open: State[] = [state];
  for (const arg of args) {
    open = open.flatMap((path) => {
      if (path.flow) return [path];
      if (textOf(arg) === null) return letUnknown(arg, call, path, machine);
      return evaluateText(arg, call.at, path, machine, true).flatMap((result) => {
        if (result.state.flow) return [result.state];
        if (result.failed) return ended(result.state, status(1));
        return endedBy(result.state, isNonZero(result.value, result.state), result.value.lacks);
      });
    });
  }
  return open;
}

/** `let "n = $(cmd)"`: the variable holds some number then. Throws `OutOfBudget` where it is not seen what is assigned. */
function letUnknown(arg: Value, call: Call, state: State, machine: Machine): State[] {
  const [head] = arg.pieces;
  const assigned =
    typeof head === 'string' ? /^\s*([A-Za-z_]\w*)\s*[-+*/%&^|<>]{0,2}=/.exec(head)?.[1] : undefined;
  if (assigned === undefined) throw new OutOfBudget("'let' of a text that is not known");
  const number = derived(`let ${siteName(call.at, state, machine)}`, [arg], true);
  assign(state, assigned, number);
  return endedBy(state, isNonZero(number, state), number.lacks);
}

function getopts(invocation: Invocation, state: State, machine: Machine): State[] {
  const name = textOf(invocation.args[1] ?? emptyValue);
  const site = siteName(invocation.call.at, state, machine);
  if (state.positional.length === 0 && invocation.args.length <= 2) {
    if (name) assign(state, name, constant('?'));
    return ended(state, status(1));
  }
  return split(ask(state.constraints, `option ${site}`), state).map((branch) => {
    if (name) assign(branch.state, name, unknownValue(`option ${site}`, [], true));
    assign(branch.state, 'OPTARG', unknownValue(`argument ${site}`));
    branch.state.status = status(branch.answer ? 0 : 1);
    return branch.state;
  });
}

/** `command -v x`, `type x`, `which x`: whether a tool is installed is not known, save for functions and builtins. */
function lookUp({ args, call }: Invocation, state: State, machine: Machine): State[] {
  const names = args.map(textOf).filter((text): text is string => text !== null && !text.startsWith('-'));
  const found =
    names.length > 0 && names.every((name) => state.functions.has(name) || Object.hasOwn(builtins, name));
  if (found) {
    emit(state, constant(`${names.join('\n')}\n`));
    return ended(state, success);
  }
  emit(state, unknownValue(`path of ${names.join()} ${siteName(call.at, state, machine)}`));
  return endedBy(state, ask(state.constraints, `installed ${names.join(' ')}`), []).map((end) => {
    if (machine.dash && end.status.code === 1) end.status = { ...end.status, code: 127 };
    return end;
  });
}

const succeed: Builtin = (_invocation, state) => ended(state, success);

const builtins: Readonly<Record<string, Builtin>> = {
  ':': succeed,
  true: succeed,
  false: (_invocation, state) => ended(state, status(1)),
  exit: (invocation, state, machine) => leave('exit', invocation, state, machine),
  return: (invocation, state, machine) => leave('return', invocation, state, machine),
  break: (invocation, state) => jump('break', invocation, state),
  continue: (invocation, state) => jump('continue', invocation, state),
  echo,
  printf,
  set: setOptions,
  shopt,
  unset,
  shift,
  read,
  mapfile,
  readarray: mapfile,
  trap,
  wait,
  cd,
  pushd: cd,
  popd: (_invocation, state) => {
    state.cwd = null;
    return ended(state, success);
  },
  test,
  '[': test,
  let: letBuiltin,
  getopts,
  type: lookUp,
  which: lookUp,
  hash: lookUp,
  umask: succeed,
  ulimit: succeed,
  sleep: succeed,
};

/** The builtin of that name; null for a name that is no builtin. Those that run other code are the interpreter's. */
export function builtinOf(name: string): Builtin | null {
  return Object.hasOwn(builtins, name) ? (builtins[name] ?? null) : null;
}
