import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Finding,
  faultWords,
  type NotJudged,
  type Report,
  type Result,
  type Run,
  readArguments,
  renderFinding,
  renderNotJudged,
  renderTotals,
  resultOf,
  sampleFindings,
  sampleNotJudged,
  summarise,
} from '../../scripts/crater-report.mjs';
import { faultIn } from '../../src/lint/asking.js';

function finding(about: Partial<Finding> = {}): Finding {
  return {
    rule: 'missing-secret-exits-zero',
    severity: 'error',
    confidence: 'proved',
    message: 'step "Publish" passes without TOKEN',
    file: '.gitea/workflows/ci.yml',
    start: { line: 12, column: 5 },
    job: 'build',
    forge: 'gitea',
    secrets: ['TOKEN'],
    contexts: ['push', 'schedule'],
    witness: [],
    fingerprint: 'f',
    ...about,
  };
}

function unjudged(reason: string, index = 0): NotJudged {
  const start = { line: 3 + index, column: 1 };
  return { file: 'a.yml', start, job: 'build', step: { index, name: null }, reason };
}

function report(about: Partial<Report> = {}): Report {
  return {
    version: 1,
    summary: { inputs: 1, jobs: 2, steps: { judged: 5, notJudged: 0 }, incomplete: false },
    findings: [],
    notJudged: [],
    errors: [],
    ...about,
  };
}

function run(about: Partial<Run> = {}): Run {
  return {
    status: 0,
    signal: null,
    timedOut: false,
    tooMuch: false,
    stdout: JSON.stringify(report()),
    stderr: '',
    seconds: 1.25,
    ...about,
  };
}

function result(name: string, about: Partial<Result> = {}): Result {
  return { name, seconds: 1, outcome: 'complete', reasons: [], report: report(), ...about };
}

describe('the command line', () => {
  const usual = {
    folder: 'repositories',
    sample: 0,
    notJudged: 0,
    seed: '1',
    json: null,
    jobs: 2,
    timeout: 60,
    tool: null,
  };

  it.each<[string[], object]>([
    [['repositories'], usual],
    [['repositories', '--sample', '50', '--seed', 'second'], { ...usual, sample: 50, seed: 'second' }],
    [['--json=out.json', 'repositories'], { ...usual, json: 'out.json' }],
    [['repositories', '--jobs', '1', '--timeout', '0.5'], { ...usual, jobs: 1, timeout: 0.5 }],
    [['repositories', '--tool', 'bin.js', '--not-judged', '3'], { ...usual, tool: 'bin.js', notJudged: 3 }],
  ])('%j', (args, options) => {
    expect(readArguments(args)).toEqual({ kind: 'options', options });
  });

  it.each<[string[], string]>([
    [[], 'expected a folder of repositories, found none'],
    [[''], 'expected a folder of repositories, found none'],
    [['a', 'b'], "expected one folder, found 'a' and 'b'"],
    [['a', '--smaple', '3'], 'unknown flag --smaple'],
    [['a', '-x'], 'unknown flag -x'],
    [['a', '--sample'], '--sample needs a value'],
    [['a', '--sample', '--seed', '2'], '--sample needs a value'],
    [['a', '--json='], '--json needs a value'],
    [['a', '--seed', '1', '--seed', '2'], '--seed is given twice'],
    [['a', '--sample', 'all'], "--sample is 'all', expected a whole number from 0"],
    [['a', '--sample', '1.5'], "--sample is '1.5', expected a whole number from 0"],
    [['a', '--not-judged', '1e3'], "--not-judged is '1e3', expected a whole number from 0"],
    [['a', '--jobs', '0'], "--jobs is '0', expected a whole number from 1 to 64"],
    [['a', '--timeout', '0'], "--timeout is '0', expected seconds, more than 0, at most 86400"],
  ])('%j is refused', (args, message) => {
    expect(readArguments(args)).toEqual({ kind: 'error', message });
  });

  it.each([[['--help']], [['-h']], [['a', '--help']]])('%j asks for help', (args) => {
    expect(readArguments(args)).toEqual({ kind: 'help' });
  });

  it('never throws', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '--sample', '--help', '-', '--json=', '--no-seed'),
    );
    fc.assert(
      fc.property(fc.array(piece), (args) => ['options', 'help', 'error'].includes(readArguments(args).kind)),
    );
  });
});

