// What the library does with files, and with the script's own command line.

import type { Meaning } from '../facts/library.js';
import { isEmpty, known } from './constraints.js';
import { decideQuestion } from './evaluate.js';
import { computed, type LibraryCall, lacksGiven, type MeaningOf, operands } from './library-call.js';
import { type Machine, siteName } from './machine.js';
import { type Result, raise } from './raising.js';
import { writeFile, writtenText } from './redirects.js';
import type { State } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  changeEntry,
  knownText,
  listCell,
  nothing,
  recordCell,
  someList,
  type Thing,
  textOfThing,
  textThing,
  unknownThing,
} from './things.js';
import { concat, constant, emptyValue, textOf, type Value } from './values.js';

type FileMeaning =
  | 'open'
  | 'file-read'
  | 'file-lines'
  | 'file-write'
  | 'write-file'
  | 'append-file'
  | 'read-file'
  | 'joined-path'
  | 'argument-parser'
  | 'add-argument'
  | 'parse-arguments';

function pathOf(thing: Thing | null | undefined, state: State, machine: Machine): Value {
  if (thing?.kind === 'file') return thing.path;
  return thing ? textOfThing(thing, state, machine.rules) : emptyValue;
}

/** An empty name is no file: opening it is an error. */
function withPath(call: LibraryCall, path: Value, state: State, next: (state: State) => Result[]): Result[] {
  const { at, fact } = call;
  const empty = isEmpty(state.constraints, path);
  if (empty.answer === false) return next(state);
  const types = fact.raises ?? ['FileNotFoundError', 'OSError', 'Exception', 'BaseException'];
  const certain = empty.answer === true ? known(true) : empty;
  return decideQuestion(certain, path.lacks, at, at, state).flatMap((branch) =>
    branch.answer
      ? raise(branch.state, { types, lacks: path.lacks, how: 'error', site: at, where: at })
      : next(branch.state),
  );
}

const open: MeaningOf = (call, state, machine) => {
  const { receiver, args } = call;
  const things = receiver ? [receiver, ...args.positional] : args.positional;
  const path = pathOf(things[0] ?? args.named.get('file'), state, machine);
  const mode = knownText(args.named.get('mode') ?? things[1], state) ?? 'r';
  return withPath(call, path, state, (at) => {
    if (mode.startsWith('w')) writeFile(at, path, emptyValue, false);
    return [{ state: at, thing: { kind: 'file', path, append: /[awx+]/.test(mode) } }];
  });
};

/** Text that is written to a file; a handle is always written on from where it stands. */
function writing(append: boolean): MeaningOf {
  return (call, state, machine) => {
    const { receiver, args } = call;
    const target = receiver ?? args.positional[0];
    const written = receiver ? args.positional[0] : args.positional[1];
    const path = pathOf(target, state, machine);
    const add = append || target?.kind === 'file';
    return withPath(call, path, state, (at) => {
      writeFile(at, path, written ? textOfThing(written, at, machine.rules) : emptyValue, add);
      return [{ state: at, thing: nothing }];
    });
  };
}

const read: MeaningOf = (call, state, machine) => {
  const path = pathOf(operands(call)[0], state, machine);
  return withPath(call, path, state, (at) => {
    const text = writtenText(at, path);
    // `file.read(3)` reads a part of it.
    const isWhole = call.receiver?.kind !== 'file' || call.args.positional.length === 0;
    if (text !== null && isWhole) return [{ state: at, thing: textThing(constant(text)) }];
    return [{ state: at, thing: textThing(textOfThing(computed(call, at, machine), at, machine.rules)) }];
  });
};

/** What Node's `path.join` makes of parts: no `.`, no `//`, no `..` behind a name. */
function joinedInNode(parts: readonly string[]): string {
  const path = parts.filter((part) => part !== '').join('/');
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    const stays = kept.length > 0 ? kept.at(-1) === '..' : !isRooted;
    if (name !== '..' || stays) kept.push(name);
    else kept.pop();
  }
  const inner = kept.join('/') || (isRooted ? '' : '.');
  return `${isRooted ? '/' : ''}${inner}${path.endsWith('/') && inner !== '' ? '/' : ''}`;
}

/** What begins with a slash begins anew in Python; Node's path is then brought to its shortest form. */
const joinedPath: MeaningOf = (call, state, machine) => {
  const isNode = machine.rules.language === 'javascript';
  const given = operands(call).map((thing) => textOfThing(thing, state, machine.rules));
  const written = given.map(textOf);
  if (isNode && written.every((text) => text !== null))
    return [{ state, thing: textThing(constant(joinedInNode(written), lacksGiven(call, state))) }];
  const isAbsolute = ({ pieces: [head] }: Value) => typeof head === 'string' && head.startsWith('/');
  const texts = given.slice(Math.max(0, isNode ? 0 : given.findLastIndex(isAbsolute)));
  const parts = texts.flatMap((text, i) => {
    const before = texts[i - 1];
    const slash = before !== undefined && before.pieces.length > 0 && !textOf(before)?.endsWith('/');
    return slash ? [constant('/'), text] : [text];
  });
  return [{ state, thing: textThing(concat(parts)) }];
};

