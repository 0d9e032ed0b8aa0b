import { curlBehaviour, type HttpBehaviour, wgetBehaviour } from '../facts/commands.js';
import type { Job, Step, Workflow } from '../model/model.js';
import type { Assignment, Block, Call, Node, Part, Redirect, Word } from '../program/program.js';
import { fixedText, variablesOf } from '../program/walk.js';
import type { Repository } from '../text/repository.js';
import type { Source } from '../text/source.js';
import { type CalledScript, calledScript } from './called-shell.js';
import { type Mount, mountsBefore, pathInOwn } from './checkout.js';
import { MAX_SCRIPT_DEPTH } from './scripts.js';
import { secretsOfEnv, secretsOfExpr, secretsOfTemplate } from './secrets.js';
import type { ShellScript } from './shell-scripts.js';

// What a job does with a file that it downloads with a credential, as far as the texts of its scripts show: where the
// file is put, what is made of it, and what it is compared with.

/** A command or an action that fetches a file and shows who asks. */
export interface Download {
  readonly step: Step;
  /** null for `actions/checkout`. */
  readonly call: Call | null;
  /** The secrets that it shows, upper case. */
  readonly secrets: readonly string[];
  /** What its options say of errors; null for a tool whose errors always count. */
  readonly http: HttpBehaviour | null;
  /** The text of its arguments, with NUL where something is expanded that is not known. */
  readonly text: string;
}

/** A command that compares what was downloaded with a file of the repository. */
export interface Comparison {
  readonly step: Step;
  readonly node: Node;
  /** The status with which it says that the two differ. */
  readonly differs: 0 | 1;
  /** The file of the repository, as the script names it. */
  readonly local: string;
  /** Where the other file comes from. */
  readonly downloads: readonly Download[];
}

/** The downloads that a text, a file or an output is made of; none for anything else. */
type Carried = readonly Download[];

const nothing: Carried = [];

export interface Drift {
  readonly comparisons: readonly Comparison[];
  /** Whether something in the job turns base64 back into bytes. */
  readonly decodes: boolean;
  /** What the job calls and that is not seen, as it is written: an action, a script, a program of the repository. */
  readonly unseen: readonly string[];
  /** Whether something of it stands in a script of the repository. */
  readonly follows: boolean;
  /** Whether it prints a `::warning::` somewhere. */
  readonly warns: boolean;
}

/** What is known while the scripts of a job are gone through, in order. */
interface Flow {
  readonly comparisons: Comparison[];
  decodes: boolean;
  readonly unseen: Set<string>;
  warns: boolean;
  /** Reads the shell scripts of the repository; null where there is none, or where the step is elsewhere. */
  read: Repository['read'] | null;
  /** The scripts that are being gone through, each called by the one before it. */
  readonly within: Source[];
  /** How many calls of scripts have been followed. */
  followed: number;
  /** Files and folders that hold what was downloaded, by the text of the word that names them. */
  readonly files: Map<string, Carried>;
  /** Folders that are repositories of their own: what is in them is no file of this one. */
  readonly clones: Set<string>;
  /** True where the script has gone to another folder. */
  moved: boolean;
  /** Files that the job writes: they are none of the repository's. */
  readonly made: Set<string>;
  /** The secrets in a variable. */
  readonly secrets: Map<string, readonly string[]>;
  /** Variables that hold what was downloaded. */
  readonly carrying: Map<string, Carried>;
  /** Variables that hold the digest, or the whole text, of one file. */
  readonly digests: Map<string, Digested>;
  readonly constants: Map<string, string>;
  readonly temporary: Set<string>;
  /** What the output of a substitution is made of: each is gone through once. */
  readonly ran: Map<Part, Carried>;
  step: Step;
}

