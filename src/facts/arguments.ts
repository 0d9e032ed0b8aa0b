/** The arguments of a command, in order; null where the text of one is not known. */
export type Args = readonly (string | null)[];

/** The names in a table cell, which are kept apart by white space. */
export function names(list: string): readonly string[] {
  return list.split(/\s/).filter((name) => name !== '');
}

/**
 * The first `limit` arguments that are neither options nor the value of an option in `valued`
 * (`-C dir`, but not `--dir=x`, which is one argument). An argument of unknown text counts as a word.
 */
export function leadingWords(args: Args, valued: ReadonlySet<string>, limit: number): Args {
  const words: (string | null)[] = [];
  let options = true;
  for (let i = 0; i < args.length && words.length < limit; i++) {
    const arg = args[i] ?? null;
    if (arg === '--' && options) {
      options = false;
      continue;
    }
    if (options && arg !== null && arg.length > 1 && (arg.startsWith('-') || arg.startsWith('+'))) {
      if (valued.has(arg)) i++;
      continue;
    }
    words.push(arg);
  }
  return words;
}

/** True if one of the arguments is exactly one of `flags`, or `--flag=…` with a value other than a refusal. */
export function hasFlag(args: Args, flags: readonly string[]): boolean {
  for (const arg of args) {
    if (arg === null || arg[0] !== '-') continue;
    const equals = arg.indexOf('=');
    if (equals === -1 ? flags.includes(arg) : flags.includes(arg.slice(0, equals)) && !refuses(arg, equals)) {
      return true;
    }
  }
  return false;
}

function refuses(arg: string, equals: number): boolean {
  return refusals.has(arg.slice(equals + 1).toLowerCase());
}

const refusals: ReadonlySet<string> = new Set(['false', '0', 'no', 'off', 'none', 'never']);

/**
 * True if a short flag stands in the arguments, alone (`-n`) or in a cluster (`-avn`). A letter in
 * `valuedLetters` takes the rest of its cluster as its value (`-ofile` holds no `-f`).
 */
export function hasShort(args: Args, letter: string, valuedLetters: string): boolean {
  for (const arg of args) {
    if (arg === '--') return false;
    if (arg === null || arg.length < 2 || arg[0] !== '-' || arg[1] === '-') continue;
    for (let i = 1; i < arg.length; i++) {
      const current = arg[i] ?? '';
      if (current === letter) return true;
      if (valuedLetters.includes(current)) break;
    }
  }
  return false;
}
