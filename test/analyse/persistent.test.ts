import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newWatch, PersistentMap } from '../../src/analyse/persistent.js';

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

it('loses what was set first where it holds too much', () => {
  const map = build([
    ['b', 1],
    ['a', 2],
    ['c', 2],
    ['b', 3],
  ]);
  expect([...map.atMost(2)]).toEqual([
    ['a', 2],
    ['c', 2],
  ]);
  expect(map.atMost(3)).toBe(map);
});

/** Something that asks a map, or makes others of it; it works on the maps that were made so far. */
type Act =
  | { readonly kind: 'get' | 'has' | 'without' | 'where'; readonly of: number; readonly key: string }
  | { readonly kind: 'with'; readonly of: number; readonly key: string; readonly value: number }
  | {
      readonly kind: 'equals' | 'agrees' | 'differences' | 'digest';
      readonly of: number;
      readonly other: number;
    }
  | { readonly kind: 'all' | 'size' | 'notable'; readonly of: number };

const few = fc.constantFrom('a', 'b', 'c', 'Aa', 'BB');
const small = fc.nat(3);
const which = fc.nat(5);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('get', 'has', 'without', 'where'), of: which, key: few }),
  fc.record({ kind: fc.constant('with'), of: which, key: few, value: small }),
  fc.record({
    kind: fc.constantFrom('equals', 'agrees', 'differences', 'digest'),
    of: which,
    other: which,
  }),
  fc.record({ kind: fc.constantFrom('all', 'size', 'notable'), of: which }),
);

/** What a program of such acts is told, and the last map that it made. */
function perform(start: PersistentMap<number>, acts: readonly Act[]) {
  const maps = [start];
  const told: unknown[] = [];
  const at = (index: number) => maps[index % maps.length] ?? start;
  for (const one of acts) {
    const map = at(one.of);
    switch (one.kind) {
      case 'get':
      case 'has':
        told.push(map[one.kind](one.key));
        break;
      case 'where':
        told.push(new Map(map.where((name) => name >= one.key)));
        break;
      case 'without':
        maps.push(map.without(one.key));
        break;
      case 'with':
        maps.push(map.with(one.key, one.value));
        break;
      case 'equals':
        told.push(map.equals(at(one.other), Object.is));
        break;
      case 'agrees':
        told.push(map.agreesWith(at(one.other)));
        break;
      case 'differences':
        told.push(
          map
            .differences(at(one.other))
            .map(({ key: name, mine, theirs }) => `${name} ${mine} ${theirs}`)
            .sort(),
        );
        break;
      case 'digest':
        told.push(map.digest === at(one.other).digest);
        break;
      case 'all':
        told.push([...map]);
        break;
      case 'size':
        told.push(map.size);
        break;
      case 'notable':
        told.push([...map.notable()], map.hasNotable);
    }
  }
  return { told, last: maps.at(-1) ?? start };
}

const summaries = [
  null,
  {
    digest: (name: string, value: number) => name.length * 7 + value,
    isNotable: (value: number) => value === 2,
  },
  { isNotable: (value: number) => value === 2 },
];

/** A key that is set to another value, and back to the one that it had. */
const setBack = (
  kind: 'equals' | 'agrees' | 'differences',
): [[string, number][], [string, number][], Act[]] => [
  [['a', 2]],
  [],
  [
    { kind: 'with', of: 0, key: 'a', value: 0 },
    { kind: 'with', of: 1, key: 'a', value: 2 },
    { kind, of: 0, other: 2 },
  ],
];

it.each(summaries)(
  'notes all that is asked of it: a map that answers the same is told apart by nobody',
  (summary) => {
    const entries = fc.array(fc.tuple(few, small), { maxLength: 5 });
    fc.assert(
      fc.property(entries, entries, fc.array(act, { maxLength: 12 }), (first, second, acts) => {
        const base = changed(PersistentMap.empty<number>(summary), first);
        const other = changed(PersistentMap.empty<number>(summary), second);
        const watch = newWatch();
        const watched = perform(base.watched(watch), acts);
        expect(watched.told).toEqual(perform(base, acts).told);
        if (!other.answersLike(base, watch, Object.is)) return;
        const again = perform(other, acts);
        expect(again.told).toEqual(watched.told);
        // And what was made of the one is made of the other by the same changes.
        expect(new Map(watched.last.changesOnto(base, other))).toEqual(new Map(again.last));
      }),
      { numRuns: 1_000, examples: [setBack('equals'), setBack('agrees'), setBack('differences')] },
    );
  },
);

it('passes on what is asked of it to those that watched it before', () => {
  const [outer, inner] = [newWatch(), newWatch()];
  const start = build([['a', 1]]).watched(outer);
  const within = start.watched(inner);
  within.get('a');
  expect([[...outer.keys], [...inner.keys]]).toEqual([['a'], ['a']]);
  within.watchedLike(start).get('b');
  expect([[...outer.keys], [...inner.keys]]).toEqual([['a', 'b'], ['a']]);
  // What is found to answer alike was asked, too.
  const later = build([['c', 1]]).watched(outer);
  expect(later.answersLike(within, { ...newWatch(), keys: new Set(['d']) }, Object.is)).toBe(true);
  expect(outer.keys.has('d')).toBe(true);
});
