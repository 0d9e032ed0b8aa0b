import type * as Fs from 'node:fs';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeFiles } from '../src/node-host.js';

/** What somebody else does to the file between two reads of it. */
let meanwhile: (() => void) | null = null;

vi.mock('node:fs', async (original) => {
  const real = await original<typeof Fs>();
  return {
    ...real,
    readSync: (...args: Parameters<typeof real.readSync>) => {
      meanwhile?.();
      meanwhile = null;
      return real.readSync(...args);
    },
  };
});

const files = nodeFiles(`${process.cwd()}/`);
const text = 'on: push\njobs: {}\n';
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-changing-'));
  path = join(folder, 'ci.yml');
  writeFileSync(path, text);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that changes while it is read is refused: half of it is not what anybody wrote', () => {
  it.each([
    ['that grows', () => appendFileSync(path, 'permissions: {}\n')],
    ['that shrinks', () => truncateSync(path, 9)],
    ['that is emptied', () => truncateSync(path, 0)],
  ])('%s', (_, change) => {
    meanwhile = change;
    expect(files.readFile(path, 1_000)).toEqual({
      ok: false,
      missing: false,
      reason: 'was changed while it was read; run hardfail again',
    });
  });

  it('but one that is deleted meanwhile is read to its end', () => {
    meanwhile = () => rmSync(path);
    const read = files.readFile(path, 1_000);
    expect(read.ok && new TextDecoder().decode(read.value)).toBe(text);
  });
});
