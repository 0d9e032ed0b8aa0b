// Files of the repository that a Python program imports.

import { isLibraryRoot } from '../facts/library.js';
import { IMPORTED, slotPrefix, WANTS } from '../program/lower/python/modules.js';
import type { Source } from '../text/source.js';
import { after } from './evaluate.js';
import { lacksInside } from './following.js';
import { condense } from './joining.js';
import type { LibraryCall, MeaningOf } from './library-call.js';
import { type Machine, siteName } from './machine.js';
import { directoryOf, type File, runModule } from './modules.js';
import type { Result } from './raising.js';
import { currentDirectory, MAX_SCRIPT_DEPTH, pathBelow, programOf, workspacePath } from './scripts.js';
import { fork, type State } from './state.js';
import { knownText, nothing, setSlot, type Thing, textThing, unknownThing } from './things.js';
import { constant } from './values.js';

/** Is the file a module that was imported, not the program that was started? */
export function isImported({ path }: Source, state: State): boolean {
  return state.data.has(`${slotPrefix(path)}${IMPORTED}`);
}

/**
 * An `import`: its arguments are the module's name as it is written, what of it is wanted (`WANTS`, or a name), and the
 * library's name for it where the repository has no such module. Packages run before their modules, each file once.
 */
export const importModule: MeaningOf = (call, state, machine) => {
  const [module, wanted, path] = call.args.positional.map((thing) => knownText(thing, state) ?? '');
  if (module === undefined || wanted === undefined || path === undefined) return [];
  const found = find(module, wanted, call, state, machine);
  if (!found) return [{ state, thing: { kind: 'library', path } }];
  const { base, names } = found;
  const packages = module.startsWith('.') ? [names] : names.map((_, index) => names.slice(0, index + 1));
  let open: Result[] = [{ state, thing: nothing }];
  for (const parts of packages)
    open = after(open, (_, path) => load({ base, names: parts }, call, path, machine));
  return after(open, (_, path) => pick(found, wanted, call, path, machine));
};

/** A module of the repository: the directory below which it is, and the names that lead to it. */
interface Found {
  readonly base: string;
  readonly names: readonly string[];
}

function find(
  module: string,
  wanted: string,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Found | null {
  const dots = module.length - module.replace(/^\.+/, '').length;
  const names = module
    .slice(dots)
    .split('.')
    .filter((name) => name !== '');
  const bases =
    dots > 0 ? [above(askingDirectory(call, state, machine), dots - 1)] : roots(names, call, state, machine);
  for (const base of bases) {
    if (base === null) continue;
    // A package needs no file of its own where a module of it is wanted.
    const isThere =
      fileOf(base, names, machine) !== null || fileOf(base, [...names, wanted], machine) !== null;
    if (isThere) return { base, names };
  }
  return null;
}

function above(directory: string | null, levels: number): string | null {
  return directory === null ? null : pathBelow(directory, '../'.repeat(levels));
}

/**
 * Where modules are looked for: beside the program that was started, then where it was started. A package that is
 * installed from the repository, or put on the path by the program, is at the top or in `src`.
 */
function roots(
  [first = '']: readonly string[],
  call: LibraryCall,
  state: State,
  machine: Machine,
): (string | null)[] {
  const own = programDirectory(call, state, machine);
  // What facts know by the name is hardly a module of the repository.
  if (isLibraryRoot('python', first)) return [own];
  return [own, currentDirectory(state, machine), machine.checkout.top, srcOf(machine.checkout.top)];
}

function srcOf(top: string | null): string | null {
  return top === null ? null : pathBelow(top, 'src');
}

/** The directory of the file that was started; null for one that is not known. */
function programDirectory(call: LibraryCall, state: State, machine: Machine): string | null {
  const started = state.callers.findLast((caller) => !caller.sourced);
  const place = started ? workspacePath(started.name, state, machine) : null;
  // The text of `python -c` or of a here-document finds modules where it runs.
  if (place === null || !place.endsWith('.py')) return directoryOf(call, state, machine);
  return directoryName(place);
}

/** The directory of the file with the `import`; null where that is not known. */
function askingDirectory(call: LibraryCall, state: State, machine: Machine): string | null {
  const held = state.data.get(`${slotPrefix(call.at.text.source.path)}${IMPORTED}`);
  const place = knownText(held, state);
  return place === null ? programDirectory(call, state, machine) : directoryName(place);
}

function directoryName(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf('/')));
}