/** Goes through the scripts of a job, and those of the repository. `ignored`: secrets that the forge provides by itself. */
export function driftOf(
  workflow: Workflow,
  job: Job,
  scripts: readonly ShellScript[],
  repository: Repository | null,
  ignored: (secret: string) => boolean,
): Drift {
  const [first] = job.steps;
  if (!first) {
    const unseen = job.uses ? [job.uses.scalar.text.text.trim()] : [];
    return { comparisons: [], decodes: false, unseen, follows: false, warns: false };
  }
  const flow: Flow = {
    comparisons: [],
    decodes: false,
    unseen: new Set(),
    warns: false,
    read: null,
    within: [],
    followed: 0,
    files: new Map(),
    clones: new Set(),
    moved: false,
    made: new Set(),
    secrets: new Map(),
    carrying: new Map(),
    digests: new Map(),
    constants: new Map(),
    temporary: new Set(['RUNNER_TEMP', 'TMPDIR']),
    ran: new Map(),
    step: first,
  };
  for (const [index, step] of job.steps.entries()) {
    flow.step = step;
    const clone = checkoutOf(step, ignored);
    flow.moved = false;
    if (clone) {
      flow.files.set(clone.folder, [clone.download]);
      flow.clones.add(clone.folder);
    }
    const script = scripts.find((one) => one.step === step);
    if (!script) {
      const { uses } = step;
      if (uses && !isCheckout(step)) flow.unseen.add(uses.scalar.text.text.trim());
      if (step.run) flow.unseen.add('a script in another language');
      continue;
    }
    const isHere =
      !step.workingDirectory && !job.defaults.workingDirectory && !workflow.defaults.workingDirectory;
    flow.read = repository && isHere ? readerOf(repository, mountsBefore(index, job.steps)) : null;
    enterEnvironment([workflow.env, job.env, step.env], flow, ignored);
    runBlock(script.program.body, nothing, flow);
  }
  const { comparisons, decodes, unseen, followed, warns } = flow;
  return { comparisons, decodes, unseen: [...unseen], follows: followed > 0, warns };
}

/** Reads what is in the workspace of the repository itself: nothing before it was checked out. */
function readerOf(repository: Repository, mounts: readonly Mount[]): NonNullable<Flow['read']> {
  return (path) => {
    const own = pathInOwn(path, mounts);
    return own === null ? null : repository.read(own);
  };
}

/** `actions/checkout` of another repository for which it shows a secret, and the folder it puts that into; null for any other step. */
function checkoutOf(
  step: Step,
  ignored: (secret: string) => boolean,
): { readonly folder: string; readonly download: Download } | null {
  if (!isCheckout(step)) return null;
  const given = new Map(step.with.map((entry) => [entry.name.toLowerCase(), entry.value]));
  const folder = normal(given.get('path')?.scalar.text.text.trim() ?? '');
  const text = given.get('repository')?.scalar.text.text;
  if (text === undefined || folder === '') return null;
  const secrets = ['token', 'ssh-key']
    .flatMap((name) => secretsOfTemplate(given.get(name) ?? null).map((use) => use.name))
    .filter((name) => name !== '*' && !ignored(name));
  return secrets.length === 0 ? null : { folder, download: { step, call: null, secrets, http: null, text } };
}

function isCheckout({ uses }: Step): boolean {
  return /(^|\/)actions\/checkout@/.test(uses?.scalar.text.text.trim().toLowerCase() ?? '');
}

function enterEnvironment(
  envs: readonly Job['env'][],
  flow: Flow,
  ignored: (secret: string) => boolean,
): void {
  for (const { name, value } of envs.flat()) {
    const shown = secretsOfEnv([{ name, key: value.scalar, value }])
      .map((use) => use.name)
      .filter((secret) => secret !== '*' && !ignored(secret));
    if (shown.length > 0) flow.secrets.set(name, shown);
    else flow.secrets.delete(name);
    if (value.parts.every((part) => part.kind === 'text'))
      flow.constants.set(name, value.scalar.text.text.trim());
  }
}

// --- nodes: each tells what its output is made of -----------------------------------

function runBlock(block: Block, input: Carried, flow: Flow): Carried {
  return either(block.map((node) => runNode(node, input, flow)));
}

function either(all: readonly Carried[]): Carried {
  const full = all.filter((one) => one.length > 0);
  return full.length < 2 ? (full[0] ?? nothing) : [...new Set(full.flat())].slice(0, MAX_DOWNLOADS);
}

/** More downloads that flow together are not told apart. */
const MAX_DOWNLOADS = 32;

/** So many comparisons are looked at in a job. */
const MAX_COMPARISONS = 64;

