import { describe, expect, it } from 'vitest';
import { defineRule } from '../../src/lint/define.js';
import { lint } from '../../src/lint/lint.js';
import type { RuleOptions } from '../../src/lint/options.js';
import type { Message, Place, Rule } from '../../src/lint/rule.js';
import { noSettings } from '../../src/lint/settings.js';
import { spanText } from '../../src/text/source.js';

const path = '.gitea/workflows/ci.yml';
const text = `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps: [{ run: make }]
  b:
    runs-on: ubuntu-latest
    steps: [{ run: make }]
`;

function run(rule: Rule, options: RuleOptions = {}) {
  return lint([{ source: { path, text }, kind: 'workflow', forge: 'gitea' }], {
    rules: null,
    forge: null,
    settings: { ...noSettings, options: new Map([[`acme/${rule.meta.id}`, options]]) },
    plugins: [{ from: './acme.mjs', name: 'acme', rules: [rule] }],
  });
}

const unnamed = defineRule({
  meta: {
    id: 'unnamed-job',
    severity: 'warning',
    summary: 'A job without a name.',
    options: { except: { description: 'x', type: 'array', items: { description: 'x', type: 'string' } } },
  },
  messages: {
    unnamed: (job: { id: string }): Message => ({ message: `${job.id} has no name`, help: 'name it' }),
    count: (jobs: number): Message => ({ message: `${jobs} jobs`, help: 'have fewer' }),
  },
  check({ file, options, report }) {
    if (!('jobs' in file)) return;
    for (const job of file.jobs) {
      if (options.except?.includes(job.id)) continue;
      report({ messageId: 'unnamed', data: job, about: { span: job.key.span, job } });
      if (file.jobs.length < 9) continue;
      // @ts-expect-error a number is due
      report({ messageId: 'count', data: job, about: { span: job.key.span } });
      // @ts-expect-error there is no such message
      report({ messageId: 'cuont', data: 1, about: { span: job.key.span } });
    }
  },
});

