import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';
import { lintWith, WORKFLOW as PATH, place, workflow } from '../support/called.js';

/** Places of the findings that are not notes, each with its rule. */
function found(run: string, files: Readonly<Record<string, string>>, keys = '', before = ''): string[] {
  const { findings, errors } = lintWith({ [PATH]: workflow(run, keys, before) }, files);
  expect(errors).toEqual([]);
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => `${finding.rule} ${place(finding)}`);
}

const SOFT = `if [ -z "$TOKEN" ]; then
  echo "no token"
  exit 0
fi
curl -fsS -H "Authorization: $TOKEN" -X POST https://deploy.example/api
`;
const HARD = SOFT.replace('exit 0', 'exit 1');
const bash = (text: string) => `#!/usr/bin/env bash\n${text}`;
const exitsZero = (file: string, line: number) => `missing-secret-exits-zero ${file}:${line}`;

describe('a script of the repository is followed', () => {
  const forms: readonly [run: string, file: string, text: string, keys?: string][] = [
    ['bash x.sh', 'x.sh', bash(SOFT)],
    ['bash -e x.sh', 'x.sh', bash(SOFT)],
    ['bash -eu -o pipefail -- x.sh', 'x.sh', bash(SOFT)],
    ['sh ./x.sh', 'x.sh', bash(SOFT)],
    ['dash x.sh', 'x.sh', bash(SOFT)],
    ['./x.sh', 'x.sh', bash(SOFT)],
    ['./x.sh', 'x.sh', `#!/bin/bash -e\n${SOFT}`],
    ['./x.sh', 'x.sh', `#!/bin/sh\n${SOFT}`],
    ['./x.sh', 'x.sh', `\n${SOFT}`],
    ['tools/x', 'tools/x', bash(SOFT)],
    ['./tools/../tools/./x', 'tools/x', bash(SOFT)],
    ['cd tools\n./x', 'tools/x', bash(SOFT)],
    ['cd tools && bash x', 'tools/x', bash(SOFT)],
    ['(cd a && cd ../tools && ./x)', 'tools/x', bash(SOFT)],
    ['pushd tools\n./x\npopd', 'tools/x', bash(SOFT)],
    ['"$GITHUB_WORKSPACE/tools/x"', 'tools/x', bash(SOFT)],
    ['cd "$GITHUB_WORKSPACE/tools"\nbash ./x', 'tools/x', bash(SOFT)],
    [`bash ${'${{ github.workspace }}'}/tools/x`, 'tools/x', bash(SOFT)],
    ['S=tools/x\nbash "$S"', 'tools/x', bash(SOFT)],
    ['./x', 'tools/x', bash(SOFT), '        working-directory: tools\n'],
    ['../x', 'x', bash(SOFT), '        working-directory: ./tools/\n'],
    ['./x', 'tools/x', bash(SOFT), `        working-directory: ${'${{ github.workspace }}'}/tools\n`],
    ['timeout 60 ./x.sh', 'x.sh', bash(SOFT)],
    ['env A=b bash x.sh', 'x.sh', bash(SOFT)],
    ['exec ./x.sh', 'x.sh', bash(SOFT)],
    ['source x.sh', 'x.sh', `\n${SOFT}`],
    ['. ./x.sh', 'x.sh', `\n${SOFT}`],
  ];
  it.each(forms)('%s', (run, file, text, keys) => {
    expect(found(run, { [file]: text }, keys)).toEqual([exitsZero(file, 4)]);
    expect(found(run, { [file]: text.replace('exit 0', 'exit 1') }, keys)).toEqual([]);
  });
});

/** Why the step with the secret was not judged; null where it was. */
function unjudged(
  run: string,
  files: Readonly<Record<string, string>>,
  keys = '',
  before = '',
): string | null {
  const { notJudged, findings } = lintWith({ [PATH]: workflow(run, keys, before) }, files);
  expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(notJudged.length).toBeLessThan(2);
  return notJudged[0]?.reason ?? null;
}

