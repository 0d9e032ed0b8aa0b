import { childrenOf, type PythonNode } from '../../../parse/python.js';
import type { Place } from '../../../text/script.js';
import type { Expression } from '../../compute.js';
import type { Program } from '../../program.js';
import { type Frame, placeOf } from '../frame.js';
import { slotPrefix } from './modules.js';

/** What all scopes of one script share. */
interface Shared {
  readonly frame: Frame;
  /** What the names of all slots begin with: a module runs among the variables of the program that imports it. */
  readonly prefix: string;
  /** The first construct that is not understood, so that the script is not judged. */
  unreadable: Program['unreadable'];
}

/** The names of a module, a function, a class body or a comprehension, and the slots that they stand for. */
export interface Scope {
  readonly shared: Shared;
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly outer: Scope | null;
  /** Slots of the names that are this scope's own. */
  readonly own: ReadonlyMap<string, string>;
  /** Own slots that an inner function uses. */
  readonly captured: Set<string>;
  /** Names that `global` gives to the module. */
  readonly globals: ReadonlySet<string>;
  /** The bases of a class. */
  readonly bases: readonly Expression[];
  /** The first parameter of a function. */
  readonly first: string | null;
}

export function textOfNode({ shared: { frame } }: Scope, node: PythonNode): string {
  return frame.source.slice(node.from, node.to);
}

export function placeOfNode({ shared: { frame } }: Scope, node: PythonNode): Place {
  return placeOf(frame, node.from, node.to);
}

/** Notes what is not understood. */
export function notUnderstood(scope: Scope, node: PythonNode, what: string): void {
  scope.shared.unreadable ??= { reason: `python: ${what} is not modelled`, at: placeOfNode(scope, node) };
}

/** The scope of a script. Its slots have the names of its variables, behind what its file is told by. */
export function moduleScope(frame: Frame, script: PythonNode): Scope {
  const prefix = slotPrefix(frame.text.source.path);
  const shared: Shared = { frame, prefix, unreadable: null };
  const { names } = namesBound(script, frame.source);
  const own = new Map([...names].map((name) => [name, `${prefix}${name}`]));
  return {
    shared,
    kind: 'module',
    outer: null,
    own,
    captured: new Set(),
    globals: new Set(),
    bases: [],
    first: null,
  };
}

/** The scope of a function, a class or a comprehension: `names` are those that it binds besides what its body does. */
export function innerScope(
  outer: Scope,
  kind: 'function' | 'class' | 'comprehension',
  node: PythonNode,
  body: PythonNode | null,
  names: readonly string[],
  bases: readonly Expression[] = [],
): Scope {
  const { frame, prefix } = outer.shared;
  const { source } = frame;
  const bound = body
    ? namesBound(body, source)
    : { names: new Set<string>(), globals: new Set<string>(), outer: new Set<string>() };
  const own = new Map<string, string>();
  for (const name of [...names, ...bound.names]) {
    if (!bound.globals.has(name) && !bound.outer.has(name)) own.set(name, `${prefix}${name}@${node.from}`);
  }
  const [first = null] = kind === 'function' ? names : [];
  return {
    shared: outer.shared,
    kind,
    outer,
    own,
    captured: new Set(),
    globals: bound.globals,
    bases,
    first,
  };
}

/** The slot that a name stands for; `library`: it may be a name of the language where the slot is not set. */
export function slotOf(
  scope: Scope,
  name: string,
): { readonly slot: string; readonly library: string | null } {
  let crossed = false;
  for (let at: Scope | null = scope; at; at = at.outer) {
    if (at.kind === 'module' || at.globals.has(name)) break;
    // The names of a class body are not seen from its methods.
    const seen = at.kind !== 'class' || at === scope;
    const slot = seen ? at.own.get(name) : undefined;
    if (slot !== undefined) {
      if (crossed) at.captured.add(slot);
      return { slot, library: null };
    }
    if (at.kind === 'function') crossed = true;
  }
  return { slot: `${scope.shared.prefix}${name}`, library: name };
}

/** What `super()` means in a method: the bases of its class, and the name of the instance; null where it stands in none. */
export function superOf(
  scope: Scope,
): { readonly bases: readonly Expression[]; readonly self: string } | null {
  for (let at: Scope | null = scope; at; at = at.outer) {
    if (at.kind !== 'function' || at.outer?.kind !== 'class') continue;
    return at.first === null ? null : { bases: at.outer.bases, self: at.first };
  }
  return null;
}

