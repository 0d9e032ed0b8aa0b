import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The built tool on real files that harm: each is told with its reason, none keeps the others from being judged.

const bin = resolve('dist/bin/hardfail.cjs');
const open = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
const workflow = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';

let folder: string;
const bad = '.gitea/workflows/bad.yml';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-hostile-'));
  mkdirSync(join(folder, '.git'));
  put('.gitea/workflows/open.yml', open);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: string | Uint8Array): string {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, content);
  return at;
}

interface Report {
  readonly summary: { readonly inputs: number; readonly incomplete: boolean };
  readonly findings: readonly { readonly rule: string; readonly file: string }[];
  readonly notJudged: readonly { readonly file: string; readonly reason: string }[];
  readonly errors: readonly { readonly file: string; readonly message: string }[];
}

function hardfail(args: readonly string[] = [], options: { readonly uid?: number } = {}) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [bin, '--format', 'json', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  const report: Report = JSON.parse(stdout);
  return { status, signal, stderr, report };
}

/** That the hostile file is told of, and that the hole of the file beside it is found all the same. */
function expectTold(told: ReturnType<typeof hardfail>, file: string, message: RegExp): void {
  expect(told).toMatchObject({ status: 3, signal: null, stderr: '' });
  expect(told.report.summary.incomplete).toBe(true);
  expect(told.report.errors).toContainEqual({
    file,
    message: expect.stringMatching(message),
    start: expect.toSatisfy(() => true),
  });
  expect(told.report.findings.map((finding) => finding.file)).toContain('.gitea/workflows/open.yml');
}

