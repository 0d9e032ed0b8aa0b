import type { Output } from './args.js';
import { absolutePath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { Host } from './host.js';
import type { LintResult } from './lint/finding.js';
import { formats } from './report/index.js';
import type { RenderOptions } from './report/options.js';

/** A file is read by whatever reads it, and is the same wherever it was written. */
export const columnsOfFiles = 100;

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

/** Writes the reports, each as a whole or not at all, and says on standard error which could not be; false if any. */
export async function writeOutputs(
  outputs: readonly Output[],
  result: LintResult,
  options: RenderOptions,
  host: Host,
): Promise<boolean> {
  let complete = true;
  for (const { format, path } of outputs) {
    const render = await formats[format]();
    const text = render(result, { ...options, color: false, columns: columnsOfFiles });
    const written = host.replaceFile(absolutePath(host, path), text);
    if (written.ok) continue;
    complete = false;
    const { visible, withoutCommands } = await import('./report/text.js');
    const said = `hardfail: the ${format} report is not written: ${visible(path)}: ${visible(written.reason)}\n`;
    host.writeErr(withoutCommands(said));
  }
  return complete;
}