function runNode(node: Node, input: Carried, flow: Flow): Carried {
  switch (node.kind) {
    case 'call':
      return runCall(node, input, flow);
    case 'sequence':
      return runBlock(node.body, input, flow);
    case 'and':
    case 'or':
      return runBlock([node.left, node.right], input, flow);
    case 'not':
    case 'subshell':
    case 'background':
    case 'define':
    case 'count':
      return runNode(node.body, input, flow);
    case 'branch':
      runNode(node.test, input, flow);
      return runBlock(node.otherwise ? [node.then, node.otherwise] : [node.then], input, flow);
    case 'match':
      return runBlock(
        node.arms.map((arm) => arm.body),
        input,
        flow,
      );
    case 'for': {
      const carried = either((node.items ?? []).map((item) => carriedBy(item, flow)));
      if (carried.length > 0) flow.carrying.set(node.variable, carried);
      return runNode(node.body, input, flow);
    }
    case 'while':
      runNode(node.test, input, flow);
      return runNode(node.body, input, flow);
    case 'pipeline':
      return node.stages.reduce((carried, stage) => runNode(stage, carried, flow), input);
    case 'redirected': {
      const carried = runNode(node.body, either([input, readFrom(node.redirects, flow)]), flow);
      return redirected(node.redirects, carried, flow);
    }
    case 'test':
      testOf(node, flow);
      return nothing;
    default:
      return nothing;
  }
}

function testOf(node: Extract<Node, { kind: 'test' }>, flow: Flow): void {
  const { condition } = node;
  if (condition.kind === 'binary')
    compareDigests(node, condition.left, condition.operator, condition.right, flow);
}

function runCall(call: Call, input: Carried, flow: Flow): Carried {
  for (const assignment of call.assignments) assign(assignment, flow);
  for (const { assignment } of call.words) if (assignment) assign(assignment, flow);
  const [head, ...args] = call.words;
  const given = either([input, readFrom(call.redirects, flow)]);
  const named = either(args.map((arg) => carriedBy(arg, flow)));
  const name = baseName(fixedText(head));
  if (name === 'base64' || args.some((arg) => textOf(arg, flow).includes('@base64d'))) flow.decodes = true;
  if (args.some((arg) => textOf(arg, flow).startsWith('::warning'))) flow.warns = true;
  const put = name === null ? null : downloading(name, call, args, flow);
  if (put) return redirected(call.redirects, put, flow);
  const script = head && flow.read && !flow.moved ? calledScript(head, args, flow.read) : null;
  if (script && mayFollow(script.source, flow))
    return redirected(call.redirects, follow(script, given, flow), flow);
  if (head !== undefined && callsUnseen(fixedText(head))) flow.unseen.add(shownCall(head, args));
  if (name === 'cd' || name === 'pushd') flow.moved = true;
  compare(name, call, args, given, flow);
  copy(name, args, given, flow);
  return redirected(call.redirects, name === 'cd' ? nothing : either([given, named]), flow);
}

/** The beginning of a command, for a reason: `python3 tools/compare.py`. */
function shownCall(head: Word, [first]: readonly Word[]): string {
  const name = fixedText(head);
  if (name === null) return 'a computed command';
  const text = first ? fixedText(first) : null;
  return text === null || text.includes('\n') ? name : `${name} ${text}`.slice(0, 80);
}

/** So many calls of scripts are followed in a job. */
const MAX_FOLLOWED = 64;

function mayFollow(source: Source, { within, followed }: Flow): boolean {
  return followed < MAX_FOLLOWED && within.length < MAX_SCRIPT_DEPTH && !within.includes(source);
}

/** Goes through a script with what its arguments hold. Its variables are taken for those of the caller. */
function follow({ source, program, args, sourced }: CalledScript, input: Carried, flow: Flow): Carried {
  flow.followed++;
  flow.within.push(source);
  for (const [index, arg] of args.entries()) {
    const name = String(index + 1);
    const shown = secretsIn(arg, flow);
    if (shown.length > 0) flow.secrets.set(name, shown);
    const carried = carriedBy(arg, flow);
    if (carried.length > 0) flow.carrying.set(name, carried);
    const text = textOf(arg, flow);
    if (text.includes('\0')) flow.constants.delete(name);
    else flow.constants.set(name, text);
  }
  const carried = runBlock(program.body, input, flow);
  if (!sourced) flow.moved = false;
  flow.within.pop();
  return carried;
}

/** Notes the files that a command writes, and what they are made of. */
function copy(name: string | null, args: readonly Word[], input: Carried, flow: Flow): void {
  const targets = args.map((arg) => normal(textOf(arg, flow))).filter((text) => !text.startsWith('-'));
  if (name === 'tee') for (const target of targets) write(target, input, flow);
  if (!(name === 'mv' || name === 'cp' || name === 'install') || targets.length < 2) return;
  const from = args.slice(0, -1).map((arg) => downloaded(arg, flow));
  write(targets.at(-1) ?? '', either(from), flow);
}

