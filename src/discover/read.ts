import type { Host } from '../host.js';
import type { Source } from '../text/source.js';
import type { DiscoveryError, FoundFile } from './found.js';
import { absolutePath, isInside, shownPath } from './paths.js';

/** Far above any workflow written by hand, far below what would exhaust the memory. */
export const maxInputBytes = 10 * 1024 * 1024;

/** What the text of standard input goes by when `--stdin-filename` gives it no name. */
export const stdinName = '<stdin>';

export type ReadSource =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly error: DiscoveryError };

/** Reads one found file. A byte order mark stays in the text, so that offsets are those of the file. */
export function readSource(host: Host, file: FoundFile): ReadSource {
  const path = shownPath(host, file.path);
  const real = host.realPath(file.path);
  if (!real.ok) return failed(path, real.reason);
  if (file.boundary !== null) {
    const limit = host.realPath(file.boundary);
    if (!limit.ok) return failed(path, limit.reason);
    if (!isInside(real.value, limit.value)) {
      return failed(path, 'is a link that leads out of the repository; it is not read');
    }
  }
  const bytes = host.readFile(file.path, maxInputBytes);
  return bytes.ok ? decodeSource(path, bytes.value) : failed(path, bytes.reason);
}

/** Reads standard input under the given name. Nothing on it is an error: an empty pipe is a command that failed. */
export async function readStdinSource(host: Host, name: string | null): Promise<ReadSource> {
  const path = name === null ? stdinName : shownPath(host, absolutePath(host, name));
  const bytes = await host.readStdin(maxInputBytes);
  if (!bytes.ok) return failed(path, bytes.reason);
  if (bytes.value.length === 0) return failed(path, 'nothing to lint: standard input is empty');
  return decodeSource(path, bytes.value);
}

/** The source with that text, if it is one: `path` as findings show it. */
export function decodeSource(path: string, bytes: Uint8Array): ReadSource {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ok: true, source: { path, text } };
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    return failed(path, `is not valid UTF-8${utf16 ? ' (it looks like UTF-16)' : ''}; save it as UTF-8`);
  }
}

function failed(file: string, message: string): ReadSource {
  return { ok: false, error: { file, message } };
}
