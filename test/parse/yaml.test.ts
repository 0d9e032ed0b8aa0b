import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, isScalar, parseDocument, Scalar, visit } from 'yaml';
import { parseYaml, type YamlFile, type YamlNode, type YamlScalar } from '../../src/parse/yaml.js';
import { positionAt, spanText } from '../../src/text/source.js';

function parse(text: string): YamlFile {
  return parseYaml({ path: 'a.yml', text });
}

/** The root of a file that has no problems. */
function rootOf(text: string): YamlNode {
  const { root, problems } = parse(text);
  expect(problems).toEqual([]);
  if (root === null) throw new Error('the file has no root');
  return root;
}

function get(node: YamlNode | null, key: string): YamlNode | null {
  if (node?.kind !== 'map') throw new Error(`no mapping to look for ${key} in`);
  const pair = node.pairs.find((one) => one.key.text.text === key);
  if (pair === undefined) throw new Error(`no key ${key}`);
  return pair.value;
}

function scalarOf(node: YamlNode | null): YamlScalar {
  if (node?.kind !== 'scalar') throw new Error('no scalar');
  return node;
}

/** A tree as plain data: maps as lists of pairs, so that order and duplicates show. */
function plain(node: YamlNode | null): unknown {
  if (node === null) return null;
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.pairs.map((pair) => [pair.key.text.text, plain(pair.value)]));
  }
}

/** Each decoded character stands where its offset says, and no two stand at one place or out of order. */
function expectMapped(scalar: YamlScalar): void {
  const { text, source, offsetOf } = scalar.text;
  let last = -1;
  for (let index = 0; index < text.length; index++) {
    const offset = offsetOf(index);
    const where = `${JSON.stringify(text)}[${index}] at ${offset} of ${JSON.stringify(source.text)}`;
    expect(offset, where).toBeGreaterThan(last);
    expect(offset, where).toBeGreaterThanOrEqual(scalar.span.start);
    expect(stands(scalar, text[index] ?? '', source.text, offset), where).toBe(true);
    last = offset;
  }
}

function stands(scalar: YamlScalar, character: string, file: string, offset: number): boolean {
  const written = file[offset] ?? '';
  if (character === ' ' && scalar.style !== 'literal' && '\r\n'.includes(written)) return written !== '';
  if (character === '\n' && written === '\r') return file[offset + 1] !== '\n';
  if (character === written && !(scalar.style === 'double' && written === '\\')) return true;
  if (scalar.style !== 'double') return false;
  // An escape, or the second half of a pair of surrogates that an escape makes.
  return written === '\\' || (file[offset - 1] === '\\' && /[\udc00-\udfff]/.test(character));
}

