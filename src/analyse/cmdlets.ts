import { type Cmdlet, cmdletOf } from '../facts/powershell.js';
import { builtinOf } from './builtins.js';
import { allLacks, type Bound, bind, driveOf, failWith, isOn, pathOf, stops } from './cmdlet-call.js';
import { request, runOther, startProcess } from './cmdlet-effects.js';
import type { Commanded } from './commanding.js';
import { ask, isEmpty, known, negate } from './constraints.js';
import { madeOf } from './evaluate.js';
import { fileQuestion, takeAway } from './file-tests.js';
import { callFunction } from './functions.js';
import { gather } from './gathering.js';
import { nameInEnvironment } from './library.js';
import { linesOf } from './lines.js';
import { assign, emit, type Machine, readVariable, siteName } from './machine.js';
import { setSuccess } from './outcome.js';
import { type Result, raise } from './raising.js';
import { fileText, writeFile } from './redirects.js';
import { type State, setVariable } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  knownText,
  listCell,
  nothing,
  recordCell,
  setSlot,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  unknownThing,
} from './things.js';
import { concat, constant, derived, nameOf, textOf, type Value } from './values.js';

/** The cmdlet that a name calls; null for a program. */
export function cmdletNamed(name: string, machine: Machine): Cmdlet | null {
  return cmdletOf(name, {
    legacy: machine.legacyPowerShell,
    windows: machine.windows || machine.legacyPowerShell,
  });
}

/** Runs a cmdlet and gives what it puts out. */
export function runCmdlet(
  cmdlet: Cmdlet,
  written: string,
  command: Commanded,
  state: State,
  machine: Machine,
): Result[] {
  const bound = bind(cmdlet, written, command);
  setSuccess(state, true);
  switch (cmdlet.meaning) {
    case 'output':
      return [{ state, thing: whatIsSaid(bound, state, machine) }];
    case 'print':
      emit(state, linesOf(joined(bound, state, machine), state, machine));
      return [{ state, thing: nothing }];
    case 'print-error':
      return writeError(bound, state, machine);
    case 'discard':
      return [{ state, thing: nothing }];
    case 'write-file':
    case 'append-file':
      return writeToFile(bound, state, machine);
    case 'read-file':
      return readFromFile(bound, state, machine);
    case 'pass':
      return [{ state, thing: passed(bound, state, machine) }];
    case 'run-block':
      return runBlock(bound, state, machine);
    case 'start-process':
      return startProcess(bound, state, machine);
    case 'http':
      return request(bound, state, machine);
    case 'set-location':
      return setLocation(bound, state, machine);
    case 'set-variable':
      return setByName(bound, state);
    case 'test-path':
      return testPath(bound, state, machine);
    case 'get-item':
    case 'set-item':
    case 'remove-item':
      return onItem(bound, state, machine);
    case 'join-path': {
      const texts = [
        bound.named.get('path') ?? nothing,
        bound.named.get('childpath') ?? nothing,
        ...bound.rest,
      ];
      const parts = texts.map((thing) => textOfThing(thing, state, machine.rules));
      return [{ state, thing: textThing(parts.reduce(joinedPath)) }];
    }
    case 'new-object':
      return newObject(bound, state, machine);
    default:
      return runOther(bound, state, machine);
  }
}

function writeError(bound: Bound, state: State, machine: Machine): Result[] {
  const { at } = bound.command.expression;
  // Its text stands behind the name of the cmdlet: the runner takes no `::error::` in it for a command.
  if (stops(bound, state, machine)) return raise(state, { types: null, how: 'exit', site: at, where: at });
  setSuccess(state, false);
  return [{ state, thing: nothing }];
}

// --- what is said and written ---------------------------------------------------------------------------------

const VALUES = ['message', 'object', 'messagedata', 'inputobject', 'value', 'exception', 'activity'];

function whatIsSaid({ named, rest, input, command }: Bound, state: State, machine: Machine): Thing {
  const first = VALUES.map((name) => named.get(name)).find((thing) => thing !== undefined);
  const things = [...(first ? [first] : []), ...rest];
  const [only] = things;
  if (!only) return input ?? nothing;
  if (things.length === 1) return only;
  return allocate(listCell(things), siteName(command.expression.at, state, machine), state);
}

/** `Write-Host a b` prints its arguments on one line. */
function joined(bound: Bound, state: State, machine: Machine): Thing {
  const thing = whatIsSaid(bound, state, machine);
  const cell = cellOf(thing, state);
  if (cell?.kind !== 'list' || !cell.exact) return thing;
  const texts = cell.items.map((item) => textOfThing(item, state, machine.rules));
  return textThing(concat(texts.flatMap((text, i) => (i === 0 ? [text] : [constant(' '), text]))));
}

