import { describe, expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { type MemoryNode, type MemoryOptions, memoryHost } from './support/memory-host.js';

const gate = `name: gate
on: [push]
jobs:
  ship:
    runs-on: ubuntu-latest
    env:
      SHIP_KEY: \${{ secrets.SHIP_KEY }}
    steps:
      - name: Ship
        run: |
          if [ -z "$SHIP_KEY" ]; then
            echo "no key"   # said to nobody
            exit 0
          fi
          ./ship --key "$SHIP_KEY"
`;
const mended = gate.replace(
  '            exit 0\n',
  `            echo "::error::SHIP_KEY is missing: provision it in the repository's secrets"\n            exit 1\n`,
);
const vague = gate.replace('exit 0', 'exit 1');
const path = '/repo/.gitea/workflows/gate.yml';

function repository(files: Readonly<Record<string, MemoryNode>>, options: MemoryOptions = {}) {
  return memoryHost({ '/repo/.git/': '', ...files }, options);
}

describe('--unsafe-fixes', () => {
  it('writes the file, and its verdict is that of the file as it is then', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--unsafe-fixes'], host)).toBe(0);
    expect([...host.written]).toEqual([[path, mended]]);
    expect(host.out()).toContain('no findings');
    expect(host.err()).toBe('hardfail: mended 1 finding in 1 file\n');
  });

  it('changes nothing a second time', async () => {
    const host = repository({ [path]: mended });
    expect(await run(['--unsafe-fixes'], host)).toBe(0);
    expect(host.written.size).toBe(0);
    expect(host.err()).toBe('hardfail: mended 0 findings in 0 files\n');
  });

  it('keeps line ends of two characters, and a byte order mark', async () => {
    const host = repository({ [path]: `\ufeff${gate.replaceAll('\n', '\r\n')}` });
    expect(await run(['--unsafe-fixes'], host)).toBe(0);
    expect(host.written.get(path)).toBe(`\ufeff${mended.replaceAll('\n', '\r\n')}`);
  });

  it('writes through a link that stays in the repository, and not over the link', async () => {
    const host = repository({ '/repo/ci/gate.yml': gate, [path]: { link: '/repo/ci/gate.yml' } });
    expect(await run(['--unsafe-fixes', '.gitea/workflows/gate.yml'], host)).toBe(0);
    expect([...host.written]).toEqual([['/repo/ci/gate.yml', mended]]);
  });

  it('says which file it could not write, with status 2 and the findings as they were', async () => {
    const host = { ...repository({ [path]: gate }) };
    const refusing = {
      ...host,
      replaceFile: () => ({ ok: false as const, missing: false, reason: 'permission denied' }),
    };
    expect(await run(['--unsafe-fixes'], refusing)).toBe(2);
    expect(host.err()).toBe('hardfail: .gitea/workflows/gate.yml is not mended: permission denied\n');
    expect(host.out()).toContain('1 error');
  });

  it.each([
    [
      '--unsafe-fixes',
      '.gitea/workflows/g␛[31m␊::stop-commands::x\\u{202e}.yml is not mended: permission denied',
    ],
    ['--fix=optional', 'g␛[31m␊::stop-commands::x\\u{202e}.yml is not written: permission denied'],
  ])('%s says it in one line that nothing obeys, whatever the file is called', async (flag, said) => {
    const name = 'g\u001b[31m\n::stop-commands::x\u202e.yml';
    const host = repository({
      [`/repo/.gitea/workflows/${name}`]: gate,
      [`/repo/${name}`]: 'forge: gitea\n',
    });
    const refusing = {
      ...host,
      replaceFile: () => ({ ok: false as const, missing: false, reason: 'permission denied' }),
    };
    expect(await run([flag, '--config', name], refusing)).toBe(2);
    expect(host.err()).toBe(`hardfail: ${said}\n`);
  });

  it('leaves a file alone that has changed while it was judged', async () => {
    const host = repository({ [path]: gate });
    let reads = 0;
    const changing: typeof host = {
      ...host,
      readFile: (file, most) => {
        if (file !== path || reads++ === 0) return host.readFile(file, most);
        return { ok: true, value: new TextEncoder().encode(`${gate}# more\n`) };
      },
    };
    expect(await run(['--unsafe-fixes'], changing)).toBe(2);
    expect(host.written.size).toBe(0);
    expect(host.err()).toContain('was changed while it was judged');
  });

  it('leaves what a comment ignores', async () => {
    const ignored = gate.replace(
      '            exit 0',
      '            # hardfail: ignore[missing-secret-exits-zero] it is advisory\n            exit 0',
    );
    const host = repository({ [path]: ignored });
    expect(await run(['--unsafe-fixes'], host)).toBe(0);
    expect(host.written.size).toBe(0);
  });
});

describe('--fix', () => {
  it('applies what changes nothing that CI does, and says how much more there is', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--fix'], host)).toBe(1);
    expect(host.written.size).toBe(0);
    expect(host.err()).toBe('hardfail: mended 0 findings in 0 files; --unsafe-fixes mends 1 more\n');
  });

  it('lets a guard say what is missing', async () => {
    const host = repository({ [path]: vague });
    expect(await run(['--fix'], host)).toBe(0);
    expect(host.written.get(path)).toBe(mended);
  });
});