function aliasBomb(): string {
  const line = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`;
  const names = [...'abcdefghij'];
  return `x: &x [1]\n${names.map((name, index) => line(name, names[index - 1] ?? 'x')).join('')}`;
}

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

describe('a file that cannot be read as a workflow is an error, and the one beside it is judged', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an alias bomb', aliasBomb(), /^with the alias "\*\w" this file says more than 1000000 values/],
    ['aliases in a circle', 'a: &a\n  b: *a\n', /stands inside of "&a", which would contain itself/],
    ['ten thousand lists', '['.repeat(10_000), /nested more than 200 levels deep/],
    ['ten thousand mappings', '{a: '.repeat(10_000), /nested more than 200 levels deep/],
    ['ten thousand dashes', `${'- '.repeat(10_000)}a\n`, /nested more than 200 levels deep/],
    ['a NUL', workflow.replace('make', 'ma\0ke'), /^the control character U\+0000 cannot stand in YAML/],
    ['nothing but NULs', '\0'.repeat(100_000), /^the control character U\+0000 cannot stand in YAML/],
    ['invalid UTF-8', Buffer.from('on: push\nname: "\xff"\n', 'latin1'), /^is not valid UTF-8; save it as/],
    ['half a character', Buffer.from('6e616d653a20f09f', 'hex'), /^is not valid UTF-8; save it as UTF-8$/],
    ['UTF-16', utf16(workflow, false), /^is not valid UTF-8 \(it looks like UTF-16\); save it as UTF-8$/],
    ['UTF-16, big end first', utf16(workflow, true), /^is not valid UTF-8 \(it looks like UTF-16\)/],
    ['a picture', readFileSync(process.execPath).subarray(0, 4_096), /^is not valid UTF-8/],
  ])('%s', (_, content, message) => {
    put(bad, content);
    expectTold(hardfail(), bad, message);
  });

  it('100 MB', () => {
    truncateSync(put(bad, ''), 100 * 1024 * 1024);
    expectTold(hardfail(), bad, /^is larger than the limit of 10 MiB; it is not read$/);
  });

  it('100 MB on standard input', () => {
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', `head -c 104857600 /dev/zero | '${process.execPath}' '${bin}' --format json -`],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(3);
    expect(JSON.parse(stdout).errors).toMatchObject([
      { file: '<stdin>', message: 'is larger than the limit of 10 MiB; it is not read' },
    ]);
  });

  it('a directory', () => {
    mkdirSync(join(folder, bad));
    expectTold(hardfail(), bad, /^is a directory, not a workflow file$/);
  });

  it('a FIFO, without waiting for a writer', () => {
    execFileSync('mkfifo', [join(folder, bad)]);
    expectTold(hardfail(), bad, /^is not a regular file; it is not read$/);
  });

  it.each(['/dev/zero', '/dev/null', '/dev/full'])('a link to the device %s', (device) => {
    symlinkSync(device, join(folder, bad));
    expectTold(hardfail(), bad, /^is a link that leads out of the repository; it is not read$/);
  });

  it.each(['/dev/zero', '/dev/full', '/dev/random'])('the device %s, named on the command line', (device) => {
    const told = hardfail([device, '.gitea/workflows/open.yml']);
    const file = told.report.errors[0]?.file ?? '';
    expect(file).toMatch(/^(\.\.\/)+dev\/\w+$/);
    expectTold(told, file, /^is not a regular file; it is not read$/);
  });

  it('a link to itself, and links in a circle', () => {
    symlinkSync('bad.yml', join(folder, bad));
    symlinkSync('second.yml', join(folder, '.gitea/workflows/first.yml'));
    symlinkSync('first.yml', join(folder, '.gitea/workflows/second.yml'));
    const told = hardfail();
    expectTold(told, bad, /^is a link that leads back to itself$/);
    expect(told.report.errors).toHaveLength(3);
  });

  it('a file that may not be read', () => {
    chmodSync(put(bad, workflow), 0);
    chmodSync(folder, 0o755);
    // The super-user may read everything, and so is not who asks.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    expectTold(hardfail([], uid === undefined ? {} : { uid }), bad, /^permission denied$/);
  });
});

describe('a file that only looks dangerous is judged', () => {
  it('lone CRs end lines', () => {
    put('.gitea/workflows/open.yml', open.replaceAll('\n', '\r'));
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.findings).toMatchObject([{ rule: 'missing-secret-exits-zero' }]);
  });

  it('a line of a megabyte', () => {
    put(bad, workflow.replace('make', `make ${'x'.repeat(2 ** 20)}`));
    const { status, report } = hardfail();
    expect({ status, errors: report.errors, inputs: report.summary.inputs }).toEqual({
      status: 1,
      errors: [],
      inputs: 2,
    });
  });

  it('folders that links run through in circles', () => {
    symlinkSync('..', join(folder, '.gitea/workflows/up'));
    symlinkSync('.', join(folder, '.gitea/workflows/here'));
    const { status, report } = hardfail();
    expect({ status, errors: report.errors, inputs: report.summary.inputs }).toEqual({
      status: 1,
      errors: [],
      inputs: 1,
    });
  });
});

describe('calls that run in circles end', () => {
  const calling = (uses: string) =>
    `on: [push, workflow_call]\njobs:\n  call:\n    uses: ${uses}\n    secrets: inherit\n`;
  const action = (uses: string) =>
    `name: a\ndescription: a\ninputs:\n  token: {}\nruns:\n  using: composite\n  steps:\n    - uses: ${uses}\n      with:\n        token: \${{ inputs.token }}\n`;

  it('of workflows', () => {
    put('.gitea/workflows/a.yml', calling('./.gitea/workflows/b.yml'));
    put('.gitea/workflows/b.yml', calling('./.gitea/workflows/a.yml'));
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.notJudged.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['.gitea/workflows/a.yml', '.gitea/workflows/b.yml']),
    );
    for (const { reason } of report.notJudged) expect(reason).toMatch(/calls itself|too deep|circle/);
  });

  it('of actions', () => {
    put('.gitea/actions/a/action.yml', action('./.gitea/actions/b'));
    put('.gitea/actions/b/action.yml', action('./.gitea/actions/a'));
    put(
      '.gitea/workflows/use.yml',
      workflow.replace(
        '- run: make',
        '- uses: actions/checkout@v4\n      - uses: ./.gitea/actions/a\n        with:\n          token: ${{ secrets.TOKEN }}',
      ),
    );
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.notJudged.length).toBeGreaterThan(0);
  });

  it('of scripts', () => {
    put('tools/a.sh', '#!/bin/sh\n./tools/b.sh\n');
    put('tools/b.sh', '#!/bin/sh\n./tools/a.sh\n');
    put(
      '.gitea/workflows/use.yml',
      workflow.replace(
        '- run: make',
        '- uses: actions/checkout@v4\n      - run: ./tools/a.sh\n        env:\n          TOKEN: ${{ secrets.TOKEN }}',
      ),
    );
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.notJudged.length).toBeGreaterThan(0);
  });
});

describe('paths that lead out of the repository are not followed, and it is said', () => {
  beforeEach(() => {
    // Beside the repository lies what a step may not be made to read.
    const inner = join(folder, 'inner');
    for (const name of ['.git', '.gitea']) {
      mkdirSync(inner, { recursive: true });
      execFileSync('mv', [join(folder, name), join(inner, name)]);
    }
    put(
      'out/action.yml',
      'name: out\ndescription: o\nruns:\n  using: composite\n  steps:\n    - run: exit 0\n      shell: bash\n',
    );
    put('out/x.sh', 'if [ -z "$TOKEN" ]; then exit 0; fi\nmake\n');
    put('out/w.yml', workflow);
    folder = inner;
  });

  afterEach(() => {
    folder = dirname(folder);
  });

  const step = (text: string) =>
    workflow.replace(
      '- run: make',
      `- uses: actions/checkout@v4\n      - ${text}\n        env:\n          TOKEN: \${{ secrets.TOKEN }}`,
    );

  it.each([
    ['an action', step('uses: ./../out')],
    ['an action, by a roundabout way', step('uses: ./.gitea/../../out')],
    ['a script', step('run: ./../out/x.sh')],
    ['a sourced script', step('run: . ../out/x.sh; make')],
    ['a reusable workflow', 'on: push\njobs:\n  call:\n    uses: ./../out/w.yml\n    secrets: inherit\n'],
  ])('%s', (_, text) => {
    put('.gitea/workflows/use.yml', text);
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.notJudged).toMatchObject([
      {
        file: '.gitea/workflows/use.yml',
        reason: expect.stringMatching(/outside of the repository|outside the workspace|leads out of/),
      },
    ]);
  });

  it.each(['tools', 'tools/x.sh'])('a link, at %s', (at) => {
    put('tools/y.sh', '');
    rmSync(join(folder, at), { recursive: true, force: true });
    symlinkSync(at === 'tools' ? '../out' : '../../out/x.sh', join(folder, at));
    put('.gitea/workflows/use.yml', step('run: ./tools/x.sh'));
    const { status, report } = hardfail();
    expect({ status, errors: report.errors }).toEqual({ status: 1, errors: [] });
    expect(report.notJudged).toMatchObject([
      { file: '.gitea/workflows/use.yml', reason: expect.stringContaining('leads out of the repository') },
    ]);
  });
});

describe('a run that is ended from outside', () => {
  it('by Ctrl-C dies of it, prints nothing and leaves the report of yesterday', async () => {
    const report = put('report.json', 'the report of yesterday');
    const child = spawn(process.execPath, [bin, '--output', `json=${report}`, '-'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const closed = new Promise<{ code: number | null; signal: string | null }>((end) =>
      child.on('close', (code, signal) => end({ code, signal })),
    );
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stdin.write('on: push\n');
    // It waits for the rest of its input whenever the signal comes.
    await new Promise((later) => setTimeout(later, 500));
    child.kill('SIGINT');
    expect(await closed).toEqual({ code: null, signal: 'SIGINT' });
    expect(Buffer.concat(printed).toString()).toBe('');
    expect(readFileSync(report, 'utf8')).toBe('the report of yesterday');
    expect(readdirSync(folder).sort()).toEqual(['.git', '.gitea', 'report.json']);
  });

  it('by a reader that has seen enough keeps its verdict and its peace', () => {
    for (let index = 0; index < 40; index++) put(`.gitea/workflows/open-${index}.yml`, open);
    const script = `'${process.execPath}' '${bin}' --rule missing-secret-exits-zero | head -1 > first.txt; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' });
    expect(readFileSync(join(folder, 'first.txt'), 'utf8')).toMatch(/^error\[missing-secret-exits-zero\]/);
  });

  it.each(['/dev/full', '/dev/null', '/dev/stdout'])(
    'does not write its report over the device %s',
    (device) => {
      const told = hardfail(['--output', `sarif=${device}`]);
      expect(told).toMatchObject({ status: 2 });
      expect(told.stderr).toBe(
        `hardfail: the sarif report is not written: ${device}: is not a regular file; it is not replaced\n`,
      );
      expect(told.report.findings).not.toEqual([]);
    },
  );
});
