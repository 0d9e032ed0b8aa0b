import { describe, expect, it } from 'vitest';
import type { LintResult } from '../../src/lint/finding.js';
import { type LintInput, type LintOptions, lint } from '../../src/lint/lint.js';
import { loadLanguage } from '../../src/program/lower/languages.js';
import type { Repository } from '../../src/text/repository.js';
import { positionAt, type Source } from '../../src/text/source.js';

const path = '.gitea/workflows/ci.yml';
const today = '2026-11-22';

function run(
  text: string,
  options: Partial<LintOptions> = {},
  repository: Repository | null = null,
): LintResult {
  const input: LintInput = { source: { path, text }, kind: 'workflow', forge: 'gitea', repository };
  return lint([input], { rules: null, forge: null, today, ...options });
}

function shown({ findings, suppressed }: LintResult): object {
  return {
    findings: findings.map(({ rule, messageId }) => `${rule} ${messageId}`),
    suppressed: suppressed.map(({ finding, by, reason }) => `${finding.rule} ${by}: ${reason}`),
  };
}

const rule = 'missing-secret-exits-zero';
const directive = `# hardfail: ignore[${rule}] known`;
const ignored = { findings: [], suppressed: [`${rule} directive: known`] };

/** A workflow with a hole; each mark is a place where a comment may stand. */
const holed = `on: push
«top»
jobs:
  «above-job»
  build: «at-job»
    runs-on: ubuntu-latest
    steps:
      - run: make
      «above-step»
      - name: Deploy «at-step»
        «in-step»
        env:
          TOKEN: \${{ secrets.TOKEN }} «at-secret»
        «above-run»
        run: | «at-run»
          «script»
          if [ -z "$TOKEN" ]; then
            «above-exit»
            exit 0 «at-exit»
            «below-exit»
          fi
          ./deploy
`;

function withComment(mark: string, comment: string): string {
  return holed.replace(`«${mark}»`, comment).replace(/ *«[a-z-]+»/g, '');
}

