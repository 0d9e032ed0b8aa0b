import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsPattern, patternProblem } from '../../src/text/path-pattern.js';

describe('a pattern of paths', () => {
  it.each([
    ['.gitea/workflows/ci.yml', '.gitea/workflows/ci.yml', true],
    ['.gitea/workflows/ci.yml', '.gitea/workflows/*.yml', true],
    ['.gitea/workflows/ci.yml', '.gitea/*/ci.y?l', true],
    ['.gitea/workflows/ci.yml', '.gitea/*', false],
    ['.gitea/workflows/ci.yml', '*', false],
    ['.gitea/workflows/ci.yml', '**', true],
    ['.gitea/workflows/ci.yml', '.gitea/**', true],
    ['.gitea/workflows/ci.yml', '**/ci.yml', true],
    ['ci.yml', '**/ci.yml', true],
    ['a/b/c/b/d', 'a/**/b/d', true],
    ['a/b/c/b/d', '**/b/*/b/**', true],
    ['a/b/c', 'a/**/b', false],
    ['a/xbxb', 'a/*b', true],
    ['a/xbxc', 'a/*b', false],
    ['a', 'A', false],
    ['a.yml', 'a?yml', true],
    ['a/b', 'a?b', false],
    ['a/🔑.yml', 'a/?.yml', true],
  ])('%j, %j: %j', (path, pattern, fits) => {
    expect(fitsPattern(path, pattern)).toBe(fits);
  });

  it('fits itself, and whatever its wildcards stand for', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
    const path = fc.array(name, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(path, fc.nat(), fc.nat(), (names, at, cut) => {
        const place = at % names.length;
        const starred = names.with(place, `${(names[place] ?? '').slice(0, cut % 4)}*`);
        const globbed = [
          ...names.slice(0, place),
          '**',
          ...names.slice(place + (cut % (names.length - place))),
        ];
        expect(fitsPattern(names.join('/'), names.join('/'))).toBe(true);
        expect(fitsPattern(names.join('/'), starred.join('/'))).toBe(true);
        expect(fitsPattern(names.join('/'), globbed.join('/'))).toBe(true);
      }),
    );
  });

  it('ends, however often its wildcards could have taken something else', () => {
    expect(fitsPattern('a'.repeat(5_000), `${'*a'.repeat(500)}b`)).toBe(false);
    expect(fitsPattern('a/'.repeat(2_000), `${'**/a/'.repeat(200)}b`)).toBe(false);
  });

  it.each([
    ['/a', 'leave out the first /'],
    ['!a', 'cannot take files out'],
    ['{a,b}', 'one pattern for each case'],
    ['a[bc]', 'one pattern for each case'],
    ['a\\b', 'one pattern for each case'],
    ['../a', "'..'"],
    ['./a', "'.'"],
    ['a//b', 'empty'],
    ['', 'empty'],
  ])('that means something else elsewhere is refused: %j', (pattern, words) => {
    expect(patternProblem(pattern)).toContain(words);
  });

  it.each(['a', 'a/*/b?.yml', '**', '.gitea/**/*.yml'])('is accepted: %j', (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });
});
