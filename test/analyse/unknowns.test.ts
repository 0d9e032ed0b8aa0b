import { describe, expect, it } from 'vitest';
import { realStatuses, statusesOf } from '../support/shell-values.js';

// Two things that nobody knows are not taken for the same, however alike they are made, and one is taken for text that is not
// empty only where it never is. `tool` is a command of which the interpreter knows nothing.

/** Lines that set A and B; whether A may be empty. */
type Row = readonly [lines: string, emptiness: 'may be empty' | 'never empty' | 'never empty, unknown to us'];

const rows: readonly Row[] = [
  ['A=$(tool); B=$(tool)', 'may be empty'],
  ['A=$(tool a)x; B=$(tool b)x', 'never empty'],
  ['A=`tool`; B=`tool`', 'may be empty'],
  ['tool && A=$? || A=$?; A=$A$(tool); B=$(tool)', 'never empty'],
  ['A=$(tool | sort); B=$(tool | sort)', 'may be empty'],
  ['A=$(tool | head -n 1); B=$(tool | head -n 1)', 'may be empty'],
  ['A=$(tool | wc -l); B=$(tool | wc -l)', 'never empty, unknown to us'],
  ['A=$(tool | cut -c1); B=$(tool | cut -c1)', 'may be empty'],
  ['A=$(tool | tr a b); B=$(tool | tr a b)', 'may be empty'],
  ['A=$(tool | sed s/a/b/); B=$(tool | sed s/a/b/)', 'may be empty'],
  ['A=$(tool | base64); B=$(tool | base64)', 'may be empty'],
  ['A=$(tool | xargs echo); B=$(tool | xargs echo)', 'may be empty'],
  ['A=$(tool | xargs -n1 echo a); B=$(tool | xargs -n1 echo a)', 'never empty'],
  ['A=$(basename "$(tool)"); B=$(basename "$(tool)")', 'may be empty'],
  ['A=$(dirname "$(tool)"); B=$(dirname "$(tool)")', 'never empty, unknown to us'],
  ['A=$(mktemp); B=$(mktemp)', 'never empty, unknown to us'],
  ['A=$(mktemp -d); B=$(mktemp -d)', 'never empty, unknown to us'],
  ['A=$(seq 1 "$(tool)"); B=$(seq 1 "$(tool)")', 'may be empty'],
  ['A=$(cat "$(tool)" || true); B=$(cat "$(tool)" || true)', 'may be empty'],
  ['A=$(echo "$(tool)"); B=$(echo "$(tool)")', 'may be empty'],
  ['A=$(echo a "$(tool)"); B=$(echo a "$(tool)")', 'never empty'],
  ['A=$(echo -e "$(tool)"); B=$(echo -e "$(tool)")', 'may be empty'],
  ['A=$(echo -n "$(tool)"); B=$(echo -n "$(tool)")', 'may be empty'],
  ['A=$(printf %s "$(tool)"); B=$(printf %s "$(tool)")', 'may be empty'],
  ['A=$(printf %d "$(tool)"); B=$(printf %d "$(tool)")', 'never empty'],
  ['A=$(printf %b "$(tool)"); B=$(printf %b "$(tool)")', 'may be empty'],
  ['A=$(printf %q "$(tool)"); B=$(printf %q "$(tool)")', 'never empty, unknown to us'],
  ['A=$(printf %5s "$(tool)"); B=$(printf %5s "$(tool)")', 'may be empty'],
  ['A=$(printf "$(tool)"); B=$(printf "$(tool)")', 'may be empty'],
  ['A=$(printf "$(tool)" a); B=$(printf "$(tool)" a)', 'may be empty'],
  ['printf -v A %s "$(tool)"; printf -v B %s "$(tool)"', 'may be empty'],
  ['printf -v A "$(tool)"; printf -v B "$(tool)"', 'may be empty'],
  ['A=$((RANDOM)); B=$((RANDOM))', 'never empty'],
  ['A=$RANDOM; B=$RANDOM', 'never empty'],
  ['A=$(( $(tool) + 1 )); B=$(( $(tool) + 1 ))', 'never empty'],
  ['A=$(( $(tool) )); B=$(( $(tool) ))', 'never empty, unknown to us'],
  ['A=$(( -$(tool) )); B=$(( -$(tool) ))', 'never empty'],
  ['A=$(( $(tool) ? 1 : 2 )); B=$(( $(tool) ? 1 : 2 ))', 'never empty'],
  ['A=$(( $(tool) > 0 )); B=$(( $(tool) > 0 ))', 'never empty'],
  ['a=$(tool); b=$(tool); A=$((a * 2)); B=$((b * 2))', 'never empty'],
  ['a=$(tool); b=$(tool); A=$((a++)); B=$((b++))', 'never empty, unknown to us'],
  ['a=$(tool); b=$(tool); ((a += 2)); ((b += 2)); A=$a; B=$b', 'never empty'],
  ['list=($(tool)); more=($(tool)); A=$((list[0])); B=$((more[0]))', 'never empty'],
  ['let "A = $(tool)" || true; let "B = $(tool)" || true', 'never empty'],
  ['declare -i A; declare -i B; A=$(tool); B=$(tool)', 'never empty, unknown to us'],
  ['declare -i A=1; declare -i B=1; A+=$(tool); B+=$(tool)', 'never empty'],
  ['declare A=$(tool) B=$(tool)', 'may be empty'],
  ['set -- $(tool); A=$1; set -- $(tool); B=$1', 'may be empty'],
  ['set -- $(tool); A=$*; set -- $(tool); B=$*', 'may be empty'],
  ['set -- $(tool); A=$#; set -- $(tool); B=$#', 'never empty'],
  ['set -- $(tool); A="$@"; set -- $(tool); B="$@"', 'may be empty'],
  ['set -- a $(tool); A="${@:2}"; set -- a $(tool); B="${@:2}"', 'may be empty'],
  [
    'set -- $(tool) $(tool); shift || true; A=$1; set -- $(tool) $(tool); shift || true; B=$1',
    'may be empty',
  ],
  ['a=($(tool)); b=($(tool)); A=${a[0]}; B=${b[0]}', 'may be empty'],
  ['a=($(tool)); b=($(tool)); A=${#a[@]}; B=${#b[@]}', 'never empty'],
  ['a=($(tool)); b=($(tool)); A=${!a[@]}; B=${!b[@]}', 'may be empty'],
  ['a=($(tool)); b=($(tool)); A=${a[*]}; B=${b[*]}', 'may be empty'],
  ['a=($(tool)); b=($(tool)); A=${a[@]:1}; B=${b[@]:1}', 'may be empty'],
  ['a=(x y); A=${a[$(tool)]}; B=${a[$(tool)]}', 'may be empty'],
  ['a=(x y); i=$(tool); j=$(tool); A=${a[i]}; B=${a[j]}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${#a}; B=${#b}', 'never empty'],
  ['a=$(tool); b=$(tool); A=${a%x}; B=${b%x}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a##*/}; B=${b##*/}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a/x/y}; B=${b/x/y}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a//x}; B=${b//x}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a^^}; B=${b^^}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a,}; B=${b,}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a:1}; B=${b:1}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a:0:3}; B=${b:0:3}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a:-}; B=${b:-}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a:-x}; B=${b:-x}', 'never empty'],
  ['a=$(tool); b=$(tool); A=${a:+x}$a; B=${b:+x}$b', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a:=x}; B=${b:=x}', 'never empty'],
  ['a=$(tool); b=$(tool); A=${a-x}; B=${b-x}', 'may be empty'],
  ['a=$(tool); b=$(tool); A=${a@Q}; B=${b@Q}', 'never empty, unknown to us'],
  ['a=$(tool); b=$(tool); A=${a@U}; B=${b@U}', 'may be empty'],
  ['x=x y=y; a=$(tool); b=$(tool); A=${!a-}; B=${!b-}', 'may be empty'],
  ['A=$$; B=$BASHPID', 'never empty'],
  ['A=$PPID; B=$BASHPID', 'never empty'],
  ['tool & A=$!; tool & B=$!', 'never empty'],
  ['A=$SECONDS; B=$BASHPID', 'never empty'],
  ['A=$LINENO; B=$(tool)', 'never empty'],
  ['A=$0; B=$(tool)', 'never empty'],
  ['A=$BASH_VERSION; B=$BASHPID', 'never empty'],
  ['A=$-; B=$(tool)', 'never empty'],
  ['tool one; A=$_; tool two; B=$_', 'may be empty'],
  ['read -r A < <(tool) || true; read -r B < <(tool) || true', 'may be empty'],
  ['read -r A x < <(tool) || true; read -r B x < <(tool) || true', 'may be empty'],
  [
    'A=; B=; while read -r x; do A=$x; done < <(tool); while read -r x; do B=$x; done < <(tool)',
    'may be empty',
  ],
  ['A=; B=; for x in $(tool); do A=$x; done; for x in $(tool); do B=$x; done', 'may be empty'],
  ['A=; B=; for x in $(tool); do A+=$x; done; for x in $(tool); do B+=$x; done', 'may be empty'],
  ['mapfile -t a < <(tool); mapfile -t b < <(tool); A=${a[0]}; B=${b[0]}', 'may be empty'],
  ['mapfile -t a < <(tool); mapfile -t b < <(tool); A=${#a[@]}; B=${#b[@]}', 'never empty'],
  [
    'IFS=, read -r -a a <<< "$(tool)"; IFS=, read -r -a b <<< "$(tool)"; A=${a[0]}; B=${b[0]}',
    'may be empty',
  ],
  ['tool > one; tool > two; A=$(cat one); B=$(cat two)', 'may be empty'],
  ['tool > one; tool > two; A=$(< one); B=$(< two)', 'may be empty'],
  ['tool 2> one; tool 2> two; A=$(cat one); B=$(cat two)', 'may be empty'],
  ['tool | tee one; tool | tee two; A=$(cat one); B=$(cat two)', 'may be empty'],
  ['tool > one; tool >> one; A=$(cat one); B=$(tool)', 'may be empty'],
  ['echo a > one; tool >> one; A=$(cat one); echo a > two; tool >> two; B=$(cat two)', 'never empty'],
  [
    '[[ $(tool) =~ (.*) ]]; A=${BASH_REMATCH[1]}; [[ $(tool) =~ (.*) ]]; B=${BASH_REMATCH[1]}',
    'may be empty',
  ],
  [
    'if [[ $(tool) =~ . ]]; then A=${BASH_REMATCH[0]}; fi; [[ $(tool) =~ . ]]; B=${BASH_REMATCH[0]}',
    'may be empty',
  ],
  ['A=(*); A=${A[*]}; B=(../*); B=${B[*]}', 'never empty'],
  ['A=~; B=~nobody', 'never empty'],
  ['A=$HOME; B=$PATH', 'never empty'],
  ['A=$PWD; B=$(tool)', 'never empty'],
  ['A=$(pwd); B=$(tool)', 'never empty'],
  ['A=$(command -v bash); B=$(command -v sh)', 'never empty, unknown to us'],
  ['A=$(command -v tool || true); B=$(command -v other || true)', 'may be empty'],
  ['f() { tool; }; A=$(f); B=$(f)', 'may be empty'],
  ['f() { echo "$1$(tool)"; }; A=$(f a); B=$(f a)', 'never empty'],
  ['A=$(eval tool); B=$(eval tool)', 'may be empty'],
  ['A=$(bash -c tool); B=$(bash -c tool)', 'may be empty'],
  ['A=$(bash -c \'echo "$1"\' x "$(tool)"); B=$(bash -c \'echo "$1"\' x "$(tool)")', 'may be empty'],
  ['A=$(tool; tool); B=$(tool; tool)', 'may be empty'],
  ['A=$( { tool; echo a; } ); B=$( { tool; echo a; } )', 'never empty'],
  ['A=$(tool || echo a); B=$(tool || echo a)', 'may be empty'],
  ["A=$(tool | awk '{print $1}'); B=$(tool | awk '{print $1}')", 'may be empty'],
  ['A=$(tool | grep a || true); B=$(tool | grep a || true)', 'may be empty'],
  ['A=$(tool | grep -c a || true); B=$(tool | grep -c a || true)', 'never empty, unknown to us'],
  ['A=$(tool | uniq -c); B=$(tool | uniq -c)', 'may be empty'],
  ['A=$(tool | rev 2>/dev/null || true); B=$(tool | rev 2>/dev/null || true)', 'may be empty'],
  ['cd "$(tool)" || true; A=$PWD; cd "$(tool)" || true; B=$PWD', 'never empty'],
  ['set -- -a x; getopts a: o || true; A=$OPTARG; B=$(tool)', 'never empty, unknown to us'],
  ['set -- $(tool); getopts a: o || true; A=$o; B=$(tool)', 'never empty'],
];

const asksSame = ([lines]: Row) => `${lines}\n[ "$A" = "$B" ] && exit 3; exit 4\n`;
const asksEmpty = ([lines]: Row) => `${lines}\n[ -z "$A" ] && exit 3; exit 4\n`;

describe('unknown things of bash', () => {
  it.each(rows)('%s: are two', (...row) => {
    expect(statusesOf(asksSame(row), 'bash')).toEqual(expect.arrayContaining([3, 4]));
  });

  it.each(rows)('%s: %s', (...row) => {
    const statuses = statusesOf(asksEmpty(row), 'bash');
    if (row[1] === 'never empty') expect(statuses).not.toContain(3);
    else expect(statuses).toContain(3);
    expect(statuses).toContain(4);
  });

  it.each([asksSame, asksEmpty])('end in bash as the interpreter allows', async (asks) => {
    const real = await realStatuses(rows.map(asks), 'bash');
    const others = rows.filter((row, i) => {
      const allowed = statusesOf(asks(row), 'bash');
      return allowed && !allowed.includes(real[i] ?? -1) && !(allowed.includes('non-zero') && real[i] !== 0);
    });
    expect(others).toEqual([]);
  });
});
