import type { Call } from '../program/program.js';
import { builtinOf } from './builtins.js';
import { DECLARATIONS, declare, runAssignment } from './declarations.js';
import { dispatch } from './dispatch.js';
import { abort, assignmentStatus, ended, literalText, type Machine } from './machine.js';
import { withRedirects } from './redirects.js';
import { fork, record, type State, setVariable, status } from './state.js';
import { settle } from './traps.js';
import { textOf, union, type Value } from './values.js';
import { expandFields, type Fields, settleLoose } from './words.js';

/** Runs a simple command with its redirections. `spared`: its own status does not end the script (behind a `!`). */
export function runCall(call: Call, state: State, exempt: boolean, plain: Machine, spared = exempt): State[] {
  const machine = exempt === (plain.exempt ?? false) ? plain : { ...plain, exempt };
  // No `$(…)` of this command has run yet.
  state.substitution = null;
  const stays = call.words.length === 1 && literalText(call.words[0]) === 'exec';
  // bash looks for a trap before it runs a command: one that a function sets does not hear how that function ends.
  const trapped = state.traps.has('ERR');
  return withRedirects(
    call.redirects,
    state,
    machine,
    (inner) => runSimple(call, inner, exempt, machine),
    (refused) => {
      const name = literalText(call.words[0]);
      if (refused.flow) {
        // bash opens the files of a program in the process that becomes the program.
        const isProgram = name !== null && !refused.functions.has(name) && builtinOf(name) === null;
        if (machine.dash || !isProgram || DECLARATIONS.includes(name)) return [refused];
        refused.flow = null;
        return [refused];
      }
      if (machine.dash && name !== null && SPECIAL.has(name)) abort(refused, call.at, machine, []);
      return [refused];
    },
    stays,
  ).flatMap((end) => {
    if (machine.tracksPipeStatus()) end.pipeStatus = [end.status];
    return settle(end, call.at, spared, machine, trapped);
  });
}

function runSimple(call: Call, state: State, exempt: boolean, machine: Machine): State[] {
  if (call.words.length === 0) return assignAll(call, state, machine);
  const head = literalText(call.words[0]);
  if (head !== null && DECLARATIONS.includes(head) && !state.functions.has(head)) {
    return assignAll(call, state, machine).flatMap((path) =>
      path.flow ? [path] : declare(head, call, path, machine),
    );
  }
  return expandFields(call.words, state, machine)
    .flatMap((expanded) => {
      if (!needsFields(expanded)) return [{ expanded, several: false }];
      const several = isTest(expanded.fields) && [...expanded.loose].some(mayBeSeveral);
      return settleLoose(expanded).flatMap((one) => {
        const open = several && one.fields.length === expanded.fields.length;
        return open
          ? [
              { expanded: one, several: false },
              { expanded: { ...one, state: fork(one.state) }, several },
            ]
          : [{ expanded: one, several: false }];
      });
    })
    .flatMap(({ expanded, several }) => {
      const { state: path, fields } = expanded;
      if (path.flow) return [path];
      // `[ -n $X ]` with several words in X: too many arguments.
      if (several) return ended(path, status(2));
      const lost = path.substitution?.because ?? null;
      if (fields.length === 0) return assignAll(call, path, machine);
      const name = fields[0] ? textOf(fields[0]) : null;
      const stays = machine.dash && name !== null && SPECIAL.has(name);
      return withAssignments(call, path, stays, machine, (inner, lacks) =>
        dispatch(fields, union(expanded.lacks, lacks), call, inner, exempt, machine),
      ).map((end) => {
        if (lost && !end.status.because)
          record(end, { kind: 'mask', failure: lost, where: call.at, by: '$(…)' });
        return end;
      });
    });
}

/** Special builtins: in dash an assignment before one stays. */
const SPECIAL: ReadonlySet<string> = new Set(
  ': . break continue eval exec exit export readonly return set shift times trap unset'.split(' '),
);

function isTest([head]: readonly Value[]): boolean {
  const name = head ? textOf(head) : null;
  return name === '[' || name === 'test';
}

/** Text with blanks in it is several words; a secret or a number is taken to be one. */
function mayBeSeveral(field: Value): boolean {
  return field.pieces.some(
    (piece) => typeof piece !== 'string' && piece.atLeast === null && !piece.id.startsWith('secrets.'),
  );
}

/** Does it matter to the command how many words an unknown text makes? */
function needsFields({ state, fields, loose }: Fields): boolean {
  if (state.flow || loose.size === 0) return false;
  const [head] = fields;
  const name = head && !loose.has(head) ? textOf(head) : null;
  return name !== null && (isTest(fields) || name === 'set' || state.functions.has(name));
}

/** Assignments without a command: the status is that of the last `$(…)`, else 0. */
function assignAll(call: Call, state: State, machine: Machine): State[] {
  let open: State[] = [state];
  for (const assignment of call.assignments) {
    open = open.flatMap((path) => (path.flow ? [path] : runAssignment(assignment, path, machine)));
  }
  for (const path of open) if (!path.flow) path.status = assignmentStatus(path);
  return open;
}

/** `X=1 cmd`: the assignments hold for the command alone, unless they stay. */
function withAssignments(
  call: Call,
  state: State,
  stays: boolean,
  machine: Machine,
  body: (state: State, lacks: readonly string[]) => State[],
): State[] {
  if (call.assignments.length === 0) return body(state, []);
  const before = state.vars;
  let open: State[] = [state];
  for (const assignment of call.assignments) {
    open = open.flatMap((path) =>
      path.flow ? [path] : runAssignment(assignment, path, machine, { exported: true }),
    );
  }
  return open.flatMap((path) => {
    if (path.flow) return [path];
    let lacks: readonly string[] = [];
    for (const assignment of call.assignments)
      lacks = union(lacks, path.vars.get(assignment.name)?.value?.lacks ?? []);
    return body(path, lacks).map((end) => {
      if (stays) return end;
      for (const assignment of call.assignments)
        setVariable(end, assignment.name, before.get(assignment.name) ?? null);
      return end;
    });
  });
}
