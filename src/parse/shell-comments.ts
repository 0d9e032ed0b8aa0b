import { forEachChild, parse, type SyntaxNode } from 'unbash';

/** A comment of a script: UTF-16 offsets of its text, from the `#` to the end of the line. */
export interface ShellComment {
  readonly start: number;
  readonly end: number;
}

/**
 * The comments of a shell script, in order. The parser keeps none, so they are what is left of the text: a `#` at the
 * beginning of a word that no text of the tree covers. None in a script that no shell can read. Never throws.
 */
export function shellComments(text: string): ShellComment[] {
  const taken = takenPlaces(text);
  if (taken === null) return [];
  const comments: ShellComment[] = [];
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at)) {
    if (taken[at] === 1 || !beforeComment.has(text[at - 1] ?? '\n')) {
      at++;
      continue;
    }
    const lineEnd = text.indexOf('\n', at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    comments.push({ start: at, end });
    at = end;
  }
  return comments;
}

/** What ends a word, so that a `#` after it begins a comment. */
const beforeComment: ReadonlySet<string> = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']);

/** 1 for each unit of the text that belongs to a word or another text; null where the script has a syntax error. */
function takenPlaces(text: string): Uint8Array | null {
  const taken = new Uint8Array(text.length);
  const bodies: SyntaxNode[] = [];
  try {
    const root = parse(text);
    if (root.errors && root.errors.length > 0) return null;
    paint(root, taken, bodies);
    // The text of a here-document stands among later lines, which are painted by now.
    for (let body = bodies.pop(); body; body = bodies.pop()) {
      taken.fill(1, body.pos, body.end);
      forEachChild(body, (child) => paint(child, taken, bodies));
    }
    return taken;
  } catch {
    // The same rows of `coproc`s that parseShell gives up on.
    return null;
  }
}

/** Outer nodes come before inner ones. The walk keeps its own stack, because trees are as deep as scripts are hostile. */
function paint(root: SyntaxNode, taken: Uint8Array, bodies: SyntaxNode[]): void {
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'HereDocBody') {
      bodies.push(node);
      continue;
    }
    const value = ownText(node);
    if (value !== null) taken.fill(value, node.pos, endOf(node));
    if (!isOpaque(node)) forEachChild(node, (child) => pending.push(child));
  }
}

/** 1 for a text, 0 for what has comments of its own in it, null for a node that lies among commands. */
function ownText(node: SyntaxNode): 0 | 1 | null {
  switch (node.type) {
    case 'Word':
    case 'Assignment':
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
    case 'HereDocDelimiter':
      return 1;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return isOpaque(node) ? 1 : 0;
    case 'ArrayValue':
      return 0;
    default:
      return null;
  }
}

function endOf(node: SyntaxNode): number {
  if (node.type !== 'ArithmeticFor') return node.end;
  return (node.update ?? node.test ?? node.initialize)?.end ?? node.pos;
}

/** What is not looked into: long arithmetic is as deep as it is long, and a backquoted text may have lost its escapes. */
function isOpaque(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'ArithmeticExpansion':
    case 'ArithmeticCommand':
      return true;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return !node.script || node.script.source !== undefined || (node.script.errors ?? []).length > 0;
    default:
      return false;
  }
}
