import { Worker } from 'node:worker_threads';
import { NotReplayable } from './replay/guesses.js';
import type { Machine, Sandbox, SandboxFiles, ScriptOutcome } from './replay/sandbox.js';
import type { SandboxAnswer, SandboxQuestion } from './sandbox-worker.js';

/** How long one script may take. just-bash ends most of them by itself; a thread can be ended from outside. */
const milliseconds = 15_000;
const megabytes = 512;

/**
 * just-bash in a thread of its own, with bounded memory, without the environment, and ended when it takes too long;
 * null where it is not installed.
 */
export async function startThreadSandbox(): Promise<Sandbox | null> {
  let thread = newThread();
  if (!(await thread.ask({ kind: 'start' }))) {
    thread.end();
    return null;
  }
  return {
    async machine(files) {
      if (thread.isOver()) {
        thread = newThread();
        await thread.ask({ kind: 'start' });
      }
      const own = thread;
      const known = own.files.get(files) ?? Number(await own.ask({ kind: 'files', files }));
      own.files.set(files, known);
      return machineOn(own, Number(await own.ask({ kind: 'machine', files: known })));
    },
    close: () => thread.end(),
  };
}

function machineOn(thread: Thread, machine: number): Machine {
  return {
    async run(run): Promise<ScriptOutcome> {
      const answer = await thread.ask({ kind: 'run', machine, run });
      return isOutcome(answer) ? answer : { kind: 'refused', reason: over };
    },
    read: async (path) => String((await thread.ask({ kind: 'read', machine, path })) ?? ''),
    async write(path, text) {
      await thread.ask({ kind: 'write', machine, path, text });
    },
  };
}

function isOutcome(answer: SandboxAnswer['value'] | undefined): answer is ScriptOutcome {
  return typeof answer === 'object' && answer !== null;
}

const over = `does not end within ${milliseconds / 1000} seconds`;

interface Thread {
  /** The files that it has been given, by their numbers. */
  readonly files: WeakMap<SandboxFiles, number>;
  /** undefined for a question that was not answered in time: the thread is over then. */
  ask(question: SandboxQuestion): Promise<SandboxAnswer['value'] | undefined>;
  isOver(): boolean;
  end(): void;
}

function newThread(): Thread {
  const worker = new Worker(new URL('../src/sandbox-worker.js', import.meta.url), {
    env: {},
    execArgv: [],
    stdin: false,
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  let isOver = false;
  const waiting = new Map<number, (answer: SandboxAnswer['value'] | undefined) => void>();
  const end = () => {
    isOver = true;
    for (const settle of waiting.values()) settle(undefined);
    waiting.clear();
    void worker.terminate();
  };
  worker.on('message', ({ id, value }: SandboxAnswer) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  worker.on('error', end);
  worker.on('exit', end);
  let next = 0;
  return {
    files: new WeakMap(),
    isOver: () => isOver,
    end,
    ask(question) {
      if (isOver) throw new NotReplayable('the sandbox had to be ended');
      const id = next++;
      return new Promise((resolve) => {
        const timer = setTimeout(end, milliseconds);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        worker.postMessage({ id, question });
      });
    },
  };
}
