import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  fork,
  initialState,
  lacksOfVariable,
  type State,
  setVariable,
  status,
} from '../../src/analyse/state.js';
import {
  concat,
  constant,
  emptyValue,
  hole,
  isPerhapsWritten,
  type Piece,
  soleHole,
  textOf,
  union,
  unknownValue,
  type Value,
} from '../../src/analyse/values.js';
import { anyNumberOfRounds } from '../../src/analyse/widening.js';

// What is known at the start of any round of a loop holds at the start of each: a small loop is run for real, as often as one
// likes, and must be found in what was said of all rounds at once.

const names = ['x', 'y'] as const;
type Name = (typeof names)[number];

/** One thing that a round does. */
type Act =
  | { readonly kind: 'set'; readonly to: Name; readonly text: string; readonly lacks: readonly string[] }
  | { readonly kind: 'copy'; readonly to: Name; readonly from: Name }
  | { readonly kind: 'append'; readonly to: Name; readonly text: string }
  | { readonly kind: 'count' }
  /** Something that nobody knows, which goes by one name in every round. */
  | { readonly kind: 'make'; readonly to: Name; readonly full: boolean }
  | { readonly kind: 'push'; readonly text: string; readonly lacks: readonly string[] }
  | { readonly kind: 'clear' }
  | { readonly kind: 'shift' }
  | { readonly kind: 'write'; readonly from: Name; readonly append: boolean }
  | { readonly kind: 'print'; readonly from: Name }
  | { readonly kind: 'read'; readonly to: Name }
  /** What comes after it goes by the status, so that paths of unlike status stay apart. */
  | { readonly kind: 'end'; readonly code: 0 | 1 };

/** What a round does; the acts of a branch are done or not. */
type Body = readonly { readonly perhaps: boolean; readonly act: Act }[];

/** What one real run of the loop holds. */
interface Real {
  vars: Record<Name, string>;
  lacks: Record<Name, readonly string[]>;
  list: { text: string; lacks: readonly string[] }[];
  count: number;
  positional: string[];
  file: string | null;
  out: string;
  status: 0 | 1;
}

function really(body: Body, rounds: readonly (readonly boolean[])[]): Real {
  const real: Real = {
    vars: { x: 'a', y: '' },
    lacks: { x: [], y: [] },
    list: [],
    count: 3,
    positional: ['one', 'two'],
    file: null,
    out: '',
    status: 0,
  };
  rounds.forEach((choices, round) => {
    body.forEach(({ perhaps, act }, i) => {
      if (!perhaps || choices[i % choices.length]) reallyDo(act, real, `new ${round}`);
    });
  });
  return real;
}

function reallyDo(act: Act, real: Real, made: string): void {
  const give = (to: Name, text: string, lacks: readonly string[]) => {
    real.vars[to] = text;
    real.lacks[to] = lacks;
  };
  switch (act.kind) {
    case 'set':
      give(act.to, act.text, act.lacks);
      break;
    case 'copy':
      give(act.to, real.vars[act.from], real.lacks[act.from]);
      break;
    case 'append':
      give(act.to, real.vars[act.to] + act.text, real.lacks[act.to]);
      break;
    case 'count':
      real.count++;
      break;
    case 'make':
      give(act.to, act.full ? made : '', []);
      break;
    case 'push':
      real.list.push({ text: act.text, lacks: act.lacks });
      break;
    case 'clear':
      real.list = [];
      break;
    case 'shift':
      real.positional = [...real.positional.slice(1), real.vars.x];
      break;
    case 'write':
      real.file = `${act.append ? (real.file ?? '') : ''}${real.vars[act.from]}`;
      break;
    case 'print':
      real.out += real.vars[act.from];
      break;
    case 'read':
      give(act.to, real.file ?? '', []);
      break;
    case 'end':
      real.status = act.code;
  }
}

// --- the same, as the interpreter has it -------------------------------------------------------------------

const plain = { elements: null, exact: true, exported: false, fromStep: false } as const;
const heldBy = (state: State, name: string): Value => state.vars.get(name)?.value ?? emptyValue;
const give = (state: State, name: string, value: Value) => setVariable(state, name, { ...plain, value });
const text = (of: string, lacks: readonly string[] = []) => constant(of, lacks);

