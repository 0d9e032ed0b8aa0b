import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packageFileOf } from '../../src/model/package-file.js';

it('the scripts of any package.json are those that JSON says, at places inside of it', () => {
  const scripts = fc.dictionary(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({ unit: 'grapheme' }),
  );
  const indent = fc.constantFrom(0, 2, '\t');
  fc.assert(
    fc.property(scripts, indent, (given, space) => {
      const text = JSON.stringify({ name: 'x', scripts: given }, null, space);
      const file = packageFileOf({ path: 'package.json', text });
      expect(file).not.toBeNull();
      const found = [...(file?.scripts ?? [])].map(([name, script]) => [name, script.text.text]);
      expect(Object.fromEntries(found)).toEqual({ ...given });
      for (const { text: mapped, span } of file?.scripts.values() ?? []) {
        expect(JSON.parse(text.slice(span.start, span.end))).toBe(mapped.text);
        expect(mapped.offsetOf(0)).toBe(span.start + (mapped.text === '' ? 0 : 1));
      }
    }),
  );
});

it('what is no JSON object has none', () => {
  for (const text of ['', '[]', '"x"', '{', '{"scripts": {"a": "b"} "x"}'])
    expect(packageFileOf({ path: 'package.json', text })).toBeNull();
  const odd = packageFileOf({
    path: 'package.json',
    text: '{"scripts": {"a": 1, "b": null, "c": ["d"]}, "name": {}}',
  });
  expect([odd?.scripts.size, odd?.name]).toEqual([0, null]);
});
