import { type Args, hasFlag, leadingWords, names } from './arguments.js';
import { isRehearsal, printsAboutItself } from './effects.js';
import { unwrap } from './wrappers.js';

// Where a credential is kept from one command to the next: a login, or a file with a name that everybody knows.

/** A command by its first words. */
interface Line {
  readonly commands: string;
  /** Subcommands (one to three words); absent: all but those in `except`. */
  readonly words?: readonly string[];
  readonly except?: readonly string[];
  /** One of the arguments has one of these in it, in any case. */
  readonly mentions?: readonly string[];
  /** One of these flags is there. */
  readonly flags?: readonly string[];
}

export interface CredentialStore {
  readonly name: string;
  /** How the paths of the files end that keep it. */
  readonly files: readonly string[];
  /** Commands that put what they are given there. */
  readonly filledBy: readonly Line[];
  /** Actions that do. */
  readonly filledByActions: readonly string[];
  /** Commands that fail where what is kept there is an empty credential. */
  readonly readBy: readonly Line[];
  readonly source: string;
}

const stores: readonly CredentialStore[] = [
  {
    name: 'registry',
    files: ['.docker/config.json', 'containers/auth.json'],
    filledBy: [
      { commands: 'docker podman buildah skopeo nerdctl oras', words: ['login'] },
      { commands: 'crane', words: ['auth login'] },
      { commands: 'helm', words: ['registry login'] },
    ],
    filledByActions: ['docker/login-action', 'redhat-actions/podman-login'],
    readBy: [
      {
        commands: 'docker podman buildah nerdctl',
        words: ['push', 'image push', 'compose push', 'manifest push'],
      },
      { commands: 'docker', words: ['buildx build', 'build'], flags: ['--push'] },
      { commands: 'helm crane oras', words: ['push'] },
      { commands: 'skopeo', words: ['copy', 'sync'] },
    ],
    source: 'Docker documentation, «docker login»; containers-auth.json(5)',
  },
  {
    name: 'npm',
    files: ['.npmrc', '.yarnrc', '.yarnrc.yml'],
    filledBy: [{ commands: 'npm pnpm yarn', words: ['config set', 'set'] }],
    filledByActions: [],
    readBy: [
      {
        commands: 'npm pnpm yarn',
        words: ['publish', 'npm publish', 'unpublish', 'deprecate', 'dist-tag add'],
      },
      { commands: 'lerna changeset', words: ['publish'] },
    ],
    source: 'npm documentation, «npmrc», authentication settings',
  },
  {
    name: 'git',
    files: ['.git-credentials', '.netrc'],
    filledBy: [
      { commands: 'git', words: ['remote set-url', 'remote add'] },
      { commands: 'git', words: ['config'], mentions: ['extraheader', 'insteadof', 'credential', 'remote.'] },
    ],
    filledByActions: [],
    readBy: [{ commands: 'git', words: ['push'] }],
    source: 'gitcredentials(7): without a terminal nobody can be asked',
  },
  {
    name: 'kubernetes',
    files: ['.kube/config', 'kubeconfig', 'kubeconfig.yaml', 'kubeconfig.yml'],
    filledBy: [{ commands: 'kubectl', words: ['config set-credentials'] }],
    filledByActions: ['azure/k8s-set-context', 'azure/aks-set-context'],
    readBy: [
      { commands: 'kubectl', except: names('config version kustomize completion help options') },
      { commands: 'helm', words: names('upgrade install uninstall rollback test') },
    ],
    source: 'Kubernetes documentation, «Organizing Cluster Access Using kubeconfig Files»',
  },
  {
    name: 'pypi',
    files: ['.pypirc'],
    filledBy: [{ commands: 'poetry', words: ['config'], mentions: ['pypi-token', 'http-basic'] }],
    filledByActions: [],
    readBy: [
      { commands: 'twine', words: ['upload'] },
      { commands: 'poetry', words: ['publish'] },
    ],
    source: 'Python packaging guide, «The .pypirc file»; Poetry documentation, «Configuring credentials»',
  },
  {
    name: 'aws',
    files: ['.aws/credentials'],
    filledBy: [{ commands: 'aws', words: ['configure set'] }],
    filledByActions: ['aws-actions/configure-aws-credentials'],
    readBy: [{ commands: 'aws', except: names('configure help') }],
    source: 'AWS CLI user guide, «Configuration and credential file settings»',
  },
  {
    name: 'gcloud',
    files: [],
    filledBy: [{ commands: 'gcloud', words: ['auth activate-service-account', 'auth login'] }],
    filledByActions: ['google-github-actions/auth'],
    readBy: [
      { commands: 'gcloud', except: names('auth config version info help components topic') },
      { commands: 'gsutil bq', except: names('version help') },
    ],
    source: 'Google Cloud documentation, «Authorize the gcloud CLI»',
  },
  {
    name: 'azure',
    files: [],
    filledBy: [{ commands: 'az', words: ['login'] }],
    filledByActions: ['azure/login'],
    readBy: [{ commands: 'az', except: names('login logout version config extension bicep help') }],
    source: 'Azure CLI documentation, «az login»',
  },
  {
    name: 'maven',
    files: ['.m2/settings.xml'],
    filledBy: [],
    filledByActions: [],
    readBy: [{ commands: 'mvn mvnw', words: ['deploy', 'clean deploy'] }],
    source: 'Maven settings reference, «Servers»',
  },
  {
    name: 'cargo',
    files: ['.cargo/credentials', '.cargo/credentials.toml'],
    filledBy: [{ commands: 'cargo', words: ['login'] }],
    filledByActions: [],
    readBy: [{ commands: 'cargo', words: ['publish', 'yank'] }],
    source: 'The Cargo Book, «cargo login»',
  },
  {
    name: 'rubygems',
    files: ['.gem/credentials'],
    filledBy: [],
    filledByActions: [],
    readBy: [{ commands: 'gem', words: ['push', 'yank'] }],
    source: 'RubyGems guides, «Publishing your gem»',
  },
  {
    name: 'ssh',
    files: ['.ssh/id_rsa', '.ssh/id_ecdsa', '.ssh/id_ed25519', '.ssh/id_dsa'],
    filledBy: [],
    filledByActions: [],
    readBy: [
      { commands: 'ssh sftp' },
      // Between two folders of the machine no key is needed.
      { commands: 'scp rsync', mentions: [':'] },
      { commands: 'git', words: ['push', 'clone', 'fetch', 'ls-remote'], mentions: ['git@', 'ssh://'] },
    ],
    source: 'ssh(1), -i identity_file: the names that are tried by default',
  },
];

