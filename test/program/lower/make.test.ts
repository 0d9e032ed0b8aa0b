import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMakefile } from '../../../src/parse/makefile.js';
import { lowerMake } from '../../../src/program/lower/make.js';

const source = (text: string) => ({ path: 'Makefile', text });

/** The shell text of a target's recipe, line by line, by the places of its first and last node. */
function recipe(text: string, target: string): string[] {
  const found = lowerMake(source(text), []).targets.get(target);
  return (found?.recipe ?? []).map(({ program: { body } }) => {
    return text.slice(body[0]?.at.start ?? 0, body.at(-1)?.at.end ?? 0);
  });
}

describe('the places of a recipe', () => {
  it('are those of the file, behind prefixes, variables and continued lines', () => {
    expect(recipe('X = 1\nd:\n\t@echo $(X) "$$Y"\n\n# c\n\t- false\n', 'd')).toEqual([
      'echo $(X) "$$Y"',
      'false',
    ]);
    expect(recipe('d:\n\ta && \\\n\t  b\n', 'd')).toEqual(['a && \\\n\t  b']);
    expect(recipe('d: c ; make it\n', 'd')).toEqual(['make it']);
  });
});

describe('lines that are no recipe', () => {
  it('are told apart', () => {
    const kinds = parseMakefile(
      'A=1\nB := 2\nC ?= 3 # c\nD += \\\n  4\nE != date\nexport F\nexport G = 5\ninclude x\nt: u\n\tv\n$(info x)\n',
    ).map((line) =>
      line.kind === 'assign' ? `${line.name}${line.operator}${line.value.text.trim()}` : line.kind,
    );
    expect(kinds).toEqual(['A=1', 'B:=2', 'C?=3', 'D+=4', 'E!=date', 'export', 'G=5', 'opaque', 'rule']);
  });
});

describe('any text', () => {
  const line = fc.constantFrom(
    'd: c',
    'd:',
    '\t@-a $(X) $$Y',
    '\tb \\',
    'X = $(Y)',
    'Y := $(X) x',
    'X += $(shell y)',
    'ifdef Z',
    'else',
    'endif',
    'define W',
    'endef',
    'export',
    'c: ; e',
    '.PHONY: d',
    '.ONESHELL:',
    'include v',
    '\\',
    '$(',
    '${X:%=y}: d',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(line, { maxLength: 24 }).map((lines) => lines.join('\n')),
  );

  it('is lowered without an error, to places inside of it', () => {
    fc.assert(
      fc.property(text, (written) => {
        const program = lowerMake(source(written), ['Z']);
        for (const target of program.targets.values()) {
          expect(target.start).toBeGreaterThanOrEqual(0);
          expect(target.end).toBeLessThanOrEqual(written.length);
          for (const { program: lowered } of target.recipe) {
            for (const { at } of lowered.body) {
              expect(at.start).toBeGreaterThanOrEqual(0);
              expect(at.end).toBeGreaterThanOrEqual(at.start);
              expect(at.end).toBeLessThanOrEqual(written.length);
            }
          }
        }
      }),
    );
  });
});

describe('a hostile Makefile', () => {
  const many = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

  it('whose variables double each other comes to an end', () => {
    const text = `${many(30, (i) => `X${i} = $(X${i + 1})$(X${i + 1})`)}\nd:\n\techo $(X0)\n`;
    expect(lowerMake(source(text), []).targets.get('d')?.refusal).toMatch(/^uses \$\(X\d+/);
  });

  it.each([
    ['brackets', '$('.repeat(100_000)],
    ['conditions', many(20_000, (i) => `ifdef X${i}\nY = 1`)],
    ['rules', many(20_000, (i) => `d: c${i}`)],
    ['recipe lines', `d:\n${many(5_000, (i) => `\techo $(X${i}) \\`)}`],
    ['definitions', many(5_000, () => 'define X\ny\nendef')],
  ])('of many %s is read', (_what, text) => {
    expect(lowerMake(source(text), []).source.text).toBe(text);
  });
});
