import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialects, isAutomaticToken, type ShellLine, shellOf } from '../../src/forge/dialects.js';
import { type Forge, forges } from '../../src/forge/forge.js';

function shell(
  forge: Forge,
  value: string | null,
  place: 'host' | 'container' | 'windows' = 'host',
): ShellLine {
  return shellOf(dialects[forge], {
    shell: value,
    container: place === 'container',
    runsOnWindows: place === 'windows',
  });
}

/** `bash`, then a letter for each option that is on: e(rrexit), (no)u(nset), p(ipefail). */
function brief(line: ShellLine): string {
  if (line.kind !== 'posix') return line.kind;
  const { program, errexit, nounset, pipefail } = line;
  return `${program} ${errexit ? 'e' : ''}${nounset ? 'u' : ''}${pipefail ? 'p' : ''}`.trim();
}

describe('the shell of a run step', () => {
  test.each([
    // forge, shell, place, what runs (semantics 1.1)
    ['github', null, 'host', 'bash e'],
    ['gitea', null, 'host', 'bash ep'],
    ['forgejo', null, 'host', 'bash ep'],
    ['github', null, 'container', 'sh e'],
    ['gitea', null, 'container', 'sh e'],
    ['forgejo', null, 'container', 'bash ep'],
    ['github', null, 'windows', 'pwsh'],
    ['gitea', null, 'windows', 'pwsh'],
    ['forgejo', null, 'windows', 'pwsh'],
    ['github', '', 'host', 'bash e'],
    ['github', ' bash ', 'host', 'bash ep'],
    ['github', 'node', 'host', 'fails'],
    ['gitea', 'node', 'host', 'runs-nothing'],
    ['forgejo', 'node', 'host', 'node'],
  ] as const)('%s, shell %j on a %s: %s', (forge, value, place, expected) => {
    expect(brief(shell(forge, value, place))).toBe(expected);
  });

  test.each(forges)('names mean the same on %s, wherever the script runs', (forge) => {
    for (const place of ['host', 'container', 'windows'] as const) {
      expect(brief(shell(forge, 'bash', place))).toBe('bash ep');
      expect(brief(shell(forge, 'sh', place))).toBe('sh e');
      expect(shell(forge, 'python', place)).toEqual({ kind: 'python' });
      expect(shell(forge, 'cmd', place)).toEqual({ kind: 'cmd' });
      expect(shell(forge, 'pwsh', place)).toEqual({ kind: 'pwsh', stops: true });
      expect(shell(forge, 'powershell', place)).toEqual({ kind: 'powershell', stops: true });
    }
  });

  test.each([
    ['bash {0}', 'bash'],
    ['bash -x {0}', 'bash'],
    ['bash -e {0}', 'bash e'],
    ['bash -l {0}', 'bash'],
    ['bash -el {0}', 'bash e'],
    ['/bin/bash -l {0}', 'bash'],
    ['bash --login -eo pipefail {0}', 'bash ep'],
    ['bash -euxo pipefail {0}', 'bash eup'],
    ['bash --noprofile --norc -eo pipefail {0}', 'bash ep'],
    ['bash --noprofile --norc -e -o pipefail {0}', 'bash ep'],
    ['bash -o errexit -o nounset -o pipefail {0}', 'bash eup'],
    ['bash -O extglob -e {0}', 'bash e'],
    ['bash --rcfile x.sh -e {0}', 'bash e'],
    ['bash -e +e {0}', 'bash'],
    ['bash -eo pipefail +o pipefail {0}', 'bash e'],
    ['bash -e -- {0}', 'bash e'],
    ['bash -e {0} argument', 'bash e'],
    ['bash -e "{0}"', 'bash e'],
    ['C:\\msys64\\usr\\bin\\bash.exe -e {0}', 'bash e'],
    ['sh -eu {0}', 'sh eu'],
    ['dash -e {0}', 'sh e'],
    ['env FOO=1 bash -e {0}', 'bash e'],
    ['/usr/bin/env bash -eu {0}', 'bash eu'],
    ['nix develop . --command bash -e {0}', 'bash e'],
    ['bash -n {0}', 'runs-nothing'],
    ['bash -o noexec {0}', 'runs-nothing'],
    ['bash -c {0}', 'other'],
    ['bash wrapper.sh {0}', 'other'],
    ['env -i bash -e {0}', 'other'],
    ['sudo bash -e {0}', 'other'],
    ['zsh {0}', 'other'],
    ['perl {0}', 'other'],
    ['python3.12 -u {0}', 'python'],
    ['python -X utf8 {0}', 'python'],
    ['python -m pytest {0}', 'other'],
    ['node --input-type=module {0}', 'node'],
    ['node --check {0}', 'other'],
    ['cmd /C call {0}', 'cmd'],
  ])('the template %j runs as: %s', (template, expected) => {
    for (const forge of forges) expect(brief(shell(forge, template))).toBe(expected);
  });

  test('a custom PowerShell template gets no stop at the first error', () => {
    expect(shell('github', `pwsh -command ". '{0}'"`)).toEqual({ kind: 'pwsh', stops: false });
  });

  test.each(['bash -eu', 'zsh', 'perl -w'])('%j without a place for the script', (command) => {
    expect(shell('github', command)).toEqual({ kind: 'fails', command });
    expect(shell('gitea', command)).toEqual({ kind: 'runs-nothing', command });
    expect(shell('forgejo', command)).toEqual({ kind: 'runs-nothing', command });
  });

  test('any text at all gives some answer', () => {
    fc.assert(
      fc.property(fc.constantFrom(...forges), fc.string(), fc.string(), (forge, before, after) => {
        expect(shell(forge, `${before}{0}${after}`).kind).toBeTypeOf('string');
      }),
    );
  });

  test('a name inherited by every object is no shell', () => {
    expect(shell('github', 'constructor').kind).toBe('fails');
  });
});

