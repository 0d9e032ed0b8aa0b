import type { FlowShell, Outcome } from './flow-fixtures.js';
import { endingText } from './flow-fixtures.js';
import { generatedStubs, secretName } from './generate-shell.js';
import {
  type Answer,
  allows,
  answerText,
  interpret,
  isStarved,
  judgedWorlds,
  plainWorlds,
  presentValue,
} from './interpret.js';
import { type RealOutcome, runRealBatch } from './oracle.js';

// Compares the interpreter with real shells on generated scripts.

export interface Case {
  readonly script: string;
  readonly shell: FlowShell;
}

/** A real ending that the interpreter's answer leaves out. */
export interface Disagreement {
  readonly world: string;
  readonly real: string;
  readonly answer: string;
}

export interface Verdict {
  readonly disagreements: readonly Disagreement[];
  /** Why the interpreter did not judge it; null where it did. */
  readonly notJudged: string | null;
}

/** Runs every script in both worlds for real, and gives a verdict for each. */
export async function compareAll(cases: readonly Case[]): Promise<readonly Verdict[]> {
  const half = Math.ceil(cases.length / 2);
  const [left, right] = await Promise.all([runBoth(cases.slice(0, half)), runBoth(cases.slice(half))]);
  const real = [...left, ...right];
  return cases.map((one, index) => verdictOf(one, real[index * 2], real[index * 2 + 1]));
}

async function runBoth(cases: readonly Case[]): Promise<readonly RealOutcome[]> {
  if (cases.length === 0) return [];
  const runs = cases.flatMap(({ script, shell }) =>
    ['', presentValue].map((value) => ({
      script,
      shell: shell.name,
      flags: shell.flags,
      env: { [secretName]: value },
    })),
  );
  const called = new Set(
    cases.flatMap(({ script }) => script.match(/\b(?:deploy|check|collect)\d+\b/g) ?? []),
  );
  return runRealBatch(
    runs,
    generatedStubs.filter(({ name }) => called.has(name)),
  );
}

function verdictOf(one: Case, missing: RealOutcome | undefined, present: RealOutcome | undefined): Verdict {
  const disagreements: Disagreement[] = [];
  let notJudged: string | null = null;
  const judged = judgedWorlds([secretName]);
  for (const [kind, real] of [
    ['missing', missing],
    ['present', present],
  ] as const) {
    if (!real) throw new Error('expected an ending for every script');
    // A name that nobody defines is a program for the interpreter.
    if (/: (?:command )?not found/.test(real.stderr)) continue;
    const outcome: Outcome = {
      status: real.status,
      reached: real.reached,
      outputs: [...real.outputs].map(([name, value]) => `${name}=${value}`).sort(),
      env: [...real.env].map(([name, value]) => `${name}=${value}`).sort(),
    };
    for (const world of [plainWorlds[kind], judged[kind]]) {
      const answer: Answer = interpret({ ...one, secrets: [secretName], env: {}, world });
      if (answer.kind === 'not judged') notJudged = answer.reason;
      if (allows(answer, outcome)) continue;
      // The real stubs succeed without the secret.
      if (kind === 'missing' && isStarved(answer)) continue;
      disagreements.push({
        world: `${kind}: ${world.name}`,
        real: endingText(outcome, true),
        answer: answerText(answer),
      });
    }
  }
  return { disagreements, notJudged };
}
