/**
 * Reads the parts of a JSON value of which nobody can say where it comes from. Each throws a `Misshapen` for anything
 * that is not as expected, so that nothing but what was asked for goes on.
 */
export class Misshapen extends Error {}

export type Read<T> = (value: unknown) => T;

export const aText: Read<string> = (value) => {
  if (typeof value !== 'string') throw new Misshapen('expected a text');
  return value;
};

/** A whole number from 0. */
export const aCount: Read<number> = (value) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Misshapen('expected a count');
  }
  return value;
};

export function oneOf<const T extends string>(words: readonly T[]): Read<T> {
  return (value) => {
    const known = words.find((word) => word === value);
    if (known === undefined) throw new Misshapen(`expected one of ${words.join(', ')}`);
    return known;
  };
}

export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value) => (value === null ? null : read(value));
}

export function aList<T>(read: Read<T>): Read<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Misshapen('expected a list');
    return value.map((item: unknown) => read(item));
  };
}

/** An object with exactly these parts. */
export function aRecord<T extends object>(parts: { readonly [Key in keyof T]: Read<T[Key]> }): Read<T> {
  const readers: [string, Read<unknown>][] = Object.entries(parts);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Misshapen('expected an object');
    }
    const given = new Map<string, unknown>(Object.entries(value));
    if (given.size !== readers.length) throw new Misshapen('expected other parts');
    const read = readers.map(([key, reader]) => [key, reader(given.get(key))]);
    return Object.fromEntries(read);
  };
}
