import { describe, expect, it } from 'vitest';
import { defineRule } from '../../src/lint/define.js';
import type { RuleOptions } from '../../src/lint/options.js';
import type { AnyRule, Message, RuleContext } from '../../src/lint/rule.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { spanText } from '../../src/text/source.js';

const rule = defineRule({
  meta: {
    id: 'sample',
    severity: 'warning',
    summary: 'A job without a name.',
    options: { jobs: { description: 'x', type: 'array', items: { description: 'x', type: 'string' } } },
  },
  messages: {
    unnamed: (job: { id: string }): Message => ({ message: `${job.id} has no name`, help: 'name it' }),
    count: (jobs: number): Message => ({ message: `${jobs} jobs`, help: 'have fewer' }),
  },
  check({ file, options, report }) {
    if (!('jobs' in file)) return;
    for (const job of file.jobs) {
      if (options.jobs?.includes(job.id)) continue;
      report({ messageId: 'unnamed', data: job, about: { span: job.key.span, job } });
      // @ts-expect-error a number is due
      if (file.jobs.length > 9) report({ messageId: 'count', data: job, about: { span: job.key.span } });
      // @ts-expect-error there is no such message
      if (file.jobs.length > 9) report({ messageId: 'cuont', data: 1, about: { span: job.key.span } });
    }
  },
});
const source = { path: 'ci.yml', text: 'on: push\njobs:\n  a: {}\n  b: {}\n' };

function context(options: RuleOptions): RuleContext {
  return {
    file: buildWorkflow(parseYaml(source)),
    forges: ['gitea', 'github'],
    options,
    holes: () => [],
    tooWide: () => [],
    alarms: () => [],
    guards: () => [],
    forkGuards: () => [],
    constantConditions: () => [],
    emptyScripts: () => [],
    deaths: () => [],
  };
}

describe('a defined rule', () => {
  const rules: readonly AnyRule[] = [rule];

  it('is a rule like any other', () => {
    expect(rules.map(({ meta }) => meta.id)).toEqual(['sample']);
  });

  it('makes the words of a report from its data, and fills in what the report leaves out', () => {
    const [first, ...others] = rule.check({ ...context({}), options: { jobs: ['b'] } });
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      messageId: 'unnamed',
      message: { message: 'a has no name', help: 'name it' },
      about: {
        forge: 'gitea',
        job: { id: 'a' },
        step: null,
        confidence: 'proved',
        secrets: [],
        contexts: [],
      },
    });
    expect(first && spanText(first.about.span)).toBe('a');
  });

  it('may be asked again', () => {
    const asked = () => rule.check({ ...context({}), options: { jobs: undefined } });
    expect([asked().length, asked().length]).toEqual([2, 2]);
  });
});
