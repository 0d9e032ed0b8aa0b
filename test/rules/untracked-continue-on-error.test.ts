import { describe, expect, it } from 'vitest';
import type { IssueFact } from '../../src/forge/facts.js';
import { toldBy } from '../support/one-rule.js';

const id = 'untracked-continue-on-error';
const job = (lines: string) =>
  `on: push\njobs:\n  a:\n${lines.replace(/^/gm, '    ')}\n    runs-on: x\n    steps: []\n`;
const issue = (number: number, open: boolean, opened = '2026-11-01'): IssueFact => ({
  number,
  open,
  opened,
  repository: 'acme/tool',
});
const withIssues = (...issues: IssueFact[]) => ({ facts: { protections: [], issues }, today: '2026-11-22' });

describe('continue-on-error without an issue', () => {
  it.each<[lines: string, said: string[]]>([
    ['continue-on-error: true', ['noIssue:4']],
    ['continue-on-error: ${{ matrix.new }}', ['noIssue:4']],
    ['continue-on-error: false', []],
    ['continue-on-error: true  # until #12', []],
    ['# see https://x/acme/tool/issues/12\ncontinue-on-error: true', []],
    ['# until #12\n\n\ncontinue-on-error: true', ['noIssue:7']],
    ['name: "#12"\ncontinue-on-error: true', ['noIssue:5']],
    ['continue-on-error: true  # color #12ab', []],
  ])('%j', (lines, said) => {
    expect(toldBy(id, job(lines))).toEqual(said);
  });

  it('counts that of steps, unless the options say otherwise', () => {
    const text = job('timeout-minutes: 5').replace('[]', '[{ run: make, continue-on-error: true }]');
    expect(toldBy(id, text)).toEqual(['noIssue:6']);
    expect(toldBy(id, text, { options: { steps: false } })).toEqual([]);
  });

  it('reads the form that the options give', () => {
    const options = { issue: ['OPS-{number}'] };
    expect(toldBy(id, job('continue-on-error: true  # OPS-7'), { options })).toEqual([]);
    expect(toldBy(id, job('continue-on-error: true  # #7'), { options })).toEqual(['noIssue:4']);
  });
});

describe('an issue that is known', () => {
  const text = job('continue-on-error: true  # until #12');

  it('has to be open, and there', () => {
    expect(toldBy(id, text, withIssues(issue(12, true)))).toEqual([]);
    expect(toldBy(id, text, withIssues(issue(12, false)))).toEqual(['issueClosed:4']);
    expect(toldBy(id, text, withIssues(issue(13, true)))).toEqual(['issueUnknown:4']);
    const both = job('continue-on-error: true  # until #12 and #13');
    expect(toldBy(id, both, withIssues(issue(12, false), issue(13, true)))).toEqual([]);
  });

  it('is one of its repository', () => {
    const theirs = job('continue-on-error: true  # until acme/other#12');
    expect(toldBy(id, theirs, withIssues(issue(12, true)))).toEqual(['issueUnknown:4']);
    expect(toldBy(id, text.replace('#12', 'Acme/Tool#12'), withIssues(issue(12, true)))).toEqual([]);
  });

  it('may be open for so many days', () => {
    const options = { 'max-age-days': 21 };
    expect(toldBy(id, text, { ...withIssues(issue(12, true, '2026-11-01')), options })).toEqual([]);
    expect(toldBy(id, text, { ...withIssues(issue(12, true, '2026-10-31')), options })).toEqual([
      'issueTooOld:4',
    ]);
  });
});