describe('the text of a scalar', () => {
  it.each([
    ['plain', 'k: abc\n', 'abc', 'plain'],
    ['plain in a flow list', 'k: abc # c\n', 'abc', 'plain'],
    ['plain over lines', 'k: ab\n  cd\n  ef\n', 'ab cd ef', 'plain'],
    ['plain with blank lines', 'k: ab\n\n  cd\n\n\n  ef\n', 'ab\ncd\n\nef', 'plain'],
    ['plain with blanks around the line ends', 'k: ab \t\n \t  cd\n', 'ab cd', 'plain'],
    ['plain with blanks inside', 'k: a  b\tc\n', 'a  b\tc', 'plain'],
    ['single quotes', "k: 'abc'\n", 'abc', 'single'],
    ['single quotes with a quote inside', "k: 'it''s ''x'''\n", "it's 'x'", 'single'],
    ['single quotes over lines', "k: 'it''s\n  a  \n\n  b'\n", "it's a\nb", 'single'],
    ['single quotes with blanks at the ends', "k: ' a '\n", ' a ', 'single'],
    ['single quotes that begin with a line end', "k: '\n  a'\n", ' a', 'single'],
    ['single quotes that end with line ends', "k: 'a\n\n  '\n", 'a\n', 'single'],
    ['double quotes', 'k: "abc"\n', 'abc', 'double'],
    ['double quotes with escapes', 'k: "a\\tb\\n\\\\c\\"d\\/\\0"\n', 'a\tb\n\\c"d/\0', 'double'],
    ['double quotes with numbers', 'k: "\\x41b\\u00e9c\\U0001F600d"\n', 'Ab\u00e9c\u{1F600}d', 'double'],
    ['double quotes with a character beyond 16 bits', 'k: "a😀b"\n', 'a😀b', 'double'],
    ['double quotes over lines', 'k: "ab\n  cd\n\n  ef"\n', 'ab cd\nef', 'double'],
    ['double quotes with an escaped line end', 'k: "ab\\\n    cd"\n', 'abcd', 'double'],
    ['double quotes with a blank kept before it', 'k: "ab \\\n    \\ cd"\n', 'ab  cd', 'double'],
    ['double quotes with an escaped blank at a line end', 'k: "ab\\t\n  cd"\n', 'ab\t cd', 'double'],
    ['literal', 'k: |\n  ab\n  cd\n', 'ab\ncd\n', 'literal'],
    ['literal, stripped', 'k: |-\n  ab\n  cd\n\n', 'ab\ncd', 'literal'],
    ['literal, kept', 'k: |+\n  ab\n\n\n', 'ab\n\n\n', 'literal'],
    ['literal, clipped', 'k: |\n  ab\n\n\n', 'ab\n', 'literal'],
    ['literal with blank lines', 'k: |\n\n  ab\n\n  cd\n', '\nab\n\ncd\n', 'literal'],
    ['literal, more indented', 'k: |\n  ab\n    cd\n   \n  ef\n', 'ab\n  cd\n \nef\n', 'literal'],
    ['literal with an indicator', 'k: |2\n    ab\n  cd\n', '  ab\ncd\n', 'literal'],
    ['literal with both indicators', 'k: |1-\n  ab\n', ' ab', 'literal'],
    ['literal with a comment after the header', 'k: | # why\n  ab\n', 'ab\n', 'literal'],
    ['literal with quotes and escapes as written', 'k: |\n  "a\\n" \'\'\n', '"a\\n" \'\'\n', 'literal'],
    ['literal with tabs', 'k: |\n  \tab\n  \t\n', '\tab\n\t\n', 'literal'],
    ['literal with blanks at its line ends', 'k: |\n  ab  \n  cd\n', 'ab  \ncd\n', 'literal'],
    ['literal of blank lines only, kept', 'k: |+\n\n\n', '\n\n', 'literal'],
    ['literal that ends with the file', 'k: |\n  ab\n  cd', 'ab\ncd', 'literal'],
    ['literal, kept, that ends with the file', 'k: |+\n  ab', 'ab', 'literal'],
    ['literal that ends with a blank line at the end of the file', 'k: |\n  ab\n  ', 'ab\n', 'literal'],
    ['folded', 'k: >\n  ab\n  cd\n', 'ab cd\n', 'folded'],
    ['folded, stripped', 'k: >-\n  ab\n  cd\n', 'ab cd', 'folded'],
    ['folded, kept', 'k: >+\n  ab\n  cd\n\n', 'ab cd\n\n', 'folded'],
    ['folded with blank lines', 'k: >\n  ab\n\n  cd\n\n\n  ef\n', 'ab\ncd\n\nef\n', 'folded'],
    ['folded with a blank line first', 'k: >\n\n  ab\n  cd\n', '\nab cd\n', 'folded'],
    ['folded, more indented', 'k: >\n  ab\n    cd\n    ef\n  gh\n', 'ab\n  cd\n  ef\ngh\n', 'folded'],
    [
      'folded, more indented, with blank lines',
      'k: >\n  ab\n\n    cd\n\n  ef\n',
      'ab\n\n  cd\n\nef\n',
      'folded',
    ],
    ['folded, more indented by a tab', 'k: >\n  ab\n  \tcd\n  ef\n', 'ab\n\tcd\nef\n', 'folded'],
    ['folded with an indicator', 'k: >2\n    ab\n  cd\n  ef\n', '  ab\ncd ef\n', 'folded'],
    ['folded that ends with the file', 'k: >\n  ab\n  cd', 'ab cd', 'folded'],
    ['empty single quotes', "k: ''\n", '', 'single'],
    ['empty literal', 'k: |\n', '', 'literal'],
    ['an anchor and a tag in front', 'k: &a !!str abc\n', 'abc', 'plain'],
    ['an anchor before a block', 'k: &a |\n  ab\n  cd\n', 'ab\ncd\n', 'literal'],
    ['a number that is said to be a text', 'k: !!str 1.10\n', '1.10', 'plain'],
  ] as const)('%s', (_, text, expected, style) => {
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      for (const mark of ['', '\ufeff']) {
        const scalar = scalarOf(get(rootOf(mark + text.replaceAll('\n', lineEnd)), 'k'));
        expect(scalar.text.text).toBe(expected);
        expect(scalar.value).toBe(expected);
        expect(scalar.style).toBe(style);
        expectMapped(scalar);
      }
    }
  });

  it('points from every character to its own place', () => {
    const scalar = scalarOf(get(rootOf('k: "a\\u00e9\n  b\\\n  c😀"\n'), 'k'));
    expect(scalar.text.text).toBe('a\u00e9 bc😀');
    const offsets = [...scalar.text.text.split('').keys()].map(scalar.text.offsetOf);
    expect(offsets).toEqual([4, 5, 11, 14, 19, 20, 21]);
  });

  it('points at the line end that is kept, and at its \\n in a CRLF', () => {
    const scalar = scalarOf(get(rootOf('k: >\r\n  a\r\n\r\n  b\r\n'), 'k'));
    expect(scalar.text.text).toBe('a\nb\n');
    expect([0, 1, 2, 3].map(scalar.text.offsetOf)).toEqual([8, 12, 15, 17]);
  });

  it('counts an indentation indicator from the collection around it', () => {
    const scalar = scalarOf(get(get(rootOf('a:\n   k: |2\n       x\n     y\n'), 'a'), 'k'));
    expect(scalar.text.text).toBe('  x\ny\n');
    expectMapped(scalar);
  });

  it('covers exactly the lines of a block whose last line end is missing', () => {
    // The forges read no line end there, so `if: |` with one `${{ }}` is no mixed text (semantics 4.2).
    const scalar = scalarOf(get(rootOf('if: |\n  ${{ a }}'), 'if'));
    expect(scalar.text.text).toBe('${{ a }}');
  });

  it('stays inside of the scalar for an index outside of the text', () => {
    const scalar = scalarOf(get(rootOf('k: |\n  ab\n'), 'k'));
    expect(scalar.text.offsetOf(-1)).toBe(3);
    expect(scalar.text.offsetOf(99)).toBe(10);
    const empty = scalarOf(get(rootOf("k: ''\n"), 'k'));
    expect(empty.text.offsetOf(0)).toBe(3);
  });
});