describe('a step is not judged where it hands its secret to a script that is not seen', () => {
  const syntax = `if then fi (\n${SOFT}`;
  const forms: readonly [run: string, text: string, reason: string, keys?: string][] = [
    ['bash ../x.sh', bash(SOFT), '../x.sh is outside of the repository'],
    ['bash /tmp/x.sh', bash(SOFT), '/tmp/x.sh is outside of the repository'],
    ['/tmp/x.sh', bash(SOFT), '/tmp/x.sh is outside of the repository'],
    ['bash "$(pick)/x.sh"', bash(SOFT), 'the path of a script that it calls is computed'],
    [
      'cat > /tmp/y.sh <<E\nif then\nE\nbash /tmp/y.sh',
      '',
      'a script that the job writes cannot be read: shell syntax',
    ],
    [
      'cat > /tmp/y.sh <<E\nbash /tmp/y.sh\nE\nbash /tmp/y.sh',
      '',
      'a script that the job writes calls itself',
    ],
    ['"$(pick)/x.sh"', bash(SOFT), 'the path of a script that it calls is computed'],
    ['source "$(pick)"', bash(SOFT), 'the path of a script that it calls is computed'],
    ['cd "$(mktemp -d)"\n./x.sh', bash(SOFT), './x.sh is called from a directory that is not known'],
    ['./x.sh', `#!/usr/bin/env ruby\n${SOFT}`, 'x.sh is run by ruby, which is not modelled'],
    ['bash x.sh', syntax, 'x.sh cannot be read: shell syntax: '],
    ['source x.sh', syntax, 'x.sh cannot be read: shell syntax: '],
    [
      './x.sh',
      bash(SOFT).replaceAll('\n', '\r\n'),
      'x.sh has Windows line ends (CRLF), on which shells fail',
    ],
    ['bash y.sh', bash(SOFT), 'y.sh is not in the repository'],
    ['./y.sh', bash(SOFT), 'y.sh is not in the repository'],
    ['./x.sh "$TOKEN"', `#!/usr/bin/perl\n`, 'x.sh is run by perl, which is not modelled'],
  ];
  it.each(forms)('%s', (run, text, reason) => {
    expect(unjudged(run, { 'x.sh': text })).toContain(reason);
  });

  it('without a checkout', () => {
    const bare = workflow('./x.sh').replace('      - uses: actions/checkout@v4\n', '');
    const { findings, notJudged, asked } = lintWith({ [PATH]: bare }, { 'x.sh': bash(SOFT) });
    expect({ asked, rules: findings.map(({ rule }) => rule) }).toEqual({ asked: [], rules: [] });
    expect(notJudged.map(({ reason }) => reason)).toEqual([
      'it calls a script, and no step before it checks the repository out',
    ]);
  });

  it('where the file cannot be read', () => {
    const source = { path: PATH, text: workflow('./x.sh') };
    const repository = {
      files: () => [],
      read: () => null,
      refusal: (path: string) => `${path} is not UTF-8 text`,
    };
    const input = { source, kind: 'workflow', forge: 'github', repository } as const;
    expect(lint([input], { rules: null, forge: null }).notJudged.map(({ reason }) => reason)).toEqual([
      'x.sh is not UTF-8 text',
    ]);
  });

  it('where following it costs too much', () => {
    const text = `${'f() { f; f; }\n'}f\n`;
    expect(unjudged('./x.sh', { 'x.sh': bash(text) })).toBe(
      'following x.sh costs too much: it has too many paths',
    );
  });
});

describe('a step is judged', () => {
  const forms: readonly [why: string, run: string, text: string][] = [
    ['no secret reaches the script', 'TOKEN= ./y.sh\nunset TOKEN\n./y.sh', bash(SOFT)],
    ['the script only checks syntax', 'bash -n x.sh', bash(SOFT)],
    ['it runs a program of the machine', '/usr/bin/env make\n/opt/tool/x', bash(SOFT)],
    ['it runs what it has built', 'target/release/tool\n"$GITHUB_WORKSPACE/bin/x"\n"$(pick)/x"', bash(SOFT)],
    ['it runs what an installer brought', './node_modules/.bin/tsc\n.venv/bin/tool', bash(SOFT)],
    ['it sources what an installer brought', '. "$HOME/.cargo/env"\nsource ~/.nvm/nvm.sh', bash(SOFT)],
    ['it runs a computed command', '$CMD --now', bash(SOFT)],
  ];
  it.each(forms)('where %s', (_why, run, text) => {
    expect(unjudged(run, { 'x.sh': text })).toBeNull();
  });
});

