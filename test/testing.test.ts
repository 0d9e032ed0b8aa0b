import * as node from 'node:test';
import { describe, expect, it } from 'vitest';
import { rule as deadWorkflow } from '../rules/dead-workflow/index.js';
import { rule as skipsStep } from '../rules/missing-secret-skips-step/index.js';
import { defineRule } from '../src/lint/define.js';
import type { Message } from '../src/lint/rule.js';
import { type InvalidCase, RuleTester } from '../src/testing.js';

const rule = defineRule({
  meta: {
    id: 'tool-not-allowed',
    severity: 'warning',
    summary: 'A script that runs a tool which is not allowed.',
    options: {
      tools: {
        description: 'the names of tools',
        type: 'array',
        items: { description: 'a name', type: 'string' },
        default: ['wget'],
      },
    },
  },
  messages: {
    tool: (name: string): Message => ({ message: `${name} is not allowed here`, help: 'use curl' }),
  },
  check({ commands, options, report }) {
    for (const command of commands()) {
      if (command.name === null || !options.tools.includes(command.name)) continue;
      const { span, job, step } = command;
      report({ messageId: 'tool', data: command.name, about: { span, job, step } });
    }
  },
});

const workflow = (run: string) =>
  `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${run}\n`;
const valid = [workflow('curl -f x'), { code: workflow('wget x'), options: { tools: [] } }];
const found = { code: workflow('x=$(/usr/bin/wget -q "$url") || true') };
const invalid: InvalidCase[] = [
  {
    ...found,
    findings: [
      {
        messageId: 'tool',
        data: 'wget',
        message: 'wget is not allowed here',
        at: '/usr/bin/wget -q "$url"',
        line: 6,
        column: 18,
        severity: 'warning',
        secrets: [],
        contexts: [],
      },
    ],
  },
];

new RuleTester({ describe, it }).run(rule, { valid, invalid });

new RuleTester({ describe, it }).run(deadWorkflow, {
  valid: [{ code: workflow('make'), path: '.gitea/workflows/a.yml' }],
  invalid: [
    {
      name: 'gitea reads the first root alone',
      code: workflow('make'),
      path: '.github/workflows/a.yml',
      forge: 'gitea',
      files: { '.gitea/workflows/b.yml': workflow('make') },
      findings: [{ messageId: 'neverRuns', line: 1 }],
    },
  ],
});

const newJob = defineRule({
  meta: { id: 'new-job', severity: 'note', summary: 'A job that is new.', compares: true },
  messages: {
    added: (id: string): Message => ({ message: `${id} is new`, help: 'say so' }),
  },
  check({ base, jobs, notJudged, report }) {
    const before = base();
    if (before.kind === 'not-given' || before.kind === 'broken') return notJudged(before.kind);
    const old = before.kind === 'read' && 'jobs' in before.file ? before.file.jobs : [];
    for (const job of jobs()) {
      if (old.some(({ id }) => id === job.id)) continue;
      report({ messageId: 'added', data: job.id, about: { span: job.key.span, job } });
    }
  },
});

new RuleTester({ describe, it }).run(newJob, {
  valid: [
    { name: 'the same file', code: workflow('make'), base: workflow('gmake') },
    { name: 'nothing to compare with', code: workflow('make') },
    { name: 'a base that is broken', code: workflow('make'), base: 'on: [' },
  ],
  invalid: [
    { name: 'a new file', code: workflow('make'), base: null, findings: [{ messageId: 'added', at: 'a' }] },
    {
      name: 'a new job',
      code: workflow('make'),
      base: workflow('make').replace('  a:', '  b:'),
      findings: [{ messageId: 'added', at: 'a' }],
    },
  ],
});

const guarded = `on: push
env: { TOKEN: '\${{ secrets.TOKEN }}' }
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - if: env.TOKEN != ''
        run: ./deploy
`;
new RuleTester({ describe, it }).run(skipsStep, {
  valid: [guarded.replace("env.TOKEN != ''", 'always()')],
  invalid: [
    {
      code: guarded,
      findings: [{ messageId: 'skipsStep', at: "env.TOKEN != ''", secrets: ['TOKEN'], contexts: ['push'] }],
    },
  ],
});

