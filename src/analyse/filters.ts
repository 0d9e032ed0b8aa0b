import { jqLine, jqOnRefusal } from '../facts/commands.js';
import type { External } from './commands.js';
import { isEmpty, OUTPUT, PRIVATE, resolve } from './constraints.js';
import { decodes, keepsVisible, ofEmpty, ofEmptyLine, showsMore } from './empty-input.js';
import type { Machine } from './machine.js';
import { fileText } from './redirects.js';
import { matchRegex } from './regex.js';
import { type Failure, type State, type Status, status, success } from './state.js';
import { trimEnd } from './subshell.js';
import { concat, constant, derived, emptyValue, nameOf, textOf, unknownValue, type Value } from './values.js';
import { knownValue } from './world.js';

/** How the arguments of a filter are read. */
interface Filter {
  /** Options of one letter that take the next argument. */
  readonly valued: string;
  /** Operands before the files: the script of `sed`. */
  readonly operands: number;
  /** Options that stand for the first operand: `-e` of `sed`. */
  readonly instead?: string;
  /** Its operands are no files that it reads. */
  readonly readsInput?: boolean;
}

/** Filters: what they print is made of what they read, and nothing of nothing. Source: POSIX, «Utilities»; GNU coreutils. */
const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['cat', { valued: '', operands: 0 }],
  ['tr', { valued: '', operands: 0, readsInput: true }],
  ['sed', { valued: 'efl', operands: 1, instead: 'ef' }],
  ['grep', { valued: 'efmABCd', operands: 1, instead: 'ef' }],
  ['egrep', { valued: 'efmABCd', operands: 1, instead: 'ef' }],
  ['fgrep', { valued: 'efmABCd', operands: 1, instead: 'ef' }],
  ['head', { valued: 'nc', operands: 0 }],
  ['tail', { valued: 'nc', operands: 0 }],
  ['cut', { valued: 'dfcb', operands: 0 }],
  ['sort', { valued: 'kotST', operands: 0 }],
  ['uniq', { valued: 'fsw', operands: 0 }],
  ['awk', { valued: 'Fvf', operands: 1, instead: 'f' }],
  ['jq', { valued: '', operands: 1 }],
  ['yq', { valued: 'oIp', operands: 1 }],
  ['base64', { valued: 'w', operands: 0 }],
  ['xargs', { valued: '', operands: 0, readsInput: true }],
  ['tee', { valued: '', operands: 0, readsInput: true }],
  ['rev', { valued: '', operands: 0 }],
  ['tac', { valued: 's', operands: 0 }],
  ['fold', { valued: 'w', operands: 0 }],
  ['column', { valued: 'sco', operands: 0 }],
  ['wc', { valued: '', operands: 0 }],
]);

/** Filters that print something wherever they read something visible. */
const KEEPS_TEXT = ['tr', 'sort', 'uniq', 'rev', 'tac', 'fold', 'tee', 'column'];

/** Filters that make something visible of line breaks, too. */
const ENCODES = ['base64', 'cat'];

const GREPS = ['grep', 'egrep', 'fgrep'];

/** Was it, or a part of it, said by a command that lacked its secret? */
export function isAnswer(value: Value): boolean {
  return value.pieces.some((piece) => typeof piece !== 'string' && piece.id.includes(PRIVATE));
}

/** The one text that a filter reads: the file that it is given, else its standard input; null where it is not known. */
export function readBy(external: External, texts: readonly (string | null)[], state: State): Value | null {
  const filter = external.name === null || external.local ? undefined : FILTERS.get(external.name);
  if (!filter || looksAround(external.name, texts)) return null;
  const files = external.name === 'jq' ? (jqLine(texts)?.files ?? null) : filesOf(filter, texts);
  if (!files || files.length > 1) return null;
  const file = external.args[files[0] ?? -1];
  return file && textOf(file) !== '-' ? fileText(state, file) : state.input;
}

/** `grep -r` reads the files of a folder where none is named. */
function looksAround(name: string | null, texts: readonly (string | null)[]): boolean {
  const recursive = /^-[a-zA-Z]*[rR]|^--(dereference-)?recursive$/;
  return name !== null && GREPS.includes(name) && texts.some((text) => text !== null && recursive.test(text));
}

/** The indexes of the arguments that name files. One of unknown text is taken for an operand. */
function filesOf(filter: Filter, texts: readonly (string | null)[]): number[] {
  if (filter.readsInput) return [];
  const found: number[] = [];
  let before = filter.operands;
  let options = true;
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at] ?? null;
    if (options && text === '--') options = false;
    else if (options && text !== null && /^-./.test(text)) {
      const letter = /^-\w*(\w)$/.exec(text)?.[1] ?? '';
      if (filter.instead?.includes(letter)) before = 0;
      if (filter.valued.includes(letter)) at++;
    } else if (before > 0) before--;
    else found.push(at);
  }
  return found;
}

