import { type Args, names } from './arguments.js';

/** What a command line runs in the end. */
export interface Inner {
  /** Base name under which the tables know it (`fly` is `flyctl`); null where its text is unknown. */
  readonly name: string | null;
  readonly args: Args;
  /** Run by a package manager (`npx`, `yarn x`): a name of the shell means nothing there. */
  readonly fromPackage: boolean;
}

interface Wrapper {
  /** Words that must follow for it to wrap a command: `run` of `doppler run`, `exec` of `npm exec`. */
  readonly words?: readonly string[];
  /** Options that take the next argument as their value. */
  readonly valued?: ReadonlySet<string>;
  /** Operands of its own before the command: the duration of `timeout`. */
  readonly operands?: number;
  /** `NAME=value` operands come before the command. */
  readonly assignments?: boolean;
  readonly fromPackage?: boolean;
  /** With one of these options it only looks names up (`command -v`). */
  readonly asks?: ReadonlySet<string>;
  /** With none of its words it runs the package script or program named, unless it is one of these. */
  readonly own?: ReadonlySet<string>;
}

/** Other names of the same command. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['fly', 'flyctl'],
  ['tofu', 'terraform'],
  ['ntl', 'netlify'],
  ['jfrog', 'jf'],
  ['codecovcli', 'codecov'],
  ['eas-cli', 'eas'],
  ['changesets', 'changeset'],
  ['firebase-tools', 'firebase'],
  ['micromamba', 'mamba'],
]);

/** One name for a command: without `.exe` and Python's version numbers, and by its usual name. */
function canonicalName(name: string): string {
  const bare = name.endsWith('.exe') ? name.slice(0, -4) : name;
  if (bare.startsWith('python') || bare.startsWith('pip')) {
    let end = bare.length;
    while (end > 0 && '0123456789.'.includes(bare[end - 1] ?? '')) end--;
    return bare.slice(0, end);
  }
  return aliases.get(bare) ?? bare;
}

function options(list: string): ReadonlySet<string> {
  return new Set(names(list));
}

const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      valued: options('-u -g -h -p -C -D -R -T -U --user --group --host --prompt --chdir'),
      assignments: true,
    },
  ],
  ['doas', { valued: options('-u -C') }],
  ['env', { valued: options('-u --unset -C --chdir'), assignments: true }],
  ['time', { valued: options('-f -o --format --output') }],
  ['nice', { valued: options('-n --adjustment') }],
  ['ionice', { valued: options('-c -n -p --class --classdata') }],
  ['timeout', { valued: options('-s -k --signal --kill-after'), operands: 1 }],
  ['gtimeout', { valued: options('-s -k --signal --kill-after'), operands: 1 }],
  ['nohup', {}],
  ['setsid', {}],
  ['stdbuf', { valued: options('-i -o -e') }],
  ['unbuffer', {}],
  ['chronic', {}],
  ['catchsegv', {}],
  ['builtin', {}],
  ['command', { asks: options('-v -V') }],
  ['exec', { valued: options('-a') }],
  ['xvfb-run', { valued: options('-s -n -e -f -p -w --server-args --server-num') }],
  ['dbus-run-session', {}],
  ['flock', { valued: options('-w --timeout --wait -E'), operands: 1 }],
  ['xargs', { valued: options('-n -I -P -L -d -a -s -E --max-args --max-procs --replace --delimiter') }],
  ['cross-env', { assignments: true }],
  ['dotenv', { valued: options('-e -c -v') }],
  ['doppler', { words: ['run'], valued: options('-t --token -p --project -c --config --mount --format') }],
  ['infisical', { words: ['run'], valued: options('--token --env --projectId --path --domain') }],
  ['op', { words: ['run'], valued: options('--env-file --account') }],
  ['aws-vault', { words: ['exec'], operands: 1 }],
  ['chamber', { words: ['exec'], operands: 1 }],
  ['direnv', { words: ['exec'], operands: 1 }],
  ['mise', { words: ['exec'] }],
  ['npx', { valued: options('-p --package -w --workspace'), fromPackage: true }],
  ['pnpx', { fromPackage: true }],
  ['bunx', { fromPackage: true }],
  ['uvx', { valued: options('--from --with -p --python'), fromPackage: true }],
  [
    'npm',
    { words: ['exec', 'x'], valued: options('-w --workspace -p --package --prefix'), fromPackage: true },
  ],
  [
    'pnpm',
    {
      words: ['exec', 'dlx'],
      valued: options('-C --dir --filter -F --package'),
      fromPackage: true,
      own: options(`install i add remove rm update up audit config run run-script test t start build publish pack
        login logout whoami store setup env link unlink list ls why outdated import fetch rebuild prune patch
        version exec dlx init create deploy licenses view info approve-builds self-update server recursive`),
    },
  ],
  [
    'yarn',
    {
      words: ['exec', 'dlx'],
      valued: options('--cwd'),
      fromPackage: true,
      own: options(`install add remove up upgrade audit config run test start build publish pack login logout npm
        cache set plugin link unlink list why outdated import node version exec dlx init create info dedupe
        rebuild workspace workspaces global policies versions constraints patch stage self-update tag owner
        team access help bin autoclean check generate-lock-entry licenses unplug explain search`),
    },
  ],
  ['bun', { words: ['x'], fromPackage: true }],
  ['pipx', { words: ['run'], fromPackage: true }],
  [
    'uv',
    {
      words: ['run'],
      valued: options('--with -p --python --extra --group --directory --project --env-file'),
      fromPackage: true,
    },
  ],
  ['poetry', { words: ['run'], fromPackage: true }],
  ['pipenv', { words: ['run'], fromPackage: true }],
  ['pdm', { words: ['run'], fromPackage: true }],
  ['rye', { words: ['run'], fromPackage: true }],
  ['hatch', { words: ['run'], fromPackage: true }],
  ['bundle', { words: ['exec'], fromPackage: true }],
  ['python', { words: ['-m'] }],
]);

