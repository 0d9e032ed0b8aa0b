import { describe, expect, it } from 'vitest';
import { lintWithLanguages } from '../../src/lint/languages.js';
import { lint } from '../../src/lint/lint.js';

// On which systems a job may run, as its labels and its matrix say: seen in a script that ends green on that system only.

const systems = ['Linux', 'macOS', 'Windows'] as const;

function mayRunOn(system: string, runsOn: string, matrix: string): boolean {
  const text = `on: push
jobs:
  job:
    runs-on: ${runsOn}
    strategy: {matrix: ${matrix}}
    steps:
      - shell: bash
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -z "$TOKEN" ]; then
            if [ "\${{ runner.os }}" = ${system} ]; then exit 0; fi
            exit 1
          fi
          ./deploy "$TOKEN"
`;
  const source = { path: '.github/workflows/ci.yml', text };
  const result = lint([{ source, kind: 'workflow', forge: 'github' }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  expect(result.errors).toEqual([]);
  return result.findings.length > 0;
}

const any = 'Linux macOS Windows';
const many = (count: number) => Array.from({ length: count }, (_, i) => `ubuntu-${i}`).join(', ');

describe('a job may run on', () => {
  it.each([
    ['ubuntu-latest', '{}', 'Linux'],
    ['Ubuntu-22.04', '{}', 'Linux'],
    ['my-linux-box', '{}', 'Linux'],
    ['windows-2022', '{}', 'Windows'],
    ['macos-14', '{}', 'macOS'],
    ['[self-hosted, linux, x64]', '{}', 'Linux'],
    ['[self-hosted, Windows]', '{}', 'Windows'],
    ['[self-hosted, macOS]', '{}', 'macOS'],
    ['self-hosted', '{}', any],
    ['linuxish', '{}', any],
    ['{group: large}', '{}', any],
    ['${{ vars.RUNNER }}', '{}', any],
    ['${{ matrix.os }}', '{os: [ubuntu-latest, windows-latest, macos-latest]}', any],
    ['${{ matrix.os }}', '{os: [windows-latest]}', 'Windows'],
    ['[self-hosted, "${{ matrix.os }}"]', '{os: [windows]}', 'Windows'],
    ['${{ matrix.os }}', '{os: [ubuntu-latest], include: [{node: 20}]}', 'Linux'],
    ['${{ matrix.os }}', '{os: [ubuntu-latest], node: [20, 22]}', 'Linux'],
    ['${{ matrix.os }}', '{os: "${{ fromJSON(vars.X) }}"}', any],
    ['${{ matrix.os }}', '{os: [ubuntu-latest, "${{ vars.X }}"]}', any],
    ['${{ matrix.os }}', '{os: [ubuntu-latest], include: "${{ fromJSON(vars.X) }}"}', any],
    ['${{ matrix.os }}', '{os: [ubuntu-latest], include: ["${{ vars.X }}"]}', any],
    ['${{ matrix.os }}', '"${{ fromJSON(vars.X) }}"', any],
    ['${{ matrix.os }}', '{node: [20]}', any],
    ['${{ matrix.on.os }}', '{on: [{os: ubuntu-latest}, {arch: arm}]}', any],
    ['${{ matrix.os }}', `{os: [${many(100)}]}`, any],
  ])('%s with %s: %s', (runsOn, matrix, expected) => {
    const found = systems.filter((system) => mayRunOn(system, runsOn, matrix));
    expect(found.join(' ')).toBe(expected);
  });
});

/** Whether the job may run its scripts in that shell, where none is named: what the script of the other one says is not followed. */
async function mayRunIn(shell: 'bash' | 'pwsh', runsOn: string, matrix: string): Promise<boolean> {
  const guard = {
    bash: 'if [ -z "$TOKEN" ]; then exit 0; fi',
    pwsh: 'if (-not $env:TOKEN) { exit 0 }',
  };
  const text = `on: push
jobs:
  job:
    runs-on: ${runsOn}
    strategy: {matrix: ${matrix}}
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          ${guard[shell]}
          ./deploy
`;
  const source = { path: '.github/workflows/ci.yml', text };
  const result = await lintWithLanguages([{ source, kind: 'workflow', forge: 'github' }], {
    rules: ['missing-secret-exits-zero'],
    forge: null,
  });
  return result.findings.length > 0;
}

describe('a job may run its scripts in', () => {
  it.each([
    ['ubuntu-latest', '{}', 'bash'],
    ['windows-latest', '{}', 'pwsh'],
    ['self-hosted', '{}', 'bash'],
    ['${{ matrix.os }}', '{os: [windows-latest, windows-2022]}', 'pwsh'],
    [
      '${{ matrix.os }}',
      '{os: [ubuntu-latest], include: [{node: 20}, {os: windows-latest, node: 22}]}',
      'bash pwsh',
    ],
    ['[self-hosted, "${{ matrix.os }}"]', '{os: [windows, linux]}', 'bash pwsh'],
    ['${{ matrix.os }}', '{os: [ubuntu-latest, ubuntu-22.04]}', 'bash'],
    ['${{ matrix.os }}', '{os: [ubuntu-latest, windows-latest]}', 'bash pwsh'],
    ['${{ matrix.os }}-latest', '{os: [ubuntu, windows]}', 'bash pwsh'],
    ['${{ matrix.os }}-${{ matrix.of }}', '{os: [ubuntu, windows], of: [a, b]}', 'bash pwsh'],
    ['${{ matrix.on.os }}', '{on: [{os: ubuntu-latest}, {os: windows-latest}]}', 'bash pwsh'],
    ['${{ matrix.os }}', '{include: [{os: windows-latest}, {os: ubuntu-latest}]}', 'bash pwsh'],
    ['${{ matrix.os }}', '{os: [ubuntu-latest], include: [{os: windows-latest}]}', 'bash pwsh'],
    ['${{ matrix.os }}', `{os: [${many(8)}]}`, 'bash'],
  ])('%s with %s: %s', async (runsOn, matrix, expected) => {
    const found: string[] = [];
    for (const shell of ['bash', 'pwsh'] as const)
      if (await mayRunIn(shell, runsOn, matrix)) found.push(shell);
    expect(found.join(' ')).toBe(expected);
  });
});