function write(file: string, carried: Carried, flow: Flow): void {
  if (carried.length > 0) flow.files.set(file, either([flow.files.get(file) ?? nothing, carried]));
  flow.made.add(file);
}

/** Commands that only look, print, or move what is there; any other may do the comparing. */
const plain: ReadonlySet<string> = new Set(
  `[ test echo printf exit return set true false : cat grep sed awk cut tr head tail sort uniq wc ls mkdir mktemp rm cp
   mv chmod trap export local readonly declare unset shift read cd pwd sleep date curl wget gh base64 jq yq tee diff cmp
   git sha256sum shasum md5sum basename dirname`.split(/\s+/),
);

function callsUnseen(name: string | null): boolean {
  return name === null || !plain.has(name);
}

function baseName(text: string | null): string | null {
  return text === null ? null : text.slice(text.lastIndexOf('/') + 1);
}

/** Notes where the output goes; what is left of it goes on. */
function redirected(redirects: readonly Redirect[], carried: Carried, flow: Flow): Carried {
  let left = carried;
  for (const { descriptor, operator, target } of redirects) {
    if (!['>', '>>', '>|', '&>'].includes(operator) || descriptor !== 1) continue;
    write(normal(textOf(target, flow)), carried, flow);
    left = nothing;
  }
  return left;
}

function readFrom(redirects: readonly Redirect[], flow: Flow): Carried {
  const inputs = redirects.filter(({ operator }) => ['<', '<<<', '<<'].includes(operator));
  return either(inputs.map(({ target }) => carriedBy(target, flow)));
}

// --- variables and words -----------------------------------------------------------------------------------------------

function assign({ name, value }: Assignment, flow: Flow): void {
  const words = value.kind === 'word' ? [value] : value.elements;
  const shown = words.flatMap((word) => secretsIn(word, flow));
  if (shown.length > 0) flow.secrets.set(name, [...new Set([...(flow.secrets.get(name) ?? []), ...shown])]);
  flow.digests.delete(name);
  const [only] = words;
  const digest = only && words.length === 1 ? digestOf(only, flow) : null;
  const carried = either(words.map((word) => carriedBy(word, flow)));
  if (carried.length > 0) flow.carrying.set(name, carried);
  if (digest) flow.digests.set(name, digest);
  if (value.kind !== 'word') return;
  if (makesTemporary(value, flow)) flow.temporary.add(name);
  const text = fixedText(value);
  if (text !== null) flow.constants.set(name, text);
  else flow.constants.delete(name);
}

function makesTemporary(word: Word, flow: Flow): boolean {
  return (
    variablesOf(word).some((name) => flow.temporary.has(name)) ||
    word.parts.some(
      (part) => part.kind === 'command' && part.body.some((node) => commandName(node) === 'mktemp'),
    )
  );
}

function commandName(node: Node): string | null {
  return node.kind === 'call' ? baseName(fixedText(node.words[0])) : null;
}

/** Runs what stands in the word, and tells what the word is made of. */
function carriedBy(word: Word, flow: Flow): Carried {
  const parts = word.parts.map((part) => {
    if (part.kind === 'command' || part.kind === 'process') return runSubstitution(part, flow);
    return part.kind === 'parameter' ? (flow.carrying.get(part.name) ?? nothing) : nothing;
  });
  return either([...parts, downloaded(word, flow)]);
}

function runSubstitution(part: Extract<Part, { kind: 'command' | 'process' }>, flow: Flow): Carried {
  const known = flow.ran.get(part);
  if (known) return known;
  const carried = runBlock(part.body, nothing, flow);
  flow.ran.set(part, carried);
  return carried;
}

/** Folders in folders, above a file: more are not gone through. */
const MAX_DEPTH = 64;

/** What the file is made of that the word names, or the folder that it lies in. */
function downloaded(word: Word, flow: Flow): Carried {
  const text = normal(textOf(word, flow));
  let path = text;
  for (let depth = 0; depth < MAX_DEPTH && path !== ''; depth++) {
    const carried = flow.files.get(path);
    if (carried) return carried;
    path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  }
  return nothing;
}

/** The text of a word with its constants put in; a variable that is not known keeps its name, anything else is NUL. */
function textOf(word: Word, flow: Flow): string {
  return word.parts.map((part) => textOfPart(part, flow)).join('');
}

