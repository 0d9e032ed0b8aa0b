import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hunksBetween, unifiedDiff } from '../../src/report/diff.js';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', '', 'steps:\r'), { maxLength: 14 })
  .map((lines) => lines.join('\n'));

describe('the hunks between two texts', () => {
  it('hold all that differs, and turn the one into the other', () => {
    fc.assert(
      fc.property(text, text, fc.nat({ max: 3 }), (before, after, context) => {
        const old = before.split(/(?<=\n)/).filter((line) => line !== '');
        const result: string[] = [];
        let at = 0;
        for (const { oldStart, newStart, lines } of hunksBetween(before, after, context)) {
          result.push(...old.slice(at, oldStart - 1));
          expect(result.length).toBe(newStart - 1);
          at = oldStart - 1;
          for (const line of lines) {
            if (line.kind !== 'new') expect(old[at++]).toBe(line.text);
            if (line.kind !== 'old') result.push(line.text);
          }
        }
        expect([...result, ...old.slice(at)].join('')).toBe(after);
      }),
      { numRuns: 500, seed: 8 },
    );
  });

  it('are as short as can be: one line put in is one line', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\n';
    expect(hunksBetween(before, before.replace('d\n', 'd\nnew\n'), 1)).toEqual([
      {
        oldStart: 4,
        newStart: 4,
        lines: [
          { kind: 'same', text: 'd\n' },
          { kind: 'new', text: 'new\n' },
          { kind: 'same', text: 'e\n' },
        ],
      },
    ]);
  });

  it('are none where nothing differs', () => {
    expect(hunksBetween('a\nb', 'a\nb', 3)).toEqual([]);
    expect(unifiedDiff('f.yml', 'a\n', 'a\n')).toBe('');
  });
});

describe('a patch', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hardfail-diff-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cases: readonly (readonly [string, string])[] = [
    ['a\nb\nc\n', 'a\nB\nc\n'],
    ['a\nb', 'a\nb\nc\n'],
    ['a\nb\n', 'a\nb'],
    ['one\r\ntwo\r\n', 'one\r\nnew\r\ntwo\r\n'],
    ['1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n', '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n12\n'],
  ];
  it.each(cases)('is what git apply makes of %j the text %j with', (before, after) => {
    writeFileSync(join(folder, 'file.yml'), before);
    const options = { cwd: folder, input: unifiedDiff('file.yml', before, after), encoding: 'utf8' } as const;
    const ran = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], options);
    expect(ran.stderr).toBe('');
    expect(readFileSync(join(folder, 'file.yml'), 'utf8')).toBe(after);
  });

  it.each([
    'with blanks and äöü.yml',
    'x\u001b[31m\n::error::boom.yml',
    'a\t"quoted"\\name.yml',
    '\u202ebidi ##[error]x.yml',
  ])('names the file %j so that git knows it, and nothing is obeyed', (name) => {
    writeFileSync(join(folder, name), 'a\n');
    const patch = unifiedDiff(name, 'a\n', 'b\n');
    expect(patch.split('\n')).toHaveLength(6);
    expect(patch).not.toMatch(/[^\n\P{Cc}]|[\u202a-\u202e]|##\[/u);
    const ran = spawnSync('git', ['apply', '-'], { cwd: folder, input: patch, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(readFileSync(join(folder, name), 'utf8')).toBe('b\n');
  });
});
