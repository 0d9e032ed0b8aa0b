import { expect, it } from 'vitest';
import { run } from '../src/cli.js';
import { newStopwatch, renderTimes } from '../src/timing.js';
import { memoryHost } from './support/memory-host.js';

it('a stopwatch counts for each phase what passes until the next one begins, over several stretches', () => {
  let now = 0;
  const watch = newStopwatch(() => now);
  now = 30;
  watch.enter('parse');
  now = 35;
  watch.enter('analyse');
  now = 55;
  watch.enter('parse');
  now = 56;
  expect([...watch.times()]).toEqual([
    ['start', 30],
    ['parse', 6],
    ['analyse', 20],
  ]);
  expect(renderTimes(watch.times())).toBe(
    [
      'hardfail: start          30.0 ms',
      'hardfail: parse           6.0 ms',
      'hardfail: analyse        20.0 ms',
      'hardfail: all            56.0 ms',
      '',
    ].join('\n'),
  );
});

it('--timing tells every phase on standard error, and changes nothing else', async () => {
  const files = { '/repo/.git/': '', '/repo/.github/workflows/ci.yml': 'on: push\njobs: {}\n' };
  const [plain, timed] = [memoryHost(files), memoryHost(files)];
  const status = await run(['--format', 'json'], plain);
  expect(await run(['--format', 'json', '--timing'], timed)).toBe(status);
  expect(timed.out()).toBe(plain.out());
  expect(plain.err()).toBe('');
  expect(timed.err().match(/^hardfail: \w+/gm)).toEqual(
    'start configure read load parse analyse rules report all'.split(' ').map((name) => `hardfail: ${name}`),
  );
});
