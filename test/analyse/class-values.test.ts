import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/parse/expression.js';
import { type LoadedLanguage, loadLanguage, loweringOf } from '../../src/program/lower/languages.js';
import { answerText, interpretProgram, plainWorlds } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// Classes, what they inherit, and errors that carry something: each program is run by its real interpreter, too.

beforeAll(async () => {
  await loadLanguage('python');
  await loadLanguage('javascript');
});

/** How a program can end where the secret TOKEN is empty, in the order of the statuses. */
function endsOf(language: LoadedLanguage, script: string, path: string): string[] {
  const text = { ...wholeText(script) };
  const source = { ...text, source: { ...text.source, path } };
  const program = loweringOf(language)?.lower(source, parseTemplate(source));
  if (!program) throw new Error(`expected a front-end for ${language}, found none`);
  const world = plainWorlds.missing;
  const answer = answerText(interpretProgram(program, null, { secrets: ['TOKEN'], env: {}, world }));
  return answer
    .split('\n')
    .map((ending) => ending.replace(/^exits |; reaches nothing$/g, ''))
    .sort();
}

function realStatus(command: string, args: readonly string[]): number | null {
  return spawnSync(command, [...args], { env: { ...process.env, TOKEN: '' } }).status;
}

/** `ends`: how it ends for certain; a list where one of its members is how it really ends. */
type Row = readonly [title: string, script: string, ends: number | readonly number[]];

const inNode: readonly Row[] = [
  [
    'a base makes the instance',
    'class B { constructor() { this.t = process.env.TOKEN } } class C extends B { constructor() { super(); this.u = 1 } } process.exit(new C().t ? 5 : 4)',
    4,
  ],
  [
    'a base is given what super is',
    'class B { constructor(t) { this.t = t } } class C extends B { constructor() { super(process.env.TOKEN) } } process.exit(new C().t ? 5 : 4)',
    4,
  ],
  [
    'without a constructor all goes to the base',
    "class B { constructor(t) { this.t = t } } class C extends B { } process.exit(new C('').t ? 5 : 4)",
    4,
  ],
  [
    'fields are set behind the base',
    "class B { constructor(t) { this.t = t } } class C extends B { u = this.t } process.exit(new C('').u ? 5 : 4)",
    4,
  ],
  [
    'a field replaces that of the base',
    "class B { constructor() { this.t = 'x' } } class C extends B { t = '' } process.exit(new C().t ? 5 : 4)",
    4,
  ],
  [
    'a method of the base',
    'class B { m() { return 4 } } class C extends B { m() { return super.m() } } process.exit(new C().m())',
    4,
  ],
  [
    'a getter of the base',
    'class B { get m() { return 4 } } class C extends B { get m() { return super.m } } process.exit(new C().m)',
    4,
  ],
  [
    'a getter reads what the instance holds now',
    "class B { t = process.env.TOKEN; get on() { return this.t !== '' } } process.exit(new B().on ? 5 : 4)",
    4,
  ],
  [
    'a getter may give something to call',
    'class B { get m() { return () => 4 } } process.exit(new B().m())',
    4,
  ],
  [
    'what a setter keeps is not known',
    "class B { get on() { return this.t } set on(v) { this.t = '' } } const b = new B(); b.on = 'x'; process.exit(b.on ? 5 : 4)",
    [4, 5],
  ],
  ['what was never set is nothing', 'class A { y = 1 } process.exit(new A().x ? 5 : 4)', 4],
  [
    'a static method has the class for this',
    'class B { static make() { return new this() } constructor() { this.x = 4 } } process.exit(B.make().x)',
    4,
  ],
  ['a static field', 'class B { static x = 4 } class C extends B { } process.exit(C.x)', 4],
  [
    'what a function makes is an object',
    "function B() { this.x = '' } const b = new B(); process.exit(b ? 4 : 5)",
    4,
  ],
  ['an error keeps its message', "process.exit(new Error('x').message === 'x' ? 4 : 5)", 4],
  ['an error without a message', "process.exit(new Error().message === '' ? 4 : 5)", 4],
  ['an error has no status', "process.exit(new Error('x').status === 404 ? 5 : 4)", 4],
  ['an error has a name', "process.exit(new TypeError('x').name === 'TypeError' ? 4 : 5)", 4],
  ['an error has a stack', "process.exit(Error('x').stack ? 4 : 5)", 4],
  [
    'an error keeps what is set on it',
    "const e = new Error('x'); e.status = 401; try { throw e } catch (e) { process.exit(e.status === 404 ? 5 : 4) }",
    4,
  ],
  [
    'an error keeps its cause',
    "try { try { throw new Error('a') } catch (e) { throw new Error('b', { cause: e }) } } catch (e) { process.exit(e.cause.message === 'a' ? 4 : 5) }",
    4,
  ],
  [
    'an error of a class',
    "class H extends Error { constructor(m, s) { super(m); this.status = s } } try { throw new H('x', 401) } catch (e) { process.exit(e.message === 'x' && e.status === 401 ? 4 : 5) }",
    4,
  ],
  [
    'an error of a class without a constructor',
    "class H extends Error { } try { throw new H('x') } catch (e) { process.exit(e.message === 'x' ? 4 : 5) }",
    4,
  ],
  [
    'two ways to one throw are told apart by what they throw',
    "const fail = () => { if (Math.random() > 2) throw Object.assign(new Error('x'), { code: 4 }); throw Object.assign(new Error('x'), { code: 5 }) }; try { fail() } catch (e) { process.exit(e.code) }",
    [4, 5],
  ],
  [
    'instanceof of its class',
    "class E extends Error { } class F extends E { } try { throw new F('q') } catch (e) { process.exit(e instanceof E ? 4 : 5) }",
    4,
  ],
  [
    'instanceof of another class',
    "class E extends Error { } process.exit(new Error('q') instanceof E ? 5 : 4)",
    4,
  ],
  ['instanceof of what it is no error of', 'process.exit(new Error() instanceof TypeError ? 5 : 4)', 4],
  ['instanceof of what is not known', 'process.exit(new Date() instanceof Date ? 4 : 5)', [4, 5]],
  ['typeof of what may not be there', "process.exit(typeof nope === 'undefined' ? 4 : 5)", [4, 5]],
  [
    'a command that calls back with its error',
    "require('child_process').exec('false', (e, out) => process.exit(e && e.code === 1 && out === '' ? 4 : 5))",
    4,
  ],
  [
    'a command that calls back with what it printed',
    "require('child_process').execFile('echo', ['a'], (e, out) => process.exit(e === null && out.trim() === 'a' ? 4 : 5))",
    4,
  ],
  [
    'an assertion of the strict kind',
    "const assert = require('node:assert/strict'); try { assert.ok(process.env.TOKEN) } catch { process.exit(4) }",
    4,
  ],
  [
    'an assertion that two differ',
    "const assert = require('assert'); assert.notEqual('a', 'b'); try { assert.notStrictEqual(process.env.TOKEN, '') } catch { process.exit(4) }",
    4,
  ],
  ['an assertion that fails', "try { require('assert').fail('x') } catch { process.exit(4) }", 4],
  ['a list cut to nothing', 'const a = [1, 2]; a.length = 0; process.exit(a.length === 0 ? 4 : 5)', 4],
  ['a list cut short', 'const a = [4, 2]; a.length = 1; process.exit(a.length === 1 ? a[0] : 5)', 4],
  ['a list made longer', 'const a = [4]; a.length = 3; process.exit(a.length === 1 ? 5 : 4)', [4, 5]],
];