function start(): State {
  const state = initialState();
  give(state, 'x', text('a'));
  give(state, 'y', emptyValue);
  give(state, 'count', text('3'));
  setVariable(state, 'list', { ...plain, value: null, elements: [] });
  state.positional = [text('one'), text('two')];
  state.out = emptyValue;
  return state;
}

function act(it: Act, state: State): void {
  switch (it.kind) {
    case 'set':
      give(state, it.to, text(it.text, it.lacks));
      break;
    case 'copy':
      give(state, it.to, heldBy(state, it.from));
      break;
    case 'append':
      give(state, it.to, concat([heldBy(state, it.to), text(it.text)]));
      break;
    case 'count':
      give(state, 'count', oneMore(heldBy(state, 'count')));
      break;
    case 'make':
      give(state, it.to, unknownValue(`made ${it.full}`, [], it.full));
      break;
    case 'push': {
      const list = state.vars.get('list');
      const elements = [...(list?.elements ?? []), text(it.text, it.lacks)];
      setVariable(state, 'list', { ...plain, ...list, value: null, elements });
      break;
    }
    case 'clear':
      setVariable(state, 'list', { ...plain, value: null, elements: [] });
      break;
    case 'shift':
      state.positional = [...state.positional.slice(1), heldBy(state, 'x')];
      break;
    case 'write': {
      const old = it.append ? state.files.get('file') : undefined;
      if (old && isPerhapsWritten(old)) state.files = state.files.with('file', unknownValue('file and more'));
      else state.files = state.files.with('file', concat([old ?? emptyValue, heldBy(state, it.from)]));
      break;
    }
    case 'print':
      state.out = concat([state.out ?? emptyValue, heldBy(state, it.from)]);
      break;
    case 'read':
      give(state, it.to, readBack(state.files.get('file')));
      break;
    case 'end':
      state.status = status(it.code);
  }
}

const readBack = (file: Value | undefined): Value => {
  if (!file) return emptyValue;
  const { pieces } = isPerhapsWritten(file) ? unknownValue('perhaps a file') : file;
  return { pieces, lacks: [] };
};

function oneMore(count: Value): Value {
  const known = textOf(count);
  if (known !== null && /^\d+$/.test(known)) return text(String(Number(known) + 1));
  const unknown = soleHole(count);
  const atLeast = unknown?.atLeast ?? null;
  return {
    pieces: [
      hole(`${unknown?.id} and 1`, { nonEmpty: true, atLeast: atLeast === null ? null : atLeast + 1 }),
    ],
    lacks: [],
  };
}

/** The loop may be left after each round. */
function rounds(body: Body): (head: State) => { next: State[]; left: State[]; gone: State[] } {
  return (head) => {
    let open = [head];
    for (const { perhaps, act: what } of body) {
      const passed = perhaps ? open.map(fork) : [];
      for (const state of open) act(what, state);
      open = [...open, ...passed];
    }
    return { next: open, left: open.map(fork), gone: [] };
  };
}

// --- is the real run among what was said? ------------------------------------------------------------------

type Known = ReadonlyMap<string, string>;

/** The ways in which the unknowns can be these texts, one unknown being one text everywhere. */
function* readings(pieces: readonly Piece[], real: string, known: Known): Generator<Known> {
  const [first, ...rest] = pieces;
  if (first === undefined) {
    if (real === '') yield known;
    return;
  }
  const given = typeof first === 'string' ? first : known.get(first.id);
  if (given !== undefined) {
    if (real.startsWith(given)) yield* readings(rest, real.slice(given.length), known);
    return;
  }
  if (typeof first === 'string') return;
  for (let length = rest.length === 0 ? real.length : 0; length <= real.length; length++) {
    const piece = real.slice(0, length);
    if (piece === '' && first.nonEmpty) continue;
    if (first.atLeast !== null && !(/^\d+$/.test(piece) && Number(piece) >= first.atLeast)) continue;
    yield* readings(rest, real.slice(length), new Map(known).set(first.id, piece));
  }
}

