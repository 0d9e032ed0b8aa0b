import { beforeAll, describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/parse/expression.js';
import { loadLanguage, loweringOf } from '../../src/program/lower/languages.js';
import { answerText, interpretProgram, judgedWorlds } from '../support/interpret.js';
import type { Language } from '../support/real-languages.js';
import { wholeText } from '../support/shell.js';

// What a missing secret shapes: a command that is given such a value fails for want of the secret.

beforeAll(async () => {
  await loadLanguage('javascript');
  await loadLanguage('python');
});

const deploying = {
  javascript: (lines: string, value: string) =>
    `const t = process.env.TOKEN;\n${lines}\nrequire('child_process').execFileSync('deploy', [${value}]);\n`,
  python: (lines: string, value: string) =>
    `import json, os, subprocess, sys\nt = os.environ['TOKEN']\n${lines}\nsubprocess.run(['deploy', ${value}], check=True)\n`,
} as const satisfies Record<Language, unknown>;

/** Is the command starved on every path, on none, or on some? */
function starved(language: Language, lines: string, value: string): string {
  const text = wholeText(deploying[language](lines, value));
  const program = loweringOf(language)?.lower(text, parseTemplate(text));
  if (!program) throw new Error(`expected a front-end for ${language}, found none`);
  const { missing } = judgedWorlds(['TOKEN']);
  const answer = interpretProgram(program, null, { secrets: ['TOKEN'], env: {}, world: missing });
  if (answer.kind !== 'endings') throw new Error(`expected endings, found ${answerText(answer)}`);
  const found = new Set(answer.endings.map((ending) => ending.starved));
  return [...found]
    .map((is) => (is ? 'starved' : 'runs'))
    .sort()
    .join(', ');
}

type Shaped = readonly [lines: string, value: string];

const javascriptShaped: readonly Shaped[] = [
  ['', 't'],
  ['', 't.trim()'],
  ['', 't.trimStart()'],
  ['', 't.toUpperCase()'],
  ['', "t + 'x'"],
  ['', "'x' + t"],
  ['', '`a${t}b`'],
  ['', "t.split(',')[0]"],
  ['', "t.split(',').join('-')"],
  ['', "[t, 'a'].join()"],
  ['', "['a', t].join('-')"],
  ['', "t.replace('a', 'b')"],
  ['', "'abc'.replace('b', t)"],
  ['', "t.replaceAll('a', 'b')"],
  ['', 'String(t)'],
  ['', "t.padStart(3, 'x')"],
  ['', 't.slice(0, 3)'],
  ['', 'encodeURIComponent(t)'],
  ['', "Buffer.from(t).toString('base64')"],
  ['', 'JSON.stringify(t)'],
  ['', 'JSON.stringify({ t })'],
  ['', 'JSON.stringify([t])'],
  ['', 'JSON.stringify({ a: { b: t } }, null, 2)'],
  ['', 'String(t.length)'],
  ['', '`${t.length}`'],
  ['', '`${t.length + 1}`'],
  ['', 'String(Number(t))'],
  ['', 'String(Boolean(t))'],
  ['', 'String(!t)'],
  ['', "`${t === 'x'}`"],
  ['', "t ?? 'd'"],
  ['const [a] = [t];', 'a'],
  ['const { a } = { a: t };', 'a'],
  ['const { a = t } = {};', 'a'],
  ["const [, ...r] = ['x', t];", 'r[0]'],
  ['const { a, ...r } = { a: 1, b: t };', 'r.b'],
  ['const o = {}; o.a = t;', 'o.a'],
  ['const o = { a: t };', 'Object.values(o)[0]'],
  ['const o = { a: t };', 'Object.entries(o)[0][1]'],
  ['const o = Object.assign({}, { a: t });', 'o.a'],
  ['const o = { ...{ a: t } };', 'o.a'],
  ["const o = Object.fromEntries([['a', t]]);", 'o.a'],
  ["const o = new Map([['a', t]]);", "o.get('a')"],
  ['const l = [t];', "l.map((x) => x + 'y')[0]"],
  ['const l = [t];', 'l.filter((x) => true)[0]'],
  ['const l = [t];', "l.concat(['a'])[0]"],
  ['const l = []; l.push(t);', 'l[0]'],
  ['const l = []; l.unshift(t);', 'l[0]'],
  ['', '[...[t]][0]'],
  ['', '[t].find((x) => true)'],
  ['', '[[t]].flatMap((x) => x)[0]'],
  ['', '[t].flat()[0]'],
  ['const f = (x) => x;', 'f(t)'],
  ['const f = (x = t) => x;', 'f()'],
  ['const f = () => t;', 'f()'],
  ['class A { constructor(x) { this.x = x; } }', 'new A(t).x'],
  ['process.env.X = t;', 'process.env.X'],
  ["process.env.X = t + 'a';", 'process.env.X'],
  ["let s = ''; s += t;", 's'],
  ["let s = ''; for (const c of [t]) s += c;", 's'],
  ['const e = new Error(t);', 'e.message'],
  ["let m = ''; try { throw new Error(t); } catch (e) { m = e.message; }", 'm'],
  ['', "require('path').join('a', t)"],
  ['', "['a', t].map(String).join(' ')"],
];

const javascriptFree: readonly Shaped[] = [
  ['', "'a'"],
  ['', "'abc'.replace('b', 'c')"],
  ['', "['a', 'b'].join()"],
  ["const o = { a: t, b: 'x' };", 'o.b'],
  ["const [, b] = [t, 'x'];", 'b'],
  ["const l = [t, 'x'];", 'l[1]'],
  ["const f = (x) => 'a';", 'f(t)'],
  ['', "(t, 'a')"],
  ["const { t: _, ...r } = { t, b: 'x' };", 'r.b'],
  ["process.env.X = 'a';", 'process.env.X'],
  ['console.log(t);', "'a'"],
  ["let s = t; s = 'a';", 's'],
  ["const l = [t]; l.length = 0; l.push('a');", 'l[0]'],
  ['', "String('a'.length)"],
];

const pythonShaped: readonly Shaped[] = [
  ['', 't'],
  ['', 't.strip()'],
  ['', 't.lower()'],
  ['', "t + 'x'"],
  ['', "'x' + t"],
  ['', "f'a{t}b'"],
  ['', "'a%s' % t"],
  ['', "'a{}'.format(t)"],
  ['', "','.join([t, 'a'])"],
  ['', "','.join(['a', t])"],
  ['', "t.split(',')[0] if t.split(',') else ''"],
  ['', "t.replace('a', 'b')"],
  ['', "'abc'.replace('b', t)"],
  ['', 'str(t)'],
  ['', 't.encode().decode()'],
  ['', 'json.dumps(t)'],
  ['', "json.dumps({'a': t})"],
  ['', 'json.dumps([t])'],
  ['', 'str(len(t))'],
  ['', 'str(bool(t))'],
  ['', 'str(not t)'],
  ['', "str(t == 'x')"],
  ["a, b = 'x', t", 'b'],
  ["a, *b = 'x', t", 'b[0]'],
  ["d = {}\nd['a'] = t", "d['a']"],
  ["d = {'a': t}", 'list(d.values())[0]'],
  ["d = {'a': t}", 'list(d.items())[0][1]'],
  ['d = dict(a=t)', "d['a']"],
  ["d = dict([('a', t)])", "d['a']"],
  ["d = {}\nd.update({'a': t})", "d['a']"],
  ['d = {}\nd.update(a=t)', "d['a']"],
  ['d = {}', "d.setdefault('a', t)"],
  ["d = {'a': t}", "d.pop('a')"],
  ["d = {'a': t}", "d.get('a')"],
  ['d = {}', "d.get('a', t)"],
  ['l = []\nl.append(t)', 'l[0]'],
  ['l = []\nl.insert(0, t)', 'l[0]'],
  ['l = []\nl.extend([t])', 'l[0]'],
  ['', "([t] + ['a'])[0]"],
  ['', '[x for x in [t]][0]'],
  ['', "[x + 'a' for x in [t]][0]"],
  ['', 'list(map(lambda x: x, [t]))[0]'],
  ['', 'list(zip([t], [1]))[0][0]'],
  ['', 'list(enumerate([t]))[0][1]'],
  ['', 'list(reversed([t]))[0]'],
  ['', 'sorted([t])[0]'],
  ['f = lambda x: x', 'f(t)'],
  ['f = lambda x=t: x', 'f()'],
  ['def f():\n    return t', 'f()'],
  ['class A:\n    def __init__(self, x):\n        self.x = x', 'A(t).x'],
  ["os.environ['X'] = t", "os.environ['X']"],
  ['os.environ.update(X=t)', "os.environ['X']"],
  ['', "os.environ.get('TOKEN')"],
  ['', "os.environ.get('NO_SUCH_ONE', t)"],
  ['', "os.getenv('TOKEN', 'd')"],
  ["s = ''\ns += t", 's'],
  ["s = ''\nfor c in [t]:\n    s += c", 's'],
  ["m = ''\ntry:\n    raise ValueError(t)\nexcept ValueError as e:\n    m = str(e)", 'm'],
  ['', "os.path.join('a', t)"],
  ['', "{'a': x for x in [t]}['a']"],
  ['', "{**{'a': t}}['a']"],
  ['', '[*[t]][0]'],
  ['', "str('x' in t)"],
  ['', "str(t in ['x'])"],
];

const pythonFree: readonly Shaped[] = [
  ['', "'a'"],
  ['', "'abc'.replace('b', 'c')"],
  ['', "','.join(['a', 'b'])"],
  ["d = {'a': t, 'b': 'x'}", "d['b']"],
  ["a, b = t, 'x'", 'b'],
  ["l = [t, 'x']", 'l[1]'],
  ["f = lambda x: 'a'", 'f(t)'],
  ["os.environ['X'] = 'a'", "os.environ['X']"],
  ['print(t)', "'a'"],
  ["s = t\ns = 'a'", 's'],
  ["l = [t]\nl.clear()\nl.append('a')", 'l[0]'],
  ['', "str(len('a'))"],
  ['', "[x for x in ['a']][0]"],
];

describe.each([
  ['javascript', javascriptShaped, javascriptFree],
  ['python', pythonShaped, pythonFree],
] as const)('%s', (language, shaped, free) => {
  it.each(shaped)('%s %s: of the missing secret', (lines, value) => {
    expect(starved(language, lines, value)).toBe('starved');
  });

  it.each(free)('%s %s: of something else', (lines, value) => {
    expect(starved(language, lines, value)).toBe('runs');
  });
});
