import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/parse/expression.js';
import { python } from '../../../src/program/lower/python.js';
import type { Program } from '../../../src/program/program.js';
import { placeText, printProgram } from '../../support/print-program.js';
import { wholeText } from '../../support/shell.js';

function lower(script: string): Program {
  const text = wholeText(script);
  return python.lower(text, parseTemplate(text));
}

describe('Python is lowered', () => {
  it.each([
    ['not a and b or c', '((not a and b) or c)'],
    ['a or not b and c', '(a or (not b and c))'],
    ['not a in b', 'not (a in b)'],
    ['a not in b', 'not (a in b)'],
    ['a is not None', 'not (a same null)'],
    ['a != 1 < b', '(not (a same 1) and (1 < b))'],
    ['f(1, *xs, k=2, **ks)', 'f(1, ...xs, k=2, ...ks)'],
    ['any(x for x in xs if x)', 'any(collect(x@3 for x@3 in xs if x@3))'],
    ['{k: v for k, v in d.items()}', 'collect(k@0: v@0 for [k@0, v@0] in d.items())'],
    ['a if b else c', '(b ? a : c)'],
    ['(n := f())', 'n = f()'],
    ['await f()', 'f()'],
    ["f'a{b}c' 'd' r'\\n'", 'text("a", b, "cd\\\\n")'],
    ['x[1:2]', 'unknown(x, 1, 2)'],
  ])('%s', (written, printed) => {
    expect(printProgram(lower(`${written}\n`))).toBe(printed);
  });

  it.each([
    [
      'import os.path, sys as s\nfrom a.b import c as d, e\nfrom . import f\nfrom g import *',
      'os = <import>("os.path", "(root)", "os"); s = <import>("sys", "(module)", "sys"); d = <import>("a.b", "c", "a.b.c"); e = <import>("a.b", "e", "a.b.e"); f = <import>(".", "f", "f"); <import>("g", "*", "g")',
    ],
    ['a, *b = c = d', '[a, ...b] = c = d'],
    ['x = \'\\x41\\u00e9\\\\\\q\' "b"', 'x = "Aé\\\\\\\\qb"'],
    ['x: int = 1\nx += 2\ny: str', 'x = 1; x = (x + 2)'],
    ['if a: b()\nelif c: d()\nelse: e()', 'if(test(a) then {b()} else if(test(c) then {d()} else {e()}))'],
    [
      'try:\n  a()\nexcept (B, C) as e:\n  raise\nexcept D:\n  pass\nelse:\n  f()\nfinally:\n  g()',
      'try(a() catch([B, C] as e: throw()) catch(D: ) else f() finally g())',
    ],
    ['for a, b in c:\n  break\nelse:\n  d()', 'each([a, b] in c: break(1) else d())'],
    ['with open(p) as f, g():\n  f.read()', 'f = <with.enter>(open(p)); <with.enter>(g()); f.read()'],
    ['with contextlib.suppress(A):\n  b()', '<with.enter>(contextlib.suppress(A)); try(b() catch(A: ))'],
    ['assert a, m', 'if(test(a) then {} else throw(<AssertionError>(m)))'],
    ['del os.environ["A"]', 'os.environ.pop("A")'],
    ['@d\ndef f():\n  g()', 'f = function f(){g()}'],
    ['@d\nclass A:\n  x = 1', 'x@3 = 1; A = class A(){x: x@3}'],
    ['x = -1', 'x = -1'],
  ])('%s', (written, printed) => {
    expect(printProgram(lower(`${written}\n`))).toBe(printed);
  });

  it('gives each scope slots of its own', () => {
    const script =
      'x = 1\ndef f(a):\n  y = x\n  def g():\n    nonlocal y\n    global x\n    x = y\n    z = a\n  return g\n';
    expect(printProgram(lower(script))).toBe(
      'x = 1; f = function f(a@6){y@6 = x; g@6 = function g(){x = y@6; z@26 = a@6}; return(g@6)}',
    );
  });

  it('pastes what the runner pastes within texts, and knows nothing of it elsewhere', () => {
    const program = lower('a = "x${{ secrets.A }}y"\nb = ${{ github.run_id }}\n');
    expect(printProgram(program)).toBe('a = text("x", paste(${{ secrets.A }}), "y"); b = unknown()');
  });

  it.each([
    ['print "x"\n', "python: a 'print' of Python 2 is not modelled"],
    ['if a\n  b()\n', 'python syntax: line 1 of it is not understood'],
    ['while a:\n  b()\nelse:\n  c()\n', "python: 'while' with an 'else' is not modelled"],
    ['match a:\n  case [b, c]:\n    d()\n', "python: this pattern of a 'match' is not modelled"],
    [`x = ${'('.repeat(700)}1${')'.repeat(700)}\n`, 'nested too deeply'],
  ])('says why it cannot read %s', (script, reason) => {
    expect(lower(script).unreadable?.reason).toBe(reason);
  });

  it('keeps places', () => {
    const [node] = lower('if not token:\n  exit(0)\n').body;
    expect(node?.kind === 'branch' && placeText(node.test.at)).toBe('not token');
  });
});
