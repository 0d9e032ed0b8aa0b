import type { CommandNode, PipelineNode, ScriptNode, SimpleCommandNode, StatementNode } from 'just-bash';
import { functionsIn, isNode, literalOf, type Node, nodesOf, type Reader, statementLists } from './tree.js';

// just-bash differs from bash in ways that decide how a script ends (measured on fixtures/flow). What can be said in
// other words is rewritten before it runs; what cannot is a reason not to run the script at all.

/** Why a script is not run: what of bash the sandbox cannot do, so that `the script …` reads well. */
export type Refusal = string;

/** What a script finds around it. */
export interface Around {
  readonly program: 'bash' | 'sh';
  /** The names of the functions that the files of the repository define. */
  readonly functions: ReadonlySet<string>;
  /** The paths of the files of the repository that it may source, by their names without folders. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Rewrites a script in place, so that just-bash runs it as bash does (as dash, for `sh`). Gives the reasons for which it
 * must not be run; none where it may be.
 */
export function mend(script: ScriptNode, reader: Reader, around: Around): Refusal[] {
  const known = { ...around, functions: new Set([...around.functions, ...functionsIn(script)]) };
  const { program, functions } = known;
  const refusals = refusalsOf(script, known);
  if (refusals.length > 0) return refusals;
  for (const list of statementLists(script)) {
    for (let at = 0; at < list.length; at++) {
      const statement = list[at];
      if (statement) list[at] = exempted(statement, functions, reader);
    }
  }
  for (const node of nodesOf(script)) {
    if (isNode(node, 'Pipeline')) mendPipeline(node, reader, around.files);
    if (isNode(node, 'FunctionDef')) endWithStatus(node, reader);
    if (isNode(node, 'CommandSubstitution') && program === 'bash' && !inheritsErrexit(script))
      sparedFromErrexit(node.body, reader);
  }
  return refusals;
}

// --- what is refused --------------------------------------------------------------------------------------

/** Commands that only tidy up: a trap of nothing else decides nothing. */
const tidying: ReadonlySet<string> = new Set([
  'rm',
  'echo',
  'printf',
  'kill',
  'true',
  ':',
  'wait',
  'popd',
  'cd',
]);
const endingSignals: ReadonlySet<string> = new Set([
  'EXIT',
  '0',
  'INT',
  'TERM',
  'HUP',
  'QUIT',
  'RETURN',
  '-',
]);

function refusalsOf(script: ScriptNode, around: Around): Refusal[] {
  const { program, functions } = around;
  const reasons = new Set<Refusal>();
  for (const list of statementLists(script, 'no conditions')) {
    for (const { pipelines } of list)
      if (pipelines.some((pipeline) => pipeline.negated && runsMore(pipeline, functions)))
        reasons.add(
          'negates a group or a function, in which the sandbox does not know where errexit reaches',
        );
  }
  for (const node of nodesOf(script)) {
    if (isNode(node, 'Statement')) {
      if (node.background) reasons.add('leaves a command in the background, which the sandbox waits for');
      if (node.deferredError) reasons.add(`cannot be read by the sandbox: ${node.deferredError.message}`);
    }
    if (isNode(node, 'FunctionDef') && leavesAnothersLoop(node))
      reasons.add('leaves a loop from within a function, which the sandbox lets it do');
    if (program === 'sh' && isNode(node, 'ConditionalCommand'))
      reasons.add('uses [[, which is no command of sh');
    if (isNode(node, 'ParameterExpansion') && node.operation) {
      if (program === 'sh' && bashOnly.has(node.operation.type))
        reasons.add('expands a variable in a way that is not known to every sh');
      if (node.operation.type === 'Substring' && nodesOf(node.operation).some(isSigned))
        reasons.add('counts from the end of a text, which the sandbox does otherwise');
    }
    if (isNode(node, 'SimpleCommand')) addRefusalOf(node, around, reasons);
  }
  return [...reasons];
}

/** Operations on variables that POSIX does not have, by the sandbox's names. */
const bashOnly: ReadonlySet<string> = new Set([
  'Substring',
  'PatternReplacement',
  'CaseModification',
  'Transform',
  'Indirection',
  'ArrayKeys',
  'VarNamePrefix',
]);

function isSigned({ type }: Node): boolean {
  return type === 'ArithUnary';
}

function addRefusalOf(node: SimpleCommandNode, { program, files }: Around, reasons: Set<Refusal>): void {
  const args = node.args.map(literalOf);
  const [first = null] = args;
  if (!node.name && node.redirections.some(readsComputedFile))
    reasons.add(
      'reads a file by $(<file) whose name is computed: bash may end where it cannot, the sandbox goes on',
    );
  switch (node.name && literalOf(node.name)) {
    case 'trap':
      if (!isHarmlessTrap(args)) reasons.add('sets a trap, which the sandbox does not know');
      return;
    case 'exec':
      if (node.args.length > 0 && (first === null || first.startsWith('-')))
        reasons.add('replaces itself with a command that is computed');
      return;
    case 'test':
    case '[':
      if (program === 'sh' && args.includes('=='))
        reasons.add('compares with ==, which is not an operator of every sh');
      return;
    case '.':
    case 'source': {
      const name = sourcedFile(node);
      if (name === null || !(files.has(name) || machineFiles.has(name)))
        reasons.add('sources a file that is not in the repository');
      return;
    }
    case 'readonly':
      reasons.add('declares readonly variables, which the sandbox treats otherwise');
      return;
    default:
  }
}

function readsComputedFile({ operator, target }: SimpleCommandNode['redirections'][number]): boolean {
  return operator === '<' && target.type === 'Word' && literalOf(target) === null;
}

/** Files of a runner's own that set up its tools; to source them changes nothing here. */
const machineFiles: ReadonlySet<string> = new Set(
  'activate .bash_profile .bashrc .profile env null nvm.sh'.split(' '),
);

/** The name of the file that a command sources, without its folder, which may be computed; null where the name is, too. */
function sourcedFile({ args: [file] }: SimpleCommandNode): string | null {
  const whole = file && literalOf(file);
  const last = file?.parts.at(-1);
  const inner = last?.type === 'DoubleQuoted' ? last.parts.at(-1) : last;
  const text = whole ?? (inner?.type === 'Literal' ? inner.value : null);
  if (text === null) return null;
  if (whole === null && !text.includes('/')) return null;
  return text.slice(text.lastIndexOf('/') + 1);
}

function isHarmlessTrap(args: readonly (string | null)[]): boolean {
  const [action, ...signals] = args;
  if (typeof action !== 'string') return false;
  if (!signals.every((signal) => signal !== null && endingSignals.has(signal.replace(/^SIG/, ''))))
    return false;
  const words = action.split(/[;\n]|&&|\|\|/).map((part) => part.trim().split(/\s+/)[0] ?? '');
  return action === '-' || words.every((word) => word === '' || tidying.has(word));
}

function leavesAnothersLoop(definition: object): boolean {
  const nodes = nodesOf(definition);
  const leaves = nodes.some((node) => {
    const name = isNode(node, 'SimpleCommand') && node.name ? literalOf(node.name) : null;
    return name === 'break' || name === 'continue';
  });
  return leaves && !nodes.some(({ type }) => ['For', 'CStyleFor', 'While', 'Until'].includes(type));
}

function inheritsErrexit(script: ScriptNode): boolean {
  return nodesOf(script).some(
    (node) => isNode(node, 'SimpleCommand') && node.args.some((arg) => literalOf(arg) === 'inherit_errexit'),
  );
}

// --- errexit ----------------------------------------------------------------------------------------------

/**
 * A statement in which a function, a group or a subshell stands before `&&` or `||`, where errexit does not reach, as
 * an `if`, in whose condition just-bash does keep it out. Any other statement as it is.
 */
function exempted(statement: StatementNode, functions: ReadonlySet<string>, reader: Reader): StatementNode {
  const { pipelines, operators } = statement;
  const guarded = pipelines.some((pipeline, at) => at < operators.length && runsMore(pipeline, functions));
  if (!guarded || operators.some((operator) => operator === ';')) return statement;
  const [first, ...rest] = pipelines.map((pipeline) => asStatement(pipeline, reader));
  if (!first) return statement;
  let whole = first;
  for (const [at, next] of rest.entries()) {
    const operator = operators[at];
    // `__hf_status N && :` ends with N, and errexit has no part in it.
    const form =
      operator === '||' ? 'if A; then :; else B; fi' : 'if A; then B; else __hf_status $? && :; fi';
    whole = fill(form, whole, next, reader);
  }
  return whole;
}

/** Does it run more than one command, so that one in its midst can fail? */
function runsMore({ commands }: PipelineNode, functions: ReadonlySet<string>): boolean {
  return commands.some((command) => {
    if (command.type === 'SimpleCommand') {
      const name = command.name && literalOf(command.name);
      return name !== null && (functions.has(name) || name === 'eval' || name === '.' || name === 'source');
    }
    return command.type !== 'ConditionalCommand' && command.type !== 'ArithmeticCommand';
  });
}

function asStatement(pipeline: PipelineNode, reader: Reader): StatementNode {
  const statement = only(reader(':').statements);
  return { ...statement, pipelines: [pipeline], operators: [] };
}

/** The form with its commands `A` and `B` replaced. */
function fill(form: string, a: StatementNode, b: StatementNode, reader: Reader): StatementNode {
  const script = reader(form);
  for (const list of statementLists(script)) {
    for (let at = 0; at < list.length; at++) {
      const [command] = list[at]?.pipelines[0]?.commands ?? [];
      const name = command?.type === 'SimpleCommand' && command.name ? literalOf(command.name) : null;
      if (name === 'A') list[at] = a;
      if (name === 'B') list[at] = b;
    }
  }
  return only(script.statements);
}

/** A function that ends with an and-list fails as a call, and errexit sees that: just-bash does not. */
function endWithStatus(node: Extract<CommandNode, { type: 'FunctionDef' }>, reader: Reader): void {
  const { body } = node;
  if (body.type !== 'Group') return;
  const last = body.body.at(-1);
  if (last?.operators.includes('&&')) body.body.push(...reader('return $?').statements);
}

/** bash switches errexit off inside `$(…)`; in a subshell of its own, for just-bash would keep it off outside too. */
function sparedFromErrexit(body: ScriptNode, reader: Reader): void {
  const [command] = body.statements.length === 1 ? (body.statements[0]?.pipelines[0]?.commands ?? []) : [];
  // `$(<file)` is no command at all.
  if (command?.type === 'SimpleCommand' && !command.name) return;
  // Two commands: `$((` would begin an arithmetic expression.
  const script = reader(':; (set +e)');
  const [, subshell] = script.statements;
  for (const list of statementLists(script))
    if (!subshell || !list.includes(subshell)) list.push(...body.statements);
  body.statements = script.statements;
}

// --- single commands --------------------------------------------------------------------------------------

function mendPipeline(pipeline: PipelineNode, reader: Reader, files: ReadonlyMap<string, string>): void {
  pipeline.commands = pipeline.commands.map((command) => {
    if (command.type !== 'SimpleCommand') return command;
    const name = command.name && literalOf(command.name);
    if (name === null && !command.name) return assigning(command, reader);
    if (name === 'exec' && command.args.length > 0) return replacing(command, reader);
    const sources = name === '.' || name === 'source';
    if (name === 'trap' || (sources && machineFiles.has(sourcedFile(command) ?? '')))
      return { ...command, name: wordOf(':', reader), args: [] };
    return sources ? sourcing(command, reader, files) : command;
  });
}

/** `. "$(dirname "$0")/lib.sh"` as the path of that file: just-bash does not know where a called script lies. */
function sourcing(
  command: SimpleCommandNode,
  reader: Reader,
  files: ReadonlyMap<string, string>,
): SimpleCommandNode {
  const [file, ...rest] = command.args;
  const path = files.get(sourcedFile(command) ?? '');
  if (!file || literalOf(file) !== null || path === undefined) return command;
  const known = wordOf(`'${path}'`, reader);
  return known ? { ...command, args: [known, ...rest] } : command;
}

/** An assignment ends with 0 where it substitutes no command; just-bash leaves the status as it was. */
function assigning(command: SimpleCommandNode, reader: Reader): CommandNode {
  const parts = nodesOf(command);
  if (command.assignments.length === 0 || parts.some((part) => isNode(part, 'CommandSubstitution')))
    return command;
  for (const part of parts) {
    if (isNode(part, 'ParameterExpansion') && part.parameter === '?') part.parameter = '__hf';
  }
  const group = onlyCommand(reader('{ printf -v __hf %s "$?"; A; }'));
  return withFirst(group, 'A', command);
}

/** `exec` of a command ends the shell with that command's status. */
function replacing(command: SimpleCommandNode, reader: Reader): CommandNode {
  const [name, ...args] = command.args;
  if (!name) return command;
  const group = onlyCommand(reader('{ if A; then :; else exit $?; fi; exit 0; }'));
  return withFirst(group, 'A', { ...command, name, args });
}

function withFirst(tree: CommandNode, name: string, command: CommandNode): CommandNode {
  for (const node of nodesOf(tree)) {
    if (!isNode(node, 'Pipeline')) continue;
    const [first] = node.commands;
    if (first?.type === 'SimpleCommand' && first.name && literalOf(first.name) === name)
      node.commands[0] = command;
  }
  return tree;
}

function onlyCommand(script: ScriptNode): CommandNode {
  return only(only(only(script.statements).pipelines).commands);
}

function wordOf(text: string, reader: Reader): SimpleCommandNode['name'] {
  const command = onlyCommand(reader(text));
  return command.type === 'SimpleCommand' ? command.name : null;
}

function only<Thing>(things: readonly Thing[]): Thing {
  const [thing] = things;
  if (thing === undefined) throw new Error('expected one thing, found none');
  return thing;
}
