/**
 * Reads a runner's file of `name=value` lines and `name<<END` blocks (semantics 7.2); the last write of a name wins.
 * null for what makes the step fail: a line of neither kind, a block without its end.
 */
export function readFileCommands(content: string): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>();
  const lines = content.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    if (line === '') continue;
    const equals = line.indexOf('=');
    const block = line.indexOf('<<');
    if (block > 0 && (equals < 0 || block < equals)) {
      const mark = line.slice(block + 2);
      const end = lines.findIndex((other, index) => index > at && other.replace(/\r$/, '') === mark);
      if (end < 0) return null;
      values.set(line.slice(0, block), lines.slice(at + 1, end).join('\n'));
      at = end;
    } else if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
    else return null;
  }
  return values;
}

/** What `::set-output name=…::` and the like on standard output set (semantics 7.3), by name. */
export function spokenCommands(
  stdout: string,
  command: 'set-output' | 'set-env',
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const start = `::${command} name=`;
  for (const line of stdout.split('\n')) {
    const rest = line.trimStart();
    const end = rest.indexOf('::', start.length);
    if (rest.startsWith(start) && end > 0) values.set(rest.slice(start.length, end), rest.slice(end + 2));
  }
  return values;
}
