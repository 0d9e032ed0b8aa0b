import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, assume } from '../../src/analyse/constraints.js';
import { boundSteps, certainlyFull, condense, MAX_PATHS, mergeStates } from '../../src/analyse/joining.js';
import {
  addWork,
  type Flow,
  fork,
  initialState,
  lacksOfVariable,
  type State,
  type StepResult,
  setVariable,
  status,
  type Variable,
} from '../../src/analyse/state.js';
import {
  constant,
  isPerhapsWritten,
  lacking,
  sameValue,
  soleHole,
  unknownValue,
  type Value,
} from '../../src/analyse/values.js';
import { endsOf, judgedWorlds } from '../support/interpret.js';
import { wholeText } from '../support/shell.js';

// What is known of several paths that have become one holds for each of them, and is what they have in common.

// --- paths of all kinds ----------------------------------------------------------------------------------

const value: fc.Arbitrary<Value> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('', 'a', 'b').map((text) => constant(text)),
      fc.constantFrom('h', 'i').map((id) => unknownValue(id)),
      fc.constantFrom('full').map((id) => unknownValue(id, [], true)),
    ),
    fc.constantFrom([], [], [], ['TOKEN'], ['OTHER']),
  )
  .map(([bare, lacks]) => lacking(bare, lacks));

/** Attributes that an arbitrary variable may have beside its value. */
const kind = fc.record({
  exported: fc.boolean(),
  fromStep: fc.boolean(),
  integer: fc.constantFrom(undefined, true),
  fixed: fc.constantFrom(undefined, true),
});

const variable: fc.Arbitrary<Variable> = fc
  .tuple(
    kind,
    fc.oneof(
      fc.constant({ value: null, elements: null, exact: true }),
      { weight: 3, arbitrary: value.map((text) => ({ value: text, elements: null, exact: true })) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.array(value, { maxLength: 2 }), fc.boolean())
          .map(([elements, exact]) => ({ value: null, elements, exact })),
      },
    ),
  )
  .map(([{ exported, fromStep, integer, fixed }, held]) => ({
    ...held,
    exported,
    fromStep,
    ...(integer ? { integer } : {}),
    ...(fixed ? { fixed } : {}),
  }));

const table = <T>(names: readonly string[], of: fc.Arbitrary<T>): fc.Arbitrary<[string, T][]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...names), of), { selector: ([name]) => name, maxLength: 2 });

const ended = fc.constantFrom<StepResult['outcome']>('success', 'failure', 'skipped', 'unknown');
const stepResult: fc.Arbitrary<StepResult> = fc.record({
  outcome: ended,
  conclusion: ended,
  outputs: table(['made', 'other'], value).map((entries) => new Map(entries)),
  openOutputs: fc.boolean(),
  lacks: fc.constantFrom([], ['TOKEN']),
});

const path = fc
  .record({
    vars: table(['x', 'y', 'z'], variable),
    frame: table(['x', 'y'], fc.option(variable, { nil: undefined })),
    framed: fc.boolean(),
    positional: fc.array(value, { maxLength: 2 }),
    files: table(['f', 'g'], value),
    jobEnv: table(['A', 'B'], value),
    steps: fc.uniqueArray(fc.tuple(fc.nat(2), stepResult), { selector: ([index]) => index, maxLength: 2 }),
    out: fc.option(value),
    input: fc.option(value),
    pipe: fc.array(fc.constantFrom(0, 1, null), { maxLength: 2 }),
    code: fc.constantFrom(0, 1, 2, null),
    failed: fc.boolean(),
    alarm: fc.boolean(),
    works: fc.uniqueArray(fc.constantFrom('build', 'test', 'push'), { maxLength: 2 }),
    facts: table(['p', 'q'], fc.boolean()),
    traps: table(['EXIT', 'ERR'], fc.constantFrom('cleanup', 'report')),
    jobs: fc.option(table(['job 1', 'job 2'], fc.constantFrom(0, 1, null))),
    flow: fc.option(
      fc.record({
        kind: fc.constantFrom('break' as const, 'continue' as const),
        levels: fc.constantFrom(1, 2),
      }),
    ),
  })
  .map((of): State => {
    const state = initialState();
    for (const [name, one] of of.vars) setVariable(state, name, one);
    if (of.framed) state.frames = [new Map(of.frame)];
    state.positional = of.positional;
    for (const [name, text] of of.files) state.files = state.files.with(name, text);
    state.jobEnv = new Map(of.jobEnv);
    state.steps = new Map(of.steps);
    state.out = of.out;
    state.input = of.input;
    state.pipeStatus = of.pipe.map((code) => status(code));
    state.status = status(of.code);
    state.traps = new Map(of.traps.map(([name, handler]) => [name, { handler, where: place }]));
    if (of.jobs) {
      const statuses = new Map(of.jobs.map(([name, code]) => [name, status(code)]));
      state.background = { statuses, last: 'job 1' };
    }
    state.flow = of.flow;
    state.failed = of.failed;
    state.failedAt = of.failed ? 0 : null;
    state.alarm = of.alarm;
    for (const key of of.works) addWork(state, { key, name: key, where, step: 0, rehearsal: false });
    for (const [fact, holds] of of.facts)
      state.constraints = assume(state.constraints, ask(state.constraints, fact), holds);
    return state;
  });
