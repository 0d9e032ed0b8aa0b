import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const open = [
  'on: push',
  'jobs:',
  '  publish:',
  '    runs-on: ubuntu-latest',
  '    env:',
  '      TOKEN: ${{ secrets.TOKEN }}',
  '    steps:',
  '      - run: |',
  '          [ -n "$TOKEN" ] || exit 0',
  '          ./publish "$TOKEN"',
  '',
].join('\n');

function replayRate(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('node', ['scripts/replay-rate.mjs', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run replay:rate', () => {
  it('replays what is proved in each repository of a folder, and says how much of it is confirmed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardfail-rate-'));
    try {
      for (const name of ['one', 'two']) {
        mkdirSync(join(folder, name, '.github/workflows'), { recursive: true });
        mkdirSync(join(folder, name, '.git'));
      }
      writeFileSync(join(folder, 'one/.github/workflows/ci.yml'), open);
      const python = open
        .replace('run: |', 'shell: python\n        run: |')
        .replace(
          /\[ -n.*\n.*\n/,
          'import os, sys\n          if not os.environ["TOKEN"]: sys.exit(0)\n          os.system("./publish")\n',
        );
      writeFileSync(join(folder, 'two/.github/workflows/ci.yml'), python);
      const { status, stdout } = replayRate([folder]);
      expect(stdout).toContain(
        '2 repositories · 2 proved findings · 1 confirmed · 0 contradicted · 1 not replayable · 0 of the text alone · 100.0 % confirmed',
      );
      expect(stdout).toMatch(/1 {2}not replayable: .*is one of python/);
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is content with a repository that has no workflows, and refuses what is no folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardfail-rate-'));
    try {
      mkdirSync(join(folder, 'empty/.git'), { recursive: true });
      expect(replayRate([folder])).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(replayRate([])).toMatchObject({ status: 2, stdout: '' });
    expect(replayRate(['no-such-folder'])).toMatchObject({ status: 2, stdout: '' });
  });
});
