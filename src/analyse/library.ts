// What the library of a language does when a program calls it: facts say which of the meanings below a name has.

import { errorTypes, libraryFact, type Meaning } from '../facts/library.js';
import type { Place } from '../text/script.js';
import { setEntry } from './assigning.js';
import { ask, resolve } from './constraints.js';
import { isInstance, makeError } from './error-things.js';
import { after, decideQuestion, keyOf, madeOf, raiseError } from './evaluate.js';
import { split } from './expressions.js';
import { type ForeignCall, runForeign } from './foreign.js';
import { type Args, argument, argumentsOf, enterContext, invoke, noArgs } from './functions.js';
import { computed, type LibraryCall, type MeaningOf, operands } from './library-call.js';
import { changeMeanings } from './library-changes.js';
import { commandMeanings } from './library-commands.js';
import { fileMeanings } from './library-files.js';
import { listMeanings } from './library-lists.js';
import { jsonOf, resultMeanings } from './library-results.js';
import { textMeanings } from './library-texts.js';
import { assign, emit, type Machine, readVariable, siteName } from './machine.js';
import { loadModule } from './modules.js';
import { importModule, isImported } from './python-modules.js';
import { PENDING_STATUS, pendingStatus, type Result, raise } from './raising.js';
import { record, type State, type Status, setVariable, status } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  entryOf,
  knownText,
  lacksOf,
  listCell,
  nothing,
  numberThing,
  setSlot,
  type Thing,
  textOfThing,
  textThing,
  thingName,
  truthOf,
  unknownThing,
  walkThing,
} from './things.js';
import { concat, constant, hole, textOf, type Value } from './values.js';
import { knownValue } from './world.js';

/** Something of the library by its name, as a value. */
export function libraryValue(path: string, state: State, machine: Machine, at: Place): Thing {
  const fact = libraryFact(machine.rules.language, path);
  if (fact?.meaning === 'arguments') {
    const caller = state.callers.at(-1);
    const name = textThing(
      caller ? caller.name : { pieces: [hole('name of the script', { nonEmpty: true })], lacks: [] },
    );
    const first = fact.gives === null ? name : textThing(constant(fact.gives));
    const items = [first, ...state.positional.map(textThing)];
    return allocate(listCell(items), siteName(at, state, machine), state);
  }
  if (fact?.meaning === 'environment-value' && fact.gives !== null) {
    const value = readVariable(fact.gives, state, machine);
    return value ? textThing(value) : nothing;
  }
  // Code that is not seen may have set any variable.
  if (fact?.meaning === 'nothing') return state.opened ? unknownThing(path) : nothing;
  if (fact?.meaning === 'asked') return booleanThing(ask(state.constraints, path));
  if (fact?.meaning === 'asked-on-windows')
    return booleanThing(machine.windows ? ask(state.constraints, path) : false);
  if (fact?.meaning === 'is-main') return booleanThing(!state.callers.at(-1)?.sourced);
  if (fact?.meaning === 'main-name')
    return textThing(constant(isImported(at.text.source, state) ? 'a module' : '__main__'));
  if (fact?.meaning === 'event') return eventThing(path, fact.gives, machine);
  if (fact?.property && fact.meaning === 'status-at-the-end')
    return state.data.get(PENDING_STATUS) ?? nothing;
  return fact?.property && fact.meaning !== 'environment' ? unknownThing(path) : { kind: 'library', path };
}

/**
 * A part of the event that started the run: `context.payload.pull_request.head.repo.fork`. `gives`: what it is called
 * below `github`, where that is not what the payload calls it.
 */
function eventThing(path: string, gives: string | null, machine: Machine): Thing {
  const inPayload = path.slice(path.indexOf('payload.') + 'payload.'.length).toLowerCase();
  const field = gives ?? `event.${inPayload}`;
  const known = machine.world.context.known(field);
  // What is below it is found by its origin.
  if (!known) return unknownThing(`github.${field}`, [], { origin: path });
  if (known.kind === 'object') return unknownThing(`github.${field}`, [], { origin: path, full: true });
  if (known.kind === 'symbol') return textThing(knownValue(known));
  if (known.value === null) return nothing;
  if (typeof known.value === 'boolean') return booleanThing(known.value);
  return typeof known.value === 'number' ? numberThing(known.value) : textThing(constant(known.value));
}

/** Is it what the variables of the environment are asked of? */
export function isEnvironment(thing: Thing, { rules }: Machine): boolean {
  return thing.kind === 'library' && libraryFact(rules.language, thing.path)?.meaning === 'environment';
}

