// What `npm test` runs: every check of the project, each one even if another failed, and a count at the end.
// Must not call a thing passed that did not run.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const folder = mkdtempSync(join(tmpdir(), 'hardfail-verify-'));
const report = join(folder, 'vitest.json');
let passed = 0;
let failed = 0;

function npm(...args) {
  const options = { stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' };
  return spawnSync('npm', args, options).status === 0;
}

function check(name, ok) {
  if (ok) passed++;
  else failed++;
  process.stdout.write(`${ok ? 'passed' : 'FAILED'}: ${name}\n\n`);
}

/** Counts vitest's own results; a skipped test, a file that could not be loaded and an empty run are failures. */
function countTests(ok) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    check('tests (vitest left no report)', false);
    return;
  }
  const notRun = results.numTotalTests - results.numPassedTests - results.numFailedTests;
  const unloaded = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  passed += results.numPassedTests;
  failed += results.numFailedTests + notRun + unloaded.length;
  if (notRun > 0) process.stdout.write(`FAILED: ${notRun} tests were skipped\n`);
  for (const file of unloaded) process.stdout.write(`FAILED: ${file.name} could not be run\n`);
  if (results.numTotalTests === 0) check('tests (none were found)', false);
  else if (!ok && results.numFailedTests + notRun + unloaded.length === 0)
    check('tests (vitest failed)', false);
}

const built = npm('run', 'build');
check('build', built);
check('types', npm('run', 'check'));
check('format and lint', npm('run', 'lint'));
if (built) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  countTests(npm('run', 'test:unit', '--', ...reporters));
} else {
  check('tests (not run: there is no build)', false);
}
check('hardfail on itself', built && npm('run', 'lint:self'));

rmSync(folder, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
