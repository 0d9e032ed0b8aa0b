import * as justBash from 'just-bash';
import { describe, expect, it } from 'vitest';
import { sandboxOf } from '../../src/replay/just-bash.js';
import type { Machine, ScriptOutcome, ScriptRun } from '../../src/replay/sandbox.js';
import {
  endingText,
  type FlowFixture,
  type FlowShell,
  presentValue,
  readFlowFixtures,
  type World,
} from '../support/flow-fixtures.js';
import { parseFileCommands } from '../support/oracle.js';

const sandbox = sandboxOf(justBash);
const fixtures = readFlowFixtures().filter(({ name }) => name.endsWith('.sh'));

/**
 * Where just-bash ends otherwise than bash, and the sandbox does not refuse the script: rare enough in workflows to be
 * put up with. `command-v.sh` is no fault: in the sandbox every command that a script names is there. Those named after
 * what they have many lines of (tests, texts, lists) differ in one or two of them.
 */
const otherwise: readonly string[] = [
  'answers-of-tests-in-sh.sh',
  'answers-of-tests.sh',
  'arithmetic-error-goes-on.sh',
  'command-v.sh',
  'indirection-fails-in-a-function.sh',
  'return-outside-a-function-in-dash.sh',
  'status-inside-a-command-in-dash.sh',
  'texts-that-are-printed.sh',
  'unbound-in-a-here-document.sh',
  'unknown-answers.sh',
  'xargs-replaces.sh',
];

const plain: Omit<ScriptRun, 'script'> = {
  program: 'bash',
  errexit: true,
  nounset: false,
  pipefail: false,
  env: {},
  cwd: '/repo',
  answers: {},
  secrets: [],
  failing: [],
  empty: [],
};

async function newMachine(files: Readonly<Record<string, string>> = {}): Promise<Machine> {
  return sandbox.machine({ '/repo/.keep': '', ...files });
}

async function run(script: string, options: Partial<ScriptRun> = {}, files = {}): Promise<ScriptOutcome> {
  return (await newMachine(files)).run({ ...plain, ...options, script });
}

/** The statuses, calls and outputs that a fixture ends with, one for each combination of its unknown statuses. */
async function endings(fixture: FlowFixture, shell: FlowShell, world: World): Promise<readonly string[]> {
  const exact = fixture.promised[world].every(({ status }) => status !== null);
  const found = new Set<string>();
  for (const unknown of combinations(fixture.unknown)) {
    const statuses: readonly (readonly [string, number])[] = [
      ...fixture.stubs.map(({ name, status }) => [name, status] as const),
      ...fixture.consumers.map((name) => [name, world === 'present' ? 0 : 1] as const),
      ...unknown,
    ];
    const machine = await newMachine({ '/runner/output': '', '/runner/env': '' });
    const outcome = await machine.run({
      ...plain,
      script: fixture.script,
      program: shell.name === 'sh' ? 'sh' : 'bash',
      errexit: shell.flags.includes('-e'),
      nounset: shell.flags.includes('-u'),
      pipefail: shell.flags.includes('pipefail'),
      answers: Object.fromEntries(statuses.map(([name, status]) => [name, { status, output: '' }])),
      env: {
        ...fixture.env,
        ...Object.fromEntries(fixture.secrets.map((name) => [name, world === 'present' ? presentValue : ''])),
        HOME: '/root',
        GITHUB_OUTPUT: '/runner/output',
        GITHUB_ENV: '/runner/env',
        GITHUB_STEP_SUMMARY: '/runner/summary',
      },
    });
    if (outcome.kind === 'refused') return ['refused'];
    const stubs = new Set(statuses.map(([name]) => name));
    const pairs = async (path: string) =>
      [...parseFileCommands(await machine.read(path))].map(([name, value]) => `${name}=${value}`).sort();
    const reached = outcome.calls.map(({ name }) => name).filter((name) => stubs.has(name));
    const { status } = outcome;
    found.add(
      endingText(
        { status, reached, outputs: await pairs('/runner/output'), env: await pairs('/runner/env') },
        exact,
      ),
    );
  }
  return [...found].sort();
}

function combinations(names: readonly string[]): readonly (readonly (readonly [string, number])[])[] {
  let all: (readonly (readonly [string, number])[])[] = [[]];
  for (const name of names)
    all = all.flatMap((statuses) => [0, 1].map((status) => [...statuses, [name, status] as const]));
  return all;
}

