import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const told = (job: string, options = {}) =>
  toldBy('missing-timeout', `on: push\njobs:\n  a:\n${job.replace(/^/gm, '    ')}\n`, { options });

describe('a job without a timeout', () => {
  it.each<[job: string, options: object, said: string[]]>([
    ['runs-on: x\nsteps: [{ run: make }]', {}, ['missing:3']],
    ['runs-on: x\ntimeout-minutes: 5\nsteps: [{ run: make }]', {}, []],
    ['runs-on: x\nsteps: [{ run: make, timeout-minutes: 5 }]', {}, []],
    ['runs-on: x\nsteps: [{ run: make, timeout-minutes: 5 }, { run: make }]', {}, ['missing:3']],
    ['uses: ./.gitea/workflows/b.yml', {}, []],
    ['runs-on: x\nsteps: [{ run: make }]', { labels: ['publish'] }, []],
    ['runs-on: [self-hosted, publish]\nsteps: [{ run: make }]', { labels: ['publish'] }, ['missing:3']],
  ])('%s with %j', (job, options, said) => {
    expect(told(job, options)).toEqual(said);
  });
});
