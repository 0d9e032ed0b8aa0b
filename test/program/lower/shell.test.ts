import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerShellText, lowerShellWords } from '../../../src/program/lower/shell.js';
import type { Node, Part, Program, Word } from '../../../src/program/program.js';
import type { Place } from '../../../src/text/script.js';
import { placeText, printProgram } from '../../support/print-program.js';
import { bashAccepts, bashOutput, lowerScript, wholeText } from '../../support/shell.js';

/** Scripts and what they are lowered to, in the notation of `printProgram`. */
const CONSTRUCTS: Record<string, readonly (readonly [script: string, lowered: string])[]> = {
  'simple commands and words': [
    ['echo a \'b c\' "d" e\\ f', "echo a 'b c' 'd' e' 'f"],
    ['X=1 Y="$Z" cmd', 'X=1 Y=<"$Z> cmd'],
    ['X=1 Y+=2', 'X=1 Y+=2'],
    ['echo "" \'\' $\'\' ""a', "echo '' '' '' ''a"],
    ['echo a\'b\'"c"d', "echo a'bc'd"],
    ['echo "a\\"b\\$c\\d" \\$e \\\\', "echo 'a\"b$c\\d' '$'e '\\'"],
    ['echo a\\\nb "c\\\nd"', "echo ab 'cd'"],
    ['echo $\'a\\tb\\x41\' $"c $d"', "echo 'a\tbA' 'c '<\"$d>"],
    ['echo \\😀x', "echo '😀'x"],
  ],
  expansions: [
    ['echo $X "$X" ${X} "${X}"', 'echo <$X> <"$X> <$X> <"$X>'],
    [
      'echo "$@" $* "$*" $# $? $1 ${10} $$ $! $-',
      'echo <"$@> <$*> <"$*> <$#> <$?> <$1> <$10> <$$> <$!> <$->',
    ],
    [
      'echo ${A[@]} "${A[*]}" ${A[i+1]} ${#A[@]} ${#X} ${!A[@]}',
      'echo <$A[@]> <"$A[*]> <$A[i+1]> <$#A[@]> <$#X> <$!A[@]>',
    ],
    ['echo ${!X} ${!X-y} ${!P@} "${!P*}"', 'echo <$!X> <$!X - y> <$P names> <"$P names>'],
    [
      'echo ${X-a} ${X:-a b} ${X=a} ${X:=a} ${X+a} ${X:+a} ${X?a} ${X:?a}',
      'echo <$X - a> <$X :- a b> <$X = a> <$X := a> <$X + a> <$X :+ a> <$X ? a> <$X :? a>',
    ],
    [
      'echo "${X:-a \'b\' "c" $Y *}" ${X:-\'a\' "b" $Y *}',
      "echo <\"$X :- 'a 'b' c '<\"$Y>' *'> <$X :- 'a' 'b' <$Y> <glob *>>",
    ],
    ['echo "${X:-a\\}b\\"c\\d}"', 'echo <"$X :- \'a}b"c\\d\'>'],
    [
      'echo ${X#a*} "${X##*/}" ${X%.*} ${X%%\'*\'}',
      "echo <$X # a<glob *>> <\"$X ## <glob *>/> <$X % .<glob *>> <$X %% '*'>",
    ],
    [
      'echo ${X/a/b} ${X//"$Y"/*} ${X/#a} "${X/%a/\'b\'}"',
      'echo <$X / a by b> <$X // <"$Y> by *> <$X /# a by > <"$X /% a by \'b\'>',
    ],
    ['echo ${X:1} ${X:1:2} ${X: -1} ${@:2}', 'echo <$X slice 1> <$X slice 1 2> <$X slice  -1> <$@ slice 2>'],
    [
      'echo ${X^} ${X^^} ${X,} ${X,,} ${X^^[a-c]} ${X@Q}',
      'echo <$X ^> <$X ^^> <$X ,> <$X ,,> <$X unknown> <$X @Q>',
    ],
    ['echo ${X:-~/a}', 'echo <$X :- <home ~>/a>'],
    [
      'echo $(a; b) "$(c)" `d` "`e \\"f\\"`"',
      'echo <command a; b> <"command c> <command d> <"command e \'f\'>',
    ],
    ['echo `a \\`b \\\\\\`c\\\\\\`\\` \\$d`', 'echo <command a <command b <command c>> <$d>>'],
    ['echo $((1 + x)) "$((y))" $[2]', 'echo <arithmetic (1 + x)> <"arithmetic y> <arithmetic 2>'],
    ['diff <(a) >(b)', 'diff <process < a> <process > b>'],
    ['x --f=<(a) -d@<(b)c <(d)', 'x --f=<process < a> -d@<process < b>c <process < d>'],
    ['x=<(a) y=1 cmd', 'x=<process < a> y=1 cmd'],
  ],
  'patterns, braces and homes': [
    ['ls *.txt a?b [a-z]* "*" \\* \'?\'', "ls <glob *>.txt a<glob ?>b <glob [a-z]><glob *> '*' '*' '?'"],
    ['ls @(a|$b)* !(c)', 'ls <glob @(a|$b) with <$b>><glob *> <glob !(c)>'],
    ['ls [$x"$y"]*', 'ls <glob [$x"$y"] with <$x> <"$y>><glob *>'],
    [
      'echo {a,b} x{1..3}y {$a,"$(b)"} {a} "{a,b}"',
      'echo <brace {a,b}> x<brace {1..3}>y <brace {$a,"$(b)"} with <$a> <"command b>> {a} \'{a,b}\'',
    ],
    ['cd ~ ~/a ~b/c a~ "~" \\~ ~$x ~"x"', "cd <home ~> <home ~>/a <home ~b>/c a~ '~' '~' ~<$x> ~'x'"],
    ['P=~/a:~b:"~":x~ Q=* R={a,b} S=[$x]', "P=<home ~>/a:<home ~b>:'~':x~ Q=* R={a,b} S=[<$x>]"],
  ],
  lists: [
    ['a; b\nc', 'a; b; c'],
    ['a && b || c', '((a && b) || c)'],
    ['a && # why\n  b', '(a && b)'],
    ['a \\\n  || b', '(a || b)'],
    ['a & b', 'background(a); b'],
    ['a && b & c', 'background((a && b)); c'],
    ['! a', 'not(a)'],
    ['! ! a', 'a'],
    ['! a | b', 'not(pipe(a | b))'],
    ['time a', 'a'],
    ['time -p ! a | b', 'not(pipe(a | b))'],
    ['a | b |& c', 'pipe(a | b |& c)'],
    ['!', 'not({})'],
  ],
  'compound commands': [
    ['if a; then b; fi', 'if(a then b)'],
    ['if a; then b; else c; d; fi', 'if(a then b else {c; d})'],
    [
      'if a; then b; elif c; then d; elif e; then f; else g; fi',
      'if(a then b else if(c then d else if(e then f else g)))',
    ],
    ['if a; b; then c; fi > x', 'redirected(if({a; b} then c) 1>x)'],
    ['while a; do b; done', 'while(a: b)'],
    ['until a; do b; done < x', 'redirected(until(a: b) 0<x)'],
    ['for x in a "$b" *; do c; done', 'for(x in a <"$b> <glob *>: c)'],
    ['for x; do a; done', 'for(x in <positional>: a)'],
    ['for x in; do a; done', 'for(x in : a)'],
    ['for ((i = 0; i < 3; i++)); do a; done', 'count((i = 0); (i < 3); (i++): a)'],
    ['for ((;;)); do a; done', 'count(; ; : a)'],
    ['select x in a b; do c; done', 'while({: a b; read x}: c)'],
    ['select x; do c; done', 'while(read x: c)'],
    ['(a; b)', 'sub({a; b})'],
    ['(a)', 'sub(a)'],
    ['{ a; b; }', '{a; b}'],
    ['{ a; } > x 2>&1', 'redirected({a} 1>x 2>&1)'],
    [
      'case $x in a) b;; c|d*) e;& f) ;;& *) g; h; esac',
      'match(<$x>: a -> b stop, c | d<glob *> -> e fall, f -> {} continue, <glob *> -> {g; h} stop)',
    ],
    ['case "$x" in (a) ;; esac', 'match(<"$x>: a -> {} stop)'],
    ['f() { a; }', 'define(f: {a})'],
    ['function f { a; }', 'define(f: {a})'],
    ['f() (a) > x', 'define(f: redirected(sub(a) 1>x))'],
    ['f() if a; then b; fi', 'define(f: if(a then b))'],
    ['coproc a b', 'background(a b)'],
    ['coproc N { a; }', 'background({a})'],
  ],
  conditions: [
    ['[[ $x ]]', 'test(-n <$x>)'],
    ['[[ -z $x && ! -f "y" || -v z ]]', "test(((-z <$x> && not -f 'y') || -v z))"],
    ['[[ $x = a* ]]', 'test(<$x> == a<glob *>)'],
    ['[[ $x == "a"* && $x != b ]]', "test((<$x> == 'a'<glob *> && <$x> != b))"],
    ['[[ $x =~ ^a*(b|c)\\.$ ]]', "test(<$x> =~ ^a*(b|c)'.'$)"],
    ['[[ $x =~ "a.b"$y ]]', "test(<$x> =~ 'a.b'<$y>)"],
    ['[[ ( a || b ) && c ]]', 'test(((-n a || -n b) && -n c))'],
    ['[[ $x -eq 1 ]]', 'test(<$x> -eq 1)'],
    ['[[ a < b ]]', 'test(a < b)'],
    ['[[ ! ! $x ]]', 'test(-n <$x>)'],
  ],
  arithmetic: [
    ['((x))', 'arithmetic(x)'],
    ['(( x = 1 + 2 * 3, y += 4 ))', 'arithmetic(((x = (1 + (2 * 3))) , (y += 4)))'],
    ['(( x == 1 ? y : -z ))', 'arithmetic(((x == 1) ? y : (-z)))'],
    ['(( ++i + j-- ))', 'arithmetic(((++i) + (j--)))'],
    ['(( !x && ~y ))', 'arithmetic(((!x) && (~y)))'],
    ['(( (1 + 2) * 3 ))', 'arithmetic(((1 + 2) * 3))'],
    [
      '(( 017 + 0xff + 2#101 + 36#zZ + 64#_ + 08 ))',
      'arithmetic((((((15 + 255) + 5) + 1295) + 63) + word(08)))',
    ],
    ['(( $x + ${y} + ${z:-1} + $1 + $# ))', "arithmetic(((((x + y) + word(<\"$z :- '1'>)) + $1) + $#))"],
    ['(( a[1] + a[i+1] + b[$k] + ${c[0]} ))', 'arithmetic((((a[1] + a[i+1]) + b[<"$k>]) + c[0]))'],
    ['(( $(a) + `b` + $((c)) ))', 'arithmetic(((word(<"command a>) + word(<"command b>)) + c))'],
    ['(( 10#$x + $x$y + "3" + "$z" ))', 'arithmetic((((word(\'10#\'<"$x>) + word(<"$x><"$y>)) + 3) + z))'],
    ['(( a b ))', 'arithmetic(unknown)'],
    ['(( 1 + ))', 'arithmetic((1 + unknown))'],
    ['(( ))', 'arithmetic(0)'],
    ['echo $(( )) $((x=1))', 'echo <arithmetic 0> <arithmetic (x = 1)>'],
    ['(( 99999999999999999999 ))', 'arithmetic(unknown)'],
  ],
  redirections: [
    ['a > b 2>&1 < c >> d', 'a 1>b 2>&1 0<c 1>>d'],
    ['a &> b &>> c >| d <> e 3< f 4<&- >&5', 'a 1&>b 1&>>c 1>|d 0<>e 3<f 4<&- 1>&5'],
    ['a {fd}> b', 'a 10>b'],
    ['> a', '1>a'],
    ['a <<< "b $c" 3<<< d', "a 0<<<'b '<\"$c> 3<<<d"],
    ['exec 2> >(tee log)', 'exec 2><process > tee log>'],
    ['a > "$b"/c*', 'a 1><"$b>/c<glob *>'],
  ],
  'here-documents': [
    ['cat <<E\na $x \\$y "z" $(b)\\\nc\nE\n', "cat 0<<'a '<\"$x>' $y \"z\" '<\"command b>'c\\n'"],
    ["cat <<'E'\na $x\n\\$y\nE\n", "cat 0<<'a $x\\n\\$y\\n'"],
    ['cat <<"E" > f\nE\n', "cat 0<<'' 1>f"],
    ['cat <<E\nE\n', "cat 0<<''"],
    ['cat <<-E\n\ta\n\t\tb $x\n\tE\n', "cat 0<<'a\\nb '<\"$x>'\\n'"],
    ["cat <<-'E'\n\ta\n\t\tb\n\tE\n", "cat 0<<'a\\nb\\n'"],
    ['cat <<-E\n\ta \\\n\tb\n\tE\n', "cat 0<<'a \tb\\n'"],
    ['cat <<A 3<<B && c\na\nA\nb\nB\nd', "(cat 0<<'a\\n' 3<<'b\\n' && c); d"],
    ['cat <<E | a\n${x:-"y" \'z\'}\nE\n', "pipe(cat 0<<<\"$x :- 'y 'z''>'\\n' | a)"],
    ['cat <<E\na', "cat 0<<'a'"],
  ],
  declarations: [
    ['export X=1 Y', 'export @X=1 Y'],
    ['local x=$(a) y="$b"', 'local @x=<command a> @y=<"$b>'],
    ['declare -r "X=$y" Z+=1', 'declare -r @X=<"$y> @Z+=1'],
    ['declare -A M=([a]=1 ["b c"]=$d [$e]+=f g)', "declare -A @M=(M[a]=1 M['b c']=<$d> M[<$e>]+=f g)"],
    ['readonly A=(b $c "d e")', "readonly @A=(b <$c> 'd e')"],
    ['command export X=1', 'command export @X=1'],
    ['export "$x=1"', "export <\"$x>'=1'"],
    ['env X=1 a', 'env X=1 a'],
    ['A[1]=b A[$i]+=c A+=(d)', 'A[1]=b A[<$i>]+=c A+=(d)'],
    ['export P=~/a:~/b', 'export @P=<home ~>/a:<home ~>/b'],
  ],
};

