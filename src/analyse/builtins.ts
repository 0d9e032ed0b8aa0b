import type { Assignment, Call, Word } from '../program/program.js';
import { integerOf } from './arithmetic.js';
import { testFields } from './conditions.js';
import { ask, resolve } from './constraints.js';
import { split } from './expressions.js';
import { assign, assignElements, emit, type Machine, readVariable, siteName } from './machine.js';
import { record, type State, type Status, setVariable, status, success } from './state.js';
import {
  concat,
  constant,
  derived,
  emptyValue,
  lacking,
  textOf,
  unknownValue,
  type Value,
} from './values.js';
import { expandFields, expandSingle } from './words.js';

/** A builtin about to run: its fields after its name, and the command that it stands in. */
export interface Invocation {
  readonly name: string;
  readonly args: readonly Value[];
  readonly call: Call;
  readonly lacks: readonly string[];
  readonly exempt: boolean;
}

type Builtin = (invocation: Invocation, state: State, machine: Machine) => State[];

/** Gives the path a status. */
export function ended(state: State, value: Status): State[] {
  state.status = value;
  return [state];
}

/** One path for each possible answer, with status 0 for yes and 1 for no. */
export function endedBy(
  state: State,
  question: Parameters<typeof split>[0],
  lacks: readonly string[],
): State[] {
  return split(question, state).map((branch) => {
    branch.state.status = status(branch.answer ? 0 : 1, lacks, question.answer === 'unknown');
    return branch.state;
  });
}

function leave(how: 'exit' | 'return', { args, call }: Invocation, state: State, machine: Machine): State[] {
  const [first] = args;
  const code = first ? integerOf(first) : null;
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
  const levels = args[0] ? (integerOf(args[0]) ?? 1) : 1;
  state.status = success;
  state.flow = { kind, levels };
  record(state, { kind: 'leave', how: kind, site: call, where: call.at, green: true });
  return [state];
}

function echo({ args, lacks }: Invocation, state: State): State[] {
  const flags = /^-[neE]+$/;
  let from = 0;
  let newline = true;
  for (const arg of args) {
    const text = textOf(arg);
    if (text === null || !flags.test(text)) break;
    if (text.includes('n')) newline = false;
    from++;
  }
  const words = args.slice(from).flatMap((arg, i) => (i === 0 ? [arg] : [constant(' '), arg]));
  emit(state, lacking(concat([...words, constant(newline ? '\n' : '')]), lacks));
  return ended(state, success);
}

function printf(invocation: Invocation, state: State): State[] {
  let { args } = invocation;
  let target: string | null = null;
  if (textOf(args[0] ?? emptyValue) === '-v') {
    target = textOf(args[1] ?? emptyValue);
    args = args.slice(2);
  }
  if (textOf(args[0] ?? emptyValue) === '--') args = args.slice(1);
  const [template, ...rest] = args;
  const printed = template ? formatted(template, rest) : emptyValue;
  if (target) assign(state, target, printed);
  else emit(state, lacking(printed, invocation.lacks));
  return ended(state, success);
}

/** `printf` with `%s`, `%d` and plain escapes; the format is used again while arguments are left. */
function formatted(template: Value, args: readonly Value[]): Value {
  const format = textOf(template);
  if (format === null) return derived('printf', [template, ...args]);
  const values: Value[] = [];
  let next = 0;
  do {
    const before = next;
    for (let i = 0; i < format.length; i++) {
      const pair = format.slice(i, i + 2);
      if (pair === '\\n') values.push(constant('\n'));
      else if (pair === '\\t') values.push(constant('\t'));
      else if (pair === '\\\\') values.push(constant('\\'));
      else if (pair === '%%') values.push(constant('%'));
      else if (format[i] === '%') {
        const end = conversionEnd(format, i + 1);
        const arg = args[next++] ?? emptyValue;
        values.push(
          format.slice(i, end) === '%s' || format.slice(i, end) === '%d'
            ? arg
            : derived(format.slice(i, end), [arg]),
        );
        i = end - 1;
        continue;
      } else {
        values.push(constant(format[i] ?? ''));
        continue;
      }
      i++;
    }
    if (next === before) break;
  } while (next < args.length);
  return concat(values);
}

