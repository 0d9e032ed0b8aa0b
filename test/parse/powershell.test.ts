import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PsArgument,
  type PsBlock,
  type PsElement,
  type PsExpr,
  type PsScript,
  type PsStatement,
  parsePowerShell,
} from '../../src/parse/powershell.js';

/** A script as a compact text, so that a table can say what it reads as. */
function shown(text: string): string {
  const pastes = [...text.matchAll(/\$\{\{.*?\}\}/gs)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const { script, problem } = parsePowerShell(text, pastes);
  return script ? showScript(script) : `! ${problem.message}`;
}

function showScript({ parameters, body, blocks }: PsScript): string {
  const params = parameters?.map(
    (one) =>
      `${one.mandatory ? '!' : ''}${one.type ?? ''}$${one.name}${one.value ? `=${showExpr(one.value)}` : ''}`,
  );
  return [
    ...(params ? [`param(${params.join(' ')})`] : []),
    ...blocks.map((block) => `${block.name}{${showBlock(block.body)}}`),
    showBlock(body),
  ].join(' ');
}

function showBlock(body: PsBlock): string {
  return body.map(showStatement).join('; ');
}

function showStatement(one: PsStatement): string {
  switch (one.kind) {
    case 'pipeline':
      return one.elements.map(showElement).join(' | ') + (one.background ? ' &' : '');
    case 'chain':
      return `(${showStatement(one.left)} ${one.operator} ${showStatement(one.right)})`;
    case 'assign':
      return `${showExpr(one.target)} ${one.operator} ${showStatement(one.value)}`;
    case 'if': {
      const clauses = one.clauses.map((c) => `if(${showStatement(c.test)}){${showBlock(c.body)}}`);
      return clauses.join(' else ') + (one.otherwise ? ` else{${showBlock(one.otherwise)}}` : '');
    }
    case 'switch': {
      const arms = one.arms.map(
        (arm) => `${arm.pattern ? showExpr(arm.pattern) : 'default'}{${showBlock(arm.body)}}`,
      );
      return `switch ${one.mode}(${showStatement(one.subject)}){${arms.join(' ')}}`;
    }
    case 'foreach':
      return `foreach(${showExpr(one.variable)} in ${showStatement(one.items)}){${showBlock(one.body)}}`;
    case 'for': {
      const parts = [one.initialise, one.test, one.update].map((part) => (part ? showStatement(part) : ''));
      return `for(${parts.join('; ')}){${showBlock(one.body)}}`;
    }
    case 'while':
      return `${one.bodyFirst ? 'do ' : ''}${one.until ? 'until' : 'while'}(${showStatement(one.test)}){${showBlock(one.body)}}`;
    case 'try': {
      const catches = one.catches.map(
        (c) => ` catch${c.types.map((type) => `[${type}]`).join('')}{${showBlock(c.body)}}`,
      );
      return `try{${showBlock(one.body)}}${catches.join('')}${one.last ? ` finally{${showBlock(one.last)}}` : ''}`;
    }
    case 'throw':
    case 'return':
    case 'exit':
      return one.kind + (one.value ? ` ${showStatement(one.value)}` : '');
    case 'break':
    case 'continue':
      return one.kind + (one.label ? ` ${one.label}` : '');
    case 'function':
      return `function ${one.name}{${showScript(one.body)}}`;
    case 'other':
      return `<${one.keyword}>`;
  }
}

function showElement(one: PsElement): string {
  const redirects = one.redirects.map(
    (r) =>
      ` ${r.from === 0 ? '*' : r.from}${r.append ? '>>' : '>'}${typeof r.to === 'number' ? `&${r.to}` : showExpr(r.to)}`,
  );
  if (one.kind === 'value') return showExpr(one.expr) + redirects.join('');
  const args = one.args.map((arg) => ` ${showArgument(arg)}`);
  return `${one.invocation}<${showExpr(one.name)}${args.join('')}>${redirects.join('')}`;
}

function showArgument(arg: PsArgument): string {
  if (arg.kind === 'value') return showExpr(arg.expr);
  return `-${arg.name}${arg.value ? `:${showExpr(arg.value)}` : ''}`;
}

function showExpr(expr: PsExpr): string {
  switch (expr.kind) {
    case 'string': {
      const parts = expr.parts.map((part) => {
        if (part.kind === 'text') return part.text.replaceAll('\n', '⏎');
        return part.kind === 'paste' ? `«${part.paste}»` : `{${showExpr(part.expr)}}`;
      });
      return expr.bare ? parts.join('') : `'${parts.join('')}'`;
    }
    case 'number':
      return String(expr.value);
    case 'variable':
      return `${expr.splat ? '@' : '$'}${expr.drive ? `${expr.drive}:` : ''}${expr.name}`;
    case 'type':
      return `[${expr.name}]`;
    case 'cast':
      return `[${expr.type}]${showExpr(expr.operand)}`;
    case 'member':
      return `${showExpr(expr.object)}${expr.isStatic ? '::' : '.'}${expr.name ?? '?'}`;
    case 'method':
      return `${showExpr(expr.object)}${expr.isStatic ? '::' : '.'}${expr.name ?? '?'}(${expr.args.map(showExpr).join(' ')})`;
    case 'index':
      return `${showExpr(expr.object)}[${showExpr(expr.index)}]`;
    case 'array':
      return `(, ${expr.items.map(showExpr).join(' ')})`;
    case 'list':
      return `@(${showBlock(expr.body)})`;
    case 'sub':
      return `$(${showBlock(expr.body)})`;
    case 'paren':
      return `(${showBlock(expr.body)})`;
    case 'hash':
      return `@{${expr.entries.map((entry) => `${showExpr(entry.key)}=${showStatement(entry.value)}`).join(' ')}}`;
    case 'block':
      return `{${showScript(expr.script)}}`;
    case 'unary':
      return `(${expr.operator} ${showExpr(expr.operand)})`;
    case 'binary':
      return `(${expr.caseSensitive ? 'c' : ''}${expr.operator} ${showExpr(expr.left)} ${showExpr(expr.right)})`;
    case 'ternary':
      return `(? ${showExpr(expr.test)} ${showExpr(expr.then)} ${showExpr(expr.otherwise)})`;
    case 'paste':
      return `«${expr.paste}»`;
  }
}

describe('commands and their arguments', () => {
  it.each([
    ['Write-Host hello "a $b c"', `<Write-Host hello 'a {$b} c'>`],
    [
      './doc_generation.ps1 -WithReferenceDoc:$true -Level 3',
      '<./doc_generation.ps1 -WithReferenceDoc:$true -Level 3>',
    ],
    ['gh release upload v1.2.3 --clobber --notes="a b"', '<gh release upload v1.2.3 --clobber --notes=a b>'],
    ['cmake -DFOO=$bar --x=$bar .', '<cmake -DFOO=$bar --x={$bar} .>'],
    ['cd $env:TEMP\\x', '<cd {$env:temp}\\x>'],
    ['echo $x.y $x[0] $(1)', '<echo $x.y $x[0] $(1)>'],
    ['& "C:\\a b\\x.exe" a,b', `&<'C:\\a b\\x.exe' (, a b)>`],
    ['& $tool @args', '&<$tool @args>'],
    ['. ./lib.ps1', '.<./lib.ps1>'],
    ['foo `\n  --a `\n  --b', '<foo --a --b>'],
    ['foo -a # comment', '<foo -a>'],
    ['pip install x<8.4.0', '<pip install x<8.4.0>'],
    ['7z x a.zip', '<7z x a.zip>'],
    ['cmd --% /c "echo %X%"', '<cmd  /c "echo %X%">'],
    ['a | b -x\n  | c', '<a> | <b -x> | <c>'],
    ['a && b || c', '((<a> && <b>) || <c>)'],
    ['foo 2>&1 > out.txt', '<foo> 2>&1 1>out.txt'],
    ['foo *>> $null', '<foo> *>>$null'],
    ['"a=b" >> $env:GITHUB_OUTPUT', `'a=b' 1>>$env:github_output`],
    ['1MB', '1048576'],
    ['Foo -A { $_.Name } -B @{ a = 1; b = "x" }', `<Foo -A {$_.name} -B @{a=1 b='x'}>`],
    ['Start-Process x &', '<Start-Process x> &'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('expressions', () => {
  it.each([
    ["$env:X -eq ''", "(eq $env:x '')"],
    ["-not $env:X -and $b -CEQ 'q'", "(and (not $env:x) (ceq $b 'q'))"],
    ['!$env:X', '(not $env:x)'],
    ['[string]::IsNullOrEmpty($env:X)', '[string]::isnullorempty($env:x)'],
    ['[System.IO.Path]::Combine($a, "b" + $c)', "[system.io.path]::combine($a (+ 'b' $c))"],
    ['$a.B.C(1)[0]', '$a.b.c(1)[0]'],
    ['1, 2 + 3', '(+ (, 1 2) 3)'],
    ['$a -join ","', "(join $a ',')"],
    ['-join $a, $b', '(join (, $a $b))'],
    ['"{0} x" -f $a, $b', "(f '{0} x' (, $a $b))"],
    ['1..3', '(.. 1 3)'],
    ['$a ? 1 : 2', '(? $a 1 2)'],
    ['$a ?? $b', '(?? $a $b)'],
    ['[int]$x + 1', '(+ [int]$x 1)'],
    ['$x -is [string]', '(is $x [string])'],
    ['"$env:A/$($b.c)`n$$ $x: ""q"""', `'{$env:a}/{$($b.c)}⏎$$ {$x}: "q"'`],
    ["'it''s $x'", "'it's $x'"],
    ['@"\na $b\nc\n"@', "'a {$b}⏎c'"],
    ["@'\n$a\n'@", "'$a'"],
    ['@(1; 2)', '@(1; 2)'],
    ['$i++', '(++ $i)'],
    ['$script:x', '$script:x'],
    ['${env:A(x86)}', '$env:a(x86)'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('statements', () => {
  it.each([
    ['if ($a) { b } ELSEIF (!$c) { d } else { e }', 'if($a){<b>} else if((not $c)){<d>} else{<e>}'],
    ['if ($a) { b }\nelse\n{ c }\nd', 'if($a){<b>} else{<c>}; <d>'],
    ['$x = if ($a) { 1 } else { 2 }', '$x = if($a){1} else{2}'],
    ['$a, $b = foo', '(, $a $b) = <foo>'],
    ['[int]$x += 2', '[int]$x += 2'],
    ['$env:X ??= "y"', "$env:x ??= 'y'"],
    ['switch -Regex ($x) { "^a" { 1 } b { 2 } default { 3 } }', "switch regex($x){'^a'{1} b{2} default{3}}"],
    ['foreach ($f in Get-Item *.x) { a $f }', 'foreach($f in <Get-Item *.x>){<a $f>}'],
    ['for ($i = 0; $i -lt 3; $i++) { a }', 'for($i = 0; (lt $i 3); (++ $i)){<a>}'],
    ['do { a } until ($x)', 'do until($x){<a>}'],
    [
      'try { a } catch [System.Net.WebException], [X] { b } catch { c } finally { d }',
      'try{<a>} catch[System.Net.WebException][X]{<b>} catch{<c>} finally{<d>}',
    ],
    ['throw "x"; return; exit $LASTEXITCODE', "throw 'x'; return; exit $lastexitcode"],
    ['function Get-It([string]$a, $b = 1) { return $a }', 'function get-it{param(string$a $b=1) return $a}'],
    [
      'function F {\n[CmdletBinding()]\nparam(\n [Parameter(Mandatory=$true)][string] $Name,\n [switch]$Force\n)\nprocess { $Name } }',
      'function f{param(!string$name switch$force) process{$name} }',
    ],
    [':outer while ($true) { break outer }', 'while($true){break outer}'],
    ['class A { [int]$x }', '<class>'],
    ['exit-foo', '<exit-foo>'],
    ['<# a\nb #> a; b', '<a>; <b>'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('what the runner pastes', () => {
  it.each([
    ["foo '${{ secrets.A }}' --x=${{ secrets.B }}", "<foo '«0»' --x=«1»>"],
    ['$x = "${{ a }}/b"', "$x = '«0»/b'"],
    ['if (${{ inputs.x }}) { a }', 'if(<«0»>){<a>}'],
    ['exit ${{ x }}', 'exit <«0»>'],
    ['${{ matrix.run }} --a', '<«0» --a>'],
    ["if ('${{ x }}' -eq '') { a }", "if((eq '«0»' '')){<a>}"],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});

describe('what it refuses', () => {
  it.each([
    ['if [ -n "$x" ]; then', "! expected '(' after 'if', found '['"],
    ['$a $b', "! expected the end of a statement, found '$'"],
    ['"abc', '! a quoted text is never closed'],
    ['try { a }', "! a 'try' has neither 'catch' nor 'finally'"],
    ['foo (', "! expected ')', found the end of the script"],
    ['('.repeat(5000), '! the script is nested more than 120 levels deep'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it('is never an exception, whatever stands there', () => {
    const piece = fc.constantFrom(
      ...[
        '$x',
        '$(',
        ')',
        '{',
        '}',
        '"',
        "'",
        '@"\n',
        '\n"@',
        '@(',
        '[',
        ']',
        '-not',
        ' -eq ',
        '`',
        '\n',
        ';',
        ',',
      ],
      ...[
        'if ',
        '(',
        'else',
        'try',
        'catch',
        'function f',
        'a',
        ' -b',
        '>',
        '2>&1',
        '|',
        '&',
        '.',
        '::',
        '#',
        '<#',
        '=',
        '1',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const { script, problem } = parsePowerShell(text, []);
        expect(script === null).toBe(problem !== null);
        if (problem) expect(problem.start).toBeLessThanOrEqual(text.length);
        else expect(script.end).toBe(text.length);
      }),
      { numRuns: 2000 },
    );
  });
});
