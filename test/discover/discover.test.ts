import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import { maxInputBytes } from '../../src/discover/read.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from '../support/memory-host.js';

type Files = Readonly<Record<string, MemoryNode>>;

/** One line per input (`path kind forge`) and per error (`path: message`). */
async function find(files: Files, paths: readonly string[] = [], options: FindOptions = {}) {
  const host = memoryHost(files, options);
  const found = await discover(host, paths, { stdinFilename: options.stdinFilename ?? null });
  return {
    inputs: found.inputs.map(({ source, kind, forge }) => `${source.path} ${kind} ${forge}`),
    errors: found.errors.map(({ file, message }) => `${file}: ${message}`),
    texts: found.inputs.map(({ source }) => source.text),
  };
}

type FindOptions = MemoryOptions & { readonly stdinFilename?: string };

const nothing =
  'nothing to lint: looked for *.yml and *.yaml in .gitea/workflows, .forgejo/workflows, .github/workflows, and for action.yml beside them; name a file to lint it wherever it lies';

describe('without paths', () => {
  const repository: Files = {
    '/repo/.git/': '',
    '/repo/.gitea/workflows/a.yml': '',
    '/repo/.gitea/workflows/deep/er/b.yaml': '',
    '/repo/.forgejo/workflows/sub/c.yml': '',
    '/repo/.github/workflows/d.yml': '',
    '/repo/.github/workflows/sub/not-read-by-github.yml': '',
    '/repo/.github/workflows/e.YML': '',
    '/repo/.github/workflows/notes.md': '',
    '/repo/.github/dependabot.yml': '',
    '/repo/.github/actions/x/action.yml': '',
    '/repo/.github/actions/y/deep/action.yaml': '',
    '/repo/.github/actions/y/config.yml': '',
    '/repo/.github/actions/y/node_modules/z/action.yml': '',
    '/repo/.gitea/actions/w/action.yml': '',
    '/repo/action.yml': '',
    '/repo/fixtures/.github/workflows/other.yml': '',
    '/repo/src/': '',
  };
  const all = [
    '.forgejo/workflows/sub/c.yml workflow forgejo',
    '.gitea/actions/w/action.yml action gitea',
    '.gitea/workflows/a.yml workflow gitea',
    '.gitea/workflows/deep/er/b.yaml workflow gitea',
    '.github/actions/x/action.yml action github',
    '.github/actions/y/deep/action.yaml action github',
    '.github/workflows/d.yml workflow github',
  ];

  it('reads the three roots of the repository as their forges do', async () => {
    expect(await find(repository)).toMatchObject({ inputs: all, errors: [] });
  });

  it('finds the repository upward, and shows paths from the working directory', async () => {
    const { inputs } = await find(repository, [], { cwd: '/repo/src' });
    expect(inputs).toEqual(all.map((line) => `../${line}`));
  });

  it('takes a .git file (a worktree, a submodule) for a repository', async () => {
    const files = {
      '/repo/.git/': '',
      '/repo/.gitea/workflows/outer.yml': '',
      '/repo/sub/.git': 'gitdir: ../.git/modules/sub',
      '/repo/sub/.gitea/workflows/inner.yml': '',
    };
    const { inputs } = await find(files, [], { cwd: '/repo/sub' });
    expect(inputs).toEqual(['.gitea/workflows/inner.yml workflow gitea']);
  });

  it('goes by the working directory where there is no repository', async () => {
    const files = { '/tmp/x/.github/workflows/a.yml': '' };
    expect((await find(files, [], { cwd: '/tmp/x' })).inputs).toHaveLength(1);
    expect(await find(files, [], { cwd: '/tmp' })).toMatchObject({ inputs: [], errors: [`.: ${nothing}`] });
  });

  it.each<[string, Files]>([
    ['an empty repository', { '/repo/.git/': '' }],
    ['a root without workflows', { '/repo/.git/': '', '/repo/.github/CODEOWNERS': '' }],
    ['an empty workflows folder', { '/repo/.git/': '', '/repo/.gitea/workflows/': '' }],
    ['a file where the root should be', { '/repo/.git/': '', '/repo/.github': '' }],
    ['a file where the folder should be', { '/repo/.git/': '', '/repo/.github/workflows': '' }],
  ])('says what it looked for in %s', async (_, files) => {
    expect(await find(files)).toMatchObject({ inputs: [], errors: [`.: ${nothing}`] });
  });

  it('calls an action.yml directly among the workflows a workflow, and a deeper one an action', async () => {
    const files = {
      '/repo/.git/': '',
      '/repo/.github/workflows/action.yml': '',
      '/repo/.github/workflows/x/action.yml': '',
      '/repo/.gitea/workflows/action.yaml': '',
      '/repo/.gitea/workflows/x/action.yml': '',
    };
    const { inputs } = await find(files);
    expect(inputs).toEqual([
      '.gitea/workflows/action.yaml workflow gitea',
      '.gitea/workflows/x/action.yml action gitea',
      '.github/workflows/action.yml workflow github',
      '.github/workflows/x/action.yml action github',
    ]);
  });
});