describe.each(Object.entries(CONSTRUCTS))('%s', (_, table) => {
  it.each(table)('%j', (script, lowered) => {
    expect(printProgram(lowerScript(script))).toBe(lowered);
  });
});

describe('expressions that the runner pastes', () => {
  it.each([
    ['a word', 'echo ${{ x }}', 'echo <paste ${{ x }}>'],
    ['the command itself', '${{ x }}', '<paste ${{ x }}>'],
    ['text around', 'a${{ x }}b${{ y }}', 'a<paste ${{ x }}>b<paste ${{ y }}>'],
    ['double quotes', '"a${{ x }}b" "${{ x }}"', "'a'<\"paste ${{ x }}>'b' <\"paste ${{ x }}>"],
    ['single quotes', "'a${{ x }}b'", "'a'<\"paste ${{ x }}>'b'"],
    ['ANSI quotes', "$'\\t${{ x }}\\n'", "'\t'<\"paste ${{ x }}>'\\n'"],
    ['an assignment', 'X=${{ x }} Y="${{ y }}"', 'X=<paste ${{ x }}> Y=<"paste ${{ y }}>'],
    ['an export', 'export X=a${{ x }}', 'export @X=a<paste ${{ x }}>'],
    ['an array', 'A=(${{ x }} [${{ y }}]=b)', 'A=(<paste ${{ x }}> A[<paste ${{ y }}>]=b)'],
    ['a lone dollar before it', '$${{ x }} "$${{ x }}a"', "$<paste ${{ x }}> '$'<\"paste ${{ x }}>'a'"],
    ['a parameter before it', '$A${{ x }}b "$1${{ x }}"', '<$A><paste ${{ x }}>b <"$1><"paste ${{ x }}>'],
    ['a backslash before it', '\\${{ x }} "\\${{ x }}"', "<paste ${{ x }}> '\\'<\"paste ${{ x }}>"],
    ['a part of a name', '${A_${{ x }}} ${A_${{ x }}:-b}', '<$A_${{ x }} unknown> <$A_${{ x }} unknown>'],
    [
      'an operand',
      '${A:-${{ x }}} "${A:-b${{ x }}}"',
      '<$A :- <paste ${{ x }}>> <"$A :- \'b\'<"paste ${{ x }}>>',
    ],
    ['a pattern', '${A#${{ x }}} ${A/${{ x }}/b}', '<$A # <paste ${{ x }}>> <$A / <paste ${{ x }}> by b>'],
    ['a subscript', '${A[${{ x }}]}', '<$A[<paste ${{ x }}>]>'],
    ['arithmetic', '((${{ x }} + 1))', 'arithmetic((word(<"paste ${{ x }}>) + 1))'],
    ['digits in arithmetic', 'echo $((1${{ x }}))', "echo <arithmetic word('1'<\"paste ${{ x }}>)>"],
    ['a subscript in arithmetic', '((a[${{ x }}]))', 'arithmetic(a[<paste ${{ x }}>])'],
    [
      'a glob and braces',
      '[${{ x }}]* {a,${{ y }}}',
      '<glob [${{ x }}] with <paste ${{ x }}>><glob *> <brace {a,${{ y }}} with <paste ${{ y }}>>',
    ],
    ['a home directory', 'cd ~${{ x }} ~/${{ y }}', 'cd ~<paste ${{ x }}> <home ~>/<paste ${{ y }}>'],
    ['a condition', '[[ ${{ x }} == "${{ y }}"* ]]', 'test(<paste ${{ x }}> == <"paste ${{ y }}><glob *>)'],
    ['a loop', 'for i in ${{ x }}; do a; done', 'for(i in <paste ${{ x }}>: a)'],
    ['a case', 'case ${{ x }} in ${{ y }}) a;; esac', 'match(<paste ${{ x }}>: <paste ${{ y }}> -> a stop)'],
    ['a redirection', 'a > ${{ x }} <<< ${{ y }}', 'a 1><paste ${{ x }}> 0<<<<paste ${{ y }}>'],
    ['a heredoc', 'a <<E\nb${{ x }}\nE', "a 0<<'b'<\"paste ${{ x }}>'\\n'"],
    ['a quoted heredoc', "a <<'E'\nb${{ x }}\nE", "a 0<<'b'<\"paste ${{ x }}>'\\n'"],
    ['a tabbed heredoc', 'a <<-E\n\t${{ x }}\n\tb\nE', "a 0<<<\"paste ${{ x }}>'\\nb\\n'"],
    ['a heredoc delimiter', 'a <<E${{ x }}\nb\nE${{ x }}\nc', "a 0<<'b\\n'; c"],
    ['a substitution', '$(${{ x }}) <(${{ y }})', '<command <paste ${{ x }}>> <process < <paste ${{ y }}>>'],
    ['backquotes', '`a ${{ x }}`', '<command a <paste ${{ x }}>>'],
    [
      'escaped backquotes',
      '`\\`${{ x }}\\` b${{ y }}`',
      '<command <command <paste ${{ x }}>> b<paste ${{ y }}>>',
    ],
    ['several lines', 'a ${{\n x\n}}\nb', 'a <paste ${{\n x\n}}>; b'],
    ['a function name', 'f_${{ x }}() { a; }', 'define(f_${{ x }}: {a})'],
    ['a variable name', 'X_${{ x }}=1', 'X_${{ x }}=1'],
    ['a loop variable', 'for ${{ x }} in a; do b; done', 'for(${{ x }} in a: b)'],
    ['a comment', 'a # ${{ x }}', 'a'],
    ['a quote in it', "a ${{ 'b\"c' }} d", "a <paste ${{ 'b\"c' }}> d"],
  ])('%s', (_, script, lowered) => {
    expect(printProgram(lowerScript(script))).toBe(lowered);
  });
});

