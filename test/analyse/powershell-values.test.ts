import { describe, expect, it } from 'vitest';
import { powershell } from '../../src/program/lower/powershell.js';
import { answerText, interpretProgram, judgedWorlds } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// What PowerShell's expressions and statements come to. No PowerShell is to be had where these tests run: each line is what the
// pages about_Operators, about_Comparison_Operators, about_Arrays, about_Hash_Tables and about_Try_Catch_Finally say of it.

function ending(script: string): string {
  const program = powershell.lower(wholeText(script), []);
  const { missing: world } = judgedWorlds(['TOKEN']);
  const answer = answerText(
    interpretProgram(program, null, { secrets: ['TOKEN'], env: { MODE: 'fast' }, world }),
  );
  // What goes to the streams may be an output of the step.
  return answer.replaceAll('; outputs  …', '');
}

const GREEN = 'exits 0; reaches deploy';

const before = `
$ErrorActionPreference = 'Stop'
function Get-Answer { return 'answer' }
function Get-Twice { param([string]$Text = 'z') "$Text$Text" }
$x = 'one'
$list = @('a', 'b', 'c')
$record = @{ key = 'value'; other = 2 }
`;

describe('this holds', () => {
  it.each([
    "'a' -eq 'a'",
    "'a' -eq 'A'",
    "'a' -ceq 'a'",
    "-not ('a' -eq 'b')",
    "'a' -ne 'b'",
    "!('a' -ne 'A')",
    "'abc' -like 'a*'",
    "-not ('abc' -like 'b*')",
    "'abc' -notlike 'b*'",
    "'abc' -match 'b'",
    "'abc' -notmatch 'x'",
    '1 -eq 1',
    '1 -lt 2',
    '2 -le 2',
    '3 -gt 2',
    '2 -ge 2',
    '-not (2 -gt 2)',
    '$true',
    '-not $false',
    '$null -eq $null',
    '$null -ne 1',
    '$true -and 1',
    '-not ($true -and $false)',
    '$false -or $true',
    '-not ($false -or 0)',
    "'text'",
    "-not ''",
    '-not 0',
    '-not $null',
    '-not @()',
    "@('a', 'b')",
    "('a', 'b') -contains 'B'",
    "-not (('a', 'b') -contains 'c')",
    "('a', 'b') -notcontains 'c'",
    "'a' -in ('a', 'b')",
    "'c' -notin ('a', 'b')",
    "('a' + 'b') -eq 'ab'",
    '(1 + 2) -eq 3',
    '(5 - 2) -eq 3',
    '(2 * 3) -eq 6',
    '("$x is $($x)") -eq "one is one"',
    "('{0}-{1}' -f 'a', 'b') -eq 'a-b'",
    "('a', 'b' -join '-') -eq 'a-b'",
    "('a,b' -split ',')[1] -eq 'b'",
    "('abc' -replace 'b', 'x') -eq 'axc'",
    "$x -eq 'one'",
    '$list.Count -eq 3',
    "$list[0] -eq 'a'",
    "$list[-1] -eq 'c'",
    "$record.key -eq 'value'",
    "$record['key'] -eq 'value'",
    "$x.ToUpper() -eq 'ONE'",
    "$x.ToUpper() -ceq 'ONE'",
    "' a '.Trim() -eq 'a'",
    "' a '.TrimStart() -eq 'a '",
    "' a '.TrimEnd() -eq ' a'",
    "$x.Replace('o', '0') -eq '0ne'",
    "$x.StartsWith('on')",
    "-not $x.StartsWith('ne')",
    "$x.EndsWith('ne')",
    "$x.Contains('n')",
    '$x.Length -eq 3',
    "$x.Split('n')[0] -eq 'o'",
    "[string]5 -eq '5'",
    "[bool]'x'",
    '-not [bool]$null',
    "[string]::IsNullOrEmpty('')",
    "-not [string]::IsNullOrEmpty('x')",
    "[string]::IsNullOrWhiteSpace(' ')",
    "-not [string]::IsNullOrWhiteSpace('x')",
    "$env:MODE -eq 'fast'",
    '-not $env:TOKEN',
    '-not $env:NOWHERE',
    '[string]::IsNullOrEmpty($env:TOKEN)',
    '[string]::IsNullOrEmpty($env:NOWHERE)',
    "(Get-Answer) -eq 'answer'",
    "(Get-Twice 'a') -eq 'aa'",
    "(Get-Twice -Text 'b') -eq 'bb'",
    "(Get-Twice) -eq 'zz'",
    "(@('a', '', 'b') | Where-Object { $_ }).Count -eq 2",
    "(@('a', 'b') | ForEach-Object { $_ + '!' })[1] -eq 'b!'",
    "$(if ($true) { 'yes' } else { 'no' }) -eq 'yes'",
    "($null ?? 'other') -eq 'other'",
    "($true ? 'yes' : 'no') -eq 'yes'",
    '@(1..3).Count -eq 3',
    '(1..3)[1] -eq 2',
    '(3..1)[0] -eq 3',
    '("a`tb").Length -eq 3',
    "'it''s'.Length -eq 4",
    "@'\none\n'@ -eq 'one'",
    '@"\n$x\n"@ -eq \'one\'',
    "(Join-Path 'a' 'b') -eq 'a/b'",
    "(Write-Output 'x') -eq 'x'",
    "'a' -ine 'b'",
    "'A' -ieq 'a'",
    "'abc' -clike 'a*'",
    "-not ('ABC' -clike 'a*')",
    "'abc' -cmatch 'b'",
    "-not ('ABC' -cmatch 'b')",
    "('aXb' -creplace 'x', '-') -ceq 'aXb'",
    "('axb' -replace 'x') -eq 'ab'",
    "-join ('a', 'b') -eq 'ab'",
    "('a b' -split ' ').Count -eq 2",
    "('a', 'b' -join '') -eq 'ab'",
    "('{0}' -f 'a') -eq 'a'",
    '-5 -lt 0',
    '+5 -eq 5',
    '(7 % 4) -eq 3',
    '$null -eq $env:NOWHERE',
    '-not ($null -eq $env:MODE)',
    "$null -ne 'x'",
    "-not ('' -eq $null)",
    "[string]$null -eq ''",
    "[string[]]'a' -contains 'a'",
    '[string]::IsNullOrEmpty($null)',
    '-not [string]::IsNullOrWhiteSpace($env:MODE)',
    '[string]::IsNullOrWhiteSpace($env:TOKEN)',
    "(@('a') + 'b').Count -eq 2",
    "(@('a') + @('b', 'c'))[2] -eq 'c'",
    '@().Count -eq 0',
    "@('a').Count -eq 1",
    '(Test-Path Env:MODE)',
    '-not (Test-Path Env:NOWHERE)',
    "(Get-Item Env:MODE).Value -eq 'fast'",
    "${env:MODE} -eq 'fast'",
    '$X -eq $x',
    "($x -eq 'one') -and ($x -ne 'two') -and -not ($x -eq 'two')",
    "($x -eq 'two') -or ($x -eq 'one')",
    "[Environment]::GetEnvironmentVariable('MODE') -eq 'fast'",
    "-not [Environment]::GetEnvironmentVariable('NOWHERE')",
    "$(Get-Answer) -eq 'answer'",
    '"$(1 + 2)" -eq \'3\'',
    '"$($record.key)" -eq \'value\'',
    '"a$env:TOKEN" -eq \'a\'',
    "'$x' -ne 'one'",
    '"`$x" -eq \'$x\'',
    "& { 'made' } -eq 'made'",
    "(& { param($a) $a } 'given') -eq 'given'",
    "(@('b', 'a') | ForEach-Object { $_ })[0] -eq 'b'",
    "(@('a', 'b', 'c') | Where-Object { $_ -ne 'b' }).Count -eq 2",
    "(@('a', 'b') | Where-Object { $PSItem -eq 'b' }) -eq 'b'",
    "($x | ForEach-Object { $_.ToUpper() }) -eq 'ONE'",
  ])('%s', (condition) => {
    expect(ending(`${before}if (${condition}) { ./deploy } else { exit 9 }\nexit 0\n`)).toBe(GREEN);
    expect(ending(`${before}if (-not (${condition})) { exit 9 }\n./deploy\nexit 0\n`)).toBe(GREEN);
  });
});

