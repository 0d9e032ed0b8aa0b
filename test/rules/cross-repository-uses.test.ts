import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const id = 'cross-repository-uses';
const step = (uses: string) => `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ${uses}\n`;

describe('a uses of another repository', () => {
  it.each<[uses: string, said: string[]]>([
    ['platform/actions/setup@v2', ['elsewhere:6']],
    ['platform/actions@v2', []],
    ['actions/cache/save@v4', []],
    ['./tools/action', []],
    ['docker://registry.example.com/a/b:1', []],
    ['https://git.example.com/platform/actions/setup@v2', []],
    ['"${{ vars.A }}/b/c@v1"', []],
  ])('%s', (uses, said) => {
    expect(toldBy(id, step(uses))).toEqual(said);
  });

  it('is told of called workflows, too', () => {
    const text = 'on: push\njobs:\n  a:\n    uses: platform/ci/.gitea/workflows/b.yml@main\n';
    expect(toldBy(id, text)).toEqual(['elsewhere:4']);
    expect(toldBy(id, text, { options: { allow: ['platform/*'] } })).toEqual([]);
    expect(toldBy(id, text, { options: { allow: ['platform/ci'] } })).toEqual([]);
  });

  it('is nothing on GitHub', () => {
    expect(toldBy(id, step('platform/actions/setup@v2'), { path: '.github/workflows/ci.yml' })).toEqual([]);
  });
});
