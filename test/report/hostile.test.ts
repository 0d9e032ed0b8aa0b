import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, LintResult } from '../../src/lint/finding.js';
import type { Format } from '../../src/report/index.js';
import type { RenderOptions } from '../../src/report/options.js';
import { fromTop } from '../../src/report/paths.js';
import { visible } from '../../src/report/text.js';
import { positionAt, type Source } from '../../src/text/source.js';
import { allFormats, clean, finding, plain as small } from './results.js';
import { schemaErrors } from './schemas.js';
import { readXml } from './xml-reader.js';

const formats = Object.fromEntries(await allFormats());
const plain: RenderOptions = { ...small, showSuppressed: true };

function render(format: Format, given: LintResult, options: RenderOptions = plain): string {
  const renderer = formats[format];
  if (!renderer) throw new Error(`there is no format ${format}`);
  return renderer(given, options);
}

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
      ...[']]>', '<script>', '</failure>', '&amp;', '&#0;', '"', "'", '%0A', '%', ',', '`', '|', '](x)'],
      ...[
        '[x](y)',
        '<!--',
        '\ufffe',
        '\uffff',
        '\u0000',
        '../',
        '/',
        'https://x.example',
        'www.x',
        '@x',
        '$x$',
        '_',
        '__x__',
        '*',
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
    fix: fc.option(
      fc.record({
        applicability: fc.constantFrom('safe', 'unsafe'),
        edits: fc.tuple(span, hostile).map(([at, text]) => [{ span: at, text }]),
        group: fc.constant(null),
      }),
    ),
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
    rulesNotJudged: fc.array(fc.record({ rule: hostile, reason: hostile }), { maxLength: 2 }),
    plugins: fc.array(fc.record({ from: hostile, name: fc.constantFrom('acme', null) }), { maxLength: 2 }),
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

describe.each(Object.keys(formats))('the %s report of hostile input', (name) => {
  it('holds nothing that a terminal obeys and no line that a runner obeys', () => {
    fc.assert(
      fc.property(result, columns, (given, width) => {
        const report = formats[name]?.(given, { ...plain, columns: width }) ?? '';
        expect(report).not.toMatch(
          /[^\n\P{Cc}]|\p{Cs}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u,
        );
        expect(report).not.toContain('##[');
        const commands = report.split('\n').filter((line) => line.trimStart().startsWith('::'));
        expect(commands).toHaveLength(name === 'github' ? given.findings.length + given.errors.length : 0);
        expect(report.endsWith('\n')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it('colours of the pretty report are the only escapes in it', () => {
  fc.assert(
    fc.property(result, (given) => {
      const colored = render('pretty', given, { ...plain, color: true });
      expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(render('pretty', given));
    }),
  );
});

it('the JSON report gives every finding back, with the positions of its spans', () => {
  fc.assert(
    fc.property(result, (given) => {
      const { findings } = JSON.parse(render('json', given));
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

describe('the github report of hostile input', () => {
  it('holds one command for each finding and problem, which the runner reads as it was meant', () => {
    fc.assert(
      fc.property(result, (given) => {
        const commands = render('github', given).split('\n').slice(0, -2).map(readCommand);
        const places = [
          ...given.findings.map(({ span, severity }) => ({
            name: severity === 'note' ? 'notice' : severity,
            file: visible(fromTop('', span.source.path)).replaceAll('##[', '##\\['),
          })),
          ...given.errors.map(({ file }) => ({
            name: 'error',
            file: visible(fromTop('', file)).replaceAll('##[', '##\\['),
          })),
        ];
        const read = commands.map(({ name, properties }) => ({ name, file: properties.get('file') }));
        expect(read).toEqual(expect.arrayContaining(places));
        expect(read).toHaveLength(places.length);
        for (const { properties } of commands) {
          const known = ['file', 'line', 'endLine', 'col', 'endColumn', 'title'];
          expect([...properties.keys()].filter((key) => !known.includes(key))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  /** As the runner does it: the name, `key=value` between commas, `::`, the data, and the escapes turned back. */
  function readCommand(line: string) {
    const match = /^::(\w+) (.*?)::(.*)$/.exec(line);
    const back = (text: string) =>
      text.replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
    const pairs = (match?.[2] ?? '').split(',').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), back(pair.slice(at + 1))];
    });
    return { name: match?.[1], properties: new Map(pairs), data: back(match?.[3] ?? '') };
  }
});

describe.each(['json', 'sarif'] as const)('the %s report of hostile input', (name) => {
  it('follows its schema', () => {
    fc.assert(
      fc.property(result, (given) => {
        expect(schemaErrors(name, JSON.parse(render(name, given)))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

it('the sarif report of hostile input holds no message that a terminal obeys, even when it is read back', () => {
  interface Result {
    readonly message: { readonly text: string };
    readonly suppressions?: readonly { readonly justification: string }[];
  }
  fc.assert(
    fc.property(result, (given) => {
      const results: Result[] = JSON.parse(render('sarif', given)).runs[0].results;
      const texts = results.flatMap(({ message, suppressions = [] }) => [
        message.text,
        ...suppressions.map(({ justification }) => justification),
      ]);
      expect(texts).toHaveLength(given.findings.length + 2 * given.suppressed.length);
      expect(texts.join('')).not.toMatch(/[^\n\P{Cc}]|\p{Cs}|[\u2028-\u202e\u2066-\u2069\u200b\ufeff]/u);
    }),
  );
});

it('the gitlab report of hostile input tells all findings and problems apart', () => {
  fc.assert(
    fc.property(result, (given) => {
      const entries: { fingerprint: string }[] = JSON.parse(render('gitlab', given));
      expect(entries).toHaveLength(given.findings.length + given.errors.length);
      expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
    }),
  );
});

describe('an XML report of hostile input is well-formed and', () => {
  it('has a failed test in junit for each finding that fails the run', () => {
    fc.assert(
      fc.property(result, fc.constantFrom('error', 'note', 'never'), (given, failOn) => {
        const elements = readXml(render('junit', given, { ...plain, failOn }));
        const failing = given.findings.filter(
          ({ severity }) => failOn !== 'never' && (failOn === 'note' || severity === 'error'),
        );
        const messages = elements
          .filter(({ name }) => name === 'failure')
          .map(({ attributes }) => attributes.message);
        expect(messages.sort()).toEqual(failing.map(({ message }) => shownInXml(message)).sort());
        expect(elements.filter(({ name }) => name === 'skipped')).toHaveLength(given.suppressed.length);
        expect(elements.filter(({ name }) => name === 'error')).toHaveLength(given.errors.length > 0 ? 1 : 0);
        expect(elements[0]?.attributes).toMatchObject({
          tests: String(given.findings.length + given.suppressed.length + 1),
          failures: String(failing.length),
        });
      }),
      { numRuns: 300 },
    );
  });

  it('has an error in checkstyle for each finding and problem', () => {
    fc.assert(
      fc.property(result, (given) => {
        const errors = readXml(render('checkstyle', given)).filter(({ name }) => name === 'error');
        expect(errors.map(({ attributes }) => attributes.message).sort()).toEqual(
          [...given.findings, ...given.errors].map(({ message }) => shownInXml(message)).sort(),
        );
      }),
      { numRuns: 300 },
    );
  });

  /** Line ends are kept; what XML cannot hold at all is shown as a question mark. */
  function shownInXml(text: string): string {
    return text
      .split('\n')
      .map((line) => visible(line).replace(/[\ufffe\uffff]/g, '\ufffd'))
      .join('\n');
  }
});

it('the markdown report of hostile input has the marks of a harmless one, line by line', () => {
  const tame = (text: string) => (text === '' ? '' : 'x');
  const tamed = (span: Finding['span']) => ({
    source: { path: 'x', text: 'x' },
    start: span.start && 1,
    end: 1,
  });
  const harmless = (given: LintResult): LintResult => ({
    ...given,
    findings: given.findings.map((each) => ({
      ...each,
      message: tame(each.message),
      help: each.help.split('\n').map(tame).join('\n'),
      span: tamed(each.span),
      job: each.job && tame(each.job),
      contexts: each.contexts.map(tame),
      witness: each.witness.map(({ span, text }) => ({ span: tamed(span), text: tame(text) })),
    })),
    suppressed: given.suppressed.map((each) => ({
      ...each,
      finding: { ...each.finding, message: tame(each.finding.message), span: tamed(each.finding.span) },
      reason: tame(each.reason),
    })),
    errors: given.errors.map(({ file, span, message }) => ({
      file: tame(file),
      span: span && tamed(span),
      message: tame(message),
    })),
  });
  const marks = (report: string) =>
    report.split('\n').map((line) => line.replace(/&#\d+;|[^\\`*[\]<>#|~&@$]/g, ''));
  fc.assert(
    fc.property(result, (given) => {
      const report = render('markdown', given);
      expect(marks(report).sort()).toEqual(marks(render('markdown', harmless(given))).sort());
      expect(report).not.toMatch(/www\.|:\/\/|(?<![a-z0-9])_|_(?![a-z0-9])/i);
    }),
    { numRuns: 300 },
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
      const told = (format: Format) => render(format, lintResult);
      const matched = (format: Format, pattern: RegExp) =>
        [...told(format).matchAll(pattern)].map((match) => match.slice(1).join(':'));
      const places: string[] = JSON.parse(told('json')).findings.map(
        (each: { file: string; start: { line: number; column: number } }) =>
          `${each.file}:${each.start.line}:${each.start.column}`,
      );
      const lines = places.map((place) => place.replace(/:\d+$/, ''));
      expect(matched('concise', /^(\S+): error\[/gm)).toEqual(places);
      expect(matched('pretty', /^ {2}╭─ (\S+)/gm)).toEqual(places);
      expect(matched('github', /^::error file=(.*?),line=(\d+),endLine=\d+(?:,col=(\d+))?/gm)).toEqual(
        places.map((place, index) => (given.length > 0 && isLineEnd(place) ? `${lines[index]}:` : place)),
      );
      expect(matched('markdown', /^<code>(\S+):(\d+):(\d+)<\/code> · /gm)).toEqual(places);
      expect(matched('junit', /<testcase classname="(\S+)" name="\S+ ([\d:]+)">/g)).toEqual(places);
      expect(matched('gitlab', /"path": "(\S+)",\s+"lines": \{\s+"begin": (\d+)/g)).toEqual(lines);
      const region = /"uri": "(\S+)",[\s\S]*?"startLine": (\d+),\s+"startColumn": (\d+)/g;
      expect(matched('sarif', region)).toEqual(places);
      const checkstyle = readXml(told('checkstyle'));
      let file = '';
      const errors = checkstyle.flatMap(({ name, attributes }) => {
        if (name === 'file') file = attributes.name ?? '';
        return name === 'error' ? [`${file}:${attributes.line}:${attributes.column}`] : [];
      });
      expect(errors).toEqual(places);
    }),
  );

  /** GitHub takes no columns of a place that reaches into the next line. */
  function isLineEnd(place: string): boolean {
    return place.endsWith(`:${'line 0'.length + 1}`);
  }
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
  const frame = render('pretty', lintResult).split('\n').slice(2, 4);
  expect(frame.map((row) => row.replaceAll(/(e\u0301)+/g, 'é').replaceAll(/x+/g, 'x'))).toEqual([
    '  │ 1 │ …é exit 0 x…',
    expect.stringMatching(/^ {2}│ {3}│ +━{6}$/),
  ]);
});