describe('--diff', () => {
  it('prints the patch and writes nothing; the verdict is that of the files as they are', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--diff'], host)).toBe(1);
    expect(host.written.size).toBe(0);
    expect(host.out()).toBe(`--- a/.gitea/workflows/gate.yml
+++ b/.gitea/workflows/gate.yml
@@ -10,6 +10,7 @@
         run: |
           if [ -z "$SHIP_KEY" ]; then
             echo "no key"   # said to nobody
-            exit 0
+            echo "::error::SHIP_KEY is missing: provision it in the repository's secrets"
+            exit 1
           fi
           ./ship --key "$SHIP_KEY"
`);
    expect(host.err()).toBe('hardfail: 1 finding in 1 file can be mended like this\n');
  });

  it('names files from the top of the repository where one lies outside of the folder that git would apply it in', async () => {
    const host = repository({ [path]: gate, '/repo/src/lib/': '' }, { cwd: '/repo/src/lib' });
    expect(await run(['--diff'], host)).toBe(1);
    expect(host.out()).toContain('--- a/.gitea/workflows/gate.yml\n');
    expect(host.err()).toBe(
      'hardfail: 1 finding in 1 file can be mended like this; it is a patch for ../..\n',
    );
    const inside = repository({ [path]: gate }, { cwd: '/repo/.gitea' });
    expect(await run(['--diff', 'workflows/gate.yml'], inside)).toBe(1);
    expect(inside.out()).toContain('--- a/workflows/gate.yml\n');
  });

  it('shows with --fix only what that would apply', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--fix', '--diff'], host)).toBe(1);
    expect(host.out()).toBe('');
  });

  it('works on standard input, which cannot be written', async () => {
    const args = ['-', '--stdin-filename', '.gitea/workflows/gate.yml'];
    const host = repository({}, { stdin: gate });
    expect(await run([...args, '--diff'], host)).toBe(1);
    expect(host.out()).toContain('+            exit 1\n');
    const refused = repository({}, { stdin: gate });
    expect(await run([...args, '--unsafe-fixes'], refused)).toBe(2);
    expect(refused.err()).toContain('show them with --diff');
  });
});

describe('--fix=optional', () => {
  const declared = "optional-secrets:\n  - name: SHIP_KEY\n    reason: ''\n";

  it('writes the declaration, which is refused until somebody has said why', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--fix=optional'], host)).toBe(1);
    expect([...host.written]).toEqual([['/repo/hardfail.yml', declared]]);
    expect(host.err()).toContain('hardfail.yml names the secrets');
    expect(await run([], host)).toBe(2);
    const why = repository({
      [path]: gate,
      '/repo/hardfail.yml': declared.replace("''", 'nothing is shipped from here'),
    });
    expect(await run([], why)).toBe(0);
  });

  it('adds to the configuration that there is, and leaves the rest of it alone', async () => {
    const config = '# ours\nfail-on: error # for now\n';
    const host = repository({ [path]: gate, '/repo/hardfail.yml': config });
    expect(await run(['--fix=optional'], host)).toBe(1);
    expect(host.written.get('/repo/hardfail.yml')).toBe(`${config}${declared}`);
  });

  it('adds to the list that there is', async () => {
    const config =
      'optional-secrets:\n- name: OTHER_KEY # known\n  reason: advisory\n# the end\nfail-on: error\n';
    const host = repository({ [path]: gate, '/repo/hardfail.yml': config });
    expect(await run(['--fix=optional', '--no-ignores'], host)).toBe(1);
    expect(host.written.get('/repo/hardfail.yml')).toBe(
      config.replace('advisory\n', "advisory\n- name: SHIP_KEY\n  reason: ''\n"),
    );
  });

  it('declares no name that the configuration would refuse for ever', async () => {
    const host = repository({ [path]: gate.replace('secrets.SHIP_KEY', "secrets['SHIP-KEY']") });
    expect(await run(['--fix=optional'], host)).toBe(1);
    expect(host.err()).toBe('hardfail: there is no secret to declare optional\n');
    expect(host.written.size).toBe(0);
  });

  it('shows it with --diff', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--fix=optional', '--diff'], host)).toBe(1);
    expect(host.written.size).toBe(0);
    expect(host.out()).toContain('+  - name: SHIP_KEY\n');
  });

  it('does not go with --unsafe-fixes', async () => {
    const host = repository({ [path]: gate });
    expect(await run(['--fix=optional', '--unsafe-fixes'], host)).toBe(2);
    expect(host.err()).toContain('contradict each other');
  });
});

describe('what a report shows of a fix', () => {
  it('is a diff in pretty, and edits in json', async () => {
    const pretty = repository({ [path]: gate });
    await run([], pretty);
    expect(pretty.out()).toContain('fix:  hardfail --unsafe-fixes makes these changes');
    expect(pretty.out()).toContain('-             exit 0');
    const json = repository({ [path]: gate });
    await run(['--format', 'json'], json);
    const [finding] = JSON.parse(json.out()).findings;
    expect(finding.fix).toEqual({
      applicability: 'unsafe',
      edits: [
        {
          file: '.gitea/workflows/gate.yml',
          start: { line: 13, column: 13 },
          end: { line: 13, column: 13 },
          text: `echo "::error::SHIP_KEY is missing: provision it in the repository's secrets"\n            `,
        },
        {
          file: '.gitea/workflows/gate.yml',
          start: { line: 13, column: 13 },
          end: { line: 13, column: 19 },
          text: 'exit 1',
        },
      ],
    });
  });
});