const inTypeScript: readonly Row[] = [
  [
    'a parameter that is a field',
    "class A { constructor(private readonly t: string) {} ok() { return this.t } }\nprocess.exit(new A('').ok() ? 5 : 4)",
    4,
  ],
  [
    'one of a class with a base',
    "class B { b = 4 }\nclass A extends B { constructor(public t: string) { super() } }\nprocess.exit(new A('').t ? 5 : new A('').b)",
    4,
  ],
];

const inPython: readonly Row[] = [
  [
    'a base makes the instance',
    "import os, sys\nclass B:\n    def __init__(self): self.t = os.environ.get('TOKEN')\nclass C(B):\n    def __init__(self):\n        super().__init__()\n        self.u = 1\nsys.exit(5 if C().t else 4)",
    4,
  ],
  [
    'super with its arguments',
    "import sys\nclass B:\n    def __init__(self, t): self.t = t\nclass C(B):\n    def __init__(self): super(C, self).__init__('')\nsys.exit(5 if C().t else 4)",
    4,
  ],
  [
    'a base by its name',
    "import sys\nclass B:\n    def __init__(self, t): self.t = t\nclass C(B):\n    def __init__(self): B.__init__(self, '')\nsys.exit(5 if C().t else 4)",
    4,
  ],
  [
    'a method of the base',
    'import sys\nclass B:\n    def m(self): return 4\nclass C(B):\n    def m(self): return super().m()\nsys.exit(C().m())',
    4,
  ],
  [
    'a class method of the base',
    'import sys\nclass B:\n    @classmethod\n    def m(cls): return cls.x\nclass C(B):\n    x = 4\n    @classmethod\n    def m(cls): return super().m()\nsys.exit(C.m())',
    4,
  ],
  [
    'a property',
    "import os, sys\nclass B:\n    def __init__(self): self._t = os.environ.get('TOKEN')\n    @property\n    def t(self): return self._t\nsys.exit(5 if B().t else 4)",
    4,
  ],
  [
    'what a setter keeps is not known',
    "import sys\nclass B:\n    @property\n    def t(self): return self._t\n    @t.setter\n    def t(self, v): self._t = ''\nb = B()\nb.t = 'x'\nsys.exit(5 if b.t else 4)",
    [4, 5],
  ],
  [
    'a data class',
    "import sys\nfrom dataclasses import dataclass, field\nfrom typing import ClassVar\n@dataclass(frozen=True)\nclass A:\n    kind: ClassVar[str] = 'k'\n    x: str\n    y: int = field(default=4)\n    z: list = field(default_factory=list)\na = A('')\nsys.exit(5 if a.x or a.z else a.y)",
    4,
  ],
  [
    'a data class that looks at itself',
    "import sys\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: str\n    def __post_init__(self):\n        if not self.x: sys.exit(4)\nA(x='')\nsys.exit(5)",
    4,
  ],
  [
    'a named tuple',
    "import sys\nfrom typing import NamedTuple\nclass A(NamedTuple):\n    x: str\n    y: int = 4\nsys.exit(5 if A('').x else A('').y)",
    4,
  ],
  [
    'a copy of the environment',
    "import os, sys\nenv = os.environ.copy()\nenv['X'] = '1'\nsys.exit(5 if env.get('TOKEN') or env['TOKEN'] else 4)",
    4,
  ],
  [
    'with binds what is given on entering',
    'import sys\nclass A:\n    def __enter__(self): return 4\n    def __exit__(self, *a): pass\nwith A() as a:\n    sys.exit(a)',
    4,
  ],
  [
    'an instance that is called',
    'import sys\nclass A:\n    def __call__(self, x): return x\nsys.exit(A()(4))',
    4,
  ],
  [
    'an instance that says whether it is true',
    'import sys\nclass A:\n    def __bool__(self): return False\nsys.exit(5 if A() else 4)',
    [4, 5],
  ],
  ['a member set by name', "import sys\nclass A: pass\na = A()\nsetattr(a, 'x', 4)\nsys.exit(a.x)", 4],
  [
    'members set by the names of what is given',
    'import sys\nclass A:\n    def __init__(self, **kw):\n        for k, v in kw.items(): setattr(self, k, v)\nsys.exit(A(x=4).x)',
    4,
  ],
  [
    'an error of a class',
    "import sys\nclass E(Exception):\n    def __init__(self, m, s):\n        super().__init__(m)\n        self.status = s\ntry:\n    raise E('x', 401)\nexcept E as e:\n    sys.exit(4 if e.status == 401 and str(e) == 'x' else 5)",
    4,
  ],
  [
    'an error that keeps what it was made with',
    "import sys\nclass E(Exception): pass\ntry:\n    raise E('a', 4)\nexcept Exception as e:\n    sys.exit(e.args[1])",
    4,
  ],
  ['an error as text', "import sys\nsys.exit(4 if f\"{ValueError('abc')}\" == 'abc' else 5)", 4],
  [
    'an error that says otherwise',
    "import sys\nclass E(Exception):\n    def __str__(self): return 'b'\nsys.exit(4 if str(E('a')) == 'b' else 5)",
    [4, 5],
  ],
  ['a key error as text', "import sys\nsys.exit(5 if str(KeyError('a')) == 'a' else 4)", [4, 5]],
  [
    'isinstance of its class',
    'import sys\nclass E(ValueError): pass\nsys.exit(4 if isinstance(E(), (KeyError, ValueError)) else 5)',
    4,
  ],
  [
    'isinstance of none',
    'import sys\nsys.exit(5 if isinstance(ValueError(), (KeyError, OSError)) else 4)',
    4,
  ],
  [
    'isinstance of a text',
    "import sys\nsys.exit(4 if isinstance('', str) and not isinstance(None, str) and not isinstance(1, str) else 5)",
    4,
  ],
  ['isinstance of a number', 'import sys\nsys.exit(4 if isinstance(1, int) else 5)', [4, 5]],
  [
    'isinstance of a record',
    'import sys\nsys.exit(4 if isinstance({}, dict) and not isinstance([], dict) else 5)',
    4,
  ],
];

function check(language: LoadedLanguage, path: string, run: readonly string[]) {
  return (_: string, script: string, ends: Row[2]) => {
    const [command = '', ...args] = run;
    const status = realStatus(command, [...args, script]);
    const allowed: readonly (number | null)[] = typeof ends === 'number' ? [ends] : ends;
    expect(allowed).toContain(status);
    expect(endsOf(language, script, path)).toEqual(allowed.map(String).sort());
  };
}

describe('in JavaScript', () => {
  it.each(inNode)('%s', check('javascript', 'a.js', [process.execPath, '-e']));
});

describe('in TypeScript', () => {
  // Node 20 does not read it: these rows are right by the TypeScript handbook, «Parameter Properties».
  it.each(inTypeScript)('%s', (_, script, ends) => {
    expect(endsOf('javascript', script, 'a.ts')).toEqual([String(ends)]);
  });
});

describe('in Python', () => {
  it.each(inPython)('%s', check('python', 'a.py', ['python3', '-c']));
});
