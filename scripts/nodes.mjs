// @ts-check
// What `npm run test:nodes` runs: the packed tool and the test suite, on each version of Node that is supported. `-- --packed`
// leaves the suite out, `-- test/cli test/replay` runs only those tests, `-- --only 22` one version. The versions come from the registry, into a temporary folder. Must not touch the installed Node.

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: given, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { packed: { type: 'boolean', default: false }, only: { type: 'string' } },
});
/** The first one that is supported is the one of `engines` in package.json. */
const versions = ['20.19.0', '20', '22', '24'].filter((version) => !given.only || version === given.only);
const folder = mkdtempSync(join(tmpdir(), 'hardfail-nodes-'));
// A test runs hardfail as another user, who has to reach its Node.
chmodSync(folder, 0o755);
let failed = 0;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, stdio?: 'inherit' }} options
 */
function run(command, args, options) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  return { status, stdout: stdout ?? '', said: error ? error.message : (stderr ?? '') };
}

/** @param {string} name @param {boolean} ok @param {string} [said] */
function check(name, ok, said = '') {
  if (!ok) failed++;
  process.stdout.write(
    `${ok ? 'passed' : 'FAILED'}: ${name}\n${ok ? '' : said.split('\n').slice(0, 20).join('\n')}`,
  );
  return ok;
}

/** @param {string} at @param {readonly string[]} packages */
function install(at, packages) {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'package.json'), '{ "private": true }');
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], { cwd: at });
}

/** @param {string} tarball @param {string} version */
function tryOn(tarball, version) {
  const at = join(folder, version);
  const installed = install(at, [`node@${version}`, tarball]);
  if (!check(`Node ${version} and the package are installed`, installed.status === 0, installed.said)) return;
  const node = join(at, 'node_modules', 'node', 'bin', 'node');
  const bin = join(at, 'node_modules', 'hardfail', 'dist', 'bin', 'hardfail.cjs');
  const actual = run(node, ['--version'], { cwd: at }).stdout.trim();
  const name = `${version} (${actual})`;
  check(`Node ${name} is the one that was asked for`, actual.startsWith(`v${version}`));
  copyFileSync(join(root, 'fixtures', 'sync-providers', 'unfixed.yml'), join(at, 'unfixed.yml'));
  copyFileSync(join(root, 'fixtures', 'sync-providers', 'fixed.yml'), join(at, 'fixed.yml'));
  const hardfail = (/** @type {string[]} */ ...args) => run(node, [bin, ...args], { cwd: at });
  const found = hardfail('--format', 'json', 'unfixed.yml');
  check(
    `Node ${name} finds the hole`,
    found.status === 1 && found.stdout.includes('missing-secret-exits-zero'),
    found.said,
  );
  const clean = hardfail('--output', 'sarif=report.sarif', 'fixed.yml');
  check(`Node ${name} finds none where it is closed`, clean.status === 0 && clean.said === '', clean.said);
  const globbed = hardfail('--format', 'concise', '*fixed.yml');
  check(`Node ${name} expands a glob`, globbed.status === 1, globbed.said);
  const explained = hardfail('explain', 'missing-secret-exits-zero');
  check(`Node ${name} explains the rule`, explained.status === 0, explained.said);
  const script = "import { lint, version } from 'hardfail'; console.log(typeof lint, version)";
  const imported = run(node, ['--input-type=module', '-e', script], { cwd: at });
  check(`Node ${name} imports the package`, imported.stdout.startsWith('function '), imported.said);
  if (given.packed) return;
  // What the tests start by the name of node is to be this one too.
  const env = {
    ...process.env,
    PATH: `${join(at, 'node_modules', 'node', 'bin')}${delimiter}${process.env.PATH}`,
  };
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const tested = run(node, [vitest, 'run', ...filters], { cwd: root, env, stdio: 'inherit' });
  check(
    `Node ${name} passes the test suite${filters.length > 0 ? `, as far as ${filters.join(' ')}` : ''}`,
    tested.status === 0,
  );
}

const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
  cwd: root,
});
const [tarball] = packed.status === 0 ? JSON.parse(packed.stdout) : [];
if (check('the package is packed', tarball !== undefined, packed.said)) {
  for (const version of versions) tryOn(join(folder, tarball.filename), version);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;
