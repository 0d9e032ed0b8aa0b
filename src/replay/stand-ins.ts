import type { Command, ExecResult, ResolvedCommandContext, ScriptNode } from 'just-bash';
import { consumption } from '../facts/credentials.js';
import { curlBehaviour, curlFormat, holdsStatus, REFUSED_STATUS, writtenParts } from '../facts/http.js';
import { type Around, mend } from './mend.js';
import { type Call, callKey, type ScriptRun } from './sandbox.js';
import { isNode, literalOf, nodesOf, type Reader } from './tree.js';

// The commands of the sandbox: its own programs on its own files, and stand-ins for every other.

/** What the commands of one script have in common. */
export interface Shared {
  run: ScriptRun;
  calls: Call[];
  /** Why a script that it calls must not be run. */
  refusal: string | null;
  /** What the files of the repository hold. */
  readonly around: Omit<Around, 'program'>;
  /** Makes stand-ins for the commands that a script names. */
  readonly offer: (tree: ScriptNode) => void;
}

/** The shell's own words and builtins, and programs that only print or test: no stand-in takes their names. */
export const ownNames: ReadonlySet<string> = new Set(
  (
    '. : [ [[ { } ! alias bg break builtin case cd command continue declare dirs do done echo elif else esac eval ' +
    'exec exit export expr false fg fi for function getopts hash if in jobs let local mapfile popd printf pushd pwd ' +
    'read readarray readonly return select set shift shopt source test then time times trap true type typeset ' +
    'ulimit umask unalias unset until wait which while'
  ).split(' '),
);

/** Programs of just-bash that are not a runner's, or a language of their own. */
const unwanted: ReadonlySet<string> = new Set(
  'bash clear curl help history html-to-markdown js-exec node python python3 sh sqlite3 xan'.split(' '),
);

/** Programs that run the command which their arguments name. */
const launchers: readonly string[] = ['sudo', 'nohup', 'nice', 'setsid', 'stdbuf'];

/** Stands for what a program reads as its input. */
interface Given {
  readonly name: string;
  readonly args: readonly string[];
  readonly context: ResolvedCommandContext;
}

/** The commands of a machine, besides the stand-ins; `programs` are those that just-bash brings along. */
export function commandsOf(
  programs: readonly string[],
  shared: Shared,
  reader: Reader,
  serialize: (script: ScriptNode) => string,
): Command[] {
  return [
    ...programs
      .filter((name) => !unwanted.has(name) && !ownNames.has(name))
      .map((name) => command(name, (given) => runProgram(given, shared))),
    ...['bash', 'sh'].map((name) => command(name, (given) => runShell(given, shared, reader, serialize))),
    ...launchers.map((name) => command(name, launch)),
    command('__hf_status', async ({ args }) => answer(Number(args[0]), '')),
    command('__hf_refuse', async ({ args }) => {
      shared.refusal ??= args.join(' ');
      return answer(1, '');
    }),
    command('__hf_stub', async ({ args: [name = '', ...args], context }) =>
      standInFor({ name, args, context }, shared),
    ),
    command('mktemp', async ({ args, context }) => {
      const path = `/tmp/tmp.${shared.calls.length}`;
      if (args.some((arg) => /^-[a-z]*d/.test(arg))) await context.fs.mkdir(path, { recursive: true });
      else await context.fs.writeFile(path, '');
      return answer(0, `${path}\n`);
    }),
  ];
}

/** A command that the sandbox does not have: it notes its call, and succeeds unless a secret is missing that it needs. */
export function standIn(name: string, shared: Shared): Command {
  return command(name, (given) => standInFor(given, shared));
}

function command(name: string, execute: (given: Given) => Promise<ExecResult>): Command {
  return { name, execute: (args, context) => execute({ name, args, context }) };
}

function answer(exitCode: number, stdout: string, stderr = ''): ExecResult {
  return { exitCode, stdout, stderr };
}

