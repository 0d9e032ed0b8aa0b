import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

// The oracle: what a real shell, or Python, makes of a script. Only for scripts of our own making (the fixtures in
// `fixtures/flow` and generated ones): they run with nothing on PATH but the stubs asked for, in a
// directory of their own, without input, and for a bounded time.

export type ShellName = 'bash' | 'sh';

/** Who runs a script. */
export type InterpreterName = ShellName | 'python3' | 'node';

/** A command on PATH that does nothing but note its call. */
export interface Stub {
  readonly name: string;
  /** The status it ends with, 0 to 255. */
  readonly status: number;
  /** Whether it reads its input to the end, as `cat` and `tee` do. */
  readonly reads: boolean;
  /** The line that it prints; empty for none. */
  readonly says: string;
  /** Lines of shell that come before all that, and may end it in another way. */
  readonly before: readonly string[];
}

export interface RealRun {
  readonly script: string;
  readonly shell: InterpreterName;
  /** What stands between the shell's name and the script's file, such as `['-e', '-o', 'pipefail']`. */
  readonly flags: readonly string[];
  /** The environment, besides PATH, HOME, TMPDIR and the files that a runner offers. */
  readonly env: Readonly<Record<string, string>>;
  readonly commands: readonly Stub[];
  /** Real programs that the script may use as well, out of a short list of harmless ones. */
  readonly tools: readonly string[];
  /** Scripts of our own making that stand in the directory of the run, by their paths: it may call them with bash or Python. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface RealOutcome {
  /** 0 to 255; 128 + the number of the signal for a shell that a signal ended. */
  readonly status: number;
  /** Names of the stubs in the order of their calls. */
  readonly reached: readonly string[];
  /** The same calls with their arguments. */
  readonly calls: readonly (readonly string[])[];
  /** What was written to `$GITHUB_OUTPUT` and `$GITHUB_ENV`, read as a runner reads them. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly env: ReadonlyMap<string, string>;
  /** For people who look into a disagreement. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Programs that read and write only what they are given, or start only what the script could start itself. */
const harmlessTools: ReadonlySet<string> = new Set(
  'awk base64 basename bash cat cut dirname echo egrep env false fgrep grep head mkdir mktemp nice paste rm sed seq sh sort tail tee timeout tr true uniq wc xargs'.split(
    ' ',
  ),
);

const timeoutMilliseconds = 10_000;
const directories = ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin'];

// In one record of the log every word ends with a unit separator; the record ends with a word of its own.
const wordEnd = '\x1f';
const recordEnd = '\x1e';

/**
 * Runs a script as a runner would: written to a file, under the shell and flags given. Throws where the
 * shell or a tool is not on this machine, where a tool is not a harmless one, and where the script does not
 * end in time.
 */
export async function runReal(run: RealRun): Promise<RealOutcome> {
  const directory = mkdtempSync(join(tmpdir(), 'hardfail-oracle-'));
  try {
    const bin = join(directory, 'bin');
    const work = join(directory, 'work');
    const home = join(directory, 'home');
    for (const path of [bin, work, home]) mkdirSync(path);
    const log = join(directory, 'log');
    const output = join(directory, 'output');
    const environment = join(directory, 'env');
    const script = join(directory, 'script.sh');
    for (const path of [log, output, environment, join(directory, 'summary')]) writeFileSync(path, '');
    writeFileSync(script, run.script);
    for (const stub of run.commands)
      writeFileSync(join(bin, stub.name), stubText(stub, `'${log}'`), { mode: 0o755 });
    for (const tool of run.tools) symlinkSync(toolPath(tool), join(bin, tool));
    writeFiles(work, run);
    const ended = await executeToTheEnd(shellPath(run.shell), [...run.flags, script], work, {
      ...run.env,
      PATH: bin,
      HOME: home,
      TMPDIR: home,
      LC_ALL: 'C',
      GITHUB_OUTPUT: output,
      GITHUB_ENV: environment,
      GITHUB_STEP_SUMMARY: join(directory, 'summary'),
    });
    const calls = readLog(readFileSync(log, 'utf8'));
    return {
      ...ended,
      reached: calls.map(([name = '']) => name),
      calls,
      outputs: parseFileCommands(readFileSync(output, 'utf8')),
      env: parseFileCommands(readFileSync(environment, 'utf8')),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Puts the files of a run into the directory that it works in. */
function writeFiles(work: string, { files }: Pick<RealRun, 'files'>): void {
  for (const [path, text] of Object.entries(files ?? {})) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text, { mode: 0o755 });
  }
}

/**
 * Runs many scripts one after the other in one tree of processes, each in a directory of its own: several times
 * as fast as `runReal`. All of them share the stubs and have no tools. null: there is nothing to compare, for
 * the script had not ended when the batch had taken `milliseconds` and a little for each script (those after it are
 * run all the same), or it wrote what no runner can read.
 */
export async function runRealBatch(
  runs: readonly Omit<RealRun, 'commands' | 'tools'>[],
  commands: readonly Stub[],
  milliseconds = timeoutMilliseconds,
): Promise<readonly (RealOutcome | null)[]> {
  const directory = mkdtempSync(join(tmpdir(), 'hardfail-oracle-'));
  try {
    const bin = join(directory, 'bin');
    const home = join(directory, 'home');
    for (const path of [bin, home]) mkdirSync(path);
    for (const command of commands)
      writeFileSync(join(bin, command.name), stubText(command, '"$ORACLE_LOG"'), { mode: 0o755 });
    if (runs.some(({ files }) => files))
      for (const name of ['bash', 'python3', 'node'] as const) symlinkSync(shellPath(name), join(bin, name));
    const commandLines: string[] = [];
    for (const [index, run] of runs.entries()) {
      const folder = join(directory, String(index));
      const work = join(folder, 'work');
      mkdirSync(work, { recursive: true });
      for (const name of ['log', 'output', 'env', 'summary']) writeFileSync(join(folder, name), '');
      writeFileSync(join(folder, 'script.sh'), run.script);
      writeFiles(work, run);
      const environment = Object.entries({
        ...run.env,
        ORACLE_LOG: join(folder, 'log'),
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_ENV: join(folder, 'env'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
      }).map(([name, value]) => `${name}=${singleQuoted(value)}`);
      const command = [shellPath(run.shell), ...run.flags, join(folder, 'script.sh')].map(singleQuoted);
      commandLines.push(
        [
          `cd ${work}`,
          `${environment.join(' ')} ${command.join(' ')} < /dev/null > ${folder}/stdout 2> ${folder}/stderr`,
          `echo $? > ${folder}/status`,
        ].join('\n'),
      );
    }
    const hasEnded = (index: number) => existsSync(join(directory, String(index), 'status'));
    for (let next = 0; next < runs.length; next = firstFrom(next, runs.length, hasEnded) + 1) {
      const driver = join(directory, 'driver.sh');
      const setUp = `PATH=${bin} HOME=${home} TMPDIR=${home} LC_ALL=C\nexport PATH HOME TMPDIR LC_ALL`;
      writeFileSync(driver, [setUp, ...commandLines.slice(next)].join('\n'));
      const limit = milliseconds + 50 * (runs.length - next);
      if (await execute(shellPath('sh'), [driver], directory, {}, limit)) break;
    }
    return runs.map((_, index) => {
      if (!hasEnded(index)) return null;
      const read = (name: string) => readFileSync(join(directory, String(index), name), 'utf8');
      const calls = readLog(read('log'));
      const [outputs, env] = [readFileCommands(read('output')), readFileCommands(read('env'))];
      if (!outputs || !env) return null;
      return {
        status: Number(read('status')),
        reached: calls.map(([name = '']) => name),
        calls,
        outputs,
        env,
        stdout: read('stdout'),
        stderr: read('stderr'),
      };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readFileCommands(text: string): ReadonlyMap<string, string> | null {
  try {
    return parseFileCommands(text);
  } catch {
    return null;
  }
}

/** The first index from `start` on that has not ended; `end` where all have. */
function firstFrom(start: number, end: number, hasEnded: (index: number) => boolean): number {
  let index = start;
  while (index < end && hasEnded(index)) index++;
  return index;
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A stub that succeeds and does not read its input. */
export function stub(name: string, options: Partial<Stub> = {}): Stub {
  return { name, status: 0, reads: false, says: '', before: [], ...options };
}

/** Whether the shell takes the script for well-formed (`-n`: nothing is run). */
export async function parses(script: string, shell: ShellName): Promise<{ ok: boolean; message: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'hardfail-oracle-'));
  try {
    const file = join(directory, 'script.sh');
    writeFileSync(file, script);
    const ended = await executeToTheEnd(shellPath(shell), ['-n', file], directory, { LC_ALL: 'C' });
    return { ok: ended.status === 0, message: ended.stderr.replaceAll(file, 'script') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// dash is what `sh` is on the images that runners use; elsewhere `sh` may be bash, which knows more.
const shells: Readonly<Record<InterpreterName, readonly string[]>> = {
  bash: ['bash'],
  sh: ['dash', 'sh'],
  python3: ['python3'],
  node: ['node'],
};

function shellPath(shell: InterpreterName): string {
  // The one that runs the tests, wherever it is.
  if (shell === 'node') return process.execPath;
  const path = firstExecutable(shells[shell]);
  if (path === null)
    throw new Error(`expected ${shells[shell].join(' or ')} in ${directories.join(', ')}, found none`);
  return path;
}

export function toolPath(tool: string): string {
  if (!harmlessTools.has(tool))
    throw new Error(`'${tool}' is not one of the tools that a script may use here`);
  const path = firstExecutable([tool]);
  if (path === null) throw new Error(`expected the tool '${tool}' in ${directories.join(', ')}, found none`);
  return path;
}

function firstExecutable(names: readonly string[]): string | null {
  for (const name of names) {
    for (const directory of directories) {
      try {
        accessSync(join(directory, name), constants.X_OK);
        return join(directory, name);
      } catch {
        // Not here: the next directory may have it.
      }
    }
  }
  return null;
}

export function stubText({ name, status, reads, says, before }: Stub, log: string): string {
  // One printf is one write, so that the records of two stubs of a pipeline cannot mix.
  const lines = ['#!/bin/sh', `printf '%s${wordEnd}' '${name}' "$@" '${recordEnd}' >> ${log}`];
  lines.push(...before);
  if (reads) lines.push('while read -r _; do :; done');
  if (says !== '') lines.push(`echo ${singleQuoted(says)}`);
  return [...lines, `exit ${status}`, ''].join('\n');
}

export function readLog(text: string): readonly (readonly string[])[] {
  return text
    .split(recordEnd + wordEnd)
    .slice(0, -1)
    .map((record) => record.split(wordEnd).slice(0, -1));
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function executeToTheEnd(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const ended = await execute(file, args, cwd, env, timeoutMilliseconds);
  if (!ended) throw new Error(`expected the script to end within ${timeoutMilliseconds} ms, it did not`);
  return ended;
}

/** null: it did not end within `limit` milliseconds. */
function execute(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  limit: number,
): Promise<Ended | null> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that whatever the script leaves behind can be ended with it.
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let stdout = '';
    let stderr = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, limit);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      killGroup(child.pid);
      if (late) resolve(null);
      else resolve({ status: code ?? 128 + signalNumber(signal), stdout, stderr });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  switch (signal) {
    case 'SIGINT':
      return 2;
    case 'SIGKILL':
      return 9;
    case 'SIGPIPE':
      return 13;
    case 'SIGTERM':
      return 15;
    default:
      return 0;
  }
}

/**
 * Reads a runner's file of `name=value` lines and `name<<END` blocks (semantics 7.2); the last write of a
 * name wins. Throws on what makes a runner fail: a line of neither kind, a block without its end.
 */
export function parseFileCommands(text: string): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const block = line.indexOf('<<');
    if (block > 0 && (equals < 0 || block < equals)) {
      const end = lines.indexOf(line.slice(block + 2), i + 1);
      if (end < 0) throw new Error(`expected '${line.slice(block + 2)}' after '${line}', found the end`);
      result.set(line.slice(0, block), lines.slice(i + 1, end).join('\n'));
      i = end;
    } else if (equals > 0) result.set(line.slice(0, equals), line.slice(equals + 1));
    else throw new Error(`expected 'name=value' or 'name<<END', found '${line}'`);
  }
  return result;
}
