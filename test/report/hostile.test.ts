import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, LintResult } from '../../src/lint/finding.js';
import { formats } from '../../src/report/index.js';
import { positionAt, type Source } from '../../src/text/source.js';
import { clean, finding, plain } from './results.js';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...[
        '::',
        '##[',
        '#',
        '[',
        ':',
        '\n',
        '\r',
        '\r\n',
        '\t',
        ' ',
        '\u001b[31m',
        '\u0007',
        '\u009b',
        '\u202e',
      ],
      ...[
        '\u200b',
        '\u200d',
        '\ufeff',
        '\u2028',
        '\u0085',
        '\ud800',
        '\udc00',
        '漢',
        '👩‍💻',
        'e\u0301',
        '\u{e0041}',
        '::error::x',
      ],
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 80,
});

const source: fc.Arbitrary<Source> = fc.record({ path: hostile, text: hostile });

function findingIn(sources: readonly Source[]): fc.Arbitrary<Finding> {
  const span = fc.tuple(fc.constantFrom(...sources), fc.nat(90), fc.nat(90)).map(([inSource, a, b]) => {
    const clamp = (offset: number) => Math.min(offset, inSource.text.length);
    return { source: inSource, start: clamp(Math.min(a, b)), end: clamp(Math.max(a, b)) };
  });
  return fc.record({
    rule: fc.constantFrom('missing-secret-exits-zero', 'missing-secret-masked'),
    messageId: hostile,
    severity: fc.constantFrom('error', 'warning', 'note'),
    confidence: fc.constantFrom('proved', 'likely'),
    message: hostile,
    help: hostile,
    url: hostile,
    span,
    job: fc.option(hostile),
    step: fc.option(fc.record({ index: fc.nat(9), name: fc.option(hostile), id: fc.option(hostile) })),
    secrets: fc.array(hostile, { maxLength: 2 }),
    forge: fc.constantFrom('gitea', 'forgejo', 'github'),
    contexts: fc.array(hostile, { maxLength: 2 }),
    witness: fc.array(fc.record({ span, text: hostile }), { maxLength: 3 }),
    fingerprint: hostile,
  });
}

const result: fc.Arbitrary<LintResult> = fc.array(source, { minLength: 1, maxLength: 2 }).chain((sources) =>
  fc.record({
    inputs: fc.constant(sources.length),
    jobs: fc.nat(3),
    steps: fc.record({ judged: fc.nat(3), notJudged: fc.nat(3) }),
    findings: fc.array(findingIn(sources), { maxLength: 3 }),
    suppressed: fc.array(
      fc.record({
        finding: findingIn(sources),
        by: fc.constantFrom('directive', 'baseline', 'optional-secret', 'override'),
        reason: hostile,
        until: fc.constantFrom(null, '2027-01-31'),
      }),
      { maxLength: 2 },
    ),
    notJudged: fc.array(
      findingIn(sources).map(({ span, job, step, message }) => ({ span, job, step, reason: message })),
      { maxLength: 2 },
    ),
    errors: fc.array(
      fc.tuple(findingIn(sources), fc.boolean()).map(([{ span, message }, placed]) => ({
        file: span.source.path,
        span: placed ? span : null,
        message,
      })),
      { maxLength: 2 },
    ),
  }),
);

const columns = fc.integer({ min: 1, max: 130 });

describe.each(Object.entries(formats))('the %s report of hostile input', (_, render) => {
  it('holds nothing that a terminal obeys and no line that a runner obeys', () => {
    fc.assert(
      fc.property(result, columns, (given, width) => {
        const report = render(given, { ...plain, columns: width });
        expect(report).not.toMatch(
          /[^\n\P{Cc}]|\p{Cs}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u,
        );
        expect(report).not.toContain('##[');
        for (const line of report.split('\n')) expect(line.trimStart().startsWith('::')).toBe(false);
        expect(report.endsWith('\n')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it('colours of the pretty report are the only escapes in it', () => {
  fc.assert(
    fc.property(result, (given) => {
      const colored = formats.pretty(given, { ...plain, color: true });
      expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(formats.pretty(given, plain));
    }),
  );
});

it('the JSON report gives every finding back, with the positions of its spans', () => {
  fc.assert(
    fc.property(result, (given) => {
      const { findings } = JSON.parse(formats.json(given, plain));
      expect(findings).toHaveLength(given.findings.length);
      for (const { span, message, witness } of given.findings) {
        expect(findings).toContainEqual(
          expect.objectContaining({
            message,
            file: span.source.path,
            start: positionAt(span.source, span.start),
            end: positionAt(span.source, span.end),
            witness: witness.map((step) => ({
              file: step.span.source.path,
              start: positionAt(step.span.source, step.span.start),
              end: positionAt(step.span.source, step.span.end),
              text: step.text,
            })),
          }),
        );
      }
    }),
  );
});

it('all formats report the same findings at the same places in the same order', () => {
  const text = Array.from({ length: 6 }, (_, index) => `line ${index}\n`).join('');
  const files: Source[] = ['b.yml', 'a.yml'].map((path) => ({ path, text }));
  const findings = fc.array(
    fc.tuple(fc.constantFrom(...files), fc.nat(text.length - 2)).map(([file, start]) => ({
      ...finding,
      span: { source: file, start, end: start + 1 },
      witness: [],
    })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(findings, (given) => {
      const lintResult = { ...clean, findings: given };
      const places = JSON.parse(formats.json(lintResult, plain)).findings.map(
        (each: { file: string; start: { line: number; column: number } }) =>
          `${each.file}:${each.start.line}:${each.start.column}`,
      );
      const concise = [...formats.concise(lintResult, plain).matchAll(/^(\S+): error\[/gm)];
      const pretty = [...formats.pretty(lintResult, plain).matchAll(/^ {2}╭─ (\S+)/gm)];
      expect(concise.map((match) => match[1])).toEqual(places);
      expect(pretty.map((match) => match[1])).toEqual(places);
    }),
  );
});

it('a line of megabytes is reported like any other', () => {
  const huge: Source = {
    path: 'a.yml',
    text: `run: ${'e\u0301'.repeat(2_000_000)} exit 0 ${'x'.repeat(2_000_000)}`,
  };
  const start = huge.text.indexOf('exit 0');
  const lintResult = {
    ...clean,
    findings: [{ ...finding, span: { source: huge, start, end: start + 6 }, witness: [] }],
  };
  const frame = formats.pretty(lintResult, plain).split('\n').slice(2, 4);
  expect(frame.map((row) => row.replaceAll(/(e\u0301)+/g, 'é').replaceAll(/x+/g, 'x'))).toEqual([
    '  │ 1 │ …é exit 0 x…',
    expect.stringMatching(/^ {2}│ {3}│ +━{6}$/),
  ]);
});
