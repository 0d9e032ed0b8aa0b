/** Inclusive ends, as code points. */
type Range = readonly [low: number, high: number];

interface CharacterSet {
  readonly ranges: readonly Range[];
  readonly negated: boolean;
}

type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  | ({ readonly kind: 'repeat'; readonly body: Node } & Count);

interface Count {
  readonly min: number;
  /** Infinity: no upper end. */
  readonly max: number;
}

interface Reader {
  readonly characters: readonly string[];
  at: number;
  /** Groups open at `at`. */
  depth: number;
  /** A character class was read: what it holds beyond ASCII depends on the locale of the runner. */
  classes: boolean;
}

// A pattern beyond one of these bounds is not judged. The first two bound the recursion over the tree.
const MAX_DEPTH = 100;
const MAX_STACKED_COUNTS = 4;
const MAX_SIZE = 10_000;
const MAX_STEPS = 20_000_000;

/**
 * Does the POSIX extended regular expression match somewhere in the text? As bash's `[[ text =~ source ]]` with
 * glibc in the C.UTF-8 locale: `^` and `$` mean the ends of the whole text, `.` takes a newline too.
 *
 * null: it is malformed, or too large, or not to be relied on: what differs by platform (`\d`, `\b`,
 * back-references, collating elements), a class or `\w` over text beyond ASCII, an anchor in the middle.
 * Time is bounded by pattern × text.
 */
export function matchRegex(source: string, text: string): boolean | null {
  const reader: Reader = { characters: [...source], at: 0, depth: 0, classes: false };
  const tree = parseChoice(reader);
  if (!tree || reader.at < reader.characters.length || !anchorsAtEnds(tree, true, true)) return null;
  const size = sizeOf(tree);
  if (size > MAX_SIZE || size * text.length > MAX_STEPS) return null;
  const codes = Array.from(text, codeOf);
  if (reader.classes && codes.some((code) => code > 0x7f)) return null;
  const program: Instruction[] = [{ op: 'accept' }];
  const entry = compile(tree, 0, program);
  return search(program, entry, codes);
}

function parseChoice(reader: Reader): Node | null {
  const branches: Node[] = [];
  for (;;) {
    const branch = parseSequence(reader);
    if (!branch) return null;
    branches.push(branch);
    if (peek(reader) !== '|') return { kind: 'choice', branches };
    reader.at++;
  }
}

function parseSequence(reader: Reader): Node | null {
  const parts: Node[] = [];
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader)) {
    const part = parsePiece(reader);
    if (!part) return null;
    parts.push(part);
  }
  return { kind: 'sequence', parts };
}

function parsePiece(reader: Reader): Node | null {
  const atom = parseAtom(reader);
  // glibc refuses a count right after an anchor: the next atom is then the count, which is none.
  if (!atom || atom.kind === 'start' || atom.kind === 'end') return atom;
  let piece = atom;
  for (let stacked = 0; isCount(peek(reader)); stacked++) {
    const count = parseCount(reader);
    if (!count || stacked === MAX_STACKED_COUNTS) return null;
    piece = { kind: 'repeat', body: piece, ...count };
  }
  return piece;
}

function parseAtom(reader: Reader): Node | null {
  const character = peek(reader);
  if (character === undefined || isCount(character)) return null;
  reader.at++;
  switch (character) {
    case '^':
      return { kind: 'start' };
    case '$':
      return { kind: 'end' };
    case '.':
      return { kind: 'set', set: { ranges: [], negated: true } };
    case '(':
      return parseGroup(reader);
    case '[':
      return parseBracket(reader);
    case '\\':
      return parseEscape(reader);
    default:
      return literal(character);
  }
}

function parseGroup(reader: Reader): Node | null {
  if (reader.depth === MAX_DEPTH) return null;
  reader.depth++;
  const inner = parseChoice(reader);
  reader.depth--;
  if (peek(reader) !== ')') return null;
  reader.at++;
  return inner;
}

function parseEscape(reader: Reader): Node | null {
  const character = peek(reader);
  reader.at++;
  switch (character) {
    case 's':
    case 'S':
      reader.classes = true;
      return { kind: 'set', set: { ranges: SPACE, negated: character === 'S' } };
    case 'w':
    case 'W':
      reader.classes = true;
      return { kind: 'set', set: { ranges: WORD, negated: character === 'W' } };
  }
  if (character === undefined || !LITERAL_WHEN_ESCAPED.includes(character)) return null;
  return literal(character);
}

