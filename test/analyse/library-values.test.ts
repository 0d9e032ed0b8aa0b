import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/parse/expression.js';
import { type LoadedLanguage, loadLanguage, loweringOf } from '../../src/program/lower/languages.js';
import { answerText, interpretProgram, plainWorlds } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// What the libraries of languages do to values: each program is run by its real interpreter, too.

beforeAll(async () => {
  await loadLanguage('python');
  await loadLanguage('javascript');
});

function endsOf(language: LoadedLanguage, script: string): string[] {
  const text = wholeText(script);
  const program = loweringOf(language)?.lower(text, parseTemplate(text));
  if (!program) throw new Error(`expected a front-end for ${language}, found none`);
  const world = plainWorlds.missing;
  const answer = answerText(interpretProgram(program, null, { secrets: ['TOKEN'], env: {}, world }));
  return answer.split('\n').map((ending) => ending.replace(/^exits |; reaches nothing$/g, ''));
}

function realStatus(command: string, args: readonly string[]): number | null {
  return spawnSync(command, [...args], { env: { ...process.env, TOKEN: '' } }).status;
}

/** `ends`: 4 where it holds; `?` where that is not known. */
type Row = readonly [script: string, ends: '4' | '?'];

const inNode: readonly Row[] = [
  ["'a'.replace('a', '$&b') === 'ab'", '?'],
  ["'aXa'.replaceAll('a', '$$') === '$X$'", '?'],
  ["'aXa'.replaceAll('a', 'b') === 'bXb'", '4'],
  ["[undefined, null].join('') === ''", '4'],
  ["['a', 'b'].toString() === 'a,b'", '4'],
  ["''.split('').length === 0", '?'],
  ["''.split(',').length === 1", '4'],
  ['[3, 1, 2].sort()[0] === 1', '?'],
  ["['b', 'a'].toSorted()[0] === 'a'", '4'],
  ['((a) => (a.unshift(1), a[0] === 1))([2])', '4'],
  ['((a) => (a.pop(), a.length === 1))([1, 2])', '?'],
  ['((a) => (a.splice(0, 2), a.length === 0))([1, 2])', '?'],
  ['((a) => (a.push(3), a.length === 3))([1, 2])', '4'],
  ['((a) => (a.add(1), a.size === 1))(new Set([1]))', '4'],
  ['[[1, 2], [3]].flatMap((x) => x).length === 3', '4'],
  ["new Map().get('a') === undefined", '4'],
  ["new Map([['a', 4]]).get('a') === 4", '4'],
  ["new Map(new Map([['a', 4]])).has('a')", '4'],
  ["((m) => m.set('a', 1).set('b', 2).size === 2)(new Map())", '4'],
  ["((m) => (m.delete('a'), !m.has('a')))(new Map([['a', 1]]))", '4'],
  ["((m) => (m.clear(), m.size === 0))(new Map([['a', 1]]))", '4'],
  ["((m, found) => (m.forEach((v) => (found = v)), found === ''))(new Map([['a', '']]))", '4'],
  ["[...new Map([['a', '']]).values()].every((v) => v === '')", '4'],
  ["Object.fromEntries([['a', '']]).a === ''", '4'],
  ["Object.fromEntries(['a'].map((k) => [k, k])).a === 'a'", '4'],
  ["Object.fromEntries([['a', 1]]).b === undefined", '4'],
  ['null !== undefined && null == undefined', '4'],
  ['((a) => a === null)(process.env.TOKEN || null)', '4'],
  ['((a) => a !== null)(process.env.NOT_THERE)', '4'],
  ['((a = 4) => a === null)(null)', '4'],
  ['((a = 4) => a === 4)(undefined)', '4'],
  ['(({ a = 4 }) => a === null)({ a: null })', '4'],
  ["`${null} ${undefined}` === 'null undefined'", '4'],
  ["'abc'.match(/x/) === null", '?'],
  ["(() => { try { JSON.parse(''); } catch { return true; } })()", '4'],
];

const inPython: readonly Row[] = [
  ['len(set([1, 1.0])) == 1', '4'],
  ['len(set([1, 2])) == 2', '4'],
  ["sorted(['b', 'a'])[0] == 'a'", '4'],
  ["[name for name, _ in sorted({'b': 1, 'a': 2}.items())][0] == 'a'", '4'],
  ["sorted(['a', 'b'], reverse=True)[0] == 'b'", '?'],
  ['sorted([3, 1])[0] == 1', '?'],
  ["list(reversed(['b', 'a']))[0] == 'a'", '4'],
  ["len('a\\nb\\n'.splitlines()) == 2", '4'],
  ["len('a\\n\\nb'.splitlines()) == 3", '4'],
  ['len(str(None)) == 4', '4'],
  ['(lambda a: (a.pop(), len(a) == 1)[1])([1, 2])', '?'],
  ['(lambda a: (a.insert(0, 3), a[0] == 3)[1])([1, 2])', '4'],
  ["(lambda a: (a.sort(), a[0] == 'a')[1])(['b', 'a'])", '?'],
  ['(lambda a: (a.append(3), len(a) == 3)[1])([1, 2])', '4'],
  ["(lambda d: (d.pop('a'), len(d) == 0)[1])({'a': 1})", '4'],
];

const expected = (ends: '4' | '?') => (ends === '4' ? ['4'] : ['4', '5']);

describe('in JavaScript', () => {
  it.each(inNode)('%s', (holds, ends) => {
    const script = `process.exit(${holds} ? 4 : 5);\n`;
    expect(endsOf('javascript', script).sort()).toEqual(expected(ends));
    expect(realStatus(process.execPath, ['-e', script])).toBe(4);
  });
});

describe('in Python', () => {
  it.each(inPython)('%s', (holds, ends) => {
    const script = `import sys\nsys.exit(4 if ${holds} else 5)\n`;
    expect(endsOf('python', script).sort()).toEqual(expected(ends));
    expect(realStatus('python3', ['-c', script])).toBe(4);
  });
});
