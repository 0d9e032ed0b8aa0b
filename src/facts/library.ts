import { javascript } from './javascript.js';
import { powershell } from './powershell-library.js';
import { python } from './python.js';

/** What a part of a language's library does, in words that all languages share. The analysis gives each its meaning. */
export type Meaning =
  // Values that are there without a call.
  | 'environment'
  | 'arguments'
  | 'constant'
  // Parts of the event, and values that are a variable of the environment (the row's `gives`).
  | 'event'
  | 'environment-value'
  /** Nothing; a yes or no that only its name tells. */
  | 'nothing'
  | 'asked'
  | 'asked-on-windows'
  // The environment.
  | 'environment-get'
  | 'environment-set'
  | 'environment-remove'
  // Leaving. `exit`: an error that ends the script; `exit-now`: nothing can catch it.
  | 'exit'
  | 'exit-now'
  | 'raise'
  | 'reject'
  | 'assert'
  | 'status-at-the-end'
  // Telling people and the runner.
  | 'print'
  | 'print-line'
  | 'print-error'
  | 'set-failed'
  | 'set-output'
  | 'set-variable'
  | 'set-result'
  | 'annotate'
  | 'summarise'
  // Values. `pure`: some value made of the arguments; `make`: an object, which counts as true.
  | 'pure'
  | 'make'
  | 'identity'
  | 'boolean'
  | 'text'
  | 'number'
  | 'length'
  | 'all'
  | 'any'
  | 'is-type'
  // An error, which is not raised yet.
  | 'error'
  // What a `with` binds: what `__enter__` gives.
  | 'enter'
  | 'set-member'
  // Texts.
  | 'strip'
  | 'strip-start'
  | 'strip-end'
  | 'lower'
  | 'upper'
  | 'split'
  | 'join'
  | 'replace'
  | 'replace-first'
  | 'replace-any-case'
  | 'starts-with'
  | 'ends-with'
  | 'includes'
  | 'same-emptiness'
  | 'other-case'
  | 'parse'
  | 'serialise'
  // Lists and records.
  | 'list'
  | 'distinct'
  | 'record'
  | 'from-entries'
  | 'append'
  | 'extend'
  | 'sorted'
  | 'reversed'
  | 'enumerate'
  | 'zip'
  | 'range'
  | 'get'
  | 'keys'
  | 'values'
  | 'items'
  | 'update'
  | 'concat'
  | 'assign'
  // Changes of which the outcome is not followed: to what order, and to what is left.
  | 'reorder'
  | 'shrink'
  | 'clear'
  | 'take'
  | 'delete'
  | 'set-default'
  // With a function of the program as argument.
  | 'filter'
  | 'map'
  | 'flat-map'
  | 'some'
  | 'every'
  | 'find'
  | 'for-each'
  | 'call'
  // Files. Writing one is no work; the files that the runner reads are outputs.
  | 'open'
  | 'file-read'
  | 'file-lines'
  | 'file-write'
  | 'write-file'
  | 'append-file'
  | 'read-file'
  | 'joined-path'
  // Other files of the program.
  | 'load-module'
  | 'is-main'
  | 'import'
  | 'main-name'
  // The command line of the script.
  | 'argument-parser'
  | 'add-argument'
  | 'parse-arguments'
  // Running commands: it fails in the program (`command`), only where it is asked to (`command-checked` with an
  // argument that says so), or gives the status (`command-status`); `command-output` gives what it prints, and
  // `command-process` both, and fails in the program.
  | 'command'
  | 'command-checked'
  // … of Node: what it prints goes to the program, at its end or as a stream, unless `stdio` says otherwise.
  | 'command-piped'
  | 'command-streamed'
  | 'command-status'
  | 'command-output'
  | 'command-process'
  // Effects outside. `http`: refused without its credential it gives an answer all the same; `work` fails then.
  | 'http'
  | 'raise-if-refused'
  // `https.request(url, answer => …)`: the answer goes to a function. `listen`: a function for what may come.
  | 'http-callback'
  | 'listen'
  // Of the answer to a request: was it accepted, and with which status.
  | 'accepted'
  | 'status-code'
  | 'work'
  | 'prepares';

export interface LibraryFact {
  readonly meaning: Meaning;
  /** It is a value of its own, not a function. */
  readonly property: boolean;
  /** The type of the error that it raises where it cannot do what it is asked, and those that this is one of. */
  readonly raises: readonly string[] | null;
  /** Under which name the members of its result are found: `response` of `requests.get`. */
  readonly gives: string | null;
  /** The status that it ends the script with where it is given no number; null: 0 without an argument, else 1. */
  readonly status: number | null;
  readonly source: string;
}

/** As it is written down. */
export interface LibraryRow {
  /** Dotted names parted by blanks; one that ends with `.*` stands for all below it. */
  readonly names: string;
  readonly means: Meaning;
  readonly property?: true;
  readonly raises?: string;
  readonly gives?: string;
  readonly status?: number;
  readonly source: string;
}

/** What is known of the library of one language. */
export interface Library {
  /**
   * By name. Members of values go by the kind of value: `text.strip`, `list.append`, `record.get`, `number.…`,
   * `file.write`, and `unknown.…` for those of any thing that is not known.
   */
  readonly rows: readonly LibraryRow[];
  /** The types of errors: a line each, `Type Base Base`. */
  readonly errors: readonly string[];
}

interface Tables {
  /** The first parts of the names. */
  readonly roots: ReadonlySet<string>;
  readonly exact: ReadonlyMap<string, LibraryFact>;
  readonly below: ReadonlyMap<string, LibraryFact>;
  readonly errors: ReadonlyMap<string, readonly string[]>;
}

function tablesOf({ rows, errors }: Library): Tables {
  const exact = new Map<string, LibraryFact>();
  const below = new Map<string, LibraryFact>();
  const types = new Map(
    errors.map((line): [string, readonly string[]] => [line.split(' ')[0] ?? '', line.split(' ')]),
  );
  for (const { names, means, property = false, raises, gives = null, status = null, source } of rows) {
    const chain = raises === undefined ? null : (types.get(raises) ?? [raises]);
    const fact: LibraryFact = { meaning: means, property, raises: chain, gives, status, source };
    for (const name of names.split(/\s+/)) {
      if (name.endsWith('.*')) below.set(name.slice(0, -2), fact);
      else if (name !== '') exact.set(name, fact);
    }
  }
  const roots = new Set([...exact.keys(), ...below.keys()].map((name) => name.split('.')[0] ?? name));
  return { roots, exact, below, errors: types };
}

const libraries: Readonly<Record<string, Tables>> = {
  javascript: tablesOf(javascript),
  python: tablesOf(python),
  powershell: tablesOf(powershell),
};

/** What is known of a name of a language's library; null where nothing is. */
export function libraryFact(language: string, path: string): LibraryFact | null {
  const tables = libraries[language];
  if (!tables) return null;
  const exact = tables.exact.get(path);
  if (exact) return exact;
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const fact = tables.below.get(path.slice(0, dot));
    if (fact) return fact;
  }
  return null;
}

/** Is anything known of a module of this name? */
export function isLibraryRoot(language: string, name: string): boolean {
  return libraries[language]?.roots.has(name) ?? false;
}

/** An error's type and those that it is one of, most special first. */
export function errorTypes(language: string, type: string): readonly string[] | null {
  const known = libraries[language]?.errors.get(type);
  if (known) return known;
  return /(Error|Exception|Warning|Timeout)$/.test(type) ? [type, 'Exception', 'BaseException'] : null;
}