describe('what lies elsewhere', () => {
  it('never asks for a path that leads out', () => {
    const { asked } = lintWith({ [PATH]: workflow('bash ../x.sh\n./a/../../y.sh\nbash b/../z.sh') }, {});
    expect([...new Set(asked)]).toEqual(['z.sh']);
  });

  it('in what was checked out of another repository', () => {
    const other = '      - uses: actions/checkout@v4\n        with:\n          repository: else/where\n';
    expect(found('./x.sh', { 'x.sh': bash(SOFT) }, '', other)).toEqual([]);
    const beside = `${other}          path: other\n`;
    expect(found('./x.sh', { 'x.sh': bash(SOFT) }, '', beside)).toEqual([exitsZero('x.sh', 4)]);
    expect(found('other/x.sh', { 'other/x.sh': bash(SOFT) }, '', beside)).toEqual([]);
  });
});

describe('a script that the step writes', () => {
  const written = (name: string, text: string) => `cat > ${name} <<'END'\n${text}END`;
  it.each([
    ['bash /tmp/x.sh', '/tmp/x.sh'],
    ['sh x.sh', 'x.sh'],
    ['chmod +x x.sh && ./x.sh', './x.sh'],
    ['bash "$RUNNER_TEMP/x.sh"', '"$RUNNER_TEMP/x.sh"'],
  ])('is run by %j', (run, name) => {
    expect(found(`${written(name, bash(SOFT))}\n${run}`, {})).toEqual([exitsZero(PATH, 19)]);
    expect(found(`${written(name, bash(HARD))}\n${run}`, {})).toEqual([]);
  });
});

describe('what a called script knows', () => {
  it('gets its arguments as positional parameters', () => {
    const text = bash('if [ -z "$1" ]; then exit 0; fi\ncurl -fsS -H "$1" -X POST https://a.example\n');
    expect(found('./x.sh "$TOKEN"', { 'x.sh': text })).toEqual([exitsZero('x.sh', 2)]);
    expect(found('./x.sh constant', { 'x.sh': text })).toEqual([]);
  });

  it('knows what is exported, and nothing else', () => {
    const text = bash('[ -n "$COPY" ] || exit 0\ncurl -fsS -H "$COPY" -X POST https://a.example\n');
    expect(found('export COPY="$TOKEN"\n./x.sh', { 'x.sh': text })).toEqual([exitsZero('x.sh', 2)]);
    expect(found('COPY="$TOKEN" ./x.sh', { 'x.sh': text })).toEqual([exitsZero('x.sh', 2)]);
    // COPY is unset in both worlds: the request is made in neither.
    expect(found('COPY="$TOKEN"\n./x.sh', { 'x.sh': text })).toEqual([]);
  });

  it('starts without the options of the step', () => {
    const text = bash('false\n[ -n "$TOKEN" ] || exit 0\ncurl -fsS -H "$TOKEN" -X POST https://a.example\n');
    expect(found('./x.sh', { 'x.sh': text })).toEqual([exitsZero('x.sh', 3)]);
    expect(found('bash -e x.sh', { 'x.sh': text })).toEqual([]);
    expect(found('./x.sh', { 'x.sh': text.replace('/usr/bin/env bash', '/bin/bash -e') })).toEqual([]);
  });

  it('does not know the functions of the step, and changes none of its variables', () => {
    const run = 'work() { exit 0; }\nA=1\n./x.sh\n[ "$A" = 1 ] || exit 0\nmake deploy';
    expect(found(run, { 'x.sh': bash('A=2\n[ -n "$TOKEN" ] || exit 1\nwork\n') })).toEqual([]);
  });
});

