import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitRevisions } from '../src/git.js';

let top: string;
const { readRevision } = gitRevisions(process.env);

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...identity, ...args], { cwd: top, encoding: 'utf8' });
}

function text(revision: string, path: string, maxBytes = 1000): string {
  const read = readRevision(top, revision, path, maxBytes);
  return read.ok ? Buffer.from(read.value).toString() : `${read.missing ? 'missing: ' : ''}${read.reason}`;
}

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'hardfail-git-'));
  git('init', '--quiet');
  mkdirSync(join(top, 'sub'));
  writeFileSync(join(top, 'a.json'), 'first');
  writeFileSync(join(top, 'sub/ü *.json'), 'odd');
  symlinkSync('a.json', join(top, 'link'));
  // What git would run for a person who looks at the file, it must not run for us.
  writeFileSync(join(top, '.gitattributes'), '*.json diff=evil filter=evil\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  git('tag', 'v1');
  for (const key of [
    'diff.evil.textconv',
    'filter.evil.smudge',
    'filter.evil.clean',
    'core.pager',
    'core.fsmonitor',
  ]) {
    git('config', key, `touch ${join(top, 'ran')}; cat`);
  }
  writeFileSync(join(top, 'a.json'), 'second');
  execFileSync(
    'git',
    [
      '-c',
      'core.fsmonitor=',
      '-c',
      'filter.evil.clean=cat',
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.org',
      'commit',
      '-qam',
      'two',
    ],
    { cwd: top },
  );
  rmSync(join(top, 'ran'), { force: true });
});

afterAll(() => rmSync(top, { recursive: true, force: true }));

describe('a file of a revision', () => {
  it('is read as it stands there, by any name of the revision', () => {
    const id = git('rev-parse', 'v1').trim();
    expect(
      ['main', 'HEAD', 'v1', 'HEAD~1', 'main^', id, id.slice(0, 10)].map((one) => text(one, 'a.json')),
    ).toEqual(['second', 'second', 'first', 'first', 'first', 'first', 'first']);
    expect(text('main', 'sub/ü *.json')).toBe('odd');
  });

  it('is missing where that revision has none', () => {
    expect(text('main', 'b.json')).toBe('missing: is not in main');
    expect(text('main', 'sub/*.json')).toBe('missing: is not in main');
    expect(text('main', '../a.json')).toContain('is not in main');
  });

  it('is a file, and not larger than it may be', () => {
    expect(text('main', 'sub')).toBe('cannot be read from main: it is no file there');
    expect(text('main', 'a.json', 3)).toContain('is larger than the limit');
  });

  it.each([
    '--output=x',
    '-p',
    '--help',
    'main:a.json',
    'main..v1',
    'main b',
    'main\n',
    '$(touch ran)',
    ';touch ran',
    '',
    ':/one',
    '^main',
  ])('is not looked for in what is no one revision: %j', (revision) => {
    expect(text(revision, 'a.json')).toContain('is not the name of one revision');
  });

  it('is not looked for in a revision that is not here, or is no commit', () => {
    expect(text('nope', 'a.json')).toBe("cannot be read: there is no revision 'nope' here");
    expect(text('main^{tree}', 'a.json')).toContain('cannot be read');
  });

  it('is not looked for outside of a repository, or without git', () => {
    const outside = mkdtempSync(join(tmpdir(), 'hardfail-none-'));
    const read = readRevision(outside, 'main', 'a.json', 100);
    expect(read).toMatchObject({ ok: false, missing: false });
    rmSync(outside, { recursive: true });
    const without = gitRevisions({ PATH: outside }).readRevision(top, 'main', 'a.json', 100);
    expect(without).toMatchObject({
      ok: false,
      missing: false,
      reason: expect.stringContaining('git cannot be run'),
    });
  });

  it('is read without running anything that the repository names', () => {
    text('main', 'a.json');
    expect(existsSync(join(top, 'ran'))).toBe(false);
  });
});

it('all files of a run are read from one commit, though a branch moves on', () => {
  const { readRevision: read } = gitRevisions(process.env);
  const at = (path: string) => {
    const bytes = read(top, 'moving', path, 1000);
    return bytes.ok ? Buffer.from(bytes.value).toString() : bytes.reason;
  };
  git('branch', 'moving', 'v1');
  expect(at('a.json')).toBe('first');
  git('branch', '--force', 'moving', 'main');
  expect([at('a.json'), at('sub/ü *.json')]).toEqual(['first', 'odd']);
});

it('the process accepts by the baseline of a revision', () => {
  const bin = resolve('dist/bin/hardfail.cjs');
  const env = { ...process.env, CI: '' };
  const workflow = `on: push
jobs:
  a:
    runs-on: x
    steps:
      - env: { TOKEN: '\${{ secrets.TOKEN }}' }
        run: |
          [ -n "$TOKEN" ] || exit 0
          ./deploy
`;
  const hardfail = (...args: string[]) =>
    spawnSync('node', [bin, ...args], { cwd: top, encoding: 'utf8', env });
  mkdirSync(join(top, '.gitea/workflows'), { recursive: true });
  writeFileSync(join(top, '.gitea/workflows/ci.yml'), workflow);
  expect(hardfail().status).toBe(1);
  expect(hardfail('baseline', 'write', '--reason', 'known')).toMatchObject({ status: 0, stderr: '' });
  expect(hardfail()).toMatchObject({ status: 0, stderr: '' });
  expect(hardfail('--baseline-from', 'main').status).toBe(1);
  git('-c', 'core.fsmonitor=', '-c', 'filter.evil.clean=cat', 'add', 'hardfail-baseline.json');
  git('-c', 'core.fsmonitor=', '-c', 'filter.evil.clean=cat', 'commit', '--quiet', '-m', 'baseline');
  expect(hardfail('--baseline-from', 'main')).toMatchObject({ status: 0, stderr: '' });
  expect(
    spawnSync('node', [bin, 'baseline', 'write'], { cwd: top, env: { ...env, CI: 'true' } }).status,
  ).toBe(2);
}, 60_000);
