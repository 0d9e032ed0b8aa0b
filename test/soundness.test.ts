import { describe, expect, it } from 'vitest';
import { runnerShells, search } from './support/disagreements.js';
import type { ShellName } from './support/oracle.js';
import { share } from './support/share.js';

// The interpreter's answer must allow what a real shell does with a script, whatever the script. Each script
// runs in both worlds. `npm run fuzz:shell` does the same for longer, with another seed each time.

const seed = 20_260_822;
const scripts = share(1_000);
const shells: readonly ShellName[] = ['bash', 'sh'];

describe.each(shells)(`generated scripts (seed ${seed}) under %s`, (shell) => {
  it(`end as the interpreter allows, ${scripts} of them`, { timeout: 300_000 }, async () => {
    const found = await search(runnerShells[shell], seed, scripts, 1);
    expect(found.wrong).toEqual([]);
    expect(found.scripts).toBe(scripts);
    // Giving up is no disagreement, so it must be rare.
    expect(found.notJudged.length, found.notJudged.join('\n')).toBeLessThan(scripts / 100);
  });
});
