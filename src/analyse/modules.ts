// Files of the repository that a program loads into itself.

import { EXPORTS, exportPath, isRelative, slotPrefix } from '../program/lower/javascript/modules.js';
import type { Program } from '../program/program.js';
import type { Source } from '../text/source.js';
import { lacksInside } from './following.js';
import { memberOf } from './functions.js';
import type { LibraryCall, MeaningOf } from './library-call.js';
import { jsonThing } from './library-texts.js';
import { type Machine, placeId, siteName } from './machine.js';
import { joinResults, type Result } from './raising.js';
import { currentDirectory, MAX_SCRIPT_DEPTH, pathBelow, programOf, workspacePath } from './scripts.js';
import { record, type State } from './state.js';
import { allocate, cellOf, knownText, recordCell, type Thing, textOfThing, unknownThing } from './things.js';
import { hole, textOf } from './values.js';

/**
 * `require('./x')`, `import { f } from './x.js'`: its first argument names the file, its second the export that is
 * wanted. The file runs once, in the process that asks for it; one that is not followed gives what is not known.
 */
export const loadModule: MeaningOf = (call, state, machine) => {
  const [from, second] = call.args.positional;
  const wanted = knownText(second, state);
  const path = from ? textOfThing(from, state, machine.rules) : null;
  const text = path && textOf(path);
  if (typeof text === 'string' && !isRelative(text))
    return [{ state, thing: { kind: 'library', path: exportPath(text, wanted ?? '*') } }];
  const directory = typeof text === 'string' ? directoryOf(call, state, machine) : null;
  const place =
    typeof text === 'string'
      ? directory === null
        ? null
        : pathBelow(directory, text)
      : path && workspacePath(path, state, machine);
  const file = place === null ? null : fileOf(place, machine);
  if (!file) return unseen(text ?? 'a module whose path is computed', call, state, machine);
  return /\.json$/.test(file.place)
    ? loadJson(file.source, wanted, call, state, machine)
    : loadFile(file.source, file.place, wanted, call, state, machine);
};

/** A file of the repository that a program loads. */
export interface File {
  readonly source: Source;
  /** Its path relative to the workspace. */
  readonly place: string;
}

/** What may be left out of a module's name; TypeScript is imported by the name that it will have. */
const ENDINGS = ['', '.js', '.cjs', '.mjs', '.ts', '.json', '/index.js', '/index.ts'];

function fileOf(place: string, machine: Machine): File | null {
  const typed = /\.[cm]?js$/.test(place) ? [place.replace(/js$/, 'ts')] : [];
  for (const candidate of [...ENDINGS.map((ending) => `${place}${ending}`), ...typed]) {
    const source = /\.([cm]?[jt]s|json)$/.test(candidate) ? machine.checkout.read(candidate) : null;
    if (source) return { source, place: candidate };
  }
  return null;
}

/** The directory of the file that asks, relative to the workspace; null where that is not known. */
export function directoryOf({ at }: LibraryCall, state: State, machine: Machine): string | null {
  const caller = state.callers.at(-1);
  const { source } = at.text;
  // The text of a step has no place of its own: what it asks for is found from where it runs.
  if (source.path === machine.source.path) return currentDirectory(state, machine);
  const place = caller ? workspacePath(caller.name, state, machine) : null;
  if (place === null || machine.checkout.read(place) !== source) return null;
  return place.slice(0, Math.max(0, place.lastIndexOf('/')));
}

function unseen(name: string, call: LibraryCall, state: State, machine: Machine): Result[] {
  if (lacksInside(state)) machine.notJudged(`${name} is a module that is not followed`);
  const site = siteName(call.at, state, machine);
  return [{ state, thing: unknownThing(`module ${site}`, [], { full: true }) }];
}

function loadJson(
  source: Source,
  wanted: string | null,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Result[] {
  const site = siteName(call.at, state, machine);
  try {
    return pick(jsonThing(JSON.parse(source.text), site, state), wanted, call, state, machine);
  } catch {
    return [{ state, thing: unknownThing(`module ${site}`) }];
  }
}

function loadFile(
  source: Source,
  place: string,
  wanted: string | null,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Result[] {
  const slot = `${slotPrefix(source.path)}${EXPORTS}`;
  const known = state.data.get(slot);
  if (known) return pick(known, wanted, call, state, machine);
  const program = programOf(source, 'javascript');
  if (typeof program === 'string' || state.callers.length >= MAX_SCRIPT_DEPTH)
    return unseen(place, call, state, machine);
  const loaded: Result[] = [];
  const followed = machine.follow(source, () => {
    loaded.push(...runModule(program, source, place, call, state, machine));
    return loaded.map((result) => result.state);
  });
  if (!followed) return unseen(place, call, state, machine);
  return joinResults(
    loaded.flatMap((result) => {
      if (result.state.flow) return [result];
      const given = result.state.data.get(slot) ?? emptyModule(call, result.state, machine);
      return pick(given, wanted, call, result.state, machine);
    }),
  );
}

function emptyModule(call: LibraryCall, state: State, machine: Machine): Thing {
  return allocate(recordCell(new Map()), siteName(call.at, state, machine), state);
}

/** Runs a file of the program within it. `place`: its path relative to the workspace. */
export function runModule(
  { body }: Program,
  source: Source,
  place: string,
  { at }: LibraryCall,
  state: State,
  machine: Machine,
): Result[] {
  const { callers, route, loops } = state;
  const site = placeId(at, machine);
  const name = { pieces: [hole('github.workspace', { nonEmpty: true }), `/${place}`], lacks: [] };
  state.callers = [...callers, { site, name, sourced: true, ofPackage: false }];
  state.route = `${route}/${source.path}@${site}`;
  state.loops = 0;
  record(state, {
    kind: 'call',
    where: at,
    callee: { source, title: source.path, body: { source, start: 0, end: source.text.length } },
  });
  return machine.runBlock(body, state, false).map((end) => {
    end.callers = callers;
    end.route = route;
    end.loops = loops;
    // Beside the functions of CommonJS, a module is one that may be returned from.
    if (end.flow?.kind === 'return') end.flow = null;
    return { state: end, thing: unknownThing('module') };
  });
}

/**
 * One export of a module: what it gives, all of it as a namespace (`*`), its default (which is what it gives where it
 * has none), or one by its name.
 */
function pick(
  given: Thing,
  wanted: string | null,
  call: LibraryCall,
  state: State,
  machine: Machine,
): Result[] {
  if (wanted === null) return [{ state, thing: given }];
  const cell = cellOf(given, state);
  const entries = cell?.kind === 'record' ? cell.entries : new Map<string, Thing>();
  const own = entries.get('default') ?? given;
  if (wanted === 'default') return [{ state, thing: own }];
  if (wanted !== '*') return memberOf(given, wanted, call.at, state, machine);
  const space = recordCell(new Map([...entries, ['default', own]]), { exact: cell?.exact ?? true });
  return [{ state, thing: allocate(space, siteName(call.at, state, machine), state) }];
}
