import { expect, it } from 'vitest';
import { wantsColor } from '../src/color.js';
import type { ColorEnv } from '../src/host.js';

it.each<[boolean | null, ColorEnv, boolean, boolean]>([
  [null, {}, true, true],
  [null, {}, false, false],
  [null, { NO_COLOR: '1' }, true, false],
  [null, { NO_COLOR: '' }, true, true],
  [null, { FORCE_COLOR: '1' }, false, true],
  [null, { FORCE_COLOR: '' }, false, true],
  [null, { FORCE_COLOR: '0' }, true, false],
  [null, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [null, { TERM: 'dumb' }, true, false],
  [true, { NO_COLOR: '1' }, false, true],
  [false, { FORCE_COLOR: '1' }, true, false],
])('flag %s, environment %j, terminal %s: colours %s', (flag, env, isTTY, colors) => {
  expect(wantsColor(flag, env, isTTY)).toBe(colors);
});
