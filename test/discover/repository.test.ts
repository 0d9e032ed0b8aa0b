import { describe, expect, it } from 'vitest';
import { repositoriesOf } from '../../src/discover/repository.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from '../support/memory-host.js';

function readerFor(
  workflow: string,
  files: Readonly<Record<string, MemoryNode>>,
  options: MemoryOptions = {},
) {
  const host = memoryHost({ ...files }, options);
  const input = { source: { path: workflow, text: '' }, kind: 'workflow', forge: null } as const;
  return { host, repository: repositoriesOf(host, [input])[0]?.repository ?? null };
}

const WORKFLOW = '.github/workflows/ci.yml';

describe('the repository of a workflow', () => {
  it('is the folder around it that has a .git', () => {
    const { repository } = readerFor(WORKFLOW, { '/repo/.git/': '', '/repo/x.sh': 'make\n' });
    expect(repository?.read('x.sh')).toEqual({ path: 'x.sh', text: 'make\n' });
  });

  it('is without a .git the folder that holds the one the forge reads', () => {
    const { repository } = readerFor(WORKFLOW, { '/repo/a/x.sh': 'make\n' });
    expect(repository?.read('a/x.sh')?.text).toBe('make\n');
  });

  it('is none for a file that lies in none, and for standard input', () => {
    expect(readerFor('ci.yml', { '/repo/x.sh': '' }).repository).toBeNull();
    expect(readerFor('<stdin>', { '/repo/.git/': '', '/repo/x.sh': '' }).repository).toBeNull();
  });

  it('shows paths as findings do: relative to the working directory', () => {
    const files = { '/repo/.git/': '', '/repo/x.sh': 'make\n', '/repo/sub/': '' };
    const { repository } = readerFor(`../${WORKFLOW}`, files, { cwd: '/repo/sub' });
    expect(repository?.read('x.sh')?.path).toBe('../x.sh');
  });
});

describe('a script', () => {
  const files: Record<string, MemoryNode> = {
    '/repo/.git/': '',
    '/repo/x.sh': 'make\n',
    '/repo/inside': { link: 'x.sh' },
    '/repo/outside': { link: '../secret.sh' },
    '/repo/folder/': '',
    '/repo/pipe': { other: true },
    '/repo/refused': { denied: 'file' },
    '/repo/binary': new Uint8Array([0x7f, 0x45, 0xff, 0xfe]),
    '/repo/large': 'x'.repeat(1024 * 1024 + 1),
    '/secret.sh': 'make\n',
  };

  it('is read once, through links that stay inside', () => {
    const { host, repository } = readerFor(WORKFLOW, files);
    const source = repository?.read('inside');
    expect(source).toEqual({ path: 'inside', text: 'make\n' });
    expect(repository?.read('inside')).toBe(source);
    expect(host.read).toEqual(['/repo/x.sh']);
  });

  it.each(['outside', '../secret.sh', 'folder', 'pipe', 'refused', 'binary', 'large', 'none', ''])(
    'is not there at %o',
    (path) => {
      expect(readerFor(WORKFLOW, files).repository?.read(path)).toBeNull();
    },
  );

  it.each([
    ['outside', 'outside leads out of the repository'],
    ['folder', 'folder cannot be read: '],
    ['refused', 'refused cannot be read: '],
    ['binary', 'binary is not UTF-8 text'],
    ['large', 'large cannot be read: '],
  ])('that cannot be read has a reason at %o', (path, reason) => {
    expect(readerFor(WORKFLOW, files).repository?.refusal(path)).toContain(reason);
  });

  it('has no reason where it can be read, and where there is none', () => {
    const { repository } = readerFor(WORKFLOW, files);
    expect([repository?.refusal('x.sh'), repository?.refusal('none')]).toEqual([null, null]);
  });
});
