import { beforeAll, describe, expect, it } from 'vitest';
import { placesInJavaScript } from '../../../src/program/lower/javascript/places.js';
import { loadLanguage } from '../../../src/program/lower/languages.js';
import type { ProgramPlaces } from '../../../src/program/lower/places.js';
import { placesInPowerShell } from '../../../src/program/lower/powershell/places.js';
import { wholeText } from '../../support/shell.js';

// What stands around a place of a script, for edits there: `HERE` marks the place, and is a statement of its own.

beforeAll(() => loadLanguage('javascript'));

/** The statements around the mark, innermost first. */
function around(
  script: string,
  find: (text: ReturnType<typeof wholeText>, at: number) => ProgramPlaces,
): string[] {
  const at = script.indexOf('HERE');
  const { around: places } = find(wholeText(script), at);
  return places.map(({ start, end, leaves, wants, listed }) =>
    [
      script.slice(start, end).replaceAll(/\s+/g, ' '),
      ...(leaves ? ['leaves'] : []),
      ...(wants === null ? [] : [`wants ${wants}`]),
      ...(listed ? [] : ['alone']),
    ].join('; '),
  );
}

const inPowerShell = (script: string) => around(script, placesInPowerShell);
const inJavaScript = (script: string) => around(script, placesInJavaScript);

describe('a guard of PowerShell asks for', () => {
  const wants = (before: string, test: string) =>
    inPowerShell(`${before}\nif (${test}) { HERE }\n`)[0]
      ?.split('; ')
      .find((one) => one.startsWith('wants'));

  it.each([
    ['', '-not $env:KEY'],
    ['', '!$env:KEY'],
    ['', '(-not ($env:KEY))'],
    ['', "$env:KEY -eq ''"],
    ['', '[string]::IsNullOrEmpty($env:KEY)'],
    ['', '[String]::IsNullOrWhiteSpace($env:KEY)'],
    ['$key = $env:KEY', '-not $key'],
    ['$key = ($env:KEY)', '-not $env:KEY'],
    ['$other = $env:OTHER\n$key = $env:KEY\n$env:key = 1', "$key -eq ''"],
  ])('KEY: %s, if (%s)', (before, test) => {
    expect(wants(before, test)).toBe('wants KEY');
  });

  it.each([
    ['', '$env:KEY'],
    ['', '-bnot $env:KEY'],
    ['', "$env:KEY -ne ''"],
    ['', "$env:KEY -eq 'x'"],
    ['', '$env:KEY -eq 0'],
    ['', '[string]::Join($env:KEY)'],
    ['', "[string]::IsNullOrEmpty($env:KEY, 'x')"],
    ['', '[string]::IsNullOrEmpty()'],
    ['', "$env:KEY.IsNullOrEmpty('x')"],
    ['', '-not (Get-Item Env:KEY)'],
    ['', "-not ($env:KEY + 'x')"],
    ['', "-not 'KEY'"],
    ['', '-not $key'],
    ['$key = $env:KEY\n$key = 1', '-not $key'],
    ['$key = $env:KEY, 1', '-not $key'],
    ['$other = $env:KEY', '-not $key'],
    ['$key = $other', '-not $key'],
  ])('no variable that is known: %s, if (%s)', (before, test) => {
    expect(wants(before, test)).toBeUndefined();
  });

  it('nothing in a branch that is not the first', () => {
    expect(inPowerShell('if (-not $env:A) { b } else { HERE }')).toEqual([
      'HERE',
      'if (-not $env:A) { b } else { HERE }',
    ]);
    expect(inPowerShell('if (-not $env:A) { b } elseif (-not $env:B) { HERE }')[0]).toBe('HERE');
    expect(inPowerShell('while (-not $env:A) { HERE }')[0]).toBe('HERE');
  });
});

