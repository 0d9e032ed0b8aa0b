import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { run } from '../src/cli.js';
import type { AnyRule } from '../src/lint/rule.js';
import { formatNames } from '../src/report/index.js';
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

  it.each(formatNames)('has the same status in every format: %s', async (format) => {
    const bad = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': failsOpen };
    const good = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': clean };
    const broken: Record<string, MemoryNode> = { ...bad, '/repo/.gitea/workflows/x.yml': { denied: 'file' } };
    const found = await hardfail(['--format', format], bad);
    expect(found).toMatchObject({ status: 1, err: '' });
    expect(found.out).toContain('missing-secret-exits-zero');
    expect(await hardfail(['--format', format], good)).toMatchObject({ status: 0, err: '' });
    expect(await hardfail(['--format', format, '--fail-on', 'never'], bad)).toMatchObject({ status: 0 });
    const unread = await hardfail(['--format', format, '--fail-on', 'never'], broken);
    expect(unread).toMatchObject({ status: 3, err: '' });
    expect(unread.out).toContain('permission denied');
    const empty = await hardfail(['--format', format], { '/repo/.git/': '' });
    expect(empty).toMatchObject({ status: 3, err: '' });
    expect(empty.out).toContain('nothing to lint');
  });

  it('describes the rules that ran, with their pages, in sarif', async () => {
    const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': clean };
    const shipped = Object.fromEntries(
      rules.map(({ meta }) => [`rules/${meta.id}/README.md`, `# ${meta.id}\n`]),
    );
    const rulesOf = async (...args: string[]) =>
      JSON.parse((await hardfail(['--format', 'sarif', ...args], files, { shipped })).out).runs[0].tool.driver
        .rules;
    expect(await rulesOf()).toMatchObject(
      rules
        .filter(({ meta }) => meta.preset !== 'strict')
        .map(({ meta }) => ({ id: meta.id, help: { markdown: `# ${meta.id}\n` } })),
    );
    expect(await rulesOf('--rule', 'dead-workflow')).toMatchObject([{ id: 'dead-workflow' }]);
  });

  it('names files from the top of the repository where the forge reads the report', async () => {
    const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': failsOpen, '/repo/web/': '' };
    const { out } = await hardfail(['--format', 'github'], files, { cwd: '/repo/web' });
    expect(out).toMatch(/^::error file=\.gitea\/workflows\/ci\.yml,line=/);
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

  it('judges a file that is named beside those that are not, and tells of it alone', async () => {
    const files = {
      '/repo/.git/': '',
      '/repo/.gitea/workflows/ci.yml': failsOpen,
      '/repo/.github/workflows/ci.yml': clean,
    };
    const args = ['--forge', 'gitea', '--format', 'json', '.github/workflows/ci.yml'];
    const { findings, summary } = JSON.parse((await hardfail(args, files)).out);
    // Gitea reads the first root only.
    expect(findings).toMatchObject([{ rule: 'dead-workflow', file: '.github/workflows/ci.yml' }]);
    expect(summary.inputs).toBe(1);
  });

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

describe('--output', () => {
  const files = { '/repo/.git/': '', '/repo/.gitea/workflows/ci.yml': failsOpen, '/repo/out/': '' };

  it('writes reports beside the one on standard output, uncoloured and with the same verdict', async () => {
    const host = memoryHost(files, { isTTY: true, columns: 40 });
    const names = formatNames.map((name) => `--output=${name}=out/${name}`);
    expect(await run(names, host)).toBe(1);
    expect(host.out()).toContain('\u001b[');
    expect([...host.written.keys()]).toEqual(formatNames.map((name) => `/repo/out/${name}`));
    for (const text of host.written.values()) {
      expect(text).toContain('missing-secret-exits-zero');
      expect(text).not.toContain('\u001b');
    }
    expect(JSON.parse(host.written.get('/repo/out/json') ?? '').summary.findings.error).toBe(1);
  });

  it('writes a clean report too, and leaves the status alone', async () => {
    const host = memoryHost({ ...files, '/repo/.gitea/workflows/ci.yml': clean });
    expect(await run(['--output', 'json=report.json'], host)).toBe(0);
    expect(JSON.parse(host.written.get('/repo/report.json') ?? '').findings).toEqual([]);
  });

  it('exits 2 and says why where a report cannot be written, and writes the others', async () => {
    const host = memoryHost(files);
    const args = ['--output', 'sarif=gone/x.sarif', '--output', 'json=out', '--output', 'junit=ok.xml'];
    expect(await run(args, host)).toBe(2);
    expect(host.err()).toBe(
      'hardfail: the sarif report is not written: gone/x.sarif: there is no folder /repo/gone\n' +
        'hardfail: the json report is not written: out: is a directory\n',
    );
    expect(host.out()).toContain('error[missing-secret-exits-zero]');
    expect([...host.written.keys()]).toEqual(['/repo/ok.xml']);
  });

  it('exits 3 where the run is incomplete as well', async () => {
    const host = memoryHost({ '/repo/.git/': '' });
    expect(await run(['--output', 'json=gone/x.json'], host)).toBe(3);
  });

  it.each([
    [
      ['json=a', 'sarif=a'],
      "hardfail: --output names 'a' twice\n  help: give each report a file of its own\n",
    ],
    [
      ['json=out/a', 'sarif=./out/../out//a'],
      "hardfail: --output names one file twice, as 'out/a' and './out/../out//a'\n  help: give each report a file of its own\n",
    ],
    [
      ['json=.gitea/workflows/ci.yml'],
      "hardfail: --output would overwrite '.gitea/workflows/ci.yml', which is read\n  help: give the report another name\n",
    ],
  ])('refuses %j and writes nothing', async (outputs, err) => {
    const host = memoryHost(files);
    expect(
      await run(
        outputs.flatMap((output) => ['--output', output]),
        host,
      ),
    ).toBe(2);
    expect({ out: host.out(), err: host.err(), written: [...host.written] }).toEqual({
      out: '',
      err,
      written: [],
    });
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
      rules: rules.map(({ meta: { id, severity, preset = 'recommended', summary } }: AnyRule) => ({
        id,
        severity,
        preset,
        summary,
      })),
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
  const bin = 'dist/bin/hardfail.cjs';

  it('prints its version and exits 0', () => {
    const { status, stdout, stderr } = spawnSync('node', [bin, '--version'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `hardfail ${version}\n`, stderr: '' });
  });

  it('replays in a thread of its own, which ends a script that does not end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardfail-replay-'));
    const open = (name: string, before: string) =>
      `  ${name}:\n    runs-on: x\n    env:\n      T: \${{ secrets.T }}\n    steps:\n      - run: |\n          ${before}\n          [ -n "$T" ] || exit 0\n          ./x "$T"\n`;
    const workflow = `on: push\njobs:\n${open('plain', ':')}${open('endless', 'while true; do :; done')}`;
    try {
      writeFileSync(join(folder, 'ci.yml'), workflow);
      const args = [resolve(bin), 'replay', '--all', 'ci.yml', '--forge', 'gitea'];
      const { status, stdout, stderr } = spawnSync('node', args, { cwd: folder, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^confirmed .*job plain/m);
      expect(stdout).not.toMatch(/^confirmed .*job endless/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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

  it('leaves what was there when the disk takes no more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hardfail-output-'));
    writeFileSync(join(folder, 'report.json'), 'the report of yesterday');
    // A limit on the size of files is to a program what a full disk is: a write that ends early.
    const script = `ulimit -f 1; trap '' XFSZ; node ${bin} --output sarif=${folder}/report.json fixtures/sync-providers/unfixed.yml`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toMatch(/^hardfail: the sarif report is not written: \S+: the file would be too large\n$/);
    expect(status).toBe(2);
    expect(readdirSync(folder)).toEqual(['report.json']);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('the report of yesterday');
    rmSync(folder, { recursive: true });
  });

  it('exits 2 when the report cannot be written', () => {
    const script = `node ${bin} --help > /dev/full`;
    const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('hardfail: cannot write the report: ');
  });
});

describe('hardfail replay', () => {
  const path = '/repo/.gitea/workflows/sync.yml';
  const repository = { '/repo/.git/': '', [path]: failsOpen };

  it('confirms what it finds, and is content', async () => {
    const { status, out } = await hardfail(['replay', '--all'], repository);
    expect(status).toBe(0);
    expect(out).toMatch(/^confirmed {2}\.gitea\/workflows\/sync\.yml:\d+:\d+ {2}missing-secret-exits-zero/m);
    expect(out).toMatch(/findings? replayed · \d+ confirmed · 0 contradicted · \d+ not replayable\n$/);
  });

  it('takes one finding by its line', async () => {
    const all = JSON.parse((await hardfail(['--format', 'json'], repository)).out);
    const { line } = all.findings.find(
      (one: { rule: string }) => one.rule === 'missing-secret-exits-zero',
    ).start;
    const one = await hardfail(['replay', `.gitea/workflows/sync.yml:${line}`], repository);
    expect(one).toMatchObject({ status: 0, err: '' });
    expect(one.out).toContain(`sync.yml:${line}:`);
    const [, shown] = /^confirmed {2}(\S+)/m.exec(one.out) ?? [];
    expect(await hardfail(['replay', shown ?? ''], repository)).toEqual(one);
    const none = await hardfail(['replay', '.gitea/workflows/sync.yml:1'], repository);
    expect(none.status).toBe(2);
    expect(none.err).toContain('there is no finding at .gitea/workflows/sync.yml:1');
    expect(none.err).toContain(`on line`);
  });

  it('takes no directory for a file', async () => {
    const { status, err } = await hardfail(['replay', '.gitea:3'], repository);
    expect(status).toBe(2);
    expect(err).toContain("'.gitea' is a directory, expected a file and a line");
    expect(err).toContain('hardfail replay --all .gitea');
  });

  it('finds one that somebody accepted, where its place is named', async () => {
    const { out } = await hardfail(['--format', 'json'], repository);
    const { line } = JSON.parse(out).findings[0].start;
    const config = 'optional-secrets:\n  - name: AUTO_SYNC_TOKEN\n    reason: only the mirror needs it\n';
    const accepting = { ...repository, '/repo/hardfail.yml': config };
    const one = await hardfail(['replay', `.gitea/workflows/sync.yml:${line}`], accepting);
    expect(one).toMatchObject({ status: 0, err: '' });
  });

  it('carries the result in json and sarif', async () => {
    const json = JSON.parse((await hardfail(['replay', '--all', '--format', 'json'], repository)).out);
    expect(json.findings[0].replay).toMatchObject({ verdict: 'confirmed' });
    const sarif = JSON.parse((await hardfail(['replay', '--all', '--format', 'sarif'], repository)).out);
    expect(sarif.runs[0].results[0].properties.replay).toMatchObject({ verdict: 'confirmed' });
  });

  it('is incomplete where the lint is', async () => {
    const broken: Record<string, MemoryNode> = {
      ...repository,
      '/repo/.gitea/workflows/x.yml': { denied: 'file' },
    };
    const { status, out } = await hardfail(['replay', '--all'], broken);
    expect(status).toBe(3);
    expect(out).toContain('permission denied');
    expect((await hardfail(['replay', '--all'], { '/repo/.git/': '' })).status).toBe(3);
  });

  it('refuses to go on without a sandbox, and says what to install', async () => {
    const { status, out, err } = await hardfail(['replay', '--all'], repository, { noSandbox: true });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('npm i -D just-bash');
  });
});