describe('this holds, and is not denied', () => {
  it.each([
    '$record.Count -eq 2',
    "$record.ContainsKey('key')",
    "-not $record.ContainsKey('nowhere')",
    "[int]'5' -eq 5",
    "'a' -is [string]",
    "'a' -cne 'A'",
    "-not ('a' -ceq 'A')",
    "('aXb' -replace 'x', '-') -eq 'a-b'",
    "[string]::Join('-', @('a', 'b')) -eq 'a-b'",
    "(@{ a = 'x' } + @{ b = 'y' }).b -eq 'y'",
    '@{}.Keys.Count -eq 0',
    "($x -eq 'one') -xor ($x -eq 'two')",
    "(Split-Path 'a/b.txt' -Leaf) -ne ''",
  ])('%s', (condition) => {
    const text = ending(`${before}if (${condition}) { ./deploy } else { exit 9 }\nexit 0\n`);
    expect(text.split('\n')).toContain(GREEN);
  });
});

describe('a script leaves this behind', () => {
  it.each([
    ['$n = 0; foreach ($i in 1, 2, 3) { $n += $i }', '$n -eq 6'],
    ['$n = 0; for ($i = 0; $i -lt 3; $i++) { $n = $n + 1 }', '$n -eq 3'],
    ['$n = 3; while ($n -gt 0) { $n-- }', '$n -eq 0'],
    ['$n = 0; do { $n++ } while ($n -lt 2)', '$n -eq 2'],
    ['$n = 0; do { $n++ } until ($n -ge 2)', '$n -eq 2'],
    ['$n = 0; foreach ($i in 1, 2, 3) { if ($i -eq 2) { break }; $n = $i }', '$n -eq 1'],
    ['$n = 0; foreach ($i in 1, 2, 3) { if ($i -eq 2) { continue }; $n += $i }', '$n -eq 4'],
    ["$w = ''; switch ('b') { 'a' { $w = 'A' } 'b' { $w = 'B' } default { $w = 'D' } }", "$w -eq 'B'"],
    ["$w = ''; switch ('z') { 'a' { $w = 'A' } default { $w = 'D' } }", "$w -eq 'D'"],
    ["$w = ''; if ($false) { $w = 'a' } elseif ($true) { $w = 'b' } else { $w = 'c' }", "$w -eq 'b'"],
    ["try { throw 'x' } catch { $w = 'caught' }", "$w -eq 'caught'"],
    ["try { $w = 'a' } catch { $w = 'caught' } finally { $w += 'f' }", "$w -eq 'af'"],
    ["try { throw 'x' } catch { $w = 'c' } finally { $w += 'f' }", "$w -eq 'cf'"],
    ["$list = @('a'); $list += 'b'", '$list.Count -eq 2'],
    ["$r = @{}; $r['a'] = 'x'; $r.b = 'y'", "$r.a -eq 'x' -and $r['b'] -eq 'y'"],
    ["$a, $b = 'x', 'y'", "$a -eq 'x' -and $b -eq 'y'"],
    ["$a = $b = 'x'", "$a -eq 'x' -and $b -eq 'x'"],
    ["$env:NEW = 'v'", "$env:NEW -eq 'v'"],
    ["function f { $script:n = 'inner' }; $n = 'outer'; f", "$n -eq 'inner'"],
    ["function f { $n = 'inner' }; $n = 'outer'; f", "$n -eq 'outer'"],
    ["$block = { 'made' }; $w = & $block", "$w -eq 'made'"],
    ["$w = 'a'; $w += 'b'", "$w -eq 'ab'"],
    ["'one', 'two' | Set-Content f.txt; $w = Get-Content f.txt", "$w.Count -eq 2 -and $w[1] -eq 'two'"],
    ["'one' > f.txt; 'two' >> f.txt; $w = Get-Content f.txt", "$w[0] -eq 'one' -and $w[1] -eq 'two'"],
    ["Set-Content f.txt 'one' -NoNewline; $w = Get-Content f.txt -Raw", "$w -eq 'one'"],
    ["Set-Content -Path f.txt -Value 'one'; $w = Get-Content f.txt", "$w -eq 'one'"],
    ["$w = 'x'; $seen = $?", '$seen'],
    ['Test-Path Env:MODE | Out-Null; $seen = $?', '$seen'],
    ['$global:LASTEXITCODE = 3', '$LASTEXITCODE -eq 3'],
    ['$a = \'x\'; $b = "$($a)y"', "$b -eq 'xy'"],
    ["$a = @{ one = @{ two = 'deep' } }", "$a.one.two -eq 'deep'"],
    ['$a = 1..3 | Where-Object { $_ -gt 1 }', '$a.Count -eq 2'],
    ["$a = 'a', 'b' | Select-Object -First 1", '$true'],
    ["$null = 'dropped'", '$true'],
    ["[string]$typed = 'x'", "$typed -eq 'x'"],
    ["$a = if ($env:MODE -eq 'fast') { 'quick' } else { 'slow' }", "$a -eq 'quick'"],
    ["New-Item -Path Env:MADE -Value 'yes' | Out-Null; $a = 'z'", "$a -eq 'z'"],
    ['$n = 5; $n -= 2; $n *= 3', '$n -eq 9'],
    ["Set-Variable made 'yes'", "$made -eq 'yes'"],
    ["[Environment]::SetEnvironmentVariable('MADE', 'yes')", "$env:MADE -eq 'yes'"],
    ["Set-Item Env:MADE 'yes'", "$env:MADE -eq 'yes'"],
    ["Set-Content Env:MADE 'yes'", "$env:MADE -eq 'yes'"],
    [
      "$a = New-Object System.Collections.Generic.List[string]; $a.Add('x')",
      "$a.Count -eq 1 -and $a[0] -eq 'x'",
    ],
    ["$a = New-Object System.Collections.ArrayList; [void]$a.Add('x')", '$a.Count -eq 1'],
    ["$r = [ordered]@{ a = 'x' }; $r.a = 'z'", "$r.a -eq 'z'"],
    ["$w = ''; 'a', 'b' | ForEach-Object { $w += $_ }", "$w -eq 'ab'"],
    ["$w = ''; foreach ($i in @()) { $w = 'never' }", "$w -eq ''"],
    [
      "$w = ''; foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { break }; $w += $j } }",
      "$w -eq '111'",
    ],
    ["$w = ''; switch ('ab') { 'AB' { $w += '1' } 'ab' { $w += '2' } default { $w = 'D' } }", "$w -eq '12'"],
    ["$w = ''; switch ('ab') { 'AB' { $w += '1'; break } 'ab' { $w += '2' } }", "$w -eq '1'"],
    ["$w = ''; switch -Wildcard ('ab') { 'a*' { $w = 'wild' } }", "$w -eq 'wild'"],
    ["$w = ''; switch ('a', 'b') { 'a' { $w += 'A' } 'b' { $w += 'B' } }", "$w -eq 'AB'"],
    ["$w = ''; if ('') { $w = 'never' }; if (-not $w) { $w = 'empty' }", "$w -eq 'empty'"],
    ["try { try { throw 'x' } finally { $w = 'f' } } catch { $w += 'c' }", "$w -eq 'fc'"],
    ["try { throw 'x'; $w = 'never' } catch { $w = $_.Exception.Message }; $w = 'after'", "$w -eq 'after'"],
    ["function f { return 'a'; 'never' }; $w = f", "$w -eq 'a'"],
    ["function f { 'a'; 'b' }; $w = f", "$w.Count -eq 2 -and $w[1] -eq 'b'"],
    [
      "function f { param([Parameter(Mandatory)][string]$One, $Two = 'd') \"$One$Two\" }; $w = f -One 'a'",
      "$w -eq 'ad'",
    ],
    ["function f($a, $b) { \"$b$a\" }; $w = f -b 'x' -a 'y'", "$w -eq 'xy'"],
    ["function f { begin { $n = 'b' } process { $n += $_ } end { $n } }; $w = 'x', 'y' | f", '$true'],
    ["function f { $global:made = 'yes' }; f", "$made -eq 'yes'"],
    ["$f = { param($x) $x + '!' }; $w = & $f 'a'", "$w -eq 'a!'"],
    ["$w = Invoke-Command { 'made' }", "$w -eq 'made'"],
    ["$w = Invoke-Command -ScriptBlock { 'made' }", "$w -eq 'made'"],
    ["$a, $b = 'x', 'y', 'z'", "$a -eq 'x'"],
    ["$a = @(); $a += 'x'; $a += 'y'", "$a[1] -eq 'y'"],
    ["$a = 'x','y'; $a[0] = 'z'", "$a[0] -eq 'z'"],
    ['$n = 1; $n++; ++$n', '$n -eq 3'],
    ['$n = 1; $n--; $n -= -1', '$n -eq 1'],
    ["$a = $null; $a ??= 'set'", "$a -eq 'set'"],
    ["$a = 'x'; $b = $a; $a = 'y'", "$b -eq 'x'"],
    ["$w = @'\nline\n'@.Length", '$w -eq 4'],
    ["Push-Location sub; Pop-Location; $w = 'x'", "$w -eq 'x'"],
    ["Set-Content f.txt 'a'; Add-Content f.txt 'b'; $w = Get-Content f.txt", '$w.Count -eq 2'],
    ["'a' | Out-File f.txt; 'b' | Out-File f.txt -Append; $w = Get-Content f.txt", "$w[1] -eq 'b'"],
    ["'a' | Tee-Object -FilePath f.txt | Out-Null; $w = Get-Content f.txt", "$w -eq 'a'"],
    ["$w = 'a' | Tee-Object -Variable kept", "$w -eq 'a'"],
    ["Remove-Variable x -ErrorAction SilentlyContinue; $w = 'y'", "$w -eq 'y'"],
    ["'kept' | Set-Content f.txt; Clear-Content f.txt; $w = 'x'", "$w -eq 'x'"],
    ['Write-Host $env:MODE; Write-Verbose x; Write-Debug x; Write-Information x', '$true'],
    ['Remove-Item Env:MODE', '-not $env:MODE'],
    [
      "function f([string]$One, [switch]$Two) { if ($Two) { 'two' } else { $One } }; $w = f 'a' -Two",
      "$w -eq 'two'",
    ],
    [
      "function f([string]$One, [switch]$Two) { if ($Two) { 'two' } else { $One } }; $w = f 'a'",
      "$w -eq 'a'",
    ],
  ])('%s | %s', (script, condition) => {
    expect(ending(`${script}\nif (${condition}) { ./deploy } else { exit 9 }\nexit 0\n`)).toBe(GREEN);
  });
});

