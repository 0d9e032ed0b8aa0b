import { type MakeLine, parseMakefile, type RecipeLine, type Stretch } from '../../parse/makefile.js';
import type { MappedText, Place } from '../../text/script.js';
import type { Source } from '../../text/source.js';
import type { Parameter, Part, Program, Word } from '../program.js';
import { lowerShellPieces, type ShellPiece } from './shell.js';

/** A Makefile as far as it can be run: the recipes are shell programs, each line one of its own. */
export interface MakeProgram {
  readonly source: Source;
  readonly targets: ReadonlyMap<string, MakeTarget>;
  /** The target of a `make` without any; null where there is none. */
  readonly defaultGoal: string | null;
  /** Why a target that is not among them may be defined all the same; null where it cannot be. */
  readonly open: string | null;
  /** `SHELL` and `.SHELLFLAGS`; null where they are computed. */
  readonly shell: string | null;
  readonly flags: string | null;
  /** Variables that a recipe finds in its environment: always, or where make itself was given one of that name. */
  readonly exports: readonly MakeExport[];
  /** Names of texts that are not known, as the programs read them; nobody else sees them. */
  readonly unknowns: readonly string[];
}

export interface MakeExport {
  readonly name: string;
  readonly value: Word;
  readonly always: boolean;
  /** False where a variable of the environment keeps its value (`?=`). */
  readonly overrides: boolean;
}

export interface MakeTarget {
  readonly name: string;
  readonly prerequisites: readonly string[];
  readonly recipe: readonly RecipeProgram[];
  readonly phony: boolean;
  /** Why it cannot be run; null where it can. */
  readonly refusal: string | null;
  /** Where it stands: half-open. */
  readonly start: number;
  readonly end: number;
}

export interface RecipeProgram {
  readonly program: Program;
  /** The `-` in front of it: a failure is ignored. */
  readonly ignores: Place | null;
}

/** A piece of expanded text. */
type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly otherwise: readonly Piece[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'unknown'; readonly what: string; readonly start: number; readonly end: number };

type Definition =
  | { readonly kind: 'recursive'; readonly values: readonly Stretch[]; readonly exists: 'file' | 'default' }
  | { readonly kind: 'simple'; readonly pieces: readonly Piece[] }
  /** `asks`: what it is may hang on the environment. */
  | { readonly kind: 'unknown'; readonly asks: boolean };

interface Reading {
  readonly source: Source;
  readonly text: MappedText;
  /** Variables given on the command line: nothing in the file changes them. */
  readonly given: ReadonlySet<string>;
  readonly variables: Map<string, Definition>;
  readonly exported: Set<string>;
  exportsAll: boolean;
  open: string | null;
  readonly rules: RawRule[];
  readonly unknowns: Set<string>;
  /** `$@` and its kin, within a recipe. */
  readonly automatic: ReadonlyMap<string, string>;
  /** How many more references are expanded. */
  readonly budget: { left: number };
}

/** Variables that name others twice each would be expanded without end. */
const MAX_REFERENCES = 20_000;

interface RawRule {
  readonly line: Extract<MakeLine, { kind: 'rule' }>;
  readonly targets: readonly string[];
  readonly prerequisites: readonly string[];
  /** Those that `$^` and its kin name: not what stands behind a `|`, which must only be there first. */
  readonly named: readonly string[];
  readonly refusal: string | null;
}

const known = new WeakMap<Source, Map<string, MakeProgram>>();

/** Lowers a Makefile, once for each set of names that the command line gives a value. */
export function lowerMake(source: Source, given: readonly string[]): MakeProgram {
  const programs = known.get(source) ?? new Map<string, MakeProgram>();
  known.set(source, programs);
  const key = [...given].sort().join();
  const program = programs.get(key) ?? lowerWith(source, new Set(given));
  programs.set(key, program);
  return program;
}

