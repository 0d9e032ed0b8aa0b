import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Rules from '../rules/index.js';
import type * as Analyse from '../src/analyse/analyse.js';
import { run } from '../src/cli.js';
import type { Host } from '../src/host.js';
import type * as Python from '../src/program/lower/python.js';
import { formatNames } from '../src/report/index.js';
import { type MemoryNode, memoryHost } from './support/memory-host.js';

// Whatever goes wrong, the run ends with 2 or 3 and says what it was, in every format: a report that lacks something
// must never look like one of a repository in order.

/** What is made to fail while a test runs. */
const failing = vi.hoisted(() => ({ part: '' as '' | 'rule' | 'analysis' | 'python' }));

function failIf(part: typeof failing.part): void {
  if (failing.part === part) throw new Error(`the ${part} is out of order`);
}

vi.mock('../rules/index.js', async (original) => {
  const real = await original<typeof Rules>();
  const rules = real.rules.map((rule) =>
    'check' in rule && rule.meta.id === 'missing-secret-masked'
      ? {
          ...rule,
          check: (context: Parameters<typeof rule.check>[0]) => {
            failIf('rule');
            return rule.check(context);
          },
        }
      : rule,
  );
  return { ...real, rules };
});

vi.mock('../src/analyse/analyse.js', async (original) => {
  const real = await original<typeof Analyse>();
  const analyseWorkflow = (...args: Parameters<typeof real.analyseWorkflow>) => {
    failIf('analysis');
    return real.analyseWorkflow(...args);
  };
  return { ...real, analyseWorkflow };
});

vi.mock('../src/program/lower/python.js', async (original) => {
  const real = await original<typeof Python>();
  const lower = (...args: Parameters<typeof real.python.lower>) => {
    failIf('python');
    return real.python.lower(...args);
  };
  return { ...real, python: { ...real.python, lower } };
});

beforeEach(() => {
  failing.part = '';
});

const clean = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';
const open = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
// Where no secret is named, no program is read.
const python = clean.replace(
  '- run: make',
  '- run: print(1)\n        shell: python\n        env:\n          TOKEN: ${{ secrets.TOKEN }}',
);
const good: Record<string, MemoryNode> = { '/repo/.git/': '', '/repo/.gitea/workflows/open.yml': open };

interface Fault {
  readonly name: string;
  readonly files?: Readonly<Record<string, MemoryNode>>;
  readonly args?: readonly string[];
  readonly part?: typeof failing.part;
  readonly modules?: Readonly<Record<string, unknown>>;
  readonly host?: (host: Host) => Host;
  readonly status: 2 | 3;
  /** What is said of it. */
  readonly says: string;
}

/** There is a report, which says it and counts as incomplete. */
const inReport: readonly Fault[] = [
  { name: 'a rule that throws', part: 'rule', status: 3, says: 'the rule is out of order' },
  { name: 'an analysis that throws', part: 'analysis', status: 3, says: 'the analysis is out of order' },
  {
    name: 'a front-end that throws',
    part: 'python',
    files: { '/repo/.gitea/workflows/python.yml': python },
    status: 3,
    says: 'the python is out of order',
  },
  {
    name: 'a file beside it that cannot be read',
    files: { '/repo/.gitea/workflows/bad.yml': { denied: 'file' } },
    status: 3,
    says: 'permission denied',
  },
  {
    name: 'a folder that cannot be listed',
    files: { '/repo/.gitea/workflows/sub': { denied: 'directory' } },
    status: 3,
    says: 'permission denied',
  },
  {
    name: 'a file that is no YAML',
    files: { '/repo/.gitea/workflows/bad.yml': 'on: [push\n' },
    status: 3,
    says: 'opens here has no',
  },
  {
    name: 'a file that is no workflow',
    files: { '/repo/.gitea/workflows/bad.yml': 'jobs: 1\n' },
    status: 3,
    says: 'names no event',
  },
  {
    name: 'a file that is no text',
    files: { '/repo/.gitea/workflows/bad.yml': new Uint8Array([0xff, 0xfe, 0, 0]) },
    status: 3,
    says: 'is not valid UTF-8',
  },
  { name: 'a path that is not there', args: ['gone.yml', '.'], status: 3, says: 'no such file or directory' },
  { name: 'a glob without a match', args: ['*.nope', '.'], status: 3, says: 'nothing to lint' },
  {
    name: 'a plugin that cannot be loaded',
    files: { '/repo/hardfail.yml': 'plugins: [./p.mjs]\n', '/repo/p.mjs': '' },
    modules: { '/repo/p.mjs': () => Promise.reject(new Error('the plugin is out of order')) },
    status: 3,
    says: 'the plugin is out of order',
  },
  {
    name: 'a rule of a plugin that throws',
    files: { '/repo/hardfail.yml': 'plugins: [./p.mjs]\n', '/repo/p.mjs': '' },
    modules: {
      '/repo/p.mjs': {
        default: {
          name: 'acme',
          rules: [
            {
              meta: { id: 'odd', severity: 'note', summary: 'Odd.' },
              messages: { none: () => ({ message: 'm', help: 'h' }) },
              check() {
                throw new Error('the rule of the plugin is out of order');
              },
            },
          ],
        },
      },
    },
    status: 3,
    says: 'the rule of the plugin is out of order',
  },
  { name: 'nothing on standard input', args: ['-', '.'], status: 3, says: 'standard input is empty' },
];

