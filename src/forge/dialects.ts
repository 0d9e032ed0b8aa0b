import type { Forge } from './forge.js';

/** How a script is started. `errexit`, `nounset` and `pipefail` are the options in force at its first line. */
export type ShellLine =
  | {
      readonly kind: 'posix';
      readonly program: 'bash' | 'sh';
      readonly errexit: boolean;
      readonly nounset: boolean;
      readonly pipefail: boolean;
    }
  | { readonly kind: 'python' }
  /**
   * `stops`: the forge puts `$ErrorActionPreference = 'stop'` first and `exit $LASTEXITCODE` last
   * (semantics 1.1); a custom template gets neither.
   */
  | { readonly kind: 'pwsh' | 'powershell'; readonly stops: boolean }
  | { readonly kind: 'cmd' }
  | { readonly kind: 'node' }
  /** An interpreter, or a way to start one, that is not modelled. */
  | { readonly kind: 'other'; readonly command: string }
  /** The script is never run and the step ends 0 (semantics 1.5; `bash -n`). */
  | { readonly kind: 'runs-nothing'; readonly command: string }
  /** The forge refuses the value: the step fails before the script starts (semantics 1.4). */
  | { readonly kind: 'fails'; readonly command: string };

/** What an unset `shell:` means on a Linux or macOS host, or in the job's container. */
export interface DefaultShell {
  readonly command: 'bash' | 'sh';
  readonly errexit: true;
  readonly pipefail: boolean;
}

/** Where in a workflow an expression may stand, as far as the places differ in what it may name (semantics 3.1). */
export type ExpressionSite =
  | 'workflow-env'
  | 'job-if'
  | 'job-env'
  /** `runs-on`, `name`, `strategy`, `environment`, `continue-on-error` … */
  | 'job-field'
  | 'job-outputs'
  /** `with:` of a job that calls a workflow. */
  | 'call-with'
  /** `secrets:` of a job that calls a workflow. */
  | 'call-secrets'
  | 'step-if'
  /** `run`, `env`, `with`, `name`, `working-directory`, `continue-on-error` … */
  | 'step-field'
  /** Any key of a step in a composite action. */
  | 'composite-step';

export type FileCommand = 'output' | 'env' | 'path' | 'state' | 'summary';