function lowerWith(source: Source, given: ReadonlySet<string>): MakeProgram {
  const text = { source, text: source.text, offsetOf: (index: number) => index };
  const reading: Reading = {
    source,
    text,
    given,
    variables: new Map(),
    exported: new Set(),
    exportsAll: false,
    open: null,
    rules: [],
    unknowns: new Set(),
    automatic: new Map(),
    budget: { left: MAX_REFERENCES },
  };
  for (const line of parseMakefile(source.text)) read(line, reading);
  const special = (name: string) => reading.rules.filter(({ targets }) => targets.includes(name));
  if (special('.DEFAULT').length > 0) reading.open ??= 'uses .DEFAULT';
  const strange = reading.variables.has('.RECIPEPREFIX')
    ? '.RECIPEPREFIX'
    : ['.SECONDEXPANSION', '.IGNORE'].find((name) => special(name).length > 0);
  if (special('.EXPORT_ALL_VARIABLES').length > 0) reading.exportsAll = true;
  const phony = new Set(special('.PHONY').flatMap(({ prerequisites }) => prerequisites));
  const oneShell = special('.ONESHELL').length > 0;
  const other = strange === undefined ? null : `stands in a Makefile that uses ${strange}`;
  const targets = targetsOf(reading, phony, oneShell, other);
  const exports = exportsOf(reading);
  return {
    source,
    targets,
    defaultGoal: goalOf(reading, targets),
    open: reading.open,
    shell: constantOf('SHELL', '/bin/sh', reading),
    flags: constantOf('.SHELLFLAGS', special('.POSIX').length > 0 ? '-ec' : '-c', reading),
    exports,
    unknowns: [...reading.unknowns],
  };
}

/** `SHELL` does not come from the environment (GNU make manual, 5.3.2). */
function constantOf(name: string, otherwise: string, reading: Reading): string | null {
  if (reading.given.has(name)) return null;
  if (!reading.variables.has(name)) return otherwise;
  return textOf(expandName(name, 0, 0, [], reading));
}

function goalOf(reading: Reading, targets: ReadonlyMap<string, MakeTarget>): string | null {
  if (reading.variables.has('.DEFAULT_GOAL')) return constantOf('.DEFAULT_GOAL', '', reading);
  for (const name of targets.keys()) if (!name.startsWith('.') || name.includes('/')) return name;
  return null;
}

// --- reading the lines ---------------------------------------------------------------------------------

function read(line: MakeLine, reading: Reading): void {
  switch (line.kind) {
    case 'assign':
      assign(line, reading);
      return;
    case 'export':
      if (line.names === '') reading.exportsAll = true;
      else for (const name of line.names.split(/\s+/)) reading.exported.add(name);
      return;
    case 'opaque':
      reading.open ??= `uses ${line.what}`;
      return;
    case 'rule':
      reading.rules.push(ruleOf(line, reading));
  }
}

function assign(line: Extract<MakeLine, { kind: 'assign' }>, reading: Reading): void {
  const { name, operator, value, conditions, exported } = line;
  const { variables } = reading;
  if (exported) reading.exported.add(name);
  if (name.includes('$')) reading.open ??= `computes the name ${name.slice(0, 40)}`;
  const old = variables.get(name);
  if (conditions !== null || operator === '!=') {
    const asks = conditions === null ? value.text.includes('$$') : asksEnvironment(conditions, reading);
    variables.set(name, { kind: 'unknown', asks: asks || (old?.kind === 'unknown' && old.asks) });
    return;
  }
  switch (operator) {
    case '=':
      variables.set(name, { kind: 'recursive', values: [value], exists: 'file' });
      return;
    case ':=':
      variables.set(name, { kind: 'simple', pieces: expand(value, [name], reading) });
      return;
    case '?=':
      if (!old) variables.set(name, { kind: 'recursive', values: [value], exists: 'default' });
      return;
    case '+=':
      if (old?.kind === 'recursive') variables.set(name, { ...old, values: [...old.values, value] });
      else if (old?.kind === 'simple') {
        const more = expand(value, [name], reading);
        variables.set(name, { kind: 'simple', pieces: joined(old.pieces, more, value.start) });
      } else variables.set(name, { kind: 'unknown', asks: old?.kind !== 'unknown' || old.asks });
  }
}