/** How a filter ends and what it prints, where what it reads tells. */
export type FilterOutcome =
  | { readonly kind: 'ends'; readonly printed: Value; readonly status: Status }
  /** It cannot work on an answer that was refused: it fails for want of these secrets. */
  | { readonly kind: 'refused'; readonly printed: null; readonly lacks: readonly string[] };

/** null where it is not known. */
export function filterOutcome(
  { name, args }: External,
  texts: readonly (string | null)[],
  read: Value,
  state: State,
): FilterOutcome | null {
  if (name === 'jq') return jqOutcome(texts, read, state);
  const input = resolve(state.constraints, read);
  if (name !== null && GREPS.includes(name)) return grepOutcome(name, texts, args, input, state);
  const text = textOf(input);
  const count = name === 'wc' && text !== null && texts.length === 1 ? counted(text, texts[0] ?? null) : null;
  return count === null
    ? null
    : { kind: 'ends', printed: constant(`${count}\n`, input.lacks), status: success };
}

/** What `wc` counts in a text: lines, words, bytes or characters; null where the option asks for something else. */
function counted(text: string, option: string | null): number | null {
  switch (option) {
    case '-l':
      return text.split('\n').length - 1;
    case '-w':
      return text.split(/\s/).filter((word) => word !== '').length;
    case '-c':
      return new TextEncoder().encode(text).length;
    case '-m': {
      // How many characters bytes beyond ASCII are is the locale's.
      const characters = [...text].length;
      return new TextEncoder().encode(text).length === characters ? characters : null;
    }
    default:
      return null;
  }
}

function jqOutcome(texts: readonly (string | null)[], read: Value, state: State): FilterOutcome | null {
  const line = jqLine(texts);
  if (!line) return null;
  const { lacks } = read;
  const text = textOf(resolve(state.constraints, read));
  if (text?.trim() === '' && !line.reshapes)
    return {
      kind: 'ends',
      printed: emptyValue,
      status: ofNothing(line.exitStatus ? 4 : 0, text, lacks, state),
    };
  return isRefusal(read) && jqOnRefusal(line) === 'fails' ? { kind: 'refused', printed: null, lacks } : null;
}

/** The status of a filter. Where it read nothing at all, a command had failed that should have printed something. */
function ofNothing(code: number, text: string, lacks: readonly string[], state: State): Status {
  const decided = status(code, lacks);
  return code === 0 || text !== '' ? decided : { ...decided, because: lastFailure(state, lacks) };
}

/** The last command on this path that failed, or went on, without one of the secrets. */
export function lastFailure(state: State, lacks: readonly string[], silent = false): Failure | null {
  for (let link = state.trace; link; link = link.previous) {
    const { event } = link;
    if (event.kind !== 'failure' || (silent && !event.failure.silent)) continue;
    if (event.failure.lacks.some((name) => lacks.includes(name))) return event.failure;
  }
  return null;
}

/** Is it the very answer to a request that was refused, and not what another filter made of it? */
function isRefusal({ pieces, lacks }: Value): boolean {
  const isWhole = pieces.every((piece) =>
    typeof piece === 'string' ? piece.trim() === '' : piece.id.startsWith(PRIVATE) && !piece.id.includes('('),
  );
  return isWhole && pieces.length > 0 && lacks.length > 0;
}

interface GrepLine {
  /** The index of the pattern. */
  readonly pattern: number;
  readonly flags: string;
}

/** Reads the arguments of `grep`; null where an option takes a value, or one of unknown text may be an option. */
function grepLine(name: string, texts: readonly (string | null)[]): GrepLine | null {
  let flags = name === 'egrep' ? 'E' : name === 'fgrep' ? 'F' : '';
  let at = 0;
  for (; at < texts.length; at++) {
    const text = texts[at];
    if (text === '--') {
      at++;
      break;
    }
    if (!text || !/^-./.test(text)) break;
    if (text === '--quiet' || text === '--silent') flags += 'q';
    else if (/^-[EFGcinoqsvwx]+$/.test(text)) flags += text.slice(1);
    else return null;
  }
  if (at >= texts.length) return null;
  return { pattern: at, flags };
}

function grepOutcome(
  name: string,
  texts: readonly (string | null)[],
  args: readonly Value[],
  input: Value,
  state: State,
): FilterOutcome | null {
  const line = grepLine(name, texts);
  const text = textOf(input);
  if (!line || text === null) return null;
  const pattern = args[line.pattern];
  const matches = text === '' ? [] : pattern && matchingLines(text, textOf(pattern), line.flags);
  if (!matches) return null;
  const printed = line.flags.includes('q') ? '' : line.flags.includes('c') ? `${matches.length}\n` : null;
  // What is printed with options such as -o or -n is not worked out.
  const plain = printed === null && /^[EFGisvx]*$/.test(line.flags);
  if (printed === null && !plain && matches.length > 0) return null;
  const value = printed ?? matches.map((one) => `${one}\n`).join('');
  return {
    kind: 'ends',
    printed: constant(value, input.lacks),
    status: ofNothing(matches.length > 0 ? 0 : 1, text, input.lacks, state),
  };
}