/** A variable of the environment, where the name stands for that; null where it stands for something else. */
export function libraryItem(path: string, name: string, state: State, machine: Machine): Thing | null {
  if (libraryFact(machine.rules.language, path)?.meaning !== 'environment') return null;
  const value = readVariable(nameInEnvironment(name, state, machine), state, machine);
  return value ? textThing(value) : nothing;
}

export function setLibraryItem(
  path: string,
  name: string,
  thing: Thing,
  state: State,
  machine: Machine,
): void {
  if (libraryFact(machine.rules.language, path)?.meaning !== 'environment') return;
  assign(state, nameInEnvironment(name, state, machine), textOfThing(thing, state, machine.rules), true);
}

/** On Windows the names of variables ignore case. */
export function nameInEnvironment(name: string, state: State, machine: Machine): string {
  if (!machine.windows || state.vars.has(name)) return name;
  const folded = name.toUpperCase();
  for (const key of state.vars.keys()) if (key.toUpperCase() === folded) return key;
  return folded;
}

/** The name by which facts know a member of a value; null where none does. */
export function typeMember(thing: Thing, name: string, state: State, machine: Machine): string | null {
  const { language } = machine.rules;
  const known = (path: string): string | null => (libraryFact(language, path) ? path : null);
  if (thing.kind === 'unknown')
    return (thing.origin === null ? null : known(`${thing.origin}.${name}`)) ?? known(`unknown.${name}`);
  const cell = cellOf(thing, state);
  if (cell?.kind === 'record' && cell.origin !== null)
    return known(`${cell.origin}.${name}`) ?? known(`record.${name}`);
  if (cell?.kind === 'record' && cell.type) return null;
  return known(`${cell ? cell.kind : thing.kind}.${name}`);
}

/** Calls something of the library; `args` null: its value is asked for, it is not called. */
export function callLibrary(
  path: string,
  receiver: Thing | null,
  args: Args | null,
  at: Place,
  state: State,
  machine: Machine,
): Result[] {
  const fact = libraryFact(machine.rules.language, path);
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (args === null && receiver && !fact?.property) {
    if (receiver.kind !== 'unknown') return [{ state, thing: { kind: 'method', receiver, name } }];
    const id = `${receiver.id}.${name}`;
    const { refused } = receiver;
    return [{ state, thing: unknownThing(id, receiver.lacks, { origin: path, refused }) }];
  }
  const given = args ?? noArgs;
  if (!fact && errorTypes(machine.rules.language, path))
    return [{ state, thing: makeError(path, given, at, state, machine) }];
  if (!fact) {
    const call: ForeignCall = {
      name: path,
      effect: 'work',
      refused: 'fails',
      raises: null,
      gives: null,
      receiver,
      args: given,
      at,
    };
    return withCallbacks(runForeign(call, state, machine), given, at, machine);
  }
  const results = meanings[fact.meaning]({ path, fact, receiver, args: given, at }, state, machine);
  return NOT_FOLLOWED.has(fact.meaning) ? withCallbacks(results, given, at, machine) : results;
}

/** Meanings of what is not followed: nothing is known of when it calls back. */
const NOT_FOLLOWED: ReadonlySet<Meaning> = new Set([
  'command',
  'command-checked',
  'command-output',
  'command-piped',
  'command-process',
  'command-status',
  'command-streamed',
  'http',
  'prepares',
  'pure',
  'work',
]);

/** Functions that a call is given, also in a record of options, may run once in it, or never. */
function withCallbacks(results: readonly Result[], args: Args, at: Place, machine: Machine): Result[] {
  return results.flatMap((result) => {
    const functions: Thing[] = [];
    for (const thing of argumentsOf(args))
      walkThing(thing, result.state, (inner) => {
        if (inner.kind === 'function') functions.push(inner);
      });
    return functions.reduce<Result[]>(
      (open, use) =>
        after(open, (thing, path) => {
          const question = ask(path.constraints, `calls back ${siteName(at, path, machine)}`);
          return split(question, path).flatMap((branch) => {
            if (!branch.answer) return [{ state: branch.state, thing }];
            const given = { positional: [], named: new Map(), open: true };
            const ran = invoke(use, given, at, branch.state, machine);
            return after(ran, (_, end) => [{ state: end, thing }]);
          });
        }),
      [result],
    );
  });
}

