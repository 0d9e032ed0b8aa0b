import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchRegex } from '../../src/analyse/regex.js';

type Row = readonly [source: string, text: string, matches: boolean];

const ANSWERS: readonly Row[] = [
  ['', '', true],
  ['', 'abc', true],
  ['b', 'abc', true],
  ['d', 'abc', false],
  ['^v[0-9]+\\.[0-9]+$', 'v1.20', true],
  ['^v[0-9]+\\.[0-9]+$', 'v1x20', false],
  ['^(main|release/.*)$', 'release/1', true],
  ['^(main|release/.*)$', 'maintenance', false],
  // Anchors mean the whole text, also within a group or a branch.
  ['^$', '', true],
  ['^$', '\n', false],
  ['(^|-)a(-|$)', 'b-a', true],
  ['(^|-)a(-|$)', 'ba', false],
  ['((^a|b)c|^d$)', 'xac', false],
  ['((^a|b)c|^d$)', 'xbc', true],
  ['^b', 'a\nb', false],
  ['a$', 'a\nb', false],
  ['a.b', 'a\nb', true],
  ['[^a]', '\n', true],
  ['(^a)', 'ba', false],
  ['b$|a', 'bc', false],
  // Alternation, also with nothing on a side.
  ['a|b|c', 'c', true],
  ['^(a|)$', '', true],
  ['|a', 'q', true],
  ['()', 'b', true],
  ['^(a|ab)(c|bcd)(d*)$', 'abcd', true],
  // Counts.
  ['^a*$', '', true],
  ['^a+$', '', false],
  ['^a+$', 'aaa', true],
  ['^a?$', 'aa', false],
  ['^a{2}$', 'aa', true],
  ['^a{2}$', 'aaa', false],
  ['^a{2,}$', 'a', false],
  ['^a{2,}$', 'aaaaa', true],
  ['^a{1,3}$', 'aaa', true],
  ['^a{1,3}$', 'aaaa', false],
  ['^a{,2}$', '', true],
  ['^a{,2}$', 'aaa', false],
  ['^a{0}$', '', true],
  ['^a{0}$', 'a', false],
  ['^a{01}$', 'a', true],
  ['^(ab){2}$', 'abab', true],
  ['a{2}{2}', 'aaa', false],
  ['a{2}{2}', 'aaaa', true],
  ['^a**$', 'aa', true],
  ['(a*)*', 'b', true],
  ['^(a*)+$', 'aab', false],
  ['^(){3}$', '', true],
  // Brackets.
  ['^[a-c]$', 'b', true],
  ['^[a-c]$', 'd', false],
  ['^[^a-c]$', 'd', true],
  ['^[^a-c]$', 'b', false],
  ['[a-z]', 'B', false],
  ['[]a]', ']', true],
  ['[^]a]', ']', false],
  ['[a-]', '-', true],
  ['[-a]', '-', true],
  ['[--0]', '.', true],
  ['[%--]', '&', true],
  ['^[\\]]$', '\\]', true],
  ['[\\n]', '\\', true],
  ['[.*+?(){}|$]', 'a', false],
  ['[a^]', '^', true],
  ['[!a]', '!', true],
  ['[[]', '[', true],
  ['[[a:]]', 'a]', true],
  ['[:alpha:]', 'z', false],
  // Characters that are special only elsewhere.
  [']', ']', true],
  ['}', '}', true],
  ['a\\{1\\}', 'a{1}', true],
  ['\\^\\$\\.\\*\\+\\?\\(\\)\\[\\]\\|\\\\', '^$.*+?()[]|\\', true],
  ['\\/\\-\\_\\ \\"', '/-_ "', true],
  // A character is a code point.
  ['^.$', 'é', true],
  ['^.$', '😀', true],
  ['^é+$', 'éé', true],
  ['^[é😀]$', '😀', true],
  ['^[^a]$', '😀', true],
  ['^\\s\\S\\w\\W$', '\t!_-', true],
  ['\\s', 'a_-', false],
  ['\\W', 'aZ_9', false],
];

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'aZ5',
  alpha: 'aZ',
  blank: ' \t',
  cntrl: '\t\n\x7f',
  digit: '5',
  graph: 'aZ5!_~',
  lower: 'a',
  print: ' aZ5!_~',
  punct: '!_~',
  space: ' \t\n',
  upper: 'Z',
  xdigit: 'a5',
};

