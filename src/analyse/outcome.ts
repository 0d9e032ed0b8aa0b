// How the last program of a script ended, for languages that keep that apart from their own errors (PowerShell:
// $LASTEXITCODE, semantics 1.9).

import type { CommandingExpression, CommandingNode } from '../program/commanding.js';
import type { Place } from '../text/script.js';
import { isNonZero } from './arithmetic.js';
import { again, known, negate, resolve } from './constraints.js';
import { decideQuestion, evaluate } from './evaluate.js';
import { split } from './expressions.js';
import { type Machine, siteName, statusText } from './machine.js';
import type { Result } from './raising.js';
import { type Failure, record, type State, type Status, status, success, type Where } from './state.js';
import {
  booleanThing,
  lacksOf,
  numberThing,
  setSlot,
  type Thing,
  textOfThing,
  truthOf,
  unknownThing,
} from './things.js';
import { textOf } from './values.js';

/** Slots that no variable can have. */
const STATUS = '(status of the last program)';
const FAILURE = '(failure of the last program)';
const SUCCESS = '(success of the last command)';

/** The failure of a missing secret that the status of the last program stands for; null where it stands for none. */
function pendingFailure(state: State): Failure | null {
  const thing = state.data.get(FAILURE);
  return thing?.kind === 'unknown' ? thing.refused : null;
}

/** A failure that nobody will see any more is swallowed. */
export function maskPending(state: State, where: Where | null, by: string): void {
  const failure = pendingFailure(state);
  if (failure) record(state, { kind: 'mask', failure, where: where ?? failure.where, by });
}

/** Takes down how a program ended. */
export function setOutcome(state: State, ended: Status, at: Place, machine: Machine): void {
  maskPending(state, null, 'the next program');
  const site = siteName(at, state, machine);
  setSlot(state, STATUS, { kind: 'number', value: statusText(ended, site) });
  const { because } = ended;
  const failure: Thing = because
    ? unknownThing(`failure of ${because.name} at ${site}`, because.lacks, { full: true, refused: because })
    : numberThing(0);
  setSlot(state, FAILURE, failure);
  setSuccess(state, ended.code === 0, ended.lacks);
}

/** Takes down whether a command did well (`$?`). */
export function setSuccess(state: State, well: boolean, lacks: readonly string[] = []): void {
  setSlot(state, SUCCESS, booleanThing(well, lacks));
}

export function outcomeOf({ what }: Extract<CommandingExpression, { kind: 'outcome' }>, state: State): Thing {
  if (what === 'success') return state.data.get(SUCCESS) ?? booleanThing(true);
  // Before the first program it is nothing, which is told from 0 by hardly anybody.
  return state.data.get(STATUS) ?? numberThing(0);
}

export function runSetOutcome(
  node: Extract<CommandingNode, { kind: 'set-outcome' }>,
  state: State,
  machine: Machine,
): State[] {
  return evaluate(node.value, state, machine).map((result) => {
    if (result.state.flow) return result.state;
    maskPending(result.state, node.at, '$LASTEXITCODE');
    setSlot(result.state, STATUS, result.thing);
    setSlot(result.state, FAILURE, numberThing(0));
    return result.state;
  });
}

/** `exit 1`, `exit $LASTEXITCODE`. */
export function runExit(
  node: Extract<CommandingNode, { kind: 'exit' }>,
  state: State,
  machine: Machine,
): State[] {
  const handsOn = node.value?.kind === 'outcome';
  const results: Result[] = node.value
    ? evaluate(node.value, state, machine)
    : [{ state, thing: numberThing(0) }];
  return results.flatMap((result) => {
    if (result.state.flow) return [result.state];
    return statusesOf(result.thing, node, result.state, machine).map(({ state: path, ended }) => {
      const because =
        ended.code === 0 ? null : ((handsOn ? pendingFailure(path) : null) ?? path.handling?.because ?? null);
      if (ended.code === 0) maskPending(path, node.at, 'exit 0');
      path.status = { ...ended, because };
      path.flow = { kind: 'exit' };
      record(path, { kind: 'leave', how: 'exit', site: node, where: node.at, green: ended.code === 0 });
      return path;
    });
  });
}

/** The statuses that a script ends with where it says `exit <thing>`, each on a path of its own. */
function statusesOf(
  thing: Thing,
  node: Extract<CommandingNode, { kind: 'exit' }>,
  state: State,
  machine: Machine,
): { state: State; ended: Status }[] {
  const lacks = lacksOf(thing, state);
  const text = textOf(textOfThing(thing, state, machine.rules));
  if (thing.kind === 'nothing' || text === '') return [{ state, ended: status(0, lacks) }];
  if (text !== null && /^-?\d{1,9}$/.test(text))
    return [{ state, ended: status(((Number(text) % 256) + 256) % 256, lacks) }];
  const value = thing.kind === 'number' ? resolve(state.constraints, thing.value) : null;
  const red = value ? isNonZero(value, state) : truthOf(thing, state, machine.rules);
  return decideQuestion(red, lacks, node, node.at, state).map((branch) => ({
    state: branch.state,
    ended: status(branch.answer ? null : 0, lacks),
  }));
}

/**
 * The end of the script on one path. Where no error and no `exit` ended it, the runner's last line does, with the
 * status of the last program; a `return` passes that line over (semantics 1.1).
 */
export function leaveWithOutcome(state: State): State[] {
  const { flow } = state;
  if (flow?.kind === 'exit' || flow?.kind === 'throw') return [state];
  if (flow?.kind === 'return') {
    maskPending(state, null, 'return');
    state.status = success;
    state.flow = { kind: 'exit' };
    return [state];
  }
  const thing = state.data.get(STATUS);
  const because = pendingFailure(state);
  const red =
    thing?.kind === 'number' ? isNonZero(resolve(state.constraints, thing.value), state) : known(false);
  const lacks = thing ? lacksOf(thing, state) : [];
  return split(negate(red), state).map((branch) => {
    branch.state.status = branch.answer ? status(0, lacks) : { code: null, because, lacks };
    branch.state.flow = { kind: 'exit' };
    return branch.state;
  });
}

/**
 * The end of a script that `pwsh` was started with. One of a file ends with 0 whatever its programs did; the text
 * after `-Command` ends with 1 where its last command did not do well (about_Pwsh).
 */
export function leaveProcess(state: State, isText: boolean): State[] {
  const { flow } = state;
  if (flow?.kind === 'exit' || flow?.kind === 'throw') return [state];
  const success = state.data.get(SUCCESS);
  const well =
    isText && success?.kind === 'boolean' ? again(state.constraints, success.question) : known(true);
  return split(well, state).map((branch) => {
    if (branch.answer) maskPending(branch.state, null, 'the end of the script');
    const because = branch.answer ? null : pendingFailure(branch.state);
    branch.state.status = { code: branch.answer ? 0 : 1, because, lacks: because?.lacks ?? [] };
    branch.state.flow = { kind: 'exit' };
    return branch.state;
  });
}
