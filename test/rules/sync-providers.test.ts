import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';
import { noSettings } from '../../src/lint/settings.js';
import { sha256 } from '../../src/text/sha256.js';
import { lineText, positionAt } from '../../src/text/source.js';
import { readFixture } from '../support/fixtures.js';
import { type Edit, mutate } from '../support/mutations.js';
import { repositoryOf } from '../support/repository.js';

const id = 'sync-providers';
const fixed = readFixture('sync-providers/fixed.yml');
const { text: gate } = fixed.input.source;
/** A name that says what it is. */
const named = '.gitea/workflows/sync-providers-yaml.yml';
const elsewhere = '.gitea/workflows/other.yml';

type Options = Readonly<Record<string, unknown>>;

/** The findings of the rule alone, as `messageId severity: the line that it begins on`. */
function told(text: string, options: Options = {}, path = named): string[] {
  const result = lint([{ ...fixed.input, source: { path, text } }], {
    rules: [id],
    forge: null,
    settings: { ...noSettings, options: new Map([[id, options]]) },
  });
  expect(result.errors.map(({ message }) => message)).toEqual([]);
  return result.findings.map(({ messageId, severity, span }) => {
    const line = lineText(span.source, positionAt(span.source, span.start).line).trim();
    return `${messageId} ${severity}: ${line}`;
  });
}

const edited = (...edits: readonly Edit[]) => mutate(gate, edits);
const hardExit = '              exit 1\n            fi\n            echo';
const comparison = `          if ! cmp -s "$canonical" internal/providers/providers.yaml; then
            diff -u "$canonical" internal/providers/providers.yaml | head -n 80 || true
            echo "::error::internal/providers/providers.yaml differs from the canonical list, sync it again"
            exit 1
          fi
          echo "our copy is the canonical list"
`;
const triggers = `  schedule:
    # Every morning: the canonical file can move without a commit in this repository.
    - cron: '17 5 * * *'
  push:
    branches: [main, staging]
  workflow_dispatch:
  pull_request:
`;
const download = `          curl -fsSL \\
            -H "Authorization: token \${AUTO_SYNC_TOKEN}" \\
            -o "$canonical" \\
            "https://git.example.com/api/v1/repos/platform/controlplane/raw/providers/providers.yaml?ref=main"
`;