/**
 * Looks through wrappers: `sudo -u x timeout 60 curl …` gives curl and its arguments. null where the
 * command line runs nothing (`command -v x`, `env`). One pass over the arguments, however deep it goes.
 */
export function unwrap(name: string, args: Args): Inner | null {
  let current: string | null = canonicalName(baseName(name));
  let at = 0;
  let fromPackage = false;
  while (current !== null) {
    const wrapper: Wrapper | undefined = wrappers.get(current);
    if (!wrapper) break;
    const next = commandAt(wrapper, args, at);
    if (next === 'itself') break;
    if (next === 'nothing') return null;
    const word: string | null = args[next] ?? null;
    current = word === null ? null : canonicalName(baseName(withoutVersion(word)));
    at = next + 1;
    if (wrapper.fromPackage === true) fromPackage = true;
  }
  return { name: current, args: at === 0 ? args : args.slice(at), fromPackage };
}

/** The index of the command that a wrapper runs; `itself` where it does not wrap one here. */
function commandAt(wrapper: Wrapper, args: Args, from: number): number | 'itself' | 'nothing' {
  let at = from;
  if (wrapper.words) {
    at = skipOptions(wrapper, args, at, wrapper.words);
    const word = args[at];
    if (typeof word !== 'string') return 'itself';
    if (wrapper.words.includes(word)) at++;
    else if (!wrapper.own || wrapper.own.has(word)) return 'itself';
    else return at;
  }
  let operands = wrapper.operands ?? 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? null;
    if (arg === null) {
      if (operands === 0) return at;
      operands--;
    } else if (arg === '--') {
      if (operands === 0) return at + 1 < args.length ? at + 1 : 'nothing';
    } else if (arg.length > 1 && arg[0] === '-') {
      if (wrapper.asks?.has(arg)) return 'nothing';
      if (wrapper.valued?.has(arg)) at++;
    } else if (wrapper.assignments !== true || !isAssignment(arg)) {
      if (operands === 0) return at;
      operands--;
    }
  }
  return 'nothing';
}

function skipOptions(wrapper: Wrapper, args: Args, from: number, words: readonly string[]): number {
  let at = from;
  while (at < args.length) {
    const arg = args[at];
    if (typeof arg !== 'string' || arg[0] !== '-' || words.includes(arg)) return at;
    at += wrapper.valued?.has(arg) ? 2 : 1;
  }
  return at;
}

function isAssignment(arg: string): boolean {
  const equals = arg.indexOf('=');
  if (equals < 1) return false;
  for (let i = 0; i < equals; i++) {
    const code = arg.charCodeAt(i);
    const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
    if (!letter && (i === 0 || code < 48 || code > 57)) return false;
  }
  return true;
}

function baseName(command: string): string {
  const slash = Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\'));
  const base = command.slice(slash + 1);
  return base === '' ? command : base;
}

/** `npx vercel@latest`: the version is no part of the name; a scope's own `@` is. */
function withoutVersion(word: string): string {
  const at = word.lastIndexOf('@');
  return at > 0 ? word.slice(0, at) : word;
}
