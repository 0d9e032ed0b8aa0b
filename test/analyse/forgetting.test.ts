import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';

/** So many paths that what nothing names any more is forgotten: they stay apart, as `names` is still to come. */
const crowd = Array.from({ length: 4 }, (_, i) => `v${i}=a\nif [ -e f${i} ]; then\n  v${i}=b\nfi\n`).join('');
const names = ': "$v0$v1$v2$v3"\n';
/** Paths, on each of which two variables hold the same text. */
const parted = `${crowd}mode=on\nkind=on\nif [ -e quick ]; then\n  mode=off\n  kind=off\nfi\n`;
/** Exits with 4 where they do not, so never. */
const check = 'case "$mode$kind" in onon | offoff) ;; *) exit 4 ;; esac';
const never = ['exits 0; reaches nothing'];

describe('a variable is remembered on every path as long as anything names it', () => {
  const reads: readonly (readonly [string, string])[] = [
    ['a later statement', `${parted}true\n${check}\n`],
    ['a function that stands before it', `run() {\n  ${check}\n}\n${parted}true\nrun\n`],
    ['a function that a condition defines', `if true; then\n  run() { ${check}; }\nfi\n${parted}true\nrun\n`],
    ['a trap that was set before', `trap '${check}' EXIT\n${parted}true\n`],
    ['a text that is run', `text='${check}'\n${parted}true\neval "$text"\n`],
    ['a text that a function runs', `text='${check}'\nlater() {\n  eval "$text"\n}\n${parted}true\nlater\n`],
    ['the value of another variable', `name=mode\n${parted}true\n${check.replace('$mode', '${!name}')}\n`],
    [
      'a here-document',
      `${parted}true\nread -r both <<END\n$mode$kind\nEND\n${check.replace('$mode$kind', '$both')}\n`,
    ],
    [
      'a command substitution',
      `${parted}true\nboth=$(echo "$mode$kind")\n${check.replace('$mode$kind', '$both')}\n`,
    ],
    ['a test of whether it is set', `${parted}true\n[ -v mode ] || exit 4\n`],
    ['arithmetic', `${crowd}m=0\nk=0\nif [ -e quick ]; then\n  m=1\n  k=1\nfi\ntrue\n((m == k)) || exit 4\n`],
    ['a program that it is exported to', `export mode kind\n${parted}true\nbash -c '${check}'\n`],
    [
      'the same statement, in the next round of a loop',
      `for i in 1 2; do\n  [ "$i" = 1 ] || ${check}\n  ${parted}done\n`,
    ],
  ];

  it.each(reads)('%s', (_, script) => {
    expect(endsOf(`${script}${names}`)).toEqual(never);
  });
});

it('paths that differ in nothing that is named any more do not crowd out those that do', () => {
  const passing = Array.from(
    { length: 12 },
    (_, i) => `w${i}=a\nif [ -e g${i} ]; then\n  w${i}=b\nfi\n: "$w${i}"\n`,
  );
  expect(endsOf(`${parted}${passing.join('')}${check}\n`)).toEqual(never);
});

it('one that is read after all, by a name that is put together, is neither unset nor what it was on one path', () => {
  const script = `${crowd}half=o\nfoo=0\nif [ -e quick ]; then\n  foo=1\nfi\ntrue\nname="fo$half"\nif ((name)); then exit 3; else exit 5; fi\n${names}`;
  expect(endsOf(script)).toEqual(['exits 3; reaches nothing', 'exits 5; reaches nothing']);
});
