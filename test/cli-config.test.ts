import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { starter } from '../src/config/starter.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

const workflow = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
const ci = '/repo/.gitea/workflows/sync.yml';
const rule = 'missing-secret-exits-zero';
const repository: Readonly<Record<string, MemoryNode>> = { '/repo/.git/': '', [ci]: workflow };
const off = `rules: { ${rule}: off }\n`;
const baseline = '/repo/hardfail-baseline.json';

async function hardfail(
  args: readonly string[],
  files: Readonly<Record<string, MemoryNode>> = {},
  options?: MemoryOptions,
) {
  const host = memoryHost({ ...repository, ...files }, options);
  const status = await run(args, host);
  return { status, out: host.out(), err: host.err(), written: host.written, read: host.read };
}

/** The same, with the report as data. */
async function report(
  args: readonly string[],
  files: Readonly<Record<string, MemoryNode>> = {},
  options?: MemoryOptions,
) {
  const { status, out, err } = await hardfail([...args, '--format', 'json'], files, options);
  expect(err).toBe('');
  return { status, ...JSON.parse(out) };
}

describe('the configuration', () => {
  it.each(['hardfail.yml', '.gitea/hardfail.yml', '.forgejo/hardfail.yml', '.github/hardfail.yml'])(
    'is read from %s',
    async (place) => {
      expect(await report([])).toMatchObject({ status: 1 });
      expect(await report([], { [`/repo/${place}`]: off })).toMatchObject({ status: 0, findings: [] });
    },
  );

  it('is that of the repository, wherever in it the command runs', async () => {
    expect(
      await report([], { '/repo/hardfail.yml': off, '/repo/a/b/': '' }, { cwd: '/repo/a/b' }),
    ).toMatchObject({ status: 0 });
    expect(await report([], { '/repo/a/hardfail.yml': off }, { cwd: '/repo/a' })).toMatchObject({
      status: 1,
    });
  });

  it('refuses to choose between two', async () => {
    const two = { '/repo/hardfail.yml': off, '/repo/.gitea/hardfail.yml': off };
    expect(await hardfail([], two)).toMatchObject({
      status: 2,
      out: '',
      err: 'hardfail: there are 2 configurations: hardfail.yml and .gitea/hardfail.yml\n  help: keep one of them, or name it with --config\n',
    });
    expect(await report(['--config', '.gitea/hardfail.yml'], two)).toMatchObject({ status: 0 });
  });

  it('can be named, and can be left out', async () => {
    const files = { '/repo/hardfail.yml': 'forge: github\n', '/elsewhere/x.yml': off };
    expect(await report(['--config', '../elsewhere/x.yml'], files)).toMatchObject({ status: 0 });
    expect(await report(['--no-config'], { '/repo/hardfail.yml': off })).toMatchObject({ status: 1 });
    expect(await report(['--no-config'], { '/repo/hardfail.yml': ': broken [' })).toMatchObject({
      status: 1,
    });
  });

  it.each<[string, MemoryNode, string]>([
    [
      'a mistake in it',
      'rules:\n  missing-secret-exit-zero: off\n',
      "unknown key 'missing-secret-exit-zero' in rules",
    ],
    ['broken YAML', 'rules: [', 'the list that "["'],
    ['no permission', { denied: 'file' }, 'the configuration hardfail.yml: permission denied'],
    ['a link out of the repository', { link: '/etc/hardfail.yml' }, 'leads out of the repository'],
    ['other bytes than UTF-8', new Uint8Array([0xff, 0xfe, 0x41]), 'is not valid UTF-8'],
  ])('that cannot be used stops the run before anything is linted: %s', async (_, node, words) => {
    const { status, out, err, read } = await hardfail([], {
      '/repo/hardfail.yml': node,
      '/etc/hardfail.yml': off,
    });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.replace(/\n */g, ' ')).toContain(words);
    expect(read).not.toContain(ci);
  });

  it('shows what is wrong with it on its own line', async () => {
    const { err } = await hardfail([], {
      '/repo/hardfail.yml': 'forge: gitea\nrules:\n  missing-secret-exit-zero: off\n',
    });
    expect(err).toMatchInlineSnapshot(`
      "hardfail: unknown key 'missing-secret-exit-zero' in rules
        ╭─ hardfail.yml:3:3
        │ 3 │ missing-secret-exit-zero: off
        │   │ ━━━━━━━━━━━━━━━━━━━━━━━━
        ╰─ nothing was linted
        help: did you mean missing-secret-exits-zero?
      "
    `);
  });

  it('that is named and not there is an error', async () => {
    expect(await hardfail(['--config', 'no.yml'])).toMatchObject({
      status: 2,
      err: 'hardfail: the configuration no.yml: no such file or directory\n  help: name a file that can be read, or lint without one: --no-config\n',
    });
  });

  it('gives way to the flags', async () => {
    const files = { '/repo/hardfail.yml': `forge: github\nfail-on: error\n${off}` };
    expect(await report(['--rule', rule], files)).toMatchObject({
      status: 1,
      findings: [{ forge: 'github' }],
    });
    expect(await report(['--rule', rule, '--forge', 'forgejo'], files)).toMatchObject({
      findings: [{ forge: 'forgejo' }],
    });
    expect(await report(['--rule', rule, '--forge', 'auto'], files)).toMatchObject({
      findings: [{ forge: 'gitea' }],
    });
    const note = { '/repo/hardfail.yml': `fail-on: error\nrules: { ${rule}: note }\n` };
    expect(await report([], note)).toMatchObject({ status: 0, summary: { findings: { note: 1 } } });
    expect(await report(['--fail-on', 'note'], note)).toMatchObject({ status: 1 });
  });

  it('says which release of the forge it is, for that forge alone', async () => {
    const dead =
      'on:\n  push:\n  workflow_call:\n    inputs: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n';
    const files = (version: string) => ({
      [ci]: dead,
      '/repo/hardfail.yml': `forge: gitea\nforge-version: '${version}'\n`,
    });
    expect(await report([], files('1.26'))).toMatchObject({
      status: 1,
      findings: [{ rule: 'dead-workflow' }],
    });
    expect(await report([], files('1.27'))).toMatchObject({ status: 0, findings: [] });
    expect(await report(['--forge', 'auto'], files('1.27'))).toMatchObject({ status: 1 });
  });

  it('overrides by paths from the top of the repository', async () => {
    const config = `overrides:\n  - files: [.gitea/workflows/*.yml]\n    rules: { ${rule}: off }\n    reason: it is known\n`;
    for (const [cwd, args] of [
      ['/repo', []],
      ['/repo/.gitea', ['workflows/sync.yml']],
      ['/', ['repo/.gitea/workflows/sync.yml', '--config', 'repo/hardfail.yml']],
    ] as const) {
      const found = await report(args, { '/repo/hardfail.yml': config }, { cwd });
      if (cwd === '/') expect(found).toMatchObject({ status: 1 });
      else
        expect(found).toMatchObject({
          status: 0,
          suppressed: [{ suppressed: { by: 'override', reason: 'it is known' } }],
        });
    }
  });

  it('calls a secret optional, which the report counts and says why', async () => {
    const files = {
      '/repo/hardfail.yml': 'optional-secrets: [{ name: AUTO_SYNC_TOKEN, reason: the mirror may lag }]\n',
    };
    expect(await report([], files)).toMatchObject({
      status: 0,
      findings: [],
      summary: { suppressed: 1 },
      suppressed: [
        { rule, suppressed: { by: 'optional-secret', reason: 'the mirror may lag', until: null } },
      ],
    });
    expect((await hardfail([], files)).out).toContain('no findings · 1 of optional secrets · 1 file');
    expect(await report(['--no-ignores'], files)).toMatchObject({ status: 1, suppressed: [] });
  });

  it('calls a secret optional that nothing uses: a finding on its own line, when the whole repository is linted', async () => {
    const files = { '/repo/hardfail.yml': 'optional-secrets:\n  - name: GONE\n    reason: it was one\n' };
    expect(await report(['--rule', 'unused-optional-secret'], files)).toMatchObject({
      status: 1,
      findings: [{ rule: 'unused-optional-secret', file: 'hardfail.yml', start: { line: 2, column: 11 } }],
    });
    expect(await report(['.', '--rule', 'unused-optional-secret'], files)).toMatchObject({ status: 1 });
    expect(await report([ci, '--rule', 'unused-optional-secret'], files)).toMatchObject({ status: 0 });
  });

  it('knows better whom to trust', async () => {
    const files = {
      '/repo/hardfail.yml': "untrusted: [push, schedule, workflow_dispatch, 'pull_request:same-repo']\n",
    };
    expect(await report(['--rule', rule], files)).toMatchObject({ status: 0, findings: [], suppressed: [] });
  });
});