describe('places', () => {
  const scripts = Object.values(CONSTRUCTS).flatMap((table) => table.map(([script]) => script));

  it.each(scripts)('nest in %j', (script) => {
    const program = lowerScript(script);
    const outside = placesOf(program).filter(({ at, outer }) => at.start < outer.start || at.end > outer.end);
    expect(outside.map(({ at, outer }) => [placeText(at), placeText(outer)])).toEqual([]);
  });

  it('are those of the operator, whatever stands around it', () => {
    const program = lowerScript('a \\\n  && b || # why\n c');
    const [node] = program.body;
    if (node?.kind !== 'or' || node.left.kind !== 'and') throw new Error('expected a && b || c');
    expect([node.operatorAt, node.left.operatorAt].map((at) => [at.start, placeText(at)])).toEqual([
      [11, '||'],
      [6, '&&'],
    ]);
  });

  it('of a heredoc are those of its body', () => {
    const script = 'cat <<-E && b\n\tone\n\ttwo $x\n\tE\n';
    const parts = redirectTarget(lowerScript(script)).parts;
    expect(parts.map((part) => placeText(part.at))).toEqual(['one\n\ttwo ', '$x', '\n']);
  });

  it('in escaped backquotes are those of the script', () => {
    const program = lowerScript('echo `a \\`b "c" $x\\` \\$y`');
    expect(leafTexts(program)).toEqual(['echo', 'a', 'b', 'c', '$x', '$y']);
  });

  it('of quoted text leave the quotes out', () => {
    expect(leafTexts(lowerScript(`a 'b c' "d" e"f"g ''`))).toEqual(['a', 'b c', 'd', 'e', 'f', 'g', "''"]);
  });
});

