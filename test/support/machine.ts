import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from './called.js';

/** What a step did: whether its status was 0, and whether `deploy` was run. */
export interface Happened {
  readonly green: boolean;
  readonly done: boolean;
}

/** Runs steps for real, in folders of their own, with a program `deploy` that leaves a mark. */
export interface RealMachine {
  open(): void;
  close(): void;
  /** Runs a shell text among files, with TOKEN in its environment. Throws where no shell can be started. */
  run(text: string, files: Files, token: string): Happened;
}

export function realMachine(): RealMachine {
  let folder = '';
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
  };
  return {
    open() {
      folder = mkdtempSync(join(tmpdir(), 'hardfail-machine-'));
      write(join(folder, 'bin/deploy'), '#!/bin/sh\n: > "$DONE"\n');
    },
    close() {
      rmSync(folder, { recursive: true, force: true });
    },
    run(text, files, token) {
      const place = mkdtempSync(join(folder, 'run-'));
      for (const [name, content] of Object.entries(files)) write(join(place, name), content);
      const done = join(folder, `${place.slice(folder.length + 1)}.done`);
      const path = `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`;
      const env = { PATH: path, HOME: folder, TOKEN: token, DONE: done, npm_config_update_notifier: 'false' };
      const { status, error } = spawnSync('/bin/sh', ['-ec', text], { cwd: place, env, encoding: 'utf8' });
      if (error) throw error;
      return { green: status === 0, done: existsSync(done) };
    },
  };
}
