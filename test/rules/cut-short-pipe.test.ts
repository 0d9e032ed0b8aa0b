import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

function told(script: string, options: object = {}, path = '.github/workflows/ci.yml'): string[] {
  const run = script.replace(/^/gm, '          ');
  const text = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n${run}\n`;
  return toldBy('cut-short-pipe', text, { path, options: { ...options } });
}

describe('a pipe whose reader stops early', () => {
  it.each<[script: string, said: string[]]>([
    ['set -o pipefail\ndocker info | head', ['cutShort:8']],
    ['set -euo pipefail\nsudo docker info 2>&1 | head -n 5 | cut -c1-80', ['cutShort:8']],
    ['set -o pipefail\ndocker ps | grep -q app', ['cutShort:8']],
    ['set -o pipefail\ndocker ps | grep -Eqm1 app', ['cutShort:8']],
    ['set -o pipefail\ndocker ps | grep --max-count=1 app', ['cutShort:8']],
    ['set -o pipefail\nx=$(docker images | head -1)\necho "$x"', ['cutShort:8']],
    ['set -o pipefail\ndocker info | head || { echo "no daemon"; exit 1; }', ['cutShort:8']],
    ['set -o pipefail\nif docker info | head -1; then make; else exit 1; fi', ['cutShort:8']],
    // Nobody hears of it, or the reader sees the end.
    ['docker info | head', []],
    ['set -o pipefail\ndocker info | head || true', []],
    ['set -o pipefail\nset +o pipefail\ndocker info | head', []],
    ['set -o pipefail\nif docker info | head -1; then make; else make all; fi', []],
    ['set -o pipefail\ndocker info | grep Version', []],
    ['set -o pipefail\ndocker ps | grep -e q', []],
    ['set -o pipefail\ndocker ps | grep -eq', []],
    ['set -o pipefail\ndocker info | head -n -5', []],
    ['set -o pipefail\ndocker info | head --lines=-5', []],
    ['set -o pipefail\ndocker info | tail -5', []],
    ['set -o pipefail\ngit log | head', []],
    ['set -o pipefail\necho docker info | head', []],
    ['set -o pipefail\ndocker info | head\nexit 1', []],
  ])('%s', (script, said) => {
    expect(told(script)).toEqual(said);
  });

  it('fails on the runners of Gitea without a word about pipefail', () => {
    expect(told('docker info | head', {}, '.gitea/workflows/ci.yml')).toEqual(['cutShort:7']);
    expect(told('docker info | head', {}, '.github/workflows/ci.yml')).toEqual([]);
  });

  it('is looked for behind the commands that the option names', () => {
    const options = { commands: ['docker info', 'git log'] };
    expect(told('set -o pipefail\ndocker info | head', options)).toEqual(['cutShort:8']);
    expect(told('set -o pipefail\ndocker ps | head', options)).toEqual([]);
    expect(told('set -o pipefail\ngit log | head', options)).toEqual(['cutShort:8']);
  });
});