/** Calls what nothing is known of: a command by another name. */
export function callUnknown(target: Thing, args: Args, at: Place, state: State, machine: Machine): Result[] {
  const receiver = target.kind === 'method' ? target.receiver : target;
  const name = target.kind === 'method' ? target.name : nameOfUnknown(target);
  const call: ForeignCall = {
    name,
    effect: 'work',
    refused: 'fails',
    raises: null,
    gives: null,
    receiver,
    args,
    at,
  };
  return withCallbacks(runForeign(call, state, machine), args, at, machine);
}

function nameOfUnknown(thing: Thing): string {
  return thing.kind === 'unknown' && thing.origin !== null ? thing.origin : 'a function';
}

// --- values -----------------------------------------------------------------------------------------------

const pure: MeaningOf = (call, state, machine) => [{ state, thing: computed(call, state, machine) }];
const make: MeaningOf = (call, state, machine) => [{ state, thing: computed(call, state, machine, true) }];

function first(call: LibraryCall): Thing {
  return operands(call)[0] ?? nothing;
}

const environmentGet: MeaningOf = (call, state, machine) => {
  const key = argument(call.args, 0, 'key') ?? nothing;
  const name = knownText(key, state);
  const other = argument(call.args, 1, 'default') ?? nothing;
  if (name === null)
    return [{ state, thing: unknownThing(`environment ${thingName(key)}`, lacksOf(key, state)) }];
  const value = readVariable(name, state, machine);
  return [{ state, thing: value ? textThing(value) : other }];
};

const environmentSet: MeaningOf = (call, state, machine) => {
  const name = knownText(call.args.positional[0], state);
  const value = call.args.positional[1] ?? nothing;
  if (name === null) return pure(call, state, machine);
  const old = readVariable(name, state, machine);
  if (old) return [{ state, thing: textThing(old) }];
  assign(state, name, textOfThing(value, state, machine.rules), true);
  return [{ state, thing: value }];
};

const environmentRemove: MeaningOf = (call, state, machine) => {
  const name = knownText(call.args.positional[0], state);
  const isThere = name === null || readVariable(name, state, machine) !== null;
  if (!isThere && machine.rules.absent === 'throws' && !argument(call.args, 1))
    return raiseError('KeyError', [], call.at, state);
  const results = environmentGet(call, state, machine);
  if (name !== null) setVariable(state, name, null);
  return results;
};

// --- leaving ----------------------------------------------------------------------------------------------

/** The statuses that a thing stands for where a program ends with it, each on a path of its own. */
function statusesOf(
  thing: Thing | undefined,
  call: LibraryCall,
  state: State,
  machine: Machine,
): { state: State; status: Status }[] {
  const { fact, at } = call;
  const lacks = thing ? lacksOf(thing, state) : [];
  if (!thing || thing.kind === 'nothing') {
    const pending = pendingStatus(state);
    return [{ state, status: fact.status === null ? pending : status(fact.status, lacks) }];
  }
  if (thing.kind === 'text') {
    emit(state, concat([thing.value, constant('\n')]));
    return [{ state, status: status(fact.status ?? 1, lacks) }];
  }
  if (thing.kind === 'number') {
    const text = textOf(resolve(state.constraints, thing.value));
    if (text !== null && /^-?\d{1,9}$/.test(text))
      return [{ state, status: status(((Number(text) % 256) + 256) % 256, lacks) }];
  }
  const red =
    thing.kind === 'number' || thing.kind === 'boolean'
      ? truthOf(thing, state, machine.rules)
      : ask(state.constraints, `${thingName(thing)} ends red`);
  const one = thing.kind === 'boolean' ? 1 : null;
  return decideQuestion(red, lacks, call.fact, at, state).map((branch) => ({
    state: branch.state,
    status: status(branch.answer ? one : 0, lacks),
  }));
}

const exit: MeaningOf = (call, state, machine) =>
  statusesOf(argument(call.args, 0), call, state, machine).flatMap(({ state: path, status: ended }) => {
    const { handling } = path;
    // A status that is handed on after a failure is still the failure that it was.
    const because = ended.code !== 0 ? (handling?.because ?? null) : null;
    const types = call.fact.raises ?? ['SystemExit', 'BaseException'];
    return raise(path, {
      types,
      status: { ...ended, because },
      lacks: ended.lacks,
      how: 'exit',
      site: call.at,
      where: call.at,
    });
  });

const exitNow: MeaningOf = (call, state, machine) =>
  statusesOf(argument(call.args, 0), call, state, machine).map(({ state: path, status: ended }) => {
    path.status = ended;
    path.flow = { kind: 'exit' };
    record(path, { kind: 'leave', how: 'exit', site: call.at, where: call.at, green: ended.code === 0 });
    return { state: path, thing: nothing };
  });

