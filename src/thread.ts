import { Worker } from 'node:worker_threads';
import type { Thread } from './host.js';

/**
 * A thread for plugins. It is given no environment variables, so that no plugin comes to depend on one or passes one on by
 * accident, and what it prints goes to `write`: standard output belongs to the report. None of this keeps code in that
 * means harm.
 */
export function openThread(
  data: { readonly cwd: string; readonly packageRoot: string },
  write: (text: string) => void,
): Thread {
  const worker = new Worker(new URL('../src/plugin-worker.js', import.meta.url), {
    workerData: data,
    env: {},
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
  });
  worker.stdout.on('data', (chunk) => write(String(chunk)));
  worker.stderr.on('data', (chunk) => write(String(chunk)));
  let listener: Parameters<Thread['listen']>[0] | null = null;
  let end: string | null = null;
  // It may come to its end while nobody waits for an answer; the next one who does has to hear of it.
  const ended = (reason: string) => {
    end ??= reason;
    listener?.ended(end);
  };
  worker.on('message', (message) => listener?.message(message));
  worker.on('error', (fault) => ended(`throws where nobody catches it: ${textOf(fault)}`));
  worker.on('exit', () => ended('ends the process'));
  return {
    send: (message) => worker.postMessage(message),
    listen(next) {
      listener = next;
      if (end !== null) next.ended(end);
    },
    stop() {
      listener = null;
      void worker.terminate();
    },
  };
}

function textOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
