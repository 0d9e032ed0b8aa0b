import { parser } from '@lezer/python';
import { isStackOverflow } from '../text/overflow.js';

// The only door to `@lezer/python`: no other module may import it. Its grammar reads Python 3; it goes on after an
// error, which is told as a problem.

/** A node of the tree. Offsets are UTF-16, half-open; tokens such as `if` and `(` are nodes too. */
export type PythonNode = ReturnType<typeof parser.parse>['topNode'];

export interface ParsedPython {
  readonly script: PythonNode;
  /** The first place that is no Python; null where all of it is. */
  readonly problem: { readonly message: string; readonly start: number; readonly end: number } | null;
}

/** How deep the tree may get: far above real scripts, and low enough for whoever walks it recursively. */
const MAX_TREE_DEPTH = 600;

/** Parses a Python script. Never throws. */
export function parsePython(text: string): ParsedPython {
  const tree = treeOf(text);
  if (tree === null) {
    const problem = { message: 'nested too deeply', start: 0, end: Math.min(1, text.length) };
    return { script: parser.parse('').topNode, problem };
  }
  let depth = 0;
  let problem: ParsedPython['problem'] = null;
  const note = (message: string, from: number, to: number) => {
    const start = Math.min(from, Math.max(0, text.length - 1));
    problem ??= { message, start, end: Math.max(start, to) };
  };
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError)
        note(
          `python syntax: line ${text.slice(0, from).split('\n').length} of it is not understood`,
          from,
          to,
        );
      if (++depth > MAX_TREE_DEPTH) note('nested too deeply', from, to);
      return problem === null;
    },
    leave: () => {
      depth--;
    },
  });
  return { script: tree.topNode, problem };
}

/** null for a text so deeply nested that the parser has no stack left for it. */
function treeOf(text: string): ReturnType<typeof parser.parse> | null {
  try {
    return parser.parse(text);
  } catch (error) {
    if (isStackOverflow(error)) return null;
    throw error;
  }
}

/** The comments of a Python script, in order; none of one that is no Python. Never throws. */
export function pythonComments(text: string): { readonly start: number; readonly end: number }[] {
  if (parsePython(text).problem) return [];
  const comments: { start: number; end: number }[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === 'Comment') comments.push({ start: from, end: to });
    },
  });
  return comments;
}

/** The children of a node, comments left out. */
export function childrenOf(node: PythonNode): PythonNode[] {
  const children: PythonNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

/** Operands and operators of `and`, `or` and `not`, in the order in which they are written. */
export type LogicToken = PythonNode | 'and' | 'or' | 'not';

/**
 * The grammar takes `not a and b` for `not (a and b)`: such expressions are handed on flat, for their operators to
 * be sorted out by their strength. null for a node that is no `and`, `or` or `not`.
 */
export function logicTokens(node: PythonNode): LogicToken[] | null {
  const children = childrenOf(node);
  const [first, second] = children;
  if (node.name === 'UnaryExpression' && first?.name === 'not')
    return second ? ['not', ...tokensWithin(second)] : null;
  if (node.name !== 'BinaryExpression' || !first || (second?.name !== 'and' && second?.name !== 'or'))
    return null;
  const last = children[2];
  return last ? [...tokensWithin(first), second.name, ...tokensWithin(last)] : null;
}

function tokensWithin(node: PythonNode): LogicToken[] {
  return logicTokens(node) ?? [node];
}