/** What one forge does, as data. Paragraph numbers are those of the semantics reference. */
export interface Dialect {
  readonly forge: Forge;
  /** The name as people write it. */
  readonly title: string;
  /** The release that this entry describes: the newest one whose behaviour is known. */
  readonly version: string;
  readonly roots: {
    /** Folders relative to the repository, in order of precedence: the first that exists shadows the rest. */
    readonly folders: readonly string[];
    /** Whether files in sub-folders are read too. */
    readonly recursive: boolean;
  };
  /** Upper-case names of the secrets that the forge provides by itself: never missing. */
  readonly automaticTokens: readonly string[];
  /** Environment variables in which every step finds the job's token, though no `env:` names it. */
  readonly tokenVariables: readonly string[];
  readonly defaultShell: { readonly host: DefaultShell; readonly container: DefaultShell };
  /** The values of `shell:` that are known by name. */
  readonly namedShells: ReadonlyMap<string, ShellLine>;
  /** What any other `shell:` does when it lacks `{0}`, the place of the script. */
  readonly shellWithoutScript: 'fails' | 'runs-nothing';
  /**
   * What an expression that cannot be evaluated does outside `if:`: fail the step, or turn the whole text
   * around it into `''`.
   */
  readonly interpolationError: 'fails' | 'blanks';
  /** `always-true`: two nulls compare as true with every operator, `!=` and `<` included. */
  readonly nullComparison: 'by-value' | 'always-true';
  /** What comparing two objects, or two arrays, does. */
  readonly objectComparison: 'by-reference' | 'error';
  /** The lower-cased contexts, aliases included, that an expression may name at each place. */
  readonly contexts: Readonly<Record<ExpressionSite, ReadonlySet<string>>>;
  /** The lower-cased functions that an expression may call somewhere. */
  readonly functions: ReadonlySet<string>;
  /**
   * What naming any other context or function does: the file is invalid (a red run), or the evaluation ends in
   * an error.
   */
  readonly contextNotAvailable: 'invalid-file' | 'evaluation-error';
  /** What `secrets.X` does in a composite action: fail to load, or be `''`. */
  readonly secretsInComposite: 'load-error' | 'empty';
  /** Whether a `run:` step of a composite action must say its `shell:` (semantics 9.1). */
  readonly shellInComposite: 'required' | 'optional';
  /**
   * What the call of a local workflow that is not there, or does not fit, does: make the whole file invalid, or fail
   * the job that calls.
   */
  readonly brokenCall: 'invalid-file' | 'job-fails';
  /** How many workflows deep calls may go, the first caller counted. */
  readonly callDepth: number;
  /** What a job that calls a workflow ends as where every job of that workflow was skipped. */
  readonly calledAllSkipped: 'skipped' | 'success';
  /** Other names of the `github` context. */
  readonly githubAliases: readonly string[];
  /** What an expression as a step's `continue-on-error` does: work, or make the forge drop the file silently. */
  readonly stepContinueOnErrorExpression: 'evaluated' | 'file-vanishes';
  /** Whether a job's `continue-on-error` has any effect. */
  readonly jobContinueOnError: 'evaluated' | 'ignored';
  /**
   * When a job whose need was skipped can still run. In both cases an `if:` without a status function is false
   * then, since the implied `success()` asks for the success of every need.
   */
  readonly afterSkippedNeed: 'if-has-status-function' | 'if-decides';
  /** The jobs that a job-level `success()` looks at. */
  readonly successOf: 'ancestors' | 'needs';
  /** The environment variables that hold the path of each file command. */
  readonly fileCommands: Readonly<Record<FileCommand, readonly string[]>>;
  /** Whether `::set-env name=…::` on standard output sets a variable for later steps. */
  readonly setEnvCommand: 'accepted' | 'refused';
  /** Whether a job output that holds a masked secret arrives empty at the jobs that need it. */
  readonly dropsSecretOutputs: boolean;
  /** Environment variables with a fixed value in every step. */
  readonly environment: ReadonlyMap<string, string>;
  /** Environment variables that carry a value of the `github` context, by the path below it. */
  readonly contextVariables: ReadonlyMap<string, string>;
  /** What becomes of a file that the forge cannot read. */
  readonly invalidFile: 'failed-run' | 'vanishes';
  /** Events that later releases know, and this one does not: they never fire. */
  readonly unknownEvents: ReadonlySet<string>;
  /** Keys below an event of `on:` that the forge cannot read, so that the whole file is invalid. */
  readonly refusedTriggerKeys: ReadonlyMap<string, readonly string[]>;
}

/** Where a script runs, and the `shell:` that holds for it. */
export interface ShellRequest {
  /** The value after interpolation (step before job default before workflow default); null where none is given. */
  readonly shell: string | null;
  /** True where the job has a `container:`. */
  readonly container: boolean;
  readonly runsOnWindows: boolean;
}

const bashStrict: ShellLine = {
  kind: 'posix',
  program: 'bash',
  errexit: true,
  nounset: false,
  pipefail: true,
};
const shErrexit: ShellLine = { kind: 'posix', program: 'sh', errexit: true, nounset: false, pipefail: false };

// Semantics 1.1: these names mean the same on every forge.
const commonShells: readonly (readonly [string, ShellLine])[] = [
  ['bash', bashStrict],
  ['sh', shErrexit],
  ['python', { kind: 'python' }],
  ['pwsh', { kind: 'pwsh', stops: true }],
  ['powershell', { kind: 'powershell', stops: true }],
  ['cmd', { kind: 'cmd' }],
];