describe('values', () => {
  it.each([
    ['1.10', 1.1, '1.10'],
    ['0x1F', 31, '0x1F'],
    ['1e3', 1000, '1e3'],
    ['true', true, 'true'],
    ['False', false, 'False'],
    ['yes', 'yes', 'yes'],
    ['on', 'on', 'on'],
    ['null', null, ''],
    ['~', null, ''],
    ["'null'", 'null', 'null'],
    ['"1"', '1', '1'],
    ['2001-01-01', '2001-01-01', '2001-01-01'],
    ['<<', '<<', '<<'],
  ])('%s', (written, value, text) => {
    const scalar = scalarOf(get(rootOf(`k: ${written}\n`), 'k'));
    expect(scalar.value).toBe(value);
    expect(scalar.text.text).toBe(text);
    expect(spanText(scalar.span)).toBe(written);
  });

  it('a %YAML 1.1 line does not change what the words mean', () => {
    expect(plain(rootOf('%YAML 1.1\n---\nk: yes\n'))).toEqual({ k: 'yes' });
  });

  it('nothing after the colon or the dash is null', () => {
    const root = rootOf('a:\nb: # c\nc: [ ]\nd:\n  -\n  - x\n? e\n');
    expect(get(root, 'a')).toBeNull();
    expect(get(root, 'b')).toBeNull();
    expect(get(root, 'e')).toBeNull();
    expect(plain(get(root, 'd'))).toEqual([null, 'x']);
  });

  it.each([
    ['an empty file', ''],
    ['comments only', '# a\n\n# b\n'],
    ['a byte order mark only', '\ufeff'],
    ['a document mark only', '---\n'],
    ['blank lines only', '\n\r\n\r'],
  ])('%s has no root and no problem', (_, text) => {
    expect(parse(text)).toMatchObject({ root: null, problems: [] });
  });
});