const CLASS_ROWS: readonly Row[] = Object.entries(CLASSES).flatMap(([name, members]) =>
  [...' \t\naZ5!_~\x7f'].map((character): Row => [`[[:${name}:]]`, character, members.includes(character)]),
);

/** bash calls each of these an error (status 2). */
const MALFORMED = [
  ...['*', '+a', '?', '{1}', '{', '^*a', '$+', '^{1}a', '(*a)', '(+)', 'a|*b', 'a|{'],
  ...['a{', 'a{x', 'a{1', 'a{1,2', 'a{}', 'a{1 }', 'a{1,2,3}', 'a{2,1}', 'a{1,x}', 'a{40000}'],
  ...['(', '(a', '((a)', 'a(?:b)', 'a(?=b)', '(?i)a', '\\', 'a\\', '\\1', '(a)\\2'],
  ...['[', '[a', '[]', '[^]', '[z-a]', '[a--]', '[a-c-e]', '[[:alpha:]-z]', '[a-[:alpha:]]'],
  ...['[[:foo:]]', '[[:alpha:]', '[[:]', '[[:]]', '[[:x]', '[[.]', '[[=]', '[[:constructor:]]'],
];

/** Accepted by bash on some platforms, or with a meaning of their own there. */
const NOT_UNDERSTOOD = [
  ...['a)', ')', 'a{,}', '[[.a.]]', '[[=a=]]', '[[.hyphen.]]', '[a-[.z.]]', '[à-é]', '[a-é]'],
  ...['a^b', 'a$b', 'x*^a', '^^a', 'a$$', '$^', '(a$)b', 'a(^)', '(^)*a', '(^a|b){2}', '(^a?){2}|b'],
  ...['\\b', '\\Ba', '\\<a', 'a\\>', '\\`a', "a\\'", '\\d', '\\n', '\\t', '\\0', '\\é', '\\\n'],
];

