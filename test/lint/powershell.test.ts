import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import { positionAt, type Source } from '../../src/text/source.js';

// No PowerShell is to be had where these tests run, so what it does is pinned down here, with the reason for each
// expected answer: semantics 1.1, 1.9 and 2.2, and the pages about_* of the PowerShell reference.

const PATH = '.github/workflows/ci.yml';

interface Around {
  readonly shell?: string;
  readonly os?: string;
  readonly keys?: string;
  /** The variable that holds the secret. */
  readonly variable?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A job whose last step has TOKEN in its environment. The script begins on line 14. */
function workflow(
  run: string,
  { shell = 'shell: pwsh', os = 'ubuntu-latest', keys = '', variable = 'TOKEN' }: Around,
): string {
  const script = run
    .split('\n')
    .map((line) => `          ${line}\n`)
    .join('');
  return `on: push
jobs:
  job:
${os.startsWith('os:') ? `    strategy:\n      matrix:\n${os.replaceAll(/^/gm, '        ')}\n    runs-on: \${{ matrix.os }}` : `\n\n\n    runs-on: ${os}`}
    steps:
      - uses: actions/checkout@v4
      - env:
          ${variable}: \${{ secrets.TOKEN }}
        ${shell || 'name: Deploy'}
${keys}        run: |
${script}`;
}

async function judge(run: string, around: Around = {}) {
  const sources = new Map<string, Source>();
  for (const [path, text] of Object.entries(around.files ?? {})) sources.set(path, { path, text });
  const repository = {
    read: (path: string) => sources.get(path) ?? null,
    refusal: () => null,
    files: () => [],
  };
  const source = { path: PATH, text: workflow(run, around) };
  const result = await lintWithLanguages([{ source, kind: 'workflow', forge: 'github', repository }], {
    rules: null,
    forge: null,
  });
  expect(result.errors).toEqual([]);
  return result;
}

const FIRST_LINE = 14;

/** A place: the line of the script, or of the file that it calls. */
function place({ span }: Pick<Finding, 'span'>): string {
  const { line } = positionAt(span.source, span.start);
  return span.source.path === PATH ? `${line - FIRST_LINE + 1}` : `${span.source.path}:${line}`;
}

/** The findings that are no notes: `line rule`, without the part of the rule that all share. */
async function found(run: string, around: Around = {}): Promise<string[]> {
  const { findings } = await judge(run, around);
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => `${place(finding)} ${finding.rule.replace('missing-secret-', '')}`);
}

const WORK = './deploy --prod';

