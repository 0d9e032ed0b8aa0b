import fc from 'fast-check';
import { endingText, type FlowShell, outcomeOf, presentValue } from './flow-fixtures.js';
import { generatedStubs, secretName, shellScript } from './generate-shell.js';
import {
  type Answer,
  allows,
  answerText,
  interpret,
  isStarved,
  judgedWorlds,
  plainWorlds,
} from './interpret.js';
import { parses, type RealOutcome, runRealBatch, type ShellName } from './oracle.js';

// Compares the interpreter with real shells on generated scripts.

/** A shell that scripts are generated for. */
export interface GeneratedShell extends FlowShell {
  readonly name: ShellName;
}

/** How a runner starts the two shells. */
export const runnerShells: Readonly<Record<ShellName, GeneratedShell>> = {
  bash: { name: 'bash', flags: ['-e', '-o', 'pipefail'] },
  sh: { name: 'sh', flags: ['-e'] },
};

const batch = 100;

export interface Search {
  /** Scripts that were run in both worlds. */
  readonly scripts: number;
  /** Reasons of those that the interpreter did not judge. */
  readonly notJudged: readonly string[];
  /** Scripts that have no ending to compare in one of the worlds, such as those that do not end in time. */
  readonly incomparable: readonly string[];
  /**
   * Scripts on which it is right where commands print something. It takes what a command prints for another text than
   * the one that a missing secret left empty.
   */
  readonly assumed: readonly string[];
  /** Scripts on which it is wrong, each made as small as possible, with what is wrong. */
  readonly wrong: readonly { readonly script: string; readonly disagreements: readonly Disagreement[] }[];
}

/**
 * Compares `count` scripts made from `seed`, until `wrongAtMost` of them are found wrong or `goesOn` says no.
 */
export async function search(
  shell: GeneratedShell,
  seed: number,
  count: number,
  wrongAtMost: number,
  goesOn: () => boolean = () => true,
): Promise<Search> {
  const scripts = fc.sample(shellScript(shell.name), { seed, numRuns: count });
  const notJudged: string[] = [];
  const incomparable: string[] = [];
  const assumed: string[] = [];
  const wrong: Search['wrong'][number][] = [];
  let done = 0;
  while (done < scripts.length && wrong.length < wrongAtMost && goesOn()) {
    const part = scripts.slice(done, done + batch);
    const verdicts = await compareAll(part.map((script) => ({ script, shell })));
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.notJudged !== null) notJudged.push(verdict.notJudged);
      const script = part[index];
      if (verdict.incomparable && script !== undefined) incomparable.push(script);
      if (verdict.disagreements.length === 0 || script === undefined || wrong.length >= wrongAtMost) continue;
      if (await isRightWithOutput({ script, shell })) assumed.push(script);
      else wrong.push(await smaller({ script, shell }, verdict.disagreements));
    }
    done += part.length;
  }
  return { scripts: done, notJudged, incomparable, assumed, wrong };
}

async function isRightWithOutput(one: Case): Promise<boolean> {
  const [verdict] = await compareAll([one], 'what a command says');
  return verdict?.disagreements.length === 0 && !verdict.incomparable;
}

/** Leaves out lines, many at first, for as long as what is left is well-formed and still judged wrongly. */
async function smaller(one: Case, disagreements: readonly Disagreement[]): Promise<Search['wrong'][number]> {
  let best = { script: one.script, disagreements };
  for (let length = 16; length >= 1; length = length === 1 && best.script !== one.script ? 0 : length >> 1) {
    for (let again = true; again; ) {
      again = false;
      const lines = best.script.split('\n');
      const candidates: Case[] = [];
      for (let at = 0; at + length <= lines.length; at++) {
        const script = lines.toSpliced(at, length).join('\n');
        if ((await parses(script, one.shell.name)).message === '') candidates.push({ ...one, script });
      }
      const verdicts = await compareAll(candidates).catch(() => []);
      const index = verdicts.findIndex((verdict) => verdict.disagreements.length > 0);
      const [found, verdict] = [candidates[index], verdicts[index]];
      if (found && verdict) {
        best = { script: found.script, disagreements: verdict.disagreements };
        again = true;
      }
    }
  }
  return best;
}

/** A script as a flow fixture: its header says how it really ends. */
export async function asFixture(script: string, shell: GeneratedShell): Promise<string> {
  const [missing, present] = await runBoth([{ script, shell }]);
  if (!missing || !present) throw new Error('expected two endings');
  const stubs = [...new Set(script.match(/\b(?:deploy|check)\d+\b/g) ?? [])];
  const readers = [...new Set(script.match(/\bcollect\d+\b/g) ?? [])];
  return [
    `# shell: ${[shell.name, ...shell.flags].join(' ')}`,
    `# secret: ${secretName}`,
    ...(stubs.length > 0 ? [`# stubs: ${stubs.join(', ')}`] : []),
    ...(readers.length > 0 ? [`# reads: ${readers.join(', ')}`] : []),
    `# missing: ${endingText(outcomeOf(missing), true)}`,
    `# present: ${endingText(outcomeOf(present), true)}`,
    script,
  ].join('\n');
}

export interface Case {
  readonly script: string;
  readonly shell: GeneratedShell;
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
  /** True where one of the worlds has no ending to compare. */
  readonly incomparable: boolean;
}

/** Runs every script in both worlds for real, and gives a verdict for each. `says`: the line that each stub prints. */
export async function compareAll(cases: readonly Case[], says = ''): Promise<readonly Verdict[]> {
  const half = Math.ceil(cases.length / 2);
  const [left, right] = await Promise.all([
    runBoth(cases.slice(0, half), says),
    runBoth(cases.slice(half), says),
  ]);
  const real = [...left, ...right];
  return cases.map((one, index) => verdictOf(one, real[index * 2], real[index * 2 + 1]));
}

async function runBoth(cases: readonly Case[], says = ''): Promise<readonly (RealOutcome | null)[]> {
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
    generatedStubs.filter(({ name }) => called.has(name)).map((one) => ({ ...one, says })),
  );
}

function verdictOf(
  one: Case,
  missing: RealOutcome | null | undefined,
  present: RealOutcome | null | undefined,
): Verdict {
  const disagreements: Disagreement[] = [];
  let notJudged: string | null = null;
  const judged = judgedWorlds([secretName]);
  for (const [kind, real] of [
    ['missing', missing],
    ['present', present],
  ] as const) {
    if (real === undefined) throw new Error('expected an ending for every script');
    if (real === null) continue;
    // A name that nobody defines is a program for the interpreter.
    if (/: (?:command )?not found/.test(real.stderr)) continue;
    // bash 5.2 loses a job whose expansion failed behind a here-document and an EXIT trap: an error of its own.
    if (/wait_for: No record of process/.test(real.stderr)) continue;
    const outcome = outcomeOf(real);
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
  return { disagreements, notJudged, incomparable: missing === null || present === null };
}