// --- the command line ---------------------------------------------------------------------------------------

/** The name under which a parsed argument is found: `--api-key` is `api_key`. */
function destination(call: LibraryCall, state: State): string | null {
  const given = knownText(call.args.named.get('dest'), state);
  if (given !== null) return given;
  const names = call.args.positional.map((thing) => knownText(thing, state));
  const long = names.find((name) => name?.startsWith('--')) ?? names[0];
  return long ? long.replace(/^-+/, '').replaceAll('-', '_') : null;
}

const addArgument: MeaningOf = (call, state, machine) => {
  const { receiver, args } = call;
  const name = destination(call, state);
  if (name === null) return [{ state, thing: nothing }];
  const flags = args.positional.flatMap((thing) => knownText(thing, state) ?? []);
  const action = knownText(args.named.get('action'), state);
  const switches = action === 'store_true' || action === 'store_false';
  const initial = args.named.get('default') ?? (switches ? booleanThing(action === 'store_false') : nothing);
  const given = givenTo(flags, state);
  const computed = () => unknownThing(`argument ${name} ${siteName(call.at, state, machine)}`);
  let value = initial;
  if (given.kind === 'unknown') value = computed();
  else if (given.kind === 'given') {
    if (switches) value = booleanThing(action === 'store_true');
    // What a `type` makes of it is not known, save of a path.
    else value = given.value && isText(args.named.get('type')) ? textThing(given.value) : computed();
  }
  changeEntry(receiver, name, value, state);
  return [{ state, thing: nothing }];
};

function isText(type: Thing | undefined): boolean {
  return type === undefined || (type.kind === 'library' && ['str', 'pathlib.Path'].includes(type.path));
}

type Given =
  | { readonly kind: 'absent' | 'unknown' }
  /** `value` is null for a flag at the end. */
  | { readonly kind: 'given'; readonly value: Value | null };

/** What the command line has for an option; a word of unknown text is taken for a value, not for an option. */
function givenTo(flags: readonly string[], { positional }: State): Given {
  if (flags.every((flag) => !flag.startsWith('-'))) return { kind: 'unknown' };
  let given: Given = { kind: 'absent' };
  positional.forEach((word, index) => {
    const text = textOf(word);
    const [head, ...rest] = word.pieces;
    if (text !== null && flags.includes(text))
      given = { kind: 'given', value: positional[index + 1] ?? null };
    const equals = flags.find((flag) => typeof head === 'string' && head.startsWith(`${flag}=`));
    if (equals === undefined || typeof head !== 'string') return;
    const first = head.slice(equals.length + 1);
    given = { kind: 'given', value: { pieces: first === '' ? rest : [first, ...rest], lacks: word.lacks } };
  });
  return given;
}

export const fileMeanings: Readonly<Record<FileMeaning & Meaning, MeaningOf>> = {
  open,
  'file-read': read,
  'file-write': writing(true),
  'write-file': writing(false),
  'append-file': writing(true),
  'read-file': read,
  'file-lines': (call, state, machine) => {
    const path = pathOf(operands(call)[0], state, machine);
    const text = writtenText(state, path);
    // Each with its line end, which the last one may lack.
    const lines = text?.split(/(?<=\n)/) ?? [];
    const items = lines.map((line) => textThing(constant(line)));
    const cell = text === null || operands(call).length > 1 ? someList(false, path.lacks) : listCell(items);
    return [{ state, thing: allocate(cell, siteName(call.at, state, machine), state) }];
  },
  'joined-path': joinedPath,
  'argument-parser': (call, state, machine) => {
    const cell = recordCell(new Map(), { origin: call.fact.gives });
    return [{ state, thing: allocate(cell, siteName(call.at, state, machine), state) }];
  },
  'add-argument': addArgument,
  'parse-arguments': (call, state, machine) => {
    const cell = cellOf(call.receiver ?? undefined, state);
    if (cell?.kind !== 'record') return [{ state, thing: computed(call, state, machine, true) }];
    const site = siteName(call.at, state, machine);
    const list = cellOf(call.args.positional[0], state);
    // Words that are not those of the command line are not read.
    const entries =
      list?.kind === 'list' && !(list.exact && list.items.length === 0)
        ? new Map(
            [...cell.entries.keys()].map((name) => [
              name,
              unknownThing(`argument ${name} ${site}`, list.lacks),
            ]),
          )
        : cell.entries;
    return [{ state, thing: allocate(recordCell(entries, { origin: 'parsed arguments' }), site, state) }];
  },
};