describe('the end of a process', () => {
  const fault = { file: 'a.yml', start: null, message: `rule x failed on this file, ${faultWords}: oh` };
  const broken = { file: 'a.yml', start: { line: 7, column: 1 }, message: 'no YAML' };
  const incomplete = { ...report().summary, incomplete: true };

  it.each<[string, Partial<Run>, Partial<Result>]>([
    ['status 0', {}, { outcome: 'complete', reasons: [], report: report() }],
    ['status 1', { status: 1 }, { outcome: 'complete', reasons: [] }],
    [
      'a file that cannot be parsed',
      { status: 3, stdout: JSON.stringify(report({ summary: incomplete, errors: [broken] })) },
      { outcome: 'incomplete', reasons: ['a.yml:7: no YAML'] },
    ],
    [
      'a fault that the tool caught',
      { status: 3, stdout: JSON.stringify(report({ summary: incomplete, errors: [broken, fault] })) },
      { outcome: 'crashed', report: report({ summary: incomplete, errors: [broken, fault] }) },
    ],
    [
      'an exception',
      {
        status: 1,
        stdout: '',
        stderr: 'file.js:3\n  throw new TypeError(x)\n\nTypeError: no\n    at file.js',
      },
      { outcome: 'crashed', reasons: ['status 1, no report: TypeError: no'], report: null },
    ],
    [
      'no memory left',
      { status: null, signal: 'SIGABRT', stdout: '{"version": 1', stderr: 'heap\n' },
      { outcome: 'crashed', reasons: ['signal SIGABRT, no report: heap'], report: null },
    ],
    [
      'a report and then a crash',
      { status: null, signal: 'SIGSEGV' },
      { outcome: 'crashed', reasons: ['signal SIGSEGV: nothing on stderr'] },
    ],
    ['a refusal', { status: 2, stdout: '' }, { outcome: 'crashed' }],
    ['status 0 without a report', { stdout: '' }, { outcome: 'crashed' }],
    ['a report of another version', { stdout: '{"version":2}' }, { outcome: 'crashed' }],
    ['JSON that is no report', { stdout: 'null' }, { outcome: 'crashed' }],
    [
      'too much output',
      { tooMuch: true },
      { outcome: 'crashed', reasons: ['printed too much'], report: null },
    ],
    [
      'none in time',
      { timedOut: true, status: null, signal: 'SIGKILL', stdout: '' },
      { outcome: 'hung', reasons: ['no answer in 1.3 s'], report: null },
    ],
  ])('%s', (_, ended, expected) => {
    expect(resultOf('owner+name', run(ended))).toMatchObject({
      name: 'owner+name',
      seconds: 1.25,
      ...expected,
    });
  });

  it('knows the words by which the tool tells a fault of its own', () => {
    const told = faultIn({ path: 'a.yml', text: '' }, 'rule x', new Error('oh'));
    expect(told.message).toContain(faultWords);
  });
});

const several: readonly Result[] = [
  result('a', {
    seconds: 2,
    report: report({
      summary: { inputs: 3, jobs: 4, steps: { judged: 997, notJudged: 2 }, incomplete: false },
      findings: [finding(), finding({ confidence: 'likely' }), finding({ rule: 'dead-workflow' })],
      notJudged: [unjudged('rare'), unjudged('often', 1)],
    }),
  }),
  result('b', {
    seconds: 9,
    outcome: 'incomplete',
    reasons: ['x.yml:1: no YAML'],
    report: report({
      summary: { inputs: 2, jobs: 1, steps: { judged: 1, notJudged: 1 }, incomplete: true },
      findings: [finding()],
      notJudged: [unjudged('often')],
    }),
  }),
  result('c', { seconds: 30, outcome: 'hung', reasons: ['no answer in 30.0 s'], report: null }),
  result('d', { outcome: 'crashed', reasons: ['one', 'two'], report: null }),
];

