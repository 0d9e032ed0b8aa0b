import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromTop, uriOf } from '../../src/report/paths.js';

describe('a path from the top of the repository', () => {
  it.each([
    ['', '.gitea/workflows/ci.yml', '.gitea/workflows/ci.yml'],
    ['web', '../.gitea/workflows/ci.yml', '.gitea/workflows/ci.yml'],
    ['web/app', '../ci.yml', 'web/ci.yml'],
    ['web', 'ci.yml', 'web/ci.yml'],
    ['', './a//b.yml', 'a/b.yml'],
    ['', '.', '.'],
    ['web', '..', '.'],
    ['', '../other/ci.yml', '../other/ci.yml'],
    ['web', '../../../ci.yml', '../../ci.yml'],
    ['web', '/tmp/ci.yml', '/tmp/ci.yml'],
    ['web', 'C:/ci.yml', 'C:/ci.yml'],
  ])('%j: %s is %s', (folder, path, expected) => {
    expect(fromTop(folder, path)).toBe(expected);
  });
});

describe('a path as a URI', () => {
  it.each([
    ['.gitea/workflows/ci.yml', '.gitea/workflows/ci.yml'],
    ['a b/ä#?%.yml', 'a%20b/%C3%A4%23%3F%25.yml'],
    ['c:x.yml', 'c%3Ax.yml'],
    ['\ud800.yml', '%EF%BF%BD.yml'],
    ['/tmp/a b.yml', 'file:///tmp/a%20b.yml'],
    ['C:/a.yml', 'file:///C%3A/a.yml'],
  ])('%s is %s', (path, expected) => {
    expect(uriOf(path)).toBe(expected);
  });

  it('holds only what RFC 3986 allows in a path, and gives the path back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!text.startsWith('/') && !/^[A-Za-z]:\//.test(text));
        const uri = uriOf(text);
        expect(uri).toMatch(/^(?:[\w.~!*'()/-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(uri)).toBe(text);
      }),
    );
  });
});
