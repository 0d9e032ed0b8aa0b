import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../src/parse/expression.js';
import { powershell } from '../../../src/program/lower/powershell.js';
import { printBlock } from '../../support/print-program.js';

function lowered(text: string) {
  const mapped = { source: { path: 'x.ps1', text }, text, offsetOf: (index: number) => index };
  return powershell.lower(mapped, parseTemplate(mapped));
}

/** The script in the little language, on one line. */
function shown(text: string): string {
  const program = lowered(text);
  expect(program.unreadable).toBeNull();
  return printBlock(program.body);
}

describe('PowerShell is lowered', () => {
  it.each([
    ['$x = $env:A', 'x = <env>["A"]'],
    ['$env:A = 1', '<env>["A"] = 1'],
    ['[string]$x = 1', 'x = text(1)'],
    ['$x += 2', 'x = (x + 2)'],
    ['$x ??= 2', 'x = (x coalesce 2)'],
    ['$i++', 'i = (i + 1)'],
    ['"a $x ${{ github.ref }}"', 'put-out(text("a ", x, " ", paste(${{ github.ref }})))'],
    ["'a' -eq $x", 'put-out(("a" like x))'],
    ['$null -ne $x', 'put-out(not (null same x))'],
    ['[string]::IsNullOrEmpty($x)', 'put-out(is-empty(x))'],
    ["$x -notlike 'a*'", 'put-out(not (x wildcard "a*"))'],
    ["$x -in 'a', 'b'", 'put-out((x in as-list(["a", "b"])))'],
    ["'{0}-{1}' -f $a, $b", 'put-out(text(a, "-", b))'],
    ['@{ Key = $x }', 'put-out({"key": x})'],
    ['$h["Key"].Name', 'put-out(h["key"]?.name)'],
    ['$x.Trim()', 'put-out(x?.trim())'],
    ['gh release $x --y', 'put-out(run("gh" "release" x "--y"))'],
    ['Write-Host -Object $x -NoNewline', 'put-out(run("Write-Host" -Object x -NoNewline))'],
    ['& $tool @a', 'put-out(run(tool ...a))'],
    ['a | b', 'put-out(run("a") | run("b"))'],
    ['"x" >> $f', 'put-out("x" >> f)'],
    ['foo > $null', 'put-out(run("foo") > null)'],
    ['[void]$x', 'not'],
    ['exit $LASTEXITCODE', 'exit(<last status>)'],
    ['exit', 'exit(0)'],
    ['$LASTEXITCODE = 0', 'outcome = 0'],
    ['return 1', 'put-out(1); return()'],
    ['throw "x"', 'throw("x")'],
    ['$x = if ($a) { 1 }', 'x = gather('],
    ['1..3', 'put-out([1, 2, 3])'],
    ['$a + 1', 'put-out((a + 1))'],
    ['$a - 1', 'put-out((a - 1))'],
    ['$a * 2', 'put-out((a * 2))'],
    ['$a / 2', 'put-out((a / 2))'],
    ['$a % 2', 'put-out((a % 2))'],
    ['-1', 'put-out(-1)'],
    ['-$a', 'put-out((0 - a))'],
    ['a | ForEach-Object { $_ }', 'put-out(gather(each(_ in as-list(run("a")): put-out(_))))'],
    ['function F($A) { $b = $A }', 'function:f = function f(a){b = a}'],
  ])('%s', (text, expected) => {
    if (expected === 'not') expect(shown(text)).not.toContain('put-out');
    else if (expected.endsWith('(')) expect(shown(text)).toContain(expected);
    else expect(shown(text)).toBe(expected);
  });

  it('with its own variables in each function, save those of another scope', () => {
    const [node] = lowered('function F { $a = 1; $script:b = 2; $c, $d = 3, 4 }').body;
    const value =
      node?.kind === 'evaluate' && node.expression.kind === 'assign' ? node.expression.value : null;
    expect(value?.kind === 'function' && value.locals).toEqual(['a', 'c', 'd']);
  });

  it('and takes programs to end well only where nobody asks', () => {
    const asked = (text: string) =>
      JSON.stringify(lowered(text).body, (key, value) =>
        key === 'at' || key === 'text' ? undefined : value,
      );
    expect(asked('gh x')).toContain('"asked":false');
    expect(asked('gh x; if ($LASTEXITCODE) { }')).toContain('"asked":true');
    expect(asked('gh x || gh y')).toContain('"asked":true');
  });
});

describe('what would make a verdict a guess is told', () => {
  it.each([
    ['trap { continue }', "'trap' is not modelled"],
    [':a while ($x) { break a }', "'break' to a label is not modelled"],
    [
      "$PSDefaultParameterValues['*:ErrorAction'] = 'Ignore'",
      '$PSDefaultParameterValues changes what commands do',
    ],
    ['if (', 'expected a command or an argument, found the end of the script'],
    ['x ${{ github.ref', 'closed'],
  ])('%s', (text, reason) => {
    expect(lowered(text).unreadable?.reason).toContain(reason);
  });
});

it('refuses a script that is nested too deeply for the stack, and says so', () => {
  const deep = lowered(`$x = 1${' + 1'.repeat(200_000)}`);
  expect(deep.unreadable?.reason).toBe('it is nested too deeply');
  expect(deep.body).toEqual([]);
});
