import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Files, judged, lintWith, place, WORKFLOW, workflow } from '../support/called.js';
import { realMachine } from '../support/machine.js';

const SOFT =
  'if [ -z "$TOKEN" ]; then exit 0; fi; curl -fsS -H "Authorization: $TOKEN" -X POST https://a.example';
const HARD = SOFT.replace('exit 0', 'exit 1');

/** A `package.json` whose first script stands on line 3. */
function packageJson(
  scripts: Readonly<Record<string, string>>,
  rest: Readonly<Record<string, unknown>> = {},
): string {
  return `${JSON.stringify({ scripts, ...rest }, null, 2)}\n`;
}

const exitsZero = (file: string, line: number) => `missing-secret-exits-zero ${file}:${line}`;

describe('a script of a package is followed', () => {
  const forms: readonly [run: string, file: string, script: string, keys?: string][] = [
    ['npm run deploy', 'package.json', 'deploy'],
    ['npm run-script deploy', 'package.json', 'deploy'],
    ['npm --silent run deploy', 'package.json', 'deploy'],
    ['npm run deploy --if-present', 'package.json', 'deploy'],
    ['npm run deploy -- --now', 'package.json', 'deploy'],
    ['npm test', 'package.json', 'test'],
    ['npm t', 'package.json', 'test'],
    ['npm start', 'package.json', 'start'],
    ['npm --prefix web run deploy', 'web/package.json', 'deploy'],
    ['npm run deploy --prefix=./web', 'web/package.json', 'deploy'],
    ['npm -C "$GITHUB_WORKSPACE/web" run deploy', 'web/package.json', 'deploy'],
    ['cd web && npm run deploy', 'web/package.json', 'deploy'],
    ['npm run deploy', 'web/package.json', 'deploy', '        working-directory: web\n'],
    ['cd web/src && npm run deploy', 'web/package.json', 'deploy'],
    ['yarn deploy', 'package.json', 'deploy'],
    ['yarn run deploy now', 'package.json', 'deploy'],
    ['yarn --cwd web deploy', 'web/package.json', 'deploy'],
    ['pnpm deploy:site', 'package.json', 'deploy:site'],
    ['pnpm run deploy', 'package.json', 'deploy'],
    ['pnpm -C web run deploy', 'web/package.json', 'deploy'],
    ['pnpm --dir web test', 'web/package.json', 'test'],
    ['bun run deploy', 'package.json', 'deploy'],
    ['bun run --cwd web deploy', 'web/package.json', 'deploy'],
    ['env A=b npm run deploy', 'package.json', 'deploy'],
    ['timeout 60 npm run deploy', 'package.json', 'deploy'],
  ];
  it.each(forms)('%s', (run, file, script, keys) => {
    expect(judged(run, { [file]: packageJson({ [script]: SOFT }) }, keys)).toEqual([exitsZero(file, 3)]);
    expect(judged(run, { [file]: packageJson({ [script]: HARD }) }, keys)).toEqual([]);
  });

  it('with its hooks, each only after the one before it has succeeded', () => {
    const guard = '[ -n "$TOKEN" ] || exit 0';
    const scripts = { prex: 'test -n "$TOKEN"', x: `${guard}; deploy x` };
    expect(judged('npm run x', { 'package.json': packageJson(scripts) })).toEqual([]);
    expect(judged('npm run x --ignore-scripts', { 'package.json': packageJson(scripts) })).toEqual([
      exitsZero('package.json', 4),
    ]);
    const old = packageJson(scripts, { packageManager: 'pnpm@8.6.0' });
    expect(judged('pnpm run x', { 'package.json': old })).toEqual([exitsZero('package.json', 4)]);
    const after = { x: 'tsc', postx: `${guard}; deploy x` };
    expect(judged('npm run x', { 'package.json': packageJson(after) })).toEqual([
      exitsZero('package.json', 4),
    ]);
  });

  it('that runs another one', () => {
    const scripts = { release: 'npm run build && npm run deploy', build: 'tsc', deploy: SOFT };
    expect(judged('npm run release', { 'package.json': packageJson(scripts) })).toEqual([
      exitsZero('package.json', 5),
    ]);
  });

  it('that calls a shell script beside it', () => {
    const files = {
      'web/package.json': packageJson({ deploy: './deploy.sh' }),
      'web/deploy.sh': `#!/bin/sh\n${SOFT}\n`,
    };
    expect(judged('npm --prefix web run deploy', files)).toEqual([exitsZero('web/deploy.sh', 2)]);
  });

  it('of a package of the workspace', () => {
    const files = {
      'package.json': packageJson({}, { workspaces: ['packages/*', 'site'] }),
      'packages/a/package.json': packageJson({ deploy: SOFT }, { name: '@me/a' }),
      'site/package.json': packageJson({ deploy: SOFT }, { name: 'web' }),
    };
    const a = [exitsZero('packages/a/package.json', 3)];
    expect(judged('npm run deploy -w @me/a', files)).toEqual(a);
    expect(judged('npm run deploy --workspace=packages/a', files)).toEqual(a);
    expect(judged('yarn workspace @me/a deploy', files)).toEqual(a);
    expect(judged('npm run deploy -w web', files)).toEqual([exitsZero('site/package.json', 3)]);
    const listed = {
      ...files,
      'package.json': packageJson({}),
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    };
    expect(judged('pnpm --filter @me/a deploy:it', listed)).toEqual([]);
    expect(judged('pnpm --filter @me/a run deploy', listed)).toEqual(a);
    expect(judged('pnpm --filter ./packages/a run deploy', listed)).toEqual(a);
  });

  it('with its arguments behind its text', () => {
    const files = { 'package.json': packageJson({ x: 'f() { [ -n "$1" ] || exit 0; deploy x; }; f' }) };
    expect(judged('npm run x -- "$TOKEN"', files)).toEqual([exitsZero('package.json', 3)]);
    expect(judged('npm run x -- constant', files)).toEqual([]);
  });
});

