/** A source of random numbers that gives the same ones for the same seed, on every machine. */
export interface Random {
  /** An integer from 0 to `below` - 1; 0 where there is none. */
  below(below: number): number;
  /** One of the items. Throws where there are none. */
  one<T>(items: readonly T[]): T;
  /** True once in `times`. */
  onceIn(times: number): boolean;
}

/** Numbers by the generator "mulberry32": 32 bits of state, which is plenty for choosing among mutations. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * Math.max(1, limit));
  return {
    below,
    one(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('expected items to choose from, found none');
      return item;
    },
    onceIn: (times) => below(times) === 0,
  };
}