describe('a guard that ends green', () => {
  it.each([
    ['if (-not $env:TOKEN) { exit 0 }', 'the empty text is false'],
    ['if (!$env:TOKEN) { exit 0 }', '! is -not'],
    ['IF (-NOT $ENV:TOKEN) { EXIT 0 }', 'keywords, operators and drives ignore case'],
    ["if ($env:TOKEN -eq '') { exit }", 'exit without a number is exit 0'],
    ['if ("" -eq $env:TOKEN) { exit 0 }', 'the other way round'],
    ["if ($env:TOKEN -ceq '') { exit 0 }", 'with the case minded'],
    ['if ($env:TOKEN -eq [string]::Empty) { exit 0 }', 'another way to write it'],
    ['if ([string]::IsNullOrEmpty($env:TOKEN)) { exit 0 }', 'null or empty'],
    ['if ([System.String]::IsNullOrWhiteSpace($env:TOKEN)) { exit 0 }', 'null or blank'],
    ['if ([String]::IsNullOrEmpty("$env:TOKEN".Trim())) { exit 0 }', 'trimmed'],
    ['if ($env:TOKEN.Length -eq 0) { exit 0 }', 'a text without characters'],
    ['if ($env:TOKEN.Length -lt 1) { exit 0 }', 'as a comparison'],
    ["if ($env:TOKEN -notmatch '\\S') { exit 0 }", 'nothing that is not blank'],
    ["if ($env:TOKEN -match '^\\s*$') { exit 0 }", 'nothing but blanks'],
    ["if (-not ($env:TOKEN -like '?*')) { exit 0 }", 'no character at all'],
    ['if (-not (Get-Item env:TOKEN).Value) { exit 0 }', 'through the provider'],
    ["if (-not [Environment]::GetEnvironmentVariable('TOKEN')) { exit 0 }", 'through .NET'],
    ['$t = $env:TOKEN; if (-not $t) { exit 0 }', 'a copy'],
    ['$ok = [bool]$env:TOKEN\nif (-not $ok) { exit 0 }', 'a boolean kept for later'],
    ["$ok = if ($env:TOKEN) { 'yes' } else { 'no' }\nif ($ok -ne 'yes') { exit 0 }", 'a flag'],
    ["if ('${{ secrets.TOKEN }}' -eq '') { exit 0 }", 'pasted by the runner'],
    ["$t = '${{ secrets.TOKEN }}'\nif (!$t) { exit 0 }", 'pasted into a variable'],
    ['$t = @"\n${{ secrets.TOKEN }}\n"@\nif (!$t) { exit 0 }', 'pasted into a here-string'],
    ["if ($env:TOKEN -in @('', 'none')) { exit 0 }", 'one of several texts'],
    ["switch ($env:TOKEN) { '' { exit 0 } }", 'a switch'],
    ["switch -Wildcard ($env:TOKEN) { '?*' { } default { exit 0 } }", 'a switch over patterns'],
    ["switch -Regex ($env:TOKEN) { '^$' { exit 0 } }", 'a switch over regular expressions'],
    [
      "$missing = @('TOKEN') | Where-Object { -not [Environment]::GetEnvironmentVariable($_) }\nif ($missing) { exit 0 }",
      'collected by a filter',
    ],
    [
      "$missing = @()\nforeach ($n in 'TOKEN') { if (-not (Get-Content env:$n)) { $missing += $n } }\nif ($missing.Count -gt 0) { exit 0 }",
      'collected by a loop',
    ],
    ['function Test-It { return [bool]$env:TOKEN }\nif (-not (Test-It)) { exit 0 }', 'told by a function'],
    [
      'function Get-It($Name) { [Environment]::GetEnvironmentVariable($Name) }\nif (-not (Get-It -Name TOKEN)) { exit 0 }',
      'put out by a function',
    ],
    ['try { if (-not $env:TOKEN) { throw "no" } } catch { exit 0 }', 'thrown and caught'],
    ['$env:TOKEN ? $null : $(exit 0)', 'the ternary operator'],
    ['& { if (-not $env:TOKEN) { exit 0 } }', 'in a block that is called'],
    [
      '$skip = -not $env:TOKEN\nWrite-Output "skip=$skip" >> $env:GITHUB_OUTPUT\nif ($skip) { return }',
      'return ends the script with 0',
    ],
    ['if (-not $env:TOKEN) { [Environment]::Exit(0) }', '.NET ends the process'],
  ])('%s', async (guard) => {
    expect(await found(`${guard}\n${WORK}`)).toEqual([expect.stringMatching(/^\d+ exits-zero$/)]);
  });
});

describe('a guard that fails, or that never fires', () => {
  it.each([
    ['if (-not $env:TOKEN) { exit 1 }', 'a status that is not 0'],
    ['if (-not $env:TOKEN) { throw "TOKEN is missing" }', 'an error that nobody catches'],
    ['if (-not $env:TOKEN) { Write-Error "TOKEN is missing" }', "the runner's preference is stop"],
    ['if (-not $env:TOKEN) { Write-Error x -ErrorAction Stop }', 'and said once more'],
    ['if (-not $env:TOKEN) { exit -1 }', '255'],
    ['$code = 3\nif (-not $env:TOKEN) { exit $code }', 'a number in a variable'],
    [
      'try { if (-not $env:TOKEN) { throw "no" } } catch { Write-Host $_; exit 1 }',
      'caught, and ended with 1',
    ],
    ['try { if (-not $env:TOKEN) { throw "no" } } catch { throw }', 'caught, and thrown again'],
    ['try { if (-not $env:TOKEN) { throw "no" } } finally { Write-Host bye }', 'finally catches nothing'],
    ['if (-not $env:TOKEN) { [Environment]::Exit(2) }', '.NET ends the process with 2'],
    [
      'function Fail($m) { Write-Host $m; exit 1 }\nif (-not $env:TOKEN) { Fail "no" }',
      'exit in a function ends the script',
    ],
    ['if (-not $env:OTHER) { exit 0 }', 'about something else, that is never set'],
    ['if ($env:GITHUB_REF_TYPE -ne "tag") { exit 0 }', 'not about a secret'],
  ])('%s', async (guard) => {
    expect(await found(`${guard}\n${WORK} --key "$env:TOKEN"`)).toEqual([]);
  });

  it('a set but empty variable is not $null: the program is run, and fails', async () => {
    expect(await found(`if ($null -eq $env:TOKEN) { exit 0 }\n${WORK} --key "$env:TOKEN"`)).toEqual([]);
  });
});