describe('the sandbox ends every flow fixture as a real shell does, or refuses it', () => {
  const ran: string[] = [];
  it.each(fixtures.filter(({ name }) => !otherwise.includes(name)))('$name', async (fixture) => {
    for (const shell of fixture.shells) {
      for (const world of ['missing', 'present'] as const) {
        const found = await endings(fixture, shell, world);
        if (found[0] === 'refused') continue;
        ran.push(fixture.name);
        const exact = fixture.promised[world].every(({ status }) => status !== null);
        const promised = fixture.promised[world].map((outcome) => endingText(outcome, exact));
        expect(found, `${world}, ${[shell.name, ...shell.flags].join(' ')}`).toEqual(
          [...new Set(promised)].sort(),
        );
      }
    }
  });

  it('and refuses few of them', () => {
    expect(new Set(ran).size).toBeGreaterThan((fixtures.length - otherwise.length) * 0.75);
  });

  it.each(otherwise)('but for %s', async (name) => {
    const fixture = fixtures.find((one) => one.name === name);
    if (!fixture) throw new Error(`there is no fixture ${name}`);
    const same: boolean[] = [];
    for (const shell of fixture.shells) {
      for (const world of ['missing', 'present'] as const) {
        const exact = fixture.promised[world].every(({ status }) => status !== null);
        const promised = new Set(fixture.promised[world].map((outcome) => endingText(outcome, exact)));
        same.push(
          JSON.stringify(await endings(fixture, shell, world)) === JSON.stringify([...promised].sort()),
        );
      }
    }
    // Once it is the same everywhere, it must leave the list.
    expect(same).toContain(false);
  });
});