describe('the contract of the drift gate, clause by clause', () => {
  it('is kept by the mended gate', () => {
    expect(told(gate)).toEqual([]);
  });

  it.each<[clause: string, edits: readonly Edit[], said: readonly string[]]>([
    [
      'a missing token is not green',
      [{ from: hardExit, to: hardExit.replace('exit 1', 'exit 0') }],
      ['missingTokenPasses error: exit 0'],
    ],
    [
      'the step may not fail',
      [
        {
          from: '        env:\n          # Read',
          to: '        continue-on-error: true\n        env:\n          # Read',
        },
      ],
      [
        'differenceUnheard error: if ! cmp -s "$canonical" internal/providers/providers.yaml; then',
        'missingTokenPasses error: continue-on-error: true',
      ],
    ],
    [
      'the soft path is for forks only',
      [{ from: '"$HEAD_REPOSITORY" = "$BASE_REPOSITORY"', to: '"$HEAD_REPOSITORY" != "$BASE_REPOSITORY"' }],
      [
        'forksBlocked note: exit 1',
        'softPathTooWide error: exit 0  # ok: only a pull request from a fork comes here',
      ],
    ],
    [
      'an event that nobody listed is trusted',
      [
        {
          from: 'around the gate.\n                trusted=true',
          to: 'around the gate.\n                trusted=false',
        },
      ],
      ['unknownEventUntrusted error: exit 0  # ok: only a pull request from a fork comes here'],
    ],
    [
      'forks keep a soft path',
      [{ from: 'exit 0  # ok: only a pull request from a fork comes here', to: 'exit 1' }],
      ['forksBlocked note: exit 1'],
    ],
    [
      'the soft path says so',
      [{ from: 'echo "::warning::AUTO_SYNC_TOKEN is', to: 'echo "AUTO_SYNC_TOKEN is' }],
      ['silentSoftPath note: exit 1'],
    ],
    [
      'the hard failure names the token',
      [{ from: 'echo "::error::AUTO_SYNC_TOKEN is missing', to: 'echo "the token is missing' }],
      ['vagueFailure warning: exit 1'],
    ],
    [
      'the download fails on an HTTP error',
      [{ from: 'curl -fsSL', to: 'curl -sSL' }],
      ['downloadIgnoresErrors warning: curl -sSL \\'],
    ],
    [
      'a failed download is heard of',
      [
        {
          from: download,
          to: `          if ! ${download.trim()}; then\n            echo "::warning::no answer"\n            exit 0\n          fi\n`,
        },
      ],
      ['downloadUnheard error: if ! curl -fsSL \\'],
    ],
    [
      'a difference fails the job',
      [{ from: 'sync it again"\n            exit 1', to: 'sync it again"' }],
      ['differenceUnheard error: if ! cmp -s "$canonical" internal/providers/providers.yaml; then'],
    ],
    [
      'a comparison behind || is none',
      [
        {
          from: comparison,
          to: '          cmp "$canonical" internal/providers/providers.yaml || echo "::warning::it has moved"\n',
        },
      ],
      [
        'differenceUnheard error: cmp "$canonical" internal/providers/providers.yaml || echo "::warning::it has moved"',
      ],
    ],
    [
      'the bytes are compared, not an envelope',
      [{ from: '/raw/providers', to: '/contents/providers' }],
      ['comparesEnvelope error: curl -fsSL \\'],
    ],
    [
      'something else than a change of the copy starts it',
      [
        {
          from: triggers,
          to: "  push:\n    paths: ['internal/providers/**']\n  pull_request:\n    paths: ['internal/providers/**']\n",
        },
      ],
      ['neverSeesCanonical error: push:'],
    ],
  ])('%s', (_, edits, said) => {
    expect(told(edited(...edits)).toSorted()).toEqual(said.toSorted());
  });

  it.each<[why: string, edits: readonly Edit[]]>([
    [
      'two digests are compared',
      [
        {
          from: comparison,
          to: `          ours=$(sha256sum internal/providers/providers.yaml | cut -d' ' -f1)
          theirs=$(sha256sum "$canonical" | cut -d' ' -f1)
          if [ "$ours" != "$theirs" ]; then
            exit 1
          fi
`,
        },
      ],
    ],
    [
      'the difference is printed and asked for',
      [
        {
          from: comparison,
          to: `          out=$(diff -u "$canonical" internal/providers/providers.yaml || true)
          if [ -n "$out" ]; then
            echo "$out"
            exit 1
          fi
`,
        },
      ],
    ],
    [
      'git compares what was written over the copy',
      [
        {
          from: comparison,
          to: '          mv "$canonical" internal/providers/providers.yaml\n          git diff --exit-code -- internal/providers\n',
        },
      ],
    ],
    [
      'the envelope is opened',
      [
        { from: '/raw/providers', to: '/contents/providers' },
        {
          from: comparison,
          to: `          jq -r .content "$canonical" | base64 -d > "$canonical.yaml"
${comparison.replaceAll('"$canonical"', '"$canonical.yaml"')}`,
        },
      ],
    ],
    ['the script asks for the status itself', [{ from: 'curl -fsSL', to: `curl -sSL -w '%{http_code}'` }]],
    [
      'a failed download leaves a file that differs',
      [{ from: download, to: `${download.trimEnd()} || true\n` }],
    ],
    ['every push starts it', [{ from: triggers, to: '  push:\n  pull_request:\n' }]],
  ])('is kept where %s', (_, edits) => {
    expect(told(edited(...edits))).toEqual([]);
  });
});