interface Bound {
  readonly names: Set<string>;
  readonly globals: Set<string>;
  /** Names that `nonlocal` gives to a function around. */
  readonly outer: Set<string>;
}

/** The names that the statements of a body bind, inner functions and classes left out. */
function namesBound(body: PythonNode, source: string): Bound {
  const bound: Bound = { names: new Set(), globals: new Set(), outer: new Set() };
  const pending: PythonNode[] = [body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const children = childrenOf(node);
    bindNode(node, children, source, bound);
    for (const child of children) if (!OPAQUE.has(child.name) || child === body) pending.push(child);
    for (const child of children) {
      if (!OPAQUE.has(child.name)) continue;
      const name = childrenOf(child).find((inner) => inner.name === 'VariableName');
      if (child.name.endsWith('Definition') && name) bound.names.add(source.slice(name.from, name.to));
    }
  }
  return bound;
}

/** Nodes with names of their own. */
const OPAQUE: ReadonlySet<string> = new Set(['FunctionDefinition', 'ClassDefinition', 'LambdaExpression']);

function bindNode(node: PythonNode, children: readonly PythonNode[], source: string, bound: Bound): void {
  const text = (child: PythonNode) => source.slice(child.from, child.to);
  const add = (targets: readonly PythonNode[]) => {
    for (const target of targets) {
      if (target.name === 'VariableName') bound.names.add(text(target));
      else if (['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression'].includes(target.name))
        add(childrenOf(target));
    }
  };
  switch (node.name) {
    case 'AssignStatement': {
      const last = children.findLastIndex((child) => child.name === 'AssignOp');
      add(children.slice(0, last < 0 ? 1 : last));
      return;
    }
    case 'UpdateStatement':
    case 'NamedExpression':
      add(children.slice(0, 1));
      return;
    case 'ForStatement':
      add(
        children.slice(
          0,
          children.findIndex((child) => child.name === 'in'),
        ),
      );
      return;
    case 'WithStatement':
    case 'TryStatement':
      children.forEach((child, i) => {
        if (child.name === 'as') add(children.slice(i + 1, i + 2));
      });
      return;
    case 'ImportStatement':
      for (const { slotName } of importsOf(children, source))
        if (slotName !== null) bound.names.add(slotName);
      return;
    case 'CapturePattern':
      add(children);
      return;
    case 'ScopeStatement': {
      const into = children[0]?.name === 'global' ? bound.globals : bound.outer;
      for (const child of children) if (child.name === 'VariableName') into.add(text(child));
      return;
    }
  }
}

/** One name that an `import` binds, or all names of a module. */
export interface Imported {
  /** null for `from m import *`. */
  readonly slotName: string | null;
  /** The module as it is written, with the dots in front of it. */
  readonly module: string;
  /**
   * What is bound: the first package of the module's name (`import a.b`), the module (`import a.b as x`), all that it
   * has, or one name of it.
   */
  readonly wanted: 'root' | 'module' | 'all' | { readonly name: string };
  /** What of the library it stands for, where the repository has no such module. */
  readonly path: string;
}

export function importsOf(children: readonly PythonNode[], source: string): Imported[] {
  const text = (node: PythonNode | undefined) => (node ? source.slice(node.from, node.to) : '');
  const at = children.findIndex((child) => child.name === 'import');
  const isFrom = children[0]?.name === 'from';
  const from = isFrom ? children.slice(1, at).map(text).join('') : '';
  // A module of the script's own package that is not found is known by its name alone.
  const bare = from.replace(/^\.+/, '');
  const imported: Imported[] = [];
  let group: PythonNode[] = [];
  const finish = () => {
    const as = group.findIndex((child) => child.name === 'as');
    const name = (as < 0 ? group : group.slice(0, as)).map(text).join('');
    const alias = as < 0 ? null : text(group[as + 1]);
    group = [];
    if (name === '') return;
    if (name === '*') {
      imported.push({ slotName: null, module: from, wanted: 'all', path: bare });
    } else if (isFrom) {
      const path = bare === '' ? name : `${bare}.${name}`;
      imported.push({ slotName: alias ?? name, module: from, wanted: { name }, path });
    } else if (alias !== null) {
      imported.push({ slotName: alias, module: name, wanted: 'module', path: name });
    } else {
      const root = name.split('.')[0] ?? name;
      imported.push({ slotName: root, module: name, wanted: 'root', path: root });
    }
  };
  for (const child of children.slice(at + 1)) {
    if (child.name === ',') finish();
    else if (child.name !== '(' && child.name !== ')') group.push(child);
  }
  finish();
  return imported;
}
