// The thread that the sandbox runs in. It is given texts and gives back texts; nothing of the host is at hand.

import { parentPort } from 'node:worker_threads';
import { loadJustBash, sandboxOf } from './replay/just-bash.js';
import type { Machine, Sandbox, SandboxFiles, ScriptOutcome, ScriptRun } from './replay/sandbox.js';

export type SandboxQuestion =
  /** Whether there is a sandbox at all. */
  | { readonly kind: 'start' }
  /** Files for machines; the answer is their number. */
  | { readonly kind: 'files'; readonly files: SandboxFiles }
  /** A new machine with the files of that number; the answer is its own. */
  | { readonly kind: 'machine'; readonly files: number }
  | { readonly kind: 'run'; readonly machine: number; readonly run: ScriptRun }
  | { readonly kind: 'read'; readonly machine: number; readonly path: string }
  | { readonly kind: 'write'; readonly machine: number; readonly path: string; readonly text: string };

export interface SandboxAnswer {
  readonly id: number;
  readonly value: boolean | number | string | null | ScriptOutcome;
}

/** Machines that are kept: a job is over when the next ones have begun. */
const MAX_MACHINES = 32;

let sandbox: Sandbox | null = null;
const files = new Map<number, SandboxFiles>();
const machines = new Map<number, Machine>();
let made = 0;

async function answer(question: SandboxQuestion): Promise<SandboxAnswer['value']> {
  if (question.kind === 'start') {
    const justBash = await loadJustBash();
    sandbox = justBash && sandboxOf(justBash);
    return sandbox !== null;
  }
  if (question.kind === 'files') {
    files.set(++made, question.files);
    return made;
  }
  if (question.kind === 'machine') {
    const given = files.get(question.files);
    if (!sandbox || !given) throw new Error('the sandbox is not started');
    machines.set(++made, await sandbox.machine(given));
    machines.delete(made - MAX_MACHINES);
    return made;
  }
  const machine = machines.get(question.machine);
  if (!machine) throw new Error('there is no such machine');
  switch (question.kind) {
    case 'run':
      return machine.run(question.run);
    case 'read':
      return machine.read(question.path);
    case 'write':
      await machine.write(question.path, question.text);
      return null;
  }
}

// One question after the other: a machine does one thing at a time.
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, question }: { id: number; question: SandboxQuestion }) => {
  last = last
    .then(() => answer(question))
    .catch((error: unknown): SandboxAnswer['value'] => ({
      kind: 'refused',
      reason: `is too much for the sandbox: ${error instanceof Error ? error.message : String(error)}`,
    }))
    .then((value) => parentPort?.postMessage({ id, value } satisfies SandboxAnswer));
});