/** There is none: what there is to say stands on standard error, and nothing on standard output. */
const instead: readonly Fault[] = [
  {
    name: 'a configuration that is no YAML',
    files: { '/repo/hardfail.yml': 'rules: [' },
    status: 2,
    says: 'hardfail.yml',
  },
  {
    name: 'a configuration with an unknown key',
    files: { '/repo/hardfail.yml': 'rulez: {}\n' },
    status: 2,
    says: 'rulez',
  },
  {
    name: 'a configuration that cannot be read',
    files: { '/repo/hardfail.yml': { denied: 'file' } },
    status: 2,
    says: 'permission denied',
  },
  {
    name: 'a configuration that leads out of the repository',
    files: { '/repo/hardfail.yml': { link: '/etc/passwd' }, '/etc/passwd': 'root' },
    status: 2,
    says: 'out of the repository',
  },
  { name: 'a configuration that is not there', args: ['--config', 'gone.yml'], status: 2, says: 'gone.yml' },
  { name: 'a baseline that is not there', args: ['--baseline', 'gone.json'], status: 2, says: 'gone.json' },
  {
    name: 'a baseline that is no JSON',
    files: { '/repo/hardfail-baseline.json': '{' },
    status: 2,
    says: 'hardfail-baseline.json',
  },
  { name: 'a baseline of no revision', args: ['--baseline-from', 'gone'], status: 2, says: "'gone'" },
  {
    name: 'a revision to compare with that is not there',
    args: ['--base', 'gone'],
    status: 2,
    says: "'gone'",
  },
  {
    name: "an answer of the forge's API that is not there",
    args: ['--facts', 'gone.json'],
    status: 2,
    says: 'gone.json',
  },
  {
    name: "an answer of the forge's API that is no JSON",
    files: { '/repo/facts.json': '{' },
    args: ['--facts', 'facts.json'],
    status: 2,
    says: 'facts.json',
  },
  { name: 'an unknown rule', args: ['--rule', 'gone'], status: 2, says: "'gone'" },
  { name: 'an unknown flag', args: ['--gone'], status: 2, says: '--gone' },
  {
    name: 'a host that throws',
    host: (host) => ({
      ...host,
      list: () => {
        throw new Error('the disk is on fire');
      },
    }),
    status: 3,
    says: 'the disk is on fire',
  },
];

async function lint({ files, args, part, modules, host }: Fault, format: string) {
  failing.part = part ?? '';
  const machine = memoryHost({ ...good, ...files }, { columns: 400, ...(modules ? { modules } : {}) });
  const status = await run(['--format', format, ...(args ?? [])], host ? host(machine) : machine);
  return { status, out: machine.out(), err: machine.err() };
}

describe.each(formatNames)('in the format %s', (format) => {
  it('nothing that fails is nothing that is told', async () => {
    const { status, out, err } = await lint({ name: '', status: 3, says: '' }, format);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    for (const { says } of inReport.filter((fault) => fault.says !== 'expected'))
      expect(out).not.toContain(says);
  });

  it.each(inReport)('$name makes the run incomplete, and the report says so', async (fault) => {
    const { status, out, err } = await lint(fault, format);
    expect({ status, err }).toEqual({ status: fault.status, err: '' });
    expect(out).toContain(fault.says);
    // `--fail-on never` is about findings.
    const never = await lint({ ...fault, args: ['--fail-on', 'never', ...(fault.args ?? [])] }, format);
    expect(never.status).toBe(fault.status);
  });

  it.each(instead)('$name ends the run without a report, and standard error says so', async (fault) => {
    const { status, out, err } = await lint(fault, format);
    expect({ status, out }).toEqual({ status: fault.status, out: '' });
    expect(err).toContain(fault.says);
  });

  it('a report that cannot be written is told, beside the one on standard output', async () => {
    const args = ['--output', `${format}=/nowhere/report`];
    const { status, out, err } = await lint({ name: '', args, status: 2, says: '' }, 'json');
    expect(status).toBe(2);
    expect(err).toContain(
      `the ${format} report is not written: /nowhere/report: there is no folder /nowhere`,
    );
    expect(JSON.parse(out).findings).not.toEqual([]);
  });
});

it('a fault in one file keeps the findings of the others', async () => {
  const { out } = await lint({ name: '', files: inReport[3]?.files ?? {}, status: 3, says: '' }, 'json');
  expect(JSON.parse(out)).toMatchObject({
    summary: { incomplete: true },
    findings: expect.arrayContaining([expect.objectContaining({ rule: 'missing-secret-exits-zero' })]),
  });
});
