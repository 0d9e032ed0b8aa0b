import { describe, expect, it } from 'vitest';
import type { RuleDoc } from '../../src/report/options.js';
import { renderSarif } from '../../src/report/sarif.js';
import type { Source } from '../../src/text/source.js';
import { at, clean, finding, fix, plain, withFindings, workflow } from './results.js';
import { schemaErrors } from './schemas.js';

const rules: RuleDoc[] = [
  { id: 'missing-secret-masked', severity: 'warning', summary: 'Swallowed.', page: null },
  { id: finding.rule, severity: 'error', summary: 'Green without its secret.', page: '# the page [a](b)\n' },
];

function runOf(...args: Parameters<typeof renderSarif>) {
  const log = JSON.parse(renderSarif(...args));
  expect(schemaErrors('sarif', log)).toEqual([]);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

describe('a finding in the SARIF log', () => {
  const run = runOf(withFindings(finding), { ...plain, rules });
  const [result] = run.results;

  it('has its rule, its level and what a person needs to know of it', () => {
    expect(result).toMatchObject({ ruleId: finding.rule, ruleIndex: 1, level: 'error' });
    expect(result.message.text).toBe(
      [
        finding.message,
        'job mirror · on push, schedule, pull_request from the same repository (not from forks) · gitea · proved',
        finding.help,
      ].join('\n'),
    );
    expect(result.properties).toMatchObject({
      confidence: 'proved',
      forge: 'gitea',
      secrets: ['MIRROR_KEY'],
      contexts: finding.contexts,
      step: { index: 1 },
    });
  });

  it('stands where a person would edit, in UTF-16 units from 1', () => {
    expect(run.columnKind).toBe('utf16CodeUnits');
    expect(result.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: '.gitea/workflows/mirror.yml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 13, startColumn: 13, endLine: 13, endColumn: 19, snippet: { text: 'exit 0' } },
        },
        logicalLocations: [{ name: 'mirror', kind: 'job' }],
      },
    ]);
    expect(run.originalUriBaseIds).toEqual({ '%SRCROOT%': { description: expect.anything() } });
  });

  it('has its witness as a code flow', () => {
    const steps: { location: { message: { text: string }; physicalLocation: { region: object } } }[] =
      result.codeFlows[0].threadFlows[0].locations;
    expect(steps.map(({ location }) => location.message.text)).toEqual(
      finding.witness.map(({ text }) => text),
    );
    expect(steps[0]?.location.physicalLocation.region).toMatchObject({ startLine: 9, startColumn: 23 });
  });

  it('has its fix as replacements', () => {
    const [{ fixes }] = runOf(withFindings({ ...finding, fix }), plain).results;
    expect(fixes).toEqual([
      {
        description: { text: 'unsafe fix' },
        artifactChanges: [
          {
            artifactLocation: { uri: '.gitea/workflows/mirror.yml', uriBaseId: '%SRCROOT%' },
            replacements: [
              {
                deletedRegion: { startLine: 13, startColumn: 13, endLine: 13, endColumn: 19 },
                insertedContent: { text: 'exit 1' },
              },
            ],
          },
        ],
      },
    ]);
    expect(result).not.toHaveProperty('fixes');
  });

  it('has the fingerprint that the other formats have', () => {
    expect(result.partialFingerprints).toEqual({ 'hardfail/v1': 'abc123' });
  });
});

describe('the rules of the SARIF log', () => {
  it('are those that ran, with their pages', () => {
    expect(runOf(clean, { ...plain, rules }).tool.driver).toMatchObject({
      name: 'hardfail',
      version: '0.1.0',
      rules: [
        {
          id: 'missing-secret-masked',
          name: 'MissingSecretMasked',
          defaultConfiguration: { level: 'warning' },
          shortDescription: { text: 'Swallowed.' },
          fullDescription: { text: 'Swallowed.' },
        },
        { id: finding.rule, help: { markdown: '# the page [a](b)\n', text: '# the page [a] (b)\n' } },
      ],
    });
  });

  it('include one that only a finding names', () => {
    const run = runOf(withFindings(finding), plain);
    expect(run.tool.driver.rules).toMatchObject([{ id: finding.rule }]);
    expect(run.results[0].ruleIndex).toBe(0);
  });
});

