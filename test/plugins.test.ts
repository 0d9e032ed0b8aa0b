import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import type { Plugin } from '../src/lint/plugin.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

const ci = '/repo/.gitea/workflows/ci.yml';
const workflow = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{ run: make }]\n';
const words = () => ({ message: 'this job has no name', help: 'name it' });

function acme(over: Partial<Plugin['rules'][number]> = {}): Plugin {
  return {
    name: 'acme',
    rules: [
      {
        meta: {
          id: 'unnamed-job',
          severity: 'warning',
          summary: 'A job without a name.',
          url: 'wiki/unnamed-job',
          options: {
            except: {
              description: 'the ids of jobs that need none',
              type: 'array',
              items: { description: 'an id', type: 'string' },
              default: [],
            },
          },
        },
        messages: { unnamed: words },
        check({ file, options, report }) {
          if (!('jobs' in file)) return;
          for (const job of file.jobs) {
            if (job.name || (Array.isArray(options.except) && options.except.includes(job.id))) continue;
            report({ messageId: 'unnamed', data: null, about: { span: job.key.span, job } });
          }
        },
        ...over,
      },
    ],
  };
}

/** Runs hardfail in a repository with a configuration and the modules that its plugins are. */
async function hardfail(
  args: readonly string[],
  config: string,
  modules: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, MemoryNode>> = {},
  options: MemoryOptions = {},
) {
  const there = Object.fromEntries(
    Object.keys(modules)
      .filter((name) => name.startsWith('/'))
      .map((name) => [name, '']),
  );
  const host = memoryHost(
    { '/repo/.git/': '', '/repo/hardfail.yml': config, [ci]: workflow, ...there, ...files },
    { ...options, modules },
  );
  const status = await run(args, host);
  return { status, out: host.out(), err: host.err(), read: host.read, written: host.written };
}

const named = 'plugins: [./lint/rules.mjs]\n';
const module = { '/repo/lint/rules.mjs': { default: acme() } };

describe('a plugin', () => {
  it('finds what it finds, under its name, and is told in the summary', async () => {
    const { status, out } = await hardfail(['--format', 'concise'], named, module);
    expect(out).toBe(
      '.gitea/workflows/ci.yml:3:3: warning[acme/unnamed-job] this job has no name\n' +
        '1 warning · 1 file · 1 job · 1 step judged · plugin acme\n',
    );
    expect(status).toBe(1);
  });

  it('may be a package', async () => {
    const { status, out } = await hardfail(['--format', 'json'], 'plugins: ["@acme/ci"]\n', {
      '@acme/ci': { default: acme() },
    });
    const { summary, findings } = JSON.parse(out);
    expect({ status, plugins: summary.plugins }).toEqual({
      status: 1,
      plugins: [{ from: '@acme/ci', name: 'acme' }],
    });
    expect(findings).toMatchObject([{ rule: 'acme/unnamed-job', url: 'wiki/unnamed-job' }]);
  });

  it('is configured like any other rule', async () => {
    const quiet = async (config: string, args: string[] = []) =>
      JSON.parse((await hardfail(['--format', 'json', ...args], named + config, module)).out).summary
        .findings;
    expect(await quiet('rules: { acme/unnamed-job: note }')).toMatchObject({ note: 1, warning: 0 });
    expect(await quiet('rules: { acme/unnamed-job: off }')).toMatchObject({ note: 0, warning: 0 });
    expect(await quiet('rules: { acme/unnamed-job: { except: [build] } }')).toMatchObject({ warning: 0 });
    expect(await quiet('', ['--rule', 'acme/unnamed-job'])).toMatchObject({ warning: 1 });
    expect(await quiet('', ['--rule', 'dead-workflow'])).toMatchObject({ warning: 0 });
  });

  it('is ignored and accepted like any other rule', async () => {
    const ignored = workflow.replace('build:', 'build: # hardfail: ignore[acme/unnamed-job] the only one');
    const { status, out } = await hardfail(['--format', 'concise'], named, module, { [ci]: ignored });
    expect({ status, out }).toEqual({
      status: 0,
      out: 'no findings · 1 ignored · 1 file · 1 job · 1 step judged · plugin acme\n',
    });
    const kept = await hardfail(['baseline', 'write', '--reason', 'older'], named, module);
    const baseline = kept.written.get('/repo/hardfail-baseline.json') ?? '';
    expect(baseline).toContain('acme/unnamed-job');
    const after = await hardfail([], named, module, { '/repo/hardfail-baseline.json': baseline });
    expect(after.status).toBe(0);
    // Without the plugin nobody knows whether the finding is gone.
    const without = await hardfail(['--no-plugins'], named, module, {
      [ci]: ignored,
      '/repo/hardfail-baseline.json': baseline,
    });
    expect(without.status).toBe(0);
    const pruned = await hardfail(['baseline', 'prune', '--no-plugins'], named, module, {
      '/repo/hardfail-baseline.json': baseline,
    });
    expect(pruned.written.get('/repo/hardfail-baseline.json')).toContain('acme/unnamed-job');
  });

  it('has its rules listed and explained, and shown with their options', async () => {
    const { out } = await hardfail(['rules'], named, module);
    expect(out).toMatch(/^acme\/unnamed-job +warning +A job without a name\.$/m);
    const page = await hardfail(['explain', 'acme/unnamed-job'], named, module);
    expect(page).toMatchObject({
      status: 0,
      out: '# acme/unnamed-job\n\nA job without a name.\n\nSeverity: warning\n\nMore: wiki/unnamed-job\n\n## Options\n\n- `except`: the ids of jobs that need none; default `[]`\n',
    });
    const config = `${named}rules: { acme/unnamed-job: { except: [a] } }\n`;
    const shown = JSON.parse((await hardfail(['--print-config', ci], config, module)).out);
    expect(shown.plugins).toEqual({
      value: [{ from: './lint/rules.mjs', name: 'acme' }],
      from: 'hardfail.yml',
    });
    expect(shown.rules['acme/unnamed-job']).toEqual({
      value: 'warning',
      from: 'default',
      options: { except: { value: ['a'], from: 'hardfail.yml' } },
    });
  });

  it.each([
    ['rules: { acme/unnamed-jobs: off }', "unknown key 'acme/unnamed-jobs' in rules", 'acme/unnamed-job?'],
    ['rules: { acme/unnamed-job: { excpt: [] } }', "unknown key 'excpt' in acme/unnamed-job", 'except?'],
  ])('whose rules are configured wrongly ends the run before it begins: %s', async (config, told, hint) => {
    const { status, err } = await hardfail([], named + config, module);
    expect(status).toBe(2);
    expect(err).toContain(told);
    expect(err).toContain(hint);
  });

  it('that the configuration does not name has no rules', async () => {
    const { status, err } = await hardfail([], 'rules: { acme/unnamed-job: off }\n', module);
    expect(status).toBe(2);
    expect(err).toContain('name the plugin whose rule it is in plugins');
    expect((await hardfail(['--rule', 'acme/unnamed-job'], '', module)).status).toBe(2);
  });
});