describe('the sandbox', () => {
  it('takes the items of a brace expansion for no words of their own', async () => {
    expect(await run('for x in {a,b}{1..2}; do deploy "$x"; done\n')).toMatchObject({
      kind: 'ended',
      status: 0,
    });
  });

  it('notes the calls of commands that it does not have, by name and by path, and lets them succeed', async () => {
    const outcome = await run('deploy a "b c" && ./ci/check.sh x | tee log\nsudo -E publish now\n');
    expect(outcome).toMatchObject({ kind: 'ended', status: 0 });
    if (outcome.kind !== 'ended') return;
    expect(outcome.calls.filter(({ stub }) => stub).map(({ name, args }) => [name, ...args])).toEqual([
      ['deploy', 'a', 'b c'],
      ['./ci/check.sh', 'x'],
      ['publish', 'now'],
    ]);
  });

  it('runs the scripts of the repository, however they are called', async () => {
    const files = {
      '/repo/ci/run.sh': '#!/usr/bin/env bash\nset -e\nfalse\ndeploy\n',
      '/repo/ci/lib.sh': 'helper() { notify "$1"; }\n',
    };
    for (const call of [
      'ci/run.sh',
      './ci/run.sh',
      'bash ci/run.sh',
      'bash -e ci/run.sh',
      'sh -c ./ci/run.sh',
    ])
      expect(await run(`${call}\n`, {}, files), call).toMatchObject({ status: 1, calls: [] });
    expect(await run('. ci/lib.sh\nhelper now\n', {}, files)).toMatchObject({
      calls: [{ name: 'notify', args: ['now'] }],
    });
    expect(await run('bash -eo pipefail -c "false | true; deploy"\n')).toMatchObject({ status: 1 });
    expect(await run('bash <<< "notify x"\n')).toMatchObject({ calls: [{ name: 'notify' }] });
  });

  it('lets a file be there that only a runner would have', async () => {
    expect(await run('cp dist/app.tgz out/\ncat notes.md\ndeploy\n')).toMatchObject({ status: 0 });
    expect(await run('if [ -f dist/app.tgz ]; then deploy; fi\n')).toMatchObject({ calls: [] });
  });

  it('answers for a command as it is told', async () => {
    const answers = { git: { status: 1, output: '' }, npm: { status: 0, output: '7\n' } };
    const outcome = await run('git diff --quiet || x=$(npm view)\n[ "$x" = 7 ] && deploy\n', { answers });
    expect(outcome).toMatchObject({
      status: 0,
      calls: [{ name: 'git' }, { name: 'npm' }, { name: 'deploy' }],
    });
  });

  it('knows which call was given a secret, and fails it where the secret is missing', async () => {
    const secrets = ['hardfail-secret-token'];
    const env = { TOKEN: 'hardfail-secret-token' };
    const script = 'deploy --token "$TOKEN" || notify\n';
    const present = await run(script, { env, secrets });
    expect(present).toMatchObject({ calls: [{ name: 'deploy', consumes: secrets, starved: false }] });
    const missing = await run(script, { env: { TOKEN: '' }, failing: ['deploy --token'] });
    expect(missing).toMatchObject({
      calls: [{ name: 'deploy', status: 1, starved: true }, { name: 'notify' }],
    });
    const silent = await run('curl -H "Authorization: $TOKEN" https://x.test\n', {
      env: { TOKEN: '' },
      failing: ['curl -H Authorization:  https://x.test'],
    });
    expect(silent).toMatchObject({ status: 0, calls: [{ name: 'curl', status: 0, starved: true }] });
    const reader = await run('gh release create v1\n', { env: { GH_TOKEN: '' }, empty: ['GH_TOKEN'] });
    expect(reader).toMatchObject({ status: 1, calls: [{ name: 'gh', starved: true }] });
  });

  it.each([
    ['while :; do :; done\n', 'limits'],
    ['f() { f; }\nf\n', 'limits'],
    ['x=aaaaaaaaaaaaaaaa\nwhile true; do x=$x$x; done || true\n', 'limits'],
    ['sleep 1000 &\n', 'background'],
    ["trap 'exit 0' ERR\n", 'trap'],
    ['! { false; deploy; }\n', 'negates'],
    ['if then\n', 'read'],
    ['. ./made-on-the-way.sh\n', 'sources'],
  ])('refuses %j', async (script, reason) => {
    const outcome = await run(script);
    expect(outcome.kind).toBe('refused');
    if (outcome.kind === 'refused') expect(outcome.reason).toContain(reason);
  });

  it('runs a script that only sets a trap to tidy up', async () => {
    expect(await run('tmp=$(mktemp)\ntrap \'rm -f "$tmp"\' EXIT\ndeploy\n')).toMatchObject({ status: 0 });
  });

  it('has nothing of this machine in reach', async () => {
    const outcome = await run(
      `cat ${import.meta.filename} > copy || true\nwc -c < copy\nls /home /proc/self/environ || true\necho "$NODE_ENV$VITEST$USER"\n`,
    );
    expect(outcome).toMatchObject({ kind: 'ended', status: 0 });
    // The copy is empty, the folders are not there, and the variables hold nothing.
    if (outcome.kind === 'ended') expect(outcome.stdout.trim()).toBe('0');
  });

  it('keeps files from one script to the next, and nothing else', async () => {
    const machine = await newMachine();
    await machine.run({ ...plain, script: 'X=1\nexport X\necho kept > file\n' });
    const outcome = await machine.run({ ...plain, script: 'cat file\necho "[$X]"\n' });
    expect(outcome).toMatchObject({ stdout: 'kept\n[]\n' });
  });

  it('knows the release of its system', async () => {
    const told = await run('set -u\n. /etc/os-release\necho "$ID $VERSION_CODENAME"\n');
    expect(told).toMatchObject({ status: 0, stdout: 'ubuntu noble\n' });
  });

  it.each([
    ["curl -s -o /dev/null -w '%{http_code}' https://x.test", '200'],
    ["curl -sw '%{http_code}\\n' -o /dev/null https://x.test", '200\n'],
    [
      'curl -s --write-out "HTTP=%{response_code} IN=%{time_total}" -o body https://x.test',
      'HTTP=200 IN=0.1',
    ],
    ['curl -s -w "\\n%{http_code}" -H "Authorization: $TOKEN" https://x.test', 'secret\n\n200'],
  ])('answers as a server does: %s', async (command, stdout) => {
    const told = await run(`${command}\n`, { env: { TOKEN: 'secret' }, secrets: ['secret'] });
    expect(told).toMatchObject({ status: 0, stdout });
  });

  it.each([
    ['401', {}, ['curl -w %{http_code} -H Authorization:  https://x.test']],
    ['204', { curl: { status: 0, output: '', code: '204' } }, []],
    ['000', { curl: { status: 7, output: '' } }, []],
  ])('answers %s where that is so', async (code, answers, failing) => {
    const told = await run('curl -w "%{http_code}" -H "Authorization: $TOKEN" https://x.test || true\n', {
      env: { TOKEN: '' },
      answers,
      failing,
    });
    expect(told).toMatchObject({ stdout: code });
  });
});
