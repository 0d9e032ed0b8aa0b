// Cmdlets: commands that PowerShell runs itself. They throw where they fail, and leave $LASTEXITCODE alone.

import { commandEffect } from '../facts/commands.js';
import { type Cmdlet, cmdletOf, positionalNames, takesValue } from '../facts/powershell.js';
import { builtinOf } from './builtins.js';
import type { Commanded } from './commanding.js';
import { fileQuestion } from './conditions.js';

import { ask, isEmpty, known, negate, PRIVATE, resolve } from './constraints.js';
import { madeOf } from './evaluate.js';
import { callFunction } from './functions.js';
import { gather } from './gathering.js';
import { nameInEnvironment } from './library.js';
import { linesOf } from './lines.js';
import { assign, emit, type Machine, readVariable, siteName, workKey } from './machine.js';
import { setSuccess } from './outcome.js';
import { stopsOnError } from './ps-programs.js';
import { type Result, raise } from './raising.js';
import { writeFile } from './redirects.js';
import { addWork, type Failure, record, type State, setVariable } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  knownText,
  lacksOf,
  listCell,
  nothing,
  recordCell,
  setSlot,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  truthOf,
  unknownThing,
  walkThing,
} from './things.js';
import { concat, constant, derived, nameOf, textOf, union, type Value } from './values.js';

/** The cmdlet that a name calls; null for a program. */
export function cmdletNamed(name: string, machine: Machine): Cmdlet | null {
  return cmdletOf(name, {
    legacy: machine.legacyPowerShell,
    windows: machine.windows || machine.legacyPowerShell,
  });
}

/** A cmdlet with its arguments by name. */
interface Bound {
  readonly cmdlet: Cmdlet;
  /** As the script calls it. */
  readonly written: string;
  /** By lower-case name; true for a switch. */
  readonly named: ReadonlyMap<string, Thing>;
  /** What has no name. */
  readonly rest: readonly Thing[];
  readonly input: Thing | null;
  readonly command: Commanded;
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['ea', 'erroraction'],
  ['wa', 'warningaction'],
  ['pspath', 'literalpath'],
]);

function bind(cmdlet: Cmdlet, written: string, command: Commanded): Bound {
  const named = new Map<string, Thing>();
  const rest: Thing[] = [];
  const free = positionalNames(cmdlet).filter(
    (name) => !command.args.some((arg) => arg.kind === 'named' && arg.name === name),
  );
  for (let i = 0; i < command.args.length; i++) {
    const arg = command.args[i];
    if (!arg) break;
    if (arg.kind === 'value') {
      const name = free.shift();
      if (name === undefined) rest.push(arg.thing);
      else named.set(name, arg.thing);
      continue;
    }
    const name = SHORT_NAMES.get(arg.name) ?? arg.name;
    const next = command.args[i + 1];
    if (arg.thing) named.set(name, arg.thing);
    else if (next?.kind === 'value' && takesValue(name)) {
      named.set(name, next.thing);
      i++;
    } else named.set(name, booleanThing(true));
  }
  return { cmdlet, written, named, rest, input: command.input, command };
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
      return [
        {
          state,
          thing: textThing(concat(parts.flatMap((part, i) => (i === 0 ? [part] : [constant('/'), part])))),
        },
      ];
    }
    case 'new-object':
      return newObject(bound, state, machine);
    default:
      return runOther(bound, state, machine);
  }
}

// --- errors -----------------------------------------------------------------------------------------------------

/** Does an error of this cmdlet end the script, unless something catches it? */
function stops(bound: Bound, state: State, machine: Machine): boolean {
  const given = bound.named.get('erroraction');
  if (!given) return stopsOnError(state);
  const action = textOf(textOfThing(given, state, machine.rules))?.toLowerCase();
  return action === 'stop' || action === 'inquire';
}