describe('the invocation of the SARIF log', () => {
  const error = { file: 'gone.yml', span: null, message: 'permission denied' };
  const placed = { file: workflow.path, span: at(workflow, 'on'), message: 'bad shape' };

  it('was successful where the whole job was done, findings or not', () => {
    for (const result of [clean, withFindings(finding)]) {
      const [invocation] = runOf(result, plain).invocations;
      expect(invocation).toEqual({ executionSuccessful: true, toolExecutionNotifications: [] });
    }
  });

  it('was not where something could not be read, and says what and where', () => {
    const [invocation] = runOf({ ...clean, errors: [error, placed] }, plain).invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications).toMatchObject([
      { level: 'error', message: { text: 'bad shape' }, descriptor: { id: 'incomplete' } },
      { level: 'error', message: { text: 'permission denied' } },
    ]);
    expect(invocation.toolExecutionNotifications[1].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'gone.yml', uriBaseId: '%SRCROOT%' },
    });
  });

  it('was not where nothing was linted', () => {
    const [invocation] = runOf({ ...clean, inputs: 0 }, plain).invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications).toMatchObject([
      { message: { text: 'nothing was linted' } },
    ]);
  });

  it('names the steps that were not judged, with the reason', () => {
    const entry = { span: at(workflow, './mirror.sh'), job: 'mirror', step: null, reason: 'no such shell' };
    const [invocation] = runOf({ ...clean, notJudged: [entry] }, plain).invocations;
    expect(invocation).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [
        {
          level: 'note',
          message: { text: 'this step is not judged: no such shell' },
          descriptor: { id: 'not-judged' },
        },
      ],
    });
  });
});

it('names files from the top of the repository, percent-encoded', () => {
  const source: Source = { path: '../.gitea/workflows/a b#ü.yml', text: 'exit 0' };
  const run = runOf(withFindings({ ...finding, span: at(source, 'exit 0'), witness: [] }), {
    ...plain,
    folder: 'web',
  });
  expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
    '.gitea/workflows/a%20b%23%C3%BC.yml',
  );
  expect(run.results[0]).not.toHaveProperty('codeFlows');
});

it('counts a surrogate pair as two columns', () => {
  const source: Source = { path: 'a.yml', text: '🔑 exit 0' };
  const run = runOf(withFindings({ ...finding, span: at(source, 'exit 0') }), plain);
  expect(run.results[0].locations[0].physicalLocation.region.startColumn).toBe(4);
});

it('makes no links of what stands in an input', () => {
  const run = runOf(withFindings({ ...finding, message: 'see [here](https://evil.example)' }), plain);
  expect(run.results[0].message.text).toContain('see [here] (https://evil.example)');
});

describe('an accepted finding in the SARIF log', () => {
  const accepted = (by: 'directive' | 'baseline') => ({ finding, by, reason: 'known', until: null });
  const result = { ...clean, suppressed: [accepted('directive'), accepted('baseline')] };

  it('is left out, since some readers show it as an open one', () => {
    expect(runOf(result, plain).results).toEqual([]);
  });

  it('is marked as suppressed where it is asked for', () => {
    const { results } = runOf(result, { ...plain, showSuppressed: true });
    expect(results).toMatchObject([
      {
        ruleIndex: 0,
        suppressions: [{ kind: 'inSource', status: 'accepted', justification: 'ignored: known' }],
      },
      { suppressions: [{ kind: 'external', status: 'accepted', justification: 'in the baseline: known' }] },
    ]);
  });
});