const jobContexts = ['github', 'inputs', 'vars', 'needs'];
const matrixContexts = [...jobContexts, 'strategy', 'matrix'];
const runnerContexts = ['env', 'steps', 'job', 'runner'];
const everyContext = [...matrixContexts, ...runnerContexts, 'secrets'];

// Semantics 4.8, 4.10d: `case` is GitHub's. The newest runners of the act family may have it too.
const functions: ReadonlySet<string> = new Set([
  'always',
  'cancelled',
  'case',
  'contains',
  'endswith',
  'failure',
  'format',
  'fromjson',
  'hashfiles',
  'join',
  'startswith',
  'success',
  'tojson',
]);

// Semantics 3.1. What a forge of the act family can see in an expression does not depend on the place:
// one evaluator with all contexts serves every key.
function sameContextsEverywhere(aliases: readonly string[]): Record<ExpressionSite, ReadonlySet<string>> {
  const all = new Set([...everyContext, ...aliases]);
  return {
    'workflow-env': all,
    'job-if': all,
    'job-env': all,
    'job-field': all,
    'job-outputs': all,
    'call-with': all,
    'call-secrets': all,
    'step-if': all,
    'step-field': all,
    'composite-step': all,
  };
}

const contextFields: readonly string[] = [
  'actor',
  'api_url',
  'base_ref',
  'event_name',
  'event_path',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_type',
  'repository',
  'repository_owner',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'workflow',
  'workspace',
];

// Fields that the runners of the act family do not have (semantics 4.10d, 6.9).
const githubOnlyFields: readonly string[] = [
  'actor_id',
  'ref_protected',
  'repository_id',
  'repository_owner_id',
  'triggering_actor',
  'workflow_ref',
  'workflow_sha',
];

function contextVariables(
  prefixes: readonly string[],
  fields: readonly string[],
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const prefix of prefixes) {
    for (const field of fields) variables.set(`${prefix}_${field.toUpperCase()}`, field);
  }
  return variables;
}

function fileCommands(prefixes: readonly string[]): Record<FileCommand, readonly string[]> {
  const named = (suffix: string) => prefixes.map((prefix) => `${prefix}_${suffix}`);
  return {
    output: named('OUTPUT'),
    env: named('ENV'),
    path: named('PATH'),
    state: named('STATE'),
    summary: named('STEP_SUMMARY'),
  };
}

const github: Dialect = {
  forge: 'github',
  title: 'GitHub',
  version: 'runner 2.336',
  roots: { folders: ['.github/workflows'], recursive: false }, // 6.8
  automaticTokens: ['GITHUB_TOKEN'], // 2.7
  tokenVariables: [],
  defaultShell: {
    host: { command: 'bash', errexit: true, pipefail: false }, // 1.1: the arguments are those of sh
    container: { command: 'sh', errexit: true, pipefail: false }, // 1.1
  },
  namedShells: new Map(commonShells), // 1.1: `node` is no name here
  shellWithoutScript: 'fails', // 1.4
  interpolationError: 'fails', // 4.16
  nullComparison: 'by-value', // 4.4
  objectComparison: 'by-reference', // 4.4
  contexts: {
    // 3.1
    'workflow-env': new Set(['github', 'inputs', 'vars', 'secrets']),
    'job-if': new Set(jobContexts),
    'job-env': new Set([...matrixContexts, 'secrets']),
    'job-field': new Set(matrixContexts),
    'job-outputs': new Set(everyContext),
    'call-with': new Set(matrixContexts),
    'call-secrets': new Set([...matrixContexts, 'secrets']),
    'step-if': new Set([...matrixContexts, ...runnerContexts]),
    'step-field': new Set(everyContext),
    'composite-step': new Set(['github', 'inputs', 'strategy', 'matrix', ...runnerContexts]),
  },
  functions,
  contextNotAvailable: 'invalid-file', // 3.2, 3.4
  secretsInComposite: 'load-error', // 9.2
  shellInComposite: 'required', // 9.1
  brokenCall: 'invalid-file', // 2.11; the start-up error names the call
  callDepth: 10,
  calledAllSkipped: 'skipped', // not settled
  githubAliases: [],
  stepContinueOnErrorExpression: 'evaluated', // 5
  jobContinueOnError: 'evaluated', // 5
  afterSkippedNeed: 'if-has-status-function', // 4.17
  successOf: 'ancestors', // 4.12
  fileCommands: fileCommands(['GITHUB']), // 7.1
  setEnvCommand: 'refused', // 7.3
  dropsSecretOutputs: true, // 7.7
  environment: new Map([
    // 6.11
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
  ]),
  contextVariables: contextVariables(['GITHUB'], [...contextFields, ...githubOnlyFields]), // 6.11
  invalidFile: 'failed-run', // 4.22
  unknownEvents: new Set(),
  refusedTriggerKeys: new Map(),
};