// No letter, no digit, and none of < > ` ' : escaped, those are GNU extensions or undefined.
const LITERAL_WHEN_ESCAPED = ' !"#$%&()*+,-./:;=?@[\\]^_{|}~';

function parseCount(reader: Reader): Count | null {
  const character = peek(reader);
  reader.at++;
  if (character === '*') return { min: 0, max: Number.POSITIVE_INFINITY };
  if (character === '+') return { min: 1, max: Number.POSITIVE_INFINITY };
  if (character === '?') return { min: 0, max: 1 };
  const low = readDigits(reader);
  let high = low;
  if (peek(reader) === ',') {
    reader.at++;
    high = readDigits(reader);
  }
  if (peek(reader) !== '}' || (low === '' && high === '')) return null;
  reader.at++;
  const min = Number(low);
  if (high === '') return { min, max: Number.POSITIVE_INFINITY };
  const max = Number(high);
  return min <= max && Number.isFinite(max) ? { min, max } : null;
}

function readDigits(reader: Reader): string {
  let digits = '';
  for (let next = peek(reader); next !== undefined && next >= '0' && next <= '9'; next = peek(reader)) {
    digits += next;
    reader.at++;
  }
  return digits;
}

/** The bracket expression whose `[` has been read. A backslash is an ordinary character in it. */
function parseBracket(reader: Reader): Node | null {
  const negated = peek(reader) === '^';
  if (negated) reader.at++;
  const ranges: Range[] = [];
  for (let first = true; first || peek(reader) !== ']'; first = false) {
    const low = peek(reader);
    if (low === '[' && peek(reader, 1) === ':') {
      const named = parseClass(reader);
      if (!named || isRangeSign(reader)) return null;
      ranges.push(...named);
      continue;
    }
    // A hyphen stands for itself only at the ends.
    if (low === '-' && !first && peek(reader, 1) !== ']') return null;
    const start = readElement(reader);
    if (start === null) return null;
    if (!isRangeSign(reader)) {
      ranges.push([start, start]);
      continue;
    }
    reader.at++;
    const end = readElement(reader);
    // The order beyond ASCII is the locale's.
    if (end === null || end < start || end > 0x7f) return null;
    ranges.push([start, end]);
  }
  reader.at++;
  return { kind: 'set', set: { ranges, negated } };
}

/** The code point of one character of a bracket expression; null at the end and for `[.`, `[=` and `[:`. */
function readElement(reader: Reader): number | null {
  const character = peek(reader);
  if (character === undefined) return null;
  const following = peek(reader, 1);
  if (character === '[' && (following === '.' || following === '=' || following === ':')) return null;
  reader.at++;
  return codeOf(character);
}

function isRangeSign(reader: Reader): boolean {
  return peek(reader) === '-' && peek(reader, 1) !== ']';
}

/** `[:name:]`. */
function parseClass(reader: Reader): readonly Range[] | null {
  let name = '';
  let at = reader.at + 2;
  for (; /^[a-z]$/.test(reader.characters[at] ?? ''); at++) name += reader.characters[at];
  if (reader.characters[at] !== ':' || reader.characters[at + 1] !== ']') return null;
  reader.at = at + 2;
  reader.classes = true;
  return CLASSES.get(name) ?? null;
}

const SPACE: readonly Range[] = ranges('\t\r  ');
const WORD: readonly Range[] = ranges('09AZaz__');

const CLASSES: ReadonlyMap<string, readonly Range[]> = new Map([
  ['alnum', ranges('09AZaz')],
  ['alpha', ranges('AZaz')],
  ['blank', ranges('\t\t  ')],
  ['cntrl', ranges('\x00\x1f\x7f\x7f')],
  ['digit', ranges('09')],
  ['graph', ranges('!~')],
  ['lower', ranges('az')],
  ['print', ranges(' ~')],
  ['punct', ranges('!/:@[`{~')],
  ['space', SPACE],
  ['upper', ranges('AZ')],
  ['xdigit', ranges('09AFaf')],
]);

/** From the two ends of each range, written one after the other. */
function ranges(ends: string): Range[] {
  const result: Range[] = [];
  for (let i = 0; i < ends.length; i += 2) result.push([ends.charCodeAt(i), ends.charCodeAt(i + 1)]);
  return result;
}