/** Two parts of a path with one slash between them. */
function joinedPath(parent: Value, child: Value): Value {
  const [head, ...rest] = child.pieces;
  const isRooted = typeof head === 'string' && /^[\\/]/.test(head);
  const below = isRooted ? { pieces: [head.replace(/^[\\/]+/, ''), ...rest], lacks: child.lacks } : child;
  const last = parent.pieces.at(-1);
  const ends = typeof last === 'string' && /[\\/]$/.test(last);
  return concat(ends ? [parent, below] : [parent, constant('/'), below]);
}

function writeToFile(bound: Bound, state: State, machine: Machine): Result[] {
  const { cmdlet, named, input } = bound;
  const path = pathOf(bound);
  const value = named.get('value') ?? named.get('inputobject') ?? input ?? nothing;
  if (path.kind === 'nothing' && cmdlet.name !== 'tee-object') return failWith(bound, null, state, machine);
  const lines = linesOf(value, state, machine);
  const text = isOn(named.get('nonewline'), state, machine)
    ? textOfThing(value, state, machine.rules)
    : lines;
  const append = cmdlet.meaning === 'append-file' || isOn(named.get('append'), state, machine);
  const drive = driveOf(path, state);
  if (drive?.drive === 'env') assign(state, drive.name, textOfThing(value, state, machine.rules), true);
  else writeFile(state, textOfThing(path, state, machine.rules), text, append);
  return [{ state, thing: cmdlet.name === 'tee-object' ? value : nothing }];
}

/** Parameters of `Get-Content` by which it gives but some of the lines. */
const PARTS = ['totalcount', 'first', 'head', 'tail', 'last', 'delimiter', 'readcount'];

function readFromFile(bound: Bound, state: State, machine: Machine): Result[] {
  const path = pathOf(bound);
  const drive = driveOf(path, state);
  if (drive?.drive === 'env') {
    const value = readVariable(nameInEnvironment(drive.name, state, machine), state, machine);
    return [{ state, thing: value ? textThing(value) : nothing }];
  }
  const name = textOfThing(path, state, machine.rules);
  const file = fileText(state, name);
  const isWhole = !PARTS.some((part) => bound.named.has(part));
  if (file && isWhole) {
    const raw = isOn(bound.named.get('raw'), state, machine);
    return [{ state, thing: raw ? textThing(file) : linesIn(file, bound, state, machine) }];
  }
  return [{ state, thing: unknownThing(`content of ${nameOf(name)}${state.route}`, name.lacks) }];
}

/** The lines of a file, which end before their line breaks: nothing of an empty one, and a text where there is one line. */
function linesIn(file: Value, { command }: Bound, state: State, machine: Machine): Thing {
  if (textOf(file) === '') return nothing;
  const last = file.pieces.at(-1);
  const cut = typeof last === 'string' && last.endsWith('\n') ? last.slice(0, -1) : null;
  const pieces = cut === null ? file.pieces : [...file.pieces.slice(0, -1), ...(cut === '' ? [] : [cut])];
  const value = { pieces, lacks: file.lacks };
  const lines = textOf(value)?.split('\n') ?? [];
  if (lines.length < 2) return textThing(value);
  const things = lines.map((line) => textThing(constant(line, file.lacks)));
  return allocate(listCell(things, file.lacks), siteName(command.expression.at, state, machine), state);
}

/** Parameters by which `Select-Object` leaves out what comes in, or gives something of it. */
const LESS = ['skip', 'skiplast', 'skipindex', 'index', 'property', 'expandproperty', 'excludeproperty'];

/** What comes in goes out; made into another text it is some text. */
function passed(bound: Bound, state: State, machine: Machine): Thing {
  const { cmdlet, named, rest, command } = bound;
  const input = bound.input ?? named.get('inputobject') ?? named.get('object') ?? rest[0] ?? nothing;
  if (input.kind === 'nothing') return input;
  const same = ['select-object', 'sort-object', 'get-unique', 'out-string'].includes(cmdlet.name);
  const isLess = LESS.some((name) => named.has(name));
  if (same && !isLess && input.kind === 'text') return input;
  const lacks = allLacks([input], state);
  const site = siteName(command.expression.at, state, machine);
  if (cmdlet.name.startsWith('convertto-'))
    return textThing({ ...derived(`${cmdlet.name} ${site}`, [], true), lacks });
  return unknownThing(madeOf(`${cmdlet.name} of ${thingName(input)}`, [input], site), lacks);
}