/** Options whose value is a word of its own and no subcommand. */
const valued: ReadonlySet<string> = new Set(
  names(
    '-C -c --config --context --kubeconfig -n --namespace --profile --region --project -f --file -H --host',
  ),
);

/** The stores that a command line puts a credential into. */
export function storesFilledBy(name: string, args: Args): readonly CredentialStore[] {
  return storesOf(name, args, filling);
}

/** The stores without whose credential a command line fails. */
export function storesReadBy(name: string, args: Args): readonly CredentialStore[] {
  return isRehearsal(name, args) ? [] : storesOf(name, args, reading);
}

function storesOf(name: string, args: Args, linesOf: LinesOfCommands): readonly CredentialStore[] {
  const inner = unwrap(name, args);
  const command = inner?.name ?? null;
  const lines = command === null ? undefined : linesOf.get(command);
  if (inner === null || command === null || !lines || printsAboutItself(command, inner.args)) return [];
  const found = new Set(lines.filter(({ line }) => fits(line, inner.args)).map(({ store }) => store));
  return [...found];
}

/** What the table says of each command. */
type LinesOfCommands = ReadonlyMap<
  string,
  readonly { readonly store: CredentialStore; readonly line: Line }[]
>;

function byCommand(linesOf: (store: CredentialStore) => readonly Line[]): LinesOfCommands {
  const found = new Map<string, { readonly store: CredentialStore; readonly line: Line }[]>();
  for (const store of stores) {
    for (const line of linesOf(store)) {
      for (const command of names(line.commands)) {
        const lines = found.get(command) ?? [];
        lines.push({ store, line });
        found.set(command, lines);
      }
    }
  }
  return found;
}

const filling = byCommand(({ filledBy }) => filledBy);
const reading = byCommand(({ readBy }) => readBy);

function fits({ words, except, mentions, flags }: Line, args: Args): boolean {
  const first = leadingWords(args, valued, 3);
  const begins = (pattern: string) => pattern.split(' ').every((word, index) => first[index] === word);
  if (words && !words.some(begins)) return false;
  if (except?.some(begins)) return false;
  if (flags && !hasFlag(args, flags)) return false;
  return !mentions || args.some((arg) => mentions.some((part) => arg?.toLowerCase().includes(part)));
}

/** The stores that an action puts a credential into; `name` is without version and host. */
export function storesFilledByAction(name: string): readonly CredentialStore[] {
  return stores.filter(({ filledByActions }) => filledByActions.includes(name));
}

/** Is it a path at which a credential is kept? */
export function keepsCredential(path: string): boolean {
  return stores.some((store) => isFileOf(store, path));
}

/** Is it the path of a file of the store? */
export function isFileOf({ files }: CredentialStore, path: string): boolean {
  return files.some((end) => path === end || path.endsWith(`/${end}`));
}