describe('what is a drift gate', () => {
  /** A job with the script, of which no failure is heard: where it is a drift gate, that is told. */
  const unheard = (body: string, env = 'TOKEN: ${{ secrets.SYNC_TOKEN }}') => `on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - continue-on-error: true
        env:
          ${env}
        run: |
${body.replace(/^/gm, '          ')}
`;
  const ids = (text: string, options: Options = {}, path = elsewhere) =>
    told(text, options, path).map((one) => one.split(' ')[0]);
  const isGate = ['differenceUnheard'];

  it.each([
    [
      'curl and diff',
      'curl -fH "A: $TOKEN" -o /tmp/theirs.yml https://x.example/f\ndiff /tmp/theirs.yml ours.yml',
    ],
    ['a pipe', 'curl -fsH "A: $TOKEN" https://x.example/f | diff - ours.yml'],
    ['a process substitution', 'diff <(curl -fsH "A: $TOKEN" https://x.example/f) ours.yml'],
    [
      'a header in a variable',
      'auth="A: $TOKEN"\ncurl -fsH "$auth" https://x.example/f > /tmp/f\ncmp /tmp/f ours.yml',
    ],
    [
      'a clone',
      'git clone -q "https://x:$TOKEN@x.example/o/canonical.git" /tmp/canonical\ndiff /tmp/canonical/f ours.yml',
    ],
    ['wget', 'wget -q --header "A: $TOKEN" -O /tmp/f https://x.example/f\ncmp -s /tmp/f ours.yml || exit 1'],
    [
      'a function and a loop',
      'get() { curl -fsH "A: $TOKEN" "https://x.example/$1" > /tmp/theirs; }\nfor f in a b; do get "$f"; cmp /tmp/theirs "$f"; done',
    ],
    [
      'two digests',
      'curl -fH "A: $TOKEN" -o /tmp/f https://x.example/f\n[ "$(sha256sum < /tmp/f)" = "$(sha256sum < ours.yml)" ]',
    ],
    [
      'the copy written over',
      'curl -fH "A: $TOKEN" -o data/f.yml https://x.example/f\ngit diff --exit-code data',
    ],
  ])('%s', (_, body) => {
    expect(ids(unheard(body))).toEqual(isGate);
  });

  it('one that takes its credential from the environment', () => {
    const body =
      'gh api repos/o/r/contents/f -H "Accept: application/vnd.github.raw" > /tmp/f\ndiff /tmp/f ours.yml';
    expect(ids(unheard(body, 'GH_TOKEN: ${{ secrets.SYNC_TOKEN }}'))).toEqual(isGate);
  });

  it('one that checks the other repository out', () => {
    const text = unheard('diff canonical/f ours.yml').replace(
      '      - continue-on-error',
      '      - uses: actions/checkout@v4\n        with:\n          repository: o/canonical\n          path: canonical\n          token: ${{ secrets.SYNC_TOKEN }}\n      - continue-on-error',
    );
    expect(ids(text)).toEqual(isGate);
  });

  it.each([
    ['nothing is compared', 'curl -fH "A: $TOKEN" -o /tmp/f https://x.example/f\nmake'],
    [
      'two files that were downloaded',
      'curl -fH "A: $TOKEN" -o a https://x.example/a\ncurl -fH "A: $TOKEN" -o b https://x.example/b\ndiff a b',
    ],
    ['a file that the job makes', 'curl -fH "A: $TOKEN" -o a https://x.example/a\nmake print > b\ndiff a b'],
    ['a download that shows no secret', 'curl -f -o a https://x.example/a\ndiff a ours.yml\ndeploy "$TOKEN"'],
    ['a request that sends', 'curl -fX POST -H "A: $TOKEN" -o a https://x.example/a\ndiff a ours.yml'],
    [
      'a comparison that a text only mentions',
      'curl -fH "A: $TOKEN" -o a https://x.example/a\necho "diff a ours.yml"\ncat <<EOF\ndiff a ours.yml\nEOF',
    ],
    [
      'a clone that is changed',
      'git clone "https://x:$TOKEN@x.example/o/deploy.git" deploy\ncd deploy\nsed -i s/a/b/ f\ngit diff --quiet && exit 0\ngit push',
    ],
    [
      'the digest of an archive',
      'curl -fH "A: $TOKEN" -o a.tgz https://x.example/a.tgz\necho "$SUM  a.tgz" | sha256sum -c',
    ],
  ])('not one with %s', (_, body) => {
    expect(ids(unheard(body))).toEqual([]);
  });

  it('not one with the token of the forge itself', () => {
    const body = 'curl -fH "A: $TOKEN" -o /tmp/f https://x.example/f\ndiff /tmp/f ours.yml';
    expect(ids(unheard(body, 'TOKEN: ${{ secrets.GITHUB_TOKEN }}'))).toEqual([]);
  });

  it('one by its name, which then owes that it compares something, and the clauses about its token', () => {
    const body = 'curl -fH "A: $TOKEN" -o /tmp/f https://x.example/f';
    const both = ['missingTokenPasses', 'comparesNothing'];
    expect(ids(unheard(body), {}, named)).toEqual(both);
    expect(ids(unheard(body), {}, elsewhere)).toEqual([]);
    expect(ids(unheard(body), { workflows: ['other.yml'] }, named)).toEqual([]);
    expect(ids(unheard(body), { workflows: ['other.yml'] }, elsewhere)).toEqual(both);
    // What a program of the repository does is not seen.
    expect(ids(unheard(`${body}\n./compare`), {}, named)).toEqual(['missingTokenPasses']);
  });

  it('one that downloads and compares what the options say', () => {
    const body = 'curl -fH "A: $TOKEN" -o /tmp/f https://x.example/canon/f\ndiff /tmp/f ours.yml';
    const meant = { token: 'sync_token', canonical: 'x.example/canon/', local: 'ours.yml' };
    expect(ids(unheard(body), meant)).toEqual(isGate);
    expect(ids(unheard(body), { ...meant, token: 'OTHER' })).toEqual([]);
    expect(ids(unheard(body), { ...meant, canonical: 'y.example' })).toEqual([]);
    expect(ids(unheard(body), { ...meant, local: 'theirs.yml' })).toEqual([]);
  });
});

