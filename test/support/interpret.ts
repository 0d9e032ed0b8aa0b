import { blindCheckout } from '../../src/analyse/checkout.js';
import { runScript } from '../../src/analyse/interpret.js';
import { OutOfBudget } from '../../src/analyse/machine.js';
import { readEntries } from '../../src/analyse/outputs.js';
import { eventsOf, initialState, type State, setVariable } from '../../src/analyse/state.js';
import { constant, emptyValue, hole, nameOf, unknownValue, type Value } from '../../src/analyse/values.js';
import type { World as AnalysedWorld } from '../../src/analyse/world.js';
import { noFacts } from '../../src/facts/own.js';
import { dialects } from '../../src/forge/dialects.js';
import { eventContexts } from '../../src/forge/events.js';
import { parseTemplate } from '../../src/parse/expression.js';
import { python } from '../../src/program/lower/python.js';
import type { Program } from '../../src/program/program.js';
import { type FlowShell, type Outcome, presentValue } from './flow-fixtures.js';
import { pathText } from './paths.js';
import { lowerScript, wholeText } from './shell.js';

// The interpreter's answer for a script, and whether a real ending is among the endings it allows.

/** A world as the interpreter is given it; `secret` is the value of every secret. */
export interface AbstractWorld {
  readonly name: string;
  readonly secret: (name: string) => Value;
  readonly missing: readonly string[];
}

/** The secret's real text, which nothing connects with a secret: only the shell's own meaning is at work. */
export const plainWorlds = {
  missing: { name: 'empty text', secret: () => emptyValue, missing: [] },
  present: { name: 'known text', secret: () => constant(presentValue), missing: [] },
} as const satisfies Record<string, AbstractWorld>;

/** The secret as the tool has it. */
export const judgedWorlds = (names: readonly string[]): Record<'missing' | 'present', AbstractWorld> => ({
  missing: { name: 'missing secret', secret: (name) => constant('', [name]), missing: names },
  present: {
    name: 'secret that is there',
    secret: (name) => ({ pieces: [hole(`secrets.${name}`, { nonEmpty: true })], lacks: [] }),
    missing: [],
  },
});

export interface Question {
  readonly script: string;
  readonly shell: FlowShell;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly world: AbstractWorld;
}

/** One way in which the interpreter lets a script end. */
export interface Ending {
  /** null: some number that is not 0. */
  readonly code: number | null;
  /** Commands that this way calls for certain, and all that it may call. */
  readonly must: ReadonlySet<string>;
  readonly may: ReadonlySet<string>;
  readonly outputs: ReturnType<typeof readEntries>;
  readonly env: ReturnType<typeof readEntries>;
  /** True where a command was taken to fail because it was given a missing secret. */
  readonly starved: boolean;
  readonly facts: ReadonlyMap<string, boolean>;
  /** How it got there, as text. */
  readonly path: () => string;
}

/** Every ending, or why the script is not judged. */
export type Answer =
  | { readonly kind: 'endings'; readonly endings: readonly Ending[] }
  | { readonly kind: 'not judged'; readonly reason: string };

const path = (variable: string): Value => ({
  pieces: [hole(`path in ${variable}`, { nonEmpty: true, excludes: 'all' })],
  lacks: [],
});

function ambient(name: string): Value | null {
  if (['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'].includes(name)) return path(name);
  return ['PATH', 'HOME', 'TMPDIR', 'LC_ALL', 'PWD', 'OLDPWD'].includes(name)
    ? unknownValue(`environment ${name}`, [], true)
    : null;
}

export function analysedWorld(missing: readonly string[]): AnalysedWorld {
  const [context] = eventContexts([{ event: 'push', body: null }], 'github');
  if (!context) throw new Error('expected an event context for push, found none');
  return {
    forge: 'github',
    dialect: dialects.github,
    context,
    credentials: new Set(),
    facts: noFacts,
    missing: new Set(missing),
  };
}

/** Runs the interpreter. */
export function interpret({ script, shell, ...given }: Question): Answer {
  return interpretProgram(programIn(shell, script), shellLine(shell), given);
}

/** Runs the interpreter on a program; `shell` is null for one of a language that is no shell. */
export function interpretProgram(
  program: Program,
  shell: Parameters<typeof runScript>[1],
  { secrets, env, world }: Omit<Question, 'script' | 'shell'>,
): Answer {
  if (program.unreadable) return { kind: 'not judged', reason: program.unreadable.reason };
  const start = initialState();
  start.input = emptyValue;
  const give = (name: string, value: Value) =>
    setVariable(start, name, { value, elements: null, exact: true, exported: true, fromStep: true });
  for (const [name, value] of Object.entries(env)) give(name, constant(value));
  for (const name of secrets) give(name, world.secret(name));
  try {
    const ends = runScript(program, shell, start, {
      world: analysedWorld(world.missing),
      job: 'job',
      step: 0,
      toll: () => {},
      forgiven: false,
      paste: () => {
        throw new Error('expected no expression in the script');
      },
      ambient,
      windows: false,
      legacyPowerShell: false,
      checkout: blindCheckout('no file of the repository is known'),
      notJudged: () => {},
      handsOn: () => {},
    });
    return { kind: 'endings', endings: ends.map(endingOf) };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { kind: 'not judged', reason: error.message };
  }
}

