import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { type Flag, flags } from './flags.js';
import { nearest } from './text/nearest.js';

export const seeHelp = 'hardfail help lists the flags';

/** Flags by name with their values (`''` for a flag that takes none); a repeatable one keeps them all. */
export type Values = ReadonlyMap<string, readonly string[]>;

interface Tokens {
  readonly values: Values;
  /** What stands before `--`: the first may be a command. */
  readonly words: readonly string[];
  /** What stands after `--`: never a command or a flag. */
  readonly paths: readonly string[];
}

export function readTokens(args: readonly string[]): Tokens {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      flags.map((flag) => [
        flag.name,
        { type: flag.value ? 'string' : 'boolean', ...(flag.short ? { short: flag.short } : {}) },
      ]),
    ),
    // Its own checks know nothing of near names, so all checking is done here.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const paths: string[] = [];
  let terminated = false;
  for (const token of tokens) {
    switch (token.kind) {
      case 'option-terminator':
        terminated = true;
        break;
      case 'positional':
        if (token.value === '') {
          throw new UsageError("'' is not a path", 'an empty argument often comes from an unset variable');
        }
        (terminated ? paths : words).push(token.value);
        break;
      case 'option':
        addValue(values, token.name, token.rawName, token.value);
        break;
    }
  }
  return { values, words, paths };
}

function addValue(
  values: Map<string, string[]>,
  name: string,
  typed: string,
  value: string | undefined,
): void {
  const flag = flagNamed(name);
  if (!flag) throw unknownFlag(typed);
  const checked = checkValue(flag, typed, value);
  const before = values.get(name);
  if (before && !flag.repeatable && before[0] !== checked) {
    throw new UsageError(`${typed} is given twice, as '${before[0]}' and '${checked}'`, 'give it once');
  }
  values.set(name, [...(before ?? []), checked]);
  for (const one of flags) {
    const other = values.has(one.name) && one.contradicts?.find((opposite) => values.has(opposite));
    if (other) throw new UsageError(`--${one.name} and --${other} contradict each other`, 'give one of them');
  }
}

function checkValue(flag: Flag, typed: string, value: string | undefined): string {
  if (flag.value === null) {
    if (value === undefined || flag.variants?.includes(value)) return value ?? '';
    const allowed = flag.variants ? `no value or ${flag.variants.join(', ')}` : 'no value';
    throw new UsageError(`${typed} takes ${allowed}, found '${value}'`, seeHelp);
  }
  if (value === undefined || value === '' || /^-./.test(value)) {
    const found = value ? `, found the flag ${value}` : '';
    throw new UsageError(`${typed} needs a value${found}`, `write ${typed} ${flag.value}`);
  }
  if (flag.choices && !flag.choicesDiffer && !flag.choices.includes(value)) {
    throw notAmong(typed, value, flag.choices);
  }
  return value;
}

export function notAmong(typed: string, value: string, choices: readonly string[]): UsageError {
  const near = nearest(value, choices);
  return new UsageError(
    `${typed} is '${value}', expected ${listed(choices, 'or')}`,
    near ? `did you mean ${near}?` : seeHelp,
  );
}

function unknownFlag(typed: string): UsageError {
  const near = nearest(
    typed,
    flags.map((flag) => `--${flag.name}`),
  );
  return new UsageError(`unknown flag ${typed}`, near ? `did you mean ${near}?` : seeHelp);
}

/** The value of a flag as one of its choices (it has been checked to be one); undefined where it is not given. */
export function chosen<T extends string>(values: Values, name: string, choices: readonly T[]): T | undefined {
  const value = values.get(name)?.[0];
  return choices.find((choice) => choice === value);
}

export function flagNamed(name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name);
}

export function listed(words: readonly string[], last: 'and' | 'or'): string {
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
