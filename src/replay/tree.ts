import type {
  CommandNode,
  PipelineNode,
  ScriptNode,
  SimpleCommandNode,
  StatementNode,
  WordNode,
} from 'just-bash';

/** just-bash's own parser, which is loaded with the sandbox and never before. */
export type Reader = (text: string) => ScriptNode;

interface Substitution {
  readonly type: 'CommandSubstitution';
  readonly body: ScriptNode;
}

interface Parameter {
  readonly type: 'ParameterExpansion';
  parameter: string;
  readonly operation: Node | null;
}

interface Kinds {
  readonly Script: ScriptNode;
  readonly Statement: StatementNode;
  readonly Pipeline: PipelineNode;
  readonly SimpleCommand: SimpleCommandNode;
  readonly Word: WordNode;
  readonly FunctionDef: Extract<CommandNode, { type: 'FunctionDef' }>;
  readonly ConditionalCommand: Extract<CommandNode, { type: 'ConditionalCommand' }>;
  readonly CommandSubstitution: Substitution;
  readonly ParameterExpansion: Parameter;
}

/** Any node of a tree of just-bash. */
export interface Node {
  readonly type: string;
}

export function isNode<Kind extends keyof Kinds>(node: object, kind: Kind): node is Kinds[Kind] {
  // The items of a brace expansion are called words too, and hold one.
  return 'type' in node && node.type === kind && !(kind === 'Word' && 'word' in node);
}

/** Every node of a tree, those inside before those around them. Ends on any depth. */
export function nodesOf(root: object): Node[] {
  const found: Node[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (hasType(next)) found.push(next);
    for (const value of Object.values(next)) open.push(value);
  }
  return found.reverse();
}

function hasType(thing: object): thing is Node {
  return 'type' in thing && typeof thing.type === 'string';
}

/**
 * Every list of statements in a tree, the inner before the outer: changing an item changes the tree. `no conditions`
 * leaves out those that an `if` or a loop tests.
 */
export function statementLists(root: ScriptNode, which: 'all' | 'no conditions' = 'all'): StatementNode[][] {
  const lists: StatementNode[][] = [];
  for (const node of nodesOf(root)) {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'condition' && which !== 'all') continue;
      if (isStatements(value)) lists.push(value);
      // The clauses of an `if` are no nodes of their own.
      if (!Array.isArray(value)) continue;
      for (const item of value) {
        if (typeof item !== 'object' || item === null || 'type' in item) continue;
        for (const [name, list] of Object.entries(item))
          if (isStatements(list) && (name !== 'condition' || which === 'all')) lists.push(list);
      }
    }
  }
  return lists;
}

function isStatements(value: unknown): value is StatementNode[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isStatement(item));
}

function isStatement(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'type' in item && item.type === 'Statement';
}

/** The names of the functions that a script defines. */
export function functionsIn(script: ScriptNode): string[] {
  return nodesOf(script).flatMap((node) => (isNode(node, 'FunctionDef') ? [node.name] : []));
}

/** The text of a word that is the same in every run; null for any other. */
export function literalOf(word: WordNode): string | null {
  let text = '';
  for (const part of word.parts) {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'Escaped':
        text += part.value;
        break;
      case 'DoubleQuoted': {
        const inner = literalOf({ type: 'Word', parts: part.parts });
        if (inner === null) return null;
        text += inner;
        break;
      }
      case 'Glob':
        // The command of that name.
        if (part.pattern !== '[') return null;
        text += '[';
        break;
      default:
        return null;
    }
  }
  return text;
}