describe('options of a bash template, against bash itself', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-shell-'));
    writeFileSync(join(folder, 'script'), 'echo "$-"; set +o | grep pipefail\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    '-e {0}',
    '-x {0}',
    '-euo pipefail {0}',
    '-oe pipefail {0}',
    '-eo pipefail +e {0}',
    '-O extglob -u {0}',
    '-o nounset +o nounset -e {0}',
    '--norc -e -- {0}',
    '--noprofile -eu - {0}',
  ])('bash %s', (args) => {
    const script = join(folder, 'script');
    const words = args.split(' ').map((word) => (word === '{0}' ? script : word));
    const [flags = '', pipefail = ''] = execFileSync('bash', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split('\n');
    expect(shell('github', `bash ${args}`)).toEqual({
      kind: 'posix',
      program: 'bash',
      errexit: flags.includes('e'),
      nounset: flags.includes('u'),
      pipefail: pipefail.startsWith('set -o'),
    });
  });
});

describe('the dialects', () => {
  test.each(forges)('%s is filed under its own name', (forge) => {
    expect(dialects[forge].forge).toBe(forge);
  });

  test('precedence of the workflow folders (semantics 6.8)', () => {
    expect(dialects.github.roots).toEqual({ folders: ['.github/workflows'], recursive: false });
    expect(dialects.gitea.roots.folders).toEqual(['.gitea/workflows', '.github/workflows']);
    expect(dialects.forgejo.roots.folders).toEqual([
      '.forgejo/workflows',
      '.gitea/workflows',
      '.github/workflows',
    ]);
  });

  test.each([
    // forge, secrets in job if, secrets in step if, env in job if (semantics 3.1 to 3.3)
    ['github', false, false, false],
    ['gitea', true, true, true],
    ['forgejo', true, true, true],
  ] as const)('contexts in an if on %s', (forge, secretsInJob, secretsInStep, envInJob) => {
    const { contexts } = dialects[forge];
    expect(contexts['job-if'].has('secrets')).toBe(secretsInJob);
    expect(contexts['step-if'].has('secrets')).toBe(secretsInStep);
    expect(contexts['job-if'].has('env')).toBe(envInJob);
    expect(contexts['step-if'].has('env')).toBe(true);
    for (const alias of dialects[forge].githubAliases) expect(contexts['step-if'].has(alias)).toBe(true);
  });

  test('on GitHub a composite action sees its inputs but no secrets, variables or needs (semantics 3.1)', () => {
    const seen = dialects.github.contexts['composite-step'];
    expect(seen.has('inputs')).toBe(true);
    expect(['secrets', 'vars', 'needs'].filter((name) => seen.has(name))).toEqual([]);
  });

  test.each([
    ['github', 'GITHUB_TOKEN', true],
    ['github', 'github_token', true],
    ['github', 'GITEA_TOKEN', false],
    ['gitea', 'GITEA_TOKEN', true],
    ['gitea', 'FORGEJO_TOKEN', false],
    ['forgejo', 'GITEA_TOKEN', true],
    ['forgejo', 'forgejo_token', true],
    ['forgejo', 'NPM_TOKEN', false],
  ] as const)('%s provides %s itself: %s (semantics 2.7)', (forge, name, expected) => {
    expect(isAutomaticToken(forge, name)).toBe(expected);
  });

  test('each forge has its own names for the file commands beside GITHUB_*', () => {
    expect(dialects.github.fileCommands.output).toEqual(['GITHUB_OUTPUT']);
    expect(dialects.gitea.fileCommands.env).toEqual(['GITHUB_ENV', 'GITEA_ENV']);
    expect(dialects.forgejo.fileCommands.summary).toEqual(['GITHUB_STEP_SUMMARY', 'FORGEJO_STEP_SUMMARY']);
  });

  test('ACT is set on real Gitea and Forgejo runners (semantics 8.9)', () => {
    expect(dialects.gitea.environment.get('ACT')).toBe('true');
    expect(dialects.forgejo.environment.get('ACT')).toBe('true');
    expect(dialects.github.environment.has('ACT')).toBe(false);
  });

  test('environment variables that carry the github context', () => {
    expect(dialects.github.contextVariables.get('GITHUB_HEAD_REF')).toBe('head_ref');
    expect(dialects.forgejo.contextVariables.get('FORGEJO_EVENT_NAME')).toBe('event_name');
    expect(dialects.gitea.contextVariables.has('GITHUB_TRIGGERING_ACTOR')).toBe(false);
  });
});