// 1.26 is the newest release: what the reference calls 1.27 was read from a development branch.
const gitea: Dialect = {
  forge: 'gitea',
  title: 'Gitea',
  version: '1.26',
  roots: { folders: ['.gitea/workflows', '.github/workflows'], recursive: true }, // 6.8
  automaticTokens: ['GITHUB_TOKEN', 'GITEA_TOKEN'], // 2.7
  tokenVariables: ['GITHUB_TOKEN'],
  defaultShell: {
    host: { command: 'bash', errexit: true, pipefail: true }, // 1.1: a docker label without `container:` too
    container: { command: 'sh', errexit: true, pipefail: false }, // 1.1
  },
  namedShells: new Map(commonShells), // 1.1: `node` is a literal command here (1.5)
  shellWithoutScript: 'runs-nothing', // 1.5
  interpolationError: 'blanks', // 4.16
  nullComparison: 'always-true', // 4.10a
  objectComparison: 'error', // 4.10b
  contexts: sameContextsEverywhere(['gitea']), // 3.2, 3.3
  functions,
  contextNotAvailable: 'evaluation-error', // 3.4
  secretsInComposite: 'empty', // 9.2
  shellInComposite: 'optional', // 9.1
  brokenCall: 'job-fails', // the runner reads the called file when the job runs
  callDepth: 10,
  calledAllSkipped: 'success', // the result of the caller is success unless a called job failed
  githubAliases: ['gitea'], // 3.5
  stepContinueOnErrorExpression: 'file-vanishes', // 5, 8.2c
  jobContinueOnError: 'ignored', // 5, 8.1: honoured from 1.27
  afterSkippedNeed: 'if-decides', // 4.17, 1.23 to 1.26
  successOf: 'needs', // 4.12
  fileCommands: fileCommands(['GITHUB', 'GITEA']), // 7.1
  setEnvCommand: 'refused', // 7.3
  dropsSecretOutputs: false, // 7.7
  environment: new Map([
    // 8.9
    ['ACT', 'true'],
    ['CI', 'true'],
    ['GITEA_ACTIONS', 'true'],
    ['GITHUB_ACTIONS', 'true'],
  ]),
  contextVariables: contextVariables(['GITHUB'], contextFields), // 6.11
  invalidFile: 'vanishes', // 4.22, 8.2d
  unknownEvents: new Set(),
  refusedTriggerKeys: new Map([['workflow_call', ['inputs', 'secrets', 'outputs']]]), // 8.2b
};

