import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../src/discover/discover.js';
import { nodeFiles } from '../src/node-host.js';
import { memoryHost } from './support/memory-host.js';

let folder: string;
const files = nodeFiles(`${process.cwd()}/`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-host-'));
  mkdirSync(join(folder, 'dir'));
  writeFileSync(join(folder, 'file.yml'), 'on: push\n');
  writeFileSync(join(folder, 'empty.yml'), '');
  writeFileSync(join(folder, 'locked.yml'), 'x');
  chmodSync(join(folder, 'locked.yml'), 0);
  symlinkSync('file.yml', join(folder, 'link.yml'));
  symlinkSync('gone.yml', join(folder, 'dangling.yml'));
  symlinkSync('self.yml', join(folder, 'self.yml'));
  execFileSync('mkfifo', [join(folder, 'fifo.yml')]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('stat', () => {
  it.each([
    ['file.yml', { ok: true, value: 'file' }],
    ['link.yml', { ok: true, value: 'file' }],
    ['dir', { ok: true, value: 'directory' }],
    ['fifo.yml', { ok: true, value: 'other' }],
    ['gone.yml', { ok: false, missing: true, reason: 'no such file or directory' }],
    ['dangling.yml', { ok: false, missing: true, reason: 'no such file or directory' }],
    ['file.yml/x', { ok: false, missing: true, reason: 'no such file or directory' }],
    ['self.yml', { ok: false, missing: false, reason: 'is a link that leads back to itself' }],
    ['x'.repeat(300), { ok: false, missing: false, reason: 'the name is too long' }],
  ])('of %.20s', (name, answer) => {
    expect(files.stat(join(folder, name))).toEqual(answer);
  });
});

describe('list', () => {
  it('names every entry with its kind, links not followed', () => {
    const listed = files.list(folder);
    const kinds = listed.ok ? Object.fromEntries(listed.value.map(({ name, kind }) => [name, kind])) : {};
    expect(kinds).toEqual({
      dir: 'directory',
      'file.yml': 'file',
      'empty.yml': 'file',
      'locked.yml': 'file',
      'link.yml': 'symlink',
      'dangling.yml': 'symlink',
      'self.yml': 'symlink',
      'fifo.yml': 'other',
    });
  });

  it('refuses what is no directory', () => {
    expect(files.list(join(folder, 'file.yml'))).toMatchObject({ ok: false, missing: true });
  });
});

describe('readFile', () => {
  it.each([
    ['file.yml', 'on: push\n'],
    ['link.yml', 'on: push\n'],
    ['empty.yml', ''],
  ])('reads %s', (name, text) => {
    const read = files.readFile(join(folder, name), 9);
    expect(read.ok && new TextDecoder().decode(read.value)).toBe(text);
  });

  it.each([
    ['dir', 'is a directory, not a file'],
    ['fifo.yml', 'is not a regular file; it is not read'],
    ['gone.yml', 'no such file or directory'],
    ['dangling.yml', 'no such file or directory'],
    ['self.yml', 'is a link that leads back to itself'],
  ])('refuses %s without waiting', (name, reason) => {
    expect(files.readFile(join(folder, name), 100)).toMatchObject({ ok: false, reason });
  });

  it('refuses a file that is longer than the limit, and names the limit', () => {
    const reason = `is larger than the limit of ${8 / (1024 * 1024)} MiB; it is not read`;
    expect(files.readFile(join(folder, 'file.yml'), 8)).toMatchObject({ ok: false, reason });
  });

  it('says that permission is denied exactly where the system denies it', () => {
    const path = join(folder, 'locked.yml');
    const answer = files.readFile(path, 100);
    let allowed = true;
    try {
      readFileSync(path);
    } catch {
      allowed = false; // The super-user may read everything.
    }
    expect(answer).toMatchObject(allowed ? { ok: true } : { ok: false, reason: 'permission denied' });
  });
});

describe('readShipped', () => {
  it('reads files of the package', () => {
    expect(files.readShipped('package.json')).toMatchObject({
      ok: true,
      value: expect.stringContaining('hardfail'),
    });
    expect(files.readShipped('rules/nope/README.md')).toMatchObject({ ok: false, missing: true });
  });
});

describe('discovery on a real file system', () => {
  it('ends on links in circles, refuses what is no workflow, and reads the rest', async () => {
    const repository = join(folder, 'repository');
    const workflows = join(repository, '.gitea', 'workflows');
    mkdirSync(join(workflows, 'sub', 'dir.yml'), { recursive: true });
    mkdirSync(join(repository, '.git'));
    writeFileSync(join(workflows, 'sub', 'good.yml'), '\uFEFFon: push\n');
    symlinkSync('..', join(workflows, 'sub', 'up'));
    symlinkSync('.', join(workflows, 'again'));
    symlinkSync('/', join(workflows, 'everything'));
    symlinkSync(join(folder, 'file.yml'), join(workflows, 'outside.yml'));
    execFileSync('mkfifo', [join(workflows, 'fifo.yml')]);

    const host = { ...memoryHost({}, { cwd: join(workflows, 'sub') }), ...files };
    for (const paths of [[], ['../../..']]) {
      const found = await discover(host, paths, { stdinFilename: null });
      expect(found.inputs).toEqual([
        { source: { path: 'good.yml', text: '\uFEFFon: push\n' }, kind: 'workflow', forge: 'gitea' },
      ]);
      expect(found.errors).toEqual([
        {
          file: '../everything',
          message: 'is a link that leads out of the repository; it is not followed',
        },
        { file: '../fifo.yml', message: 'is not a regular file; it is not read' },
        { file: '../outside.yml', message: 'is a link that leads out of the repository; it is not read' },
        { file: 'dir.yml', message: 'is a directory, not a workflow file' },
      ]);
    }
    const globbed = await discover(host, ['../**/g*.yml'], { stdinFilename: null });
    expect(globbed.inputs.map(({ source }) => source.path)).toEqual(['good.yml']);
  });
});
