import { describe, expect, it } from 'vitest';
import { powershell } from '../../src/program/lower/powershell.js';
import { answerText, interpretProgram, judgedWorlds } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// Two things that nobody knows are not taken for the same in PowerShell, however alike they are made, and one is taken for
// something only where it never is `$null`. `tool` is a program of which the interpreter knows nothing.

/** The statuses that the script may end with. */
function statusesOf(script: string): string[] {
  const program = powershell.lower(wholeText(script), []);
  const { missing: world } = judgedWorlds(['TOKEN']);
  const answer = answerText(interpretProgram(program, null, { secrets: ['TOKEN'], env: {}, world }));
  return [...new Set([...answer.matchAll(/exits ([\w-]+)/g)].map((match) => match[1] ?? ''))].sort();
}

type Row = readonly [lines: string, nothing: 'may be nothing' | 'never nothing'];

const rows: readonly Row[] = [
  ['$a = tool; $b = tool', 'may be nothing'],
  ['$a = & tool x; $b = & tool x', 'may be nothing'],
  ['$a = (tool | Out-String); $b = (tool | Out-String)', 'may be nothing'],
  ['$a = Get-Content one; $b = Get-Content two', 'may be nothing'],
  ['$a = Get-Content -Raw one; $b = Get-Content -Raw two', 'may be nothing'],
  ['$a = Get-Date; $b = Get-Random', 'may be nothing'],
  ['$a = Get-Random; $b = Get-Random', 'may be nothing'],
  ['$a = Invoke-RestMethod https://a.example; $b = Invoke-RestMethod https://a.example', 'may be nothing'],
  [
    '$a = (Invoke-RestMethod https://a.example).x; $b = (Invoke-RestMethod https://a.example).x',
    'may be nothing',
  ],
  ['$r = Invoke-RestMethod https://a.example; $a = $r.x; $b = $r.y', 'may be nothing'],
  ['$r = Invoke-RestMethod https://a.example; $a = $r[0]; $b = $r[1]', 'may be nothing'],
  ['$a = (tool | ConvertFrom-Json); $b = (tool | ConvertFrom-Json)', 'may be nothing'],
  ['$a = (tool | ConvertFrom-Json).x; $b = (tool | ConvertFrom-Json).x', 'may be nothing'],
  ['$a = (tool | Select-Object -First 1); $b = (tool | Select-Object -First 1)', 'may be nothing'],
  ['$a = (tool | Select-String x); $b = (tool | Select-String x)', 'may be nothing'],
  [
    "$a = (tool | Where-Object { $_ -match 'x' }); $b = (tool | Where-Object { $_ -match 'x' })",
    'may be nothing',
  ],
  ['$a = (tool | ForEach-Object { $_ }); $b = (tool | ForEach-Object { $_ })', 'may be nothing'],
  ['$a = (tool | Measure-Object).Count; $b = (tool | Measure-Object).Count', 'may be nothing'],
  ['$a = (tool).Length; $b = (tool).Length', 'never nothing'],
  ['$a = (tool).Trim(); $b = (tool).Trim()', 'never nothing'],
  ['$a = (tool).ToUpper(); $b = (tool).ToUpper()', 'never nothing'],
  ["$a = (tool).Split(',')[0]; $b = (tool).Split(',')[0]", 'may be nothing'],
  ["$a = (tool) -replace 'x','y'; $b = (tool) -replace 'x','y'", 'never nothing'],
  ["$a = (tool) -split ','; $b = (tool) -split ','", 'never nothing'],
  ["$a = (tool) -join ','; $b = (tool) -join ','", 'never nothing'],
  ['$a = [int](tool); $b = [int](tool)', 'may be nothing'],
  ['$a = [string](tool); $b = [string](tool)', 'never nothing'],
  ['$a = "$(tool)"; $b = "$(tool)"', 'never nothing'],
  ['$a = "x$(tool)"; $b = "x$(tool)"', 'never nothing'],
  ["$a = (tool) + 'x'; $b = (tool) + 'x'", 'never nothing'],
  ['$a = (tool) + 1; $b = (tool) + 1', 'never nothing'],
  ['$a = 1 + [int](tool); $b = 1 + [int](tool)', 'may be nothing'],
  ['$a = $env:HOME; $b = $env:PATH', 'never nothing'],
  ['$a = $PID; $b = tool', 'may be nothing'],
  ['$a = $PSVersionTable.PSVersion; $b = tool', 'may be nothing'],
  ['$a = $HOME; $b = $PWD', 'may be nothing'],
  ['$a = $IsLinux; $b = tool', 'never nothing'],
  ['$a = $PSScriptRoot; $b = tool', 'may be nothing'],
  ['$a = New-Object Foo; $b = New-Object Foo', 'never nothing'],
  ['$a = [Foo]::new(); $b = [Foo]::new()', 'may be nothing'],
  ['$a = [guid]::NewGuid(); $b = [guid]::NewGuid()', 'may be nothing'],
  ['$a = Read-Host; $b = Read-Host', 'may be nothing'],
  ['$a = Get-ChildItem; $b = Get-ChildItem x', 'may be nothing'],
  ['$a = (Get-ChildItem).Count; $b = (Get-ChildItem x).Count', 'may be nothing'],
  ['$a = Get-Item x; $b = Get-Item y', 'may be nothing'],
  ['$a = Join-Path (tool) x; $b = Join-Path (tool) x', 'never nothing'],
  ['$a = Split-Path (tool); $b = Split-Path (tool)', 'may be nothing'],
  ['$a = Resolve-Path x; $b = Resolve-Path y', 'may be nothing'],
  ['$a = Get-Command tool; $b = Get-Command other', 'may be nothing'],
  ['$a = Start-Process tool -PassThru; $b = Start-Process tool -PassThru', 'never nothing'],
  [
    '$a = (Start-Process tool -PassThru -Wait).ExitCode; $b = (Start-Process tool -PassThru -Wait).ExitCode',
    'may be nothing',
  ],
  ['tool; $a = $LASTEXITCODE; tool; $b = $LASTEXITCODE', 'never nothing'],
  ['tool; $a = $?; $b = tool', 'never nothing'],
  ['$a = Test-Path x; $b = Test-Path y', 'never nothing'],
  ['$a = foreach ($i in tool) { $i }; $b = foreach ($i in tool) { $i }', 'may be nothing'],
  ['$a = @(tool).Count; $b = @(tool).Count', 'never nothing'],
  ['$a = @(tool)[0]; $b = @(tool)[0]', 'may be nothing'],
  ['$h = @{ x = tool; y = tool }; $a = $h.x; $b = $h.y', 'may be nothing'],
  ["$a = '{0}' -f (tool); $b = '{0}' -f (tool)", 'never nothing'],
  ["$a = (tool) -eq 'x'; $b = (tool) -eq 'x'", 'never nothing'],
  [
    "$a = (tool) -match '(.*)'; $a = $Matches[1]; $c = (tool) -match '(.*)'; $b = $Matches[1]",
    'may be nothing',
  ],
  ['$a = gc one -First 1; $b = gc two -First 1', 'may be nothing'],
  ["$a = try { tool } catch { 'x' }; $b = try { tool } catch { 'x' }", 'may be nothing'],
  [
    '$a = switch (tool) { x { 1 } default { 2 } }; $b = switch (tool) { x { 1 } default { 2 } }',
    'may be nothing',
  ],
  ['function f { tool }; $a = f; $b = f', 'may be nothing'],
  ['function f($x) { $x }; $a = f (tool); $b = f (tool)', 'may be nothing'],
];

