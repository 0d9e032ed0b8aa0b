import { type Args, hasShort, leadingWords, names } from './arguments.js';
import { unwrap } from './wrappers.js';

/** A program that does what a file of the repository says, in a language that is not modelled. */
interface Unfollowed {
  /** What it runs, as a reason says it. */
  readonly runs: string;
  /** It does so after one of these words only; null: whatever it is told. */
  readonly words: readonly string[] | null;
  /** Options that make it list, explain or print something instead. */
  readonly asks: ReadonlySet<string>;
  /** Short options in front of its words with which it is given a script instead, as letters. */
  readonly inline: string;
  readonly valued: ReadonlySet<string>;
  /** Where it is given no word, it does something all the same (the recipe that comes first). */
  readonly alone: boolean;
}

function tasks(runs: string, asks: string, valued: string, words: string | null = null): Unfollowed {
  const shared = '-h --help -V --version';
  return {
    runs,
    words: words === null ? null : names(words),
    asks: new Set(names(`${asks} ${shared}`)),
    inline: '',
    valued: new Set(names(valued)),
    alone: words === null,
  };
}

/** `ruby x.rb`; with a script in its arguments (`-e`) it is a filter like any other. */
function interpreter(language: string, inline: string, valued: string): Unfollowed {
  const asks = new Set(names('-h --help -v -V --version'));
  return {
    runs: `a ${language} program`,
    words: null,
    asks,
    inline,
    valued: new Set(names(valued)),
    alone: false,
  };
}

const goTask = tasks(
  'the Taskfile',
  '-l --list -a --list-all --init --summary',
  '-d -t -C -o --dir --taskfile',
);
const invoke = tasks('tasks.py', '-l --list', '-c -f -r --collection --config --search-root');

// Sources: the help text of each program (`just --help`, `task --help`, `rake -H`, `mage -h`, `invoke --help`, `nox --help`,
// `tox --help`, `poe --help`, `deno task --help`, `mise run --help`, `composer run-script --help`, `cargo make --help`).
const unfollowed: ReadonlyMap<string, Unfollowed> = new Map([
  [
    'just',
    tasks(
      'the justfile',
      '-l --list --summary --dump --show -s --evaluate --variables --groups --init --completions --man --fmt -n --dry-run',
      '-f -d --justfile --working-directory --dotenv-path --dotenv-filename --shell --shell-arg',
    ),
  ],
  ['task', goTask],
  ['go-task', goTask],
  [
    'rake',
    tasks('the Rakefile', '-T --tasks -P --prereqs -D --describe -W --where -n --dry-run', '-f -C -I'),
  ],
  ['mage', tasks('the magefile', '-l -version -init -clean', '-d -w -t')],
  ['invoke', invoke],
  ['inv', invoke],
  [
    'nox',
    tasks('noxfile.py', '-l --list --list-sessions', '-s -f -e -t -k -p --session --noxfile --sessions'),
  ],
  ['tox', tasks('the tox configuration', '-l -a --listenvs -n --notest', '-e -c -x --conf')],
  ['poe', tasks('the tasks of pyproject.toml', '', '-C --directory')],
  ['deno', tasks('the tasks of deno.json', '', '-c --config --cwd', 'task')],
  ['mise', tasks('the tasks of mise.toml', '', '-C --cd', 'run r')],
  ['composer', tasks('the scripts of composer.json', '-l --list', '-d --working-dir', 'run run-script exec')],
  [
    'cargo',
    tasks('a program of the repository', '', '--manifest-path -p --package --bin', 'run r xtask make'),
  ],
  ['turbo', tasks('scripts of several packages', '--dry --dry-run', '--filter', 'run')],
  [
    'nx',
    tasks('targets of several projects', '--graph', '-t -p --target --targets', 'run run-many affected'),
  ],
  ['lerna', tasks('scripts of several packages', '', '--scope', 'run')],
  ['go', tasks('a program of the repository', '', '-C', 'run')],
  ['dotnet', tasks('a program of the repository', '', '', 'run')],
  ['swift', tasks('a program of the repository', '', '', 'run')],
  ['bazel', tasks('a target of the repository', '', '', 'run')],
  ['bazelisk', tasks('a target of the repository', '', '', 'run')],
  ['ruby', interpreter('Ruby', 'enp', '-I -r -C')],
  ['perl', interpreter('Perl', 'eEnp', '-I -M')],
  ['php', interpreter('PHP', 'rlim', '-c -d')],
  ['Rscript', interpreter('R', 'e', '')],
  ['julia', interpreter('Julia', 'eE', '-J -t -p')],
  ['lua', interpreter('Lua', 'e', '-l')],
  ['elixir', interpreter('Elixir', 'e', '-r -pa')],
  ['groovy', interpreter('Groovy', 'e', '-cp')],
]);

/**
 * Why it is not known what a command does, though the repository says it: a recipe of a justfile, a program in a language that is not
 * modelled. null for every other command. `args` without the name.
 */
export function unfollowedProgram(name: string, args: Args): string | null {
  const inner = unwrap(name, args);
  if (!inner || inner.name === null) return null;
  const known = unfollowed.get(inner.name);
  if (!known || inner.args.some((arg) => arg !== null && known.asks.has(arg))) return null;
  if (isGivenScript(inner.args, known.inline)) return null;
  const [word] = leadingWords(inner.args, known.valued, 1);
  if (word === undefined) return known.alone ? reasonOf(inner.name, known) : null;
  if (known.words !== null && (word === null || !known.words.includes(word))) return null;
  return reasonOf(known.words === null ? inner.name : `${inner.name} ${word}`, known);
}

/** Do the options in front of the first word hold one of these letters? */
function isGivenScript(args: Args, letters: string): boolean {
  const first = args.findIndex((arg) => arg === null || !arg.startsWith('-'));
  const options = first < 0 ? args : args.slice(0, first);
  return [...letters].some((letter) => hasShort(options, letter, 'IMmxF'));
}

function reasonOf(command: string, { runs }: Unfollowed): string {
  return `${command} runs ${runs}, which is not modelled`;
}