function conversionEnd(format: string, from: number): number {
  let end = from;
  while (end < format.length && !/[a-zA-Z]/.test(format[end] ?? '')) end++;
  return end + 1;
}

function setOptions({ args, call }: Invocation, state: State): State[] {
  let { options } = state;
  for (let i = 0; i < args.length; i++) {
    const text = textOf(args[i] ?? emptyValue);
    if (text === '--' || text === '-' || text === null || !/^[-+]/.test(text)) {
      state.positional = args.slice(text === '--' || text === '-' ? i + 1 : i);
      break;
    }
    const on = text.startsWith('-');
    for (const flag of text.slice(1)) {
      if (flag === 'e') options = { ...options, errexit: on };
      else if (flag === 'u') options = { ...options, nounset: on };
      else if (flag === 'o') {
        const name = textOf(args[++i] ?? emptyValue);
        if (name === 'errexit' || name === 'nounset' || name === 'pipefail')
          options = { ...options, [name]: on };
      }
    }
  }
  if (state.options.errexit && !options.errexit) state.errexitOff = call.at;
  state.options = options;
  return ended(state, success);
}

function shopt({ args }: Invocation, state: State): State[] {
  const texts = args.map(textOf);
  if (texts.includes('inherit_errexit'))
    state.options = { ...state.options, inheritErrexit: texts.includes('-s') };
  return ended(state, success);
}

function unset({ args }: Invocation, state: State): State[] {
  const texts = args.map(textOf);
  for (const text of texts) {
    if (text === null || text.startsWith('-')) continue;
    if (texts[0] === '-f') {
      const functions = new Map(state.functions);
      functions.delete(text);
      state.functions = functions;
    } else {
      // Unset, not merely unknown: the name must not fall back to what the runner sets.
      setVariable(state, text, {
        value: null,
        elements: null,
        exact: true,
        exported: false,
        fromStep: false,
      });
    }
  }
  return ended(state, success);
}

function shift({ args }: Invocation, state: State): State[] {
  const count = args[0] ? (integerOf(args[0]) ?? 1) : 1;
  if (count > state.positional.length) return ended(state, status(1));
  state.positional = state.positional.slice(count);
  return ended(state, success);
}

/** `read` takes one line of what is known of the standard input. */
function read(invocation: Invocation, state: State, machine: Machine): State[] {
  const names: string[] = [];
  let array: string | null = null;
  let separator: string | null = null;
  const { args } = invocation;
  for (let i = 0; i < args.length; i++) {
    const text = textOf(args[i] ?? emptyValue);
    if (text === null) continue;
    if (!text.startsWith('-')) names.push(text);
    else if (/^-[rse]*a$/.test(text)) array = textOf(args[++i] ?? emptyValue);
    else if (/^-[rse]*[dntpuiN]$/.test(text)) {
      if (text.endsWith('d')) separator = textOf(args[i + 1] ?? emptyValue);
      i++;
    }
  }
  if (names.length === 0 && !array) names.push('REPLY');
  const line = takeLine(state, separator);
  if (!line) {
    // Nothing is known of the input: a line, or its end.
    return split(
      ask(state.constraints, `line at ${siteName(invocation.call.at, state, machine)}`),
      state,
    ).map((branch) => {
      const value = branch.answer
        ? unknownValue(`line ${siteName(invocation.call.at, state, machine)}`, state.input?.lacks ?? [])
        : emptyValue;
      if (array) assignElements(branch.state, array, branch.answer ? [value] : [], false);
      for (const name of names)
        assign(
          branch.state,
          name,
          names.length === 1 || !branch.answer ? value : derived(`field ${name}`, [value]),
        );
      branch.state.status = status(branch.answer ? 0 : 1);
      return branch.state;
    });
  }
  const ifs = textOf(readVariable('IFS', state, machine) ?? constant(' \t\n'));
  const fields = splitFields(line.value, ifs ?? ' \t\n');
  if (array) assignElements(state, array, fields ?? [line.value], fields !== null);
  else if (names.length === 1) assign(state, names[0] ?? '', ifs === '' ? line.value : trimmed(line.value));
  else
    names.forEach((name, i) => {
      const last = i === names.length - 1;
      const rest = fields?.slice(i) ?? null;
      const value =
        rest === null
          ? derived(`field ${i}`, [line.value])
          : last
            ? concat(rest.flatMap((f, k) => (k === 0 ? [f] : [constant(ifs?.[0] ?? ' '), f])))
            : (rest[0] ?? emptyValue);
      assign(state, name, lacking(value, line.value.lacks));
    });
  return ended(state, status(line.complete ? 0 : 1, line.value.lacks));
}

