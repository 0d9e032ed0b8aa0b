import { describe, expect, it } from 'vitest';
import type { ShellName } from './oracle.js';
import { asksFor, realStatuses, statusesOf } from './shell-values.js';

// A table of lines of shell and of what they come to: each runs under the real shell too.

/** What X holds after the row, or the status that the row ends with. */
type Answer = string | number;
/** `perhaps`: so it is, and the interpreter says that it may be otherwise, for it does not know. */
export type Row = readonly [script: string, expected: Answer | { readonly perhaps: Answer }];

function scriptOf([script, expected]: Row): string {
  const answer = typeof expected === 'object' ? expected.perhaps : expected;
  return typeof answer === 'number' ? `${script}\n` : asksFor(script, answer);
}

function statusIn([, expected]: Row): number {
  const answer = typeof expected === 'object' ? expected.perhaps : expected;
  return typeof answer === 'number' ? answer : 4;
}

/** Each row comes to what it says, as the interpreter has it and as the real shell does. */
export function promise(shell: ShellName, title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)('%s', (...row) => {
      const statuses = statusesOf(scriptOf(row), shell);
      const status = statusIn(row);
      if (typeof row[1] !== 'object') expect(statuses).toEqual([status]);
      else {
        expect(statuses?.some((one) => one === status || (one === 'non-zero' && status !== 0))).toBe(true);
        expect(statuses?.length).toBeGreaterThan(1);
      }
    });

    it(`is what ${shell} does`, async () => {
      const real = await realStatuses(rows.map(scriptOf), shell);
      const others = rows.map((row, index) => ({
        script: row[0],
        real: real[index],
        promised: statusIn(row),
      }));
      expect(others.filter((row) => row.real !== row.promised)).toEqual([]);
    });
  });
}
