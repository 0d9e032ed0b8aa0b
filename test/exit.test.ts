import { describe, expect, it } from 'vitest';
import { exitStatus, type RunFacts } from '../src/exit.js';
import type { FailOn, Finding, InputError, Severity } from '../src/lint/finding.js';
import { severities } from '../src/lint/finding.js';

const source = { path: 'ci.yml', text: '' };
const error: InputError = { file: 'ci.yml', span: null, message: 'broken' };

function finding(severity: Severity): Finding {
  return {
    rule: 'r',
    messageId: 'm',
    severity,
    confidence: 'proved',
    message: '',
    help: '',
    url: '',
    span: { source, start: 0, end: 0 },
    job: null,
    step: null,
    secrets: [],
    forge: 'gitea',
    contexts: [],
    witness: [],
    fix: null,
    fingerprint: '',
  };
}

function linted(
  inputs: number,
  found: Severity[],
  errors: InputError[],
  failOn: FailOn,
  written = true,
): RunFacts {
  return { outcome: 'linted', result: { inputs, findings: found.map(finding), errors }, failOn, written };
}

function audited(facts: { contradicted?: boolean; incomplete?: boolean }): RunFacts {
  const findings = [finding('error')];
  return {
    outcome: 'audited',
    incomplete: false,
    contradicted: false,
    findings,
    failOn: 'never',
    written: true,
    ...facts,
  };
}

describe('the exit status', () => {
  it.each<[string, number, RunFacts]>([
    ['help and lists', 0, { outcome: 'answered' }],
    ['a usage error', 2, { outcome: 'refused' }],
    ['a fault of hardfail', 3, { outcome: 'broken' }],
    ['an audit with a finding that a replay contradicts', 1, audited({ contradicted: true })],
    ['an audit with a finding, which it reports', 0, audited({})],
    ['an incomplete one', 3, audited({ contradicted: true, incomplete: true })],
    ['a clean run', 0, linted(1, [], [], 'warning')],
    ['nothing to lint', 3, linted(0, [], [], 'warning')],
    ['an error finding', 1, linted(1, ['error'], [], 'warning')],
    ['findings below the threshold', 0, linted(1, ['note', 'warning'], [], 'error')],
    ['one finding at the threshold among lesser ones', 1, linted(1, ['note', 'warning'], [], 'warning')],
    ['an unreadable file beside a clean one', 3, linted(1, [], [error], 'warning')],
    ['an unreadable file beside findings', 3, linted(1, ['error'], [error], 'warning')],
    ['findings that never fail', 0, linted(1, ['error'], [], 'never')],
    ['an unreadable file where findings never fail', 3, linted(1, [], [error], 'never')],
    ['a report that could not be written', 2, linted(1, [], [], 'warning', false)],
    ['findings and a report that could not be written', 2, linted(1, ['error'], [], 'warning', false)],
    [
      'an unreadable file and a report that could not be written',
      3,
      linted(1, [], [error], 'warning', false),
    ],
  ])('of %s is %i', (_, status, facts) => {
    expect(exitStatus(facts)).toBe(status);
  });

  it('fails on exactly the severities at or above the threshold', () => {
    for (const [rank, severity] of severities.entries()) {
      for (const [threshold, failOn] of severities.entries()) {
        expect(exitStatus(linted(1, [severity], [], failOn))).toBe(rank >= threshold ? 1 : 0);
      }
    }
  });
});
