import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runnerShells } from './support/disagreements.js';
import { secretName, shellScript } from './support/generate-shell.js';
import { type Answer, interpret, plainWorlds } from './support/interpret.js';
import type { ShellName } from './support/oracle.js';

// An interpreter that allows everything is never wrong. Where every text is known and every command ends with 0, a script has one
// ending; this counts how often the interpreter says just that one. Whether it is the right one, soundness.test.ts asks real shells.

const seed = 20_260_822;
const scripts = 500;

interface Count {
  readonly shell: ShellName;
  /** How many answers are a single ending that is certain; more is better. */
  readonly decided: number;
  /** Endings of all answers together; less is better. */
  readonly endings: number;
}

/** As it was counted last. Whoever makes the interpreter better moves the numbers. */
const counted: readonly Count[] = [
  { shell: 'bash', decided: 774, endings: 1331 },
  { shell: 'sh', decided: 785, endings: 1287 },
];

describe('generated scripts in both worlds', () => {
  it.each(counted)('under $shell, $decided of 1,000 answers are a single ending', ({ shell, ...known }) => {
    const answers = answersTo(shell);
    const decided = answers.filter(isDecided).length;
    const endings = answers.reduce((sum, answer) => sum + endingsOf(answer).length, 0);
    expect(decided).toBeGreaterThanOrEqual(known.decided);
    expect(endings).toBeLessThanOrEqual(known.endings);
  });
});

function answersTo(shell: ShellName): readonly Answer[] {
  return fc
    .sample(shellScript(shell), { seed, numRuns: scripts })
    .flatMap((script) =>
      [plainWorlds.missing, plainWorlds.present].map((world) =>
        interpret({ script, shell: runnerShells[shell], secrets: [secretName], env: {}, world }),
      ),
    );
}

function endingsOf(answer: Answer) {
  return answer.kind === 'endings' ? answer.endings : [];
}

function isDecided(answer: Answer): boolean {
  const [only, ...more] = endingsOf(answer);
  return only !== undefined && more.length === 0 && only.code !== null && only.must.size === only.may.size;
}