/** An error of the cmdlet; where it ends nothing, the failure behind it is swallowed. */
function failWith(bound: Bound, failure: Failure | null, state: State, machine: Machine): Result[] {
  const { at } = bound.command.expression;
  if (stops(bound, state, machine))
    return raise(state, { types: null, because: failure, how: 'error', site: at, where: at });
  setSuccess(state, false, failure?.lacks);
  const by = bound.named.has('erroraction') ? '-ErrorAction' : '$ErrorActionPreference';
  if (failure) record(state, { kind: 'mask', failure, where: at, by });
  return [{ state, thing: { kind: 'nothing', lacks: failure?.lacks ?? [] } }];
}

function failureOf(
  bound: Bound,
  lacks: readonly string[],
  silent: boolean,
  state: State,
  machine: Machine,
): Failure {
  const { at } = bound.command.expression;
  return { where: at, work: workKey(at, state, machine), name: bound.written, lacks, silent, guessed: true };
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

function isOn(thing: Thing | undefined, state: State, machine: Machine): boolean {
  return thing !== undefined && truthOf(thing, state, machine.rules).answer === true;
}

function pathOf({ named }: Bound): Thing {
  return named.get('path') ?? named.get('filepath') ?? named.get('literalpath') ?? nothing;
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

function readFromFile(bound: Bound, state: State, machine: Machine): Result[] {
  const path = pathOf(bound);
  const drive = driveOf(path, state);
  if (drive?.drive === 'env') {
    const value = readVariable(nameInEnvironment(drive.name, state, machine), state, machine);
    return [{ state, thing: value ? textThing(value) : nothing }];
  }
  const name = textOfThing(path, state, machine.rules);
  const file = state.files.get(nameOf(resolve(state.constraints, name)));
  if (file) return [{ state, thing: textThing(file) }];
  return [{ state, thing: unknownThing(`content of ${nameOf(name)}${state.route}`, name.lacks) }];
}

/** `env:X` and `variable:x`. */
function driveOf(path: Thing, state: State): { drive: string; name: string } | null {
  const [, drive, name] =
    /^(env|variable|function):[\\/]*([\w?]+)$/i.exec(knownText(path, state) ?? '') ?? [];
  return drive !== undefined && name !== undefined ? { drive: drive.toLowerCase(), name } : null;
}

/** What comes in goes out; made into another text it is some text. */
function passed(bound: Bound, state: State, machine: Machine): Thing {
  const { cmdlet, named, rest, command } = bound;
  const input = bound.input ?? named.get('inputobject') ?? named.get('object') ?? rest[0] ?? nothing;
  if (input.kind === 'nothing') return input;
  const same = ['select-object', 'sort-object', 'get-unique', 'out-string'].includes(cmdlet.name);
  if (same && input.kind === 'text') return input;
  const lacks = allLacks([input], state);
  const site = siteName(command.expression.at, state, machine);
  if (cmdlet.name.startsWith('convertto-'))
    return textThing({ ...derived(`${cmdlet.name} ${site}`, [], true), lacks });
  return unknownThing(madeOf(`${cmdlet.name} of ${thingName(input)}`, [input], site), lacks);
}

function allLacks(things: readonly Thing[], state: State): readonly string[] {
  let lacks: readonly string[] = [];
  for (const thing of things)
    walkThing(thing, state, (inner) => {
      // What the answer to a refused request does to others is not known.
      if (!thingName(inner).includes(PRIVATE)) lacks = union(lacks, lacksOf(inner, state));
    });
  return lacks;
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
  if (drive?.drive !== 'env') return runOther(bound, state, machine);
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

// --- effects -------------------------------------------------------------------------------------------------------

function done(bound: Bound, name: string, state: State, machine: Machine): void {
  const { at } = bound.command.expression;
  const rehearsal = isOn(bound.named.get('whatif'), state, machine);
  addWork(state, {
    key: `${workKey(at, state, machine)}${rehearsal ? ':rehearsal' : ''}`,
    name,
    where: at,
    step: machine.step,
    rehearsal,
  });
}

function runOther(bound: Bound, state: State, machine: Machine): Result[] {
  const { cmdlet, named, rest, input, command } = bound;
  const given = [...named.values(), ...rest, ...(input ? [input] : [])];
  const lacks = allLacks(given, state);
  if (lacks.length > 0 && cmdlet.whenMissing === 'throws') {
    const failure = failureOf(bound, lacks, false, state, machine);
    record(state, { kind: 'failure', failure });
    return failWith(bound, failure, state, machine);
  }
  if (cmdlet.effect === 'work') done(bound, bound.written, state, machine);
  const site = siteName(command.expression.at, state, machine);
  const id = madeOf(`result of ${cmdlet.name}`, given, site);
  return [{ state, thing: unknownThing(id, lacks, { origin: `${cmdlet.name}()` }) }];
}

/** Parameters whose value is what a request says, not who says it. */
const BODY: ReadonlySet<string> = new Set(['body', 'form', 'infile', 'outfile', 'contenttype', 'method']);
const CREDENTIAL = /token|secret|key|pass|auth|sign|cred/i;

/** A request: what it is refused is an error, unless it is told to take no notice. */
function request(bound: Bound, state: State, machine: Machine): Result[] {
  const { named, rest, command } = bound;
  let lacks: readonly string[] = [];
  for (const [name, thing] of [...named, ...rest.map((one) => ['', one] as const)])
    walkThing(thing, state, (inner, key) => {
      const plain = BODY.has(name) && !CREDENTIAL.test(key ?? '');
      if (!plain && !thingName(inner).includes(PRIVATE)) lacks = union(lacks, lacksOf(inner, state));
    });
  const site = siteName(command.expression.at, state, machine);
  if (lacks.length > 0) {
    const silent =
      isOn(named.get('skiphttperrorcheck'), state, machine) && !isEmptyUri(named.get('uri'), state, machine);
    const failure = failureOf(bound, lacks, silent, state, machine);
    record(state, { kind: 'failure', failure });
    if (!silent) return failWith(bound, failure, state, machine);
    const thing = unknownThing(`${PRIVATE}answer ${site}`, lacks, { full: true, refused: failure });
    return [{ state, thing }];
  }
  done(bound, bound.written, state, machine);
  return [
    {
      state,
      thing: unknownThing(`answer ${site}`, allLacks([...named.values()], state), { origin: 'answer()' }),
    },
  ];
}

function isEmptyUri(uri: Thing | undefined, state: State, machine: Machine): boolean {
  return !uri || textOf(textOfThing(uri, state, machine.rules)) === '';
}

/** `Start-Process x`: how the program ends, and whether it needed the secret, is nobody's error. */
function startProcess(bound: Bound, state: State, machine: Machine): Result[] {
  const { named, rest, command } = bound;
  const { rules } = machine;
  const file = textOfThing(named.get('filepath') ?? nothing, state, rules);
  const text = textOf(file)?.replaceAll('\\', '/') ?? null;
  const name = text === null ? null : text.slice(text.lastIndexOf('/') + 1).replace(/\.exe$/i, '');
  const given = [named.get('argumentlist') ?? nothing, ...rest];
  const words = given.flatMap((thing): Value[] => {
    const cell = cellOf(thing, state);
    if (cell?.kind === 'list' && cell.exact) return cell.items.map((item) => textOfThing(item, state, rules));
    return thing.kind === 'nothing' ? [] : [textOfThing(thing, state, rules)];
  });
  const lacks = allLacks(given, state);
  const effect = name === null ? 'work' : commandEffect(name, words.map(textOf));
  const site = siteName(command.expression.at, state, machine);
  const passes = isOn(named.get('passthru'), state, machine);
  if (lacks.length > 0 && effect === 'work') {
    const failure = { ...failureOf(bound, lacks, true, state, machine), name: name ?? bound.written };
    record(state, { kind: 'failure', failure });
    const thing = unknownThing(`${PRIVATE}process ${site}`, lacks, { full: true, refused: failure });
    return [{ state, thing: passes ? thing : nothing }];
  }
  if (effect === 'work') done(bound, name ?? bound.written, state, machine);
  const thing = unknownThing(`process ${site}`, lacks, { full: true, origin: 'process()' });
  return [{ state, thing: passes ? thing : nothing }];
}
