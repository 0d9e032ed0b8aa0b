import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint } from '../../src/lint/lint.js';
import { version } from '../../src/version.js';
import { cloneOfThis, writeFiles } from '../support/clone.js';
import { type ActionRun, runComposite } from '../support/composite.js';

const failsOpen = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
const honest = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';
const text = readFileSync('action.yml', 'utf8');

describe('action.yml', () => {
  it('is clean, and all of it is judged, by hardfail itself', () => {
    const input = { source: { path: 'action.yml', text }, kind: 'action', forge: null } as const;
    const result = lint([input], { rules: null, forge: null });
    expect(result).toMatchObject({
      findings: [],
      notJudged: [],
      errors: [],
      steps: { judged: 1, notJudged: 0 },
    });
  });

  it('pastes no input into a script', () => {
    const steps: { run: string }[] = parse(text).runs.steps;
    expect(steps.map(({ run }) => run).filter((run) => run.includes('${{'))).toEqual([]);
  });

  it('has the inputs that the README names', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const name of Object.keys(parse(text).inputs))
      expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });
});

describe('the action, run as a runner does', () => {
  let folder: string;
  let action: string;
  let repository: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-action-'));
    action = join(folder, 'action');
    repository = join(folder, 'repository');
    mkdirSync(action);
    cloneOfThis(action);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    rmSync(repository, { recursive: true, force: true });
    writeFiles(repository, { '.git/HEAD': '', '.gitea/workflows/ci.yml': honest });
  });

  it('needs nothing but its commit', () => {
    expect(existsSync(join(action, 'dist'))).toBe(false);
    expect(existsSync(join(action, 'node_modules'))).toBe(false);
  });

  function run(
    inputs: Readonly<Record<string, string>> = {},
    extra: Readonly<Record<string, string>> = {},
  ): ActionRun {
    return runComposite(action, repository, join(folder, 'temporary'), inputs, extra);
  }

  it('builds itself, fails on a finding, and shows it in the log and on the summary page', () => {
    writeFiles(repository, { '.gitea/workflows/sync.yml': failsOpen });
    // A job may well say so of itself; hardfail is built all the same.
    const { status, output, summary } = run(
      {},
      { NODE_ENV: 'production', npm_config_ignore_scripts: 'true' },
    );
    expect(status).toBe(1);
    expect(output).toContain('error[missing-secret-exits-zero]');
    expect(output).toContain('1 error · 2 files');
    expect(summary).toContain('### error: step "Fetch the canonical list');
    expect(existsSync(join(action, 'dist/bin/hardfail.cjs'))).toBe(true);
  }, 600_000);

  it('passes on an honest repository, and says so on the summary page', () => {
    const { status, output, summary } = run();
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('no findings · 1 file'),
    });
    expect(summary).toBe('## hardfail\n\nno findings · 1 file · 1 job · 1 step judged\n\n');
  }, 600_000);

  it('obeys paths, format, fail-on and output', () => {
    writeFiles(repository, { '.gitea/workflows/sync.yml': failsOpen, 'ci/two words.yml': honest });
    const all = run({ format: 'github', 'fail-on': 'never', output: 'json=out.json\nsarif=out.sarif\n' });
    expect(all.status).toBe(0);
    expect(all.output).toMatch(/^::error file=\.gitea\/workflows\/sync\.yml,line=/m);
    expect(JSON.parse(readFileSync(join(repository, 'out.json'), 'utf8')).summary.inputs).toBe(2);
    expect(existsSync(join(repository, 'out.sarif'))).toBe(true);
    const some = run({ paths: '.gitea/workflows/ci.yml\n\n  ci/two words.yml\n' });
    expect({ status: some.status, output: some.output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('no findings · 2 files'),
    });
  }, 600_000);

  it('loads no plugins where it is told not to', () => {
    writeFiles(repository, {
      '.gitea/workflows/ci.yml': honest,
      'hardfail.yml': 'plugins: [./plugin.mjs]\n',
      'plugin.mjs': "import { writeFileSync } from 'node:fs'; writeFileSync('loaded', '');\n",
    });
    const only = { paths: '.gitea/workflows/ci.yml' };
    expect(run({ ...only, plugins: 'false' })).toMatchObject({
      status: 0,
      output: expect.stringContaining('1 plugin not loaded'),
    });
    expect(run({ ...only, plugins: 'no' })).toMatchObject({
      status: 3,
      output: expect.stringContaining("the input plugins is 'no', expected true or false"),
    });
    expect(existsSync(join(repository, 'loaded'))).toBe(false);
    expect(run(only).status).toBe(3);
    expect(existsSync(join(repository, 'loaded'))).toBe(true);
    for (const path of ['hardfail.yml', 'plugin.mjs']) rmSync(join(repository, path));
  }, 600_000);

  it.each([
    ['paths', '$(touch pwned)'],
    ['paths', '"; touch pwned; "'],
    ['paths', '--help'],
    ['format', 'pretty; touch pwned'],
    ['fail-on', '`touch pwned`'],
    ['output', 'json=$(touch pwned)/x'],
    ['version', '1.0.0; touch pwned'],
    ['version', '--prefix=/'],
    ['version', 'latest'],
  ])(
    'takes a hostile %s for what it is: %s',
    (name, value) => {
      const { status, output } = run({ [name]: value });
      expect([2, 3]).toContain(status);
      expect(output).not.toContain('hardfail [paths…]');
      expect(existsSync(join(repository, 'pwned'))).toBe(false);
      expect(existsSync(join(action, 'pwned'))).toBe(false);
    },
    600_000,
  );

  it('fails, and says why, where there is nothing to lint', () => {
    rmSync(join(repository, '.gitea'), { recursive: true });
    const { status, output, summary } = run();
    expect(status).toBe(3);
    expect(output).toContain('nothing to lint');
    expect(summary).toContain('### incomplete: nothing to lint');
  }, 600_000);

  it('runs itself where the version that has to run is its own', () => {
    expect(run({ version }).status).toBe(0);
  }, 600_000);

  it('installs another version from the registry of npm, without its scripts, and runs that', () => {
    const program = "console.log('I am', process.argv.slice(2).join(' '));";
    writeFiles(folder, {
      'bin/npm': `#!/bin/sh\necho "$@" >"${folder}/npm-args"\nmkdir -p node_modules/hardfail/dist/bin\necho "${program}" >node_modules/hardfail/dist/bin/hardfail.cjs\n`,
    });
    chmodSync(join(folder, 'bin/npm'), 0o755);
    const { status, output } = run({ version: '7.7.7' }, { PATH: `${folder}/bin:${process.env.PATH}` });
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^I am --format=pretty /m),
    });
    expect(readFileSync(join(folder, 'npm-args'), 'utf8')).toBe(
      'install --ignore-scripts hardfail@7.7.7 --no-audit --no-fund\n',
    );
  }, 600_000);

  it('builds itself again when its sources are others', () => {
    writeFileSync(join(action, 'src/version.ts'), "export const version = '9.9.9';\n");
    expect(run({ output: 'json=out.json' }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(repository, 'out.json'), 'utf8')).tool.version).toBe('9.9.9');
  }, 600_000);

  it('fails where it cannot be built', () => {
    writeFileSync(join(action, 'package-lock.json'), '{}');
    const { status, output } = run();
    expect(status).toBe(3);
    expect(output).toMatch(
      /^::error title=hardfail::hardfail could not be built from the commit of its action$/m,
    );
  }, 600_000);
});