async function standInFor(given: Given, shared: Shared): Promise<ExecResult> {
  const { name, args, context } = given;
  const { run } = shared;
  const told = run.answers[name];
  const starved = starvation(given, run);
  const consumes = run.secrets.filter(
    (secret) => args.some((arg) => arg.includes(secret)) || String(context.stdin).includes(secret),
  );
  const status = starved === 'fails' ? 1 : (told?.status ?? 0);
  shared.calls.push({
    name,
    args,
    status,
    stub: true,
    consumes,
    starved: starved !== null,
    opaque: runsAnotherLanguage(given),
  });
  // What is fetched with a secret is as good as one.
  const [secret] = consumes;
  const output = starved !== null ? '' : (told?.output ?? (secret === undefined ? '' : `${secret}\n`));
  if (name !== 'curl') return answer(status, output);
  const code = starved !== null ? REFUSED_STATUS : (told?.code ?? (status === 0 ? '200' : '000'));
  return answer(status, answerOfServer(args, output, code));
}

/** What curl prints of an answer: the body, unless it goes elsewhere, and what `-w` asks for. */
function answerOfServer(args: readonly string[], body: string, code: string): string {
  const format = curlFormat(args);
  if (format === null) return body;
  const written = writtenParts(format)
    .map((part) => (part.kind === 'text' ? part.text : holdsStatus(part.name) ? code : numberFor(part.name)))
    .join('');
  return `${curlBehaviour(args).output === 'stdout' ? body : ''}${written}`;
}

/** Some value for what else curl can tell: a duration in seconds, a count. */
function numberFor(name: string): string {
  if (name.startsWith('time_')) return '0.1';
  return /^(size|num|speed)_/.test(name) ? '1' : '';
}

/** What a command does for want of a secret that it is given where it is there, by the tables; null where it lacks none. */
function starvation({ name, args, context }: Given, run: ScriptRun): 'fails' | 'goes-on' | null {
  const fact = consumption(name, args);
  if (run.failing.includes(callKey(name, args, run.secrets))) {
    if (name === 'curl') return curlBehaviour(args).fails === false ? 'goes-on' : 'fails';
    if (fact?.whenMissing !== 'goes-on') return 'fails';
    return fact.workDone ? null : 'goes-on';
  }
  if (!fact || fact.workDone) return null;
  const variables = context.exportedEnv ?? {};
  const lacks = fact.anyOf.some((group) => {
    const set = group.filter((variable) => variables[variable] !== undefined);
    return (
      set.some((variable) => run.empty.includes(variable)) &&
      set.every((variable) => variables[variable] === '')
    );
  });
  return lacks ? fact.whenMissing : null;
}

const languages: ReadonlySet<string> = new Set(
  'python python2 python3 node nodejs deno bun ruby perl php pwsh powershell tsx ts-node'.split(' '),
);

/** A program of another language may read what the script does not name, and end as it likes. */
function runsAnotherLanguage({ name, args }: Given): boolean {
  return languages.has(name.slice(name.lastIndexOf('/') + 1)) && !args.includes('--version');
}

const readers: ReadonlySet<string> = new Set(['jq', 'yq']);

/** A program of the sandbox. A file that it does not find would be there on a runner: then it only stands in. */
async function runProgram(given: Given, shared: Shared): Promise<ExecResult> {
  const { name, args, context } = given;
  if (shared.run.answers[name]) return standInFor(given, shared);
  const result = await context.origCommand?.([...args]);
  if (!result) return standInFor(given, shared);
  // It does not know every way to write a date. Any day does, for it is the same in both worlds.
  if (name === 'date' && /invalid date/.test(result.stderr)) {
    const today = withoutDate(args);
    if (today.length < args.length) return runProgram({ ...given, args: today }, shared);
  }
  if (result.exitCode !== 0 && /no such file or directory/i.test(result.stderr))
    return standInFor(given, shared);
  // What a stand-in printed is no document, as what it stands for would have printed.
  if (readers.has(name) && result.exitCode > 1 && shared.calls.some(({ stub }) => stub))
    return standInFor(given, shared);
  shared.calls.push({
    name,
    args,
    status: result.exitCode,
    stub: false,
    consumes: [],
    starved: false,
    opaque: lacksOption(result),
  });
  return result;
}

/** Did the program end for an option that it does not know here, and may know on a runner? */
function lacksOption({ exitCode, stderr }: ExecResult): boolean {
  return exitCode !== 0 && /(unrecognized|invalid|unknown) option/i.test(stderr);
}

/** `date -d '14 days ago' +%F` without the day. */
function withoutDate(args: readonly string[]): readonly string[] {
  return args.filter((arg, index) => {
    const before = args[index - 1];
    return before !== '-d' && before !== '--date' && !/^(-d.*|--date(=.*)?)$/.test(arg);
  });
}

