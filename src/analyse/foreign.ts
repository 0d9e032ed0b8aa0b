// Calls that leave the program: what the libraries of a language do to the world outside.

import type { Place } from '../text/script.js';
import { PRIVATE } from './constraints.js';
import type { Args } from './functions.js';
import { type Machine, siteName, workKey } from './machine.js';
import { type Result, raise } from './raising.js';
import { addWork, type Failure, record, type State } from './state.js';
import { cellOf, knownText, lacksOf, type Thing, thingName, unknownThing, walkThing } from './things.js';
import { union } from './values.js';

/** A call that is like a command: it does something outside, or makes the machine ready. */
export interface ForeignCall {
  readonly name: string;
  readonly effect: 'work' | 'prepares';
  /** What comes of it without a credential that it is given: an error, or an answer that says so. */
  readonly refused: 'fails' | 'answers';
  readonly raises: readonly string[] | null;
  /** Under which name the members of its result are found. */
  readonly gives: string | null;
  readonly receiver: Thing | null;
  readonly args: Args;
  readonly at: Place;
}

/**
 * Runs the call. In a world where all that it needs is there it succeeds; one that is given a missing secret
 * raises an error, unless it is known to answer all the same.
 */
export function runForeign(call: ForeignCall, state: State, machine: Machine): Result[] {
  machine.spend();
  const site = siteName(call.at, state, machine);
  const origin = call.gives ?? `${call.name}()`;
  const lacks = call.effect === 'work' ? missingFor(call, state) : [];
  if (lacks.length > 0) {
    const silent = call.refused === 'answers' && !lacksAddress(call, state);
    const failure: Failure = {
      where: call.at,
      work: workKey(call.at, state, machine),
      name: call.name,
      lacks,
      silent,
      guessed: true,
    };
    record(state, { kind: 'failure', failure });
    if (silent)
      return [
        {
          state,
          thing: unknownThing(`${PRIVATE}answer ${site}`, lacks, { full: true, origin, refused: failure }),
        },
      ];
    return raise(state, {
      types: call.raises,
      because: failure,
      lacks,
      how: 'error',
      site: call.at,
      where: call.at,
    });
  }
  if (call.effect === 'work')
    addWork(state, {
      key: workKey(call.at, state, machine),
      name: call.name,
      where: call.at,
      step: machine.step,
      rehearsal: rehearses(call, state),
    });
  const shaped = shapedBy(call, state);
  return [
    { state, thing: unknownThing(`${shaped.mark}result of ${call.name} ${site}`, shaped.lacks, { origin }) },
  ];
}

const METHOD = /^(get|head|post|put|patch|delete|options)$/i;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i;

/** Is the address of the request what the secret would have held? Nobody answers a request to nowhere: it is an error. */
function lacksAddress({ args }: ForeignCall, state: State): boolean {
  const [first, second] = args.positional;
  const named = args.named.get('url');
  const isMethod = first !== undefined && METHOD.test(knownText(first, state) ?? '');
  const address = named ?? (isMethod ? second : first);
  if (!address || ownLacks(address, state).length === 0) return false;
  const text = knownText(address, state);
  return text !== null && !ADDRESS.test(text);
}

const DRY_RUN = /^dry_?run$/i;

/** `upload(dry_run=True)`. */
function rehearses({ args }: ForeignCall, state: State): boolean {
  for (const [name, thing] of args.named) {
    if (DRY_RUN.test(name) && thing.kind === 'boolean' && thing.question.answer === true) return true;
    if (DRY_RUN.test(name) && knownText(thing, state) === 'true') return true;
  }
  return false;
}

/** What a request says in its body is no credential, unless it is named like one. */
const PLAIN: ReadonlySet<string> = new Set(['json', 'data', 'params', 'body', 'files', 'content']);
const CREDENTIAL = /token|secret|key|pass|auth|sign|cred/i;

/** Arguments of a request that show who asks, and requests that write. */
const SHOWS: ReadonlySet<string> = new Set(['headers', 'auth', 'cookies']);
const WRITES = /\.(post|put|patch|delete)$/i;

/** The missing secrets that the call is given as credentials. */
function missingFor({ name, receiver, args, refused }: ForeignCall, state: State): readonly string[] {
  let missing: readonly string[] = [];
  const visit = (thing: Thing, inBody: boolean, outer: string | null) =>
    walkThing(thing, state, (inner, key) => {
      const name = key ?? outer;
      if (inBody && !CREDENTIAL.test(name ?? '')) return;
      // What the answer to a refused request does to others is not known.
      if (!thingName(inner).includes(PRIVATE)) missing = union(missing, ownLacks(inner, state));
    });
  const give = (thing: Thing, name: string | null) =>
    visit(thing, refused === 'answers' && PLAIN.has(name ?? ''), name);
  if (receiver) give(receiver, null);
  for (const [key, thing] of args.named) {
    // Whoever writes has to say who it is; to read without that may be enough.
    const cell = SHOWS.has(key) && WRITES.test(name) ? cellOf(thing, state) : null;
    if (cell) missing = union(missing, cell.lacks);
  }
  for (const thing of args.positional) {
    const cell = refused === 'answers' ? cellOf(thing, state) : null;
    if (cell?.kind !== 'record') give(thing, null);
    // `fetch(url, { headers, body })`
    else for (const [name, entry] of cell.entries) give(entry, name);
  }
  for (const [name, thing] of args.named) give(thing, name);
  return missing;
}

/** Nothing, true and false are no credentials. */
function ownLacks(thing: Thing, state: State): readonly string[] {
  return thing.kind === 'nothing' || thing.kind === 'boolean' || thing.kind === 'cell'
    ? []
    : lacksOf(thing, state);
}

/** The missing secrets behind what a call is given, and the mark of answers to refused requests among it. */
function shapedBy({ receiver, args }: ForeignCall, state: State): { lacks: readonly string[]; mark: string } {
  let lacks: readonly string[] = [];
  let mark = '';
  for (const thing of [...(receiver ? [receiver] : []), ...args.positional, ...args.named.values()])
    walkThing(thing, state, (inner) => {
      lacks = union(lacks, lacksOf(inner, state));
      if (thingName(inner).includes(PRIVATE)) mark = PRIVATE;
    });
  return { lacks, mark };
}