describe('the code of a plugin', () => {
  const counted = () => {
    const loads: string[] = [];
    const load = () => {
      loads.push('x');
      return { default: acme() };
    };
    return { loads, modules: { '/repo/lint/rules.mjs': load } };
  };

  it('is not loaded with --no-plugins, which is told, nor with --no-config', async () => {
    const { loads, modules } = counted();
    const config = `${named}rules: { acme/whatever: { any: thing } }\n`;
    const { status, out } = await hardfail(['--no-plugins'], config, modules);
    expect(status).toBe(0);
    expect(out).toContain('1 plugin not loaded');
    const json = await hardfail(['--no-plugins', '--format', 'json'], config, modules);
    expect(JSON.parse(json.out).summary.plugins).toEqual([{ from: './lint/rules.mjs', name: null }]);
    expect((await hardfail(['--no-config'], config, modules)).out).not.toContain('plugin');
    expect(loads).toEqual([]);
  });

  it('is not loaded where the configuration is wrong anyway', async () => {
    const { loads, modules } = counted();
    expect((await hardfail([], `${named}forge: gitae\n`, modules)).status).toBe(2);
    expect((await hardfail([], 'plugins: ["/etc/x.mjs"]\n', modules)).status).toBe(2);
    expect((await hardfail([], 'plugins: ["node:fs"]\n', modules)).status).toBe(2);
    expect((await hardfail([], 'plugins: ["data:text/javascript,1"]\n', modules)).status).toBe(2);
    expect(loads).toEqual([]);
  });

  it.each([
    ['../rules.mjs', { '/rules.mjs': '' }],
    ['./lint/rules.mjs', { '/repo/lint/rules.mjs': { link: '/rules.mjs' }, '/rules.mjs': '' }],
  ])('is not loaded from outside of the repository: %s', async (from, files) => {
    const { loads, modules } = counted();
    const { status, out } = await hardfail(
      ['--format', 'concise'],
      `plugins: [${from}]\n`,
      { '/rules.mjs': modules['/repo/lint/rules.mjs'] },
      files,
    );
    expect(status).toBe(3);
    expect(out).toContain(`the plugin ${from} lies outside of the repository and is not loaded`);
    expect(loads).toEqual([]);
  });

  it('is not loaded to explain a rule that is built in', async () => {
    const { loads, modules } = counted();
    const shipped = { 'rules/dead-workflow/README.md': '# page\n' };
    const { out } = await hardfail(['explain', 'dead-workflow'], named, modules, {}, { shipped });
    expect(out).toBe('# page\n');
    expect(loads).toEqual([]);
  });
});