function allAtOnce(pairs: readonly (readonly [Value, string])[], known: Known = new Map()): boolean {
  const [first, ...rest] = pairs;
  if (!first) return true;
  for (const more of readings(first[0].pieces, first[1], known)) if (allAtOnce(rest, more)) return true;
  return false;
}

const holdsAll = (all: readonly string[], some: readonly string[]) => some.every((one) => all.includes(one));

function isAmong(head: State, real: Real): boolean {
  const list = head.vars.get('list');
  const file = head.files.get('file');
  const elements = list?.elements ?? [];
  if (list?.exact ? elements.length !== real.list.length : elements.length > 0 && real.list.length === 0)
    return false;
  const shaped = real.list.reduce<readonly string[]>((all, { lacks }) => union(all, lacks), []);
  if (!list || !holdsAll(lacksOfVariable(list), shaped)) return false;
  if (!names.every((name) => holdsAll(heldBy(head, name).lacks, real.lacks[name]))) return false;
  if (head.status.code !== real.status) return false;
  if (file === undefined && real.file !== null) return false;
  return allAtOnce([
    ...names.map((name) => [heldBy(head, name), real.vars[name]] as const),
    [heldBy(head, 'count'), String(real.count)],
    ...head.positional.map((value, i) => [value, real.positional[i] ?? ''] as const),
    ...(list.exact ? elements.map((value, i) => [value, real.list[i]?.text ?? ''] as const) : []),
    ...(file && !isPerhapsWritten(file) ? [[file, real.file ?? ''] as const] : []),
    [head.out ?? emptyValue, real.out],
  ]);
}

// --- laws ----------------------------------------------------------------------------------------------------

const name = fc.constantFrom(...names);
const some = fc.constantFrom('a', 'b', '');
const lacks = fc.constantFrom([], [], ['TOKEN']);
const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), to: name, text: some, lacks }),
  fc.record({ kind: fc.constant('copy' as const), to: name, from: name }),
  fc.record({ kind: fc.constant('append' as const), to: name, text: some }),
  fc.record({ kind: fc.constant('count' as const) }),
  fc.record({ kind: fc.constant('make' as const), to: name, full: fc.boolean() }),
  fc.record({ kind: fc.constant('push' as const), text: some, lacks }),
  fc.record({ kind: fc.constant('clear' as const) }),
  fc.record({ kind: fc.constant('shift' as const) }),
  fc.record({ kind: fc.constant('write' as const), from: name, append: fc.boolean() }),
  fc.record({ kind: fc.constant('print' as const), from: name }),
  fc.record({ kind: fc.constant('read' as const), to: name }),
  fc.record({ kind: fc.constant('end' as const), code: fc.constantFrom(0 as const, 1 as const) }),
);
const body: fc.Arbitrary<Body> = fc.array(fc.record({ perhaps: fc.boolean(), act: anAct }), {
  minLength: 1,
  maxLength: 4,
});
const choices = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), { maxLength: 4 });

const certainly = (...acts: readonly Act[]): Body => acts.map((it) => ({ perhaps: false, act: it }));
const make = { kind: 'make', to: 'x', full: true } as const;
const end = { kind: 'end', code: 1 } as const;
const often = [[], [[true]], [[true], [true], [true]]];

it('any number of rounds comes to rest, and stands for every number of them', () => {
  const examples: [Body, boolean[][][]][] = [
    // What a round has made is not what the next one makes, wherever it was kept.
    [certainly({ kind: 'copy', to: 'y', from: 'x' }, make, end), often],
    [certainly(make, { kind: 'shift' }, end), often],
    [certainly(make, { kind: 'print', from: 'x' }, end), often],
    [certainly({ kind: 'read', to: 'y' }, make, { kind: 'write', from: 'x', append: false }, end), often],
    [certainly({ ...make, full: false }, end), often],
  ];
  fc.assert(
    fc.property(body, fc.array(choices, { minLength: 3, maxLength: 3 }), (loop, runs) => {
      const { heads, left } = anyNumberOfRounds([start()], rounds(loop), 'loop');
      for (const run of runs) {
        const real = really(loop, run);
        expect(heads.some((head) => isAmong(head, real))).toBe(true);
        if (run.length > 0) expect(left.some((path) => isAmong(path, real))).toBe(true);
      }
    }),
    { numRuns: 400, examples },
  );
});