function textOfPart(part: Part, flow: Flow): string {
  if (part.kind === 'text') return part.text;
  if (part.kind !== 'parameter' || part.indirect || part.length) return '\0';
  return flow.constants.get(part.name) ?? `\${${part.name}}`;
}

function normal(path: string): string {
  let [start, end] = [0, path.length];
  while (path.startsWith('./', start)) start += 2;
  while (end > start && path[end - 1] === '/') end--;
  return path.slice(start, end);
}

function secretsIn(word: Word, flow: Flow): string[] {
  const held = variablesOf(word).flatMap((name) => flow.secrets.get(name) ?? []);
  const pasted = word.parts.flatMap((part) =>
    part.kind === 'paste' && part.expr ? secretsOfExpr(part.expr).map((use) => use.name) : [],
  );
  return [...held, ...pasted.filter((name) => name !== '*' && !name.startsWith('inputs.'))];
}

// --- downloads ---------------------------------------------------------------------------------------------------------

/** Variables from which a tool takes its credential by itself. */
const readsFrom: ReadonlyMap<string, readonly string[]> = new Map([
  ['gh', ['GH_TOKEN', 'GITHUB_TOKEN', 'GH_ENTERPRISE_TOKEN']],
  ['glab', ['GITLAB_TOKEN']],
]);

/** What the command puts out where it fetches something and shows a secret; null for any other. */
function downloading(name: string, call: Call, args: readonly Word[], flow: Flow): Carried | null {
  const fromEnvironment = (readsFrom.get(name) ?? []).flatMap((variable) => flow.secrets.get(variable) ?? []);
  const prefixed = call.assignments.flatMap(({ value }) =>
    value.kind === 'word' ? secretsIn(value, flow) : [],
  );
  const shown = [...args.flatMap((arg) => secretsIn(arg, flow)), ...fromEnvironment, ...prefixed];
  if (shown.length === 0) return null;
  const texts = args.map((arg) => textOf(arg, flow));
  const download = (http: HttpBehaviour | null): Carried => [
    { step: flow.step, call, secrets: [...new Set(shown)], http, text: texts.join(' ') },
  ];
  switch (name) {
    case 'curl':
    case 'wget': {
      const known = args.map((arg, index) =>
        fixedText(arg) === null ? unlessOpen(texts[index] ?? '') : (texts[index] ?? ''),
      );
      const http = name === 'curl' ? curlBehaviour(known) : wgetBehaviour(known);
      if (http.method !== 'GET' && http.method !== null) return null;
      const carried = download(http);
      if (http.output === 'stdout') return carried;
      const flag = name === 'curl' ? /^(-[a-zA-Z]*o|--output)$/ : /^(-[a-zA-Z]*O|--output-document)$/;
      const at = texts.findIndex((text) => flag.test(text));
      const file = at < 0 ? undefined : texts[at + 1];
      if (file !== undefined) write(normal(file), carried, flow);
      return nothing;
    }
    case 'gh':
    case 'glab':
      return texts[0] === 'api' ? download(null) : null;
    case 'git': {
      if (!texts.includes('clone')) return null;
      const last = texts.at(-1) ?? '';
      const isUrl = last.includes('://') || /^[^/]*@/.test(last);
      const folder = isUrl ? last.slice(last.lastIndexOf('/') + 1).replace(/\.git$/, '') : last;
      write(normal(folder), download(null), flow);
      flow.clones.add(normal(folder));
      return nothing;
    }
    default:
      return null;
  }
}

/** An argument of which no more than a part is known may still be told from an option by its first character. */
function unlessOpen(text: string): string | null {
  return /^[a-z]+:\/\//i.test(text) ? text : null;
}

// --- comparisons --------------------------------------------------------------------------------------------------------

function compare(name: string | null, call: Call, args: readonly Word[], input: Carried, flow: Flow): void {
  switch (name) {
    case 'diff':
    case 'cmp':
    case 'colordiff':
      compareFiles(call, args, input, flow);
      return;
    case 'git':
      compareWithIndex(call, args, flow);
      return;
    case '[':
    case 'test': {
      const negated = fixedText(args[0]) === '!';
      const [left, operator, right] = negated ? args.slice(1) : args;
      if (!left || !operator || !right) return;
      const text = fixedText(operator) ?? '';
      compareDigests(call, left, negated ? inverted(text) : text, right, flow);
    }
  }
}

