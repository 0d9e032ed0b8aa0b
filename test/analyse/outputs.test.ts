import { expect, it } from 'vitest';
import { readEntries } from '../../src/analyse/outputs.js';
import { concat, constant, nameOf, unknownValue, type Value } from '../../src/analyse/values.js';

/** A text in which `<name>` stands for an unknown one. */
const content = (text: string): Value =>
  concat(
    text
      .split(/(<\w+>)/)
      .filter((piece) => piece !== '')
      .map((piece) => (/^<\w+>$/.test(piece) ? unknownValue(piece.slice(1, -1)) : constant(piece))),
  );

it.each<[string, Record<string, string>, boolean]>([
  ['', {}, false],
  ['\n\n', {}, false],
  ['a=1\n', { a: '"1"' }, false],
  ['a=1\nb=2', { a: '"1"', b: '"2"' }, false],
  ['a=1\na=2\n', { a: '"2"' }, false],
  ['a=\n', { a: '' }, false],
  ['a=b=c\n', { a: '"b=c"' }, false],
  ['a=x<<y\n', { a: '"x<<y"' }, false],
  ['=1\n', {}, false],
  ['no pair\n', {}, false],
  ['a=<x>\n', { a: 'x' }, false],
  ['a=v<x>w\nb=1\n', { a: '"v"+x+"w"', b: '"1"' }, false],
  ['<x>=1\nb=2\n', { b: '"2"' }, true],
  ['key<x>=1\nb=2\n', { b: '"2"' }, true],
  ['a<<END\none\ntwo\nEND\nb=2\n', { a: '"one\\ntwo"', b: '"2"' }, false],
  ['a<<END\n<x>\nEND\nb=2\n', { a: 'x', b: '"2"' }, false],
  ['a<<END\nEND\nb=2\n', { a: '', b: '"2"' }, false],
  ['a<<END\nb=2\nEND\n', { a: '"b=2"' }, false],
  ['a<<E=F\none\nE=F\nb=2\n', { a: '"one"', b: '"2"' }, false],
  ['a<<END\none\nENDS\nEND\n', { a: '"one\\nENDS"' }, false],
  ['a<<<x>\none\n<x>\nb=2\n', { a: '"one"', b: '"2"' }, false],
  ['a<<E<x>\none\nE<x>\nb=2\n', { a: '"one"', b: '"2"' }, false],
  ['a<<<x>\none\n<y>\nb=2\n', { a: '"one\\n"+y+"\\nb=2\\n"' }, true],
])('the lines %j set what they say', (text, expected, open) => {
  const written = readEntries(content(text));
  const named = [...written.entries].map(([key, value]) => [key, nameOf(value)]);
  expect(Object.fromEntries(named)).toEqual(expected);
  expect(written.open).toBe(open);
});

it('what is set lacks what the file lacks', () => {
  const { entries } = readEntries(constant('a=1\nb<<END\n2\nEND\n', ['TOKEN']));
  expect([...entries.values()].map(({ lacks }) => lacks)).toEqual([['TOKEN'], ['TOKEN']]);
});