/** The lines that match; null where the pattern is not one whose meaning is sure. */
function matchingLines(text: string, pattern: string | null, flags: string): string[] | null {
  if (pattern === null || flags.includes('w')) return null;
  const fixed = flags.includes('F') || /^[\w ,:=@/-]*$/.test(pattern);
  // In a basic regular expression these stand for themselves, or not, by a backslash before them.
  if (!fixed && !flags.includes('E') && /[\\+?{}|()]/.test(pattern)) return null;
  const folds = flags.includes('i');
  // Letters behind a backslash mean something else in the other case.
  if (folds && !fixed && pattern.includes('\\')) return null;
  const wanted = folds ? pattern.toLowerCase() : pattern;
  const whole = flags.includes('x');
  const found: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const read = folds ? line.toLowerCase() : line;
    const matched = fixed ? fits(read, wanted, whole) : matchRegex(whole ? `^(${wanted})$` : wanted, read);
    if (matched === null) return null;
    if (matched !== flags.includes('v')) found.push(line);
  }
  return found;
}

function fits(line: string, text: string, whole: boolean): boolean {
  return whole ? line === text : line.includes(text);
}

/** `seq 3` and `seq 2 5`, where there are few. */
function sequence(texts: readonly (string | null)[]): Value | null {
  const numbers = texts.map((text) => (text !== null && /^-?\d{1,9}$/.test(text) ? Number(text) : null));
  const [first, last] = numbers.length === 1 ? [1, numbers[0]] : numbers;
  if (numbers.length === 0 || numbers.length > 2 || first == null || last == null) return null;
  if (last - first >= MAX_SEQUENCE) return null;
  const lines: string[] = [];
  for (let number = first; number <= last; number++) lines.push(`${number}\n`);
  return constant(lines.join(''));
}

/** As many rounds of a loop as are followed one by one. */
const MAX_SEQUENCE = 64;

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

/** What a filter prints of a text with nothing to be seen in it; null for any other text, and where that is not known. */
function ofFew(name: string, texts: readonly (string | null)[], text: string | null): string | null {
  if (text === '') return ofEmpty(name, texts);
  return text === '\n' ? ofEmptyLine(name, texts) : null;
}

/** Is it certain that a filter prints something, and not line breaks alone, which `$(…)` takes away? */
function printsSome(name: string, texts: readonly (string | null)[], read: Value, state: State): boolean {
  const isFull = (value: Value) => isEmpty(state.constraints, value).answer === false;
  if (ENCODES.includes(name) && !decodes(texts)) return isFull(read);
  return (
    [...KEEPS_TEXT, ...ENCODES].includes(name) &&
    isFull(trimEnd(read)) &&
    (name !== 'tr' || keepsVisible(texts))
  );
}

/** What a command prints. `read`: what a filter is known to read; `lacks`: the secrets that it went on without. */
export function printed(
  external: External,
  read: Value | null,
  state: State,
  machine: Machine,
  site: string,
  lacks: readonly string[],
): Value {
  if (!state.out) return emptyValue;
  const { name } = external;
  const payload = payloadField(external, machine);
  if (payload) return payload;
  const variable =
    name === 'printenv' && external.args.length === 1 ? textOf(external.args[0] ?? emptyValue) : null;
  const held = variable === null ? undefined : state.vars.get(variable);
  if (held?.exported && held.value) return concat([held.value, constant('\n')]);
  const numbers = name === 'seq' ? sequence(external.args.map(textOf)) : null;
  if (numbers) return numbers;
  if (name !== null && name !== 'wc' && FILTERS.has(name) && read) {
    const texts = external.args.map((arg) => textOf(resolve(state.constraints, arg)));
    if (name === 'cat' && !showsMore(texts)) return read;
    const told = ofFew(name, texts, textOf(resolve(state.constraints, read)));
    if (told !== null) return constant(told, read.lacks);
    // An error answer is JSON too, and a field that it lacks is printed as the text `null`.
    const line = name === 'jq' && isRefusal(read) ? jqLine(texts) : null;
    const picks = line !== null && jqOnRefusal(line) === 'prints';
    const full = picks || printsSome(name, texts, read, state);
    const operation = `${lacks.length > 0 ? PRIVATE : ''}${name} ${external.args.map(nameOf).join(' ')}`;
    return derived(operation, [read], full);
  }
  return unknownValue(`${lacks.length > 0 ? PRIVATE : ''}${OUTPUT}${site}`, lacks);
}