describe("a called script's status is the command's", () => {
  const check = bash('[ -n "$TOKEN" ]\n');
  it('ends the step where it is not looked at', () => {
    expect(found('./check.sh\nmake deploy', { 'check.sh': check })).toEqual([]);
  });

  it('decides a condition', () => {
    const run = 'if ! ./check.sh; then\n  exit 0\nfi\nmake deploy';
    expect(found(run, { 'check.sh': check })).toEqual([exitsZero(PATH, 12)]);
  });

  it('is swallowed by `||`', () => {
    const [only, ...rest] = found('./x.sh || true', { 'x.sh': bash(`set -e\n${HARD}`) });
    expect(only).toMatch(/^missing-secret-/);
    expect(rest).toEqual([]);
  });

  it('is printed into a substitution with what it prints', () => {
    const run = 'READY=$(./ready.sh)\nif [ "$READY" != yes ]; then\n  exit 0\nfi\nmake deploy';
    const text = bash('if [ -n "$TOKEN" ]; then echo yes; else echo no; fi\n');
    expect(found(run, { 'ready.sh': text })).toEqual([exitsZero(PATH, 13)]);
  });
});

describe('a sourced script', () => {
  const library = (code: number) =>
    `require_token() {\n  if [ -z "$TOKEN" ]; then\n    echo "no token"\n    return ${code}\n  fi\n}\n`;

  it('brings its functions', () => {
    const run = 'source lib/require.sh\nrequire_token || exit 0\nmake deploy';
    expect(found(run, { 'lib/require.sh': library(1) })).toEqual([exitsZero(PATH, 12)]);
    const hard = 'source lib/require.sh\nrequire_token\nmake deploy';
    expect(found(hard, { 'lib/require.sh': library(1) })).toEqual([]);
    const main = 'source lib/require.sh\nrequire_token\n[ -n "$TOKEN" ] && make deploy || true';
    expect(found(main, { 'lib/require.sh': library(0) })).not.toEqual([]);
  });

  it('brings its variables and options', () => {
    const run = 'source lib.sh\n[ "$READY" = yes ] || exit 0\nmake deploy';
    const text = 'if [ -n "$TOKEN" ]; then READY=yes; else READY=no; fi\n';
    expect(found(run, { 'lib.sh': text })).toEqual([exitsZero(PATH, 12)]);
  });

  it('that is not seen may have said `set -e`', () => {
    const text = bash(
      'source "$(pick)/lib.sh"\ncurl -fsS -H "$TOKEN" -X POST https://a.example\necho done\n',
    );
    expect(found('./x.sh', { 'x.sh': text })).toEqual([]);
    const alone = bash('curl -fsS -H "$TOKEN" -X POST https://a.example\necho done\n');
    expect(found('./x.sh', { 'x.sh': alone })).toEqual(['missing-secret-masked x.sh:2']);
  });

  it('is found beside the script that sources it', () => {
    const text = bash(
      'HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nsource "$HERE/lib.sh"\nrequire_token || exit 0\nmake deploy\n',
    );
    const files = { 'tools/x.sh': text, 'tools/lib.sh': library(1) };
    expect(found('./tools/x.sh', files)).toEqual([exitsZero('tools/x.sh', 4)]);
    for (const here of [
      '$(dirname -- "$(readlink -f "$0")")',
      '$(dirname "$(realpath "${BASH_SOURCE[0]}")")',
      '$(git rev-parse --show-toplevel)/tools',
      '${BASH_SOURCE%/*}',
    ]) {
      const other = bash(`. "${here}/lib.sh"\nrequire_token || exit 0\nmake deploy\n`);
      expect(found('./tools/x.sh', { ...files, 'tools/x.sh': other })).toEqual([exitsZero('tools/x.sh', 3)]);
    }
    const plain = {
      ...files,
      'tools/x.sh': bash('. "$(dirname "$0")/lib.sh"\nrequire_token || exit 0\nmake deploy\n'),
    };
    expect(found('bash tools/x.sh', plain)).toEqual([exitsZero('tools/x.sh', 3)]);
  });
});