describe('the sums', () => {
  it('are over all reports', () => {
    expect(summarise(several)).toEqual({
      repositories: { complete: 1, incomplete: 1, crashed: 1, hung: 1 },
      files: 5,
      jobs: 5,
      steps: { judged: 998, notJudged: 3 },
      findings: [
        { rule: 'dead-workflow', proved: 1, likely: 0, repositories: 1 },
        { rule: 'missing-secret-exits-zero', proved: 2, likely: 1, repositories: 2 },
      ],
      notJudged: [
        { reason: 'often', steps: 2, repositories: 2 },
        { reason: 'rare', steps: 1, repositories: 1 },
      ],
      slowest: [
        { name: 'c', seconds: 30 },
        { name: 'b', seconds: 9 },
        { name: 'a', seconds: 2 },
        { name: 'd', seconds: 1 },
      ],
    });
  });

  it('are printed, with the reason for whatever went wrong', () => {
    expect(renderTotals(several, summarise(several))).toEqual([
      'repositories  4: 1 complete, 1 incomplete, 1 crashed, 1 hung',
      'files         5',
      'jobs          5',
      'steps         998 judged, 3 not judged (99.7 % judged)',
      '',
      'crashed',
      '  d',
      '    one',
      '    two',
      '',
      'hung',
      '  c: no answer in 30.0 s',
      '',
      'incomplete',
      '  b: x.yml:1: no YAML',
      '',
      'findings',
      '                             proved  likely     all  repositories',
      '  dead-workflow                   1       0       1             1',
      '  missing-secret-exits-zero       2       1       3             2',
      '  all                             3       1       4',
      '',
      'not judged',
      '       2  often (in 2)',
      '       1  rare (in 1)',
      '',
      'slowest',
      '    30.0 s  c',
      '     9.0 s  b',
      '     2.0 s  a',
      '     1.0 s  d',
    ]);
  });

  it.each([
    [9999, 1, '99.9 %'],
    [10, 0, '100.0 %'],
    [0, 0, 'none to be'],
  ])('say that all was judged only where it was: %i and %i', (judged, notJudged, share) => {
    const summary = { inputs: 1, jobs: 1, steps: { judged, notJudged }, incomplete: false };
    const results = [result('a', { report: report({ summary }) })];
    expect(renderTotals(results, summarise(results)).join('\n')).toContain(`(${share} judged)`);
  });

  it('say how many reasons they leave out', () => {
    const notJudged = Array.from({ length: 45 }, (_, index) => unjudged(`reason ${index}`, index));
    const reasons = notJudged.map((one) => one.reason);
    const results = [result('a', { outcome: 'incomplete', reasons, report: report({ notJudged }) })];
    const lines = renderTotals(results, summarise(results));
    expect(lines).toContain('    … and 40 more reasons');
    expect(lines).toContain('  … and 5 more reasons');
  });
});