const forgejo: Dialect = {
  forge: 'forgejo',
  title: 'Forgejo',
  version: 'runner 12',
  roots: { folders: ['.forgejo/workflows', '.gitea/workflows', '.github/workflows'], recursive: true }, // 6.8
  automaticTokens: ['GITHUB_TOKEN', 'GITEA_TOKEN', 'FORGEJO_TOKEN'], // 2.7
  tokenVariables: ['GITHUB_TOKEN', 'FORGEJO_TOKEN'],
  defaultShell: {
    host: { command: 'bash', errexit: true, pipefail: true }, // 1.1
    // 1.1: the runner looks for bash in the container first, and most images have it.
    container: { command: 'bash', errexit: true, pipefail: true },
  },
  namedShells: new Map([...commonShells, ['node', { kind: 'node' }]]), // 1.1
  shellWithoutScript: 'runs-nothing', // 1.5
  interpolationError: 'blanks', // 4.16
  nullComparison: 'always-true', // 4.10a
  objectComparison: 'error', // 4.10b
  contexts: sameContextsEverywhere(['gitea', 'forge', 'forgejo']), // 3.2, 3.3
  functions,
  // The runner checks every file against a schema of contexts and functions before it runs anything: a task that
  // names others fails (forgejo-runner 0988a0cb1e, `act/schema/schema.go`, `internal/app/run/workflow.go:18`).
  contextNotAvailable: 'invalid-file',
  secretsInComposite: 'empty', // 9.2
  shellInComposite: 'optional', // 9.1
  brokenCall: 'job-fails', // the runner reads the called file when the job runs
  callDepth: 10,
  calledAllSkipped: 'success', // the result of the caller is success unless a called job failed
  githubAliases: ['gitea', 'forge', 'forgejo'], // 3.5
  // 5: the effect is not settled. A red run could not hide anything, so the other reading is the safe one.
  stepContinueOnErrorExpression: 'evaluated',
  jobContinueOnError: 'ignored', // 5
  afterSkippedNeed: 'if-decides', // 4.17
  successOf: 'needs', // 4.12
  fileCommands: fileCommands(['GITHUB', 'FORGEJO']), // 7.1: the runner sets these two, no GITEA_OUTPUT
  setEnvCommand: 'accepted', // 7.3
  dropsSecretOutputs: false, // 7.7
  environment: new Map([
    // 8.9
    ['ACT', 'true'],
    ['CI', 'true'],
    ['FORGEJO_ACTIONS', 'true'],
    ['GITEA_ACTIONS', 'true'],
    ['GITHUB_ACTIONS', 'true'],
  ]),
  contextVariables: contextVariables(['GITHUB', 'FORGEJO'], contextFields), // 6.11
  invalidFile: 'failed-run', // 4.22
  unknownEvents: new Set(),
  refusedTriggerKeys: new Map(), // 8.2
};

/** What each forge does, in its newest release. */
export const dialects: Readonly<Record<Forge, Dialect>> = { gitea, forgejo, github };

/** Whether the forge provides the secret of that name by itself, so that it is never missing. Names ignore case. */
export function isAutomaticToken(forge: Forge, name: string): boolean {
  return dialects[forge].automaticTokens.includes(name.toUpperCase());
}

/** How the forge starts a script under the given `shell:`. */
export function shellOf(dialect: Dialect, request: ShellRequest): ShellLine {
  const command = request.shell?.trim() ?? '';
  if (command === '') return unsetShell(dialect, request);
  const named = dialect.namedShells.get(command);
  if (named !== undefined) return named;
  if (!command.includes(script)) return { kind: dialect.shellWithoutScript, command };
  return templateShell(command);
}

function unsetShell(dialect: Dialect, { container, runsOnWindows }: ShellRequest): ShellLine {
  // Semantics 1.1. Containers exist on Linux only, so a container outweighs the label.
  if (runsOnWindows && !container) return { kind: 'pwsh', stops: true };
  const { command, errexit, pipefail } = container
    ? dialect.defaultShell.container
    : dialect.defaultShell.host;
  return { kind: 'posix', program: command, errexit, nounset: false, pipefail };
}

/** What a template holds in the place of the script's path. */
const script = '{0}';

/** Commands that run another one in a prepared environment and pass its status on. */
const wrappers: ReadonlySet<string> = new Set([
  'arch',
  'conda',
  'env',
  'ionice',
  'micromamba',
  'nice',
  'nix',
  'pixi',
  'poetry',
  'setarch',
  'stdbuf',
  'time',
  'unbuffer',
  'uv',
  'xvfb-run',
]);

