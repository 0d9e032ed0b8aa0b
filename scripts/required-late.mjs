// @ts-check
// Makes a file of the bundle ask for the others when it first uses them. Must not change what the code does: the modules
// of hardfail and of its packages only define things, so that nothing hangs on when they are run.

import { parse } from 'acorn';

/** What rolldown writes for another file of the bundle. */
const requiring = /^const (require_\w+) = require\(("\.\/[^"]+\.cjs")\);$/gm;

/**
 * The code of a CommonJS file in which `const require_x = require("./x.cjs")` is run at the first use of `require_x`.
 * @param {string} code
 */
export function requiredLate(code) {
  const names = new Set([...code.matchAll(requiring)].map(([, name = '']) => name));
  const uses = usesOf(names, parse(code, { ecmaVersion: 'latest', sourceType: 'script' }));
  let late = '';
  let done = 0;
  for (const { start, end } of uses.sort((a, b) => a.start - b.start)) {
    // In parentheses: `new require_x().Lexer()` would make a `require_x`.
    late += `${code.slice(done, start)}(${code.slice(start, end)}())`;
    done = end;
  }
  late += code.slice(done);
  return late.replace(
    /^const \((require_\w+)\(\)\) = require\(("\.\/[^"]+\.cjs")\);$/gm,
    (_, name, path) => `let ${name}$;\nfunction ${name}() {\n\treturn ${name}$ ??= require(${path});\n}`,
  );
}

/**
 * The identifiers that have one of the names, their declarations among them.
 * @param {ReadonlySet<string>} names
 * @param {import('acorn').AnyNode} tree
 */
function usesOf(names, tree) {
  /** @type {{ start: number, end: number }[]} */
  const uses = [];
  /** @type {unknown[]} */
  const waiting = [tree];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (Array.isArray(at)) waiting.push(...at.filter((one) => one !== null && one !== undefined));
    else if (isNode(at)) {
      if (at.type === 'Identifier' && names.has(String(at.name))) uses.push(at);
      waiting.push(...Object.values(at).filter((one) => typeof one === 'object' && one !== null));
    }
  }
  return uses;
}

/**
 * @param {unknown} value
 * @returns {value is { readonly type: string, readonly start: number, readonly end: number, readonly name?: unknown }}
 */
function isNode(value) {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}
