import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Audit } from '../src/audit/audit.js';
import { run } from '../src/cli.js';
import type { ExitStatus } from '../src/exit.js';
import { auditFormatNames } from '../src/report/audits.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

const soft = `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then exit 0; fi
          ./deploy
`;
const hard = soft.replace('exit 0', 'exit 1');
const workflow = '.gitea/workflows/ci.yml';
const shipped = { 'audit.schema.json': readFileSync('audit.schema.json', 'utf8') };

type Files = Readonly<Record<string, MemoryNode>>;

const fleet: Files = {
  [`/fleet/one/${workflow}`]: soft,
  [`/fleet/two/${workflow}`]: hard,
  [`/other/two/${workflow}`]: soft,
};

async function hardfail(args: string, files: Files, options: MemoryOptions = {}) {
  const host = memoryHost(files, { cwd: '/fleet', shipped, ...options });
  const status: ExitStatus = await run(['audit', ...args.split(' ').filter((word) => word !== '')], host);
  return { status, out: host.out(), err: host.err(), written: host.written };
}

async function auditOf(args: string, files: Files, options: MemoryOptions = {}): Promise<Audit> {
  const { out, err } = await hardfail(`${args} --format json`, files, options);
  expect(err).toBe('');
  const audit: Audit = JSON.parse(out);
  return audit;
}

function names({ repositories }: Audit): string[] {
  return repositories.map(({ name }) => name);
}

describe('hardfail audit', () => {
  it('audits the repository around, by its own name', async () => {
    const files = { '/home/it/.git/': '', [`/home/it/${workflow}`]: soft, '/home/it/src/': '' };
    const audit = await auditOf('', files, { cwd: '/home/it/src' });
    expect(names(audit)).toEqual(['it']);
    expect(audit.repositories[0]?.rows[0]).toMatchObject({ secret: 'TOKEN', verdict: 'fails-open' });
    expect(audit.date).toBe('2026-11-22');
  });

  it('audits many, each with its own configuration and baseline, and names them as shortly as can be', async () => {
    const files = {
      ...fleet,
      '/fleet/one/.git/': '',
      '/fleet/one/hardfail.yml': 'optional-secrets:\n  - { name: TOKEN, reason: it is advisory }\n',
    };
    const audit = await auditOf('one two /other/two ./one', files);
    expect(names(audit)).toEqual(['fleet/one', 'fleet/two', 'other/two']);
    expect(audit.repositories.map(({ rows }) => rows[0]?.verdict)).toEqual([
      'optional',
      'fails-closed',
      'fails-open',
    ]);
    expect(audit.repositories[0]?.rows[0]?.file).toBe(workflow);
  });

  it('prints a table, the totals and what was looked at', async () => {
    const { out } = await hardfail('one two', fleet, { columns: 100 });
    expect(out).toBe(`VERDICT       SECRET  WORKFLOW AND JOB                  EVENTS

one
fails open    TOKEN   .gitea/workflows/ci.yml:3 deploy  push
    the step ends with status 0, and its work is not done

two
fails closed  TOKEN   .gitea/workflows/ci.yml:3 deploy  push

1 fails open · 1 fails closed
2 repositories · 2 files · 2 jobs · 2 secrets · 2 steps judged, 0 not judged
1 error, 1 note: hardfail shows each with its path
`);
  });

  it('writes reports beside what it prints', async () => {
    const { status, written, out } = await hardfail('one --output html=a.html --output json=a.json', fleet);
    expect(status).toBe(0);
    expect([...written.keys()]).toEqual(['/fleet/a.html', '/fleet/a.json']);
    expect(written.get('/fleet/a.html')).toMatch(/^<!doctype html>/);
    expect(out).toMatch(/^VERDICT/);
  });

  it('reads the configuration that it is told to from where it is run, for all of them', async () => {
    const files = {
      ...fleet,
      '/fleet/all.yml': 'optional-secrets:\n  - { name: TOKEN, reason: it is advisory }\n',
    };
    const audit = await auditOf('one /other/two --config all.yml', files);
    expect(audit.repositories.map(({ rows }) => rows[0]?.verdict)).toEqual(['optional', 'optional']);
  });

  it('loads no plugins of what it audits', async () => {
    const files = {
      ...fleet,
      '/fleet/one/.git/': '',
      '/fleet/one/hardfail.yml': 'plugins: [./rules.mjs]\n',
      '/fleet/one/rules.mjs': 'throw new Error("it was loaded")',
    };
    const host = memoryHost(files, { cwd: '/fleet', shipped });
    expect(await run(['audit', 'one'], host)).toBe(0);
    expect(host.out()).toMatch(/^fails open /m);
    expect(host.read).not.toContain('/fleet/one/rules.mjs');
  });

  it('overwrites nothing that it reads', async () => {
    const { status, err } = await hardfail(`one --output json=one/${workflow}`, fleet);
    expect([status, err]).toEqual([
      2,
      `hardfail: --output would overwrite 'one/${workflow}', which is read\n  help: give the report another name\n`,
    ]);
  });
});

