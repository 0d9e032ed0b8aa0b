import { childrenOf, type PythonNode, parsePython } from '../../../parse/python.js';
import type { MappedText } from '../../../text/script.js';
import type { ProgramPlaces, StatementPlace } from '../places.js';

/** The statements around a place of a script; none of one that cannot be read. */
export function placesInPython({ text }: MappedText, at: number): ProgramPlaces {
  const { script, problem } = parsePython(text);
  if (problem) return { language: 'python', reader: null, around: [] };
  const around: StatementPlace[] = [];
  for (let node: PythonNode | null = script.resolveInner(at, 1); node; node = node.parent) {
    const { parent } = node;
    if (parent?.name !== 'Body' && parent?.name !== 'Script') continue;
    around.push({
      start: node.from,
      end: node.to,
      leaves: leaves(node, text),
      wants: wantedBy(parent, text, script),
      listed: true,
    });
  }
  return { language: 'python', reader: readerIn(script, text), around };
}

function wordsOf({ from, to }: PythonNode, text: string): string {
  return text.slice(from, to);
}

function leaves(node: PythonNode, text: string): boolean {
  if (node.name === 'ReturnStatement') return true;
  return /^((sys|os)\.)?_?exit\((0|None)?\)$|^raise SystemExit(\((0|None)?\))?$/.test(wordsOf(node, text));
}

/** How the module reads the environment: by what it imports at its top. */
function readerIn(script: PythonNode, text: string): string | null {
  for (const node of childrenOf(script)) {
    if (node.name !== 'ImportStatement') continue;
    const [keyword, ...names] = childrenOf(node).map((child) => wordsOf(child, text));
    if (names.includes('as')) continue;
    if (keyword === 'import' && names.includes('os')) return 'os.environ.get';
    if (keyword !== 'from' || names[0] !== 'os') continue;
    if (names.includes('environ')) return 'environ.get';
    if (names.includes('getenv')) return 'getenv';
  }
  return null;
}

/** The variable without which the first branch of an `if` is taken; `body` is that branch. */
function wantedBy(body: PythonNode, text: string, script: PythonNode): string | null {
  const { parent } = body;
  if (parent?.name !== 'IfStatement') return null;
  const [, test, first] = childrenOf(parent);
  if (!test || first?.from !== body.from) return null;
  const [operator, operand] = childrenOf(test);
  if (test.name !== 'UnaryExpression' || operator?.name !== 'not' || !operand) return null;
  if (operand.name !== 'VariableName') return variableRead(operand, text);
  return variableOf(wordsOf(operand, text), text, script);
}

/** The variable of the environment whose value a name is given, where it is given nothing else in the whole program. */
function variableOf(name: string, text: string, script: PythonNode): string | null {
  const values: (string | null)[] = [];
  const visit = (node: PythonNode) => {
    const value = node.name === 'AssignStatement' ? assignedTo(name, node, text) : undefined;
    if (value !== undefined) values.push(value);
    else if (binding.has(node.name) && mentions(node, name, text)) values.push(null);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(script);
  const [only = null, ...more] = values;
  return more.length === 0 ? only : null;
}

/** What a statement assigns to a name: a variable of the environment, null for anything else; undefined where it assigns it nothing. */
function assignedTo(name: string, statement: PythonNode, text: string): string | null | undefined {
  const parts = childrenOf(statement).filter(({ name: kind }) => kind !== 'TypeDef');
  const last = parts.findLastIndex(({ name: kind }) => kind === 'AssignOp');
  const targets = parts.slice(0, last);
  if (
    !targets.some(
      (target) => isNamed(target, name, text) || (grouping.has(target.name) && mentions(target, name, text)),
    )
  )
    return undefined;
  const value = parts[last + 1];
  // One of several, or in a tuple: what of the value it is given is not looked at.
  const isAlone = targets.length === 1 && last === parts.length - 2;
  return value && isAlone && targets.every((target) => isNamed(target, name, text))
    ? variableRead(value, text)
    : null;
}

function isNamed(node: PythonNode, name: string, text: string): boolean {
  return node.name === 'VariableName' && wordsOf(node, text) === name;
}

/** Is the name one of the parts of a node, or of the lists and tuples in it? */
function mentions(node: PythonNode, name: string, text: string): boolean {
  return childrenOf(node).some(
    (child) => isNamed(child, name, text) || (grouping.has(child.name) && mentions(child, name, text)),
  );
}

const grouping: ReadonlySet<string> = new Set([
  'TupleExpression',
  'ArrayExpression',
  'ParenthesizedExpression',
]);

/** What gives a name another value, or may. */
const binding: ReadonlySet<string> = new Set([
  'UpdateStatement',
  'ForStatement',
  'ParamList',
  'ImportStatement',
  'NamedExpression',
  'WithStatement',
  'DeleteStatement',
  'ScopeStatement',
  'TryStatement',
]);

/** `os.environ.get("KEY")` and its like, with the empty text in its place where it is not set, or stripped. */
function variableRead(node: PythonNode, text: string): string | null {
  const children = childrenOf(node);
  const [first, second, third] = children;
  if (node.name === 'ParenthesizedExpression') return second ? variableRead(second, text) : null;
  if (node.name === 'BinaryExpression' && first && second?.name === 'or' && third)
    return /^(""|'')$/.test(wordsOf(third, text)) ? variableRead(first, text) : null;
  if (node.name === 'CallExpression' && first?.name === 'MemberExpression' && second) {
    const [object, , property] = childrenOf(first);
    if (object && property && wordsOf(property, text) === 'strip' && wordsOf(second, text) === '()')
      return variableRead(object, text);
  }
  if (node.name === 'CallExpression' && first && second && readers.has(wordsOf(first, text)))
    return argumentOf(second, text);
  if (node.name !== 'MemberExpression' || !first || !/^(os\.)?environ$/.test(wordsOf(first, text)))
    return null;
  return third ? textOf(third, text) : null;
}

const readers: ReadonlySet<string> = new Set(['os.environ.get', 'os.getenv', 'environ.get', 'getenv']);

/** The text that is the first of the arguments of a call, where what else there is stands for nothing. */
function argumentOf(args: PythonNode, text: string): string | null {
  const given = childrenOf(args).filter(({ name }) => name !== '(' && name !== ')' && name !== ',');
  const [first, fallback, ...more] = given;
  const isNothing = !fallback || /^(None|""|'')$/.test(wordsOf(fallback, text));
  return first && isNothing && more.length === 0 ? textOf(first, text) : null;
}

function textOf(node: PythonNode, text: string): string | null {
  const [, name] = node.name === 'String' ? (/^["'](\w+)["']$/.exec(wordsOf(node, text)) ?? []) : [];
  return name ?? null;
}
