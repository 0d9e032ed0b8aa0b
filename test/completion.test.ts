import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shell, shells } from '../src/command.js';
import { completionScript } from '../src/completion.js';
import { everyFormat, flags } from '../src/flags.js';

const rules = ['dead-workflow', 'missing-secret-masked', 'missing-secret-skips-job'];
const everyFlag = 'hardfail --';
const everyThing = 'hardfail ';
const flagsOfRules = 'hardfail rules --';

/** Lines whose last word is completed, and the words that are offered for it. */
const lines: Readonly<Record<string, readonly string[]>> = {
  'hardfail --fo': ['--forge', '--format'],
  'hardfail --no': ['--no-color', '--no-config', '--no-ignores', '--no-plugins'],
  'hardfail --format ': [...everyFormat].sort(),
  'hardfail --output ht': ['html'],
  'hardfail audit m': ['merge'],
  'hardfail audit o': ['one.yml'],
  'hardfail --format=js': ['json'],
  'hardfail --forge gitea --fail-on n': ['never', 'note'],
  'hardfail --rule mis': ['missing-secret-masked', 'missing-secret-skips-job'],
  'hardfail --rule=de': ['dead-workflow'],
  'hardfail --output sa': ['sarif'],
  'hardfail --output sarif=o': ['one.yml'],
  'hardfail --stdin-filename o': ['one.yml'],
  'hardfail tw': ['two_words.yml'],
  'hardfail one.yml o': ['one.yml'],
  'hardfail ex': ['explain'],
  'hardfail explain ': rules,
  'hardfail --format json explain d': ['dead-workflow'],
  'hardfail completion ': ['bash', 'fish', 'zsh'],
  'hardfail rules ': [],
  'hardfail help ': [],
};
const asked = [...Object.keys(lines), everyFlag, everyThing, flagsOfRules];

const support = resolve('test/support/completion');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-completion-'));
  mkdirSync(join(folder, 'here'));
  writeFileSync(join(folder, 'here', 'one.yml'), '');
  writeFileSync(join(folder, 'here', 'two words.yml'), '');
  for (const shell of shells) writeFileSync(join(folder, shell), completionScript(shell, rules));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the real shell prints for each line that is asked. */
function answers(shell: Shell): string[][] {
  const [command, ...args] = {
    bash: ['zsh', '-f', join(support, 'bash.zsh')],
    zsh: ['zsh', '-f', join(support, 'zsh.zsh')],
    fish: ['fish', '--no-config', join(support, 'fish.fish')],
  }[shell];
  const options = { cwd: join(folder, 'here'), encoding: 'utf8', timeout: 60_000 } as const;
  const ran = spawnSync(command ?? '', [...args, join(folder, shell), ...asked], options);
  if (ran.error)
    throw new Error('zsh and fish are needed; on Debian: apt-get install zsh fish', { cause: ran.error });
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  return ran.stdout
    .split(/^==\n/m)
    .slice(0, -1)
    .map((answer) => answer.split('\n'));
}

/** The words that stand in an answer, without those that the line had already. */
function offered(shell: Shell, line: string, answer: readonly string[]): string[] {
  switch (shell) {
    case 'bash': {
      // Readline inserts everything that it would offer; after an equals sign that is what stands behind it.
      const [after = ''] = answer;
      const kept = line.replace(/[^ =]*$/, '');
      if (!after.startsWith(kept)) throw new Error(`the line has become ${after}`);
      return words(after.slice(kept.length).replaceAll('\\ ', '_').split(' '));
    }
    case 'zsh':
      return words(answer.map((word) => word.replaceAll('\\ ', '_')));
    case 'fish': {
      const kept = /[^ ]*=/.exec(line)?.[0] ?? '';
      const plain = answer.map((word) => word.replace(/\t.*/, '').replaceAll(' ', '_'));
      return words(plain.map((word) => (word.startsWith(kept) ? word.slice(kept.length) : word)));
    }
  }
}

/** Sorted, and without the equals sign that some shells show behind a word and others add later. */
function words(list: readonly string[]): string[] {
  return [...new Set(list.map((word) => word.replace(/=$/, '')).filter((word) => word !== ''))].sort();
}

describe.each(shells)('in a real %s', (shell) => {
  const told = new Map<string, string[]>();
  beforeAll(() => {
    for (const [index, answer] of answers(shell).entries()) {
      const line = asked[index] ?? '';
      told.set(line, offered(shell, line, answer));
    }
  }, 90_000);

  it.each(Object.entries(lines))('%s', (line, expected) => {
    expect(told.get(line)).toEqual(expected);
  });

  it('every flag is offered', () => {
    // Only bash is told which command is being written.
    const offered = flags.filter(({ commands }) => shell !== 'bash' || commands.includes('lint'));
    expect(told.get(everyFlag)).toEqual(offered.map(({ name }) => `--${name}`).sort());
  });

  it('commands and files are offered where nothing stands yet', () => {
    const some = ['completion', 'explain', 'help', 'one.yml', 'rules', 'two_words.yml'];
    expect(told.get(everyThing)).toEqual(expect.arrayContaining(some));
  });

  it('a command is offered its own flags', () => {
    const own = ['--color', '--config', '--format', '--help', '--no-color'];
    own.push('--no-config', '--no-plugins', '--version');
    if (shell === 'zsh') expect(told.get(flagsOfRules)).toEqual(expect.arrayContaining(own));
    else expect(told.get(flagsOfRules)).toEqual(own);
  });
});