describe('on Windows', () => {
  const os = 'windows-latest';

  it('names of variables ignore case', async () => {
    expect(await found(`if (-not $env:token) { exit 0 }\n${WORK}`, { os })).toEqual(['1 exits-zero']);
    expect(await found(`if (-not $env:token) { exit 0 }\n${WORK} --key "$env:TOKEN"`)).toEqual([]);
  });

  it('an empty variable may not be handed on at all (semantics 2.2)', async () => {
    for (const guard of ['$null -eq $env:TOKEN', '-not (Test-Path env:TOKEN)']) {
      const { findings } = await judge(`if (${guard}) { exit 0 }\n${WORK} --key "$env:TOKEN"`, { os });
      expect(
        findings.map((one) => [one.rule, one.confidence]),
        guard,
      ).toEqual([['missing-secret-exits-zero', 'likely']]);
    }
  });

  it('only Windows PowerShell takes curl for a cmdlet', async () => {
    const call = 'curl https://x.example -Headers @{ Authorization = "Bearer $env:TOKEN" }\ndotnet build';
    expect(await found(call, { os, shell: 'shell: powershell' })).toEqual([]);
    expect(await found(call, { os })).toEqual(['1 masked']);
  });
});

describe('how programs end', () => {
  it.each([
    ['gh release upload v1', [], 'the last one decides'],
    ['gh release upload v1\ndotnet build', ['1 masked'], 'one in the middle ends nothing'],
    ['gh release upload v1\nWrite-Host done', [], 'cmdlets leave $LASTEXITCODE alone'],
    ['gh release upload v1\n$x = 1 + 1\nif ($x) { Get-Date }', [], 'so do expressions'],
    ['gh release upload v1\nif ($LASTEXITCODE) { exit $LASTEXITCODE }\ndotnet build', [], 'handed on'],
    ['gh release upload v1\nif ($LASTEXITCODE -ne 0) { throw "upload" }\ndotnet build', [], 'thrown'],
    ['gh release upload v1\nif (-not $?) { exit 1 }\ndotnet build', [], 'asked for by $?'],
    ['gh release upload v1 || exit 1\ndotnet build', [], 'or'],
    ['gh release upload v1 && dotnet build', [], 'and: the failure stays the last'],
    ['gh release upload v1 || Write-Warning "no upload"', [], 'the status of the program stays'],
    ['gh release upload v1 || dotnet build', ['1 masked'], 'another program has the last word'],
    ['gh release upload v1\nif ($LASTEXITCODE -ne 0) { exit 0 }', ['2 masked'], 'passed over'],
    ['gh release upload v1\nexit 0', ['2 masked'], 'passed over without a look'],
    ['gh release upload v1\n$global:LASTEXITCODE = 0', ['2 masked'], 'set back'],
    [
      '$PSNativeCommandUseErrorActionPreference = $true\ngh release upload v1\ndotnet build',
      [],
      'programs throw, too',
    ],
    [
      'python build.py\ngh release upload v1\nif ($LASTEXITCODE) { exit 1 }',
      [],
      'what python may need is too weak a guess',
    ],
    ['$out = gh release view v1\ndotnet build', ['1 masked'], 'its output taken'],
    ['$out = gh release view v1\ndotnet build $out', [], 'and what lacks it handed on'],
    ['gh release view v1 | Out-String | Write-Host\ndotnet build', ['1 masked'], 'its output piped on'],
    ['& gh release upload v1\n& dotnet build', ['1 masked'], 'called with &'],
    ['$a = @("release", "upload", "v1")\ngh @a\ndotnet build', ['2 masked'], 'with arguments from a list'],
    ['foreach ($f in 1..2) { gh release upload v1 }', [], 'the last round decides'],
    [
      'foreach ($f in 1..2) { gh release upload v1; dotnet build }',
      ['1 masked'],
      'in each round another program does',
    ],
  ])('%s', async (script, holes) => {
    expect(await found(script, { variable: 'GH_TOKEN' })).toEqual(holes);
  });
});