describe('the pin', () => {
  const ours = 'providers:\n  - näme\r\n';
  const digest = sha256(ours);
  const files = {
    'data/p.yaml': ours,
    'sync_test.go': `const a = "${'0'.repeat(64)}"\nconst pinned   = "${digest}"\n`,
    '.gitea/workflows/ci.yml': 'on: push\njobs: {}\n',
  };

  function pinned(pin: unknown, change: Readonly<Record<string, string>> = {}): string[] {
    const { repository, asked } = repositoryOf({ ...files, ...change });
    const source = { path: '.gitea/workflows/ci.yml', text: files['.gitea/workflows/ci.yml'] };
    const result = lint([{ source, kind: 'workflow', forge: 'gitea', repository }], {
      rules: [id],
      forge: null,
      settings: { ...noSettings, options: new Map([[id, { pin }]]) },
    });
    expect(asked.filter((path) => path.includes('..') || path.startsWith('/'))).toEqual([]);
    return result.findings.map(
      ({ messageId, span }) => `${messageId} ${span.source.path}:${positionAt(span.source, span.start).line}`,
    );
  }
  const from = { file: 'sync_test.go', pattern: 'const pinned = "{sha256}"' };

  it('holds where the copy is the file that is pinned', () => {
    expect(pinned({ file: 'data/p.yaml', sha256: digest })).toEqual([]);
    expect(pinned({ file: './data/p.yaml', sha256: digest.toUpperCase() })).toEqual([]);
    expect(pinned({ file: 'data/p.yaml', from })).toEqual([]);
  });

  it('does not hold where a byte is another', () => {
    const change = { 'data/p.yaml': ours.replace('\r', '') };
    expect(pinned({ file: 'data/p.yaml', sha256: digest }, change)).toEqual(['pinDiffers data/p.yaml:1']);
    expect(pinned({ file: 'data/p.yaml', from }, change)).toEqual(['pinDiffers sync_test.go:2']);
  });

  it.each([
    { file: 'data/none.yaml', sha256: digest },
    { file: '../p.yaml', sha256: digest },
    { file: '/etc/hosts', sha256: digest },
    { file: 'data/p.yaml', from: { ...from, pattern: 'other = "{sha256}"' } },
    { file: 'data/p.yaml', from: { ...from, file: '../../secret' } },
  ])('that cannot be checked is an error: %j', (pin) => {
    expect(pinned(pin)).toEqual(['pinUnreadable .gitea/workflows/ci.yml:1']);
  });
});