async function launch({ args, context }: Given): Promise<ExecResult> {
  let at = 0;
  while (args[at]?.startsWith('-')) at += ['-u', '-g', '-n'].includes(args[at] ?? '') ? 2 : 1;
  const assigned: Record<string, string> = { ...context.exportedEnv };
  for (; /^[A-Za-z_]\w*=/.test(args[at] ?? ''); at++) {
    const [name = '', ...value] = (args[at] ?? '').split('=');
    assigned[name] = value.join('=');
  }
  const [name, ...rest] = args.slice(at);
  if (name === undefined || !context.exec) return answer(0, '');
  return context.exec(quoted(name), {
    cwd: context.cwd,
    env: assigned,
    args: rest,
    stdin: String(context.stdin),
    stdinKind: 'bytes',
  });
}

/** `bash file`, `sh -c text`, `bash -s < file`: a shell of its own, with its own options. */
async function runShell(
  { name, args, context }: Given,
  shared: Shared,
  reader: Reader,
  serialize: (script: ScriptNode) => string,
): Promise<ExecResult> {
  const options: string[] = [];
  let text: string | null = null;
  let at = 0;
  let isText = false;
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--')) continue;
    const letters = arg.slice(1);
    if (letters.includes('c')) isText = true;
    const set = letters.replace(/[cslix]/g, '');
    if (set === '') continue;
    options.push(`set ${arg[0]}${set}${set.endsWith('o') ? ` ${args[++at] ?? ''}` : ''}`);
  }
  const rest = args.slice(at);
  const [first] = rest;
  if (isText) text = first ?? '';
  else if (first === undefined || args.includes('-s')) text = String(context.stdin);
  else {
    const path = first.startsWith('/') ? first : `${context.cwd}/${first}`;
    // A script that is made on the way is not among the sandbox's files.
    if (!(await context.fs.exists(path)))
      return standInFor({ name: first, args: rest.slice(1), context }, shared);
    text = await context.fs.readFile(path);
  }
  const tree = readOr(text, reader);
  const [refusal] = tree
    ? mend(tree, reader, { ...shared.around, program: name === 'sh' ? 'sh' : 'bash' })
    : ['cannot be read by the sandbox'];
  if (!tree || refusal !== undefined) {
    shared.refusal ??= refusal ?? '';
    return answer(1, '');
  }
  shared.offer(tree);
  const parameters = `set -- ${rest.slice(1).map(quoted).join(' ')}`;
  const env = context.exportedEnv ?? {};
  const whole = [exporting(env), ...options, parameters, serialize(tree)].join('\n');
  const result = await context.exec?.(whole, {
    cwd: context.cwd,
    env,
    replaceEnv: true,
  });
  return result ?? answer(0, '');
}

/** The tree of a script; null where just-bash cannot read it. */
export function readOr(text: string, reader: Reader): ScriptNode | null {
  try {
    return reader(text);
  } catch {
    return null;
  }
}

/** Variables that just-bash is given are not exported to what a script runs. */
export function exporting(env: Readonly<Record<string, string>>): string {
  const names = Object.keys(env).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return names.length === 0 ? ':' : `export ${names.join(' ')}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The literal words of a script, each once, in its order: commands, arguments, patterns. */
export function wordsOf(tree: ScriptNode): string[] {
  const words = new Set<string>();
  for (const node of nodesOf(tree)) {
    const text = isNode(node, 'Word') ? literalOf(node) : null;
    if (text !== null && text.length <= 80) words.add(text);
  }
  return [...words];
}

/** May a command be called so? */
export function isCommandName(word: string): boolean {
  return /^[A-Za-z_][\w.+-]*$/.test(word);
}

/** The paths that a script calls as commands. */
export function pathsCalled(tree: ScriptNode): string[] {
  return nodesOf(tree).flatMap((node) => {
    if (!isNode(node, 'SimpleCommand') || !node.name) return [];
    return [node.name, ...node.args].flatMap((word) => {
      const text = literalOf(word);
      return text !== null &&
        /^\.{0,2}\/?[\w.-]+(\/[\w.-]+)+$/.test(text) &&
        (word === node.name || text.startsWith('./'))
        ? [text]
        : [];
    });
  });
}
