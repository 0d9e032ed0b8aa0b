import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandTypo, helpText, parseCommand } from '../src/args.js';
import { isKnownError } from '../src/errors.js';

const lintDefaults = {
  name: 'lint',
  paths: [],
  format: 'pretty',
  forge: 'auto',
  failOn: 'warning',
  rules: null,
  stdinFilename: null,
  color: null,
};

describe('a command line that makes sense', () => {
  it.each<[string[], object]>([
    [[], lintDefaults],
    [['a.yml', 'b'], { ...lintDefaults, paths: ['a.yml', 'b'] }],
    [['--format', 'json'], { ...lintDefaults, format: 'json' }],
    [['--format=concise', 'a.yml'], { ...lintDefaults, format: 'concise', paths: ['a.yml'] }],
    [['--forge', 'gitea'], { ...lintDefaults, forge: 'gitea' }],
    [['--fail-on', 'error'], { ...lintDefaults, failOn: 'error' }],
    [['--rule', 'one', '--rule', 'two'], { ...lintDefaults, rules: ['one', 'two'] }],
    [['-', '--stdin-filename', 'ci.yml'], { ...lintDefaults, paths: ['-'], stdinFilename: 'ci.yml' }],
    [['--color'], { ...lintDefaults, color: true }],
    [['--no-color'], { ...lintDefaults, color: false }],
    [['--format', 'json', '--format', 'json'], { ...lintDefaults, format: 'json' }],
    [['--', '--help'], { ...lintDefaults, paths: ['--help'] }],
    [['--', 'rules'], { ...lintDefaults, paths: ['rules'] }],
    [['a.yml', 'rules'], { ...lintDefaults, paths: ['a.yml', 'rules'] }],
    [['rules'], { name: 'rules', format: 'pretty' }],
    [['rules', '--format', 'json'], { name: 'rules', format: 'json' }],
    [['explain', 'some-rule'], { name: 'explain', rule: 'some-rule', format: 'pretty' }],
    [['--format=json', 'explain', 'some-rule'], { name: 'explain', rule: 'some-rule', format: 'json' }],
    [['--help'], { name: 'help' }],
    [['-h'], { name: 'help' }],
    [['rules', '-h'], { name: 'help' }],
    [['--version'], { name: 'version' }],
    [['-V'], { name: 'version' }],
  ])('%j', (args, expected) => {
    expect(parseCommand(args)).toEqual(expected);
  });
});

describe('a command line that does not', () => {
  it.each<[string[], string, string]>([
    [['--formt', 'json'], 'unknown flag --formt', 'did you mean --format?'],
    [['--json'], 'unknown flag --json', 'hardfail --help lists the flags'],
    [['--failon=error'], 'unknown flag --failon', 'did you mean --fail-on?'],
    [['--no-colour'], 'unknown flag --no-colour', 'did you mean --no-color?'],
    [['-x'], 'unknown flag -x', 'hardfail --help lists the flags'],
    [['--help', '--nope'], 'unknown flag --nope', 'hardfail --help lists the flags'],
    [
      ['--format', 'yaml'],
      "--format is 'yaml', expected pretty, concise or json",
      'hardfail --help lists the flags',
    ],
    [['--format', 'prety'], "--format is 'prety', expected pretty, concise or json", 'did you mean pretty?'],
    [
      ['--forge', 'gitae'],
      "--forge is 'gitae', expected auto, gitea, forgejo or github",
      'did you mean gitea?',
    ],
    [['--format'], '--format needs a value', 'write --format FORMAT'],
    [['--format='], '--format needs a value', 'write --format FORMAT'],
    [['--rule', '--format'], '--rule needs a value, found the flag --format', 'write --rule ID'],
    [['--color=always'], "--color takes no value, found 'always'", 'hardfail --help lists the flags'],
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
      'hardfail --help lists the flags',
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
          expect(isKnownError(error) && error.kind).toBe('usage');
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
  const lines = helpText().split('\n');

  it('fits a screen', () => {
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    '--format',
    '--forge',
    '--fail-on',
    '--rule',
    '--stdin-filename',
    '--color',
    '--no-color',
    '-h, --help',
    '-V, --version',
    'hardfail rules',
    'hardfail explain',
    'Exit status',
  ])('names %s', (text) => {
    expect(helpText()).toContain(text);
  });

  it('shows only flags that the parser knows', () => {
    const shown = helpText().matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)( [A-Z]+)?/gm);
    for (const [, name, value] of shown) {
      const args = value ? [`--${name}`, 'x'] : [`--${name}`];
      try {
        parseCommand(args);
      } catch (error) {
        expect(String(error)).not.toContain('unknown flag');
      }
    }
  });
});