/** Does a condition hang on a variable that the file does not set? The system's own (`OS`) are the same without a secret. */
function asksEnvironment(conditions: string, reading: Reading): boolean {
  if (conditions === 'define' || conditions.includes('$$')) return true;
  const names = conditions.matchAll(/\bifn?def\s+([^\s]+)|\$[({]([^\s(){}:]+)/g);
  for (const [, defined, read] of names) {
    const name = defined ?? read ?? '';
    if (name === 'OS' || /^MAKE/.test(name) || TEXT_FUNCTIONS.test(`${name} `)) continue;
    if (hangsOnEnvironment(name, reading, new Set())) return true;
  }
  return false;
}

/** `seen`: the variables that were looked at on the way, which are not looked at again. */
function hangsOnEnvironment(name: string, reading: Reading, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const definition = reading.variables.get(name);
  if (!definition) return !BUILTIN.has(name);
  if (definition.kind === 'unknown') return definition.asks;
  return expandName(name, 0, 0, [], reading).some(
    (piece) =>
      piece.kind === 'variable' || (piece.kind === 'unknown' && mayHideGuard(piece.what, reading, seen)),
  );
}

/**
 * What `+=` makes of two texts: a blank stands between them where neither is empty (GNU make 4.3). Of two that are
 * both in variables it is not known whether they are; without the blank the whole is empty where both are.
 */
function joined(old: readonly Piece[], more: readonly Piece[], at: number): readonly Piece[] {
  if (old.length === 0 || more.length === 0) return [...old, ...more];
  const isSure = [...old, ...more].some((piece) => piece.kind === 'text');
  return isSure ? [...old, blank(at), ...more] : [...old, ...more];
}

function blank(at: number): Piece {
  return { kind: 'text', text: ' ', start: at, end: at };
}

function ruleOf(line: Extract<MakeLine, { kind: 'rule' }>, reading: Reading): RawRule {
  const stretch = (text: string): Stretch => ({ text, start: line.start, end: line.start });
  const targets = textOf(expand(stretch(line.targets), [], reading));
  let refusal = line.conditions !== null ? 'stands in a conditional' : line.unusual;
  if (targets === null) reading.open ??= `computes the target '${line.targets.slice(0, 40)}'`;
  if (refusal === 'is a pattern') reading.open ??= `has a pattern rule '${line.targets.slice(0, 40)}'`;
  const pieces = expand(stretch(line.prerequisites.replace('|', ' | ')), [], reading);
  // Lists of files are no targets of their own.
  if (
    pieces.some((piece) => piece.kind === 'variable' || (piece.kind === 'unknown' && !isFileList(piece.what)))
  )
    refusal ??= 'has prerequisites that are computed';
  const prerequisites = pieces.map((piece) => (piece.kind === 'text' ? piece.text : ' ')).join('');
  const all = words(prerequisites);
  const bar = all.indexOf('|');
  return {
    line,
    targets: words(targets ?? ''),
    prerequisites: all.filter((word) => word !== '|'),
    named: bar < 0 ? all : all.slice(0, bar),
    refusal,
  };
}

function isFileList(what: string): boolean {
  return /^(wildcard|shell (find|ls|git ls-files)) /.test(what);
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function targetsOf(
  reading: Reading,
  phony: ReadonlySet<string>,
  oneShell: boolean,
  /** Why no recipe of the file is what it seems to be. */
  other: string | null,
): ReadonlyMap<string, MakeTarget> {
  const targets = new Map<string, MakeTarget>();
  const needs = new Map<string, string[]>();
  for (const { line, targets: names, prerequisites, named, refusal: its } of reading.rules) {
    const refusal = other ?? its;
    for (const name of names) {
      if (name.includes('%')) continue;
      const old = targets.get(name);
      const own = line.recipe.length > 0;
      const lowered = own && !refusal ? recipeOf(line.recipe, name, named, oneShell, reading) : [];
      const recipe = typeof lowered === 'string' ? [] : lowered;
      const needed = needs.get(name) ?? [];
      needs.set(name, needed);
      for (const prerequisite of prerequisites) needed.push(prerequisite);
      targets.set(name, {
        name,
        prerequisites: needed,
        recipe: own ? recipe : (old?.recipe ?? []),
        phony: phony.has(name),
        refusal: old?.refusal ?? refusal ?? (typeof lowered === 'string' ? lowered : null),
        start: own || !old ? line.start : old.start,
        end: own || !old ? line.end : old.end,
      });
    }
  }
  return targets;
}

// --- expansion -----------------------------------------------------------------------------------------

/** Variables that make itself sets. */
const BUILTIN: ReadonlyMap<string, string> = new Map([
  ['MAKE', 'make'],
  ['RM', 'rm -f'],
  ['CC', 'cc'],
  ['CXX', 'g++'],
  ['CPP', 'cc -E'],
  ['AR', 'ar'],
  ['AS', 'as'],
  ['ARFLAGS', 'rv'],
  ['MAKE_VERSION', '4.3'],
  ['comma', ','],
]);

const MAX_EXPANSIONS = 24;

function expand(stretch: Stretch, within: readonly string[], reading: Reading): readonly Piece[] {
  const { text, start, end } = stretch;
  // Where lines were joined the places of what follows are lost: all of it stands for itself then.
  const exact = end - start === text.length;
  const pieces: Piece[] = [];
  const pairs = text.includes('$') ? closings(text) : new Map<number, number>();
  let done = 0;
  const literal = (to: number): void => {
    if (to <= done) return;
    const from = exact ? start + done : start;
    pieces.push({ kind: 'text', text: text.slice(done, to), start: from, end: exact ? start + to : end });
  };
  for (let at = text.indexOf('$'); at >= 0 && at < text.length; at = text.indexOf('$', done)) {
    literal(at);
    const from = exact ? start + at : start;
    const next = text[at + 1];
    if (next === '$') {
      pieces.push({ kind: 'text', text: '$', start: from, end: exact ? from + 2 : end });
      done = at + 2;
      continue;
    }
    const close = next === '(' || next === '{' ? (pairs.get(at + 1) ?? -1) : -1;
    const after = close < 0 ? at + 2 : close + 1;
    const inner = close < 0 ? (next ?? '') : text.slice(at + 2, close);
    const to = exact ? start + after : end;
    pieces.push(...expandReference(inner, close >= 0, from, to, within, reading));
    done = after;
  }
  literal(text.length);
  return pieces;
}

/** Where each bracket closes, of both kinds. */
function closings(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: Record<string, number[]> = { ')': [], '}': [] };
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '(') open[')']?.push(i);
    else if (char === '{') open['}']?.push(i);
    else if (char === ')' || char === '}') {
      const from = open[char]?.pop();
      if (from !== undefined) pairs.set(from, i);
    }
  }
  return pairs;
}

function expandReference(
  inner: string,
  closed: boolean,
  start: number,
  end: number,
  within: readonly string[],
  reading: Reading,
): readonly Piece[] {
  if (!closed && inner.length !== 1) return [{ kind: 'unknown', what: inner, start, end }];
  // A function, a substitution (`$(X:a=b)`) or a computed name.
  if (/[\s,:$]/.test(inner)) return [{ kind: 'unknown', what: inner, start, end }];
  return expandName(inner, start, end, within, reading);
}

function expandName(
  name: string,
  start: number,
  end: number,
  within: readonly string[],
  reading: Reading,
): readonly Piece[] {
  if (--reading.budget.left < 0) return [{ kind: 'unknown', what: `${name} and more`, start, end }];
  const automatic = reading.automatic.get(name);
  if (automatic !== undefined) return [{ kind: 'text', text: automatic, start, end }];
  if (reading.given.has(name)) return [{ kind: 'variable', name, otherwise: [], start, end }];
  const definition = reading.variables.get(name);
  if (!definition) {
    const builtin = BUILTIN.get(name);
    if (builtin !== undefined) return [{ kind: 'text', text: builtin, start, end }];
    if (/^\w+$/.test(name) && !/^(CURDIR|MAKE\w*)$/.test(name))
      return [{ kind: 'variable', name, otherwise: [], start, end }];
    return [{ kind: 'unknown', what: name, start, end }];
  }
  if (definition.kind === 'unknown' || within.includes(name) || within.length > MAX_EXPANSIONS)
    return [{ kind: 'unknown', what: name, start, end }];
  const inner = [...within, name];
  const pieces =
    definition.kind === 'simple'
      ? definition.pieces
      : definition.values
          .filter(({ text }) => text !== '')
          .flatMap((value, index) => {
            const expanded = expand(value, inner, reading);
            return index === 0 ? expanded : [blank(start), ...expanded];
          });
  // What stands somewhere else is shown where it is used.
  const here = pieces.map((piece) => ({ ...piece, start, end }));
  if (definition.kind === 'recursive' && definition.exists === 'default')
    return [{ kind: 'variable', name, otherwise: here, start, end }];
  return here;
}

function textOf(pieces: readonly Piece[]): string | null {
  let text = '';
  for (const piece of pieces) {
    if (piece.kind !== 'text') return null;
    text += piece.text;
  }
  return text;
}

// --- recipes -------------------------------------------------------------------------------------------

/** The lines of a recipe; why they cannot be run. */
function recipeOf(
  recipe: readonly RecipeLine[],
  target: string,
  prerequisites: readonly string[],
  oneShell: boolean,
  reading: Reading,
): readonly RecipeProgram[] | string {
  const automatic = new Map([
    ['@', target],
    ['<', prerequisites[0] ?? ''],
    ['^', [...new Set(prerequisites)].join(' ')],
    ['+', prerequisites.join(' ')],
  ]);
  const programs: RecipeProgram[] = [];
  const whole: Piece[] = [];
  let wholeIgnores: Place | null = null;
  for (const [index, line] of recipe.entries()) {
    const pieces = line.flatMap((stretch) => expand(stretch, [], { ...reading, automatic }));
    const hidden = pieces.find((piece) => piece.kind === 'unknown' && mayHideGuard(piece.what, reading));
    if (hidden?.kind === 'unknown') return `uses $(${hidden.what.slice(0, 60)})`;
    if (
      reading.open !== null &&
      pieces.some((piece) => piece.kind === 'variable' && !reading.given.has(piece.name))
    )
      return `reads a variable in a Makefile that ${reading.open}`;
    const prefixed =
      index === 0 || !oneShell ? withoutPrefix(pieces, reading.text) : { pieces, ignores: null };
    if (oneShell) {
      if (index === 0) wholeIgnores = prefixed.ignores;
      else whole.push({ kind: 'text', text: '\n', start: line[0]?.start ?? 0, end: line[0]?.start ?? 0 });
      whole.push(...prefixed.pieces);
      continue;
    }
    if (prefixed.pieces.every((piece) => piece.kind === 'text' && piece.text.trim() === '')) continue;
    programs.push({ program: lowerPieces(prefixed.pieces, reading), ignores: prefixed.ignores });
  }
  if (oneShell && whole.length > 0)
    programs.push({ program: lowerPieces(whole, reading), ignores: wholeIgnores });
  const broken = programs.find(({ program }) => program.unreadable)?.program.unreadable;
  return broken ? `has a recipe that cannot be read: ${broken.reason}` : programs;
}

/** Functions whose result is just some text, whatever the environment holds. */
const TEXT_FUNCTIONS =
  /^(shell|wildcard|subst|patsubst|strip|findstring|filter|filter-out|sort|word|words|wordlist|firstword|lastword|dir|notdir|suffix|basename|addsuffix|addprefix|join|realpath|abspath)\s/;

/** May a text that is not known decide what happens without a secret? What reads the environment may. */
function mayHideGuard(what: string, reading: Reading, seen = new Set<string>()): boolean {
  if (/^[@<^+?*%|][DF]?$/.test(what) || /^(CURDIR|MAKE\w*)$/.test(what)) return false;
  const name = /^[\w.-]+/.exec(what)?.[0] ?? '';
  if (name === what || what[name.length] === ':') {
    // One that is defined by itself.
    const definition = reading.variables.get(name);
    return definition?.kind === 'unknown' ? definition.asks : true;
  }
  if (!TEXT_FUNCTIONS.test(what) || what.includes('$$')) return true;
  return [...what.matchAll(/\$[({](\w+)[)}]/g)].some(([, inner = '']) =>
    hangsOnEnvironment(inner, reading, seen),
  );
}

/** `-` ignores errors, `@` and `+` change nothing that is modelled. */
function withoutPrefix(
  pieces: readonly Piece[],
  text: MappedText,
): { readonly pieces: readonly Piece[]; readonly ignores: Place | null } {
  let ignores: Place | null = null;
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind !== 'text') return { pieces: pieces.slice(index), ignores };
    const own = piece.end - piece.start === piece.text.length;
    for (let i = 0; i < piece.text.length; i++) {
      const char = piece.text.charAt(i);
      const from = own ? piece.start + i : piece.start;
      if (char === '-') ignores ??= { text, start: from, end: own ? from + 1 : piece.end };
      else if (!'@+ \t'.includes(char)) {
        const rest = { ...piece, text: piece.text.slice(i), start: from };
        return { pieces: [rest, ...pieces.slice(index + 1)], ignores };
      }
    }
  }
  return { pieces: [], ignores };
}

