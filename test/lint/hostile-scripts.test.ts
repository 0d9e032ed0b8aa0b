import { beforeAll, describe, expect, it } from 'vitest';
import type { LintResult } from '../../src/lint/finding.js';
import { loadAllLanguages } from '../support/fuzzing.js';
import { lintRepository } from '../support/repository.js';

beforeAll(loadAllLanguages);

const many = 10_000;

function block(script: string, indent: number): string {
  return script
    .split('\n')
    .map((line) => ' '.repeat(indent) + line)
    .join('\n');
}

/** A step with a secret before it, whose hole must be found whatever stands in the other one. */
function lintStep(step: string): LintResult {
  const text = [
    'on: push',
    'jobs:',
    '  build:',
    '    runs-on: ubuntu-latest',
    '    env:',
    '      TOKEN: ${{ secrets.TOKEN }}',
    '    steps:',
    '      - run: |',
    '          if [ -z "$TOKEN" ]; then exit 0; fi',
    '          curl -fsS -H "Authorization: $TOKEN" https://ci.example/start',
    `      - ${step}`,
    '',
  ].join('\n');
  return lintRepository({ '.github/workflows/ci.yml': text });
}

function scriptIn(language: string, script: string): LintResult {
  return language === 'github-script'
    ? lintStep(`uses: actions/github-script@v7\n        with:\n          script: |\n${block(script, 12)}`)
    : lintStep(`shell: ${language}\n        run: |\n${block(script, 10)}`);
}

function rulesIn({ findings }: LintResult): string[] {
  return findings.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule);
}

function nested(open: string, inner: string, close: string): string {
  return open.repeat(many) + inner + close.repeat(many);
}

describe('a script that is nested ten thousand levels deep is not judged, and the others are', () => {
  it.each([
    ['bash', 'subshells', nested('(', 'make', ')')],
    ['bash', 'substitutions', nested('$(', 'make', ')')],
    ['bash', 'substitutions in quotes', nested('"$(', 'make', ')"')],
    ['bash', 'conditions', nested('if [ -z "$TOKEN" ]; then ', 'exit 0', '; fi')],
    ['bash', 'groups', nested('{ ', 'make;', ' }')],
    ['bash', 'loops', nested('while true; do ', 'make', '; done')],
    ['bash', 'cases', nested('case $TOKEN in "") ', 'exit 0', ';; esac')],
    ['bash', 'commands that run commands', `${'sudo env X=1 nice timeout 5 '.repeat(many)}make`],
    ['bash', 'evaluations', `${'eval '.repeat(1_000)}make`],
    ['bash', 'items of a case', `case $TOKEN in ${'a*b*c) x;; '.repeat(many)} esac`],
    ['python', 'parentheses', nested('(', '', ')')],
    ['python', 'lists', nested('[', '', ']')],
    ['python', 'calls', `x${'()'.repeat(many)}`],
    ['python', 'operators', `x = ${'1 + '.repeat(many)}1`],
    ['github-script', 'parentheses', nested('(', '1', ')')],
    ['github-script', 'lists', nested('[', '', ']')],
    ['github-script', 'functions', nested('function f() {', '', '}')],
    ['github-script', 'calls', `x${'.a()'.repeat(many)}`],
    ['github-script', 'templates', nested('`${', 'x', '}`')],
    ['pwsh', 'parentheses', nested('(', '1', ')')],
    ['pwsh', 'blocks', nested('if ($env:TOKEN) {', '', '}')],
    ['pwsh', 'operators', `$x = ${'1 + '.repeat(many)}1`],
    ['pwsh', 'members', `$x${'.a()'.repeat(many)}`],
    ['pwsh', 'pipelines', `${'a | '.repeat(many)}b`],
    ['pwsh', 'alternatives', `if (1) {}${' elseif ($env:TOKEN) {}'.repeat(many)}`],
  ])('%s: %s', (language, _, script) => {
    const result = scriptIn(language, script);
    expect(result.errors).toEqual([]);
    expect(result.notJudged).toMatchObject([
      { step: { index: 1 }, reason: expect.stringMatching(/deep|nest|stack/) },
    ]);
    expect(rulesIn(result)).toEqual(['missing-secret-exits-zero']);
  });
});

describe('a script that would take for ever is judged or not judged in the end, and the others are', () => {
  const some = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index));

  it.each([
    ['words that double', `echo ${'{a,b}'.repeat(40)}`],
    ['words that grow', `echo ${'{1..64}'.repeat(40)}`],
    ['a range beyond counting', 'for i in {1..999999999}; do make; done'],
    ['arguments that may be there or not', `set -- ${some(40, (index) => `$(c${index})`).join(' ')}`],
    ['the same for a function', `f() { make; }\nf ${some(40, (index) => `$(c${index})`).join(' ')}`],
    [
      'functions that call others twice',
      `${some(22, (i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join('\n')}\nf0`,
    ],
    ['a function that calls itself twice', 'f() { f; f; }\nf'],
    ['conditions that fork', `[ ${some(20, (index) => `-n "$(c${index})"`).join(' -o ')} ] && exit 0\nmake`],
    ['a text that doubles', `x=aa\n${'x="$x$x"\n'.repeat(80)}make "$x"`],
    ['a text of gigabytes', "printf '%1000000000s' x > f\nmake"],
    ['a pattern with many stars', `case ${'a'.repeat(3_000)} in *${'a*'.repeat(60)}b) exit 0;; esac\nmake`],
    [
      'a regular expression that backtracks',
      `x=${'a'.repeat(300)}\nif [[ $x =~ ^${'(a*)*'.repeat(20)}b$ ]]; then exit 0; fi\nmake`,
    ],
    ['a long command', `make ${'a "$HOME" '.repeat(many)}`],
    ['a long line', `echo ${'x'.repeat(1_000_000)}`],
    ['many lines', 'echo\n'.repeat(many)],
  ])('%s', (_, script) => {
    const result = scriptIn('bash', script);
    expect(result.errors).toEqual([]);
    expect(rulesIn(result)).toContain('missing-secret-exits-zero');
    const { judged, notJudged } = result.steps;
    expect(judged + notJudged).toBe(2);
  });
});