const statusAtTheEnd: MeaningOf = (call, state) => {
  setSlot(state, PENDING_STATUS, argument(call.args, 0) ?? nothing);
  return [{ state, thing: nothing }];
};

// --- telling ----------------------------------------------------------------------------------------------

/** What the positional arguments print, with blanks between them. */
function printedText(call: LibraryCall, state: State, machine: Machine): Value {
  const separator = textGiven(call, 'sep', ' ', state, machine);
  const texts = call.args.positional.map((thing) => textOfThing(thing, state, machine.rules));
  return concat(texts.flatMap((text, i) => (i === 0 ? [text] : [separator, text])));
}

/** The text that is given by a name; without one, or with nothing, the usual one. */
function textGiven(call: LibraryCall, name: string, usual: string, state: State, machine: Machine): Value {
  const thing = call.args.named.get(name);
  return thing && thing.kind !== 'nothing' ? textOfThing(thing, state, machine.rules) : constant(usual);
}

/** Errors go past a `$(…)` that catches what is printed. */
function emitError(state: State, text: Value): void {
  const { out } = state;
  state.out = null;
  emit(state, text);
  state.out = out;
}

const printLine: MeaningOf = (call, state, machine) => {
  const end = textGiven(call, 'end', '\n', state, machine);
  const text = concat([printedText(call, state, machine), end]);
  const file = call.args.named.get('file');
  if (!file) emit(state, text);
  else if (file.kind === 'library') emitError(state, text);
  else
    return fileMeanings['file-write'](
      { ...call, receiver: file, args: { ...noArgs, positional: [textThing(text)] } },
      state,
      machine,
    );
  return [{ state, thing: nothing }];
};

const setFailed: MeaningOf = (call, state, machine) => {
  emit(state, concat([constant('::error::'), printedText(call, state, machine), constant('\n')]));
  setSlot(state, PENDING_STATUS, numberThing(1));
  return [{ state, thing: nothing }];
};

/** What the function of an `actions/github-script` step returns: an output, as JSON unless it is asked for as text. */
const setResult: MeaningOf = (call, state, machine) => {
  const thing = first(call);
  const encoding = readVariable('INPUT_RESULT-ENCODING', state, machine);
  const asText = encoding !== null && textOf(encoding)?.toLowerCase() === 'string';
  // Nothing is written as the empty text, which is what an output that is never written reads as (semantics 7.6).
  if (thing.kind === 'nothing' && !asText) return [{ state, thing: nothing }];
  const text = asText ? textOfThing(thing, state, machine.rules) : jsonOf(thing, state, machine);
  const positional = [textThing(constant('result')), textThing(text)];
  return toRunner('GITHUB_OUTPUT')({ ...call, args: { ...noArgs, positional } }, state, machine);
};

/** `core.setOutput(name, value)` and its kin: a line in one of the files that the runner reads. */
function toRunner(variable: string): MeaningOf {
  return (call, state, machine) => {
    const path = machine.ambient(variable);
    const [name, value] = call.args.positional;
    if (!path || !name || !value) return [{ state, thing: nothing }];
    const text = textOfThing(value, state, machine.rules);
    const plain = !textOf(text)?.includes('\n');
    const parts = plain
      ? [textOfThing(name, state, machine.rules), constant('='), text, constant('\n')]
      : [
          textOfThing(name, state, machine.rules),
          constant('<<ghadelimiter\n'),
          text,
          constant('\nghadelimiter\n'),
        ];
    const file: Thing = { kind: 'file', path, append: true };
    return fileMeanings['file-write'](
      { ...call, receiver: file, args: { ...noArgs, positional: [textThing(concat(parts))] } },
      state,
      machine,
    );
  };
}

// --- effects outside --------------------------------------------------------------------------------------

function foreign(effect: 'work' | 'prepares', refused: 'fails' | 'answers'): MeaningOf {
  return ({ path, fact, receiver, args, at }, state, machine) =>
    runForeign(
      { name: path, effect, refused, raises: fact.raises, gives: fact.gives, receiver, args, at },
      state,
      machine,
    );
}

/** Events that come on the ordinary day. */
const ORDINARY_EVENTS: ReadonlySet<string> = new Set('data end close exit finish response'.split(' '));