describe('scripts that cannot be read', () => {
  it.each([
    ['a missing fi', 'if a; then b', "'fi'"],
    ['a stray done', 'a; done', 'done'],
    ['an open quote', 'echo "a', 'double quote'],
    ['an error in a substitution', 'echo "$(if a)"', "'then'"],
    ['an error in backquotes', 'echo `if a`', "'then'"],
    ['an error in escaped backquotes', 'echo `a \\`if b\\``', "'then'"],
    ['an error in an operand', 'echo ${X:-$(if a)}', "'then'"],
    ['an error in a heredoc', 'cat <<E\n$(if a)\nE', "'then'"],
    ['an error in an array', 'A=(a $(if b))', "'then'"],
    ['an error in arithmetic', 'echo $((1 + $(if a)))', "'then'"],
  ])('%s', (_, script, part) => {
    const { unreadable } = lowerScript(script);
    expect(unreadable?.reason).toMatch(/^shell syntax: /);
    expect(unreadable?.reason).toContain(part);
  });

  it('keep what could be read', () => {
    expect(printProgram(lowerScript('a && b\nif c; then'))).toMatch(/^UNREADABLE \(a && b\)/);
  });

  it('are reported in the words of the script', () => {
    const script = 'if a; then b; fi ${{ x }}';
    expect(lowerScript(script).unreadable?.reason).toContain('${{ x }}');
  });

  it.each([
    ['echo ${{ x', 'never closed'],
    ["echo ${{ 'x }}", 'never closed'],
  ])('are those with an open expression: %s', (script, part) => {
    expect(lowerScript(`a\n${script}\nb`).unreadable?.reason).toContain(part);
    expect(lowerScript(script).unreadable?.at.start).toBe(5);
  });

  it('are not those with a wrong expression, which is a paste like any other', () => {
    const program = lowerScript('echo ${{ x y }}');
    expect([printProgram(program), program.unreadable]).toEqual(['echo <paste ${{ x y }}>', null]);
  });

  it('point into the script', () => {
    const { unreadable } = lowerScript('a\nb)\nc');
    expect(unreadable?.at.start).toBe(3);
  });

  const times = (text: string, count: number) => text.repeat(count);
  it.each([
    ['subshells', `${times('( ', 2000)}a${times(' )', 2000)}`],
    ['substitutions', `echo ${times('$(echo ', 2000)}${times(')', 2000)}`],
    ['quoted substitutions', `echo ${times('"$(echo ', 2000)}${times(')"', 2000)}`],
    ['operands', `echo ${times('${X:-', 2000)}${times('}', 2000)}`],
    ['ifs', `${times('if a; then ', 2000)}b${times('; fi', 2000)}`],
    ['elifs', `if a; then b${times('; elif a; then b', 2000)}; fi`],
    ['ands', `a${times(' && b', 2000)}`],
    ['ands in groups', `${times('{ ', 200)}a${times(' && b', 100)}${times('; }', 200)}`],
    ['sums', `((a${times(' + b', 2000)}))`],
    ['parentheses', `((${times('(', 2000)}a${times(')', 2000)}))`],
    ['conditions', `[[ ${times('( ', 2000)}a${times(' )', 2000)} ]]`],
    ['functions', `${times('f() { ', 2000)}a${times('; }', 2000)}`],
    ['coprocesses', `${times('coproc ', 20_000)}a`],
  ])('are those that nest too deep: %s', (_, script) => {
    const program = lowerScript(script);
    expect(program.unreadable).not.toBeNull();
    expect(depthOf(program)).toBeLessThan(3000);
  });

  it.each([
    ['pipeline', `a${times(' | b', 5000)}`],
    ['sequence', times('a; ', 5000)],
    ['case', `case a in ${times('b) c;; ', 5000)}esac`],
    ['word', `echo ${times('"$a"b', 5000)}`],
    ['condition', `[[ a${times(' && b', 5000)} ]]`],
    ['row of pastes', `echo ${times('a${{ x }}', 5000)}`],
    ['glued substitution', `echo ${times('<(a)', 5000)}`],
  ])('are not those that are merely long: %s', (_, script) => {
    expect(lowerScript(script).unreadable).toBeNull();
  });

  it('are the same to bash', () => {
    for (const script of TRICKY) {
      expect([script, lowerScript(script).unreadable === null]).toEqual([script, bashAccepts(script)]);
    }
  });

  it('never make it throw, and places stay in the text', () => {
    const token = fc.constantFrom(
      ...[
        'a',
        'X=',
        '$X',
        '${X',
        ':-',
        '}',
        '"',
        "'",
        '`',
        '\\',
        '\\`',
        '$(',
        '<(',
        ')',
        '(',
        '((',
        '))',
        '$((',
        '[[',
        ']]',
      ],
      ...[
        'if',
        'then',
        'elif',
        'else',
        'fi',
        'for',
        'in',
        'do',
        'done',
        'while',
        'case',
        'esac',
        ';;',
        ';',
        '\n',
        ' ',
        '\t',
      ],
      ...[
        '&&',
        '||',
        '|',
        '|&',
        '&',
        '!',
        '{',
        '}',
        '<<E',
        '<<-E',
        'E\n',
        '<<<',
        '>',
        '2>&1',
        '&>',
        '#',
        '*',
        '[',
        ']',
        '~',
      ],
      ...[
        '${{ x }}',
        '$${{ x }}',
        "${{ 'a' }}",
        '+',
        '1',
        '=',
        '+=',
        '==',
        '=~',
        '?',
        ':',
        "$'",
        '$"',
        '@(',
        '{a,',
        '\u{1f600}',
      ],
      ...[
        'function',
        'f()',
        'export',
        'coproc',
        'time',
        'select',
        '%',
        '##',
        '//',
        '@',
        '-n',
        '\\\n',
        '\r',
        '\0',
      ],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), fc.constantFrom('', ' '), (tokens, separator) => {
        const script = tokens.join(separator);
        const program = lowerScript(script);
        for (const { at } of placesOf(program)) {
          expect(at.start).toBeGreaterThanOrEqual(0);
          expect(at.end).toBeGreaterThanOrEqual(at.start);
          expect(at.end).toBeLessThanOrEqual(script.length);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

/** Constructs that parsers get wrong; whether they are valid is bash's to say. */
const TRICKY = [
  'a\\\n\n',
  'a \\\n',
  'echo $((10#$x))',
  'echo $((0x${a}))',
  'if (a) then b; fi',
  'if a\nthen b\nfi',
  "[[ $a = *'b '* && \\\n b ]]",
  'echo ${X-\\$(y)}',
  'A["$k"]="$v" 2>/dev/null || x',
  'cmd <<<"$x" || y',
  'f() { # why\n a; }',
  'coproc N {\n a; }',
  'a 3<>f',
  'cat <<A <<B\nA\nB\n',
  'cat <<E;\nE\n',
  'cat <<E &\nE\n',
  '(cat <<E)\nE\n',
  "cat <<$'E'\nE\n",
  '[ \\( a \\) ]',
  '[ a \\< b ]',
  'for x\nin a; do b; done',
  'for x in a; { b; }',
  'echo $( (a); (b))',
  'echo $((a); (b))',
  'x=a-`b`.c',
  'time a',
  'echo "$(# it\'s\na)"',
  'select x in a; do b; done',
  'for ((;;)) { a; }',
  'case x in (a) b;; esac',
  'case x in a) b;& c) d;;& esac',
  'function f { a; }',
  'function f() (a)',
  'a | ! b',
  '! ! a',
  '{ a; } 2>&1 | b',
  'while a; do b; done < <(c)',
  'echo "${X:+\'$Y\'}"',
  'echo "${X:-"a b"}"',
  'echo ${X//\\//_}',
  'declare -A M=([a b]=c)',
  'cat <<E\n$(a "b")\nE\n',
  'cat <<-E\n\ta\n\tE\n',
  'echo {a,b}{1..3}',
  'a=(1 2) b+=(3)',
  'echo a#b #c',
  'if a; then; fi',
  'a &&',
  '|| a',
  'a ;; b',
  'for x in a; done',
  'while a; done',
  'case x in a) b',
  '{ a }',
  '( a',
  'f() a',
  "echo 'a",
  'a | | b',
  'a & && b',
  'fi',
  'echo $(a',
  'echo ${X',
  '[[ a',
];

describe('static words', () => {
  const plain = fc.stringMatching(/^[\w./:,%+@^=-]{1,4}$/);
  const escaped = fc
    .constantFrom(...' "\'\\$`*?[]{}~#&|;<>()!\nax\u{1f600}')
    .map((character) => `\\${character}`);
  const single = fc
    .string({ maxLength: 6, unit: fc.constantFrom(...' "\\$`*~#&\n\tab\u00e9') })
    .map((text) => `'${text}'`);
  const inDouble = fc.constantFrom(
    ...[" '*~#{}!\n\tab\u00e9"].flatMap((all) => [...all]),
    '\\"',
    '\\$',
    '\\`',
    '\\\\',
    '\\a',
    '\\\n',
    '\\!',
  );
  const double = fc.array(inDouble, { maxLength: 6 }).map((all) => `"${all.join('')}"`);
  const ansi = fc
    .array(
      fc.constantFrom('a', '"', '\\n', '\\t', "\\'", '\\\\', '\\x41', '\\101', '\\u00e9', '\\e', '\\q', ' '),
      { maxLength: 6 },
    )
    .map((all) => `$'${all.join('')}'`);
  const word = fc
    .array(
      fc.oneof(
        plain,
        escaped,
        single,
        double,
        ansi,
        double.map((text) => `$${text}`),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((all) => all.join(''));

  it('are what bash makes of them', () => {
    const words = fc.sample(word, { numRuns: 400, seed: 7 });
    const printed = bashOutput(words.map((text) => `printf '%s\\0' ${text}\n`).join('')).split('\0');
    expect(words.map((text) => [text, staticArgument(text)])).toEqual(
      words.map((text, i) => [text, printed[i]]),
    );
  });

  const line = fc.array(
    fc.constantFrom(
      'a',
      '\t',
      ' ',
      '"',
      "'",
      '\\',
      '\\\\',
      '\\$',
      '\\`',
      '\\"',
      '\\a',
      '\\\n',
      '\n',
      '\n\t\t',
    ),
    { maxLength: 12 },
  );

  it.each(['<<E', "<<'E'", '<<-E', '<<-"E"'])('and the bodies of %s too', (operator) => {
    const bodies = fc.sample(line, { numRuns: 100, seed: 11 }).map((all) => `x${all.join('')}x`);
    const scripts = bodies.map((body) => `cat ${operator}\n${body}\nE\n`);
    const printed = bashOutput(scripts.map((script) => `${script}printf '\\0'\n`).join('')).split('\0');
    const lowered = scripts.map((script) => staticText(redirectTarget(lowerScript(script))));
    expect(bodies.map((body, i) => [body, lowered[i]])).toEqual(bodies.map((body, i) => [body, printed[i]]));
  });

  it('and operands in quotes', () => {
    const operands = ['a\\}b', '"b"', 'a "b c" d', '\\*\\"\\\\', '*', '~', '\\a', '{a,b'];
    const inWord = operands.map((operand) => `printf '%s\\0' "\${unset:-${operand}}"\n`);
    const inHeredoc = operands.map((operand) => `cat <<E\n\${unset:-${operand}}\nE\nprintf '\\0'\n`);
    const printed = bashOutput([...inWord, ...inHeredoc].join('')).split('\0');
    const lowered = [
      ...inWord.map((script) => operandText(callOf(lowerScript(script)).words[2])),
      ...inHeredoc.map((script) => `${operandText(redirectTarget(lowerScript(script)))}\n`),
    ];
    expect(lowered).toEqual(printed.slice(0, -1));
  });
});

describe('lowerShellText', () => {
  const operatorOf = (program: Program) => {
    const [node] = program.body;
    if (node?.kind !== 'and') throw new Error(`expected &&, found ${printProgram(program)}`);
    return [node.operatorAt.start, node.operatorAt.end];
  };

  it.each([
    ['quoted', "bash -c 'a && b'", 8, 16, [11, 13]],
    ['bare', 'a && b', 0, 6, [2, 4]],
    ['written otherwise', 'bash -c "a \\&& b"', 8, 17, [8, 17]],
  ] as const)(
    'gives exact places only where the text stands there: %s',
    (_, script, start, end, expected) => {
      const program = lowerShellText('a && b', { text: wholeText(script), start, end });
      expect(operatorOf(program)).toEqual(expected);
      expect(program.text.text).toBe(script);
    },
  );

  it('says what cannot be read', () => {
    const text = wholeText("eval 'if a'");
    expect(lowerShellText('if a', { text, start: 5, end: 11 }).unreadable?.reason).toMatch(/^shell syntax: /);
  });

  it('takes an empty text', () => {
    const text = wholeText("eval ''");
    expect(lowerShellText('', { text, start: 5, end: 7 })).toMatchObject({ body: [], unreadable: null });
  });
});

describe('lowerShellWords', () => {
  const inner = (script: string) => {
    const call = callOf(lowerScript(script));
    return lowerShellWords(call.words.slice(1), call.at);
  };

  it.each([
    ["eval 'a && b'", '(a && b)'],
    ['eval a "&&" b', '(a && b)'],
    ['eval "a $x; b \'$y\'"', 'a <$x>; b <"$y>'],
    ['eval "if [ -z \\"$x\\" ]; then exit 1; fi"', 'if([ -z <"$x> ] then exit 1)'],
    ['eval "a \\$x $(b)"', 'a <$x> <command b>'],
    ['eval a ${{ x }} ~/b *.c', 'a <paste ${{ x }}> <home ~>/b <glob *>.c'],
    ['eval "$x"', '<$x>'],
    ['eval', ''],
  ])('%s', (script, lowered) => {
    expect(printProgram(inner(script))).toBe(lowered);
  });

  it('gives places in the script around', () => {
    expect(leafTexts(inner('eval "a \\"$x\\" b" \'c d\''))).toEqual(['a', '$x', 'b', 'c', 'd']);
  });
});

function callOf(program: Program): Node & { readonly kind: 'call' } {
  const [node] = program.body;
  if (node?.kind !== 'call') throw new Error(`expected a call, found ${printProgram(program)}`);
  return node;
}

function redirectTarget(program: Program): Word {
  const [node] = program.body;
  const call = node?.kind === 'and' ? node.left : node;
  const target = call?.kind === 'call' ? call.redirects[0]?.target : undefined;
  if (target === undefined) throw new Error(`expected a redirection, found ${printProgram(program)}`);
  return target;
}

function staticText(word: Word): string {
  return word.parts.map((part) => (part.kind === 'text' ? part.text : `<${part.kind}>`)).join('');
}

function staticArgument(text: string): string {
  const [, argument] = callOf(lowerScript(`a ${text}`)).words;
  return argument ? staticText(argument) : '';
}

function operandText(word: Word | undefined): string {
  const [part] = word?.parts ?? [];
  if (part?.kind !== 'parameter' || part.operation?.kind !== 'default') throw new Error('expected ${…:-…}');
  return staticText(part.operation.operand);
}

interface Found {
  readonly at: Place;
  readonly outer: Place;
  readonly value: object;
}

/** Every place in a program, with the place around it; a here-document stands outside its command. */
function placesOf(program: Program): readonly Found[] {
  const found: Found[] = [];
  const whole = { text: program.text, start: 0, end: program.text.text.length };
  const visit = (value: unknown, outer: Place): void => {
    if (typeof value !== 'object' || value === null || isPlace(value)) return;
    const at = 'at' in value && isPlace(value.at) ? value.at : outer;
    if (at !== outer) found.push({ at, outer, value });
    if ('operatorAt' in value && isPlace(value.operatorAt))
      found.push({ at: value.operatorAt, outer: at, value });
    const isHeredoc = 'operator' in value && value.operator === '<<' && 'target' in value;
    for (const [key, child] of Object.entries(value)) {
      if (key !== 'text' && key !== 'expr') visit(child, isHeredoc && key === 'target' ? whole : at);
    }
  };
  visit(program.body, whole);
  if (program.unreadable) found.push({ at: program.unreadable.at, outer: whole, value: program.unreadable });
  return found;
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value && 'text' in value;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || isPlace(value)) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}

const LEAVES: readonly Part['kind'][] = ['text', 'parameter', 'paste'];

/** What the smallest parts of a program cover, in order. */
function leafTexts(program: Program): readonly string[] {
  return placesOf(program)
    .filter(({ value }) => 'kind' in value && LEAVES.some((kind) => kind === value.kind))
    .map(({ at }) => placeText(at));
}
