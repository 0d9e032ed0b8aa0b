import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli.js';
import { formatNames } from '../../src/report/index.js';
import { type MemoryNode, memoryHost } from '../support/memory-host.js';
import { readXml } from './xml-reader.js';

// From the file to the screen: whatever stands in the names, keys, scripts, reasons and paths of a repository, nothing of
// it is obeyed by a terminal or a runner, on standard output or standard error, in any format.

const ESCAPE = '\u001b';
const texts = [
  `${ESCAPE}[31mred${ESCAPE}[0m`,
  `${ESCAPE}]0;title\u0007`,
  `${ESCAPE}]8;;https://x.example${ESCAPE}\\link`,
  '\u009b2J',
  'a\u202egnp.exe',
  '\u2066x\u2069',
  '\n::error file=x::y',
  '\r::set-output name=x::y',
  '\u2028::add-mask::y',
  '\n##[command]x',
  '\n##vso[task.setvariable]x',
  '</script><script>alert(1)</script>',
  ']]></failure>',
  '"><img src=x onerror=alert(1)>',
  'a\u0000b',
  'x\u{e0041}y',
  '\ufeff\u200b',
];

/** A double-quoted YAML text of it. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\u007f', '\\x7f')
    .replaceAll('\u009b', '\\x9b')
    .replaceAll('\ufeff', '\\uFEFF');
}

/** Findings of several rules, steps that are not judged, notes and directives, with the text wherever one can stand. */
function workflow(text: string): string {
  const q = quoted(text);
  return `name: ${q}
on:
  push:
    branches: [${q}]
  ${q}: {}
env:
  ${q}: ${q}
jobs:
  ${q}:
    name: ${q}
    runs-on: ${q}
    outputs:
      ${q}: ${q}
    steps:
      - name: ${q}
        id: ${q}
        run: |
          if [ -z "$TOKEN" ]; then echo ${text.replaceAll(/[\n\r\u0000\u2028]/g, ' ')}; exit 0; fi
          make ${text.replaceAll(/[\n\r\u0000\u2028<>'"()]/g, '')}
        env:
          TOKEN: \${{ secrets.TOKEN }}
      - name: ${q}
        if: secrets.TOKEN != ''
        uses: ${q}
        with: { ${q}: "\${{ secrets.TOKEN }}" }
      - run: ${quoted(`./${text}.sh "$TOKEN"`)}
        shell: ${q}
        env:
          TOKEN: \${{ secrets['${text.replaceAll(/[^a-z]/g, 'x')}'] }}
      - uses: ${quoted(`./${text}`)}
        with: { token: "\${{ secrets.TOKEN }}" }
      - run: ${quoted(`make "$TOKEN" || echo ${text}`)}
        env:
          TOKEN: \${{ secrets.TOKEN }}
  second:
    needs: [${q}]
    uses: ${quoted(`./.github/workflows/${text}.yml`)}
    secrets: inherit
`;
}

/** A file name cannot hold everything. */
function nameOf(text: string): string {
  return text.replaceAll(/[/\u0000]/g, '');
}

function filesWith(text: string): Record<string, MemoryNode> {
  const name = nameOf(text);
  return {
    '/repo/.git/': '',
    '/repo/.github/workflows/ci.yml': workflow(text),
    [`/repo/.github/workflows/${name}.yml`]: workflow(text),
    [`/repo/.github/workflows/${name}-broken.yml`]: `on: push\n${quoted(text)}: [\n`,
    [`/repo/.github/workflows/${name}-denied.yml`]: { denied: 'file' },
    [`/repo/.github/workflows/${name}-folder.yml/`]: '',
  };
}

function expectHarmless(printed: string): void {
  expect(printed).not.toMatch(
    /[^\n\P{Cc}]|\p{Cs}|[\u2028-\u202e\u2066-\u2069\u200b\ufeff\u{e0000}-\u{e007f}]/u,
  );
  expect(printed).not.toContain('##[');
}

async function hardfail(args: readonly string[], files: Readonly<Record<string, MemoryNode>>) {
  const host = memoryHost(files);
  const status = await run(args, host);
  return { status, out: host.out(), err: host.err() };
}

describe.each(formatNames)('a hostile repository in the format %s', (format) => {
  it.each(texts.map((text) => [JSON.stringify(text), text] as const))('%s', async (_, text) => {
    const { status, out, err } = await hardfail(['--format', format, '--show-suppressed'], filesWith(text));
    expect({ status, err }).toEqual({ status: 3, err: '' });
    expectHarmless(out);
    const commands = out.split('\n').filter((line) => line.trimStart().startsWith('::'));
    if (format !== 'github') expect(commands).toEqual([]);
    for (const command of commands) expect(command).toMatch(/^::(error|warning|notice) file=/);
    switch (format) {
      case 'json':
        expect(JSON.parse(out).errors.length).toBeGreaterThan(2);
        break;
      case 'sarif':
        expect(JSON.parse(out).runs[0].invocations[0].toolExecutionNotifications.length).toBeGreaterThan(2);
        break;
      case 'gitlab':
        expect(JSON.parse(out).length).toBeGreaterThan(2);
        break;
      case 'github':
        expect(commands.length).toBeGreaterThan(2);
        break;
      case 'junit':
      case 'checkstyle':
        expect(readXml(out).length).toBeGreaterThan(3);
        break;
      default:
        expect(out).toContain('.github/workflows/ci.yml:');
    }
  });
});

describe('what is said on standard error is harmless', () => {
  it.each(texts.map((text) => [JSON.stringify(text), text] as const))('%s', async (_, text) => {
    const files = { '/repo/.git/': '', '/repo/.github/workflows/ci.yml': workflow('x') };
    const q = quoted(text);
    const configs = [
      `${q}: 1\n`,
      `rules:\n  ${q}: off\n`,
      `rules: ${q}\n`,
      `fail-on: ${q}\n`,
      `optional-secrets:\n  - name: ${q}\n    reason: ${q}\n`,
      `overrides:\n  - files: [${q}]\n    ${q}: 1\n`,
      `plugins: [${q}]\n`,
      `[ ${q}`,
    ];
    for (const config of configs) {
      const { status, out, err } = await hardfail([], { ...files, '/repo/hardfail.yml': config });
      expect([2, 3], config).toContain(status);
      expectHarmless(out + err);
      expect(err.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
    }
    const baseline = {
      '/repo/hardfail-baseline.json': JSON.stringify({ [text]: text, version: 1, entries: [text] }),
    };
    const argument = text.replaceAll('\0', '');
    for (const [args, more] of [
      [[], baseline],
      [['--rule', argument], {}],
      [['--format', argument], {}],
      [[`--${argument}`], {}],
      [['explain', argument], {}],
      [['completion', argument], {}],
      [['--config', argument], {}],
      [['--baseline', argument], {}],
      [['--output', `json=/gone/${argument}`], {}],
      [['--output', argument], {}],
      [['rules', argument], {}],
    ] as const) {
      const { out, err } = await hardfail(args, { ...files, ...more });
      expectHarmless(out + err);
      expect(
        err.split('\n').filter((line) => line.trimStart().startsWith('::')),
        args.join(' '),
      ).toEqual([]);
    }
  });
});
