import { describe, expect, it } from 'vitest';
import type { Forge } from '../../src/forge/forge.js';
import type { Finding } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';

const rules = ['constant-condition', 'dead-workflow', 'empty-script-on-forge'];

function findings(
  files: Readonly<Record<string, string>>,
  owner: Forge | null,
  given: Forge | null = null,
): readonly Finding[] {
  const inputs = Object.entries(files).map(
    ([path, text]) => ({ source: { path, text }, kind: 'workflow', forge: owner }) as const,
  );
  return lint(inputs, { rules, forge: given }).findings;
}

const workflow = (lines: string): string => `on: push\njobs:\n  job:\n    steps:\n${lines}`;

describe('a file of no known root', () => {
  it('is told once of each place, with the worst verdict and the forge it holds for', () => {
    const text = workflow('      - if: secrets.A != null\n        run: make\n');
    const [finding, ...rest] = findings({ 'ci/a.yml': text }, null);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      messageId: 'alwaysTrue',
      forge: 'gitea',
      job: 'job',
      confidence: 'proved',
    });
    expect(finding?.step?.index).toBe(0);
  });
});

describe('a given forge', () => {
  it('says which roots are read', () => {
    const text = workflow('      - run: make\n');
    const files = { '.gitea/workflows/a.yml': text, '.github/workflows/b.yml': text };
    expect(findings(files, null, 'gitea').map(({ span, rule }) => [span.source.path, rule])).toEqual([
      ['.github/workflows/b.yml', 'dead-workflow'],
    ]);
  });
});

describe('a file with broken YAML', () => {
  it('gets no findings about its text, since the tree is a guess', () => {
    const text = `${workflow("      - if: steps.none.outputs.x == 'y'\n        run: make\n")}\t broken: [\n`;
    expect(findings({ '.gitea/workflows/a.yml': text }, 'gitea')).toEqual([]);
  });
});
