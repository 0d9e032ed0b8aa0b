import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InterpreterName, type RealOutcome, runReal, type Stub, stub } from './oracle.js';

// A flow fixture is a script, of a shell or of another language, whose leading comments say under what it runs and how it ends:
//
//   # shell: bash -e -o pipefail       the shell and its flags; several lines: the same under each
//   # secret: TOKEN, OTHER             empty in the missing world, set in the present one
//   # env: REGION=eu, MODE=            other variables, the same in both worlds
//   # stubs: deploy, check             commands that note their call and end with 0 (`check=3`: with 3)
//   # reads: collect                   stubs that read their input to the end
//   # consumes: upload                 stubs that need the secret: 0 when it is there, 1 when it is missing
//   # unknown: git                     stubs that may end with 0 or 1: every combination is run
//   # tools: cat, tee                  real programs that it uses
//   # missing: exits 0, reaches nothing
//   # present: exits 0, reaches check, deploy; outputs ready=true; env MODE=live
//                                      how it ends: a status or `exits non-zero`, the stubs in order, and
//                                      what it wrote; one line for every ending that there is

export type World = 'missing' | 'present';

export interface Outcome {
  /** null: some status that is not 0, which one depends on the shell. */
  readonly status: number | null;
  readonly reached: readonly string[];
  /** `name=value`, sorted by name. */
  readonly outputs: readonly string[];
  readonly env: readonly string[];
}

export interface FlowShell {
  readonly name: InterpreterName;
  readonly flags: readonly string[];
}

export interface FlowFixture {
  /** The file's name. */
  readonly name: string;
  /** The whole file: the header is part of the script, as comments. */
  readonly script: string;
  readonly shells: readonly FlowShell[];
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stubs: readonly Stub[];
  readonly consumers: readonly string[];
  readonly unknown: readonly string[];
  readonly tools: readonly string[];
  /** Every ending that the header promises. */
  readonly promised: Readonly<Record<World, readonly Outcome[]>>;
}

const folder = fileURLToPath(new URL('../../fixtures/flow/', import.meta.url));
const keys = [
  'shell',
  'secret',
  'env',
  'stubs',
  'reads',
  'consumes',
  'unknown',
  'tools',
  'missing',
  'present',
] as const;
type Key = (typeof keys)[number];

/** What a secret is in the present world. */
export const presentValue = 's3cr3t';

/** Every script in `fixtures/flow`, by name. Throws on a header it cannot read. */
export function readFlowFixtures(): readonly FlowFixture[] {
  return readdirSync(folder)
    .filter((name) => /\.(sh|py)$/.test(name))
    .sort()
    .map((name) => parseFlowFixture(name, readFileSync(join(folder, name), 'utf8')));
}

/** Reads a fixture's header. Throws on a key or an ending it does not know. */
export function parseFlowFixture(name: string, script: string): FlowFixture {
  const header = headerOf(name, script);
  const lists = (key: Key): readonly string[] => (header.get(key) ?? []).flatMap((line) => line.split(', '));
  const readers = lists('reads');
  const fixed = lists('stubs').map((text) => {
    const [command = '', status = '0'] = text.split('=');
    return stub(command, { status: Number(status) });
  });
  const fixture: FlowFixture = {
    name,
    script,
    shells: (header.get('shell') ?? []).map((line) => parseShell(name, line)),
    secrets: lists('secret'),
    env: Object.fromEntries(lists('env').map((text) => splitOnce(text, '='))),
    stubs: [...fixed, ...readers.map((command) => stub(command, { reads: true }))],
    consumers: lists('consumes'),
    unknown: lists('unknown'),
    tools: lists('tools'),
    promised: {
      missing: (header.get('missing') ?? []).map((line) => parseOutcome(name, line)),
      present: (header.get('present') ?? []).map((line) => parseOutcome(name, line)),
    },
  };
  for (const key of ['shell', 'secret', 'missing', 'present'] as const) {
    if (!header.has(key)) throw new Error(`fixtures/flow/${name}: expected a line '# ${key}: …', found none`);
  }
  return fixture;
}