describe('errors of cmdlets', () => {
  const call =
    'Invoke-RestMethod https://x.example -Method Post -Headers @{ Authorization = "Bearer $env:TOKEN" }';

  it.each([
    [call, [], 'a 401 ends the script'],
    [`${call} | Out-Null\nWrite-Host done`, [], 'in a pipeline, too'],
    [`$r = ${call}\nWrite-Host $r.id`, [], 'with its answer taken'],
    [`try { ${call} } catch { Write-Warning $_ }`, ['1 masked'], 'caught'],
    [
      `try { ${call} } catch [System.Net.WebException] { throw } catch { Write-Warning $_ }`,
      ['1 masked'],
      'perhaps caught by the second',
    ],
    [`${call} -ErrorAction SilentlyContinue`, ['1 masked'], 'told to go on'],
    [`${call} -EA 0`, ['1 masked'], 'told by its short name'],
    [`${call} -SkipHttpErrorCheck`, ['1 masked'], 'an error page is an answer'],
    [`$ErrorActionPreference = 'SilentlyContinue'\n${call}`, ['2 masked'], 'the whole script goes on'],
    [`$ErrorActionPreference = 'Continue'\n${call} -ErrorAction Stop`, [], 'but not this one'],
    ['Publish-Module -Path ./m -NuGetApiKey $env:TOKEN', [], 'a cmdlet of a module throws'],
    ['Set-AzKeyVaultSecret -Name x -SecretValue $env:TOKEN', [], 'and one that nobody knows'],
    [
      'Start-Process ./deploy -ArgumentList "--key $env:TOKEN" -Wait',
      ['1 masked'],
      'nobody sees how it ends',
    ],
    ['$s = ConvertTo-SecureString $env:TOKEN -AsPlainText -Force\n./deploy', [], 'it takes no empty text'],
    [
      'Invoke-RestMethod https://x.example -Method Post -Body (@{ text = "by $env:TOKEN" } | ConvertTo-Json)',
      [],
      'what is said is no credential',
    ],
  ])('%s', async (script, holes) => {
    expect(await found(script)).toEqual(holes);
  });
});

describe('scripts that are called', () => {
  const soft = `param([string]$Key)
if (-not $Key) {
  Write-Host "no key"
  exit 0
}
Publish-Module -NuGetApiKey $Key
`;
  const open = ['tools/x.ps1:4 exits-zero'];

  it.each([
    ['./tools/x.ps1 -Key $env:TOKEN', 'by its path'],
    ['.\\tools\\x.ps1 $env:TOKEN', 'with the other slashes, by position'],
    ['& ./tools/x.ps1 -Key "$env:TOKEN"', 'with &'],
    ['& "$env:GITHUB_WORKSPACE/tools/x.ps1" -Key $env:TOKEN', 'from the workspace'],
    ['cd tools\n./x.ps1 $env:TOKEN', 'from another directory'],
    ['$p = @{ Key = $env:TOKEN }\n./tools/x.ps1 @p', 'with arguments from a hashtable'],
  ])('%s', async (script) => {
    expect(await found(script, { files: { 'tools/x.ps1': soft } })).toEqual(open);
  });

  it('a script that exits 1 gives that to $LASTEXITCODE, and errors go on to the caller', async () => {
    const exits = { 'x.ps1': 'if (-not $env:TOKEN) { exit 1 }\nPublish-Module -Path m\n' };
    const throws = { 'x.ps1': 'if (-not $env:TOKEN) { throw "no" }\nPublish-Module -Path m\n' };
    expect(await found('./x.ps1', { files: exits })).toEqual([]);
    expect(await found('./x.ps1\ndotnet build', { files: throws })).toEqual([]);
  });

  const environment = soft.replace('param([string]$Key)', '$Key = $env:TOKEN');

  it.each([
    ['pwsh -File tools/x.ps1', 'a process of its own'],
    ['pwsh -NoProfile -ExecutionPolicy Bypass ./tools/x.ps1', 'with options'],
  ])('%s, from PowerShell and from a shell', async (script) => {
    const files = { 'tools/x.ps1': environment };
    expect(await found(script, { files })).toEqual(open);
    expect(await found(script, { files, shell: 'shell: bash' })).toEqual(open);
  });

  it.each([
    ['-Key "$TOKEN"', 'by its name'],
    ['-K "$TOKEN"', 'by the beginning of its name'],
    ['-key "$TOKEN"', 'in small letters'],
    ['"$TOKEN"', 'by position'],
    ['-Check "$TOKEN"', 'behind a switch, which takes no value'],
    ['-Level high "$TOKEN"', 'behind a value of another name'],
    ['-Key "$TOKEN" -Check', 'in front of a switch'],
  ])('pwsh -File x.ps1 %s', async (args) => {
    const script = soft.replace('param([string]$Key)', 'param([switch]$Check, [string]$Key, [string]$Level)');
    const run = `pwsh -File tools/x.ps1 ${args}`;
    const around = { files: { 'tools/x.ps1': script }, shell: 'shell: bash' };
    expect(await found(run, around)).toEqual(open);
    expect(await found(run.replace('"$TOKEN"', 'given'), around)).toEqual([]);
  });

  it('another script is found beside the one that is started', async () => {
    const files = { 'tools/x.ps1': '. "$PSScriptRoot/y.ps1"\n', 'tools/y.ps1': soft };
    const named = { ...files, 'tools/x.ps1': '& "$PSScriptRoot/y.ps1" -Key $env:TOKEN\n' };
    expect(await found('pwsh -File tools/x.ps1', { files: named, shell: 'shell: bash' })).toEqual([
      'tools/y.ps1:4 exits-zero',
    ]);
  });

  it('text in the arguments of pwsh is read', async () => {
    const inline = `pwsh -Command 'if (-not $env:TOKEN) { exit 0 }; Publish-Module -Path m'`;
    expect(await found(inline, { shell: 'shell: bash' })).toEqual(['1 exits-zero']);
  });

  it('in a process of its own errors of cmdlets end nothing, unless the script says so', async () => {
    const script = 'Publish-Module -NuGetApiKey $env:TOKEN\nWrite-Host done\n';
    const run = 'pwsh -File x.ps1';
    expect(await found(run, { files: { 'x.ps1': script }, shell: 'shell: bash' })).toEqual([
      'x.ps1:1 masked',
    ]);
    const strict = { 'x.ps1': `$ErrorActionPreference = 'Stop'\n${script}` };
    expect(await found(run, { files: strict, shell: 'shell: bash' })).toEqual([]);
  });
});

