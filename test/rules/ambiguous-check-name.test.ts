import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const told = (name: string, job: string, path?: string) =>
  toldBy(
    'ambiguous-check-name',
    `name: ${name}\non: push\njobs:\n  a:\n    name: ${job}\n    runs-on: x\n    steps: [{ name: b/c, run: make }]\n`,
    path === undefined ? {} : { path },
  );

describe('a slash in a name', () => {
  it('is told of workflows and jobs, and not of steps', () => {
    expect(told('CI/CD', 'build')).toEqual(['slash:1']);
    expect(told('ci', 'build / test')).toEqual(['slash:5']);
    expect(told('ci', 'build')).toEqual([]);
  });

  it('is nothing on GitHub, and in a name that an expression makes', () => {
    expect(told('CI/CD', 'a/b', '.github/workflows/ci.yml')).toEqual([]);
    expect(told('ci', '"${{ matrix.a }}/b"')).toEqual([]);
  });
});
