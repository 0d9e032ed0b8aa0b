import { describe, expect, it } from 'vitest';
import { forkTest, onlyFixOf, provision } from '../../support/fixing.js';

const path = '.github/workflows/x.yml';
const says = `core.setFailed("KEY ${provision}");`;

/** The text that the fix of the only finding makes. */
async function mended(text: string): Promise<string | undefined> {
  return (await onlyFixOf({ [path]: text })).texts[path];
}

const workflow = (script: readonly string[], on = 'push', env: readonly string[] = []) => `on: ${on}
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/github-script@v7
        env:
          KEY: \${{ secrets.KEY }}
${env.map((line) => `          ${line}\n`).join('')}        with:
          script: |
${script.map((line) => `            ${line}\n`).join('')}          github-token: \${{ github.token }}
`;

const ship = "await exec.exec('./ship', [process.env.KEY]);";

describe('a guard in the script of actions/github-script', () => {
  it('fails in front of its way out', async () => {
    expect(
      await mended(
        workflow(['if (!process.env.KEY) {', "  core.warning('nothing');", '  return;', '}', ship]),
      ),
    ).toBe(
      workflow([
        'if (!process.env.KEY) {',
        "  core.warning('nothing');",
        `  ${says}`,
        '  return;',
        '}',
        ship,
      ]),
    );
  });

  it('keeps the way out on its line', async () => {
    expect(await mended(workflow(['if (!process.env.KEY) return; // fine', ship]))).toBe(
      workflow([`if (!process.env.KEY) { ${says} return; } // fine`, ship]),
    );
  });

  it('keeps the way of forks', async () => {
    const script = ['if (!process.env.KEY) {', '  return;', '}', ship];
    expect(await mended(workflow(script, '[push, pull_request]'))).toBe(
      workflow(
        [
          'if (!process.env.KEY) {',
          "  if (process.env.FORK_PR !== 'true') {",
          `    ${says}`,
          '    return;',
          '  }',
          '  return;',
          '}',
          ship,
        ],
        '[push, pull_request]',
        [`FORK_PR: ${forkTest}`],
      ),
    );
  });

  it('asks for the secret itself where the work is in the branch', async () => {
    expect(await mended(workflow(['if (process.env.KEY) {', `  ${ship}`, '}']))).toBe(
      workflow([
        'if (!process.env.KEY) {',
        `  ${says}`,
        '  return;',
        '}',
        'if (process.env.KEY) {',
        `  ${ship}`,
        '}',
      ]),
    );
  });

  it('has a step in front where the runner pastes the secret into it', async () => {
    const text = workflow(["if ('${{ secrets.KEY }}' === '') return;", ship]);
    expect(await mended(text)).toBe(
      text.replace(
        '      - uses:',
        `      - name: Require KEY
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -z "$KEY" ]; then
            echo "::error::KEY is missing: provision it in the repository's secrets"
            exit 1
          fi
      - uses:`,
      ),
    );
  });
});