const place = { text: wholeText(''), start: 0, end: 0 };
const where = { source: { path: 'w.yml', text: '' }, start: 0, end: 0 };

/** Paths of which many are alike: some differ from the first one in one thing only. */
const paths = (count: { minLength: number; maxLength: number }): fc.Arbitrary<State[]> =>
  fc.tuple(path, fc.array(fc.tuple(path, fc.nat(12)), count)).map(([first, others]) => [
    first,
    ...others.map(([other, part]) => {
      const one = fork(first);
      if (part === 0) return other;
      if (part === 1) one.vars = other.vars;
      if (part === 2) one.positional = other.positional;
      if (part === 3) one.files = other.files;
      if (part === 4) one.jobEnv = other.jobEnv;
      if (part === 5) one.steps = other.steps;
      if (part === 6) [one.out, one.input] = [other.out, other.input];
      if (part === 7) one.pipeStatus = other.pipeStatus;
      if (part === 8) one.status = other.status;
      if (part === 9) [one.done, one.constraints] = [other.done, other.constraints];
      if (part === 10) one.frames = other.frames;
      if (part === 11) [one.failed, one.failedAt, one.alarm] = [other.failed, other.failedAt, other.alarm];
      if (part === 12) {
        one.traps = other.traps;
        one.background = other.background;
        one.flow = other.flow;
      }
      return one;
    }),
  ]);

// --- what it means that one path stands for another ----------------------------------------------------------

const holdsAll = (all: readonly string[], some: readonly string[]) =>
  some.every((name) => all.includes(name));

/** `null` stands for a text that is not there, which an unknown one may be. */
function standsForValue(wide: Value | null, own: Value | null): boolean {
  if (wide === null) return own === null;
  if (own && sameValue(wide, own)) return true;
  const hole = soleHole(wide);
  if (!hole?.id.startsWith('joined')) return false;
  return (!hole.nonEmpty || certainlyFull(own)) && holdsAll(wide.lacks, own?.lacks ?? []);
}

function standsForVariable(wide: Variable | undefined, own: Variable | undefined): boolean {
  if (!wide || !own) return wide === own;
  if (wide.exported !== own.exported || wide.integer !== own.integer || wide.fixed !== own.fixed)
    return false;
  if (wide.fromStep && !own.fromStep) return false;
  if (!wide.elements || !own.elements)
    return wide.elements === own.elements && (own.value !== null || wide.value === null)
      ? standsForValue(wide.value, own.value)
      : false;
  if (wide.exact)
    return (
      own.exact &&
      wide.elements.length === own.elements.length &&
      wide.elements.every((element, i) => standsForValue(element, own.elements?.[i] ?? null))
    );
  return (
    (wide.elements.length === 0 || own.elements.length > 0) &&
    (!wide.elements.some(certainlyFull) || own.elements.some(certainlyFull)) &&
    holdsAll(lacksOfVariable(wide), lacksOfVariable(own))
  );
}

const keysOf = <K>(...maps: { keys(): Iterable<K> }[]) => new Set(maps.flatMap((map) => [...map.keys()]));

function standsForStep(wide: StepResult | undefined, own: StepResult | undefined): boolean {
  if (!wide) return own === undefined;
  if (!own) return wide.outcome === 'unknown' && wide.conclusion === 'unknown' && wide.openOutputs;
  return (
    (wide.outcome === 'unknown' || wide.outcome === own.outcome) &&
    (wide.conclusion === 'unknown' || wide.conclusion === own.conclusion) &&
    (wide.openOutputs || !own.openOutputs) &&
    holdsAll(wide.lacks, own.lacks) &&
    [...keysOf(wide.outputs, own.outputs)].every((name) =>
      standsForValue(wide.outputs.get(name) ?? null, own.outputs.get(name) ?? null),
    )
  );
}