describe("what a package's script knows", () => {
  it('is what is exported, and its own directory', () => {
    const text = packageJson({ x: '[ -n "$COPY" ] || exit 0; deploy x' });
    expect(judged('COPY="$TOKEN" npm run x', { 'package.json': text })).toEqual([
      exitsZero('package.json', 3),
    ]);
    expect(judged('COPY="$TOKEN"\nnpm run x', { 'package.json': text })).toEqual([]);
  });

  it('is read by a shell without options: the last command decides', () => {
    const text = packageJson({ x: 'curl -fsS -H "$TOKEN" -X POST https://a.example; echo done' });
    expect(judged('npm run x', { 'package.json': text })).toEqual(['missing-secret-masked package.json:3']);
  });
});

describe('what the analysis says of a package is what the real npm does', () => {
  const soft = '[ -n "$TOKEN" ] || exit 0; deploy x';
  const cases: readonly [run: string, files: Files][] = [
    ['npm run x', { 'package.json': packageJson({ x: soft }) }],
    ['npm run x', { 'package.json': packageJson({ x: '[ -n "$TOKEN" ] && deploy x' }) }],
    ['npm run x', { 'package.json': packageJson({ prex: 'test -n "$TOKEN"', x: soft }) }],
    ['npm run x --ignore-scripts', { 'package.json': packageJson({ prex: 'test -n "$TOKEN"', x: soft }) }],
    ['npm run x', { 'package.json': packageJson({ x: 'true', postx: soft }) }],
    ['npm run x', { 'package.json': packageJson({ x: soft, postx: 'test -n "$TOKEN"' }) }],
    [
      'npm run x -- "$TOKEN"',
      { 'package.json': packageJson({ x: 'f() { [ -n "$1" ] || exit 0; deploy x; }; f' }) },
    ],
    [
      'npm run x "$TOKEN"',
      { 'package.json': packageJson({ x: 'f() { [ -n "$1" ] || exit 0; deploy x; }; f' }) },
    ],
    ['npm run x --flag', { 'package.json': packageJson({ x: `g() { [ $# = 0 ] || exit 1; ${soft}; }; g` }) }],
    ['npm test', { 'package.json': packageJson({ test: soft }) }],
    ['npm run y --if-present', { 'package.json': packageJson({ x: soft }) }],
    ['cd web/src && npm run x', { 'web/package.json': packageJson({ x: soft }), 'web/src/a': '' }],
    [
      'npm --prefix web run x',
      { 'web/package.json': packageJson({ x: `[ -f here ] || exit 1; ${soft}` }), 'web/here': '' },
    ],
    ['npm run x', { 'package.json': packageJson({ x: 'npm run y && deploy x', y: 'test -n "$TOKEN"' }) }],
    ['npm run x', { 'package.json': packageJson({ x: 'npm run y; deploy x', y: '[ -n "$TOKEN" ]' }) }],
    [
      'npm run x -w @me/a',
      {
        'package.json': packageJson({}, { workspaces: ['packages/*'] }),
        'packages/a/package.json': packageJson({ x: soft }, { name: '@me/a' }),
      },
    ],
  ];
  const machine = realMachine();
  beforeAll(machine.open);
  afterAll(machine.close);

  it.each(cases)(
    '%s of %j',
    (run, files) => {
      const present = machine.run(run, files, 'secret');
      const missing = machine.run(run, files, '');
      const failsOpen = present.done && missing.green && !missing.done;
      expect({ run, said: judged(run, files).length > 0 }).toEqual({ run, said: failsOpen });
    },
    30_000,
  );
});

