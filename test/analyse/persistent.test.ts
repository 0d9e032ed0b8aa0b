import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PersistentMap } from '../../src/analyse/persistent.js';

// `Aa` and `BB` have one hash, and so have all texts that are made of them.
const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.array(fc.constantFrom('Aa', 'BB', 'C'), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.nat(500).map((n) => `V${n}`),
);
const changes = fc.array(fc.tuple(key, fc.nat(3)), { maxLength: 80 });

function build(entries: readonly (readonly [string, number])[], from = PersistentMap.empty<number>()) {
  return entries.reduce((map, [name, value]) => map.with(name, value), from);
}

it('holds what a Map holds, in its order, and leaves earlier maps as they were', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const before = build(first);
      const after = build(second, before);
      const plain = new Map(first);
      expect([...before]).toEqual([...plain]);
      for (const [name, value] of second) plain.set(name, value);
      expect([...after]).toEqual([...plain]);
      expect([after.size, [...after.values()]]).toEqual([plain.size, [...plain.values()]]);
      for (const [name] of [...first, ...second, ['none', 0] as const]) {
        expect([after.get(name), after.has(name)]).toEqual([plain.get(name), plain.has(name)]);
      }
      expect([...before]).toEqual([...new Map(first)]);
    }),
  );
});

it('differs from another where a Map does, whether they grew from one or not', () => {
  fc.assert(
    fc.property(changes, changes, changes, (shared, left, right) => {
      const start = build(shared);
      const mine = build(left, start);
      for (const theirs of [build(right, start), build(right, build(shared))]) {
        const [a, b] = [new Map(mine), new Map(theirs)];
        const names = new Set([...a.keys(), ...b.keys()]);
        const expected = [...names].filter((name) => a.get(name) !== b.get(name));
        const found = mine.differences(theirs);
        expect(found.map((one) => one.key).sort()).toEqual(expected.sort());
        for (const one of found) expect([one.mine, one.theirs]).toEqual([a.get(one.key), b.get(one.key)]);
      }
    }),
  );
});

it('is the same map where nothing changes', () => {
  const map = build([['a', 1]]);
  expect(map.with('a', 1)).toBe(map);
  expect(map.differences(map)).toEqual([]);
});

/** Sets a key, or takes it away where the value is 0. */
function changed<V>(map: PersistentMap<V>, changes: readonly (readonly [string, V])[]): PersistentMap<V> {
  return changes.reduce(
    (all, [name, value]) => (value === 0 ? all.without(name) : all.with(name, value)),
    map,
  );
}

it('is without what is taken away as a Map is, and comes last where it is set again', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const before = build(first);
      const after = changed(before, second);
      const plain = new Map(first);
      for (const [name, value] of second) {
        if (value === 0) plain.delete(name);
        else plain.set(name, value);
      }
      expect([...after]).toEqual([...plain]);
      expect([after.size, [...after.keys()]]).toEqual([plain.size, [...plain.keys()]]);
      expect([...before]).toEqual([...new Map(first)]);
    }),
  );
});

it('equals another that holds equal values under the same keys, in whatever order they came', () => {
  const sameParity = (a: number, b: number) => a % 2 === b % 2;
  fc.assert(
    fc.property(changes, changes, changes, (shared, left, right) => {
      const start = build(shared);
      const mine = changed(start, left);
      for (const theirs of [
        changed(start, right),
        changed(build(shared), left),
        build([...mine].reverse()),
      ]) {
        const [a, b] = [new Map(mine), new Map(theirs)];
        const expected =
          a.size === b.size &&
          [...a].every(([name, value]) => {
            const other = b.get(name);
            return other !== undefined && sameParity(value, other);
          });
        expect(mine.equals(theirs, sameParity)).toBe(expected);
      }
    }),
  );
});

it('keeps the digest and the notable values of all that it holds', () => {
  const summary = {
    digest: (name: string, value: number) => name.length + value,
    isNotable: (value: number) => value > 1,
  };
  fc.assert(
    fc.property(changes, (list) => {
      const map = changed(PersistentMap.empty(summary), list);
      const entries = [...map];
      expect(map.digest).toBe(entries.reduce((sum, [name, value]) => sum + summary.digest(name, value), 0));
      const notable = entries.filter(([, value]) => summary.isNotable(value));
      expect([...map.notable()].sort()).toEqual(notable.sort());
      expect(map.hasNotable).toBe(notable.length > 0);
    }),
  );
});

it('agrees with another where no key that both have, and that counts, is set otherwise', () => {
  fc.assert(
    fc.property(changes, changes, changes, fc.boolean(), (shared, left, right, all) => {
      const start = build(shared);
      const mine = build(left, start);
      const counts = all ? undefined : (name: string) => !name.startsWith('V');
      for (const theirs of [build(right, start), build(right, build(shared))]) {
        const b = new Map(theirs);
        const contradicting = [...mine].filter(
          ([name, value]) => b.has(name) && b.get(name) !== value && (counts?.(name) ?? true),
        );
        expect(mine.agreesWith(theirs, counts)).toBe(contradicting.length === 0);
      }
    }),
  );
});

it('loses the key that was set first', () => {
  const map = build([
    ['b', 1],
    ['a', 2],
    ['b', 3],
  ]);
  expect([...map.withoutOldest()]).toEqual([['a', 2]]);
  expect(PersistentMap.empty().withoutOldest().size).toBe(0);
});
