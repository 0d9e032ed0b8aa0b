import { expect, it } from 'vitest';
import { type Ledger, newActionLedger, newLedger, Restart, spendOn } from '../../src/analyse/ledger.js';
import type { Source } from '../../src/text/source.js';

const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((path): Source => ({ path, text: '' }));
if (!a || !b || !c || !d || !e) throw new Error('expected five sources');

/** A ledger in which so many nodes have been run in each of the sources, by steps of which none is dear. */
function spent(nodes: readonly (readonly [Source, number])[], ledger = newActionLedger()): Ledger {
  for (const [source, cost] of nodes) spendOn(source, cost, 1, ledger);
  return ledger;
}

const pathsOf = (sources: Iterable<Source>) => [...sources].map(({ path }) => path).sort();

it('counts what each source has cost, and all of them together', () => {
  const ledger = spent([
    [a, 3],
    [b, 4],
    [a, 5],
  ]);
  expect([ledger.spent.get(a), ledger.spent.get(b), ledger.total]).toEqual([8, 4, 12]);
  expect(pathsOf(ledger.excluded)).toEqual([]);
});

it.each([newLedger, newActionLedger])('leaves out what costs one step too much', (make) => {
  const ledger = make();
  const { step } = ledger.limits;
  spendOn(a, 1, step, ledger);
  expect(() => spendOn(a, 1, step + 1, ledger)).toThrow(Restart);
  expect(pathsOf(ledger.excluded)).toEqual(['a']);
});

it('leaves out the dearest, and with it what takes a great part, where all together cost too much', () => {
  const ledger = spent([
    [a, 1_000],
    [b, 2_001],
    [c, 2_000],
    [d, 2_999],
  ]);
  expect(pathsOf(ledger.excluded)).toEqual([]);
  expect(() => spendOn(e, 1, 1, ledger)).toThrow(Restart);
  expect(pathsOf(ledger.excluded)).toEqual(['b', 'd']);
  expect([ledger.total, ledger.spent.size]).toEqual([0, 0]);
});

it('leaves out the dearest of many cheap ones', () => {
  const many = Array.from({ length: 8 }, (_, i): Source => ({ path: `s${i}`, text: '' }));
  const ledger = spent(many.map((source, i) => [source, i === 3 ? 1_007 : 999]));
  expect(() => spendOn(a, 1, 1, ledger)).toThrow(Restart);
  expect(pathsOf(ledger.excluded)).toEqual(['s3']);
});
