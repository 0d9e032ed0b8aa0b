// What action.yml runs: builds hardfail from the commit of the action, lints, and adds to the summary of the step.
// Takes its inputs from HARDFAIL_* and starts programs without a shell between. Must end with hardfail's own status.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
const incomplete = 3;

/** Ends the step with a message that the page of the job shows. */
class Failure extends Error {}

function input(name, otherwise) {
  return process.env[`HARDFAIL_${name}`]?.trim() || otherwise;
}

function lines(name) {
  return input(name, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function checkNode() {
  const wanted = /\d+\.\d+/.exec(manifest.engines.node)?.[0] ?? '';
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Failure(
    `hardfail needs Node ${wanted} or newer, found ${process.versions.node}: use actions/setup-node`,
  );
}

function npm(folder, args, failure) {
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 };
  // On Windows npm is a script, which only a shell can start; no argument comes from an input unchecked.
  const ran = spawnSync('npm', [...args, '--no-audit', '--no-fund'], {
    ...options,
    shell: process.platform === 'win32',
  });
  if (ran.status === 0) return;
  process.stderr.write(`${ran.stdout ?? ''}${ran.stderr ?? ''}`);
  throw new Failure(failure);
}

/** A digest of everything that the build is made from. */
function sourceDigest() {
  const folders = ['src', 'rules'].flatMap((folder) =>
    readdirSync(join(own, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const settings = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/bundle.mjs',
  ];
  const hash = createHash('sha256');
  for (const path of [...folders, ...settings.map((name) => join(own, name))].sort()) {
    hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** The program of this commit. Runners that keep an action between jobs keep its build, as long as it is of these sources. */
function ownProgram() {
  const program = join(own, manifest.bin.hardfail);
  const stamp = join(own, 'node_modules', '.hardfail-built-from');
  const digest = sourceDigest();
  if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return program;
  const failure = 'hardfail could not be built from the commit of its action';
  // The compiler is needed whatever the job says of NODE_ENV, and no script of a package is.
  npm(own, ['ci', '--include=dev', '--ignore-scripts', '--prefer-offline'], failure);
  npm(own, ['run', 'build'], failure);
  writeFileSync(stamp, digest);
  return program;
}

/** The program of the version that is asked for: of this commit, or of the registry that npm is set up for. */
function programOf(version, temporary) {
  if (version === null || version === manifest.version) return ownProgram();
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) {
    throw new Failure(
      `the input version is '${version}', expected a whole version such as ${manifest.version}`,
    );
  }
  writeFileSync(join(temporary, 'package.json'), '{ "private": true }');
  const install = ['install', '--ignore-scripts', `hardfail@${version}`];
  npm(temporary, install, `hardfail ${version} could not be installed`);
  return join(temporary, 'node_modules', 'hardfail', manifest.bin.hardfail);
}

function addToSummary(file) {
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (!summary || !existsSync(file)) return;
  appendFileSync(summary, `${readFileSync(file, 'utf8')}\n`);
}

/** Whether code of the checkout may run is not guessed from a word that is misspelt. */
function pluginFlags() {
  const plugins = input('PLUGINS', 'true');
  if (plugins === 'true') return [];
  if (plugins === 'false') return ['--no-plugins'];
  throw new Failure(`the input plugins is '${plugins}', expected true or false`);
}

function main(temporary) {
  checkNode();
  const program = programOf(input('VERSION', null), temporary);
  const summary = join(temporary, 'summary.md');
  const args = [
    `--format=${input('FORMAT', 'pretty')}`,
    `--fail-on=${input('FAIL_ON', 'warning')}`,
    ...pluginFlags(),
    ...lines('OUTPUT').map((line) => `--output=${line}`),
    `--output=markdown=${summary}`,
    '--',
    ...lines('PATHS'),
  ];
  const { status } = spawnSync(process.execPath, [program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  addToSummary(summary);
  return status ?? incomplete;
}

const temporary = mkdtempSync(join(tmpdir(), 'hardfail-action-'));
try {
  process.exitCode = main(temporary);
} catch (error) {
  process.exitCode = incomplete;
  const message = error instanceof Failure ? error.message : String(error?.stack ?? error);
  const shown = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::error title=hardfail::${shown}\n`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