describe('a finding in a called script', () => {
  it('is told with the step that calls it', () => {
    const { findings } = lintWith(
      { [PATH]: workflow('./a.sh') },
      { 'a.sh': bash('bash b.sh\n'), 'b.sh': SOFT },
    );
    const [finding, ...rest] = findings.filter(({ severity }) => severity === 'error');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ job: 'job', step: { index: 1, name: 'Deploy' }, secrets: ['TOKEN'] });
    expect(finding?.witness.map((label) => [place(label), label.text])).toEqual([
      [`${PATH}:9`, "the secret enters here; missing, it is ''"],
      [`${PATH}:11`, 'the step calls a.sh here'],
      ['a.sh:2', 'the script calls b.sh here'],
      ['b.sh:1', 'true when it is missing'],
      ['b.sh:3', 'the script ends here with status 0'],
      ['b.sh:5', 'never reached: curl'],
    ]);
  });

  it('is told once, however many workflows call the script', () => {
    const text = workflow('./x.sh');
    const { findings } = lintWith({ [PATH]: text, '.github/workflows/b.yml': text }, { 'x.sh': bash(SOFT) });
    expect(findings.map(place)).toEqual(['x.sh:4']);
  });

  it('does not take the place of one at the same offset of another script', () => {
    const before = '      - run: ./a.sh\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n';
    const files = { 'a.sh': bash(SOFT), 'b.sh': bash(SOFT) };
    const both = [exitsZero('a.sh', 4), exitsZero('b.sh', 4)];
    expect(found('./b.sh', files, '', before)).toEqual(both);
  });

  it('tells two calls of one script apart', () => {
    const run = '[ -n "$TOKEN" ] && ./x.sh one\n./x.sh two';
    expect(found(run, { 'x.sh': bash('make "$1"\n') })).not.toEqual([]);
  });
});

describe('a failure that goes on silently', () => {
  it('is not noticed by a later script that may fail for reasons of its own', () => {
    const before =
      '      - run: curl -X POST -H "$TOKEN" https://a.example\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n';
    const retry = bash('until "$@"; do exit 1; done\n');
    expect(found('bash retry.sh make', { 'retry.sh': retry }, '', before)).toEqual([
      `missing-secret-masked ${PATH}:7`,
    ]);
  });
});

describe('a called script in a job that has failed', () => {
  const tellers = (text: string) =>
    found('./tell.sh', { 'tell.sh': bash(text) }, '        if: failure()\n', '      - run: make\n');

  it('is heard where it fails without the secret', () => {
    expect(tellers(HARD)).toEqual([]);
  });

  it('is silent where it passes', () => {
    expect(tellers(SOFT)).toEqual(['missing-secret-mutes-alarm tell.sh:4']);
  });
});

describe('hostile repositories', () => {
  it('a script that calls itself comes to an end', () => {
    expect(found('./x.sh', { 'x.sh': bash(`${SOFT}./x.sh\n`) })).toEqual([exitsZero('x.sh', 4)]);
    expect(found('source x.sh', { 'x.sh': `source x.sh\n${SOFT}` })).not.toEqual(['']);
  });

  it('a script with too many paths is said to be one, and the rest of the step is seen', () => {
    const text = bash(
      Array.from({ length: 40 }, (_, i) => `if probe${i}; then A${i}=1; else A${i}=2; fi`).join('\n'),
    );
    const deep = `f() { f; f; }\n`;
    const run = `./x.sh\n${SOFT.trimEnd()}`;
    const { findings, notJudged } = lintWith({ [PATH]: workflow(run) }, { 'x.sh': `${text}\n${deep}f\n` });
    expect(notJudged.map(({ reason }) => reason)).toEqual([
      'following x.sh costs too much: it has too many paths',
    ]);
    expect(findings.map(place)).toEqual([`${PATH}:14`]);
  });
});

describe('contexts', () => {
  it('are told apart by what a called script asks for', () => {
    const text = bash(
      '[ "$GITHUB_EVENT_NAME" = schedule ] && [ -z "$TOKEN" ] && exit 0\nset -u\nmake "${TOKEN:?}"\n',
    );
    const on = workflow('./x.sh').replace('on: push', 'on: [push, schedule]');
    const { findings } = lintWith({ [PATH]: on }, { 'x.sh': text });
    expect(findings.filter(({ severity }) => severity === 'error').map(({ contexts }) => contexts)).toEqual([
      ['schedule'],
    ]);
  });
});
