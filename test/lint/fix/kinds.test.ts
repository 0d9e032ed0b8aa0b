import { describe, expect, it } from 'vitest';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { forkTest, onlyFixOf, provision } from '../../support/fixing.js';
import { type Files, inputsOf } from '../../support/repository.js';

const told = `::error::KEY ${provision}`;

/** The texts that the fix of the only finding makes. */
async function mended(files: Files): Promise<Readonly<Record<string, string>>> {
  const { help, texts } = await onlyFixOf(files);
  expect(help).not.toContain('no fix is offered');
  return texts;
}

/** Why the only finding offers no fix. */
async function refusal(files: Files): Promise<string> {
  const { help, texts } = await onlyFixOf(files);
  expect(texts).toEqual({});
  return help.split('\n').at(-1) ?? '';
}

const path = '.github/workflows/x.yml';

function calling(command: string, on = 'push'): string {
  return `on: ${on}
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Ship
        run: ${command}
        env:
          KEY: \${{ secrets.KEY }}
`;
}

interface Program {
  readonly file: string;
  readonly run: string;
  readonly before: string;
  /** Where no fork comes. */
  readonly after: string;
  /** Where pull requests of forks pass. */
  readonly softly: string;
}

const python: Program = {
  file: 'ci/ship.py',
  run: 'python3 ci/ship.py',
  before: `import os
import subprocess


def main():
    key = os.environ.get("KEY", "").strip()
    if not key:
        print("nothing to do")
        return 0  # fine
    subprocess.run(["./ship", key], check=True)


main()
`,
  after: `        print("${told}")\n        raise SystemExit(1)  # fine`,
  softly: `        if os.environ.get("FORK_PR") != "true":\n            print("${told}")\n            raise SystemExit(1)\n        return 0  # fine`,
};

const javascript: Program = {
  file: 'ci/ship.mjs',
  run: 'node ci/ship.mjs',
  before: `import { execFileSync } from 'node:child_process';

const key = process.env.KEY ?? '';
if (!key) {
\tconsole.log('nothing to do');
\tprocess.exit(0);
}
execFileSync('./ship', [key]);
`,
  after: `\tconsole.log("${told}");\n\tprocess.exit(1);`,
  softly: `\tif (process.env.FORK_PR !== 'true') {\n\t\tconsole.log("${told}");\n\t\tprocess.exit(1);\n\t}\n\tprocess.exit(0);`,
};

const powershell: Program = {
  file: 'ci/ship.ps1',
  run: 'pwsh ci/ship.ps1',
  before: `if ([string]::IsNullOrEmpty($env:KEY)) {
    Write-Host "nothing to do"
    exit 0
}
./ship $env:KEY
`,
  after: `    Write-Host "${told}"\n    exit 1`,
  softly: `    if ($env:FORK_PR -ne 'true') {\n      Write-Host "${told}"\n      exit 1\n    }\n    exit 0`,
};

const leaving: Readonly<Record<string, string>> = {
  'ci/ship.py': '        return 0  # fine',
  'ci/ship.mjs': '\tprocess.exit(0);',
  'ci/ship.ps1': '    exit 0',
};