function takeLine(state: State, separator: string | null): { value: Value; complete: boolean } | null {
  const raw = state.input;
  if (!raw) return null;
  const input = resolve(state.constraints, raw);
  const end = separator === '' ? '\0' : (separator ?? '\n');
  const before: (typeof input.pieces)[number][] = [];
  for (let i = 0; i < input.pieces.length; i++) {
    const piece = input.pieces[i];
    if (piece === undefined) break;
    // An unknown text may hold any number of lines.
    if (typeof piece !== 'string' && !piece.id.startsWith('secrets.')) return null;
    const at = typeof piece === 'string' ? piece.indexOf(end) : -1;
    if (typeof piece !== 'string' || at < 0) {
      before.push(piece);
      continue;
    }
    const head = piece.slice(0, at);
    const tail = piece.slice(at + 1);
    const rest = input.pieces.slice(i + 1);
    state.input = { pieces: tail === '' ? rest : [tail, ...rest], lacks: input.lacks };
    return {
      value: { pieces: head === '' ? before : [...before, head], lacks: input.lacks },
      complete: true,
    };
  }
  state.input = { pieces: [], lacks: input.lacks };
  return { value: { pieces: before, lacks: input.lacks }, complete: false };
}

function trimmed(value: Value): Value {
  const text = textOf(value);
  return text === null ? value : constant(text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''), value.lacks);
}

/** Fields of a line by `IFS`; null where an unknown stands in it. */
function splitFields(value: Value, ifs: string): Value[] | null {
  const text = textOf(value);
  if (text === null) return null;
  if (ifs === '') return [value];
  const blanks = ifs.trim() === '';
  const texts: string[] = [''];
  for (const character of blanks ? text.trim() : text) {
    if (ifs.includes(character)) {
      if (!blanks || texts.at(-1) !== '') texts.push('');
    } else texts[texts.length - 1] += character;
  }
  if (texts.at(-1) === '') texts.pop();
  return texts.map((field) => constant(field, value.lacks));
}

function mapfile(invocation: Invocation, state: State): State[] {
  const target =
    invocation.args
      .map(textOf)
      .filter((text) => text !== null && !text.startsWith('-'))
      .at(-1) ?? 'MAPFILE';
  const input = state.input && resolve(state.constraints, state.input);
  const text = input ? textOf(input) : null;
  if (text === null) assignElements(state, target, input && input.pieces.length > 0 ? [input] : [], false);
  else
    assignElements(
      state,
      target,
      text === ''
        ? []
        : text
            .replace(/\n$/, '')
            .split('\n')
            .map((line) => constant(line, input?.lacks ?? [])),
      true,
    );
  return ended(state, success);
}

