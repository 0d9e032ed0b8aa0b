// Credentials that one command leaves for another: a login, a remote's address, a file that tools look for.

import {
  type CredentialStore,
  isFileOf,
  keepsCredential,
  storesFilledBy,
  storesFilledByAction,
  storesReadBy,
} from '../facts/stores.js';
import { resolve } from './constraints.js';
import { fileIn } from './file-tests.js';
import { fileText } from './redirects.js';
import type { State } from './state.js';
import { constant, textOf, union, type Value } from './values.js';

/** Names of this kind stand among those of the files of the job, for what is kept in no file that is seen. */
function keyOf({ name }: CredentialStore): string {
  return `login ${name}`;
}

type Texts = readonly (string | null)[];

/** A command was given credentials of which `lacks` are missing: what it keeps of them is an empty one. */
export function keepCredentials(name: string, texts: Texts, lacks: readonly string[], state: State): void {
  if (keepsAny(lacks, state)) for (const store of storesFilledBy(name, texts)) keep(store, lacks, state);
}

/** The same for an action. */
export function keepCredentialsOfAction(name: string, lacks: readonly string[], state: State): void {
  if (keepsAny(lacks, state)) for (const store of storesFilledByAction(name)) keep(store, lacks, state);
}

/** Can anything change that is kept? Only what is missing is. */
function keepsAny(lacks: readonly string[], { files }: State): boolean {
  return lacks.length > 0 || files.hasNotable;
}

function keep(store: CredentialStore, lacks: readonly string[], state: State): void {
  const key = keyOf(store);
  if (lacks.length === 0 && !state.files.has(key)) return;
  state.files = lacks.length > 0 ? state.files.with(key, constant('', lacks)) : state.files.without(key);
}

/** The missing secrets for want of which a command finds no credential where it looks for one. */
export function keptLacks(name: string, texts: Texts, { files }: State): readonly string[] {
  if (!files.hasNotable) return [];
  let lacks: readonly string[] = [];
  for (const store of storesReadBy(name, texts)) {
    for (const [file, text] of files.notable()) {
      if (file === keyOf(store) || isFileOf(store, pathIn(file))) lacks = union(lacks, text.lacks);
    }
  }
  return lacks;
}

/**
 * The missing secrets for want of which a file is empty that one of the words names (`-i key`, `--key-file=key.json`):
 * a command that is given it has no credential.
 */
export function lacksOfNamedFiles(words: readonly Value[], state: State): readonly string[] {
  if (!state.files.hasNotable) return [];
  let lacks: readonly string[] = [];
  for (const word of words) {
    const text = fileText(state, fileIn(word));
    if (text && text.lacks.length > 0 && textOf(resolve(state.constraints, text))?.trim() === '')
      lacks = union(lacks, text.lacks);
  }
  return lacks;
}

/** Must the file be remembered although no later step names it? */
export function isKept(name: string): boolean {
  return name.startsWith('login ') || keepsCredential(pathIn(name));
}

/** The end of a path by the name that its file goes by: the last of its texts. */
function pathIn(name: string): string {
  const end = name.lastIndexOf('"');
  return end < 0 ? '' : name.slice(name.lastIndexOf('"', end - 1) + 1, end);
}