describe('the shell that nobody names', () => {
  const guard = `if (-not $env:TOKEN) { exit 0 }\n${WORK}`;
  const unset = { shell: '' };

  it('is PowerShell on Windows, by the label or by all legs of a matrix', async () => {
    expect(await found(guard, { ...unset, os: 'windows-2022' })).toEqual(['1 exits-zero']);
    expect(await found(guard, { ...unset, os: '[self-hosted, windows]' })).toEqual(['1 exits-zero']);
    expect(await found(guard, { ...unset, os: 'os: [windows-2022]' })).toEqual(['1 exits-zero']);
  });

  it('is another one on each leg of a mixed matrix', async () => {
    const { notJudged, findings } = await judge(guard, {
      ...unset,
      os: 'os: [ubuntu-latest, windows-latest]',
    });
    expect(findings.map(place)).toEqual(['1']);
    // The other leg cannot read it as bash.
    expect(notJudged.map((one) => one.reason)).toEqual([expect.stringContaining('cannot be read')]);
  });

  it('is what the condition leaves of the legs', async () => {
    const os = 'os: [ubuntu-latest, windows-latest]';
    for (const condition of [
      "runner.os == 'Windows'",
      "matrix.os == 'windows-latest'",
      "startsWith(matrix.os, 'windows')",
    ]) {
      const { notJudged, findings } = await judge(guard, {
        ...unset,
        os,
        keys: `        if: ${condition}\n`,
      });
      expect([notJudged, findings.map((one) => one.rule)], condition).toEqual([
        [],
        ['missing-secret-exits-zero'],
      ]);
    }
    const script = `if [ -z "$TOKEN" ]; then exit 0; fi\n${WORK}`;
    const { notJudged, findings } = await judge(script, {
      ...unset,
      os,
      keys: "        if: runner.os != 'Windows'\n",
    });
    expect([notJudged, findings.map((one) => one.rule)]).toEqual([[], ['missing-secret-exits-zero']]);
  });
});

describe('what is not judged', () => {
  it.each([
    ['shell: cmd', 'if "%TOKEN%"=="" exit /b 0', 'cmd scripts are not modelled'],
    ['shell: pwsh -command ". \'{0}\'"', WORK, 'pwsh scripts are not modelled'],
    [
      'shell: pwsh',
      'if (-not $env:TOKEN { exit 0 }',
      "its script cannot be read: expected ')' after the condition of 'if', found '{'",
    ],
    ['shell: pwsh', 'trap { continue }\n./deploy', "its script cannot be read: 'trap' is not modelled"],
  ])('%s %s', async (shell, script, reason) => {
    const { notJudged, findings } = await judge(script, { shell });
    expect(notJudged.map((one) => one.reason)).toEqual([reason]);
    expect(findings).toEqual([]);
  });
});
