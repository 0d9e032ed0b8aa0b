import { promise, type Row } from '../support/shell-rows.js';

// What arithmetic comes to, operator by operator, on known numbers and on numbers that nobody knows.

/** Each of the comparisons, in the order that the digits of the answer have. */
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
const compared = (left: string, right: string) =>
  COMPARISONS.map((operator) => `$((${left} ${operator} ${right}))`).join('');

promise('bash', 'every operator on known numbers', [
  [`X=${compared('2', '3')}`, '011100'],
  [`X=${compared('3', '3')}`, '100101'],
  [`X=${compared('4', '3')}`, '010011'],
  ['X=$((7 + 2))_$((7 - 2))_$((7 * 2))_$((7 / 2))_$((7 % 2))_$((2 ** 3))', '9_5_14_3_1_8'],
  ['X=$((-7 / 2))_$((-7 % 2))', '-3_-1'],
  ['X=$((~5))$((-5))$((+5))$((!5))$((!0))', '-6-5501'],
  ['X=$((1, 2))', '2'],
  ['X=$((0 && 1 / 0))$((1 || 1 / 0))$((1 && 0))$((2 && 3))$((0 || 0))$((0 || 3))', '010101'],
  ['i=5; X=$((i++))$i$((++i))$i', '5677'],
  ['i=5; X=$((i--))$i$((--i))$i', '5433'],
  ['i=1; X=$((i = 5))$i', '55'],
  ...(
    [
      ['+', '9'],
      ['-', '5'],
      ['*', '14'],
      ['/', '3'],
      ['%', '1'],
      ['<<', '28'],
      ['>>', '1'],
      ['&', '2'],
      ['^', '5'],
      ['|', '7'],
    ] as const
  ).map(([operator, result]): Row => [`i=7; X=$((i ${operator}= 2))_$i`, `${result}_${result}`]),
  ['i=7; ((i /= 0)) || X=$?$i', '17'],
  ['i=7; ((i %= 0)) || X=$?$i', '17'],
  ['X=$((1 << 64))', { perhaps: '1' }],
  ['X=$((4 >> 64))', { perhaps: '4' }],
  ['X=$((1 << -1))', { perhaps: '-9223372036854775808' }],
  ['X=$((4 >> -1))', { perhaps: '0' }],
  ['X=$((2 ** 62))', '4611686018427387904'],
  ['X=$((1 ** 64))', '1'],
  ['X=$((1 ** 65))', { perhaps: '1' }],
]);

promise('bash', 'what a text stands for', [
  ["v=' 5 '; X=$((v + 1))", '6'],
  ['v=+5; X=$((v))', '5'],
  ['v=-5; X=$((-v))', '5'],
  ['v=010; X=$((v))', '8'],
  ['v=0x1F; X=$((v))', '31'],
  ['v=1+2; X=$((v * 2))', '6'],
  ["v='1 2'; X=$((v))", 1],
  ["v='1)'; X=$((v))", 1],
  ["v='(1'; X=$((v))", 1],
  ["v='1;2'; X=$((v))", 1],
  ["v='(1)'; X=$((v))", '1'],
  ["v='1 2 + 3'; X=$((v))", 1],
  ["v='3 + 1 2'; X=$((v))", 1],
  ["v='1 ? 1 2 : 3'; X=$((v))", 1],
  ["v='1 ? 3 : 1 2'; X=$((v))", 1],
  ["v='(1 2) ? 3 : 4'; X=$((v))", 1],
  ['v=x0; X=$((v))', '0'],
  ["a=(4 5); v='a[1]'; X=$((v))", '5'],
  ['a=b; b=c; c=d; d=4; X=$((a + 1))', '5'],
  ['set -u; v=gone; X=$((v))', 1],
  ['set +u; v=gone; X=$((v))', '0'],
  ['set -u; v=here; here=3; X=$((v))', '3'],
  ['set -- 4 5 6 7 8 9 1 2 3 11 12; X=$(($1 + $2 + ${10}))', '20'],
  ['p1=7; set -- 4; X=$((p1))', '7'],
  ['set -- a b c; X=$(($# + 1))', '4'],
  ['(exit 3) || X=$(($? + 1))', '4'],
]);

promise('bash', 'elements of a list', [
  ['a=(4 5); X=$((a[1] * 10 + a[0]))', '54'],
  ['a=(4 5); X=$((a[-1]))', '5'],
  ['a=(4 5); X=$((a[9]))', '0'],
  ['a=(4 5); i=1; X=$((a[i]))$((a[i - 1]))', '54'],
  ['s=5; X=$((s[0]))$((s[1]))', '50'],
  ['X=$((gone[0]))', '0'],
  ['a=(1 2); ((a[1] = 7)); X=${a[1]}', { perhaps: '7' }],
  ['a=(1 2); ((a[1] = 7)); X=${a[0]}', { perhaps: '1' }],
  ['((a[0] = 7)); X=${a[0]}', { perhaps: '7' }],
  ['((a[0] = 7)); [ -n "${a[0]}" ] && X=some', { perhaps: 'some' }],
  ['s=1; ((s[1] = 7)); X=${s[1]}', { perhaps: '7' }],
  ['a=(1 2); ((a[1] = 7)); X=$((${#a[@]} > 0))', '1'],
  ['a=(0 1 2 3 4 5 6 7 8 9 x y); X=${a[11]}$((a[5 + 4]))', 'y9'],
  ['declare -A m=([k]=3); X=$((m[k])); [ -n "$X" ] && X=some', 'some'],
  ['declare -A m=([a]=3 [b]=5); X=; ((m[a] == 3)) && { ((m[b] == 4)) || X=b; }', { perhaps: 'b' }],
]);