describe('a directive', () => {
  it.each(['above-exit', 'at-exit', 'above-step', 'at-step', 'above-run', 'at-run'])(
    'ignores the finding from here: %s',
    (mark) => {
      expect(shown(run(withComment(mark, directive)))).toEqual(ignored);
    },
  );

  it.each(['top', 'above-job', 'at-job', 'in-step', 'at-secret', 'script', 'below-exit'])(
    'has nothing to ignore here, and the finding counts: %s',
    (mark) => {
      expect(shown(run(withComment(mark, directive)))).toEqual({
        findings: [`${rule} exitsZero`, 'faulty-ignore unused'],
        suppressed: [],
      });
    },
  );

  it.each([
    ['noReason', `# hardfail: ignore[${rule}]`],
    ['expired', `# hardfail: ignore[${rule}] until 2026-11-21 known`],
    ['unknownRule', `# hardfail: ignore[${rule}s] known`],
    ['unknownRule', `# hardfail: ignore[${rule}, nope] known`],
    ['unignorable', `# hardfail: ignore[${rule}, faulty-ignore] known`],
    ['malformed', `# hardfail: ignore ${rule}`],
  ])('that is faulty (%s) ignores nothing', (messageId, comment) => {
    expect(shown(run(withComment('above-exit', comment)))).toEqual({
      findings: [`${rule} exitsZero`, `faulty-ignore ${messageId}`],
      suppressed: [],
    });
  });

  it('cannot ignore what is said of another one', () => {
    const both = `# hardfail: ignore[faulty-ignore] x\n            ${directive.replace('known', '')}`;
    expect(shown(run(withComment('above-exit', both)))).toEqual({
      findings: [`${rule} exitsZero`, 'faulty-ignore unignorable', 'faulty-ignore noReason'],
      suppressed: [],
    });
  });

  it('stands at its place in a report', () => {
    const { findings } = run(withComment('script', directive));
    const about = findings.find((finding) => finding.rule === 'faulty-ignore');
    expect(about && positionAt(about.span.source, about.span.start)).toEqual({ line: 16, column: 11 });
    expect(about).toMatchObject({ severity: 'error', help: expect.stringContaining('remove it') });
  });

  it('of several rules is unused for those that find nothing', () => {
    const comment = `# hardfail: ignore[${rule}, missing-secret-masked] known`;
    const result = run(withComment('above-exit', comment));
    expect(shown(result)).toEqual({ ...ignored, findings: ['faulty-ignore unused'] });
    expect(result.findings[0]?.message).toContain('missing-secret-masked finds nothing here');
  });

  it('in a text is none', () => {
    const script = `echo '\n          ${directive}\n          '`;
    expect(shown(run(withComment('script', script)))).toEqual({
      findings: [`${rule} exitsZero`],
      suppressed: [],
    });
  });

  it('holds with expressions around it', () => {
    const script = `echo "\${{ github.ref }}" \${{ github.actor }}`;
    const text = withComment('above-exit', directive).replace(
      '          if [ -z',
      `          ${script}\n          if [ -z`,
    );
    expect(shown(run(text))).toEqual(ignored);
  });

  it('is not missed for a rule that did not run', () => {
    expect(shown(run(withComment('above-exit', directive), { rules: ['constant-condition'] }))).toEqual({
      findings: [],
      suppressed: [],
    });
  });

  it('silences nothing where nothing is to be silenced', () => {
    expect(shown(run(withComment('above-exit', directive), { ignores: false }))).toEqual({
      findings: [`${rule} exitsZero`],
      suppressed: [],
    });
  });

  it('is not called unused in a file that could not be judged as a whole', () => {
    const { findings, errors } = run(`${withComment('top', directive)}jobs: {}\n`);
    expect(errors).not.toEqual([]);
    expect(findings.map((finding) => finding.rule)).not.toContain('faulty-ignore');
  });

  it('for a job stands at its key', () => {
    const text = `on: push
jobs:
  # hardfail: ignore[missing-secret-skips-job] known
  build:
    runs-on: ubuntu-latest
    if: secrets.TOKEN != ''
    steps:
      - run: ./deploy
`;
    expect(shown(run(text))).toEqual({
      findings: [],
      suppressed: ['missing-secret-skips-job directive: known'],
    });
  });
});

