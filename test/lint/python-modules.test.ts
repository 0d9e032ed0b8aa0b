import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { lintWith, place, WORKFLOW, workflow } from '../support/called.js';

beforeAll(() => loadLanguage('python'));

type Files = Readonly<Record<string, string>>;

function found(run: string, files: Files): string[] {
  const { findings, errors } = lintWith({ [WORKFLOW]: workflow(run) }, files);
  expect(errors).toEqual([]);
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => `${finding.rule} ${place(finding)}`);
}

function reasons(run: string, files: Files): string[] {
  return lintWith({ [WORKFLOW]: workflow(run) }, files).notJudged.map(({ reason }) => reason);
}

/** How the command ends for real, in the folder with these files, where the secret is missing. */
function statusWithout(run: string, files: Files): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'hardfail-python-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { PATH } = process.env;
    return spawnSync('bash', ['-e', '-c', run], { cwd: folder, env: { PATH, TOKEN: '' } }).status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What deploys, where it is called. */
const deploys = `import os, urllib.request
def deploy():
    urllib.request.urlopen("https://deploy.example/?key=" + os.environ["TOKEN"])
`;

/** A module with a function that ends the program with this status where the secret is missing. */
const gate = (status: number) => `import os, sys
${deploys.slice(deploys.indexOf('\n') + 1).replace('def', 'import urllib.request\ndef')}
def check():
    if not os.environ.get("TOKEN"):
        sys.exit(${status})
`;

