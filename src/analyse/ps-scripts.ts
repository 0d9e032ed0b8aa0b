// PowerShell scripts that are called: by PowerShell, like a function, or as a process of its own.

import type { Program } from '../program/program.js';
import type { Commanded } from './commanding.js';
import { resolve } from './constraints.js';
import { enter, notFollowed, wholeOf } from './following.js';
import { callFunction } from './functions.js';
import { gather } from './gathering.js';
import { commandAt } from './launching.js';
import { type Machine, placeId } from './machine.js';
import { leaveProcess, setOutcome } from './outcome.js';
import { argumentsFor, argumentsIn } from './ps-arguments.js';
import type { Result } from './raising.js';
import { MAX_SCRIPT_DEPTH, programOf, targetOf } from './scripts.js';
import type { State } from './state.js';
import { setSlot, type Thing, textOfThing, textThing } from './things.js';
import { concat, constant, textOf, unknownValue, type Value } from './values.js';

/** A path with the slashes that the repository has. */
function withSlashes(path: Value): Value {
  const pieces = path.pieces.map((piece) =>
    typeof piece === 'string' ? piece.replaceAll('\\', '/') : piece,
  );
  return { ...path, pieces };
}

/**
 * `./x.ps1` and `. ./x.ps1` from PowerShell: like a function, in the same process. Its `exit` ends itself alone, and
 * gives a status; its errors go on to the caller. null for a command that is no such script, or is not followed.
 */
export function callPsScript(command: Commanded, state: State, machine: Machine): Result[] | null {
  const { at, sourced } = command.expression;
  const name = withSlashes(resolve(state.constraints, textOfThing(command.name, state, machine.rules)));
  const tail = name.pieces.at(-1);
  if (typeof tail !== 'string' || !/\.ps1$/i.test(tail)) return null;
  const args = command.args.map((arg) =>
    arg.thing ? textOfThing(arg.thing, state, machine.rules) : constant(''),
  );
  const invocation = { name: textOf(name) ?? '', args, call: commandAt(at), lacks: [], exempt: false };
  const target = targetOf(name, true, state, machine);
  if (target.kind === 'program') return null;
  if (target.kind === 'unseen') return notFollowed(target.reason, invocation, state, machine);
  const { source } = target;
  const program = programOf(source, 'powershell');
  if (typeof program === 'string') return notFollowed(program, invocation, state, machine);
  const { callable } = program;
  if (!callable || state.callers.length >= MAX_SCRIPT_DEPTH)
    return notFollowed(
      `${source.path} is called by too many scripts that call each other`,
      invocation,
      state,
      machine,
    );
  const definition = sourced ? { ...callable, locals: [] } : callable;
  const { callers, route } = state;
  const root = state.data.get(ROOT);
  const run = () =>
    gather(state, (inner) => {
      enter(
        inner,
        wholeOf(source),
        { site: placeId(at, machine), name, sourced, ofPackage: false },
        invocation,
      );
      setSlot(inner, ROOT, rootOf(source.path));
      const given = argumentsFor(definition.parameters, command);
      return callFunction(definition, null, given, at, inner, machine).map(({ state: end }) => {
        end.callers = callers;
        end.route = route;
        setSlot(end, ROOT, root ?? { kind: 'library', path: `automatic.${ROOT}` });
        if (end.flow?.kind === 'exit') {
          end.flow = null;
          setOutcome(end, end.status, at, machine);
        }
        return end;
      });
    });
  return (
    machine.follow(source, run) ??
    notFollowed(`following ${source.path} costs too much: it has too many paths`, invocation, state, machine)
  );
}

/** `$PSScriptRoot`: the directory of the script. */
const ROOT = 'psscriptroot';

function rootOf(path: string): Thing {
  const slash = path.lastIndexOf('/');
  const below = slash < 0 ? '' : `/${path.slice(0, slash)}`;
  return textThing(concat([unknownValue('github.workspace', [], true), constant(below)]));
}

/**
 * Runs a script that `pwsh` was started with, in a process of its own. Only the runner's wrapping makes errors end a
 * script: here they do not. `isText`: it stands after `-Command`.
 */
export function runPsProcess(
  { callable, body, text }: Program,
  words: readonly Value[],
  isText: boolean,
  inner: State,
  machine: Machine,
): State[] {
  setSlot(inner, 'erroractionpreference', textThing(constant('Continue')));
  const at = { text, start: 0, end: 0 };
  const [script] = inner.callers.slice(-1);
  if (!isText && script) setSlot(inner, ROOT, rootOf(textOf(script.name) ?? ''));
  const given = { args: argumentsIn(words), open: false, input: null };
  const ends = callable
    ? callFunction(callable, null, argumentsFor(callable.parameters, given), at, inner, machine).map(
        ({ state }) => state,
      )
    : machine.runBlock(body, inner, false);
  return ends.flatMap((end) => leaveProcess(end, isText));
}