describe('a plugin that is none', () => {
  const [rule] = acme().rules;
  it.each<[string, unknown, string]>([
    ['throws', () => Promise.reject(new Error('boom')), 'cannot be loaded: boom'],
    ['is not there', undefined, "cannot be loaded: Cannot find module '/repo/lint/rules.mjs'"],
    ['exports nothing', {}, 'exports no plugin: export default { name, rules } is expected'],
    ['exports a list', { default: [] }, 'exports no plugin'],
    ['has no name', { default: { rules: [rule] } }, 'has no name, expected'],
    ['has a name with a slash', { default: { name: 'a/b', rules: [rule] } }, "has the name 'a/b', expected"],
    ['has no rules', { default: { name: 'acme', rules: [] } }, 'has no list of rules'],
    ['has a rule that is none', { default: { name: 'acme', rules: [1] } }, 'number 1: it is no object'],
    ['has a rule twice', { default: { name: 'acme', rules: [rule, rule] } }, 'has two rules unnamed-job'],
    [
      'wants a rule that cannot be ignored',
      { default: acme({ meta: { id: 'x', severity: 'note', summary: 'X.', unignorable: true } }) },
      "the meta of x has the key 'unignorable'",
    ],
    [
      'has an option that is taken',
      {
        default: acme({
          meta: { id: 'x', severity: 'note', summary: 'X.', options: { severity: { type: 'string' } } },
        }),
      },
      "the options of x: the name 'severity' is taken",
    ],
    [
      'has a pattern that is none',
      {
        default: acme({
          meta: {
            id: 'x',
            severity: 'note',
            summary: 'X.',
            options: { a: { description: 'a', type: 'string', pattern: '(' } },
          },
        }),
      },
      'has a rule whose options are none, acme/x:',
    ],
    [
      'has a default that does not fit',
      {
        default: acme({
          meta: {
            id: 'x',
            severity: 'note',
            summary: 'X.',
            options: { a: { description: 'a', type: 'string', default: 1 } },
          },
        }),
      },
      "acme/x: the default of 'a' does not fit it",
    ],
    ['has no messages', { default: acme({ messages: {} }) }, 'unnamed-job has no messages'],
  ])('%s: the run is incomplete, says whose fault it is and judges the rest', async (_, loaded, told) => {
    const other = { ...acme(), name: 'other' };
    const { status, out } = await hardfail(
      ['--format', 'json'],
      'plugins: [./lint/rules.mjs, other]\nrules: { acme/unnamed-job: error }\n',
      { other: { default: other }, ...(loaded === undefined ? {} : { '/repo/lint/rules.mjs': loaded }) },
      { '/repo/lint/rules.mjs': '' },
    );
    const { summary, errors, findings } = JSON.parse(out);
    expect(status).toBe(3);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ file: 'hardfail.yml', start: { line: 1, column: 11 } });
    expect(errors[0].message).toMatch(/^the plugin \.\/lint\/rules\.mjs .*; its rules did not run$/);
    expect(errors[0].message).toContain(told);
    expect(findings.map((finding: { rule: string }) => finding.rule)).toEqual(['other/unnamed-job']);
    expect(summary.plugins).toEqual([
      { from: 'other', name: 'other' },
      { from: './lint/rules.mjs', name: null },
    ]);
  });

  it('has the name of another', async () => {
    const { status, out } = await hardfail(['--format', 'concise'], 'plugins: [one, two]\n', {
      one: { default: acme() },
      two: { default: acme() },
    });
    expect(status).toBe(3);
    expect(out).toContain('the plugin two calls itself acme, as one does; its rules did not run');
  });

  it('is told where rules are listed, too', async () => {
    const { status, out, err } = await hardfail(['rules'], named, { '/repo/lint/rules.mjs': {} });
    expect(status).toBe(3);
    expect(out).toContain('dead-workflow');
    expect(err).toContain('the plugin ./lint/rules.mjs exports no plugin');
  });
});

