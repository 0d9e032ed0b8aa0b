import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { formatNames } from '../src/report/index.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

/** What is kept, and how often something was. */
class Kept extends Map<string, string> {
  writes = 0;

  override set(name: string, text: string): this {
    this.writes++;
    return super.set(name, text);
  }
}

type Files = Readonly<Record<string, MemoryNode>>;

async function hardfail(args: readonly string[], files: Files, options: MemoryOptions = {}) {
  const host = memoryHost({ '/repo/.git/': '', ...files }, { cwd: '/repo', ...options });
  const status = await run(args, host);
  return { status, out: host.out(), err: host.err(), written: Object.fromEntries(host.written) };
}

const hole = 'if [ -z "$TOKEN" ]; then exit 0; fi\ndeploy "$TOKEN"\n';
const closed = 'if [ -z "$TOKEN" ]; then echo "::error::TOKEN is missing"; exit 1; fi\ndeploy "$TOKEN"\n';
const job = '    runs-on: ubuntu-latest\n    env: { TOKEN: "${{ secrets.TOKEN }}" }\n    steps:\n';
const ci = '/repo/.gitea/workflows/ci.yml';
const calling = (steps: readonly string[]) =>
  `on: push\njobs:\n  a:\n${job}      - uses: actions/checkout@v4\n${steps.map((step) => `      - ${step}\n`).join('')}`;
const inline = (script: string) =>
  `on: push\njobs:\n  a:\n${job}      - run: |\n${script.trimEnd().replace(/^/gm, '          ')}\n`;
const called = (script: string) =>
  inline(script).replace('on: push', 'on: { workflow_call: { secrets: { TOKEN: {} } } }');

/** The states that each file of a repository may be in; null where it is not there. */
const states: Readonly<Record<string, readonly (MemoryNode | null)[]>> = {
  [ci]: [
    calling(['run: bash ci.sh', 'uses: ./.gitea/actions/deploy', 'run: make all', 'run: npm run deploy']),
    inline(hole),
    inline(closed),
    null,
    { link: '/etc/passwd' },
  ],
  '/repo/ci.sh': [
    hole,
    closed,
    null,
    '#!/bin/sh\n. ./lib.sh\n',
    `# hardfail: ignore[missing-secret-exits-zero] known, see #1\n${hole}`,
  ],
  '/repo/lib.sh': [null, hole, closed],
  '/repo/.gitea/actions/deploy/action.yml': [
    `name: x\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: |\n        if [ -z "$TOKEN" ]; then exit 0; fi; deploy\n`,
    `name: x\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: deploy "$TOKEN"\n`,
    null,
  ],
  '/repo/Makefile': [
    null,
    'all:\n\t@test -n "$$TOKEN" || exit 0; deploy\n',
    'all:\n\tdeploy "$$TOKEN" || true\n',
  ],
  '/repo/package.json': [
    null,
    '{"scripts":{"deploy":"test -z $TOKEN || deploy"}}',
    '{"scripts":{"deploy":"./ci.sh"}}',
    '{',
  ],
  '/repo/.gitea/workflows/called.yml': [null, called(hole), called(closed), 'on: push\njobs: [\n'],
  '/repo/.gitea/workflows/caller.yml': [
    null,
    'on: pull_request\njobs:\n  b:\n    uses: ./.gitea/workflows/called.yml\n    secrets: inherit\n',
    'on: schedule\njobs:\n  b:\n    uses: ./.gitea/workflows/called.yml\n    secrets: { TOKEN: "${{ secrets.OTHER }}" }\n',
  ],
  '/repo/.github/workflows/ci.yml': [null, inline(hole)],
  '/repo/hardfail.yml': [
    null,
    'rules: { missing-secret-exits-zero: off }\n',
    'optional-secrets: [{ name: TOKEN, reason: the deployment is a favour }]\n',
    'fail-on: error\n',
    'fail-on: [\n',
  ],
  '/repo/hardfail-baseline.json': [null, '{"version":1,"findings":[]}', '{'],
};

