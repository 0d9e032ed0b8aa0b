/** What a run does, one thing after the other. `start` is everything before hardfail's own code runs. */
export type Phase = 'start' | 'configure' | 'read' | 'load' | 'parse' | 'analyse' | 'rules' | 'report';

export interface Stopwatch {
  /** Ends the phase before and begins this one; one that is entered again goes on. */
  enter(phase: Phase): void;
  /** Milliseconds by phase, in the order in which they began. */
  times(): ReadonlyMap<Phase, number>;
}

/** `now`: milliseconds since the process began. */
export function newStopwatch(now: () => number): Stopwatch {
  const times = new Map<Phase, number>();
  let current: Phase = 'start';
  let since = 0;
  const settle = (): void => {
    const at = now();
    times.set(current, (times.get(current) ?? 0) + at - since);
    since = at;
  };
  return {
    enter(phase) {
      settle();
      current = phase;
    },
    times() {
      settle();
      return times;
    },
  };
}

/** What `--timing` prints: a line for each phase and one for all of them. */
export function renderTimes(times: ReadonlyMap<Phase, number>): string {
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...times, ['all', all] as const];
  return rows
    .map(([name, time]) => `hardfail: ${name.padEnd(9)} ${time.toFixed(1).padStart(9)} ms\n`)
    .join('');
}
