import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { spanText } from '../../src/text/source.js';
import { type Files, lintRepository } from '../support/repository.js';

// A called file does what its text would do in the place of the call. So a hole in it is a hole in the same text written
// there by hand, and the other way round.

const CI = '.github/workflows/ci.yml';

/** Steps as an action has them; TOKEN stands for the expression that gives the secret. */
const pool: readonly string[] = [
  '- shell: bash\n  run: make prepare',
  '- shell: bash\n  run: test -n "TOKEN" || exit 1',
  '- shell: bash\n  run: |\n    if [ -z "TOKEN" ]; then\n      exit 0\n    fi\n    curl -fsS -H "A:TOKEN" https://a.example',
  '- shell: bash\n  continue-on-error: true\n  run: curl -fsS -H "A:TOKEN" https://b.example',
  '- shell: bash\n  env: { T: "TOKEN" }\n  run: curl -fsS -H "A:$T" https://c.example || true',
  '- id: check\n  shell: bash\n  run: if [ -n "TOKEN" ]; then echo "has=yes" >> "$GITHUB_OUTPUT"; fi',
  "- if: steps.check.outputs.has == 'yes'\n  shell: bash\n  run: make publish",
  "- if: steps.check.outputs.has != 'yes'\n  shell: bash\n  run: exit 1",
  '- shell: bash\n  run: if [ -z "TOKEN" ]; then echo "SKIP=1" >> "$GITHUB_ENV"; fi',
  "- if: env.SKIP != '1'\n  shell: bash\n  run: make deploy TOKEN_FILE=x",
  '- if: always()\n  shell: bash\n  run: make clean-up',
  '- if: failure()\n  shell: bash\n  run: curl -fsS https://alarm.example',
  '- uses: some/uploader@v1\n  with: { token: "TOKEN" }',
];

const steps = fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 5 });

function listed(texts: readonly string[], token: string, indent: number): string {
  return texts.join('\n').replaceAll('TOKEN', token).replace(/^/gm, ' '.repeat(indent));
}

function job(body: string): string {
  return `on: push
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${body}
      - run: make done
`;
}

/** What is found and where, as far as it does not hang on the file it stands in. */
function holes(files: Files): string[] {
  const { findings, errors } = lintRepository(files);
  expect(errors).toEqual([]);
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map(sight)
    .sort();
}

function sight(finding: Finding): string {
  const place = spanText(finding.span).replace(/secrets\.KEY|inputs\.token|secrets\.token/g, 'X');
  return `${finding.rule} ${finding.secrets.join()} ${finding.contexts.join()} ${place}`;
}

describe('calling a file comes to the same as writing its steps out', () => {
  it('for an action', () => {
    fc.assert(
      fc.property(steps, (texts) => {
        const action = `inputs: { token: {} }\nruns:\n  using: composite\n  steps:\n${listed(texts, '${{ inputs.token }}', 4)}\n`;
        const call = '      - uses: ./.github/actions/a\n        with: { token: "${{ secrets.KEY }}" }';
        const called = holes({ [CI]: job(call), '.github/actions/a/action.yml': action });
        const written = holes({ [CI]: job(listed(texts, '${{ secrets.KEY }}', 6)) });
        expect(called).toEqual(written);
      }),
      { numRuns: 60 },
    );
  });

  it('for a workflow', () => {
    fc.assert(
      fc.property(steps, (texts) => {
        const body = (token: string) => job(listed(texts, token, 6));
        const callee = body('${{ secrets.token }}').replace(
          'on: push',
          'on: { workflow_call: { secrets: { token: {} } } }',
        );
        const call = `on: push
jobs:
  call:
    uses: ./.github/workflows/called.yml
    secrets: { token: "\${{ secrets.KEY }}" }
`;
        const called = holes({ [CI]: call, '.github/workflows/called.yml': callee });
        expect(called).toEqual(holes({ [CI]: body('${{ secrets.KEY }}') }));
      }),
      { numRuns: 60 },
    );
  });
});