/** `response.on('end', f)`: the function is taken to run at once, where what it waits for is ordinary. */
const listen: MeaningOf = (call, state, machine) => {
  const { receiver, args, at } = call;
  const event = knownText(args.positional[0], state);
  const use = args.positional.find((thing) => thing.kind === 'function');
  const thing = receiver ?? nothing;
  if (!receiver || !use || event === null || !ORDINARY_EVENTS.has(event)) return [{ state, thing }];
  const code = entryOf(receiver, 'exitCode', state);
  const given = code && event !== 'data' ? [code] : [];
  const open = { positional: given, named: new Map(), open: given.length === 0 };
  return after(invoke(use, open, at, state, machine), (_, end) => [{ state: end, thing }]);
};

/** `response.raise_for_status()`: the answer to a refused request is an error here. */
const raiseIfRefused: MeaningOf = (call, state) => {
  const { receiver } = call;
  if (receiver?.kind !== 'unknown' || !receiver.refused) return [{ state, thing: nothing }];
  return raise(state, {
    types: call.fact.raises,
    because: { ...receiver.refused, silent: false },
    how: 'error',
    site: call.at,
    where: call.at,
  });
};

const meanings: Readonly<Record<Meaning, MeaningOf>> = {
  ...textMeanings,
  ...listMeanings,
  ...changeMeanings,
  ...fileMeanings,
  ...commandMeanings,
  ...resultMeanings,
  environment: pure,
  arguments: pure,
  constant: pure,
  event: (call, state, machine) => [{ state, thing: eventThing(call.path, null, machine) }],
  'environment-value': pure,
  nothing: pure,
  asked: pure,
  'asked-on-windows': pure,
  'environment-get': environmentGet,
  'environment-set': environmentSet,
  'environment-remove': environmentRemove,
  exit,
  'exit-now': exitNow,
  raise: (call, state, machine) => {
    const thing = computed(call, state, machine, true);
    return raise(state, {
      types: call.fact.raises,
      value: thing,
      how: 'exit',
      site: call.at,
      where: call.at,
    });
  },
  'status-at-the-end': statusAtTheEnd,
  print: (call, state, machine) => {
    emit(state, printedText(call, state, machine));
    return [{ state, thing: nothing }];
  },
  'print-line': printLine,
  'print-error': (call, state, machine) => {
    emitError(state, concat([printedText(call, state, machine), constant('\n')]));
    return [{ state, thing: nothing }];
  },
  'set-failed': setFailed,
  'set-output': toRunner('GITHUB_OUTPUT'),
  'set-variable': toRunner('GITHUB_ENV'),
  'set-result': setResult,
  'load-module': loadModule,
  'is-main': pure,
  import: importModule,
  'main-name': pure,
  summarise: (_, state) => [{ state, thing: nothing }],
  pure,
  make,
  identity: (call, state) => {
    const [one] = operands(call);
    // A copy of the environment is taken for the environment.
    const whole: Thing = call.fact.gives === null ? nothing : { kind: 'library', path: call.fact.gives };
    return [{ state, thing: one ?? whole }];
  },
  'is-type': (call, state, machine) => {
    const [thing = nothing, wanted = nothing] = call.args.positional;
    const id = madeOf(call.path, [thing, wanted], siteName(call.at, state, machine));
    const question = isInstance(thing, wanted, state, machine, () => ask(state.constraints, `${id} is true`));
    return [{ state, thing: booleanThing(question, lacksOf(thing, state)) }];
  },
  error: (call, state, machine) => {
    const type = call.path.slice(call.path.lastIndexOf('.') + 1);
    return [{ state, thing: makeError(type, call.args, call.at, state, machine) }];
  },
  enter: (call, state, machine) => enterContext(first(call), call.at, state, machine),
  'set-member': (call, state, machine) => {
    const [object = nothing, name = nothing, thing = nothing] = operands(call);
    setEntry(object, keyOf(name, state), thing, call.at, state, machine);
    return [{ state, thing: call.receiver ? object : nothing }];
  },
  boolean: (call, state, machine) => {
    const thing = first(call);
    return [{ state, thing: booleanThing(truthOf(thing, state, machine.rules), lacksOf(thing, state)) }];
  },
  http: foreign('work', 'answers'),
  'http-callback': (call, state, machine) =>
    after(foreign('work', 'answers')(call, state, machine), (answer, path) => {
      const use = call.args.positional.find((thing) => thing.kind === 'function');
      if (!use) return [{ state: path, thing: answer }];
      const args = { ...noArgs, positional: [answer] };
      return after(invoke(use, args, call.at, path, machine), (_, end) => [{ state: end, thing: answer }]);
    }),
  listen,
  'raise-if-refused': raiseIfRefused,
  work: foreign('work', 'fails'),
  prepares: foreign('prepares', 'fails'),
};
