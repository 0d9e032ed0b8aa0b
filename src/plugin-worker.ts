// plugin-worker: the thread in which plugins are loaded and run. It writes nothing and answers its one parent.

import { constants, Script } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { nodeFiles } from './node-host.js';
import { pluginService, type ToThread } from './plugin-service.js';

const data: { readonly cwd: string; readonly packageRoot: string } = workerData;

/** As an `import` that stands in the file `from` would find it; an `import` here would look beside hardfail. */
function importModule(specifier: string, from: string): Promise<unknown> {
  const script = new Script('(specifier) => import(specifier)', {
    filename: from,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext()(specifier);
}

const answer = pluginService({
  host: { ...nodeFiles(data.packageRoot), cwd: data.cwd },
  importModule,
  send: (message) => parentPort?.postMessage(message),
});

parentPort?.on('message', (message: ToThread) => void answer(message));