describe('spans', () => {
  it.each([
    ['a plain text over lines', 'k: a\n  b # c\n', 'a\n  b'],
    ['quotes', "k: 'a' # c\n", "'a'"],
    ['a block text without its blank lines', 'k: |+\n  a\n\n\n', '|+\n  a'],
    ['a mapping without the comment after it', 'k:\n  a: 1\n  b: 2 # c\n# d\n', 'a: 1\n  b: 2'],
    ['a mapping that ends with nothing', 'k:\n  a: 1\n  b:\n\n', 'a: 1\n  b:'],
    ['a list', 'k:\n  - a\n  - b: c\n    d: e\n\nl: 1\n', '- a\n  - b: c\n    d: e'],
    ['a flow mapping', 'k: { a: 1,\n  b: 2 } # c\n', '{ a: 1,\n  b: 2 }'],
    ['a flow list', 'k: [a, b]\n', '[a, b]'],
    ['a list that ends with an alias', 'x: &x y\nk:\n  - a\n  - *x\nl: 1\n', '- a\n  - *x'],
    ['a mapping with an anchor', 'k: &a\n  b: c\n', 'b: c'],
  ])('%s', (_, text, expected) => {
    const root = parse(text).root;
    const node = get(root, 'k');
    expect(node === null ? null : spanText(node.span)).toBe(expected);
  });

  it('a key has its own span', () => {
    const root = rootOf('"a b": 1\n');
    expect(root.kind === 'map' && root.pairs.map((pair) => spanText(pair.key.span))).toEqual(['"a b"']);
  });
});

describe('aliases and merge keys', () => {
  it('an alias is the same node', () => {
    const root = rootOf('a: &x { b: c }\nd: *x\ne: &y text\nf: *y\n');
    expect(get(root, 'd')).toBe(get(root, 'a'));
    expect(get(root, 'f')).toBe(get(root, 'e'));
  });

  it('an alias stands for the last anchor of its name', () => {
    expect(plain(rootOf('- &x 1\n- *x\n- &x 2\n- *x\n'))).toEqual([1, 1, 2, 2]);
  });

  it('an alias may be a key', () => {
    expect(plain(rootOf('&x a: 1\nb: { *x : 2 }\n'))).toEqual({ a: 1, b: { a: 2 } });
  });

  it('an anchor on nothing names nothing', () => {
    expect(plain(rootOf('a: &x\nb: *x\n'))).toEqual({ a: null, b: null });
  });

  it('an own key wins over a merged one wherever it stands, and an earlier merged one over a later', () => {
    const text =
      'a: &a { x: 1, y: 1, z: 1 }\nb: &b { y: 2, w: 2 }\nc:\n  z: 3\n  <<: [*b, *a]\n  x: 3\nd:\n  <<: *a\n';
    const root = rootOf(text);
    expect(plain(get(root, 'c'))).toEqual({ x: 3, y: 2, z: 3, w: 2 });
    expect(plain(get(root, 'd'))).toEqual({ x: 1, y: 1, z: 1 });
    const merged = get(root, 'c');
    expect(merged?.kind === 'map' && merged.pairs.map((pair) => pair.key.text.text)).toEqual([
      'z',
      'y',
      'w',
      'x',
    ]);
  });

  it('what is merged is merged on', () => {
    expect(plain(get(rootOf('a: &a { x: 1 }\nb: &b { <<: *a, y: 2 }\nc: { <<: *b, z: 3 }\n'), 'c'))).toEqual({
      x: 1,
      y: 2,
      z: 3,
    });
  });

  it('a quoted "<<" is a key like any other', () => {
    expect(plain(rootOf('"<<": { x: 1 }\n'))).toEqual({ '<<': { x: 1 } });
  });
});