describe('a script may leave this behind', () => {
  it.each([
    ["Set-Variable -Name made -Value 'yes'", "$made -eq 'yes'"],
    ["New-Variable -Name made -Value 'yes'", "$made -eq 'yes'"],
    ["$a = [System.Collections.Generic.List[string]]::new(); $a.Add('x'); $a.Clear()", '$a.Count -eq 0'],
    ["$r = @{ a = 'x'; b = 'y' }; $r.Remove('a')", '-not $r.a -and $r.b'],
    ["$w = ''; foreach ($key in @{ a = 1 }.Keys) { $w += $key }", "$w -eq 'a'"],
    ["function f { $args[0] }; $w = f 'x'", "$w -eq 'x'"],
    ['$n = 6; $n /= 2; $n %= 2', '$n -eq 1'],
  ])('%s | %s', (script, condition) => {
    const text = ending(`${script}\nif (${condition}) { ./deploy } else { exit 9 }\nexit 0\n`);
    expect(text.split('\n')).toContain(GREEN);
  });
});

describe('a script ends', () => {
  it.each([
    ['exit 3', 'exits 3; reaches nothing'],
    ['exit', 'exits 0; reaches nothing'],
    ["throw 'x'\n./deploy", 'exits 1; reaches nothing'],
    ['function f { exit 5 }\nf\n./deploy', 'exits 5; reaches nothing'],
    ["if (-not $env:TOKEN) { Write-Host 'none'; return }\n./deploy", 'exits 0; reaches nothing'],
    ["if (-not $env:TOKEN) { Write-Error 'none'; exit 1 }\n./deploy", 'exits 1; reaches nothing'],
  ])('%s: %s', (script, expected) => {
    expect(ending(script)).toBe(expected);
  });
});

it('a file that was removed is perhaps not there', () => {
  const script = "'x' > f\nRemove-Item f\nif (Test-Path f) { exit 4 }\nexit 5\n";
  expect(ending(script).split('\n').sort()).toEqual(['exits 4; reaches nothing', 'exits 5; reaches nothing']);
});
