import { describe, expect, it } from 'vitest';
import { noKnowledge } from '../../src/analyse/analyse.js';
import { type LintOptions, lint } from '../../src/lint/lint.js';
import { noSettings, type Settings } from '../../src/lint/settings.js';
import type { Source } from '../../src/text/source.js';

const path = '.github/workflows/ci.yml';
const config: Source = { path: 'hardfail.yml', text: 'optional-secrets: []\n' };
const span = { source: config, start: 0, end: 3 };

const workflow = `on: [push, pull_request]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          [ -n "$TOKEN" ] || exit 0
          ./deploy
      - env:
          HOOK: \${{ secrets.HOOK }}
        run: |
          [ -n "$HOOK" ] || exit 0
          ./tell
`;
const rule = 'missing-secret-exits-zero';

function run(settings: Partial<Settings>, options: Partial<LintOptions> = {}, text = workflow) {
  const { findings, suppressed } = lint([{ source: { path, text }, kind: 'workflow', forge: 'github' }], {
    rules: null,
    forge: null,
    settings: { ...noSettings, ...settings },
    ...options,
  });
  return {
    findings: findings.map(({ rule, severity, secrets }) => [rule, severity, ...secrets].join(' ')),
    suppressed: suppressed.map(({ by, reason }) => `${by}: ${reason}`),
  };
}

const both = [`${rule} error TOKEN`, `${rule} error HOOK`];

describe('the level of a rule', () => {
  it('is what the settings say, else its own', () => {
    expect(run({}).findings).toEqual(both);
    expect(run({ rules: new Map([[rule, 'note']]) }).findings).toEqual([
      `${rule} note TOKEN`,
      `${rule} note HOOK`,
    ]);
  });

  it('off finds nothing, and suppresses nothing', () => {
    expect(run({ rules: new Map([[rule, 'off']]) })).toEqual({ findings: [], suppressed: [] });
  });

  it('off does not outweigh the command line, which asks for the rule', () => {
    expect(run({ rules: new Map([[rule, 'off']]) }, { rules: [rule] }).findings).toEqual(both);
  });

  it('off may be something else where an override fits the path, and only there', () => {
    const overrides = (files: string[]) => [
      { files, rules: new Map([[rule, 'note' as const]]), reason: 'x' },
    ];
    const rules = new Map([[rule, 'off' as const]]);
    expect(run({ rules, overrides: overrides(['.github/**']) }).findings).toEqual([
      `${rule} note TOKEN`,
      `${rule} note HOOK`,
    ]);
    expect(run({ rules, overrides: overrides(['.gitea/**']) })).toEqual({ findings: [], suppressed: [] });
  });

  it('is a warning instead of a note in the preset strict', () => {
    const text = workflow.replaceAll('exit 0', 'exit 1');
    expect(run({}, {}, text).findings).toContain('vague-missing-secret note TOKEN');
    expect(run({ preset: 'strict' }, {}, text).findings).toContain('vague-missing-secret warning TOKEN');
  });

  it('is another one where an override fits the path, the last of several', () => {
    const override = (files: string[], level: 'off' | 'warning' | 'note') => ({
      files,
      rules: new Map([[rule, level]]),
      reason: `because of ${level}`,
    });
    const elsewhere = override(['.gitea/**'], 'note');
    expect(run({ overrides: [elsewhere] }).findings).toEqual(both);
    const fitting = [override(['**'], 'off'), override(['x', '.github/**/*.yml'], 'warning'), elsewhere];
    expect(run({ overrides: fitting }).findings).toEqual([`${rule} warning TOKEN`, `${rule} warning HOOK`]);
  });

  it('off in an override suppresses with its reason', () => {
    const overrides = [{ files: ['**'], rules: new Map([[rule, 'off' as const]]), reason: 'nightly' }];
    expect(run({ overrides })).toEqual({
      findings: [],
      suppressed: ['override: nightly', 'override: nightly'],
    });
    expect(run({ overrides }, { ignores: false })).toEqual({ findings: both, suppressed: [] });
  });
});