describe('problems', () => {
  it.each([
    ['a tab as indentation', 'a:\n\tb: c\n', 2, 1, '\t', 'a tab stands in the indentation'],
    ['a tab after blanks', 'a:\n  b: 1\n  \tc: 2\n', 3, 3, '\t', 'a tab stands in the indentation'],
    ['a tab before a block text', 'a: |\n\tx\n', 2, 1, '\t', 'a tab stands in the indentation'],
    [
      'a key twice',
      'a: 1\nb: 2\na: 3\n',
      3,
      1,
      'a',
      'the key "a" already stands in this mapping, on line 1: remove one of the two',
    ],
    [
      'a key twice, in other quotes',
      'x:\n  1: a\n  "1": b\n',
      3,
      3,
      '"1"',
      'the key "1" already stands in this mapping, on line 2',
    ],
    ['a key twice in a flow mapping', 'k: { a: 1, a: 2 }\n', 1, 12, 'a', 'the key "a" already stands'],
    ['two mappings on a line', 'run: echo: hi\n', 1, 6, 'echo:', 'quote the value'],
    ['an item out of line', '- - a\n - b\n', 2, 2, '-', 'this "-" does not line up'],
    ['a key out of line', 'a:\n  b: 1\n c: 2\n', 3, 2, 'c:', 'this lines up with no key of its mapping'],
    [
      'a line that is no key',
      'a: 1\nfoo\nb: 2\n',
      2,
      1,
      'foo',
      'this line is no "key: value" and runs into the next',
    ],
    ['a last line that is no key', 'a: 1\nfoo\n', 2, 1, 'foo', 'this line is no "key: value": put ": "'],
    ['an open single quote', "a: b\nc: 'x\nd: e\n", 2, 4, "'", 'has no closing'],
    ['an open double quote', 'a: b\nc: "x\nd: e\n', 2, 4, '"', 'has no closing'],
    ['an open bracket', 'a: [1, 2\nb: c\n', 1, 4, '[', 'the list that "[" opens here has no "]"'],
    ['an open brace', 'a: {x: 1\nb: c\n', 1, 4, '{', 'the mapping that "{" opens here has no "}"'],
    ['a bracket too many', 'a: [b]]\n', 1, 7, ']', '"]" is not expected here'],
    ['a comma too many', 'a: [b, , c]\n', 1, 8, ',', '"," is not expected here'],
    ['a missing comma', 'a: ["b" "c"]\n', 1, 9, '"', 'a "," is missing before this item'],
    ['words after a quote', "a: 'b' c\n", 1, 8, 'c', '"c" is not expected here'],
    ['a reserved character', 'a: @b\n', 1, 4, '@', 'a text without quotes cannot begin with "@"'],
    ['a wrong escape', 'a: "b\\q"\n', 1, 6, '\\q', '"\\q" is no escape that YAML knows'],
    ['a wrong block header', 'a: |x\n  b\n', 1, 5, 'x', 'only digits, "+" and "-" may follow'],
    ['an unknown alias', 'a: *b\n', 1, 4, '*b', 'no anchor "&b" stands before the alias "*b"'],
    ['an alias before its anchor', 'a: *b\nb: &b c\n', 1, 4, '*b', 'no anchor "&b" stands before'],
    ['an alias of what it stands in', 'a: &x\n  - *x\n', 2, 5, '*x', '"*x" stands inside of "&x"'],
    ['a merge of itself', 'a: &x\n  <<: *x\n', 2, 7, '*x', '"*x" stands inside of "&x"'],
    ['a merge of a text', 'a:\n  <<: b\n', 2, 3, '<<', '"<<" takes a mapping'],
    ['a merge of nothing', 'a:\n  <<:\n', 2, 3, '<<', '"<<" takes a mapping'],
    ['a list as a key', '? [a]\n: b\n', 1, 3, '[a]', 'a key must be a plain text'],
    ['a mapping as a key', 'a: {{ b }}\n', 1, 5, '{ b }', 'a key must be a plain text'],
    ['two documents', 'a: 1\n---\nb: 2\n', 2, 1, '---', 'a second YAML document begins here'],
    ['two documents after an end mark', 'a: 1\n...\nb: 2\n', 3, 1, 'b', 'a second YAML document'],
    ['a control character', 'a: b\nc: d\u0007\n', 2, 5, '\u0007', 'the control character U+0007'],
    ['two anchors', 'a: &b &c d\n', 1, 7, '&c', 'a value can have one anchor'],
    ['directives without a mark', '%YAML 1.2\na: b\n', 2, 1, 'a', 'a line with "---" is missing'],
    ['in a file with CRLF', 'a:\r\n\tb: c\r\n', 2, 1, '\t', 'a tab stands in the indentation'],
    ['in a file with lone CRs', 'a: 1\ra: 2\r', 2, 1, 'a', 'the key "a" already stands'],
  ])('%s', (_, text, line, column, words, message) => {
    const { problems } = parse(text);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    const [problem] = problems;
    if (problem === undefined) return;
    expect(positionAt(problem.span.source, problem.span.start)).toEqual({ line, column });
    expect(spanText(problem.span)).toBe(words);
  });

  it('a broken file still has its tree', () => {
    const { root, problems } = parse('a: 1\na: 2\nb: *x\nc:\n  d: e\n');
    expect(problems.map(({ span }) => span.start)).toEqual([5, 13]);
    expect(plain(root)).toEqual({ a: 1, b: null, c: { d: 'e' } });
  });

  it('stay at twenty, one a line, in the order of the file', () => {
    const { problems } = parse(`a: 1\n${'a: 2\n'.repeat(50)}`);
    expect(problems.map(({ span }) => positionAt(span.source, span.start).line)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
  });
});

describe('hostile files', () => {
  it.each([
    ['open brackets', '['.repeat(100_000)],
    ['closed brackets', '['.repeat(201) + ']'.repeat(201)],
    ['indented mappings', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['dashes', `${'- '.repeat(50_000)}a\n`],
    ['aliases of aliases', `- &a0 []\n${chain(300)}`],
    ['pairs in flow lists', '[a: '.repeat(150) + ']'.repeat(150)],
  ])('%s nested too deep are a problem', (_, text) => {
    const { problems } = parse(text);
    expect(problems[0]?.message).toContain('more than 200 levels deep');
  });

  it('200 levels are read', () => {
    const { root, problems } = parse(`${'['.repeat(200)}x${']'.repeat(200)}`);
    expect(problems).toEqual([]);
    expect(JSON.stringify(plain(root))).toBe(`${'['.repeat(200)}"x"${']'.repeat(200)}`);
  });

  it('nodes are shared by aliases, and a bomb of them is a problem', () => {
    const line = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`;
    const names = 'abcdefghi'.split('');
    const text = `x: &x [1]\n${names.map((name, index) => line(name, names[index - 1] ?? 'x')).join('')}`;
    const { problems } = parse(text);
    expect(problems[0]?.message).toContain('says more than 1000000 values');
    expect(countNodes(parse(text).root)).toBeLessThanOrEqual(1_000_000);
  });

  it('merge keys do not multiply without bound', () => {
    const keys = Array.from({ length: 1500 }, (_, index) => `k${index}: 1`).join(', ');
    const { problems } = parse(`- &a { ${keys} }\n${'- { <<: *a, x: 1 }\n'.repeat(1500)}`);
    expect(problems[0]?.message).toContain('says more than 1000000 values');
  });

  it('many keys, problems, scalars and documents are read', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `k${index}: "a\\n"\n`).join('');
    const root = rootOf(many);
    expect(root.kind === 'map' && root.pairs.length).toBe(5_000);
    expect(parse('---\na: 1\n'.repeat(5_000)).problems).toHaveLength(1);
    expect(parse(`[${','.repeat(10_000)}`).problems).toHaveLength(1);
    expect(parse('k: }\n'.repeat(5_000)).problems.length).toBeGreaterThan(0);
  });

  it('never throw, and every place lies inside of the file', () => {
    const piece = fc.constantFrom(
      ...'a b : - ? , [ ] { } & * ! | > \' " % @ ` # ~ 1 . \\ \t + <<'.split(' '),
      ...[' ', '  ', '\n', '\n  ', '\r\n', '\r', ': ', '- ', '? ', '*a', '&a ', '---', '...', '"\\u00', '😀'],
      ...['\0', '\u0002', '\u0018', '\u001f', '\ufeff', '\u2028', '!!str ', '!<x> ', '|2-\n', '>+\n', '<<: '],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { root, problems } = parse(text);
        for (const { span, message } of problems) {
          expectInside(text, span.start, span.end);
          expect(message).toMatch(/^[^\n\r]{10,}$/);
        }
        expectTreeInside(text, root);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expectTreeInside(text, parse(text).root);
      }),
    );
  });
});