function headerOf(name: string, script: string): ReadonlyMap<Key, readonly string[]> {
  const header = new Map<Key, string[]>();
  for (const line of script.split('\n')) {
    if (!line.startsWith('#')) break;
    const [, word, value] = /^# ([a-z]+): (.+)$/.exec(line) ?? [];
    if (word === undefined || value === undefined) continue;
    const key = keys.find((known) => known === word);
    if (key === undefined)
      throw new Error(`fixtures/flow/${name}: '${line}' has none of the keys ${keys.join(', ')}`);
    header.set(key, [...(header.get(key) ?? []), value.trim()]);
  }
  return header;
}

function parseShell(fixture: string, line: string): FlowShell {
  const [name = '', ...flags] = line.split(' ');
  if (name !== 'bash' && name !== 'sh' && name !== 'python3') {
    throw new Error(`fixtures/flow/${fixture}: expected bash, sh or python3, found '${name}'`);
  }
  return { name, flags };
}

const ending = /^exits (\d+|non-zero), reaches ([^;]+)(?:; outputs ([^;]+))?(?:; env ([^;]+))?$/;

/** Reads how a script ends. Throws on an ending it does not know. */
export function parseOutcome(fixture: string, line: string): Outcome {
  const [, status, reached, outputs, env] = ending.exec(line) ?? [];
  if (status === undefined || reached === undefined) {
    throw new Error(
      `fixtures/flow/${fixture}: expected 'exits N, reaches A, B; outputs K=V; env K=V', found '${line}'`,
    );
  }
  return {
    status: status === 'non-zero' ? null : Number(status),
    reached: reached === 'nothing' ? [] : reached.split(', '),
    outputs: outputs?.split(', ').sort() ?? [],
    env: env?.split(', ').sort() ?? [],
  };
}

function splitOnce(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

/** The endings of a fixture in one world under one of its shells, as a real shell has them. */
export interface RealEndings {
  readonly shell: FlowShell;
  readonly world: World;
  /** One for each combination of the unknown statuses, doubles left out. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Runs a fixture in both worlds, under each of its shells, with every combination of its unknown statuses.
 * What an interpreter says of the fixture has to contain each of these endings.
 */
export async function expectedFromReal(fixture: FlowFixture): Promise<readonly RealEndings[]> {
  const result: RealEndings[] = [];
  for (const shell of fixture.shells) {
    for (const world of ['missing', 'present'] as const) {
      const outcomes = new Map<string, Outcome>();
      for (const statuses of combinations(fixture.unknown)) {
        const outcome = outcomeOf(await runIn(fixture, shell, world, statuses));
        outcomes.set(JSON.stringify(outcome), outcome);
      }
      result.push({ shell, world, outcomes: [...outcomes.values()] });
    }
  }
  return result;
}

function runIn(
  fixture: FlowFixture,
  shell: FlowShell,
  world: World,
  unknown: readonly Stub[],
): Promise<RealOutcome> {
  const value = world === 'present' ? presentValue : '';
  const consumers = fixture.consumers.map((name) => stub(name, { status: world === 'present' ? 0 : 1 }));
  return runReal({
    script: fixture.script,
    shell: shell.name,
    flags: shell.flags,
    env: { ...fixture.env, ...Object.fromEntries(fixture.secrets.map((name) => [name, value])) },
    commands: [...fixture.stubs, ...consumers, ...unknown],
    tools: fixture.tools,
  });
}

function combinations(names: readonly string[]): readonly (readonly Stub[])[] {
  let result: readonly (readonly Stub[])[] = [[]];
  for (const name of names) {
    result = result.flatMap((stubs) => [0, 1].map((status) => [...stubs, stub(name, { status })]));
  }
  return result;
}

/** What of a real run an ending holds. */
export function outcomeOf({ status, reached, outputs, env }: RealOutcome): Outcome {
  return { status, reached, outputs: pairs(outputs), env: pairs(env) };
}

function pairs(map: ReadonlyMap<string, string>): readonly string[] {
  return [...map].map(([name, value]) => `${name}=${value}`).sort();
}

/** An ending as one line, for comparison and for messages; `exits non-zero` stands for every failure. */
export function endingText({ status, reached, outputs, env }: Outcome, exact: boolean): string {
  const known = exact ? status : status === 0 ? 0 : null;
  return [
    `exits ${known ?? 'non-zero'}, reaches ${reached.join(', ') || 'nothing'}`,
    ...(outputs.length > 0 ? [`outputs ${outputs.join(', ')}`] : []),
    ...(env.length > 0 ? [`env ${env.join(', ')}`] : []),
  ].join('; ');
}
