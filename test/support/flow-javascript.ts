import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseTemplate } from '../../src/parse/expression.js';
import { type Host, loweringOf } from '../../src/program/lower/languages.js';
import type { Program } from '../../src/program/program.js';
import { type Outcome, outcomeOf, parseOutcome, presentValue, type World } from './flow-fixtures.js';
import { executeToTheEnd, parseFileCommands, readLog, type Stub, stub, stubText } from './oracle.js';

// A flow fixture of JavaScript is a script whose leading comments say how it ends:
//
//   // host: node                       or github-script: the body of a step's function
//   // secret: TOKEN, OTHER             empty in the missing world, set in the present one
//   // env: REGION=eu                   other variables, the same in both worlds
//   // stubs: deploy, check=3           commands that note their call and end with 0 (or 3)
//   // consumes: upload                 commands and calls that need the secret
//   // missing: exits 0, reaches nothing
//   // present: exits 0, reaches fetch, deploy; outputs ready=true
//
// Calls that would leave the machine (`fetch`, `github.rest.…`) are stood in for and noted by their names.

export interface JavaScriptFixture {
  readonly name: string;
  readonly script: string;
  readonly host: Host | null;
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stubs: readonly Stub[];
  readonly consumers: readonly string[];
  readonly promised: Readonly<Record<World, readonly Outcome[]>>;
}

const folder = fileURLToPath(new URL('../../fixtures/flow-javascript/', import.meta.url));
const harness = fileURLToPath(new URL('./node-harness.mjs', import.meta.url));
const keys: ReadonlySet<string> = new Set('host secret env stubs consumes missing present'.split(' '));

/** Every script in `fixtures/flow-javascript`, by name. Throws on a header it cannot read. */
export function readJavaScriptFixtures(): readonly JavaScriptFixture[] {
  return readdirSync(folder)
    .sort()
    .map((name) => parseFixture(name, readFileSync(join(folder, name), 'utf8')));
}

function parseFixture(name: string, script: string): JavaScriptFixture {
  const header = new Map<string, string[]>();
  for (const line of script.split('\n')) {
    if (!line.startsWith('//')) break;
    const [, key, value] = /^\/\/ ([a-z]+): (.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (!keys.has(key)) throw new Error(`${name}: '${line}' has none of the keys ${[...keys].join(', ')}`);
    header.set(key, [...(header.get(key) ?? []), value.trim()]);
  }
  const lists = (key: string) => (header.get(key) ?? []).flatMap((line) => line.split(', '));
  const host = header.get('host')?.[0];
  if (host !== 'node' && host !== 'github-script')
    throw new Error(`${name}: expected a host, found '${host}'`);
  const outcomes = (world: World) => {
    const lines = header.get(world) ?? [];
    if (lines.length === 0) throw new Error(`${name}: expected a line '// ${world}: …', found none`);
    return lines.map((line) => parseOutcome(name, line));
  };
  return {
    name,
    script,
    host: host === 'node' ? null : host,
    secrets: lists('secret'),
    env: Object.fromEntries(
      lists('env').map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    ),
    stubs: lists('stubs').map((text) => {
      const [command = '', status = '0'] = text.split('=');
      return stub(command, { status: Number(status) });
    }),
    consumers: lists('consumes'),
    promised: { missing: outcomes('missing'), present: outcomes('present') },
  };
}

/** Lowers a fixture as the tool does; the front-end must have been loaded. */
export function lowerFixture({ name, script, host }: JavaScriptFixture): Program {
  const source = { path: name, text: script };
  const text = { source, text: script, offsetOf: (index: number) => index };
  const program = loweringOf('javascript')?.lower(text, parseTemplate(text), host ?? undefined);
  if (!program) throw new Error('expected a front-end for JavaScript, found none');
  return program;
}

/** How Node really ends a fixture in a world. Throws where it does not end in time. */
export async function runNode(fixture: JavaScriptFixture, world: World): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'hardfail-oracle-'));
  try {
    const bin = join(directory, 'bin');
    const work = join(directory, 'work');
    for (const path of [bin, work]) mkdirSync(path);
    const file = (name: string) => join(directory, name);
    for (const name of ['log', 'output', 'env', 'summary']) writeFileSync(file(name), '');
    const script = join(work, fixture.name);
    writeFileSync(script, fixture.script);
    const consumers = fixture.consumers.map((name) => stub(name, { status: world === 'present' ? 0 : 1 }));
    for (const command of [...fixture.stubs, ...consumers])
      writeFileSync(join(bin, command.name), stubText(command, `'${file('log')}'`), { mode: 0o755 });
    const args = fixture.host === null ? ['--import', harness, script] : [harness, script];
    const secret = world === 'present' ? presentValue : '';
    const ended = await executeToTheEnd(process.execPath, args, work, {
      ...fixture.env,
      ...Object.fromEntries(fixture.secrets.map((name) => [name, secret])),
      PATH: bin,
      HOME: work,
      ORACLE_LOG: file('log'),
      ORACLE_HOST: fixture.host ?? 'node',
      GITHUB_OUTPUT: file('output'),
      GITHUB_ENV: file('env'),
      GITHUB_STEP_SUMMARY: file('summary'),
    });
    const calls = readLog(readFileSync(file('log'), 'utf8'));
    return outcomeOf({
      ...ended,
      reached: calls.map(([name = '']) => name),
      calls,
      outputs: parseFileCommands(readFileSync(file('output'), 'utf8')),
      env: parseFileCommands(readFileSync(file('env'), 'utf8')),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