function trap({ args, call }: Invocation, state: State): State[] {
  const handler = textOf(args[0] ?? emptyValue);
  const traps = new Map(state.traps);
  for (const arg of args.slice(1)) {
    const signal = textOf(arg)?.replace(/^SIG/, '');
    const name = signal === '0' ? 'EXIT' : signal;
    if (!name) continue;
    if (handler === '-' || handler === '') traps.delete(name);
    else if (handler !== null) traps.set(name, { handler, where: call.at });
  }
  state.traps = traps;
  return ended(state, success);
}

function wait({ args }: Invocation, state: State): State[] {
  const background = state.background;
  state.background = null;
  return ended(state, args.length > 0 && background ? background : success);
}

function cd({ args }: Invocation, state: State): State[] {
  const target = args[0] ? textOf(args[0]) : '';
  state.cwd = target === null ? null : target;
  return ended(state, success);
}

/** `[ … ]` and `test …`. */
function test({ name, args }: Invocation, state: State, machine: Machine): State[] {
  const fields = name === '[' ? args.slice(0, -1) : args;
  const result = testFields(fields, state, machine);
  if (result.syntax) return ended(state, status(2, result.lacks));
  return endedBy(state, result.question, result.lacks);
}

function letBuiltin(invocation: Invocation, state: State, machine: Machine): State[] {
  const source = invocation.args.map(textOf);
  if (source.some((text) => text === null))
    return endedBy(
      state,
      ask(state.constraints, `let ${siteName(invocation.call.at, state, machine)}`),
      invocation.lacks,
    );
  const program = machine.reparse(`(( ${source.join(' , ')} ))`, invocation.call.at);
  return machine.runBlock(program.body, state, true);
}