describe('the finding', () => {
  it('stands at its place in the JSON, whatever is escaped there, and is told with the step', () => {
    const scripts = { 'a"b': '', deploy: `echo "\u00e9 \\" \t"; ${SOFT}` };
    const text = packageJson(scripts).replace('exit 0', 'ex\\u0069t 0');
    const { findings } = lintWith({ [WORKFLOW]: workflow('npm run deploy') }, { 'package.json': text });
    const [finding, ...rest] = findings.filter(({ severity }) => severity === 'error');
    expect(rest).toEqual([]);
    expect(finding && text.slice(finding.span.start, finding.span.end)).toBe('ex\\u0069t 0');
    expect(finding?.witness.map((label) => `${place(label)} ${label.text}`)).toContain(
      `${WORKFLOW}:11 the step calls the script 'deploy' of package.json here`,
    );
  });

  it('is told with the call that led there, not with another one of the same file', () => {
    const scripts = { build: 'tsc', deploy: SOFT };
    const run = 'npm run build\nnpm run deploy';
    const { findings } = lintWith({ [WORKFLOW]: workflow(run) }, { 'package.json': packageJson(scripts) });
    const calls = findings.flatMap(({ witness }) => witness.filter(({ text }) => text.includes('calls')));
    expect(calls.map((label) => `${place(label)} ${label.text}`)).toEqual([
      `${WORKFLOW}:12 the step calls the script 'deploy' of package.json here`,
    ]);
  });
});

describe('a step is not judged where it hands its secret to a script that is not followed', () => {
  const soft = packageJson({ x: SOFT });
  const forms: readonly [run: string, text: string, reason: string, keys?: string][] = [
    ['npm run y', soft, "package.json has no script 'y'"],
    ['npm run "$(pick)"', soft, 'the script that npm runs is computed'],
    ['npm run x --workspaces', soft, 'what npm runs under --workspaces is not modelled'],
    ['npm run x -w a -w b', soft, 'npm runs the scripts of several packages'],
    ['npm run x -w a', soft, "the package 'a' is not found among those of the workspace"],
    ['npm run x -w "$(pick)"', soft, 'the package that npm goes to is computed'],
    ['npm --prefix "$(pick)" run x', soft, 'npm runs a script in a directory that is not known'],
    ['npm run x', '{ "scripts": ', 'package.json is not the JSON of a package'],
    [
      'npm run x',
      packageJson({ x: 'if then' }),
      "the script 'x' of package.json cannot be read: shell syntax",
    ],
    ['yarn x', packageJson({ x: SOFT }, { packageManager: 'yarn@4.1.0' }), 'yarn 2 and newer run scripts'],
    ['npm run x', packageJson({ x: 'npm run x' }), 'too many scripts that call each other'],
  ];
  it.each(forms)('%s', (run, text, reason, keys) => {
    const [only, ...more] = judged(run, { 'package.json': text }, keys);
    expect(only).toContain(`not judged: `);
    expect(only).toContain(reason);
    expect(more).toEqual([]);
  });

  it('on Windows, where cmd.exe reads it', () => {
    const text = workflow('npm run x', '        shell: bash\n').replace('ubuntu', 'windows');
    const { findings, notJudged } = lintWith({ [WORKFLOW]: text }, { 'package.json': soft });
    expect(findings).toEqual([]);
    expect(notJudged.map(({ reason }) => reason)).toEqual([
      'on Windows npm runs its scripts with cmd.exe, which is not modelled',
    ]);
  });
});

describe('a command like any other', () => {
  const soft = packageJson({ x: SOFT, install: SOFT, build: SOFT });
  const forms = [
    'npm ci',
    'npm install',
    'npm --prefix web ci',
    'npm run z --if-present',
    'npm publish',
    'npm exec x',
    'npx x',
    'yarn install',
    'yarn tsc',
    'yarn run tsc',
    'pnpm install',
    'pnpm --filter "$(pick)" install',
    'pnpm exec x',
    'pnpm tsc',
    'bun build',
    'bun test',
    'npm run',
  ];
  it.each(forms)('is %s', (run) => {
    expect(judged(run, { 'package.json': soft })).toEqual([]);
  });
});
