import type { Bash, InitialFiles, ScriptNode } from 'just-bash';
import { type Around, mend } from './mend.js';
import type { Machine, Sandbox, SandboxFiles, ScriptOutcome, ScriptRun } from './sandbox.js';
import {
  commandsOf,
  exporting,
  isCommandName,
  ownNames,
  pathsCalled,
  quoted,
  readOr,
  type Shared,
  standIn,
  wordsOf,
} from './stand-ins.js';
import { functionsIn, type Reader } from './tree.js';

export type JustBash = typeof import('just-bash');

/** Generous for a step of a workflow, and far from what a machine would notice. */
const limits = {
  maxExecutionTimeMs: 5_000,
  maxSourceBytes: 1024 * 1024,
  maxCommandCount: 20_000,
  maxLoopIterations: 10_000,
  maxCallDepth: 100,
  maxOutputSize: 1024 * 1024,
  maxStringLength: 1024 * 1024,
  maxLiveBytes: 32 * 1024 * 1024,
  maxFileSystemBytes: 32 * 1024 * 1024,
};

/** Loads just-bash; null where it is not installed. */
export async function loadJustBash(): Promise<JustBash | null> {
  try {
    return await import('just-bash');
  } catch {
    return null;
  }
}

/** A sandbox in this thread. What runs for too long ends by just-bash's own limits. */
export function sandboxOf(justBash: JustBash): Sandbox {
  const prepared = new WeakMap<SandboxFiles, Prepared>();
  return {
    async machine(files) {
      const ready = prepared.get(files) ?? prepare(justBash, files);
      prepared.set(files, ready);
      return newMachine(justBash, ready);
    },
    close() {},
  };
}

/** Files as machines get them; made once for many machines. */
interface Prepared {
  readonly files: InitialFiles;
  readonly around: Omit<Around, 'program'>;
  /** What their scripts may call, by name and by path. */
  readonly words: readonly string[];
  readonly paths: readonly string[];
}

/** What a runner says of its system: scripts ask for the name of the release. */
const systemFiles: SandboxFiles = {
  '/etc/os-release':
    'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n',
  '/etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble\n',
};

function prepare(justBash: JustBash, own: SandboxFiles): Prepared {
  const given = { ...systemFiles, ...own };
  const reader: Reader = (text) => justBash.parse(text);
  const scripts = Object.entries(given).filter(([path, text]) => isScript(path, text));
  const trees = scripts.flatMap(([, text]) => readOr(text, reader) ?? []);
  const around = {
    functions: new Set(trees.flatMap(functionsIn)),
    files: new Map(Object.keys(given).map((path) => [path.slice(path.lastIndexOf('/') + 1), path])),
  };
  const write = (script: ScriptNode) => justBash.serialize(script);
  const files = Object.entries(given).map(([path, text]): [string, InitialFiles[string]] => [
    path,
    isScript(path, text) ? { content: mended(text, reader, write, around), mode: 0o755 } : text,
  ]);
  return {
    files: Object.fromEntries(files),
    around,
    words: trees.flatMap(wordsOf),
    paths: trees.flatMap(pathsCalled),
  };
}

function newMachine(justBash: JustBash, { files, around, words, paths }: Prepared): Machine {
  const reader: Reader = (text) => justBash.parse(text);
  const taken = new Set(ownNames);
  const offerWords = (names: readonly string[]) => {
    for (const word of names) {
      if (taken.has(word) || !isCommandName(word)) continue;
      taken.add(word);
      bash.registerCommand(standIn(word, shared));
    }
  };
  const offer = (tree: ScriptNode) => offerWords(wordsOf(tree));
  const shared: Shared = { run: nothingToRun, calls: [], refusal: null, around, offer };
  const write = (script: ScriptNode) => justBash.serialize(script);
  const commands = commandsOf(justBash.getCommandNames(), shared, reader, write);
  for (const { name } of commands) taken.add(name);
  const bash = new justBash.Bash({
    files,
    executionLimits: limits,
    // Nobody waits for a step that sleeps.
    sleep: async () => {},
    customCommands: commands,
  });
  offerWords(words);
  return {
    async run(run) {
      shared.run = run;
      shared.calls = [];
      shared.refusal = null;
      const tree = readOr(run.script, reader);
      if (!tree) return refused('cannot be read by the sandbox');
      const words = wordsOf(tree);
      offer(tree);
      await offerPaths(bash, [...paths, ...pathsCalled(tree)], run.cwd);
      const [why] = mend(tree, reader, { ...around, program: run.program });
      if (why !== undefined) return refused(why);
      const ended = await bash.exec(`${exporting(run.env)}\n${optionsOf(run)}\n${write(tree)}`, {
        env: { ...run.env },
        replaceEnv: true,
        cwd: run.cwd,
        rawScript: true,
      });
      if (shared.refusal !== null) return refused(shared.refusal);
      const { exitCode: status, stdout, stderr } = ended;
      if (hitLimit(status, stderr)) return refused('does not end within the limits of the sandbox');
      return { kind: 'ended', status, stdout, stderr, calls: shared.calls, words };
    },
    read: async (path) => ((await bash.fs.exists(path)) ? bash.fs.readFile(path) : ''),
    write: (path, text) => bash.writeFile(path, text),
  };
}

const nothingToRun: ScriptRun = {
  script: '',
  program: 'bash',
  errexit: false,
  nounset: false,
  pipefail: false,
  env: {},
  cwd: '/',
  answers: {},
  secrets: [],
  failing: [],
  empty: [],
};

function refused(reason: string): ScriptOutcome {
  return { kind: 'refused', reason };
}

function optionsOf({ errexit, nounset, pipefail }: ScriptRun): string {
  const words = [errexit ? '-e' : '+e', nounset ? '-u' : '+u', pipefail ? '-o' : '+o', 'pipefail'];
  return `set ${words.join(' ')}`;
}

function hitLimit(status: number, stderr: string): boolean {
  if (status !== 126 && status !== 124) return false;
  return /executionLimits|limit exceeded|execution deadline|recursion depth/.test(stderr);
}

/** Stand-ins for what is called by a path at which no file lies. */
async function offerPaths(bash: Bash, paths: readonly string[], cwd: string): Promise<void> {
  for (const path of new Set(paths)) {
    const file = path.startsWith('/') ? path : `${cwd}/${path}`;
    if (await bash.fs.exists(file)) continue;
    await bash.writeFile(file, `__hf_stub ${quoted(path)} "$@"\n`);
    await bash.fs.chmod(file, 0o755);
  }
}

function isScript(path: string, text: string): boolean {
  return /\.(sh|bash)$/.test(path) || /^#!.*\b(bash|sh|dash)\b/.test(firstLine(text));
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

/** A script of the repository as the sandbox can run it. */
function mended(
  text: string,
  reader: Reader,
  write: (script: ScriptNode) => string,
  around: Omit<Around, 'program'>,
): string {
  const first = firstLine(text);
  const tree = readOr(text, reader);
  const program = /^#!.*(\/|\s)(sh|dash)\b/.test(first) ? 'sh' : 'bash';
  const [why] = tree
    ? mend(tree, reader, { ...around, program })
    : ['calls one that cannot be read by the sandbox'];
  if (!tree || why !== undefined) return `__hf_refuse ${quoted(why ?? '')}\n`;
  // Which options stand behind `#!` the sandbox does not look at.
  const options = /^#!\S+\s+(-[a-z]+)\s*$/.exec(first)?.[1];
  return [
    ...(first.startsWith('#!') ? [first] : []),
    ...(options ? [`set ${options}`] : []),
    write(tree),
  ].join('\n');
}
