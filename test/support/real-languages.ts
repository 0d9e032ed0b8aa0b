import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseTemplate } from '../../src/parse/expression.js';
import { type LoadedLanguage, loweringOf } from '../../src/program/lower/languages.js';
import { answerText, interpretProgram, plainWorlds } from './interpret.js';
import { wholeText } from './shell.js';

// What a few lines of JavaScript or Python come to: in the real interpreter, and in ours. TOKEN is there, and empty.

/** Lines that run first, where there are any, and an expression that is true or false after them. */
export type Row = readonly [condition: string] | readonly [lines: string, condition: string];

export type Language = Extract<LoadedLanguage, 'javascript' | 'python'>;

/** `raises`: the program is left by an error that nobody catches. */
export type Ending = 'holds' | 'does not hold' | 'raises';

const parts = (row: Row): readonly [lines: string, condition: string] =>
  row.length === 1 ? ['', row[0]] : row;

const runners = {
  javascript: {
    command: process.execPath,
    args: ['-e'],
    script: `
      const rows = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
      const ending = ([lines, condition]) => {
        try {
          return new Function('require', lines + '\\n;return (' + condition + ')')(require) ? 'holds' : 'does not hold';
        } catch {
          return 'raises';
        }
      };
      require('node:fs').writeFileSync(3, JSON.stringify(rows.map(ending)));`,
  },
  python: {
    command: 'python3',
    args: ['-W', 'ignore', '-c'],
    script: `
import json, os, sys
def ending(lines, condition):
    names = {}
    try:
        exec('import json, os, sys\\n' + lines, names)
        return 'holds' if eval(condition, names) else 'does not hold'
    except BaseException:
        return 'raises'
rows = json.loads(sys.stdin.read())
os.write(3, json.dumps([ending(*row) for row in rows]).encode())`,
  },
} as const;

/** How each of the rows ends in the real interpreter, all of them run by one process in an empty directory. */
export function realEndings(language: Language, rows: readonly Row[]): readonly Ending[] {
  const { command, args, script } = runners[language];
  const cwd = mkdtempSync(path.join(tmpdir(), 'hardfail-values-'));
  try {
    const { output, stderr } = spawnSync(command, [...args, script], {
      cwd,
      input: JSON.stringify(rows.map(parts)),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, TOKEN: '' },
    });
    const written = output[3];
    if (!written) throw new Error(`expected ${language} to tell how its rows end, found: ${stderr}`);
    return JSON.parse(written);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Every way in which the interpreter lets a row end. */
export function endings(language: Language, row: Row): readonly Ending[] {
  const [lines, condition] = parts(row);
  const script =
    language === 'javascript'
      ? `${lines}\nprocess.exit((${condition}) ? 4 : 5);\n`
      : `import json, os, sys\n${lines}\nsys.exit(4 if (${condition}) else 5)\n`;
  const text = wholeText(script);
  const program = loweringOf(language)?.lower(text, parseTemplate(text));
  if (!program) throw new Error(`expected a front-end for ${language}, found none`);
  const answer = interpretProgram(program, null, {
    secrets: ['TOKEN'],
    env: {},
    world: plainWorlds.missing,
  });
  if (answer.kind !== 'endings') throw new Error(`expected endings, found ${answerText(answer)}`);
  const found = answer.endings.map(({ code }): Ending => {
    if (code === 4) return 'holds';
    if (code === 5) return 'does not hold';
    if (code === 1) return 'raises';
    throw new Error(`expected status 1, 4 or 5, found ${code ?? 'some other'}`);
  });
  return [...new Set(found)].sort();
}
