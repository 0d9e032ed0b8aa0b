import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Answer, CacheFolder, Entry, FileHost, Host, Kind, Refusal, Thread } from '../../src/host.js';
import { pluginService, type ToThread } from '../../src/plugin-service.js';
import { loadJustBash, sandboxOf } from '../../src/replay/just-bash.js';

/** What stands at a path: a text, bytes, a link, something that is no file, or a file or folder that refuses itself. */
export type MemoryNode =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly other: true }
  | { readonly denied: 'file' | 'directory' };

export interface MemoryHost extends Host {
  /** What has been written so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** The files that have been written, by absolute path. */
  readonly written: ReadonlyMap<string, string>;
  /** The paths whose text has been read, in order. */
  readonly read: readonly string[];
}

export type MemoryOptions = Partial<
  Pick<Host, 'cwd' | 'env' | 'inCI' | 'today' | 'isTTY' | 'showsProgress' | 'columns'>
> & {
  readonly stdin?: string | Uint8Array;
  readonly shipped?: Readonly<Record<string, string>>;
  /** The files of revisions, `main:path`; a revision without any does not exist. */
  readonly revisions?: Readonly<Record<string, string>>;
  /** The modules of plugins, by absolute path or by the name of a package; a function is what happens on loading. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** What is kept between runs, by name; without it the folder cannot be made. */
  readonly cache?: Map<string, string>;
  /** True for a machine on which nobody has installed just-bash. */
  readonly noSandbox?: boolean;
};

/**
 * A machine that exists only in this object. Keys are absolute paths; one that ends with `/` is an empty
 * directory, and the directories above each key exist by themselves.
 */
