import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../src/version.js';

const manifest: { version: string; bin: { hardfail: string } } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

describe('the version', () => {
  it('is the one of package.json', () => {
    expect(version).toBe(manifest.version);
  });
});

describe('package-lock.json', () => {
  it('carries no download addresses', () => {
    const lock: { packages: Record<string, { resolved?: string }> } = JSON.parse(
      readFileSync('package-lock.json', 'utf8'),
    );
    expect(Object.keys(lock.packages).length).toBeGreaterThan(1);
    const addressed = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(addressed).toEqual([]);
  });
});

describe('.ci/run', () => {
  it('may be executed', () => {
    expect(statSync('.ci/run').mode & 0o111).toBe(0o111);
  });
});

// Packed without scripts: building again would pull dist from under the tests that run beside this one.
describe('the packed package', () => {
  let folder: string;
  let files: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-package-'));
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [tarball]: { filename: string; files: { path: string }[] }[] = JSON.parse(packed);
    if (!tarball) throw new Error('npm pack packed nothing');
    files = tarball.files.map((file) => file.path);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const install = ['install', '--no-audit', '--no-fund', join(folder, tarball.filename)];
    const options = { cwd: folder, encoding: 'utf8' } as const;
    // npm keeps what `npm ci` fetched, so this needs the network only where that cache is gone.
    if (spawnSync('npm', [...install, '--offline'], options).status === 0) return;
    const online = spawnSync('npm', install, options);
    if (online.status !== 0) throw new Error(`npm install failed: ${online.stderr}`);
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function hardfail(...args: string[]) {
    return spawnSync(join(folder, 'node_modules/.bin/hardfail'), args, { cwd: folder, encoding: 'utf8' });
  }

  it('holds the build, the pages of the rules and what the ecosystem expects, and nothing else', () => {
    const expected =
      /^(?:dist\/(?:src|rules)\/.+\.(?:js|d\.ts)|dist\/bin\/[\w-]+\.cjs|rules\/[\w-]+\/README\.md)$/;
    const others = files.filter((path) => !expected.test(path)).sort();
    expect(others).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'audit.schema.json',
      'dist/bin/THIRD-PARTY.txt',
      'dist/bin/build-id',
      'docs/configuration.md',
      'docs/writing-rules.md',
      'package.json',
      'report.schema.json',
      'schema.json',
    ]);
    expect(files).toContain(manifest.bin.hardfail);
    expect(files).toContain('dist/src/index.d.ts');
  });

  it('holds a page for each rule folder', () => {
    const folders = readdirSync('rules', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const pages = folders.map((entry) => `rules/${entry.name}/README.md`);
    expect(files.filter((path) => path.endsWith('/README.md')).sort()).toEqual(pages.sort());
    expect(pages.length).toBeGreaterThan(0);
  });

  it('runs', () => {
    expect(hardfail('--version')).toMatchObject({ status: 0, stdout: `hardfail ${version}\n`, stderr: '' });
  });

  it('finds the unfixed workflow and explains the rule', () => {
    copyFileSync('fixtures/sync-providers/unfixed.yml', join(folder, 'unfixed.yml'));
    const { status, stdout } = hardfail('--format', 'json', 'unfixed.yml');
    const report = JSON.parse(stdout);
    expect(report.summary).toMatchObject({ inputs: 1, incomplete: false });
    expect(status).toBe(1);
    const rule = report.findings[0].rule;
    expect(hardfail('explain', rule)).toMatchObject({ status: 0, stderr: '' });
  });

  it('expands globs by itself', () => {
    copyFileSync('fixtures/sync-providers/unfixed.yml', join(folder, 'unfixed.yml'));
    expect(JSON.parse(hardfail('--format', 'json', 'unf*.yml').stdout).summary.inputs).toBe(1);
  });

  it('takes rules of others, and tests them', () => {
    const rule = `export const rule = { meta: { id: 'any-job', severity: 'note', summary: 'A job.' },
      messages: { any: () => ({ message: 'a job', help: 'none' }) },
      check({ jobs, report }) {
        for (const job of jobs()) report({ messageId: 'any', data: null, about: { span: job.key.span, job } });
      } };`;
    writeFileSync(join(folder, 'rules.mjs'), `${rule} export default { name: 'own', rules: [rule] };`);
    writeFileSync(join(folder, 'hardfail.yml'), 'plugins: [./rules.mjs]\n');
    copyFileSync('fixtures/sync-providers/unfixed.yml', join(folder, 'unfixed.yml'));
    const { summary, findings } = JSON.parse(hardfail('--format', 'json', 'unfixed.yml').stdout);
    expect(summary.plugins).toEqual([{ from: './rules.mjs', name: 'own' }]);
    expect(findings.map((finding: { rule: string }) => finding.rule)).toContain('own/any-job');
    rmSync(join(folder, 'hardfail.yml'));
    const test = `import { RuleTester } from 'hardfail/testing'; import { rule } from './rules.mjs';
      await new RuleTester().run(rule, { valid: ['on: push\\njobs: {}\\n'],
        invalid: [{ code: 'on: push\\njobs: { a: {} }\\n', findings: [{ messageId: 'any', at: 'a' }] }] });
      console.log('tested');`;
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync('node', ['--input-type=module', '-e', test], options);
    expect({ stdout, stderr }).toEqual({ stdout: 'tested\n', stderr: '' });
  });

  it('can be imported', () => {
    const script = "import { lint, version } from 'hardfail'; console.log(typeof lint, version)";
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { stdout } = spawnSync('node', ['--input-type=module', '-e', script], options);
    expect(stdout).toBe(`function ${version}\n`);
  });
});
