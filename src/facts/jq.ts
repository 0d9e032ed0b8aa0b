import type { Args } from './arguments.js';

/**
 * What `jq` makes of the answer to a request that was refused: it ends with a status that is not 0, prints something
 * all the same (`null`, a length of 0), or prints nothing.
 */
export type RefusalOutcome = 'fails' | 'prints' | 'nothing' | 'unknown';

/** A `jq` command line, read. */
export interface JqLine {
  /** null where its text is not known. */
  readonly filter: string | null;
  /** Indexes of the arguments that name files to read; empty where it reads its standard input. */
  readonly files: readonly number[];
  /** `-e`: the status tells whether the last output was null or false, or whether there was any. */
  readonly exitStatus: boolean;
  /** `-n`, `-s`, `-R`: the filter is not given the values of the input one by one. */
  readonly reshapes: boolean;
}

/** Options that take values, and how many: jq manual, «Invoking jq». */
const valued: ReadonlyMap<string, number> = new Map([
  ['--arg', 2],
  ['--argjson', 2],
  ['--slurpfile', 2],
  ['--rawfile', 2],
  ['--argfile', 2],
  ['--indent', 1],
  ['-L', 1],
  ['--library-path', 1],
]);

/** Reads the arguments of `jq`; null where one of unknown text may be an option or the filter. */
export function jqLine(args: Args): JqLine | null {
  const files: number[] = [];
  let filter: string | null | undefined;
  let exitStatus = false;
  let reshapes = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? null;
    if (arg === null) {
      if (filter === undefined) return null;
      files.push(at);
      continue;
    }
    if (!arg.startsWith('-') || arg === '-') {
      if (filter === undefined) filter = arg;
      else files.push(at);
      continue;
    }
    if (arg === '--args' || arg === '--jsonargs') break;
    const values = valued.get(arg);
    if (values !== undefined) {
      at += values;
      continue;
    }
    if (arg === '-f' || arg === '--from-file') filter = null;
    const letters = arg.startsWith('--') ? '' : arg.slice(1);
    exitStatus ||= arg === '--exit-status' || letters.includes('e');
    reshapes ||= ['--null-input', '--slurp', '--raw-input', '--seq', '--stream'].includes(arg);
    reshapes ||= /[nsR]/.test(letters);
  }
  return filter === undefined ? null : { filter, files, exitStatus, reshapes };
}

/**
 * What the filter makes of a refusal: an object with a message, in which no field that was asked for stands. Source: jq
 * manual, «Basic filters», «Builtin operators and functions», `--exit-status`; tried with jq 1.6.
 */
export function jqOnRefusal({ filter, exitStatus, reshapes }: JqLine): RefusalOutcome {
  if (filter === null || reshapes || filter.length > longest) return 'unknown';
  switch (pipe(filter, 'refusal', 0)) {
    case 'fails':
      return 'fails';
    case 'null':
      return exitStatus ? 'fails' : 'prints';
    case 'nothing':
      return exitStatus ? 'fails' : 'nothing';
    case 'zero':
      return 'prints';
    default:
      return 'unknown';
  }
}

/** Does the filter give null where what it asks for is not in the JSON, so that the text `null` is printed? */
export function jqPrintsNull({ filter, exitStatus, reshapes }: JqLine): boolean {
  if (filter === null || exitStatus || reshapes || filter.length > longest) return false;
  return filter.trim() !== '.' && pipe(filter, 'null', 0) === 'null';
}

/** Longer and deeper filters are not looked into: the bounds keep hostile text cheap. */
const longest = 4000;
const deepest = 16;

/** What a filter is given, or gives. */
type Shape =
  /** The answer itself: an object, whose fields are not those that were hoped for. */
  | 'refusal'
  | 'null'
  | 'zero'
  /** A text of the refusal, such as its message. */
  | 'text'
  | 'list'
  | 'any'
  | 'nothing'
  | 'fails';

/** Fields that a refusal may well have. */
const ofRefusals: ReadonlySet<string> = new Set(
  `message error errors error_description error_code detail details description status statuscode status_code code
   title type documentation_url success ok reason object request_id requestid msg warnings messages meta info
   exception __type fault`.split(/\s+/),
);

/** Functions that go through what they are given, or want a text or a number of it: with null they fail. */
const failWithNull: ReadonlySet<string> = new Set(
  `map map_values to_entries from_entries with_entries keys keys_unsorted sort sort_by group_by unique unique_by min_by
   max_by min max flatten join add any all test match capture scan split splits sub gsub ascii_downcase ascii_upcase
   startswith endswith fromjson fromdate fromdateiso8601 strptime mktime tonumber explode implode`.split(
    /\s+/,
  ),
);

/** Of these the ones that an object satisfies. */
const fineWithObject: ReadonlySet<string> = new Set(
  'map map_values to_entries with_entries keys keys_unsorted add any all join flatten'.split(/\s+/),
);