describe('a sample', () => {
  const findings = Array.from({ length: 40 }, (_, index) =>
    finding({ start: { line: index + 1, column: 1 } }),
  );
  const results = [
    result('a', { report: report({ findings: findings.slice(0, 30) }) }),
    result('b', { report: report({ findings: findings.slice(30) }) }),
    result('c', { report: null, outcome: 'crashed' }),
  ];
  const seeds = fc.string({ minLength: 1 });

  it('is the same for the same seed, in whatever order the answers came', () => {
    fc.assert(
      fc.property(seeds, fc.nat(45), (seed, count) => {
        const sampled = sampleFindings(results, count, seed);
        expect(sampleFindings(results.toReversed(), count, seed)).toEqual(sampled);
      }),
    );
  });

  it('holds nothing twice, and no more than asked for or there is', () => {
    fc.assert(
      fc.property(seeds, fc.nat(45), (seed, count) => {
        const sampled = sampleFindings(results, count, seed);
        expect(sampled).toHaveLength(Math.min(count, findings.length));
        expect(new Set(sampled.map(({ item }) => item)).size).toBe(sampled.length);
      }),
    );
  });

  it('is another one for another seed', () => {
    const lines = (seed: string) => sampleFindings(results, 10, seed).map(({ item }) => item.start.line);
    expect(lines('2')).not.toEqual(lines('1'));
  });

  it('keeps what it had when other findings go away', () => {
    const before = sampleFindings(results, 10, '1');
    const [gone, ...kept] = before.map(({ item }) => item);
    const fewer = results.map((one) =>
      one.report
        ? { ...one, report: report({ findings: one.report.findings.filter((it) => it !== gone) }) }
        : one,
    );
    expect(sampleFindings(fewer, 9, '1').map(({ item }) => item)).toEqual(kept);
  });

  it('is drawn from the steps that were not judged, too', () => {
    const sampled = sampleNotJudged(several, 2, '1');
    expect(sampled).toHaveLength(2);
    expect(sampleNotJudged(several.toReversed(), 2, '1')).toEqual(sampled);
  });
});

describe('a sampled finding', () => {
  const source = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const witness = [
    { file: '.gitea/workflows/ci.yml', start: { line: 4, column: 1 }, text: 'the secret enters here' },
    { file: 'other.yml', start: { line: 9, column: 1 }, text: 'and goes there' },
  ];

  it('shows its claim, its path and eight lines around its place', () => {
    const sampled = { repository: 'owner+name', item: finding({ witness }) };
    expect(renderFinding(sampled, 'finding 1 of 1', source)).toEqual([
      '',
      '── finding 1 of 1 · owner+name · .gitea/workflows/ci.yml:12',
      'error[missing-secret-exits-zero] proved: step "Publish" passes without TOKEN',
      'job build · forge gitea',
      'secrets: TOKEN',
      'contexts: push, schedule',
      '  1. line 4: the secret enters here',
      '  2. other.yml:9: and goes there',
      ...source
        .slice(3, 20)
        .map((text, at) => `${at === 8 ? '>' : ' '} ${String(at + 4).padStart(2)} │ ${text}`),
    ]);
  });

  it('cuts lines that nobody reads', () => {
    const sampled = { repository: 'r', item: finding({ start: { line: 1, column: 1 } }) };
    const last = renderFinding(sampled, 't', ['x'.repeat(1_000_000)]).at(-1);
    expect(last).toBe(`> 1 │ ${'x'.repeat(200)}…`);
  });

  it('says so where its file cannot be read', () => {
    const sampled = { repository: 'r', item: unjudged('too many paths') };
    expect(renderNotJudged(sampled, 't', null)).toEqual([
      '',
      '── t · r · a.yml:3',
      'too many paths',
      '(its file cannot be read)',
    ]);
  });
});

// The tool of these tests is mostly a script that does what its repository is named after.
const fakeTool = `
import { basename } from 'node:path';
const report = { version: 1, findings: [], notJudged: [], errors: [],
  summary: { inputs: 1, jobs: 1, steps: { judged: 1, notJudged: 0 }, incomplete: false } };
switch (basename(process.cwd())) {
  case 'crashes': throw new TypeError('no such thing');
  case 'hangs': setInterval(() => {}, 1000); break;
  default: console.log(JSON.stringify(report));
}
`;

