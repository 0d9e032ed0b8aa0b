import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const id = 'required-check-forgiven';
const path = '.github/workflows/ci.yml';
const told = (job: string, options: object = {}) =>
  toldBy(id, `on: pull_request\njobs:\n  unit:\n    runs-on: x\n${job.replace(/^/gm, '    ')}\n`, {
    path,
    options: { contexts: ['unit', 'unit tests'], ...options },
  });

describe('a required check that forgives', () => {
  it.each<[job: string, options: object, said: string[]]>([
    ['continue-on-error: true\nsteps: []', {}, ['forgiven:5']],
    ['continue-on-error: ${{ github.actor != 1 }}\nsteps: []', {}, ['forgiven:5']],
    ['continue-on-error: false\nsteps: []', {}, []],
    ['name: unit tests\ncontinue-on-error: true\nsteps: []', {}, ['forgiven:6']],
    ['name: others\ncontinue-on-error: true\nsteps: []', {}, []],
    ['steps: [{ run: make, continue-on-error: true }]', {}, []],
    ['steps: [{ run: make, continue-on-error: true }]', { steps: true }, ['forgiven:5']],
  ])('%j with %j', (job, options, said) => {
    expect(told(job, options)).toEqual(said);
  });
});