describe('a file', () => {
  const files: Files = {
    '/repo/.git/': '',
    '/repo/ci/build.txt': 'text',
    '/repo/ci/action.yml': '',
    '/repo/.github/workflows/sub/x.yml': '',
    '/repo/.github/workflows/action.yml': '',
    '/repo/.forgejo/actions/a/action.yml': '',
    '/repo/fixtures/.gitea/workflows/y.yml': '',
    '/repo/[1].yml': '',
    '/elsewhere/.gitea/workflows/z.yml': '',
    '/home/.github/clone/.git/': '',
    '/home/.github/clone/x.yml': '',
  };

  it.each([
    ['ci/build.txt', 'ci/build.txt workflow null'],
    ['./ci/../ci/build.txt', 'ci/build.txt workflow null'],
    ['/repo/ci/build.txt', 'ci/build.txt workflow null'],
    ['ci/action.yml', 'ci/action.yml action null'],
    ['.github/workflows/sub/x.yml', '.github/workflows/sub/x.yml workflow github'],
    ['.github/workflows/action.yml', '.github/workflows/action.yml workflow github'],
    ['.forgejo/actions/a/action.yml', '.forgejo/actions/a/action.yml action forgejo'],
    ['fixtures/.gitea/workflows/y.yml', 'fixtures/.gitea/workflows/y.yml workflow gitea'],
    ['[1].yml', '[1].yml workflow null'],
    ['/elsewhere/.gitea/workflows/z.yml', '../elsewhere/.gitea/workflows/z.yml workflow gitea'],
    ['/home/.github/clone/x.yml', '../home/.github/clone/x.yml workflow null'],
  ])('%s is read as %s', async (path, expected) => {
    expect(await find(files, [path])).toMatchObject({ inputs: [expected], errors: [] });
  });

  it('is read once, however often it is named', async () => {
    const paths = ['ci/build.txt', './ci/build.txt', '/repo/ci/build.txt', 'ci/*.txt'];
    expect((await find(files, paths)).inputs).toEqual(['ci/build.txt workflow null']);
  });

  it('that does not exist is an error, and the others are still read', async () => {
    expect(await find(files, ['nope.yml', 'ci/build.txt', 'ci/build.txt/x'])).toMatchObject({
      inputs: ['ci/build.txt workflow null'],
      errors: ['ci/build.txt/x: no such file or directory', 'nope.yml: no such file or directory'],
    });
  });
});

describe('a directory', () => {
  const files: Files = {
    '/repo/.git/': '',
    '/repo/.gitea/workflows/a.yml': '',
    '/repo/.gitea/workflows/sub/b.yml': '',
    '/repo/.gitea/actions/x/action.yml': '',
    '/repo/.github/workflows/c.yml': '',
    '/repo/.github/workflows/sub/d.yml': '',
    '/repo/.github/workflows/empty/': '',
    '/repo/pkg/.github/workflows/e.yml': '',
    '/repo/src/index.ts': '',
  };

  it.each([
    ['pkg', ['pkg/.github/workflows/e.yml workflow github']],
    ['.github', ['.github/workflows/c.yml workflow github']],
    ['.github/workflows', ['.github/workflows/c.yml workflow github']],
    ['.github/workflows/', ['.github/workflows/c.yml workflow github']],
    ['.gitea/workflows/sub', ['.gitea/workflows/sub/b.yml workflow gitea']],
    ['.gitea/actions', ['.gitea/actions/x/action.yml action gitea']],
    [
      '.gitea',
      [
        '.gitea/actions/x/action.yml action gitea',
        '.gitea/workflows/a.yml workflow gitea',
        '.gitea/workflows/sub/b.yml workflow gitea',
      ],
    ],
  ])('%s', async (path, inputs) => {
    expect(await find(files, [path])).toMatchObject({ inputs, errors: [] });
  });

  it('that holds nothing is an error, even beside one that does', async () => {
    const here = 'nothing to lint: no workflow (*.yml, *.yaml) and no action.yml in this directory';
    expect(await find(files, ['src', 'pkg', '.github/workflows/empty'])).toMatchObject({
      inputs: ['pkg/.github/workflows/e.yml workflow github'],
      errors: [`.github/workflows/empty: ${here}`, `src: ${nothing}`],
    });
  });
});