describe('a guard in a program that a step calls', () => {
  it.each([python, javascript, powershell])('fails in the language of $file', async (program) => {
    const { file, run, before, after } = program;
    const files = { [path]: calling(run), [file]: before };
    expect(await mended(files)).toEqual({ [file]: before.replace(leaving[file] ?? '?', after) });
  });

  it.each([python, javascript, powershell])('keeps the way of forks in $file', async (program) => {
    const { file, run, before, softly } = program;
    const files = { [path]: calling(run, '[push, pull_request]'), [file]: before };
    const texts = await mended(files);
    expect(texts[file]).toBe(before.replace(leaving[file] ?? '?', softly));
    expect(texts[path]).toContain(`          KEY: \${{ secrets.KEY }}\n          FORK_PR: ${forkTest}\n`);
  });

  it('asks for the secret itself where something else leads out of the program too', async () => {
    const before = `const key = process.env.KEY;
if (!key || process.argv.includes('--quiet')) process.exit(0);
require('node:child_process').execFileSync('./ship', [key]);
`;
    const texts = await mended({ [path]: calling('node ci/ship.js'), 'ci/ship.js': before });
    expect(texts['ci/ship.js']).toBe(
      before.replace(
        'if (!key ||',
        `if (!process.env.KEY) {\n  console.log("${told}");\n  process.exit(1);\n}\nif (!key ||`,
      ),
    );
  });

  it('asks for the secret itself where the variable may hold something else', async () => {
    const before = `import os
import sys
key = os.environ.get("KEY")
if len(sys.argv) > 1:
    key = sys.argv[1]
if not key:
    sys.exit()
os.system("./ship " + key)
`;
    const texts = await mended({ [path]: calling('python3 ci/ship.py'), 'ci/ship.py': before });
    expect(texts['ci/ship.py']).toContain(
      `if not key:\n    if not os.environ.get("KEY"):\n        print("${told}")\n        raise SystemExit(1)\n    sys.exit()\n`,
    );
  });

  it('ends with what it left on a line of its own with the test', async () => {
    const before = "const key = process.env.KEY;\nif (!key) process.exit();\nrequire('./ship')(key);\n";
    const texts = await mended({ [path]: calling('node ci/ship.js'), 'ci/ship.js': before });
    expect(texts['ci/ship.js']).toContain(`if (!key) { console.log("${told}"); process.exit(1); }\n`);
  });

  it('has a step in front of the call where the program has no name for the environment', async () => {
    const before =
      'import os as system\n\nif not system.environ.get("KEY"):\n    raise SystemExit(0)\nsystem.system("./ship")\n';
    const texts = await mended({
      [path]: calling('python3 ci/ship.py', '[push, pull_request]'),
      'ci/ship.py': before,
    });
    expect(Object.keys(texts)).toEqual([path]);
    expect(texts[path]).toContain('      - name: Require KEY\n');
  });
});

describe('a script that several workflows call', () => {
  const script = '#!/bin/bash\nif [ -z "${KEY:-}" ]; then\n  exit 0\nfi\n./ship\n';
  const on = '[push, pull_request]';

  it('brings the fork test to each of them', async () => {
    const other = '.github/workflows/y.yml';
    const files = {
      [path]: calling('bash ci/ship.sh', on),
      [other]: calling('bash ci/ship.sh', on),
      'ci/ship.sh': script,
    };
    const texts = await mended(files);
    expect(texts[path]).toContain(`FORK_PR: ${forkTest}`);
    expect(texts[other]).toContain(`FORK_PR: ${forkTest}`);
    expect(texts['ci/ship.sh']).toContain('if [ "${FORK_PR:-}" != true ]; then');
  });

  it('leaves the forks of one open where the other has none', async () => {
    const other = '.github/workflows/y.yml';
    const files = {
      [path]: calling('bash ci/ship.sh', on),
      [other]: calling('bash ci/ship.sh'),
      'ci/ship.sh': script,
    };
    const texts = await mended(files);
    expect(texts[path]).toContain(`FORK_PR: ${forkTest}`);
    expect(texts[other] ?? '').not.toContain('FORK_PR');
  });
});

describe('a condition that asks for the secret and for more', () => {
  const text = (condition: string, event = 'push') => `on: ${event}
jobs:
  one:
    runs-on: ubuntu-latest
    env:
      KEY: \${{ secrets.KEY }}
    steps:
      - run: make
      - if: ${condition}
        run: ./ship
`;

  it.each([
    ["env.KEY != '' && github.ref == 'refs/heads/main'", "github.ref == 'refs/heads/main'"],
    ["env.KEY != '' || inputs.force", '!inputs.force'],
    [
      "github.ref_type == 'tag' && (env.KEY != '' || inputs.level == 'all')",
      "github.ref_type == 'tag' && !(inputs.level == 'all')",
    ],
    ["${{ !(env.KEY == '' || inputs.quiet) }}", '!(inputs.quiet)'],
    [
      "(github.ref_name == 'a' || github.ref_name == 'b') && env.KEY",
      "(github.ref_name == 'a' || github.ref_name == 'b')",
    ],
  ])('%s: the secret is due where %s', async (condition, due) => {
    const texts = await mended({ [path]: text(condition) });
    expect(texts[path]).toBe(
      text(condition).replace(
        '      - if:',
        `      - name: Require KEY
        if: \${{ ${due} }}
        run: |
          if [ -z "$KEY" ]; then
            echo "${told}"
            exit 1
          fi
      - if:`,
      ),
    );
  });

  it('says so where the two cannot be told apart', async () => {
    expect(
      await refusal({
        [path]: text("${{ format('{0}{1}', env.KEY, github.event.before) != github.event.before }}"),
      }),
    ).toBe(
      'no fix is offered: the condition asks for the secret and for something else in one breath, so that nobody can say when the secret is due',
    );
  });
});

