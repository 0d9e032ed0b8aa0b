// Programs of other languages that a shell starts: their files, and those that stand in the script itself.

import { type LoadedLanguage, loweringOf } from '../program/lower/languages.js';
import type { Call, Program, Word } from '../program/program.js';
import type { Source } from '../text/source.js';
import { resolve } from './constraints.js';
import { callProgram, notFollowed } from './following.js';
import type { Invocation } from './invocation.js';
import { literalText, type Machine } from './machine.js';
import { runProgram } from './programs.js';
import { languageOfCommand, workspacePath } from './scripts.js';
import type { State } from './state.js';
import { constant, emptyValue, textOf, type Value } from './values.js';

/** Options of an interpreter that take a word, and the one after which the script itself stands. */
interface CommandLine {
  readonly valued: readonly string[];
  readonly inline: readonly string[];
  /** Options with which it does something else: run a module, print its version. */
  readonly other: readonly string[];
}

function names(list: string): readonly string[] {
  return list.split(' ');
}

const commandLines: Readonly<Partial<Record<LoadedLanguage, CommandLine>>> = {
  javascript: {
    valued:
      '-r --require --import --loader --experimental-loader -C --conditions --tsconfig -P --project'.split(
        ' ',
      ),
    inline: ['-e', '--eval'],
    // What `-p` prints is the value of its last expression, which is not followed.
    other: '-p --print -pe -v --version -c --check --test -h --help --run -i --interactive --env-file'.split(
      ' ',
    ),
  },
  python: { valued: ['-W', '-X'], inline: ['-c'], other: ['-V', '--version', '-h', '--help'] },
  // about_Pwsh; what stands after `-File` is the file.
  powershell: {
    valued: names('-executionpolicy -ep -ex -workingdirectory -wd -windowstyle -inputformat -outputformat'),
    inline: names('-command -c'),
    other: names('-encodedcommand -e -ec -version -v -help -h -? -noexit -settingsfile'),
  },
};

/**
 * `python x.py`, `python -c '…'`, `python - <<EOF`; null where it runs what is not known, and is a command like any
 * other.
 */
export function runLanguageCommand(
  language: LoadedLanguage,
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const { call } = invocation;
  const line = commandLines[language];
  const args = ownWords(invocation, state);
  if (!line || !args) return null;
  let at = 0;
  for (; at < args.length; at++) {
    const written = textOf(resolve(state.constraints, args[at] ?? emptyValue));
    if (!written?.startsWith('-') || written === '-') break;
    // The options of PowerShell ignore case.
    const text = language === 'powershell' ? written.toLowerCase() : written;
    if (line.other.includes(text)) return null;
    if (language === 'python' && text === '-m') {
      const file = moduleFile(args[at + 1] ?? emptyValue, state, machine);
      return file && callProgram(file, language, args.slice(at + 2), invocation, state, machine);
    }
    if (line.inline.includes(text)) {
      const word = wordAfter(call, written);
      return runInline(language, word, args.slice(at + 2), invocation, state, machine);
    }
    if (line.valued.includes(text)) at++;
  }
  const file = args[at];
  if (!file || textOf(file) === '-') {
    const word = inputWord(call);
    return runInline(language, word, args.slice(at + 1), invocation, state, machine);
  }
  return callProgram(file, language, args.slice(at + 1), invocation, state, machine);
}

/** The file of the repository that `python -m` runs; null for a module of the machine, such as `pytest`. */
function moduleFile(module: Value, state: State, machine: Machine): Value | null {
  const name = textOf(resolve(state.constraints, module));
  if (name === null || !/^\w+(\.\w+)*$/.test(name)) return null;
  const path = name.replaceAll('.', '/');
  for (const file of [constant(`${path}.py`), constant(`${path}/__main__.py`)]) {
    const place = workspacePath(file, state, machine);
    if (place !== null && machine.checkout.read(place)) return file;
  }
  return null;
}