function getopts(invocation: Invocation, state: State, machine: Machine): State[] {
  const name = textOf(invocation.args[1] ?? emptyValue);
  const site = siteName(invocation.call.at, state, machine);
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
  const found = names.length > 0 && names.every((name) => state.functions.has(name) || name in builtins);
  if (found) {
    emit(state, constant(`${names.join('\n')}\n`));
    return ended(state, success);
  }
  emit(state, unknownValue(`path of ${names.join()} ${siteName(call.at, state, machine)}`));
  return endedBy(state, ask(state.constraints, `installed ${names.join(' ')}`), []);
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

// --- declarations -------------------------------------------------------------------------------------

export const DECLARATIONS: readonly string[] = ['export', 'local', 'declare', 'typeset', 'readonly'];

/** `export`, `local`, `declare`, `typeset`, `readonly`: their status is 0 whatever a `$(…)` in them returned. */
export function declare(name: string, call: Call, state: State, machine: Machine): State[] {
  let open: State[] = [state];
  const flags: string[] = [];
  for (const word of call.words.slice(1)) {
    open = open.flatMap((path) => (path.flow ? [path] : declareWord(name, word, flags, path, machine)));
  }
  for (const path of open) {
    if (path.flow) continue;
    const lost = path.substitution?.because;
    if (lost) record(path, { kind: 'mask', failure: lost, where: call.at, by: name });
    path.status = success;
  }
  return open;
}

function declareWord(name: string, word: Word, flags: string[], state: State, machine: Machine): State[] {
  const exported = name === 'export' || flags.some((flag) => flag.startsWith('-') && flag.includes('x'));
  const local =
    name === 'local' ||
    ((name === 'declare' || name === 'typeset') &&
      state.frames.length > 0 &&
      !flags.some((flag) => flag.includes('g')));
  if (word.assignment) {
    const { assignment } = word;
    return runAssignment(
      assignment,
      state,
      machine,
      () => local && hide(state, assignment.name),
      exported,
      flags.some((flag) => /^-\w*A/.test(flag)),
    );
  }
  return expandSingle(word, state, machine).map((result) => {
    const text = textOf(result.value);
    if (text === null) return result.state;
    if (text.startsWith('-') || text.startsWith('+')) {
      flags.push(text);
      return result.state;
    }
    const equals = text.indexOf('=');
    const variable = equals > 0 ? text.slice(0, equals) : text;
    if (local) hide(result.state, variable);
    if (equals > 0)
      assign(result.state, variable, constant(text.slice(equals + 1), result.value.lacks), exported);
    else if (flags.some((flag) => /^-\w*[aA]/.test(flag))) {
      if (!result.state.vars.get(variable)?.elements) assignElements(result.state, variable, [], true);
    } else markExported(result.state, variable, exported, local);
    return result.state;
  });
}

function markExported(state: State, name: string, exported: boolean, local: boolean): void {
  const old = state.vars.get(name);
  if (old && !local) {
    if (exported && !old.exported) setVariable(state, name, { ...old, exported: true });
    return;
  }
  if (local)
    setVariable(state, name, { value: null, elements: null, exact: true, exported: false, fromStep: false });
}

/** Remembers what a `local` hides, so that the function's end can put it back. */
function hide(state: State, name: string): void {
  const frame = state.frames.at(-1);
  if (!frame || frame.has(name)) return;
  const own = new Map(frame).set(name, state.vars.get(name));
  state.frames = [...state.frames.slice(0, -1), own];
}

/** Runs one assignment; `before` is called when its value is known and before the variable changes. */
export function runAssignment(
  assignment: Assignment,
  state: State,
  machine: Machine,
  before: (state: State) => void = () => {},
  exported = false,
  associative = false,
): State[] {
  const { value, name } = assignment;
  if (value.kind === 'array') return assignArray(assignment, state, machine, before, associative);
  return expandSingle(value, state, machine).flatMap((result) => {
    const path = result.state;
    if (path.flow) return [path];
    before(path);
    if (assignment.index) return assignElement(assignment, assignment.index, result.value, path, machine);
    const old = path.vars.get(name);
    if (assignment.append && old?.elements) {
      const [first = emptyValue, ...rest] = old.elements;
      assignElements(path, name, [concat([first, result.value]), ...rest], old.exact);
    } else {
      const previous = assignment.append ? (readVariable(name, path, machine) ?? emptyValue) : emptyValue;
      assign(path, name, concat([previous, result.value]), exported);
    }
    return [path];
  });
}

/** May one of the fields be several, because an unquoted unknown was taken to be one word? */
export function hasOpenField(words: readonly Word[], fields: readonly Value[]): boolean {
  if (!fields.some((field) => textOf(field) === null)) return false;
  return words.some((word) =>
    word.parts.some((part) => 'quoted' in part && !part.quoted && part.kind !== 'text'),
  );
}

function assignElement(
  assignment: Assignment,
  index: Word,
  value: Value,
  state: State,
  machine: Machine,
): State[] {
  return expandSingle(index, state, machine).map((result) => {
    const old = result.state.vars.get(assignment.name);
    const elements = old?.elements ?? [];
    const at = integerOf(result.value);
    if (at !== null && at === elements.length && (old?.exact ?? true))
      assignElements(result.state, assignment.name, [...elements, value], true);
    else if (at !== null && at < elements.length && at >= 0 && old?.exact)
      assignElements(result.state, assignment.name, elements.with(at, value), true);
    else assignElements(result.state, assignment.name, [...elements, value], false);
    return result.state;
  });
}

function assignArray(
  assignment: Assignment,
  state: State,
  machine: Machine,
  before: (state: State) => void,
  associative: boolean,
): State[] {
  const { value, name } = assignment;
  if (value.kind !== 'array') return [state];
  return expandFields(value.elements, state, machine).map((result) => {
    const path = result.state;
    if (path.flow) return path;
    before(path);
    const old = assignment.append ? path.vars.get(name) : undefined;
    const keyed =
      associative ||
      value.elements.some((element) =>
        /^\[/.test(element.at.text.text.slice(element.at.start, element.at.start + 1)),
      );
    const open = keyed || hasOpenField(value.elements, result.fields) || (old ? !old.exact : false);
    assignElements(
      path,
      name,
      [...(old?.elements ?? (old?.value ? [old.value] : [])), ...result.fields],
      !open,
    );
    return path;
  });
}