describe('a defined rule', () => {
  it('makes the words of a finding from its data, and fills in what the report leaves out', () => {
    const { findings, errors, plugins } = run(unnamed);
    expect(errors).toEqual([]);
    expect(plugins).toEqual([{ from: './acme.mjs', name: 'acme' }]);
    expect(findings).toHaveLength(2);
    expect(findings[0]).toMatchObject({
      rule: 'acme/unnamed-job',
      messageId: 'unnamed',
      severity: 'warning',
      confidence: 'proved',
      message: 'a has no name',
      help: 'name it',
      url: '',
      forge: 'gitea',
      job: 'a',
      step: null,
      secrets: [],
      contexts: [],
      witness: [],
    });
    expect(findings.map(({ span }) => spanText(span))).toEqual(['a', 'b']);
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('is given its options', () => {
    expect(run(unnamed, { except: ['a'] }).findings.map(({ job }) => job)).toEqual(['b']);
  });
});

/** The error that a run has where a rule reports this. */
function fault(
  check: Rule['check'],
  messages: Rule['messages'] = { x: () => ({ message: 'm', help: 'h' }) },
) {
  const meta = { id: 'odd', severity: 'note', summary: 'Odd.' } as const;
  const { findings, errors } = run({ meta, messages, check });
  expect(findings).toEqual([]);
  expect(errors).toHaveLength(1);
  expect(errors[0]?.file).toBe(path);
  const said = 'rule acme/odd failed on this file, which is a fault of the plugin ./acme.mjs: ';
  expect(errors[0]?.message.slice(0, said.length)).toBe(said);
  return errors[0]?.message.slice(said.length);
}

function reporting(about: (place: Place) => Place, messageId = 'x'): Rule['check'] {
  return ({ file, report }) => {
    const source = file.source;
    report({ messageId, data: null, about: about({ span: { source, start: 0, end: 2 } }) });
  };
}

const whole = text.length;

describe('a rule that does what cannot be shown', () => {
  it.each<[string, Rule['check'], string]>([
    [
      'a message that it has not',
      reporting((place) => place, 'toString'),
      "it reports the message 'toString', and its messages are x",
    ],
    [
      'a span before the file',
      reporting((place) => ({ span: { ...place.span, start: -1 } })),
      `the span of 'x' leaves ${path}: -1 to 2 of ${whole} characters`,
    ],
    [
      'a span behind the file',
      reporting((place) => ({ span: { ...place.span, end: whole + 1 } })),
      `the span of 'x' leaves ${path}: 0 to ${whole + 1} of ${whole} characters`,
    ],
    [
      'a span that runs backwards',
      reporting((place) => ({ span: { ...place.span, start: 3 } })),
      "the span of 'x' ends before it starts: 3 to 2",
    ],
    [
      'a span of something that is no number of characters',
      reporting((place) => ({ span: { ...place.span, end: Number.NaN } })),
      "the span of 'x' runs from 0 to NaN, expected whole numbers",
    ],
    [
      'a span of a text that nobody read',
      reporting(({ span }) => ({ span: { ...span, source: { path, text } } })),
      "the span of 'x' lies in no text of this run: take one from the file or from an answer",
    ],
    [
      'a witness outside of the file',
      reporting((place) => ({ ...place, witness: [{ span: { ...place.span, end: 1e6 }, text: 'here' }] })),
      `the span of step 1 of the witness of 'x' leaves ${path}: 0 to 1000000 of ${whole} characters`,
    ],
    ['an error', () => never(), 'never'],
    [
      'a promise',
      // What a plugin in plain JavaScript may do.
      async () => {},
      'check returns something: it must report, and must not be async',
    ],
  ])('%s makes the run incomplete, and is told', (_, check, expected) => {
    expect(fault(check)).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['boom', 'boom'],
    ['null', null],
    ['something that has no text', Object.create(null)],
    ['Symbol(odd)', Object.defineProperty(new Error('x'), 'message', { value: Symbol('odd') })],
  ])('throws what is no error: %s', (said, thrown) => {
    expect(
      fault(() => {
        throw thrown;
      }),
    ).toBe(said);
  });

  it.each([3, '', ' ', undefined])('gives no reason why it cannot judge: %j', (reason) => {
    expect(fault(({ notJudged }) => Reflect.apply(notJudged, null, [reason]))).toBe(
      'notJudged() takes a reason, which is a text',
    );
  });

  it.each([undefined, null, 'x'])('reports %j', (telling) => {
    expect(fault(({ report }) => Reflect.apply(report, null, [telling]))).toBe(
      'report() takes { messageId, data, about }',
    );
  });

  it.each<[string, Rule['check']]>([
    ['the jobs of the file', ({ jobs }) => void Reflect.apply(Array.prototype.reverse, jobs(), [])],
    ['a part of it', ({ jobs }) => void Object.assign(jobs()[0] ?? {}, { id: 'other' })],
    ['the text', ({ file }) => void Object.assign(file.source, { text: '' })],
    ['other workflows', ({ workflows }) => void Object.assign(workflows()[0] ?? {}, { jobs: [] })],
  ])('changes what it is given: %s', (_, check) => {
    expect(fault(check)).toMatch(/read only|not extensible|delete/);
  });

  it('has no words for it', () => {
    const broken: object = { message: 'm' };
    const message = JSON.parse(JSON.stringify(broken));
    expect(
      fault(
        reporting((place) => place),
        { x: () => message },
      ),
    ).toBe("its message 'x' makes no help: it is to return { message, help }, two texts");
  });

  it('leaves the other rules alone', () => {
    const meta = { id: 'odd', severity: 'note', summary: 'Odd.' } as const;
    const odd: Rule = { meta, messages: {}, check: () => never() };
    const { findings } = lint([{ source: { path, text }, kind: 'workflow', forge: 'gitea' }], {
      rules: null,
      forge: null,
      plugins: [
        { from: './odd.mjs', name: 'odd', rules: [odd] },
        { from: './acme.mjs', name: 'acme', rules: [unnamed] },
      ],
    });
    expect(findings).toHaveLength(2);
  });
});

function never(): never {
  throw new Error('never');
}