describe('a directive in a script that steps call', () => {
  const calls = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: One
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: ./deploy.sh
      - name: Two
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: ./deploy.sh
`;

  function repositoryOf(text: string): Repository {
    const source: Source = { path: 'deploy.sh', text };
    return { files: () => [], read: (name) => (name === 'deploy.sh' ? source : null), refusal: () => null };
  }

  const script = (comment: string) =>
    `#!/bin/sh -e\nif [ -z "$TOKEN" ]; then\n  ${comment}\n  exit 0\nfi\nmake\n`;

  it('ignores the finding for all of them', () => {
    expect(shown(run(calls, {}, repositoryOf(script(directive))))).toEqual(ignored);
  });

  it('is unused there where the whole repository was judged, and only then', () => {
    const elsewhere = script('true').replace('make', `${directive}\nmake`);
    const open = { findings: [`${rule} exitsZero`], suppressed: [] };
    expect(shown(run(calls, {}, repositoryOf(elsewhere)))).toEqual(open);
    expect(shown(run(calls, { complete: true }, repositoryOf(elsewhere)))).toEqual({
      ...open,
      findings: [...open.findings, 'faulty-ignore unused'],
    });
  });

  it('above one of the steps does not speak for the others', () => {
    const text = calls.replace('      - name: One', `      ${directive}\n      - name: One`);
    expect(shown(run(text, {}, repositoryOf(script('true'))))).toEqual({
      findings: [`${rule} exitsZero`, 'faulty-ignore unused'],
      suppressed: [],
    });
  });

  it('is read in Python too', async () => {
    await loadLanguage('python');
    const python = `#!/usr/bin/env python3\n${directive}\nprint("x")\n`;
    expect(shown(run(calls, { complete: true }, repositoryOf(python)))).toEqual({
      findings: ['faulty-ignore unused'],
      suppressed: [],
    });
    const inline = holed
      .replace('run: |', 'shell: python\n        run: |')
      .replace(
        /if \[ -z[\s\S]*$/,
        `import os\n          if not os.environ["TOKEN"]:\n              ${directive}\n              exit(0)\n          import subprocess\n          subprocess.run(["./deploy"], check=True)\n`,
      )
      .replace(/ *«[a-z-]+»/g, '');
    expect(shown(run(inline))).toEqual(ignored);
  });

  const slashes = directive.replace('#', '//');
  const javaScript = (comment: string) =>
    `const { execSync } = require('child_process');\nif (!process.env.TOKEN) {\n  ${comment}\n  process.exit(0);\n}\nexecSync('make');\n`;
  const powerShell = (comment: string) =>
    `if (-not $env:TOKEN) {\n  ${comment}\n  exit 0\n}\nPublish-Module -Path m\n`;
  const shebang = (program: string, text: string) => `#!/usr/bin/env ${program}\n${text}`;

  it.each([
    ['JavaScript', 'node deploy.js', 'deploy.js', javaScript(slashes)],
    ['a block of JavaScript', 'node deploy.js', 'deploy.js', javaScript(`/* ${directive.slice(2)} */`)],
    [
      'TypeScript',
      'npx tsx deploy.ts',
      'deploy.ts',
      javaScript(slashes).replace('TOKEN)', 'TOKEN as string)'),
    ],
    ['a program of node', './deploy', 'deploy', shebang('node', javaScript(slashes))],
    ['PowerShell', 'pwsh -File deploy.ps1', 'deploy.ps1', powerShell(directive)],
    ['a block of PowerShell', 'pwsh -File deploy.ps1', 'deploy.ps1', powerShell(`<${directive} #>`)],
  ])('is read in %s too', async (_language, command, name, text) => {
    await loadLanguage('javascript');
    await loadLanguage('powershell');
    const called = calls.replaceAll('./deploy.sh', command);
    const files = (source: string): Repository => ({
      files: () => [],
      read: (path) => (path === name ? { path: name, text: source } : null),
      refusal: () => null,
    });
    expect(shown(run(called, {}, files(text)))).toEqual(ignored);
    expect(run(called, { complete: true }, files(text.replace(/^.*hardfail.*$/m, ''))).suppressed).toEqual(
      [],
    );
  });

  it.each([
    ['run: |', 'shell: pwsh\n        run: |', powerShell(directive)],
    [
      'run: |',
      'uses: actions/github-script@v7\n        with:\n         script: |',
      `if (!process.env.TOKEN) {\n  ${slashes}\n  return;\n}\nawait exec.exec('./deploy');\n`,
    ],
  ])('is read in the scripts of steps that are in these languages: %j', async (key, keys, text) => {
    await loadLanguage('javascript');
    await loadLanguage('powershell');
    const workflow = (script: string) =>
      holed
        .replace(key, keys)
        .replace(/ *«script»[\s\S]*$/, script.replaceAll(/^(?=.)/gm, '          '))
        .replace(/ *«[a-z-]+»/g, '');
    expect(shown(run(workflow(text)))).toEqual(ignored);
    expect(run(workflow(text.replace('hardfail', 'softfail'))).findings.map((one) => one.rule)).toEqual([
      rule,
    ]);
  });

  it('is not read off the PowerShell of Windows', async () => {
    await loadLanguage('powershell');
    const windows = withComment('above-exit', directive).replace('ubuntu-latest', 'windows-latest');
    expect(run(windows).suppressed).toEqual([]);
    expect(shown(run(windows.replace('      - name', '      - shell: bash\n        name')))).toEqual(ignored);
  });

  it('is not read off a script in another language', () => {
    const ruby = `#!/usr/bin/env ruby\n${directive}\nputs "x"\n`;
    expect(shown(run(calls, { complete: true }, repositoryOf(ruby)))).toEqual({
      findings: [],
      suppressed: [],
    });
  });
});
