import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandTypo, parseCommand } from '../src/args.js';
import { UsageError } from '../src/errors.js';
import { commands, flags } from '../src/flags.js';
import { helpText } from '../src/help.js';
import { formatNames } from '../src/report/index.js';

const noChoices = {
  forge: null,
  failOn: null,
  rules: null,
  config: null,
  plugins: true,
  facts: [],
  base: null,
};

const lintDefaults = {
  name: 'lint',
  paths: [],
  format: 'pretty',
  outputs: [],
  choices: noChoices,
  ignores: true,
  showSuppressed: false,
  baseline: { file: null, revision: null },
  stdinFilename: null,
  color: null,
  timing: false,
  fix: null,
  cache: false,
  cacheLocation: null,
};

function fixing(what: object): object {
  const fix = { what: 'findings', applicability: ['safe', 'unsafe'], preview: false, ...what };
  return { ...lintDefaults, fix };
}

function chosen(choices: object): object {
  return { ...lintDefaults, choices: { ...noChoices, ...choices } };
}

describe('a command line that makes sense', () => {
  it.each<[string[], object]>([
    [[], lintDefaults],
    [['a.yml', 'b'], { ...lintDefaults, paths: ['a.yml', 'b'] }],
    [['--format', 'json'], { ...lintDefaults, format: 'json' }],
    [['--format=concise', 'a.yml'], { ...lintDefaults, format: 'concise', paths: ['a.yml'] }],
    [['--forge', 'gitea'], chosen({ forge: 'gitea' })],
    [['--fail-on', 'error'], chosen({ failOn: 'error' })],
    [['--rule', 'one', '--rule', 'two'], chosen({ rules: ['one', 'two'] })],
    [['-', '--stdin-filename', 'ci.yml'], { ...lintDefaults, paths: ['-'], stdinFilename: 'ci.yml' }],
    [['--show-suppressed'], { ...lintDefaults, showSuppressed: true }],
    [['--color'], { ...lintDefaults, color: true }],
    [['--no-color'], { ...lintDefaults, color: false }],
    [['--format', 'json', '--format', 'json'], { ...lintDefaults, format: 'json' }],
    [['--', '--help'], { ...lintDefaults, paths: ['--help'] }],
    [['--', 'rules'], { ...lintDefaults, paths: ['rules'] }],
    [['a.yml', 'rules'], { ...lintDefaults, paths: ['a.yml', 'rules'] }],
    [['rules'], { name: 'rules', format: 'pretty', choices: noChoices }],
    [
      ['rules', '--no-plugins'],
      { name: 'rules', format: 'pretty', choices: { ...noChoices, plugins: false } },
    ],
    [['rules', '--format', 'json'], { name: 'rules', format: 'json', choices: noChoices }],
    [['explain', 'some-rule'], { name: 'explain', rule: 'some-rule', format: 'pretty', choices: noChoices }],
    [
      ['--format=json', 'explain', 'some-rule'],
      { name: 'explain', rule: 'some-rule', format: 'json', choices: noChoices },
    ],
    [['--help'], { name: 'help', all: false }],
    [['-h'], { name: 'help', all: false }],
    [['rules', '-h'], { name: 'help', all: false }],
    [['help'], { name: 'help', all: true }],
    [['completion', 'zsh'], { name: 'completion', shell: 'zsh' }],
    [['--fail-on', 'never'], chosen({ failOn: 'never' })],
    [
      ['--output', 'sarif=a=b.sarif', '--output=json=-x', 'a.yml'],
      {
        ...lintDefaults,
        paths: ['a.yml'],
        outputs: [
          { format: 'sarif', path: 'a=b.sarif' },
          { format: 'json', path: '-x' },
        ],
      },
    ],
    [['--forge', 'auto'], chosen({ forge: 'auto' })],
    [['--config', 'x.yml'], chosen({ config: 'x.yml' })],
    [['--no-plugins'], chosen({ plugins: false })],
    [['--no-config'], chosen({ config: false })],
    [['--base', 'HEAD^1'], chosen({ base: 'HEAD^1' })],
    [['--facts', 'a.json', '--facts=b.json'], chosen({ facts: ['a.json', 'b.json'] })],
    [['--no-ignores'], { ...lintDefaults, ignores: false }],
    [['--baseline', 'b.json'], { ...lintDefaults, baseline: { file: 'b.json', revision: null } }],
    [
      ['--baseline-from', 'origin/main'],
      { ...lintDefaults, baseline: { file: null, revision: 'origin/main' } },
    ],
    [
      ['--print-config', 'a.yml', '--forge', 'gitea'],
      { name: 'print-config', path: 'a.yml', choices: { ...noChoices, forge: 'gitea' } },
    ],
    [['--fix'], fixing({ applicability: ['safe'] })],
    [['--unsafe-fixes'], fixing({})],
    [['--fix', '--unsafe-fixes'], fixing({})],
    [['--diff'], fixing({ preview: true })],
    [['--fix', '--diff'], fixing({ applicability: ['safe'], preview: true })],
    [['--fix=optional'], fixing({ what: 'optional', applicability: ['safe'] })],
    [['init'], { name: 'init', write: false }],
    [['init', '--write'], { name: 'init', write: true }],
    [
      ['baseline', 'write', '--reason', 'old', '--baseline=b.json', '--no-config'],
      {
        name: 'baseline',
        action: 'write',
        file: 'b.json',
        reason: 'old',
        choices: { ...noChoices, config: false },
      },
    ],
    [
      ['baseline', 'prune'],
      { name: 'baseline', action: 'prune', file: null, reason: null, choices: noChoices },
    ],
    [['--version'], { name: 'version' }],
    [['-V'], { name: 'version' }],
  ])('%j', (args, expected) => {
    expect(parseCommand(args)).toEqual(expected);
  });
});

