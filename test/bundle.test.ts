import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = resolve('dist/bin/hardfail.cjs');
const folder = resolve('dist/bin');

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hardfail-bundle-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The files of the program and the parts of Node that a run has loaded, and its status. */
function run(args: readonly string[], files: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(scratch, 'run-'));
  mkdirSync(join(cwd, '.git'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const probe = join(scratch, 'probe.cjs');
  const told = join(cwd, 'loaded.json');
  writeFileSync(
    probe,
    `const { builtinModules } = require('node:module');
     const { basename } = require('node:path');
     const load = require('node:module')._load;
     const builtins = new Set();
     require('node:module')._load = function (name, ...rest) {
       if (name.startsWith('node:') || builtinModules.includes(name)) builtins.add(name.replace('node:', ''));
       return load.call(this, name, ...rest);
     };
     process.on('exit', () => {
       const files = Object.keys(require.cache).map((path) => basename(path)).filter((name) => name !== 'probe.cjs');
       require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify({ files, builtins: [...builtins] }));
     });\n`,
  );
  const { status, stderr } = spawnSync(process.execPath, ['--require', probe, bin, ...args], {
    cwd,
    encoding: 'utf8',
  });
  const loaded: { files: string[]; builtins: string[] } = JSON.parse(readFileSync(told, 'utf8'));
  return { status, stderr, ...loaded };
}

const honest =
  'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: deploy\n        env: { T: "${{ secrets.T }}" }\n';

describe('the bundled program', () => {
  it('is one small part until something is asked for, and loads no part of Node that takes time', () => {
    const { status, files, builtins } = run(['--version'], {});
    expect({ status, files }).toEqual({ status: 0, files: ['hardfail.cjs', 'bin.cjs'] });
    expect(builtins.sort()).toEqual(['fs', 'path', 'path/posix', 'process', 'url', 'util']);
  });

  it('loads no parser, report or validator that a run does not need', () => {
    const { status, stderr, files } = run([], { '.github/workflows/ci.yml': honest });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(files).toContain('yaml.cjs');
    for (const unneeded of [
      'ajv.cjs',
      'acorn-typescript.cjs',
      'python.cjs',
      'powershell.cjs',
      'replay.cjs',
      'fixing.cjs',
      'plugins.cjs',
      'sarif.cjs',
      'audit-command.cjs',
    ]) {
      expect(readdirSync(folder)).toContain(unneeded);
      expect(files).not.toContain(unneeded);
    }
  });

  it('loads nothing that runs programs where no secret is named, and no parser of scripts that no rule asks about', () => {
    const { status, stderr, files } = run([], {
      '.github/workflows/ci.yml': honest.replace('secrets.T', 'github.ref'),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(files).toContain('rules.cjs');
    for (const unneeded of ['run.cjs', 'shell.cjs', 'facts.cjs', 'fix.cjs', 'sha256.cjs']) {
      expect(readdirSync(folder)).toContain(unneeded);
      expect(files).not.toContain(unneeded);
    }
  });

  it.each([
    ['python.cjs', 'python3 -c "print(1)"'],
    ['javascript.cjs', 'node -e "console.log(1)"'],
    ['powershell.cjs', 'pwsh -c "Write-Host 1"'],
  ])('loads %s where a script needs it', (chunk, script) => {
    const workflow = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: deploy\n        env: { T: "\${{ secrets.T }}" }\n      - run: |\n          ${script}\n`;
    const { status, stderr, files } = run([], { '.github/workflows/ci.yml': workflow });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(files).toContain(chunk);
  });

  it.each([
    'fail-on: error',
    "forge: gitea\nforge-version: '1.24'",
    'rules: { missing-secret-masked: off, cut-short-pipe: { severity: error, commands: [docker info] } }',
    'overrides: [{ files: [a/*.yml], rules: { dead-workflow: note }, reason: it is on its way out }]',
    'optional-secrets: [{ name: T, reason: coverage is advisory }]',
    'facts: { commands: [{ command: shipit, effect: work, reads: [T], reason: see its manual }] }',
    '# nothing',
  ])('loads no maker of validators for the configuration %j', (text) => {
    const config = { '.github/workflows/ci.yml': honest, 'hardfail.yml': `${text}\n` };
    const { status, stderr, files } = run([], config);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(files).not.toContain('ajv.cjs');
  });

  it.each([
    'fail-on: never',
    'forge: bitbucket',
    'rules: { no-such-rule: off }',
    'rules: { cut-short-pipe: { commands: docker } }',
    'rules: { cut-short-pipe: {} }',
    'overrides: [{ files: [a/*.yml], rules: { dead-workflow: note } }]',
    'optional-secrets: [{ name: T, reason: TODO }]',
    'plugins: [x, x]',
    'surprise: 1',
    '[]',
    'fail-on',
  ])('says of the wrong configuration %j what the modules of the package say', (text) => {
    const cwd = mkdtempSync(join(scratch, 'config-'));
    mkdirSync(join(cwd, '.git'));
    writeFileSync(join(cwd, 'hardfail.yml'), `${text}\n`);
    const of = (program: string) =>
      spawnSync(process.execPath, [resolve(program)], { cwd, encoding: 'utf8' });
    const [bundled, plain] = [of(bin), of('dist/src/bin.js')];
    expect({ status: bundled.status, said: bundled.stderr }).toEqual({ status: 2, said: plain.stderr });
    expect(bundled.stderr).toContain('hardfail.yml');
  });

  it('finds what the modules of the package find', () => {
    const args = ['--format', 'json', 'fixtures/sync-providers/unfixed.yml'];
    const of = (program: string) =>
      spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', stdio: 'pipe' });
    const bundled = of(bin);
    const plain = of('dist/src/bin.js');
    expect(bundled.status).toBe(1);
    expect({ status: bundled.status, out: bundled.stdout }).toEqual({
      status: plain.status,
      out: plain.stdout,
    });
  });

  it('is incomplete, and says so, where it cannot even begin', () => {
    const gone = mkdtempSync(join(scratch, 'gone-'));
    const script = `rmdir "$PWD" && exec "${process.execPath}" "${bin}"`;
    const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: gone, encoding: 'utf8' });
    expect(stderr).toContain('hardfail: cannot run: ');
    expect(status).toBe(3);
  });
});

describe('the notice of the packages in it', () => {
  it('names each of them with its licence', () => {
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith('.cjs'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const paths = texts.flatMap((text) => [...text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)]);
    const bundled = [...new Set(paths.map(([, name]) => name))].sort();
    const notice = readFileSync(join(folder, 'THIRD-PARTY.txt'), 'utf8');
    const named = [...notice.matchAll(/^(\S+) \d+\.\d+\.\d+ \([\w-]+\)$/gm)].map(([, name]) => name);
    expect(bundled).toContain('yaml');
    expect(named.sort()).toEqual(bundled);
  });
});