function chain(length: number): string {
  return Array.from({ length }, (_, index) => `- &a${index + 1} [*a${index}]\n`).join('');
}

function countNodes(node: YamlNode | null): number {
  if (node === null || node.kind === 'scalar') return 1;
  const children = node.kind === 'list' ? node.items : node.pairs.map((pair) => pair.value);
  return children.reduce<number>((sum, child) => sum + countNodes(child), 1);
}

function expectInside(text: string, start: number, end: number): void {
  expect(start).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThanOrEqual(start);
  expect(end).toBeLessThanOrEqual(text.length);
}

function expectTreeInside(text: string, node: YamlNode | null): void {
  if (node === null) return;
  expectInside(text, node.span.start, node.span.end);
  switch (node.kind) {
    case 'scalar':
      for (let index = -1; index <= node.text.text.length; index++) {
        expectInside(text, node.text.offsetOf(index), text.length);
      }
      return;
    case 'list':
      for (const item of node.items) expectTreeInside(text, item);
      return;
    case 'map':
      for (const pair of node.pairs) {
        expectTreeInside(text, pair.key);
        expectTreeInside(text, pair.value);
      }
  }
}

describe('what the yaml package writes', () => {
  const character = fc.constantFrom(
    ...'abc \n\t\'"\\#:-'.split(''),
    '\n\n',
    '  ',
    ' \n',
    '\n ',
    'é',
    '😀',
    '\u0085',
  );
  const words = fc.array(character, { maxLength: 60 }).map((characters) => characters.join(''));
  const style = fc.constantFrom(
    Scalar.BLOCK_LITERAL,
    Scalar.BLOCK_FOLDED,
    Scalar.QUOTE_DOUBLE,
    Scalar.QUOTE_SINGLE,
    Scalar.PLAIN,
  );

  it('is read back as it was, with every character in its place', () => {
    fc.assert(
      fc.property(
        words,
        style,
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 12, 30),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('map', 'list', 'deep'),
        (text, type, indent, lineWidth, lineEnd, shape) => {
          const data = shape === 'map' ? { k: text } : shape === 'list' ? [text] : { a: [{ b: text, c: 1 }] };
          const document = new Document(data);
          visit(document, {
            Scalar(key, node) {
              if (key !== 'key' && typeof node.value === 'string') node.type = type;
            },
          });
          const written = document.toString({ indent, lineWidth, minContentWidth: 0 });
          // A few blocks of blanks and folded escapes it cannot write so that it reads them back itself.
          const again = parseDocument(written);
          fc.pre(again.errors.length === 0 && JSON.stringify(again) === JSON.stringify(data));
          const read = parseYaml({ path: 'a.yml', text: written.replaceAll('\n', lineEnd) });
          expect(read.problems, written).toEqual([]);
          const scalars = textsOf(read.root);
          expect(
            scalars.map((scalar) => scalar.text.text),
            written,
          ).toEqual(libraryTexts(written));
          for (const scalar of scalars) expectMapped(scalar);
          expect(
            scalars.map((scalar) => scalar.value),
            written,
          ).toContain(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('block texts of any shape have every character in its place', () => {
    const line = fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('', '', 'a', 'b c', '\tx', 'd ', '#'))
      .map(([more, content]) => ({ more, content }));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('|', '>'),
        fc.constantFrom('', '-', '+'),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        (lines, mark, chomp, indicator, lineEnd, lastEnd) => {
          // Without an indicator the first line of text sets the indentation.
          const first = lines.findIndex(({ content }) => content !== '');
          const body = lines.map(({ more, content }, index) =>
            indicator || index > first ? `  ${' '.repeat(more)}${content}` : content && `  ${content}`,
          );
          const text =
            [`k: ${mark}${indicator ? '2' : ''}${chomp}`, ...body].join('\n') + (lastEnd ? '\n' : '');
          const scalar = scalarOf(get(rootOf(text.replaceAll('\n', lineEnd)), 'k'));
          expectMapped(scalar);
          const complete = text.endsWith('\n');
          const [expected = ''] = libraryTexts(complete ? text : `${text}\n`).slice(1);
          // The library cannot tell whether the last line ends.
          const allowed = complete ? [expected] : [expected, expected.replace(/\n$/, '')];
          expect(allowed, text).toContain(scalar.text.text);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function textsOf(node: YamlNode | null): YamlScalar[] {
  if (node === null) return [];
  switch (node.kind) {
    case 'scalar':
      return [node];
    case 'list':
      return node.items.flatMap(textsOf);
    case 'map':
      return node.pairs.flatMap((pair) => [pair.key, ...textsOf(pair.value)]);
  }
}

/** The texts of all scalars as the library itself reads them. */
function libraryTexts(text: string): string[] {
  const texts: string[] = [];
  visit(parseDocument(text), {
    Scalar(_, node) {
      if (isScalar(node)) texts.push(node.source ?? '');
    },
  });
  return texts;
}
