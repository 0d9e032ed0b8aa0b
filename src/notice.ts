import type { Host } from './host.js';

/** Says something on standard error in the name of hardfail. Whatever stands in the lines is shown and never obeyed. */
export async function notify(host: Host, first: string, ...more: readonly string[]): Promise<void> {
  const { visible, withoutCommands } = await import('./report/text.js');
  const lines = [`hardfail: ${first}`, ...more];
  host.writeErr(withoutCommands(`${lines.map(visible).join('\n')}\n`));
}