function literal(character: string): Node {
  const code = codeOf(character);
  return { kind: 'set', set: { ranges: [[code, code]], negated: false } };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function peek(reader: Reader, ahead = 0): string | undefined {
  return reader.characters[reader.at + ahead];
}

function isCount(character: string | undefined): boolean {
  return character === '*' || character === '+' || character === '?' || character === '{';
}

/**
 * Does every anchor stand at an end of the expression? Elsewhere glibc 2.36 errs: in a repeated group
 * (`((^a?)){2,}|` finds nothing in `a`) and beside a newline (`$.` matches in `b` and a newline).
 */
function anchorsAtEnds(node: Node, first: boolean, last: boolean): boolean {
  switch (node.kind) {
    case 'set':
      return true;
    case 'start':
      return first;
    case 'end':
      return last;
    case 'sequence': {
      const final = node.parts.length - 1;
      return node.parts.every((part, i) => anchorsAtEnds(part, first && i === 0, last && i === final));
    }
    case 'choice':
      return node.branches.every((branch) => anchorsAtEnds(branch, first, last));
    case 'repeat':
      return anchorsAtEnds(node.body, false, false);
  }
}

/** What the node costs per character of text, its counts written out. At least 1: compiling nothing takes time too. */
function sizeOf(node: Node): number {
  switch (node.kind) {
    case 'start':
    case 'end':
      return 1;
    case 'set':
      return Math.max(1, node.set.ranges.length);
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + sizeOf(part), 1);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + sizeOf(branch) + 1, 0);
    case 'repeat': {
      const copies = Number.isFinite(node.max) ? node.max : Math.max(1, node.min);
      return copies === 0 ? 1 : copies * (sizeOf(node.body) + 1);
    }
  }
}

/** One state of the automaton; numbers are indexes into the program. */
type Instruction =
  | { readonly op: 'accept' }
  | { readonly op: 'take'; readonly set: CharacterSet; readonly next: number }
  | { readonly op: 'start'; readonly next: number }
  | { readonly op: 'end'; readonly next: number }
  | { readonly op: 'split'; readonly next: number; other: number };

/** Appends the node's instructions, which go on to `next`; returns the index where they begin. */
function compile(node: Node, next: number, program: Instruction[]): number {
  switch (node.kind) {
    case 'set':
      return program.push({ op: 'take', set: node.set, next }) - 1;
    case 'start':
      return program.push({ op: 'start', next }) - 1;
    case 'end':
      return program.push({ op: 'end', next }) - 1;
    case 'sequence':
      return node.parts.reduceRight((after, part) => compile(part, after, program), next);
    case 'choice':
      return node.branches
        .map((branch) => compile(branch, next, program))
        .reduce((other, entry) => program.push({ op: 'split', next: entry, other }) - 1);
    case 'repeat':
      return compileRepeat(node, next, program);
  }
}

function compileRepeat(
  { body, min, max }: Extract<Node, { kind: 'repeat' }>,
  next: number,
  program: Instruction[],
): number {
  let entry = next;
  let required = min;
  if (max === Number.POSITIVE_INFINITY) {
    const split: Instruction = { op: 'split', next, other: next };
    const loop = program.push(split) - 1;
    split.other = compile(body, loop, program);
    // The loop is one of the required copies: else nested `+` would double with each level.
    entry = min === 0 ? loop : split.other;
    required = Math.max(0, min - 1);
  } else {
    for (let i = min; i < max; i++) {
      const taken = compile(body, entry, program);
      entry = program.push({ op: 'split', next: taken, other: next }) - 1;
    }
  }
  for (let i = 0; i < required; i++) entry = compile(body, entry, program);
  return entry;
}

/** Runs all states side by side; at every position each is entered at most once, and a new match may begin. */
function search(program: readonly Instruction[], entry: number, codes: readonly number[]): boolean {
  const entered = new Int32Array(program.length).fill(-1);
  let pending: number[] = [];
  for (let at = 0; at <= codes.length; at++) {
    const following: number[] = [];
    pending.push(entry);
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (entered[index] === at) continue;
      entered[index] = at;
      const instruction = program[index];
      switch (instruction?.op) {
        case 'accept':
          return true;
        case 'split':
          pending.push(instruction.next, instruction.other);
          break;
        case 'start':
          if (at === 0) pending.push(instruction.next);
          break;
        case 'end':
          if (at === codes.length) pending.push(instruction.next);
          break;
        case 'take':
          if (contains(instruction.set, codes[at])) following.push(instruction.next);
          break;
      }
    }
    pending = following;
  }
  return false;
}

/** No set holds the end of the text, which has no code. */
function contains(set: CharacterSet, code: number | undefined): boolean {
  if (code === undefined) return false;
  return set.ranges.some(([low, high]) => code >= low && code <= high) !== set.negated;
}
