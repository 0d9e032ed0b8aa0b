import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';
import type { Rule } from '../../src/lint/rule.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/writing-rules.md'), 'utf8');

/** The files of the page, in their order: fences whose first line is a comment with a path. */
const files = [...page.matchAll(/^```(?:js|yaml)\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, path = '', text = '']) => ({ path, text }),
);
const outputs = [...page.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

function textOf(path: string, index = 0): string {
  const text = files.filter((file) => file.path === path)[index]?.text;
  if (text === undefined) throw new Error(`the page has no ${path}, number ${index + 1}`);
  return text;
}

describe('the page on writing rules', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-writing-'));
    execFileSync('git', ['init', '-q', folder]);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/hardfail'));
    for (const { path } of files) write(path, textOf(path));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function hardfail(...args: string[]) {
    const bin = join(root, 'dist/bin/hardfail.cjs');
    const { status, stdout, stderr } = spawnSync('node', [bin, ...args], { cwd: folder, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  it('is run as a whole: every fence names its file or is an output', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'lint/rules.mjs',
      'hardfail.yml',
      '.gitea/workflows/deploy.yml',
      'lint/typed.mjs',
      'hardfail.yml',
      'lint/release-key.mjs',
      'lint/rules.test.mjs',
    ]);
    expect(page.match(/^```\w/gm)).toHaveLength(files.length + outputs.length);
  });

  it('shows what the first rule prints', () => {
    expect(hardfail('--format', 'concise')).toEqual({ status: 1, stdout: outputs[0], stderr: '' });
  });

  it('names what the rule goes by', () => {
    const id = 'acme/deploy-without-environment';
    expect(hardfail('--rule', id, '--format', 'concise').status).toBe(1);
    expect(hardfail('explain', id)).toMatchObject({ status: 0, stderr: '' });
    write('hardfail.yml', `${textOf('hardfail.yml')}rules: { ${id}: warning }\n`);
    expect(hardfail('--fail-on', 'error').status).toBe(0);
    write('hardfail.yml', textOf('hardfail.yml'));
    const original = textOf('.gitea/workflows/deploy.yml');
    const ignored = original.replace('- run: |', `- run: | # hardfail: ignore[${id}] it is a rehearsal`);
    write('.gitea/workflows/deploy.yml', ignored);
    const { status, stdout } = hardfail('--format', 'concise');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'no findings · 2 ignored · 1 file · 1 job · 2 steps judged · plugin acme\n',
    });
    write('.gitea/workflows/deploy.yml', original);
  });

  it('has a rule with options that works as it is configured', () => {
    write('hardfail.yml', textOf('hardfail.yml', 1));
    const workflow = textOf('.gitea/workflows/deploy.yml').replaceAll('kubectl', 'wget');
    write('.gitea/workflows/legacy-a.yml', workflow);
    write('.gitea/workflows/b.yml', workflow);
    const { findings, errors } = JSON.parse(hardfail('--format', 'json').stdout);
    expect(errors).toEqual([]);
    expect(findings).toMatchObject([
      {
        file: '.gitea/workflows/b.yml',
        rule: 'tools/forbidden-tool',
        severity: 'error',
        help: 'use curl --fail',
      },
      { file: '.gitea/workflows/b.yml', rule: 'tools/forbidden-tool' },
    ]);
    for (const path of ['legacy-a.yml', 'b.yml']) rmSync(join(folder, '.gitea/workflows', path));
  });

  it('has a rule that asks the analysis', () => {
    write('hardfail.yml', 'plugins: [./lint/release-key.mjs]\n');
    const step =
      'env: { KEY: \'${{ secrets.RELEASE_KEY }}\' }\n        run: |\n          [ -n "$KEY" ] || exit 0\n          ./release';
    write(
      '.gitea/workflows/release.yml',
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`,
    );
    const { findings, errors } = JSON.parse(hardfail('--format', 'json').stdout);
    expect(errors).toEqual([]);
    expect(findings.map((finding: { rule: string }) => finding.rule).sort()).toEqual([
      'missing-secret-exits-zero',
      'release/release-key-may-be-missing',
    ]);
    rmSync(join(folder, '.gitea/workflows/release.yml'));
  });

  it('has tests that pass, and that fail without the rule', () => {
    const test = () =>
      spawnSync('node', ['--test', 'lint/rules.test.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        // Inside of another test runner, node:test would talk to that one.
        env: { PATH: process.env.PATH },
      });
    const { status, stdout } = test();
    expect(stdout).toMatch(/^# tests 3$|tests 3/m);
    expect(status).toBe(0);
    write('lint/rules.mjs', textOf('lint/rules.mjs').replace("'kubectl'", "'helm'"));
    expect(test().status).not.toBe(0);
    write('lint/rules.mjs', textOf('lint/rules.mjs'));
  });

  it('shows what is said of a plugin that throws', () => {
    write('hardfail.yml', 'plugins: [./lint/broken.mjs]\n');
    write('lint/broken.mjs', "throw new Error('boom');\n");
    const { status, stdout } = hardfail();
    expect(status).toBe(3);
    expect(stdout).toContain(outputs[1]);
    expect(hardfail('--no-plugins').status).toBe(0);
  });

  it('lists all that a rule may ask', () => {
    const section = page.slice(page.indexOf('## What a rule may ask'), page.indexOf('## Reports'));
    const documented = [...section.matchAll(/^\| `(\w+)[`(]/gm)].map(([, name]) => name);
    let asked: string[] = [];
    const rule: Rule = {
      meta: { id: 'asks', severity: 'note', summary: 'Asks.' },
      messages: { none: () => ({ message: 'm', help: 'h' }) },
      check(context) {
        asked = Object.keys(context);
      },
    };
    const source = { path: '.gitea/workflows/a.yml', text: 'on: push\njobs: {}\n' };
    lint([{ source, kind: 'workflow', forge: 'gitea' }], {
      rules: null,
      forge: null,
      plugins: [{ from: 'test', name: 'test', rules: [rule] }],
    });
    // What the rules of hardfail ask besides needs its inner types.
    const inner = ['knowledge', 'onEachForge'];
    const acts = ['report', 'notJudged'];
    for (const act of acts) expect(page).toContain(`\`${act}(`);
    expect(asked.filter((name) => ![...inner, ...acts].includes(name)).sort()).toEqual(documented.sort());
  });
});