describe('a glob', () => {
  const files: Files = {
    '/repo/.git/HEAD.yml': '',
    '/repo/.gitea/workflows/a.yml': '',
    '/repo/ci/b.yml': '',
    '/repo/ci/c.yaml': '',
    '/repo/ci/action.yml': '',
    '/repo/ci/node_modules/d.yml': '',
    '/repo/ci/linked.yml': { link: 'b.yml' },
    '/repo/ci/round': { link: '..' },
    '/other/e.yml': '',
  };

  it.each([
    ['ci/*.yml', ['ci/action.yml action null', 'ci/b.yml workflow null', 'ci/linked.yml workflow null']],
    ['ci/{b,c}.{yml,yaml}', ['ci/b.yml workflow null', 'ci/c.yaml workflow null']],
    ['**/[ab].yml', ['.gitea/workflows/a.yml workflow gitea', 'ci/b.yml workflow null']],
    ['/other/*.yml', ['../other/e.yml workflow null']],
    ['../other/?.yml', ['../other/e.yml workflow null']],
  ])('%s is expanded against the working directory', async (pattern, inputs) => {
    expect(await find(files, [pattern])).toMatchObject({ inputs, errors: [] });
  });

  it.each(['*.nope', 'none/**/*.yml', '**/node_modules/*.yml', 'ci/{x,y}.yml', 'ci/roun*'])(
    '%s matches no file, which is an error',
    async (pattern) => {
      const message =
        'nothing to lint: no file matches this pattern (node_modules and .git are not searched)';
      expect(await find(files, [pattern])).toMatchObject({ inputs: [], errors: [`${pattern}: ${message}`] });
    },
  );

  it('reports a folder that it cannot search, and searches the others', async () => {
    const locked: Files = { ...files, '/repo/ci/locked': { denied: 'directory' } };
    expect(await find(locked, ['ci/**/c.yaml'])).toMatchObject({
      inputs: ['ci/c.yaml workflow null'],
      errors: ['ci/locked: permission denied'],
    });
  });
});

describe('standard input', () => {
  it.each([
    [undefined, '<stdin> workflow null'],
    ['ci.yml', 'ci.yml workflow null'],
    ['.gitea/workflows/ci.yml', '.gitea/workflows/ci.yml workflow gitea'],
    ['/repo/.github/actions/x/action.yml', '.github/actions/x/action.yml action github'],
  ])('by the name %s is %s', async (name, expected) => {
    const options = { stdin: 'on: push', ...(name === undefined ? {} : { stdinFilename: name }) };
    const found = await find({}, ['-'], options);
    expect(found).toMatchObject({ inputs: [expected], errors: [], texts: ['on: push'] });
  });

  it('stands beside files', async () => {
    const found = await find({ '/repo/a.yml': '' }, ['-', 'a.yml'], { stdin: 'x', stdinFilename: 'b.yml' });
    expect(found.inputs).toEqual(['a.yml workflow null', 'b.yml workflow null']);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['empty', '', 'nothing to lint: standard input is empty'],
    ['not UTF-8', new Uint8Array([0x61, 0xff]), 'is not valid UTF-8; save it as UTF-8'],
    ['too long', 'x'.repeat(maxInputBytes + 1), 'is larger than the limit'],
  ])('that is %s is an error', async (_, stdin, message) => {
    expect(await find({}, ['-'], { stdin })).toMatchObject({ inputs: [], errors: [`<stdin>: ${message}`] });
  });
});

