import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/help.js';
import { lintWithFixes } from '../../src/lint/fix/offer.js';
import { renderPretty } from '../../src/report/pretty.js';
import { version } from '../../src/version.js';
import { betweenMarkers, examples, lintExample, replaceBetweenMarkers, rulePages } from './pages.js';

const root = new URL('../../', import.meta.url);
const readmePath = fileURLToPath(new URL('README.md', root));

function textOf(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function block(text: string): string {
  return `\n\`\`\`text\n${text}\`\`\`\n`;
}

/** What the first command of the README prints, on a terminal of 100 columns. */
function exampleOutput(): string {
  const path = 'fixtures/sync-providers/unfixed.yml';
  const input = { source: { path, text: textOf(path) }, kind: 'workflow', forge: null } as const;
  const result = lintWithFixes([input], { rules: null, forge: null });
  return renderPretty(result, {
    color: false,
    columns: 100,
    failOn: 'warning',
    showSuppressed: false,
    toolVersion: version,
    folder: '',
    rules: [],
  });
}

function ruleTable(): string {
  const rows = rulePages().map(
    ({ id, severity, strict, summary }) =>
      `| [${id}](rules/${id}/README.md) | ${severity}${strict ? ' (strict)' : ''} | ${summary} |\n`,
  );
  return `\n| rule | severity | flags |\n|---|---|---|\n${rows.join('')}`;
}

describe('the README', () => {
  it.each([
    ['output', () => block(exampleOutput())],
    ['flags', () => block(helpText(true))],
    ['rules', ruleTable],
  ])('shows what the tool really says: %s', (name, make) => {
    const content = make();
    if (process.env.UPDATE) {
      writeFileSync(readmePath, replaceBetweenMarkers(textOf('README.md'), name, content));
    }
    expect(betweenMarkers(textOf('README.md'), name)).toBe(content);
  });

  it('shows an example that is a finding', () => {
    expect(betweenMarkers(textOf('README.md'), 'output')).toContain('error[missing-secret-exits-zero]');
  });

  const workflows = examples(textOf('README.md')).filter(({ path }) => path.includes('/workflows/'));

  it.each(workflows.map((example) => [example.path, example] as const))(
    'recommends a workflow without findings: %s',
    async (_, example) => {
      const { findings, errors } = await lintExample(example);
      expect({ findings, errors }).toEqual({ findings: [], errors: [] });
    },
  );

  it.each([...textOf('README.md').matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? ''))(
    'links to something that exists: %s',
    (target) => {
      expect(() => textOf(target)).not.toThrow();
    },
  );

  it('names the version that npm pack makes', () => {
    expect(textOf('README.md')).toContain(`hardfail-${version}.tgz`);
  });
});
