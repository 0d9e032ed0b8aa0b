import process from 'node:process';
import { expect, it } from 'vitest';
import { asFixture, runnerShells, search } from '../test/support/disagreements.js';

// Looks for scripts that the interpreter is wrong about, and prints each as a flow fixture that only needs a
// name. FUZZ_SEED, FUZZ_SCRIPTS and FUZZ_MINUTES choose where to start and when to stop.

const { FUZZ_SEED, FUZZ_SCRIPTS, FUZZ_MINUTES } = process.env;
const seed = Number(FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const scripts = Number(FUZZ_SCRIPTS ?? 100_000);
const minutes = Number(FUZZ_MINUTES ?? 60);
const atOnce = 1_000;

it('the interpreter allows what real shells do', async () => {
  const end = Date.now() + minutes * 60_000;
  const goesOn = () => Date.now() < end;
  let done = 0;
  let wrong = 0;
  let notJudged = 0;
  let incomparable = 0;
  let assumed = 0;
  for (let round = 0; done < scripts && goesOn(); round++) {
    for (const shell of [runnerShells.bash, runnerShells.sh]) {
      const count = Math.min(atOnce, scripts - done);
      const found = await search(shell, seed + round, count, 5, goesOn);
      done += found.scripts;
      wrong += found.wrong.length;
      notJudged += found.notJudged.length;
      incomparable += found.incomparable.length;
      assumed += found.assumed.length;
      for (const script of found.incomparable)
        process.stdout.write(`\n# ${shell.name} gives no ending to compare:\n${script}\n`);
      for (const script of found.assumed)
        process.stdout.write(
          `\n# ${shell.name} does something else only where commands print nothing:\n${script}\n`,
        );
      for (const { script, disagreements } of found.wrong) {
        const said = disagreements.map(
          ({ world, answer }) => `# ${world}: ${answer.replaceAll('\n', ' | ')}`,
        );
        process.stdout.write(
          `\n${await asFixture(script, shell)}\n# The interpreter says:\n${said.join('\n')}\n`,
        );
      }
      process.stdout.write(
        `seed ${seed}: ${done} scripts in both worlds, ${wrong} wrong, ${assumed} against what is assumed of output, ${notJudged} not judged, ${incomparable} not comparable\n`,
      );
    }
  }
  expect(wrong).toBe(0);
});
