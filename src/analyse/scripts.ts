import type { Language } from '../program/compute.js';
import { type LoadedLanguage, loweringOf } from '../program/lower/languages.js';
import { lowerShell } from '../program/lower/shell.js';
import type { Program } from '../program/program.js';
import type { Source, Span } from '../text/source.js';
import { resolve } from './constraints.js';
import type { Ledger } from './ledger.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { type Piece, textOf, type Value } from './values.js';

/** Scripts that call scripts: one deeper than this is a command like any other. */
export const MAX_SCRIPT_DEPTH = 8;

/** What the steps of a job can call. */
export interface Checkout {
  /** The file at a path relative to the workspace, without `.` and `..`; null where it is not known. */
  read(path: string): Source | null;
  /** Why nothing is known of a path although something may be there; null for a path at which the repository has nothing. */
  refusal(path: string): string | null;
  /** null where no script is followed. */
  readonly ledger: Ledger | null;
  /** The top of the repository, relative to the workspace; null where there are several. */
  readonly top: string | null;
  /** The directory that the step starts in, relative to the workspace; null where it is not known. */
  readonly directory: string | null;
}

/** A part of a file of the repository that a step can call: a script is all of its file. */
export interface Callee {
  readonly source: Source;
  /** As a witness names it. */
  readonly title: string;
  /** Where it stands in its file. */
  readonly body: Span;
}

/** What a path in a command means. */
export type Target =
  | { readonly kind: 'file'; readonly source: Source }
  /** A script that is not seen, and why. */
  | { readonly kind: 'unseen'; readonly reason: string }
  /** A program of the machine, not a file of the repository. */
  | { readonly kind: 'program' };

/** The workspace itself, as `$GITHUB_WORKSPACE` and `${{ github.workspace }}` give it. */
const WORKSPACE = 'github.workspace';
/** What the current directory begins with after a `cd` to it. */
const WORKSPACE_DIRECTORY = `${WORKSPACE}:`;

/** The file that a path names. `script`: a shell is told to read it, so that it can be no program of the machine. */
export function targetOf(path: Value, script: boolean, state: State, machine: Machine): Target {
  const unseen = (reason: string): Target => ({ kind: 'unseen', reason });
  const text = textOf(resolve(state.constraints, path));
  const place = workspacePath(path, state, machine);
  if (place === '') return { kind: 'program' };
  if (place !== null) {
    const { checkout } = machine;
    const source = checkout.read(place);
    if (source) return { kind: 'file', source };
    const why = checkout.refusal(place);
    // What an installer or a compiler put there is a program like any other.
    if (why === null && (isInstalled(place) || (!script && !hasScriptName(place))))
      return { kind: 'program' };
    return unseen(why ?? `${shown(place)} is not in the repository`);
  }
  if (text === null) {
    if (isToolOfHome(path)) return { kind: 'program' };
    return script || namesScript(path)
      ? unseen('the path of a script that it calls is computed')
      : { kind: 'program' };
  }
  if (text.startsWith('/')) {
    const isScript = script || hasScriptName(text);
    return isScript && !isOfMachine(text)
      ? unseen(`${shown(text)} is outside of the repository`)
      : { kind: 'program' };
  }
  if (isInstalled(text) || (!script && !hasScriptName(text))) return { kind: 'program' };
  const known = currentDirectory(state, machine) !== null;
  return unseen(
    `${shown(text)} is ${known ? 'outside of the repository' : 'called from a directory that is not known'}`,
  );
}

/** What an installer puts beside the files of the repository. */
function isInstalled(path: string): boolean {
  return /(^|\/)node_modules\/\.bin\/|(^|\/)\.?venv\/(bin|Scripts)\/|\/bin\/activate$/.test(path);
}

function hasScriptName(path: string): boolean {
  return /\.(sh|bash|py|rb|pl|js|cjs|mjs|ts|mts|php|ps1)$/.test(path);
}

function isOfMachine(path: string): boolean {
  return /^\/(usr|bin|sbin|opt|etc)\//.test(path);
}

/** `$HOME/.cargo/env`, `~/.nvm/nvm.sh`: an installer's, too. */
function isToolOfHome({ pieces: [home, rest] }: Value): boolean {
  const isHome = typeof home === 'object' && ['environment HOME', 'home ~'].includes(home.id);
  return isHome && typeof rest === 'string' && rest.startsWith('/.');
}

/** Does a computed text name a script? `$CMD` and `$BIN/tool` may be any program. */
function namesScript({ pieces }: Value): boolean {
  const last = pieces.at(-1);
  return typeof last === 'string' && hasScriptName(last);
}

function shown(path: string): string {
  return path.length > 80 ? `${path.slice(0, 79)}\u2026` : path;
}

