// Replays every proved finding of a folder of repositories, one repository per folder in it, and prints how many of
// those that can be replayed are confirmed: npm run replay:rate -- DIR [--jobs N] [--json FILE]
//
// Status: 0 where all of them are, 1 where one is contradicted, 2 where it was called wrongly, 3 where a repository
// could not be replayed at all.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const cli = fileURLToPath(new URL('../dist/bin/hardfail.cjs', import.meta.url));
const milliseconds = 20 * 60_000;

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string', default: '1' }, json: { type: 'string' } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  process.stderr.write('replay-rate: expected one folder of repositories: npm run replay:rate -- DIR\n');
  process.exit(2);
}

if (!existsSync(folder)) {
  process.stderr.write(`replay-rate: there is no folder '${folder}'\n`);
  process.exit(2);
}
const names = readdirSync(folder)
  .filter((name) => statSync(join(folder, name)).isDirectory())
  .sort();
const rows = [];
const waiting = [...names];
await Promise.all(
  Array.from({ length: Math.max(1, Number(values.jobs) || 1) }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      rows.push(await replay(name));
  }),
);
rows.sort((a, b) => (a.name < b.name ? -1 : 1));

const all = rows.flatMap(({ findings }) => findings);
const count = (verdict) => all.filter((finding) => finding.verdict === verdict).length;
const confirmed = count('confirmed');
const contradicted = count('contradicted');
const broken = rows.filter(({ error }) => error !== null);

for (const { name, error } of broken) process.stdout.write(`${name}: ${error}\n`);
for (const finding of all.filter(({ verdict }) => verdict === 'contradicted')) {
  process.stdout.write(
    `CONTRADICTED ${finding.repository} ${finding.place} ${finding.rule}: ${finding.reason}\n`,
  );
}
const reasons = new Map();
// What is read in the text of a file says nothing of a run that could be shown.
const ofText = all.filter(({ reason }) => reason.endsWith('and nothing is run')).length;
for (const { verdict, reason } of all) {
  if (verdict === 'not-replayable') reasons.set(general(reason), (reasons.get(general(reason)) ?? 0) + 1);
}
for (const [reason, times] of [...reasons].sort((a, b) => b[1] - a[1]))
  process.stdout.write(`${String(times).padStart(5)}  not replayable: ${reason}\n`);
const rate = confirmed + contradicted === 0 ? null : (100 * confirmed) / (confirmed + contradicted);
process.stdout.write(
  `${names.length} repositories · ${all.length} proved findings · ${confirmed} confirmed · ${contradicted} contradicted · ` +
    `${count('not-replayable') - ofText} not replayable · ${ofText} of the text alone · ${rate === null ? 'nothing to confirm' : `${rate.toFixed(1)} % confirmed`}\n`,
);
if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
process.exitCode = broken.length > 0 ? 3 : contradicted > 0 ? 1 : 0;

/** What is the same in the reasons of many findings. */
function general(reason) {
  return reason.replace(/^(step|job) '[^']*'/, '$1 …').replaceAll(/'[^']*'/g, '…');
}

function replay(name) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, 'replay', '--all', '--no-config', '--format', 'json'], {
      cwd: join(folder, name),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      try {
        const found = provedIn(JSON.parse(out), name);
        // A run takes long, and whoever waits for it wants to see that it goes on.
        process.stderr.write(`${name}: ${found.length} proved\n`);
        resolve({ name, error: null, findings: found });
      } catch {
        resolve({ name, error: `ended with ${status}: ${err.trim().split('\n')[0] ?? ''}`, findings: [] });
      }
    });
  });
}

function provedIn({ findings }, repository) {
  return findings
    .filter(({ confidence, replay: told }) => confidence === 'proved' && told)
    .map(({ file, start, rule, replay: told }) => ({
      repository,
      place: `${file}:${start.line}`,
      rule,
      verdict: told.verdict,
      reason: told.reason,
      contexts: told.contexts,
    }));
}
