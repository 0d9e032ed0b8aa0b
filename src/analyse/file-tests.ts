// Whether a file is there: what a path knows of that, and which commands make it doubtful.

import { ask, isEmpty, known, negate, type Question, resolve } from './constraints.js';
import { fileName } from './redirects.js';
import type { State } from './state.js';
import { hole, isPerhapsWritten, nameOf, perhapsWritten, textOf, type Value } from './values.js';

/** The answer to `-f`, `-s` and the like: what is known of a file is only whether this job wrote it. */
export function fileQuestion(operator: string, path: Value, state: State): Question {
  if (path.pieces.length === 0) return known(false);
  const name = fileName(state, path);
  const written = state.files.get(name);
  askedWith.add(operator);
  if (!written) return ask(state.constraints, factOf(operator, name));
  if (operator === '-s') return negate(isEmpty(state.constraints, written));
  if (isPerhapsWritten(written))
    // Something has happened to it since it was asked for, if ever it was.
    return ask(state.constraints, `${factOf(operator, name)} ${nameOf(written)}`);
  if (operator === '-f' || operator === '-e') return known(true);
  return ask(state.constraints, factOf(operator, name));
}

function factOf(operator: string, name: string): string {
  return `${operator} ${name}`;
}

/** The letters of the operators that ask for a file. */
export const FILE_TESTS: ReadonlySet<string> = new Set('abcdefghkprsuwxGLNOS');

/** The operators that any path has asked with so far: there can be no fact of another one. */
const askedWith = new Set<string>();

function wasAsked(name: string, { constraints: { facts } }: State): boolean {
  for (const operator of askedWith) if (facts.has(factOf(operator, name))) return true;
  return false;
}

/** The file that a word names: the value of `--option=value`; every other word as it is. */
export function fileIn(word: Value): Value {
  const [first, ...rest] = word.pieces;
  if (typeof first !== 'string' || !first.startsWith('-')) return word;
  const equals = first.indexOf('=');
  return equals < 0 ? word : { ...word, pieces: [first.slice(equals + 1), ...rest] };
}

/**
 * A command was given these words: what it did to files that they name is not known. `site` tells this run of the
 * command from others.
 */
export function forgetFiles(state: State, words: readonly Value[], site: string): void {
  for (const word of words) {
    const name = fileName(state, fileIn(word));
    const old = state.files.get(name);
    if (isOfRunner(name) || (!old && !wasAsked(name, state))) continue;
    // What it is known to have written itself.
    if (old?.pieces.some((piece) => typeof piece !== 'string' && piece.id.endsWith(site))) continue;
    const text = { pieces: [hole(`${name} after ${site}`)], lacks: old?.lacks ?? [] };
    state.files = state.files.with(name, !old || isPerhapsWritten(old) ? perhapsWritten(text) : text);
  }
}

/** Commands that take files away, or put them somewhere else. */
const REMOVERS: ReadonlySet<string> = new Set(['rm', 'mv', 'unlink', 'shred', 'find', 'git', 'rsync']);

/** What a command of this name was given may not be there any more. */
export function takeFiles(command: string, state: State, words: readonly Value[], site: string): void {
  if (!REMOVERS.has(command)) return;
  const texts = words.map((word) => textOf(resolve(state.constraints, word)));
  if (command === 'find' && !texts.some((text) => text === null || /^-(delete|exec|execdir|ok)$/.test(text)))
    return;
  if (command === 'git' && !/^(clean|stash|rm|mv)$/.test(texts[0] ?? '')) return;
  const takesAll = command === 'git' && /^(clean|stash)$/.test(texts[0] ?? '');
  takeAway(state, takesAll ? null : words, site);
}

/** The files that the words name may not be there any more, nor those in folders that they name; null for all. */
export function takeAway(state: State, words: readonly Value[] | null, site: string): void {
  const tests = words?.map((word) => holderTest(word, state));
  const isTaken = (name: string) => !isOfRunner(name) && (!tests || tests.some((mayHold) => mayHold(name)));
  for (const [name, text] of state.files.where(isTaken)) {
    if (isPerhapsWritten(text)) continue;
    const left = { pieces: [hole(`${name} after ${site}`)], lacks: text.lacks };
    state.files = state.files.with(name, perhapsWritten(left));
  }
}

/** Tells of a file whether it may be the one that a word names, or in the folder that it names. */
function holderTest(word: Value, state: State): (name: string) => boolean {
  const text = textOf(resolve(state.constraints, word));
  if (text === null || text === '.' || text === './') return () => true;
  const file = fileName(state, word);
  const folder = file.replace(/\/?"$/, '/');
  return (name) => name === file || name.startsWith(folder);
}

/** The files of the runner, what logs in, and what is read by `<(…)` are no files that a script takes away. */
function isOfRunner(name: string): boolean {
  return /^(path in|login|process) /.test(name);
}
