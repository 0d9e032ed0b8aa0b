import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const id = 'required-check-missing';
const text = `name: ci
on: [pull_request, schedule]
jobs:
  unit:
    runs-on: x
    steps: []
  legs:
    strategy: { matrix: { a: [1, 2] } }
    runs-on: x
    steps: []
`;
const told = (required: string, more: object = {}, path = '.gitea/workflows/ci.yml') =>
  toldBy(id, text, { path, options: { contexts: [required], ...more } });

describe('a required check that nobody posts', () => {
  it.each<[required: string, said: string[]]>([
    ['ci / unit (pull_request)', []],
    ['ci / unit (push)', ['neverPosted:2']],
    ['ci / unit (schedule)', ['neverPosted:2']],
    ['ci / units (pull_request)', ['neverPosted:2']],
    ['ci / * (pull_request)', []],
    ['ci / legs (1) (pull_request)', []],
    ['licence/cla', ['neverPosted:2']],
  ])('%s', (required, said) => {
    expect(told(required)).toEqual(said);
  });

  it('is none where it comes from elsewhere', () => {
    expect(told('licence/cla', { external: ['licence/cla'] })).toEqual([]);
  });

  it('goes by the job alone on GitHub', () => {
    expect(told('unit', {}, '.github/workflows/ci.yml')).toEqual([]);
    expect(told('ci / unit (pull_request)', {}, '.github/workflows/ci.yml')).toEqual(['neverPosted:2']);
  });
});
