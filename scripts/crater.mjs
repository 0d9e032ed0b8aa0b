// @ts-check
// What `npm run crater` runs: the built tool over a folder of real repositories, each in a process of its own, and a
// report to judge the tool by. Must not let a repository stop the run, nor its text reach the terminal unescaped.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  readArguments,
  renderFinding,
  renderNotJudged,
  renderTotals,
  resultOf,
  sampleFindings,
  sampleNotJudged,
  summarise,
  usage,
} from './crater-report.mjs';

/** @typedef {import('./crater-report.mjs').Options} Options */
/** @typedef {import('./crater-report.mjs').Result} Result */
/** @typedef {import('./crater-report.mjs').Run} Run */

const dist = new URL('../dist/src/', import.meta.url);
const roots = ['.gitea', '.forgejo', '.github'];
/** A report is some hundred kilobytes; a string of Node holds half a gigabyte. */
const mostOutput = 256 * 1024 * 1024;
/** Only the first lines of an error are shown. */
const mostErrors = 64 * 1024;
const largestSource = 16 * 1024 * 1024;

/** Something that only the user can mend: status 2. */
class Refusal extends Error {}

/**
 * The one door to the terminal, for lines that may hold text of strangers.
 * @returns {Promise<(lines: readonly string[]) => void>}
 */
async function printer() {
  const file = new URL('report/text.js', dist);
  if (!existsSync(file)) throw new Refusal('there is no build; npm run build makes it');
  const { glyphsOf, withoutCommands } = await import(file.href);
  /** @param {string} line @returns {string} */
  const harmless = (line) =>
    glyphsOf(line)
      .map((/** @type {{ text: string }} */ { text }) => text)
      .join('');
  return (lines) => void process.stdout.write(withoutCommands(`${lines.map(harmless).join('\n')}\n`));
}

/**
 * The names of the repositories in a folder, in order, and of how many other folders lie beside them.
 * @param {string} folder
 */
function repositoriesIn(folder) {
  let names;
  try {
    names = readdirSync(folder).filter((name) => isFolder(join(folder, name)));
  } catch (error) {
    throw new Refusal(`'${folder}' cannot be read as a folder (${messageOf(error)})`);
  }
  const repositories = names
    .filter((name) => roots.some((root) => isFolder(join(folder, name, root))))
    .sort();
  if (repositories.length === 0) {
    throw new Refusal(`'${folder}' holds no repository: expected folders with a ${roots.join(', ')} in them`);
  }
  return { repositories, others: names.length - repositories.length };
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @param {number} count @param {string} noun */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs the tool in a repository; never rejects.
 * @param {string} tool
 * @param {string} cwd
 * @param {number} seconds
 * @returns {Promise<Run>}
 */
function runTool(tool, cwd, seconds) {
  return new Promise((done) => {
    const started = performance.now();
    const args = [tool, '--format', 'json'];
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let timedOut = false;
    let tooMuch = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    /** @type {Buffer[]} */
    const output = [];
    let length = 0;
    child.stdout.on('data', (chunk) => {
      length += chunk.length;
      if (length <= mostOutput) output.push(chunk);
      else if (!tooMuch) {
        tooMuch = true;
        child.kill('SIGKILL');
      }
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      if (errors.length < mostErrors) errors += chunk;
    });
    child.on('error', (error) => {
      errors += error.message;
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      done({
        status,
        signal,
        timedOut,
        tooMuch,
        stdout: Buffer.concat(output).toString('utf8'),
        stderr: errors,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

/**
 * @param {Options} options
 * @param {readonly string[]} names
 * @param {string} tool
 * @returns {Promise<Result[]>} in the order of the names
 */
async function runAll(options, names, tool) {
  /** @type {Result[]} */
  const results = [];
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (;;) {
      const at = next++;
      const name = names[at];
      if (name === undefined) return;
      results[at] = resultOf(name, await runTool(tool, join(options.folder, name), options.timeout));
      done++;
      if (process.stderr.isTTY)
        process.stderr.write(`\r${done} of ${names.length}${done < names.length ? '' : '\n'}`);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return results;
}

/** @param {string} path @returns {string[] | null} */
function linesOf(path) {
  try {
    if (statSync(path).size > largestSource) return null;
    return readFileSync(path, 'utf8').split(/\r\n?|\n/);
  } catch {
    return null;
  }
}

/** Opened before the long run, so that a folder that does not exist is told at once. @param {string} path */
function openForWriting(path) {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new Refusal(`--json cannot be written (${messageOf(error)})`);
  }
}

/** JSON with nothing in it that a terminal obeys. @param {unknown} value */
function asciiJson(value) {
  return `${JSON.stringify(value, null, 2).replace(/[^\n\x20-\x7e]/g, escapeUnit)}\n`;
}

/** @param {string} unit */
function escapeUnit(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @param {Options} options @returns {Promise<number>} the exit status */
async function crater(options) {
  const print = await printer();
  const folder = resolve(options.folder);
  const { repositories, others } = repositoriesIn(folder);
  const tool =
    options.tool === null ? fileURLToPath(new URL('../bin/hardfail.cjs', dist)) : resolve(options.tool);
  if (!existsSync(tool)) throw new Refusal(`there is no '${tool}'; npm run build makes the default one`);
  const json = options.json === null ? null : openForWriting(options.json);

  const results = await runAll({ ...options, folder }, repositories, tool);
  const totals = summarise(results);
  const findings = sampleFindings(results, options.sample, options.seed);
  const notJudged = sampleNotJudged(results, options.notJudged, options.seed);
  /** @param {{ repository: string, item: { file: string } }} sampled */
  const sourceOf = ({ repository, item }) => linesOf(join(folder, repository, item.file));

  if (others > 0) print([`passed over: ${plural(others, 'folder')} without ${roots.join(', ')}`]);
  print(renderTotals(results, totals));
  if (options.sample > 0) print(['', `${plural(findings.length, 'finding')} to read, seed ${options.seed}`]);
  for (const [at, one] of findings.entries()) {
    print(renderFinding(one, `finding ${at + 1} of ${findings.length}`, sourceOf(one)));
  }
  if (options.notJudged > 0)
    print(['', `${plural(notJudged.length, 'step')} not judged to read, seed ${options.seed}`]);
  for (const [at, one] of notJudged.entries()) {
    print(renderNotJudged(one, `not judged ${at + 1} of ${notJudged.length}`, sourceOf(one)));
  }
  if (json !== null) {
    const { seed, timeout } = options;
    const samples = { findings, notJudged };
    writeFileSync(
      json,
      asciiJson({ version: 1, folder, tool, seed, timeout, totals, repositories: results, samples }),
    );
    closeSync(json);
  }
  return totals.repositories.crashed + totals.repositories.hung > 0 ? 1 : 0;
}

// A reader that went away (`npm run crater … | head`) has seen what it wanted.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
});
const asked = readArguments(process.argv.slice(2));
try {
  if (asked.kind === 'help') process.stdout.write(`${usage}\n`);
  else if (asked.kind === 'error') throw new Refusal(`${asked.message}\n\n${usage}`);
  else process.exitCode = await crater(asked.options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`crater: ${error.message}\n`);
  process.exitCode = 2;
}
