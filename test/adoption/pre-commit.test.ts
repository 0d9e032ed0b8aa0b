import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cloneOfThis, commitAll, mustRun, type Ran, runIn, writeFiles } from '../support/clone.js';

const failsOpen = readFileSync('fixtures/sync-providers/unfixed.yml', 'utf8');
const honest = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';
const finding = 'error[missing-secret-exits-zero]';

let folder: string;
let repository: string;
let revision: string;
let extra: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-pre-commit-'));
  extra = { PRE_COMMIT_HOME: join(folder, 'home'), PRE_COMMIT_COLOR: 'never' };
  mkdirSync(join(folder, 'clone'));
  revision = cloneOfThis(join(folder, 'clone'));
  repository = join(folder, 'repository');
  startRepository('hardfail');
  // Builds hardfail from the clone, with everything that this takes: once for all tests.
  mustRun(repository, 'pre-commit', ['install-hooks'], extra);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A repository whose commits go through the real pre-commit, with one hook of this project. */
function startRepository(hook: string, args: readonly string[] = []): void {
  rmSync(repository, { recursive: true, force: true });
  writeFiles(repository, {
    '.pre-commit-config.yaml': `repos:
  - repo: ${join(folder, 'clone')}
    rev: ${revision}
    hooks:
      - id: ${hook}
        args: ${JSON.stringify(args)}
`,
  });
  commitAll(repository);
  mustRun(repository, 'pre-commit', ['install'], extra);
}

function commit(files: Readonly<Record<string, string>>): Ran {
  writeFiles(repository, files);
  mustRun(repository, 'git', ['add', ...Object.keys(files)]);
  return runIn(repository, 'git', ['commit', '-m', 'try'], extra);
}

function commits(): number {
  return Number(mustRun(repository, 'git', ['rev-list', '--count', 'HEAD']));
}

describe('pre-commit with the hook hardfail', () => {
  beforeEach(() => startRepository('hardfail'));

  it('blocks the commit of a workflow that fails open, and lets it through when it is mended', () => {
    const blocked = commit({ '.gitea/workflows/sync.yml': failsOpen });
    expect(blocked.status).toBe(1);
    expect(blocked.output).toContain(`${finding} step "Fetch the canonical list`);
    expect(commits()).toBe(1);
    const mended = commit({ '.gitea/workflows/sync.yml': honest });
    expect(mended.output).toMatch(/^hardfail\.+Passed$/m);
    expect(commits()).toBe(2);
  });

  it('tells of the files of the commit alone', () => {
    writeFiles(repository, { '.gitea/workflows/old.yml': failsOpen });
    commitAll(repository);
    const passed = commit({ '.gitea/workflows/new.yml': honest });
    expect(passed).toMatchObject({ status: 0, output: expect.stringMatching(/^hardfail\.+Passed$/m) });
  });

  it('reads the script that a workflow of the commit calls', () => {
    writeFiles(repository, { 'tools/deploy.sh': 'if [ -z "$TOKEN" ]; then exit 0; fi\nmake deploy\n' });
    commitAll(repository);
    const calling = `${honest.replace('- run: make', '- uses: actions/checkout@v4\n      - run: bash tools/deploy.sh')}        env:\n          TOKEN: \${{ secrets.TOKEN }}\n`;
    const blocked = commit({ '.gitea/workflows/ci.yml': calling });
    expect(blocked.status).toBe(1);
    expect(blocked.output).toContain('tools/deploy.sh:1:26');
  });

  it('judges a file of the commit beside its neighbours', () => {
    startRepository('hardfail', ['--forge', 'gitea']);
    writeFiles(repository, { '.gitea/workflows/ci.yml': failsOpen });
    commitAll(repository);
    const blocked = commit({ '.github/workflows/ci.yml': honest });
    expect(blocked.status).toBe(1);
    expect(blocked.output).toContain('error[dead-workflow]');
    expect(blocked.output).not.toContain(finding);
  });

  it('is not run on a commit without workflows', () => {
    const passed = commit({ 'README.md': '# x\n' });
    expect(passed.output).toMatch(/^hardfail\.+\(no files to check\)Skipped$/m);
    expect(commits()).toBe(2);
  });
});

describe('pre-commit with the hook hardfail-repository', () => {
  beforeEach(() => startRepository('hardfail-repository'));

  it('judges all workflows when anything is committed', () => {
    writeFiles(repository, { '.gitea/workflows/old.yml': failsOpen });
    commitAll(repository);
    const blocked = commit({ 'README.md': '# x\n' });
    expect(blocked.status).toBe(1);
    expect(blocked.output).toContain(finding);
  });
});

describe('the pattern of the hook', () => {
  const hooks: { id: string; files?: string }[] = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8'));
  const pattern = new RegExp(hooks.find(({ id }) => id === 'hardfail')?.files ?? '');

  it.each([
    '.gitea/workflows/ci.yml',
    '.forgejo/workflows/deep/ci.yaml',
    '.github/workflows/ci.yml',
    '.gitea/actions/lint/action.yml',
    '.github/action.yaml',
  ])('takes %s', (path) => {
    expect(path).toMatch(pattern);
  });

  it.each([
    '.gitea/workflows/README.md',
    'docs/.github/workflows/ci.yml',
    '.github/dependabot.yml',
    'action.yml',
  ])('leaves %s', (path) => {
    expect(path).not.toMatch(pattern);
  });
});