function standsForFile(wide: Value | undefined, own: Value | undefined): boolean {
  if (!wide) return own === undefined;
  if (isPerhapsWritten(wide)) return holdsAll(wide.lacks, own?.lacks ?? []);
  return own !== undefined && standsForValue(wide, own);
}

/** What outlives the shell. */
function standsForJob(wide: State, own: State): boolean {
  return (
    wide.failed === own.failed &&
    wide.alarm === own.alarm &&
    [...keysOf(wide.files, own.files)].every((name) =>
      standsForFile(wide.files.get(name), own.files.get(name)),
    ) &&
    [...keysOf(wide.jobEnv, own.jobEnv)].every((name) =>
      standsForValue(wide.jobEnv.get(name) ?? null, own.jobEnv.get(name) ?? null),
    ) &&
    [...keysOf(wide.steps, own.steps)].every((index) =>
      standsForStep(wide.steps.get(index), own.steps.get(index)),
    ) &&
    [...wide.constraints.facts].every(([fact, holds]) => own.constraints.facts.get(fact) === holds) &&
    [...wide.done].every(([key, { when }]) => when.facts.size > 0 || own.done.has(key)) &&
    [...own.done.keys()].every((key) => wide.done.has(key))
  );
}

function standsForShell(wide: State, own: State): boolean {
  return (
    [...keysOf(wide.vars, own.vars)].every((name) =>
      standsForVariable(wide.vars.get(name), own.vars.get(name)),
    ) &&
    wide.frames.length === own.frames.length &&
    wide.frames.every((frame, i) =>
      [...keysOf(frame, own.frames[i] ?? new Map())].every((name) =>
        standsForHidden(frame.get(name), own.frames[i]?.get(name)),
      ),
    ) &&
    wide.positional.length === own.positional.length &&
    wide.positional.every((text, i) => standsForValue(text, own.positional[i] ?? null)) &&
    (wide.out === null) === (own.out === null) &&
    standsForValue(wide.out, own.out) &&
    (wide.input === null) === (own.input === null) &&
    standsForValue(wide.input, own.input) &&
    (wide.pipeStatus.length === 0 ||
      wide.pipeStatus.every((stage, i) => stage.code === own.pipeStatus[i]?.code)) &&
    sameEntries(wide.traps, own.traps, (a, b) => a.handler === b.handler) &&
    sameEntries(wide.background?.statuses, own.background?.statuses, (a, b) => a.code === b.code) &&
    sameFlow(wide.flow, own.flow) &&
    (wide.status.code === null ? own.status.code !== 0 : wide.status.code === own.status.code)
  );
}

function sameEntries<T>(
  wide: ReadonlyMap<string, T> = new Map(),
  own: ReadonlyMap<string, T> = new Map(),
  same: (a: T, b: T) => boolean,
): boolean {
  return [...keysOf(wide, own)].every((name) => {
    const [mine, theirs] = [wide.get(name), own.get(name)];
    return mine !== undefined && theirs !== undefined && same(mine, theirs);
  });
}

function sameFlow(wide: Flow | null, own: Flow | null): boolean {
  const levelsOf = (flow: Flow | null) => (flow && 'levels' in flow ? flow.levels : 0);
  return wide?.kind === own?.kind && levelsOf(wide) === levelsOf(own);
}

/** What a local variable hides comes back as it was; its attributes are those of the first path. */
function standsForHidden(wide: Variable | undefined, own: Variable | undefined): boolean {
  if (!wide || !own) return true;
  const { exported, fromStep } = own;
  const plain = (of: Variable): Variable => ({ ...of, exported, fromStep, integer: false, fixed: false });
  return standsForVariable(plain(wide), plain(own));
}

const standsFor = (wide: State, own: State) => standsForJob(wide, own) && standsForShell(wide, own);

function expectEach(own: readonly State[], joined: readonly State[], stands = standsFor): void {
  for (const one of own) expect(joined.some((wide) => stands(wide, one))).toBe(true);
}