describe('what cannot be read', () => {
  const good: Files = { '/repo/.git/': '', '/repo/.gitea/workflows/good.yml': 'ok' };

  it.each<[string, MemoryNode, string]>([
    ['a file without permission', { denied: 'file' }, 'permission denied'],
    ['a FIFO', { other: true }, 'is not a regular file; it is not read'],
    [
      'bytes that are not UTF-8',
      new Uint8Array([0x6f, 0x6e, 0xc3, 0x28]),
      'is not valid UTF-8; save it as UTF-8',
    ],
    [
      'UTF-16',
      new Uint8Array([0xff, 0xfe, 0x6f, 0x00]),
      'is not valid UTF-8 (it looks like UTF-16); save it as UTF-8',
    ],
    [
      'a link out of the repository',
      { link: '/outside/secret.yml' },
      'is a link that leads out of the repository; it is not read',
    ],
    ['a link to nothing', { link: 'gone.yml' }, 'is a link that leads nowhere'],
    ['a link to itself', { link: 'bad.yml' }, 'is a link that leads back to itself'],
    ['a file above the limit', 'x'.repeat(maxInputBytes + 1), 'is larger than the limit'],
  ])('%s is an error, and the others are still read', async (_, node, message) => {
    const files = { ...good, '/repo/.gitea/workflows/bad.yml': node, '/outside/secret.yml': 'secret' };
    expect(await find(files)).toMatchObject({
      inputs: ['.gitea/workflows/good.yml workflow gitea'],
      errors: [`.gitea/workflows/bad.yml: ${message}`],
    });
  });

  it('reads a file of exactly the limit', async () => {
    const files = { ...good, '/repo/.gitea/workflows/good.yml': 'x'.repeat(maxInputBytes) };
    expect((await find(files)).errors).toEqual([]);
  });

  it('does not read through a named link that leads out of its repository', async () => {
    const files: Files = { ...good, '/repo/x.yml': { link: '/etc/passwd' }, '/etc/passwd': 'root' };
    expect(await find(files, ['x.yml'])).toMatchObject({
      inputs: [],
      errors: ['x.yml: is a link that leads out of the repository; it is not read'],
    });
  });

  it('reads through a link inside the repository, under the name of the link', async () => {
    const files: Files = {
      ...good,
      '/repo/.github': { link: '.gitea' },
      '/repo/.gitea/workflows/alias.yml': { link: '../../shared/a.yml' },
      '/repo/shared/a.yml': 'a',
    };
    const found = await find(files);
    expect(found.inputs).toEqual([
      '.gitea/workflows/alias.yml workflow gitea',
      '.gitea/workflows/good.yml workflow gitea',
      '.github/workflows/alias.yml workflow github',
      '.github/workflows/good.yml workflow github',
    ]);
    expect(found.errors).toEqual([]);
  });

  it('is not confused by a repository that is itself reached through a link', async () => {
    const files: Files = { ...good, '/here': { link: '/repo' } };
    expect(await find(files, [], { cwd: '/here' })).toMatchObject({
      inputs: ['.gitea/workflows/good.yml workflow gitea'],
      errors: [],
    });
  });

  it('takes a directory with the name of a workflow for an error, and looks into it', async () => {
    const files: Files = { ...good, '/repo/.gitea/workflows/dir.yml/inner.yml': '' };
    expect(await find(files)).toMatchObject({
      inputs: [
        '.gitea/workflows/dir.yml/inner.yml workflow gitea',
        '.gitea/workflows/good.yml workflow gitea',
      ],
      errors: ['.gitea/workflows/dir.yml: is a directory, not a workflow file'],
    });
    expect((await find(files, ['**/*.yml'])).errors).toEqual([
      '.gitea/workflows/dir.yml: is a directory, not a workflow file',
    ]);
  });

  it('reports a folder that it may not list', async () => {
    const files: Files = { ...good, '/repo/.github/workflows': { denied: 'directory' } };
    expect((await find(files)).errors).toEqual(['.github/workflows: permission denied']);
  });

  it('does not follow a folder out of the repository', async () => {
    const files: Files = {
      ...good,
      '/repo/.github/workflows': { link: '/outside' },
      '/outside/secret.yml': 'secret',
    };
    expect((await find(files)).errors).toEqual([
      '.github/workflows: is a link that leads out of the repository; it is not followed',
    ]);
  });

  it('ends where links run in circles, and reads every real file once', async () => {
    const circles: Record<string, MemoryNode> = { ...good, '/repo/.gitea/workflows/sub/b.yml': '' };
    for (let i = 0; i < 12; i++) {
      circles[`/repo/.gitea/workflows/up${i}`] = { link: '..' };
      circles[`/repo/.gitea/workflows/sub/up${i}`] = { link: '..' };
    }
    expect(await find(circles)).toMatchObject({
      inputs: ['.gitea/workflows/good.yml workflow gitea', '.gitea/workflows/sub/b.yml workflow gitea'],
      errors: [],
    });
  });
});

describe('the text', () => {
  it('keeps a byte order mark, carriage returns and NULs, so that offsets are those of the file', async () => {
    const text = '\uFEFFon: push\r\n\0é😀';
    expect((await find({ '/repo/a.yml': text }, ['a.yml'])).texts).toEqual([text]);
  });
});

describe('the order', () => {
  it('does not depend on the order of the paths or of the directory', async () => {
    const names = ['b', 'a', 'Z', 'ä', 'a-b', 'a/b', 'a.b'];
    const files = Object.fromEntries(names.map((name) => [`/repo/ci/${name}.yml`, '']));
    const paths = names.map((name) => `ci/${name}.yml`);
    const expected = paths.toSorted().map((path) => `${path} workflow null`);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(paths, { minLength: paths.length }), async (shuffled) => {
        expect((await find(files, shuffled)).inputs).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
