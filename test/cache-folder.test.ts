import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCacheFolder } from '../src/cache-folder.js';
import type { CacheFolder } from '../src/host.js';

const user = process.getuid?.() ?? null;
let scratch: string;
let folder: string;
let count = 0;
const owner = () => ({ build: join(scratch, 'build-id'), machine: 'a machine', user });
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'hardfail-cache-'));
  writeFileSync(join(scratch, 'build-id'), 'a build');
});
beforeEach(() => {
  folder = join(scratch, String(count++), 'hardfail');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function opened(...limits: Parameters<typeof openCacheFolder>[2][]): CacheFolder {
  const answer = openCacheFolder(folder, owner(), ...limits);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.value;
}

const name = (index: number) => index.toString(16).padStart(64, '0');

describe('the folder of the cache', () => {
  it('is made for its owner alone, and so is what is kept in it', () => {
    const cache = opened();
    expect(cache.write(name(1), 'ä text')).toEqual({ ok: true, value: null });
    expect(cache.read(name(1))).toEqual({ ok: true, value: 'ä text' });
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(folder, `${name(1)}.json`)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual([`${name(1)}.json`]);
  });

  it('is that of one build on one machine', () => {
    expect(opened().build).toBe('a build a machine');
  });

  it('has nothing under a name that nothing was kept under', () => {
    expect(opened().read(name(1))).toMatchObject({ ok: false, missing: true });
  });

  it('tells the SHA-256 of texts and bytes alike', () => {
    const { digest } = opened();
    expect(digest('ä')).toBe(digest(new TextEncoder().encode('ä')));
    expect(digest('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('is refused where it is a link, even one to a folder of the same user', () => {
    mkdirSync(join(folder, '..', 'real'), { recursive: true });
    symlinkSync('real', folder);
    expect(openCacheFolder(folder, owner())).toMatchObject({
      ok: false,
      reason: 'is a link, which somebody may turn elsewhere',
    });
  });

  it('is refused where it is a file, or lies below one', () => {
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, '');
    expect(openCacheFolder(folder, owner())).toMatchObject({ ok: false, reason: 'is not a folder' });
    expect(openCacheFolder(join(folder, 'x'), owner())).toMatchObject({
      ok: false,
      reason: 'is below a file',
    });
  });

  it.skipIf(user === null)('is refused where it belongs to somebody else', () => {
    mkdirSync(folder, { recursive: true });
    expect(openCacheFolder(folder, { ...owner(), user: (user ?? 0) + 1 })).toMatchObject({
      ok: false,
      reason: 'belongs to another user',
    });
  });

  it.skipIf(user === null)('is refused where others may write into it', () => {
    for (const mode of [0o777, 0o770, 0o702]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, mode);
      expect(openCacheFolder(folder, owner())).toMatchObject({
        ok: false,
        reason: 'can be written by other users; chmod go-w mends it',
      });
    }
  });

  it('is not even made by a build that nobody can tell from another', () => {
    expect(openCacheFolder(folder, { ...owner(), build: join(scratch, 'none') })).toMatchObject({
      ok: false,
      missing: false,
    });
    expect(existsSync(folder)).toBe(false);
  });

  it.each<[string, (at: string) => void, string]>([
    ['a link', (at) => symlinkSync('/etc/hostname', at), 'is a link, which somebody may turn elsewhere'],
    ['a folder', (at) => mkdirSync(at), 'is not a regular file'],
    ['too large', (at) => writeFileSync(at, 'x'.repeat(300)), 'is larger than any entry'],
  ])('does not read an entry that is %s', (_, make, reason) => {
    const cache = opened({ entries: 3, bytes: 1_000 });
    make(join(folder, `${name(1)}.json`));
    expect(cache.read(name(1))).toMatchObject({ ok: false, missing: false, reason });
  });

  it('keeps nothing that is too large, and says so', () => {
    const cache = opened({ entries: 3, bytes: 1_000 });
    expect(cache.write(name(1), 'x'.repeat(251))).toMatchObject({
      ok: false,
      reason: 'it would be larger than an entry may be',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  /** Writes entries, each used a minute after the one before. */
  function filled(cache: CacheFolder, sizes: readonly number[]): void {
    for (const [index, size] of sizes.entries()) {
      cache.write(name(index), 'x'.repeat(size));
      const at = new Date(Date.UTC(2026, 10, 22, 12, index));
      utimesSync(join(folder, `${name(index)}.json`), at, at);
    }
  }
  const left = () =>
    readdirSync(folder)
      .sort()
      .map((entry) => Number.parseInt(entry.slice(0, 64), 16));

  it('gives up the oldest where there are too many', () => {
    const cache = opened({ entries: 3, bytes: 1_000 });
    filled(cache, [1, 1, 1]);
    cache.write(name(9), 'x');
    expect(left()).toEqual([1, 2, 9]);
  });

  it('gives up the oldest where they take too much', () => {
    const cache = opened({ entries: 30, bytes: 1_000 });
    filled(cache, [250, 200, 250]);
    cache.write(name(9), 'x'.repeat(250));
    expect(left()).toEqual([0, 1, 2, 9]);
    cache.write(name(10), 'x'.repeat(200));
    expect(left()).toEqual([1, 2, 9, 10]);
  });

  it('keeps what is used', () => {
    const cache = opened({ entries: 3, bytes: 1_000 });
    filled(cache, [1, 1, 1]);
    cache.read(name(0));
    cache.write(name(9), 'x');
    expect(left()).toEqual([0, 2, 9]);
  });

  it('tidies up what a run left behind that ended while it wrote, and nothing of anybody else', () => {
    const cache = opened();
    const old = join(folder, `.${name(1)}.abc.tmp`);
    const young = join(folder, `.${name(2)}.abc.tmp`);
    const foreign = join(folder, 'notes.txt');
    for (const path of [old, young, foreign]) writeFileSync(path, '');
    for (const path of [old, foreign]) utimesSync(path, new Date(0), new Date(0));
    cache.write(name(3), 'x');
    expect([old, young, foreign].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it('says why nothing can be kept', () => {
    const cache = opened();
    rmSync(folder, { recursive: true });
    expect(cache.write(name(1), 'x')).toMatchObject({ ok: false, reason: 'no such file or directory' });
  });

  it('forgets nothing of an entry that cannot be replaced', () => {
    const cache = opened();
    mkdirSync(join(folder, `${name(1)}.json`));
    expect(cache.write(name(1), 'x')).toMatchObject({ ok: false });
    expect(readdirSync(folder)).toEqual([`${name(1)}.json`]);
    expect(statSync(join(folder, `${name(1)}.json`)).isDirectory()).toBe(true);
  });
});