describe('the exit status of an audit', () => {
  it.each<[string, string, ExitStatus, Files?]>([
    ['is 0 whatever it finds', 'one', 0],
    ['is 1 where it is asked to fail', 'one --fail-on error', 1],
    ['is 0 where there is nothing of that severity', 'two --fail-on warning', 0],
    ['is 2 for a directory that is not there', 'three', 2],
    ['is 2 for a file', `one/${workflow}`, 2],
    ['is 2 for a report that cannot be written', 'one --output json=no/where.json', 2],
    ['is 3 where a directory has nothing to audit', 'one empty', 3, { ...fleet, '/fleet/empty/': '' }],
    [
      'is 3 for a file that cannot be read',
      'one --fail-on error',
      3,
      { ...fleet, '/fleet/one/.gitea/workflows/x.yml': 'on: [' },
    ],
    [
      'is 3 for a configuration with a mistake',
      'one two',
      3,
      { ...fleet, '/fleet/two/hardfail.yml': 'x: 1' },
    ],
  ])('%s', async (_title, args, expected, files = fleet) => {
    expect((await hardfail(args, files)).status).toBe(expected);
  });

  it('is the same in every format', async () => {
    const files = { ...fleet, '/fleet/two/.gitea/workflows/x.yml': 'on: [' };
    for (const format of ['pretty', 'json', 'markdown', 'html']) {
      const { status, out } = await hardfail(`one two --format ${format}`, files);
      expect([format, status]).toEqual([format, 3]);
      expect(out).toMatch(/incomplete/);
    }
  });

  it('comes with what is wrong in one repository, while the others are told of', async () => {
    const audit = await auditOf('one two', { ...fleet, '/fleet/two/hardfail.yml': 'x: 1' });
    expect(audit.repositories.map(({ rows, errors }) => [rows.length, errors.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(audit.repositories[1]?.errors[0]).toMatchObject({ file: 'hardfail.yml', start: { line: 1 } });
  });
});

describe('the parts of an audit', () => {
  const three: Files = { ...fleet, [`/fleet/tri/${workflow}`]: soft };

  it('have every directory in exactly one of them, and merge into the audit of all', async () => {
    const whole = await auditOf('one two tri', three);
    const parts: Record<string, string> = {};
    for (const shard of ['1/2', '2/2']) {
      const { out } = await hardfail(`one two tri --format json --shard ${shard}`, three);
      parts[`/fleet/${shard.replace('/', '-')}.json`] = out;
    }
    const merged = await auditOf('merge 1-2.json 2-2.json', parts);
    expect(merged.repositories).toEqual(whole.repositories);
    expect(merged.summary).toEqual(whole.summary);
    expect(merged.shards).toEqual({ of: 2, held: [1, 2] });
    const alone = await hardfail('merge 2-2.json', parts);
    expect(alone.status).toBe(3);
    expect(alone.out).toContain('part 1 of 2 is missing');
  });

  it('is not made where it would be empty', async () => {
    const { status, err } = await hardfail('one two --shard 3/3', fleet);
    expect(status).toBe(2);
    expect(err).toContain('--shard asks for 3 parts of 2 directories');
  });

  it.each([
    ['merge', 'takes the JSON reports of audits, found none'],
    ['merge gone.json', 'gone.json: no such file or directory'],
    ['merge a.txt', 'a.txt is not JSON'],
    ['merge b.json', 'b.json is not the report of an audit: it must have required property'],
    ['merge c.json', 'c.json is not the report of an audit: it must be object'],
    ['merge b.json --forge gitea', '--forge means nothing to hardfail audit merge'],
    ['one --since b.json', 'b.json is not the report of an audit'],
  ])('is refused where it is none: %s', async (args, message) => {
    const files = { ...fleet, '/fleet/a.txt': 'x', '/fleet/b.json': '{}', '/fleet/c.json': '[]' };
    const { status, err, out } = await hardfail(args, files);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('is not taken twice', async () => {
    const { out } = await hardfail('one --format json', fleet);
    const { status, err } = await hardfail('merge a.json b.json', {
      '/fleet/a.json': out,
      '/fleet/b.json': out,
    });
    expect(status).toBe(2);
    expect(err).toContain("b.json and a.json both have the repository 'one'");
  });
});

describe('an audit since another one', () => {
  it('tells what has changed', async () => {
    const { out } = await hardfail('one --format json', fleet, { today: '2026-10-01' });
    const now = { [`/fleet/one/${workflow}`]: hard, '/fleet/old.json': out };
    const { out: table } = await hardfail('one --since old.json', now, { columns: 200 });
    expect(table).toContain(
      'since 2026-10-01: fails open 1 → 0 (−1) · masked 0 → 0 (±0) · not judged 0 → 0 (±0) · fails closed 0 → 1 (+1) · 0 newly open, 1 open no more\n',
    );
  });
});

describe('progress', () => {
  it('is one line on standard error of a terminal, and is gone before the report', async () => {
    const { err } = await hardfail('one two', fleet, { showsProgress: true, columns: 30 });
    const lines = err.split('\r\u001b[2K');
    expect(lines).toEqual([
      '',
      'hardfail: [1/2] one',
      'hardfail: [1/2] one · 1 file',
      'hardfail: [2/2] two',
      'hardfail: [2/2] two · 1 file',
      '',
    ]);
    for (const line of lines) expect(line.length).toBeLessThan(30);
  });

  it('is nothing where standard error is no terminal', async () => {
    expect((await hardfail('one two', fleet, { isTTY: true })).err).toBe('');
  });
});

describe('hardfail audit --replay', () => {
  const files = { '/fleet/.git/': '', [`/fleet/${workflow}`]: soft };

  it('runs each finding in the sandbox, and says of its events what came of it', async () => {
    const { summary, repositories } = await auditOf('--replay', files);
    expect(summary.replays).toEqual({ confirmed: 1, contradicted: 0, 'not-replayable': 0 });
    const [repository] = repositories;
    expect(repository?.findings.map(({ replay }) => replay?.verdict)).toEqual(['confirmed']);
    const cells = repository?.rows[0]?.cells.map(({ context, replay }) => [context, replay?.verdict]);
    expect(cells).toEqual([['push', 'confirmed']]);
  });

  it('says nothing of replays where none is asked for', async () => {
    const { out } = await hardfail('--format json', files);
    expect(out).not.toContain('replay');
  });

  it.each(['pretty', 'markdown', 'html'])('shows it in %s', async (format) => {
    const { out, status } = await hardfail(`--replay --format ${format}`, files);
    expect(status).toBe(0);
    // On the page numbers stay with what they count.
    expect(out.replaceAll('\u00a0', ' ')).toContain(
      '1 finding replayed: 1 confirmed · 0 contradicted · 0 not replayable',
    );
    expect(out).toMatch(/; confirmed in\s+the\s+sandbox/);
  });

  it('is refused where there is no sandbox', async () => {
    const { err, status } = await hardfail('--replay', files, { noSandbox: true });
    expect(status).toBe(2);
    expect(err).toContain('npm i -D just-bash');
  });

  it('is read by merge, which adds up what came of it', async () => {
    const one = await hardfail('--replay --format json', files);
    const other = await hardfail('--replay --format json one', fleet);
    const parts = { '/fleet/a.json': one.out, '/fleet/b.json': other.out };
    const { summary } = await auditOf('merge a.json b.json', parts);
    expect(summary.replays).toEqual({ confirmed: 2, contradicted: 0, 'not-replayable': 0 });
  });

  it('belongs to the audit, not to the merge', async () => {
    const { err, status } = await hardfail('merge --replay a.json', { '/fleet/a.json': '{}' });
    expect(status).toBe(2);
    expect(err).toContain('--replay means nothing to hardfail audit merge');
  });
});

describe('the audit of hostile files', () => {
  const hostile = 'x\u001b[31m\n::error::\u202e</script>##[error]\u2028';
  const quoted = JSON.stringify(hostile);
  const files: Files = {
    [`/fleet/${hostile}/.gitea/workflows/${hostile}.yml`]: soft
      .replace('  deploy:', `  ${quoted}:\n    name: ${quoted}`)
      .replaceAll('secrets.TOKEN', `secrets['${hostile.replaceAll('\u001b', '').replaceAll('\n', '')}']`)
      .replace('./deploy', './deploy # \u202e ##[error]\n          ::error::x'),
    [`/fleet/${hostile}/.gitea/workflows/broken${hostile}.yml`]: `on: push\njobs: ${quoted}`,
  };

  it.each(auditFormatNames)(
    'holds nothing that a terminal obeys and no line that a runner obeys, as %s',
    async (format) => {
      const host = memoryHost(files, { cwd: `/fleet/${hostile}`, shipped });
      expect(await run(['audit', '--format', format], host)).toBe(3);
      const report = host.out();
      expect(report).toContain('error');
      expect(report).not.toMatch(/[^\n\P{Cc}]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(report).not.toContain('##[');
      expect(report.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
    },
  );

  it('is read back by merge as it was', async () => {
    const host = memoryHost(files, { cwd: `/fleet/${hostile}`, shipped });
    await run(['audit', '--format', 'json'], host);
    const audit: Audit = JSON.parse(host.out());
    expect(audit.repositories[0]?.rows[0]?.file).toBe(`.gitea/workflows/${hostile}.yml`);
    const again = memoryHost({ '/fleet/part.json': host.out() }, { cwd: '/fleet', shipped });
    await run(['audit', 'merge', 'part.json', '--format', 'json'], again);
    expect(JSON.parse(again.out()).repositories).toEqual(audit.repositories);
  });
});
