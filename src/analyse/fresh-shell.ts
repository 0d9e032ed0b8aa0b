import { PersistentMap } from './persistent.js';
import { noOptions, type Options, type State, setVariable, success } from './state.js';
import type { Value } from './values.js';

/** What the words before a script say: `bash -eu -o pipefail x.sh`. */
export interface ShellFlags {
  readonly options: Options;
  /** `-c`: the next word is the script itself. */
  readonly inline: boolean;
  /** `-s`: the script is the standard input, and the words that follow are its arguments. */
  readonly fromInput: boolean;
  /** The number of words that were read. */
  readonly count: number;
  /** False for what is not modelled: `-n` runs nothing, `--rcfile` takes a word. */
  readonly understood: boolean;
}

/** The flags of a shell up to its first word that is none; null stands for a word that is not known. */
export function readFlags(texts: readonly (string | null)[]): ShellFlags {
  let options = noOptions;
  let inline = false;
  let fromInput = false;
  let understood = true;
  let at = 0;
  for (; at < texts.length; at++) {
    const text = texts[at];
    if (!text || !/^[-+]/.test(text)) break;
    if (text === '--') {
      at++;
      break;
    }
    if (text.startsWith('--')) {
      if (text === '--rcfile' || text === '--init-file' || text === '--version') understood = false;
      continue;
    }
    const on = text.startsWith('-');
    for (const flag of text.slice(1)) {
      if (flag === 'e') options = { ...options, errexit: on };
      else if (flag === 'u') options = { ...options, nounset: on };
      else if (flag === 'c') inline = true;
      else if (flag === 's') fromInput = true;
      else if (flag === 'n') understood = false;
      else if (flag === 'o') {
        at++;
        const name = texts[at];
        if (name === 'pipefail' || name === 'errexit' || name === 'nounset')
          options = { ...options, [name]: on };
        else if (name === 'noexec') understood = false;
      }
    }
  }
  return { options, inline, fromInput, count: at, understood };
}

/** A shell that was just started knows what is exported and nothing else. */
export function becomeShell(inner: State, options: Options, positional: readonly Value[]): void {
  const before = inner.vars;
  inner.options = options;
  inner.functions = PersistentMap.empty();
  inner.traps = new Map();
  inner.frames = [];
  inner.status = success;
  inner.positional = positional;
  for (const [variable, { exported }] of before) if (!exported) setVariable(inner, variable, null);
}