describe('unknown things of PowerShell', () => {
  it.each(rows)('%s: are two', (lines) => {
    expect(statusesOf(`${lines}\nif ($a -eq $b) { exit 3 } else { exit 4 }`)).toEqual(['3', '4']);
  });

  it.each(rows)('%s: %s', (lines, nothing) => {
    const statuses = statusesOf(`${lines}\nif ($null -eq $a) { exit 3 } else { exit 4 }`);
    expect(statuses).toEqual(nothing === 'may be nothing' ? ['3', '4'] : ['4']);
  });

  it.each<[string, string]>([
    ['$a = @(tool); if ($a.Count -eq 0) { exit 3 } else { exit 4 }', '3,4'],
    ['$a = @(cmd.exe); if ($a) { exit 3 } else { exit 4 }', '3,4'],
    ["$a = @(echo 'x'); if ($a.Count -eq 1) { exit 3 } else { exit 4 }", '3'],
    ["$a = Join-Path 'a' 'b/c'; if ($a -eq 'a/b/c') { exit 3 } else { exit 4 }", '3'],
    ["$a = Join-Path 'a/' '/b'; if ($a -eq 'a/b') { exit 3 } else { exit 4 }", '3'],
    ['if (tool) { $a = tool } else { $a = tool }; if ($null -eq $a) { exit 3 } else { exit 4 }', '3,4'],
  ])('%s: %s', (script, expected) => {
    expect(statusesOf(script).join()).toBe(expected);
  });
});