promise('bash', 'a number that nobody knows is a number', [
  ...['n + 1', 'n - 1', 'n * n', 'n ** 2', '-n', '~n', '!n', 'n > 1', 'n << 1', '--n'].map(
    (computed): Row => [`n=$(tool); X=$((${computed})); [ -n "$X" ] && X=some`, 'some'],
  ),
  ['n=a$(tool)b; X=$((${#n} + 1)); [ -n "$X" ] && X=some', 'some'],
  ['n=1+$(tool); X=$((n)); [ -n "$X" ] && X=some', 'some'],
  ['n=$(tool); X=$((n / 0))', 1],
  ['n=$(tool); X=$((n % 0))', 1],
  ['n=$(tool); X=$((n ** -1))', 1],
  ['n=$(tool); X=$((2 ** n))', { perhaps: '2' }],
  ['n=$(tool); X=$((n || 1))', '1'],
  ['n=$(tool); X=$((n && 0))', '0'],
  ['n=$(tool); X=$((n ? 5 : 5))', '5'],
  ['n=$(tool); X=$((n, 5))', '5'],
  ['n=$(tool); X=$((n = 5))$n', '55'],
  [`n=$(tool); X=${compared('n', 'n')}`, '100101'],
  ['n=$(tool); : $((m = n)); X=$((m == n))', '1'],
  ['n=$(tool); ((n)) && { ((n == 0)) && exit 7; }; X=a', 'a'],
]);

promise('bash', 'one question about a number has one answer', [
  ['n=$(tool); if ((n > 3)); then ((n <= 3)) && exit 7; fi; X=a', 'a'],
  ['n=$(tool); if ((n >= 3)); then ((n < 3)) && exit 7; fi; X=a', 'a'],
  ['n=$(tool); if ((n != 3)); then ((n == 3)) && exit 7; fi; X=a', 'a'],
]);

promise('bash', 'and another question another one', [
  ['n=$(tool); m=$(tool); ((n == 1)) && { ((m == 2)) || X=b; }', { perhaps: 'b' }],
  ['n=$(tool); m=$(tool); ((n != 2)) && { ((m != 1)) || X=b; }', { perhaps: 'b' }],
  ['n=$(tool); m=$(tool); ((n < 2)) && { ((m < 1)) || X=b; }', { perhaps: 'b' }],
  ['n=$(tool); m=$(tool); ((n <= 1)) && { ((m <= 0)) || X=b; }', { perhaps: 'b' }],
  ['n=$(tool); m=$(tool); ((n > 0)) && { ((m > 1)) || X=b; }', { perhaps: 'b' }],
  ['n=$(tool); m=$(tool); ((n >= 1)) && { ((m >= 2)) || X=b; }', { perhaps: 'b' }],
]);

promise('bash', 'a length of a text that is not empty is 1 at least', [
  [`v=a$(tool); X=${compared('${#v}', '0')}`, '010011'],
  [`v=a$(tool); X=${compared('0', '${#v}')}`, '011100'],
  ['v=a$(tool); X=$((${#v} >= 1))$((${#v} < 1))', '10'],
  ['v=a$(tool); X=$((${#v} > 1))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} == 2))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} >= 2))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} <= 1))', { perhaps: '0' }],
  ['v=a$(tool); X=$((1 == ${#v}))', { perhaps: '0' }],
  ['v=a$(tool); X=$((2 <= ${#v}))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} + 2 > 2))$((${#v} + 2 >= 3))', '11'],
  ['v=a$(tool); X=$((${#v} + ${#v} > 1))', '1'],
  ['v=a$(tool); X=$((${#v} + 2 > 3))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} - 1 > 0))', { perhaps: '1' }],
  ['v=a$(tool); X=$((${#v} - 1 >= 1))', { perhaps: '1' }],
  ['v=a$(tool); n=$(tool); X=$((${#v} > n))', { perhaps: '1' }],
  ['v=a$(tool); n=$(tool); X=$((n < ${#v}))', { perhaps: '1' }],
  ['v=a$(tool); n=$(tool); X=$((${#v} + n > 0))', { perhaps: '1' }],
  ['v=a$(tool); n=$(tool); X=$((n + ${#v} > 0))', { perhaps: '1' }],
]);

promise('sh', 'arithmetic of sh', [
  ['v=0x1f; X=$((v))', '31'],
  ['v=010; X=$((v))', '8'],
  ['v=-0x1f; X=$((v))', '-31'],
  ['v=x0x1; X=$((v))', 2],
  ['v=0x1x; X=$((v))', 2],
  ['v=1+2; X=$((v))', 2],
  ['v=0+1; X=$((v))', 2],
  ['v=; X=$((v))', '0'],
  ["v=' 5 '; X=$((v + 1))", '6'],
  ['set -u; X=$((gone))', '0'],
  ['x=5; X=$((++x))$((--x))$((- - x))', '555'],
  ['x=5; X=$((x++))', 2],
  ['x=5; X=$((x--))', 2],
  ['x=5; X=$((x += 2))$x', '77'],
  ['X=$((1 / 0))', 2],
]);