function compareFiles(call: Call, args: readonly Word[], input: Carried, flow: Flow): void {
  const operands = args.filter((arg) => !/^-./.test(textOf(arg, flow)));
  const theirs = operands.map((arg) => (textOf(arg, flow) === '-' ? input : carriedBy(arg, flow)));
  const local = operands.find((arg, index) => theirs[index]?.length === 0 && isTracked(arg, flow));
  if (local) add(call, normal(textOf(local, flow)), 1, either(theirs), flow);
}

/** `git diff --exit-code`, where what was downloaded has been written over a file of the repository. */
function compareWithIndex(call: Call, args: readonly Word[], flow: Flow): void {
  if (flow.moved) return;
  const texts = args.map((arg) => textOf(arg, flow));
  if (!texts.includes('diff') || !texts.some((text) => text === '--exit-code' || text === '--quiet')) return;
  const paths = texts
    .slice(texts.indexOf('diff') + 1)
    .filter((text) => !text.startsWith('-'))
    .map(normal);
  for (const [file, carried] of flow.files) {
    if (flow.comparisons.length === MAX_COMPARISONS) return;
    const isAsked = paths.length === 0 || paths.some((path) => path === file || file.startsWith(`${path}/`));
    if (isAsked && isTrackedPath(file) && !flow.clones.has(file)) add(call, file, 1, carried, flow);
  }
}

function inverted(operator: string): string {
  return operator === '!=' ? '==' : '!=';
}

/** Two digests, or two whole texts: one of what was downloaded, one of a file of the repository. */
function compareDigests(node: Node, left: Word, operator: string, right: Word, flow: Flow): void {
  if (!['=', '==', '!='].includes(operator)) return;
  const sides = [left, right].map((word) => digestOf(word, flow));
  const local = sides.find((side) => side?.carried.length === 0);
  const carried = either(sides.map((side) => side?.carried ?? nothing));
  if (local) add(node, local.file, operator === '!=' ? 0 : 1, carried, flow);
}

function add(node: Node, local: string, differs: 0 | 1, downloads: Carried, flow: Flow): void {
  if (downloads.length === 0 || flow.comparisons.length === MAX_COMPARISONS) return;
  if (flow.comparisons.some((one) => one.node === node)) return;
  flow.comparisons.push({ step: flow.step, node, differs, local, downloads });
}

/** The digest or the whole text of a file: one that was downloaded, or one of the repository. */
interface Digested {
  readonly file: string;
  readonly carried: Carried;
}

const digesting = /^(cat|(sha\d*|md5|b2|ck)sum|shasum)$/;

/** The file of which the word holds the digest or the whole text; null for anything else. */
function digestOf(word: Word, flow: Flow): Digested | null {
  const [part, ...others] = word.parts;
  if (!part || others.length > 0) return null;
  if (part.kind === 'parameter')
    return part.operation === null && !part.length ? (flow.digests.get(part.name) ?? null) : null;
  if (part.kind !== 'command') return null;
  const [node] = part.body;
  for (const stage of node?.kind === 'pipeline' ? node.stages : [node]) {
    if (stage?.kind !== 'call') continue;
    const name = baseName(fixedText(stage.words[0]));
    const isHash = name === 'git' && fixedText(stage.words[1]) === 'hash-object';
    if (name === null || !(digesting.test(name) || isHash)) continue;
    const words = [...stage.words.slice(isHash ? 2 : 1), ...stage.redirects.map(({ target }) => target)];
    const operand = words.find((arg) => !textOf(arg, flow).startsWith('-'));
    if (!operand) return { file: '', carried: runSubstitution(part, flow) };
    const carried = downloaded(operand, flow);
    if (carried.length > 0 || isTracked(operand, flow))
      return { file: normal(textOf(operand, flow)), carried };
  }
  return null;
}

/** Is it, as far as can be told, a file of the repository: none that the job makes, and none in a folder for such files? */
function isTracked(word: Word, flow: Flow): boolean {
  const text = normal(textOf(word, flow));
  if (flow.made.has(text) || variablesOf(word).some((name) => flow.temporary.has(name))) return false;
  if (word.parts.some((part) => part.kind === 'parameter' && flow.carrying.has(part.name))) return false;
  return isTrackedPath(text);
}

function isTrackedPath(text: string): boolean {
  return (
    text !== '' &&
    text !== '-' &&
    !text.includes('\0') &&
    !/^(\/tmp\/|\/dev\/|~|\$\{(RUNNER_TEMP|TMPDIR))/.test(text)
  );
}