function programIn({ name }: FlowShell, script: string): Program {
  if (name !== 'python3') return lowerScript(script);
  const text = wholeText(script);
  return python.lower(text, parseTemplate(text));
}

function shellLine({ name, flags }: FlowShell): Parameters<typeof runScript>[1] {
  if (name === 'python3' || name === 'node') return null;
  const text = ` ${flags.join(' ')} `;
  const short = (flag: string) => flags.some((word) => /^-[a-z]+$/.test(word) && word.includes(flag));
  return {
    kind: 'posix',
    program: name,
    errexit: short('e'),
    nounset: short('u'),
    pipefail: text.includes(' pipefail '),
  };
}

function endingOf(state: State): Ending {
  const must = new Set<string>();
  const may = new Set<string>();
  for (const { work, when } of state.done.values()) {
    may.add(work.name);
    if (when.facts.size === 0) must.add(work.name);
  }
  let starved = false;
  for (const event of eventsOf(state.trace)) {
    if (event.kind !== 'failure') continue;
    // It was called, and did not do what it was called for.
    may.add(event.failure.name);
    starved = true;
  }
  const written = (variable: string) => readEntries(state.files.get(nameOf(path(variable))) ?? emptyValue);
  return {
    code: state.status.code,
    must,
    may,
    outputs: written('GITHUB_OUTPUT'),
    env: written('GITHUB_ENV'),
    starved,
    facts: new Map(state.constraints.facts),
    path: () => pathText(state),
  };
}

/** Whether the answer allows this real ending, in which every command on PATH ended with 0. */
export function allows(answer: Answer, real: Outcome): boolean {
  return answer.kind === 'not judged' || answer.endings.some((ending) => agrees(ending, real));
}

/** Whether some ending rests on a command that fails for want of a secret, which no stub does by itself. */
export function isStarved(answer: Answer): boolean {
  return answer.kind === 'endings' && answer.endings.some((ending) => ending.starved);
}

function agrees(ending: Ending, real: Outcome): boolean {
  if (ending.code === null ? real.status === 0 : real.status !== null && real.status !== ending.code)
    return false;
  if (real.status === null && ending.code === 0) return false;
  const reached = new Set(real.reached);
  if ([...ending.must].some((name) => !reached.has(name))) return false;
  if (real.reached.some((name) => !ending.may.has(name))) return false;
  return agreesOn(ending.outputs, real.outputs) && agreesOn(ending.env, real.env);
}

function agreesOn(written: Ending['outputs'], real: readonly string[]): boolean {
  const pairs = new Map(
    real.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  );
  for (const [name, value] of written.entries) {
    const text = pairs.get(name);
    if (text === undefined || !covers(value, text)) return false;
  }
  return written.open || [...pairs.keys()].every((name) => written.entries.has(name));
}

/** Whether the value may be this text. */
export function covers(value: Value, text: string): boolean {
  const pattern = value.pieces.map((piece) => {
    if (typeof piece === 'string') return escaped(piece);
    if (piece.id.startsWith('secrets.')) return escaped(presentValue);
    if (piece.atLeast !== null) return '-?[0-9]+';
    return escaped(piece.prefix) + (piece.nonEmpty && piece.prefix === '' ? '[^]+' : '[^]*');
  });
  return new RegExp(`^${pattern.join('')}$`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** An answer for people. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'not judged') return `not judged: ${answer.reason}`;
  return answer.endings
    .map(({ code, must, may, outputs, env }) => {
      const perhaps = [...may].filter((name) => !must.has(name));
      const entries = (written: Ending['outputs']) =>
        [...written.entries].map(([name, value]) => `${name}=${nameOf(value)}`).join(', ') +
        (written.open ? ' …' : '');
      return [
        `exits ${code ?? 'non-zero'}`,
        `reaches ${[...must].join(', ') || 'nothing'}`,
        ...(perhaps.length > 0 ? [`perhaps ${perhaps.join(', ')}`] : []),
        ...(outputs.entries.size > 0 || outputs.open ? [`outputs ${entries(outputs)}`] : []),
        ...(env.entries.size > 0 || env.open ? [`env ${entries(env)}`] : []),
      ].join('; ');
    })
    .join('\n');
}

/** The different endings that the interpreter allows a script of bash, started as a runner does; TOKEN is empty if nothing else is said. */
export function endsOf(script: string, world: AbstractWorld = plainWorlds.missing): string[] {
  const answer = interpret({
    script,
    shell: { name: 'bash', flags: ['-e', '-o', 'pipefail'] },
    secrets: ['TOKEN'],
    env: {},
    world,
  });
  return [...new Set(answerText(answer).split('\n'))].sort();
}