function lowerPieces(pieces: readonly Piece[], reading: Reading): Program {
  return lowerShellPieces(
    pieces.map((piece): ShellPiece => {
      const { start, end } = piece;
      if (piece.kind === 'text') return { kind: 'text', text: piece.text, start, end };
      return { kind: 'insert', start, end, part: (quoted) => partOf(piece, quoted, reading) };
    }),
    reading.text,
  );
}

function partOf(piece: Piece, quoted: boolean, reading: Reading): Part {
  const at = { text: reading.text, start: piece.start, end: piece.end };
  if (piece.kind === 'text') return { kind: 'text', text: piece.text, quoted, at };
  const name = piece.kind === 'variable' ? piece.name : `$(${piece.what})`;
  if (piece.kind === 'unknown') reading.unknowns.add(name);
  const otherwise = piece.kind === 'variable' ? piece.otherwise : [];
  const parameter: Parameter = {
    kind: 'parameter',
    name,
    quoted,
    indirect: false,
    length: false,
    index: null,
    operation: { kind: 'default', operator: '-', operand: wordOf(otherwise, at, quoted, reading) },
    at,
  };
  return parameter;
}

function wordOf(pieces: readonly Piece[], at: Place, quoted: boolean, reading: Reading): Word {
  return { kind: 'word', parts: pieces.map((piece) => partOf(piece, quoted, reading)), assignment: null, at };
}

function exportsOf(reading: Reading): readonly MakeExport[] {
  const exports: MakeExport[] = [];
  for (const [name, definition] of reading.variables) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name === 'SHELL' || reading.given.has(name)) continue;
    const at = { text: reading.text, start: 0, end: 0 };
    const pieces = expandName(name, 0, 0, [], reading);
    exports.push({
      name,
      value: wordOf(pieces, at, true, reading),
      always: reading.exportsAll || reading.exported.has(name),
      overrides: definition.kind !== 'recursive' || definition.exists === 'file',
    });
  }
  return exports;
}