function fileOf(base: string, names: readonly string[], machine: Machine): File | null {
  const path = names.join('/');
  for (const ending of path === '' ? ['__init__.py'] : [`${path}.py`, `${path}/__init__.py`]) {
    const place = pathBelow(base, ending);
    const source = place === null ? null : machine.checkout.read(place);
    if (place !== null && source) return { source, place };
  }
  return null;
}

/** What the slots of a module begin with, or of a package that has no file of its own. */
function prefixOf({ base, names }: Found, machine: Machine): string {
  const file = fileOf(base, names, machine);
  return slotPrefix(file?.source.path ?? `${pathBelow(base, names.join('/')) ?? ''}/__init__.py`);
}

/** A module, as a value: its members, or what facts know by its name where it is not followed. */
function thingOf(found: Found, state: State, machine: Machine): Thing {
  const { base, names } = found;
  const file = fileOf(base, names, machine);
  if (file && !isImported(file.source, state)) return { kind: 'library', path: names.join('.') };
  return { kind: 'module', prefix: prefixOf(found, machine) };
}

/** Runs a module that was not imported before, and makes it a member of its package. */
function load(found: Found, call: LibraryCall, state: State, machine: Machine): Result[] {
  const { base, names } = found;
  const file = fileOf(base, names, machine);
  return (file && !isImported(file.source, state) ? run(file, call, state, machine) : [state]).map((path) => {
    const thing = thingOf(found, path, machine);
    const last = names.at(-1);
    if (!path.flow && last !== undefined) {
      const parent = prefixOf({ base, names: names.slice(0, -1) }, machine);
      setSlot(path, `${parent}${last}`, thing);
    }
    return { state: path, thing };
  });
}

function run(file: File, call: LibraryCall, state: State, machine: Machine): State[] {
  const { source, place } = file;
  const program = programOf(source, 'python');
  const ends =
    typeof program === 'string' || state.callers.length >= MAX_SCRIPT_DEPTH
      ? null
      : machine.follow(source, () => {
          const inner = fork(state);
          setSlot(inner, `${slotPrefix(source.path)}${IMPORTED}`, textThing(constant(place)));
          // What parted its paths by chance, such as the version of something, tells little where it is imported.
          return condense(
            runModule(program, source, place, call, inner, machine).map((result) => result.state),
            () => '',
          );
        });
  if (ends) return ends;
  if (lacksInside(state)) machine.notJudged(`${place} is a module that is not followed`);
  return [state];
}

/** What the `import` binds. */
function pick(found: Found, wanted: string, call: LibraryCall, state: State, machine: Machine): Result[] {
  const { base, names } = found;
  const thing = thingOf(found, state, machine);
  const [root] = names;
  if (wanted === WANTS.module) return [{ state, thing }];
  if (wanted === WANTS.root && root !== undefined)
    return [{ state, thing: thingOf({ base, names: [root] }, state, machine) }];
  if (wanted === WANTS.all) {
    if (thing.kind === 'module') copyAll(thing.prefix, slotPrefix(call.at.text.source.path), state);
    return [{ state, thing }];
  }
  const own = thing.kind === 'module' ? state.data.get(`${thing.prefix}${wanted}`) : undefined;
  if (own) return [{ state, thing: own }];
  const inner = { base, names: [...names, wanted] };
  if (fileOf(base, inner.names, machine)) return load(inner, call, state, machine);
  if (thing.kind === 'library')
    return [{ state, thing: { kind: 'library', path: `${thing.path}.${wanted}` } }];
  // The module sets the name in a way that is not seen.
  return [
    { state, thing: unknownThing(`${names.join('.')}.${wanted} ${siteName(call.at, state, machine)}`) },
  ];
}

/** `from m import *`: the names that do not begin with an underscore. */
function copyAll(from: string, into: string, state: State): void {
  for (const [slot, member] of [...state.data]) {
    if (!slot.startsWith(from)) continue;
    const name = slot.slice(from.length);
    if (/^[a-zA-Z]\w*$/.test(name)) setSlot(state, `${into}${name}`, member);
  }
}
