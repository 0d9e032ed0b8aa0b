import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bin = resolve('dist/bin/hardfail.cjs');
const hole = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
const closed = readFileSync('fixtures/sync-providers/fixed.yml', 'utf8');

let scratch: string;
let repository: string;
let workflow: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hardfail-cache-races-'));
  repository = join(scratch, 'repository');
  workflow = join(repository, '.gitea', 'workflows', 'ci.yml');
  mkdirSync(join(repository, '.git'), { recursive: true });
  mkdirSync(join(repository, '.gitea', 'workflows'), { recursive: true });
  writeFileSync(workflow, hole);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const cached = () => ['--cache', '--cache-location', join(scratch, 'verdicts'), '--format', 'json'];

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: repository,
    encoding: 'utf8',
    env,
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

function started(
  args: readonly string[],
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args], { cwd: repository });
  const told = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (told.stdout += String(data)));
  child.stderr.on('data', (data) => (told.stderr += String(data)));
  return new Promise((done) => child.on('close', (status) => done({ status, ...told })));
}

describe('the cache of the real program', () => {
  it('recalls what runs at the same time keep, and no run sees half of it', async () => {
    const plain = run(['--format', 'json']);
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => started(cached())));
      for (const answer of answers) expect(answer).toEqual(plain);
    }
    expect(readdirSync(join(scratch, 'verdicts'))).toHaveLength(1);
  });

  it('does not know a verdict of another build', () => {
    expect(run(cached()).status).toBe(1);
    const package_ = join(scratch, 'package');
    mkdirSync(join(package_, 'dist'), { recursive: true });
    spawnSync('cp', ['-r', resolve('dist/bin'), join(package_, 'dist', 'bin')]);
    writeFileSync(join(package_, 'dist', 'bin', 'build-id'), 'another build');
    const other = join(package_, 'dist', 'bin', 'hardfail.cjs');
    spawnSync(process.execPath, [other, ...cached()], { cwd: repository });
    expect(readdirSync(join(scratch, 'verdicts'))).toHaveLength(2);
  });

  it('notices a file that comes to stand where none was, or is written anew with the same size and time', () => {
    expect(run(cached()).status).toBe(1);
    writeFileSync(
      join(repository, 'hardfail.yml'),
      'optional-secrets: [{ name: AUTO_SYNC_TOKEN, reason: it is on its way }]\n',
    );
    expect(run(cached())).toEqual(run(['--format', 'json']));
    rmSync(join(repository, 'hardfail.yml'));
    writeFileSync(workflow, closed);
    expect(run(cached())).toEqual(run(['--format', 'json']));
    expect(run(cached()).status).toBe(0);
  });

  it('lies where the user has caches, or says that it cannot', () => {
    const { XDG_CACHE_HOME: _, LOCALAPPDATA: __, ...env } = process.env;
    const args = ['--cache', '--format', 'json'];
    const plain = run(['--format', 'json']);
    expect(run(args, { ...env, XDG_CACHE_HOME: join(scratch, 'xdg') })).toEqual(plain);
    expect(readdirSync(join(scratch, 'xdg', 'hardfail'))).toHaveLength(1);
    // A path that is not absolute counts for nothing.
    expect(run(args, { ...env, XDG_CACHE_HOME: 'xdg', HOME: join(scratch, 'home') }).status).toBe(1);
    expect(readdirSync(join(scratch, 'home', '.cache', 'hardfail'))).toHaveLength(1);
    const homeless = run(args, { ...env, HOME: '' });
    expect({ ...homeless, stderr: '' }).toEqual(plain);
    expect(homeless.stderr).toContain('--cache is not used: neither XDG_CACHE_HOME nor HOME says where');
  });

  it('goes on where the disk is full, and leaves nothing half written', () => {
    const plain = run(['--format', 'json']);
    const words = [process.execPath, bin, ...cached()].map((word) => `'${word}'`).join(' ');
    const full = spawnSync(
      'bash',
      ['-c', `ulimit -f 1; trap '' XFSZ; ${words} | cat; exit \${PIPESTATUS[0]}`],
      {
        cwd: repository,
        encoding: 'utf8',
      },
    );
    expect({ status: full.status, stdout: full.stdout }).toEqual({
      status: plain.status,
      stdout: plain.stdout,
    });
    expect(full.stderr).toMatch(/^hardfail: the verdict is not kept in \S+: the file would be too large\n$/);
    expect(readdirSync(join(scratch, 'verdicts'))).toEqual([]);
  });

  it.each(['/proc/verdicts', '/dev/null/verdicts'])(
    'goes on without it where none can be made: %s',
    (folder) => {
      const plain = run(['--format', 'json']);
      const { stderr, ...told } = run(['--cache', '--cache-location', folder, '--format', 'json']);
      expect({ ...told, stderr: '' }).toEqual(plain);
      expect(stderr).toMatch(/^hardfail: --cache is not used: [\w/]+: .+\n$/);
    },
  );

  it('is not used, and that is told, where somebody else could have filled it', () => {
    const plain = run(['--format', 'json']);
    const folder = join(scratch, 'verdicts');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const open = run(cached());
    expect({ ...open, stderr: '' }).toEqual(plain);
    expect(open.stderr).toBe(
      `hardfail: --cache is not used: ${folder}: can be written by other users; chmod go-w mends it\n`,
    );
    rmSync(folder, { recursive: true });
    mkdirSync(join(scratch, 'elsewhere'));
    symlinkSync('elsewhere', folder);
    const linked = run(cached());
    expect({ ...linked, stderr: '' }).toEqual(plain);
    expect(linked.stderr).toContain('is a link, which somebody may turn elsewhere');
    expect(readdirSync(join(scratch, 'elsewhere'))).toEqual([]);
  });

  it('is not used where a link around it leads into a repository', () => {
    const plain = run(['--format', 'json']);
    symlinkSync('repository/.gitea', join(scratch, 'elsewhere'));
    const told = run([
      '--cache',
      '--cache-location',
      join(scratch, 'elsewhere', 'verdicts'),
      '--format',
      'json',
    ]);
    expect({ ...told, stderr: '' }).toEqual(plain);
    expect(told.stderr).toMatch(/^hardfail: --cache is not used: \S+ lies in the repository /);
  });

  it('loads nothing that judges where a verdict is recalled', () => {
    run(cached());
    const probe = join(scratch, 'probe.cjs');
    writeFileSync(
      probe,
      "process.on('exit', () => process.stderr.write(Object.keys(require.cache).map((path) => require('node:path').basename(path)).join(' ')));\n",
    );
    const { stderr } = spawnSync(process.execPath, ['--require', probe, bin, ...cached()], {
      cwd: repository,
      encoding: 'utf8',
    });
    const loaded = stderr.split(' ').filter((name) => name !== 'probe.cjs');
    expect(loaded).toContain('caching.cjs');
    for (const judging of [
      'yaml.cjs',
      'rules.cjs',
      'run.cjs',
      'shell.cjs',
      'facts.cjs',
      'expression.cjs',
      'discover.cjs',
    ])
      expect(loaded).not.toContain(judging);
  });
});