describe('a statement of PowerShell leaves', () => {
  const leaves = (statement: string) => {
    const { around: places } = placesInPowerShell(wholeText(`a\n${statement}\nb`), 3);
    return places[0]?.leaves;
  };
  it.each(['exit', 'exit 0', 'return', 'return 5'])('%s', (statement) => {
    expect(leaves(statement)).toBe(true);
  });
  it.each(['exit 1', 'exit $x', 'throw', 'Write-Host 0'])('not by %s', (statement) => {
    expect(leaves(statement)).toBe(false);
  });
});

describe('a guard of JavaScript asks for', () => {
  const wants = (before: string, test: string) =>
    inJavaScript(`${before}\nif (${test}) { HERE }\n`)[0]
      ?.split('; ')
      .find((one) => one.startsWith('wants'));

  it.each([
    ['', '!process.env.KEY'],
    ['', "!process.env['KEY']"],
    ['', "process.env.KEY === ''"],
    ['', "process.env.KEY == ''"],
    ['', "!(process.env.KEY || '')"],
    ['', "!(process.env.KEY ?? '').trim()"],
    ['const key = process.env.KEY;', '!key'],
    ["const key = process.env.KEY ?? '';", "key === ''"],
    ['const other = 1, key = process.env.KEY, { a } = {};', '!key'],
  ])('KEY: %s if (%s)', (before, test) => {
    expect(wants(before, test)).toBe('wants KEY');
  });

  it.each([
    ['', 'process.env.KEY'],
    ['', '-process.env.KEY'],
    ['', "process.env.KEY !== ''"],
    ['', "process.env.KEY === 'x'"],
    ['', 'process.env.KEY === 0'],
    ['', "process.env.KEY > ''"],
    ['', "!(process.env.KEY && '')"],
    ['', "!(process.env.KEY || 'x')"],
    ['', '!(process.env.KEY || other)'],
    ['', '!process.env.KEY.trim(1)'],
    ['', '!process.env.KEY.length()'],
    ['', '!trim()'],
    ['', '!process.env[KEY]'],
    ['', '!f().env.KEY'],
    ['', '!process.env.KEY.more'],
    ['', '!process'],
    ['', '!key'],
    ['let key = process.env.KEY;', '!key'],
    ['const key = process.env.KEY; { const key = 1; }', '!key'],
    ['const { key } = process.env;', '!key'],
    ['const other = process.env.KEY;', '!key'],
  ])('no variable that is known: %s if (%s)', (before, test) => {
    expect(wants(before, test)).toBeUndefined();
  });

  it('the statement that is the branch, and those in its block', () => {
    expect(inJavaScript('if (!process.env.A) HERE;')).toEqual([
      'HERE;; wants A; alone',
      'if (!process.env.A) HERE;',
    ]);
    expect(inJavaScript('if (!process.env.A) { b(); HERE; }')).toEqual([
      'HERE;; wants A',
      '{ b(); HERE; }; wants A; alone',
      'if (!process.env.A) { b(); HERE; }',
    ]);
    expect(inJavaScript('if (!process.env.A) b(); else { HERE; }')[0]).toBe('HERE;');
    expect(inJavaScript('while (!process.env.A) { HERE; }')[0]).toBe('HERE;');
  });
});

describe('a statement of JavaScript leaves', () => {
  const leaves = (statement: string) => {
    const { around: places } = placesInJavaScript(wholeText(`function f() {\n${statement}\n}`), 16);
    return places[0]?.leaves;
  };
  it.each(['return;', 'return 5;', 'process.exit();', 'process.exit(0);', "process['exit'](0);"])(
    '%s',
    (statement) => {
      expect(leaves(statement)).toBe(true);
    },
  );
  it.each(['process.exit(1);', 'process.exit(x);', 'process.exit;', 'exit(0);', 'throw 0;', 'f.exit();'])(
    'not by %s',
    (statement) => {
      expect(leaves(statement)).toBe(false);
    },
  );
});

describe('nothing is told of', () => {
  it('a script that cannot be read', () => {
    expect(inPowerShell('if (-not $env:A { HERE }')).toEqual([]);
    expect(inJavaScript('if (!process.env.A { HERE }')).toEqual([]);
  });
});