describe('the rule tester', () => {
  const tester = new RuleTester();

  it('runs the cases at once where there is no test runner', async () => {
    await expect(tester.run(rule, { valid, invalid })).resolves.toBeUndefined();
  });

  it('takes node:test as it is', () => {
    expect(() => new RuleTester(node)).not.toThrow();
  });

  const [expected] = invalid[0]?.findings ?? [];
  const finding = { messageId: 'tool', ...expected };
  it.each<[string, Parameters<typeof tester.run>[1], string]>([
    [
      'a valid case with a finding',
      { valid: [found], invalid },
      'expected no finding, found 1:\n  6:18 tool: wget',
    ],
    [
      'too few findings',
      { valid, invalid: [{ code: workflow('make'), findings: [finding] }] },
      'found no finding',
    ],
    [
      'too many findings',
      { valid, invalid: [{ ...found, findings: [finding, finding] }] },
      'expected 2 of them',
    ],
    [
      'no findings expected',
      { valid, invalid: [{ ...found, findings: [] }] },
      'an invalid case has findings',
    ],
    [
      'another place',
      { valid, invalid: [{ ...found, findings: [{ ...finding, line: 5 }] }] },
      'finding 1: expected the line 5, found 6',
    ],
    [
      'another text',
      { valid, invalid: [{ ...found, findings: [{ ...finding, at: 'wget' }] }] },
      'finding 1: expected the text that it points at "wget"',
    ],
    [
      'other data',
      { valid, invalid: [{ ...found, findings: [{ messageId: 'tool', data: 'aria2c' }] }] },
      'finding 1: expected the message that the data makes "aria2c is not allowed here"',
    ],
    [
      'a message that the rule has not',
      { valid, invalid: [{ ...found, findings: [{ messageId: 'tol' }] }] },
      "finding 1: the rule has no message 'tol'",
    ],
    [
      'a misspelt expectation',
      { valid, invalid: [{ ...found, findings: [Object.assign({ lien: 6 }, finding)] }] },
      "finding 1: 'lien' is unknown",
    ],
    [
      'options that do not fit',
      { valid: [{ ...found, options: { tools: 1 } }], invalid },
      'the options do not fit the rule',
    ],
    [
      'an option that there is not',
      { valid: [{ ...found, options: { tool: [] } }], invalid },
      "there is no option 'tool'",
    ],
    ['a file that cannot be read', { valid: ['on: [\n'], invalid }, 'tool-not-allowed, valid: on: [: '],
    ['no valid case', { valid: [], invalid }, 'needs a case in which it finds nothing'],
    ['no invalid case', { valid, invalid: [] }, 'needs a case in which it finds nothing, and one'],
    ['a case twice', { valid: [...valid, ...valid], invalid }, 'two cases are called'],
  ])('fails for %s', async (_, cases, told) => {
    await expect(tester.run(rule, cases)).rejects.toThrow(told);
  });

  it('fails for a rule that throws, and for one that is none', async () => {
    const broken = { ...rule, check: () => expect.fail('boom') };
    await expect(tester.run(broken, { valid, invalid })).rejects.toThrow('boom');
    await expect(tester.run({ ...rule, messages: {} }, { valid, invalid })).rejects.toThrow('no messages');
  });

  it('gives a rule the other files of the repository', async () => {
    const reads = defineRule({
      meta: { id: 'no-license', severity: 'note', summary: 'A repository without a license.' },
      messages: { none: (): Message => ({ message: 'there is no LICENSE', help: 'add one' }) },
      check({ file, repository, report }) {
        if (repository?.read('LICENSE')) return;
        report({
          messageId: 'none',
          data: undefined,
          about: { span: { source: file.source, start: 0, end: 2 } },
        });
      },
    });
    const code = workflow('make');
    await tester.run(reads, {
      valid: [{ code, files: { LICENSE: 'MIT' } }],
      invalid: [{ code, findings: [{ messageId: 'none', at: 'on' }] }],
    });
  });
});