// Threads are real only in the real program.
describe('a plugin in the real program', () => {
  let folder: string;
  const bin = join(import.meta.dirname, '../dist/bin/hardfail.cjs');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-plugins-'));
    execFileSync('git', ['init', '-q', folder]);
    write('.gitea/workflows/ci.yml', workflow);
    const rule = (check: string) =>
      `export default { name: 'odd', rules: [{ meta: { id: 'odd', severity: 'note', summary: 'Odd.' },
        messages: { odd: () => ({ message: 'odd', help: 'mend it' }) }, check({ file, report }) { ${check} } }] };`;
    const reports = "report({ messageId: 'odd', data: null, about: { span: file.jobs[0].key.span } });";
    write('lint/sound.mjs', rule(reports).replace("'odd', rules", "'sound', rules"));
    write(
      'lint/prints.mjs',
      `console.log('loaded', process.env.PATH); ${rule(`console.log('asked'); ${reports}`)}`,
    );
    write('lint/keeps-open.mjs', `setInterval(() => {}, 1000); ${rule(reports)}`);
    write('lint/exits.mjs', 'process.exit(0);');
    write('lint/exits-later.mjs', rule('process.exit(0);'));
    write('lint/loops.mjs', 'for (;;);');
    write('lint/waits.mjs', 'await new Promise(() => {});');
    write('lint/loops-later.mjs', rule('for (;;);'));
    write('lint/late.mjs', `setTimeout(() => { throw new Error('late'); }, 20); ${rule(reports)}`);
    write('lint/rejects-later.mjs', rule("void (async () => { await null; throw new Error('bang'); })();"));
    write('lint/rejects.mjs', `Promise.reject(new Error('boom')); ${rule(reports)}`);
    write(
      'node_modules/plain/package.json',
      '{ "name": "plain", "exports": { "import": "./a.js" }, "type": "module" }',
    );
    write('node_modules/plain/a.js', rule(reports).replace("'odd', rules", "'plain', rules"));
    write(
      'node_modules/old/index.js',
      rule(reports).replace("'odd', rules", "'old', rules").replace('export default', 'module.exports ='),
    );
    symlinkSync('/dev/null', join(folder, 'lint/link.mjs'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function real(plugins: string) {
    write('hardfail.yml', `plugins: [${plugins}]\n`);
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync('node', [bin, '--format', 'json'], options);
    const { findings, errors } = JSON.parse(stdout);
    return {
      status,
      stderr,
      rules: findings.map((finding: { rule: string }) => finding.rule),
      errors: errors.map(({ file, message }: { file: string; message: string }) => `${file}: ${message}`),
    };
  }

  it('is found beside the configuration and among the packages, of either kind', () => {
    expect(real('./lint/sound.mjs, plain, old')).toEqual({
      status: 0,
      stderr: '',
      rules: ['old/odd', 'plain/odd', 'sound/odd'],
      errors: [],
    });
  });

  it('does not get into the report with what it prints, nor at the environment', () => {
    const { status, stderr, rules } = real('./lint/prints.mjs');
    expect({ status, rules }).toEqual({ status: 0, rules: ['odd/odd'] });
    expect(stderr).toBe('loaded undefined\nasked\n');
  });

  it('that keeps something open keeps nobody waiting', () => {
    expect(real('./lint/keeps-open.mjs')).toMatchObject({ status: 0, rules: ['odd/odd'] });
  });

  it.each([
    ['rejects', 'boom'],
    ['rejects-later', 'bang'],
    ['late', 'late'],
  ])('that throws where nobody catches it is missed, whenever that happens: %s', (name, thrown) => {
    const { status, rules, errors } = real(`./lint/${name}.mjs, ./lint/sound.mjs`);
    expect(status).toBe(3);
    if (name === 'rejects') expect(rules).toEqual(['sound/odd']);
    const said = errors.join('\n');
    expect(said).toContain(`throws where nobody catches it: ${thrown}; its rules did not run`);
    // When it comes up another plugin may be at work; then both are named.
    expect(said).toMatch(new RegExp(`the plugin \\./lint/(${name}\\.mjs|\\w+\\.mjs \\(or)`));
  });

  const unloaded = (from: string, told: string) =>
    `hardfail.yml: the plugin ${from} ${told}; its rules did not run`;
  const failed = (from: string, told: string) =>
    `.gitea/workflows/ci.yml: rule odd/odd failed on this file, which is a fault of the plugin ${from}: it ${told}; its rules did not run`;
  const forever = 'does not come to an end within 10 seconds';

  it.each([
    ['./lint/exits.mjs', unloaded, 'ends the process'],
    ['./lint/exits-later.mjs', failed, 'ends the process'],
    ['./lint/loops.mjs', unloaded, forever],
    ['./lint/waits.mjs', unloaded, forever],
    ['./lint/loops-later.mjs', failed, forever],
    [
      './lint/link.mjs',
      unloaded,
      'lies outside of the repository and is not loaded: name a package, or a file of the repository',
    ],
  ])(
    '%s makes the run incomplete, and the other plugins still judge',
    { timeout: 120_000 },
    (from, tell, told) => {
      expect(real(`${from}, ./lint/sound.mjs`)).toEqual({
        status: 3,
        stderr: '',
        rules: ['sound/odd'],
        errors: [tell(from, told)],
      });
    },
  );
});
