import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedStubs, secretName, shellScript } from './support/generate-shell.js';
import { parses, runReal, type ShellName } from './support/oracle.js';

const shells: readonly ShellName[] = ['bash', 'sh'];

const flags: Readonly<Record<ShellName, readonly string[]>> = {
  bash: ['--noprofile', '--norc', '-e', '-o', 'pipefail'],
  sh: ['-e'],
};

describe.each(shells)('generated scripts for %s', (shell) => {
  it('are well-formed', async () => {
    await fc.assert(
      fc.asyncProperty(shellScript(shell), async (script) => {
        expect(await parses(script, shell)).toEqual({ ok: true, message: '' });
      }),
      { numRuns: 120 },
    );
  });

  it('end, and end the same way twice', async () => {
    await fc.assert(
      fc.asyncProperty(shellScript(shell), fc.constantFrom('', 's3cr3t'), async (script, value) => {
        const run = () =>
          runReal({
            script,
            shell,
            flags: flags[shell],
            env: { [secretName]: value },
            commands: generatedStubs,
            tools: [],
          });
        const [one, two] = [await run(), await run()];
        expect({ status: two.status, calls: two.calls }).toEqual({ status: one.status, calls: one.calls });
      }),
      { numRuns: 40 },
    );
  });
});