/** A custom template: the options are those it names, nothing is added (semantics 1.4). */
function templateShell(command: string): ShellLine {
  const words = splitWords(command);
  const at = programIndex(words);
  const name = programName(words[at] ?? '');
  const rest = words.slice(at + 1);
  switch (name) {
    case 'bash':
      return posixShell('bash', rest, command);
    case 'sh':
    case 'dash':
    case 'ash':
      return posixShell('sh', rest, command);
    case 'python':
      return runsScript(rest, pythonOptions) ? { kind: 'python' } : { kind: 'other', command };
    case 'node':
    case 'nodejs':
      return runsScript(rest, nodeOptions) ? { kind: 'node' } : { kind: 'other', command };
    case 'pwsh':
    case 'powershell':
      return { kind: name, stops: false };
    case 'cmd':
      return { kind: 'cmd' };
    default:
      return { kind: 'other', command };
  }
}

const modelled: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'dash',
  'ash',
  'python',
  'node',
  'nodejs',
  'pwsh',
  'powershell',
  'cmd',
]);

/** Where in the words the interpreter stands: behind a wrapper, unless that one empties the environment. */
function programIndex(words: readonly string[]): number {
  if (!wrappers.has(programName(words[0] ?? ''))) return 0;
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-i' || word === '--ignore-environment' || word === script) return 0;
    if (modelled.has(programName(word))) return i;
  }
  return 0;
}

/** The last part of a path, without `.exe` and, for python, without the version. */
function programName(word: string): string {
  const slash = Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\'));
  const name = word
    .slice(slash + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  return /^python[0-9.]*$/.test(name) ? 'python' : name;
}

function posixShell(program: 'bash' | 'sh', args: readonly string[], command: string): ShellLine {
  const options = { errexit: false, nounset: false, pipefail: false };
  let parsesOnly = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (word.startsWith('--')) {
      if (word === '--rcfile' || word === '--init-file') at++;
      continue;
    }
    if (word.length < 2 || (word[0] !== '-' && word[0] !== '+')) break;
    const on = word[0] === '-';
    for (const letter of word.slice(1)) {
      if (letter === 'e') options.errexit = on;
      else if (letter === 'u') options.nounset = on;
      else if (letter === 'n') parsesOnly = on;
      else if (letter === 'O') at++;
      else if (letter === 'o') {
        at++;
        const name = args[at];
        if (name === 'errexit' || name === 'nounset' || name === 'pipefail') options[name] = on;
        else if (name === 'noexec') parsesOnly = on;
      } else if (letter === 'c' || letter === 's') return { kind: 'other', command };
    }
  }
  if (args[at] !== script) return { kind: 'other', command };
  if (parsesOnly) return { kind: 'runs-nothing', command };
  return { kind: 'posix', program, ...options };
}

interface InterpreterOptions {
  /** Options whose value is the next word. */
  readonly withValue: ReadonlySet<string>;
  /** Options with which the script is not simply run. */
  readonly instead: ReadonlySet<string>;
}

const pythonOptions: InterpreterOptions = {
  withValue: new Set(['-W', '-X']),
  instead: new Set(['-c', '-m']),
};
const nodeOptions: InterpreterOptions = {
  withValue: new Set(['-r', '--require', '--import', '--loader', '-C', '--conditions']),
  instead: new Set(['-e', '--eval', '-p', '--print', '-c', '--check', '--test']),
};

function runsScript(args: readonly string[], options: InterpreterOptions): boolean {
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (!word.startsWith('-')) return word === script;
    if (options.instead.has(word)) return false;
    if (options.withValue.has(word)) i++;
  }
  return false;
}

/** Splits at blanks outside quotes and takes the quotes off. A backslash is an ordinary character (Windows paths). */
function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (const char of line) {
    if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === ' ' || char === '\t' || char === '\n' || char === '\r') {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
