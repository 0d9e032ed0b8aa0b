import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { configFrom } from '../../src/config/read.js';
import { starter } from '../../src/config/starter.js';
import { ConfigError } from '../../src/errors.js';
import { positionAt } from '../../src/text/source.js';

const metas = rules.map(({ meta }) => meta);

function read(text: string) {
  return configFrom({ path: 'hardfail.yml', text }, metas);
}

/** What is wrong with a configuration: `line:column message | hint` each. */
async function problems(text: string): Promise<string[]> {
  try {
    await read(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ message, hint, span }) => {
      const at = span && positionAt(span.source, span.start);
      return `${at?.line}:${at?.column} ${message} | ${hint}`;
    });
  }
  return [];
}

describe('a configuration', () => {
  it.each(['', '# nothing\n', '{}\n', '---\n'])('may be empty: %j', async (text) => {
    expect(await read(text)).toMatchObject({ forge: null, failOn: null });
  });

  it('says what it says', async () => {
    const text = `forge: gitea
forge-version: '1.25'
fail-on: note
rules: { missing-secret-masked: error, vague-missing-secret: off }
overrides:
  - files: [.gitea/**]
    rules: { missing-secret-masked: off }
    reason: nightly
optional-secrets:
  - { name: coverage_token, reason: advisory }
trusted: ['pull_request:fork']
untrusted: [push]
facts:
  commands:
    - { command: ship, words: it now, effect: work, reads: [SHIP_TOKEN], without: goes-on, reason: manual }
  actions:
    - { action: Acme/Notify, effect: prepares, reason: chat }
    - { action: acme/*, credentials: [Token], soft-unless: { input: strict, value: 'true' }, reason: manual }
`;
    const config = await read(text);
    const secret = text.indexOf('coverage_token');
    expect(config).toEqual({
      source: config.source,
      forge: 'gitea',
      forgeVersion: '1.25',
      failOn: 'note',
      plugins: [],
      settings: {
        preset: 'recommended',
        rules: new Map([
          ['missing-secret-masked', 'error'],
          ['vague-missing-secret', 'off'],
        ]),
        options: new Map(),
        overrides: [
          {
            files: ['.gitea/**'],
            rules: new Map([['missing-secret-masked', 'off']]),
            options: new Map(),
            reason: 'nightly',
          },
        ],
        optionalSecrets: [
          {
            name: 'COVERAGE_TOKEN',
            reason: 'advisory',
            span: { source: config.source, start: secret, end: secret + 'coverage_token'.length },
          },
        ],
      },
      trust: { trusted: ['pull_request:fork'], untrusted: ['push'] },
      facts: {
        commands: [
          {
            command: 'ship',
            words: ['it', 'now'],
            effect: 'work',
            reads: ['SHIP_TOKEN'],
            whenMissing: 'goes-on',
            reason: 'manual',
          },
        ],
        actions: [
          { action: 'acme/notify', effect: 'prepares', credentials: null, reason: 'chat' },
          {
            action: 'acme/*',
            effect: null,
            credentials: {
              credentials: ['token'],
              env: [],
              whenMissing: { softUnless: { input: 'strict', value: 'true' } },
            },
            reason: 'manual',
          },
        ],
      },
    });
  });

  it.each([
    ['rule: {}', ["1:1 unknown key 'rule' | did you mean rules?"]],
    [
      'xyzzy: 1',
      [
        "1:1 unknown key 'xyzzy' | write one of forge, forge-version, fail-on, plugins, preset, rules, overrides, optional-secrets, trusted, untrusted or facts",
      ],
    ],
    [
      'forge: gitae',
      ["1:8 'gitae' cannot stand here: expected auto, gitea, forgejo or github | did you mean gitea?"],
    ],
    [
      'forge: [gitea]',
      [
        '1:1 expected a text, found a list | this is the forge that runs the workflows; auto goes by their folder',
      ],
    ],
    [
      'rules:\n  missing-secret-maskd: off',
      ["2:3 unknown key 'missing-secret-maskd' in rules | did you mean missing-secret-masked?"],
    ],
    [
      'rules: { missing-secret-masked: warn }',
      ["1:33 'warn' cannot stand here: expected error, warning, note or off | did you mean warning?"],
    ],
    [
      'rules: { faulty-ignore: off }',
      ["1:25 'off' cannot stand here: expected error or warning | write error or warning"],
    ],
    [
      'rules:',
      [
        '1:1 expected a mapping, found nothing | this is severities and options of rules, by their ids; off turns a rule off',
      ],
    ],
    ['- rules', ['1:3 expected a mapping, found a list | this is the configuration of hardfail']],
    [
      'optional-secrets:\n  - name: A',
      [
        "2:5 'reason' is missing here | add it: the reason, in words: it is shown with what it silences, and TODO is none",
      ],
    ],
    [
      'optional-secrets:\n  - { name: A, reason: TODO }',
      [
        "2:24 'TODO' cannot stand here | expected the reason, in words: it is shown with what it silences, and TODO is none",
      ],
    ],
    [
      'optional-secrets:\n  - { name: A, reason: 71 }',
      ['2:24 expected a text, found the number 71 | put it between quotes'],
    ],
    [
      'optional-secrets:\n  - { name: A-B, reason: x }',
      ["2:13 'A-B' cannot stand here | expected the name of a secret, such as COVERAGE_TOKEN"],
    ],
    [
      'optional-secrets:\n  - { name: a, reason: x }\n  - { name: A, reason: x }',
      ['3:13 the secret A is called optional twice | remove one of the two'],
    ],
    [
      'overrides:\n  - files: []\n    rules: { missing-secret-masked: off }\n    reason: x',
      ['2:5 this is empty | expected the files, relative to the top of the repository'],
    ],
    [
      'overrides:\n  - files: [ok, ../x]\n    rules: { missing-secret-masked: off }\n    reason: x',
      ["2:17 '../x' names no files | its parts are names, none of them empty, '.' or '..'"],
    ],
    [
      'trusted: [pull_request]',
      [
        "1:11 'pull_request' cannot stand here: expected the name of an event context, as findings show it | did you mean pull_request:dependabot, pull_request:fork or pull_request:same-repo?",
      ],
    ],
    [
      'trusted: [push]\nuntrusted: [push]',
      ["2:13 'push' is called trusted and untrusted | remove one of the two"],
    ],
    [
      'facts:\n  commands:\n    - { command: ./x, effect: none, reason: x }',
      ["3:18 './x' cannot stand here | expected the name of a command, without a folder"],
    ],
    [
      'facts:\n  commands:\n    - { command: x, reason: x }',
      ['3:9 this fact says nothing | add effect, reads or without'],
    ],
    [
      'facts:\n  actions:\n    - { action: a/b, reason: x }',
      ['3:9 this fact says nothing | add effect, credentials, reads or without'],
    ],
    [
      'facts:\n  actions:\n    - { action: a/b@v1, effect: work, reason: x }',
      [
        "3:17 'a/b@v1' cannot stand here | expected an action without its version: owner/name, owner/name/path or owner/*",
      ],
    ],
    [
      'facts:\n  actions:\n    - { action: a/b, without: fails, soft-unless: { input: a, value: b }, reason: x }',
      ["3:31 'without' and 'soft-unless' contradict each other | remove one of the two"],
    ],
    [
      "forge: github\nforge-version: '1.25'",
      [
        "2:16 'forge-version' needs a forge whose releases are known to differ | add forge: gitea, or remove it",
      ],
    ],
    [
      'forge: gitea\nforge-version: 1.25',
      ['2:16 expected a text, found the number 1.25 | put it between quotes'],
    ],
    [
      "forge: gitea\nforge-version: '1.29'",
      ["2:16 '1.29' cannot stand here: expected 1.22, 1.23, 1.24, 1.25, 1.26 or 1.27 | did you mean 1.22?"],
    ],
    [
      'a: [',
      ['1:4 the list that "[" opens here has no "]": close it, and indent its lines more than its key | '],
    ],
    [
      'rules: {}\nrules: {}',
      ['2:1 the key "rules" already stands in this mapping, on line 1: remove one of the two | '],
    ],
  ])('that cannot be used is told so at the place, with what to do: %j', async (text, expected) => {
    expect(await problems(text)).toEqual(expected);
  });

  it('may have several things wrong with it, told in its order', async () => {
    const found = await problems('forge: x\nfail-on: never\nrules: { nope: off }\n');
    expect(found.map((line) => line.split(' ')[0])).toEqual(['1:8', '2:10', '3:10']);
  });

  it('cannot reach the prototype of an object', async () => {
    expect(await problems('__proto__: { forge: gitea }')).toEqual([
      expect.stringContaining("unknown key '__proto__'"),
    ]);
    expect(await problems('rules: { constructor: off }')).toEqual([
      expect.stringContaining("unknown key 'constructor'"),
    ]);
  });
});

describe('the configuration to begin with', () => {
  it('changes nothing', async () => {
    expect(await read(starter)).toMatchObject({
      forge: null,
      failOn: null,
      trust: { trusted: [], untrusted: [] },
    });
  });

  it('works when the # before its parts is taken away, and shows every key', async () => {
    const text = starter.replace(/^#(?=[a-z]| {2})/gm, '');
    const config = await read(text);
    expect(config.settings.overrides).toHaveLength(1);
    expect(config.facts.commands).toHaveLength(1);
    for (const key of [
      'forge',
      'fail-on',
      'plugins',
      'preset',
      'rules',
      'overrides',
      'optional-secrets',
      'trusted',
      'untrusted',
      'facts',
    ]) {
      expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
    }
  });

  it('names the schema for editors', () => {
    expect(starter.split('\n', 1)[0]).toBe(
      '# yaml-language-server: $schema=./node_modules/hardfail/schema.json',
    );
  });
});
