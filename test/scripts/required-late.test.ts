import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { requiredLate } from '../../scripts/required-late.mjs';

const chunk = {
  Lexer: class {
    text = 'lexed';
  },
  name: 'chunk',
  twice: (value: number) => value * 2,
};

/** Runs a file of the bundle; what it sets `result` to, and which files it has asked for when it has run. */
function run(code: string): { result: unknown; asked: string[] } {
  const asked: string[] = [];
  const context = vm.createContext({
    result: null,
    require: (path: string) => {
      asked.push(path);
      return chunk;
    },
  });
  vm.runInContext(requiredLate(`const require_x = require("./x.cjs");\n${code}`), context);
  return { result: context.result, asked };
}

describe('a file of the bundle asks for another one', () => {
  it.each([
    ['result = require_x.name', 'chunk'],
    ['result = new require_x.Lexer().text', 'lexed'],
    ['result = require_x.twice(require_x.twice(2))', 8],
    ['const { name } = require_x; result = name', 'chunk'],
    ['result = `${require_x.name}?.${require_x?.name}`', 'chunk?.chunk'],
    ['result = [..."ab"].map(() => require_x.twice(1)).join()', '2,2'],
    ['result = require_x.name instanceof Object || typeof require_x', 'object'],
  ])('and means the same: %s', (code, result) => {
    expect(run(code)).toEqual({ result, asked: ['./x.cjs'] });
  });

  it('only when something of it is used', () => {
    expect(run('function later() { return require_x.name; } result = 1')).toEqual({ result: 1, asked: [] });
  });

  it('and leaves packages of others where they are', () => {
    const code = 'const fs = require("node:fs");\n';
    expect(requiredLate(code)).toBe(code);
  });
});
