import type { Output } from './command.js';
import { absolutePath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { Host } from './host.js';
import { notify } from './notice.js';

/** A file is read by whatever reads it, and is the same wherever it was written. */
export const inFiles = { color: false, columns: 100 } as const;

/**
 * Refuses outputs of which one would overwrite another, or a file that is linted: `inputs` are paths as findings
 * show them. To be asked before anything is written.
 */
export function checkOutputs(
  outputs: readonly Pick<Output, 'path'>[],
  inputs: readonly string[],
  host: Host,
): void {
  if (outputs.length === 0) return;
  const read = new Set(inputs.map((path) => absolutePath(host, path)));
  const seen = new Map<string, string>();
  for (const { path } of outputs) {
    const at = absolutePath(host, path);
    const before = seen.get(at);
    if (before !== undefined) {
      const twice = before === path ? `'${path}' twice` : `one file twice, as '${before}' and '${path}'`;
      throw new UsageError(`--output names ${twice}`, 'give each report a file of its own');
    }
    if (read.has(at)) {
      throw new UsageError(
        `--output would overwrite '${path}', which is read`,
        'give the report another name',
      );
    }
    seen.set(at, path);
  }
}

/**
 * Writes the reports that `textOf` makes, each as a whole or not at all, and says on standard error which could not be;
 * false if any.
 */
export async function writeOutputs<Kind extends string>(
  outputs: readonly Output<Kind>[],
  textOf: (format: Kind) => Promise<string>,
  host: Host,
): Promise<boolean> {
  let complete = true;
  for (const { format, path } of outputs) {
    const written = host.replaceFile(absolutePath(host, path), await textOf(format));
    if (written.ok) continue;
    complete = false;
    await notify(host, `the ${format} report is not written: ${path}: ${written.reason}`);
  }
  return complete;
}
