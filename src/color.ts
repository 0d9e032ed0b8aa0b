import type { ColorEnv } from './host.js';

/** Whether to colour: the flag decides, then NO_COLOR, then FORCE_COLOR, then whether a terminal reads along. */
export function wantsColor(flag: boolean | null, env: ColorEnv, isTTY: boolean): boolean {
  if (flag !== null) return flag;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return isTTY && env.TERM !== 'dumb';
}
