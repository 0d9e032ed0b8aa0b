import { configName, configPlaces } from './config/load.js';
import { starter } from './config/starter.js';
import { shownPath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { Host } from './host.js';
import { topOf } from './judging.js';
import { visible } from './report/text.js';

/** Prints a configuration to begin with, or writes it where the repository has none. Throws a UsageError. */
export function initialise(write: boolean, host: Host): void {
  if (!write) {
    host.writeOut(starter);
    return;
  }
  const top = topOf(host);
  for (const place of configPlaces) {
    const path = `${top}/${place}`;
    const kind = host.stat(path);
    if (!kind.ok && kind.missing) continue;
    const shown = shownPath(host, path);
    throw new UsageError(
      `there is a configuration: ${shown}`,
      'hardfail init, without --write, prints one to compare it with',
    );
  }
  const path = `${top}/${configName}`;
  const written = host.replaceFile(path, starter);
  const shown = shownPath(host, path);
  if (!written.ok) throw new UsageError(`${shown}: ${written.reason}`, 'hardfail init prints it instead');
  host.writeOut(`${visible(shown)} is written; it changes nothing until you take the # away from a part\n`);
}