const change = fc
  .constantFrom(...Object.keys(states))
  .chain((path) => fc.record({ path: fc.constant(path), state: fc.constantFrom(...(states[path] ?? [])) }));

describe('--cache', () => {
  it.each(formatNames)('reports as %s, byte for byte, what a run without it does', async (format) => {
    const cache = new Kept();
    const files = { [ci]: calling(['run: bash ci.sh', 'run: $X']), '/repo/ci.sh': `# é😀\n${hole}` };
    const plain = await hardfail(['--format', format, '--output', 'sarif=a.sarif'], files);
    const args = ['--cache', '--format', format, '--output', 'sarif=a.sarif'];
    const [cold, warm] = [await hardfail(args, files, { cache }), await hardfail(args, files, { cache })];
    expect(plain.out).toContain('ci.sh');
    expect(cold).toEqual(plain);
    expect(warm).toEqual(plain);
    expect(cache.writes).toBe(1);
  });

  it('is never stale: whatever changes around a file, the answer is that of a run without it', async () => {
    let recalled = 0;
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('json', 'pretty', 'concise'),
      fc.constantFrom<readonly string[]>([], ['.gitea/workflows/ci.yml'], ['.gitea', '--forge', 'github']),
      async (changes, format, paths) => {
        const cache = new Kept();
        const files: Record<string, MemoryNode> = {};
        for (const [path, [first]] of Object.entries(states)) if (first) files[path] = first;
        for (const { path, state } of [null, ...changes].map((one) => one ?? { path: '', state: null })) {
          if (state === null) delete files[path];
          else files[path] = state;
          const args = ['--format', format, ...paths];
          const fresh = await hardfail(args, files);
          for (let again = 0; again < 2; again++) {
            const { writes } = cache;
            const { status, out, err } = await hardfail(['--cache', ...args], files, { cache });
            expect({ status, out }).toEqual({ status: fresh.status, out: fresh.out });
            // An incomplete run is not kept, which is told.
            expect(err.replace(/^hardfail: the verdict is not kept: the run is incomplete\n/, '')).toBe(
              fresh.err,
            );
            if (again === 1 && fresh.status < 2) {
              expect(cache.writes).toBe(writes);
              recalled++;
            }
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 40, seed: 2_026 });
    expect(recalled).toBeGreaterThan(50);
  }, 120_000);

  it('judges again on another day, for an ignore comment may have ended', async () => {
    const cache = new Kept();
    const files = {
      [ci]: inline(
        `# hardfail: ignore[missing-secret-exits-zero] until 2026-11-22 see #1\n${hole}`.replace(
          /\n(?=if)/,
          '\n',
        ),
      ),
    };
    const before = await hardfail(['--cache'], files, { cache });
    const after = await hardfail(['--cache'], files, { cache, today: '2026-11-23' });
    expect(after).toEqual(await hardfail([], files, { today: '2026-11-23' }));
    expect(after.out).not.toBe(before.out);
  });

  it('knows a command from others, and each keeps its own', async () => {
    const cache = new Kept();
    const files = { [ci]: inline(hole), '/repo/x.yml': 'fail-on: error\n' };
    const commands = [
      [],
      ['--format', 'concise'],
      ['--rule', 'missing-secret-masked'],
      ['--forge', 'github'],
      ['--no-ignores'],
      ['--config', 'x.yml'],
      ['.gitea/workflows/ci.yml'],
    ];
    for (const args of [...commands, ...commands]) {
      expect(await hardfail(['--cache', ...args], files, { cache })).toEqual(await hardfail(args, files));
    }
    expect(cache.writes).toBe(commands.length);
  });

  it('refuses an output that would overwrite an input, recalled or not', async () => {
    const cache = new Kept();
    const files = { [ci]: inline(closed) };
    await hardfail(['--cache'], files, { cache });
    expect(cache.writes).toBe(1);
    const args = ['--output', 'json=.gitea/workflows/ci.yml'];
    expect(await hardfail(['--cache', ...args], files, { cache })).toEqual(await hardfail(args, files));
  });
});

describe('an entry of the cache', () => {
  const files = { [ci]: calling(['run: bash ci.sh']), '/repo/ci.sh': hole };
  /** An entry of these files under another text, and what a run makes of it. */
  async function withEntry(change: (text: string) => string) {
    const cache = new Kept();
    await hardfail(['--cache', '--format', 'json'], files, { cache });
    const [name = '', text = ''] = [...cache][0] ?? [];
    Map.prototype.set.call(cache, name, change(text));
    const answer = await hardfail(['--cache', '--format', 'json'], files, { cache });
    return { answer, mended: cache.get(name) === text };
  }

  it.each([
    ['that is empty', () => ''],
    ['that is cut off', (text: string) => text.slice(0, text.length / 2)],
    ['without its last line feed', (text: string) => text.slice(0, -1)],
    ['with one bit turned', (text: string) => text.replace('"jobs":1', '"jobs":0')],
    ['of another make', (text: string) => text.replace('verdict 1', 'verdict 2')],
    ['that is no text', () => '\0\ufffd\0'],
    ['with a line before it', (text: string) => `\n${text}`],
  ])('%s is told, not used and mended', async (_, change) => {
    const { answer, mended } = await withEntry(change);
    const { status, out } = await hardfail(['--format', 'json'], files);
    expect({ status: answer.status, out: answer.out }).toEqual({ status, out });
    expect(answer.err).toBe('hardfail: an entry of the cache is damaged and not used\n');
    expect(mended).toBe(true);
  });

  /** What somebody may write who knows the form: the digest fits, and the shape does not. */
  // biome-ignore lint/suspicious/noExplicitAny: it is what anybody may write
  it.each<[string, (entry: any) => void]>([
    ['another key', (entry) => (entry.key = '{}')],
    ['no key', (entry) => delete entry.key],
    ['questions of another kind', (entry) => (entry.questions[0][0] = 'run')],
    ['a question of four parts', (entry) => entry.questions[0].push('x')],
    ['questions that are none', (entry) => (entry.questions = { length: 1 })],
    ['a part too many', (entry) => (entry.extra = 1)],
    ['a result that is none', (entry) => (entry.result = null)],
    ['a place outside of its text', (entry) => (entry.result.findings[0].span = [0, 0, 1e9])],
    ['a place in no text', (entry) => (entry.result.findings[0].span = [7, 0, 1])],
    ['a place that ends before it begins', (entry) => (entry.result.findings[0].span = [0, 5, 1])],
    ['a place of four numbers', (entry) => (entry.result.findings[0].span = [0, 1, 2, 3])],
    ['a severity that there is not', (entry) => (entry.result.findings[0].severity = 'fine')],
    ['findings that are no list', (entry) => (entry.result.findings = 'none')],
    ['a count below nothing', (entry) => (entry.result.steps.judged = -1)],
    ['an error', (entry) => (entry.result.errors = [{ file: 'x', span: null, message: 'x' }])],
    ['a text that was not read', (entry) => (entry.sources[0].digest = 'x')],
    ['a key named __proto__', (entry) => (entry.result = JSON.parse('{"__proto__":{}}'))],
  ])('with %s is told and not used', async (_, change) => {
    const { createHash } = await import('node:crypto');
    const { answer, mended } = await withEntry((text) => {
      const [head = '', body = ''] = text.split('\n');
      const entry = JSON.parse(body);
      change(entry);
      const next = JSON.stringify(entry);
      const digest = createHash('sha256').update(next).digest('hex');
      return `${head.replace(/\w+$/, digest)}\n${next}\n`;
    });
    const { status, out } = await hardfail(['--format', 'json'], files);
    expect({ status: answer.status, out: answer.out }).toEqual({ status, out });
    expect(answer.err).toBe('hardfail: an entry of the cache is damaged and not used\n');
    expect(mended).toBe(true);
  });
});

describe('a run that cannot be kept', () => {
  const files: Files = {
    [ci]: inline(hole),
    '/repo/plugged.yml': 'plugins: [./p.mjs]\n',
    '/repo/broken.yml': 'on: [\n',
    '/repo/a*b.yml': inline(closed),
  };
  const plugin = { name: 'p', rules: [] };
  it.each([
    [['--fix'], '--cache is not used: fixes are made from what is judged now'],
    [['--diff'], '--cache is not used: fixes are made from what is judged now'],
    [['*.yml'], "--cache is not used: '*.yml' is a pattern; leave out the quotes, or name a folder"],
    [['-'], 'the verdict is not kept: it rests on standard input'],
    [['--base', 'main'], 'the verdict is not kept: it rests on a git revision'],
    [['--config', 'plugged.yml'], 'the verdict is not kept: it rests on plugins'],
    [['broken.yml'], 'the verdict is not kept: the run is incomplete'],
  ])('%j: says why, and comes to the same verdict', async (args, said) => {
    const options = {
      stdin: inline(hole),
      revisions: { 'main:.gitea/workflows/ci.yml': inline(closed) },
      modules: { '/repo/p.mjs': { default: plugin } },
    };
    const cache = new Kept();
    const plain = await hardfail(args, files, options);
    const answer = await hardfail(['--cache', ...args], files, { ...options, cache });
    expect(answer).toEqual({ ...plain, err: expect.any(String) });
    expect(answer.err.split('\n')).toContain(`hardfail: ${said}`);
    expect(cache.size).toBe(0);
  });

  it('--timing times what is judged', async () => {
    const cache = new Kept();
    const { err } = await hardfail(['--cache', '--timing'], files, { cache });
    expect(err).toContain('hardfail: --cache is not used: nothing would be left to be timed\n');
    expect(err).toContain('hardfail: analyse');
    expect(cache.size).toBe(0);
  });

  it('a file whose name looks like a pattern is no pattern', async () => {
    const cache = new Kept();
    const args = ['a*b.yml'];
    for (let again = 0; again < 2; again++)
      expect(await hardfail(['--cache', ...args], files, { cache })).toEqual(await hardfail(args, files));
    expect(cache.writes).toBe(1);
  });

  it('without a folder it goes on, and says so', async () => {
    const plain = await hardfail([], files);
    const { err, ...answer } = await hardfail(['--cache'], files);
    expect({ ...answer, err: '' }).toEqual(plain);
    expect(err).toBe(
      'hardfail: --cache is not used: /home/cache/hardfail: cannot be made: the file system is read-only\n',
    );
  });

  it.each(['cache', '/repo/.gitea', '.', '../repo/x'])(
    'a folder in a repository, %s, is refused: a commit could bring a verdict along',
    async (location) => {
      const cache = new Kept();
      const { err } = await hardfail(['--cache', '--cache-location', location], files, { cache });
      expect(err).toMatch(
        /^hardfail: --cache is not used: \/repo\S* lies in the repository \/repo, so that /,
      );
      expect(cache.size).toBe(0);
    },
  );

  it('a folder elsewhere will do', async () => {
    const cache = new Kept();
    const args = ['--cache', '--cache-location', '../elsewhere'];
    expect(await hardfail(args, files, { cache })).toEqual(await hardfail([], files));
    expect(cache.size).toBe(1);
  });

  it('--cache-location alone is a mistake', async () => {
    const { status, err } = await hardfail(['--cache-location', '/x'], files);
    expect(status).toBe(2);
    expect(err).toContain('--cache-location is given, but nothing is kept\n  help: add --cache');
  });
});