it('a SARIF report does not list a rule as run that the configuration turns off', async () => {
  const { out } = await hardfail(['--format', 'sarif'], { '/repo/hardfail.yml': off });
  const ids = JSON.parse(out).runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
  expect(ids).toContain('missing-secret-masked');
  expect(ids).not.toContain(rule);
});

describe('--print-config', () => {
  it('tells what holds for a file, and where it comes from', async () => {
    const config = `fail-on: note
rules: { missing-secret-masked: off }
overrides:
  - files: ['.gitea/**']
    rules: { ${rule}: warning }
    reason: nightly
optional-secrets: [{ name: a, reason: advisory }]
`;
    const files = { '/repo/.gitea/hardfail.yml': config };
    const { status, out } = await hardfail(
      ['--print-config', 'workflows/new.yml', '--fail-on=error'],
      files,
      { cwd: '/repo/.gitea' },
    );
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      file: '.gitea/workflows/new.yml',
      config: 'hardfail.yml',
      forge: { value: 'gitea', from: 'the folder' },
      failOn: { value: 'error', from: '--fail-on' },
      rules: {
        'missing-secret-masked': { value: 'off', from: 'hardfail.yml' },
        [rule]: { value: 'warning', from: 'hardfail.yml', reason: 'nightly' },
        'constant-condition': { value: 'error', from: 'default' },
      },
      overrides: [{ files: ['.gitea/**'], rules: { [rule]: 'warning' }, reason: 'nightly' }],
      optionalSecrets: [{ name: 'A', reason: 'advisory' }],
      trusted: [],
      untrusted: [],
      facts: { commands: [], actions: [] },
    });
    const other = JSON.parse(
      (await hardfail(['--print-config', '/repo/x.yml', '--rule', rule, '--forge', 'github'], files)).out,
    );
    expect(other).toMatchObject({
      file: 'x.yml',
      forge: { value: 'github', from: '--forge' },
      rules: {
        [rule]: { value: 'error', from: 'default' },
        'constant-condition': { value: 'off', from: '--rule' },
      },
      overrides: [],
    });
  });

  it('refuses a configuration that cannot be used', async () => {
    expect(await hardfail(['--print-config', 'x.yml'], { '/repo/hardfail.yml': 'x: 1' })).toMatchObject({
      status: 2,
      out: '',
    });
  });
});