function pipe(text: string, input: Shape, depth: number): Shape {
  if (
    depth > deepest ||
    /(^|[^\w$.])(as|def|reduce|foreach|if|try|label|limit|first|until|while)\s*[\s($]/.test(text)
  )
    return 'any';
  let shape = input;
  for (const stage of parts(text, '|')) {
    if (shape === 'fails' || shape === 'nothing' || shape === 'any') return shape;
    shape = stageOf(stage.trim(), shape, depth);
  }
  return shape;
}

function stageOf(text: string, input: Shape, depth: number): Shape {
  const several = parts(text, ',');
  if (several.length > 1)
    return several.some((one) => stageOf(one.trim(), input, depth) === 'fails') ? 'fails' : 'any';
  const [first = '', ...others] = parts(text, '//');
  if (others.length > 0) {
    // Whether the alternative takes the place of an error, too, differs from version to version.
    const shape = stageOf(first.trim(), input, depth);
    return shape === 'null' || shape === 'nothing' ? stageOf(others.join('//').trim(), input, depth) : 'any';
  }
  const operands = text.split(/\s(?:and|or|==|!=|<=?|>=?|[-+*%/])\s/);
  if (operands.length > 1 && parts(text, ' ').length > 1)
    return operands.some((one) => isPath(one.trim()) && path(one.trim(), input) === 'fails')
      ? 'fails'
      : 'any';
  return term(text, input, depth);
}

function isPath(text: string): boolean {
  return text.startsWith('.');
}

function term(text: string, input: Shape, depth: number): Shape {
  if (text.endsWith('?')) {
    const shape = term(text.slice(0, -1), input, depth);
    return shape === 'fails' ? 'nothing' : shape;
  }
  if (isPath(text)) return path(text, input);
  if (text === 'null') return 'null';
  if (text === 'empty') return 'nothing';
  const inner = inside(text, depth);
  if (inner !== null) {
    const shape = pipe(inner, input, depth + 1);
    if (shape === 'fails' || text.startsWith('(')) return shape;
    return text.startsWith('[') ? 'list' : 'any';
  }
  const [, name, given] = /^([a-z_]\w*)\s*(\(.*\))?$/s.exec(text) ?? [];
  return name === undefined ? 'any' : call(name, given ?? '', input, depth);
}

/** The text inside brackets that go around the whole; null where none do. */
function inside(text: string, depth: number): string | null {
  const opens = text[0] ?? '';
  if (depth > deepest || !'([{'.includes(opens) || opens === '' || closing(text, 0) !== text.length - 1)
    return null;
  // What stands in an object are keys and values.
  if (opens === '{') return null;
  return text.slice(1, -1);
}

function call(name: string, given: string, input: Shape, depth: number): Shape {
  if (name === 'length') return input === 'null' ? 'zero' : 'any';
  if (name === 'error') return 'fails';
  if (name === 'select') return pipe(given.slice(1, -1), input, depth + 1) === 'fails' ? 'fails' : 'any';
  if (name === 'map' && input === 'refusal')
    return pipe(given.slice(1, -1), 'text', depth + 1) === 'fails' ? 'fails' : 'any';
  if (name === 'values') return input === 'null' ? 'nothing' : 'any';
  if (!failWithNull.has(name)) return 'any';
  if (input === 'null') return 'fails';
  return input === 'refusal' && !fineWithObject.has(name) ? 'fails' : 'any';
}

/** `.a.b[].c`, step by step; a `?` takes back the error of the step before it. */
function path(text: string, input: Shape): Shape {
  let shape = input;
  let at = text === '.' ? 1 : 0;
  while (at < text.length && shape !== 'any' && shape !== 'nothing' && shape !== 'fails') {
    const rest = text.slice(at);
    const field = /^\.(?:([a-zA-Z_]\w*)|"([^"\\]*)")/.exec(rest) ?? /^\.?\["([^"\\]*)"\]/.exec(rest);
    const item = /^\.?\[(-?\d*)\]/.exec(rest);
    if (field) shape = fieldOf(shape, field[1] ?? field[2] ?? '');
    else if (item) shape = item[1] === '' ? itemsOf(shape) : itemOf(shape);
    else return 'any';
    at += (field ?? item)?.[0].length ?? 1;
    if (text[at] !== '?') continue;
    if (shape === 'fails') shape = 'nothing';
    at++;
  }
  return shape;
}

function fieldOf(shape: Shape, name: string): Shape {
  if (shape === 'null') return 'null';
  if (shape === 'refusal') return ofRefusals.has(name.toLowerCase()) ? 'any' : 'null';
  return 'fails';
}

function itemsOf(shape: Shape): Shape {
  if (shape === 'refusal') return 'text';
  return shape === 'list' ? 'any' : 'fails';
}

function itemOf(shape: Shape): Shape {
  if (shape === 'null') return 'null';
  return shape === 'list' ? 'any' : 'fails';
}

/** The index of the bracket that closes the one at `at`; -1 where none does. */
function closing(text: string, at: number): number {
  let open = 0;
  for (let i = at; i < text.length; i++) {
    const one = text[i] ?? '';
    if (one === '"') i = endOfText(text, i);
    else if ('([{'.includes(one)) open++;
    else if (')]}'.includes(one) && --open === 0) return i;
  }
  return -1;
}

function endOfText(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

/** The parts of a text between separators that stand in no brackets and no quotes. */
function parts(text: string, separator: string): string[] {
  const found: string[] = [];
  let open = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const one = text[i] ?? '';
    if (one === '"') i = endOfText(text, i);
    else if ('([{'.includes(one)) open++;
    else if (')]}'.includes(one)) open--;
    else if (open === 0 && text.startsWith(separator, i) && !isOther(text, i, separator)) {
      found.push(text.slice(from, i));
      i += separator.length - 1;
      from = i + 1;
    }
  }
  found.push(text.slice(from));
  return found;
}

/** `|=`, `//=`, `?//` are other operators. */
function isOther(text: string, at: number, separator: string): boolean {
  return (
    separator !== ' ' && separator !== ',' && (text[at + separator.length] === '=' || text[at - 1] === '?')
  );
}
