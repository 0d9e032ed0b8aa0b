import type { Finding, Fix, LintResult } from '../../src/lint/finding.js';
import { type Format, formatNames, formats } from '../../src/report/index.js';
import type { Renderer, RenderOptions } from '../../src/report/options.js';
import type { Source, Span } from '../../src/text/source.js';

export const plain: RenderOptions = {
  color: false,
  columns: 100,
  failOn: 'warning',
  showSuppressed: false,
  toolVersion: '0.1.0',
  folder: '',
  rules: [],
};

/** The span of the `occurrence`th place (0-based) where `text` stands in the source. */
export function at(source: Source, text: string, occurrence = 0): Span {
  let start = source.text.indexOf(text);
  for (let i = 0; i < occurrence; i++) start = source.text.indexOf(text, start + 1);
  if (start < 0) throw new Error(`${source.path} does not hold ${JSON.stringify(text)}`);
  return { source, start, end: start + text.length };
}

export const workflow: Source = {
  path: '.gitea/workflows/mirror.yml',
  text: `on: [push, schedule]
jobs:
  mirror:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Push the mirror
        env:
          MIRROR_KEY: \${{ secrets.MIRROR_KEY }}
        run: |
          if [ -z "$MIRROR_KEY" ]; then
            echo "::warning::no key"
            exit 0
          fi
          ./mirror.sh
          ./verify.sh
`,
};

export const finding: Finding = {
  rule: 'missing-secret-exits-zero',
  messageId: 'exitsZero',
  severity: 'error',
  confidence: 'proved',
  message: 'step "Push the mirror" passes without MIRROR_KEY',
  help: 'fail where the secret is due:\n  echo "::error::MIRROR_KEY is missing"; exit 1\nor declare it optional',
  url: 'https://example.org/rules/missing-secret-exits-zero',
  span: at(workflow, 'exit 0'),
  job: 'mirror',
  step: { index: 1, name: 'Push the mirror', id: null },
  secrets: ['MIRROR_KEY'],
  forge: 'gitea',
  contexts: ['push', 'schedule', 'pull_request:same-repo'],
  witness: [
    { span: at(workflow, '${{ secrets.MIRROR_KEY }}'), text: "the secret enters here; missing, it is ''" },
    { span: at(workflow, '[ -z "$MIRROR_KEY" ]'), text: 'true when it is missing' },
    { span: at(workflow, 'exit 0'), text: 'the step ends here with status 0, and the job is green' },
    { span: at(workflow, './mirror.sh\n          ./verify.sh'), text: 'never reached' },
  ],
  fix: null,
  fingerprint: 'abc123',
};

export const fix: Fix = {
  applicability: 'unsafe',
  edits: [{ span: at(workflow, 'exit 0'), text: 'exit 1' }],
  group: null,
};

export const clean: LintResult = {
  inputs: 12,
  jobs: 31,
  steps: { judged: 140, notJudged: 3 },
  findings: [],
  suppressed: [],
  notJudged: [],
  plugins: [],
  rulesNotJudged: [],
  errors: [],
};

export function withFindings(...findings: Finding[]): LintResult {
  return { ...clean, findings };
}

/** Every report format with its name. */
export async function allFormats(): Promise<(readonly [Format, Renderer])[]> {
  return Promise.all(formatNames.map(async (name) => [name, await formats[name]()] as const));
}
