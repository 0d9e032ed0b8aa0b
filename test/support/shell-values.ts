import { type Answer, interpret, judgedWorlds, plainWorlds } from './interpret.js';
import { runReal, type ShellName, stub } from './oracle.js';

// What a line of shell comes to: as the interpreter has it, and as the real shell does.

const FLAGS: Readonly<Record<ShellName, readonly string[]>> = { bash: ['-e', '-o', 'pipefail'], sh: ['-e'] };

const TOOLS =
  'awk base64 basename bash cat cut dirname echo egrep fgrep grep head mktemp paste sed seq sh sort tail tee tr uniq wc xargs'.split(
    ' ',
  );

/** A command of which the interpreter knows nothing; it prints a line with `1`. */
const UNKNOWN = stub('tool', { says: '1' });

/** Ends with 4 where X is the text, else with 5. */
export function asksFor(script: string, text: string): string {
  return `${script}\n[ "$X" = '${text}' ] && exit 4; exit 5\n`;
}

/** The statuses that the interpreter lets a script end with, in order; null: it does not judge it. `TOKEN` is empty. */
export function statusesOf(script: string, shell: ShellName): (number | 'non-zero')[] | null {
  const answer = interpret({
    script,
    shell: { name: shell, flags: FLAGS[shell] },
    secrets: ['TOKEN'],
    env: {},
    world: plainWorlds.missing,
  });
  if (answer.kind === 'not judged') return null;
  return [...new Set(answer.endings.map(({ code }) => code ?? 'non-zero'))].sort();
}

/** What the interpreter makes of a script that lacks the secret `TOKEN`. */
export function answerWithoutToken(script: string): Answer {
  return interpret({
    script,
    shell: { name: 'bash', flags: FLAGS.bash },
    secrets: ['TOKEN'],
    env: {},
    world: judgedWorlds(['TOKEN']).missing,
  });
}

/** The status that each of the scripts ends with in the real shell; all of them run in one process and its children. */
export async function realStatuses(scripts: readonly string[], shell: ShellName): Promise<number[]> {
  const files = Object.fromEntries(scripts.map((script, index) => [`row${index}.sh`, script]));
  const line = [shell, ...FLAGS[shell]].join(' ');
  // A folder for each, so that no script finds the files of another.
  const rounds = scripts.map(
    (_, index) => `(mkdir d${index}; cd d${index}; ${line} ../row${index}.sh >/dev/null 2>&1; echo "$?" >&3)`,
  );
  const { stdout } = await runReal({
    script: `exec 3>&1\n${rounds.join('\n')}\n`,
    shell: 'bash',
    flags: [],
    env: { TOKEN: '' },
    commands: [UNKNOWN],
    tools: [...TOOLS, 'mkdir'],
    files,
  });
  return stdout.trim().split('\n').map(Number);
}
