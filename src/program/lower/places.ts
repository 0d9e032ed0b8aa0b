import type { LoadedLanguage } from './languages.js';

// Where the statements of a program stand, for who would put another one in front of them: no judgement, no edits.

/** A statement of a program. Offsets are those of the script's text, half-open. */
export interface StatementPlace {
  readonly start: number;
  readonly end: number;
  /** True where it ends the program, or the function, in a way that is not known to fail. */
  readonly leaves: boolean;
  /**
   * The variable of the environment whose emptiness alone leads to it, out of the statement around it; null where
   * something else may.
   */
  readonly wants: string | null;
  /** False where it is no statement of a list, so that none can stand in front of it. */
  readonly listed: boolean;
}

/** The statements around a place of a program. */
export interface ProgramPlaces {
  readonly language: LoadedLanguage;
  /** The function that reads a variable of the environment, as the program has it; null where it has none, or needs none. */
  readonly reader: string | null;
  /** The innermost first. */
  readonly around: readonly StatementPlace[];
}

/** A node of a tree of plain objects, with the key and the node that it stands in. */
export interface TreeNode {
  readonly node: object;
  readonly key: string;
}

/** The nodes around a place, from the top inwards. Lists are none, and stand for what is in them. */
export function nodesTo(root: object, at: number): TreeNode[] {
  const path: TreeNode[] = [];
  let inside: TreeNode | null = { node: root, key: '' };
  while (inside) {
    path.push(inside);
    inside = childAt(inside.node, at);
  }
  return path;
}

function childAt(node: object, at: number): TreeNode | null {
  for (const [key, value] of Object.entries(node)) {
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const child of children) {
      if (isNode(child) && holdsPlace(child, at)) return { node: child, key };
    }
  }
  return null;
}

function isNode(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A node without a range of its own holds what its children hold. */
function holdsPlace(node: object, at: number): boolean {
  const range = rangeOf(node);
  return range ? range.start <= at && at < range.end : childAt(node, at) !== null;
}

/** The range of a node that has one. */
export function rangeOf(node: object): { readonly start: number; readonly end: number } | null {
  const start = 'start' in node ? node.start : null;
  const end = 'end' in node ? node.end : null;
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : null;
}

/** Calls `visit` for every node of a tree of plain objects. */
export function eachNode(root: object, visit: (node: object) => void): void {
  const open: object[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (!Array.isArray(node)) visit(node);
    for (const value of Object.values(node)) if (isNode(value)) open.push(value);
  }
}

/** Is the node of a list, under one of the keys that hold lists of statements? */
export function isListed(parent: object, { node, key }: TreeNode): boolean {
  const list = Object.entries(parent).find(([name]) => name === key)?.[1];
  return /^(body|last|otherwise)$/.test(key) && Array.isArray(list) && list.includes(node);
}
