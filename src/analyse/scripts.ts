import type { Language } from '../program/compute.js';
import { type LoadedLanguage, loweringOf } from '../program/lower/languages.js';
import { lowerShell } from '../program/lower/shell.js';
import type { Program } from '../program/program.js';
import type { Source } from '../text/source.js';
import { resolve } from './constraints.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { type Piece, textOf, type Value } from './values.js';

/** Scripts that call scripts: one deeper than this is a command like any other. */
export const MAX_SCRIPT_DEPTH = 8;

/** Nodes that may be run in the scripts that one step calls, and in those of a whole workflow in all its worlds. */
const MAX_STEP_NODES = 6_000;
const MAX_WORKFLOW_NODES = 12_000;

/** Thrown where a script that costs too much was left out: no world may have followed it. */
export class Restart extends Error {}

/** What following scripts has cost, and those that are no longer followed. Shared by all worlds of a workflow. */
export interface Ledger {
  readonly excluded: Set<Source>;
  readonly spent: Map<Source, number>;
  total: number;
}

export function newLedger(): Ledger {
  return { excluded: new Set(), spent: new Map(), total: 0 };
}

/** Counts one node of a script, the `count`th of its step. Throws `Restart`. */
export function spendOn(source: Source, count: number, ledger: Ledger): void {
  ledger.spent.set(source, (ledger.spent.get(source) ?? 0) + 1);
  ledger.total++;
  if (count > MAX_STEP_NODES) exclude(source, ledger);
  if (ledger.total <= MAX_WORKFLOW_NODES) return;
  let dearest = source;
  for (const [other, nodes] of ledger.spent) if (nodes > (ledger.spent.get(dearest) ?? 0)) dearest = other;
  exclude(dearest, ledger);
}

/** From now on the script is a command like any other. */
export function exclude(source: Source, ledger: Ledger): never {
  ledger.excluded.add(source);
  ledger.spent.clear();
  ledger.total = 0;
  throw new Restart();
}

/** What the steps of a job can call. */
export interface Checkout {
  /** The file at a path relative to the workspace, without `.` and `..`; null where it is not known. */
  read(path: string): Source | null;
  readonly ledger: Ledger;
  /** The top of the repository, relative to the workspace; null where there are several. */
  readonly top: string | null;
  /** The directory that the step starts in, relative to the workspace; null where it is not known. */
  readonly directory: string | null;
}

/** A script whose text is known. */
export interface Script {
  readonly source: Source;
  readonly program: Program;
}

/** The workspace itself, as `$GITHUB_WORKSPACE` and `${{ github.workspace }}` give it. */
const WORKSPACE = 'github.workspace';
/** What the current directory begins with after a `cd` to it. */
const WORKSPACE_DIRECTORY = `${WORKSPACE}:`;

/**
 * The script of the repository that a path names, as one of a language; null for any other file, and for a text
 * that cannot be read as that.
 */
export function scriptAt(
  path: Value,
  state: State,
  machine: Machine,
  language: Language = 'shell',
): Script | null {
  const source = fileAt(path, state, machine);
  const program = source && programOf(source, language);
  return source && program ? { source, program } : null;
}

/** The file of the repository that a path names; null for any other. */
export function fileAt(path: Value, state: State, machine: Machine): Source | null {
  const place = workspacePath(path, state, machine);
  return place === null || place === '' ? null : (machine.checkout?.read(place) ?? null);
}

/** What the name of the current directory becomes where a `cd` goes to the workspace or below it; null elsewhere. */
export function workspaceDirectory(target: Value): string | null {
  const below = belowWorkspace(target.pieces);
  return below === null ? null : `${WORKSPACE_DIRECTORY}${below}`;
}

/** The current directory relative to the workspace; null where it is not known. */
export function currentDirectory(state: State, machine: Machine): string | null {
  const { cwd } = state;
  const start = machine.checkout?.directory ?? null;
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

const programs = new WeakMap<Source, Map<Language, Program | null>>();

/** Parsed once in a language, so that its nodes are the same ones in every world. */
function programOf(source: Source, language: Language): Program | null {
  const byLanguage = programs.get(source) ?? new Map<Language, Program | null>();
  programs.set(source, byLanguage);
  const known = byLanguage.get(language);
  if (known !== undefined) return known;
  const lowered = lowerFile(source, language);
  const program = lowered && !lowered.unreadable ? lowered : null;
  byLanguage.set(language, program);
  return program;
}

function lowerFile(source: Source, language: Language): Program | null {
  const text = { source, text: source.text, offsetOf: (index: number) => index };
  if (language !== 'shell') return loweringOf(language)?.lower(text, null) ?? null;
  return source.text.includes('\r') ? null : lowerShell(text, null);
}

/** What runs a script, by its first line. */
export type Interpreter =
  | { readonly language: 'shell'; readonly program: 'bash' | 'sh' | 'dash'; readonly flags: readonly string[] }
  | { readonly language: LoadedLanguage };

/** Who runs a file that is called by its own name; null for what is no script of a language that is known. */
export function interpreterOf({ path, text }: Source, machine: Machine): Interpreter | null {
  if (!text.startsWith('#!')) {
    // A shell runs a text without that line itself.
    const program = machine.dash ? 'sh' : 'bash';
    return /\.(sh|bash)$/.test(path) ? { language: 'shell', program, flags: [] } : null;
  }
  const end = text.indexOf('\n');
  const words = text
    .slice(2, end < 0 ? undefined : end)
    .split(/[ \t]/)
    .filter((word) => word !== '');
  if (/(^|\/)env$/.test(words[0] ?? '')) words.shift();
  if (words[0] === '-S') words.shift();
  const [name = '', ...flags] = words;
  const program = name.slice(name.lastIndexOf('/') + 1);
  if (program === 'bash' || program === 'sh' || program === 'dash') return { language: 'shell', program, flags };
  const language = languageOfCommand(program);
  return language && { language };
}

/** The language of the scripts that a command runs; null for any other command. */
export function languageOfCommand(name: string): LoadedLanguage | null {
  return /^python(3(\.\d{1,2})?)?$/.test(name) ? 'python' : null;
}
