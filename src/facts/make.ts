import type { Args } from './arguments.js';

/** `make -C dir deploy ENV=prod`. Numbers are places of words after the command's name. */
export interface MakeRequest {
  readonly goals: readonly string[];
  /** Each is relative to the one before it. */
  readonly directories: readonly ({ readonly word: number } | { readonly text: string })[];
  readonly file: string | null;
  /** `NAME=value` words, by name. */
  readonly variables: ReadonlyMap<string, number>;
  /** Errors in recipes are ignored (`-i`). */
  readonly ignoresErrors: boolean;
}

const VALUED = new Set(['-C', '--directory', '-f', '--file', '--makefile', '-I', '--include-dir']);
/** What changes nothing that is modelled: output, parallel runs, rebuilding what is there. */
const HARMLESS =
  /^(-[sSwBbmr]+|--silent|--quiet|--no-print-directory|--print-directory|--always-make|--no-silent|--trace|-O\w*|--output-sync(=\w+)?|--warn-undefined-variables|--no-builtin-rules|-[jl][\d.]*|--jobs(=\d+)?|--load-average(=[\d.]+)?)$/;

/**
 * What the words after `make` ask for; a word is null where its text is not known. A text: why it is not modelled.
 * null for what runs no recipe. (GNU make manual, 9.8.)
 */
export function makeRequest(words: Args): MakeRequest | string | null {
  const goals: string[] = [];
  const directories: ({ word: number } | { text: string })[] = [];
  const variables = new Map<string, number>();
  let file: string | null = null;
  let ignoresErrors = false;
  let options = true;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || word === null) return 'what make is asked for is computed';
    if (!options || !word.startsWith('-')) {
      const equals = word.indexOf('=');
      const name = word.slice(0, Math.max(0, equals)).replace(/:{1,3}$/, '');
      if (equals < 0) goals.push(word);
      else if (!/^\w+$/.test(name)) return `what make does with '${word.slice(0, 40)}' is not modelled`;
      else variables.set(name, at);
      continue;
    }
    if (word === '--') {
      options = false;
      continue;
    }
    const [name = '', glued] = partsOf(word);
    if (VALUED.has(name)) {
      const text = glued ?? words[at + 1] ?? null;
      if (name === '-C' || name === '--directory')
        directories.push(glued === null ? { word: at + 1 } : { text: glued });
      else if (text === null) return 'the Makefile that make reads is computed';
      else if (name.startsWith('-I') || name === '--include-dir')
        return `what make does under ${name} is not modelled`;
      else if (file !== null) return 'make reads several Makefiles';
      else file = text;
      if (glued === null) at++;
    } else if (word === '-j' || word === '--jobs' || word === '-l') {
      if (/^[\d.]+$/.test(words[at + 1] ?? '')) at++;
    } else if (word === '-i' || word === '--ignore-errors') ignoresErrors = true;
    else if (
      /^(-[npqtvh]|--just-print|--dry-run|--recon|--print-data-base|--question|--touch|--version|--help)$/.test(
        word,
      )
    )
      return null;
    else if (!HARMLESS.test(word)) return `what make does under ${word.slice(0, 40)} is not modelled`;
  }
  return { goals, directories, file, variables, ignoresErrors };
}

/** An option and the value that is glued to it: `-Cdir`, `--directory=dir`. */
function partsOf(word: string): [name: string, glued: string | null] {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, null] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  return word.length > 2 && /^-[CfI]/.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, null];
}
