import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';

/** Two paths, on each of which two variables hold the same text. */
const parted = 'mode=on\nkind=on\nif [ -e quick ]; then\n  mode=off\n  kind=off\nfi\n';
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
    ['a text that a function runs', `later() {\n  eval "$1"\n}\n${parted}true\nlater '${check}'\n`],
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
    ['arithmetic', `m=0\nk=0\nif [ -e quick ]; then\n  m=1\n  k=1\nfi\ntrue\n((m == k)) || exit 4\n`],
    ['a program that it is exported to', `export mode kind\n${parted}true\nbash -c '${check}'\n`],
    [
      'the same statement, in the next round of a loop',
      `for i in 1 2; do\n  [ "$i" = 1 ] || ${check}\n  ${parted}done\n`,
    ],
  ];

  it.each(reads)('%s', (_, script) => {
    expect(endsOf(script)).toEqual(never);
  });
});

it('paths that differ in nothing that is named any more do not crowd out those that do', () => {
  const crowd = Array.from(
    { length: 12 },
    (_, i) => `v${i}=a\nif [ -e f${i} ]; then\n  v${i}=b\nfi\n: "$v${i}"\n`,
  );
  expect(endsOf(`${parted}${crowd.join('')}${check}\n`)).toEqual(never);
});

it('one that is read after all, by a name that is put together, is neither unset nor what it was on one path', () => {
  const script =
    'half=o\nfoo=0\nif [ -e quick ]; then\n  foo=1\nfi\ntrue\nname="fo$half"\nif ((name)); then exit 3; else exit 5; fi\n';
  expect(endsOf(script)).toEqual(['exits 3; reaches nothing', 'exits 5; reaches nothing']);
});