describe('the paths that are left stand for all that there were', () => {
  it('where they are told apart by all that follows', () => {
    fc.assert(
      fc.property(paths({ minLength: 1, maxLength: 6 }), (own) => {
        const joined = mergeStates(own.map(fork));
        expectEach(own, joined);
        expect(joined.length).toBeLessThanOrEqual(own.length);
      }),
    );
  });

  it('where there are too many of them', () => {
    fc.assert(
      fc.property(paths({ minLength: MAX_PATHS + 1, maxLength: MAX_PATHS + 20 }), (own) =>
        expectEach(own, mergeStates(own.map(fork))),
      ),
      { numRuns: 10 },
    );
  });

  it('where what chance has decided is forgotten, and what has to stay apart is not', () => {
    const key = ({ constraints }: State) => String(constraints.facts.get('p'));
    fc.assert(
      fc.property(paths({ minLength: 1, maxLength: 6 }), (own) => {
        const joined = condense(own.map(fork), key);
        expectEach(own, joined, (wide, one) => key(wide) === key(one) && standsFor(wide, one));
      }),
      { numRuns: 300 },
    );
  });

  it('where there are more than may be between two steps', () => {
    fc.assert(
      fc.property(paths({ minLength: 1, maxLength: 6 }), (own) => {
        const joined = boundSteps(own.map(fork), 1);
        expectEach(own, joined, (wide, one) => wide.failedAt === one.failedAt && standsForJob(wide, one));
        const kinds = new Set(own.map(({ failed, failedAt, alarm }) => `${failed} ${failedAt} ${alarm}`));
        expect(joined.length).toBe(own.length === 1 ? 1 : kinds.size);
      }),
      { numRuns: 300 },
    );
  });

  it('and few are left alone', () => {
    fc.assert(
      fc.property(paths({ minLength: 1, maxLength: 6 }), (own) => {
        expect(boundSteps(own, own.length)).toBe(own);
      }),
    );
  });
});

/** So many paths that they become one, on which `v` is not known. */
const crowd = `v=""\n${Array.from({ length: 7 }, (_, i) => `if [ -e f${i} ]; then v="\${v}x${i}"; fi\n`).join('')}`;

describe('a variable of which paths hold different values keeps what they have in common', () => {
  it.each([
    [
      'it is readonly',
      'if [ -e a ]; then n=1; else n=2; fi\nreadonly n',
      'n=3',
      ['exits 1; reaches nothing'],
    ],
    [
      'what is given to it is computed',
      'declare -i n=1\nif [ -e a ]; then n=3; fi',
      'n=n+1\ncase "$n" in n*) exit 4 ;; esac',
      // That a sum is no word is not known, only that it is not the text that was given.
      ['exits 0; reaches nothing', 'exits 4; reaches nothing'],
    ],
    [
      'an array has an element',
      'n=(x y)\nif [ -e a ]; then n=(z); fi',
      '[ "${#n[@]}" -gt 0 ] || exit 4',
      ['exits 0; reaches nothing'],
    ],
    [
      'an array may have none',
      'n=(x y)\nif [ -e a ]; then n=(); fi',
      '[ "${#n[@]}" -gt 0 ] || exit 4',
      ['exits 0; reaches nothing', 'exits 4; reaches nothing'],
    ],
    [
      'it is set, and may be empty',
      'n=one\nif [ -e a ]; then n=""; fi',
      '[ -n "${n+set}" ] || exit 4\n[ -n "$n" ] || exit 5',
      ['exits 0; reaches nothing', 'exits 5; reaches nothing'],
    ],
    [
      'it is not empty',
      'n=one\nif [ -e a ]; then n=two; fi',
      '[ -n "$n" ] || exit 5\n[ "$n" != one ] || exit 6',
      ['exits 0; reaches nothing', 'exits 6; reaches nothing'],
    ],
  ])('%s', (_, before, after, ends) => {
    expect(endsOf(`${before}\n${crowd}true\n${after}\n: "$v$n"\n`)).toEqual(ends);
  });
});

it('a list of arguments to which a loop adds the secret on some rounds is one that it shaped', () => {
  const script =
    'args=(--all)\nwhile read -r line; do\n  if [ -e "$line" ]; then args+=(--key "$TOKEN"); else args=(); fi\ndone < list\n';
  expect(endsOf(`${script}./deploy "${'${args[@]}'}"\n`, judgedWorlds(['TOKEN']).missing)).toEqual([
    'exits 0; reaches deploy; outputs  …',
    'exits non-zero; reaches nothing; perhaps deploy',
  ]);
});
