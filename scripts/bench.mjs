// @ts-check
// What `npm run bench` runs: whole processes of the built tool, in turn with a bare Node and with a script that only
// reads the same files and parses their YAML. Prints ratios and compares them with those of bench/baseline.json. Must
// not call a figure good or bad: machines differ, and nothing here is a test.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generatedWorkflows } from '../test/support/generate-repository.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const baselineFile = join(root, 'bench', 'baseline.json');
const seed = 7;

const { values: given } = parseArgs({
  options: {
    pairs: { type: 'string', default: '9' },
    only: { type: 'string' },
    cli: { type: 'string', default: join(root, 'dist', 'bin', 'hardfail.cjs') },
    write: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
  },
});

/** @typedef {{ readonly wall: number, readonly cpu: number }} Time in milliseconds */
/** @typedef {{ readonly cold: Time, readonly warm: Time, readonly read: Time }} Cached with --cache: the first run, those after it, and a script that only reads */
/** @typedef {{ readonly name: string, readonly files: ReadonlyMap<string, string> }} Case */
/** @typedef {{ readonly cpu: number, readonly memory: number }} Ratios what is kept: wall time hangs on what else runs */

/** What stands where the environment adds certificates costs every start of Node more than the start itself. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/** @returns {Case[]} */
function cases() {
  const all = [
    {
      name: '1 file, no secret',
      files: generatedWorkflows(1, seed, { meanSize: 7_700, withSecrets: false }),
    },
    { name: '1 file', files: generatedWorkflows(1, seed, { meanSize: 7_700 }) },
    { name: '77 files', files: generatedWorkflows(77, seed) },
    { name: '1000 files', files: generatedWorkflows(1_000, seed) },
    { name: '5000 files', files: generatedWorkflows(5_000, seed) },
  ];
  const { only } = given;
  return only === undefined ? all : all.filter(({ name }) => name.startsWith(only));
}

/**
 * The time of one run, of the process itself and not of what starts it.
 * @param {readonly string[]} command
 * @param {string} folder
 * @param {boolean} mayFail whether a status other than 0 is an answer
 * @returns {Time}
 */
