#!/usr/bin/env node
// bin: the only file that touches the process: arguments, environment, streams, exit status.

import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { run } from './cli.js';
import type { Answer, Host, Thread } from './host.js';
import { nodeFiles, tooLarge, withSlashes } from './node-host.js';

/** CI logs wrap by themselves; this only keeps pretty output readable in them. */
const columnsWithoutTerminal = 120;

/** The status of a run that did not come to its end. */
const incomplete = 3;

async function main(): Promise<void> {
  // Until there is a verdict the run is incomplete, should Node ever run out of things to wait for.
  process.exitCode = incomplete;
  let writeFailed = false;
  // A reader that went away (`hardfail | head`) has seen what it wanted; the verdict stands.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    writeFailed = true;
    process.exitCode = 2;
    process.stderr.write(`hardfail: cannot write the report: ${error.message}\n`);
  });
  process.stderr.on('error', () => {});
  const threads: Thread[] = [];
  const status = await run(process.argv.slice(2).map(withSlashes), host(threads));
  for (const thread of threads) thread.stop();
  // No process.exit(): it would cut off what a pipe has not taken yet.
  if (!writeFailed) process.exitCode = status;
}

function host(threads: Thread[]): Host {
  const { NO_COLOR, FORCE_COLOR, TERM, CI } = process.env;
  const packageRoot = withSlashes(fileURLToPath(new URL('../../', import.meta.url)));
  const cwd = withSlashes(process.cwd());
  const writeErr = (text: string) => void process.stderr.write(text);
  let revisions: ReturnType<typeof import('./git.js').gitRevisions> | undefined;
  return {
    ...nodeFiles(packageRoot),
    async readRevision(...asked) {
      const { gitRevisions } = await import('./git.js');
      revisions ??= gitRevisions(process.env);
      return revisions.readRevision(...asked);
    },
    usualCache: usualCache(process.env),
    async openCache(path) {
      const { openCacheFolder } = await import('./cache-folder.js');
      // The bundler wrote it beside this file. What was not bundled may have been edited since.
      const build = fileURLToPath(new URL('./build-id', import.meta.url));
      const machine = `${process.version} ${process.platform} ${process.arch}`;
      return openCacheFolder(path, { build, machine, user: process.getuid?.() ?? null });
    },
    startSandbox: async () => (await import('./sandbox.js')).startThreadSandbox(),
    cwd,
    env: { NO_COLOR, FORCE_COLOR, TERM },
    inCI: CI !== undefined && CI !== '' && CI !== 'false',
    today: new Date().toISOString().slice(0, 'yyyy-mm-dd'.length),
    isTTY: process.stdout.isTTY === true,
    showsProgress: process.stderr.isTTY === true && TERM !== 'dumb',
    columns: process.stdout.columns ?? columnsWithoutTerminal,
    now: () => performance.now(),
    readStdin,
    writeOut: (text) => void process.stdout.write(text),
    writeErr,
    async openThread() {
      const { openThread } = await import('./thread.js');
      const thread = openThread({ cwd, packageRoot }, writeErr);
      threads.push(thread);
      return thread;
    },
  };
}

/** The folder that the XDG base directories, or Windows, have for it. A path that is not absolute says nothing. */
function usualCache({ XDG_CACHE_HOME, LOCALAPPDATA, HOME = '' }: NodeJS.ProcessEnv): string | null {
  const bases = [XDG_CACHE_HOME, LOCALAPPDATA, `${HOME}/.cache`].map((path = '') => withSlashes(path));
  const base = bases.find((path) => /^(?:[A-Za-z]:)?\//.test(path));
  return base === undefined || base === '/.cache' ? null : `${base}/hardfail`;
}

async function readStdin(maxBytes: number): Promise<Answer<Uint8Array>> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of process.stdin) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > maxBytes) return tooLarge(maxBytes);
      chunks.push(bytes);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, missing: false, reason: `cannot be read (${reason})` };
  }
  return { ok: true, value: Buffer.concat(chunks) };
}

main().catch((fault: unknown) => {
  const said = fault instanceof Error ? fault.message : String(fault);
  process.stderr.write(`hardfail: cannot run: ${said}\n`);
  process.exitCode = incomplete;
});