describe('a module of the repository that a Python program imports is followed', () => {
  const main = (head: string, check: string, deploy: string) => `${head}\n${check}\n${deploy}\n`;

  it.each([
    [
      'beside the program',
      'python tools/x.py',
      'tools/gate.py',
      main('from gate import check, deploy', 'check()', 'deploy()'),
    ],
    [
      'by its own name',
      'python tools/x.py',
      'tools/gate.py',
      main('import gate', 'gate.check()', 'gate.deploy()'),
    ],
    [
      'by another name',
      'python tools/x.py',
      'tools/gate.py',
      main('import gate as g', 'g.check()', 'g.deploy()'),
    ],
    [
      'all of its names',
      'python tools/x.py',
      'tools/gate.py',
      main('from gate import *', 'check()', 'deploy()'),
    ],
    [
      'some under other names',
      'python tools/x.py',
      'tools/gate.py',
      main('from gate import (check as c, deploy as d)', 'c()', 'd()'),
    ],
    [
      'of a package',
      'python x.py',
      'lib/gate.py',
      main('import lib.gate', 'lib.gate.check()', 'lib.gate.deploy()'),
    ],
    [
      'of a package, from it',
      'python x.py',
      'lib/gate.py',
      main('from lib import gate', 'gate.check()', 'gate.deploy()'),
    ],
    ['a package itself', 'python x.py', 'lib/__init__.py', main('import lib', 'lib.check()', 'lib.deploy()')],
    [
      'of a package that is run',
      'python -m lib.x',
      'lib/gate.py',
      main('from .gate import check, deploy', 'check()', 'deploy()'),
    ],
    [
      'within a function',
      'python tools/x.py',
      'tools/gate.py',
      main('def main():', '    from gate import check, deploy', '    check()\n    deploy()\nmain()'),
    ],
  ] as const)('%s', (_, run, module, program) => {
    const path = run.startsWith('python -m') ? 'lib/x.py' : run.slice('python '.length);
    const files = (status: number) => ({ [path]: program, [module]: gate(status) });
    const line =
      gate(0)
        .split('\n')
        .findIndex((text) => text.includes('sys.exit')) + 1;
    expect(statusWithout(run, files(0))).toBe(0);
    expect(found(run, files(0))).toEqual([`missing-secret-exits-zero ${module}:${line}`]);
    expect(statusWithout(run, files(1))).toBe(1);
    expect(found(run, files(1))).toEqual([]);
  });

  it('that imports another module of its package', () => {
    const files = (status: number) => ({
      'x.py': 'from lib.work import work\nwork()\n',
      'lib/__init__.py': '',
      'lib/work.py':
        'from . import gate\nfrom .gate import deploy\ndef work():\n    gate.check()\n    deploy()\n',
      'lib/gate.py': gate(status),
    });
    expect(statusWithout('python x.py', files(0))).toBe(0);
    expect(found('python x.py', files(0))).toEqual(['missing-secret-exits-zero lib/gate.py:8']);
    expect(found('python x.py', files(1))).toEqual([]);
  });

  it('that asks when it is imported, and only once', () => {
    const settings = 'import os\nTOKEN = os.environ.get("TOKEN", "")\n';
    const files = (status: number) => ({
      'x.py': `import sys, settings, other\nif not settings.TOKEN:\n    sys.exit(${status})\nother.deploy()\n`,
      'settings.py': settings,
      'other.py': `import settings\n${deploys}`,
    });
    expect(statusWithout('python x.py', files(0))).toBe(0);
    expect(found('python x.py', files(0))).toEqual(['missing-secret-exits-zero x.py:3']);
    expect(found('python x.py', files(1))).toEqual([]);
  });

  it('that is no program of its own then', () => {
    const files = {
      'x.py': 'import gate\ngate.deploy()\n',
      'gate.py': `${deploys}import sys\nif __name__ == "__main__":\n    sys.exit(0)\n`,
    };
    expect(statusWithout('python x.py', files)).toBe(1);
    expect(found('python x.py', files)).toEqual([]);
  });

  it('that imports the module which imports it', () => {
    const files = {
      'x.py': 'import first\nfirst.check()\nfirst.deploy()\n',
      'first.py': `import second\n${gate(0)}`,
      'second.py': 'import first\ndef use():\n    first.deploy()\n',
    };
    expect(statusWithout('python x.py', files)).toBe(0);
    expect(found('python x.py', files)).toEqual(['missing-secret-exits-zero first.py:9']);
  });

  it('whose variables are what they are when they are asked for', () => {
    const files = {
      'x.py': 'import state, sys\nstate.load()\nif not state.TOKEN:\n    sys.exit(1)\nstate.deploy()\n',
      'state.py': `${deploys}TOKEN = None\ndef load():\n    global TOKEN\n    TOKEN = os.environ["TOKEN"]\n`,
    };
    expect(statusWithout('python x.py', files)).toBe(1);
    expect(found('python x.py', files)).toEqual([]);
  });

  it('whose names do not meet those of the program', () => {
    const files = {
      'x.py': 'import sys, gate\ndef check():\n    pass\ncheck()\ngate.deploy()\n',
      'gate.py': gate(0),
    };
    expect(statusWithout('python x.py', files)).toBe(1);
    expect(found('python x.py', files)).toEqual([]);
  });

  it('installed from the directory src of the repository', () => {
    const files = {
      'ci/x.py': 'from lib.gate import check, deploy\ncheck()\ndeploy()\n',
      'src/lib/gate.py': gate(0),
    };
    expect(found('pip install .\npython ci/x.py', files)).toEqual([
      'missing-secret-exits-zero src/lib/gate.py:8',
    ]);
  });
});

describe('a step is not judged where a module that its program imports cannot be read', () => {
  it.each([
    ['print "old"\n', 'gate.py is a module that is not followed'],
    ['def f(:\n', 'gate.py is a module that is not followed'],
  ] as const)('%j', (text, reason) => {
    expect(reasons('python x.py', { 'x.py': 'import gate\ngate.check()\n', 'gate.py': text })).toEqual([
      reason,
    ]);
  });

  it('but is where it is a module of the library or of a package', () => {
    expect(reasons('python x.py', { 'x.py': `import yaml\n${deploys}deploy()\n` })).toEqual([]);
  });
});