describe('a run', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-crater-'));
    write('fake.mjs', fakeTool);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function crater(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/crater.mjs', ...args], {
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  it('answers for two repositories with the built tool', () => {
    const unfixed = 'two/owner+unfixed/.gitea/workflows/sync-providers-yaml.yml';
    write(unfixed, '');
    copyFileSync('fixtures/sync-providers/unfixed.yml', join(folder, unfixed));
    write(
      'two/owner+clean/.github/workflows/ci.yml',
      'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: make\n',
    );
    write('two/notes/readme.txt', '');
    const json = join(folder, 'two.json');
    const { status, stdout, stderr } = crater(join(folder, 'two'), '--sample', '99', '--json', json);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('passed over: 1 folder without');
    expect(stdout).toContain('repositories  2: 2 complete, 0 incomplete, 0 crashed, 0 hung\n');
    expect(stdout).toMatch(/^ {2}missing-secret-exits-zero +1 +0 +1 +1$/m);
    expect(stdout).toContain('error[missing-secret-exits-zero] proved: ');
    expect(stdout).toMatch(/^> +\d+ │ +exit 0 /m);
    const everything = JSON.parse(readFileSync(json, 'utf8'));
    expect(everything.repositories.map((one: Result) => [one.name, one.outcome])).toEqual([
      ['owner+clean', 'complete'],
      ['owner+unfixed', 'complete'],
    ]);
    expect(everything.samples.findings).toHaveLength(everything.repositories[1].report.findings.length);
  });

  it('outlives a crash, and tells it', () => {
    for (const name of ['crashes', 'works']) write(`crash/${name}/.github/x`, '');
    const { status, stdout } = crater(join(folder, 'crash'), '--tool', join(folder, 'fake.mjs'));
    expect(status).toBe(1);
    expect(stdout).toContain('repositories  2: 1 complete, 0 incomplete, 1 crashed, 0 hung\n');
    expect(stdout).toContain('  crashes: status 1, no report: TypeError: no such thing\n');
  });

  it('ends what hangs, and tells it', () => {
    write('hang/hangs/.forgejo/x', '');
    const { status, stdout } = crater(
      join(folder, 'hang'),
      '--tool',
      join(folder, 'fake.mjs'),
      '--timeout',
      '0.5',
    );
    expect(status).toBe(1);
    expect(stdout).toContain('repositories  1: 0 complete, 0 incomplete, 0 crashed, 1 hung\n');
  });

  it('shows nothing of strangers that a terminal or a runner obeys', () => {
    const hostile = { file: 'a.yml', start: { line: 1, column: 1 }, reason: '::error::\u001b[2J\n::stop::' };
    const answer = report({ notJudged: [{ ...hostile, job: null, step: null }] });
    write('hostile/x/.github/x', '');
    write('hostile/x/a.yml', '##[error]\u202eevil\n');
    write('loud.mjs', `console.log(${JSON.stringify(JSON.stringify(answer))})`);
    const json = join(folder, 'hostile.json');
    const args = ['--tool', join(folder, 'loud.mjs'), '--not-judged', '1', '--json', json];
    const { status, stdout } = crater(join(folder, 'hostile'), ...args);
    expect(status).toBe(0);
    expect(stdout).toContain('evil');
    for (const text of [stdout, readFileSync(json, 'utf8')]) {
      expect(text).not.toMatch(/[\u001b\u202e]/);
    }
    expect(stdout).not.toMatch(/##\[|^\s*::/m);
  });

  it.each<[string, () => string[], string]>([
    ['no folder', () => [], 'crater: expected a folder of repositories, found none\n'],
    ['an unknown flag', () => [folder, '--smaple', '1'], 'crater: unknown flag --smaple\n'],
    ['a folder that is not there', () => [join(folder, 'nowhere')], 'cannot be read as a folder'],
    ['a folder without repositories', () => [join(folder, 'two', 'notes')], 'holds no repository'],
    ['a tool that is not there', () => [join(folder, 'crash'), '--tool', 'none.js'], "none.js'"],
    [
      'a report that cannot be written',
      () => [join(folder, 'crash'), '--json', join(folder, 'nowhere', 'x.json')],
      'crater: --json cannot be written',
    ],
  ])('is refused with status 2: %s', (_, args, message) => {
    for (const name of ['crash/works/.github/x', 'two/notes/readme.txt']) write(name, '');
    const { status, stdout, stderr } = crater(...args());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
