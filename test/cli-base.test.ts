import { describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { type MemoryOptions, memoryHost } from './support/memory-host.js';

const path = '.gitea/workflows/ci.yml';
const plain = `on: push
jobs:
  unit:
    runs-on: ubuntu-latest
    steps: [{ run: make test }]
`;
const masked = plain.replace('    runs-on', '    continue-on-error: true\n    runs-on');

/** Lints a repository in which the branch `main` has these files, and the work tree the masked workflow. */
async function hardfail(
  args: readonly string[],
  revisions: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  options: MemoryOptions = {},
) {
  const host = memoryHost(
    { '/repo/.git/': '', [`/repo/${path}`]: masked, ...files },
    { cwd: '/repo', revisions, ...options },
  );
  const status = await run([...args, '--format', 'concise'], host);
  return { status, out: host.out(), err: host.err() };
}

const flip = `${path}:4:24: warning[masked-job-flip]`;

describe('--base', () => {
  it('tells what has changed since a revision, in any preset', async () => {
    const { status, out, err } = await hardfail(['--base', 'main'], { [`main:${path}`]: plain });
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toContain(`${flip} job "unit" is forgiven, which it was not in main`);
  });

  it('finds the file from a folder within the repository too', async () => {
    const { out } = await hardfail(
      ['--base', 'main'],
      { [`main:${path}`]: plain },
      {},
      { cwd: '/repo/.gitea' },
    );
    expect(out).toContain('workflows/ci.yml:4:24: warning[masked-job-flip]');
  });

  it('gives way to a configuration that turns the rule off', async () => {
    const off = { '/repo/hardfail.yml': 'rules: { masked-job-flip: off }\n' };
    expect(await hardfail(['--base', 'main'], { [`main:${path}`]: plain }, off)).toMatchObject({ status: 0 });
    const error = { '/repo/hardfail.yml': 'rules: { masked-job-flip: error }\n' };
    const { out } = await hardfail(['--base', 'main'], { [`main:${path}`]: plain }, error);
    expect(out).toContain('error[masked-job-flip]');
  });

  it('knows a file that is not there in the revision', async () => {
    expect(await hardfail(['--base', 'main'], { 'main:README.md': '' })).toMatchObject({ status: 0 });
  });

  it('is told of where it is missing, if the rule is wanted', async () => {
    const { status, out } = await hardfail(['--rule', 'masked-job-flip'], {});
    expect(status).toBe(0);
    expect(out).toContain(
      'rule masked-job-flip not judged: which revision to compare with is told by --base',
    );
    expect((await hardfail([], {})).out).not.toContain('not judged');
  });

  it.each<[string, Readonly<Record<string, string>>, MemoryOptions, string[], string]>([
    ['a revision that is not there', {}, {}, [], "there is no revision 'main' here"],
    ['no repository', {}, { cwd: '/' }, ['repo'], 'needs a git repository'],
    [
      'a file that lies elsewhere',
      { 'main:README.md': '' },
      {},
      ['../x.yml'],
      '../x.yml is no file of the repository',
    ],
    ['a text without a name', { 'main:README.md': '' }, { stdin: masked }, ['-'], '--stdin-filename'],
  ])('refuses %s', async (_, revisions, options, paths, said) => {
    const { status, out, err } = await hardfail(
      ['--base', 'main', ...paths],
      revisions,
      { '/x.yml': plain },
      options,
    );
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.replace(/\n */g, ' ')).toContain(said);
  });

  it('reaches the rules of plugins', async () => {
    const rule = {
      meta: {
        id: 'new-text',
        severity: 'warning',
        summary: 'A text that is new.',
        compares: true,
        preset: 'strict',
      },
      messages: { changed: () => ({ message: 'it is new', help: 'say so' }) },
      check({
        base,
        file,
        report,
      }: {
        base(): { kind: string };
        file: { source: object };
        report(told: object): void;
      }) {
        if (base().kind !== 'read') return;
        const span = { source: file.source, start: 0, end: 2 };
        report({ messageId: 'changed', data: null, about: { span } });
      },
    };
    const files = { '/repo/hardfail.yml': 'plugins: [./p.mjs]\n', '/repo/p.mjs': '' };
    const modules = { '/repo/p.mjs': { default: { name: 'acme', rules: [rule] } } };
    const { out } = await hardfail(['--base', 'main'], { [`main:${path}`]: plain }, files, { modules });
    expect(out).toContain(`${path}:1:1: warning[acme/new-text] it is new`);
    expect(out).toContain('masked-job-flip');
  });
});
