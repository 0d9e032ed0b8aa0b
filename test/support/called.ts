import type { Finding, LintResult } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';
import { positionAt, type Source } from '../../src/text/source.js';

// Workflows whose steps call files of the repository, and what is found in either.

export const WORKFLOW = '.github/workflows/ci.yml';

/** Files by their paths in the repository. */
export type Files = Readonly<Record<string, string>>;

/** A job that checks the repository out, and whose step `Deploy` has TOKEN in its environment. */
export function workflow(run: string, keys = '', before = ''): string {
  const script = run
    .split('\n')
    .map((line) => `          ${line}\n`)
    .join('');
  return `on: push
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${before}      - name: Deploy
${keys}        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
${script}`;
}

/** Judges workflows that lie in a repository with other files; `asked` are the paths that were looked for there. */
export function lintWith(workflows: Files, files: Files): LintResult & { readonly asked: readonly string[] } {
  const sources = new Map<string, Source>();
  for (const [path, text] of Object.entries(files)) sources.set(path, { path, text });
  const asked: string[] = [];
  const repository = {
    files: () => [],
    read: (path: string) => {
      asked.push(path);
      return sources.get(path) ?? null;
    },
    refusal: () => null,
  };
  const inputs = Object.entries(workflows).map(([path, text]) => {
    return { source: { path, text }, kind: 'workflow', forge: 'github', repository } as const;
  });
  return { ...lint(inputs, { rules: null, forge: null }), asked };
}

/** The file and 1-based line at which something begins. */
export function place({ span }: Pick<Finding, 'span'>): string {
  return `${span.source.path}:${positionAt(span.source, span.start).line}`;
}

/** What is said of the step `Deploy`: findings that are not notes by rule and place, then why it is not judged. */
export function judged(run: string, files: Files, keys = '', before = ''): string[] {
  const { findings, errors, notJudged } = lintWith({ [WORKFLOW]: workflow(run, keys, before) }, files);
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return [
    ...findings.filter(({ severity }) => severity !== 'note').map((one) => `${one.rule} ${place(one)}`),
    ...notJudged.map(({ reason }) => `not judged: ${reason}`),
  ];
}