describe('a job that is skipped, and calls a workflow', () => {
  const called = `on: workflow_call
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: ./ship
        env:
          KEY: \${{ secrets.KEY }}
`;
  const text = (needs: string) => `on: push
jobs:
  look:
    runs-on: self-hosted
    outputs:
      ready: \${{ secrets.KEY != '' }}
    steps:
      - run: make

  # Only with the key.
  ship:
${needs}
    if: needs.look.outputs.ready == 'true'
    uses: ./.github/workflows/called.yml
    secrets: inherit
`;
  const guard = `  require-key:
    runs-on: self-hosted
    steps:
      - name: Require KEY
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -z "$KEY" ]; then
            echo "${told}"
            exit 1
          fi

`;

  it.each([
    ['    needs: look', '    needs: [look, require-key]'],
    ["    needs: ['look']", "    needs: ['look', require-key]"],
    ['    needs:\n      - look # first', '    needs:\n      - look # first\n      - require-key'],
  ])('needs a job in front that fails: %s', async (needs, after) => {
    const files = { [path]: text(needs), '.github/workflows/called.yml': called };
    expect(await mended(files)).toEqual({
      [path]: text(after).replace('  # Only with the key.', `${guard}  # Only with the key.`),
    });
  });
});

describe('a composite action', () => {
  const action = (step: string) => `name: ship
description: ships
inputs:
  key:
    description: the key
runs:
  using: composite
  steps:
${step}`;
  const workflow = `on: [push, pull_request]
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/ship
        with:
          key: \${{ secrets.KEY }}
`;
  const file = '.github/actions/ship/action.yml';

  it('asks for the input that its guard asks for', async () => {
    const step = `    - shell: bash
      env:
        TOKEN: \${{ inputs.key }}
      run: |
        if [ -z "$TOKEN" ]; then
          exit 0
        fi
        ./ship
`;
    const texts = await mended({ [path]: workflow, [file]: action(step) });
    expect(texts[file]).toContain(`        if [ -z "$TOKEN" ]; then
          if [ "$FORK_PR" != true ]; then
            echo "::error::inputs.key is empty: pass it to this action"
            exit 1
          fi
          exit 0
        fi
`);
    expect(texts[file]).toContain(`        TOKEN: \${{ inputs.key }}\n        FORK_PR: ${forkTest}\n`);
  });

  it('has a step of its own in front of one that is skipped', async () => {
    const step = `    - if: inputs.key != ''\n      shell: bash\n      run: ./ship\n`;
    const texts = await mended({ [path]: workflow, [file]: action(step) });
    expect(texts[file]).toContain(`    - name: Require inputs.key
      shell: bash
      env:
        KEY: \${{ inputs.key }}
        FORK_PR: ${forkTest}
      run: |
        if [ -z "$KEY" ] && [ "$FORK_PR" != true ]; then
          echo "::error::inputs.key is empty: pass it to this action"
          exit 1
        fi
    - if: inputs.key != ''
`);
  });
});

describe('what only goes from a script of one line', () => {
  it('leaves it on its line', async () => {
    const text = calling('./ship "$KEY" || true  # whatever');
    expect(await mended({ [path]: text })).toEqual({ [path]: text.replace(' || true', '') });
  });
});

describe('a finding without a fix', () => {
  it('says that something else may stand in for the secret', async () => {
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    env:
      KEY: \${{ secrets.KEY || vars.KEY }}
    steps:
      - uses: some/action@v1
        if: env.KEY != ''
        with:
          key: \${{ env.KEY }}
`;
    expect(await refusal({ [path]: text })).toBe(
      'no fix is offered: something else may stand in for the secret, and what is due then nobody can say',
    );
  });

  it('says so of a constant condition that only its author can mend', async () => {
    const text = `on: push
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - if: github.event.nothing_of_the_sort == 'x' && github.ref == 'a' && github.ref == 'b'
        run: make
`;
    expect(await refusal({ [path]: text })).toBe(
      'no fix is offered: only its author can say what it was to ask for',
    );
  });

  it('says nothing of fixes where nobody asks for them', async () => {
    const inputs = inputsOf({ [path]: calling(`'[ -n "$KEY" ] || exit 0; ./ship'`) });
    const { findings } = await lintWithLanguages(inputs, { rules: null, forge: null });
    expect(findings.map(({ help }) => help.includes('no fix'))).toEqual([false]);
  });
});
