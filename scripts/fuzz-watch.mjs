// Runs beside the fuzzer in a thread of its own: a judgement that never ends leaves nobody else to say so.
// Must not do anything but watch the number and, when it stands still, say which one it was and end the process.

import { writeSync } from 'node:fs';
import process from 'node:process';
import { workerData } from 'node:worker_threads';

const { number, seed, patience } = workerData;
const current = new Int32Array(number);
let last = -1;
let since = 0;

/** Processor time of all threads in milliseconds: a machine that is busy, or asleep, is no judgement that hangs. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

setInterval(() => {
  const now = Atomics.load(current, 0);
  if (now !== last) {
    last = now;
    since = spent();
  } else if (spent() - since > patience) {
    writeSync(2, `\nFUZZ_SEED=${seed} FUZZ_FROM=${now}: mutant ${now} hangs\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}, 500);