export function memoryHost(
  files: Readonly<Record<string, MemoryNode>>,
  options: MemoryOptions = {},
): MemoryHost {
  const nodes = new Map<string, MemoryNode>();
  const directories = new Set(['/']);
  for (const [path, node] of Object.entries(files)) {
    const isDirectory = path.endsWith('/') && path !== '/';
    const clean = isDirectory ? path.slice(0, -1) : path;
    if (isDirectory) directories.add(clean);
    else if (typeof node === 'object' && 'denied' in node && node.denied === 'directory') {
      directories.add(clean);
      nodes.set(clean, node);
    } else nodes.set(clean, node);
    for (let at = posix.dirname(clean); !directories.has(at); at = posix.dirname(at)) directories.add(at);
  }
  const out: string[] = [];
  const err: string[] = [];
  const read: string[] = [];
  const written = new Map<string, string>();
  let clock = 0;

  function realPath(path: string): Answer<string> {
    let waiting = path.split('/').filter((name) => name !== '');
    let real = '/';
    let hops = 0;
    while (waiting.length > 0) {
      const [name = '', ...rest] = waiting;
      waiting = rest;
      if (name === '..') {
        real = posix.dirname(real);
        continue;
      }
      const at = posix.join(real, name);
      const node = nodes.get(at);
      if (typeof node === 'object' && 'link' in node) {
        if (++hops > 40) return refusal('is a link that leads back to itself', false);
        if (node.link.startsWith('/')) real = '/';
        waiting = [...node.link.split('/').filter((part) => part !== '' && part !== '.'), ...rest];
        continue;
      }
      if (node === undefined && !directories.has(at)) return refusal('no such file or directory', true);
      real = at;
    }
    return { ok: true, value: real };
  }

  function kindAt(real: string): Kind {
    if (directories.has(real)) return 'directory';
    const node = nodes.get(real);
    return typeof node === 'object' && 'other' in node ? 'other' : 'file';
  }

  const host: MemoryHost = {
    cwd: options.cwd ?? '/repo',
    env: options.env ?? {},
    inCI: options.inCI ?? false,
    today: options.today ?? '2026-11-22',
    isTTY: options.isTTY ?? false,
    showsProgress: options.showsProgress ?? false,
    columns: options.columns ?? 80,
    now: () => ++clock,
    out: () => out.join(''),
    err: () => err.join(''),
    read,
    written,
    realPath,
    stat(path) {
      const real = realPath(path);
      return real.ok ? { ok: true, value: kindAt(real.value) } : real;
    },
    list(path) {
      const real = realPath(path);
      if (!real.ok) return real;
      if (kindAt(real.value) !== 'directory') return refusal('no such file or directory', true);
      if (nodes.has(real.value)) return refusal('permission denied', false);
      const names = new Map<string, Entry>();
      for (const at of [...nodes.keys(), ...directories]) {
        if (at === '/' || posix.dirname(at) !== real.value) continue;
        const node = nodes.get(at);
        const kind = typeof node === 'object' && 'link' in node ? 'symlink' : kindAt(at);
        names.set(at, { name: posix.basename(at), kind });
      }
      // Back to front, so that nobody comes to rely on an order that a real directory does not have.
      return { ok: true, value: [...names.values()].reverse() };
    },
    readFile(path, maxBytes) {
      const real = realPath(path);
      if (!real.ok) return real;
      read.push(path);
      const node = nodes.get(real.value);
      if (node === undefined) return refusal('is a directory, not a file', false);
      if (typeof node === 'object' && 'denied' in node) return refusal('permission denied', false);
      if (typeof node === 'object' && !(node instanceof Uint8Array)) {
        return refusal('is not a regular file; it is not read', false);
      }
      return bounded(node, maxBytes);
    },
    async readRevision(_top, revision, path, maxBytes) {
      const revisions = options.revisions ?? {};
      const text = revisions[`${revision}:${path}`];
      if (text !== undefined) return bounded(text, maxBytes);
      const isThere = Object.keys(revisions).some((key) => key.startsWith(`${revision}:`));
      return isThere
        ? refusal(`is not in ${revision}`, true)
        : refusal(`cannot be read: there is no revision '${revision}' here`, false);
    },
    async readStdin(maxBytes) {
      return bounded(options.stdin ?? '', maxBytes);
    },
    readShipped(path) {
      const text = options.shipped?.[path];
      return text === undefined ? refusal('no such file or directory', true) : { ok: true, value: text };
    },
    replaceFile(path, text) {
      const node = nodes.get(path);
      if (typeof node === 'object' && 'denied' in node) return refusal('permission denied', false);
      if (directories.has(path)) return refusal('is a directory', false);
      if (!directories.has(posix.dirname(path))) {
        return refusal(`there is no folder ${posix.dirname(path)}`, false);
      }
      written.set(path, text);
      nodes.set(path, text);
      return { ok: true, value: null };
    },
    usualCache: '/home/cache/hardfail',
    openCache: async (path) =>
      options.cache
        ? { ok: true, value: memoryCache(path, options.cache) }
        : refusal('cannot be made: the file system is read-only', false),
    openThread: async () => memoryThread(host, options.modules ?? {}),
    async startSandbox() {
      const justBash = options.noSandbox ? null : await loadJustBash();
      return justBash && sandboxOf(justBash);
    },
    writeOut: (text) => void out.push(text),
    writeErr: (text) => void err.push(text),
  };
  return host;
}

function memoryCache(path: string, kept: Map<string, string>): CacheFolder {
  return {
    path,
    build: 'a test',
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    read(name) {
      const text = kept.get(name);
      return text === undefined ? refusal('no such file or directory', true) : { ok: true, value: text };
    },
    write(name, text) {
      kept.set(name, text);
      return { ok: true, value: null };
    },
  };
}

/** A thread that is none: it holds no loop back, but what is sent is cloned as it is between threads. */
function memoryThread(host: FileHost, modules: Readonly<Record<string, unknown>>): Thread {
  let listener: Parameters<Thread['listen']>[0] | null = null;
  const answer = pluginService({
    host,
    async importModule(specifier, from) {
      const name = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
      const module = modules[name];
      if (module === undefined) throw new Error(`Cannot find module '${name}'`);
      return typeof module === 'function' ? module() : module;
    },
    send: (message) => listener?.message(structuredClone(message)),
  });
  return {
    send: (message) => void answer(structuredClone(toThread(message))),
    listen(next) {
      listener = next;
    },
    stop() {
      listener = null;
    },
  };
}

function toThread(message: unknown): ToThread {
  if (typeof message === 'object' && message !== null && 'ask' in message) return message as ToThread;
  throw new Error('no message for the thread of plugins');
}

function bounded(content: string | Uint8Array, maxBytes: number): Answer<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return bytes.length > maxBytes ? refusal('is larger than the limit', false) : { ok: true, value: bytes };
}

function refusal(reason: string, missing: boolean): Refusal {
  return { ok: false, missing, reason };
}