/** What the name of the current directory becomes where a `cd` goes to the workspace or below it; null elsewhere. */
export function workspaceDirectory(target: Value): string | null {
  const below = belowWorkspace(target.pieces);
  return below === null ? null : `${WORKSPACE_DIRECTORY}${below}`;
}

/** The name of a directory of the workspace, as `State.cwd` has it. */
export function directoryName(path: string): string {
  return `${WORKSPACE_DIRECTORY}/${path}`;
}

/** The current directory relative to the workspace; null where it is not known. */
export function currentDirectory(state: State, machine: Machine): string | null {
  const { cwd } = state;
  const start = machine.checkout.directory;
  if (cwd === null) return start;
  if (cwd.startsWith(WORKSPACE_DIRECTORY)) return pathBelow('', cwd.slice(WORKSPACE_DIRECTORY.length));
  return start !== null && (cwd === '.' || cwd.startsWith('./')) ? pathBelow(start, cwd) : null;
}

/** A path relative to the workspace; null where it lies outside or is computed. */
export function workspacePath(path: Value, state: State, machine: Machine): string | null {
  const resolved = resolve(state.constraints, path);
  const text = textOf(resolved);
  if (text === null) {
    const below = belowWorkspace(resolved.pieces);
    return below === null ? null : pathBelow('', below);
  }
  const directory = text === '' || text.startsWith('/') ? null : currentDirectory(state, machine);
  return directory === null ? null : pathBelow(directory, text);
}

function belowWorkspace([head, ...rest]: readonly Piece[]): string | null {
  if (head === undefined || typeof head === 'string' || head.id !== WORKSPACE) return null;
  const [tail = '', ...more] = rest;
  if (typeof tail !== 'string' || more.length > 0) return null;
  return tail === '' || tail.startsWith('/') ? tail : null;
}

/** A relative path without `.` and `..`; null where it leads out. */
export function pathBelow(directory: string, path: string): string | null {
  const names: string[] = [];
  for (const name of `${directory}/${path}`.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.join('/');
}

const programs = new WeakMap<Source, Map<Language, Program>>();

/**
 * The script that a file holds, as one of a language; why it cannot be read as one. Parsed once, so that its nodes are
 * the same ones in every world.
 */
export function programOf(source: Source, language: Language = 'shell'): Program | string {
  const { path } = source;
  // A carriage return is a part of words and keywords to a shell: such a script fails, often before its first command.
  if (language === 'shell' && source.text.includes('\r'))
    return `${path} has Windows line ends (CRLF), on which shells fail`;
  const byLanguage = programs.get(source) ?? new Map<Language, Program>();
  programs.set(source, byLanguage);
  const program = byLanguage.get(language) ?? lowerFile(source, language);
  if (!program) return `${path} is ${language}, which is not modelled`;
  byLanguage.set(language, program);
  return program.unreadable ? `${path} cannot be read: ${program.unreadable.reason}` : program;
}

function lowerFile(source: Source, language: Language): Program | null {
  const text = { source, text: source.text, offsetOf: (index: number) => index };
  if (language === 'shell') return lowerShell(text, null);
  return loweringOf(language)?.lower(text, null) ?? null;
}

/** The program that a script asks for in its first line. */
export interface Interpreter {
  readonly program: string;
  readonly flags: readonly string[];
}

/** Who runs a file that is called by its own name; null for what says nothing and does not look like a shell script. */
export function interpreterOf({ path, text }: Source, machine: Machine): Interpreter | null {
  if (!text.startsWith('#!')) {
    // A shell runs a text without that line itself.
    return /\.(sh|bash)$/.test(path) ? { program: machine.dash ? 'sh' : 'bash', flags: [] } : null;
  }
  const end = text.indexOf('\n');
  const words = text
    .slice(2, end < 0 ? undefined : end)
    .split(/[ \t\r]/)
    .filter((word) => word !== '');
  if (/(^|\/)env$/.test(words[0] ?? '')) words.shift();
  if (words[0] === '-S') words.shift();
  const [name = '', ...flags] = words;
  return { program: name.slice(name.lastIndexOf('/') + 1), flags };
}

const JAVASCRIPT_COMMANDS: ReadonlySet<string> = new Set('node nodejs tsx ts-node deno npx bunx'.split(' '));

/** The language of the scripts that a command runs, other than a shell; null for any other command. */
export function languageOfCommand(name: string): LoadedLanguage | null {
  if (/^(python(3(\.\d{1,2})?)?|uv|poetry|pipenv|pdm|rye)$/.test(name)) return 'python';
  if (name === 'pwsh' || name === 'powershell') return 'powershell';
  return JAVASCRIPT_COMMANDS.has(name) ? 'javascript' : null;
}