function timed(command, folder, mayFail) {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `TIMEFORMAT='%3R %3U %3S'; { time ${quoted} > /dev/null 2>&1; } 2>&1`;
  const { stdout, status } = spawnSync('bash', ['-c', script], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  // A program that could not start is the fastest of all.
  if (status !== 0 && !mayFail) throw new Error(`expected status 0 of ${quoted}, found ${status}`);
  const [wall, user, system] = stdout
    .trim()
    .split(' ')
    .map((text) => Number(text.replace(',', '.')) * 1_000);
  if (!wall || user === undefined || system === undefined)
    throw new Error(`expected times, found '${stdout}'`);
  return { wall, cpu: user + system };
}

/**
 * The most memory that a run of Node has held, in MB.
 * @param {readonly string[]} args
 * @param {string} folder
 * @param {string} scratch
 */
function memoryOf(args, folder, scratch) {
  const file = join(scratch, 'memory.txt');
  const probe = join(scratch, 'probe.cjs');
  const report = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(probe, `process.on('exit', () => ${report});\n`);
  // Linux counts what a process held before it became another program: it has to be started by a small one.
  spawnSync('bash', ['-c', '"$0" "$@"; true', process.execPath, '--require', probe, ...args], {
    cwd: folder,
    env: environment,
    stdio: 'ignore',
  });
  return Number(readFileSync(file, 'utf8')) / 1_000;
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** @param {readonly Time[]} times @returns {Time} */
function typical(times) {
  return { wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) };
}

/** @param {Case} one @param {string} folder */
function writeRepository({ files }, folder) {
  mkdirSync(join(folder, '.git'), { recursive: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/**
 * One bundled script that starts, reads the files of the working directory and parses their YAML: what any linter has
 * to do. null where there is no bundler.
 * @param {string} scratch
 */
async function floorScript(scratch) {
  const entry = join(scratch, 'floor-entry.mjs');
  writeFileSync(
    entry,
    [
      "import { readdirSync, readFileSync } from 'node:fs';",
      `import { parseDocument } from ${JSON.stringify(join(root, 'node_modules', 'yaml', 'browser', 'index.js'))};`,
      "const folder = '.github/workflows';",
      'let nodes = 0;',
      'for (const name of readdirSync(folder)) {',
      "  const text = readFileSync(`${folder}/${name}`, 'utf8');",
      "  const document = parseDocument(text, { schema: 'core', uniqueKeys: false, prettyErrors: false });",
      '  nodes += document.contents ? 1 : 0;',
      '}',
      'process.stdout.write(`${nodes}\\n`);',
    ].join('\n'),
  );
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' });
  const file = join(scratch, 'floor.cjs');
  await bundle.write({ file, format: 'cjs' });
  await bundle.close();
  return file;
}

/**
 * A script that starts and reads the files of the working directory: what a run has to do that recalls its verdict.
 * @param {string} scratch
 */
function readScript(scratch) {
  const file = join(scratch, 'read.cjs');
  writeFileSync(
    file,
    [
      "const { readdirSync, readFileSync } = require('node:fs');",
      "const folder = '.github/workflows';",
      'let bytes = 0;',
      'for (const name of readdirSync(folder)) bytes += readFileSync(`${folder}/${name}`).length;',
      'process.stdout.write(`${bytes}\\n`);',
    ].join('\n'),
  );
  return file;
}

/**
 * The phases of one run and the milliseconds that they took, as --timing prints them.
 * @param {readonly string[]} command
 * @param {string} folder
 */
function phasesOf([program = '', ...args], folder) {
  const { stderr } = spawnSync(program, [...args, '--timing'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const found = [...stderr.matchAll(/^hardfail: (\w+) +([\d.]+) ms$/gm)];
  return new Map(found.map(([, name = '', time]) => [name, Number(time)]));
}

/** @param {number} value @param {number} [digits] */
function shown(value, digits = 0) {
  return value.toFixed(digits);
}

/** Columns; the first one is text, the others are numbers unless `textual`. @param {readonly (readonly string[])[]} rows */
function table(rows, textual = false) {
  const columns = rows[0] ?? [];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (/** @type {string} */ text, /** @type {number} */ column) =>
    column === 0 || textual ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

/**
 * @param {Case} one
 * @param {{ readonly scratch: string, readonly floor: string, readonly read: string, readonly actionlint: string | null, readonly pairs: number }} around
 */
function measure(one, { scratch, floor, read, actionlint, pairs }) {
  const folder = mkdtempSync(join(scratch, 'repository-'));
  writeRepository(one, folder);
  const commands = {
    node: [process.execPath, '-e', '0'],
    floor: [process.execPath, floor],
    hardfail: [process.execPath, given.cli, '--fail-on', 'never'],
    ...(actionlint ? { actionlint: [actionlint, '-shellcheck=', '-pyflakes='] } : {}),
  };
  // Made by the first run, which is the cold one.
  const cached = [...commands.hardfail, '--cache', '--cache-location', join(scratch, 'verdicts')];
  const cold = timed(cached, folder, false);
  Object.assign(commands, { read: [process.execPath, read], cached });
  /** @type {Map<string, Time[]>} */
  const times = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let pair = 0; pair < pairs; pair++)
    for (const [name, command] of Object.entries(commands))
      times.get(name)?.push(timed(command, folder, name === 'actionlint'));
  const memory = {
    node: memoryOf(['-e', '0'], folder, scratch),
    hardfail: memoryOf(commands.hardfail.slice(1), folder, scratch),
  };
  const phases = phasesOf(commands.hardfail, folder);
  rmSync(folder, { recursive: true });
  const of = (/** @type {string} */ name) => typical(times.get(name) ?? []);
  return {
    node: of('node'),
    floor: of('floor'),
    tool: of('hardfail'),
    memory,
    cached: { cold, warm: of('cached'), read: of('read') },
    phases,
    other: actionlint ? of('actionlint') : null,
  };
}

/** @param {string} name @param {Cached} cached @param {Time} node @param {Time} tool */
function cacheRow(name, { cold, warm, read }, node, tool) {
  return [
    name,
    shown(cold.cpu),
    shown(cold.cpu / tool.cpu, 2),
    shown(warm.cpu),
    shown(warm.cpu / node.cpu, 2),
    shown(warm.cpu / read.cpu, 2),
    shown(warm.wall),
  ];
}

async function compare() {
  const scratch = mkdtempSync(join(tmpdir(), 'hardfail-bench-'));
  const pairs = Math.max(1, Number(given.pairs));
  const floor = await floorScript(scratch);
  const read = readScript(scratch);
  const found = spawnSync('bash', ['-c', 'command -v actionlint'], { encoding: 'utf8' }).stdout.trim();
  /** @type {Record<string, Ratios>} */
  const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')).ratios : {};
  /** @type {Record<string, Ratios>} */
  const ratios = {};
  process.stdout.write(
    `Node ${process.versions.node}, ${cpus().length} processors, medians of ${pairs} runs of each in turn; CPU is user + system\n`,
  );
  const head = [
    '',
    'MB',
    'wall ms',
    'CPU ms',
    '× node wall',
    '× node CPU',
    '× floor wall',
    '× floor CPU',
    'peak MB',
    '× node',
  ];
  const rows = [[...head, 'CPU × floor before', ...(found ? ['CPU × actionlint'] : [])]];
  const cacheRows = [
    ['', 'cold CPU ms', '× without', 'warm CPU ms', '× node CPU', '× read CPU', 'warm wall ms'],
  ];
  const phaseRows = [['', 'wall ms', 'share']];
  for (const one of cases()) {
    const bytes = [...one.files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const {
      node,
      floor: least,
      tool,
      memory,
      cached,
      phases,
      other,
    } = measure(one, { scratch, floor, read, actionlint: found || null, pairs });
    const ratio = { cpu: tool.cpu / least.cpu, memory: memory.hardfail / memory.node };
    ratios[one.name] = ratio;
    const before = baseline[one.name];
    rows.push([
      one.name,
      shown(bytes / 1e6, 2),
      shown(tool.wall),
      shown(tool.cpu),
      shown(tool.wall / node.wall, 2),
      shown(tool.cpu / node.cpu, 2),
      shown(tool.wall / least.wall, 2),
      shown(ratio.cpu, 2),
      shown(memory.hardfail),
      shown(ratio.memory, 2),
      before
        ? `${shown(before.cpu, 2)} (${ratio.cpu > before.cpu ? '+' : ''}${shown((ratio.cpu / before.cpu - 1) * 100)} %)`
        : '–',
      ...(other ? [shown(tool.cpu / other.cpu, 2)] : []),
    ]);
    cacheRows.push(cacheRow(one.name, cached, node, tool));
    const all = phases.get('all') ?? 0;
    const shares = [...phases].filter(([name]) => name !== 'all');
    phaseRows.push([
      one.name,
      shown(all),
      shares.map(([name, time]) => `${name} ${shown((time / all) * 100)} %`).join('   '),
    ]);
    process.stderr.write(`${one.name} is done\n`);
  }
  process.stdout.write(table(rows));
  process.stdout.write(`\nwith --cache; read is a script that only reads the files\n${table(cacheRows)}`);
  process.stdout.write(
    `\nwhere the wall time of one run goes, as --timing has it\n${table(phaseRows, true)}`,
  );
  rmSync(scratch, { recursive: true });
  if (!given.write) return;
  mkdirSync(dirname(baselineFile), { recursive: true });
  const rounded = Object.fromEntries(
    Object.entries({ ...baseline, ...ratios }).map(([name, values]) => [
      name,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value * 100) / 100])),
    ]),
  );
  const note = 'CPU to that of the floor, memory to that of a bare Node; npm run bench -- --write';
  writeFileSync(baselineFile, `${JSON.stringify({ note, ratios: rounded }, null, 2)}\n`);
}

if (!existsSync(given.cli)) {
  process.stderr.write('there is no build; npm run build makes it\n');
  process.exitCode = 2;
} else if (given.growth) {
  const { growth } = await import('./bench-growth.mjs');
  process.stdout.write(table(await growth(given.only), true));
} else await compare();