describe('hardfail init', () => {
  it('prints a configuration to begin with, and writes nothing', async () => {
    const { status, out, written } = await hardfail(['init']);
    expect({ status, out, written: [...written] }).toEqual({ status: 0, out: starter, written: [] });
  });

  it('writes it at the top of the repository, when told to', async () => {
    const { status, out, written } = await hardfail(['init', '--write'], {}, { cwd: '/repo/.gitea' });
    expect({ status, written: [...written] }).toEqual({
      status: 0,
      written: [['/repo/hardfail.yml', starter]],
    });
    expect(out).toContain('../hardfail.yml is written');
  });

  it.each(['hardfail.yml', '.github/hardfail.yml'])('never overwrites: %s', async (place) => {
    const { status, err, written } = await hardfail(['init', '--write'], { [`/repo/${place}`]: '' });
    expect({ status, written: [...written] }).toEqual({ status: 2, written: [] });
    expect(err).toContain(`there is a configuration: ${place}`);
  });
});

describe('a directive', () => {
  const ignoring = (text: string) => ({
    [ci]: workflow.replace(/^( *)exit 0 .*$/m, `$1# hardfail: ignore[${text}\n$1exit 0`),
  });

  it('ignores, is counted, and is told with its reason', async () => {
    const files = ignoring(`${rule}] until 2026-12-31 the token comes in December`);
    expect(await report([], files)).toMatchObject({
      status: 0,
      findings: [],
      summary: { suppressed: 1, findings: { error: 0 } },
      suppressed: [
        { rule, suppressed: { by: 'directive', reason: 'the token comes in December', until: '2026-12-31' } },
      ],
    });
    expect((await hardfail([], files)).out).toContain('no findings · 1 ignored · 1 file');
    expect(await report(['--no-ignores'], files)).toMatchObject({ status: 1, suppressed: [] });
  });

  it('that has ended fails the run on the day after', async () => {
    const files = ignoring(`${rule}] until 2026-12-31 the token comes in December`);
    expect(await report([], files, { today: '2026-12-31' })).toMatchObject({ status: 0 });
    expect(await report([], files, { today: '2027-01-01' })).toMatchObject({
      status: 1,
      findings: [{ rule: 'faulty-ignore', messageId: 'expired' }, { rule }],
    });
  });

  it('without a reason fails the run, and cannot be configured away', async () => {
    const files = {
      ...ignoring(`${rule}]`),
      '/repo/hardfail.yml': 'overrides: [{ files: ["**"], rules: { faulty-ignore: off }, reason: x }]\n',
    };
    expect(await hardfail([], files)).toMatchObject({ status: 2 });
    expect(await report(['--no-config'], files)).toMatchObject({
      status: 1,
      findings: [{ messageId: 'noReason' }, { rule }],
    });
  });
});

