import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { run } from '../src/cli.js';
import { version } from '../src/version.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

const clean = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';
const failsOpen = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');

async function hardfail(
  args: readonly string[],
  files: Readonly<Record<string, MemoryNode>> = {},
  options?: MemoryOptions,
) {
  const host = memoryHost(files, options);
  const status = await run(args, host);
  return { status, out: host.out(), err: host.err() };
}

describe('hardfail', () => {
  it('exits 0 on a clean repository', async () => {
    const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': clean };
    expect(await hardfail([], files)).toMatchObject({ status: 0, err: '' });
  });

  it('exits 1 on a finding, and still exits 1 in every format', async () => {
    const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': failsOpen };
    for (const format of ['pretty', 'concise', 'json']) {
      const { status, out, err } = await hardfail(['--format', format], files);
      expect({ status, err }).toEqual({ status: 1, err: '' });
      expect(out).toContain('missing-secret-exits-zero');
    }
  });

  it('follows a script that a step calls, and tells its place', async () => {
    const call = clean.replace(
      '- run: make',
      '- uses: actions/checkout@v4\n      - run: ./tools/deploy.sh\n        env:\n          TOKEN: ${{ secrets.TOKEN }}',
    );
    const script = '#!/bin/bash -e\nif [ -z "$TOKEN" ]; then exit 0; fi\nmake deploy\n';
    const files: Record<string, MemoryNode> = {
      '/repo/.git/': '',
      '/repo/.gitea/workflows/ci.yml': call,
      '/repo/tools/deploy.sh': script,
    };
    const { status, out } = await hardfail(['--format', 'json'], files);
    expect(status).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject([
      { rule: 'missing-secret-exits-zero', file: 'tools/deploy.sh', start: { line: 2 }, job: 'build' },
    ]);
    expect((await hardfail([], files)).out).toContain('calls tools/deploy.sh here');
    const outside = { ...files, '/repo/tools/deploy.sh': { link: '/elsewhere.sh' }, '/elsewhere.sh': script };
    expect(await hardfail([], outside)).toMatchObject({ status: 0 });
  });

  it('exits 3 beside a file that it cannot read, and still prints the findings', async () => {
    const files: Record<string, MemoryNode> = {
      '/repo/.git/': '',
      '/repo/.gitea/workflows/bad.yml': { denied: 'file' },
      '/repo/.gitea/workflows/ci.yml': failsOpen,
    };
    const { status, out } = await hardfail(['--format', 'json'], files);
    expect(status).toBe(3);
    const report = JSON.parse(out);
    expect(report.errors).toEqual([
      { file: '.gitea/workflows/bad.yml', start: null, message: 'permission denied' },
    ]);
    expect(report.findings).not.toEqual([]);
    expect(report.summary).toMatchObject({ inputs: 1, incomplete: true });
  });

  it.each(['pretty', 'concise', 'json'])(
    'exits 3 and says so in %s when there is nothing to lint',
    async (format) => {
      const { status, out } = await hardfail(['--format', format], { '/repo/.git/': '' });
      expect(status).toBe(3);
      expect(out).toContain('nothing to lint');
    },
  );

  it('reads standard input', async () => {
    const args = ['-', '--stdin-filename', '.gitea/workflows/x.yml', '--format', 'json'];
    const { status, out } = await hardfail(args, {}, { stdin: clean });
    expect(JSON.parse(out).summary).toMatchObject({ inputs: 1, jobs: 1 });
    expect(status).toBe(0);
  });

  it('colours for a terminal, not for a pipe, and as the flags say', async () => {
    const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': failsOpen };
    const colored = '\u001b[';
    expect((await hardfail([], files, { isTTY: true })).out).toContain(colored);
    expect((await hardfail([], files, { isTTY: false })).out).not.toContain(colored);
    expect((await hardfail(['--color'], files, { isTTY: false })).out).toContain(colored);
    expect((await hardfail(['--no-color'], files, { isTTY: true })).out).not.toContain(colored);
    expect((await hardfail([], files, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain(colored);
  });
});

describe('a refused command line', () => {
  it.each([
    [['--formt=json'], 'hardfail: unknown flag --formt\n  help: did you mean --format?\n'],
    [
      ['explian', 'x'],
      "hardfail: 'explian' is neither a command nor a file\n  help: did you mean hardfail explain?\n",
    ],
    [
      ['--rule', 'missing-secret-exit-zero'],
      "hardfail: unknown rule 'missing-secret-exit-zero'\n  help: did you mean missing-secret-exits-zero?\n",
    ],
    [['--rule', 'banana'], "hardfail: unknown rule 'banana'\n  help: hardfail rules lists the rules\n"],
    [
      ['explain', 'missing-secret-exits-zeros'],
      "hardfail: unknown rule 'missing-secret-exits-zeros'\n  help: did you mean missing-secret-exits-zero?\n",
    ],
  ])('%j', async (args, err) => {
    expect(await hardfail(args)).toEqual({ status: 2, out: '', err });
  });

  it('does not mistake a file for a mistyped command', async () => {
    const { err } = await hardfail(['rule'], { '/repo/rule': clean });
    expect(err).toBe('');
  });
});

describe('hardfail rules', () => {
  it('has a line for each rule', async () => {
    const { status, out } = await hardfail(['rules']);
    expect(status).toBe(0);
    const lines = out.split('\n').slice(0, -1);
    expect(lines.map((line) => line.split(/ +/)[0])).toEqual(rules.map((rule) => rule.meta.id));
    expect(lines.length).toBeGreaterThan(0);
  });

  it('has them as JSON', async () => {
    const { out } = await hardfail(['rules', '--format', 'json']);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      rules: rules.map(({ meta }) => ({ id: meta.id, severity: meta.severity, summary: meta.summary })),
    });
  });
});

describe('hardfail explain', () => {
  const id = 'missing-secret-exits-zero';
  const shipped = { [`rules/${id}/README.md`]: '# the page\n' };

  it("prints the rule's page", async () => {
    expect(await hardfail(['explain', id], {}, { shipped })).toEqual({
      status: 0,
      out: '# the page\n',
      err: '',
    });
  });

  it('has it as JSON', async () => {
    const { out } = await hardfail(['explain', id, '--format=json'], {}, { shipped });
    expect(JSON.parse(out)).toMatchObject({ version: 1, id, readme: '# the page\n' });
  });

  it('exits 3 where the page is missing from the package', async () => {
    const { status, err } = await hardfail(['explain', id]);
    expect({ status, err }).toEqual({
      status: 3,
      err: `hardfail: rules/${id}/README.md: no such file or directory\n  help: install hardfail again: a file of it is missing\n`,
    });
  });
});

describe('a fault of hardfail', () => {
  it('exits 3, owns up to it and shows the stack', async () => {
    const host = memoryHost({});
    const broken = {
      ...host,
      writeOut: () => {
        throw new TypeError('boom');
      },
    };
    expect(await run(['--version'], broken)).toBe(3);
    expect(host.err()).toMatch(
      /^hardfail: this is a fault of hardfail, please report it\nTypeError: boom\n +at /,
    );
  });
});

describe('the process', () => {
  const bin = 'dist/src/bin.js';

  it('prints its version and exits 0', () => {
    const { status, stdout, stderr } = spawnSync('node', [bin, '--version'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `hardfail ${version}\n`, stderr: '' });
  });

  it('exits 2 on a usage error, with nothing on standard output', () => {
    const { status, stdout, stderr } = spawnSync('node', [bin, '--nope'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('unknown flag --nope');
  });

  it('reads standard input', () => {
    const { stdout } = spawnSync('node', [bin, '-', '--format', 'json'], { input: clean, encoding: 'utf8' });
    expect(JSON.parse(stdout).summary.inputs).toBe(1);
  });

  it('writes a long report to a slow pipe to its end', async () => {
    const paths = Array.from({ length: 3000 }, (_, index) => `no/such/${'x'.repeat(40)}/file-${index}.yml`);
    const child = spawn('node', [bin, '--format', 'json', ...paths], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) {
      chunks.push(chunk);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(JSON.parse(Buffer.concat(chunks).toString()).errors).toHaveLength(paths.length);
    expect(await closed).toBe(3);
  });

  it('keeps its verdict and its peace when the reader goes away', () => {
    const paths = Array.from({ length: 3000 }, (_, index) => `no/such/file-${index}.yml`).join(' ');
    const script = `node ${bin} --format json ${paths} | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '3\n', stderr: '' });
  });

  it('exits 2 when the report cannot be written', () => {
    const script = `node ${bin} --help > /dev/full`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('hardfail: cannot write the report: ');
  });
});
