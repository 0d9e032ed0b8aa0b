import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from '../src/write-file.js';

let folder: string;
const done = { ok: true, value: null };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes a file', () => {
  expect(replaceFile(join(folder, 'new.json'), 'text 🔑\n')).toEqual(done);
  expect(readFileSync(join(folder, 'new.json'), 'utf8')).toBe('text 🔑\n');
  expect(readdirSync(folder)).toEqual(['new.json']);
});

it('replaces a file and keeps its rights', () => {
  const path = join(folder, 'old.json');
  writeFileSync(path, 'a text that is longer than the new one');
  chmodSync(path, 0o640);
  expect(replaceFile(path, 'new')).toEqual(done);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

it.each(['precious', 'gone'])(
  'replaces a link itself, and never writes through it: to a file that is %s',
  (name) => {
    writeFileSync(join(folder, 'precious'), 'precious');
    const path = join(folder, 'link.json');
    symlinkSync(join(folder, name), path);
    expect(replaceFile(path, 'report')).toEqual(done);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
    expect(readdirSync(folder).sort()).toEqual(['link.json', 'precious']);
  },
);

it.each([
  ['a folder', 'dir', 'is a directory'],
  ['a path in no folder', 'no/such/report.json', /^there is no folder .*\/no\/such$/],
  ['a path below a file', 'file/report.json', 'is below a file'],
  ['a link to a device', 'device', 'is not a regular file; it is not replaced'],
  ['a FIFO', 'fifo', 'is not a regular file; it is not replaced'],
  ['a name too long', 'x'.repeat(300), 'the name is too long'],
])('refuses %s and leaves everything as it was', (_, name, reason) => {
  mkdirSync(join(folder, 'dir'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('/dev/null', join(folder, 'device'));
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  const before = readdirSync(folder).sort();
  const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason);
  expect(replaceFile(join(folder, name), 'report')).toMatchObject({ ok: false, reason: expected });
  expect(readdirSync(folder).sort()).toEqual(before);
});
