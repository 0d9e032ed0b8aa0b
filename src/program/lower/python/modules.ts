// The names by which the files of a Python program know each other.

import type { Invocation } from '../../compute.js';

/** The library's name for what an `import` binds, where the repository has no such module; null for any other call. */
export function importedPath({ callee, args }: Invocation): string | null {
  if (callee.kind !== 'library' || callee.path !== 'import') return null;
  const path = args[2]?.value;
  return path?.kind === 'literal' && typeof path.value === 'string' ? path.value : null;
}

/** What the slots of a file begin with: a module runs among the variables of the program that imports it. */
export function slotPrefix(path: string): string {
  return path.endsWith('.py') ? `${path}:` : '';
}

/** Ends the name of the slot that is set once a module was imported; it holds the file's place in the workspace. */
export const IMPORTED = '(imported)';

/** How the value of an `import` is asked for, by what it binds: arguments of the library's `import`. */
export const WANTS = { root: '(root)', module: '(module)', all: '*' } as const;