describe('an optional secret', () => {
  const optional = (...names: string[]) => names.map((name) => ({ name, reason: `no ${name}`, span }));

  it('suppresses findings about it and no others', () => {
    expect(run({ optionalSecrets: optional('HOOK') })).toEqual({
      findings: [`${rule} error TOKEN`],
      suppressed: ['optional-secret: no HOOK'],
    });
    expect(run({ optionalSecrets: optional('HOOK') }, { ignores: false }).findings).toEqual(both);
  });

  it('suppresses a finding about several only where all of them are optional', () => {
    const text = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - env:
          A: \${{ secrets.A }}
          B: \${{ secrets.B }}
        run: |
          if [ -z "$A" ] || [ -z "$B" ]; then exit 0; fi
          ./deploy
`;
    expect(run({ optionalSecrets: optional('A') }, {}, text).findings).toEqual([`${rule} error A B`]);
    expect(run({ optionalSecrets: optional('A', 'B') }, {}, text)).toEqual({
      findings: [],
      suppressed: ['optional-secret: no A; no B'],
    });
  });

  it('is what a finding offers as the other way out, and not for an input', () => {
    const helpOf = (kind: 'workflow' | 'action', text: string) =>
      lint([{ source: { path, text }, kind, forge: 'github' }], { rules: [rule], forge: null }).findings.map(
        ({ help }) => help.includes('call it optional, with a reason, in hardfail.yml'),
      );
    expect(helpOf('workflow', workflow)).toEqual([true, true]);
    const action = `name: x
inputs:
  token:
    description: the token
runs:
  using: composite
  steps:
    - shell: bash
      env:
        TOKEN: \${{ inputs.token }}
      run: |
        [ -n "$TOKEN" ] || exit 0
        ./deploy
`;
    expect(helpOf('action', action)).toEqual([false]);
  });

  it('that no workflow names is a finding, where all of them are looked at', () => {
    const settings = { optionalSecrets: optional('HOOK', 'GONE') };
    expect(run(settings).findings).toEqual([`${rule} error TOKEN`]);
    expect(run(settings, { complete: true }).findings).toEqual([
      `${rule} error TOKEN`,
      'unused-optional-secret warning',
    ]);
  });

  it('may be among those that are handed on', () => {
    const handing = `${workflow}  call:\n    uses: ./.github/workflows/x.yml\n    secrets: inherit\n`;
    const settings = { optionalSecrets: optional('GONE') };
    expect(run(settings, { complete: true }, handing).findings).toEqual(both);
  });
});

describe('what the owners know', () => {
  const target = workflow.replace('[push, pull_request]', '[pull_request_target, push]');
  const exceptFor = (event: string) =>
    target.replaceAll('|| exit 0', `|| { [ "$GITHUB_EVENT_NAME" = ${event} ] && exit 0; exit 1; }`);
  const untrusted = (...names: string[]) => ({
    knowledge: { ...noKnowledge, trust: { trusted: [], untrusted: names } },
  });

  it('of trust decides where a secret is due', () => {
    const soft = exceptFor('pull_request_target');
    const wide = (findings: string[]) =>
      findings.filter((one) => one.startsWith('fork-guard-too-wide') || one.startsWith(rule));
    expect(wide(run({}, {}, soft).findings)).not.toEqual([]);
    expect(wide(run({}, untrusted('pull_request_target'), soft).findings)).toEqual([]);
    expect(wide(run({}, untrusted('push'), soft).findings)).not.toEqual([]);
  });

  it('leaves nothing to find where no event is entitled to a secret', () => {
    expect(run({}, {}, target).findings).toEqual(both);
    expect(run({}, untrusted('push'), target).findings).toEqual(both);
    expect(run({}, untrusted('push', 'pull_request_target'), target).findings).toEqual([]);
  });

  it('of a fork that gets the secrets makes its soft path a hole', () => {
    const forks = `on: pull_request
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
          FORK: \${{ github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository }}
        run: |
          if [ -z "$TOKEN" ]; then
            if [ "$FORK" = true ]; then exit 0; fi
            echo "::error::TOKEN is missing"
            exit 1
          fi
          ./deploy
`;
    const trust = { trusted: ['pull_request:fork'], untrusted: [] };
    expect(run({}, {}, forks).findings).toEqual([]);
    expect(run({}, { knowledge: { ...noKnowledge, trust } }, forks).findings).toEqual([
      `${rule} error TOKEN`,
    ]);
  });

  it('of a command decides what it loses, and what it does without its secret', () => {
    const shipping = (line: string) => `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - env:
          SHIP_TOKEN: \${{ secrets.SHIP_TOKEN }}
        run: |
          ${line}
`;
    const facts = (changes: object) => ({
      knowledge: {
        ...noKnowledge,
        facts: {
          commands: [
            {
              command: 'ship',
              words: [],
              effect: null,
              reads: [],
              whenMissing: null,
              reason: 'x',
              ...changes,
            },
          ],
          actions: [],
        },
      },
    });
    const guarded = shipping('if [ -n "$SHIP_TOKEN" ]; then ship it; fi');
    expect(run({}, {}, guarded).findings).toEqual([`${rule} error SHIP_TOKEN`]);
    expect(run({}, facts({ effect: 'none' }), guarded).findings).toEqual([]);
    expect(run({}, facts({ effect: 'none', words: ['other'] }), guarded).findings).toEqual([
      `${rule} error SHIP_TOKEN`,
    ]);
    const plain = shipping('ship it');
    expect(run({}, {}, plain).findings).toEqual([]);
    const silent = facts({ reads: ['SHIP_TOKEN'], whenMissing: 'goes-on' });
    expect(run({}, silent, plain).findings).toEqual(['missing-secret-masked warning SHIP_TOKEN']);
    expect(run({}, facts({ reads: ['SHIP_TOKEN'], whenMissing: 'fails' }), plain).findings).toEqual([]);
    const masked = shipping('ship it || true');
    expect(run({}, {}, masked).findings).toEqual([]);
    expect(run({}, facts({ reads: ['SHIP_TOKEN'] }), masked).findings).toEqual([
      'missing-secret-masked warning SHIP_TOKEN',
    ]);
  });

  it('of an action comes before the tables', () => {
    const using = (uses: string) => `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: ${uses}
        with:
          token: \${{ secrets.TOKEN }}
`;
    const facts = (changes: object) => ({
      knowledge: {
        ...noKnowledge,
        facts: {
          commands: [],
          actions: [{ action: 'acme/*', effect: null, credentials: null, reason: 'x', ...changes }],
        },
      },
    });
    const soft = { credentials: ['token'], env: [], whenMissing: 'goes-on' };
    expect(run({}, {}, using('acme/publish@v1')).findings).toEqual([]);
    expect(run({}, facts({ credentials: soft }), using('acme/publish@v1')).findings).toEqual([
      'missing-secret-masked warning TOKEN',
    ]);
    expect(
      run({}, facts({ credentials: soft, effect: 'prepares' }), using('acme/publish@v1')).findings,
    ).toEqual([]);
    expect(run({}, facts({ credentials: soft }), using('other/publish@v1')).findings).toEqual([]);
    const upload = using('codecov/codecov-action@v4');
    expect(run({}, {}, upload).findings).toEqual(['missing-secret-masked warning TOKEN']);
    const strict = { credentials: ['token'], env: [], whenMissing: 'fails' };
    const own = facts({ action: 'codecov/codecov-action', credentials: strict });
    expect(run({}, own, upload).findings).toEqual([]);
  });
});