describe('the baseline', () => {
  async function written(args: readonly string[] = [], files: Readonly<Record<string, MemoryNode>> = {}) {
    const result = await hardfail(['baseline', 'write', ...args], files);
    return { ...result, text: result.written.get(baseline) ?? '' };
  }

  it('is written by command, with reasons still to be given, which do not count', async () => {
    const { status, out, text } = await written();
    expect({ status, out }).toEqual({
      status: 0,
      out: 'hardfail-baseline.json: 1 accepted, 1 of them new, 0 gone\n  help: 1 have the reason TODO, and count until they have a real one\n',
    });
    expect(JSON.parse(text)).toEqual({
      version: 1,
      entries: [
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          rule,
          file: '.gitea/workflows/sync.yml',
          where: 'compare / Fetch the canonical list and compare it byte by byte',
          reason: 'TODO',
          since: '2026-11-22',
        },
      ],
    });
    expect(await report([], { [baseline]: text })).toMatchObject({
      status: 1,
      findings: [
        { rule },
        {
          rule: 'faulty-baseline',
          messageId: 'noReason',
          file: 'hardfail-baseline.json',
          start: { line: 9 },
        },
      ],
    });
  });

  it('accepts with the reason that was given, and says so', async () => {
    const { out, text } = await written(['--reason', 'known since May']);
    expect(out).toBe('hardfail-baseline.json: 1 accepted, 1 of them new, 0 gone\n');
    expect(await report([], { [baseline]: text })).toMatchObject({
      status: 0,
      suppressed: [{ suppressed: { by: 'baseline', reason: 'known since May', until: null } }],
    });
    expect((await hardfail([], { [baseline]: text })).out).toContain(
      'no findings · 1 in the baseline · 1 file',
    );
    expect(await report(['--no-ignores'], { [baseline]: text })).toMatchObject({ status: 1 });
    const moved = { [baseline]: text, [ci]: workflow.replace('name:', '# more\n\nname:') };
    expect(await report([], moved)).toMatchObject({ status: 0 });
    expect(await report([ci], { [baseline]: text }, { cwd: '/repo/.gitea' })).toMatchObject({ status: 0 });
  });

  it('keeps reasons and days of entries that stay', async () => {
    const { text } = await written(['--reason', 'known since May']);
    const earlier = text.replace('2026-11-22', '2026-05-01');
    const again = await written(['--reason', 'another'], { [baseline]: earlier });
    expect(again.text).toBe(earlier);
    const given = await written(['--reason', 'now known'], {
      [baseline]: earlier.replace('known since May', 'TODO'),
    });
    expect(given.text).toBe(earlier.replace('known since May', 'now known'));
  });

  it('does not take in what another means accepts, nor what cannot be accepted', async () => {
    const config = {
      '/repo/hardfail.yml':
        'optional-secrets: [{ name: AUTO_SYNC_TOKEN, reason: x }, { name: GONE, reason: x }]\n',
    };
    expect(JSON.parse((await written([], config)).text).entries).toEqual([]);
  });

  it('that is stale fails the run, until it is pruned', async () => {
    const { text } = await written(['--reason', 'known']);
    const fixed = { [baseline]: text, [ci]: workflow.replace('exit 0', 'exit 1') };
    expect(await report(['--rule', rule, '--rule', 'faulty-baseline'], fixed)).toMatchObject({
      status: 1,
      findings: [{ messageId: 'stale' }],
    });
    const pruned = await hardfail(['baseline', 'prune'], fixed);
    expect(pruned.out).toBe('hardfail-baseline.json: 0 accepted, 0 of them new, 1 gone\n');
    const text2 = pruned.written.get(baseline) ?? '';
    expect(JSON.parse(text2).entries).toEqual([]);
    expect(await report([], { ...fixed, [baseline]: text2 })).toMatchObject({ status: 0 });
  });

  it('of which a part is pruned keeps the rest as it is', async () => {
    const both = { '/repo/.gitea/workflows/two.yml': workflow };
    const { text } = await written(['--reason', 'known'], both);
    const pruned = await hardfail(['baseline', 'prune'], { [baseline]: text });
    expect(pruned.written.get(baseline)).toBe((await written(['--reason', 'known'])).text);
  });

  it.each(['write', 'prune'])('is never kept in CI: %s', async (action) => {
    const { text } = await written();
    const result = await hardfail(['baseline', action], { [baseline]: text }, { inCI: true });
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.err).toContain('does nothing in CI');
    expect([...result.written]).toEqual([]);
  });

  it('is not written from a run that is incomplete', async () => {
    for (const files of [{ [ci]: { denied: 'file' } as const }, { [ci]: `${workflow}jobs: 1\n` }]) {
      const result = await written([], files);
      expect(result).toMatchObject({ status: 3, out: '', text: '' });
      expect(result.err).toContain('is not written, because the run is incomplete');
    }
  });

  it('refuses a reason that is none, and a file that cannot be written', async () => {
    expect(await written(['--reason', 'TODO'])).toMatchObject({ status: 2, text: '' });
    const result = await written(['--baseline', 'no/such/x.json']);
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.err).toContain('there is no folder');
  });

  it.each([
    ['{', 'flow', 'no "}"'],
    ['{"version": 2, "entries": []}', 'version', "'2' cannot stand here"],
    ['{"version": 1}', 'entries', "'entries' is missing here"],
    ['{"version": 1, "entries": [{"fingerprint": "x"}]}', 'fingerprint', "'x' cannot stand here"],
    ['{"version": 1, "entries": [], "more": 1}', 'more', "unknown key 'more'"],
  ])('that cannot be used stops the run: %s', async (text, _, words) => {
    const { status, out, err } = await hardfail([], { [baseline]: text });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.replace(/\n */g, ' ')).toContain(words);
  });

  it('is not read through a link that leads out of the repository', async () => {
    const { text } = await written(['--reason', 'known']);
    const files = { [baseline]: { link: '/elsewhere.json' }, '/elsewhere.json': text };
    const { status, err } = await hardfail([], files);
    expect(status).toBe(2);
    expect(err.replace(/\n */g, ' ')).toContain('is a link that leads out of the repository');
    expect(await report(['--baseline', '../elsewhere.json'], files)).toMatchObject({ status: 0 });
  });

  it('can be another file, which must be there', async () => {
    const { text } = await written(['--reason', 'known']);
    expect(await report(['--baseline', 'old.json'], { '/repo/old.json': text })).toMatchObject({ status: 0 });
    expect(await hardfail(['--baseline', 'old.json'])).toMatchObject({
      status: 2,
      err: 'hardfail: there is no baseline old.json\n  help: hardfail baseline write makes one\n',
    });
  });

  describe('of another revision', () => {
    const from = ['--baseline-from', 'origin/main'];

    it('accepts what it holds, and nothing that only the work tree accepts', async () => {
      const { text } = await written(['--reason', 'known']);
      const revisions = { 'origin/main:hardfail-baseline.json': text };
      expect(await report(from, {}, { revisions })).toMatchObject({ status: 0, suppressed: [{ rule }] });
      const empty = { 'origin/main:hardfail-baseline.json': '{"version": 1, "entries": []}' };
      expect(await report(from, { [baseline]: text }, { revisions: empty })).toMatchObject({
        status: 1,
        findings: [{ rule }],
      });
      const none = { 'origin/main:README.md': '' };
      expect(await report(from, { [baseline]: text }, { revisions: none })).toMatchObject({
        status: 1,
        findings: [{ rule }],
      });
    });

    it('does not hold the work tree to entries that it has dropped', async () => {
      const { text } = await written(['--reason', 'known']);
      const fixed = { [ci]: workflow.replace('exit 0', 'exit 1') };
      const revisions = { 'origin/main:hardfail-baseline.json': text };
      expect(await report(from, fixed, { revisions })).toMatchObject({ status: 0 });
      expect(await report(from, { ...fixed, [baseline]: text }, { revisions })).toMatchObject({ status: 1 });
    });

    it('that does not exist, or without a repository, is refused with a remedy', async () => {
      const { status, err } = await hardfail(from);
      expect(status).toBe(2);
      expect(err).toContain("there is no revision 'origin/main' here");
      expect(err).toContain('git fetch');
      const host = memoryHost({ '/x/.gitea/workflows/a.yml': workflow }, { cwd: '/x' });
      expect(await run(from, host)).toBe(2);
      expect(host.err()).toContain('needs a git repository');
    });
  });
});

it('a run without a configuration does not read for one', async () => {
  const { read } = await hardfail([]);
  expect(read).toEqual([ci]);
});
