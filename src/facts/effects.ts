import { type Args, hasFlag, hasShort, leadingWords, names } from './arguments.js';
import { bySubcommand, type Effect, type Subcommands, shellNone, shellPrepares } from './effect-table.js';
import { noFacts, type OwnFacts, ownCommand } from './own.js';
import { unwrap } from './wrappers.js';

export type { Effect } from './effect-table.js';

const tagLists = names('-l --list --contains --no-contains --merged --no-merged --points-at');
const branchLists = [...tagLists, ...names('-a --all -r --remotes --show-current -v -vv')];
const configReads = names('--get --get-all --get-regexp --get-urlmatch --list -l');

const gitValued = bySubcommand.get('git')?.valued ?? new Set<string>();

// A sum is only computed, or compared with a list: sha256sum --check.
const sums: ReadonlySet<string> = new Set(
  names('cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum'),
);
const inPlaceEditors: ReadonlySet<string> = new Set(names('sed gsed awk gawk perl yq'));

const onlyPrints: ReadonlySet<string> = new Set(names('--version --help -help -version -V'));
const versionMeansBump: ReadonlySet<string> = new Set(names('lerna changeset'));

/** `tool --version` and the like: no credential, no effect. */
export function printsAboutItself(name: string, args: Args): boolean {
  if (args.length !== 1) return false;
  const [only] = args;
  if (only === null || only === undefined) return false;
  return onlyPrints.has(only) || (only === 'version' && !versionMeansBump.has(name));
}

/**
 * The effect of a command. `name` is the base name of the command, `args` follow in order, null where
 * the text is unknown. Wrappers (`sudo`, `timeout 60`, `npx`, `doppler run --`) are looked through.
 * What is not known counts as work: a skipped command that nobody knows must not be waved through.
 */
export function commandEffect(name: string, args: Args, own: OwnFacts = noFacts): Effect {
  const inner = unwrap(name, args);
  if (inner === null) return 'none';
  if (inner.name === null) return 'work';
  const told = ownCommand(inner.name, inner.args, own, (fact) => fact.effect !== null);
  if (told?.effect) return told.effect;
  return effectOf(inner.name, inner.args, inner.fromPackage);
}

function effectOf(name: string, args: Args, fromPackage: boolean): Effect {
  if (printsAboutItself(name, args)) return 'none';
  const table = bySubcommand.get(name);
  if (table) return (name === 'git' ? gitEffect(args) : null) ?? subcommandEffect(table, args);
  // `yarn test` runs a script of that name, not the shell's `test`.
  if (fromPackage) return 'work';
  return shellEffect(name, args);
}

function subcommandEffect(table: Subcommands, args: Args): Effect {
  const words = leadingWords(args, table.valued, 3);
  if (words.length === 0) return table.bare;
  for (let count = words.length; count > 0; count--) {
    const known = words.slice(0, count);
    if (known.includes(null)) continue;
    const effect = table.effects.get(known.join(' '));
    if (effect !== undefined) return effect;
  }
  return table.otherwise;
}

/** Where git's options decide; null leaves it to the table. */
function gitEffect(args: Args): Effect | null {
  const [subcommand, operand] = leadingWords(args, gitValued, 2);
  switch (subcommand) {
    case 'diff':
    case 'diff-index':
    case 'diff-files':
      if (hasFlag(args, ['--exit-code', '--check'])) return 'work';
      // `git diff --cached --quiet` asks whether there is something to commit; it is no check of the tree.
      return hasFlag(args, ['--quiet']) && !hasFlag(args, ['--cached', '--staged']) ? 'work' : 'none';
    case 'tag':
      return operand === undefined || hasFlag(args, tagLists) ? 'none' : 'work';
    case 'branch':
      return operand === undefined || hasFlag(args, branchLists) ? 'none' : 'prepares';
    case 'config':
      return hasFlag(args, configReads) ? 'none' : null;
    default:
      return null;
  }
}

function shellEffect(name: string, args: Args): Effect {
  if (sums.has(name)) return hasFlag(args, ['--check']) || hasShort(args, 'c', 'a') ? 'work' : 'none';
  if (inPlaceEditors.has(name) && editsInPlace(name, args)) return 'prepares';
  // PowerShell's names ignore case.
  const lower = name.toLowerCase();
  if (shellNone.has(lower)) return 'none';
  if (shellPrepares.has(lower)) return 'prepares';
  switch (name) {
    case 'python':
    case 'node':
    case 'nodejs':
    case 'ruby':
    case 'php':
    case 'perl':
      return codeEffect(args);
    case 'find':
      return findEffect(args);
    case 'gpg':
    case 'gpg2':
      return gpgDoesWork(args) ? 'work' : 'prepares';
    case 'openssl':
      return opensslDoesWork(args) ? 'work' : 'prepares';
    default:
      return 'work';
  }
}

function editsInPlace(name: string, args: Args): boolean {
  if (name === 'awk' || name === 'gawk') return args[0] === '-i' && args[1] === 'inplace';
  return (
    hasFlag(args, ['--in-place', '--inplace']) || hasShort(args, 'i', name === 'perl' ? 'eEIMmF' : 'efl')
  );
}

const doesMore =
  names(`fetch http child_process exec spawn system subprocess popen request urllib socket axios
  octokit write unlink rename remove mkdir copy connect query send upload deploy publish boto smtp import(`);

/** `node -p code`, `python -c code`: a computation unless the code names something with an effect. */
function codeEffect(args: Args): Effect {
  const at = args.findIndex((arg) => arg !== null && codeFlags.has(arg));
  if (at === -1 || at > 3) return 'work';
  const code = args[at + 1];
  if (typeof code !== 'string') return 'work';
  // Writing to the standard output is printing.
  const lower = code.toLowerCase().replaceAll('stdout.write', '');
  return doesMore.some((word) => lower.includes(word)) ? 'work' : 'none';
}

