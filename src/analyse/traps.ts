import type { Place } from '../text/script.js';
import { mergeStates } from './joining.js';
import type { Machine } from './machine.js';
import { record, type State, type Status, type Trap } from './state.js';

/**
 * The end of a shell: its `EXIT` trap runs, with `errexit` as it is unless `exempt`; where that exits, it decides
 * the status.
 */
export function finishShell(states: State[], machine: Machine, exempt = false): State[] {
  return mergeStates(states).flatMap((state) => {
    state.flow = null;
    const trap = state.traps.get('EXIT');
    if (!trap) return [state];
    state.traps = new Map([...state.traps].filter(([name]) => name !== 'EXIT'));
    state.loops = 0;
    state.frames = [];
    const before = state.status;
    const at = trap.where;
    return machine.runBlock(machine.reparse(trap.handler, at).body, state, exempt).map((end) => {
      if (end.flow?.kind === 'exit') {
        if (end.status.code === 0 && before.because)
          record(end, { kind: 'mask', failure: before.because, where: at, by: 'trap EXIT' });
      } else end.status = before;
      end.flow = null;
      return end;
    });
  });
}

/**
 * What `errexit` makes of a status: outside a condition a status that is not 0 ends the script (semantics 1.8).
 * Where it does not, a failure that a missing secret caused is swallowed. `trapped`: an `ERR` trap hears of it.
 */
export function settle(state: State, at: Place, exempt: boolean, machine: Machine, trapped = true): State[] {
  if (state.flow || state.status.code === 0 || exempt) return [state];
  if (state.options.errexit) {
    const { because, lacks: asked } = state.status;
    record(state, {
      kind: 'leave',
      how: 'error',
      site: at,
      where: at,
      green: false,
      ...(because ? {} : { asked }),
    });
    state.flow = { kind: 'exit', errexit: true };
  }
  const trap = trapped ? state.traps.get('ERR') : undefined;
  if (!trap) {
    if (!state.flow && state.status.because)
      record(state, {
        kind: 'mask',
        failure: state.status.because,
        where: state.errexitOff ?? at,
        by: maskName(state),
      });
    return [state];
  }
  return runErrorTrap(trap, state, machine);
}

function runErrorTrap({ handler, where: at }: Trap, state: State, machine: Machine): State[] {
  const { status: before, flow, traps } = state;
  state.flow = null;
  const without = new Map([...traps].filter(([name]) => name !== 'ERR'));
  state.traps = without;
  return machine.runBlock(machine.reparse(handler, at).body, state, false).flatMap((end) => {
    // The trap is in force again, unless the handler changed what is, or ends the shell: an `EXIT` trap runs within it.
    if (end.traps === without && end.flow?.kind !== 'exit') end.traps = traps;
    if (end.flow) {
      if (end.flow.kind === 'exit' && end.status.code === 0 && before.because)
        record(end, { kind: 'mask', failure: before.because, where: at, by: 'trap ERR' });
      return [end];
    }
    end.status = before;
    end.flow = flow;
    return [end];
  });
}

function maskName(state: State): string {
  if (state.errexitOff) return 'set +e';
  return state.callers.length > 0 ? 'no set -e' : '$(…)';
}

/** The status behind a `!`: a failure that a missing secret caused is swallowed by it. */
export function invert(state: State, where: Place): Status {
  const { status: before } = state;
  if (before.because) record(state, { kind: 'mask', failure: before.because, where, by: '!' });
  return { code: before.code === 0 ? 1 : 0, because: null, lacks: before.lacks };
}