/** Tools that run a program of a Python project: what comes after `run`, behind options of these that take a word. */
const PROJECT_RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  // `uv run x.py` is `uv run python x.py` (uv documentation, «Running commands»).
  [
    'uv',
    names(
      '--with --with-requirements --with-editable --python -p --extra --group --only-group --package --project',
    ),
  ],
  ['poetry', names('-C --directory -P --project')],
  ['pipenv', []],
  ['pdm', names('-p --project')],
  ['rye', []],
]);

/** The words after those that only say that a program is to be run: `deno run`, `npx tsx`; null where another is. */
function ownWords({ name, args }: Invocation, state: State): readonly Value[] | null {
  const text = (index: number) => textOf(resolve(state.constraints, args[index] ?? emptyValue));
  const runner = PROJECT_RUNNERS.get(name);
  if (runner) {
    let at = 0;
    const skip = () => {
      while (text(at)?.startsWith('-')) at += runner.includes(text(at) ?? '') ? 2 : 1;
    };
    skip();
    if (text(at++) !== 'run') return null;
    skip();
    if (name === 'uv' && text(at)?.endsWith('.py')) return args.slice(at);
    return languageOfCommand(text(at) ?? '') === 'python' ? args.slice(at + 1) : null;
  }
  if (name === 'deno') return text(0) === 'run' ? args.slice(1) : null;
  if (name === 'bun') return text(0) === 'run' ? args.slice(1) : args;
  if (name !== 'npx' && name !== 'bunx') return args;
  let at = 0;
  while (text(at)?.startsWith('-')) at++;
  return text(at) === 'tsx' || text(at) === 'ts-node' ? args.slice(at + 1) : null;
}

/** Does bun run a file here, and no script of a package? */
export function bunRunsFile(args: readonly Value[]): boolean {
  const [first, second] = args.map((arg) => textOf(arg));
  return /\.[cm]?[jt]sx?$/.test((first === 'run' ? second : first) ?? '');
}

/** The word of the command after one that stands there as it is. */
function wordAfter(call: Call, text: string): Word | null {
  const index = call.words.findIndex((word) => literalText(word) === text);
  return (index < 0 ? undefined : call.words[index + 1]) ?? null;
}

/** The here-document or here-string that the command reads. */
function inputWord(call: Call): Word | null {
  const input = call.redirects.findLast(({ descriptor }) => descriptor === 0);
  return input && (input.operator === '<<' || input.operator === '<<<') ? input.target : null;
}

interface Inline {
  readonly program: Program;
  /** Stands for the text, to count what running it costs. */
  readonly source: Source;
}

const inlines = new WeakMap<Word, Inline | string>();

/** The script that stands in a word, or why it is not known: only what stands there as it is can be told before the shell runs. */
function inlineOf(language: LoadedLanguage, word: Word): Inline | string {
  const known = inlines.get(word);
  if (known !== undefined) return known;
  const inline = readInline(language, word);
  inlines.set(word, inline);
  return inline;
}

function readInline(language: LoadedLanguage, word: Word): Inline | string {
  const program = loweringOf(language)?.lowerWord(word, word.at) ?? null;
  if (!program) return `the shell computes the ${language} that it runs`;
  if (program.unreadable) return `the ${language} that it runs cannot be read: ${program.unreadable.reason}`;
  return { program, source: { ...word.at.text.source } };
}

function runInline(
  language: LoadedLanguage,
  word: Word | null,
  args: readonly Value[],
  invocation: Invocation,
  state: State,
  machine: Machine,
): State[] | null {
  const inline = word ? inlineOf(language, word) : `the shell computes the ${language} that it runs`;
  if (typeof inline === 'string') return notFollowed(inline, invocation, state, machine);
  const { program, source } = inline;
  return machine.follow(source, () => runProgram(program, args, state, invocation.exempt, machine, () => {}));
}