describe('the place that a replay is asked for', () => {
  it.each([
    ['a.yml:7', 'a.yml', 7],
    ['a.yml:7:13', 'a.yml', 7],
    ['C:/a b/c.yml:7', 'C:/a b/c.yml', 7],
    ['C:/a b/c.yml:7:13', 'C:/a b/c.yml', 7],
  ])('%s is a line, with or without its column', (typed, path, line) => {
    expect(parseCommand(['replay', typed])).toMatchObject({
      name: 'replay',
      place: { path, line },
      paths: [],
    });
  });
});

describe('a command line that does not', () => {
  it.each<[string[], string, string]>([
    [['--formt', 'json'], 'unknown flag --formt', 'did you mean --format?'],
    [['--json'], 'unknown flag --json', 'hardfail help lists the flags'],
    [['--failon=error'], 'unknown flag --failon', 'did you mean --fail-on?'],
    [['--no-colour'], 'unknown flag --no-colour', 'did you mean --no-color?'],
    [['-x'], 'unknown flag -x', 'hardfail help lists the flags'],
    [['--help', '--nope'], 'unknown flag --nope', 'hardfail help lists the flags'],
    [
      ['--format', 'yaml'],
      "--format is 'yaml', expected pretty, concise, json, sarif, github, gitlab, junit, checkstyle or markdown",
      'hardfail help lists the flags',
    ],
    [
      ['--format', 'prety'],
      "--format is 'prety', expected pretty, concise, json, sarif, github, gitlab, junit, checkstyle or markdown",
      'did you mean pretty?',
    ],
    [
      ['--output', 'lint.sarif'],
      "--output is 'lint.sarif', expected FORMAT=FILE",
      'write, for example, --output sarif=hardfail.sarif',
    ],
    [
      ['--output', 'sarf=lint.sarif'],
      "--output names the format 'sarf', expected pretty, concise, json, sarif, github, gitlab, junit, checkstyle or markdown",
      'did you mean sarif?',
    ],
    [
      ['--output', 'json='],
      "--output is 'json=', which names no file",
      'write, for example, --output sarif=hardfail.sarif',
    ],
    [['--output', 'json=-'], '--output writes files, and - is none', 'for standard output: --format json'],
    [['--output'], '--output needs a value', 'write --output FORMAT=FILE'],
    [['completion'], 'hardfail completion takes one shell, found 0', 'write hardfail completion bash'],
    [['replay'], 'hardfail replay takes one FILE:LINE, or --all, found 0', 'write hardfail replay FILE:LINE'],
    ...['a.yml', 'a.yml:', 'a.yml:0'].map((place): [string[], string, string] => [
      ['replay', place],
      `hardfail replay takes FILE:LINE, found '${place}'`,
      'write a.yml:LINE, with a line from 1, or hardfail replay --all a.yml for all findings',
    ]),
    [
      ['replay', '--all', '--format', 'concise'],
      "hardfail replay prints pretty, json or sarif, found 'concise'",
      'leave out --format for a text that people read',
    ],
    [
      ['completion', 'fihs'],
      "hardfail completion knows bash, zsh and fish, found 'fihs'",
      'did you mean fish?',
    ],
    [
      ['completion', 'powershell'],
      "hardfail completion knows bash, zsh and fish, found 'powershell'",
      'write hardfail completion bash',
    ],
    [
      ['completion', 'bash', '--format', 'json'],
      '--format means nothing to hardfail completion',
      'hardfail help lists the flags',
    ],
    [
      ['--forge', 'gitae'],
      "--forge is 'gitae', expected auto, gitea, forgejo or github",
      'did you mean gitea?',
    ],
    [['--format'], '--format needs a value', 'write --format FORMAT'],
    [['--format='], '--format needs a value', 'write --format FORMAT'],
    [['--rule', '--format'], '--rule needs a value, found the flag --format', 'write --rule ID'],
    [['--color=always'], "--color takes no value, found 'always'", 'hardfail help lists the flags'],
    [['--format=json', '--format=pretty'], "--format is given twice, as 'json' and 'pretty'", 'give it once'],
    [['--color', '--no-color'], '--color and --no-color contradict each other', 'give one of them'],
    [['--no-color', '--color'], '--color and --no-color contradict each other', 'give one of them'],
    [
      ['a.yml', '--stdin-filename', 'b.yml'],
      '--stdin-filename is given, but nothing is read from standard input',
      'add the path -',
    ],
    [[''], "'' is not a path", 'an empty argument often comes from an unset variable'],
    [
      ['rules', '--fail-on', 'error'],
      '--fail-on means nothing to hardfail rules',
      'hardfail help lists the flags',
    ],
    [
      ['rules', 'x'],
      "hardfail rules takes no arguments, found 'x'",
      'to lint a folder of that name: hardfail ./rules',
    ],
    [
      ['rules', '--format', 'concise'],
      'hardfail rules prints pretty or json, not concise',
      'leave --format out',
    ],
    [['--fix=maybe'], "--fix takes no value or optional, found 'maybe'", 'hardfail help lists the flags'],
    [['--unsafe-fixes', '-'], 'fixes are written to files, and - is none', 'show them with --diff'],
    [
      ['--fix=optional', '--unsafe-fixes'],
      '--fix=optional and --unsafe-fixes contradict each other',
      'give one of them',
    ],
    [['--diff', '--format', 'json'], '--diff and --format contradict each other', 'give one of them'],
    [['--config', 'a', '--no-config'], '--config and --no-config contradict each other', 'give one of them'],
    [
      ['--no-ignores', '--baseline-from', 'main'],
      '--no-ignores and --baseline-from contradict each other',
      'give one of them',
    ],
    [
      ['--print-config', 'a.yml', 'b.yml'],
      "--print-config lints nothing, found 'b.yml'",
      "leave out 'b.yml'",
    ],
    [
      ['baseline'],
      'hardfail baseline takes write or prune, found 0',
      'write hardfail baseline write or hardfail baseline prune',
    ],
    [
      ['baseline', 'wirte'],
      "hardfail baseline knows write and prune, found 'wirte'",
      'did you mean hardfail baseline write?',
    ],
    [
      ['baseline', 'prune', '--reason', 'x'],
      '--reason means nothing to hardfail baseline prune',
      'it adds no entries',
    ],
    [['--reason', 'x'], '--reason means nothing to hardfail lint', 'hardfail help lists the flags'],
    [
      ['init', 'x'],
      "hardfail init takes no arguments, found 'x'",
      'to lint a folder of that name: hardfail ./init',
    ],
    [['explain'], 'hardfail explain takes one rule, found 0', 'hardfail rules lists the rules'],
    [['explain', 'a', 'b'], 'hardfail explain takes one rule, found 2', 'hardfail rules lists the rules'],
  ])('%j', (args, message, hint) => {
    expect(() => parseCommand(args)).toThrowError(expect.objectContaining({ kind: 'usage', message, hint }));
  });

  it('is always a usage error, whatever stands on it', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('--format', '--rule', '--', '-', '-h', 'rules', 'explain', '--color', '=', 'json'),
      fc.string().map((text) => `--${text}`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (args) => {
        try {
          parseCommand(args);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('a word that is almost a command', () => {
  it.each([
    ['explian', 'explain'],
    ['Explain', 'explain'],
    ['rule', 'rules'],
    ['ruels', 'rules'],
    ['deploy', null],
    ['rule.yml', null],
    ['./rules', null],
    ['x', null],
  ])('%s → %s', (word, command) => {
    expect(commandTypo(word)).toBe(command);
  });
});

describe('--help', () => {
  it('fits on a terminal of 80 columns and 24 lines', () => {
    const lines = helpText(false).split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.length - 1).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('leads to all the rest', () => {
    expect(helpText(false)).toMatch(/^ {2}hardfail help +every command and flag$/m);
    expect(helpText(false)).toContain('Examples:');
  });
});

describe('hardfail help', () => {
  const text = helpText(true);

  it('is at most 80 columns wide', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names every flag and every command', () => {
    const shown = [...text.matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)/gm)].map((match) => match[1]);
    expect(shown).toEqual(flags.map(({ name }) => name));
    for (const { usage } of commands) expect(text).toContain(`  ${usage} `);
  });

  it('names every format', () => {
    for (const name of formatNames) expect(text).toContain(name);
  });
});