/** The statuses of `[[ text =~ source ]]`, from one bash: 0 matches, 1 does not, 2 is an error. */
function askBash(pairs: readonly (readonly [source: string, text: string])[]): string[] {
  const script = 'while (($#)); do r=$1 t=$2; [[ $t =~ $r ]]; printf %d $?; shift 2; done';
  const output = execFileSync('bash', ['-c', script, 'bash', ...pairs.flat()], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return [...output];
}

describe('a regular expression', () => {
  it.each([...ANSWERS, ...CLASS_ROWS])('%j on %j: %j', (source, text, matches) => {
    expect(matchRegex(source, text)).toBe(matches);
  });

  it.each([...MALFORMED, ...NOT_UNDERSTOOD])('%j is not judged', (source) => {
    expect(matchRegex(source, 'a')).toBeNull();
  });

  it.each(['[[:alpha:]]', '[^[:space:]]', '\\w', '\\S'])('%j is not judged beyond ascii', (source) => {
    expect(matchRegex(source, 'a')).toBe(true);
    expect(matchRegex(source, 'é')).toBeNull();
  });
});

describe('a hostile regular expression', () => {
  const long = 'a'.repeat(100_000);

  it.each([
    ['(a+)+$', `${long}!`, false],
    ['^(a|a)*$', `${long}!`, false],
    ['^(a*)*b', long, false],
    ['(a?){50}a{50}$', `${'a'.repeat(5_000)}!`, false],
    ['^(((((((((a+)+)+)+)+)+)+)+)+)+$', `${long}!`, false],
    ['(.*)(.*)(.*)(.*)(.*)x', long, false],
    [`${'('.repeat(50)}a${')*'.repeat(50)}b`, long.slice(0, 10_000), false],
  ])('%s is answered', (source, text, matches) => {
    expect(matchRegex(source, text)).toBe(matches);
  });

  it.each([
    ['a large count', 'a{20000}', ''],
    ['a count beyond all numbers', `a{0,${'9'.repeat(1_000)}}`, ''],
    ['counts within counts', '(((a{100}){100}){100}){100}', ''],
    ['counts of nothing', '((((){9999}){9999}){9999}){9999}', ''],
    ['deep groups', '('.repeat(100_000) + ')'.repeat(100_000), ''],
    ['open groups', '('.repeat(100_000), ''],
    ['stacked counts', `a${'*'.repeat(100_000)}`, ''],
    ['stacked large counts', `a${'{9999}'.repeat(1_000)}`, ''],
    ['many branches', '|'.repeat(100_000), ''],
    ['a long bracket', `[${'ab'.repeat(100_000)}]`, ''],
    ['an open bracket', `[${'a'.repeat(100_000)}`, ''],
    ['a large pattern on a long text', 'a?'.repeat(1_000), long],
  ])('with %s is not judged', (_, source, text) => {
    expect(matchRegex(source, text)).toBeNull();
  });

  it('counts a dropped copy as nothing', () => {
    expect(matchRegex('^((a{9999}){9999}){0}$', '')).toBe(true);
  });
});

describe('bash', () => {
  it('gives the answers of the tables', () => {
    const rows = [...ANSWERS, ...CLASS_ROWS];
    const statuses = askBash(rows.map(([source, text]) => [source, text]));
    expect(rows.filter(([, , matches], i) => statuses[i] !== (matches ? '0' : '1'))).toEqual([]);
  });

  it('refuses what is called malformed', () => {
    const statuses = askBash(MALFORMED.map((source) => [source, 'a']));
    expect(MALFORMED.filter((_, i) => statuses[i] !== '2')).toEqual([]);
  });

  const count = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{,2}', '{2,}', '{0}');
  const atom = fc.constantFrom(
    ...['a', 'b', '-', 'é', '.', '\\.', '\\w', '\\W', '\\s', '\\S', '[ab]', '[^a]', '[a-]', '[]-a]'],
    ...['[[:alpha:]_]', '[^[:space:]b]', '[[:digit:][:punct:]]', '[+--]'],
  );
  const joined = (parts: readonly string[]) => parts.join('');
  const counted = fc.tuple(atom, count).map(joined);
  // glibc loops for ever on some repeated groups that can be empty (`(a*|bc|)*`): each branch takes a character.
  const branch = fc.tuple(atom, fc.array(counted, { maxLength: 2 }).map(joined)).map(joined);
  const branches = fc.array(branch, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'));
  const group = fc.tuple(branches, count).map(([inner, times]) => `(${inner})${times}`);
  const nested = fc
    .tuple(branch, group, branches, count)
    .map(([a, b, c, times]) => `(${a}${b}|${c})${times}`);
  const optional = fc.tuple(counted, branches).map(([a, b]) => `(${a}||${b})`);
  const piece = fc.oneof({ weight: 3, arbitrary: counted }, group, nested, optional);
  const body = fc.array(piece, { minLength: 1, maxLength: 4 }).map(joined);
  // Anchors elsewhere are not judged, and can keep glibc busy for minutes.
  const head = fc.constantFrom('', '', '^', '(^|-)', '(^a|b)');
  const tail = fc.constantFrom('', '', '$', '(-|$)', '(a$|b)');
  const wellFormed = fc.tuple(head, body, tail).map(joined);
  const anyhow = fc
    .array(fc.constantFrom(...'ab-1,^$.*+?()[]{}|:\\', '[:', ':]', '[:digit:]', '\\w', '(a'), {
      maxLength: 8,
    })
    .map(joined)
    .filter((source) => source.split('(').length < 3);
  const ascii = fc.array(fc.constantFrom(...'ab-_. \n'), { maxLength: 5 }).map(joined);
  const text = fc.array(fc.constantFrom(...'ab-]é😀\n'), { maxLength: 5 }).map(joined);

  const batch = (pair: fc.Arbitrary<[string, string]>) =>
    fc.array(pair, { minLength: 1, maxLength: 300, size: 'max' });

  it('agrees on every well-formed expression', () => {
    fc.assert(
      fc.property(batch(fc.tuple(wellFormed, ascii)), (pairs) => {
        const statuses = askBash(pairs);
        pairs.forEach((pair, i) => {
          expect([...pair, matchRegex(...pair)]).toEqual([...pair, statuses[i] === '0']);
          expect([...pair, statuses[i]]).not.toEqual([...pair, '2']);
        });
      }),
      { numRuns: 4 },
    );
  });

  it('agrees on whatever is judged at all', () => {
    fc.assert(
      fc.property(batch(fc.tuple(fc.oneof(anyhow, wellFormed), text)), (pairs) => {
        const statuses = askBash(pairs);
        pairs.forEach((pair, i) => {
          const answer = matchRegex(...pair);
          if (answer !== null) expect([...pair, statuses[i]]).toEqual([...pair, answer ? '0' : '1']);
        });
      }),
      { numRuns: 4 },
    );
  });
});