const codeFlags: ReadonlySet<string> = new Set(names('-c -e -p -r -pe -ne --eval --print'));

function findEffect(args: Args): Effect {
  const at = args.findIndex((arg) => arg === '-exec' || arg === '-execdir' || arg === '-ok');
  if (at === -1) return args.includes('-delete') ? 'prepares' : 'none';
  const command = args[at + 1];
  if (typeof command !== 'string') return 'work';
  if (shellPrepares.has(command)) return 'prepares';
  return shellNone.has(command) ? 'none' : 'work';
}

function gpgDoesWork(args: Args): boolean {
  return (
    hasFlag(args, names('--sign --detach-sign --clearsign --clear-sign --verify -s -b')) ||
    hasShort(args, 'b', 'uror') ||
    hasShort(args, 's', 'uror')
  );
}

function opensslDoesWork(args: Args): boolean {
  const [subcommand] = args;
  if (subcommand === 's_client' || subcommand === 'verify' || subcommand === 'ocsp') return true;
  return hasFlag(args, ['-verify', '-checkend', '-sign']);
}

/** Where `-n` (or another letter) means a dry run, with the letters of that command that take a value. */
const dryRunLetters: ReadonlyMap<
  string,
  { readonly letters: string; readonly valued: string; readonly words?: string }
> = new Map([
  ['rsync', { letters: 'n', valued: 'efBMT@' }],
  ['make', { letters: 'n', valued: 'CfIloW' }],
  ['gmake', { letters: 'n', valued: 'CfIloW' }],
  ['rclone', { letters: 'n', valued: '' }],
  ['s3cmd', { letters: 'n', valued: 'c' }],
  ['cargo', { letters: 'n', valued: 'pFjZC', words: 'publish' }],
  ['git', { letters: 'n', valued: 'oC', words: 'push clean add rm mv prune' }],
  ['semantic-release', { letters: 'd', valued: 'bretp' }],
  ['ansible-playbook', { letters: 'C', valued: 'ieltufc' }],
  ['ansible', { letters: 'C', valued: 'ieltumafc' }],
  ['gradle', { letters: 'm', valued: 'bcgIiPDpxS' }],
  ['gradlew', { letters: 'm', valued: 'bcgIiPDpxS' }],
  ['stow', { letters: 'n', valued: 'dt' }],
  ['logrotate', { letters: 'd', valued: 's' }],
]);

/** Flags that make a command a rehearsal, whatever the command. */
const rehearsalFlags = names('--dry-run --dryrun --dry_run --no-push --just-print --what-if');
const rehearsalFlagsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['goreleaser', names('--snapshot --skip-publish')],
  ['ansible-playbook', names('--check --syntax-check --list-tasks --list-hosts')],
  ['ansible', names('--check --syntax-check --list-hosts')],
  ['aws', names('--no-execute-changeset --dry-run')],
  ['sam', names('--no-execute-changeset')],
  ['cdk', names('--no-execute')],
  ['flyctl', names('--build-only')],
  ['puppet', names('--noop')],
  ['make', names('--recon')],
  ['lerna', names('--no-push --skip-npm')],
]);

/** Arguments that say it as a value: `goreleaser release --skip=publish`, `docker buildx build --push=false`. */
const rehearsalWords: ReadonlySet<string> = new Set(
  names(
    '--skip=publish --push=false --upload=false --publish=false --execute=false -Dmaven.deploy.skip=true -Dmaven.deploy.skip -DdryRun=true',
  ),
);

/**
 * True if the command line only rehearses what the same command does without the flag. A dry run told by
 * a variable of the environment, and commands that are checks of their own (`terraform plan`, `black --check`),
 * are not found here. An argument of unknown text never makes a rehearsal.
 */
export function isRehearsal(name: string, args: Args): boolean {
  const inner = unwrap(name, args);
  if (inner === null || inner.name === null) return false;
  const command = inner.name;
  if (hasFlag(inner.args, rehearsalFlags)) return true;
  if (inner.args.some((arg) => arg !== null && (rehearsalWords.has(arg) || setsDryRun(arg)))) return true;
  const flags = rehearsalFlagsOf.get(command);
  if (flags && hasFlag(inner.args, flags)) return true;
  // cargo-release rehearses unless it is told to execute (cargo-release docs, reference.md).
  if (command === 'cargo' && leadingWords(inner.args, new Set(), 1)[0] === 'release') {
    return !inner.args.includes(null) && !hasFlag(inner.args, ['--execute', '-x']);
  }
  const short = dryRunLetters.get(command);
  if (!short) return false;
  if (short.words !== undefined && !names(short.words).includes(firstWord(command, inner.args))) return false;
  return hasShort(inner.args, short.letters, short.valued);
}

function firstWord(command: string, args: Args): string {
  return leadingWords(args, command === 'git' ? gitValued : new Set(), 1)[0] ?? '';
}

/** `make deploy DRY_RUN=1`: a variable given as an argument. */
function setsDryRun(arg: string): boolean {
  const equals = arg.indexOf('=');
  if (equals === -1 || equals > 10) return false;
  const name = arg.slice(0, equals).toLowerCase();
  if (name !== 'dry_run' && name !== 'dryrun' && name !== 'dry') return false;
  const value = arg.slice(equals + 1).toLowerCase();
  return value === '1' || value === 'true' || value === 'yes' || value === 'y' || value === 'on';
}