// --- blocks, variables, places -----------------------------------------------------------------------------------

function runBlock({ named, command }: Bound, state: State, machine: Machine): Result[] {
  const block = named.get('scriptblock') ?? named.get('expression');
  if (block?.kind !== 'function') return [{ state, thing: nothing }];
  const args = { positional: [], named: new Map(), open: true };
  const { at } = command.expression;
  return gather(state, (inner) =>
    callFunction(block.definition, null, args, at, inner, machine).map((result) => result.state),
  );
}

function setLocation(bound: Bound, state: State, machine: Machine): Result[] {
  const path = textOfThing(pathOf(bound), state, machine.rules);
  const { at } = bound.command.expression;
  const call = { kind: 'call', assignments: [], words: [], redirects: [], at } as const;
  const name = bound.cmdlet.name === 'pop-location' ? 'popd' : 'cd';
  const ends = builtinOf(name)?.({ name, args: [path], call, lacks: [], exempt: false }, state, machine) ?? [
    state,
  ];
  return ends.map((end) => ({ state: end, thing: nothing }));
}

function setByName({ named }: Bound, state: State): Result[] {
  const name = knownText(named.get('name'), state);
  if (name === null) state.opened = true;
  else setSlot(state, name.toLowerCase(), named.get('value') ?? nothing);
  return [{ state, thing: nothing }];
}

function testPath(bound: Bound, state: State, machine: Machine): Result[] {
  const path = pathOf(bound);
  const drive = driveOf(path, state);
  if (drive?.drive === 'env') {
    const value = readVariable(nameInEnvironment(drive.name, state, machine), state, machine);
    // Hosts of Windows may not hand on a variable that is empty (semantics 2.2).
    const isDropped = value && machine.windows && isEmpty(state.constraints, value).answer === true;
    const question = isDropped
      ? negate(ask(state.constraints, 'empty-variables.are-dropped'))
      : known(value !== null);
    return [{ state, thing: booleanThing(question, value?.lacks) }];
  }
  if (drive) return [{ state, thing: booleanThing(state.data.has(drive.name.toLowerCase())) }];
  const name = textOfThing(path, state, machine.rules);
  return [{ state, thing: booleanThing(fileQuestion('-e', name, state), name.lacks) }];
}

function onItem(bound: Bound, state: State, machine: Machine): Result[] {
  const { cmdlet, named } = bound;
  const drive = driveOf(pathOf(bound), state);
  if (drive?.drive === 'variable' && cmdlet.meaning !== 'get-item') {
    setSlot(state, drive.name.toLowerCase(), named.get('value') ?? nothing);
    return [{ state, thing: nothing }];
  }
  if (drive?.drive !== 'env') {
    const name = textOfThing(pathOf(bound), state, machine.rules);
    const site = siteName(bound.command.expression.at, state, machine);
    if (cmdlet.meaning === 'remove-item') takeAway(state, [name], site);
    return runOther(bound, state, machine);
  }
  if (cmdlet.meaning === 'get-item') {
    const value = readVariable(nameInEnvironment(drive.name, state, machine), state, machine);
    if (!value) return failWith(bound, null, state, machine);
    const entries = new Map([
      ['value', textThing(value)],
      ['name', textThing(constant(drive.name))],
    ]);
    const site = siteName(bound.command.expression.at, state, machine);
    return [{ state, thing: allocate(recordCell(entries), site, state) }];
  }
  if (cmdlet.meaning === 'set-item')
    assign(state, drive.name, textOfThing(named.get('value') ?? nothing, state, machine.rules), true);
  else
    setVariable(state, drive.name, {
      value: null,
      elements: null,
      exact: true,
      exported: false,
      fromStep: false,
    });
  return [{ state, thing: nothing }];
}

function newObject({ named, rest, command }: Bound, state: State, machine: Machine): Result[] {
  const type =
    knownText(named.get('typename'), state)
      ?.toLowerCase()
      .replace(/^system\./, '') ?? '';
  const site = siteName(command.expression.at, state, machine);
  if (/\b(list|arraylist|hashset)\b/.test(type))
    return [{ state, thing: allocate(listCell([]), site, state) }];
  const lacks = allLacks([...named.values(), ...rest], state);
  return [{ state, thing: unknownThing(`${type} ${site}`, lacks, { full: true, origin: `${type}()` }) }];
}
