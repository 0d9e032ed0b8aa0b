import { type Args, names } from './arguments.js';

/** The package managers that run the scripts of a `package.json`. */
export type PackageManager = 'npm' | 'yarn' | 'pnpm' | 'bun';

/** `npm run build -- --now`. Numbers are places of words after the command's name. */
export interface ScriptRequest {
  readonly kind: 'script';
  readonly manager: PackageManager;
  readonly script: string;
  /** The words that are handed on to the script. */
  readonly args: readonly number[];
  /** The directory that it is told to go to: a word, or a part of one. */
  readonly directory: { readonly word: number } | { readonly text: string } | null;
  /** The package of a workspace that is meant; null for the one around the directory. */
  readonly workspace: string | null;
  /** False where the scripts before and after it (`prebuild`, `postbuild`) are left out. */
  readonly hooks: boolean;
  /** A script that is not there is no error. */
  readonly ifPresent: boolean;
  /** Nothing is printed but what the script prints. */
  readonly silent: boolean;
  /** Where there is no such script, a program of that name is run. */
  readonly orProgram: boolean;
}

/** A command line that runs some script, but cannot be said which. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly reason: string;
}

interface Manner {
  /** Words before the name of a script. */
  readonly run: ReadonlySet<string>;
  /** Commands that run the script of their own name; other spellings of it. */
  readonly scripts: ReadonlyMap<string, string>;
  /** The commands that are no scripts; null where every other word is an unknown command. */
  readonly own: ReadonlySet<string> | null;
  /** Options with a value in the next word. */
  readonly valued: ReadonlySet<string>;
  readonly directory: ReadonlySet<string>;
  readonly workspace: ReadonlySet<string>;
  /** Options that run scripts of several packages, or none. */
  readonly unclear: ReadonlySet<string>;
  /** True where options behind the script's name are the manager's own until a `--`. */
  readonly readsOn: boolean;
}

const set = (list: string): ReadonlySet<string> => new Set(names(list));
const same = (list: string): ReadonlyMap<string, string> => new Map(names(list).map((name) => [name, name]));

// Sources: `npm help run-script`, `npm help 7 config` (npm 11); classic.yarnpkg.com/en/docs/cli; pnpm.io/cli/run and
// /filtering; bun.sh/docs/cli/run.
const manners: Readonly<Record<PackageManager, Manner>> = {
  npm: {
    run: set('run run-script rum urn'),
    scripts: new Map([...same('test start stop'), ['t', 'test'], ['tst', 'test']]),
    own: null,
    valued: set('--loglevel --cache --userconfig --globalconfig --registry --tag --otp --script-shell'),
    directory: set('--prefix -C'),
    workspace: set('-w --workspace'),
    unclear: set('--workspaces -ws --script-shell -g --global --dry-run --include-workspace-root -h --help'),
    readsOn: true,
  },
  yarn: {
    run: set('run'),
    scripts: same('test start'),
    own: set(`access add audit autoclean bin cache check config constraints create dedupe dlx exec explain
      generate-lock-entry global help import info init install install-test licenses link list login logout node npm
      outdated owner pack patch patch-commit plugin plugnplay policies prune publish rebuild remove search self-update
      set stage tag team test-integrity unlink unplug unset up upgrade upgrade-interactive version versions why workspaces`),
    valued: set('--mutex --registry --cache-folder --network-timeout --use-yarnrc'),
    directory: set('--cwd'),
    workspace: new Set(),
    unclear: set('--version -v --help -h --top-level -T --binaries-only -B --script-shell'),
    readsOn: false,
  },
  pnpm: {
    run: set('run run-script'),
    scripts: new Map([...same('test start'), ['t', 'test'], ['tst', 'test']]),
    own: set(`add approve-builds audit bin c cache cat-file cat-index config create dedupe deploy dlx doctor env exec
      fetch find-hash get i import info init install install-test it la licenses link list ll ln login logout ls
      outdated owner pack patch patch-commit patch-remove ping prefix prune publish rb rebuild remove restart rm root
      self-update server set setup stage store un uninstall unlink up update upgrade version view why`),
    valued: set('--loglevel --reporter --store-dir --workspace-concurrency --config-dir --registry'),
    directory: set('-C --dir --prefix'),
    workspace: set('--filter -F --filter-prod'),
    unclear: set(
      '-r --recursive --script-shell -g --global -h --help -w --workspace-root --changed-files-ignore-pattern',
    ),
    readsOn: false,
  },
  bun: {
    run: set('run'),
    scripts: new Map(),
    own: set(`a add audit build c create deploy exec i info init install link outdated patch pm publish remove repl rm
      test unlink update upgrade why x`),
    valued: set('--config -c --env-file -r --preload --shell --elide-lines'),
    directory: set('--cwd'),
    workspace: set('--filter -F'),
    unclear: set('--shell -e --eval -p --print -h --help -v --version'),
    readsOn: false,
  },
};

/** Is it the name of a package manager that runs scripts? */
export function isPackageManager(name: string): name is PackageManager {
  return Object.hasOwn(manners, name);
}

/**
 * Which script of a package the words after a package manager's name run; a word is null where its text is not
 * known. null for everything that runs none: installing, publishing, programs of other packages.
 */
export function scriptRequest(manager: PackageManager, words: Args): ScriptRequest | Unclear | null {
  const manner = manners[manager];
  let reason: string | null = null;
  let script: string | null = null;
  let asked = false;
  let orProgram = false;
  let directory: ScriptRequest['directory'] = null;
  let workspace: string | null = null;
  let hooks = true;
  let ifPresent = false;
  let silent = false;
  let reading = true;
  const args: number[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? null;
    if (!reading || (script !== null && (word === null || !word.startsWith('-')))) {
      args.push(at);
      continue;
    }
    if (word === null) {
      if (!asked && manner.own === null) return null;
      return { kind: 'unclear', reason: `the script that ${manager} runs is computed` };
    }
    if (word === '--' && script !== null) {
      reading = false;
      continue;
    }
    if (word.startsWith('-')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const takesNext = equals < 0;
      const next = words[at + 1] ?? null;
      if (manner.directory.has(name)) {
        directory = takesNext ? { word: ++at } : { text: word.slice(equals + 1) };
      } else if (manner.workspace.has(name)) {
        if (workspace !== null) reason = `${manager} runs the scripts of several packages`;
        workspace = takesNext ? next : word.slice(equals + 1);
        if (takesNext) at++;
        if (workspace === null) reason = `the package that ${manager} goes to is computed`;
      } else if (manner.unclear.has(name)) reason = `what ${manager} runs under ${name} is not modelled`;
      else if (name === '--ignore-scripts') hooks = false;
      else if (name === '--if-present') ifPresent = true;
      else if (name === '--silent' || name === '-s') silent = true;
      if (takesNext && manner.valued.has(name)) at++;
      continue;
    }
    if (manager === 'yarn' && word === 'workspace' && !asked) {
      workspace = words[++at] ?? null;
      if (workspace === null) reason = 'the package that yarn goes to is computed';
    } else if (asked) script = word;
    else if (manner.run.has(word)) asked = true;
    else {
      const own = manner.scripts.get(word);
      if (own === undefined && (manner.own === null || manner.own.has(word))) return null;
      script = own ?? word;
      orProgram = own === undefined;
    }
    if (script !== null && manager !== 'npm' && asked) orProgram = true;
    if (script !== null && !manner.readsOn) reading = false;
  }
  if (script === null) return null;
  if (reason !== null) return { kind: 'unclear', reason };
  return { kind: 'script', manager, script, args, directory, workspace, hooks, ifPresent, silent, orProgram };
}
