// The names by which the files of a Python program know each other.

/** What the slots of a file begin with: a module runs among the variables of the program that imports it. */
export function slotPrefix(path: string): string {
  return path.endsWith('.py') ? `${path}:` : '';
}

/** Ends the name of the slot that is set once a module was imported; it holds the file's place in the workspace. */
export const IMPORTED = '(imported)';

/** How the value of an `import` is asked for, by what it binds: arguments of the library's `import`. */
export const WANTS = { root: '(root)', module: '(module)', all: '*' } as const;
