import { spawnSync } from 'node:child_process';
import { parseTemplate } from '../../src/parse/expression.js';
import { lowerShell } from '../../src/program/lower/shell.js';
import type { Program } from '../../src/program/program.js';
import type { MappedText } from '../../src/text/script.js';

/** A text that is a whole file of its own: decoded offsets are the file's. */
export function wholeText(text: string): MappedText {
  return { source: { path: 'script.sh', text }, text, offsetOf: (index) => index };
}

/** Lowers a script with its `${{ }}` as the runner would paste them. */
export function lowerScript(script: string): Program {
  const text = wholeText(script);
  return lowerShell(text, parseTemplate(text));
}

/** Whether bash finds no syntax error. The script is read, never run. */
export function bashAccepts(script: string): boolean {
  return runBash(['-n'], script).status === 0;
}

/** What a script of the test's own making writes. */
export function bashOutput(script: string): string {
  return runBash([], script).stdout;
}

function runBash(args: readonly string[], input: string): { status: number | null; stdout: string } {
  const { PATH = '' } = process.env;
  const { error, status, stdout } = spawnSync('bash', ['--noprofile', '--norc', ...args], {
    input,
    encoding: 'utf8',
    env: { PATH, LC_ALL: 'C.UTF-8' },
  });
  if (error) throw error;
  return { status, stdout };
}
