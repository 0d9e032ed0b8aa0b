import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const id = 'required-check-filtered';
const text = (filter: string) =>
  `name: ci\non:\n  pull_request:\n    ${filter}\njobs:\n  unit:\n    runs-on: x\n    steps: []\n`;
const options = { contexts: ['ci / unit (pull_request)'] };

describe('a filter over a required check', () => {
  it.each<[filter: string, said: string[]]>([
    ['paths: [src]', ['neverPosted:4']],
    ['paths-ignore: [docs]', ['neverPosted:4']],
    ['branches: [main]', []],
  ])('%s', (filter, said) => {
    expect(toldBy(id, text(filter), { options })).toEqual(said);
  });

  it('is judged by patterns of Gitea, and by the names of jobs on GitHub', () => {
    expect(toldBy(id, text('paths: [src]'), { options: { contexts: ['ci / *'] } })).toEqual([
      'neverPosted:4',
    ]);
    expect(toldBy(id, text('paths: [src]'), { options: { contexts: ['other / *'] } })).toEqual([]);
    const path = '.github/workflows/ci.yml';
    expect(toldBy(id, text('paths: [src]'), { path, options: { contexts: ['unit'] } })).toEqual([
      'neverPosted:4',
    ]);
    expect(toldBy(id, text('paths: [src]'), { path, options })).toEqual([]);
  });

  it('is not judged where nobody says what is required, or says it of another forge', () => {
    const reason = ['not judged: which checks are required is told by --facts, or by the option contexts'];
    expect(toldBy(id, text('paths: [src]'))).toEqual(reason);
    const protections = [{ file: 'p', forge: 'github', branch: 'main', contexts: ['unit'] }] as const;
    expect(toldBy(id, text('paths: [src]'), { facts: { protections, issues: [] } })).toEqual(reason);
  });
});
